"""Checks of chapter *known-and-open*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

import w2vlib
from w2vlib import dynamics
from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.known_and_open import check_forecast


def spectrum(C, target):
    P = C / C.sum()
    with np.errstate(divide="ignore"):
        values, U = np.linalg.eigh(target(P, np.outer(P.sum(axis=1), P.sum(axis=0))))
    return values[::-1], U[:, ::-1]


def m_star(P, q):
    return 2 * (P - q) / (P + q)


def forecast(C, W0, target=m_star, start=lambda rows, W0: np.diag(np.linalg.qr(rows)[1]) ** 2, rate=2):
    d = W0.shape[1]
    values, U = (found[..., :d] for found in spectrum(C, target))
    return np.log(values / start(W0.T @ U, W0) - 1) / (rate * values)


def by_the_library(C, W0):
    modes = w2vlib.spectrum(m_star(*two_tables(C)), W0.shape[1])
    return dynamics.aligned_half_rises(modes.values, dynamics.effective_start(modes, W0))


def two_tables(C):
    P = C / C.sum()
    return P, np.outer(P.sum(axis=1), P.sum(axis=0))


def by_determinants(C, W0):
    """R_kk² as the ratio of two Gram determinants: another way to what the modes before leave."""
    values, U = spectrum(C, m_star)
    d = W0.shape[1]
    rows = W0.T @ U[:, :d]
    volumes = [1.0, *(np.linalg.det(rows[:, : k + 1].T @ rows[:, : k + 1]) for k in range(d))]
    return np.log(values[:d] * np.divide(volumes[:-1], volumes[1:]) - 1) / (2 * values[:d])


@pytest.mark.parametrize("right", [forecast, by_the_library, by_determinants])
def test_right_answers_pass(capsys, right):
    check_forecast(right)
    assert capsys.readouterr().out.startswith("Correct: ")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda C, W0: None, "returned None"),
        (lambda C, W0: forecast(C, W0, rate=1), "twice too long"),
        (lambda C, W0: forecast(C, W0)[::-1], "rising order"),
        (lambda C, W0: forecast(C, W0, start=lambda rows, W0: (rows**2).sum(axis=0)), "before it leave"),
        (lambda C, W0: forecast(C, W0, start=lambda rows, W0: np.linalg.svd(W0)[1] ** 2), "singular values"),
        (lambda C, W0: forecast(C, W0, start=lambda rows, W0: abs(np.diag(np.linalg.qr(rows)[1]))), "not squared"),
        (lambda C, W0: forecast(C, W0, start=lambda rows, W0: (W0**2).sum() / len(W0)), "same strength"),
        (lambda C, W0: forecast(C, W0, target=lambda P, q: m_star(P, q) / 2), "lacks its factor 2"),
        (lambda C, W0: forecast(C, W0, target=lambda P, q: m_star(P, 1 / q.size)), "equally frequent"),
        (lambda C, W0: forecast(C, W0, target=lambda P, q: np.log(P / q)), "target is PMI"),
        (lambda C, W0: forecast(C, W0) + 1, "should be"),
    ],
)  # fmt: skip
def test_wrong_answers_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_forecast(wrong)
