"""Checks of chapter *single-claims*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.single_claims import check_p_value


def p_value(measured, draws):
    return (1 + np.sum(np.array(draws) >= measured)) / (1 + len(draws))


def test_the_right_answers_pass(capsys):
    check_p_value(p_value)
    check_p_value(lambda measured, draws: np.mean(np.append(draws, measured) >= measured))
    check_p_value(lambda measured, draws: sum(x >= measured for x in [measured, *draws]) / (len(draws) + 1))
    assert capsys.readouterr().out.count("Correct: ") == 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda x, draws: None, "returned None"),
        (lambda x, draws: (1 + (draws >= x)) / (1 + len(draws)), "a single number is asked for"),
        (lambda x, draws: np.mean(draws >= x), "count it above and below the line"),
        (lambda x, draws: (1 + np.sum(draws >= x)) / len(draws), "above the line and not below it"),
        (lambda x, draws: np.sum(draws >= x) / (1 + len(draws)), "below the line and not above it"),
        (
            lambda x, draws: (1 + np.sum(draws > x)) / (1 + len(draws)),
            "as large as the measured number counts",
        ),
        (lambda x, draws: np.mean(draws > x), "the measured number"),
        (lambda x, draws: (1 + np.sum(draws <= x)) / (1 + len(draws)), "this is the other end"),
        (lambda x, draws: np.mean(draws < x), "the share of draws that are smaller"),
        (lambda x, draws: 1 - p_value(x, draws), "one less the p-value"),
        (lambda x, draws: 2 * p_value(x, draws), "this is twice the p-value"),
        (lambda x, draws: 1 + np.sum(draws >= x), "this is a number of draws"),
        (lambda x, draws: (np.mean(draws) - x) / np.std(draws), "standard deviations"),
        (lambda x, draws: np.mean(draws), "the mean of the draws"),
        (lambda x, draws: p_value(x, draws) ** 2, "should be"),
    ],
)
def test_wrong_p_values_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_p_value(wrong)
