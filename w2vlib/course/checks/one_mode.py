r"""Checks for chapter *one-mode*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...dynamics import mode_strengths
from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_steps_saved", "check_strength", "check_time_of_drop"]

_POSITIVE = "what stands under a logarithm or a root must be positive"


def check_strength(function: Callable[[float, float, float], float]) -> None:
    r"""Check a function that returns how strong a direction is, for every sign and at any time.

    Parameters
    ----------
    function : callable
        Takes an eigenvalue :math:`\lambda` of any sign, the strength
        :math:`s^2(0) > 0` and the flow time :math:`t \ge 0`, and returns

        .. math:: s^2(t) = \frac{s^2(0)\,e^{2\lambda t}}{1 + s^2(0)\,(e^{2\lambda t} - 1)/\lambda} .

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: overflow,
        division by 0, a missing 2, the strength taken for its root, …

    Notes
    -----
    Introduced in chapter *one-mode*; the solution is that of Saxe et al. (2014).

    Examples
    --------
    >>> def mine(value, start, t):
    ...     decay = np.exp(-2 * abs(value) * t)
    ...     gained = -np.expm1(-2 * abs(value) * t) / abs(value) if value else 2 * t
    ...     return start / (decay + start * gained) if value > 0 else start * decay / (1 + start * gained)
    >>> check_strength(mine)
    Correct: the strength for eigenvalues of both signs and 0, at early, middle and very late times.
    >>> check_strength(lambda value, start, t: mine(value, start, t / 2))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the strength for λ = 1, s²(0) = 1/9, t = ½ ln 2: a 2 is missing; odds grow as exp(2λt)
    """
    third = np.log(2) / 2
    cases = {
        "λ = 1, s²(0) = 1/9, t = ½ ln 2": (1.0, 1 / 9, third),
        "λ = 3, s²(0) = 0.01, t = 0": (3.0, 0.01, 0.0),
        "λ = 3, s²(0) = 0.01, t = 0.4": (3.0, 0.01, 0.4),
        "λ = 3, s²(0) = 0.01, t = 1": (3.0, 0.01, 1.0),
        "λ = 2, s²(0) = 5, above its goal, t = 0.3": (2.0, 5.0, 0.3),
        "λ = 2, s²(0) = 2, at its goal, t = 0.3": (2.0, 2.0, 0.3),
        "λ = −2, s²(0) = 0.5, t = 0.7": (-2.0, 0.5, 0.7),
        "λ = 0, s²(0) = 0.5, t = 3": (0.0, 0.5, 3.0),
        "λ = 1e-12, s²(0) = 0.5, t = 3": (1e-12, 0.5, 3.0),
        "λ = −1e-12, s²(0) = 0.5, t = 3": (-1e-12, 0.5, 3.0),
        "λ = 230, s²(0) = 0.0001, t = 2": (230.0, 1e-4, 2.0),
        "λ = −300, s²(0) = 0.0001, t = 2": (-300.0, 1e-4, 2.0),
        "λ = 230, s²(0) = 0.0001, t = 1e6": (230.0, 1e-4, 1e6),
        "λ = −300, s²(0) = 0.0001, t = 1e6": (-300.0, 1e-4, 1e6),
    }
    for name, (value, start, t) in cases.items():
        what = f"the strength for {name}"
        found = ask(function, "a number", what, value, start, t, remedy=_remedy(value), warnings_fail=True)
        expected = float(mode_strengths(np.array([value]), start, t)[0])
        if not np.isfinite(found):
            raise CheckFailed(f"{what}: it is {found}; {_remedy(value)}")
        if abs(value) == 1e-12 and isinstance(found, float) and 1e-8 < abs(found / expected - 1) < 1e-3:
            raise CheckFailed(
                f"{what}: it should be {expected:.9g}, but is {found:.9g}; exp(x) − 1 loses its digits "
                "for small x, np.expm1(x) does not"
            )
        wrong = _wrong_strengths(value, start, t, expected)
        name_mistake(found, wrong, what, expected=expected, rtol=1e-8, atol=0)
        compare(found, expected, what)
    passed("the strength for eigenvalues of both signs and 0, at early, middle and very late times")


def _remedy(value: float) -> str:
    if value == 0:
        return "for λ = 0 the fraction (exp(2λt) − 1)/λ is 2t"
    if value > 0:
        return "divide numerator and denominator by exp(2λt), so that no exponent is positive"
    return "for a negative eigenvalue exp(2λt) is small: leave the formula as it is"


def _wrong_strengths(value: float, start: float, t: float, right: float) -> dict[str, float]:
    """What known mistakes would return, where they return a number at all."""

    def solution(value, start, t, less=1.0):
        with np.errstate(all="ignore"):
            growth = np.exp(2 * value * t)
            gained = (growth - less) / value if value else 2 * t
            return start * growth / (1 + start * gained)

    with np.errstate(all="ignore"):
        wrong = {
            "for λ = 0 the fraction (exp(2λt) − 1)/λ is 2t": start / (1 + start * t)
            if value == 0
            else np.nan,
            "nothing has changed since t = 0": start,
            "a 2 is missing; odds grow as exp(2λt)": solution(value, start, t / 2),
            "there is a 2 too many; odds grow as exp(2λt)": solution(value, start, 2 * t),
            "this is s, its root; return the strength s²": np.sqrt(right),
            "the start was squared; it is s²(0) already": solution(value, start**2, t),
            "it grows without end; divide by 1 + s²(0) (exp(2λt) − 1)/λ": start * np.exp(2 * value * t),
            "the −1 behind exp(2λt) is missing": solution(value, start, t, less=0.0),
            "this is the share of λ; multiply by λ": right / value if value else np.nan,
            "the sign of the exponent is turned round": solution(-value, start, t),
            "these are the odds; the strength is λ · odds/(1 + odds)": (
                right / (value - right) if value != right else np.nan
            ),
            "it is 0; where λ is 0 or below, the strength decays but has begun at s²(0)": 0.0,
        }
        if value < 0:
            wrong |= {"the eigenvalue's sign was lost": solution(-value, start, t)}
    return wrong


def check_time_of_drop(function: Callable[[float, float, float], float]) -> None:
    r"""Check a function that returns when a share of a direction's loss is done.

    Parameters
    ----------
    function : callable
        Takes an eigenvalue :math:`\lambda > 0`, the strength :math:`s^2(0)`
        and a share between 0 and 1, and returns the flow time at which the
        direction's loss has come that far from 0 to :math:`-\lambda^2/4`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: the share of the
        strength in place of the loss, a time counted from the half-rise, …

    Notes
    -----
    Introduced in chapter *one-mode*.

    Examples
    --------
    >>> def mine(value, start, share):
    ...     strength = 1 - np.sqrt(1 - share)
    ...     return np.log(strength / (1 - strength) * (value / start - 1)) / (2 * value)
    >>> check_time_of_drop(mine)
    Correct: the times at which 5/9, 3/4, 1/2, 1/10 and 99 % of the drop are done.
    >>> check_time_of_drop(lambda value, start, share: np.log(share / (1 - share) * (value / start - 1)) / 2 / value)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the time for λ = 4, s²(0) = 0.001, share 0.5556: this is the time at which the strength has that share; the loss has its share 1 − (1 − s²/λ)²
    """
    for share in (5 / 9, 3 / 4, 1 / 2, 0.1, 0.99):
        for value, start in ((4.0, 1e-3), (0.5, 0.01), (200.0, 1e-4)):
            what = f"the time for λ = {value:g}, s²(0) = {start:g}, share {share:.4g}"
            found = ask(function, "a number", what, value, start, share, remedy=_POSITIVE)
            strength = 1 - np.sqrt(1 - share)

            def time(strength, start=start, value=value, less=1.0):
                return np.log(strength / (1 - strength) * (value / start - less)) / (2 * value)

            expected = time(strength)
            if not np.isfinite(found):
                raise CheckFailed(f"{what}: it is {found}; what stands under the logarithm must be positive")
            tau = time(0.5)
            looks_like = {
                "this is the time at which the strength has that share; "
                "the loss has its share 1 − (1 − s²/λ)²": time(share),
                "this is the half-rise time, whatever the share": tau,
                "this is counted from the half-rise time; count from the start": expected - tau,
                "this lies on the other side of the half-rise time; turn the odds round": 2 * tau - expected,
                "the root is missing: the strength is 1 − √(1 − share)": time(1 - (1 - share) ** 2),
                "the strength is 1 − √(1 − share), not √share": time(np.sqrt(share)),
                "this is twice as late; odds grow at the rate 2λ": 2 * expected,
                "a 2 too many; odds grow at the rate 2λ": expected / 2,
                "the start was squared; it is s²(0) already": time(strength, start**2),
                "the root of the start was taken; s²(0) is meant": time(strength, np.sqrt(start)),
                "the −1 in λ/s²(0) − 1 is missing": time(strength, less=0.0),
                "this is in units of 1/λ; divide by λ": expected * value,
            }
            name_mistake(found, looks_like, what, expected=expected, rtol=1e-8, atol=0)
            compare(found, expected, what, tolerance=1e-10)
    passed("the times at which 5/9, 3/4, 1/2, 1/10 and 99 % of the drop are done")


def check_steps_saved(function: Callable[[float, float, float, float], tuple[float, float]]) -> None:
    r"""Check a function that compares a doubled learning rate with a larger start.

    Parameters
    ----------
    function : callable
        Takes an eigenvalue :math:`\lambda`, the initial scale :math:`s_0`, the
        learning rate :math:`\eta_0` and the weight g of a pair, and returns
        how many steps (QWEM, tied) are saved until the direction is half
        learned, by doubling the rate and by starting from :math:`\sqrt{s_0}`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: the steps that
        remain, flow time in place of steps, the scale taken for the strength, …

    Notes
    -----
    Introduced in chapter *one-mode*.

    Examples
    --------
    >>> def mine(value, scale, learning_rate, weight):
    ...     now = np.log(value / scale**2 - 1) / (2 * value * learning_rate * weight)
    ...     rooted = np.log(value / scale - 1) / (2 * value * learning_rate * weight)
    ...     return now / 2, now - rooted
    >>> check_steps_saved(mine)
    Correct: the steps saved by either remedy, for eigenvalues above and below 1.
    >>> check_steps_saved(lambda *settings: mine(*settings)[::-1])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the steps saved for λ = 207: the two are in the wrong order; the rate comes first
    """
    for value, scale, rate, weight in (
        (207.0, 0.01, 40.0, 2e-6),
        (0.4, 0.01, 0.1, 0.5),
        (30.0, 1e-4, 2.0, 1.0),
    ):
        what = f"the steps saved for λ = {value:g}"
        found = ask(function, "two numbers", what, value, scale, rate, weight, remedy=_POSITIVE)

        def steps(power, value=value, scale=scale, step=rate * weight):
            return np.log(value / scale**power - 1) / (2 * value * step)

        now, rooted = steps(2), steps(1)
        expected = np.array([now / 2, now - rooted])
        looks_like = {
            "the two are in the wrong order; the rate comes first": expected[::-1],
            "these are the steps that remain; return those that are saved": np.array([now / 2, rooted]),
            "these are negative; subtract the new number from the old one": -expected,
            "these are flow times; divide by the length of a step, η₀ g": expected * rate * weight,
            "g is missing; a step lasts η₀ g": expected * weight,
            "η₀ is missing; a step lasts η₀ g": expected * rate,
            "the scale was used as a strength; the strength is its square": (
                np.array([rooted / 2, rooted - steps(0.5)])
            ),
            "the root was taken of s0² twice: from √s0 the strength is s0": (
                np.array([now / 2, now - steps(0.5)])
            ),
            "the scale was squared; its root is larger": np.array([now / 2, now - steps(4)]),
            "the scale was squared in place of its root": np.array([now / 2, steps(4) - now]),
            "a 2 is missing; odds grow at the rate 2λ": 2 * expected,
            "these are shares; return numbers of steps": expected / now,
        }
        name_mistake(found, looks_like, what, expected=expected, rtol=1e-8, atol=0)
        compare(found, expected, what)
    passed("the steps saved by either remedy, for eigenvalues above and below 1")
