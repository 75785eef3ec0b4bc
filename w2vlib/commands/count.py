"""`w2v count`: from text to counts."""

from __future__ import annotations

import click

from . import _cluster, _text
from ._frame import Shown, command


@command
@_text.text_argument
@click.option(
    "-o", "--output", required=True, type=click.Path(readable=False), help="A file that ends in .w2v."
)
@_text.counting_options
@_cluster.cluster_options
def command(
    shown: Shown, text: tuple[str, ...], output: str, workers: int | None, scheduler: str | None, **how
) -> None:
    """Count a text: its words, and which stand near which.

    TEXT is a file, or a folder whose files are read, with the folders in it; several can be given. Each
    line is a document. Files that end in .gz, .bz2 or .xz are unpacked on the way, and what is hidden,
    its name beginning with a dot, is left out. With --workers or --scheduler a Dask cluster counts, which
    gives the same file.

    \b
    Examples:
      w2v count mytext -o counts.w2v
      w2v count mytext -o counts.w2v --words 100 --window 5 --min-count 2
      w2v count mytext/one.txt mytext/two.txt -o counts.w2v --json
      w2v count mytext -o counts.w2v --workers 2

    \b
    In Python:
      w2vlib.count_corpus(w2vlib.Corpus("mytext")).save("counts.w2v")
    """
    if not output.endswith(".w2v"):
        raise ValueError(
            f"counts are kept in a file that ends in .w2v, not in {output}; name one: -o counts.w2v"
        )
    _text.check_text(text)
    _text.check_output(output, text)
    if counted := [path for path in text if path.endswith(".w2v")]:
        raise ValueError(
            f"{counted[0]} holds counts already; go on with them: w2v embed {counted[0]} -o vectors.txt"
        )
    with _cluster.connected(workers, scheduler) as client:
        stats = _text.count(shown, text, client=client, **how)
    stats.save(output)
    shown.written(
        output,
        f"{len(stats):,} words, from {stats.n_tokens:,} in {stats.n_documents:,} documents",
        words=len(stats),
        tokens=stats.n_tokens,
        documents=stats.n_documents,
        window=stats.window,
        weighting=stats.weighting,
        oov=stats.oov,
    )
