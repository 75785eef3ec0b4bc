"""Make the notebooks that people run, from the built book: `make notebooks`.

Three editions are written (``tools/editions``), into ``_build/notebooks``:

*the run edition*, ``NN-name.ipynb``, with all that a place needs to run it around it: this
folder is what Binder, Colab and VS Code open;

*the classroom edition*, ``classroom/NN-name.ipynb``, without solutions;

*the problem sets*, ``problem-sets/set-N.ipynb``, as students get them;

*the checked edition*, in ``_build/checked``, the run edition with its solutions as cells:
``tools/run_notebooks.py`` executes it and compares what it says.

Nothing is executed: outputs and numbers are those of the pages.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import chapters
import nbformat
from addresses import Address, public_address
from build_book import BUILD, HTML, notebooks, record, recorded
from chapters import ROOT, digest
from classroom.source import problem_sets
from editions import chapter, places
from editions.markdown import Translator
from editions.source import Computed, Labels
from make_assignments import for_students

MADE, CHECKED = BUILD / "notebooks", BUILD / "checked"
LABELS = BUILD / "labels.json"
_HEADING_LINK = re.compile(r"\]\(([\w-]*)(?:\.(?:ipynb|md))?#([\w-]+)\)")


def main() -> int:
    address = public_address(os.environ)
    needed = ("book", "w2vlib", "tools", "assignments", ".binder", "requirements.txt")
    state = digest(needed, repr(address), recorded("built"))
    if not recorded("built") or not (HTML / "index.html").exists():
        sys.exit("The notebooks take their numbers from the book; build it first: make book")
    if MADE.exists() and CHECKED.exists() and recorded("notebooks") == state:
        print("The notebooks are up to date: _build/notebooks/start.ipynb")
        return 0
    record("notebooks", "")
    if not LABELS.exists():
        sys.exit(f"{LABELS} is missing, which the pages write; build them anew: make clean book")
    for folder in (MADE, CHECKED):
        if folder.exists():
            shutil.rmtree(folder)
    for path, notebook in editions(address):
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
    places.surround(MADE)
    record("notebooks", state)
    size = sum(path.stat().st_size for path in MADE.glob("*.ipynb"))
    print(f"The notebooks, {size / 1e6:.1f} MB: _build/notebooks/start.ipynb")
    return 0


def editions(address: Address) -> Iterator[tuple[Path, nbformat.NotebookNode]]:
    """Yield the notebooks, each with its place."""
    labels = Labels.read(LABELS)
    written = {path.stem: nbformat.read(path, as_version=4) for path in notebooks()}
    written |= {name: read_page(ROOT / "book" / f"{name}.md") for name in places.BESIDE}
    linked = headings_linked_to(written)
    cache = chapters.the_cache()
    found = {
        name: Computed() if name in places.BESIDE else Computed.of(executed(cache, name, source))
        for name, source in written.items()
    }
    for name, source in written.items():
        computed = dataclasses.replace(found[name], others=found)
        translator = Translator(
            name, labels, computed, frozenset(written), address.website, frozenset(linked.get(name, ()))
        )
        if name in places.BESIDE:
            yield MADE / f"{name}.ipynb", chapter.page(source, translator)
            continue
        editor = chapter.Editor(
            source, computed, translator, labels, places.setup(address), places.about(name, address)
        )
        yield MADE / f"{name}.ipynb", editor.notebook(chapter.FOLDED)
        yield MADE / "classroom" / f"{name}.ipynb", editor.notebook(chapter.LEFT_OUT)
        yield CHECKED / f"{name}.ipynb", editor.notebook(chapter.CELLS)
    for path in problem_sets():
        yield MADE / places.PROBLEM_SETS / path.name, nbformat.reads(for_students(path), as_version=4)
    yield MADE / "start.ipynb", places.start(address)


def executed(cache, name: str, source: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a chapter with what it has computed for its page."""
    try:
        return cache.get_cache_bundle(cache.match_cache_notebook(source).pk).nb
    except (KeyError, ValueError):  # there is none, or its file was not finished
        sys.exit(f"The book was built without the chapter {name} as it is now; build it anew: make book")


def read_page(path: Path) -> nbformat.NotebookNode:
    """Return a page of Markdown as a notebook, a cell for each section."""
    sections = re.split(r"\n(?=## )", path.read_text(encoding="utf-8"))
    cells = [nbformat.v4.new_markdown_cell(text, id=f"{path.stem}-{n}") for n, text in enumerate(sections, 1)]
    return nbformat.v4.new_notebook(cells=cells)


def headings_linked_to(written: dict) -> dict[str, set[str]]:
    """Return the headings of each page that links lead to."""
    linked: dict[str, set[str]] = {}
    for name, notebook in written.items():
        for cell in notebook.cells:
            for page, heading in _HEADING_LINK.findall(cell.source):
                linked.setdefault(page or name, set()).add(heading)
    return linked


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except OSError as error:
        sys.exit(f"{error}; the notebooks are not made: let {BUILD} be written to")
