"""What some copies of a sentence do to the counts, to PMI and to M*."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..._common.arguments import checked
from ...corpus import encode, tokenize
from ...counting import cooccurrence_counts, window_weights
from ...statistics import CorpusStatistics, check_dense
from .._arguments import texts
from .._plain import signed, visible
from ..plots import COLORS
from .drawing import end_labels, notes, placed
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch
from .wording import phrase

__all__ = ["document_explorer"]

_MOST = 22  # where the slider ends: 10⁷ copies
_RATIOS, _HEIGHTS = (1e-3, 1e4), (-7.2, 9.6)  # ends of the axes of the curves
_SEEN = 0.1  # by how much an entry has to change so as to be marked


def copies_at(position: int) -> int:
    """Return how many copies a position of the slider means: 0, 1, 2, 5, 10, 20, …

    Examples
    --------
    >>> [copies_at(n) for n in range(6)], copies_at(22)
    ([0, 1, 2, 5, 10, 20], 10000000)
    """
    return (1, 2, 5)[(position - 1) % 3] * 10 ** ((position - 1) // 3) if position else 0


@checked
def document_explorer(
    stats: CorpusStatistics,
    words: Sequence[str],
    sentences: Sequence[str],
    *,
    word: int = 0,
    other: int = 1,
    copies: int = 1,
) -> Explorer:
    r"""Return a figure in which one adds copies of a sentence to a corpus, and sees what becomes of M*.

    On the left :math:`M^\star` of some words, red above zero and blue below; a point
    marks the entries that have changed by 0.1 or more.  On the right the chosen
    pair on the curves of PMI and :math:`M^\star` against :math:`P_{ij}/p_ip_j`,
    and both against the number of copies.  Each copy is a document of its own,
    and adds its counts to :math:`C`, so to the row sums and to the total, too:

    .. math:: M^\star_{ij} = 2\,\frac{P_{ij} - p_ip_j}{P_{ij} + p_ip_j}, \qquad P = \frac{C + nC'}{\sum C + n\sum C'} .

    Parameters
    ----------
    stats : CorpusStatistics
        Counts in which other words were dropped.
    words : sequence of str
        The words shown, 2 at least, 24 at most.
    sentences : sequence of str
        One sentence or more, as they are written.
    word, other : int
        The pair shown at first, by its places in `words`.
    copies : int
        Where the slider stands at first: positions 0, 1, 2, 3, … mean 0, 1, 2, 5, … copies.

    Returns
    -------
    Explorer
        With a switch ``sentence`` ("1", "2", …) and sliders ``copies``, ``word`` and ``other``.

    Raises
    ------
    ValueError
        If a word is not known, a sentence has no pair of known words, or other words left gaps.

    Notes
    -----
    Counts are whole numbers, and exact.  Introduced in chapter *target*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["cat", "dog", "cat"], ["dog", "cow"]], window=2)
    >>> explorer = document_explorer(stats, ["cat", "cow"], ["The cow saw the cat."], copies=3)
    >>> print(explorer.describe().replace(". ", ".\n"))
    M*(cat, cow) rises from −2.000 to 0.556, PMI from −∞ to 0.57.
    The pair: 0 units of count, with 5 × 2 added 10.
    By chance: 1 units, with all copies 6.
    Points: 3 of 4 entries changed by 0.1 or more.
    Elsewhere: most of all M*(cat, cat), which falls from −0.250 to −1.160.
    Counted: cow cat.
    Dropped: the, saw, the.
    """
    check_dense("this figure", stats)
    words, sentences = texts("words", words), texts("sentences", sentences)
    if not 2 <= len(words) <= 24 or len(set(words)) < len(words):
        raise ValueError(f"words must be 2 to 24 different words, not {len(words)}")
    if not sentences:
        raise ValueError("sentences must hold one sentence at least")
    if stats.oov != "drop":
        raise ValueError("stats must be counts with oov='drop': a sentence is counted in that way here")
    rows = [stats.index[each] for each in words]
    weights, _ = window_weights(stats.window, stats.weighting)
    told = [_sentence(stats, words, text) for text in sentences]
    table = {
        "words": words,
        "total": int(stats.total),
        "counts": [[int(stats.counts[i, j]) for j in rows] for i in rows],
        "sums": [int(stats.counts[i].sum(dtype=object)) for i in rows],
        "window": stats.window,
        "weighting": stats.weighting,
        "weights": [int(w) for w in weights[: max(len(each["ids"]) for each in told)]],
        "sentences": told,
    }
    size = len(words)
    controls = [
        Switch("sentence", "sentence", {str(n + 1): text for n, text in enumerate(sentences)}, "1"),
        Slider("copies", "copies of it added", 0, _MOST, 1, copies),
        Slider("word", "first word", 0, size - 1, 1, word),
        Slider("other", "second word", 0, size - 1, 1, other),
    ]
    live = Live("document", wide=440, narrow=690, lines=6, play="copies", seconds=8, words="Add copies")
    return Explorer(table, controls, partial(_draw_document, table), live)


def _sentence(stats: CorpusStatistics, words: list[str], text: str) -> dict:
    """A sentence as places in `words`, or after them in its own list of further words of the vocabulary."""
    tokens, known = tokenize(text), set(stats.words)
    kept = [token for token in tokens if token in known]
    if len(kept) < 2:
        raise ValueError(f"a sentence must hold two known words, not {text!r:.80}")
    more = sorted(set(kept) - set(words))
    names = [*words, *more]
    return {
        "ids": [names.index(token) for token in kept],
        "more": more,
        "dropped": [token for token in tokens if token not in known],
    }


def added(table: dict, sentence: str) -> np.ndarray:
    """The counts of one copy of a sentence: of the words shown first, then of its further words.

    Examples
    --------
    >>> table = {"words": ["a"], "window": 2, "weighting": "linear", "sentences": [{"ids": [0, 1, 0], "more": ["b"]}]}
    >>> added(table, "1").tolist()
    [[2, 4], [4, 0]]
    """
    told = table["sentences"][int(sentence) - 1]
    names = [*table["words"], *told["more"]]
    text = encode([[names[k] for k in told["ids"]]], names)
    return cooccurrence_counts(text, len(names), table["window"], table["weighting"], backend="numpy").astype(
        np.int64
    )


def entries(table: dict, sentence: str, copies: int) -> dict[str, np.ndarray]:
    """Counts, what chance predicts, M* and PMI of the words shown, with so many copies of a sentence.

    Examples
    --------
    >>> table = {"words": ["a", "b"], "counts": [[0, 2], [2, 0]], "sums": [2, 2], "total": 4,
    ...          "window": 1, "weighting": "linear", "sentences": [{"ids": [0, 1], "more": []}]}
    >>> {name: values[0].round(3).tolist() for name, values in entries(table, "1", 0).items()}
    {'counts': [0, 2], 'chance': [1.0, 1.0], 'M*': [-2.0, 0.667], 'PMI': [-inf, 0.693]}
    """
    more, size = added(table, sentence), len(table["words"])
    counts = np.array(table["counts"], np.int64) + copies * more[:size, :size]
    p = np.array(table["sums"], np.int64) + copies * more.sum(axis=1)[:size]
    total = float(table["total"] + copies * int(more.sum()))
    p = p / total
    joint, chance = counts / total, np.outer(p, p)
    with np.errstate(divide="ignore"):
        information = np.log(joint / chance)
    return {
        "counts": counts,
        "chance": chance * total,
        "M*": 2 * (joint - chance) / (joint + chance),
        "PMI": information,
    }


def _draw_document(table, figure, sentence, copies, word, other) -> str:
    words, n = table["words"], copies_at(copies)
    before, after = entries(table, sentence, 0), entries(table, sentence, n)
    square, curves, course = placed(
        figure, 3.3, 6, (0.75, 0.72, 2.5, 2.5), (3.95, 1.98, 2.2, 1.24), (3.95, 0.5, 2.2, 1.0)
    )
    square.imshow(after["M*"], cmap="RdBu_r", vmin=-2, vmax=2)
    square.set_xticks(range(len(words)), map(visible, words), rotation=90, size=8, style="italic")
    square.set_yticks(range(len(words)), map(visible, words), size=8, style="italic")
    square.grid(False)
    changed = np.argwhere(np.abs(after["M*"] - before["M*"]) >= _SEEN)
    square.plot(changed[:, 1], changed[:, 0], ".", color="#222222", markersize=3)
    square.plot([other], [word], "s", color="#000000", markersize=9, fillstyle="none", markeredgewidth=1.8)
    grid, ends = np.geomspace(*_RATIOS, 120), []
    for name, heights in (("PMI", np.log(grid)), ("M*", 2 * (grid - 1) / (grid + 1))):
        curves.plot(grid, heights, color=COLORS[name])
        for found, fill in ((before, "none"), (after, "full")):
            ratio = np.clip(found["counts"][word, other] / found["chance"][word, other], *_RATIOS)
            height = np.clip(found[name][word, other], *_HEIGHTS)
            curves.plot(
                [ratio], [height], "o", color=COLORS[name], fillstyle=fill, markersize=6, clip_on=False
            )
        path = [entries(table, sentence, copies_at(k))[name][word, other] for k in range(_MOST + 1)]
        course.plot(range(_MOST + 1), np.clip(path, *_HEIGHTS), color=COLORS[name])
        ends.append(float(np.clip(path[-1], *_HEIGHTS)))
    course.axvline(copies, color="#777777", linewidth=1, linestyle=(0, (4, 3)))
    curves.set(xscale="log", xlim=_RATIOS, ylim=_HEIGHTS, xticks=[1e-3, 1, 1e3])
    curves.set_xlabel("found / expected by chance", size=9)
    course.set(xlim=(0, _MOST), ylim=_HEIGHTS, xticks=[0, 1, 7, 13, 19])
    end_labels(course, ends, ["PMI", "M*"], [COLORS["PMI"], COLORS["M*"]])
    end_labels(curves, [9, 2], ["PMI", "M*"], [COLORS["PMI"], COLORS["M*"]])
    course.set_xticklabels(["0", "1", "100", "10⁴", "10⁶"])
    course.set_xlabel("copies of the sentence", size=9)
    return _document_notes(figure, table, sentence, n, word, other, before, after)


def _document_notes(figure, table, sentence, n, word, other, before, after) -> str:
    words, told = table["words"], table["sentences"][int(sentence) - 1]
    each, old, new = (
        each[word, other] for each in (added(table, sentence), before["counts"], after["counts"])
    )
    names = [*words, *told["more"]]
    due = [round(float(found["chance"][word, other])) for found in (before, after)]
    change = np.abs(after["M*"] - before["M*"])
    rows = [
        ("the pair", f"{old:,} units of count, with {n:,} × {each} added {new:,}", False),
        ("by chance", f"{due[0]:,} units, with all copies {due[1]:,}", False),
        (
            "points",
            f"{int((change >= _SEEN).sum())} of {len(words) ** 2} entries changed by {_SEEN:g} or more",
            False,
        ),
        ("elsewhere", _elsewhere(words, word, other, before["M*"], after["M*"]), False),
        ("counted", " ".join(visible(names[k]) for k in told["ids"]), True),
        (
            "dropped",
            phrase(told["dropped"], 60) if told["dropped"] else "no word, as all are in the vocabulary",
            False,
        ),
    ]
    star, information = (
        _moved(before[name][word, other], after[name][word, other], digits)
        for name, digits in (("M*", 3), ("PMI", 2))
    )
    return notes(figure, f"{_entry(words, word, other)} {star}, PMI {information.split(' ', 1)[1]}", rows)


def _entry(words: list[str], i: int, j: int) -> str:
    return f"M*({visible(words[i])}, {visible(words[j])})"


def _moved(before: float, after: float, digits: int = 3) -> str:
    old, new = signed(before, digits), signed(after, digits)
    if old == new:
        return f"stays at {new}"
    return f"{'rises' if after > before else 'falls'} from {old} to {new}"


def _elsewhere(words: list[str], word: int, other: int, before: np.ndarray, after: np.ndarray) -> str:
    """The entry, other than the chosen one, that has changed most: the first of those."""
    change = np.triu(np.abs(after - before))
    change[min(word, other), max(word, other)] = 0
    i, j = np.unravel_index(change.argmax(), change.shape)
    if change[i, j] < 0.005:
        return "no other entry moves"
    return f"most of all {_entry(words, i, j)}, which {_moved(before[i, j], after[i, j])}"
