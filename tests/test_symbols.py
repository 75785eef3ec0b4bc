"""Symbols that answer: what is read from formulas, what the notation page gives, and the glossary."""

from __future__ import annotations

import doctest
import json
import re

import pytest
import symbols
from bs4 import BeautifulSoup
from pages import HTML, ROOT, page_file, soup, toc_pages

NOTATION = ROOT / "book" / "notation.md"
DATA = HTML / "_static" / "symbols-data.js"
CHAPTERS = [page for page in toc_pages() if (ROOT / f"{page}.ipynb").exists()]


def data() -> dict:
    return json.loads(
        DATA.read_text(encoding="utf-8").removeprefix("window.w2vSymbols = ").removesuffix(";\n")
    )


def rows_of(packed: list[dict]) -> list[symbols.Row]:
    return [
        symbols.Row(row.get("id", ""), row.get("tex", []), "", row["mean"], "", row.get("value", ""))
        for row in packed
    ]


def symbols_on(page: str) -> tuple[symbols.Symbols, list[tuple[symbols.Row, str]]]:
    """What answers on a page, from the data that its script gets."""
    about = data()["pages"].get(page, {"here": [], "told": []})
    return symbols.known(rows_of(data()["rows"]), rows_of(about["here"]), about["told"])


def formulas(cell: str) -> list[str]:
    return re.findall(r"\$(.+?)\$", cell)


# Reading.


@pytest.mark.parametrize(
    ("tex", "named"),
    [
        (r"\lambda_k", [r"\lambda_k"]),
        (r"\lambda_{k+1} - \lambda_k", [r"\lambda_k"] * 2),
        (r"\Lambda_d^{1/2}", [r"\Lambda_d"]),
        (r"M^\star_{ij}", [r"M^\star_{ij}"]),
        (r"M^{\star}", [r"M^\star_{ij}"]),
        (r"M^{\rm lin}", [r"M^{\rm lin}_{ij}"]),
        (r"M_{ij}^2", ["M"]),
        (r"s_k^2", ["s_k^2"]),
        (r"s_k", ["s_k"]),
        (r"\mathcal R_{kk}^2", [r"\mathcal R_{kk}^2"]),
        (r"\mathcal Q\mathcal R", [r"\mathcal Q", r"\mathcal R"]),
        (r"\hat w_b - \hat w_a", [r"\hat w_i"] * 2),
        (r"\frac{G}{\bar G}", ["G_{ij}", r"\bar G"]),
        (r"A_{i\cdot}\,\nu_j", [r"A_{i\cdot}", r"\nu_j"]),
        (r"\Psi^+ P", [r"\Psi^{\pm}_{ij}", "P_{ij}"]),
        (r"\lVert W_0\rVert_F^2", ["W_0", r"\lVert \cdot \rVert_F"]),
        (r"\mathcal L_{\mathrm{w2v}} - \mathcal L", [r"\mathcal L_{\mathrm{w2v}}", r"\mathcal L"]),
        (r"\frac{dW}{dt} = O(\eta)", ["W", "t", r"\eta"]),  # neither d nor O is a symbol here
        (r"\dot W", ["W"]),
        (r"e^{2\lambda_k t}", [r"\lambda_k", "t"]),
        (r"b - a + c", []),  # the words of a question, unless a chapter says otherwise
        (r"a_i c_j", ["a_i", "c_j"]),
        (r"\vartheta\phi\epsilon", []),  # other letters than theta and epsilon
        (r"\text{rank } W", ["W"]),
        (r"\cos^2\omega", []),
        (r"\cos^2_k", [r"\cos^2_k"]),
    ],
)
def test_what_a_formula_holds(tex, named):
    text = NOTATION.read_text(encoding="utf-8")
    rows = [
        symbols.Row("row", formulas(line.split("|")[1]), "", "", "", "")
        for line in text.splitlines()
        if line.startswith("| $")
    ]
    found, listed = symbols.known(rows, ())
    assert [listed[number][1] for number in found.within(symbols.read(tex))] == named


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            r" \(T\), a table of inner products.",
            [("T", "a table of inner products")],
        ),
        (
            r" \(\phi\), an angle; \(J_i = \sum_j G_{ij}\), the pull. The \(M\) is another",
            [(r"\phi", "an angle"), ("J_i", r"\(J_i = \sum_j G_{ij}\), the pull")],
        ),
    ],
)
def test_what_counts_on_one_page_only(text, expected):
    assert [(row.formulas[0], row.meaning) for row in symbols.definitions(text)] == expected


def test_examples():
    done = doctest.testmod(symbols)
    assert done.attempted and not done.failed


def test_a_meaning_of_the_page_wins():
    shared = [symbols.Row("symbol-T", ["T"], "", "of the book", "", "")]
    here = [symbols.Row("", ["T_k"], "", "of the page", "", "")]
    found, listed = symbols.known(shared, here)
    assert [listed[number][0].meaning for number in found.within(symbols.read("T = T_2"))] == [
        "of the page"
    ] * 2


# What is built.


@pytest.mark.usefixtures("built")
def test_every_symbol_of_the_notation_page_is_an_entry():
    lines = NOTATION.read_text(encoding="utf-8").split("## Names that differ")[0].splitlines()
    tables = [line.split("|")[1].strip() for line in lines if line.startswith("|")]
    start = tables.index("symbol")
    written = [formula for cell in tables[start:] for formula in formulas(cell)]
    assert len(written) > 90
    rows = data()["rows"]
    assert [formula for row in rows for formula in row.get("tex", [])] == written
    assert len({tuple(look) for row in rows for look in row.get("look", [])}) == len(written), (
        "two look the same"
    )
    anchors = [row["id"] for row in rows]
    assert len(set(anchors)) == len(anchors)
    ids = {element["id"] for element in soup(page_file("book/notation")).select("tr[id]")}
    assert ids >= set(anchors)
    assert all(row["mean"] for row in rows)


@pytest.mark.usefixtures("built")
def test_entries_say_what_the_page_says():
    entry = {row["id"]: row for row in data()["rows"]}["symbol-lambda-k"]
    assert entry["mean"].startswith(r"eigenvalue of \(M^\star\)")
    assert (entry["code"], entry["about"], entry["say"][0]) == ("modes.values", "shape", "lambda k")
    target = {row["id"]: row for row in data()["rows"]}["symbol-M-star-ij"]
    address, number, tex = target["eq"]
    assert address == "book/03-target.html#equation-eq-target-mstar"
    assert r"\frac{2\,(A - B)}{A + B}" in tex
    assert f"({number})" in soup(HTML / "book" / "03-target.html").find(id=address.split("#")[1]).get_text()


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("page", CHAPTERS)
def test_chapters_list_their_symbols(page):
    """All that a chapter's own Notation names, and what it defines for itself, is in its list, once."""
    article = soup(page_file(page)).article
    details = article.select("details.w2v-symbols")
    assert len(details) == 1
    section = article.section
    following = details[0].find_next_sibling()
    assert following.name == "section" and details[0].parent == section, "it ends the first section"
    links = details[0].select("a.w2v-symbol")
    numbers = [int(link["data-symbol"]) for link in links]
    assert len(set(numbers)) == len(numbers)
    found, listed = symbols_on(page)
    told = article.find(id="notation-here")
    for span in told.select(".math"):
        tex = span.get_text()[2:-2]
        assert set(found.within(symbols.read(tex))) <= set(numbers), tex
    here = data()["pages"][page]["here"]
    text = told.get_text() + "".join(
        p.get_text() for p in article.select("p") if symbols.ONLY_HERE in p.get_text()
    )
    assert bool(here) == (symbols.ONLY_HERE in text)
    for row in here:
        number = next(
            n for n, (known, _) in enumerate(listed) if known.formulas == row["tex"] and not known.anchor
        )
        assert number in numbers, row["tex"]
    ids = {element["id"] for element in soup(page_file("book/notation")).select("tr[id]")}
    for link, number in zip(links, numbers):
        anchor = listed[number][0].anchor
        assert link["href"] == (f"notation.html#{anchor}" if anchor else "#notation-here")
        assert not anchor or anchor in ids


@pytest.mark.usefixtures("built")
def test_two_builds_say_the_same():
    """Nothing of the data depends on the run: it is what the sources give, in their order."""
    text = DATA.read_text(encoding="utf-8")
    assert text.startswith("window.w2vSymbols = {") and len(text.encode()) < 60_000
    assert list(data()["pages"]) == sorted(data()["pages"])


# The glossary.


def entries() -> list[tuple[str, BeautifulSoup]]:
    page = soup(page_file("book/glossary"))
    return [
        (term.find(string=True).strip(), term.find_next_sibling("dd"))
        for term in page.select("dl.glossary > dt")
    ]


@pytest.mark.usefixtures("built")
def test_glossary_is_alphabetical_and_links_to_where_a_word_is_introduced():
    terms = [term for term, _ in entries()]
    assert len(terms) >= 60
    assert terms == sorted(terms, key=str.lower)
    for term, meaning in entries():
        links = meaning.select("a.reference.internal")
        assert len(links) == 1, term
        name, anchor = links[0]["href"].split("#")
        chapter = soup(HTML / "book" / name)
        assert chapter.find(id=anchor) is not None, f"{term}: no such place: {links[0]['href']}"
        assert re.search(rf"\b{re.escape(term)}", chapter.article.get_text(), re.IGNORECASE), (
            f"{term!r} does not occur in {name}"
        )
        assert links[0].get_text() == f"Chapter {int(name[:2])}"
        sentences = meaning.get_text().removesuffix(links[0].get_text() + "\n").strip()
        assert 20 < len(sentences) < 260, term
