"""Pairs per second of word2vec's training, ours against gensim's, and where the time goes.

    .venv/bin/python benchmarks/training.py [--corpus FOLDER] [--size 5000] [--dimensions 100]

Both train on the same text, from the same start, at the same settings, in the same run: the
text is read along by w2vlib and by gensim (on one and on two threads), and pairs are drawn
from its counts by w2vlib.  A pair is a word with a neighbour, its negatives included.  gensim's
pairs are those expected of the text.  Rounds are taken in turn, and medians reported as a ratio.

Without --corpus the text is drawn at random from the frequencies of the shipped statistics:
the same work, with nothing to learn.  A corpus is a folder that w2vlib.Corpus reads.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from pathlib import Path

import numpy as np
from gensim_reference import train_gensim
from text_training import train_on_text

import w2vlib
from w2vlib._common.threads import limited_threads
from w2vlib.corpus import EncodedText, encode


def random_text(stats: w2vlib.CorpusStatistics, tokens: int, length: int = 400) -> EncodedText:
    law = stats.occurrences / stats.occurrences.sum()
    ids = np.random.default_rng(0).choice(len(stats), tokens, p=law).astype(np.int32)
    return EncodedText(ids, np.append(np.arange(0, tokens, length), tokens))


def read_text(folder: Path, words, tokens: int) -> EncodedText:
    def documents():
        found = 0
        for document in w2vlib.Corpus(folder):
            found += len(document)
            if found > tokens:
                return
            yield document

    return encode(documents(), words)


def profile(train, title: str) -> None:
    """Time of one thread, by what it is spent on."""
    import torch
    from torch.profiler import ProfilerActivity

    kinds = {
        "aten::index_select": "fetching vectors",
        "aten::bmm": "scores and moves (matrix products)",
        "aten::index_add_": "adding moves to vectors",
        "aten::sigmoid_": "coefficients",
        "aten::sub": "coefficients",
        "aten::mul_": "coefficients",
    }
    with limited_threads(), torch.profiler.profile(activities=[ProfilerActivity.CPU]) as found:
        begin = time.perf_counter()
        train()
        total = time.perf_counter() - begin
    spent = dict.fromkeys(kinds.values(), 0.0)
    for event in found.key_averages():
        if event.key in kinds:
            spent[kinds[event.key]] += event.self_cpu_time_total / 1e6
    spent["drawing pairs and negatives, and the rest"] = total - sum(spent.values())
    print(f"{title}, profiled:")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"   {seconds / total:5.1%}  {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--tokens", type=int, default=2_000_000)
    parser.add_argument("--size", type=int, default=5000)
    parser.add_argument("--dimensions", type=int, default=100)
    parser.add_argument("--window", type=int, default=16)
    parser.add_argument("--negatives", type=int, default=5)
    parser.add_argument("--subsample", type=float, default=1e-4)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()

    stats = w2vlib.load_wikipedia(args.size)
    if args.corpus:
        text = read_text(args.corpus, stats.words, args.tokens)
    else:
        text = random_text(stats, args.tokens)
    start = w2vlib.initial_weights(args.size, args.dimensions, 0.1)
    options = dict(
        negatives=args.negatives,
        subsample=args.subsample,
        final_learning_rate=1e-4,
        context=np.zeros_like(start),
    )
    along = dict(window=args.window, **options)
    quiet = dict(record=[0])  # measuring the loss takes time that gensim does not spend

    def ours(**more):
        return train_on_text(text, start, **along, **quiet, **more)

    def drawn(pairs):
        return w2vlib.train_word2vec_sampled(stats, start, pairs, **options, **quiet)

    def gensim(threads):
        return train_gensim(text, stats.words, start, threads=threads, **along)

    def pairs_of(run):
        """What its flow time is worth, at the mean rate."""
        last = run.last_step
        mean = run.step_size * last / ((0.025 + 1e-4) / 2)
        return mean * 4 * args.size**2 / (1 + args.negatives)

    pairs = pairs_of(ours())
    contenders = {
        "gensim, 2 threads": lambda: gensim(2),
        "gensim, 1 thread": lambda: gensim(1),
        "w2vlib, along the text": ours,
        "w2vlib, own negatives": lambda: ours(shared_negatives=None),
        "w2vlib, from counts": lambda: drawn(int(pairs / 4)),
    }
    speed = {name: [] for name in contenders}
    for _, (name, train) in itertools.product(range(args.rounds), contenders.items()):
        begin = time.perf_counter()
        run = train()
        speed[name].append(pairs_of(run) / (time.perf_counter() - begin))
    print(
        f"{len(text.ids):,} tokens, V = {args.size:,}, d = {args.dimensions}, window {args.window}, "
        f"{args.negatives} negatives, subsample {args.subsample:g}: {pairs / 1e6:.1f} million pairs"
    )
    reference = statistics.median(speed["gensim, 2 threads"])
    for name, found in speed.items():
        median = statistics.median(found)
        print(
            f"{name:24} {median / 1e6:6.2f} million pairs/s  ({min(found) / 1e6:.2f} … {max(found) / 1e6:.2f})   "
            f"{median / reference:5.2f} × gensim, 2 threads"
        )
    profile(ours, "along the text")
    profile(lambda: drawn(int(pairs / 4)), "from counts")


if __name__ == "__main__":
    main()
