"""Symmetric matrices, given as arrays or as operators: checked, scaled, and multiplied with blocks of vectors."""

from __future__ import annotations

import importlib.util
import itertools

import numpy as np

from ._block_lanczos import Slabs
from ._common.validate import real_array, shortened

_ROUNDED = 16  # units in the last place of the largest entry that a matrix may lack in symmetry
_FAR = 20  # powers of two from 1 at which a matrix is brought back
_TILE = 256  # rows and columns compared at a time, for symmetry
_AT_A_TIME = 2**21  # entries brought to double precision at a time
_FEW = 64  # vectors for which BLAS takes longer than the product should
_LARGE = (
    5000  # rows from where BLAS takes so much longer that numba is worth the memory it loads, some 100 MB
)
_PROBES = 16  # random vectors that tell whether an operator is symmetric, and how large it is


def is_operator(M: object) -> bool:
    """Whether something is a :class:`scipy.sparse.linalg.LinearOperator`."""
    return any(base.__name__ == "LinearOperator" for base in type(M).__mro__)


def checked_symmetric(M: np.ndarray, single: bool = False) -> np.ndarray:
    """Return the matrix as a plain array of float64, or say why it is not square, real, finite and symmetric.

    What single and half precision lack in symmetry by rounding is evened out.  With `single` a
    matrix of float32 stays one, and if it is symmetric it is not copied.
    """
    kind = getattr(M, "dtype", None)
    digits = np.finfo(kind).eps if kind in (np.float16, np.float32) else 0.0
    if single and kind == np.float32 and isinstance(M, np.ndarray) and not isinstance(M, np.ma.MaskedArray):
        M = np.asarray(M)
    else:
        M = np.asarray(real_array("the matrix", M, finite=False))
    if M.ndim != 2 or M.shape[0] != M.shape[1] or M.size == 0:
        raise ValueError(f"the matrix must be square, not of shape {M.shape}")
    most = max(abs(float(M.max())), abs(float(M.min())))
    if not np.isfinite(most):
        i, j = map(int, np.argwhere(~np.isfinite(M))[0])
        raise ValueError(
            f"the matrix holds {M[i, j]} in row {i}, column {j}; PMI is −∞ for pairs never seen: use m_star or ppmi"
        )
    allowed, off = max(1e-10, _ROUNDED * digits) * most, 0.0
    starts = range(0, len(M), _TILE)
    for first, second in itertools.combinations_with_replacement(starts, 2):
        rows, columns = slice(first, first + _TILE), slice(second, second + _TILE)
        difference = np.abs(M[rows, columns] / 2 - M[columns, rows].T / 2) * 2
        off = max(off, float(difference.max()))
        if difference.max() > allowed:
            i, j = map(int, np.unravel_index(difference.argmax(), difference.shape))
            raise ValueError(
                f"the matrix must be symmetric, but row {first + i}, column {second + j} holds "
                f"{M[first + i, second + j]} and its mirror {M[second + j, first + i]}; for a rectangular or "
                "untied problem use an SVD"
            )
    return M if off <= 1e-10 * most else M / 2 + M.T / 2


def near_one(M: np.ndarray, spare: bool) -> tuple[np.ndarray, int]:
    """A matrix whose squares neither vanish nor overflow, and the power of two that it was divided by.

    A spare matrix, which nobody else has, is changed in place.
    """
    exponent = int(np.frexp(max(M.max(), -M.min()))[1])
    if abs(exponent) <= _FAR:
        return M, 0
    return np.ldexp(M, -exponent, out=M if spare else None), exponent


class DenseMatrix:
    """A symmetric array as what multiplies: vectors of float32 in single precision, others in double.

    Attributes
    ----------
    array : ndarray of float32 or float64, shape (V, V)
    norm : float
        The Frobenius norm.
    """

    def __init__(self, array: np.ndarray, slabs: Slabs):
        if not (array.flags.c_contiguous or array.flags.f_contiguous):
            array = np.ascontiguousarray(array)
        self.array = array if array.flags.c_contiguous else array.T
        self._slabs, self._single = slabs, None
        squares = slabs.each(lambda rows: float(np.vdot(self.array[rows], self.array[rows])))
        self.norm = float(np.sqrt(sum(squares)))
        self._multiply_rows = None
        if len(array) > _LARGE and importlib.util.find_spec("numba") is not None:
            from ._products_numba import multiply_rows

            self._multiply_rows = multiply_rows

    def times(self, X: np.ndarray) -> np.ndarray:
        """The product with vectors, in their precision."""
        M = self._in_single() if X.dtype == np.float32 else self.array
        Y = np.empty(X.shape, X.dtype)
        if self._multiply_rows is not None and X.shape[1] <= _FEW and X.shape[1] % 2 == 0:
            across = np.ascontiguousarray(X.T)
            self._slabs.each(lambda rows: self._multiply_rows(M, across, Y, rows.start, rows.stop))
        else:
            self._slabs.each(lambda rows: _multiply(M[rows], X, Y[rows]))
        return Y

    def _in_single(self) -> np.ndarray:
        if self.array.dtype == np.float32:
            return self.array
        if self._single is None:
            self._single = np.empty(self.array.shape, np.float32)
            self._slabs.each(
                lambda rows: np.copyto(self._single[rows], self.array[rows], casting="same_kind")
            )
        return self._single


def _multiply(M, X, Y) -> None:
    """``Y[:] = M @ X`` in the precision of X, without a copy of M as a whole."""
    step = len(M) if M.dtype == X.dtype else max(64, _AT_A_TIME // M.shape[1])
    for start in range(0, len(M), step):
        rows = slice(start, start + step)
        np.matmul(M[rows].astype(X.dtype, copy=False), X, out=Y[rows])


class Operator:
    """A symmetric operator as what multiplies; what it answers is checked.

    Attributes
    ----------
    norm : float
        The Frobenius norm, as far as some random vectors tell it.
    exponent : int
        The power of two that the operator is divided by, as :func:`near_one` does it.
    """

    array = None

    def __init__(self, operator):
        if len(operator.shape) != 2 or operator.shape[0] != operator.shape[1] or operator.shape[0] < 1:
            raise ValueError(f"the operator must be square, not of shape {tuple(operator.shape)}")
        if operator.dtype is not None and np.dtype(operator.dtype).kind not in "biuf":
            raise ValueError(f"the operator must be one of real numbers, not of {operator.dtype}")
        self._operator, self.shape, self.exponent = operator, tuple(operator.shape), 0
        self._digits = float(np.finfo(np.float64).eps)
        if operator.dtype is not None and np.dtype(operator.dtype).kind == "f":
            self._digits = float(np.finfo(operator.dtype).eps)

    def times(self, X: np.ndarray) -> np.ndarray:
        """The product with vectors, in their precision."""
        kind = X.dtype
        if self.exponent:  # in double precision, which has room on the way
            X = np.ldexp(X.astype(np.float64), -(self.exponent // 2))
        Y = self._operator.matmat(np.ascontiguousarray(X))
        if not isinstance(Y, np.ndarray) or Y.shape != X.shape or Y.dtype.kind != "f":
            said = f"{Y.dtype} of shape {Y.shape}" if hasattr(Y, "dtype") else shortened(Y)
            raise ValueError(
                f"the operator must answer {X.dtype} of shape {X.shape} with as many numbers of that type, not {said}"
            )
        if self.exponent:
            Y = np.ldexp(Y, self.exponent // 2 - self.exponent)
        elif not np.isfinite(Y).all():
            i, j = map(int, np.argwhere(~np.isfinite(Y))[0])
            raise ValueError(f"the operator must give finite numbers, but answered {Y[i, j]} in row {i}")
        return np.array(Y, kind, order="C")  # a copy: it is changed in place, and may be the operator's own

    def probe(self) -> None:
        """Refuse an operator that is not symmetric, and learn its size."""
        X = np.random.default_rng(3).standard_normal((self.shape[0], _PROBES))
        Y = self.times(X)
        both = X.T @ Y
        allowed = (
            max(1e-10, _ROUNDED * self._digits)
            * np.linalg.norm(X, axis=0)[:, None]
            * np.linalg.norm(Y, axis=0)
        )
        off = np.abs(both - both.T)
        if (off > allowed + allowed.T).any():
            i, j = map(int, np.unravel_index(off.argmax(), off.shape))
            raise ValueError(
                f"the operator must be symmetric, but of two random vectors x·My is {both[i, j]:.6g} and "
                f"y·Mx is {both[j, i]:.6g}; for a rectangular or untied problem use an SVD"
            )
        exponent = int(np.frexp(np.abs(Y).max())[1])
        if abs(exponent) > _FAR:
            self.exponent = exponent
        self.norm = float(np.linalg.norm(np.ldexp(Y, -self.exponent)) / np.sqrt(_PROBES))

    def as_array(self) -> np.ndarray:
        """The matrix, from the products with all unit vectors."""
        M = np.empty((self.shape[0], self.shape[0]))
        for start in range(0, self.shape[0], 256):
            units = np.zeros((self.shape[0], min(256, self.shape[0] - start)))
            units[range(start, start + units.shape[1]), range(units.shape[1])] = 1
            M[:, start : start + units.shape[1]] = self.times(units)
        return M
