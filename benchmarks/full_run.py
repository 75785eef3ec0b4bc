"""word2vec trained on a whole corpus, ours and gensim's, beside the closed form: analogies, loss and time.

    .venv/bin/python benchmarks/full_run.py --corpus FOLDER [--size 5000] [--dimensions 100] [--subsample 1e-4]

All read the same text with the same vocabulary and settings; ours and gensim's start from the same
vectors.  gensim's threads make its result differ a little from run to run.  The numbers in
w2vlib/data/full_runs.json, which chapter *pair-weights* shows, were made in this way; --save adds to such a file.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
from gensim_reference import train_gensim
from text_training import train_on_text

import w2vlib
from w2vlib._common.files import replace_file
from w2vlib.corpus import build_vocabulary, encode_in_chunks
from w2vlib.counting import cooccurrence_counts
from w2vlib.evaluation import accuracy_of_snapshots
from w2vlib.training import word2vec_start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--size", type=int, default=5000)
    parser.add_argument("--dimensions", type=int, default=100)
    parser.add_argument("--subsample", type=float, default=1e-4)
    parser.add_argument("--shared-negatives", type=int, default=256, help="of ours; gensim draws its own")
    parser.add_argument("--threads", type=int, default=2, help="of gensim; ours takes one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", type=Path, help="a JSON file to add the runs to")
    parser.add_argument("--snapshots", type=int, nargs="*", default=[], help="steps at which ours is scored")
    parser.add_argument("--vectors", type=Path, help="where to write our vectors, as .npz")
    args = parser.parse_args()
    d = args.dimensions

    corpus = w2vlib.Corpus(args.corpus)
    vocabulary = build_vocabulary(corpus, args.size)
    texts = list(encode_in_chunks(corpus, vocabulary.words))
    counts = cooccurrence_counts(texts, args.size)
    stats = w2vlib.CorpusStatistics(vocabulary.words, counts, vocabulary.occurrences, window=16)
    questions = {
        name: asked
        for name, asked in {"own": w2vlib.load_analogies(), "google": w2vlib.load_analogies("google")}.items()
    }
    start = word2vec_start(args.size, d, args.seed)
    options = dict(
        window=16, negatives=5, subsample=args.subsample, rng=args.seed, learning_rate=0.025, final_learning_rate=1e-4,
        context=np.zeros_like(start), stats=stats,
    )  # fmt: skip
    command = (
        f"benchmarks/full_run.py --size {args.size} --dimensions {d} --subsample {args.subsample:g} "
        f"--shared-negatives {args.shared_negatives} --threads {args.threads} --seed {args.seed}"
    )
    if args.snapshots:
        command += " --snapshots " + " ".join(map(str, args.snapshots))
    runs = []

    def report(name, vectors, subsample=None, pairs=None, seconds=None, threads=None, loss=None):
        embedding = w2vlib.Embedding(stats.words, vectors)
        scores = {name: w2vlib.analogy_accuracy(embedding, asked) for name, asked in questions.items()}
        runs.append(
            dict(
                name=name, d=d, subsample=subsample, pairs=pairs, seconds=seconds, threads=threads, loss=loss,
                correct=scores["own"].correct, google=scores["google"].correct, command=command,
            )
        )  # fmt: skip
        told = ", ".join(f"{name} {score}" for name, score in scores.items())
        print(f"{name}: {told}" + (f"; {seconds:.0f} s, loss {loss:.4g}" if seconds else ""), flush=True)

    report("closed form of M*", w2vlib.spectrum(w2vlib.m_star(stats), d).embedding().vectors)
    begin = time.perf_counter()
    ours = train_on_text(
        texts, start, record=2, shared_negatives=args.shared_negatives, snapshots=args.snapshots, progress=True,
        **options,
    )  # fmt: skip
    seconds = time.perf_counter() - begin
    mean_rate = (0.025 + 1e-4) / 2
    pairs = round(ours.times[-1] / mean_rate * 4 * args.size**2 / 6, -5)
    report("w2vlib, along the text", ours.weights, args.subsample, pairs, round(seconds), 1, ours.loss[-1])
    if args.snapshots:
        runs[-1]["curve"] = curve(ours, 0.025, 1e-4)
    if args.vectors:
        np.savez_compressed(args.vectors, words=stats.words, vectors=ours.weights, context=ours.context)
    begin = time.perf_counter()
    theirs = train_gensim(texts, stats.words, start, threads=args.threads, **options)
    seconds = time.perf_counter() - begin
    report(
        "gensim, skip-gram",
        theirs.weights,
        args.subsample,
        pairs,
        round(seconds),
        args.threads,
        theirs.loss[-1],
    )
    if args.save:
        stored = json.loads(args.save.read_text(encoding="utf-8")) if args.save.exists() else {"runs": []}
        stored["runs"] += runs
        replace_file(args.save, json.dumps(stored, indent=2, ensure_ascii=False).encode() + b"\n")


def curve(run, first_rate, last_rate) -> dict:
    """Accuracy by family at the snapshots, by the share of the summed learning rates that is spent."""
    found = accuracy_of_snapshots(run)
    done = found.at / run.last_step
    spent = first_rate * done - (first_rate - last_rate) * done**2 / 2
    return dict(
        steps=found.at.tolist(),
        share=(spent / ((first_rate + last_rate) / 2)).round(4).tolist(),
        overall=found.overall.round(4).tolist(),
        families={name: values.round(4).tolist() for name, values in found.families.items()},
    )


if __name__ == "__main__":
    main()
