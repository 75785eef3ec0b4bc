"""Checks of chapter *least-squares*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.least_squares import check_even_weight, check_qwem_loss, check_shares_beyond


def qwem(W, A, B):
    X = W @ W.T
    return (A * (X**2 / 4 - X) + B * (X**2 / 4 + X)).sum()


def by_squares(W, A, B):
    """The same by the identity, pairs without weight left out."""
    X, weighted = W @ W.T, A + B > 0
    X, A, B = X[weighted], A[weighted], B[weighted]
    M = 2 * (A - B) / (A + B)
    return ((A + B) * ((X - M) ** 2 - M**2)).sum() / 4


def naive_squares(W, A, B):
    with np.errstate(invalid="ignore"):
        M = 2 * (A - B) / (A + B)
    return ((A + B) * ((W @ W.T - M) ** 2 - M**2)).sum() / 4


def constant_kept(W, A, B):
    M = 2 * (A - B) / (A + B)
    return ((A + B) * (W @ W.T - M) ** 2).sum() / 4


def logistic(W, A, B, zero=0.0):
    X = W @ W.T
    return (A * (np.logaddexp(0, -X) - zero) + B * (np.logaddexp(0, X) - zero)).sum()


@pytest.mark.parametrize("right", [qwem, by_squares, lambda W, A, B: float(qwem(W, A, B))])
def test_qwem_loss_passes(right, capsys):
    check_qwem_loss(right)
    assert capsys.readouterr().out.startswith("Correct")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda W, A, B: None, "returned None"),
        (lambda W, A, B: W @ W.T, "shape"),
        (lambda W, A, B: 0.0, "should be -0.204167, but is 0"),
        (lambda W, A, B: qwem(W, A, B) / 2, "half of it"),
        (lambda W, A, B: 4 * qwem(W, A, B), "factor 1/4"),
        (lambda W, A, B: qwem(W, A, B) / A.size, "mean over pairs"),
        (lambda W, A, B: qwem(W, B, A), "signs are turned round"),
        (constant_kept, "constant is missing"),
        (logistic, "logistic loss; QWEM"),
        (lambda W, A, B: logistic(W, A, B, np.log(2)), "logistic loss less its constant"),
        (lambda W, A, B: 2 * logistic(W, A, B, np.log(2)), "logistic loss, doubled"),
        (lambda W, A, B: qwem(W, A, B) + ((A + B) * (W @ W.T) ** 2).sum() / 4, "twice too large"),
        (lambda W, A, B: qwem(W, A, B) - ((A + B) * (W @ W.T) ** 2).sum() / 8, "too small"),
        (lambda W, A, B: qwem(W, np.triu(A), np.triu(B)), "counted once"),
        (naive_squares, "NaN"),
        (lambda W, A, B: qwem(W, A / (A + B), B / (A + B)), "not weighted by G"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_qwem_loss_names_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_qwem_loss(wrong)


def even(P, p, k):
    return 1 / (P + k * np.outer(p, p))


def test_even_weight_passes(capsys):
    check_even_weight(even)
    assert capsys.readouterr().out.startswith("Correct")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda P, p, k: None, "returned None"),
        (lambda P, p, k: 1.0, "shape"),
        (lambda P, p, k: np.ones_like(P), "should be"),
        (lambda P, p, k: 1 / (P + np.outer(p, p)), "K = 2: K is missing"),
        (lambda P, p, k: 1 / (k * P + np.outer(p, p)), "K stands with P"),
        (lambda P, p, k: 1 / (k * np.outer(p, p)), "attraction P is part of G"),
        (lambda P, p, k: 1 / np.outer(p, p), "part of G"),
        (lambda P, p, k: P + k * np.outer(p, p), "one over it"),
        (lambda P, p, k: even(P, p, 1) / k, "divided by K"),
        (lambda P, p, k: 3 * even(P, p, k), "the same for all pairs, but 3; it should be 1"),
        (lambda P, p, k: 1 / (P + k * p), "not symmetric"),
        (lambda P, p, k: 1 / (P - k * np.outer(p, p)), "was subtracted from P"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_even_weight_names_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_even_weight(wrong)


def shares(W, limit):
    X = np.abs(W @ W.T)
    return (X.diagonal() > limit).mean(), (X[~np.eye(len(X), dtype=bool)] > limit).mean()


@pytest.mark.parametrize("right", [shares, lambda W, limit: list(shares(W, limit))])
def test_shares_beyond_pass(right, capsys):
    check_shares_beyond(right)
    assert capsys.readouterr().out.startswith("Correct")


def signed(W, limit):
    X = W @ W.T
    return shares(W, limit)[0], (X[~np.eye(len(X), dtype=bool)] > limit).mean()


def divided_by_all(W, limit):
    return shares(W, limit)[0], shares(W, limit)[1] * (len(W) - 1) / len(W)


def numbers(W, limit):
    return shares(W, limit)[0] * len(W), shares(W, limit)[1] * len(W) * (len(W) - 1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda W, limit: None, "returned None"),
        (lambda W, limit: 0.5, "shape"),
        (lambda W, limit: (0.0, 0.0), "should be"),
        (lambda W, limit: shares(W, limit)[::-1], "wrong order"),
        (signed, "negative scores"),
        (lambda W, limit: (shares(W, limit)[0], (np.abs(W @ W.T) > limit).mean()), "leave out words"),
        (divided_by_all, "divided by V²"),
        (numbers, "numbers of pairs"),
        (lambda W, limit: 1 - np.array(shares(W, limit)), "within the limit"),
        (lambda W, limit: 100 * np.array(shares(W, limit)), "percentages"),
        (
            lambda W, limit: ((np.linalg.norm(W, axis=1) > limit).mean(), shares(W, limit)[1]),
            "square of its vector",
        ),
    ],
)
def test_shares_beyond_name_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_shares_beyond(wrong)


@pytest.mark.parametrize("check", [check_qwem_loss, check_even_weight, check_shares_beyond])
def test_a_stub_is_no_answer(check):
    with pytest.raises(CheckFailed, match="returned None"):
        check(lambda *arguments: None)
