"""word2vec in full batches: its gradient, its limits, and what it shares with the theory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interrupting import assert_whole_steps, interrupted_everywhere

import w2vlib
from w2vlib.targets import (
    even_pair_weights,
    least_squares_target,
    linear_target,
    logistic_target,
    rank_one_pair_weights,
    word2vec_pair_weights,
)
from w2vlib.training import (
    TrainingDivergedError,
    Trajectory,
    initial_weights,
    train_qwem,
    train_word2vec,
    word2vec_loss,
)

torch = pytest.importorskip("torch")

from w2vlib.training import _rules  # noqa: E402


def random_weights(size, seed=0, symmetric=True):
    rng = np.random.default_rng(seed)
    A, B = rng.random((2, size, size)) + 0.05
    A[0, -1] = A[-1, 0] = 0  # a pair that was never seen
    return (A + A.T, B + B.T) if symmetric else (A, B)


def autograd(A, B, W0, Z0, loss):
    """The loss of the docstring, written out, and its gradients."""
    W = torch.tensor(W0, requires_grad=True)
    Z = W if Z0 is None else torch.tensor(Z0, requires_grad=True)
    x, A, B = W @ Z.T, torch.tensor(A), torch.tensor(B)
    G = A + B
    if loss == "logistic":
        softplus = torch.nn.functional.softplus
        total = 2 / G.mean() * (A * softplus(-x) + B * softplus(x) - G * np.log(2)).sum()
    else:
        M = 2 * (A - B) / G
        total = (G / G.mean() * ((x - M) ** 2 - M**2)).sum() / 4
    total.backward()
    return total.item(), W.grad.numpy(), None if Z0 is None else Z.grad.numpy()


CASES = pytest.mark.parametrize(
    "loss, tied, symmetric",
    [(loss, tied, symmetric) for loss in ("logistic", "quadratic") for tied in (True, False) for symmetric in (True, False)],
)  # fmt: skip


@CASES
def test_a_step_and_the_loss_are_those_that_autograd_finds(loss, tied, symmetric):
    A, B = random_weights(9, symmetric=symmetric)
    W0, Z0 = np.random.default_rng(1).normal(size=(2, 9, 3))
    Z0 = None if tied else Z0
    value, slope, other = autograd(A, B, W0, Z0, loss)
    run = train_word2vec(A, B, W0, 1e-3, 1, loss=loss, tied=tied, context=Z0, record=[0])
    assert run.loss[0] == pytest.approx(value, rel=1e-12)
    assert word2vec_loss(A, B, W0, Z0, loss) == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(run.weights, W0 - (1 if tied else 2) * 1e-3 * slope, atol=1e-14)
    if not tied:
        np.testing.assert_allclose(run.context, Z0 - 2e-3 * other, atol=1e-14)


@CASES
def test_a_step_is_the_slope_that_differences_find(loss, tied, symmetric):
    A, B = random_weights(5, 2, symmetric)
    W0, Z0 = np.random.default_rng(3).normal(size=(2, 5, 2))
    Z0 = None if tied else Z0
    run = train_word2vec(A, B, W0, 1e-2, 1, loss=loss, tied=tied, context=Z0, record=[0])
    for index in np.ndindex(W0.shape):
        up, down = W0.copy(), W0.copy()
        up[index] += 1e-5
        down[index] -= 1e-5
        slope = (word2vec_loss(A, B, up, Z0, loss) - word2vec_loss(A, B, down, Z0, loss)) / 2e-5
        assert 100 * (W0 - run.weights)[index] == pytest.approx(
            (1 if tied else 2) * slope, rel=1e-6, abs=1e-6
        )


@pytest.mark.parametrize("tied", [True, False])
def test_even_weights_and_the_quadratic_loss_are_qwem(tied):
    A, B = even_pair_weights(*random_weights(10))
    start, other = initial_weights(10, 3, 0.1, 0), None if tied else initial_weights(10, 3, 0.1, 1)
    options = dict(tied=tied, context=other, record=7, snapshots=[20])
    ours = train_word2vec(A, B, start, 0.05, 300, loss="quadratic", **options)
    theirs = train_qwem(least_squares_target(A, B), start, 0.05, 300, **options)
    for name in ("steps", "times", "loss", "strengths", "weights"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ours.snapshots[20], theirs.snapshots[20], rtol=1e-9)


def test_a_score_for_every_pair_ends_at_the_logistic_target():
    """Levy and Goldberg: with as many dimensions as words, untied scores reach ln(A/B)."""
    rng = np.random.default_rng(0)
    A, B = rng.random((2, 4, 4)) + 0.2
    W, Z = initial_weights(4, 4, 0.5, 0), initial_weights(4, 4, 0.5, 1)
    run = train_word2vec(A, B, W, 0.1, 20_000, tied=False, context=Z, record=2)
    np.testing.assert_allclose(run.weights @ run.context.T, logistic_target(A, B), atol=1e-6)


@pytest.mark.parametrize("loss", ["logistic", "quadratic"])
@pytest.mark.parametrize("rates", [None, np.array([0.5, 1, 2, 1, 3, 1])])
def test_training_begins_as_the_linear_target_has_it(loss, rates):
    A, B = random_weights(6, 5)
    start = initial_weights(6, 2, 1e-7)
    run = train_word2vec(A, B, start, 1e-3, 2000, loss=loss, word_rates=rates, record=2)
    rate = np.ones(6) if rates is None else rates
    expected = np.linalg.matrix_power(np.eye(6) + 1e-3 * rate[:, None] * linear_target(A, B), 2000) @ start
    assert abs(expected).max() < 1e-2
    np.testing.assert_allclose(run.weights, expected, rtol=1e-4, atol=1e-6 * abs(expected).max())


def test_rates_bring_weights_of_rank_one_under_the_theory():
    """W̃ = D^½ W solves the Riccati equation of D^½ M D^½ (THEORY §13a)."""
    rng = np.random.default_rng(4)
    a, M = rng.random(12) + 0.2, np.tanh(rng.normal(size=(12, 12)))
    a /= a.mean()  # so that the mean of aaᵀ is 1
    M = M + M.T
    G = np.outer(a, a)
    A, B = G * (2 + M) / 4, G * (2 - M) / 4
    factors = rank_one_pair_weights(A, B).factors
    np.testing.assert_allclose(factors, a, rtol=1e-12)
    root = np.sqrt(a)[:, None]
    start = initial_weights(12, 3, 0.05)
    flow = w2vlib.Dynamics(w2vlib.spectrum(root * M * root.T, 12), root * start)
    run = train_word2vec(
        A, B, start, 1e-3, 4000, loss="quadratic", word_rates=1 / a, record=2, snapshots=[2000]
    )
    for step, W in ((2000, run.snapshots[2000]), (4000, run.weights)):
        expected = flow.gram(step * 1e-3)
        np.testing.assert_allclose(root * (W @ W.T) * root.T, expected, atol=3e-3 * abs(expected).max())


@given(st.integers(0, 2**32 - 1), st.sampled_from(["logistic", "quadratic"]), st.booleans())
def test_small_steps_never_raise_the_loss(seed, loss, tied):
    A, B = random_weights(6, seed, symmetric=False)
    start = np.random.default_rng(seed).normal(size=(2, 6, 2))
    run = train_word2vec(A, B, start[0], 5e-3, 40, loss=loss, tied=tied, context=None if tied else start[1])
    assert (np.diff(run.loss) <= 1e-12 * abs(run.loss).max()).all()


@given(st.integers(0, 2**32 - 1))
def test_the_two_losses_agree_near_the_origin(seed):
    A, B = random_weights(6, seed)
    W = np.random.default_rng(seed).normal(size=(6, 2))
    near = [word2vec_loss(A, B, 0.05 * W, loss=loss) for loss in ("logistic", "quadratic")]
    # The next term is 2 Σ G/Ḡ x⁴/192.
    G = A + B
    quartic = (G / G.mean() * (0.0025 * W @ W.T) ** 4).sum() / 96
    assert near[1] - near[0] == pytest.approx(quartic, rel=0.1, abs=1e-13)
    assert word2vec_loss(A, B, 0 * W) == pytest.approx(0, abs=1e-12)


def test_untied_training_conserves_the_imbalance():
    A, B = random_weights(8, symmetric=False)
    W, Z = initial_weights(8, 3, 1.0, 0), initial_weights(8, 3, 1.0, 1)
    before = W.T @ W - Z.T @ Z
    drift = []
    for step in (2e-3, 1e-3):
        run = train_word2vec(A, B, W, step, round(2 / step), tied=False, context=Z, record=2)
        drift.append(abs(run.weights.T @ run.weights - run.context.T @ run.context - before).max())
    assert drift[1] < 5e-3
    assert drift[0] / drift[1] == pytest.approx(2, rel=0.1)


def test_turning_the_start_turns_the_result():
    A, B = random_weights(7)
    start, turn = initial_weights(7, 3, 0.2), np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    one, other = (train_word2vec(A, B, W, 0.05, 100, record=3) for W in (start, start @ turn))
    np.testing.assert_allclose(one.weights @ turn, other.weights, atol=1e-12)
    np.testing.assert_allclose(one.loss, other.loss, rtol=1e-10)


def test_the_unit_of_the_weights_does_not_matter():
    A, B = random_weights(7)
    start = initial_weights(7, 3, 0.2)
    one, other = (train_word2vec(u * A, u * B, start, 0.05, 50, record=3) for u in (1, 1e-9))
    np.testing.assert_allclose(one.weights, other.weights, rtol=1e-9)
    np.testing.assert_allclose(one.loss, other.loss, rtol=1e-9)


@CASES
def test_blocks_of_rows_add_up(monkeypatch, loss, tied, symmetric):
    A, B = random_weights(11, symmetric=symmetric)
    start, other = initial_weights(11, 3, 0.5, 0), None if tied else initial_weights(11, 3, 0.5, 1)

    def train():
        return train_word2vec(A, B, start, 0.02, 30, loss=loss, tied=tied, context=other, record=3)

    whole = train()
    monkeypatch.setattr(_rules, "_BLOCK", 40)  # three rows at a time
    parts = train()
    np.testing.assert_allclose(parts.weights, whole.weights, rtol=1e-10)
    np.testing.assert_allclose(parts.loss, whole.loss, rtol=1e-10)
    assert word2vec_loss(A, B, start, other, loss) == pytest.approx(whole.loss[0])


def test_large_scores_do_not_overflow():
    A, B = np.array([[0.0, 1.0], [1.0, 0.5]]), np.array([[1.0, 1.0], [1.0, 0.5]])
    W = np.array([[40.0], [-50.0]])
    softplus = np.logaddexp(0, [[-1600.0, 2000.0], [2000.0, -2500.0]])  # of −x
    other = np.logaddexp(0, [[1600.0, -2000.0], [-2000.0, 2500.0]])
    G = (A + B).mean()
    expected = 2 / G * ((A * softplus + B * other).sum() - (A + B).sum() * np.log(2))
    assert word2vec_loss(A, B, W) == pytest.approx(expected, rel=1e-12)


def test_single_precision_is_close_to_double():
    A, B = random_weights(12)
    start = initial_weights(12, 3, 0.3)
    one, other = (train_word2vec(A, B, start, 0.02, 200, dtype=dtype) for dtype in ("float64", "float32"))
    assert other.weights.dtype == np.float32
    np.testing.assert_allclose(other.strengths, one.strengths, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(other.loss, one.loss, rtol=1e-3, atol=1e-4)


def test_the_same_input_gives_the_same_result_and_is_left_alone():
    A, B = random_weights(12)
    start = initial_weights(12, 3, 0.3)
    given = [array.copy() for array in (A, B, start)]
    one, other = (train_word2vec(A, B, start, 0.02, 50) for _ in range(2))
    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.loss, other.loss)
    for array, before in zip((A, B, start), given):
        assert np.array_equal(array, before)


# What may go wrong


@pytest.mark.parametrize("loss", ["logistic", "quadratic"])
def test_divergence_keeps_what_was_recorded(loss):
    A, B = random_weights(8)
    with pytest.raises(TrainingDivergedError, match="step_size is 50: take a smaller step_size") as caught:
        train_word2vec(A, B, initial_weights(8, 2, 0.1), 50.0, 500, loss=loss, record=range(501))
    run = caught.value.trajectory
    assert run.steps.tolist() == list(range(run.last_step + 1))
    assert np.isfinite(run.weights).all()
    assert np.isfinite(run.loss).all()


@pytest.mark.parametrize("loss", ["logistic", "quadratic"])
def test_an_interrupt_at_any_line_leaves_whole_steps(loss):
    A, B = random_weights(8)
    start = initial_weights(8, 2, 0.1)

    def train(snapshots=()):
        return train_word2vec(A, B, start, 0.05, 5, loss=loss, record=[0, 2, 4], snapshots=snapshots)

    whole, seen = train(snapshots=range(6)), set()
    for run in interrupted_everywhere(train):
        assert_whole_steps(run, whole)
        assert run.objective == loss
        seen.add(run.last_step)
    assert seen == set(range(6))


def test_a_trajectory_with_its_own_times(tmp_path):
    run = Trajectory(
        steps=np.array([0, 5, 10]), loss=np.zeros(3), strengths=np.array([[0.1], [0.5], [0.9]]),
        weights=np.ones((2, 1)), step_size=0.3, last_step=10, flow=np.array([0.0, 2.0, 3.0]),
    )  # fmt: skip
    assert run.times.tolist() == [0, 2, 3]
    assert run.half_rises([1.0]) == pytest.approx([2.0])
    run.save(tmp_path / "run.npz")
    again = Trajectory.load(tmp_path / "run.npz")
    assert again.times.tolist() == [0, 2, 3]
    with pytest.raises(ValueError, match="flow must hold one time for each of the 3 records"):
        Trajectory(run.steps, run.loss, run.strengths, run.weights, 0.3, 10, flow=np.zeros(2))


@pytest.mark.parametrize(
    "options, message",
    [
        ({"loss": "hinge"}, "loss must be 'logistic' or 'quadratic', not 'hinge'"),
        ({"step_size": 0}, "step_size must be a positive, finite number, not 0"),
        ({"steps": 1.5}, "steps must be a whole number"),
        ({"word_rates": np.ones(3)}, r"word_rates must hold one number for each of the 4 words, not \(3,\)"),
        ({"word_rates": np.array([1, 1, 0, 1])}, "word_rates must be positive and finite, but word 2 has 0"),
        ({"word_rates": np.array([1, np.inf, 1, 1])}, "word 1 has inf"),
        ({"attraction": np.zeros((4, 4))}, "attraction is zero everywhere: there is no positive pair"),
        ({"attraction": -np.ones((4, 4))}, "attraction must be finite and not negative"),
        ({"attraction": np.ones((4, 3))}, "must have one shape"),
        ({"attraction": np.ones((4, 3)), "repulsion": np.ones((4, 3))}, "must be square"),
        ({"repulsion": np.zeros((4, 4)), "attraction": np.eye(4)}, "has no weight at all"),
        ({"initial": np.ones((3, 2))}, "initial must be a real matrix, one row for each of the 4 words"),
        ({"initial": np.zeros((4, 2))}, "initial is zero everywhere"),
        ({"context": np.ones((4, 2))}, "pass tied=False"),
        ({"device": "cuda:7"}, "device 'cuda:7' cannot be used"),
        ({"dtype": "float16"}, "dtype must be"),
        ({"record": [11]}, "record must hold whole step numbers from 0 to the last step, 10"),
    ],
)
def test_bad_input(options, message):
    arguments = {
        "attraction": np.ones((4, 4)), "repulsion": np.ones((4, 4)), "initial": np.ones((4, 2)),
        "step_size": 0.1, "steps": 10,
    } | options  # fmt: skip
    with pytest.raises(ValueError, match=message):
        train_word2vec(**arguments)


def test_bad_input_of_the_loss():
    with pytest.raises(ValueError, match="loss must be"):
        word2vec_loss(np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 1)), loss="l2")
    with pytest.raises(ValueError, match=r"rows of attraction, not the shapes \(3, 1\) and \(2, 1\)"):
        word2vec_loss(np.ones((2, 2)), np.ones((2, 2)), np.ones((3, 1)), np.ones((2, 1)))


def test_wikipedia_under_its_own_weights(wikipedia):
    """Early on word2vec finds the directions of A − B, and not those of M* (THEORY §8)."""
    stats = wikipedia.first(300)
    A, B = word2vec_pair_weights(stats, 5, 1e-5)
    first = w2vlib.spectrum(linear_target(A, B), 2)
    start = initial_weights(300, 5, 1e-4)
    steps = round(np.log(1e3) / first.values[0] / (0.02 / first.values[0]))
    run = train_word2vec(A, B, start, 0.02 / first.values[0], steps, record=2)
    leading = np.linalg.svd(run.weights, full_matrices=False)[0][:, 0]
    assert (leading @ first.vectors[:, 0]) ** 2 > 0.95
    assert (leading @ w2vlib.spectrum(w2vlib.m_star(stats), 1).vectors[:, 0]) ** 2 < 0.3
