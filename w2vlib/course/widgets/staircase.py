"""The staircase machine: strengths one after another, the steps of the loss, and training that climbs onto them."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..._common.arguments import check_kind
from ...dynamics import aligned_half_rises, learned_modes, loss_of_strengths, mode_strengths, visible_steps
from .._plain import number, percent
from ..plots import COLORS, mode_colors
from .drawing import cursor, end_labels, notes, panels
from .explorer import Explorer
from .live import Live
from .setting import Setting, checked_table, setting
from .sliders import POINTS, SHOWN, Switch, common_end, d_slider, first_state, scale_slider, time_slider
from .wording import mode_line, phrase

__all__ = ["staircase_explorer"]

_ALL = "all"
_WEAKEST = -12.0  # log10 σ
_ROUND = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # ends of the axis of residuals


def staircase_explorer(
    table: dict,
    *,
    log_scale: float | None = None,
    d: int | None = None,
    time: float = 1.5,
    runs: str = _ALL,
    small: bool = False,
    name: str = "staircase",
) -> Explorer:
    r"""Return a figure in which one moves the initial scale, d and the time, and sees the staircase.

    Above, the strengths :math:`s_k^2(t)` of the first 12 modes; in the middle,
    the loss, with a line for each plateau it would have if modes rose one by
    one; below, how far off the line is: dots less line, as a share of
    :math:`\lambda_k`.  Lines are there
    before anything is trained.  Training runs in the table are drawn as dots,
    as far as the time, where the sliders stand at their scale and d.

    Parameters
    ----------
    table : dict
        What :func:`dynamics_table` returned.
    log_scale, d, time : number, optional
        Where the sliders stand at first: :math:`\log_{10}\sigma`, the
        dimensions, and the time in units of :math:`\tau_1`, the half-rise time
        of mode 1.  By default at the first measured run, or at σ = 0.01.
    runs : str
        ``"all"``: every run, and the line of the average start; or the seed of
        one run, and the line of that run's own start, known before training.
        Only for tables that know the starts.
    small : bool
        A lower figure, without the buttons that choose a scale.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With sliders named ``log_scale``, ``d`` and ``time``, and a switch ``runs``.

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
    check_kind("runs", runs, "str")
    check_kind("small", small, "bool")
    log_scale, d = first_state(table, log_scale, d, _WEAKEST)
    shown = len(table["values"][:SHOWN])
    end = common_end(table, shown, 0.5, _WEAKEST)
    sliders = [scale_slider(table, log_scale, _WEAKEST), d_slider(table, d), time_slider(end, 0.02, time)]
    seeds = {str(run["seed"]): f"seed {run['seed']}" for run in table["measured"] if _knows_start(run)}
    if seeds:
        sliders.append(Switch("runs", "training runs", {_ALL: "all, average start"} | seeds, runs))
    elif runs != _ALL:
        raise ValueError(f"runs must be {_ALL!r}, not {runs!r}: the table knows the start of no run")
    found = [scale for scale in dict.fromkeys(run["scale"] for run in table["measured"] if run["d"] == d)]
    presets = tuple((f"σ = {number(s)}", {"log_scale": _on(sliders[0], s), "time": 0.0}) for s in found)
    table = table | {"shown": {"shown": shown, "end": end}}
    live = Live(
        "staircase", wide=330 if small else 470, narrow=330 if small else 520, lines=6, play="time", seconds=9,
        words="Train" if found else "Play", presets=presets if len(found) > 1 and not small else (),
    )  # fmt: skip
    return Explorer(table, sliders, partial(_draw_staircase, table, shown, end), live, name)


def _on(slider, scale: float) -> float:
    """The slider's place nearest to a scale."""
    steps = round((np.log10(scale) - slider.low) / slider.step)
    return slider.checked(min(max(slider.low + steps * slider.step, slider.low), slider.high))


def _knows_start(run: dict) -> bool:
    return "start" in run and "seed" in run


def _draw_staircase(table, shown, end, figure, log_scale, d, time, runs=_ALL) -> str:
    found = setting(table, log_scale, d)
    values, unit, colors = found.values, found.half_rises[0], mode_colors(shown)
    kept = [run for run in found.runs if runs == _ALL or str(run.get("seed")) == runs]
    start = _own_start(found, kept) if runs != _ALL else None
    start = found.start if start is None else start
    t = np.linspace(0, end, POINTS)
    curves = mode_strengths(values, start, t * unit, found.step_size)
    step = values[0] ** 2 / 4  # what mode 1 takes off the loss
    above, middle, below = panels(figure, [2.0, 1.3, 0.6], lines=4 + len(_dots(table, kept, runs, 0)))
    for k in range(min(shown, len(values))):
        above.plot(t, curves[:, k], color=colors[k])
    plateaus = -np.cumsum(values[:shown] ** 2) / values[0] ** 2
    middle.hlines(plateaus, 0, end, color="#777777", linewidth=0.7, linestyle=":")
    middle.plot(t, loss_of_strengths(values, curves) / step, color=COLORS["QWEM"], linewidth=2)
    worst = 0.0
    for run in kept:
        at, dots = np.array(run["t"]) / unit, np.array(run["strengths"])
        off = residuals(found, run, start if runs == _ALL else None)
        trained = at <= time + 1e-9
        worst = max([worst, *np.abs(off[trained & (at <= end)]).max(axis=1, initial=0)])
        for k in range(dots.shape[1]):
            seen = trained & (dots[:, k] > 0.02 * values[k])
            above.plot(at[seen], dots[seen, k], "o", color=colors[k], markersize=3.2)
            below.plot(at[seen], off[seen, k], "o", color=colors[k], markersize=2.4)
        middle.plot(
            at[trained], np.array(run["loss"])[trained] / step, "o", color=COLORS["QWEM"], markersize=3.2
        )
    cursor([above, middle, below], time)
    lowest = -np.sum(np.array(table["values"][:shown]) ** 2) / values[0] ** 2
    above.set(xlim=(0, end), ylim=(-0.02 * values[0], 1.06 * values[0]), ylabel="strength s²")
    middle.set(ylim=(1.15 * lowest, -0.05 * lowest), ylabel="loss, in λ₁²/4")
    limit = residual_limit(worst)
    below.set(ylim=(-1.1 * limit, 1.1 * limit), xlabel="time t, in units of τ₁", ylabel="off")
    below.set_yticks([0, limit], ["0", f"{100 * limit:g} %"])
    names = [str(k + 1) for k in range(shown)]
    end_labels(above, curves[-1, :shown], names, colors)
    end_labels(middle, plateaus, names, colors, move=False)
    return _staircase_notes(figure, table, found, kept, runs, time, worst, start)


def _own_start(found: Setting, kept) -> np.ndarray | None:
    return np.array(kept[0]["start"][: len(found.values)]) if kept and "start" in kept[0] else None


def residuals(found: Setting, run: dict, start: np.ndarray | None = None) -> np.ndarray:
    """Return dots less line as shares of λ, for a start or for the run's own, shape (records, modes).

    Examples
    --------
    >>> table = {"values": [3.0], "measured": [{"scale": 0.01, "d": 1, "step_size": 0.1, "t": [0.0, 1.0],
    ...          "strengths": [[0.0001], [0.5]], "start": [0.0001]}]}
    >>> found = setting(table, -2, 1)
    >>> residuals(found, table["measured"][0]).round(3).tolist()
    [[0.0], [0.16]]
    """
    dots = np.array(run["strengths"])
    start = np.array(run["start"]) if start is None else start
    line = mode_strengths(found.values, start[: len(found.values)], np.array(run["t"]), found.step_size)
    return (dots - line[:, : dots.shape[1]]) / found.values[: dots.shape[1]]


def residual_limit(worst: float) -> float:
    """Return a round end for an axis that holds this residual, between 0.1 and 100 %.

    Examples
    --------
    >>> residual_limit(0.013), residual_limit(7.0)
    (0.02, 1.0)
    """
    return next((limit for limit in _ROUND if worst <= limit), _ROUND[-1])


def _staircase_notes(figure, table, found: Setting, kept, runs, time, worst, start) -> str:
    rises = aligned_half_rises(found.values, start, found.step_size)
    now = time * found.half_rises[0]
    learned, steps = learned_modes(rises, now), visible_steps(found.values, rises)
    past, coming = np.flatnonzero(rises <= now), np.flatnonzero(rises > now)
    last = past[np.argmax(rises[past])] if len(past) else None
    following = coming[np.argmin(rises[coming])] if len(coming) else None
    return notes(
        figure,
        f"{learned} of {len(found.values)} modes learned, {steps} step{'s' if steps != 1 else ''} in the loss",
        [
            ("now", f"t = {time:g} τ₁, and τ₁ = {number(found.half_rises[0])} of flow time", False),
            mode_line("last", table, last),
            mode_line("next", table, following),
            ("start", f"σ = {number(found.scale)}, d = {found.d}", False),
            *_dots(table, kept, runs, worst),
        ],
    )


def _dots(table: dict, kept, runs: str, worst: float) -> list[tuple[str, str, bool]]:
    """What the dots are, how far they are off, or where there are any; nothing where there never are."""
    if not table["measured"]:
        return []
    if not kept:
        places = dict.fromkeys(f"σ = {number(run['scale'])}, d = {run['d']}" for run in table["measured"])
        return [("dots", "no training recorded here, but at " + phrase(list(places), 60), False)]
    which = "all runs, line of the average start" if runs == _ALL else f"seed {runs}, line of its own start"
    return [("dots", f"{which}; so far off by {percent(worst, 1)} of λ at most", False)]
