"""How many modes a corpus of some size supports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._common.arguments import checked
from .._common.validate import finite_number, real_array, whole_number

__all__ = ["CorpusSupport", "counting_variance", "supported_modes", "underlying_eigenvalues"]

_ROWS = 256  # of two matrices that are compared at a time


@dataclass(frozen=True, eq=False)
class CorpusSupport:
    """How many modes a corpus of some size supports.

    Attributes
    ----------
    count : int
        Modes that stand out from the noise.
    threshold : float
        The eigenvalue that they must exceed.
    overlaps : ndarray of shape (n_modes,)
        Squared cosine of each mode with that of infinitely much text.

    Notes
    -----
    Introduced in chapter *finite-text*.

    Examples
    --------
    >>> supported_modes(np.array([5.0, 3.0, 1.0]), counting_variance=0.04, size=100).count
    2
    """

    count: int
    threshold: float
    overlaps: np.ndarray


@checked
def supported_modes(values: np.ndarray, counting_variance: float, size: int) -> CorpusSupport:
    r"""Return how many modes stand out from the noise of counting, and how well each is known.

    .. math::
        \lambda_k > \sqrt{V v}, \qquad
        \cos^2 = 1 - \frac{V v}{\lambda_k^2}

    for a noise of variance :math:`v` in every entry of :math:`M`, independent
    from entry to entry.

    Parameters
    ----------
    values : ndarray of shape (n_modes,)
        Eigenvalues of :math:`M` without the noise; those of a noisy one are
        too large, see :func:`underlying_eigenvalues`.
    counting_variance : float
        :math:`v`, as :func:`counting_variance` estimates it.
    size : int
        V.

    Returns
    -------
    CorpusSupport

    Raises
    ------
    ValueError
        If the variance is negative or the size is below 1.

    Notes
    -----
    The transition of Baik, Ben Arous and Péché (2005); for eigenvectors of
    symmetric matrices Benaych-Georges and Nadakuditi (2011).  Words come in
    whole documents, so the noise of real text is not independent: along the
    leading directions it is several times as strong, and the law is too hopeful
    there.  It is so, too, where neighbouring eigenvalues are close, as they mix.
    Introduced in chapter *finite-text*.

    Examples
    --------
    >>> supported_modes(np.array([5.0, 3.0, 1.0]), counting_variance=0.04, size=100).overlaps.round(2)
    array([0.84, 0.56, 0.  ])
    """
    counting_variance = finite_number("counting_variance", counting_variance, 0)
    size = whole_number("size", size)
    values = np.atleast_1d(real_array("values", values))
    edge = size * counting_variance
    exists = values > np.sqrt(edge)
    overlaps = np.where(exists, 1 - edge / np.where(exists, values, 1.0) ** 2, 0.0)
    return CorpusSupport(int(exists.sum()), float(np.sqrt(edge)), overlaps)


@checked
def counting_variance(first: np.ndarray, second: np.ndarray) -> float:
    r"""Return the variance of the noise in :math:`M`, from its two halves of a corpus.

    .. math:: v = \tfrac14\, \mathrm{mean}\,(M_1 - M_2)^2

    Parameters
    ----------
    first, second : ndarray of shape (V, V)
        :math:`M` of two halves of a corpus, disjoint and equally long, with the
        same vocabulary.

    Returns
    -------
    float
        That of an entry of the :math:`M` of the whole.

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    Introduced in chapter *finite-text*.

    Examples
    --------
    >>> counting_variance(np.zeros((2, 2)), np.full((2, 2), 0.2)).__round__(12)
    0.01
    """
    first, second = np.atleast_1d(first), np.atleast_1d(second)
    if first.shape != second.shape:
        raise ValueError(f"both halves must have the same words, not shapes {first.shape} and {second.shape}")
    squares = 0.0
    for begin in range(0, len(first), _ROWS):
        rows = slice(begin, begin + _ROWS)
        squares += float(((np.asarray(first[rows], float) - np.asarray(second[rows], float)) ** 2).sum())
    return squares / first.size / 4


@checked
def underlying_eigenvalues(seen: np.ndarray, counting_variance: float, size: int) -> np.ndarray:
    r"""Return eigenvalues without the push that noise gives them.

    .. math::
        \hat\lambda_k = \lambda_k + \frac{Vv}{\lambda_k}
        \quad\Longrightarrow\quad
        \lambda_k = \tfrac12\left(\hat\lambda_k + \sqrt{\hat\lambda_k^2 - 4Vv}\right)

    Parameters
    ----------
    seen : ndarray of shape (n_modes,)
        Eigenvalues :math:`\hat\lambda_k` of a matrix with noise.
    counting_variance : float
        :math:`v`, as :func:`counting_variance` estimates it.
    size : int
        V.

    Returns
    -------
    ndarray of shape (≤ n_modes,)
        For those that stand out of the noise, :math:`\hat\lambda_k > 2\sqrt{Vv}`.

    Raises
    ------
    ValueError
        As :func:`supported_modes`.

    Notes
    -----
    Source: Benaych-Georges and Nadakuditi (2011).  Introduced in chapter *finite-text*.

    Examples
    --------
    >>> underlying_eigenvalues(np.array([5.8, 3.9]), counting_variance=0.04, size=100)
    array([5.])
    """
    edge = supported_modes(np.zeros(1), counting_variance, size).threshold
    seen = np.atleast_1d(real_array("seen", seen))
    seen = seen[seen > 2 * edge]
    return (seen + np.sqrt(seen**2 - 4 * edge**2)) / 2
