"""Vectors from counts in one call, and rarer words folded in: by least squares, dense and sparse alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib import Spectrum, WordMatrix, m_star, spectrum, vectors, word_vectors
from w2vlib.statistics import CorpusStatistics
from w2vlib.targets import SparseTarget
from w2vlib.vectors import fold_in

SEEDS = st.integers(0, 2**32 - 1)


def random_target(size: int, seed: int) -> WordMatrix:
    half = np.random.default_rng(seed).standard_normal((size, size))
    return WordMatrix(half + half.T, [f"w{i}" for i in range(size)])


def block(target: WordMatrix, n: int) -> WordMatrix:
    return WordMatrix(np.asarray(target)[:n, :n], target.words[:n])


@pytest.fixture
def dense_spectrum(monkeypatch):
    """Directions of a sparse target from its matrix."""
    monkeypatch.setattr(
        vectors,
        "spectrum",
        lambda M, d, residual: spectrum(M.toarray() if isinstance(M, SparseTarget) else M, d, residual),
    )


# Folding in


@given(SEEDS, st.integers(2, 12), st.integers(1, 6), st.data())
def test_vectors_of_rarer_words_are_least_squares(seed, n, rarer, data):
    target = random_target(n + rarer, seed)
    modes = spectrum(block(target, n), data.draw(st.integers(1, n)))
    if modes.values[0] <= 0:
        return
    found, core = fold_in(target, modes), modes.embedding()
    assert found.words == target.words
    np.testing.assert_array_equal(found.vectors[:n], core.vectors)
    aim = np.asarray(target)[:n, n:]
    expected = np.linalg.lstsq(core.vectors, aim, rcond=None)[0].T
    np.testing.assert_allclose(found.vectors[n:], expected, atol=1e-8)


@given(SEEDS)
def test_a_word_that_meets_others_as_a_word_of_the_core_does_gets_its_vector(seed):
    target = np.asarray(random_target(8, seed))
    again = np.array([0, 1, 2, 3, 4, 5, 6, 7, 3, 0])
    found = fold_in(
        WordMatrix(target[np.ix_(again, again)], "abcdefghij"),
        spectrum(WordMatrix(target, "abcdefgh"), 8),
    )
    np.testing.assert_allclose(found.vectors[8], found["d"], atol=1e-10)
    np.testing.assert_allclose(found.vectors[9], found["a"], atol=1e-10)


@given(SEEDS)
def test_a_target_of_low_rank_is_met_by_all_words(seed):
    W = np.random.default_rng(seed).standard_normal((9, 3))
    target = WordMatrix(W @ W.T, "abcdefghi")
    found = fold_in(target, spectrum(block(target, 5), 3)).vectors
    np.testing.assert_allclose(found @ found.T, target, atol=1e-8)


def test_directions_with_no_positive_eigenvalue_are_left_out():
    target = random_target(12, 0)
    all_of_them = spectrum(block(target, 8), 8)
    positive = all_of_them.leading(int((all_of_them.values > 0).sum()))
    assert 0 < len(positive) < 8
    np.testing.assert_array_equal(fold_in(target, all_of_them).vectors, fold_in(target, positive).vectors)
    with pytest.raises(ValueError, match="no direction has a positive eigenvalue"):
        fold_in(target, spectrum(WordMatrix(-np.eye(8), target.words[:8]), 2))


def test_a_core_of_all_words_adds_nothing():
    target = random_target(6, 1)
    modes = spectrum(target, 3)
    np.testing.assert_array_equal(fold_in(target, modes).vectors, modes.embedding().vectors)


@pytest.mark.parametrize("pseudo_count", [0, 8])
@pytest.mark.parametrize("d", [3, 40])
def test_folding_into_sparse_and_dense_targets(random_stats, made_sparse, pseudo_count, d):
    stats = random_stats(70, zeros=0.5)
    dense, sparse = (m_star(s, 2, pseudo_count) for s in (stats, made_sparse(stats)))
    modes = spectrum(block(dense, 45), d)
    one, other = fold_in(dense, modes), fold_in(sparse, modes)
    assert one.words == other.words
    np.testing.assert_allclose(one.vectors, other.vectors, atol=1e-4)
    np.testing.assert_array_equal(one.vectors[:45], other.vectors[:45])


def test_targets_that_do_not_fit_the_core():
    target = random_target(6, 0)
    modes = spectrum(block(target, 4), 2)
    for wrong in (np.ones((6, 5)), np.ones((3, 3))):
        with pytest.raises(
            ValueError, match=r"target must be square, with the core of 4 words .* not of shape \("
        ):
            fold_in(wrong, modes)
    with pytest.raises(ValueError, match="the words of target are not known"):
        fold_in(np.asarray(target), modes)
    with pytest.raises(ValueError, match="row 0 is 'w0' there and 'w5' here"):
        fold_in(WordMatrix(target, target.words[::-1]), modes)
    with pytest.raises(ValueError, match="the words of these rows are not known"):
        fold_in(target, Spectrum(modes.values, modes.vectors, modes.residual))
    holed = np.array(target)
    holed[5, 0] = np.nan
    with pytest.raises(ValueError, match="the vector of 'w5' holds NaN"):
        fold_in(WordMatrix(holed, target.words), modes)


# Vectors in one call


def gram(embedding) -> np.ndarray:
    return embedding.vectors @ embedding.vectors.T


def test_vectors_are_those_of_target_and_spectrum(wikipedia_2000):
    stats = wikipedia_2000.first(600)
    for pseudo_count in (0, 16):
        found = word_vectors(stats, 50, pseudo_count)
        expected = spectrum(m_star(stats, pseudo_count=pseudo_count), 50).embedding()
        assert found.words == stats.words
        np.testing.assert_allclose(gram(found), gram(expected), atol=0.02)


def test_beyond_the_core_vectors_are_least_squares(wikipedia_2000):
    stats = wikipedia_2000.first(500)
    found = word_vectors(stats, 30, 5, core=300)
    W, M = found.vectors, np.asarray(m_star(stats, pseudo_count=5))
    np.testing.assert_allclose(W[300:], np.linalg.lstsq(W[:300], M[:300, 300:], rcond=None)[0].T, atol=1e-3)
    core = spectrum(block(m_star(stats, pseudo_count=5), 300), 30).embedding()
    np.testing.assert_allclose(W[:300] @ W[:300].T, gram(core), atol=0.02)


@pytest.mark.parametrize("core", [150, 400, 10**9])
def test_sparse_counts_give_the_same_vectors(dense_spectrum, wikipedia_2000, made_sparse, core):
    stats = wikipedia_2000.first(400)
    one, other = (word_vectors(s, 40, 3, core) for s in (stats, made_sparse(stats)))
    assert one.words == other.words
    np.testing.assert_allclose(gram(one), gram(other), atol=1e-3)


@pytest.mark.parametrize("weighting, unit", [("linear", 3), ("flat", 1), ("harmonic", 27.4)])
def test_the_pseudo_count_by_default_is_one_meeting_in_the_window(random_stats, weighting, unit):
    """At distances 1 to 5: the mean of 5, 4, 3, 2, 1; of 1; and of 60 / 1, …, 60 / 5."""
    counts = random_stats(30)
    stats = CorpusStatistics(counts.words, counts.counts, counts.occurrences, 5, weighting)
    found = word_vectors(stats, 5).vectors
    np.testing.assert_array_equal(found, word_vectors(stats, 5, unit).vectors)
    assert not np.allclose(found, word_vectors(stats, 5, 2 * unit).vectors)


@pytest.mark.parametrize("weighting", ["linear", "flat"])
def test_a_window_as_wide_as_any_text(random_stats, weighting):
    counts = random_stats(9)
    stats = CorpusStatistics(counts.words, counts.counts, counts.occurrences, 2**50, weighting)
    assert len(word_vectors(stats, 2)) == 9


@pytest.mark.parametrize(
    "options, message",
    [
        ({"d": 0}, "d must be a whole number between 1 and 9, not 0; the core has 9 words"),
        ({"d": 10}, "d must be a whole number between 1 and 9, not 10; the core has 9 words"),
        ({"d": 5, "core": 4}, "d must be a whole number between 1 and 4, not 5; the core has 4 words"),
        ({"d": 2, "core": 0}, "core must be a whole number from 1 on, not 0"),
        ({"d": 2, "pseudo_count": -1}, "pseudo_count must be 0 or more and finite, not -1"),
        ({"d": 2, "residual": 0}, "residual must be a positive, finite number, not 0"),
    ],
)
def test_bad_settings(random_stats, options, message):
    with pytest.raises(ValueError, match=message):
        word_vectors(random_stats(9), **options)
