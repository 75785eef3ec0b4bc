"""The edges of the pages: what they load and weigh, numbers, names, and the way through the book."""

from __future__ import annotations

import time
from collections import Counter

import edges
import measure_pages
import pytest
from pages import HTML, built_for, overflow, page_file, settle, soup, toc_pages

pytestmark = pytest.mark.usefixtures("built")

LANDING = toc_pages()[0]
CHAPTERS = [page for page in toc_pages() if edges.chapter_number(page)]
STAIRCASE = "book/11-staircase"
#: Scripts, styles and fonts that no page may ask for.
UNUSED = ("fontawesome", "fa-solid", "thebe", "design-tabs")


def visit(browser, address, page, width=1280, **options):
    """A tab on a page, its formulas typeset; all that it asked for is in ``tab.asked``."""
    tab = browser.new_context(viewport={"width": width, "height": 844}, **options).new_page()
    tab.address, tab.asked, tab.wrong = address, [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("pageerror", lambda error: "THEBE" in str(error) or tab.wrong.append(str(error)))
    tab.goto(f"{address}/{page}" if ".html" in page else f"{address}/{page}.html", wait_until="load")
    if options.get("java_script_enabled", True):
        tab.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
    return tab


def leave(tab):
    """Close it; nothing that was done there may have failed, or asked another host."""
    tab.context.close()
    assert tab.wrong == []
    assert [url for url in tab.asked if not url.startswith((tab.address, "data:", "blob:"))] == []


# What a page loads.


@pytest.mark.parametrize("page", [LANDING, STAIRCASE, "book/atlas", "search"])
def test_no_page_asks_for_what_it_does_not_use(page, browser, address):
    tab = visit(browser, address, page)
    assert not [url for url in tab.asked if any(name in url for name in UNUSED)]
    formulas = bool(soup(page_file(page)).select("article .math"))
    assert any("mathjax" in url for url in tab.asked) == formulas
    leave(tab)


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
    leave(tab)


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
    leave(tab)


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
    assert [edges.chapter_number(chapter) for chapter in CHAPTERS] == list(range(1, len(CHAPTERS) + 1))


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
    website = built_for().website
    for path in HTML.glob("book/*.html"):
        own, picture = (
            soup(path).find("link", rel="canonical"),
            soup(path).find("meta", property="og:image"),
        )
        if website:
            assert own["href"] == f"{website.rstrip('/')}/book/{path.name}"
            assert picture["content"].startswith(website)
        else:
            assert not own and not picture
    assert (HTML / "sitemap.xml").exists() == bool(website)
    assert "ADDRESS" not in soup(page_file(LANDING)).get_text()


# The search.


def results(browser, address, query):
    """Where a search leads, in its order, and what it says of each page."""
    tab = visit(browser, address, f"search.html?q={query}")
    tab.wait_for_function("document.querySelector('.search-summary')?.innerText")
    tab.wait_for_load_state("networkidle")
    assert not tab.locator("#search-results :is(img, [onerror])").count(), "a question was read as HTML"
    found = tab.evaluate(
        """() => [...document.querySelectorAll("ul.search li")].map(
            e => [e.querySelector("a").getAttribute("href"), e.innerText])"""
    )
    leave(tab)
    return found


def test_a_search_puts_first_who_says_most_and_finds_the_atlas(browser, address):
    first = [place for place, _ in results(browser, address, "queen")[:3]]
    assert first[0] == "book/atlas.html?word=queen"
    assert "book/01-words-as-vectors.html" in first
    defined, chapter = (place for place, _ in results(browser, address, "staircase")[:2])
    assert defined == "book/glossary.html#term-staircase" and chapter == f"{STAIRCASE}.html"
    tab = visit(browser, address, "book/atlas.html?word=queen")
    assert "queen" in tab.locator(".atlas-answer").inner_text()
    leave(tab)


def test_a_search_shows_formulas_as_they_are_read(browser, address):
    found = results(browser, address, "eigenvalue")
    assert len(found) > 5
    assert not [text for _, text in found if "\\" in text or "$" in text]
    assert any("λ" in text for _, text in found)


def test_what_is_asked_for_is_never_read_as_html(browser, address):
    places = results(browser, address, "%3Cimg src=x onerror=alert(1)%3E queen")
    assert not [text for _, text in places if "<img" in text]
    assert all("onerror" not in place for place, _ in places)


# Share, cite, enlarge.


def paste(tab):
    return tab.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize(
    "target, kind",
    [
        ("#thm-staircase-limit", "Theorem"),
        ("#equation-eq-staircase-logistic", "Equation"),
        ("#fig-staircase-two", "Figure"),
    ],
)
def test_a_theorem_an_equation_a_figure_can_be_shared_and_cited(target, kind, browser, address):
    tab = visit(browser, address, STAIRCASE, permissions=["clipboard-read", "clipboard-write"])
    sign = tab.locator(f'{target} [aria-label^="Share or cite {kind}"]').first
    name = sign.get_attribute("aria-label").removeprefix("Share or cite ")
    sign.focus()
    assert sign.evaluate("e => getComputedStyle(e).opacity") == "1", (
        "who comes by keyboard sees where that is"
    )
    sign.press("Enter")
    here = f"{built_for().website.rstrip('/') or address}/{STAIRCASE}.html{target}"
    tab.get_by_role("group", name=f"Share {name}").get_by_role("button", name="Copy link").press("Enter")
    tab.get_by_text("Link copied.").wait_for()
    assert paste(tab) == here and tab.url == f"{address}/{STAIRCASE}.html{target}"
    tab.get_by_role("group", name=f"Share {name}").get_by_role("button", name="Copy BibTeX").press("Enter")
    tab.get_by_text("BibTeX copied.").wait_for()
    entry = paste(tab)
    assert entry.startswith("@incollection{w2v-11-staircase,\n") and entry.endswith("\n}")
    assert f"note = {{{name}}}" in entry and f"url = {{{here}}}" in entry and "chapter = {11}," in entry
    assert entry.count("{") == entry.count("}") and ",\n}" not in entry
    tab.keyboard.press("Escape")
    assert tab.locator(".share-box").count() == 0
    assert sign.evaluate("e => e === document.activeElement")
    leave(tab)


@pytest.mark.parametrize("page", toc_pages())
def test_every_page_says_how_it_is_cited(page):
    entry = soup(page_file(page)).select_one(".cite-page pre").get_text()
    number = edges.chapter_number(page)
    assert entry.startswith("@book{" if page == LANDING else "@incollection{")
    assert (f"chapter = {{{number}}}" in entry) == bool(number)
    assert "What word2vec learns" in entry and "not set" not in entry
    assert entry.count("{") == entry.count("}")


def test_figures_are_enlarged_by_hand_and_by_keyboard(browser, address):
    tab = visit(browser, address, STAIRCASE, width=390, has_touch=True, is_mobile=True)
    picture = tab.locator("figure#fig-staircase-two > img.w2v-day")
    small = picture.bounding_box()["width"]
    picture.tap()
    dialog = tab.get_by_role("dialog", name="Figure")
    assert dialog.locator("img").bounding_box()["width"] > 1.8 * small
    dialog.get_by_role("button", name="Larger").tap()
    assert dialog.locator("img").bounding_box()["width"] > 2.5 * small
    for _ in range(8):
        tab.keyboard.press("Tab")
        assert tab.evaluate("!!document.activeElement.closest('dialog')"), "the tab key leaves the picture"
    tab.keyboard.press("Escape")
    assert tab.get_by_role("dialog").count() == 0
    opens = tab.locator('#fig-staircase-two [aria-label^="Enlarge"]')
    assert opens.evaluate("e => e === document.activeElement")
    opens.press("Enter")
    tab.get_by_role("dialog").get_by_role("button", name="Close").press("Enter")
    assert tab.get_by_role("dialog").count() == 0
    leave(tab)


# On a phone.


def test_what_is_unfolded_fits(browser, address):
    tab = visit(browser, address, STAIRCASE, width=390)
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert overflow(tab, 390) == []
    leave(tab)


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_wide_equation_says_that_there_is_more(page, browser, address):
    tab = visit(browser, address, page, width=390)
    settle(tab, 300)
    found = tab.evaluate(
        """() => [...document.querySelectorAll("article div.math mjx-container[display]")]
            .filter(e => e.clientWidth && e.checkVisibility({ visibilityProperty: true })).map(e => ({
                over: e.scrollWidth - e.clientWidth, cue: e.classList.contains("more-after"),
                mask: getComputedStyle(e).maskImage, stop: e.tabIndex,
                size: parseFloat(e.style.fontSize) / e.dataset.size,
                number: e.parentElement.querySelector(".eqno")?.getBoundingClientRect().top ?? 1e6,
                bottom: e.getBoundingClientRect().bottom,
            }))"""
    )
    assert found
    for equation in found:
        wide = equation["over"] > 4
        assert (
            equation["cue"] == wide
            and (equation["mask"] != "none") == wide
            and (equation["stop"] == 0) == wide
        )
        assert 0.795 <= equation["size"] <= 1 and (not wide or equation["size"] < 0.81)
        assert equation["number"] > equation["bottom"] - 20, "its number stands below"
    wide = tab.locator("mjx-container.more-after")
    if wide.count():
        wide.first.evaluate("e => { e.scrollLeft = 1e4 }")
        settle(tab, 0)
        assert tab.locator("mjx-container.more-before").count() == 1
    leave(tab)


def test_code_that_is_cut_says_so(browser, address):
    tab = visit(browser, address, "book/04-word2vec", width=390)
    settle(tab, 300)
    cut = tab.evaluate(
        """() => [...document.querySelectorAll("article pre")].filter(e => e.checkVisibility())
            .map(e => [e.scrollWidth > e.clientWidth + 1, e.classList.contains("more-after")])"""
    )
    assert any(wide for wide, _ in cut) and all(wide == told for wide, told in cut)
    leave(tab)


def test_symbols_stand_on_cards(browser, address):
    tab = visit(browser, address, "book/notation", width=390)
    row = tab.locator("table.as-cards tbody tr").first
    cells = row.evaluate("e => [...e.cells].map(c => [c.dataset.label, c.getBoundingClientRect().left])")
    assert len(cells) >= 3 and len({left for _, left in cells}) == 1 and all(label for label, _ in cells)
    assert tab.get_by_role("table").count() > 3 and tab.get_by_role("cell").count() > 50
    text = soup(page_file("book/notation")).get_text()
    assert "| --- |" not in text and "| $" not in text, "a row has fallen out of its table"
    tab.set_viewport_size({"width": 1280, "height": 844})
    lefts = row.evaluate("e => [...e.cells].map(c => c.getBoundingClientRect().left)")
    assert lefts == sorted(set(lefts))
    leave(tab)


@pytest.mark.parametrize("page", [LANDING, STAIRCASE, "book/atlas", "book/notation"])
def test_what_is_touched_can_be_hit(page, browser, address):
    tab = visit(browser, address, page, width=390, has_touch=True, is_mobile=True)
    small = tab.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, .headerlink[role=button]")]
            .map(e => e.type === "radio" ? e.closest("label") : e).filter(e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
            .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([name, box]) => `${name} ${box.width} x ${box.height}`)"""
    )
    assert not small, "\n".join(small)
    leave(tab)


# What the book remembers.


def test_the_book_keeps_the_place_and_forgets_it_when_asked(browser, address):
    tab = visit(browser, address, LANDING)
    assert (
        not tab.locator(".continue-at").is_visible() and tab.get_by_role("button", name="Forget").count() == 0
    )
    tab.goto(f"{address}/{STAIRCASE}.html")
    tab.locator("#the-limit h2").scroll_into_view_if_needed()
    tab.evaluate("document.querySelector('#the-limit h2').scrollIntoView()")
    tab.wait_for_function("localStorage.getItem('w2v-place')")
    assert tab.locator(".is-read").count() == 0
    tab.goto(f"{address}/{LANDING}.html")
    line = tab.locator(".continue-at")
    assert (
        line.inner_text()
        == "Continue at 11\u2002From a small start the least-squares model learns in steps: The limit"
    )
    line.get_by_role("link").click()
    assert tab.url == f"{address}/{STAIRCASE}.html#the-limit"
    tab.locator(".right-next").scroll_into_view_if_needed()
    mark = tab.locator('.bd-docs-nav a[href="#"] .visually-hidden')
    mark.wait_for(state="attached")
    tab.evaluate("localStorage.setItem('w2v-of-another-part', '1'); localStorage.setItem('mode', 'dark')")
    tab.goto(f"{address}/{LANDING}.html")
    assert tab.locator(".is-read").count() == 1 and "(read)" in tab.locator(".is-read").text_content()
    tab.evaluate("document.addEventListener('w2v-erased', () => { window.told = true })")
    tab.get_by_role("button", name="Forget").press("Enter")
    assert tab.evaluate("Object.keys(localStorage).filter(name => name.startsWith('w2v-'))") == []
    assert tab.evaluate("localStorage.getItem('mode')") == "dark" and tab.evaluate("window.told")
    assert tab.locator(".is-read").count() == 0 and not line.is_visible()
    assert tab.get_by_role("status").filter(has_text="Nothing is kept").count() == 1
    leave(tab)


def test_returning_moves_nothing_on_the_landing_page(browser):
    with measure_pages.served() as address:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        tab = context.new_page()
        tab.add_init_script(measure_pages.OBSERVE)
        tab.goto(f"{address}/{LANDING}.html")
        place = {
            "page": "11-staircase.html",
            "title": "11 Steps",
            "anchor": "the-limit",
            "section": "The limit",
        }
        tab.evaluate("place => localStorage.setItem('w2v-place', JSON.stringify(place))", place)
        tab.route(
            "**/edges.js*", lambda route: (time.sleep(0.5), route.continue_())
        )  # it comes after the text
        tab.reload()
        tab.locator(".continue-at a").wait_for()
        settle(tab, 500)
        assert tab.evaluate("measured.shift") <= 0.01
        for rubbish in ("null", "[]", '{"page": 3}', "{", '{"page": "none.html", "title": "<b>x</b>"}'):
            tab.evaluate("text => localStorage.setItem('w2v-place', text)", rubbish)
            tab.reload()
            assert tab.locator(".continue-at a, .continue-at b").count() == 0
        context.close()


# On paper, and without scripts.


def test_paper_has_no_buttons_and_cuts_nothing(browser, address):
    tab = visit(browser, address, STAIRCASE)
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 680, "height": 900})
    found = tab.evaluate(
        """() => ({
            buttons: [...document.querySelectorAll("button:not(.predict-options *), .headerlink, nav.bd-links, .bd-toc-nav")]
                .filter(e => e.checkVisibility({ visibilityProperty: true })).map(e => e.outerHTML.slice(0, 80)),
            cut: [...document.querySelectorAll("article pre")]
                .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).length,
            faded: [...document.querySelectorAll("article *")]
                .filter(e => /gradient/.test(getComputedStyle(e).maskImage)).length,
            folded: document.querySelectorAll(".toggle-hidden").length,
            whole: [...document.querySelectorAll(".cell_input, figure, div.math")]
                .filter(e => getComputedStyle(e).breakInside !== "avoid").length,
        })"""
    )
    assert found == {"buttons": [], "cut": 0, "faded": 0, "folded": 0, "whole": 0}
    leave(tab)


@pytest.mark.parametrize("page", [LANDING, STAIRCASE])
def test_without_scripts_nothing_stands_dead(page, browser, address):
    tab = visit(browser, address, page, java_script_enabled=False)
    header = tab.locator(".bd-header-article button")
    shown = [
        header.nth(i).get_attribute("aria-label") for i in range(header.count()) if header.nth(i).is_visible()
    ]
    run = "Run the book" if page == LANDING else "Run this chapter"
    assert shown == [run, *["Source repositories"][: bool(built_for().repository)], "Download this page"]
    for name, kind in (("Download this page", "download"), (run, "run")):
        menu = tab.locator(f".dropdown-{kind}-buttons .dropdown-menu")
        assert not menu.is_visible()
        tab.get_by_role("button", name=name).focus()
        assert menu.is_visible()
        links = menu.locator(":visible").get_by_role("link").count()
        assert links == 1 if kind == "download" else links >= 1
    told = tab.locator(".without-scripts")
    assert told.count() == bool(soup(page_file(page)).select("article .math"))
    assert not told.count() or told.is_visible()
    leave(tab)
