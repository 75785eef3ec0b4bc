"""One mode in steps of any size: where the curve of the flow is left, and where training breaks."""

from __future__ import annotations

import numpy as np

from ...dynamics import mode_strengths
from .._plain import number, percent, signed
from ..plots import COLORS
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import POINTS, Slider

__all__ = ["step_explorer"]

_MOST = 80  # steps
_FAR = 1e3  # a share from which on nothing comes back


def step_explorer(
    *, h: float = 0.3, log_start: float = -3.0, steps: int = 40, name: str = "step"
) -> Explorer:
    r"""Return a figure of one mode that is learned in steps of a chosen size.

    Dots are gradient descent on the share :math:`\varphi = s^2/\lambda` of its
    goal, :math:`\varphi \leftarrow \varphi\,[1 + h(1 - \varphi)]^2` with
    :math:`h = \eta\lambda`.  The thin line is the flow, the thick one the
    logistic for steps of this size, which there is for h below 1.

    Parameters
    ----------
    h, log_start, steps : number
        Where the sliders stand at first: the size of a step, log₁₀ of the
        share at the start, and the number of steps.
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
    Below h = ½ no step overshoots; below 1 the goal still draws; above it
    pushes away.  Introduced in chapter *step-size*.

    Examples
    --------
    >>> print(step_explorer(h=0.8).describe().split(". ")[0])
    h = 0.8: steps overshoot, and settle
    """
    sliders = [
        Slider("h", "size of a step, h = ηλ", 0.02, 2.0, 0.02, h),
        Slider("log_start", "log₁₀ of the share at the start", -9.0, -0.5, 0.5, log_start),
        Slider("steps", "steps", 0, _MOST, 1, steps),
    ]
    live = Live(
        "step", wide=340, narrow=320, lines=5, play="steps", seconds=8, words="Train",
        presets=tuple((words, {"h": size, "steps": 0}) for words, size in
                      (("h = 0.1", 0.1), ("h = 0.5", 0.5), ("h = 0.9", 0.9), ("h = 1.2", 1.2), ("h = 1.8", 1.8))),
    )  # fmt: skip
    return Explorer({"most": _MOST}, sliders, _draw_step, live, name)


def iterates(h: float, start: float, steps: int) -> np.ndarray:
    """The share after 0, 1, … steps; it ends where it has run away.

    Examples
    --------
    >>> iterates(0.5, 1.0, 2), iterates(2.0, 0.5, 1)
    (array([1., 1., 1.]), array([0.5, 2. ]))
    """
    shares = [start]
    for _ in range(steps):
        if shares[-1] > _FAR:
            break
        shares.append(shares[-1] * (1 + h * (1 - shares[-1])) ** 2)
    return np.array(shares)


def _draw_step(figure, h, log_start, steps) -> str:
    start = 10.0**log_start
    shares = iterates(h, start, steps)
    n = np.linspace(0, _MOST, 2 * POINTS - 1)
    flow = mode_strengths(np.array([h]), h * start, n)[:, 0] / h
    (axes,) = panels(figure, [2.8], lines=5)
    axes.axhline(1, color="#777777", linewidth=1, linestyle=":")
    axes.plot(n, flow, color=COLORS["counts"], linewidth=1)
    off = None
    if h < 1:
        curve = stepped(h, start, n)
        axes.plot(n, curve, color=COLORS["QWEM"], linewidth=2.2)
        off = float(np.abs(stepped(h, start, np.arange(len(shares))) - shares).max())
    axes.plot(np.arange(len(shares)), shares, "o", color=COLORS["QWEM"], markersize=3.6)
    axes.set(xlim=(0, _MOST), ylim=(0, 2.2), xlabel="steps n", ylabel="share φ of the goal")
    from_flow = np.abs(
        mode_strengths(np.array([h]), h * start, np.arange(len(shares)))[:, 0] / h - shares
    ).max()
    return notes(
        figure,
        f"h = {h:g}: {_verdict(h, start)}",
        [
            ("now", f"φ = {_share(shares[-1])} after {len(shares) - 1} steps", False),
            ("flow", f"thin line; dots are off by {_percent(from_flow)} at most, so far", False),
            (
                "steps",
                "there is no such logistic from h = 1 on"
                if off is None
                else f"thick line; dots are off by {_percent(off)} at most, so far",
                False,
            ),
            ("near 1", f"a step multiplies what is missing by {signed(1 - 2 * h)}", False),
            ("start", f"φ = {number(start)}", False),
        ],
    )


def stepped(h: float, start: float, n: np.ndarray) -> np.ndarray:
    """The logistic for steps of this size, after n steps.

    Examples
    --------
    >>> stepped(0.5, 0.01, np.array([0.0, 100.0])).round(6)
    array([0.01, 1.  ])
    """
    return mode_strengths(np.array([h]), h * start, np.asarray(n, float), 1.0)[:, 0] / h


def _verdict(h: float, start: float) -> str:
    if h <= 0.5:
        return "steps climb and never overshoot"
    if h < 1:
        return "steps overshoot, and settle"
    if iterates(h, start, 400)[-1] > _FAR:
        return "training diverges"
    return "steps never settle" if h > 1 else "steps settle ever more slowly"


def _share(value: float) -> str:
    return "more than 1000" if value > _FAR else f"{value:.3f}"


def _percent(share: float) -> str:
    return "more than 1000 %" if share > 10 else percent(share, 1)
