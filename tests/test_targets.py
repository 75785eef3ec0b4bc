"""The weights A and B of every setting, M*, PMI and their relatives: what joins them, and their limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import w2vlib
from w2vlib.statistics import CorpusStatistics, count_corpus
from w2vlib.targets import (
    checked_pair_weights,
    even_pair_weights,
    keep_probabilities,
    least_squares_target,
    linear_target,
    logistic_target,
    m_star,
    noise_distribution,
    pmi,
    ppmi,
    rank_one_pair_weights,
    skipgram_pair_weights,
    word2vec_pair_weights,
)
from w2vlib.words import labelled

SEEDS = st.integers(0, 2**32 - 1)


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


PSEUDO_COUNTS = st.floats(1e-6, 1e9)


@given(statistics(), st.floats(1e-3, 1e3), PSEUDO_COUNTS)
def test_a_pseudo_count_pair_by_pair(stats, negatives, pseudo_count):
    C, p = stats.counts, stats.p
    M = m_star(stats, negatives, pseudo_count)
    E = np.array([[negatives * stats.total * a * b for b in p] for a in p])
    np.testing.assert_allclose(M, 2 * (C - E) / (C + E + pseudo_count), rtol=1e-9, atol=1e-12)
    # Half of the imaginary counts lie on either side: those that met, and those drawn by chance.
    np.testing.assert_allclose(
        M,
        least_squares_target(C + pseudo_count / 2, E + pseudo_count / 2),
        rtol=1e-9,
        atol=1e-12,
    )
    assert (M == M.T).all()
    assert (np.abs(M) <= np.abs(m_star(stats, negatives)) * (1 + 1e-12)).all()


@given(statistics(), st.integers(1, 1000), PSEUDO_COUNTS)
def test_the_pseudo_count_is_in_units_of_the_counts(stats, factor, pseudo_count):
    larger = CorpusStatistics(stats.words, factor * stats.counts, stats.occurrences, window=1)
    np.testing.assert_allclose(
        m_star(larger, 2, factor * pseudo_count), m_star(stats, 2, pseudo_count), rtol=1e-9, atol=1e-12
    )


def test_limits_of_the_pseudo_count(random_stats):
    stats = random_stats(8)
    np.testing.assert_array_equal(m_star(stats, 2, 0.0), m_star(stats, 2))
    np.testing.assert_allclose(m_star(stats, 2, 1e-9), m_star(stats, 2), rtol=0, atol=1e-9)
    assert np.abs(m_star(stats, 2, 1e15)).max() < 1e-10
    # Far above the counts every entry is the difference of counts, in units of half the pseudo-count.
    E = 2 * stats.total * np.outer(stats.p, stats.p)
    np.testing.assert_allclose(1e15 * m_star(stats, 2, 1e15), 2 * (stats.counts - E), rtol=1e-9)


def test_without_a_pseudo_count_not_a_bit_changes(wikipedia_2000):
    """Row by row, as it was computed before there was one."""
    stats = wikipedia_2000.first(700)
    for negatives in (1, 5, 0.3):
        for row, counts in enumerate(stats.counts):
            A, B = counts / float(stats.total), negatives * (stats.p[row] * stats.p)
            np.testing.assert_array_equal(m_star(stats, negatives)[row], 2 * (A - B) / (A + B))


@given(statistics(), st.floats(1e-3, 1e3), st.sampled_from([0, 1.5, 1e6]))
def test_single_precision_is_double_precision_rounded(stats, negatives, pseudo_count):
    M = m_star(stats, negatives, pseudo_count, dtype="float32")
    assert M.dtype == np.float32
    assert M.words == stats.words
    np.testing.assert_array_equal(M, m_star(stats, negatives, pseudo_count).astype(np.float32))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("at_a_time", [1, 1000, 2**16])
def test_blocks_of_rows_are_one_matrix(monkeypatch, wikipedia_2000, dtype, at_a_time):
    stats = wikipedia_2000.first(101)
    whole = m_star(stats, 2, 3.0, dtype)
    monkeypatch.setattr("w2vlib.targets._AT_A_TIME", at_a_time)
    for threads in (1, 3):
        monkeypatch.setattr("w2vlib._common.threads.processors", lambda: threads)
        np.testing.assert_array_equal(m_star(stats, 2, 3.0, dtype), whole)


@pytest.mark.parametrize("wrong", [-1, -1e-300, float("nan"), float("inf")])
def test_pseudo_counts_that_are_none(small, wrong):
    with pytest.raises(ValueError, match=f"pseudo_count must be 0 or more and finite, not {wrong}"):
        m_star(small, pseudo_count=wrong)


def test_types_that_are_none(small):
    with pytest.raises(ValueError, match="dtype must be 'float64' or 'float32', not 'float16'"):
        m_star(small, dtype="float16")
    with pytest.raises(TypeError, match="dtype must be text"):
        m_star(small, dtype=np.float32)


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


def random_weights(seed, size=6):
    rng = np.random.default_rng(seed)
    return rng.random((size, size)) * (rng.random((size, size)) > 0.3), rng.random((size, size)) + 0.01


@pytest.fixture
def stats(random_stats):
    counted = random_stats(9)
    occurrences = np.random.default_rng(3).integers(1, 10**6, 9)
    return w2vlib.CorpusStatistics(counted.words, counted.counts, occurrences, window=1)


# The settings of word2vec


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("subsample", [None, 1e-2])
def test_word2vec_weights_pair_by_pair(stats, subsample, symmetric):
    V, f = len(stats), stats.occurrences / stats.occurrences.sum()
    keep = [
        1 if subsample is None else min(1, (subsample / f[i]) ** 0.5 + subsample / f[i]) for i in range(V)
    ]
    A = np.array([[keep[i] * keep[j] * stats.counts[i, j] for j in range(V)] for i in range(V)])
    A = A / A.sum()
    n = f**0.75 / (f**0.75).sum()
    B = np.array([[5 * A[i].sum() * n[j] for j in range(V)] for i in range(V)])
    B = (B + B.T) / 2 if symmetric else B
    attraction, repulsion = word2vec_pair_weights(stats, 5, subsample, symmetric=symmetric)
    np.testing.assert_allclose(attraction, A, rtol=1e-13)
    np.testing.assert_allclose(repulsion, B, rtol=1e-13)
    assert (repulsion == repulsion.T).all() == symmetric
    assert attraction.sum() == pytest.approx(1)
    assert repulsion.sum() == pytest.approx(5)


def test_word2vec_weights_are_the_plain_ones_where_negatives_follow_the_marginal(random_stats):
    stats = random_stats(7)
    row = stats.counts.sum(axis=1)
    stats = w2vlib.CorpusStatistics(stats.words, stats.counts, row, window=1)
    for found, plain in zip(word2vec_pair_weights(stats, 2, None, 1.0), skipgram_pair_weights(stats, 2)):
        np.testing.assert_allclose(found, plain, rtol=1e-12)


def test_subsampling_thins_the_words_that_it_should(stats):
    plain, _ = word2vec_pair_weights(stats, 1, None)
    thinned, _ = word2vec_pair_weights(stats, 1, 0.01)
    keep = keep_probabilities(stats.occurrences / stats.occurrences.sum(), 0.01)
    ratio = thinned[plain > 0] / plain[plain > 0] / np.outer(keep, keep)[plain > 0]
    np.testing.assert_allclose(ratio, ratio[0])
    assert keep.min() < 0.5
    for found, expected in zip(word2vec_pair_weights(stats, 1, 10.0), word2vec_pair_weights(stats, 1, None)):
        np.testing.assert_array_equal(found, expected)  # nothing is rarer than that


@given(st.lists(st.floats(1e-9, 1.0), min_size=1, max_size=20), st.floats(1e-7, 1))
def test_keep_probabilities(frequencies, threshold):
    f = np.array(frequencies)
    keep = keep_probabilities(f, threshold)
    assert ((keep > 0) & (keep <= 1)).all()
    assert (np.diff(keep[np.argsort(f)]) <= 0).all()  # the more frequent, the less often kept
    assert (keep[f < 2.6 * threshold] == 1).all()
    common = f > 2.62 * threshold
    np.testing.assert_allclose((keep * f)[common], (np.sqrt(threshold * f) + threshold)[common])
    assert (keep_probabilities(f, None) == 1).all()


def test_noise_distribution():
    f = np.array([1000, 10, 1, 1e-30])
    assert noise_distribution(f, 0) == pytest.approx([0.25] * 4)
    assert noise_distribution(f, 1) == pytest.approx(f / f.sum())
    noise = noise_distribution(f)
    assert noise[0] / noise[1] == pytest.approx(100**0.75)
    assert noise.sum() == pytest.approx(1)
    assert noise_distribution(1e300 * f, 4).sum() == pytest.approx(1)  # no overflow


# What the weights aim at


@given(SEEDS)
def test_even_weights_keep_the_target_and_the_total(seed):
    A, B = random_weights(seed)
    even = even_pair_weights(A, B)
    np.testing.assert_allclose(sum(even), np.full_like(A, (A + B).mean()), rtol=1e-12)
    np.testing.assert_allclose(least_squares_target(*even), least_squares_target(A, B), atol=1e-12)
    np.testing.assert_allclose(linear_target(*even), least_squares_target(A, B), atol=1e-12)


@given(SEEDS)
def test_the_logistic_target_is_where_the_gradient_vanishes(seed):
    A, B = random_weights(seed)
    x = logistic_target(A, B)
    assert (np.isneginf(x) == (A == 0)).all()
    seen = A > 0
    sigmoid = 1 / (1 + np.exp(-x[seen]))
    np.testing.assert_allclose((A + B)[seen] * sigmoid, A[seen], rtol=1e-12)
    np.testing.assert_allclose(2 * np.tanh(x / 2), least_squares_target(A, B), atol=1e-12)


def test_the_logistic_target_of_plain_weights_is_the_shifted_pmi(random_stats):
    stats = random_stats(8)
    with np.errstate(invalid="ignore"):
        found, expected = logistic_target(*skipgram_pair_weights(stats, 5)), pmi(stats) - np.log(5)
    np.testing.assert_allclose(found, expected, atol=1e-12)


@given(SEEDS)
def test_the_linear_target_is_the_weighted_target(seed):
    A, B = random_weights(seed)
    G = A + B
    np.testing.assert_allclose(
        linear_target(A, B), G / G.mean() * least_squares_target(A, B), rtol=1e-10, atol=1e-12
    )
    np.testing.assert_allclose(linear_target(7 * A, 7 * B), linear_target(A, B), rtol=1e-12)


# Weights of rank one


@given(SEEDS, st.floats(1e-6, 1e6))
def test_rank_one_weights_of_a_product_are_its_factors(seed, unit):
    rng = np.random.default_rng(seed)
    a, share = rng.random(5) + 0.01, rng.random((5, 5))
    G = unit**2 * np.outer(a, a)
    found = rank_one_pair_weights(share * G, (1 - share) * G)
    np.testing.assert_allclose(found.factors, unit * a, rtol=1e-9)
    assert found.share == pytest.approx(1, abs=1e-9)


@given(SEEDS)
def test_rank_one_weights_are_the_least_squares_fit_of_the_logarithm(seed):
    A, B = random_weights(seed)
    A, B = A + A.T, B + B.T
    found = rank_one_pair_weights(A, B)
    logarithm = np.log(A + B)
    i, j = np.indices(A.shape)
    design = (np.eye(len(A))[i] + np.eye(len(A))[j]).reshape(-1, len(A))
    expected, residual, _, _ = np.linalg.lstsq(design, logarithm.ravel(), rcond=None)
    np.testing.assert_allclose(np.log(found.factors), expected, atol=1e-9)
    assert found.share == pytest.approx(1 - residual[0] / ((logarithm - logarithm.mean()) ** 2).sum())


def test_even_weights_are_of_rank_one():
    assert rank_one_pair_weights(np.eye(3), 4 - np.eye(3)) == (pytest.approx([2, 2, 2]), 1.0)


def test_the_weights_of_wikipedia(wikipedia):
    """THEORY: ln G is nearly additive, and the first directions of A − B are not those of M*."""
    stats = wikipedia.first(1000)
    A, B = word2vec_pair_weights(stats, 5, None)
    assert 0.94 < rank_one_pair_weights(A, B).share < 0.995
    plain = w2vlib.spectrum(linear_target(*skipgram_pair_weights(stats)), 1).vectors[:, 0]
    assert (plain @ w2vlib.spectrum(m_star(stats), 1).vectors[:, 0]) ** 2 < 0.02


# The words


@pytest.mark.parametrize("target", [m_star, pmi, ppmi])
def test_targets_know_the_words_of_the_statistics(small, target):
    M = target(small)
    assert M.words == ("a", "b", "c")
    assert M.block(["c", "b"]).tolist() == np.asarray(M)[[2, 1]][:, [2, 1]].tolist()


@pytest.mark.parametrize("weights", [skipgram_pair_weights, word2vec_pair_weights])
def test_weights_and_what_follows_from_them_know_the_words(small, weights):
    A, B = weights(small)
    matrices = [A, B, *even_pair_weights(A, B)]
    matrices += [target(A, B) for target in (least_squares_target, logistic_target, linear_target)]
    assert [matrix.words for matrix in matrices] == [("a", "b", "c")] * 7


@pytest.mark.parametrize(
    "function", [even_pair_weights, least_squares_target, logistic_target, linear_target]
)
def test_weights_of_different_words_are_not_mixed(stats, function):
    A, B = skipgram_pair_weights(stats)
    turned = labelled(B, B.words[::-1])
    with pytest.raises(ValueError, match="different words: row 0 is 'w0' in one and 'w8' in another"):
        function(A, turned)
    found = function(A, np.asarray(B))  # nothing is known of its words, so neither of the result's
    assert all(type(matrix) is np.ndarray for matrix in (found if isinstance(found, tuple) else [found]))


def test_targets_of_some_rows_are_those_rows(stats):
    A, B = skipgram_pair_weights(stats)
    some = least_squares_target(A[2:5], B[2:5])
    assert getattr(some, "words", None) is None
    np.testing.assert_allclose(some, m_star(stats)[2:5], rtol=1e-12)


# What is refused


def test_bad_settings(stats):
    for options, message in [
        ({"negatives": 0}, "negatives must be a positive, finite number, not 0"),
        ({"negatives": -1}, "not -1"),
        ({"subsample": 0}, "threshold of subsampling must be a positive, finite number, not 0"),
        ({"subsample": np.nan}, "not nan"),
        ({"subsample": "1e-5"}, "not .1e-5."),
        ({"noise_exponent": np.inf}, "exponent of the noise must be a finite number, not inf"),
    ]:
        with pytest.raises((TypeError, ValueError), match=message):
            word2vec_pair_weights(stats, **options)


def test_words_that_cannot_be_weighted(random_stats):
    counted = random_stats(4)
    silent = w2vlib.CorpusStatistics(counted.words, counted.counts, [5, 0, 3, 1], window=1)
    with pytest.raises(ValueError, match=f"how often {counted.words[1]!r} occurs.*count_corpus"):
        word2vec_pair_weights(silent)
    alone = w2vlib.CorpusStatistics("ab", np.diag([2, 0]), [5, 1], window=1)
    with pytest.raises(
        ValueError, match="never stand near another.*: b; leave out .*stats.seen.*use a smaller vocabulary"
    ):
        word2vec_pair_weights(alone)
    for function in (keep_probabilities, noise_distribution):
        with pytest.raises(ValueError, match="frequencies must be positive, found 0"):
            function(np.array([1.0, 0.0]), 0.5)


@pytest.mark.parametrize(
    "A, B, message",
    [
        (np.ones((2, 2)), np.ones((2, 3)), r"must have one shape, not \(2, 2\) and \(2, 3\)"),
        (np.ones(2), np.ones(2), r"attraction must be a matrix of real numbers, not of shape \(2,\)"),
        (np.array([[1, -2.0]]), np.ones((1, 2)), "attraction must be .* not negative, found -2.0 in row 0, column 1"),
        (np.ones((1, 2)), np.array([[np.nan, 1]]), "repulsion must be finite .* found nan in row 0, column 0"),
        (np.array([[1, 0.0]]), np.array([[1, 0.0]]), "row 0, column 1 has no weight at all"),
    ],
)  # fmt: skip
def test_bad_weights(A, B, message):
    for function in (
        checked_pair_weights,
        even_pair_weights,
        rank_one_pair_weights,
        logistic_target,
        linear_target,
    ):
        with pytest.raises(ValueError, match=message):
            function(A, B)


@pytest.mark.parametrize("wrong", [np.eye(2) * 1j, np.array([["a", "b"]]), [[1.0], [1.0, 2.0]], None, "x"])
def test_weights_that_are_no_numbers(wrong):
    for function in (even_pair_weights, rank_one_pair_weights, logistic_target, linear_target):
        with pytest.raises(TypeError, match="repulsion must be an array of real numbers"):
            function(np.ones((2, 2)), wrong)


def test_a_weight_for_each_word_is_one_for_each_column():
    stats = w2vlib.count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    each = np.array([1.0, 2.0, 4.0])
    plain, weighted = (w2vlib.skipgram_pair_weights(stats, negative_weight=w)[1] for w in (1, each))
    np.testing.assert_array_equal(weighted, plain * each)
    with pytest.raises(ValueError, match="negative_weight must be a number, or an array that fits the 3"):
        w2vlib.skipgram_pair_weights(stats, negative_weight=np.ones(2))
