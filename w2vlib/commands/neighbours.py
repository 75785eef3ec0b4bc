"""`w2v neighbours`: the words nearest to a word."""

from __future__ import annotations

import click

from . import _formats
from ._frame import Shown, command
from ._table import table


@command
@_formats.vectors_argument
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
@click.option(
    "-n", "--number", type=click.IntRange(0), default=10, show_default=True, help="How many of them."
)
@_formats.from_option
def command(shown: Shown, vectors: str, words: tuple[str, ...], number: int, kind: str | None) -> None:
    """Print the words nearest to a word, and their cosines.

    VECTORS is a file of word vectors, in word2vec's text or binary format, GloVe's, NumPy's (.npz) or
    compressed (w2v compress).

    \b
    Examples:
      w2v neighbours vectors.txt king
      w2v neighbours vectors.txt king queen --number 3
      w2v neighbours vectors.txt king --json

    \b
    In Python:
      w2vlib.Embedding.load_word2vec_text("vectors.txt").neighbours("king")
    """
    embedding = _formats.load(vectors, kind)
    found = {word: embedding.neighbours(word, number) for word in words}
    rows = [(word, near, f"{cosine:.3f}") for word, nearest in found.items() for near, cosine in nearest]
    if len(found) == 1:
        shown.result(found, table([row[1:] for row in rows]))
    else:
        shown.result(found, table(rows, words=2))
