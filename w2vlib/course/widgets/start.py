"""Two words and one dimension, from any start: the exact solution beside two logistics."""

from __future__ import annotations

import numpy as np

from ...dynamics import mode_strengths
from ..plots import mode_colors
from .drawing import cursor, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import POINTS, Slider

__all__ = ["start_explorer"]

_VALUES, _END = (2.0, 1.0), 8.0


def start_explorer(
    *, first: float = 0.01, second: float = 0.1, time: float = 2.3, name: str = "start"
) -> Explorer:
    r"""Return a figure of two words that share one dimension, from a start that one moves.

    Thick lines are the squares of the exact
    :math:`w(t) = e^{Mt}w(0)/\sqrt{Q(t)}` with M = diag(2, 1); thin ones are
    what each would be with a dimension of its own.

    Parameters
    ----------
    first, second, time : number
        Where the sliders stand at first: both numbers of the start, and flow time.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With sliders of these names.

    Raises
    ------
    ValueError
        If a number is out of the reach of its slider.

    Notes
    -----
    Introduced in chapter *any-start*.

    Examples
    --------
    >>> print(start_explorer().describe(time=8).split(". ")[0])
    Word 2 has the lead at first; at t = 8.0 word 1 has it
    """
    sliders = [
        Slider("first", "word 1 at the start", 0.01, 1.5, 0.01, first),
        Slider("second", "word 2 at the start", 0.01, 1.5, 0.01, second),
        Slider("time", "flow time t", 0.0, _END, 0.1, time),
    ]
    live = Live("start", wide=340, narrow=320, lines=4, play="time", seconds=8, words="Train")
    return Explorer({"values": list(_VALUES), "end": _END}, sliders, _draw_start, live, name)


def exact(start, t) -> np.ndarray:
    """Both squares at times, shape (n, 2).

    Examples
    --------
    >>> exact([0.01, 0.1], [0.0, np.log(10)]).round(4)
    array([[0.0001, 0.01  ],
           [0.4016, 0.4016]])
    """
    values, t = np.array(_VALUES), np.asarray(t, float)[:, None]
    grown = np.square(start) * np.exp(2 * values * t)
    Q = 1 + (np.square(start) * np.expm1(2 * values * t) / values).sum(axis=1, keepdims=True)
    return grown / Q


def _draw_start(figure, first, second, time) -> str:
    t, start = np.linspace(0, _END, POINTS), np.array([first, second])
    (axes,) = panels(figure, [2.8], lines=4)
    alone = mode_strengths(np.array(_VALUES), start**2, t)
    for k, color in enumerate(mode_colors(2)):
        axes.plot(t, alone[:, k], color=color, linewidth=1)
        axes.plot(t, exact(start, t)[:, k], color=color, linewidth=2.4)
    cursor([axes], time)
    axes.set(xlim=(0, _END), ylim=(0, 2.4), xlabel="flow time t", ylabel="score with itself")
    now, apart = exact(start, [time])[0], mode_strengths(np.array(_VALUES), start**2, np.array([time]))[0]
    angle = np.degrees(np.arctan2(np.sqrt(now[1]), np.sqrt(now[0])))
    lead = _leader(*start)
    then = _leader(*np.sqrt(now))
    title = f"{lead} the lead at first; at t = {time:.1f} {then[0].lower()}{then[1:]} it"
    return notes(
        figure,
        title,
        [
            ("exact", f"word 1 {now[0]:.3f}, word 2 {now[1]:.3f}", False),
            ("alone", f"thin lines: word 1 {apart[0]:.3f}, word 2 {apart[1]:.3f}", False),
            ("angle", f"{angle:.1f}° from the direction of word 1", False),
            ("goal", "word 1 at 2, word 2 at 0; alone, word 2 would come to 1", False),
        ],
    )


def _leader(one: float, other: float) -> str:
    if abs(one - other) < 1e-9:
        return "Neither has"
    return "Word 1 has" if one > other else "Word 2 has"
