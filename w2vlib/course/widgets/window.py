"""A window on a sentence: how each neighbour is weighed, and how often a random window reads it."""

from __future__ import annotations

from functools import partial

from ..._common.arguments import checked
from ..._common.validate import generator, whole_number
from ...corpus import tokenize
from .._plain import percent, visible
from ..plots import COLORS
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch
from .wording import phrase

__all__ = ["window_explorer"]

_REACH, _UNIT = 20, 2**16  # the widest window; draws are whole numbers below the unit
_RULES = {"linear": "ω(δ) = L + 1 − δ", "harmonic": "ω(δ) = 1/δ", "flat": "ω(δ) = 1"}


@checked
def window_explorer(
    sentence: str,
    *,
    here: int = 0,
    window: int = 5,
    draws: int = 200,
    seed: int = 0,
) -> Explorer:
    r"""Return a figure in which one moves a window over a sentence, and sees what is counted.

    Bars are the weights :math:`\omega(\delta)` as shares of that of a direct
    neighbour.  Dots are how often word2vec's random window read each place, in
    recorded draws of its reach from 1 to L; the dashed line is what is expected
    of them, :math:`(L + 1 - \delta)/L`.

    Parameters
    ----------
    sentence : str
        2 to 24 words.
    here : int
        The place of the word in the middle at first, from 0 on.
    window : int
        The reach L at first, 1 to 20.
    draws : int
        How many draws are shown at first, 0 to 500.
    seed : int
        Of the 500 draws.

    Returns
    -------
    Explorer
        With sliders ``here``, ``window`` and ``draws`` and a switch ``weighting``.

    Raises
    ------
    ValueError
        If the sentence is too short or too long, or a number is out of reach.

    Notes
    -----
    Introduced in chapter *counting*.

    Examples
    --------
    >>> print(window_explorer("The king ruled the land.", here=1, window=2).describe().replace(". ", ".\n"))
    king meets 3 neighbours: the nearest counts 2, the farthest 1.
    Around it: the 2, ruled 2, the 1.
    Row of king: the 3, ruled 2.
    Weights: ω(δ) = L + 1 − δ with L = 2.
    Random: 200 drawn; 55.5 % reach 2, expected 50.0 %.
    """
    tokens = tokenize(sentence)
    if not 2 <= len(tokens) <= 24:
        raise ValueError(f"sentence must have 2 to 24 words, not {len(tokens)}")
    whole_number("seed", seed, 0)
    reaches = generator(seed).integers(_UNIT, size=500)
    table = {"tokens": tokens, "draws": reaches.tolist()}
    controls = [
        Slider("here", "word in the middle", 0, len(tokens) - 1, 1, here),
        Slider("window", "reach L", 1, _REACH, 1, window),
        Slider("draws", "random windows drawn", 0, 500, 1, draws),
        Switch(
            "weighting",
            "weights",
            {"linear": "linear: L + 1 − δ", "harmonic": "harmonic: 1/δ", "flat": "flat: 1"},
            "linear",
        ),
    ]
    live = Live("window", wide=270, narrow=420, lines=5, play="draws", seconds=8, words="Draw windows")
    return Explorer(table, controls, partial(_draw_window, table), live)


def weight(distance: int, window: int, weighting: str) -> float:
    """The weight of a neighbour at a distance.

    Examples
    --------
    >>> [weight(2, 5, kind) for kind in ("linear", "harmonic", "flat")], weight(6, 5, "flat")
    ([4, 0.5, 1], 0)
    """
    if not 1 <= distance <= window:
        return 0
    return {"linear": window + 1 - distance, "harmonic": 1 / distance, "flat": 1}[weighting]


def row(tokens: list[str], word: str, window: int, weighting: str) -> dict[str, float]:
    """The row of a word in the counts of a sentence.

    Examples
    --------
    >>> row(["the", "king", "the"], "the", 2, "linear")
    {'king': 4, 'the': 2}
    """
    counts: dict[str, float] = {}
    for a, token in enumerate(tokens):
        for b, other in enumerate(tokens):
            found = weight(abs(a - b), window, weighting)
            if token == word and found:
                counts[other] = counts.get(other, 0) + found
    return counts


def share_read(table: dict, draws: int, window: int, distance: int) -> float:
    """How often a reach drawn from 1 to L came as far as a distance.

    Examples
    --------
    >>> share_read({"draws": [0, 40000, 65535]}, 3, 2, 2)
    0.6666666666666666
    """
    reaches = [1 + (draw * window) // _UNIT for draw in table["draws"][:draws]]
    return sum(reach >= distance for reach in reaches) / max(1, draws)


def _draw_window(table, figure, here, window, draws, weighting) -> str:
    tokens = table["tokens"]
    near = [n for n in range(len(tokens)) if 1 <= abs(n - here) <= window]
    (axes,) = panels(figure, [1.9], lines=5)
    nearest = weight(1, window, weighting)
    bars = [weight(abs(n - here), window, weighting) / nearest for n in near]
    axes.bar(near, bars, width=0.7, color=COLORS["counts"], alpha=0.45)
    expected = [(window + 1 - abs(n - here)) / window for n in near]
    for side in (-1, 1):
        along = [(n, e) for n, e in zip(near, expected) if (n - here) * side > 0]
        axes.plot([n for n, _ in along], [e for _, e in along], "--", color=COLORS["word2vec"], linewidth=1)
    if draws:
        dots = [share_read(table, draws, window, abs(n - here)) for n in near]
        axes.plot(near, dots, "o", color=COLORS["word2vec"], clip_on=False)
    axes.axvline(here, color="#777777", linewidth=1, linestyle=(0, (4, 3)))
    axes.set(xlim=(-0.6, len(tokens) - 0.4), ylim=(0, 1.08), ylabel="weight, as a share")
    axes.set_xticks(
        range(len(tokens)), [visible(t) for t in tokens], style="italic", size=7.5, parse_math=False
    )
    axes.get_xticklabels()[here].set_fontweight("bold")
    return _window_notes(figure, table, here, window, draws, weighting)


def _window_notes(figure, table, here, window, draws, weighting) -> str:
    tokens, word = table["tokens"], visible(table["tokens"][here])
    near = sorted((abs(n - here), n) for n in range(len(tokens)) if 1 <= abs(n - here) <= window)
    told = [f"{visible(tokens[n])} {weight(far, window, weighting):.4g}" for far, n in near]
    counts = row(tokens, tokens[here], window, weighting)
    ordered = sorted(counts, key=lambda other: (-counts[other], tokens.index(other)))
    first, last = (weight(far, window, weighting) for far in (near[0][0], near[-1][0]))
    far = near[-1][0]
    read = "none drawn; press the button"
    if draws:
        share = percent(share_read(table, draws, window, far), 1)
        read = f"{draws} drawn; {share} reach {far}, expected {percent((window + 1 - far) / window, 1)}"
    many = f"{len(near)} neighbour{'s' if len(near) > 1 else ''}"
    rows = [
        ("around it", phrase(told, 64), True),
        (f"row of {word}", phrase([f"{visible(o)} {counts[o]:.4g}" for o in ordered], 64), True),
        ("weights", f"{_RULES[weighting]} with L = {window}", False),
        ("random", read, False),
    ]
    return notes(
        figure, f"{word} meets {many}: the nearest counts {first:.4g}, the farthest {last:.4g}", rows
    )
