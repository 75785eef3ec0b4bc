"""Word vectors: the closed form, neighbours and analogies."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .spectra import Spectrum, spectrum
from .statistics import CorpusStatistics
from .statistics_file import replace_file
from .targets import m_star
from .words import WordIndex

__all__ = ["Embedding", "closed_form", "embed"]


@dataclass(frozen=True, eq=False)
class Embedding:
    """Words and their vectors.

    Attributes
    ----------
    words : tuple of str, length V
    vectors : ndarray of float64, shape (V, d)
        One row a word.

    Raises
    ------
    ValueError
        On creation, if there is not one finite row for each word.

    Notes
    -----
    Introduced in chapter 1, *Three lines of linear algebra solve king − man + woman*.

    Examples
    --------
    >>> plane = Embedding(("man", "woman", "king", "queen"),
    ...                   np.array([[1., 0.], [0., 1.], [2., 1.], [1., 2.]]))
    >>> plane.analogy("man", "king", "woman")
    [('queen', 0.86)]
    """

    words: tuple[str, ...]
    vectors: np.ndarray
    index: WordIndex = field(init=False, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "words", tuple(self.words))
        object.__setattr__(self, "index", WordIndex(self.words))
        object.__setattr__(self, "vectors", np.asarray(self.vectors, np.float64))
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.words):
            raise ValueError(
                f"vectors must have one row for each of the {len(self.words)} words, "
                f"not the shape {self.vectors.shape}"
            )
        if not np.isfinite(self.vectors).all():
            row = int(np.flatnonzero(~np.isfinite(self.vectors).all(axis=1))[0])
            raise ValueError(f"the vector of {self.words[row]!r} holds NaN or infinity")

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return f"Embedding({len(self):,} words, {self.vectors.shape[1]} dimensions)"

    def __contains__(self, word: str) -> bool:
        return word in self.index

    def __getitem__(self, word: str) -> np.ndarray:
        """The vector of a word."""
        return self.vectors[self.index[word]]

    @functools.cached_property
    def unit(self) -> np.ndarray:
        """The vectors scaled to length 1, shape (V, d); zero vectors stay zero."""
        lengths = np.linalg.norm(self.vectors, axis=1, keepdims=True)
        return self.vectors / np.where(lengths > 0, lengths, 1)

    def similarity(self, first: str, second: str) -> float:
        """The cosine between two words' vectors."""
        return float(self.unit[self.index[first]] @ self.unit[self.index[second]])

    def neighbours(self, word: str, n: int = 10) -> list[tuple[str, float]]:
        """The `n` words whose vectors have the largest cosine with that of `word`."""
        row = self.index[word]
        return self._best(self.unit @ self.unit[row], [row], n)

    def analogy(self, a: str, b: str, c: str, n: int = 1) -> list[tuple[str, float]]:
        r"""Answer "`a` is to `b` as `c` is to …" with the `n` best words.

        .. math:: \arg\max_{v \notin \{a, b, c\}} \hat w_v \cdot (\hat w_b - \hat w_a + \hat w_c)

        over unit vectors; the scores are divided by the length of the sum, so
        they are cosines.
        """
        rows = [self.index[word] for word in (a, b, c)]
        aim = self.unit[rows[1]] - self.unit[rows[0]] + self.unit[rows[2]]
        return self._best(self.unit @ (aim / max(np.linalg.norm(aim), 1e-300)), rows, n)

    def _best(self, scores: np.ndarray, excluded: Sequence[int], n: int) -> list[tuple[str, float]]:
        scores[list(excluded)] = -np.inf
        order = np.argsort(-scores, kind="stable")[: min(n, len(scores) - len(set(excluded)))]
        return [(self.words[i], round(float(scores[i]), 3)) for i in order]

    def first(self, d: int) -> Embedding:
        """The same words with the first `d` coordinates only."""
        if not 1 <= d <= self.vectors.shape[1]:
            raise ValueError(f"d must lie between 1 and {self.vectors.shape[1]}, not {d}")
        return Embedding(self.words, self.vectors[:, :d])

    def save_word2vec_text(self, path: str | Path, digits: int = 6) -> None:
        """Write in word2vec's text format, which gensim, fastText's tools and spaCy read.

        Raises
        ------
        ValueError
            If a word is empty or holds a space, which the format cannot express.
        """
        for word in self.words:
            if word.split() != [word]:
                raise ValueError(
                    f"word2vec's text format cannot hold the word {word!r}, which is empty or has a space in it; "
                    "join its parts with '_'"
                )
        lines = [f"{len(self)} {self.vectors.shape[1]}"]
        for word, row in zip(self.words, self.vectors):
            lines.append(word + " " + " ".join(f"{x:.{digits}g}" for x in row))
        replace_file(path, ("\n".join(lines) + "\n").encode())

    def to_gensim(self):
        """Return the same vectors as gensim's ``KeyedVectors`` (needs gensim)."""
        from gensim.models import KeyedVectors

        vectors = KeyedVectors(self.vectors.shape[1])
        vectors.add_vectors(list(self.words), self.vectors.astype(np.float32))
        return vectors


def closed_form(modes: Spectrum, words: Sequence[str], power: float = 0.5) -> Embedding:
    r"""Return the word vectors that training ends with, from a target's spectrum.

    .. math:: W = U_r \Lambda_r^{p}, \qquad p = \tfrac12,

    over the :math:`r` directions with positive eigenvalue.  With
    :math:`p = \frac12`, :math:`WW^\top` is the best approximation of the target
    among all products of a matrix with its own transpose.

    Parameters
    ----------
    modes : Spectrum
        The leading directions of the target.
    words : sequence of str, length V
    power : float
        The exponent p; 0 gives all directions the same weight.

    Returns
    -------
    Embedding
        Coordinate k belongs to direction k.

    Raises
    ------
    ValueError
        If no eigenvalue is positive, or there is not one word a row.

    Notes
    -----
    Source: Karkada et al. (2025), section 3; Eckart and Young (1936).
    Introduced in chapter 1; proved in chapter 6.

    Examples
    --------
    >>> from w2vlib.spectra import spectrum
    >>> target = np.array([[2.0, 1.0], [1.0, 2.0]])
    >>> W = closed_form(spectrum(target, 2), ["a", "b"]).vectors
    >>> bool(np.allclose(W @ W.T, target))
    True
    """
    positive = modes.values > 0
    if not positive.any():
        raise ValueError(
            f"no direction has a positive eigenvalue (the largest is {modes.values[0]:.3g}), "
            "so a product of a matrix with its own transpose learns nothing from this target"
        )
    return Embedding(tuple(words), modes.vectors[:, positive] * modes.values[positive] ** power)


def embed(
    stats: CorpusStatistics,
    d: int = 100,
    target: Callable[[CorpusStatistics], np.ndarray] = m_star,
    power: float = 0.5,
) -> Embedding:
    """Return word vectors of a corpus in closed form: no training, no randomness.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    d : int
        Dimensions, at most V.
    target : callable
        The matrix to factorise: :func:`~w2vlib.targets.m_star`,
        :func:`~w2vlib.targets.ppmi`, or any function of statistics.
    power : float
        See :func:`closed_form`.

    Returns
    -------
    Embedding

    Notes
    -----
    Introduced in chapter 1, *Three lines of linear algebra solve king − man + woman*.

    Examples
    --------
    >>> from w2vlib import load_wikipedia
    >>> embed(load_wikipedia(2000), d=100).analogy("man", "king", "woman", n=1)[0][0]
    'queen'
    """
    return closed_form(spectrum(target(stats), d), stats.words, power)
