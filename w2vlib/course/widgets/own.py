"""A text of one's own: counted, its training foretold and then done, in the page itself."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..._common.arguments import checked
from ..._common.scripts import unspaced
from ...corpus import tokenize
from ...dynamics import (
    aligned_half_rises,
    effective_start,
    forecast_half_rises,
    loss_of_strengths,
    measured_half_rises,
    mode_strengths,
    stability_bound,
)
from ...spectra import spectrum
from ...statistics import CorpusStatistics, count_at_most
from ...targets import m_star
from ...training import train_qwem
from .._plain import percent
from ..plots import COLORS
from .drawing import notes, panels
from .explorer import Explorer
from .grok import normals
from .live import Live
from .sliders import Slider
from .wording import phrase

__all__ = ["own_text_explorer"]

_D, _SCALE, _STEP = 10, 0.01, 0.1  # dimensions, σ, ηλ₁
_MOST, _FEWEST, _NAMED, _ENDS = (
    8,
    12,
    3,
    3,
)  # directions; words; directions that are named, and words at each end
_LONGEST, _POINTS = 2000, 200  # steps; records
_APART = 100_000  # places of a row of random numbers that one start has for itself


@checked
def own_text_explorer(
    text: str, *, words: int = 80, window: int = 5, seed: int = 1, progress: int = 0, name: str = "own"
) -> Explorer:
    r"""Return a figure in which a reader's own text is counted, predicted, trained on and scored.

    It keeps the most frequent words of the text, each line a document, and forms :math:`M^\star` with linear
    weights.  Bars are the half-rises of :func:`~w2vlib.dynamics.forecast_half_rises`, for any start; lines
    follow from :func:`~w2vlib.dynamics.effective_start` of the start drawn.  Then the least-squares model
    is trained, d = 10, σ = 0.01, :math:`\eta\lambda_1 = 0.1` at most.  On a page the text can be replaced, and
    stays in the page.

    Parameters
    ----------
    text : str
        What is shown first.
    words : int
        How many words are kept.
    window : int
        Reach of the window.
    seed : int
        Which start is drawn.
    progress : int
        How much of training is shown, in per cent.
    name : str
        Under which the address of a page keeps the state; the text is never part of it.

    Returns
    -------
    Explorer
        With a slider for each of these numbers.

    Raises
    ------
    ValueError
        If a number is out of the reach of its slider.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> print(own_text_explorer("one two three").describe().split(". ")[0])
    Too little to learn from: 3 different words stand near others, and it takes 12
    """
    controls = [
        Slider("words", "words kept", 20, 100, 5, words),
        Slider("window", "reach of the window", 1, 10, 1, window),
        Slider("seed", "start that is drawn", 1, 9, 1, seed),
        Slider("progress", "training shown, %", 0, 100, 1, progress),
    ]
    live = Live("own", wide=430, narrow=430, lines=8, play="progress", seconds=4.0, words="Train")
    return Explorer({"text": text}, controls, _Drawn(text), live, name)


class _Plan(NamedTuple):
    """What is foretold of a text."""

    stats: CorpusStatistics
    lines: int
    tokens: int
    values: np.ndarray
    vectors: np.ndarray
    step_size: float
    steps: np.ndarray  # those that are recorded
    bars: np.ndarray  # low and high ends, in steps
    count: int  # of directions


@lru_cache(maxsize=32)
def _plan(text: str, words: int, window: int) -> _Plan | str:
    """What is foretold; in words why nothing is."""
    documents = [found for line in text.split("\n") if (found := tokenize(line))]
    tokens = sum(map(len, documents))
    if not documents:
        return "There is no word in this text"
    counted = count_at_most(documents, words, window=window)
    seen = int((counted.counts.sum(axis=1) > 0).sum())
    if seen < _FEWEST:
        return f"Too little to learn from: {seen} different words stand near others, and it takes {_FEWEST}"
    stats = counted.seen()
    modes = spectrum(m_star(stats), _D)
    step_size = min(_STEP / modes.values[0], stability_bound(modes.values[0], modes.lowest) / 2)
    rising = modes.values[:_MOST][modes.values[:_MOST] > 0.01]
    bars = forecast_half_rises(rising, _D, _SCALE, step_size)
    ends = 1.15 * bars.high / step_size
    count = max(1, int((ends <= _LONGEST).sum()))
    last = int(np.ceil(min(ends[count - 1], _LONGEST)))
    steps = np.unique(np.floor(last * np.arange(_POINTS + 1) / _POINTS + 0.5).astype(int))
    bars = np.array([bars.low, bars.high])[:, :count] / step_size
    return _Plan(
        stats, len(documents), tokens, modes.values, modes.vectors, float(step_size), steps, bars, count
    )


@lru_cache(maxsize=32)
def _trained(text: str, words: int, window: int, seed: int) -> tuple:
    """Half-rises foretold for the start drawn, the loss foretold, and what training makes of both, all in steps."""
    plan = _plan(text, words, window)
    size, eta, top = len(plan.stats), plan.step_size, plan.values[: plan.count]
    initial = normals(size * _D, _APART * seed).reshape(size, _D) * (_SCALE / np.sqrt(_D))
    modes = spectrum(m_star(plan.stats), _D)
    start = effective_start(modes, initial)
    told = aligned_half_rises(top, start[: plan.count], eta) / eta
    curve = loss_of_strengths(plan.values, mode_strengths(plan.values, start, plan.steps * eta, eta))
    run = train_qwem(m_star(plan.stats), initial, eta, int(plan.steps[-1]), record=plan.steps)
    rises = measured_half_rises(plan.steps.astype(float), run.strengths, top)
    unit = plan.values[0] ** 2 / 4
    return told, curve / unit, run.loss / unit, rises


class _Drawn:
    """Draws the figure of a text."""

    def __init__(self, text: str):
        self.text = text

    def __call__(self, figure, words: int, window: int, seed: int, progress: int) -> str:
        above, below = panels(figure, [1.7, 1.9], lines=8)
        plan = _plan(self.text, words, window)
        if isinstance(plan, str):
            for axes in (above, below):
                axes.set(xticks=[], yticks=[])
            return notes(figure, plan, [("paste", "some thousand words, a paragraph on each line", False)])
        told, curve, loss, rises = _trained(self.text, words, window, seed)
        now = plan.steps[-1] * progress / 100
        seen = plan.steps <= now
        above.plot(plan.steps, curve, color=COLORS["QWEM"])
        if progress:
            above.plot(plan.steps[seen][::4], loss[seen][::4], "o", color=COLORS["word2vec"], markersize=3)
        above.set(ylabel="loss, in λ₁²/4", xlim=(0, plan.steps[-1]))
        k = np.arange(1, plan.count + 1)
        below.hlines(k, *plan.bars, color=COLORS["M*"], linewidth=4, alpha=0.35)
        below.plot(told, k, "|", color=COLORS["M*"], markersize=11, markeredgewidth=2)
        risen = np.nan_to_num(rises, nan=np.inf) <= now
        below.plot(rises[risen], k[risen], "o", color=COLORS["word2vec"], markersize=4)
        below.set(ylim=(plan.count + 0.6, 0.4), yticks=k, ylabel="direction", xlabel="steps")
        return notes(figure, *_in_words(plan, told, rises, risen, now if progress else None))


def _in_words(plan, told, rises, risen, now):
    def step(number):
        return f"{number:,.0f}"

    stats, count, within = plan.stats, plan.count, 0
    if now is None:
        title = f"{count} directions will rise: half of them by step {step(np.median(told))}, the last at {step(told.max())}"
        done = "not yet: press Train"
    elif not risen.any():
        title = f"Trained to step {step(np.floor(now))}: no direction has risen yet"
        done = "no direction has risen yet"
    else:
        off = np.median(np.abs(rises[risen] / told[risen] - 1))
        within = int(((rises >= plan.bars[0]) & (rises <= plan.bars[1]) & risen).sum())
        title = f"{risen.sum()} of {count} directions have risen: off by {percent(off, 1)} in the median"
        done = f"steps {', '.join(map(step, rises[risen]))}; {within} of {risen.sum()} within the bars"
    kept, never = int(stats.occurrences.sum()), float((stats.counts == 0).mean())
    rows = [
        (
            "text",
            f"{plan.tokens:,} words in {plan.lines:,} lines; {len(stats)} kept, {percent(kept / plan.tokens)} of all",
            False,
        )
    ]
    for k in range(min(_NAMED, count)):
        order = np.argsort(-plan.vectors[:, k].round(9), kind="stable")
        ends = [[stats.words[i] for i in end] for end in (order[:_ENDS], order[: -_ENDS - 1 : -1])]
        rows.append((f"no. {k + 1}", " – ".join(phrase(end, 30) for end in ends), True))
    beware = f"{percent(never)} of the pairs of words never met{', so much of this is chance' if never > 0.5 else ''}"
    if unspaced(zip(stats.words, stats.occurrences.tolist())):
        beware = "these are whole phrases: cut a script without blanks into words first"
    return title, [
        *rows,
        ("foretold", f"steps {', '.join(map(step, told))}", False),
        ("trained", done, False),
        ("beware", beware, False),
    ]
