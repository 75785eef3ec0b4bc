"""Checks that take a learner's answer and say what is wrong with it.

Each check raises :class:`CheckFailed` with an explanation, or prints one line
and returns nothing.  They compare with a tolerance, never to the last digit.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

import numpy as np

__all__ = ["CheckFailed", "compare", "name_mistake", "passed", "quietly"]


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
    w2vlib.course.checks.CheckFailed: the row sums: entry (1,) should be 3, but is 2
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


def name_mistake(found, mistakes: Mapping, what: str, *, expected=None, rtol: float, atol: float) -> None:
    """Raise CheckFailed with the mistake's name if `found` is an answer known to be wrong.

    Parameters
    ----------
    found : array-like
        The learner's answer.
    mistakes : mapping
        What to say of each wrong answer, and that answer; the first that is close to `found` counts.
    what : str
        What it is an answer to, as for :func:`compare`.
    expected : array-like, optional
        The right answer, which some mistakes lead to as well.  Nothing is raised if `found` is close to it,
        or is nothing of its shape, of which :func:`compare` speaks.
    rtol, atol : float
        What is close, as in :func:`numpy.allclose`.

    Examples
    --------
    >>> name_mistake(6, {"this is half of it": 3, "this is twice as much": 12}, "the sum", rtol=1e-7, atol=0)
    >>> name_mistake(3, {"this is half of it": 3, "this is twice as much": 12}, "the sum", rtol=1e-7, atol=0)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the sum: this is half of it
    """
    if expected is not None:
        if found is None or np.shape(found) != np.shape(expected):
            return
        if np.allclose(found, expected, rtol=rtol, atol=atol):
            return
    for message, wrong in mistakes.items():
        if np.allclose(found, wrong, rtol=rtol, atol=atol):
            raise CheckFailed(f"{what}: {message}")


def quietly(
    function: Callable, what: str, remedy: str, *arguments, errors=(RuntimeWarning,), says="NumPy warns of "
):
    """Call a learner's function; a warning of NumPy's is a failure with an explanation.

    Parameters
    ----------
    function : callable
        The learner's function.
    what : str
        What is asked of it, as for :func:`compare`.
    remedy : str
        What to do about a warning.
    *arguments
        What the function is called with.
    errors : tuple of exception classes
        What is explained in this way; a RuntimeWarning is always raised.
    says : str
        What stands before the quoted warning.

    Returns
    -------
    object
        What the function returns.

    Examples
    --------
    >>> quietly(np.log, "the PMI", "leave out pairs never seen", 0.0)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the PMI: NumPy warns of “divide by zero encountered in log”; leave out pairs never seen
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            return function(*arguments)
        except errors as trouble:
            raise CheckFailed(f"{what}: {says}“{trouble}”; {remedy}") from None


def passed(what: str) -> None:
    """Say that a check has passed.

    Examples
    --------
    >>> passed("the row sums")
    Correct: the row sums.
    """
    print(f"Correct: {what}.")
