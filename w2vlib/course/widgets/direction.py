"""One direction: how near its neighbours are, what another text has of it, and where every word stands on it."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import positive_number, real_array, whole_number
from ...dynamics import overlap_matrix
from ...embeddings import frequency_fair
from ...spectra import Spectrum
from .._plain import plain, visible
from ..plots import COLORS, apart
from .book import packed, unpacked
from .drawing import cursor, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Words
from .wording import phrase

__all__ = ["direction_explorer"]

_ENDS, _CROWD, _REACH = (
    5,
    2.0,
    10,
)  # words at an end; noises below which two directions are joined, and that are shown


@checked
def direction_explorer(
    one: Spectrum,
    other: Spectrum,
    mean: Spectrum,
    noise: float,
    foretold: np.ndarray,
    *,
    count: int = 50,
    direction: int = 1,
    word: str | None = None,
    name: str = "direction",
) -> Explorer:
    r"""Return a figure of one direction of half a corpus: its gap, its overlap with the other half, its words.

    Above, the squared cosine :math:`\cos^2_k` with the direction of the same
    number in the other half: measured (dots) and foretold (line).  In the
    middle, the eigenvalues near its own, in units of the noise :math:`\xi`.
    Below, every word at its frequency-fair place, frequent words at the top.

    Parameters
    ----------
    one, other : Spectrum
        Leading directions of the target of each half, of the same words.
    mean : Spectrum
        Of the mean of both targets: its eigenvalues and their gaps are shown.
    noise : float
        :math:`\xi`, the noise between two directions.
    foretold : ndarray
        What theory says of :math:`\cos^2_k`, for `count` directions or more.
    count : int
        How many directions can be chosen.
    direction : int
        Which is shown at first, counted from 1.
    word : str, optional
        The word that is looked for at first; by default the outermost of the first direction.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With a slider ``direction`` and a box ``word``.

    Raises
    ------
    ValueError
        If the directions do not know their words or are too few, the words of
        both halves differ, or there is no such direction or word.

    Notes
    -----
    Places are kept in one byte: they are off by at most half of a 127th of the
    outermost of the direction.  Introduced in chapter *concepts*.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> basis = np.linalg.qr(rng.standard_normal((30, 4)))[0]
    >>> words = [f"w{n}" for n in range(30)]
    >>> modes = Spectrum(np.array([9.0, 6.0, 5.9, 1.0]), basis, residual=0.0, words=words)
    >>> explorer = direction_explorer(modes, modes, modes, 0.5, np.ones(3), count=3)
    >>> print(explorer.describe().split(". ")[0])
    Direction 1: 1.00 shared; direction 2 is 6.0 noises away
    >>> print(explorer.describe(direction=2).split("Joined: ")[1].split(". ")[0])
    directions 2 to 3 lie closer than two noises: a crowd
    """
    count, noise = whole_number("count", count, 1), positive_number("noise", noise)
    if one.words is None or other.words is None or list(one.words) != list(other.words):
        raise ValueError("both halves must know their words, and have the same")
    foretold = real_array("foretold", foretold, None)
    for named, given, least in (
        ("one", len(one), count), ("other", len(other), count),
        ("mean", len(mean), count + 1), ("foretold", foretold.size, count),
    ):  # fmt: skip
        if given < least:
            raise ValueError(f"{named} must hold {least} directions or more, not {given}")
    overlaps = overlap_matrix(one.vectors[:, :count], other.vectors)
    words = [str(known) for known in one.words]
    table = {
        "words": words,
        "values": plain(mean.values[: count + 1]),
        "noise": plain(noise),
        "measured": plain(np.diagonal(overlaps)[:count], 4),
        "foretold": plain(foretold[:count], 4),
        "best": [[int(row.argmax()) + 1, plain(row.max(), 4)] for row in overlaps],
        "ends": [[list(map(str, side)) for side in one.ends(k, min(_ENDS, len(words) // 2), rule="fair")] for k in range(count)],
        "places": packed(frequency_fair(one.vectors[:, :count])),
    }  # fmt: skip
    controls = [
        Slider("direction", "direction k", 1, count, 1, direction),
        Words("word", "a word to find", tuple(words), table["ends"][0][0][0] if word is None else word),
    ]
    live = Live("direction", wide=620, narrow=600, lines=8)
    return Explorer(table, controls, partial(_draw_direction, table), live, name)


def nearest(table: dict, direction: int) -> tuple[int, float]:
    """The direction whose eigenvalue is nearest, counted from 1, and the gap.

    Examples
    --------
    >>> nearest({"values": [9.0, 6.0, 5.5]}, 2)
    (3, 0.5)
    """
    values, k = np.array(table["values"]), direction - 1
    gap, place = min((abs(values[j] - values[k]), j) for j in (k - 1, k + 1) if 0 <= j < len(values))
    return place + 1, float(gap)


def crowd(table: dict, direction: int) -> tuple[int, int]:
    """The first and the last direction that are joined with this one by gaps of two noises or less.

    Examples
    --------
    >>> crowd({"values": [9.0, 6.0, 5.5, 4.6, 1.0], "noise": 0.5}, 3)
    (2, 4)
    """
    gaps = -np.diff(table["values"])
    first = last = direction - 1
    while first > 0 and gaps[first - 1] <= _CROWD * table["noise"]:
        first -= 1
    while last < len(gaps) and gaps[last] <= _CROWD * table["noise"]:
        last += 1
    return first + 1, last + 1


def _draw_direction(table, figure, direction, word) -> str:
    k, noise, words = direction - 1, table["noise"], table["words"]
    places = unpacked(table["places"])
    values, z = np.array(table["values"]), places[:, k]
    above, middle, below = panels(figure, [1.5, 0.5, 2.6], lines=7, common=False)
    numbers, blue = np.arange(1, len(table["measured"]) + 1), COLORS["M*"]
    above.plot(numbers, table["foretold"], color=blue, linewidth=1.2)
    above.plot(numbers, table["measured"], "o", color=blue, markersize=3.5)
    cursor([above], direction, table["measured"][k], COLORS["word2vec"])
    above.set(xlim=(0, len(numbers) + 1), ylim=(-0.03, 1.05), xlabel="direction k", ylabel="cos²")
    middle.axvspan(-_CROWD, _CROWD, color="#dddddd", linewidth=0)
    for j, away in enumerate((values[k] - values) / noise):
        if abs(away) <= _REACH:
            color = COLORS["word2vec"] if j == k else "#333333"
            middle.plot([away, away], [0, 0.6], color=color, linewidth=2.2 if j == k else 1.2)
    middle.set(xlim=(-_REACH, _REACH), ylim=(0, 1), yticks=[], xlabel="eigenvalues near it, in noises ξ")
    most, rows = 1.05 * np.abs(z).max(), np.arange(len(words))
    below.plot(z, rows, "o", color="#999999", markersize=1.8, markeredgewidth=0)
    for side, color, anchor in zip(table["ends"][k], ("#007a58", "#a14a7b"), ("right", "left")):
        at = np.array([words.index(end) for end in side])
        below.plot(z[at], at, "o", color=color, markersize=4)
        heights = apart(at / len(words), 0.075) * len(words)
        for i, height in zip(at, heights):
            text = f"{visible(words[i])}  " if anchor == "right" else f"  {visible(words[i])}"
            below.text(z[i], height, text, color=color, ha=anchor, va="center", size=9, parse_math=False)
    row = words.index(word)
    below.plot(z[row], row, "o", color=COLORS["word2vec"], markersize=7)
    if word not in table["ends"][k][0] + table["ends"][k][1]:
        below.text(z[row], row, f"  {visible(word)}", color="#b34700", va="center", size=9, parse_math=False)
    below.set(xlim=(-most, most), ylim=(1.02 * len(words), -0.02 * len(words)))
    below.set(xlabel="place on the direction, in spreads of words as frequent", ylabel="frequency rank")
    return notes(figure, *_said(table, places, direction, word))


def _said(table, places, direction, word) -> tuple[str, list]:
    k, noise = direction - 1, table["noise"]
    near, gap = nearest(table, direction)
    first, last = crowd(table, direction)
    joined = "no neighbour within two noises: a direction of its own"
    if first < last:
        end = f"{last} and on" if last == len(table["values"]) else f"{last}"
        joined = f"directions {first} to {end} lie closer than two noises: a crowd"
    best, most = table["best"][k]
    row = places[table["words"].index(word)]
    farthest = int(np.abs(row).argmax())
    only = "only " if gap <= _CROWD * noise else ""
    return (
        f"Direction {direction}: {table['measured'][k]:.2f} shared; "
        f"direction {near} is {only}{gap / noise:.1f} noises away",
        [
            ("one end", phrase(table["ends"][k][0], 60), True),
            ("the other", phrase(table["ends"][k][1], 60), True),
            ("gap", f"λ = {table['values'][k]:.1f}; {gap:.2f} to the nearest, noise ξ = {noise:.2f}", False),
            ("joined", joined, False),
            (
                "shared",
                f"cos² = {table['measured'][k]:.2f} with number {direction} of the other half; theory {table['foretold'][k]:.2f}",
                False,
            ),
            ("other half", f"the largest part of it, {most:.2f}, is in direction {best} there", False),
            (
                "word",
                f"{visible(word)} stands at {_signed(row[k])}, and farthest out, at {_signed(row[farthest])}, "
                f"on direction {farthest + 1}",
                False,
            ),
        ],
    )


def _signed(value: float) -> str:
    text = f"{abs(value):.1f}"
    return f"−{text}" if value < 0 and float(text) else text
