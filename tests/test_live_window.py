"""A window on a sentence: its row is that of count_corpus, its dots are drawn as word2vec draws."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib import count_corpus
from w2vlib.corpus import tokenize
from w2vlib.counting import window_weights
from w2vlib.course.widgets import window_explorer
from w2vlib.course.widgets.window import share_read

SENTENCE = "The queen gave the king a rose and the king gave the queen a ring."
FIGURE = window_explorer(SENTENCE, here=4)


def test_the_row_is_that_of_count_corpus(browser):
    tab, tokens = opened(browser, FIGURE), tokenize(SENTENCE)
    for weighting in ("linear", "harmonic", "flat"):
        for window in (1, 2, 5, 20):
            stats = count_corpus([tokens], window=window, weighting=weighting)
            _, unit = window_weights(window, weighting)
            for here in (0, 4, len(tokens) - 1):
                put(tab, {"weighting": weighting, "window": window, "here": here})
                found, expected = numbers(tab)["counts"], stats.counts[stats.index[tokens[here]]] / unit
                assert [found.get(word, 0) for word in stats.words] == pytest.approx(
                    expected.tolist(), rel=1e-12
                )
    tab.context.close()


def test_random_windows_read_what_linear_weights_expect():
    """500 draws of a reach come within four standard errors of (L + 1 − δ)/L."""
    for window in (1, 5, 16):
        for distance in range(1, window + 1):
            chance = (window + 1 - distance) / window
            found = share_read(FIGURE.table, 500, window, distance)
            assert abs(found - chance) <= 4 * np.sqrt(chance * (1 - chance) / 500)


def test_figure_says_what_the_package_says(browser):
    says_the_same(browser, FIGURE)


def test_figure_answers_to_every_hand(browser):
    answers(browser, FIGURE)


def test_the_middle_follows_the_pointer(browser):
    tab = opened(browser, FIGURE)
    box = tab.locator(".w2v-pad").bounding_box()
    tab.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 20)
    assert tab.locator(".w2v-says strong").text_content().startswith("and meets 10 neighbours")
    tab.context.close()


def test_bad_sentences_are_refused_by_name():
    for given, message in (
        ("one", "sentence must have 2"),
        ("word " * 25, "sentence must have 2 to 24 words, not 25"),
    ):
        with pytest.raises(ValueError, match=message):
            window_explorer(given)
    with pytest.raises(ValueError, match="window"):
        window_explorer(SENTENCE, window=21)
