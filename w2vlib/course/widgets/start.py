"""Two words and one dimension, from any start: the exact solution beside two logistics."""

from __future__ import annotations

import numpy as np

from ...dynamics import mode_strengths
from .._plain import number
from ..plots import COLORS, mode_colors
from .drawing import cursor, end_labels, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import POINTS, Slider

__all__ = ["start_explorer"]

_VALUES, _END = (2.0, 1.0), 8.0
_REACH, _EDGE, _GONE = (
    1.6,
    0.06,
    0.02,
)  # of both numbers as drawn, and below 0; a score that is as good as none


def start_explorer(
    *, first: float = 0.01, second: float = 0.5, time: float = _END, name: str = "start"
) -> Explorer:
    r"""Return a figure of two words that share one dimension, from a start that one moves.

    Left, the path of the exact :math:`w(t) = e^{Mt}w(0)/\sqrt{Q(t)}` with
    M = diag(2, 1), in the plane of both numbers: from the start (ring) to the
    present (dot), past the saddle (0, 1) or not, to the goal (√2, 0).  Right, against time,
    the squares of both numbers (thick), their sum, which is the strength of the
    one dimension (broken), and what each would be with a dimension of its own
    (thin).  Dotted lines are the eigenvalues.

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
    The ratio of both numbers falls like :math:`e^{-t}`, whatever the brake is, so
    that a lead of the second word ends at the logarithm of the lead.
    Introduced in chapter *any-start*.

    Examples
    --------
    >>> figure = start_explorer()
    >>> print(figure.describe())
    Word 2 led until t = 3.9; word 1 has driven it out. Now: word 1 has 1.999, word 2 0.001, both 1.999, at t = 8.0.
    Lead: w₂/w₁ began at 50 and falls like e⁻ᵗ: level at t = ln 50 = 3.91. Direction: 1° from word 1 towards word 2.
    Alone: with a dimension each, word 1 would have 2.000, word 2 1.000 (thin lines).
    Both: broken line: the strength of the one dimension, both words together.
    >>> figure.describe(first=0.0).split(".")[0]
    'Word 1 starts with nothing, so word 2 keeps the dimension'
    """
    sliders = [
        Slider("first", "word 1 at the start", 0.0, 1.5, 0.005, first),
        Slider("second", "word 2 at the start", 0.0, 1.5, 0.005, second),
        Slider("time", "flow time t", 0.0, _END, 0.1, time),
    ]
    presets = tuple(
        (words, {"first": one, "second": two, "time": _END})
        for words, one, two in (
            ("A lead of 50", 0.01, 0.5),
            ("A lead of 10", 0.01, 0.1),
            ("No lead", 0.1, 0.1),
            ("Nothing of word 1", 0.0, 0.1),
        )
    )
    live = Live(
        "start", wide=330, narrow=560, lines=7, play="time", seconds=8, words="Train", presets=presets
    )
    return Explorer({"values": list(_VALUES), "end": _END}, sliders, _draw_start, live, name)


def exact(start, t) -> np.ndarray:
    """Both squares at times, shape (n, 2).

    Examples
    --------
    >>> exact([0.01, 0.1], [np.log(10)]).round(4)
    array([[0.4016, 0.4016]])
    """
    values, t = np.array(_VALUES), np.asarray(t, float)[:, None]
    grown = np.square(start) * np.exp(2 * values * t)
    Q = 1 + (np.square(start) * np.expm1(2 * values * t) / values).sum(axis=1, keepdims=True)
    return grown / Q


def _draw_start(figure, first, second, time) -> str:
    t, start, shades = np.linspace(0, _END, POINTS), np.array([first, second]), mode_colors(2)
    squares, alone = exact(start, t), mode_strengths(np.array(_VALUES), start**2, t)
    now, apart = exact(start, [time])[0], mode_strengths(np.array(_VALUES), start**2, np.array([time]))[0]
    (plane,) = panels(figure, [2.5], lines=5)
    place = plane.get_position()
    plane.set_position([place.x0, place.y0, 0.43 * place.width, place.height])
    course = figure.add_axes([place.x0 + 0.54 * place.width, place.y0, 0.46 * place.width, place.height])
    _draw_plane(plane, start, squares, t <= time, now)
    for value in _VALUES:
        course.axhline(value, color="#777777", linewidth=1, linestyle=":")
    course.plot(t, squares.sum(axis=1), color=COLORS["counts"], linewidth=1.2, linestyle="--")
    for k, color in enumerate(shades):
        course.plot(t, alone[:, k], color=color, linewidth=1)
        course.plot(t, squares[:, k], color=color, linewidth=2.4)
    cursor([course], time)
    course.set(xlim=(0, _END), ylim=(0, 2.4), xlabel="flow time t")
    course.set_ylabel("score with itself", labelpad=2)
    course.tick_params(labelsize=9)
    course.set_xticks([0, 2, 4, 6, 8])
    end_labels(course, squares[-1], ["1", "2"], shades)
    angle = np.degrees(np.arctan2(np.sqrt(now[1]), np.sqrt(now[0])))
    turned = f"{angle:.0f}° from word 1 towards word 2" if now.any() else "at zero there is none"
    return notes(
        figure,
        _story(first, second, time, now),
        [
            ("now", f"word 1 has {now[0]:.3f}, word 2 {now[1]:.3f}, both {now.sum():.3f}, at t = {time:.1f}", False),
            ("lead", _lead(first, second), False),
            ("direction", turned, False),
            (
                "alone",
                f"with a dimension each, word 1 would have {apart[0]:.3f}, word 2 {apart[1]:.3f} (thin lines)",
                False,
            ),
            ("both", "broken line: the strength of the one dimension, both words together", False),
        ],
    )  # fmt: skip


def _draw_plane(plane, start, squares, seen, now) -> None:
    shade, path = COLORS["QWEM"], np.sqrt(squares)
    plane.plot(path[:, 0], path[:, 1], color=shade, linewidth=1)
    plane.plot(path[seen, 0], path[seen, 1], color=shade, linewidth=2.6)
    plane.plot([0, np.sqrt(now[0])], [0, np.sqrt(now[1])], color="#777777", linewidth=1)
    for (x, y), words in (((np.sqrt(2), 0), "goal"), ((0, 1), "saddle")):
        plane.plot([x], [y], "x", color="#222222", markersize=8, clip_on=False, zorder=5)
        plane.annotate(words, (x, y), (7, 5), textcoords="offset points", size=9)
    plane.plot(*start, "o", markersize=9, markerfacecolor="none", color="#222222", clip_on=False, zorder=5)
    plane.plot(*np.sqrt(now), "o", markersize=7, color=shade, clip_on=False, zorder=6)
    plane.set(
        xlim=(-_EDGE, _REACH), ylim=(-_EDGE, _REACH), xlabel="word 1's number", ylabel="word 2's number"
    )
    plane.set_xticks([0, 0.5, 1, 1.5])
    plane.set_yticks([0, 0.5, 1, 1.5])


def _story(first, second, time, now) -> str:
    if not first or not second:
        if first or second:
            return f"Word {2 if first else 1} starts with nothing, so word {1 if first else 2} keeps the dimension"
        return "Nothing starts, so nothing moves"
    if second == first:
        return "Neither leads at first, and the larger eigenvalue decides"
    if second < first:
        return "Word 1 leads from the first, and word 2 cannot keep up"
    level = np.log(second / first)
    if time < level:
        return f"Word 2 leads, and will until t = {level:.1f}"
    then = "has driven it out" if now[1] < _GONE else "is driving it out"
    return f"Word 2 led until t = {level:.1f}; word 1 {then}"


def _lead(first, second) -> str:
    if not first or not second:
        return "there is none: nothing remains nothing, however long it grows"
    lead = number(second / first, 3)
    said = f"w₂/w₁ began at {lead} and falls like e⁻ᵗ"
    return said if second <= first else f"{said}: level at t = ln {lead} = {np.log(second / first):.2f}"
