"""The formats of word vectors: which one a file is in, reading it, writing it."""

from __future__ import annotations

import importlib.util
import pickle
from collections.abc import Callable
from pathlib import Path

import click

from .._common.archives import PACKED
from .._common.files import replace_file
from .._vector_files import kind_of
from ..compression import CompressedVectors
from ..embeddings import Embedding

#: What each format is written by, and the endings of names that stand for it.
_SAVE = {
    "text": lambda vectors, path, digits: vectors.save_word2vec_text(path, digits),
    "binary": lambda vectors, path, _: vectors.save_word2vec_binary(path),
    "npz": lambda vectors, path, _: vectors.save_npz(path),
    "kv": lambda vectors, path, _: replace_file(path, pickle.dumps(vectors.to_gensim(), protocol=4)),
    "glove": lambda vectors, path, digits: vectors.save_word2vec_text(path, digits, header=False),
}
_ENDINGS = {".txt": "text", ".vec": "text", ".bin": "binary", ".npz": "npz", ".kv": "kv"}
_LOAD = {
    "text": Embedding.load_word2vec_text,
    "binary": Embedding.load_word2vec_binary,
    "npz": Embedding.load_npz,
    "compressed": lambda path: CompressedVectors.load(path).embedding(),
    "glove": lambda path: Embedding.load_word2vec_text(path, header=False),
}
#: What is no file of vectors, or none that is safe to read.
_REMEDIES = {
    "counts": "holds counts and no vectors; make some of them: w2v embed {path} -o vectors.txt",
    "pickle": "would have to be unpickled, which runs whatever its author wrote into it. If it is yours and of "
    "gensim, write it anew in Python: "
    "gensim.models.KeyedVectors.load({path!r}).save_word2vec_format('vectors.txt')",
}

vectors_argument = click.argument("vectors", type=click.Path(readable=False))
from_option = click.option(
    "--from",
    "kind",
    type=click.Choice([*_LOAD]),
    help="The format of the vectors.  [default: what the file looks like]",
)


def format_option(*names: str) -> Callable:
    """The option of what is written."""
    return click.option(
        *names, type=click.Choice([*_SAVE]), help="The format that is written.  [default: by the name]"
    )


def digits_option(default: int) -> Callable:
    """The option of how many digits a text has."""
    return click.option(
        "--digits",
        type=click.IntRange(1, 17),
        default=default,
        show_default=True,
        help="Significant digits of numbers in text; 9 keep 32 bits, 17 keep 64.",
    )


def load(path: str, kind: str | None = None) -> Embedding:
    """Read vectors, in the format that is named or that the file seems to be in."""
    if path == "-":
        raise ValueError(
            "vectors are read from a file, not from standard input; a file that is called - is ./-"
        )
    found = kind or kind_of(path)
    if found in _REMEDIES:
        raise ValueError(f"{path} {_REMEDIES[found].format(path=path)}")
    try:
        return _LOAD[found](path)
    except ValueError:
        if kind is None or (seems := kind_of(path)) == kind or seems not in _LOAD:
            raise
        raise ValueError(
            f"{path} cannot be read in the format {kind} and looks like {seems}; leave --from out, or say --from {seems}"
        ) from None


def written_format(path: str, kind: str | None, option: str = "--format") -> str:
    """Which format a file is to be written in; an error where that cannot be."""
    name = Path(path)
    packed = name.suffix.lower() in PACKED
    ending = Path(name.stem if packed else name.name).suffix.lower()
    found = kind or _ENDINGS.get(ending)
    if found is None:
        known = ", ".join(_ENDINGS)
        raise ValueError(
            f"could not tell the format of {path} from its name: let it end in {known}, or name the format: {option} text"
        )
    if found == "kv" and importlib.util.find_spec("gensim") is None:
        raise ModuleNotFoundError(name="gensim")
    return found


def save(vectors: Embedding, path: str, kind: str, digits: int) -> None:
    """Write vectors, whole or not at all."""
    _SAVE[kind](vectors, path, digits)
