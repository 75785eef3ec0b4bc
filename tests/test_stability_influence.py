"""What a document does to the spectrum, foretold: against the spectrum anew, against differences, in closed form."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

from w2vlib import CorpusStatistics, Spectrum, count_corpus, m_star, spectrum
from w2vlib.dynamics import aligned_half_rises
from w2vlib.stability import influence
from w2vlib.statistics import count_like

TOPICS = 6
WORDS = [f"w{i}" for i in range(60)]


def drawn(n: int, length: int = 40, seed: int = 0) -> list[list[str]]:
    """Documents of their own topics: each mixes two of them."""
    rng = np.random.default_rng(seed)
    topics = rng.dirichlet(np.full(len(WORDS), 0.2), TOPICS) + 0.002
    topics /= topics.sum(axis=1, keepdims=True)
    mixed = rng.dirichlet(np.full(TOPICS, 0.3), n)
    return [[WORDS[i] for i in rng.choice(len(WORDS), length, p=share @ topics)] for share in mixed]


TEXT = drawn(600)
STATS = count_corpus(TEXT, words=WORDS, window=5)
MODES = spectrum(m_star(STATS), 20)


def truly(stats: CorpusStatistics, d: int) -> np.ndarray:
    return spectrum(m_star(stats.seen()), d).values


def test_a_document_taken_out_moves_eigenvalues_as_foretold():
    """The error of every one of the leading values holds, and is small where little is removed."""
    found = influence(STATS, TEXT[:100], MODES)
    moved = np.array([truly(STATS - count_like([text], STATS), 8) - MODES.values[:8] for text in TEXT[:100]])
    off = np.abs(found.values[:, :8] - moved)
    assert (off <= found.errors[:, :8] + 1e-9).mean() > 0.99
    correlations = [np.corrcoef(found.values[:, k], moved[:, k])[0, 1] for k in range(8)]
    assert min(correlations) > 0.99
    assert np.median(off / np.abs(moved)) < 0.02


def test_what_adding_does_is_what_removing_would_undo():
    without = STATS - count_like(TEXT[:1], STATS)
    back = influence(without, TEXT[:1], spectrum(m_star(without), 20), action="add")
    there = influence(STATS, TEXT[:1], MODES)
    assert back.values[0, :6] == pytest.approx(
        -there.values[0, :6], abs=there.errors[0, :6].max() + back.errors[0, :6].max()
    )
    assert back.shares[0] == pytest.approx(there.shares[0] / (1 - there.shares[0]))


def test_derivatives_are_those_of_finite_differences():
    """Where the same document is there many thousand times, taking one away is a small change."""
    part = count_like(TEXT[:1], STATS)
    many = dataclasses.replace(
        STATS, counts=STATS.counts.astype(np.int64) * 10**6, occurrences=STATS.occurrences * 10**6, n_tokens=10**12,
        n_documents=10**9,
    )  # fmt: skip
    found = influence(many, part, MODES)
    before = scipy.linalg.eigvalsh(m_star(many))[::-1][:10]
    after = scipy.linalg.eigvalsh(m_star(many - part))[::-1][:10]
    assert found.derivatives[0, :10] == pytest.approx(after - before, rel=1e-3, abs=1e-11)
    assert found.values[0, :10] == pytest.approx(found.derivatives[0, :10], rel=1e-4, abs=1e-11)


def test_derivatives_add_up_and_all_documents_together_do_nothing():
    """The target does not change where every count is multiplied by one number."""
    parts = [count_like([text], STATS) for text in TEXT[:3]]
    one_by_one = influence(STATS, parts, MODES).derivatives
    together = influence(STATS, parts[0] + parts[1] + parts[2], MODES).derivatives
    assert one_by_one.sum(axis=0) == pytest.approx(together[0], abs=1e-12)
    everything = influence(STATS, TEXT, MODES).derivatives
    assert everything.sum(axis=0) == pytest.approx(np.zeros(len(MODES)), abs=1e-10)


def test_what_a_derivative_leaves_out_falls_as_the_square_of_the_share():
    """Of a text that is larger and larger beside one document."""
    off = []
    for times in (50, 100, 200, 400):
        stats = count_corpus(TEXT * 1, words=WORDS, window=5)
        scaled = dataclasses.replace(stats, counts=stats.counts * times)
        part = count_like(TEXT[:1], stats)
        found = influence(scaled, part, MODES)
        moved = scipy.linalg.eigvalsh(m_star(dataclasses.replace(scaled, counts=scaled.counts - part.counts)))
        off.append(
            np.abs(
                found.derivatives[0]
                - moved[::-1][: len(MODES)]
                + scipy.linalg.eigvalsh(m_star(scaled))[::-1][: len(MODES)]
            )[:6]
        )
    slopes = np.log2(np.array(off)[:-1] / np.array(off)[1:])
    assert slopes == pytest.approx(np.full(slopes.shape, 2.0), abs=0.15)


def test_two_words_in_closed_form():
    """C = [[a, b], [b, a]] has the directions (1, −1) and (1, 1), and M* of it E = (a + b)/2 everywhere."""

    def values(a, b):
        even, odd = (2 * (c - (a + b) / 2) / (c + (a + b) / 2) for c in (a, b))
        return even - odd, even + odd

    a, b = 3000, 1000
    stats = CorpusStatistics(("x", "y"), np.array([[a, b], [b, a]]), [9, 9], window=1)
    part = CorpusStatistics(("x", "y"), np.array([[20, 7], [7, 20]]), [1, 1], window=1)
    found = influence(stats, part, spectrum(m_star(stats), 2))
    assert found.values[0] == pytest.approx(np.subtract(values(a - 20, b - 7), values(a, b)), abs=1e-12)
    step = 1e-4
    slope = np.subtract(values(a - 20 * step, b - 7 * step), values(a - 0, b - 0)) / step
    assert found.derivatives[0] == pytest.approx(slope, rel=1e-4)
    assert found.turns[0] == pytest.approx([0, 0], abs=1e-7) and found.shares[0] == 54 / 8000
    alike = CorpusStatistics(("x", "y"), np.array([[30, 10], [10, 30]]), [1, 1], window=1)
    assert influence(stats, alike, found.modes).values == pytest.approx(np.zeros((1, 2)), abs=1e-12)


def test_directions_turn_as_far_and_where_they_are_said_to():
    texts = TEXT[:40]
    found = influence(STATS, texts, MODES)
    for row, text in enumerate(texts):
        after = spectrum(m_star(STATS - count_like([text], STATS)), 20).vectors
        overlap = np.abs(MODES.vectors.T @ after)
        turned = np.arccos(np.minimum(np.diag(overlap), 1))
        for k in range(5):
            assert found.turns[row, k] == pytest.approx(turned[k], rel=0.15, abs=0.01)
            if turned[k] > 0.02 and found.towards[row, k] >= 0:
                others = np.delete(overlap[:, k], k)
                assert overlap[found.towards[row, k], k] > 0.8 * others.max()


def test_near_degenerate_directions_are_told_as_mixed_and_their_values_stay_right():
    """Words in a ring have pairs of equal eigenvalues, which one document tears apart."""
    size, distance = 12, np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    ring = np.round(9000 * np.exp(-np.minimum(distance, size - distance) / 2.0)).astype(int)
    letters = tuple("abcdefghijkl")
    stats = CorpusStatistics(letters, ring, np.full(size, 9000), window=1, n_tokens=10**6)
    modes = spectrum(m_star(stats), size)
    assert modes.values[0] - modes.values[1] < 1e-9 < modes.values[1] - modes.values[2]
    part = np.zeros((size, size), int)
    part[2, 3] = part[3, 2] = 400
    part = CorpusStatistics(letters, part, np.full(size, 400), window=1, n_tokens=800)
    found = influence(stats, part, modes)
    true = spectrum(m_star(stats - part), size).values - modes.values
    assert found.mixed[0, :4].all() and found.values[0] == pytest.approx(true, abs=1e-3 * np.abs(true).max())
    assert np.abs(found.derivatives[0, :2] - true[:2]).min() > 0.1 * np.abs(true[:2]).max()


def test_sparse_statistics_give_the_same():
    sparse = count_corpus(TEXT, words=WORDS, window=5, sparse=True)
    dense, found = (influence(stats, TEXT[:5], MODES) for stats in (STATS, sparse))
    for name in ("values", "errors", "derivatives", "turns"):
        assert getattr(found, name) == pytest.approx(getattr(dense, name), rel=1e-9, abs=1e-10)


@settings(max_examples=15)
@given(st.integers(0, 599), st.sampled_from(["drop", "gap"]), st.sampled_from([1, 5, 0.5]))
def test_text_and_statistics_of_it_are_the_same_document(row, oov, negatives):
    some = WORDS[:40]
    stats = count_corpus(TEXT, words=some, window=5, oov=oov)
    modes = spectrum(m_star(stats, negatives), 6)
    by_text = influence(stats, [TEXT[row]], modes, negatives=negatives)
    by_counts = influence(stats, [count_like([TEXT[row]], stats)], modes, negatives=negatives)
    assert by_text.values == pytest.approx(by_counts.values, abs=1e-10)
    if negatives != 1:
        with pytest.raises(ValueError, match="modes are not directions of these statistics"):
            influence(stats, [TEXT[row]], modes)


def test_words_of_one_document_alone_go_with_it():
    text = [*TEXT[:300], [*TEXT[300][:20], "hapax", *TEXT[300][20:], "hapax"]]
    stats = count_corpus(text, words=[*WORDS, "hapax"], window=5)
    modes = spectrum(m_star(stats), 30)
    found = influence(stats, text[-1:], modes)
    moved = truly(stats - count_like(text[-1:], stats), 5) - modes.values[:5]
    assert (np.abs(found.values[0, :5] - moved) <= found.errors[0, :5]).all()


def test_documents_that_hold_nothing_do_nothing():
    found = influence(STATS, [["else"], [WORDS[0]], []], MODES)
    assert (
        not found.values.any() and not found.turns.any() and not found.shares.any() and not found.errors.any()
    )


def test_half_rises_move_as_their_formula_says():
    found = influence(STATS, TEXT[:3], MODES)
    moves, errors = found.half_rises(1e-6, step_size=1e-3)
    new = aligned_half_rises(MODES.values[:4] + found.values[1, :4], 1e-6, 1e-3)
    assert moves[1, :4] == pytest.approx(new - aligned_half_rises(MODES.values[:4], 1e-6, 1e-3), rel=1e-9)
    assert (errors[:, :4] > 0).all() and (errors[:, :4] < np.abs(new)).all()
    assert (
        np.sign(moves[:, :4]) == -np.sign(found.values[:, :4])
    ).all()  # a larger eigenvalue is learned earlier


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([], "there is no document; pass at least one"),
        ([TEXT[0] * 50], "document 1 is not in these statistics: 'w.*' and 'w.*' meet more often"),
        ([STATS, TEXT[0]], "all statistics or all lists of words, and document 2 is a list"),
        ([STATS], "document 1 is all that these statistics hold"),
        ([dataclasses.replace(STATS, window=4)], "document 1 was counted with other window"),
        ([TEXT[0], "text"], "document 2: a document is a list of words, not a string"),
    ],
)
def test_what_is_no_document_of_these_is_said(documents, message):
    with pytest.raises(ValueError, match=message):
        influence(STATS, documents, MODES)


def test_directions_of_other_statistics_are_refused():
    other = count_corpus(TEXT[:300], words=WORDS, window=5)
    with pytest.raises(
        ValueError, match=r"not directions of these statistics.*spectrum\(m_star\(stats, negatives\), d\)"
    ):
        influence(STATS, TEXT[:1], spectrum(m_star(other), 5))
    with pytest.raises(ValueError, match="modes holds other words"):
        influence(STATS, TEXT[:1], dataclasses.replace(MODES, words=tuple(reversed(WORDS))))
    with pytest.raises(ValueError, match="modes of 2 words do not fit statistics of 60"):
        influence(STATS, TEXT[:1], Spectrum(np.ones(1), np.eye(2)[:, :1], residual=0.0))
