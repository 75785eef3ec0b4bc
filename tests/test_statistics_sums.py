"""Statistics added and taken away: what remains is what counting the rest gives, to the bit."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

import w2vlib
from w2vlib import CorpusStatistics, count_corpus
from w2vlib.counting import COUNTS

WORDS = tuple("abcdef")
ANCHOR = list("abcdefabcdef")  # so that no corpus is without a word of the vocabulary
CORPORA = st.lists(st.lists(st.sampled_from("abcdefxyz"), max_size=9), max_size=4).map(
    lambda docs: [*docs, ANCHOR]
)
WAYS = st.fixed_dictionaries(
    {
        "window": st.integers(1, 6),
        "weighting": st.sampled_from(["linear", "harmonic", "flat"]),
        "oov": st.sampled_from(["drop", "gap"]),
    }
)
FORMS = st.tuples(st.booleans(), st.booleans(), st.booleans())


def counted(documents, way, sparse=False) -> CorpusStatistics:
    return count_corpus(documents, words=WORDS, backend="numpy", sparse=sparse, **way)


def parts(stats: CorpusStatistics):
    """All that statistics are, types and form included."""
    counts = stats.counts
    arrays = (counts.data, counts.indices, counts.indptr) if stats.sparse else (counts,)
    arrays += (stats.occurrences,)
    said = (
        stats.words,
        stats.window,
        stats.weighting,
        stats.oov,
        stats.n_tokens,
        stats.n_documents,
        stats.source,
    )
    return said, [(array.dtype.str, array.shape, array.tobytes()) for array in arrays]


@given(CORPORA, CORPORA, WAYS, FORMS)
def test_what_was_added_can_be_taken_away_again(one, other, way, forms):
    """In all four combinations of dense and sparse."""
    a, b = counted(one, way, forms[0]), counted(other, way, forms[1])
    assert parts(a + b - b) == parts(a)
    assert parts(counted(one + other, way, forms[0]) - b) == parts(a)


@given(CORPORA, CORPORA, CORPORA, WAYS, FORMS)
def test_the_order_of_sums_does_not_matter(one, other, third, way, forms):
    a, b, c = (counted(docs, way, sparse) for docs, sparse in zip((one, other, third), forms))
    assert parts(a + b + c) == parts(a + (b + c))
    assert parts((a + b).dense()) == parts((b + a).dense())


@given(st.lists(CORPORA, min_size=1, max_size=5), WAYS, st.randoms(use_true_random=False))
def test_texts_come_and_go_in_any_order(texts, way, order: random.Random):
    """What is left is a count of what is left."""
    kept, steps = counted([ANCHOR], way), [(text, sign) for text in texts for sign in (1, -1)]
    inside, total = [], kept
    while steps:
        text, sign = order.choice([s for s in steps if s[1] > 0 or any(s[0] is t for t in inside)])
        steps = [s for s in steps if not (s[0] is text and s[1] == sign)]
        total = total + counted(text, way) if sign > 0 else total - counted(text, way)
        inside = [*inside, text] if sign > 0 else [t for t in inside if t is not text]
        assert parts(total) == parts(counted([ANCHOR, *(doc for t in inside for doc in t)], way))
    assert parts(total) == parts(kept)


def test_the_file_is_the_same_to_the_byte(tmp_path):
    way = dict(window=3, weighting="linear", oov="drop")
    one, other = [list("abcab"), list("fed")], [list("abcdef"), list("ffx")]
    for sparse in (False, True):
        a, b = counted(one, way, sparse), counted(other, way)
        for name, stats in (("a", a), ("back", a + b - b), ("rest", counted(one + other, way, sparse) - b)):
            stats.save(tmp_path / f"{name}.w2v")
        files = {(tmp_path / f"{name}.w2v").read_bytes() for name in ("a", "back", "rest")}
        assert len(files) == 1


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("largest", [2**31 - 1, 2**31, 2**62])
def test_the_type_follows_from_the_counts_alone(largest, sparse):
    """Whether they rose to it or fell."""
    counts = np.array([[largest, 1], [1, 0]])
    small = np.array([[5, 0], [0, 2]])
    form = scipy.sparse.csr_array if sparse else np.asarray
    a, b = (CorpusStatistics(tuple("ab"), form(c), [9, 9], window=1, n_tokens=9) for c in (counts, small))
    narrow = COUNTS if largest < 2**31 else np.int64
    assert a.counts.dtype == narrow and b.counts.dtype == COUNTS
    assert parts(a + b - b) == parts(a) and parts(a + b - a) == parts(b)
    assert parts(dataclasses.replace(a, counts=form(counts.astype(np.int64)))) == parts(a)


def test_counts_beyond_signed_numbers_are_taken_away_exactly():
    counts = np.array([[2**63 + 5, 1], [1, 2]], np.uint64)
    a = CorpusStatistics(tuple("ab"), counts, [9, 9], window=1)
    b = CorpusStatistics(tuple("ab"), np.array([[2**63 - 5, 1], [1, 0]], np.uint64), [1, 1], window=1)
    assert (a - b).counts.tolist() == [[10, 0], [0, 2]] and (a - b).counts.dtype == COUNTS
    assert parts(a - b + b) == parts(a)


@pytest.mark.parametrize(
    ("name", "value"), [("words", tuple("fedcba")), ("window", 3), ("weighting", "flat"), ("oov", "gap")]
)
def test_what_was_counted_differently_cannot_be_taken_away(name, value):
    a = counted([ANCHOR], dict(window=2, weighting="linear", oov="drop"))
    with pytest.raises(ValueError, match=f"taken away only if their {name} agree; count both with the same"):
        a - dataclasses.replace(a, **{name: value})


@pytest.mark.parametrize("sparse", [False, True])
def test_what_was_not_added_cannot_be_taken_away(sparse):
    way = dict(window=2, weighting="linear", oov="drop")
    a = counted([list("abab"), list("cc")], way, sparse)
    for other, said in [
        ([list("af")] * 2, "'f' occurs 0 times in them, and 2 times"),
        ([list("ab")] * 3, "they have 2 documents, and what is to be taken away 3"),
        ([list("abcccc")], "'c' occurs 2 times in them, and 4 times"),
        ([list("aabb")], "'a' and 'a' meet 2 times in them, and 4 times"),
        ([list("abababa")], "they have 6 tokens, and what is to be taken away 7"),
    ]:
        for form in (False, True):
            with pytest.raises(ValueError, match=f"this text is not in these statistics: .*{said}"):
                a - counted(other, way, form)
    with pytest.raises(TypeError):
        a - 1


@pytest.mark.parametrize("sparse", [False, True])
def test_words_that_occur_no_more_keep_their_row_and_can_be_left_out(sparse):
    way = dict(window=2, weighting="linear", oov="drop")
    text = [list("abcab"), list("dde"), list("fx")]
    rest = counted(text, way, sparse) - counted(text[1:], way, sparse)
    assert parts(rest) == parts(counted(text[:1], way, sparse))
    assert rest.p[3:].tolist() == [0, 0, 0] and rest.occurrences[3:].tolist() == [0, 0, 0]
    with pytest.raises(
        ValueError, match=r"3 word\(s\) never stand near another.*d, e, f; leave out .*stats.seen"
    ):
        w2vlib.m_star(rest)
    left = rest.seen()
    assert left.words == tuple("abc") and parts(left.seen()) == parts(left)
    assert left.counts.shape == (3, 3) and left.n_tokens == rest.n_tokens
    w2vlib.m_star(left)
    nothing = rest - rest
    assert nothing.total == nothing.n_documents == nothing.n_tokens == 0
    assert parts(nothing + rest) == parts(rest)
    with pytest.raises(ValueError, match="no word stands near another"):
        nothing.seen()


@given(CORPORA, st.sampled_from(["drop", "gap"]))
def test_documents_without_a_word_of_the_vocabulary_count_as_documents(one, oov):
    """They change how many tokens and documents there are, and no count."""
    way = dict(window=3, weighting="linear", oov=oov)
    a, more = counted(one, way), counted([*one, list("xyz"), ["y"], []], way)
    assert (more.n_documents - a.n_documents, more.n_tokens - a.n_tokens) == (3, 4)
    assert np.array_equal(a.counts, more.counts) and np.array_equal(a.occurrences, more.occurrences)
    assert parts(more - a + a) == parts(more)


@given(CORPORA, WAYS)
def test_document_by_document_nothing_is_left(docs, way):
    left = counted([*docs, ANCHOR], way)
    for document in docs:
        if set(document) & set(WORDS):
            left = left - counted([document], way, True)
    assert np.array_equal(left.counts, counted([ANCHOR], way).counts)
