"""The circle of words on a page: its eigenvectors, its words, and what one word does to it."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, mouse, numbers, opened, put, says_the_same, some_states
from test_live_dynamics import computed

from w2vlib import evaluation, load_wikipedia, m_star, spectrum
from w2vlib.course.widgets import circle_explorer
from w2vlib.course.widgets.months import placed

MONTHS = evaluation.WORD_GROUPS["months"].words


@pytest.fixture(scope="module")
def figure():
    M = m_star(load_wikipedia(2000))
    vectors = spectrum(M, 100).embedding()
    return circle_explorer(MONTHS, {"M*": M.block(MONTHS), "d = 100": vectors.block(MONTHS)})


@pytest.mark.parametrize("size", [3, 12, 25])
def test_eigenvectors_are_those_of_lapack(browser, figure, size):
    tab = opened(browser, figure)
    made = np.random.default_rng(size).standard_normal((size, size))
    made = made + made.T
    found = computed(tab, "eigen", made)
    vectors = np.array(found["vectors"])
    np.testing.assert_allclose(found["values"], np.linalg.eigvalsh(made)[::-1], atol=1e-12 * size)
    np.testing.assert_allclose(made @ vectors, vectors * np.array(found["values"]), atol=1e-11 * size)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(size), atol=1e-12 * size)
    centred = np.array(computed(tab, "doubleCentred", made))
    np.testing.assert_allclose(centred, evaluation.double_centred(made), atol=1e-13 * size)
    tab.context.close()


def test_words_stand_where_the_library_puts_them(browser, figure):
    tab = opened(browser, figure)
    for state in some_states(figure, 10):
        put(tab, state)
        words, places, centred = placed(figure.table, **state)
        found = numbers(tab)
        np.testing.assert_allclose(found["places"], places, atol=1e-9 * np.abs(places).max())
        assert found["overlap"] == pytest.approx(evaluation.fourier_overlap(centred), abs=1e-9)
        assert len(words) == 12 - (state["out"] != "none")
    tab.context.close()


def test_a_word_drawn_out_is_left_out_and_the_circle_is_better(browser, figure):
    tab = opened(browser, figure)
    put(tab, {"vectors": "d = 100"})
    before = numbers(tab)["overlap"]
    spot = tab.locator(".w2v-grab").nth(4).bounding_box()
    at = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
    mouse(tab, at, (at[0] + 90, at[1] - 40))
    assert tab.evaluate("document.querySelector('.w2v-live').w2v.state.out") == "may"
    assert numbers(tab)["overlap"] > before
    tab.context.close()


def test_a_perfect_circle_is_drawn_as_a_clock():
    turns = 2 * np.pi * np.arange(12) / 12
    table = {"words": list(MONTHS), "blocks": {"x": np.cos(turns - turns[:, None])}}
    for out in ("none", "june"):
        words, places, _ = placed(table, "x", out)
        clock = np.stack([np.sin(turns), np.cos(turns)], axis=1)[[MONTHS.index(word) for word in words]]
        np.testing.assert_allclose(places - places.mean(axis=0), clock - clock.mean(axis=0), atol=0.05)


def test_it_says_what_the_package_says(browser, figure):
    says_the_same(browser, figure)


def test_it_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_bad_input_is_named(figure):
    with pytest.raises(ValueError, match="block 'x' must be 12 by 12"):
        circle_explorer(MONTHS, {"x": np.eye(3)})
    with pytest.raises(ValueError, match="out must be"):
        circle_explorer(MONTHS, figure.table["blocks"], out="lent")
