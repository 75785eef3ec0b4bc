"""Checks for chapter *concepts*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_participants", "check_predicted_span", "check_turned"]


def check_participants(function: Callable[[np.ndarray], np.ndarray]) -> None:
    r"""Check a function that counts over how many entries each column is spread.

    Parameters
    ----------
    function : callable
        Takes a matrix of columns of any length, shape (V, d), and returns
        :math:`(\sum_i x_i^2)^2 / \sum_i x_i^4` of each, shape (d,).

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *concepts*.

    Examples
    --------
    >>> check_participants(lambda X: np.sum(X**2, axis=0) ** 2 / np.sum(X**4, axis=0))
    Correct: the effective number of entries of 11 columns.
    >>> check_participants(lambda X: 1 / np.sum(X**4, axis=0))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: columns of other lengths: a column twice as long is as much spread; divide by its squared length
    """
    rng = np.random.default_rng(12)
    unit = np.linalg.qr(rng.standard_normal((40, 5)))[0]
    equal = np.array([[3.0, 1.0], [3.0, 0.0], [0.0, 0.0], [-3.0, 0.0], [3.0, 0.0]])
    cases = [
        ("columns of length 1", unit),
        ("columns of other lengths", rng.standard_normal((30, 4)) * [1, 2, 5, 0.1] + 0.3),
        ("equal entries, and a single one", equal),
    ]
    for what, X in cases:
        found = ask(function, "an array", what, X)
        second, fourth = np.sum(X**2, axis=0), np.sum(X**4, axis=0)
        expected = second**2 / fourth
        if found.shape == (len(X),) != expected.shape:
            raise CheckFailed(
                f"{what}: one number for each row came back; directions are columns, so sum over axis 0"
            )
        wrong = {
            "this is the inverse participation ratio; the number of entries is one over it": 1 / expected,
            "a column twice as long is as much spread; divide by its squared length": 1 / fourth,
            "the sum of squares is not squared; a longer column would get another number": second / fourth,
            "the signs are in: entries of opposite sign cancel; sum squares and fourth powers": (
                np.sum(X, axis=0) ** 2 / second
            ),
            "this is made of moduli and squares; it takes squares and fourth powers": (
                np.sum(np.abs(X), axis=0) ** 2 / second
            ),
            "these are means in place of sums, which divides by the number of entries": expected / len(X),
        }
        name_mistake(found, wrong, what, expected=expected, rtol=1e-6, atol=0)
        compare(found, expected, what, tolerance=1e-8)
    passed(f"the effective number of entries of {sum(X.shape[1] for _, X in cases)} columns")


def check_predicted_span(function: Callable[..., float]) -> None:
    r"""Check a function that predicts how much of a group's span two halves of a corpus share.

    Parameters
    ----------
    function : callable
        Takes eigenvalues :math:`\lambda`, shape (V,), eigenvectors as columns, the difference
        :math:`\Xi` of the halves and the list of a group's rows; returns the mean over its members k
        of :math:`((1 - \varrho_k)/(1 + \varrho_k))^2`, 0 where :math:`\varrho_k > 1`, with
        :math:`\varrho_k = \frac14 \sum_j (u_j \cdot \Xi u_k)^2 / (\lambda_k - \lambda_j)^2` over j
        outside the group.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: members of the
        group are summed over, the quarter is missing, …

    Notes
    -----
    Source: perturbation theory of first order.  Introduced in chapter *concepts*.

    Examples
    --------
    >>> def mine(values, vectors, E, group, part=1 / 4):
    ...     outside = [j for j in range(len(values)) if j not in group]
    ...     turns = vectors[:, outside].T @ E @ vectors[:, group] / np.subtract.outer(values[outside], values[group])
    ...     r = part * np.sum(turns**2, axis=0)
    ...     return np.mean(np.where(r < 1, (1 - r) / (1 + r), 0) ** 2)
    >>> check_predicted_span(mine)
    Correct: what the spans of 5 groups keep.
    >>> check_predicted_span(lambda values, vectors, E, group: mine(values, vectors, E, group, part=1))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: a single direction: the quarter is missing; each half is only half of Ξ away from the mean
    """
    rng = np.random.default_rng(12)
    vectors = np.linalg.qr(rng.standard_normal((14, 14)))[0]
    values = np.array([30.0, 22, 21.8, 21.7, 15, 12, 11.9, 8, 6, 4, 2, 0, -3, -9])
    E = rng.standard_normal((14, 14))
    E = E + E.T
    cases = [
        ("a single direction", 1.0, [0]),
        ("a group of two", 1.0, [5, 6]),
        ("a group of three", 1.0, [1, 2, 3]),
        ("a group in much noise", 4.0, [4, 5, 6]),
        ("directions that are not neighbours", 1.0, [1, 3]),
    ]
    for what, size, group in cases:
        found = ask(function, "a number", what, values, vectors, size * E, group)
        expected = _span(values, vectors, size * E, group)
        if not np.isfinite(found):
            raise CheckFailed(
                f"{what}: this is {found}; a direction's distance to itself is 0, so leave the group itself out"
            )
        kinds = {
            "members of the group were summed over as well; turns among them stay in the span": {
                "inside": True
            },
            "the quarter is missing; each half is only half of Ξ away from the mean": {"part": 1.0},
            "this is half of Ξ squared to a half; the square of ½ is ¼": {"part": 0.5},
            "the fraction (1 − ϱ)/(1 + ϱ) is not squared": {"power": 1},
            "the distances are not squared with the noise": {"gap_power": 1},
            "where ϱ > 1 the overlap should be 0; the square has made it positive again": {"cut": False},
            "Ξ was taken in the basis of words; multiply by the eigenvectors on both sides": {
                "turned": False
            },
        }
        wrong = {text: _span(values, vectors, size * E, group, **kind) for text, kind in kinds.items()}
        wrong["the members were added up; take their mean"] = expected * len(group)
        wrong["this is what is lost; what is kept is 1 less that"] = 1 - expected
        name_mistake(found, wrong, what, expected=expected, rtol=1e-7, atol=1e-10)
        compare(found, expected, what, tolerance=1e-8)
    passed(f"what the spans of {len(cases)} groups keep")


def check_turned(function: Callable[[np.ndarray, int, float], np.ndarray]) -> None:
    r"""Check a function that turns two neighbouring columns into each other.

    Parameters
    ----------
    function : callable
        Takes a matrix, shape (V, d), a column k from 0 and an angle in radians; returns the matrix
        with :math:`\cos\omega\, u_k + \sin\omega\, u_{k+1}` and
        :math:`-\sin\omega\, u_k + \cos\omega\, u_{k+1}` in these columns.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one; also if the
        caller's matrix is changed.

    Notes
    -----
    Introduced in chapter *concepts*.

    Examples
    --------
    >>> def mine(U, k, angle):
    ...     R = np.eye(U.shape[1])
    ...     R[k : k + 2, k : k + 2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    ...     return U @ R
    >>> check_turned(mine)
    Correct: pairs turned by 4 angles, all others as they were.
    >>> check_turned(lambda U, k, angle: mine(U, k, np.radians(angle)))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: a turn by 30°: the angle was taken for degrees; it is in radians
    """
    rng = np.random.default_rng(12)
    U = np.linalg.qr(rng.standard_normal((12, 6)))[0]
    cases = [
        ("a turn by 30°", 2, 30.0),
        ("a turn by 90°", 0, 90.0),
        ("a turn by −50°", 4, -50.0),
        ("no turn", 1, 0.0),
    ]
    for what, k, degrees in cases:
        angle = np.radians(degrees)
        found = ask(function, "an array", what, U, k, angle, intact="the matrix")
        expected = _turn(U, k, angle)
        if found.shape == (len(U), 2):
            raise CheckFailed(f"{what}: only the pair came back; return the whole matrix")
        late = expected.copy()  # the new first column has been used for the second
        late[:, k + 1] = -np.sin(angle) * late[:, k] + np.cos(angle) * U[:, k + 1]
        mirrored = expected.copy()
        mirrored[:, k + 1] *= -1
        wrong = {
            "the angle was taken for degrees; it is in radians": _turn(U, k, np.radians(angle)),
            "radians were turned into degrees; cos and sin take radians": _turn(U, k, np.degrees(angle)),
            "it turns backwards; check which sine has the minus": _turn(U, k, -angle),
            "the second column was made of the new first; take both from the old ones": late,
            "this is a mirror, not a turn; the minus belongs to sin ω in the second column": mirrored,
            "nothing was turned": U,
        }
        if k:
            wrong["the pair before was turned; k is counted from 0"] = _turn(U, k - 1, angle)
        name_mistake(found, wrong, what, expected=expected, rtol=1e-7, atol=1e-10)
        compare(found, expected, what, tolerance=1e-9)
    passed(f"pairs turned by {len(cases)} angles, all others as they were")


def _span(
    values, vectors, E, group, inside=False, part=0.25, power=2, gap_power=2, cut=True, turned=True
) -> float:
    """The overlap to be expected, or what a known mistake makes of it."""
    coupling = vectors.T @ E @ vectors if turned else E
    kept = []
    for k in group:
        others = [j for j in range(len(values)) if j != k and (inside or j not in group)]
        gaps = np.abs(values[k] - values[others]) ** gap_power
        r = part * np.sum(coupling[others, k] ** 2 / gaps)
        kept.append(((1 - r if r < 1 or not cut else 0) / (1 + r)) ** power)
    return float(np.mean(kept))


def _turn(U: np.ndarray, k: int, angle: float) -> np.ndarray:
    result = U.copy()
    result[:, k] = np.cos(angle) * U[:, k] + np.sin(angle) * U[:, k + 1]
    result[:, k + 1] = -np.sin(angle) * U[:, k] + np.cos(angle) * U[:, k + 1]
    return result
