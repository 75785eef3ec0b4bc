"""Checks of chapter *without-training*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.without_training import check_how_many, check_weighted_answer
from w2vlib.targets import weighted_target


def answer(M, a, d, centred=True, back=-0.5, power=1.0, some=None):
    a = a / a.mean()
    values, vectors = np.linalg.eigh(weighted_target(M, a**power, centred))
    some = slice(len(a) - d, None) if some is None else slice(0, d)
    W = vectors[:, some] * np.sqrt(np.maximum(values[some], 0)) * (a**back)[:, None]
    q = a / a.sum()
    mean = (M - W @ W.T) @ q
    return W, mean - q @ mean / 2


def test_right_answers_pass(capsys):
    check_weighted_answer(answer)

    def turned(M, a, d):
        W, b = answer(M, a, d)
        return W @ np.linalg.qr(np.random.default_rng(0).standard_normal((d, d)))[0], list(b)

    check_weighted_answer(turned)
    check_how_many(how_many)
    check_how_many(lambda *matrices: float(how_many(*matrices)))
    assert capsys.readouterr().out.count("Correct: ") == 4


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda M, a, d: None, "returned None"),
        (lambda M, a, d: (np.ones((len(M), d)), np.zeros(len(M))), "W·Wᵀ"),
        (lambda M, a, d: (answer(M, a, d)[0].T, answer(M, a, d)[1]), "the shape of W should be"),
        (lambda M, a, d: (answer(M, a, d)[0] * np.nan, answer(M, a, d)[1]), "counts as 0"),
        (lambda M, a, d: answer(M, a, d, back=0), "not scaled back"),
        (lambda M, a, d: answer(M, a, d, back=0.5), "twice; divide"),
        (lambda M, a, d: answer(M, a, d, centred=False), "Π is missing"),
        (lambda M, a, d: answer(M, np.ones(len(a)), d), "the weights are not used"),
        (lambda M, a, d: answer(M, a**2, d), "by the roots of the factors"),
        (lambda M, a, d: answer(M, a, d, some=0), "sorts upwards"),
        (lambda M, a, d: (answer(M, a, d)[0], M @ (a / a.sum())), "b: "),
        (lambda M, a, d: (answer(M, a, d)[0], np.zeros(len(M))), "b: "),
    ],
)
def test_wrong_answers_to_the_weighted_problem_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_weighted_answer(wrong)


def how_many(one, other, whole, share=0.25, power=0.5, times=2.0, sizes=abs):
    v = np.mean((one - other) ** 2) * share
    seen = np.linalg.eigvalsh(whole)
    return int(np.sum((np.abs(seen) if sizes is np.abs else seen) > times * (len(whole) * v) ** power))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *_: None, "returned None"),
        (lambda *_: 77, "should be"),
        (lambda *m: how_many(*m, share=1), "each half has twice the noise"),
        (lambda *m: how_many(*m, share=0.5), "not a half"),
        (lambda *m: how_many(*m, times=1), "twice the root"),
        (lambda *m: how_many(*m, share=0.25 / len(m[0])), "V is missing"),
        (lambda *m: how_many(*m, power=1), "take the root"),
        (lambda *m: how_many(*m, sizes=np.abs), "negative eigenvalues do not count"),
    ],
)
def test_wrong_counts_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_how_many(wrong)
