"""Problem sets: an untouched copy earns nothing and says so, solutions earn all, wrong answers are told what is wrong."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from answered import ANSWERS, SETS, TESTS, outcome, solutions
from classroom.source import SOURCES
from make_assignments import for_students

from w2vlib.course.attributes import student_language, student_rng

WRONG = [
    pytest.param(name, test, source, said, id=f"{name}-{test}-{number}")
    for name, answers in ANSWERS.items()
    for test, wrong in answers.WRONG.items()
    for number, (source, said) in enumerate(wrong)
]
RIGHT = [
    pytest.param(name, test, source, id=f"{name}-{test}-{number}")
    for name, answers in ANSWERS.items()
    for test, right in answers.RIGHT.items()
    for number, source in enumerate(right)
]


@pytest.fixture(scope="module")
def released():
    """The students' copies, by set and name of cell."""
    made = {}
    for name in SETS:
        notebook = json.loads(for_students(SOURCES / f"{name}.ipynb"))
        made[name] = {
            cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
            for cell in notebook["cells"]
            if "nbgrader" in cell["metadata"]
        }
    return made


@pytest.mark.parametrize("student", ["ada", "17/β"])
@pytest.mark.parametrize(("name", "test"), TESTS)
def test_the_solution_is_right(name, test, student):
    assert outcome(name, test, *solutions(name, test), student=student).startswith("Correct: ")


@pytest.mark.parametrize(("name", "test"), TESTS)
def test_an_untouched_copy_is_told_that_it_is_not_done(name, test, released):
    [problem] = [cell.problem for cell in SETS[name].tests if cell.name == test]
    empty = [released[name][cell.name] for cell in SETS[name].answers(problem)]
    said = outcome(name, test, *empty)
    assert said.startswith("NotDone ") and "not done yet" in said


@pytest.mark.parametrize(("name", "test", "answer", "says"), WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(name, test, answer, says):
    said = outcome(name, test, answer)
    assert said.startswith("CheckFailed ") and says in said


@pytest.mark.parametrize(("name", "test", "answer"), RIGHT)
def test_an_answer_that_is_as_right_is_right(name, test, answer):
    assert outcome(name, test, answer).startswith("Correct: ")


@pytest.mark.parametrize("name", SETS)
def test_each_problem_is_asked_about_in_six_wrong_ways(name):
    answers = ANSWERS[name]
    for problem in sorted({cell.problem for cell in SETS[name].tests}):
        tests = [cell.name for cell in SETS[name].tests if cell.problem == problem]
        assert sum(len(answers.WRONG.get(test, ())) for test in tests) >= 6, f"problem {problem}"
        assert sum(len(answers.RIGHT.get(test, ())) for test in tests) >= 3, f"problem {problem}"


@pytest.mark.parametrize("name", SETS)
def test_the_student_s_copy_holds_no_solution_and_no_mark(name, released):
    problems = SETS[name]
    for cell in problems.cells:
        theirs = released[name][cell.name]
        assert "SOLUTION" not in theirs and "**Marks**" not in theirs
        if cell.answer:
            assert "not done yet" in theirs.lower()
        else:
            assert theirs == cell.text
    assert 5 <= len(problems.titles) <= 8
    assert sum(cell.points for cell in problems.cells) == 20
    assert len({cell.name for cell in problems.cells}) == len(problems.cells)


@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("window", [1, 5])
def test_every_student_meets_the_same_difficulty(even, window):
    languages = [student_language(f"student {n}", "set 1", even=even) for n in range(40)]
    assert len({language.words for language in languages}) == 40
    spectra = [np.linalg.eigvalsh(np.asarray(language.target(window)))[::-1] for language in languages]
    first = np.array([values[:6] for values in spectra])
    assert (-np.diff(first) > 0.04 * first[:, :-1]).all()  # no two directions that can hardly be told apart
    assert (np.ptp(first, axis=0) < 0.5 * first.mean(axis=0)).all()
    assert len(np.unique(first.round(9), axis=0)) == 40


def test_the_exact_probabilities_are_those_of_a_walk():
    """A second method: the matrix of steps from word to word, taken so many times."""
    language = student_language("ada", even=False)
    kept = language.strengths
    step = np.ones((32, 32))
    for k in range(5):
        to = (1 + language.signs[:, k] * language.biases[k]) / 2
        same = language.signs[:, [k]] == language.signs[:, k]
        step *= kept[k] * same + (1 - kept[k]) * to
    P = language.p[:, None] * sum(
        weight * np.linalg.matrix_power(step, lag) for lag, weight in ((1, 3), (2, 2), (3, 1))
    )
    np.testing.assert_allclose(language.pair_probabilities(window=3), P / 6, rtol=1e-9, atol=0)


def test_the_spectrum_of_even_attributes_is_a_walsh_transform():
    """A second method: every product of attributes is an eigenvector."""
    language = student_language("ada")
    M = np.asarray(language.target(window=4))
    for size in range(32):
        product = np.prod(language.signs[:, [k for k in range(5) if size >> k & 1]], axis=1)
        value = M[0] @ product / product[0]
        np.testing.assert_allclose(M @ product, value * product, rtol=0, atol=1e-9)


def test_a_text_has_the_probabilities_that_it_is_drawn_from():
    language = student_language("ada", even=False)
    text = language.text(100_000, student_rng("ada", "a text"))
    place = {word: i for i, word in enumerate(language.words)}
    numbers = np.array([place[word] for word in text])
    P = np.asarray(language.pair_probabilities())
    for k in range(5):  # an attribute's mean, and how far it lasts, to five standard errors
        found = language.signs[numbers, k]
        product = found[1:] * found[:-1]
        expected = language.signs[:, k] @ P @ language.signs[:, k]
        assert abs(found.mean() - language.biases[k]) < 5 * 3 / np.sqrt(len(text))
        assert abs(product.mean() - expected) < 5 * 3 / np.sqrt(len(text))


def test_the_random_numbers_of_a_student_are_theirs():
    assert student_rng("Zoë").random() == student_rng(" zoe\u0308 ").random()
    assert student_rng("zoe").random() != student_rng("zoë").random()
    for nobody in ("", "  "):
        with pytest.raises(ValueError, match=re.escape("STUDENT = 'ada'")):
            student_rng(nobody)
