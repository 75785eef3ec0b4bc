"""Checks for chapter *target*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...statistics import CorpusStatistics
from ...targets import m_star
from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_clipped_share", "check_m_star", "check_negatives"]

_HAND = np.array([[6, 5, 5], [5, 0, 3], [5, 3, 0]])
_REMEDY = "the logarithm of a pair never seen is −∞, so treat these pairs on their own"


def check_m_star(function: Callable[[np.ndarray], np.ndarray]) -> None:
    r"""Check a function that turns counts into M*.

    Parameters
    ----------
    function : callable
        Takes an integer array of counts, shape (V, V), and returns
        :math:`M^\star = 2\tanh(\mathrm{PMI}/2)` of the same shape.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: log of zero, a
        missing factor 2, base-2 logarithms, a conditional probability in place
        of PMI, …

    Examples
    --------
    >>> def mine(counts):
    ...     P = counts / counts.sum()
    ...     q = np.outer(P.sum(axis=1), P.sum(axis=1))
    ...     return 2 * (P - q) / (P + q)
    >>> check_m_star(mine)
    Correct: M* of the 3 × 3 matrix, and of 5 random matrices with zero counts.
    >>> check_m_star(lambda counts: mine(counts) / 2)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: M* of the 3 × 3 matrix: every entry is half of what it should be
    """
    _compare_m_star(function, _HAND, "M* of the 3 × 3 matrix")
    rng = np.random.default_rng(3)
    for size in (2, 3, 5, 8, 13):
        counts = rng.poisson(rng.gamma(0.5, 8, (size, size)))
        counts = counts + counts.T + np.diag(np.full(size, 2))
        counts[0, -1] = counts[-1, 0] = 0
        _compare_m_star(function, counts, f"M* of a random {size} × {size} matrix")
    passed("M* of the 3 × 3 matrix, and of 5 random matrices with zero counts")


def _compare_m_star(function: Callable, counts: np.ndarray, what: str) -> None:
    found = ask(function, "an array", what, counts, remedy=_REMEDY, warnings_fail=True)
    expected = m_star(_statistics(counts))
    if found.shape == expected.shape:
        _name_known(found, counts, expected, what)
    compare(found, expected, what)


def _name_known(found: np.ndarray, counts: np.ndarray, expected: np.ndarray, what: str) -> None:
    """Raise CheckFailed if a wrong M* is a known one."""
    never = counts == 0
    joint = counts / counts.sum()
    marginal = joint.sum(axis=1)
    chance = np.outer(marginal, marginal)
    ratio = joint / chance
    with np.errstate(divide="ignore"):
        pmi = np.log(ratio)
    looks_like = {
        "every entry is half of what it should be": expected / 2,
        "the sign is turned round: pairs seen more often than chance get a positive entry": -expected,
        "this is the PMI itself; pass it through 2 tanh(PMI / 2)": pmi,
        "this is 2 tanh(PMI); the tanh takes half of the PMI": 2 * np.tanh(pmi),
        "this is tanh(PMI); it takes half of the PMI, and the result is doubled": np.tanh(pmi),
        "the logarithm is to base 2; take the natural one, np.log": 2 * np.tanh(pmi / np.log(2) / 2),
        "the logarithm is to base 10; take the natural one, np.log": 2 * np.tanh(pmi / np.log(10) / 2),
        "the difference is divided by q only; divide it by P + q": 2 * (ratio - 1),
        "the difference is divided by q only and not doubled; M* = 2 (P − q) / (P + q)": ratio - 1,
        "negative entries are cut off, as in PPMI; M* keeps them": np.maximum(expected, 0),
        "the joint probability was divided by one marginal only; divide it by both": _squashed(
            joint / marginal[:, None]
        ),
        "the counts were used as they are; divide them by their sum first": _squashed(
            counts / np.outer(counts.sum(1), counts.sum(1))
        ),
        "q is the same for all pairs; it is the product of the two words' marginals": _squashed(
            joint * joint.size
        ),
    }
    if np.isnan(found).any() or np.isposinf(found).any():
        raise CheckFailed(f"{what}: it holds NaN or +∞; a pair never seen has PMI −∞, and M* exactly −2")
    name_mistake(found, looks_like, what, expected=expected, rtol=1e-5, atol=1e-8)
    right = np.isclose(found, expected)
    if right[~never].all() and not right[never].all():
        raise CheckFailed(f"{what}: pairs never seen should have the entry −2, not {found[never][0]:.4g}")
    if np.abs(found).max() <= 2 and not np.allclose(found, found.T):
        raise CheckFailed(
            f"{what}: the matrix is not symmetric; q must hold the product of both marginals, np.outer(p, p)"
        )


def _squashed(ratio: np.ndarray) -> np.ndarray:
    return 2 * (ratio - 1) / (ratio + 1)


def check_negatives(function: Callable[[np.ndarray, float], np.ndarray]) -> None:
    r"""Check a function that turns M* for one negative sample into M* for K.

    Parameters
    ----------
    function : callable
        Takes :math:`M^\star`, shape (V, V), and the number :math:`K` of
        negative samples, and returns
        :math:`2\tanh\left(\operatorname{artanh}(M^\star/2) - \tfrac12\ln K\right)`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Examples
    --------
    >>> check_negatives(lambda M, k: 2 * ((2 + M) - k * (2 - M)) / ((2 + M) + k * (2 - M)))
    Correct: M* for K = 1, 2, 5, 15 and 1/2 negative samples, pairs never seen included.
    >>> check_negatives(lambda M, k: M - np.log(k))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: M* for K = 2: ln K was subtracted from M*; it belongs inside the tanh
    """
    stats = _statistics(_HAND)
    start = m_star(stats)
    for k in (1, 2, 5, 15, 0.5):
        what = f"M* for K = {k}"
        found = ask(function, "an array", what, start, k, remedy=_REMEDY)
        expected = m_star(stats, negatives=k)
        if found.shape == expected.shape:
            ratio = (2 + start) / (2 - start)
            looks_like = {
                "ln K was subtracted from M*; it belongs inside the tanh": start - np.log(k),
                "the PMI was shifted upwards; more negatives make entries smaller": _squashed(ratio * k),
                "the PMI was shifted by K itself; the shift is ln K": _squashed(ratio / np.exp(k)),
                "the PMI was shifted by 2 ln K; artanh(M / 2) is half of it and loses ln(K) / 2": _squashed(
                    ratio / k**2
                ),
                "the PMI was shifted by half of ln K; artanh(M / 2) loses ln(K) / 2": (
                    _squashed(ratio / np.sqrt(k))
                ),
                "the matrix was not changed": start,
                "the matrix was divided by K; negatives shift the PMI": start / k,
            }
            name_mistake(found, looks_like, what, expected=expected, rtol=1e-5, atol=1e-8)
            if np.isnan(found).any():
                raise CheckFailed(f"{what}: it holds NaN; a pair never seen stays at −2 whatever K is")
        compare(found, expected, what)
    passed("M* for K = 1, 2, 5, 15 and 1/2 negative samples, pairs never seen included")


def check_clipped_share(function: Callable[[CorpusStatistics], float]) -> None:
    r"""Check a function that says how much of the PMI is cut off by PPMI.

    Parameters
    ----------
    function : callable
        Takes statistics and returns
        :math:`\sum_{\mathrm{PMI}<0} \mathrm{PMI}_{ij}^2 / \sum \mathrm{PMI}_{ij}^2`,
        both sums over the pairs that were seen.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Examples
    --------
    >>> from w2vlib import pmi
    >>> def mine(stats):
    ...     seen = pmi(stats, unseen=0.0)
    ...     return (seen[seen < 0] ** 2).sum() / (seen**2).sum()
    >>> check_clipped_share(mine)
    Correct: the share of the squared PMI that PPMI cuts off, for three matrices.
    >>> check_clipped_share(lambda stats: 1 - mine(stats))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the share of the 3 × 3 matrix: this is the share that PPMI keeps
    """
    larger = np.array([[40, 6, 1, 9], [6, 2, 8, 0], [1, 8, 12, 3], [9, 0, 3, 30]])
    cases = {
        "the share of the 3 × 3 matrix": _HAND,
        "the share of a 4 × 4 matrix": larger,
        "the share where nothing is cut off but pairs never seen": np.array([[0, 4], [4, 0]]),
    }
    for what, counts in cases.items():
        stats = _statistics(counts)
        found = ask(function, "a number", what, stats, remedy=_REMEDY)
        ratio = (stats.P / np.outer(stats.p, stats.p))[stats.counts > 0]
        x = np.log(ratio)
        expected = (x[x < 0] ** 2).sum() / (x**2).sum()
        squared = np.where(stats.counts > 0, m_star(stats), 0) ** 2
        looks_like = {
            "this is the share that PPMI keeps": 1 - expected,
            "this is the share of seen pairs with negative PMI; add up their squares": (x < 0).mean(),
            "this counts pairs; add up the squares of their PMI": ((x < 0).sum()) / stats.counts.size,
            "the entries were not squared": -x[x < 0].sum() / np.abs(x).sum(),
            "this is a ratio of lengths; take the ratio of their squares": np.sqrt(expected),
            "this is the share for M*; take the PMI of the pairs seen": (
                squared[m_star(stats) < 0].sum() / squared.sum()
            ),
        }
        if not np.isfinite(found):
            raise CheckFailed(f"{what}: it is {found}; leave out the pairs never seen, whose PMI is −∞")
        name_mistake(found, looks_like, what, expected=expected, rtol=1e-5, atol=1e-8)
        compare(found, expected, what)
    passed("the share of the squared PMI that PPMI cuts off, for three matrices")


def _statistics(counts: np.ndarray) -> CorpusStatistics:
    words = [f"word {i}" for i in range(len(counts))]
    return CorpusStatistics(words, counts, counts.sum(axis=1), window=16)
