"""Checks for chapter *known-and-open*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...dynamics import aligned_half_rises
from . import ask, compare, name_mistake, passed

__all__ = ["check_forecast"]


def check_forecast(function: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
    r"""Check a function that says from counts and a start when each direction is half learned.

    Parameters
    ----------
    function : callable
        Takes counts, symmetric, shape (V, V), and the word vectors at the
        start, shape (V, d); returns the half-rise times of the first d
        directions, :math:`\ln(\lambda_k/\mathcal R_{kk}^2 - 1)/2\lambda_k`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: another start,
        PMI for the target, the rate without its 2, directions in rising order, …

    Notes
    -----
    Introduced in chapter *known-and-open*.

    Examples
    --------
    >>> def mine(C, W0):
    ...     P = C / C.sum()
    ...     q = np.outer(P.sum(axis=1), P.sum(axis=1))
    ...     values, U = np.linalg.eigh(2 * (P - q) / (P + q))
    ...     values, U = values[::-1][: W0.shape[1]], U[:, ::-1][:, : W0.shape[1]]
    ...     return np.log(values / np.diag(np.linalg.qr(W0.T @ U)[1]) ** 2 - 1) / (2 * values)
    >>> check_forecast(mine)
    Correct: half-rise times from counts, for 3 texts.
    >>> check_forecast(lambda C, W0: mine(C, W0) * 2)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: twelve words in two dimensions: these times are twice too long; in flow time a strength grows at the rate 2λ
    """
    texts = {
        "twelve words in two dimensions": (12, 2, 0.0),
        "twenty words in three dimensions": (20, 3, 0.0),
        "twenty words of which many never meet": (20, 3, 0.3),
    }
    for seed, (what, (n, d, empty)) in enumerate(texts.items()):
        C, W0 = _text(n, d, empty, seed)
        expected = _half_rises(_target(C), W0)
        found = np.asarray(ask(function, "an array", what, C, W0))
        name_mistake(found, _mistakes(C, W0, expected), what, expected=expected, rtol=1e-6)
        compare(found, expected, what)
    passed(f"half-rise times from counts, for {len(texts)} texts")


def _text(n: int, d: int, empty: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return counts of words of d topics and more, some of which never meet, and a start."""
    rng = np.random.default_rng(seed)
    topics = rng.normal(size=(n, d + 2)) * np.linspace(1.2, 0.4, d + 2)
    frequency = rng.uniform(0.5, 2, n)
    rates = 40 * np.outer(frequency, frequency) * np.exp(topics @ topics.T / 2)
    C = np.triu(np.round(rates) * (rng.uniform(size=(n, n)) >= empty), 1)
    return C + C.T + np.diag(2 * np.round(np.diag(rates))), 0.01 / np.sqrt(d) * rng.normal(size=(n, d))


def _target(C: np.ndarray, p: np.ndarray | None = None) -> np.ndarray:
    P = C / C.sum()
    p = P.sum(axis=1) if p is None else p
    q = np.outer(p, p)
    return 2 * (P - q) / (P + q)


def _leading(M: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the d largest eigenvalues, falling, and their eigenvectors."""
    values, U = np.linalg.eigh(M)
    return values[::-1][:d], U[:, ::-1][:, :d]


def _half_rises(M: np.ndarray, W0: np.ndarray) -> np.ndarray:
    values, U = _leading(M, W0.shape[1])
    with np.errstate(invalid="ignore"):
        return aligned_half_rises(values, np.diag(np.linalg.qr(W0.T @ U)[1]) ** 2)


def _mistakes(C: np.ndarray, W0: np.ndarray, expected: np.ndarray) -> dict[str, np.ndarray]:
    """What comes out of known mistakes, by what is to be said of them."""
    M, d = _target(C), W0.shape[1]
    values, U = _leading(M, d)
    rows = W0.T @ U

    def from_start(strengths):
        return aligned_half_rises(values, np.broadcast_to(strengths, d))

    wrong = {
        "these times are twice too long; in flow time a strength grows at the rate 2λ": 2 * expected,
        "the directions come in rising order; the first has the largest eigenvalue": expected[::-1],
        "mode k is given all of its own start; it has what the modes before it leave, which is R_kk² of QR": (
            from_start((rows**2).sum(axis=0))
        ),
        "the singular values of the start are taken; mode k sets out from R_kk² of QR": from_start(
            np.linalg.svd(W0, compute_uv=False) ** 2
        ),
        "R_kk is not squared; a strength is the square of a length": from_start(
            np.abs(np.diag(np.linalg.qr(rows)[1]))
        ),
        "every direction sets out from the same strength; mode k sets out from R_kk² of QR": from_start(
            (W0**2).sum() / len(W0)
        ),
        "the target lacks its factor 2": _half_rises(M / 2, W0),
        "the words are taken for equally frequent; q is made of the sums of P": _half_rises(
            _target(C, np.full(len(C), 1 / len(C))), W0
        ),
    }
    if (C > 0).all():
        P = C / C.sum()
        pmi = np.log(P / np.outer(P.sum(axis=1), P.sum(axis=1)))
        wrong["the target is PMI; the least-squares model has 2 tanh(PMI/2)"] = _half_rises(pmi, W0)
    return wrong
