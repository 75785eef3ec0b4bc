"""Files of this package's own: the kind and its version, a line of JSON, bytes, and a SHA-256 of all that."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def sealed(kind: str, version: int, description: dict, payload: bytes) -> bytes:
    """Return the content of a file.

    Examples
    --------
    >>> sealed("notes", 1, {"n": 2}, b"ab")[:-32]
    b'w2vlib notes 1\\n{"n":2}\\nab'
    """
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
    body = b"w2vlib %b %d\n%b\n%b" % (kind.encode(), version, text.encode(), payload)
    return body + hashlib.sha256(body).digest()


def unsealed(
    path: str | Path, data: bytes, kind: str, newest: int, what: str = ""
) -> tuple[int, bytes, bytes]:
    """Return version, line of JSON and bytes of a file, once every byte is found to be as it was written.

    Raises
    ------
    ValueError
        If the content is that of no file of this kind, is damaged, or of another version; it names `path`.

    Examples
    --------
    >>> content = sealed("notes", 1, {"n": 2}, b"ab")
    >>> unsealed("a", content, "notes", 1)
    (1, b'{"n":2}', b'ab')
    >>> unsealed("a", content[:-1], "notes", 1)
    Traceback (most recent call last):
    ...
    ValueError: a is damaged or incomplete: its checksum does not match its 56 bytes; get or make the file again
    """
    first, _, rest = data.partition(b"\n")
    magic = b"w2vlib %b " % kind.encode()
    version = first.removeprefix(magic)
    if not first.startswith(magic) or not version.isdigit() or len(version) > 9:
        raise ValueError(f"{path} is not a file of {what or kind} (or its first bytes are damaged)")
    whole = hashlib.sha256(data[:-32]).digest() == data[-32:]
    if int(version) > newest or (whole and int(version) < 1):
        raise ValueError(
            f"{path} has format version {int(version)}, this w2vlib reads versions up to {newest}; "
            "update w2vlib, or make the file again with this one"
        )
    if not whole:
        raise ValueError(
            f"{path} is damaged or incomplete: its checksum does not match its {len(data):,} bytes; "
            "get or make the file again"
        )
    text, _, payload = rest[:-32].partition(b"\n")
    return int(version), text, payload
