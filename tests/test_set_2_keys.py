"""The keys of the second problem set, by second methods; and students' own answers, which differ."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from test_checks_any_answer import BAD, outcome

from w2vlib.course.attributes import student_language, student_rng
from w2vlib.course.problems import set_2

STUDENTS = ["ada", "17/β", "2026-003"]


def walsh(language, ratio_of):
    """Eigenvalues and eigenvectors of even attributes, without an eigensolver: products of attributes.

    `ratio_of` makes a target's entries of P over chance; the result is sorted from the largest down.
    """
    standard = language.signs[0] * language.signs  # in what each word agrees with the first
    ratio = (
        sum(w * np.prod(1 + language.strengths**lag * standard, axis=1) for lag, w in ((1, 2), (2, 1))) / 3
    )
    sets = [list(s) for size in range(6) for s in itertools.combinations(range(5), size)]
    values = np.array([ratio_of(ratio) @ np.prod(standard[:, s], axis=1) for s in sets])
    vectors = np.array([np.prod(language.signs[:, s], axis=1) for s in sets]).T / np.sqrt(len(language))
    order = np.argsort(-values)
    return values[order], vectors[:, order]


def with_negatives(K):
    return lambda ratio: 2 * (ratio - K) / (ratio + K)


def test_the_gradient_of_tied_vectors_is_that_of_differences():
    rng = np.random.default_rng(0)
    W, A, B = rng.normal(0, 1, (4, 2)), *rng.uniform(0, 1, (2, 4, 4))

    def loss(w):
        X = w.reshape(4, 2) @ w.reshape(4, 2).T
        return (A * np.logaddexp(0, -X) + B * np.logaddexp(0, X)).sum()

    central = (
        approx_fprime(W.ravel(), loss, 1e-5)
        - approx_fprime(W.ravel(), lambda w: loss(2 * W.ravel() - w), 1e-5)
    ) / 2
    np.testing.assert_allclose(set_2._gradients(W, A, B)[0].ravel(), central, rtol=0, atol=1e-8)


def test_what_tied_vectors_aim_at_is_where_the_parabola_of_one_score_is_lowest():
    rng = np.random.default_rng(0)
    A, B = rng.uniform(0.1, 1, (2, 3, 3))
    M, Psi = set_2._tied_targets(A, B)[0], set_2._even_weightings(A, B)[0]
    for i, j in ((0, 1), (2, 1), (2, 2)):
        pull, push = A[i, j] + A[j, i], B[i, j] + B[j, i]
        x = np.array([-1.0, 0.0, 1.0])
        steep, tilt, _ = np.polyfit(x, pull * (-x / 2 + x**2 / 8) + push * (x / 2 + x**2 / 8), 2)
        lowest = -tilt / (2 * steep)
        assert abs(M[i, j] - lowest) < 1e-9
    np.testing.assert_allclose((Psi * (A + B) + (Psi * (A + B)).T) / 2, 1, rtol=1e-12)
    np.testing.assert_allclose(Psi, Psi.T, rtol=1e-14)


@pytest.mark.parametrize("student", STUDENTS)
def test_the_best_answers_are_made_of_products_of_attributes(student, capsys):
    values, vectors = walsh(set_2._language(student), with_negatives(1))
    theirs, their_vectors = set_2._eigenpairs(np.asarray(set_2._language(student).target(2)))
    np.testing.assert_allclose(theirs, values, rtol=0, atol=1e-9)
    for kept in (np.arange(4), np.argsort(-np.abs(values))[:2]):
        np.testing.assert_allclose(
            set_2._made_of(theirs, their_vectors, kept),
            set_2._made_of(values, vectors, kept),
            rtol=0,
            atol=1e-9,
        )
    set_2.check_best_vectors(vectors[:, :4] * np.sqrt(values[:4]), student)
    set_2.check_error_left((values[values < 0] ** 2).sum(), student)
    set_2.check_untied_scores(set_2._made_of(values, vectors, np.argsort(-np.abs(values))[:2]), student)
    assert capsys.readouterr().out.count("Correct") == 3


@pytest.mark.parametrize("student", STUDENTS)
def test_what_negatives_do_to_the_spectrum_follows_from_products_of_attributes(student):
    spectra = [walsh(set_2._language(student), with_negatives(K))[0] for K in set_2.NEGATIVES]
    theirs = set_2._spectra(student, set_2._shifted)
    np.testing.assert_allclose([values[::-1] for values in theirs], spectra, rtol=0, atol=1e-9)
    assert min(np.abs(values).min() for values in spectra) > 1e-4  # so that rounding changes no count
    counted, _ = set_2._counted(theirs)
    np.testing.assert_array_equal(counted, [(values > 0).sum() for values in spectra])
    shares = [1 - (np.minimum(values, 0) ** 2).sum() / (values**2).sum() for values in spectra]
    np.testing.assert_allclose(set_2._shares(theirs)[0], shares, rtol=0, atol=1e-9)


@pytest.mark.parametrize("K", [1, 2, 5, 15])
def test_the_direction_that_is_always_there_is_as_strong_as_derived(K):
    """Problem 3, for words of unlike frequency and for even ones."""
    for even in (True, False):
        language = student_language("ada", set_2.TASK, even=even)
        P, p = np.asarray(language.pair_probabilities(2)), language.p
        q = K * np.outer(p, p)
        M = 2 * (P - q) / (P + q)
        derived = -(K - 1 + ((P - q) ** 2 / (P + q)).sum()) / K
        assert np.isclose(p @ M @ p, derived, rtol=1e-12)
        assert np.linalg.eigvalsh(M)[0] <= derived / (p @ p) + 1e-12
        if even:
            np.testing.assert_allclose(M @ np.ones(32), 32 * derived, rtol=1e-12)


def test_the_turn_of_direction_4_is_that_of_counts_made_pair_by_pair():
    language, student = set_2._language("ada"), "ada"
    truth = walsh(language, with_negatives(1))[1][:, 3]
    place = {word: i for i, word in enumerate(language.words)}
    rng, squared = student_rng(student, set_2.SEED), []
    for _ in range(10):
        text = [place[word] for word in language.text(2_000, rng)]
        counts = np.zeros((32, 32))
        for delta, weight in ((1, 2), (2, 1)):
            np.add.at(counts, (text[:-delta], text[delta:]), weight)
        counts += counts.T
        chance = np.outer(counts.sum(axis=1), counts.sum(axis=1)) / counts.sum()
        values, vectors = np.linalg.eig(2 * (counts - chance) / (counts + chance))
        squared.append((vectors[:, np.argsort(-values.real)[3]].real @ truth) ** 2)
    assert np.isclose(set_2._turns(student)[0], np.mean(squared), rtol=1e-9)


def test_students_have_other_answers_of_the_same_difficulty():
    languages = [set_2._language(f"student {n}") for n in range(12)]
    spectra = np.array([walsh(language, with_negatives(1))[0] for language in languages])
    assert all(
        (np.sort(np.abs(values))[-2] == -values[-1]) for values in spectra
    )  # the negative one is second
    assert ((spectra > 0).sum(axis=1) < set_2.MANY).all() and ((spectra > 0).sum(axis=1) > set_2.FEW).all()
    assert (spectra[:, 3] - spectra[:, 4] > 1).all()
    left = (np.minimum(spectra, 0) ** 2).sum(axis=1)
    assert len(set(left.round(2))) == 12 and left.max() < 1.2 * left.min()
    turns = [set_2._turns(student)[0] for student in STUDENTS]
    assert len(set(np.round(turns, 4))) == 3 and 0.4 < min(turns) < max(turns) < 0.9


@pytest.mark.parametrize("bad", BAD)
def test_whatever_is_answered_a_check_says_in_words_what_is_wrong(bad):
    for check in (set_2.check_tied_gradient, set_2.check_tied_target):
        assert not outcome(check, lambda *_: BAD[bad]()).startswith("Correct")
    try:
        answer = BAD[bad]()
    except BaseException:  # what only a function can do
        return
    for check in (
        lambda answer: set_2.check_best_vectors(answer, "ada"),
        lambda answer: set_2.check_error_left(answer, "ada"),
        lambda answer: set_2.check_untied_scores(answer, "ada"),
        lambda answer: set_2.check_learnable(answer, answer, "ada"),
        lambda answer: set_2.check_reachable(answer, "ada"),
        lambda answer: set_2.check_own_turn((0.5, 0.9), answer, True, "ada"),
    ):
        assert not outcome(check, answer).startswith("Correct")
