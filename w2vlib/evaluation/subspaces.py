"""How much of some vectors' leading directions lies in the leading directions of others, and how much would by chance."""

from __future__ import annotations

import math

import numpy as np

from .._common.arguments import checked
from .._common.arrays import signs_of_columns
from .._common.threads import limited_threads
from .._common.validate import generator, real_array, whole_number
from ..dynamics import subspace_overlap
from ..embeddings import Embedding
from ..spectra import Spectrum
from .significance import NullTest, against, check_draws

__all__ = ["chance_overlap", "matched_overlap_test", "principal_directions"]

_KEPT = 1e-8  # share of a column's length below which nothing of it is left


@limited_threads()
@checked
def principal_directions(embedding: Embedding, d: int | None = None) -> Spectrum:
    r"""Return the strongest directions of words' unit vectors, seen from their mean.

    .. math:: H \hat W \hat W^\top H\, u_k = \lambda_k u_k,
              \qquad H = I - \tfrac1V \mathbf 1 \mathbf 1^\top

    with the rows :math:`\hat w_i` of length 1: their principal component
    analysis, from the side of the words.

    Parameters
    ----------
    embedding : Embedding
        V words, with vectors of any number of dimensions, which need no order.
    d : int, optional
        How many directions; by default all in which the vectors differ.

    Returns
    -------
    Spectrum
        Its values are squared lengths, and add up to the sum of all words'
        squared distances from the mean.

    Raises
    ------
    ValueError
        If there are fewer than `d` such directions, or none.

    Notes
    -----
    Turning all vectors together changes nothing.  Introduced in chapter
    *other-vectors*.

    Examples
    --------
    >>> square = np.array([[2.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -3.0]])
    >>> principal_directions(Embedding("abcd", square)).values.round(6)
    array([2., 2.])
    """
    rows = embedding.unit - embedding.unit.mean(axis=0)
    left, lengths, right = np.linalg.svd(rows, full_matrices=False)
    found = int((lengths > 1e-10 * math.sqrt(max(len(rows), 1))).sum())
    if not found:
        raise ValueError("all words have the same unit vector, so there is no direction in which they differ")
    because = f", as these vectors differ in {found} directions only"
    d = found if d is None else whole_number("d", d, most=found, because=because)
    left, values = left[:, :d], lengths[:d] ** 2
    left = left * signs_of_columns(left)
    errors = np.linalg.norm(rows @ (rows.T @ left) - left * values, axis=0) / np.maximum(
        values, 1e-6 * np.linalg.norm(lengths**2)
    )
    return Spectrum(values, left, float(errors.max()), embedding.words)


@checked
def chance_overlap(size: int, k: int, d: int) -> tuple[float, float]:
    r"""Return the mean and the standard deviation of the overlap of a space with a random one.

    .. math:: \frac dV, \qquad
              \sqrt{\frac{2\,d\,(V - d)\,(V - k)}{k\,V^2\,(V - 1)\,(V + 2)}}

    where the overlap is :math:`\frac1k\lVert U^\top G\rVert_F^2`, with d
    orthonormal columns U that are fixed and k orthonormal columns G that span
    each space of k dimensions with the same probability.

    Parameters
    ----------
    size : int
        V, two or more.
    k : int
        Dimensions of the random space; its share is what the overlap is.
    d : int
        Dimensions of the fixed space.

    Returns
    -------
    mean, deviation : float

    Raises
    ------
    ValueError
        If `k` or `d` is not between 1 and V.

    Notes
    -----
    Where k > d, :func:`~w2vlib.dynamics.subspace_overlap` divides by d instead;
    exchange the two.  Introduced and proved in chapter *other-vectors*.

    Examples
    --------
    >>> mean, deviation = chance_overlap(5000, 10, 50)
    >>> mean, round(deviation, 5)
    (0.01, 0.00063)
    >>> chance_overlap(5, 5, 2)
    (0.4, 0.0)
    """
    size = whole_number("size", size, 2)
    because = f", as a space of {size} words has no more dimensions"
    k, d = (whole_number(name, value, most=size, because=because) for name, value in (("k", k), ("d", d)))
    variance = 2 * (d / size) * ((size - d) / size) * ((size - k) / k) / (size - 1) / (size + 2)
    return d / size, math.sqrt(variance)


@limited_threads()
@checked
def matched_overlap_test(
    first: np.ndarray,
    second: np.ndarray,
    block: int = 50,
    without: np.ndarray | None = None,
    draws: int = 999,
    rng: int | np.random.Generator = 0,
) -> NullTest:
    r"""Return whether two subspaces overlap by more than words' frequency explains.

    .. math:: \tfrac1k \lVert V_1^\top V_2 \rVert_F^2 \quad\text{against}\quad
              \tfrac1k \lVert V_1^\top \Pi V_2 \rVert_F^2

    with orthonormal bases :math:`V_1, V_2`, the smaller number k of columns, and
    random orders :math:`\Pi` that exchange words only within blocks of
    neighbours in frequency.

    Parameters
    ----------
    first, second : ndarray of shape (V, k), (V, l)
        Linearly independent columns; rows in the order of the words' frequency,
        as everything in this package has them.
    block : int
        How many neighbouring words may change places, 2 or more; V exchanges
        all, and keeps nothing of frequency.
    without : ndarray of shape (V, n), optional
        Columns taken out of both subspaces before they are compared, in the data
        and after each exchange: powers of log-frequency, or directions that are
        known to agree.
    draws : int
        How many orders are drawn.
    rng : int or Generator

    Returns
    -------
    NullTest

    Raises
    ------
    ValueError
        As :func:`~w2vlib.dynamics.subspace_overlap`; if `block` is below 2 or
        `draws` below 19; or if nothing is left of a column once `without` is
        taken out.

    Notes
    -----
    The hypothesis is that, among words of about one frequency, it is chance which
    word stands where in the second subspace.  It is a weak one: any two sets of
    vectors that know meanings at all refute it.  Introduced in chapter
    *other-vectors*.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> G = rng.standard_normal((300, 8))
    >>> matched_overlap_test(G, G[:, :2] + rng.standard_normal((300, 2)), draws=99).p_value
    0.01
    >>> matched_overlap_test(G, rng.standard_normal((300, 2)), draws=99).p_value > 0.05
    True
    """
    first, second = (_columns(name, given) for name, given in (("first", first), ("second", second)))
    subspace_overlap(first, second)  # which says what is wrong with them
    size = len(first)
    block = whole_number("block", block, 2, because=", so that words can change places")
    check_draws(draws)
    rng = generator(rng)
    out = None if without is None else _basis(real_array("without", _columns("without", without), size, None))
    larger, smaller = (first, second) if first.shape[1] >= second.shape[1] else (second, first)
    larger, smaller = _rest(larger, out), _rest(smaller, out)
    full = size - size % block
    starts = np.arange(0, full, block)[:, None]

    def overlap(rows: np.ndarray) -> float:
        return float(np.linalg.norm(larger.T @ rows) ** 2 / rows.shape[1])

    null = []
    for _ in range(draws):
        order = (starts + rng.random((full // block, block)).argsort(axis=1)).ravel()
        order = np.concatenate([order, full + rng.permutation(size - full)])
        null.append(overlap(smaller[order] if out is None else _rest(smaller[order], out)))
    return against(overlap(smaller), null)


def _columns(name: str, given: np.ndarray) -> np.ndarray:
    array = real_array(name, given)
    return array[:, None] if array.ndim == 1 else array


def _basis(columns: np.ndarray) -> np.ndarray:
    """An orthonormal basis of what the columns span, whether or not they depend on one another."""
    left, lengths, _ = np.linalg.svd(
        columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-300), full_matrices=False
    )
    return left[:, lengths > _KEPT]


def _rest(columns: np.ndarray, out: np.ndarray | None) -> np.ndarray:
    """An orthonormal basis of the columns, once what they share with `out` is taken away."""
    columns = np.linalg.qr(columns)[0]
    if out is None:
        return columns
    rest, triangle = np.linalg.qr(columns - out @ (out.T @ columns))
    if (np.abs(np.diag(triangle)) <= _KEPT).any():
        raise ValueError(
            "nothing is left of a direction once what `without` spans is taken out; give fewer columns"
        )
    return rest
