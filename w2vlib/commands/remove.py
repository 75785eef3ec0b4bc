"""`w2v remove`: a text taken out of counts."""

from __future__ import annotations

import click

from . import _text
from ._frame import Shown, command


@command
@click.argument("counts", type=click.Path(readable=False))
@click.argument("part", nargs=-1, required=True, type=click.Path(readable=False))
@click.option(
    "-o", "--output", required=True, type=click.Path(readable=False), help="A file that ends in .w2v."
)
@click.option("--seen", is_flag=True, help="Leave out words that are left without neighbours.")
@_text.documents_option()
def command(
    shown: Shown, counts: str, part: tuple[str, ...], output: str, seen: bool, documents: str
) -> None:
    """Take a text out of counts, as if it had never been counted.

    COUNTS is a file as w2v count writes it. PART is text that was counted in it, or counts of such text
    (.w2v), made like it. What is written is what counting the rest with the same vocabulary would give,
    to the bit; vectors made of it know nothing of the text.

    \b
    Examples:
      w2v remove counts.w2v mytext/one.txt -o rest.w2v
      w2v remove counts.w2v one.w2v -o rest.w2v --json
      w2v remove counts.w2v one.w2v -o rest.w2v --seen

    \b
    In Python:
      stats = w2vlib.CorpusStatistics.load("counts.w2v")
      part = w2vlib.statistics.count_like(w2vlib.Corpus("mytext/one.txt"), stats)
      (stats - part).save("rest.w2v")
    """
    _text.check_counts_or_text(part)
    _text.check_counts_output(output, [path for path in part if not path.endswith(".w2v")])
    stats = _text.counted(counts)
    taken = _text.counted_like(shown, part, stats, documents)
    _text.check_alike(counts, stats, part[0], taken)
    left = stats - taken
    alone = sum(1 for share in (left.p if left.total else [0] * len(left)) if not share)
    if seen:
        left = left.seen()
    elif alone:
        shown.note(f"{alone:,} of {len(left):,} words stand near no other any more; --seen leaves them out")
    left.save(output)
    shown.written(
        output,
        f"{left.n_tokens:,} words in {left.n_documents:,} documents are left",
        words=len(left),
        tokens=left.n_tokens,
        documents=left.n_documents,
        alone=alone,
    )
