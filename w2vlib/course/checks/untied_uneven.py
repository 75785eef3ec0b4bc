"""Checks for chapter *untied-uneven*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import CheckFailed, ask, passed
from .best_answer import best_gram_of, compare_known, eigenpairs_by, symmetric_cases, with_eigenvalues

__all__ = ["check_untied", "check_weighted_answer"]


def check_weighted_answer(function: Callable[[np.ndarray, np.ndarray, int], np.ndarray]) -> None:
    r"""Check a function for the best tied answer under weights of rank one, zeros allowed.

    Parameters
    ----------
    function : callable
        Takes a symmetric matrix M, shape (V, V), weights :math:`a \ge 0`,
        shape (V,), and the rank d; returns W, shape (V, d), that minimises
        :math:`\sum_{ij} a_i a_j (w_i \cdot w_j - M_{ij})^2`.  A word of weight
        0 gets the vector that it has in the limit of small weight.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Only inner products are compared, so any rotation passes.  Source: our own.
    Introduced in chapter *untied-uneven*.

    Examples
    --------
    >>> def mine(M, a, d):
    ...     root = np.sqrt(a)[:, None]
    ...     values, vectors = np.linalg.eigh(root * M * root.T)
    ...     return M @ (root * vectors[:, ::-1][:, :d] / np.sqrt(values[::-1][:d]))
    >>> check_weighted_answer(mine)
    Correct: the weighted best answer, for equal, unequal and zero weights.
    >>> check_weighted_answer(lambda M, a, d: mine(M, np.ones(len(a)), d))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: unequal weights: the weights are not used
    """
    rng = np.random.default_rng(6)
    M = with_eigenvalues([9, 6, 4, 1, -2, -7, -12], rng)
    a = rng.uniform(0.2, 3, len(M))
    zero = a * (np.arange(len(M)) != 2)
    for what, weights in [
        ("equal weights", np.ones(len(M))),
        ("unequal weights", a),
        ("a zero weight", zero),
    ]:
        d = 2
        W = ask(function, "an array", what, M, weights, d)
        if W.shape != (len(M), d):
            raise CheckFailed(f"{what}: the shape should be {(len(M), d)}, but is {W.shape}")
        if not np.isfinite(W).all():
            raise CheckFailed(
                f"{what}: it holds NaN or infinity; a word of weight 0 cannot be divided by its weight, "
                "so take the limit of small weight"
            )
        if what == "a zero weight" and not W[2].any():
            raise CheckFailed(
                f"{what}: the word of weight 0 got the vector 0; in the limit of small weight it does not"
            )
        compare_known(W @ W.T, _weighted(M, weights, d), _wrong_weighted(M, weights, d), what)
    passed("the weighted best answer, for equal, unequal and zero weights")


def check_untied(function: Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]) -> None:
    r"""Check a function that returns the best untied answer, balanced.

    Parameters
    ----------
    function : callable
        Takes a symmetric matrix M, shape (V, V), and the rank d; returns W and
        Z, each of shape (V, d), such that :math:`WZ^\top` is as close to M as
        it can be and :math:`W^\top W = Z^\top Z`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Source: Eckart and Young (1936).  Introduced in chapter *untied-uneven*.

    Examples
    --------
    >>> def mine(M, d):
    ...     left, singular, right = np.linalg.svd(M)
    ...     return left[:, :d] * np.sqrt(singular[:d]), right[:d].T * np.sqrt(singular[:d])
    >>> check_untied(mine)
    Correct: the best untied answer for 12 matrices and ranks, balanced.
    >>> check_untied(lambda M, d: (mine(M, d)[0], mine(M, d)[0]))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: ... negative eigenvalues became positive; Z differs from W by their sign
    """
    for name, M, ranks in symmetric_cases():
        for d in ranks:
            what = f"W Z^T of rank {d} for {name}"
            W, Z = ask(function, "two arrays", what, M, d)
            if W.shape != (len(M), d) or Z.shape != (len(M), d):
                raise CheckFailed(
                    f"{what}: W and Z should have the shape {(len(M), d)}, but have {W.shape} and {Z.shape}"
                )
            values, vectors = eigenpairs_by(M, np.abs)
            expected = vectors[:, :d] * values[:d] @ vectors[:, :d].T
            wrong = {
                "negative eigenvalues became positive; Z differs from W by their sign": (
                    vectors[:, :d] * np.abs(values[:d]) @ vectors[:, :d].T
                ),
                "this is the tied answer; an untied one keeps the largest in modulus, negative ones too": (
                    best_gram_of(M, d)
                ),
                "W and Z both carry the whole eigenvalue; give each its square root": (
                    vectors[:, :d] * values[:d] * np.abs(values[:d]) @ vectors[:, :d].T
                ),
            }
            compare_known(W @ Z.T, expected, wrong, what)
            if not np.allclose(W.T @ W, Z.T @ Z, atol=1e-7 * np.abs(values).max()):
                raise CheckFailed(
                    f"{what}: the product is right, but W and Z are not balanced (W.T @ W should equal Z.T @ Z); "
                    "give each the square root of the singular values"
                )
    passed("the best untied answer for 12 matrices and ranks, balanced")


def _weighted(M: np.ndarray, a: np.ndarray, d: int, root: float = 0.5) -> np.ndarray:
    """Inner products of W = M D^{1/2} U Λ^{-1/2}, with D^{1/2} M D^{1/2} = U Λ U^T."""
    scale = a[:, None] ** root
    values, vectors = eigenpairs_by(scale * M * scale.T)
    W = M @ (scale * vectors[:, :d] / np.sqrt(values[:d]))
    return W @ W.T


def _wrong_weighted(M: np.ndarray, a: np.ndarray, d: int) -> dict[str, np.ndarray]:
    """What known mistakes make of the weighted answer."""
    scale = np.sqrt(a)[:, None]
    inner = best_gram_of(scale * M * scale.T, d)
    wrong = {
        "the weights are not used": best_gram_of(M, d),
        "W was not brought back: divide its rows by the roots of the weights": inner,
        "rows were multiplied by the roots of the weights; divide them": scale * inner * scale.T,
        "M was scaled by the weights; scale it by their roots": _weighted(M, a, d, root=1.0),
    }
    if a.all():
        wrong |= {
            "rows were divided by the weights; divide them by their roots": inner / np.outer(a, a),
            "W was brought back with the roots, but M was scaled by the weights; take their roots": (
                best_gram_of(a[:, None] * M * a, d) / (scale * scale.T)
            ),
        }
    return wrong
