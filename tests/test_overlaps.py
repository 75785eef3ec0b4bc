"""How much of one set of directions lies in another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib.dynamics import overlap_matrix, subspace_overlap


@given(st.integers(2, 20), st.integers(0, 99), st.floats(1e-150, 1e150))
def test_overlaps_of_orthonormal_sets(size, seed, scale):
    rng = np.random.default_rng(seed)
    U, V = (np.linalg.qr(rng.standard_normal((size, size)))[0] for _ in range(2))
    overlaps = overlap_matrix(scale * U, V)
    assert overlaps == pytest.approx((U.T @ V) ** 2, abs=1e-12)
    assert overlaps.sum(axis=0) == pytest.approx(1) and overlaps.sum(axis=1) == pytest.approx(1)
    assert overlap_matrix(U, -3 * U) == pytest.approx(np.eye(size), abs=1e-12)
    k = size // 2
    assert overlap_matrix(U[:, :k], V[:, :k]).sum() / k == pytest.approx(subspace_overlap(U[:, :k], V[:, :k]))


def test_overlaps_of_random_directions():
    rng = np.random.default_rng(0)
    overlaps = overlap_matrix(rng.standard_normal((500, 40)), rng.standard_normal((500, 30)))
    assert overlaps.shape == (40, 30)
    assert overlaps.mean() == pytest.approx(1 / 500, rel=0.1)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (np.eye(3), np.eye(4), "3 and of 4 words cannot be compared"),
        (np.ones(3), np.eye(3), "columns of a matrix, not of an array of shape \\(3,\\)"),
        (np.eye(3), np.diag([1.0, 0, 1]), "direction 1 is 0 or not finite"),
        (np.diag([1.0, 1, np.inf]), np.eye(3), "direction 2 is 0 or not finite"),
    ],
)
def test_directions_without_overlap(first, second, message):
    with pytest.raises(ValueError, match=message):
        overlap_matrix(first, second)
