r"""Do words stand on a circle or in a line?

If the similarity of two words of a group depends only on how many steps apart
they are, their block of the target has that form as a matrix: *circulant* on a
circle, *Toeplitz* in a line.  The eigenvectors of a circulant matrix are waves,
whatever its entries; so symmetry makes shape.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .geometry import checked_block, double_centred, judged, orders_of

__all__ = ["CirculantFit", "ToeplitzFit", "circulant_fit", "toeplitz_fit"]

_LEVEL = 0.05  # of significance, for the verdict of a fit


@dataclass(frozen=True, eq=False)
class ToeplitzFit:
    r"""How well a line explains the similarities of n words.

    Attributes
    ----------
    share : float
        R² of the double-centred block.
    generator : ndarray of shape (n,)
        Fitted similarity of words 0, 1, …, n − 1 steps apart, with mean 0.
    p_value : float
        How often a shuffled order of the same words fits as well.
    null : ndarray
        R² of the shuffled orders; of all orders where n ≤ 7.

    Examples
    --------
    >>> toeplitz_fit(-np.abs(np.subtract.outer(np.arange(8.0), np.arange(8))))
    ToeplitzFit(8 words, R² = 1.000, p = 0.001)
    """

    share: float
    generator: np.ndarray
    p_value: float
    null: np.ndarray

    def __repr__(self) -> str:
        return f"ToeplitzFit({len(self.generator)} words, R² = {self.share:.3f}, p = {self.p_value:.2g})"


@dataclass(frozen=True, eq=False)
class CirculantFit:
    r"""How well a circle explains the similarities of n words.

    Attributes
    ----------
    share : float
        R² of the double-centred block.
    generator : ndarray of shape (n,)
        Fitted similarity of words 0, 1, …, n − 1 steps apart round the circle,
        with mean 0; of j steps and of n − j the same.
    eigenvalues : ndarray of shape (n // 2 + 1,)
        Of the fitted matrix, by harmonic k = 0, 1, …; the plane of
        :func:`fourier_vectors` (n, k) belongs to each.  That of k = 0 is 0.
    p_value : float
        How often a shuffled order of the same words fits as well.
    null : ndarray
        R² of the shuffled orders; of all orders where n ≤ 7.
    line_share : float
        R² of a line with as many numbers: the similarity is free up to n/2
        steps, as on the circle, but beyond stays what it is at n/2, where on
        the circle it comes back.
    closing : float
        How far the similarity comes back more than half-way round: the slope of
        the similarity l steps apart against that n − l steps apart, as a line's
        generator has them.  1 on a circle, 0 where it stays low, −1 where it
        falls as steadily as before; not a number where it is flat, or n = 3.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(8) / 8
    >>> fit = circulant_fit(np.cos(np.subtract.outer(angle, angle)))
    >>> fit
    CirculantFit(8 words, R² = 1.000, p = 0.001: cyclic)
    >>> fit.eigenvalues.round(3) + 0.0
    array([0., 4., 0., 0., 0.])
    """

    share: float
    generator: np.ndarray
    eigenvalues: np.ndarray
    p_value: float
    null: np.ndarray
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
            return "not cyclic: shuffled orders fit as well"
        if self.line_share >= self.share:
            return "not cyclic: a line with as many numbers fits as well"
        return "cyclic"

    @property
    def is_cyclic(self) -> bool:
        """Whether the verdict is ``"cyclic"``."""
        return self.verdict == "cyclic"

    def __repr__(self) -> str:
        return (
            f"CirculantFit({len(self.generator)} words, R² = {self.share:.3f}, p = {self.p_value:.2g}: "
            f"{self.verdict})"
        )


def toeplitz_fit(block: np.ndarray, draws: int = 999, seed: int = 0) -> ToeplitzFit:
    r"""Return the matrix of the form :math:`t_{|i-j|}` nearest to a block of similarities.

    Both are double-centred first, so that words which are similar to all
    others, because they are frequent, do not count.

    Parameters
    ----------
    block : ndarray of shape (n, n)
        Similarities of words in their order, such as a block of M*.
    draws : int
        Shuffled orders to compare with, where n > 7; all orders are, up to 7.
    seed : int

    Returns
    -------
    ToeplitzFit

    Raises
    ------
    ValueError
        As :func:`double_centred`; or if all similarities are equal.

    Notes
    -----
    Introduced in chapter 15, *Symmetry makes shape*.

    Examples
    --------
    >>> places = np.arange(6.0)
    >>> round(toeplitz_fit(np.outer(places, places)).share, 3)  # evenly spaced on a line
    1.0
    """
    D = checked_block(block)
    share, null, p_value = _order_test(D, _basis(_line_columns(len(D))), draws, seed)
    return ToeplitzFit(share, _line_generator(D), p_value, null)


def _line_columns(n: int) -> np.ndarray:
    return _by_lag(np.abs(np.subtract.outer(np.arange(n), np.arange(n))))


def _line_generator(D: np.ndarray) -> np.ndarray:
    generator = np.linalg.lstsq(_line_columns(len(D)), D.ravel(), rcond=1e-10)[0]
    return generator - generator.mean()


def circulant_fit(block: np.ndarray, draws: int = 999, seed: int = 0) -> CirculantFit:
    r"""Return the circulant matrix nearest to a block of similarities, and whether it is one by chance.

    .. math:: c_j = \text{mean of } (HBH)_{i,\,i+j \bmod n}, \qquad
              R^2 = \frac{n \sum_j c_j^2}{\lVert HBH \rVert_F^2}

    Parameters
    ----------
    block : ndarray of shape (n, n)
        Similarities of words in their order, such as a block of M*.
    draws : int
        Shuffled orders to compare with, where n > 7; all orders are, up to 7.
    seed : int

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
    of one turn (:func:`~w2vlib.evaluation.geometry.fourier_overlap`). Source:
    Karkada et al. (2026); the tests are our own. Introduced in chapter 15,
    *Symmetry makes shape*.

    Examples
    --------
    >>> places = np.arange(12.0)
    >>> circulant_fit(np.exp(-np.abs(np.subtract.outer(places, places)) / 3)).verdict
    'not cyclic: a line with as many numbers fits as well'
    """
    D = checked_block(block)
    n = len(D)
    steps = np.subtract.outer(np.arange(n), np.arange(n))
    generator = np.bincount((steps % n).ravel(), D.ravel()) / n
    circle = _basis(_by_lag(np.minimum(steps % n, -steps % n)))
    line = _basis(_by_lag(np.minimum(np.abs(steps), n // 2)))
    share, null, p_value = _order_test(D, circle, draws, seed)
    line_share = float(((D.ravel() @ line) ** 2).sum() / (D**2).sum())
    waves = np.fft.rfft(generator).real
    return CirculantFit(share, generator, waves, p_value, null, line_share, _closing(_line_generator(D)))


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


def _order_test(D: np.ndarray, basis: np.ndarray, draws: int, seed: int) -> tuple[float, np.ndarray, float]:
    """R² of the projection on `basis`, the same for shuffled orders, and the p-value."""
    orders = orders_of(len(D), draws, seed)
    blocks = D[orders[:, :, None], orders[:, None, :]].reshape(len(orders), -1)
    return judged(((blocks @ basis) ** 2).sum(axis=1) / (D**2).sum(), len(D))
