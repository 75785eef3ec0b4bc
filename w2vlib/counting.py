"""Distance-weighted co-occurrence counts, in exact integers.

The counts are made by rows: all occurrences of one word are visited before the
next word's, so that the word's row of counts stays in the processor's cache.
One kernel is written with numba, one with NumPy alone; both give the same
numbers.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterable

import numpy as np

from ._common.arguments import check_kind
from ._common.threads import processors
from ._common.validate import one_of, whole_number
from .corpus import EncodedText

__all__ = ["cooccurrence_counts", "window_weights"]

#: Counts as they are kept.  Where plain integers have 32 bits, NumPy would add up numbers of 32 bits in these.
COUNTS = np.int32 if np.dtype(np.int_).itemsize == 8 else np.int64

WEIGHTINGS = ("linear", "harmonic", "flat")
BACKENDS = ("auto", "numba", "numpy")


def window_weights(window: int, weighting: str = "linear") -> tuple[np.ndarray, int]:
    r"""Return the integer weight of each distance, and the unit they are counted in.

    A pair of words at distance :math:`\delta \le L` adds

    .. math::
        \text{linear: } L + 1 - \delta, \qquad
        \text{harmonic: } \tfrac1\delta, \qquad
        \text{flat: } 1

    to its count.  Harmonic weights are not integers, so they are counted in
    units of :math:`1/\mathrm{lcm}(1, \dots, L)`, which makes them so.

    Parameters
    ----------
    window : int
        The reach L, in words to each side.
    weighting : {"linear", "harmonic", "flat"}

    Returns
    -------
    weights : ndarray of int64, shape (window,)
        Entry ``k`` is the weight of distance ``k + 1``.
    unit : int
        The true weight is ``weights / unit``; 1 unless harmonic.

    Raises
    ------
    ValueError
        If the window is not a positive integer, the weighting is not known, or
        harmonic weights would not fit into 64 bits (windows over 22).

    Notes
    -----
    Introduced in chapter *counting*.

    Examples
    --------
    >>> window_weights(4)
    (array([4, 3, 2, 1]), 1)
    >>> window_weights(4, "harmonic")
    (array([12,  6,  4,  3]), 12)
    """
    window = checked_window(window, weighting)
    return _weights(window, weighting, window), _unit(window, weighting)


def checked_window(window: int, weighting: str) -> int:
    """Return the window as an int, once weights of that kind are found to be whole numbers of 64 bits.

    Examples
    --------
    >>> checked_window(np.uint8(16), "linear")
    16
    """
    window = whole_number("window", window)
    if window > 2**62:
        raise ValueError(f"a window of {window} is wider than any text; use a smaller one")
    if one_of("weighting", weighting, WEIGHTINGS) == "harmonic" and window > 22:
        needed = f" 1/{math.lcm(*range(1, window + 1))}" if window < 60 else ""
        raise ValueError(
            f"harmonic weights over a window of {window} need the unit{needed}, too fine for exact "
            "64-bit counts; use a window of at most 22, or linear weights"
        )
    return window


def _weights(window: int, weighting: str, reach: int) -> np.ndarray:
    """The weights of the first `reach` distances."""
    distance = np.arange(1, reach + 1, dtype=np.int64)
    if weighting == "linear":
        return window + 1 - distance
    return np.ones_like(distance) if weighting == "flat" else _unit(window, weighting) // distance


def _unit(window: int, weighting: str) -> int:
    return math.lcm(*range(1, window + 1)) if weighting == "harmonic" else 1


def cooccurrence_counts(
    texts: EncodedText | Iterable[EncodedText],
    size: int,
    window: int = 16,
    weighting: str = "linear",
    backend: str = "auto",
    threads: int | None = None,
) -> np.ndarray:
    r"""Return the symmetric matrix of distance-weighted co-occurrence counts.

    .. math::
        C_{ij} = \sum_{\text{documents}} \; \sum_{a \ne b}
        w(|a - b|)\, [x_a = i]\,[x_b = j],

    over positions :math:`a, b` of the same document at most `window` apart,
    with the weights of :func:`window_weights`.  Each pair is seen from both of
    its ends, so :math:`C` is symmetric and a word met twice in one window
    counts twice on the diagonal.

    Parameters
    ----------
    texts : EncodedText or iterable of EncodedText
        Encoded documents; an iterable is consumed piece by piece, so a corpus
        larger than memory can be counted.
    size : int
        The vocabulary's size V.  Larger word numbers are gaps.
    window, weighting
        See :func:`window_weights`.
    backend : {"auto", "numba", "numpy"}
        The kernel; ``"auto"`` takes numba where it is installed.
    threads : int, optional
        Threads of the numba kernel; by default as many as there are processors to be had.

    Returns
    -------
    ndarray, shape (size, size)
        int32 where the corpus is small enough for every count to fit
        beyond doubt, and NumPy adds such numbers up in 64 bits; otherwise int64.

    Raises
    ------
    ValueError
        For an empty corpus, a bad window or weighting or backend, or a word
        number out of range.
    OverflowError
        If the sum of all counts could exceed 64 bits.

    Notes
    -----
    Introduced in chapter *counting*.
    The counter is never a floating-point number: in float32, adding 1 has no
    effect from :math:`2^{24}` on.

    Examples
    --------
    >>> from w2vlib.corpus import encode
    >>> text = encode([["a", "b", "a"]], ["a", "b"])
    >>> cooccurrence_counts(text, size=2, window=2)
    array([[2, 4],
           [4, 0]], dtype=int32)
    """
    check_kind("texts", texts, "EncodedText | Iterable[EncodedText]")
    window = checked_window(window, weighting)
    size = whole_number("size", size, most=2**31 - 1, because=", as word numbers have 32 bits")
    count = _kernel(backend, threads)
    counts = np.zeros((size, size), COUNTS)
    reach, weights, weight = 0, _weights(window, weighting, 0), 0
    occurrences = np.zeros(size + 1, np.int64)
    for text in [texts] if isinstance(texts, EncodedText) else texts:
        check_kind("each of texts", text, "EncodedText")
        if text.ids.size and not 0 <= text.ids.min() <= text.ids.max() <= size:
            raise ValueError(
                f"word numbers must lie between 0 and {size} (a gap), "
                f"found {text.ids.min()} … {text.ids.max()}"
            )
        occurrences += np.bincount(text.ids, minlength=size + 1)
        # No two words of a document stand farther apart than it is long: no wider window is laid.
        longest = min(window, int(np.diff(text.offsets).max(initial=1)))
        if longest > reach:
            reach, weights = longest, _weights(window, weighting, longest)
            weight = int(weights[0]) * reach
            if weight <= np.iinfo(np.int64).max:  # where the sum of the weights fits, it is the closer bound
                weight = int(weights.sum())
        total = int(occurrences[:size].sum()) * 2 * weight
        if total > np.iinfo(np.int64).max:
            raise OverflowError(
                f"the counts could add up to {total}, more than 64 bits hold; use a smaller window or less text"
            )
        largest = int(occurrences[:size].max()) * 2 * weight
        if largest > np.iinfo(counts.dtype).max:
            counts = counts.astype(np.int64)
        count(text, weights[:longest], counts)
    if not occurrences[:size].any():
        raise ValueError("the corpus is empty: texts hold no word of the vocabulary")
    return counts


def _kernel(backend: str, threads: int | None):
    one_of("backend", backend, BACKENDS)
    threads = processors() if threads is None else whole_number("threads", threads)
    if backend == "numpy" or (backend == "auto" and importlib.util.find_spec("numba") is None):
        return _count_numpy
    from ._counting_numba import count_numba

    return lambda text, weights, counts: count_numba(text, weights, counts, threads)


def _count_numpy(text: EncodedText, weights: np.ndarray, counts: np.ndarray) -> None:
    """Add the counts of a text to `counts`, one distance at a time."""
    size = len(counts)
    document = np.repeat(np.arange(len(text.offsets) - 1), np.diff(text.offsets).astype(np.intp))
    ids = text.ids.astype(np.int64)
    for distance, weight in enumerate(weights.tolist(), start=1):
        left, right = ids[:-distance], ids[distance:]
        pair = (left < size) & (right < size) & (document[:-distance] == document[distance:])
        cell, times = np.unique(left[pair] * size + right[pair], return_counts=True)
        row, column = np.divmod(cell, size)
        added = (weight * times.astype(np.int64)).astype(counts.dtype)
        counts[row, column] += added
        counts[column, row] += added
