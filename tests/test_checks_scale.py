"""Checks of chapter *scale*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.scale import check_forecast, check_without


def forecast(lengths, met, size, longer, log=np.log):
    share = np.asarray(met) / size**2
    b, start = np.polyfit(log(lengths), log(-log(1 - share)), 1)
    return size**2 * (1 - np.exp(-np.exp(start + b * log(longer))))


def bare(lengths, met, size, longer):
    return np.exp(np.polyval(np.polyfit(np.log(lengths), np.log(met), 1), np.log(longer)))


def straight(lengths, met, size, longer):
    return np.polyval(np.polyfit(lengths, met, 1), longer)


def test_right_answers_pass(capsys):
    check_forecast(forecast)
    check_forecast(lambda *given: np.array(forecast(*given)))
    check_without(without)
    check_without(lambda whole, part: without(whole, part).tolist())
    assert capsys.readouterr().out.count("Correct: ") == 4


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *_: None, "returned None"),
        (lambda lengths, met, size, longer: forecast(lengths, met, size, longer) / size**2, "the share"),
        (lambda lengths, met, size, longer: size**2 - forecast(lengths, met, size, longer), "still missing"),
        (lambda lengths, met, size, longer: forecast(lengths, met, size, longer) / size, "V² pairs, not V"),
        (lambda lengths, met, size, longer: forecast(lengths, met, size, longer) / 2, "are two"),
        (lambda lengths, met, size, longer: met[-1], "use `longer`"),
        (bare, "a bare power"),
        (straight, "a straight line"),
        (lambda lengths, met, size, longer: 2 * size**2, "more than all"),
        (lambda lengths, met, size, longer: 0.9 * forecast(lengths, met, size, longer), "should be"),
    ],
)
def test_wrong_forecasts_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_forecast(wrong)


def without(whole, part):
    rest = whole - part
    return rest / rest.sum()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda whole, part: None, "returned None"),
        (lambda whole, part: whole - part, "divide them by their sum"),
        (lambda whole, part: (whole - part) / whole.sum(), "a total of its own"),
        (lambda whole, part: whole / whole.sum(), "with the document in it"),
        (lambda whole, part: part / max(part.sum(), 1), "not of what is left"),
        (lambda whole, part: whole / whole.sum() - part / max(part.sum(), 1), "shares do not subtract"),
        (lambda whole, part: without(whole, part)[0], "the shape should be"),
        (lambda whole, part: without(whole, part) ** 2, "should be"),
    ],
)
def test_wrong_remainders_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_without(wrong)
