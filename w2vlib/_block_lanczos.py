"""Block Lanczos: the leading eigenpairs of a symmetric matrix from its products with blocks of vectors.

The products span a Krylov space, in which the matrix is a small one, H.  Its
eigenpairs, the Ritz pairs, are close to leading ones of the matrix itself.
Nothing here is measured against the matrix: who asks checks the result.

Method: Golub and Underwood (1977), *The block Lanczos method for computing
eigenvalues*; Stewart (2001), *A Krylov–Schur algorithm for large eigenproblems*,
for the restarts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from ._common.threads import limited_threads, threads_at_work

COARSE = 1e-4  # residual down to which short cuts are taken in single precision
BLOCK = 16  # vectors multiplied at a time: enough to use the cache, few enough to converge fast
_WIDE = 32  # the same where many directions are sought, and a block need not be few
_SLABS = 32  # at most, however many threads there are
_ROWS = 512  # of a slab, at least
_RESOLVED = 1e-5  # errors of Ritz pairs that single precision can tell from rounding
_LOWEST = 8  # Ritz pairs kept from the lower end

Product = Callable[[np.ndarray], np.ndarray]


class Slabs:
    """Tall matrices cut into slabs of rows, for threads to share.

    The cuts depend on the number of rows only, and sums over slabs are added in
    their order.  So the numbers are the same, to the last bit, on any number of threads.
    """

    def __init__(self, size: int, each: Callable):
        edges = np.linspace(0, size, min(_SLABS, -(-size // _ROWS)) + 1).astype(int)
        self.cuts = [slice(*edge) for edge in zip(edges.tolist(), edges[1:].tolist())]
        self.size = size
        self._each = each

    def each(self, work: Callable[[slice], object]) -> list:
        return self._each(work, self.cuts)

    def inner(self, A: np.ndarray, B: np.ndarray, dtype=None) -> np.ndarray:
        """``A.T @ B``, the products within a slab in `dtype`."""

        def of(cut):
            a, b = (X[cut] if dtype is None else X[cut].astype(dtype, copy=False) for X in (A, B))
            return a.T @ b

        return sum(self.each(of))

    def times(self, A: np.ndarray, S: np.ndarray) -> np.ndarray:
        """``A @ S`` of a tall and a small matrix."""
        result = np.empty((self.size, S.shape[1]), np.result_type(A, S))
        self.each(lambda cut: np.matmul(A[cut], S, out=result[cut]))
        return result

    def subtract(self, P: np.ndarray, Q: np.ndarray, S: np.ndarray) -> None:
        """``P -= Q @ S`` in place."""

        def of(cut):
            P[cut] -= Q[cut] @ S

        self.each(of)

    @limited_threads()
    def orthonormal(self, P: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The QR of tall columns; of dependent ones it takes more time."""
        R = np.eye(P.shape[1])
        Q = P
        for _ in range(2 if P.dtype == np.float64 else 1):  # of single precision, squares are exact at once
            gram = self.inner(Q, Q, np.float64)
            try:
                factor = scipy.linalg.cholesky(gram)
            except (np.linalg.LinAlgError, ValueError):
                return np.linalg.qr(P)
            most = np.diag(factor)
            if most.min() < 1e-4 * most.max():
                return np.linalg.qr(P)
            inverse = scipy.linalg.solve_triangular(factor, np.eye(len(factor)))
            Q, R = self.times(Q, inverse.astype(P.dtype)), factor @ R
        return Q, R


@contextmanager
def slabs_at_work(size: int) -> Iterator[Slabs]:
    """Slabs with threads to share them."""
    with threads_at_work() as each:
        yield Slabs(size, each)


@dataclass
class RitzPairs:
    """What a Krylov space knows of the matrix: pairs in falling order, as coordinates in its basis."""

    basis: np.ndarray  # (V, m)
    H: np.ndarray  # (m, m)
    values: np.ndarray
    coordinates: np.ndarray
    products: int

    def lowest(self) -> np.ndarray:
        """Coordinates of some of the lowest pairs, the lowest first."""
        few = min(_LOWEST, len(self.H) - len(self.values))
        if few and len(self.H) > 40 * few and np.any(self.H):  # ARPACK is faster, if it succeeds
            from scipy.sparse.linalg import ArpackError, eigsh

            start = np.random.default_rng(0).standard_normal(len(self.H))
            with limited_threads(), suppress(ArpackError):
                values, found = eigsh(self.H, few, which="SA", v0=start, tol=1e-9, maxiter=30)
                return found[:, np.argsort(values)]
        return _lowest(self.H, few)[1]


def scale(values: np.ndarray, norm: float) -> np.ndarray:
    """What residuals are relative to: the eigenvalue, or a millionth of the matrix if that is more."""
    return np.maximum(np.abs(values), max(1e-6 * norm, np.finfo(np.float32).tiny))


def most_columns(size: int, d: int, block: int) -> int:
    """Vectors that the basis may hold before it is cut back."""
    return min(max(12 * d, 40 * BLOCK, 6 * block), size - 2 * block)


def block_lanczos(
    times: Product,
    slabs: Slabs,
    d: int,
    residual: float,
    max_products: int,
    norm: float,
    dtype: type = np.float32,
    block: int | None = None,
    careful: bool = False,
) -> RitzPairs:
    """Krylov space in which the `d` leading Ritz pairs should have the residual, or as far as it came.

    Throughout, ``M @ Q = Q @ H + following @ R`` on the last block of columns
    and ``M @ Q = Q @ H`` on the others, so the residual of a Ritz pair is the
    norm of ``R`` times the last entries of its coordinates: no product with a
    large matrix is needed to know it.

    Where the residual asked for is far above rounding in single precision, most
    blocks are made orthogonal to the basis once, not twice.  To decompose H takes
    as long as many products, so it is done seldom, and in single precision as long as that tells.
    """
    size = slabs.size
    digits = float(np.finfo(dtype).eps)
    careful = careful or dtype != np.float32 or residual < COARSE
    if block is None:
        block = BLOCK if d <= 2 * _WIDE else _WIDE
    most = most_columns(size, d, block)
    enough = residual * (0.9 if residual >= COARSE else 0.5)  # what is measured afterwards is a little more
    kept = d + max(2 * block, 0 if residual >= COARSE else d // 2)
    rng = np.random.default_rng(0)
    basis = np.empty((size, most + block), dtype, order="F")
    H = np.zeros((most + block, most + block))
    following = slabs.orthonormal(rng.standard_normal((size, block)))[0].astype(dtype)
    soonest = 4 * d + 64
    used, due, last = 0, soonest, (0, 0)
    for product in range(1, max_products + 1):
        new = slice(used, used + block)
        used += block
        basis[:, new] = following
        Q = basis[:, :used]
        coordinates, following, R = next_block(times(following), Q, slabs, rng, careful)
        H[:used, new] = coordinates
        H[new, :used] = coordinates.T
        if used < min(due, most) and product < max_products:
            continue
        within = H[:used, :used]
        values, rotation, errors = _ritz(within, min(kept, used), d, R, norm, np.float32)
        kept_or_last = used >= most or product == max_products
        if careful and (kept_or_last or errors.max() <= max(enough, _RESOLVED)):
            values, rotation, errors = _ritz(within, min(kept, used), d, R, norm, np.float64)
        if errors.max() <= enough or product == max_products:
            break
        least = scale(values[:d], norm).min()
        # Beside a large eigenvalue a tiny one drowns in single precision: leave it to double precision.
        if dtype == np.float32 and digits * np.abs(values[0]) / least > 100 * residual:
            break
        longest = np.linalg.norm(within, axis=0).max()  # no more than the largest modulus
        if not careful and digits * longest / least > residual / 20:
            return block_lanczos(times, slabs, d, residual, max_products, norm, dtype, block, careful=True)
        # Pairs are completed one after the other, the last ones faster: look again when about half are.
        done = int((errors <= enough).sum())
        rate = (done - last[1]) / (used - last[0])
        wait = int((d - done) / rate / 1.7) if rate > 0 else used
        last, due = (used, done), used + min(max(wait + block, used // 24), used // 2)
        if used >= most:
            # The lowest pairs are kept too: the lowest eigenvalue is asked for.
            ends, lowest = _lowest(within, min(_LOWEST, used - len(values)))
            values, rotation = np.r_[values, ends], np.hstack([rotation, lowest])
            used, due, last = len(values), soonest, (0, 0)
            basis[:, :used] = slabs.times(Q, rotation.astype(dtype))
            H[:] = 0
            H[range(used), range(used)] = values
    return RitzPairs(Q, within.copy(), values, rotation, product)


@limited_threads()
def _lowest(H, few):
    if few < 1:
        return np.zeros(0), np.zeros((len(H), 0))
    return scipy.linalg.eigh(H, subset_by_index=[0, few - 1])


@limited_threads()
def _ritz(H, kept, d, R, norm, dtype):
    """Leading eigenpairs of a small matrix, and the residuals of the first `d`."""
    size = len(H)
    values, rotation = scipy.linalg.eigh(
        H.astype(dtype), subset_by_index=[size - kept, size - 1], check_finite=False, overwrite_a=True
    )
    values, rotation = values[::-1].astype(np.float64), rotation[:, ::-1]
    if len(values) < d:
        return values, rotation, np.full(d, np.inf)
    errors = np.linalg.norm(R @ rotation[-len(R) :, :d], axis=0)
    return values, rotation, errors / scale(values[:d], norm)


@limited_threads()
def next_block(product, Q, slabs, rng, careful=True):
    """Split a product into its part in span(Q) and an orthonormal rest: Q @ coordinates + rest @ R."""
    longest = np.linalg.norm(product, axis=0).max()
    coordinates = slabs.inner(Q, product)
    slabs.subtract(product, Q, coordinates)
    if not careful:
        rest, R = slabs.orthonormal(product)
        careful = not np.abs(np.diag(R)).min() >= 0.1 * longest  # so much cancels that rounding shows
    if careful:
        again = slabs.inner(Q, product)
        slabs.subtract(product, Q, again)
        coordinates += again
        rest, R = slabs.orthonormal(product)
    weak = np.abs(np.diag(R)) <= 10 * np.finfo(Q.dtype).eps * longest
    if weak.any():  # the Krylov space is exhausted: go on in random directions
        R[weak] = 0
        rest[:, weak] = rng.standard_normal((len(rest), weak.sum()))
        for _ in range(2):
            slabs.subtract(rest, Q, slabs.inner(Q, rest))
            rest = slabs.orthonormal(rest)[0]
    return coordinates, np.ascontiguousarray(rest), R
