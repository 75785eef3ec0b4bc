"""Lines of text files: UTF-8, unpacked on the way, with errors that name file, line and byte."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .archives import unpacked
from .files import opened

_CONVERT = "convert the file to UTF-8 (for example with iconv) and read it again"
#: How files begin that are taken for text by mistake, and what is to be done about them.
_NO_TEXT = (
    (b"\xff\xfe\0\0", "UTF-32", "iconv -f UTF-32 -t UTF-8 converts it"),
    (b"\xff\xfe", "UTF-16", "iconv -f UTF-16 -t UTF-8 converts it"),
    (b"\xfe\xff", "UTF-16", "iconv -f UTF-16 -t UTF-8 converts it"),
    (b"\x1f\x8b", "packed with gzip", "give it a name that ends in .gz"),
    (b"BZh", "packed with bzip2", "give it a name that ends in .bz2"),
    (b"\xfd7zXZ", "packed with xz", "give it a name that ends in .xz"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "unpack it first"),
    (b"PK\x03\x04", "a zip archive, as office files are", "save its text as plain text in UTF-8"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an office file", "save its text as plain text in UTF-8"),
    (b"%PDF", "a PDF", "save its text as plain text in UTF-8"),
    (b"{\\rtf", "rich text, as office programs write it", "save its text as plain text in UTF-8"),
    (b"w2vlib statistics", "counts and no text", "CorpusStatistics.load reads it"),
    (b"\x93NUMPY", "an array of NumPy", "numpy.load reads it"),
)


def normalised(text: str, lower: bool = True) -> str:
    """Return text as words are compared: lower-cased if wanted, and composed (NFC).

    Examples
    --------
    >>> normalised("Cafe\\u0301"), normalised("Cafe\\u0301", lower=False)
    ('café', 'Café')
    """
    return unicodedata.normalize("NFC", text.lower() if lower else text)


def text_lines(path: str | Path) -> Iterator[str]:
    """Yield the lines of a text file, each with the line end that it has.

    A line ends with a line feed and with nothing else.  A byte-order mark is
    left out.  Text in UTF-16 is refused by its mark or by a NUL byte; a file
    without either, such as a single word of Cyrillic, cannot be told from UTF-8.  Files whose names end in ``.gz``, ``.bz2`` and ``.xz`` are
    unpacked.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the file is damaged or is no text in UTF-8; the message names file,
        line and byte.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = path.write_bytes(b"one\\ncaf\\xe9 two\\n")
    >>> list(text_lines(path))
    Traceback (most recent call last):
    ...
    ValueError: ...a.txt, line 2, byte 4: 0xe9 is not valid UTF-8; convert the file to UTF-8 (for example with ...
    """
    with opened(path) as raw:
        yield from decoded_lines(raw, path)


def decoded_lines(raw: BinaryIO, path: str | Path) -> Iterator[str]:
    """Yield the lines of the file `path`, which is open as `raw`; see :func:`text_lines`.

    Examples
    --------
    >>> import io
    >>> list(decoded_lines(io.BytesIO(b"\\xef\\xbb\\xbfone\\r\\ntwo"), "a.txt"))
    ['one\\r\\n', 'two']
    """
    start, encoding = b"", "utf-8-sig"
    number = 0
    try:
        for number, line in enumerate(unpacked(raw, path), start=1):
            start += line[: 512 - len(start)]
            if number == 1 and start.startswith(b"{\\rtf"):  # which is all ASCII
                raise ValueError(_place(path, 1, 0) + _remedy(start))
            if b"\0" in line:
                raise ValueError(_place(path, number, line.index(0)) + "a NUL byte; " + _remedy(start))
            yield line.decode(encoding)
            encoding = "utf-8"
    except UnicodeDecodeError as error:
        wrong = f"{error.object[error.start]:#04x} is not valid UTF-8; "
        raise ValueError(_place(path, number, error.start) + wrong + _remedy(start)) from None
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def _place(path: str | Path, number: int, byte: int) -> str:
    return f"{path}, line {number}, byte {byte + 1}: "


def _remedy(start: bytes) -> str:
    """What a file that begins so is likely to be, and what to do about it."""
    for mark, kind, remedy in _NO_TEXT:
        if start.startswith(mark):
            return f"the file seems to be {kind}: {remedy}"
    if start[257:262] == b"ustar":
        return "the file seems to be a tar archive: unpack it, and read the folder"
    zeros = {k % 4 for k, byte in enumerate(start) if byte == 0}
    even, odd = len(set(start[::2])), len(set(start[1::2]))
    wide = 2 * start.count(0) >= len(start) - 1
    for places, kind, likely in (  # half of the bytes are much alike, or zero
        ({1, 3}, "UTF-16LE", 2 * odd <= even),
        ({0, 2}, "UTF-16BE", 2 * even <= odd),
        ({1, 2, 3}, "UTF-32LE", wide),
        ({0, 1, 2}, "UTF-32BE", wide),
    ):
        if zeros and zeros <= places and likely:
            return f"the file seems to be {kind}: iconv -f {kind} -t UTF-8 converts it"
    return f"it is not text, or not in UTF-8: {_CONVERT}" if zeros else _CONVERT
