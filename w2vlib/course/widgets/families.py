"""Families of analogies, which switch on one after another with the rank."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..._common.arguments import checked
from .._plain import percent, plain, visible
from ..plots import COLORS
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider

if TYPE_CHECKING:
    from ...evaluation import AnalogyCurve

__all__ = ["families_explorer"]


@checked
def families_explorer(curve: AnalogyCurve, family: int = 1) -> Explorer:
    r"""Return a figure of accuracy against rank in which one family after another is picked out.

    A family switches on where it passes half of its own best, between two
    measured ranks on a straight line against the logarithm of the rank.

    Parameters
    ----------
    curve : AnalogyCurve
        As :func:`~w2vlib.evaluation.accuracy_by_rank` returns it, of two ranks or more.
    family : int
        Which family is picked at first: 1 is the first to switch on.

    Returns
    -------
    Explorer
        With a slider ``family``.

    Raises
    ------
    ValueError
        If there are fewer than two ranks, or no family has a right answer.

    Notes
    -----
    Families without any right answer are left out.  Source: Karkada et al. (2025),
    figure 4, for all families together.  Introduced in chapter *analogies*.

    Examples
    --------
    >>> from w2vlib.evaluation import AnalogyCurve
    >>> curve = AnalogyCurve(np.array([2, 8, 32]), np.array([0.1, 0.3, 0.6]), {"late": np.array([0.0, 0.0, 0.8]),
    ...                      "early": np.array([0.0, 0.6, 0.5])}, {"late": 5, "early": 10}, unit="directions")
    >>> print(families_explorer(curve).describe())
    early switches on at 4 dimensions. Switch: where half of the family's own best is passed: the large dot.
    Place: 1 of 2, the first to switch on is 1. Best: 60 % of 10 questions, with 8 dimensions. Last: 50 % with 32.
    """
    if curve.unit != "directions" or len(curve) < 2:
        raise ValueError(
            f"curve must hold two or more numbers of directions, not {len(curve)} places of {curve.unit}"
        )
    ranks = [int(rank) for rank in curve.at]
    families = []
    for name, shares in curve.families.items():
        best = float(shares.max())
        if not best > 0:
            continue
        half = np.exp(np.interp(0.5, np.maximum.accumulate(shares / best), np.log(ranks)))
        kept = {"name": name, "questions": curve.covered[name], "shares": plain(shares)}
        families.append(kept | {"best": plain(best), "half": plain(half)})
    if not families:
        raise ValueError(
            "curve must have a family with a right answer; here every question is answered wrongly"
        )
    families.sort(key=lambda one: one["half"])
    table = {"ranks": ranks, "families": families}
    slider = Slider("family", "family, in the order in which they switch on", 1, len(families), 1, family)
    live = Live(
        "families", wide=360, narrow=320, lines=6, play="family", seconds=9.0, words="One after another"
    )
    return Explorer(table, [slider], partial(_draw, table), live)


def _draw(table: dict, figure, family: int) -> str:
    ranks, families = table["ranks"], table["families"]
    now, name = families[family - 1], visible(families[family - 1]["name"])
    (axes,) = panels(figure, [3.0], lines=4)
    for one in families:
        axes.plot(ranks, one["shares"], color=COLORS["counts"], linewidth=1, alpha=0.5)
    axes.plot(ranks, now["shares"], "o-", color=COLORS["M*"], linewidth=2.8, markersize=4)
    axes.plot(2 * [now["half"]], [0, now["best"] / 2], ":", color=COLORS["M*"], linewidth=1.2)
    axes.plot([now["half"]], [now["best"] / 2], "o", color=COLORS["word2vec"], markersize=8, zorder=5)
    axes.set(
        xscale="log",
        xlim=(ranks[0], ranks[-1]),
        ylim=(0, 1),
        xlabel="dimensions d",
        ylabel="share of questions",
    )
    axes.set_xticks(ranks, [str(rank) for rank in ranks])
    axes.minorticks_off()
    axes.text(0.99, min(0.95, now["shares"][-1] + 0.02), name, color=COLORS["M*"], weight="bold", ha="right",
              transform=axes.get_yaxis_transform(), parse_math=False)  # fmt: skip
    most = ranks[now["shares"].index(now["best"])]
    return notes(
        figure,
        f"{name} switches on at {now['half']:.0f} dimensions",
        [
            ("switch", "where half of the family's own best is passed: the large dot", False),
            ("place", f"{family} of {len(families)}, the first to switch on is 1", False),
            (
                "best",
                f"{percent(now['best'])} of {now['questions']} questions, with {most} dimensions",
                False,
            ),
            ("last", f"{percent(now['shares'][-1])} with {ranks[-1]}", False),
        ],
    )
