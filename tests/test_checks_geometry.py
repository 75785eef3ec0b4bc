"""The checks of chapter *geometry*: right answers pass, known mistakes are named, and doing nothing fails."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.geometry import check_share_of_word, check_voted_angles, check_wave_eigenvalues


def waves(c):
    n = len(c)
    return np.cos(2 * np.pi * np.outer(np.arange(n // 2 + 1), np.arange(n)) / n) @ c


def votes(B, centre=True, itself=False, own_mean=False, first=0):
    n = len(B)
    away = ~np.eye(n, dtype=bool)
    mean = B.mean(axis=1) if own_mean else np.array([B[i, away[i]].mean() for i in range(n)])
    rows = B - mean[:, None] * centre
    return np.where(away | itself, rows, 0) @ np.exp(2j * np.pi * (np.arange(n) + first) / n)


def angles(B, **options):
    return np.angle(votes(B, **options))


def share(B, i, size, centred=True, place=-1):
    B = B.copy()
    B[i, i] += size
    if centred:
        B = B - B.mean(axis=0) - B.mean(axis=1)[:, None] + B.mean()
    return np.linalg.eigh(B)[1][i, place] ** 2


def test_the_right_answers_pass(capsys):
    check_wave_eigenvalues(waves)
    check_wave_eigenvalues(np.fft.rfft)
    check_voted_angles(angles)
    check_voted_angles(lambda B: angles(B) % (2 * np.pi))
    check_voted_angles(lambda B: list(angles(B) + 4 * np.pi))
    check_share_of_word(share)
    assert capsys.readouterr().out.count("Correct: ") == 6


def test_eigenvalues_from_the_matrix_pass_if_they_are_assigned_to_their_waves():
    def mine(c):
        n = len(c)
        B = np.array([[c[(j - i) % n] for j in range(n)] for i in range(n)])
        cosines = np.cos(2 * np.pi * np.outer(np.arange(n // 2 + 1), np.arange(n)) / n)
        return [(wave @ B @ wave) / (wave @ wave) for wave in cosines]

    check_wave_eigenvalues(mine)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda c: None, "returned None"),
        (lambda c: c, "4 numbers came back; waves k and m − k are the same, so stop at k = 2"),
        (lambda c: np.fft.fft(c).real, "4 numbers came back"),
        (lambda c: waves(c)[:2], r"the shape should be \(3,\)"),
        (lambda c: waves(c) / len(c), "divided by m"),
        (lambda c: np.sort(waves(c))[::-1], "these are sorted; return them by k"),
        (lambda c: np.sort(waves(c)), "these are sorted upwards"),
        (lambda c: np.zeros(len(c) // 2 + 1), "the sine was taken"),
        (lambda c: np.roll(waves(c), 1), "should be"),
        (
            lambda c: (
                np.cos(2 * np.pi * np.outer(np.arange(3), np.arange(3)) / 4) @ c[:3] if len(c) == 4 else c
            ),
            "only half of the generator was summed",
        ),
        (
            lambda c: np.cos(np.pi * np.outer(np.arange(len(c) // 2 + 1), np.arange(len(c))) / len(c)) @ c,
            "2π is π here",
        ),
        (lambda c: waves(c) + 1e-4, "should be"),
    ],
)
def test_wrong_eigenvalues_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_wave_eigenvalues(wrong)


def only_uncentred_out_of_order(B):
    return angles(B, centre=np.allclose(B[0, 1], B[1, 2]))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda B: None, "returned None"),
        (lambda B: B, r"the shape should be \(5,\), one angle for each word"),
        (votes, "complex numbers; return .* np.angle"),
        (lambda B: angles(B) * np.nan, "NaN or infinity"),
        (lambda B: 2 * np.pi * np.arange(len(B)) / len(B), "words in another order: "),
        (lambda B: angles(B, centre=False), "opposite .* was the mean over the others subtracted"),
        (only_uncentred_out_of_order, "words in another order: the mean over the others was not subtracted"),
        (lambda B: angles(B, itself=True), "a word votes for itself; leave out"),
        (lambda B: angles(B, itself=True, own_mean=True), "a word votes for itself"),
        (lambda B: angles(B, own_mean=True), "the row's mean holds the word's similarity to itself"),
        (lambda B: -angles(B), "the circle runs backwards"),
        (lambda B: angles(B) + np.pi, "opposite to the place voted for"),
        (lambda B: angles(B, first=1), "places are counted from 1"),
        (lambda B: np.degrees(angles(B)), "these are degrees"),
        (lambda B: angles(B) / (2 * np.pi), "these are whole turns"),
        (lambda B: np.zeros(len(B)), "should be"),
    ],
)
def test_wrong_votes_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_voted_angles(wrong)


def spoils(B, i, size):
    answer = share(B, i, size)
    B[i, i] += size
    return answer


def whole_row(B, i, size):
    B = B.copy()
    B[i] += size
    B[:, i] += size
    return share(B, i, 0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda B, i, size: None, "returned None"),
        (lambda B, i, size: np.zeros(len(B)), r"the shape should be \(\), but is \(9,\)"),
        (lambda B, i, size: 0.0, "should be"),
        (lambda B, i, size: share(B, i, size) ** 0.5, "square it"),
        (lambda B, i, size: -(share(B, i, size) ** 0.5), "square it"),
        (lambda B, i, size: share(B, i, size, centred=False), "the block was not centred"),
        (lambda B, i, size: share(B, i, 0), "this is the share without a second sense"),
        (lambda B, i, size: share(B, i, size, place=0), "this is the last direction"),
        (lambda B, i, size: share(B, i, size**2), "the size was squared"),
        (whole_row, "added to a whole row and column it goes again"),
        (spoils, "the function changed the block"),
    ],
)
def test_wrong_shares_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_share_of_word(wrong)
