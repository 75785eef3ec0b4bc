"""The flow over a loss with traps: its path, its ends, the starts that are caught, its answers to every hand."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, ignores_nonsense_of_the_address, numbers, opened, put
from scipy.integrate import solve_ivp

from w2vlib.course.widgets import trap_explorer

FIGURE = trap_explorer()
OPPOSITE = np.array([[1.0, -1.0], [-1.0, 1.0]])


def loss(W, weight: float) -> float:
    G = np.array([[1, weight], [weight, 1]])
    return np.sum(G * (W @ W.T - OPPOSITE) ** 2) / 4


def flow(W, weight: float, time: float):
    """The same flow by SciPy, in matrices."""
    G = np.array([[1, weight], [weight, 1]])

    def slope(_, w):
        w = w.reshape(W.shape)
        return -((G * (w @ w.T - OPPOSITE)) @ w).ravel()

    return solve_ivp(slope, (0, time), W.ravel(), rtol=1e-10, atol=1e-12).y[:, -1].reshape(W.shape)


@pytest.fixture(scope="module")
def tab(browser):
    tab = opened(browser, FIGURE)
    yield tab
    tab.context.close()


@pytest.mark.parametrize("kind", ["one", "two"])
@pytest.mark.parametrize("weight", [0.02, 0.1, 0.4, 1.0])
def test_path_and_loss_are_those_of_the_flow(tab, kind, weight):
    for first, second in ((0.6, 0.9), (-1.6, 1.55), (0.05, -0.4), (1.6, 0.8)):
        place = [first, 0.05, second, -0.05] if kind == "two" else [first, 0, second, 0]
        path = tab.evaluate("([p, g]) => w2v.mathematics.trapPath(p, g, 6)", [place, weight])
        W = np.array(place, float).reshape(2, 2)
        W = W if kind == "two" else W[:, :1]
        for time in (0.5, 6.0):
            found = np.array(path[round(time / 0.05)]).reshape(2, 2)[:, : W.shape[1]]
            np.testing.assert_allclose(found, flow(W, weight, time), rtol=0, atol=5e-5)
        found = tab.evaluate("([p, g]) => w2v.mathematics.trapLoss(p, g)", [place, weight])
        assert found == pytest.approx(loss(W, weight), rel=1e-12)


def test_light_pairs_catch_from_a_third_on_none_is_caught(tab):
    for weight in (0.05, 0.1, 0.3):
        put(tab, {"first": 0.6, "second": 0.9, "weight": weight, "numbers": "one"})
        assert numbers(tab)["losses"][-1] == pytest.approx(2 * weight / (1 + weight), rel=1e-3)
        assert "Caught in a trap" in tab.locator(".w2v-says").inner_text() and numbers(tab)["caught"] > 0.1
        put(tab, {"numbers": "two", "weight": max(weight, 0.1)})
        assert numbers(tab)["losses"][-1] < 0.01, "a second number for each word frees them"
    for weight in (0.35, 0.4, 1.0):
        put(tab, {"weight": weight, "numbers": "one"})
        assert numbers(tab)["caught"] == 0
        assert weight == 0.35 or numbers(tab)["losses"][-1] < 1e-6
    put(tab, {"first": 0.6, "second": 0.6, "weight": 0.4})
    assert "on a pass" in tab.locator(".w2v-says").inner_text()


def test_shaded_starts_are_the_caught_ones(tab):
    put(tab, {"weight": 0.1, "numbers": "one"})
    chance = np.random.default_rng(0)
    ends = [flow(chance.uniform(-1.6, 1.6, (2, 1)), 0.1, 30) for _ in range(300)]
    share = np.mean([W[0, 0] * W[1, 0] > 0 for W in ends])
    assert numbers(tab)["caught"] == pytest.approx(share, abs=4 * np.sqrt(0.25 / 300))


def test_it_says_what_the_package_says(tab):
    agrees(tab, FIGURE)
    base = dict(time=60.0, numbers="one")
    agrees(
        tab, FIGURE,
        [base | {"first": 0.0, "second": 0.0, "weight": 0.1}, base | {"first": 0.5, "second": 0.5, "weight": 0.5},
         base | {"first": 0.5, "second": 0.55, "weight": 0.34}],
    )  # fmt: skip


def test_the_start_is_dragged(browser):
    tab = opened(browser, FIGURE)
    box = tab.locator(".w2v-picture .w2v-grab").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 30, y + 120, steps=4)
    tab.mouse.up()
    state = tab.evaluate("document.querySelector('.w2v-live').w2v.state")
    assert state["first"] > 0.7 and state["second"] < 0
    assert "best answer" in tab.locator(".w2v-says").inner_text()
    tab.context.close()


def test_it_answers_to_every_hand(browser):
    answers(browser, FIGURE)
    ignores_nonsense_of_the_address(browser, FIGURE)
