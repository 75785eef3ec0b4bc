"""Checks for chapter *any-start*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_exact_gram"]


def check_exact_gram(function: Callable[[np.ndarray, np.ndarray, float], np.ndarray]) -> None:
    r"""Check a function that returns the exact solution of the flow, eigenvalues of 0 included.

    Parameters
    ----------
    function : callable
        Takes a symmetric target M, shape (V, V), the initial weights
        :math:`W_0`, shape (V, d), and a flow time t, and returns
        :math:`S(t) = e^{Mt}W_0 Q^{-1} W_0^\top e^{Mt}`, shape (V, V), with
        :math:`Q = I + W_0^\top \frac{e^{2Mt} - I}{M} W_0`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: a factor 2 in an
        exponent, the identity left out, Q not inverted, 0/0, …

    Notes
    -----
    Times are moderate, so the naive form passes.  Introduced in chapter *any-start*.

    Examples
    --------
    >>> def mine(M, W0, t):
    ...     values, U = np.linalg.eigh(M)
    ...     start, safe = U.T @ W0, np.where(values == 0, 1, values)
    ...     gained = np.where(values == 0, 2 * t, np.expm1(2 * safe * t) / safe)
    ...     Q = np.eye(W0.shape[1]) + start.T @ (gained[:, None] * start)
    ...     grown = U @ (np.exp(values * t)[:, None] * start)
    ...     return grown @ np.linalg.solve(Q, grown.T)
    >>> check_exact_gram(mine)
    Correct: the exact solution for 7 targets and starts, eigenvalues of 0 and nearly 0 included.
    >>> check_exact_gram(lambda M, W0, t: mine(2 * M, W0, t))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: S(0.5) of the two words: entry (0, 0) should be 0.000726196, but is 0.00528394
    """
    for what, M, W0, t in _targets_and_starts():
        remedy = (
            "Q has no eigenvalue below 1, so it is not Q that you inverted, or an eigenvalue of M was divided by "
            "that is 0"
        )
        found = ask(function, "an array", what, M, W0, t, remedy=remedy)
        expected = _solution(M, W0, t)
        if found.shape == W0.shape != M.shape:
            raise CheckFailed(
                f"{what}: this is a factor of shape {W0.shape}; return S, all scores of V words"
            )
        if found.shape == expected.shape:
            if not np.isfinite(found).all():
                raise CheckFailed(
                    f"{what}: it holds NaN or infinity; where an eigenvalue of M is 0, the fraction in Q is 2t"
                )
            name_mistake(found, _wrong_solutions(M, W0, t), what, expected=expected, rtol=1e-7, atol=1e-13)
        compare(found, expected, what, tolerance=1e-9)
    passed("the exact solution for 7 targets and starts, eigenvalues of 0 and nearly 0 included")


def _targets_and_starts() -> list[tuple[str, np.ndarray, np.ndarray, float]]:
    rng = np.random.default_rng(9)

    def target(values):
        turn = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
        M = turn * values @ turn.T
        return (M + M.T) / 2

    two, start = np.diag([2.0, 1.0]), np.array([[0.01], [0.1]])
    return [
        ("S(0.5) of the two words", two, start, 0.5),
        ("S(0) of the two words", two, start, 0.0),
        ("S(ln 10) of the two words", two, start, float(np.log(10))),
        ("S where M has negative eigenvalues", target([3.0, 1, -1, -4]), rng.standard_normal((4, 2)), 0.7),
        ("S where M has an eigenvalue 0", np.diag([1.5, 0.0, -1.0]), rng.standard_normal((3, 2)), 1.2),
        ("S where M is 0", np.zeros((3, 3)), rng.standard_normal((3, 2)), 2.0),
        (
            "S where an eigenvalue of M is nearly 0",
            np.diag([1.0, 1e-13, -1.0]),
            rng.standard_normal((3, 1)),
            0.8,
        ),
    ]


def _solution(M: np.ndarray, W0: np.ndarray, t: float, **changes) -> np.ndarray:
    """The exact solution, or what becomes of it if something is changed."""
    values, U = np.linalg.eigh(M)
    start = U.T @ W0
    growth = changes.get("growth", 2.0) * values * t  # exponent in Q
    small = np.abs(values) < 1e-12
    safe = np.where(small, 1.0, values)
    zero = changes.get("at_zero", 2 * t)
    gained = np.where(small, zero, np.expm1(np.where(small, 0.0, growth)) / safe) * changes.get("times", 1.0)
    gained = gained + np.where(small, 0.0, changes.get("kept", 0.0) / safe)
    Q = changes.get("identity", 1.0) * np.eye(W0.shape[1]) + start.T @ (gained[:, None] * start)
    grown = U @ (np.exp(changes.get("outside", 1.0) * values * t)[:, None] * start)
    if changes.get("inverse", True):
        return grown @ np.linalg.pinv(Q) @ grown.T
    return grown @ Q @ grown.T


def _wrong_solutions(M: np.ndarray, W0: np.ndarray, t: float) -> dict[str, np.ndarray]:
    grown = _solution(M, W0, t, times=0.0)
    return {
        "the identity is missing in Q; at t = 0 it is all of Q": _solution(M, W0, t, identity=0.0),
        "this is growth without a brake; Q was left out": grown,
        "Q was not inverted": _solution(M, W0, t, inverse=False),
        "the exponent in Q is 2λt, not λt": _solution(M, W0, t, growth=1.0, at_zero=t),
        "the fraction in Q is half of what it should be: the integral of 2 exp(2λs) is (exp(2λt) − 1) / λ": (
            _solution(M, W0, t, times=0.5)
        ),
        "the fraction in Q is twice what it should be": _solution(M, W0, t, times=2.0),
        "the fraction's −1 is missing; it makes Q the identity at t = 0": _solution(M, W0, t, kept=1.0),
        "the growth beside Q is exp(Mt) on either side, not exp(2Mt)": _solution(M, W0, t, outside=2.0),
        "for an eigenvalue 0 the fraction in Q is t; its limit is 2t": _solution(M, W0, t, at_zero=t),
        "for an eigenvalue 0 the fraction in Q is 0; its limit is 2t": _solution(M, W0, t, at_zero=0.0),
        "for an eigenvalue 0 the fraction in Q is 1; its limit is 2t": _solution(M, W0, t, at_zero=1.0),
        "each direction was treated by itself, without its cross terms with others": _separate(M, W0, t),
    }


def _separate(M: np.ndarray, W0: np.ndarray, t: float) -> np.ndarray:
    values, U = np.linalg.eigh(M)
    begin = np.sum((U.T @ W0) ** 2, axis=1)
    small = np.abs(values) < 1e-12
    gained = np.where(small, 2 * t, np.expm1(2 * values * t) / np.where(small, 1.0, values))
    return U * (begin * np.exp(2 * values * t) / (1 + begin * gained)) @ U.T
