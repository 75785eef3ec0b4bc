"""Quality against cost: counting and a closed form beside training, on one text, one machine and in one run.

    .venv/bin/python benchmarks/without_training.py FOLDER [--save w2vlib/data/without_training.json]
                            [--files 1] [--seeds 3] [--settings 5000:100 10000:100 10000:200] [--epochs 5]

FOLDER holds text files, one document a line; the first --files of them are the text, and its two halves
are every second document.  All work on one thread, one after another, and what is compared is processor
time: on a machine with other work wall time says little.  Who trains does so from each seed in turn.

    closed forms   count_corpus, a target (M*, with a pseudo-count, weighted, PPMI) and its spectrum
    gensim         skip-gram with negative sampling by gensim's own settings, one epoch and more
    SGNS           train_word2vec_sampled from the counts, as many pairs as one epoch along the text has
    QWEM           train_qwem_sampled from the counts until the last direction should have half of its
                   strength, with batches that keep the noise number of chapter *sampled-gradients* at 0.3

gensim reads text that is cut already, and what cutting takes is not counted; ours begin with the packed files.
Those that train from counts are charged for counting, too.

Neighbours: of a hundred words in each fifth of the vocabulary the ten nearest, and how many of these are
others in another run.  Seeds are compared in pairs; the halves of the text with each other.

w2vlib/data/without_training.json, which chapter *without-training* shows, was made in this way.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
from end_to_end import WINDOW, Stages, count, cut, gensim, lay_out  # noqa: E402

import w2vlib  # noqa: E402
from w2vlib import dynamics, evaluation, training  # noqa: E402
from w2vlib._common.files import replace_file  # noqa: E402
from w2vlib.targets import keep_probabilities, weighted_target  # noqa: E402

KAPPA = (WINDOW + 1) / 2  # what one meeting within the window counts on average
CLOSED = {
    "M*": lambda stats: w2vlib.m_star(stats, dtype="float32"),
    "M*, κ": lambda stats: w2vlib.m_star(stats, pseudo_count=KAPPA, dtype="float32"),
    "M*, weighted": lambda stats: weighted_target(w2vlib.m_star(stats, dtype="float32"), stats.p),
    "M*, κ, weighted": lambda stats: weighted_target(
        w2vlib.m_star(stats, pseudo_count=KAPPA, dtype="float32"), np.sqrt(stats.p)
    ),
    "PPMI": lambda stats: w2vlib.WordMatrix(w2vlib.ppmi(stats).astype(np.float32), stats.words),
}
NOISE_NUMBER, SCALE, PACE = 0.3, 1.0, 0.1  # of QWEM: step size times the first eigenvalue


def closed_form(name: str, stats: w2vlib.CorpusStatistics, d: int, stages: Stages) -> w2vlib.Embedding:
    target = CLOSED[name](stats)
    stages.end("target")
    found = w2vlib.spectrum(target, d, 1e-3).embedding()
    stages.end("spectrum")
    return found


def sgns(stats: w2vlib.CorpusStatistics, d: int, seed: int, stages: Stages) -> w2vlib.Embedding:
    kept = keep_probabilities(stats.occurrences / stats.occurrences.sum(), 1e-3)
    pairs = round(
        float(kept @ (stats.counts @ kept)) / WINDOW
    )  # a pair at the distance δ is met with (L + 1 - δ)/L
    start = training.word2vec_start(len(stats), d, seed)
    run = w2vlib.train_word2vec_sampled(
        stats, start, pairs, 0.025, final_learning_rate=1e-4, rng=seed, context=np.zeros_like(start), record=2,
    )  # fmt: skip
    stages.end(f"training on {pairs / 1e6:.0f} million pairs")
    return run.embedding()


def qwem(stats: w2vlib.CorpusStatistics, d: int, seed: int, stages: Stages) -> w2vlib.Embedding:
    values = w2vlib.spectrum(w2vlib.m_star(stats, dtype="float32"), d, 1e-2).values
    start = training.initial_weights(len(stats), d, SCALE, seed)
    step = PACE / values[0]
    radius = dynamics.noise_radius(dynamics.sampling_noise(stats, "soft"))
    batch = round(step * radius / (NOISE_NUMBER * values[-1]))
    steps = round(dynamics.forecast_half_rises(values, d, SCALE, step).mean[-1] / step)
    stages.end("choosing step, batch and length")
    run = training.train_qwem_sampled(stats, start, step, steps, batch, rng=seed, record=2, dtype="float32")
    stages.end(f"training on {steps * batch / 1e6:.0f} million pairs")
    return run.embedding()


def quality(vectors: w2vlib.Embedding) -> dict:
    told = {}
    for name in ("google", "own"):
        score = w2vlib.analogy_accuracy(
            vectors, w2vlib.load_analogies("google") if name == "google" else w2vlib.load_analogies()
        )
        told[name] = {
            "right": score.correct,
            "covered": score.covered,
            "families": {f: [one.correct, one.covered] for f, one in score.families.items() if one.covered},
        }
    for name in ("men3000", "wordsim353"):
        found = evaluation.similarity_correlation(vectors, evaluation.load_similarities(name))
        told[name] = round(found.correlation, 4)
    return told


def probes(words: tuple[str, ...]) -> list[list[str]]:
    """A hundred words of each fifth of the vocabulary, by frequency."""
    rng, fifth = np.random.default_rng(0), len(words) // 5
    return [
        [words[i] for i in k * fifth + rng.choice(fifth, min(100, fifth), replace=False)] for k in range(5)
    ]


def neighbours(vectors: w2vlib.Embedding, asked: list[list[str]]) -> list[list[set[str] | None]]:
    return [
        [{n for n, _ in vectors.neighbours(word)} if word in vectors else None for word in words]
        for words in asked
    ]


def changed(one: list, other: list) -> list[float]:
    """How many of ten neighbours are others, on average over the words that both know: one number a fifth."""
    return [
        float(np.mean([10 - len(a & b) for a, b in zip(*pair) if a is not None and b is not None]))
        for pair in zip(one, other)
    ]


class Table:
    """The runs so far, and the neighbours that each has found."""

    def __init__(self, save: Path | None, about: dict):
        self.runs, self.changes, self.found, self._save, self._about = [], [], {}, save, about

    def add(self, method: str, words, d: int, seed: int | None, half: int | None, vectors, stages: Stages):
        key = method, len(words), d, seed, half
        self.found[key] = neighbours(vectors, probes(words))
        told = {name: [round(seconds, 2) for seconds in both] for name, both in stages.told.items()}
        wall, processor = (sum(both[k] for both in told.values()) for k in (0, 1))
        run = dict(method=method, V=len(words), d=d, seed=seed, half=half, wall=round(wall, 2),
                   processor=round(processor, 2), stages=told)  # fmt: skip
        if half is None:
            run |= quality(vectors)
        self.runs.append(run)
        score = f"Google {run['google']['right'] / run['google']['covered']:.3f}" if half is None else ""
        print(f"{method:18} V = {len(words):6,} d = {d} seed {seed} half {half}: {processor:7.1f} s {score}")
        sys.stdout.flush()
        self.write()

    def compare(self) -> None:
        self.changes = []
        kinds = sorted({key[:3] for key in self.found})
        for method, V, d in kinds:
            mine = {key[3:]: found for key, found in self.found.items() if key[:3] == (method, V, d)}
            seeds = [found for (seed, half), found in mine.items() if half is None]
            halves = [mine[key] for key in sorted(mine, key=str) if key[1] is not None]
            for between, some in (("seeds", seeds), ("halves", halves)):
                pairs = [changed(a, b) for a, b in itertools.combinations(some, 2)]
                if pairs:
                    by_fifth = np.round(pairs, 3).tolist()
                    self.changes.append(dict(method=method, V=V, d=d, between=between, pairs=by_fifth))

    def write(self) -> None:
        self.compare()
        if self._save:
            head = json.dumps(self._about, indent=1, ensure_ascii=False)[:-2]
            lists = [
                f' "{name}": [\n'
                + ",\n".join("  " + json.dumps(one, ensure_ascii=False) for one in rows)
                + "\n ]"
                for name, rows in (("runs", self.runs), ("neighbours", self.changes))
            ]
            replace_file(self._save, (",\n".join([head, *lists]) + "\n}\n").encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--settings", nargs="+", default=["5000:100", "10000:100", "10000:200"])
    parser.add_argument(
        "--epochs", type=int, default=5, help="the longer run of gensim, at the second setting"
    )
    parser.add_argument("--save", type=Path)
    args = parser.parse_args()
    settings = [tuple(map(int, one.split(":"))) for one in args.settings]
    middle = settings[min(1, len(settings) - 1)]
    command = "benchmarks/without_training.py FOLDER " + " ".join(
        f"--{name} {getattr(args, name)}" for name in ("files", "seeds", "epochs")
    )
    with tempfile.TemporaryDirectory() as place:
        run(args, settings, middle, command, Path(place))


def run(args, settings, middle, command: str, place: Path) -> None:
    packed = place / "packed"
    packed.mkdir()
    lay_out(args.folder, 1, packed)
    files = sorted(packed.iterdir())[: args.files]
    documents = list(w2vlib.Corpus(files))
    halves = [documents[k::2] for k in (0, 1)]
    cut(files, place / "whole")
    for k, half in enumerate(halves):
        (place / f"half-{k}").write_text("".join(" ".join(words) + "\n" for words in half), encoding="utf-8")
    millions = sum(map(len, documents)) / 1e6
    about = {
        "corpus": f"{millions:.1f} million words of Wikipedia, window of {WINDOW}",
        "machine": "one thread of a machine that had other work to do; seconds of the processor",
        "command": command,
        "noise_number": NOISE_NUMBER,
    }
    table = Table(args.save, about)
    w2vlib.count_corpus(documents[:5])  # compile, and load what is compiled
    closed_form("M*", w2vlib.load_wikipedia(), 3, Stages())
    counted, of_halves = {}, {}
    for V, d in settings:
        if V not in counted:
            stages = Stages()
            stats = count(files, V, stages)
            counted[V] = stats, dict(stages.told)
            met = set.intersection(*(set(itertools.chain.from_iterable(half)) for half in halves))
            of_halves[V] = [
                w2vlib.count_corpus(half, words=[word for word in stats.words if word in met])
                for half in halves
            ]
        stats, spent = counted[V]
        for name in CLOSED:
            stages = begun(spent)
            table.add(name, stats.words, d, None, None, closed_form(name, stats, d, stages), stages)
            for k, half in enumerate(of_halves[V]):
                stages = Stages()
                table.add(name, stats.words, d, None, k, closed_form(name, half, d, stages), stages)
    for seed in range(args.seeds):
        for V, d in settings:
            stats, spent = counted[V]
            stages = Stages()
            vectors = gensim(place / "whole", V, d, stages, 1, seed)
            table.add("gensim", stats.words, d, seed, None, vectors, stages)
            stages = begun(spent)
            table.add("SGNS", stats.words, d, seed, None, sgns(stats, d, seed, stages), stages)
            if (V, d) == settings[0]:
                stages = begun(spent)
                table.add("QWEM", stats.words, d, seed, None, qwem(stats, d, seed, stages), stages)
            if (V, d) == middle and seed == 0:
                for k in range(2):
                    stages = Stages()
                    vectors = gensim(place / f"half-{k}", V, d, stages, 1, seed)
                    table.add("gensim", stats.words, d, seed, k, vectors, stages)
    for seed in range(args.seeds):
        stages = Stages()
        vectors = gensim(place / "whole", *middle, stages, args.epochs, seed)
        table.add(
            f"gensim, {args.epochs} epochs",
            counted[middle[0]][0].words,
            middle[1],
            seed,
            None,
            vectors,
            stages,
        )


def begun(spent: dict) -> Stages:
    """A clock that has counted already."""
    stages = Stages()
    stages.told |= spent
    return stages


if __name__ == "__main__":
    main()
