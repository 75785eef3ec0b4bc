"""Two words that share one dimension: the script's exact solution is the library's."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, numbers, opened, put

import w2vlib
from w2vlib.course.widgets import start_explorer

FIGURE = start_explorer()
MODES = w2vlib.Spectrum(np.array([2.0, 1.0]), np.eye(2), residual=0.0)


def test_it_is_the_exact_solution(browser):
    tab = opened(browser, FIGURE)
    for first, second, time in ((0.01, 0.1, 2.3), (0.5, 1.5, 0.4), (1.5, 0.01, 8.0)):
        put(tab, {"first": first, "second": second, "time": time})
        gram = w2vlib.Dynamics(MODES, np.array([[first], [second]])).gram(time)
        assert numbers(tab)["now"] == pytest.approx(np.diag(gram).tolist(), rel=1e-9, abs=1e-12)
    agrees(tab, FIGURE)
    tab.context.close()


def test_it_answers_to_every_hand(browser):
    answers(browser, FIGURE)
