"""Checks for chapter *grokking*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_largest_leaps", "check_short_clock"]


def check_short_clock(
    function: Callable[[float, float, float, int, int, float], tuple[float, float]],
) -> None:
    r"""Check a function that foretells grokking where there are more weights than examples.

    Parameters
    ----------
    function : callable
        Takes a level, step size, decay, numbers of weights and of examples and scale of the start, and
        returns :math:`\ln\big(\sigma^2(1 - 1/\gamma)/(\epsilon - 1 + 1/\gamma)\big) / {-2}\ln(1 - \eta\omega)`
        and :math:`\epsilon/(\epsilon - 1 + 1/\gamma) \cdot \sqrt{2/(d - J)} / {-2}\ln(1 - \eta\omega)`; infinity
        twice for a level at or below :math:`1 - 1/\gamma`, and 0 twice for one that the start is below.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *grokking*.

    Examples
    --------
    >>> def mine(level, eta, omega, d, J, sigma):
    ...     end, rate = 1 - J / d, -2 * np.log(1 - eta * omega)
    ...     if level <= end or level >= end * (1 + sigma**2):
    ...         return (np.inf, np.inf) if level <= end else (0.0, 0.0)
    ...     return np.log(sigma**2 * end / (level - end)) / rate, level / (level - end) * np.sqrt(2 / (d - J)) / rate
    >>> check_short_clock(mine)
    Correct: the moment and its spread, for three runs that grok, one that never does and one that begins so.
    >>> check_short_clock(lambda *given: [0.5 * number for number in mine(*given)])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the moment for ε = 1, η = 0.15, ω = 0.005, d = 200, J = 80, σ = 8: the loss is a square, and falls at twice the rate of the weights; divide by 2 once
    """
    settings = [
        (1.0, 0.15, 0.005, 200, 80, 8.0),
        (0.8, 0.1, 0.01, 150, 50, 12.0),
        (2.0, 0.5, 0.2, 90, 60, 5.0),
    ]
    for given in settings:
        level, eta, omega, d, J, sigma = given
        where = f"for ε = {level:g}, η = {eta:g}, ω = {omega:g}, d = {d}, J = {J}, σ = {sigma:g}"
        found = ask(function, "two numbers", f"moment and spread {where}", *given)
        end, rate = 1 - J / d, -2 * np.log1p(-eta * omega)
        logarithm = np.log(sigma**2 * end / (level - end))
        right = [logarithm / rate, level / (level - end) * np.sqrt(2 / (d - J)) / rate]
        wrong = {
            "the loss is a square, and falls at twice the rate of the weights; divide by 2 once": right[0]
            / 2,
            "the loss is a square, and falls at twice the rate of the weights; this is the time of the weights": (
                2 * right[0]
            ),
            "this is the rate of small steps; take −ln(1 − ηω) in place of ηω": logarithm / (2 * eta * omega),
            "the level is taken as a whole; only what lies above the end counts": (
                np.log(sigma**2 * end / level) / rate
            ),
            "the share of directions without examples is missing before σ²": (
                np.log(sigma**2 / (level - end)) / rate
            ),
            "σ is not squared": np.log(sigma * end / (level - end)) / rate,
            "the share of directions without examples is 1 − J/d, not J/d": (
                np.log(sigma**2 * J / d / (level - J / d)) / rate if level > J / d else np.nan
            ),
        }
        name_mistake(found[0], wrong, f"the moment {where}", expected=right[0])
        compare(found[0], right[0], f"the moment {where}")
        wrong = {
            "the square root is over d; only d − J directions are unsure": right[1] * np.sqrt((d - J) / d),
            "the factor ε/(ε − 1 + J/d) is missing": right[1] * (level - end) / level,
            "this is a variance; take the root of 2/(d − J)": right[1] * np.sqrt(2 / (d - J)),
            "this is the rate of small steps; take −ln(1 − ηω) in place of ηω": right[1]
            * rate
            / (2 * eta * omega),
        }
        name_mistake(found[1], wrong, f"the spread {where}", expected=right[1])
        compare(found[1], right[1], f"the spread {where}")
    for given, expected, why in (
        ((0.5, 0.1, 0.01, 200, 100, 8.0), np.inf, "never passes 0.5, where it ends; return infinity"),
        ((40.0, 0.1, 0.01, 200, 100, 8.0), 0.0, "is below 40 from the start on; return 0"),
    ):
        found = ask(function, "two numbers", f"a loss that {why} twice", *given)
        if not np.array_equal(found, [expected] * 2):
            raise CheckFailed(f"the loss {why} twice, not {found[0]:.6g} and {found[1]:.6g}")
    passed("the moment and its spread, for three runs that grok, one that never does and one that begins so")


def check_largest_leaps(function: Callable[[np.ndarray], tuple[float, float]]) -> None:
    r"""Check a function that says how sudden a run is, by accuracy and by the logarithm of its loss.

    Parameters
    ----------
    function : callable
        Takes the losses at steps 0, 1, 2, … and returns the largest gain within a hundred steps as a share of
        the gain from the first step to the last, for :math:`\operatorname{erf}(1/\sqrt{2\mathcal E})` and for
        :math:`-\ln\mathcal E`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *grokking*.

    Examples
    --------
    >>> from scipy.special import erf
    >>> def mine(losses):
    ...     rulers = erf(1 / np.sqrt(2 * losses)), -np.log(losses)
    ...     return [np.max(ruler[100:] - ruler[:-100]) / (ruler[-1] - ruler[0]) for ruler in rulers]
    >>> check_largest_leaps(mine)
    Correct: the largest leaps of three runs, on two rulers.
    >>> check_largest_leaps(lambda losses: mine(losses)[::-1])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: 1,001 steps of an even fall, the leap in accuracy: this is the leap in the logarithm; accuracy comes first
    """
    from scipy.special import erf

    steps = np.arange(1001)
    runs = {
        "1,001 steps of an even fall": 60 * np.exp(-steps / 150.0),
        "1,001 steps with a sudden fall": 20 / (1 + np.exp((steps - 640) / 9.0)) + 0.3,
        "1,001 steps that rise at first": (30 + 0.05 * steps) * np.exp(-((steps / 500.0) ** 2)),
    }
    for what, losses in runs.items():
        found = ask(function, "two numbers", what, losses, intact="the losses")
        rulers = erf(1 / np.sqrt(2 * losses)), -np.log(losses)
        right = [_leap(ruler, 100) for ruler in rulers]
        for name, one, other, ruler, given in zip(
            ("accuracy", "the logarithm"), right, right[::-1], rulers, found
        ):
            whole = ruler[-1] - ruler[0]
            wrong = {
                f"this is the leap in {'the logarithm' if name == 'accuracy' else 'accuracy'}; accuracy comes first": other,
                "this is the gain itself; divide it by the whole gain": one * whole,
                "this is the largest gain within one step": _leap(ruler, 1),
                "this is the largest gain within 99 steps": _leap(ruler, 99),
                "a fall of the loss is a gain; the sign is turned": -_leap(-ruler, 100, whole),
                "this is divided by the largest gain between any two steps": one
                * whole
                / (ruler.max() - ruler.min()),
            }
            name_mistake(given, wrong, f"{what}, the leap in {name}", expected=one)
            compare(given, one, f"{what}, the leap in {name}")
    passed("the largest leaps of three runs, on two rulers")


def _leap(ruler: np.ndarray, width: int, whole: float | None = None) -> float:
    return float(np.max(ruler[width:] - ruler[:-width]) / (ruler[-1] - ruler[0] if whole is None else whole))
