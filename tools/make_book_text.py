"""Write the prose of the chapters as plain text, one file for each, into ``w2vlib/course/texts/this-book``.

It is the text of our own that chapter *your-corpus* reads, and a copy of one day: that chapter
must not change whenever a sentence of another does.  So it is made by hand, now and then, and
the chapters that read it are left out, and the last, which only gathers.  Run as::

    python tools/make_book_text.py
"""

from __future__ import annotations

import lzma
import re
from pathlib import Path

import nbformat
from reading import BOOK, prose_of

OUT = BOOK.parent / "w2vlib" / "course" / "texts" / "this-book"
LEFT_OUT = {"27-your-corpus", "28-scale", "29-known-and-open"}
_FORMULA = re.compile(r"\$\$.*?\$\$", re.S)
_MARKUP = re.compile(r"^[-:| ]+$|^\([\w-]+\)=$|^ ?ex-[\w-]+$|[][*_`#>|\\]|^\s*(?:- |\d+\. )", re.M)
_SPACES = re.compile(r"[ \t]+")
_BEFORE_MARK = re.compile(r" (?=[,.;:?!)])")  # where a formula or a mark of Markdown was


def plain(source: str) -> str:
    """The paragraphs of a cell of Markdown, each on one line, without formulas, code, links and marks."""
    text = _MARKUP.sub(" ", prose_of(_FORMULA.sub(" ", source)))
    lines = (_BEFORE_MARK.sub("", _SPACES.sub(" ", part)).strip() for part in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def chapters() -> list[Path]:
    """The numbered chapters, in their order, without those that read the text."""
    return sorted(path for path in BOOK.glob("[0-9]*.ipynb") if path.stem not in LEFT_OUT)


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.txt.xz"):
        old.unlink()
    for path in chapters():
        cells = nbformat.read(path, as_version=4).cells
        text = "".join(plain(cell.source) for cell in cells if cell.cell_type == "markdown")
        packed = lzma.compress(text.encode(), check=lzma.CHECK_CRC32, preset=9)
        (OUT / f"{path.stem}.txt.xz").write_bytes(packed)


if __name__ == "__main__":
    main()
