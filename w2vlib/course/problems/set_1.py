r"""Checks of the first problem set: from words to a matrix."""

from __future__ import annotations

import numpy as np

from ..attributes import student_language
from ..checks import as_numbers, compare, name_mistake, passed

__all__ = ["check_own_target"]

TASK = "set 1"


def check_own_target(M: np.ndarray, student: str) -> None:
    r"""Check the target matrix of a student's own language.

    Parameters
    ----------
    M : ndarray, shape (V, V)
        The answer: :math:`M^\star` of the language's exact probabilities, window 5.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 2 of the first set.

    Examples
    --------
    >>> check_own_target(student_language("ada", TASK, even=False).target(5), "ada")
    Correct: the target of your 32 words.
    """
    what = "the target of your words"
    language = student_language(student, TASK, even=False)
    expected = np.asarray(language.target(5))
    found = as_numbers(M, what)
    P, q = np.asarray(language.pair_probabilities(5)), np.outer(language.p, language.p)
    name_mistake(
        found,
        {
            "this is the PMI, which grows without end; M* is 2 tanh of half of it": np.log(P / q),
            "the factor 2 is missing": expected / 2,
        },
        what,
        expected=expected,
    )
    compare(found, expected, what)
    passed(f"the target of your {len(language)} words")
