"""Words round a circle, from which one can be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..._common.arguments import checked
from ...evaluation import double_centred, fourier_overlap, leading_plane
from .._arguments import texts
from .._plain import percent, plain, visible
from ..plots import COLORS
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Switch

__all__ = ["circle_explorer"]

_NONE = "none"


@checked
def circle_explorer(
    words: Sequence[str],
    blocks: dict,
    *,
    vectors: str | None = None,
    out: str = _NONE,
    name: str = "circle",
) -> Explorer:
    r"""Return a figure of words in the plane that shows most of them, from which one word can be dragged out.

    The plane is that of the two leading eigenvectors of :math:`H M_{\mathcal G} H`,
    turned so that the words stand as near as they can to their places round a
    clock.

    Parameters
    ----------
    words : sequence of str
        A group, in its order round the circle.
    blocks : dict of str to ndarray of shape (m, m)
        Inner products of the words, by the name of where they are from, such
        as ``"M*"``.
    vectors, out : str
        Where the switches stand at first: one of the blocks, by default the
        first, and a word that is left out, or ``"none"``.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With switches ``vectors`` and ``out``.

    Raises
    ------
    ValueError
        If a block does not fit the words, there are fewer than five, or there is no such position.

    Notes
    -----
    Where words are in the plane depends on all that are left.  Introduced in
    chapter *geometry*.

    Examples
    --------
    >>> turns = 2 * np.pi * np.arange(6) / 6
    >>> explorer = circle_explorer(list("abcdef"), {"M*": np.cos(turns - turns[:, None])})
    >>> print(explorer.describe().split(". ")[0])
    All 6 words: the plane is the circle to 100 %
    """
    words = texts("words", words)
    if len(words) < 5:
        raise ValueError(f"five words or more are needed, so that one can be left out, not {len(words)}")
    if not blocks:
        raise ValueError("blocks must hold one block at least")
    kept = {}
    for source, block in blocks.items():
        block = np.asarray(block, float)
        if block.shape != (len(words), len(words)):
            raise ValueError(
                f"block {source!r} must be {len(words)} by {len(words)}, as there are {len(words)} words, not of shape {block.shape}"
            )
        double_centred(block)  # refuses what is no block
        kept[source] = plain(block)
    first = next(iter(kept)) if vectors is None else vectors
    table = {"words": list(words), "blocks": kept}
    switches = [
        Switch("vectors", "inner products of", {source: source for source in kept}, first),
        Switch("out", "left out", {_NONE: _NONE} | {word: visible(word) for word in words}, out),
    ]
    live = Live("circle", wide=420, narrow=380, lines=6)
    return Explorer(table, switches, partial(_draw_circle, table), live, name)


def placed(table: dict, vectors: str, out: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The words that are left, where they stand, shape (m, 2), and their block, double-centred.

    Examples
    --------
    >>> turns = 2 * np.pi * np.arange(4) / 4
    >>> table = {"words": list("abcd"), "blocks": {"M*": np.cos(turns - turns[:, None])}}
    >>> (placed(table, "M*", "none")[1].round(6) + 0.0).tolist()
    [[0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0]]
    """
    rows = [row for row, word in enumerate(table["words"]) if word != out]
    block = np.array(table["blocks"][vectors])[np.ix_(rows, rows)]
    places = leading_plane(block) @ np.array([1, 1j])
    turns = 2 * np.pi * np.array(rows) / len(table["words"])  # a gap stays where a word was
    goal = np.exp(1j * (np.pi / 2 - turns))  # clockwise from the top
    straight, mirrored = (goal * places.conj()).sum(), (goal * places).sum()
    if abs(mirrored) > abs(straight) * (1 + 1e-12):
        places, straight = places.conj(), mirrored
    places = places * straight / (abs(straight) or 1.0)
    return (
        [table["words"][row] for row in rows],
        np.stack([places.real, places.imag], axis=1) + 0.0,
        double_centred(block),
    )


def _draw_circle(table, figure, vectors, out) -> str:
    words, places, centred = placed(table, vectors, out)
    limit = 1.35 * np.abs(places).max()
    (axes,) = panels(figure, [3.9], lines=5)
    axes.set(xlim=(-1.4 * limit, 1.4 * limit), ylim=(-limit, limit), aspect="equal")
    axes.axis("off")
    radius = np.median(np.hypot(*places.T))
    turns = np.linspace(0, 2 * np.pi, 200)
    axes.plot(radius * np.sin(turns), radius * np.cos(turns), color="#bbbbbb", linewidth=1)
    axes.plot(*np.append(places, places[:1], axis=0).T, color=COLORS["M*"], linewidth=0.8, alpha=0.6)
    axes.plot(*places.T, "o", color=COLORS["M*"], markersize=6)
    for word, (x, y) in zip(words, places):
        far = 1 + 0.09 * limit / max(np.hypot(x, y), 1e-12)
        axes.text(
            far * x, far * y, visible(word), ha="left" if x >= 0 else "right", va="center", parse_math=False
        )
    return _circle_notes(figure, table, words, places, centred, vectors, out)


def _circle_notes(figure, table, words, places, centred, vectors, out) -> str:
    values, eigenvectors = np.linalg.eigh(centred)
    overlap = fourier_overlap(centred)
    radii = np.hypot(*places.T)
    far = int(radii.argmax())
    share = eigenvectors[:, -1] ** 2
    first = int(share.argmax())
    total = np.maximum(values, 0).sum()
    which = f"All {len(words)} words" if out == _NONE else f"{len(words)} words, without {visible(out)}"
    return notes(
        figure,
        f"{which}: the plane is the circle to {percent(overlap)}",
        [
            ("from", f"inner products of {vectors}", False),
            ("plane", f"{percent(values[-2:].sum() / total)} of all that tells the words apart", False),
            (
                "farthest",
                f"{visible(words[far])}, {radii[far] / np.median(radii):.1f} times as far out as most",
                False,
            ),
            (
                "first direction",
                f"{percent(share[first])} of its squared length is {visible(words[first])}",
                False,
            ),
            (
                "chance",
                f"shuffled words would have {percent(2 / (len(words) - 1))} of the circle on average",
                False,
            ),
        ],
    )
