"""What a pseudo-count and weights by frequency do for analogies, alone and together."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import whole_number
from .._plain import percent, visible
from ..plots import mode_colors
from .drawing import end_labels, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch

__all__ = ["doubt_explorer"]

_KEYS = ("sizes", "dimensions", "kappas", "powers", "families", "covered", "right")
_FEW = 20  # questions of the largest vocabulary that a family must have to be shown by itself


@checked
def doubt_explorer(grid: dict, size: int = 5000, dimensions: int = 200) -> Explorer:
    r"""Return a figure of recorded accuracies for every pseudo-count and every power of the weights.

    Parameters
    ----------
    grid : dict
        ``"grid"`` of :func:`~w2vlib.datasets.load_without_training`: right answers by size of
        vocabulary, pseudo-count, power, dimensions and family.
    size, dimensions : int
        What is shown at first; among those of the grid.

    Returns
    -------
    Explorer
        With a switch ``size`` and sliders ``rank``, which counts the dimensions of the
        grid from 1, and ``family``, where 0 is all of them.

    Raises
    ------
    ValueError
        If the grid lacks an entry or its shapes do not agree, or `size` or `dimensions` is not in it.

    Notes
    -----
    Families with few questions are counted among all, and not shown by themselves.
    Introduced in chapter *without-training*.

    Examples
    --------
    >>> grid = {"sizes": [10], "dimensions": [2], "kappas": [0, 8.5], "powers": [0, 1], "families": ["all"],
    ...         "covered": [[50]], "right": [[[[[20]], [[25]]], [[[30]], [[24]]]]]}
    >>> print(doubt_explorer(grid, 10, 2).describe())
    10 words, 2 dimensions, all families: both together add 0.0 points to the better of the two. M*: 40.0 % of ...
    """
    if missing := [name for name in _KEYS if name not in grid]:
        raise ValueError(f"grid must hold {', '.join(_KEYS)}, but has no {', '.join(missing)}")
    right, covered = (np.asarray(grid[name]) for name in ("right", "covered"))
    shape = tuple(len(grid[name]) for name in ("sizes", "kappas", "powers", "dimensions", "families"))
    if right.shape != shape or covered.shape != (shape[0], shape[-1]) or 0 in shape:
        raise ValueError(
            f"grid holds {shape} sizes, kappas, powers, dimensions and families, so right must have this shape, "
            f"not {right.shape}, and covered {(shape[0], shape[-1])}, not {covered.shape}"
        )
    if 0 not in grid["kappas"] or 0 not in grid["powers"]:
        raise ValueError("grid must hold M* as it is: κ = 0 and the power 0")
    size, dimensions = whole_number("size", size), whole_number("dimensions", dimensions)
    for name, value in (("sizes", size), ("dimensions", dimensions)):
        if value not in grid[name]:
            raise ValueError(f"{name} of the grid are {list(grid[name])}, and {value} is not among them")
    shown = [k for k in range(shape[-1]) if covered[-1, k] >= _FEW]
    table = {
        "sizes": [f"{n:,}" for n in grid["sizes"]],
        "ranks": list(grid["dimensions"]),
        "kappas": list(grid["kappas"]),
        "powers": list(grid["powers"]),
        "families": ["all families", *(str(grid["families"][k]) for k in shown)],
        "covered": np.column_stack([covered.sum(axis=1), covered[:, shown]]).tolist(),
        "right": np.concatenate([right.sum(axis=-1, keepdims=True), right[..., shown]], axis=-1).tolist(),
    }
    sliders = [
        Switch("size", "words", {str(k): f"{n:,}" for k, n in enumerate(grid["sizes"])},
               str(list(grid["sizes"]).index(size))),
        Slider("rank", "dimensions", 1, shape[3], 1, list(grid["dimensions"]).index(dimensions) + 1),
        Slider("family", "family of questions", 0, len(shown), 1, 0),
    ]  # fmt: skip
    live = Live("doubt", wide=340, narrow=320, lines=6, play="rank", seconds=5.0, words="Add dimensions")
    return Explorer(table, sliders, partial(_draw, table), live)


def _draw(table: dict, figure, size: str, rank: int, family: int) -> str:
    kappas, powers = table["kappas"], table["powers"]
    asked = table["covered"][int(size)][family]
    right = np.array(table["right"])[int(size), :, :, rank - 1, family]
    name = visible(table["families"][family])
    where = f"{table['sizes'][int(size)]} words, {table['ranks'][rank - 1]} dimensions, {name}"
    (axes,) = panels(figure, [2.8], lines=6)
    colors = mode_colors(len(kappas))
    shares = right / max(asked, 1)
    for share, color in zip(shares, colors):
        axes.plot(powers, share, "o-", color=color, linewidth=1.4, markersize=3.5)
    low, high = (shares.min(), shares.max()) if asked else (0.0, 1.0)
    axes.set(xlim=(min(powers), max(powers)), ylim=(max(0, low - 0.03), min(1, high + 0.03)))
    axes.set(xlabel="power of p in the weights", ylabel="share of questions")
    axes.set_xticks(powers, [f"{power:g}" for power in powers])
    axes.yaxis.set_major_formatter(lambda share, _: percent(share, 0))
    end_labels(axes, shares[:, -1], [f"{kappa:g}" for kappa in kappas], colors)
    if not asked:
        return notes(figure, f"{where}: no question is covered", [])
    zero, plain = kappas.index(0), powers.index(0)
    alone = {"κ": right[:, plain], "weights": right[zero]}
    better, best = max(found.max() for found in alone.values()), right.max()
    k, power = np.unravel_index(right.argmax(), right.shape)
    return notes(
        figure,
        f"{where}: both together add {100 * (best - better) / asked:.1f} points to the better of the two",
        [
            ("M*", f"{percent(right[zero, plain] / asked, 1)} of {asked} questions", False),
            (
                "counts",
                f"{percent(alone['κ'].max() / asked, 1)}, with κ = {kappas[alone['κ'].argmax()]:g} alone",
                False,
            ),
            (
                "weights",
                f"{percent(alone['weights'].max() / asked, 1)}, with the power {powers[alone['weights'].argmax()]:g} alone",
                False,
            ),
            (
                "both",
                f"{percent(best / asked, 1)}, with κ = {kappas[k]:g} and the power {powers[power]:g}",
                False,
            ),
            ("lines", "one for each κ, which stands at its right end", False),
        ],
    )
