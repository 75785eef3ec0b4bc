"""What the spectrum of task vectors would be if they were noise."""

from __future__ import annotations

import numpy as np

from .task_vectors import checked_rows

__all__ = ["effective_dimension", "marchenko_pastur_density", "marchenko_pastur_edges"]


def effective_dimension(rows: np.ndarray) -> float:
    r"""Return how many coordinates of equal variance would be worth as much as these.

    .. math:: d_{\mathrm{eff}} = \frac{(\sum_k v_k)^2}{\sum_k v_k^2}

    with the variance :math:`v_k` of coordinate k over the rows.

    Parameters
    ----------
    rows : ndarray of shape (n, d)
        Word vectors, or differences of random pairs of them, in coordinates
        that are uncorrelated: those of the closed form, not of training.

    Returns
    -------
    float
        Between 1 and d.

    Raises
    ------
    ValueError
        If there are fewer than three rows, one is not finite, or no coordinate
        varies.

    Notes
    -----
    n rows with normal entries give a value that is too small by a factor of
    about 1 + 2/n, so that a family's own few task vectors are not the place to
    measure it; those also hold the signal.  Introduced in chapter 14, *Analogies
    are a signal in noise*.

    Examples
    --------
    >>> rows = np.array([[3.0, 1.0], [-3.0, 1.0], [3.0, -1.0], [-3.0, -1.0]])  # variances 9 and 1
    >>> round(effective_dimension(rows), 3)
    1.22
    """
    rows = checked_rows(rows)
    variances = np.var(rows / np.abs(rows).max(), axis=0)
    if not variances.max() > 1e-28:
        raise ValueError("all rows are equal, so no coordinate varies and there is no dimension to speak of")
    return float(variances.sum() ** 2 / (variances**2).sum())


def marchenko_pastur_edges(n: int, d_eff: float, variance: float = 1.0) -> tuple[float, float]:
    r"""Return between which values the eigenvalues of pure noise lie.

    .. math:: \sigma^2 \bigl(1 \mp \sqrt{n / d_{\mathrm{eff}}}\bigr)^2

    Parameters
    ----------
    n : int
        Rows of R.
    d_eff : float
        Their effective dimension; d where all coordinates vary alike.
    variance : float
        Mean square :math:`\sigma^2` of the entries of R.

    Returns
    -------
    low, high : float
        Of the eigenvalues of :math:`\frac1d RR^\top` other than 0.

    Raises
    ------
    ValueError
        If an argument is not positive and finite.

    Notes
    -----
    Source: Marchenko and Pastur (1967).  With coordinates of unequal variance,
    :math:`d_{\mathrm{eff}}` makes mean and variance of the eigenvalues right,
    but the true edge lies somewhat higher.  Rows of unequal length raise it
    further: scale them to length 1 first, or use :func:`sign_flip_test`.
    Introduced in chapter 14, *Analogies are a signal in noise*.

    Examples
    --------
    >>> marchenko_pastur_edges(25, 100)
    (0.25, 2.25)
    """
    _check_positive(n=n, d_eff=d_eff, variance=variance)
    root = float(np.sqrt(n / d_eff))
    return variance * (1 - root) ** 2, variance * (1 + root) ** 2


def marchenko_pastur_density(x: np.ndarray, n: int, d_eff: float, variance: float = 1.0) -> np.ndarray:
    r"""Return the density of the eigenvalues of pure noise.

    .. math:: \frac{\sqrt{(x_+ - x)(x - x_-)}}{2\pi \sigma^2 \gamma\, x}, \qquad
              \gamma = n / d_{\mathrm{eff}},

    between the edges :math:`x_\mp` of :func:`marchenko_pastur_edges`, 0 elsewhere.

    Parameters
    ----------
    x : ndarray
        Eigenvalues of :math:`\frac1d RR^\top`.
    n, d_eff, variance
        As for :func:`marchenko_pastur_edges`.

    Returns
    -------
    ndarray of the shape of `x`
        With integral min(1, 1/γ): where n > d_eff, the share 1 − 1/γ of the
        eigenvalues is 0.

    Raises
    ------
    ValueError
        As :func:`marchenko_pastur_edges`.

    Notes
    -----
    Source: Marchenko and Pastur (1967).  Introduced in chapter 14, *Analogies
    are a signal in noise*.

    Examples
    --------
    >>> x = np.linspace(0.25, 2.25, 2001)
    >>> round(float(marchenko_pastur_density(x, 25, 100).sum() * (x[1] - x[0])), 3)
    1.0
    """
    low, high = marchenko_pastur_edges(n, d_eff, variance)
    x = np.asarray(x, float)
    inside = (x > low) & (x < high)
    safe = np.where(inside, x, (low + high) / 2)
    density = np.sqrt((high - safe) * (safe - low)) / (2 * np.pi * variance * (n / d_eff) * safe)
    return np.where(inside, density, 0.0)


def _check_positive(**values: float) -> None:
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be positive and finite, not {value!r}")
