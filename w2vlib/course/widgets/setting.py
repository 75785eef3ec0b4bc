"""What the theory says for one setting of the sliders, and which measured runs are for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...dynamics import (
    HalfRiseForecast,
    aligned_half_rises,
    forecast_half_rises,
    mode_strengths,
    typical_start,
)

LOG_STEP = 0.1  # of the slider of log10 σ
WEAKEST = -6.0


@dataclass(frozen=True, eq=False)
class Setting:
    """Eigenvalues, scale and dimensions, and what follows from them.

    Attributes
    ----------
    values : ndarray of shape (n_modes,)
        λ of the modes that d dimensions can learn.
    start : ndarray of shape (n_modes,)
        The strengths they set out from.
    scale : float
        σ.
    d : int or None
    step_size : float
        That of the measured runs; 0, the flow, where there are none.
    runs : tuple of dict
        The measured runs with this scale and these dimensions.

    Examples
    --------
    >>> found = setting({"values": [3.0, 2.0, 1.0], "measured": []}, log_scale=-2, d=2)
    >>> found.half_rises.round(2), found.strengths(np.array([0.0, 9.0])).round(2)[:, 0]
    (array([1.81, 2.97]), array([0., 3.]))
    """

    values: np.ndarray
    start: np.ndarray
    scale: float
    d: int | None
    step_size: float
    runs: tuple

    @property
    def half_rises(self) -> np.ndarray:
        """When each mode rises by half, in flow time, shape (n_modes,)."""
        return aligned_half_rises(self.values, self.start, self.step_size)

    @property
    def forecast(self) -> HalfRiseForecast:
        """The same with error bars; for a number of dimensions only."""
        return forecast_half_rises(self.values, self.d, self.scale, self.step_size)

    def strengths(self, t: np.ndarray) -> np.ndarray:
        """s² at flow times, shape (n, n_modes)."""
        return mode_strengths(self.values, self.start, t, self.step_size)


def setting(table: dict, log_scale: float, d: int | None) -> Setting:
    """Return what a table says for a scale and a number of dimensions.

    A measured run belongs to the nearest tenth of log10 σ, and its scale and
    step size are taken then.

    Examples
    --------
    >>> setting({"values": [3.0], "measured": []}, log_scale=-2, d=None).start
    array([0.0001])
    """
    scale, step_size = 10.0**log_scale, 0.0
    near = LOG_STEP / 2 + 1e-9
    runs = [
        run for run in table["measured"] if run["d"] == d and abs(np.log10(run["scale"]) - log_scale) < near
    ]
    if runs:
        scale, step_size = runs[0]["scale"], runs[0]["step_size"]
        runs = [run for run in runs if (run["scale"], run["step_size"]) == (scale, step_size)]
    values = np.array(table["values"][:d])
    start = np.full(len(values), scale**2) if d is None else typical_start(len(values), d, scale)
    return Setting(values, start, scale, d, step_size, tuple(runs))


def weakest_and_strongest(table: dict, weakest: float = WEAKEST) -> tuple[float, float]:
    """Return the range of log10 σ: up to 1, but mode 1 must have more than half of its way before it.

    Examples
    --------
    >>> weakest_and_strongest({"values": [500.0]}), weakest_and_strongest({"values": [0.05]})
    ((-6.0, 0.0), (-6.0, -1.0))
    """
    limit = np.log10(table["values"][0] / 4) / 2
    return weakest, float(min(0.0, round(np.floor(limit / LOG_STEP) * LOG_STEP, 6)))


def checked_table(table) -> dict:
    """Return a table, or say why it is none; one read from JSON will do.

    Examples
    --------
    >>> checked_table({"values": [1.0]})
    Traceback (most recent call last):
    ValueError: the table lacks 'size', 'ends', 'measured'; make it with dynamics_table
    """
    advice = "make it with dynamics_table"
    if not isinstance(table, dict):
        raise ValueError(f"the table must be a dictionary, not {type(table).__name__}; {advice}")
    missing = [name for name in ("size", "values", "ends", "measured") if name not in table]
    if missing:
        raise ValueError(f"the table lacks {', '.join(map(repr, missing))}; {advice}")
    values = np.asarray(table["values"], float)
    if values.ndim != 1 or not len(values) or not (np.isfinite(values).all() and values.min() > 0):
        raise ValueError(
            f"the table's values must be positive eigenvalues, not {table['values']!r:.80}; {advice}"
        )
    if (np.diff(values) > 0).any():
        raise ValueError(f"the table's values must fall; {advice}")
    if values[0] < 4e-12:
        raise ValueError(f"λ₁ = {values[0]:g} is too small for every scale that the sliders offer")
    return table
