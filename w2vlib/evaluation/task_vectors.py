"""Task vectors: the differences that analogies are made of, and what their spectrum would be if they were noise."""

from __future__ import annotations

from collections.abc import Container, Iterable

import numpy as np

from .._common.arguments import checked
from .._common.threads import limited_threads
from .._common.validate import positive_number, real_array, shortened
from ..dynamics import participation_ratio
from ..embeddings import Embedding

__all__ = [
    "effective_dimension",
    "marchenko_pastur_density",
    "marchenko_pastur_edges",
    "pairs_of_family",
    "shared_direction",
    "signal_to_noise",
    "task_vectors",
]

Pair = tuple[str, str]


@checked
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
    Introduced in chapter *task-vectors*.

    Examples
    --------
    >>> pairs_of_family([("a", "A", "b", "B"), ("b", "B", "c", "C"), ("c", "C", "a", "A")])
    [('a', 'A'), ('b', 'B'), ('c', 'C')]
    """
    pairs: dict[Pair, None] = {}
    for question in questions:
        if not isinstance(question, (tuple, list)) or len(question) != 4:
            raise ValueError(
                f"a question holds four words, not {question!r}; pass one family: load_analogies()['gender']"
            )
        pairs |= {tuple(question[:2]): None, tuple(question[2:]): None}
    found = [pair for pair in pairs if known is None or all(word in known for word in pair)]
    if distinct_words:
        taken: set[str] = set()
        found = [p for p in found if not taken & {*p} and not taken.update(p)]
    if len(found) < 3:
        among = "" if known is None else " among the words known"
        raise ValueError(
            f"only {len(found)} of {len(pairs)} pairs remain of these questions{among} ({found!r}), and fewer than three say nothing about a "
            "common direction; use a larger vocabulary or leave the family out"
        )
    return found


def pairs_of_words(pairs: Iterable[Pair]) -> list[Pair]:
    """Return pairs of words as a list of tuples, or say which is none.

    Examples
    --------
    >>> pairs_of_words([["a", "b"], "ab"])
    Traceback (most recent call last):
    ...
    ValueError: a pair holds two different words, not 'ab'
    """
    listed = list(pairs)
    for pair in listed:
        if not (isinstance(pair, (tuple, list)) and len(pair) == 2 and all(isinstance(w, str) for w in pair)):
            raise ValueError(f"a pair holds two different words, not {shortened(pair)}")
    return [tuple(pair) for pair in listed]


@checked
def task_vectors(embedding: Embedding, pairs: Iterable[Pair], normalise: bool = False) -> np.ndarray:
    r"""Return the difference of each pair of words.

    .. math:: r_i = w_{b_i} - w_{a_i}, \qquad R \in \mathbb{R}^{m \times d}

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
    ndarray of shape (m, d)

    Raises
    ------
    ValueError
        If there are fewer than three pairs, a pair stands twice (in either
        order), or its two words are one.
    UnknownWordError
        If a word is not in the embedding.

    Notes
    -----
    Source: Karkada et al. (2025), section 5.  Introduced in chapter *task-vectors*.

    Examples
    --------
    >>> line = Embedding(("a", "b", "c", "d"), np.array([[0.0], [1.0], [3.0], [7.0]]))
    >>> task_vectors(line, [("a", "b"), ("b", "c"), ("c", "d")])[:, 0]
    array([1., 2., 4.])
    """
    rows, seen = [], set()
    pairs = pairs_of_words(pairs)
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


@limited_threads()
@checked
def signal_to_noise(rows: np.ndarray) -> float:
    r"""Return how far the strongest direction of task vectors stands out from the average one.

    .. math:: \mathrm{SNR} = \lambda_{\max}(RR^\top) \Big/ \frac{\operatorname{tr} RR^\top}{\min(m, d)}

    Parameters
    ----------
    rows : ndarray of shape (m, d)
        Task vectors; they are not centred.

    Returns
    -------
    float
        Between 1, where rows are orthogonal and equally long, and min(m, d),
        where all are parallel.

    Raises
    ------
    ValueError
        If there are fewer than three rows, or all are 0 or one is not finite.

    Notes
    -----
    The authors divide by the rank of R, which is min(m, d) unless rows depend on
    one another; so defined, parallel rows would have an SNR of 1.  The ratio
    also rises where rows differ in length or d is small, with no direction in
    common: judge it against :func:`sign_flip_test`.  Source: Karkada et al.
    (2025), section 5.  Introduced in chapter *task-vectors*.

    Examples
    --------
    >>> round(signal_to_noise(np.eye(4)), 9), round(signal_to_noise(np.ones((4, 9))), 9)
    (1.0, 4.0)
    """
    rows = checked_rows(rows)
    rows = rows / np.abs(rows).max()
    inner = rows @ rows.T if len(rows) <= rows.shape[1] else rows.T @ rows
    return float(np.linalg.eigvalsh(inner)[-1] / np.trace(inner) * min(rows.shape))


@checked
def shared_direction(rows: np.ndarray) -> float:
    r"""Return how much longer the sum of task vectors is than if they were turned at random.

    .. math:: \frac{\lVert \sum_i r_i \rVert^2}{\sum_i \lVert r_i \rVert^2} \in [0, m]

    Parameters
    ----------
    rows : ndarray of shape (m, d)

    Returns
    -------
    float
        m if all are equal; 1, on average, if each row might as well point the
        other way.

    Raises
    ------
    ValueError
        As :func:`signal_to_noise`.

    Notes
    -----
    With m ≤ d it is never more than :func:`signal_to_noise`, which may give
    every pair a weight and a sign of its own.  Introduced in chapter *task-vectors*.

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


@checked
def effective_dimension(rows: np.ndarray) -> float:
    r"""Return how many coordinates of equal variance would be worth as much as these.

    .. math:: d_{\mathrm{eff}} = \frac{(\sum_k v_k)^2}{\sum_k v_k^2}

    with the variance :math:`v_k` of coordinate k over the rows.

    Parameters
    ----------
    rows : ndarray of shape (m, d)
        Word vectors, or differences of random pairs of them, in coordinates
        that are uncorrelated: those of the closed form, not of training.

    Returns
    -------
    float
        Between 1 and d.

    Raises
    ------
    ValueError
        If there are fewer than three rows, one is not finite, or no coordinate
        varies.

    Notes
    -----
    m rows with normal entries give a value that is too small by a factor of
    about 1 + 2/m, so that a family's own few task vectors are not the place to
    measure it; those also hold the signal.  Introduced in chapter *task-vectors*.

    Examples
    --------
    >>> rows = np.array([[3.0, 1.0], [-3.0, 1.0], [3.0, -1.0], [-3.0, -1.0]])  # variances 9 and 1
    >>> round(effective_dimension(rows), 3)
    1.22
    """
    rows = checked_rows(rows)
    variances = np.var(rows / np.abs(rows).max(), axis=0)
    if not variances.max() > 1e-28:
        raise ValueError("all rows are equal, so no coordinate varies and there is no dimension to speak of")
    return float(participation_ratio(variances))


@checked
def marchenko_pastur_edges(n: int, d_eff: float, variance: float = 1.0) -> tuple[float, float]:
    r"""Return between which values the eigenvalues of pure noise lie.

    .. math:: \text{variance} \cdot \bigl(1 \mp \sqrt{m / d_{\mathrm{eff}}}\bigr)^2

    Parameters
    ----------
    n : int
        m, the rows of R: pairs of the family.
    d_eff : float
        Their effective dimension; d where all coordinates vary alike.
    variance : float
        Mean square of the entries of R.

    Returns
    -------
    low, high : float
        Of the eigenvalues of :math:`\frac1d RR^\top` other than 0.

    Raises
    ------
    ValueError
        If an argument is not positive and finite.

    Notes
    -----
    Source: Marchenko and Pastur (1967).  With coordinates of unequal variance,
    :math:`d_{\mathrm{eff}}` makes mean and variance of the eigenvalues right,
    but the true edge lies somewhat higher.  Rows of unequal length raise it
    further: scale them to length 1 first, or use :func:`sign_flip_test`.
    Introduced in chapter *task-vectors*.

    Examples
    --------
    >>> marchenko_pastur_edges(25, 100)
    (0.25, 2.25)
    """
    for name, value in (("n", n), ("d_eff", d_eff), ("variance", variance)):
        positive_number(name, value)
    root = float(np.sqrt(n / d_eff))
    return variance * (1 - root) ** 2, variance * (1 + root) ** 2


@checked
def marchenko_pastur_density(x: np.ndarray, n: int, d_eff: float, variance: float = 1.0) -> np.ndarray:
    r"""Return the density of the eigenvalues of pure noise.

    .. math:: \frac{d_{\mathrm{eff}}}{m}\, \frac{\sqrt{(x_+ - x)(x - x_-)}}{2\pi \cdot \text{variance} \cdot x}

    between the edges :math:`x_\mp` of :func:`marchenko_pastur_edges`, 0 elsewhere.

    Parameters
    ----------
    x : ndarray
        Eigenvalues of :math:`\frac1d RR^\top`.
    n, d_eff, variance
        As for :func:`marchenko_pastur_edges`.

    Returns
    -------
    ndarray of the shape of `x`
        With integral min(1, d_eff/m): where m > d_eff, the share 1 − d_eff/m of
        the eigenvalues is 0.

    Raises
    ------
    ValueError
        As :func:`marchenko_pastur_edges`.

    Notes
    -----
    Source: Marchenko and Pastur (1967).  Introduced in chapter *task-vectors*.

    Examples
    --------
    >>> x = np.linspace(0.25, 2.25, 2001)
    >>> round(float(marchenko_pastur_density(x, 25, 100).sum() * (x[1] - x[0])), 3)
    1.0
    """
    low, high = marchenko_pastur_edges(n, d_eff, variance)
    x = real_array("x", x)
    inside = (x > low) & (x < high)
    safe = np.where(inside, x, (low + high) / 2)
    density = np.sqrt((high - safe) * (safe - low)) / (2 * np.pi * variance * (n / d_eff) * safe)
    return np.where(inside, density, 0.0)
