"""What a word is: runs of letters of any script, found in one text or in many at once.

:func:`w2vlib.corpus.tokenize` tells the rules.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ._common.text import normalised

_ASCII_WORD = re.compile(r"[a-z]+")
_LETTERS = re.compile(r"[^\W\d_]+")
#: What Unicode lets a program pass over when it compares words (Default_Ignorable_Code_Point: joiners, soft
#: hyphens, marks of direction, variation selectors), but for the zero-width space, which separates words.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


class _Finder(NamedTuple):
    """How to find words in a text of certain characters: runs of letters of any script with the marks that belong to them.

    Python's ``\\d`` knows 2, but neither ² nor ½, and its ``\\w`` knows no marks, so these are named
    one by one.  Unicode has thousands of them, and a search for them all takes a hundred times as long as
    for the few that a text holds.
    """

    plain: frozenset[str]  # characters that ask for no care
    marks: str
    numerals: str
    word: re.Pattern[str]
    word_or_line_feed: re.Pattern[str]

    @classmethod
    def of(cls, plain: frozenset[str], marks: str, numerals: str) -> _Finder:
        letter = rf"[^\W\d_{numerals}]"
        word = rf"{letter}(?:{letter}|[{marks}])*" if marks else f"{letter}+"
        return cls(plain, marks, numerals, re.compile(word), re.compile(rf"{word}|\n"))

    def knowing(self, characters: frozenset[str]) -> _Finder:
        """The same, for other characters as well."""
        new = characters.difference(self.plain, self.marks, self.numerals)
        kinds = {character: unicodedata.category(character) for character in new}
        marks = "".join(sorted(new for new, kind in kinds.items() if kind[0] == "M"))
        numerals = "".join(sorted(new for new, kind in kinds.items() if kind in ("Nl", "No")))
        plain = new.difference(marks, numerals)
        if not (marks or numerals):
            return self._replace(plain=self.plain | plain)
        return self.of(self.plain | plain, self.marks + marks, self.numerals + numerals)


_finder = _Finder.of(frozenset(map(chr, range(128))), "", "")


def _finder_for(text: str) -> tuple[_Finder, bool]:
    """What finds the words of a text, and whether that takes care.

    What was learned of characters is kept for the next text; of two threads that learn at the same time one may forget,
    and learns again.
    """
    global _finder
    characters, finder = frozenset(text), _finder
    if characters <= finder.plain:
        return finder, False
    finder = _finder = finder.knowing(characters)
    return finder, not characters <= finder.plain


def _visible(text: str) -> str:
    """A text as words are compared, without what shows nothing."""
    lowered = normalised(text)
    if lowered.isascii():
        return lowered
    visible = _INVISIBLE.sub("", lowered)
    return lowered if len(visible) == len(lowered) else normalised(visible)


def words_of(text: str) -> list[str]:
    """The words of one document."""
    visible = _visible(text)
    if visible.isascii():
        return _ASCII_WORD.findall(visible)
    finder, care = _finder_for(visible)
    return finder.word.findall(visible) if care else _LETTERS.findall(visible)


def words_of_lines(text: str) -> str:
    """The words of each line between blanks: what :func:`words_of` makes of each, of all at once.

    A line feed is no letter, and no rule of Unicode's that is needed here reaches over it.
    """
    visible = _visible(text)
    return " ".join(_finder_for(visible)[0].word_or_line_feed.findall(visible))
