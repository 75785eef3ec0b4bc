"""Sums and differences of counts: exact, in the type and the form that counting itself would give, or refused."""

from __future__ import annotations

import numpy as np
import scipy.sparse

from ._common.arrays import frozen
from ._common.sparse import constant, in_rows
from .counting import COUNTS

__all__ = ["added", "added_counts", "holding", "kept", "subtracted", "subtracted_counts", "subtracted_number"]

_LARGEST = np.iinfo(np.int64).max


def holding(largest: int) -> type:
    """Return the type in which counts up to `largest` are kept: it follows from their values, not from their history.

    Examples
    --------
    >>> holding(2**31) is np.int64, holding(2**63) is np.uint64
    (True, True)
    """
    return COUNTS if largest <= np.iinfo(COUNTS).max else np.int64 if largest <= _LARGEST else np.uint64


def kept(counts: np.ndarray | scipy.sparse.csr_array) -> np.ndarray | scipy.sparse.csr_array:
    """Return a fresh matrix of counts in the type of :func:`holding`, frozen; a sparse one is in rows already.

    Examples
    --------
    >>> kept(np.array([[7]])).dtype == COUNTS
    True
    """
    sparse = scipy.sparse.issparse(counts)
    wanted = holding(int((counts.data if sparse else counts).max(initial=0)))
    counts = counts.astype(wanted, copy=False)
    return constant(counts) if sparse else frozen(counts)


def added_counts(one, other) -> np.ndarray | scipy.sparse.csr_array:
    """Return the sum of two matrices of counts, each dense or sparse, in the form of the first.

    Examples
    --------
    >>> added_counts(np.array([[2]], np.int32), scipy.sparse.csr_array([[3]]))
    array([[5]], dtype=int32)
    """
    one, other = _in_one_form(one, other)
    if not scipy.sparse.issparse(one):
        return added("a count", one, other, np.uint64, holding)
    largest = int(one.data.max(initial=0)) + int(other.data.max(initial=0))
    if largest > _LARGEST:
        raise OverflowError(f"a count of both together could be {largest}, more than 64 bits hold")
    wide = holding(largest)
    return kept(in_rows(one.astype(wide) + other.astype(wide)))


def added(
    name: str, one: np.ndarray, other: np.ndarray, widest: type, in_type=lambda _: np.int64
) -> np.ndarray:
    """Return the sum of two arrays, `in_type` of its largest, or raise OverflowError.

    Examples
    --------
    >>> added("occurrences", np.array([2]), np.array([3]), np.int64)
    array([5])
    """
    largest = int(one.max()) + int(other.max())
    if largest > np.iinfo(COUNTS).max:  # only then is it worth a closer look
        largest = _largest_sum(one, other)
    if largest > np.iinfo(widest).max:
        raise OverflowError(f"{name} of both together is {largest}, more than 64 bits hold")
    dtype = in_type(largest)
    return frozen(one.astype(dtype) + other.astype(dtype))


def subtracted_counts(whole, part, words: tuple[str, ...]) -> np.ndarray | scipy.sparse.csr_array:
    """Return what is left of a matrix of counts, in its form; a count below 0 is an error that names the pair.

    Examples
    --------
    >>> subtracted_counts(scipy.sparse.csr_array([[5]]), np.array([[2]]), ("a",)).toarray()
    array([[3]], dtype=int32)
    >>> subtracted_counts(np.array([[1]]), np.array([[2]]), ("a",))
    Traceback (most recent call last):
    ...
    ValueError: this text is not in these statistics: 'a' and 'a' meet 1 times in them, and 2 times in what is ...
    """
    whole, part = _in_one_form(whole, part)
    if not scipy.sparse.issparse(whole):
        too_many = whole < part
        if too_many.any():
            i, j = map(int, np.argwhere(too_many)[0])
            raise _not_in(f"{words[i]!r} and {words[j]!r} meet", whole[i, j], part[i, j])
        left = whole.astype(np.uint64) - part.astype(np.uint64)  # 64 bits, as one may be of a type of its own
        return kept(left)
    left = whole.astype(np.int64) - part.astype(np.int64)
    if (left.data < 0).any():
        places = left.tocoo()
        first = int(np.argmax(places.data < 0))
        i, j = (int(axis[first]) for axis in places.coords)
        raise _not_in(f"{words[i]!r} and {words[j]!r} meet", whole[i, j], part[i, j])
    return kept(in_rows(left))


def subtracted(name: str, whole: np.ndarray, part: np.ndarray, words: tuple[str, ...]) -> np.ndarray:
    """Return what is left of how often words occur; an error names the word of which there are too few.

    Examples
    --------
    >>> subtracted("occurs", np.array([5, 1]), np.array([2, 1]), ("a", "b"))
    array([3, 0])
    """
    too_many = whole < part
    if too_many.any():
        i = int(too_many.argmax())
        raise _not_in(f"{words[i]!r} {name}", whole[i], part[i])
    return frozen(whole - part)


def subtracted_number(name: str, whole: int, part: int) -> int:
    """Return what is left of a number, which cannot be less than nothing.

    Examples
    --------
    >>> subtracted_number("documents", 3, 1)
    2
    """
    if part > whole:
        raise ValueError(
            f"this text is not in these statistics: they have {whole:,} {name}, and what is to be taken away {part:,}"
        )
    return whole - part


def _not_in(what: str, whole: int, part: int) -> ValueError:
    return ValueError(
        f"this text is not in these statistics: {what} {whole:,} times in them, and {part:,} times in what is to be "
        "taken away; only what was added can be removed, counted in the same way"
    )


def _in_one_form(one, other):
    """Both dense or both sparse, as the first is."""
    if scipy.sparse.issparse(one):
        return one, scipy.sparse.csr_array(other)
    return one, other.toarray() if scipy.sparse.issparse(other) else other


def _largest_sum(one: np.ndarray, other: np.ndarray) -> int:
    """The largest entry of a sum, exactly; 64 bits may not hold it."""
    low, high = (one.astype(np.uint64).ravel(), other.astype(np.uint64).ravel())
    total = low + high
    wrapped = total < low
    return int(total[wrapped].max()) + 2**64 if wrapped.any() else int(total.max())
