"""What can be said before training, and before its initial weights are even drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .._common.arguments import checked
from .._common.validate import finite_number, positive_number, real_array, whole_number
from .aligned import aligned_half_rises, checked_times

__all__ = [
    "HalfRiseForecast",
    "forecast_half_rises",
    "learned_modes",
    "typical_start",
    "visible_steps",
]


@dataclass(frozen=True, eq=False)
class HalfRiseForecast:
    """When each mode will have risen by half, for random weights not yet drawn.

    Attributes
    ----------
    mean, sd : ndarray of shape (n_modes,)
        Expectation and standard deviation of the half-rise time, in flow time.
    low, high : ndarray of shape (n_modes,)
        Ends of the interval that holds it with probability `coverage`.
    coverage : float

    Notes
    -----
    Introduced in chapter *random-start*.

    Examples
    --------
    >>> forecast = forecast_half_rises(np.array([3.0, 2.0]), d=10, scale=1e-3)
    >>> forecast.rank(forecast.mean).round(1)
    array([0.5, 1.5])
    """

    mean: np.ndarray
    sd: np.ndarray
    low: np.ndarray
    high: np.ndarray
    coverage: float
    _values: np.ndarray = field(repr=False)
    _d: int = field(repr=False)
    _scale: float = field(repr=False)
    _step_size: float = field(repr=False)

    @checked
    def rank(self, t: np.ndarray | float) -> np.ndarray:
        r"""Return how many modes are expected to have risen by half at each time.

        Parameters
        ----------
        t : float or ndarray of shape (n,)
            Flow times.

        Returns
        -------
        ndarray of shape (n,)
            :math:`\sum_k \Pr(\tau_k \le t)`.

        Raises
        ------
        ValueError
            If a time is negative or not finite.
        """
        from scipy.special import chdtrc, expit

        times = checked_times(t)[:, None]
        rising = self._values > 0
        values = np.where(rising, self._values, 1.0)
        h = self._step_size * values
        growth = 2 * times * (np.log1p(h) / self._step_size if self._step_size else values)
        needed = np.full(growth.shape, 0.5)  # share of λ at which to start so as to reach a half at t
        for _ in range(60):
            with np.errstate(over="ignore", divide="ignore"):
                gained = np.logaddexp(np.log1p(-needed), np.log(needed) + growth)
            needed = expit(-growth - 1.5 * h * gained)
        freedom = self._d - np.arange(len(values))
        chance = chdtrc(freedom, needed * values * self._d / self._scale**2)
        return (chance * rising).sum(axis=1)


@checked
def forecast_half_rises(
    values: np.ndarray, d: int, scale: float, step_size: float = 0.0, coverage: float = 0.95
) -> HalfRiseForecast:
    r"""Return when modes will rise, with error bars, from the scale of random weights alone.

    With entries of :math:`W_0` drawn from :math:`\mathcal N(0, \sigma^2/d)`,
    the effective start of mode k is :math:`\mathcal R_{kk}^2 \sim \frac{\sigma^2}{d}
    \chi^2_{d-k+1}`, so that

    .. math::
        \mathrm E\,\tau_k = \frac{\ln\lambda_k - \ln(2\sigma^2/d) - \operatorname{digamma}\frac{d-k+1}2}
                                 {2\lambda_k},
        \qquad
        \mathrm{sd}\,\tau_k = \frac{\sqrt{\operatorname{trigamma}\frac{d-k+1}2}}{2\lambda_k} .

    Parameters
    ----------
    values : ndarray of shape (n_modes,)
        Leading eigenvalues, falling; at most d of them are used.
    d : int
        Dimensions of the word vectors.
    scale : float
        :math:`\sigma`; the root mean square length of :math:`W_0^\top u_k`.
    step_size : float
        Flow time per step of gradient descent; 0 for the flow.
    coverage : float
        Probability of the interval from `low` to `high`, equal in both tails.

    Returns
    -------
    HalfRiseForecast

    Raises
    ------
    ValueError
        If `scale` or `d` is not positive, or `coverage` is not between 0 and 1.

    Notes
    -----
    Our own.  It is as good as :func:`effective_start` is, to a percent or so,
    and holds for small scales, :math:`\sigma^2 \ll \lambda_k`.  Introduced in
    chapter *random-start*.

    Examples
    --------
    >>> forecast = forecast_half_rises(np.array([3.0, 2.0, 1.0]), d=50, scale=1e-2)
    >>> forecast.mean.round(3), forecast.sd.round(3)
    (array([1.722, 2.486, 4.636]), array([0.034, 0.051, 0.103]))
    """
    from scipy.special import gammaincinv, polygamma

    d = whole_number("d", d)
    scale = positive_number("scale", scale, "; from 0 nothing ever grows")
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must lie between 0 and 1, not {coverage}")
    values = real_array("values", np.atleast_1d(values), None)[:d]
    freedom = d - np.arange(len(values))  # of mode k = 1 … : d − k + 1
    unit = scale**2 / d

    def at(share):  # half-rise for the start below which this share of all starts lies
        start = unit * 2 * gammaincinv(freedom / 2, share)
        return aligned_half_rises(values, start, step_size)

    typical = typical_start(len(values), d, scale)
    rate = np.log1p(step_size * values) / step_size if step_size else values
    sd = np.sqrt(polygamma(1, freedom / 2)) / (2 * np.where(values > 0, rate, np.nan))
    tail = (1 - coverage) / 2
    return HalfRiseForecast(
        aligned_half_rises(values, typical, step_size), sd, at(1 - tail), at(tail), coverage,
        values, d, scale, float(step_size),
    )  # fmt: skip


@checked
def typical_start(count: int, d: int, scale: float) -> np.ndarray:
    r"""Return from which strengths modes set out, on geometric average over random weights.

    .. math:: \exp \mathrm E \ln \mathcal R_{kk}^2 = \frac{2\sigma^2}d\, e^{\operatorname{digamma}\frac{d-k+1}2}

    Parameters
    ----------
    count : int
        How many modes, at most `d`.
    d : int
        Dimensions of the word vectors.
    scale : float
        :math:`\sigma`.

    Returns
    -------
    ndarray of shape (count,)

    Raises
    ------
    ValueError
        If `count` is not a whole number up to `d`.

    Notes
    -----
    Our own.  Introduced in chapter *random-start*.

    Examples
    --------
    >>> typical_start(2, 2, 0.1).round(4)
    array([0.0056, 0.0014])
    """
    from scipy.special import digamma

    d, scale = whole_number("d", d), finite_number("scale", scale)
    count = whole_number("count", count, 0, d, because=f"; {d} dimensions hold no more modes")
    return 2 * scale**2 / d * np.exp(digamma((d - np.arange(count)) / 2))


@checked
def learned_modes(half_rises: np.ndarray, t: np.ndarray | float) -> np.ndarray | int:
    """Return how many modes have risen by half at each time.

    Parameters
    ----------
    half_rises : ndarray of shape (n_modes,)
        Half-rise times; not-a-number for modes that never rise.
    t : float or ndarray of shape (n,)
        Flow times.

    Returns
    -------
    int, or ndarray of int of shape (n,)

    Raises
    ------
    ValueError
        If half-rise times are no vector, or a time is negative or not finite.

    Notes
    -----
    Introduced in chapter *staircase*.

    Examples
    --------
    >>> learned_modes(np.array([1.0, 2.0, np.nan]), [0.5, 1.5, 9.0])
    array([0, 1, 2])
    """
    times = checked_times(t)
    rises = np.asarray(half_rises, float)
    if rises.ndim != 1:
        raise ValueError(f"half-rise times must be a vector, not of shape {rises.shape}")
    rises = np.sort(rises)  # not-a-number comes last
    count = np.searchsorted(rises[np.isfinite(rises)], times, side="right")
    return count if np.ndim(t) else int(count[0])


@checked
def visible_steps(values: np.ndarray, half_rises: np.ndarray) -> int:
    r"""Return how many separate steps the loss curve will show.

    .. math::
        1 + \#\left\{k : (\tau_{k+1} - \tau_k)\,\frac{\lambda_k + \lambda_{k+1}}2 > 2\right\}

    Two modes are seen apart if the second rises later than the first by more
    than the width of a rise.

    Parameters
    ----------
    values, half_rises : ndarray of shape (n_modes,)
        Eigenvalues and half-rise times of the modes; those that never rise are
        left out.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the lengths differ.

    Notes
    -----
    A rule of thumb of our own, to be compared with :func:`find_steps`.
    Introduced in chapter *staircase*.

    Examples
    --------
    >>> values = np.array([4.0, 2.0, 1.9])
    >>> visible_steps(values, aligned_half_rises(values, 1e-8))
    2
    """
    values, half_rises = np.asarray(values, float), np.asarray(half_rises, float)
    if values.shape != half_rises.shape:
        raise ValueError(f"{values.shape} eigenvalues need as many half-rise times, not {half_rises.shape}")
    if values.ndim != 1:
        raise ValueError(f"eigenvalues must be a vector, not of shape {values.shape}")
    order = np.argsort(half_rises)
    order = order[np.isfinite(half_rises[order])]
    if not len(order):
        return 0
    values, half_rises = values[order], half_rises[order]
    return 1 + int((np.diff(half_rises) * (values[1:] + values[:-1]) / 2 > 2).sum())
