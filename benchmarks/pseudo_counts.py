"""Which pseudo-count of M* is best, on text that the vectors have not seen.

    .venv/bin/python benchmarks/pseudo_counts.py --corpus FOLDER [--words 10000] [--directions 200] [--core 30000]

Files of the folder are dealt to two halves, every second one to each.  For each pseudo-count κ
vectors w are made from one half, and the scores x = s w·w' of pairs of words are judged on the
other half by losses with its counts, P where words met and q = p p' by chance:

    even       sum of Ψ [P (x²/4 - x) + q (x²/4 + x)], with Ψ = 1/(P + q) of the first half
    drawn      the same with Ψ = 1, as a mean over pairs drawn from P and from q

each with the one scale s that is best for it.  P and q of the other half are fair estimates, and so
are the losses.  The first belongs to the setting in which M* is what is learned: all pairs matter
alike.  In the second, as in word2vec, a pair matters as often as it is drawn.

    lengths    the same as "drawn", but s is a polynomial of second degree in ln p and ln p'

A pseudo-count makes the vectors of rare words shorter.  One scale for all cannot undo that, and this
one can.  It was added when the others had been seen, to find out what they say.

    own        how many of this package's own analogy questions the vectors answer, without those
               that share a pair of words with Google's; directions alone matter, not lengths

The rule: for each of the four the best κ is the one that is best for vectors of the first half; that
it is the best for those of the second confirms it.  Only then Google's questions are asked of
vectors of all the text, for κ = 0 and the best ones alone.  They have no say.

All κ are judged on the same pairs, so that their differences are surer than the losses: ± is the
standard error of the difference from the first κ.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

import w2vlib
from w2vlib.corpus import build_vocabulary

_AT_A_TIME = 2**15  # pairs scored at once


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, help="a folder of at least two files")
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--directions", type=int, default=200)
    parser.add_argument("--core", type=int, default=30_000)
    parser.add_argument("--kappas", type=float, nargs="+", default=[0, 2, 4, 8, 16, 32, 64])
    parser.add_argument("--rows", type=int, default=2000, help="words whose pairs with all words are scored")
    parser.add_argument("--pairs", type=int, default=4_000_000, help="pairs drawn of each kind")
    args = parser.parse_args()
    files = sorted(path for path in args.corpus.iterdir() if path.suffix in (".xz", ".gz", ".bz2", ".txt"))
    if len(files) < 2:
        parser.error(f"{args.corpus} holds {len(files)} files of text, and two halves need two")
    halves = [w2vlib.Corpus(files[k::2]) for k in (0, 1)]
    both = set.intersection(*(set(build_vocabulary(half).words) for half in halves))  # each can place them
    words = [word for word in build_vocabulary(w2vlib.Corpus(files)).words if word in both][: args.words]
    report([w2vlib.count_corpus(half, words=words) for half in halves], args)


def report(halves: list[w2vlib.CorpusStatistics], args: argparse.Namespace) -> None:
    """Print the losses of all κ, which ones they choose, and what Google's questions say of these."""
    pairs = [held_out_pairs(half, args.pairs, np.random.default_rng(0)) for half in halves]
    names = ("even", "drawn", "lengths")
    google = w2vlib.load_analogies("google")
    own = without_pairs_of(google, w2vlib.load_analogies())
    print(f"V = {len(halves[0]):,}, d = {args.directions}, core {args.core:,}")
    print("     from half 1, on half 2" + 56 * " " + "from half 2, on half 1")
    print("  κ  " + 2 * ("".join(f"{name:>10}        ± " for name in names) + "      own"), flush=True)
    first, table = [], []
    for kappa in args.kappas:
        found = []
        for k, train in enumerate(halves):
            test = halves[1 - k]
            vectors = w2vlib.word_vectors(train, args.directions, kappa, args.core).vectors.astype(np.float32)
            found.append(even_losses(vectors, train, test, args.rows))
            logarithms = np.log(train.p)
            logarithms = (logarithms - logarithms.mean()) / logarithms.std()
            for degree in (0, 2):
                features = [scaled_scores(vectors, logarithms, degree, *drawn) for drawn in pairs[1 - k]]
                found.append(fitted_losses(*features))
            score = w2vlib.analogy_accuracy(w2vlib.Embedding(train.words, vectors), own)
            found.append(np.array([-score.accuracy]))  # the best is the least, as of losses
        first = first or found
        table.append([losses.mean() for losses in found])
        errors = [(one - other).std() / len(one) ** 0.5 for one, other in zip(found, first)]
        line = [
            f"{m:10.5f}  {e:.5f} " if len(f) > 1 else f"{-m:9.4f}"
            for m, e, f in zip(table[-1], errors, found)
        ]
        print(f"{kappa:4g} " + "".join(line), flush=True)
    chosen = {0}
    for name, best, again in zip((*names, "own"), *np.argmin(table, axis=0).reshape(2, 4)):
        print(f"{name}: best at κ = {args.kappas[best]:g}; with the halves changed, {args.kappas[again]:g}")
        chosen.add(args.kappas[best])
    for kappa in sorted(chosen):
        found = w2vlib.word_vectors(halves[0] + halves[1], args.directions, kappa, args.core)
        for size in sorted({n for n in (10_000, 30_000, len(found)) if n <= len(found)}):
            some = w2vlib.Embedding(found.words[:size], found.vectors[:size])
            score = w2vlib.analogy_accuracy(some, google)
            print(
                f"κ = {kappa:g}, first {size:,} words: {score.accuracy:.4f}, coverage {score.coverage:.2f}",
                flush=True,
            )


def without_pairs_of(google: dict, own: dict) -> dict:
    """Questions of our own in which no two words are a pair of Google's."""
    pairs = {
        pair for asked in google.values() for a, b, c, d in asked for pair in ((a, b), (b, a), (c, d), (d, c))
    }
    return {
        family: [(a, b, c, d) for a, b, c, d in asked if not {(a, b), (c, d)} & pairs]
        for family, asked in own.items()
    }


def even_losses(
    vectors: np.ndarray, train: w2vlib.CorpusStatistics, test: w2vlib.CorpusStatistics, number: int
) -> np.ndarray:
    """The mean loss of a row in which each pair matters alike, for some rows drawn at random."""
    rows = np.random.default_rng(0).permutation(len(vectors))[:number]
    halves = [(csr_array(half.counts), float(half.total), half.p) for half in (train, test)]
    linear, square = np.empty(len(rows)), np.empty(len(rows))
    for begin in range(0, len(rows), 100):
        some = slice(begin, begin + 100)
        x = vectors[rows[some]] @ vectors.T
        weight, (met, chance) = None, (None, None)
        for counts, total, p in halves:
            met, chance = counts[rows[some]].toarray() / total, np.outer(p[rows[some]], p)
            weight = met + chance if weight is None else weight
        linear[some] = ((met - chance) / weight * x).mean(axis=1)
        square[some] = ((met + chance) / weight * x**2).mean(axis=1)
    scale = 2 * linear.mean() / square.mean()
    return scale**2 * square / 4 - scale * linear


Pairs = tuple[np.ndarray, np.ndarray]


def held_out_pairs(
    stats: w2vlib.CorpusStatistics, number: int, rng: np.random.Generator
) -> tuple[Pairs, Pairs]:
    """Rows and columns of pairs as they meet in a text, and as they would by chance."""
    counts = csr_array(stats.counts)
    ends = np.cumsum(counts.data, dtype=np.int64)
    place = np.searchsorted(ends, rng.integers(0, ends[-1], number), side="right")
    rows = np.searchsorted(counts.indptr, place, side="right") - 1
    words = rng.choice(len(stats), (2, number), p=stats.p)
    return (rows, counts.indices[place]), (words[0], words[1])


def scaled_scores(
    vectors: np.ndarray, logarithms: np.ndarray, degree: int, rows: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """The inner products of pairs of vectors, times each term of a polynomial in the logarithms: shape (n, terms)."""
    x = np.empty(len(rows))
    for begin in range(0, len(rows), _AT_A_TIME):
        some = slice(begin, begin + _AT_A_TIME)
        x[some] = np.einsum("ij,ij->i", vectors[rows[some]], vectors[columns[some]])
    a, b = logarithms[rows], logarithms[columns]
    return np.stack([x] if degree == 0 else [x, x * (a + b), x * a * b, x * (a**2 + b**2)], axis=1)


def fitted_losses(met: np.ndarray, by_chance: np.ndarray) -> np.ndarray:
    """The quadratic loss of each pair that met and one by chance, with the best coefficients: a linear problem."""
    gram = (met.T @ met + by_chance.T @ by_chance) / (2 * len(met))
    coefficients = np.linalg.solve(gram, met.mean(axis=0) - by_chance.mean(axis=0))
    x, y = met @ coefficients, by_chance @ coefficients
    return x**2 / 4 - x + y**2 / 4 + y


if __name__ == "__main__":
    main()
