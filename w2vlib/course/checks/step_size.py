"""Checks for chapter *step-size*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...dynamics import stability_bound
from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_floor", "check_half_rise_steps"]


def check_half_rise_steps(function: Callable[[float, float], float]) -> None:
    r"""Check a function that says after how many steps one mode is half learned.

    Parameters
    ----------
    function : callable
        Takes :math:`\varphi_0`, the share of its goal at which the mode starts, and
        :math:`h = \eta\lambda`; returns at which step, not rounded, the map
        :math:`\varphi \leftarrow \varphi\,(1 + h(1 - \varphi))^2` passes 1/2.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: the flow in
        place of steps, the half step forgotten or added, a missing factor 2, …

    Notes
    -----
    A difference of 0.3 h steps is allowed, so that the formula
    :math:`\ln(1/\varphi_0 - 1) / 2\ln(1+h) - \frac34\ln 2` passes as well as an
    iteration.  Introduced in chapter *step-size*.

    Examples
    --------
    >>> def mine(start, h):
    ...     return np.log(1 / start - 1) / (2 * np.log(1 + h)) - 0.75 * np.log(2)
    >>> check_half_rise_steps(mine)
    Correct: half-rise steps for 6 pairs of start and step size.
    >>> check_half_rise_steps(lambda start, h: np.log(1 / start - 1) / (2 * h))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: start = 0.0001, h = 0.05: this is the flow; a step multiplies by (1 + h)², not by e^(2h)
    """
    for start, h in [(1e-4, 0.05), (1e-2, 0.2), (1e-6, 0.1), (1e-3, 0.02), (1e-8, 0.3), (1e-4, 0.5)]:
        what = f"start = {start:g}, h = {h:g}"
        found = ask(function, "a number", what, start, h)
        expected, allowed = _half_rise_by_iteration(start, h), 0.3 * h
        if abs(found - expected) > allowed:
            needed, rate = np.log(1 / start - 1), 2 * np.log1p(h)
            growth = needed / rate
            wrong = {
                "this is the flow; a step multiplies by (1 + h)², not by e^(2h)": needed / (2 * h),
                "this is the flow less half a step; a step multiplies by (1 + h)², not by e^(2h)": (
                    needed / (2 * h) - 0.75 * np.log(2)
                ),
                "this is the growth factor alone; a mode arrives half a step earlier": growth,
                "the half step was added; a mode arrives earlier, so take it off": growth + 0.75 * np.log(2),
                "a factor 2 is missing: the share grows by (1 + h)² in a step": 2 * growth - 0.75 * np.log(2),
                "a factor 2 is missing: the share grows by (1 + h)² in a step, and the half step is missing too": (
                    2 * growth
                ),
                "this is a time; divide it by h to count steps": expected * h,
                "steps are counted whole; interpolate between the last below 1/2 and the first above": (
                    np.ceil(expected)
                ),
                "this is the last whole step below 1/2; interpolate": np.floor(expected),
                "the logarithm is to base 10; take the natural one, np.log": (
                    np.log10(1 / start - 1) / rate - 0.75 * np.log(2)
                ),
            }
            name_mistake(found, wrong, what, rtol=1e-9, atol=0.02 + allowed / 4)
        compare(found, expected, what, tolerance=allowed / max(1.0, expected))
    passed("half-rise steps for 6 pairs of start and step size")


def _half_rise_by_iteration(start: float, h: float) -> float:
    n, before, x = 0, start, start
    while x < 1 / 2:
        n, before, x = n + 1, x, x * (1 + h * (1 - x)) ** 2
    low, high = np.log(before / (1 - before)), np.log(x / (1 - x))
    return n - high / (high - low)


def check_floor(function: Callable[[np.ndarray], np.ndarray]) -> None:
    r"""Check a function that raises the stability bound without changing what is learned.

    Parameters
    ----------
    function : callable
        Takes a symmetric target M, shape (V, V), with a positive eigenvalue;
        returns one with the same positive eigenvalues and their eigenvectors,
        and with no eigenvalue below :math:`-\lambda_1`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: a shift of all
        eigenvalues, a sign turned round, only one direction lifted, …

    Notes
    -----
    Then :func:`~w2vlib.dynamics.stability_bound` is :math:`1/\lambda_1`.
    Introduced in chapter *step-size*.

    Examples
    --------
    >>> def mine(M):
    ...     values, vectors = np.linalg.eigh(M)
    ...     return vectors * np.maximum(values, -values[-1]) @ vectors.T
    >>> check_floor(mine)
    Correct: 4 targets learn the same and allow every step below 1/λ₁.
    >>> check_floor(lambda M: M + 5 * np.eye(len(M)))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: one deep direction: every eigenvalue was raised, those to be learned too
    """
    cases = {
        "one deep direction": [4, 3, 1, -0.5, -1, -9],
        "two deep directions": [4, 3, 1, -0.5, -9, -12],
        "nothing to be lifted": [4, 3, 1, 0.5, -1, -3],
        "a single direction to be learned": [2, -1, -2.5, -3, -5, -8],
    }
    rng = np.random.default_rng(10)
    for what, values in cases.items():
        values = np.array(values, float)
        U = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
        M = (U * values) @ U.T
        M = (M + M.T) / 2
        found = ask(function, "an array", what, M)
        if found.shape != M.shape:
            compare(found, M, what)
        if not np.isfinite(found).all():
            raise CheckFailed(f"{what}: the result holds NaN or infinity")
        if not np.allclose(found, found.T, rtol=0, atol=1e-8 * values[0]):
            raise CheckFailed(f"{what}: the result is not symmetric; use the same eigenvectors on both sides")
        _check_lifted(found, M, values, U, what)
    passed("4 targets learn the same and allow every step below 1/λ₁")


def _check_lifted(found: np.ndarray, M: np.ndarray, values: np.ndarray, U: np.ndarray, what: str) -> None:
    positive = values > 0
    new = np.linalg.eigvalsh((found + found.T) / 2)[::-1]
    tolerance = 1e-8 * np.abs(values).max()
    shift = found - M
    if np.abs(shift - shift[0, 0] * np.eye(len(M))).max() < tolerance < abs(shift[0, 0]):
        raise CheckFailed(f"{what}: every eigenvalue was raised, those to be learned too")
    if (new > tolerance).sum() > positive.sum():
        raise CheckFailed(
            f"{what}: a negative eigenvalue became positive, so its direction would be learned; "
            "raise it to −λ₁ at least and to 0 at most"
        )
    kept = U[:, positive]
    if np.abs(found @ kept - kept * values[positive]).max() > 1e-6 * values[0]:
        raise CheckFailed(
            f"{what}: the positive eigenvalues or their eigenvectors changed, so other word vectors would be "
            "learned; change the negative ones only"
        )
    if np.abs(shift).max() < tolerance and values[-1] < -values[0]:
        raise CheckFailed(
            f"{what}: the target was not changed, and its lowest eigenvalue still limits the step"
        )
    if new[-1] < -values[0] * (1 + 1e-6):
        bound = stability_bound(values[0], float(new[-1]))
        raise CheckFailed(
            f"{what}: the lowest eigenvalue is {new[-1]:.4g}, below −λ₁ = {-values[0]:.4g}, so the bound is "
            f"{bound:.4g} and not {1 / values[0]:.4g}"
        )
