"""Checks of chapter *untied-uneven*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.untied_uneven import check_untied, check_weighted_answer


def pairs(M, key=np.asarray):
    values, vectors = np.linalg.eigh(M)
    order = np.argsort(-key(values))
    return values[order], vectors[:, order]


def best_vectors(M, d):
    values, vectors = pairs(M)
    return vectors[:, :d] * np.sqrt(np.maximum(values[:d], 0))


def weighted(M, a, d):
    root = np.sqrt(a)[:, None]
    values, vectors = pairs(root * M * root.T)
    return M @ (root * vectors[:, :d] / np.sqrt(values[:d]))


def untied(M, d):
    left, singular, right = np.linalg.svd(M)
    return left[:, :d] * np.sqrt(singular[:d]), right[:d].T * np.sqrt(singular[:d])


def test_the_right_answers_pass(capsys):
    check_weighted_answer(weighted)
    check_untied(untied)
    rotation = np.linalg.qr(np.random.default_rng(1).standard_normal((2, 2)))[0]
    check_weighted_answer(lambda M, a, d: weighted(M, a, d) @ rotation)
    assert capsys.readouterr().out.count("Correct: ") == 3


def scaled(power_of_matrix, power_of_rows):
    def answer(M, a, d):
        scale = a[:, None] ** power_of_matrix
        return best_vectors(scale * M * scale.T, d) / a[:, None] ** power_of_rows

    return answer


def skips_zero(M, a, d):
    W = np.zeros((len(M), d))
    used = a > 0
    W[used] = scaled(0.5, 0.5)(M[np.ix_(used, used)], a[used], d)
    return W


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda M, a, d: None, "returned None"),
        (lambda M, a, d: M, r"shape should be \(7, 2\), but is \(7, 7\)"),
        (lambda M, a, d: np.ones((len(M), d)), "equal weights: entry"),
        (lambda M, a, d: weighted(M, np.ones(len(a)), d), "the weights are not used"),
        (scaled(0.5, 0), "W was not brought back"),
        (scaled(0.5, -0.5), "rows were multiplied by the roots"),
        (scaled(0.5, 1), "rows were divided by the weights; divide them by their roots"),
        (scaled(1, 1), "M was scaled by the weights; scale it by their roots"),
        (scaled(1, 0.5), "W was brought back with the roots, but M was scaled by the weights"),
        (scaled(0.5, 0.5), "a zero weight: it holds NaN or infinity"),
        (skips_zero, "a zero weight: the word of weight 0 got the vector 0"),
    ],
)
def test_wrong_weighted_answers_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_weighted_answer(wrong)


def from_svd(W_power, Z_power):
    def answer(M, d):
        left, singular, right = np.linalg.svd(M)
        return left[:, :d] * singular[:d] ** W_power, right[:d].T * singular[:d] ** Z_power

    return answer


def by_size(M, d):
    values, vectors = pairs(M)
    root = np.sqrt(np.abs(values[:d]))
    return vectors[:, :d] * root, vectors[:, :d] * root * np.sign(values[:d])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda M, d: None, "Return two arrays"),
        (lambda M, d: (M, M), "W and Z should have the shape"),
        (lambda M, d: (M[:, :d], M[:, :d]), "should be"),
        (lambda M, d: (untied(M, d)[0],) * 2, "negative eigenvalues became positive"),
        (lambda M, d: (best_vectors(M, d),) * 2, "this is the tied answer"),
        (by_size, "this is the tied answer; an untied one keeps the largest in modulus"),
        (from_svd(1, 1), "both carry the whole eigenvalue"),
        (from_svd(1, 0), "not balanced"),
    ],
)
def test_wrong_untied_answers_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_untied(wrong)
