r"""How much each pair of words matters, and what the theory is told about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...dynamics import extreme_eigenvalues, stability_bound
from ...spectra import Spectrum, spectrum
from ...statistics import CorpusStatistics
from ...targets import (
    even_pair_weights,
    least_squares_target,
    linear_target,
    rank_one_pair_weights,
    skipgram_pair_weights,
    word2vec_pair_weights,
)

WEIGHTS = ("even", "counts", "word2vec", "rank one")
_ALL = 1000  # words up to which the theory is given every eigenpair
_SAFE = 0.6  # of the step size from which on training cannot settle
_ROWS = 20  # words that may limit the step, looked at one by one


@dataclass(frozen=True, eq=False)
class Setting:
    """Weights of all pairs as training has them, and the one matrix that the theory is given.

    Attributes
    ----------
    attraction, repulsion : ndarray of shape (V, V)
        A and B of training.
    target : ndarray of shape (V, V)
        What the theory is given: M*, or with rates :math:`D^{1/2} M^\\star D^{1/2}`.
    rates : ndarray of shape (V,), or None
        How fast each word learns.
    even : bool
        Whether all pairs matter alike.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> found = weighted(stats, "even")
    >>> found.attraction + found.repulsion, found.rates
    (array([[0.22222222, 0.22222222, 0.22222222],
           [0.22222222, 0.22222222, 0.22222222],
           [0.22222222, 0.22222222, 0.22222222]]), None)
    """

    attraction: np.ndarray
    repulsion: np.ndarray
    target: np.ndarray
    rates: np.ndarray | None = None
    even: bool = False

    @cached_property
    def modes(self) -> Spectrum:
        """Eigenpairs of the target: all of them, or for a large vocabulary the leading ones."""
        size = len(self.target)
        return spectrum(self.target, size if size <= _ALL else min(size, 600))

    def largest_step(self, d: int, tied: bool = True) -> float:
        r"""Return a step size that training should survive.

        It is 0.6 of what is stable near the origin, where vectors grow as the
        linear target says, and of what is stable where the theory expects them
        to end, where row i is pulled back by :math:`\sum_j G_{ij} w_j w_j^\top`.
        """
        weight = self.attraction + self.repulsion
        pull = linear_target(self.attraction, self.repulsion)
        weight, pull = (weight + weight.T) / (2 * weight.mean()), (pull + pull.T) / 2
        rates = np.ones(len(pull)) if self.rates is None else self.rates
        largest, lowest = extreme_eigenvalues(pull * np.sqrt(np.multiply.outer(rates, rates)))
        values = self.modes.values[:d]
        goal = self.modes.vectors[:, :d] * np.sqrt(np.maximum(values, 0) * rates[:, None])
        strongest = np.argsort(rates * (weight @ (goal**2).sum(axis=1)))[-_ROWS:]
        curvature = max(np.linalg.norm((goal * weight[i][:, None]).T @ goal, 2) * rates[i] for i in strongest)
        largest = max(largest, float(curvature), 0.0 if tied else -lowest)
        return _SAFE * stability_bound(largest, lowest)

    def seen(self, vectors: np.ndarray) -> np.ndarray:
        """Return word vectors as the theory sees them: :math:`D^{1/2} W` with rates, W without."""
        return vectors if self.rates is None else vectors / np.sqrt(self.rates)[:, None]


def weighted(
    stats: CorpusStatistics,
    weights: str = "even",
    negatives: float = 1,
    subsample: float | None = None,
    rates: bool | None = None,
    symmetric: bool = True,
) -> Setting:
    """Return the weights of a setting, and what the theory is told; arguments as for `compare`.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> weighted(stats, "odd")
    Traceback (most recent call last):
    ValueError: weights must be one of 'even', 'counts', 'word2vec', 'rank one', not 'odd'
    """
    if weights not in WEIGHTS:
        raise ValueError(f"weights must be one of {', '.join(map(repr, WEIGHTS))}, not {weights!r}")
    if subsample is not None and weights in WEIGHTS[:2]:
        raise ValueError(
            f"subsampling is a part of word2vec's weights; with weights={weights!r} leave subsample=None"
        )
    rates = weights == "rank one" if rates is None else rates
    if rates and weights == "even":
        raise ValueError(
            "even weights need no rates; pass weights='word2vec' or 'rank one' to see what they mend"
        )
    if weights in WEIGHTS[:2]:
        A, B = skipgram_pair_weights(stats, negatives)
    else:
        A, B = word2vec_pair_weights(stats, negatives, subsample, symmetric=False)
    mean = (A + A.T) / 2, (B + B.T) / 2
    target = least_squares_target(*mean)
    if symmetric:
        A, B = mean
    if weights == "even":
        return Setting(*even_pair_weights(*mean), target, even=True)
    if weights != "rank one" and not rates:
        return Setting(A, B, target)
    factors = rank_one_pair_weights(*mean).factors
    if weights == "rank one":
        own = target if symmetric else least_squares_target(A, B)
        A, B = np.multiply.outer(factors, factors) * (0.5 + np.stack([own, -own]) / 4)
    factors = factors / np.sqrt((A + B).mean())
    if not rates:
        return Setting(A, B, target)
    return Setting(A, B, target * np.sqrt(np.multiply.outer(factors, factors)), 1 / factors)
