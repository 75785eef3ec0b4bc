"""A flow by a numerical solver, which knows nothing of the theory: what formulas are measured against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .._common.arguments import checked
from .._common.validate import real_array

__all__ = ["solve_flow"]


@checked
def solve_flow(
    velocity: Callable[[np.ndarray], np.ndarray], start: np.ndarray, times: np.ndarray
) -> np.ndarray:
    r"""Follow :math:`\dot w = \text{velocity}(w)` by thousands of small steps, to about twelve digits.

    Parameters
    ----------
    velocity : callable
        Returns the velocity at a state, as an array of its shape.
    start : ndarray
        The state at time 0, of any shape.
    times : ndarray of shape (n,)
        When to look: 0 or later, and rising.

    Returns
    -------
    ndarray of shape (n, \*start.shape)

    Raises
    ------
    ValueError
        If times do not rise from 0 on, or the velocity has not the shape of the state.
    RuntimeError
        If the solver gives up, as it does where a flow goes to infinity.

    Notes
    -----
    The solver is SciPy's ``DOP853``, a Runge-Kutta method of order eight.  Introduced in chapter
    *one-mode*.

    Examples
    --------
    >>> solve_flow(lambda w: -w, np.array([[1.0, 2.0]]), [0, np.log(2)]).round(10)
    array([[[1. , 2. ]],
    <BLANKLINE>
           [[0.5, 1. ]]])
    """
    from scipy.integrate import solve_ivp

    times = real_array("times", times, None)
    start = real_array("start", start, *[None] * np.ndim(start)).astype(float)
    if not len(times) or times[0] < 0 or not (np.diff(times) > 0).all() or not start.size:
        raise ValueError("times must rise from 0 or later, and start must hold numbers")

    def flat(t: float, w: np.ndarray) -> np.ndarray:
        moved = np.asarray(velocity(w.reshape(start.shape)))
        if moved.shape != start.shape or moved.dtype.kind not in "biuf":
            raise ValueError(f"velocity must return numbers of the shape {start.shape}, not of {moved.shape}")
        return moved.ravel()

    found = solve_ivp(
        flat, (0, times[-1]), start.ravel(), t_eval=times, method="DOP853", rtol=1e-12, atol=1e-15
    )
    if not found.success:
        raise RuntimeError(f"velocity could not be followed to the end: {found.message}")
    return found.y.T.reshape(-1, *start.shape)
