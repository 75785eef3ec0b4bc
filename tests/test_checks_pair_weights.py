"""Checks of chapter *pair-weights*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.pair_weights import check_kept_share


def share(occurrences, threshold):
    f = occurrences / occurrences.sum()
    return (f * np.minimum(1, np.sqrt(threshold / f) + threshold / f)).sum()


def of_the_article(occurrences, threshold):
    f = occurrences / occurrences.sum()
    return (f * np.minimum(1, np.sqrt(threshold / f))).sum()


def unlimited(occurrences, threshold):
    f = occurrences / occurrences.sum()
    return (f * (np.sqrt(threshold / f) + threshold / f)).sum()


def mean_of_words(occurrences, threshold):
    f = occurrences / occurrences.sum()
    return np.minimum(1, np.sqrt(threshold / f) + threshold / f).mean()


def no_share(occurrences, threshold):
    n = occurrences
    return (n / n.sum() * np.minimum(1, np.sqrt(threshold / n) + threshold / n)).sum()


@pytest.mark.parametrize("right", [share, lambda n, threshold: float(share(n, threshold))])
def test_kept_share_passes(right, capsys):
    check_kept_share(right)
    assert capsys.readouterr().out.startswith("Correct")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda n, threshold: None, "returned None"),
        (lambda n, threshold: n, "shape"),
        (lambda n, threshold: 0.5, "should be"),
        (lambda n, threshold: 1 - share(n, threshold), "dropped"),
        (of_the_article, "rule of the article"),
        (unlimited, "take the minimum"),
        (mean_of_words, "mean over the words"),
        (lambda n, threshold: share(n, threshold) * n.sum(), "number of words kept"),
        (lambda n, threshold: share(n, threshold) ** 2, "share of the pairs"),
        (no_share, "divide the occurrences"),
    ],
)
def test_kept_share_names_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_kept_share(wrong)
