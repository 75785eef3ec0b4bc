"""What drawing pairs at random adds to training: how much noise, and how much is too much."""

from __future__ import annotations

import numpy as np

from .._common.arguments import checked
from .._common.threads import limited_threads
from .._common.validate import finite_number, one_of, positive_number, real_array, whole_number
from ..spectra import Spectrum, spectrum
from ..statistics import CorpusStatistics, check_dense
from ..targets import m_star
from ..words import words_of
from .aligned import checked_times
from .exact import Dynamics

__all__ = ["SAMPLERS", "excess_loss", "log_strength_spread", "noise_number", "noise_radius", "sampling_noise"]

#: Ways to draw the pairs of a batch.  Introduced in chapter *sampled-gradients*.
SAMPLERS = ("weighted", "label", "soft")


@checked
def sampling_noise(
    stats: CorpusStatistics, sampler: str, target: np.ndarray | None = None, scores: np.ndarray | float = 0.0
) -> np.ndarray:
    r"""Return the second moment of one sampled update, cell by cell.

    A batch of b samples changes the weights by :math:`\Delta W = \frac{\eta}{b}
    \sum c\, (e_i w_j^\top + e_j w_i^\top)`, of mean :math:`\eta (M - X) W`.
    Its noise is set by :math:`N_{ij} = \sum \Pr(i, j)\, c^2`:

    ==========  =====================================================  ==========================================
    sampler     one sample                                             :math:`N_{ij}`
    ==========  =====================================================  ==========================================
    "weighted"  a pair from :math:`P` and one from :math:`pp^\top`,    :math:`(1 - \frac{xM}2 + \frac{x^2}4) / (P_{ij} + p_ip_j)`
                :math:`c = \pm(1 \mp \frac x2)/(P_{ij}+p_ip_j)`
    "label"     any pair, labelled :math:`y = \pm 1` with              :math:`V^2 (1 - \frac{xM}2 + \frac{x^2}4)`
                :math:`\Pr(+) = P/(P + pp^\top)`,
                :math:`c = V^2 (y - \frac x2)`
    "soft"      any pair, :math:`c = \frac{V^2}2 (M_{ij} - x)`         :math:`\frac{V^2}4 (M_{ij} - x)^2`
    ==========  =====================================================  ==========================================

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    sampler : {"weighted", "label", "soft"}
    target : ndarray of shape (V, V), optional
        :math:`M^\star` of `stats`, if it is at hand.
    scores : float or ndarray of shape (V, V)
        :math:`x_{ij} = w_i \cdot w_j`; 0 for the beginning of training.

    Returns
    -------
    ndarray of shape (V, V)
        :math:`N`, symmetric, without sign.

    Raises
    ------
    ValueError
        If the sampler is unknown.

    Notes
    -----
    Our own.  Introduced in chapter *sampled-gradients*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> sampling_noise(stats, "soft").round(2)
    array([[0.14, 0.43, 9.  ],
           [0.43, 9.  , 1.44],
           [9.  , 1.44, 9.  ]])
    """
    one_of("sampler", sampler, SAMPLERS)
    check_dense("the noise of single pairs", stats)
    M = m_star(stats) if target is None else real_array("target", target, *stats.counts.shape)
    cells = float(len(stats)) ** 2
    words_of(stats, target)
    shape = stats.counts.shape
    scores = real_array("scores", scores, *(shape if np.ndim(scores) else ()))
    if sampler == "soft":
        return cells / 4 * (M - scores) ** 2
    noise = 1 - scores * M / 2 + np.square(scores) / 4
    if sampler == "label":
        return cells * noise
    return noise / (stats.P + np.multiply.outer(stats.p, stats.p))


@checked
def noise_radius(noise: np.ndarray) -> float:
    r"""Return the spectral radius :math:`\rho(N)` of a sampler's noise.

    Parameters
    ----------
    noise : ndarray of shape (V, V)
        :math:`N`, as :func:`sampling_noise` returns it.

    Returns
    -------
    float

    Notes
    -----
    By Perron and Frobenius it is the largest eigenvalue, since no entry is
    negative.  Introduced in chapter *sampled-gradients*.

    Examples
    --------
    >>> round(noise_radius(np.full((4, 4), 16.0)), 9)
    64.0
    """
    noise = np.asarray(noise, float)
    if (noise < 0).any():
        raise ValueError(f"a second moment is never negative, but the noise holds {noise.min()}")
    return float(spectrum(noise, 1).values[0])


@checked
def noise_number(
    radius: float, values: np.ndarray | float, step_size: float, batch_size: int
) -> np.ndarray | float:
    r"""Return how much noise a mode meets while it rises, relative to its own growth.

    .. math:: \Theta_k = \frac{\eta}{b}\,\frac{\rho(N)}{\lambda_k}

    Parameters
    ----------
    radius : float
        :math:`\rho(N)`, as :func:`noise_radius` returns it.
    values : float or ndarray of shape (n_modes,)
        Eigenvalues :math:`\lambda_k > 0`.
    step_size : float
        Flow time per step, :math:`\eta`.
    batch_size : int
        Samples per step, b.

    Returns
    -------
    float or ndarray of shape (n_modes,)
        Up to about 0.3 half-rise times follow the prediction for full batches,
        most within a tenth; above 1 mode k is lost in noise.
        The loss hovers above it all the same: see :func:`excess_loss`.

    Raises
    ------
    ValueError
        If a value, the step size or the batch size is not positive.

    Notes
    -----
    Our own.  Introduced in chapter *sampled-gradients*.

    Examples
    --------
    >>> noise_number(1000.0, np.array([10.0, 5.0]), step_size=0.001, batch_size=10)
    array([0.01, 0.02])
    """
    values = real_array("values", values)
    if not (values > 0).all():
        raise ValueError(f"eigenvalues must be positive, not {values.min()}; a mode with λ ≤ 0 does not rise")
    return _per_sample(step_size, batch_size) * finite_number("radius", radius, 0) / values[()]


@checked
def excess_loss(noise: np.ndarray, lengths: np.ndarray, step_size: float, batch_size: int) -> float:
    r"""Return how far above its minimum the loss hovers, because batches are random.

    .. math:: \frac{\eta}{2b} \sum_{ij} N_{ij}\,(1 + \delta_{ij})\, s_j

    Parameters
    ----------
    noise : ndarray of shape (V, V)
        :math:`N` at the scores that training has reached; see
        :func:`sampling_noise`.
    lengths : ndarray of shape (V,)
        :math:`s_j = \lVert w_j \rVert^2`, the diagonal of the scores.
    step_size : float
        Flow time per step, :math:`\eta`.
    batch_size : int
        Samples per step, b.

    Returns
    -------
    float
        In the units of the loss.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a size is not positive.

    Notes
    -----
    Each direction of curvature H hovers at :math:`\frac{\eta C}{2b(2 - \eta H)}`
    for a noise C; for small steps the curvature cancels, and the sum of C over
    all directions is a trace.  Introduced in chapter *sampled-gradients*.

    Examples
    --------
    >>> excess_loss(np.ones((2, 2)), np.array([1.0, 3.0]), step_size=0.1, batch_size=10)
    0.06
    """
    per_sample = _per_sample(step_size, batch_size)
    noise, lengths = real_array("noise", noise), real_array("lengths", lengths)
    if lengths.ndim != 1 or noise.shape != (len(lengths), len(lengths)):
        raise ValueError(f"noise of shape {noise.shape} does not fit {lengths.shape} lengths of word vectors")
    return float(per_sample / 2 * (noise.sum(axis=0) + np.diag(noise)) @ lengths)


@checked
def log_strength_spread(
    modes: Spectrum,
    initial: np.ndarray,
    noise: np.ndarray,
    step_size: float,
    batch_size: int,
    t: float,
    points: int = 60,
) -> np.ndarray:
    r"""Return by how much :math:`\ln s_k` varies from run to run, because batches are random.

    While mode k is still small,

    .. math::
        \mathrm{Var}(\ln s_k) = \frac{4\eta t}{b}\,(u_k^2)^\top N u_k^2 + \frac{\epsilon_k}d, \qquad
        \epsilon_k = \frac{2\eta}b \int_0^t
            \frac{(u_k^2)^\top N\, s(t')}{e^{2\lambda_k t'}\, s_k^2(0)}\, dt' ,

    with :math:`s(t')` the diagonal of :math:`W(t')W(t')^\top` and
    :math:`u_k^2` taken entry by entry.  The first term is the mode's own
    noise, the second what all other modes spill into it.

    Parameters
    ----------
    modes : Spectrum
        The modes asked for, and those that :class:`Dynamics` needs.
    initial : ndarray of shape (V, d)
        :math:`W_0`.
    noise : ndarray of shape (V, V)
        :math:`N`, as :func:`sampling_noise` returns it.
    step_size : float
        Flow time per step, :math:`\eta`.
    batch_size : int
        Samples per step, b.
    t : float
        Flow time, before any mode has risen.
    points : int
        Points of the quadrature.

    Returns
    -------
    ndarray of shape (len(modes),)
        Standard deviations, to be trusted where they are well below 1.  That of
        a half-rise time is about :math:`\mathrm{sd}(\ln s_k)/\lambda_k`.

    Raises
    ------
    ValueError
        As :class:`Dynamics` and :func:`noise_number`.

    Notes
    -----
    Our own.  Introduced in chapter *sampled-gradients*.

    Examples
    --------
    >>> modes = Spectrum(np.array([2.0, 1.0]), np.eye(2), residual=0.0)
    >>> spread = log_strength_spread(modes, 1e-3 * np.ones((2, 1)), np.ones((2, 2)), 0.01, 100, t=1.0)
    >>> spread.round(4)
    array([0.0262, 0.0352])
    """
    from scipy.integrate import trapezoid

    per_sample = _per_sample(step_size, batch_size)
    flow = Dynamics(modes, initial)
    noise = real_array("noise", noise, len(modes.vectors), len(modes.vectors))
    times = np.linspace(0, checked_times(t)[0], whole_number("points", points, 2))
    squares = modes.vectors**2
    with limited_threads(len(noise)):
        reach = noise @ squares  # (V, n_modes)
        begun = np.sum((modes.vectors.T @ flow.initial) ** 2, axis=1)
        spilled = np.array([np.sum(flow.factor(time) ** 2, axis=1) @ reach for time in times])
    spilled *= np.exp(-2 * np.multiply.outer(times, np.maximum(modes.values, 0.0))) / begun
    own = 4 * per_sample * t * np.einsum("vk,vk->k", squares, reach)
    others = 2 * per_sample * trapezoid(spilled, times, axis=0)
    return np.sqrt(own + others / flow.initial.shape[1])


def _per_sample(step_size: float, batch_size: int) -> float:
    """η/B, once both are found to be possible."""
    return positive_number("step_size", step_size) / whole_number("batch_size", batch_size)
