"""Two words that share one dimension: the script's exact solution is the library's, and the larger eigenvalue wins."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, mouse, numbers, opened, put

import w2vlib
from w2vlib.course.widgets import start_explorer
from w2vlib.course.widgets.start import exact
from w2vlib.dynamics import mode_strengths

FIGURE = start_explorer()
MODES = w2vlib.Spectrum(np.array([2.0, 1.0]), np.eye(2), residual=0.0)
STARTS = [(0.01, 0.1), (0.01, 0.5), (0.01, 1.5), (0.5, 1.5), (0.7, 0.7), (1.5, 0.01), (0.0, 0.1), (0.1, 0.0)]


@pytest.fixture(scope="module")
def tab(browser):
    tab = opened(browser, FIGURE)
    yield tab
    tab.context.close()


def title(tab) -> str:
    return tab.locator(".w2v-says strong").inner_text()


@pytest.mark.parametrize("first, second", STARTS)
def test_it_is_the_exact_solution(tab, first, second):
    flow = w2vlib.Dynamics(MODES, np.array([[first], [second]]))
    for time in (0.0, 0.4, 2.3, 4.0, 8.0):
        put(tab, {"first": first, "second": second, "time": time})
        expected = np.diag(flow.gram(time))
        np.testing.assert_allclose(numbers(tab)["now"], expected, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(exact([first, second], [time])[0], expected, rtol=1e-9, atol=1e-12)
        alone = mode_strengths(MODES.values, np.array([first, second]) ** 2, np.array([time]))[0]
        np.testing.assert_allclose(numbers(tab)["single"], alone, rtol=1e-9, atol=1e-12)


def test_the_larger_eigenvalue_wins_from_every_start_that_holds_it(tab):
    for first, second in STARTS:
        put(tab, {"first": first, "second": second, "time": 8.0})
        now = numbers(tab)["now"]
        assert now == pytest.approx([2, 0] if first else [0, 1], abs=0.015), (first, second)
    assert FIGURE.state == {"first": 0.01, "second": 0.5, "time": 8.0}


def test_a_lead_lasts_as_long_as_its_logarithm(tab):
    """The chapter asks how large a lead must be to last until t = 4: e⁴ is 54.6."""
    for second, leads in ((0.54, False), (0.55, True)):
        put(tab, {"first": 0.01, "second": second, "time": 4.0})
        one, two = numbers(tab)["now"]
        assert (two > one) == leads
        assert title(tab).startswith("Word 2 leads, and will until" if leads else "Word 2 led until t = 4.0")


def test_buttons_tell_four_stories(tab):
    for words, begins in (
        ("A lead of 50", "Word 2 led until t = 3.9; word 1 has driven it out"),
        ("A lead of 10", "Word 2 led until t = 2.3; word 1 has driven it out"),
        ("No lead", "Neither leads at first"),
        ("Nothing of word 1", "Word 1 starts with nothing, so word 2 keeps the dimension"),
    ):
        tab.get_by_role("button", name=words, exact=True).click()
        assert title(tab).startswith(begins)


def test_pointing_into_the_plane_puts_the_start_there(tab):
    put(tab, {"first": 0.1, "second": 0.1})
    box = tab.locator(".w2v-pad").nth(1).bounding_box()
    share = (1.2 + 0.06) / 1.66, (0.4 + 0.06) / 1.66
    at = box["x"] + share[0] * box["width"], box["y"] + (1 - share[1]) * box["height"]
    mouse(tab, at, at)
    state = tab.evaluate("document.querySelector('.w2v-live').w2v.state")
    assert (state["first"], state["second"]) == pytest.approx((1.2, 0.4), abs=0.02)


def test_it_says_what_the_package_says(tab):
    agrees(tab, FIGURE)
    corners = [
        {"first": a, "second": b, "time": t} for a in (0.0, 0.3) for b in (0.0, 0.3) for t in (0.0, 8.0)
    ]
    agrees(tab, FIGURE, corners)


def test_it_answers_to_every_hand(browser):
    answers(browser, FIGURE)


@pytest.mark.parametrize("wrong", [{"first": -0.1}, {"second": 1.6}, {"time": 9.0}])
def test_impossible_states_are_refused(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must lie between"):
        start_explorer(**wrong)
