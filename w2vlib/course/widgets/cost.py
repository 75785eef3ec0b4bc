"""What it costs to learn from a corpus: pairs, memory, seconds and money against its size, counted once or trained."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from ..._common.validate import whole_number
from .._plain import number, percent, plain
from ..plots import COLORS, mode_colors
from .drawing import cursor, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch

__all__ = ["cost_explorer"]

_LEAST, _MOST = 6.0, 13.5  # log₁₀ of the words of a text
_EPOCHS = 5
_PRICE = 0.05  # of an hour of one processor, in dollars
_ENTRY = 8  # bytes of a pair that met: its count and its column
_LINES = 8
_KEYS = ("window", "sizes", "rows", "seconds")


def cost_explorer(
    told: Mapping, log_words: float = 9.7, size: int = 10_000, d: int = 200, machines: int = 1
) -> Explorer:
    r"""Return a figure that says what a corpus of any size costs.

    Upper panel: seconds of one processor for reading and counting, for the eigenvectors, and for five epochs
    of word2vec, each by its law; dots are measured.  Lower panel: how many pairs of the vocabulary have met at
    all, :math:`D = V^2(1 - e^{-an^b})`, with dots measured.

    Parameters
    ----------
    told : mapping
        As :func:`~w2vlib.datasets.load_scale_runs` returns it.
    log_words, size, d, machines : number
        Where the controls stand at first: log₁₀ of the words of the text, the vocabulary, dimensions, and the
        processors that share the counting.

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError
        If the mapping lacks something, or a number is out of reach.

    Notes
    -----
    An hour of one processor is taken to cost 5 cents.  Introduced in chapter *scale*.

    Examples
    --------
    >>> from w2vlib.datasets import load_scale_runs
    >>> cost_explorer(load_scale_runs(), log_words=6.0).describe().split(": ")[0]
    '1 million words, V = 10,000'
    """
    missing = [name for name in _KEYS if not isinstance(told, Mapping) or name not in told]
    if missing:
        raise ValueError(f"told must hold {', '.join(_KEYS)}, but has no {', '.join(missing)}")
    sizes, rows, seconds = told["sizes"], told["rows"], told["seconds"]
    if whole_number("size", size) not in sizes:
        raise ValueError(f"size must be one of {list(sizes)}, not {size!r:.80}")
    words = np.array([row["tokens"] for row in rows], float)
    met = np.array([row["met"] for row in rows], float).T
    table = {
        "window": told["window"],
        "sizes": list(sizes),
        "words": [row["tokens"] for row in rows],
        "met": [row["met"] for row in rows],
        "processor": [row["processor"] for row in rows],
        "laws": [plain(meeting_law(words, count, V), 9) for V, count in zip(sizes, met)],
        "read": plain(rows[-1]["processor"] / rows[-1]["tokens"], 4),
        "entry": seconds["entry"],
        "train": seconds["train"],
        "epochs": seconds["epochs"],
    }
    sliders = [
        Slider("log_words", "log₁₀ of the words of the text", _LEAST, _MOST, 0.1, log_words),
        Switch("size", "vocabulary", {str(k): f"{V:,}" for k, V in enumerate(sizes)}, str(sizes.index(size))),
        Slider("d", "dimensions d", 50, 300, 50, d),
        Slider("machines", "processors that share the counting", 1, 1000, 1, machines),
    ]
    live = Live(
        "cost", wide=430, narrow=450, lines=_LINES, play="log_words", seconds=8.0, words="Add text",
        presets=(("our text", {"log_words": 7.7}), ("all of Wikipedia", {"log_words": 9.7}), ("the web", {"log_words": 13.2})),
    )  # fmt: skip
    return Explorer(table, sliders, partial(_draw, table), live)


def meeting_law(words: np.ndarray, met: np.ndarray, size: int) -> tuple[float, float]:
    r"""Fit :math:`D(n) = V^2 (1 - e^{-a n^b})` to how many pairs met in texts of n words; return ln a and b.

    Where few of all pairs have met this is a power of n, and it ends at all of them.

    Examples
    --------
    >>> n = np.array([1e5, 1e6, 1e7])
    >>> ln_a, b = meeting_law(n, 100**2 * -np.expm1(-1e-4 * n**0.5), 100)
    >>> round(float(ln_a / np.log(10)), 9), round(float(b), 9)
    (-4.0, 0.5)
    """
    share = np.asarray(met) / float(size) ** 2
    some = share < 1
    b, ln_a = np.polyfit(np.log(np.asarray(words)[some]), np.log(-np.log1p(-share[some])), 1)
    return float(ln_a), float(b)


def pairs_met(words: np.ndarray, law: tuple[float, float], size: int) -> np.ndarray:
    """How many pairs of words have met by a law that :func:`meeting_law` found.

    Examples
    --------
    >>> float(pairs_met(1e30, (0.0, 0.5), 100))
    10000.0
    """
    ln_a, b = law
    return size**2 * -np.expm1(-np.exp(ln_a + b * np.log(words)))


def _draw(table: dict, figure, log_words: float, size: str, d: int, machines: int) -> str:
    words, V, law = 10.0**log_words, table["sizes"][int(size)], table["laws"][int(size)]
    n = 10.0 ** np.linspace(_LEAST, _MOST, 121)
    above, below = panels(figure, [1.7, 1.5], lines=_LINES, common=False)
    met = float(pairs_met(words, law, V))
    count, solve = table["read"] * words, table["entry"] * d * met
    train = _EPOCHS * words * _each(table, d)
    courses = [table["read"] * n, table["entry"] * d * pairs_met(n, law, V), _EPOCHS * n * _each(table, d)]
    names, colors = ["counting", "M*", "word2vec"], [COLORS["counts"], COLORS["M*"], COLORS["word2vec"]]
    for course, color in zip(courses, colors):
        above.plot(n, course, color=color, linewidth=1.8)
    above.plot(table["words"], table["processor"], "o", color=COLORS["counts"], markersize=3.5)
    above.plot(*table["epochs"][:2], "o", color=COLORS["word2vec"], markersize=3.5)
    above.set(xscale="log", yscale="log", xlim=(10**_LEAST, 10**_MOST), ylim=(1e-1, 1e10), ylabel="seconds")
    end_labels_log(above, [course[-1] for course in courses], names, colors)
    shades = mode_colors(len(table["sizes"]))
    for k, (other, shade) in enumerate(zip(table["sizes"], shades)):
        chosen = k == int(size)
        below.plot(n, pairs_met(n, table["laws"][k], other), color=shade, linewidth=2.4 if chosen else 1.2)
        below.plot(table["words"], [row[k] for row in table["met"]], "o", color=shade, markersize=3)
    below.set(
        xscale="log", yscale="log", xlim=(10**_LEAST, 10**_MOST), ylim=(1e5, 1e9), xlabel="words of text",
        ylabel="pairs that met",
    )  # fmt: skip
    cursor([above], words, count, COLORS["counts"])
    cursor([below], words, met, shades[int(size)])
    return notes(
        figure,
        f"{many(words)} words, V = {V:,}: {time_of(count + solve)}, and {time_of(train)} to train",
        [
            ("pairs", f"{many(2.0 * table['window'] * words)} meetings, of {many(met)} different pairs at most, {percent(met / V**2)} of all", False),
            ("memory", f"{_bytes(_ENTRY * met)} for the counts of pairs that met, {_bytes(4.0 * V**2)} for a table of all", False),
            ("counting", f"{time_of(count)}, or {time_of(count / machines)} on {machines:,} processor{'s' if machines > 1 else ''}; once", False),
            ("M*", f"{time_of(solve)} for {d} eigenvectors, on one machine", False),
            ("word2vec", f"{time_of(train)} for {_EPOCHS} epochs", False),
            ("money", f"{_dollars(count + solve)} for counting and eigenvectors, {_dollars(train)} for training", False),
            ("lines", "laws of one processor", False),
            ("dots", "measured; training with d = 100", False),
        ],
    )  # fmt: skip


def end_labels_log(axes, heights, names, colors) -> None:
    """Labels at the ends of curves, where the axis is logarithmic.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot(yscale="log", ylim=(1, 100))
    >>> end_labels_log(axes, [10.0], ["ten"], ["k"])
    >>> round(float(axes.texts[0].get_position()[1]), 2)
    0.4
    """
    low, high = np.log10(axes.get_ylim())
    shares = (np.log10(heights) - low) / (high - low)
    for share, name, color in zip(shares, names, colors):
        axes.text(
            0.985, share - 0.1, name, color=color, size=9, ha="right", va="top", transform=axes.transAxes
        )


def _each(table: dict, d: int) -> float:
    """Seconds of an epoch for each word of the text."""
    return table["train"][0] + table["train"][1] * d


def many(count: float) -> str:
    """Return a large number as one says it.

    Examples
    --------
    >>> many(4.8e9), many(1.5e13), many(710394)
    ('4.8 billion', '15 trillion', '710 thousand')
    """
    for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if count >= size * (1 - 1e-9):
            return f"{_short(count / size)} {name}"
    return _short(count)


def time_of(seconds: float) -> str:
    """Return a time as one says it.

    Examples
    --------
    >>> time_of(0.2), time_of(90), time_of(7e9)
    ('0.2 seconds', '1.5 minutes', '222 years')
    """
    for size, unit in ((31_557_600, "years"), (86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= size:
            return f"{_short(seconds / size)} {unit}"
    return f"{_short(seconds)} seconds"


def _bytes(size: float) -> str:
    return f"{_short(size / 1e9)} GB" if size >= 1e9 else f"{_short(size / 1e6)} MB"


def _dollars(seconds: float) -> str:
    cost = seconds / 3600 * _PRICE
    return f"{many(cost)} $" if cost >= 0.01 else "less than a cent"


def _short(value: float) -> str:
    """Two digits, or as many as stand before the point."""
    return number(value) if value < 99.5 else f"{value:.0f}"
