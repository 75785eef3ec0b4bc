"""The checks of chapter *compression*: right answers pass, known mistakes are named, and doing nothing fails."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.compression import check_score_error, check_water_filling


def filled(values, bits, base=4.0):
    low, high = 0.0, float(values.max())
    for _ in range(200):
        level = (low + high) / 2
        spent = np.log(values / np.minimum(level, values)).sum() / np.log(base)
        low, high = (level, high) if spent > bits else (low, level)
    return np.minimum(high, values)


def scores(values, errors):
    return 1 - sum((values - errors) ** 2) / sum(values**2)


def test_the_right_answers_pass(capsys):
    check_water_filling(filled)
    check_score_error(scores)
    assert capsys.readouterr().out.count("Correct: ") == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda v, b: None, "returned None"),
        (lambda v, b: v * 4.0 ** (-b / len(v)), "every direction has the same number of bits"),
        (lambda v, b: np.full(len(v), filled(v, b).max()), "has the level of the water"),
        (lambda v, b: np.log2(v / filled(v, b)) / 2, "these are bits"),
        (lambda v, b: filled(v, b, base=2.0), "falls by 4 for each bit|half of the bits"),
        (lambda v, b: np.sort(filled(v, b))[::-1], "should be"),
        (lambda v, b: filled(v, b) * 1.01, "should be"),
    ],
)
def test_wrong_errors_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_water_filling(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda v, D: None, "returned None"),
        (lambda v, D: sum(D) / sum(v), "the error of vectors"),
        (lambda v, D: 1 - scores(v, D), "this is what is kept"),
        (lambda v, D: sum(D**2) / sum(v**2), "share of the squared errors|should be"),
        (lambda v, D: 1 - np.mean((v - D) ** 2 / v**2), "sum first|should be"),
        (lambda v, D: 0.5, "should be"),
    ],
)
def test_wrong_score_errors_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_score_error(wrong)
