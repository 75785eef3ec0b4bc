"""Parts of a corpus, such as its documents, as counts of the few words that each of them holds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse

from ..corpus import Corpus, EncodedText, encode_in_chunks
from ..counting import cooccurrence_counts
from ..statistics import CorpusStatistics

_AT_A_TIME = 1_000_000  # words of documents that are encoded at a time


@dataclass(frozen=True, eq=False)
class Part:
    """Counts of a part of a corpus, of the words in it.

    Attributes
    ----------
    number : int
        Its place among the parts that are looked at, from 1 on.
    rows : ndarray of int, shape (n,)
        Which words it holds, rising.
    counts : ndarray of float64, shape (n, n)
        How often they meet in it.
    n_tokens : int
        Its words, those outside the vocabulary that leave no gap left out.
    """

    number: int
    rows: np.ndarray
    counts: np.ndarray
    n_tokens: int


def parts_of(stats: CorpusStatistics, documents) -> Iterator[Part]:
    """Yield each document counted as the statistics were, or each of other statistics.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=1)
    >>> [(part.rows.tolist(), part.counts.tolist()) for part in parts_of(stats, [["b", "c"]])]
    [([1, 2], [[0.0, 1.0], [1.0, 0.0]])]
    """
    if isinstance(documents, CorpusStatistics):
        documents = [documents]
    elif isinstance(documents, (str, os.PathLike)):
        documents = Corpus(documents)
    elif isinstance(documents, Iterable) and not isinstance(documents, Corpus):
        documents = list(documents)
    if isinstance(documents, list) and any(isinstance(one, CorpusStatistics) for one in documents):
        yield from _of_statistics(stats, documents)
    else:
        yield from _of_texts(stats, documents)


def _of_statistics(stats: CorpusStatistics, parts: list) -> Iterator[Part]:
    for number, part in enumerate(parts, start=1):  # all of them before work starts
        if not isinstance(part, CorpusStatistics):
            raise ValueError(
                f"documents must be all statistics or all lists of words, and document {number} is a "
                f"{type(part).__name__} among statistics"
            )
        for name in ("words", "window", "weighting", "oov"):
            if getattr(part, name) != getattr(stats, name):
                raise ValueError(
                    f"document {number} was counted with other {name} than the statistics; count both with the same"
                )
    for number, part in enumerate(parts, start=1):
        counts = scipy.sparse.csr_array(part.counts)
        rows = np.flatnonzero(np.diff(counts.indptr))
        yield Part(
            number, rows, counts[rows][:, rows].toarray().astype(np.float64), int(part.occurrences.sum())
        )


def _of_texts(stats: CorpusStatistics, documents) -> Iterator[Part]:
    number, size = 0, len(stats)
    for text in encode_in_chunks(documents, stats.words, stats.oov, _AT_A_TIME):
        for begin, end in zip(text.offsets[:-1].tolist(), text.offsets[1:].tolist()):
            number += 1
            yield _of_one(stats, number, text.ids[begin:end], size)


def _of_one(stats: CorpusStatistics, number: int, ids: np.ndarray, size: int) -> Part:
    rows = np.unique(ids)
    rows = rows[rows < size].astype(np.int64)
    if not rows.size:
        return Part(number, rows, np.zeros((0, 0)), 0)
    places = np.full(size + 1, len(rows), np.int32)
    places[rows] = np.arange(len(rows))
    text = EncodedText(places[ids], np.array([0, ids.size]))
    counts = cooccurrence_counts(text, len(rows), stats.window, stats.weighting, threads=1)
    met = np.flatnonzero(counts.any(axis=1))  # a word on its own meets none
    return Part(number, rows[met], counts[np.ix_(met, met)].astype(np.float64), int(ids.size))


def check_some(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts, and raise ValueError at their end if there was none."""
    part = None
    for part in parts:
        yield part
    if part is None:
        raise ValueError("there is no document; pass at least one, as a list of words or as statistics")
