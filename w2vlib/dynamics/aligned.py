"""One mode at a time: the logistic by which an aligned direction grows."""

from __future__ import annotations

import numpy as np

from .._common.arguments import checked
from .._common.threads import limited_threads
from .._common.validate import one_of, positive_number, real_array, word_rows
from ..spectra import Spectrum
from .steps import UnstableStepError

__all__ = [
    "effective_start",
    "flow_time",
    "aligned_half_rises",
    "loss_of_strengths",
    "mode_strengths",
]


@checked
def mode_strengths(
    values: np.ndarray, start: np.ndarray | float, t: np.ndarray | float, step_size: float = 0.0
) -> np.ndarray:
    r"""Return how strong each mode is at each time, if the modes do not mix.

    .. math::
        s_k^2(t) = \frac{s_k^2(0)\, e^{2\lambda_k t}}
                        {1 + s_k^2(0)\,(e^{2\lambda_k t} - 1)/\lambda_k},
        \qquad \frac{d}{dt}s_k^2 = 2\lambda_k s_k^2 - 2 s_k^4 .

    It holds for every sign of :math:`\lambda_k`; for 0 it is
    :math:`s_k^2(0) / (1 + 2 s_k^2(0)\, t)`.

    Parameters
    ----------
    values : ndarray of shape (n_modes,)
        Eigenvalues :math:`\lambda_k`.
    start : float or ndarray of shape (n_modes,)
        :math:`s_k^2(0) \ge 0`.
    t : float or ndarray of shape (n,)
        Flow time, 0 or more.
    step_size : float
        Flow time per step, :math:`\eta`, to predict gradient descent at
        steps :math:`n = t/\eta` instead of the flow; see Notes.

    Returns
    -------
    ndarray of shape (n_modes,), or (n, n_modes) where `t` is an array
        :math:`s_k^2(t)`, in units of :math:`\lambda_k`.

    Raises
    ------
    ValueError
        If a time or a start is negative or not finite, or a step of this size
        makes the largest mode overshoot, :math:`\eta\lambda_1 \ge 1`.

    Notes
    -----
    Every exponential has a negative argument, so no time is too large.

    Gradient descent multiplies a small mode by :math:`1 + h`, with
    :math:`h = \eta\lambda_k`, and not by :math:`e^h`.  With
    :math:`g^2 = (1 + h)^{2n}` and :math:`x_0 = s_k^2(0)/\lambda_k`, its
    iterates follow the same logistic with :math:`e^{2\lambda_k t}` replaced by

    .. math:: g^2\,\bigl[1 + x_0\,(g^2 - 1)\bigr]^{3h/2},

    up to terms of order :math:`h^2`.  The bracket carries what a mode loses by
    overshooting a little in every step of its rise.

    Source: Saxe et al. (2014) and Karkada et al. (2025), section 4; the
    finite-step form is our own.  Introduced in chapter *one-mode*, and in chapter *step-size*.

    Examples
    --------
    >>> mode_strengths(np.array([4.0, 0.0, -1.0]), 1.0, 10.0).round(3)
    array([4.   , 0.048, 0.   ])
    >>> mode_strengths(np.array([2.0]), 1e-3, [0.0, 1e6]).round(3)[:, 0].tolist()
    [0.001, 2.0]
    """
    values, start = checked_modes(values, start)
    check_overshoot(values, step_size)
    times = checked_times(t)
    exponent = growth_exponents(values, start, times[:, None], step_size)
    rising = values > 0
    decay = np.exp(-2 * np.abs(exponent))
    safe = np.where(values == 0, 1.0, np.abs(values))
    gained = np.where(values == 0, 2 * times[:, None], -np.expm1(-2 * np.abs(exponent)) / safe)
    strengths = start * np.where(rising, 1.0, decay) / (np.where(rising, decay, 1.0) + start * gained)
    return strengths if np.ndim(t) else strengths[0]


def growth_exponents(values, start, times, step_size=0.0) -> np.ndarray:
    r"""Return by which exponent each mode has grown: :math:`\lambda_k t`, or its finite-step form.

    Examples
    --------
    >>> growth_exponents(np.array([3.0]), np.array([1e-9]), np.array([[2.0]]))
    array([[6.]])
    >>> growth_exponents(np.array([3.0]), np.array([1e-9]), np.array([[2.0]]), 0.1).round(3)
    array([[5.247]])
    """
    if not step_size:
        return values * times
    h = step_size * values
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(h > -1, np.log1p(h), np.log(np.maximum(np.abs(1 + h), 1e-300))) / step_size
    exponent = rate * times
    # ln[1 + x0 (g² − 1)], stable for either sign of λ: x0 (g² − 1) is never negative.
    size = np.where(values == 0, 1.0, np.abs(values))
    with np.errstate(divide="ignore"):
        above = np.log(start / size) + np.log(-np.expm1(-2 * np.abs(exponent)))
    gained = np.logaddexp(0, above + np.where(values > 0, 2 * exponent, 0.0))
    return exponent + 0.75 * h * np.where(values == 0, 0.0, gained)


@checked
def aligned_half_rises(values: np.ndarray, start: np.ndarray | float, step_size: float = 0.0) -> np.ndarray:
    r"""Return when each mode reaches half of its final strength.

    .. math:: \tau_k = \frac{\ln\left(\lambda_k / s_k^2(0) - 1\right)}{2 \lambda_k}

    Parameters
    ----------
    values : ndarray of shape (n_modes,)
        Eigenvalues :math:`\lambda_k`.
    start : float or ndarray of shape (n_modes,)
        :math:`s_k^2(0)`; from random weights, what :func:`effective_start`
        returns.
    step_size : float
        Flow time per step :math:`\eta` of gradient descent; 0 for the flow.
        Divide the result by it to count in steps.

    Returns
    -------
    ndarray of shape (n_modes,)
        Flow times; negative where a mode begins above half, and not a number
        where it never crosses it: :math:`\lambda_k \le 0`, or a start of 0, or
        one at :math:`\lambda_k` and above.

    Raises
    ------
    ValueError
        As :func:`mode_strengths`.

    Notes
    -----
    A mode rises from 10 % to 90 % within :math:`2.197/\lambda_k`, takes most
    off the loss at :math:`\tau_k - 0.347/\lambda_k`, and has taken off three
    quarters at :math:`\tau_k`.  Where random starts are compared with the k-th
    singular value of training, sort the times first: a start can bring a later
    mode forward.  Source: Karkada et al. (2025), section 4.  Introduced in
    chapter *one-mode*.

    Examples
    --------
    >>> aligned_half_rises(np.array([2.0, 1.0]), 1e-4).round(3)
    array([2.476, 4.605])
    """
    values, start = checked_modes(values, start)
    check_overshoot(values, step_size)
    tau = np.full(len(values), np.nan)
    can = (values > 0) & (start > 0) & (start < values)
    rising, x0 = values[can], start[can] / values[can]
    needed = np.log1p(-x0) - np.log(x0)  # of the exponent 2λt in the flow
    if not step_size:
        tau[can] = needed / (2 * rising)
        return tau
    h = step_size * rising
    rate = np.log1p(h) / step_size
    growth = needed.copy()  # 2 · rate · τ
    for _ in range(50):  # Newton's method on growth + 1.5 h ln(1 + x0 (e^growth − 1)) = needed
        inner = np.logaddexp(np.log1p(-x0), np.log(x0) + growth)
        slope = 1 + 1.5 * h * np.exp(np.log(x0) + growth - inner)
        change = (growth + 1.5 * h * inner - needed) / slope
        growth -= change
        if np.all(np.abs(change) <= 1e-14 * np.maximum(1, np.abs(growth))):
            break
    tau[can] = growth / (2 * rate)
    return tau


@limited_threads()
@checked
def effective_start(modes: Spectrum, initial: np.ndarray) -> np.ndarray:
    r"""Return from which strengths the modes set out, given random initial weights.

    .. math:: s_k^2(0) = \mathcal R_{kk}^2, \qquad W_0^\top U_{1:d} = \mathcal{QR}

    When mode k rises, the k − 1 before it hold as many of the d dimensions of
    the word vectors.  What counts is the part of :math:`W_0^\top u_k` that is
    left in the others, and the QR decomposition takes that part.

    Parameters
    ----------
    modes : Spectrum
        At least the first d directions are used if there are as many.
    initial : ndarray of shape (V, d)
        :math:`W_0`.

    Returns
    -------
    ndarray of shape (min(d, len(modes)),)

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    The first term of the exact solution for small :math:`W_0`.  The variable is
    that of the derivation of Result 3 in Karkada et al. (2025), appendix C,
    which finds a logistic for each :math:`\mathcal R_{kk}`.  Introduced in chapter
    *random-start*.

    Examples
    --------
    >>> modes = Spectrum(np.array([3.0, 2.0]), np.eye(3)[:, :2], residual=0.0)
    >>> effective_start(modes, np.array([[3.0, 4.0], [0.0, 0.5], [0.0, 0.0]])).round(3)
    array([25.  ,  0.09])
    """
    initial = word_rows("initial", initial, len(modes.vectors))
    count = min(initial.shape[1], len(modes))
    projected = modes.vectors[:, :count].T @ initial
    return np.diag(np.linalg.qr(projected.T, mode="r")) ** 2


@checked
def loss_of_strengths(values: np.ndarray, strengths: np.ndarray) -> np.ndarray:
    r"""Return the loss of aligned modes of given strengths.

    .. math::
        \mathcal{L} = \tfrac14 \sum_k \left[(\lambda_k - s_k^2)^2 - \lambda_k^2\right]
                    = \tfrac14 \lVert WW^\top - M \rVert_F^2 - \tfrac14 \lVert M \rVert_F^2

    Parameters
    ----------
    values : ndarray of shape (n_modes,)
        Eigenvalues.
    strengths : ndarray of shape (…, n_modes)
        :math:`s_k^2`.

    Returns
    -------
    ndarray of shape (…)
        0 when nothing is learned; :math:`-\frac14\lambda_k^2` for each mode
        that is.

    Raises
    ------
    ValueError
        If the numbers of modes differ.

    Notes
    -----
    Source: Karkada et al. (2025), section 4.  Introduced in chapter *one-mode*.

    Examples
    --------
    >>> loss_of_strengths(np.array([2.0, 1.0]), np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.0]]))
    array([ 0.  , -1.  , -1.25])
    """
    values, strengths = real_array("values", values), real_array("strengths", strengths)
    if values.ndim != 1 or strengths.shape[-1:] != values.shape:
        raise ValueError(f"strengths of shape {strengths.shape} do not fit {values.shape} eigenvalues")
    return (strengths * (strengths / 4 - values / 2)).sum(axis=-1)


@checked
def flow_time(
    steps: np.ndarray | float,
    learning_rate: float,
    weight: float = 1.0,
    loss: str = "qwem",
    tied: bool = True,
) -> np.ndarray | float:
    r"""Return the flow time that a number of training steps amounts to.

    Flow time is that of :math:`\dot W = (M - WW^\top) W`.  A step of gradient
    descent on

    ============================================================  ===============
    the loss                                                      is, in flow time
    ============================================================  ===============
    QWEM, :math:`\frac g4 \lVert WW^\top - M\rVert^2`              :math:`\eta_0 g`
    logistic, with the same weights :math:`G = g`, small scores    :math:`\eta_0 g / 2`
    either of them, untied :math:`WZ^\top`                         half of that
    ============================================================  ===============

    Parameters
    ----------
    steps : float or ndarray
        Number of steps.
    learning_rate : float
        :math:`\eta_0`, what multiplies the gradient.
    weight : float
        :math:`g`, the constant value of :math:`A_{ij} + B_{ij}`.
    loss : {"qwem", "logistic"}
    tied : bool
        Whether a word has one vector, or one as centre and one as context.

    Returns
    -------
    float or ndarray, as `steps`

    Raises
    ------
    ValueError
        If the loss is unknown, or the rate or the weight is not positive.

    Notes
    -----
    Introduced in chapter *one-mode*.

    Examples
    --------
    >>> flow_time(100, learning_rate=0.5, weight=0.02)
    1.0
    >>> flow_time(100, learning_rate=0.5, weight=0.02, loss="logistic", tied=False)
    0.25
    """
    one_of("loss", loss, ("qwem", "logistic"))
    steps = real_array("steps", steps)
    per_step = positive_number("learning_rate", learning_rate) * positive_number("weight", weight)
    per_step *= (1.0 if loss == "qwem" else 0.5) * (1.0 if tied else 0.5)
    return steps * per_step if np.ndim(steps) else float(steps * per_step)


def checked_times(t) -> np.ndarray:
    """Return times as a vector, or say which is no time."""
    times = np.atleast_1d(np.asarray(t, dtype=float))
    if times.ndim != 1:
        raise ValueError(f"times must be a number or a vector, not of shape {times.shape}")
    wrong = ~np.isfinite(times) | (times < 0)
    if wrong.any():
        raise ValueError(f"times must be 0 or more and finite, not {times[wrong][0]}; training starts at 0")
    return times


def checked_modes(values, start) -> tuple[np.ndarray, np.ndarray]:
    """Return eigenvalues and as many starts, or say which is none."""
    values = np.atleast_1d(np.asarray(values, dtype=float))
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError(f"eigenvalues must be a vector of finite numbers, not {values!r}")
    start = np.asarray(start, dtype=float)
    if start.ndim and start.shape != values.shape:
        raise ValueError(f"{len(values)} modes need as many starts, not {start.shape}")
    if not np.isfinite(start).all() or (start < 0).any():
        raise ValueError(f"starting strengths s²(0) must be 0 or more and finite, not {start.min()}")
    return values, np.broadcast_to(start, values.shape)


def check_overshoot(values: np.ndarray, step_size: float) -> None:
    """Raise unless a step of this size leaves every mode below its goal."""
    if not 0 <= step_size < np.inf:
        raise ValueError(f"step_size must be 0 (for the flow) or positive and finite, not {step_size}")
    largest = float(values.max(initial=0.0))
    if step_size * largest >= 1:
        raise UnstableStepError(
            f"with step_size {step_size:.4g} the mode with λ = {largest:.4g} overshoots for ever; "
            f"the step must stay below {1 / largest:.4g}"
        )
