"""A dot to be dragged along the curve of accuracy against rank, and which analogies so many dimensions solve."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ..._common.arguments import checked
from ..._common.validate import real_array, whole_number
from ...embeddings import Embedding
from .._arguments import four_words
from .._plain import percent, plain, visible
from ..plots import COLORS
from .drawing import cursor, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider

__all__ = ["rank_explorer"]


@checked
def rank_explorer(
    embedding: Embedding,
    ranks: Sequence[int],
    accuracies: Sequence[float],
    questions: Sequence[tuple[str, str, str, str]],
    start: int | None = None,
) -> Explorer:
    """Return a figure in which one moves the number of dimensions and sees analogies being solved.

    Parameters
    ----------
    embedding : Embedding
        Its first d coordinates are used for each rank d.
    ranks : sequence of int
        The ranks one can choose, rising.
    accuracies : sequence of float
        Share of a whole set of questions solved at each rank.
    questions : sequence of (a, b, c, answer)
        A few questions whose answers are shown.
    start : int, optional
        The rank shown first; one of `ranks`, by default the first.

    Returns
    -------
    Explorer
        With a slider ``step``: the first rank is 1, the second 2, and so on.

    Raises
    ------
    ValueError
        If the lengths disagree, the ranks do not rise, or `start` is not among them.

    Notes
    -----
    Ranks stand at equal distances, as the steps of the slider below them.
    Introduced in chapter *words-as-vectors*.

    Examples
    --------
    >>> import numpy as np
    >>> plane = Embedding(("man", "woman", "king", "queen"),
    ...                   np.array([[1., 0.], [0., 1.], [2., 1.], [1., 2.]]))
    >>> figure = rank_explorer(plane, [1, 2], [0.0, 1.0], [("man", "king", "woman", "queen")], start=2)
    >>> print(figure.describe())
    2 dimensions answer 100 % of all questions. Right: man is to king as woman is to queen. Here: 1 of these 1.
    """
    if len(ranks) != len(accuracies):
        raise ValueError(f"{len(ranks)} ranks need as many accuracies, not {len(accuracies)}")
    accuracies = real_array("accuracies", accuracies, None)
    questions = four_words("questions", questions)
    ranks = [whole_number(f"ranks[{i}]", rank) for i, rank in enumerate(ranks)]
    if not ranks or any(later <= earlier for earlier, later in zip(ranks, ranks[1:])):
        raise ValueError(f"ranks must rise, and be one or more, not {ranks}")
    start = ranks[0] if start is None else whole_number("start", start)
    if start not in ranks:
        raise ValueError(f"start must be one of the ranks {ranks}, not {start}")
    parts = [embedding.leading(rank) for rank in ranks]
    table = {
        "ranks": ranks,
        "shares": plain(accuracies),
        "questions": [list(question) for question in questions],
        "answers": [[part.analogy(a, b, c)[0][0] for a, b, c, _ in questions] for part in parts],
    }
    slider = Slider("step", "dimensions", 1, len(ranks), 1, ranks.index(start) + 1)
    live = Live(
        "rank",
        wide=300,
        narrow=280,
        lines=len(questions) + 2,
        play="step",
        seconds=6.0,
        words="Add dimensions",
    )
    return Explorer(table, [slider], partial(_draw, table), live)


def _many(rank: int) -> str:
    return f"{rank} dimension{'s' if rank > 1 else ''}"


def _draw(table: dict, figure, step: int) -> str:
    ranks, shares, now = table["ranks"], table["shares"], step - 1
    places = range(1, len(ranks) + 1)
    (axes,) = panels(figure, [2.4], lines=len(table["questions"]) + 1)
    axes.plot(places, shares, "o-", color=COLORS["M*"], markersize=3, linewidth=1.8)
    cursor([axes], step)
    axes.plot([step], [shares[now]], "o", color=COLORS["word2vec"], markersize=9, zorder=5, clip_on=False)
    axes.set(xlim=(1, max(2, len(ranks))), ylim=(0, min(1, max(shares) * 1.12 + 0.02)))
    axes.set(xlabel="dimensions of each word vector", ylabel="share of questions")
    last, every = len(ranks), -(-len(ranks) // 12)
    shown = [k for k in places if k == last or ((k - 1) % every == 0 and last - k >= every)]
    axes.set_xticks(shown, [str(ranks[k - 1]) for k in shown])
    axes.yaxis.set_major_formatter(lambda share, _: percent(share))
    rows, right = [], 0
    for (a, b, c, answer), word in zip(table["questions"], table["answers"][now]):
        right += word == answer
        wrong = "" if word == answer else f" (not {visible(answer)})"
        text = f"{visible(a)} is to {visible(b)} as {visible(c)} is to {visible(word)}{wrong}"
        rows.append(("wrong" if wrong else "right", text, True))
    rows.append(("here", f"{right} of these {len(rows)}", False))
    title = (
        f"{_many(ranks[now])} answer{'' if ranks[now] > 1 else 's'} {percent(shares[now])} of all questions"
    )
    return notes(figure, title, rows)
