"""Grokking in the page: what is foretold is the clock's, and what is trained is gradient descent."""

from __future__ import annotations

import time

import numpy as np
import pytest
from live import answers, numbers, opened, put, said, says_the_same
from scipy.special import erfinv
from scipy.stats import kstest

from w2vlib.course.grokking import RidgeClock
from w2vlib.course.widgets import grok_explorer
from w2vlib.course.widgets.grok import normals


@pytest.fixture(scope="module")
def figure():
    return grok_explorer()


SETTINGS = [
    {"step_size": 0.1, "log_decay": -2.0, "d": 80, "examples": 40, "scale": 8.0},
    {"step_size": 0.05, "log_decay": -1.5, "d": 60, "examples": 100, "scale": 5.0},
    {"step_size": 0.1, "log_decay": -1.0, "d": 100, "examples": 30, "scale": 12.0},
]


@pytest.mark.parametrize("setting", SETTINGS, ids=("more dimensions", "more examples", "the most"))
def test_lines_are_the_clocks_and_dots_are_gradient_descent(browser, figure, setting):
    tab = opened(browser, figure)
    put(tab, setting | {"progress": 100})
    found = numbers(tab)
    clock = RidgeClock(
        decay=10 ** setting["log_decay"], **{k: v for k, v in setting.items() if k != "log_decay"}
    )
    last = len(found["losses"]) - 1
    steps = np.floor(last * np.arange(61) / 60 + 0.5)
    assert np.array(found["curves"])[:, :2].T == pytest.approx(np.array(clock.losses(steps)), rel=1e-9)
    limit = 0.5 / erfinv(0.68) ** 2
    if found["step"] is not None:
        assert (found["step"], found["spread"]) == pytest.approx(clock.moment(limit, last), rel=1e-6)
    # The same run by another way: no step is made, the matrix is taken apart.
    d, J, eta = setting["d"], setting["examples"], setting["step_size"]
    rows = np.array([normals(d, 200 + 100 * i) for i in range(J)])
    rule, start = normals(d, 0) / d**0.5, normals(d, 100) * setting["scale"] / d**0.5
    values, vectors = np.linalg.eigh(rows.T @ rows / J)
    kept = (1 - eta * (values + clock.decay)) ** np.array([0, 1, last // 2, last])[:, None]
    goal = values / (values + clock.decay) * (vectors.T @ rule)
    weights = goal + kept * (vectors.T @ start - goal)
    known = ((weights - vectors.T @ rule) ** 2).sum(axis=1)
    assert [found["losses"][n] for n in (0, 1, last // 2, last)] == pytest.approx(known.tolist(), rel=1e-8)
    tab.context.close()


def test_the_numbers_drawn_look_normal():
    drawn = normals(20_000, 0)
    assert kstest(drawn, "norm").pvalue > 0.01
    rows = drawn.reshape(200, 100)
    assert abs(np.corrcoef(rows[:-1].ravel(), rows[1:].ravel())[0, 1]) < 4 / np.sqrt(19_900)
    assert np.sort(np.linalg.eigvalsh(rows.T @ rows / 200))[[0, -1]] == pytest.approx(
        [(1 - 0.5**0.5) ** 2, (1 + 0.5**0.5) ** 2], abs=0.15
    )


def test_who_moves_a_setting_sees_the_prediction_and_trains_again(browser, figure):
    tab = opened(browser, figure)
    put(tab, {"progress": 100})
    assert said(tab).startswith("Grokking at step ")
    tab.locator('[data-control="level"] input').press("ArrowRight")
    assert said(tab).startswith("Grokking at step ")  # the same run, by another name
    tab.locator('[data-control="scale"] input').press("ArrowRight")
    assert said(tab).startswith("Grokking is foretold for step ")
    assert tab.evaluate("document.querySelector('.w2v-live').w2v.state.progress") == 0
    assert tab.complaints == []
    tab.context.close()


def test_the_longest_training_takes_a_moment_only(browser, figure):
    tab = opened(browser, figure)
    begun = time.perf_counter()
    put(tab, {"step_size": 0.02, "log_decay": -2.5, "d": 100, "examples": 100, "progress": 100})
    assert time.perf_counter() - begun < 5  # about one second on an idle machine
    tab.context.close()


def test_a_run_may_grok_where_none_was_foretold_and_the_other_way_round(figure):
    assert figure.describe(level=95, d=100, examples=30).startswith("No grokking is foretold within ")
    assert ". One line: does not apply here. " in figure.describe(d=30, examples=60)


def test_says_the_same(browser, figure):
    says_the_same(browser, figure)


def test_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="step_size must lie between 0.02 and 0.1, not 1"):
        grok_explorer(step_size=1)
    with pytest.raises(ValueError, match="axis must be 'accuracy' or 'loss', not 'error'"):
        grok_explorer(axis="error")
