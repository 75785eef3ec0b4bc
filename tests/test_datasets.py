"""What is shipped with the package, and what is refused of it: trained vectors, test sets."""

from __future__ import annotations

import pytest

import w2vlib
from w2vlib._common import files
from w2vlib.datasets import load_wikipedia_sgns
from w2vlib.evaluation import load_similarities


def test_the_shipped_vectors_are_those_of_the_shipped_words(wikipedia):
    E = load_wikipedia_sgns()
    assert E.words == wikipedia.words and E.vectors.shape == (5000, 200)
    assert E.vectors.dtype == "float64" and E.vectors.any(axis=1).all()
    assert E.analogy("france", "paris", "germany")[0][0] == "berlin"
    few = load_wikipedia_sgns(300)
    assert few.words == E.words[:300] and (few.vectors == E.vectors[:300]).all()


def test_trained_vectors_answer_as_many_questions_as_word2vec_does():
    """A seed moves it by a point or two; vectors of other words would answer none."""
    assert w2vlib.analogy_accuracy(load_wikipedia_sgns()).accuracy > 0.5


def test_more_words_than_there_are():
    with pytest.raises(ValueError, match="between 1 and 5000, not 5001"):
        load_wikipedia_sgns(5001)
    for size in (0, -1):
        with pytest.raises(
            ValueError,
            match=f"size must be a whole number between 1 and 5000, not {size}, as the vocabulary has no more words",
        ):
            load_wikipedia_sgns(size)


def test_damaged_vectors_are_refused(tmp_path, monkeypatch):
    whole = (files.DATA / "wikipedia-sgns.npy").read_bytes()
    (tmp_path / "SHA256SUMS").write_text((files.DATA / "SHA256SUMS").read_text())
    monkeypatch.setattr(files, "DATA", tmp_path)
    for damaged in (whole[:-1], whole[:500] + bytes([whole[500] ^ 1]) + whole[501:]):
        (tmp_path / "wikipedia-sgns.npy").write_bytes(damaged)
        with pytest.raises(
            ValueError, match=r"wikipedia-sgns\.npy is not the file expected.*install w2vlib again"
        ):
            load_wikipedia_sgns()


# --- test sets ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["google", "w2vlib", "bats", None])
def test_only_sets_of_similarities_are_read_as_such(name):
    """Google's are analogies: read as pairs with a judgement, they would be an empty list."""
    with pytest.raises(ValueError, match=f"name must be .*'simlex999'.*'men3000'.*, not {name!r}"):
        load_similarities(name)
