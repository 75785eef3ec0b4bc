"""A slider for the rank: which analogies so many dimensions solve; it needs no kernel."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..._common.arguments import checked
from ..._common.validate import real_array, whole_number
from ...embeddings import Embedding
from .._arguments import four_words
from .._plain import json_in_html, visible
from ..plots import COLORS

__all__ = ["rank_explorer"]

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 420, 180, 46, 34, 10

_LAYOUT = """<style>
.rank-explorer{margin:1.5em 0;padding:1em 1.2em;border:1px solid rgba(128,128,128,.45);border-radius:8px;max-width:46em}
.rank-explorer input{width:min(100%,22em);vertical-align:middle;accent-color:#0072B2}
.rank-explorer svg{width:100%;max-width:34em;height:auto;display:block;margin:.5em 0}
.rank-explorer svg text{fill:currentColor;font-size:13px}
.rank-explorer table{width:100%;border-collapse:collapse;margin:.3em 0 0}
.rank-explorer td,.rank-explorer th{padding:.2em .5em;text-align:left;border:0;background:none}
.rank-explorer em{unicode-bidi:isolate;overflow-wrap:anywhere}
.rank-explorer output{font-weight:bold}
.rank-explorer figcaption{font-size:.9em;margin-top:.6em}
</style>"""

_ON_INPUT = (
    "var f=this.closest('figure'),t=JSON.parse(f.querySelector('script').textContent),i=+this.value,"
    "m=f.querySelector('.mark');"
    "f.querySelector('output').textContent=t.ranks[i];"
    "this.setAttribute('aria-valuetext',t.ranks[i]+' dimensions, '+t.shares[i]+' solved');"
    "f.querySelector('.share').textContent=t.shares[i];"
    "m.setAttribute('transform','translate('+t.x[i]+','+t.y[i]+')');"
    "f.querySelectorAll('tbody tr').forEach(function(r,k){var a=t.answers[i][k];"
    "r.children[1].firstChild.textContent=a[0];r.children[2].textContent=a[1]?'right':'wrong';});"
)


@checked
def rank_explorer(
    embedding: Embedding,
    ranks: Sequence[int],
    accuracies: Sequence[float],
    questions: Sequence[tuple[str, str, str, str]],
    start: int = 100,
) -> str:
    """Return a figure in which one moves the number of dimensions and sees analogies being solved.

    The figure is a fragment of HTML that needs neither a kernel nor any other
    file, works by mouse, touch and keyboard, and says the same without
    JavaScript for the rank at which it starts.

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
    start : int
        The rank shown first; one of `ranks`.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    ValueError
        If the lengths disagree, or `start` is not among `ranks`.

    Examples
    --------
    >>> import numpy as np
    >>> plane = Embedding(("man", "woman", "king", "queen"),
    ...                   np.array([[1., 0.], [0., 1.], [2., 1.], [1., 2.]]))
    >>> figure = rank_explorer(plane, [1, 2], [0.0, 1.0], [("man", "king", "woman", "queen")], start=2)
    >>> figure.count("<tr>"), "queen" in figure
    (2, True)
    """
    if len(ranks) != len(accuracies):
        raise ValueError(f"{len(ranks)} ranks need as many accuracies, not {len(accuracies)}")
    accuracies = real_array("accuracies", accuracies, None)
    questions, start = four_words("questions", questions), whole_number("start", start)
    ranks = [whole_number(f"ranks[{i}]", rank) for i, rank in enumerate(ranks)]
    if start not in ranks:
        raise ValueError(f"start must be one of the ranks {list(ranks)}, not {start}")
    first = list(ranks).index(start)
    x = [_LEFT + 12 + k * (_WIDTH - _LEFT - 24) / max(1, len(ranks) - 1) for k in range(len(ranks))]
    y = [_HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP) for share in accuracies]
    shares = [f"{100 * share:.0f} %" for share in accuracies]
    answers = []
    for rank in ranks:
        part = embedding.leading(rank)
        found = [part.analogy(a, b, c)[0][0] for a, b, c, _ in questions]
        answers.append([[visible(word), word == question[3]] for word, question in zip(found, questions)])
    table = {
        "ranks": list(ranks),
        "shares": shares,
        "x": [round(value, 1) for value in x],
        "y": [round(value, 1) for value in y],
        "answers": answers,
    }
    rows = "".join(
        f"<tr><td>{_em(a)} is to {_em(b)} as {_em(c)} is to</td>"
        f"<td><em>{escape(word)}</em></td><td>{'right' if right else 'wrong'}</td></tr>"
        for (a, b, c, _), (word, right) in zip(questions, answers[first])
    )
    return (
        f'{_LAYOUT}<figure class="rank-explorer no-invert tex2jax_ignore mathjax_ignore">'
        f'<script type="application/json">{json_in_html(table)}</script>'
        f"<label>Dimensions of each word vector: <output>{start}</output> "
        f'<input data-lm-suppress-shortcuts="true" type="range" min="0" max="{len(ranks) - 1}" value="{first}" '
        f'step="1" aria-valuetext="{start} dimensions, {shares[first]} solved" '
        f'oninput="{escape(_ON_INPUT)}"></label>'
        f"{_curve(ranks, accuracies, x, y, first)}"
        f'<table><thead class="sr-only"><tr><th>question</th><th>answer</th><th>verdict</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        f'<figcaption>Solved at this rank: <b class="share">{shares[first]}</b> of all questions. '
        f"Every vector was computed from word counts; nothing was trained.</figcaption></figure>"
    )


def _em(word: str) -> str:
    return f"<em>{escape(visible(word))}</em>"


def _curve(ranks, accuracies, x, y, first) -> str:
    """The accuracy curve as SVG, with a mark that the slider moves."""
    bottom = _HEIGHT - _BOTTOM
    grid = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{h:.1f}" y2="{h:.1f}" stroke="currentColor" opacity=".15"/>'
        f'<text x="{_LEFT - 6}" y="{h + 4:.1f}" text-anchor="end">{share} %</text>'
        for share in (0, 25, 50, 75)
        for h in [bottom - share / 100 * (bottom - _TOP)]
    )
    ticks = "".join(
        f'<text x="{at:.1f}" y="{bottom + 20}" text-anchor="middle">{rank}</text>'
        for at, rank in zip(x, ranks)
    )
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y))
    alt = f"Share of analogies solved: {100 * accuracies[0]:.0f} % at {ranks[0]} dimensions, rising to " + (
        f"{100 * accuracies[-1]:.0f} % at {ranks[-1]}."
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{alt}">{grid}{ticks}'
        f'<polyline points="{points}" fill="none" stroke="{COLORS["M*"]}" stroke-width="2.5"/>'
        f'<g class="mark" transform="translate({x[first]:.1f},{y[first]:.1f})">'
        f'<circle r="7" fill="{COLORS["word2vec"]}"/></g></svg>'
    )
