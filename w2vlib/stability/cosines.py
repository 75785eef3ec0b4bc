"""How sure a cosine is, and who the neighbours are: error bars from the documents of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.linalg
import scipy.sparse

from .._common.arguments import checked
from .._common.threads import limited_threads
from .._common.validate import generator, whole_number
from ..statistics import CorpusStatistics, check_dense
from ..targets import m_star
from ._parts import check_some, parts_of

__all__ = ["CosineErrors", "NeighbourChance", "cosine_errors", "neighbour_chances"]

_GROUPS = 4000  # of documents, at most: more would hardly make a bar surer
_ENTRIES = 1 << 25  # of matrices that are worked on at once
_EDGE = 20  # directions, and as many as are kept, beyond the cut that noise may turn into it
_CLOSE = 50  # words beyond those wanted that may be among the nearest
_DRAWS = 20_000


@dataclass(frozen=True, eq=False)
class CosineErrors:
    """Cosines of pairs of words, and how sure they are.

    Attributes
    ----------
    pairs : list of (str, str), length n
    cosines : ndarray of float64, shape (n,)
    errors : ndarray of float64, shape (n,)
        Standard deviation of each cosine over corpora of as many documents.
    covariance : ndarray of float64, shape (n, n)
        Of the cosines; `errors` are the roots of its diagonal.

    Notes
    -----
    Introduced in chapter *scale*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> text = [["a", "b"], ["c", "d"], ["a", "b", "d"], ["d", "c"], ["c", "b"]] * 40
    >>> found = cosine_errors(count_corpus(text, window=2), text, [("a", "b")], d=1)
    >>> found.pairs, bool(np.isclose(found.errors[0] ** 2, found.covariance[0, 0]))
    ([('a', 'b')], True)
    """

    pairs: list[tuple[str, str]]
    cosines: np.ndarray
    errors: np.ndarray
    covariance: np.ndarray


@dataclass(frozen=True)
class NeighbourChance:
    """A word near another, with error bars.

    Attributes
    ----------
    word : str
    cosine, error : float
        With the standard deviation over corpora of as many documents.
    chance : float
        How likely the word is among the nearest in another corpus of as many documents.

    Notes
    -----
    Introduced in chapter *scale*.

    Examples
    --------
    >>> NeighbourChance("queen", cosine=0.7, error=0.1, chance=0.9).word
    'queen'
    """

    word: str
    cosine: float
    error: float
    chance: float


@checked
def cosine_errors(
    stats: CorpusStatistics,
    documents: str | Path | Iterable[Sequence[str]],
    pairs: Sequence[tuple[str, str]],
    d: int,
) -> CosineErrors:
    r"""Return the cosines of word vectors with error bars that follow from the corpus alone.

    The vectors are :math:`W = U_d\Lambda_d^{1/2}` of M*.  A cosine is a function of :math:`X = WW^\top`, and

    .. math::
        dX = \sum_{k \le d}\sum_l F_{kl}\,(u_k^\top dM u_l)\,(u_k u_l^\top + u_l u_k^\top), \qquad
        F_{kl} = \tfrac12 \;(l \le d), \qquad F_{kl} = \frac{\lambda_k}{\lambda_k - \lambda_l} \;(l > d) .

    So each document has an influence :math:`I_a` on each cosine, and as documents are drawn
    independently of each other,

    .. math:: \mathrm{Var}\,\cos = \sum_a I_a^2 .

    Parameters
    ----------
    stats : CorpusStatistics
        Dense.
    documents : iterable of lists of words, Corpus, str, Path, or list of CorpusStatistics
        All documents that the statistics were counted from.
    pairs : sequence of (str, str)
        Words whose cosines are wanted.
    d : int
        Dimensions of the vectors; that many eigenvalues must be positive.

    Returns
    -------
    CosineErrors

    Raises
    ------
    ValueError
        If the documents are not those of the statistics, the statistics are sparse, or fewer
        than `d` eigenvalues are positive.
    UnknownWordError
        If a word is not in the vocabulary.

    Notes
    -----
    Bars from the counts alone, as if each were a Poisson number, are too small: words of one document
    come together.

    The cut at d tears near-degenerate directions apart, and there a derivative says too much: when
    :math:`\lambda_k - \lambda_l` is no larger than the noise :math:`\nu_{kl}^2 = \sum_a (u_k^\top dM_a u_l)^2`,
    the two only turn into each other.  So :math:`F_{kl}` is
    :math:`\lambda_k \sqrt{\mathrm E[m^2/((\lambda_k-\lambda_l)^2 + 4m^2)]} / \nu_{kl}`, with
    :math:`m \sim \mathcal N(0, \nu_{kl}^2)`: what a turn by noise of that size does.

    On 4,000 articles of Wikipedia (500 words, d = 30) these bars are 3 % above the scatter over 22 corpora
    of other articles, in the median.  A bootstrap is 8 % below it: it adds its noise to noise that is there.

    More than 4,000 documents are taken in groups.  The whole spectrum of M* is made, so a few
    thousand words are the most.

    Infinitesimal jackknife: Jaeckel (1972), Efron (1982); derivatives of functions of a matrix:
    Daleckii and Krein (1965); its use near a cut is our own.  Introduced in chapter *scale*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> text = [["a", "b"], ["c", "d"], ["a", "b", "d"], ["d", "c"], ["c", "b"]] * 40
    >>> stats = count_corpus(text, window=2)
    >>> found = cosine_errors(stats, text, [("a", "b"), ("a", "c")], d=1)
    >>> found.cosines.shape, bool((found.errors >= 0).all())
    ((2,), True)
    """
    check_dense("cosine_errors", stats)
    d = whole_number("d", d, most=len(stats))
    places = np.array([[stats.index[one], stats.index[other]] for one, other in _pairs(pairs)])
    with limited_threads(len(stats)):
        noise = _Noise(stats, documents, d)
        cosines, influences = noise.of_cosines(places)
    covariance = influences @ influences.T
    words = [(stats.words[i], stats.words[j]) for i, j in places.tolist()]
    return CosineErrors(words, cosines, np.sqrt(np.diag(covariance)), covariance)


@checked
def neighbour_chances(
    stats: CorpusStatistics,
    documents: str | Path | Iterable[Sequence[str]],
    word: str,
    d: int,
    n: int = 10,
    rng: int | np.random.Generator = 0,
) -> list[NeighbourChance]:
    r"""Return the words nearest to a word, and how sure it is that each is one of the nearest.

    The cosines of the `n` nearest and of the 50 after them vary together, with the covariance of
    :func:`cosine_errors`.  In another corpus of as many documents they differ from these by twice that
    covariance, as both corpora are drawn; the chance is the share of 20,000 such normal draws in which a word is
    among the first `n`.

    Parameters
    ----------
    stats, documents, d
        As for :func:`cosine_errors`.
    word : str
    n : int
        How many nearest words.
    rng : int or numpy.random.Generator

    Returns
    -------
    list of NeighbourChance
        Of `n` words, nearest first.

    Raises
    ------
    ValueError, UnknownWordError
        As :func:`cosine_errors`; and if there are not more than `n` words.

    Notes
    -----
    Our own.  Introduced in chapter *scale*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> text = [["a", "b"], ["c", "d"], ["a", "b", "d"], ["d", "c"], ["c", "b"]] * 40
    >>> found = neighbour_chances(count_corpus(text, window=2), text, "a", d=1, n=1)
    >>> len(found), 0 <= found[0].chance <= 1
    (1, True)
    """
    check_dense("neighbour_chances", stats)
    d = whole_number("d", d, most=len(stats))
    n = whole_number("n", n, most=len(stats) - 1, because=f"; there are {len(stats) - 1} other words")
    rng, row = generator(rng), stats.index[word]
    with limited_threads(len(stats)):
        noise = _Noise(stats, documents, d)
        near = noise.nearest(row)[: n + _CLOSE]
        cosines, influences = noise.of_cosines(np.column_stack([np.full(len(near), row), near]))
    errors = np.linalg.norm(influences, axis=1)
    values, directions = np.linalg.eigh(influences @ influences.T)
    spread = directions * np.sqrt(2 * np.maximum(values, 0))  # of both corpora
    drawn = cosines + rng.standard_normal((_DRAWS, len(near))) @ spread.T
    first = (
        np.argpartition(-drawn, n - 1, axis=1)[:, :n] if n < len(near) else np.tile(np.arange(n), (_DRAWS, 1))
    )
    chances = np.bincount(first.ravel(), minlength=len(near)) / _DRAWS
    return [
        NeighbourChance(stats.words[i], *map(float, told))
        for i, *told in zip(near[:n].tolist(), cosines, errors, chances)
    ]


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of words, or an error that shows what is none."""
    pairs = list(pairs)
    for pair in pairs:
        if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
            raise ValueError(f"pairs must be of two words each, such as ('king', 'queen'), not {pair!r:.60}")
    if not pairs:
        raise ValueError("pairs must hold at least one pair of words, not be empty")
    return pairs


class _Noise:
    """How M* and what follows from it vary with the documents."""

    def __init__(self, stats: CorpusStatistics, documents, d: int):
        self.d, self.size = d, len(stats)
        M = np.asarray(m_star(stats))
        values, vectors = scipy.linalg.eigh(M)
        self.values, self.U = values[::-1], np.ascontiguousarray(vectors[:, ::-1])
        if self.values[d - 1] <= 0:
            raise ValueError(
                f"only {int((values > 0).sum())} directions have a positive eigenvalue; d must be at most that, not {d}"
            )
        total = float(stats.total)
        self.total, self.sums = total, np.rint(stats.p * total)
        chance = np.multiply.outer(self.sums, self.sums / total)
        self.slope = 4 * chance / (stats.counts + chance) ** 2  # of M* in a count
        self.H = 1 - M**2 / 4
        W = self.U[:, :d] * np.sqrt(self.values[:d])
        self.unit = W / np.linalg.norm(W, axis=1)[:, None]
        self.lengths = np.linalg.norm(W, axis=1)
        self.F = self._steepness(stats, documents)

    def nearest(self, row: int) -> np.ndarray:
        """All other words, those of the largest cosine first."""
        order = np.argsort(-(self.unit @ self.unit[row]), kind="stable")
        return order[order != row]

    def _steepness(self, stats: CorpusStatistics, documents) -> np.ndarray:
        """F, after all documents were gone through, whose counts are kept as rows of pairs."""
        d, near = self.d, min(self.size, 2 * self.d + _EDGE)
        inside, around = self.U[:, :d], self.U[:, :near]
        HU = self.H @ around
        UHU = around.T @ HU
        squares = np.zeros((d, near))
        rows, columns, data, seen = [], [], [], 0.0
        rng = np.random.default_rng(0)  # which documents are grouped must not follow their order
        for part in check_some(parts_of(stats, documents)):
            w, own = part.rows, part.counts.sum(axis=1)
            share = (own / self.sums[w])[:, None]
            change = inside[w].T @ ((self.slope[np.ix_(w, w)] * part.counts) @ around[w])
            change -= (inside[w] * share).T @ HU[w] + HU[w, :d].T @ (share * around[w])
            change += own.sum() / self.total * UHU[:d]
            squares += change**2
            i, j = np.nonzero(np.triu(part.counts))
            rows.append(np.full(len(i), part.number - 1 if part.number <= _GROUPS else rng.integers(_GROUPS)))
            columns.append(w[i] * self.size + w[j])
            data.append(part.counts[i, j])
            seen += own.sum()
        if seen != self.total:
            raise ValueError(
                f"documents hold {seen:,.0f} of the {self.total:,.0f} counts of the statistics; pass all documents that "
                "were counted, and no others"
            )
        made = np.concatenate(data), (np.concatenate(rows), np.concatenate(columns))
        self.counts = scipy.sparse.coo_array(made, (_GROUPS, self.size**2)).tocsr()
        gaps = self.values[:d, None] - self.values[None, d:]
        F = np.full((d, self.size), 0.5)
        F[:, d:] = self.values[:d, None] / np.maximum(gaps, np.finfo(float).tiny)
        F[:, d:near] = self.values[:d, None] * _turning(gaps[:, : near - d], np.sqrt(squares[:, d:]))
        return F

    def of_cosines(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Cosines of pairs of words, and the influence of each group of documents on each."""
        cosines = np.einsum("ka,ka->k", self.unit[places[:, 0]], self.unit[places[:, 1]])
        at_a_time = max(1, _ENTRIES // self.size**2)
        influences = [
            self.counts
            @ np.column_stack([self._sensitivity(i, j) for i, j in places[begin : begin + at_a_time]])
            for begin in range(0, len(places), at_a_time)
        ]
        return cosines, np.concatenate(influences, axis=1).T

    def _sensitivity(self, i: int, j: int) -> np.ndarray:
        """How much the cosine of two words changes with each count, as one row of pairs, i ≤ j."""
        d, U = self.d, self.U
        lengths, cosine = self.lengths[[i, j]], self.unit[i] @ self.unit[j]

        def outer(one: int, other: int) -> np.ndarray:
            return np.multiply.outer(U[one, :d], U[other])

        modes = (outer(i, j) + outer(j, i)) / lengths.prod()
        modes -= cosine * (outer(i, i) / lengths[0] ** 2 + outer(j, j) / lengths[1] ** 2)
        G = U[:, :d] @ ((self.F * modes / 2) @ U.T)
        G += G.T
        sums = (G * self.H).sum(axis=1)
        spread = sums / self.sums
        found = G * self.slope - spread[:, None] - spread + sums.sum() / self.total
        found = 2 * np.triu(found)
        found[np.diag_indices(self.size)] /= 2
        return found.ravel()


def _turning(gaps: np.ndarray, noise: np.ndarray) -> np.ndarray:
    r"""How far noise turns two directions into each other, divided by the noise: 1/gap where that is large.

    .. math:: \sqrt{\mathrm E[m^2 / (g^2 + 4 m^2)]} / \nu, \qquad m \sim \mathcal N(0, \nu^2)
    """
    from scipy.special import erfcx

    noise = np.maximum(noise, 1e-12 + 1e-9 * gaps)
    z = gaps / (2 * np.sqrt(2) * noise)
    mean = np.where(z > 1e3, 0.5 / np.maximum(z, 1) ** 2, 1 - np.sqrt(np.pi) * z * erfcx(z))
    return np.sqrt(np.maximum(mean, 0)) / (2 * noise)
