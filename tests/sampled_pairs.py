"""What the tests of sampled pairs share: a text with two topics, and batches taken apart pair by pair."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from interrupting import TRAINING, assert_whole_steps, interrupted_everywhere

import w2vlib
from w2vlib.corpus import EncodedText, encode
from w2vlib.targets import noise_distribution
from w2vlib.training import TrainingDivergedError, Trajectory
from w2vlib.training._blocks import Negatives, words_drawn


def clumped(size=8, documents=60, longest=40, seed=0):
    """Documents in which words of one half of the vocabulary keep together."""
    rng = np.random.default_rng(seed)
    chance = np.geomspace(6, 1, size)
    texts = []
    for _ in range(documents):
        law = chance * np.where(np.arange(size) % 2 == rng.integers(2), 4, 1)
        texts.append([f"w{i}" for i in rng.choice(size, rng.integers(1, longest), p=law / law.sum())])
    return texts


def clumped_corpus() -> tuple[w2vlib.CorpusStatistics, EncodedText]:
    """Statistics, and the same text encoded."""
    documents = clumped()
    stats = w2vlib.count_corpus(documents, window=4)
    return stats, encode(documents, stats.words)


def negatives_for(size, shared, k=3, seed=5):
    law = noise_distribution(np.arange(1, size + 1))
    rng = np.random.default_rng(seed)
    return Negatives(words_drawn(law, rng), k, shared, rng)


def pairs_of(source):
    """All pairs (word, neighbour) of a source, and its negatives with their weights."""
    met, pushed = [], []
    for batch in source:
        assert batch.weight.shape == (*batch.rows.shape, batch.columns.shape[1])
        block, row, column = np.nonzero(batch.weight)
        pair = np.stack([batch.rows[block, row], batch.columns[block, column]], axis=1)
        weight, positive = batch.weight[block, row, column], column < batch.positives
        assert np.array_equal(weight[positive], np.ones(batch.pairs))
        met.append(pair[positive])
        pushed.append(np.column_stack([pair[~positive], weight[~positive]]))
    return np.concatenate(met), np.concatenate(pushed)


def table(pairs, size):
    return np.bincount(pairs[:, 0] * size + pairs[:, 1], minlength=size**2).reshape(size, size)


def loss_of_pairs(W, Z, batch):
    """As the formula says, pair by pair."""
    total = 0.0
    for block in range(len(batch.rows)):
        for i, w in zip(batch.rows[block], batch.weight[block]):
            for c, (j, weight) in enumerate(zip(batch.columns[block], w)):
                x = W[i] @ Z[j]
                sign = 1 if c < batch.positives else -1
                total = total + float(weight) * torch.nn.functional.softplus(-sign * x)
    return total


def assert_gradient_steps(run: Trajectory, batches: list, W, Z, rates) -> None:
    """Each step is the gradient that autograd finds; Z is None where vectors are tied."""
    tied = Z is None
    W = torch.tensor(W, requires_grad=True)
    Z = W if tied else torch.tensor(Z, requires_grad=True)
    for n, (batch, rate) in enumerate(zip(batches, rates)):
        if n in run.snapshots:
            np.testing.assert_allclose(run.snapshots[n], W.detach(), rtol=1e-10, atol=1e-13)
        loss = loss_of_pairs(W, Z, batch)
        sides = [W] if tied else [W, Z]
        if isinstance(loss, torch.Tensor):
            gradients = torch.autograd.grad(loss, sides)
            sides = [(side - rate * g).detach().requires_grad_() for side, g in zip(sides, gradients)]
        W, Z = sides[0], sides[-1]
    assert sum(batch.pairs for batch in batches[: run.last_step]) > 5
    np.testing.assert_allclose(run.weights, W.detach(), rtol=1e-10, atol=1e-13)
    if not tied:
        np.testing.assert_allclose(run.context, Z.detach(), rtol=1e-10, atol=1e-13)


def record_batches(monkeypatch, source: type) -> list:
    """A list into which a source of pairs writes the batches that it gives away."""
    given, batches = source.__iter__, []
    monkeypatch.setattr(source, "__iter__", lambda self: (batches.append(b) or b for b in given(self)))
    return batches


# What holds for any trainer on sampled pairs, given as a function of its options

BAD_NUMBERS = (
    ({"learning_rate": 0}, "learning_rate must be a positive, finite number, not 0"),
    ({"learning_rate": "fast"}, "learning_rate must be a number, not 'fast'"),
    ({"final_learning_rate": -1}, "final_learning_rate must be a positive, finite number, not -1"),
    ({"batch_size": 0}, "batch_size must be a whole number from 1 on, not 0"),
    ({"batch_size": 2.5}, "batch_size must be a whole number from 1 on, not 2.5"),
    ({"negatives": 0}, "negatives must be a"),
    ({"negatives": 1.5, "shared_negatives": None}, "negatives must be a whole number .*are not shared"),
    ({"shared_negatives": 0}, "shared_negatives must be a whole number from 1 on, not 0"),
    ({"subsample": -1}, "threshold of subsampling must be a positive, finite number, not -1"),
    ({"noise_exponent": np.nan}, "exponent of the noise must be a finite number"),
    ({"rng": -1}, "rng must be a whole number from 0 on, or a numpy.random.Generator, not -1"),
    ({"record": [10**9]}, "record must hold whole step numbers"),
    ({"snapshots": [-1]}, "snapshots must hold whole step numbers"),
    ({"context": np.ones((2, 2))}, "context must be a real matrix, one row for each"),
    ({"tied": True, "context": np.ones((8, 3))}, "pass tied=False with it"),
    ({"device": "nowhere"}, "device 'nowhere' cannot be used with float32 here"),
    ({"dtype": "int8"}, "dtype must be 'float32' or 'float64', not 'int8'"),
)


def assert_repeatable(train) -> None:
    """The same seed gives the same result, as a number or as NumPy's generator; another gives another."""
    one, same, other = train(rng=3), train(rng=3), train(rng=4)
    for run in (same, train(rng=np.random.default_rng(3))):
        for name in ("steps", "loss", "strengths", "weights", "context", "flow"):
            assert np.array_equal(getattr(one, name), getattr(run, name))
    assert not np.array_equal(one.weights, other.weights)


def assert_recording_does_not_disturb(train) -> None:
    few, many = train(record=2), train(record=range(0, 100), snapshots=[17, 40])
    again = train(record=[0, 17], snapshots=[17])
    for run in (few, again):
        assert np.array_equal(run.weights, many.weights)
        assert np.array_equal(run.context, many.context)
    assert np.array_equal(again.snapshots[17], many.snapshots[17])
    assert np.array_equal(again.strengths[1], many.strengths[17])


def assert_nothing_outside_is_touched(train) -> None:
    threads, state = torch.get_num_threads(), np.random.get_state()[1].copy()
    generator = torch.get_rng_state().clone()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train()
    assert torch.get_num_threads() == threads
    assert np.array_equal(np.random.get_state()[1], state)
    assert torch.equal(torch.get_rng_state(), generator)


def assert_divergence_is_named(train, dtype: str) -> None:
    """And the last good state is kept."""
    message = "learning_rate is 20: take a smaller one, or a batch_size"
    with pytest.raises(TrainingDivergedError, match=message) as caught:
        train(learning_rate=20.0, dtype=dtype, record=range(50))
    run = caught.value.trajectory
    assert np.isfinite(run.weights).all()
    assert np.isfinite(run.context).all()
    assert run.steps[-1] == run.last_step
    assert len(run.flow) == len(run.steps)


def assert_interrupts_leave_whole_strides(train, every: int, *more_places) -> None:
    """Steps are kept at records, and 256 at a time."""
    whole, seen = train(record=[0, 1, 300], snapshots=[0, 1, 257, 300]), set()
    for run in interrupted_everywhere(lambda: train(record=[0, 1, 300]), every, (TRAINING, *more_places)):
        assert_whole_steps(run, whole)
        if run.last_step == 1:
            assert run.step_size == whole.times[1]
        seen.add(run.last_step)
    assert seen <= {0, 1, 257, 300} and {1, 257} <= seen


def assert_negatives(source, size: int, law: np.ndarray, shared: int | None) -> None:
    """Each word is pushed with k = 3 for each of its pairs, whatever the neighbours are."""
    met, pushed = pairs_of(source)
    assert pushed[:, 2].sum() == pytest.approx(3 * len(met))
    np.testing.assert_allclose(
        np.bincount(pushed[:, 0].astype(int), pushed[:, 2], size),
        3 * np.bincount(met[:, 0], minlength=size),
    )
    share = np.bincount(pushed[:, 1].astype(int), pushed[:, 2], size) / pushed[:, 2].sum()
    np.testing.assert_allclose(share, law, atol=0.03 if shared else 0.008)
