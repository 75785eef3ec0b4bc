"""Bytes a word: the page rounds as the library does, finds the same neighbours, and answers to every hand."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, numbers, opened, put

from w2vlib import Embedding, load_wikipedia_sgns
from w2vlib.compression import rate_distortion
from w2vlib.course.widgets import byte_explorer

VECTORS = load_wikipedia_sgns(300).leading(24)
FIGURE = byte_explorer(VECTORS, "city", most=20, size=6)


@pytest.fixture(scope="module")
def tab(browser):
    tab = opened(browser, FIGURE)
    yield tab
    tab.context.close()


def test_it_says_what_the_package_says(tab):
    agrees(tab, FIGURE)


def test_what_is_lost_is_what_is_foretold_and_with_many_bytes_nothing_changes(tab):
    covariance = np.linalg.eigvalsh(np.cov(VECTORS.unit.T, bias=True))
    for size in (3, 8, 20):
        put(tab, {"size": size, "word": "war"})
        law = rate_distortion(covariance, 8.0 * size)
        assert numbers(tab)["lost"] == pytest.approx(law.share, rel=0.1, abs=0.002)
    assert numbers(tab)["after"][0] == numbers(tab)["before"][0]
    put(tab, {"size": 1})
    assert numbers(tab)["lost"] > 0.6


def test_neighbours_of_untouched_vectors_are_those_of_the_library(tab):
    put(tab, {"size": 20, "word": "music"})
    near = [word for word, _ in VECTORS.neighbours("music", 4)]
    assert set(numbers(tab)["before"]) >= set(near[:3])


def test_words_and_sizes_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="word must be one of the 4 words"):
        byte_explorer(Embedding(tuple("abcd"), np.eye(4)[:, :2] + 0.1), "king", most=2, size=1)
    with pytest.raises(ValueError, match="size must be a whole number between 1 and 20"):
        FIGURE.describe(size=21)


def test_it_answers_to_every_hand(browser):
    answers(browser, FIGURE)
