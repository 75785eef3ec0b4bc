"""Recorded runs of word2vec beside the theory's lines, on the theory's clock or on another."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..._common.arguments import check_kind, checked
from ...dynamics import measured_half_rises
from .._plain import percent, plain
from ..plots import mode_colors
from .drawing import cursor, end_labels, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch, rounded_up

__all__ = ["recorded_explorer"]

_DRAWN, _TIMED, _GRID, _DOTS = 5, 10, 91, 50  # directions drawn and timed, points of a line, most dots
_LOW, _HIGH = 0.6, 2.0  # clocks


@checked
def recorded_explorer(
    runs: dict,
    *,
    setting: str | None = None,
    seed: int = 1,
    clock: float = 1.0,
    time: float | None = None,
    name: str = "recorded",
) -> Explorer:
    r"""Return a figure of recorded runs (dots) and of the theory from the same starts (lines), whose clock one sets.

    Lines are :math:`s_k^2(t/c)` of the exact solution, c the clock.  The title
    says by how much half-rises are off: the median of
    :math:`|\tau_k^{\text{run}}/c\,\tau_k - 1|` over the first ten directions,
    each run timed at half of its own final strengths.

    Parameters
    ----------
    runs : mapping of str to sequence of (run, theory)
        For each setting, by name, what a run recorded (``times``, ``strengths``)
        and the :class:`~w2vlib.Dynamics` of the same start, one pair a seed.
    setting, seed, clock, time : optional
        What is shown at first: the name of a setting, the number of a run from
        1 on, the clock, and the time in units of the theory's first half-rise.
        By default the first setting and the end of time.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With switches ``setting`` and ``seed`` and sliders ``clock`` and ``time``.

    Raises
    ------
    ValueError
        If there are no runs, or none of the directions has risen by half, or a
        number is out of the reach of its slider.

    Notes
    -----
    Numbers in the table have four digits, half-rises six.  Introduced in
    chapter *real-word2vec*.

    Examples
    --------
    >>> import w2vlib
    >>> from w2vlib.training import initial_weights, train_qwem
    >>> target, start = np.diag([3.0, 2.0, 1.0]), initial_weights(3, 2, 0.01, 0)
    >>> run = train_qwem(target, start, 0.02, 500, record=range(0, 501, 10))
    >>> theory = w2vlib.Dynamics(w2vlib.spectrum(target, 3), start)
    >>> explorer = recorded_explorer({"least squares": [(run, theory)]})
    >>> explorer.describe().startswith("least squares: half-rises are off by")
    True
    """
    advice = "runs must hold at least one pair of a run and its theory for each setting"
    for words, pairs in runs.items():
        if not isinstance(words, str) or not isinstance(pairs, (list, tuple)) or not pairs:
            raise ValueError(f"{advice}, by its name, not {words!r:.80}: {pairs!r:.80}")
        for pair in pairs:
            if not isinstance(pair, (list, tuple)) or len(pair) != 2:
                raise ValueError(f"{advice}, not {pair!r:.80}")
            check_kind("runs: each run", pair[0], "Trajectory")
            check_kind("runs: each theory", pair[1], "Dynamics")
    if not runs:
        raise ValueError(advice)
    timed = {words: [_timed(run, theory) for run, theory in pairs] for words, pairs in runs.items()}
    last = max(max(ran) for found in timed.values() for ran, _, _ in found)
    end = rounded_up(1.15 * last, 0.1)
    table = {
        "end": plain(end),
        "settings": [
            {
                "words": words,
                "runs": [_plain_run(*pair, *found, end) for pair, found in zip(pairs, timed[words])],
            }
            for words, pairs in runs.items()
        ],
    }
    names = {str(k): words for k, words in enumerate(runs)}
    if setting is not None and setting not in runs:
        raise ValueError(f"setting must be one of {', '.join(map(repr, runs))}, not {setting!r}")
    seeds = {str(k + 1): str(k + 1) for k in range(min(map(len, runs.values())))}
    sliders = [
        Switch("setting", "setting", names, "0" if setting is None else str(list(runs).index(setting))),
        Switch("seed", "seed", seeds, str(seed)),
        Slider("clock", "clock: the theory's time is stretched by", _LOW, _HIGH, 0.01, clock),
        Slider("time", "time, in units of τ₁", 0.0, end, 0.01, end if time is None else time),
    ]
    live = Live("recorded", wide=340, narrow=320, lines=4, play="time", seconds=6, words="Train")
    return Explorer(table, sliders, partial(_draw_recorded, table), live, name)


def _timed(run, theory) -> tuple[list, list, float]:
    """Half-rises of a run and of its theory, in units of the theory's first, of directions that have both."""
    told = np.asarray(theory.half_rises())[:_TIMED]
    strengths = np.asarray(run.strengths)
    seen = measured_half_rises(run.times, strengths, strengths[-1])[: len(told)]
    both = np.isfinite(seen) & np.isfinite(told)
    if not both.any():
        raise ValueError("runs hold one in which no direction has risen by half")
    unit = float(told[both][0])
    return plain(seen[both] / unit), plain(told[both] / unit), unit


def _plain_run(run, theory, ran, told, unit, end) -> dict:
    times, strengths = np.asarray(run.times) / unit, np.asarray(run.strengths)[:, :_DRAWN]
    kept = np.flatnonzero(times <= end)
    kept = kept[:: -(-len(kept) // _DOTS)]
    grid = np.linspace(0, end / _LOW, _GRID)
    return {
        "ran": ran,
        "told": told,
        "times": plain(times[kept], 4),
        "dots": plain(strengths[kept], 4),
        "lines": plain(np.asarray(theory.strengths(grid * unit))[:, :_DRAWN], 4),
    }


def _draw_recorded(table, figure, setting, seed, clock, time) -> str:
    chosen, end = table["settings"][int(setting)], table["end"]
    run = chosen["runs"][int(seed) - 1]
    times, dots, lines = (np.array(run[what]) for what in ("times", "dots", "lines"))
    grid = np.linspace(0, end / _LOW, _GRID)
    t, count = np.linspace(0, end, 2 * _GRID), dots.shape[1]
    curves = np.stack([np.interp(t / clock, grid, line) for line in lines.T], axis=1)
    (axes,) = panels(figure, [2.8], lines=4)
    colors, seen = mode_colors(count), times <= time
    for k in range(count):
        axes.plot(t, curves[:, k], color=colors[k], linewidth=1.4)
        axes.plot(times[seen], dots[seen, k], "o", color=colors[k], markersize=2.8)
    cursor([axes], time)
    axes.set(xlim=(0, end), ylim=(0, 1.05 * _tallest(chosen)))
    axes.set(xlabel="time t, in units of τ₁", ylabel="strength s²")
    end_labels(axes, curves[-1], [str(k + 1) for k in range(count)], colors)
    ratio = np.array(run["ran"]) / np.array(run["told"])
    off = {c: float(np.median(np.abs(ratio / c - 1))) for c in (1.0, clock)}
    early = int((ratio < clock).sum())
    theirs = sum(told * clock <= time for told in run["told"])
    title = f"{chosen['words']}: half-rises are off by {percent(off[clock], 1)}"
    title += " on the theory's own clock" if clock == 1 else f" on a clock of {clock:.2f}"
    return notes(
        figure,
        title,
        [
            ("no clock", f"off by {percent(off[1.0], 1)} in the median of {len(ratio)} directions", False),
            ("clock", f"{early} of {len(ratio)} rise before their lines, {len(ratio) - early} after", False),
            (
                "now",
                f"{sum(ran <= time for ran in run['ran'])} have risen by half, by the lines {theirs}",
                False,
            ),
            ("shown", f"dots: training; lines: the theory; directions 1 to {count}", False),
        ],
    )


def _tallest(chosen: dict) -> float:
    return max(np.max(run[what]) for run in chosen["runs"] for what in ("dots", "lines"))
