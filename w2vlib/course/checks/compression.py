"""Checks for chapter *compression*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...compression import rate_distortion
from . import ask, compare, name_mistake, passed

__all__ = ["check_score_error", "check_water_filling"]


def check_water_filling(function: Callable[[np.ndarray, float], np.ndarray]) -> None:
    r"""Check a function that shares bits out among directions.

    Parameters
    ----------
    function : callable
        Takes strengths, shape (d,), and a number of bits, and returns the errors
        :math:`D_k = \min(\theta, v_k)` that no code has less of, shape (d,).

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *compression*.

    Examples
    --------
    >>> check_water_filling(lambda v, bits: rate_distortion(v, bits, "ideal").errors)
    Correct: the errors of 5 spectra, from a bit to hundreds.
    >>> check_water_filling(lambda v, bits: v * 4.0 ** (-bits / len(v)))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: 3 directions: every direction has the same number of bits here; ...
    """
    falling = 1 / np.arange(1.0, 61)
    cases = [
        ("3 directions", np.array([16.0, 4.0, 0.25]), 3.0),
        ("equal directions", np.full(5, 2.0), 10.0),
        ("60 directions, few bits", falling, 20.0),
        ("60 directions in another order", falling[::-1].copy(), 30.0),
        ("60 directions, many bits", falling, 300.0),
    ]
    for what, values, bits in cases:
        found = ask(function, "an array", what, values, bits, intact="the strengths")
        law = rate_distortion(values, bits, "ideal")
        wrong = {
            "every direction has the same number of bits here; the strong ones need more": values
            * 4.0 ** (-bits / len(values)),
            "every direction has the level of the water here; a weak one has no more error than its strength": np.full(
                len(values), law.step
            ),
            "these are bits; return the errors": law.bits,
            "an error falls by 4 for each bit, not by 2": rate_distortion(values, 2 * bits, "ideal").errors,
            "this is what the errors are with half of the bits: an error falls by 4 for each bit": (
                rate_distortion(values, bits / 2, "ideal").errors
            ),
        }
        name_mistake(found, wrong, what, expected=law.errors, rtol=1e-6, atol=1e-12)
        compare(found, law.errors, what, tolerance=1e-5)
    passed(f"the errors of {len(cases)} spectra, from a bit to hundreds")


def check_score_error(function: Callable[[np.ndarray, np.ndarray], float]) -> None:
    r"""Check a function that says how far inner products are off.

    Parameters
    ----------
    function : callable
        Takes strengths and errors, both of shape (d,), and returns
        :math:`1 - \sum_k (v_k - D_k)^2 / \sum_k v_k^2`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *compression*.

    Examples
    --------
    >>> check_score_error(lambda v, D: 1 - ((v - D) ** 2).sum() / (v**2).sum())
    Correct: the error of scores, from none to all.
    >>> check_score_error(lambda v, D: D.sum() / v.sum())
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: water: this is the error of vectors; scores multiply two of them
    """
    values = np.array([4.0, 2.0, 1.0, 0.5])
    for what, errors in (
        ("water", np.minimum(values, 0.7)),
        ("half of the error", values / 2),
        ("no error", np.zeros(4)),
        ("two directions left out", np.array([0.0, 0.0, 1.0, 0.5])),
        ("nothing kept", values.copy()),
    ):
        found = ask(function, "a number", what, values, errors, intact="the strengths")
        kept = ((values - errors) ** 2).sum() / (values**2).sum()
        wrong = {
            "this is the error of vectors; scores multiply two of them": errors.sum() / values.sum(),
            "this is what is kept; return 1 less it": kept,
            "this is the share of the squared errors; what is kept is the square of v − D": (errors**2).sum()
            / (values**2).sum(),
            "sum first and divide then": 1 - (((values - errors) / values) ** 2).mean(),
        }
        name_mistake(found, wrong, what, expected=1 - kept, rtol=1e-9, atol=1e-12)
        compare(found, 1 - kept, what)
    passed("the error of scores, from none to all")
