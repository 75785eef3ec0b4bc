"""Line, plane, space: all words as one cloud that can be turned while training goes on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import positive_number, whole_number
from ...dynamics import aligned_half_rises, mode_strengths, typical_start
from ...spectra import Spectrum
from .._arguments import texts
from .._plain import plain, signed, visible
from ..plots import COLORS, apart
from .book import packed, unpacked
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Words, rounded_up
from .wording import phrase

__all__ = ["word_cloud"]

_AXES = 3
_SHAPES = (
    "A point: nothing is learned yet",
    "One mode is learned: the words fill a line",
    "Two modes are learned: the words fill a plane",
    "Three modes are learned: the words fill a space",
    "A fourth mode is learned, at a right angle to all that can be drawn",
)


@checked
def word_cloud(
    modes: Spectrum,
    d: int,
    scale: float,
    names: Sequence[str],
    *,
    time: float | None = None,
    word: str | None = None,
    name: str = "cloud",
) -> Explorer:
    r"""Return a figure of all words as points, which can be turned while training time runs.

    Word i stands at :math:`w_i(t) = (s_1(t)\,u_{1,i},\; s_2(t)\,u_{2,i},\; s_3(t)\,u_{3,i})`
    along the first three axes of learning, with the strengths :math:`s_k^2(t)`
    of an average random start.

    Parameters
    ----------
    modes : Spectrum
        Leading directions of the target, at least four, which know their words.
    d : int
        Dimensions of the word vectors.
    scale : float
        σ of the start.
    names : sequence of str
        Words that are named in the picture, where there is room, the first first.
    time : float, optional
        Where the slider of time stands at first, in units of :math:`\tau_1`; by default in
        the pause after mode 3.
    word : str, optional
        The word that is followed; by default the first of `names`.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With sliders ``time``, ``turn`` and ``tilt`` (degrees) and a box ``word``.

    Raises
    ------
    ValueError
        If there are fewer than four modes of positive λ, or words are not known.

    Notes
    -----
    The picture uses one byte for each coordinate: points are off by at most
    0.4 % of the largest extent.  Introduced in chapter *staircase*.

    Examples
    --------
    >>> modes = Spectrum(np.array([4.0, 3.0, 2.0, 1.0]), np.eye(5)[:, :4], residual=0.0,
    ...                  words=["cat", "dog", "cow", "fox", "owl"])
    >>> print(word_cloud(modes, 4, 1e-6, ["dog"]).describe().split(". ")[0])
    Three modes are learned: the words fill a space
    """
    if modes.words is None:
        raise ValueError("the modes do not know their words: give spectrum a matrix with words")
    names, d, scale = texts("names", names), whole_number("d", d, 4), positive_number("scale", scale)
    if len(modes) <= _AXES or modes.values[_AXES] <= 0:
        raise ValueError(f"four modes of positive λ are needed, not {int((modes.values > 0).sum())}")
    words = list(modes.words)
    unknown = [word for word in names if word not in words]
    if unknown or not names:
        raise ValueError(f"names must be words of the modes, one at least, not {unknown or names!r:.80}")
    count = min(len(modes), d)
    rises = aligned_half_rises(modes.values[:count], typical_start(count, d, scale))
    end = rounded_up(1.06 * rises[_AXES] / rises[0], 0.1)
    table = {
        "d": d,
        "scale": plain(scale),
        "values": plain(modes.values[: _AXES + 1]),
        "start": plain(typical_start(count, d, scale)[: _AXES + 1]),
        "words": words,
        "names": names,
        "ends": [[list(map(str, side)) for side in modes.ends(k, 3)] for k in range(_AXES)],
        "modes": packed(modes.vectors[:, :_AXES]),
        "end": end,
    }
    controls = [
        Slider("time", "time, in units of τ₁", 0.0, end, 0.02, _pause(rises, 2) if time is None else time),
        Slider("turn", "turned around, in degrees", -180, 180, 1, 25),
        Slider("tilt", "tilted, in degrees", -90, 90, 1, 20),
        Words("word", "a word to follow", tuple(words), names[0] if word is None else word),
    ]
    live = Live(
        "cloud", wide=430, narrow=360, lines=8, play="time", seconds=9, words="Train",
        presets=(
            ("a line", {"time": _pause(rises, 0), "turn": 0, "tilt": 0}),
            ("a plane", {"time": _pause(rises, 1), "turn": 0, "tilt": 0}),
            ("the plane from its edge", {"time": _pause(rises, 1), "turn": 0, "tilt": 90}),
            ("a space", {"time": _pause(rises, 2), "turn": 25, "tilt": 20}),
        ),
    )  # fmt: skip
    return Explorer(table, controls, partial(_draw_cloud, table), live, name)


def _pause(rises: np.ndarray, k: int) -> float:
    """The middle of the pause after mode k, on the slider."""
    return round(round((rises[k] + rises[k + 1]) / 2 / rises[0] / 0.02) * 0.02, 9)


def seen(table: dict, time: float, turn: float, tilt: float) -> tuple[np.ndarray, np.ndarray]:
    """Where all words stand, shape (V, 3), and where they are seen: across, up, and toward the reader.

    Examples
    --------
    >>> table = {"values": [2.0], "start": [2.0], "modes": packed(np.array([[1.0, 0.0, 0.0]]))}
    >>> [places.round(3).tolist() for places in seen(table, 1.0, 90, 0)]
    [[[1.414, 0.0, 0.0]], [[0.0, 0.0, -1.414]]]
    """
    values, start = np.array(table["values"]), np.array(table["start"])
    unit = aligned_half_rises(values, start)[0]
    s = np.sqrt(mode_strengths(values, start, time * (unit if np.isfinite(unit) else 1.0))[:_AXES])
    places = unpacked(table["modes"]) * np.append(s, np.zeros(_AXES - len(s)))
    return places, _turned(places, turn, tilt)


def _turned(places: np.ndarray, turn: float, tilt: float) -> np.ndarray:
    a, b = np.deg2rad([turn, tilt])
    x, y, z = places.T
    across, deep = x * np.cos(a) + z * np.sin(a), -x * np.sin(a) + z * np.cos(a)
    return np.stack([across, y * np.cos(b) - deep * np.sin(b), y * np.sin(b) + deep * np.cos(b)], axis=1)


def _extent(table: dict) -> float:
    """The largest coordinate that any word ends at."""
    return float((np.abs(unpacked(table["modes"])).max(axis=0) * np.sqrt(table["values"][:_AXES])).max())


def _draw_cloud(table, figure, time, turn, tilt, word) -> str:
    places, view = seen(table, time, turn, tilt)
    limit = 1.15 * _extent(table)
    (axes,) = panels(figure, [3.9], lines=8)
    axes.set(xlim=(-1.3 * limit, 1.3 * limit), ylim=(-limit, limit), aspect="equal")
    axes.axis("off")
    for k, tip in enumerate(_turned(limit * np.eye(_AXES), turn, tilt)):
        axes.plot([-tip[0], tip[0]], [-tip[1], tip[1]], color="#bbbbbb", linewidth=0.8)
        axes.text(1.04 * tip[0], 1.04 * tip[1], str(k + 1), color="#555555", ha="center", va="center")
    axes.plot(view[:, 0], view[:, 1], "o", color="#999999", markersize=1.8, markeredgewidth=0)
    rows = [table["words"].index(name) for name in table["names"] if name != word]
    far = [row for row in rows if np.hypot(*view[row, :2]) > 0.25 * limit]
    heights = (apart(view[far, 1] / (2 * limit) + 0.5, 0.045) - 0.5) * 2 * limit
    for row, height in zip(far, heights):
        axes.text(
            view[row, 0],
            height,
            f" {visible(table['words'][row])}",
            color="#007a58",
            size=9,
            style="italic",
            va="center",
            parse_math=False,
        )
    axes.plot(view[far, 0], view[far, 1], "o", color=COLORS["QWEM"], markersize=3.5)
    followed = table["words"].index(word)
    tip = view[followed]
    axes.plot([0, tip[0]], [0, tip[1]], color=COLORS["word2vec"], linewidth=1.5)
    axes.text(tip[0], tip[1], f" {visible(word)}", color="#b34700", size=9, weight="bold", parse_math=False)
    return _cloud_notes(figure, table, places[followed], time, turn, tilt, word)


def _cloud_notes(figure, table, place, time, turn, tilt, word) -> str:
    values, start = np.array(table["values"]), np.array(table["start"])
    strengths = mode_strengths(values, start, time * aligned_half_rises(values, start)[0])
    learned = int((strengths >= values / 2).sum())
    widths = ", ".join(f"{np.sqrt(s):.1f}" for s in strengths[:_AXES])
    rows = [
        ("now", f"t = {time:g} τ₁; s of the three axes: {widths}", False),
        *(
            (f"axis {k + 1}", " – ".join(phrase(side, 30) for side in ends), True)
            for k, ends in enumerate(table["ends"])
        ),
        ("word", f"{visible(word)} stands at {', '.join(map(signed, place))}", False),
        ("view", f"turned by {turn}°, tilted by {tilt}°", False),
        ("start", f"d = {table['d']}, an average random start", False),
    ]
    return notes(figure, _SHAPES[learned], rows)
