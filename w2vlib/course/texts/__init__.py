"""Texts of our own, to be read as a reader's would be: this book's, and days told in Greek.

``tools/make_book_text.py`` and ``tools/make_greek_text.py`` write them.  They are under CC BY 4.0, as the book is.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

__all__ = ["book_text", "greek_text"]


def book_text() -> Path:
    """Return the folder of this book's own text: a file for each chapter, in which each paragraph is a line.

    Formulas and code are left out, and so are the numbers that a chapter computes.

    Returns
    -------
    Path
        To be read by :class:`w2vlib.Corpus`.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> import w2vlib
    >>> w2vlib.Corpus(book_text()).files[0].name
    '01-words-as-vectors.txt.xz'
    """
    return Path(str(resources.files(__package__) / "this-book"))


def greek_text() -> Path:
    """Return the folder of a text in Greek: days of six kinds, one a line, made from a small grammar.

    Its sentences are short and right, and no author stands behind them.

    Returns
    -------
    Path
        To be read by :class:`w2vlib.Corpus`.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> import w2vlib
    >>> next(iter(w2vlib.Corpus(greek_text())))[:3]
    ['κάθε', 'μέρα', 'ο']
    """
    return Path(str(resources.files(__package__) / "greek"))
