"""Checks for chapter *next-word*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import ask, compare, name_mistake, passed

__all__ = ["check_gamma", "check_one_line"]


def check_gamma(function: Callable[[np.ndarray], np.ndarray]) -> None:
    r"""Check a function that returns the matrix of correspondence analysis.

    Parameters
    ----------
    function : callable
        Takes counts of shape (n, m), rows earlier words and columns next ones, and
        returns :math:`(P_{ij} - \omega_i p_j) / \sqrt{\omega_i p_j}`, where P are
        the counts over their sum, and :math:`\omega` and :math:`p` its row and column sums.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *next-word*.

    Examples
    --------
    >>> def mine(counts):
    ...     P = counts / counts.sum()
    ...     chance = np.outer(P.sum(axis=1), P.sum(axis=0))
    ...     return (P - chance) / np.sqrt(chance)
    >>> check_gamma(mine)
    Correct: the matrices of three tables, of whatever shape.
    >>> check_gamma(lambda counts: mine(counts).T)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: 4 by 4 counts: rows and columns are exchanged
    """
    rng = np.random.default_rng(25)
    for shape in ((4, 4), (3, 5), (6, 2)):
        what = f"{shape[0]} by {shape[1]} counts"
        counts = rng.integers(1, 40, shape)
        found = ask(function, "an array", what, counts, intact="the counts")
        P = counts / counts.sum()
        rows, columns = P.sum(axis=1), P.sum(axis=0)
        chance = np.outer(rows, columns)
        expected = (P - chance) / np.sqrt(chance)
        wrong = {
            "this is what pairs have beyond chance, not yet divided by the roots of the frequencies": P
            - chance,
            "divide by the roots of the frequencies, not by the frequencies": (P - chance) / chance,
            "multiply by what? the roots of the frequencies divide": (P - chance) * np.sqrt(chance),
            "chance was not subtracted": P / np.sqrt(chance),
            "the counts were not divided by their sum": expected * counts.sum(),
        }
        if shape[0] == shape[1]:
            sums = {"row": np.outer(rows, rows), "column": np.outer(columns, columns)}
            wrong["rows and columns are exchanged"] = expected.T
            for side, product in sums.items():
                wrong[f"both factors are {side} sums; rows and columns have frequencies of their own"] = (
                    P - product
                ) / np.sqrt(product)
        name_mistake(found, wrong, what, expected=expected, rtol=1e-6, atol=1e-12)
        compare(found, expected, what)
    passed("the matrices of three tables, of whatever shape")


def check_one_line(function: Callable[[np.ndarray, float, float, float], float]) -> None:
    r"""Check a function that says in one line when a head of attention begins to attend.

    Parameters
    ----------
    function : callable
        Takes a stack of tables :math:`\Phi_\delta`, shape (L, V, V), the step size
        :math:`\eta`, the scale :math:`\sigma` of the start and the level :math:`\ell` of a
        logit, and returns :math:`\ln(\Omega/\Omega_0) / 2\ln(1 + \eta\bar\chi)` with
        :math:`\Omega = 2L\ell/(\max_\delta\chi_\delta/\bar\chi - 1)` and
        :math:`\Omega_0 = \sigma^2/2`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *next-word*.

    Examples
    --------
    >>> def mine(drives, step_size, scale, level):
    ...     u, s, v = np.linalg.svd(drives.mean(axis=0))
    ...     chi = np.einsum("i,dij,j->d", u[:, 0], drives, v[0])
    ...     grown = 2 * len(drives) * level / (chi.max() / s[0] - 1)
    ...     return np.log(2 * grown / scale**2) / (2 * np.log1p(step_size * s[0]))
    >>> check_one_line(mine)
    Correct: the step of three heads, whichever place is strongest.
    >>> check_one_line(lambda *given: 2 * mine(*given))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: 3 places, level 0.1: a factor 2 is missing where scores grow: both sides do, so it is 2 ln(1 + ηχ̄)
    """
    rng = np.random.default_rng(26)
    for L, strongest, level, step_size in ((3, 0, 0.1, 2.0), (2, 1, 0.3, 0.5), (5, 2, 0.05, 4.0)):
        what = f"{L} places, level {level}"
        tables = rng.standard_normal((L, 6, 6)) * 0.002
        tables += np.outer([3, 1, -1, -1, -1, -1], [2, 0, 1, -1, -1, -1]) * 0.002
        tables[strongest] += tables.mean(axis=0) * L
        scale = 0.02
        found = ask(function, "a number", what, tables, step_size, scale, level, intact="the tables")
        expected = _step(tables, step_size, scale, level)
        wrong = {
            "a factor 2 is missing where scores grow: both sides do, so it is 2 ln(1 + ηχ̄)": 2 * expected,
            "this is a time of the flow; in steps it is ln(1 + ηχ̄)": _step(tables, step_size, scale, level, flow=True),
            "the mean place has to be subtracted: χ/χ̄ − 1": _step(tables, step_size, scale, level, less=0.0),
            "a factor 2 is missing: the level is multiplied by 2L, and the start is σ²/2": (
                _step(tables, step_size, scale, level / 2)
            ),
            "the start is σ²/2, not σ": _step(tables, step_size, np.sqrt(2 * scale), level),
            "the number of places is left out: the factor of the level is 2L": (
                _step(tables, step_size, scale, level / L)
            ),
            "take the strongest place, which is not always the first": (
                _step(tables, step_size, scale, level, first=True)
            ),
            "take the directions of the mean table for all places, and not each table's own": (
                _step(tables, step_size, scale, level, own=True)
            ),
        }  # fmt: skip
        name_mistake(found, wrong, what, expected=expected, rtol=1e-6, atol=1e-9)
        compare(found, expected, what)
    passed("the step of three heads, whichever place is strongest")


def _step(tables, step_size, scale, level, flow=False, less=1.0, first=False, own=False) -> float:
    u, s, v = np.linalg.svd(tables.mean(axis=0))
    chi = np.einsum("i,dij,j->d", u[:, 0], tables, v[0])
    if own:
        chi = np.linalg.norm(tables, 2, axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        grown = 2 * len(tables) * level / ((chi[0] if first else chi.max()) / s[0] - less)
        rate = step_size * s[0] if flow else np.log1p(step_size * s[0])
        return float(np.log(2 * grown / scale**2) / (2 * rate))
