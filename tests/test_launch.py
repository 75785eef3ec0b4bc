"""Where a page can be run: the menu in its head and the list of the landing page, in a small book."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import launch
import nbformat
import pytest
from bs4 import BeautifulSoup
from pages import accessibility, overflow, settle
from small_books import build

ROOT = Path(__file__).resolve().parents[1]
REPOSITORY = "https://github.com/owner/name"
BASE = "https://words.example/book/"
PAGES = {
    "intro": "# A book\n\n(running)=\n## Run it\n\n{{ where_to_run }}\n\n```{toctree}\nbook/03-up\nbook/assumed\nbook/more\n```\n",
    "book/more": "# More\n\nOnly a few words.\n",
}
CHAPTERS = {
    "book/03-up": "# Up\n\n*Five minutes to read, exercises apart; computing takes about one.*\n",
    "book/assumed": "# Assumed\n\n*Five minutes to read; computing takes about three.*\n",
}
#: Repository, address of the pages, chapters in the browser; what the menu of a chapter then offers.
CASES = {
    "nothing": ("", "", ["03-up"], ["own"]),
    "address": ("", BASE, ["03-up"], ["browser", "own"]),
    "repository": (REPOSITORY, "", ["03-up"], ["binder", "colab", "file", "own"]),
    "both": (REPOSITORY, BASE, ["03-up"], ["binder", "colab", "browser", "file", "own"]),
}


@pytest.fixture(scope="module", params=CASES)
def little_book(request, tmp_path_factory):
    repository, base, lite, offered = CASES[request.param]
    source = tmp_path_factory.mktemp("source")
    (source / "book").mkdir()
    for name, text in PAGES.items():
        (source / f"{name}.md").write_text(text)
    for name, text in CHAPTERS.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, source / f"{name}.ipynb")
    out = build(
        source,
        extensions=["myst_nb", "launch", "edges"],
        root_doc="intro",
        language="en",
        html_title="A book",
        html_theme="sphinx_book_theme",
        html_theme_options={"repository_url": repository},
        html_baseurl=base,
        html_static_path=[str(ROOT / "book" / "_static")],
        html_css_files=["book.css"],
        launch_lite=lite,
        myst_enable_extensions=["substitution"],
        nb_execution_mode="off",
    )
    return out, repository, base, offered


def page(out, name):
    return BeautifulSoup((out / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def entries(out, name):
    """The entries of a page's menu: their addresses by what they are."""
    kinds = {
        "mybinder.org": "binder",
        "colab.research.google.com": "colab",
        "words.example": "browser",
        "github.com": "file",
        None: "own",
    }
    links = [a["href"] for a in page(out, name).select(".dropdown-run-buttons a")]
    found = {kinds[urlsplit(link).hostname]: link for link in links}
    assert len(found) == len(links)
    return found


def test_a_chapter_offers_what_exists_and_nothing_else(little_book):
    out, _, _, offered = little_book
    assert list(entries(out, "book/03-up")) == offered
    assert list(entries(out, "book/assumed")) == [kind for kind in offered if kind != "browser"]
    assert set(entries(out, "book/more")) == {"binder", "own"} & set(offered)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_address_is_that_of_the_run_edition(little_book, chapter):
    """Each is taken apart as its place does, and must name the branch and the file of ``make notebooks``."""
    out, _, base, _ = little_book
    found, file = entries(out, chapter), chapter.removeprefix("book/") + ".ipynb"
    if "binder" in found:
        parts = urlsplit(found["binder"])
        assert parts.path == "/v2/gh/owner/name/notebooks"
        assert parse_qs(parts.query) == {"urlpath": [f"lab/tree/{file}"]}
        assert urlsplit(found["colab"]).path == f"/github/owner/name/blob/notebooks/{file}"
        assert found["file"] == f"{REPOSITORY}/blob/notebooks/{file}"
    if "browser" in found:
        parts = urlsplit(found["browser"])
        assert parts.path == "/book/lite/lab/index.html" and parse_qs(parts.query) == {"path": [file]}


def test_other_pages_lead_to_the_start_page(little_book):
    out, repository, _, _ = little_book
    for name in PAGES:
        found = entries(out, name)
        if repository:
            assert parse_qs(urlsplit(found["binder"]).query) == {"urlpath": ["lab/tree/start.ipynb"]}


def test_what_is_said_about_ones_own_machine_is_where_the_menu_leads(little_book):
    out, _, _, _ = little_book
    for name in (*PAGES, *CHAPTERS):
        address, _, anchor = entries(out, name)["own"].partition("#")
        target = (out / f"{name}.html").parent / address if address else out / f"{name}.html"
        assert target.resolve() == (out / "intro.html").resolve()
        assert page(out, "intro").find(id=anchor).find_parent("article")


def test_a_chapter_says_how_long_it_computes(little_book):
    out, _, _, _ = little_book
    said = {
        name: page(out, name).select_one(".dropdown-run-buttons").get_text() for name in (*PAGES, *CHAPTERS)
    }
    assert "about one minute" in said["book/03-up"] and "about one minutes" not in said["book/03-up"]
    assert "about three minutes" in said["book/assumed"]
    assert "minute" not in said["book/more"].replace(launch.BINDER_NOTE, "")


def test_every_chapter_of_the_book_says_how_long_it_computes():
    for path in (ROOT / "book").glob("*.ipynb"):
        text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        assert re.search(r"^\*.*computing takes about \w+\.\*$", text, flags=re.M), path.name


def test_the_landing_page_names_the_same_places(little_book):
    out, repository, base, _ = little_book
    article = page(out, "intro").find("article")
    links = [a["href"] for a in article.select("#running li a, #run-it li a")]
    hosts = {urlsplit(link).hostname for link in links}
    assert ("mybinder.org" in hosts) == bool(repository)
    assert ("words.example" in hosts) == bool(repository and base)
    assert len(article.select("#running > ul > li, #run-it > ul > li")) == (3 if repository else 1)
    assert "{{" not in article.get_text()


def test_the_source_of_a_page_is_not_mistaken_for_its_notebook(little_book):
    out, _, _, _ = little_book
    for chapter in CHAPTERS:
        texts = [a.get_text(strip=True) for a in page(out, chapter).select(".dropdown-download-buttons a")]
        assert texts == ["source of the page"]


@pytest.mark.parametrize("little_book", ["both"], indirect=True)
def test_the_menu_opens_and_closes_by_keyboard_and_reads_well(little_book, browser):
    """Its second lines keep their contrast, on a phone and at night too, and it leads to no other host by itself."""
    out, _, _, offered = little_book
    for width in (1280, 390):
        tab = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        asked = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto((out / "book" / "03-up.html").as_uri())
        button = tab.get_by_role("button", name="Run this chapter")
        opened = tab.locator(".dropdown-run-buttons .dropdown-menu")
        for theme in ("light", "dark"):
            tab.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            assert not opened.is_visible()
            button.focus()
            tab.keyboard.press("Enter")
            opened.wait_for(state="visible")
            assert opened.get_by_role("link").count() == len(offered)
            tab.keyboard.press("ArrowDown")
            assert tab.evaluate("document.activeElement.closest('.dropdown-run-buttons a') !== null")
            settle(tab, 200)
            box = opened.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width + 1  # rounded
            assert overflow(tab, width) == []
            assert [
                said for said in accessibility(tab, "book/03-up") if "run-buttons" in said or "small" in said
            ] == []
            tab.keyboard.press("Escape")
            opened.wait_for(state="hidden")
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        tab.context.close()


def test_examples_in_the_documentation_hold():
    found = doctest.testmod(launch)
    assert found.attempted and not found.failed
