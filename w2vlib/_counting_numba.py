"""The fast counting kernel.  Imported only where numba is installed.

Why it is fast.  The usual loop walks along the text and adds to a cell of a
V × V matrix for each pair: nearly every addition misses the cache.  Here all
occurrences of one word are visited together, so the additions fall into one
row of V counters, which stays in the cache.  The windows of several
occurrences are copied to a buffer first, so that the waits for their cache
misses overlap.  Documents are padded with a word that does not exist, whose
counts are thrown away, so that no bounds are checked inside the loop.
"""

from __future__ import annotations

import heapq
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

from .corpus import EncodedText

_GATHERED = 32  # occurrences whose windows are copied before they are counted


def count_numba(text: EncodedText, weights: np.ndarray, counts: np.ndarray, threads: int) -> None:
    """Add the counts of a text to `counts`, in place, with `threads` threads."""
    size, window = len(counts), len(weights)
    narrow = np.uint16 if size < 2**16 else np.int32
    padded = np.empty(text.ids.size + window * len(text.offsets), narrow)
    _pad(text.ids, text.offsets, size, window, padded)
    occurrences = np.bincount(text.ids, minlength=size + 1)[:size]
    start = np.concatenate(([0], np.cumsum(occurrences)))
    positions = np.empty(start[-1], np.int64 if padded.size >= 2**31 else np.int32)
    _sort_positions(padded, start, positions)
    both_sides = np.concatenate((weights[::-1], [0], weights))
    # A row's counter is 32 bits wide unless a count could outgrow it.
    wide = int(occurrences.max(initial=0)) * int(both_sides.sum()) >= 2**32
    both_sides = both_sides.astype(np.uint64 if wide else np.uint32)

    def work(rows: np.ndarray) -> None:
        counter = np.zeros(size + 1, both_sides.dtype)
        _count_rows(padded, positions, start, rows, both_sides, counter, counts)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, _balanced(occurrences, threads)))


def _balanced(occurrences: np.ndarray, threads: int) -> list[np.ndarray]:
    """Deal words to threads so that each has about as many occurrences."""
    row_cost = 200  # adding one row to the result costs about as much as this many occurrences
    heap = [(0, thread) for thread in range(threads)]
    hands: list[list[int]] = [[] for _ in range(threads)]
    for word in np.argsort(-occurrences, kind="stable").tolist():
        if occurrences[word] == 0:
            break
        load, thread = heapq.heappop(heap)
        hands[thread].append(word)
        heapq.heappush(heap, (load + int(occurrences[word]) + row_cost, thread))
    return [np.array(sorted(hand), np.int64) for hand in hands]


@numba.njit(nogil=True, cache=True)
def _pad(ids, offsets, gap, window, padded):
    n = 0
    for _ in range(window):
        padded[n] = gap
        n += 1
    for document in range(len(offsets) - 1):
        for position in range(offsets[document], offsets[document + 1]):
            padded[n] = ids[position]
            n += 1
        for _ in range(window):
            padded[n] = gap
            n += 1


@numba.njit(nogil=True, cache=True)
def _sort_positions(padded, start, positions):
    following = start.copy()
    gap = len(start) - 1
    for position in range(len(padded)):
        word = padded[position]
        if word < gap:
            positions[following[word]] = position
            following[word] += 1


@numba.njit(nogil=True, cache=True)
def _count_rows(padded, positions, start, rows, weights, counter, counts):
    width = len(weights)
    window = width // 2
    size = len(counter) - 1
    gathered = np.empty((_GATHERED, width), padded.dtype)
    for row in rows:
        first = start[row]
        while first < start[row + 1]:
            n = min(_GATHERED, start[row + 1] - first)
            for k in range(n):
                begin = positions[first + k] - window
                for j in range(width):
                    gathered[k, j] = padded[begin + j]
            for k in range(n):
                for j in range(width):
                    counter[gathered[k, j]] += weights[j]
            first += n
        target = counts[row]
        for column in range(size):
            target[column] += counter[column]
            counter[column] = 0
        counter[size] = 0
