"""Checks of chapter *sampled-gradients*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.sampled_gradients import check_batch


def batch(radius, values, d, step_size, limit=0.3):
    return int(np.ceil(step_size * radius / (limit * np.sort(values)[-d])))


def test_the_right_answers_pass(capsys):
    check_batch(batch)
    check_batch(lambda *given, **more: float(batch(*given, **more)))
    assert capsys.readouterr().out.count("Correct: ") == 2


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
