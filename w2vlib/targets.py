r"""The matrices that word vectors factorise: M*, PMI, PPMI, for any weighting.

Everything here is a function of the joint distribution :math:`P` of word pairs
and its marginal :math:`p`; :math:`q_{ij} = p_i p_j` is what :math:`P` would be
if words stood side by side by chance.
"""

from __future__ import annotations

import numpy as np

from .statistics import CorpusStatistics, checked_marginal
from .weights import checked_weights

__all__ = ["least_squares_target", "linear_target", "logistic_target", "m_star", "pmi", "ppmi"]


def m_star(stats: CorpusStatistics, negatives: float = 1) -> np.ndarray:
    r"""Return M*, the matrix that word2vec factorises.

    .. math::
        M^\star_{ij} = \frac{2\,(P_{ij} - k\,p_i p_j)}{P_{ij} + k\,p_i p_j}
                     = 2 \tanh\!\left(\tfrac12 (\mathrm{PMI}_{ij} - \ln k)\right)

    with :math:`k` negative samples.  Its entries lie in :math:`[-2, 2)`, and
    are exactly −2 where a pair of words was never seen together.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    negatives : float
        Negative samples for each positive one, :math:`k > 0`.

    Returns
    -------
    ndarray of float64, shape (V, V)
        Symmetric.

    Raises
    ------
    ValueError
        If `negatives` is not positive, or a word was never seen near another.

    Notes
    -----
    Source: Karkada et al. (2025), section 3.  Introduced in chapter 3,
    *M\* is what word2vec hears of the corpus*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> m_star(stats).round(3)
    array([[-0.25 ,  0.435, -2.   ],
           [ 0.435, -2.   ,  0.8  ],
           [-2.   ,  0.8  , -2.   ]])
    """
    marginal = checked_marginal(stats, negatives)
    target = np.empty(stats.counts.shape)
    for row, counts in enumerate(stats.counts):  # row by row: one matrix in memory, not three
        attraction = counts / stats.total
        repulsion = negatives * (marginal[row] * marginal)  # bracketed so: exactly symmetric
        target[row] = least_squares_target(attraction, repulsion)
    return target


def least_squares_target(attraction: np.ndarray, repulsion: np.ndarray) -> np.ndarray:
    r"""Return the target of the least-squares problem for any weighting.

    .. math:: M^\star_{ij} = \frac{2\,(A_{ij} - B_{ij})}{A_{ij} + B_{ij}}

    Parameters
    ----------
    attraction, repulsion : ndarray of float64, shape (V, V)
        A and B, as :func:`skipgram_weights` returns them; rows of them will do.

    Returns
    -------
    ndarray of float64, of the same shape

    Notes
    -----
    Source: Karkada et al. (2025), section 3.  Introduced in chapter 3.

    Examples
    --------
    >>> least_squares_target(np.array([[3.0]]), np.array([[1.0]]))
    array([[1.]])
    """
    target = np.subtract(attraction, repulsion)
    target *= 2
    target /= attraction + repulsion
    return target


def logistic_target(attraction: np.ndarray, repulsion: np.ndarray) -> np.ndarray:
    r"""Return the scores at which word2vec's own loss is least, were every score free.

    .. math:: x_{ij} = \ln \frac{A_{ij}}{B_{ij}} = 2\,\mathrm{artanh}(M^\star_{ij} / 2)

    Parameters
    ----------
    attraction, repulsion : ndarray of float64, shape (V, V)
        A and B, as :func:`~w2vlib.weights.word2vec_weights` returns them.

    Returns
    -------
    ndarray of float64, of the same shape
        −∞ where a pair was never seen: no finite score is low enough for it.
        With plain weights the PMI, less ln k.

    Raises
    ------
    ValueError
        If the shapes differ, an entry is negative or not finite, or a pair has no weight.

    Notes
    -----
    Source: Levy and Goldberg (2014).  Introduced in chapter 4, *word2vec fits in forty lines*.

    Examples
    --------
    >>> logistic_target(np.array([[3.0, 0.0]]), np.array([[1.0, 1.0]])).round(3)
    array([[1.099,  -inf]])
    """
    checked_weights(attraction, repulsion)
    with np.errstate(divide="ignore"):
        target = np.log(attraction, dtype=np.float64)
        target -= np.log(repulsion)
    return target


def linear_target(attraction: np.ndarray, repulsion: np.ndarray) -> np.ndarray:
    r"""Return the matrix whose leading directions word2vec learns first.

    .. math::
        M^{\rm lin}_{ij} = \frac{2\,(A_{ij} - B_{ij})}{\bar G} = \frac{G_{ij}}{\bar G}\, M^\star_{ij},

    with :math:`\bar G` the mean of :math:`G = A + B`.  Near the origin training is
    :math:`\dot W = M^{\rm lin} W`, for the logistic and for the quadratic loss
    alike.  Where all weights are equal it is :math:`M^\star`, elsewhere not.

    Parameters
    ----------
    attraction, repulsion : ndarray of float64, shape (V, V)
        A and B.

    Returns
    -------
    ndarray of float64, of the same shape
        Its size does not depend on V and k: :math:`M^\star`, weighted with mean 1.

    Raises
    ------
    ValueError
        If the shapes differ, an entry is negative or not finite, or a pair has no weight.

    Notes
    -----
    Our own.  Introduced in chapter 11, *word2vec climbs the same stairs, up to a point*.

    Examples
    --------
    >>> linear_target(np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]])).round(3)
    array([[1.333, 0.   ]])
    """
    weight = checked_weights(attraction, repulsion)
    target = np.subtract(attraction, repulsion, dtype=np.float64)
    target *= 2 / weight.mean()
    return target


def pmi(stats: CorpusStatistics, unseen: float = -np.inf) -> np.ndarray:
    r"""Return the pointwise mutual information of all pairs of words.

    .. math:: \mathrm{PMI}_{ij} = \ln \frac{P_{ij}}{p_i p_j}

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    unseen : float
        What to put where :math:`P_{ij} = 0` and the logarithm is −∞.  A
        positive number is read as a count: 0.5 puts there the PMI that half a
        count would have.

    Returns
    -------
    ndarray of float64, shape (V, V)

    Raises
    ------
    ValueError
        If a word was never seen near another.

    Notes
    -----
    Source: Church and Hanks (1990); Levy and Goldberg (2014).  Introduced in
    chapter 3.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> pmi(stats).round(3)
    array([[-0.251,  0.442,   -inf],
           [ 0.442,   -inf,  0.847],
           [  -inf,  0.847,   -inf]])
    """
    marginal = checked_marginal(stats)
    information = np.empty(stats.counts.shape)
    for row, counts in enumerate(stats.counts):
        never = counts == 0
        joint = np.where(never, max(unseen, 0.0), counts) / stats.total
        with np.errstate(divide="ignore"):
            information[row] = np.log(joint / (marginal[row] * marginal))
        if unseen <= 0:
            information[row, never] = unseen
    return information


def ppmi(stats: CorpusStatistics) -> np.ndarray:
    r"""Return the positive part of the PMI, :math:`\max(\mathrm{PMI}_{ij}, 0)`.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.

    Returns
    -------
    ndarray of float64, shape (V, V)
        Zero for every pair that is seen no more often than chance would have it.

    Notes
    -----
    Source: Bullinaria and Levy (2007); Levy and Goldberg (2014).  Introduced
    in chapter 3.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> ppmi(stats).round(3)
    array([[0.   , 0.442, 0.   ],
           [0.442, 0.   , 0.847],
           [0.   , 0.847, 0.   ]])
    """
    information = pmi(stats, unseen=0.0)
    return np.maximum(information, 0.0, out=information)
