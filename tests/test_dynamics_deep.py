"""One mode of a deep network: w2vlib.dynamics.deep against a solver, against limits, against iterated layers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from w2vlib.dynamics import (
    UnstableStepError,
    aligned_half_rises,
    deep_half_rises,
    deep_strengths,
    mode_strengths,
)

VALUES = np.array([1.0, -0.7, 0.2])
depths = pytest.mark.parametrize("depth", [1, 2, 3, 4, 9])


@depths
def test_follows_the_differential_equation(depth):
    sizes, start = np.abs(VALUES), np.array([1e-3, 1e-2, 0.15])
    t = np.linspace(0, 60 / depth, 11)

    def law(_, strengths):
        return depth * strengths ** (2 - 2 / depth) * (sizes - strengths)

    solved = solve_ivp(law, (0, t[-1]), start, "DOP853", t, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(deep_strengths(VALUES, start, t, depth), solved.y.T, rtol=1e-8, atol=1e-11)


@depths
@pytest.mark.parametrize("start", [1e-6, 1e-2])
def test_half_rises_are_the_integral_and_where_the_curve_is_half_way(depth, start):
    found = deep_half_rises(VALUES, start, depth)
    for size, time in zip(np.abs(VALUES), found):
        power = 2 - 2 / depth
        direct = quad(
            lambda y: np.exp((1 - power) * y) / (size - np.exp(y)), np.log(start), np.log(size / 2), limit=500
        )
        assert time == pytest.approx(direct[0] / depth, rel=1e-7)
    middle = np.diag(deep_strengths(VALUES, start, found, depth))
    np.testing.assert_allclose(middle, np.abs(VALUES) / 2, rtol=1e-9)


@given(value=st.floats(0.01, 100), share=st.floats(1e-12, 0.99), t=st.floats(0, 10))
def test_two_layers_are_the_logistic(value, share, t):
    values, start = np.array([value]), share * value
    assert deep_half_rises(values, start, 2) == pytest.approx(
        aligned_half_rises(values, start), rel=1e-9, abs=1e-12
    )
    expected = mode_strengths(values, start, t / value)
    np.testing.assert_allclose(deep_strengths(-values, start, t / value, 2), expected, rtol=1e-7)


def test_one_layer_has_no_plateau_and_no_order():
    np.testing.assert_allclose(deep_half_rises(VALUES, 0.0, 1), np.log(2))
    np.testing.assert_allclose(
        deep_strengths(VALUES, 0.0, 3.0, 1), np.abs(VALUES) * (1 - np.exp(-3)), rtol=1e-14
    )


def test_endless_depth_has_its_limit():
    """With D t fixed the law tends to dω/dt = ω² (|λ| − ω), whose integral is elementary."""
    sizes, x0 = np.abs(VALUES), 1e-3 / np.abs(VALUES)
    limit = (1 / x0 - 2 + np.log(1 / x0 - 1)) / sizes**2
    for depth in (10**3, 10**5):
        found = depth * deep_half_rises(VALUES, 1e-3, depth)
        np.testing.assert_allclose(found, limit, rtol=20 / depth)


@pytest.mark.parametrize("depth", [3, 4, 6])
def test_the_first_plateau_lasts_as_long_as_growth_without_a_brake_takes(depth):
    """From a tiny start, ω^(1 − a) / (D − 2)|λ| is all of the time but for a constant."""
    sizes = np.abs(VALUES)
    offs = []
    for start in (1e-12, 1e-15):
        whole = start ** (2 / depth - 1) / ((depth - 2) * sizes)
        offs.append(whole - deep_half_rises(VALUES, start, depth))
    np.testing.assert_allclose(offs[0], offs[1], rtol=1e-2)


@depths
@pytest.mark.parametrize("step", [0.02, 0.04])
def test_steps_are_those_of_layers_that_are_iterated(depth, step):
    """The error of the half-step rule is of second order in the step."""
    start, size = 1e-4, 0.8
    w, n, before = start ** (1 / depth), 0, 0.0
    while w**depth < size / 2:
        before, w, n = w**depth, w + step * w ** (depth - 1) * (size - w**depth), n + 1
    low, high = (np.log(x / (size - x)) for x in (before, w**depth))
    at = n - (high - np.log(1.0)) / (high - low)
    [found] = deep_half_rises(np.array([size]), start, depth, step)
    [flow] = deep_half_rises(np.array([size]), start, depth)
    assert abs(found / step - at) < 2.5 * step < abs(flow / step - at)


def test_a_step_may_be_as_long_as_it_still_settles():
    values, depth = np.array([0.8]), 3
    longest = 2 / (depth * 0.8 ** (4 / 3))
    assert np.isfinite(deep_half_rises(values, 1e-3, depth, 0.99 * longest)).all()
    with pytest.raises(UnstableStepError, match=f"the step must stay below {longest:.4g}"):
        deep_half_rises(values, 1e-3, depth, 1.01 * longest)


@depths
def test_no_time_is_too_large_and_goals_are_kept(depth):
    found = deep_strengths(
        np.array([2.0, 2.0, 0.0]), np.array([1e-3, 2.0, 0.0]), [0.0, 1e3, 1e9, 1e300], depth
    )
    assert np.isfinite(found).all() and (np.diff(found, axis=0) >= 0).all()
    np.testing.assert_allclose(found[-1], [2.0, 2.0, 0.0], rtol=1e-12)
    np.testing.assert_allclose(found[0], [1e-3, 2.0, 0.0], rtol=1e-12)


@pytest.mark.parametrize("depth", [2, 5])
def test_a_start_of_zero_stays_and_never_rises(depth):
    assert deep_strengths(VALUES, 0.0, 5.0, depth).tolist() == [0.0] * 3
    assert np.isnan(deep_half_rises(VALUES, [0.0, 0.7, 0.3], depth)).all()
    assert np.isnan(deep_half_rises(np.array([0.0]), 0.0, depth)).all()
    assert deep_half_rises(np.array([1.0]), 0.6, depth)[0] < 0


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="depth must be a whole number from 1 on, not 0"):
        deep_half_rises(VALUES, 0.1, 0)
    with pytest.raises(ValueError, match="starting strengths .* not -0.1"):
        deep_strengths(VALUES, -0.1, 1.0, 2)
    with pytest.raises(ValueError, match=r"not at 0.5 with \|λ\| = 0.2; lower the start"):
        deep_strengths(VALUES, 0.5, 1.0, 2)
    with pytest.raises(ValueError, match="step_size must be 0"):
        deep_half_rises(VALUES, 0.1, 2, -1.0)
    with pytest.raises(ValueError, match="times must be 0 or more"):
        deep_strengths(VALUES, 0.1, -1.0, 2)
