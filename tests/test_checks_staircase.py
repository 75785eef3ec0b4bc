"""Checks of chapter *staircase*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.staircase import check_busiest, check_learned_and_plateau, check_log_scale_needed
from w2vlib.dynamics import aligned_half_rises, loss_of_strengths, mode_strengths


def half_rises(values, start):
    rising = values > 0
    tau = np.full(len(values), np.inf)
    tau[rising] = np.log(values[rising] / start[rising] - 1) / (2 * values[rising])
    return tau


def forecast(values, start, t, change=lambda tau, values: tau, factor=-1 / 4, pick=None):
    learned = change(half_rises(values, start), values) <= t
    if pick is not None:
        return learned.sum(), pick(values, learned)
    return learned.sum(), factor * (values[learned] ** 2).sum()


def needed(first, second, factor=2.0, head_start=1.0, mean=lambda first, second: (first + second) / 2):
    ahead = head_start * (np.log(second) / (2 * second) - np.log(first) / (2 * first))
    return -(factor / mean(first, second) - ahead) / (1 / second - 1 / first) / np.log(10)


def tallies(share, low=0.1, high=0.9):
    finished, waiting = (share > high).sum(axis=1), (share < low).sum(axis=1)
    return np.column_stack([finished, share.shape[1] - finished - waiting, waiting])


def busiest(strengths, values, pick=lambda rows: rows[rows[:, 1].argmax()]):
    return pick(tallies(strengths / values))


def test_the_right_answers_pass(capsys):
    check_learned_and_plateau(forecast)
    check_learned_and_plateau(lambda *given: np.array(forecast(*given)))
    check_log_scale_needed(needed)
    check_busiest(busiest)
    check_busiest(lambda *given: tuple(map(int, busiest(*given))))
    assert capsys.readouterr().out.count("Correct: ") == 5


def test_the_library_passes():
    def mine(values, start, t):
        tau = aligned_half_rises(values, start)
        return int((tau <= t).sum()), loss_of_strengths(values, np.where(tau <= t, values, 0.0))

    check_learned_and_plateau(mine)


def test_the_scale_needed_is_where_the_gap_is_the_width_of_a_rise():
    for first, second in ((2.0, 1.0), (140.5, 110.8), (81.0, 64.0)):
        scale = 10 ** needed(first, second)
        tau = aligned_half_rises(np.array([first, second]), scale**2)
        # The check leaves out the −1 of ln(λ/σ² − 1), which matters for scales that are not small.
        assert abs(np.diff(tau)[0] * (first + second) / 2 - 2) < 0.02


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *g: forecast(*g, change=lambda tau, values: 2 * tau), "divide the logarithm by 2 λ"),
        (
            lambda *g: forecast(*g, change=lambda tau, values: tau * np.maximum(values, 1e-9)),
            "by 2 λ, not by 2",
        ),
        (lambda *g: forecast(*g, change=lambda tau, values: tau / np.log(10)), "base 10"),
        (lambda v, s, t: forecast(v, s**2, t), "must not be squared"),
        (lambda v, s, t: (len(v) - forecast(v, s, t)[0], 0.0), "not learned yet"),
        (lambda v, s, t: forecast(np.abs(v), s, t), "not as good as a positive one"),
        (lambda v, s, t: (forecast(v, s, t)[0] + (v <= 0).sum(), 0.0), "leave them out"),
        (lambda *g: forecast(*g, factor=1 / 4), "sign is wrong"),
        (lambda *g: forecast(*g, factor=-1), "factor ¼ is missing"),
        (lambda *g: forecast(*g, factor=-1 / 2), "not ½"),
        (lambda *g: forecast(*g, pick=lambda v, k: -v[k].sum() / 4), "must be squared"),
        (lambda *g: forecast(*g, pick=lambda v, k: -(v[k].sum() ** 2) / 4), "square each"),
        (lambda *g: forecast(*g, pick=lambda v, k: -(v[: k.sum()] ** 2).sum() / 4), "the first modes"),
        (lambda *g: forecast(*g, pick=lambda v, k: -(v**2).sum() / 4), "over all modes"),
        (
            lambda v, s, t: (forecast(v, s, t)[0], loss_of_strengths(v, mode_strengths(v, s, t))),
            "the loss at time t",
        ),
        (lambda *g: None, "return statement"),
        (lambda *g: forecast(*g)[1], "two numbers"),
        (lambda *g: (0, 0.0), "should be 1, but is 0"),
    ],
)
def test_learned_and_plateau(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_learned_and_plateau(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *g: 10 ** needed(*g), "this is σ"),
        (lambda *g: needed(*g) * np.log(10), "natural logarithm"),
        (lambda *g: -needed(*g), "sign is wrong"),
        (lambda *g: 2 * needed(*g), "of σ²"),
        (lambda *g: needed(*g) / 2, "this is half of it"),
        (lambda *g: needed(*g, head_start=0), "are missing"),
        (lambda *g: needed(*g, head_start=-1), "wrong sign"),
        (lambda first, second, factor: needed(first, second), "factor is not used"),
        (lambda *g: needed(*g, mean=lambda first, second: first), "not by the first"),
        (lambda *g: needed(*g, mean=lambda first, second: second), "not by the second"),
        (lambda *g: needed(*g, mean=lambda first, second: first + second), "not by their sum"),
        (lambda *g: -np.inf, "its logarithm is not"),
        (lambda *g: None, "return statement"),
        (lambda *g: 0.0, "should be"),
    ],
)
def test_log_scale_needed(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_log_scale_needed(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda s, v: busiest(np.sqrt(s), v), "no root is needed"),
        (lambda s, v: busiest(np.sqrt(s), np.sqrt(v)), "not their roots"),
        (lambda s, v: busiest(s, np.ones_like(v)), "not with 0.9 and 0.1"),
        (lambda s, v: busiest(s, v[0]), "all compared with the first"),
        (lambda s, v: busiest(s, v)[::-1], "the order is"),
        (lambda s, v: busiest(s, v) / len(v), "not shares"),
        (lambda s, v: busiest(s, v, lambda rows: rows[0]), "the first record"),
        (lambda s, v: busiest(s, v, lambda rows: rows[-1]), "the last record"),
        (lambda s, v: busiest(s, v, lambda rows: rows[rows[:, 1].argmin()]), "fewest"),
        (lambda s, v: busiest(s, v, lambda rows: rows[rows[:, 0].argmax()]), "most modes finished"),
        (lambda s, v: busiest(s, v, lambda rows: rows.max(axis=0)), "three different records"),
        (lambda s, v: busiest(s, v, lambda rows: rows.mean(axis=0)), "averages"),
        (lambda s, v: None, "return statement"),
        (lambda s, v: busiest(s, v)[:2], "return three numbers; the shape should be"),
        (lambda s, v: busiest(s, v)[1], "return three numbers; the shape should be"),
        (lambda s, v: (0, 0, 0), "should be 1, but is 0"),
    ],
)
def test_busiest(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_busiest(wrong)


def test_a_right_answer_is_right_although_numpy_warns():
    check_learned_and_plateau(
        lambda v, s, t: ((np.log(v / s - 1) / (2 * v) <= t).sum(), forecast(v, s, t)[1])
    )
