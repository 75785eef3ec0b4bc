"""Two words that should be opposite, and a light pair: where gradient flow ends, and where it is caught."""

from __future__ import annotations

import numpy as np

from ..._common.arguments import checked
from .._plain import percent, signed
from ..plots import COLORS, mode_colors
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch

__all__ = ["trap_explorer"]

_REACH, _END, _STEP, _PUSH = 1.6, 60.0, 0.05, 0.05  # of the numbers; flow time; of RK4; second numbers
_LEVELS = (0.05, 0.12, 0.2, 0.28, 0.36, 0.45, 0.6, 0.8, 1.2, 2.0)
_GRID, _COARSE, _LONG = 32, 0.2, 200  # starts along a side, and the steps by which they are followed


@checked
def trap_explorer(*, first: float = 0.6, second: float = 0.9, weight: float = 0.1) -> Explorer:
    r"""Return a figure in which the start of a gradient flow is dragged over a loss that may have traps.

    Two words should have the scores 1 with themselves and −1 with each other,
    and their pair weighs :math:`\gamma` of a word with itself.  The figure
    draws the loss :math:`\tfrac14\sum_{ij}G_{ij}(w_i\cdot w_j - M_{ij})^2` over
    the plane of one number for each word, the flow
    :math:`\dot W = -(G \odot (WW^\top - M))W` from the start that is chosen, and
    shades all starts that end in a trap.  Traps exist for
    :math:`\gamma < \tfrac13`, at a loss of :math:`2\gamma/(1 + \gamma)`.  With two
    numbers for each word, the second ones ±0.05 at first, there is none.

    Parameters
    ----------
    first, second : float
        Where the two words' numbers stand at first, between −1.6 and 1.6.
    weight : float
        The weight γ of the pair at first, between 0.02 and 1.

    Returns
    -------
    Explorer
        With sliders named ``first``, ``second``, ``weight`` and ``time`` and a switch ``numbers``.

    Raises
    ------
    ValueError
        If a number is out of the reach of its slider.

    Notes
    -----
    The flow is followed by the Runge–Kutta method of fourth order in steps of
    0.05 up to time 60, and in steps of 0.2 up to time 40 from 32 × 32 places to
    say how many are caught.  Introduced in chapter *untied-uneven*.

    Examples
    --------
    >>> figure = trap_explorer()
    >>> print(figure.describe())
    Caught in a trap: both numbers of the same sign, at a loss of 0.182. Start: (0.60, 0.90).
    Now: (0.90, 0.90) at t = 60, with a loss of 0.182. Pair: weighs 0.1 of a word with itself; there are traps below 1/3.
    Caught: 45 % of all starts in the square end in a trap, shaded.
    >>> figure.describe(weight=0.4).split(".")[0]
    'The flow ends at the best answer: numbers of opposite sign'
    """
    sliders = [
        Slider("first", "first word's number at the start", -_REACH, _REACH, 0.05, first),
        Slider("second", "second word's number at the start", -_REACH, _REACH, 0.05, second),
        Slider("weight", "weight γ of the pair", 0.02, 1.0, 0.01, weight),
        Slider("time", "time t", 0.0, _END, 0.2, _END),
        Switch("numbers", "numbers for each word", {"one": "one", "two": "two (the second ±0.05)"}, "one"),
    ]
    start = {"first": sliders[0].start, "second": sliders[1].start, "time": _END}
    presets = (
        ("A light pair", start | {"weight": 0.1, "numbers": "one"}),
        ("A heavier pair", start | {"weight": 0.4, "numbers": "one"}),
        ("Two numbers", start | {"weight": 0.1, "numbers": "two"}),
        ("Even weights", start | {"weight": 1.0, "numbers": "one"}),
    )
    live = Live("trap", wide=350, narrow=560, lines=6, play="time", presets=presets)
    return Explorer({"end": _END}, sliders, _draw_trap, live)


def _slope(place, weight):
    """Of the numbers (x, u) of the one word and (y, v) of the other."""
    x, u, y, v = place
    own, other, pair = x * x + u * u - 1, y * y + v * v - 1, weight * (x * y + u * v + 1)
    return -(own * x + pair * y), -(own * u + pair * v), -(other * y + pair * x), -(other * v + pair * u)


def _step(place, weight, step):
    one = _slope(place, weight)
    two = _slope([p + step / 2 * s for p, s in zip(place, one)], weight)
    three = _slope([p + step / 2 * s for p, s in zip(place, two)], weight)
    four = _slope([p + step * s for p, s in zip(place, three)], weight)
    return [p + step / 6 * (a + 2 * b + 2 * c + d) for p, a, b, c, d in zip(place, one, two, three, four)]


def _loss(place, weight):
    x, u, y, v = place
    return ((x * x + u * u - 1) ** 2 + (y * y + v * v - 1) ** 2 + 2 * weight * (x * y + u * v + 1) ** 2) / 4


def _path(place: list[float], weight: float) -> list[list[float]]:
    path = [place]
    for _ in range(round(_END / _STEP)):
        path.append(_step(path[-1], weight, _STEP))
    return path


def _caught(weight: float) -> np.ndarray:
    """Which starts on a grid end with both numbers of the same sign, where that is a trap."""
    sides = _REACH * (2 * np.arange(_GRID) + 1 - _GRID) / _GRID
    x, y = np.meshgrid(sides, sides)
    place = [x, np.zeros_like(x), y, np.zeros_like(x)]
    if weight * 3 >= 1:
        return np.zeros_like(x, bool)
    for _ in range(_LONG):
        place = _step(place, weight, _COARSE)
    return place[0] * place[2] > 0


def _ending(place, weight: float, numbers: str) -> str:
    if _loss(place, weight) < 0.01:
        return "The flow ends at the best answer: numbers of opposite sign" if numbers == "one" else (
            "The flow ends at the best answer: the two vectors have turned past each other"
        )  # fmt: skip
    if np.sqrt(sum(s * s for s in _slope(place, weight))) > 1e-3:
        return f"The flow is still on its way at t = {_END:g}"
    if abs(place[0]) < 0.1 and abs(place[2]) < 0.1:
        return "At zero nothing moves, and the slightest push would start it"
    if weight * 3 < 1:
        return f"Caught in a trap: both numbers of the same sign, at a loss of {_loss(place, weight):.3f}"
    return "The flow ends on a pass: from there the slightest push would lead to a best answer"


def _told(place, numbers: str) -> str:
    texts = [signed(number) for number in place]
    if numbers == "one":
        return f"({texts[0]}, {texts[2]})"
    return f"({texts[0]}, {texts[1]}) and ({texts[2]}, {texts[3]})"


def _draw_trap(figure, first, second, weight, time, numbers) -> str:
    push = _PUSH if numbers == "two" else 0.0
    path = _path([first, push, second, -push], weight)
    at = round(time / _STEP)
    (left,) = panels(figure, [2.7], lines=5)
    place = left.get_position()
    left.set_position([place.x0, place.y0, 0.5 * place.width, place.height])
    right = figure.add_axes([place.x0 + 0.63 * place.width, place.y0, 0.37 * place.width, place.height])
    x, y = np.meshgrid(*[np.linspace(-_REACH, _REACH, 81)] * 2)
    left.contour(
        x, y, _loss((x, 0, y, 0), weight), levels=_LEVELS, colors=mode_colors(len(_LEVELS)), linewidths=0.8
    )
    caught = _caught(weight) if numbers == "one" else np.zeros((1, 1), bool)
    if caught.any():
        left.imshow(
            np.where(caught, 0.7, np.nan),
            extent=[-_REACH, _REACH] * 2,
            origin="lower",
            cmap="Greys",
            aspect="auto",
            vmin=0,
            vmax=2,
            zorder=0,
        )
    track = np.array(path)
    left.plot(track[: at + 1, 0], track[: at + 1, 2], color=COLORS["word2vec"], linewidth=2.4)
    left.plot([first], [second], "o", markersize=8, markerfacecolor="none", color="#222222")
    left.plot(track[at, 0], track[at, 2], "o", markersize=8, color=COLORS["word2vec"])
    left.set(
        xlim=(-_REACH, _REACH),
        ylim=(-_REACH, _REACH),
        xlabel="first word's number",
        ylabel="second word's number",
    )
    losses = [_loss(place, weight) for place in path]
    right.plot(_STEP * np.arange(len(path)), losses, color=COLORS["word2vec"])
    right.plot([time], [losses[at]], "o", markersize=7, color=COLORS["word2vec"])
    if weight * 3 < 1:
        right.axhline(2 * weight / (1 + weight), color="#777777", linewidth=1, linestyle=":")
    right.set(xlim=(0, _END), ylim=(-0.03, 1.2), xlabel="time t", ylabel="loss")
    number = f"weighs {weight:g} of a word with itself"
    share = (
        "no start at all"
        if not caught.any()
        else f"{percent(float(caught.mean()))} of all starts in the square"
    )
    return notes(
        figure,
        _ending(path[-1], weight, numbers),
        [
            ("start", _told(path[0], numbers), False),
            ("now", f"{_told(path[at], numbers)} at t = {time:g}, with a loss of {losses[at]:.3f}", False),
            ("pair", f"{number}; there are traps below 1/3" if numbers == "one" else number, False),
            (
                "caught",
                f"{share} end{'s' if not caught.any() else ''} in a trap{', shaded' if caught.any() else ''}"
                if numbers == "one" else "no trap holds two vectors that can turn past each other",
                False,
            ),
        ],
    )  # fmt: skip
