"""What it changes that word2vec drops words before it lays the window, measured on a whole corpus.

    .venv/bin/python benchmarks/dropping.py --corpus FOLDER [--size 5000] [--dimensions 100] [--subsample 1e-4]

Words are dropped before or after, with several seeds, and what is left is counted.  The counts are compared
with those expected if words are dropped after: how many pairs there are, what changes in the logarithms of
counts beyond a number for each row and column, the leading directions of M*, and the analogies that its
closed form solves.  The numbers in w2vlib/data/full_runs.json, which chapter *pair-weights* shows, were made
in this way.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

import w2vlib
from w2vlib.corpus import EncodedText, build_vocabulary, encode_in_chunks
from w2vlib.counting import cooccurrence_counts
from w2vlib.course.pair_weights import without_rows_and_columns
from w2vlib.targets import keep_probabilities

OFTEN = 10_000  # units of weight, from which a count's own noise is small


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--size", type=int, default=5000)
    parser.add_argument("--dimensions", type=int, default=100)
    parser.add_argument("--subsample", type=float, default=1e-4)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    args = parser.parse_args()
    corpus = w2vlib.Corpus(args.corpus)
    vocabulary = build_vocabulary(corpus, args.size)
    texts = list(encode_in_chunks(corpus, vocabulary.words))
    frequencies = vocabulary.occurrences / vocabulary.occurrences.sum()
    keep = keep_probabilities(frequencies, args.subsample)
    questions = {"correct": w2vlib.load_analogies(), "google": w2vlib.load_analogies("google")}

    def directions_of(counts, row):
        stats = w2vlib.CorpusStatistics(vocabulary.words, counts, vocabulary.occurrences, window=16)
        modes = w2vlib.spectrum(w2vlib.m_star(stats), args.dimensions)
        for name, asked in questions.items():
            row[name] = w2vlib.analogy_accuracy(modes.embedding(), asked).correct
        return modes.vectors

    expected = keep[:, None] * cooccurrence_counts(texts, args.size) * keep
    often = expected >= OFTEN
    words = np.flatnonzero(often.any(axis=1))
    met = often[np.ix_(words, words)]
    row = {"order": "expected", "seed": None, "pairs": round(expected.sum() / 16)}
    reference = directions_of(np.round(100 * expected).astype(np.int64), row)
    rows = [row]
    for first in (False, True):
        for seed in args.seeds:
            counts = cooccurrence_counts(dropped(texts, keep, first, seed, args.size), args.size)
            row = {"order": "words dropped first" if first else "window laid first", "seed": seed}
            row["pairs"] = round(counts.sum() / 16)
            left, due = (np.where(often, which, 1)[np.ix_(words, words)] for which in (counts, expected))
            change = np.log(np.maximum(left, 1) / due)
            row["left_over"] = round(float(np.sqrt((without_rows_and_columns(change, met) ** 2).mean())), 4)
            vectors = directions_of(counts, row)
            row["overlap"] = {
                str(d): round(float(np.linalg.norm(vectors[:, :d].T @ reference[:, :d]) ** 2 / d), 4)
                for d in (5, 20, args.dimensions)
            }
            rows.append(row)
            print(json.dumps(row), flush=True)
    command = (
        f"benchmarks/dropping.py --size {args.size} --dimensions {args.dimensions} "
        f"--subsample {args.subsample:g} --seeds {' '.join(map(str, args.seeds))}"
    )
    pairs = {"compared": int(met.sum()), "from_units": OFTEN, "size": args.size, "subsample": args.subsample}
    print(json.dumps({"command": command, **pairs, "rows": rows}, indent=2))


def dropped(
    texts: list[EncodedText], keep: np.ndarray, first: bool, seed: int, size: int
) -> list[EncodedText]:
    """The text after subsampling: the words that are left move together, or leave gaps."""
    rng = np.random.default_rng(seed)
    left = []
    for text in texts:
        kept = rng.random(len(text.ids)) < keep[text.ids]
        if first:
            before = np.concatenate([[0], np.cumsum(kept)])
            left.append(EncodedText(text.ids[kept], before[text.offsets]))
        else:
            left.append(EncodedText(np.where(kept, text.ids, size).astype(np.int32), text.offsets))
    return left


if __name__ == "__main__":
    main()
