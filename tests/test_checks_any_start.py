"""Checks of chapter *any-start*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib import Dynamics, spectrum
from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.any_start import check_exact_gram


def gram(M, W0, t, growth=2.0, at_zero=2.0, times=1.0, less=1.0, identity=1.0, outside=1.0):
    values, U = np.linalg.eigh(M)
    start = U.T @ W0
    zero = np.abs(values) < 1e-12
    safe = np.where(zero, 1.0, values)
    gained = np.where(zero, at_zero * t, (np.exp(growth * values * t) - less) / safe) * times
    Q = identity * np.eye(W0.shape[1]) + start.T @ (gained[:, None] * start)
    grown = U @ (np.exp(outside * values * t)[:, None] * start)
    return grown, Q


def solved(**changes):
    def answer(M, W0, t):
        grown, Q = gram(M, W0, t, **changes)
        return grown @ np.linalg.solve(Q, grown.T)

    return answer


def naive(M, W0, t):
    values, U = np.linalg.eigh(M)
    start = U.T @ W0
    gained = (np.exp(2 * values * t) - 1) / values
    grown = U @ (np.exp(values * t)[:, None] * start)
    return grown @ np.linalg.solve(np.eye(W0.shape[1]) + start.T @ (gained[:, None] * start), grown.T)


def separate(M, W0, t):
    values, U = np.linalg.eigh(M)
    rows = U.T @ W0
    return U * [float(solved()(np.diag([v]), row[None, :], t)[0, 0]) for v, row in zip(values, rows)] @ U.T


def test_the_right_answers_pass(capsys):
    check_exact_gram(solved())
    check_exact_gram(lambda M, W0, t: Dynamics(spectrum(M, len(M)), W0).gram(t))
    assert capsys.readouterr().out.count("Correct: ") == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda M, W0, t: None, "returned None"),
        (lambda M, W0, t: M[:1], "the shape should be"),
        (lambda M, W0, t: gram(M, W0, t)[0], "this is a factor"),
        (lambda M, W0, t: W0 @ W0.T, "should be"),
        (
            naive,
            "an eigenvalue of M is 0|an eigenvalue of M was divided by that is 0|the fraction in Q is 2t",
        ),
        (lambda M, W0, t: solved()(M, W0, t) + 1e-3j, "complex"),
        (solved(identity=1e-9), "should be|the identity is missing"),
        (lambda M, W0, t: np.linalg.inv(np.zeros((2, 2))), "NumPy says"),
        (lambda M, W0, t: gram(M, W0, t)[0] @ gram(M, W0, t)[0].T, "growth without a brake"),
        (lambda M, W0, t: gram(M, W0, t)[0] @ gram(M, W0, t)[1] @ gram(M, W0, t)[0].T, "Q was not inverted"),
        (solved(growth=1.0, at_zero=1.0), "2λt, not λt"),
        (solved(times=0.5), "half of what it should be"),
        (solved(times=2.0), "twice what it should be"),
        (solved(less=0.0), "−1 is missing"),
        (solved(outside=2.0), "not exp"),
        (solved(at_zero=1.0), "for an eigenvalue 0 the fraction in Q is t"),
        (solved(at_zero=0.0), "for an eigenvalue 0 the fraction in Q is 0"),
        (separate, "each direction was treated by itself"),
    ],
)
def test_wrong_solutions_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_exact_gram(wrong)


def test_a_missing_identity_is_named():
    def without(M, W0, t):
        grown, Q = gram(M, W0, t, identity=0.0)
        return grown @ np.linalg.pinv(Q) @ grown.T

    with pytest.raises(CheckFailed, match="the identity is missing"):
        check_exact_gram(without)


def test_the_learners_arrays_are_not_shared():
    def spoils(M, W0, t):
        answer = solved()(M, W0, t)
        M[:], W0[:] = 0, 0
        return answer

    check_exact_gram(spoils)
