"""The leading directions of a symmetric matrix, with a guarantee.

Leading means algebraically largest: M* has large negative eigenvalues, which a
product :math:`WW^\\top` cannot reach, so neither a plain SVD nor "largest in
modulus" will do.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.linalg

from ._common.arguments import check_fields, checked
from ._common.arrays import frozen
from ._common.threads import limited_threads
from ._common.validate import finite_number, positive_number, real_array, whole_number
from .embeddings import Embedding
from .words import check_distinct, known_words, words_of

__all__ = ["Spectrum", "spectrum"]

_SMALL = 2000  # up to this size LAPACK is as fast
_ORTHONORMAL = 1e-8  # inner products of eigenvectors may be off by so much, or by the residual
_ROUNDED = 16  # units in the last place of the largest entry that a matrix may lack in symmetry
_FAR = 20  # powers of two from 1 at which a matrix is brought back
_LOOKS = 10  # products of a fresh block that looks for directions overlooked
_BLOCK = 16  # vectors multiplied at a time: enough to use the cache, few enough to converge fast
_WIDE = 32  # the same where many directions are sought, and a block need not be few
_TILE = 256  # rows and columns compared at a time, for symmetry
_COARSE = 1e-4  # residual down to which short cuts are taken in single precision


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
def spectrum(M: np.ndarray, d: int, residual: float = 1e-6, max_products: int = 500) -> Spectrum:
    r"""Return the `d` algebraically largest eigenvalues and their eigenvectors.

    A block Krylov method (thick-restart block Lanczos with full
    orthogonalisation) works with products of `M` and a block of vectors only,
    which run at the speed of matrix multiplication.  Where `d` is a large part
    of V, or V is small, LAPACK solves the whole problem instead.  A residual of
    1e-4 or more takes about two thirds of the time of one of 1e-6.

    Parameters
    ----------
    M : ndarray of shape (V, V)
        Symmetric.  Of a :class:`~w2vlib.words.WordMatrix`, as
        :func:`~w2vlib.targets.m_star` returns it, the words go along.
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
        and V.
    ArithmeticError
        If the residual is not reached; the message says how far it came.

    Notes
    -----
    Very large and very small matrices are brought near one by a power of two
    first.  What single precision lacks in symmetry by rounding is evened out.  Of
    many equal eigenvalues a block may see only some: a fresh random block looks
    for directions overlooked, and if it finds any, LAPACK solves the whole problem.

    Introduced in chapter *words-as-vectors*; why the largest and not the largest in modulus is
    the subject of chapter *best-answer*.  Method: Stewart (2001), *A Krylov–Schur algorithm
    for large eigenproblems*; Zhou and Saad (2008) for blocks.

    Examples
    --------
    >>> found = spectrum(np.diag([-9.0, 3.0, 1.0, 2.0]), 2)
    >>> found.values
    array([3., 2.])
    >>> found.vectors.T @ np.diag([-9.0, 3.0, 1.0, 2.0]) @ found.vectors
    array([[3., 0.],
           [0., 2.]])
    """
    matrix = checked_symmetric(M)
    size = len(matrix)
    d = whole_number("d", d, most=size, because=f"; the matrix has {size} rows")
    residual = positive_number("residual", residual)
    max_products = whole_number("max_products", max_products)
    matrix, exponent = _near_one(matrix, spare=not np.may_share_memory(matrix, np.asarray(M)))
    with limited_threads(size):
        found = _leading_pairs(matrix, d, residual, max_products)
        lowest = found.lowest  # known where these are all
        if lowest is None:
            lowest = min(lowest_eigenvalue(matrix, found.values[0]), float(found.values[-1]))
        found = replace(found, lowest=lowest, words=words_of(M))
        return found if exponent == 0 else _scaled_back(found, exponent, residual, np.linalg.norm(matrix))


def _near_one(M: np.ndarray, spare: bool) -> tuple[np.ndarray, int]:
    """A matrix whose squares neither vanish nor overflow, and the power of two that it was divided by.

    A spare matrix, which nobody else has, is changed in place.
    """
    exponent = int(np.frexp(max(M.max(), -M.min()))[1])
    if abs(exponent) <= _FAR:
        return M, 0
    return np.ldexp(M, -exponent, out=M if spare else None), exponent


def _scaled_back(found: Spectrum, exponent: int, residual: float, norm: float) -> Spectrum:
    """The spectrum of the matrix itself; its values may be too large or too small for exact floats."""
    with np.errstate(over="ignore", under="ignore"):
        values, lowest = np.ldexp(found.values, exponent), float(np.ldexp(found.lowest, exponent))
        rounding = np.abs(np.ldexp(values, -exponent) - found.values) / _scale(found.values, norm)
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


def _leading_pairs(M: np.ndarray, d: int, residual: float, max_products: int) -> Spectrum:
    size = len(M)
    coarse = residual >= _COARSE
    if size <= _SMALL or d > size // (8 if coarse else 16):
        found = _by_lapack_in_single(M, d) if coarse and size > _SMALL else None
        return found if found is not None and found.residual <= residual else _by_lapack(M, d, residual)
    # Single precision is twice as fast and reaches residuals near 1e-6; where
    # that is not enough, or is asked to do more, double precision follows.
    if residual >= 1e-6:
        single = M.astype(np.float32)
        found = _finished(M, *_rotated(M, _block_krylov(single, d, residual, max_products)))
        if found.residual <= residual and len(found) == d:
            # What single precision cannot tell from the last direction, double precision looks at again.
            alarm = _overlooked(single, found) and _overlooked(M, found)
            return _by_lapack(M, d, residual) if alarm else found
    found = _finished(M, *_rotated(M, _block_krylov(M, d, residual, max_products)))
    found = _guaranteed(found, d, residual, f"{max_products} block products")
    return _by_lapack(M, d, residual) if _overlooked(M, found) else found


def _by_lapack(M: np.ndarray, d: int, residual: float) -> Spectrum:
    size = len(M)
    values, vectors = scipy.linalg.eigh(M, subset_by_index=[size - d, size - 1])
    return _guaranteed(_finished(M, values[::-1], vectors[:, ::-1]), d, residual, "the full decomposition")


def _by_lapack_in_single(M: np.ndarray, d: int) -> Spectrum:
    """Half the time, and residuals near 1e-5 after the last step, which is in double precision."""
    size = len(M)
    vectors = scipy.linalg.eigh(M.astype(np.float32), subset_by_index=[size - d, size - 1], overwrite_a=True)[
        1
    ]
    return _finished(M, *_rotated(M, vectors))


def _overlooked(M: np.ndarray, found: Spectrum) -> bool:
    """Whether a larger eigenvalue than the last lies beside these: of many alike a block may see only some.

    In single precision, whether one may lie there: rounding counts as larger.
    """
    rng = np.random.default_rng(1)
    d, size = len(found), len(M)
    looks = min(_LOOKS, (size - d) // _BLOCK - 1)
    basis = np.empty((size, d + looks * _BLOCK), M.dtype, order="F")
    basis[:, :d] = found.vectors
    following = _next_block(rng.standard_normal((size, _BLOCK)).astype(M.dtype), basis[:, :d], rng)[1]
    products = []
    for used in range(d, basis.shape[1], _BLOCK):
        basis[:, used : used + _BLOCK] = following
        products.append(M @ following)
        following = _next_block(products[-1], basis[:, : used + _BLOCK], rng)[1]
    largest = scipy.linalg.eigvalsh(basis[:, d:].T @ np.hstack(products))[-1]
    norm = float(np.linalg.norm(M))
    if M.dtype == np.float32:
        allowed = -10 * float(np.finfo(M.dtype).eps) * norm
    else:
        allowed = found.residual * _scale(found.values[-1:], norm)[0] + 1e-12 * norm
    return bool(largest > found.values[-1] + allowed)


def lowest_eigenvalue(M: np.ndarray, largest: float) -> float:
    r"""Return :math:`\lambda_{\min}` of a symmetric matrix, to about nine digits of its size.

    Examples
    --------
    >>> lowest_eigenvalue(np.diag([1.0, -4.0, 3.0]), largest=3.0)
    -4.0
    """
    size = len(M)
    scale = np.linalg.norm(M) / np.sqrt(size)
    if size > 100 and scale > 0:
        from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

        # ARPACK's tolerance is relative to what it seeks, and near 0 never met: move all to -1 and below.
        moved = LinearOperator((size, size), lambda x: (M @ x - largest * x) / scale - x, dtype=M.dtype)
        start = np.random.default_rng(0).standard_normal(size)
        try:
            value = eigsh(moved, k=1, which="SA", v0=start, tol=1e-9, return_eigenvectors=False)[0]
            return float(largest + scale * (value + 1))
        except ArpackError:
            pass  # LAPACK takes longer and needs no luck
    return float(scipy.linalg.eigvalsh(M, subset_by_index=[0, 0])[0])


def _guaranteed(found: Spectrum, d: int, residual: float, effort: str) -> Spectrum:
    if found.residual > residual or len(found) < d:
        raise ArithmeticError(
            f"after {effort} there are {len(found)} of {d} directions and the residual is {found.residual:.1e}, "
            f"not {residual:.1e}; ask for fewer directions, a larger residual or more products"
        )
    return found


def checked_symmetric(M: np.ndarray) -> np.ndarray:
    """Return the matrix as a plain array of float64, or say why it is not square, real, finite and symmetric.

    What single and half precision lack in symmetry by rounding is evened out.
    """
    kind = getattr(M, "dtype", None)
    digits = np.finfo(kind).eps if kind in (np.float16, np.float32) else 0.0
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


def _finished(
    M: np.ndarray, values: np.ndarray, vectors: np.ndarray, products: np.ndarray | None = None
) -> Spectrum:
    """Measure the residual, from the products of M and the vectors where these are known, and fix the signs."""
    errors = np.linalg.norm((M @ vectors if products is None else products) - vectors * values, axis=0)
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.where(vectors[largest, np.arange(vectors.shape[1])] < 0, -1.0, 1.0)
    vectors = np.ascontiguousarray(vectors * signs)
    return Spectrum(values.copy(), vectors, float((errors / _scale(values, np.linalg.norm(M))).max()))


def _scale(values: np.ndarray, norm: float) -> np.ndarray:
    """What residuals are relative to: the eigenvalue, or a millionth of the matrix if that is more."""
    return np.maximum(np.abs(values), max(1e-6 * norm, np.finfo(np.float32).tiny))


def _rotated(M: np.ndarray, basis: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Best eigenpairs within the span of `basis` (Rayleigh–Ritz), falling, and the products of M and the vectors."""
    basis = np.linalg.qr(basis.astype(np.float64))[0]
    products = M @ basis
    values, rotation = scipy.linalg.eigh(basis.T @ products)
    rotation = rotation[:, ::-1]
    return values[::-1], basis @ rotation, products @ rotation


def _block_krylov(
    M: np.ndarray, d: int, residual: float, max_products: int, careful: bool = False
) -> np.ndarray:
    """Thick-restart block Lanczos; returns a basis of the leading eigenspace in M's precision.

    Throughout, ``M @ Q = Q @ H + following @ R`` on the last block of columns
    and ``M @ Q = Q @ H`` on the others, so the residual of a Ritz pair is the
    norm of ``R`` times the last entries of its coordinates: no product with a
    large matrix is needed to know it.

    Where the residual asked for is far above rounding in single precision, most
    blocks are made orthogonal to the basis once, not twice, and H is decomposed in
    single precision.  The guarantee does not rest on it: it is measured on the result.
    """
    size = len(M)
    norm, digits = float(np.linalg.norm(M)), float(np.finfo(M.dtype).eps)
    careful = careful or M.dtype != np.float32 or residual < _COARSE
    block = _BLOCK if careful or d <= 2 * _WIDE else _WIDE
    most = min(max(10 * d, 40 * _BLOCK), size - 2 * block)  # columns at which the basis is cut back
    rng = np.random.default_rng(0)
    basis = np.empty((size, most + block), M.dtype, order="F")
    H = np.zeros((most + block, most + block))
    following = np.linalg.qr(rng.standard_normal((size, block)))[0].astype(M.dtype)
    soonest = (3 if careful else 4) * d + 64
    used, due, last = 0, soonest, None
    for product in range(1, max_products + 1):
        new = slice(used, used + block)
        used += block
        basis[:, new] = following
        Q = basis[:, :used]
        coordinates, following, R = _next_block(M @ following, Q, rng, careful)
        H[:used, new] = coordinates
        H[new, :used] = coordinates.T
        if used < min(due, most) and product < max_products:
            continue
        within = H[:used, :used] if careful else H[:used, :used].astype(M.dtype)
        first = max(0, used - d - 2 * block)
        values, rotation = scipy.linalg.eigh(within, subset_by_index=[first, used - 1], check_finite=False)
        values, rotation = values[::-1], rotation[:, ::-1]
        scale = _scale(values[:d], norm)
        error = (np.linalg.norm(R @ rotation[-block:, :d], axis=0) / scale).max()
        if error <= residual / 2 or product == max_products:
            break
        # Beside a large eigenvalue a tiny one drowns in single precision: leave it to double precision.
        if M.dtype == np.float32 and digits * np.abs(values[0]) / scale.min() > 100 * residual:
            break
        longest = np.linalg.norm(H[:used, :used], axis=0).max()  # no more than the largest modulus
        if not careful and digits * longest / scale.min() > residual / 20:
            return _block_krylov(M, d, residual, max_products, careful=True)
        wait = used // 4
        if last is not None and error < last[1]:  # it falls ever faster, so not quite as long as by this rate
            rate = np.log(last[1] / error) / (used - last[0])
            wait = min(wait, max(used // 24, int(0.75 * np.log(2 * error / residual) / rate)))
        last, due = (used, error), used + wait
        if used >= most:
            used, due, last = len(values), soonest, None
            basis[:, :used] = Q @ rotation.astype(M.dtype)
            H[:] = 0
            H[range(used), range(used)] = values
    return Q @ rotation[:, :d].astype(M.dtype)


def _next_block(product, Q, rng, careful=True):
    """Split a product into its part in span(Q) and an orthonormal rest: Q @ coordinates + rest @ R."""
    scale = np.linalg.norm(product, axis=0).max()
    coordinates = Q.T @ product
    product = product - Q @ coordinates
    if not careful:
        rest, R = _normalised(product)
        careful = not np.abs(np.diag(R)).min() >= 0.1 * scale  # so much cancels that rounding shows
    if careful:
        again = Q.T @ product
        product -= Q @ again
        coordinates += again
        rest, R = np.linalg.qr(product)
    weak = np.abs(np.diag(R)) <= 10 * np.finfo(Q.dtype).eps * scale
    if weak.any():  # the Krylov space is exhausted: go on in random directions
        R[weak] = 0
        rest[:, weak] = rng.standard_normal((len(rest), weak.sum()))
        for _ in range(2):
            rest -= Q @ (Q.T @ rest)
            rest = np.linalg.qr(rest)[0]
    return coordinates, rest, R


def _normalised(block):
    """The QR of a few columns that are far from dependent; R is zero if they are not."""
    exact = block.astype(np.float64)
    try:
        R = scipy.linalg.cholesky(exact.T @ exact)
    except np.linalg.LinAlgError:
        return block, np.zeros((block.shape[1], block.shape[1]))
    inverse = scipy.linalg.solve_triangular(R, np.eye(len(R)))
    return (exact @ inverse).astype(block.dtype), R
