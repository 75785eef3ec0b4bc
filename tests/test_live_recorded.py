"""Recorded runs on the theory's clock or another: half-rises are off by what the chapter's median says."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, numbers, opened, put

import w2vlib
from w2vlib import dynamics
from w2vlib.course.widgets import recorded_explorer
from w2vlib.training import initial_weights, train_qwem

TARGET = np.diag([5.0, 4.0, 3.2, 2.5, 2.0, 1.5, -1.0])
STARTS = [initial_weights(7, 6, 0.01, seed) for seed in range(3)]
THEORIES = [w2vlib.Dynamics(w2vlib.spectrum(TARGET, 7), W) for W in STARTS]


def runs(slow):
    """Least squares on a target that is smaller by a factor: training takes so much longer."""
    return [train_qwem(TARGET / slow, W, 0.02, 900, record=range(0, 901, 10)) for W in STARTS]


RUNS = {"as told": runs(1.0), "slow": runs(1.5)}
FIGURE = recorded_explorer({words: list(zip(found, THEORIES)) for words, found in RUNS.items()})


@pytest.fixture(scope="module")
def tab(browser):
    tab = opened(browser, FIGURE)
    yield tab
    tab.context.close()


@pytest.mark.parametrize("setting", [0, 1])
def test_clock_and_error_are_those_of_the_chapter(tab, setting):
    for seed, (run, theory) in enumerate(zip(list(RUNS.values())[setting], THEORIES), start=1):
        seen = dynamics.measured_half_rises(run.times, run.strengths, run.strengths[-1])
        ratio = seen[:6] / theory.half_rises()[:6]
        put(tab, {"setting": str(setting), "seed": str(seed), "clock": 1.3})
        found = numbers(tab)
        assert found["best"] == pytest.approx(np.median(ratio), rel=1e-5)
        assert found["missed"] == pytest.approx(np.median(np.abs(ratio / 1.3 - 1)), abs=1e-5)


def test_a_slower_target_needs_a_slower_clock(tab):
    for setting, low, high in (("0", 0.97, 1.1), ("1", 1.4, 1.7)):
        put(tab, {"setting": setting, "seed": "1"})
        assert low < numbers(tab)["best"] < high


def test_it_says_what_the_package_says(tab):
    agrees(tab, FIGURE)


def test_it_answers_to_every_hand(browser):
    answers(browser, FIGURE)


def test_impossible_runs_are_refused():
    with pytest.raises(ValueError, match="at least one pair"):
        recorded_explorer({})
    with pytest.raises(ValueError, match="setting must be one of"):
        recorded_explorer({"a": list(zip(RUNS["slow"], THEORIES))}, setting="b")
