"""Sparse symmetric matrices of counts, in one form: SciPy's rows, sorted, without zeros, not to be written to."""

from __future__ import annotations

import numpy as np
import scipy.sparse

_CHECKED = "_w2vlib_checked"  # set on a matrix that has that form, whose arrays nobody can write to any more


def constant(matrix: scipy.sparse.csr_array) -> scipy.sparse.csr_array:
    """Return a matrix that is known to have the form, frozen; what is frozen here need not be checked again.

    Examples
    --------
    >>> counts = constant(scipy.sparse.csr_array([[0, 2], [2, 0]]))
    >>> is_constant(counts), counts.data.flags.writeable
    (True, False)
    """
    for array in (matrix.data, matrix.indices, matrix.indptr):
        array.flags.writeable = False
    setattr(matrix, _CHECKED, True)
    return matrix


def is_constant(matrix: object) -> bool:
    """Whether a matrix went through :func:`constant`.

    Examples
    --------
    >>> is_constant(scipy.sparse.csr_array([[0, 2], [2, 0]]))
    False
    """
    arrays = [getattr(matrix, name, None) for name in ("data", "indices", "indptr")]
    return getattr(matrix, _CHECKED, False) and not any(array.flags.writeable for array in arrays)


def in_rows(matrix: scipy.sparse.sparray) -> scipy.sparse.csr_array:
    """Return a matrix in rows: columns sorted, each once, nothing that is zero; a copy.

    Examples
    --------
    >>> twice = scipy.sparse.coo_array(([1, 2, 0], ([0, 0, 1], [1, 1, 1])), (2, 2))
    >>> in_rows(twice).data
    array([3])
    """
    rows = scipy.sparse.csr_array(matrix, copy=True)
    rows.sum_duplicates()
    rows.eliminate_zeros()
    return symmetric_rows(rows.data, rows.indices, rows.indptr)


def symmetric_rows(data: np.ndarray, columns: np.ndarray, starts: np.ndarray) -> scipy.sparse.csr_array:
    """Return the square matrix of which row i has `data[starts[i]:starts[i + 1]]` in those `columns`.

    Where their number can be written so, places have 32 bits, which halves the memory.

    Examples
    --------
    >>> symmetric_rows(np.array([2, 2]), np.array([1, 0]), np.array([0, 1, 2])).toarray()
    array([[0, 2],
           [2, 0]])
    """
    size = len(starts) - 1
    places = np.int32 if starts[-1] < 2**31 else np.int64
    columns, starts = columns.astype(places, copy=False), starts.astype(places, copy=False)
    return scipy.sparse.csr_array((data, columns, starts), (size, size))


def row_sums(matrix: scipy.sparse.csr_array) -> np.ndarray:
    """Return the sum of each row of whole numbers in 64 bits, in which it must fit.

    Examples
    --------
    >>> row_sums(scipy.sparse.csr_array([[1, 2], [0, 0]]))
    array([3, 0])
    """
    sums, filled = np.zeros(matrix.shape[0], np.int64), np.diff(matrix.indptr) > 0
    if filled.any():
        sums[filled] = np.add.reduceat(matrix.data, matrix.indptr[:-1][filled], dtype=np.int64)
    return sums


def below_diagonal(matrix: scipy.sparse.csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the lower triangle, diagonal included: its data, its columns, and how many there are in each row.

    Examples
    --------
    >>> below_diagonal(scipy.sparse.csr_array([[1, 2], [2, 0]]))
    (array([1, 2]), array([0, 0], dtype=int32), array([1, 1]))
    """
    lengths = np.diff(matrix.indptr)
    keep = matrix.indices <= np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    inside = np.concatenate(([0], np.cumsum(keep)))
    return matrix.data[keep], matrix.indices[keep], np.diff(inside[matrix.indptr])


def mirrored(data: np.ndarray, columns: np.ndarray, lengths: np.ndarray) -> scipy.sparse.csr_array:
    """Return the symmetric matrix whose lower triangle is given, as :func:`below_diagonal` returns it.

    Examples
    --------
    >>> mirrored(np.array([1, 2]), np.array([0, 0]), np.array([1, 1])).toarray()
    array([[1, 2],
           [2, 0]])
    """
    starts = np.concatenate(([0], np.cumsum(lengths)))
    lower = symmetric_rows(data, columns, starts)
    strictly = scipy.sparse.tril(lower, -1, format="csr")
    both = (lower + strictly.T).tocsr()
    both.sort_indices()
    return symmetric_rows(both.data, both.indices, both.indptr)
