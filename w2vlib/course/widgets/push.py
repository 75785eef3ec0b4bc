"""Push and pull: rounds of word2vec in the plane, and where attraction and repulsion balance."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import partial

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import generator, whole_number
from ...statistics import CorpusStatistics, check_dense
from ...targets import noise_distribution
from .. import little_language
from .._arguments import texts
from .._plain import plain, signed, visible
from ..plots import COLORS
from .drawing import notes, placed
from .explorer import Explorer
from .live import Live
from .sliders import Slider

__all__ = ["push_explorer"]

_ROUNDS, _MOST, _UNIT = 400, 15, 2**16
_EXTENT, _SCORES = 2.4, (-6.0, 3.0)  # of the plane, and of the axes of scores


@checked
def push_explorer(
    stats: CorpusStatistics,
    centres: Sequence[str],
    neighbours: Sequence[str],
    *,
    rounds: int = 300,
    negatives: int = 5,
    rate: float = 0.4,
    pair: int = 0,
    seed: int = 0,
) -> Explorer:
    r"""Return a figure in which word2vec plays its rounds in two dimensions.

    The vocabulary is small: two words in the middle and a few neighbours.  Real
    pairs are drawn in proportion to their true counts, negatives by the power
    3/4 of the neighbours' frequencies.  The arrows say where the next round
    pulls and pushes, at the rate 1.  On the right the pull :math:`A(1 -
    \operatorname{sigm}(x))` and the push :math:`B\operatorname{sigm}(x)` on the
    score of the chosen pair, which balance at :math:`\ln(A/B)`; and the score in
    each round that was played.

    Parameters
    ----------
    stats : CorpusStatistics
    centres : sequence of str
        Two words.
    neighbours : sequence of str
        2 to 8 words, each of which has met both.
    rounds, negatives : int
        Where the sliders stand at first: up to 400 rounds, up to 15 negatives.
    rate : float
        The learning rate at first, 0.02 to 0.5; it falls to zero along a straight line.
        Beyond 0.5 many negatives can make training run away.
    pair : int
        The pair that is followed at first, counted along the rows of centres.
    seed : int
        Of the start and of all draws.

    Returns
    -------
    Explorer
        With sliders ``rounds``, ``negatives``, ``rate`` and ``pair``.

    Raises
    ------
    ValueError
        If words are unknown, too few or too many, or have never met.

    Notes
    -----
    The rounds are those of chapter *word2vec*, its start included.  With two
    dimensions the scores of two words can be anything, so that each can reach
    its best value.  Introduced in chapter *word2vec*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "c", "d", "a"]], window=4)
    >>> explorer = push_explorer(stats, ["a", "b"], ["c", "d"], rounds=0)
    >>> explorer.describe().split(". The")[0]
    'Before training all scores are 0'
    """
    check_dense("this figure", stats)
    centres, neighbours = texts("centres", centres), texts("neighbours", neighbours)
    if len(centres) != 2 or not 2 <= len(neighbours) <= 8:
        raise ValueError("centres must be 2 words and neighbours 2 to 8")
    seed = whole_number("seed", seed, 0)
    rows, columns = ([stats.index[word] for word in words] for words in (centres, neighbours))
    counts = stats.counts[np.ix_(rows, columns)].astype(float)
    if not counts.all() or not stats.occurrences[columns].all():
        raise ValueError("each of the neighbours must have met each of the centres")
    chance = generator(seed)
    draws = chance.integers(_UNIT, size=(_ROUNDS, 1 + _MOST)).astype(">u2")
    table = {
        "centres": centres,
        "neighbours": neighbours,
        "A": plain(counts / counts.sum(), 12),
        "noise": plain(noise_distribution(stats.occurrences[columns]), 12),
        "start": plain(chance.uniform(-0.25, 0.25, (2, 2)), 12),
        "draws": {
            "base64": base64.b64encode(draws.tobytes()).decode(),
            "shape": [_ROUNDS, 1 + _MOST],
        },
    }
    controls = [
        Slider("rounds", "rounds played", 0, _ROUNDS, 1, rounds),
        Slider("negatives", "negatives K", 0, _MOST, 1, negatives),
        Slider("rate", "learning rate η₀", 0.02, 0.5, 0.02, rate),
        Slider("pair", "pair that is followed", 0, 2 * len(neighbours) - 1, 1, pair),
    ]
    presets = (
        ("one negative", {"negatives": 1}),
        ("five", {"negatives": 5}),
        ("nothing pushes", {"negatives": 0}),
    )
    live = Live(
        "push", wide=420, narrow=700, lines=6, play="rounds", seconds=14, words="Train", presets=presets
    )
    return Explorer(table, controls, partial(_draw_push, table), live)


def played(table: dict, rounds: int, negatives: int, rate: float):
    """Play rounds: vectors before any and after each, and the next round as (i, j, drawn negatives).

    Examples
    --------
    >>> draws = {"base64": base64.b64encode(np.zeros(32, np.uint8).tobytes()).decode(), "shape": [1, 16]}
    >>> table = {"A": [[0.5, 0.5]], "noise": [0.5, 0.5], "start": [[1.0, 0.0]], "draws": draws}
    >>> path, following = played(table, 1, 0, 0.2)
    >>> [Z.tolist() for _, Z in path], following
    ([[[0.0, 0.0], [0.0, 0.0]], [[0.1, 0.0], [0.0, 0.0]]], None)
    """
    shape = table["draws"]["shape"]
    draws = np.frombuffer(base64.b64decode(table["draws"]["base64"]), ">u2").reshape(shape) / _UNIT
    A, total = np.array(table["A"]), shape[0]
    pairs = np.searchsorted(np.cumsum(A.ravel())[:-1], draws[:, 0])
    drawn = np.searchsorted(np.cumsum(table["noise"])[:-1], draws[:, 1 : 1 + negatives])
    W, Z = np.array(table["start"]), np.zeros((A.shape[1], 2))
    path = [(W.copy(), Z.copy())]
    for n in range(rounds):
        i, j = divmod(int(pairs[n]), A.shape[1])
        little_language.update(W, Z, i, j, drawn[n], rate * (1 - n / total))
        path.append((W.copy(), Z.copy()))
    following = (*divmod(int(pairs[rounds]), A.shape[1]), drawn[rounds].tolist()) if rounds < total else None
    return path, following


def _sigm(x):
    return 1 / (1 + np.exp(-np.asarray(x)))


def _draw_push(table, figure, rounds, negatives, rate, pair) -> str:
    path, following = played(table, rounds, negatives, rate)
    W, Z = path[-1]
    i, j = divmod(pair, len(Z))
    A, scores = np.array(table["A"]), [float(w[i] @ z[j]) for w, z in path]
    a, b = A[i, j], negatives * A[i].sum() * table["noise"][j]
    plane, forces, course = placed(
        figure, 3.4, 5, (0.4, 0.5, 2.85, 2.85), (3.95, 2.15, 2.2, 1.2), (3.95, 0.5, 2.2, 1.0)
    )
    plane.set(
        xlim=(-_EXTENT, _EXTENT),
        ylim=(-_EXTENT, _EXTENT),
        aspect="equal",
        xticks=[-2, 0, 2],
        yticks=[-2, 0, 2],
    )
    for k, (words, places, color) in enumerate(
        ((table["centres"], W, COLORS["word2vec"]), (table["neighbours"], Z, COLORS["M*"]))
    ):
        for n, place in enumerate(places):
            bold = "bold" if n == (i, j)[k] else "normal"
            plane.plot([0, place[0]], [0, place[1]], color=color, linewidth=2.2 if bold == "bold" else 0.8)
            plane.text(
                *place,
                f" {visible(words[n])}",
                color=color,
                size=9,
                style="italic",
                weight=bold,
                clip_on=True,
            )
    if following:
        c, real, drawn = following
        for n in (real, *drawn):
            error = float((n == real) * (1 - _sigm(W[c] @ Z[n]))) - drawn.count(n) * float(_sigm(W[c] @ Z[n]))
            arrow = {"arrowstyle": "->", "color": "#007a58" if error > 0 else "#a02020"}
            plane.annotate("", Z[n] + error * W[c], Z[n], arrowprops=arrow)
    x = np.linspace(*_SCORES, 100)
    forces.plot(x, a * _sigm(-x), color=COLORS["QWEM"])
    forces.plot(x, b * _sigm(x), color=COLORS["PMI"])
    now = float(np.clip(scores[-1], *_SCORES))
    forces.axvline(now, color="#777777", linewidth=1, linestyle=(0, (4, 3)))
    forces.plot([now, now], [a * _sigm(-now), b * _sigm(now)], "o", color="#222222", markersize=4)
    forces.set(xlim=_SCORES, ylim=(0, 1.08 * max(a, b)), yticks=[])
    forces.set_xlabel("score x", size=9)
    forces.text(-5.8, 0.93 * a, "pull", color="#007a58", size=9, va="top")
    forces.text(2.9, 0.93 * b, "push", color="#a14a7b", size=9, va="top", ha="right")
    course.plot(range(rounds + 1), np.clip(scores, *_SCORES), ".", color=COLORS["word2vec"], markersize=2)
    if b:
        course.axhline(np.log(a / b), color="#333333", linewidth=1)
    course.set(xlim=(0, _ROUNDS), ylim=_SCORES)
    course.set_xlabel("rounds", size=9)
    return _push_notes(figure, table, rounds, negatives, rate, (i, j), (a, b), scores[-1], following)


def _push_notes(figure, table, rounds, negatives, rate, place, weights, score, following) -> str:
    (i, j), (a, b) = place, weights
    centre, neighbour = visible(table["centres"][i]), visible(table["neighbours"][j])
    best = float(np.log(a / b)) if b else np.inf
    title = f"{centre}, {neighbour}: score {signed(score)}; pull and push balance at {signed(best)}"
    if not negatives:
        title = f"Nothing pushes: the score of {centre}, {neighbour} is {signed(score)} and grows"
    if not rounds:
        title = "Before training all scores are 0"
    pull, push = a * float(_sigm(-score)), b * float(_sigm(score))
    ended = "no more: the rate has fallen to 0"
    if following:
        c, real, drawn = following
        names = [visible(table["neighbours"][n]) for n in drawn]
        ended = f"{visible(table['centres'][c])} with {visible(table['neighbours'][real])}; made up: " + (
            ", ".join(f"{names.count(name)} × {name}" for name in dict.fromkeys(names)) or "none"
        )
    rows = [
        ("the pair", f"is real with probability A = {a:.4f}, made up B = {b:.4f} times a round", False),
        ("now", f"on average pulled by {pull:.4f} and pushed by {push:.4f}", False),
        ("next", ended, False),
        ("played", f"{rounds} rounds, K = {negatives}, the rate falls from {rate:g} to 0", False),
    ]
    return notes(figure, title, rows)
