r"""The shape of a group of words: do they stand on a circle or in a line?

If the similarity of two words of a group depends only on how many steps apart
they are, their block of the target has that form as a matrix: *circulant* on a
circle, *Toeplitz* in a line.  The eigenvectors of a circulant matrix are waves,
whatever its entries; so symmetry makes shape.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from .._common.arguments import checked
from .._common.validate import generator, whole_number
from .significance import NullTest, check_draws

__all__ = [
    "CirculantFit",
    "ToeplitzFit",
    "circle_order",
    "circulant_fit",
    "double_centred",
    "fourier_overlap",
    "fourier_test",
    "fourier_vectors",
    "leading_plane",
    "toeplitz_fit",
]

_LEVEL = 0.05  # of significance, for the verdict of a fit


@checked
def double_centred(block: np.ndarray) -> np.ndarray:
    r"""Return a block with the means of its rows and columns taken away.

    .. math:: HBH, \qquad H = I - \tfrac1m \mathbf 1 \mathbf 1^\top

    Parameters
    ----------
    block : ndarray of shape (m, m)
        Similarities of m words; Gram matrix of vectors, for one.

    Returns
    -------
    ndarray of shape (m, m)
        Gram matrix of the same vectors seen from their mean.

    Raises
    ------
    ValueError
        If the block is not square, symmetric and finite, or holds fewer than
        three words.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> double_centred(np.diag([3.0, 3.0, 3.0]))
    array([[ 2., -1., -1.],
           [-1.,  2., -1.],
           [-1., -1.,  2.]])
    """
    block = np.asarray(block, float)
    if block.ndim != 2 or block.shape[0] != block.shape[1] or len(block) < 3:
        raise ValueError(
            f"a block of similarities is square and holds three words or more, not of shape {block.shape}"
        )
    if not np.isfinite(block).all():
        i, j = map(int, np.argwhere(~np.isfinite(block))[0])
        raise ValueError(f"row {i}, column {j} of the block holds {block[i, j]}; use m_star or a Gram matrix")
    if np.abs(block - block.T).max() > 1e-6 * max(np.abs(block).max(), 1e-300):
        raise ValueError(
            "the block of similarities must be symmetric; take the same words as rows and columns"
        )
    block = (block + block.T) / 2
    return block - block.mean(axis=0) - block.mean(axis=1)[:, None] + block.mean()


@checked
def fourier_vectors(n: int, harmonic: int = 1) -> np.ndarray:
    r"""Return an orthonormal basis of the waves with `harmonic` periods round a circle of m places.

    .. math:: \cos(2\pi k j/m),\; \sin(2\pi k j/m), \qquad j = 0, \dots, m - 1

    Parameters
    ----------
    n : int
        m, three or more.
    harmonic : int
        Periods k, between 1 and m/2.

    Returns
    -------
    ndarray of shape (m, 2), or (m, 1) for k = m/2
        There the sine is 0 everywhere.

    Raises
    ------
    ValueError
        If m or the harmonic is out of range.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> fourier_vectors(4).round(3) + 0.0
    array([[ 0.707,  0.   ],
           [ 0.   ,  0.707],
           [-0.707,  0.   ],
           [ 0.   , -0.707]])
    """
    n = whole_number("n", n, 3, because=", as a circle needs three places or more")
    harmonic = whole_number(
        "harmonic", harmonic, most=n // 2, because=f"; a circle of {n} places has no more"
    )
    angle = 2 * np.pi * harmonic * np.arange(n) / n
    waves = np.cos(angle)[:, None] if 2 * harmonic == n else np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return waves / np.linalg.norm(waves, axis=0)


@checked
def fourier_overlap(block: np.ndarray, harmonic: int = 1) -> float:
    r"""Return how much of the two strongest directions of a block are waves round a circle.

    .. math:: \tfrac12 \lVert V_2^\top F_k \rVert_F^2 \in [0, 1]

    with the two leading eigenvectors :math:`V_2` of the double-centred block and
    the waves :math:`F_k` of :func:`fourier_vectors`; divided by 1, not 2, where
    there is one wave only.

    Parameters
    ----------
    block : ndarray of shape (m, m)
        Similarities of words in their order.
    harmonic : int
        1 for one turn of the circle.

    Returns
    -------
    float
        1 for a circle; 2/(m − 1) on average over all orders of the words.

    Raises
    ------
    ValueError
        As :func:`double_centred` and :func:`fourier_vectors`; or if all
        similarities are equal.

    Notes
    -----
    Source: Karkada et al. (2026).  Introduced in chapter *geometry*.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(12) / 12
    >>> similar = np.cos(np.subtract.outer(angle, angle))
    >>> round(fourier_overlap(similar), 6), round(fourier_overlap(similar, harmonic=2), 6)
    (1.0, 0.0)
    """
    plane = _leading(checked_block(block))[1]
    waves = fourier_vectors(len(plane), harmonic)
    return float(np.linalg.norm(plane.T @ waves) ** 2 / waves.shape[1])


@checked
def fourier_test(
    block: np.ndarray, harmonic: int = 1, draws: int = 999, rng: int | np.random.Generator = 0
) -> NullTest:
    """Return :func:`fourier_overlap` beside the same of shuffled orders.

    Parameters
    ----------
    block : ndarray of shape (m, m)
        Similarities of words in their order.
    harmonic : int
    draws : int
        Shuffled orders to compare with, where m > 7; all orders are, up to 7.
    rng : int or Generator

    Returns
    -------
    NullTest
        Its null has the mean 2/(m − 1).

    Raises
    ------
    ValueError
        As :func:`fourier_overlap`.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(12) / 12
    >>> fourier_test(np.cos(np.subtract.outer(angle, angle)))
    NullTest(1 against 0.181 ± 0.109 by chance, p = 0.001)
    """
    plane = _leading(checked_block(block))[1]
    waves = fourier_vectors(len(plane), harmonic)
    overlaps = np.linalg.norm(
        np.swapaxes(plane[orders_of(len(plane), draws, rng)], 1, 2) @ waves, axis=(1, 2)
    )
    return NullTest(*judged(overlaps**2 / waves.shape[1], len(plane)))


@checked
def leading_plane(block: np.ndarray) -> np.ndarray:
    r"""Return the words' places in the plane of the two strongest directions of their block.

    Parameters
    ----------
    block : ndarray of shape (m, m)
        Similarities of words.

    Returns
    -------
    ndarray of shape (m, 2)
        Leading eigenvectors of the double-centred block times
        :math:`\sqrt{\lambda}`; for a Gram matrix, the words' principal components.

    Raises
    ------
    ValueError
        As :func:`double_centred`; or if all similarities are equal.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> square = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    >>> places = leading_plane(square @ square.T)
    >>> bool(np.allclose(places @ places.T, square @ square.T))
    True
    """
    values, plane = _leading(checked_block(block))
    return plane * np.sqrt(np.maximum(values, 0.0))


@checked
def circle_order(block: np.ndarray) -> np.ndarray:
    """Return the order of words round the circle that they form in their leading plane.

    Parameters
    ----------
    block : ndarray of shape (m, m)
        Similarities of words.

    Returns
    -------
    ndarray of int, shape (m,)
        Places of the words, from word 0 on, in the direction in which word 1
        comes before word m − 1.

    Raises
    ------
    ValueError
        As :func:`leading_plane`.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> angle = 2 * np.pi * np.array([0, 1, 3, 2, 4]) / 5
    >>> circle_order(np.cos(np.subtract.outer(angle, angle)))
    array([0, 1, 3, 2, 4])
    """
    x, y = leading_plane(block).T
    angle = np.arctan2(y, x)
    forward = (angle - angle[0]) % (2 * np.pi)
    if forward[1] > forward[-1]:
        forward = -forward % (2 * np.pi)
    forward[0] = 0.0
    return np.argsort(forward, kind="stable")


# -- how it is computed ----------------------------------------------------------------------


def checked_block(block: np.ndarray) -> np.ndarray:
    """Return the double-centred block, or say that there is nothing in it."""
    D = double_centred(block)
    if np.abs(D).max() <= 1e-12 * max(np.abs(np.asarray(block, float)).max(), 1e-300):
        raise ValueError("all words are equally similar to each other, so they have no shape to speak of")
    return D


def _leading(D: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eigh(D)
    return values[:-3:-1], vectors[:, :-3:-1]


def orders_of(n: int, draws: int, rng: int | np.random.Generator) -> np.ndarray:
    """The order as given, then all orders where n ≤ 7, else shuffled ones."""
    check_draws(draws)
    rng = generator(rng)
    if n <= 7:
        return np.array([range(n), *itertools.permutations(range(n))])
    return np.array([range(n), *(rng.permutation(n) for _ in range(draws))])


def judged(found: np.ndarray, n: int) -> tuple[float, np.ndarray, float]:
    """Split what was found into the order as given and the rest; all orders include it, drawn ones do not."""
    value, null = float(found[0]), found[1:]
    reached = int((null >= value - 1e-9).sum())
    p_value = reached / len(null) if n <= 7 else (1 + reached) / (1 + len(null))
    return value, null, float(p_value)


@dataclass(frozen=True, eq=False)
class ToeplitzFit(NullTest):
    r"""How well a line explains the similarities of m words.

    Attributes
    ----------
    statistic : float
        R² of the double-centred block.
    null : ndarray
        R² of shuffled orders of the same words; of all orders where m ≤ 7.
    p_value : float
        How often such an order fits as well.
    generator : ndarray of shape (m,)
        :math:`c_j`, fitted similarity of words 0, 1, …, m − 1 steps apart, with mean 0.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> toeplitz_fit(-np.abs(np.subtract.outer(np.arange(8.0), np.arange(8))))
    ToeplitzFit(8 words, R² = 1.000, p = 0.001)
    """

    generator: np.ndarray

    def __repr__(self) -> str:
        return f"ToeplitzFit({len(self.generator)} words, R² = {self.statistic:.3f}, p = {self.p_value:.2g})"


@dataclass(frozen=True, eq=False)
class CirculantFit(NullTest):
    r"""How well a circle explains the similarities of m words.

    Attributes
    ----------
    statistic : float
        R² of the double-centred block.
    null : ndarray
        R² of shuffled orders of the same words; of all orders where m ≤ 7.
    p_value : float
        How often such an order fits as well.
    generator : ndarray of shape (m,)
        :math:`c_j`, fitted similarity of words 0, 1, …, m − 1 steps apart round the circle,
        with mean 0; of j steps and of m − j the same.
    eigenvalues : ndarray of shape (m // 2 + 1,)
        Of the fitted matrix, :math:`\hat c_k`, by harmonic k = 0, 1, …; the plane of
        :func:`fourier_vectors` (m, k) belongs to each.  That of k = 0 is 0.
    line_share : float
        R² of a line with as many numbers: the similarity is free up to m/2
        steps, as on the circle, but beyond stays what it is at m/2, where on
        the circle it comes back.
    closing : float
        How far the similarity comes back more than half-way round: the slope of
        the similarity j steps apart against that m − j steps apart, as a line's
        generator has them.  1 on a circle, 0 where it stays low, −1 where it
        falls as steadily as before; not a number where it is flat, or m = 3.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(8) / 8
    >>> fit = circulant_fit(np.cos(np.subtract.outer(angle, angle)))
    >>> fit
    CirculantFit(8 words, R² = 1.000, p = 0.001: cyclic)
    >>> fit.eigenvalues.round(3) + 0.0
    array([0., 4., 0., 0., 0.])
    """

    generator: np.ndarray
    eigenvalues: np.ndarray
    line_share: float
    closing: float

    @property
    def verdict(self) -> str:
        """What the fit says: ``"cyclic"``, or why it is not."""
        n = len(self.generator)
        if 2 * n / math.factorial(n) > _LEVEL:
            orders = math.factorial(n - 1) // 2
            return f"cannot be told from {n} words, as they have only {orders} circular orders"
        if self.p_value > _LEVEL:
            return f"not shown to be cyclic: {self.p_value:.0%} of shuffled orders fit as well"
        if self.line_share >= self.statistic:
            return "not cyclic: a line with as many numbers fits as well"
        return "cyclic"

    @property
    def is_cyclic(self) -> bool:
        """Whether the verdict is ``"cyclic"``."""
        return self.verdict == "cyclic"

    def __repr__(self) -> str:
        return (
            f"CirculantFit({len(self.generator)} words, R² = {self.statistic:.3f}, p = {self.p_value:.2g}: "
            f"{self.verdict})"
        )


@checked
def toeplitz_fit(block: np.ndarray, draws: int = 999, rng: int | np.random.Generator = 0) -> ToeplitzFit:
    r"""Return the matrix of the form :math:`t_{|i-j|}` nearest to a block of similarities.

    Both are double-centred first, so that words which are similar to all
    others, because they are frequent, do not count.

    Parameters
    ----------
    block : ndarray of shape (m, m)
        Similarities of words in their order, such as a block of M*.
    draws : int
        Shuffled orders to compare with, where m > 7; all orders are, up to 7.
    rng : int or Generator

    Returns
    -------
    ToeplitzFit

    Raises
    ------
    ValueError
        As :func:`double_centred`; or if all similarities are equal.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> places = np.arange(6.0)
    >>> round(toeplitz_fit(np.outer(places, places)).statistic, 3)  # evenly spaced on a line
    1.0
    """
    D = checked_block(block)
    found = _order_test(D, _basis(_line_columns(len(D))), draws, rng)
    return ToeplitzFit(*found, _line_generator(D))


def _line_columns(n: int) -> np.ndarray:
    return _by_lag(np.abs(np.subtract.outer(np.arange(n), np.arange(n))))


def _line_generator(D: np.ndarray) -> np.ndarray:
    generator = np.linalg.lstsq(_line_columns(len(D)), D.ravel(), rcond=1e-10)[0]
    return generator - generator.mean()


@checked
def circulant_fit(block: np.ndarray, draws: int = 999, rng: int | np.random.Generator = 0) -> CirculantFit:
    r"""Return the circulant matrix nearest to a block of similarities, and whether it is one by chance.

    .. math:: c_j = \text{mean of } (HBH)_{i,\,i+j \bmod m}, \qquad
              R^2 = \frac{m \sum_j c_j^2}{\lVert HBH \rVert_F^2}

    Parameters
    ----------
    block : ndarray of shape (m, m)
        Similarities of words in their order, such as a block of M*.
    draws : int
        Shuffled orders to compare with, where m > 7; all orders are, up to 7.
    rng : int or Generator

    Returns
    -------
    CirculantFit
        Its `verdict` says whether the words are cyclic.

    Raises
    ------
    ValueError
        As :func:`double_centred`; or if all similarities are equal.

    Notes
    -----
    The similarity of a word to itself is part of the block, so that even words
    in no order have a share well above 0: `null` says how much. A line passes
    the test against shuffled orders too, if it is long: neighbours are alike
    there as well. What tells them apart is whether words more than half-way
    round are near again; so `verdict` compares the circle with a line of as
    many numbers. A cyclic block makes its eigenvectors waves, but which wave is
    strongest depends on the generator: the words form a circle where it is that
    of one turn (:func:`fourier_overlap`). Source:
    Karkada et al. (2026); the tests are our own. Introduced in chapter *geometry*.

    Examples
    --------
    >>> places = np.arange(12.0)
    >>> circulant_fit(np.exp(-np.abs(np.subtract.outer(places, places)) / 3)).verdict
    'not cyclic: a line with as many numbers fits as well'
    """
    D = checked_block(block)
    n = len(D)
    steps = np.subtract.outer(np.arange(n), np.arange(n))
    lags = np.bincount((steps % n).ravel(), D.ravel()) / n
    circle = _basis(_by_lag(np.minimum(steps % n, -steps % n)))
    line = _basis(_by_lag(np.minimum(np.abs(steps), n // 2)))
    found = _order_test(D, circle, draws, rng)
    line_share = float(((D.ravel() @ line) ** 2).sum() / (D**2).sum())
    waves = np.fft.rfft(lags).real
    return CirculantFit(*found, lags, waves, line_share, _closing(_line_generator(D)))


def _closing(line: np.ndarray) -> float:
    """Slope of the far half of a line's generator against the near half, each lag weighing as its pairs."""
    n = len(line)
    far = np.arange(n // 2 + 1, n)
    pairs = (n - far).astype(float)
    x, y = (side - np.average(side, weights=pairs) for side in (line[n - far], line[far]))
    spread = pairs @ x**2
    return float(pairs @ (x * y) / spread) if spread > 1e-20 * (line @ line) * n else float("nan")


def _by_lag(lags: np.ndarray) -> np.ndarray:
    """For each lag a column: the double-centred block that is 1 for words so many steps apart."""
    blocks = [double_centred(lags == lag) for lag in range(lags.max() + 1)]
    return np.stack(blocks, axis=-1).reshape(lags.size, -1)


def _basis(columns: np.ndarray) -> np.ndarray:
    """Orthonormal basis of the columns' span."""
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return left[:, sizes > 1e-9 * sizes[0]]


def _order_test(
    D: np.ndarray, basis: np.ndarray, draws: int, rng: int | np.random.Generator
) -> tuple[float, np.ndarray, float]:
    """R² of the projection on `basis`, the same for shuffled orders, and the p-value."""
    orders = orders_of(len(D), draws, rng)
    blocks = D[orders[:, :, None], orders[:, None, :]].reshape(len(orders), -1)
    return judged(((blocks @ basis) ** 2).sum(axis=1) / (D**2).sum(), len(D))
