"""Push and pull: the rounds are those of chapter 4, and the scores come to where pull and push balance."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib import CorpusStatistics
from w2vlib.course.little_language import update
from w2vlib.course.widgets import push_explorer
from w2vlib.targets import noise_distribution

COUNTS = np.array(
    [[0, 1, 90, 10, 40], [1, 0, 10, 60, 50], [90, 10, 0, 0, 0], [10, 60, 0, 0, 0], [40, 50, 0, 0, 0]]
)
STATS = CorpusStatistics(["king", "sea", "queen", "ship", "war"], COUNTS, [9, 8, 5, 7, 6], window=4)
FIGURE = push_explorer(STATS, ["king", "sea"], ["queen", "ship", "war"], pair=2)


@pytest.mark.parametrize("negatives", [0, 1, 5, 15])
def test_the_rounds_are_those_of_the_chapter(browser, negatives):
    """Played again here with the chapter's update, from the draws in the table."""
    tab, table = opened(browser, FIGURE), FIGURE.table
    put(tab, {"negatives": negatives, "rounds": 400, "rate": 0.4})
    draws = np.frombuffer(base64.b64decode(table["draws"]["base64"]), ">u2").reshape(400, 16) / 2**16
    A = COUNTS[:2, 2:] / COUNTS[:2, 2:].sum()
    noise = noise_distribution(STATS.occurrences[2:])
    W, Z = np.array(table["start"]), np.zeros((3, 2))
    for n, row in enumerate(draws):
        i, j = divmod(int(np.searchsorted(A.ravel().cumsum(), row[0])), 3)
        drawn = np.searchsorted(noise.cumsum(), row[1 : 1 + negatives])
        update(W, Z, i, j, drawn, 0.4 * (1 - n / 400))
    found = numbers(tab)
    np.testing.assert_allclose(found["W"], W, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found["Z"], Z, rtol=0, atol=1e-9)
    B = negatives * A.sum(axis=1)[0] * noise[2]
    assert found["b"] == pytest.approx(B, abs=1e-10)
    assert found["best"] == (pytest.approx(np.log(A[0, 2] / B), abs=1e-9) if negatives else None)
    tab.context.close()


def test_scores_end_near_their_balance_and_without_negatives_they_run_away(browser):
    tab = opened(browser, FIGURE)
    put(tab, {"rounds": 400, "negatives": 5, "rate": 0.4, "pair": 0})
    A, noise = np.array(FIGURE.table["A"]), np.array(FIGURE.table["noise"])
    best = np.log(A / (5 * A.sum(axis=1)[:, None] * noise))
    assert np.sqrt(((np.array(numbers(tab)["last"]) - best) ** 2).mean()) < 0.6
    put(tab, {"negatives": 0})
    assert np.min(numbers(tab)["last"]) > 2 > best.max()
    assert tab.locator(".w2v-says strong").text_content().startswith("Nothing pushes")
    tab.context.close()


def test_figure_says_what_the_package_says(browser):
    says_the_same(browser, FIGURE)


def test_figure_answers_to_every_hand(browser):
    answers(browser, FIGURE)


def test_bad_words_are_refused_by_name():
    for centres, neighbours, message in (
        (["king"], ["queen", "ship"], "centres must be 2 words"),
        (["king", "sea"], ["queen"], "neighbours 2 to 8"),
        (["king", "queen"], ["ship", "war"], "must have met"),
    ):
        with pytest.raises(ValueError, match=message):
            push_explorer(STATS, centres, neighbours)
