"""Words and their rows: where each stands, and matrices whose words never stay with rows of others."""

from __future__ import annotations

import copy
import operator
import pickle
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import w2vlib
from w2vlib.words import UnknownWordError, WordIndex, WordMatrix, check_words, labelled, words_of

WORDS = st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=8, unique=True)
THREE = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, 5.0], [0.0, 5.0, 1.0]])


@pytest.fixture
def M():
    return WordMatrix(THREE.copy(), ["tea", "cup", "pot"])


# --- rows --------------------------------------------------------------------


@given(WORDS, st.randoms(use_true_random=False))
def test_rows_are_the_places_of_words_in_the_order_asked_for(words, random):
    asked = random.sample(words, random.randint(0, len(words)))
    index = WordIndex(words)
    assert index.rows(asked) == index.rows(iter(asked)) == [words.index(word) for word in asked]
    assert [index[word] for word in words] == list(range(len(words)))
    assert all(word in index for word in words)


def test_rows_of_words_that_are_missing_or_stand_twice():
    index = WordIndex(["the", "king", "queen"])
    with pytest.raises(UnknownWordError, match="'kings' is not among the 3 words .* did you mean 'king'"):
        index.rows(["the", "kings"])
    with pytest.raises(ValueError, match="'king' stands twice in the group; each word needs one place"):
        index.rows(iter(["king", "the", "king"]))
    with pytest.raises(ValueError, match="the vocabulary holds 'a' more than once"):
        WordIndex(["a", "b", "a"])


@pytest.mark.parametrize("key", [1, None, ("the",), ["the"]])
def test_what_is_no_word_is_not_found(key):
    with pytest.raises(UnknownWordError, match="is not among the 1 words"):
        WordIndex(["the"])[key]


# --- matrices with words -----------------------------------------------------


def test_a_matrix_knows_its_words_and_is_an_array(M):
    assert isinstance(M, np.ndarray) and M.words == ("tea", "cup", "pot")
    assert M.tolist() == THREE.tolist() and M[1, 2] == 5
    assert (float(M.max()), float(M.trace()), M.sum(axis=0).tolist()) == (5, 6, [3, 9, 6])
    assert WordMatrix(THREE, "abc").words == ("a", "b", "c")
    assert np.shares_memory(WordMatrix(THREE, "abc"), THREE)
    assert WordMatrix(M, "abc").words == ("a", "b", "c") and M.words == ("tea", "cup", "pot")


COMPUTED = {
    "sum": lambda M: M + M,
    "product": lambda M: 2 * M,
    "matrix product": lambda M: M @ M,
    "dot": lambda M: M.dot(M),
    "power": lambda M: M**2,
    "function": np.tanh,
    "comparison": lambda M: M > 1,
    "rounded": lambda M: M.round(1),
    "where": lambda M: np.where(M > 0, M, 0),
    "mean": lambda M: M - M.mean(axis=0),
    "in place": lambda M: operator.imul(M, 2),
    "into another": lambda M: np.add(M, M, out=M.copy()),
    "eigenvectors": lambda M: np.linalg.eigh(M)[1],
    "triangle": np.tril,
    "joined": lambda M: np.concatenate([M, M]),
}
MOVED = {
    "permuted": lambda M: M[[2, 0, 1]][:, [2, 0, 1]],
    "by np.ix_": lambda M: M[np.ix_([2, 0, 1], [2, 0, 1])],
    "turned round": lambda M: M[::-1, ::-1],
    "corner": lambda M: M[:2, :2],
    "row": lambda M: M[0],
    "masked": lambda M: M[M > 0],
    "rolled": lambda M: np.roll(M, 1, axis=(0, 1)),
    "flipped": np.flip,
    "sorted": np.sort,
    "taken": lambda M: M.take([1, 0, 2], axis=0).take([1, 0, 2], axis=1),
    "transposed": lambda M: M.T,
    "reshaped": lambda M: M.reshape(3, 3),
    "copied": lambda M: M.copy(),
    "converted": lambda M: M.astype(np.float32),
}


@pytest.mark.parametrize("name", COMPUTED)
def test_what_is_computed_from_a_matrix_has_no_words(M, name):
    found = COMPUTED[name](M)
    assert getattr(found, "words", None) is None
    np.testing.assert_array_equal(found, COMPUTED[name](THREE.copy()))


@pytest.mark.parametrize("name", MOVED)
def test_rows_that_may_have_moved_have_no_words(M, name):
    found = MOVED[name](M)
    assert found.words is None
    np.testing.assert_array_equal(found, MOVED[name](THREE.copy()))
    with pytest.raises(ValueError, match="words of this matrix are not known any more"):
        found.block(["tea"])
    assert M.words == ("tea", "cup", "pot")


def test_plain_arithmetic_gives_plain_arrays_and_numbers(M):
    assert type(M + 1) is type(M @ M) is type(M.sum(axis=0)) is np.ndarray
    assert isinstance(M.sum(), float) and isinstance(M.mean(), float) and isinstance(M[0, 0], float)


def test_a_block_by_hand(M):
    assert M.block(["pot", "tea"]).tolist() == [[1, 0], [0, 2]]
    assert type(M.block(["pot"])) is np.ndarray
    assert M.block(M.words).tolist() == THREE.tolist()
    M.block(["pot", "tea"])[0, 0] = 9
    assert M[2, 2] == 1
    with pytest.raises(UnknownWordError, match="'cups' .* did you mean 'cup'"):
        M.block(["tea", "cups"])
    with pytest.raises(ValueError, match="'tea' stands twice"):
        M.block(["tea", "tea"])


@pytest.mark.parametrize(
    ("matrix", "words", "message"),
    [
        (THREE, "ab", r"row and a column for each of the 2 words, not the shape \(3, 3\)"),
        (THREE, "abcd", "each of the 4 words"),
        (THREE[:2], "ab", r"not the shape \(2, 3\)"),
        (THREE[0], "abc", r"not the shape \(3,\)"),
        (THREE, "aba", "'a' more than once"),
    ],
)
def test_words_that_do_not_fit_are_refused(matrix, words, message):
    with pytest.raises(ValueError, match=message):
        WordMatrix(matrix, words)


# --- words in common ---------------------------------------------------------


def test_words_that_matrices_have_in_common(M):
    other = WordMatrix(np.eye(3), M.words)
    assert words_of(M) == words_of(M, other) == words_of(M, other, M) == M.words
    for plain in (THREE, M.copy(), M + 1, THREE.tolist()):
        assert words_of(plain) is words_of(M, plain) is words_of(plain, M) is None


def test_matrices_of_different_words_have_none_in_common(M):
    turned = WordMatrix(np.eye(3), M.words[::-1])
    with pytest.raises(ValueError, match="different words: row 0 is 'tea' in one and 'pot' in another"):
        words_of(M, turned)
    with pytest.raises(ValueError, match="row 1 is 'cup' in one and 'mug' in another"):
        words_of(M, M, WordMatrix(np.eye(3), ["tea", "mug", "pot"]))
    with pytest.raises(ValueError, match="different words: 3 and 2 of them"):
        words_of(M, WordMatrix(np.eye(2), M.words[:2]))


def test_labelled_gives_words_back_where_they_are_known(M):
    again = labelled(M / 2, M.words)
    assert again.words == M.words and (again == THREE / 2).all()
    assert type(labelled(M, None)) is np.ndarray


@pytest.mark.parametrize("odd", [None, float("nan"), b"tea", np.int64(3), 7, ("tea", "N")])
def test_a_word_is_a_string(odd):
    with pytest.raises(ValueError, match=rf"a word must be a string, not {re.escape(repr(odd))} \("):
        check_words(["cup", odd])


@pytest.mark.parametrize("odd", ["caf\udce9", "\ud83d", "x\ud83d\ude00"])
def test_a_word_can_be_written(odd):
    with pytest.raises(ValueError, match=f"the word {re.escape(repr(odd))} cannot be written as UTF-8"):
        check_words(["cup", odd])


def test_any_text_is_a_word():
    assert check_words(["", "two words", "line\nbreak", "😀", np.str_("cup"), "\0"]) is None
    assert check_words([]) is None


@pytest.mark.parametrize(
    ("odd", "remedy"), [(None, "leave it out"), (np.nan, "leave it out"), (2, r"with str\(word\)")]
)
def test_what_to_do_about_what_is_no_word(odd, remedy):
    with pytest.raises(ValueError, match=rf"a word must be a string, not .*{remedy}"):
        check_words(["cup", odd])


def test_words_without_an_order_or_of_another_kind_have_no_rows():
    for words in ({"a", "b"}, {"a": 0, "b": 1}, np.arange(2.0), ["a", None]):
        with pytest.raises((TypeError, ValueError), match="words must be a sequence|a word must be a string"):
            WordIndex(words)
    with pytest.raises(TypeError, match="words must be a list or a tuple, not {'a'}"):
        w2vlib.Embedding({"a"}, np.ones((1, 2)))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda M: pickle.loads(pickle.dumps(M))])
def test_a_matrix_saved_or_copied_whole_keeps_its_words(again):
    M = WordMatrix(np.array([[0.0, 1.0], [2.0, 3.0]]), ["a", "b"])
    same = again(M)
    assert same.words == ("a", "b")
    np.testing.assert_array_equal(same, M)
    same[0, 0] = 9
    assert M[0, 0] == 0
    assert getattr(again(M[::-1]), "words", None) is None
