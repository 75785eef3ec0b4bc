"""Checks for the exercises of chapter 1, *Three lines of linear algebra solve king − man + woman*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import CheckFailed, compare, passed

__all__ = ["check_exclusion", "check_frequency", "check_rotation"]


def check_rotation(rotate: Callable) -> None:
    """Check a function that turns all vectors alike: ``rotate(W, rng) -> W``.

    Examples
    --------
    >>> check_rotation(lambda W, rng: W @ np.linalg.qr(rng.standard_normal((W.shape[1],) * 2))[0])
    Correct: inner products stay, vectors move.
    >>> check_rotation(lambda W, rng: W)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: rotate(W, rng) returned W itself; turn it by a random orthogonal matrix
    """
    W = np.random.default_rng(1).standard_normal((7, 3))
    turned = rotate(W.copy(), np.random.default_rng(2))
    if turned is not None and np.shape(turned) == W.shape and np.allclose(turned, W):
        raise CheckFailed("rotate(W, rng) returned W itself; turn it by a random orthogonal matrix")
    if np.shape(turned) == W.shape and not np.allclose(turned @ np.transpose(turned), W @ W.T):
        raise CheckFailed(
            "the inner products changed: the matrix W was multiplied with is not orthogonal (QᵀQ = I)"
        )
    compare(np.shape(turned), W.shape, "the shape of the turned vectors")
    passed("inner products stay, vectors move")


def check_exclusion(accuracy: Callable) -> None:
    """Check a function for analogies without exclusion: ``accuracy(unit, rows) -> float``.

    Examples
    --------
    >>> def accuracy(unit, rows):
    ...     a, b, c, answer = np.array(rows).T
    ...     return np.mean(((unit[b] - unit[a] + unit[c]) @ unit.T).argmax(axis=1) == answer)
    >>> check_exclusion(accuracy)
    Correct: the question words compete with the answer.
    """
    unit = np.array([[1.0, 0.0], [0.6, 0.8], [0.8, 0.6], [0.0, 1.0]])
    unit_square = np.array([[1.0, 0, 0], [0, 1.0, 0], [0.8, 0, 0.6], [0, 0.8, 0.6]])
    found = accuracy(unit_square, [[0, 1, 2, 3]])
    compare(found, 1.0, "the accuracy on a question whose answer is nearest")
    found = accuracy(unit, [[0, 1, 1, 3], [0, 2, 3, 1]])
    expected = np.mean(
        [
            ((unit[b] - unit[a] + unit[c]) @ unit.T).argmax() == v
            for a, b, c, v in [(0, 1, 1, 3), (0, 2, 3, 1)]
        ]
    )
    compare(found, expected, "the accuracy on two questions")
    passed("the question words compete with the answer")


def check_frequency(correlation: Callable) -> None:
    """Check a rank correlation: ``correlation(vector, occurrences) -> float``.

    Examples
    --------
    >>> from scipy.stats import spearmanr
    >>> check_frequency(lambda vector, occurrences: spearmanr(vector, occurrences).statistic)
    Correct: ranks are compared, not values.
    """
    occurrences = np.array([1000, 100, 10, 1])
    found = correlation(np.array([4.0, 3.0, 2.0, 1.0]), occurrences)
    if found is not None and 0 < found < 1 - 1e-9:
        raise CheckFailed(
            "the correlation of two equal orders should be 1; correlate ranks, not values (Spearman)"
        )
    compare(found, 1.0, "the correlation of two equal orders")
    compare(
        correlation(np.array([1.0, 2.0, 3.0, 4.0]), occurrences), -1.0, "the correlation of opposite orders"
    )
    passed("ranks are compared, not values")
