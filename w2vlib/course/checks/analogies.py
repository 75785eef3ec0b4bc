"""Checks for the exercises of chapter 13, *Analogies switch on with rank*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...spectra import spectrum
from ...statistics import count_corpus
from . import CheckFailed, compare, passed

__all__ = ["check_floor", "check_mul_accuracy", "check_reweight"]


def check_mul_accuracy(accuracy: Callable) -> None:
    """Check an implementation of 3CosMul: ``accuracy(unit, rows) -> float``.

    Examples
    --------
    >>> def accuracy(unit, rows):
    ...     right = 0
    ...     for a, b, c, answer in rows:
    ...         s = (unit @ unit[[a, b, c]].T + 1) / 2
    ...         scores = s[:, 1] * s[:, 2] / (s[:, 0] + 0.001)
    ...         scores[[a, b, c]] = -np.inf
    ...         right += scores.argmax() == answer
    ...     return right / len(rows)
    >>> check_mul_accuracy(accuracy)
    Correct: products of similarities, question words excluded.
    """
    rng = np.random.default_rng(3)
    unit = rng.standard_normal((12, 4))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    rows = [tuple(map(int, rng.choice(12, 3, replace=False))) for _ in range(40)]
    winners, loose = [], []
    for a, b, c in rows:
        s = (unit @ unit[[a, b, c]].T + 1) / 2
        scores = s[:, 1] * s[:, 2] / (s[:, 0] + 0.001)
        loose.append(int(scores.argmax()))
        scores[[a, b, c]] = -np.inf
        winners.append(int(scores.argmax()))
    found = accuracy(unit, [(*row, winner) for row, winner in zip(rows, winners)])
    if found is not None and np.isclose(found, np.mean(np.array(winners) == np.array(loose))) and found < 1:
        raise CheckFailed("the question's own words are allowed as answers; set their scores to −∞ first")
    compare(found, 1.0, "the accuracy on questions whose answers are the best words")
    compare(
        accuracy(unit, [(0, 1, 2, 0)]), 0.0, "the accuracy on a question whose answer is one of its words"
    )
    passed("products of similarities, question words excluded")


def check_reweight(reweight: Callable) -> None:
    """Check a function that weights directions: ``reweight(modes, power) -> vectors``.

    Examples
    --------
    >>> check_reweight(lambda modes, power: modes.vectors * modes.values**power)
    Correct: direction k is scaled by its eigenvalue to the power p.
    """
    modes = spectrum(np.diag([4.0, 9.0, 1.0]), 2)
    compare(reweight(modes, 0), modes.vectors, "the vectors for p = 0")
    half = reweight(modes, 0.5)
    compare(half, modes.vectors * [3.0, 2.0], "the vectors for p = 1/2")
    passed("direction k is scaled by its eigenvalue to the power p")


def check_floor(floor_for: Callable) -> None:
    """Check the PMI of a few counts: ``floor_for(stats, count) -> float``.

    Examples
    --------
    >>> check_floor(lambda stats, count: np.log(count / stats.total / np.median(stats.p) ** 2))
    Correct: the PMI that so many counts give to words of median frequency.
    """
    stats = count_corpus([["a", "b", "a", "c", "b", "a"]], window=2)
    expected = np.log(0.5 / stats.total / np.median(stats.p) ** 2)
    found = floor_for(stats, 0.5)
    if found is not None and np.isclose(found, expected / np.log(2)):
        raise CheckFailed("the logarithm is to base 2; this book uses natural logarithms")
    compare(found, expected, "the PMI of half a count")
    compare(floor_for(stats, 1.0) - found, np.log(2), "what doubling the count adds to the PMI")
    passed("the PMI that so many counts give to words of median frequency")
