"""The checks of chapter *other-vectors*: right answers pass, known mistakes are named, and doing nothing fails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from w2vlib import Embedding
from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.other_vectors import check_banded, check_shared
from w2vlib.dynamics import subspace_overlap
from w2vlib.evaluation import principal_directions


def directions(rows, many, scale=True, centre=True):
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True) if scale else rows
    return np.linalg.svd(rows - rows.mean(axis=0) * centre)[0][:, :many]


def shared(first, second, k, d, **options):
    return np.sum((directions(second, d, **options).T @ directions(first, k, **options)) ** 2) / k


def by_the_library(first, second, k, d):
    names = [f"w{i}" for i in range(len(first))]
    one, other = (principal_directions(Embedding(names, rows)).vectors for rows in (first, second))
    return subspace_overlap(one[:, :k], other[:, :d])


def banded(x, y, size, least=3, of=spearmanr):
    found = [
        of(x[first : first + size], y[first : first + size])[0]
        for first in range(0, len(x) - least + 1, size)
    ]
    return np.mean(found)


def test_the_right_answers_pass(capsys):
    check_shared(shared)
    check_shared(by_the_library)
    check_banded(banded)
    assert capsys.readouterr().out.count("Correct: ") == 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda first, second, k, d: None, "returned None"),
        (lambda first, second, k, d: k * shared(first, second, k, d), "take their mean"),
        (lambda first, second, k, d: k * shared(first, second, k, d) / d, "divided by d"),
        (lambda first, second, k, d: shared(second, first, k, d), "the tables are exchanged"),
        (lambda first, second, k, d: shared(first, second, k, d, scale=False), "not scaled to length 1"),
        (
            lambda first, second, k, d: shared(first, second, k, d, centre=False),
            "the mean was not subtracted",
        ),
        (
            lambda first, second, k, d: shared(
                first - first.mean(axis=0), second - second.mean(axis=0), k, d, centre=False
            ),
            "scale first",
        ),
        (lambda first, second, k, d: shared(first, second, k, d) ** 0.5, "square root"),
        (
            lambda first, second, k, d: np.abs(directions(second, d).T @ directions(first, k)).sum() / k,
            "without squares",
        ),
        (lambda first, second, k, d: 1.0, "should be"),
        (lambda first, second, k, d: d / len(first), "should be"),
    ],
)
def test_wrong_overlaps_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_shared(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda x, y, size: None, "returned None"),
        (lambda x, y, size: spearmanr(x, y)[0], "of the whole lists"),
        (lambda x, y, size: banded(x, y, size, of=pearsonr), "plain correlation"),
        (lambda x, y, size: banded(x, y, size) * 4, "is not divided by how many"),
        (lambda x, y, size: banded(x, y, size, least=size), "three or more counts too"),
        (lambda x, y, size: banded(x, y, size, least=2), "a band of two numbers should not count"),
        (lambda x, y, size: 0.0, "should be"),
    ],
)
def test_wrong_band_means_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_banded(wrong)
