"""Training does what its equations say, keeps what it recorded, and says what is wrong."""

from __future__ import annotations

import _thread
import gzip
import itertools
import os
import pickle
import subprocess
import sys
import threading
import warnings
from dataclasses import replace

import numpy as np
import pytest
from interrupting import assert_whole_steps, interrupted_everywhere
from scipy.integrate import solve_ivp

import w2vlib
from w2vlib.dynamics.steps import UnstableStepError, extreme_eigenvalues, stability_bound
from w2vlib.targets import m_star
from w2vlib.training import (
    PairSampler,
    TrainingDivergedError,
    Trajectory,
    initial_weights,
    train_qwem,
    train_qwem_sampled,
    train_word2vec,
    train_word2vec_sampled,
    word2vec_loss,
    word2vec_start,
)
from w2vlib.words import WordMatrix

torch = pytest.importorskip("torch")

from w2vlib.training._loop import pair_strengths  # noqa: E402
from w2vlib.training._rules import summed_by_row  # noqa: E402

SAMPLERS = ["weighted", "label", "soft"]
NUMPY_AND_PYTORCH = pytest.mark.parametrize("device", [None, "cpu"], ids=["numpy", "pytorch"])


def symmetric(size, seed=0):
    M = np.random.default_rng(seed).standard_normal((size, size))
    return (M + M.T) / 2


def fields(trajectory):
    names = ("steps", "loss", "strengths", "weights", "context", "flow")
    return [getattr(trajectory, name) for name in names] + list(trajectory.snapshots.values())


def assert_identical(one, other):
    for a, b in zip(fields(one), fields(other), strict=True):
        assert (a is None and b is None) or (a.dtype == b.dtype and np.array_equal(a, b))
    assert list(one.snapshots) == list(other.snapshots)
    for name in ("step_size", "last_step", "interrupted", "words", "objective"):
        assert getattr(one, name) == getattr(other, name)


@pytest.fixture
def problem():
    """A target, a start, and a step size that is neither tiny nor unstable."""
    M = symmetric(12)
    return M, initial_weights(12, 4, 0.3, rng=1), 0.3 * stability_bound(*extreme_eigenvalues(M))


# Where training starts


def test_initial_weights_have_the_scale_that_is_asked_for():
    W = initial_weights(4000, 25, 0.2, rng=3)
    assert W.shape == (4000, 25)
    assert W.dtype == np.float64
    assert W.std() == pytest.approx(0.2 / 5, rel=0.02)
    assert abs(W.mean()) < 5 * 0.2 / 5 / np.sqrt(W.size)
    assert np.linalg.svd(W, compute_uv=False)[0] == pytest.approx(0.2 * np.sqrt(4000 / 25), rel=0.1)


def test_initial_weights_depend_on_the_seed_and_scale_alone():
    W = initial_weights(5, 3, 0.1)
    assert np.array_equal(W, initial_weights(5, 3, 0.1, rng=0))
    assert not np.array_equal(W, initial_weights(5, 3, 0.1, rng=1))
    np.testing.assert_allclose(initial_weights(5, 3, 1e-6), W * 1e-5, rtol=1e-14)


def test_word2vecs_start_is_uniform_within_its_bounds():
    W = word2vec_start(4000, 25, rng=3)
    assert W.shape == (4000, 25) and np.abs(W).max() <= 0.02
    assert W.var() == pytest.approx(0.04**2 / 12, rel=0.02) and abs(W.mean()) < 2e-4
    assert np.array_equal(W, word2vec_start(4000, 25, rng=3))
    for arguments in ((0, 3), (3, 2.5), (3, 3, -1)):
        with pytest.raises(ValueError, match="must be"):
            word2vec_start(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 3, 0.1), "size must be a whole number from 1 on, not 0"),
        ((5, 2.5, 0.1), "d must be a whole number from 1 on, not 2.5"),
        ((5, True, 0.1), "d must be a whole number from 1 on, not True"),
        ((5, 3, 0), "scale must be a positive, finite number, not 0; weights of zero would never leave it"),
        ((5, 3, float("nan")), "scale must be a positive, finite number, not nan"),
        ((5, 3, 0.1, -1), "rng must be a whole number from 0 on, or a numpy.random.Generator, not -1"),
        ((5, 3, 0.1, None), "rng must be a whole number from 0 on, or a numpy.random.Generator, not None"),
    ],
)
def test_initial_weights_refuse(arguments, message):
    with pytest.raises(ValueError, match=message):
        initial_weights(*arguments)


# The step


def naive_loss(W, Z, M):
    return ((W @ Z.T - M) ** 2).sum() / 4


def test_a_step_is_the_gradient_that_autograd_finds(problem):
    M, start, step_size = problem
    W = torch.tensor(start, requires_grad=True)
    naive_loss(W, W, torch.tensor(M)).backward()
    run = train_qwem(M, start, step_size, 1)
    np.testing.assert_allclose((run.weights - start) / step_size, -W.grad.numpy(), rtol=1e-12, atol=1e-13)


def test_an_untied_step_is_twice_the_gradient_that_autograd_finds(problem):
    M, start, step_size = problem
    other = initial_weights(12, 4, 0.7, rng=2)
    W, Z = (torch.tensor(side, requires_grad=True) for side in (start, other))
    naive_loss(W, Z, torch.tensor(M)).backward()
    run = train_qwem(M, start, step_size, 1, tied=False, context=other, check_step=False)
    for after, before, side in ((run.weights, start, W), (run.context, other, Z)):
        np.testing.assert_allclose(
            (after - before) / step_size, -2 * side.grad.numpy(), rtol=1e-12, atol=1e-13
        )


def test_a_step_is_the_gradient_that_differences_find(problem):
    M, start, step_size = problem
    rng, h = np.random.default_rng(5), 1e-5
    for context in (None, initial_weights(12, 4, 0.7, rng=2)):
        tied = context is None
        Z = start if tied else context
        run = train_qwem(M, start, step_size, 1, tied=tied, context=context, check_step=False)
        A = rng.standard_normal(start.shape)
        B = A if tied else rng.standard_normal(start.shape)
        slope = naive_loss(start + h * A, Z + h * B, M) - naive_loss(start - h * A, Z - h * B, M)
        moved = (A * (run.weights - start)).sum()
        if not tied:
            moved = (moved + (B * (run.context - Z)).sum()) / 2
        assert moved / step_size == pytest.approx(-slope / (2 * h), rel=1e-8)


def test_steps_are_the_formula(problem):
    M, W, step_size = problem
    run = train_qwem(M, W, step_size, 3, record=[0, 1, 2, 3], snapshots=[0, 1, 2, 3])
    for n in range(4):
        np.testing.assert_allclose(run.snapshots[n], W, rtol=1e-12, atol=1e-14)
        assert run.loss[n] == pytest.approx(naive_loss(W, W, M) - (M**2).sum() / 4, rel=1e-12)
        np.testing.assert_allclose(run.strengths[n], np.linalg.svd(W @ W.T, compute_uv=False)[:4], rtol=1e-11)
        W = W + step_size * (M - W @ W.T) @ W


def test_untied_steps_are_the_formula(problem):
    M, W, step_size = problem
    Z = initial_weights(12, 4, 0.4, rng=9)
    run = train_qwem(M, W, step_size / 2, 3, tied=False, context=Z, record=[0, 1, 2, 3], snapshots=[2])
    for n in range(4):
        if n == 2:
            np.testing.assert_allclose(run.snapshots[2], W, rtol=1e-12, atol=1e-14)
        assert run.loss[n] == pytest.approx(naive_loss(W, Z, M) - (M**2).sum() / 4, rel=1e-11)
        np.testing.assert_allclose(run.strengths[n], np.linalg.svd(W @ Z.T, compute_uv=False)[:4], rtol=1e-10)
        if n == 3:
            np.testing.assert_allclose(run.weights, W, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(run.context, Z, rtol=1e-12, atol=1e-14)
        E = M - W @ Z.T
        W, Z = W + step_size / 2 * E @ Z, Z + step_size / 2 * E.T @ W


def test_small_steps_follow_the_flow():
    M, start = symmetric(8), initial_weights(8, 3, 0.3, rng=1)

    def velocity(_, flat):
        W = flat.reshape(8, 3)
        return ((M - W @ W.T) @ W).ravel()

    flow = solve_ivp(velocity, (0, 2), start.ravel(), "DOP853", rtol=1e-12, atol=1e-14).y[:, -1]
    errors = [
        np.abs(train_qwem(M, start, 2 / n, n, record=2).weights.ravel() - flow).max()
        for n in (1000, 2000, 4000)
    ]
    assert errors[0] < 3e-3
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.02)
    assert errors[1] / errors[2] == pytest.approx(2, rel=0.01)


@NUMPY_AND_PYTORCH
def test_untied_from_equal_matrices_is_tied(problem, device):
    M, start, step_size = problem
    tied = train_qwem(M, start, step_size, 60, snapshots=[30], device=device)
    untied = train_qwem(M, start, step_size, 60, snapshots=[30], tied=False, device=device)
    assert np.array_equal(untied.weights, tied.weights)
    assert np.array_equal(untied.context, tied.weights)
    assert np.array_equal(untied.snapshots[30], tied.snapshots[30])
    np.testing.assert_allclose(untied.loss, tied.loss, rtol=1e-12)
    np.testing.assert_allclose(untied.strengths, tied.strengths, rtol=1e-9)
    assert tied.context is None


def test_untied_training_conserves_the_imbalance():
    M, W, Z = symmetric(10), initial_weights(10, 3, 0.5, rng=1), initial_weights(10, 3, 0.5, rng=2)
    drifts = []
    for n in (500, 1000, 2000):
        run = train_qwem(M, W, 3 / n, n, tied=False, context=Z, record=2)
        drifts.append(
            np.abs(run.weights.T @ run.weights - run.context.T @ run.context - W.T @ W + Z.T @ Z).max()
        )
    assert drifts[0] < 0.02
    assert drifts[0] / drifts[1] == pytest.approx(2, rel=0.05)
    assert drifts[1] / drifts[2] == pytest.approx(2, rel=0.03)


def test_tied_training_ends_at_the_positive_and_untied_at_the_largest_eigenvalues():
    M = np.diag([3.0, 2.0, 1.0, -1.0, -4.0, -0.5])
    start, other = (initial_weights(6, 2, 0.1, seed) for seed in (0, 1))
    tied = train_qwem(M, start, 0.05, 2000)
    untied = train_qwem(M, start, 0.05, 2000, tied=False, context=other)
    np.testing.assert_allclose(tied.strengths[-1], [3, 2], rtol=1e-9)
    np.testing.assert_allclose(untied.strengths[-1], [4, 3], rtol=1e-9)
    assert tied.loss[-1] == pytest.approx(-(9 + 4) / 4)
    assert untied.loss[-1] == pytest.approx(-(16 + 9) / 4)


def test_untied_training_may_start_with_a_context_of_zero():
    """As word2vec's own code does."""
    M, start = np.diag([2.0, 1.0, -1.0]), initial_weights(3, 2, 0.01)
    run = train_qwem(M, start, 0.05, 1000, tied=False, context=np.zeros((3, 2)))
    np.testing.assert_allclose(run.strengths[0], 0, atol=1e-30)
    assert run.loss[0] == 0
    assert run.strengths[-1, 0] == pytest.approx(2)


def test_more_dimensions_than_words():
    run = train_qwem(np.diag([2.0, -1.0]), initial_weights(2, 5, 0.1), 0.05, 500)
    assert run.strengths.shape == (200, 5)
    np.testing.assert_allclose(run.strengths[-1], [2, 0, 0, 0, 0], atol=1e-9)


# What is recorded


def test_small_strengths_are_measured_beside_large_ones():
    rng = np.random.default_rng(0)
    U, Y = (np.linalg.qr(rng.standard_normal((60, 10)))[0] for _ in range(2))
    turn = np.linalg.qr(rng.standard_normal((10, 10)))[0]
    s = np.geomspace(30, 1e-6, 10)
    W, Z = U * s @ turn, Y * s @ turn
    for state in ((W,), (W, W), (W, Z), (torch.tensor(W), torch.tensor(Z))):
        np.testing.assert_allclose(pair_strengths(state), s**2, rtol=1e-8)


def test_records_are_evenly_spaced(problem):
    M, start, step_size = problem
    assert train_qwem(M, start, step_size, 1000, record=5).steps.tolist() == [0, 250, 500, 750, 1000]
    assert train_qwem(M, start, step_size, 3).steps.tolist() == [0, 1, 2, 3]
    assert train_qwem(M, start, step_size, 300).steps.shape == (200,)
    assert train_qwem(M, start, step_size, 10, record=np.int64(3)).steps.tolist() == [0, 5, 10]


def test_records_are_those_listed(problem):
    M, start, step_size = problem
    full = train_qwem(M, start, step_size, 20, record=range(21))
    listed = [[7, 3, 3, 20], np.array([3, 7, 20]), (3.0, 7.0, 20.0), iter([20, 7, 3])]
    for record in listed:
        run = train_qwem(M, start, step_size, 20, record=record)
        assert run.steps.tolist() == [3, 7, 20]
        assert run.steps.dtype == np.int64
        assert np.array_equal(run.loss, full.loss[[3, 7, 20]])
        assert np.array_equal(run.strengths, full.strengths[[3, 7, 20]])
    early = train_qwem(M, start, step_size, 20, record=[5])
    assert early.last_step == 20
    assert np.array_equal(early.weights, full.weights)  # recording does not disturb training


def test_times_are_flow_times(problem):
    M, start, step_size = problem
    run = train_qwem(M, start, step_size, 100, record=11)
    np.testing.assert_allclose(run.times, run.steps * step_size, rtol=1e-15)
    np.testing.assert_allclose(run.singular_values**2, run.strengths, rtol=1e-14)
    assert (np.diff(run.strengths) <= 0).all()
    assert (np.diff(run.loss) < 0).all()


def test_snapshots(problem):
    M, start, step_size = problem
    run = train_qwem(M, start, step_size, 50, snapshots=[50, 0, 20], record=[10])
    assert list(run.snapshots) == [0, 20, 50]
    assert np.array_equal(run.snapshots[0], start)
    assert np.array_equal(run.snapshots[20], train_qwem(M, start, step_size, 20).weights)
    assert np.array_equal(run.snapshots[50], run.weights)
    assert not np.shares_memory(run.snapshots[50], run.weights)


@NUMPY_AND_PYTORCH
def test_the_input_is_left_as_it_was(problem, device):
    M, start, step_size = problem
    before = M.copy(), start.copy()
    for array in (M, start):
        array.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tied = train_qwem(M, start, step_size, 5, device=device)
        untied = train_qwem(M, start, step_size / 2, 5, tied=False, device=device)
    assert np.array_equal(M, before[0])
    assert np.array_equal(start, before[1])
    left = start, tied.weights, untied.weights, untied.context
    assert not any(np.shares_memory(a, b) for a, b in itertools.combinations(left, 2))


def test_repr(problem):
    M, start, step_size = problem
    run = train_qwem(M, start, 0.01, 2000, record=3, snapshots=[1])
    assert repr(run).startswith("Trajectory(3 records of 2,000 steps to t = 20, 12 × 4 weights, loss ")
    assert repr(run).endswith(", 1 snapshot)")
    assert "weights and context" in repr(train_qwem(M, start, 0.01, 2, tied=False))


def test_a_trajectory_holds_floats_whatever_it_is_made_of():
    run = Trajectory([0, 5], [0, -1], [[1], [2]], np.ones((3, 1), dtype=int), 0.1, 5)
    assert all(array.dtype == float for array in (run.loss, run.strengths, run.weights))
    single = Trajectory([0], [0.0], [[1.0]], np.ones((3, 1), "float32"), 0.1, 0)
    assert single.weights.dtype == np.float32


def test_a_trajectory_must_fit_together():
    good = dict(steps=np.arange(2), loss=np.zeros(2), strengths=np.zeros((2, 3)), weights=np.zeros((5, 3)))
    Trajectory(**good, step_size=0.1, last_step=1)
    for wrong, message in (
        ({"words": "abcd"}, "4 words do not fit 5 rows of weights"),
        ({"words": "abcda"}, "holds 'a' more than once"),
        ({"objective": "hinge"}, "objective must be 'least squares', 'logistic' or 'quadratic', not 'hinge'"),
    ):
        with pytest.raises(ValueError, match=message):
            Trajectory(**good, step_size=0.1, last_step=1, **wrong)
    for name, wrong in (("loss", np.zeros(3)), ("strengths", np.zeros((2, 2))), ("weights", np.zeros(5))):
        with pytest.raises(ValueError, match="must have the shapes"):
            Trajectory(**{**good, name: wrong}, step_size=0.1, last_step=1)
    with pytest.raises(ValueError, match=r"must have the weights' shape \(5, 3\), not \(5, 2\)"):
        Trajectory(**good, step_size=0.1, last_step=1, context=np.zeros((5, 2)))


# Half-rise times


def logistic(values, start, t):
    growth = np.exp(2 * np.multiply.outer(t, values))
    return values * start * growth / (values + start * (growth - 1))


def synthetic(strengths, steps, step_size):
    n, d = strengths.shape
    return Trajectory(steps, np.zeros(n), strengths, np.zeros((d, d)), step_size, int(steps[-1]))


def test_half_rise_of_logistics_is_exact():
    values, start = np.array([3.0, 2.0, 0.5]), np.array([1e-4, 1e-6, 1e-3])
    steps = np.arange(0, 1000, 40)  # records coarser than the first rise
    run = synthetic(logistic(values, start, steps * 0.02), steps, 0.02)
    np.testing.assert_allclose(run.half_rises(values), np.log(values / start - 1) / (2 * values), rtol=1e-12)
    assert run.half_rises(list(values) + [0.1]).shape == (3,)
    assert run.half_rises(values[:2]).shape == (2,)


def test_half_rise_that_never_comes_is_nan():
    steps = np.arange(5)
    strengths = np.array([[1.0, 0.9, 0.0, 0.0, 0.1]] * 5)
    strengths[2:, 1] = [0.8, 0.2, 1.6]  # starts above half, falls, rises at last, and overshoots
    strengths[3:, 2] = 1.5  # from exactly zero
    strengths[4, 4] = 0.3
    times = synthetic(strengths, steps, 0.5).half_rises([1.0, 1.5, 2.0, 1.0, -1.0])
    twice = synthetic(np.array([[0.1], [0.9], [0.1], [0.9]]), np.arange(4), 1.0)
    assert twice.half_rises([1.0]) == pytest.approx([0.5])
    assert np.isnan(times[[0, 3, 4]]).all()
    assert times[1] == pytest.approx(0.5 * (3 + (0.75 - 0.2) / 1.4))
    assert times[2] == pytest.approx(0.5 * (2 + 1 / 1.5))
    assert np.isnan(synthetic(strengths[:1], steps[:1], 0.5).half_rises([1.0])).all()


def test_half_rise_of_a_run_whose_modes_do_not_mix():
    values = np.array([4.0, 2.0])
    run = train_qwem(np.diag([4.0, 2.0, -1.0]), 1e-3 * np.eye(3)[:, :2], 1e-3, 6000, record=60)
    np.testing.assert_allclose(run.half_rises(values), np.log(values / 1e-6 - 1) / (2 * values), rtol=3e-3)


@pytest.mark.parametrize("values", [[[1.0]], [np.nan], 3.0])
def test_half_rise_refuses(values):
    with pytest.raises((ValueError, TypeError), match="eigenvalues|modes must be"):
        synthetic(np.ones((3, 1)), np.arange(3), 0.1).half_rises(values)


def test_half_rise_refuses_the_modes_of_other_words(problem):
    M, start, step_size = problem
    words = tuple("abcdefghijkl")
    modes = w2vlib.spectrum(WordMatrix(M, words), 4)
    run = train_qwem(WordMatrix(M, words), start, step_size, 40)
    unnamed = train_qwem(M, start, step_size, 40)
    expected = run.half_rises(modes.values)
    assert np.isfinite(expected).any()
    for known in (modes, replace(modes, words=None)):
        np.testing.assert_array_equal(run.half_rises(known), expected)
        np.testing.assert_array_equal(unnamed.half_rises(known), expected)
    for other in (replace(modes, words=words[::-1]), replace(modes, words=("z", *words[1:]))):
        with pytest.raises(ValueError, match="the modes belong to other words than this run"):
            run.half_rises(other)
        np.testing.assert_array_equal(unnamed.half_rises(other), expected)
    fewer = w2vlib.spectrum(M[:9, :9], 4)
    for trained in (run, unnamed):
        with pytest.raises(ValueError, match="modes of 9 words do not fit a run of 12"):
            trained.half_rises(fewer)


# Theory and measurement


def test_theory_and_measurement_have_the_same_names_and_agree(wikipedia):
    """On an actual run, with all modes and with truncated ones."""
    stats = wikipedia.first(300)
    M = m_star(stats)
    modes = w2vlib.spectrum(M, 300)
    start, step_size = initial_weights(300, 10, 1e-2), 0.05 / modes.values[0]
    run = train_qwem(M, start, step_size, 900, record=91, snapshots=[300])
    drop, goals = (modes.values[:10] ** 2).sum() / 4, modes.values[:10]
    for known in (modes, modes.leading(60)):
        flow = w2vlib.Dynamics(known, start, step_size)
        np.testing.assert_allclose(flow.loss(run.times), run.loss, atol=1e-3 * drop)
        np.testing.assert_allclose(flow.strengths(run.times) / goals, run.strengths / goals, atol=1e-2)
        assert (np.abs(flow.singular_values(run.times) - run.singular_values) < 1e-2 * np.sqrt(goals)).all()
        np.testing.assert_allclose(flow.half_rises(), run.half_rises(known), rtol=1e-3)
        for step, t in ((300, 300 * step_size), (None, 900 * step_size)):
            predicted, measured = flow.embedding(t), run.embedding(step)
            assert predicted.words == measured.words == stats.words
            X, Y = (E.vectors @ E.vectors.T for E in (predicted, measured))
            assert np.linalg.norm(X - Y) < 1e-2 * np.linalg.norm(Y)
            for word in stats.words[50:60]:
                near = dict(measured.neighbours(word, 299))
                for other, cosine in predicted.neighbours(word, 3):
                    assert near[other] == pytest.approx(cosine, abs=0.02)
    with pytest.raises(
        ValueError, match=r"the weights of step 7 were not kept, only those of \[300\]; train with"
    ):
        run.embedding(7)
    nameless = train_qwem(np.asarray(M), start, step_size, 2)
    with pytest.raises(ValueError, match=r"words of these rows are not known: begin with .*m_star\(stats\)"):
        nameless.embedding()
    with pytest.raises(ValueError, match="words of these rows are not known: .*m_star"):
        w2vlib.Dynamics(replace(modes, words=None), start).embedding(1.0)


@pytest.mark.parametrize("tied", [True, False])
def test_the_loss_is_that_of_the_objective(random_stats, tied):
    """Of the weights that training ends with, for every trainer."""
    stats, options = random_stats(12), dict(tied=tied, record=2)
    start, other = initial_weights(12, 3, 0.4, 1), None if tied else initial_weights(12, 3, 0.5, 2)
    M = m_star(stats)
    A, B = w2vlib.word2vec_pair_weights(stats, subsample=None, symmetric=False)
    runs = {
        "qwem": train_qwem(M, start, 0.02, 40, context=other, **options),
        "qwem, sampled": train_qwem_sampled(stats, start, 0.02, 40, 50, context=other, **options),
        "logistic": train_word2vec(A, B, start, 0.02, 40, context=other, **options),
        "quadratic": train_word2vec(A, B, start, 0.02, 40, loss="quadratic", context=other, **options),
        "word2vec, sampled": train_word2vec_sampled(
            stats, start, 2000, batch_size=10, subsample=None, dtype="float64", context=other, **options
        ),
    }
    for name, run in runs.items():
        W, Z = run.weights, run.weights if tied else run.context
        if "qwem" in name:
            assert run.objective == "least squares"
            expected = naive_loss(W, Z, np.asarray(M)) - (M**2).sum() / 4
        else:
            assert run.objective == ("quadratic" if name == "quadratic" else "logistic")
            expected = word2vec_loss(A, B, W, Z, run.objective)
        assert run.loss[-1] == pytest.approx(expected, rel=1e-9), name
        assert run.loss[-1] < run.loss[0]
        assert run.words == stats.words


# Reproducibility, devices and dtypes


def test_the_same_input_gives_the_same_result(problem, random_stats):
    M, start, step_size = problem
    for device in (None, "cpu"):
        again = (train_qwem(M, start, step_size, 50, snapshots=[9], device=device) for _ in range(2))
        assert_identical(*again)
    stats = random_stats(12)
    for sampler in SAMPLERS:
        for tied in (True, False):
            runs = [
                train_qwem_sampled(stats, start, 0.01, 20, 16, sampler=sampler, tied=tied, rng=seed)
                for seed in (4, 4, 5)
            ]
            assert_identical(*runs[:2])
            assert not np.array_equal(runs[0].weights, runs[2].weights)


def test_no_global_state_is_touched(problem, random_stats):
    M, start, step_size = problem

    def state():
        numpy_state = np.random.get_state()
        return (
            torch.get_rng_state().tolist(), numpy_state[1].tolist(), numpy_state[2], torch.get_default_dtype(),
            torch.get_num_threads(), torch.is_grad_enabled(), np.geterr(), len(warnings.filters),
        )  # fmt: skip

    before = state()
    for device in (None, "cpu"):
        train_qwem(M, start, step_size, 5, dtype="float32", device=device)
    train_qwem_sampled(random_stats(12), start, 0.01, 5, 8, sampler="weighted")
    assert state() == before


def test_single_precision_is_close_to_double(problem):
    M, start, step_size = problem
    for options in ({}, {"tied": False, "context": initial_weights(12, 4, 0.3, rng=2)}):
        double = train_qwem(M, start, step_size / 2, 200, **options)
        single = train_qwem(M, start, step_size / 2, 200, **options, dtype="float32", snapshots=[1])
        assert single.weights.dtype == single.snapshots[1].dtype == np.float32
        assert single.loss.dtype == single.strengths.dtype == np.float64
        np.testing.assert_allclose(single.loss, double.loss, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(single.strengths, double.strengths, rtol=1e-3, atol=1e-5)
    named = train_qwem(M, start, step_size / 2, 200, dtype=torch.float32, device=torch.device("cpu"))
    assert_identical(named, train_qwem(M, start, step_size / 2, 200, dtype="float32", device="cpu"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_agrees_with_the_cpu(problem, random_stats):
    M, start, step_size = problem
    for dtype, tolerance in (("float64", 1e-9), ("float32", 1e-3)):
        here, there = (train_qwem(M, start, step_size, 100, device=x, dtype=dtype) for x in ("cpu", "cuda"))
        np.testing.assert_allclose(there.strengths, here.strengths, rtol=tolerance, atol=1e-6)
    stats = random_stats(12)
    for sampler in SAMPLERS:
        runs = [
            train_qwem_sampled(stats, start, 0.01, 50, 64, sampler=sampler, device=x) for x in ("cpu", "cuda")
        ]
        np.testing.assert_allclose(runs[1].strengths, runs[0].strengths, rtol=1e-8)


@pytest.mark.parametrize("device", ["cuda:99", "meta", "abacus"])
def test_a_device_that_is_not_there(problem, device):
    with pytest.raises(ValueError, match=rf"device '{device}' cannot be used.*available: cpu"):
        train_qwem(*problem, 5, device=device)


@pytest.mark.parametrize("dtype", ["float16", "int64", torch.bfloat16])
def test_a_dtype_that_will_not_do(problem, dtype):
    with pytest.raises(ValueError, match="dtype must be 'float32' or 'float64', not"):
        train_qwem(*problem, 5, dtype=dtype)


def agree(one, other, digits):
    """Whether two runs recorded the same, to so many digits."""
    for name in ("steps", "words", "objective", "last_step", "step_size", "interrupted"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert list(one.snapshots) == list(other.snapshots)
    for a, b in zip(fields(one), fields(other), strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            assert a.dtype == b.dtype and a.flags.c_contiguous
            np.testing.assert_allclose(a, b, rtol=0, atol=10.0**-digits * np.abs(b).max())


@pytest.mark.parametrize("dtype, digits", [("float64", 13), ("float32", 5)])
@pytest.mark.parametrize("tied", [True, False])
def test_numpy_agrees_with_pytorch_to_rounding(problem, tied, dtype, digits):
    """All that is kept, of words, of records and snapshots of one's own, and half-rises."""
    M, start, step_size = problem
    words, other = tuple("abcdefghijkl"), None if tied else initial_weights(12, 4, 0.4, rng=2)
    options = dict(tied=tied, context=other, dtype=dtype, record=[0, 1, 7, 40, 60], snapshots=[0, 13, 60])
    numpy, pytorch = (
        train_qwem(WordMatrix(M, words), start, step_size / 2, 60, device=device, **options)
        for device in (None, "cpu")
    )
    agree(numpy, pytorch, digits)
    assert numpy.weights.dtype == dtype and numpy.words == words
    rises = numpy.half_rises(np.linalg.eigvalsh(M)[::-1][:4].copy())
    assert np.isfinite(rises).any()
    np.testing.assert_allclose(
        rises, pytorch.half_rises(np.linalg.eigvalsh(M)[::-1][:4].copy()), rtol=10.0 ** (1 - digits)
    )


@pytest.mark.parametrize("dtype, digits", [("float64", 13), ("float32", 5)])
@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("loss", ["logistic", "quadratic"])
def test_word2vec_agrees_with_pytorch_to_rounding(problem, loss, tied, dtype, digits):
    M, start, _ = problem
    options = dict(loss=loss, tied=tied, dtype=dtype, word_rates=np.linspace(0.5, 2, 12), snapshots=[5])
    options["context"] = None if tied else initial_weights(12, 4, 0.4, rng=2)
    runs = [
        train_word2vec(np.exp(M), np.exp(-M), start, 0.05, 40, device=x, **options) for x in (None, "cpu")
    ]
    agree(*runs, digits)


WITHOUT_TORCH = """
import sys
from importlib.machinery import PathFinder
found, looked_for = PathFinder.find_spec.__func__, []

def find_spec(cls, name, *more):
    if name.split(".")[0] == "torch":
        looked_for.append(name)
        return None  # as if not installed
    return found(cls, name, *more)

PathFinder.find_spec = classmethod(find_spec)

import numpy as np
import w2vlib
from w2vlib.training import *

M, start, step_size = np.load(sys.argv[1] + "/M.npy"), initial_weights(12, 4, 0.3, rng=1), float(sys.argv[2])
A, B = np.exp(M), np.exp(-M)
word2vec_start(12, 4)
runs = {
    "tied": train_qwem(M, start, step_size, 50, snapshots=[20]),
    "untied": train_qwem(M, start, step_size / 2, 50, tied=False, dtype="float32"),
    "word2vec": train_word2vec(A, B, start, 0.01, 50),
}
for name, run in runs.items():
    run.save(f"{sys.argv[1]}/{name}.npz")
Trajectory.load(sys.argv[1] + "/tied.npz").half_rises(np.ones(4))
assert abs(word2vec_loss(A, B, run.weights) / run.loss[-1] - 1) < 1e-9
assert looked_for == [], looked_for

stats = w2vlib.count_corpus([["a", "b", "a"], ["b", "c"]], window=2, backend="numpy")
three = initial_weights(3, 2, 0.1)
for train in (
    lambda: train_qwem(M, start, step_size, 5, device="cpu"),
    lambda: train_word2vec(A, B, start, 0.01, 5, device="cuda"),
    lambda: train_qwem_sampled(stats, three, 0.01, 5, 8),
    lambda: train_word2vec_sampled(stats, three, 100),
):
    try:
        train()
    except ImportError as error:
        print(error)
"""


def test_full_batches_need_no_torch_and_the_rest_says_so(problem, tmp_path):
    """In a process without it full batches give the same, bit for bit, and never look for it."""
    M, start, step_size = problem
    np.save(tmp_path / "M.npy", M)
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_TORCH, str(tmp_path), repr(float(step_size))],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    message = 'training on a device, or on sampled pairs, needs PyTorch, which is not installed: pip install "w2vlib[train]"'
    assert ran.stdout.splitlines() == [message] * 4
    for name, here in (
        ("tied", train_qwem(M, start, step_size, 50, snapshots=[20])),
        ("untied", train_qwem(M, start, step_size / 2, 50, tied=False, dtype="float32")),
        ("word2vec", train_word2vec(np.exp(M), np.exp(-M), start, 0.01, 50)),
    ):
        assert_identical(Trajectory.load(tmp_path / f"{name}.npz"), here)


def test_importing_does_not_import_torch():
    code = "import sys, w2vlib.training; assert not {'torch', 'tqdm'} & set(sys.modules)"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_progress_bar(problem, capsys):
    train_qwem(*problem, 5)
    assert capsys.readouterr().err == ""
    pytest.importorskip("tqdm")
    train_qwem(*problem, 5, progress=True)
    assert "training: 100%" in capsys.readouterr().err


# Sampled pairs


@pytest.fixture
def crowd(random_stats):
    """Statistics of six words, weights, and the moments that theory gives: M, x, P + q."""
    stats, size = random_stats(6), 6
    W = initial_weights(size, 3, 0.8, rng=2)
    P, q = stats.P, np.outer(stats.p, stats.p)
    M, x = m_star(stats), W @ W.T
    noise = {
        "weighted": (1 - x * M / 2 + x**2 / 4) / (P + q),
        "label": size**2 * (1 - x * M / 2 + x**2 / 4),
        "soft": size**2 * (M - x) ** 2 / 4,
    }
    return stats, W, M, x, noise


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_mean_and_second_moment_of_a_sample(crowd, sampler):
    stats, _, M, x, noise = crowd
    n = 200_000
    pairs = PairSampler(stats, sampler, rng=7).draw(n)
    assert len(pairs.first) == (2 * n if sampler == "weighted" else n)
    c = pairs.coefficients(x[pairs.first, pairs.second])
    cell = 6 * pairs.first + pairs.second
    for power, expected in ((1, (M - x) / 2), (2, noise[sampler])):
        moment = np.bincount(cell, c**power, 36) / n
        error = np.sqrt(np.bincount(cell, c ** (2 * power), 36)) / n
        assert (np.abs(moment - expected.ravel()) < 5 * error + 1e-12).all()


@pytest.mark.parametrize("size", [3, 6])
def test_corpus_pairs_are_drawn_from_the_counts(small, random_stats, size):
    stats = small if size == 3 else random_stats(6)  # 14 units of counts, or thousands
    n = 400_000
    pairs = PairSampler(stats, "weighted").draw(n)
    cells = np.split(size * pairs.first + pairs.second, 2)
    met, chance = (np.bincount(half, minlength=size**2).reshape(size, size) for half in cells)
    assert (met[stats.counts == 0] == 0).all()
    for found, law in ((met, stats.P), (chance, np.outer(stats.p, stats.p))):
        possible = law > 0
        chi_squared = ((found - n * law)[possible] ** 2 / (n * law)[possible]).sum()
        degrees = possible.sum() - 1
        assert abs(chi_squared - degrees) < 5 * np.sqrt(2 * degrees)
    assert (pairs.pull[:n] > 0).all()
    assert (pairs.pull[n:] < 0).all()


def test_counts_beyond_single_and_double_precision_are_drawn_exactly():
    rare = np.array([[2**60, 1], [1, 2**60]])
    stats = w2vlib.CorpusStatistics("ab", rare, [1, 1], window=1)
    cells = PairSampler(stats, "weighted")._up_to_cell
    assert np.diff(cells).tolist() == [1, 1, 2**60]


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_mean_and_noise_of_a_step(crowd, sampler, tied):
    stats, W, M, x, noise = crowd
    step_size, runs = 1e-3, 300
    moves = np.stack(
        [
            train_qwem_sampled(
                stats, W, step_size, 1, 4, sampler=sampler, rng=seed, tied=tied, record=[1], check_step=False
            ).weights
            - W
            for seed in range(runs)
        ]
    )
    mean = step_size * (M - x) @ W
    error = moves.std(axis=0) / np.sqrt(runs)
    assert (np.abs(moves.mean(axis=0) - mean) < 5 * error).all()
    # E‖ΔW‖² about the mean of one sample, whose own mean is subtracted (from P and from q apart).
    N, S = noise[sampler], W @ W.T
    reach = (N @ np.diag(S)).sum()
    spread = 2 * reach + 2 * (N * S).trace() if tied else 4 * reach
    if sampler == "weighted":
        P, q = stats.P, np.outer(stats.p, stats.p)
        parts = [2 * (P * (1 - x / 2) / (P + q)) @ W, -2 * (q * (1 + x / 2) / (P + q)) @ W]
        np.testing.assert_allclose(step_size * sum(parts), mean, atol=1e-12)
    else:
        parts = [mean / step_size]
    expected = step_size**2 / 4 * (spread - sum((part**2).sum() for part in parts))
    squares = ((moves - mean) ** 2).sum(axis=(1, 2))
    assert abs(squares.mean() - expected) < 5 * squares.std() / np.sqrt(runs)


def test_the_sum_over_a_batch_against_the_definition(random_stats):
    stats, B = random_stats(9), 50
    W, Z = initial_weights(9, 3, 0.5), initial_weights(9, 3, 0.5, rng=1)
    for sampler in SAMPLERS:
        pairs = PairSampler(stats, sampler, rng=3).draw(B)
        tied, untied_w, untied_z = np.zeros((3, 9, 3))
        for i, j, a, b in zip(*pairs):
            tied[i] += (a - b * (W[i] @ W[j])) * W[j]
            tied[j] += (a - b * (W[i] @ W[j])) * W[i]
            untied_w[i] += 2 * (a - b * (W[i] @ Z[j])) * Z[j]
            untied_z[j] += 2 * (a - b * (W[i] @ Z[j])) * W[i]
        options = dict(sampler=sampler, rng=3, check_step=False)
        run = train_qwem_sampled(stats, W, 1e-3, 1, B, **options)
        np.testing.assert_allclose(run.weights, W + 1e-3 / B * tied, rtol=1e-12, atol=1e-14)
        run = train_qwem_sampled(stats, W, 1e-3, 1, B, tied=False, context=Z, **options)
        np.testing.assert_allclose(run.weights, W + 1e-3 / B * untied_w, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(run.context, Z + 1e-3 / B * untied_z, rtol=1e-12, atol=1e-14)


def test_words_beyond_sixteen_bits_and_rows_that_are_not_drawn():
    size = 2**16 + 3
    W = torch.arange(2.0 * size).reshape(size, 2)
    rows = np.array([size - 1, 3, size - 1, 0])
    columns, c = torch.tensor([1, 2, 5, size - 1]), torch.tensor([2.0, 1.0, -1.0, 0.5])
    expected = torch.zeros_like(W).index_add(0, torch.from_numpy(rows), c[:, None] * W[columns])
    assert torch.equal(summed_by_row(rows, columns, c, W), expected)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_large_batches_follow_full_batch_training(random_stats, sampler):
    stats, start = random_stats(15), initial_weights(15, 3, 0.1)
    M = m_star(stats)
    step_size = 0.1 * stability_bound(*extreme_eigenvalues(M))
    full = train_qwem(M, start, step_size, 150, record=16)
    run = train_qwem_sampled(stats, start, step_size, 150, 4000, sampler=sampler, record=16)
    assert np.array_equal(run.steps, full.steps)
    assert run.loss[0] == pytest.approx(full.loss[0], rel=1e-14)
    assert np.abs(run.loss - full.loss).max() < 0.05 * abs(full.loss[-1])
    W = run.weights  # the loss is the population's, not the last batch's
    assert run.loss[-1] == pytest.approx(naive_loss(W, W, M) - (M**2).sum() / 4, rel=1e-12)


# When training goes wrong


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("values", [[3.0, 1.0, -1.0], [1.0, 0.5, -6.0]])
def test_an_unstable_step_is_refused_and_the_message_says_the_bound(values, tied):
    start, bound = initial_weights(3, 2, 0.1), stability_bound(values[0], values[-1])
    if not tied:
        bound = 1 / np.abs(values).max()
    for step_size in (bound, 1.1 * bound, 1e6):
        with pytest.raises(
            UnstableStepError, match=f"is not below the stability bound {bound:.6g} of this target"
        ):
            train_qwem(np.diag(values), start, step_size, 1000, tied=tied)
    train_qwem(np.diag(values), start, 0.999 * bound, 5, tied=tied)
    train_qwem(np.diag(values), start, 1.1 * bound, 2, tied=tied, check_step=False)


def test_the_bound_separates_convergence_from_divergence():
    """Where a direction that is never learned binds, and where untied vectors are trained."""
    values, start = np.array([1.0, 0.5, -6.0]), initial_weights(3, 2, 0.1)
    for options, bound in (({}, 2 / 7), ({"tied": False, "context": initial_weights(3, 2, 0.1, 1)}, 1 / 6)):
        goal = [1, 0.5] if not options else [6, 1]
        for factor, converges in ((0.98, True), (1.02, False)):
            run = None
            try:
                run = train_qwem(np.diag(values), start, factor * bound, 3000, check_step=False, **options)
            except TrainingDivergedError:
                pass
            assert (run is not None and np.allclose(run.strengths[-1], goal, atol=1e-6)) == converges


def test_a_refused_step_size_for_sampled_training(random_stats):
    with pytest.raises(UnstableStepError, match="stability bound"):
        train_qwem_sampled(random_stats(5), initial_weights(5, 2, 0.1), 100, 5, 10)


@NUMPY_AND_PYTORCH
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.filterwarnings(
    "error"
)  # numbers that overflow on the way are told of by the error, and only there
def test_divergence_keeps_what_was_recorded(tied, dtype, device):
    M, start = np.diag([3.0, 2.0, -1.0]), initial_weights(3, 2, 0.1)
    with pytest.raises(
        TrainingDivergedError, match="diverged after .* bound 0.333333: take a smaller"
    ) as caught:
        train_qwem(
            M,
            start,
            0.8,
            500,
            record=range(501),
            snapshots=[1, 499],
            tied=tied,
            dtype=dtype,
            device=device,
            check_step=False,
        )
    run = caught.value.trajectory
    assert f"after {run.last_step} of 500 steps" in str(caught.value)
    assert "step_size is 0.8 and" in str(caught.value)
    assert run.steps.tolist() == list(range(run.last_step + 1))
    assert 0 < run.last_step < 500
    assert list(run.snapshots) == [1]
    for array in fields(run)[: 4 if tied else 5]:
        assert np.isfinite(array).all()
    assert not run.interrupted
    again = train_qwem(M, start, 0.8, run.last_step, tied=tied, dtype=dtype, device=device, check_step=False)
    assert np.array_equal(run.weights, again.weights)
    revived = pickle.loads(pickle.dumps(caught.value))
    assert str(revived) == str(caught.value)
    assert_identical(revived.trajectory, run)


@NUMPY_AND_PYTORCH
@pytest.mark.filterwarnings("error")
def test_a_start_that_is_too_large_diverges(device):
    with pytest.raises(TrainingDivergedError, match="or a smaller start") as caught:
        train_qwem(np.diag([3.0, 2.0, -1.0]), initial_weights(3, 2, 100.0), 0.1, 10, device=device)
    assert caught.value.trajectory.last_step == 0
    for size in (1e25, 1e40):  # sums of squares overflow from the first, and then the weights themselves
        with pytest.raises(TrainingDivergedError):
            start = initial_weights(3, 2, size)
            train_qwem(np.diag([3.0, 2.0, -1.0]), start, 0.1, 10, dtype="float32", device=device)


def test_too_small_a_batch_diverges(random_stats):
    with pytest.raises(TrainingDivergedError, match="take a smaller step_size, a batch_size above 1, or"):
        train_qwem_sampled(random_stats(30), initial_weights(30, 5, 1.0), 0.05, 2000, 1, sampler="label")


@NUMPY_AND_PYTORCH
@pytest.mark.parametrize("tied", [True, False])
def test_an_interrupt_at_any_line_leaves_whole_steps(problem, tied, device):
    M, start, step_size = problem
    options = dict(
        tied=tied,
        device=device,
        context=None if tied else initial_weights(12, 4, 0.3, rng=2),
        check_step=False,
    )

    def train(steps=7, record=(0, 2, 3, 6), snapshots=(4,)):
        return train_qwem(M, start, step_size / 2, steps, record=record, snapshots=snapshots, **options)

    whole, contexts, seen = train(snapshots=range(8)), {}, set()
    for run in interrupted_everywhere(train):
        assert_whole_steps(run, whole)
        assert list(run.snapshots) in ([], [4]) and (
            run.last_step < 4 or 4 in run.snapshots or run.last_step == 4
        )
        if not tied:
            if run.last_step:
                contexts.setdefault(run.last_step, train(max(1, run.last_step), [0], ()).context)
            assert np.array_equal(run.context, contexts.get(run.last_step, options["context"]))
        seen.add((run.last_step, len(run.steps)))
    assert {step for step, _ in seen} == set(range(8))
    assert (0, 0) in seen and (2, 1) in seen  # stopped within a record, which then is missing


def test_an_interrupt_of_sampled_training_leaves_whole_steps(random_stats):
    stats, start = random_stats(12), initial_weights(12, 4, 0.3)

    def train(snapshots=()):
        return train_qwem_sampled(
            stats, start, 0.01, 4, 8, sampler="weighted", record=[0, 2], snapshots=snapshots
        )

    whole, seen = train(snapshots=range(5)), set()
    for run in interrupted_everywhere(train):
        assert_whole_steps(run, whole)
        seen.add(run.last_step)
    assert seen == set(range(5))


@NUMPY_AND_PYTORCH
def test_control_c_ends_a_long_run_with_what_was_recorded(problem, device):
    """A real interrupt, from another thread, half a second after training began."""
    M, start, step_size = problem

    def record():  # listed before training begins
        yield from range(0, 10**7 + 1, 1000)
        threading.Timer(0.5, _thread.interrupt_main).start()

    with pytest.warns(RuntimeWarning, match="interrupted after .* of 10000000 steps"):
        run = train_qwem(M, start, step_size, 10**7, record=record(), device=device)
    assert run.interrupted and 0 < run.last_step < 10**7
    again = train_qwem(M, start, step_size, run.last_step, record=run.steps, device=device)
    assert np.array_equal(run.weights, again.weights)
    assert np.array_equal(run.loss, again.loss)
    assert run.last_step - 1000 <= run.steps[-1] <= run.last_step


# Bad input


def test_bad_targets(problem):
    _, start, step_size = problem
    M = symmetric(12)
    skew, hole = M.copy(), M.copy()
    skew[2, 5] += 1
    hole[3, 3] = np.nan
    for bad, message in (
        (M[:5], r"the matrix must be square, not of shape \(5, 12\)"),
        (skew, "the matrix must be symmetric, but row 2, column 5"),
        (hole, "the matrix holds nan in row 3, column 3"),
    ):
        for tied in (True, False):
            with pytest.raises(ValueError, match=message):
                train_qwem(bad, start, step_size, 5, tied=tied)


def test_bad_starts(problem, random_stats):
    M, start, step_size = problem
    hole = start.copy()
    hole[7, 1] = np.inf
    stats = random_stats(12)
    for bad, message in (
        (
            np.zeros((12, 4)),
            "initial is zero everywhere, and training never leaves zero; see initial_weights",
        ),
        (start[:7], r"one row for each of the 12 words, not of shape \(7, 4\)"),
        (
            start[:, 0],
            r"initial must be a real matrix, one row for each of the 12 words, not of shape \(12,\)",
        ),
        (start[:, :0], r"initial must be a real matrix, .* not of shape \(12, 0\)"),
        (start + 1j, "initial must be an array of real numbers"),
        (hole, "initial must be finite, but holds inf in row 7, column 1"),
    ):
        with pytest.raises((ValueError, TypeError), match=message):
            train_qwem(M, bad, step_size, 5)
        with pytest.raises((ValueError, TypeError), match=message):
            train_qwem_sampled(stats, bad, step_size, 5, 10, tied=False)
    for context, message in (
        (start[:, :3], r"context must have initial's shape \(12, 4\), not \(12, 3\)"),
        (hole, "context must be finite, but holds inf in row 7, column 1"),
    ):
        with pytest.raises(ValueError, match=message):
            train_qwem(M, start, step_size, 5, tied=False, context=context)
    with pytest.raises(ValueError, match="pass tied=False with it"):
        train_qwem(M, start, step_size, 5, context=start)
    train_qwem(M, start.astype(np.float32), step_size, 1)
    train_qwem(M, np.eye(12, 2, dtype=int), step_size, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"step_size": 0}, "step_size must be a positive, finite number, not 0"),
        ({"step_size": -0.1}, "step_size must be a positive, finite number, not -0.1"),
        ({"step_size": float("nan")}, "step_size must be a positive, finite number, not nan"),
        ({"step_size": "0.1"}, "step_size must be a number, not '0.1'"),
        ({"steps": 0}, "steps must be a whole number from 1 on, not 0"),
        ({"steps": 10.0}, "steps must be a whole number from 1 on, not 10.0"),
        ({"record": 1}, "record must be a whole number from 2 on, not 1"),
        ({"record": 2.5}, "record must be a whole number from 2 on, not 2.5"),
        ({"record": []}, "record lists no step"),
        ({"record": [0, 11]}, "record must hold whole step numbers from 0 to the last step, 10; found 11"),
        ({"record": "all"}, "record must be a whole number from 2 on, not 'all'"),
        ({"record": ["0"]}, "record must be a list of step numbers"),
        ({"record": [[0, 1]]}, "record must be a list of step numbers"),
        ({"snapshots": [11]}, "snapshots must hold whole step numbers from 0 to the last step, 10; found 11"),
        ({"snapshots": [-1]}, "found -1"),
        ({"snapshots": [1.5]}, "found 1.5"),
        ({"snapshots": [float("nan")]}, "found nan"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 on, not 0"),
        ({"batch_size": 2.0}, "batch_size must be a whole number from 1 on, not 2.0"),
        ({"sampler": "hard"}, "sampler must be 'weighted', 'label' or 'soft', not 'hard'"),
        ({"sampler": None}, "not None"),
        ({"rng": -1}, "rng must be a whole number from 0 on, or a numpy.random.Generator, not -1"),
        ({"rng": 1.5}, "rng must be a whole number from 0 on, or a numpy.random.Generator, not 1.5"),
    ],
)
def test_bad_numbers(problem, random_stats, options, message):
    M, start, _ = problem
    settings = {"step_size": 0.01, "steps": 10, "batch_size": 8} | options
    with pytest.raises((ValueError, TypeError), match=message):
        train_qwem_sampled(random_stats(12), start, **settings)
    if not options.keys() & {"batch_size", "sampler", "rng"}:
        del settings["batch_size"]
        with pytest.raises((ValueError, TypeError), match=message):
            train_qwem(M, start, **settings)


def test_a_word_that_stands_alone():
    stats = w2vlib.count_corpus([["a", "b"], ["alone"]], backend="numpy")
    with pytest.raises(ValueError, match="never stand near another.*: alone;"):
        train_qwem_sampled(stats, initial_weights(3, 2, 0.1), 0.01, 5, 8)


# Files


@pytest.fixture
def saved(problem, tmp_path):
    M, start, step_size = problem
    run = train_qwem(M, start, step_size / 2, 50, record=5, snapshots=[3, 50], tied=False, dtype="float32")
    path = tmp_path / "run.trajectory"
    run.save(path)
    return run, path


def test_save_and_load(saved, problem, tmp_path):
    run, path = saved
    assert_identical(Trajectory.load(path), run)
    assert os.listdir(tmp_path) == ["run.trajectory"]
    M, start, step_size = problem
    plain = train_qwem(M, start, step_size, 5)
    plain.save(path)  # in the place of the other
    assert_identical(Trajectory.load(path), plain)
    assert Trajectory.load(path).context is None
    with np.load(path) as stored:
        assert np.array_equal(stored["strengths"], plain.strengths)


def test_damaged_files(saved):
    run, path = saved
    data = path.read_bytes()
    for end in (0, 1, 100, len(data) // 2, len(data) - 30, len(data) - 1):
        path.write_bytes(data[:end])
        with pytest.raises(
            ValueError, match="run.trajectory is not a trajectory, or is damaged or incomplete"
        ):
            Trajectory.load(path)
    for place in range(11, len(data), 97):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        try:
            assert_identical(Trajectory.load(path), run)  # a byte that says nothing, such as a date
        except ValueError as error:
            assert "run.trajectory is not a trajectory, or is damaged or incomplete" in str(error)


def test_files_of_other_kinds(saved, tmp_path):
    _, path = saved
    np.save(tmp_path / "array.npy", np.ones(3))
    np.savez(tmp_path / "objects.npz", trajectory_format=np.array([1, {}], dtype=object))
    np.savez(tmp_path / "foreign.npz", a=np.ones(3))
    for name in ("array.npy", "objects.npz", "foreign.npz"):
        with pytest.raises(ValueError, match=f"{name} is not a trajectory"):
            Trajectory.load(tmp_path / name)
    with np.load(path) as stored:
        arrays = dict(stored)
    np.savez(tmp_path / "part.npz", **{name: array for name, array in arrays.items() if name != "snapshot_3"})
    with pytest.raises(ValueError, match=r"damaged or incomplete \(it holds 10 of 11 arrays\)"):
        Trajectory.load(tmp_path / "part.npz")
    np.savez(tmp_path / "newer.npz", **arrays | {"trajectory_format": np.array([2, 99])})
    with pytest.raises(ValueError, match="format version 2, this w2vlib reads version 1; update w2vlib"):
        Trajectory.load(tmp_path / "newer.npz")
    with pytest.raises(FileNotFoundError):
        Trajectory.load(tmp_path / "nothing.npz")


@pytest.mark.parametrize("name", ["objective", "interrupted", "step_size", "loss"])
def test_files_that_lack_what_a_run_has(saved, tmp_path, name):
    """As files from before a field was kept do, which are whole otherwise."""
    _, path = saved
    with np.load(path) as stored:
        arrays = dict(stored)
    del arrays[name]
    arrays["trajectory_format"] = np.array([1, len(arrays) - 1])
    np.savez(tmp_path / "old.npz", **arrays)
    with pytest.raises(
        ValueError, match=f"old.npz is not a trajectory, or .*{name}.*; train or copy it again"
    ):
        Trajectory.load(tmp_path / "old.npz")


def as_bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), np.uint8)


@pytest.mark.parametrize(
    "name, wrong",
    [
        ("words", as_bytes(str([*range(12)]))), ("words", as_bytes('"abcdefghijkl"')), ("words", as_bytes("5")),
        ("words", as_bytes("[" * 100_000)), ("words", as_bytes('["\\ud800"' + ', "a"' * 11 + "]")),
        ("steps", np.linspace(0, 1, 11)), ("steps", np.array(3)), ("loss", np.array(["a"] * 11)),
        ("weights", np.ones((12, 3)) * 1j), ("weights", np.array([["a"] * 3] * 12)), ("weights", np.ones(12)),
        ("context", np.array([["a"] * 3] * 12)), ("snapshot_x", np.ones((12, 3))), ("snapshot_3", np.array("a")),
        ("step_size", np.array(np.nan)), ("last_step", np.array(-1)), ("last_step", np.array([1, 2])),
        ("objective", np.array("another")), ("unknown", np.ones(3)),
    ],
)  # fmt: skip
def test_files_that_hold_what_no_run_has(saved, tmp_path, name, wrong):
    with np.load(saved[1]) as stored:
        arrays = dict(stored) | {name: wrong}
    arrays["trajectory_format"] = np.array([1, len(arrays) - 1])
    np.savez(tmp_path / "forged.npz", **arrays)
    with pytest.raises(ValueError, match="forged.npz is not a trajectory, or is damaged"):
        Trajectory.load(tmp_path / "forged.npz")


def test_the_name_says_how_a_run_is_packed(saved, tmp_path):
    run, path = saved
    run.save(tmp_path / "run.npz.gz")
    packed = (tmp_path / "run.npz.gz").read_bytes()
    assert gzip.decompress(packed) == path.read_bytes()
    assert_identical(Trajectory.load(tmp_path / "run.npz.gz"), run)
    (tmp_path / "run.npz.gz").write_bytes(packed[:-20])
    with pytest.raises(ValueError, match="run.npz.gz cannot be unpacked"):
        Trajectory.load(tmp_path / "run.npz.gz")


def test_a_run_is_saved_through_a_link_and_over_a_private_file(saved, tmp_path):
    run, path = saved
    path.chmod(0o600)
    (tmp_path / "link").symlink_to(path)
    replace(run, last_step=99).save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert Trajectory.load(path).last_step == 99
    assert path.stat().st_mode & 0o777 == 0o600


def test_words_and_objective_are_kept(problem, tmp_path):
    M, start, step_size = problem
    words = tuple("abcdefghijkl")
    path = tmp_path / "run.npz"
    A, B = np.exp(M), np.exp(-M)
    for run, objective in (
        (train_qwem(WordMatrix(M, words), start, step_size, 5), "least squares"),
        (train_word2vec(WordMatrix(A, words), WordMatrix(B, words), start, 0.01, 5), "logistic"),
        (train_word2vec(A, B, start, 0.01, 5, loss="quadratic"), "quadratic"),
    ):
        run.save(path)
        again = Trajectory.load(path)
        assert_identical(again, run)
        assert again.objective == run.objective == objective
        assert again.words == run.words == (None if objective == "quadratic" else words)
    odd = replace(train_qwem(M, start, step_size, 5), words=["é", "a b", "", '"', *"12345678"])
    odd.save(path)
    assert Trajectory.load(path).words == odd.words == ("é", "a b", "", '"', *"12345678")


def test_a_file_that_cannot_be_written(saved, tmp_path):
    run, _ = saved
    with pytest.raises(OSError, match="could not write"):
        run.save(tmp_path / "nowhere" / "run.npz")


# On the corpus


def test_wikipedia_in_full_batches(wikipedia):
    """Training from a small start reaches the closed form, and every strength the target's eigenvalue."""
    M = m_star(wikipedia.first(300))
    modes = w2vlib.spectrum(M, 5)
    step_size = 0.2 / modes.values[0]
    run = train_qwem(M, initial_weights(300, 5, 1e-2), step_size, 1500, record=150)
    np.testing.assert_allclose(run.strengths[-1], modes.values, rtol=1e-3)
    assert (np.diff(run.half_rises(modes.values)) > 0).all()
    drop = (modes.values**2).sum() / 4
    assert run.loss[-1] == pytest.approx(-drop, rel=1e-3)


def test_memory_that_holds_rubbish_is_never_converted(monkeypatch):
    """New arrays may hold anything, signalling NaNs too, whose conversion to single precision warns."""
    real = np.empty

    def rubbish(*arguments, **more):
        array = real(*arguments, **more)
        if array.dtype == np.float64 and array.flags.c_contiguous:
            array.reshape(-1).view(np.uint64)[:] = 0x7FF0_0000_0000_0001
        return array

    monkeypatch.setattr(np, "empty", rubbish)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = train_qwem(np.diag([2.0, 1.0]), np.full((2, 1), 0.1), 0.1, 200, dtype="float32")
    assert np.isclose(run.strengths[-1, 0], 2, rtol=1e-6)
