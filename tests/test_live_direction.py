"""One direction: overlap, gap and places are the library's, and a crowd is called a crowd."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib import Spectrum
from w2vlib.course.widgets import direction_explorer
from w2vlib.course.widgets.book import unpacked
from w2vlib.dynamics import overlap_matrix
from w2vlib.embeddings import frequency_fair

V, COUNT, NOISE = 60, 8, 0.5
VALUES = np.array([40.0, 30.0, 12.0, 11.6, 6.0, 5.2, 4.4, 2.0, 1.9])


@pytest.fixture(scope="module")
def halves():
    rng = np.random.default_rng(2)
    basis = np.linalg.qr(rng.standard_normal((V, V)))[0]
    noise = rng.standard_normal((V, V)) * NOISE / 2
    words, made = [f"w{n}" for n in range(V)], []
    for sign in (-1, 0, 1):
        M = (basis[:, :9] * VALUES) @ basis[:, :9].T + sign * (noise + noise.T) / 2
        values, vectors = np.linalg.eigh(M)
        made.append(Spectrum(values[::-1][:9], vectors[:, ::-1][:, :9], residual=0.0, words=words))
    return made


@pytest.fixture(scope="module")
def figure(halves):
    one, mean, other = halves
    return direction_explorer(
        one, other, mean, NOISE, np.linspace(1, 0, COUNT), count=COUNT, direction=3, word="w7"
    )


def test_what_it_shows_is_what_the_library_computes(browser, figure, halves):
    one, mean, other = halves
    tab = opened(browser, figure)
    z, overlaps = frequency_fair(one.vectors[:, :COUNT]), overlap_matrix(one.vectors, other.vectors)
    np.testing.assert_allclose(figure.table["measured"], np.diag(overlaps)[:COUNT], atol=1e-4)
    for k in range(COUNT):
        put(tab, {"direction": k + 1, "word": "w11"})
        found = numbers(tab)
        gaps = np.abs(np.delete(VALUES, k) - VALUES[k])
        assert found["gap"] == pytest.approx(gaps.min(), abs=1e-4)
        assert found["place"] == pytest.approx(z[11, k], abs=np.abs(z[:, k]).max() / 250)
        assert figure.table["ends"][k][0][0] == one.words[z[:, k].argmax()]
        assert f": {overlaps[k, k]:.2f} shared;" in figure.describe(direction=k + 1)
        assert found["farthest"] == np.abs(unpacked(figure.table["places"])[11]).argmax()
    tab.context.close()


def test_a_byte_loses_half_of_a_127th_of_the_outermost(figure, halves):
    z = frequency_fair(halves[0].vectors[:, :COUNT])
    lost = np.abs(unpacked(figure.table["places"]) - z)
    assert (lost <= 1.001 * np.abs(z).max(axis=0) / 254).all() and lost.max() > 0


@pytest.mark.parametrize(
    "direction, joined", [(1, [1, 1]), (3, [3, 4]), (4, [3, 4]), (6, [5, 7]), (8, [8, 9])]
)
def test_directions_nearer_than_two_noises_are_a_crowd(browser, figure, direction, joined):
    tab = opened(browser, figure)
    put(tab, {"direction": direction})
    assert numbers(tab)["joined"] == joined
    text = figure.describe(direction=direction)
    assert ("a direction of its own" in text) == (joined[0] == joined[1])
    assert ("only" in text.split(". ")[0]) == (joined[0] != joined[1])
    assert ("and on" in text) == (joined[1] == 9)
    tab.context.close()


def test_says_the_same(browser, figure):
    says_the_same(browser, figure)


def test_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_bad_input_is_named(halves):
    one, mean, other = halves
    with pytest.raises(ValueError, match="foretold must hold 8"):
        direction_explorer(one, other, mean, NOISE, np.ones(3), count=8)
    with pytest.raises(ValueError, match="mean must hold 10"):
        direction_explorer(one, other, mean, NOISE, np.ones(9), count=9)
    with pytest.raises(ValueError, match="know their words"):
        direction_explorer(
            Spectrum(one.values, one.vectors, residual=0.0), other, mean, NOISE, np.ones(9), count=3
        )
    with pytest.raises(ValueError, match="word must be one of"):
        direction_explorer(one, other, mean, NOISE, np.ones(9), count=3, word="nosuchword")
