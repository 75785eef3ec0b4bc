"""Words, modes and runs as the figures with sliders write them."""

from __future__ import annotations

from collections.abc import Sequence

from .._plain import number, visible
from .setting import Setting


def phrase(words: Sequence[str], letters: int = 40) -> str:
    """Return as many words as fit, separated by commas; at least the beginning of the first.

    Examples
    --------
    >>> phrase(["one", "two", "three"], letters=8), phrase(["incomprehensible"], letters=9)
    ('one, two', 'incompre…')
    """
    words = [visible(word) for word in words]
    text = words[0] if len(words[0]) <= letters else words[0][: letters - 1] + "…"
    for word in words[1:]:
        if len(text) + 2 + len(word) > letters:
            break
        text += f", {word}"
    return text


def mode_line(name: str, table: dict, k: int | None) -> tuple[str, str, bool]:
    """Return a line on a mode, counted from 0: its number, and the words at its ends.

    Examples
    --------
    >>> mode_line("next", {"ends": [[["cat", "dog"], ["one", "two"]]]}, 0)
    ('next (1)', 'cat, dog – one, two', True)
    """
    if k is None:
        return name, "none", False
    if k >= len(table["ends"]):
        return f"{name} ({k + 1})", "its words are not in the table", False
    return f"{name} ({k + 1})", " – ".join(phrase(end, 32) for end in table["ends"][k]), True


def dots_lines(table: dict, found: Setting) -> list[tuple[str, str, bool]]:
    """Return a line that says what the dots are, or where there are any; none where there never are."""
    if not table["measured"] or found.d is None:
        return []
    if found.runs:
        count = f"{len(found.runs)} training run{'s' if len(found.runs) > 1 else ''}"
        size = number(found.step_size * found.values[0])
        return [("dots", f"{count} with steps of ηλ₁ = {size}; lines: such steps, average start", False)]
    places = dict.fromkeys(f"σ = {number(run['scale'])} with d = {run['d']}" for run in table["measured"])
    return [("dots", "none measured here, but at " + phrase(list(places), 50), False)]
