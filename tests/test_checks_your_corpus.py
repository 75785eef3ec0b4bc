"""The checks of chapter *your-corpus*: right answers pass, known mistakes are named, and doing nothing fails."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.your_corpus import check_best_dimensions, check_score


def score(told, low, high, seen):
    return np.nanmedian(np.abs(seen / told - 1)), np.mean((low <= seen) & (seen <= high))


def best(values, vectors, other):
    losses = [
        np.linalg.norm(vectors[:, :d] * values[:d] @ vectors[:, :d].T - other) for d in range(len(values) + 1)
    ]
    return int(np.argmin(losses))


def gains(values, vectors, other):
    return values * (2 * np.einsum("ik,ij,jk->k", vectors, other, vectors) - values)


def test_the_right_answers_pass(capsys):
    check_score(score)
    check_score(lambda *given: np.array(score(*given)))
    check_best_dimensions(best)
    check_best_dimensions(lambda *given: np.argmax(np.cumsum(np.append(0, gains(*given)))))
    assert capsys.readouterr().out.count("Correct: ") == 4


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *given: None, "returned None"),
        (lambda *given: score(*given)[0], "return two numbers"),
        (lambda t, lo, hi, s: (np.nanmedian(s / t - 1), score(t, lo, hi, s)[1]), "both signs cancel"),
        (lambda t, lo, hi, s: (np.nanmean(np.abs(s / t - 1)), score(t, lo, hi, s)[1]), "this is the mean of the errors"),
        (lambda t, lo, hi, s: (np.nanmedian(np.abs(s - t)), score(t, lo, hi, s)[1]), "this is in steps"),
        (lambda t, lo, hi, s: (np.nanmedian(np.abs(t / s - 1)), score(t, lo, hi, s)[1]), "a share of what was seen"),
        (lambda *given: (100 * score(*given)[0], score(*given)[1]), "return a share"),
        (lambda t, lo, hi, s: (np.median(np.nan_to_num(np.abs(s / t - 1))), score(t, lo, hi, s)[1]), "as if they had come on time"),
        (lambda *given: (score(*given)[0], 1 - score(*given)[1]), "the share outside"),
        (lambda t, lo, hi, s: (score(t, lo, hi, s)[0], np.sum((lo <= s) & (s <= hi))), "a number of directions"),
        (lambda t, lo, hi, s: (score(t, lo, hi, s)[0], np.mean(((lo <= s) & (s <= hi))[np.isfinite(s)])), "they were foretold, and missed"),
        (lambda t, lo, hi, s: (score(t, lo, hi, s)[0], np.mean(lo <= s)), "the low end only"),
        (lambda t, lo, hi, s: (score(t, lo, hi, s)[0], np.mean(s <= hi)), "the high end only"),
        (lambda *given: (0.5, 0.5), "the median error of run 1"),
    ],
)  # fmt: skip
def test_wrong_scores_are_told_why(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_score(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *given: None, "returned None"),
        (lambda values, vectors, other: len(values), "these are all directions"),
        (lambda *given: int((gains(*given) > 0).sum()), "the leading d have to be taken together"),
        (lambda *given: int(np.argmin(gains(*given) > 0)), "stops at the first direction that does not help"),
        (lambda *given: best(*given) - 1, "counted from 0"),
        (lambda *given: max(1, best(*given)), "0 is an answer, too"),
        (lambda *given: 17, "the best number for halves 1"),
    ],
)
def test_wrong_numbers_of_dimensions_are_told_why(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_best_dimensions(wrong)
