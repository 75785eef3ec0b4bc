"""`w2v merge`: counts of several texts added up."""

from __future__ import annotations

import click

from . import _text
from ._frame import Shown, command


@command
@click.argument("counts", nargs=-1, required=True, type=click.Path(readable=False))
@click.option(
    "-o", "--output", required=True, type=click.Path(readable=False), help="A file that ends in .w2v."
)
def command(shown: Shown, counts: tuple[str, ...], output: str) -> None:
    """Add up counts of several texts.

    COUNTS are files as w2v count writes them, made with one vocabulary, window and weighting: count the
    first text, and the others like it. The result is what counting all of them together with that
    vocabulary would give, to the bit.

    \b
    Examples:
      w2v merge one.w2v two.w2v -o both.w2v
      w2v merge counts.w2v one.w2v two.w2v -o all.w2v --json

    \b
    In Python:
      one = w2vlib.CorpusStatistics.load("one.w2v")
      two = w2vlib.CorpusStatistics.load("two.w2v")
      (one + two).save("both.w2v")
    """
    if len(counts) < 2:
        raise click.UsageError("Give two or more files of counts to add up.")
    _text.check_counts_output(output)
    total = _text.counted(counts[0])
    for path in counts[1:]:
        other = _text.counted(path)
        _text.check_alike(counts[0], total, path, other)
        total = total + other
    total.save(output)
    shown.written(
        output,
        f"{total.n_tokens:,} words in {total.n_documents:,} documents",
        words=len(total),
        tokens=total.n_tokens,
        documents=total.n_documents,
    )
