"""The dials: best scores and weights are those of word2vec_pair_weights."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib import count_corpus, pmi, word2vec_pair_weights
from w2vlib.course.widgets import knob_explorer
from w2vlib.targets import linear_target, logistic_target

CHANCE = np.random.default_rng(1)
LETTERS = list("abcdefghij")
TEXTS = [CHANCE.choice(LETTERS, 40, p=np.arange(10, 0, -1) ** 2 / 385).tolist() for _ in range(12)]
STATS = count_corpus([*TEXTS, ["a", "zebra"]], window=3)
PAIRS = [("a", "b"), ("b", "a"), ("a", "j"), ("zebra", "a"), ("zebra", "j")]
FIGURE = knob_explorer(STATS, PAIRS, pair=2)
STATES = [(5, -3.0, 0.75), (1, 0.0, 1.0), (20, -6.0, 0.0), (3, -1.25, 0.35)]


@pytest.mark.parametrize(("negatives", "log_threshold", "exponent"), STATES)
def test_weights_are_the_library_s(browser, negatives, log_threshold, exponent):
    tab = opened(browser, FIGURE)
    put(tab, {"negatives": negatives, "log_threshold": log_threshold, "exponent": exponent})
    A, B = word2vec_pair_weights(STATS, negatives, 10**log_threshold, exponent, symmetric=False)
    best, linear = logistic_target(A, B), linear_target(A, B)
    for (one, other), found in zip(PAIRS, numbers(tab)["made"]):
        cell = STATS.index[one], STATS.index[other]
        assert found["A"] == pytest.approx(A[cell], rel=1e-8)
        assert found["B"] == pytest.approx(B[cell], rel=1e-8)
        assert found["M_lin"] == pytest.approx(linear[cell], rel=1e-7)
        if A[cell]:
            assert found["best"] == pytest.approx(best[cell], abs=1e-7)
            assert found["plain"] == pytest.approx(pmi(STATS)[cell] - np.log(negatives), abs=1e-9)
            assert found["best"] - found["plain"] == pytest.approx(found["row"] + found["column"], abs=1e-9)
    tab.context.close()


def test_a_pair_that_never_met_has_no_best_score(browser):
    tab = opened(browser, FIGURE)
    put(tab, {"pair": 4})
    assert "is −∞; PMI − ln K is −∞" in tab.locator(".w2v-says strong").text_content()
    tab.context.close()


def test_figure_says_what_the_package_says(browser):
    says_the_same(browser, FIGURE)


def test_figure_answers_to_every_hand(browser):
    answers(browser, FIGURE)


def test_bad_pairs_are_refused_by_name():
    for pairs in ([], [("a",)], [("a", "b")] * 13, ["ab"]):
        with pytest.raises(ValueError, match="pairs must be 1 to 12"):
            knob_explorer(STATS, pairs)
