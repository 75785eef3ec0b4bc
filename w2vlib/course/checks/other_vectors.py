"""Checks for chapter *other-vectors*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import ask, compare, name_mistake, passed

__all__ = ["check_banded", "check_shared"]


def check_shared(function: Callable[[np.ndarray, np.ndarray, int, int], float]) -> None:
    r"""Check a function that says how much of some vectors' directions lies in those of others.

    Parameters
    ----------
    function : callable
        Takes two tables of word vectors, shapes (V, a) and (V, b), and whole
        numbers k and d, and returns :math:`\frac1k\lVert U_d^\top\Phi_k\rVert_F^2`, with the
        first k principal directions :math:`\Phi_k` of the first table and the first d,
        :math:`U_d`, of the second, both of rows scaled to length 1 and centred.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *other-vectors*.

    Examples
    --------
    >>> def mine(first, second, k, d):
    ...     sides = []
    ...     for rows, many in ((first, k), (second, d)):
    ...         rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    ...         sides.append(np.linalg.svd(rows - rows.mean(axis=0))[0][:, :many])
    ...     return np.sum((sides[1].T @ sides[0]) ** 2) / k
    >>> check_shared(mine)
    Correct: the overlaps of three pairs of tables.
    >>> check_shared(lambda first, second, k, d: k * mine(first, second, k, d))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: 30 words, k = 2, d = 4: this is the sum over the k directions; take their mean
    """
    rng = np.random.default_rng(23)
    for k, d in ((2, 4), (1, 3), (3, 3)):
        what = f"30 words, k = {k}, d = {d}"
        core = rng.standard_normal((30, 6)) * [5, 4, 3, 1, 1, 1]
        lengths = rng.uniform(0.2, 5, (2, 30, 1))
        first = (core @ rng.standard_normal((6, 7)) + 3) * lengths[0]
        second = (core @ rng.standard_normal((6, 5)) + 2) * lengths[1]
        found = ask(function, "a number", what, first, second, k, d, intact="the vectors")
        expected = _shared(first, second, k, d)
        wrong = {
            "this is the sum over the k directions; take their mean": k * expected,
            "this is divided by d; it is the mean over the k directions of the first": k * expected / d,
            "the tables are exchanged: k directions of the first in d of the second": (
                _shared(second, first, k, d)
            ),
            "the vectors were not scaled to length 1": _shared(first, second, k, d, unit=False),
            "the mean was not subtracted": _shared(first, second, k, d, centre=False),
            "the mean was subtracted before the vectors were scaled; scale first": (
                _shared(first, second, k, d, early=True)
            ),
            "cosines were added without squares": _shared(first, second, k, d, power=1),
            "this is the square root of it": expected**0.5,
        }
        name_mistake(found, wrong, what, expected=expected, rtol=1e-6, atol=1e-9)
        compare(found, expected, what, tolerance=1e-7)
    passed("the overlaps of three pairs of tables")


def check_banded(function: Callable[[np.ndarray, np.ndarray, int], float]) -> None:
    r"""Check a function that averages rank correlations within bands of neighbours.

    Parameters
    ----------
    function : callable
        Takes two lists of n numbers and a size, cuts both into bands of so many
        neighbours, and returns the mean of Spearman's rank correlation over the
        bands; a last band that is shorter counts if it has three numbers or more.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *other-vectors*.

    Examples
    --------
    >>> from scipy.stats import spearmanr
    >>> def mine(x, y, size):
    ...     firsts = [first for first in range(0, len(x), size) if len(x) - first >= 3]
    ...     return np.mean([spearmanr(x[first:first + size], y[first:first + size])[0] for first in firsts])
    >>> check_banded(mine)
    Correct: the mean rank correlation within bands, whole ones and a shorter one.
    >>> check_banded(lambda x, y, size: spearmanr(x, y)[0])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: 20 numbers in bands of 5: this is the rank correlation of the whole lists
    """
    from scipy.stats import pearsonr, spearmanr

    rng = np.random.default_rng(23)

    def within(x, y, size, least=3, of=spearmanr):
        parts = [slice(first, first + size) for first in range(0, len(x), size)]
        return np.mean([of(x[part], y[part])[0] for part in parts if len(x[part]) >= least])

    for n, size, more in ((20, 5, ""), (23, 5, ", the last of 3"), (22, 5, ", a rest of 2")):
        what = f"{n} numbers in bands of {size}{more}"
        falling = 2.0 ** -np.arange(n)
        x, y = falling * np.exp(2 * rng.standard_normal((2, n)))
        found = ask(function, "a number", what, x, y, size, intact="the lists")
        expected = within(x, y, size)
        wrong = {
            "this is the rank correlation of the whole lists": spearmanr(x, y)[0],
            "this is the plain correlation; take that of the ranks": within(x, y, size, of=pearsonr),
            "the sum over the bands is not divided by how many there are": (
                expected * sum(1 for first in range(0, n, size) if n - first >= 3)
            ),
            "a shorter last band of three or more counts too": within(x, y, size, least=size),
            "a band of two numbers should not count": within(x, y, size, least=2),
        }
        name_mistake(found, wrong, what, expected=expected, rtol=1e-6, atol=1e-9)
        compare(found, expected, what)
    passed("the mean rank correlation within bands, whole ones and a shorter one")


def _shared(first, second, k, d, unit=True, centre=True, early=False, power=2) -> float:
    sides = []
    for rows, many in ((first, k), (second, d)):
        rows = rows - rows.mean(axis=0) if early else rows
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True) if unit else rows
        rows = rows - rows.mean(axis=0) if centre and not early else rows
        sides.append(np.linalg.svd(rows, full_matrices=False)[0][:, :many])
    return float(np.sum(np.abs(sides[1].T @ sides[0]) ** power) / k)
