"""The best answer beside a block of the target: what each kind of vectors keeps, and what the figure says of it."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, numbers, opened, put, says_the_same

from w2vlib import load_wikipedia, m_star, spectrum
from w2vlib.course.widgets import best_explorer

WORDS = ["war", "army", "season", "team", "league", "music", "album", "film"]
COUNT = 60


@pytest.fixture(scope="module")
def target():
    return m_star(load_wikipedia(400))


@pytest.fixture(scope="module")
def figure(target):
    return best_explorer(spectrum(target, len(target)), WORDS, count=COUNT)


def vectors(target, kept: str, d: int):
    """Word and context vectors, from NumPy alone."""
    values, U = np.linalg.eigh(target)
    if kept == "tied":
        W = U[:, ::-1][:, :d] * np.sqrt(np.maximum(values[::-1][:d], 0))
        return W, W
    left, singular, right = np.linalg.svd(target)
    W = left[:, :d] * np.sqrt(singular[:d])
    return W, right[:d].T * np.sqrt(singular[:d]) if kept == "untied" else W


@pytest.mark.parametrize("kept", ["tied", "untied", "svd"])
def test_answer_and_share_are_those_of_the_vectors(browser, figure, target, kept):
    tab, M = opened(browser, figure), np.asarray(target)
    rows = [target.words.index(word) for word in WORDS]
    for d in (0, 1, 7, COUNT):
        put(tab, {"kept": kept, "d": d})
        W, Z = vectors(M, kept, d)
        answer, found = W @ Z.T, numbers(tab)
        np.testing.assert_allclose(found["block"], answer[np.ix_(rows, rows)], rtol=0, atol=2e-4)
        share = 1 - np.sum((answer - M) ** 2) / np.sum(M**2)
        assert found["shares"][d] == pytest.approx(share, abs=1e-5)
    tab.context.close()


def test_tied_vectors_keep_no_negative_direction_and_a_plain_svd_does_harm(browser, figure):
    tab = opened(browser, figure)
    assert min(numbers(tab)["chosen"]) > 0
    put(tab, {"kept": "untied"})
    assert min(numbers(tab)["chosen"]) < 0 and numbers(tab)["shares"][1] > 0
    put(tab, {"kept": "svd"})
    assert numbers(tab)["shares"][1] < 0
    tab.context.close()


def test_more_columns_than_positive_directions_stay_empty(browser):
    target = m_star(load_wikipedia(100))
    figure = best_explorer(spectrum(target, 100), ["he", "his"], d=80, count=100)
    tab = opened(browser, figure)
    positive = int((np.linalg.eigvalsh(target) > 0).sum())
    assert len(numbers(tab)["chosen"]) == positive < 80
    agrees(tab, figure)
    tab.context.close()


def test_a_cell_is_chosen_by_pointing(browser, figure):
    tab = opened(browser, figure)
    for part in (0, 1):
        box = tab.locator(".w2v-picture .w2v-pad").nth(part).bounding_box()
        place = 2.5 + part
        tab.mouse.click(
            box["x"] + place * box["width"] / len(WORDS), box["y"] + 4.5 * box["height"] / len(WORDS)
        )
        state = tab.evaluate("document.querySelector('.w2v-live').w2v.state")
        assert (state["row"], state["column"]) == (5, 3 + part)
        assert f"league and {WORDS[2 + part]}: M*" in tab.locator(".w2v-says").inner_text()
    tab.context.close()


def test_it_says_what_the_package_says(browser, figure):
    says_the_same(browser, figure)


def test_it_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_directions_and_words_that_will_not_do_are_refused(target):
    modes = spectrum(target, len(target))
    for given, words, said in (
        (modes.leading(9), WORDS, "all 400 directions"),
        (modes, ["war"], "2 to 16"),
        (modes, ["war", "qwertz"], "qwertz"),
        (modes, ["war", "war"], "different"),
    ):
        with pytest.raises(ValueError, match=said):
            best_explorer(given, words)
