"""Checks for the exercises of chapter *words-as-vectors*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import kendalltau, rankdata, spearmanr

from . import CheckFailed, ask, compare, name_mistake, passed

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
    for size, d in ((7, 3), (5, 5), (4, 1)):
        W = np.random.default_rng(size).standard_normal((size, d))
        what = f"the turned vectors of {size} words"
        turned = ask(rotate, "an array", what, W, np.random.default_rng(2))
        if turned.shape != W.shape:
            compare(turned, W, what)
        if np.allclose(turned, W) and d > 1:
            raise CheckFailed("rotate(W, rng) returned W itself; turn it by a random orthogonal matrix")
        if not np.allclose(turned @ turned.T, W @ W.T, atol=1e-4 if turned.dtype == np.float32 else 1e-8):
            raise CheckFailed(
                "the inner products changed: the matrix W was multiplied with is not orthogonal (QᵀQ = I)"
            )
        again = ask(rotate, "an array", what, W, np.random.default_rng(3))
        if d > 1 and again.shape == W.shape and np.allclose(again, turned):
            raise CheckFailed(f"{what}: the turn is the same whatever rng is; draw it with rng")
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
    square = np.array([[1.0, 0, 0], [0, 1.0, 0], [0.8, 0, 0.6], [0, 0.8, 0.6]])
    cases = {"a question whose answer is nearest": (square, [[0, 1, 2, 3]])}
    rng = np.random.default_rng(4)
    for size, questions in ((4, 2), (6, 9), (9, 20), (9, 1)):
        unit = rng.standard_normal((size, 3))
        unit /= np.linalg.norm(unit, axis=1, keepdims=True)
        rows = [list(map(int, rng.choice(size, 3, replace=False))) for _ in range(questions)]
        cases[f"{questions} questions about {size} words"] = (
            unit,
            [
                [*row, _nearest(unit, *row) if n % 3 else int(rng.integers(size))]
                for n, row in enumerate(rows)
            ],
        )
    for name, (unit, rows) in cases.items():
        what, answers = f"the accuracy on {name}", [row[3] for row in rows]
        expected = np.mean([_nearest(unit, *row[:3]) == row[3] for row in rows])
        mistakes = {
            "a, b and c may be answers here; do not exclude them": np.mean(
                [_nearest(unit, *row[:3], excluded=row[:3]) == row[3] for row in rows]
            ),
            "this is the number of right answers; divide it by the number of questions": expected * len(rows),
            "this is the share of wrong answers": 1 - expected,
            "the difference is turned round; it is b − a + c": np.mean(
                [_nearest(unit, b, a, c) == answer for (a, b, c, _), answer in zip(rows, answers)]
            ),
        }
        found = ask(accuracy, "a number", what, unit, rows)
        name_mistake(found, mistakes, what, expected=expected)
        compare(found, expected, what)
    passed("the question words compete with the answer")


def _nearest(unit: np.ndarray, a: int, b: int, c: int, excluded=()) -> int:
    scores = unit @ (unit[b] - unit[a] + unit[c])
    scores[list(excluded)] = -np.inf
    return int(scores.argmax())


def check_frequency(correlation: Callable) -> None:
    """Check a rank correlation: ``correlation(vector, occurrences) -> float``.

    Examples
    --------
    >>> from scipy.stats import spearmanr
    >>> check_frequency(lambda vector, occurrences: spearmanr(vector, occurrences).statistic)
    Correct: ranks are compared, not values.
    """
    rng = np.random.default_rng(1)
    falling = np.array([1000, 100, 10, 1])
    cases = {
        "two equal orders": (np.array([4.0, 3.0, 2.0, 1.0]), falling),
        "opposite orders": (np.array([1.0, 2.0, 3.0, 4.0]), falling),
    }
    for size in (5, 9, 30):
        cases[f"{size} random words"] = rng.standard_normal(size), rng.permutation(size * 7)[:size] + 1
    cases["words of which some are equally frequent"] = rng.standard_normal(12), rng.integers(1, 5, 12)
    for name, (vector, occurrences) in cases.items():
        what, ranks = f"the correlation of {name}", [rankdata(vector), rankdata(occurrences)]
        expected = np.corrcoef(ranks)[0, 1]
        order = [np.argsort(np.argsort(x, kind="stable"), kind="stable") for x in (vector, occurrences)]
        mistakes = {
            "correlate ranks, not values (Spearman)": np.corrcoef(vector, occurrences)[0, 1],
            "correlate ranks, not logarithms (Spearman)": np.corrcoef(vector, np.log(occurrences))[0, 1],
            "this is Kendall's tau; Spearman's correlation is asked for": kendalltau(vector, occurrences)[0],
            "the sign was lost": abs(expected),
            "the sign is turned round": -expected,
            "equal values share the mean of their ranks, as in scipy.stats.rankdata": np.corrcoef(order)[
                0, 1
            ],
            "this is the probability p, not the correlation": spearmanr(vector, occurrences)[1],
        }
        found = ask(correlation, "a number", what, vector, occurrences)
        name_mistake(found, mistakes, what, expected=expected)
        compare(found, expected, what)
    passed("ranks are compared, not values")
