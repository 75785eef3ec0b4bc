"""Checks for chapter *your-corpus*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import ask, compare, name_mistake, passed

__all__ = ["check_best_dimensions", "check_score"]


def check_score(
    function: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], tuple[float, float]],
) -> None:
    r"""Check a function that holds half-rises against their prediction.

    Parameters
    ----------
    function : callable
        Takes four arrays, the half-rises foretold, the low and the high ends of their bars, and those seen,
        which are not a number where a direction had not risen; returns the median of
        :math:`|\tau_\text{seen}/\tau_\text{foretold} - 1|` over those that rose, and the share of all
        directions that lie within their bars.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> def mine(told, low, high, seen):
    ...     return np.nanmedian(np.abs(seen / told - 1)), np.mean((low <= seen) & (seen <= high))
    >>> check_score(mine)
    Correct: the errors and the bars of three runs, one of which stopped too early.
    >>> check_score(lambda told, low, high, seen: (np.nanmedian(seen / told - 1), mine(told, low, high, seen)[1]))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the median error of run 1: errors of both signs cancel here; take them in modulus first
    """
    rng = np.random.default_rng(27)
    for number, (count, stopped) in enumerate(((9, 0), (20, 0), (11, 3)), start=1):
        told = np.sort(rng.uniform(50, 400, count))
        seen = told * (1 + rng.normal(0.01, 0.03, count))
        low, high = told * rng.uniform(0.94, 0.99, count), told * rng.uniform(1.01, 1.06, count)
        seen[count - stopped :] = np.nan
        found = ask(
            function,
            "two numbers",
            f"the score of run {number}",
            told.copy(),
            low.copy(),
            high.copy(),
            seen.copy(),
        )
        off, inside = seen / told - 1, (low <= seen) & (seen <= high)
        right, what = np.nanmedian(np.abs(off)), f"the median error of run {number}"
        name_mistake(
            found[0],
            {
                "errors of both signs cancel here; take them in modulus first": np.nanmedian(off),
                "this is the mean of the errors; one bad direction would rule it": np.nanmean(np.abs(off)),
                "this is in steps; divide by what was foretold": np.nanmedian(np.abs(seen - told)),
                "this is a share of what was seen; divide by what was foretold": np.nanmedian(
                    np.abs(told / seen - 1)
                ),
                "this is in per cent; return a share": 100 * right,
                "directions that never rose count here as if they had come on time": np.median(
                    np.nan_to_num(np.abs(off))
                ),
            },
            what,
            expected=right,
        )
        compare(found[0], right, what)
        share, what = inside.mean(), f"the share of run {number} within its bars"
        name_mistake(
            found[1],
            {
                "this is the share outside": 1 - share,
                "this is a number of directions; divide by how many there are": inside.sum(),
                "this leaves out the directions that never rose; they were foretold, and missed": inside.sum()
                / np.isfinite(seen).sum(),
                "this looks at the low end only": np.mean(low <= seen),
                "this looks at the high end only": np.mean(seen <= high),
            },
            what,
            expected=share,
        )
        compare(found[1], share, what)
    passed("the errors and the bars of three runs, one of which stopped too early")


def check_best_dimensions(function: Callable[[np.ndarray, np.ndarray, np.ndarray], int]) -> None:
    r"""Check a function that says how many directions of one half of a text help to foretell the other.

    Parameters
    ----------
    function : callable
        Takes the leading eigenvalues of one half, shape (n,), their eigenvectors as columns, shape (V, n), and
        :math:`M_2` of the other half; returns the d for which
        :math:`\lVert U_d\Lambda_dU_d^\top - M_2\rVert_F` is least, 0 if no direction helps.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> def mine(values, vectors, other):
    ...     found = np.einsum("ik,ij,jk->k", vectors, other, vectors)
    ...     return int(np.argmax(np.cumsum(np.append(0, values * (2 * found - values)))))
    >>> check_best_dimensions(mine)
    Correct: the best number of dimensions of four halves, one of which knows nothing.
    >>> check_best_dimensions(lambda values, vectors, other: len(values))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the best number for halves 1: these are all directions; some learn what is chance in their half
    """
    rng = np.random.default_rng(27)
    shares = (
        [0.9, 0.8, 0.3, 0.9, 0.6, 0.2, 0.6, 0.4],
        [0.9, 0.7, 0.6, 0.1, 0.2, 0.3, 0.6, 0.1],
        [0.3, 0.2, 0.1, 0.45, 0.4, 0.2, 0.1, 0.1],
        [0.95, 0.4, 0.9, 0.45, 0.3, 0.1, 0.55, 0.2],
    )
    for number, share in enumerate(shares, start=1):
        values = np.array([20.0, 15, 11, 9, 7, 6, 5, 4])
        basis = np.linalg.qr(rng.standard_normal((24, 24)))[0]
        vectors = basis[:, :8]
        found = values * share
        other = vectors * found @ vectors.T + basis[:, 8:] * rng.uniform(-9, 3, 16) @ basis[:, 8:].T
        gains = values * (2 * found - values)
        right = int(np.argmax(np.cumsum(np.append(0, gains))))
        answer = ask(function, "a number", f"halves {number}", values.copy(), vectors.copy(), other.copy())
        helping = np.flatnonzero(gains > 0)
        what = f"the best number for halves {number}"
        name_mistake(
            answer,
            {
                "these are all directions; some learn what is chance in their half": 8,
                "this many help each by itself, but the leading d have to be taken together": len(helping),
                "this stops at the first direction that does not help, and a later one may more than make up": int(
                    np.argmin(gains > 0)
                ),
                "this is the place of the best sum, counted from 0; the number is one more": right - 1,
                "one direction is better than none only if it helps; 0 is an answer, too": max(1, right),
                "this counts each direction that is in the other half at all; it has to be worth more than half there": int(
                    (np.array(share) > 0).sum()
                ),
                "this is the last direction that helps by itself; the loss adds them all up": int(
                    helping[-1] + 1
                )
                if len(helping)
                else 0,
            },
            what,
            expected=right,
        )
        compare(answer, right, what)
    passed("the best number of dimensions of four halves, one of which knows nothing")
