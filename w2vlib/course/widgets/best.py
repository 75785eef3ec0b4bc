"""The best answer of so many dimensions, beside a block of the target: which words it gets right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import whole_number
from ...spectra import Spectrum
from .._arguments import texts
from .._plain import number, percent, plain, signed
from ..plots import COLORS, drawable
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch
from .wording import phrase

__all__ = ["best_explorer"]

_KINDS = {
    "tied": "positive only (tied)",
    "untied": "of either sign (untied)",
    "svd": "a plain SVD's (tied)",
}
_DIGITS, _ENDS = 5, 3


@checked
def best_explorer(modes: Spectrum, words: Sequence[str], *, d: int = 10, count: int = 100) -> Explorer:
    r"""Return a figure in which the number of dimensions is moved, and a block of the target beside its best answer.

    It draws :math:`M^\star` for a few words and, beside it, what d directions
    make of it, :math:`\sum_k \lambda_k u_k u_k^\top`: the d largest positive
    eigenvalues (all that tied vectors can hold), or the d largest in size (as
    untied vectors do), or the latter with all signs positive, as
    :math:`WW^\top` has them if W is made from a plain singular value
    decomposition.  Below stands which share of the squared length
    :math:`\lVert M^\star\rVert_F^2` of the whole matrix is explained.

    Parameters
    ----------
    modes : Spectrum
        All directions of the target, which know their words.
    words : sequence of str
        The words of the block, up to 16.
    d : int
        The dimensions shown first.
    count : int
        How far d reaches.

    Returns
    -------
    Explorer
        With sliders named ``d``, ``row`` and ``column`` and a switch ``kept``.

    Raises
    ------
    ValueError
        If directions are missing, a word is unknown, or a number is out of its bounds.

    Notes
    -----
    The table holds numbers of five digits.  Source: Karkada et al. (2025), Theorem 1.
    Introduced in chapter *best-answer*.

    Examples
    --------
    >>> modes = Spectrum(np.array([3.0, -1.0]), np.array([[1, 1], [1, -1]]) / 2**0.5, 0.0, words=("tea", "law"))
    >>> figure = best_explorer(modes, ["tea", "law"], d=1, count=2)
    >>> print(figure.describe())
    1 direction explains 90 % of M*; words here miss by 0.50 at most. Kept: the 1 largest positive eigenvalue;
    all 1 positive explain 90 %. Cell: tea and law: M* = 2.00, the answer 1.50, a miss of 0.50.
    Largest: tea and law, 0.50; of words with themselves: tea, 0.50. Last (1): λ = 3: tea, law – law, tea.
    >>> figure.describe(kept="untied", d=2).split(";")[0]
    '2 directions explain 100 % of M*'
    """
    words = texts("words", words)
    if not 2 <= len(words) <= 16 or len(set(words)) < len(words):
        raise ValueError(f"words must be 2 to 16 different ones, not {len(words)}")
    if modes.words is None or len(modes) < len(modes.vectors):
        raise ValueError(
            f"modes must be all {len(modes.vectors)} directions and know their words: call spectrum(M, len(M))"
        )
    places = {word: place for place, word in enumerate(modes.words)}
    for word in words:
        if word not in places:
            raise ValueError(f"words must be among those of the directions, not {word!r:.80}")
    count = whole_number("count", count, 1, len(modes))
    table = _table(modes, words, [places[word] for word in words], count)
    sliders = [
        Slider("d", "dimensions d", 0, count, 1, whole_number("d", d, 0, count)),
        Switch("kept", "directions", _KINDS, "tied"),
        Slider("row", "word in the row", 1, len(words), 1, 1),
        Slider("column", "word in the column", 1, len(words), 1, min(8, len(words))),
    ]
    presets = (
        ("One direction", {"d": 1, "kept": "tied"}),
        ("As many as fit", {"d": count, "kept": "tied"}),
        ("Untied", {"kept": "untied"}),
        ("The wrong signs", {"kept": "svd"}),
    )
    live = Live("best", wide=480, narrow=640, lines=7, play="d", presets=presets)
    return Explorer(table, sliders, partial(_draw_best, table), live)


def _table(modes: Spectrum, words: list[str], rows: list[int], count: int) -> dict:
    values, parts = modes.values, modes.vectors[rows]
    by_size = np.argsort(-np.abs(values), kind="stable")[:count]
    tied = np.flatnonzero(values > 0)[:count]
    kept = np.unique(np.concatenate([tied, by_size]))
    order = {int(mode): place for place, mode in enumerate(kept)}
    loadings = parts[:, kept] * np.sqrt(np.abs(values[kept]))
    return {
        "words": words,
        "size": len(values),
        "block": plain((parts * values) @ parts.T, _DIGITS),
        "length": plain(np.sum(values**2), 9),
        "positive": int(np.sum(values > 0)),
        "reachable": plain(np.sum(values[values > 0] ** 2) / np.sum(values**2)),
        "values": plain(values[kept]),
        "loadings": plain(loadings.T, _DIGITS),
        "ends": [[list(map(str, end)) for end in modes.ends(int(mode), _ENDS)] for mode in kept],
        "tied": [order[int(mode)] for mode in tied],
        "by_size": [order[int(mode)] for mode in by_size],
        "count": count,
    }


def _answer(table: dict, kept: str, d: int) -> tuple[np.ndarray, list[float], list[int]]:
    """The block of the answer, the shares explained by 0, 1, … directions, and the directions kept."""
    order = table["tied" if kept == "tied" else "by_size"]
    values, loadings = np.array(table["values"]), np.array(table["loadings"])
    signs = np.ones(len(values)) if kept == "svd" else np.sign(values)
    gains = np.where(signs == np.sign(values), 1, -3) * values**2
    shares = [0.0, *np.cumsum(gains[order]) / table["length"]]
    shares += [shares[-1]] * (table["count"] + 1 - len(shares))  # tied vectors leave further columns empty
    chosen = order[:d]
    return (loadings[chosen].T * signs[chosen]) @ loadings[chosen], shares, chosen


def _share(value: float) -> str:
    return percent(value) if value >= 0 else f"−{percent(-value)}"


def _draw_best(table, figure, d, kept, row, column) -> str:
    block, words = np.array(table["block"]), table["words"]
    answer, shares, chosen = _answer(table, kept, d)
    above, below = panels(figure, [2.9, 1.5], lines=5, common=False)
    place = above.get_position()
    width = 0.46 * place.width
    above.set_position([place.x0, place.y0 + 0.04, width, place.height - 0.04])
    right = figure.add_axes([place.x1 - width, place.y0 + 0.04, width, place.height - 0.04])
    for axes, matrix, name in ((above, block, "M*"), (right, answer, f"answer, d = {d}")):
        axes.imshow(np.clip(matrix, -2, 2), cmap="RdBu_r", vmin=-2, vmax=2, aspect="auto")
        axes.plot([column - 1], [row - 1], "s", markersize=11, markerfacecolor="none", color="#222222")
        axes.set_xticks(range(len(words)), map(drawable, words), rotation=90, fontsize=8, style="italic")
        axes.set_yticks(range(len(words)), map(drawable, words), fontsize=8, style="italic")
        axes.grid(False)
        axes.tick_params(length=0)
        axes.set_xlabel(name)
    right.set_yticks([])
    for other, color in (("tied", COLORS["QWEM"]), ("untied", COLORS["word2vec"]), ("svd", COLORS["counts"])):
        if other != "svd" or kept == "svd":
            below.plot(
                _answer(table, other, 0)[1], color=color, linewidth=2.4 if other == kept else 1, label=other
            )
    below.plot([d], [shares[d]], "o", color="#222222", markersize=7)
    below.set(
        xlim=(0, table["count"]),
        ylim=(-1 if kept == "svd" else 0, 1),
        xlabel="dimensions d",
        ylabel="share explained",
    )
    below.legend(loc="best", fontsize=8)
    return notes(figure, *_best_in_words(table, block, answer, shares, chosen, d, kept, row - 1, column - 1))


def _best_in_words(table, block, answer, shares, chosen, d, kept, row, column):
    words, off = table["words"], np.abs(answer - block)
    between = np.triu(off, 1)
    i, j = np.unravel_index(between.argmax(), between.shape)
    own = int(np.diag(off).argmax())
    negative = sum(table["values"][mode] < 0 for mode in chosen)
    if kept == "tied":
        keeps = f"the {len(chosen)} largest positive eigenvalue{'' if len(chosen) == 1 else 's'}"
        keeps += f"; all {table['positive']:,} positive explain {percent(table['reachable'])}"
    else:
        keeps = f"the {d} largest in size, {negative} of them negative"
        keeps += (
            ", which now push the wrong way" if kept == "svd" else f"; all {table['size']:,} explain 100 %"
        )
    names = f"{words[row]} and {words[column] if row != column else 'itself'}"
    last = "none"
    if chosen:
        value = table["values"][chosen[-1]]
        ends = " – ".join(phrase(end, 24) for end in table["ends"][chosen[-1]])
        last = f"λ = {'−' if value < 0 else ''}{number(abs(value), 3)}: {ends}"
    title = f"{d} direction{' explains' if d == 1 else 's explain'} {_share(shares[d])} of M*"
    return f"{title}; words here miss by {between[i, j]:.2f} at most", [
        ("kept", keeps, False),
        (
            "cell",
            f"{names}: M* = {signed(block[row, column])}, the answer {signed(answer[row, column])}, a miss of {off[row, column]:.2f}",
            False,
        ),
        (
            "largest",
            f"{words[i]} and {words[j]}, {between[i, j]:.2f}; of words with themselves: {words[own]}, {off[own, own]:.2f}",
            False,
        ),
        (f"last ({len(chosen)})" if chosen else "last", last, bool(chosen)),
    ]
