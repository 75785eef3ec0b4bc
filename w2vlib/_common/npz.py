"""Named arrays in one file, NumPy's ``.npz``: nothing in it is ever unpickled, and no promise takes memory."""

from __future__ import annotations

import io
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from .files import most_unpacked, replace_file, whole_content

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    SyntaxError,
    tokenize.TokenError,
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    MemoryError,
)


def write_arrays(path: str | Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays, whole or not at all; the same arrays give the same bytes.

    Examples
    --------
    >>> write_arrays("arrays.npz", {"a": np.array([object()])})
    Traceback (most recent call last):
    ...
    ValueError: 'a' holds objects, which no file of arrays can; make it an array of numbers or of texts
    """
    replace_file(path, packed_arrays(arrays))


def packed_arrays(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return what a file of arrays holds.

    Examples
    --------
    >>> arrays_in(packed_arrays({"a": np.arange(3)}))
    {'a': array([0, 1, 2])}
    """
    for name, array in arrays.items():
        if np.asarray(array).dtype.hasobject:  # an older NumPy cannot be told not to pickle them
            raise ValueError(
                f"{name!r} holds objects, which no file of arrays can; make it an array of numbers or of texts"
            )
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def read_arrays(path: str | Path) -> dict[str, np.ndarray]:
    """Return the arrays of a file; ValueError says why it is none, or that it is damaged.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "arrays.npz"
    >>> write_arrays(path, {"a": np.arange(3)})
    >>> read_arrays(path)
    {'a': array([0, 1, 2])}
    """
    return arrays_in(whole_content(path))


def arrays_in(data: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of a file's content; ValueError says why there are none, or that it is damaged.

    Examples
    --------
    >>> arrays_in(b"none")
    Traceback (most recent call last):
    ...
    ValueError: File is not a zip file
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > most_unpacked(len(data)):
                raise ValueError("it promises far more than it holds")
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except _DAMAGED as error:
        raise ValueError(str(error) or type(error).__name__) from None
