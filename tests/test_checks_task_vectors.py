"""Checks of chapter *task-vectors*: right answers pass, each known mistake is named."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.task_vectors import check_best_weight, check_exact_flips, check_pairs_needed


def lengths(R):
    signs = np.array(list(product([1, -1], repeat=len(R))))
    return ((signs @ R) ** 2).sum(axis=1)


def exact(R):
    found = lengths(R)
    return (found >= found[0] * (1 - 1e-9)).mean()


def half_of_them(R):
    """The same, from half of the patterns: all signs reversed changes nothing."""
    signs = np.array([(1, *rest) for rest in product([1, -1], repeat=len(R) - 1)])
    found = ((signs @ R) ** 2).sum(axis=1)
    return float(np.mean(found >= found[0] * (1 - 1e-9)))


def strictly(R):
    found = lengths(R)
    return (found > found[0] * (1 + 1e-9)).mean()


def shorter(R):
    found = lengths(R)
    return (found <= found[0] * (1 + 1e-9)).mean()


def plus_one(R):
    return (exact(R) * 2 ** len(R) + 1) / (1 + 2 ** len(R))


def above_mean(R):
    found = lengths(R)
    return (found >= found.mean()).mean()


@pytest.mark.parametrize("right", [exact, half_of_them])
def test_exact_flips_pass(right, capsys):
    check_exact_flips(right)
    assert capsys.readouterr().out.startswith("Correct")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda R: None, "returned None"),
        (lambda R: lengths(R), "shape"),
        (lambda R: 0.123, "should be"),
        (strictly, "strictly longer"),
        (shorter, "shorter or equal"),
        (lambda R: exact(R) * 2 ** len(R), "number of patterns"),
        (plus_one, "no 1 is added"),
        (above_mean, "compared with their mean"),
    ],
)
def test_exact_flips_name_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_exact_flips(wrong)


def accuracies(unit, rows, weights, excluded="abc"):
    a, b, c, answer = np.transpose(rows)
    right = []
    for weight in weights:
        scores = (unit[c] + weight * (unit[b] - unit[a])) @ unit.T
        for name, words in zip("abc", (a, b, c)):
            if name in excluded:
                scores[np.arange(len(rows)), words] = -np.inf
        right.append((scores.argmax(axis=1) == answer).mean())
    return right


def best(unit, rows, weights):
    return weights[int(np.argmax(accuracies(unit, rows, weights)))]


def one_by_one(unit, rows, weights):
    counts = []
    for weight in weights:
        count = 0
        for a, b, c, answer in rows:
            scores = unit @ (unit[c] + weight * (unit[b] - unit[a]))
            scores[[a, b, c]] = -1e9
            count += int(scores.argmax() == answer)
        counts.append(count)
    return weights[counts.index(max(counts))]


def last(unit, rows, weights):
    return weights[len(weights) - 1 - int(np.argmax(accuracies(unit, rows, weights)[::-1]))]


def any_word(unit, rows, weights):
    return weights[int(np.argmax(accuracies(unit, rows, weights, excluded="")))]


def turned_round(unit, rows, weights):
    return weights[int(np.argmax(accuracies(unit, rows, [-weight for weight in weights])))]


@pytest.mark.parametrize("right", [best, one_by_one])
def test_best_weight_passes(right, capsys):
    check_best_weight(right)
    assert capsys.readouterr().out.startswith("Correct")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda unit, rows, weights: None, "returned None"),
        (accuracies, "shape"),
        (lambda unit, rows, weights: 0.77, "should be"),
        (any_word, "allowed as answers"),
        (lambda unit, rows, weights: weights.index(best(unit, rows, weights)), "place of the weight"),
        (lambda unit, rows, weights: max(accuracies(unit, rows, weights)), "this is the accuracy"),
        (last, "return the first"),
        (turned_round, "turned round"),
    ],
)
def test_best_weight_names_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_best_weight(wrong)


def exact_numbers(odds, d_eff):
    return 1 / (odds**2 * d_eff), 1.645 * np.sqrt(2 / d_eff) / odds


def up(numbers):
    return tuple(int(np.floor(number)) + 1 for number in numbers)


def needed(share, d_eff):
    return up(exact_numbers(share / (1 - share), d_eff))


def by_trial(share, d_eff):
    odds = share / (1 - share)
    xi = odds * np.arange(1, 2000)
    ratio = np.argmax(xi > np.sqrt(np.arange(1, 2000) / d_eff)) + 1
    return ratio, np.argmax(xi > 1.645 * np.sqrt(2 / d_eff)) + 1


def no_two(share, d_eff):
    ratio, total = exact_numbers(share / (1 - share), d_eff)
    return up((ratio, total / np.sqrt(2)))


def a_root(share, d_eff):
    ratio, total = exact_numbers(share / (1 - share), d_eff)
    return up((np.sqrt(ratio), total))


@pytest.mark.parametrize("right", [needed, by_trial, lambda share, d_eff: np.array(needed(share, d_eff))])
def test_pairs_needed_passes(right, capsys):
    check_pairs_needed(right)
    assert capsys.readouterr().out.startswith("Correct")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda share, d_eff: None, "returned None"),
        (lambda share, d_eff: needed(share, d_eff)[0], "shape"),
        (lambda share, d_eff: (7, 7), "should be"),
        (lambda share, d_eff: needed(share, d_eff)[::-1], "interchanged"),
        (lambda share, d_eff: exact_numbers(share / (1 - share), d_eff), "not whole numbers"),
        (
            lambda share, d_eff: tuple(map(int, exact_numbers(share / (1 - share), d_eff))),
            "rounded down",
        ),
        (lambda share, d_eff: up(exact_numbers(share, d_eff)), "the noise, 1 − ς, is missing"),
        (no_two, "variance of χ² is 2d"),
        (a_root, "square root still"),
    ],
)
def test_pairs_needed_names_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_pairs_needed(wrong)
