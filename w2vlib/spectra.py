"""The leading directions of a symmetric matrix, with a guarantee.

Leading means algebraically largest: M* has large negative eigenvalues, which a
product :math:`WW^\\top` cannot reach, so neither a plain SVD nor "largest in
modulus" will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.linalg

from ._block_lanczos import BLOCK, COARSE, RitzPairs, Slabs, block_lanczos, next_block, scale, slabs_at_work
from ._common.arguments import check_fields, checked
from ._common.arrays import frozen, signs_of_columns
from ._common.threads import limited_threads
from ._common.validate import finite_number, positive_number, whole_number
from ._symmetric import DenseMatrix, Operator, checked_symmetric, is_operator, near_one
from .embeddings import Embedding
from .words import check_distinct, known_words, words_of

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

__all__ = ["Spectrum", "spectrum"]

_SMALL = 2000  # up to this size LAPACK is as fast
_ORTHONORMAL = 1e-8  # inner products of eigenvectors may be off by so much, or by the residual
_LOOKS = 10  # products of a fresh block that looks for directions overlooked
_SINGLE = 1e-6  # residuals that single precision can reach
_CORRECTIONS = 3  # at most, of what single precision missed
_NEAR = 4  # times the residual asked for, from where corrections reach it
_EXACT = 1e-9  # error of the lowest eigenvalue, relative to itself


@dataclass(frozen=True, eq=False)
class Spectrum:
    r"""Leading eigenpairs of a symmetric matrix, :math:`M u_k = \lambda_k u_k`.

    Attributes
    ----------
    values : ndarray of float64, shape (d,)
        Eigenvalues :math:`\lambda_k`, falling, signed.
    vectors : ndarray of float64, shape (V, d)
        Orthonormal eigenvectors :math:`u_k`, as columns.  The entry of each
        that is largest in modulus is positive.
    residual : float
        Largest :math:`\lVert M u_k - \lambda_k u_k \rVert / |\lambda_k|` of the
        pairs, measured on the result.  Where :math:`|\lambda_k|` is below a
        millionth of :math:`\lVert M \rVert_F`, that is taken in its place.
    words : tuple of str, length V, or None
        The words of the rows, where the matrix knew them.
    lowest : float, or None
        :math:`\lambda_{\min}` of the whole matrix, which may limit the step size
        of training though it is never learned.  Known where all V pairs are given,
        and where :func:`spectrum` made them.

    Raises
    ------
    ValueError
        On creation, if the values do not fall or are not finite, the vectors are
        not orthonormal columns, or the words or the lowest eigenvalue do not fit.

    Notes
    -----
    Introduced in chapter *words-as-vectors*.

    Examples
    --------
    >>> modes = Spectrum(np.array([3.0, 2.0]), np.eye(4)[:, :2], residual=0.0, words="abcd")
    >>> modes
    Spectrum(2 of 4 directions, λ = 3 … 2, residual 0.0e+00)
    >>> modes.ends(0, n=1)[0], modes.embedding()["a"].round(3)
    (['a'], array([1.732, 0.   ]))
    """

    values: np.ndarray
    vectors: np.ndarray
    residual: float
    words: Sequence[str] | None = None
    lowest: float | None = None

    def __post_init__(self):
        check_fields(self)
        values, vectors = np.asarray(self.values, np.float64), np.asarray(self.vectors, np.float64)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "vectors", vectors)
        if values.ndim != 1 or vectors.ndim != 2 or not 1 <= len(values) == vectors.shape[1] <= len(vectors):
            raise ValueError(
                f"a spectrum has one column for each eigenvalue, not values of shape {values.shape} "
                f"and vectors of shape {vectors.shape}"
            )
        if not (np.isfinite(values).all() and np.isfinite(vectors).all() and 0 <= self.residual < np.inf):
            raise ValueError(
                "a spectrum must be finite: a value, a vector or the residual is not, or is negative"
            )
        if (np.diff(values) > 0).any():
            k = int(np.argmax(np.diff(values) > 0))
            raise ValueError(
                f"the eigenvalues must fall, but {values[k]:.6g} is followed by {values[k + 1]:.6g}; "
                "turn values and vectors round together, or use spectrum(M, d)"
            )
        off = np.abs(vectors.T @ vectors - np.eye(len(values))).max()
        if off > max(self.residual, _ORTHONORMAL):
            raise ValueError(
                f"the eigenvectors must be orthonormal columns, but their inner products are off by {off:.1e}"
            )
        if self.words is not None:
            object.__setattr__(self, "words", tuple(self.words))
            check_distinct(self.words)
            if len(self.words) != len(vectors):
                raise ValueError(
                    f"{len(self.words)} words do not fit directions of {len(vectors)}: one word for each row"
                )
        complete = len(values) == len(vectors)
        if self.lowest is None and complete:
            object.__setattr__(self, "lowest", float(values[-1]))
        most = values[-1] + self.residual * abs(values[-1])
        if self.lowest is not None and not -np.inf < self.lowest <= most:
            raise ValueError(
                f"the lowest eigenvalue must be finite and cannot lie above {values[-1]:.6g}, but is {self.lowest!r}"
            )
        if complete and self.lowest < values[-1] - max(self.residual, _ORTHONORMAL) * np.abs(values).max():
            raise ValueError(
                f"these are all {len(values)} directions, so the lowest eigenvalue is {values[-1]:.6g}, "
                f"not {self.lowest!r}"
            )

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return (
            f"Spectrum({len(self)} of {len(self.vectors)} directions, "
            f"λ = {self.values[0]:.4g} … {self.values[-1]:.4g}, residual {self.residual:.1e})"
        )

    @checked
    def leading(self, d: int) -> Spectrum:
        """Return the first `d` directions only."""
        d = whole_number("d", d, most=len(self))
        return replace(self, values=self.values[:d], vectors=self.vectors[:, :d])

    @checked
    def embedding(self, power: float = 0.5) -> Embedding:
        r"""Return the word vectors that training ends with, in closed form.

        .. math:: W = U_r \Lambda_r^{p}, \qquad p = \tfrac12,

        over the :math:`r` directions with positive eigenvalue.  With
        :math:`p = \frac12`, :math:`WW^\top` is the best approximation of the target
        among all products of a matrix with its own transpose.

        Parameters
        ----------
        power : float
            The exponent p; 0 gives all directions the same weight.

        Returns
        -------
        Embedding
            Coordinate k belongs to direction k.

        Raises
        ------
        ValueError
            If no eigenvalue is positive, or the words are not known.

        Notes
        -----
        Source: Karkada et al. (2025), section 3; Eckart and Young (1936).
        Introduced in chapter *words-as-vectors*; proved in chapter *best-answer*.

        Examples
        --------
        >>> from w2vlib import WordMatrix
        >>> target = WordMatrix([[2.0, 1.0], [1.0, 2.0]], ["a", "b"])
        >>> W = spectrum(target, 2).embedding().vectors
        >>> bool(np.allclose(W @ W.T, target))
        True
        """
        power = finite_number("power", power)
        positive = self.values > 0
        if not positive.any():
            raise ValueError(
                f"no direction has a positive eigenvalue (the largest is {self.values[0]:.3g}), "
                "so a product of a matrix with its own transpose learns nothing from this target"
            )
        rows = self.vectors[:, positive] * self.values[positive] ** power
        return Embedding(known_words(self.words), frozen(rows))

    @checked
    def ends(
        self, direction: int, n: int = 8, rule: str = "coordinate", neighbours: int = 200
    ) -> tuple[list[str], list[str]]:
        """Return the words that lie farthest out along a direction, at either end.

        Parameters, result and errors are those of :meth:`~w2vlib.Embedding.ends`.
        """
        direction = whole_number("direction", direction, 0, len(self) - 1)
        column = self.vectors[:, [direction]]
        return Embedding(known_words(self.words), column).ends(0, n, rule, neighbours)


@checked
def spectrum(
    M: np.ndarray | LinearOperator, d: int, residual: float = 1e-6, max_products: int = 500
) -> Spectrum:
    r"""Return the `d` algebraically largest eigenvalues and their eigenvectors.

    Block Lanczos works with products of `M` and a block of vectors only, in
    single precision down to a residual of 1e-6.  Where `d` is a large part of V,
    or V is small, LAPACK solves the whole problem instead.

    Parameters
    ----------
    M : ndarray or scipy.sparse.linalg.LinearOperator, of shape (V, V)
        Symmetric.  Of a :class:`~w2vlib.words.WordMatrix`, as
        :func:`~w2vlib.targets.m_star` returns it, or of an operator that has
        `words`, the words go along.
    d : int
        How many pairs; V for all of them.
    residual : float
        Required :math:`\lVert M u_k - \lambda_k u_k \rVert \le
        \text{residual} \cdot |\lambda_k|` for every pair.
    max_products : int
        Give up after this many products of `M` with a block.

    Returns
    -------
    Spectrum
        The same for every call: start and signs are fixed.  It knows the words of
        `M` and its lowest eigenvalue.

    Raises
    ------
    ValueError
        If `M` is not square, symmetric and finite, or `d` is not between 1
        and V.  Of an operator a few products with random vectors tell.
    ArithmeticError
        If the residual is not reached; the message says how far it came.

    Notes
    -----
    The residual is measured in double precision on the result.  The numbers are the same on any
    number of threads, if threadpoolctl is installed.

    A matrix of float32 is worked on as it is, one of float64 through a copy in single precision.
    Beside it the basis of the Krylov space takes the most memory: at most 12 d vectors, or 640
    where that is more, after which it is cut back to the leading directions.  An operator is given
    blocks of float32 and, for the residual, of float64, row by row in memory, and answers in the same type.
    Its matrix is never made, unless V is small or more than a quarter of all directions are wanted.
    Where the residual is relative to its norm, that is estimated from 16 products.

    Very large and very small matrices are brought near one by a power of two
    first.  What single precision lacks in symmetry by rounding is evened out.  Of
    many equal eigenvalues a block may see only some: a fresh random block looks
    for directions overlooked, and if it finds any, a block as wide as `d` starts anew.

    Introduced in chapter *words-as-vectors*; why the largest and not the largest in modulus is
    the subject of chapter *best-answer*.  Method: Golub and Underwood (1977), *The block Lanczos
    method for computing eigenvalues*; Stewart (2001) for the restarts.

    Examples
    --------
    >>> found = spectrum(np.diag([-9.0, 3.0, 1.0, 2.0]), 2)
    >>> found.values
    array([3., 2.])
    >>> found.vectors.T @ np.diag([-9.0, 3.0, 1.0, 2.0]) @ found.vectors
    array([[3., 0.],
           [0., 2.]])
    """
    operator = Operator(M) if is_operator(M) else None
    matrix = operator or checked_symmetric(M, single=len(M) > _SMALL)
    size = matrix.shape[0]
    d = whole_number("d", d, most=size, because=f"; the matrix has {size} rows")
    residual = positive_number("residual", residual)
    max_products = whole_number("max_products", max_products)
    if operator:
        operator.probe()
        exponent = operator.exponent
        matrix = checked_symmetric(operator.as_array()) if size <= _SMALL else operator
    else:
        matrix, exponent = near_one(matrix, spare=not np.may_share_memory(matrix, np.asarray(M)))
    found, norm = _leading_pairs(matrix, d, residual, max_products)
    found = replace(found, words=words_of(M))
    return found if exponent == 0 else _scaled_back(found, exponent, residual, norm)


def _scaled_back(found: Spectrum, exponent: int, residual: float, norm: float) -> Spectrum:
    """The spectrum of the matrix itself; its values may be too large or too small for exact floats."""
    with np.errstate(over="ignore", under="ignore"):
        values, lowest = np.ldexp(found.values, exponent), float(np.ldexp(found.lowest, exponent))
        rounding = np.abs(np.ldexp(values, -exponent) - found.values) / scale(found.values, norm)
    if not (np.isfinite(values).all() and np.isfinite(lowest)):
        raise ArithmeticError(
            "the eigenvalues of this matrix are too large for floats; divide it by a number"
        )
    if rounding.max() + found.residual > residual:
        raise ArithmeticError(
            f"the eigenvalues of this matrix are too small for floats: rounded, they leave a residual of "
            f"{rounding.max():.1e}, not {residual:.1e}; multiply it by a number"
        )
    return replace(found, values=values, residual=found.residual + float(rounding.max()), lowest=lowest)


def _leading_pairs(
    M: np.ndarray | Operator, d: int, residual: float, max_products: int
) -> tuple[Spectrum, float]:
    """The pairs of a matrix that is checked and near one, with its lowest eigenvalue; and its norm."""
    size = M.shape[0]
    if size <= _SMALL:
        with limited_threads(size):
            norm = float(np.linalg.norm(M))
            return _with_lowest(_by_lapack(M, d, residual), M.__matmul__, norm, M), norm
    coarse = residual >= COARSE
    with slabs_at_work(size) as slabs:
        if isinstance(M, Operator) and d > size // 4:  # the answer itself is a good part of the matrix
            M = M.as_array()
        if not isinstance(M, Operator) and d > size // (8 if coarse else 16):
            with limited_threads(size):
                found = _by_lapack_in_single(M, d) if coarse else None
                if found is None or found.residual > residual:
                    found = _by_lapack(M, d, residual)
            matrix = DenseMatrix(M, slabs)
        else:
            matrix = M if isinstance(M, Operator) else DenseMatrix(M, slabs)
            found = _by_lanczos(matrix, slabs, d, residual, max_products)
        return _with_lowest(found, matrix.times, matrix.norm, matrix.array), matrix.norm


def _by_lanczos(matrix, slabs: Slabs, d: int, residual: float, max_products: int) -> Spectrum:
    """Block Lanczos; and again with a block as wide as `d`, or by LAPACK, if it overlooked equal eigenvalues."""
    wide = 4 * -(-d // 4) + BLOCK
    for block in (None, wide) if 8 * wide <= slabs.size else (None,):
        found = _by_blocks(matrix, slabs, d, residual, max_products, block)
        if not _overlooked(matrix, slabs, found):
            return found
    if matrix.array is None and 8 * wide <= slabs.size:
        raise ArithmeticError(
            f"of many equal eigenvalues some of the {d} were overlooked; ask for fewer directions, or give the "
            "operator as an array"
        )
    array = matrix.as_array() if matrix.array is None else matrix.array
    with limited_threads(slabs.size):
        return _by_lapack(array, d, residual)


def _by_blocks(matrix, slabs, d, residual, max_products, block) -> Spectrum:
    # Single precision is twice as fast and reaches residuals near 1e-6; where
    # that is not enough, or is asked to do more, double precision follows.
    for dtype in (np.float32, np.float64) if residual >= _SINGLE else (np.float64,):
        pairs = block_lanczos(
            matrix.times, slabs, d, residual, max_products, matrix.norm, dtype=dtype, block=block
        )
        found = _measured(matrix, slabs, pairs, d, residual)
        if found.residual <= residual and len(found) == d:
            return found
    return _guaranteed(found, d, residual, f"{max_products} block products")


def _measured(matrix, slabs: Slabs, pairs: RitzPairs, d: int, residual: float) -> Spectrum:
    """The Ritz pairs in double precision, with their true residual; corrected, if single precision missed it."""
    own, leading = pairs.basis.dtype, pairs.coordinates[:, :d]
    d = leading.shape[1]
    lowest = slabs.times(pairs.basis, pairs.lowest().astype(own)).astype(np.float64)
    low = _lowest_of(*_rayleigh_ritz(matrix, slabs, lowest), matrix.norm) if lowest.shape[1] > 1 else None
    basis = slabs.times(pairs.basis, leading.astype(own)).astype(np.float64)
    for kind in (np.float32, np.float64) if residual >= COARSE else (np.float64,):
        values, vectors, products = _rayleigh_ritz(matrix, slabs, basis, kind)
        found = _finished(matrix.norm, values, vectors, products)
        rounding = np.finfo(kind).eps * matrix.norm / scale(values[-1:], matrix.norm)[0]
        if rounding < found.residual / 50:
            break  # what rounding may hide does not count
    if own == np.float32 and residual < found.residual <= _NEAR * residual:
        correction = _Correction(slabs, pairs, d)
        for _ in range(_CORRECTIONS):
            vectors += correction.of(values, vectors, products)
            values, vectors, products = _rayleigh_ritz(matrix, slabs, vectors)
            before, found = found, _finished(matrix.norm, values, vectors, products)
            if found.residual <= residual or found.residual > 0.75 * before.residual:
                break
    return replace(found, lowest=None if low is None else min(low, float(found.values[-1])))


class _Correction:
    r"""What brings Ritz vectors closer to eigenvectors, from their true residual :math:`r_k = Mu_k - \lambda_k u_k`.

    .. math:: \delta u_k = \sum_j y_j \frac{y_j^\top r_k}{\lambda_k - \theta_j} + \frac{r_k^\perp}{\lambda_k - \bar\theta}

    over the following Ritz pairs, :math:`(\theta_j, y_j)`.  In the rest, M is taken to be the mean of all others.
    """

    def __init__(self, slabs: Slabs, pairs: RitzPairs, d: int):
        self._slabs = slabs
        self._values = pairs.values[d:]
        self._vectors = slabs.times(pairs.basis, pairs.coordinates[:, d:].astype(np.float32))
        others = len(pairs.H) - len(pairs.values)
        self._mean = (np.trace(pairs.H) - pairs.values.sum()) / max(others, 1)

    def of(self, values: np.ndarray, vectors: np.ndarray, products: np.ndarray) -> np.ndarray:
        rest = products - vectors * values
        least = 1e-3 * np.abs(values).max()
        far = np.maximum(values - self._mean, least)
        near = np.maximum(values - self._values[:, None], least)
        inside = self._slabs.inner(self._vectors, rest) * (1 / near - 1 / far)
        return rest / far + self._slabs.times(self._vectors, inside)


def _rayleigh_ritz(
    matrix, slabs: Slabs, basis: np.ndarray, kind: type = np.float64
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Best eigenpairs within the span of `basis`, falling, and the products of the matrix and the vectors.

    The products with the matrix are made in the precision `kind`.
    """
    basis = slabs.orthonormal(basis)[0]
    products = matrix.times(basis.astype(kind, copy=False)).astype(np.float64, copy=False)
    within = slabs.inner(basis, products)
    with limited_threads():
        values, rotation = scipy.linalg.eigh((within + within.T) / 2)
    rotation = rotation[:, ::-1]
    return values[::-1], slabs.times(basis, rotation), slabs.times(products, rotation)


def _lowest_of(values: np.ndarray, vectors: np.ndarray, products: np.ndarray, norm: float) -> float | None:
    """The lowest eigenvalue, if Ritz pairs of the lower end tell it exactly.

    Its error is at most the square of the residual of the lowest pairs, divided by
    their distance to the next ones.
    """
    ends, rest = values[::-1], (products - vectors * values)[:, ::-1]
    errors = np.linalg.norm(rest, axis=0)
    together = np.cumsum(errors**2)[:-1]
    distance = ends[1:] - errors[1:] - ends[0]
    apart = distance > errors[0]
    error = min(errors[0], (together[apart] / distance[apart]).min(initial=np.inf))
    return float(ends[0]) if error <= _EXACT * scale(ends[:1], norm)[0] else None


def _with_lowest(found: Spectrum, times, norm: float, array: np.ndarray | None) -> Spectrum:
    if found.lowest is not None:
        return found
    lowest = lowest_eigenvalue(times, len(found.vectors), norm, found.values[0], array)
    return replace(found, lowest=min(lowest, float(found.values[-1])))


def _by_lapack(M: np.ndarray, d: int, residual: float) -> Spectrum:
    size = len(M)
    M = M.astype(np.float64, copy=False)
    values, vectors = scipy.linalg.eigh(M, subset_by_index=[size - d, size - 1])
    values, vectors = values[::-1], vectors[:, ::-1]
    found = _finished(np.linalg.norm(M), values, vectors, M @ vectors)
    return _guaranteed(found, d, residual, "the full decomposition")


def _by_lapack_in_single(M: np.ndarray, d: int) -> Spectrum:
    """Half the time, and residuals near 1e-5 after the last step, which is in double precision."""
    size = len(M)
    found = scipy.linalg.eigh(M.astype(np.float32), subset_by_index=[size - d, size - 1], overwrite_a=True)
    basis = np.linalg.qr(found[1].astype(np.float64))[0]
    products = M @ basis
    values, rotation = scipy.linalg.eigh(basis.T @ products)
    rotation = rotation[:, ::-1]
    return _finished(np.linalg.norm(M), values[::-1], basis @ rotation, products @ rotation)


def _overlooked(matrix, slabs: Slabs, found: Spectrum) -> bool:
    """Whether a larger eigenvalue than the last lies beside these: of many alike a block may see only some.

    What single precision cannot tell from the last one, double precision looks at again.
    """
    return _larger_beside(matrix, slabs, found, np.float32) and _larger_beside(
        matrix, slabs, found, np.float64
    )


def _larger_beside(matrix, slabs: Slabs, found: Spectrum, dtype: type) -> bool:
    """Whether one is found; in single precision, whether one may lie there: rounding counts as larger."""
    rng = np.random.default_rng(1)
    d, size = len(found), slabs.size
    looks = min(_LOOKS, (size - d) // BLOCK - 1)
    basis = np.empty((size, d + looks * BLOCK), dtype, order="F")
    basis[:, :d] = found.vectors
    following = next_block(rng.standard_normal((size, BLOCK)).astype(dtype), basis[:, :d], slabs, rng)[1]
    H = np.zeros((looks * BLOCK, looks * BLOCK))
    for used in range(0, looks * BLOCK, BLOCK):
        new = slice(used, used + BLOCK)
        basis[:, d:][:, new] = following
        Q = basis[:, : d + used + BLOCK]
        coordinates, following, _ = next_block(matrix.times(following), Q, slabs, rng)
        H[: used + BLOCK, new] = coordinates[d:]
        H[new, : used + BLOCK] = coordinates[d:].T
    with limited_threads():
        largest = scipy.linalg.eigvalsh(H)[-1]
    if dtype == np.float32:
        allowed = -10 * float(np.finfo(dtype).eps) * matrix.norm
    else:
        allowed = found.residual * scale(found.values[-1:], matrix.norm)[0] + 1e-12 * matrix.norm
    return bool(largest > found.values[-1] + allowed)


def lowest_eigenvalue(times, size: int, norm: float, largest: float, array: np.ndarray | None) -> float:
    r"""Return :math:`\lambda_{\min}` of a symmetric matrix, to about nine digits of its size.

    Examples
    --------
    >>> M = np.diag([1.0, -4.0, 3.0])
    >>> lowest_eigenvalue(M.__matmul__, 3, norm=5.1, largest=3.0, array=M)
    -4.0
    """
    spread = norm / np.sqrt(size)
    if size > 100 and spread > 0:
        from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

        def apply(x):
            x = x.reshape(-1, 1)
            return (times(x) - largest * x) / spread - x

        # ARPACK's tolerance is relative to what it seeks, and near 0 never met: move all to -1 and below.
        moved = LinearOperator((size, size), apply, dtype=np.float64)
        start = np.random.default_rng(0).standard_normal(size)
        try:
            value = eigsh(moved, k=1, which="SA", v0=start, tol=1e-9, return_eigenvectors=False)[0]
            return float(largest + spread * (value + 1))
        except ArpackError as error:
            if array is None:
                raise ArithmeticError(
                    f"the lowest eigenvalue of this operator was not found: {error}"
                ) from None
            # LAPACK takes longer and needs no luck
    return float(scipy.linalg.eigvalsh(array, subset_by_index=[0, 0])[0])


def _guaranteed(found: Spectrum, d: int, residual: float, effort: str) -> Spectrum:
    if found.residual > residual or len(found) < d:
        raise ArithmeticError(
            f"after {effort} there are {len(found)} of {d} directions and the residual is {found.residual:.1e}, "
            f"not {residual:.1e}; ask for fewer directions, a larger residual or more products"
        )
    return found


@limited_threads()
def _finished(norm: float, values: np.ndarray, vectors: np.ndarray, products: np.ndarray) -> Spectrum:
    """Measure the residual, from the products of the matrix and the vectors, and fix the signs."""
    errors = np.linalg.norm(products - vectors * values, axis=0)
    vectors = np.ascontiguousarray(vectors * signs_of_columns(vectors))
    return Spectrum(values.copy(), vectors, float((errors / scale(values, norm)).max()))
