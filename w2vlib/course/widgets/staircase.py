"""Sliders for the staircase: strengths one after another, and the steps of the loss."""

from __future__ import annotations

from functools import partial

import numpy as np

from ...dynamics import learned_modes, loss_of_strengths, visible_steps
from .._plain import number
from ..plots import COLORS, mode_colors
from .drawing import cursor, end_labels, notes, panels
from .explorer import Explorer
from .live import Live
from .setting import Setting, checked_table, setting
from .sliders import POINTS, SHOWN, common_end, d_slider, first_state, scale_slider, time_slider
from .wording import dots_lines, mode_line

__all__ = ["staircase_explorer"]


def staircase_explorer(
    table: dict, *, log_scale: float | None = None, d: int | None = None, time: float = 1.5
) -> Explorer:
    r"""Return a figure in which one moves the initial scale, d and the time, and sees the staircase.

    Above, the strengths :math:`s_k^2(t)` of the first 12 modes; below, the
    loss, with a line for each plateau it would have if modes rose one by one.
    It says how many modes are learned, which comes next, and how many steps
    the loss shows.  Training runs in the table are drawn as dots where the
    sliders stand at their scale and d.

    Parameters
    ----------
    table : dict
        What :func:`dynamics_table` returned.
    log_scale, d, time : number, optional
        Where the sliders stand at first: :math:`\log_{10}\sigma`, the
        dimensions, and the time in units of :math:`\tau_1`, the half-rise time
        of mode 1.  By default at the first measured run, or at σ = 0.01.

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
    The loss counts the modes in the table only.  Introduced in chapter *staircase*.

    Examples
    --------
    >>> table = {"size": 3, "values": [4.0, 2.0], "ends": [[["cat"], ["dog"]], [["a"], ["b"]]],
    ...          "measured": []}
    >>> print(staircase_explorer(table, log_scale=-4, time=1.1).describe())
    1 of 2 modes learned, 2 steps in the loss. Now: t = 1.1 τ₁, and τ₁ = 2.5 of flow time.
    Last (1): cat – dog. Next (2): a – b. Start: σ = 10⁻⁴, d = 2.
    """
    checked_table(table)
    log_scale, d = first_state(table, log_scale, d)
    shown = len(table["values"][:SHOWN])
    end = common_end(table, shown, 0.5)
    sliders = [scale_slider(table, log_scale), d_slider(table, d), time_slider(end, 0.05, time)]
    table = table | {"shown": {"shown": shown, "end": end}}
    live = Live("staircase", wide=430, narrow=460, lines=6, play="time", seconds=8)
    return Explorer(table, sliders, partial(_draw_staircase, table, shown, end), live)


def _draw_staircase(table, shown, end, figure, log_scale, d, time) -> str:
    found = setting(table, log_scale, d)
    values, rises = found.values, found.half_rises
    unit, colors = rises[0], mode_colors(shown)
    t = np.linspace(0, end, POINTS)
    curves = found.strengths(t * unit)
    step = values[0] ** 2 / 4  # what mode 1 takes off the loss
    loss = loss_of_strengths(values, curves) / step
    above, below = panels(figure, [2.1, 1.55], lines=4 + len(dots_lines(table, found)))
    for k in range(min(shown, len(values))):
        above.plot(t, curves[:, k], color=colors[k])
    plateaus = -np.cumsum(values[:shown] ** 2) / values[0] ** 2
    below.hlines(plateaus, 0, end, color="#777777", linewidth=0.7, linestyle=":")
    below.plot(t, loss, color=COLORS["QWEM"], linewidth=2)
    for run in found.runs:
        dots, at = np.array(run["strengths"]), np.array(run["t"]) / unit
        for k in range(dots.shape[1]):
            rising = (dots[:, k] > 0.02 * values[k]) & (dots[:, k] < 0.98 * values[k])
            seen = rising | ((np.arange(len(at)) % 4 == 0) & (dots[:, k] > 0.02 * values[k]))
            above.plot(at[seen], dots[seen, k], "o", color=colors[k], markersize=3.2)
        below.plot(at, np.array(run["loss"]) / step, "o", color=COLORS["QWEM"], markersize=3.2)
    cursor([above, below], time)
    lowest = -np.sum(np.array(table["values"][:shown]) ** 2) / values[0] ** 2
    above.set(xlim=(0, end), ylim=(-0.02 * values[0], 1.06 * values[0]), ylabel="strength s²")
    below.set(
        ylim=(1.15 * lowest, -0.05 * lowest),
        xlabel="time t, in units of τ₁",
        ylabel="loss, in λ₁²/4",
    )
    names = [str(k + 1) for k in range(shown)]
    end_labels(above, curves[-1, :shown], names, colors)
    end_labels(below, plateaus, names, colors, move=False)
    return _staircase_notes(figure, table, found, rises, time)


def _staircase_notes(figure, table, found: Setting, rises, time) -> str:
    now = time * rises[0]
    learned, steps = learned_modes(rises, now), visible_steps(found.values, rises)
    past, coming = np.flatnonzero(rises <= now), np.flatnonzero(rises > now)
    last = past[np.argmax(rises[past])] if len(past) else None
    following = coming[np.argmin(rises[coming])] if len(coming) else None
    return notes(
        figure,
        f"{learned} of {len(found.values)} modes learned, {steps} step{'s' if steps != 1 else ''} in the loss",
        [
            ("now", f"t = {time:g} τ₁, and τ₁ = {number(rises[0])} of flow time", False),
            mode_line("last", table, last),
            mode_line("next", table, following),
            ("start", f"σ = {number(found.scale)}, d = {found.d}", False),
            *dots_lines(table, found),
        ],
    )
