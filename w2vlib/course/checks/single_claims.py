"""Checks for chapter *single-claims*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import ask, compare, name_mistake, passed

__all__ = ["check_p_value"]


def check_p_value(function: Callable[[float, np.ndarray], float]) -> None:
    r"""Check a function that says how often chance gives as large a number as was measured.

    .. math:: p = \frac{1 + \#\{\text{draws} \ge \text{measured}\}}{1 + \#\text{draws}}

    Parameters
    ----------
    function : callable
        Takes the measured number and the numbers of n draws in which the claim
        cannot be true, an array of shape (n,); returns the p-value of the claim
        that the number is large.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: the measured
        number itself is not counted, ties are not counted, the wrong end, …

    Notes
    -----
    Introduced in chapter *single-claims*.

    Examples
    --------
    >>> def mine(measured, draws):
    ...     return (1 + np.sum(np.array(draws) >= measured)) / (1 + len(draws))
    >>> check_p_value(mine)
    Correct: p-values of 4 numbers among draws.
    >>> check_p_value(lambda measured, draws: np.mean(np.array(draws) >= measured))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: a number that few draws reach: the measured number is one of those that chance might have drawn; count it above and below the line
    """
    rng = np.random.default_rng(21)
    cases = {
        "a number that few draws reach": (1.4, rng.standard_normal(50).round(3)),
        "a number that no draw reaches": (9.0, rng.uniform(0, 1, 19).round(3)),
        "counts, with ties": (6.0, rng.integers(0, 9, 80).astype(float)),
        "negative numbers": (-2.5, -rng.exponential(4, 30).round(3)),
    }
    for what, (measured, draws) in cases.items():
        n = len(draws)
        found = ask(function, "a number", what, measured, draws.copy())
        above, more, below = ((draws >= measured).sum(), (draws > measured).sum(), (draws <= measured).sum())
        expected = float(1 + above) / (1 + n)
        spread = (draws.mean() - measured) / draws.std()
        wrong = {
            "the measured number is one of those that chance might have drawn; count it above and below the line": (
                above / n
            ),
            "the measured number is counted above the line and not below it": (1 + above) / n,
            "the measured number is counted below the line and not above it": above / (1 + n),
            "a draw that is as large as the measured number counts, too": (1 + more) / (1 + n),
            "this leaves out ties and the measured number itself": more / n,
            "this is the other end: the claim is that the number is large": (1 + below) / (1 + n),
            "this is the share of draws that are smaller; the p-value is that of the others": 1 - above / n,
            "this is one less the p-value": 1 - expected,
            "this is twice the p-value; the claim has one end": 2 * expected,
            "this is a number of draws; it is to be a share": 1 + above,
            "this is how many standard deviations lie between; count draws, whatever their law is": spread,
            "this is the mean of the draws": draws.mean(),
        }
        name_mistake(
            found, {text: float(value) for text, value in wrong.items()}, what, expected=expected, rtol=1e-9
        )
        compare(found, expected, what)
    passed("p-values of 4 numbers among draws")
