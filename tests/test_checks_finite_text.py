"""Checks of chapter *finite-text*: right answers pass, each known mistake is named."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.checks import CheckFailed
from w2vlib.course.checks.finite_text import check_words_needed


def words(eigenvalue, overlap, noise, tokens):
    return noise * tokens / (eigenvalue**2 * (1 - np.sqrt(overlap)))


def test_the_right_answers_pass(capsys):
    check_words_needed(words)
    check_words_needed(lambda *given: int(round(words(*given))))
    assert capsys.readouterr().out.count("Correct: ") == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda *_: None, "returned None"),
        (lambda *_: 0, "should be"),
        (lambda e, o, n, t: n * t / e**2 / (1 - o), "only one text errs"),
        (lambda e, o, n, t: 2 * n * t / e**2 / (1 - o), "not added"),
        (lambda e, o, n, t: n * t / e**2 / np.sqrt(o), "not for what is kept"),
        (lambda e, o, n, t: n * t / e**2 * (1 - np.sqrt(o)), "it divides"),
        (lambda e, o, n, t: words(e, o, n, t) * e, "counts with its square"),
        (lambda e, o, n, t: words(e, o, n, t) * n, "do not square it"),
        (lambda e, o, n, t: t * (words(e, o, n, t) / t) ** 2, "not as its root"),
        (lambda e, o, n, t: words(e, o, n, 1), "a share of the corpus"),
        (lambda e, o, n, t: words(e, o, 1, t), "the noise is not used"),
        (lambda e, o, n, t: 2 * words(e, o, n, t), "both texts together"),
    ],
)
def test_wrong_numbers_of_words_are_named(wrong, message):
    with pytest.raises(CheckFailed, match=message):
        check_words_needed(wrong)
