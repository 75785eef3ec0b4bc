"""Sliders for one mode: when it rises, and what it is about."""

from __future__ import annotations

from functools import partial

import numpy as np

from .._plain import number, percent, subscript
from ..plots import mode_colors
from .drawing import cursor, end_labels, notes, panels
from .explorer import Explorer
from .live import Live
from .setting import checked_table, setting, weakest_and_strongest
from .sliders import POINTS, SHOWN, Slider, checked_d, rounded_up, scale_slider
from .wording import dots_lines, phrase

__all__ = ["mode_explorer"]


def mode_explorer(
    table: dict,
    d: int | None = None,
    *,
    log_scale: float | None = None,
    mode: int | None = None,
    time: float | None = None,
) -> Explorer:
    r"""Return a figure in which one moves the initial scale, the mode and the time, and sees it rise.

    It draws :math:`s_k^2(t)` of the first 12 modes, the chosen one thick, in
    units of time of :math:`1/\lambda_1`, and says how far the mode has come,
    when it has risen by half, and which words lie at its ends.

    Parameters
    ----------
    table : dict
        What :func:`dynamics_table` returned.
    d : int, optional
        Dimensions of the word vectors.  By default modes set out from
        :math:`\sigma^2`, as aligned modes do; with `d`, from the average of the
        effective start that d dimensions have,
        :math:`\frac{2\sigma^2}d e^{\psi((d-k+1)/2)}`, and measured runs in the
        table are drawn as dots.
    log_scale, mode, time : number, optional
        Where the sliders stand at first: :math:`\log_{10}\sigma`, the number
        of the mode from 1 on, and the time in units of :math:`1/\lambda_1`.
        By default σ = 0.01, mode 3 and time 10.

    Returns
    -------
    Explorer
        With sliders named ``log_scale``, ``mode`` and ``time``.

    Raises
    ------
    ValueError
        If the table is not one, or a number is out of the reach of its slider.

    Notes
    -----
    Source of the curves: Karkada et al. (2025), section 4.  Introduced in
    chapter *one-mode*.

    Examples
    --------
    >>> table = {"size": 3, "values": [4.0, 2.0], "ends": [[["cat"], ["dog"]], [["a"], ["b"]]],
    ...          "measured": []}
    >>> explorer = mode_explorer(table, mode=2)
    >>> print(explorer.describe(time=9))
    Mode 2 has reached 29 % of its strength. Mode 2: s² = 0.577 at t = 9/λ₁, and λ₂ = 2.
    Rises: half of it at 9.9/λ₁, from 10 % to 90 % in 4.4/λ₁. One end: a. The other: b.
    Start: σ = 0.01, 1/λ₁ = 0.25 of flow time.
    """
    checked_table(table)
    d = checked_d(table, d)
    shown = len(table["values"][: min(SHOWN, d or SHOWN)])
    largest, (weakest, strongest) = table["values"][0], weakest_and_strongest(table)
    log_scale = min(-2.0, strongest) if log_scale is None else log_scale
    mode = min(3, shown) if mode is None else mode
    end = rounded_up(1.15 * largest * np.nanmax(setting(table, weakest, d).half_rises[:shown]), 5)
    sliders = [
        scale_slider(table, log_scale),
        Slider("mode", "mode k", 1, shown, 1, mode),
        Slider("time", "time, in units of 1/λ₁", 0.0, end, 0.1, min(10.0, end) if time is None else time),
    ]
    table = table | {"shown": {"d": d, "shown": shown, "end": end}}
    live = Live("mode", wide=330, narrow=330, lines=6, play="time")
    return Explorer(table, sliders, partial(_draw_mode, table, d, shown, end), live)


def _draw_mode(table, d, shown, end, figure, log_scale, mode, time) -> str:
    found = setting(table, log_scale, d)
    largest, unit, k = found.values[0], 1 / found.values[0], mode - 1
    value, colors = found.values[k], mode_colors(shown)
    t = np.linspace(0, end, POINTS)
    curves = found.strengths(t * unit)[:, :shown]
    now = float(found.strengths(np.array([time * unit]))[0, k])
    (axes,) = panels(figure, [2.7], lines=5 + len(dots_lines(table, found)))
    for j in range(shown):
        thick = {"linewidth": 3.2, "zorder": 3} if j == k else {"linewidth": 1, "alpha": 0.6}
        axes.plot(t, curves[:, j], color=colors[j], **thick)
    axes.axhline(value, color=colors[k], linewidth=1, linestyle=":")
    for run in found.runs:
        at, dots = np.array(run["t"]) * largest, np.array(run["strengths"])
        if k < dots.shape[1]:
            axes.plot(at, dots[:, k], "o", color="#222222", markersize=3.4, zorder=4)
    cursor([axes], time, now, colors[k])
    axes.set(xlim=(0, end), ylim=(-0.02 * largest, 1.06 * largest))
    axes.set(xlabel="time t, in units of 1/λ₁", ylabel="strength s²")
    end_labels(axes, curves[-1], [str(j + 1) for j in range(shown)], colors)
    name = f"λ{subscript(mode)}"
    half = found.half_rises[k] * largest
    rises = f"half of it at {half:.1f}/λ₁, from 10 % to 90 % in {np.log(81) / 2 * largest / value:.1f}/λ₁"
    ends = table["ends"][k] if k < len(table["ends"]) else [["–"], ["–"]]
    return notes(
        figure,
        f"Mode {mode} has reached {percent(now / value)} of its strength",
        [
            (
                f"mode {mode}",
                f"s² = {number(now, 3)} at t = {time:g}/λ₁, and {name} = {number(value, 3)}",
                False,
            ),
            ("rises", rises if half > 0 else "it begins above half of its strength", False),
            ("one end", phrase(ends[0], 60), True),
            ("the other", phrase(ends[1], 60), True),
            ("start", f"σ = {number(found.scale)}, 1/λ₁ = {number(unit)} of flow time", False),
            *dots_lines(table, found),
        ],
    )
