"""`w2v influence`: what each document of a text does to what is learned."""

from __future__ import annotations

from collections.abc import Iterator

import click
import numpy as np

from .._common.progress import progress_bar
from ..corpus import Corpus
from ..dynamics import aligned_half_rises, typical_start
from ..spectra import Spectrum, spectrum
from ..stability import Influence, influence
from ..statistics import CorpusStatistics
from ..targets import m_star
from . import _text
from ._frame import Shown, command
from ._table import table

_BEYOND = 3  # directions that are looked at for each that is told: the last ones are told less surely


@command
@click.argument("counts", type=click.Path(readable=False))
@_text.text_argument
@click.option("--add", is_flag=True, help="What adding the documents does; else what removing them does.")
@click.option(
    "-k", "--directions", type=click.IntRange(1), default=20, show_default=True, metavar="N",
    help="How many leading directions.",
)  # fmt: skip
@click.option(
    "-n", "--number", type=click.IntRange(1), default=10, show_default=True,
    help="How many documents are shown, those of largest effect first; --json has all.",
)  # fmt: skip
@click.option(
    "-d", "--dimensions", type=click.IntRange(1), default=200, show_default=True, metavar="N",
    help="Dimensions of the word vectors whose training is foretold.",
)  # fmt: skip
@click.option(
    "--scale", type=float, default=1e-3, show_default=True, help="Scale of its random initial weights."
)
@_text.documents_option()
def command(
    shown: Shown,
    counts: str,
    text: tuple[str, ...],
    add: bool,
    directions: int,
    number: int,
    dimensions: int,
    scale: float,
    documents: str,
) -> None:
    """Say what each document of a text does to what is learned.

    COUNTS is a file as w2v count writes it, and TEXT is what was counted in it, or a part of it. Each
    row tells where a document stands and how it begins; its share of all counts; the direction whose
    eigenvalue changes most, without it; by how much, in percent, and how far that may be off; by how
    much the time changes at which this direction is half learned; and how far it turns, in degrees. A
    star means that the document mixes it with a neighbour, and only both together keep their meaning.

    \b
    Examples:
      w2v influence counts.w2v mytext
      w2v influence counts.w2v mytext/one.txt --directions 5 --number 3
      w2v influence counts.w2v mytext --documents files --add --json

    \b
    In Python:
      stats = w2vlib.CorpusStatistics.load("counts.w2v")
      modes = w2vlib.spectrum(w2vlib.m_star(stats), 60)
      found = w2vlib.stability.influence(stats, w2vlib.Corpus("mytext"), modes)
    """
    _text.check_text(text)
    files = [Corpus([path], documents) for path in Corpus(text, documents).files]
    stats = _text.counted(counts)
    modes = _directions(stats, _BEYOND * directions)
    start = typical_start(len(modes), max(dimensions, len(modes)), scale)
    places, texts = [], []
    for place, words in _placed(files):
        places.append(place)
        texts.append(words)
    found = influence(
        stats, progress_bar(shown.progress, texts, desc="documents"), modes, "add" if add else "remove"
    )
    told = [
        _told(place, words, found, row, directions) for row, (place, words) in enumerate(zip(places, texts))
    ]
    for one, moved, off in zip(told, *found.half_rises(start)):
        one["half_rises"], one["half_rise_errors"] = moved[:directions].tolist(), off[:directions].tolist()
    told.sort(key=lambda one: -abs(one["effect"]))
    before = {"eigenvalues": modes.values, "half_rises": aligned_half_rises(modes.values, start)}
    before = {name: numbers[:directions].tolist() for name, numbers in before.items()}
    shown.result(before | {"documents": told}, table(_rows(before, told[:number]), words=2))


def _directions(stats: CorpusStatistics, most: int) -> Spectrum:
    """So many leading directions, or as many as can be learned."""
    modes = spectrum(m_star(stats), min(most, len(stats)))
    learned = int((modes.values > 0).sum())
    if not learned:
        raise ValueError(
            "nothing is learned of these counts: no direction has a positive eigenvalue; count more text"
        )
    return modes.leading(learned)


def _placed(files: list[Corpus]) -> Iterator[tuple[str, list[str]]]:
    """Each document that holds a word, and where it stands."""
    for corpus in files:
        for number, text in enumerate(corpus.texts(), start=1):
            if words := corpus.tokenizer(text):
                place = str(corpus.files[0])
                yield (f"{place}:{number}" if corpus.documents == "lines" else place), words


def _told(place: str, words: list[str], found: Influence, row: int, directions: int) -> dict:
    """What one document does."""
    values = found.values[row, :directions]
    effects = values / found.modes.values[:directions]
    strongest = int(np.abs(effects).argmax())
    return {
        "document": place,
        "begins": " ".join(words[:4]),
        "share": float(found.shares[row]),
        "direction": strongest + 1,
        "effect": float(effects[strongest]),
        "values": values.tolist(),
        "errors": found.errors[row, :directions].tolist(),
        "turns": found.turns[row, :directions].tolist(),
        "mixed": found.mixed[row, :directions].tolist(),
    }


def _rows(before: dict, told: list[dict]) -> Iterator[tuple[str, ...]]:
    """The lines of the table, its head first."""
    yield "document", "begins", "share %", "direction", "λ %", "±", "τ %", "turn °"
    for one in told:
        k = one["direction"] - 1
        value, rise = before["eigenvalues"][k], before["half_rises"][k]
        yield (
            one["document"],
            one["begins"],
            f"{100 * one['share']:.3f}",
            str(k + 1) + "*" * one["mixed"][k],
            f"{100 * one['effect']:+.2f}",
            f"{100 * one['errors'][k] / abs(value):.2f}",
            f"{100 * one['half_rises'][k] / rise:+.2f}",
            f"{np.degrees(one['turns'][k]):.1f}",
        )
