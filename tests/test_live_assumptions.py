"""The switches of the assumptions on a page: every one of their positions, by every hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from live import agrees, answers, numbers, opened, put

from w2vlib import load_wikipedia
from w2vlib.course.assumptions import SWITCHES, deviation_table
from w2vlib.course.widgets import assumption_explorer


@pytest.fixture(scope="module")
def figure():
    return assumption_explorer(deviation_table(load_wikipedia(40), 3, modes=2))


def test_every_combination_says_what_the_package_says(browser, figure):
    tab = opened(browser, figure)
    agrees(
        tab, figure, [dict(zip(SWITCHES, positions)) for positions in itertools.product(*SWITCHES.values())]
    )
    tab.context.close()


def test_lines_are_the_exact_solution_of_the_state(browser, figure):
    tab = opened(browser, figure)
    for start in ("small", "large"):
        put(tab, {"vectors": "tied", "weights": "even", "start": start})
        known = figure.table["theories"][f"tied; even; {start}"]["strengths"][-1]
        np.testing.assert_allclose(numbers(tab)["strengths"], known, rtol=1e-12)
    tab.context.close()


def test_it_answers_to_every_hand(browser, figure):
    answers(browser, figure)
