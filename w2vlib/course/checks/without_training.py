"""Checks for chapter *without-training*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...targets import weighted_target
from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_how_many", "check_weighted_answer"]


def check_weighted_answer(function: Callable[..., tuple[np.ndarray, np.ndarray]]) -> None:
    r"""Check a function that solves the weighted least-squares problem with a bias for each word.

    Parameters
    ----------
    function : callable
        Takes a symmetric matrix M of shape (V, V), factors a of shape (V,) and d; returns W of
        shape (V, d) and b of shape (V,) at which
        :math:`\sum_{ij} a_i a_j (M_{ij} - b_i - b_j - w_i \cdot w_j)^2` is least.  W may be
        turned by any orthogonal matrix.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: no scaling back, no
        centring, the smallest eigenvalues, …

    Notes
    -----
    Introduced in chapter *without-training*.

    Examples
    --------
    >>> def mine(M, a, d):
    ...     values, vectors = np.linalg.eigh(weighted_target(M, a))
    ...     values[values < 1e-9] = 0  # negative, or 0 but for rounding
    ...     W = vectors[:, -d:] * np.sqrt(values[-d:]) / np.sqrt(a / a.mean())[:, None]
    ...     q = a / a.sum()
    ...     mean = (M - W @ W.T) @ q
    ...     return W, mean - q @ mean / 2
    >>> check_weighted_answer(mine)
    Correct: the best vectors and biases of 4 weighted problems.
    >>> check_weighted_answer(lambda M, a, d: (np.sqrt(a)[:, None] * mine(M, a, d)[0], mine(M, a, d)[1]))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: two words: W is not scaled back; divide its rows by √a, with a of mean 1
    """
    rng = np.random.default_rng(21)
    cases = [("two words", np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([1.6, 0.4]), 1)]
    for what, size, d in (("six words", 6, 2), ("factors in another unit", 7, 3)):
        X = rng.standard_normal((size, size))
        cases.append((what, X + X.T, rng.uniform(0.3, 3, size) * (100 if "unit" in what else 1), d))
    low = -np.eye(5) + np.add.outer(np.arange(5.0), np.arange(5.0))
    cases.append(("nothing but biases", low, rng.uniform(0.5, 2, 5), 2))
    for what, M, a, d in cases:
        W, b = ask(function, "two arrays", what, M, a, d)
        for name, found, shape in (("W", W, (len(M), d)), ("b", b, (len(M),))):
            if found.shape != shape:
                raise CheckFailed(f"{what}: the shape of {name} should be {shape}, but is {found.shape}")
            if not np.isfinite(found).all():
                raise CheckFailed(f"{what}: {name} holds NaN or infinity; an eigenvalue below 0 counts as 0")
        best, biases = _answer(M, a, d)
        scale = np.sqrt(a / a.mean())[:, None]
        wrong = {
            "W is not scaled back; divide its rows by √a, with a of mean 1": scale * best,
            "rows were multiplied by the factors' roots twice; divide": scale**2 * best,
            "biases were not taken out: Π is missing on both sides": _answer(M, a, d, centred=False)[0],
            "the weights are not used": _answer(M, np.ones_like(a), d)[0],
            "scale by the roots of the factors, not by the factors": _answer(M, a**2, d)[0],
            "these are the smallest eigenvalues; eigh sorts upwards": _answer(M, a, d, last=True)[0],
        }
        gram, expected = W @ W.T, best @ best.T
        name_mistake(
            gram, {say: X @ X.T for say, X in wrong.items()}, what, expected=expected, rtol=1e-6, atol=1e-9
        )
        compare(gram, expected, f"{what}, W·Wᵀ", tolerance=1e-7)
        wrong = {
            "half of the mean of the means has to go: it would count twice, in b_i and in b_j": (
                biases + _mean(M - expected, a) / 2
            ),
            "these are plain means; weight them": _biases(M - expected, np.ones_like(a)),
            "these are the biases of M; subtract W·Wᵀ first": _biases(M, a),
        }
        name_mistake(b, wrong, f"{what}, b", expected=biases, rtol=1e-6, atol=1e-9)
        compare(b, biases, f"{what}, b", tolerance=1e-7)
    passed(f"the best vectors and biases of {len(cases)} weighted problems")


def check_how_many(function: Callable[[np.ndarray, np.ndarray, np.ndarray], float]) -> None:
    r"""Check a function that counts the directions of a text that stand out from its noise.

    Parameters
    ----------
    function : callable
        Takes the matrices of two halves of a text and of the whole; returns how many eigenvalues of the
        whole exceed :math:`2\sqrt{Vv}`, with :math:`v` a quarter of the mean squared difference of the halves.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *without-training*.

    Examples
    --------
    >>> def mine(one, other, whole):
    ...     v = np.mean((one - other) ** 2) / 4
    ...     return np.sum(np.linalg.eigvalsh(whole) > 2 * np.sqrt(len(whole) * v))
    >>> check_how_many(mine)
    Correct: the directions that stand out, of three texts.
    >>> check_how_many(lambda one, other, whole: mine(2 * one, 2 * other, whole))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: directions of many strengths: v is a quarter of the mean squared difference: ...
    """
    rng, size = np.random.default_rng(21), 120
    values = np.linspace(-9, 9, size)
    U = np.linalg.qr(rng.standard_normal((size, size)))[0]
    for what, spread in (
        ("directions of many strengths", 1.0),
        ("stronger ones", 3.0),
        ("nothing but noise", 0.0),
    ):
        signal = (U * (spread * values)) @ U.T
        noise = [_noise(rng, size, 0.3) for _ in range(2)]
        one, other = (signal + X for X in noise)
        whole = (one + other) / 2
        found = ask(function, "a number", what, one, other, whole)
        v = np.mean((one - other) ** 2) / 4
        seen = np.linalg.eigvalsh(whole)

        def above(edge, seen=seen):
            return int((seen > edge).sum())

        expected = above(2 * np.sqrt(size * v))
        wrong = {
            "v is a quarter of the mean squared difference: each half has twice the noise of the whole, and the "
            "difference has both": above(2 * np.sqrt(4 * size * v)),
            "v is a quarter of the mean squared difference, not a half": above(2 * np.sqrt(2 * size * v)),
            "the edge is twice the root of Vv": above(np.sqrt(size * v)),
            "V is missing under the root": above(2 * np.sqrt(v)),
            "take the root of Vv": above(2 * size * v),
            "negative eigenvalues do not count: tied vectors cannot hold them": int(
                (np.abs(seen) > 2 * np.sqrt(size * v)).sum()
            ),
        }
        if spread:
            name_mistake(found, wrong, what, expected=expected)
        compare(found, expected, what)
    passed("the directions that stand out, of three texts")


def _answer(M, a, d, centred=True, last=False):
    values, vectors = np.linalg.eigh(weighted_target(M, a, centred))
    some = slice(0, d) if last else slice(len(a) - d, None)
    W = vectors[:, some] * np.sqrt(np.maximum(values[some], 0)) / np.sqrt(a / a.mean())[:, None]
    return W, _biases(M - W @ W.T, a)


def _mean(Y, a):
    q = a / a.sum()
    return q @ Y @ q


def _biases(Y, a):
    return Y @ (a / a.sum()) - _mean(Y, a) / 2


def _noise(rng, size, spread):
    X = np.triu(rng.normal(0, spread, (size, size)))
    return X + np.triu(X, 1).T
