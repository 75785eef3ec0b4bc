"""The checks of chapter *next-word*: right answers pass, known mistakes are named, and doing nothing fails."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.next_word import check_gamma, check_one_line
from w2vlib.targets import weighted_target


def gamma_of(counts):
    P = counts / counts.sum()
    chance = np.outer(P.sum(axis=1), P.sum(axis=0))
    return (P - chance) / np.sqrt(chance)


def beyond_chance(counts):
    P = counts / counts.sum()
    return P - np.outer(P.sum(axis=1), P.sum(axis=0))


def of_frequencies(counts, rows, columns):
    P = counts / counts.sum()
    sums = P.sum(axis=1), P.sum(axis=0)
    chance = np.outer(sums[rows], sums[columns])
    return (P - chance) / np.sqrt(chance)


def one_line(
    drives, step_size, scale, level, less=1, places=None, both=2, half=2, strongest=np.max, rate=np.log1p
):
    u, s, v = np.linalg.svd(drives.mean(axis=0))
    chi = np.einsum("i,dij,j->d", u[:, 0], drives, v[0])
    grown = 2 * (len(drives) if places is None else places) * level / (strongest(chi) / s[0] - less)
    return np.log(grown * half / scale**2) / (both * rate(step_size * s[0]))


def test_the_right_answers_pass(capsys):
    check_gamma(gamma_of)
    check_one_line(one_line)
    assert capsys.readouterr().out.count("Correct: ") == 2


def test_for_symmetric_counts_it_is_the_weighted_target():
    counts = np.random.default_rng(0).integers(1, 9, (6, 6))
    counts = counts + counts.T
    P = counts / counts.sum()
    p = P.sum(axis=0)
    np.testing.assert_allclose(6 * gamma_of(counts), weighted_target(P / np.outer(p, p) - 1, p), atol=1e-12)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda counts: None, "returned None"),
        (beyond_chance, "not yet divided by the roots"),
        (lambda counts: gamma_of(counts).T, "rows and columns are exchanged"),
        (lambda counts: of_frequencies(counts, 0, 0), "both factors are row sums|could not|shape"),
        (lambda counts: of_frequencies(counts, 1, 1), "both factors are column sums"),
        (lambda counts: gamma_of(counts) ** 2, "should be"),
        (lambda counts: counts.sum() * gamma_of(counts), "not divided by their sum"),
        (
            lambda counts: (
                gamma_of(counts) + np.sqrt(np.outer(*(counts.sum(axis=a) / counts.sum() for a in (1, 0))))
            ),
            "chance was not",
        ),
        (lambda counts: np.zeros(counts.shape), "should be"),
    ],
)
def test_wrong_matrices_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_gamma(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *given: None, "returned None"),
        (lambda *given: one_line(*given, both=1), "a factor 2 is missing where scores grow"),
        (lambda *given: one_line(*given, rate=lambda x: x), "this is a time of the flow"),
        (lambda *given: one_line(*given, less=0), "the mean place has to be subtracted"),
        (lambda *given: one_line(*given, half=1), "a factor 2 is missing: the level"),
        (lambda *given: one_line(*given, places=1), "the number of places is left out"),
        (lambda *given: one_line(*given[:3], given[3] / 2), "multiplied by 2L, and the start is"),
        (lambda *given: one_line(*given, strongest=lambda chi: chi[0]), "take the strongest place|should be"),
        (lambda *given: 0.0, "should be"),
    ],
)
def test_wrong_steps_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_one_line(wrong)
