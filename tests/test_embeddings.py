"""Word vectors on spaces small enough to know the answers, and their exchange with other programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import w2vlib
from w2vlib.dynamics import overlap_matrix, subspace_overlap
from w2vlib.embeddings import (
    Embedding,
    closed_form,
    embed,
)
from w2vlib.spectra import Spectrum, spectrum

# Gender along x, rank along y, and a third direction no question asks about.
PLANE = Embedding(
    ("queen", "man", "woman", "king", "stone", "nothing"),
    np.array([[-1, 1, 0], [1, 0, 0], [-1, 0, 0], [1, 1, 0], [0, 0, 5], [0, 0, 0]], float),
)
ROOT = 1 / np.sqrt(2)


def symmetric(size, seed):
    A = np.random.default_rng(seed).standard_normal((size, size))
    return A + A.T


# --- the closed form -------------------------------------------------------


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_the_product_is_the_positive_part_of_the_target(size, seed):
    M = symmetric(size, seed) + 3 * np.eye(size)
    values, vectors = np.linalg.eigh(M)
    words = [f"w{i}" for i in range(size)]
    if values.max() <= 0:
        return
    W = closed_form(spectrum(M, size), words).vectors
    assert W.shape == (size, (values > 0).sum())
    np.testing.assert_allclose(W @ W.T, (vectors * np.maximum(values, 0)) @ vectors.T, atol=1e-10)


def test_the_best_product_of_rank_d():
    """No other matrix comes closer; here: none of those a small step away."""
    M = symmetric(9, 1)
    W = closed_form(spectrum(M, 2), list("abcdefghi")).vectors
    best = np.linalg.norm(M - W @ W.T)
    rng = np.random.default_rng(0)
    for _ in range(200):
        other = W + 0.05 * rng.standard_normal(W.shape)
        assert np.linalg.norm(M - other @ other.T) > best


def test_negative_directions_are_dropped_and_powers_applied():
    modes = Spectrum(np.array([4.0, 1.0, 0.0, -9.0]), np.eye(5)[:, :4], 0.0)
    words = list("abcde")
    for power, scales in [(0.5, [2, 1]), (0, [1, 1]), (1, [4, 1])]:
        W = closed_form(modes, words, power).vectors
        assert W.tolist() == (np.eye(5)[:, :2] * scales).tolist()


def test_nothing_positive_to_learn():
    with pytest.raises(ValueError, match="no direction has a positive eigenvalue .the largest is -1"):
        closed_form(spectrum(-np.eye(3), 2), "abc")


def test_closed_form_needs_a_word_a_row():
    with pytest.raises(ValueError, match="each of the 2 words"):
        closed_form(spectrum(np.eye(3), 2), "ab")


def test_embed_is_its_three_lines(random_stats):
    stats = random_stats(30)
    by_hand = closed_form(spectrum(w2vlib.ppmi(stats), 5), stats.words, 0.3)
    assert (embed(stats, 5, w2vlib.ppmi, 0.3).vectors == by_hand.vectors).all()
    assert embed(stats, 5).vectors.shape == (30, 5)
    assert embed(stats, 5).words == stats.words


# --- neighbours and analogies ----------------------------------------------


def test_similarity_by_hand():
    assert PLANE.similarity("man", "woman") == -1
    assert PLANE.similarity("man", "king") == pytest.approx(ROOT)
    assert PLANE.similarity("queen", "stone") == 0
    assert PLANE.similarity("nothing", "nothing") == 0
    np.testing.assert_allclose(np.linalg.norm(PLANE.unit, axis=1), [1, 1, 1, 1, 1, 0])


def test_neighbours_by_hand():
    assert PLANE.neighbours("man", 3) == [("king", 0.707), ("stone", 0.0), ("nothing", 0.0)]
    # Word 0 is a neighbour like any other, and the word itself is none.
    assert PLANE.neighbours("woman", 1) == [("queen", 0.707)]
    assert len(PLANE.neighbours("man", 99)) == 5
    assert "man" not in dict(PLANE.neighbours("man", 99))


def test_analogies_by_hand():
    # unit(king) − unit(man) + unit(woman) = (√½ − 2, √½, 0), nearest to woman, which is excluded; then queen.
    aim = np.array([ROOT - 2, ROOT])
    cosine = round(float(aim @ [-ROOT, ROOT] / np.linalg.norm(aim)), 3)
    assert PLANE.analogy("man", "king", "woman") == [("queen", cosine)]  # word 0
    assert PLANE.analogy("woman", "queen", "man")[0][0] == "king"
    found = PLANE.analogy("man", "king", "woman", n=99)
    assert [word for word, _ in found] == ["queen", "stone", "nothing"]


def test_question_words_are_never_answers():
    for a in PLANE.words:
        for b in PLANE.words:
            for c in PLANE.words:
                answers = [word for word, _ in PLANE.analogy(a, b, c, n=10)]
                assert sorted(answers) == sorted(set(PLANE.words) - {a, b, c})


def test_analogies_do_not_depend_on_lengths():
    stretched = Embedding(PLANE.words, PLANE.vectors * np.array([[9], [1], [0.1], [3], [1], [1]]))
    assert stretched.analogy("man", "king", "woman", 3) == PLANE.analogy("man", "king", "woman", 3)


def test_unknown_words():
    for ask in (
        lambda: PLANE["quen"],
        lambda: PLANE.neighbours("quen"),
        lambda: PLANE.similarity("man", "quen"),
        lambda: PLANE.analogy("man", "quen", "king"),
    ):
        with pytest.raises(
            w2vlib.UnknownWordError, match="'quen' is not among the 6 words.*did you mean 'queen'"
        ):
            ask()
    assert "quen" not in PLANE
    assert "queen" in PLANE


def test_first_length_and_repr():
    assert (PLANE.first(2).vectors == PLANE.vectors[:, :2]).all()
    assert (PLANE["king"] == [1, 1, 0]).all()
    assert len(PLANE) == 6
    assert repr(PLANE) == "Embedding(6 words, 3 dimensions)"
    for d in (0, 4):
        with pytest.raises(ValueError, match=f"between 1 and 3, not {d}"):
            PLANE.first(d)


def test_bad_vectors():
    with pytest.raises(ValueError, match="vector of 'b' holds NaN or infinity"):
        Embedding(("a", "b"), [[1.0], [np.nan]])
    with pytest.raises(ValueError, match="vector of 'a' holds NaN or infinity"):
        Embedding(("a", "b"), [[np.inf], [1.0]])
    with pytest.raises(ValueError, match=r"each of the 2 words, not the shape \(3, 1\)"):
        Embedding(("a", "b"), [[1.0], [2.0], [3.0]])
    with pytest.raises(ValueError, match="shape"):
        Embedding(("a", "b"), [1.0, 2.0])
    with pytest.raises(ValueError, match="'a' more than once"):
        Embedding(("a", "a"), [[1.0], [2.0]])


# --- overlaps of directions ------------------------------------------------


@given(st.integers(2, 20), st.integers(0, 99), st.floats(1e-150, 1e150))
def test_overlaps_of_orthonormal_sets(size, seed, scale):
    rng = np.random.default_rng(seed)
    U, V = (np.linalg.qr(rng.standard_normal((size, size)))[0] for _ in range(2))
    overlaps = overlap_matrix(scale * U, V)
    assert overlaps == pytest.approx((U.T @ V) ** 2, abs=1e-12)
    assert overlaps.sum(axis=0) == pytest.approx(1) and overlaps.sum(axis=1) == pytest.approx(1)
    assert overlap_matrix(U, -3 * U) == pytest.approx(np.eye(size), abs=1e-12)
    k = size // 2
    assert overlap_matrix(U[:, :k], V[:, :k]).sum() / k == pytest.approx(subspace_overlap(U[:, :k], V[:, :k]))


def test_overlaps_of_random_directions():
    rng = np.random.default_rng(0)
    overlaps = overlap_matrix(rng.standard_normal((500, 40)), rng.standard_normal((500, 30)))
    assert overlaps.shape == (40, 30)
    assert overlaps.mean() == pytest.approx(1 / 500, rel=0.1)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (np.eye(3), np.eye(4), "3 and of 4 words cannot be compared"),
        (np.ones(3), np.eye(3), "columns of a matrix, not of an array of shape \\(3,\\)"),
        (np.eye(3), np.diag([1.0, 0, 1]), "direction 1 is 0 or not finite"),
        (np.diag([1.0, 1, np.inf]), np.eye(3), "direction 2 is 0 or not finite"),
    ],
)
def test_directions_without_overlap(first, second, message):
    with pytest.raises(ValueError, match=message):
        overlap_matrix(first, second)


def test_the_shipped_statistics_solve_analogies(wikipedia_space):
    E = wikipedia_space
    assert E.analogy("man", "king", "woman")[0][0] == "queen"
    assert E.analogy("france", "paris", "germany")[0][0] == "berlin"
