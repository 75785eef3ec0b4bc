"""The built reference: every name with its example and its chapter, commands, the search, what is folded, on a phone too."""

from __future__ import annotations

import importlib
import inspect
import re

import pytest
import reference
import yaml
from pages import HTML, ROOT, overflow, page_file, settle, soup
from test_pages_edges import leave, paste, results, visit
from test_reference import CFF, offered

import w2vlib

pytestmark = pytest.mark.usefixtures("built")

API = "book/api"
NAMES = dict(
    sorted((f"{'.'.join(name.split('.')[:2])}.{name.split('.')[-1]}", thing) for name, _, thing in offered())
)


@pytest.fixture(scope="module")
def entries():
    """What the page says about each name: the element around it, by the name in full."""
    found = {}
    for term in soup(page_file(API)).select("dl.py > dt.sig[id]"):
        if not term.find_parent("dd", class_=False) or not term.find_parent("dl", class_="py").find_parent(
            "dl"
        ):
            found[term["id"]] = term.parent
    return found


def title_of(page: str) -> str:
    heading = soup(HTML / page).select_one("article h1")
    return re.sub(r"^\d+\s+|#$", "", " ".join(heading.get_text().split()))


def test_every_public_name_is_there_with_an_example_and_its_chapter(entries):
    wrong = []
    for name, thing in NAMES.items():
        if name not in entries:
            wrong.append(f"{name} is not there")
            continue
        entry = entries[name]
        links = entry.select(":scope > dd > .api-chapter a")
        if len(links) != 1 or links[0].get_text() != title_of(f"book/{links[0]['href']}"):
            wrong.append(f"{name} does not lead to its chapter: {links}")
        needs_none = not callable(thing) or inspect.isclass(thing) and issubclass(thing, Exception)
        if not needs_none and ">>> " not in entry.get_text():
            wrong.append(f"{name} has no example")
    assert not wrong, "\n".join(wrong)
    assert len(NAMES) > 100


def test_nothing_is_there_that_is_not_public(entries):
    assert {name for name in entries if name.count(".") == 2} == set(NAMES)


def test_every_method_and_property_stands_in_its_class(entries):
    missing = []
    for name, thing in NAMES.items():
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            written = getattr(value, "__func__", getattr(value, "fget", getattr(value, "func", value)))
            if not member.startswith("_") and inspect.isfunction(written):
                missing += [f"{name}.{member}"] * (not entries[name].find(id=f"{name}.{member}"))
    assert missing == []


def test_the_names_at_the_top_are_listed_and_lead_to_what_is_said_of_them(entries):
    links = soup(page_file(API)).select("table.api-top td:first-child a")
    assert [link.get_text() for link in links] == w2vlib.__all__
    for link in links:
        target = link["href"].removeprefix("#")
        assert f"Also w2vlib.{link.get_text()}." in entries[target].select_one(".api-chapter").get_text()
        assert getattr(importlib.import_module(target.rpartition(".")[0]), link.get_text())


def test_references_of_docstrings_lead_somewhere():
    """What is written as a reference to something of the package is a link."""
    dead = [
        code.get_text()
        for code in soup(page_file(API)).select("code.xref.py")
        if not code.find_parent("a") and code.get_text() not in {"pickle", "copy"}  # Python's own
    ]
    assert dead == []


def test_docstrings_are_typeset():
    article = soup(page_file(API)).select_one("article")
    prose = " ".join(
        text
        for text in article.find_all(string=True)
        if not text.find_parent(["code", "pre", "script"]) and not text.find_parent(class_="math")
    )
    for mark in ("$", "\\frac", ":func:", ":math:", ":class:", "``", ".. math", "*chapter", "----"):
        assert mark not in prose, f"{mark!r} stands there: {prose[prose.index(mark) - 60 :][:120]}"
    assert not article.select(".system-message, .problematic")


def as_typed(text: str) -> str:
    return " ".join(text.translate(str.maketrans("‘’“”", "''\"\"")).split())


def test_every_command_is_there_with_its_options():
    import click

    from w2vlib.commands._frame import w2v

    context = click.Context(w2v, info_name="w2v")
    sections = {section["id"] for section in soup(page_file(API)).select("section[id^=w2v-]")}
    assert sections == {f"w2v-{name}" for name in w2v.list_commands(context)} and len(sections) >= 10
    for name in w2v.list_commands(context):
        text = as_typed(soup(page_file(API)).find(id=f"w2v-{name}").get_text())
        assert "Examples:" in text
        for option in w2v.get_command(context, name).params:
            if isinstance(option, click.Option):
                assert all(said in text for said in option.opts), (name, option.opts)
                assert " ".join(option.help.split())[:40].replace("--", "") in " ".join(text.split()).replace(
                    "--", ""
                )


@pytest.mark.parametrize(
    "asked, found",
    [
        ("m_star", f"{API}.html#w2vlib.targets.m_star"),
        ("half_rises", f"{API}.html#w2vlib.dynamics.Dynamics.half_rises"),
        ("CosineErrors", f"{API}.html#w2vlib.stability.CosineErrors"),
        ("checkpoint-every", f"{API}.html#cmdoption-w2v-train-checkpoint-every"),
    ],
)
def test_the_search_finds_names(asked, found, browser, address):
    assert found in [place for place, _ in results(browser, address, asked)[:4]]


def test_a_link_unfolds_what_it_leads_to(browser, address):
    tab = visit(browser, address, f"{API}.html#w2vlib.dynamics.Dynamics.half_rises")
    method = tab.locator("[id='w2vlib.dynamics.Dynamics.half_rises']")
    assert method.is_visible() and tab.locator("details.api-more[open]").count() == 1
    tab.locator("table.api-top a", has_text="m_star").first.click()
    tab.wait_for_function("document.querySelectorAll('details.api-more[open]').length === 2")
    assert tab.locator("[id='w2vlib.targets.m_star'] + dd details").get_attribute("open") is not None
    leave(tab)


@pytest.mark.parametrize("width", [390, 1280])
def test_all_that_is_folded_fits(width, browser, address):
    tab = visit(browser, address, API, width=width)
    tab.evaluate("for (const fold of document.querySelectorAll('details.api-more')) fold.open = true")
    settle(tab, 1000)
    assert not overflow(tab, width)
    assert not tab.locator("mjx-merror").count()
    leave(tab)


# The smaller pages.


def test_every_chapter_says_what_it_took():
    page = soup(page_file("book/runtimes")).select_one("article")
    rows = [[cell.get_text() for cell in row.select("td")] for row in page.select("tbody tr")]
    links = [link["href"] for link in page.select("tbody a")]
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [chapter["file"].removeprefix("book/") for part in toc["parts"] for chapter in part["chapters"]]
    assert links == [f"{file}.html" for file in files if (ROOT / "book" / f"{file}.ipynb").exists()]
    for name, seconds, megabytes in rows:
        assert seconds == megabytes == "—" or 1 <= int(seconds) <= 3600 and 50 <= int(megabytes) <= 4000, name
    assert "every page but this one" in page.get_text()


def test_citations_are_copied_whole(browser, address):
    tab = visit(browser, address, "book/cite", permissions=["clipboard-read", "clipboard-write"])
    entries = tab.locator("article div.highlight-bibtex")
    assert entries.count() == 3
    for n, kind in enumerate(("@book{w2v-intro,", "@software{w2vlib,", "@inproceedings{karkada2025,")):
        entries.nth(n).hover()
        entries.nth(n).locator("button.copybtn").click()
        tab.wait_for_function(
            "kind => navigator.clipboard.readText().then(t => t.startsWith(kind))", arg=kind
        )
        assert paste(tab).strip().endswith("}") and paste(tab).count("{") == paste(tab).count("}")
    assert f'version = "{CFF["version"]}"' in entries.nth(1).inner_text()
    leave(tab)


def test_the_changelog_is_a_page():
    article = soup(page_file("book/changelog")).select_one("article")
    assert CFF["version"] in article.select_one("h2").get_text()
    assert len(article.select("table tbody tr")) >= 5


def test_rooms_and_the_page_agree():
    titles = [section.get_text().rstrip("#") for section in soup(page_file(API)).select("article h2")]
    assert set(reference.rooms()) <= set(titles)
