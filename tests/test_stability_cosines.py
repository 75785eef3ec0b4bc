"""Error bars of cosines: against differences, against documents drawn anew, and where they must be zero."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import scipy.linalg
from scipy.special import ndtr

from w2vlib import CorpusStatistics, count_corpus, m_star, spectrum
from w2vlib.stability import cosine_errors, neighbour_chances
from w2vlib.stability.cosines import _turning
from w2vlib.statistics import count_like
from w2vlib.words import UnknownWordError

LETTERS = list("abcdefgh")
PLACES = np.array(
    [[1, 0.4], [0.8, 0.6], [0.5, -0.8], [0.1, -1], [-0.6, -0.6], [-1, 0.1], [-0.9, 0.5], [0.2, 0.9]]
)
WEIGHTS = np.exp(PLACES @ PLACES.T)  # words meet the more often the nearer their places are
WEIGHTS /= WEIGHTS.sum()
PAIRS = [("a", "b"), ("a", "c"), ("b", "h"), ("d", "e"), ("c", "g")]
D = 2


CELLS = np.round(2000 * WEIGHTS).astype(int)  # how many documents are of each pair of words: what is expected
TEXT = [[LETTERS[i], LETTERS[j]] for i in range(8) for j in range(8) for _ in range(CELLS[i, j])]


def cosines(stats: CorpusStatistics) -> np.ndarray:
    embedding = spectrum(m_star(stats), D).embedding()
    return np.array([embedding.similarity(*pair) for pair in PAIRS])


STATS = count_corpus(TEXT, words=LETTERS, window=1)
FOUND = cosine_errors(STATS, TEXT, PAIRS, D)


def test_cosines_are_those_of_the_vectors():
    assert FOUND.cosines == pytest.approx(cosines(STATS)) and FOUND.pairs == PAIRS
    assert FOUND.errors == pytest.approx(np.sqrt(np.diag(FOUND.covariance)))


def test_of_independent_pairs_the_variance_is_that_of_a_multinomial():
    """The delta method, its derivatives by differences: Var = Σ p g² − (Σ p g)², times n."""
    gradient = np.zeros((8, 8, len(PAIRS)))
    for i in range(8):
        for j in range(i + 1):
            both = []
            for step in (50, -50):
                counts = STATS.counts.astype(np.int64) * 100
                counts[i, j] += step
                counts[j, i] += step if i != j else 0
                both.append(cosines(dataclasses.replace(STATS, counts=counts)))
            gradient[i, j] = (both[0] - both[1]) / 1  # of a whole count of the text, which are a hundred here
    times = np.tril(STATS.counts)[:, :, None].astype(float)
    meetings = times / np.where(np.eye(8, dtype=bool), 2, 1)[:, :, None]  # a pair of one word counts twice
    each = gradient * np.where(np.eye(8, dtype=bool), 2, 1)[:, :, None]
    variance = (meetings * each**2).sum(axis=(0, 1)) - (meetings * each).sum(axis=(0, 1)) ** 2 / len(TEXT)
    assert FOUND.errors == pytest.approx(np.sqrt(variance), rel=0.03)


def of_cells(cells: np.ndarray) -> CorpusStatistics:
    """Statistics of so many documents of each pair of words."""
    counts = cells.reshape(8, 8)
    return dataclasses.replace(STATS, counts=counts + counts.T)


def test_drawn_anew_cosines_scatter_as_foretold():
    """400 corpora: a standard deviation of so many is known to 3.5 %; second order adds some."""
    rng = np.random.default_rng(1)
    again = np.array([cosines(of_cells(rng.multinomial(len(TEXT), WEIGHTS.ravel()))) for _ in range(400)])
    assert np.log(FOUND.errors / again.std(axis=0, ddof=1)) == pytest.approx(np.zeros(5), abs=0.15)


def test_pairs_that_come_together_make_larger_errors():
    """The same counts in a tenth as many documents, each of ten times the same: as if there were less text."""
    some = TEXT[::7]
    ten = [count_like([text] * 10, STATS) for text in some]
    stats = sum(ten[1:], ten[0])
    apart, together = (cosine_errors(stats, parts, PAIRS, D).errors for parts in (some * 10, ten))
    assert together == pytest.approx(np.sqrt(10) * apart, rel=0.1)
    assert together == pytest.approx(cosine_errors(count_like(some, STATS), some, PAIRS, D).errors, rel=1e-6)


def test_a_word_with_itself_has_no_error():
    found = cosine_errors(STATS, TEXT, [("a", "a"), ("a", "b"), ("b", "a")], D)
    assert found.cosines[0] == pytest.approx(1) and found.errors[0] == pytest.approx(0, abs=1e-9)
    assert found.covariance[1, 2] == pytest.approx(found.errors[1] ** 2)


@pytest.mark.parametrize("noise", [0.3, 1.0, 4.0])
def test_turning_is_what_two_by_two_matrices_do(noise):
    m = noise * np.random.default_rng(0).standard_normal(200_000)
    sines = m / np.sqrt(1 + 4 * m**2)  # sin θ cos θ of the eigenvector of [[1, m], [m, 0]]
    matrix = np.array([[1, m[0]], [m[0], 0]])
    vector = scipy.linalg.eigh(matrix)[1][:, 1]
    assert vector.prod() == pytest.approx(sines[0])
    assert _turning(np.array([1.0]), np.array([noise]))[0] * noise == pytest.approx(
        np.sqrt((sines**2).mean()), rel=0.01
    )


def test_turning_is_the_derivative_where_noise_is_small_and_finite_where_gaps_are_none():
    gaps = np.array([1e-6, 1.0, 100.0])
    assert _turning(gaps, np.zeros(3)) == pytest.approx(1 / gaps, rel=1e-6)
    assert _turning(np.zeros(1), np.array([0.25])) == pytest.approx([2.0])


def test_chances_of_neighbours_add_up_and_follow_from_the_errors():
    found = neighbour_chances(STATS, TEXT, "a", D, n=3)
    embedding = spectrum(m_star(STATS), D).embedding()
    assert [(one.word, one.cosine) for one in found] == [
        (word, pytest.approx(cosine)) for word, cosine in embedding.neighbours("a", 3)
    ]
    pairs = [("a", one.word) for one in found]
    assert [one.error for one in found] == pytest.approx(cosine_errors(STATS, TEXT, pairs, D).errors.tolist())
    assert all(0 < one.chance <= 1 for one in found) and sum(one.chance for one in found) <= 3
    everyone = neighbour_chances(STATS, TEXT, "a", D, n=7)
    assert [one.chance for one in everyone] == [1.0] * 7
    assert found == neighbour_chances(STATS, TEXT, "a", D, n=3, rng=0)


def test_of_two_words_the_nearer_is_nearer_again_with_the_chance_of_their_difference():
    """Φ(Δ/sd), with Δ the difference of the cosines and sd that of two corpora."""
    words = ["a", "d", "g"]
    stats = count_like(TEXT, dataclasses.replace(STATS.first(3), words=tuple(words)))
    for row in range(3):
        word, others = words[row], words[:row] + words[row + 1 :]
        found = neighbour_chances(stats, TEXT, word, 2, n=1)[0]
        both = cosine_errors(stats, TEXT, [(word, other) for other in others], 2)
        variance = 2 * (both.covariance[0, 0] + both.covariance[1, 1] - 2 * both.covariance[0, 1])
        difference = abs(both.cosines[0] - both.cosines[1])
        assert found.cosine == pytest.approx(both.cosines.max())
        assert found.chance == pytest.approx(ndtr(difference / np.sqrt(variance)), abs=0.015)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (
            {"documents": TEXT[:-1]},
            "documents hold .* of the .* counts of the statistics; pass all documents that were counted, and no others",
        ),
        ({"documents": []}, "there is no document"),
        ({"pairs": ["ab"]}, r"pairs must be of two words each, such as \('king', 'queen'\), not 'ab'"),
        ({"pairs": []}, "pairs must hold at least one pair"),
        ({"d": 8}, "only [1-7] directions have a positive eigenvalue; d must be at most that, not 8"),
        ({"d": 0}, "d must be a whole number between 1 and 8, not 0"),
        (
            {"stats": count_corpus(TEXT, words=LETTERS, window=1, sparse=True)},
            "cosine_errors needs dense counts",
        ),
    ],
)
def test_what_gives_no_errors_is_said(how, message):
    with pytest.raises(ValueError, match=message):
        cosine_errors(**({"stats": STATS, "documents": TEXT, "pairs": PAIRS, "d": D} | how))


def test_unknown_words_and_too_many_neighbours_are_said():
    with pytest.raises(UnknownWordError, match="'z'"):
        cosine_errors(STATS, TEXT, [("a", "z")], D)
    with pytest.raises(
        ValueError, match="n must be a whole number between 1 and 7, not 8; there are 7 other words"
    ):
        neighbour_chances(STATS, TEXT, "a", D, n=8)
