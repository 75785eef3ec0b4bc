r"""Data and checks of the fifth problem set: what follows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import brentq

from ...compression import rate_distortion
from ...counting import window_weights
from ...dynamics import deep_half_rises
from ..attributes import student_language, student_rng
from ..checks import CheckFailed, NotDone, as_numbers, ask, compare, name_mistake, passed
from .experiments import check_experiment, check_prediction

__all__ = [
    "check_clock_prediction",
    "check_clock_run",
    "check_decay_for",
    "check_equal_start",
    "check_gamma_values",
    "check_law_share",
    "check_seen_values",
    "check_shared_directions",
    "clock_run",
    "clock_settings",
    "two_tables",
]

TASK = "set 5"
_SHARED = 3
_LONGEST = 10_000  # steps that a run of the clock may take


def check_gamma_values(function: Callable[[np.ndarray, np.ndarray], np.ndarray], student: str) -> None:
    r"""Check a function that says how strong each direction of an attribute language is.

    Parameters
    ----------
    function : callable
        Takes how strongly each of n attributes lasts, :math:`\rho_k`, and the weights of the
        distances 1, 2, … of a window; returns the :math:`2^n - 1` values
        :math:`\sum_\ell w_\ell \prod_{k \in S} \rho_k^\ell / \sum_\ell w_\ell`, one for each set S of
        attributes but the empty one, in any order.
    student : str
        Whose language is asked about, beside small ones.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 1 of the fifth set.

    Examples
    --------
    >>> check_gamma_values(_gammas, "ada")
    Correct: the strengths of all directions of 5 languages, yours among them.
    >>> check_gamma_values(lambda rho, weights: rho, "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: two attributes, neighbours alone: these are only the attributes ...
    """
    own = student_language(student, TASK, even=False).strengths
    linear, _ = window_weights(5, "linear")
    cases = [
        ("two attributes, neighbours alone", np.array([0.8, 0.5]), np.ones(1)),
        ("one attribute, weights 3, 2, 1", np.array([0.6]), np.array([3.0, 2.0, 1.0])),
        ("two attributes, weights 2, 1", np.array([0.9, 0.4]), np.array([2.0, 1.0])),
        ("your language, neighbours alone", own, np.ones(1)),
        ("your language, window 5", own, linear),
    ]
    for what, rho, weights in cases:
        found = np.sort(np.ravel(ask(function, "an array", what, rho, weights, intact="the strengths")))[::-1]
        expected = _gammas(rho, weights)
        if len(found) == len(expected) + 1 and np.isclose(found, 1).any():
            raise CheckFailed(
                f"{what}: one value is 1, which belongs to the empty set; Γ has taken that direction out"
            )
        means = _means(rho, weights)
        n, last = (
            len(rho),
            weights / weights.sum() @ [np.sort(rho) ** lag for lag in range(1, len(weights) + 1)],
        )
        if n > 1 and len(found) == n and np.allclose(found, np.sort(last)[::-1]):
            raise CheckFailed(
                f"{what}: these are only the attributes one at a time; their products are directions, too, "
                f"{2**n - 1} in all"
            )
        if len(found) != len(expected):
            raise CheckFailed(
                f"{what}: there is a direction for each set of attributes but the empty one, {len(expected)} "
                f"in all, not {len(found)}"
            )
        wrong = {
            "the window must be averaged after the product over attributes, not before: the mean of a product "
            "is not the product of means": _products(means),
            "the weights must add up to 1; divide by their sum": expected * weights.sum(),
            "all distances count alike here; they have weights": _gammas(rho, np.ones(len(weights))),
            "these are sums over the attributes of a set; each lasts by itself, so chances multiply": _sums(
                rho, weights
            ),
            "only the nearest distance is used": _gammas(rho, np.ones(1)),
            "these are the squares": expected**2,
            "the nearest distance is 1, and not 0: Γ of one step has ρ itself": _gammas(rho, weights, 0),
        }
        name_mistake(found, wrong, what, expected=expected, rtol=1e-6)
        compare(found, expected, f"{what}, sorted from the largest")
    passed(f"the strengths of all directions of {len(cases)} languages, yours among them")


def _sets(n: int) -> list[list[int]]:
    """All sets of n attributes but the empty one."""
    return [list(some) for size in range(1, n + 1) for some in itertools.combinations(range(n), size)]


def _products(rho: np.ndarray) -> np.ndarray:
    """The product over each set, falling."""
    return np.sort([np.prod(np.asarray(rho)[some]) for some in _sets(len(rho))])[::-1]


def _gammas(rho: np.ndarray, weights: np.ndarray, nearest: int = 1) -> np.ndarray:
    """The singular values of Γ, falling."""
    kept = [
        [np.prod(rho[some]) ** lag for some in _sets(len(rho))]
        for lag in range(nearest, len(weights) + nearest)
    ]
    return np.sort(weights @ kept / weights.sum())[::-1]


def _sums(rho: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What comes out if the powers of a set are added up in place of multiplied."""
    kept = [[np.sum(rho[some] ** lag) for some in _sets(len(rho))] for lag in range(1, len(weights) + 1)]
    return np.sort(weights @ kept / weights.sum())[::-1]


def _means(rho: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Each attribute's power, averaged over the window."""
    return weights @ [rho**lag for lag in range(1, len(weights) + 1)] / weights.sum()


def check_seen_values(function: Callable[[np.ndarray, int, int], np.ndarray], student: str) -> None:
    r"""Check a function that foretells what a text of n pairs shows of each direction of Γ.

    Parameters
    ----------
    function : callable
        Takes falling :math:`\gamma_k`, the number of words V and the number of pairs n; returns
        :math:`\gamma_k + V/n\gamma_k` where :math:`\gamma_k > \sqrt{V/n}` and
        :math:`2\sqrt{V/n}` elsewhere.
    student : str
        Whose language is asked about, beside others.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 2 of the fifth set.

    Examples
    --------
    >>> def mine(gamma, V, n):
    ...     return np.where(gamma**2 > V / n, gamma + V / n / gamma, 2 * np.sqrt(V / n))
    >>> check_seen_values(mine, "ada")
    Correct: what texts of four lengths show, two of them in your language.
    >>> check_seen_values(lambda gamma, V, n: gamma, "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: V = 100, n = 2000: this is the truth; noise makes what is seen larger
    """
    own = _gammas(student_language(student, TASK, even=False).strengths, np.ones(1))
    for what, gamma, V, n in (
        ("V = 100, n = 2000", np.array([0.9, 0.5, 0.3, 0.2, 0.05]), 100, 2000),
        ("V = 50, n = 200", np.array([0.8, 0.6, 0.45, 0.1]), 50, 200),
        ("your language, n = 1500", own, 32, 1500),
        ("your language, n = 20000", own, 32, 20_000),
    ):
        found = ask(function, "an array", what, gamma, V, n, intact="the strengths")
        edge, out = np.sqrt(V / n), gamma**2 > V / n

        def law(edge, out=out, gamma=gamma):
            return np.where(out, gamma + edge**2 / gamma, 2 * edge)

        expected = law(edge)
        wrong = {
            "this is the truth; noise makes what is seen larger": gamma,
            "what is hidden is not seen as 0: noise alone shows values up to 2√(V/n)": np.where(
                out, expected, 0
            ),
            "what is hidden is not seen as it is: noise alone shows values up to 2√(V/n)": np.where(
                out, expected, gamma
            ),
            "noise makes what is seen larger, not smaller": np.where(out, gamma - edge**2 / gamma, 2 * edge),
            "a true strength stands out from √(V/n); twice as much is the edge for what is seen": np.where(
                gamma > 2 * edge, expected, 2 * edge
            ),
            "the edge of the noise as it is seen is 2√(V/n)": np.where(out, expected, edge),
            "a direction below √(V/n) is lost in the noise, and the sum does not hold for it": (
                gamma + edge**2 / gamma
            ),
            "the noise of a cell has the variance 1/n; all V cells of a row shake a direction": np.where(
                gamma > n**-0.5, gamma + 1 / n / gamma, 2 * n**-0.5
            ),
            "the noise of a cell has the variance 1/n whatever its words' frequencies; this is M*'s, V²/n": (
                np.where(gamma > V * edge, gamma + (V * edge) ** 2 / gamma, 2 * V * edge)
            ),
            "squares do not simply add up: noise also turns the direction": np.where(
                out, np.sqrt(gamma**2 + edge**2), 2 * edge
            ),
        }
        name_mistake(found, wrong, what, expected=expected)
        compare(found, expected, what)
    passed("what texts of four lengths show, two of them in your language")


def check_law_share(function: Callable[[np.ndarray, float], float], student: str) -> None:
    r"""Check a function that says which error reverse water-filling leaves in the vectors of a target.

    Parameters
    ----------
    function : callable
        Takes a symmetric target, shape (V, V), and a number of bits a word; returns the share
        :math:`\sum_k \min(\mathcal E, \omega_k) / \sum_k \omega_k` for the strengths
        :math:`\omega_k = \lambda_k / V` of its positive eigenvalues.
    student : str
        Whose language's target is asked about, beside small ones.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 3 of the fifth set.

    Examples
    --------
    >>> def mine(M, bits):
    ...     omega = np.linalg.eigvalsh(M).clip(0) / len(M)
    ...     return rate_distortion(omega[omega > 1e-9], bits, "ideal").errors.sum() / omega.sum()
    >>> check_law_share(mine, "ada")
    Correct: the error left by water-filling, for small targets and yours.
    >>> check_law_share(lambda M, bits: 1 - mine(M, bits), "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: three directions, 3 bits: this is the share that is kept, not what is left as error
    """
    turn = np.linalg.qr(np.random.default_rng(5).standard_normal((4, 4)))[0]
    own = np.asarray(student_language(student, TASK).target(5))
    for what, M, bits in (
        ("three directions, 3 bits", np.diag([48.0, 12.0, 0.75]), 3.0),
        ("a large negative eigenvalue, 2 bits", (turn * [8.0, 4.0, 1.0, -20.0]) @ turn.T, 2.0),
        ("your target, 5 bits", own, 5.0),
        ("your target, 12 bits", own, 12.0),
    ):
        found = ask(function, "a number", what, M, bits, intact="the target")
        values = np.linalg.eigvalsh(M)
        omega = values[values > 1e-9] / len(M)
        ideal, total = rate_distortion(omega, bits, "ideal"), omega.sum()
        size = np.abs(values[np.abs(values) > 1e-9]) / len(M)
        expected = ideal.errors.sum() / total
        wrong = {
            "this is the share that is kept, not what is left as error": 1 - expected,
            "every direction has the same number of bits here; the strong ones need more": 4.0
            ** (-bits / len(omega)),
            "each direction has these bits for itself here; a word has them for all": 4.0**-bits,
            "negative eigenvalues belong to no vectors; leave them out": (
                rate_distortion(size, bits, "ideal").errors.sum() / size.sum()
            ),
            "an error falls by 4 for each bit, not by 2": (
                rate_distortion(omega, bits / 2, "ideal").errors.sum() / total
            ),
            "divide the eigenvalues by V before pouring": (
                rate_distortion(omega * len(M), bits, "ideal").errors.sum() / total
            ),
            "this is the error itself; divide by the sum of all strengths": expected * total,
            "this is the error of scores, which are products of two vectors": (
                1 - ((omega - ideal.errors) ** 2).sum() / (omega**2).sum()
            ),
            "strengths are eigenvalues over V, not their squares": (
                rate_distortion(omega**2, bits, "ideal").errors.sum() / (omega**2).sum()
            ),
            "a weak direction has no more error than its strength: the level is not above it": (
                ideal.step * len(omega) / total
            ),
            "this is the law of rounding; that of water-filling has a quarter of a bit less for each direction": (
                rate_distortion(omega, bits).errors.sum() / total
            ),
        }
        name_mistake(found, wrong, what, expected=expected, rtol=1e-5)
        compare(found, expected, what, tolerance=1e-6)
    passed("the error left by water-filling, for small targets and yours")


def two_tables(student: str) -> tuple[np.ndarray, np.ndarray]:
    r"""Return two tables of vectors of a student's words, made from contrasts of which they share three.

    Parameters
    ----------
    student : str
        Who it is.

    Returns
    -------
    X : ndarray, shape (32, 10)
    Y : ndarray, shape (32, 12)
        Their columns have the mean 0.  What is shared is weak in the first table.

    Notes
    -----
    Serves problem 4 of the fifth set.

    Examples
    --------
    >>> X, Y = two_tables("ada")
    >>> np.linalg.matrix_rank(np.hstack([X, Y]))
    np.int64(19)
    """
    rng = student_rng(student, f"{TASK} tables")
    signs = student_language(student, TASK).signs
    contrasts = np.array([np.prod(signs[:, some], axis=1) for some in _sets(5)]).T[:, rng.permutation(31)]
    shared, first, second = np.split(contrasts[:, :19], [_SHARED, 10], axis=1)
    return _tables(shared, first, second, rng)


def _tables(shared: np.ndarray, first: np.ndarray, second: np.ndarray, rng) -> tuple[np.ndarray, np.ndarray]:
    """Two tables in axes of their own: what they share is weak in the first, and the rest is related, too."""
    related = second.copy()
    many = min(first.shape[1], second.shape[1])
    related[:, :many] = 0.8 * second[:, :many] + 0.6 * _turned(first, rng)[:, :many]
    return (
        _turned(np.hstack([0.5 * shared, first * rng.uniform(2, 4, first.shape[1])]), rng),
        _turned(np.hstack([shared, related * rng.uniform(1, 3, related.shape[1])]), rng),
    )


def _turned(table: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The table in other axes."""
    return table @ np.linalg.qr(rng.standard_normal((table.shape[1],) * 2))[0]


def check_shared_directions(
    function: Callable[[np.ndarray, np.ndarray, int], np.ndarray], student: str
) -> None:
    r"""Check a function that finds the directions over words that two tables share.

    Parameters
    ----------
    function : callable
        Takes tables of shapes (V, m) and (V, n), and how many directions c they share; returns c
        independent columns, shape (V, c), that lie in the column spaces of both.  Any such
        columns are right.
    student : str
        Whose two tables are asked about, beside others.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 4 of the fifth set.

    Examples
    --------
    >>> def mine(X, Y, c):
    ...     A, B = np.linalg.qr(X)[0], np.linalg.qr(Y)[0]
    ...     return A @ np.linalg.svd(A.T @ B)[0][:, :c]
    >>> check_shared_directions(mine, "ada")
    Correct: what two tables share, in three cases, one of them yours.
    >>> check_shared_directions(lambda X, Y, c: np.linalg.svd(X)[0][:, :c], "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: 9 words, 1 shared: these are the strongest directions of the first table; ...
    """
    rng, cases = np.random.default_rng(23), []
    for V, m, n, c in ((9, 3, 4, 1), (20, 6, 5, 2)):
        columns = np.linalg.qr(rng.standard_normal((V, m + n - c)))[0]
        cases.append((f"{V} words, {c} shared", *_tables(*np.split(columns, [c, m], axis=1), rng), c))
    cases.append(("your two tables", *two_tables(student), _SHARED))
    for what, X, Y, c in cases:
        found = ask(function, "an array", what, X, Y, c, intact="the first table")
        if c == 1 and found.shape == (len(X),):
            found = found[:, None]
        if found.shape in ((X.shape[1], c), (Y.shape[1], c)):
            raise CheckFailed(
                f"{what}: these are coordinates in a basis of one table; multiply by that basis, so that there "
                "is one number for each word"
            )
        if found.shape != (len(X), c):
            raise CheckFailed(f"{what}: the shape should be {(len(X), c)}, but is {found.shape}")
        if not np.isfinite(found).all() or np.linalg.matrix_rank(found, tol=1e-6 * np.linalg.norm(found)) < c:
            raise CheckFailed(f"{what}: the columns are not {c} independent directions")
        A, B = np.linalg.qr(X)[0], np.linalg.qr(Y)[0]
        Q = np.linalg.qr(found.astype(float))[0]
        both = [float(np.sum((side.T @ Q) ** 2) / c) for side in (A, B)]
        tolerance = 1e-4 if found.dtype == np.float32 else 1e-7
        if min(both) > 1 - tolerance:
            continue
        turn = np.linalg.svd(X.T @ Y)
        wrong = {
            "these are the strongest directions of the first table; what is shared may be weak in it": (
                np.linalg.svd(X)[0][:, :c]
            ),
            "these are the strongest directions of the second table; what is shared may be weak in it": (
                np.linalg.svd(Y)[0][:, :c]
            ),
            "XᵀY weighs each direction by its strengths; take orthonormal bases of both spaces first": (
                X @ turn[0][:, :c]
            ),
            "XᵀY weighs each direction by its strengths; take orthonormal bases of both spaces first ": (
                Y @ turn[2][:c].T
            ),
            "these are the directions that are strongest in both tables put side by side": (
                np.linalg.svd(np.hstack([X, Y]))[0][:, :c]
            ),
            "these are the directions of the first table that the second knows least; take the largest cosines": (
                A @ np.linalg.svd(A.T @ B)[0][:, -c:]
            ),
            "these are the first columns of the first table; axes have no meaning, and only the space counts": (
                X[:, :c]
            ),
        }
        for message, columns in wrong.items():
            other = np.linalg.qr(columns)[0]
            if np.sum((other.T @ Q) ** 2) > c * (1 - 1e-6):
                raise CheckFailed(f"{what}: {message.strip()}")
        raise CheckFailed(
            f"{what}: of your directions {both[0]:.0%} lie in the space of the first table and {both[1]:.0%} in that of "
            "the second; all of them should lie in both"
        )
    passed("what two tables share, in three cases, one of them yours")


def check_equal_start(function: Callable[[float, float, float, int], float]) -> None:
    r"""Check a function that says where a weak mode must start to be half learned when a strong one is.

    Parameters
    ----------
    function : callable
        Takes the strong and the weak :math:`|\lambda|`, the strength :math:`\omega(0)` from which the
        strong mode starts, and the depth :math:`\mathcal D`; returns the strength from
        which the weak mode must start.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    A relative error of two thousandths is allowed.  Serves problem 5 of the fifth set.

    Examples
    --------
    >>> check_equal_start(_equal_start)
    Correct: the start that makes up for weakness, at depths from 2 to 6.
    >>> check_equal_start(lambda strong, weak, start, depth: start)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: |λ| = 1 and 0.5, start 0.001, depth 2: from equal starts the strong mode comes first; ...
    """
    for strong, weak, start, depth in (
        (1.0, 0.5, 1e-3, 2),
        (1.0, 0.5, 1e-3, 3),
        (1.0, 0.8, 1e-5, 3),
        (2.0, 1.2, 1e-3, 4),
        (0.5, 0.3, 1e-4, 2),
        (3.0, 1.0, 1e-6, 6),
    ):
        what = f"|λ| = {strong:g} and {weak:g}, start {start:g}, depth {depth}"
        found = ask(function, "a number", what, strong, weak, start, depth)
        expected, ratio = _equal_start(strong, weak, start, depth), strong / weak
        free = start * ratio ** (depth / (depth - 2)) if depth > 2 else start ** (1 / ratio)
        wrong = {
            "from equal starts the strong mode comes first; the weak one must start higher": start,
            "the weak mode must start higher, not lower": start**2 / expected,
            "this is the start for two layers; with more, growth is no exponential": (
                _equal_start(strong, weak, start, 2)
            ),
            "this holds only while no mode feels the brake; find the start for which the half-rises are equal": free,
            "this is the time of the half-rise; return the weak mode's start": _half(strong, start, depth),
            "this is the number that each layer holds; return its power, the strength": expected
            ** (1 / depth),
            "the strong mode's half is half of its own |λ|, the weak one's half of the weak |λ|": (
                _equal_start(strong, weak, start, depth, own_half=False)
            ),
        }
        name_mistake(found, wrong, what, expected=expected, rtol=2e-3, atol=0)
        if not 0 < found < np.inf:
            raise CheckFailed(f"{what}: a start is a number above 0, and not {found:g}")
        if found >= weak / 2:
            raise CheckFailed(
                f"{what}: from {found:g} the weak mode would be half learned before training begins"
            )
        if not np.isclose(found, expected, rtol=2e-3, atol=0):
            raise CheckFailed(
                f"{what}: from {found:.4g} the weak mode is half learned at {_half(weak, found, depth):.4g}, the strong one "
                f"at {_half(strong, start, depth):.4g}"
            )
    passed("the start that makes up for weakness, at depths from 2 to 6")


def _half(size: float, start: float, depth: int) -> float:
    """When a mode is half learned."""
    return float(deep_half_rises(np.array([size]), start, depth)[0])


def _equal_start(strong: float, weak: float, start: float, depth: int, own_half: bool = True) -> float:
    """The weak mode's start, by halving the interval of its logarithm."""
    time = _half(strong, start, depth)
    if not own_half:  # until both reach the half of the strong one, if they can
        if weak <= strong / 2:
            return np.nan
        rest = -_half(weak, strong / 2, depth) if weak < strong else 0.0
        time = time - rest
    low, high = np.log(1e-30), np.log(weak / 2)
    return float(np.exp(brentq(lambda y: _half(weak, np.exp(y), depth) - time, low, high, xtol=1e-13)))


def clock_settings(student: str) -> dict[str, float]:
    r"""Return the settings of a student's grokking runs: all but the weight decay, and the step to aim at.

    Parameters
    ----------
    student : str
        Who it is.

    Returns
    -------
    dict
        ``step`` is the goal; ``level``, ``step_size``, ``d``, ``examples`` and ``scale`` are the
        settings.

    Notes
    -----
    Serves problem 6 of the fifth set.

    Examples
    --------
    >>> settings = clock_settings("ada")
    >>> settings["d"], settings["examples"], 900 <= settings["step"] <= 1400
    (200, 100, True)
    """
    rng = student_rng(student, f"{TASK} clock")
    return {
        "step": int(rng.integers(900, 1401)),
        "level": round(float(rng.uniform(1, 1.2)), 3),
        "step_size": 0.15,
        "d": 200,
        "examples": 100,
        "scale": round(float(rng.uniform(7, 9)), 3),
    }


def clock_run(student: str, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    r"""Return what a grokking run of a student begins with.

    Parameters
    ----------
    student : str
        Who it is.
    seed : int
        Which run.

    Returns
    -------
    asked : ndarray, shape (examples, d)
        The examples, one a row.
    answers : ndarray, shape (examples,)
        What the rule answers.
    rule, start : ndarray, shape (d,)
        The rule behind the answers, and the weights to start from.

    Notes
    -----
    Serves problem 6 of the fifth set.

    Examples
    --------
    >>> asked, answers, rule, start = clock_run("ada", 0)
    >>> asked.shape, np.allclose(asked @ rule, answers)
    ((100, 200), True)
    """
    given = clock_settings(student)
    rng = student_rng(student, f"{TASK} run {seed}")
    asked = rng.standard_normal((given["examples"], given["d"]))
    rule, start = rng.standard_normal((2, given["d"])) / np.sqrt(given["d"])
    return asked, asked @ rule, rule, given["scale"] * start


def check_decay_for(function: Callable[..., float], student: str) -> None:
    r"""Check a function that says which weight decay makes a linear model grok at a given step.

    Parameters
    ----------
    function : callable
        Takes the step n, the level :math:`\epsilon`, the step size, d, the number of examples J
        and the scale :math:`\sigma`; returns the :math:`\omega` for which
        :math:`(1 - J/d)(1 + \sigma^2 (1 - \eta\omega)^{2n}) = \epsilon`.
    student : str
        Whose settings are asked about, beside others.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 6 of the fifth set.

    Examples
    --------
    >>> check_decay_for(_decay, "ada")
    Correct: the decay that sets the clock, for your settings and three others.
    >>> check_decay_for(lambda n, level, eta, *given: eta * _decay(n, level, eta, *given), "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: n = 50, ε = 1, η = 0.2, d = 200, J = 80, σ = 8: this is ηω; divide by the step size
    """
    own = clock_settings(student)
    for given in (
        (50, 1.0, 0.2, 200, 80, 8.0),
        (400, 0.9, 0.1, 150, 50, 12.0),
        (100, 2.0, 0.05, 90, 60, 5.0),
        tuple(own.values()),
    ):
        n, level, eta, d, J, sigma = given
        what = f"n = {n}, ε = {level:g}, η = {eta:g}, d = {d}, J = {J}, σ = {sigma:g}"
        found = ask(function, "a number", what, *given)
        expected, unseen = _decay(*given), 1 - J / d
        falls = np.log(sigma**2 * unseen / (level - unseen))
        wrong = {
            "the loss is a square, so it falls by 2n powers of 1 − ηω; the factor 2 is missing": (
                -np.expm1(-falls / n) / eta
            ),
            "this is ηω; divide by the step size": eta * expected,
            "this is 1 − ηω; solve for ω": 1 - eta * expected,
            "solve for ω without ln(1 − x) ≈ −x": falls / (2 * n * eta),
            "the loss ends at 1 − J/d; take that from the level first": (
                -np.expm1(-np.log(sigma**2 * unseen / level) / 2 / n) / eta
            ),
            "only the share 1 − J/d of the start is unseen by the examples": (
                -np.expm1(-np.log(sigma**2 / (level - unseen)) / 2 / n) / eta
            ),
            "the scale is a length, and the loss has its square": (
                -np.expm1(-np.log(sigma * unseen / (level - unseen)) / 2 / n) / eta
            ),
            "the sign is wrong: a decay is positive": -expected,
        }
        if level > J / d:
            other = np.log(sigma**2 * (J / d) / (level - J / d))
            wrong["J/d is the share that examples see; what decides is the rest, 1 − J/d"] = (
                -np.expm1(-other / 2 / n) / eta
            )
        name_mistake(found, wrong, what, expected=expected, rtol=1e-6)
        compare(found, expected, what, tolerance=1e-7)
    passed("the decay that sets the clock, for your settings and three others")


def _decay(step: int, level: float, step_size: float, d: int, examples: int, scale: float) -> float:
    """The weight decay with which a model groks at a step."""
    unseen = 1 - examples / d
    return float(-np.expm1(-np.log(scale**2 * unseen / (level - unseen)) / (2 * step)) / step_size)


_MOMENT = "the mean step at which three runs grok"


def check_clock_prediction(prediction: Sequence[float], student: str) -> None:
    r"""Check a prediction of the step at which three runs of a student grok, on average.

    Parameters
    ----------
    prediction : pair of float
        The lowest and the highest value expected.
    student : str
        Whose runs they are.

    Raises
    ------
    CheckFailed
        If it is no prediction; see :func:`~w2vlib.course.problems.experiments.check_prediction`.

    Notes
    -----
    Serves problem 6 of the fifth set.

    Examples
    --------
    >>> check_clock_prediction((1000, 1200), "ada")
    Correct: the mean step at which three runs grok is predicted, from 1000 to 1200.
    """
    check_prediction(prediction, (0, 2 * clock_settings(student)["step"]), _MOMENT)


def check_clock_run(
    prediction: Sequence[float], measured: float, held: bool, decay: float, student: str
) -> None:
    r"""Check that a student's three runs were made, and that what is said of the prediction is so.

    Parameters
    ----------
    prediction : pair of float
        As for :func:`check_clock_prediction`.
    measured : float
        The mean over seeds 0, 1, 2 of how many steps it takes until the squared distance from the rule
        is below the level.
    held : bool
        Whether that lies within the prediction.
    decay : float
        The weight decay of the runs.
    student : str
        Whose runs they are.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one, and never what the runs give.

    Notes
    -----
    Serves problem 6 of the fifth set.

    Examples
    --------
    >>> decay = _decay(**clock_settings("ada"))
    >>> measured = np.mean([_moments("ada", seed, decay)[0] for seed in range(3)])
    >>> check_clock_run((0, 10), measured, False, decay, "ada")
    Correct: the mean step at which three runs grok is ..., and that the prediction failed is said as it is.
    >>> check_clock_run((0, 10), 700.0, False, decay, "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the mean step at which three runs grok: with your decay the three runs ...
    """
    if measured is ... or held is ... or decay is ...:
        raise NotDone(f"{_MOMENT}: not done yet")
    decay, found = as_numbers(decay, "the decay", "a number"), as_numbers(measured, _MOMENT, "a number")
    if not 0 < decay < 0.5:
        raise CheckFailed(f"the decay: it must lie between 0 and 0.5 for these runs, and is {decay:g}")
    runs = np.array([_moments(student, seed, float(decay)) for seed in range(3)])
    if np.isnan(runs[:, 0]).any():
        raise CheckFailed(
            f"the decay: with {decay:.4g} a run has not passed the level after {_LONGEST} steps; solve for ω again"
        )
    moments, again = runs[:, 0], runs[:, 0].mean()
    own = clock_settings(student)
    wrong = {
        "this is one step off: count the steps made until the loss is below the level": again + 1,
        "this is one step off: count the steps made until the loss is below the level ": again - 1,
        "this is when the examples are learned; ask how far the weights are from the rule": runs[:, 1].mean(),
        "this is their sum; take the mean": moments.sum(),
        "this is the step that was aimed at, not what the runs give": float(own["step"]),
    }
    wrong |= {
        f"this is the run of seed {seed} alone, or the median; take the mean of three": moment
        for seed, moment in enumerate(moments)
    }
    name_mistake(found, wrong, _MOMENT, expected=again, rtol=1e-6)
    if not np.isclose(found, again, rtol=1e-5 if isinstance(found, np.float32) else 1e-6, atol=0):
        raise CheckFailed(
            f"{_MOMENT}: with your decay the three runs of seeds 0, 1 and 2 do not give this; does a step decay the "
            "weights as they were before it, and divide by the number of examples?"
        )
    check_experiment(prediction, float(again), held, float(again), _MOMENT)


def _moments(student: str, seed: int, decay: float) -> tuple[float, float]:
    """Steps until new questions are answered to the level, and until the examples are; NaN if never."""
    given = clock_settings(student)
    asked, answers, rule, w = clock_run(student, seed)
    square, mixed = asked.T @ asked / len(asked), asked.T @ answers / len(asked)
    learned = np.nan
    for n in range(_LONGEST + 1):
        if np.isnan(learned) and np.mean((asked @ w - answers) ** 2) < given["level"]:
            learned = float(n)
        if np.sum((w - rule) ** 2) < given["level"]:
            return float(n), learned
        w = w - given["step_size"] * (square @ w - mixed + decay * w)
    return np.nan, learned
