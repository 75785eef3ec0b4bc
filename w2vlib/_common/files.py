"""Files written whole or not at all, the folder of what is shipped, and whether files have changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
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
