"""The fast counting kernels.  Imported only where numba is installed.

Why they are fast.  The usual loop walks along the text and adds to a cell of a
V × V matrix for each pair: nearly every addition misses the cache.  Here all
occurrences of one word are visited together, so the additions fall into one
row of V counters, which stays in the cache.  What is then far away is the text around
the occurrences; the processor is told of each window some windows ahead, so that it is there in
time.  Documents are padded with a word that does not exist, whose
counts are thrown away, so that no bounds are checked inside the loop.

A matrix of all pairs is counted from windows to the right only, and its mirror image is added at the end.
Where most pairs never meet, windows to both sides fill a row, and what is not zero is kept of it.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Sequence
from typing import NamedTuple

import numba
import numpy as np

from ._common.threads import in_threads
from ._prefetch_numba import prefetch
from .corpus import EncodedText

_AHEAD = 32  # occurrences between the hint and the use of a window
_ENTRIES = 1 << 21  # entries of a block of sparse rows, at most
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)  # times a power of two, its first six bits say which power it is
_PLACE = np.zeros(64, np.int64)
_PLACE[[(int(_DE_BRUIJN) << bit & 2**64 - 1) >> 58 for bit in range(64)]] = np.arange(64)


class Windows(NamedTuple):
    """Texts in which every occurrence of a word has room for its windows."""

    text: np.ndarray  # word numbers, one document after another, with room between them
    positions: np.ndarray  # of all occurrences, by word
    starts: np.ndarray  # word k occurs at positions[starts[k]:starts[k + 1]]

    @classmethod
    def of(cls, texts: Sequence[EncodedText], size: int, reach: int, threads: int) -> Windows:
        begins = np.cumsum([0] + [text.ids.size + reach * len(text.offsets) for text in texts])
        padded = np.empty(begins[-1], np.uint16 if size < 2**16 else np.int32)
        occurrences = np.zeros((len(texts), size + 1), np.int64)

        def pad(k: int) -> None:
            room = padded[begins[k] : begins[k + 1]]
            _pad(texts[k].ids, texts[k].offsets, size, reach, room, occurrences[k])

        in_threads(pad, range(len(texts)), threads=threads)
        starts = np.concatenate(([0], np.cumsum(occurrences[:, :size].sum(0))))
        positions = np.empty(starts[-1], np.int64 if padded.size >= 2**31 else np.int32)
        following = starts[:-1] + np.cumsum(occurrences[:, :size], axis=0) - occurrences[:, :size]

        def sort(k: int) -> None:
            _sort_positions(padded[begins[k] : begins[k + 1]], begins[k], following[k], positions)

        in_threads(sort, range(len(texts)), threads=threads)
        return cls(padded, positions, starts)


def count_dense(texts: Sequence[EncodedText], weights: np.ndarray, counts: np.ndarray, threads: int) -> None:
    """Add to `counts`, in place, how often each word stands to the right of each."""
    size = len(counts)
    windows = Windows.of(texts, size, len(weights), threads)
    occurrences = np.diff(windows.starts)
    # A row's counter is 32 bits wide unless a count could outgrow it.
    wide = int(occurrences.max(initial=0)) * int(weights.sum()) >= 2**32
    weights = weights.astype(np.uint64 if wide else np.uint32)

    def work(rows: np.ndarray) -> None:
        _count_rows(*windows, rows, weights, np.zeros(size + 1, weights.dtype), counts)

    in_threads(work, _balanced(occurrences, size // len(weights), threads), threads=threads)


def count_sparse(
    texts: Sequence[EncodedText], weights: np.ndarray, counts: tuple, dtype: type, threads: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the counts of texts, added to `counts`: data, columns and starts of rows, as SciPy has them."""
    before, columns_before, starts_before = counts
    size = len(starts_before) - 1
    windows = Windows.of(texts, size, len(weights), threads)
    most = np.diff(windows.starts) * (2 * len(weights)) + np.diff(starts_before)
    blocks = _blocks(np.minimum(most, size), _ENTRIES)
    largest = max(entries for _, _, entries in blocks)
    weights = weights.astype(dtype)

    own = (
        threading.local()
    )  # fresh memory takes longer than counting does: each thread has its own, for all blocks

    def work(block: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        first, last, entries = block
        if not hasattr(own, "data"):
            own.counter = np.zeros(size + 1, dtype)
            own.data, own.columns = np.empty(largest, dtype), np.empty(largest, np.int32)
        ends = np.empty(last - first, np.int64)
        n = _count_sparse_rows(
            *windows,
            weights,
            before,
            columns_before,
            starts_before,
            first,
            own.counter,
            own.data,
            own.columns,
            ends,
        )
        return own.data[:n].copy(), own.columns[:n].copy(), ends

    done = in_threads(work, blocks, threads=threads)
    starts = np.zeros(size + 1, np.int64)
    for (first, last, _), (_, _, ends) in zip(blocks, done):
        starts[first + 1 : last + 1] = starts[first] + ends
    data, columns = np.empty(starts[-1], dtype), np.empty(starts[-1], np.int32)
    for k, (first, last, _) in enumerate(blocks):
        here = slice(starts[first], starts[last])
        data[here], columns[here] = done[k][:2]
        done[k] = None  # memory for the next
    return data, columns, starts


def _balanced(occurrences: np.ndarray, row_cost: int, threads: int) -> list[np.ndarray]:
    """Deal words to threads so that each has about as much to do; a row costs as much as some occurrences."""
    heap = [(0, thread) for thread in range(threads)]
    hands: list[list[int]] = [[] for _ in range(threads)]
    for word in np.argsort(-occurrences, kind="stable").tolist():
        if occurrences[word] == 0:
            break
        load, thread = heapq.heappop(heap)
        hands[thread].append(word)
        heapq.heappush(heap, (load + int(occurrences[word]) + row_cost, thread))
    return [np.array(sorted(hand), np.int64) for hand in hands]


def _blocks(most: np.ndarray, entries: int) -> list[tuple[int, int, int]]:
    """Rows in succession, as many at a time as have up to so many entries: first, last + 1, entries."""
    ends, blocks, first = np.cumsum(most), [], 0
    while first < len(most):
        before = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + entries, side="right")))
        blocks.append((first, last, int(ends[last - 1]) - before))
        first = last
    return blocks


@numba.njit(nogil=True, cache=True)
def _pad(ids, offsets, gap, reach, padded, occurrences):
    n = 0
    for document in range(len(offsets)):
        if document > 0:
            for position in range(offsets[document - 1], offsets[document]):
                padded[n] = ids[position]
                occurrences[ids[position]] += 1
                n += 1
        for _ in range(reach):
            padded[n] = gap
            n += 1


@numba.njit(nogil=True, cache=True)
def _sort_positions(padded, begin, following, positions):
    """Put down where each word stands, at the places that follow for it."""
    gap = len(following)
    for position in range(len(padded)):
        word = padded[position]
        if word < gap:
            positions[following[word]] = begin + position
            following[word] += 1


@numba.njit(nogil=True, cache=True)
def _count_rows(text, positions, starts, rows, weights, counter, counts):
    reach, size, last = len(weights), len(counter) - 1, len(positions) - 1
    for row in rows:
        for k in range(starts[row], starts[row + 1]):
            ahead = positions[min(k + _AHEAD, last)]
            prefetch(text, ahead + 1)
            prefetch(text, ahead + reach)
            begin = positions[k] + 1
            for j in range(reach):
                counter[text[begin + j]] += weights[j]
        target = counts[row]
        for column in range(size):
            target[column] += counter[column]
            counter[column] = 0
        counter[size] = 0


@numba.njit(nogil=True, cache=True)
def _count_sparse_rows(
    text,
    positions,
    starts,
    weights,
    before,
    columns_before,
    starts_before,
    first,
    counter,
    data,
    columns,
    ends,
):
    """Fill the rows from `first` on, for as many as `ends` has places; return how many entries they have."""
    reach, size, last = len(weights), len(counter) - 1, len(positions) - 1
    met = np.zeros(size // 64 + 1, np.uint64)  # a bit for each column
    n = 0
    for k in range(len(ends)):
        row = first + k
        for entry in range(starts_before[row], starts_before[row + 1]):
            column = columns_before[entry]
            counter[column] += before[entry]
            met[column >> 6] |= np.uint64(1) << np.uint64(column & 63)
        few = (
            starts[row + 1] - starts[row]
        ) * 2 * reach < size // 2  # so that bits cost less than looking at all
        for occurrence in range(starts[row], starts[row + 1]):
            ahead = positions[min(occurrence + _AHEAD, last)]
            prefetch(text, ahead - reach)
            prefetch(text, ahead)
            prefetch(text, ahead + reach)
            position = np.int64(positions[occurrence])
            for j in range(reach):
                right, left = np.int64(text[position + 1 + j]), np.int64(text[position - 1 - j])
                counter[right] += weights[j]
                counter[left] += weights[j]
                if few:
                    met[right >> 6] |= np.uint64(1) << np.uint64(right & 63)
                    met[left >> 6] |= np.uint64(1) << np.uint64(left & 63)
        if few:
            for part in range(len(met)):
                bits = met[part]
                met[part] = 0
                while bits != 0:
                    lowest = bits & (~bits + np.uint64(1))
                    bits ^= lowest
                    column = part * 64 + _PLACE[(lowest * _DE_BRUIJN) >> np.uint64(58)]
                    if column < size:
                        data[n], columns[n] = counter[column], column
                        counter[column] = 0
                        n += 1
        else:
            for column in range(size):
                if counter[column] != 0:
                    data[n], columns[n] = counter[column], column
                    counter[column] = 0
                    n += 1
            met[:] = 0
        counter[size] = 0
        ends[k] = n
    return n
