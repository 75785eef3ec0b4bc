"""The fast path from bytes to numbers of words.  Imported only where numba is installed.

Why it is fast.  A word of ASCII letters is read byte by byte, once: its letters, five bits each, make up
a key as they are read, and the key is looked up in a table that numbers each different word ("type").
No string is made of it.

Why it is exact.  Text that is not ASCII needs Unicode's rules, which this loop does not know.  It leaves
each run of bytes between blanks that holds such a byte (a "chunk") to the rules of :mod:`w2vlib._tokenizing`.
None of them reaches over a blank, so a chunk can be cut into words by itself; and as
chunks recur like words do, each is looked up in a table of its own and cut once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numba
import numpy as np

from ._tokenizing import words_of_lines

_SHORT = (
    12  # letters of five bits that a key holds; a longer word's key is a hash, and its letters are compared
)
_HASHED = np.uint64(1 << 63)  # marks such a key
_BLANK, _LINE_FEED, _FOREIGN = 32, 33, 64  # kinds of bytes, beside 0 (separates words) and 1 … 26 (letters)
_KIND = np.zeros(256, np.uint8)
_KIND[65:91] = _KIND[97:123] = np.arange(1, 27)
_KIND[32], _KIND[10], _KIND[128:] = _BLANK, _LINE_FEED, _FOREIGN

_TYPES_FULL, _CHUNKS_FULL = 1, 2
_MOST_CHUNKS = 1 << 25  # bytes of chunks that are remembered


class _Table(NamedTuple):
    """Different spellings, numbered in the order in which they were met."""

    slots: np.ndarray  # uint64, (a power of two, 2): key and number + 1; 0 where a slot is free
    letters: np.ndarray  # uint8: the spellings, one after another
    starts: np.ndarray  # int64: spelling k is letters[starts[k]:starts[k + 1]]
    size: np.ndarray  # int64, (1,): how many there are

    @classmethod
    def empty(cls) -> _Table:
        room = 1 << 12
        starts = np.zeros(room // 2 + 1, np.int64)
        return cls(
            np.zeros((room, 2), np.uint64), np.empty(room * 8, np.uint8), starts, np.zeros(1, np.int64)
        )

    def __len__(self) -> int:
        return int(self.size[0])

    def larger(self) -> _Table:
        """The same with room for twice as many."""
        slots = np.zeros((2 * len(self.slots), 2), np.uint64)
        _move_slots(self.slots, slots)
        return _Table(slots, _doubled(self.letters), _doubled(self.starts), self.size)

    def spellings(self, numbers: np.ndarray | None = None) -> list[bytes]:
        """Some of the spellings, by number; by default all."""
        numbers = np.arange(len(self)) if numbers is None else numbers
        text = self.letters[: self.starts[len(self)]].tobytes()
        return [
            text[begin:end]
            for begin, end in zip(self.starts[numbers].tolist(), self.starts[numbers + 1].tolist())
        ]


def _doubled(array: np.ndarray) -> np.ndarray:
    larger = np.empty(2 * len(array), array.dtype)
    larger[: len(array)] = array
    return larger


class Scanner:
    """Numbers the words of one piece of text after another; each thread has its own.

    Parameters
    ----------
    by_lines : bool
        Whether a line feed ends a document.
    """

    def __init__(self, by_lines: bool):
        self.by_lines = by_lines
        self.types, self.occurrences = _Table.empty(), np.zeros(0, np.int64)
        self._forget()
        self._numbers, self._ends = np.empty(0, np.int32), np.empty(0, np.int64)

    def _forget(self) -> None:
        """Remember no chunk."""
        self._chunks = _Table.empty()
        self._chunk_types, self._chunk_starts = np.empty(0, np.int32), np.zeros(1, np.int64)

    def scan(self, text: bytes) -> tuple[np.ndarray, np.ndarray]:
        """Return the types of a text that ends with a blank or a line feed, and where its documents end.

        Of ends without a word between them the first is given, and 0 if one comes before the first word.

        Raises
        ------
        UnicodeDecodeError
            If it is not UTF-8.
        """
        found = np.frombuffer(text, np.uint8)
        self._numbers = _at_least(self._numbers, len(found) // 2 + 1)
        self._ends = _at_least(self._ends, text.count(b"\n") if self.by_lines else 0)
        progress = np.zeros(3, np.int64)  # bytes read, numbers and ends written
        while full := _scan(
            found, self.types, self._chunks, progress, self._numbers, self._ends, self.by_lines
        ):
            if full == _TYPES_FULL:
                self.types = self.types.larger()
            else:
                self._chunks = self._chunks.larger()
        self._cut_chunks()
        if len(self.types) > len(self.occurrences):
            self.occurrences = _at_least(self.occurrences, len(self.types.starts), keep=True)
        numbers, ends = self._numbers[: progress[1]], self._ends[: progress[2]]
        types = np.empty(_spelled_out(numbers, self._chunk_starts), np.int32)
        n_ends = _spell_out(numbers, ends, self._chunk_types, self._chunk_starts, self.occurrences, types)
        if self._chunks.starts[len(self._chunks)] > _MOST_CHUNKS:
            self._forget()
        return types, ends[:n_ends].copy()

    def _cut_chunks(self) -> None:
        """Find the types of the chunks that are new."""
        known = len(self._chunk_starts) - 1
        new = self._chunks.spellings(np.arange(known, len(self._chunks)))
        if not new:
            return
        try:
            words = words_of_lines((b"\n".join(new) + b"\n").decode())
        except UnicodeDecodeError:
            self._forget()  # or the next text, which may be another file's, would be blamed for this one
            raise
        text = np.frombuffer(words.encode(), np.uint8)
        types, ends = np.empty(len(text), np.int32), np.empty(len(new), np.int64)
        progress = np.zeros(3, np.int64)
        while not _number_words(text, self.types, progress, types, ends):
            self.types = self.types.larger()
        self._chunk_types = np.concatenate((self._chunk_types, types[: progress[1]]))
        self._chunk_starts = np.concatenate((self._chunk_starts, ends + self._chunk_starts[-1]))

    def take_in(self, other: Scanner) -> np.ndarray:
        """Take in the types of another scanner, and return the numbers that they have here."""
        here, done = np.empty(len(other.types), np.int32), np.zeros(1, np.int64)
        while not _take_in(self.types, other.types, here, done):
            self.types = self.types.larger()
        self.occurrences = _at_least(self.occurrences, len(self.types.starts), keep=True)
        self.occurrences[here] += other.occurrences[: len(here)]  # no number comes twice
        return here

    def numbers_of(self, words: Sequence[str]) -> np.ndarray:
        """The types that spell these words; -1 where none does."""
        spellings = [word.encode() for word in words]
        ends = np.cumsum([len(spelling) for spelling in spellings], dtype=np.int64)
        return _numbers_of(np.frombuffer(b"".join(spellings), np.uint8), ends, self.types)


def _at_least(array: np.ndarray, size: int, keep: bool = False) -> np.ndarray:
    if len(array) >= size:
        return array
    larger = np.zeros(size, array.dtype)
    if keep:
        larger[: len(array)] = array
    return larger


@numba.njit(nogil=True, cache=True)
def remap(types, ends, number, gap, keep_gaps, ids, offsets):
    """Write the numbers in a vocabulary of a text's types, and where its documents end; return how many."""
    n = document = 0
    for position in range(len(types)):
        while document < len(ends) and ends[document] == position:
            offsets[document] = n
            document += 1
        found = number[types[position]]
        ids[n] = found
        n += keep_gaps or found != gap
    while document < len(ends):
        offsets[document] = n
        document += 1
    return n


@numba.njit(nogil=True, cache=True)
def _mixed(key):
    key = (key ^ (key >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    return key ^ (key >> np.uint64(29))


@numba.njit(nogil=True, cache=True)
def _move_slots(old, new):
    mask = np.uint64(len(new) - 1)
    for k in range(len(old)):
        if old[k, 1] != 0:
            slot = _mixed(old[k, 0]) & mask
            while new[slot, 1] != 0:
                slot = (slot + np.uint64(1)) & mask
            new[slot, 0], new[slot, 1] = old[k, 0], old[k, 1]


@numba.njit(nogil=True, cache=True)
def _slot(table, key, text, begin, end, fold):
    """The slot of a spelling, or the free one where it belongs."""
    slots, letters, starts = table.slots, table.letters, table.starts
    mask = np.uint64(len(slots) - 1)
    slot = _mixed(key) & mask
    while slots[slot, 1] != 0:
        if slots[slot, 0] == key:
            if key < _HASHED:
                break
            first = starts[slots[slot, 1] - np.uint64(1)]
            same = starts[slots[slot, 1]] - first == end - begin
            position = begin
            while same and position < end:
                same = letters[first + position - begin] == _folded(text[position], fold)
                position += 1
            if same:
                break
        slot = (slot + np.uint64(1)) & mask
    return slot


@numba.njit(nogil=True, cache=True)
def _folded(byte, fold):
    return byte | np.uint8(32) if fold and byte < 128 else byte


@numba.njit(nogil=True, cache=True)
def _hash(text, begin, end, fold):
    key = np.uint64(14695981039346656037)
    for position in range(begin, end):
        key = (key ^ np.uint64(_folded(text[position], fold))) * np.uint64(1099511628211)
    return key | _HASHED


@numba.njit(nogil=True, cache=True)
def _number(table, key, text, begin, end, fold):
    """The number of a spelling, which is added if it is new; -1 if there is no room for it."""
    slots, letters, starts, size = table.slots, table.letters, table.starts, table.size
    slot = _slot(table, key, text, begin, end, fold)
    if slots[slot, 1] == 0:
        n = size[0]
        first = starts[n]
        if n + 1 >= len(starts) or first + end - begin > len(letters):
            return np.int32(-1)
        for position in range(begin, end):
            letters[first + position - begin] = _folded(text[position], fold)
        starts[n + 1] = first + end - begin
        size[0] = n + 1
        slots[slot, 0], slots[slot, 1] = key, np.uint64(n + 1)
    return np.int32(slots[slot, 1] - np.uint64(1))


@numba.njit(nogil=True, cache=True)
def _scan(text, types, chunks, progress, numbers, ends, by_lines):
    """Number the words of a text; a chunk gets -1 - its number.  Return 0, or which table has no room."""
    position, n, n_ends = progress[0], progress[1], progress[2]
    chunk, before = position, n  # where this chunk begins, and how many numbers were written before
    slots, full = types.slots, 0
    mask = np.uint64(len(slots) - 1)
    while position < len(text):
        kind = _KIND[text[position]]
        if 0 < kind < _BLANK:
            begin, key = position, np.uint64(0)
            while 0 < kind < _BLANK:
                key = (key << np.uint64(5)) | np.uint64(kind)
                position += 1
                kind = _KIND[text[position]]
            if kind != _FOREIGN:
                if position - begin > _SHORT:
                    key = _hash(text, begin, position, True)
                slot = _mixed(key) & mask
                while slots[slot, 1] != 0 and slots[slot, 0] != key:
                    slot = (slot + np.uint64(1)) & mask
                number = np.int32(slots[slot, 1] - np.uint64(1))
                if number < 0 or key >= _HASHED:  # a new word, or a long one: not for the innermost loop
                    number = _number(types, key, text, begin, position, True)
                if number < 0:
                    full = _TYPES_FULL
                    break
                numbers[n] = number
                n += 1
        elif kind == _FOREIGN:
            position = chunk
            kind = np.uint8(0)
            while kind != _BLANK and kind != _LINE_FEED:
                position += 1
                kind = _KIND[text[position]]
            number = _number(chunks, _hash(text, chunk, position, False), text, chunk, position, False)
            if number < 0:
                full = _CHUNKS_FULL
                break
            numbers[before] = -1 - number
            n = before + 1
        else:
            position += 1
            if kind >= _BLANK:
                chunk, before = position, n
                if by_lines and kind == _LINE_FEED:
                    ends[n_ends] = n
                    n_ends += 1
    progress[0], progress[1], progress[2] = chunk, before, n_ends
    return full


@numba.njit(nogil=True, cache=True)
def _number_words(text, types, progress, numbers, ends):
    """Number what stands between blanks and line feeds, as it stands.  Return whether there was room for all."""
    position, n, n_ends = progress[0], progress[1], progress[2]
    begin = position
    while position < len(text):
        kind = _KIND[text[position]]
        if kind == _BLANK or kind == _LINE_FEED:
            if position > begin:
                number = _number(types, _key(text, begin, position), text, begin, position, False)
                if number < 0:
                    break
                numbers[n] = number
                n += 1
            if kind == _LINE_FEED:
                ends[n_ends] = n
                n_ends += 1
            begin = position + 1
        position += 1
    progress[0], progress[1], progress[2] = begin, n, n_ends
    return position == len(text)


@numba.njit(nogil=True, cache=True)
def _key(text, begin, end):
    """The key of a spelling that is given as it stands."""
    key = np.uint64(0)
    for position in range(begin, end):
        letter = np.int64(text[position]) - 96
        if not 1 <= letter <= 26 or position - begin >= _SHORT:
            return _hash(text, begin, end, False)
        key = (key << np.uint64(5)) | np.uint64(letter)
    return key


@numba.njit(nogil=True, cache=True)
def _take_in(types, others, here, done):
    """Number the types of another table, from the first that is not done.  Return whether there was room for all."""
    while done[0] < len(here):
        k = done[0]
        begin, end = others.starts[k], others.starts[k + 1]
        number = _number(types, _key(others.letters, begin, end), others.letters, begin, end, False)
        if number < 0:
            return False
        here[k] = number
        done[0] += 1
    return True


@numba.njit(nogil=True, cache=True)
def _numbers_of(text, ends, types):
    """The number of each spelling, or -1."""
    numbers = np.empty(len(ends), np.int32)
    begin = 0
    for k in range(len(ends)):
        slot = _slot(types, _key(text, begin, ends[k]), text, begin, ends[k], False)
        numbers[k] = np.int64(types.slots[slot, 1]) - 1
        begin = ends[k]
    return numbers


@numba.njit(nogil=True, cache=True)
def _spelled_out(numbers, chunk_starts):
    """How many words there are where each chunk is cut."""
    n = len(numbers)
    for number in numbers:
        if number < 0:
            n += chunk_starts[-number] - chunk_starts[-number - 1] - 1
    return n


@numba.njit(nogil=True, cache=True)
def _spell_out(numbers, ends, chunk_types, chunk_starts, occurrences, types):
    """Put the types of chunks in their places and count each type; move the ends with them, and return how many stay."""
    n = document = n_ends = 0
    for position in range(len(numbers) + 1):
        while document < len(ends) and ends[document] == position:
            if n_ends == 0 or ends[n_ends - 1] < n:
                ends[n_ends] = n
                n_ends += 1
            document += 1
        if position == len(numbers):
            break
        number = numbers[position]
        if number >= 0:
            types[n] = number
            occurrences[number] += 1
            n += 1
        else:
            for k in range(chunk_starts[-number - 1], chunk_starts[-number]):
                types[n] = chunk_types[k]
                occurrences[chunk_types[k]] += 1
                n += 1
    return n_ends
