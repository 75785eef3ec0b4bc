"""The figure in which a reader's own text is predicted, trained on and scored: what it says is what the library says."""

from __future__ import annotations

import lzma
import random

import numpy as np
import pytest
from live import agrees, answers, ignores_nonsense_of_the_address, numbers, opened, put, said
from pages import settle

from w2vlib import m_star, spectrum
from w2vlib.corpus import tokenize
from w2vlib.course.texts import book_text, greek_text
from w2vlib.course.widgets import own_text_explorer
from w2vlib.course.widgets.grok import normals
from w2vlib.dynamics import effective_start, forecast_half_rises
from w2vlib.statistics import count_at_most
from w2vlib.training import train_qwem


def lines_of(folder, most: int) -> str:
    files = sorted(folder.iterdir())
    return "\n".join(lzma.decompress(files[0].read_bytes()).decode().splitlines()[:most])


ENGLISH, GREEK = lines_of(book_text(), 80), lines_of(greek_text(), 90)
CHANCE = random.Random(0)
#: What is one word or two, lower-cased, composed or invisible in Unicode's own ways.
ODD = "Straße STRASSE ΣΑΣ Σας cafe\u0301 café co\u00adop co\u200bop x²y don't İstanbul ａｂｃ अनुच्छेद में शब्द हैं слова й ї".split()
HARD = "\n".join(" ".join(CHANCE.choices(ODD, k=CHANCE.randint(2, 12))) for _ in range(40))
JAPANESE = "\n".join(
    f"朝早く{CHANCE.choice('港町駅島')}に着いた。人々は{CHANCE.choice('魚米本')}を運び、{CHANCE.choice('歌詩')}を歌った。夜になると{CHANCE.choice('港町駅')}は静かになった。"
    for _ in range(60)
)


@pytest.fixture(scope="module")
def figure():
    return own_text_explorer(ENGLISH)


def test_it_says_what_the_library_says(browser, figure):
    tab = opened(browser, figure)
    put(tab, {"words": 60, "window": 4, "seed": 2, "progress": 100})
    found = numbers(tab)
    documents = [words for line in ENGLISH.split("\n") if (words := tokenize(line))]
    stats = count_at_most(documents, 60, window=4).seen()
    modes = spectrum(m_star(stats), 10)
    assert found["words"] == list(stats.words)
    assert found["values"] == pytest.approx(modes.values, rel=1e-9)
    eta, count = 0.1 / modes.values[0], len(found["rises"])
    bars = forecast_half_rises(modes.values[:8], 10, 0.01, eta)
    assert found["low"][:count] == pytest.approx(bars.low[:count] / eta, rel=1e-9)
    assert found["high"][:count] == pytest.approx(bars.high[:count] / eta, rel=1e-9)
    initial = normals(10 * len(stats), 200_000).reshape(-1, 10) * 0.01 / np.sqrt(10)
    assert effective_start(modes, initial).shape == (10,)
    steps = int(1.2 * max(found["told"]))
    run = train_qwem(m_star(stats), initial, eta, steps, record=range(steps + 1))
    rises = run.half_rises(modes.values[:count]) / eta
    assert found["rises"] == pytest.approx(rises, rel=2e-3)  # every step, against two hundred records
    assert np.median(np.abs(np.array(found["told"]) / rises - 1)) < 0.03
    tab.context.close()


@pytest.mark.parametrize(
    "text", [ENGLISH, GREEK, HARD, JAPANESE, "", "one two\nthree", "1 2 3"], ids=range(7)
)
def test_says_the_same_of_any_text(browser, text):
    figure = own_text_explorer(text)
    tab = opened(browser, figure)
    agrees(tab, figure, [
        {}, {"progress": 100}, {"words": 20, "window": 1, "seed": 9, "progress": 60},
        {"words": 100, "window": 10, "seed": 3, "progress": 100}, {"words": 45, "window": 2, "seed": 5, "progress": 3},
    ])  # fmt: skip
    tab.context.close()


def test_what_cannot_be_said_is_said(figure):
    assert own_text_explorer("").describe().startswith("There is no word in this text. ")
    assert (
        own_text_explorer("a b c d e\n" * 9)
        .describe()
        .startswith("Too little to learn from: 5 different words")
    )
    assert (
        "Beware: these are whole phrases: cut a script without blanks"
        in own_text_explorer(JAPANESE).describe()
    )
    short = own_text_explorer("\n".join(ENGLISH.splitlines()[:8]))
    assert "so much of this is chance" in short.describe()
    assert "so much of this is chance" not in figure.describe(words=20)


def test_a_text_is_pasted_read_and_taken_back(browser, figure):
    tab = opened(browser, figure)
    put(tab, {"progress": 100})
    trained = said(tab)
    area, read = tab.locator("textarea"), tab.locator(".w2v-read")
    assert area.input_value() == ENGLISH
    area.fill(GREEK)
    assert said(tab) == trained  # nothing is read before one asks for it
    read.click()
    assert said(tab) == own_text_explorer(GREEK).describe()
    put(tab, {"progress": 100})
    assert said(tab) == own_text_explorer(GREEK).describe(progress=100)
    area.fill("")
    read.click()
    assert said(tab).startswith("There is no word in this text. ")
    settle(tab, 900)
    assert "There is no word" in tab.locator(".w2v-spoken").text_content()
    tab.locator(".w2v-again").click()
    assert said(tab) == figure.describe() and area.input_value() == ENGLISH
    settle(tab, 900)
    assert tab.evaluate("location.search") == ""  # the text is never part of the address
    assert tab.complaints == []
    tab.context.close()


def test_answers_to_every_hand(browser, figure):
    answers(browser, figure)
    ignores_nonsense_of_the_address(browser, figure)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="words must be a whole number between 20 and 100, not 5"):
        own_text_explorer("a", words=5)
    with pytest.raises(TypeError, match="text must be text, not 5"):
        own_text_explorer(5)
