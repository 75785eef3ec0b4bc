"""Where training starts."""

from __future__ import annotations

import numpy as np

from .._common.arguments import checked
from .._common.validate import generator, positive_number, whole_number

__all__ = ["initial_weights", "word2vec_start"]


@checked
def initial_weights(size: int, d: int, scale: float, rng: int | np.random.Generator = 0) -> np.ndarray:
    r"""Return random initial word vectors, independent and normal in every entry.

    .. math:: W_{ia} \sim \mathcal N(0,\; \sigma^2 / d)

    so that a word's vector has the length σ on average, and so has the part
    :math:`W^\top u` of the matrix along any direction :math:`u` of the
    vocabulary.  The largest singular value is about :math:`\sigma\sqrt{V/d}`.

    Parameters
    ----------
    size : int
        V, the number of words.
    d : int
        Dimensions.
    scale : float
        σ > 0.  One `rng` gives the same directions at every scale.
    rng : int or Generator
        A seed, or NumPy's generator itself.

    Returns
    -------
    ndarray of float64, shape (V, d)

    Raises
    ------
    ValueError
        If a number is not positive, or `rng` is neither.

    Notes
    -----
    Source: Karkada et al. (2025), section 3.  Introduced in chapter *one-mode*.

    Examples
    --------
    >>> W = initial_weights(10_000, 4, scale=0.1)
    >>> W.shape, bool(abs((W**2).sum(axis=1).mean() / 0.1**2 - 1) < 0.02)
    ((10000, 4), True)
    """
    shape = whole_number("size", size), whole_number("d", d)
    scale = positive_number("scale", scale, "; weights of zero would never leave it")
    return generator(rng).standard_normal(shape) * (scale / np.sqrt(d))


@checked
def word2vec_start(size: int, d: int, rng: int | np.random.Generator = 0) -> np.ndarray:
    r"""Return the random word vectors that word2vec itself starts from.

    .. math:: W_{ia} \sim \mathcal U(-\tfrac1{2d},\; \tfrac1{2d})

    Its context vectors start at zero.

    Parameters
    ----------
    size : int
        V, the number of words.
    d : int
        Dimensions.
    rng : int or Generator
        A seed, or NumPy's generator itself.

    Returns
    -------
    ndarray of float64, shape (V, d)

    Raises
    ------
    ValueError
        If a number is not positive, or `rng` is neither.

    Notes
    -----
    Source: the program of Mikolov et al. (2013b).  Introduced in chapter *word2vec*.

    Examples
    --------
    >>> W = word2vec_start(10_000, 4)
    >>> W.shape, bool(0.12 < W.max() <= 1 / 8), bool(-1 / 8 <= W.min() < -0.12)
    ((10000, 4), True, True)
    """
    shape = whole_number("size", size), whole_number("d", d)
    return generator(rng).uniform(-0.5 / d, 0.5 / d, shape)
