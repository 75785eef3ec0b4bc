"""Checks for chapter *random-start*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.special

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_expected_delay", "check_half_rise_band"]


def check_half_rise_band(
    function: Callable[[np.ndarray, int, float, float], tuple[np.ndarray, np.ndarray]],
) -> None:
    r"""Check a function that returns bars for half-rise times, before any weight is drawn.

    Parameters
    ----------
    function : callable
        Takes at most d eigenvalues, the dimensions d, the scale σ of the initial
        weights and the coverage; returns the lower and the upper ends,
        as many each, of bars that hold :math:`\tau_k =
        \ln(\lambda_k / \mathcal R_{kk}^2)/2\lambda_k` with that probability, equal in
        both tails, :math:`\mathcal R_{kk}^2 \sim \frac{\sigma^2}{d} \chi^2_{d-k+1}`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: ends swapped, a
        dimension too few, one tail only, …

    Notes
    -----
    Introduced in chapter *random-start*.

    Examples
    --------
    >>> from scipy.special import gammaincinv
    >>> def mine(values, d, scale, coverage):
    ...     half, tail = (d - np.arange(len(values))) / 2, (1 - coverage) / 2
    ...     starts = [2 * scale**2 / d * gammaincinv(half, share) for share in (1 - tail, tail)]
    ...     return tuple(np.log(values / start) / (2 * values) for start in starts)
    >>> check_half_rise_band(mine)
    Correct: bars of 95 %, 50 % and 10 % for three sets of modes.
    >>> check_half_rise_band(lambda *given: mine(*given)[::-1])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the bar of 95 % for d = 10: the ends are swapped; the strongest start rises first
    """
    cases = [(np.array([9.0, 7, 6.9]), 10, 1e-2), (np.array([3.0, 2]), 2, 1e-4), (np.array([5.0]), 1, 1e-3)]
    for values, d, scale in cases:
        for coverage in (0.95, 0.5, 0.1):
            what = f"the bar of {coverage:.0%} for d = {d}".replace("%", " %")
            answer = ask(function, "two arrays", what, values, d, scale, coverage)
            if any(end.shape != values.shape for end in answer):
                raise CheckFailed(
                    f"{what}: both ends should have the shape {values.shape}, but have "
                    f"{' and '.join(str(end.shape) for end in answer)}"
                )
            found, expected = np.array(answer), _band(values, d, scale, coverage)
            if not np.isfinite(found).all():
                raise CheckFailed(
                    f"{what}: it holds NaN or infinity; the last mode has one dimension, not none"
                )
            wrong = _wrong_bands(values, d, scale, coverage)
            name_mistake(found, wrong, what, expected=expected, rtol=1e-7, atol=1e-13)
            compare(found, expected, what, tolerance=1e-5)
    passed("bars of 95 %, 50 % and 10 % for three sets of modes")


def _band(values, d, scale, coverage, freedom=None, unit=None, rate=2.0, tails=2) -> np.ndarray:
    freedom = d - np.arange(len(values)) if freedom is None else freedom
    unit = scale**2 / d if unit is None else unit
    tail = (1 - coverage) / tails
    starts = [2 * unit * scipy.special.gammaincinv(freedom / 2, share) for share in (1 - tail, tail)]
    return np.array([np.log(values / start) / (rate * values) for start in starts])


def _wrong_bands(values, d, scale, coverage) -> dict[str, np.ndarray]:
    given = (values, d, scale, coverage)
    k = np.arange(len(values))
    mean = (np.log(values * d / (2 * scale**2)) - scipy.special.digamma((d - k) / 2)) / (2 * values)
    sd = np.sqrt(scipy.special.polygamma(1, (d - k) / 2)) / (2 * values)
    width = scipy.special.ndtri((1 + coverage) / 2) * sd
    return {
        "the ends are swapped; the strongest start rises first": _band(*given)[::-1],
        "every mode got all d dimensions; mode k has d − k + 1 of them": _band(*given, freedom=d + 0 * k),
        "each mode got a dimension too few; mode 1 has all d, mode k has d − k + 1": (
            _band(*given, freedom=np.maximum(d - k - 1, 0.5))
        ),
        "each mode got a dimension too many; mode 1 has d, mode k has d − k + 1": _band(*given, freedom=d - k + 1),
        "the variance of an entry is σ²/d, not σ²": _band(*given, unit=scale**2),
        "the variance of an entry is σ²/d, not σ/d": _band(*given, unit=scale / d),
        "strengths grow like exp(2λt), so divide by 2λ, not by λ": _band(*given, rate=1.0),
        "both tails together should hold 1 − coverage, but each of them does": _band(*given, tails=1),
        "these are quantiles of a normal distribution with the right mean and variance; ln χ² is skew": (
            np.array([mean - width, mean + width])
        ),
    }  # fmt: skip


def check_expected_delay(function: Callable[[float, int, int], float]) -> None:
    r"""Check a function that says how much later a mode rises because others hold dimensions.

    Parameters
    ----------
    function : callable
        Takes an eigenvalue :math:`\lambda`, the number k of the mode (from 1)
        and the dimensions d, and returns
        :math:`[\operatorname{digamma}\frac d2 - \operatorname{digamma}\frac{d-k+1}2]/2\lambda`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *random-start*.

    Examples
    --------
    >>> from scipy.special import digamma
    >>> def mine(value, k, d):
    ...     return (digamma(d / 2) - digamma((d - k + 1) / 2)) / (2 * value)
    >>> check_expected_delay(mine)
    Correct: the expected delay of 8 modes, the first and the last included.
    >>> check_expected_delay(lambda value, k, d: -mine(value, k, d))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the delay of mode 25 of 50, λ = 22.6: the sign is turned round; ...
    """
    cases = [
        (22.6, 1, 50),
        (22.6, 25, 50),
        (22.6, 49, 50),
        (22.6, 50, 50),
        (4.0, 1, 1),
        (4.0, 2, 2),
        (3.0, 3, 10),
    ]
    digamma = scipy.special.digamma
    for value, k, d in [*cases, (10.0, 20, 200)]:
        what = f"the delay of mode {k} of {d}, λ = {value:g}"
        found = ask(function, "a number", what, value, k, d)
        left = d - k + 1
        expected = (digamma(d / 2) - digamma(left / 2)) / (2 * value)
        if not np.isfinite(found):
            raise CheckFailed(f"{what}: it is {found}; mode k = d still has one dimension to start from")
        wrong = {
            "the sign is turned round; with fewer dimensions a mode rises later": -expected,
            "strengths grow like exp(2λt), so divide by 2λ, not by λ": 2 * expected,
            "k counts from 1 here: d − k + 1 dimensions are left": (
                (digamma(d / 2) - digamma((left - 1) / 2)) / (2 * value) if left > 1 else np.nan
            ),
            "this is the logarithm of a mean; the delay needs the mean of a logarithm, which is lower": (
                np.log(d / left) / (2 * value)
            ),
            "digamma takes half of the degrees of freedom": (digamma(d) - digamma(left)) / (2 * value),
            "divide by 2λ": 2 * value * expected,
        }
        name_mistake(found, wrong, what, expected=expected, rtol=1e-7, atol=1e-13)
        compare(found, expected, what, tolerance=1e-10)
    passed("the expected delay of 8 modes, the first and the last included")
