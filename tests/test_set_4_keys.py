"""The keys of the fourth problem set, each found a second way, and that no student has it harder than another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.linalg
from answers import set_4 as answers

from w2vlib import m_star, spectrum
from w2vlib.course.attributes import student_language
from w2vlib.course.problems import set_4

STUDENTS = ["ada", "17/β", "Zoë"]
SETS = [T for size in range(6) for T in itertools.combinations(range(5), size)]


@pytest.fixture
def keys(monkeypatch):
    """What a check holds for right, told in place of comparing answers with it."""

    def asked(check, answer, *others):
        told = []
        monkeypatch.setattr(set_4, "compare", lambda found, expected, *rest, **more: told.append(expected))
        monkeypatch.setattr(set_4, "name_mistake", lambda *given, **more: None)
        check(answer, *others)
        return told

    return asked


def target(student):
    return np.asarray(student_language(student, "set 4").target(1))


def product_of(signs, members):
    return np.prod(signs[:, list(members)], axis=1)


@pytest.mark.parametrize("student", STUDENTS)
def test_directions_are_products_with_the_eigenvalues_of_the_matrix(student):
    language, M = student_language(student, "set 4"), target(student)
    values = set_4._values_by_products(student)
    for T in SETS:
        product, value = product_of(language.signs, T), values[tuple(int(k in T) for k in range(5))]
        np.testing.assert_allclose(M @ product, value * product, rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        sorted(values.values()), np.linalg.eigvalsh(M), rtol=0, atol=1e-9 * max(values.values())
    )
    falling = [values[tuple(row)] for row in set_4._products(student).tolist()]
    assert falling == sorted(falling, reverse=True)


def test_eigenvalues_of_products_are_a_walsh_transform(keys):
    seen = []

    def asked_for(strengths, members):
        seen.append((strengths, members))
        return 0.0

    expected = keys(set_4.check_product_eigenvalue, asked_for)
    for (strengths, members), value in zip(seen, expected, strict=True):
        ratio = np.ones(1)
        for strength in strengths:
            ratio = np.kron(ratio, [1 + strength, 1 - strength])
        place = sum(2 ** (len(strengths) - 1 - k) for k in members)
        row = scipy.linalg.hadamard(len(ratio))[place]
        assert value == pytest.approx(row @ (2 * np.tanh(np.log(ratio) / 2)), rel=1e-9, abs=1e-12)


def test_one_attribute_by_hand():
    """Two words: the target is 2ρ/(2 ± ρ), so the attribute has 8ρ/(4 - ρ²) and the constant -4ρ²/(4 - ρ²)."""
    values = [float(set_4._alone([0.5], [0])), 8 * 0.5 / (4 - 0.25)]
    assert values[0] == pytest.approx(values[1], rel=1e-12)
    M = np.array([[2 * 0.5 / 2.5, -2 * 0.5 / 1.5], [-2 * 0.5 / 1.5, 2 * 0.5 / 2.5]])
    np.testing.assert_allclose(np.linalg.eigvalsh(M), [-4 * 0.25 / 3.75, values[0]], rtol=1e-12)


def test_weak_attributes_have_the_leading_terms_of_the_model_answer():
    """Problem 2: halving all strengths takes the relative error down by about four."""
    errors = []
    for scale in (0.1, 0.05):
        rho = scale * np.array([1.0, 0.8, 0.6, 0.5])
        ratio, signs = set_4._ratios(rho), set_4._patterns(4)
        M = 2 * (ratio - 1) / (ratio + 1)
        pair = M @ np.prod(signs[:, :2], axis=1), 16 / 4 * np.sum(rho**2) * rho[0] * rho[1]
        triple = M @ np.prod(signs[:, :3], axis=1), -16 / 2 * np.prod(rho[:3])
        errors.append([abs(found / law - 1) for found, law in (pair, triple)])
    assert (np.array(errors[0]) < 0.05).all()
    np.testing.assert_allclose(np.array(errors[0]) / errors[1], 4, rtol=0.1)


@pytest.mark.parametrize("student", STUDENTS)
def test_pmi_has_six_directions_and_triples_are_never_learned(student):
    language = student_language(student, "set 4")
    P = np.asarray(language.pair_probabilities(1))
    values = np.linalg.eigvalsh(np.log(32**2 * P))
    expected = [*(32 * np.arctanh(language.strengths)), 16 * np.log(1 - language.strengths**2).sum()]
    np.testing.assert_allclose(values[np.abs(values) > 1e-9], np.sort(expected), rtol=1e-9)
    by_size = {size: [] for size in range(6)}
    for row, value in set_4._values_by_products(student).items():
        by_size[sum(row)].append(value)
    assert min(by_size[1]) > max(by_size[2]) > min(by_size[2]) > 0 > max(by_size[3])


def test_the_share_of_offsets_is_that_of_word_vectors(keys):
    seen = []

    def asked_for(values, parts, k):
        seen.append((values, parts, k))
        return 7.0

    expected = keys(set_4.check_offset_share, asked_for)
    for (values, parts, k), share in zip(seen, expected, strict=True):
        n = parts.shape[1]
        words = np.array(list(itertools.product([1, -1], repeat=n)))
        W = np.array([product_of(words, np.flatnonzero(row)) for row in parts]).T * np.sqrt(values / 2**n)
        with_it = words[:, k] == 1
        other = words[with_it] * np.where(np.arange(n) == k, -1, 1)
        R = W[with_it] - W[[int(np.flatnonzero((words == row).all(axis=1))[0]) for row in other]]
        found = (np.sum(R.sum(axis=0) ** 2) / np.sum(R**2) - 1) / (len(R) - 1)
        assert share == pytest.approx(found, rel=1e-9, abs=1e-12)


def test_offsets_of_own_languages_are_less_parallel_with_products():
    """What the solution of problem 4 says: 1 with five dimensions, about 0.6 with fifteen."""
    names = {"np": np}
    exec(answers._SHARE.format("(m * phi - 1) / (m - 1)"), names)
    for student in STUDENTS:
        parts = set_4._products(student)
        values = np.sort(set_4._walsh_values(student))[::-1]
        for k in range(5):
            few, many = (names["offset_share"](values[:d], parts[:d], k) for d in (5, 15))
            assert few == 1 and 0.5 < many < 0.7


@pytest.mark.parametrize("student", STUDENTS)
def test_four_dimensions_solve_what_they_do_not_know(keys, student):
    """Every question asked of the vectors; words that differ in the weakest attribute alone are twins."""
    language = student_language(student, "set 4")
    names = {"np": np, "itertools": itertools, "signs": language.signs, "M": target(student)}
    exec(answers._SHARES.format(""), names)
    [expected] = keys(set_4.check_solved, np.zeros((5, 5)), student)
    np.testing.assert_allclose(names["shares"], expected, rtol=0, atol=1e-9)
    assert expected.sum() == 8


def test_two_circles_have_the_eigenvalues_of_their_block(keys):
    seen = []

    def asked_for(within, between):
        seen.append((within, between))
        return np.zeros((2, len(within) // 2 + 1))

    expected = keys(set_4.check_prism, asked_for)
    for (within, between), both in zip(seen, expected, strict=True):
        blocks = [scipy.linalg.circulant(c) for c in (within, between)]
        block = np.block([[blocks[0], blocks[1]], [blocks[1], blocks[0]]])
        m = len(within)
        twice = [1 if k in (0, m / 2) else 2 for k in range(m // 2 + 1)]
        np.testing.assert_allclose(
            np.linalg.eigvalsh(block), np.sort(np.repeat(both, twice, axis=1).ravel()), atol=1e-9
        )


def test_every_student_meets_the_same_difficulty():
    students = [f"student {n}" for n in range(30)]
    sizes, asked = [], []
    for student in students:
        parts, values = set_4._products(student), np.sort(set_4._walsh_values(student))[::-1]
        sizes.append(parts[:9].sum(axis=1).tolist())
        asked.append(tuple(parts[:8].ravel()))
        assert (values[:8] > 1.04 * values[1:9]).all()  # no two directions are mixed up by rounding
        assert abs(values[-1]) > values[1]  # modulus misleads
    assert all(size == [1, 1, 1, 1, 1, 2, 2, 2, 2] for size in sizes)
    assert len(set(asked)) > 20
    shares = [set_4._solved_from_text(student) for student in students[:6]]
    assert len(set(shares)) > 3 and 0.4 < min(shares) and max(shares) < 1


def test_products_of_wikipedia_s_directions_are_as_the_model_answer_says(wikipedia):
    U = spectrum(m_star(wikipedia.first(1000)), 60).vectors
    rng = np.random.default_rng(0)

    def held(shuffled):
        found = []
        for i, j in itertools.combinations(range(8), 2):
            x = U[:, i] * (U[rng.permutation(1000), j] if shuffled else U[:, j])
            x = x - x.mean()
            along = U.T @ x / np.linalg.norm(x)
            found.append((np.sum(along**2), np.abs(along).max()))
        return np.array(found)

    ours, chance = held(False), np.array([held(True) for _ in range(10)])
    assert ours[:, 0].mean() == pytest.approx(0.40, abs=0.005)
    assert chance[:, :, 0].mean() == pytest.approx(0.07, abs=0.01)
    assert ours[:, 1].max() == pytest.approx(0.35, abs=0.005)
    assert chance[:, :, 1].max(axis=1).mean() == pytest.approx(0.13, abs=0.02)
