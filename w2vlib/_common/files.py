"""Files written whole or not at all, the folder of what is shipped, and whether files have changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable
from importlib import resources
from pathlib import Path

#: Statistics, vectors and questions that come with the package.
DATA = Path(str(resources.files("w2vlib"))) / "data"


def replace_file(path: str | Path, content: bytes) -> None:
    """Write `content` to `path` so that a failure leaves the old file, or none, behind.

    Examples
    --------
    >>> path = Path(tempfile.mkdtemp()) / "small.txt"
    >>> replace_file(path, b"whole")
    >>> path.read_bytes()
    b'whole'
    """
    path = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise OSError(
            error.errno, f"could not write {path} ({error.strerror}); nothing was left behind"
        ) from error


def checked_bytes(path: Path, digest: str, remedy: str) -> bytes:
    """Return the bytes of a file, once its SHA-256 is found to be the one expected.

    Examples
    --------
    >>> path = Path(tempfile.mkdtemp()) / "small.txt"
    >>> replace_file(path, b"other")
    >>> checked_bytes(path, "2c26b46b", "get it again")
    Traceback (most recent call last):
    ...
    ValueError: ...small.txt is not the file expected: its SHA-256 is d9298..., not 2c26b46b; get it again
    """
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise ValueError(f"{path} is not the file expected: its SHA-256 is {found}, not {digest}; {remedy}")
    return content


def shipped_bytes(name: str) -> bytes:
    """Return the bytes of a file that is shipped, checked against the list of sums beside it.

    Examples
    --------
    >>> shipped_bytes("wikipedia-part-0.w2v")[:17]
    b'w2vlib statistics'
    """
    sums = (line.split() for line in (DATA / "SHA256SUMS").read_text().splitlines())
    return checked_bytes(DATA / name, {file: digest for digest, file in sums}[name], "install w2vlib again")


def digest(places: Iterable[str | Path], *more: str, apart: Collection[Path] = ()) -> str:
    """Return a SHA-256 of what files and folders hold, by name, and of further texts.

    What programs leave in folders is passed over (``__pycache__`` and names that
    begin with a dot), and so are the files and folders `apart`.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> replace_file(folder / "a.py", b"whole")
    >>> replace_file(folder / "b.py", b"whole")
    >>> before = digest([folder]), digest([folder], apart=[folder / "b.py"])
    >>> replace_file(folder / "b.py", b"changed")
    >>> digest([folder]) == before[0], digest([folder], apart=[folder / "b.py"]) == before[1]
    (False, True)
    """
    total = hashlib.sha256("\0".join(more).encode())
    for place in map(Path, places):
        for file in sorted(_files(place, apart)):
            total.update(f"\0{place.name}/{file.relative_to(place).as_posix()}\0".encode())
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
