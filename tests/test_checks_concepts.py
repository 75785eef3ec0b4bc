"""The checks of chapter *concepts*: right answers pass, and each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.concepts import check_participants, check_predicted_span, check_turned


def participants(X):
    return np.sum(X**2, axis=0) ** 2 / np.sum(X**4, axis=0)


def span(values, vectors, E, group, part=0.25, inside=False, power=2, gap_power=2, cut=True, basis=True):
    coupling = vectors.T @ E @ vectors if basis else E
    kept = []
    for k in group:
        others = [j for j in range(len(values)) if j != k and (inside or j not in group)]
        r = part * sum(coupling[j, k] ** 2 / abs(values[j] - values[k]) ** gap_power for j in others)
        kept.append(((1 - r) / (1 + r)) ** power if r < 1 or not cut else 0.0)
    return np.array(kept)


def turned(U, k, angle):
    result = U.copy()
    c, s = np.cos(angle), np.sin(angle)
    result[:, k], result[:, k + 1] = c * U[:, k] + s * U[:, k + 1], c * U[:, k + 1] - s * U[:, k]
    return result


def test_right_answers_pass(capsys):
    check_participants(participants)
    check_participants(lambda X: 1 / ((X / np.linalg.norm(X, axis=0)) ** 4).sum(axis=0))
    check_predicted_span(lambda *given: span(*given).mean())
    check_turned(turned)
    assert capsys.readouterr().out.count("Correct") == 4


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda X: None, "returned None"),
        (lambda X: X, "the shape should be"),
        (lambda X: np.zeros(X.shape[1]), "should be"),
        (lambda X: participants(X.T), "one number for each row came back"),
        (lambda X: 1 / participants(X), "this is the inverse participation ratio"),
        (lambda X: 1 / np.sum(X**4, axis=0), "a column twice as long is as much spread"),
        (lambda X: np.sum(X**2, axis=0) / np.sum(X**4, axis=0), "the sum of squares is not squared"),
        (lambda X: np.sum(X, axis=0) ** 2 / np.sum(X**2, axis=0), "the signs are in"),
        (lambda X: np.sum(np.abs(X), axis=0) ** 2 / np.sum(X**2, axis=0), "made of moduli and squares"),
        (lambda X: np.mean(X**2, axis=0) ** 2 / np.mean(X**4, axis=0), "means in place of sums"),
    ],
)
def test_wrong_numbers_of_words_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_participants(wrong)


def with_itself(values, vectors, E, group):
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.sum(((vectors.T @ E @ vectors[:, group]) / (values[group] - values[:, None])) ** 2, axis=0)
        return np.mean(((1 - r) / (1 + r)) ** 2)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *given: None, "returned None"),
        (lambda *given: np.zeros((2, 2)), "the shape should be"),
        (lambda *given: 0.0, "should be"),
        (span, "a single number is asked for"),
        (with_itself, "leave the group itself out"),
        (lambda *given: span(*given, inside=True).mean(), "turns among them stay in the span"),
        (lambda *given: span(*given, part=1).mean(), "the quarter is missing"),
        (lambda *given: span(*given, part=0.5).mean(), "the square of ½ is ¼"),
        (lambda *given: span(*given, power=1).mean(), r"\(1 − ϱ\)/\(1 \+ ϱ\) is not squared"),
        (lambda *given: span(*given, gap_power=1).mean(), "the distances are not squared"),
        (lambda *given: span(*given, cut=False).mean(), "where ϱ > 1 the overlap should be 0"),
        (lambda *given: span(*given, basis=False).mean(), "Ξ was taken in the basis of words"),
        (lambda *given: span(*given).sum(), "the members were added up"),
        (lambda *given: 1 - span(*given).mean(), "this is what is lost"),
    ],
)
def test_wrong_spans_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_predicted_span(wrong)


def spoils(U, k, angle):
    U[:] = turned(U, k, angle)
    return U


def from_the_new_one(U, k, angle):
    U = U.copy()
    U[:, k] = np.cos(angle) * U[:, k] + np.sin(angle) * U[:, k + 1]
    # the old first column is gone, as in a hasty solution
    U[:, k + 1] = -np.sin(angle) * U[:, k] + np.cos(angle) * U[:, k + 1]
    return U


def mirrored(U, k, angle):
    result = turned(U, k, angle)
    result[:, k + 1] *= -1
    return result


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda U, k, angle: None, "returned None"),
        (lambda U, k, angle: U[0], "the shape should be"),
        (lambda U, k, angle: U.copy(), "nothing was turned"),
        (lambda U, k, angle: np.zeros_like(U), "should be"),
        (lambda U, k, angle: turned(U, k, angle)[:, k : k + 2], "only the pair came back"),
        (lambda U, k, angle: turned(U, k, np.radians(angle)), "the angle was taken for degrees"),
        (lambda U, k, angle: turned(U, k, np.degrees(angle)), "radians were turned into degrees"),
        (lambda U, k, angle: turned(U, k, -angle), "it turns backwards"),
        (lambda U, k, angle: turned(U, k - 1, angle), "k is counted from 0"),
        (from_the_new_one, "the second column was made of the new first"),
        (mirrored, "this is a mirror, not a turn"),
        (spoils, "the function changed the matrix"),
    ],
)
def test_wrong_turns_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_turned(wrong)
