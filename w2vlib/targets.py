r"""How each pair of words is pulled and pushed, and the matrices that word vectors factorise: M*, PMI, PPMI.

Every setting of word2vec is two matrices of pair weights: A, the attraction,
from the pairs that stand together, and B, the repulsion, from the negative
samples.  Their sum G says how much a pair matters in the loss, and
:math:`2(A - B)/G` is what its score aims at.

Everything here is a function of the joint distribution :math:`P` of word pairs
and its marginal :math:`p`; :math:`q_{ij} = p_i p_j` is what :math:`P` would be
if words stood side by side by chance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._common.arguments import checked
from ._common.threads import in_threads
from ._common.validate import finite_number, one_of, positive_number, real_array
from ._sparse_targets import SparseTarget, sparse_target
from ._symmetric import checked_symmetric
from .statistics import CorpusStatistics, check_dense
from .words import labelled, words_of

_AT_A_TIME = 2**17  # pairs worked on at once, so that they stay in the cache

__all__ = [
    "RankOnePairWeights",
    "SparseTarget",
    "even_pair_weights",
    "keep_probabilities",
    "least_squares_target",
    "linear_target",
    "logistic_target",
    "m_star",
    "noise_distribution",
    "pmi",
    "ppmi",
    "rank_one_pair_weights",
    "skipgram_pair_weights",
    "weighted_target",
    "word2vec_pair_weights",
]


@checked
def m_star(
    stats: CorpusStatistics, negatives: float = 1, pseudo_count: float = 0.0, dtype: str = "float64"
) -> np.ndarray | SparseTarget:
    r"""Return M*, the matrix that word2vec factorises.

    .. math::
        M^\star_{ij} = \frac{2\,(P_{ij} - K\,p_i p_j)}{P_{ij} + K\,p_i p_j}
                     = 2 \tanh\!\left(\tfrac12 (\mathrm{PMI}_{ij} - \ln K)\right)

    with :math:`K` negative samples.  Its entries lie in :math:`[-2, 2)`, and
    are exactly −2 where a pair of words was never seen together.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    negatives : float
        Negative samples for each positive one, :math:`K > 0`.
    pseudo_count : float
        :math:`\kappa`: how many counts a pair must have before it is believed
        by half.  It is in units of the counts: with linear weights a single
        meeting of two neighbours counts L, the reach of the window.
    dtype : {"float64", "float32"}
        The type of the entries; "float32" takes half the memory.  They are
        computed in float64 and rounded, so an entry may then be 2.

    Returns
    -------
    WordMatrix of shape (V, V), or SparseTarget
        Symmetric.  Of sparse counts a :class:`~w2vlib.targets.SparseTarget`,
        whose type is float32 whatever `dtype` is.

    Raises
    ------
    ValueError
        If `negatives` is not positive, `pseudo_count` is negative or not finite,
        `dtype` is another one, or a word was never seen near another.

    Notes
    -----
    With :math:`C` the counts and :math:`E_{ij} = K p_i p_j \sum C` what chance alone
    would give, a pseudo-count makes of the target

    .. math::
        M_{ij} = \frac{2\,(C_{ij} - E_{ij})}{C_{ij} + E_{ij} + \kappa}
               = \frac{C_{ij} + E_{ij}}{C_{ij} + E_{ij} + \kappa}\, M^\star_{ij} .

    It is M* after :math:`\kappa/2` imaginary counts are added on either side:
    to those of the pair that was seen, and to those of the pair drawn by chance.
    They cancel in the difference and remain in the sum.  What rests on much more
    than :math:`\kappa` stays as it is; what rests on little shrinks towards 0,
    where nothing is known of a pair.  Pairs that never met have
    :math:`-2E_{ij}/(E_{ij} + \kappa)` in place of −2.

    Source: Karkada et al. (2025), section 3; the pseudo-count is our own.
    Introduced in chapter *target*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> m_star(stats).round(3)
    array([[-0.25 ,  0.435, -2.   ],
           [ 0.435, -2.   ,  0.8  ],
           [-2.   ,  0.8  , -2.   ]])
    >>> m_star(stats, pseudo_count=2).round(3)
    array([[-0.174,  0.333, -0.6  ],
           [ 0.333, -1.125,  0.471],
           [-0.6  ,  0.471, -0.25 ]])
    """
    marginal = checked_marginal(stats, negatives)
    pseudo_count = finite_number("pseudo_count", pseudo_count, 0)
    one_of("dtype", dtype, ("float64", "float32"))
    size, total = len(stats), float(stats.total)
    if stats.sparse:
        return sparse_target(stats.counts, total, marginal, negatives, pseudo_count, stats.words)
    target = np.empty((size, size), dtype)
    height = max(1, _AT_A_TIME // size)

    def fill(begin: int) -> None:
        rows = slice(begin, begin + height)
        attraction = np.divide(stats.counts[rows], total)
        repulsion = np.multiply.outer(marginal[rows], marginal)
        repulsion *= negatives  # last, so that it is exactly symmetric
        difference = attraction - repulsion
        difference *= 2
        weight = np.add(attraction, repulsion, out=attraction)
        weight += pseudo_count / total
        np.divide(difference, weight, out=target[rows], casting="same_kind")

    in_threads(fill, range(0, size, height))
    return labelled(target, stats.words)


@checked
def least_squares_target(attraction: np.ndarray, repulsion: np.ndarray) -> np.ndarray:
    r"""Return the target of the least-squares problem for any weighting.

    .. math:: M^\star_{ij} = \frac{2\,(A_{ij} - B_{ij})}{A_{ij} + B_{ij}}

    Parameters
    ----------
    attraction, repulsion : ndarray of float64, shape (V, V)
        A and B, as :func:`skipgram_pair_weights` returns them; rows of them will do.

    Returns
    -------
    WordMatrix, or ndarray of float64 where the words are not known, of the same shape

    Raises
    ------
    ValueError
        If the shapes differ, an entry is negative or not finite, or a pair has no weight.

    Notes
    -----
    Source: Karkada et al. (2025), section 3.  Introduced in chapter *target*.

    Examples
    --------
    >>> least_squares_target(np.array([[3.0]]), np.array([[1.0]]))
    array([[1.]])
    """
    weight = checked_pair_weights(attraction, repulsion)
    target = np.subtract(attraction, repulsion, dtype=np.float64)
    target *= 2
    target /= weight
    return labelled(target, words_of(attraction, repulsion))


@checked
def logistic_target(attraction: np.ndarray, repulsion: np.ndarray) -> np.ndarray:
    r"""Return the scores at which word2vec's own loss is least, were every score free.

    .. math:: x_{ij} = \ln \frac{A_{ij}}{B_{ij}} = 2\,\mathrm{artanh}(M^\star_{ij} / 2)

    Parameters
    ----------
    attraction, repulsion : ndarray of float64, shape (V, V)
        A and B, as :func:`~w2vlib.targets.word2vec_pair_weights` returns them.

    Returns
    -------
    WordMatrix, or ndarray of float64 where the words are not known, of the same shape
        −∞ where a pair was never seen: no finite score is low enough for it.
        With plain weights the PMI, less ln K.

    Raises
    ------
    ValueError
        If the shapes differ, an entry is negative or not finite, or a pair has no weight.

    Notes
    -----
    Source: Levy and Goldberg (2014).  Introduced in chapter *word2vec*.

    Examples
    --------
    >>> logistic_target(np.array([[3.0, 0.0]]), np.array([[1.0, 1.0]])).round(3)
    array([[1.099,  -inf]])
    """
    checked_pair_weights(attraction, repulsion)
    with np.errstate(divide="ignore"):
        target = np.log(attraction, dtype=np.float64)
        target -= np.log(repulsion)
    return labelled(target, words_of(attraction, repulsion))


@checked
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
    WordMatrix, or ndarray of float64 where the words are not known, of the same shape
        Its size does not depend on V and K: :math:`M^\star`, weighted with mean 1.

    Raises
    ------
    ValueError
        If the shapes differ, an entry is negative or not finite, or a pair has no weight.

    Notes
    -----
    Our own.  Introduced in chapter *real-word2vec*.

    Examples
    --------
    >>> linear_target(np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]])).round(3)
    array([[1.333, 0.   ]])
    """
    weight = checked_pair_weights(attraction, repulsion)
    target = np.subtract(attraction, repulsion, dtype=np.float64)
    target *= 2 / weight.mean()
    return labelled(target, words_of(attraction, repulsion))


@checked
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
    WordMatrix of float64, shape (V, V)

    Raises
    ------
    ValueError
        If a word was never seen near another, or the counts are sparse.

    Notes
    -----
    Source: Church and Hanks (1990); Levy and Goldberg (2014).  Introduced in
    chapter *target*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> pmi(stats).round(3)
    array([[-0.251,  0.442,   -inf],
           [ 0.442,   -inf,  0.847],
           [  -inf,  0.847,   -inf]])
    """
    check_dense("pmi", stats)
    marginal, unseen = checked_marginal(stats), float(unseen)
    if np.isnan(unseen):
        raise ValueError("unseen must be a number, not nan")
    information = np.empty(stats.counts.shape)
    height = max(1, _AT_A_TIME // len(marginal))
    for begin in range(0, len(marginal), height):
        rows = slice(begin, begin + height)
        counts, part = stats.counts[rows], information[rows]
        never = counts == 0
        np.divide(np.where(never, max(unseen, 0.0), counts), float(stats.total), out=part)
        part /= marginal[rows, None] * marginal
        with np.errstate(divide="ignore"):
            np.log(part, out=part)
        if unseen <= 0:
            part[never] = unseen
    return labelled(information, stats.words)


@checked
def ppmi(stats: CorpusStatistics) -> np.ndarray:
    r"""Return the positive part of the PMI, :math:`\max(\mathrm{PMI}_{ij}, 0)`.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.

    Returns
    -------
    WordMatrix of float64, shape (V, V)
        Zero for every pair that is seen no more often than chance would have it.

    Notes
    -----
    Source: Bullinaria and Levy (2007); Levy and Goldberg (2014).  Introduced
    in chapter *target*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> ppmi(stats).round(3)
    array([[0.   , 0.442, 0.   ],
           [0.442, 0.   , 0.847],
           [0.   , 0.847, 0.   ]])
    """
    check_dense("ppmi", stats)
    information = np.asarray(pmi(stats, unseen=0.0))
    return labelled(np.maximum(information, 0.0, out=information), stats.words)


@checked
def weighted_target(target: np.ndarray, weights: np.ndarray, centred: bool = True) -> np.ndarray:
    r"""Return the matrix whose leading directions answer a weighted least-squares problem.

    .. math::
        \tilde M = \Pi\, D^{1/2} M D^{1/2}\, \Pi, \qquad
        D = \mathrm{diag}(a), \qquad \Pi = I - \hat a \hat a^\top, \qquad \hat a = D^{1/2}\mathbf 1 / \sqrt V,

    with the weights :math:`a_i` of the words scaled to the mean 1.  Let
    :math:`\tilde W = \tilde U_d\tilde\Lambda_d^{1/2}` come from its `d` leading
    eigenpairs.  Then :math:`W = D^{-1/2}\tilde W` solves

    .. math:: \min_{W,\,b}\; \sum_{ij} a_i a_j \bigl(M_{ij} - b_i - b_j - w_i \cdot w_j\bigr)^2 .

    Parameters
    ----------
    target : ndarray of shape (V, V)
        M, symmetric, with all its entries: M*, with or without a pseudo-count, or PMI.
    weights : ndarray of shape (V,)
        a, positive, in any unit: with ``stats.p`` a word counts as often as it
        stands in the text, with ``stats.p**0.5`` as the root of that.
    centred : bool
        Whether each word has a bias :math:`b_i`.  False leaves them out, and :math:`\Pi` with them.

    Returns
    -------
    WordMatrix, or ndarray where the words are not known, of shape (V, V)
        Symmetric; of float32 if `target` is, otherwise of float64.

    Raises
    ------
    ValueError
        If `target` is not square, symmetric and finite, or there is not one
        positive weight for each word.

    Notes
    -----
    W and :math:`\tilde W` differ in the lengths of their rows alone, so their
    cosines, neighbours and analogies are the same.

    Weights of rank one: Srebro and Jaakkola (2003); biases: Pennington et al.
    (2014).  The weights ``stats.p`` are the metric of a softmax near its start;
    that smaller powers serve analogies better is our own finding.  Introduced in
    chapter *without-training*.

    Examples
    --------
    >>> weighted_target(np.array([[2.0, 1.0], [1.0, 0.0]]), [3.0, 1.0], centred=False).round(3)
    array([[3.   , 0.866],
           [0.866, 0.   ]])
    >>> b = np.array([1.0, 2.0, 4.0])
    >>> bool(np.allclose(weighted_target(b[:, None] + b, [1.0, 2.0, 5.0]), 0))
    True
    """
    matrix = checked_symmetric(target, single=True)
    factors = real_array("weights", weights, len(matrix))
    if not (factors > 0).all():
        word = int(factors.argmin())
        raise ValueError(f"weights must be positive, but word {word} has {factors[word]}")
    roots = np.sqrt(factors / factors.max())
    roots /= np.sqrt(np.mean(roots**2))
    weighted = np.empty(matrix.shape, matrix.dtype)
    height = max(1, _AT_A_TIME // len(matrix))
    blocks = [slice(begin, begin + height) for begin in range(0, len(matrix), height)]
    sums = np.empty(len(matrix))
    side = roots / np.sqrt(len(matrix))
    for rows in blocks:
        block = matrix[rows] * np.multiply.outer(roots[rows], roots)
        sums[rows] = block @ side
        weighted[rows] = block
    if centred:
        sums -= sums @ side / 2 * side
        for rows in blocks:
            weighted[rows] -= np.multiply.outer(side[rows], sums) + np.multiply.outer(sums[rows], side)
    return labelled(weighted, words_of(target))


@checked
def skipgram_pair_weights(
    stats: CorpusStatistics,
    negatives: float = 1,
    positive_weight: np.ndarray | float = 1.0,
    negative_weight: np.ndarray | float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return how strongly word2vec pulls each pair together, and pushes it apart.

    .. math::
        A_{ij} = \Psi^+_{ij} P_{ij}, \qquad B_{ij} = K\,\Psi^-_{ij}\, p_i p_j .

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    negatives : float
        Negative samples for each positive one, :math:`K > 0`.
    positive_weight, negative_weight : float or ndarray of shape (V, V)
        :math:`\Psi^+` and :math:`\Psi^-`: the weights of the two terms of the
        loss.

    Returns
    -------
    attraction, repulsion : WordMatrix of float64, shape (V, V)
        A and B.

    Raises
    ------
    ValueError
        If `negatives` is not positive, a word was never seen near another, or
        the counts are sparse.

    Notes
    -----
    Source: Karkada et al. (2025), section 2.  Introduced in chapter *target*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> attraction, repulsion = skipgram_pair_weights(stats)
    >>> bool(np.isclose(attraction.sum(), 1) and np.isclose(repulsion.sum(), 1))
    True
    """
    check_dense("skipgram_pair_weights", stats)
    marginal = checked_marginal(stats, negatives)
    for name, weight in (("positive_weight", positive_weight), ("negative_weight", negative_weight)):
        shape = real_array(name, weight).shape
        if len(shape) > 2 or any(have not in (1, len(stats)) for have in shape):
            raise ValueError(
                f"{name} must be a number, or an array that fits the {len(stats)} × {len(stats)} counts, "
                f"not one of shape {shape}"
            )
        words_of(stats, weight)
    attraction = stats.P
    attraction *= positive_weight
    repulsion = np.multiply.outer(marginal, marginal)
    repulsion *= negatives * np.asarray(negative_weight)
    return labelled(attraction, stats.words), labelled(repulsion, stats.words)


@checked
def word2vec_pair_weights(
    stats: CorpusStatistics,
    negatives: float = 5,
    subsample: float | None = 1e-3,
    noise_exponent: float = 0.75,
    symmetric: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return A and B of word2vec as it is used: with subsampling, and negatives from flattened frequencies.

    .. math::
        A_{ij} = \frac{\kappa_i \kappa_j P_{ij}}{\sum_{ij} \kappa_i \kappa_j P_{ij}}, \qquad
        B_{ij} = K A_{i\cdot}\, \nu_j, \qquad
        A_{i\cdot} = \sum_j A_{ij}, \qquad \nu_j \propto f_j^{\,\beta},

    where :math:`\kappa_i` is the chance that an occurrence of word i is kept
    (:func:`keep_probabilities`) and :math:`f_i` its frequency.  Both words of a
    pair have to be kept, once the window has been laid.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    negatives : float
        Negative samples for each positive one, :math:`K > 0`.
    subsample : float or None
        The threshold :math:`f_0` of subsampling; None keeps every word.
    noise_exponent : float
        :math:`\beta`, the power of the frequency that negatives are drawn by; 3/4 in word2vec.
    symmetric : bool
        Tied vectors cannot tell :math:`B_{ij}` from :math:`B_{ji}`, and feel
        their mean, which is returned.  False returns :math:`K A_{i\cdot} \nu_j` as it
        is: the weights of untied vectors, words in rows and contexts in columns.

    Returns
    -------
    attraction, repulsion : WordMatrix of float64, shape (V, V)
        A, which sums to 1, and B, which sums to K.

    Raises
    ------
    ValueError
        If a number is out of range, a word was never seen near another, the
        statistics do not know how often each word occurs, or the counts are sparse.

    Notes
    -----
    word2vec and gensim subsample before they lay the window, so that the words
    that stay move together and windows reach farther; here the window comes
    first, as in "clean" subsampling of Levy, Goldberg and Dagan (2015).

    Source: Mikolov et al. (2013b), section 2.  Introduced in chapter *pair-weights*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> attraction, repulsion = word2vec_pair_weights(stats, negatives=5, subsample=0.1)
    >>> round(attraction.sum(), 12), round(repulsion.sum(), 12)
    (np.float64(1.0), np.float64(5.0))
    """
    check_dense("word2vec_pair_weights", stats)
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
    return labelled(attraction, stats.words), labelled(repulsion, stats.words)


def word_frequencies(stats: CorpusStatistics) -> np.ndarray:
    """The share of each word among all words of the vocabulary, once every word is found to have one."""
    if not stats.occurrences.all():
        rare = stats.words[int(stats.occurrences.argmin())]
        raise ValueError(
            f"the statistics do not say how often {rare!r} occurs, so it can be neither subsampled nor drawn "
            "as a negative; count the corpus with count_corpus"
        )
    return stats.occurrences / stats.occurrences.sum()


@checked
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
    :math:`\sqrt{f_0/f}`.  Introduced in chapter *word2vec*.

    Examples
    --------
    >>> keep_probabilities(np.array([0.1, 0.001]), 0.001)
    array([0.11, 1.  ])
    """
    frequencies = real_array("frequencies", frequencies, None)
    if not (frequencies > 0).all():
        raise ValueError(f"frequencies must be positive, found {frequencies.min()}")
    if threshold is None:
        return np.ones_like(frequencies)
    ratio = positive_number("the threshold of subsampling", threshold, "; None keeps all words") / frequencies
    return np.minimum(np.sqrt(ratio) + ratio, 1.0)


@checked
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
    Source: Mikolov et al. (2013b).  Introduced in chapter *word2vec*.

    Examples
    --------
    >>> noise_distribution([16, 1])
    array([0.88888889, 0.11111111])
    """
    frequencies = real_array("frequencies", frequencies, None)
    if not (frequencies > 0).all():
        raise ValueError(f"frequencies must be positive, found {frequencies.min()}")
    exponent = finite_number("the exponent of the noise", exponent)
    flat = np.exp(exponent * np.log(frequencies / frequencies.max()))
    return flat / flat.sum()


@checked
def even_pair_weights(attraction: np.ndarray, repulsion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Return A and B of the same target in which every pair matters alike.

    .. math:: A'_{ij} = \frac{\bar G}{G_{ij}} A_{ij}, \qquad B'_{ij} = \frac{\bar G}{G_{ij}} B_{ij},

    with :math:`\bar G` the mean of :math:`G = A + B`: then :math:`A' + B' =
    \bar G` everywhere, and :math:`2(A'-B')/(A'+B')` is what it was.

    Parameters
    ----------
    attraction, repulsion : ndarray of float64, shape (V, V)
        A and B, as :func:`skipgram_pair_weights` and :func:`word2vec_pair_weights` return them.

    Returns
    -------
    attraction, repulsion : WordMatrix of float64, shape (V, V)

    Raises
    ------
    ValueError
        If the shapes differ, an entry is negative or not finite, or a pair has no weight.

    Notes
    -----
    Source: Karkada et al. (2025), Setting 3.1.  Introduced in chapter *least-squares*.

    Examples
    --------
    >>> even_pair_weights(np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]]))
    (array([[2.25, 1.5 ]]), array([[0.75, 1.5 ]]))
    """
    weight = checked_pair_weights(attraction, repulsion)
    factor = weight.mean() / weight
    words = words_of(attraction, repulsion)
    return labelled(attraction * factor, words), labelled(repulsion * factor, words)


class RankOnePairWeights(NamedTuple):
    """The weights :math:`a_i a_j` nearest to G in the logarithm, and how near they are.

    Attributes
    ----------
    factors : ndarray of float64, shape (V,)
        a.
    share : float
        The share of the variance of ln G that :math:`\\ln a_i + \\ln a_j` explains.

    Notes
    -----
    Introduced in chapter *untied-uneven*.

    Examples
    --------
    >>> RankOnePairWeights(np.array([1.0, 2.0]), 1.0).share
    1.0
    """

    factors: np.ndarray
    share: float


@checked
def rank_one_pair_weights(attraction: np.ndarray, repulsion: np.ndarray) -> RankOnePairWeights:
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
    RankOnePairWeights

    Raises
    ------
    ValueError
        If the shapes differ, an entry is negative or not finite, or a pair has no weight.

    Notes
    -----
    Weights of this kind have a closed form again (chapter *untied-uneven*), and dynamics in
    closed form if word i learns at the rate :math:`1/a_i` (chapter *real-word2vec*).  Our
    own.  Introduced in chapter *untied-uneven*.

    Examples
    --------
    >>> a = np.array([1.0, 2.0, 4.0])
    >>> rank_one_pair_weights(0.3 * np.outer(a, a), 0.7 * np.outer(a, a))
    RankOnePairWeights(factors=array([1., 2., 4.]), share=1.0)
    """
    logarithm = np.log(checked_pair_weights(attraction, repulsion))
    mean = logarithm.mean()
    rows = (logarithm.mean(axis=0) + logarithm.mean(axis=1)) / 2 - mean / 2
    logarithm -= rows[:, None]
    logarithm -= rows
    unexplained = float(np.vdot(logarithm, logarithm))
    logarithm += rows[:, None]
    logarithm += rows - mean
    spread = float(np.vdot(logarithm, logarithm))
    return RankOnePairWeights(
        np.exp(rows), 1 - unexplained / spread if spread > 1e-20 * logarithm.size else 1.0
    )


def checked_marginal(stats: CorpusStatistics, negatives: float = 1) -> np.ndarray:
    """The marginal p, once every word is found to have been seen near another."""
    positive_number("negatives", negatives)
    met = stats.p > 0 if stats.total else np.zeros(len(stats), bool)
    if not met.all():
        alone = [stats.words[i] for i in np.flatnonzero(~met)]
        some = ", ".join(word if len(word) <= 40 else f"{word[:40]}…" for word in alone[:5])
        some += " …" if len(alone) > 5 else ""
        raise ValueError(
            f"{len(alone)} word(s) never stand near another, so no target can be computed: {some}; "
            "leave out such words: stats.seen(); or use a smaller vocabulary, a wider window or more text"
        )
    return stats.p


def checked_pair_weights(attraction: np.ndarray, repulsion: np.ndarray) -> np.ndarray:
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
