"""Ask your own: any three words of the book, the nearest answers at each rank or time of training."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import one_of, positive_number
from ...dynamics import aligned_half_rises, mode_strengths
from .._plain import visible
from ..plots import COLORS
from .book import unpacked
from .drawing import cursor, end_labels, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch, Words, rounded_up

__all__ = ["analogy_explorer"]

BEST, STEP = 5, 0.2  # answers that are shown; step of the slider of time, in units of τ₁
BY = {"rank": "rank", "time": "time"}


@checked
def analogy_explorer(
    table: dict,
    a: str = "man",
    b: str = "king",
    c: str = "woman",
    rank: int | None = None,
    time: float | None = None,
    by: str = "rank",
    scale: float = 1e-3,
    presets: tuple = (),
) -> Explorer:
    r"""Return a figure that answers "`a` is to `b` as `c` is to …" with any words of the book's table.

    Bars: the five words with the largest cosine to
    :math:`\hat w_b - \hat w_a + \hat w_c`, *a*, *b* and *c* left out.  Curves: how their
    cosines come about as directions are added, or as training goes on.

    By *rank* d the vectors are :math:`W = U_d \Lambda_d^{1/2}`.  By *time* they have
    the inner products

    .. math:: W(t) W(t)^\top = \sum_k \bigl(s_k^2(t) - \sigma^2\bigr)\, u_k u_k^\top + \sigma^2 I,

    the exact solution from the start :math:`W(0)W(0)^\top = \sigma^2 I`, in which no two
    words are alike, as long as all directions that are not in the table rest.
    Random vectors of scale σ start so on average.

    Parameters
    ----------
    table : dict
        As :func:`book_table` returns it.
    a, b, c : str
        The words with which the figure begins.
    rank : int, optional
        How many directions at first; by default all of the table.
    time : float, optional
        Time at first, in units of τ₁, at which the first direction has risen by
        half; by default the end of the slider.
    by : {"rank", "time"}
        Which of the two is in force at first.
    scale : float
        σ, above 0 and so small that even the last direction has to rise by more than half.
    presets : tuple of (str, dict)
        Buttons: what they say, and which controls they set.

    Returns
    -------
    Explorer
        With boxes ``a``, ``b`` and ``c``, a switch ``by`` and sliders ``rank`` and ``time``.

    Raises
    ------
    ValueError
        If a word is not in the table, or a number is out of the reach of its slider.

    Notes
    -----
    Cosines that agree in 12 decimals count as equal; then the more frequent
    word comes first, as in :meth:`~w2vlib.Embedding.analogy`.  Source: Mikolov et al. (2013);
    for the solution in time Karkada et al. (2025), section 4.  Introduced in
    chapter *words-as-vectors*.

    Examples
    --------
    >>> import base64
    >>> steps = np.array([[100, 0], [0, 100], [100, 50], [50, 100], [-50, -50]], np.int8)
    >>> table = {"words": ["man", "woman", "king", "queen", "it"], "values": [2.0, 1.0], "modes": {
    ...     "base64": base64.b64encode(steps).decode(), "shape": [5, 2], "scale": [0.005, 0.005]}}
    >>> print(analogy_explorer(table).describe())
    queen, cosine 0.79: the answer from rank 2 on, new here. Question: man is to king as woman is to ….
    Nearest: queen 0.79, it −0.54. Before: no answer, up to rank 1. After: –. Vectors: the first 2 of 2 directions.
    """
    if not {"words", "values", "modes"} <= set(table):
        raise ValueError("table must be what book_table() returns: words, values and modes")
    words, count = tuple(table["words"]), len(table["values"])
    scale, by = positive_number("scale", scale), one_of("by", by, BY)
    if 2 * scale**2 >= table["values"][-1]:
        raise ValueError(
            f"scale must be below {np.sqrt(table['values'][-1] / 2):.3g}, so that every direction has to rise, not {scale:g}"
        )
    rises = aligned_half_rises(np.array(table["values"]), np.full(count, scale**2))
    end = rounded_up(1.5 * rises[-1] / rises[0], 1)
    shown = {"scale": scale, "end": end, "step": STEP}
    sliders = [
        *(Words(name, label, words, start) for name, label, start in (("a", "word a", a), ("b", "is to b", b), ("c", "as c is to …", c))),
        Switch("by", "vectors by", BY, by),
        Slider("rank", "rank: how many directions", 1, count, 1, count if rank is None else rank),
        Slider("time", "training time, in units of τ₁", 0.0, end, STEP, end if time is None else time),
    ]  # fmt: skip
    live = Live(
        "analogy",
        wide=470,
        narrow=440,
        lines=7,
        play="rank",
        seconds=8.0,
        words="Add directions",
        presets=presets,
    )
    return Explorer(
        {"book": table, "shown": shown}, sliders, partial(_draw, _Space(table, shown)), live, name="ask"
    )


class _Space:
    """The vectors of the table at every place of a slider."""

    def __init__(self, table: dict, shown: dict):
        self.words, self.scale = table["words"], shown["scale"]
        self.index = {word: row for row, word in enumerate(self.words)}
        self.values, self.bytes = np.array(table["values"]), table["modes"]
        self.rises = aligned_half_rises(self.values, np.full(len(self.values), self.scale**2))
        times = np.arange(round(shown["end"] / shown["step"]) + 1) * shown["step"]
        self.places = {
            "rank": list(range(1, len(self.values) + 1)),
            "time": [round(float(t), 9) for t in times],
        }
        self._ready: dict = {}

    def factors(self, by: str) -> tuple[np.ndarray, float]:
        """s_k at every place, a row each, and what is left of the start."""
        if by == "rank":
            return np.tri(len(self.values)) * np.sqrt(self.values), 0.0
        start = np.full(len(self.values), self.scale**2)
        grown = (
            mode_strengths(self.values, start, np.array(self.places["time"]) * self.rises[0]) - self.scale**2
        )
        return np.sqrt(np.maximum(grown, 0)), self.scale**2

    def path(self, question: list[int], by: str) -> tuple[np.ndarray, np.ndarray]:
        """Cosines of all words with the aim, −∞ for those of the question: a row a place; and who wins, −1 if nobody."""
        if by not in self._ready:
            directions, (factors, rest) = unpacked(self.bytes), self.factors(by)
            lengths = np.sqrt(factors**2 @ (directions**2).T + rest)
            self._ready[by] = directions, factors, rest, lengths
        directions, factors, rest, lengths = self._ready[by]
        signs: dict[int, int] = {}
        for row, sign in zip(question, (-1, 1, 1)):
            signs[row] = signs.get(row, 0) + sign
        aim, square = np.zeros(factors.shape), np.zeros(len(factors))
        for row, sign in signs.items():
            length = lengths[:, row]
            there = length > 0
            aim[there] += sign * (directions[row] * factors[there] / length[there, None])
            square[there] += rest * (sign / length[there]) ** 2
        square += (aim**2).sum(axis=1)
        aim *= factors / np.where(square > 1e-24, np.sqrt(square), np.inf)[:, None]  # one of rounding is none
        cosines = np.divide(aim @ directions.T, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        cosines = np.round(cosines * 1e12) / 1e12
        cosines[:, question] = -np.inf
        return cosines, np.where(aim.any(axis=1), cosines.argmax(axis=1), -1)


def _written(by: str, value: float) -> str:
    return f"{value}" if by == "rank" else f"{value:g} τ₁"


def _stay(by: str, places: list, first: int, last: int, now: int) -> str:
    """How long an answer stays."""
    low, high = _written(by, places[first]), _written(by, places[last])
    where, new = "rank" if by == "rank" else "t =", ", new here" if now == first else ""
    if first == 0 and last == len(places) - 1:
        return "the answer at every rank" if by == "rank" else "the answer at all times"
    if last == len(places) - 1:
        return f"the answer from {where} {low} on{new}"
    if first == 0:
        return f"the answer up to {where} {high}"
    if first == last:
        return f"the answer at {where} {low} only"
    return f"the answer from {where} {low} to {high}{new}"


def _two(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _draw(space: _Space, figure, a, b, c, by, rank, time) -> str:
    question, places = [space.index[word] for word in (a, b, c)], space.places[by]
    value = rank if by == "rank" else time
    now, (way, winners) = places.index(value), space.path(question, by)
    first = last = now
    while first and winners[first - 1] == winners[now]:
        first -= 1
    while last + 1 < len(places) and winners[last + 1] == winners[now]:
        last += 1
    order = np.argsort(-way[now], kind="stable")[: min(BEST, len(space.words) - len(set(question)))]
    names, cosines = [visible(space.words[row]) for row in order], way[now, order]
    nothing = winners[now] < 0
    _picture(figure, by, value, places, way[:, order], names)

    def other(n: int, text: str) -> str:
        if not 0 <= n < len(places):
            return "–"
        where = "rank" if by == "rank" else "t ="
        word = visible(space.words[winners[n]]) if winners[n] >= 0 else "no answer"
        return f"{word}, {text} {where} {_written(by, places[n])}"

    count = len(space.values)
    risen = int(np.sum(space.rises <= time * space.rises[0]))
    vectors = f"the first {rank} of {count} directions" if by == "rank" else (
        f"t = {time:g} τ₁ from σ = {space.scale:g}: {risen} of {count} directions have risen by half"
    )  # fmt: skip
    return notes(
        figure,
        "No answer yet: no word is nearer than another"
        if nothing
        else f"{names[0]}, cosine {_two(cosines[0])}: {_stay(by, places, first, last, now)}",
        [
            ("question", f"{visible(a)} is to {visible(b)} as {visible(c)} is to …", True),
            (
                "nearest",
                "–" if nothing else ", ".join(f"{w} {_two(x)}" for w, x in zip(names, cosines)),
                True,
            ),
            ("before", other(first - 1, "up to"), True),
            ("after", other(last + 1, "from"), True),
            ("vectors", vectors, False),
        ],
    )


def _picture(figure, by, value, places, curves, names) -> None:
    bars, axes = panels(figure, [1.6, 2.0], lines=5, common=False)
    now, ink, quiet = places.index(value), COLORS["M*"], COLORS["counts"]
    shades = [ink, *[quiet] * (len(names) - 1)]
    heights = range(len(names))
    bars.barh(heights, np.maximum(curves[now], 0), color=shades, alpha=0.75)
    bars.set(ylim=(BEST - 0.5, -0.5), xlim=(0, 1.1), yticks=[], xticks=[])
    for n, (name, cosine) in enumerate(zip(names, curves[now])):
        bars.text(
            max(cosine, 0) + 0.01,
            n,
            f"{name} {_two(cosine)}",
            va="center",
            size=9,
            style="italic",
            parse_math=False,
        )
    for n in reversed(heights):
        axes.plot(places, curves[:, n], color=shades[n], linewidth=1 if n else 2.4)
    cursor([axes], value)
    axes.plot([value], [curves[now, 0]], "o", color=ink, markersize=7, zorder=5)
    axes.set(xlim=(places[0], places[-1]), ylim=(0, 1.02), ylabel="cosine")
    axes.set(xlabel="directions" if by == "rank" else "time t, in units of τ₁")
    end_labels(axes, curves[-1][:1], names[:1], shades[:1])
