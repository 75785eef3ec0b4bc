"""Groups of words that stand on a circle or in a line."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .._common.arguments import checked

__all__ = ["WORD_GROUPS", "WordGroup"]


@dataclass(frozen=True)
class WordGroup:
    """Words in an order of their own.

    Attributes
    ----------
    words : tuple of str
        In their order.
    cyclic : bool
        Whether people think of the last as followed by the first.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> group = WORD_GROUPS["seasons"]
    >>> group.words, group.cyclic
    (('spring', 'summer', 'autumn', 'winter'), True)
    >>> WORD_GROUPS["numbers"].known({"one", "two", "three", "four"})
    ('one', 'two', 'three', 'four')
    """

    words: tuple[str, ...]
    cyclic: bool

    @checked
    def known(self, vocabulary: Container[str]) -> tuple[str, ...]:
        """Return the words that a vocabulary (an embedding, statistics' index, a set) holds, in their order."""
        return tuple(word for word in self.words if word in vocabulary)


def _group(words: str, cyclic: bool = False) -> WordGroup:
    return WordGroup(tuple(words.split()), cyclic)


_MONTHS = "january february march april may june july august september october november december"

#: Word groups by name.  The shipped statistics hold no digits, so numbers are written out.
#: Introduced in chapter *geometry*.
WORD_GROUPS: Mapping[str, WordGroup] = MappingProxyType(
    {
        "months": _group(_MONTHS, cyclic=True),
        "months without may": _group(_MONTHS.replace("may ", ""), cyclic=True),
        "weekdays": _group("monday tuesday wednesday thursday friday saturday sunday", cyclic=True),
        "seasons": _group("spring summer autumn winter", cyclic=True),
        "compass": _group("north northeast east southeast south southwest west northwest", cyclic=True),
        "compass adjectives": _group(
            "northern northeastern eastern southeastern southern southwestern western northwestern",
            cyclic=True,
        ),
        "numbers": _group(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty"
        ),
        "ordinals": _group(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        ),
        "tens": _group("ten twenty thirty forty fifty sixty seventy eighty ninety hundred"),
        "magnitudes": _group("ten hundred thousand million billion"),
        "spans of time": _group("minute hour day week month year decade century"),
        "ranks": _group("private corporal sergeant lieutenant captain major colonel general"),
        "roman numerals": _group("i ii iii iv v vi vii viii ix x xi xii"),
        "letters": _group(" ".join("abcdefghijklmnopqrstuvwxyz")),
    }
)
