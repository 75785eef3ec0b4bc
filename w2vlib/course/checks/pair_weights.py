"""Checks of chapter *pair-weights*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...targets import keep_probabilities
from . import ask, compare, name_mistake, passed

__all__ = ["check_kept_share"]


def check_kept_share(function: Callable[[np.ndarray, float], float]) -> None:
    r"""Check a function that says which share of a text subsampling keeps.

    Parameters
    ----------
    function : callable
        Takes how often each word occurs, shape (V,), and the threshold
        :math:`f_0`, and returns :math:`\sum_i f_i \kappa_i`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *pair-weights*.

    Examples
    --------
    >>> def mine(occurrences, threshold):
    ...     f = occurrences / occurrences.sum()
    ...     return (f * np.minimum(1, np.sqrt(threshold / f) + threshold / f)).sum()
    >>> check_kept_share(mine)
    Correct: the share of the text that is kept, for three words and for 2 random cases.
    >>> check_kept_share(lambda occurrences, threshold: 1 - mine(occurrences, threshold))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the share of three words that is kept: this is the share that is dropped
    """
    rng = np.random.default_rng(8)
    cases = {"the share of three words that is kept": (np.array([900, 90, 10]), 0.02)}
    for size, threshold in ((20, 0.01), (50, 0.003)):
        cases[f"the share of {size} random words that is kept"] = rng.integers(1, 10_000, size), threshold
    for what, (occurrences, threshold) in cases.items():
        found = ask(function, "a number", what, occurrences, threshold)
        f = occurrences / occurrences.sum()
        kept = keep_probabilities(f, threshold)
        expected, ratio = float(f @ kept), threshold / f
        looks_like = {
            "this is the share that is dropped": 1 - expected,
            "no chance is larger than 1; take the minimum": f @ (np.sqrt(ratio) + ratio),
            "this is √(f₀/f), the rule of the article; the program adds f₀/f": (
                f @ np.minimum(1, np.sqrt(ratio))
            ),
            "this is the mean over the words of the vocabulary; frequent words fill more of the text": kept.mean(),
            "this is the number of words kept; divide by all": occurrences @ kept,
            "this is the share of the pairs that is kept, if both words decide by themselves": expected**2,
            "the frequency must be a share: divide the occurrences by their sum": (
                f @ keep_probabilities(occurrences, threshold)
            ),
        }
        name_mistake(found, looks_like, what, expected=expected, rtol=1e-7, atol=1e-12)
        compare(found, expected, what)
    passed("the share of the text that is kept, for three words and for 2 random cases")
