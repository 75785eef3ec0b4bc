"""The file format of :class:`~w2vlib.statistics.CorpusStatistics`.

A file is four parts in a row, with nothing between them::

    w2vlib statistics 1\\n           the kind of file and its format version
    {"arrays": …, "words": …}\\n     one line of JSON: everything but the numbers
    …                               the numbers, compressed with xz
    32 bytes                        SHA-256 of all that stands before them

The numbers are the lower triangle of the counts, row by row, then the
occurrences, each split into planes of bytes (all lowest bytes first), which
compresses better than whole integers do.  Nothing is ever unpickled, and a
change of any byte is noticed.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from pathlib import Path

import numpy as np

from ._common.files import replace_file, whole_content
from ._common.validate import whole_number
from .counting import COUNTS
from .words import check_words

__all__ = ["read", "read_words", "write"]

VERSION = 1
_MAGIC = b"w2vlib statistics "
_DESCRIPTION = ("window", "weighting", "oov", "n_tokens", "n_documents", "source")


def write(stats, path: str | Path, level: int = 1) -> None:
    """Write statistics to `path`; see :meth:`CorpusStatistics.save`.

    Examples
    --------
    >>> import tempfile
    >>> from w2vlib import count_corpus
    >>> path = Path(tempfile.mkdtemp()) / "small.w2v"
    >>> write(count_corpus([["a", "b", "a"]], window=2), path)
    >>> read(path)["counts"].tolist()
    [[2, 4], [4, 0]]
    """
    triangle = np.concatenate([row[: i + 1] for i, row in enumerate(stats.counts)])
    numbers = [triangle, stats.occurrences]
    widths = [_bytes_needed(array) for array in numbers]
    header = {
        "words": list(stats.words),
        **{name: getattr(stats, name) for name in _DESCRIPTION},
        "bytes_per_count": widths[0],
        "bytes_per_occurrence": widths[1],
    }
    filters = [{"id": lzma.FILTER_LZMA2, "preset": level, "pb": 0, "lc": 0}]
    payload = lzma.compress(
        b"".join(map(_to_planes, numbers, widths)), check=lzma.CHECK_CRC32, filters=filters
    )
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
    body = b"%b%d\n%b\n%b" % (_MAGIC, VERSION, text.encode(), payload)
    replace_file(path, body + hashlib.sha256(body).digest())


def read(path: str | Path) -> dict:
    """Read from `path` what a ``CorpusStatistics`` is made of; see :meth:`CorpusStatistics.load`.

    Examples
    --------
    >>> from importlib import resources
    >>> read(resources.files("w2vlib") / "data" / "wikipedia-part-0.w2v")["words"][:3]
    ('the', 'of', 'and')
    """
    header, payload = _checked(path)
    size = len(header["words"])
    widths = [header["bytes_per_count"], header["bytes_per_occurrence"]]
    split = size * (size + 1) // 2 * widths[0]
    planes = _unpacked(path, payload, split + size * widths[1])
    return {
        "words": tuple(header["words"]),
        "counts": _symmetric(_from_planes(planes[:split], widths[0]), size),
        "occurrences": _from_planes(planes[split:], widths[1]),
        **{name: header[name] for name in _DESCRIPTION},
    }


def read_words(path: str | Path) -> tuple[str, ...]:
    """Read from `path` the vocabulary alone, without unpacking a number; all bytes are checked.

    Examples
    --------
    >>> from importlib import resources
    >>> read_words(resources.files("w2vlib") / "data" / "wikipedia-part-0.w2v")[:3]
    ('the', 'of', 'and')
    """
    return tuple(_checked(path)[0]["words"])


def _checked(path: str | Path) -> tuple[dict, bytes]:
    """The description and the packed numbers, once every byte is found to be as it was written."""
    data = whole_content(path)
    first, _, rest = data.partition(b"\n")
    version = first.removeprefix(_MAGIC)
    if not first.startswith(_MAGIC) or not version.isdigit() or len(version) > 9:
        raise ValueError(f"{path} is not a file of w2vlib statistics (or its first bytes are damaged)")
    if hashlib.sha256(data[:-32]).digest() != data[-32:]:
        if int(version) > VERSION:
            raise _newer(path, version)
        raise ValueError(
            f"{path} is damaged or incomplete: its checksum does not match its {len(data):,} bytes; "
            "get or make the file again"
        )
    if int(version) != VERSION:
        raise _newer(path, version)
    text, _, payload = rest[:-32].partition(b"\n")
    try:
        header = json.loads(text)
        words, widths = header["words"], [header["bytes_per_count"], header["bytes_per_occurrence"]]
        missing = [name for name in _DESCRIPTION if name not in header]
        if not isinstance(words, list) or not words or missing:
            raise ValueError(f"it has no {', '.join(missing) or 'list of words'}")
        check_words(words)
        for width in widths:
            whole_number("bytes of a number", width, most=8)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{path} holds no statistics: its description is wrong ({error})") from None
    return header, payload


def _unpacked(path: str | Path, payload: bytes, expected: int) -> bytes:
    """The numbers, which must be as many bytes as the words call for."""
    try:
        stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=2**28)
        planes = stream.decompress(payload, expected + 1)
        if len(planes) == expected and not stream.eof:
            stream.decompress(b"", 1)
    except (lzma.LZMAError, EOFError, OverflowError, MemoryError) as error:
        raise ValueError(f"{path} holds no statistics: its numbers cannot be unpacked ({error})") from None
    if len(planes) != expected or not stream.eof or stream.unused_data:
        raise ValueError(
            f"{path} holds no statistics: its numbers do not unpack to the {expected:,} bytes of its words"
        )
    return planes


def _newer(path: str | Path, version: bytes) -> ValueError:
    return ValueError(
        f"{path} has format version {int(version)}, this w2vlib reads version {VERSION}; "
        "update w2vlib, or make the file again with this one"
    )


def _bytes_needed(array: np.ndarray) -> int:
    return max(1, (int(array.max(initial=0)).bit_length() + 7) // 8)


def _to_planes(array: np.ndarray, width: int) -> bytes:
    return array.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :width].T.tobytes()


def _from_planes(data: bytes, width: int) -> np.ndarray:
    planes = np.frombuffer(data, np.uint8).reshape(width, -1)
    wide = np.uint32 if width <= 4 else np.uint64
    array = planes[0].astype(wide)
    for k, plane in enumerate(planes[1:], start=1):
        if plane.any():
            array |= plane.astype(wide) << wide(8 * k)
    return array


def _symmetric(triangle: np.ndarray, size: int) -> np.ndarray:
    """The full matrix from its lower triangle, stored row by row."""
    largest = int(triangle.max(initial=0))
    wide = np.int64 if largest <= np.iinfo(np.int64).max else np.uint64
    full = np.zeros((size, size), COUNTS if largest <= np.iinfo(COUNTS).max else wide)
    begin = 0
    for i in range(size):
        full[i, : i + 1] = triangle[begin : begin + i + 1]
        begin += i + 1
    for begin in range(0, size, 256):
        band = slice(begin, begin + 256)
        square = full[band, band]
        square += np.tril(square, -1).T
        full[band, begin + 256 :] = full[begin + 256 :, band].T
    full.flags.writeable = False  # so that statistics take it as their own, without a copy
    return full
