"""Live figures on the built pages: they say what the library says, answer to the keyboard, and nothing pretends to move."""

from __future__ import annotations

import gzip
import re

import pytest
from pages import HTML, page_file, settle, soup, toc_pages

pytestmark = pytest.mark.usefixtures("built")

LIVE = "article .w2v-live[data-kind]"
#: What a page that asks its reader to move something says.
INVITES = re.compile(
    r"\b(move|drag|pull|turn|press|slide)\b[^.]{0,60}\b(slider|sliders|switch|switches|knob|knobs|handle|button|Train|Play)\b"
    r"|\bsliders?\b|\bdrag\b|\bpress (Train|Play)\b",
    re.IGNORECASE,
)


def figures(page: str) -> list:
    return soup(page_file(page)).select(LIVE)


def test_there_are_live_figures():
    assert any(map(figures, toc_pages()))


def opened(browser, url: str, **context):
    tab = browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", **context
    ).new_page()
    tab.complaints = []
    tab.on("console", lambda message: message.type == "error" and tab.complaints.append(message.text))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.route("**/mathjax/**", lambda route: route.fulfill(body=""))  # formulas are looked at elsewhere
    tab.goto(url, wait_until="load")
    return tab


@pytest.mark.parametrize("page", toc_pages())
def test_figures_say_on_the_page_what_the_library_said_and_sliders_move_them(page, browser, address):
    """The picture's text was written by the package when the book was built; the script says the same."""
    if not figures(page):
        return
    tab = opened(browser, f"{address}/{page}.html")
    expected = [image["alt"] for image in soup(page_file(page)).select(f"{LIVE} img.w2v-still")]
    tab.evaluate("w2v.ready()")
    settle(tab, 200)
    said = tab.evaluate(f"[...document.querySelectorAll('{LIVE}')].map(root => root.w2v.text)")
    assert said == expected and tab.complaints == []
    names = tab.evaluate(f"[...document.querySelectorAll('{LIVE}')].map(root => root.dataset.name)")
    assert len(set(names)) == len(names), f"two figures keep their state under one name: {names}"
    every_slider_moves_its_figure(tab)
    assert tab.complaints == []
    tab.context.close()


def every_slider_moves_its_figure(tab) -> None:
    for slider in tab.query_selector_all("article input[type=range]"):
        if slider.get_attribute("min") == slider.get_attribute("max"):
            continue
        figure = slider.evaluate_handle("slider => slider.closest('.w2v-live')").as_element()
        assert figure, "a slider that belongs to no live figure"
        seen = set()
        for key in ("Home", "End"):
            slider.press(key)
            seen.add((figure.query_selector("svg").inner_html(), slider.get_attribute("aria-valuetext")))
        assert len({picture for picture, _ in seen}) == len({spoken for _, spoken in seen}) == 2


@pytest.mark.parametrize("page", toc_pages())
def test_figures_work_without_a_server(page, browser):
    if not figures(page):
        return
    tab = opened(browser, page_file(page).as_uri())
    tab.evaluate("w2v.ready()")
    settle(tab, 200)
    assert tab.locator(f"{LIVE}.w2v-ready").count() == tab.locator(LIVE).count() > 0
    assert tab.complaints == []
    tab.context.close()


@pytest.mark.parametrize("page", toc_pages())
def test_without_scripts_no_control_stands_dead(page, browser, address):
    tab = opened(browser, f"{address}/{page}.html", java_script_enabled=False)
    controls, stills = tab.locator("article :is(input, select, button)"), tab.locator(f"{LIVE} img.w2v-still")
    assert controls.locator("visible=true").evaluate_all("all => all.map(e => e.outerHTML)") == []
    alts = "all => all.map(e => e.alt)"
    assert stills.locator("visible=true").evaluate_all(alts) == stills.evaluate_all(alts)
    tab.context.close()


@pytest.mark.parametrize("page", toc_pages())
def test_no_page_invites_to_move_what_cannot_move(page):
    article = soup(page_file(page)).find("article")
    prose = " ".join(p.get_text(" ") for p in article.select("p") if not p.find_parent(class_="w2v-live"))
    assert "on this page the figure shows" not in prose and "first state" not in prose
    asked = INVITES.search(re.sub(r"\s+", " ", prose))
    assert not asked or article.select(LIVE), f"nothing moves here, but the page says: {asked.group()}"


def test_the_script_of_the_figures_is_small():
    assert len(gzip.compress((HTML / "_static" / "live.js").read_bytes())) <= 60_000
