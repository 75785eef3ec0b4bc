"""Checks that take a learner's answer and say what is wrong with it.

Each check raises :class:`CheckFailed` with an explanation, or prints one line
and returns nothing.  They compare with a tolerance, never to the last digit.
"""

from __future__ import annotations

import numpy as np

__all__ = ["CheckFailed", "compare", "passed"]


class CheckFailed(AssertionError):
    """A learner's answer that is not right yet; the message says in which respect."""


def compare(found, expected, what: str, tolerance: float = 1e-8) -> None:
    """Raise CheckFailed unless `found` has the shape and the values expected.

    Parameters
    ----------
    found : array-like
        The learner's answer.
    expected : array-like
        The right one.
    what : str
        What it is an answer to, as the subject of a sentence: "the counts of 'a b a'".
    tolerance : float
        Largest difference allowed, relative to the largest expected entry.

    Examples
    --------
    >>> compare([1, 2], [1, 3], "the row sums")
    Traceback (most recent call last):
    ...
    w2vlib.checks.CheckFailed: the row sums: entry (1,) should be 3, but is 2
    """
    if found is None:
        raise CheckFailed(f"{what}: the function returned None; does it end with a return statement?")
    found, expected = np.asarray(found), np.asarray(expected)
    if found.shape != expected.shape:
        raise CheckFailed(f"{what}: the shape should be {expected.shape}, but is {found.shape}")
    scale = max(1.0, float(np.abs(expected[np.isfinite(expected)]).max(initial=0)))
    same = np.isclose(found, expected, rtol=0, atol=tolerance * scale, equal_nan=True)
    if not same.all():
        place = tuple(map(int, np.argwhere(~same)[0]))
        raise CheckFailed(
            f"{what}: entry {place} should be {expected[place]:.6g}, but is {found[place]:.6g}"
            if place
            else f"{what} should be {expected:.6g}, but is {found:.6g}"
        )


def passed(what: str) -> None:
    """Say that a check has passed.

    Examples
    --------
    >>> passed("the row sums")
    Correct: the row sums.
    """
    print(f"Correct: {what}.")
