"""The report of a prediction: what stands on the page, what does not, and how it answers in a real browser."""

from __future__ import annotations

import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

import w2vlib
from w2vlib.prediction import Prediction, Settings, predict, report_page, score, train_as_predicted

SETTINGS = Settings(d=10, directions=4, records=60, seeds=(0, 1))


@pytest.fixture(scope="module")
def stats(wikipedia) -> w2vlib.CorpusStatistics:
    return wikipedia.first(120)


@pytest.fixture(scope="module")
def said(stats) -> Prediction:
    return predict(stats, SETTINGS)


@pytest.fixture(scope="module")
def runs(said, stats) -> list:
    return [train_as_predicted(said, stats, seed) for seed in SETTINGS.seeds]


@pytest.fixture(scope="module")
def page(said, runs) -> str:
    return report_page(said, runs, "A text")


@pytest.fixture(scope="module")
def place(page, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def test_the_numbers_on_the_page_are_those_of_the_score(page, said, runs):
    found, text = score(said, runs), text_of(page)
    assert f"Their error, median {100 * found.median_error:.2f} %" in text
    assert (
        f"{int(found.covered.sum())} of 8" in text and "The error that was stated beforehand It held" in text
    )
    for sentence in said.sentences():
        assert " ".join(sentence.split()) in text
    for entry in said.content["directions"]:
        assert ", ".join(entry["positive"]) in re.sub(r" ,", ",", text)
    assert said.digest in text and said.content["corpus"]["sha256"] in text


def test_lines_and_dots_stand_where_they_should(page, said, runs):
    """The dots of half-rises, read back from the picture."""
    end = said.content["curves"]["t"][-1]
    rails = BeautifulSoup(page, "html.parser").select(".rail")
    found = score(said, runs).half_rises
    for n, rail in enumerate(rails):
        dots = [float(x) for x in re.findall(r"M([\d.]+) 50\.00h0", str(rail))]
        np.testing.assert_allclose(dots, 100 * found[:, n] / end, atol=0.01)
        bar = said.content["directions"][n]["half_rise"]
        low, high = re.search(r'class="bar" d="M([\d.]+) 50H([\d.]+)"', str(rail)).groups()
        assert float(low) == pytest.approx(100 * bar["low"] / end, abs=0.01)
        assert float(high) == pytest.approx(min(100.0, 100 * bar["high"] / end), abs=0.01)


def test_a_prediction_alone_says_that_nothing_was_trained(said):
    page = report_page(said)
    text = text_of(page)
    assert "Nothing has been trained yet" in text and "Their error" not in text
    assert 'class="seen' not in page and "<h1>Prediction</h1>" in page


def test_word2vec_has_a_page_without_a_loss(stats):
    said = predict(stats.first(100), Settings("word2vec", d=6, directions=3, records=60, seeds=[0]))
    run = train_as_predicted(said, stats.first(100), 0)
    text = text_of(report_page(said, [run]))
    assert "words against contexts" in text and "Clock: all come later by this factor" in text
    assert "The loss" not in text and "Nothing was said beforehand" in text


def test_words_and_titles_are_text_and_never_code(stats):
    """A vocabulary and a source of hostile words."""
    bad = [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\u202eright",
        "&amp;",
        '"quoted"',
    ]
    words = (*bad, *stats.words[len(bad) :])
    import dataclasses

    hostile = dataclasses.replace(stats, words=words, source="<b>bold</b>")
    page = report_page(predict(hostile, SETTINGS), title='</title><script>alert("t")</script>')
    soup = BeautifulSoup(page, "html.parser")
    assert len(soup.find_all("script")) == 2 and not soup.find_all("img") and not soup.select("dd b")
    assert "\u202e" not in page and "alert" not in "".join(s.text for s in soup.find_all("style"))
    assert soup.title.text.endswith('</title><script>alert("t")</script>')


def test_the_page_asks_nobody_for_anything(page):
    soup = BeautifulSoup(page, "html.parser")
    assert not soup.select("script[src], img, iframe, link[rel=stylesheet]")
    assert not re.search(r"https?:|url\(|@import|fetch\(|XMLHttp", page)


def test_without_scripts_all_can_be_read(browser, place):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(place.as_uri())
    assert tab.is_hidden(".moment") and tab.is_visible(".scores")
    assert tab.locator(".plot svg path").count() > 10 and tab.locator(".directions li").count() == 4
    context.close()


def test_time_is_moved_by_keys_and_by_pointing(browser, place, said):
    context = browser.new_context(viewport={"width": 1000, "height": 900}, offline=True)
    tab, wrong = context.new_page(), []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.goto(place.as_uri())
    says, slider = tab.locator(".moment output"), tab.locator(".moment input")
    slider.focus()
    tab.keyboard.press("Home")
    assert "flow time 0" in says.inner_text() and "no directions are half learned" in says.inner_text()
    assert tab.locator("li.come").count() == 0
    tab.keyboard.press("End")
    steps = said.content["training"]["steps"]
    assert (
        f"After {steps:,} steps" in says.inner_text() and "4 directions are half learned" in says.inner_text()
    )
    assert "4 in training" in says.inner_text() and tab.locator("li.come").count() == 4
    box = tab.locator(".plot").first.bounding_box()
    first = said.content["directions"][0]["half_rise"]["seeds"][0]
    x = box["x"] + box["width"] * 1.03 * first / said.content["curves"]["t"][-1]
    tab.mouse.move(x, box["y"] + 20)
    come = tab.locator("li.come").count()
    assert 1 <= come < 4
    line = tab.locator(".plot .now").first.get_attribute("d")
    assert float(re.search(r"M([\d.]+)", line)[1]) == pytest.approx(
        100 * (x - box["x"]) / box["width"], abs=3
    )
    assert wrong == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_is_accessible(browser, place, scheme):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True, reduced_motion="reduce"
    )
    tab = context.new_page()
    tab.goto(place.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    before = tab.locator(".moment output").inner_text()
    tab.locator("figcaption").first.scroll_into_view_if_needed()
    box = tab.locator(".plot").first.bounding_box()
    tab.touchscreen.tap(box["x"] + 0.1 * box["width"], box["y"] + box["height"] - 20)
    assert tab.locator(".moment output").inner_text() != before
    violations = Axe().run(tab).response["violations"]
    assert [(v["id"], [node["html"][:100] for node in v["nodes"]]) for v in violations] == []
    context.close()
