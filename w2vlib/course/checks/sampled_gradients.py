"""Checks for chapter *sampled-gradients*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import ask, compare, name_mistake, passed

__all__ = ["check_batch"]


def check_batch(function: Callable[..., int]) -> None:
    r"""Check a function that chooses the batch size for a given noise number.

    Parameters
    ----------
    function : callable
        Takes the noise radius :math:`\rho(N)`, the eigenvalues of the target
        in any order, the number d of modes to learn, the step size
        :math:`\eta`, and ``limit``, 0.3 by default; returns the smallest whole
        number b with :math:`\eta\rho(N) / b\lambda_d \le` ``limit``.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: the wrong
        eigenvalue, rounding down, …

    Notes
    -----
    Introduced in chapter *sampled-gradients*.

    Examples
    --------
    >>> def mine(radius, values, d, step_size, limit=0.3):
    ...     return int(np.ceil(step_size * radius / (limit * np.sort(values)[-d])))
    >>> check_batch(mine)
    Correct: batch sizes for 4 noise radii, step sizes and limits.
    >>> check_batch(lambda radius, values, d, step_size, limit=0.3: mine(radius, values, 1, step_size))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: d = 3, no limit given: the largest eigenvalue was used; mode d is the weakest to be learned
    """
    values = np.array([3.0, -4.0, 9.0, 0.7, 5.0, -2.0, 1.3])
    cases = [(1e6, 3, 0.01, None), (1e6, 3, 0.02, None), (3.7e5, 4, 0.013, 0.1), (2.5e7, 2, 0.0031, 0.5)]
    for radius, d, step_size, limit in cases:
        what = f"d = {d}, " + ("no limit given" if limit is None else f"limit = {limit}")
        given = {} if limit is None else {"limit": limit}
        found = ask(function, "a number", what, radius, values, d, step_size, **given)
        bound = 0.3 if limit is None else limit
        falling, by_modulus = np.sort(values)[::-1], values[np.argsort(-np.abs(values))]

        def batch(value, bound=bound, radius=radius, step_size=step_size):
            return step_size * radius / (bound * value)

        exact = batch(falling[d - 1])
        if found != np.ceil(exact):
            wrong = {
                "it is rounded down, so the noise number is above the limit; use np.ceil": np.floor(exact),
                "a batch is a whole number; round up with np.ceil": exact,
                "the largest eigenvalue was used; mode d is the weakest to be learned": batch(falling[0]),
                "the eigenvalues come in any order; sort them, largest first": batch(values[d - 1]),
                "the eigenvalues were sorted by modulus; negative ones are never learned": (
                    batch(np.abs(by_modulus[d - 1]))
                ),
                "this is mode d + 1; Python counts from 0": batch(falling[d]),
                "this is mode d − 1": batch(falling[d - 2]),
                "these are sorted from the lowest; take the d-th largest": batch(np.sort(values)[d - 1]),
                "the limit multiplies here; it divides": batch(falling[d - 1]) * bound**2,
                "the limit is not used": batch(falling[d - 1]) * bound,
                "the limit is always 0.3": batch(falling[d - 1]) * bound / 0.3,
                "the eigenvalue is not used": batch(1.0),
                "the step size is not used": batch(falling[d - 1]) / step_size,
            }
            name_mistake(found, wrong, what, rtol=1e-9, atol=0)
            rounded = {message: np.ceil(value) for message, value in wrong.items()}
            name_mistake(found, rounded, what, rtol=1e-9, atol=0)
        compare(found, np.ceil(exact), what, tolerance=1e-12)
    passed("batch sizes for 4 noise radii, step sizes and limits")
