"""Checks of chapter *word2vec*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...targets import noise_distribution
from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_best_scores", "check_tied_update"]


def check_best_scores(function: Callable[[np.ndarray, np.ndarray, float, float], np.ndarray]) -> None:
    r"""Check a function that returns the scores at which word2vec's loss is least, from counts.

    Parameters
    ----------
    function : callable
        Takes counts, shape (V, V), occurrences, shape (V,), the number K of
        negatives and the exponent β of the noise, and returns
        :math:`\ln(P_{ij} / K\,p_i \nu_j)`, −∞ where the count is 0.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one, warnings of NumPy's included.

    Notes
    -----
    Introduced in chapter *word2vec*.

    Examples
    --------
    >>> def mine(counts, occurrences, k, exponent):
    ...     P, noise = counts / counts.sum(), occurrences**exponent / (occurrences**exponent).sum()
    ...     with np.errstate(divide="ignore"):
    ...         return np.log(P) - np.log(k * np.outer(P.sum(axis=1), noise))
    >>> check_best_scores(mine)
    Correct: the best scores of three words and of 3 random cases, with −∞ where words never met.
    >>> check_best_scores(lambda C, n, k, exponent: mine(C, n, 1, exponent))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the best scores of three words: k is missing; the made-up pairs are k times as many
    """
    cases = {
        "the best scores of three words": (
            np.array([[6, 5, 5], [5, 0, 3], [5, 3, 0]]),
            np.array([9, 4, 3]),
            5,
        )
    }
    rng = np.random.default_rng(4)
    for size, k in ((4, 1), (7, 2), (9, 15)):
        counts = rng.integers(0, 9, (size, size))
        counts = counts + counts.T
        counts[0, 1:] += 1
        counts[1:, 0] += 1
        cases[f"the best scores of {size} random words with k = {k}"] = counts, rng.integers(1, 50, size), k
    remedy = "write −∞ where the count is 0, and take the logarithm of the others only"
    for what, (counts, occurrences, k) in cases.items():
        found = ask(function, "an array", what, counts, occurrences, k, 0.75, remedy=remedy)
        expected = _best_scores(counts, occurrences, k, 0.75)
        if found.shape == expected.shape:
            met = counts > 0
            if np.isnan(found).any():
                raise CheckFailed(f"{what}: NaN appears; {remedy}")
            mistakes = _wrong_scores(counts, occurrences, k)
            name_mistake(
                found[met],
                {message: wrong[met] for message, wrong in mistakes.items()},
                what,
                expected=expected[met],
                rtol=1e-7,
                atol=1e-9,
            )
            if not np.isneginf(found[~met]).all():
                raise CheckFailed(
                    f"{what}: where words never met it is {found[~met].max():.4g}; no score is low enough: −∞"
                )
        compare(found, expected, what)
    passed("the best scores of three words and of 3 random cases, with −∞ where words never met")


def _best_scores(counts: np.ndarray, occurrences: np.ndarray, k: float, exponent: float) -> np.ndarray:
    P = counts / counts.sum()
    scores = np.full(P.shape, -np.inf)
    np.log(P, out=scores, where=P > 0)
    return scores - np.log(k * np.outer(P.sum(axis=1), noise_distribution(occurrences, exponent)))


def _wrong_scores(counts: np.ndarray, occurrences: np.ndarray, k: float) -> dict[str, np.ndarray]:
    right, marginal = _best_scores(counts, occurrences, k, 0.75), counts.sum(axis=1) / counts.sum()
    noise = noise_distribution(occurrences)
    unigram = occurrences / occurrences.sum()
    return {
        "k is missing; the made-up pairs are k times as many": right + np.log(k),
        "k has the wrong sign; more negatives make every score lower": right + 2 * np.log(k),
        "the sign is turned round; it is ln(A/B)": -right,
        "the exponent is not used: negatives are drawn by the frequency itself": (
            _best_scores(counts, occurrences, k, 1.0)
        ),
        "the noise is that of the first word; negatives are drawn for the second": right.T,
        "the noise does not sum to 1": right + np.log(noise.sum() / (occurrences**0.75).sum()),
        "the counts were not divided by their sum": right + np.log(counts.sum()),
        "p_i is missing: a pair needs its first word, too": right + np.log(marginal)[:, None],
        "p_i is the row sum of P, not the share of the word among all words": (
            right + np.log(marginal / unigram)[:, None]
        ),
        "negatives are drawn by the power of the frequency, not of the row sums": (
            right + np.log(noise / noise_distribution(marginal))
        ),
        "this is the ratio; take its logarithm": np.exp(right),
    }


def check_tied_update(
    function: Callable[[np.ndarray, int, int, np.ndarray, float], None],
) -> None:
    r"""Check a function that plays one round of word2vec with one vector for each word.

    Parameters
    ----------
    function : callable
        Takes W, shape (V, d), the words i and j of the real pair, the words of
        the negatives, and the learning rate, and changes W in place by
        :math:`-\eta_0` times the gradient of the round's loss.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *word2vec*.

    Examples
    --------
    >>> def mine(W, i, j, negatives, rate):
    ...     others = np.append(j, negatives)
    ...     error = -1 / (1 + np.exp(-W[others] @ W[i]))
    ...     error[0] += 1
    ...     pull, push = error @ W[others], np.outer(error, W[i])
    ...     np.add.at(W, others, rate * push)
    ...     W[i] += rate * pull
    >>> check_tied_update(mine)
    Correct: the vectors after one round, also where a negative comes twice, is j, or is i.
    >>> check_tied_update(lambda W, i, j, negatives, rate: mine(W, i, j, negatives, -rate))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: a round of five different words: it goes up the loss; change the sign
    """
    rng = np.random.default_rng(3)
    cases = {
        "a round of five different words": (0, 1, [2, 3, 4], 0.5),
        "a round in which a negative comes twice": (2, 0, [3, 3, 1], 0.1),
        "a round in which a negative is j": (1, 4, [4, 0], 0.2),
        "a round in which a negative is i": (3, 1, [3, 2], 0.2),
        "a round in which i and j are one word": (2, 2, [0, 4], 0.3),
    }
    for what, (i, j, negatives, rate) in cases.items():
        start = rng.standard_normal((5, 3))
        found = ask(function, "a changed array", what, start, i, j, np.array(negatives), rate)
        expected = start + rate * _round_pull(start, i, j, negatives)
        wrong = _wrong_rounds(start, i, j, negatives, rate)
        name_mistake(found, wrong, what, expected=expected, rtol=1e-7, atol=1e-10)
        compare(found, expected, what)
    passed("the vectors after one round, also where a negative comes twice, is j, or is i")


def _round_pull(W: np.ndarray, i: int, j: int, negatives: list[int], label: float = 1.0) -> np.ndarray:
    others = np.append(j, negatives)
    error = -1 / (1 + np.exp(-W[others] @ W[i]))
    error[0] += label
    pull = np.zeros_like(W)
    np.add.at(pull, others, np.outer(error, W[i]))
    pull[i] += error @ W[others]
    return pull


def _wrong_rounds(W: np.ndarray, i: int, j: int, negatives: list[int], rate: float) -> dict[str, np.ndarray]:
    others = np.append(j, negatives)
    error = -1 / (1 + np.exp(-W[others] @ W[i]))
    error[0] += 1
    only_i, only_others, once, late, early = (W.copy() for _ in range(5))
    only_i[i] += rate * (error @ W[others])
    np.add.at(only_others, others, rate * np.outer(error, W[i]))
    once[others] += rate * np.outer(error, W[i])
    once[i] += rate * (error @ W[others])
    np.add.at(late, others, rate * np.outer(error, W[i]))
    late[i] += rate * (error @ late[others])
    early[i] += rate * (error @ W[others])
    np.add.at(early, others, rate * np.outer(error, early[i]))
    distinct = [n for n in negatives if n != j]
    return {
        "it goes up the loss; change the sign": W - rate * _round_pull(W, i, j, negatives),
        "only the word in the middle moved; its neighbour and the negatives move as well": only_i,
        "the word in the middle stayed where it was": only_others,
        "a word that comes twice was moved once; W[others] += … forgets, np.add.at does not": once,
        "W[i] moved along vectors that had moved already; work out all changes before you add the first": late,
        "the others moved along W[i] after it had moved; work out all changes before you add the first": early,
        "the learning rate is missing": W + _round_pull(W, i, j, negatives),
        "the real pair has the right answer 1, and was treated as made up": (
            W + rate * _round_pull(W, i, j, negatives, label=0.0)
        ),
        "a negative that is j was left out; the original program does so, but the law of B does not": (
            W + rate * _round_pull(W, i, j, distinct)
        ),
    }
