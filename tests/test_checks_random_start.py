"""Checks of chapter *random-start*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import digamma, polygamma
from scipy.stats import chi2, norm

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.random_start import check_expected_delay, check_half_rise_band


def band(values, d, scale, coverage, freedom=0, all_d=False, unit=None, rate=2.0, tails=2):
    left = d - np.arange(len(values)) * (not all_d) + freedom
    tail = (1 - coverage) / tails
    unit = scale**2 / d if unit is None else unit(scale, d)
    strong, weak = (unit * chi2.ppf(share, left) for share in (1 - tail, tail))
    return np.log(values / strong) / (rate * values), np.log(values / weak) / (rate * values)


def normal_band(values, d, scale, coverage):
    draws = d - np.arange(len(values))
    mean = (np.log(values * d / (2 * scale**2)) - digamma(draws / 2)) / (2 * values)
    width = norm.ppf((1 + coverage) / 2) * np.sqrt(polygamma(1, draws / 2)) / (2 * values)
    return mean - width, mean + width


def delay(value, k, d):
    return (digamma(d / 2) - digamma((d - k + 1) / 2)) / (2 * value)


def test_the_right_answers_pass(capsys):
    check_half_rise_band(band)
    check_expected_delay(delay)
    assert capsys.readouterr().out.count("Correct: ") == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *given: None, "Return two arrays"),
        (lambda *given: (1.0, 2.0), "both ends should have the shape"),
        (lambda values, *given: (0 * values, 0 * values), "should be"),
        (lambda *given: band(*given)[::-1], "the ends are swapped"),
        (lambda *given: band(*given, all_d=True), "every mode got all d dimensions"),
        (lambda *given: band(*given, freedom=-1), "a dimension too few|one dimension, not none"),
        (lambda *given: band(*given, freedom=1), "a dimension too many"),
        (lambda *given: band(*given, unit=lambda scale, d: scale**2), "σ²/d, not σ²"),
        (lambda *given: band(*given, unit=lambda scale, d: scale / d), "σ²/d, not σ/d"),
        (lambda *given: band(*given, rate=1.0), "divide by 2λ, not by λ"),
        (lambda *given: band(*given, tails=1), "both tails together"),
        (normal_band, "ln χ² is skew"),
        (lambda values, *given: (values * np.nan, values), "NaN or infinity"),
    ],
)
def test_wrong_bands_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_half_rise_band(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda value, k, d: None, "returned None"),
        (lambda value, k, d: 0.0, "should be"),
        (lambda value, k, d: -delay(value, k, d), "the sign is turned round"),
        (lambda value, k, d: 2 * delay(value, k, d), "divide by 2λ, not by λ"),
        (lambda value, k, d: delay(value, k + 1, d), "k counts from 1|it is -?inf"),
        (lambda value, k, d: np.log(d / (d - k + 1)) / (2 * value), "the mean of a logarithm"),
        (lambda value, k, d: (digamma(d) - digamma(d - k + 1)) / (2 * value), "half of the degrees"),
        (lambda value, k, d: 2 * value * delay(value, k, d), "divide by 2λ"),
        (lambda value, k, d: np.full(2, delay(value, k, d)), "the shape should be"),
    ],
)
def test_wrong_delays_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_expected_delay(wrong)
