"""The numbers on the data card and the notation page are those of the shipped data."""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

import w2vlib
from w2vlib.datasets import load_glove, load_next_word_runs, load_wikipedia_lags, load_wordllama

BOOK = Path(__file__).parents[1] / "book"
DATA = Path(w2vlib.__file__).parent / "data"


@pytest.fixture(scope="module")
def card():
    return (BOOK / "data.md").read_text(encoding="utf-8")


def test_the_card_states_the_size_of_the_corpus(card, wikipedia):
    assert f"{wikipedia.n_documents:,} articles" in card
    assert f"{wikipedia.n_tokens / 1e6:.1f} million tokens" in card
    assert len(wikipedia) == 5000 and "5,000 most frequent words" in card


def test_the_card_states_how_the_counts_were_made(card, wikipedia):
    assert (wikipedia.window, wikipedia.weighting, wikipedia.oov) == (16, "linear", "drop")
    assert "$L = 16$" in card and "$17 - \\delta$" in card


def test_the_card_states_the_size_of_the_files(card):
    parts = sum(path.stat().st_size for path in DATA.glob("wikipedia-part-*.w2v"))
    assert f"({(DATA / 'wikipedia.w2v').stat().st_size / 1e6:.1f} MB)" in card
    assert f"({parts / 1e6:.1f} MB)" in card
    assert f"({(DATA / 'wikipedia-sgns.npy').stat().st_size / 1e6:.1f} MB)" in card


def test_the_card_states_what_is_counted_at_each_lag(card):
    counts, told = load_wikipedia_lags(), load_next_word_runs()
    assert counts.shape == (8, 101, 101) and "8 tables of 101 by 101" in card
    assert set(counts.sum(axis=(1, 2))) == {told["windows"]} and f"{told['windows']:,} of them" in card
    assert (counts.sum(axis=1) == counts[0].sum(axis=0)).all()  # the same next words at each lag
    assert f"`wikipedia-lags.npy.xz` ({(DATA / 'wikipedia-lags.npy.xz').stat().st_size / 1e6:.1f} MB)" in card
    assert len(told["runs"]) == 12 and "twelve recorded runs" in card
    kinds = [(run["words"], run["rank"] > 0, run["seed"]) for run in told["runs"]]
    assert len(set(kinds)) == 12 and {words for words, _, _ in kinds} == {101, 301}


def test_the_card_states_how_the_vectors_were_trained(card, monkeypatch):
    monkeypatch.syspath_prepend(BOOK.parent / "tools")
    made = importlib.import_module("make_wikipedia_vectors")
    assert w2vlib.load_wikipedia_sgns().vectors.shape == (5000, made.DIMENSIONS)
    assert f"{made.DIMENSIONS} dimensions" in card and f"{made.NEGATIVES} negatives to each pair" in card
    assert f"{made.SHARED} shared by the windows" in card and f"seed {made.SEED}" in card
    assert made.SUBSAMPLE == 1e-4 and "$f_0 = 10^{-4}$" in card


def test_the_card_states_what_is_shipped_of_other_peoples_vectors(card, monkeypatch):
    monkeypatch.syspath_prepend(BOOK.parent / "tools")
    made = importlib.import_module("make_other_vectors")
    glove, llama = load_glove(), load_wordllama()
    assert f"{len(glove):,} words, of 400,000" in card and f"those {len(llama):,} of our words" in card
    assert glove.vectors.shape[1] == 50 and llama.vectors.shape[1] == made.DIMENSIONS
    for name in ("glove-6b-50d.npy", "wordllama.npy"):
        assert f"`{name}` ({(DATA / name).stat().st_size / 1e6:.1f} MB)" in card
    for wheel, _ in (made.GLOVE, made.WORDLLAMA):
        package, version = wheel.replace("_", "-").split("-py3")[0].split("-cp311")[0].rsplit("-", 1)
        assert f"`{package}` {version}" in card
    notice = (DATA / "other-vectors.txt").read_text(encoding="utf-8")
    assert "Copyright (c) 2024 Lee Miller" in notice and "Llama 2 is licensed under" in notice


def test_words_that_the_card_names(card, wikipedia):
    assert "*Championship* is among the 500" in card and wikipedia.index["championship"] < 500
    assert "*breakfast* is not among" in card and "breakfast" not in wikipedia.index
    for word in ("http", "www", "don", "t", "colour", "color"):
        assert f"*{word}*" in card and word in wikipedia.index


def test_a_fifth_of_the_cells_is_empty(card, wikipedia):
    assert "A fifth of all cells are empty" in card
    assert np.mean(wikipedia.counts == 0) == pytest.approx(0.2, abs=0.02)


def test_the_parts_are_the_shares_that_the_card_names(card, wikipedia_parts):
    shares = [int(b) for b in re.findall(r"\\frac1\{?(\d+)\}?", card)]
    assert shares == [128, 128, 64, 32, 16, 8, 4, 2]
    documents = np.array([part.n_documents for part in wikipedia_parts])
    assert np.allclose(documents / documents.sum(), 1 / np.array(shares), rtol=0.01)


def test_the_range_of_pmi_on_the_notation_page(wikipedia):
    assert "$-\\infty$ to about 8" in (BOOK / "notation.md").read_text(encoding="utf-8")
    assert w2vlib.pmi(wikipedia).max() == pytest.approx(8, abs=0.5)
