"""Checks of chapter *word2vec*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.word2vec import check_best_scores, check_tied_update


def scores(counts, occurrences, k, exponent, noise=None, marginal=None):
    P = counts / counts.sum()
    marginal = P.sum(axis=1) if marginal is None else marginal
    if noise is None:
        noise = occurrences**exponent / (occurrences**exponent).sum()
    result = np.full(P.shape, -np.inf)
    result[P > 0] = np.log(P[P > 0] / (k * np.outer(marginal, noise)[P > 0]))
    return result


def noisily(counts, occurrences, k, exponent):
    P, noise = counts / counts.sum(), occurrences**exponent
    return np.log(P / (k * np.outer(P.sum(axis=1), noise / noise.sum())))


def finite(counts, occurrences, k, exponent):
    return np.maximum(scores(counts, occurrences, k, exponent), -20)


def with_nan(counts, occurrences, k, exponent):
    return np.where(counts > 0, scores(counts, occurrences, k, exponent), np.nan)


def by_row_sums(counts, occurrences, k, exponent):
    sums = counts.sum(axis=1) ** exponent
    return scores(counts, occurrences, k, exponent, noise=sums / sums.sum())


def by_unigram(counts, occurrences, k, exponent):
    return scores(counts, occurrences, k, exponent, marginal=occurrences / occurrences.sum())


def test_best_scores_pass(capsys):
    check_best_scores(scores)
    check_best_scores(noisily)  # a warning, but right
    assert capsys.readouterr().out.startswith("Correct")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda C, n, k, e: None, "returned None"),
        (lambda C, n, k, e: 0.0, "shape"),
        (lambda C, n, k, e: np.where(C > 0, 0.0, -np.inf), "should be"),
        (with_nan, "NaN appears"),
        (finite, "where words never met it is -20"),
        (lambda C, n, k, e: scores(C, n, 1, e), "k is missing"),
        (lambda C, n, k, e: scores(C, n, 1 / k, e), "k has the wrong sign"),
        (lambda C, n, k, e: -scores(C, n, k, e), "turned round"),
        (lambda C, n, k, e: scores(C, n, k, 1.0), "exponent is not used"),
        (lambda C, n, k, e: scores(C, n, k, e).T, "noise is that of the first word"),
        (lambda C, n, k, e: scores(C, n, k, e, noise=n**e), "noise does not sum to 1"),
        (lambda C, n, k, e: scores(C, n, k, e) + np.log(C.sum()), "not divided by their sum"),
        (lambda C, n, k, e: scores(C, n, k, e, marginal=np.ones(len(C))), "p_i is missing"),
        (by_unigram, "p_i is the row sum of P"),
        (by_row_sums, "not of the row sums"),
        (lambda C, n, k, e: np.exp(scores(C, n, k, e)), "this is the ratio"),
    ],
)
def test_best_scores_name_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_best_scores(wrong)


def tied(W, i, j, negatives, rate):
    others = np.append(j, negatives)
    error = -1 / (1 + np.exp(-W[others] @ W[i]))
    error[0] += 1
    pull, push = error @ W[others], np.outer(error, W[i])
    np.add.at(W, others, rate * push)
    W[i] += rate * pull


def in_a_loop(W, i, j, negatives, rate):
    """The same, one pair after the other."""
    start = W.copy()
    for real, n in [(True, j), *((False, n) for n in negatives)]:
        error = real - 1 / (1 + np.exp(-start[i] @ start[n]))
        W[n] += rate * error * start[i]
        W[i] += rate * error * start[n]


def parts(W, i, j, negatives):
    others = np.append(j, negatives)
    error = -1 / (1 + np.exp(-W[others] @ W[i]))
    error[0] += 1
    return others, error


def middle_only(W, i, j, negatives, rate):
    others, error = parts(W, i, j, negatives)
    W[i] += rate * error @ W[others]


def others_only(W, i, j, negatives, rate):
    others, error = parts(W, i, j, negatives)
    np.add.at(W, others, rate * np.outer(error, W[i]))


def forgets(W, i, j, negatives, rate):
    others, error = parts(W, i, j, negatives)
    pull = error @ W[others]
    W[others] += rate * np.outer(error, W[i])
    W[i] += rate * pull


def middle_late(W, i, j, negatives, rate):
    others, error = parts(W, i, j, negatives)
    np.add.at(W, others, rate * np.outer(error, W[i]))
    W[i] += rate * error @ W[others]


def middle_early(W, i, j, negatives, rate):
    others, error = parts(W, i, j, negatives)
    W[i] += rate * error @ W[others]
    np.add.at(W, others, rate * np.outer(error, W[i]))


def all_made_up(W, i, j, negatives, rate):
    others, error = parts(W, i, j, negatives)
    error[0] -= 1
    pull, push = error @ W[others], np.outer(error, W[i])
    np.add.at(W, others, rate * push)
    W[i] += rate * pull


def untouched(W, i, j, negatives, rate):
    W = W.copy()
    tied(W, i, j, negatives, rate)
    return W


@pytest.mark.parametrize("right", [tied, in_a_loop])
def test_tied_update_passes(right, capsys):
    check_tied_update(right)
    assert capsys.readouterr().out.startswith("Correct")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda W, i, j, negatives, rate: None, "nothing in it was changed"),
        (untouched, "change it itself, in place"),
        (lambda W, i, j, negatives, rate: W.__imul__(2), "should be"),
        (lambda W, i, j, negatives, rate: tied(W, i, j, negatives, -rate), "up the loss"),
        (middle_only, "only the word in the middle"),
        (others_only, "stayed where it was"),
        (forgets, "comes twice: .*np.add.at"),
        (middle_late, "W\\[i\\] moved along"),
        (middle_early, "after it had moved"),
        (lambda W, i, j, negatives, rate: tied(W, i, j, negatives, 1.0), "learning rate is missing"),
        (all_made_up, "treated as made up"),
        (lambda W, i, j, negatives, rate: tied(W, i, j, negatives[negatives != j], rate), "the law of B"),
    ],
)
def test_tied_update_names_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_tied_update(wrong)


def test_a_stub_is_no_answer():
    with pytest.raises(CheckFailed, match="returned None"):
        check_best_scores(lambda *arguments: None)
