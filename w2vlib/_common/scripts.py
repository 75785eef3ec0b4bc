"""Scripts that are written without blanks between words, in which a word cannot be seen by its letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

#: How the names of their letters begin in Unicode.
_WITHOUT_BLANKS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
_LONG = 5  # letters: words that were cut are shorter


def uncut(words: Iterable[str], occurrences: Iterable[int]) -> bool:
    """Whether most letters are of a script without blanks between words, and stand in runs that nobody has cut.

    Examples
    --------
    >>> uncut(["今日は海を見る", "魚を売る声が響く"], [3, 1]), uncut(["今日", "は", "海"], [1, 1, 1]), uncut(["sea"], [9])
    (True, False, False)
    >>> uncut([], [])
    False
    """
    total, letters, theirs = 0, 0, 0
    for word, count in zip(words, occurrences):
        total += count
        letters += count * len(word)
        theirs += count * sum(unicodedata.name(letter, "").startswith(_WITHOUT_BLANKS) for letter in word)
    return bool(2 * theirs > letters >= _LONG * total)
