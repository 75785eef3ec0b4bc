"""M* of sparse counts: the same matrix as of dense ones, entry by entry and in products, whatever multiplies."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, aslinearoperator

import w2vlib
from w2vlib import _sparse_targets as sparse_targets
from w2vlib.statistics import CorpusStatistics
from w2vlib.targets import SparseTarget, m_star
from w2vlib.words import words_of

TOLERANCE = 1e-6  # entries of up to 4 in float32, and 1e-7 for the low rank


@st.composite
def statistics(draw):
    """Dense statistics and the same ones sparse; in some many pairs never met, in some one word is everywhere."""
    size, seed = draw(st.integers(2, 60)), draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    counts = np.triu(rng.integers(1, draw(st.sampled_from([2, 50, 10**6, 10**12])), (size, size)))
    counts *= rng.random((size, size)) < draw(st.sampled_from([0.02, 0.3, 1]))
    counts += counts.T
    np.fill_diagonal(counts, counts.diagonal() + 2 * (draw(st.booleans()) or counts.sum(axis=1) == 0))
    dense = CorpusStatistics(tuple(f"w{i}" for i in range(size)), counts, np.ones(size), window=1)
    assert dense.total and len(dense.p) == size
    return dense, dataclasses.replace(dense, counts=csr_array(counts))


SETTINGS = [st.sampled_from([0.1, 1, 5]), st.sampled_from([0, 0.01, 1, 16, 1e5, 1e15])]


@pytest.fixture(params=["numba", "scipy"])
def kernel(request, monkeypatch):
    """Multiply with numba, and without."""
    if request.param == "scipy":
        monkeypatch.setattr(sparse_targets, "_kernel", lambda: sparse_targets._multiply_rows)
    else:
        pytest.importorskip("numba")


@given(statistics(), *SETTINGS)
def test_sparse_and_dense_counts_have_one_target(both, negatives, pseudo_count):
    dense, sparse = (m_star(stats, negatives, pseudo_count) for stats in both)
    found = sparse.toarray()
    np.testing.assert_allclose(found, dense, rtol=0, atol=TOLERANCE)
    assert (found == found.T).all()
    assert found.dtype == sparse.dtype == np.float32
    assert found.words == sparse.words == dense.words
    if pseudo_count == 0:
        assert (found[both[0].counts == 0] == -2).all()
    never = both[0].counts == 0
    np.testing.assert_allclose(found[never], dense[never], rtol=1e-6)


@given(statistics(), *SETTINGS)
def test_products_are_those_of_the_matrix(both, negatives, pseudo_count):
    dense, sparse = (m_star(stats, negatives, pseudo_count) for stats in both)
    X = np.random.default_rng(0).standard_normal((len(dense), 5))
    for dtype, rounding in ((np.float64, 0), (np.float32, 1e-6)):
        found = sparse @ X.astype(dtype)
        assert found.dtype == dtype
        np.testing.assert_allclose(
            found, dense @ X, rtol=0, atol=(TOLERANCE + rounding) * np.abs(X).sum(axis=0).max()
        )
    np.testing.assert_allclose(sparse @ X[:, 0], (sparse @ X)[:, 0], rtol=0, atol=1e-12 * len(X))


@given(statistics(), *SETTINGS)
def test_the_norm_is_that_of_the_matrix(both, negatives, pseudo_count):
    dense, sparse = (m_star(stats, negatives, pseudo_count) for stats in both)
    for n in (len(dense), 1):
        squares = float(np.sum(np.square(dense[:n, :n])))
        assert abs(sparse.corner(n).norm() ** 2 - squares) <= 1e-6 * (squares + n**2)


@given(statistics(), *SETTINGS, st.data())
def test_the_corner_is_the_leading_block(both, negatives, pseudo_count, data):
    dense, sparse = (m_star(stats, negatives, pseudo_count) for stats in both)
    n = data.draw(st.integers(1, len(dense)))
    corner = sparse.corner(n)
    np.testing.assert_array_equal(corner.toarray(), sparse.toarray()[:n, :n])
    assert corner.words == dense.words[:n]
    X = np.random.default_rng(0).standard_normal((n, 3))
    for found in (corner @ X, sparse.corner(max(n, len(dense) // 2)).corner(n) @ X):
        np.testing.assert_allclose(
            found, dense[:n, :n] @ X, rtol=0, atol=TOLERANCE * np.abs(X).sum(axis=0).max()
        )


@pytest.mark.parametrize("width, ranges", [(1, 64), (2, 1), (16, 3), (19, 64)])
@pytest.mark.parametrize("pseudo_count", [0, 7])
def test_numba_and_scipy_agree(kernel, monkeypatch, random_stats, made_sparse, pseudo_count, width, ranges):
    monkeypatch.setattr(sparse_targets, "_RANGES", ranges)
    for size, zeros in ((1, 0), (3, 0.5), (50, 0), (90, 0.6)):
        stats = random_stats(size, zeros=zeros)
        dense, sparse = m_star(stats, 2, pseudo_count), m_star(made_sparse(stats), 2, pseudo_count)
        X = np.random.default_rng(width).standard_normal((size, width))
        for dtype, atol in ((np.float32, 1e-4), (np.float64, 1e-5)):
            for layout in (
                np.ascontiguousarray,
                np.asfortranarray,
                lambda X: np.repeat(X, 2, axis=1)[:, ::2],
            ):
                found = sparse @ layout(X.astype(dtype))
                np.testing.assert_allclose(found, dense @ X, rtol=0, atol=atol)
            half = sparse.corner(max(1, size // 2)) @ X[: max(1, size // 2)].astype(dtype)
            block = dense[: len(half), : len(half)]
            np.testing.assert_allclose(half, block @ X[: len(half)], rtol=0, atol=atol)


def test_products_in_float64_are_added_up_in_float64(kernel, random_stats, made_sparse):
    M = m_star(made_sparse(random_stats(200, zeros=0)))
    x = np.ones((200, 1))
    x[0] = 1e9  # against which float32 would lose all others
    exact = M._met.toarray().astype(np.float64) - 2
    np.testing.assert_allclose(M @ x, exact @ x, rtol=0, atol=1e-5)


@pytest.mark.parametrize("pseudo_count", [0, 16])
def test_the_number_of_threads_changes_no_bit(kernel, monkeypatch, wikipedia_2000, made_sparse, pseudo_count):
    stats, X = made_sparse(wikipedia_2000), np.random.default_rng(0).standard_normal((2000, 16))
    found = []
    for threads in (1, 2, 5):
        monkeypatch.setattr("w2vlib._common.threads.processors", lambda: threads)
        M = m_star(stats, pseudo_count=pseudo_count)
        found.append((M.toarray(), M @ X, M @ X.astype(np.float32)))
    for other in found[1:]:
        for one, again in zip(found[0], other):
            np.testing.assert_array_equal(one, again)


def test_the_shipped_statistics(wikipedia_2000, made_sparse):
    X = np.random.default_rng(0).standard_normal((2000, 8))
    for pseudo_count in (0, 16):
        dense, sparse = (m_star(s, 1, pseudo_count) for s in (wikipedia_2000, made_sparse(wikipedia_2000)))
        np.testing.assert_allclose(sparse.toarray(), dense, rtol=0, atol=TOLERANCE)
        np.testing.assert_allclose(sparse @ X, dense @ X, rtol=0, atol=1e-4)


@pytest.mark.parametrize("spread", [0.1, 3, 12, 30])
@pytest.mark.parametrize("pseudo_share", [0, 1e-30, 1e-9, 1e-3, 1, 1e20])
def test_the_low_rank_is_within_its_bound_in_every_entry(spread, pseudo_share):
    rates = np.exp(np.random.default_rng(0).uniform(-spread, 0, 500))
    chance = np.outer(rates, rates)
    factor, weights = sparse_targets._low_rank(rates, pseudo_share)
    error = np.abs((factor * weights) @ factor.T + 2 * chance / (chance + pseudo_share)).max()
    assert error <= 1e-7
    assert len(weights) < 60


def test_the_polynomial_meets_its_own_points():
    nodes = np.cos(np.pi * (np.arange(8) + 0.5) / 8)
    np.testing.assert_allclose(sparse_targets._interpolation(nodes, nodes), np.eye(8), atol=1e-15)
    powers = np.vander(np.linspace(-1, 1, 50), 8)  # and is exact for polynomials of its degree
    across = sparse_targets._interpolation(np.linspace(-1, 1, 50), nodes)
    np.testing.assert_allclose(across @ np.vander(nodes, 8), powers, atol=1e-13)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=50), st.integers(1, 80))
def test_ranges_hold_each_row_once(lengths, number):
    ranges = sparse_targets._ranges(np.array(lengths), number)
    assert [row for part in ranges for row in range(part.start, part.stop)] == [*range(len(lengths))]
    if number > 1:
        most = max(sum(lengths[part]) for part in ranges)
        assert most <= sum(lengths) / number + max(lengths)


def test_words_of_one_frequency():
    factor, weights = sparse_targets._low_rank(np.full(4, 0.25), 0.25**2)
    np.testing.assert_allclose((factor * weights) @ factor.T, np.full((4, 4), -1), atol=1e-7)


def test_the_places_of_the_counts_are_shared(random_stats, made_sparse):
    stats = made_sparse(random_stats(30))
    M = m_star(stats)
    assert np.shares_memory(M._met.indices, stats.counts.indices)
    assert np.shares_memory(M.corner(20)._met.data, M._met.data)


def test_counts_that_nobody_can_write_to(kernel, random_stats, made_sparse):
    stats = made_sparse(random_stats(30))
    before = stats.counts.toarray()
    for part in (stats.counts.data, stats.counts.indices, stats.counts.indptr):
        part.flags.writeable = False
    for M in (m_star(stats), m_star(stats).corner(20)):
        np.testing.assert_allclose(M @ np.eye(len(M.words)), M.toarray(), atol=1e-6)
    np.testing.assert_array_equal(stats.counts.toarray(), before)


def test_it_is_a_symmetric_operator(random_stats, made_sparse):
    stats = random_stats(40)
    M = m_star(made_sparse(stats), pseudo_count=3)
    assert isinstance(M, LinearOperator) and M.shape == (40, 40)
    x, y = np.random.default_rng(0).standard_normal((2, 40))
    assert x @ (M @ y) == pytest.approx(y @ (M @ x))
    np.testing.assert_array_equal(M.T @ x, M @ x)
    np.testing.assert_array_equal(M.H @ x, M @ x)
    np.testing.assert_array_equal(M.rmatvec(x), M @ x)
    assert aslinearoperator(M) is M
    assert words_of(M) == stats.words
    assert words_of(M, m_star(stats)) == stats.words
    np.testing.assert_allclose(M @ np.eye(40, dtype=int), M.toarray(), atol=1e-6)


@given(statistics(), st.sampled_from([0, 7]), st.data())
def test_rows_of_a_product(both, pseudo_count, data):
    dense, sparse = (m_star(stats, 1, pseudo_count) for stats in both)
    size = len(dense)
    n, first = data.draw(st.integers(1, size)), data.draw(st.integers(0, size - 1))
    X = np.random.default_rng(0).standard_normal((n, 3))
    atol = TOLERANCE * np.abs(X).sum(axis=0).max()
    np.testing.assert_allclose(sparse.rows_times(X, first), dense[first:, :n] @ X, rtol=0, atol=atol)


# What is refused


def test_all_of_a_large_one_is_refused():
    M = SparseTarget(csr_array((10_001, 10_001), dtype=np.float32), np.full(10_001, 1e-4), 0.0, range(10_001))
    with pytest.raises(ValueError, match=r"10,001 × 10,001 entries would take 0.4 GB; take the corner"):
        M.toarray()
    assert M.corner(3).toarray().tolist() == [[-2.0] * 3] * 3


@pytest.mark.parametrize("n", [0, -1, 4, 1.5, True, "2"])
def test_a_corner_that_is_none(small, made_sparse, n):
    with pytest.raises((ValueError, TypeError), match="n must be a whole number"):
        m_star(made_sparse(small)).corner(n)


def test_what_cannot_be_multiplied(small, made_sparse):
    M = m_star(made_sparse(small))
    with pytest.raises(ValueError, match="with real numbers only, not with complex128"):
        M @ (np.eye(3) * 1j)
    with pytest.raises(ValueError):
        M @ np.eye(2)
    with pytest.raises(ValueError, match=r"X must have up to 3 rows, not the shape \(4, 4\)"):
        M.rows_times(np.eye(4), 0)
    with pytest.raises(ValueError, match=r"X must have 2 axes, not the shape \(3,\)"):
        M.rows_times(np.ones(3), 0)
    for first in (-1, 3):
        with pytest.raises(ValueError, match=f"first must be a whole number between 0 and 2, not {first}"):
            M.rows_times(np.eye(3), first)


@pytest.mark.parametrize("negatives, pseudo_count", [(0, 0), (np.nan, 0), (1, -1), (1, np.nan), (1, np.inf)])
def test_settings_are_checked_for_sparse_counts_too(small, made_sparse, negatives, pseudo_count):
    name = "negatives" if pseudo_count == 0 else "pseudo_count"
    with pytest.raises(ValueError, match=f"{name} must be"):
        m_star(made_sparse(small), negatives, pseudo_count)


def test_a_word_that_stands_alone(made_sparse):
    alone = made_sparse(w2vlib.count_corpus([["a", "b"], ["alone"]]))
    with pytest.raises(ValueError, match=r"1 word\(s\) never stand near another.*: alone;"):
        m_star(alone)


@pytest.mark.parametrize(
    "function", [w2vlib.pmi, w2vlib.ppmi, w2vlib.skipgram_pair_weights, w2vlib.word2vec_pair_weights]
)
def test_what_has_a_number_for_each_pair_refuses_sparse_counts(small, made_sparse, function):
    with pytest.raises(
        ValueError, match=rf"{function.__name__} needs dense counts.* 3 × 3 .*; take fewer words"
    ):
        function(made_sparse(small))
