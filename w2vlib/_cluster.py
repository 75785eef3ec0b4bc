"""Counting on more than one machine: the same numbers, by the workers of a Dask cluster.

The corpus is cut into shards, files or stretches of long files.  In a first round workers count the words
of each shard, in a second one, when the vocabulary is known, which words stand near which.  What comes
of shards is added in trees, in whole numbers, so that neither the order nor the number of the workers
matters: the sums are those of one machine, to the last bit.

:func:`~w2vlib.statistics.count_corpus` comes here where it is given a client.
"""

from __future__ import annotations

import itertools
import operator
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import scipy.sparse

from ._common.progress import progress_bar
from ._common.sparse import mirrored
from ._shards import (
    Reading,
    added_bands,
    added_sizes,
    added_totals,
    added_words,
    band_edges,
    counts_of_shard,
    most_frequent_of,
    occurrences_of,
    shards_of,
    words_of_shard,
)
from .corpus import CHUNK_TOKENS, Corpus, check_same_text
from .counting import check_any_counted, counts_type

_FAN = 8  # partial results that are added at a time
_PARTS = 8  # in which the words of a corpus are added up
_PATIENCE = 30  # seconds to wait for the first worker
_USUAL = 1 << 31  # bytes of memory for each thread of a worker that sets no limit
_OWN = 1 << 28  # bytes that a worker takes before it does anything, for Python and compiled code
_LEAST = 1 << 25


class TextOnCluster:
    """The words of a corpus that the workers of a cluster read, as :class:`~w2vlib._one_pass.NumberedText` is of one that is read here.

    Attributes
    ----------
    n_tokens, n_documents : int
        Size of the corpus.
    """

    def __init__(self, corpus: Corpus, client):
        if type(corpus) is not Corpus:
            raise ValueError(
                "with a client, documents must be files, which workers can read; pass a path or "
                f"w2vlib.Corpus(path), not {type(corpus).__name__}, or leave the client out"
            )
        self._corpus, self._client = corpus, client
        self._token, self._number, self._futures = secrets.token_hex(4), itertools.count(), []
        self._shards = shards_of(corpus)
        self._memory = _memory(client)
        version = sys.modules["w2vlib"].__version__
        self._reading = Reading(corpus.documents, corpus.tokenizer, version, self._memory // 64)
        *self._words, sizes = self._added(
            "words", words_of_shard, (self._reading, _PARTS), [*[added_words] * _PARTS, added_sizes]
        )
        self.n_tokens, self.n_documents = self._result(sizes)

    def __enter__(self) -> TextOnCluster:
        return self

    def __exit__(self, wrong, *_) -> None:
        """Let the cluster forget what is there, and leave what is not done yet."""
        if wrong is not None and self._client.status == "running":
            self._client.cancel(self._futures)
        self._futures.clear()
        self._words.clear()

    def most_frequent(self, size: int | None, min_count: int) -> tuple[list[tuple[str, int]], int]:
        """Return the `size` most frequent words with their occurrences, ties by spelling, and of how many they are."""
        parts = [self._submit(most_frequent_of, words, size, min_count) for words in self._words]
        found = [self._result(part) for part in parts]
        ranked = sorted((item for items, _ in found for item in items), key=lambda item: (-item[1], item[0]))
        return ranked[:size], sum(n for _, n in found)

    def occurrences(self, words: Sequence[str]) -> np.ndarray:
        """Return how often each word of a vocabulary occurs."""
        parts = [self._submit(occurrences_of, part, tuple(words)) for part in self._words]
        return sum(self._result(part) for part in parts)

    def counts(
        self, words: Sequence[str], occurrences: np.ndarray, oov: str, sparse: bool, **how: object
    ) -> np.ndarray | scipy.sparse.csr_array:
        """Return what :func:`~w2vlib.counting.cooccurrence_counts` does of the whole text.

        `how` is window, weighting and backend.
        """
        check_any_counted(occurrences)
        counts_type(occurrences, how["window"], how["weighting"], 1)  # too much is told before work starts
        self._words.clear()
        self._futures.clear()  # of words nothing is wanted any more, and nothing would be counted again
        edges = band_edges(len(words))
        vocabulary = self._submit(tuple, tuple(words))  # which is made again where it is lost
        chunk = min(CHUNK_TOKENS, max(1 << 16, self._memory // (64 * min(how["window"], 1 << 10))))
        sums = [*[_AddedBands(len(words))] * (len(edges) - 1), added_totals]
        *bands, totals = self._added(
            "pairs", counts_of_shard, (self._reading, vocabulary, oov, how, chunk), sums
        )
        totals = self._result(totals)
        check_same_text(words, self.n_documents, occurrences, totals.n_documents, totals.occurrences)
        kind = counts_type(occurrences, how["window"], how["weighting"], totals.longest)
        return (_sparse if sparse else _dense)(self._in_turn(bands), edges, kind)

    def _submit(self, function: Callable, *arguments: object, first: bool = True):
        name = getattr(function, "__name__", "sum").strip("_")
        future = self._client.submit(
            function,
            *arguments,
            key=(f"{name}-{self._token}", next(self._number)),
            priority=10 if first else 0,
            pure=False,
        )
        self._futures.append(future)
        return future

    def _added(self, what: str, of_shard: Callable, arguments: tuple, sums: list[Callable]) -> list:
        """The sums of what a function makes of all shards, once it has: as many as it makes of each."""
        whole = [self._submit(of_shard, shard, *arguments, first=False) for shard in self._shards]
        totals = [
            self._tree(add, [self._submit(operator.getitem, made, k) for made in whole])
            for k, add in enumerate(sums)
        ]
        self._wait(whole, what)
        return totals

    def _tree(self, add: Callable, waiting: list):
        while len(waiting) > 1:
            waiting = [
                self._submit(add, waiting[k : k + _FAN]) if len(waiting[k : k + _FAN]) > 1 else waiting[k]
                for k in range(0, len(waiting), _FAN)
            ]
        return waiting[0]

    def _wait(self, futures: list, what: str) -> None:
        """Wait for all, or raise what went wrong with the first of those that did."""
        from distributed import as_completed

        with progress_bar(self._corpus.progress, total=len(futures), unit="shard", desc=what) as bar:
            for future in as_completed(futures):
                if future.status != "finished":
                    for earlier in futures:
                        self._result(earlier)
                bar.update(1)

    def _result(self, future):
        """What a future holds, brought from the worker itself and not through the scheduler where that can be."""
        from distributed import KilledWorker

        try:
            return self._client.gather(future, direct=True)
        except KilledWorker as error:
            raise MemoryError(
                f"workers died again and again over the same shard ({error}); most likely they need more memory"
            ) from None
        except ModuleNotFoundError as error:
            raise ValueError(
                f"a worker has no {error.name}; install on all machines what is installed here"
            ) from None

    def _in_turn(self, futures: list) -> Iterator:
        """Results one after another, each of which the cluster forgets once it is here."""
        while futures:
            future = futures.pop(0)
            self._futures.remove(future)
            yield self._result(future)


class _AddedBands:
    """Adds bands of rows of so many columns."""

    __name__ = "added_bands"

    def __init__(self, size: int):
        self._size = size

    def __call__(self, several: list):
        return added_bands(several, self._size)


def _memory(client) -> int:
    """Bytes that each thread may fill of the worker that has the least, once there is a worker."""
    if client.asynchronous:
        raise ValueError("client must be one that waits for results: make it with Client(asynchronous=False)")
    if client.status != "running":
        raise ValueError(f"client must be connected to a scheduler, and it is {client.status}")
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise ValueError(
            f"client has no worker: none has joined its scheduler within {_PATIENCE} seconds; start some, with: "
            f"dask worker {client.scheduler.address}"
        ) from None
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    free = (((worker["memory_limit"] or _USUAL) - _OWN) // worker["nthreads"] for worker in workers)
    return max(_LEAST, min(free))


def _dense(bands: Iterable, edges: list[int], kind: np.dtype) -> np.ndarray:
    """The counts of all pairs from bands of the lower triangle."""
    counts = np.zeros((edges[-1], edges[-1]), kind)
    for first, band in zip(edges, bands):
        rows = np.repeat(np.arange(first, first + len(band.lengths)), band.lengths)
        counts[rows, band.columns] = band.data
        counts[band.columns, rows] = band.data
    return counts


def _sparse(bands: Iterable, edges: list[int], kind: np.dtype) -> scipy.sparse.csr_array:
    """The counts of pairs that met from bands of the lower triangle."""
    lengths, columns, data = zip(*bands)
    return mirrored(
        np.concatenate(data).astype(kind), np.concatenate(columns).astype(np.int32), np.concatenate(lengths)
    )
