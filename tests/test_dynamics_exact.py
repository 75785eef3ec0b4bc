"""The exact solution: against a solver, at its limits, by its symmetries, against gradient descent."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import w2vlib
from w2vlib import Dynamics, Spectrum
from w2vlib.dynamics import (
    UnstableStepError,
    aligned_half_rises,
    effective_start,
    mode_strengths,
    subspace_overlap,
)

SCALES = (1.0, 0.1, 1e-3, 1e-6)


def problem(size: int, d: int, scale: float, seed: int = 1):
    rng = np.random.default_rng(seed)
    G = rng.standard_normal((size, size))
    M = (G + G.T) / 2
    return M, w2vlib.spectrum(M, size), scale * rng.standard_normal((size, d)) / np.sqrt(d)


def solved(M, W, t):
    """The flow by a Runge–Kutta method of order 8."""

    def slope(_, flat):
        now = flat.reshape(W.shape)
        return (M @ now - now @ (now.T @ now)).ravel()

    path = solve_ivp(slope, (0, max(t)), W.ravel(), "DOP853", t, rtol=3e-14, atol=1e-18)
    return path.y.T.reshape(-1, *W.shape)


def relative(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


@pytest.mark.parametrize("d", [12, 40])  # 30 and 29 eigenvalues are positive
@pytest.mark.parametrize("scale", SCALES)
def test_agrees_with_a_differential_equation_solver(scale, d):
    M, modes, W = problem(60, d, scale)
    t = np.linspace(0, 40 * np.log(1 / scale + 3) / modes.values[0], 9)[1:]
    flow = Dynamics(modes, W)
    for time, expected in zip(t, solved(M, W, t)):
        assert relative(flow.gram(time), expected @ expected.T) < 1e-9
        s = np.linalg.svd(expected, compute_uv=False)
        assert np.allclose(flow.singular_values(time), s, rtol=0, atol=1e-9 * s[0])
        loss = (np.linalg.norm(expected @ expected.T - M) ** 2 - np.linalg.norm(M) ** 2) / 4
        assert flow.loss(time) == pytest.approx(loss, rel=1e-9)


@pytest.mark.parametrize("scale", [1.0, 1e-3])
def test_the_weights_themselves_agree_and_their_error_falls_with_the_square(scale):
    M, modes, W = problem(60, 12, scale)
    t = np.linspace(0, 15 * np.log(1 / scale + 3) / modes.values[0], 4)[1:]
    expected = solved(M, W, t)
    errors = [relative(Dynamics(modes, W).weights(t, frames=n), expected) for n in (80, 160, 320)]
    assert errors[-1] < 1e-4
    assert 3 < errors[0] / errors[1] < 5.5 and 3 < errors[1] / errors[2] < 5.5


def test_weights_begin_with_the_initial_ones_and_have_the_gram_matrix():
    _, modes, W = problem(30, 4, 0.3)
    flow = Dynamics(modes, W)
    found = flow.weights([0.0, 0.4])
    assert np.allclose(found[0], W, rtol=0, atol=1e-13)
    assert np.allclose(found[1] @ found[1].T, flow.gram(0.4), rtol=0, atol=1e-12)


@pytest.mark.parametrize("d", [12, 40])
@pytest.mark.parametrize("scale", SCALES)
def test_at_an_enormous_time_it_is_the_best_answer(scale, d):
    _, modes, W = problem(60, d, scale)
    rank = min(d, int((modes.values > 0).sum()))
    U, values = modes.vectors[:, :rank], modes.values[:rank]
    flow = Dynamics(modes, W)
    assert relative(flow.gram(1e6), (U * values) @ U.T) < 1e-12
    assert flow.loss(1e6) == pytest.approx(-(values @ values) / 4, rel=1e-12)


def test_begins_with_the_initial_weights():
    _, modes, W = problem(40, 7, 1e-4)
    flow = Dynamics(modes, W)
    assert relative(flow.gram(0.0), W @ W.T) < 1e-12
    assert np.allclose(flow.singular_values(0.0), np.linalg.svd(W, compute_uv=False), rtol=1e-12)


def test_eigenvalues_of_every_sign_and_zero():
    """The limit λ → 0 is the same from both sides, and exact at 0."""
    rng = np.random.default_rng(2)
    U = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    W = rng.standard_normal((5, 3))
    exact = None
    for value in (0.0, 1e-12, -1e-12, 1e-9, -1e-9, 1e-6, -1e-6):
        values = np.array([2.0, 1.0, value, -1.0, -3.0])
        order = np.argsort(-values)
        found = Dynamics(Spectrum(values[order], U[:, order], 0.0), W).gram(4.0)
        if value == 0:
            M = (U * values) @ U.T
            exact = solved(M, W, [4.0])[0]
            exact = exact @ exact.T
        assert np.allclose(found, exact, rtol=0, atol=1e-10 + 30 * abs(value))


def test_aligned_weights_follow_the_logistic():
    _, modes, _ = problem(30, 5, 1.0)
    U = modes.vectors[:, [0, 1, 2, 3, 4]]
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((5, 5)))[0]
    start = np.array([1e-6, 1e-4, 1e-5, 1e-3, 1e-6])
    flow = Dynamics(modes, (U * np.sqrt(start)) @ turn)
    for time in (0.0, 0.3, 1.0, 2.0, 10.0):
        expected = mode_strengths(modes.values[:5], start, time)
        assert np.allclose(flow.strengths(time), np.sort(expected)[::-1], rtol=1e-11, atol=1e-18)
        assert np.allclose(flow.gram(time), (U * expected) @ U.T, rtol=0, atol=1e-12 * modes.values[0])


def test_turning_the_coordinates_changes_nothing_else():
    _, modes, W = problem(30, 5, 0.1)
    turn = np.linalg.qr(np.random.default_rng(4).standard_normal((5, 5)))[0]
    straight, turned = Dynamics(modes, W), Dynamics(modes, W @ turn)
    assert np.allclose(straight.gram(1.5), turned.gram(1.5), rtol=0, atol=1e-12)
    assert np.allclose(straight.weights(1.5) @ turn, turned.weights(1.5), rtol=0, atol=1e-10)


def test_time_can_be_divided():
    _, modes, W = problem(40, 6, 1e-3)
    flow = Dynamics(modes, W)
    later = Dynamics(modes, flow.factor(1.0))
    assert relative(later.gram(0.7), flow.gram(1.7)) < 1e-11


def test_loss_never_rises():
    _, modes, W = problem(40, 6, 0.5)
    losses = Dynamics(modes, W).loss(np.linspace(0, 20, 300))
    assert (np.diff(losses) <= 1e-12 * abs(losses[-1])).all()


def test_directions_that_are_missing_at_the_start_stay_missing():
    """A start that has no part of the first two modes learns the next ones instead."""
    M, modes, W = problem(30, 4, 0.3)
    U = modes.vectors[:, :2]
    W = W - U @ (U.T @ W)
    flow = Dynamics(modes, W)
    assert flow.values == pytest.approx(modes.values[2:6])
    assert flow.strengths(1e5) == pytest.approx(modes.values[2:6], rel=1e-10)
    expected = solved(M, W, [1.2])[0]
    assert relative(flow.gram(1.2), expected @ expected.T) < 1e-8


def test_dependent_leading_rows_are_handled():
    """The parts along modes 1 and 2 are parallel: together they are worth one direction."""
    M, modes, W = problem(30, 3, 0.3)
    A = modes.vectors.T @ W
    A[1] = -0.7 * A[0]
    W = modes.vectors @ A
    flow = Dynamics(modes, W)
    for time in (0.5, 1.0):
        expected = solved(M, W, [time])[0]
        assert relative(flow.gram(time), expected @ expected.T) < 1e-9


def test_small_strengths_are_as_accurate_as_large_ones():
    """Beside a saturated mode one of 1e-13 keeps its digits."""
    values = np.array([4.0, 1.0, 0.5])
    start = np.array([1e-2, 1e-14, 1e-15])
    flow = Dynamics(Spectrum(values, np.eye(3), 0.0), np.diag(np.sqrt(start)))
    assert flow.strengths(3.0) == pytest.approx(mode_strengths(values, start, 3.0), rel=1e-9)


# -- gradient descent ------------------------------------------------------------------------


def descended(M, W, step, record):
    """Gradient descent in plain NumPy: strengths and losses after the recorded numbers of steps."""
    strengths, losses = [], []
    for n in range(max(record) + 1):
        if n in record:
            inner = W.T @ W
            strengths.append(np.linalg.svd(W, compute_uv=False) ** 2)
            losses.append(np.vdot(inner, inner) / 4 - np.vdot(W, M @ W) / 2)
        W = W + step * (M @ W - W @ (W.T @ W))
    return np.array(strengths), np.array(losses)


@pytest.fixture(scope="module")
def wikipedia_300(wikipedia):
    M = w2vlib.m_star(wikipedia.first(300))
    return M, w2vlib.spectrum(M, 300)


def test_finite_steps_on_wikipedia(wikipedia_300):
    """Loss within 0.05 % of its drop, strengths within 0.3 % of their goals, at every recorded step."""
    M, modes = wikipedia_300
    W = 1e-2 * np.random.default_rng(0).standard_normal((300, 20)) / np.sqrt(20)
    step = 0.05 / modes.values[0]
    record = range(0, 1200, 30)
    strengths, losses = descended(M, W, step, record)
    t = step * np.array(record)
    predicted = Dynamics(modes, W, step)
    drop = np.sum(modes.values[:20] ** 2) / 4
    assert np.abs(predicted.loss(t) - losses).max() < 5e-4 * drop
    assert (np.abs(predicted.strengths(t) - strengths) / modes.values[:20]).max() < 3e-3
    flow = Dynamics(modes, W)
    assert np.abs(flow.loss(t) - losses).max() > 1e-2 * drop  # which the flow does not do


@pytest.mark.parametrize("h", [0.1, 0.4])
def test_finite_steps_where_modes_mix(wikipedia_300, h):
    """With few dimensions neighbouring modes compete all the time; the error stays a tenth of the flow's."""
    M, modes = wikipedia_300
    W = 1e-2 * np.random.default_rng(1).standard_normal((300, 5)) / np.sqrt(5)
    step = h / modes.values[0]
    record = range(0, int(60 / h), 5)
    losses = descended(M, W, step, record)[1]
    t = step * np.array(record)
    of_flow = np.abs(Dynamics(modes, W).loss(t) - losses).max()
    assert np.abs(Dynamics(modes, W, step).loss(t) - losses).max() < of_flow / 10


def test_truncation_errs_less_the_more_modes_there_are(wikipedia_300):
    _, modes = wikipedia_300
    W = 1e-2 * np.random.default_rng(0).standard_normal((300, 20)) / np.sqrt(20)
    t = np.linspace(0, 0.15, 40)
    whole = Dynamics(modes, W).strengths(t)
    errors = [
        (np.abs(Dynamics(modes.leading(K), W).strengths(t) - whole) / modes.values[:20]).max()
        for K in (24, 40, 80)
    ]
    assert errors[0] > errors[1] > errors[2]
    assert errors[1] < 0.02 and errors[2] < 0.002
    truncated = Dynamics(modes.leading(40), W)
    assert truncated.gram(0.0) == pytest.approx(W @ W.T, abs=1e-12 * np.abs(W @ W.T).max())
    assert truncated.gram(0.1) == pytest.approx(truncated.factor(0.1) @ truncated.factor(0.1).T)
    # the three ways of looking at one solution agree
    assert truncated.strengths(0.1) == pytest.approx(
        np.linalg.svd(truncated.factor(0.1), compute_uv=False) ** 2, rel=1e-9
    )


# -- half rise, overlap ----------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.5, 1e-2, 1e-6])
def test_half_rise_is_where_each_strength_crosses_half(wikipedia_300, scale):
    _, modes = wikipedia_300
    W = scale * np.random.default_rng(5).standard_normal((300, 20)) / np.sqrt(20)
    flow = Dynamics(modes, W)
    tau = flow.half_rises()
    reached = np.diag(flow.strengths(tau))
    risen_before = tau == 0
    assert reached[~risen_before] == pytest.approx(modes.values[:20][~risen_before] / 2, rel=1e-4)
    assert (reached[risen_before] >= modes.values[:20][risen_before] / 2).all()


def test_half_rise_from_qr_is_within_a_percent_and_better_than_the_scale_alone(wikipedia_300):
    _, modes = wikipedia_300
    errors, of_scale = [], []
    for seed in range(4):
        W = 1e-4 * np.random.default_rng(seed).standard_normal((300, 20)) / np.sqrt(20)
        tau = Dynamics(modes, W).half_rises()
        errors.append(aligned_half_rises(modes.values[:20], effective_start(modes, W)) / tau - 1)
        of_scale.append(aligned_half_rises(modes.values[:20], 1e-8) / tau - 1)
    assert np.median(np.abs(errors)) < 0.01
    assert np.median(np.abs(of_scale)) > 3 * np.median(np.abs(errors))


def test_half_rise_of_modes_that_never_rise():
    _, modes, W = problem(60, 40, 1e-2)
    tau = Dynamics(modes, W).half_rises()
    positive = int((modes.values > 0).sum())
    assert np.isfinite(tau[:positive]).all() and np.isnan(tau[positive:]).all()


def test_overlap_is_that_of_the_learned_subspace():
    _, modes, W = problem(50, 6, 1e-2)
    flow = Dynamics(modes, W)
    for time in (0.0, 0.8, 2.0):
        left = np.linalg.svd(flow.factor(time), full_matrices=False)[0]
        expected = subspace_overlap(left[:, :3], modes.vectors[:, :3])
        assert flow.overlap(time, 3) == pytest.approx(expected, abs=1e-9)
    assert flow.overlap(1e4, 3) == pytest.approx(1.0)


def test_curves_are_loss_and_strengths():
    _, modes, W = problem(20, 3, 0.1)
    flow, t = Dynamics(modes.leading(9), W), np.linspace(0, 3, 7)
    loss, strengths = flow.curves(t)
    assert np.array_equal(loss, flow.loss(t)) and np.array_equal(strengths, flow.strengths(t))


def test_shapes_follow_the_times():
    _, modes, W = problem(20, 3, 0.1)
    flow = Dynamics(modes, W)
    assert flow.strengths(1.0).shape == (3,) and flow.strengths([1.0, 2.0]).shape == (2, 3)
    assert flow.gram(1.0).shape == (20, 20) and flow.factor([1.0]).shape == (1, 20, 3)
    assert flow.weights([0.5, 0.1]).shape == (2, 20, 3)
    assert isinstance(flow.loss(1.0), float) and flow.loss([1.0]).shape == (1,)
    assert "exact" in repr(flow) and "truncated to 9" in repr(Dynamics(modes.leading(9), W))


def test_weights_come_in_the_order_asked_for():
    _, modes, W = problem(20, 3, 0.1)
    flow = Dynamics(modes, W)
    there = flow.weights([0.5, 0.1, 0.5])
    assert np.array_equal(there[0], there[2])
    assert np.allclose(there[1] @ there[1].T, flow.gram(0.1), rtol=0, atol=1e-12)


# -- bad input -------------------------------------------------------------------------------


def test_weights_of_the_wrong_shape_or_content_are_named():
    _, modes, W = problem(20, 3, 0.1)
    with pytest.raises(ValueError, match=r"one row for each of the 20 words.*\(19, 3\)"):
        Dynamics(modes, W[:19])
    with pytest.raises(ValueError, match=r"20 words"):
        Dynamics(modes, W[:, 0])
    W[4, 1] = np.nan
    with pytest.raises(ValueError, match="nan in row 4, column 1"):
        Dynamics(modes, W)


def test_rank_deficient_weights_are_refused_with_the_rank_and_the_remedy():
    _, modes, W = problem(20, 4, 0.1)
    W[:, 3] = W[:, 0] + W[:, 1]
    with pytest.raises(ValueError, match="4 columns but rank 3.*singular vectors"):
        Dynamics(modes, W)
    left, s, _ = np.linalg.svd(W, full_matrices=False)
    remedy = Dynamics(modes, left[:, :3] * s[:3])
    assert np.allclose(remedy.gram(0.0), W @ W.T, rtol=0, atol=1e-13)
    with pytest.raises(ValueError, match="rank 0"):
        Dynamics(modes, 0 * W)
    with pytest.raises(ValueError, match="25 columns but rank 20"):
        Dynamics(modes, np.random.default_rng(0).standard_normal((20, 25)))


def test_too_few_modes_are_refused():
    _, modes, W = problem(20, 4, 0.1)
    with pytest.raises(ValueError, match="at least 4 modes"):
        Dynamics(modes.leading(3), W)


@pytest.mark.parametrize("t", [-0.1, np.nan, np.inf, [0.0, -2.0]])
def test_times_before_the_start_and_without_end_are_refused(t):
    _, modes, W = problem(20, 3, 0.1)
    flow = Dynamics(modes, W)
    for method in (flow.strengths, flow.loss, flow.gram, flow.factor, flow.weights):
        with pytest.raises(ValueError, match="0 or more and finite"):
            method(t)


def test_an_unstable_step_is_refused_with_the_bound():
    modes = Spectrum(np.array([2.0, -6.0]), np.eye(2), 0.0)
    W = np.array([[0.1], [0.1]])
    with pytest.raises(UnstableStepError, match=r"stability bound 0\.25"):
        Dynamics(modes, W, step_size=0.26)
    Dynamics(modes, W, step_size=0.24)
    truncated = modes.leading(1)
    with pytest.raises(UnstableStepError, match=r"stability bound 0\.25"):
        Dynamics(truncated, W, step_size=0.26)
    assert Dynamics(truncated, W, step_size=0.24).modes.lowest == -6


def test_truncated_modes_do_not_hide_an_unstable_step(wikipedia_parts):
    """The shipped part 3: a direction that is never learned limits the step, and training says the same."""
    pytest.importorskip("torch")
    M = w2vlib.m_star(wikipedia_parts[3])
    W = w2vlib.initial_weights(len(M), 50, 1e-2)
    modes = w2vlib.spectrum(M, 200)
    values = np.linalg.eigvalsh(M)
    assert modes.lowest == pytest.approx(values[0], rel=1e-6)
    bound = 2 / (values[-1] - values[0])
    assert bound == pytest.approx(0.00235, abs=5e-6)
    for refusing in (
        lambda step: Dynamics(modes, W, step),
        lambda step: w2vlib.train_qwem(M, W, step, 2),
    ):
        with pytest.raises(UnstableStepError, match=r"stability bound 0\.0023"):
            refusing(0.00389)
        with pytest.raises(UnstableStepError):
            refusing(1.001 * bound)
        refusing(0.999 * bound)


def test_a_step_needs_the_lowest_eigenvalue_of_modes_made_by_hand():
    W = np.array([[0.1], [0.1], [0.1]])
    modes = Spectrum(np.array([2.0]), np.eye(3)[:, :1], 0.0)
    assert Dynamics(modes, W).loss(1e3) == pytest.approx(-1)  # the flow needs none
    with pytest.raises(ValueError, match=r"lowest eigenvalue.*not known: .*spectrum\(M, d\).*lowest="):
        Dynamics(modes, W, step_size=0.1)
    known = Spectrum(modes.values, modes.vectors, 0.0, lowest=-6.0)
    assert Dynamics(known, W, step_size=0.1).loss(1e3) == pytest.approx(-1)
    with pytest.raises(UnstableStepError, match=r"stability bound 0\.25"):
        Dynamics(known, W, step_size=0.26)


def test_a_matrix_in_place_of_modes_is_named():
    with pytest.raises(TypeError, match="spectrum"):
        Dynamics(np.eye(3), np.ones((3, 1)))


def test_other_bad_arguments():
    _, modes, W = problem(20, 3, 0.1)
    flow = Dynamics(modes, W)
    with pytest.raises(ValueError, match="frames"):
        flow.weights(1.0, frames=0)
    with pytest.raises(
        ValueError,
        match="k must be a whole number between 1 and 3, not 4; the word vectors have 3 dimensions",
    ):
        flow.overlap(1.0, 4)
    with pytest.raises(ValueError, match="step_size"):
        Dynamics(modes, W, step_size=np.nan)
