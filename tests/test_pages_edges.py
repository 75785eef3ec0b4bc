"""The edges of the pages: what they load and weigh, numbers, names, and the way through the book."""

from __future__ import annotations

from collections import Counter

import edges
import measure_pages
import pytest
from pages import HTML, page_file, soup, toc_pages

pytestmark = pytest.mark.usefixtures("built")

LANDING = toc_pages()[0]
CHAPTERS = [page for page in toc_pages() if edges.chapter_number(page)]
STAIRCASE = "book/11-staircase"
#: Scripts, styles and fonts that no page may ask for.
UNUSED = ("fontawesome", "fa-solid", "thebe", "design-tabs")


def visit(browser, address, page, width=1280, **options):
    """A tab on a page, its formulas typeset; all that it asked for is in ``tab.asked``."""
    tab = browser.new_context(viewport={"width": width, "height": 844}, **options).new_page()
    tab.asked = []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.goto(f"{address}/{page}.html", wait_until="load")
    tab.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
    return tab


# What a page loads.


@pytest.mark.parametrize("page", [LANDING, STAIRCASE, "book/atlas", "search"])
def test_no_page_asks_for_what_it_does_not_use(page, browser, address):
    tab = visit(browser, address, page)
    assert not [url for url in tab.asked if any(name in url for name in UNUSED)]
    formulas = bool(soup(page_file(page)).select("article .math"))
    assert any("mathjax" in url for url in tab.asked) == formulas
    tab.context.close()


def test_every_icon_is_drawn(browser, address):
    """What was a script of two thousand icons are a dozen drawings, each as large as its letters."""
    tab = visit(browser, address, STAIRCASE)
    icons = tab.evaluate(
        """() => [...document.querySelectorAll(".fa-solid, .fas, .fab")].map(e => {
            const drawn = getComputedStyle(e, "::before");
            return [e.className, drawn.maskImage, e.checkVisibility() ? parseFloat(drawn.width) : 16];
        })"""
    )
    assert len(icons) > 10
    for name, drawing, width in icons:
        assert drawing.startswith('url("data:image/svg+xml') and 10 <= width <= 30, name
    tab.context.close()


@pytest.mark.parametrize("page", [LANDING])
def test_the_landing_page_is_light_and_still(page, browser):
    with measure_pages.served() as address:
        cost = measure_pages.measure(browser, f"{address}/{page}.html")
    assert 50 < cost.kilobytes <= 350
    assert 0 < cost.first_paint
    assert cost.shift <= 0.01


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_chosen_before_the_page_is_drawn(theme, browser, address):
    """At night no white page flashes up first; and who has chosen a theme gets that."""
    context = browser.new_context(color_scheme=theme)
    tab = context.new_page()
    tab.route("**/pydata-sphinx-theme.js*", lambda route: route.abort())
    tab.goto(f"{address}/{LANDING}.html")
    assert tab.evaluate("document.documentElement.dataset.theme") == theme
    other = {"light": "dark", "dark": "light"}[theme]
    tab.evaluate("other => localStorage.setItem('mode', other)", other)
    tab.reload()
    assert tab.evaluate("document.documentElement.dataset.theme") == other
    context.close()


# Names, numbers and the way through the book.


@pytest.mark.parametrize("page", [*toc_pages(), "search", "genindex"])
def test_no_two_elements_share_a_name(page):
    names = Counter(element["id"] for element in soup(page_file(page)).find_all(id=True))
    assert not [name for name, count in names.items() if count > 1]


def test_formulas_are_no_stops_of_the_tab_key(browser, address):
    """Only what has to be scrolled can be reached, to be scrolled."""
    tab = visit(browser, address, STAIRCASE)
    stops = tab.evaluate(
        "() => [...document.querySelectorAll('mjx-container')].filter(e => e.tabIndex >= 0).length"
    )
    assert tab.locator("mjx-container").count() > 100 and stops == 0
    tab.context.close()


@pytest.mark.parametrize("page", toc_pages())
def test_chapters_have_the_numbers_that_the_prose_calls_them_by(page):
    number = edges.chapter_number(page)
    heading = soup(page_file(page)).select_one("article h1 .section-number")
    assert (heading.get_text(strip=True) if heading else None) == (str(number) if number else None)
    tail = f"{page.rpartition('/')[2]}.html"
    entry = soup(page_file(LANDING)).select_one(f'.bd-docs-nav a[href="{tail}"]')
    first = entry.get_text(strip=True).split()[0] if entry else ""
    assert first == str(number) if number else not first.isdecimal()
    assert not soup(page_file(page)).select("article :is(h2, h3, h4) .section-number")


def test_the_landing_page_leads_to_chapter_1_and_on():
    page, seen = LANDING, []
    while following := soup(page_file(page)).select_one("a.right-next"):
        page = f"book/{following['href'].removesuffix('.html')}"
        seen.append(page)
    assert [*toc_pages()][1:] == seen and seen[0] == CHAPTERS[0]
    assert [edges.chapter_number(chapter) for chapter in CHAPTERS] == list(range(1, 21))


# What a page says about itself.


def test_every_page_has_a_description_of_its_own():
    found = {}
    for page in toc_pages():
        text = soup(page_file(page)).find("meta", attrs={"name": "description"})["content"]
        assert edges.SHORTEST <= len(text) <= 300 and text[-1] in ".?!" and "\\" not in text, page
        assert not text[0].isdigit(), "it says how long the chapter is, not what it is about"
        found[page] = text
    assert len(set(found.values())) == len(found)
    assert found[LANDING].startswith("A close relative of word2vec can be predicted before it is trained")


def test_an_address_is_named_only_where_the_book_has_one():
    for path in HTML.glob("book/*.html"):
        assert not soup(path).find("link", rel="canonical") and not soup(path).find(
            "meta", property="og:image"
        )
    assert not (HTML / "sitemap.xml").exists()
    assert "ADDRESS" not in soup(page_file(LANDING)).get_text()
