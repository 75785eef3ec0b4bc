"""The figures of chapter 18: a pair's entries in three matrices, and families that switch on with rank."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, said, says_the_same

from w2vlib import count_corpus, m_star, pmi, ppmi
from w2vlib.course.widgets import families_explorer, pmi_explorer
from w2vlib.evaluation import accuracy_by_rank

WORDS = "king queen man woman paris france hong kong the of football game cell protein river she he was opera cells".split()


@pytest.fixture(scope="module")
def pair(wikipedia_2000):
    known = [word for word in WORDS if word in wikipedia_2000.index]
    return pmi_explorer(wikipedia_2000, known, "king", "queen")


@pytest.fixture(scope="module")
def families(wikipedia_modes):
    return families_explorer(accuracy_by_rank(wikipedia_modes, [2, 5, 10, 20, 35, 50, 100]))


# A pair of words.


def test_entries_of_a_pair_are_the_library_s(browser, pair, wikipedia_2000):
    information, positive, star = pmi(wikipedia_2000), ppmi(wikipedia_2000), m_star(wikipedia_2000)
    tab, index = opened(browser, pair), wikipedia_2000.index
    words = pair.table["words"]
    for a in words:
        for b in words[::3]:
            put(tab, {"a": a, "b": b})
            found, at = numbers(tab), (index[a], index[b])
            assert found["count"] == wikipedia_2000.count(a, b)
            expected = information[at] if np.isfinite(information[at]) else None
            assert found["pmi"] == (expected and pytest.approx(expected, rel=1e-12, abs=1e-12))
            assert found["ppmi"] == pytest.approx(positive[at], rel=1e-12, abs=1e-12)
            assert found["mStar"] == pytest.approx(star[at], rel=1e-12, abs=1e-12)
            assert found["mStar"] == pytest.approx(2 * np.tanh(information[at] / 2), rel=1e-9, abs=1e-12)
    tab.context.close()


def test_a_pair_says_what_the_package_says_and_answers_to_every_hand(browser, pair):
    says_the_same(browser, pair)
    answers(browser, pair)


def test_a_pair_that_never_meets_has_no_pmi_and_all_of_m_star(browser):
    stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    figure = pmi_explorer(stats, ["a", "b", "c"], "a", "c")
    tab = opened(browser, figure)
    assert said(tab) == figure.describe() and said(tab).startswith("a and c never meet")
    assert "PMI −∞, PPMI 0.00, M* −2.00" in said(tab)
    assert numbers(tab)["mStar"] == -2
    tab.context.close()


def test_words_of_a_pair_are_checked(wikipedia_2000):
    with pytest.raises(ValueError, match="two or more"):
        pmi_explorer(wikipedia_2000, ["king"])
    with pytest.raises(ValueError, match="stands twice"):
        pmi_explorer(wikipedia_2000, ["king", "king"])
    with pytest.raises(ValueError, match="one of the 2 words"):
        pmi_explorer(wikipedia_2000, ["king", "queen"], "king", "the")


# Families.


def test_families_say_what_the_package_says_and_answer_to_every_hand(browser, families):
    says_the_same(browser, families)
    answers(browser, families)


def test_families_are_in_the_order_in_which_they_pass_half_of_their_best(families, wikipedia_modes):
    halves = [one["half"] for one in families.table["families"]]
    assert halves == sorted(halves) and halves[0] < 20 < halves[-1]
    curve = accuracy_by_rank(wikipedia_modes, [2, 5, 10, 20, 35, 50, 100])
    for one in families.table["families"]:
        shares = curve.families[one["name"]]
        above = curve.at[np.argmax(shares >= shares.max() / 2)]
        assert one["half"] <= above and one["best"] == pytest.approx(shares.max(), rel=1e-5)


def test_pointing_at_a_curve_picks_its_family(browser, families):
    tab = opened(browser, families)
    highest = max(
        range(len(families.table["families"])), key=lambda k: families.table["families"][k]["shares"][-1]
    )
    box = tab.locator(".w2v-pad").bounding_box()
    tab.mouse.click(box["x"] + box["width"] - 1, box["y"] + 2)
    assert tab.evaluate("document.querySelector('.w2v-live').w2v.state.family") == highest + 1
    tab.context.close()


def test_a_curve_of_anything_else_is_refused(wikipedia_modes):
    with pytest.raises(ValueError, match="two or more"):
        families_explorer(accuracy_by_rank(wikipedia_modes, [5]))
