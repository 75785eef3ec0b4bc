"""Numbers that sentences tell, and pictures before their cell, where a notebook is run apart from the book.

On the pages a sentence takes its numbers from the run that made the page.  A
notebook's sentences cannot change; they tell the numbers of the book's run.  So a
notebook keeps what it has computed, and where that differs from what a sentence
says, the sentence is told anew below.  A picture that stands before the cell that
draws it is replaced when that cell has run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .._common.arguments import check_kind

__all__ = ["Told"]

#: Said where a picture is to stand.
PLACE = "The picture appears here when the cell that draws it, further down, has run."
#: A number in a sentence: its name, its format if it has one, and what the book says.
_NUMBER = re.compile(r"⟦([^|:⟧]+)(?::([^|⟧]*))?\|([^⟧]*)⟧")


class Told:
    """What a notebook has computed for its sentences.

    Called as ``glue`` is on the pages: with a name and a value.

    Examples
    --------
    >>> glue = Told()
    >>> glue("share", 0.4711)
    >>> glue.retell(["A share of ⟦share:.2f|0.47⟧ is frequent."])
    >>> glue.retold("A share of ⟦share:.2f|0.52⟧ is frequent.")
    'A share of **0.47** (the book: 0.52) is frequent.'
    """

    def __init__(self):
        self._values: dict[str, object] = {}
        self._places: set[str] = set()

    def __call__(self, name: str, value: object, display: bool = False) -> None:
        """Keep a value under a name; show it in its place if it has one, and here if `display` is set."""
        import IPython.display as shell

        self._values[name] = value
        if display:
            shell.display(value)
        if name in self._places:
            shell.update_display(value, display_id=name)

    def place(self, name: str) -> None:
        """Keep a place, here, for a picture that a later cell makes."""
        import IPython.display as shell

        check_kind("name", name, "str")
        self._places.add(name)
        if name in self._values:
            shell.display(self._values[name], display_id=name)
        else:
            shell.display({"text/plain": PLACE}, raw=True, display_id=name)

    def retell(self, sentences: Iterable[str]) -> None:
        """Tell those sentences anew that say something else than this run; say nothing if all agree.

        Parameters
        ----------
        sentences : list of str
            Markdown, in which a number is written ``⟦name:format|what the book says⟧``.
            One that this run has not computed, as for want of a download, is told as such.
        """
        check_kind("sentences", sentences, "list")
        differing = [told for told in map(self.retold, sentences) if told is not None]
        if differing:
            from IPython.display import Markdown, display

            lines = ["**Your run differs from the book's.** In your run it should read:", *differing]
            display(Markdown("\n\n".join([lines[0], *(f"> {line}" for line in lines[1:])])))

    def retold(self, sentence: str) -> str | None:
        """Return a sentence with the numbers of this run, those that differ in bold; None if none does."""
        check_kind("sentence", sentence, "str")
        differs = False

        def told(number: re.Match) -> str:
            nonlocal differs
            name, spec, book = number.groups()
            here = as_text(self._values[name], spec) if name in self._values else "not computed"
            if here == book:
                return here
            differs = True
            return f"**{here or 'nothing'}** (the book: {book or 'nothing'})"

        anew = _NUMBER.sub(told, sentence)
        if anew.startswith("|"):  # a row of a table, which means nothing without its head
            anew = " · ".join(cell.strip() for cell in anew.strip("| ").split("|"))
        return anew if differs else None


def as_text(value: object, spec: str | None = None) -> str:
    """Return a value as a sentence tells it: by a format, or as it is.

    Examples
    --------
    >>> as_text(0.4711, ".2f"), as_text("one or two"), as_text(7.9, "d")
    ('0.47', 'one or two', '7')
    """
    if not spec or spec.endswith("s"):
        return format(str(value), spec or "")
    if spec[-1] in "bcdoxX":
        value = int(value)
    elif spec[-1] in "eEfFgGn%":
        value = float(value)
    return format(value, spec)
