"""A ball on the loss of one pair of words: on word2vec's and on the parabola that stands for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..._common.arguments import checked
from ...statistics import CorpusStatistics
from .._plain import number, percent, plain, signed
from ..plots import COLORS
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider

__all__ = ["ball_explorer"]

_REACH, _TOP, _BOTTOM = 6.0, 5.0, -2.4  # of the scores and of the loss that are drawn
_STEPS, _NEAR = 60, 0.005 + 1e-9


@checked
def ball_explorer(
    stats: CorpusStatistics,
    pairs: Sequence[tuple[str, str]],
    *,
    start: float = 0.0,
    step: float = 0.5,
) -> Explorer:
    r"""Return a figure in which a ball is dropped on the loss of one pair of words and rolls.

    It draws twice the loss of a pair with :math:`A + B = 1`, less its value at
    0: the logistic loss :math:`-\tfrac12M^\star x + 2\ln\cosh\tfrac x2` and the
    parabola :math:`-\tfrac12M^\star x + \tfrac14x^2` of the least-squares model,
    :math:`M^\star = 2(A - B)/(A + B)`.  On each a ball sets out from the same
    score and takes the same number of gradient steps,
    :math:`\Delta x = \eta\,(M^\star - 2\tanh\tfrac x2)` and
    :math:`\Delta x = \eta\,(M^\star - x)`, in units in which both have the same
    clock.  They come to rest at :math:`\ln(A/B)` and at :math:`M^\star`.

    Parameters
    ----------
    stats : CorpusStatistics
        From which A/B of the pairs is taken, how many times as often as by chance they meet.
    pairs : sequence of (word, word)
        Pairs that have a button; the first is shown first.  At the slider's
        lower end A is 0, as for a pair that never met.
    start : float
        The score at which the balls are dropped at first, between −6 and 6.
    step : float
        The size η of their steps, between 0.05 and 2.5.

    Returns
    -------
    Explorer
        With sliders named ``start``, ``log_ratio``, ``step`` and ``steps``.

    Raises
    ------
    ValueError
        If there is no pair, one is not of two known words, or a number is out of the reach of its slider.

    Notes
    -----
    The score moves by itself here; in training it moves with the two vectors.
    Source of the two losses: Karkada et al. (2025).  Introduced in chapter *least-squares*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a", "b"], ["c", "d", "c", "d"]], window=1)
    >>> figure = ball_explorer(stats, [("a", "b"), ("a", "c")], start=1)
    >>> print(figure.describe())
    They come to rest at 1.39 and 1.20: 0.19 apart. Pair: a and b meet 4 times as often as by chance.
    Now: after 60 steps of 0.5, the logistic loss's ball is at 1.39, the parabola's at 1.20.
    Rest: ln(A/B) = 1.39 and M* = 1.20. Pull back: at x = 1.00 it is 0.92 on the logistic loss and 1.00 on the parabola,
    8.2 % too much. Steps: each takes the parabola's ball 50 % of the way.
    >>> figure.describe(log_ratio=-2.5).split(".")[0]
    'A pair that never met: the parabola lets the ball rest at −2, the logistic loss nowhere'
    """
    table = {"pairs": [[*_words(stats, pair), plain(_ratio(stats, pair))] for pair in pairs]}
    if not table["pairs"]:
        raise ValueError("pairs must hold at least one pair of words")
    logs = [np.log10(ratio) for _, _, ratio in table["pairs"] if ratio]
    reach = max([2.5, *(np.ceil(10 * abs(log)) / 10 for log in logs)])
    table |= {"never": -reach, "steps": _STEPS}
    places = [round(float(np.log10(ratio)), 2) if ratio else -reach for *_, ratio in table["pairs"]]
    sliders = [
        Slider("log_ratio", "how often the pair meets: log₁₀ of A/B", -reach, reach, 0.01, places[0]),
        Slider("start", "score at which the balls are dropped", -_REACH, _REACH, 0.05, start),
        Slider("step", "size of a step, η", 0.05, 2.5, 0.05, step),
        Slider("steps", "steps taken", 0, _STEPS, 1, _STEPS),
    ]
    presets = [
        (f"{one} and {other}", {"log_ratio": place}) for (one, other, _), place in zip(table["pairs"], places)
    ]
    presets.append(("Steps too long", {"log_ratio": places[0], "start": sliders[1].start, "step": 2.1}))
    live = Live(
        "ball", wide=340, narrow=470, lines=6, play="steps", seconds=5, words="Let go", presets=tuple(presets)
    )
    return Explorer(table, sliders, partial(_draw_ball, table), live)


def _words(stats: CorpusStatistics, pair) -> tuple[str, str]:
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(f"pairs must hold two words each, not {pair!r:.80}")
    for word in pair:
        if not isinstance(word, str) or word not in stats.index:
            raise ValueError(f"pairs must be of words in the statistics, not {word!r:.80}")
    return tuple(pair)


def _ratio(stats: CorpusStatistics, pair) -> float:
    """How many times as often as by chance two words meet."""
    row, column = (stats.index[word] for word in pair)
    return stats.P[row, column] / (stats.p[row] * stats.p[column])


def _losses(target: float, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    size = np.abs(x)
    curved = size + 2 * np.log1p(np.exp(-size)) - 2 * np.log(2)  # 2 ln cosh x/2
    return curved - target * x / 2, x**2 / 4 - target * x / 2


def _rolled(target: float, start: float, step: float, steps: int) -> tuple[list[float], list[float]]:
    """Where the two balls are at each step."""
    logistic, parabola = [start], [start]
    for _ in range(steps):
        logistic.append(logistic[-1] + step * (target - 2 * float(np.tanh(logistic[-1] / 2))))
        parabola.append(parabola[-1] + step * (target - parabola[-1]))
    return logistic, parabola


def _written(score: float) -> str:
    if abs(score) >= 1000:
        return "far outside"
    return signed(score)


def _draw_ball(table, figure, log_ratio, start, step, steps) -> str:
    never = log_ratio <= table["never"]
    close = [
        pair for pair in table["pairs"]
        if (never if not pair[2] else not never and abs(np.log10(pair[2]) - log_ratio) <= _NEAR)
    ]  # fmt: skip
    ratio = close[0][2] if close else 0.0 if never else 10**log_ratio
    target = 2 * (ratio - 1) / (ratio + 1)
    rest = float(np.log(ratio)) if ratio else -np.inf
    rolled = _rolled(target, start, step, table["steps"])
    above, below = panels(figure, [2.5, 1.5], lines=5, common=False)
    x = np.linspace(-_REACH, _REACH, 241)
    above.axvspan(-1, 1, color="#999999", alpha=0.15, linewidth=0)
    for name, curve, path, bottom, side in zip(
        ("word2vec", "QWEM"), _losses(target, x), rolled, (rest, target), (0, 1)
    ):
        color = COLORS[name]
        above.plot(x, curve, color=color)
        trail = np.array(path[: steps + 1])
        above.plot(
            trail, np.clip(_losses(target, trail)[side], _BOTTOM, _TOP), "o", color=color, markersize=3
        )
        above.plot(
            trail[-1:],
            np.clip(_losses(target, trail[-1:])[side], _BOTTOM, _TOP),
            "o",
            color=color,
            markersize=8,
        )
        below.plot(range(len(path)), path, color=color, linewidth=1, alpha=0.5)
        below.plot(range(steps + 1), trail, "o", color=color, markersize=2.5)
        if np.isfinite(bottom):
            below.axhline(bottom, color=color, linewidth=1, linestyle=":")
    above.set(xlim=(-_REACH, _REACH), ylim=(_BOTTOM, _TOP), xlabel="score x", ylabel="twice the loss")
    below.set(xlim=(0, table["steps"]), ylim=(-_REACH, _REACH), xlabel="step", ylabel="score x")
    for spot, name, words in (((0.02, 0.04), "word2vec", "logistic"), ((0.16, 0.04), "QWEM", "parabola")):
        above.text(*spot, words, color=COLORS[name], transform=above.transAxes)
    return notes(figure, *_ball_in_words(close, ratio, target, rest, start, step, steps, rolled))


def _ball_in_words(close, ratio, target, rest, start, step, steps, rolled):
    apart = abs(round(rest, 2) - round(target, 2)) if ratio else np.inf  # of what is written
    off = abs(start - target) > 1e-9
    if off and step > 2:
        title = f"Steps of {step:g} are too long: the ball is thrown off the parabola"
    elif off and step == 2:
        title = "Steps of 2 are too long: the ball on the parabola swings for ever"
    elif not ratio:
        title = "A pair that never met: the parabola lets the ball rest at −2, the logistic loss nowhere"
    elif apart < 0.005:
        title = f"Both come to rest at {_written(target)}"
    else:
        title = f"They come to rest at {_written(rest)} and {_written(target)}: {apart:.2f} apart"
    pair = f"{close[0][0]} and {close[0][1]} meet" if close else "meets"
    often = f"{number(ratio, 3)} times as often as by chance" if ratio else "never"
    pair = f"{pair} {often}" if ratio or not close else f"{close[0][0]} and {close[0][1]} never met"
    here, there = (_written(path[steps]) for path in rolled)
    if start:
        pull = 2 * float(np.tanh(start / 2))
        back = f"at x = {_written(start)} it is {_written(pull)} on the logistic loss and {_written(start)} on the parabola, {percent(start / pull - 1, 1)} too much"
    else:
        back = "at x = 0 there is none on either"
    if step < 1:
        going = f"each takes the parabola's ball {percent(step)} of the way"
    elif step == 1:
        going = "one takes the parabola's ball to its rest"
    elif step < 2:
        going = "each goes beyond the parabola's rest, by less than the one before"
    else:
        going = "each goes as far beyond the parabola's rest as the one before, or farther"
    return title, [
        ("pair", pair, False),
        (
            "now",
            f"after {steps} step{'' if steps == 1 else 's'} of {step:g}, the logistic loss's ball is at {here}, the parabola's at {there}",
            False,
        ),
        ("rest", f"ln(A/B) = {_written(rest) if ratio else '−∞'} and M* = {_written(target)}", False),
        ("pull back", back, False),
        ("steps", going, False),
    ]
