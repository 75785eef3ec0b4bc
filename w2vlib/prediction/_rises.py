"""How strengths and loss go from random starts: the exact solution, for many starts that are not yet drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._common.threads import limited_threads
from ..dynamics import Dynamics, measured_half_rises
from ..dynamics._riccati import gained
from ..dynamics.aligned import growth_exponents
from ..spectra import Spectrum

__all__ = ["Paths", "reduced_flow"]

STARTS = 79  # of which each bar leaves out the two lowest and the two highest
LEFT_OUT = 2
COVERAGE = (STARTS + 1 - 2 * LEFT_OUT) / (STARTS + 1)  # 0.95, exactly


def reduced_flow(
    values: np.ndarray, rows: np.ndarray, lowest: float | None = None, step_size: float = 0.0
) -> Dynamics:
    r"""Return the exact solution for the leading modes of a start, in as few dimensions as they need.

    Of the start :math:`W_0` the modes know the rows :math:`Y_0 = U^\top W_0`, and of these the inner
    products.  Where there are fewer modes than dimensions, a QR decomposition turns the rows into the
    space that they span, which changes nothing of strengths and loss.

    Parameters
    ----------
    values : ndarray of shape (m,)
        Leading eigenvalues; what lies beyond them is left out, so that they must reach well beyond
        the last one that rises.
    rows : ndarray of shape (m, d)
        :math:`Y_0`.
    lowest : float, optional
        The lowest eigenvalue of all, where there is a step size.
    step_size : float
        As in :class:`~w2vlib.Dynamics`.

    Returns
    -------
    Dynamics
        Of min(m, d) strengths.

    Notes
    -----
    With 40 modes the first 20 half-rises are those of 100 and 150 modes to 0.01 %, and the loss to
    0.2 % of its drop; with 60 modes to 0.001 % and 0.03 % (Wikipedia, 200 to 3,000 words, d = 20 to
    100, σ = 0.01).  Our own.  Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> rows = np.array([[0.1, 0.0, 0.0], [0.1, 0.1, 0.0]])
    >>> reduced_flow(np.array([2.0, 1.0]), rows).strengths(100.0).round(6)
    array([2., 1.])
    """
    count, d = rows.shape
    if count < d:
        rows = np.linalg.qr(rows.T, mode="r").T
    # One row more than modes: there are words beyond them, from which nothing starts.
    modes = Spectrum(values, np.eye(count + 1, count), residual=0.0, lowest=lowest)
    return Dynamics(modes, np.vstack([rows, np.zeros((1, rows.shape[1]))]), step_size)


@dataclass(frozen=True, eq=False)
class Paths:
    """How training goes from several starts, at the same times.

    Attributes
    ----------
    loss : ndarray of shape (starts, n)
    strengths : ndarray of shape (starts, n, k)
    half_rises : ndarray of shape (starts, k)
        Not a number where a direction has not risen by the last time.

    Examples
    --------
    >>> times = np.linspace(0, 5, 40)
    >>> paths = Paths.random(np.array([3.0, 2.0]), 4, 0.01, times, 2)
    >>> paths.half_rises.shape, paths.bars()[:, 0].round(1)
    ((79, 2), array([1.6, 1.8, 2.1]))
    """

    loss: np.ndarray
    strengths: np.ndarray
    half_rises: np.ndarray

    @classmethod
    def of(cls, flows, times: np.ndarray, count: int) -> Paths:
        """Follow flows that all have the same eigenvalues."""
        loss, strengths, rises = [], [], []
        with limited_threads():
            for flow in flows:
                lost, strong = flow.curves(times)
                loss.append(lost)
                strengths.append(strong[:, :count])
                rises.append(measured_half_rises(times, strong, flow.values)[:count])
                rises[-1][strong[0, :count] >= flow.values[:count] / 2] = 0.0
        return cls(np.array(loss), np.array(strengths), np.array(rises))

    @classmethod
    def random(
        cls,
        values: np.ndarray,
        d: int,
        scale: float,
        times: np.ndarray,
        count: int,
        step_size: float = 0.0,
    ) -> Paths:
        """Follow 79 starts, normal and independent as :func:`~w2vlib.training.initial_weights` draws them."""
        rng = np.random.default_rng(0)
        rows = rng.standard_normal((STARTS, len(values), d)) * (scale / np.sqrt(d))
        return cls.together(values, rows, times, count, step_size)

    @classmethod
    def together(
        cls, values: np.ndarray, rows: np.ndarray, times: np.ndarray, count: int, step_size: float = 0.0
    ) -> Paths:
        """Follow many starts at once: what :meth:`of` does with the flows of all of them, many times as fast.

        Parameters
        ----------
        values : ndarray of shape (m,)
            Leading eigenvalues.
        rows : ndarray of shape (starts, m, d)
            Of each start.
        times : ndarray of shape (n,)
        count : int
            Directions.
        step_size : float

        Examples
        --------
        >>> rows = np.random.default_rng(0).standard_normal((2, 3, 3)) / 100
        >>> Paths.together(np.array([3.0, 2.0, 1.0]), rows, np.linspace(0, 9, 90), 2).half_rises.round(2)
        array([[1.85, 2.87],
               [1.6 , 2.26]])
        """
        with limited_threads():
            solution = _ManyStarts(values, rows, step_size)
            loss, strengths = map(np.array, zip(*map(solution.at, times)))
        loss, strengths = loss.T, strengths.swapaxes(0, 1)
        leading = values[: strengths.shape[2]]
        rises = np.array([measured_half_rises(times, path, leading)[:count] for path in strengths])
        rises[strengths[:, 0, :count] >= leading[:count] / 2] = 0.0
        return cls(loss, strengths[:, :, :count], rises)

    def bars(self) -> np.ndarray:
        """Return low end, middle and high end of each half-rise, shape (3, k); infinite where not reached.

        The next start is as likely to lie at any place among those drawn, so that with 79
        of them it lies within the bar with probability 76/80 = 95 %, whatever the law is.
        """
        return banded(self.half_rises)


class _ManyStarts:
    """The solution of :class:`~w2vlib.dynamics._riccati.RiccatiSolution`, in its symbols, for many starts."""

    def __init__(self, values: np.ndarray, rows: np.ndarray, step_size: float):
        if rows.shape[1] < rows.shape[2]:
            rows = np.linalg.qr(rows.swapaxes(1, 2), mode="r").swapaxes(1, 2)
        d = rows.shape[2]
        coordinates = np.linalg.inv(rows[:, :d])
        corner = np.linalg.qr(rows[:, :d].swapaxes(1, 2), mode="r")
        self._start = np.diagonal(corner, axis1=1, axis2=2) ** 2
        self._B, self._K = rows[:, d:] @ coordinates, coordinates.swapaxes(1, 2) @ coordinates
        self._values, self._d, self._step_size = values, d, step_size

    def at(self, t: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the loss of each start and its strengths, falling, shape (starts, d)."""
        d, values, step_size = self._d, self._values, self._step_size
        exponent = growth_exponents(values[:d], self._start, t, step_size) + np.zeros_like(self._start)
        behind = growth_exponents(values[d:], np.zeros(1), t, step_size)
        c = np.maximum(exponent, 0.0)
        e, kept = np.exp(-c), np.exp(2 * (exponent - c))
        Z = self._B * np.exp(np.minimum(behind[:, None] - c[:, None], 0.0))
        weighed = np.where((values[d:] > 0)[:, None], Z, self._B * e[:, None])
        weighed *= np.sqrt(gained(values[d:], behind, t))[:, None]
        N = e[:, :, None] * self._K * e[:, None] + weighed.swapaxes(1, 2) @ weighed
        N += gained(values[:d], exponent, t)[:, None] * np.eye(d)
        scale = 1 / np.sqrt(np.diagonal(N, axis1=1, axis2=2))
        both = scale[:, :, None] * scale[:, None]
        root = np.linalg.inv(np.linalg.cholesky(N * both))
        inner, drawn = (
            root @ ((weight[:, None] * np.eye(d) + Z.swapaxes(1, 2) @ (along[:, None] * Z)) * both) @ root.swapaxes(1, 2)
            for weight, along in ((kept, np.ones(len(behind))), (values[:d] * kept, values[d:]))
        )  # fmt: skip
        strengths = np.maximum(np.linalg.eigvalsh(inner)[:, ::-1], 0.0)
        return (strengths**2).sum(axis=1) / 4 - np.trace(drawn, axis1=1, axis2=2) / 2, strengths


def banded(drawn: np.ndarray) -> np.ndarray:
    """Return the second lowest, the middle one and the second highest of many starts; not a number counts as infinite.

    Examples
    --------
    >>> banded(np.arange(79.0)[:, None])[:, 0]
    array([ 1., 39., 77.])
    """
    ordered = np.sort(np.where(np.isnan(drawn), np.inf, drawn), axis=0)
    return ordered[[LEFT_OUT - 1, len(ordered) // 2, -LEFT_OUT]]
