"""One mode of a deep linear network: the law by which it grows when all layers share it equally."""

from __future__ import annotations

import numpy as np

from .._common.arguments import checked
from .._common.validate import whole_number
from .aligned import checked_modes, checked_times
from .steps import UnstableStepError

__all__ = ["deep_half_rises", "deep_strengths"]

_FURTHEST = 34.0  # of ln[x / (1 − x)]: beyond, a share x of the goal is 1 to the last digit


@checked
def deep_half_rises(
    values: np.ndarray, start: np.ndarray | float, depth: int, step_size: float = 0.0
) -> np.ndarray:
    r"""Return when each mode of a deep linear network is half learned, if layers are balanced and modes do not mix.

    A network of :math:`D` layers has the scores :math:`X = W_D \cdots W_1` and
    follows the gradient of :math:`\frac12\lVert X - M\rVert_F^2` in each layer.
    The strength :math:`\omega_k` of a mode, a singular value of :math:`X`, obeys

    .. math::
        \dot\omega = D\,\omega^{2 - 2/D}\,(|\lambda| - \omega),
        \qquad
        \tau = \frac{1}{D\,|\lambda|^a} \int_{\omega(0)/|\lambda|}^{1/2} \frac{dx}{x^a\,(1 - x)},
        \quad a = 2 - \frac2D .

    Parameters
    ----------
    values : ndarray of shape (n_modes,)
        Eigenvalues :math:`\lambda_k` of the target; layers that are not tied
        learn those of either sign.
    start : float or ndarray of shape (n_modes,)
        :math:`\omega_k(0) \ge 0`.
    depth : int
        :math:`D`, the number of layers.
    step_size : float
        Flow time per step :math:`\eta` of gradient descent; 0 for the flow.
        Divide the result by it to count in steps.

    Returns
    -------
    ndarray of shape (n_modes,)
        Flow times; negative where a mode begins above half, and not a number
        where it never crosses it: :math:`\lambda_k = 0`, a start at
        :math:`|\lambda_k|` and above, or one of 0 with two layers or more.

    Raises
    ------
    ValueError
        If a start is negative or not finite, the depth is no whole number from
        1 on, or a step of this size makes a mode overshoot for ever,
        :math:`\eta D|\lambda|^a \ge 2`.

    Notes
    -----
    With two layers it is the logistic of :func:`aligned_half_rises` for
    :math:`|\lambda|`.  The integral is a hypergeometric function.  Steps of gradient descent follow, up to terms of order
    :math:`\eta^2`, a flow that is half a step older for each :math:`e`-fold
    growth of the speed of a layer, :math:`v = \omega^{1 - 1/D}(|\lambda| - \omega)`:

    .. math:: \tau_\eta = \tau + \tfrac\eta2 \ln\frac{v(\tau)}{v(0)} .

    Source of the law: Saxe et al. (2014) and Arora et al. (2019); the finite
    step is our own.  Introduced in chapter *deeper-models*.

    Examples
    --------
    >>> deep_half_rises(np.array([1.0, -0.5]), 1e-6, depth=2).round(3)
    array([ 6.908, 13.122])
    >>> deep_half_rises(np.array([1.0, -0.5]), 1e-6, depth=3).round(3)
    array([ 99.15 , 197.857])
    """
    depth = whole_number("depth", depth)
    values, start = checked_modes(values, start)
    if not 0 <= step_size < np.inf:
        raise ValueError(f"step_size must be 0 (for the flow) or positive and finite, not {step_size}")
    sizes, power = np.abs(values), 2 - 2 / depth
    fastest = depth * sizes.max(initial=0.0) ** power
    if step_size * fastest >= 2:
        raise UnstableStepError(
            f"with step_size {step_size:.4g} the mode with |λ| = {sizes.max():.4g} overshoots for ever at depth "
            f"{depth}; the step must stay below {2 / fastest:.4g}"
        )
    tau = np.full(len(sizes), np.nan)
    can = (sizes > 0) & (start < sizes) & ((start > 0) | (depth == 1))
    goal, x0 = sizes[can], start[can] / sizes[can]
    tau[can] = (_clock(0.5, power) - _clock(x0, power)) / (depth * goal**power)
    if step_size:
        older = (1 - 1 / depth) * np.log(0.5 / x0) if depth > 1 else 0.0
        tau[can] += step_size / 2 * (older + np.log(0.5) - np.log1p(-x0))
    return tau


@checked
def deep_strengths(
    values: np.ndarray, start: np.ndarray | float, t: np.ndarray | float, depth: int
) -> np.ndarray:
    r"""Return how strong each mode of a deep linear network is at each time, if layers are balanced and modes do not mix.

    It solves the law of :func:`deep_half_rises`,
    :math:`\dot\omega = D\,\omega^{2 - 2/D}\,(|\lambda| - \omega)`.

    Parameters
    ----------
    values : ndarray of shape (n_modes,)
        Eigenvalues :math:`\lambda_k`, of either sign.
    start : float or ndarray of shape (n_modes,)
        :math:`\omega_k(0)`, from 0 to :math:`|\lambda_k|`.
    t : float or ndarray of shape (n,)
        Flow time, 0 or more.
    depth : int
        :math:`D`, the number of layers.

    Returns
    -------
    ndarray of shape (n_modes,), or (n, n_modes) where `t` is an array
        :math:`\omega_k(t)`, in units of :math:`\lambda_k`.  With two layers or
        more, a mode that starts at 0 stays there.

    Raises
    ------
    ValueError
        If a time is negative or not finite, the depth is no whole number from 1
        on, or a start does not lie between 0 and :math:`|\lambda|`.

    Notes
    -----
    The time is a rising, concave function of :math:`\ln[\omega/(|\lambda| - \omega)]`,
    which Newton's method inverts from the start on without overshooting.
    Introduced in chapter *deeper-models*.

    Examples
    --------
    >>> deep_strengths(np.array([1.0, -0.5]), 1e-6, [0.0, 99.15, 300.0], depth=3).round(3)
    array([[0. , 0. ],
           [0.5, 0. ],
           [1. , 0.5]])
    """
    depth = whole_number("depth", depth)
    values, start = checked_modes(values, start)
    times = checked_times(t)
    sizes, power = np.abs(values), 2 - 2 / depth
    if (start > sizes).any():
        k = int(np.argmax(start > sizes))
        raise ValueError(
            f"a mode must start at its goal or below, not at {start[k]:.4g} with |λ| = {sizes[k]:.4g}; "
            "lower the start"
        )
    if depth == 1:
        strengths = sizes - (sizes - start) * np.exp(-times[:, None])
    else:
        strengths = np.broadcast_to(start, (len(times), len(sizes))).copy()
        can = (start > 0) & (start < sizes)
        goal = sizes[can]
        strengths[:, can] = goal * _shares(start[can] / goal, depth * goal**power * times[:, None], power)
    return strengths if np.ndim(t) else strengths[0]


def _clock(x: np.ndarray, power: float) -> np.ndarray:
    r"""A function with the derivative :math:`1 / x^a(1 - x)`, for :math:`0 \le a < 2`; all its parts rise.

    Examples
    --------
    >>> (_clock(0.5, 1.0) - _clock(0.1, 1.0)).round(12) == np.log(9).round(12)
    np.True_
    """
    from scipy.special import boxcox, hyp2f1  # whose import changes how Python warns

    tail = x ** (3 - power) / (3 - power) * hyp2f1(1, 3 - power, 4 - power, x)
    return boxcox(x, 1 - power) + boxcox(x, 2 - power) + tail


def _shares(x0: np.ndarray, needed: np.ndarray, power: float) -> np.ndarray:
    """The share of its goal at which the clock has gone on by so much, at depth 2 or more."""
    from scipy.special import expit, logit

    begun, y = _clock(x0, power), np.broadcast_to(logit(x0), needed.shape)
    for _ in range(500):
        x = expit(y)
        further = np.minimum(y + (needed - (_clock(x, power) - begun)) * x ** (power - 1), _FURTHEST)
        if np.all(further - y <= 1e-13 * np.maximum(1, np.abs(y))):
            break
        y = np.maximum(y, further)
    return expit(y)
