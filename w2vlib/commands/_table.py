"""Rows in columns, whatever the script of their words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from ..course._plain import visible


def table(rows: Sequence[Sequence[str]], words: int = 1) -> Iterator[str]:
    """Yield lines in which columns are aligned: the first, of `words`, to the left, those of numbers to the right.

    Examples
    --------
    >>> print(*table([("queen", "0.5"), ("王", "-0.25")]), sep="|\\n")
    queen    0.5|
    王     -0.25
    """
    rows = [[visible(cell) for cell in row] for row in rows]
    if not rows:
        return
    widths = [max(map(_width, column)) for column in zip(*rows)]
    for row in rows:
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths)):
            blank = " " * (width - _width(cell))
            cells.append(cell + blank if place < words else blank + cell)
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
