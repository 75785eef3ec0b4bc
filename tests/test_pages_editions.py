"""The notebooks that were made from the built book."""

from __future__ import annotations

import re

import nbformat
import pages
import pytest
from editions.source import TEXT
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from notebooks_made import CHECKED, MADE, RAW, ROOT, notebooks_in, opened, texts

pytestmark = pytest.mark.usefixtures("built")
RUN, CLASSROOM = notebooks_in(MADE), notebooks_in(MADE / "classroom")
SETS = notebooks_in(MADE / "problem-sets")
CHAPTERS = [case for case in CLASSROOM]
PLAIN = MarkdownIt("commonmark", {"html": True}).enable("table").use(dollarmath_plugin, double_inline=True)
each = pytest.mark.parametrize


def rendered(text: str) -> str:
    """What a plain renderer shows as text: no code, no formulas, no tags."""
    shown = []
    for block in PLAIN.parse(text):
        for part in block.children or [block]:
            if part.type == "text":
                shown.append(part.content)
            elif part.type in ("html_block", "html_inline"):
                shown.append(re.sub(r"<[^>]*>", "", part.content))
            elif part.type in ("softbreak", "paragraph_close", "inline"):
                shown.append("\n")
    return "".join(shown)


@each("path", [*RUN, *CLASSROOM, *SETS, *notebooks_in(CHECKED)])
def test_no_markup_of_the_pages_is_left(path):
    for text in texts(opened(path)):
        assert not (found := RAW.search(text)), f"{found[0]!r} in {text[:200]!r}"
        shown = rendered(text)
        assert "$" not in shown and not re.search(r"\\[a-z]{3,}", shown), (
            f"a formula is not read: {shown[:300]!r}"
        )


@each("path", [*RUN, *CLASSROOM, *SETS])
def test_links_lead_somewhere(path):
    notebook, there = opened(path), {other.name for other in path.parent.glob("*.ipynb")}
    there |= {other.relative_to(MADE).as_posix() for other in MADE.glob("**/*.ipynb")}
    for text in texts(notebook):
        for target in re.findall(r"\]\(([^)\s]*)\)", text):
            name, _, place = target.partition("#")
            if ":" in name:
                continue
            assert name in there or not name, target
            if place:
                other = notebook if not name else nbformat.read(MADE / name, as_version=4)
                assert f'<a id="{place}"></a>' in "\n".join(texts(other)), target


@each("path", [*RUN, *CLASSROOM])
def test_no_identifier_stands_twice(path):
    found = re.findall(r'<a id="([^"]+)"', "\n".join(texts(opened(path))))
    assert len(found) == len(set(found))


@each("path", CHAPTERS)
def test_sentences_tell_the_numbers_of_the_page(path):
    """The page's own numbers, read from its HTML, against those that the notebook is to find again.

    Numbers that another chapter computes, ``page.ipynb::name``, stand in the notebook's text only.
    """
    notebook = opened(CHECKED / path.name if path else path)
    page = pages.soup(pages.page_file(f"book/{path.stem}"))
    shown = [node.get_text().replace("’", "'") for node in page.select("article .pasted-text")]
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    told = re.findall(r"⟦[^|⟧]+\|([^⟧]*)⟧", code)
    assert set(told) <= set(shown) and shown
    elsewhere = set(shown) - set(told)
    assert bool(elsewhere) == ("ipynb::" in (ROOT / "book" / path.name).read_text(encoding="utf-8"))
    assert all(number in "\n".join(texts(notebook)) for number in elsewhere)


@each("path", CHAPTERS)
def test_the_code_is_that_of_the_chapter(path):
    """Line by line and in order; what is added are the first cell and the sentences' cells."""
    notebook = opened(CHECKED / path.name if path else path)
    source = nbformat.read(ROOT / "book" / path.name, as_version=4)
    written = [cell.source for cell in source.cells if cell.cell_type == "code"]
    kept = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and "exercise" not in cell.metadata.get("tags", [])
    ]
    kept = [cell.source for cell in kept if not cell.id.endswith(("-t", "-p")) and cell.id != "setup"]
    assert len(kept) == len(written)
    for new, old in zip(kept, written):
        missing = [line for line in old.split("\n") if line not in new.split("\n")]
        assert missing in ([], ["from myst_nb import glue"]), missing
        compile(re.sub(r"^\s*%.*$", "pass", new, flags=re.M), "cell", "exec")


@each("path", CHAPTERS)
def test_the_classroom_edition_tells_no_solution(path):
    notebook, source = opened(path), nbformat.read(ROOT / "book" / path.name, as_version=4)
    told, inside = "\n".join(cell.source for cell in notebook.cells), False
    lines: dict[bool, set[str]] = {False: set(), True: set()}
    for cell in source.cells:
        inside = inside or "{solution-start}" in cell.source
        lines[inside] |= {line.strip() for line in cell.source.split("\n") if len(line.strip()) > 40}
        inside = inside and "{solution-end}" not in cell.source
    secret = lines[True] - lines[False]
    assert secret.isdisjoint(line.strip() for line in told.split("\n")) and secret
    assert told.count("### Exercise ") == len(re.findall(r"\{exercise-start\}", str(source)))


@each("path", CHAPTERS)
def test_pictures_have_an_alternative_and_a_caption_and_are_png(path):
    notebook = opened(MADE / path.name if path else path)
    for cell, following in zip(notebook.cells, notebook.cells[1:]):
        for output in cell.get("outputs", []):
            kinds = set(output.get("data", {}))
            assert kinds <= {TEXT, "text/markdown", "image/png"}, kinds
            if "image/png" in kinds and following.id == f"{cell.id}-c":
                assert output.metadata["image/png"]["alt"]
                assert re.search(r"\bFig\. \d+", following.source)
            if cell.id.endswith("-p"):
                assert output.metadata["image/png"]["alt"].strip()


@each("path", CHAPTERS)
def test_every_picture_that_the_page_shows_is_there(path):
    notebook = opened(MADE / path.name if path else path)
    page = pages.soup(pages.page_file(f"book/{path.stem}"))
    labels = {figure.get("id") for figure in page.select("article figure[id]")}
    assert labels <= set(re.findall(r'<a id="([^"]+)"', "\n".join(texts(notebook))))
    pictures = [o for c in notebook.cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})]
    assert len(pictures) >= len(labels) > 0


def test_the_folder_can_be_installed_and_launched_by_itself():
    opened(RUN[0].values[0])
    for name in (
        "start.ipynb",
        "README.md",
        "pyproject.toml",
        "w2vlib/__init__.py",
        "w2vlib/data",
        ".binder/start",
    ):
        assert (MADE / name).exists(), name
    assert not list(MADE.rglob("__pycache__"))
    assert sum(path.stat().st_size for path in MADE.rglob("*") if path.is_file()) < 60_000_000
