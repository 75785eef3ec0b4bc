"""The checks of chapter *grokking*: right answers pass, known mistakes are named, and doing nothing fails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import erf

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.grokking import check_largest_leaps, check_short_clock


def short(level, eta, omega, d, J, sigma):
    end, rate = 1 - J / d, -2 * np.log(1 - eta * omega)
    if level <= end:
        return np.inf, np.inf
    if level >= end * (1 + sigma**2):
        return 0.0, 0.0
    return np.log(sigma**2 * end / (level - end)) / rate, level / (level - end) * np.sqrt(2 / (d - J)) / rate


def otherwise(moment=lambda m, *given: m, spread=lambda s, *given: s):
    def changed(*given):
        m, s = short(*given)
        return (moment(m, *given), spread(s, *given)) if np.isfinite(m) and m > 0 else (m, s)

    return changed


def leaps(losses, width=100, sign=1):
    rulers = erf(1 / np.sqrt(2 * losses)), -np.log(losses)
    return [
        sign * np.max(sign * (ruler[width:] - ruler[:-width])) / (ruler[-1] - ruler[0]) for ruler in rulers
    ]


def test_the_right_answers_pass(capsys):
    check_short_clock(short)
    check_largest_leaps(leaps)
    check_largest_leaps(lambda losses: np.array(leaps(losses)))
    assert capsys.readouterr().out.count("Correct: ") == 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *given: None, "returned None"),
        (lambda *given: short(*given)[0], "return two numbers"),
        (otherwise(lambda m, *given: m / 2), "divide by 2 once"),
        (otherwise(lambda m, *given: 2 * m), "this is the time of the weights"),
        (
            otherwise(lambda m, level, eta, omega, *more: -m * np.log(1 - eta * omega) / (eta * omega)),
            "rate of small steps",
        ),
        (
            otherwise(lambda m, level, eta, omega, d, J, sigma: np.log(sigma**2 * (1 - J / d) / level) / -2 / np.log(1 - eta * omega)),
            "only what lies above the end counts",
        ),
        (
            otherwise(lambda m, level, eta, omega, d, J, sigma: m + np.log(1 - J / d) / 2 / np.log(1 - eta * omega)),
            "directions without examples is missing",
        ),
        (
            otherwise(lambda m, level, eta, omega, d, J, sigma: m + np.log(sigma) / 2 / np.log(1 - eta * omega)),
            "σ is not squared",
        ),
        (
            otherwise(lambda m, level, eta, omega, d, J, sigma: np.log(sigma**2 * J / d / (level - J / d)) / -2 / np.log(1 - eta * omega)),
            "is 1 − J/d, not J/d",
        ),
        (otherwise(spread=lambda s, *given: s * np.sqrt((given[3] - given[4]) / given[3])), "only d − J directions"),
        (otherwise(spread=lambda s, *given: s * (1 - (1 - given[4] / given[3]) / given[0])), "factor ε"),
        (otherwise(spread=lambda s, *given: s * np.sqrt(2 / (given[3] - given[4]))), "this is a variance"),
        (
            otherwise(spread=lambda s, level, eta, omega, *more: -s * np.log(1 - eta * omega) / (eta * omega)),
            "rate of small steps",
        ),
        (lambda *given: (0.0, 0.0), "should be"),
        (lambda *given: short(*given) if given[0] != 0.5 else (0.0, 0.0), "return infinity twice, not 0 and 0"),
        (lambda *given: short(*given) if given[0] != 40 else (5.0, 1.0), "return 0 twice, not 5 and 1"),
    ],
)  # fmt: skip
def test_wrong_clocks_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_short_clock(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda losses: None, "returned None"),
        (lambda losses: leaps(losses)[::-1], "accuracy comes first"),
        (lambda losses: leaps(losses, 1), "within one step"),
        (lambda losses: leaps(losses, 99), "within 99 steps"),
        (lambda losses: leaps(losses, sign=-1), "the sign is turned"),
        (
            lambda losses: [
                leaps(losses)[0] * np.ptp(erf(1 / np.sqrt(2 * losses[[0, -1]]))),
                leaps(losses)[1],
            ],
            "divide it by the whole gain",
        ),
        (
            lambda losses: [
                leap * abs(ruler[-1] - ruler[0]) / np.ptp(ruler)
                for leap, ruler in zip(leaps(losses), (erf(1 / np.sqrt(2 * losses)), -np.log(losses)))
            ],
            "between any two steps",
        ),
        (lambda losses: (0.0, 0.0), "should be"),
    ],
)
def test_wrong_leaps_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_largest_leaps(wrong)
