"""What a corpus costs: laws that meet what was measured, in Python as in the browser."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib.course.widgets import cost_explorer
from w2vlib.course.widgets.cost import many, meeting_law, pairs_met, time_of
from w2vlib.datasets import load_scale_runs

TOLD = load_scale_runs()
FIGURE = cost_explorer(TOLD)
WORDS = np.array([row["tokens"] for row in TOLD["rows"]], float)
MET = np.array([row["met"] for row in TOLD["rows"]], float)


def test_the_law_is_found_again_and_ends_at_all_pairs():
    law = (-9.0, 0.6)
    found = meeting_law(WORDS, pairs_met(WORDS, law, 500), 500)
    np.testing.assert_allclose(found, law, rtol=1e-6)
    assert pairs_met(1e40, law, 500) == 500**2
    rising = pairs_met(np.geomspace(1e3, 1e7, 50), law, 500)
    assert (np.diff(rising) > 0).all()


def test_where_few_have_met_it_is_a_power():
    n = np.array([1.0, 4.0])
    low, high = pairs_met(n, (-30.0, 0.5), 10**6)
    assert high / low == pytest.approx(2, rel=1e-6)


@pytest.mark.parametrize("size", range(4))
def test_the_laws_lie_near_what_was_measured(size):
    law = FIGURE.table["laws"][size]
    np.testing.assert_allclose(pairs_met(WORDS, law, TOLD["sizes"][size]), MET[:, size], rtol=0.12)


def test_more_processors_share_the_counting_and_nothing_else(browser):
    tab, found = opened(browser, FIGURE), {}
    for machines in (1, 1000):
        put(tab, {"machines": machines})
        found[machines] = numbers(tab)
    assert found[1] == found[1000]
    put(tab, {"log_words": 8.0, "d": 100})
    one = numbers(tab)
    put(tab, {"log_words": 9.0, "d": 100})
    ten = numbers(tab)
    assert ten["count"] / one["count"] == pytest.approx(10)
    assert ten["train"] / one["train"] == pytest.approx(10)
    assert 1 < ten["solve"] / one["solve"] < 10  # as not all pairs are new
    law = FIGURE.table["laws"][2]
    assert one["found"] == pytest.approx(float(pairs_met(1e8, law, 10_000)))
    tab.context.close()


def test_numbers_are_told_in_words():
    assert [many(x) for x in (12, 999, 1e3, 99.6e6, 4.8e9, 1.5e13)] == [
        "12", "999", "1 thousand", "100 million", "4.8 billion", "15 trillion",
    ]  # fmt: skip
    assert [time_of(x) for x in (59, 60, 3600, 86400, 40e6)] == [
        "59 seconds", "1 minutes", "1 hours", "1 days", "1.3 years",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"told": {}}, "told must hold window, sizes, rows, seconds, but has no window"),
        ({"size": 7}, r"size must be one of \[1000, 3000, 10000, 30000\], not 7"),
        ({"log_words": 20}, "log_words must lie between 6 and 13.5"),
        ({"d": 10**6}, "d must be"),
    ],
)
def test_what_is_wrong_is_said(change, message):
    with pytest.raises(ValueError, match=message):
        cost_explorer(**({"told": TOLD} | change))


def test_it_says_what_the_package_says(browser):
    says_the_same(browser, FIGURE)


def test_it_answers_to_every_hand(browser):
    answers(browser, FIGURE)
