"""How large a step gradient descent may take, before any is taken."""

from __future__ import annotations

import numpy as np

from .._common.arguments import checked
from .._common.validate import finite_number, positive_number
from ..spectra import spectrum

__all__ = ["UnstableStepError", "extreme_eigenvalues", "monotone_bound", "stability_bound"]


class UnstableStepError(ValueError):
    """A step size with which training cannot converge; the message says the largest that can.

    Introduced in chapter *step-size*.
    """


@checked
def extreme_eigenvalues(M: np.ndarray) -> tuple[float, float]:
    r"""Return the largest and the lowest eigenvalue, :math:`\lambda_1` and :math:`\lambda_{\min}`.

    Parameters
    ----------
    M : ndarray of shape (V, V)
        Symmetric.

    Returns
    -------
    largest, lowest : float

    Raises
    ------
    ValueError
        If `M` is not square, symmetric and finite.

    Notes
    -----
    Introduced in chapter *step-size*.

    Examples
    --------
    >>> extreme_eigenvalues(np.diag([1.0, -4.0, 3.0]))
    (3.0, -4.0)
    """
    found = spectrum(M, 1)
    return float(found.values[0]), found.lowest


@checked
def stability_bound(largest: float, lowest: float = 0.0) -> float:
    r"""Return the step size from which on gradient descent cannot settle at its goal.

    .. math::
        \eta_{\max} = \min\left\{\frac{1}{\lambda_1},\;
                                 \frac{2}{\lambda_1 - \lambda_{\min}}\right\}

    At the goal :math:`WW^\top = U_d \Lambda_d U_d^\top` a small change of
    mode k alone is multiplied by :math:`1 - 2\eta\lambda_k` in a step, and a
    change that turns mode k towards an unlearned mode j by
    :math:`1 - \eta(\lambda_k - \lambda_j)`.  Both must lie within ±1.  The
    second binds when :math:`\lambda_{\min} < -\lambda_1`, as on every large
    vocabulary: a direction that is never learned limits the step.

    Parameters
    ----------
    largest, lowest : float
        :math:`\lambda_1` and :math:`\lambda_{\min}` of the target, as
        :func:`extreme_eigenvalues` returns them.

    Returns
    -------
    float
        In units of flow time per step; infinite where nothing can be learned.

    Raises
    ------
    ValueError
        If `lowest` is above `largest`, or either is not finite.

    Notes
    -----
    For the tied model in full batches.  Introduced in chapter *step-size*.

    Examples
    --------
    >>> stability_bound(2.0, -1.0)
    0.5
    >>> stability_bound(2.0, -6.0)
    0.25
    """
    largest, lowest = finite_number("largest", largest), finite_number("lowest", lowest)
    if lowest > largest:
        raise ValueError(
            f"the largest and the lowest eigenvalue must be in this order, not {largest} and {lowest}"
        )
    if largest <= 0:  # everything decays, and does so fastest along the lowest mode
        return float(2 / -lowest) if lowest < 0 else float("inf")
    return float(min(1 / largest, 2 / (largest - lowest)) if lowest < largest else 1 / largest)


@checked
def monotone_bound(largest: float) -> float:
    r"""Return the step size up to which no mode overshoots, :math:`1/(2\lambda_1)`.

    Between this and :func:`stability_bound` training converges, but the first
    mode swings around its goal: its factor :math:`1 - 2\eta\lambda_1` is
    negative.

    Parameters
    ----------
    largest : float
        :math:`\lambda_1 > 0`.

    Returns
    -------
    float
        In units of flow time per step.

    Raises
    ------
    ValueError
        If `largest` is not positive.

    Notes
    -----
    Introduced in chapter *step-size*.

    Examples
    --------
    >>> monotone_bound(5.0)
    0.1
    """
    return 1 / (2 * positive_number("largest", largest, "; where no eigenvalue is positive, nothing rises"))
