"""Which words are kept, in which order, and how text becomes numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib.vocabulary import build_vocabulary, encode, encode_in_chunks

DOCUMENTS = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=8), max_size=6)


def test_falling_frequency_then_spelling():
    vocabulary = build_vocabulary([["d", "c", "b"], ["c", "b", "a"], []])
    assert vocabulary.words == ("b", "c", "a", "d")
    assert vocabulary.occurrences.tolist() == [2, 2, 1, 1]
    assert vocabulary.occurrences.dtype == np.int64
    assert (len(vocabulary), vocabulary.n_tokens, vocabulary.n_documents) == (4, 6, 3)


def test_ties_at_the_cut_are_decided_by_spelling():
    assert build_vocabulary([["z", "y", "x"]], size=2).words == ("x", "y")
    assert build_vocabulary([["é", "f", "e"]], size=2).words == ("e", "f")


@given(DOCUMENTS.filter(any), st.randoms(use_true_random=False))
def test_order_of_documents_is_irrelevant(documents, random):
    shuffled = [random.sample(document, len(document)) for document in documents]
    random.shuffle(shuffled)
    one, other = build_vocabulary(documents), build_vocabulary(shuffled)
    assert one.words == other.words
    assert one.occurrences.tolist() == other.occurrences.tolist()
    tokens = [word for document in documents for word in document]
    assert dict(zip(one.words, one.occurrences.tolist())) == {w: tokens.count(w) for w in set(tokens)}


def test_size_and_min_count():
    text = [["a"] * 3 + ["b"] * 2 + ["c"]]
    assert build_vocabulary(text, size=2).words == ("a", "b")
    assert build_vocabulary(text, min_count=2).words == ("a", "b")
    assert build_vocabulary(text, size=1, min_count=2).words == ("a",)
    assert build_vocabulary(text, size=2).n_tokens == 6


def test_documents_are_read_once_and_may_be_a_generator():
    assert build_vocabulary(iter([["a"], ["b", "b"]])).words == ("b", "a")


def test_larger_than_the_corpus_has():
    with pytest.raises(ValueError, match="4 words was asked for, but only 3 .* at least 1 time"):
        build_vocabulary([["a", "b", "c"]], size=4)
    with pytest.raises(ValueError, match="2 words was asked for, but only 1 .* at least 2 time"):
        build_vocabulary([["a", "a", "c"]], size=2, min_count=2)


def test_min_count_that_leaves_nothing():
    with pytest.raises(ValueError, match="at least 5"):
        build_vocabulary([["a", "a", "b"]], min_count=5)


@pytest.mark.parametrize("documents", [[], [[]], [[], []], iter([])])
def test_empty_corpus(documents):
    with pytest.raises(ValueError, match="corpus is empty"):
        build_vocabulary(documents)


@pytest.mark.parametrize("size", [0, -3])
def test_size_below_one(size):
    with pytest.raises(ValueError, match=f"at least 1, not {size}"):
        build_vocabulary([["a"]], size=size)


def test_outside_words_are_dropped_or_leave_gaps():
    text = [["x", "a", "x", "b"], [], ["x"], ["b"]]
    dropped = encode(text, ["a", "b"])
    assert dropped.ids.tolist() == [0, 1, 1]
    assert dropped.offsets.tolist() == [0, 2, 2, 2, 3]
    gaps = encode(text, ["a", "b"], oov="gap")
    assert gaps.ids.tolist() == [2, 0, 2, 1, 2, 1]
    assert gaps.offsets.tolist() == [0, 4, 4, 5, 6]
    assert (gaps.ids.dtype, gaps.offsets.dtype) == (np.int32, np.int64)


def test_encoding_nothing():
    nothing = encode([], ["a"])
    assert nothing.ids.tolist() == []
    assert nothing.offsets.tolist() == [0]


@given(DOCUMENTS, st.sampled_from(["drop", "gap"]), st.integers(1, 9))
def test_chunks_put_together_are_the_whole(documents, oov, chunk_tokens):
    words = ["c", "a", "e"]
    whole = encode(documents, words, oov)
    chunks = list(encode_in_chunks(documents, words, oov, chunk_tokens))
    ids = [i for chunk in chunks for i in chunk.ids.tolist()]
    lengths = [n for chunk in chunks for n in np.diff(chunk.offsets).tolist()]
    assert ids == whole.ids.tolist()
    assert lengths == np.diff(whole.offsets).tolist()
    assert all(chunk.offsets[0] == 0 and chunk.offsets[-1] == len(chunk.ids) for chunk in chunks)
    assert all(len(chunk.ids) >= chunk_tokens for chunk in chunks[:-1])


@given(DOCUMENTS)
def test_encoding_can_be_read_back(documents):
    words = ["a", "b", "c", "d", "e", "f", "g"]
    text = encode(documents, words)
    back = [[words[i] for i in text.ids[a:b]] for a, b in zip(text.offsets, text.offsets[1:])]
    assert back == documents


def test_chunks_do_not_read_ahead():
    read = []

    def documents():
        for k in range(100):
            read.append(k)
            yield ["a", "b"]

    chunks = encode_in_chunks(documents(), ["a", "b"], chunk_tokens=6)
    assert len(next(chunks).ids) == 6
    assert len(read) == 3
    next(chunks)
    assert len(read) == 6


def test_a_word_twice_in_the_vocabulary():
    with pytest.raises(ValueError, match="'b' more than once"):
        encode([["a"]], ["a", "b", "c", "b"])


def test_unknown_treatment_of_outside_words():
    with pytest.raises(ValueError, match="'drop' or 'gap', not 'skip'"):
        encode([["a"]], ["a"], oov="skip")
