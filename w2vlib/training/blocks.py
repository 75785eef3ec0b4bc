"""Word2vec's pairs in blocks, and the pairs that are drawn from counts.

A batch is a set of blocks.  In each block every row word meets every column
word, and a weight says how often: the first columns are neighbours, which pull,
the others negatives, which push.  So a step of training is three matrix
products a block, and a word's vector is fetched once for many pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..statistics import CorpusStatistics

if TYPE_CHECKING:
    from scipy.stats.sampling import DiscreteAliasUrn

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

    def columns(self, blocks: int) -> np.ndarray:
        return self.words.rvs((blocks, int(self.k) if self.shared is None else self.shared))


def weighted_counts(counts: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """C κ, without a copy of C in floating point."""
    return np.concatenate([counts[begin : begin + 256] @ kept for begin in range(0, len(counts), 256)])


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
        self._counts, self._kept, self._negatives, self._rng = stats.counts, kept, negatives, rng
        self._words = words_drawn(kept * weighted_counts(stats.counts, kept), rng)
        self._pairs, self._batch_size = pairs, min(batch_size, pairs)
        self._height = 1 if negatives.shared is None else min(_SIDE_BY_SIDE, self._batch_size)
        self.steps = -(-pairs // batch_size)

    def __iter__(self) -> Iterator[Batch]:
        left, size = self._pairs, self._batch_size
        full = self._weight(size)
        while left:
            n = min(left, size * max(1, _AT_ONCE // size))
            first, second = self.draw(n)
            for begin in range(0, n, size):
                part = slice(begin, begin + size)
                count = min(size, n - begin)
                yield self._batch(first[part], second[part], full if count == size else self._weight(count))
            left -= n

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
