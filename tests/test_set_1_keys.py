"""The keys of the first problem set, by second methods; and students' own answers, which differ."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import minimize
from test_checks_any_answer import BAD, outcome

from w2vlib.course.attributes import student_language, student_rng
from w2vlib.course.problems import set_1

STUDENTS = ["ada", "17/β", "2026-003"]


def language_of(student):
    return student_language(student, set_1.TASK, even=False)


def ratio(language, strengths, left_out=()):
    """P over chance of all pairs, if the attributes last so long; some are left out."""
    standard = (language.signs - language.biases) / np.sqrt(1 - language.biases**2)
    product = np.ones((len(language), len(language)))
    for k in set(range(5)) - set(left_out):
        product *= 1 + strengths[k] * np.outer(standard[:, k], standard[:, k])
    return product


def test_the_distance_after_the_best_turn_is_what_a_search_over_angles_finds():
    rng = np.random.default_rng(0)
    W, Z = rng.standard_normal((2, 9, 2))

    def apart(angle, mirror):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * [1, mirror]
        return np.linalg.norm(W @ turn - Z)

    found = [
        minimize(lambda a, m=mirror: apart(a[0], m), [start], tol=1e-14).fun
        for mirror in (-1, 1)
        for start in np.arange(6)
    ]
    assert np.isclose(min(found), set_1._apart(W, Z), rtol=1e-9)


def test_the_pairs_of_a_walk_are_those_of_all_its_paths():
    rng = np.random.default_rng(0)
    step = rng.dirichlet(np.ones(3), 3)
    p = np.linalg.matrix_power(step, 300)[0]
    weights = np.array([3.0, 1.0, 0.5])
    counts = np.zeros((3, 3))
    for path in itertools.product(range(3), repeat=4):
        chance = p[path[0]] * np.prod([step[a, b] for a, b in itertools.pairwise(path)])
        for delta, weight in enumerate(weights, 1):
            counts[path[0], path[delta]] += weight * chance
            counts[path[delta], path[0]] += weight * chance
    np.testing.assert_allclose(set_1._joints(step, p, weights)[0], counts / counts.sum(), rtol=0, atol=1e-12)


def test_a_walk_watched_at_some_words_is_what_all_its_detours_add_up_to():
    rng = np.random.default_rng(0)
    step, kept = rng.dirichlet(np.ones(6), 6), [4, 1]
    lost = [0, 2, 3, 5]
    steps, away = step[np.ix_(kept, kept)].copy(), step[np.ix_(kept, lost)]
    for _ in range(400):
        steps += away @ step[np.ix_(lost, kept)]
        away = away @ step[np.ix_(lost, lost)]
    np.testing.assert_allclose(set_1._watched(step, kept), steps, rtol=0, atol=1e-12)


@pytest.mark.parametrize("student", STUDENTS)
def test_gaps_and_dropped_words_follow_from_when_the_one_attribute_comes_back(student):
    """The other four attributes go on by themselves, for as many steps as the fifth is away."""
    language = language_of(student)
    known = language.signs[:, set_1.FAR] == 1
    corner = np.ix_(known, known)
    kept, plus = language.strengths[set_1.FAR], (1 + language.biases[set_1.FAR]) / 2
    stays, leaves, returns = kept + (1 - kept) * plus, (1 - kept) * (1 - plus), (1 - kept) * plus
    drop = stays * ratio(language, language.strengths, {set_1.FAR})
    for away in range(1, 3000):
        chance = leaves * (1 - returns) ** (away - 1) * returns
        if chance < 1e-14:
            break
        drop += chance * ratio(language, language.strengths ** (away + 1), {set_1.FAR})
    gap = ratio(language, language.strengths, {set_1.FAR})[corner]
    answers = set_1._known_targets(language)
    for answer, ratios in zip(answers, (gap, drop[corner])):
        np.testing.assert_allclose(answer, 2 * np.tanh(np.log(ratios) / 2), rtol=0, atol=1e-9)
    assert np.linalg.norm(answers[1]) < 0.97 * np.linalg.norm(
        answers[0]
    )  # as the last line of the check says


@pytest.mark.parametrize("student", STUDENTS)
def test_the_own_target_is_that_of_steps_taken_one_by_one(student):
    language = language_of(student)
    step, now, P = set_1._step(language), np.diag(language.p), 0
    for weight in (5, 4, 3, 2, 1):
        now = now @ step
        P = P + weight * now / 15
    q = np.outer(language.p, language.p)
    np.testing.assert_allclose(language.target(5), 2 * (P - q) / (P + q), rtol=0, atol=1e-9)


def test_the_excess_of_errors_is_that_of_counts_made_pair_by_pair():
    language, student = language_of("ada"), "ada"
    place = {word: i for i, word in enumerate(language.words)}
    rng, exact = student_rng(student, set_1.SEED), np.asarray(language.target(5))
    P = np.asarray(language.pair_probabilities(5))
    pairs = list(itertools.permutations(range(32), 2))
    foreseen = sum(5 * (1 - exact[pair] ** 2 / 4) ** 2 * 11 / 3 / (8_000 * 30 * P[pair]) for pair in pairs)
    total = 0.0
    for _ in range(5):
        text = [place[word] for word in language.text(8_000, rng)]
        counts = np.zeros((32, 32))
        for delta in range(1, 6):
            np.add.at(counts, (text[:-delta], text[delta:]), 6 - delta)
        counts += counts.T
        chance = np.outer(counts.sum(axis=1), counts.sum(axis=1)) / counts.sum()
        total += sum(
            (2 * (counts[pair] - chance[pair]) / (counts[pair] + chance[pair]) - exact[pair]) ** 2
            for pair in pairs
        )
    assert np.isclose(set_1._excess(student)[0], np.sqrt(total / foreseen), rtol=1e-9)


def test_students_have_other_answers_of_the_same_difficulty():
    targets = [np.asarray(language_of(f"student {n}").target(5)) for n in range(12)]
    for one, other in itertools.combinations(targets, 2):
        assert np.abs(one - other).max() > 0.1
    lengths = np.array([np.linalg.norm(M) for M in targets])
    assert lengths.max() < 1.3 * lengths.min()
    excesses = np.array([set_1._excess(student)[0] for student in STUDENTS])
    assert len(set(excesses.round(5))) == len(STUDENTS) and 1.1 < excesses.min() < excesses.max() < 1.7


@pytest.mark.parametrize("bad", BAD)
def test_whatever_is_answered_a_check_says_in_words_what_is_wrong(bad):
    for check in (set_1.check_turned_distance, set_1.check_joint, set_1.check_watched):
        assert not outcome(check, lambda *_: BAD[bad]()).startswith("Correct")
    try:
        answer = BAD[bad]()
    except BaseException:  # what only a function can do
        return
    for check in (
        lambda answer: set_1.check_known_words(answer, answer, "ada"),
        lambda answer: set_1.check_own_target(answer, "ada"),
        lambda answer: set_1.check_own_excess((1, 1.2), answer, True, "ada"),
    ):
        assert not outcome(check, answer).startswith("Correct")
