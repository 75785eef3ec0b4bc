"""Words and questions that are given to figures and atlases, checked before work starts."""

from __future__ import annotations

from collections.abc import Sequence

from .._common.arguments import check_kind
from .._common.validate import shortened


def texts(name: str, given: Sequence[str]) -> list[str]:
    """Return texts as a list.

    Examples
    --------
    >>> texts("rows", ("a", "b"))
    ['a', 'b']
    >>> texts("rows", "ab")
    Traceback (most recent call last):
    ...
    TypeError: rows must be a list of texts, not 'ab' (str)
    """
    check_kind(name, given, "Sequence")
    if isinstance(given, str) or not all(isinstance(text, str) for text in given):
        raise TypeError(f"{name} must be a list of texts, not {shortened(given)} ({type(given).__name__})")
    return list(given)


def four_words(name: str, given: Sequence[tuple[str, str, str, str]]) -> list[tuple[str, ...]]:
    """Return analogy questions as a list.

    Examples
    --------
    >>> four_words("questions", [("man", "king", "woman")])
    Traceback (most recent call last):
    ...
    ValueError: questions must hold four words each, not ('man', 'king', 'woman')
    """
    check_kind(name, given, "list")
    found = list(given)
    for asked in found:
        if (
            not isinstance(asked, (tuple, list))
            or len(asked) != 4
            or not all(isinstance(w, str) for w in asked)
        ):
            raise ValueError(f"{name} must hold four words each, not {shortened(asked)}")
    return found
