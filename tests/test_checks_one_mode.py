"""Checks of chapter *one-mode*: right answers pass, each known mistake is named."""

from __future__ import annotations

import math

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.one_mode import check_steps_saved, check_strength, check_time_of_drop


def strength(value, start, t):
    if value == 0:
        return start / (1 + 2 * start * t)
    decay = np.exp(-2 * abs(value) * t)
    gained = -np.expm1(-2 * abs(value) * t) / abs(value)
    return start / (decay + start * gained) if value > 0 else start * decay / (1 + start * gained)


def time_of_drop(value, start, share):
    part = 1 - np.sqrt(1 - share)
    return np.log(part / (1 - part) * (value / start - 1)) / (2 * value)


def steps_to_half(value, strength, rate, weight):
    return np.log(value / strength - 1) / (2 * value * rate * weight)


def steps_saved(value, scale, rate, weight):
    now = steps_to_half(value, scale**2, rate, weight)
    return now / 2, now - steps_to_half(value, scale, rate, weight)


def test_the_right_answers_pass(capsys):
    check_strength(strength)
    check_time_of_drop(time_of_drop)
    check_steps_saved(steps_saved)
    check_steps_saved(lambda *settings: np.array(steps_saved(*settings)))
    assert capsys.readouterr().out.count("Correct: ") == 4


def naive(value, start, t):
    growth = np.exp(2 * value * t)
    return start * growth / (1 + start * (growth - 1) / value)


def only_rising(value, start, t):
    if value == 0:
        return start / (1 + 2 * start * t)
    decay = np.exp(-2 * value * t)
    return start / (decay - start * np.expm1(-2 * value * t) / value)


def without_expm1(value, start, t):
    if value == 0:
        return start / (1 + 2 * start * t)
    decay = np.exp(-2 * abs(value) * t)
    gained = (1 - decay) / abs(value)
    return start / (decay + start * gained) if value > 0 else start * decay / (1 + start * gained)


def with_zero(wrong):
    return lambda value, start, t: wrong(start, t) if value == 0 else strength(value, start, t)


def silenced(value, start, t):
    with np.errstate(all="ignore"):
        return strength(value, start, t) if value == 0 else naive(np.float64(value), start, t)


def with_math(value, start, t):
    growth = math.exp(2 * value * t)
    return strength(value, start, t) if value == 0 else start * growth / (1 + start * (growth - 1) / value)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda value, start, t: None, "returned None"),
        (lambda value, start, t: np.ones(2), "shape should be"),
        (lambda value, start, t: 0.123, "½ ln 2 should be 0.2, but is 0.123"),
        (lambda value, start, t: start, "nothing has changed"),
        (lambda value, start, t: strength(value, start, t / 2), "a 2 is missing"),
        (lambda value, start, t: strength(value, start, 2 * t), "a 2 too many"),
        (lambda value, start, t: np.sqrt(strength(value, start, t)), "this is s, its root"),
        (lambda value, start, t: strength(value, start**2, t), "the start was squared"),
        (lambda value, start, t: start * np.exp(2 * value * t), "grows without end"),
        (lambda value, start, t: strength(-value, start, t), "the sign of the exponent"),
        (lambda value, start, t: strength(abs(value), start, t), "sign"),
        (lambda value, start, t: strength(value, start, t) / (value or 1), "t = 0: this is the share of λ"),
        (lambda value, start, t: strength(value, start, t) * (value > 0), "it is 0"),
        (naive, "for λ = 0 the fraction"),
        (lambda value, start, t: naive(float(value), start, float(t)), "λ = 0, .* for λ = 0 the fraction"),
        (silenced, "loses its digits"),
        (with_math, "loses its digits"),
        (only_rising, "λ = −300, .*: leave the formula as it is"),
        (without_expm1, "np.expm1"),
        (with_zero(lambda start, t: np.nan), "for λ = 0 the fraction"),
        (with_zero(lambda start, t: start / (1 + start * t)), "for λ = 0 the fraction"),
        (with_zero(lambda start, t: start), "nothing has changed"),
    ],
)
def test_wrong_strengths_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_strength(wrong)


def test_an_overflow_is_named():
    def exact_but_overflowing(value, start, t):
        if value == 0:
            return start / (1 + 2 * start * t)
        gained = np.expm1(2 * value * t)
        return start * (gained + 1) / (1 + start * gained / value)

    with pytest.raises(CheckFailed, match="overflow .* divide numerator and denominator"):
        check_strength(exact_but_overflowing)

    def quiet(*arguments):
        with np.errstate(all="ignore"):
            return exact_but_overflowing(*arguments)

    with pytest.raises(CheckFailed, match="it is nan; divide numerator and denominator"):
        check_strength(quiet)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda value, start, share: None, "returned None"),
        (lambda value, start, share: 0.0, "should be"),
        (lambda value, start, share: np.nan, "must be positive"),
        (lambda value, start, share: time_of_drop(value, start, 1 - (1 - share) ** 2), "that share"),
        (lambda value, start, share: time_of_drop(value, start, 3 / 4), "whatever the share"),
        (
            lambda value, start, share: time_of_drop(value, start, share) - time_of_drop(value, start, 3 / 4),
            "counted from the half-rise",
        ),
        (
            lambda value, start, share: (
                2 * time_of_drop(value, start, 3 / 4) - time_of_drop(value, start, share)
            ),
            "the other side",
        ),
        (lambda value, start, share: time_of_drop(value, start, 1 - (1 - share) ** 4), "the root is missing"),
        (
            lambda value, start, share: time_of_drop(value, start, 1 - (1 - np.sqrt(share)) ** 2),
            "not √share",
        ),
        (lambda value, start, share: 2 * time_of_drop(value, start, share), "twice as late"),
        (lambda value, start, share: time_of_drop(value, start, share) / 2, "a 2 too many"),
        (lambda value, start, share: time_of_drop(value, start**2, share), "the start was squared"),
        (lambda value, start, share: time_of_drop(value, np.sqrt(start), share), "the root of the start"),
        (lambda value, start, share: time_of_drop(value, start, share) * value, "in units of 1/λ"),
        (
            lambda value, start, share: (
                time_of_drop(value, start, share) - np.log(1 - start / value) / (2 * value)
            ),
            "the −1",
        ),
    ],
)
def test_wrong_times_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_time_of_drop(wrong)


def remaining(*settings):
    value, scale, rate, weight = settings
    return steps_to_half(value, scale**2, rate, weight) / 2, steps_to_half(value, scale, rate, weight)


def scaled(factor):
    return lambda *settings: np.array(steps_saved(*settings)) * factor(*settings)


def with_strength(power):
    def wrong(value, scale, rate, weight):
        now = steps_to_half(value, scale**2, rate, weight)
        return now / 2, now - steps_to_half(value, scale**power, rate, weight)

    return wrong


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *settings: None, "returned None"),
        (lambda *settings: 1.0, "shape should be"),
        (lambda *settings: (1.0, 2.0), "should be"),
        (lambda *settings: steps_saved(*settings)[::-1], "wrong order"),
        (remaining, "the steps that remain"),
        (scaled(lambda *settings: -1), "negative"),
        (scaled(lambda value, scale, rate, weight: rate * weight), "flow times"),
        (scaled(lambda value, scale, rate, weight: weight), "g is missing"),
        (scaled(lambda value, scale, rate, weight: rate), "η₀ is missing"),
        (scaled(lambda *settings: 2), "a 2 is missing"),
        (
            lambda value, scale, rate, weight: steps_saved(value, scale**0.5, rate, weight),
            "used as a strength",
        ),
        (with_strength(0.5), "twice"),
        (with_strength(4), "the scale was squared"),
    ],
)
def test_wrong_savings_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_steps_saved(wrong)
