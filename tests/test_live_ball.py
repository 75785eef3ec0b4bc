"""The ball on the loss of a pair: its losses, where it rolls, what it says, its answers to every hand."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, numbers, opened, put

from w2vlib import load_wikipedia, m_star
from w2vlib.course.widgets import ball_explorer

PAIRS = [
    ("football", "league"),
    ("united", "states"),
    ("new", "the"),
    ("season", "music"),
    ("species", "win"),
]


@pytest.fixture(scope="module")
def stats():
    return load_wikipedia(600)


@pytest.fixture(scope="module")
def figure(stats):
    return ball_explorer(stats, PAIRS)


def test_losses_and_steps_are_those_of_the_chapter(browser, figure):
    """Twice the loss of a pair of A + B = 1, less its value at 0; steps along its slope, found by differences."""
    tab = opened(browser, figure)
    for target in (-2.0, -0.7, 0.0, 1.9):
        attraction, repulsion = (2 + target) / 4, (2 - target) / 4

        def by_logarithms(x, a=attraction, b=repulsion):
            return 2 * (a * np.logaddexp(0, -x) + b * np.logaddexp(0, x) - np.log(2))

        def by_squares(x, m=target):
            return ((x - m) ** 2 - m**2) / 4

        for x in (-30.0, -2.0, -1e-3, 0.0, 0.4, 5.0, 700.0):
            found = tab.evaluate("([m, x]) => w2v.mathematics.pairLosses(m, x)", [target, x])
            np.testing.assert_allclose(found, [by_logarithms(x), by_squares(x)], rtol=1e-9, atol=1e-12)
        paths = tab.evaluate("m => w2v.mathematics.rolled(m, 1.3, 0.7, 3)", target)
        for path, loss in zip(paths, (by_logarithms, by_squares)):
            for before, after in zip(path, path[1:]):
                slope = (loss(before + 1e-5) - loss(before - 1e-5)) / 2e-5
                assert after - before == pytest.approx(-2 * 0.7 * slope, abs=1e-8)
    tab.context.close()


def test_it_rests_at_ln_a_b_and_at_m_star(browser, figure, stats):
    tab, M = opened(browser, figure), m_star(stats)
    for name in PAIRS:
        tab.get_by_role("button", name=" and ".join(name), exact=True).click()
        row, column = (stats.index[word] for word in name)
        found = numbers(tab)
        assert found["target"] == pytest.approx(M[row, column], abs=1e-5)
        put(tab, {"step": 0.9, "start": 1.0, "steps": 60})
        assert numbers(tab)["parabola"] == pytest.approx(M[row, column], abs=1e-5)
        if stats.counts[row, column]:
            ratio = stats.P[row, column] / stats.p[row] / stats.p[column]
            assert found["rest"] == pytest.approx(np.log(ratio), abs=1e-5)
            assert numbers(tab)["logistic"] == pytest.approx(np.log(ratio), abs=0.05)
        else:
            assert found["rest"] is None or found["rest"] == -np.inf
            assert numbers(tab)["logistic"] < -3, "it rolls for ever"
    tab.context.close()


def test_it_says_what_the_package_says(browser, figure):
    tab = opened(browser, figure)
    agrees(tab, figure)
    for step in (1.0, 1.95, 2.0, 2.05, 2.5):
        places = [dict(log_ratio=1.31, start=start, step=step, steps=60) for start in (0.0, -0.05, 6.0)]
        agrees(tab, figure, places)
    tab.context.close()


@pytest.mark.parametrize("still", [True, False])
def test_a_ball_that_is_let_go_rolls_to_its_rest(browser, figure, still):
    tab = opened(browser, figure, still=still)
    tab.evaluate("document.querySelector('.w2v-play').dataset.seconds = 1")
    box = tab.locator("[data-ball='0']").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x - 200, y, steps=4)
    state = "document.querySelector('.w2v-live').w2v.state"
    held = tab.evaluate(state)
    assert held["steps"] == 0 and held["start"] < 1
    tab.mouse.up()
    tab.wait_for_function(f"{state}.steps === 60", timeout=20000)
    assert tab.evaluate(state)["start"] == held["start"]
    tab.context.close()


def test_it_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_pairs_that_are_none_are_refused(stats):
    for pairs, said in (([], "at least one"), (["ab"], "two words"), ([("the", "qwertz")], "qwertz")):
        with pytest.raises(ValueError, match=said):
            ball_explorer(stats, pairs)
