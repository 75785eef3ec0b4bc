"""A text taken out of a corpus: what its counts foretell of every direction, beside the spectrum anew."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import positive_number, whole_number
from ...dynamics import aligned_half_rises, typical_start
from ...spectra import spectrum
from ...stability import influence
from ...statistics import CorpusStatistics
from ...targets import m_star
from .._plain import percent, plain, signed, subscript, visible
from ..plots import COLORS
from .drawing import cursor, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch

__all__ = ["takeout_explorer"]

_BEYOND = 5  # directions that are looked at for each that is shown


@checked
def takeout_explorer(
    stats: CorpusStatistics,
    parts: dict[str, CorpusStatistics],
    count: int = 12,
    d: int = 100,
    scale: float = 1e-3,
    name: str = "takeout",
) -> Explorer:
    r"""Return a figure in which a text is taken out of a corpus, and its leading directions move.

    A line with a band is what :func:`~w2vlib.stability.influence` foretells, with its error; a dashed line the
    derivative alone; dots are the spectrum of the rest, computed anew.

    Parameters
    ----------
    stats : CorpusStatistics
        The whole corpus.
    parts : mapping of str to CorpusStatistics
        Texts in it, by name, counted in the same way.
    count : int
        How many directions are shown.
    d, scale : int, float
        Dimensions and scale of the random weights that half-rises are told for.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With sliders ``part`` and ``mode``, which count from 1, and a switch ``what``: eigenvalues or half-rises.

    Raises
    ------
    ValueError
        If there is no part, one is not in the statistics, or fewer than `count` directions can be learned.

    Notes
    -----
    Introduced in chapter *scale*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> from w2vlib.statistics import count_like
    >>> text = [["a", "b", "a", "c"], ["b", "a", "b"], ["c", "c", "d"], ["d", "c", "d", "a"]] * 5
    >>> stats = count_corpus(text, window=2)
    >>> print(takeout_explorer(stats, {"first": count_like(text[:1], stats)}, count=1).describe())
    Without first, 6.2 % of all counts, λ₁ moves most, by 3.2 %. Direction: 1: λ truly 3.16 %, foretold 3.16 %, ...
    """
    count = whole_number("count", count, most=len(stats), because="; there are no more directions")
    d = whole_number("d", d, least=count)
    positive_number("scale", scale)
    if not parts:
        raise ValueError("parts must hold at least one text, by name")
    modes = spectrum(m_star(stats), min(_BEYOND * count, len(stats)))
    if modes.values[count - 1] <= 0:
        raise ValueError(f"only {int((modes.values > 0).sum())} directions can be learned, not {count}")
    start = typical_start(count, d, scale)
    found = influence(stats, list(parts.values()), modes)
    before = modes.values[:count]
    rises = aligned_half_rises(before, start)
    after = np.array([_anew(stats - part, count) for part in parts.values()])

    def moved(values: np.ndarray) -> dict:
        """By which share eigenvalues and half-rises move."""
        times = np.array([aligned_half_rises(np.maximum(row, 0), start) for row in before + values])
        return {"λ": values / before, "τ": times / rises - 1}

    told, errors = found.values[:, :count], found.errors[:, :count]
    low, high = moved(told - errors), moved(told + errors)
    lines = {
        "exact": moved(after - before),
        "told": moved(told),
        "derivative": moved(found.derivatives[:, :count]),
    }
    lines["error"] = {what: np.abs(high[what] - low[what]) / 2 for what in "λτ"}
    table = {
        "names": [*parts],
        "shares": plain(found.shares),
        **{
            key: {what: plain(100 * numbers) for what, numbers in both.items()} for key, both in lines.items()
        },
        "turns": plain(np.degrees(found.turns[:, :count]), 4),
        "towards": np.where(found.towards[:, :count] < count, found.towards[:, :count], -1).tolist(),
    }
    sliders = [
        Slider("part", "text taken out", 1, len(parts), 1, 1),
        Slider("mode", "direction", 1, count, 1, 1),
        Switch("what", "shown", {"λ": "eigenvalues λ", "τ": "half-rises τ"}, "λ"),
    ]
    live = Live("takeout", wide=330, narrow=310, lines=4, play="part", seconds=8.0, words="Take each out")
    return Explorer(table, sliders, partial(_draw, table), live, name)


def _anew(rest: CorpusStatistics, count: int) -> np.ndarray:
    """The leading eigenvalues of what is left."""
    return spectrum(m_star(rest.seen()), count).values


def _draw(table: dict, figure, part: int, mode: int, what: str) -> str:
    exact, told, derivative, error = (
        np.array(table[key][what][part - 1]) for key in ("exact", "told", "derivative", "error")
    )
    modes, blue, grey = np.arange(1, len(exact) + 1), COLORS["M*"], "#777777"
    (axes,) = panels(figure, [2.8], lines=4)
    axes.fill_between(modes, told - error, told + error, color=blue, alpha=0.2, linewidth=0)
    axes.plot(modes, derivative, color=grey, linestyle=(0, (4, 3)), linewidth=1.4)
    axes.plot(modes, told, color=blue, linewidth=1.8)
    axes.plot(modes, exact, "o", color=COLORS["word2vec"], markersize=5)
    ends = np.concatenate([exact, derivative, told - error, told + error, [0.0]])
    pad = 0.08 * max(ends.max() - ends.min(), 1e-6)
    axes.set(xlim=(0.6, len(modes) + 0.4), ylim=(ends.min() - pad, ends.max() + pad))
    axes.set(xlabel="direction k", ylabel=f"change of {what}, %")
    axes.axhline(0, color=grey, linewidth=1, linestyle=(0, (1, 2)))
    cursor([axes], mode)
    k, most = mode - 1, int(np.abs(exact).argmax())
    towards = table["towards"][part - 1][k]
    where = "away from all of these" if towards < 0 else f"most of it towards direction {towards + 1}"
    return notes(
        figure,
        f"Without {visible(table['names'][part - 1])}, {percent(table['shares'][part - 1], 1)} of all counts, "
        f"{what}{subscript(most + 1)} moves most, by {signed(exact[most], 1)} %",
        [
            (
                "direction",
                f"{mode}: {what} truly {signed(exact[k])} %, foretold {signed(told[k])} %, give or take {signed(error[k])}",
                False,
            ),
            ("derivative", f"{signed(derivative[k])} %", False),
            ("turn", f"{signed(table['turns'][part - 1][k], 1)}°, {where}", False),
            ("picture", "dots: computed anew; line and band: foretold; dashes: the derivative alone", False),
        ],
    )
