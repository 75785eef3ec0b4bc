"""Checks of chapter *deeper-models*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.special import elliprf

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.deeper_models import check_escape_time, check_wait
from w2vlib.dynamics import deep_half_rises


def wait(size, start, depth, end=None, power=None):
    end, power = size / 2 if end is None else end, 2 - 2 / depth if power is None else power
    return quad(lambda w: w**-power / (depth * (size - w)), start, end, limit=500)[0]


def stepped(size, start, depth, step=2e-4):
    w, n = start, 0
    while w < size / 2:
        w, n = w + step * depth * w ** (2 - 2 / depth) * (size - w), n + 1
    return n * step


def grown(v, k, q):
    def grow(_, s):
        return [s[1] * s[2], s[2] * s[0], s[0] * s[1]]

    def large(_, s):
        return s[0] - 2e3

    large.terminal = True
    return solve_ivp(grow, (0, 1e9), [v, k, q], events=large, rtol=1e-9).t[-1]


def test_the_right_answers_pass(capsys):
    check_wait(wait)
    check_wait(stepped)
    check_wait(lambda size, start, depth: deep_half_rises(np.array([size]), start, depth)[0])
    check_escape_time(lambda v, k, q: elliprf(v**2, k**2, q**2))
    check_escape_time(grown)
    assert capsys.readouterr().out.count("Correct: ") == 5


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda size, start, depth: None, "returned None"),
        (lambda size, start, depth: 0.0, "should be"),
        (lambda size, start, depth: np.array([1.0, 2.0]), "shape"),
        (lambda size, start, depth: depth * wait(size, start, depth), "factor D of the law is missing"),
        (lambda size, start, depth: wait(size, start**depth, depth), "meant for each layer"),
        (lambda size, start, depth: np.log(size / 2 / start) / size / 2 if depth == 2 else 1, "brake is missing"),
        (lambda size, start, depth: wait(size, start, depth, 0.999 * size), "go to its half"),
        (lambda size, start, depth: wait(size, start, depth, 0.5) if size > 0.5 else wait(size, start, depth), "the goal is half of"),
        (lambda size, start, depth: wait(size, start, 2), "logistic of two layers"),
        (lambda size, start, depth: wait(size, start, depth, power=1 - 1 / depth), "a layer's own law"),
    ],
)  # fmt: skip
def test_wrong_waits_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_wait(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda v, k, q: None, "returned None"),
        (lambda v, k, q: -1.0, "should be"),
        (lambda v, k, q: elliprf(v, k, q), "squares of the three"),
        (lambda v, k, q: 2 * elliprf(v**2, k**2, q**2), "a factor 2 is too many"),
        (lambda v, k, q: elliprf(v**2, k**2, q**2) / 2, "a factor 2 is missing"),
        (lambda v, k, q: (v * k * q) ** (-1 / 3), "geometric mean"),
        (lambda v, k, q: 3 / (v + k + q), "their mean"),
        (lambda v, k, q: 1 / max(v, k, q), "the largest alone"),
        (lambda v, k, q: 1 / min(v, k, q), "the smallest alone"),
    ],
)
def test_wrong_escapes_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_escape_time(wrong)
