"""Word vectors in files: word2vec's text format, and the trained vectors that are shipped."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import w2vlib
from w2vlib import vector_files
from w2vlib.embeddings import Embedding
from w2vlib.vector_files import load_wikipedia_sgns, load_word2vec_text

WORDS = st.lists(
    st.text(st.characters(categories=["L", "M", "P"]), min_size=1, max_size=5),
    min_size=1,
    max_size=6,
    unique=True,
)


@given(WORDS, st.integers(1, 4), st.data())
def test_text_files_round_trip(tmp_path_factory, words, d, data):
    numbers = st.floats(-1e30, 1e30, allow_nan=False)
    vectors = data.draw(hnp.arrays(float, (len(words), d), elements=numbers))
    path = tmp_path_factory.mktemp("text") / "v.txt"
    Embedding(tuple(words), vectors).save_word2vec_text(path, digits=17)
    loaded = load_word2vec_text(path)
    assert loaded.words == tuple(words)
    assert (loaded.vectors == vectors).all()
    Embedding(tuple(words), vectors).save_word2vec_text(path)
    np.testing.assert_allclose(load_word2vec_text(path).vectors, vectors, rtol=5e-6)


def test_the_text_format_is_word2vecs(tmp_path):
    Embedding(("a", "été"), [[1, -0.5], [1 / 3, 2e-9]]).save_word2vec_text(tmp_path / "v.txt")
    assert (tmp_path / "v.txt").read_text(encoding="utf-8") == "2 2\na 1 -0.5\nété 0.333333 2e-09\n"


def test_lines_ending_in_a_space_as_word2vec_writes_them(tmp_path):
    (tmp_path / "v.txt").write_text("2 2\na 1 2 \nb 3 4 \n")
    assert load_word2vec_text(tmp_path / "v.txt").vectors.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "line 1: expected 'words dimensions', found ''"),
        ("a 1 2\nb 3 4\n", "line 1: expected 'words dimensions', found 'a 1 2'"),
        ("two 2\na 1 2\n", "line 1"),
        ("-2 2\na 1 2\n", "line 1"),
        ("2 2\na 1 2\nb 3\n", "line 3: expected 2 numbers for each of 2 words, found 1 for word number 2"),
        ("2 2\na 1 2 3\nb 3 4\n", "line 2: expected 2 numbers .* found 3 for word number 1"),
        ("2 2\na 1 2\n\nb 3 4\n", "line 3"),
        ("2 2\na 1 2\nb 3 x\n", "line 3: could not convert .*'x'"),
        ("2 2\na 1 2\nb 3 4\nc 5 6\n", "line 4"),
        ("3 2\na 1 2\nb 3 4\n", "ends after 2 of 3 words; it is truncated"),
        ("2 2\na 1 2\na 3 4\n", "'a' more than once"),
        ("2 2\na 1 2\nb 3 nan\n", "'b' holds NaN or infinity"),
    ],
)
def test_damaged_text_files(tmp_path, content, message):
    (tmp_path / "v.txt").write_text(content)
    with pytest.raises(ValueError, match=message):
        load_word2vec_text(tmp_path / "v.txt")


def test_every_truncation_of_a_text_file_but_that_of_digits_is_noticed(tmp_path):
    E = Embedding(("a", "b", "c"), [[1.0, 0.25], [-3.0, 1e-9], [2 / 3, 7.0]])
    E.save_word2vec_text(tmp_path / "v.txt")
    whole = (tmp_path / "v.txt").read_text()
    last_number = whole.rstrip().rindex(" ") + 1
    for length in range(last_number):
        (tmp_path / "v.txt").write_text(whole[:length])
        with pytest.raises(ValueError, match="v.txt"):
            load_word2vec_text(tmp_path / "v.txt")


@pytest.mark.parametrize("word", ["new york", "a\nb", "tab\there", ""])
def test_words_the_text_format_cannot_hold(tmp_path, word):
    with pytest.raises(ValueError, match="word2vec's text format"):
        Embedding(("fine", word), [[1.0], [2.0]]).save_word2vec_text(tmp_path / "v.txt")
    assert os.listdir(tmp_path) == []


def test_gensim_reads_our_file_and_agrees(tmp_path, wikipedia_space):
    models = pytest.importorskip("gensim.models")
    E = Embedding(wikipedia_space.words[:500], wikipedia_space.vectors[:500, :20])
    E.save_word2vec_text(tmp_path / "v.txt", digits=9)
    for theirs in (models.KeyedVectors.load_word2vec_format(str(tmp_path / "v.txt")), E.to_gensim()):
        assert tuple(theirs.index_to_key) == E.words
        np.testing.assert_allclose(theirs.vectors, E.vectors, rtol=1e-6, atol=1e-6)
        ours = E.neighbours("king", 5)
        assert [word for word, _ in theirs.most_similar("king", topn=5)] == [word for word, _ in ours]
        answers = theirs.most_similar(positive=["his", "she"], negative=["he"], topn=3)
        assert [word for word, _ in answers] == [word for word, _ in E.analogy("he", "his", "she", 3)]
        assert [cosine for _, cosine in answers] == pytest.approx(
            [c for _, c in E.analogy("he", "his", "she", 3)], abs=2e-3
        )


def test_we_read_gensims_file(tmp_path):
    models = pytest.importorskip("gensim.models")
    theirs = models.KeyedVectors(2)
    theirs.add_vectors(["a", "b"], np.array([[1, 2], [3, 4]], np.float32))
    theirs.save_word2vec_format(str(tmp_path / "v.txt"))
    assert load_word2vec_text(tmp_path / "v.txt").vectors.tolist() == [[1, 2], [3, 4]]


# --- the trained vectors that are shipped ------------------------------------


def test_the_shipped_vectors_are_those_of_the_shipped_words(wikipedia):
    E = load_wikipedia_sgns()
    assert E.words == wikipedia.words and E.vectors.shape == (5000, 200)
    assert E.vectors.dtype == np.float64 and E.vectors.any(axis=1).all()
    assert E.analogy("france", "paris", "germany")[0][0] == "berlin"
    few = load_wikipedia_sgns(300)
    assert few.words == E.words[:300] and (few.vectors == E.vectors[:300]).all()


def test_trained_vectors_answer_as_many_questions_as_word2vec_does():
    """A seed moves it by a point or two; vectors of other words would answer none."""
    assert w2vlib.analogy_accuracy(load_wikipedia_sgns()).accuracy > 0.5


def test_more_words_than_there_are():
    with pytest.raises(ValueError, match="5,?001"):
        load_wikipedia_sgns(5001)
    for size in (0, -1):
        with pytest.raises(ValueError, match=f"between 1 and the vocabulary's 5000, not {size}"):
            load_wikipedia_sgns(size)


def test_damaged_vectors_are_refused(tmp_path, monkeypatch):
    whole = (vector_files.FOLDER / "wikipedia-sgns.npy").read_bytes()
    (tmp_path / "SHA256SUMS").write_text((vector_files.FOLDER / "SHA256SUMS").read_text())
    monkeypatch.setattr(vector_files, "FOLDER", tmp_path)
    for damaged in (whole[:-1], whole[:500] + bytes([whole[500] ^ 1]) + whole[501:]):
        (tmp_path / "wikipedia-sgns.npy").write_bytes(damaged)
        with pytest.raises(ValueError, match="wikipedia-sgns.npy is damaged"):
            load_wikipedia_sgns()
