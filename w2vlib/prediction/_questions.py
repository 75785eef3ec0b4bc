"""The analogies that a vocabulary covers."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["covered_questions"]


def covered_questions(questions: dict, words: Iterable[str]) -> dict:
    """Return the questions all of whose words are known, without families that have none.

    Examples
    --------
    >>> covered_questions({"one": [("a", "b", "c", "d")], "two": [("a", "b", "c", "x")]}, "abcd")
    {'one': [('a', 'b', 'c', 'd')]}
    """
    known = set(words)
    covered = {
        name: [asked for asked in family if known.issuperset(asked)] for name, family in questions.items()
    }
    return {name: family for name, family in covered.items() if family}
