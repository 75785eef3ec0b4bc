"""`w2v convert`: word vectors from one format to another."""

from __future__ import annotations

import click

from . import _formats, _text
from ._frame import Shown, command


@command
@_formats.vectors_argument
@click.argument("output", type=click.Path(readable=False))
@_formats.from_option
@_formats.format_option("--to", "written_kind")
@_formats.digits_option(9)
def command(
    shown: Shown, vectors: str, output: str, kind: str | None, written_kind: str | None, digits: int
) -> None:
    """Write word vectors in another format.

    VECTORS is a file in word2vec's text or binary format, GloVe's, NumPy's (.npz) or compressed
    (w2v compress, which also writes them). OUTPUT is one whose name ends in .txt or .vec (word2vec's text), .bin (its binary format), .npz, or .kv (gensim's
    KeyedVectors, which can be written and, as a pickle, is never read); GloVe's text, without a first
    line, is written with --to glove.

    \b
    Examples:
      w2v convert vectors.txt vectors.npz
      w2v convert vectors.txt vectors.bin.gz
      w2v convert vectors.npz glove.txt --to glove

    \b
    In Python:
      w2vlib.Embedding.load_word2vec_text("vectors.txt").save_npz("vectors.npz")
    """
    _text.check_output(output)
    written_kind = _formats.written_format(output, written_kind, "--to")
    embedding = _formats.load(vectors, kind)
    _formats.save(embedding, output, written_kind, digits)
    d = embedding.vectors.shape[1]
    shown.written(
        output,
        f"{len(embedding):,} words, {d} dimensions",
        format=written_kind,
        words=len(embedding),
        dimensions=d,
    )
