"""Checks for the exercises of chapter *counting*."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_collected", "check_counts", "check_weights"]

_CASES = (
    ("two words side by side", [[0, 1]], 2, 1),
    ("one word on its own", [[0]], 1, 2),
    ("a word that meets itself", [[0, 0, 1, 0]], 2, 2),
    ("a text longer than the window", [[0, 1, 2, 3, 1, 0, 2, 2, 3]], 4, 2),
    ("two documents", [[0, 1, 2], [3, 1, 0, 4]], 5, 2),
    ("three documents", [[0, 1, 1, 2, 0, 3, 2], [2, 3], [1, 0, 2, 0, 3, 3, 1, 2]], 4, 3),
)


def check_counts(count_pairs: Callable) -> None:
    """Check a counter with flat weights: ``count_pairs(documents, size, window) -> counts``.

    Documents are lists of word numbers below `size`.  Where the counts are
    those of a well-known mistake, the message names it.

    Parameters
    ----------
    count_pairs : callable
        The learner's function.

    Raises
    ------
    CheckFailed
        With the text on which the counts are wrong, and why.

    Examples
    --------
    >>> def count_pairs(documents, size, window):
    ...     C = np.zeros((size, size), int)
    ...     for ids in documents:
    ...         for distance in range(1, window + 1):
    ...             for i, j in zip(ids, ids[distance:]):
    ...                 C[i, j] += 1
    ...                 C[j, i] += 1
    ...     return C
    >>> check_counts(count_pairs)
    Correct: counts are symmetric, stay inside their documents and reach as far as the window.
    >>> check_counts(lambda documents, size, window: np.triu(count_pairs(documents, size, window)))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: two words side by side, [[0, 1]], window 1: each pair was counted from one of \
its ends only; add 1 to C[i, j] and to C[j, i]
    """
    for name, documents, size, window in _CASES:
        what = f"{name}, {documents}, window {window}"
        found = ask(count_pairs, "an array", what, documents, size, window)
        expected = _counts(documents, size, window)
        if not np.isfinite(found).all():
            raise CheckFailed(f"{what}: the counts hold NaN or infinity")
        if found.shape == expected.shape and not np.array_equal(found, expected):
            mistake = _mistake(found, documents, size, window)
            if mistake:
                raise CheckFailed(f"{what}: {mistake}")
        compare(found, expected, f"the counts of {what}")
    passed("counts are symmetric, stay inside their documents and reach as far as the window")


def check_weights(expected_weights: Callable) -> None:
    """Check a function from chances to weights: ``expected_weights(probabilities) -> weights``.

    Entry ``k`` of `probabilities` is the chance that the window reaches
    ``k + 1`` words; entry ``k`` of the weights is the chance that a pair at
    distance ``k + 1`` is read.

    Examples
    --------
    >>> check_weights(lambda probabilities: np.cumsum(probabilities[::-1])[::-1])
    Correct: a pair is read if the window reaches at least as far as its distance.
    >>> check_weights(np.cumsum)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the chances [0.25, 0.25, 0.25, 0.25]: this is the chance that the window \
reaches at most that far; a pair at distance δ is read if it reaches at least δ
    """
    for p in ([0.25] * 4, [0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 1.0], [1.0]):
        what = f"the chances {p}"
        found = ask(expected_weights, "an array", what, np.array(p))
        right = np.cumsum(p[::-1])[::-1]
        mistakes = {
            "this is the chance that the window reaches at most that far; a pair at distance "
            "δ is read if it reaches at least δ": np.cumsum(p),
            "this is the chance that the window reaches farther than the distance; a window that "
            "reaches exactly δ reads the pair too": right - p,
            "these are the chances themselves; add those of all windows that reach the pair": p,
            "the weights are scaled to sum to 1; at distance 1 every window reads the "
            "pair, so the first is 1": right / right.sum(),
            "the weights are L times too large; they should be chances": right * len(p),
        }
        name_mistake(found, mistakes, what, expected=right, rtol=1e-5, atol=1e-8)
        compare(found, right, f"the weights for {what}")
    passed("a pair is read if the window reaches at least as far as its distance")


def check_collected(collected: Callable) -> None:
    """Check what one word collects: ``collected(position, length, window) -> weight``.

    The weight, with linear weights, of all pairs that the word at `position`
    (from 0) forms in a document of `length` words: what one occurrence adds to
    its row of counts, its own diagonal apart.

    Examples
    --------
    >>> def collected(position, length, window):
    ...     others = [abs(position - b) for b in range(length) if b != position]
    ...     return sum(window + 1 - d for d in others if d <= window)
    >>> check_collected(collected)
    Correct: words near an edge collect less, words in the middle L (L + 1).
    >>> check_collected(lambda position, length, window: window * (window + 1))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: position 0 of 1, window 2: this is what a word in the middle of a long document \
collects; here one or both sides are cut short by the edge
    """
    for position, length, window in (
        (0, 1, 2),
        (0, 9, 2),
        (8, 9, 2),
        (4, 9, 2),
        (1, 3, 16),
        (20, 40, 16),
        (3, 40, 16),
    ):
        what = f"position {position} of {length}, window {window}"
        found = ask(collected, "a number", what, position, length, window)
        left, right = position, length - 1 - position
        expected = _one_side(left, window) + _one_side(right, window)
        mistakes = {
            "this is what a word in the middle of a long document collects; here one "
            "or both sides are cut short by the edge": window * (window + 1),
            "one word too many on the right: length − 1 − position words follow": (
                _one_side(left, window) + _one_side(right + 1, window)
            ),
            "the word itself was counted, at distance 0": expected + window + 1,
            "the neighbours were counted, not weighted; a neighbour at distance δ weighs L + 1 − δ": (
                min(left, window) + min(right, window)
            ),
            "only the words to the left were counted": _one_side(left, window),
            "only the words to the right were counted": _one_side(right, window),
        }
        name_mistake(found, mistakes, what, expected=expected, rtol=0, atol=0)
        compare(found, expected, f"the weight collected at {what}")
    passed("words near an edge collect less, words in the middle L (L + 1)")


def _one_side(neighbours: int, window: int) -> int:
    return sum(window + 1 - distance for distance in range(1, min(neighbours, window) + 1))


def _counts(documents: Sequence[Sequence[int]], size: int, window: int, linear: bool = False) -> np.ndarray:
    counts = np.zeros((size, size), np.int64)
    for ids in documents:
        for distance in range(1, window + 1):
            for i, j in zip(ids, ids[distance:]):
                counts[i, j] += window + 1 - distance if linear else 1
                counts[j, i] += window + 1 - distance if linear else 1
    return counts


def _mistake(found: np.ndarray, documents: Sequence[Sequence[int]], size: int, window: int) -> str | None:
    """Say which well-known mistake leads to these counts, if one does."""
    right = _counts(documents, size, window)
    diagonal = np.diag(np.diag(right))
    occurrences = np.bincount([i for ids in documents for i in ids], minlength=size)
    joined = _counts([[i for ids in documents for i in ids]], size, window)
    wrapped = np.zeros_like(right)
    for ids in documents:
        for a, i in enumerate(ids):
            for b in range(a - window, min(a + window + 1, len(ids))):
                if b != a and b >= -len(ids):
                    wrapped[i, ids[b]] += 1
    known = (
        (joined, "pairs were counted across the edge of two documents; go through one document at a time"),
        (right + np.diag(occurrences), "each word was counted as its own neighbour; leave out distance 0"),
        (
            right + 2 * np.diag(occurrences),
            "each word was counted as its own neighbour; leave out distance 0",
        ),
        (_counts(documents, size, window - 1), "the window is one word too short; range(1, L) ends at L − 1"),
        (
            _counts(documents, size, window + 1),
            "the window is one word too long; the farthest pair is L apart",
        ),
        (_counts(documents, size, window, linear=True), "these are linear weights; here every pair adds 1"),
        (
            right - diagonal,
            "pairs of equal words are missing from the diagonal; a word can be its own neighbour",
        ),
        (
            right - diagonal // 2,
            "pairs of equal words were counted once; each has two ends, so the diagonal grows by 2",
        ),
        (wrapped, "a negative index took words from the end of the document; start at max(0, a − L)"),
        (np.minimum(right, 1), "a pair met again was not added; write += 1, not = 1"),
        (
            2 * right,
            "every pair was counted twice; either visit both sides of each word or add to both cells",
        ),
    )
    if (found >= 0).all() and not np.array_equal(found, found.T) and np.array_equal(found + found.T, right):
        return "each pair was counted from one of its ends only; add 1 to C[i, j] and to C[j, i]"
    for counts, mistake in known:
        if np.array_equal(found, counts):
            return mistake
    if not np.array_equal(found, found.T):
        i, j = map(int, np.argwhere(found != found.T)[0])
        return f"the counts are not symmetric: C[{i}, {j}] is {found[i, j]:g}, but C[{j}, {i}] is {found[j, i]:g}"
    return None
