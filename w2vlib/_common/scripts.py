"""Scripts without spaces between words, in which whole sentences would be taken for words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

#: How many letters a word has there at most, on the average.
UNSPACED = dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA"), 4) | dict.fromkeys(
    ("THAI", "LAO", "KHMER", "MYANMAR"), 9
)


def unspaced(words: Iterable[tuple[str, int]]) -> str | None:
    """Return what would be taken for a word in a text without spaces; None where words are set apart.

    Examples
    --------
    >>> unspaced([("the", 9), ("我们今天去学校", 1)]), unspaced([("我们", 2), ("今天", 2)])
    ('我们今天去学校', None)
    """
    letters, number, example = {}, {}, {}
    for word, often in words:
        script = unicodedata.name(word[:1] or " ", "").partition(" ")[0]
        if most := UNSPACED.get(script):
            letters[most] = letters.get(most, 0) + often * len(word)
            number[most] = number.get(most, 0) + often
            if len(word) > most:
                example.setdefault(most, word)
    return next((example[most] for most in letters if letters[most] > most * number[most]), None)
