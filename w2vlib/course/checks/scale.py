"""Checks for chapter *scale*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_forecast", "check_without"]


def check_forecast(function: Callable[..., float]) -> None:
    r"""Check a function that foretells how many different pairs will have met in a longer text.

    Parameters
    ----------
    function : callable
        Takes lengths of texts, how many pairs of V words have met in each, V, and the length of a longer text;
        returns how many will have met there, by the law :math:`V^2(1 - e^{-aT^b})` fitted in logarithms.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: a bare power, more pairs than there are, …

    Notes
    -----
    Introduced in chapter *scale*.

    Examples
    --------
    >>> def mine(lengths, met, size, longer):
    ...     share = np.asarray(met) / size**2
    ...     b, ln_a = np.polyfit(np.log(lengths), np.log(-np.log(1 - share)), 1)
    ...     return size**2 * (1 - np.exp(-np.exp(ln_a + b * np.log(longer))))
    >>> check_forecast(mine)
    Correct: the pairs that will have met in 3 longer texts.
    >>> check_forecast(lambda lengths, met, size, longer: mine(lengths, met, size, longer) / size**2)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: 100 words: this is the share of all pairs; multiply by V²
    """
    cases = [
        ("100 words", (-6.0, 0.5), 100, [1e3, 2e3, 4e3], 1e5),
        ("few have met", (-16.0, 0.7), 1000, [1e4, 1e5], 1e6),
        ("nearly all have met", (-5.0, 0.6), 50, [500.0, 1000.0, 2000.0, 8000.0], 1e7),
    ]
    for what, (ln_a, b), size, lengths, longer in cases:
        lengths = np.array(lengths)
        met = size**2 * -np.expm1(-np.exp(ln_a + b * np.log(lengths)))
        expected = size**2 * -np.expm1(-np.exp(ln_a + b * np.log(longer)))
        power = np.polyfit(np.log(lengths), np.log(met), 1)
        straight = np.polyfit(lengths, met, 1)
        found = ask(function, "a number", what, lengths, met, size, longer)
        wrong = {
            "this is the share of all pairs; multiply by V²": expected / size**2,
            "this is how many pairs are still missing; take it from V²": size**2 - expected,
            "this is a bare power, which has no ceiling": np.exp(np.polyval(power, np.log(longer))),
            "this is a straight line in the length; take logarithms": np.polyval(straight, longer),
            "this is the number for the longest text given; use `longer`": met[-1],
            "there are V² pairs, not V": expected / size,
            "there are V² pairs: (i, j) and (j, i) are two": expected / 2,
        }
        wrong = {say: value for say, value in wrong.items() if abs(value / expected - 1) > 1e-6}
        name_mistake(found, wrong, what, expected=expected, rtol=1e-9)
        if found > size**2 * (1 + 1e-9):
            raise CheckFailed(
                f"{what}: {found:,.0f} is more than all {size**2:,} pairs; the law has a ceiling"
            )
        compare(found, expected, what, tolerance=1e-6)
    passed(f"the pairs that will have met in {len(cases)} longer texts")


def check_without(function: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
    """Check a function that takes a document out of counts, and returns the joint distribution of the rest.

    Parameters
    ----------
    function : callable
        Takes the counts of a corpus and those of one of its documents, of shape (V, V); returns P of what is left.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: a difference of shares, a total of the whole, …

    Notes
    -----
    Introduced in chapter *scale*.

    Examples
    --------
    >>> check_without(lambda whole, part: (whole - part) / (whole - part).sum())
    Correct: what is left without a document, for 3 corpora.
    >>> check_without(lambda whole, part: whole / whole.sum() - part / part.sum())
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: two words: shares do not subtract; subtract the counts first, then divide
    """
    rng = np.random.default_rng(28)
    large = rng.integers(0, 9, (2, 6, 6))
    part, more = (some + some.T for some in large)
    cases = [
        ("two words", np.array([[4, 6], [6, 4]]), np.array([[0, 3], [3, 2]])),
        ("six words", part + more, part),
        ("an empty document", more, 0 * more),
    ]
    for what, whole, part in cases:
        rest = whole - part
        found = ask(function, "an array", what, whole, part)
        if found.shape != rest.shape:
            raise CheckFailed(f"{what}: the shape should be {rest.shape}, but is {found.shape}")
        expected = rest / rest.sum()
        wrong = {
            "these are the counts that are left; divide them by their sum": rest.astype(float),
            "this is divided by the total of the whole; what is left has a total of its own": rest
            / whole.sum(),
            "this is P of the whole, with the document in it": whole / whole.sum(),
        }
        if part.any():
            wrong["shares do not subtract; subtract the counts first, then divide"] = (
                whole / whole.sum() - part / part.sum()
            )
            wrong["this is P of the document, not of what is left"] = part / part.sum()
        wrong = {say: value for say, value in wrong.items() if not np.allclose(value, expected)}
        name_mistake(found, wrong, what, expected=expected, rtol=1e-9, atol=1e-12)
        compare(found, expected, what, tolerance=1e-9)
    passed(f"what is left without a document, for {len(cases)} corpora")
