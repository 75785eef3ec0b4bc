"""The keys of the third problem set, each found a second way, and that no student has it harder than another."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib import initial_weights
from w2vlib.course.attributes import student_language, student_rng
from w2vlib.course.problems import set_3
from w2vlib.course.solver import solve_flow
from w2vlib.dynamics import stability_bound

STUDENTS = ["ada", "17/β", "Zoë"]


@pytest.fixture
def key(monkeypatch):
    """What a check holds for right, told in place of comparing an answer with it."""

    def asked(check, placeholder, *others):
        told = []
        monkeypatch.setattr(set_3, "compare", lambda found, expected, *rest, **more: told.append(expected))
        check(placeholder, *others)
        [right] = told
        return right

    return asked


def target(student):
    return np.asarray(student_language(student, "set 3").target(5))


def falling(student):
    values, vectors = np.linalg.eigh(target(student))
    return values[::-1], vectors[:, ::-1]


@pytest.mark.parametrize("student", STUDENTS)
def test_half_rise_times_follow_from_determinants(key, student):
    """The product of the first k effective starts is the determinant of the first k rows' inner products."""
    values, vectors = falling(student)
    rows = vectors[:, :4].T @ initial_weights(32, 4, 1e-3, student_rng(student, "set 3, start"))
    minors = [np.linalg.slogdet(rows[:k] @ rows[:k].T)[1] for k in range(5)]
    expected = (np.log(values[:4]) - np.diff(minors)) / (2 * values[:4])
    np.testing.assert_allclose(key(set_3.check_timetable, np.zeros(4), student), expected, rtol=1e-9)


@pytest.mark.parametrize("student", STUDENTS)
def test_plateaus_are_losses_of_word_vectors(key, student):
    M, (values, vectors) = target(student), falling(student)
    expected = []
    for k in range(5):
        W = vectors[:, :k] * np.sqrt(values[:k])
        expected.append((np.sum((W @ W.T - M) ** 2) - np.sum(M**2)) / 4)
    np.testing.assert_allclose(
        key(set_3.check_plateaus, np.ones(5), student), expected, rtol=1e-9, atol=1e-9 * values[0] ** 2
    )


@pytest.mark.parametrize("student", STUDENTS)
def test_the_share_of_early_starts_is_found_in_the_eigenbasis_too(student):
    values, vectors = falling(student)
    rng, step, early = student_rng(student, "set 3, problem 3"), 0.1 / values[0], 0
    euler = 0.5772156649015329
    forecast = (np.log(4 * values[0] / 2e-6) - (1 - euler)) / (2 * values[0])  # digamma(2) = 1 - γ
    for _ in range(100):
        Y, n = vectors.T @ initial_weights(32, 4, 1e-3, rng), 0
        while np.sum(Y[0] ** 2) < values[0] / 2:
            Y, n = Y + step * (values[:, None] * Y - Y @ (Y.T @ Y)), n + 1
        early += n * step <= forecast
    assert set_3._early_share(student) == early / 100
    assert 0.02 <= early / 100 <= 0.35  # far from the half that a flow without steps would give


@pytest.mark.parametrize("h", [1.02, 1.05, 1.1, 1.15, 1.2])
def test_the_swing_is_where_stepping_ends(key, h):
    w = 0.3
    for _ in range(4000):
        w *= 1 + h * (1 - w**2)
    ends = sorted([w**2, (w * (1 + h * (1 - w**2))) ** 2])
    np.testing.assert_allclose(set_3._swing(h), ends, rtol=1e-9)


def test_the_swing_begins_at_the_goal_and_ends_at_the_root_of_five():
    np.testing.assert_allclose(set_3._swing(1.0), [1, 1], rtol=1e-12)
    h = np.sqrt(5) - 1
    slopes = 1 + h - 3 * h * set_3._swing(h)  # of the two steps, in w
    np.testing.assert_allclose(np.prod(slopes), -1, rtol=1e-12)


@pytest.mark.parametrize("student", STUDENTS)
def test_training_ends_in_the_two_losses(key, student):
    M = target(student)
    W = initial_weights(32, 4, 1e-3, student_rng(student, "set 3, start"))
    step = 1.15 / np.linalg.eigvalsh(M)[-1]
    for _ in range(3000):
        W = W + step * (M - W @ W.T) @ W
    losses = []
    for _ in range(2):
        losses.append((np.sum((W @ W.T - M) ** 2) - np.sum(M**2)) / 4)
        W = W + step * (M - W @ W.T) @ W
    expected = key(set_3.check_swing_losses, np.zeros(2), student)
    np.testing.assert_allclose(expected, sorted(losses), rtol=1e-9)


@pytest.mark.parametrize("student", STUDENTS)
def test_the_price_of_a_label_is_a_ratio_of_eigenvalues(key, student):
    soft = np.linalg.eigvalsh(32**2 * target(student) ** 2 / 4)[-1]
    label = np.linalg.eigvalsh(np.full((32, 32), 32.0**2))[-1]
    np.testing.assert_allclose(key(set_3.check_label_price, 0.5, student), label / soft, rtol=1e-9)


def test_twins_keep_the_axes_of_their_start_and_their_gap_at_every_scale():
    """What the model answer to problem 4 says, by a solver."""
    Y0 = np.random.default_rng(5).standard_normal((2, 3))
    begun, axes = np.linalg.eigh(Y0 @ Y0.T)
    expected = np.log(begun[1] / begun[0]) / (2 * 2.0)

    def flow(Y):
        return 2.0 * Y - Y @ Y.T @ Y

    gaps = []
    for scale in (1e-3, 1e-6):
        times = np.linspace(0, 10, 401)
        path = solve_flow(flow, scale * Y0, times)
        C = axes.T @ (path @ path.transpose(0, 2, 1)) @ axes
        assert np.abs(C[:, 0, 1]).max() < 1e-7  # the eigenvectors stay
        odds = [np.log(c / (2.0 - c)) for c in (C[:, 0, 0], C[:, 1, 1])]
        halves = [np.interp(0, line[times < 8], times[times < 8]) for line in odds]
        gaps.append(halves[0] - halves[1])
    np.testing.assert_allclose(gaps, expected, rtol=1e-3)


def test_every_student_meets_the_same_difficulty(key):
    students = [f"student {n}" for n in range(30)]
    spectra = np.array([falling(student)[0] for student in students])
    keys = np.array([key(set_3.check_label_price, 0.5, student) for student in students])
    assert len(np.unique(keys.round(6))) == len(students) and np.ptp(keys) < 0.2 * keys.mean()
    times = np.array([key(set_3.check_timetable, np.zeros(4), student) for student in students])
    assert len(np.unique(times.round(9), axis=0)) == len(students)
    for values in spectra:
        lowest = values[-1]
        assert stability_bound(values[0], lowest) == pytest.approx(1 / values[0])
        assert 1.15 / values[0] < 0.95 * 2 / (values[0] - lowest)  # only the first mode swings
        assert (values[:4] > 1.2 * values[1:5]).all() and abs(lowest) > values[2]  # modulus misleads
