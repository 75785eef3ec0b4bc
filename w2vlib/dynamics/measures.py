"""How many directions have been learned, how many steps were climbed, are they the right ones, and how broad."""

from __future__ import annotations

import numpy as np

from .._common.arguments import checked
from .._common.threads import limited_threads
from .._common.validate import finite_number, real_array

__all__ = [
    "entropy_rank",
    "find_steps",
    "inverse_participation_ratio",
    "learned_rank",
    "measured_half_rises",
    "overlap_matrix",
    "participation_ratio",
    "stable_rank",
    "subspace_overlap",
]


@checked
def participation_ratio(strengths: np.ndarray) -> np.ndarray:
    r"""Return the participation ratio of the strengths, :math:`(\sum s_k^2)^2 / \sum s_k^4`.

    Parameters
    ----------
    strengths : ndarray of shape (…, d)
        Squared singular values :math:`s_k^2`, not all 0.

    Returns
    -------
    ndarray of shape (…)
        d if all are equal, 1 if one stands alone.

    Raises
    ------
    ValueError
        If a strength is negative or not finite, or all are 0.

    Notes
    -----
    Introduced in chapter *staircase*.

    Examples
    --------
    >>> float(participation_ratio(np.array([2.0, 2.0, 0.0])))
    2.0
    """
    strengths = _checked_strengths(strengths)
    return strengths.sum(axis=-1) ** 2 / (strengths**2).sum(axis=-1)


@checked
def entropy_rank(strengths: np.ndarray) -> np.ndarray:
    r"""Return the exponential of the entropy of the singular values' shares.

    .. math:: \exp\Bigl(-\sum_k r_k \ln r_k\Bigr), \qquad r_k = s_k / \textstyle\sum_j s_j

    Parameters, result and errors are those of :func:`participation_ratio`.

    Notes
    -----
    Source: Roy and Vetterli (2007), *The effective rank*.  Introduced in
    chapter *staircase*.

    Examples
    --------
    >>> float(entropy_rank(np.array([4.0, 4.0, 0.0])).round(12))
    2.0
    """
    s = np.sqrt(_checked_strengths(strengths))
    share = s / s.sum(axis=-1, keepdims=True)
    return np.exp(-np.sum(share * np.log(np.where(share > 0, share, 1.0)), axis=-1))


@checked
def stable_rank(strengths: np.ndarray) -> np.ndarray:
    r"""Return :math:`\lVert W \rVert_F^2 / \lVert W \rVert_2^2`, the sum of strengths over the largest.

    Parameters, result and errors are those of :func:`participation_ratio`.

    Notes
    -----
    Introduced in chapter *staircase*.

    Examples
    --------
    >>> float(stable_rank(np.array([4.0, 2.0])))
    1.5
    """
    strengths = _checked_strengths(strengths)
    return strengths.sum(axis=-1) / strengths.max(axis=-1)


@checked
def learned_rank(strengths: np.ndarray, values: np.ndarray) -> np.ndarray:
    r"""Return how many strengths have reached half of their eigenvalue, :math:`\#\{s_k^2 \ge \lambda_k/2\}`.

    Parameters
    ----------
    strengths : ndarray of shape (…, d)
        :math:`s_k^2`, falling.
    values : ndarray of shape (n_modes,)
        Eigenvalues :math:`\lambda_k`, falling; those of 0 and below do not count.

    Returns
    -------
    ndarray of int of shape (…)

    Raises
    ------
    ValueError
        As :func:`participation_ratio`.

    Notes
    -----
    Introduced in chapter *staircase*.

    Examples
    --------
    >>> learned_rank(np.array([[0.1, 0.0], [2.9, 0.2], [3.0, 0.9]]), np.array([3.0, 1.0]))
    array([0, 1, 2])
    """
    strengths = _checked_strengths(strengths, all_zero=True)
    values = real_array("values", values, None)
    count = min(strengths.shape[-1], len(values))
    values = values[:count]
    return ((strengths[..., :count] >= values / 2) & (values > 0)).sum(axis=-1)


@checked
def measured_half_rises(t: np.ndarray, strengths: np.ndarray, values: np.ndarray) -> np.ndarray:
    r"""Return when recorded strengths crossed half of their eigenvalues.

    Between two records :math:`\ln[s_k^2/(\lambda_k - s_k^2)]` is interpolated,
    which for a logistic is a straight line.  (Where the later record lies above
    :math:`\lambda_k`, :math:`s_k^2` itself is.)

    Parameters
    ----------
    t : ndarray of shape (n,)
        Times of the records, rising.
    strengths : ndarray of shape (n, d)
        :math:`s_k^2`, falling along a row.
    values : ndarray of shape (n_modes,)
        Eigenvalues; the first min(d, n_modes) are used.

    Returns
    -------
    ndarray of shape (min(d, n_modes),)
        In the units of `t`; not a number where :math:`\lambda_k \le 0`, or where
        no record below the half is followed by one above.

    Raises
    ------
    ValueError
        If the shapes do not fit, or an eigenvalue is not finite.

    Notes
    -----
    Introduced in chapter *one-mode*.

    Examples
    --------
    >>> t = np.arange(6.0)
    >>> strengths = 2 / (1 + np.exp(-3 * (t[:, None] - 2.25)))
    >>> measured_half_rises(t, strengths, np.array([2.0])).round(12)
    array([2.25])
    """
    t, strengths, values = (np.asarray(a, float) for a in (t, strengths, values))
    if strengths.ndim != 2 or t.shape != strengths.shape[:1] or values.ndim != 1:
        raise ValueError(
            f"{t.shape} times and {values.shape} eigenvalues do not fit strengths of shape {strengths.shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"eigenvalues must be finite, not {values!r}")
    crossings = np.full(min(strengths.shape[1], len(values)), np.nan)
    for k, value in enumerate(values[: len(crossings)]):
        below = strengths[:, k] < value / 2
        rises = np.flatnonzero(below[:-1] & ~below[1:])
        if value <= 0 or not len(rises):
            continue
        n = rises[0]
        pair = strengths[n : n + 2, k]
        logistic = pair[0] > 0 and pair[1] < value
        before, after = np.log(pair / (value - pair)) if logistic else pair - value / 2
        crossings[k] = t[n] + (t[n + 1] - t[n]) * before / (before - after)
    return crossings


@checked
def find_steps(t: np.ndarray, loss: np.ndarray, prominence: float = 0.4) -> np.ndarray:
    r"""Return where a loss curve takes its steps.

    A step is a peak of :math:`\ln(-dL/dt)` that stands out by `prominence`:
    the loss falls there at least :math:`e^{0.4} = 1.5` times as fast as on the
    flatter stretches beside it.

    Parameters
    ----------
    t : ndarray of shape (n,)
        Times, strictly rising, close enough to resolve a step: where records
        are sparse, small peaks are lost.
    loss : ndarray of shape (n,)
        Loss without sampling noise: of full batches, or of the population.
    prominence : float
        How far a peak must stand out, in natural logarithms.

    Returns
    -------
    ndarray of int
        Indices of the steepest points, one for each step.

    Raises
    ------
    ValueError
        If the times do not rise strictly, the shapes differ, or something is
        not finite.

    Notes
    -----
    Introduced in chapter *staircase*.

    Examples
    --------
    >>> t = np.linspace(0, 10, 400)
    >>> loss = -1 / (1 + np.exp(-4 * (t - 2))) - 1 / (1 + np.exp(-4 * (t - 7)))
    >>> t[find_steps(t, loss)].round(1)
    array([2., 7.])
    """
    from scipy.signal import find_peaks

    prominence = finite_number("prominence", prominence, 0)
    t, loss = np.asarray(t, float), np.asarray(loss, float)
    if t.ndim != 1 or t.shape != loss.shape or len(t) < 3:
        raise ValueError(
            f"times and losses must be vectors of one length, 3 or more, not {t.shape} and {loss.shape}"
        )
    if not (np.isfinite(t).all() and np.isfinite(loss).all()) or (np.diff(t) <= 0).any():
        raise ValueError("times must rise strictly, and times and losses must be finite")
    speed = -np.gradient(loss, t)
    if speed.max() <= 0:
        return np.array([], dtype=int)
    log_speed = np.log(np.maximum(speed, 1e-9 * speed.max()))
    padded = np.concatenate([[-np.inf], log_speed, [-np.inf]])
    padded[[0, -1]] = log_speed.min() - 1
    return find_peaks(padded, prominence=prominence)[0] - 1


@limited_threads()
@checked
def subspace_overlap(first: np.ndarray, second: np.ndarray) -> float:
    r"""Return how much of one subspace lies in another.

    .. math:: \frac1k \lVert V_1^\top V_2 \rVert_F^2 \in [0, 1]

    with orthonormal bases :math:`V_1, V_2` of the columns given.

    Parameters
    ----------
    first : ndarray of shape (V, k)
        Linearly independent columns.
    second : ndarray of shape (V, l)
        The same, with l columns; the smaller of k and l is divided by.

    Returns
    -------
    float
        1 if one contains the other, 0 if they are orthogonal, about
        max(k, l)/V for random ones.

    Raises
    ------
    ValueError
        If the shapes do not fit, or columns depend on one another.

    Notes
    -----
    Introduced in chapter *staircase*.

    Examples
    --------
    >>> round(subspace_overlap(np.eye(3)[:, :2], np.array([[1.0], [0.0], [1.0]])), 12)
    0.5
    """
    from scipy.linalg import subspace_angles

    sides = []
    for name, columns in (("first", first), ("second", second)):
        columns = np.asarray(columns, float)
        if columns.ndim == 1:
            columns = columns[:, None]
        if columns.ndim != 2 or columns.shape[1] > len(columns) or not np.isfinite(columns).all():
            raise ValueError(
                f"{name}: a subspace needs finite columns, no more than rows, not shape {columns.shape}"
            )
        diagonal = np.diag(np.linalg.qr(columns, mode="r"))
        if np.any(np.abs(diagonal) <= 1e-12 * np.linalg.norm(columns, axis=0)):
            raise ValueError(
                f"the columns of {name} depend on one another, so they do not say what subspace is meant"
            )
        sides.append(columns)
    if len(sides[0]) != len(sides[1]):
        raise ValueError(
            f"first and second: subspaces of {len(sides[0])} and of {len(sides[1])} words cannot be compared"
        )
    return float(np.mean(np.cos(subspace_angles(*sides)) ** 2))


@limited_threads()
@checked
def overlap_matrix(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    r"""Return the squared cosines between two sets of directions.

    .. math:: O_{jk} = \frac{(u_j \cdot v_k)^2}{\lVert u_j \rVert^2\, \lVert v_k \rVert^2} \in [0, 1]

    Parameters
    ----------
    first : ndarray of shape (V, k)
        One direction a column, of any length but 0.
    second : ndarray of shape (V, l)

    Returns
    -------
    ndarray of shape (k, l)
        About 1/V for random directions.  Where the columns of `second` are
        orthogonal, a row sums to the share of that direction that lies in their
        span.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a column is 0 or not finite.

    Notes
    -----
    Directions with nearly equal eigenvalues mix freely; :func:`subspace_overlap`
    of both sets does not mind.  Introduced in chapter *concepts*.

    Examples
    --------
    >>> overlap_matrix(np.eye(3)[:, :2], np.array([[1.0], [0.0], [1.0]])).round(3)
    array([[0.5],
           [0. ]])
    """
    sides = []
    for name, columns in (("first", first), ("second", second)):
        columns = np.asarray(columns, float)
        if columns.ndim != 2:
            raise ValueError(
                f"{name}: directions are the columns of a matrix, not of an array of shape {columns.shape}"
            )
        largest = np.abs(columns).max(axis=0, initial=0.0)
        bad = np.flatnonzero(~((largest > 0) & np.isfinite(largest)))
        if len(bad):
            raise ValueError(
                f"{name}: direction {bad[0]} is 0 or not finite, so it has no cosine; leave it out"
            )
        columns = columns / largest
        sides.append(columns / np.linalg.norm(columns, axis=0))
    if len(sides[0]) != len(sides[1]):
        raise ValueError(
            f"first and second: directions of {len(sides[0])} and of {len(sides[1])} words cannot be compared"
        )
    return np.minimum((sides[0].T @ sides[1]) ** 2, 1.0)


def _checked_strengths(strengths, all_zero: bool = False) -> np.ndarray:
    strengths = np.asarray(strengths, dtype=float)
    if (
        strengths.ndim == 0
        or strengths.size == 0
        or not np.isfinite(strengths).all()
        or (strengths < 0).any()
    ):
        raise ValueError(f"strengths s² must be 0 or more and finite, not {strengths!r}")
    if not all_zero and not (strengths.max(axis=-1) > 0).all():
        raise ValueError("all strengths are 0, so there is no rank to speak of")
    return strengths


@checked
def inverse_participation_ratio(vectors: np.ndarray) -> np.ndarray:
    r"""Return how much each direction is concentrated on few words.

    .. math:: \mathrm{IPR}_k = \frac{\sum_i u_{ik}^4}{\bigl(\sum_i u_{ik}^2\bigr)^2} \in [1/V,\; 1]

    Its inverse is the effective number of words that the direction is about.

    Parameters
    ----------
    vectors : ndarray of shape (V, d), or (V,)
        One direction a column, of any length; none may be 0.

    Returns
    -------
    ndarray of shape (d,), or float
        1 for a direction that is one word, 1/V for one that is all words
        alike, about 3/V for random entries.

    Raises
    ------
    ValueError
        If a column is 0 or not finite; the message names it.

    Notes
    -----
    Source: Karkada et al. (2025), appendix.  Introduced in chapter *concepts*.

    Examples
    --------
    >>> inverse_participation_ratio(np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, -1.0]]))
    array([1.  , 0.25])
    """
    vectors = np.asarray(vectors, float)
    if vectors.ndim not in (1, 2):
        raise ValueError(f"vectors must be one column or a matrix of columns, not of shape {vectors.shape}")
    largest = np.abs(vectors).max(axis=0, initial=0.0)
    bad = np.flatnonzero(~((largest > 0) & np.isfinite(largest)))
    if len(bad):
        raise ValueError(
            f"vectors: direction {bad[0]} is 0 or not finite; leave it out, as it is about no word"
        )
    ratio = 1 / participation_ratio(((vectors / largest) ** 2).T)
    return float(ratio) if vectors.ndim == 1 else ratio
