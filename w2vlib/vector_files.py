"""Word vectors from files: those that word2vec learned, shipped with the package, and those of other programs."""

from __future__ import annotations

import hashlib
import io
from importlib import resources
from pathlib import Path

import numpy as np

from .embeddings import Embedding
from .statistics_file import read_words

__all__ = ["load_wikipedia_sgns", "load_word2vec_text"]

FOLDER = resources.files("w2vlib") / "data"


def load_wikipedia_sgns(size: int = 5000) -> Embedding:
    """Return word vectors that word2vec itself learned from the text behind :func:`load_wikipedia`.

    Skip-gram with negative sampling, one pass over 45 million words, 200
    dimensions, window 16, 5 negatives.  How they were trained stands in the
    book's data card.

    Parameters
    ----------
    size : int
        Keep only that many words, the most frequent.

    Returns
    -------
    Embedding
        The word vectors W, without the context vectors.  Unlike those of
        :func:`closed_form`, its coordinates have no order.

    Raises
    ------
    ValueError
        If the file is damaged, or there are not that many words.

    Notes
    -----
    Stored in half precision, which moves no coordinate by more than a
    thousandth of itself.  Introduced in chapter 12, *Each direction is a
    concept*.

    Examples
    --------
    >>> load_wikipedia_sgns().analogy("france", "paris", "germany")[0][0]
    'berlin'
    """
    name = "wikipedia-sgns.npy"
    content = (FOLDER / name).read_bytes()
    sums = (line.split() for line in (FOLDER / "SHA256SUMS").read_text().splitlines())
    expected = {file: digest for digest, file in sums}[name]
    if hashlib.sha256(content).hexdigest() != expected:
        raise ValueError(f"{name} is damaged: its SHA-256 is not {expected}; install w2vlib again")
    words = read_words(FOLDER / "wikipedia.w2v")
    if not 1 <= size <= len(words):
        raise ValueError(f"size must lie between 1 and the vocabulary's {len(words)}, not {size}")
    vectors = np.load(io.BytesIO(content), allow_pickle=False)
    return Embedding(words[:size], vectors[:size])


def load_word2vec_text(path: str | Path) -> Embedding:
    """Read vectors in word2vec's text format.

    Raises
    ------
    ValueError
        If the first line is not "words dimensions" or a line does not fit it;
        the message names the line.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "vectors.txt"
    >>> Embedding(("a", "b"), np.array([[1.0, 2.0], [3.0, 0.5]])).save_word2vec_text(path)
    >>> load_word2vec_text(path)["b"]
    array([3. , 0.5])
    """
    with open(path, encoding="utf-8") as file:
        head = file.readline().split()
        if len(head) != 2 or not all(part.isdigit() for part in head):
            raise ValueError(f"{path}, line 1: expected 'words dimensions', found {' '.join(head)[:60]!r}")
        size, d = map(int, head)
        words, rows = [], np.empty((size, d))
        for number, line in enumerate(file, start=2):
            word, *numbers = line.rstrip("\n").rstrip().split(" ")
            if len(numbers) != d or len(words) == size:
                raise ValueError(
                    f"{path}, line {number}: expected {d} numbers for each of {size} words, "
                    f"found {len(numbers)} for word number {len(words) + 1}"
                )
            try:
                rows[len(words)] = [float(x) for x in numbers]
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from None
            words.append(word)
    if len(words) < size:
        raise ValueError(f"{path} ends after {len(words)} of {size} words; it is truncated")
    return Embedding(tuple(words), rows)
