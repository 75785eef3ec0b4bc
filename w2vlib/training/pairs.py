"""Pairs of words drawn at random, in three ways that agree on average."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .._common.arguments import checked
from .._common.validate import generator, one_of, real_array, whole_number
from ..dynamics.noise import SAMPLERS
from ..statistics import CorpusStatistics, check_dense
from ..targets import m_star
from ..words import words_of

__all__ = ["PairDraw", "PairSampler"]


class PairDraw(NamedTuple):
    r"""Sampled pairs, and how hard each pulls: with the coefficient :math:`c = a - b\,x` at the score x.

    Attributes
    ----------
    first, second : ndarray of int64, shape (n,)
        The words i and j of each pair.
    pull, drag : ndarray of float64, shape (n,)
        a and b.

    Notes
    -----
    Introduced in chapter *sampled-gradients*.

    Examples
    --------
    >>> PairDraw(np.array([0]), np.array([2]), np.array([9.0]), np.array([4.5])).coefficients(np.array([2.0]))
    array([0.])
    """

    first: np.ndarray
    second: np.ndarray
    pull: np.ndarray
    drag: np.ndarray

    @checked
    def coefficients(self, scores: np.ndarray | float) -> np.ndarray:
        """Return c of each pair, from the scores :math:`x_b = w_i \\cdot z_j` of the pairs, shape (n,)."""
        return self.pull - self.drag * real_array(
            "scores", scores, *(self.pull.shape if np.ndim(scores) else ())
        )


class PairSampler:
    r"""Draws pairs of words whose pulls add up to the gradient, in one of three ways.

    A step of training is :math:`\Delta W = \frac{\eta}{b} \sum c\,(e_i w_j^\top
    + e_j w_i^\top)` over b independent samples.  All three have the mean
    :math:`\eta\,(M^\star - WW^\top)\,W`; they differ in noise.

    ==========  ===============================================  ============================
    sampler     a sample                                         its coefficient c
    ==========  ===============================================  ============================
    "weighted"  a pair from P, and one from :math:`q = pp^\top`  :math:`\pm(1 \mp x/2)/(P+q)`
    "label"     any pair, with a label :math:`y = \pm 1`,        :math:`V^2\,(y - x/2)`
                positive with chance :math:`P/(P+q)`
    "soft"      any pair                                         :math:`V^2\,(M^\star - x)/2`
    ==========  ===============================================  ============================

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    sampler : {"soft", "label", "weighted"}
        The way; "soft" is the quietest.
    rng : int or Generator
        A seed, or NumPy's generator itself.
    target : ndarray of shape (V, V), optional
        :math:`M^\star` of `stats`, if it is at hand.

    Raises
    ------
    ValueError
        If there is no such sampler, `rng` is neither, or a word was never
        seen near another.

    Notes
    -----
    Pairs are drawn from P by whole random numbers below the sum of counts, so
    their law is exact; this takes :math:`8V^2` bytes.  word2vec itself draws its
    pairs as "weighted" does, but without the weight :math:`1/(P+q)`, from which
    most of the noise comes.  Introduced in chapter *sampled-gradients*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> pairs = PairSampler(stats, "soft").draw(5)
    >>> bool(np.allclose(pairs.coefficients(0.0), 9 * m_star(stats)[pairs.first, pairs.second] / 2))
    True
    """

    @checked
    def __init__(
        self,
        stats: CorpusStatistics,
        sampler: str = "soft",
        rng: int | np.random.Generator = 0,
        target: np.ndarray | None = None,
    ):
        self.sampler = one_of("sampler", sampler, SAMPLERS)
        self.rng = generator(rng)
        self._stats = stats
        check_dense("a sample of pairs", stats)
        words_of(stats, target)
        if target is not None and np.shape(target) != stats.counts.shape:
            raise ValueError(f"target must have the shape {stats.counts.shape}, not {np.shape(target)}")
        self._target = np.asarray(m_star(stats)) if target is None else real_array("target", target)
        if sampler == "weighted":
            if stats.total > np.iinfo(np.int64).max:
                raise OverflowError(f"counts add up to {stats.total}, too many to draw from in 64 bits")
            self._up_to_cell = np.cumsum(stats.counts, dtype=np.int64)
            self._up_to_word = self._up_to_cell[len(stats) - 1 :: len(stats)].copy()

    @checked
    def draw(self, n: int) -> PairDraw:
        """Return `n` samples; for "weighted" 2n pairs, the n from P before the n from q."""
        n, size = whole_number("n", n), len(self._stats)
        if self.sampler == "weighted":
            return self._draw_weighted(n)
        first, second = self.rng.integers(0, size, (2, n))
        scale = float(size) ** 2
        if self.sampler == "label":
            positive = self.rng.random(n) < 0.5 + self._target[first, second] / 4
            pull = np.where(positive, scale, -scale)
        else:
            pull = scale / 2 * self._target[first, second]
        return PairDraw(first, second, pull, np.full(n, scale / 2))

    def _draw_weighted(self, n: int) -> PairDraw:
        stats, total = self._stats, self._stats.total
        met = np.sort(self.rng.integers(0, total, n))  # sorted for speed: the samples are summed anyway
        chance = self.rng.integers(0, total, (2, n))
        cells = np.searchsorted(self._up_to_cell, met, side="right")
        words = np.searchsorted(self._up_to_word, chance, side="right")
        first, second = np.concatenate([np.divmod(cells, len(stats)), words], axis=1)
        weight = 1 / (stats.counts[first, second] / total + stats.p[first] * stats.p[second])
        return PairDraw(first, second, np.where(np.arange(2 * n) < n, weight, -weight), weight / 2)
