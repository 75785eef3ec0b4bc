"""Quality against cost: counting and a closed form beside training, on one text, one machine and in one run.

    .venv/bin/python benchmarks/without_training.py FOLDER [--save w2vlib/data/without_training.json]
                            [--files 1] [--seeds 3] [--settings 5000:100 10000:100 10000:200] [--epochs 5]

FOLDER holds text files, one document a line; the first --files of them are the text, and its two halves
are every second document.  All work on one thread, one after another, and what is compared is processor
time: on a machine with other work wall time says little.  Those that train take the seeds in turn.

    closed forms   count_corpus, a target (M*, with a pseudo-count, weighted, PPMI) and its spectrum
    gensim         skip-gram with negative sampling by gensim's own settings, one epoch and more
    SGNS           train_word2vec_sampled from the counts, as many pairs as one epoch along the text has
    QWEM           train_qwem_sampled from the counts, as many pairs, in as many steps as the last direction
                   needs to half of its strength by the forecast of chapter *random-start*

Those that train from counts do so in the first setting alone.  gensim reads text
that is cut already, and what cutting takes is not counted; ours begin with the packed files.  Those
that train from counts are charged for counting, too.

Neighbours: of a hundred words in each fifth of the vocabulary the ten nearest, and how many of these are
others in another run.  Seeds are compared in pairs; the halves of the text with each other.

    .venv/bin/python benchmarks/without_training.py --grid [--save w2vlib/data/without_training.json]

adds how many analogies M* answers with each pseudo-count κ and each power of p for weights, from the
shipped statistics: Google's questions by family, and those of our own that share no pair with them.

    .venv/bin/python benchmarks/without_training.py --warm [--save w2vlib/data/without_training.json]

adds how SGNS from the shipped counts goes on from a random start and from two closed forms (1,000 words,
d = 50): the loss of the population, and our own analogies.

    .venv/bin/python benchmarks/without_training.py FOLDER --supported [--save w2vlib/data/without_training.json]

adds how many directions stand out from the noise that two halves of all files tell, every second file
in each, for the 5,000 words of the shipped statistics, and what so many directions answer.

w2vlib/data/without_training.json, which chapter *without-training* shows, was made in this way; its
"full" is what benchmarks/end_to_end.py FOLDER --words 10000 30000 100000 --gensim said of the whole text.
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
from pseudo_counts import without_pairs_of  # noqa: E402

import w2vlib  # noqa: E402
from w2vlib import dynamics, evaluation, training  # noqa: E402
from w2vlib._common.files import replace_file  # noqa: E402
from w2vlib.targets import keep_probabilities, logistic_target, weighted_target  # noqa: E402

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
HALVED = ("M*", "M*, κ")  # made from the halves of the text, too
GRID = {
    "sizes": [1000, 2000, 3500, 5000],
    "dimensions": [50, 100, 150, 200, 250, 300],
    "kappas": [0, 8.5, 17, 34, 68],
    "powers": [0, 0.25, 0.5, 0.75, 1],
}
FLOOR = -8.0  # of scores, for pairs that never met
SCALE, PACE = 1.0, 0.1  # of QWEM; PACE is the step size times the first eigenvalue


def closed_form(name: str, stats: w2vlib.CorpusStatistics, d: int, stages: Stages) -> w2vlib.Embedding:
    target = CLOSED[name](stats)
    stages.end("target")
    found = w2vlib.spectrum(target, d, 1e-3).embedding()
    stages.end("spectrum")
    return found


def pairs_of_an_epoch(stats: w2vlib.CorpusStatistics) -> int:
    """How many pairs word2vec meets along the text: one at the distance δ with the chance (L + 1 - δ)/L."""
    kept = keep_probabilities(stats.occurrences / stats.occurrences.sum(), 1e-3)
    return round(float(kept @ (stats.counts @ kept)) / WINDOW)


def sgns(stats: w2vlib.CorpusStatistics, d: int, seed: int, stages: Stages) -> w2vlib.Embedding:
    start, pairs = training.word2vec_start(len(stats), d, seed), pairs_of_an_epoch(stats)
    run = w2vlib.train_word2vec_sampled(
        stats, start, pairs, 0.025, final_learning_rate=1e-4, rng=seed, context=np.zeros_like(start), record=2,
    )  # fmt: skip
    stages.end(f"training on {pairs / 1e6:.0f} million pairs")
    return run.embedding()


def qwem(stats: w2vlib.CorpusStatistics, d: int, seed: int, stages: Stages) -> w2vlib.Embedding:
    values = w2vlib.spectrum(w2vlib.m_star(stats, dtype="float32"), d, 1e-2).values
    start, pairs = training.initial_weights(len(stats), d, SCALE, seed), pairs_of_an_epoch(stats)
    step = PACE / values[0]
    steps = round(dynamics.forecast_half_rises(values, d, SCALE, step).mean[-1] / step)
    stages.end("choosing step and length")
    run = training.train_qwem_sampled(
        stats, start, step, steps, round(pairs / steps), rng=seed, record=2, dtype="float32"
    )
    stages.end(f"training on {pairs / 1e6:.0f} million pairs")
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
            add(self._save, self._about | {"runs": self.runs, "neighbours": self.changes})


def add(path: Path, told: dict) -> None:
    """Put entries into a file of JSON, each entry of a list in a line of its own; others stay as they are."""
    stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    lines = []
    for name, what in (stored | told).items():
        text = json.dumps(what, ensure_ascii=False)
        if isinstance(what, list):
            text = "[\n" + ",\n".join("  " + json.dumps(one, ensure_ascii=False) for one in what) + "\n ]"
        lines.append(f' "{name}": {text}')
    replace_file(path, ("{\n" + ",\n".join(lines) + "\n}\n").encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--warm", action="store_true")
    parser.add_argument("--supported", action="store_true")
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--settings", nargs="+", default=["5000:100", "10000:100", "10000:200"])
    parser.add_argument(
        "--epochs", type=int, default=5, help="the longer run of gensim, at the second setting"
    )
    parser.add_argument("--long", type=int, default=3, help="how many of these longer runs")
    parser.add_argument("--save", type=Path)
    args = parser.parse_args()
    if args.folder is None and not (args.grid or args.warm):
        parser.error("a FOLDER of text is needed, or --grid, or --warm")
    if args.grid or args.warm or args.supported:
        found = {"grid": grid()} if args.grid else {"warm": warm()} if args.warm else None
        found = found or {"supported": supported(args.folder)}
        if args.save:
            add(args.save, found)
        return
    settings = [tuple(map(int, one.split(":"))) for one in args.settings]
    middle = settings[min(1, len(settings) - 1)]
    command = "benchmarks/without_training.py FOLDER " + " ".join(
        f"--{name} {getattr(args, name)}" for name in ("files", "seeds", "epochs", "long")
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
            for k, half in enumerate(of_halves[V] if name in HALVED and (V, d) in settings[:2] else ()):
                stages = Stages()
                table.add(name, stats.words, d, None, k, closed_form(name, half, d, stages), stages)
    for seed in range(args.seeds):
        for V, d in settings:
            stats, spent = counted[V]
            stages = Stages()
            vectors = gensim(place / "whole", V, d, stages, 1, seed)
            table.add("gensim", stats.words, d, seed, None, vectors, stages)
            for name, train in (("SGNS", sgns), ("QWEM", qwem)):
                if (V, d) == settings[0]:
                    stages = begun(spent)
                    table.add(name, stats.words, d, seed, None, train(stats, d, seed, stages), stages)
            if (V, d) == middle and seed == 0:
                for k in range(2):
                    stages = Stages()
                    vectors = gensim(place / f"half-{k}", V, d, stages, 1, seed)
                    table.add("gensim", stats.words, d, seed, k, vectors, stages)
    for seed in range(args.long):
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


def grid() -> dict:
    """Right answers by size, κ, power of the weights and number of directions; power 0 is M* as it is."""
    google = w2vlib.load_analogies("google")
    own = {"": sum(without_pairs_of(google, w2vlib.load_analogies()).values(), [])}
    right, chosen_by, covered = [], [], []
    for size in GRID["sizes"]:
        stats = w2vlib.load_wikipedia(size)
        right.append([])
        chosen_by.append([])
        for kappa in GRID["kappas"]:
            target = w2vlib.m_star(stats, pseudo_count=kappa, dtype="float32")
            right[-1].append([])
            chosen_by[-1].append([])
            for power in GRID["powers"]:
                weighted = weighted_target(target, stats.p**power) if power else target
                found = w2vlib.spectrum(weighted, max(GRID["dimensions"]), 1e-2).embedding()
                scores = [w2vlib.analogy_accuracy(found.leading(d), google) for d in GRID["dimensions"]]
                right[-1][-1].append([[one.correct for one in score.families.values()] for score in scores])
                mine = [w2vlib.analogy_accuracy(found.leading(d), own) for d in GRID["dimensions"]]
                chosen_by[-1][-1].append([score.correct for score in mine])
                print(size, kappa, power, [round(score.accuracy, 3) for score in scores], flush=True)
        covered.append([one.covered for one in scores[0].families.values()])
    about = {"families": list(google), "covered": covered, "own_covered": mine[0].covered}
    return GRID | about | {"right": right, "own": chosen_by, "rivals": rivals(google)}


def rivals(google: dict) -> dict:
    """Right answers by size and family: of PPMI for each number of directions, and of the shipped word2vec."""
    found = {"PPMI": [], "word2vec": []}
    for size in GRID["sizes"]:
        target = CLOSED["PPMI"](w2vlib.load_wikipedia(size))
        ppmi = w2vlib.spectrum(target, max(GRID["dimensions"]), 1e-2).embedding()
        trained = w2vlib.analogy_accuracy(w2vlib.load_wikipedia_sgns(size), google)
        scores = [w2vlib.analogy_accuracy(ppmi.leading(d), google) for d in GRID["dimensions"]]
        found["PPMI"].append([[one.correct for one in score.families.values()] for score in scores])
        found["word2vec"].append([one.correct for one in trained.families.values()])
    return found


def supported(folder: Path) -> list[dict]:
    """For M* without and with a pseudo-count: the noise of the whole text, and what is above it."""
    stats, files, told = w2vlib.load_wikipedia(), w2vlib.Corpus(folder).files, []
    files = sorted(path for path in files if not path.name.startswith("README"))
    halves = [w2vlib.count_corpus(w2vlib.Corpus(files[k::2]), words=stats.words) for k in (0, 1)]
    for kappa in (0, KAPPA):
        targets = [w2vlib.m_star(half, pseudo_count=kappa, dtype="float32") for half in halves]
        variance = dynamics.counting_variance(*targets)
        del targets
        modes = w2vlib.spectrum(w2vlib.m_star(stats, pseudo_count=kappa, dtype="float32"), 600, 1e-2)
        count = int((modes.values > 2 * np.sqrt(len(stats) * variance)).sum())
        found, dimensions = modes.embedding(), [50, 75, 100, 150, 200, 250, 300, 400, 500, 600, count]
        row = dict(
            V=len(stats), kappa=kappa, variance=round(float(variance), 5), count=count, dimensions=dimensions
        )
        for name, asked in (("google", w2vlib.load_analogies("google")), ("own", w2vlib.load_analogies())):
            row[name] = [
                round(w2vlib.analogy_accuracy(found.leading(d), asked).accuracy, 4) for d in dimensions
            ]
        told.append(row)
        print(row, flush=True)
    return told


def starts(stats: w2vlib.CorpusStatistics, d: int) -> dict:
    """W and Z in closed form: from M*, and from the scores that word2vec's own loss aims at, weighted by its weights."""
    attraction, repulsion = map(np.asarray, w2vlib.word2vec_pair_weights(stats, symmetric=False))
    scores = np.maximum(np.asarray(logistic_target(attraction, repulsion)), FLOOR)
    weights = attraction + repulsion
    found = {}
    for name, target, a, b in (
        ("M*", np.asarray(w2vlib.m_star(stats)), np.ones(len(stats)), np.ones(len(stats))),
        ("own", scores, weights.sum(axis=1), weights.sum(axis=0)),
    ):
        a, b = np.sqrt(a)[:, None], np.sqrt(b)[:, None]
        U, s, Vt = np.linalg.svd(a * target * b.T)
        found[name] = U[:, :d] * np.sqrt(s[:d]) / a, Vt[:d].T * np.sqrt(s[:d]) / b
    return found


def warm(size: int = 1000, d: int = 50, pairs: int = 20_000_000, seeds: int = 3) -> list[dict]:
    stats, told = w2vlib.load_wikipedia(size), []
    closed = starts(stats, d)
    steps = -(-pairs // 512)
    at = np.unique(np.append(0, np.geomspace(1, steps, 25).round().astype(int)))
    for seed in range(seeds):
        for name in ("random", "M*", "own"):
            word2vec = training.word2vec_start(size, d, seed)
            W, Z = closed.get(name, (word2vec, np.zeros((size, d))))
            run = w2vlib.train_word2vec_sampled(
                stats, W, pairs, 0.025, final_learning_rate=1e-4, context=Z, rng=seed, record=at, snapshots=at
            )
            curve = evaluation.accuracy_of_snapshots(run)
            row = dict(start=name, seed=seed, V=size, d=d, pairs=[int(min(k * 512, pairs)) for k in at])
            told.append(
                row
                | dict(loss=[float(f"{x:.6g}") for x in run.loss], own=np.round(curve.overall, 4).tolist())
            )
            print(name, seed, run.loss[[0, -1]], curve.overall[[0, -1]], flush=True)
    return told


def begun(spent: dict) -> Stages:
    """A clock that has counted already."""
    stages = Stages()
    stages.told |= spent
    return stages


if __name__ == "__main__":
    main()
