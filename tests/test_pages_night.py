"""Figures of the day and of the night, in a browser: one of the two is there, on its ground, and nothing moves."""

from __future__ import annotations

import pytest
from night_figures import GROUND
from test_night_figures import rgb

pytestmark = pytest.mark.usefixtures("built")

PAGES = ("book/11-staircase", "book/18-analogies")


@pytest.mark.parametrize("page", PAGES)
def test_one_of_the_two_is_shown(page, browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    tab = context.new_page()
    tab.goto(f"{address}/{page}.html", wait_until="load")
    tops = {}
    for theme in ("light", "dark"):
        tab.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        shown = tab.locator("article img.w2v-day, article img.w2v-night").evaluate_all(
            "all => all.filter(i => !i.closest('.veiled, details:not([open])'))"
            ".map(i => [i.className.includes('night'), i.offsetHeight > 50])"
        )
        assert shown == [[dark, dark == (theme == "dark")] for dark, _ in shown] and shown
        figure = tab.locator("article figure:has(img.w2v-day)").first
        figure.scroll_into_view_if_needed()
        assert figure.get_by_role("img").count() == 1, "what a screen reader is told"
        tops[theme] = tab.locator("article h2").evaluate_all("all => all.map(h => h.offsetTop)")
        seen = tab.locator(f"article img.w2v-{'night' if theme == 'dark' else 'day'}").first
        tab.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=seen.element_handle())
        assert seen.evaluate("e => getComputedStyle(e).filter") == "none"
    assert tops["light"] == tops["dark"], "the page moves with its theme"
    ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == f"rgb{rgb(GROUND)}", "figures are made for another ground"
    tab.emulate_media(media="print")
    assert tab.locator("article img.w2v-day:visible").count()
    assert not tab.locator("article img.w2v-night:visible").count()
    context.close()


def test_without_scripts_the_day_is_shown(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{address}/{PAGES[0]}.html")
    assert tab.locator("article img.w2v-day").first.is_visible()
    assert not tab.locator("article img.w2v-night").first.is_visible()
    context.close()
