"""The loss of word2vec's sampled training over all pairs, without the matrices of all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..statistics import CorpusStatistics
from ..weights import keep_probabilities, noise_distribution, word_frequencies
from .blocks import weighted_counts
from .inputs import as_tensor
from .word2vec import block_loss

if TYPE_CHECKING:
    from .loop import State

_BLOCK = 2**22  # pairs worked on at a time


class PopulationLoss:
    """Measures :func:`word2vec_loss` with the weights of word2vec, from counts, a block of rows at a time."""

    def __init__(self, stats: CorpusStatistics, kept: np.ndarray, noise: np.ndarray, negatives: float):
        reach = weighted_counts(stats.counts, kept)
        self._counts, self._kept = stats.counts, kept
        self._total = kept @ reach
        self._words = kept * reach / self._total
        self._noise, self._mean = negatives * noise, (1 + negatives) / len(kept) ** 2
        self._rows = max(1, _BLOCK // len(kept))

    @classmethod
    def of(
        cls, stats: CorpusStatistics, subsample: float | None, noise_exponent: float, negatives: float
    ) -> PopulationLoss:
        frequencies = word_frequencies(stats)
        kept = keep_probabilities(frequencies, subsample)
        return cls(stats, kept, noise_distribution(frequencies, noise_exponent), negatives)

    def __call__(self, state: State) -> float:
        W, Z = state[0], state[-1]
        total = 0.0
        for begin in range(0, len(W), self._rows):
            rows = slice(begin, begin + self._rows)
            attraction = self._counts[rows] * (self._kept / (self._total * self._mean))
            attraction *= self._kept[rows, None]
            repulsion = np.outer(self._words[rows] / self._mean, self._noise)
            weight, pull = (
                as_tensor(matrix, W.device, W.dtype)
                for matrix in (attraction + repulsion, 2 * (attraction - repulsion))
            )
            total += block_loss(W[rows] @ Z.T, weight, pull, True)
        return total
