"""One mode in steps of any size: the iterates, where they overshoot, and where they break."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib.course.widgets import step_explorer
from w2vlib.course.widgets.step import iterates
from w2vlib.training import train_qwem

FIGURE = step_explorer()


@pytest.mark.parametrize("h", [0.1, 0.5, 0.9])
def test_iterates_are_those_of_gradient_descent(browser, h):
    target, start = np.diag([3.0, -1.0, -1.0]), 0.01
    W = np.array([[np.sqrt(3 * start)], [0.0], [0.0]])
    run = train_qwem(target, W, h / 3, 20, record=range(21), check_step=False)
    np.testing.assert_allclose(iterates(h, start, 20), run.strengths[:, 0] / 3, rtol=1e-9)
    tab = opened(browser, FIGURE)
    put(tab, {"h": h, "log_start": -2.0, "steps": 20})
    np.testing.assert_allclose(numbers(tab)["shares"], iterates(h, start, 20), rtol=1e-12)
    tab.context.close()


@pytest.mark.parametrize("start", [1e-6, 0.01, 0.3])
def test_the_verdict_is_what_happens(start):
    for h in np.round(np.arange(0.02, 2.01, 0.02), 2):
        path, said = iterates(h, start, 4000), step_explorer(h=h, log_start=-2.0).describe()
        if h <= 0.5:
            assert path.max() <= 1 + 1e-12 and "never overshoot" in said
        elif h < 1:
            assert abs(path[-1] - 1) < 1e-3 and "settle" in said
        elif "diverges" not in said and h > 1:
            assert np.abs(path[-50:] - 1).max() > 1e-3, "it settles after all"


def test_it_says_what_the_package_says(browser):
    says_the_same(browser, FIGURE)


def test_it_answers_to_every_hand(browser):
    answers(browser, FIGURE)
