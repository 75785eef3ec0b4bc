"""The language of one kind of sentence, and the twenty-three lines of chapter *word2vec*, for the chapter after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

__all__ = ["CALLINGS", "pairs_of_text", "questions", "sentence", "update", "word2vec"]

CALLINGS = {
    "man woman": "sees meets house garden",
    "king queen": "rules leads palace crown",
    "father mother": "feeds carries child cradle",
    "actor actress": "plays loves stage film",
    "waiter waitress": "brings serves soup coffee",
    "monk nun": "praises sings psalm abbey",
}


def sentence(rng: np.random.Generator) -> list[str]:
    """Return one sentence of the language.

    Parameters
    ----------
    rng : Generator

    Returns
    -------
    list of str
        Ten words.

    Notes
    -----
    Introduced in chapter *word2vec*.

    Examples
    --------
    >>> " ".join(sentence(np.random.default_rng(0)))
    'the nun sings her psalm and she wears a gown'
    """
    nouns, words = list(CALLINGS.items())[rng.integers(6)]
    sex, verb, thing = rng.integers(2, size=3)
    he, his, hat = [("he", "his", "hat"), ("she", "her", "gown")][sex]
    verb, thing = words.split()[verb], words.split()[2 + thing]
    return f"the {nouns.split()[sex]} {verb} {his} {thing} and {he} wears a {hat}".split()


def questions() -> list[tuple[str, str, str, str]]:
    """Return the thirty questions: a man is to a king as a woman is to a queen, for every two callings.

    Returns
    -------
    list of tuple of str

    Notes
    -----
    Introduced in chapter *word2vec*.

    Examples
    --------
    >>> len(questions()), questions()[0]
    (30, ('man', 'king', 'woman', 'queen'))
    """
    nouns = [couple.split() for couple in CALLINGS]
    return [(a, b, c, d) for a, c in nouns for b, d in nouns if a != b]


def update(W: np.ndarray, Z: np.ndarray, i: int, j: int, negatives: np.ndarray, rate: float) -> None:
    """Play one round of word2vec, which changes W and Z.

    Parameters
    ----------
    W, Z : ndarray, shape (V, d)
        Vectors of the words in the middle, and of the neighbours.
    i, j : int
        The real pair.
    negatives : ndarray of int
        The words of the made-up pairs.
    rate : float
        The learning rate.

    Notes
    -----
    Introduced in chapter *word2vec*.

    Examples
    --------
    >>> W, Z = np.ones((2, 1)), np.zeros((2, 1))
    >>> update(W, Z, 0, 1, np.array([0]), 1.0)
    >>> Z.ravel().tolist()
    [-0.5, 0.5]
    """
    others = np.append(j, negatives)
    error = -1 / (1 + np.exp(-Z[others] @ W[i]))
    error[0] += 1
    pull = error @ Z[others]
    np.add.at(Z, others, rate * np.outer(error, W[i]))
    W[i] += rate * pull


def pairs_of_text(
    text: Iterable[np.ndarray], keep: np.ndarray, window: int, rng: np.random.Generator
) -> Iterator[tuple[int, int]]:
    """Yield the real pairs of a text; words are dropped first, and then the window is laid.

    Parameters
    ----------
    text : iterable of ndarray of int
        Sentences, as numbers of words.
    keep : ndarray, shape (V,)
        The chance that an occurrence of a word is kept.
    window : int
        The largest reach.
    rng : Generator

    Yields
    ------
    i, j : int
        The word in the middle, and its neighbour.

    Notes
    -----
    Introduced in chapter *word2vec*.

    Examples
    --------
    >>> list(pairs_of_text([np.array([0, 1])], np.ones(2), 1, np.random.default_rng(0)))
    [(np.int64(0), np.int64(1)), (np.int64(1), np.int64(0))]
    """
    for words in text:
        kept = words[rng.random(len(words)) < keep[words]]
        for here in range(len(kept)):
            reach = rng.integers(1, window + 1)
            for there in range(max(0, here - reach), min(len(kept), here + reach + 1)):
                if there != here:
                    yield kept[here], kept[there]


def word2vec(
    pairs: Iterable[tuple[int, int]],
    total: int,
    d: int,
    noise: np.ndarray,
    negatives: int,
    rate: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the vectors that word2vec learns from pairs, one round after the other.

    Parameters
    ----------
    pairs : iterable of pairs of int
        The real pairs.
    total : int
        How many of them to take.
    d : int
        Dimensions.
    noise : ndarray, shape (V,)
        The chances of the negatives.
    negatives : int
        How many made-up pairs there are for each real one.
    rate : float
        The learning rate at the start; it falls to zero.
    rng : Generator

    Returns
    -------
    W, Z : ndarray, shape (V, d)

    Notes
    -----
    Introduced in chapter *word2vec*.

    Examples
    --------
    >>> W, Z = word2vec([(0, 1)] * 9, 9, 2, np.ones(3), 1, 0.1, np.random.default_rng(0))
    >>> W.shape, Z.shape
    ((3, 2), (3, 2))
    """
    size, up_to = len(noise), np.cumsum(noise) / noise.sum()
    W = rng.uniform(-0.5 / d, 0.5 / d, (size, d))
    Z = np.zeros((size, d))
    for done, (i, j) in zip(range(total), pairs):
        drawn = np.searchsorted(up_to, rng.random(negatives))
        update(W, Z, i, j, drawn, rate * (1 - done / total))
    return W, Z
