r"""Checks of the fourth problem set: what is learned."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from ...evaluation import analogy_accuracy
from ...spectra import spectrum
from ...statistics import count_corpus
from ...targets import m_star
from ..attributes import student_language, student_rng
from ..checks import CheckFailed, as_numbers, ask, compare, name_mistake, passed
from .experiments import check_experiment

__all__ = [
    "check_offset_share",
    "check_own_text",
    "check_parts",
    "check_prism",
    "check_product_eigenvalue",
    "check_solved",
]

TASK = "set 4"
NAMED = 8
DIMENSIONS = 4
TEXT, TEXT_DIMENSIONS = 2000, 5


def check_parts(parts: np.ndarray, student: str) -> None:
    r"""Check of which attributes the leading directions of a student's own language are products.

    Parameters
    ----------
    parts : array-like, shape (8, 5)
        The answer: 1 where the attribute, a column, belongs to the direction, a row, and 0 elsewhere.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: directions in another order, the constant
        direction, which cannot be learned, …

    Notes
    -----
    Signs of directions do not matter.  Serves problem 1 of the fourth set.

    Examples
    --------
    >>> check_parts(np.eye(5), "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the parts of your directions: the shape should be (8, 5), but is (5, 5)
    """
    what = "the parts of your directions"
    found = as_numbers(parts, what)
    products = _products(student)
    expected = products[:NAMED]
    if found.shape == expected.shape:
        if not np.isin(found, (0, 1)).all():
            if np.array_equal(np.abs(found), expected):
                raise CheckFailed(
                    f"{what}: a direction has no sign of its own; write 1 for what belongs to it"
                )
            raise CheckFailed(f"{what}: it holds {found[~np.isin(found, (0, 1))][0]:g}; write 1 or 0")
        if (found.sum(axis=1) == 0).any():
            place = int(np.argmax(found.sum(axis=1) == 0)) + 1
            value = _walsh_values(student)[0]
            raise CheckFailed(
                f"{what}: direction {place} has no attribute, so it is constant; its eigenvalue {value:.2f} is "
                "negative and cannot be learned, though it is large in modulus"
            )
        if len(np.unique(found, axis=0)) < len(found):
            raise CheckFailed(f"{what}: two directions are the same product; directions are orthogonal")
        strongest = np.argsort(-student_language(student, TASK).strengths)
        wrong = {
            "they come in ascending order; the largest eigenvalue comes first": products[::-1][:NAMED],
            "the rows are turned round; the largest eigenvalue comes first": expected[::-1],
            "the columns are in the order of strength; use the order of language.names": expected[
                :, strongest
            ],
            "the columns are in reverse order; use the order of language.names": expected[:, ::-1],
            "0 and 1 are swapped": 1 - expected,
        }
        name_mistake(found, wrong, what, expected=expected)
        rows = np.flatnonzero((found != expected).any(axis=1))
        if len(rows):
            k = int(rows[0])
            values = _values_by_products(student)
            mine = values[tuple(found[k].astype(int))]
            raise CheckFailed(
                f"{what}: direction {k + 1} has an eigenvalue of {values[tuple(expected[k])]:.3f}, but the product "
                f"that you name has {mine:.3f}"
            )
    compare(found, expected, what, tell=False)
    passed(f"the parts of your first {NAMED} directions")


@lru_cache(maxsize=16)
def _walsh_values(student: str) -> np.ndarray:
    """The eigenvalues of all products of attributes, in the order of itertools.product."""
    language = student_language(student, TASK)
    ratio = _ratios(language.strengths)
    M = 2 * (ratio - 1) / (ratio + 1)
    signs = _patterns(len(language.names))
    return np.array([M @ np.prod(np.where(chosen, signs, 1), axis=1) for chosen in _chosen(len(signs[0]))])


def _patterns(n: int) -> np.ndarray:
    return np.array(list(itertools.product([1, -1], repeat=n))).reshape(2**n, n)


def _chosen(n: int) -> np.ndarray:
    return np.array(list(itertools.product([0, 1], repeat=n))).reshape(2**n, n)


def _ratios(strengths) -> np.ndarray:
    """How many times as often as by chance two words meet, for all patterns of equal and unequal attributes."""
    return np.prod(1 + np.asarray(strengths, float) * _patterns(len(strengths)), axis=1)


def _values_by_products(student: str) -> dict[tuple[int, ...], float]:
    values = _walsh_values(student)
    return {tuple(row): float(value) for row, value in zip(_chosen(5).tolist(), values)}


def _products(student: str) -> np.ndarray:
    """All products, from the largest eigenvalue."""
    values = _walsh_values(student)
    return _chosen(5)[np.argsort(-values)]


def check_product_eigenvalue(function: Callable[[Sequence[float], Sequence[int]], float]) -> None:
    r"""Check a function that returns the eigenvalue of a product of attributes.

    Parameters
    ----------
    function : callable
        Takes the strengths :math:`\rho_1, \dots, \rho_n` of even attributes and the list T of those in the
        product, numbered from 0; returns the eigenvalue of :math:`M^\star` for a window of 1,

        .. math:: \lambda_T = \sum_{x \in \{1, -1\}^n} 2\,\frac{r(x) - 1}{r(x) + 1} \prod_{k \in T} x_k,
                  \qquad r(x) = \prod_k (1 + \rho_k x_k) .

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: PMI in place of :math:`M^\star`, a mean in
        place of the sum, …

    Notes
    -----
    Source: the model of Korchinski et al. (2025), with :math:`M^\star`.  Serves problem 3 of the fourth set.

    Examples
    --------
    >>> from itertools import product
    >>> def mine(strengths, members):
    ...     total = 0
    ...     for x in product([1, -1], repeat=len(strengths)):
    ...         r = np.prod([1 + rho * sign for rho, sign in zip(strengths, x)])
    ...         total += 2 * (r - 1) / (r + 1) * np.prod([x[k] for k in members])
    ...     return total
    >>> check_product_eigenvalue(mine)
    Correct: the eigenvalues of 13 products of up to five attributes.
    >>> check_product_eigenvalue(lambda strengths, members: mine(strengths, members) / 2 ** len(strengths))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: strengths 0.6 and 0.2, the second: this is a mean over the V words; the eigenvalue is the sum
    """
    five = [0.8, 0.3, 0.64, 0.5, 0.4]
    cases = [
        ("strengths 0.6 and 0.2, the second", [0.6, 0.2], [1]),
        ("strengths 0.6 and 0.2, both", [0.6, 0.2], [0, 1]),
        ("strengths 0.6 and 0.2, none", [0.6, 0.2], []),
        ("strengths 0.5, the attribute", [0.5], [0]),
        ("strengths 0.5, no attribute", [0.5], []),
        ("strengths 0.7 and 0, the second, which does not last", [0.7, 0.0], [1]),
        ("strengths 0.7 and 0, the first", [0.7, 0.0], [0]),
    ]
    products = ([2], [0, 2], [0, 2, 3], [4, 1], [], [0, 1, 2, 3, 4])
    cases += [(f"five strengths, attributes {T}", five, T) for T in products]
    for what, strengths, members in cases:
        found = ask(function, "a number", what, strengths, members)
        signs, ratio = _patterns(len(strengths)), _ratios(strengths)

        def total(matrix, members=members, signs=signs):
            return float(matrix @ np.prod(signs[:, members], axis=1))

        M = 2 * (ratio - 1) / (ratio + 1)
        expected = total(M)
        rest = [k for k in range(len(strengths)) if k not in members]
        name_mistake(
            found,
            {
                "this is a mean over the V words; the eigenvalue is the sum": expected / len(signs),
                "this is the eigenvalue of PMI, in which attributes add up; M* is 2 tanh of half of it": (
                    total(np.log(ratio))
                ),
                "this is that of PPMI; M* keeps what words avoid": total(np.maximum(np.log(ratio), 0)),
                "the factor 2 of M* is missing": expected / 2,
                "this is tanh of the whole PMI; M* is 2 tanh of half of it": total(
                    2 * np.tanh(np.log(ratio))
                ),
                "this is the eigenvalue of P/q, without the step to M*": total(ratio),
                "this is the product of the other attributes": total(M, rest),
                "the product over the members is missing, so every answer is that of the constant direction": (
                    total(M, [])
                ),
                "it is taken for positive; the constant direction and products of three are negative": abs(
                    expected
                ),
                "the sign is turned round": -expected,
                "these are only the attributes of the product; the others change r, too": (
                    2 ** len(rest) * _alone(strengths, members)
                ),
                "these are only the attributes of the product; the others change r, and count words as well": (
                    _alone(strengths, members)
                ),
            },
            what,
            expected=expected,
            rtol=1e-9,
            atol=1e-12,
        )
        compare(found, expected, what, tolerance=1e-10)
    passed(f"the eigenvalues of {len(cases)} products of up to five attributes")


def _alone(strengths, members) -> float:
    """The eigenvalue of all attributes of a language that has no others."""
    ratio = _ratios([strengths[k] for k in members])
    signs = _patterns(len(members))
    return float(2 * (ratio - 1) / (ratio + 1) @ np.prod(signs, axis=1))


def check_offset_share(function: Callable[[np.ndarray, np.ndarray, int], float]) -> None:
    r"""Check a function that returns how parallel the offsets of an attribute are.

    Parameters
    ----------
    function : callable
        Takes the eigenvalues of the d directions of some vectors, shape (d,), an array of shape (d, n) that
        holds 1 where an attribute belongs to a direction and else 0, and the number k of an attribute, from
        0; returns the common share of its :math:`m = 2^{n-1}` offsets,

        .. math:: \varsigma = \frac{m\phi - 1}{m - 1}, \qquad
                  \phi = \frac{\lambda_{\{k\}}}{\sum_{T \ni k} \lambda_T} .

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: directions that the offset does not feel, roots
        of eigenvalues, …

    Notes
    -----
    Serves problem 4 of the fourth set.

    Examples
    --------
    >>> def mine(values, parts, k):
    ...     felt, m = parts[:, k] == 1, 2 ** (parts.shape[1] - 1)
    ...     alone = felt & (parts.sum(axis=1) == 1)
    ...     return (m * values[alone].sum() / values[felt].sum() - 1) / (m - 1)
    >>> check_offset_share(mine)
    Correct: the common share of offsets for 9 attributes of three languages.
    >>> check_offset_share(lambda values, parts, k: values[parts.sum(axis=1) == 1].sum() / values.sum())
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: three attributes and their pairs, k = 0 should be 0.626667, but is 0.809524
    """
    single = np.eye(3, dtype=int)
    pairs = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1]])
    more = np.array(
        [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 1]]
    )
    values = np.array([9.0, 5.0, 3.0, 2.0, 1.5, 0.5])
    cases = [("three attributes alone", values[:3], single, k) for k in (0, 2)]
    cases += [("three attributes and their pairs", values, np.vstack([single, pairs]), k) for k in (0, 1, 2)]
    cases += [("four attributes and three products", np.r_[values, 0.25], more, k) for k in (0, 1, 3)]
    cases += [("an attribute that is met in a pair only", values[:3], np.vstack([single[:2], pairs[2:]]), 2)]
    for name, values, parts, k in cases:
        what = f"{name}, k = {k}"
        found = ask(function, "a number", what, values, parts, k)
        if not np.isfinite(found):
            raise CheckFailed(f"{what}: it is {found}; some direction holds the attribute, so nothing is 0/0")
        n = parts.shape[1]
        felt, alone = parts[:, k] == 1, (parts[:, k] == 1) & (parts.sum(axis=1) == 1)
        part = values[alone].sum() / values[felt].sum()

        def share(part, m=2 ** (n - 1)):
            return (m * part - 1) / (m - 1)

        roots = np.sqrt(values)
        name_mistake(
            found,
            {
                "this is φ, the part of the squared length; two different offsets share (mφ − 1)/(m − 1)": (
                    part if part else np.nan
                ),
                "this is ‖Σr‖²/Σ‖r‖², which grows with the number of pairs; return the common share": (
                    2 ** (n - 1) * part if part else np.nan
                ),
                "m is the number of pairs, half of the words": share(part, 2**n),
                "m is the number of pairs, 2 to the power n − 1, not n": share(part, n) if n > 1 else np.nan,
                "directions without the attribute do not change from a to b; leave them out of the sum": share(
                    values[alone].sum() / values.sum()
                ),
                "roots of eigenvalues were added; squared lengths add up, so add eigenvalues": share(
                    roots[alone].sum() / roots[felt].sum()
                ),
                "eigenvalues were squared; the squared length along a direction is 4λ/V": share(
                    (values[alone] ** 2).sum() / (values[felt] ** 2).sum()
                ),
                "all single attributes were counted; only the one that is changed is common": share(
                    values[parts.sum(axis=1) == 1].sum() / values[felt].sum()
                ),
                "it should be below 1: directions that hold other attributes too have another sign from pair to "
                "pair": 1.0,
                "it is not 0: where nothing is common, the offsets add up to 0, and two of them share "
                "−1/(m − 1)": 0.0 if part == 0 else np.nan,
                "this is what is not common; return 1 less that": 1 - share(part),
            },
            what,
            expected=share(part),
            rtol=1e-9,
        )
        compare(found, share(part), what, tolerance=1e-9)
    passed(f"the common share of offsets for {len(cases)} attributes of three languages")


def check_solved(shares: np.ndarray, student: str) -> None:
    r"""Check which analogies of a student's own language four dimensions solve.

    Parameters
    ----------
    shares : array-like, shape (5, 5)
        The answer: the share of questions solved in which b differs from a in attribute k, the row, and c
        in attribute l, the column; 0 on the diagonal.  Solved is a question if the answer beats every other
        word outside the question, by more than rounding.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: ties, words of the question as answers, another
        number of dimensions, …

    Notes
    -----
    Serves problem 5 of the fourth set.

    Examples
    --------
    >>> check_solved(np.zeros((5, 5)), "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the shares solved: none is solved if a word of the question may be the answer; leave a, b and c out
    """
    what = "the shares solved"
    found = as_numbers(shares, what)
    strengths = student_language(student, TASK).strengths
    apart = ~np.eye(5, dtype=bool)

    def about(unknown):  # questions about attributes that the vectors do not know
        return np.isin(np.arange(5), unknown).astype(float)

    order = np.argsort(-strengths)
    missing = about(order[DIMENSIONS:])
    expected = np.where(apart, np.maximum.outer(missing, missing), 0.0)
    two = about(order[DIMENSIONS - 1 :])
    name_mistake(
        found,
        {
            "none is solved if a word of the question may be the answer; leave a, b and c out": np.zeros(
                (5, 5)
            ),
            "all are solved, as with five dimensions or if a tie counts; take four directions, and let the answer win by "
            "more than 1e-9": apart.astype(float),
            "it is turned round; the solved ones and the others are swapped": np.where(
                apart, 1 - expected, 0
            ),
            "these vectors know three attributes; was the constant direction taken, whose eigenvalue is negative?": (
                np.where(apart, np.multiply.outer(two, two), 0.0)
            ),
            "the diagonal is 0: b and c differ from a in two attributes": np.maximum(
                expected, np.diag(missing)
            ),
            "these are numbers of questions; divide by the 32 of each kind": 32 * expected,
            "these are per cent; give shares": 100 * expected,
        },
        what,
        expected=expected,
    )
    if found.shape == expected.shape:
        solved = expected == 1
        if (found[solved] > 1 - 1e-6).all() and (found[apart & ~solved] > 1e-6).any():
            raise CheckFailed(
                f"{what}: a tie is no solution; two words with the same vector have the same score, up to rounding, "
                "so demand more than 1e-9"
            )
    compare(found, expected, what, tolerance=1e-6, tell=False)
    passed("which of the twenty kinds of analogies four dimensions solve")


def check_own_text(prediction: Sequence[float], measured: float, held: bool, student: str) -> None:
    r"""Check how many analogies vectors from a short text solve, and what is said of the prediction.

    Parameters
    ----------
    prediction : pair of float
        The lowest and the highest share that the learner expects.
    measured : float
        The share of the 640 questions that five dimensions solve, from a text of 2,000 words of the
        student's language.
    held : bool
        Whether the measured share lies within the prediction.
    student : str
        Whose language and text they are.

    Raises
    ------
    CheckFailed
        If the measurement is not what the experiment gives, or what is said of the prediction is not so.

    Notes
    -----
    Serves problem 6 of the fourth set.  Three questions more or less are allowed.

    Examples
    --------
    >>> check_own_text((0.9, 1), 1.0, True, "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the share solved: endless text would give this; count the text of 2,000 words
    """
    what = "the share solved"
    if measured is not ...:
        share = _solved_from_text(student)
        name_mistake(
            as_numbers(measured, what, "a number"),
            {
                "endless text would give this; count the text of 2,000 words": 1.0,
                "this is a number of questions; divide by 640": 640 * share,
                "this is per cent; give a share": 100 * share,
                "this is the share of questions that are not solved": 1 - share,
            },
            what,
            expected=share,
            atol=1e-9,
        )
    check_experiment(prediction, measured, held, _solved_from_text(student), what, tolerance=3.5 / 640)


@lru_cache(maxsize=16)
def _solved_from_text(student: str) -> float:
    language = student_language(student, TASK)
    text = language.text(TEXT, student_rng(student, f"{TASK}, problem 6"))
    stats = count_corpus([text], window=1)
    vectors = spectrum(m_star(stats), TEXT_DIMENSIONS).embedding()
    return float(analogy_accuracy(vectors, {"own": language.questions()}).accuracy)


def check_prism(function: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
    r"""Check a function that returns the eigenvalues of two circles of words, one above the other.

    Parameters
    ----------
    function : callable
        Takes two generators of the same length m, :math:`c_j = c_{m-j}` each: similarities of words j steps
        apart within a circle, and between the circles; returns shape (2, ⌊m/2⌋ + 1), in the first row
        :math:`\hat c_k^{\,\text{within}} + \hat c_k^{\,\text{between}}`, in the second their difference,
        for k = 0, 1, …

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 7 of the fourth set.

    Examples
    --------
    >>> def mine(within, between):
    ...     a, b = np.fft.rfft(within).real, np.fft.rfft(between).real
    ...     return np.array([a + b, a - b])
    >>> check_prism(mine)
    Correct: the eigenvalues of 4 pairs of circles.
    >>> check_prism(lambda within, between: mine(within, between)[::-1])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: twice four words: the rows are swapped; waves that are alike on both circles come first
    """
    rng = np.random.default_rng(4)
    cases = [("twice four words", np.array([3.0, 1, 0, 1]), np.array([1.0, 0.5, 0, 0.5]))]
    for m in (7, 5, 12):
        draw = rng.standard_normal((2, m))
        within, between = draw + np.roll(draw[:, ::-1], 1, axis=1)
        cases.append((f"twice {m} words", within, between))
    for what, within, between in cases:
        found = ask(function, "an array", what, within, between)
        m = len(within)
        a, b = np.fft.rfft(within).real, np.fft.rfft(between).real
        expected = np.array([a + b, a - b])
        if found.shape == (2, m) != expected.shape:
            raise CheckFailed(f"{what}: waves k and m − k are the same, so stop at k = {m // 2}")
        if found.shape == (2 * m,):
            raise CheckFailed(f"{what}: these are all {2 * m} eigenvalues; return them by waves, in two rows")
        name_mistake(
            found,
            {
                "the rows are swapped; waves that are alike on both circles come first": expected[::-1],
                "these are the eigenvalues of either circle by itself; add and subtract them": np.array(
                    [a, b]
                ),
                "both rows are those of the waves that are alike": np.array([a + b, a + b]),
                "similarities between the circles were left out": np.array([a, a]),
                "these are halved; nothing is to be divided by 2": expected / 2,
                "these are divided by m; the sum is not a mean": expected / m,
                "the rows are sorted; return them by k, from 0": -np.sort(-expected, axis=1),
                "the second row is between less within; it is the other way round": np.array([a + b, b - a]),
            },
            what,
            expected=expected,
            rtol=1e-7,
            atol=1e-10,
        )
        compare(found, expected, what)
    passed(f"the eigenvalues of {len(cases)} pairs of circles")
