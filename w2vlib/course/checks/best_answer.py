"""Checks for chapter *best-answer*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_best_gram"]

_HAND = np.array([[1.0, 2.0], [2.0, 1.0]])  # eigenvalues 3 and −1


def check_best_gram(function: Callable[[np.ndarray, int], np.ndarray]) -> None:
    r"""Check a function that returns the best tied answer's inner products.

    Parameters
    ----------
    function : callable
        Takes a symmetric matrix M, shape (V, V), and the rank d, and returns
        :math:`WW^\top = \sum_{k \le r} \lambda_k u_k u_k^\top` of the same
        shape, with the :math:`r` largest positive eigenvalues,
        :math:`r = \min(d, \#\{\lambda_k > 0\})`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: eigenvalues
        sorted by modulus, signs lost in an SVD, negative ones kept, …

    Notes
    -----
    Introduced in chapter *best-answer*.

    Examples
    --------
    >>> def mine(M, d):
    ...     values, vectors = np.linalg.eigh(M)
    ...     values = np.maximum(values[::-1][:d], 0)
    ...     return vectors[:, ::-1][:, :d] * values @ vectors[:, ::-1][:, :d].T
    >>> check_best_gram(mine)
    Correct: the best tied answer for 12 matrices and ranks.
    >>> check_best_gram(lambda M, d: mine(-M, d))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the best answer of rank 1 for the 2 × 2 matrix: entry (0, 0) should be 1.5, but is 0.5
    """
    for name, M, ranks in symmetric_cases():
        for d in ranks:
            what = f"the best answer of rank {d} for {name}"
            found = ask(function, "an array", what, M, d)
            if found.shape == (len(M), d) != M.shape:
                raise CheckFailed(f"{what}: these are the vectors; return their inner products, W @ W.T")
            compare_known(found, best_gram_of(M, d), _wrong_grams(M, d), what)
    passed("the best tied answer for 12 matrices and ranks")


def compare_known(found, expected: np.ndarray, wrong: dict[str, np.ndarray], what: str) -> None:
    """Raise CheckFailed, with the mistake's name if `found` equals one of the known wrong answers."""
    if found.shape == expected.shape:
        if np.isnan(found).any():
            raise CheckFailed(f"{what}: it holds NaN; was a root taken of a negative eigenvalue?")
        name_mistake(found, wrong, what, expected=expected, rtol=1e-5, atol=1e-8)
    compare(found, expected, what, tolerance=1e-7)


def symmetric_cases() -> list[tuple[str, np.ndarray, tuple[int, ...]]]:
    rng = np.random.default_rng(0)
    return [
        ("the 2 × 2 matrix", _HAND, (1,)),
        ("a matrix with one huge negative eigenvalue", with_eigenvalues([5, 3, 2, -1, -20], rng), (1, 2, 3, 4, 5)),
        ("a positive matrix", with_eigenvalues([7, 4, 2, 1], rng), (2, 4)),
        ("the 2 × 2 matrix", _HAND, (2,)),
        ("a matrix without positive eigenvalues", with_eigenvalues([-1, -2, -4], rng), (1, 2, 3)),
    ]  # fmt: skip


def with_eigenvalues(values: list[float], rng: np.random.Generator) -> np.ndarray:
    rotation = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
    M = rotation * values @ rotation.T
    return (M + M.T) / 2


def eigenpairs_by(M: np.ndarray, key: Callable = np.asarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenpairs, falling by `key` of the eigenvalue."""
    values, vectors = np.linalg.eigh(M)
    order = np.argsort(-key(values), kind="stable")
    return values[order], vectors[:, order]


def best_gram_of(M: np.ndarray, d: int) -> np.ndarray:
    values, vectors = eigenpairs_by(M)
    return vectors[:, :d] * np.maximum(values[:d], 0) @ vectors[:, :d].T


def _wrong_grams(M: np.ndarray, d: int) -> dict[str, np.ndarray]:
    """What known mistakes make of the best tied answer."""
    values, vectors = eigenpairs_by(M)
    by_modulus, directions = eigenpairs_by(M, np.abs)
    kept, last = directions[:, :d], vectors[:, ::-1][:, :d]
    first = vectors[:, :d] * (values[:d] > 0)
    positive = np.maximum(values, 0)
    return {
        "negative eigenvalues were kept; W @ W.T cannot have any": vectors[:, :d] * values[:d] @ vectors[:, :d].T,
        "this is the truncated SVD, the untied answer; leave out negative eigenvalues": (
            kept * by_modulus[:d] @ kept.T
        ),
        "the SVD lost the signs: negative eigenvalues became positive; u and v of each say which": (
            kept * np.abs(by_modulus[:d]) @ kept.T
        ),
        "eigenvalues were sorted by modulus first; the largest positive ones are wanted": (
            kept * np.maximum(by_modulus[:d], 0) @ kept.T
        ),
        "eigh sorts upwards: these are the smallest eigenvalues": last * values[::-1][:d] @ last.T,
        "all positive eigenvalues were kept, not d of them": vectors * positive @ vectors.T,
        "the eigenvalues are missing; scale each direction by the root of its own": first @ first.T,
        "the eigenvalues are squared; scale each direction by the root of its own": (
            first * values[:d] ** 2 @ first.T
        ),
        "nothing was kept; eigh sorts upwards, so the largest eigenvalues come last": np.zeros(M.shape),
    }  # fmt: skip
