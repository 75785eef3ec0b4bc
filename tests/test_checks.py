"""Checks of a learner's answer: right ones pass, wrong ones are told what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed, compare, passed


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([1, 2], [1, 2]),
        ((1.0, 2.0), np.array([1, 2])),
        (3, 3.0),
        (1 + 1e-9, 1),
        ([1e9 + 1], [1e9]),
        ([np.nan, np.inf, -np.inf], [np.nan, np.inf, -np.inf]),
        ([True, False], [True, False]),
        (np.zeros((0, 3)), np.zeros((0, 3))),
    ],
)
def test_right_answers(found, expected):
    assert compare(found, expected, "it") is None


@pytest.mark.parametrize(
    ("found", "expected", "message"),
    [
        (None, [1], "it: the function returned None; does it end with a return statement"),
        ([1, 2, 3], [1, 2], r"it: the shape should be \(2,\), but is \(3,\)"),
        ([[1], [2]], [1, 2], "shape"),
        ([1, 2], [1, 3], r"it: entry \(1,\) should be 3, but is 2"),
        ([[1, 2], [3, 4]], [[1, 2], [3, 5]], r"entry \(1, 1\) should be 5, but is 4"),
        (2.5, 3.5, "it should be 3.5, but is 2.5"),
        ([np.nan], [1.0], r"entry \(0,\) should be 1, but is nan"),
        ([1.0], [-np.inf], "should be -inf, but is 1"),
        ([1.0], [np.nan], "should be nan, but is 1"),
        ([1 + 1e-6], [1], "should be 1, but is 1"),
    ],
)
def test_wrong_answers_are_told_why(found, expected, message):
    with pytest.raises(CheckFailed, match=message):
        compare(found, expected, "it")


def test_the_tolerance_is_relative_to_the_largest_entry():
    compare([0.9, 1000], [0, 1000], "it", tolerance=1e-3)
    with pytest.raises(CheckFailed):
        compare([1.1, 1000], [0, 1000], "it", tolerance=1e-3)


def test_a_failed_check_is_an_assertion():
    assert issubclass(CheckFailed, AssertionError)


def test_passed_says_so(capsys):
    passed("the row sums")
    assert capsys.readouterr().out == "Correct: the row sums.\n"
