"""The least-squares model of a text: its modes, its step, and how long it has to be trained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._common.plain import plain
from ..dynamics import forecast_half_rises, stability_bound
from ..spectra import Spectrum, spectrum
from ..statistics import CorpusStatistics
from ..targets import m_star
from ._rises import Paths, reduced_flow
from .settings import Settings

__all__ = ["LeastSquaresTheory"]

SAFE = 0.5  # of the largest stable step
LONGER = 1.15  # than the last bar
LEAST = 60  # modes that are followed
RESOLVED = 1e-9  # of the largest eigenvalue in modulus: what is below is rounding


@dataclass(frozen=True, eq=False)
class LeastSquaresTheory:
    """What is known of the least-squares model before a start is drawn.

    Attributes
    ----------
    modes : Spectrum
        Leading modes of M*.
    settings : Settings
    count : int
        Directions that are predicted.
    step_size, steps : float, int
        Of training.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> text = [["tea", "cup", "tea"], ["cup", "tea", "cup"], ["sea", "boat", "sea"], ["boat", "sea"]]
    >>> theory = LeastSquaresTheory.of(count_corpus(text, window=1), Settings(d=2))
    >>> theory.count, bool(theory.step_size * theory.modes.values[0] <= 0.1)
    (1, True)
    """

    modes: Spectrum
    settings: Settings
    count: int
    step_size: float
    steps: int

    @classmethod
    def of(cls, stats: CorpusStatistics, settings: Settings) -> LeastSquaresTheory:
        """Return the theory of a text, or raise ValueError where nothing is ever learned."""
        wide = 4 if settings.scale >= 0.1 else 2
        modes = spectrum(m_star(stats), min(len(stats), max(wide * settings.d, LEAST)))
        values, lowest = modes.values[: settings.d], modes.lowest
        rising = int((values > RESOLVED * max(abs(lowest), abs(values[0]))).sum())
        check_rising(rising, values[0])
        count = min(settings.directions, rising)
        if settings.scale**2 >= values[count - 1] / 4:
            raise ValueError(
                f"scale must be small, σ² below a quarter of λ{count} = {values[count - 1]:.3g}, not "
                f"{settings.scale:g}: from there on directions do not rise one by one; take a smaller one"
            )
        step_size = min(settings.step / values[0], SAFE * stability_bound(float(values[0]), lowest))
        high = forecast_half_rises(values, settings.d, settings.scale, step_size).high[:count]
        steps = settings.steps or max(2, int(np.ceil(LONGER * np.nanmax(high) / step_size)))
        return cls(modes, settings, count, float(step_size), steps)

    unit = "steps"  # in which moments are told, beside flow time
    has_loss = True

    @property
    def scale(self) -> float:
        """σ of the start."""
        return self.settings.scale

    @property
    def first_rise(self) -> float:
        """The step at which the first direction should have risen by half."""
        mean = forecast_half_rises(self.modes.values[:1], self.settings.d, self.scale, self.step_size).mean
        return float(mean[0] / self.step_size)

    @property
    def described(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Eigenvalues and eigenvectors, and which of them oppose words and contexts, as tied vectors never do."""
        return self.modes.values, self.modes.vectors, np.zeros(len(self.modes), bool)

    def told(self) -> dict:
        """How training is done, as plain data."""
        starts = (self.settings.start(len(self.modes.vectors), seed) for seed in self.settings.seeds)
        lengths = [float((start**2).sum()) for start in starts]  # by which a run tells its seed
        return {"step_size": self.step_size, "steps": self.steps, "starts": plain(lengths, 9)}

    def times(self, steps: np.ndarray) -> np.ndarray:
        """Flow time after so many steps."""
        return self.step_size * np.asarray(steps, float)

    def in_units(self, time: float) -> float:
        """The step of a flow time."""
        return time / self.step_size

    def start(self, size: int) -> np.ndarray:
        """Word vectors from the first seed."""
        return self.settings.start(size, self.settings.seeds[0])

    @property
    def rising(self) -> int:
        """How many modes rise while training lasts; twice as many and more have to be followed."""
        settings, values = self.settings, self.modes.values
        mean = forecast_half_rises(values, settings.d, settings.scale, self.step_size).mean
        rise = int((mean < self.steps * self.step_size).sum())
        return max(self.count, rise)

    def named(self, size: int, times: np.ndarray) -> Paths:
        """Follow training from the seeds of the settings."""
        m = max(LEAST, 3 * self.rising)
        U = self.modes.vectors[:, :m]
        flows = (self._flow(U.T @ self.settings.start(size, seed)) for seed in self.settings.seeds)
        return Paths.of(flows, times, self.count)

    def any(self, times: np.ndarray) -> Paths:
        """Follow training from starts that are not named."""
        settings = self.settings
        values = self.modes.values[: 2 * self.rising]
        return Paths.random(values, settings.d, settings.scale, times, self.count, self.step_size)

    def _flow(self, rows: np.ndarray):
        return reduced_flow(self.modes.values[: len(rows)], rows, self.modes.lowest, self.step_size)


def check_rising(rising: int, largest: float) -> None:
    """Raise ValueError where nothing is ever learned.

    Examples
    --------
    >>> check_rising(0, -0.5)
    Traceback (most recent call last):
    ...
    ValueError: nothing is ever learned from this text: no eigenvalue is positive, λ₁ = -0.5; take more text
    """
    if not rising:
        raise ValueError(
            f"nothing is ever learned from this text: no eigenvalue is positive, λ₁ = {largest:.3g}; take more text"
        )
