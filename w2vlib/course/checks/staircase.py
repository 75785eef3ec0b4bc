r"""Checks for chapter *staircase*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...dynamics import aligned_half_rises, loss_of_strengths, mode_strengths
from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_busiest", "check_learned_and_plateau", "check_log_scale_needed"]

_REMEDY = (
    "modes with λ ≤ 0 never rise and have no logarithm to take, and a scale may be too small for a number: "
    "work with its logarithm"
)


def check_learned_and_plateau(
    function: Callable[[np.ndarray, np.ndarray, float], tuple[int, float]],
) -> None:
    r"""Check a function that says how many modes are learned, and where the loss would wait.

    Parameters
    ----------
    function : callable
        Takes the eigenvalues :math:`\lambda_k`, the strengths
        :math:`s_k^2(0)` at the start, both of shape (K,), and a flow time t,
        and returns the number of modes with :math:`\tau_k \le t` and
        :math:`-\tfrac14 \sum_{\tau_k \le t} \lambda_k^2`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: the 2 of
        :math:`2\lambda_k` lost, a strength squared again, the first modes
        taken for those learned, the loss at t in place of the plateau, …

    Notes
    -----
    Introduced in chapter *staircase*.

    Examples
    --------
    >>> def mine(values, start, t):
    ...     rising = values > 0
    ...     tau = np.log(values[rising] / start[rising] - 1) / (2 * values[rising])
    ...     return (tau <= t).sum(), -(values[rising][tau <= t] ** 2).sum() / 4
    >>> check_learned_and_plateau(mine)
    Correct: modes learned, and the plateau, in 9 cases.
    >>> check_learned_and_plateau(lambda values, start, t: (mine(values, start, t)[0], 0.0))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the plateau for two modes between their rises should be -1, but is 0
    """
    pair, small = np.array([2.0, 1.0]), np.full(2, 1e-6)
    late = np.array([1e-12, 1e-3, 1e-3])
    cases = {
        "two modes before any rises": (pair, small, 1.0),
        "two modes between their rises": (pair, small, 5.0),
        "two modes after both": (pair, small, 20.0),
        "three modes of which the first comes last": (np.array([3.0, 2.5, 2.0]), late, 3.0),
        "modes with eigenvalues 0 and −2 among them": (np.array([3.0, 0.0, -2.0]), np.full(3, 1e-4), 9.0),
    }
    rng = np.random.default_rng(8)
    for size in (1, 4, 12, 30):
        values = np.sort(rng.uniform(1, 9, size))[::-1]
        start = 1e-6 * rng.chisquare(3, size)
        cases[f"{size} random mode{'s' if size > 1 else ''}"] = (values, start, 2.0)
    found = [ask(function, "two numbers", w, v, s, t, remedy=_REMEDY) for w, (v, s, t) in cases.items()]
    learned = [aligned_half_rises(values, start) <= t for values, start, t in cases.values()]
    right = [(int(k.sum()), _plateau(case[0][k])) for k, case in zip(learned, cases.values())]
    for part, name, guesses in ((0, "count", _wrong_counts), (1, "plateau", _wrong_plateaus)):
        # One case has many explanations where an answer is a small whole number; all cases together have one.
        wrong = [guesses(*case) for case in cases.values()]
        numbers, expected = [pair[part] for pair in found], [pair[part] for pair in right]
        together = {message: [guess[message] for guess in wrong] for message in wrong[0]}
        name_mistake(numbers, together, f"the {name}", expected=expected, rtol=1e-5, atol=1e-8)
        for what, number, goal in zip(cases, numbers, expected):
            compare(number, goal, f"the {name} for {what}")
    passed(f"modes learned, and the plateau, in {len(cases)} cases")


def _plateau(values: np.ndarray) -> float:
    return -float((values**2).sum()) / 4


def _wrong_counts(values: np.ndarray, start: np.ndarray, t: float) -> dict[str, float]:
    tau, squared = aligned_half_rises(values, start), aligned_half_rises(values, start**2)
    reversed_sign = aligned_half_rises(np.abs(values), start)
    return {
        "a strength grows with twice its eigenvalue: divide the logarithm by 2 λ": (2 * tau <= t).sum(),
        "divide the logarithm by 2 λ, not by 2": (tau * values <= t).sum(),
        "divide the logarithm by 2 λ, not by 2 λ²": (tau / np.where(values > 0, values, np.nan) <= t).sum(),
        "the logarithm is to base 10; take the natural one, np.log": (tau / np.log(10) <= t).sum(),
        "the starts are strengths s² already, they must not be squared": (squared <= t).sum(),
        "these are the modes not learned yet": len(values) - (tau <= t).sum(),
        "modes with λ ≤ 0 never rise; leave them out": (tau <= t).sum() + (values <= 0).sum(),
        "a negative λ is not as good as a positive one; leave modes with λ ≤ 0 out": (
            (reversed_sign <= t).sum()
        ),
    }


def _wrong_plateaus(values: np.ndarray, start: np.ndarray, t: float) -> dict[str, float]:
    learned = aligned_half_rises(values, start) <= t
    right, count = _plateau(values[learned]), int(learned.sum())
    now = float(loss_of_strengths(values, mode_strengths(values, start, t)))
    return {
        "the sign is wrong: learning lowers the loss": -right,
        "the factor ¼ is missing": 4 * right,
        "the factor is ¼, not ½": 2 * right,
        "the eigenvalues must be squared": -values[learned].sum() / 4,
        "square each eigenvalue, then add": -(values[learned].sum() ** 2) / 4,
        "this is the sum over the first modes, not over those that are learned": _plateau(values[:count]),
        "this is the sum over all modes, not over those that are learned": _plateau(values),
        "this is the sum over all modes that will be learned, not over those that are": (
            _plateau(values[values > 0])
        ),
        "this is the loss at time t; the plateau counts learned modes in full": now,
    }


def check_log_scale_needed(function: Callable[[float, float, float], float]) -> None:
    r"""Check a function that says how small the start must be for two modes to rise apart.

    Parameters
    ----------
    function : callable
        Takes :math:`\lambda_k > \lambda_{k+1} > 0` and the factor of the rule, and
        returns :math:`\log_{10}\sigma` for which
        :math:`(\tau_{k+1} - \tau_k)(\lambda_k + \lambda_{k+1})/2` is that
        number, with :math:`\tau = \ln(\lambda/\sigma^2)/2\lambda`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: the natural
        logarithm returned, that of σ², the sign, the terms in ln λ dropped, …

    Notes
    -----
    Introduced in chapter *staircase*.

    Examples
    --------
    >>> def mine(first, second, factor=2.0):
    ...     ahead = np.log(second) / (2 * second) - np.log(first) / (2 * first)
    ...     return -(2 * factor / (first + second) - ahead) / (1 / second - 1 / first) / np.log(10)
    >>> check_log_scale_needed(mine)
    Correct: the scale needed for 5 pairs of eigenvalues and 3 factors.
    >>> check_log_scale_needed(lambda first, second, factor: 10 ** mine(first, second, factor))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: λ = 2 and 1, factor 2: this is σ; return its logarithm to base 10
    """
    pairs = [(2.0, 1.0), (233.5, 207.0), (140.5, 110.8), (30.0, 3.0), (63.92, 63.89)]
    for factor in (2.0, 1.0, 3.0):
        for first, second in pairs:
            what = f"λ = {first:g} and {second:g}, factor {factor:g}"
            found = ask(function, "a number", what, first, second, factor, remedy=_REMEDY)
            expected = _log_scale(first, second, factor)
            if not np.isfinite(found):
                raise CheckFailed(
                    f"{what}: it is {found}; σ itself may be too small for a number, its logarithm is not"
                )
            wrong = _wrong_scales(first, second, factor)
            name_mistake(found, wrong, what, expected=expected, rtol=1e-8, atol=1e-12)
            compare(found, expected, what)
    passed(f"the scale needed for {len(pairs)} pairs of eigenvalues and 3 factors")


def _log_scale(first: float, second: float, factor: float, head_start: float = 1.0, mean=None) -> float:
    """log10 σ; `head_start` 0 leaves out the terms in ln λ, `mean` replaces the mean eigenvalue."""
    mean = (first + second) / 2 if mean is None else mean
    ahead = head_start * (np.log(second) / second - np.log(first) / first) / 2
    return float(-(factor / mean - ahead) / (1 / second - 1 / first) / np.log(10))


def _wrong_scales(first: float, second: float, factor: float) -> dict[str, float]:
    right = _log_scale(first, second, factor)
    return {
        "this is σ; return its logarithm to base 10": 10**right,
        "this is the natural logarithm of σ; divide it by ln 10": right * np.log(10),
        "the sign is wrong: log₁₀ σ is that of a small number": -right,
        "this is log₁₀ of σ², not of σ": 2 * right,
        "this is half of it; τ holds ln(1/σ²), which is 2 ln(1/σ)": right / 2,
        "the terms in ln λ are missing: τ = ln(λ/σ²)/2λ, not ln(1/σ²)/2λ": (
            _log_scale(first, second, factor, head_start=0)
        ),
        "the terms in ln λ have the wrong sign": _log_scale(first, second, factor, head_start=-1),
        "the factor is not used; it replaces the 2 of the rule": _log_scale(first, second, 2),
        "the gap is multiplied by the mean of both eigenvalues, not by the first": (
            _log_scale(first, second, factor, mean=first)
        ),
        "the gap is multiplied by the mean of both eigenvalues, not by the second": (
            _log_scale(first, second, factor, mean=second)
        ),
        "the gap is multiplied by the mean of both eigenvalues, not by their sum": (
            _log_scale(first, second, factor, mean=first + second)
        ),
    }


def check_busiest(function: Callable[[np.ndarray, np.ndarray], tuple[int, int, int]]) -> None:
    r"""Check a function that finds the moment of a run at which most modes are under way.

    Parameters
    ----------
    function : callable
        Takes recorded strengths :math:`s_k^2`, shape (n, K), and the
        eigenvalues :math:`\lambda_k > 0`, shape (K,).  For the first record at
        which the number of modes between 10 % and 90 % of their eigenvalue is
        largest, it returns how many are finished (above 90 %), under way, and
        not begun (below 10 %).

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: roots of the
        strengths, one eigenvalue for all, the last record in place of the
        busiest, largest numbers of different records, …

    Notes
    -----
    Introduced in chapter *staircase*.

    Examples
    --------
    >>> def mine(strengths, values):
    ...     share = strengths / values
    ...     done, idle = (share > 0.9).sum(axis=1), (share < 0.1).sum(axis=1)
    ...     under_way = len(values) - done - idle
    ...     n = under_way.argmax()
    ...     return done[n], under_way[n], idle[n]
    >>> check_busiest(mine)
    Correct: the busiest moment of 5 runs.
    >>> check_busiest(lambda strengths, values: mine(np.sqrt(strengths), values))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the busiest moment: the strengths are squares already, no root is needed
    """
    values = np.array([233.0, 207.0, 176.0, 148.0, 140.0, 110.0, 64.0, 60.0, 57.0])
    by_hand = np.array(
        [[0.3, 0.02, 0.0], [0.95, 0.4, 0.2], [0.99, 0.93, 0.6], [1, 1.01, 0.97], [1, 0.88, 0.97]]
    )
    runs = {"five records of three modes": (by_hand * values[:3], values[:3])}
    for power in (1, 2, 4, 12):
        t = np.linspace(0, 0.25 + 0.06 * power, 60)
        strengths = mode_strengths(values, 10.0 ** (-2 * power), t)
        runs[f"a run from a scale of 1e-{power}"] = (strengths, values)
    found, expected = [], []
    for what, (strengths, goal) in runs.items():
        found.append(ask(function, "three numbers", what, strengths, goal, remedy=_REMEDY))
        expected.append(_at_busiest(strengths / goal))
    wrong = [_wrong_busiest(*run) for run in runs.values()]
    together = {message: [guess[message] for guess in wrong] for message in wrong[0]}
    name_mistake(found, together, "the busiest moment", expected=expected, rtol=1e-5, atol=1e-8)
    for what, answer, goal in zip(runs, found, expected):
        compare(answer, goal, f"finished, under way and not begun in {what}")
    passed(f"the busiest moment of {len(runs)} runs")


def _tallies(share: np.ndarray, low: float = 0.1, high: float = 0.9) -> np.ndarray:
    """Finished, under way, not begun, for each record: shape (n, 3)."""
    finished, waiting = (share > high).sum(axis=1), (share < low).sum(axis=1)
    return np.column_stack([finished, share.shape[1] - finished - waiting, waiting])


def _at_busiest(share: np.ndarray) -> list[int]:
    tallies = _tallies(share)
    return tallies[tallies[:, 1].argmax()].tolist()


def _wrong_busiest(strengths: np.ndarray, values: np.ndarray) -> dict[str, list]:
    share = strengths / values
    tallies, right = _tallies(share), _at_busiest(share)
    rows = {"least": tallies[:, 1].argmin(), "finished": tallies[:, 0].argmax()}
    return {
        "the strengths are squares already, no root is needed": _at_busiest(np.sqrt(strengths) / values),
        "compare the strengths with λ, not their roots with the roots of λ": _at_busiest(np.sqrt(share)),
        "the strengths must be compared with their eigenvalues, not with 0.9 and 0.1": (
            _at_busiest(strengths)
        ),
        "each strength has an eigenvalue of its own; they were all compared with the first": (
            _at_busiest(strengths / values[0])
        ),
        "the order is finished, under way, not begun": right[::-1],
        "numbers are asked for, not shares": [count / len(values) for count in right],
        "this is the first record, not the busiest": tallies[0].tolist(),
        "this is the last record, not the busiest": tallies[-1].tolist(),
        "this is the record with fewest modes under way": tallies[rows["least"]].tolist(),
        "this is the record with most modes finished": tallies[rows["finished"]].tolist(),
        "these are the largest numbers of three different records": tallies.max(axis=0).tolist(),
        "these are averages over all records": tallies.mean(axis=0).tolist(),
    }
