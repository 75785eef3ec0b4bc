"""Checks for chapter *task-vectors*."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from . import ask, compare, name_mistake, passed

__all__ = ["check_best_weight", "check_exact_flips", "check_pairs_needed"]


def check_exact_flips(function: Callable[[np.ndarray], float]) -> None:
    r"""Check a function that tests task vectors by all flips of their signs.

    Parameters
    ----------
    function : callable
        Takes task vectors, shape (m, d), and returns the share of all
        :math:`2^m` patterns of signs, the given one included, for which
        :math:`\lVert \sum_i \pm r_i \rVert^2` is at least that of the
        given signs, up to rounding.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Examples
    --------
    >>> from itertools import product
    >>> def mine(R):
    ...     lengths = ((np.array(list(product([1, -1], repeat=len(R)))) @ R) ** 2).sum(axis=1)
    ...     return (lengths >= lengths[0] * (1 - 1e-9)).mean()
    >>> check_exact_flips(mine)
    Correct: the share of sign patterns, for the three pairs of the chapter and 4 more families.
    >>> check_exact_flips(lambda R: 2 * mine(R))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the share for the three pairs of the chapter should be 0.25, but is 0.5
    """
    rng = np.random.default_rng(14)
    cases = {
        "the share for the three pairs of the chapter": np.array([[2.0, 1, 0], [2, 0, 1], [2, -1, -1]]),
        "the share for four pairs": np.array([[1.0, 0, 1], [-1, 2, 0], [1, 1, 3], [0, 1, -1]]),
        "the share for orthogonal pairs": 0.1 * np.eye(5, 7),
        "the share for nine pairs": rng.standard_normal((9, 20)) + 0.2,
        "the share for ten pairs": rng.standard_normal((10, 4)) - 0.2,
    }
    for what, R in cases.items():
        found = ask(function, "a number", what, R, remedy="no logarithm or division is needed here")
        lengths = _lengths(R)
        expected = (lengths >= lengths[0] * (1 - 1e-9)).mean()
        n, total = len(lengths), (lengths >= lengths[0] * (1 - 1e-9)).sum()
        looks_like = {
            "patterns strictly longer were counted; the given signs, and ties, count as well": (
                (lengths > lengths[0] * (1 + 1e-9)).mean()
            ),
            "this is the share of patterns that are shorter or equal; count the longer ones": (
                (lengths <= lengths[0] * (1 + 1e-9)).mean()
            ),
            "this is the number of patterns; divide it by 2^m": total,
            "the given signs were counted once more: with all patterns at hand, no 1 is added": (
                (1 + total) / (1 + n)
            ),
            "ties were lost in rounding; compare with a small tolerance": (lengths >= lengths[0]).mean(),
            "the sums were compared with their mean, not with the given one": (
                (lengths >= lengths.mean()).mean()
            ),
        }
        name_mistake(found, looks_like, what, expected=expected, rtol=0, atol=1e-6)
        compare(found, expected, what)
    passed("the share of sign patterns, for the three pairs of the chapter and 4 more families")


def _lengths(R: np.ndarray) -> np.ndarray:
    signs = np.array(list(product([1, -1], repeat=len(R))))
    return ((signs @ R) ** 2).sum(axis=1)


def check_best_weight(function: Callable[[np.ndarray, Sequence, Sequence[float]], float]) -> None:
    r"""Check a function that finds the best weight of an analogy's example.

    Parameters
    ----------
    function : callable
        Takes unit vectors, shape (V, d), rows (a, b, c, answer) of word
        numbers, and weights; returns the weight for which
        :math:`\hat w_c + \text{weight}\,(\hat w_b - \hat w_a)` is nearest to the answer
        most often, the earliest such weight in the list.  The words a, b and c
        are no answers.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Examples
    --------
    >>> def mine(unit, rows, weights):
    ...     a, b, c, answer = np.transpose(rows)
    ...     right = []
    ...     for weight in weights:
    ...         scores = (unit[c] + weight * (unit[b] - unit[a])) @ unit.T
    ...         for words in (a, b, c):
    ...             scores[np.arange(len(rows)), words] = -np.inf
    ...         right.append((scores.argmax(axis=1) == answer).mean())
    ...     return weights[int(np.argmax(right))]
    >>> check_best_weight(mine)
    Correct: the best weight, for 5 families with more and less noise.
    >>> check_best_weight(lambda unit, rows, weights: 1.0)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the best weight where the example only misleads should be 0, but is 1
    """
    weights = [0.0, 0.25, 0.5, 1.1, 2.0]
    for what, (unit, rows) in _families().items():
        found = ask(
            function, "a number", what, unit, rows, weights, remedy="no logarithm or division is needed here"
        )
        right = _right(unit, rows, weights)
        expected = weights[int(np.argmax(right))]
        last = weights[len(weights) - 1 - int(np.argmax(right[::-1]))]
        looks_like = {
            "the question words a, b, c were allowed as answers": (
                weights[int(np.argmax(_right(unit, rows, weights, excluded=0)))]
            ),
            "this is the place of the weight in the list; return the weight itself": int(np.argmax(right)),
            "this is the accuracy; return the weight that reaches it": max(right),
            "of several weights with the same accuracy this is the last; return the first": last,
            "the difference was turned round: it is b − a": (
                weights[int(np.argmax(_right(unit, rows, [-x for x in weights])))]
            ),
        }
        name_mistake(found, looks_like, what, expected=expected, rtol=0, atol=1e-9)
        compare(found, expected, what)
    passed("the best weight, for 5 families with more and less noise")


def _right(unit: np.ndarray, rows: list, weights: Sequence[float], excluded: int = 3) -> list[float]:
    """Accuracy for each weight; the first `excluded` words of a question are no answers."""
    words = np.transpose(rows)
    right = []
    for weight in weights:
        scores = (unit[words[2]] + weight * (unit[words[1]] - unit[words[0]])) @ unit.T
        for k in range(excluded):
            scores[np.arange(len(rows)), words[k]] = -np.inf
        right.append(float((scores.argmax(axis=1) == words[3]).mean()))
    return right


def _families() -> dict[str, tuple[np.ndarray, list]]:
    """Made-up families of pairs, among other words."""
    rng = np.random.default_rng(5)
    result = {}
    settings = {
        "the best weight where the example only misleads": (0.0, 0.9),
        "the best weight where half of an example is noise": (0.6, 0.55),
        "the best weight where the example is all signal": (1.5, 0.05),
        "the best weight for many words": (1.0, 0.3),
    }
    for what, (signal, noise) in settings.items():
        stems, mu = rng.standard_normal((10, 12)), rng.standard_normal(12)
        partners = stems + signal * mu + noise * rng.standard_normal((10, 12))
        others = rng.standard_normal((40, 12))
        vectors = np.vstack([stems, partners, others, partners + 0.5 * rng.standard_normal((10, 12))])
        rows = [(i, 10 + i, j, 10 + j) for i in range(10) for j in range(10) if i != j]
        result[what] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True), rows
    stems = np.eye(16)[:5]
    partners = stems + 0.5 * np.eye(16)[5:10]
    vectors = np.vstack([stems, partners, np.eye(16)[10:]])
    rows = [(i, 5 + i, j, 5 + j) for i in range(5) for j in range(5) if i != j]
    what = "the best weight where several are equally good"
    result[what] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True), rows
    return result


def check_pairs_needed(function: Callable[[float, float], tuple[int, int]]) -> None:
    r"""Check a function that says how many pairs make a signal visible.

    Parameters
    ----------
    function : callable
        Takes the common share :math:`\varsigma` and the effective dimension,
        and returns the smallest whole numbers m with :math:`\psi >
        \sqrt{m / d_{\rm eff}}` and with :math:`\psi > 1.645 \sqrt{2 /
        d_{\rm eff}}`, where :math:`\psi = m \varsigma / (1 - \varsigma)`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Examples
    --------
    >>> def mine(share, d_eff):
    ...     odds = share / (1 - share)
    ...     numbers = 1 / (odds**2 * d_eff), 1.645 * np.sqrt(2 / d_eff) / odds
    ...     return tuple(int(np.floor(x)) + 1 for x in numbers)
    >>> check_pairs_needed(mine)
    Correct: the numbers of pairs, for 5 shares and 3 effective dimensions.
    >>> check_pairs_needed(lambda share, d_eff: mine(share, d_eff)[::-1])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the pairs needed for a share of 0.021 and 50 dimensions: the two numbers are interchanged
    """
    for d_eff in (50.0, 70.0, 140.0):
        for share in (0.021, 0.031, 0.07, 0.13, 0.45):
            what = f"the pairs needed for a share of {share:g} and {d_eff:g} dimensions"
            found = ask(
                function, "two numbers", what, share, d_eff, remedy="neither the share nor d_eff is 0"
            )
            expected = _needed(share / (1 - share), d_eff)
            odds = share / (1 - share)
            exact = 1 / (odds**2 * d_eff), 1.645 * np.sqrt(2 / d_eff) / odds
            looks_like = {
                "the two numbers are interchanged": expected[::-1],
                "these are not whole numbers; take the smallest whole m that is large enough": exact,
                "both were rounded down; the smallest m that is large enough lies above": np.floor(exact),
                "ψ is m ς / (1 − ς); the noise, 1 − ς, is missing": _needed(share, d_eff),
                "the 2 under the root is missing, as the variance of χ² is 2d": (
                    expected[0],
                    int(np.floor(exact[1] / np.sqrt(2))) + 1,
                ),
                "the first number is a square root still; solve ψ > √(m / d_eff) for m": (
                    int(np.floor(np.sqrt(exact[0]))) + 1,
                    expected[1],
                ),
            }
            name_mistake(found, looks_like, what, expected=expected, rtol=0, atol=1e-6)
            compare(found, expected, what)
    passed("the numbers of pairs, for 5 shares and 3 effective dimensions")


def _needed(odds: float, d_eff: float) -> tuple[int, int]:
    numbers = 1 / (odds**2 * d_eff), 1.645 * np.sqrt(2 / d_eff) / odds
    return int(np.floor(numbers[0])) + 1, int(np.floor(numbers[1])) + 1
