"""Checks of chapter *best-answer*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.best_answer import check_best_gram


def pairs(M, key=np.asarray):
    values, vectors = np.linalg.eigh(M)
    order = np.argsort(-key(values))
    return values[order], vectors[:, order]


def gram(M, d, key=np.asarray, change=lambda values: np.maximum(values, 0)):
    values, vectors = pairs(M, key)
    return vectors[:, :d] * change(values[:d]) @ vectors[:, :d].T


def test_the_right_answer_passes(capsys):
    check_best_gram(gram)
    assert capsys.readouterr().out.count("Correct: ") == 1


def test_a_gram_from_an_svd_passes():
    def mine(M, d):
        left, singular, right = np.linalg.svd(M)
        signs = np.sign(np.sum(left * right.T, axis=0))
        keep = np.flatnonzero(signs > 0)[:d]
        return left[:, keep] * singular[keep] @ left[:, keep].T

    check_best_gram(mine)


def best_vectors(M, d):
    values, vectors = pairs(M)
    return vectors[:, :d] * np.sqrt(np.maximum(values[:d], 0))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda M, d: None, "returned None"),
        (lambda M, d: M, "negative eigenvalues were kept|entry"),
        (lambda M, d: np.zeros_like(M), "nothing was kept"),
        (best_vectors, "these are the vectors; return their inner products"),
        (lambda M, d: gram(M, d, change=np.asarray), "negative eigenvalues were kept"),
        (lambda M, d: gram(M, d, np.abs, np.asarray), "this is the truncated SVD, the untied answer"),
        (lambda M, d: gram(M, d, np.abs, np.abs), "the SVD lost the signs"),
        (lambda M, d: gram(M, d, np.abs), "sorted by modulus first"),
        (lambda M, d: gram(M, d, np.negative, np.asarray), "these are the smallest eigenvalues"),
        (lambda M, d: gram(M, d, np.negative), "nothing was kept"),
        (lambda M, d: gram(M, len(M)), "all positive eigenvalues were kept"),
        (lambda M, d: gram(M, d, change=lambda values: values > 0), "the eigenvalues are missing"),
        (
            lambda M, d: gram(M, d, change=lambda values: np.maximum(values, 0) ** 2),
            "eigenvalues are squared",
        ),
        (lambda M, d: gram(M, d) * np.nan, "a root taken of a negative eigenvalue"),
        (lambda M, d: gram(M, d) + 1e-3, "should be"),
    ],
)
def test_wrong_grams_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_best_gram(wrong)


def test_the_learners_matrix_is_not_changed():
    def spoils(M, d):
        answer = gram(M, d)
        M[:] = 0
        return answer

    check_best_gram(spoils)
