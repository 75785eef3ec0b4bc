"""The file format of :class:`~w2vlib.statistics.CorpusStatistics`.

A file is four parts in a row, with nothing between them::

    w2vlib statistics 1\\n           the kind of file and its format version
    {"arrays": …, "words": …}\\n     one line of JSON: everything but the numbers
    …                               the numbers, compressed with xz
    32 bytes                        SHA-256 of all that stands before them

In version 1 the numbers are the lower triangle of the counts, row by row, then the
occurrences, each split into planes of bytes (all lowest bytes first), which
compresses better than whole integers do.

In version 2, for large vocabularies, they are what is not zero in that triangle: how many
counts each row has, for each of them how many columns lie between it and the one before,
the counts, and the occurrences, in planes as well.  The planes are cut into pieces, and each
piece is a stream of xz, so that several processors can pack and unpack them.

Nothing is ever unpickled, and a change of any byte is noticed.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ._common.arrays import frozen
from ._common.files import replace_file, whole_content
from ._common.sealed import sealed, unsealed
from ._common.sparse import below_diagonal, constant, mirrored
from ._common.threads import in_threads
from ._common.validate import whole_number
from ._statistics_sums import holding
from .words import check_words

__all__ = ["read", "read_words", "write"]

VERSION = 2
_FIRST_VERSION = 5000  # words up to which statistics are written as they always were, unless they are sparse
_PIECE = 1 << 22  # bytes of a plane that are packed at a time
_KIND = "statistics"
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
    header = {"words": list(stats.words), **{name: getattr(stats, name) for name in _DESCRIPTION}}
    if stats.sparse or len(stats) > _FIRST_VERSION:
        version, numbers = 2, _met(stats)
        widths = [_bytes_needed(array) for array in numbers]
        planes = [_to_planes(array, width) for array, width in zip(numbers, widths)]
        streams = _packed(_pieces(b"".join(planes)), level)
        header |= {"sparse": stats.sparse, "entries": len(numbers[1]), "bytes": widths}
        header["streams"] = [len(stream) for stream in streams]
    else:
        version, numbers = 1, [np.concatenate([row[: i + 1] for i, row in enumerate(stats.counts)])]
        numbers.append(stats.occurrences)
        widths = [_bytes_needed(array) for array in numbers]
        header |= {"bytes_per_count": widths[0], "bytes_per_occurrence": widths[1]}
        streams = _packed([b"".join(map(_to_planes, numbers, widths))], level)
    replace_file(path, sealed(_KIND, version, header, b"".join(streams)))


def _met(stats) -> list[np.ndarray]:
    """Of the lower triangle: entries of each row, columns passed over before each, counts; and the occurrences."""
    if stats.sparse:
        counts, columns, lengths = below_diagonal(stats.counts)
    else:
        found = [np.flatnonzero(row[: i + 1]) for i, row in enumerate(stats.counts)]
        counts = np.concatenate([row[here] for row, here in zip(stats.counts, found)])
        columns, lengths = np.concatenate(found), np.array([len(here) for here in found])
    passed = np.diff(columns, prepend=-1) - 1
    first = np.cumsum(lengths) - lengths  # of each row, where it has an entry
    filled = first[lengths > 0]
    passed[filled] = columns[filled]
    return [lengths, passed, counts, stats.occurrences]


def _pieces(planes: bytes) -> list[bytes]:
    return [planes[begin : begin + _PIECE] for begin in range(0, len(planes), _PIECE)]


def _packed(pieces: list[bytes], level: int) -> list[bytes]:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": level, "pb": 0, "lc": 0}]
    return in_threads(lambda piece: lzma.compress(piece, check=lzma.CHECK_CRC32, filters=filters), pieces)


def read(path: str | Path) -> dict:
    """Read from `path` what a ``CorpusStatistics`` is made of; see :meth:`CorpusStatistics.load`.

    Examples
    --------
    >>> from importlib import resources
    >>> read(resources.files("w2vlib") / "data" / "wikipedia-part-0.w2v")["words"][:3]
    ('the', 'of', 'and')
    """
    header, payload = _checked(path)
    counts, occurrences = (_read_met if "streams" in header else _read_triangle)(path, header, payload)
    return {
        "words": tuple(header["words"]),
        "counts": counts,
        "occurrences": occurrences,
        **{name: header[name] for name in _DESCRIPTION},
    }


def _read_triangle(path: str | Path, header: dict, payload: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Counts and occurrences of version 1."""
    size = len(header["words"])
    widths = [header["bytes_per_count"], header["bytes_per_occurrence"]]
    split = size * (size + 1) // 2 * widths[0]
    planes = _unpacked(path, payload, split + size * widths[1])
    return _symmetric(_from_planes(planes[:split], widths[0]), size), _from_planes(planes[split:], widths[1])


def _read_met(path: str | Path, header: dict, payload: bytes):
    """Counts and occurrences of version 2."""
    size, entries, widths, streams = (
        len(header["words"]),
        header["entries"],
        header["bytes"],
        header["streams"],
    )
    sizes = [n * width for n, width in zip([size, entries, entries, size], widths)]
    expected = [min(_PIECE, sum(sizes) - begin) for begin in range(0, sum(sizes), _PIECE)]
    if len(streams) != len(expected) or sum(streams) != len(payload):
        raise ValueError(f"{path} holds no statistics: its numbers are not in the streams that it lists")
    ends = np.cumsum(streams).tolist()
    packed = [payload[end - length : end] for end, length in zip(ends, streams)]
    planes = b"".join(in_threads(lambda piece, size: _unpacked(path, piece, size), packed, expected))
    begins = np.cumsum([0, *sizes]).tolist()
    parts = [planes[begin:end] for begin, end in zip(begins, begins[1:])]
    del planes
    lengths, passed, counts, occurrences = map(_from_planes, parts, widths)
    lengths, columns = lengths.astype(np.int64), np.empty(entries, np.int32)
    if int(lengths.sum()) != entries or (lengths > np.arange(1, size + 1)).any() or not counts.all():
        raise ValueError(f"{path} holds no statistics: its rows do not have the counts that they should")
    for rows, here in _bands(lengths):
        n = lengths[rows]
        steps = np.cumsum(passed[here].astype(np.int64) + 1)
        before = np.concatenate(([0], steps))[np.cumsum(n) - n]
        found = steps - np.repeat(before, n) - 1
        if (found > np.repeat(np.arange(rows.start, rows.stop), n)).any():
            raise ValueError(f"{path} holds no statistics: a count lies outside the triangle")
        columns[here] = found
    both = mirrored(counts.astype(holding(int(counts.max(initial=0)))), columns, lengths)
    if header["sparse"]:
        return constant(both), occurrences
    return frozen(both.toarray()), occurrences


def _bands(lengths: np.ndarray) -> Iterator[tuple[slice, slice]]:
    """Rows in succession, some millions of entries at a time, and their entries."""
    ends, first = np.cumsum(lengths), 0
    while first < len(lengths):
        begin = int(ends[first] - lengths[first])
        last = max(first + 1, int(np.searchsorted(ends, begin + _PIECE, side="right")))
        yield slice(first, last), slice(begin, int(ends[last - 1]))
        first = last


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
    version, text, payload = unsealed(path, whole_content(path), _KIND, VERSION, "w2vlib statistics")
    try:
        header = json.loads(text)
        words = header["words"]
        if version == 1:
            widths = [header["bytes_per_count"], header["bytes_per_occurrence"]]
            header.pop("streams", None)
        else:
            widths = header["bytes"]
            if not isinstance(header["sparse"], bool) or not isinstance(widths, list) or len(widths) != 4:
                raise ValueError("it does not say how the numbers are written")
            whole_number("entries", header["entries"], 0, len(words) * (len(words) + 1) // 2)
            for length in header["streams"]:
                whole_number("bytes of a stream", length)
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
    full = np.zeros((size, size), holding(int(triangle.max(initial=0))))
    begin = 0
    for i in range(size):
        full[i, : i + 1] = triangle[begin : begin + i + 1]
        begin += i + 1
    for begin in range(0, size, 256):
        band = slice(begin, begin + 256)
        square = full[band, band]
        square += np.tril(square, -1).T
        full[band, begin + 256 :] = full[begin + 256 :, band].T
    return frozen(full)  # so that statistics take it as their own, without a copy
