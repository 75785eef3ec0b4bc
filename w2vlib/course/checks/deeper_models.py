"""Checks for chapter *deeper-models*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import elliprf

from ...dynamics import deep_half_rises
from . import ask, compare, name_mistake, passed

__all__ = ["check_escape_time", "check_wait"]


def check_wait(function: Callable[[float, float, int], float]) -> None:
    r"""Check a function that says when a mode of a deep network is half learned.

    Parameters
    ----------
    function : callable
        Takes :math:`|\lambda|`, the strength :math:`\omega(0)` at the start, and
        the depth :math:`D`; returns the time at which
        :math:`\dot\omega = D\,\omega^{2 - 2/D}(|\lambda| - \omega)` has led to
        :math:`|\lambda|/2`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: the factor D
        forgotten, the power of another quantity, no brake, a whole rise, …

    Notes
    -----
    A relative error of a thousandth is allowed, so that a numerical integral
    passes.  Introduced in chapter *deeper-models*.

    Examples
    --------
    >>> from scipy.integrate import quad
    >>> def mine(size, start, depth):
    ...     return quad(lambda w: w ** (2 / depth - 2) / (depth * (size - w)), start, size / 2)[0]
    >>> check_wait(mine)
    Correct: the wait for 6 settings of strength, start and depth.
    >>> check_wait(lambda size, start, depth: depth * mine(size, start, depth))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: |λ| = 1, start = 0.01, depth 2: the factor D of the law is missing
    """
    settings = [
        (1.0, 0.01, 2),
        (1.0, 0.001, 3),
        (0.5, 0.001, 3),
        (0.25, 0.01, 4),
        (2.0, 0.01, 6),
        (0.8, 0.05, 1),
    ]
    for size, start, depth in settings:
        what = f"|λ| = {size:g}, start = {start:g}, depth {depth}"
        found = ask(function, "a number", what, size, start, depth)
        expected = _wait(size, start, depth)
        power = 2 - 2 / depth
        free = _free(size, start, size / 2, power) / depth
        name_mistake(
            found,
            {
                "the factor D of the law is missing": depth * expected,
                "the start is meant for each layer; it is the strength ω(0) of the whole": (
                    _wait(size, start**depth, depth)
                ),
                "the brake is missing: the bracket is |λ| − ω, not |λ|": free,
                "this is the time to the whole of the goal less a thousandth; go to its half": (
                    expected - _wait(size, 0.999 * size, depth)
                ),
                "the goal is half of |λ|, not one half": _to(size, start, 0.5, depth),
                "this is the logistic of two layers": _wait(size, start, 2),
                "the power is that of a layer's own law, 1 − 1/D; that of the strength is 2 − 2/D": (
                    _integral(size, start, size / 2, 1 - 1 / depth) / depth
                ),
            },
            what,
            rtol=1e-3,
            expected=expected,
        )
        compare(found, expected, what, tolerance=1e-3)
    passed("the wait for 6 settings of strength, start and depth")


def _wait(size: float, start: float, depth: int) -> float:
    return float(deep_half_rises(np.array([size]), start, depth)[0])


def _to(size: float, start: float, end: float, depth: int) -> float:
    """The time to any strength; NaN at the goal and above."""
    return _wait(size, start, depth) - _wait(size, end, depth) if end < size else np.nan


def _integral(size: float, start: float, end: float, power: float) -> float:
    """The time of a law with any power, without its factor."""
    y = np.linspace(np.log(start), np.log(end), 4001)
    return float(np.trapezoid(np.exp((1 - power) * y) / (size - np.exp(y)), y))


def _free(size: float, start: float, end: float, power: float) -> float:
    """The integral without the brake."""
    if power == 1:
        return np.log(end / start) / size
    return (end ** (1 - power) - start ** (1 - power)) / (1 - power) / size


def check_escape_time(function: Callable[[float, float, float], float]) -> None:
    r"""Check a function that says when three numbers in a row become infinite, without a brake.

    Parameters
    ----------
    function : callable
        Takes three positive numbers of which each grows at the rate of the
        product of the other two; returns the time
        :math:`R_F(v^2, k^2, q^2)`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: squares
        forgotten, a factor 2, the three replaced by their mean, …

    Notes
    -----
    A relative error of two thousandths is allowed, so that an iteration with
    small steps passes.  Introduced in chapter *deeper-models*.

    Examples
    --------
    >>> check_escape_time(lambda v, k, q: elliprf(v**2, k**2, q**2))
    Correct: the time at which three numbers in a row escape, for 5 starts.
    >>> check_escape_time(lambda v, k, q: elliprf(v, k, q))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: start 0.1, 0.1, 0.1: the squares of the three numbers belong into the integral
    """
    for three in [(0.1, 0.1, 0.1), (0.05, 0.02, 0.08), (0.3, 0.01, 0.01), (1.0, 2.0, 0.5), (0.2, 0.2, 0.02)]:
        what = "start " + ", ".join(f"{one:g}" for one in three)
        found = ask(function, "a number", what, *three)
        v, k, q = three
        expected = float(elliprf(v**2, k**2, q**2))
        name_mistake(
            found,
            {
                "the squares of the three numbers belong into the integral": float(elliprf(v, k, q)),
                "a factor 2 is too many: each square grows at 2 v k q": 2 * expected,
                "a factor 2 is missing: R_F has the half before its integral": expected / 2,
                "the three differ, and the geometric mean in their place is not enough": (v * k * q)
                ** (-1 / 3),
                "the three differ, and their mean in their place is not enough": 3 / (v + k + q),
                "the three differ, and the largest alone does not say it": 1 / max(three),
                "the three differ, and the smallest alone does not say it": 1 / min(three),
            },
            what,
            rtol=2e-3,
            expected=expected,
        )
        compare(found, expected, what, tolerance=2e-3)
    passed("the time at which three numbers in a row escape, for 5 starts")
