"""How many words a direction is about."""

from __future__ import annotations

import numpy as np

__all__ = ["inverse_participation_ratio"]


def inverse_participation_ratio(vectors: np.ndarray) -> np.ndarray:
    r"""Return how much each direction is concentrated on few words.

    .. math:: \mathrm{IPR}_k = \frac{\sum_i u_{ik}^4}{\bigl(\sum_i u_{ik}^2\bigr)^2} \in [1/V,\; 1]

    Its inverse is the effective number of words that the direction is about.

    Parameters
    ----------
    vectors : ndarray of shape (V, d), or (V,)
        One direction a column, of any length; none may be 0.

    Returns
    -------
    ndarray of shape (d,), or float
        1 for a direction that is one word, 1/V for one that is all words
        alike, about 3/V for random entries.

    Raises
    ------
    ValueError
        If a column is 0 or not finite; the message names it.

    Notes
    -----
    Source: Karkada et al. (2025), appendix.  Introduced in chapter 12, *Each
    direction is a concept*.

    Examples
    --------
    >>> inverse_participation_ratio(np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, -1.0]]))
    array([1.  , 0.25])
    """
    vectors = np.asarray(vectors, float)
    if vectors.ndim not in (1, 2):
        raise ValueError(f"vectors must be one column or a matrix of columns, not of shape {vectors.shape}")
    largest = np.abs(vectors).max(axis=0, initial=0.0)
    bad = np.flatnonzero(~((largest > 0) & np.isfinite(largest)))
    if len(bad):
        raise ValueError(f"direction {bad[0]} is 0 or not finite; leave it out, as it is about no word")
    squares = (vectors / largest) ** 2
    ratio = (squares**2).sum(axis=0) / squares.sum(axis=0) ** 2
    return float(ratio) if vectors.ndim == 1 else ratio
