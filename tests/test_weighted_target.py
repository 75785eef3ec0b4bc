"""Least squares in which each pair has the product of two weights, and each word a bias."""

from __future__ import annotations

import numpy as np
import pytest

import w2vlib
from w2vlib.targets import weighted_target


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    M = rng.standard_normal((8, 8))
    return M + M.T, rng.uniform(0.2, 4, 8)


def answer(M, a, d):
    """W and b of the closed form, with the weights as they are used."""
    a = a / a.mean()
    modes = w2vlib.spectrum(weighted_target(M, a), d)
    W = modes.vectors * np.sqrt(np.maximum(modes.values, 0)) / np.sqrt(a)[:, None]
    share = a / a.sum()
    mean = (M - W @ W.T) @ share
    return W, mean - share @ mean / 2, a


def loss(M, a, W, b):
    return np.sum(np.outer(a, a) * (M - b[:, None] - b - W @ W.T) ** 2)


def test_the_leading_directions_solve_the_weighted_problem(problem):
    """The slope is zero, the loss is what the other eigenvalues leave, and no other point tried is better."""
    M, weights = problem
    W, b, a = answer(M, weights, 2)
    pull = np.outer(a, a) * (M - b[:, None] - b - W @ W.T)
    np.testing.assert_allclose(pull @ W, 0, atol=1e-9)
    np.testing.assert_allclose(pull.sum(axis=1), 0, atol=1e-9)
    values = np.linalg.eigvalsh(weighted_target(M, a))
    least = loss(M, a, W, b)
    assert least == pytest.approx(np.sum(values[:-2] ** 2), rel=1e-10)
    rng = np.random.default_rng(1)
    for size in (1e-3, 0.1, 1):
        for _ in range(30):
            shift = rng.standard_normal(W.shape), rng.standard_normal(len(b))
            assert loss(M, a, W + size * shift[0], b + size * shift[1]) > least


def test_a_bias_for_each_word_changes_nothing(problem):
    M, a = problem
    b = np.arange(8.0)
    np.testing.assert_allclose(weighted_target(M + b[:, None] + b, a), weighted_target(M, a), atol=1e-12)
    assert (
        np.abs(weighted_target(M + 1.0, a, centred=False) - weighted_target(M, a, centred=False)).max() > 0.1
    )


def test_equal_weights_leave_the_matrix(problem):
    M, _ = problem
    np.testing.assert_allclose(weighted_target(M, np.full(8, 7.0), centred=False), M, rtol=1e-14)
    centred = np.eye(8) - 1 / 8
    np.testing.assert_allclose(weighted_target(M, np.full(8, 7.0)), centred @ M @ centred, atol=1e-13)


@pytest.mark.parametrize("centred", [True, False])
def test_the_weight_two_is_a_word_that_stands_twice(problem, centred):
    M, _ = problem
    M = M[:4, :4]
    twice = [0, 0, 1, 2, 3]
    one = np.linalg.eigvalsh(weighted_target(M, [2.0, 1, 1, 1], centred)) * 5 / 4
    other = np.linalg.eigvalsh(weighted_target(M[np.ix_(twice, twice)], np.ones(5), centred))
    np.testing.assert_allclose(np.sort([*one, 0.0]), other, atol=1e-12)


def test_with_the_marginal_it_is_correspondence_analysis(random_stats):
    """Of what a pair meets more often than by chance, (P − ppᵀ)/√(ppᵀ), whose rows sum to 0 as they are."""
    stats = random_stats(9)
    q = np.outer(stats.p, stats.p)
    for centred in (True, False):
        found = weighted_target(stats.P / q - 1, stats.p, centred)
        np.testing.assert_allclose(found, 9 * (stats.P - q) / np.sqrt(q), atol=1e-12)


def test_type_words_symmetry_and_units(wikipedia_2000):
    some = wikipedia_2000.first(300)
    M = w2vlib.m_star(some, dtype="float32")
    before = np.array(M)
    found = weighted_target(M, some.p)
    assert found.dtype == np.float32 and found.words == some.words
    assert np.array_equal(found, found.T) and np.array_equal(M, before)
    np.testing.assert_allclose(found, weighted_target(w2vlib.m_star(some), some.p), atol=2e-5)
    for unit in (1e300, 1e-300):
        np.testing.assert_allclose(weighted_target(M, some.p * unit), found, rtol=1e-5, atol=1e-6)
    assert type(weighted_target(before, some.p)) is np.ndarray


def test_what_cannot_be_weighted(problem, wikipedia_2000):
    M, a = problem
    with pytest.raises(ValueError, match="weights must be positive, but word 3 has -1.0"):
        weighted_target(M, [1, 1, 1, -1, 1, 1, 1, 1])
    with pytest.raises(ValueError, match=r"weights must have the shape \(8\)"):
        weighted_target(M, a[:7])
    with pytest.raises(ValueError, match="symmetric"):
        weighted_target(np.triu(M), a)
    with pytest.raises(ValueError, match=r"-inf.*PMI is −∞"):
        weighted_target(np.full((2, 2), -np.inf), [1, 1])
    sparse = w2vlib.count_corpus([["a", "b", "a"]], sparse=True)
    with pytest.raises(TypeError, match="target must be an array of real numbers, not SparseTarget"):
        weighted_target(w2vlib.m_star(sparse), [1, 1])


def test_the_recorded_table_holds_what_the_chapter_reads():
    told = w2vlib.datasets.load_without_training()
    grid = told["grid"]
    shape = [len(grid[name]) for name in ("sizes", "kappas", "powers", "dimensions", "families")]
    right = np.array(grid["right"])
    assert list(right.shape) == shape
    assert list(np.shape(grid["own"])) == shape[:-1]
    assert (right <= np.array(grid["covered"])[:, None, None, None]).all()
    runs = told["runs"]
    assert {run["method"] for run in runs} >= {"M*", "M*, κ", "PPMI", "gensim", "SGNS", "QWEM"}
    for run in runs:
        assert run["processor"] == pytest.approx(sum(own for _, own in run["stages"].values()), abs=0.02)
        if run["half"] is None:
            for name in ("google", "own"):
                families = run[name]["families"].values()
                assert run[name]["right"] == sum(right for right, _ in families)
                assert run[name]["covered"] == sum(covered for _, covered in families)
    for method in ("gensim", "SGNS", "QWEM"):
        first = [
            run["seed"] for run in runs if run["method"] == method and (run["V"], run["d"]) == (5000, 100)
        ]
        assert sorted(first) == [0, 1, 2]


def test_the_grid_is_what_the_library_computes(wikipedia_2000):
    """One place of the grid, made again."""
    pytest.importorskip("gensim")  # which brings Google's questions
    grid = w2vlib.datasets.load_without_training()["grid"]
    stats = wikipedia_2000.first(1000)
    target = weighted_target(w2vlib.m_star(stats, pseudo_count=17, dtype="float32"), stats.p**0.5)
    found = w2vlib.spectrum(target, 100, 1e-2).embedding()
    score = w2vlib.analogy_accuracy(found, w2vlib.load_analogies("google"))
    here = (("sizes", 1000), ("kappas", 17), ("powers", 0.5), ("dimensions", 100))
    told = np.array(grid["right"])[tuple(grid[name].index(value) for name, value in here)]
    assert (
        np.abs(told - [one.correct for one in score.families.values()]).sum() <= 2
    )  # as rounding may decide
