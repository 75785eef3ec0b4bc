"""Distance-weighted co-occurrence counts, in exact integers.

The counts are made by rows: all occurrences of one word are visited before the
next word's, so that the word's row of counts stays in the processor's cache.
One kernel is written with numba, one with NumPy alone; both give the same
numbers.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import scipy.sparse

from ._common.arguments import check_kind
from ._common.sparse import in_rows, symmetric_rows
from ._common.threads import in_threads, processors
from ._common.validate import one_of, whole_number
from .corpus import EncodedText

__all__ = ["cooccurrence_counts", "lag_counts", "window_weights"]

#: Counts as they are kept.  Where plain integers have 32 bits, NumPy would add up numbers of 32 bits in these.
COUNTS = np.int32 if np.dtype(np.int_).itemsize == 8 else np.int64

_TOGETHER = 1 << 26  # words whose texts are counted in one go
_AT_A_TIME = 1 << 20  # words that are looked through at a time, as NumPy makes 64 bits of each
_TILE = 256  # rows and columns that are mirrored at a time

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
        needed = f"the unit 1/{math.lcm(*range(1, window + 1))}," if window < 60 else "a unit that is"
        raise ValueError(
            f"harmonic weights over a window of {window} need {needed} too fine for exact "
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
    sparse: bool = False,
) -> np.ndarray | scipy.sparse.csr_array:
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
        By default as many as there are processors to be had.
    sparse : bool
        Whether to keep only pairs that met, which for large vocabularies are few: of
        100,000 words of Wikipedia one pair in a hundred meets.

    Returns
    -------
    ndarray, or scipy.sparse.csr_array if sparse, of shape (size, size)
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
    >>> cooccurrence_counts(text, size=2, window=2, sparse=True).nnz
    3
    """
    check_kind("texts", texts, "EncodedText | Iterable[EncodedText]")
    check_kind("sparse", sparse, "bool")
    window = checked_window(window, weighting)
    size = whole_number("size", size, most=2**31 - 1, because=", as word numbers have 32 bits")
    counter = _counter(backend, threads)(size, sparse)
    waiting, n_waiting = [], 0  # texts that will be counted together
    reach, weights = 0, _weights(window, weighting, 0)
    occurrences = np.zeros(size + 1, np.int64)
    for text in [texts] if isinstance(texts, EncodedText) else texts:
        check_kind("each of texts", text, "EncodedText")
        if text.ids.size and not 0 <= text.ids.min() <= text.ids.max() <= size:
            raise ValueError(
                f"word numbers must lie between 0 and {size} (a gap), "
                f"found {text.ids.min()} … {text.ids.max()}"
            )
        for begin in range(0, text.ids.size, _AT_A_TIME):
            occurrences += np.bincount(text.ids[begin : begin + _AT_A_TIME], minlength=size + 1)
        # No two words of a document stand farther apart than it is long: no wider window is laid.
        longest = min(window, int(np.diff(text.offsets).max(initial=1)))
        if waiting and (longest > reach or n_waiting + text.ids.size > _TOGETHER):
            counter.add(waiting, weights)
            waiting, n_waiting = [], 0
        if longest > reach:
            reach, weights = longest, _weights(window, weighting, longest)
        counter.hold(most_counted(occurrences[:size], weights))
        waiting.append(text)
        n_waiting += text.ids.size
    check_any_counted(occurrences[:size])
    counter.add(waiting, weights)
    return counter.symmetric()


def most_counted(occurrences: np.ndarray, weights: np.ndarray) -> int:
    """Return what no count exceeds where words occur so often, or raise OverflowError if the counts may add up to more than 64 bits hold.

    Examples
    --------
    >>> most_counted(np.array([3, 1]), np.array([2, 1]))
    18
    """
    weight = int(weights[0]) * len(weights)
    if weight <= np.iinfo(np.int64).max:  # where the sum of the weights fits, it is the closer bound
        weight = int(weights.sum())
    total = int(occurrences.sum()) * 2 * weight
    if total > np.iinfo(np.int64).max:
        raise OverflowError(
            f"the counts could add up to {total}, more than 64 bits hold; use a smaller window or less text"
        )
    return int(occurrences.max()) * 2 * weight


def check_any_counted(occurrences: np.ndarray) -> None:
    """Raise ValueError if none of the words occurs.

    Examples
    --------
    >>> check_any_counted(np.array([0, 1]))
    """
    if not occurrences.any():
        raise ValueError("the corpus is empty: texts hold no word of the vocabulary")


def counts_type(occurrences: np.ndarray, window: int, weighting: str, longest: int) -> np.dtype:
    """Return the type that :func:`cooccurrence_counts` chooses, where no document has more than `longest` words.

    Examples
    --------
    >>> counts_type(np.array([2**30]), 16, "linear", 9)
    dtype('int64')
    """
    most = most_counted(occurrences, _weights(window, weighting, min(window, longest)))
    return np.dtype(COUNTS if most <= np.iinfo(COUNTS).max else np.int64)


def lag_counts(texts: EncodedText | Iterable[EncodedText], size: int, reach: int) -> np.ndarray:
    r"""Return how often word j comes next where word i stands a number of words before it.

    .. math::
        N^{(\delta)}_{ij} = \sum_{\text{documents}} \; \sum_{a > L}
        [x_{a - \delta} = i]\,[x_a = j], \qquad \delta = 1, \dots, L,

    over the positions :math:`a` of a document that have L words before them: the
    windows from which a model with a context of L words learns the next word.
    So all lags are counted over the same next words, and their columns have the
    same sums.

    Parameters
    ----------
    texts : EncodedText or iterable of EncodedText
        Encoded documents; an iterable is consumed piece by piece.
    size : int
        The number V of words.  To count the words outside a vocabulary as one
        more word, leave them as gaps when encoding and pass ``len(words) + 1``.
    reach : int
        L, the longest lag.

    Returns
    -------
    ndarray of int64, shape (reach, size, size)
        Not symmetric: rows are earlier words, columns next ones.

    Raises
    ------
    ValueError
        If a word number is out of range, or no document is longer than `reach`.

    Notes
    -----
    Introduced in chapter *next-word*.

    Examples
    --------
    >>> from w2vlib.corpus import encode
    >>> text = encode([["a", "b", "a", "b"]], ["a", "b"])
    >>> lag_counts(text, size=2, reach=2).tolist()
    [[[0, 1], [1, 0]], [[1, 0], [0, 1]]]
    """
    check_kind("texts", texts, "EncodedText | Iterable[EncodedText]")
    size = whole_number("size", size, most=2**15, because="; a matrix is kept for each lag")
    reach = whole_number("reach", reach, most=2**15, because="; a matrix is kept for each lag")
    counts = np.zeros((reach, size * size), np.int64)
    for text in [texts] if isinstance(texts, EncodedText) else texts:
        check_kind("each of texts", text, "EncodedText")
        if text.ids.size and not 0 <= text.ids.min() <= text.ids.max() < size:
            raise ValueError(
                f"word numbers must lie between 0 and {size - 1}, found {text.ids.min()} … {text.ids.max()}"
            )
        following = whole_windows(text, reach)
        for begin in range(0, following.size, _AT_A_TIME):
            at = following[begin : begin + _AT_A_TIME]
            for lag in range(1, reach + 1):
                cells = text.ids[at - lag].astype(np.int64) * size + text.ids[at]
                counts[lag - 1] += np.bincount(cells, minlength=size * size)
    if not counts.any():
        raise ValueError(
            f"texts hold no document of more than {reach} words; use a shorter reach or longer documents"
        )
    return counts.reshape(reach, size, size)


def whole_windows(text: EncodedText, reach: int) -> np.ndarray:
    """The positions of a text that have so many words before them in their document."""
    place = np.arange(text.ids.size) - np.repeat(text.offsets[:-1], np.diff(text.offsets))
    return np.flatnonzero(place >= reach)


def _counter(backend: str, threads: int | None) -> Callable[[int, bool], _Counter]:
    one_of("backend", backend, BACKENDS)
    threads = processors() if threads is None else whole_number("threads", threads)
    if backend == "numpy" or (backend == "auto" and importlib.util.find_spec("numba") is None):
        return lambda size, sparse: (_SparseByNumPy if sparse else _DenseByNumPy)(size, threads)
    return lambda size, sparse: (_SparseByNumba if sparse else _DenseByNumba)(size, threads)


class _Counter:
    """Counts that texts are added to."""

    def __init__(self, size: int, threads: int):
        self.size, self.threads, self.dtype = size, threads, np.dtype(COUNTS)

    def hold(self, largest: int) -> None:
        """Make sure that no count up to `largest` wraps around."""
        if largest > np.iinfo(self.dtype).max:
            self.dtype = np.dtype(np.int64)

    def add(self, texts: list[EncodedText], weights: np.ndarray) -> None:
        raise NotImplementedError

    def symmetric(self) -> np.ndarray | scipy.sparse.csr_array:
        raise NotImplementedError


class _Dense(_Counter):
    """How often each word stands to the right of each, in a matrix, until both sides are asked for."""

    def __init__(self, size: int, threads: int):
        super().__init__(size, threads)
        self.counts = np.zeros((size, size), self.dtype)

    def hold(self, largest: int) -> None:
        super().hold(largest)
        self.counts = self.counts.astype(self.dtype, copy=False)

    def symmetric(self) -> np.ndarray:
        counts, tiles = self.counts, range(0, self.size, _TILE)

        def mirror(begin: int) -> None:
            for other in range(0, begin + 1, _TILE):
                rows, columns = slice(begin, begin + _TILE), slice(other, other + _TILE)
                both = counts[rows, columns] + counts[columns, rows].T
                counts[rows, columns], counts[columns, rows] = both, both.T

        in_threads(mirror, tiles[::-1], threads=self.threads)
        return counts


class _DenseByNumba(_Dense):
    def add(self, texts: list[EncodedText], weights: np.ndarray) -> None:
        from ._counting_numba import count_dense

        count_dense(texts, weights, self.counts, self.threads)


class _DenseByNumPy(_Dense):
    def add(self, texts: list[EncodedText], weights: np.ndarray) -> None:
        for row, column, counts in _met(texts, weights, self.size):
            self.counts[row, column] += counts.astype(self.dtype)


class _SparseByNumba(_Counter):
    """Counts to both sides, of pairs that met."""

    def __init__(self, size: int, threads: int):
        super().__init__(size, threads)
        self.counts = np.empty(0, self.dtype), np.empty(0, np.int32), np.zeros(size + 1, np.int64)

    def add(self, texts: list[EncodedText], weights: np.ndarray) -> None:
        from ._counting_numba import count_sparse

        self.counts = count_sparse(texts, weights, self.counts, self.dtype.type, self.threads)

    def symmetric(self) -> scipy.sparse.csr_array:
        return symmetric_rows(*self.counts)


class _SparseByNumPy(_Counter):
    """How often each word stands to the right of each, of pairs that met, until both sides are asked for."""

    def __init__(self, size: int, threads: int):
        super().__init__(size, threads)
        self.counts = scipy.sparse.csr_array((size, size), dtype=np.int64)

    def add(self, texts: list[EncodedText], weights: np.ndarray) -> None:
        for row, column, counts in _met(texts, weights, self.size):
            self.counts += scipy.sparse.csr_array((counts, (row, column)), (self.size, self.size))

    def symmetric(self) -> scipy.sparse.csr_array:
        return in_rows((self.counts + self.counts.T).astype(self.dtype))


def _met(
    texts: list[EncodedText], weights: np.ndarray, size: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield, for each distance in each text, pairs of words that stand so far apart, left and right, and their counts."""
    for text in texts:
        document = np.repeat(np.arange(len(text.offsets) - 1), np.diff(text.offsets).astype(np.intp))
        ids = text.ids.astype(np.int64)
        for distance, weight in enumerate(weights.tolist(), start=1):
            left, right = ids[:-distance], ids[distance:]
            pair = (left < size) & (right < size) & (document[:-distance] == document[distance:])
            cell, times = np.unique(left[pair] * size + right[pair], return_counts=True)
            row, column = np.divmod(cell, size)
            yield row, column, weight * times.astype(np.int64)
