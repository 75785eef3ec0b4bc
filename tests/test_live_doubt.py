"""A pseudo-count and weights, alone and together: the figure says what the recorded counts say."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, numbers, opened, put, said

from w2vlib.course.widgets import doubt_explorer
from w2vlib.datasets import load_without_training

SMALL = {
    "sizes": [10, 2000], "dimensions": [2, 3], "kappas": [0, 8.5], "powers": [0, 0.5, 1], "families": ["few", "<b>many</b>"],
    "covered": [[1, 0], [3, 40]],
    "right": np.arange(2 * 2 * 3 * 2 * 2).reshape(2, 2, 3, 2, 2) % 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def grid():
    return load_without_training()["grid"]


def test_it_says_what_the_package_says_and_answers_to_every_hand(browser, grid):
    figure = doubt_explorer(grid)
    tab = opened(browser, figure)
    agrees(tab, figure)
    put(tab, {"size": "0", "rank": 2, "family": 0})
    right = np.array(grid["right"])[0, :, :, 1].sum(axis=-1)
    assert numbers(tab)["best"] == right.max()
    assert numbers(tab)["better"] == max(right[:, 0].max(), right[0].max())
    tab.context.close()
    answers(browser, figure)


def test_names_are_text_and_what_nobody_asks_is_said(browser):
    figure = doubt_explorer(SMALL, 2000, 3)
    tab = opened(browser, figure)
    agrees(tab, figure)
    put(tab, {"size": "0", "rank": 2, "family": 1})
    assert said(tab) == "10 words, 3 dimensions, <b>many</b>: no question is covered."
    assert tab.locator(".w2v-live b").count() == 0
    tab.context.close()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"covered": [[1, 2]]}, "covered"),
        ({"kappas": [1, 2]}, "M\\* as it is"),
        ({"sizes": []}, "must have this shape"),
    ],
)
def test_a_grid_that_cannot_be_shown(change, message):
    with pytest.raises(ValueError, match=message):
        doubt_explorer(SMALL | change, 2000, 3)
    with pytest.raises(ValueError, match="2001 is not among them"):
        doubt_explorer(SMALL, 2001, 3)
    with pytest.raises(ValueError, match="has no right"):
        doubt_explorer({key: value for key, value in SMALL.items() if key != "right"})
