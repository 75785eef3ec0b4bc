"""Checks for chapter *best-answer*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_best_gram", "check_untied", "check_weighted_answer"]

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
    for name, M, ranks in _symmetric_cases():
        for d in ranks:
            what = f"the best answer of rank {d} for {name}"
            found = ask(function, "an array", what, M, d)
            if found.shape == (len(M), d) != M.shape:
                raise CheckFailed(f"{what}: these are the vectors; return their inner products, W @ W.T")
            _compare_known(found, _best(M, d), _wrong_grams(M, d), what)
    passed("the best tied answer for 12 matrices and ranks")


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
    Introduced in chapter *best-answer*.

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
    M = _with_eigenvalues([9, 6, 4, 1, -2, -7, -12], rng)
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
        _compare_known(W @ W.T, _weighted(M, weights, d), _wrong_weighted(M, weights, d), what)
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
    Source: Eckart and Young (1936).  Introduced in chapter *best-answer*.

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
    for name, M, ranks in _symmetric_cases():
        for d in ranks:
            what = f"W Z^T of rank {d} for {name}"
            W, Z = ask(function, "two arrays", what, M, d)
            if W.shape != (len(M), d) or Z.shape != (len(M), d):
                raise CheckFailed(
                    f"{what}: W and Z should have the shape {(len(M), d)}, but have {W.shape} and {Z.shape}"
                )
            values, vectors = _sorted(M, np.abs)
            expected = vectors[:, :d] * values[:d] @ vectors[:, :d].T
            wrong = {
                "negative eigenvalues became positive; Z differs from W by their sign": (
                    vectors[:, :d] * np.abs(values[:d]) @ vectors[:, :d].T
                ),
                "this is the tied answer; an untied one keeps the largest in modulus, negative ones too": (
                    _best(M, d)
                ),
                "W and Z both carry the whole eigenvalue; give each its square root": (
                    vectors[:, :d] * values[:d] * np.abs(values[:d]) @ vectors[:, :d].T
                ),
            }
            _compare_known(W @ Z.T, expected, wrong, what)
            if not np.allclose(W.T @ W, Z.T @ Z, atol=1e-7 * np.abs(values).max()):
                raise CheckFailed(
                    f"{what}: the product is right, but W and Z are not balanced (W.T @ W should equal Z.T @ Z); "
                    "give each the square root of the singular values"
                )
    passed("the best untied answer for 12 matrices and ranks, balanced")


def _compare_known(found, expected: np.ndarray, wrong: dict[str, np.ndarray], what: str) -> None:
    """Raise CheckFailed, with the mistake's name if `found` equals one of the known wrong answers."""
    if found.shape == expected.shape:
        if np.isnan(found).any():
            raise CheckFailed(f"{what}: it holds NaN; was a root taken of a negative eigenvalue?")
        name_mistake(found, wrong, what, expected=expected, rtol=1e-5, atol=1e-8)
    compare(found, expected, what, tolerance=1e-7)


def _symmetric_cases() -> list[tuple[str, np.ndarray, tuple[int, ...]]]:
    rng = np.random.default_rng(0)
    return [
        ("the 2 × 2 matrix", _HAND, (1,)),
        ("a matrix with one huge negative eigenvalue", _with_eigenvalues([5, 3, 2, -1, -20], rng), (1, 2, 3, 4, 5)),
        ("a positive matrix", _with_eigenvalues([7, 4, 2, 1], rng), (2, 4)),
        ("the 2 × 2 matrix", _HAND, (2,)),
        ("a matrix without positive eigenvalues", _with_eigenvalues([-1, -2, -4], rng), (1, 2, 3)),
    ]  # fmt: skip


def _with_eigenvalues(values: list[float], rng: np.random.Generator) -> np.ndarray:
    rotation = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
    M = rotation * values @ rotation.T
    return (M + M.T) / 2


def _sorted(M: np.ndarray, key: Callable = np.asarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenpairs, falling by `key` of the eigenvalue."""
    values, vectors = np.linalg.eigh(M)
    order = np.argsort(-key(values), kind="stable")
    return values[order], vectors[:, order]


def _best(M: np.ndarray, d: int) -> np.ndarray:
    values, vectors = _sorted(M)
    return vectors[:, :d] * np.maximum(values[:d], 0) @ vectors[:, :d].T


def _wrong_grams(M: np.ndarray, d: int) -> dict[str, np.ndarray]:
    """What known mistakes make of the best tied answer."""
    values, vectors = _sorted(M)
    by_modulus, directions = _sorted(M, np.abs)
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


def _weighted(M: np.ndarray, a: np.ndarray, d: int, root: float = 0.5) -> np.ndarray:
    """Inner products of W = M D^{1/2} U Λ^{-1/2}, with D^{1/2} M D^{1/2} = U Λ U^T."""
    scale = a[:, None] ** root
    values, vectors = _sorted(scale * M * scale.T)
    W = M @ (scale * vectors[:, :d] / np.sqrt(values[:d]))
    return W @ W.T


def _wrong_weighted(M: np.ndarray, a: np.ndarray, d: int) -> dict[str, np.ndarray]:
    """What known mistakes make of the weighted answer."""
    scale = np.sqrt(a)[:, None]
    inner = _best(scale * M * scale.T, d)
    wrong = {
        "the weights are not used": _best(M, d),
        "W was not brought back: divide its rows by the roots of the weights": inner,
        "rows were multiplied by the roots of the weights; divide them": scale * inner * scale.T,
        "M was scaled by the weights; scale it by their roots": _weighted(M, a, d, root=1.0),
    }
    if a.all():
        wrong |= {
            "rows were divided by the weights; divide them by their roots": inner / np.outer(a, a),
            "W was brought back with the roots, but M was scaled by the weights; take their roots": (
                _best(a[:, None] * M * a, d) / (scale * scale.T)
            ),
        }
    return wrong
