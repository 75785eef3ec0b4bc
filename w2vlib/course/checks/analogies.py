"""Checks for the exercises of chapter *analogies*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...spectra import spectrum
from ...statistics import count_corpus
from . import ask, compare, name_mistake, passed

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
    for size, d, questions in ((12, 4, 40), (7, 2, 15), (20, 9, 1)):
        unit = rng.standard_normal((size, d))
        unit /= np.linalg.norm(unit, axis=1, keepdims=True)
        words = [tuple(map(int, rng.choice(size, 3, replace=False))) for _ in range(questions)]
        best = [(*row, _winner(unit, *row)) for row in words]
        mixed = [row if n % 3 else (*row[:3], int(rng.integers(size))) for n, row in enumerate(best)]
        for name, rows in (
            ("questions whose answers are the best words", best),
            ("questions of which some have other answers", mixed),
            ("a question whose answer is one of its words", [(*words[0], words[0][0])]),
        ):
            what = f"the accuracy on {name}"
            expected, loose, swapped = (
                np.mean([_winner(unit, *row[:3], **change) == row[3] for row in rows])
                for change in ({}, {"exclude": False}, {"swap": True})
            )
            mistakes = {
                "the question's own words are allowed as answers; set their scores to −∞ first": loose,
                "a and b are interchanged; divide by the similarity with a": swapped,
                "this is the number of right answers; divide it by the number of questions": expected
                * len(rows),
                "this is the share of wrong answers": 1 - expected,
            }
            found = ask(accuracy, "a number", what, unit, rows)
            name_mistake(found, mistakes, what, expected=expected)
            compare(found, expected, what)
    passed("products of similarities, question words excluded")


def _winner(unit: np.ndarray, a: int, b: int, c: int, exclude: bool = True, swap: bool = False) -> int:
    s = (unit @ unit[[b, a, c] if swap else [a, b, c]].T + 1) / 2
    scores = s[:, 1] * s[:, 2] / (s[:, 0] + 0.001)
    if exclude:
        scores[[a, b, c]] = -np.inf
    return int(scores.argmax())


def check_reweight(reweight: Callable) -> None:
    """Check a function that weights directions: ``reweight(modes, power) -> vectors``.

    Examples
    --------
    >>> check_reweight(lambda modes, power: modes.vectors * modes.values**power)
    Correct: direction k is scaled by its eigenvalue to the power p.
    """
    X = np.random.default_rng(13).standard_normal((6, 6))
    for name, M, d in (("3 words", np.diag([4.0, 9.0, 1.0]), 2), ("6 words", X @ X.T, 4)):
        modes = spectrum(M, d)
        for power in (0, 0.5, 1, 0.25, -0.5):
            what = f"the vectors of {name} for p = {power:g}"
            expected = modes.vectors * modes.values**power
            mistakes = {
                "the power is doubled": modes.vectors * modes.values ** (2 * power),
                "the power is halved": modes.vectors * modes.values ** (power / 2),
                "the sign of the power is turned round": modes.vectors * modes.values**-power,
                "the power is not used; it is not always ½": modes.vectors * np.sqrt(modes.values),
                "the directions are not scaled": modes.vectors,
            }
            found = ask(reweight, "an array", what, modes, power)
            name_mistake(found, mistakes, what, expected=expected)
            compare(found, expected, what)
    passed("direction k is scaled by its eigenvalue to the power p")


def check_floor(floor_for: Callable) -> None:
    """Check the PMI of a few counts: ``floor_for(stats, count) -> float``.

    Examples
    --------
    >>> check_floor(lambda stats, count: np.log(count / stats.total / np.median(stats.p) ** 2))
    Correct: the PMI that so many counts give to words of median frequency.
    """
    texts = ("a b a c b a", "d a b c a b a e e c d a b f a")
    for name, text, window in (("3 words", texts[0], 2), ("6 words", texts[1], 3)):
        stats = count_corpus([text.split()], window=window)
        for count in (0.5, 1.0, 3.0, 1e-25):
            what = f"the PMI of {count:g} counts of {name}"
            chance, share = np.median(stats.p) ** 2, count / stats.total
            expected = np.log(share / chance)
            mistakes = {
                "the logarithm is to base 2; this book uses natural logarithms": expected / np.log(2),
                "the logarithm is to base 10; this book uses natural logarithms": expected / np.log(10),
                "this is the ratio; take its logarithm": share / chance,
                "the marginal is not squared; a pair has two words": np.log(share / np.sqrt(chance)),
                "the sign is turned round": -expected,
                "this is the mean frequency; take the median": np.log(share / stats.p.mean() ** 2),
                "the count was not divided by the total": np.log(count / chance),
                "the count is not used": np.log(0.5 / stats.total / chance),
            }
            found = ask(floor_for, "a number", what, stats, count)
            name_mistake(found, mistakes, what, expected=expected)
            compare(found, expected, what)
    passed("the PMI that so many counts give to words of median frequency")
