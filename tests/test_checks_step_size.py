"""Checks of chapter *step-size*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.step_size import check_batch, check_floor, check_half_rise_steps


def half_rise(x0, h):
    return np.log(1 / x0 - 1) / (2 * np.log1p(h)) - 0.75 * np.log(2)


def iterated(x0, h, whole=False):
    n, before, x = 0, x0, x0
    while x < 1 / 2:
        n, before, x = n + 1, x, x * (1 + h * (1 - x)) ** 2
    return n if whole else n - 1 + (1 / 2 - before) / (x - before)


def batch(radius, values, d, step_size, limit=0.3):
    return int(np.ceil(step_size * radius / (limit * np.sort(values)[-d])))


def lifted(M, change=lambda values: np.maximum(values, -values[-1])):
    values, vectors = np.linalg.eigh(M)
    return vectors * change(values) @ vectors.T


def test_the_right_answers_pass(capsys):
    check_half_rise_steps(half_rise)
    check_half_rise_steps(iterated)  # interpolated in x itself
    check_batch(batch)
    check_batch(lambda *given, **more: float(batch(*given, **more)))
    check_floor(lifted)
    check_floor(lambda M: lifted(M, lambda values: np.maximum(values, 0)))
    assert capsys.readouterr().out.count("Correct: ") == 6


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


def with_value(choose, rounded=np.ceil):
    def answer(radius, values, d, step_size, limit=0.3):
        return rounded(step_size * radius / (limit * choose(values, d)))

    return answer


def weakest(values, d):
    return np.sort(values)[-d]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda radius, values, d, step_size, limit=0.3: None, "returned None"),
        (lambda radius, values, d, step_size, limit=0.3: 1, "should be"),
        (with_value(weakest, np.floor), "rounded down"),
        (with_value(weakest, float), "a batch is a whole number"),
        (with_value(lambda values, d: values.max()), "the largest eigenvalue was used"),
        (with_value(lambda values, d: values[d - 1]), "come in any order|largest"),
        (with_value(lambda values, d: np.sort(np.abs(values))[-d]), "sorted by modulus"),
        (with_value(lambda values, d: np.sort(values)[-d - 1]), r"mode d \+ 1"),
        (with_value(lambda values, d: np.sort(values)[-d + 1]), "mode d − 1"),
        (with_value(lambda values, d: np.sort(values)[d - 1]), "from the lowest"),
        (lambda r, v, d, s, limit=0.3: np.ceil(limit * s * r / weakest(v, d)), "it divides"),
        (lambda r, v, d, s, limit=0.3: np.ceil(s * r / weakest(v, d)), "the limit is not used"),
        (lambda r, v, d, s, limit=0.3: np.ceil(s * r / weakest(v, d) / 0.3), "always 0.3"),
        (lambda r, v, d, s, limit=0.3: np.ceil(s * r / limit), "the eigenvalue is not used"),
        (lambda r, v, d, s, limit=0.3: np.ceil(r / weakest(v, d) / limit), "the step size is not used"),
    ],
)
def test_wrong_batches_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_batch(wrong)


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
