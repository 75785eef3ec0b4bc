"""Overlaps of leading directions beside those of chance: against definitions, limits, and hypotheses that hold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import beta

from w2vlib import Embedding
from w2vlib.dynamics import subspace_overlap
from w2vlib.evaluation import chance_overlap, double_centred, matched_overlap_test, principal_directions


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def words(size):
    return [f"w{i}" for i in range(size)]


def orthonormal(rng, size, k):
    return np.linalg.qr(rng.standard_normal((size, k)))[0]


# --- principal directions ----------------------------------------------------


def test_principal_directions_are_the_eigenvectors_of_centred_cosines(rng):
    E = Embedding(words(40), rng.standard_normal((40, 6)) * np.geomspace(5, 1, 6) + 1)
    found = principal_directions(E)
    values, vectors = np.linalg.eigh(double_centred(E.unit @ E.unit.T))
    assert np.allclose(found.values, values[:-7:-1]) and found.words == E.words
    assert np.allclose(np.abs(np.sum(found.vectors * vectors[:, :-7:-1], axis=0)), 1)
    assert np.allclose(found.vectors.sum(axis=0), 0) and found.residual < 1e-12
    few = principal_directions(E, 2)
    assert np.array_equal(few.vectors, found.vectors[:, :2])


def test_turning_or_scaling_vectors_changes_no_direction(rng):
    X = rng.standard_normal((30, 5)) + 1
    turned = X @ orthonormal(rng, 5, 5) * rng.uniform(0.1, 9, 30)[:, None]
    one, other = (principal_directions(Embedding(words(30), rows)) for rows in (X, turned))
    assert np.allclose(one.vectors, other.vectors) and np.allclose(one.values, other.values)


def test_there_are_no_more_directions_than_vectors_have(rng):
    flat = Embedding(words(20), rng.standard_normal((20, 2)) @ np.array([[1.0, 0, 1], [0, 1, 1]]))
    assert len(principal_directions(flat)) == 2
    with pytest.raises(ValueError, match="between 1 and 2, not 3, as these vectors differ in 2 directions"):
        principal_directions(flat, 3)
    with pytest.raises(ValueError, match="the same unit vector"):
        principal_directions(Embedding(words(3), np.outer([1.0, 2.0, 3.0], [1.0, 1.0])))


# --- chance --------------------------------------------------------------------


def test_one_random_direction_has_the_moments_of_its_beta_distribution():
    for size, m in ((7, 3), (50, 1), (5000, 50)):
        known = beta(m / 2, (size - m) / 2)
        assert np.allclose(chance_overlap(size, 1, m), (known.mean(), known.std()))


def test_chance_has_the_symmetries_of_the_overlap():
    for size, k, m in ((9, 2, 4), (30, 7, 7), (1000, 10, 50)):
        mean, deviation = chance_overlap(size, k, m)
        # k times the overlap is the squared norm of a product, whichever space is random
        assert np.allclose(np.multiply(chance_overlap(size, m, k), m), (mean * k, deviation * k))
        # what lies not in a space lies in the rest
        assert np.allclose(chance_overlap(size, k, size - m), (1 - mean, deviation))
    assert chance_overlap(8, 8, 3) == (3 / 8, 0.0) and chance_overlap(8, 3, 8) == (1.0, 0.0)


def test_chance_is_what_random_spaces_do(rng):
    size, k, m = 14, 3, 5
    found = np.array([np.sum(orthonormal(rng, size, k)[:m] ** 2) / k for _ in range(4000)])
    mean, deviation = chance_overlap(size, k, m)
    assert abs(found.mean() - mean) < 4 * deviation / np.sqrt(len(found))
    assert found.std() == pytest.approx(deviation, rel=0.06)


@pytest.mark.parametrize("k, m", [(0, 2), (6, 2), (2, 0), (2, 6)])
def test_a_space_has_no_more_dimensions_than_words(k, m):
    with pytest.raises(ValueError, match="(k|d) must be a whole number between 1 and 5, not [06]"):
        chance_overlap(5, k, m)


# --- the test --------------------------------------------------------------------


def test_the_statistic_is_the_overlap_whichever_comes_first(rng):
    A, B = rng.standard_normal((2, 33, 4))
    B = B[:, :2] @ np.array([[2.0, 1.0], [0.0, 3.0]])
    for pair in ((A, B), (B, A)):
        assert matched_overlap_test(*pair, draws=19).statistic == pytest.approx(subspace_overlap(A, B))


def test_exchanges_stay_in_their_blocks():
    """Four words in blocks of two have four orders, five words in one block and a rest of two twelve."""
    for size, block, starts in ((4, 2, (0, 2)), (5, 3, (0, 3))):
        A, B = np.eye(size)[:, :1] + 0.1 * np.arange(size)[:, None], np.arange(1.0, size + 1)[:, None] ** 2
        parts = [itertools.permutations(range(start, min(start + block, size))) for start in starts]
        known = [subspace_overlap(A, B[list(itertools.chain(*order))]) for order in itertools.product(*parts)]
        null = matched_overlap_test(A, B, block=block, draws=400).null
        assert set(null.round(9)) == set(np.round(known, 9))


def test_what_depends_on_frequency_alone_is_no_surprise():
    steps = np.repeat(np.eye(6), 10, axis=0)[:, :2] + np.repeat(np.arange(6.0), 10)[:, None]
    assert matched_overlap_test(steps, steps, block=10, draws=99).p_value == 1
    assert matched_overlap_test(steps, steps, block=60, draws=99).p_value == 0.01


def test_p_values_are_uniform_where_the_hypothesis_holds(rng):
    p = [
        matched_overlap_test(*rng.standard_normal((2, 60, 3)), 20, draws=19, rng=seed).p_value
        for seed in range(300)
    ]
    for level in (0.05, 0.25, 0.5):
        assert abs(np.mean(np.array(p) <= level + 1e-9) - level) < 4 * np.sqrt(level * (1 - level) / 300)


def test_what_is_taken_out_counts_no_more(rng):
    shared = rng.standard_normal((200, 1))
    A, B = (np.column_stack([5 * shared, rng.standard_normal((200, 2))]) for _ in range(2))
    plain = matched_overlap_test(A, B, draws=99)
    assert plain.p_value == 0.01 and plain.statistic > 1 / 3 - 0.01
    without = matched_overlap_test(A[:, 1:], B[:, 1:], without=shared, draws=99)
    H = np.eye(200) - shared @ shared.T / np.sum(shared**2)
    assert without.statistic == pytest.approx(subspace_overlap(H @ A[:, 1:], H @ B[:, 1:]))
    assert without.p_value > 0.05
    # columns that depend on one another say the same
    twice = matched_overlap_test(A[:, 1:], B[:, 1:], without=np.column_stack([shared, -2 * shared]), draws=99)
    assert np.allclose(twice.null, without.null)
    with pytest.raises(ValueError, match="nothing is left of a direction once what `without` spans"):
        matched_overlap_test(A, B, without=A[:, :1], draws=19)


def test_what_cannot_be_tested_is_refused(rng):
    A, B = rng.standard_normal((2, 30, 2))
    with pytest.raises(ValueError, match="block must be .* from 2 on, not 1"):
        matched_overlap_test(A, B, block=1)
    with pytest.raises(ValueError, match="draws must be .* from 19 on, not 9"):
        matched_overlap_test(A, B, draws=9)
    with pytest.raises(ValueError, match="subspaces of 30 and of 29 words cannot be compared"):
        matched_overlap_test(A, B[1:])
    with pytest.raises(ValueError, match="the columns of second depend on one another"):
        matched_overlap_test(A, B @ np.ones((2, 2)))
    with pytest.raises(ValueError, match="without"):
        matched_overlap_test(A, B, without=np.ones((29, 1)))
