"""Looking words up, with an error that helps when one is missing."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

__all__ = ["UnknownWordError", "WordIndex", "check_distinct"]


class UnknownWordError(KeyError):
    """A word that is not in the vocabulary; the message offers near spellings."""

    def __str__(self) -> str:
        return str(self.args[0])


def check_distinct(words: Sequence[str]) -> None:
    """Raise ValueError if a word occurs twice in a vocabulary.

    Examples
    --------
    >>> check_distinct(["a", "b", "a"])
    Traceback (most recent call last):
    ...
    ValueError: the vocabulary holds 'a' more than once; each word needs one place
    """
    if len(set(words)) != len(words):
        seen: set[str] = set()
        twice = next(word for word in words if word in seen or seen.add(word))
        raise ValueError(f"the vocabulary holds {twice!r} more than once; each word needs one place")


class WordIndex:
    """From a word to its row.

    Parameters
    ----------
    words : sequence of str
        Distinct words; the row of each is its place.

    Examples
    --------
    >>> WordIndex(["the", "king", "queen"])["king"]
    1
    >>> WordIndex(["the", "king", "queen"])["kings"]
    Traceback (most recent call last):
    ...
    w2vlib.words.UnknownWordError: 'kings' is not among the 3 words of the vocabulary; did you mean 'king'?
    """

    def __init__(self, words: Sequence[str]):
        check_distinct(words)
        self._row = {word: i for i, word in enumerate(words)}

    def __contains__(self, word: object) -> bool:
        return word in self._row

    def __getitem__(self, word: str) -> int:
        try:
            return self._row[word]
        except (KeyError, TypeError):
            near = difflib.get_close_matches(str(word).lower(), self._row, n=3, cutoff=0.6)
            hint = f"; did you mean {', '.join(map(repr, near))}?" if near else ""
            raise UnknownWordError(
                f"{word!r} is not among the {len(self._row)} words of the vocabulary{hint}"
            ) from None
