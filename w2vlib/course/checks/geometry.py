"""Checks for chapter *geometry*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_share_of_word", "check_voted_angles", "check_wave_eigenvalues"]


def check_wave_eigenvalues(function: Callable[[np.ndarray], np.ndarray]) -> None:
    r"""Check a function that reads a circulant block's eigenvalues off its generator.

    Parameters
    ----------
    function : callable
        Takes the generator :math:`c_0, \dots, c_{m-1}`, :math:`c_j = c_{m-j}`,
        and returns :math:`\hat c_k = \sum_j c_j \cos(2\pi kj/m)` for
        :math:`k = 0, \dots, \lfloor m/2\rfloor`, in this order.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> check_wave_eigenvalues(lambda c: np.fft.rfft(c).real)
    Correct: the eigenvalues of 6 generators, wave by wave.
    >>> check_wave_eigenvalues(lambda c: np.fft.rfft(c).real / len(c))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the four seasons: these are the eigenvalues divided by m; the sum is not a mean
    """
    rng = np.random.default_rng(15)
    cases = [("the four seasons", np.array([3.0, 1.0, 0.0, 1.0]))]
    cases += [(f"{n} words", _even(rng.standard_normal(n // 2 + 1), n)) for n in (4, 5, 8, 11, 12)]
    for what, c in cases:
        n = len(c)
        expected = np.fft.rfft(c).real
        found = ask(function, "an array", what, c)
        if found.shape == (n,) != expected.shape:
            raise CheckFailed(
                f"{what}: {n} numbers came back; waves k and m − k are the same, so stop at k = {n // 2}"
            )
        if found.shape == expected.shape:
            half = c[: n // 2 + 1]
            angles = 2 * np.pi * np.outer(np.arange(n // 2 + 1), np.arange(n)) / n
            wrong = {
                "these are the eigenvalues divided by m; the sum is not a mean": expected / n,
                "these are sorted; return them by k, from 0": np.sort(expected)[::-1],
                "these are sorted upwards; return them by k, from 0": np.sort(expected),
                "only half of the generator was summed; words j steps back count as well": (
                    np.cos(angles[:, : n // 2 + 1]) @ half
                ),
                "the sine was taken; its sum is always 0": np.sin(angles) @ c,
                "2π is π here: a wave of k periods turns by 2πk in m steps": np.cos(angles / 2) @ c,
            }
            name_mistake(found, wrong, what, expected=expected, rtol=1e-6, atol=1e-9)
        compare(found, expected, what, tolerance=1e-8)
    passed(f"the eigenvalues of {len(cases)} generators, wave by wave")


def check_voted_angles(function: Callable[[np.ndarray], np.ndarray]) -> None:
    r"""Check a function that places each word by its similarities to the others.

    Parameters
    ----------
    function : callable
        Takes a block :math:`M_{\mathcal G}`, shape (m, m), of words in the order of a circle, and
        returns the angles, in radians and up to whole turns, of
        :math:`\sum_{j \ne i} ((M_{\mathcal G})_{ij} - \bar M_i)\, e^{2\pi\mathrm i j/m}`, shape (m,),
        with the mean :math:`\bar M_i` over :math:`j \ne i`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: a word votes for
        itself, the mean is left in, degrees, …

    Notes
    -----
    Source: our own.  Introduced in chapter *geometry*.

    Examples
    --------
    >>> def mine(B):
    ...     away = ~np.eye(len(B), dtype=bool)
    ...     rows = [B[i] - B[i, away[i]].mean() for i in range(len(B))]
    ...     return np.angle(np.where(away, rows, 0) @ np.exp(2j * np.pi * np.arange(len(B)) / len(B)))
    >>> check_voted_angles(mine)
    Correct: the voted angles, for circles and for words out of place.
    >>> check_voted_angles(lambda B: np.degrees(mine(B)))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: a circle of 5 words: these are degrees; return radians
    """
    rng = np.random.default_rng(15)
    circles = [(f"a circle of {n} words", 4 + _falling_circle(n)) for n in (5, 8, 12)]
    out_of_place = 3 + _falling_circle(12)[np.ix_(*2 * (rng.permutation(12),))]
    diagonal = np.diag(rng.uniform(0, 30, 12))
    cases = [
        *circles,
        ("words with different similarities to themselves", 4 + _falling_circle(12) + diagonal),
        ("words in another order", out_of_place),
    ]
    for what, B in cases:
        found = ask(
            function,
            "an array",
            what,
            B,
            remedy="the angle of a complex number is np.angle",
            warnings_fail=False,
        )
        if found.shape != (len(B),):
            raise CheckFailed(
                f"{what}: the shape should be {(len(B),)}, one angle for each word, but is {found.shape}"
            )
        if not np.isfinite(found).all():
            raise CheckFailed(f"{what}: it holds NaN or infinity")
        expected = _votes(B)
        turn = np.exp(1j * found)
        if np.allclose(turn, np.exp(1j * expected), atol=1e-6):
            continue
        wrong = {
            "this is opposite to the place voted for; was the mean over the others subtracted?": expected
            + np.pi,
            "the mean over the others was not subtracted": _votes(B, centre=False),
            "a word votes for itself; leave out j = i": _votes(B, vote=True),
            "the row's mean holds the word's similarity to itself; take it over the others": (
                _votes(B, own_mean=True)
            ),
            "the circle runs backwards; the exponent is +2πij/m": -expected,
            "places are counted from 1; word 0 is at the angle 0": expected + 2 * np.pi / len(B),
            "these are degrees; return radians": np.degrees(expected),
            "these are whole turns; multiply by 2π": expected / (2 * np.pi),
        }
        for message, angles in wrong.items():
            if np.allclose(turn, np.exp(1j * angles), atol=1e-6):
                raise CheckFailed(f"{what}: {message}")
        turns = 2 * np.pi * np.round((found - expected) / (2 * np.pi))
        compare(found - turns, expected, what, tolerance=1e-6)
    passed("the voted angles, for circles and for words out of place")


def check_share_of_word(function: Callable[[np.ndarray, int, float], float]) -> None:
    r"""Check a function that gives a word a second sense and looks at the first direction.

    Parameters
    ----------
    function : callable
        Takes a block :math:`M_{\mathcal G}`, shape (m, m), a word's number i and a size; returns the
        squared entry of word i in the leading eigenvector of
        :math:`H(M_{\mathcal G} + \text{size}\, \mathbf e_i \mathbf e_i^\top)H`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one; also if the
        caller's block is changed.

    Notes
    -----
    Introduced in chapter *geometry*.

    Examples
    --------
    >>> def mine(B, i, size):
    ...     B = B + size * np.outer(np.arange(len(B)) == i, np.arange(len(B)) == i)
    ...     centre = np.eye(len(B)) - 1 / len(B)
    ...     return np.linalg.eigh(centre @ B @ centre)[1][i, -1] ** 2
    >>> check_share_of_word(mine)
    Correct: the share of a word with a second sense, from none to a large one.
    >>> check_share_of_word(lambda B, i, size: np.sqrt(mine(B, i, size)))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: no second sense: this is the entry itself, with its sign lost or not; square it
    """
    rng = np.random.default_rng(15)
    X = rng.standard_normal((9, 9)) * np.sqrt([3, 2.2, 1.6, 1, 0.7, 0.4, 0.2, 0.1, 0.05]) / 3
    B = X @ X.T + 2
    for what, i, size in [
        ("no second sense", 2, 0.0),
        ("a small second sense", 2, 0.3),
        ("a large second sense", 7, 25.0),
    ]:
        found = ask(function, "a number", what, B, i, size, intact="the block")
        changed = _with_sense(B, i, size)
        expected = _entry(changed, i) ** 2
        wrong = {
            "this is the entry itself, with its sign lost or not; square it": abs(_entry(changed, i)),
            "this is minus the entry; square it": -abs(_entry(changed, i)),
            "the block was not centred": _entry(changed, i, centre=False) ** 2,
            "this is the share without a second sense; add the size to one place of the diagonal "
            "(added to a whole row and column it goes again with the mean)": _entry(B, i) ** 2,
            "this is the last direction; eigh sorts upwards": _entry(changed, i, place=0) ** 2,
            "row and column of the eigenvectors are exchanged": _entry(changed, -1, place=i) ** 2,
            "the size was squared; it is a squared length already": (
                _entry(_with_sense(B, i, size**2), i) ** 2
            ),
        }
        name_mistake(found, wrong, what, expected=expected, rtol=1e-6, atol=1e-9)
        compare(found, expected, what, tolerance=1e-8)
    passed("the share of a word with a second sense, from none to a large one")


def _even(half: np.ndarray, n: int) -> np.ndarray:
    """A generator with c_m = c_{n−m}, from its first half."""
    return np.array([half[min(m, n - m)] for m in range(n)])


def _falling_circle(n: int) -> np.ndarray:
    steps = np.subtract.outer(np.arange(n), np.arange(n)) % n
    return _even(2 * 0.5 ** np.arange(n // 2 + 1), n)[steps]


def _votes(B: np.ndarray, centre: bool = True, vote: bool = False, own_mean: bool = False) -> np.ndarray:
    """Angles voted for; `vote`: each word votes for itself too, `own_mean`: it is part of its row's mean."""
    n = len(B)
    away = ~np.eye(n, dtype=bool)
    mean = B.mean(axis=1) if own_mean else np.where(away, B, 0).sum(axis=1) / (n - 1)
    rows = B - mean[:, None] * centre
    return np.angle(np.where(away | vote, rows, 0) @ np.exp(2j * np.pi * np.arange(n) / n))


def _with_sense(B: np.ndarray, i: int, size: float) -> np.ndarray:
    B = B.copy()
    B[i, i] += size
    return B


def _entry(B: np.ndarray, i: int, centre: bool = True, place: int = -1) -> float:
    H = np.eye(len(B)) - 1 / len(B) if centre else np.eye(len(B))
    return float(np.linalg.eigh(H @ B @ H)[1][i, place])
