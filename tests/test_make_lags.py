"""What chapter 25 needs of real text: windows are counted as they are read, and a run is that of the library's forecast."""

from __future__ import annotations

import make_lags as made
import numpy as np
import pytest

import w2vlib
from w2vlib._one_pass import NumberedText
from w2vlib.corpus import encode
from w2vlib.counting import lag_counts

pytest.importorskip("numba")
WORDS = ("a", "b", "c", "d")


@pytest.fixture
def documents():
    rng = np.random.default_rng(0)
    return [[str(word) for word in rng.choice([*WORDS, "x"], size)] for size in (3, 200, 8, 9, 0, 150)]


@pytest.fixture
def windows(documents, tmp_path, monkeypatch):
    monkeypatch.setattr(made, "CHUNK", 100)
    (tmp_path / "text.txt").write_text("\n".join(map(" ".join, documents)), encoding="utf-8")
    with NumberedText(w2vlib.Corpus(tmp_path)) as numbered:
        return made.in_windows(numbered, WORDS)


def test_next_words_are_those_that_are_counted(windows, documents):
    ids, ends, counts = windows
    np.testing.assert_array_equal(counts, lag_counts(encode(documents, WORDS, oov="gap"), 5, made.REACH))
    assert len(ends) == counts[0].sum() == 192 + 0 + 1 + 142
    by_hand = np.zeros_like(counts)
    for lag in range(1, made.REACH + 1):
        np.add.at(by_hand[lag - 1], (ids[ends - lag], ids[ends]), 1)
    np.testing.assert_array_equal(by_hand, counts)


@pytest.mark.parametrize("rank", [0, 2])
def test_a_run_tells_what_was_foretold_and_what_training_did(windows, monkeypatch, rank):
    for name, value in dict(STEPS=40, EVERY=10, LEVEL=1e-5, BATCH=64, BATCH_BY_CONTENT=64).items():
        monkeypatch.setattr(made, name, value)
    told = made.run(*windows, seed=1, rank=rank)
    assert (told["words"], told["seed"], told["rank"], told["batch"]) == (5, 1, rank, 64)
    assert 0 < told["expected"] < 40 and 0 < told["trained"] < 40
    forecast = w2vlib.dynamics.forecast_attention(windows[2], *made.start_of(5, 1), told["step_size"], 40)
    assert told["expected"] == forecast.first_attention(1e-5)
    assert told["forecast"]["logits"] == np.round(forecast.logits[::10], 4).tolist()
    assert np.shape(told["course"]["logits"]) == (5, made.REACH) and len(told["course"]["loss"]) == 4
    assert (told["course"]["content"] is None) == (rank == 0)
    assert told["course"]["strengths"][0] == pytest.approx(told["forecast"]["strengths"][0], abs=1e-4)
    assert made.run(*windows, seed=1, rank=rank) == told


def test_a_folder_without_the_text_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="there is no enwiki-0.txt.xz"):
        made.main(str(tmp_path))
