"""When heads of attention were foretold to attend, and when they did, by a level that one sets."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..._common.arguments import checked
from ...dynamics import first_attention
from .._plain import percent, signed
from ..plots import COLORS
from .drawing import cursor, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch

__all__ = ["attend_explorer"]

_PLACES = 1000  # logits are kept in thousandths


@checked
def attend_explorer(told: dict, level: float = 0.1, place: int = 1, name: str = "attend") -> Explorer:
    r"""Return a figure of the position logits of recorded heads (dots) and of their forecasts (lines).

    The title says when the largest logit passes the level, foretold and trained:
    between two records by a straight line.

    Parameters
    ----------
    told : dict
        What :func:`~w2vlib.datasets.load_next_word_runs` returns.  Heads that attend
        by content, too, are left out.
    level : float
        Of a logit less the mean, shown at first.
    place : int
        Which place before the next word is coloured at first.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With switches ``words`` and ``seed`` and sliders ``level`` and ``place``.

    Raises
    ------
    ValueError
        If there are no runs by position alone, or a run lacks what is needed, or
        no level of the slider is passed by all, or seeds differ.

    Notes
    -----
    Logits are kept in thousandths, rounded once.  Introduced in chapter *next-word*.

    Examples
    --------
    >>> line = {"logits": [[0.0, 0.0], [0.2, -0.2], [0.8, -0.8]]}
    >>> run = {"words": 11, "seed": 0, "rank": 0, "forecast": line, "course": line}
    >>> print(attend_explorer({"settings": {"every": 10}, "runs": [run]}).describe())
    11 words, seed 0: the forecast passes 0.10 at step 5, training at step 5, 0.0 % off. Place 1: +0.10 ...
    """
    try:
        every = int(told["settings"]["every"])
        runs = [run for run in told["runs"] if run["rank"] == 0]
        names = sorted({(run["words"], run["seed"]) for run in runs})
        logits = {
            (run["words"], run["seed"]): [
                np.rint(_PLACES * np.asarray(run[what]["logits"], float)).astype(int)
                for what in ("forecast", "course")
            ]
            for run in runs
        }
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"told must be what load_next_word_runs() returns, with settings and runs, not {told!r:.60} ({error!r})"
        ) from None
    sizes, seeds = sorted({size for size, _ in names}), sorted({seed for _, seed in names})
    if not runs or len(names) != len(sizes) * len(seeds):
        raise ValueError(
            "told must hold runs by position alone, rank 0, with the same seeds for each number of words"
        )
    shapes = {course.shape for pair in logits.values() for course in pair}
    if len(shapes) > 1 or len(next(iter(shapes))) != 2 or min(next(iter(shapes))) < 2:
        raise ValueError(f"all courses must have one shape, two records and two places or more, not {shapes}")
    steps, places = next(iter(shapes))
    highest = min(course.max() for pair in logits.values() for course in pair) / _PLACES
    most = np.floor(50 * highest * 0.999) / 50
    if most < 0.04:
        raise ValueError(f"told must hold runs whose largest logit passes 0.04, not {highest:.3f} at most")
    table = {
        "every": every,
        "sizes": sizes,
        "seeds": seeds,
        "logits": [
            [[course.T.tolist() for course in logits[size, seed]] for seed in seeds] for size in sizes
        ],
    }
    controls = [
        Switch("words", "words", {str(n): str(size) for n, size in enumerate(sizes)}, "0"),
        Switch("seed", "seed", {str(n): str(seed) for n, seed in enumerate(seeds)}, "0"),
        Slider("level", "level of a logit", 0.02, float(most), 0.02, level),
        Slider("place", "place before the next word", 1, places, 1, place),
    ]
    live = Live("attend", wide=340, narrow=330, lines=4)
    return Explorer(table, controls, partial(_draw, table, (steps - 1) * every), live, name)


def _draw(table: dict, end: int, figure, words: str, seed: str, level: float, place: int) -> str:
    forecast, course = (np.array(side) for side in table["logits"][int(words)][int(seed)])
    every, first = table["every"], int(forecast[:, -1].argmax()) + 1
    step = np.arange(forecast.shape[1]) * every
    told, ran = (every * first_attention(side.T / _PLACES, level) for side in (forecast, course))
    now = [float(np.interp(told, step, side[place - 1])) / _PLACES for side in (forecast, course)]
    (axes,) = panels(figure, [2.6], lines=4)
    shown = [n for n in range(1, len(forecast) + 1) if place == first or n != first]
    for n in shown:
        color = COLORS["M*"] if n == place else "#b0b0b0"
        axes.plot(step, forecast[n - 1] / _PLACES, color=color, linewidth=1.8 if n == place else 1)
    axes.plot(step[::2], course[place - 1, ::2] / _PLACES, "o", color=COLORS["M*"], markersize=3)
    if place == first:
        axes.axhline(level, color="#777777", linewidth=1)
    cursor([axes], told, now[0], COLORS["word2vec"])
    axes.set(xlim=(0, end), xlabel="step", ylabel="logit less the mean")
    lowest = [int(side[:, round(told / every)].argmin()) + 1 for side in (forecast, course)]
    return notes(
        figure,
        f"{table['sizes'][int(words)]} words, seed {table['seeds'][int(seed)]}: the forecast passes {level:.2f} "
        f"at step {told:.0f}, training at step {ran:.0f}, {percent(abs(told / ran - 1) if ran else 0.0, 1)} off",
        [
            (f"place {place}", f"{_plus(now[0])} by the forecast at that step, {_plus(now[1])} trained", False),
            ("lowest", f"place {lowest[0]} by the forecast, place {lowest[1]} trained", False),
            ("lines", "forecast from pair counts and the start", False),
            ("dots", "training on text, every second record", False),
        ],
    )  # fmt: skip


def _plus(value: float) -> str:
    text = signed(value)
    return text if text.startswith("−") else f"+{text}"
