"""Files and folders as one hash; and numbers, words and JSON for a reader, which the library writes, too."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from .._common.plain import (
    json_in_html,
    nice_ticks,
    number,
    percent,
    plain,
    signed,
    subscript,
    superscript,
    three_digits,
    visible,
)

__all__ = [
    "digest", "json_in_html", "nice_ticks", "number", "percent", "plain", "signed", "subscript", "superscript", "three_digits",
    "visible",
]  # fmt: skip


def digest(places: Iterable[str | Path], *more: str, apart: Collection[Path] = ()) -> str:
    """Return a SHA-256 of what files and folders hold, by name, and of further texts.

    What programs leave in folders is passed over (``__pycache__`` and names that
    begin with a dot), and so are the files and folders `apart`.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.py").write_text("whole"), (folder / "b.py").write_text("whole")
    >>> before = digest([folder]), digest([folder], apart=[folder / "b.py"])
    >>> _ = (folder / "b.py").write_text("changed")
    >>> digest([folder]) == before[0], digest([folder], apart=[folder / "b.py"]) == before[1]
    (False, True)
    """
    total = hashlib.sha256("\0".join(more).encode())
    for place in map(Path, places):
        for file in sorted(_files(place, apart)):
            total.update(os.fsencode(f"\0{place.name}/{file.relative_to(place).as_posix()}\0"))
            with open(file, "rb") as content:
                total.update(hashlib.file_digest(content, "sha256").digest())
    return total.hexdigest()


def _files(place: Path, apart: Collection[Path]) -> Iterable[Path]:
    """The files of a place, in no order: itself, or those of a folder."""
    if place in apart:
        return
    if place.is_file():
        yield place
    elif place.is_dir():
        for inner in place.iterdir():
            if inner.name != "__pycache__" and not inner.name.startswith("."):
                yield from _files(inner, apart)
