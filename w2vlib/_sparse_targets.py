r"""M* of a large vocabulary, without V × V numbers: a sparse matrix and one of low rank.

Of 100,000 words one pair in a hundred has ever met.  On all others M* is known
without looking: it is :math:`-2`, or with a pseudo-count a smooth function of how
frequent the two words are.  A smooth function makes a matrix of low rank, so only
the pairs that met need numbers of their own.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator

from ._common.arguments import checked
from ._common.arrays import frozen
from ._common.threads import in_threads, limited_threads
from ._common.validate import real_array, whole_number
from .words import WordMatrix

__all__ = ["SparseTarget"]

_LARGEST = 10_000  # words up to which the whole matrix may be asked for
_BOUND = 1e-7  # what the low rank may cost an entry; entries near 1 are rounded as much in float32
_RANGES = 64  # of rows that are multiplied by themselves: the same for any number of threads
_AT_A_TIME = 2**17  # entries worked on at once, so that they stay in the cache


class SparseTarget(LinearOperator):
    r"""The target of sparse counts as an operator: what products with it need, and no more.

    .. math:: M = S + F \operatorname{diag}(a)\, F^\top

    with S on the pairs that met, and F of a few columns.  :func:`~w2vlib.targets.m_star`
    makes it of sparse counts.

    Parameters
    ----------
    met : csr_array of float32
        S, with sorted columns; of a larger one the leading V × V block is used, and not copied.
    rates : ndarray of float64, shape (V,)
        :math:`r_i = \sqrt{K}\, p_i`, such that :math:`r_i r_j` is what chance would give.
    pseudo_share : float
        The pseudo-count as a share of all counts, :math:`\kappa / \sum C`.
    words : sequence of str, length V

    Attributes
    ----------
    words : tuple of str, length V
    shape : tuple
        (V, V).
    dtype : dtype
        float32, in which the entries are kept.

    Notes
    -----
    ``M @ X`` is added up in the precision of X, float32 or float64.  It does not
    depend on the number of threads: each row is added up by one of them, in order.

    With :math:`C` the counts, :math:`E_{ij} = K p_i p_j \sum C` and the pseudo-count
    :math:`\kappa`, pairs that never met have :math:`-2E_{ij}/(E_{ij} + \kappa)`, and
    those that met have more than that by

    .. math:: S_{ij} = \frac{2\,C_{ij}}{C_{ij} + E_{ij} + \kappa}
                       \left(1 + \frac{E_{ij}}{E_{ij} + \kappa}\right) .

    With :math:`\kappa = 0` this is :math:`M^\star = S - 2\cdot\mathbf 1\mathbf 1^\top`
    and :math:`S_{ij} = 4P_{ij}/(P_{ij} + Kp_ip_j)`.  Otherwise

    .. math::
        \frac{-2E_{ij}}{E_{ij} + \kappa} = \frac{-2}{1 + e^{c - x_i - x_j}},
        \qquad x_i = \ln r_i, \quad c = \ln \frac{\kappa}{\sum C},

    is smooth in :math:`x_i` and :math:`x_j`.  A polynomial in the two that agrees with
    it in Chebyshev's points is a matrix of low rank.  Its degree is raised until
    no entry is off by more than 1e-7.

    Introduced in chapter *scale*.

    Examples
    --------
    >>> met = csr_array(np.array([[3.0, 0.0], [0.0, 1.0]], np.float32))
    >>> M = SparseTarget(met, rates=np.array([0.6, 0.4]), pseudo_share=0.0, words=["tea", "cup"])
    >>> M
    SparseTarget(2 words, 2 pairs that met, rank 1 elsewhere)
    >>> M @ np.array([1.0, 10.0])
    array([-19., -12.])
    >>> M.toarray()
    WordMatrix([[ 1., -2.],
                [-2., -1.]], dtype=float32)
    >>> M.corner(1).words
    ('tea',)
    >>> M.rows_times(np.eye(1), first=1)
    array([[-2.]])
    """

    def __init__(self, met: csr_array, rates: np.ndarray, pseudo_share: float, words: Sequence[str]):
        self.words = tuple(words)
        size = len(self.words)
        super().__init__(np.float32, (size, size))
        self._met, self._rates, self._pseudo_share = met, rates[:size], pseudo_share
        self._factor, self._weights = _low_rank(self._rates, pseudo_share)
        # Row i is from starts[i] to stops[i], so that the rows of a corner end sooner and nothing is copied.
        self._starts, self._stops = met.indptr[:size], met.indptr[1 : size + 1]
        if size < met.shape[0]:
            rows = map(slice, self._starts.tolist(), self._stops.tolist())
            self._stops = self._starts + [np.searchsorted(met.indices[row], size) for row in rows]

    def __repr__(self) -> str:
        return (
            f"SparseTarget({len(self.words):,} words, {int((self._stops - self._starts).sum()):,} pairs that met, "
            f"rank {len(self._weights)} elsewhere)"
        )

    @checked
    def corner(self, n: int) -> SparseTarget:
        """Return the target of the first `n` words with the same marginals: the leading n × n block.

        Raises
        ------
        ValueError
            If `n` is less than 1 or more than there are words.
        """
        n = whole_number("n", n, most=len(self.words), because=", as there are no more words")
        return SparseTarget(self._met, self._rates, self._pseudo_share, self.words[:n])

    def norm(self) -> float:
        r"""Return the Frobenius norm, :math:`\sqrt{\sum_{ij} M_{ij}^2}`.

        The squares of what no pair that met would leave are summed by the low rank,
        and for each pair that met its own square is put in place of that.

        Examples
        --------
        >>> met = csr_array(np.array([[3.0, 0.0], [0.0, 1.0]], np.float32))
        >>> round(SparseTarget(met, np.array([0.6, 0.4]), 0.0, ["tea", "cup"]).norm() ** 2, 6)
        10.0
        """
        gram = self._factor.T @ self._factor
        unmet = float(self._weights @ gram**2 @ self._weights)

        def more(rows: slice) -> float:
            added = 0.0
            for i in range(rows.start, rows.stop):
                met = slice(self._starts[i], self._stops[i])
                values = self._met.data[met].astype(np.float64)
                chance = self._rates[i] * self._rates[self._met.indices[met]]
                added += float(np.sum(values * (values - 4 * _believed(chance, self._pseudo_share))))
            return added

        ranges = _ranges(self._stops - self._starts, _RANGES)
        return float(np.sqrt(max(unmet + sum(in_threads(more, ranges)), 0.0)))

    def toarray(self) -> WordMatrix:
        """Return the whole matrix, as float32.

        Raises
        ------
        ValueError
            If it has more than 10,000 rows; take a corner of it.
        """
        if len(self.words) > _LARGEST:
            raise ValueError(
                f"all {len(self.words):,} × {len(self.words):,} entries would take "
                f"{4e-9 * len(self.words) ** 2:.1f} GB; take the corner of up to {_LARGEST:,} words, "
                f"as corner({_LARGEST}).toarray(), or multiply with the target as it is"
            )
        whole = np.empty(self.shape, np.float32)
        for i, row in enumerate(whole):
            row[:] = -2 * _believed(self._rates[i] * self._rates, self._pseudo_share)
            met = slice(self._starts[i], self._stops[i])
            row[self._met.indices[met]] += self._met.data[met]
        return WordMatrix(whole, self.words)

    @checked
    def rows_times(self, X: np.ndarray, first: int) -> np.ndarray:
        """Return the rows of M X from `first` on, in float64, for an X that is zero below its n rows.

        Parameters
        ----------
        X : ndarray of shape (n, k)
            With n at most V.
        first : int
            The first row wanted.

        Returns
        -------
        ndarray of float64, shape (V - first, k)

        Raises
        ------
        ValueError
            If `first` is no row, or X is not finite, or no matrix of up to V rows.
        """
        size = len(self.words)
        first = whole_number("first", first, 0, size - 1)
        X = real_array("X", X, None, None)
        if len(X) > size:
            raise ValueError(f"X must have up to {size} rows, not the shape {X.shape}")
        whole = np.zeros((size, X.shape[1]))
        whole[: len(X)] = X
        return self._product(whole, first)

    def _matmat(self, X: np.ndarray) -> np.ndarray:
        single = np.result_type(X.dtype, np.float32) == np.float32
        if X.dtype.kind not in "biuf":
            raise ValueError(f"a target can be multiplied with real numbers only, not with {X.dtype}")
        return self._product(np.ascontiguousarray(X, np.float32 if single else np.float64), 0)

    def _matvec(self, x: np.ndarray) -> np.ndarray:
        return self._matmat(x.reshape(-1, 1)).reshape(x.shape)

    def _adjoint(self) -> SparseTarget:
        return self

    _transpose = _adjoint

    def _product(self, X: np.ndarray, first: int) -> np.ndarray:
        """M X without the rows before the first one wanted."""
        starts, stops = self._starts[first:], self._stops[first:]
        product = np.empty((len(starts), X.shape[1]), X.dtype)
        multiply = _kernel()

        def work(rows: slice) -> None:
            multiply(starts, stops, self._met.indices, self._met.data, X, product, rows.start, rows.stop)
            product[rows] += self._factor[first:][rows] @ inner

        with limited_threads():
            inner = self._weights[:, None] * (self._factor.T @ X)
            in_threads(work, _ranges(stops - starts, _RANGES))
        return product


def sparse_target(
    counts: csr_array, total: float, marginal: np.ndarray, negatives: float, pseudo_count: float, words
) -> SparseTarget:
    """The target of sparse counts, whose places it shares."""
    rates, pseudo_share = np.sqrt(negatives) * marginal, pseudo_count / total
    values = np.empty(counts.nnz, np.float32)
    lengths = np.diff(counts.indptr)

    def fill(rows: slice) -> None:
        part = slice(counts.indptr[rows.start], counts.indptr[rows.stop])
        attraction = counts.data[part] / total
        repulsion = rates[counts.indices[part]]
        repulsion *= np.repeat(rates[rows], lengths[rows])
        weight = attraction + repulsion
        weight += pseudo_share
        attraction *= 2
        np.divide(attraction, weight, out=attraction)
        believed = _believed(repulsion, pseudo_share, out=weight)
        believed += 1
        np.multiply(attraction, believed, out=values[part], casting="same_kind")

    in_threads(fill, _ranges(lengths, 1 + counts.nnz // _AT_A_TIME))
    met = csr_array((frozen(values), counts.indices, counts.indptr), counts.shape)
    return SparseTarget(met, rates, pseudo_share, words)


def _believed(
    repulsion: np.ndarray, pseudo_share: float, out: np.ndarray | None = None
) -> np.ndarray | float:
    """E / (E + κ): the share of −2 that remains of pairs which never met."""
    if pseudo_share == 0:
        return 1.0
    out = np.add(repulsion, pseudo_share, out=out)
    return np.divide(repulsion, out, out=out)


def _low_rank(rates: np.ndarray, pseudo_share: float) -> tuple[np.ndarray, np.ndarray]:
    r"""F and a, such that F diag(a) Fᵀ is :math:`-2E/(E + κ)` to within 1e-7 in every entry.

    Half of the error is left to the polynomial, half to what is dropped of its matrix.
    """
    if pseudo_share == 0:
        return np.ones((len(rates), 1)), np.array([-2.0])
    x, c = np.log(rates), np.log(pseudo_share)
    middle, reach = (x.max() + x.min()) / 2, max((x.max() - x.min()) / 2, 1e-3)
    place = (x - middle) / reach
    tried = np.linspace(-1, 1, 50 + int(20 * reach))  # the function bends over a distance of 1 in x

    def smooth(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):  # -2 / ∞ is right where so little is known
            return -2 / (1 + np.exp(c - 2 * middle - np.add.outer(first, second) * reach))

    degree = 8
    while True:
        nodes = np.cos(np.pi * (np.arange(degree) + 0.5) / degree)
        across = _interpolation(tried, nodes)
        if np.abs(across @ smooth(nodes, nodes) @ across.T - smooth(tried, tried)).max() <= _BOUND / 2:
            break
        degree += 8
    weights, turned = np.linalg.eigh(smooth(nodes, nodes))
    factor = _interpolation(place, nodes) @ turned
    size = np.abs(weights) * (factor**2).max(axis=0)
    order = np.argsort(size)
    kept = np.sort(order[np.cumsum(size[order]) > _BOUND / 2])
    return np.ascontiguousarray(factor[:, kept]), weights[kept]


def _interpolation(places: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """What each Chebyshev point counts for in the polynomial at other places: the barycentric formula."""
    apart = places[:, None] - nodes
    apart[apart == 0] = 1e-300
    degree = len(nodes)
    terms = (-1.0) ** np.arange(degree) * np.sin(np.pi * (np.arange(degree) + 0.5) / degree) / apart
    return terms / terms.sum(axis=1, keepdims=True)


def _ranges(lengths: np.ndarray, number: int) -> list[slice]:
    """Ranges of rows that together are all rows, each with about as many entries."""
    ends = np.cumsum(lengths, dtype=np.int64)
    edges = np.searchsorted(ends, np.linspace(0, ends[-1], number + 1)[1:-1]) + 1
    edges = np.unique([0, *edges.tolist(), len(lengths)]).tolist()
    return list(map(slice, edges, edges[1:]))


def _kernel() -> Callable:
    if importlib.util.find_spec("numba") is None:
        return _multiply_rows
    from ._sparse_products_numba import multiply_rows

    return multiply_rows


def _multiply_rows(starts, stops, columns, values, X, product, begin, end) -> None:
    """What the kernel of numba does, with SciPy."""
    part = slice(starts[begin], stops[end - 1])
    columns, values = columns[part], values[part]
    inside = columns < len(X)
    if not inside.all():
        columns, values = columns[inside], values[inside]
    ends = np.concatenate(([0], np.cumsum(stops[begin:end] - starts[begin:end])))
    rows = csr_array((values.astype(X.dtype, copy=False), columns, ends), (end - begin, len(X)))
    product[begin:end] = rows @ X
