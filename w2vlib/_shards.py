"""What a worker does with its share of a corpus, and how shares are put together.

A shard is some files, or a stretch of a long one that is cut where lines end.  Every function here is a
pure one of files and arguments: a worker that dies in the midst takes nothing along, as another does the
same again and gets the same.

Counts travel as the lower triangle of their matrix, of pairs that met only, in bands of rows and in the
narrowest integers that hold them, so that no worker and no message has to hold all of them.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse

from ._common.archives import PACKED
from ._common.sparse import below_diagonal
from ._common.text import text_lines
from ._one_pass import NumberedText
from .corpus import Corpus, EncodedText, build_vocabulary, encode_in_chunks, read_at_once
from .counting import cooccurrence_counts

_LONG = 1 << 25  # bytes of text in a shard; what is packed holds about four times as many as it takes
_CELLS = 1 << 20  # of a band of rows
_BANDS = 32  # at most
_RUNS = 8  # partial counts of one shard that are kept apart


class Shard(NamedTuple):
    """Files, or the lines of one file that begin from one of its bytes to before another."""

    files: tuple[str, ...]
    sizes: tuple[int, ...]
    begin: int = 0
    end: int | None = None


class Reading(NamedTuple):
    """How text is read: as :class:`~w2vlib.corpus.Corpus` reads it, by this version, with so many numbers in memory."""

    documents: str
    tokenizer: Callable[[str], list[str]]
    version: str
    in_memory: int


class Words(NamedTuple):
    """Words in one piece, which takes little room and travels fast: their UTF-8, how many bytes each has, how often it occurs."""

    text: bytes
    lengths: np.ndarray
    occurrences: np.ndarray

    @classmethod
    def of(cls, spellings: Collection[bytes], occurrences: Iterable[int]) -> Words:
        """Put words together."""
        lengths = np.fromiter(map(len, spellings), np.int64, len(spellings))
        return cls(b"".join(spellings), lengths, np.fromiter(occurrences, np.int64, len(spellings)))

    def apart(self, some: np.ndarray | None = None) -> Iterator[tuple[bytes, int]]:
        """Yield each word, or some by number, and how often it occurs."""
        ends = np.cumsum(self.lengths)
        begins, often = ends - self.lengths, self.occurrences
        if some is not None:
            begins, ends, often = begins[some], ends[some], often[some]
        for begin, end, n in zip(begins, ends, often):
            yield self.text[begin:end], int(n)


class Totals(NamedTuple):
    """What is known of the text of some shards beside their counts."""

    occurrences: np.ndarray
    n_documents: int
    longest: int  # words of a document


class Band(NamedTuple):
    """Rows of a lower triangle: how many entries each has, their columns, and the entries."""

    lengths: np.ndarray
    columns: np.ndarray
    data: np.ndarray


def shards_of(corpus: Corpus, long: int = _LONG) -> list[Shard]:
    """Return the shards of a corpus: long files of lines in stretches, and short ones together.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = path.write_bytes(b"one two\\nthree\\n")
    >>> [(shard.begin, shard.end) for shard in shards_of(Corpus(path), long=8)]
    [(0, 8), (8, 14)]
    """
    shards, waiting, filled = [], [], 0
    for path in map(os.path.abspath, corpus.files):
        size = os.stat(path).st_size
        packed = Path(path).suffix.lower() in PACKED
        text = 4 * size if packed else size
        if filled and filled + text > long:
            shards.append(Shard(*zip(*waiting)))
            waiting, filled = [], 0
        if text > long and corpus.documents == "lines" and not packed:
            shards += [
                Shard((path,), (size,), begin, min(begin + long, size)) for begin in range(0, size, long)
            ]
        else:
            waiting.append((path, size))
            filled += text
    return [*shards, Shard(*zip(*waiting))] if waiting else shards


@contextlib.contextmanager
def _corpus_of(shard: Shard, reading: Reading) -> Iterator[Corpus]:
    """Open a shard as a corpus; errors name the file and the line as they are in the whole of it."""
    _check_seen(shard, reading)
    if shard.end is None:
        yield Corpus(shard.files, reading.documents, reading.tokenizer)
        return
    (path,) = shard.files
    with tempfile.TemporaryDirectory(prefix="w2vlib-") as folder:
        copy = os.path.join(folder, "stretch.txt")
        _copy_lines(path, shard.begin, shard.end, copy)
        try:
            yield Corpus(copy, reading.documents, reading.tokenizer)
        except ValueError:
            for _ in text_lines(path):
                pass  # its error names the line
            raise


def _copy_lines(path: str, begin: int, end: int, copy: str) -> None:
    """Copy the lines of a file that begin within a stretch of it.

    An empty line is put before them unless they are its first: what marks the beginning of a file marks no other place.
    """
    with open(path, "rb") as file, open(copy, "wb") as out:
        if begin:
            out.write(b"\n")
            file.seek(begin - 1)
            file.readline()
        first = file.tell()
        file.seek(end - 1)
        file.readline()
        left = file.tell() - first if first < end else 0
        file.seek(first)
        while left > 0:
            block = file.read(min(left, 1 << 22))
            if not block:
                break
            out.write(block)
            left -= len(block)


def _check_seen(shard: Shard, reading: Reading) -> None:
    """Raise ValueError where a worker sees other files than the client does, or counts by other rules."""
    own = sys.modules["w2vlib"].__version__
    if own != reading.version:
        raise ValueError(
            f"the worker {_here()} has w2vlib {own}, and here it is {reading.version}; install the same on both"
        )
    for path, size in zip(shard.files, shard.sizes):
        try:
            found = os.stat(path).st_size
        except OSError as error:
            raise ValueError(
                f"the worker {_here()} cannot see {path} ({error.strerror}); put the text where all machines "
                "see it by the same name, as in a shared folder, or count it on this one"
            ) from None
        if found != size:
            raise ValueError(
                f"the worker {_here()} sees another {path}, of {found:,} bytes and not {size:,}; put the text where "
                "all machines see it by the same name, and let files be until they are counted"
            )


def _here() -> str:
    """The address of the worker that this is."""
    from distributed import get_worker

    try:
        return get_worker().address
    except ValueError:
        return "that asks"


def words_of_shard(shard: Shard, reading: Reading, parts: int) -> list:
    """Return how often each word occurs, dealt by its spelling into parts; and at last how many words and documents there are.

    Examples
    --------
    >>> import tempfile, w2vlib
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = path.write_text("b a b")
    >>> reading = Reading("lines", w2vlib.corpus.tokenize, w2vlib.__version__, 99)
    >>> words, size = words_of_shard(*shards_of(Corpus(path)), reading, 1)
    >>> dict(words.apart()), size
    ({b'b': 2, b'a': 1}, (3, 1))
    """
    with _corpus_of(shard, reading) as corpus:
        if read_at_once(corpus):
            with NumberedText(corpus, in_memory=reading.in_memory) as text:
                spellings, occurrences = text.spellings()
                size = text.n_tokens, text.n_documents
        else:
            try:
                found = build_vocabulary(corpus)
            except ValueError:
                if next(iter(corpus), None) is not None:
                    raise
                return [Words.of([], [])] * parts + [(0, 0)]
            spellings, occurrences = [word.encode() for word in found.words], found.occurrences
            size = found.n_tokens, found.n_documents
    part = np.fromiter((zlib.crc32(word) % parts for word in spellings), np.int64, len(spellings))
    dealt = [np.flatnonzero(part == k) for k in range(parts)]
    return [*(Words.of([spellings[n] for n in here], occurrences[here]) for here in dealt), size]


def added_words(several: list[Words]) -> Words:
    """Return how often words occur in several shards together.

    Examples
    --------
    >>> added_words([Words.of([b"a"], [1]), Words.of([b"b", b"a"], [2, 3])])
    Words(text=b'ab', lengths=array([1, 1]), occurrences=array([4, 2]))
    """
    together = dict(several[0].apart())
    for words in several[1:]:
        for word, often in words.apart():
            together[word] = together.get(word, 0) + often
    return Words.of(together, together.values())


def added_sizes(several: list[tuple[int, int]]) -> tuple[int, int]:
    """Return how many words and documents there are in several shards together.

    Examples
    --------
    >>> added_sizes([(3, 1), (4, 2)])
    (7, 3)
    """
    return sum(tokens for tokens, _ in several), sum(documents for _, documents in several)


def most_frequent_of(words: Words, size: int | None, min_count: int) -> tuple[list[tuple[str, int]], int]:
    """Return the `size` most frequent words with their occurrences, ties by spelling, and of how many they are.

    Examples
    --------
    >>> most_frequent_of(Words.of([b"b", b"c", b"a"], [2, 1, 2]), 2, 1)
    ([('a', 2), ('b', 2)], 3)
    """
    enough = words.occurrences >= min_count
    n_words = int(enough.sum())
    if size is not None and size < n_words:
        enough &= words.occurrences >= np.partition(words.occurrences[enough], -size)[-size]
    chosen = ((word.decode(), often) for word, often in words.apart(np.flatnonzero(enough)))
    return sorted(chosen, key=lambda item: (-item[1], item[0]))[:size], n_words


def occurrences_of(words: Words, wanted: Iterable[str]) -> np.ndarray:
    """Return how often each of some words occurs, 0 for those that do not.

    Examples
    --------
    >>> occurrences_of(Words.of([b"a"], [2]), ("b", "a"))
    array([0, 2])
    """
    row = {word.encode(): k for k, word in enumerate(wanted)}
    found = np.zeros(len(row), np.int64)
    for word, often in words.apart():
        if word in row:
            found[row[word]] = often
    return found


def band_edges(size: int) -> list[int]:
    """Return between which rows a triangle is cut into bands of about as many cells.

    Examples
    --------
    >>> band_edges(100), band_edges(3000)
    ([0, 100], [0, 1500, 2121, 2598, 3000])
    """
    bands = min(_BANDS, max(1, size * size // 2 // _CELLS))
    return sorted({round(size * (band / bands) ** 0.5) for band in range(bands + 1)})


def counts_of_shard(
    shard: Shard,
    reading: Reading,
    words: tuple[str, ...],
    oov: str,
    how: dict[str, object],
    chunk_tokens: int,
) -> list:
    """Return the counts of a shard, band by band, and at last its :class:`Totals`.

    `how` is what :func:`~w2vlib.counting.cooccurrence_counts` is told: window, weighting, backend.

    Examples
    --------
    >>> import tempfile, w2vlib
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = path.write_text("b a b")
    >>> reading = Reading("lines", w2vlib.corpus.tokenize, w2vlib.__version__, 99)
    >>> band, totals = counts_of_shard(*shards_of(Corpus(path)), reading, ("b", "a"), "drop", {"window": 2}, 10)
    >>> band.data.tolist(), totals.occurrences.tolist()
    ([2, 4], [2, 1])
    """
    size, edges = len(words), band_edges(len(words))
    bands: list[list[Band]] = [[] for _ in edges[1:]]
    occurrences, n_documents, longest = np.zeros(size + 1, np.int64), 0, 1
    with (
        _corpus_of(shard, reading) as corpus,
        contextlib.closing(_texts(corpus, words, oov, chunk_tokens, reading.in_memory)) as texts,
    ):
        for text in texts:
            often = np.bincount(text.ids, minlength=size + 1)
            occurrences += often
            n_documents += len(text.offsets) - 1
            longest = max(longest, int(np.diff(text.offsets).max(initial=1)))
            if not often[:size].any():
                continue
            counts = cooccurrence_counts(text, size, **how, sparse=True)
            for runs, band in zip(bands, _cut(*below_diagonal(counts), edges)):
                runs.append(band)
                if len(runs) == _RUNS:
                    runs[:] = [added_bands(runs, size)]
    together = [
        added_bands(runs, size) if runs else _empty(rows) for runs, rows in zip(bands, np.diff(edges))
    ]
    return [*together, Totals(occurrences[:size], n_documents, longest)]


def _texts(
    corpus: Corpus, words: tuple[str, ...], oov: str, chunk_tokens: int, in_memory: int
) -> Iterator[EncodedText]:
    if not read_at_once(corpus):
        yield from encode_in_chunks(corpus, words, oov, chunk_tokens)
        return
    with NumberedText(corpus, in_memory=in_memory) as text:
        for ids, offsets in text.encoded(words, oov, chunk_tokens):
            yield EncodedText(ids, offsets)


def _cut(data: np.ndarray, columns: np.ndarray, lengths: np.ndarray, edges: list[int]) -> Iterator[Band]:
    """Yield the bands of a lower triangle."""
    starts = np.concatenate(([0], np.cumsum(lengths)))
    for first, last in zip(edges, edges[1:]):
        here = slice(starts[first], starts[last])
        yield Band(_narrow(lengths[first:last]), _narrow(columns[here]), _narrow(data[here]))


def _empty(rows: int) -> Band:
    return Band(np.zeros(rows, np.uint8), np.empty(0, np.uint8), np.empty(0, np.uint8))


def _narrow(array: np.ndarray) -> np.ndarray:
    """The same numbers, none of which is negative, in the narrowest type that holds them; a copy."""
    return array.astype(np.min_scalar_type(int(array.max(initial=0))))


def added_bands(several: list[Band], size: int) -> Band:
    """Return the sum of the same rows of several matrices of `size` columns; it must fit into 64 bits.

    Examples
    --------
    >>> band = Band(np.array([1, 2]), np.array([0, 0, 1]), np.array([5, 6, 7]))
    >>> added_bands([band, band], 2).data
    array([10, 12, 14], dtype=uint8)
    """
    most = sum(int(band.data.max(initial=0)) for band in several)
    wide = np.int32 if most < 2**31 else np.int64
    total = _rows(several[0], size, wide)
    for band in several[1:]:
        total = total + _rows(band, size, wide)
    return Band(_narrow(np.diff(total.indptr)), _narrow(total.indices), _narrow(total.data))


def _rows(band: Band, size: int, wide: type) -> scipy.sparse.csr_array:
    starts = np.concatenate(([0], np.cumsum(band.lengths, dtype=np.int64)))
    places = np.int32 if starts[-1] < 2**31 else np.int64
    return scipy.sparse.csr_array(
        (band.data.astype(wide), band.columns.astype(places), starts.astype(places)),
        (len(band.lengths), size),
    )


def added_totals(several: list[Totals]) -> Totals:
    """Return what is known of several shards together.

    Examples
    --------
    >>> added_totals([Totals(np.array([1, 0]), 1, 3), Totals(np.array([1, 2]), 2, 1)])
    Totals(occurrences=array([2, 2]), n_documents=3, longest=3)
    """
    return Totals(
        sum(totals.occurrences for totals in several),
        sum(totals.n_documents for totals in several),
        max(totals.longest for totals in several),
    )
