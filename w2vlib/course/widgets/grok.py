"""When a linear model will grok, foretold from five settings; then it is trained, in the page itself."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import erf, erfinv

from ..._common.arguments import checked
from .._plain import percent
from ..grokking import RidgeClock
from ..plots import COLORS
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch

__all__ = ["grok_explorer"]

_LONGEST, _LIVES, _DOTS = 10_000, 3.0, 60  # steps; lives of the slowest direction that are shown; dots


@checked
def grok_explorer(
    *,
    step_size: float = 0.1,
    log_decay: float = -2.0,
    d: int = 80,
    examples: int = 40,
    scale: float = 8.0,
    level: int = 68,
    axis: str = "accuracy",
    progress: int = 0,
    name: str = "grok",
) -> Explorer:
    r"""Return a figure that says when a linear model will grok, and then trains it.

    Lines are the losses of :class:`~w2vlib.course.grokking.RidgeClock`, or the accuracies that belong to
    them: the share of answers off by less than 1, :math:`\operatorname{erf}(1/\sqrt{2\mathcal E})`.
    Dots are gradient descent, step by step, on examples that a small generator draws.  Whoever moves a
    setting on a page goes back to the prediction.

    Parameters
    ----------
    step_size, log_decay, d, examples, scale : number
        Where the sliders stand at first: step size, log₁₀ of the weight decay, dimensions, examples,
        scale of the start.
    level : int
        The accuracy, in per cent, whose passing is called grokking.
    axis : str
        "accuracy" or "loss".
    progress : int
        How much of training is shown, in per cent.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With a slider for each of these numbers and a switch ``axis``.

    Raises
    ------
    ValueError
        If a number is out of the reach of its slider.

    Notes
    -----
    Introduced in chapter *grokking*.

    Examples
    --------
    >>> print(grok_explorer().describe().split(". ")[0])
    Grokking is foretold for step 2,067, give or take 221
    """
    controls = [
        Slider("step_size", "step size η", 0.02, 0.1, 0.005, step_size),
        Slider("log_decay", "weight decay, log₁₀ ω", -2.5, -1.0, 0.1, log_decay),
        Slider("examples", "examples J", 30, 100, 1, examples),
        Slider("d", "dimensions d", 20, 100, 1, d),
        Slider("scale", "scale of the start σ", 1.0, 12.0, 0.5, scale),
        Slider("level", "accuracy that is called grokking, %", 30, 95, 1, level),
        Switch("axis", "vertical axis", {"accuracy": "accuracy", "loss": "loss"}, axis),
        Slider("progress", "training shown, %", 0, 100, 1, progress),
    ]
    live = Live("grok", wide=330, narrow=300, lines=4, play="progress", seconds=4.0, words="Train")
    return Explorer({}, controls, _draw, live, name)


def normals(count: int, first: int) -> np.ndarray:
    """Numbers that look normal, each from its own place in a row: the same in a page's script."""
    hashed = np.arange(2 * first, 2 * (first + count), dtype=np.uint32) * np.uint32(0x9E3779B1)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        hashed = (hashed ^ (hashed >> np.uint32(shift))) * np.uint32(factor)
    radius, angle = ((hashed + 0.5) / 2**32).reshape(count, 2).T
    return np.sqrt(-2 * np.log(radius)) * np.cos(2 * np.pi * angle)


@lru_cache(maxsize=64)
def _trained(step_size: float, decay: float, d: int, examples: int, scale: float, last: int) -> tuple:
    """Test losses after every step of gradient descent, and now and then the share of examples off by less than 1."""
    rule, start = normals(d, 0) / d**0.5, normals(d, 100) * scale / d**0.5
    rows = np.array([normals(d, 200 + 100 * i) for i in range(examples)])
    square = rows.T @ rows / examples + decay * np.eye(d)
    losses, dots, off, kept = np.empty(last + 1), _dots(last), start - rule, []
    for n in range(last + 1):
        losses[n] = off @ off
        if n == dots[len(kept)]:
            kept.append(off)
        off = off - step_size * (square @ off + decay * rule)
    return losses, (np.abs(np.array(kept) @ rows.T) < 1).mean(axis=1)


def _dots(last: int) -> np.ndarray:
    return np.floor(last * np.arange(_DOTS + 1) / _DOTS + 0.5).astype(int)


def _crossing(losses: np.ndarray, limit: float) -> float:
    """The step at which losses pass a limit, on a straight line of logarithms between two steps; NaN if never."""
    below = np.flatnonzero(losses <= limit)
    if not len(below) or not below[0]:
        return 0.0 if len(below) else np.nan
    n = below[0]
    return float(n - 1 + np.log(losses[n - 1] / limit) / np.log(losses[n - 1] / losses[n]))


def _right(losses):
    return erf(1 / np.sqrt(2 * losses))


def _draw(figure, step_size, log_decay, examples, d, scale, level, axis, progress) -> str:
    decay, limit, by_loss = 10**log_decay, 0.5 / erfinv(level / 100) ** 2, axis == "loss"
    clock = RidgeClock(step_size, decay, d, examples, scale)
    last = int(min(_LONGEST, np.ceil(_LIVES / (step_size * decay) - 1e-9)))
    steps, end = _dots(last), clock.losses([1e9])[1][0]
    training, test = clock.losses(steps)
    moment, spread = clock.moment(limit, last)
    (axes,) = panels(figure, [2.8], lines=4)
    blue, red, grey = COLORS["M*"], COLORS["word2vec"], "#777777"
    if by_loss:
        axes.plot(steps, np.maximum(test - end, 1e-9), color=grey, linestyle=(0, (4, 3)))
        axes.plot(steps, test, color=blue, linewidth=2)
        axes.set(yscale="log", ylim=(0.01, 2 * (1 + scale**2)), ylabel="mean squared error, new questions")
    else:
        axes.plot(steps, _right(training), color=grey)
        axes.plot(steps, _right(test), color=blue, linewidth=2)
        axes.set(ylim=(0, 1.03), ylabel="share of right answers")
    axes.axhline(limit if by_loss else level / 100, color=grey, linewidth=1, linestyle=(0, (1, 2)))
    axes.set(xlim=(0, last), xlabel="steps")
    foretold = "nothing"
    title = f"No grokking is foretold within {last:,} steps"
    if np.isfinite(moment):
        axes.axvspan(max(0, moment - spread), min(last, moment + spread), color=blue, alpha=0.2)
        foretold = f"step {moment:,.0f}, give or take {spread:,.0f}"
        title = f"Grokking is foretold for {foretold}"
    told = "not yet: press Train"
    if progress:
        losses, shares = _trained(step_size, decay, d, examples, scale, last)
        now, found = last * progress / 100, _crossing(losses, limit)
        seen = steps[steps <= now]
        if not by_loss:
            axes.plot(seen, shares[: len(seen)], "o", color=grey, markersize=2.5)
        axes.plot(seen, losses[seen] if by_loss else _right(losses[seen]), "o", color=red, markersize=3.5)
        if np.ceil(found) <= now:
            title = f"Grokking at step {found:,.0f}; foretold was {foretold}"
        told = (
            f"step {seen[-1]:,}: {percent(shares[len(seen) - 1])} of the examples and "
            f"{percent(_right(losses[seen[-1]]))} of new questions are right"
        )
    share = 1 - examples / d
    short = share * (limit - share) > 0 and np.log(scale**2 * share / (limit - share)) / (
        -2 * np.log1p(-step_size * decay)
    )
    level_told = (
        f"{level} % right is a loss of {limit:.2f}; the end is {end:.2f}, {percent(_right(end))} right"
    )
    return notes(
        figure,
        title,
        [
            ("one line", f"says step {short:,.0f}" if short > 0 else "does not apply here", False),
            ("level", level_told, False),
            ("trained", told, False),
        ],
    )
