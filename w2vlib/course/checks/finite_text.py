"""Checks for chapter *finite-text*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import ask, compare, name_mistake, passed

__all__ = ["check_words_needed"]


def check_words_needed(function: Callable[..., float]) -> None:
    r"""Check a function that says how many words two texts need to agree on one direction.

    Parameters
    ----------
    function : callable
        Takes an eigenvalue :math:`\lambda`, the squared cosine asked for, the
        noise :math:`Vv` of a corpus, and its number of words; returns the
        words n of each of two texts, with
        :math:`(1 - \frac{Vv}{\lambda^2}\frac{\text{tokens}}n)^2` = ``overlap``.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: only one of the
        texts in error, an eigenvalue without its square, …

    Notes
    -----
    Introduced in chapter *finite-text*.

    Examples
    --------
    >>> def mine(eigenvalue, overlap, noise, tokens):
    ...     return noise * tokens / (eigenvalue**2 * (1 - np.sqrt(overlap)))
    >>> check_words_needed(mine)
    Correct: words needed for 5 directions and overlaps.
    >>> check_words_needed(lambda eigenvalue, overlap, *rest: mine(eigenvalue, overlap**2, *rest))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: λ = 20, overlap 0.9: only one text errs here; the squared cosine of two is (1 − lost)²
    """
    cases = [
        (20, 0.9, 25, 4e7),
        (10, 0.9, 25, 4e7),
        (20, 0.5, 16, 3e6),
        (50, 0.81, 9, 1e6),
        (7, 0.25, 30, 2e7),
    ]
    for eigenvalue, overlap, noise, tokens in cases:
        what = f"λ = {eigenvalue}, overlap {overlap}"
        found = ask(function, "a number", what, eigenvalue, overlap, noise, tokens)
        lost = 1 - np.sqrt(overlap)
        words = noise * tokens / eigenvalue**2
        expected = words / lost
        wrong = {
            "only one text errs here; the squared cosine of two is (1 − lost)²": words / (1 - overlap),
            "errors of the two texts are not added: each loses its share, and (1 − lost) counts twice": (
                2 * words / (1 - overlap)
            ),
            "this is for what is lost, not for what is kept: 1 − √overlap divides": words / np.sqrt(overlap),
            "what is lost multiplies here; it divides": words * lost,
            "the eigenvalue counts with its square": noise * tokens / eigenvalue / lost,
            "the noise is Vv already; do not square it": noise**2 * tokens / eigenvalue**2 / lost,
            "noise falls as one over the number of words, not as its root": tokens
            * (noise / eigenvalue**2 / lost) ** 2,
            "this is a share of the corpus; multiply by its words": noise / eigenvalue**2 / lost,
            "the noise is not used": tokens / eigenvalue**2 / lost,
            "these are both texts together; each is half of it": 2 * expected,
        }
        name_mistake(found, wrong, what, expected=expected, rtol=1e-6)
        compare(found, expected, what, tolerance=1e-6)
    passed("words needed for 5 directions and overlaps")
