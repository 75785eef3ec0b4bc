"""Checks of chapter *assumptions*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.assumptions import check_added


def added(nothing, one, other):
    return np.mean(one) + np.mean(other) - np.mean(nothing)


def of(combine, reduce=np.mean):
    return lambda *rows: combine(*(reduce(row) for row in rows))


def test_the_right_answers_pass(capsys):
    check_added(added)
    check_added(lambda nothing, one, other: np.mean(np.array(one) + other - nothing))
    check_added(lambda nothing, one, other: sum(one) / len(one) + sum(other - nothing) / len(other))
    assert capsys.readouterr().out.count("Correct: ") == 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda nothing, one, other: None, "returned None"),
        (lambda nothing, one, other: one + other - nothing, "a single number is asked for"),
        (of(lambda n, a, b: 1 - (n - a) - (n - b)), "costs were taken from 1"),
        (of(lambda n, a, b: a + b), "nothing dropped is left out"),
        (of(lambda n, a, b: 2 * n - a - b), "the sum of the costs"),
        (of(lambda n, a, b: a + b - 2 * n), "the sum of the changes"),
        (of(lambda n, a, b: 3 * n - a - b), "the wrong sign"),
        (of(lambda n, a, b: a * b / n), "shares that multiply"),
        (of(lambda n, a, b: a * b), "this is a product"),
        (of(lambda n, a, b: (a + b) / 2), "the mean of both"),
        (of(lambda n, a, b: a), "the first assumption alone"),
        (of(lambda n, a, b: b), "the second assumption alone"),
        (of(lambda n, a, b: n), "nothing is dropped here"),
        (of(lambda n, a, b: a + b - n, np.median), "these are medians"),
        (of(lambda n, a, b: a + b - n, np.min), "the lowest seeds"),
        (of(lambda n, a, b: a + b - n, np.max), "the highest seeds"),
        (of(lambda n, a, b: a + b - n, np.sum), "a sum over seeds"),
        (of(lambda n, a, b: a - b), "should be"),
    ],
)
def test_wrong_sums_of_costs_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_added(wrong)
