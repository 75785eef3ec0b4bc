"""The leading directions of a symmetric matrix, with a guarantee.

Leading means algebraically largest: M* has large negative eigenvalues, which a
product :math:`WW^\\top` cannot reach, so neither a plain SVD nor "largest in
modulus" will do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

__all__ = ["Spectrum", "spectrum"]

_SMALL = 2000  # up to this size LAPACK is as fast
_BLOCK = 16  # vectors multiplied at a time: enough to use the cache, few enough to converge fast


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

    Examples
    --------
    >>> Spectrum(np.array([3.0, 2.0]), np.eye(4)[:, :2], residual=0.0)
    Spectrum(2 of 4 directions, λ = 3 … 2, residual 0.0e+00)
    """

    values: np.ndarray
    vectors: np.ndarray
    residual: float

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return (
            f"Spectrum({len(self)} of {len(self.vectors)} directions, "
            f"λ = {self.values[0]:.4g} … {self.values[-1]:.4g}, residual {self.residual:.1e})"
        )

    def first(self, d: int) -> Spectrum:
        """Return the first `d` directions only."""
        if not 1 <= d <= len(self):
            raise ValueError(f"d must lie between 1 and the {len(self)} directions at hand, not {d}")
        return Spectrum(self.values[:d], self.vectors[:, :d], self.residual)


def spectrum(M: np.ndarray, d: int, residual: float = 1e-6, max_products: int = 500) -> Spectrum:
    r"""Return the `d` algebraically largest eigenvalues and their eigenvectors.

    A block Krylov method (thick-restart block Lanczos with full
    orthogonalisation) works with products of `M` and a block of vectors only,
    which run at the speed of matrix multiplication.  Where `d` is a large part
    of V, or V is small, LAPACK solves the whole problem instead.

    Parameters
    ----------
    M : ndarray of shape (V, V)
        Symmetric.
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
        The same for every call: start and signs are fixed.

    Raises
    ------
    ValueError
        If `M` is not square, symmetric and finite, or `d` is not between 1
        and V.
    ArithmeticError
        If the residual is not reached; the message says how far it came.

    Notes
    -----
    Introduced in chapter 1; why the largest and not the largest in modulus is
    the subject of chapter 6.  Method: Stewart (2001), *A Krylov–Schur algorithm
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
    M = checked_symmetric(M)
    size = len(M)
    if isinstance(d, bool) or not isinstance(d, (int, np.integer)) or not 1 <= d <= size:
        raise ValueError(f"d must be a whole number between 1 and the matrix's size {size}, not {d!r}")
    if not residual > 0:
        raise ValueError(f"residual must be positive, not {residual}")
    if size <= _SMALL or d > size // 16:
        values, vectors = scipy.linalg.eigh(M, subset_by_index=[size - d, size - 1])
        return _guaranteed(
            _finished(M, values[::-1], vectors[:, ::-1]), d, residual, "the full decomposition"
        )
    # Single precision is twice as fast and reaches residuals near 1e-6; where
    # that is not enough, or is asked to do more, double precision follows.
    if residual >= 1e-6:
        found = _finished(M, *_rotated(M, _block_krylov(M.astype(np.float32), d, residual, max_products)))
        if found.residual <= residual and len(found) == d:
            return found
    found = _finished(M, *_rotated(M, _block_krylov(M, d, residual, max_products)))
    return _guaranteed(found, d, residual, f"{max_products} block products")


def _guaranteed(found: Spectrum, d: int, residual: float, effort: str) -> Spectrum:
    if found.residual > residual or len(found) < d:
        raise ArithmeticError(
            f"after {effort} there are {len(found)} of {d} directions and the residual is {found.residual:.1e}, "
            f"not {residual:.1e}; ask for fewer directions, a larger residual or more products"
        )
    return found


def checked_symmetric(M: np.ndarray) -> np.ndarray:
    """Return the matrix as float64, or say why it is not square, real, finite and symmetric."""
    M = np.asarray(M)
    if M.ndim != 2 or M.shape[0] != M.shape[1] or M.size == 0:
        raise ValueError(f"the matrix must be square, not of shape {M.shape}")
    if M.dtype.kind == "c":
        raise ValueError("the matrix must be real")
    M = M.astype(np.float64, copy=False)
    if not np.isfinite(M.sum()):
        i, j = map(int, np.argwhere(~np.isfinite(M))[0])
        raise ValueError(
            f"the matrix holds {M[i, j]} in row {i}, column {j}; PMI is −∞ for pairs never seen: use m_star or ppmi"
        )
    allowed = 1e-10 * max(abs(float(M.max())), abs(float(M.min())))
    for begin in range(0, len(M), 256):
        difference = np.abs(M[begin : begin + 256] - M[:, begin : begin + 256].T)
        if difference.max() > allowed:
            i, j = map(int, np.unravel_index(difference.argmax(), difference.shape))
            raise ValueError(
                f"the matrix must be symmetric, but row {begin + i}, column {j} holds {M[begin + i, j]} "
                f"and its mirror {M[j, begin + i]}; for a rectangular or untied problem use an SVD"
            )
    return M


def _finished(M: np.ndarray, values: np.ndarray, vectors: np.ndarray) -> Spectrum:
    """Fix the signs and measure the residual."""
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.where(vectors[largest, np.arange(vectors.shape[1])] < 0, -1.0, 1.0)
    vectors = np.ascontiguousarray(vectors * signs)
    errors = np.linalg.norm(M @ vectors - vectors * values, axis=0)
    return Spectrum(values.copy(), vectors, float((errors / _scale(values, np.linalg.norm(M))).max()))


def _scale(values: np.ndarray, norm: float) -> np.ndarray:
    """What residuals are relative to: the eigenvalue, or a millionth of the matrix if that is more."""
    return np.maximum(np.abs(values), max(1e-6 * norm, np.finfo(np.float32).tiny))


def _rotated(M: np.ndarray, basis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best eigenpairs within the span of `basis` (Rayleigh–Ritz), falling."""
    basis = np.linalg.qr(basis.astype(np.float64))[0]
    values, rotation = scipy.linalg.eigh(basis.T @ (M @ basis))
    return values[::-1], basis @ rotation[:, ::-1]


def _block_krylov(M: np.ndarray, d: int, residual: float, max_products: int) -> np.ndarray:
    """Thick-restart block Lanczos; returns a basis of the leading eigenspace in M's precision.

    Throughout, ``M @ Q = Q @ H + following @ R`` on the last block of columns
    and ``M @ Q = Q @ H`` on the others, so the residual of a Ritz pair is the
    norm of ``R`` times the last entries of its coordinates: no product with a
    large matrix is needed to know it.
    """
    size, block = len(M), _BLOCK
    most = min(max(10 * d, 40 * block), size - 2 * block)  # columns at which the basis is cut back
    norm = float(np.linalg.norm(M))
    rng = np.random.default_rng(0)
    basis = np.empty((size, most + block), M.dtype, order="F")
    H = np.zeros((most + block, most + block))
    following = np.linalg.qr(rng.standard_normal((size, block)))[0].astype(M.dtype)
    soonest = 3 * d + 4 * block
    used, due = 0, soonest
    for product in range(1, max_products + 1):
        new = slice(used, used + block)
        used += block
        basis[:, new] = following
        Q = basis[:, :used]
        coordinates, following, R = _next_block(M @ following, Q, rng)
        H[:used, new] = coordinates
        H[new, :used] = coordinates.T
        if used < min(due, most) and product < max_products:
            continue
        first = max(0, used - d - 2 * block)
        values, rotation = scipy.linalg.eigh(
            H[:used, :used], subset_by_index=[first, used - 1], check_finite=False
        )
        values, rotation = values[::-1], rotation[:, ::-1]
        errors = np.linalg.norm(R @ rotation[-block:, :d], axis=0) / _scale(values[:d], norm)
        if errors.max() <= residual / 2 or product == max_products:
            break
        # Beside a large eigenvalue a tiny one drowns in single precision: leave it to double precision.
        noise = np.finfo(M.dtype).eps * np.abs(values[0]) / _scale(values[:d], norm).min()
        if M.dtype == np.float32 and noise > 100 * residual:
            break
        due = used + used // (4 if errors.max() > 100 * residual else 12)
        if used >= most:
            used, due = len(values), soonest
            basis[:, :used] = Q @ rotation.astype(M.dtype)
            H[:] = 0
            H[range(used), range(used)] = values
    return Q @ rotation[:, :d].astype(M.dtype)


def _next_block(product, Q, rng):
    """Split a product into its part in span(Q) and an orthonormal rest: Q @ coordinates + rest @ R."""
    scale = np.linalg.norm(product, axis=0).max()
    coordinates = Q.T @ product
    product = product - Q @ coordinates
    again = Q.T @ product
    product -= Q @ again
    rest, R = np.linalg.qr(product)
    weak = np.abs(np.diag(R)) <= 10 * np.finfo(Q.dtype).eps * scale
    if weak.any():  # the Krylov space is exhausted: go on in random directions
        R[weak] = 0
        rest[:, weak] = rng.standard_normal((len(rest), weak.sum()))
        for _ in range(2):
            rest -= Q @ (Q.T @ rest)
            rest = np.linalg.qr(rest)[0]
    return coordinates + again, rest, R
