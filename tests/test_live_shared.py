"""Shared directions: overlaps, chance and the nearest direction are the library's."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib import Embedding, Spectrum
from w2vlib.course.widgets import shared_explorer
from w2vlib.dynamics import overlap_matrix, subspace_overlap
from w2vlib.evaluation import chance_overlap, principal_directions

V, COUNT = 80, 6
WORDS = [f"w{n}" for n in range(V)]


@pytest.fixture(scope="module")
def sides():
    rng = np.random.default_rng(3)
    X = rng.standard_normal((V, 12)) * np.geomspace(6, 1, 12)
    vectors = {
        "ours": principal_directions(Embedding(WORDS, X + rng.standard_normal((V, 12))), 8),
        "theirs": principal_directions(Embedding(WORDS[1::2], X[1::2, :9] + 1), 8),  # of half of the words
    }
    matrices = {}
    for name, noise in (("M*", 0.5), ("counts", 9.0)):
        left = np.linalg.svd(X + noise * rng.standard_normal((V, 12)), full_matrices=False)
        matrices[name] = Spectrum(left[1][:8], left[0][:, :8], residual=0.0, words=WORDS)
    return vectors, matrices


@pytest.fixture(scope="module")
def figure(sides):
    return shared_explorer(*sides, count=COUNT, directions=3, space=4)


def test_what_it_shows_is_what_the_library_computes(browser, figure, sides):
    tab = opened(browser, figure)
    vectors, matrices = sides
    for v, G in enumerate(vectors.values()):
        rows = [WORDS.index(word) for word in G.words]
        for a, U in enumerate(matrices.values()):
            for k, d in ((1, 6), (3, 4), (6, 6)):
                put(tab, {"vectors": str(v), "matrix": str(a), "k": k, "d": d})
                found, inside = numbers(tab), U.vectors[rows, :d]
                assert found["share"] == pytest.approx(
                    subspace_overlap(G.vectors[:, k - 1], inside), abs=6e-4
                )
                known = subspace_overlap(G.vectors[:, :k], inside) * min(k, d) / k
                assert found["overlap"] == pytest.approx(known, abs=6e-4)
                assert (found["chance"], found["off"]) == pytest.approx(chance_overlap(len(rows), k, d))
                basis = np.linalg.qr(U.vectors[rows, :COUNT])[0]
                assert found["best"] == overlap_matrix(G.vectors[:, [k - 1]], basis).argmax()
    tab.context.close()


def test_the_words_are_those_at_the_ends(figure, sides):
    vectors, matrices = sides
    for side, given in (("vectors", vectors), ("matrices", matrices)):
        for told, modes in zip(figure.table[side], given.values()):
            assert told["ends"][2] == [end[:6] for end in modes.ends(2, rule="fair")]


def test_one_direction_lies_and_more_lie(figure):
    assert " of the first direction of theirs lies in the first 3 of M*. " in figure.describe(
        vectors="1", k=1, d=3
    )
    assert " of the first 3 directions of ours lie in the first 4 of counts. " in figure.describe(matrix="1")


def test_says_the_same(browser, figure):
    says_the_same(browser, figure)


def test_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_bad_input_is_named(sides):
    vectors, matrices = sides
    with pytest.raises(ValueError, match="vectors must hold at least one spectrum"):
        shared_explorer({}, matrices)
    with pytest.raises(ValueError, match="vectors: ours must know its words and hold 9 directions"):
        shared_explorer(vectors, matrices, count=9)
    few = {
        "M*": principal_directions(Embedding(WORDS[:40], np.random.default_rng(0).standard_normal((40, 8))))
    }
    with pytest.raises(ValueError, match="matrices: M\\* lacks the word 'w40' of the vectors"):
        shared_explorer(vectors, few, count=2, directions=1)
    with pytest.raises(ValueError, match="k must"):
        shared_explorer(vectors, matrices, count=3, directions=4)
