"""Checks for chapter *any-start*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.special

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_exact_gram", "check_expected_delay", "check_half_rise_band"]


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


def check_half_rise_band(
    function: Callable[[np.ndarray, int, float, float], tuple[np.ndarray, np.ndarray]],
) -> None:
    r"""Check a function that returns bars for half-rise times, before any weight is drawn.

    Parameters
    ----------
    function : callable
        Takes eigenvalues, shape (K,), the dimensions d ≥ K, the scale σ of the
        initial weights and the coverage; returns the lower and the upper ends,
        shape (K,) each, of bars that hold :math:`\tau_k =
        \ln(\lambda_k / R_{kk}^2)/2\lambda_k` with that probability, equal in
        both tails, :math:`R_{kk}^2 \sim \frac{\sigma^2}{d} \chi^2_{d-k+1}`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: ends swapped, a
        dimension too few, one tail only, …

    Notes
    -----
    Introduced in chapter *any-start*.

    Examples
    --------
    >>> from scipy.special import gammaincinv
    >>> def mine(values, d, scale, coverage):
    ...     half, tail = (d - np.arange(len(values))) / 2, (1 - coverage) / 2
    ...     starts = [2 * scale**2 / d * gammaincinv(half, share) for share in (1 - tail, tail)]
    ...     return tuple(np.log(values / start) / (2 * values) for start in starts)
    >>> check_half_rise_band(mine)
    Correct: bars of 95 %, 50 % and 10 % for three sets of modes.
    >>> check_half_rise_band(lambda *given: mine(*given)[::-1])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the bar of 95 % for d = 10: the ends are swapped; the strongest start rises first
    """
    cases = [(np.array([9.0, 7, 6.9]), 10, 1e-2), (np.array([3.0, 2]), 2, 1e-4), (np.array([5.0]), 1, 1e-3)]
    for values, d, scale in cases:
        for coverage in (0.95, 0.5, 0.1):
            what = f"the bar of {coverage:.0%} for d = {d}".replace("%", " %")
            answer = ask(function, "two arrays", what, values, d, scale, coverage)
            if any(end.shape != values.shape for end in answer):
                raise CheckFailed(
                    f"{what}: both ends should have the shape {values.shape}, but have "
                    f"{' and '.join(str(end.shape) for end in answer)}"
                )
            found, expected = np.array(answer), _band(values, d, scale, coverage)
            if not np.isfinite(found).all():
                raise CheckFailed(
                    f"{what}: it holds NaN or infinity; the last mode has one dimension, not none"
                )
            wrong = _wrong_bands(values, d, scale, coverage)
            name_mistake(found, wrong, what, expected=expected, rtol=1e-7, atol=1e-13)
            compare(found, expected, what, tolerance=1e-5)
    passed("bars of 95 %, 50 % and 10 % for three sets of modes")


def _band(values, d, scale, coverage, freedom=None, unit=None, rate=2.0, tails=2) -> np.ndarray:
    freedom = d - np.arange(len(values)) if freedom is None else freedom
    unit = scale**2 / d if unit is None else unit
    tail = (1 - coverage) / tails
    starts = [2 * unit * scipy.special.gammaincinv(freedom / 2, share) for share in (1 - tail, tail)]
    return np.array([np.log(values / start) / (rate * values) for start in starts])


def _wrong_bands(values, d, scale, coverage) -> dict[str, np.ndarray]:
    given = (values, d, scale, coverage)
    k = np.arange(len(values))
    mean = (np.log(values * d / (2 * scale**2)) - scipy.special.digamma((d - k) / 2)) / (2 * values)
    sd = np.sqrt(scipy.special.polygamma(1, (d - k) / 2)) / (2 * values)
    width = scipy.special.ndtri((1 + coverage) / 2) * sd
    return {
        "the ends are swapped; the strongest start rises first": _band(*given)[::-1],
        "every mode got all d dimensions; mode k has d − k + 1 of them": _band(*given, freedom=d + 0 * k),
        "each mode got a dimension too few; mode 1 has all d, mode k has d − k + 1": (
            _band(*given, freedom=np.maximum(d - k - 1, 0.5))
        ),
        "each mode got a dimension too many; mode 1 has d, mode k has d − k + 1": _band(*given, freedom=d - k + 1),
        "the variance of an entry is σ²/d, not σ²": _band(*given, unit=scale**2),
        "the variance of an entry is σ²/d, not σ/d": _band(*given, unit=scale / d),
        "strengths grow like exp(2λt), so divide by 2λ, not by λ": _band(*given, rate=1.0),
        "both tails together should hold 1 − coverage, but each of them does": _band(*given, tails=1),
        "these are quantiles of a normal distribution with the right mean and variance; ln χ² is skew": (
            np.array([mean - width, mean + width])
        ),
    }  # fmt: skip


def check_expected_delay(function: Callable[[float, int, int], float]) -> None:
    r"""Check a function that says how much later a mode rises because others hold dimensions.

    Parameters
    ----------
    function : callable
        Takes an eigenvalue :math:`\lambda`, the number k of the mode (from 1)
        and the dimensions d, and returns
        :math:`[\psi(\frac d2) - \psi(\frac{d-k+1}2)]/2\lambda`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *any-start*.

    Examples
    --------
    >>> from scipy.special import digamma
    >>> def mine(value, k, d):
    ...     return (digamma(d / 2) - digamma((d - k + 1) / 2)) / (2 * value)
    >>> check_expected_delay(mine)
    Correct: the expected delay of 8 modes, the first and the last included.
    >>> check_expected_delay(lambda value, k, d: -mine(value, k, d))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the delay of mode 25 of 50, λ = 22.6: the sign is turned round; ...
    """
    cases = [
        (22.6, 1, 50),
        (22.6, 25, 50),
        (22.6, 49, 50),
        (22.6, 50, 50),
        (4.0, 1, 1),
        (4.0, 2, 2),
        (3.0, 3, 10),
    ]
    psi = scipy.special.digamma
    for value, k, d in [*cases, (10.0, 20, 200)]:
        what = f"the delay of mode {k} of {d}, λ = {value:g}"
        found = ask(function, "a number", what, value, k, d)
        left = d - k + 1
        expected = (psi(d / 2) - psi(left / 2)) / (2 * value)
        if not np.isfinite(found):
            raise CheckFailed(f"{what}: it is {found}; mode k = d still has one dimension to start from")
        wrong = {
            "the sign is turned round; with fewer dimensions a mode rises later": -expected,
            "strengths grow like exp(2λt), so divide by 2λ, not by λ": 2 * expected,
            "k counts from 1 here: d − k + 1 dimensions are left": (
                (psi(d / 2) - psi((left - 1) / 2)) / (2 * value) if left > 1 else np.nan
            ),
            "this is the logarithm of a mean; the delay needs the mean of a logarithm, which is lower": (
                np.log(d / left) / (2 * value)
            ),
            "digamma takes half of the degrees of freedom": (psi(d) - psi(left)) / (2 * value),
            "divide by 2λ": 2 * value * expected,
        }
        name_mistake(found, wrong, what, expected=expected, rtol=1e-7, atol=1e-13)
        compare(found, expected, what, tolerance=1e-10)
    passed("the expected delay of 8 modes, the first and the last included")
