"""Sliders for the forecast: when each mode will rise, with error bars."""

from __future__ import annotations

from functools import partial

import numpy as np

from .._plain import number
from ..plots import mode_colors
from .drawing import cursor, notes, panels
from .explorer import Explorer
from .live import Live
from .setting import Setting, checked_table, setting
from .sliders import common_end, d_slider, first_state, scale_slider, time_slider
from .wording import dots_lines, mode_line

__all__ = ["forecast_explorer"]


def forecast_explorer(
    table: dict, *, log_scale: float | None = None, d: int | None = None, time: float | None = None
) -> Explorer:
    r"""Return a figure in which one moves the initial scale, d and the time, and sees the rank to expect.

    Each mode has a bar that holds its half-rise time with probability 95 %,
    whatever weights are drawn; the line is the number of modes to be expected
    at each time.  Half-rises of training runs in the table are drawn as dots
    where the sliders stand at their scale and d.

    Parameters
    ----------
    table : dict
        What :func:`dynamics_table` returned.
    log_scale, d, time : number, optional
        Where the sliders stand at first: :math:`\log_{10}\sigma`, the
        dimensions, and the time in units of :math:`\tau_1`, the expected
        half-rise time of mode 1.  By default at the first measured run, or at
        σ = 0.01.

    Returns
    -------
    Explorer
        With sliders named ``log_scale``, ``d`` and ``time``.

    Raises
    ------
    ValueError
        If the table is not one, or a number is out of the reach of its slider.

    Notes
    -----
    Our own.  Introduced in chapter *random-start*.

    Examples
    --------
    >>> table = {"size": 3, "values": [4.0, 2.0], "ends": [[["cat"], ["dog"]], [["a"], ["b"]]],
    ...          "measured": []}
    >>> print(forecast_explorer(table, log_scale=-4, time=1.5).describe())
    1.0 modes expected at 1.5 τ₁. Now: 1 of 2 bars passed, 0 being crossed. Next (2): a – b. Bars: 95 % of all initial weights; τ₁ = 2.5 of flow time.
    Start: σ = 10⁻⁴, d = 2.
    """
    checked_table(table)
    log_scale, d = first_state(table, log_scale, d)
    end = common_end(table, len(table["values"]), 1.0)
    sliders = [
        scale_slider(table, log_scale),
        d_slider(table, d),
        time_slider(end, 0.1, end / 3 if time is None else time),
    ]
    table = table | {"shown": {"end": end}}
    live = Live("forecast", wide=390, narrow=380, lines=6, play="time")
    return Explorer(table, sliders, partial(_draw_forecast, table, end), live)


def _draw_forecast(table, end, figure, log_scale, d, time) -> str:
    found = setting(table, log_scale, d)
    forecast, count = found.forecast, len(table["values"])
    unit = forecast.mean[0]
    t = np.linspace(0, end, 101)
    rank = forecast.rank(np.append(t, time) * unit)
    colors = mode_colors(count)
    (axes,) = panels(figure, [3.3], lines=4 + len(dots_lines(table, found)))
    modes = np.arange(1, len(found.values) + 1)
    low, high = np.clip(np.nan_to_num([forecast.low, forecast.high]) / unit, 0, 2 * end)
    axes.hlines(modes, low, high, colors=colors, linewidth=2.2, zorder=3)
    axes.plot(t, rank[:-1], color="#555555", linewidth=1.2, zorder=2)
    for run in found.runs:
        rises = np.array(run["half_rises"], float)
        axes.plot(rises / unit, modes[: len(rises)], "o", color="#222222", markersize=2.6, zorder=4)
    cursor([axes], time, rank[-1], "#555555")
    axes.set(
        xlim=(0, end),
        ylim=(0, 1.04 * count + 0.5),
        xlabel="time t, in units of τ₁",
        ylabel="mode k; modes learned",
    )
    return _forecast_notes(figure, table, found, forecast, rank[-1], time)


def _forecast_notes(figure, table, found: Setting, forecast, rank, time) -> str:
    now = time * forecast.mean[0]
    passed = int((forecast.high <= now).sum())
    crossed = int(((forecast.low <= now) & (forecast.high > now)).sum())
    coming = np.flatnonzero(forecast.mean > now)
    following = coming[np.argmin(forecast.mean[coming])] if len(coming) else None
    return notes(
        figure,
        f"{rank:.1f} modes expected at {time:g} τ₁",
        [
            ("now", f"{passed} of {len(found.values)} bars passed, {crossed} being crossed", False),
            mode_line("next", table, following),
            ("bars", f"95 % of all initial weights; τ₁ = {number(forecast.mean[0])} of flow time", False),
            ("start", f"σ = {number(found.scale)}, d = {found.d}", False),
            *dots_lines(table, found),
        ],
    )
