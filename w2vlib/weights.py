r"""How strongly each setting of word2vec pulls pairs of words together and pushes them apart.

Every setting is two matrices: A, the attraction, from the pairs that stand
together, and B, the repulsion, from the negative samples.  Their sum G says how
much a pair matters in the loss; :mod:`w2vlib.targets` says what they aim at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .statistics import CorpusStatistics, checked_marginal

__all__ = [
    "RankOneWeights",
    "even_weights",
    "keep_probabilities",
    "noise_distribution",
    "rank_one_weights",
    "skipgram_weights",
    "word2vec_weights",
]


def skipgram_weights(
    stats: CorpusStatistics,
    negatives: float = 1,
    positive_weight: np.ndarray | float = 1.0,
    negative_weight: np.ndarray | float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return how strongly word2vec pulls each pair together, and pushes it apart.

    .. math::
        A_{ij} = \Psi^+_{ij} P_{ij}, \qquad B_{ij} = k\,\Psi^-_{ij}\, p_i p_j .

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    negatives : float
        Negative samples for each positive one, :math:`k > 0`.
    positive_weight, negative_weight : float or ndarray of shape (V, V)
        :math:`\Psi^+` and :math:`\Psi^-`: the weights of the two terms of the
        loss.

    Returns
    -------
    attraction, repulsion : ndarray of float64, shape (V, V)
        A and B.

    Raises
    ------
    ValueError
        If `negatives` is not positive, or a word was never seen near another.

    Notes
    -----
    Source: Karkada et al. (2025), section 2.  Introduced in chapter 3.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> attraction, repulsion = skipgram_weights(stats)
    >>> bool(np.isclose(attraction.sum(), 1) and np.isclose(repulsion.sum(), 1))
    True
    """
    marginal = checked_marginal(stats, negatives)
    attraction = stats.P
    attraction *= positive_weight
    repulsion = np.multiply.outer(marginal, marginal)
    repulsion *= negatives * np.asarray(negative_weight)
    return attraction, repulsion


def word2vec_weights(
    stats: CorpusStatistics,
    negatives: float = 5,
    subsample: float | None = 1e-3,
    noise_exponent: float = 0.75,
    symmetric: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return A and B of word2vec as it is used: with subsampling, and negatives from flattened frequencies.

    .. math::
        A_{ij} = \frac{\kappa_i \kappa_j P_{ij}}{\sum_{ij} \kappa_i \kappa_j P_{ij}}, \qquad
        B_{ij} = k\, m_i\, \nu_j, \qquad
        m_i = \sum_j A_{ij}, \qquad \nu_j \propto f_j^{\,\beta},

    where :math:`\kappa_i` is the chance that an occurrence of word i is kept
    (:func:`keep_probabilities`) and :math:`f_i` its frequency.  Both words of a
    pair have to be kept, once the window has been laid.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    negatives : float
        Negative samples for each positive one, :math:`k > 0`.
    subsample : float or None
        The threshold :math:`f_0` of subsampling; None keeps every word.
    noise_exponent : float
        :math:`\beta`, the power of the frequency that negatives are drawn by; 3/4 in word2vec.
    symmetric : bool
        Tied vectors cannot tell :math:`B_{ij}` from :math:`B_{ji}`, and feel
        their mean, which is returned.  False returns :math:`k\,m_i \nu_j` as it
        is: the weights of untied vectors, words in rows and contexts in columns.

    Returns
    -------
    attraction, repulsion : ndarray of float64, shape (V, V)
        A, which sums to 1, and B, which sums to k.

    Raises
    ------
    ValueError
        If a number is out of range, a word was never seen near another, or
        the statistics do not know how often each word occurs.

    Notes
    -----
    word2vec and gensim subsample before they lay the window, so that the words
    that stay move together and windows reach farther; here the window comes
    first, as in "clean" subsampling of Levy, Goldberg and Dagan (2015).

    Source: Mikolov et al. (2013b), section 2.  Introduced in chapter 4,
    *word2vec fits in forty lines*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> attraction, repulsion = word2vec_weights(stats, negatives=5, subsample=0.1)
    >>> round(attraction.sum(), 12), round(repulsion.sum(), 12)
    (np.float64(1.0), np.float64(5.0))
    """
    checked_marginal(stats, negatives)
    frequencies = word_frequencies(stats)
    kept = keep_probabilities(frequencies, subsample)
    attraction = stats.P
    attraction *= kept[:, None]
    attraction *= kept
    attraction /= attraction.sum()
    marginal = attraction.sum(axis=1)
    repulsion = np.multiply.outer(marginal, negatives * noise_distribution(frequencies, noise_exponent))
    if symmetric:
        repulsion = (repulsion + repulsion.T) / 2
    return attraction, repulsion


def word_frequencies(stats: CorpusStatistics) -> np.ndarray:
    """The share of each word among all words of the vocabulary, once every word is found to have one."""
    if not stats.occurrences.all():
        rare = stats.words[int(stats.occurrences.argmin())]
        raise ValueError(
            f"the statistics do not say how often {rare!r} occurs, so it can be neither subsampled nor drawn "
            "as a negative; count the corpus with count_corpus"
        )
    return stats.occurrences / stats.occurrences.sum()


def keep_probabilities(frequencies: np.ndarray, threshold: float | None) -> np.ndarray:
    r"""Return the chance that subsampling keeps an occurrence of each word.

    .. math:: \kappa_i = \min\!\left(1, \sqrt{f_0 / f_i} + f_0 / f_i\right)

    Parameters
    ----------
    frequencies : array of shape (V,)
        :math:`f_i`, the share of each word among all words of the vocabulary.
    threshold : float or None
        :math:`f_0`: words rarer than about :math:`2.6\,f_0` are always kept.  None keeps all.

    Returns
    -------
    ndarray of float64, shape (V,)

    Raises
    ------
    ValueError
        If a frequency or the threshold is not positive.

    Notes
    -----
    This is the rule of word2vec's and gensim's code; the article of 2013 gives
    :math:`\sqrt{f_0/f}`.  Introduced in chapter 4.

    Examples
    --------
    >>> keep_probabilities(np.array([0.1, 0.001]), 0.001)
    array([0.11, 1.  ])
    """
    frequencies = np.asarray(frequencies, np.float64)
    if not (frequencies > 0).all():
        raise ValueError(f"frequencies must be positive, found {frequencies.min()}")
    if threshold is None:
        return np.ones_like(frequencies)
    if isinstance(threshold, (bool, str)) or not 0 < threshold < np.inf:
        raise ValueError(f"the threshold of subsampling must be a positive number or None, not {threshold!r}")
    ratio = threshold / frequencies
    return np.minimum(np.sqrt(ratio) + ratio, 1.0)


def noise_distribution(frequencies: np.ndarray, exponent: float = 0.75) -> np.ndarray:
    r"""Return the chance of each word to be drawn as a negative sample, :math:`\nu_j \propto f_j^{\,\beta}`.

    Parameters
    ----------
    frequencies : array of shape (V,)
        In any unit: counts will do.
    exponent : float
        :math:`\beta`; 1 draws words as they occur, 0 all alike.

    Returns
    -------
    ndarray of float64, shape (V,)
        Sums to 1.

    Raises
    ------
    ValueError
        If a frequency is not positive, or the exponent not finite.

    Notes
    -----
    Source: Mikolov et al. (2013b).  Introduced in chapter 4.

    Examples
    --------
    >>> noise_distribution([16, 1])
    array([0.88888889, 0.11111111])
    """
    frequencies = np.asarray(frequencies, np.float64)
    if not (frequencies > 0).all():
        raise ValueError(f"frequencies must be positive, found {frequencies.min()}")
    if isinstance(exponent, (bool, str)) or not np.isfinite(exponent):
        raise ValueError(f"the exponent of the noise must be a finite number, not {exponent!r}")
    flat = np.exp(exponent * np.log(frequencies / frequencies.max()))
    return flat / flat.sum()


def even_weights(attraction: np.ndarray, repulsion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Return A and B of the same target in which every pair matters alike.

    .. math:: A'_{ij} = \frac{\bar G}{G_{ij}} A_{ij}, \qquad B'_{ij} = \frac{\bar G}{G_{ij}} B_{ij},

    with :math:`\bar G` the mean of :math:`G = A + B`: then :math:`A' + B' =
    \bar G` everywhere, and :math:`2(A'-B')/(A'+B')` is what it was.

    Parameters
    ----------
    attraction, repulsion : ndarray of float64, shape (V, V)
        A and B, as :func:`skipgram_weights` and :func:`word2vec_weights` return them.

    Returns
    -------
    attraction, repulsion : ndarray of float64, shape (V, V)

    Raises
    ------
    ValueError
        If the shapes differ, an entry is negative or not finite, or a pair has no weight.

    Notes
    -----
    Source: Karkada et al. (2025), Setting 3.1.  Introduced in chapter 5, *Near
    the origin word2vec is least squares*.

    Examples
    --------
    >>> even_weights(np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]]))
    (array([[2.25, 1.5 ]]), array([[0.75, 1.5 ]]))
    """
    weight = checked_weights(attraction, repulsion)
    factor = weight.mean() / weight
    return attraction * factor, repulsion * factor


class RankOneWeights(NamedTuple):
    """The weights :math:`a_i a_j` nearest to G in the logarithm, and how near they are.

    Attributes
    ----------
    factors : ndarray of float64, shape (V,)
        a.
    share : float
        The share of the variance of ln G that :math:`\\ln a_i + \\ln a_j` explains.

    Examples
    --------
    >>> RankOneWeights(np.array([1.0, 2.0]), 1.0).share
    1.0
    """

    factors: np.ndarray
    share: float


def rank_one_weights(attraction: np.ndarray, repulsion: np.ndarray) -> RankOneWeights:
    r"""Return the product weights nearest to G, one factor a word.

    .. math:: \ln a_i = \overline{\ln G_{i\cdot}} - \tfrac12\,\overline{\ln G},

    the least-squares fit of :math:`\ln a_i + \ln a_j` to :math:`\ln G_{ij}`,
    bars being means over a row and over all pairs.

    Parameters
    ----------
    attraction, repulsion : ndarray of float64, shape (V, V)
        A and B; G = A + B has to be positive, and is taken as symmetric.

    Returns
    -------
    RankOneWeights

    Raises
    ------
    ValueError
        If the shapes differ, an entry is negative or not finite, or a pair has no weight.

    Notes
    -----
    Weights of this kind have a closed form again (chapter 6), and dynamics in
    closed form if word i learns at the rate :math:`1/a_i` (chapter 11).  Our
    own.  Introduced in chapter 6, *The best rank-d answer is PCA*.

    Examples
    --------
    >>> a = np.array([1.0, 2.0, 4.0])
    >>> rank_one_weights(0.3 * np.outer(a, a), 0.7 * np.outer(a, a))
    RankOneWeights(factors=array([1., 2., 4.]), share=1.0)
    """
    logarithm = np.log(checked_weights(attraction, repulsion))
    mean = logarithm.mean()
    rows = (logarithm.mean(axis=0) + logarithm.mean(axis=1)) / 2 - mean / 2
    logarithm -= rows[:, None]
    logarithm -= rows
    unexplained = float(np.vdot(logarithm, logarithm))
    logarithm += rows[:, None]
    logarithm += rows - mean
    spread = float(np.vdot(logarithm, logarithm))
    return RankOneWeights(np.exp(rows), 1 - unexplained / spread if spread > 1e-20 * logarithm.size else 1.0)


def checked_weights(attraction: np.ndarray, repulsion: np.ndarray) -> np.ndarray:
    """G = A + B, once both are found to be weights of the same pairs."""
    for name, matrix in (("attraction", attraction), ("repulsion", repulsion)):
        matrix = np.asarray(matrix)
        if matrix.ndim != 2 or 0 in matrix.shape or matrix.dtype.kind not in "iuf":
            raise ValueError(f"{name} must be a matrix of real numbers, not of shape {matrix.shape}")
        if not (matrix.min() >= 0 and matrix.max() < np.inf):
            i, j = map(int, np.argwhere(~((matrix >= 0) & (matrix < np.inf)))[0])
            raise ValueError(
                f"{name} must be finite and not negative, found {matrix[i, j]} in row {i}, column {j}"
            )
    if np.shape(attraction) != np.shape(repulsion):
        raise ValueError(
            f"attraction and repulsion must have one shape, not {np.shape(attraction)} and {np.shape(repulsion)}"
        )
    weight = np.add(attraction, repulsion, dtype=np.float64)
    if not weight.all():
        i, j = map(int, np.argwhere(weight == 0)[0])
        raise ValueError(
            f"the pair in row {i}, column {j} has no weight at all, so it has no target; "
            "use negatives drawn from every word, or a smaller vocabulary"
        )
    return weight
