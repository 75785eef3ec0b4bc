"""The solver that chapters measure their formulas against."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.solver import solve_flow


def test_it_follows_the_logistic_and_a_turning_matrix():
    times = np.array([0.0, 1.0, 3.0])
    logistic = solve_flow(lambda x: x * (1 - x), np.array([0.1]), times)[:, 0]
    assert np.allclose(logistic, 1 / (1 + 9 * np.exp(-times)), rtol=1e-11)
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    turned = solve_flow(lambda W: turn @ W, np.eye(2), times)
    assert turned.shape == (3, 2, 2)
    assert np.allclose(turned[:, 0, 0], np.cos(times), atol=1e-11)


@pytest.mark.parametrize("times", [[], [-1.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
def test_times_rise_from_zero_on(times):
    with pytest.raises(ValueError, match="times"):
        solve_flow(lambda w: -w, np.ones(2), times)


def test_a_velocity_has_the_shape_of_the_state():
    with pytest.raises(ValueError, match="velocity must return"):
        solve_flow(lambda w: w[:1], np.ones(2), [1.0])


def test_a_flow_that_goes_to_infinity_is_said():
    with pytest.raises(RuntimeError, match="velocity could not be followed"), np.errstate(all="ignore"):
        solve_flow(lambda w: w**2, np.ones(1), [2.0])
