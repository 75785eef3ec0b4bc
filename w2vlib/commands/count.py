"""`w2v count`: from text to counts."""

from __future__ import annotations

import functools

import click
from click.core import ParameterSource

from ..corpus import Corpus
from ..statistics import CorpusStatistics, count_like
from . import _cluster, _text
from ._frame import Shown, command


@command
@_text.text_argument
@click.option(
    "-o", "--output", required=True, type=click.Path(readable=False), help="A file that ends in .w2v."
)
@click.option(
    "--like", metavar="COUNTS", type=click.Path(readable=False),
    help="Count as this file was: its words, window, weighting and oov.",
)  # fmt: skip
@_text.counting_options
@_cluster.cluster_options
def command(
    shown: Shown,
    text: tuple[str, ...],
    output: str,
    like: str | None,
    workers: int | None,
    scheduler: str | None,
    **how,
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
      w2v count mytext/one.txt -o one.w2v --like counts.w2v

    \b
    In Python:
      w2vlib.count_corpus(w2vlib.Corpus("mytext")).save("counts.w2v")
    """
    _text.check_text(text)
    _text.check_counts_output(output, text)
    if counted := [path for path in text if path.endswith(".w2v")]:
        raise ValueError(
            f"{counted[0]} holds counts already; go on with them: w2v embed {counted[0]} -o vectors.txt"
        )
    with _cluster.connected(workers, scheduler) as client:
        counted = _text.count if like is None else functools.partial(_counted_like, like=like)
        stats = counted(shown, text, client=client, **how)
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


def _counted_like(
    shown: Shown, text: tuple[str, ...], like: str, documents: str, source: str, client: object, **_
) -> CorpusStatistics:
    """Count a text as another was, with none of the options that say how."""
    ctx = click.get_current_context()
    for name in ("words", "window", "weighting", "oov", "min_count"):
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(
                f"--like {like} says how to count, and so does --{name.replace('_', '-')}; leave one of them out."
            )
    corpus = Corpus(text, documents, progress=shown.progress)
    return count_like(corpus, _text.counted(like), source, client)
