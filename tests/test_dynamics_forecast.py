"""Before training: forecasts with error bars, stability bounds, noise; and the measures of what was learned."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import w2vlib
from w2vlib import Dynamics
from w2vlib.dynamics import (
    SAMPLERS,
    aligned_half_rises,
    counting_variance,
    entropy_rank,
    excess_loss,
    extreme_eigenvalues,
    find_steps,
    forecast_half_rises,
    learned_modes,
    learned_rank,
    log_strength_spread,
    loss_of_strengths,
    measured_half_rises,
    mode_strengths,
    monotone_bound,
    noise_number,
    noise_radius,
    participation_ratio,
    sampling_noise,
    stability_bound,
    stable_rank,
    subspace_overlap,
    supported_modes,
    typical_start,
    underlying_eigenvalues,
    visible_steps,
)

# -- forecasts -------------------------------------------------------------------------------


def drawn_half_rises(values, d, scale, step_size, draws=4000):
    """Half-rise times of random starts whose rows are drawn, by the QR decomposition."""
    rng = np.random.default_rng(0)
    found = np.empty((draws, len(values)))
    for n in range(draws):
        projected = scale / np.sqrt(d) * rng.standard_normal((d, len(values)))
        start = np.diag(np.linalg.qr(projected, mode="r")) ** 2
        found[n] = aligned_half_rises(values, start, step_size)
    return found


@pytest.mark.parametrize("step_size", [0.0, 0.05])
def test_forecast_has_the_mean_spread_and_quantiles_of_random_starts(step_size):
    values = np.array([5.0, 3.0, 2.5, 1.0])
    drawn = drawn_half_rises(values, 6, 1e-3, step_size)
    forecast = forecast_half_rises(values, 6, 1e-3, step_size, coverage=0.9)
    error = drawn.std(axis=0) / np.sqrt(len(drawn))
    assert (np.abs(drawn.mean(axis=0) - forecast.mean) < 5 * error).all()
    assert drawn.std(axis=0) == pytest.approx(forecast.sd, rel=0.08)
    inside = ((drawn > forecast.low) & (drawn < forecast.high)).mean(axis=0)
    assert inside == pytest.approx(0.9, abs=5 * np.sqrt(0.09 / len(drawn)))
    times = np.linspace(drawn.min(), drawn.max(), 12)
    expected = [(drawn <= t).sum(axis=1).mean() for t in times]
    assert forecast.rank(times) == pytest.approx(expected, abs=0.05)


def test_error_bars_hold_for_the_exact_solution_of_twenty_seeds(wikipedia):
    """Half-rises of the exact solution lie within the 95 % bars in 90 to 100 % of cases."""
    modes = w2vlib.spectrum(w2vlib.m_star(wikipedia.first(300)), 300)
    forecast = forecast_half_rises(modes.values, 30, 1e-3)
    inside = []
    for seed in range(20):
        W = 1e-3 * np.random.default_rng(seed).standard_normal((300, 30)) / np.sqrt(30)
        tau = Dynamics(modes, W).half_rises()[:20]
        inside.append((tau >= forecast.low[:20]) & (tau <= forecast.high[:20]))
    assert 0.9 <= np.mean(inside) <= 1


def test_rank_counts_no_mode_that_cannot_rise():
    forecast = forecast_half_rises(np.array([2.0, 0.0, -1.0]), 5, 1e-3)
    assert forecast.rank([0.0, 1e6]).round(6).tolist() == [0.0, 1.0]
    assert np.isnan(forecast.mean[1:]).all()


def test_learned_modes_counts():
    assert learned_modes([3.0, 1.0, np.nan, 2.0], 2.0) == 2
    assert learned_modes([3.0, 1.0, np.nan, 2.0], [0.0, 1.0, 9.0]).tolist() == [0, 1, 3]
    assert learned_modes([], 2.0) == 0


@pytest.mark.parametrize("shape", [(2, 3), (1, 3), (3, 1), (2, 0), (1, 1, 1)])
def test_half_rise_times_that_are_no_vector_are_refused(shape):
    with pytest.raises(
        ValueError, match=re.escape(f"half-rise times must be a vector, not of shape {shape}")
    ):
        learned_modes(np.ones(shape), 2.0)
    with pytest.raises(ValueError, match=re.escape(f"eigenvalues must be a vector, not of shape {shape}")):
        visible_steps(np.ones(shape), np.ones(shape))


def test_visible_steps_are_those_found_in_the_loss():
    """Well-separated modes: the rule, the detector and the truth agree."""
    values = np.array([8.0, 4.0, 2.0, 1.0])
    for scale, expected in ((1e-10, 4), (0.5, 1)):
        tau = aligned_half_rises(values, scale**2)
        t = np.linspace(0, tau.max() + 4, 20000)
        loss = loss_of_strengths(values, mode_strengths(values, scale**2, t))
        assert visible_steps(values, tau) == expected
        assert len(find_steps(t, loss)) == expected


def test_equal_modes_make_one_step():
    assert visible_steps(np.array([3.0, 3.0]), aligned_half_rises(np.array([3.0, 3.0]), 1e-12)) == 1
    assert visible_steps(np.array([-1.0]), np.array([np.nan])) == 0


def test_supported_modes_on_a_planted_signal():
    """Overlaps with what was planted, in noise of known variance, are those of the law."""
    rng = np.random.default_rng(1)
    size, sd = 600, 0.05
    U = np.linalg.qr(rng.standard_normal((size, 4)))[0]
    edge = np.sqrt(size) * sd
    planted = edge * np.array([4.0, 2.5, 1.7, 0.5])
    noise = [np.triu(rng.normal(0, sd * np.sqrt(2), (size, size)), 1) for _ in range(2)]
    halves = [(U * planted) @ U.T + E + E.T for E in noise]
    M = (halves[0] + halves[1]) / 2
    variance = counting_variance(*halves)
    assert variance == pytest.approx(sd**2, rel=0.02)
    support = supported_modes(planted, variance, size)
    assert support.count == 3 and support.threshold == pytest.approx(edge, rel=0.01)
    found = w2vlib.spectrum(M, 3).vectors
    measured = np.sum((found * U[:, :3]).sum(axis=0, keepdims=True) ** 2, axis=0)
    assert measured == pytest.approx(support.overlaps[:3], abs=0.05)
    assert support.overlaps[3] == 0


def test_underlying_eigenvalues_undo_the_push_of_noise():
    values = np.array([9.0, 4.0, 2.5])
    pushed = values + 50 * 0.1 / values
    assert underlying_eigenvalues(pushed, 0.1, 50) == pytest.approx(values)
    assert len(underlying_eigenvalues([2 * np.sqrt(5.0) - 1e-9], 0.1, 50)) == 0
    assert underlying_eigenvalues(values, 0.0, 50) == pytest.approx(values)


# -- steps -----------------------------------------------------------------------------------


def settles(M, d, step, steps=1500) -> bool:
    """Whether gradient descent comes to rest at the best answer when it starts close to it."""
    values, U = np.linalg.eigh(M)
    best = U[:, -d:] * np.sqrt(np.maximum(values[-d:], 0))
    W = best + 1e-4 * np.random.default_rng(0).standard_normal(best.shape)
    with np.errstate(all="ignore"):
        for _ in range(steps):
            W = W + step * (M @ W - W @ (W.T @ W))
        return bool(np.linalg.norm(W @ W.T - best @ best.T) < 1e-8 * np.linalg.norm(best @ best.T))


def matrices(wikipedia):
    rng = np.random.default_rng(0)
    G = rng.standard_normal((40, 40))
    yield "one large negative mode", (G + G.T) / 2 - 0.5
    yield "no large negative mode", G @ G.T / 40 - 0.1 * np.eye(40)
    yield "words", w2vlib.m_star(wikipedia.first(200))


def test_two_percent_below_the_bound_settles_and_two_percent_above_does_not(wikipedia):
    binding = set()
    for name, M in matrices(wikipedia):
        largest, lowest = extreme_eigenvalues(M)
        bound = stability_bound(largest, lowest)
        binding.add(bool(bound < 1 / largest))
        assert settles(M, 5, 0.98 * bound), name
        assert not settles(M, 5, 1.02 * bound), name
    assert binding == {True, False}  # both halves of the bound were at work


def test_extreme_eigenvalues_are_those_of_lapack():
    M = np.random.default_rng(3).standard_normal((50, 50))
    M = M + M.T
    assert extreme_eigenvalues(M) == pytest.approx(tuple(np.linalg.eigvalsh(M)[[-1, 0]]))


def test_below_the_monotone_bound_the_first_mode_never_overshoots():
    for factor, overshoots in ((0.99, False), (1.2, True)):
        s, path = 1e-3, []
        for _ in range(200):
            s += factor * monotone_bound(4.0) * (4.0 - s**2) * s
            path.append(s)
        assert bool(max(path) > 2 * (1 + 1e-9)) is overshoots


def test_bounds_where_nothing_can_be_learned():
    assert stability_bound(-1.0, -4.0) == 0.5
    assert stability_bound(0.0, 0.0) == np.inf
    with pytest.raises(ValueError, match="in this order"):
        stability_bound(-1.0, 2.0)
    with pytest.raises(ValueError, match="positive"):
        monotone_bound(0.0)


# -- noise -----------------------------------------------------------------------------------


def test_noise_is_the_second_moment_of_its_definition(random_stats):
    """Summed by hand over what can be drawn."""
    stats = random_stats(7)
    P, q = stats.P, np.multiply.outer(stats.p, stats.p)
    M, x = w2vlib.m_star(stats), np.random.default_rng(0).normal(size=(7, 7))
    x = x + x.T
    weighted = P * ((1 - x / 2) / (P + q)) ** 2 + q * ((1 + x / 2) / (P + q)) ** 2
    share = P / (P + q)
    label = (share * (1 - x / 2) ** 2 + (1 - share) * (1 + x / 2) ** 2) * 49
    soft = 49 / 4 * (M - x) ** 2
    for sampler, expected in zip(SAMPLERS, (weighted, label, soft)):
        assert np.allclose(sampling_noise(stats, sampler, scores=x), expected, rtol=1e-12)
        assert np.allclose(sampling_noise(stats, sampler, target=M, scores=x), expected, rtol=1e-12)


def test_the_soft_sampler_is_quietest_and_the_corpus_loudest(wikipedia_2000):
    stats = wikipedia_2000.first(500)
    radius = {sampler: noise_radius(sampling_noise(stats, sampler)) for sampler in SAMPLERS}
    assert radius["label"] == pytest.approx(500**3)
    assert radius["soft"] < 0.5 * radius["label"] < 0.5 * radius["weighted"]


def test_noise_number_by_hand():
    assert noise_number(600.0, 3.0, 0.01, 20) == pytest.approx(0.1)


def test_excess_loss_is_where_sampled_training_hovers():
    """One word with one number: a random walk held by a spring, simulated."""
    rng = np.random.default_rng(0)
    target, step, batch, noise = 2.0, 0.02, 4, 9.0
    w, excess = np.full(400, np.sqrt(target)), []
    for n in range(2000):
        shock = np.sqrt(noise / batch) * rng.standard_normal(400)  # mean of a batch of c, with E c² = N
        w = w + step * ((target - w**2) * w + 2 * shock * w)
        if n > 500:
            excess.append(np.mean((w**2 - target) ** 2) / 4)
    expected = excess_loss(np.array([[noise]]), np.array([target]), step, batch)
    assert np.mean(excess) == pytest.approx(expected, rel=0.15)


def test_spread_is_that_of_sampled_runs():
    """Sampled in NumPy: the spread of ln s₁ between runs from one start is the predicted one."""
    rng = np.random.default_rng(0)
    size, d, step, batch, steps = 12, 3, 0.01, 200, 100
    G = rng.standard_normal((size, size))
    M = (G + G.T) / 4
    modes = w2vlib.spectrum(M, size)
    W0 = 1e-4 * rng.standard_normal((size, d)) / np.sqrt(d)
    noise = size**2 * np.ones((size, size))  # labels ±1 of mean M/2, any pair
    runs = []
    for _ in range(150):
        W = W0.copy()
        for _ in range(steps):
            i, j = rng.integers(size, size=(2, batch))
            y = np.where(rng.random(batch) < (1 + M[i, j] / 2) / 2, 1.0, -1.0)
            change = np.zeros_like(W)
            np.add.at(change, i, y[:, None] * W[j])
            np.add.at(change, j, y[:, None] * W[i])
            W = W + step / batch * size**2 * change
        runs.append(np.log(np.linalg.norm(W.T @ modes.vectors, axis=0)))
    predicted = log_strength_spread(modes, W0, noise, step, batch, step * steps)
    assert np.std(runs, axis=0)[0] == pytest.approx(predicted[0], rel=0.25)


# -- measures --------------------------------------------------------------------------------


@given(st.integers(1, 8), st.integers(0, 5), st.floats(0.01, 100))
def test_effective_ranks_of_equal_strengths_are_their_number(alive, idle, size):
    strengths = np.array([size] * alive + [0.0] * idle)
    for rank in (participation_ratio, entropy_rank, stable_rank):
        assert rank(strengths) == pytest.approx(alive)


@given(arrays(float, 6, elements=st.floats(0.001, 10)))
def test_effective_ranks_lie_between_one_and_the_number_of_modes(strengths):
    for rank in (participation_ratio, entropy_rank, stable_rank):
        assert 1 - 1e-9 <= rank(strengths) <= 6 + 1e-9
        assert rank(7 * strengths) == pytest.approx(rank(strengths))
        assert rank(np.array([strengths, strengths])).shape == (2,)


def test_learned_rank_leaves_out_modes_that_cannot_be_learned():
    assert learned_rank(np.array([2.0, 0.0]), np.array([2.0, -1.0])) == 1
    assert learned_rank(np.array([[0.0, 0.0], [1.0, 0.4]]), np.array([2.0, 1.0, 0.5])).tolist() == [0, 1]


def test_measured_half_rises_recover_the_times_of_a_logistic():
    values = np.array([3.0, 2.0, 1.5, -1.0])
    tau = aligned_half_rises(values[:3], 1e-4)
    t = np.linspace(0, 4, 35)  # neither near the crossings nor close together
    found = measured_half_rises(t, mode_strengths(values, 1e-4, t), values)
    assert found[:3] == pytest.approx(tau, rel=1e-3)
    assert np.isnan(found[3])
    assert np.isnan(measured_half_rises(t[:3], mode_strengths(values, 1e-4, t[:3]), values)).all()


def test_find_steps_needs_no_even_grid_and_finds_none_where_nothing_falls():
    t = np.sort(np.random.default_rng(0).uniform(0, 10, 2000))
    t = np.unique(t)
    loss = -1 / (1 + np.exp(-5 * (t - 3))) - 0.5 / (1 + np.exp(-5 * (t - 7)))
    found = t[find_steps(t, loss)]
    assert len(found) == 2 and found == pytest.approx([3, 7], abs=0.3)
    assert len(find_steps(np.arange(5.0), np.arange(5.0))) == 0


def test_overlap_of_subspaces():
    rng = np.random.default_rng(0)
    A, B = rng.standard_normal((200, 10)), rng.standard_normal((200, 5))
    assert subspace_overlap(A, A @ rng.standard_normal((10, 10))) == pytest.approx(1)
    assert subspace_overlap(np.column_stack([A, B]), B) == pytest.approx(1)
    assert subspace_overlap(A, B) == pytest.approx(10 / 200, abs=0.05)
    for first, second in ((A, B), (B, A), (A, A[:, :3] + B[:, :3]), (B, B)):
        V1, V2 = (np.linalg.qr(side)[0] for side in (first, second))
        k = min(V1.shape[1], V2.shape[1])
        assert subspace_overlap(first, second) == pytest.approx(np.linalg.norm(V1.T @ V2) ** 2 / k, rel=1e-12)
    angle = 0.3
    assert subspace_overlap(np.array([1.0, 0]), np.array([np.cos(angle), np.sin(angle)])) == pytest.approx(
        np.cos(angle) ** 2
    )


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: forecast_half_rises([1.0], 0, 0.1), "d must be a whole number from 1 on, not 0"),
        (lambda: forecast_half_rises([1.0], 5, 0.0), "from 0 nothing ever grows"),
        (lambda: forecast_half_rises([1.0], 5, 0.1, coverage=1.0), "between 0 and 1, not 1.0"),
        (lambda: forecast_half_rises([1.0], 5, 0.1).rank(-1.0), "0 or more"),
        (lambda: visible_steps([1.0, 2.0], [1.0]), "as many half-rise times"),
        (lambda: supported_modes([1.0], -1.0, 10), "0 or more and finite, not -1.0"),
        (lambda: supported_modes([1.0], 1.0, 0), "size must be a whole number from 1 on, not 0"),
        (lambda: counting_variance(np.ones((2, 2)), np.ones((3, 3))), "same words"),
        (lambda: noise_radius(-np.ones((2, 2))), "never negative"),
        (
            lambda: noise_number(1.0, np.array([1.0, 0.0]), 0.1, 10),
            "must be positive, not 0.0; a mode with λ ≤ 0",
        ),
        (lambda: noise_number(1.0, 1.0, 0.1, 0), "batch_size must be a whole number from 1 on, not 0"),
        (lambda: noise_number(1.0, 1.0, 0.0, 1), "step_size must be a positive, finite number, not 0.0"),
        (lambda: excess_loss(np.ones((2, 2)), np.ones(2), 0.1, 0), "batch_size must be a whole number"),
        (
            lambda: typical_start(3, 2, 0.1),
            "count must be a whole number between 0 and 2, not 3; 2 dimensions",
        ),
        (lambda: excess_loss(np.ones((2, 2)), np.ones(3), 0.1, 10), "does not fit"),
        (lambda: underlying_eigenvalues([1.0], -1.0, 10), "0 or more and finite, not -1.0"),
        (lambda: participation_ratio(np.array([1.0, -1.0])), "0 or more"),
        (lambda: stable_rank(np.zeros(3)), "all strengths are 0"),
        (lambda: measured_half_rises([0.0, 1.0], np.ones((3, 2)), [1.0]), "do not fit"),
        (lambda: find_steps([0.0, 1.0, 1.0], [0.0, 0.0, 0.0]), "rise strictly"),
        (lambda: find_steps([0.0, 1.0], [0.0, 0.0]), "3 or more"),
        (lambda: subspace_overlap(np.ones((3, 2)), np.eye(3)), "depend on one another"),
        (lambda: subspace_overlap(np.eye(3)[:, :1], np.eye(4)[:, :1]), "3 and of 4 words"),
        (lambda: subspace_overlap(np.ones((2, 3)), np.eye(2)), "no more than rows"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_unknown_sampler_is_named(small):
    with pytest.raises(ValueError, match="sampler must be 'weighted', 'label' or 'soft', not 'hard'"):
        sampling_noise(small, "hard")
