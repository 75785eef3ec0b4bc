"""Checks of chapter *real-word2vec*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.real_word2vec import (
    check_first_direction,
    check_untied_gradients,
    check_what_to_tell,
)


def gradients(W, Z, A, B, half=0.5, swap=False):
    F = ((A + B) * np.tanh(half * (W @ Z.T)) - (A - B)) / 2
    return (F.T @ W, F @ Z) if swap else (F @ Z, F.T @ W)


def by_sigmoid(W, Z, A, B):
    with np.errstate(over="ignore"):
        F = (A + B) / (1 + np.exp(-(W @ Z.T))) - A
    return [F @ Z, F.T @ W]


def parabola(W, Z, A, B):
    F = ((A + B) * (W @ Z.T) / 2 - (A - B)) / 2
    return F @ Z, F.T @ W


def divided(W, Z, A, B):
    F = (A + B) * (2 * np.tanh(W @ Z.T / 2) - 2 * (A - B) / (A + B)) / 4
    return F @ Z, F.T @ W


def overflowing(W, Z, A, B):
    X = W @ Z.T
    F = (A + B) * np.exp(X) / (1 + np.exp(X)) - A
    return F @ Z, F.T @ W


def not_transposed(W, Z, A, B):
    F = ((A + B) * np.tanh(W @ Z.T / 2) - (A - B)) / 2
    return F @ Z, F @ W


def own_side(W, Z, A, B):
    F = ((A + B) * np.tanh(W @ Z.T / 2) - (A - B)) / 2
    return F @ W, F.T @ Z


def times(factor):
    return lambda *arguments: [factor * gradient for gradient in gradients(*arguments)]


@pytest.mark.parametrize("right", [gradients, by_sigmoid])
def test_untied_gradients_pass(right, capsys):
    check_untied_gradients(right)
    assert capsys.readouterr().out.startswith("Correct")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda W, Z, A, B: None, "returned None"),
        (lambda W, Z, A, B: gradients(W, Z, A, B)[0], "two arrays"),
        (lambda W, Z, A, B: (W.T, Z.T), "shape"),
        (lambda W, Z, A, B: (W, Z), "should be"),
        (times(2), "twice too large"),
        (times(0.5), "half of the gradient"),
        (times(-1), "downhill"),
        (lambda *arguments: gradients(*arguments, swap=True), "wrong order"),
        (parabola, "quadratic loss"),
        (lambda *arguments: gradients(*arguments, half=1), r"tanh\(x/2\)"),
        (lambda W, Z, A, B: gradients(W, Z, B, A), "exchanged"),
        (lambda W, Z, A, B: [g / A.size for g in gradients(W, Z, A, B)], "take the sum"),
        (not_transposed, "gradient of Z .* transposed"),
        (own_side, "multiplied with the other"),
        (divided, "where a pair has no weight: NumPy warns"),
        (overflowing, "where scores are large: NumPy warns"),
    ],
)
def test_untied_gradients_name_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_untied_gradients(wrong)


def first(matrix, rates, power=0.5, which=-1):
    half = np.sqrt(rates)[:, None]
    values, vectors = np.linalg.eigh(half * matrix * half.T)
    v = rates**power * vectors[:, np.abs(values).argmax() if which == "modulus" else which]
    return v / np.linalg.norm(v)


@pytest.mark.parametrize(
    "right",
    [
        lambda A, B, r: first(A - B, r),
        lambda A, B, r: -first(2 * (A - B) / (A + B).mean(), r),
        lambda A, B, r: first(A - B, 7 * r).tolist(),
    ],
)
def test_first_direction_passes(right, capsys):
    check_first_direction(right)
    assert capsys.readouterr().out.startswith("Correct")


def rates_on_columns(A, B, r):
    values, vectors = np.linalg.eig((A - B) * r)
    return vectors[:, values.real.argmax()].real


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda A, B, r: None, "returned None"),
        (lambda A, B, r: first(A - B, r)[:, None], "shape"),
        (lambda A, B, r: 0 * r, "not zero"),
        (lambda A, B, r: np.ones(len(r)) / np.sqrt(len(r)), "should be"),
        (lambda A, B, r: 2 * first(A - B, r), "length should be 1"),
        (lambda A, B, r: first(A - B, np.ones(len(r))), "rates are left out"),
        (lambda A, B, r: first(A - B, r, 0), r"direction of diag\(ζ\)\^\(−1/2\) W"),
        (lambda A, B, r: first(A - B, r, -0.5), r"or diag\(ζ\)\^\(−1/2\) times"),
        (rates_on_columns, r"this is of \(A − B\) diag\(ζ\), or"),
        (lambda A, B, r: first(A - B, r, which="modulus"), "modulus"),
        (lambda A, B, r: first((A - B) / (A + B), r), r"of M\*"),
        (lambda A, B, r: first(A, r), "attraction alone"),
        (lambda A, B, r: first(A + B, r), r"of A \+ B"),
        (lambda A, B, r: first(B - A, r), "B − A"),
    ],
)
def test_first_direction_names_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_first_direction(wrong)


def told(A, B, W, power=0.5, mean=True, weigh_start=True):
    G = (A + B) / (A + B).mean() if mean else A + B
    root = np.exp(np.log(G).mean(axis=1) - np.log(G).mean() / 2)[:, None] ** power
    return root * (2 * (A - B) / (A + B)) * root.T, root * W if weigh_start else W


@pytest.mark.parametrize("right", [told, lambda A, B, W: list(told(A, B, W))])
def test_what_to_tell_passes(right, capsys):
    check_what_to_tell(right)
    assert capsys.readouterr().out.startswith("Correct")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda A, B, W: None, "returned None"),
        (lambda A, B, W: told(A, B, W)[0], "the target .* shape"),
        (lambda A, B, W: (told(A, B, W)[0], W.T), "the start .* shape"),
        (lambda A, B, W: (np.eye(len(A)), W), "should be"),
        (lambda A, B, W: told(A, B, W, mean=False), "divided by its mean"),
        (lambda A, B, W: told(A, B, W, power=1), r"D M\* D"),
        (lambda A, B, W: told(A, B, W, power=-0.5), "divided where"),
        (lambda A, B, W: told(A, B, W, power=0), "the target .* not weighed"),
        (lambda A, B, W: told(A, B, W, weigh_start=False), "the start .* not weighed"),
        (lambda A, B, W: (2 * (A - B), told(A, B, W)[1]), r"2\(A − B\)"),
    ],
)
def test_what_to_tell_names_the_mistake(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_what_to_tell(wrong)


def test_only_rows_weighed_is_named():
    def rows(A, B, W):
        a = np.sqrt(np.diag(A + B) / (A + B).mean())[:, None]
        return a * 2 * (A - B) / (A + B), np.sqrt(a) * W

    with pytest.raises(CheckFailed, match="only the rows"):
        check_what_to_tell(rows)


@pytest.mark.parametrize("check", [check_untied_gradients, check_first_direction, check_what_to_tell])
def test_a_stub_is_no_answer(check):
    with pytest.raises(CheckFailed, match="returned None"):
        check(lambda *arguments: None)
