"""How much text a direction needs: the law of the library, the measured dots, and what the figure says of both."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib import load_wikipedia_parts, m_star, spectrum
from w2vlib.course.widgets import text_explorer
from w2vlib.dynamics import counting_variance, supported_modes


@pytest.fixture(scope="module")
def counted():
    """Directions, noise and lengths for 300 words; one measured pair of texts, the two halves."""
    parts = [part.first(300) for part in load_wikipedia_parts()]
    halves = sum(parts[1:7], parts[0]), parts[7]
    targets = [m_star(half) for half in halves]
    modes = spectrum(m_star(halves[0] + halves[1]), 300)
    sides = [spectrum(target, 20).vectors for target in targets]
    overlaps = [np.sum((sides[0][:, :d].T @ sides[1][:, :d]) ** 2) / d for d in range(1, 21)]
    tokens = sum(half.n_tokens for half in halves)
    return modes, counting_variance(*targets), tokens, np.array([halves[0].n_tokens]), np.array([overlaps])


@pytest.fixture(scope="module")
def figure(counted):
    return text_explorer(*counted)


def test_what_stands_out_and_how_far_it_is_right_is_the_library_s(browser, figure, counted):
    tab, (modes, variance, tokens, _, _) = opened(browser, figure), counted
    true = np.array(figure.table["values"])
    for log in (5.0, 6.0, 8.0):
        put(tab, {"log_words": log})
        found, expected = numbers(tab), supported_modes(true, variance * tokens / 10**log, len(modes.vectors))
        assert found["edge"] == pytest.approx(expected.threshold, rel=1e-5)
        assert sum(share > 0 for share in found["kept"]) == expected.count
        np.testing.assert_allclose(found["kept"], expected.overlaps, atol=1e-5)
        two = np.cumsum(np.array(found["kept"]) ** 2)[:20] / np.arange(1, 21)
        np.testing.assert_allclose(found["shared"], two, rtol=1e-12)
    tab.context.close()


def test_dots_stand_at_the_length_at_which_they_were_measured_only(browser, figure, counted):
    tab = opened(browser, figure)
    dots = ".w2v-picture circle"
    assert tab.locator(dots).count() == len(figure.table["values"]) + 20
    said = tab.locator(".w2v-says").inner_text()
    for d in (5, 20):
        assert f"{100 * counted[4][0, d - 1]:.1f} %" in said
    assert "extrapolated" not in said
    put(tab, {"log_words": 8.5})
    assert tab.locator(dots).count() == len(figure.table["values"])
    said = tab.locator(".w2v-says").inner_text()
    assert "By the law, extrapolated" in said and "that are known" in said and "none: the longest" in said
    put(tab, {"log_words": 5.0})
    assert "extrapolated" in tab.locator(".w2v-says").inner_text()
    tab.context.close()


def test_the_noise_is_drawn_down_by_the_hand(browser, figure):
    tab = opened(browser, figure)
    box = tab.locator(".w2v-picture .w2v-pad").bounding_box()
    state = "document.querySelector('.w2v-live').w2v.state.log_words"
    found = []
    for share in (0.3, 0.5, 0.7):
        tab.mouse.click(box["x"] + 100, box["y"] + share * box["height"])
        found.append(tab.evaluate(state))
    assert found == sorted(found) and found[0] < found[2]
    tab.context.close()


def test_it_says_what_the_package_says(browser, figure):
    says_the_same(browser, figure)


def test_it_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_numbers_that_will_not_do_are_refused(counted):
    modes, variance, tokens, texts, overlaps = counted
    for given, said in (
        ((modes, 1e9, tokens, texts, overlaps), "no direction stands out"),
        ((modes, variance, tokens, -texts, overlaps), "texts"),
        ((modes, variance, tokens, texts, 2 * overlaps), "overlaps"),
        ((modes, variance, tokens, np.array([1e6, 1e6]), np.ones((2, 3))), "rising"),
    ):
        with pytest.raises(ValueError, match=said):
            text_explorer(*given)
