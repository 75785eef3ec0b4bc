"""Cards of symbols and previews, in a browser: by mouse, keyboard and touch."""

from __future__ import annotations

import re

import pytest
from pages import ALLOWED, CONTRAST, HTML, SETTLED, page_file, settle, soup
from test_symbols import symbols, symbols_on

pytestmark = pytest.mark.usefixtures("built")

CHAPTER = "book/11-staircase"
CARD, SPOKEN = ".w2v-card", ".w2v-card-spoken"
LAMBDA = "#notation-here mjx-msub"  # the first one of chapter 11 is lambda_1
#: Said by the theme.
HARMLESS = ("THEBE_JS_URL", "Got invalid theme mode")


@pytest.fixture
def visit(browser, address):
    """A function that opens a page and collects what it should not do."""
    contexts, complaints = [], []

    def open_page(page, width=1280, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 844}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        tab = context.new_page()
        tab.on(
            "request",
            lambda request: (
                request.url.startswith((address, "data:", "blob:", "file:"))
                or complaints.append(f"asks another host: {request.url}")
            ),
        )
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(page if "://" in page else f"{address}/{page}.html", wait_until="load")
        tab.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
        return tab

    yield open_page
    for context in contexts:
        context.close()
    found = [text for text in complaints if not any(known in text for known in HARMLESS)]
    assert not found, "\n".join(found)


def card(tab):
    """The open card, once its formulas are drawn."""
    tab.locator(CARD).wait_for(state="visible")
    tab.wait_for_function("""() => {
        const body = document.querySelector(".w2v-card-body");
        return [...body.querySelectorAll(".math")].every(span => span.querySelector("mjx-container"));
    }""")
    return tab.locator(CARD)


def apart(tab, selector: str) -> bool:
    """Whether the card lies inside the window and beside what it explains."""
    return tab.evaluate(
        """selector => {
            const c = document.querySelector(".w2v-card").getBoundingClientRect();
            const s = document.querySelector(selector).getBoundingClientRect();
            const inside = c.left >= 0 && c.right <= innerWidth && c.top >= 0 && c.bottom <= innerHeight;
            return inside && (c.top >= s.bottom || c.bottom <= s.top);
        }""",
        selector,
    )


@pytest.mark.parametrize(
    ("page", "tex", "says"),
    [
        (CHAPTER, r"\lambda_k", "eigenvalue of"),
        (CHAPTER, r"\gamma_k", "the strength of mode"),
        (CHAPTER, r"\sigma", "scale of the start"),
        ("book/03-target", r"\mathrm{PMI}", "pointwise mutual information"),
        ("book/12-any-start", "Q", "the matrix of the exact solution"),
        ("book/20-geometry", r"\hat c_k", "eigenvalue of the wave"),
        ("book/17-concepts", r"\cos^2_k", "squared cosine"),
    ],
)
def test_known_answers(page, tex, says, visit):
    found, listed = symbols_on(page)
    numbers = set(found.within(symbols.read(tex)))
    assert len(numbers) == 1
    assert listed[numbers.pop()][0].meaning.startswith(says)


def test_mouse(visit):
    tab = visit(CHAPTER)
    symbol = tab.locator(LAMBDA).first
    symbol.scroll_into_view_if_needed()
    tops = "all => all.map(p => p.getBoundingClientRect().top)"
    paragraphs = tab.locator("article section p")
    before = paragraphs.evaluate_all(tops)
    symbol.hover()
    text = card(tab).inner_text()
    assert "lambda k" in text and "eigenvalue of" in text and "modes.values" in text
    assert "are its eigenvalues" in text, "what this chapter says"
    assert apart(tab, LAMBDA)
    assert paragraphs.evaluate_all(tops) == before, "something moved"
    card(tab).hover()  # it can be read
    settle(tab, SETTLED)
    assert tab.locator(CARD).is_visible()
    tab.mouse.move(5, 500)
    tab.locator(CARD).wait_for(state="hidden")
    symbol.hover()
    card(tab)
    tab.keyboard.press("Escape")
    tab.locator(CARD).wait_for(state="hidden")
    symbol.click()  # it stays
    card(tab)
    tab.mouse.move(5, 500)
    settle(tab, SETTLED)
    assert tab.locator(CARD).is_visible()
    tab.get_by_role("button", name="Close", exact=True).click()
    tab.locator(CARD).wait_for(state="hidden")


def test_the_largest_symbol_answers_for_its_parts(visit):
    tab = visit(CHAPTER)
    squared = tab.locator("#equation-eq-staircase-logistic mjx-msubsup").first
    squared.scroll_into_view_if_needed()
    squared.locator("mjx-script mjx-mi").first.hover()  # the k of s_k^2
    assert "s k squared" in card(tab).inner_text()
    assert tab.locator(".w2v-asked").evaluate("e => e.tagName") == "MJX-MSUBSUP"


def test_keyboard(visit):
    tab = visit(CHAPTER)
    tab.locator("details.w2v-symbols summary").focus()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    buttons = tab.locator("button.w2v-symbol")
    assert buttons.count() == len(soup(page_file(CHAPTER)).select("a.w2v-symbol")) > 20
    assert tab.locator("button.w2v-symbol[tabindex='0']").count() == 1
    shown = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "End", "Home"):
        tab.keyboard.press(key)
        settle(tab, 300)
        shown.append(tab.locator(SPOKEN).inner_text())
        asked = tab.evaluate("document.activeElement.getAttribute('aria-label')")
        assert card(tab).get_attribute("aria-label") == f"Symbol {asked}"
        assert shown[-1].startswith(f"{asked}: ")
    assert len(set(shown)) == 4 and shown[0] == shown[2]
    assert tab.locator("button.w2v-symbol[tabindex='0']").count() == 1
    place = tab.evaluate("document.activeElement.dataset.symbol")
    tab.keyboard.press("Enter")
    tab.wait_for_function("document.activeElement.matches('.w2v-card')")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('.w2v-card') !== null")
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.dataset.symbol") == place
    assert not tab.locator(CARD).is_visible()
    tab.keyboard.press("Tab")  # one stop: out of the list
    assert not tab.evaluate("document.activeElement.matches('.w2v-symbol')")


def test_touch(visit):
    tab = visit(CHAPTER, width=390, has_touch=True, is_mobile=True)
    selector = "#equation-eq-staircase-logistic mjx-msubsup"
    tab.locator(selector).first.scroll_into_view_if_needed()
    tab.locator(selector).first.tap()
    assert "strength of mode" in card(tab).inner_text()
    assert apart(tab, selector)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    tab.locator("#equation-eq-staircase-limit").tap(position={"x": 3, "y": 3})
    tab.locator(CARD).wait_for(state="hidden")


@pytest.mark.parametrize(
    ("page", "link", "says", "formulas"),
    [
        (CHAPTER, "p a[href='#thm-staircase-limit']", "Let the modes be aligned", True),
        (CHAPTER, "p a[href='#equation-eq-staircase-visible']", None, True),
        (CHAPTER, "p a[href^='#id']", "Karkada", False),
        (CHAPTER, ".admonition-title a[href='#ex-staircase-1']", "Where training will be", True),
    ],
)
def test_previews(page, link, says, formulas, visit):
    tab = visit(page)
    found = tab.locator(f"article {link}:not(.headerlink):visible").first
    found.scroll_into_view_if_needed()
    found.hover()
    shown = card(tab)
    assert (says or found.inner_text()) in shown.inner_text()  # of an equation, the number that the link has
    assert not formulas or shown.locator("mjx-container").count()
    assert not shown.locator("[id], script, .headerlink").count()


def test_preview_of_another_page(visit):
    """From the glossary into a chapter nothing is shown (a section), from the notation page an equation is."""
    tab = visit("book/notation")
    link = tab.locator("#symbol-tau-k a.reference.internal")
    link.scroll_into_view_if_needed()
    with tab.expect_request("**/book/11-staircase.html"):
        link.hover()
    shown = card(tab)
    assert shown.locator("mjx-container").count() and re.search(r"\(\d+\)", shown.inner_text())
    assert not shown.locator("mjx-merror").count()


def test_a_long_press_previews_a_link(visit):
    tab = visit(CHAPTER, width=390, has_touch=True, is_mobile=True)
    link = tab.locator("article p a[href='#equation-eq-staircase-visible']").first
    link.scroll_into_view_if_needed()
    at = tab.evaluate("scrollY")
    link.dispatch_event("pointerdown", {"pointerType": "touch", "bubbles": True})
    assert link.inner_text() in card(tab).inner_text()
    link.dispatch_event("pointerup", {"pointerType": "touch", "bubbles": True})
    link.dispatch_event("click", {"bubbles": True, "cancelable": True})
    assert tab.evaluate("location.hash") == "" and abs(tab.evaluate("scrollY") - at) < 2, "it was followed"


def test_keyboard_previews_a_link(visit):
    tab = visit(CHAPTER)
    tab.locator("article p a[href='#thm-staircase-limit']:not(.headerlink)").first.focus()
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Tab")
    assert "Theorem 12" in card(tab).inner_text()
    assert tab.locator(SPOKEN).inner_text().startswith("Preview: Theorem 12")
    tab.keyboard.press("Escape")
    assert not tab.locator(CARD).is_visible()


#: Axe cannot judge text around formulas, nor single letters.
DIM = """() => {
  CONTRAST
  const ground = getComputedStyle(document.querySelector(".w2v-card")).backgroundColor;
  return [...document.querySelectorAll(".w2v-card-body :is(p, b, small, dt, dd, a, code, mjx-math)")]
    .filter(e => e.textContent.trim() || e.matches("mjx-math"))
    .map(e => [e.outerHTML.slice(0, 60), contrast(getComputedStyle(e).color, ground)])
    .filter(([, ratio]) => ratio < 4.5);
}""".replace("CONTRAST", CONTRAST)


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_an_open_card_is_accessible(theme, width, visit):
    """The rest of the page is looked at where all pages are."""
    from axe_playwright_python.sync_playwright import Axe

    tab = visit(CHAPTER, width=width)
    tab.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    tab.locator("details.w2v-symbols summary").click()
    tab.locator("button.w2v-symbol").nth(2).click()
    card(tab)
    settle(tab, SETTLED)
    ours = {"include": [[CARD], [".w2v-symbols"], [SPOKEN]], "exclude": [["mjx-math"]]}
    off = {rule: {"enabled": False} for rule in ALLOWED}
    assert tab.evaluate(DIM) == []
    found = Axe().run(tab, ours, {"preload": False, "rules": off}).response["violations"]
    assert not [(each["id"], node["html"][:160]) for each in found for node in each["nodes"]]


def test_from_files(visit):
    """Without a server symbols answer; of other pages nothing is shown, and nothing is said."""
    tab = visit(f"file://{HTML}/book/notation.html")
    tab.locator("#symbol-tau-k a.reference.internal").hover()
    settle(tab, SETTLED)
    assert not tab.locator(CARD).is_visible()
    tab.locator("#symbol-tau-k mjx-msub").first.hover()
    assert "half-rise time" in card(tab).inner_text()


def test_without_scripts(browser, address):
    """The list stands there with links to the notation page, and no card."""
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{address}/{CHAPTER}.html")
    assert not tab.locator(CARD).count()
    tab.locator("details.w2v-symbols summary").click()
    link = tab.locator("a.w2v-symbol[href$='#symbol-lambda-k']").first
    assert "eigenvalue of" in tab.locator("details.w2v-symbols li").filter(has=link).inner_text()
    link.click()
    assert tab.url.endswith("notation.html#symbol-lambda-k")
    context.close()
