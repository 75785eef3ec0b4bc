r"""Checks of the second problem set: what word2vec optimises."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ...statistics import count_corpus
from ...targets import least_squares_target, m_star
from ..attributes import AttributeLanguage, student_language, student_rng
from ..checks import CheckFailed, as_numbers, ask, compare, name_mistake, passed
from .experiments import check_experiment

__all__ = [
    "check_best_vectors",
    "check_error_left",
    "check_learnable",
    "check_own_turn",
    "check_reachable",
    "check_tied_gradient",
    "check_tied_target",
    "check_untied_scores",
]

TASK = "set 2"
#: The window of the whole set; how many numbers each vector has, in problem 4; and the negatives of problem 5.
WINDOW, FEW, MANY, UNTIED, NEGATIVES = 2, 4, 20, 2, (1, 2, 5, 15)
#: The experiment: so many texts of so many words, which direction, and what the seed is for.
TEXTS, LENGTH, DIRECTION, SEED = 10, 2_000, 4, "set 2, problem 6"


def check_tied_gradient(function: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]) -> None:
    r"""Check the gradient of word2vec's loss for tied vectors, with weights that need not be symmetric.

    Parameters
    ----------
    function : callable
        Takes W, shape (V, d), and the weights A and B, shape (V, V), and returns, in the shape of W, the
        gradient of :math:`\sum_{ij} A_{ij}\ln(1 + e^{-x_{ij}}) + B_{ij}\ln(1 + e^{x_{ij}})`,
        :math:`x_{ij} = w_i \cdot w_j`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 1 of the second set.

    Examples
    --------
    >>> def mine(W, A, B):
    ...     error = (A + B) / (1 + np.exp(-np.clip(W @ W.T, -700, 700))) - A
    ...     return (error + error.T) @ W
    >>> check_tied_gradient(mine)
    Correct: the gradient in 4 cases: even weights, uneven ones, pairs without weight, large scores.
    >>> check_tied_gradient(lambda W, A, B: mine(W, A, B) / 2)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the gradient with symmetric weights: it is half of what it should be; ...
    """
    rng = np.random.default_rng(5)
    half = rng.uniform(0, 1, (4, 4))
    sparse = rng.uniform(0, 1, (5, 5)) * (rng.random((5, 5)) < 0.6)
    cases = {
        "the gradient with symmetric weights": (rng.normal(0, 1, (4, 2)), half + half.T, np.ones((4, 4))),
        "the gradient where B is not symmetric": (
            rng.normal(0, 1, (5, 3)), np.full((5, 5), 0.3), np.outer(rng.uniform(0, 1, 5), rng.uniform(0, 1, 5))
        ),
        "the gradient where some pairs have no weight": (rng.normal(0, 1, (5, 2)), sparse, sparse[::-1]),
        "the gradient where scores are as large as 900": (
            30 * np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5]]), rng.uniform(0, 1, (3, 3)), rng.uniform(0, 1, (3, 3))
        ),
    }  # fmt: skip
    for what, (W, A, B) in cases.items():
        found = ask(function, "an array", what, W, A, B)
        if np.isnan(found).any():
            raise CheckFailed(
                f"{what}: it holds NaN; e to the power 900 is no number. Write sigm(x) as 1 / (1 + np.exp(-x)), or "
                "take scipy.special.expit"
            )
        expected, mistakes = _gradients(W, A, B)
        name_mistake(found, mistakes, what, expected=expected, rtol=1e-6, atol=1e-9)
        compare(found, expected, what)
    passed("the gradient in 4 cases: even weights, uneven ones, pairs without weight, large scores")


def _gradients(W: np.ndarray, A: np.ndarray, B: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The gradient of tied vectors, and what known mistakes make of it."""
    X = W @ W.T
    real = np.exp(-np.logaddexp(0, -X))  # sigm(X), without overflow
    error = (A + B) * real - A

    def both(error):
        return (error + error.T) @ W

    right = both(error)
    return right, {
        "it points up where it should point down: this is the step, minus the gradient": -right,
        "it is half of what it should be; the vector of a word stands on both sides of x = w · w": right / 2,
        "only the role in the middle was counted; each word is a neighbour as well, and moves with column j": (
            error @ W
        ),
        "only the role of the neighbour was counted; each word stands in the middle as well": error.T @ W,
        "twice the one role is right only if the weights are symmetric; B is not, so add both roles": (
            2 * error @ W
        ),
        "twice the role of the neighbour is right only if the weights are symmetric; add both roles": (
            2 * error.T @ W
        ),
        "the attraction A is missing": both(B * real),
        "the repulsion B is missing": both(A * real - A),
        "the attraction pulls with A (1 − sigm(x)), less the nearer the score has come; here it pulls with A": both(
            B * real - A
        ),
        "the logistic function is missing; this has the score itself in its place": both((A + B) * X - A),
        "this is the gradient of the least-squares model; the logistic loss is asked for": both(
            (A + B) * X / 2 - (A - B)
        ),
        "this is the gradient of the parabola at 0; the logistic loss is asked for": both(
            (A + B) * (X / 4 + 0.5) - A
        ),
        "it is divided by the number of pairs; the loss is a sum": right / A.size,
        "A and B are exchanged": both((A + B) * real - B),
    }


def check_tied_target(
    function: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> None:
    r"""Check a function that finds what tied vectors aim at, if A and B are not symmetric.

    Parameters
    ----------
    function : callable
        Takes the weights A and B, shape (V, V), and returns two arrays of this shape: the target
        :math:`2(A + A^\top - B - B^\top)/(A + A^\top + B + B^\top)`, and the weighting
        :math:`2/(A + A^\top + B + B^\top)` under which all pairs matter alike.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 2 of the second set.

    Examples
    --------
    >>> def mine(A, B):
    ...     A, B = A + A.T, B + B.T
    ...     return 2 * (A - B) / (A + B), 2 / (A + B)
    >>> check_tied_target(mine)
    Correct: target and weighting in 3 cases: symmetric, negatives by another law, a window to the right.
    >>> check_tied_target(lambda A, B: (2 * (A - B) / (A + B), 1 / (A + B)))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the target, negatives drawn by another law: it is not symmetric, ...
    """
    rng = np.random.default_rng(6)
    A = rng.uniform(0.1, 1, (4, 4))
    A, B = (A + A.T) / (A + A.T).sum(), np.outer(A.sum(axis=1), [0.1, 0.2, 0.3, 0.4]) / A.sum()
    ahead = rng.uniform(0, 1, (5, 5))
    ahead[0, 3] = 0
    cases = {
        "symmetric weights": (A, (B + B.T) / 2),
        "negatives drawn by another law": (A, 5 * B),
        "a window to the right only": (ahead, np.outer(ahead.sum(axis=1), rng.dirichlet(np.ones(5)))),
    }
    for where, (A, B) in cases.items():
        M, Psi = ask(function, "two arrays", f"target and weighting, {where}", A, B)
        for name, found, (expected, mistakes) in (
            ("target", M, _tied_targets(A, B)),
            ("weighting", Psi, _even_weightings(A, B)),
        ):
            what = f"the {name}, {where}"
            name_mistake(found, mistakes, what, expected=expected, rtol=1e-6, atol=1e-9)
            compare(found, expected, what)
    passed("target and weighting in 3 cases: symmetric, negatives by another law, a window to the right")


def _tied_targets(A: np.ndarray, B: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    a, b = A + A.T, B + B.T
    single = least_squares_target(A, B)
    with np.errstate(divide="ignore"):
        logarithm = np.log(a / b)
    return least_squares_target(a, b), {
        "it is not symmetric, but x_ij and x_ji are one score: add the weights of both orders first": single,
        "this is the mean of the two orders' targets; each has a weight of its own, so add the weights, then divide": (
            (single + single.T) / 2
        ),
        "only B was taken from both orders; A need not be symmetric either": least_squares_target(A, b / 2),
        "only A was taken from both orders; B is not symmetric either": least_squares_target(a / 2, B),
        "the factor 2 is missing": least_squares_target(a, b) / 2,
        "this is where the logistic loss is least; near the origin its parabola counts": logarithm,
        "A and B are exchanged": least_squares_target(b, a),
    }


def _even_weightings(A: np.ndarray, B: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    both = A + A.T + B + B.T
    return 2 / both, {
        "it is not symmetric; a pair's two orders are one score and get one factor": 1 / (A + B),
        "it is half of what it should be; the mean of the two orders is to be 1, not their sum": 1 / both,
        "this is the mean of two factors; the factor of a mean is asked for": (1 / (A + B) + 1 / (A + B).T)
        / 2,
        "this is the weight itself; the factor that makes it 1 is asked for": both / 2,
        "it leaves each pair the weight 1/V²; each is to have the weight 1": 2 / both / A.size,
    }


def _language(student: str) -> AttributeLanguage:
    return student_language(student, TASK)


def _eigenpairs(M: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues and eigenvectors, from the largest eigenvalue down."""
    values, vectors = np.linalg.eigh(M)
    return values[::-1], vectors[:, ::-1]


def _made_of(values: np.ndarray, vectors: np.ndarray, kept) -> np.ndarray:
    return vectors[:, kept] * values[kept] @ vectors[:, kept].T


def check_best_vectors(W: np.ndarray, student: str) -> None:
    r"""Check the best tied vectors of four numbers for the student's language, in any rotation.

    Parameters
    ----------
    W : ndarray, shape (32, 4)
        The answer.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 4 of the second set.

    Examples
    --------
    >>> values, vectors = np.linalg.eigh(_language("ada").target(WINDOW))
    >>> check_best_vectors(-vectors[:, -4:] * np.sqrt(values[-4:]), "ada")
    Correct: the best tied vectors of 4 numbers, in one of their rotations.
    >>> largest = np.argsort(-abs(values))[:4]
    >>> check_best_vectors(vectors[:, largest] * np.sqrt(abs(values[largest])), "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the best tied vectors: you kept the largest in modulus: -17.5 cannot be learned, ...
    """
    what = "the best tied vectors"
    found = as_numbers(W, what)
    M = np.asarray(_language(student).target(WINDOW))
    if found.shape == M.shape:
        raise CheckFailed(
            f"{what}: the shape should be {len(M), FEW}, but is {found.shape}; are these the scores W @ W.T?"
        )
    if found.shape != (len(M), FEW):
        compare(found, np.zeros((len(M), FEW)), what)
    values, vectors = _eigenpairs(M)
    modulus = np.argsort(-np.abs(values))
    first = np.arange(FEW)
    lowest = values.min()
    grams = {
        f"you kept the largest in modulus: {lowest:.3g} cannot be learned, since W @ W.T has no negative eigenvalue": (
            _made_of(np.abs(values), vectors, modulus[:FEW])
        ),
        f"one of the {FEW} columns is empty: you kept the largest in modulus, and {lowest:.3g} cannot be learned; "
        "the next positive one can": _made_of(np.maximum(values, 0), vectors, modulus[:FEW]),
        "eigh sorts upwards: these belong to the lowest eigenvalues": _made_of(
            np.abs(values), vectors, -1 - first
        ),
        "each column is to be multiplied by the root of its eigenvalue; here it has length 1": _made_of(
            np.ones_like(values), vectors, first
        ),
        "each column was multiplied by its eigenvalue; take the root": _made_of(values**2, vectors, first),
        "the rows of the eigenvectors were taken for columns": (
            vectors[first].T * values[first] @ vectors[first]
        ),
    }
    scores = found @ found.T
    expected = _made_of(values, vectors, first)
    if np.isnan(found).any():
        raise CheckFailed(f"{what}: they hold NaN; was a root taken of a negative eigenvalue?")
    name_mistake(scores, grams, what, expected=expected, rtol=1e-5, atol=1e-7)
    if not np.allclose(scores, expected, rtol=0, atol=1e-5 * values[0]):
        with np.errstate(over="ignore"):
            times = np.sum((scores - M) ** 2) / np.sum((expected - M) ** 2)
        raise CheckFailed(
            f"{what}: their scores W @ W.T are not the best; their squared error is {times:.4g} times the least"
        )
    passed(f"{what} of {FEW} numbers, in one of their rotations")


def check_error_left(left: float, student: str) -> None:
    r"""Check the least squared error of tied vectors that have more numbers than there are positive eigenvalues.

    Parameters
    ----------
    left : float
        The answer: the least :math:`\lVert WW^\top - M^\star\rVert_F^2` over W of shape (32, 20).
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 4 of the second set.

    Examples
    --------
    >>> values = np.linalg.eigvalsh(_language("ada").target(WINDOW))
    >>> check_error_left((values[values < 0] ** 2).sum(), "ada")
    Correct: the squared error that 20 numbers for each word leave, all of it along negative eigenvalues.
    >>> check_error_left((values[:-20] ** 2).sum(), "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the squared error left: only the last 12 eigenvalues were counted, but some of ...
    """
    what = "the squared error left"
    found = as_numbers(left, what, "a number")
    values = _eigenpairs(np.asarray(_language(student).target(WINDOW)))[0]
    squares = values**2
    expected = squares[values < 0].sum()
    by_modulus = np.sort(squares)[::-1]
    rest = len(values) - MANY
    name_mistake(
        found,
        {
            f"only the last {rest} eigenvalues were counted, but some of the first {MANY} are negative, and tied "
            "vectors leave them out": squares[MANY:].sum(),
            f"the {MANY} largest in modulus were taken off; the negative ones among them cannot be learned": (
                by_modulus[MANY:].sum()
            ),
            "this is the loss, in which the error is divided by 4 and that of zero vectors taken off": (
                (expected - squares.sum()) / 4
            ),
            "it is divided by 4; the squared error itself is asked for": expected / 4,
            "this is the root of it": np.sqrt(expected),
            "it is a share; the squared error itself is asked for": expected / squares.sum(),
            "this is what they explain; what is left is asked for": squares[values > 0].sum(),
            "eigenvalues were added up; add up their squares": -values[values < 0].sum(),
            "this is the error of vectors without any numbers": squares.sum(),
            "this is the error that the lowest eigenvalue alone leaves; the other negative ones are left, too": (
                squares[-1]
            ),
            f"this is for {FEW} numbers a word": squares[FEW:].sum(),
        },
        what,
        expected=expected,
        rtol=1e-6,
    )
    compare(found, expected, what, tolerance=1e-5, tell=False)
    passed(
        f"{what.replace(' left', '')} that {MANY} numbers for each word leave, all of it along negative eigenvalues"
    )


def check_untied_scores(X: np.ndarray, student: str) -> None:
    r"""Check the best scores of untied vectors of two numbers for the student's language.

    Parameters
    ----------
    X : ndarray, shape (32, 32)
        The answer: :math:`WZ^\top`.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 4 of the second set.

    Examples
    --------
    >>> M = np.asarray(_language("ada").target(WINDOW))
    >>> left, singular, right = np.linalg.svd(M)
    >>> check_untied_scores(left[:, :2] * singular[:2] @ right[:2], "ada")
    Correct: the best scores of untied vectors of 2 numbers; they hold the direction -17.5, which tied ones cannot.
    >>> check_untied_scores(left[:, :2] * singular[:2] @ left[:, :2].T, "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the best untied scores: the sign of the negative direction is lost: ...
    """
    what = "the best untied scores"
    found = as_numbers(X, what)
    values, vectors = _eigenpairs(np.asarray(_language(student).target(WINDOW)))
    kept = np.argsort(-np.abs(values))[:UNTIED]
    expected = _made_of(values, vectors, kept)
    name_mistake(
        found,
        {
            "this is the best tied answer; untied vectors may have negative eigenvalues, and one of the two largest "
            "in modulus is negative": _made_of(values, vectors, np.arange(UNTIED)),
            "the sign of the negative direction is lost: W and Z have opposite signs along it": _made_of(
                np.abs(values), vectors, kept
            ),
            "the negative direction is missing; untied vectors can learn it": _made_of(
                np.maximum(values, 0), vectors, kept
            ),
            "the eigenvalues are missing": _made_of(np.sign(values), vectors, kept),
            f"this is of rank {FEW}; each vector has {UNTIED} numbers": _made_of(
                values, vectors, np.argsort(-np.abs(values))[:FEW]
            ),
            "this is the target itself; two numbers for each word cannot reach it": _made_of(
                values, vectors, np.arange(len(values))
            ),
            "eigenvalues are counted from the lowest: these are the two lowest": _made_of(
                values, vectors, [-1, -2]
            ),
        },
        what,
        expected=expected,
        rtol=1e-5,
        atol=1e-7,
    )
    compare(found, expected, what, tolerance=1e-5, tell=False)
    passed(
        f"the best scores of untied vectors of {UNTIED} numbers; they hold the direction {values[kept].min():.3g}, "
        "which tied ones cannot"
    )


def _spectra(
    student: str, target: Callable[[np.ndarray, float, float], np.ndarray], window: int = WINDOW
) -> list[np.ndarray]:
    """The eigenvalues of a target for 1, 2, 5 and 15 negatives."""
    language = _language(student)
    P, chance = np.asarray(language.pair_probabilities(window)), 1 / len(language) ** 2
    return [np.linalg.eigvalsh(target(P, chance, K)) for K in NEGATIVES]


def _shifted(P: np.ndarray, chance: float, K: float) -> np.ndarray:
    return 2 * (P - K * chance) / (P + K * chance)


def check_learnable(directions: Sequence[int], largest: Sequence[float], student: str) -> None:
    r"""Check how many directions tied vectors can learn, and how strong the first is, with 1, 2, 5 and 15 negatives.

    Parameters
    ----------
    directions : sequence of int, length 4
        The answer: how many eigenvalues of :math:`M^\star` for K negatives are positive.
    largest : sequence of float, length 4
        The largest eigenvalue for each K.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 5 of the second set.

    Examples
    --------
    >>> check_learnable([32, 32, 32, 32], [1, 1, 1, 1], "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: how many directions can be learned: negative eigenvalues were counted as well
    """
    what = "how many directions can be learned"
    found = as_numbers(directions, what)
    language = _language(student)
    ratio = np.asarray(language.pair_probabilities(WINDOW)) * len(language) ** 2
    spectra = _spectra(student, _shifted)
    expected, first = _counted(spectra)
    swapped_counts, swapped_first = _counted(_spectra(student, lambda P, q, K: _shifted(P, q, 1 / K)))
    near, near_first = _counted(_spectra(student, _shifted, window=1))
    name_mistake(
        found,
        {
            "negative eigenvalues were counted as well": np.full(4, len(language)),
            "these are the negative ones; count the positive": len(language) - expected,
            "it is the same for all K: was M* for one negative divided by K, or ln K taken from it? K stands with q, "
            "2 (P − K q)/(P + K q)": np.full(4, expected[0]),
            "entries were counted; count eigenvalues": np.array([(ratio > K).sum() for K in NEGATIVES]),
            "K stands with P; it is the negatives, q, that are drawn K times": swapped_counts,
            "this is for window 1; the window of this set is 2": near,
        },
        what,
        expected=expected,
    )
    compare(found, expected, what, tell=False)
    what = "the largest eigenvalues"
    found = as_numbers(largest, what)
    modulus = np.array([np.abs(values).max() for values in spectra])
    lowest = np.array([values.min() for values in spectra])
    name_mistake(
        found,
        {
            "these are the largest in modulus, which belong to a direction that cannot be learned": modulus,
            "these are the lowest: eigvalsh sorts upwards": lowest,
            "the largest in modulus are negative, and cannot be learned; the largest with their sign are asked for": (
                np.where(modulus > first, lowest, first)
            ),
            "K stands with P; it is the negatives, q, that are drawn K times": swapped_first,
            "this is for window 1; the window of this set is 2": near_first,
            "the first was divided by K; the target has to be made anew for each K": first[0] / NEGATIVES,
        },
        what,
        expected=first,
        rtol=1e-6,
    )
    compare(found, first, what, tolerance=1e-5, tell=False)
    passed(
        f"{', '.join(map(str, expected))} of {len(language)} directions can be learned, and the first of them falls "
        f"from {first[0]:.3g} to {first[-1]:.3g}"
    )


def _counted(spectra: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """How many eigenvalues are positive, and the largest."""
    return np.array([(values > 0).sum() for values in spectra]), np.array(
        [values.max() for values in spectra]
    )


def check_reachable(shares: Sequence[float], student: str) -> None:
    r"""Check which share of the target all learnable directions together explain, with 1, 2, 5 and 15 negatives.

    Parameters
    ----------
    shares : sequence of float, length 4
        The answer: :math:`\sum_{\lambda > 0}\lambda^2 / \sum\lambda^2`.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 5 of the second set.

    Examples
    --------
    >>> check_reachable([1, 1, 1, 1], "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the share that can be reached: entry (0,) is 1, which is not right
    """
    what = "the share that can be reached"
    found = as_numbers(shares, what)
    spectra = _spectra(student, _shifted)
    expected, mistakes = _shares(spectra)
    same = np.full(4, expected[0])
    name_mistake(
        found,
        {
            **mistakes,
            "it is the same for all K: was M* for one negative divided by K? K stands with q, 2 (P − K q)/(P + K q)": (
                same
            ),
            "ln K was taken from M*; it belongs inside the tanh": _shares(
                _spectra(student, lambda P, q, K: _shifted(P, q, 1) - np.log(K))
            )[0],
            "K stands with P; it is the negatives, q, that are drawn K times": _shares(
                _spectra(student, lambda P, q, K: _shifted(P, q, 1 / K))
            )[0],
        },
        what,
        expected=expected,
        rtol=1e-6,
    )
    compare(found, expected, what, tolerance=1e-5, tell=False)
    passed(
        f"{what} falls from {expected[0]:.0%} to {expected[-1]:.1%}, though more directions can be learned"
    )


def _shares(spectra: list[np.ndarray]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The share of the squared length along positive eigenvalues, and what known mistakes give."""

    def of(measure):
        return np.array([measure(values) for values in spectra])

    right = of(lambda x: (x[x > 0] ** 2).sum() / (x**2).sum())
    return right, {
        "it is in per cent; give a share": 100 * right,
        "this is the share that cannot be reached": 1 - right,
        "eigenvalues were added up; the share is one of squares": of(
            lambda x: x[x > 0].sum() / np.abs(x).sum()
        ),
        "this is a ratio of lengths; take that of their squares": np.sqrt(right),
        "this is the share of directions; add up the squares of their eigenvalues": of(
            lambda x: (x > 0).mean()
        ),
        "this is the share of the first direction alone": of(lambda x: x.max() ** 2 / (x**2).sum()),
        "it is divided by what cannot be reached; divide it by the whole": of(
            lambda x: (x[x > 0] ** 2).sum() / (x[x < 0] ** 2).sum()
        ),
    }


def check_own_turn(prediction: Sequence[float], measured: float, held: bool, student: str) -> None:
    r"""Check the experiment on what a short text knows of the fourth direction of its language.

    Parameters
    ----------
    prediction : pair of float
        The lowest and the highest value that the student expected.
    measured : float
        The mean, over ten texts, of the squared cosine of the text's fourth direction with the language's.
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
    Serves problem 6 of the second set.

    Examples
    --------
    >>> check_own_turn((0.8, 1.0), ..., True, "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.NotDone: the squared cosine of direction 4: not done yet
    """
    what = f"the squared cosine of direction {DIRECTION}"
    right = np.nan
    if measured is not ...:
        found = as_numbers(measured, what, "a number")
        right, mistakes = _turns(student)
        name_mistake(found, mistakes, what, expected=right, rtol=1e-4)
    check_experiment(prediction, measured, held, right, what, tolerance=1e-5)


def _turns(student: str) -> tuple[float, dict[str, float]]:
    """The squared cosine, and what known mistakes give."""
    language = _language(student)
    truth = _eigenpairs(np.asarray(language.target(WINDOW)))[1]
    rng = student_rng(student, SEED)
    texts = [language.text(LENGTH, rng) for _ in range(TEXTS)]
    targets = [
        np.asarray(m_star(count_corpus([text], window=WINDOW, words=language.words))) for text in texts
    ]
    k, size = DIRECTION - 1, len(language)
    squared = np.array([(_eigenpairs(M)[1].T @ truth) ** 2 for M in targets])
    own = squared[:, range(size), range(size)].mean(axis=0)
    together = _eigenpairs(np.mean(targets, axis=0))[1]
    return float(own[k]), {
        "the cosine was not squared": float(np.sqrt(squared[:, k, k]).mean()),
        "the mean of cosines was squared; take the mean of their squares": float(
            np.sqrt(squared[:, k, k]).mean() ** 2
        ),
        "this is direction 5: Python counts from 0, so the fourth has the number 3": float(own[k + 1]),
        "this is direction 3; was the negative one counted as well, as an SVD does, or all numbered from 1?": float(
            own[k - 1]
        ),
        "this is the fourth from below: eigh sorts upwards": float(own[size - 1 - k]),
        "this is the first text alone; take the mean over all ten": float(squared[0, k, k]),
        "the ten texts were put together before the direction was taken": float(
            (together[:, k] @ truth[:, k]) ** 2
        ),
        "this is the overlap of the span of four directions; the fourth alone is asked for": float(
            squared[:, : k + 1, : k + 1].sum(axis=(1, 2)).mean() / (k + 1)
        ),
        "this is the part that is lost; the squared cosine is asked for": float(1 - own[k]),
    }
