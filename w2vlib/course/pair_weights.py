"""What chapter *pair-weights* computes beside its argument."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import chi2

from .. import datasets

__all__ = ["chi_squared", "full_runs", "without_rows_and_columns"]


def chi_squared(pairs: Sequence[tuple[int, int]], law: np.ndarray) -> tuple[float, float]:
    r"""Compare pairs with a law: χ² per term, and the probability of one as large by chance.

    .. math:: \chi^2 = \sum_{ij} \frac{(N_{ij} - nA_{ij})^2}{nA_{ij}}

    Terms in which fewer than five pairs are expected are put together.

    Parameters
    ----------
    pairs : sequence of pairs of int
        Independent draws.
    law : ndarray, shape (V, V)
        Probabilities, with the sum 1.

    Returns
    -------
    ratio, probability : float

    Notes
    -----
    The law is given and fits nothing, so there is one degree of freedom less
    than terms.  Introduced in chapter *pair-weights*.

    Examples
    --------
    >>> ratio, probability = chi_squared([(0, 0)] * 30 + [(0, 1)] * 10, np.array([[0.5, 0.5], [0, 0]]))
    >>> bool(probability < 0.01)
    True
    """
    size = len(law)
    first, second = np.transpose(pairs)
    found = np.bincount(first * size + second, minlength=size * size)
    expected = len(pairs) * np.ravel(law)
    often = expected >= 5
    terms = [(found[often], expected[often])]
    if expected[~often].sum() > 0 or found[~often].sum() > 0:
        terms.append(([found[~often].sum()], [expected[~often].sum()]))
    found, expected = (np.concatenate(side) for side in zip(*terms))
    statistic = ((found - expected) ** 2 / np.maximum(expected, 1e-9)).sum()
    freedom = len(found) - 1
    return float(statistic / freedom), float(chi2.sf(statistic, freedom))


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
    met = np.asarray(met, float)
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
