"""How much faster counting by rows is than the usual loop.

    .venv/bin/python benchmarks/counting.py FOLDER [--shard 0] [--vocabulary 10000] [--window 16]

FOLDER holds the corpus (``enwiki-*.txt.xz``, as ``make data`` takes it).  One shard is read
and encoded first; only counting is timed.  The reference is what one usually writes with
numba: walk along the text, add to a cell of a V × V matrix for each pair.  Both count the
same text in the same run; the counts are compared cell by cell; medians of several rounds,
taken in turn, are reported as a ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numba
import numpy as np

import w2vlib
from w2vlib._common.threads import processors
from w2vlib.corpus import build_vocabulary, encode
from w2vlib.counting import cooccurrence_counts


@numba.njit
def usual_loop(ids, offsets, window, counts):
    for document in range(len(offsets) - 1):
        begin, end = offsets[document], offsets[document + 1]
        for position in range(begin, end):
            for other in range(max(begin, position - window), min(end, position + window + 1)):
                if other != position:
                    counts[ids[position], ids[other]] += window + 1 - abs(position - other)


def timed(function):
    begin = time.perf_counter()
    result = function()
    return time.perf_counter() - begin, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shard", type=int, default=0)
    parser.add_argument("--vocabulary", type=int, default=10_000)
    parser.add_argument("--window", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()

    corpus = w2vlib.Corpus(sorted(args.folder.glob("enwiki-*.txt.xz"))[args.shard])
    words = build_vocabulary(corpus, args.vocabulary).words
    text = encode(corpus, words)
    size = len(words)
    print(f"{len(text.ids):,} tokens in {len(text.offsets) - 1:,} documents, V = {size:,}, L = {args.window}")

    def usual(dtype):
        counts = np.zeros((size, size), dtype)
        usual_loop(text.ids, text.offsets, args.window, counts)
        return counts

    def by_rows(threads):
        return cooccurrence_counts(text, size, args.window, backend="numba", threads=threads)

    contenders = {
        "usual loop, int64": lambda: usual(np.int64),
        "usual loop, int32": lambda: usual(np.int32),
        "by rows, 1 thread": lambda: by_rows(1),
        f"by rows, {processors()} threads": lambda: by_rows(processors()),
    }
    for function in contenders.values():  # compile, and check that all agree
        counts = function()
        assert np.array_equal(counts, by_rows(1))
    seconds = {name: [] for name in contenders}
    for _ in range(args.rounds):
        for name, function in contenders.items():
            seconds[name].append(timed(function)[0])
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    fastest = list(medians)[-1]
    for name, median in medians.items():
        spread = f"{min(seconds[name]):.2f} … {max(seconds[name]):.2f}"
        print(f"{name:22} {median:6.2f} s  ({spread})   {median / medians[fastest]:5.1f} × {fastest}")


if __name__ == "__main__":
    main()
