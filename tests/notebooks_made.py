"""What the tests of the notebooks that were made share: which there are, and what their text may not show."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
MADE, CHECKED = ROOT / "_build" / "notebooks", ROOT / "_build" / "checked"
#: Markup of the pages that no other place renders: roles, directives, targets, comments, marks of numbers.
RAW = re.compile(
    r"\{[a-z][\w:-]*\}`|`{3,}\s*\{|:{3,}\s*\{|^\([\w-]+\)=\s*$|^%\s\w|\$\$\s*\([\w-]+\)|[⟦⟧\ufffd]|\{numref\}|:label:",
    re.M,
)


def notebooks_in(folder: Path) -> list:
    """The notebooks of a folder as parameters; one that fails by name if there are none."""
    found = sorted(folder.glob("*.ipynb"))
    return [pytest.param(path, id=path.stem) for path in found] or [pytest.param(None, id="none")]


def opened(path: Path | None) -> nbformat.NotebookNode:
    """The notebook; skip where none were made, and fail where some must be."""
    if path is None:
        import pages

        pages.missing("no notebooks are made: make notebooks")
    return nbformat.read(path, as_version=4)


def texts(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
