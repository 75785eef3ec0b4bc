r"""Checks of the first problem set: from words to a matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ...counting import window_weights
from ...statistics import count_corpus
from ...targets import least_squares_target, m_star
from ..attributes import AttributeLanguage, student_language, student_rng
from ..checks import CheckFailed, as_numbers, ask, compare, name_mistake, passed
from .experiments import check_experiment

__all__ = [
    "check_joint",
    "check_known_words",
    "check_own_excess",
    "check_own_target",
    "check_turned_distance",
    "check_watched",
]

TASK = "set 1"
#: The experiment: so many texts of so many words, the reach of the window, and what the seed is for.
TEXTS, LENGTH, WINDOW, SEED = 5, 8_000, 5, "set 1, problem 6"
#: The attribute whose first sign marks the words that a program knows, in problem 3.
FAR = 4


def check_turned_distance(function: Callable[[np.ndarray, np.ndarray], float]) -> None:
    r"""Check a function that says how far two sets of vectors are apart, turns and mirrors not counted.

    Parameters
    ----------
    function : callable
        Takes W and Z, both of shape (V, d), and returns :math:`\min_O \lVert WO - Z\rVert_F` over all
        orthogonal matrices O.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 1 of the first set.

    Examples
    --------
    >>> def mine(W, Z):
    ...     left, _, right = np.linalg.svd(W.T @ Z)
    ...     return np.linalg.norm(W @ left @ right - Z)
    >>> check_turned_distance(mine)
    Correct: how far vectors are apart, in 5 cases: turned, mirrored, stretched, unlike.
    >>> check_turned_distance(lambda W, Z: np.linalg.norm(W - Z))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: vectors and the same turned: nothing was turned; the axes of a run mean nothing
    """
    rng = np.random.default_rng(1)
    W = rng.standard_normal((7, 3))
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    turn *= np.linalg.det(turn)
    cases = {
        "vectors and the same turned": (W, W @ turn),
        "vectors and the same mirrored": (W, W @ turn * [1, 1, -1]),
        "vectors and others like them": (W, W @ turn + 0.3 * rng.standard_normal((7, 3))),
        "vectors and the same, twice as long": (W, 2 * W @ turn),
        "vectors and quite other ones": (W, rng.standard_normal((7, 3))),
    }
    for what, (first, second) in cases.items():
        found = ask(function, "a number", what, first, second)
        expected, mistakes = _distances(first, second)
        if np.isnan(found):
            raise CheckFailed(
                f"{what}: NaN; a sum that should be 0 is below 0 by rounding, so take the root of np.maximum(…, 0)"
            )
        name_mistake(found, mistakes, what, expected=expected, rtol=1e-6, atol=1e-6)
        compare(found, expected, what, tolerance=1e-6)
    passed("how far vectors are apart, in 5 cases: turned, mirrored, stretched, unlike")


def _distances(W: np.ndarray, Z: np.ndarray) -> tuple[float, dict[str, float]]:
    """The distance after the best turn, and what known mistakes give."""
    left, values, right = np.linalg.svd(W.T @ Z)
    apart = _apart(W, Z)
    last = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    free = np.linalg.lstsq(W, Z, rcond=None)[0]
    unit = [X / np.linalg.norm(X, axis=1, keepdims=True) for X in (W, Z)]
    return apart, {
        "nothing was turned; the axes of a run mean nothing": np.linalg.norm(W - Z),
        "mirrors are left out; a run may end mirrored as well, and the loss does not see it": (
            np.linalg.norm(W @ (left * last) @ right - Z)
        ),
        "any matrix was allowed, as in a regression; only an orthogonal one leaves inner products alone": (
            np.linalg.norm(W @ free - Z)
        ),
        "this is the distance of the inner products; it is 0 in the same cases, but is another length": (
            np.linalg.norm(W @ W.T - Z @ Z.T)
        ),
        "this is the square; take its root": apart**2,
        "this is relative to the length of Z; the distance itself is asked for": apart / np.linalg.norm(Z),
        "this is relative to the length of W; the distance itself is asked for": apart / np.linalg.norm(W),
        "the vectors were scaled to length 1 first; their lengths count": _apart(*unit),
        "it was turned the wrong way: O is left @ right of the SVD of W.T @ Z, not its transpose": (
            np.linalg.norm(W @ (left @ right).T - Z)
        ),
        "this is the sum of the singular values; it enters ‖W‖² + ‖Z‖² − 2 times it": values.sum(),
    }


def _apart(W: np.ndarray, Z: np.ndarray) -> float:
    left, _, right = np.linalg.svd(W.T @ Z)
    return float(np.linalg.norm(W @ left @ right - Z))


def check_joint(function: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]) -> None:
    r"""Check a function that finds which pairs a window reads in an endless walk.

    Parameters
    ----------
    function : callable
        Takes `step`, shape (V, V), whose entry i, j is the chance that word j follows word i; p, shape (V,),
        how often each word occurs; and the weights :math:`\omega(1), \dots, \omega(L)`.  Returns P, shape (V, V),
        the share of each pair in the weighted counts, each pair counted from both of its ends.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 2 of the first set.

    Examples
    --------
    >>> def mine(step, p, weights):
    ...     lags = [w * p[:, None] * np.linalg.matrix_power(step, k + 1) for k, w in enumerate(weights)]
    ...     return sum(lag + lag.T for lag in lags) / (2 * sum(weights))
    >>> check_joint(mine)
    Correct: the pairs of 4 walks, one of them round and round, through windows of 1 to 4 words.
    >>> check_joint(lambda step, p, weights: p[:, None] * step)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the pairs of a walk of 2 words, window 2: only lag 1 was counted
    """
    rng = np.random.default_rng(2)
    ring = np.array([[0.1, 0.7, 0.2], [0.2, 0.1, 0.7], [0.7, 0.2, 0.1]])
    uneven = rng.dirichlet(np.ones(4), 4)
    stationary = np.linalg.matrix_power(uneven, 300)[0]
    cases = {
        "the pairs of a walk of 2 words, window 2": (np.array([[0.9, 0.1], [0.3, 0.7]]), [0.75, 0.25], [2, 1]),
        "the pairs of neighbours that go round and round": (ring, np.full(3, 1 / 3), [1]),
        "the pairs of 4 words, harmonic weights": (uneven, stationary, [1, 1 / 2, 1 / 3]),
        "the pairs of 4 words, window 4": (uneven, stationary, [4, 3, 2, 1]),
    }  # fmt: skip
    for what, (step, p, weights) in cases.items():
        given = step, np.array(p), np.array(weights, dtype=float)
        found = ask(function, "an array", what, *given)
        expected, mistakes = _joints(*given)
        name_mistake(found, mistakes, what, expected=expected, rtol=1e-6, atol=1e-9)
        compare(found, expected, what)
    passed("the pairs of 4 walks, one of them round and round, through windows of 1 to 4 words")


def _joints(step: np.ndarray, p: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The pairs of a walk, and what known mistakes make of them."""
    powers = [np.linalg.matrix_power(step, lag) for lag in range(len(weights) + 1)]

    def mixed(weights, powers, both=True):
        ahead = sum(w * p[:, None] * power for w, power in zip(weights, powers))
        return (ahead + ahead.T) / 2 if both else ahead

    share, later = weights / weights.sum(), powers[1:]
    right = mixed(share, later)
    entry_by_entry = [step**lag for lag in range(1, len(weights) + 1)]
    follows = mixed(share, later, both=False)
    return right, {
        "only lag 1 was counted": mixed([1.0], later),
        "it is not symmetric: each pair is counted from both of its ends, so a window does not see which comes "
        "first": follows,
        "only lag 1 was counted, and from one end; a window does not see which word comes first": mixed(
            [1.0], later, both=False
        ),
        "both ends were added and not averaged; the entries must add up to 1": 2 * right,
        "the weights were not divided by their sum; the entries of P must add up to 1": mixed(weights, later),
        "the weights were not divided by their sum, and both ends were added; the entries of P must add up to 1": (
            2 * mixed(weights, later)
        ),
        "the powers were taken entry by entry; two steps are the matrix product step @ step": mixed(
            share, entry_by_entry
        ),
        "the first weight belongs to words one step apart, but stands with a word and itself": mixed(
            share, powers
        ),
        "the weights run the wrong way: the first is that of neighbours": mixed(share[::-1], later),
        "these are chances given the first word; multiply row i by p_i": sum(
            w * power for w, power in zip(share, later)
        ),
        "column j was multiplied by p_j; the walk begins in the row, at word i": (
            sum(w * power for w, power in zip(share, later)) * p
        ),
        "all lags were given the same weight": mixed(np.full(len(weights), 1 / len(weights)), later),
    }


def check_watched(function: Callable[[np.ndarray, Sequence[int]], np.ndarray]) -> None:
    r"""Check a function that finds the steps of a walk of which only some words are kept.

    Parameters
    ----------
    function : callable
        Takes `step`, shape (V, V), whose entry i, j is the chance that word j follows word i, and the numbers
        `kept` of the words that a program knows.  Returns the chances, shape (len(kept), len(kept)), that known
        word j is the next known word after i, in the order of `kept`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 3 of the first set.

    Examples
    --------
    >>> def mine(step, kept):
    ...     lost = [i for i in range(len(step)) if i not in kept]
    ...     back = np.linalg.solve(np.eye(len(lost)) - step[np.ix_(lost, lost)], step[np.ix_(lost, kept)])
    ...     return step[np.ix_(kept, kept)] + step[np.ix_(kept, lost)] @ back
    >>> check_watched(mine)
    Correct: the next known word, for 4 walks, whatever the order of the words.
    >>> check_watched(lambda step, kept: step[np.ix_(kept, kept)])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the next known word, 3 words of which 2 are known: a row adds up to less than 1: ...
    """
    rng = np.random.default_rng(4)
    hand = np.array([[0.25, 0.25, 0.5], [0.5, 0.25, 0.25], [0.25, 0.25, 0.5]])
    cases = {
        "the next known word, 3 words of which 2 are known": (hand, [0, 1]),
        "the next known word, 6 words of which 3 are known": (rng.dirichlet(np.ones(6), 6), [0, 1, 2]),
        "the next known word, known words in another order": (rng.dirichlet(np.ones(5), 5), [4, 0, 2]),
        "the next known word, all words known": (rng.dirichlet(np.ones(4), 4), [0, 1, 2, 3]),
    }
    for what, (step, kept) in cases.items():
        found = ask(function, "an array", what, step, kept)
        expected, mistakes = _watched_ways(step, kept)
        name_mistake(found, mistakes, what, expected=expected, rtol=1e-6, atol=1e-9)
        if found.shape == expected.shape and not np.allclose(found.sum(axis=1), 1, atol=1e-6):
            raise CheckFailed(
                f"{what}: a row adds up to {found.sum(axis=1)[0]:.3g}: after every known word there comes a next one, "
                "so each row must add up to 1"
            )
        compare(found, expected, what)
    passed("the next known word, for 4 walks, whatever the order of the words")


def _watched(step: np.ndarray, kept: Sequence[int]) -> np.ndarray:
    return _watched_ways(step, kept)[0]


def _watched_ways(step: np.ndarray, kept: Sequence[int]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The steps from known word to known word, and what known mistakes make of them."""
    kept = np.asarray(kept)
    lost = np.setdiff1d(np.arange(len(step)), kept)
    corner, away = step[np.ix_(kept, kept)], step[np.ix_(kept, lost)]
    among, home = step[np.ix_(lost, lost)], step[np.ix_(lost, kept)]
    stay = np.linalg.solve(np.eye(len(lost)) - among, home)
    right = corner + away @ stay
    order = np.argsort(kept)
    mistakes = {
        "a row adds up to less than 1: this is the corner of the table, as if the text ended where an unknown "
        "word stands": corner,
        "this is the corner with its rows made to add up to 1; it asks for neighbours, not for what comes after "
        "unknown words are gone": corner / corner.sum(axis=1, keepdims=True),
        "only one unknown word in a row is allowed for; there may be two, three, …": corner + away @ home,
        "only one unknown word in a row is allowed for, and the rows were made to add up to 1": (
            (corner + away @ home) / (corner + away @ home).sum(axis=1, keepdims=True)
        ),
        "the walk may take two unknown words in a row, but no more; add up the whole series": (
            corner + away @ (home + among @ home)
        ),
        "known words that follow each other at once are missing": away @ stay,
        "rows and columns are exchanged: entry i, j is the chance that j comes after i": right.T,
        "the words are in another order than `kept`": right[np.ix_(order, order)],
        "an inverse is missing: among the unknown words the walk goes on, and 1/(1 − x) adds up all its lengths": (
            corner + away @ (np.eye(len(lost)) - among) @ home
        ),
    }
    if len(lost):
        mistakes["the walk is sent home from each unknown word alike; where it went in matters"] = (
            corner + away.sum(axis=1, keepdims=True) * home.mean(axis=0) / home.mean(axis=0).sum()
        )
    return right, mistakes


def _step(language: AttributeLanguage) -> np.ndarray:
    """The chance that one word follows another."""
    return np.asarray(language.pair_probabilities()) / language.p[:, None]


def _target(P: np.ndarray) -> np.ndarray:
    P = P / P.sum()
    return least_squares_target(P, np.outer(P.sum(axis=1), P.sum(axis=1)))


def _known(language: AttributeLanguage) -> np.ndarray:
    return np.flatnonzero(language.signs[:, FAR] == 1)


def _known_targets(language: AttributeLanguage) -> tuple[np.ndarray, np.ndarray]:
    """The targets of the known words, window 1: unknown ones leave gaps, or are dropped."""
    known = _known(language)
    p = language.p[known] / language.p[known].sum()
    P = np.asarray(language.pair_probabilities())[np.ix_(known, known)]
    return _target(P), _target(p[:, None] * _watched(_step(language), known))


def check_known_words(M_gap: np.ndarray, M_drop: np.ndarray, student: str) -> None:
    r"""Check the targets of the 16 words that a program knows, if others leave gaps or are dropped.

    Parameters
    ----------
    M_gap, M_drop : ndarray, shape (16, 16)
        The answers: :math:`M^\star` of neighbours, window 1, where an unknown word leaves a gap, and where it
        is dropped.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 3 of the first set.

    Examples
    --------
    >>> language = student_language("ada", TASK, even=False)
    >>> known = language.signs[:, FAR] == 1
    >>> M = language.target()[np.ix_(known, known)]
    >>> check_known_words(M, M, "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the target with gaps: this is the corner of the target of all 32 words; ...
    """
    language = student_language(student, TASK, even=False)
    corner = np.ix_(*[_known(language)] * 2)
    P = np.asarray(language.pair_probabilities())[corner]
    gap, drop = _known_targets(language)
    shares = P / P.sum()
    cut = {
        "this is the corner of the target of all 32 words; count the known words' pairs anew, with the marginals "
        "of these pairs": np.asarray(language.target())[corner],
        "P was taken anew, but p not: the marginals are the row sums of the new P": least_squares_target(
            shares, np.outer(language.p, language.p)[corner]
        ),
        "P was not divided by its sum again: the pairs of known words are all that is read": least_squares_target(
            P, np.outer(P.sum(axis=1), P.sum(axis=1))
        ),
    }
    swapped = "the two are exchanged: with a gap, words on both sides of an unknown one are no neighbours"
    for name, answer, right, other in (
        ("the target with gaps", M_gap, gap, drop),
        ("the target with unknown words dropped", M_drop, drop, gap),
    ):
        found = as_numbers(answer, name)
        mistakes = {**cut, swapped: other, "this is the PMI, not M*": 2 * np.arctanh(right / 2)}
        name_mistake(found, mistakes, name, expected=right, rtol=1e-6, atol=1e-9)
        compare(found, right, name, tell=False)
    weaker = np.linalg.norm(drop) / np.linalg.norm(gap)
    passed(
        f"both targets of the 16 words; dropping unknown words leaves {weaker:.2f} of the length of the other, "
        "since known words that become neighbours had been farther apart"
    )


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
    Serves problem 4 of the first set.

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
    near = np.asarray(language.pair_probabilities())
    name_mistake(
        found,
        {
            "this is the PMI, which grows without end; M* is 2 tanh of half of it": np.log(P / q),
            "this is the PPMI; M* keeps what lies below chance": np.maximum(np.log(P / q), 0),
            "the factor 2 is missing": expected / 2,
            "this is the ratio P/q − 1; divide the difference by P + q, and double it": P / q - 1,
            "this is for window 1; the window asked for is 5": least_squares_target(near, q),
            "the weights of the window are flat; the usual ones fall linearly": np.asarray(
                language.target(5, "flat")
            ),
            "all words were taken to be equally frequent": least_squares_target(
                P, np.full(q.shape, 1 / q.size)
            ),
            "this is the language in which all words are equally frequent": np.asarray(
                student_language(student, TASK).target(5)
            ),
        },
        what,
        expected=expected,
    )
    compare(found, expected, what, tell=False)
    passed(f"the target of your {len(language)} words")


def check_own_excess(prediction: Sequence[float], measured: float, held: bool, student: str) -> None:
    r"""Check the experiment on the errors of a short text: by what they exceed those of independent meetings.

    Parameters
    ----------
    prediction : pair of float
        The lowest and the highest value that the student expected.
    measured : float
        The root of the mean square of the errors of :math:`M^\star`, over pairs of different words and
        five texts, divided by that of :math:`(1 - \tfrac14 M^{\star2})\sqrt{u/C}`.
    held : bool
        What the student says: whether the prediction held.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 6 of the first set.

    Examples
    --------
    >>> check_own_excess((1.0, 1.2), ..., True, "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.NotDone: the excess of the errors: not done yet
    """
    what = "the excess of the errors"
    right = np.nan
    if measured is not ...:
        found = as_numbers(measured, what, "a number")
        right, mistakes = _excess(student)
        name_mistake(found, mistakes, what, expected=right, rtol=1e-4)
    check_experiment(prediction, measured, held, right, what, tolerance=1e-5)


def _excess(student: str) -> tuple[float, dict[str, float]]:
    """The ratio of measured to foreseen errors, and what known mistakes give."""
    language = student_language(student, TASK, even=False)
    M, P = (np.asarray(of(WINDOW)) for of in (language.target, language.pair_probabilities))
    weights, _ = window_weights(WINDOW)
    unit = (weights**2).sum() / weights.sum()
    C = LENGTH * WINDOW * (WINDOW + 1) * P
    flat = 1 - M**2 / 4
    rng = student_rng(student, SEED)
    texts = [language.text(LENGTH, rng) for _ in range(TEXTS)]
    errors = np.array(
        [np.asarray(m_star(count_corpus([text], window=WINDOW, words=language.words))) - M for text in texts]
    )
    pairs = ~np.eye(len(M), dtype=bool)

    def rms(values):
        return float(np.sqrt(np.mean(np.asarray(values)[..., pairs] ** 2)))

    foreseen = rms(flat * np.sqrt(unit / C))
    right = rms(errors) / foreseen
    return right, {
        "this is the square of the ratio; take the root": right**2,
        "the ratio is upside down; divide what is measured by what is foreseen": 1 / right,
        "this is the error itself; divide it by the one foreseen": rms(errors),
        "this is the first text alone; take the mean over all five": rms(errors[:1]) / foreseen,
        "each cell was divided by its own foreseen error; divide root mean square by root mean square": rms(
            errors / (flat * np.sqrt(unit / C))
        ),
        "words with themselves were counted as well; take pairs of different words": float(
            np.sqrt(np.mean(errors**2) / np.mean(flat**2 * unit / C))
        ),
        "the factor 1 − M*²/4 is missing from the foreseen error": rms(errors) / rms(np.sqrt(unit / C)),
        "the foreseen error takes a meeting for one unit; its weights vary, so a unit u = (2L + 1)/3 is missing": (
            rms(errors) / rms(flat * np.sqrt(1 / C))
        ),
        "the errors were averaged over the texts before they were squared; square them first": (
            rms(errors.mean(axis=0)) / foreseen
        ),
        "these are mean moduli; take roots of mean squares": float(
            np.abs(errors[:, pairs]).mean() / np.abs((flat * np.sqrt(unit / C))[pairs]).mean()
        ),
    }
