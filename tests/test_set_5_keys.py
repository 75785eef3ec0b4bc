"""The keys of the fifth problem set, by a second method, and what makes it as hard for one student as for another."""

from __future__ import annotations

import contextlib
import io
from itertools import combinations

import numpy as np
import pytest
from classroom.source import ProblemSet

from w2vlib.compression import rate_distortion
from w2vlib.course.attributes import student_language, student_rng
from w2vlib.course.grokking import RidgeClock
from w2vlib.course.problems import set_5
from w2vlib.dynamics import deep_half_rises

STUDENTS = [f"student {n}" for n in range(20)]
SETS = [list(some) for size in range(1, 6) for some in combinations(range(5), size)]


def gamma_of(language, window):
    P = np.asarray(language.pair_probabilities(window))
    chance = np.outer(language.p, language.p)
    return (P - chance) / np.sqrt(chance)


@pytest.mark.parametrize("window", [1, 5])
def test_directions_of_gamma_are_products_of_attributes(window):
    language, even = (student_language("ada", set_5.TASK, even=alike) for alike in (False, True))
    assert language.words == even.words and np.array_equal(language.strengths, even.strengths)
    Gamma, weights = gamma_of(language, window), np.arange(window, 0, -1)
    told = set_5._gammas(language.strengths, weights)
    np.testing.assert_allclose(np.linalg.eigvalsh(Gamma)[:0:-1], told, rtol=0, atol=1e-9)
    standard = (language.signs - language.biases) / np.sqrt(1 - language.biases**2)
    for some in SETS:  # the model answer's eigenvectors
        u = np.sqrt(language.p) * np.prod(standard[:, some], axis=1)
        value = weights @ np.prod(language.strengths[some]) ** np.arange(1, window + 1) / weights.sum()
        np.testing.assert_allclose(Gamma @ u, value * u, rtol=0, atol=1e-9)


def test_texts_show_what_the_law_says():
    language = student_language("ada", set_5.TASK, even=False)
    place = {word: i for i, word in enumerate(language.words)}
    true, n, found = set_5._gammas(language.strengths, np.ones(1)), 5000, []
    for seed in range(4):
        walk = np.array([place[word] for word in language.text(n + 1, student_rng("ada", f"text {seed}"))])
        table = np.zeros((32, 32))
        np.add.at(table, (walk[:-1], walk[1:]), 1 / n)
        chance = np.outer(table.sum(axis=1), table.sum(axis=0))
        found.append(np.linalg.svd((table - chance) / np.sqrt(np.maximum(chance, 1e-12)))[1][:8])
    seen = true + 32 / n / true
    np.testing.assert_allclose(np.mean(found, axis=0), seen[:8], rtol=0.05)
    assert abs(np.mean(np.mean(found, axis=0) / seen[:8]) - 1) < 0.02 < np.mean(seen[:8] / true[:8]) - 1


@pytest.mark.parametrize("student", ["ada", "17/β"])
def test_the_error_of_five_bits_by_a_walsh_transform_and_by_sorting(student):
    even = student_language(student, set_5.TASK)
    M = np.asarray(even.target(5))
    walsh = np.array([np.prod(even.signs[:, some], axis=1) for some in SETS])
    values = walsh @ M[0] * walsh[:, 0]  # the eigenvalue of each product of attributes
    omega = np.sort(values[values > 0])[::-1] / 32
    for bits in (5, 12):
        levels = (np.cumprod(omega) / 4.0**bits) ** (1 / np.arange(1, len(omega) + 1))
        level = levels[levels <= omega][-1]
        law = rate_distortion(omega, float(bits), "ideal").errors
        np.testing.assert_allclose(np.minimum(level, omega).sum(), law.sum(), rtol=1e-9)


def test_five_bits_name_every_word_and_no_fewer():
    shares = []
    for student in STUDENTS:
        even = student_language(student, set_5.TASK)
        M = np.asarray(even.target(5))
        values, U = np.linalg.eigh(M)
        W = U[:, values > 1e-9] * np.sqrt(values[values > 1e-9])
        apart = ((W[:, None] - W) ** 2).sum(axis=2) + np.eye(32)
        assert apart.min() > 0.01  # all 32 vectors differ
        omega = values[values > 1e-9] / 32
        shares.append(rate_distortion(omega, 5.0, "ideal").errors.sum() / omega.sum())
        assert len(omega) < 31 and values[0] < -values[-1] / 4  # a negative eigenvalue that counts
    assert 0.3 < min(shares) < max(shares) < 0.4 and len(np.unique(np.round(shares, 9))) == len(STUDENTS)


def test_two_tables_share_three_directions_that_are_weak_in_the_first():
    for student in STUDENTS:
        X, Y = set_5.two_tables(student)
        A, B = np.linalg.qr(X)[0], np.linalg.qr(Y)[0]
        cosines = np.linalg.svd(A.T @ B)[1]
        np.testing.assert_allclose(cosines[:3], 1, rtol=0, atol=1e-9)
        assert cosines[3] < 0.95 and np.abs(X.mean(axis=0)).max() < 1e-12
        u, s, _ = np.linalg.svd(X, full_matrices=False)
        np.testing.assert_allclose(
            np.linalg.norm(u[:, -3:].T @ B), np.sqrt(3)
        )  # the three weakest are shared
        assert s[6] > 2 * s[7]


def test_the_start_that_makes_up_for_weakness_in_closed_form():
    for strong, weak, start in ((1.0, 0.5, 1e-3), (0.5, 0.3, 1e-4)):  # two layers: the logistic
        exact = weak / (1 + (strong / start - 1) ** (weak / strong))
        np.testing.assert_allclose(set_5._equal_start(strong, weak, start, 2), exact, rtol=1e-9)
    for depth in (3, 4, 6):  # more: a fixed factor, the more exactly the smaller the start
        found = set_5._equal_start(1.0, 0.8, 1e-9, depth) / 1e-9
        np.testing.assert_allclose(found, 1.25 ** (depth / (depth - 2)), rtol=0.01)
        assert set_5._equal_start(1.0, 1.0, 1e-3, depth) == pytest.approx(1e-3)
    found = set_5._equal_start(2.0, 1.2, 1e-3, 4)
    times = deep_half_rises(np.array([2.0, 1.2]), np.array([1e-3, found]), 4)
    np.testing.assert_allclose(times[0], times[1], rtol=1e-9)


def test_the_decay_sets_the_clock():
    goals = []
    for student in STUDENTS:
        given = set_5.clock_settings(student)
        decay = set_5._decay(**given)
        unseen, kept = 1 - given["examples"] / given["d"], 1 - given["step_size"] * decay
        loss = unseen * (1 + given["scale"] ** 2 * kept ** (2 * given["step"]))
        np.testing.assert_allclose(loss, given["level"], rtol=1e-9)
        clock = RidgeClock(given["step_size"], decay, given["d"], given["examples"], given["scale"])
        moment, spread = clock.moment(given["level"])  # the integral, which leaves nothing out
        assert abs(moment / given["step"] - 1) < 1e-3 and 0.05 < spread / moment < 0.09
        goals.append(given["step"])
    assert len(set(goals)) > 10


def test_three_runs_grok_about_when_they_should():
    strayed = []
    for student in STUDENTS[:4]:
        given = set_5.clock_settings(student)
        decay = set_5._decay(**given)
        runs = [set_5._moments(student, seed, decay)[0] for seed in range(3)]
        strayed += [run / given["step"] - 1 for run in runs]
    assert abs(np.mean(strayed)) < 0.1 and 0.01 < np.std(strayed) < 0.15


def test_the_numbers_of_the_open_question_are_those_that_its_code_gives():
    problems = ProblemSet.of("set-5")
    code, answer = (
        next(cell for cell in problems.cells if cell.name == f"7-answer{end}") for end in ("-code", "")
    )
    names = {"STUDENT": "ada"}
    for setup in problems.setup:
        exec(setup.text, names)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code.text, names)
    short, long = names["table"].values()
    assert ", ".join(f"{off:.2f}" for off in short[:4]) + " at 8" in answer.text
    assert ", ".join(f"{off:.2f}" for off in long[:4]) + f" and {long[4]:.2f}" in answer.text
    assert "16 bytes cost " + " and ".join(f"{row[1] - row[4]:.2f}" for row in (short, long)) in answer.text
