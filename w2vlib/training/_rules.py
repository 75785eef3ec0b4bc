"""What a step does, in each way of training: least squares in full batches and on pairs, word2vec in full batches.

A rule is asked for the loss of a state and for the state some steps on; the loop
in ``_loop`` asks.  The steps of word2vec on sampled pairs are in ``_blocks``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .._common.threads import limited_threads
from ..statistics import CorpusStatistics, check_dense
from ..targets import keep_probabilities, noise_distribution, word_frequencies
from ._arrays import exact, namespace, on_host, put
from ._checkpoint import memory_of, restore
from ._inputs import LeastSquaresSetup, Setup
from .pairs import PairSampler

if TYPE_CHECKING:
    import torch

    from ._arrays import Array, State
    from ._checkpoint import Memory

_BLOCK = 2**22  # pairs worked on at a time


class EvenSteps:
    """What rules have in common that take one step at a time, all of one length."""

    stride = 1

    def times(self, steps: np.ndarray) -> None:
        return None

    def memory(self, done: int) -> dict:
        return {}

    def restore(self, memory: Memory) -> None:
        pass


class LeastSquares(EvenSteps):
    """The loss that a target defines, all of whose pairs weigh alike."""

    matrix: Array

    def loss(self, state: State, out: State, strengths: np.ndarray) -> float:
        multiply(self.matrix, state, out)
        attraction = float(exact(state[0]).ravel() @ exact(out[0]).ravel())
        return (strengths @ strengths - 2 * attraction) / 4


def multiply(matrix: Array, state: State, out: State) -> None:
    """Write the products M Z and M W into `out`."""
    for theirs, product in zip(reversed(state), out):
        namespace(matrix).matmul(matrix, theirs, out=product)


class FullBatch(LeastSquares):
    def __init__(self, setup: LeastSquaresSetup):
        W = setup.state[0]
        size, d = W.shape
        self._gram, self._drag = put(np.zeros((d, d)), W), put(np.zeros((size, d)), W)
        self.matrix, self._step_size = setup.matrix, setup.step_size

    def advance(self, state: State, out: State, done: int, count: int, measured: bool) -> None:
        if not measured:
            multiply(self.matrix, state, out)
        matmul = namespace(self.matrix).matmul
        for mine, theirs, new in zip(state, reversed(state), out):
            matmul(theirs.T, theirs, out=self._gram)
            matmul(mine, self._gram, out=self._drag)
            new -= self._drag
            new *= self._step_size
            new += mine


class SampledPairs(LeastSquares):
    def __init__(self, setup: LeastSquaresSetup, pairs: PairSampler, batch_size: int):
        self.matrix = setup.matrix
        self._pairs, self._batch_size, self._rate = pairs, batch_size, setup.step_size / batch_size

    def memory(self, done: int) -> dict:
        return {"pairs": memory_of(self._pairs.rng)}

    def restore(self, memory: Memory) -> None:
        restore(self._pairs.rng, memory["pairs"])

    def advance(self, state: State, out: State, done: int, count: int, measured: bool) -> None:
        import torch

        pairs = self._pairs.draw(self._batch_size)
        W, Z = state[0], state[-1]
        first, second = (torch.from_numpy(words).to(W.device) for words in (pairs.first, pairs.second))
        scores = torch.linalg.vecdot(W.index_select(0, first), Z.index_select(0, second))
        pull, drag = (torch.from_numpy(x).to(W) for x in (pairs.pull, pairs.drag))
        c = self._rate * (pull - drag * scores)
        if len(state) == 1:
            rows = np.concatenate([pairs.first, pairs.second])
            torch.add(W, summed_by_row(rows, torch.cat([second, first]), torch.cat([c, c]), W), out=out[0])
        else:
            torch.add(W, summed_by_row(pairs.first, second, c, Z), alpha=2, out=out[0])
            torch.add(Z, summed_by_row(pairs.second, first, c, W), alpha=2, out=out[1])


def summed_by_row(rows: np.ndarray, columns: torch.Tensor, c: torch.Tensor, W: torch.Tensor) -> torch.Tensor:
    """Σ c e_row w_columnᵀ, always added up in the same order (index_add_ is forty times slower on a CPU)."""
    import torch

    size = len(W)
    by_row = rows.astype(np.uint16) if size <= 2**16 else rows  # NumPy sorts short integers fastest
    order = torch.from_numpy(np.argsort(by_row, kind="stable")).to(W.device)
    begins = np.zeros(size, np.int64)
    np.cumsum(np.bincount(rows, minlength=size)[:-1], out=begins[1:])
    return torch.nn.functional.embedding_bag(
        columns[order], W, torch.from_numpy(begins).to(W.device), mode="sum", per_sample_weights=c[order]
    )


class Population(EvenSteps):
    def __init__(
        self, setup: Setup, weight: np.ndarray, pull: np.ndarray, loss: str, word_rates: np.ndarray | None
    ):
        W = setup.state[0]
        self._weight, self._pull = put(weight, W), put(pull, W)
        self._logistic, self._step_size = loss == "logistic", setup.step_size
        self._word_rates = None if word_rates is None else put(word_rates[:, None], W)
        self._blocks = row_blocks(*weight.shape)

    def loss(self, state: State, out: State, strengths: np.ndarray) -> float:
        return loss_over_pairs(state, self._weight, self._pull, self._logistic)

    def advance(self, state: State, out: State, done: int, count: int, measured: bool) -> None:
        W, Z, of_contexts = state[0], state[-1], out[-1]
        xp, tied = namespace(W), len(state) == 1
        if not tied:
            of_contexts[:] = 0
        for rows in self._blocks:
            error = W[rows] @ Z.T
            if self._logistic:
                error *= 0.5
                _tanh(error)
                error *= 2
            error *= self._weight[rows]
            xp.subtract(self._pull[rows], error, out=error)
            xp.matmul(error, Z, out=out[0][rows])
            if not tied:
                of_contexts += error.T @ W[rows]
        for mine, new in zip(state, out):
            if self._word_rates is not None:
                new *= self._word_rates
            new *= self._step_size
            new += mine


def row_blocks(rows: int, columns: int) -> list[slice]:
    """Rows to work on together, so that no more than `_BLOCK` entries are held at a time."""
    height = max(1, _BLOCK // columns)
    return [slice(begin, begin + height) for begin in range(0, rows, height)]


def _tanh(x: Array) -> None:
    """tanh in place; on a CPU by NumPy, which is several times faster than PyTorch."""
    if namespace(x) is np or x.device.type == "cpu":
        np.tanh(on_host(x), out=on_host(x))
    else:
        x.tanh_()


def loss_over_pairs(state: State, weight: Array, pull: Array, logistic: bool) -> float:
    """The loss of all pairs, from G/Ḡ and 2(A − B)/Ḡ."""
    W, Z = state[0], state[-1]
    return sum(
        block_loss(W[rows] @ Z.T, weight[rows], pull[rows], logistic) for rows in row_blocks(*weight.shape)
    )


def block_loss(x: Array, weight: Array, pull: Array, logistic: bool) -> float:
    """Σ (G/Ḡ) (…): 4 ln cosh(x/2) or x²/2, halved pull taken off, and all of it halved, 0 at x = 0."""
    xp = namespace(x)
    attracted = float(xp.sum(pull * x, dtype=xp.float64))
    if logistic:  # ln(1+e^-x) A + ln(1+e^x) B = G ln(2 cosh(x/2)) − (A−B) x/2
        half = abs(x)
        half *= 0.5
        x = xp.exp(-2 * half)
        xp.log1p(x, out=x)
        x += half
        x -= math.log(2)
        x *= 4
    else:
        x = x**2
        x *= 0.5
    x *= weight
    return float(xp.sum(x, dtype=xp.float64)) / 2 - attracted / 2


@limited_threads()
def weighted_counts(counts: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """C κ, without a copy of C in floating point."""
    return np.concatenate([counts[begin : begin + 256] @ kept for begin in range(0, len(counts), 256)])


class PopulationLoss:
    """Measures :func:`word2vec_loss` with the weights of word2vec, from counts, a block of rows at a time."""

    def __init__(
        self, stats: CorpusStatistics, subsample: float | None, noise_exponent: float, negatives: float
    ):
        check_dense("word2vec's loss", stats)
        frequencies = word_frequencies(stats)
        kept, noise = (
            keep_probabilities(frequencies, subsample),
            noise_distribution(frequencies, noise_exponent),
        )
        reach = weighted_counts(stats.counts, kept)
        self._counts, self._kept = stats.counts, kept
        self._total = kept @ reach
        self._words = kept * reach / self._total
        self._noise, self._mean = negatives * noise, (1 + negatives) / len(kept) ** 2
        self._rows = max(1, _BLOCK // len(kept))

    def __call__(self, state: State) -> float:
        W, Z = state[0], state[-1]
        total = 0.0
        for begin in range(0, len(W), self._rows):
            rows = slice(begin, begin + self._rows)
            attraction = self._counts[rows] * (self._kept / (self._total * self._mean))
            attraction *= self._kept[rows, None]
            repulsion = np.outer(self._words[rows] / self._mean, self._noise)
            weight, pull = put(attraction + repulsion, W), put(2 * (attraction - repulsion), W)
            total += block_loss(W[rows] @ Z.T, weight, pull, True)
        return total
