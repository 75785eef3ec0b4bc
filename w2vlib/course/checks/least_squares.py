r"""Checks for chapter *least-squares*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...statistics import CorpusStatistics
from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_even_weight", "check_qwem_loss", "check_shares_beyond"]


def check_qwem_loss(function: Callable[[np.ndarray, np.ndarray, np.ndarray], float]) -> None:
    r"""Check a function that returns QWEM's loss.

    Parameters
    ----------
    function : callable
        Takes the vectors, shape (V, d), and the weights A and B, both (V, V)
        and symmetric, and returns
        :math:`\sum_{ij} A_{ij}(-x_{ij} + \tfrac14 x_{ij}^2) + B_{ij}(x_{ij} + \tfrac14 x_{ij}^2)`
        with :math:`x_{ij} = w_i \cdot w_j`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: the constant
        kept, Taylor's series not doubled, pairs counted once, G left out, …

    Notes
    -----
    Introduced in chapter *least-squares*; the loss is that of Karkada et al. (2025),
    section 3.

    Examples
    --------
    >>> def mine(W, A, B):
    ...     X = W @ W.T
    ...     return (A * (X**2 / 4 - X) + B * (X**2 / 4 + X)).sum()
    >>> check_qwem_loss(mine)
    Correct: the loss of the two words, of zero vectors, and of 4 random cases.
    >>> check_qwem_loss(lambda W, A, B: mine(W, A, B) / 2)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the loss of the two words: this is half of it; QWEM is twice the expanded loss
    """
    attraction = np.array([[3 / 5, 1 / 3], [1 / 3, 3 / 5]])
    cases = {
        "the loss of the two words": (np.array([[0.5], [-0.5]]), attraction, 1 - attraction),
        "the loss of zero vectors": (np.zeros((2, 3)), attraction, 1 - attraction),
    }
    rng = np.random.default_rng(5)
    for size, dimensions in ((2, 1), (3, 2), (5, 3), (8, 2)):
        A, B = rng.uniform(0.1, 2, (2, size, size))
        A, B = A + A.T, B + B.T
        if size == 8:
            A[0, 1] = A[1, 0] = B[0, 1] = B[1, 0] = 0
        W = rng.standard_normal((size, dimensions))
        name = "a pair has no weight at all" if size == 8 else f"there are {size} random words"
        cases[f"the loss where {name}"] = (W, A, B)
    for what, (W, A, B) in cases.items():
        found = ask(function, "a number", what, W, A, B)
        expected = _qwem(W @ W.T, A, B)
        if np.isnan(found):
            raise CheckFailed(f"{what}: it is NaN; where A and B are both 0, M* is 0/0: leave such pairs out")
        name_mistake(found, _wrong_losses(W, A, B), what, expected=expected, rtol=1e-7, atol=1e-12)
        compare(found, expected, what)
    passed("the loss of the two words, of zero vectors, and of 4 random cases")


def _qwem(X: np.ndarray, A: np.ndarray, B: np.ndarray) -> float:
    return float((A * (X**2 / 4 - X) + B * (X**2 / 4 + X)).sum())


def _wrong_losses(W: np.ndarray, A: np.ndarray, B: np.ndarray) -> dict[str, float]:
    X, G = W @ W.T, A + B
    M = np.divide(2 * (A - B), G, out=np.zeros_like(G), where=G > 0)
    right, upper = _qwem(X, A, B), np.triu(np.ones(X.shape))
    logistic = float((A * np.logaddexp(0, -X) + B * np.logaddexp(0, X)).sum())
    zero = np.log(2) * G.sum()
    return {
        "this is half of it; QWEM is twice the expanded loss": right / 2,
        "the constant is missing; subtract ΣG M*² / 4, so that zero vectors have the loss 0": (
            (G * (X - M) ** 2).sum() / 4
        ),
        "this is the logistic loss; QWEM has a parabola in its place": logistic,
        "this is the logistic loss less its constant; QWEM has a parabola in its place": logistic - zero,
        "this is the logistic loss, doubled and less its constant; QWEM has a parabola in its place": (
            2 * (logistic - zero)
        ),
        "the quadratic terms are twice too large; it is x² / 4": ((G * X**2) / 2 - (A - B) * X).sum(),
        "the quadratic terms are too small; the expansion's x² / 8 is doubled along with x / 2": (
            (G * X**2) / 8 - (A - B) * X
        ).sum(),
        "the signs are turned round: A pulls the score up, so its loss falls with x": _qwem(X, B, A),
        "this is the mean over pairs; take the sum": right / X.size,
        "each pair of different words is counted once; the sum runs over i, j and j, i": (
            _qwem(X, A * upper, B * upper)
        ),
        "the squares are not weighted by G": ((X - M) ** 2).sum() / 4 - (M**2).sum() / 4,
        "this is all of it, four times; the squares have the factor 1/4": 4 * right,
    }


def check_even_weight(function: Callable[[np.ndarray, np.ndarray, float], np.ndarray]) -> None:
    r"""Check a function that returns the weighting under which all pairs matter alike.

    Parameters
    ----------
    function : callable
        Takes P, shape (V, V), its marginal p, shape (V,), and the number K of
        negative samples, and returns :math:`\Psi_{ij} = 1/(P_{ij} + K\,p_i p_j)`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *least-squares*; for one negative sample it is the setting of
    Karkada et al. (2025).

    Examples
    --------
    >>> check_even_weight(lambda P, p, K: 1 / (P + K * np.outer(p, p)))
    Correct: G = 1 for every pair, with K = 1, 2, 5 and 15 negative samples.
    >>> check_even_weight(lambda P, p, K: 1 / (P + np.outer(p, p)))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: Ψ for K = 2: K is missing; this is even for one negative sample only
    """
    counts = np.array([[6, 5, 5], [5, 0, 3], [5, 3, 0]])
    words = [f"word {i}" for i in range(len(counts))]
    stats = CorpusStatistics(words, counts, counts.sum(axis=1), window=16)
    P, p, q = stats.P, stats.p, np.outer(stats.p, stats.p)
    for K in (1, 2, 5, 15):
        what = f"Ψ for K = {K}"
        found, expected = ask(function, "an array", what, P, p, K), 1 / (P + K * q)
        if found.shape == expected.shape:
            looks_like = {
                "K is missing; this is even for one negative sample only": 1 / (P + q),
                "K stands with P; it is the negative samples, q, that are drawn K times": 1 / (K * P + q),
                "this is 1/(K q); the attraction P is part of G": 1 / (K * q),
                "this is 1/q; the attraction and K are part of G": 1 / q,
                "this is P + Kq itself; the weight is one over it": P + K * q,
                "this is 1/(P + q) divided by K; the K belongs to q alone": 1 / (K * (P + q)),
                "K q was subtracted from P; G is their sum": (_reciprocal(P - K * q)),
            }
            name_mistake(found, looks_like, what, expected=expected, rtol=1e-7, atol=1e-12)
            G = found * (P + K * q)
            if np.allclose(G, G[0, 0]) and not np.isclose(G[0, 0], 1):
                raise CheckFailed(f"{what}: G is the same for all pairs, but {G[0, 0]:.6g}; it should be 1")
            if not np.allclose(found, np.transpose(found)):
                raise CheckFailed(f"{what}: it is not symmetric; q holds the product of both marginals")
        compare(found, expected, what)
    passed("G = 1 for every pair, with K = 1, 2, 5 and 15 negative samples")


def _reciprocal(x: np.ndarray) -> np.ndarray:
    return np.divide(1, x, out=np.full(x.shape, np.inf), where=x != 0)


def check_shares_beyond(function: Callable[[np.ndarray, float], tuple[float, float]]) -> None:
    r"""Check a function that says how many scores are beyond a limit.

    Parameters
    ----------
    function : callable
        Takes the vectors, shape (V, d), and a limit, and returns two shares
        between 0 and 1: of the V scores :math:`\lVert w_i \rVert^2`, and of the
        :math:`V(V-1)` scores :math:`w_i \cdot w_j`, :math:`i \ne j`, those that
        exceed the limit in modulus.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *least-squares*.

    Examples
    --------
    >>> def mine(W, limit):
    ...     X = np.abs(W @ W.T)
    ...     off = ~np.eye(len(X), dtype=bool)
    ...     return (np.diag(X) > limit).mean(), (X[off] > limit).mean()
    >>> check_shares_beyond(mine)
    Correct: both shares, for three words and for 2 random cases.
    >>> check_shares_beyond(lambda W, limit: mine(W, limit)[::-1])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the shares for three words: the two shares are in the wrong order
    """
    rng = np.random.default_rng(7)
    cases = {"the shares for three words": (np.array([[2.0, 0.0], [-1.0, 1.0], [0.5, 0.5]]), 0.4)}
    for size, limit in ((6, 1.0), (11, 0.5)):
        cases[f"the shares for {size} random words"] = (rng.standard_normal((size, 2)), limit)
    for what, (W, limit) in cases.items():
        found, X = ask(function, "two numbers", what, W, limit), W @ W.T
        off = ~np.eye(len(X), dtype=bool)
        itself, different = X.diagonal(), X[off]
        expected = np.array([(itself > limit).mean(), (np.abs(different) > limit).mean()])
        both = (np.abs(X) > limit).mean()
        looks_like = {
            "the two shares are in the wrong order": expected[::-1],
            "negative scores count as well; compare their modulus": (
                np.array([expected[0], (different > limit).mean()])
            ),
            "the second share is over all pairs; leave out words with themselves": (
                np.array([expected[0], both])
            ),
            "the second share is divided by V²; there are V (V − 1) pairs of different words": (
                np.array([expected[0], expected[1] * off.mean()])
            ),
            "these are numbers of pairs; divide by how many there are": (
                np.array([(itself > limit).sum(), (np.abs(different) > limit).sum()])
            ),
            "these are the shares within the limit; count those beyond": 1 - expected,
            "these are percentages; give shares between 0 and 1": 100 * expected,
            "the score of a word with itself is the square of its vector's length": (
                np.array([(np.sqrt(itself) > limit).mean(), expected[1]])
            ),
        }
        name_mistake(found, looks_like, what, expected=expected, rtol=1e-7, atol=1e-12)
        compare(found, expected, what)
    passed("both shares, for three words and for 2 random cases")
