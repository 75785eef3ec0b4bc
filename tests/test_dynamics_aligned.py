"""One mode at a time: w2vlib.dynamics.aligned against a solver, against limits, against the iterated map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

import w2vlib
from w2vlib.dynamics import (
    UnstableStepError,
    aligned_half_rises,
    effective_start,
    flow_time,
    loss_of_strengths,
    mode_strengths,
)

VALUES = np.array([3.0, 0.5, 1e-9, 0.0, -1e-9, -0.5, -4.0])


@pytest.mark.parametrize("start", [1e-4, 0.3, 7.0])
def test_follows_the_differential_equation(start):
    t = np.linspace(0, 6, 13)
    solved = solve_ivp(
        lambda _, s: 2 * VALUES * s - 2 * s**2, (0, 6), np.full(7, start), "DOP853", t, rtol=1e-12, atol=1e-16
    )
    found = mode_strengths(VALUES, start, t)
    assert np.allclose(found, solved.y.T, rtol=1e-9, atol=1e-14)


def test_the_limit_of_a_vanishing_eigenvalue_is_the_same_from_both_sides():
    expected = 0.3 / (1 + 2 * 0.3 * 50.0)
    for value in (1e-3, 1e-6, 1e-9, 1e-12, 1e-300, 0.0):
        both = mode_strengths(np.array([value, -value]), 0.3, 50.0)
        assert np.allclose(both, expected, rtol=100 * value + 1e-14, atol=0)


def test_no_time_is_too_large():
    found = mode_strengths(VALUES, 1e-12, [0.0, 1e3, 1e6, 1e300])
    assert np.isfinite(found).all()
    assert np.allclose(found[0], 1e-12, rtol=1e-12)
    assert np.allclose(found[-1][:3], VALUES[:3], rtol=1e-12)
    assert (found[-1][3:] <= 1e-12).all()


def test_a_mode_that_starts_at_its_goal_stays_and_one_that_starts_at_zero_too():
    assert mode_strengths(np.array([2.0]), 2.0, [0.0, 1.0, 50.0])[:, 0] == pytest.approx(2.0)
    assert mode_strengths(VALUES, 0.0, 3.0).tolist() == [0.0] * 7


@given(
    value=st.floats(0.01, 100), ratio=st.floats(1e-12, 0.49), share=st.floats(0.001, 3), later=st.floats(0, 3)
)
def test_time_can_be_divided(value, ratio, share, later):
    """Going on from where one stands is the same as going on in one stretch."""
    first, second = share / value, later / value
    middle = mode_strengths(np.array([value]), ratio * value, first)
    there = mode_strengths(np.array([value]), middle, second)
    at_once = mode_strengths(np.array([value]), ratio * value, first + second)
    assert there == pytest.approx(at_once, rel=1e-9)


@given(value=st.floats(0.01, 100), ratio=st.floats(1e-12, 0.49), h=st.sampled_from([0.0, 0.1, 0.4]))
def test_half_rise_is_where_half_is_reached(value, ratio, h):
    tau = aligned_half_rises(np.array([value]), ratio * value, h / value)
    assert mode_strengths(np.array([value]), ratio * value, tau[0], h / value) == pytest.approx(value / 2)


def test_half_rise_by_hand():
    assert aligned_half_rises(np.array([0.5]), 0.5 / (1 + np.exp(3.0)))[0] == pytest.approx(3.0)


def test_half_rise_is_missing_where_nothing_rises():
    found = aligned_half_rises(np.array([2.0, 0.0, -1.0, 2.0, 2.0]), np.array([0.0, 0.1, 0.1, 2.0, 3.0]))
    assert np.isnan(found).all()
    assert aligned_half_rises(np.array([2.0]), 1.5)[0] < 0


def iterated(h: float, x: float, steps: int) -> np.ndarray:
    """Gradient descent on one mode, in units of its eigenvalue: the strength after each step."""
    path = [x]
    for _ in range(steps):
        x *= (1 + h * (1 - x)) ** 2
        path.append(x)
    return np.array(path)


@pytest.mark.parametrize("start", [1e-6, 0.2, 1.4])
def test_finite_steps_are_met_to_second_order(start):
    """Halving the step divides the error by four."""
    errors, of_flow = [], []
    for h in (0.08, 0.04, 0.02):
        steps = int(np.log(1e8) / h)
        path = iterated(h, start, steps)
        t = np.arange(steps + 1) * h
        errors.append(np.abs(mode_strengths(np.ones(1), start, t, h)[:, 0] - path).max())
        of_flow.append(np.abs(mode_strengths(np.ones(1), start, t)[:, 0] - path).max())
    assert 3.3 < errors[0] / errors[1] < 4.8 and 3.3 < errors[1] / errors[2] < 4.8
    assert errors[0] < of_flow[0] / 4


def test_a_finite_step_begins_where_it_begins():
    for start in (1e-9, 0.4, 1.7):
        assert mode_strengths(VALUES, start, 0.0, 0.1) == pytest.approx(start, rel=1e-12)


def test_half_rise_of_gradient_descent():
    """The numbers of steps after which the iterated map crosses one half."""
    for h, tolerance in ((0.05, 0.02), (0.2, 0.03), (0.5, 0.1)):
        path = iterated(h, 1e-8, 600)
        after = int((path >= 0.5).argmax())
        logit = np.log(path / (1 - path))
        steps = after - 1 - logit[after - 1] / (logit[after] - logit[after - 1])
        assert aligned_half_rises(np.ones(1), 1e-8, h)[0] / h == pytest.approx(steps, abs=tolerance)


def test_negative_and_vanishing_modes_under_finite_steps():
    """They decay as the iterated map does, to second order."""
    h = 0.05
    for value in (-1.0, 0.0):
        strength, path = 0.3, [0.3]
        for _ in range(60):
            strength *= (1 + h * (value - strength)) ** 2
            path.append(strength)
        found = mode_strengths(np.array([value]), 0.3, h * np.arange(61), h)[:, 0]
        assert np.abs(found - path).max() < 0.005 * 0.3


def test_effective_start_is_what_gram_schmidt_leaves():
    rng = np.random.default_rng(3)
    vectors = np.linalg.qr(rng.standard_normal((30, 5)))[0]
    modes = w2vlib.Spectrum(np.arange(5.0, 0, -1), vectors, 0.0)
    W = rng.standard_normal((30, 8))
    taken = np.zeros((8, 0))
    for k, found in enumerate(effective_start(modes, W)):
        row = W.T @ vectors[:, k]
        left = row - taken @ (taken.T @ row)
        assert found == pytest.approx(left @ left)
        taken = np.column_stack([taken, left / np.linalg.norm(left)])


def test_loss_is_that_of_the_matrix():
    rng = np.random.default_rng(0)
    U = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    values = np.array([3.0, 2.0, 1.0, -0.5, -1.0, -2.0])
    strengths = rng.random(6)
    M, X = (U * values) @ U.T, (U * strengths) @ U.T
    expected = (np.linalg.norm(X - M) ** 2 - np.linalg.norm(M) ** 2) / 4
    assert loss_of_strengths(values, strengths) == pytest.approx(expected, rel=1e-12)


def test_flow_time_is_what_the_gradient_of_each_loss_moves():
    """One small step on each loss, by differences, against the step of the flow."""
    g, rate = 0.3, 0.7
    M = np.array([[0.0, 1.2], [1.2, 0.4]])
    W = 1e-3 * np.array([[1.0], [2.0]])

    def qwem(X):
        return g / 4 * np.sum((X - M) ** 2)

    def logistic(X):  # A + B = g and 2 (A − B)/(A + B) = M
        A, B = g / 2 + g * M / 4, g / 2 - g * M / 4
        return np.sum(A * np.logaddexp(0, -X) + B * np.logaddexp(0, X))

    def gradient(function):
        found = np.zeros_like(W)
        for i in range(2):
            shift = np.zeros_like(W)
            shift[i] = 1e-5
            found[i] = (function(W + shift) - function(W - shift)) / 2e-5
        return found

    flow = (M - W @ W.T) @ W
    for name, loss in (("qwem", qwem), ("logistic", logistic)):
        tied = -rate * gradient(lambda W, loss=loss: loss(W @ W.T))
        untied = -rate * gradient(lambda Z, loss=loss: loss(Z @ W.T))
        assert tied == pytest.approx(flow_time(1, rate, g, name) * flow, rel=2e-5)
        assert untied == pytest.approx(flow_time(1, rate, g, name, tied=False) * flow, rel=2e-5)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: mode_strengths(VALUES, 0.1, -1.0), "0 or more and finite, not -1.0"),
        (lambda: mode_strengths(VALUES, 0.1, np.nan), "not nan"),
        (lambda: mode_strengths(VALUES, -0.1, 1.0), "starting strengths .* not -0.1"),
        (lambda: mode_strengths(VALUES, [0.1, 0.2], 1.0), "7 modes need as many starts"),
        (lambda: mode_strengths([np.inf], 0.1, 1.0), "finite"),
        (lambda: mode_strengths(VALUES, 0.1, 1.0, step_size=-1), "step_size must be 0"),
        (lambda: flow_time(1, 0.1, loss="hinge"), "'hinge'"),
        (lambda: flow_time(1, 0.0), "positive"),
        (lambda: loss_of_strengths([1.0, 2.0], [1.0]), "do not fit"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_step_that_overshoots_for_ever_is_refused_with_its_bound():
    with pytest.raises(UnstableStepError, match=r"below 0\.25"):
        aligned_half_rises(np.array([4.0]), 0.1, step_size=0.3)


def test_effective_start_needs_weights_for_every_word(wikipedia_modes):
    with pytest.raises(ValueError, match="2000 words"):
        effective_start(wikipedia_modes, np.ones((3, 2)))
