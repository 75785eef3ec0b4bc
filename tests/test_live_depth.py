"""A network of any depth: its curves, half-rises and loss are the library's, dots are the run's."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib.course.widgets import depth_explorer
from w2vlib.course.widgets.depth import fits
from w2vlib.dynamics import deep_half_rises, deep_strengths

VALUES = np.array([5.0, -4.8, 3.0, 2.0, -1.0])
T = np.linspace(0, 40, 9)
RUNS = [(depth, -3.0, T, deep_strengths(VALUES / 5, 1e-3, T, depth)) for depth in (2, 3)]


@pytest.fixture(scope="module")
def figure():
    return depth_explorer(VALUES, RUNS)


@pytest.mark.parametrize("depth", [1, 2, 3, 5, 8])
def test_what_it_shows_is_what_the_library_computes(browser, figure, depth):
    tab = opened(browser, figure)
    for spectrum, sizes in figure.table["spectra"].items():
        for log_start, time in ((-1.5, 30.0), (-6.0, 55.5), (-9.0, 100.0)):
            put(tab, {"spectrum": spectrum, "depth": depth, "log_start": log_start, "time": time})
            found, size, start = numbers(tab), np.array(sizes), 10.0**log_start
            rises = deep_half_rises(size, start, depth)
            np.testing.assert_allclose(found["rises"], rises, rtol=1e-7)
            last = rises[-1] - deep_half_rises(size[-1:], 0.9 * size[-1:], depth)[0]
            here = deep_strengths(size, start, 1.05 * last * time / 100, depth)
            np.testing.assert_allclose(found["here"], here, rtol=1e-6)
            assert found["left"] == pytest.approx(((size - here) ** 2).sum() / (size**2).sum(), abs=1e-7)
            rise = deep_half_rises(size[2:3], np.outer([0.1, 0.9], size)[:, 2][:1], depth)[0] * 2
            if depth == 2:  # a logistic is symmetric, so its rise is twice what is above the half
                assert found["sharp"] == pytest.approx(rise / (rises[3] - rises[2]), rel=1e-6)
    tab.context.close()


def test_dots_are_shown_where_a_run_is_of_that_depth_and_start(figure):
    assert "Dots: one run of training." in figure.describe()
    for other in ({"depth": 4}, {"log_start": -2.0}, {"spectrum": "even"}):
        assert "Dots: no run is recorded" in figure.describe(**other)
    assert [fits(run, 2, -3.0) for run in figure.table["runs"]] == [True, False]


def test_one_layer_has_no_gap(figure):
    assert "Mode 3: all modes rise at once." in figure.describe(depth=1)


def test_says_the_same(browser, figure):
    says_the_same(browser, figure)


def test_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="four or more that fall in size"):
        depth_explorer(VALUES[::-1])
    with pytest.raises(ValueError, match="four or more that fall in size"):
        depth_explorer(np.array([5.0, 4.0, 3.0, 0.1]))
    with pytest.raises(ValueError, match="runs: strengths"):
        depth_explorer(VALUES, [(2, -3.0, T, RUNS[0][3][:, :2])])
    with pytest.raises(ValueError, match="depth must be a whole number between 1 and 8, not 9"):
        depth_explorer(VALUES, depth=9)
