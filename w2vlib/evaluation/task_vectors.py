"""Task vectors: the differences that analogies are made of."""

from __future__ import annotations

from collections.abc import Container, Iterable

import numpy as np

from ..embeddings import Embedding

__all__ = [
    "pairs_of_family",
    "shared_direction",
    "signal_to_noise",
    "task_vectors",
]

Pair = tuple[str, str]


def pairs_of_family(
    questions: Iterable[tuple[str, str, str, str]],
    known: Container[str] | None = None,
    distinct_words: bool = False,
) -> list[Pair]:
    """Return the pairs of words that a family of analogy questions is made of.

    Parameters
    ----------
    questions : iterable of (a, b, c, answer)
        One family of :func:`load_analogies`.
    known : container of str, optional
        An embedding, or a set of words; pairs with another word are left out.
    distinct_words : bool
        Whether to leave out pairs that share a word with an earlier one (*Houston,
        Texas* and *Dallas, Texas*), because their differences are not
        independent, which the tests of significance assume.

    Returns
    -------
    list of (a, b)
        Each once, in the order of their appearance.

    Raises
    ------
    ValueError
        If a question has not four words, or fewer than three pairs remain.

    Notes
    -----
    Introduced in chapter 14, *Analogies are a signal in noise*.

    Examples
    --------
    >>> pairs_of_family([("a", "A", "b", "B"), ("b", "B", "c", "C"), ("c", "C", "a", "A")])
    [('a', 'A'), ('b', 'B'), ('c', 'C')]
    """
    pairs: dict[Pair, None] = {}
    for question in questions:
        if isinstance(question, str) or len(question) != 4:
            raise ValueError(
                f"a question holds four words, not {question!r}; pass one family: load_analogies()['gender']"
            )
        pairs |= {tuple(question[:2]): None, tuple(question[2:]): None}
    found = [pair for pair in pairs if known is None or all(word in known for word in pair)]
    if distinct_words:
        taken: set[str] = set()
        found = [p for p in found if not taken & {*p} and not taken.update(p)]
    if len(found) < 3:
        raise ValueError(
            f"only {len(found)} of {len(pairs)} pairs remain ({found!r}), and fewer than three say nothing about a "
            "common direction; use a larger vocabulary or leave the family out"
        )
    return found


def task_vectors(embedding: Embedding, pairs: Iterable[Pair], normalise: bool = False) -> np.ndarray:
    r"""Return the difference of each pair of words.

    .. math:: r_i = w_{b_i} - w_{a_i}, \qquad R \in \mathbb{R}^{n \times d}

    Parameters
    ----------
    embedding : Embedding
    pairs : iterable of (a, b)
        As :func:`pairs_of_family` returns them.
    normalise : bool
        Whether the word vectors are scaled to length 1 first, as analogy scores
        do.

    Returns
    -------
    ndarray of shape (n, d)

    Raises
    ------
    ValueError
        If there are fewer than three pairs, a pair stands twice (in either
        order), or its two words are one.
    UnknownWordError
        If a word is not in the embedding.

    Notes
    -----
    Source: Karkada et al. (2025), section 5.  Introduced in chapter 14,
    *Analogies are a signal in noise*.

    Examples
    --------
    >>> line = Embedding(("a", "b", "c", "d"), np.array([[0.0], [1.0], [3.0], [7.0]]))
    >>> task_vectors(line, [("a", "b"), ("b", "c"), ("c", "d")])[:, 0]
    array([1., 2., 4.])
    """
    rows, seen = [], set()
    for pair in pairs:
        if isinstance(pair, str) or len(pair) != 2 or pair[0] == pair[1]:
            raise ValueError(f"a pair holds two different words, not {pair!r}")
        if frozenset(pair) in seen:
            raise ValueError(
                f"the pair {tuple(pair)!r} stands twice, and would count twice; give each pair once"
            )
        seen.add(frozenset(pair))
        rows.append([embedding.index[word] for word in pair])
    if len(rows) < 3:
        raise ValueError(f"{len(rows)} pairs are too few to have a direction in common; give three or more")
    first, second = np.array(rows).T
    vectors = embedding.unit if normalise else embedding.vectors
    return vectors[second] - vectors[first]


def signal_to_noise(rows: np.ndarray) -> float:
    r"""Return how far the strongest direction of task vectors stands out from the average one.

    .. math:: \mathrm{SNR} = \lambda_{\max}(RR^\top) \Big/ \frac{\operatorname{tr} RR^\top}{\min(n, d)}

    Parameters
    ----------
    rows : ndarray of shape (n, d)
        Task vectors; they are not centred.

    Returns
    -------
    float
        Between 1, where rows are orthogonal and equally long, and min(n, d),
        where all are parallel.

    Raises
    ------
    ValueError
        If there are fewer than three rows, or all are 0 or one is not finite.

    Notes
    -----
    The authors divide by the rank of R, which is min(n, d) unless rows depend on
    one another; so defined, parallel rows would have an SNR of 1.  The ratio
    also rises where rows differ in length or d is small, with no direction in
    common: judge it against :func:`sign_flip_test`.  Source: Karkada et al.
    (2025), section 5.  Introduced in chapter 14, *Analogies are a signal in
    noise*.

    Examples
    --------
    >>> round(signal_to_noise(np.eye(4)), 9), round(signal_to_noise(np.ones((4, 9))), 9)
    (1.0, 4.0)
    """
    rows = checked_rows(rows)
    rows = rows / np.abs(rows).max()
    inner = rows @ rows.T if len(rows) <= rows.shape[1] else rows.T @ rows
    return float(np.linalg.eigvalsh(inner)[-1] / np.trace(inner) * min(rows.shape))


def shared_direction(rows: np.ndarray) -> float:
    r"""Return how much longer the sum of task vectors is than if they were turned at random.

    .. math:: \frac{\lVert \sum_i r_i \rVert^2}{\sum_i \lVert r_i \rVert^2} \in [0, n]

    Parameters
    ----------
    rows : ndarray of shape (n, d)

    Returns
    -------
    float
        n if all are equal; 1, on average, if each row might as well point the
        other way.

    Raises
    ------
    ValueError
        As :func:`signal_to_noise`.

    Notes
    -----
    With n ≤ d it is never more than :func:`signal_to_noise`, which may give
    every pair a weight and a sign of its own.  Introduced in chapter 14,
    *Analogies are a signal in noise*.

    Examples
    --------
    >>> shared_direction(np.eye(4)), shared_direction(np.ones((4, 9)))
    (1.0, 4.0)
    """
    rows = checked_rows(rows)
    rows = rows / np.abs(rows).max()
    return float((rows.sum(axis=0) ** 2).sum() / (rows**2).sum())


def checked_rows(rows: np.ndarray) -> np.ndarray:
    """Return task vectors as float64, or say why they are none."""
    rows = np.asarray(rows, float)
    if rows.ndim != 2 or len(rows) < 3 or rows.shape[1] < 1:
        raise ValueError(
            f"task vectors are a matrix of three rows or more, one for each pair, not of shape {rows.shape}"
        )
    if not np.isfinite(rows).all():
        raise ValueError(
            f"row {int(np.argwhere(~np.isfinite(rows))[0, 0])} of the task vectors is not finite"
        )
    if not rows.any():
        raise ValueError("all task vectors are 0, so they have no direction")
    return rows
