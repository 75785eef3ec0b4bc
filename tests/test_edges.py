"""What the pages say about themselves, and the order of the search: small books, built for the purpose."""

from __future__ import annotations

import doctest
from pathlib import Path
from xml.etree import ElementTree

import book_search
import edges
import make_preview
import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from small_books import build

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "intro": "# A book\n\nIt is about rises, and about falls of every kind, too.\n\n```{toctree}\n01-up\nmore\n```\n",
    "01-up": "# Up\n\n*Five minutes to read, exercises apart, and then some.*\n\n"
    "What goes up has to be said, and said with care. Let $x$ rise. It is quiet.\n\n## Further\n",
    "more": "# More\n\nOnly a few words, and they are these: queen, queen and queen.\n",
}
BASE = "https://words.example/book"


@pytest.fixture(scope="module", params=["", BASE, f"{BASE}/"], ids=["no address", "address", "with a slash"])
def little_book(request, tmp_path_factory):
    """A book of three pages, and its address."""
    source = tmp_path_factory.mktemp("source")
    for name, text in PAGES.items():
        (source / f"{name}.md").write_text(text)
    out = build(
        source,
        extensions=["myst_parser", "sphinx_thebe", "sphinx_togglebutton", "edges", "book_search"],
        root_doc="intro",
        author="The authors",
        copyright="2026",
        html_title="A book",
        html_theme="sphinx_book_theme",
        html_baseurl=request.param,
        html_static_path=[str(ROOT / "book" / "_static")],
        myst_enable_extensions=["dollarmath"],
        thebe_config={},
    )
    return out, request.param


def head(out, page):
    return BeautifulSoup((out / f"{page}.html").read_text(encoding="utf-8"), "html.parser")


def test_pages_name_their_address_where_the_book_has_one(little_book):
    out, base = little_book
    page = head(out, "01-up")
    assert (
        page.find("meta", attrs={"name": "description"})["content"]
        == "What goes up has to be said, and said with care."
    )
    canonical, picture = page.find("link", rel="canonical"), page.find("meta", property="og:image")
    if not base:
        assert canonical is None and picture is None and not (out / "sitemap.xml").exists()
        return
    assert canonical["href"] == f"{BASE}/01-up.html"
    assert picture["content"] == f"{BASE}/_static/preview.png" and (out / "_static" / "preview.png").exists()
    listed = ElementTree.parse(out / "sitemap.xml").getroot()
    assert [url[0].text for url in listed] == [f"{BASE}/{page}.html" for page in sorted(PAGES)]
    assert f"url = {{{BASE}/01-up.html}}" in page.select_one(".cite-page pre").get_text()


def test_scripts_wait_and_none_is_superfluous(little_book):
    out, _ = little_book
    scripts = {
        Path(e["src"].partition("?")[0]).name: e for e in head(out, "01-up").find_all("script", src=True)
    }
    assert "edges.js" in scripts
    assert not {"sphinx-thebe.js", "togglebutton.js", "fontawesome.js", "search.js"} & set(scripts)
    assert all(
        "defer" in e.attrs or "async" in e.attrs for name, e in scripts.items() if name not in edges.FIRST
    )
    found = {
        Path(e["src"].partition("?")[0]).name: e for e in head(out, "search").find_all("script", src=True)
    }
    assert {"search.js", "search-data.js"} <= set(found)
    assert not any("defer" in found[name].attrs for name in edges.FIRST_IN_SEARCH)
    assert not list(out.rglob("fontawesome.js"))


def test_the_search_knows_which_page_says_most(little_book):
    out, _ = little_book
    text = (out / "_static" / "search-data.js").read_text(encoding="utf-8")
    assert text.startswith("globalThis.bookSearch={") and '"atlases":[]' in text


def test_more_words_and_a_shorter_page_come_first():
    pages = {"long": {"king": 4, "of": 996}, "short": {"king": 2, "of": 2}, "other": {"king": 1, "of": 99}}
    assert book_search.best_pages(pages)["king"] == ["short", "long", "other"]


@pytest.mark.parametrize(
    "text, told",
    [
        ("One. Two.", "One. Two."),
        (f"One {edges.FORMULA} here. Two.", ""),
        (f"One. Two {edges.FORMULA}. Three.", "One."),
        ("No end", ""),
        ("Is it? It is! So be it.", "Is it? It is! So be it."),
    ],
)
def test_a_description_is_whole_sentences_without_formulas(text, told):
    assert edges.first_sentences(text) == told
    assert edges.first_sentences("x" * 500 + ".") == "x" * 500 + "."


@pytest.mark.parametrize("module", [edges, book_search, make_preview])
def test_examples_in_the_documentation_hold(module):
    found = doctest.testmod(module)
    assert found.attempted and not found.failed


def test_the_picture_for_previews_has_the_size_that_is_promised():
    assert Image.open(make_preview.PICTURE).size == (make_preview.WIDTH, make_preview.HEIGHT)
    assert make_preview.PICTURE.name == edges.PREVIEW and make_preview.PICTURE.stat().st_size < 150_000
    rise = make_preview.strengths(np.array([2.0, 1.0]), np.linspace(0, 40, 5), start=1e-6)
    assert rise[:, -1] == pytest.approx([2.0, 1.0]) and rise[:, 0] == pytest.approx([1e-12, 1e-12])
