"""M*, PMI and their relatives: the identity that joins them, and their limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib.statistics import CorpusStatistics, count_corpus
from w2vlib.targets import least_squares_target, m_star, pmi, ppmi
from w2vlib.weights import skipgram_pair_weights


@st.composite
def statistics(draw):
    size = draw(st.integers(2, 7))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    counts = np.triu(rng.integers(0, draw(st.sampled_from([2, 9, 10**6])), (size, size)))
    counts = counts + counts.T + 2 * np.eye(size, dtype=int)
    return CorpusStatistics("abcdefg"[:size], counts, np.ones(size), window=1)


@given(statistics(), st.floats(1e-3, 1e3))
def test_m_star_is_twice_the_hyperbolic_tangent_of_half_the_shifted_pmi(stats, negatives):
    M = m_star(stats, negatives)
    np.testing.assert_allclose(M, 2 * np.tanh((pmi(stats) - np.log(negatives)) / 2), atol=1e-12)
    assert (M >= -2).all()
    assert (M < 2).all()
    assert (M == M.T).all()
    assert ((M == -2) == (stats.counts == 0)).all()
    assert M.dtype == np.float64


def test_m_star_by_hand(small):
    # counts [[2, 4, 0], [4, 0, 2], [0, 2, 0]], row sums 6, 6, 2 of 14.
    P, q = 4 / 14, (6 / 14) ** 2
    M = m_star(small)
    assert M[0, 1] == pytest.approx(2 * (P - q) / (P + q), abs=1e-15)
    assert M[0, 1] == pytest.approx(2 * (56 - 36) / (56 + 36), abs=1e-15)
    assert M[0, 2] == M[1, 1] == M[2, 2] == -2


@pytest.mark.parametrize("negatives", [0.25, 0.5, 1, 1.5])
def test_m_star_vanishes_where_words_meet_k_times_as_often_as_by_chance(negatives):
    # Two words, each with marginal 1/2: chance is 1/4, and P01 = k/4 makes M01 vanish.
    apart = round(1000 * negatives)
    stats = CorpusStatistics("ab", np.array([[2000 - apart, apart], [apart, 2000 - apart]]), [1, 1], window=1)
    assert m_star(stats, negatives)[0, 1] == pytest.approx(0, abs=1e-15)


def test_limits_of_m_star(random_stats):
    stats = random_stats(8, zeros=0)
    assert (m_star(stats, 1e12) < -1.99).all()
    assert (m_star(stats, 1e-12) > 1.99).all()
    assert (m_star(stats, 2) < m_star(stats, 1)).all()
    # Where PMI is small, M* is PMI: tanh x ≈ x.  The next term is PMI³ / 12.
    flat = CorpusStatistics("ab", np.array([[1001, 999], [999, 1001]]), [1, 1], window=1)
    np.testing.assert_allclose(m_star(flat), pmi(flat), atol=1e-9)
    assert np.abs(pmi(flat)).min() > 9e-4


@given(statistics())
def test_pmi_is_the_logarithm_of_the_ratio(stats):
    C, total = stats.counts, stats.counts.sum()
    rows = C.sum(axis=1)
    PMI = pmi(stats)
    seen = C > 0
    np.testing.assert_allclose(PMI[seen], np.log((C * total / np.outer(rows, rows))[seen]), atol=1e-12)
    assert (PMI[~seen] == -np.inf).all()
    assert (PMI == PMI.T).all()


def test_pmi_of_independent_words_is_zero():
    occurrences = np.array([1, 2, 3, 10])
    stats = CorpusStatistics("abcd", np.outer(occurrences, occurrences), occurrences, window=1)
    np.testing.assert_allclose(pmi(stats), 0, atol=1e-14)
    np.testing.assert_allclose(m_star(stats), 0, atol=1e-14)
    assert (ppmi(stats) < 1e-14).all()


def test_what_stands_for_pairs_never_seen(small):
    seen = small.counts > 0
    rows = small.counts.sum(axis=1)
    for unseen in (0.0, -3.5, -np.inf):
        assert (pmi(small, unseen=unseen)[~seen] == unseen).all()
    for unseen in (0.5, 1, 1e-25):
        expected = np.log(unseen * 14 / np.outer(rows, rows))
        np.testing.assert_allclose(pmi(small, unseen=unseen)[~seen], expected[~seen], rtol=1e-14)
    for unseen in (0.0, -3.5, 0.5, 1):
        assert (pmi(small, unseen=unseen)[seen] == pmi(small)[seen]).all()
    # What would be the PMI of a count of 1 is that of a matrix in which the count is 1, marginals kept.
    assert pmi(small, unseen=2)[0, 2] == pytest.approx(np.log(2 / 14 / (6 / 14 * 2 / 14)))


@given(statistics())
def test_ppmi_is_the_positive_part(stats):
    assert (ppmi(stats) == np.where(pmi(stats) > 0, pmi(stats), 0)).all()


def test_any_weighting_against_the_formula(random_stats):
    stats = random_stats(9)
    rng = np.random.default_rng(1)
    up, down = rng.random((2, 9, 9)) + 0.1
    A, B = skipgram_pair_weights(stats, 3, up, down)
    q = np.outer(stats.p, stats.p)
    np.testing.assert_allclose(A, up * stats.P, rtol=1e-14)
    np.testing.assert_allclose(B, 3 * down * q, rtol=1e-14)
    np.testing.assert_allclose(
        least_squares_target(A, B),
        2 * (up * stats.P - 3 * down * q) / (up * stats.P + 3 * down * q),
        atol=1e-13,
    )


def test_a_weight_common_to_both_terms_does_not_move_the_target(random_stats):
    stats = random_stats(9)
    weight = np.random.default_rng(2).random((9, 9)) + 0.1
    weighted = least_squares_target(*skipgram_pair_weights(stats, 1, weight, weight))
    np.testing.assert_allclose(weighted, m_star(stats), atol=1e-13)


def test_statistics_are_left_as_they_were(small):
    before = small.counts.copy(), small.p.copy()
    for target in (m_star, pmi, ppmi):
        target(small)
    assert np.array_equal(small.counts, before[0])
    assert np.array_equal(small.p, before[1])


@pytest.mark.parametrize("negatives", [0, -1, float("nan"), float("inf")])
def test_negatives_must_be_positive(small, negatives):
    with pytest.raises(ValueError, match=f"negatives must be .*positive.*, not {negatives}"):
        m_star(small, negatives)


@pytest.mark.parametrize("target", [m_star, pmi, ppmi])
def test_a_word_that_stands_alone(target):
    alone = count_corpus([["a", "b"], ["alone"], ["lonely"]])
    with pytest.raises(ValueError, match=r"2 word\(s\) never stand near another.*: alone, lonely;"):
        target(alone)


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("target", [m_star, pmi, ppmi])
def test_words_that_all_stand_alone(target):
    with pytest.raises(ValueError, match=r"2 word\(s\) never stand near another.*: a, b;"):
        target(count_corpus([["a"], ["b"]]))


def test_shipped_statistics(wikipedia_2000):
    M = m_star(wikipedia_2000)
    assert M.min() == -2
    assert 1.9 < M.max() < 2
    np.testing.assert_allclose(M, 2 * np.tanh(pmi(wikipedia_2000) / 2), atol=1e-10)
    assert M[wikipedia_2000.index["king"], wikipedia_2000.index["queen"]] > 1.5
