"""The dials of word2vec: where they send the best scores of real pairs, and how much each pair weighs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..._common.arguments import checked
from ...statistics import CorpusStatistics, check_dense
from ...targets import keep_probabilities, word_frequencies
from .._plain import number, percent, plain, signed, visible
from ..plots import COLORS
from .drawing import notes, placed
from .explorer import Explorer
from .live import Live
from .sliders import Slider

__all__ = ["knob_explorer"]

_LEAST, _LARGEST, _STEP = -6.0, 0.0, 0.25  # of log10 of the threshold
_GRAIN = 0.05  # of the exponent
_SCORES, _EDGE = (
    (-6.5, 6.5),
    0.05,
)  # axis of scores; where the axis of M^lin turns from straight to logarithmic


@checked
def knob_explorer(
    stats: CorpusStatistics,
    pairs: Sequence[tuple[str, str]],
    *,
    negatives: int = 5,
    log_threshold: float = -3.0,
    exponent: float = 0.75,
    pair: int = 0,
) -> Explorer:
    r"""Return a figure of the dials of word2vec, and of what they do to real pairs of words.

    On the left the best score :math:`\ln(A_{ij}/B_{ij})` of each pair, filled,
    beside :math:`\mathrm{PMI}_{ij} - \ln K`, open.  On the right
    :math:`M^{\rm lin}_{ij} = 2(A_{ij} - B_{ij})/\bar G`, filled, beside
    :math:`M^\star_{ij}` of the same A and B, open: what even weights would make of it.
    A and B are those of :func:`~w2vlib.targets.word2vec_pair_weights` for
    untied vectors, with the window laid before words are dropped.

    Parameters
    ----------
    stats : CorpusStatistics
    pairs : sequence of (str, str)
        1 to 12 pairs: the word in the middle and its neighbour.
    negatives : int
        K at first, 1 to 20.
    log_threshold : float
        :math:`\log_{10} f_0` at first, −6 to 0; with 0 every word is kept.
    exponent : float
        :math:`\beta` at first, 0 to 1.
    pair : int
        The pair that is told at first, from 0 on.

    Returns
    -------
    Explorer
        With sliders ``negatives``, ``log_threshold``, ``exponent`` and ``pair``.

    Raises
    ------
    ValueError
        If a word is unknown, there are too many pairs, or a number is out of reach.

    Notes
    -----
    Introduced in chapter *pair-weights*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> explorer = knob_explorer(stats, [("a", "b"), ("a", "c")], negatives=1, log_threshold=0, exponent=1)
    >>> explorer.describe().split(". ")[0]
    'The best score of (a, b) is 0.51; PMI − ln K is 0.44'
    """
    check_dense("this figure", stats)
    pairs = [tuple(pair) for pair in pairs if isinstance(pair, (tuple, list))]
    if not 1 <= len(pairs) <= 12 or not all(
        len(p) == 2 and all(isinstance(w, str) for w in p) for p in pairs
    ):
        raise ValueError("pairs must be 1 to 12 pairs of words")
    words = list(dict.fromkeys(word for two in pairs for word in two))
    rows = [stats.index[word] for word in words]
    frequencies = word_frequencies(stats)
    thresholds = [round(_LEAST + n * _STEP, 9) for n in range(round((_LARGEST - _LEAST) / _STEP) + 1)]
    counts = stats.counts[rows].astype(float)
    met, kept_total = [], []
    for threshold in thresholds:
        kept = keep_probabilities(frequencies, 10**threshold)
        everything = stats.counts @ kept  # one product of a matrix and a vector
        met.append(counts @ kept / stats.total)
        kept_total.append(float(kept @ everything) / stats.total)
    exponents = [round(n * _GRAIN, 9) for n in range(round(1 / _GRAIN) + 1)]
    table = {
        "pairs": [[words.index(word) for word in two] for two in pairs],
        "words": words,
        "size": len(stats),
        "joint": [plain(stats.counts[stats.index[a], stats.index[b]] / stats.total, 12) for a, b in pairs],
        "marginal": plain(stats.p[rows], 12),
        "frequency": plain(frequencies[rows], 12),
        "met": plain(np.array(met), 10),
        "kept": plain(kept_total, 10),
        "largest": plain(frequencies.max(), 12),
        "noise": plain([((frequencies / frequencies.max()) ** beta).sum() for beta in exponents], 12),
    }
    controls = [
        Slider("negatives", "negatives K", 1, 20, 1, negatives),
        Slider("log_threshold", "threshold f₀ of subsampling", _LEAST, _LARGEST, _STEP, log_threshold),
        Slider("exponent", "exponent β of the noise", 0.0, 1.0, _GRAIN, exponent),
        Slider("pair", "pair that is told", 0, len(pairs) - 1, 1, pair),
    ]
    presets = (
        ("The paper's", {"negatives": 1, "log_threshold": 0.0, "exponent": 1.0}),
        ("As people run it", {"negatives": 5, "log_threshold": -3.0, "exponent": 0.75}),
        ("The runs of this chapter", {"negatives": 5, "log_threshold": -4.0, "exponent": 0.75}),
    )
    live = Live("knobs", wide=90 + 26 * len(pairs), narrow=170 + 48 * len(pairs), lines=6, presets=presets)
    return Explorer(table, controls, partial(_draw_knobs, table), live)


def weights(table: dict, negatives: int, log_threshold: float, exponent: float) -> list[dict]:
    """What the dials make of each pair.

    Examples
    --------
    >>> table = {"pairs": [[0, 1]], "joint": [0.25], "marginal": [0.5, 0.5], "frequency": [0.5, 0.5], "size": 2,
    ...          "met": [[0.5, 0.5]] * 25, "kept": [1.0] * 25, "largest": 0.5, "noise": [2.0] * 21}
    >>> made = weights(table, 1, 0.0, 1.0)[0]
    >>> [round(float(made[name]), 3) for name in ("A", "B", "best", "plain", "M_lin")]
    [0.25, 0.25, 0.0, 0.0, 0.0]
    """
    at = round((log_threshold - _LEAST) / _STEP)
    f, p = np.array(table["frequency"]), np.array(table["marginal"])
    kept = keep_probabilities(f, 10**log_threshold)
    noise = (f / table["largest"]) ** exponent / table["noise"][round(exponent / _GRAIN)]
    made = []
    for (i, j), joint in zip(table["pairs"], table["joint"]):
        A = kept[i] * kept[j] * joint / table["kept"][at]
        B = negatives * kept[i] * table["met"][at][i] / table["kept"][at] * noise[j]
        mean = (1 + negatives) / table["size"] ** 2
        with np.errstate(divide="ignore"):
            best, plain_score = np.log(A / B), np.log(joint / (p[i] * p[j])) - np.log(negatives)
        made.append(
            {
                "A": A, "B": B, "best": best, "plain": plain_score,
                "M*": 2 * (A - B) / (A + B), "M_lin": 2 * (A - B) / mean, "G": (A + B) / mean,
                "row": np.log(p[i] / table["met"][at][i]), "column": np.log(kept[j] * p[j] / noise[j]),
                "kept": (kept[i], kept[j]),
            }
        )  # fmt: skip
    return made


def _draw_knobs(table, figure, negatives, log_threshold, exponent, pair) -> str:
    made = weights(table, negatives, log_threshold, exponent)
    names = [", ".join(visible(table["words"][k]) for k in two) for two in table["pairs"]]
    tall = 0.3 * len(names)
    scores, weighed = placed(figure, tall + 0.55, 6, (1.25, 0.5, 2.3, tall), (3.75, 0.5, 2.3, tall))
    for n, one in enumerate(made):
        for axes, place, open_place, color in (
            (scores, np.clip(one["best"], *_SCORES), np.clip(one["plain"], *_SCORES), COLORS["word2vec"]),
            (weighed, np.arcsinh(one["M_lin"] / _EDGE), np.arcsinh(one["M*"] / _EDGE), COLORS["M*"]),
        ):
            axes.plot([open_place, place], [n, n], color=color, linewidth=1)
            axes.plot([open_place], [n], "o", color=color, fillstyle="none", markersize=6, clip_on=False)
            axes.plot([place], [n], "o", color=color, markersize=6, clip_on=False)
    for axes in (scores, weighed):
        axes.axvline(0, color="#777777", linewidth=1)
        axes.axhspan(pair - 0.45, pair + 0.45, color="#999999", alpha=0.2, linewidth=0)
        axes.set(ylim=(len(names) - 0.4, -0.6), yticks=[])
    scores.set(xlim=_SCORES)
    scores.set_yticks(range(len(names)), names, style="italic", size=9, parse_math=False)
    scores.set_xlabel("best score ln(A/B)", size=9)
    weighed.set(xlim=(-12.5, 12.5))
    weighed.set_xticks(
        np.arcsinh(np.array([-1e4, -100, 0, 100, 1e4]) / _EDGE), ["−10⁴", "−100", "0", "100", "10⁴"]
    )
    weighed.set_xlabel("Mˡⁱⁿ; open: M*", size=9)
    i, j = (visible(table["words"][k]) for k in table["pairs"][pair])
    one = made[pair]
    rows = [
        (
            "dials",
            f"K = {negatives}, f₀ = {number(10**log_threshold)}, β = {exponent:g}; window laid first",
            False,
        ),
        ("kept", f"{i} {percent(one['kept'][0], 1)}, {j} {percent(one['kept'][1], 1)} of occurrences", False),
        (
            "why",
            f"the row of {i} adds {signed(one['row'])}, the column of {j} {signed(one['column'])}",
            False,
        ),
        ("pull, push", f"A = {number(one['A'], 3)}, B = {number(one['B'], 3)}", False),
        ("target", f"M* = {signed(one['M*'], 3)}, Mˡⁱⁿ = {signed(one['M_lin'], 3)}", False),
        ("weight", f"G is {number(one['G'], 3)} times its mean", False),
    ]
    return notes(
        figure,
        f"The best score of ({i}, {j}) is {signed(one['best'])}; PMI − ln K is {signed(one['plain'])}",
        rows,
    )
