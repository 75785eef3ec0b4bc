"""Word2vec's pairs in blocks, and the pairs that are drawn from counts.

A batch is a set of blocks.  In each block every row word meets every column
word, and a weight says how often: the first columns are neighbours, which pull,
the others negatives, which push.  So a step of training is three matrix
products a block, and a word's vector is fetched once for many pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._common.threads import limited_threads
from ..statistics import CorpusStatistics, check_dense
from ._checkpoint import memory_of, restore
from ._rules import weighted_counts

if TYPE_CHECKING:
    import torch
    from scipy.stats.sampling import DiscreteAliasUrn

    from ._checkpoint import Memory
    from ._inputs import Setup
    from ._loop import State

_SIDE_BY_SIDE = 16  # pairs in a block
_AT_ONCE = 2**20  # pairs drawn together


class Batch(NamedTuple):
    """Blocks of word numbers, and how often each pair of them meets."""

    rows: np.ndarray  # (n, T)
    columns: np.ndarray  # (n, C)
    weight: np.ndarray  # (n, T, C)
    positives: int  # how many of the columns, from the first on, are neighbours
    pairs: int  # of neighbours


def words_drawn(law: np.ndarray, rng: np.random.Generator) -> DiscreteAliasUrn:
    """Draws word numbers by any law in constant time, with ``rvs(shape)``."""
    from scipy.stats.sampling import DiscreteAliasUrn

    return DiscreteAliasUrn(law / law.sum(), random_state=rng)


class Negatives(NamedTuple):
    """How negatives are drawn: k for each pair, or `shared` ones for all rows of a block."""

    words: DiscreteAliasUrn
    k: float
    shared: int | None
    rng: np.random.Generator  # that the words are drawn with

    def columns(self, blocks: int) -> np.ndarray:
        return self.words.rvs((blocks, int(self.k) if self.shared is None else self.shared))


class PairsFromCounts:
    r"""Pairs drawn independently from :math:`A_{ij} \propto \kappa_i \kappa_j C_{ij}`, of which no table is kept."""

    def __init__(
        self,
        stats: CorpusStatistics,
        kept: np.ndarray,
        negatives: Negatives,
        rng: np.random.Generator,
        pairs: int,
        batch_size: int,
    ):
        check_dense("a sample of pairs", stats)
        self._counts, self._kept, self._negatives, self._rng = stats.counts, kept, negatives, rng
        self._words = words_drawn(kept * weighted_counts(stats.counts, kept), rng)
        self._pairs, self._batch_size = pairs, min(batch_size, pairs)
        self._chunk = self._batch_size * max(1, _AT_ONCE // self._batch_size)
        self._passed, self._before = 0, None
        self._height = 1 if negatives.shared is None else min(_SIDE_BY_SIDE, self._batch_size)
        self.steps = -(-pairs // batch_size)

    def __iter__(self) -> Iterator[Batch]:
        size = self._batch_size
        full = self._weight(size)
        while self._passed < self._pairs:
            passed = self._passed % self._chunk  # of those drawn together; none, unless a run goes on
            n = min(self._pairs - self._passed + passed, self._chunk)
            self._before = memory_of(self._rng)
            first, second = self.draw(n)
            for begin in range(passed, n, size):
                part = slice(begin, begin + size)
                count = min(size, n - begin)
                batch = self._batch(first[part], second[part], full if count == size else self._weight(count))
                self._passed += count
                yield batch

    def memory(self) -> dict:
        """How many pairs were passed on, and the generators: of pairs before those drawn together, of negatives now."""
        inside = self._passed % self._chunk and self._passed < self._pairs
        before = self._before if inside else memory_of(self._rng)
        return {"passed": self._passed, "pairs": before, "negatives": memory_of(self._negatives.rng)}

    def restore(self, memory: Memory) -> None:
        """Go on where another stood; what it had drawn together is drawn again."""
        self._passed = memory["passed"]
        restore(self._rng, memory["pairs"])
        restore(self._negatives.rng, memory["negatives"])

    def draw(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the words and the contexts of `n` pairs."""
        first = self._words.rvs(n)
        chance = self._rng.random(n)
        short = first.astype(np.uint16) if len(self._kept) <= 2**16 else first  # NumPy sorts them fastest
        order = np.argsort(short, kind="stable")
        ends = np.cumsum(np.bincount(first, minlength=len(self._kept)))
        chance, second = chance[order], np.empty(n, np.int64)
        begin = 0
        for word, end in enumerate(ends.tolist()):
            if end > begin:
                up_to = np.cumsum(self._counts[word] * self._kept)
                found = np.searchsorted(up_to, chance[begin:end] * up_to[-1], side="right")
                second[order[begin:end]] = found
                begin = end
        return first, second

    def _weight(self, count: int) -> np.ndarray:
        """Each row meets its own neighbour, and all negatives of the block."""
        height, negatives = self._height, self._negatives
        push = negatives.k / negatives.shared if negatives.shared else 1.0
        blocks, wide = -(-count // height), negatives.shared or int(negatives.k)
        weight = np.zeros((blocks, height, height + wide), np.float32)
        weight[:, range(height), range(height)] = 1
        weight[:, :, height:] = push
        weight.reshape(blocks * height, -1)[count:] = 0
        return weight

    def _batch(self, first: np.ndarray, second: np.ndarray, weight: np.ndarray) -> Batch:
        blocks, height = weight.shape[:2]
        words = np.zeros((2, blocks * height), np.int64)
        words[:, : len(first)] = first, second
        rows, neighbours = words.reshape(2, blocks, height)
        columns = np.concatenate([neighbours, self._negatives.columns(blocks)], axis=1)
        return Batch(rows, columns, weight, height, len(first))


class BlockSteps:
    """Steps by batches of blocks, whose pulls are summed as word2vec sums pairs."""

    stride = 256

    def __init__(
        self,
        setup: Setup,
        learning_rates: np.ndarray,
        batches: PairsFromCounts | Iterable[Batch],
        negatives: float,
        loss: Callable[[State], float],
    ):
        self._size = size = len(setup.state[0])
        self._rates, self._measured = learning_rates, loss
        self._source, self._batches = batches, iter(batches)
        self._labels: dict[tuple[int, int], torch.Tensor] = {}
        self._time = (0.5 if setup.tied else 0.25) * (1 + negatives) / size**2
        self._flow = np.zeros(len(learning_rates) + 1)

    def times(self, steps: np.ndarray) -> np.ndarray:
        return self._flow[steps]

    def memory(self, done: int) -> dict:
        return {"flow": self._flow[: done + 1]} | self._source.memory()

    def restore(self, memory: Memory) -> None:
        self._flow[: len(memory["flow"])] = memory["flow"]
        self._source.restore(memory)

    def loss(self, state: State, out: State, strengths: np.ndarray) -> float:
        return self._measured(state)

    def advance(self, state: State, out: State, done: int, count: int, measured: bool) -> None:
        import torch

        joined = torch.cat(state)  # words and contexts in one matrix are fetched, and added to, at once
        with limited_threads():
            for step in range(done, done + count):
                batch = next(self._batches)
                if batch.pairs:
                    self._learn(joined, batch, self._rates[step])
                self._flow[step + 1] = self._flow[step] + self._time * self._rates[step] * batch.pairs
        for new, side in zip(out, joined.split(len(out[0]))):
            new.copy_(side)

    def _learn(self, joined: torch.Tensor, batch: Batch, rate: float) -> None:
        """Move the vectors along the summed gradient of a batch."""
        import torch

        words, vectors, x, weight, label = self._scored(joined, batch)
        pull = torch.sub(label, x.sigmoid_(), out=x).mul_(weight)
        moves = torch.empty_like(vectors)
        (mine, theirs), (my_moves, their_moves) = _sides(vectors, batch), _sides(moves, batch)
        torch.bmm(pull, theirs, out=my_moves)
        torch.bmm(pull.transpose(1, 2), mine, out=their_moves)
        joined.index_add_(0, words, moves, alpha=rate)

    def _scored(self, joined: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, ...]:
        """The words of a batch, rows before columns, and their vectors; scores, weights and labels of its pairs."""
        import torch

        contexts = batch.columns.ravel()
        if len(joined) > self._size:
            contexts = contexts + self._size
        words = torch.from_numpy(np.concatenate((batch.rows.ravel(), contexts))).to(joined.device)
        vectors = joined.index_select(0, words)
        mine, theirs = _sides(vectors, batch)
        x = torch.bmm(mine, theirs.transpose(1, 2))
        return words, vectors, x, torch.from_numpy(batch.weight).to(joined), self._label(batch, joined)

    def _label(self, batch: Batch, like: torch.Tensor) -> torch.Tensor:
        """1 for neighbours, 0 for negatives."""
        columns, positives = batch.columns.shape[1], batch.positives
        if (columns, positives) not in self._labels:
            label = like.new_zeros(columns)
            label[:positives] = 1
            self._labels[columns, positives] = label
        return self._labels[columns, positives]


def _sides(vectors: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Those of the rows and those of the columns, block by block."""
    rows, d = batch.rows.size, vectors.shape[1]
    return vectors[:rows].view(*batch.rows.shape, d), vectors[rows:].view(*batch.columns.shape, d)
