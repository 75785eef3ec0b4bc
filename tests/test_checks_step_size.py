"""Checks of chapter *step-size*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.step_size import check_floor, check_half_rise_steps


def half_rise(x0, h):
    return np.log(1 / x0 - 1) / (2 * np.log1p(h)) - 0.75 * np.log(2)


def iterated(x0, h, whole=False):
    n, before, x = 0, x0, x0
    while x < 1 / 2:
        n, before, x = n + 1, x, x * (1 + h * (1 - x)) ** 2
    return n if whole else n - 1 + (1 / 2 - before) / (x - before)


def lifted(M, change=lambda values: np.maximum(values, -values[-1])):
    values, vectors = np.linalg.eigh(M)
    return vectors * change(values) @ vectors.T


def test_the_right_answers_pass(capsys):
    check_half_rise_steps(half_rise)
    check_half_rise_steps(iterated)  # interpolated in x itself
    check_floor(lifted)
    check_floor(lambda M: lifted(M, lambda values: np.maximum(values, 0)))
    assert capsys.readouterr().out.count("Correct: ") == 4


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda x0, h: None, "returned None"),
        (lambda x0, h: 0, "should be"),
        (lambda x0, h: np.array([1.0, 2.0]), "shape"),
        (lambda x0, h: np.nan, "should be"),
        (lambda x0, h: np.log(1 / x0 - 1) / (2 * h), "this is the flow; "),
        (lambda x0, h: np.log(1 / x0 - 1) / (2 * h) - 0.52, "the flow less half a step"),
        (lambda x0, h: half_rise(x0, h) + 0.75 * np.log(2), "growth factor alone"),
        (lambda x0, h: half_rise(x0, h) + 1.5 * np.log(2), "half step was added"),
        (lambda x0, h: 2 * half_rise(x0, h) + 0.75 * np.log(2), "a factor 2 is missing"),
        (lambda x0, h: 2 * half_rise(x0, h) + 1.5 * np.log(2), "the half step is missing too"),
        (lambda x0, h: half_rise(x0, h) * h, "this is a time"),
        (lambda x0, h: iterated(x0, h, whole=True), "counted whole"),
        (lambda x0, h: iterated(x0, h, whole=True) - 1, "last whole step"),
        (lambda x0, h: np.log10(1 / x0 - 1) / (2 * np.log1p(h)) - 0.52, "base 10"),
    ],
)
def test_wrong_half_rises_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_half_rise_steps(wrong)


def only_lowest(M):
    return lifted(M, lambda values: np.concatenate([[max(values[0], -values[-1])], values[1:]]))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda M: None, "returned None"),
        (lambda M: M[:2], "shape"),
        (lambda M: M * np.nan, "NaN"),
        (lambda M: M + np.triu(np.ones_like(M), 1), "not symmetric"),
        (lambda M: M, "one deep direction: the target was not changed"),
        (lambda M: M + 3 * np.eye(len(M)), "every eigenvalue was raised"),
        (lambda M: lifted(M, np.abs), "became positive"),
        (lambda M: M / 3, "changed, so other word vectors"),
        (lambda M: np.maximum(M, -1), "changed, so other word vectors|became positive"),
        (lambda M: np.zeros_like(M), "changed, so other word vectors"),
        (only_lowest, "two deep directions: the lowest eigenvalue is -9, below −λ₁ = -4"),
        (
            lambda M: lifted(M, lambda values: np.maximum(values, -2 * values[-1])),
            "the lowest eigenvalue is -8",
        ),
    ],
)
def test_wrong_floors_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_floor(wrong)


def test_the_learners_matrix_is_not_changed():
    def spoils(M):
        answer = lifted(M)
        M[:] = 0
        return answer

    check_floor(spoils)
