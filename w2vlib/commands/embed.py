"""`w2v embed`: from counts or text to word vectors."""

from __future__ import annotations

import click

from ..vectors import word_vectors
from . import _counts, _formats, _text
from ._frame import Shown, command

DIMENSIONS = 200


@command
@_text.text_argument
@click.option(
    "-o", "--output", required=True, type=click.Path(readable=False),
    help="A file that ends in .txt, .vec, .bin, .npz or .kv; .gz, .bz2 or .xz behind it packs it.",
)  # fmt: skip
@click.option(
    "-d", "--dimensions", type=int, metavar="N",
    help=f"How many directions of the target.  [default: {DIMENSIONS}, or all where there are fewer]",
)  # fmt: skip
@click.option(
    "--pseudo-count", type=float, metavar="K",
    help="Imaginary counts that make rare pairs weigh less; 0 for none.  [default: one average meeting]",
)  # fmt: skip
@click.option(
    "--core", type=int, default=30_000, show_default=True, metavar="N",
    help="The N most frequent words set the directions; rarer ones are folded in.",
)  # fmt: skip
@click.option(
    "--residual", type=float, default=1e-3, show_default=True,
    help="Accuracy of each direction.",
)  # fmt: skip
@_formats.format_option("--format", "kind")
@_formats.digits_option(6)
@_text.counting_options
def command(
    shown: Shown,
    text: tuple[str, ...],
    output: str,
    dimensions: int | None,
    pseudo_count: float | None,
    core: int,
    residual: float,
    kind: str | None,
    digits: int,
    **how,
) -> None:
    """Make word vectors of counts, or of text.

    They are what the least-squares word2vec ends with, in closed form: nothing is trained. Imaginary
    counts keep rare pairs from weighing too much; with --pseudo-count 0 the target is M* itself.

    TEXT is one file of counts, as w2v count writes them (.w2v), or text as w2v count reads it. The
    format follows from the name of the output: word2vec's text (.txt, .vec) and binary (.bin) formats,
    NumPy's arrays (.npz), gensim's KeyedVectors (.kv).

    Directions along which the target is negative give no dimension, so there may be fewer than asked for.

    \b
    Examples:
      w2v embed counts.w2v -o vectors.txt
      w2v embed counts.w2v -o vectors.bin --dimensions 50 --words 80
      w2v embed mytext -o vectors.txt.gz --window 5

    \b
    In Python:
      stats = w2vlib.CorpusStatistics.load("counts.w2v")
      vectors = w2vlib.word_vectors(stats, 200)
      vectors.save_word2vec_text("vectors.txt")
    """
    _text.check_text(text)
    if residual >= 1:
        raise ValueError(
            f"--residual must be less than 1, not {residual:g}: it is a share of each eigenvalue"
        )
    counted = _counts.is_counted(text)
    _text.check_output(output, () if counted else text)
    kind = _formats.written_format(output, kind)
    stats = _counts.statistics(shown, text, counted, **how)
    d = min(DIMENSIONS, len(stats), max(core, 1)) if dimensions is None else dimensions
    vectors = word_vectors(stats, d, pseudo_count, core, residual)
    _formats.save(vectors, output, kind, digits)
    shown.written(
        output,
        f"{len(vectors):,} words, {vectors.vectors.shape[1]} dimensions",
        format=kind,
        words=len(vectors),
        dimensions=vectors.vectors.shape[1],
    )
