"""How long a chapter takes to read: prose at 150 words a minute, and a minute for each visible code cell.

Exercises and solutions are apart, so are formulas.  Folded proofs count.  Run as::

    python tools/reading.py [CHAPTER ...]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from myst_parser.mdit_to_docutils.base import default_slugify

BOOK = Path(__file__).resolve().parents[1] / "book"
WORDS_A_MINUTE = 150
#: Tags of cells whose code is not seen at first.
FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_FENCE = re.compile(r"^(`{3,}|~{3,})(.*)$")
_INLINE = re.compile(r"\$[^$\n]+\$|\]\([^)]*\)|\{[\w:]+\}`[^`]*`")  # formulas, targets of links, roles


def without_exercises(cells: list) -> list:
    """The cells outside exercises and solutions, each of which begins and ends with a cell."""
    kept, inside = [], False
    for cell in cells:
        text = cell.source if cell.cell_type == "markdown" else ""
        inside = inside or bool(re.search(r"\{(?:exercise|solution)-start\}", text))
        if not inside:
            kept.append(cell)
        if re.search(r"\{(?:exercise|solution)-end\}", text):
            inside = False
    return kept


def prose_of(text: str) -> str:
    """The lines of prose, inside directives too, without code, displayed formulas, options and comments."""
    kept, code, formula = [], None, False
    for line in text.splitlines():
        fence = _FENCE.match(line)
        if fence and code is None and not fence[2].startswith("{") and fence[2]:
            code = fence[1]
        elif fence and line == code:
            code = None
        elif line.startswith("$$"):
            formula = not formula and line.count("$$") == 1
        elif not (fence or code or formula or line.startswith((":", "% "))):
            kept.append(line)
        elif fence and fence[2]:
            kept.append(fence[2].partition("}")[2])  # the title of a directive
    return _INLINE.sub(" ", "\n".join(kept))


def reading(path: Path) -> tuple[int, int]:
    """The words of prose of a chapter, and its visible code cells."""
    cells = without_exercises(nbformat.read(path, as_version=4).cells)
    prose = "\n".join(prose_of(cell.source) for cell in cells if cell.cell_type == "markdown")
    words = _WORD.findall(prose)
    visible = [
        cell
        for cell in cells
        if cell.cell_type == "code" and FOLDED.isdisjoint(cell.metadata.get("tags", []))
    ]
    return len(words), len(visible)


def minutes(path: Path) -> float:
    words, cells = reading(path)
    return words / WORDS_A_MINUTE + cells


def sections(path: Path) -> dict[str, float]:
    """The minutes of each section of a chapter, by the anchor that MyST gives to its heading; the first is the head."""
    found, anchor = {"": 0.0}, ""
    for cell in without_exercises(nbformat.read(path, as_version=4).cells):
        if cell.cell_type == "code":
            found[anchor] += FOLDED.isdisjoint(cell.metadata.get("tags", []))
            continue
        for piece in re.split(r"^(?=## )", cell.source, flags=re.M):
            if heading := re.match(r"## (.*)", piece):
                anchor = default_slugify(heading[1])
                found[anchor] = 0.0
            found[anchor] += len(_WORD.findall(prose_of(piece))) / WORDS_A_MINUTE
    return found


def main(names: list[str]) -> None:
    for path in sorted(BOOK.glob("*.ipynb")):
        if not names or path.stem in names or path.stem[:2] in names:
            words, cells = reading(path)
            print(f"{path.stem:22} {words:6,} words {cells:4} cells {minutes(path):4.0f} minutes")


if __name__ == "__main__":
    main(sys.argv[1:])
