"""Counts against a brute force one can check by eye, for every option and both kernels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2vlib.corpus import EncodedText, encode, encode_in_chunks
from w2vlib.counting import COUNTS, WEIGHTINGS, cooccurrence_counts, window_weights
from w2vlib.statistics import count_corpus

numba = pytest.importorskip("numba")
BACKENDS = ("numba", "numpy")
WORDS = ["a", "b", "c"]
DOCUMENTS = st.lists(st.lists(st.sampled_from("abcxy"), max_size=12), max_size=5)
WEIGHT = {
    "linear": lambda distance, window: window + 1 - distance,
    "harmonic": lambda distance, window: 1 / distance,
    "flat": lambda distance, window: 1,
}


def spelled(*documents):
    """Documents whose words are single letters."""
    return [list(document) for document in documents]


def brute_force(documents, window, weighting, oov):
    """All pairs of positions of a document that are at most `window` apart."""
    counts = np.zeros((3, 3))
    for document in documents:
        kept = [word for word in document if oov == "gap" or word in WORDS]
        for a, first in enumerate(kept):
            for b, second in enumerate(kept):
                if 0 < abs(a - b) <= window and first in WORDS and second in WORDS:
                    counts[WORDS.index(first), WORDS.index(second)] += WEIGHT[weighting](abs(a - b), window)
    return counts


def holds_a_word(documents):
    return any(word in WORDS for document in documents for word in document)


@settings(max_examples=150)
@given(
    DOCUMENTS.filter(holds_a_word),
    st.integers(1, 16),
    st.sampled_from(WEIGHTINGS),
    st.sampled_from(["drop", "gap"]),
    st.sampled_from(BACKENDS),
    st.booleans(),
)
def test_counts_equal_the_brute_force(documents, window, weighting, oov, backend, sparse):
    text = encode(documents, WORDS, oov)
    counts = cooccurrence_counts(text, 3, window, weighting, backend, sparse=sparse)
    if sparse:
        assert counts.has_canonical_format and counts.data.all() and counts.indices.dtype == np.int32
        counts = counts.toarray()
    unit = window_weights(window, weighting)[1]
    expected = brute_force(documents, window, weighting, oov)
    assert counts.dtype.kind == "i"
    assert np.array_equal(counts, counts.T)
    if weighting == "harmonic":
        assert np.abs(counts / unit - expected).max() <= 1e-12 * max(1, expected.max())
    else:
        assert counts.tolist() == expected.tolist()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("oov", ["drop", "gap"])
@pytest.mark.parametrize("window", [1, 2, 3, 7, 22])
def test_every_combination_of_options_against_the_brute_force(backend, weighting, oov, window):
    documents = spelled("abxcabcay", "", "x", "c", "ba", "aaaaab", "xyxycxyxa")
    counts = cooccurrence_counts(encode(documents, WORDS, oov), 3, window, weighting, backend)
    unit = window_weights(window, weighting)[1]
    np.testing.assert_allclose(counts / unit, brute_force(documents, window, weighting, oov), rtol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
def test_hand_worked(backend):
    def count(documents, window, weighting="linear", oov="drop"):
        text = encode(spelled(*documents), WORDS, oov)
        return cooccurrence_counts(text, 3, window, weighting, backend).tolist()

    # "a b a", reach 2: each neighbouring pair weighs 2, the two a's weigh 1, seen from both ends.
    assert count(["aba"], 2) == [[2, 4, 0], [4, 0, 0], [0, 0, 0]]
    # With reach 1 the two a's do not meet.
    assert count(["aba"], 1) == [[0, 2, 0], [2, 0, 0], [0, 0, 0]]
    # Documents are worlds of their own.
    assert count(["ab", "ca"], 5) == [[0, 5, 5], [5, 0, 0], [5, 0, 0]]
    # x is not counted: dropped, a and b touch; as a gap it keeps them two apart.
    assert count(["axb"], 2) == [[0, 2, 0], [2, 0, 0], [0, 0, 0]]
    assert count(["axb"], 2, oov="gap") == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    # Harmonic, reach 2, in halves: a–b and b–c at distance 1 are 2 halves, a–c at 2 is 1 half.
    assert count(["abc"], 2, "harmonic") == [[0, 2, 1], [2, 0, 2], [1, 2, 0]]
    assert count(["aaa"], 9, "flat") == [[6, 0, 0], [0, 0, 0], [0, 0, 0]]
    # A lone word is seen, but near nothing.
    assert count(["a"], 4) == [[0] * 3] * 3


@given(DOCUMENTS.filter(holds_a_word), st.integers(1, 7), st.integers(1, 10), st.sampled_from(BACKENDS))
def test_counts_of_pieces_add_up(documents, window, chunk_tokens, backend):
    whole = cooccurrence_counts(encode(documents, WORDS), 3, window, backend=backend)
    pieces = encode_in_chunks(documents, WORDS, chunk_tokens=chunk_tokens)
    assert np.array_equal(cooccurrence_counts(pieces, 3, window, backend=backend), whole)
    shards = [[document] for document in documents if holds_a_word([document])]
    added = sum(cooccurrence_counts(encode(s, WORDS), 3, window, backend=backend) for s in shards)
    assert np.array_equal(added, whole)


@given(DOCUMENTS.filter(holds_a_word), st.permutations(range(3)), st.sampled_from(BACKENDS))
def test_relabelling_words_relabels_counts(documents, order, backend):
    counts = cooccurrence_counts(encode(documents, WORDS), 3, 4, backend=backend)
    relabelled = cooccurrence_counts(encode(documents, [WORDS[i] for i in order]), 3, 4, backend=backend)
    assert np.array_equal(relabelled, counts[np.ix_(order, order)])


@given(DOCUMENTS.filter(holds_a_word), st.integers(1, 7), st.sampled_from(BACKENDS))
def test_reading_backwards_changes_nothing(documents, window, backend):
    backwards = [document[::-1] for document in documents]
    assert np.array_equal(
        cooccurrence_counts(encode(documents, WORDS), 3, window, backend=backend),
        cooccurrence_counts(encode(backwards, WORDS), 3, window, backend=backend),
    )


def random_text(size: int, tokens: int, documents: int) -> EncodedText:
    rng = np.random.default_rng(1)
    ids = np.minimum(rng.zipf(1.3, tokens) - 1, size).astype(np.int32)
    edges = np.sort(rng.integers(0, tokens + 1, documents - 1))
    return EncodedText(ids, np.concatenate(([0], edges, [tokens])).astype(np.int64))


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_kernels_agree_on_a_longer_text_whatever_the_threads(weighting):
    text = random_text(size=300, tokens=30_000, documents=40)
    expected = cooccurrence_counts(text, 300, 16, weighting, backend="numpy")
    for threads in (1, 2, 3, 7):
        found = cooccurrence_counts(text, 300, 16, weighting, backend="numba", threads=threads)
        assert np.array_equal(found, expected)
        assert found.dtype == expected.dtype
    assert np.array_equal(cooccurrence_counts(text, 300, 16, weighting), expected)


@pytest.mark.parametrize("backend", BACKENDS)
def test_word_numbers_of_more_than_16_bits(backend):
    """Over 65,535 words the fast kernel stores them more widely."""
    size = 2**16 + 3
    text = EncodedText(np.array([size - 1, size - 2, size, size - 1], np.int32), np.array([0, 4]))
    counts = cooccurrence_counts(text, size, 3, backend=backend, sparse=True)
    # last–second: 3 + 2, from both ends; last–last, 3 apart: 1, from both ends.
    assert counts[[size - 2, size - 1]][:, [size - 2, size - 1]].toarray().tolist() == [[0, 5], [5, 2]]
    assert counts.sum() == 12


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_sparse_counts_are_those_of_the_whole_matrix_whatever_the_threads(weighting, monkeypatch):
    text = random_text(size=300, tokens=30_000, documents=40)
    for entries in (1, 5_000, 1 << 21):  # entries of a block of rows
        monkeypatch.setattr("w2vlib._counting_numba._ENTRIES", entries)
        for threads, backend in ((1, "numba"), (3, "numba"), (1, "numpy")):
            whole = cooccurrence_counts(text, 300, 16, weighting)
            found = cooccurrence_counts(text, 300, 16, weighting, backend, threads, sparse=True)
            assert found.dtype == whole.dtype and 0 < found.nnz < 300 * 300
            assert np.array_equal(found.toarray(), whole)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("backend", BACKENDS)
def test_texts_counted_together_or_one_after_another(backend, sparse, monkeypatch):
    texts = [random_text(300, tokens, 5) for tokens in (1000, 50, 3000, 2)]
    expected = sum(cooccurrence_counts(text, 300, 16).astype(np.int64) for text in texts)
    for together in (1, 1500, 1 << 26):
        monkeypatch.setattr("w2vlib.counting._TOGETHER", together)
        found = cooccurrence_counts(texts, 300, 16, backend=backend, sparse=sparse)
        assert np.array_equal(found.toarray() if sparse else found, expected)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("backend", BACKENDS)
def test_counts_that_outgrow_32_bits_are_exact(backend, sparse):
    # One word n times in a row: 2 Σ w_δ (n − δ), here about 7 × 10⁹.
    n, window = 40_000, 12
    weights = window_weights(window, "harmonic")[0]
    text = EncodedText(np.zeros(n, np.int32), np.array([0, n]))
    counts = cooccurrence_counts(text, 1, window, "harmonic", backend, sparse=sparse)
    assert counts.dtype == np.int64
    assert counts.sum() == 2 * sum(w * (n - k) for k, w in enumerate(weights.tolist(), start=1)) > 2**32


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("together", [1, 1 << 26])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_matrix_widened_half_way_keeps_what_it_held(backend, together, sparse, monkeypatch):
    monkeypatch.setattr("w2vlib.counting._TOGETHER", together)
    short = EncodedText(np.array([0, 1, 0], np.int32), np.array([0, 3]))
    long = EncodedText(np.zeros(40_000, np.int32), np.array([0, 40_000]))
    weighting = dict(size=2, window=12, weighting="harmonic", backend=backend)
    counts = cooccurrence_counts([short, long, short], sparse=sparse, **weighting)
    apart = 2 * cooccurrence_counts(short, **weighting).astype(np.int64)
    assert cooccurrence_counts(short, **weighting).dtype == COUNTS
    counts = counts.toarray() if sparse else counts
    assert np.array_equal(counts, apart + cooccurrence_counts(long, **weighting))


def test_counts_beyond_the_53_bits_of_a_double_are_exact():
    """The fast kernel adds a row to the result; in floating point the last digits would go."""
    from w2vlib._counting_numba import count_dense, count_sparse

    text = EncodedText(np.array([0, 1], np.int32), np.array([0, 2]))
    weights = np.array([2**33 + 1], np.int64)
    counts = np.array([[0, 2**60], [2**60, 0]], np.int64)
    before = counts[[0, 1], [1, 0]], np.array([1, 0], np.int32), np.array([0, 1, 2])
    both_sides = count_sparse([text], weights, before, np.int64, threads=1)[0]
    assert both_sides.tolist() == [2**60 + 2**33 + 1] * 2
    count_dense([text], weights, counts, threads=1)  # to the right
    assert counts.tolist() == [[0, 2**60 + 2**33 + 1], [2**60, 0]]


def test_a_count_that_could_exceed_64_bits_is_refused():
    # Weights near 2**50 at each of 100,000 distances are too much for 100,000 occurrences.
    text = EncodedText(np.zeros(100_000, np.int32), np.array([0, 100_000]))
    with pytest.raises(OverflowError, match="more than 64 bits hold"):
        cooccurrence_counts(text, 1, window=2**50)


# --- weights ---------------------------------------------------------------


@given(st.integers(1, 200))
def test_linear_and_flat_weights(window):
    weights, unit = window_weights(window)
    assert unit == 1
    assert weights.tolist() == list(range(window, 0, -1))
    weights, unit = window_weights(window, "flat")
    assert unit == 1
    assert weights.tolist() == [1] * window


@pytest.mark.parametrize("window", range(1, 23))
def test_harmonic_weights_are_exact_in_their_unit(window):
    weights, unit = window_weights(window, "harmonic")
    assert unit == math.lcm(*range(1, window + 1))
    assert weights.dtype == np.int64
    assert all(int(weight) * distance == unit for distance, weight in enumerate(weights, start=1))


def test_harmonic_window_too_wide_for_64_bits():
    with pytest.raises(ValueError, match="window of 23 .* at most 22"):
        window_weights(23, "harmonic")


@pytest.mark.parametrize("window", [0, -1, True, 2.5, 2.0, "3", None])
def test_window_must_be_a_positive_whole_number(window):
    with pytest.raises(ValueError, match=f"whole number from 1 on, not {window!r}"):
        window_weights(window)
    with pytest.raises(ValueError, match="window"):
        cooccurrence_counts(encode(spelled("ab"), WORDS), 3, window)


def test_numpy_integers_are_windows_too():
    assert window_weights(np.int64(2))[0].tolist() == [2, 1]


def test_unknown_weighting_and_backend():
    with pytest.raises(ValueError, match="'linear', 'harmonic' or 'flat', not 'gaussian'"):
        window_weights(3, "gaussian")
    with pytest.raises(ValueError, match="'auto', 'numba' or 'numpy', not 'cuda'"):
        cooccurrence_counts(encode(spelled("ab"), WORDS), 3, backend="cuda")


def test_auto_takes_numpy_where_numba_is_missing(monkeypatch):
    import importlib.util
    import sys

    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "numba" else find(name, *a)
    )
    monkeypatch.setitem(sys.modules, "w2vlib._counting_numba", None)
    text = encode(spelled("aba"), WORDS)
    assert cooccurrence_counts(text, 3, 2).tolist() == [[2, 4, 0], [4, 0, 0], [0, 0, 0]]
    with pytest.raises(ImportError):
        cooccurrence_counts(text, 3, 2, backend="numba")


@pytest.mark.parametrize("backend", BACKENDS)
def test_word_numbers_out_of_range(backend):
    text = EncodedText(np.array([0, 4], np.int32), np.array([0, 2]))
    with pytest.raises(ValueError, match="between 0 and 3"):
        cooccurrence_counts(text, 3, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("documents", [[], [[]], [["x"]], [[], ["x", "y"]]])
def test_empty_corpus(backend, documents):
    for oov in ("drop", "gap"):
        with pytest.raises(ValueError, match="corpus is empty"):
            cooccurrence_counts(encode(documents, WORDS, oov), 3, backend=backend)


def test_size_and_threads_below_one():
    text = encode(spelled("ab"), WORDS)
    with pytest.raises(ValueError, match="size must be a whole number between 1 and 2147483647, not 0"):
        cooccurrence_counts(text, 0)
    with pytest.raises(ValueError, match="threads must be a whole number from 1 on, not 0"):
        cooccurrence_counts(text, 3, threads=0)


def test_pieces_are_asked_for_one_at_a_time():
    piece = encode(spelled("ab"), WORDS)
    alive = []

    def pieces():
        for k in range(3):
            alive.append(k)
            yield piece
        raise RuntimeError("the third piece was the last")

    with pytest.raises(RuntimeError):
        cooccurrence_counts(pieces(), 3)
    assert alive == [0, 1, 2]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("window", [10**9, 2**62])
def test_a_window_wider_than_the_text_takes_no_memory(backend, window):
    text = encode(spelled("aba", "c", "cab"), WORDS)
    w = window  # neighbours weigh w, words two apart w − 1; each pair is seen from both ends
    if window < 2**40:
        found = cooccurrence_counts(text, 3, window, backend=backend)
        assert found.tolist() == [[2 * (w - 1), 3 * w, w], [3 * w, 0, w - 1], [w, w - 1, 0]]
    else:
        with pytest.raises(OverflowError, match="could add up to .* more than 64 bits hold"):
            cooccurrence_counts(text, 3, window, backend=backend)
    flat = cooccurrence_counts(text, 3, window, "flat", backend)
    assert flat.tolist() == [[2, 3, 1], [3, 0, 1], [1, 1, 0]]


@pytest.mark.parametrize("backend", BACKENDS)
def test_windows_laid_as_wide_as_each_piece_needs(backend):
    pieces = [encode(spelled(document), WORDS) for document in ("ab", "abcab", "b", "cba", "aabbcc")]
    for weighting in WEIGHTINGS:
        found = cooccurrence_counts(pieces, 3, 20, weighting, backend)
        expected = brute_force(["ab", "abcab", "b", "cba", "aabbcc"], 20, weighting, "drop")
        np.testing.assert_allclose(found / window_weights(20, weighting)[1], expected, rtol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("counted", [np.int32, np.int64])
def test_the_sum_of_all_counts_is_guarded_not_only_each(backend, counted, monkeypatch):
    # Each of 3 words is seen 4 times: no count can pass 2**63, the sum of all could.
    monkeypatch.setattr("w2vlib.counting.COUNTS", counted)
    text = encode(spelled("ab" * 4, "c" * 4), WORDS)
    with pytest.raises(OverflowError, match="could add up to"):
        cooccurrence_counts(text, 3, window=2**56, backend=backend)
    narrow = cooccurrence_counts(text, 3, window=2, backend=backend)
    assert narrow.dtype == counted


@pytest.mark.parametrize("given", [np.int8, np.uint8, np.int16, np.uint32, np.int64, np.uint64])
def test_sizes_and_windows_of_any_integer_type(given):
    text = encode(spelled("aba"), WORDS)
    assert cooccurrence_counts(text, given(3), given(2)).tolist() == [[2, 4, 0], [4, 0, 0], [0, 0, 0]]
    assert window_weights(given(100))[0].tolist() == list(range(100, 0, -1))
    assert count_corpus([["a", "b"]] * 3, size=given(2), window=given(127)).window == 127


def test_windows_beyond_any_text():
    for window in (2**62 + 1, 2**63, 10**30):
        with pytest.raises(ValueError, match=f"a window of {window} is wider than any text"):
            cooccurrence_counts(encode(spelled("ab"), WORDS), 3, window)
        with pytest.raises(ValueError, match="harmonic weights over a window|wider than any text"):
            window_weights(window, "harmonic")


def test_the_gap_is_no_word_where_all_numbers_of_16_bits_are_words():
    text = EncodedText(np.array([2**16 - 1, 0], np.int32), np.array([0, 2]))
    counts = cooccurrence_counts(text, 2**16, window=2, sparse=True).tocoo()
    assert sorted(zip(*counts.coords, counts.data)) == [(0, 2**16 - 1, 2), (2**16 - 1, 0, 2)]
