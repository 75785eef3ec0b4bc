"""Checks for chapter *assumptions*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import ask, compare, name_mistake, passed

__all__ = ["check_added"]


def check_added(function: Callable[[np.ndarray, np.ndarray, np.ndarray], float]) -> None:
    r"""Check a function that says what two dropped assumptions would give if their costs added up.

    Parameters
    ----------
    function : callable
        Takes what was measured with nothing dropped, with one assumption
        dropped and with another, each of shape (seeds,); returns the mean that
        both together would have if each cost as much as it costs alone.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: costs taken from
        1, shares multiplied, nothing dropped left out, …

    Notes
    -----
    Introduced in chapter *assumptions*.

    Examples
    --------
    >>> def mine(nothing, one, other):
    ...     return np.mean(one) + np.mean(other) - np.mean(nothing)
    >>> check_added(mine)
    Correct: what costs add up to, for 4 pairs of assumptions.
    >>> check_added(lambda nothing, one, other: np.mean(one) * np.mean(other) / np.mean(nothing))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the first five directions: these are shares that multiply; costs are differences, and they are added
    """
    cases = {
        "the first five directions": ([0.99, 0.98, 0.95], [0.81, 0.79, 0.74], [0.93, 0.95, 0.87]),
        "quality": ([0.71, 0.74, 0.72], [0.52, 0.61, 0.55], [0.68, 0.69, 0.75]),
        "a half-rise error, which costs make larger": ([0.4, 0.3, 0.6], [2.1, 2.0, 3.4], [1.1, 1.6, 0.9]),
        "five seeds": ([7.0, 6.0, 9.0, 8.5, 2.0], [5.0, 4.0, 6.5, 3.0, 1.0], [6.0, 2.0, 7.5, 4.0, 3.0]),
    }
    for what, rows in cases.items():
        rows = [np.array(row) for row in rows]
        found = ask(function, "a number", what, *rows)
        nothing, one, other = (float(row.mean()) for row in rows)
        middle, low, high = ([float(reduce(row)) for row in rows] for reduce in (np.median, np.min, np.max))
        expected = one + other - nothing
        wrong = {
            "costs were taken from 1; take them from what is measured with nothing dropped": (
                1 - (nothing - one) - (nothing - other)
            ),
            "what is measured with nothing dropped is left out; a cost is a difference from it": one + other,
            "this is the sum of the costs; take it from what is measured with nothing dropped": (
                2 * nothing - one - other
            ),
            "this is the sum of the changes; add it to what is measured with nothing dropped": (
                one + other - 2 * nothing
            ),
            "the costs have the wrong sign; what an assumption costs is lost": 3 * nothing - one - other,
            "these are shares that multiply; costs are differences, and they are added": one
            * other
            / nothing,
            "this is a product; costs are differences, and they are added": one * other,
            "this is the mean of both; their costs are added": (one + other) / 2,
            "this is the first assumption alone": one,
            "this is the second assumption alone": other,
            "nothing is dropped here": nothing,
            "these are medians; take the mean over seeds": middle[1] + middle[2] - middle[0],
            "these are the lowest seeds; take the mean over seeds": low[1] + low[2] - low[0],
            "these are the highest seeds; take the mean over seeds": high[1] + high[2] - high[0],
            "this is a sum over seeds; take the mean": expected * len(rows[0]),
        }
        name_mistake(found, wrong, what, expected=expected, rtol=1e-6)
        compare(found, expected, what)
    passed("what costs add up to, for 4 pairs of assumptions")
