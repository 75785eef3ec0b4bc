"""The ledger of claims as a reader meets it: counts, links that land, choosing by keyboard, no scripts."""

from __future__ import annotations

import gzip

import claims
import pytest
from pages import HTML, SETTLED, accessibility, overflow, page_file, settle, soup, visiting

pytestmark = pytest.mark.usefixtures("built")

PAGE = "book/claims"
ROWS = [row for path in claims.files() for row in claims.read(path)]
SHOWN = ".claim:visible"


@pytest.fixture
def visit(browser, address):
    """Open the page of the ledger, or another."""
    with visiting(browser, address, reduced_motion="reduce") as go:

        def at(page: str = PAGE, query: str = "", width: int = 1280, **options):
            return go(page, query, viewport={"width": width, "height": 900}, **options)

        yield at


def fitting(by: str = "", verdict: str = "") -> int:
    return sum((not by or row.id[0] == by) and (not verdict or row.verdict == verdict) for row in ROWS)


def said(tab) -> str:
    return tab.locator(".claims-filter output").inner_text()


def test_every_row_is_laid_with_its_verdict_and_each_number_with_its_band():
    page = soup(page_file(PAGE))
    laid = {item["id"].upper(): item for item in page.select("li.claim")}
    assert list(laid) == [row.id for row in ROWS]
    for row in ROWS:
        item = laid[row.id]
        assert item.select_one(".claim-verdict").text == row.verdict
        numbers = item.select(".claim-number")
        assert len(numbers) == len(list(row.numbers())) == len(item.select(".claim-number + .claim-band"))
        assert all(any(map(str.isdigit, number.text)) for number in numbers), row.id
        assert len(item.select("dd a.internal")) >= len(row.figure + row.cells + row.see)


def test_the_summary_counts_the_rows():
    table = soup(page_file(PAGE)).select_one("table.claims-summary")
    told = {tr.th.text: [int(td.text) for td in tr.select("td")] for tr in table.select("tbody tr")}
    assert told == {v: [fitting(by, v) for by in claims.SOURCES] for v in claims.VERDICTS} | {
        "together": [fitting(by) for by in claims.SOURCES]
    }


def test_claims_are_chosen_by_keyboard_and_the_address_keeps_the_choice(visit):
    tab = visit()
    assert said(tab) == f"{len(ROWS)} of {len(ROWS)} shown" and tab.locator(SHOWN).count() == len(ROWS)
    tab.get_by_label("Verdict").focus()
    tab.keyboard.press("c")  # the first that begins with it
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowDown")
    few = fitting("P", claims.CONFIRMED)
    assert said(tab) == f"{few} of {len(ROWS)} shown" and tab.locator(SHOWN).count() == few
    tab.keyboard.press("Tab")
    tab.keyboard.type("MINIMA")
    fewer = tab.locator(SHOWN).count()
    assert 0 < fewer < few and said(tab) == f"{fewer} of {len(ROWS)} shown"
    assert all("minima" in text.lower() for text in tab.locator(SHOWN).all_inner_texts())
    assert tab.url.endswith("?verdict=confirmed&by=P&find=MINIMA")
    tab.reload()
    assert (
        tab.locator(SHOWN).count() == fewer and tab.get_by_label("With the words").input_value() == "MINIMA"
    )
    tab.get_by_role("button", name="Show all").press("Enter")
    assert tab.locator(SHOWN).count() == len(ROWS) and "?" not in tab.url


def test_a_claim_that_is_linked_to_is_shown_whatever_was_chosen(visit):
    other = next(row for row in ROWS if row.verdict != claims.NOT_TESTED)
    tab = visit(query=f"?verdict=not-tested#{other.id.lower()}")
    assert tab.locator(f"#{other.id.lower()}").is_visible() and said(tab).startswith(f"{len(ROWS)} of")
    nonsense = visit(query="?verdict=perhaps&by=nobody")
    assert nonsense.locator(SHOWN).count() == len(ROWS)


def test_without_scripts_all_claims_are_shown(visit):
    tab = visit(java_script_enabled=False)
    assert tab.locator(SHOWN).count() == len(ROWS)
    assert not tab.locator(".claims-filter").is_visible()


def test_a_link_lands_on_the_very_cell_and_opens_it(visit):
    """The first claim whose cell is folded."""
    folded = (
        (place, cell)
        for row in ROWS
        for place in row.cells
        for name, _, key in [place.partition("#")]
        for cell in [soup(page_file(f"book/{name}")).find(id=f"cell-{key}")]
        if cell.select("details") and not cell.select(".veiled")
    )
    place, _ = next(folded)
    name, _, key = place.partition("#")
    tab = visit()
    tab.locator(f".claim a[href='{name}.html#cell-{key}']").first.click()
    tab.wait_for_url(f"**/{name}.html#cell-{key}", wait_until="load")
    tab.evaluate("MathJax.startup.promise")  # formulas above, once typeset, do not push it away
    cell = tab.locator(f"#cell-{key}")
    assert cell.locator("details:not([open])").count() == 0
    box = cell.bounding_box()
    assert 0 <= box["y"] < 900


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_choice_fits_a_phone_and_can_be_read(theme, visit):
    tab = visit(query="?verdict=contradicted", width=390)
    tab.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    settle(tab, SETTLED)
    assert overflow(tab, 390) + accessibility(tab, PAGE) == []


def test_the_script_is_small():
    assert len(gzip.compress((HTML / "_static" / "claims.js").read_bytes())) <= 2_000
