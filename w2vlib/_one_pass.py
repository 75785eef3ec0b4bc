"""Files read once: every word gets a number while it is read, and the vocabulary is chosen afterwards.

Threads share the work.  Each takes what is to be done next: it unpacks a piece of a file that nobody else
is unpacking, or numbers the words of a piece that is unpacked.  The numbers are kept, in memory and then on
disk; when the vocabulary is known they are looked up in it.  What is done here is what
:func:`~w2vlib.corpus.build_vocabulary` and :func:`~w2vlib.corpus.encode` do of any documents, and tests
compare the two.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ._common.archives import unpacked
from ._common.progress import progress_bar
from ._common.text import decoded_lines
from ._common.threads import processors

_PIECE = 1 << 22  # bytes of text that are numbered at a time
_IN_MEMORY = 1 << 26  # numbers of words that are kept in memory, at four bytes each; more go to disk


def one_pass_available() -> bool:
    """Whether the fast path can be taken here."""
    return importlib.util.find_spec("numba") is not None


class _Piece(NamedTuple):
    """A stretch of a file: where its numbers are, and where documents end in it."""

    thread: int
    place: int
    size: int
    ends: np.ndarray


class _Numbers:
    """Arrays of numbers put away one after another, in memory and, when there are many, in a file without a name."""

    def __init__(self, in_memory: int):
        self._room, self._kept, self._file, self._lock = in_memory, [], None, threading.Lock()

    def put(self, numbers: np.ndarray) -> int:
        """Put an array away, and return its place: a position in the file, or less than 0 for one in memory."""
        with self._lock:
            self._room -= len(numbers)
            if self._room >= 0:
                self._kept.append(numbers)
                return -len(self._kept)
            try:
                if self._file is None:
                    self._file = tempfile.TemporaryFile(prefix="w2vlib-")
                place = self._file.seek(0, os.SEEK_END)
                self._file.write(memoryview(numbers).cast("B"))
                self._file.flush()
            except OSError as error:
                raise OSError(
                    error.errno,
                    f"the numbers of the words could not be put into a temporary file in {tempfile.gettempdir()} "
                    f"({error.strerror}); make room, or name another folder in the environment variable TMPDIR",
                ) from error
            return place

    def get(self, place: int, size: int) -> np.ndarray:
        if place < 0:
            return self._kept[-place - 1]
        with self._lock:
            self._file.seek(place)
            return np.frombuffer(self._file.read(4 * size), np.int32)

    def close(self) -> None:
        self._kept.clear()
        if self._file is not None:
            with contextlib.suppress(OSError):  # what was never written to a full disk cannot be written now
                self._file.close()


class NumberedText:
    """The words of a corpus as numbers of their own, before a vocabulary is chosen.

    Attributes
    ----------
    n_tokens, n_documents : int
        Size of the corpus; documents without a word are no documents.
    """

    def __init__(self, corpus, threads: int | None = None, piece: int = _PIECE, in_memory: int = _IN_MEMORY):
        from ._scanning_numba import Scanner

        self._threads = processors() if threads is None else threads
        self._numbers = _Numbers(in_memory)
        try:
            by_lines = corpus.documents == "lines"
            scanners = [Scanner(by_lines) for _ in range(self._threads)]
            self._files = _Reading(corpus, scanners, self._numbers, piece).pieces()
            first, *others = scanners
            own = [first.take_in(other) for other in others]
            self._all, self._occurrences = first, first.occurrences[: len(first.types)]
            self._own = [
                np.arange(len(first.types), dtype=np.int32),
                *own,
            ]  # from each thread's types to these
        except BaseException:
            self.close()
            raise
        self.n_tokens = int(self._occurrences.sum())
        self.n_documents = sum(len(ends) for _, ends in self._pieces())

    def close(self) -> None:
        """Let go of the numbers, and of the file that they may be in."""
        self._numbers.close()

    def __enter__(self) -> NumberedText:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def most_frequent(self, size: int | None, min_count: int) -> tuple[list[tuple[str, int]], int]:
        """Return the `size` most frequent words with their occurrences, ties by spelling, and of how many they are."""
        enough = np.flatnonzero(self._occurrences >= min_count)
        chosen = enough
        if size is not None and size < len(enough):
            least = np.partition(self._occurrences[enough], -size)[-size]
            chosen = enough[self._occurrences[enough] >= least]
        words = map(bytes.decode, self._all.types.spellings(chosen))
        ranked = sorted(zip(words, self._occurrences[chosen].tolist()), key=lambda item: (-item[1], item[0]))
        return ranked[:size], len(enough)

    def spellings(self) -> tuple[list[bytes], np.ndarray]:
        """Return all words as UTF-8, and how often each occurs."""
        seen = np.flatnonzero(self._occurrences)
        return self._all.types.spellings(seen), self._occurrences[seen]

    def occurrences(self, words: Sequence[str]) -> np.ndarray:
        """Return how often each word of a vocabulary occurs."""
        types = self._all.numbers_of(words)
        return np.where(types < 0, 0, self._occurrences[types])

    def encoded(
        self, words: Sequence[str], oov: str = "drop", chunk_tokens: int | None = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield numbers of words and offsets of documents, whole documents of about `chunk_tokens` at a time."""
        from ._scanning_numba import remap

        # For each type its place in the vocabulary; for those outside, the place after the last.
        types = self._all.numbers_of(words)
        places = np.full(len(self._occurrences), len(words), np.int32)
        places[types[types >= 0]] = np.flatnonzero(types >= 0)
        own_places = [places[own] for own in self._own]

        def encode(piece: _Piece, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            types = self._numbers.get(piece.place, piece.size)
            ids, offsets = np.empty(piece.size + 1, np.int32), np.empty(len(ends), np.int64)
            n = remap(types, ends, own_places[piece.thread], len(words), oov == "gap", ids, offsets)
            return ids[:n].copy(), offsets

        ids, offsets, n = [], [0], 0
        with ThreadPoolExecutor(self._threads) as pool:
            for piece_ids, ends in _in_order(pool, encode, self._pieces(), 2 * self._threads):
                ids.append(piece_ids)
                offsets.extend((ends + n).tolist())
                n += len(piece_ids)
                if chunk_tokens is not None and offsets[-1] >= chunk_tokens:
                    *chunks, (rest, offsets) = _cut(np.concatenate(ids), np.array(offsets), chunk_tokens)
                    yield from chunks
                    ids, offsets, n = [rest], offsets.tolist(), len(rest)
        if len(offsets) > 1:
            yield np.concatenate(ids), np.array(offsets, np.int64)

    def _pieces(self) -> Iterator[tuple[_Piece, np.ndarray]]:
        """Each piece with the ends of documents in it, but of those without a word; a file's end is an end."""
        for pieces in self._files:
            words = 0  # of the document that is open
            for k, piece in enumerate(pieces, start=1):
                ends = piece.ends if k < len(pieces) else np.append(piece.ends, piece.size)
                yield piece, ends[np.diff(ends, prepend=-words) > 0]
                words = piece.size - int(ends[-1]) if len(ends) else words + piece.size


def _cut(ids: np.ndarray, offsets: np.ndarray, chunk_tokens: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield whole documents, no more of them than it takes to have `chunk_tokens` words; at last what is left."""
    first, most = 0, len(offsets) - 1
    while first < most and offsets[-1] - offsets[first] >= chunk_tokens:
        end = int(np.searchsorted(offsets, offsets[first] + chunk_tokens))
        yield ids[offsets[first] : offsets[end]], offsets[first : end + 1] - offsets[first]
        first = end
    yield ids[offsets[first] :].copy(), offsets[first:] - offsets[first]


def _in_order(pool: ThreadPoolExecutor, work: Callable, items: Iterable[tuple], ahead: int) -> Iterator:
    """What a function makes of items, in their order, some being worked on ahead."""
    waiting: deque = deque()
    for item in items:
        waiting.append(pool.submit(work, *item))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


class _Reading:
    """Files that several threads unpack and number."""

    def __init__(self, corpus, scanners: list, numbers: _Numbers, piece: int):
        self._files, self._progress = corpus.files, corpus.progress
        self._scanners, self._numbers, self._piece = scanners, numbers, piece
        self._found: list[dict[int, _Piece]] = [{} for _ in self._files]
        self._news = threading.Condition()
        self._unopened = deque(range(len(self._files)))
        self._streams: deque[tuple[int, Iterator]] = deque()  # files that nobody is unpacking at the moment
        self._texts: deque[tuple[int, int, bytes]] = deque()  # file, number and text of pieces to be numbered
        self._open = self._at_work = 0
        self._wrong: dict[int, BaseException] = {}
        self._given_up = False

    def pieces(self) -> list[list[_Piece]]:
        """Read all, and return the pieces of each file.

        Raises
        ------
        ValueError, OSError
            As reading the files one after another would raise it.
        """
        total = sum(path.stat().st_size for path in self._files)
        bar = progress_bar(
            self._progress, total=total, unit="B", unit_scale=True, desc="reading", mininterval=1
        )
        with bar as self._bar, ThreadPoolExecutor(len(self._scanners)) as pool:
            try:
                for working in [pool.submit(self._work, thread) for thread in range(len(self._scanners))]:
                    working.result()
            except BaseException:  # an interruption
                self._given_up = True
                raise
        if self._wrong:
            number = min(self._wrong)
            with open(self._files[number], "rb") as raw:
                for _ in decoded_lines(raw, self._files[number]):
                    pass  # its error names the line
            raise self._wrong[number]
        return [[found[k] for k in range(len(found))] for found in self._found]

    def _work(self, thread: int) -> None:
        while (step := self._next_step()) is not None:
            number, do, *what = step
            try:
                do(thread, number, *what)
            except BaseException as error:
                self._wrong[number] = error
            finally:
                with self._news:
                    self._at_work -= 1
                    self._news.notify_all()

    def _next_step(self) -> tuple | None:
        """What is to be done next, once there is something; None if all is done.

        Of files after one that is wrong nothing more is read, so that of several the first is named.
        """
        with self._news:
            while True:
                first_wrong = min(self._wrong, default=len(self._files))
                for tasks in (self._streams, self._texts):
                    for task in [task for task in tasks if task[0] >= first_wrong]:
                        tasks.remove(task)
                        self._open -= tasks is self._streams
                may_open = (
                    self._unopened and self._unopened[0] < first_wrong and self._open < len(self._scanners)
                )
                if self._given_up:
                    return None
                enough = len(self._texts) >= len(self._scanners)
                if self._texts and (enough or not (self._streams or may_open)):
                    number, k, text = self._texts.popleft()
                    step = number, self._number, k, text
                elif self._streams:
                    number, stream = self._streams.popleft()
                    step = number, self._unpack, stream
                elif may_open:
                    number = self._unopened.popleft()
                    self._open += 1
                    step = number, self._unpack, enumerate(self._texts_of(self._files[number]))
                elif self._at_work:
                    self._news.wait()
                    continue
                else:
                    return None
                self._at_work += 1
                return step

    def _unpack(self, thread: int, number: int, stream: Iterator[tuple[int, bytes]]) -> None:
        found = next(stream, None)
        with self._news:
            if found is None:
                self._open -= 1
            else:
                self._texts.append((number, *found))
                self._streams.append((number, stream))

    def _number(self, thread: int, number: int, k: int, text: bytes) -> None:
        types, ends = self._scanners[thread].scan(text)
        self._found[number][k] = _Piece(thread, self._numbers.put(types), len(types), ends)

    def _texts_of(self, path: Path) -> Iterator[bytes]:
        """Yield a file in pieces that end with a blank or a line feed."""
        with open(path, "rb") as raw:
            held, read, start = [], 0, True
            stream = unpacked(raw, path)
            while data := stream.read(self._piece):
                if b"\0" in data or start and data.startswith(b"{\\rtf"):
                    raise ValueError(f"{path} is not text")
                if start:
                    data, start = data.removeprefix(b"\xef\xbb\xbf"), False
                cut = max(data.rfind(b" "), data.rfind(b"\n")) + 1
                if cut:
                    yield b"".join((*held, data[:cut]))
                    held = []
                held.append(data[cut:])
                with self._news:
                    self._bar.update(raw.tell() - read)
                read = raw.tell()
            if any(held):
                yield b"".join(held) + b" "
