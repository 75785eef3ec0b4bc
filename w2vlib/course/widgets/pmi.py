"""One pair of words: its counts, and what PMI, PPMI and M* make of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..._common.arguments import checked
from ...statistics import CorpusStatistics, check_dense
from .._arguments import texts
from .._plain import number, signed, visible
from ..plots import COLORS
from .drawing import cursor, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Words

__all__ = ["pmi_explorer"]

LOW, HIGH = -6.0, 8.5  # of the axes


@checked
def pmi_explorer(
    stats: CorpusStatistics,
    words: Sequence[str],
    a: str | None = None,
    b: str | None = None,
    presets: tuple = (),
) -> Explorer:
    r"""Return a figure that shows what PMI, PPMI and M* make of the counts of a pair of words.

    Lines: what each matrix holds, against the PMI of a pair,

    .. math:: \mathrm{PMI}_{ij} = \ln \frac{P_{ij}}{p_i p_j}, \qquad
              M^\star_{ij} = 2 \tanh\bigl(\tfrac12 \mathrm{PMI}_{ij}\bigr) .

    Dots: `a` with each of the words.  Pairs that never meet stand at the left end.

    Parameters
    ----------
    stats : CorpusStatistics
    words : sequence of str
        Two or more words, each of which was seen near another.
    a, b : str, optional
        The pair at first; by default the first two words.
    presets : tuple of (str, dict)
        Buttons: what they say, and which words they put where.

    Returns
    -------
    Explorer
        With boxes ``a`` and ``b``.

    Raises
    ------
    ValueError
        If a word is unknown, stands twice or was never seen near another, or there are fewer than two.

    Notes
    -----
    Source: Church and Hanks (1990) for PMI; Karkada et al. (2025), section 3, for
    M*.  Introduced in chapter *analogies*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> print(pmi_explorer(stats, ["a", "b", "c"]).describe(b="c"))
    a and c never meet. Counts: together 0; by chance 1. Sums: 6 and 2 of 14 in all.
    Entries: PMI −∞, PPMI 0.00, M* −2.00. Dots: a with all 3 words of this figure.
    """
    check_dense("this figure", stats)
    words = texts("words", words)
    if len(words) < 2:
        raise ValueError(f"words must be two or more, not {len(words)}")
    rows = stats.index.rows(words)
    sums = [sum(row.tolist()) for row in stats.counts[rows]]  # exact
    if min(sums) <= 0:
        raise ValueError(f"{words[int(np.argmin(sums))]!r} was never seen near another word; leave it out")
    counts = stats.counts[np.ix_(rows, rows)]
    table = {
        "words": words,
        "sums": sums,
        "total": stats.total,
        "counts": [row[: i + 1].tolist() for i, row in enumerate(counts)],
    }
    known = tuple(words)
    boxes = [
        Words("a", "one word", known, words[0] if a is None else a),
        Words("b", "another", known, words[1] if b is None else b),
    ]
    live = Live("pmi", wide=380, narrow=340, lines=6, presets=presets)
    return Explorer(table, boxes, partial(_draw, table), live)


def _pair(table: dict, i: int, j: int) -> dict:
    count, total = table["counts"][max(i, j)][min(i, j)], table["total"]
    P, p, q = count / total, table["sums"][i] / total, table["sums"][j] / total
    information = float(np.log(P / (p * q))) if count else -np.inf
    return {"count": count, "ratio": P / (p * q), "pmi": information, "m_star": 2 * (P - p * q) / (P + p * q)}


def _draw(table: dict, figure, a: str, b: str) -> str:
    words, sums, total = table["words"], table["sums"], table["total"]
    i, j = words.index(a), words.index(b)
    found, every = _pair(table, i, j), [_pair(table, i, k) for k in range(len(words))]
    (axes,) = panels(figure, [3.4], lines=4)
    x = np.linspace(LOW, HIGH, 117)
    axes.plot(x, x, "--", color=COLORS["PMI"])
    axes.plot(x, np.maximum(x, 0), color=COLORS["PPMI"])
    axes.plot(x, 2 * np.tanh(x / 2), color=COLORS["M*"], linewidth=2.4)
    places = np.clip([one["pmi"] for one in every], LOW, HIGH)
    axes.plot(places, [one["m_star"] for one in every], "o", color=COLORS["M*"], mfc="none", markersize=4)
    at = float(np.clip(found["pmi"], LOW, HIGH))
    cursor([axes], at)
    for name, height in (("PMI", at), ("PPMI", max(0, at)), ("M*", found["m_star"])):
        axes.plot([at], [height], "o", color=COLORS[name], markersize=7, zorder=5, clip_on=False)
    for name, place in (("M*", (HIGH, 2)), ("PPMI", (LOW, 0)), ("PMI", (-4, -4))):
        side = {"M*": (4, 0), "PPMI": (4, 5), "PMI": (8, -10)}[name]
        axes.annotate(
            name,
            place,
            side,
            textcoords="offset points",
            color=COLORS[name],
            weight="bold",
            annotation_clip=False,
        )
    axes.set(xlim=(LOW, HIGH), ylim=(LOW, HIGH), xlabel="PMI of the pair", ylabel="what the matrix holds")
    ticks = [-6, -4, -2, 0, 2, 4, 6, 8]
    names = [str(tick).replace("-", "−") for tick in ticks[1:]]
    axes.set_xticks(ticks, ["never", *names])
    axes.set_yticks(ticks, ["−∞", *names])
    ratio, pair = found["ratio"], f"{visible(a)} and {visible(b)}"
    if not found["count"]:
        title = f"{pair} never meet"
    elif ratio >= 1:
        title = f"{pair} meet {number(ratio, 3)} times as often as by chance"
    else:
        title = f"{pair} meet {number(1 / ratio, 3)} times less often than by chance"
    chance = float(f"{sums[i] * sums[j] / total:.0f}")
    entries = (
        f"PMI {signed(found['pmi'])}, PPMI {signed(max(found['pmi'], 0.0))}, M* {signed(found['m_star'])}"
    )
    return notes(
        figure,
        title,
        [
            ("counts", f"together {found['count']:,}; by chance {chance:,.0f}", False),
            ("sums", f"{sums[i]:,} and {sums[j]:,} of {total:,} in all", False),
            ("entries", entries, False),
            ("dots", f"{visible(a)} with all {len(words)} words of this figure", False),
        ],
    )
