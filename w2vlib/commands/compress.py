"""`w2v compress`: word vectors in few bytes a word."""

from __future__ import annotations

import click

from ..compression import compress
from . import _formats, _text
from ._frame import Shown, command


@command
@_formats.vectors_argument
@click.argument("output", type=click.Path(readable=False))
@click.option(
    "-b", "--bytes", "bytes_per_word", type=float, default=32, show_default=True, metavar="N",
    help="Bytes a word, all counted but the list of words.",
)  # fmt: skip
@click.option(
    "-d", "--dimensions", type=int, metavar="N",
    help="How many directions to keep.  [default: as many as keep the scores of pairs best]",
)  # fmt: skip
@click.option(
    "--quantiser", type=click.Choice(["trellis", "rounding"]), default="trellis", show_default=True,
    help="Round the numbers of a word together, or each by itself.",
)  # fmt: skip
@click.option(
    "--unit/--lengths",
    default=True,
    help="Scale vectors to length 1 first, or keep their lengths.  [default: unit]",
)
@click.option("--keep-axes", is_flag=True, help="Keep the axes that the vectors had, at its cost in bytes.")
@_formats.from_option
def command(
    shown: Shown,
    vectors: str,
    output: str,
    bytes_per_word: float,
    dimensions: int | None,
    quantiser: str,
    unit: bool,
    keep_axes: bool,
    kind: str | None,
) -> None:
    """Compress word vectors to so many bytes a word.

    VECTORS is a file of word vectors, in word2vec's text or binary format, GloVe's, NumPy's (.npz) or
    compressed. OUTPUT is a file of compressed vectors, called .w2c by custom. All commands read such
    files, and w2v convert makes other formats of them.

    Vectors are read back turned to their principal axes, which changes no cosine, unless --keep-axes is
    given. How far the vector of a word may be off is printed.

    \b
    Examples:
      w2v compress vectors.txt small.w2c
      w2v compress vectors.txt smaller.w2c --bytes 16
      w2v compress vectors.npz same-lengths.w2c --lengths --keep-axes --bytes 500

    \b
    In Python:
      small = w2vlib.compress(w2vlib.Embedding.load_word2vec_text("vectors.txt"), 32)
      small.save("small.w2c")
    """
    _text.check_output(output)
    small = compress(_formats.load(vectors, kind), bytes_per_word, dimensions, quantiser, unit, keep_axes)
    small.save(output)
    shown.written(
        output,
        f"{len(small):,} words, {small.d} dimensions, {small.bytes_per_word:.2f} bytes a word and "
        f"{small.word_list_bytes:,} bytes of words; no vector is off by more than {small.largest_error:.3f}",
        format="compressed",
        words=len(small),
        dimensions=small.d,
        bytes_per_word=small.bytes_per_word,
        word_list_bytes=small.word_list_bytes,
        error=small.error,
        largest_error=small.largest_error,
        bound=small.bound,
    )
