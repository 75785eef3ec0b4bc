"""What chapter *pair-weights* computes beside its argument."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import chi2

from .. import datasets
from .._common.arguments import checked
from .._common.validate import positive_number, real_array, whole_array, whole_number
from ..targets import checked_pair_weights, logistic_target

__all__ = ["chi_squared", "full_runs", "guess_levels", "logistic_loss", "without_rows_and_columns"]


@checked
def chi_squared(pairs: Sequence[tuple[int, int]], law: np.ndarray) -> tuple[float, int, float]:
    r"""Compare pairs with a law: χ², its degrees of freedom, and the probability of one as large by chance.

    .. math:: \chi^2 = \sum_{ij} \frac{(N_{ij} - nA_{ij})^2}{nA_{ij}}

    Terms in which fewer than five pairs are expected are put together.

    Parameters
    ----------
    pairs : sequence of pairs of int
        n independent draws.
    law : ndarray, shape (V, V)
        The probabilities :math:`A_{ij}`, with the sum 1.

    Returns
    -------
    statistic : float
    freedom : int
        One less than there are terms: the law is given, and only n is taken from the pairs.
    probability : float

    Notes
    -----
    If the pairs have another law :math:`A'`, then :math:`(\chi^2 - \text{freedom})/n` is about
    :math:`\sum (A' - A)^2/A`, the mean square of the relative deviation.  Introduced in chapter
    *pair-weights*.

    Examples
    --------
    >>> statistic, freedom, probability = chi_squared([(0, 0)] * 30 + [(0, 1)] * 10, np.array([[0.5, 0.5], [0, 0]]))
    >>> statistic, freedom, round(probability, 4)
    (10.0, 1, 0.0016)
    """
    law = real_array("law", law, None, None)
    size, pairs = len(law), whole_array("pairs", pairs, 2).astype(int)
    if law.shape[1] != size or (law < 0).any():
        raise ValueError(f"law must be a square matrix of probabilities, not one of the shape {law.shape}")
    if pairs.shape[1:] != (2,) or not len(pairs) or pairs.min() < 0 or pairs.max() >= size:
        raise ValueError(
            f"pairs must be pairs of numbers from 0 to {size - 1}, not an array of the shape {pairs.shape}"
        )
    first, second = pairs.T
    found = np.bincount(first * size + second, minlength=size * size).astype(float)
    expected = len(pairs) * np.ravel(law)
    often = expected >= 5
    rest = found[~often].sum(), expected[~often].sum()
    found, expected = found[often], expected[often]
    if max(rest) > 0:
        found, expected = np.append(found, rest[0]), np.append(expected, rest[1])
    statistic = float(((found - expected) ** 2 / np.maximum(expected, 1e-9)).sum())
    freedom = len(found) - 1
    return statistic, freedom, float(chi2.sf(statistic, freedom))


@checked
def guess_levels(attraction: np.ndarray, repulsion: np.ndarray, negatives: float) -> dict[str, float]:
    """Return what a round costs with the scores of four guessers.

    Parameters
    ----------
    attraction, repulsion : ndarray, shape (V, V)
        A and B of word2vec.
    negatives : float
        K.

    Returns
    -------
    dict
        The loss per round of scores that are all zero (``"nothing"``), of the one best score for all
        pairs (``"base rate"``), of scores by frequency alone, and of the best free scores.

    Notes
    -----
    Introduced in chapter *word2vec*.

    Examples
    --------
    >>> from w2vlib import count_corpus, word2vec_pair_weights
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> levels = guess_levels(*word2vec_pair_weights(stats, subsample=None, symmetric=False), 5)
    >>> bool(np.isclose(levels["nothing"], 6 * np.log(2))), levels["best"] < levels["frequency"]
    (True, True)
    """
    positive_number("negatives", negatives)
    attraction, repulsion = _weights(attraction, repulsion)
    by_frequency = np.log(attraction.sum(axis=0) / repulsion.sum(axis=0))
    guesses = {
        "nothing": np.zeros(attraction.shape),
        "base rate": np.full(attraction.shape, -np.log(negatives)),
        "frequency": np.broadcast_to(by_frequency, attraction.shape),
        "best": np.maximum(logistic_target(attraction, repulsion), -50),
    }
    return {name: logistic_loss(scores, attraction, repulsion) for name, scores in guesses.items()}


def _weights(attraction: np.ndarray, repulsion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A and B, once they are weights of the same pairs, and each neighbour is pulled and pushed by some word."""
    checked_pair_weights(attraction, repulsion)
    for name, weights in (("attraction", attraction), ("repulsion", repulsion)):
        if not np.any(weights, axis=0).all():
            raise ValueError(f"{name} must be positive somewhere in each column")
    return np.asarray(attraction), np.asarray(repulsion)


@checked
def logistic_loss(scores: np.ndarray, attraction: np.ndarray, repulsion: np.ndarray) -> float:
    """Return what a round of word2vec costs on average.

    Parameters
    ----------
    scores, attraction, repulsion : ndarray, shape (V, V)
        x, A and B.

    Returns
    -------
    float

    Notes
    -----
    Introduced in chapter *word2vec*.

    Examples
    --------
    >>> bool(np.isclose(logistic_loss(np.zeros((1, 1)), np.array([[1.0]]), np.array([[5.0]])), 6 * np.log(2)))
    True
    """
    attraction, repulsion = _weights(attraction, repulsion)
    scores = real_array("scores", scores, *attraction.shape)
    return float((attraction * np.logaddexp(0, -scores) + repulsion * np.logaddexp(0, scores)).sum())


@checked
def without_rows_and_columns(change: np.ndarray, met: np.ndarray, rounds: int = 100) -> np.ndarray:
    r"""Return what is left of a matrix after a number for each row and one for each column are taken off.

    The numbers are those of least squares over the entries that count.

    Parameters
    ----------
    change : ndarray, shape (V, V)
    met : ndarray of bool, shape (V, V)
        The entries that count; each row and column has one.
    rounds : int
        How often rows and columns take their turn.

    Returns
    -------
    ndarray
        The entries that are left, one-dimensional, in the order of ``change[met]``.

    Notes
    -----
    Introduced in chapter *pair-weights*.

    Examples
    --------
    >>> change = np.add.outer([1.0, 2.0, 5.0], [0.0, 3.0, 4.0])
    >>> bool(np.abs(without_rows_and_columns(change, change < 9)).max() < 1e-12)
    True
    """
    whole_number("rounds", rounds, 1)
    change = real_array("change", change, None, None)
    met = real_array("met", met, *change.shape)
    if not (np.isin(met, (0, 1)).all() and met.any(axis=0).all() and met.any(axis=1).all()):
        raise ValueError("met must be True or False, and True somewhere in each row and column")
    change = np.where(met > 0, change, 0.0)
    row, column = np.zeros((len(change), 1)), np.zeros(change.shape[1])
    for _ in range(rounds):
        row[:, 0] = ((change - column) * met).sum(axis=1) / met.sum(axis=1)
        column = ((change - row) * met).sum(axis=0) / met.sum(axis=0)
    return (change - row - column)[met > 0]


def full_runs() -> list[dict]:
    """Return the runs over the whole text, one row a setting: how many there are, and their shares of right answers.

    Returns
    -------
    list of dict
        ``"name"``, ``"subsample"``, ``"runs"``, and ``"own"`` and ``"google"``, the
        shares of the questions solved, one for each run, in %.

    Notes
    -----
    The numbers are those of :func:`~w2vlib.datasets.load_full_runs`.  Introduced in
    chapter *pair-weights*.

    Examples
    --------
    >>> full_runs()[0]["name"]
    'closed form of M*'
    """
    full = datasets.load_full_runs()
    rows: dict[tuple, dict] = {}
    for run in full["runs"]:
        row = rows.setdefault(
            (run["name"], run["subsample"]),
            dict(name=run["name"], subsample=run["subsample"], runs=0, own=[], google=[]),
        )
        row["runs"] += 1
        row["own"].append(100 * run["correct"] / full["questions"])
        row["google"].append(100 * run["google"] / full["google"])
    return list(rows.values())
