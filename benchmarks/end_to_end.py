"""From packed text to counts and to vectors, by stage, beside unpacking alone, GloVe's tools and gensim's epoch.

    .venv/bin/python benchmarks/end_to_end.py FOLDER [--words 10000 30000 100000] [--repeat 10]
                                              [--glove FOLDER_OF_ITS_PROGRAMS] [--gensim]

FOLDER holds text files, one document a line.  Each contender runs in a process of its own, one after
another, so that the largest memory of each is known; a small text is counted first, so that nothing is compiled
while the clock runs.  With --repeat the files are read so many times over, as one corpus.

GloVe's ``vocab_count`` and ``cooccur`` cannot cut text into words or unpack it: they are given text that is cut
already, and what that takes is not counted.  Ours is timed from the same text, too.  gensim is given the
same text, skip-gram with negative sampling, for one epoch.  The questions are Google's; covered are those all of whose words are in the vocabulary.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

import w2vlib
from w2vlib._common.archives import unpacked
from w2vlib._common.arrays import frozen
from w2vlib._common.sparse import constant
from w2vlib._common.threads import processors
from w2vlib._one_pass import NumberedText
from w2vlib.corpus import EncodedText, most_frequent_words
from w2vlib.counting import cooccurrence_counts
from w2vlib.spectra import spectrum
from w2vlib.vectors import word_vectors

WINDOW = 16


class Stages:
    """Wall and processor time from one call to the next."""

    def __init__(self):
        self.told, self._begin = {}, self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()

    def end(self, name: str) -> None:
        now = self._now()
        self.told[name] = [b - a for a, b in zip(self._begin, now)]
        self._begin = now


def lay_out(folder: Path, repeat: int, place: Path) -> None:
    """Put the files of a corpus into a folder of their own; copies of them, where it is to be repeated."""
    for path in w2vlib.Corpus(folder).files:
        if path.name.startswith("README"):
            continue
        os.symlink(path.resolve(), place / f"0-{path.name}")
        for k in range(1, repeat):
            (place / f"{k}-{path.name}").write_bytes(path.read_bytes())


def unpack(files: list[Path]) -> None:
    def one(path: Path) -> None:
        with open(path, "rb") as raw:
            stream = unpacked(raw, path)
            while stream.read(1 << 22):
                pass

    with ThreadPoolExecutor(processors()) as pool:
        list(pool.map(one, files))


def count(files: list[Path], size: int, stages: Stages) -> w2vlib.CorpusStatistics:
    """What count_corpus does, by stage."""
    with NumberedText(w2vlib.Corpus(files)) as text:
        stages.end("unpack, cut into words, number them")
        found = most_frequent_words(text, size, 1)
        stages.end("choose the vocabulary")
        chunks = (EncodedText(*chunk) for chunk in text.encoded(found.words, chunk_tokens=8_000_000))
        counts = cooccurrence_counts(chunks, size, WINDOW, sparse=size > 10_000)
    counts = constant(counts) if size > 10_000 else frozen(counts)
    stats = w2vlib.CorpusStatistics(found.words, counts, found.occurrences, WINDOW)
    stages.end("encode and count")
    return stats


def embed(stats: w2vlib.CorpusStatistics, d: int, residual: float, stages: Stages) -> w2vlib.Embedding:
    if len(stats) > 10_000:
        vectors = word_vectors(stats, d, residual=residual)
        stages.end("M*, spectrum of the core, fold in")
        return vectors
    target = w2vlib.m_star(stats, dtype="float32")
    stages.end("M*")
    modes = spectrum(target, d, residual)
    stages.end("spectrum")
    return modes.embedding()


def cut(files: list[Path], path: Path) -> None:
    """Write a text as words between blanks, one document a line."""
    with open(path, "w", encoding="utf-8") as file:
        for document in w2vlib.Corpus(files):
            file.write(" ".join(document) + "\n")


def glove(programs: Path, size: int, text: Path, place: Path, stages: Stages) -> None:
    with open(text) as given, open(place / "vocabulary", "w") as taken:
        subprocess.run(
            [programs / "vocab_count", "-max-vocab", str(size)], stdin=given, stdout=taken, check=True
        )
    stages.end("vocab_count")
    options = ["-vocab-file", place / "vocabulary", "-window-size", str(WINDOW), "-memory", "4.0"]
    with open(text) as given, open(place / "counts", "wb") as taken:
        subprocess.run([programs / "cooccur", *options], stdin=given, stdout=taken, cwd=place, check=True)
    stages.end("cooccur")


def gensim(text: Path, size: int, d: int, stages: Stages, epochs: int = 1, seed: int = 0) -> w2vlib.Embedding:
    """Skip-gram with negative sampling of a text that is cut already, by gensim's own settings."""
    from gensim.models import Word2Vec

    model = Word2Vec(
        vector_size=d, window=WINDOW, sg=1, negative=5, min_count=1, max_final_vocab=size, workers=processors(),
        seed=seed,
    )  # fmt: skip
    model.build_vocab(corpus_file=str(text))
    stages.end("vocabulary")
    model.train(corpus_file=str(text), total_words=model.corpus_total_words, epochs=epochs)
    stages.end("one epoch" if epochs == 1 else f"{epochs} epochs")
    return w2vlib.Embedding(model.wv.index_to_key, model.wv.vectors)


def questions_right(vectors: w2vlib.Embedding) -> dict:
    score = w2vlib.analogy_accuracy(vectors, w2vlib.load_analogies("google"))
    return {"right": score.accuracy, "covered": score.covered, "asked": score.asked}


def contender(args) -> dict:
    """Run one of them in this process, and tell what it took."""
    text = args.folder / "cut" if args.run not in ("unpack", "ours") else None
    files = w2vlib.Corpus(args.folder).files if text is None else []
    if args.run.startswith("ours"):
        with tempfile.TemporaryDirectory() as place:  # compile, and load what is compiled
            little = "one two three one two three\n" * 30 + "red blue café red blue café\n" * 30
            (Path(place) / "a.txt").write_text(little)
            w2vlib.count_corpus(place)
            stats = w2vlib.count_corpus(place, sparse=True)
            word_vectors(stats, 2, core=3)
            w2vlib.m_star(stats) @ np.ones((len(stats), 16), np.float32)
            spectrum(np.diag(np.arange(5001, dtype=np.float32)), 3, 1e-3)
    stages, vectors = Stages(), None
    if args.run == "unpack":
        unpack(files)
        stages.end("unpack")
    elif args.run == "ours":
        stats = count(files, args.words[0], stages)
        vectors = embed(stats, args.dimensions, args.residual, stages)
    elif args.run == "ours, cut":
        count([text], args.words[0], stages)
    elif args.run == "glove":
        with tempfile.TemporaryDirectory() as place:
            glove(args.glove, args.words[0], text, Path(place), stages)
    else:
        vectors = gensim(text, args.words[0], args.dimensions, stages)
    memory = max(
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    told = {"stages": stages.told, "memory": memory / 1e6}
    if vectors is not None and args.questions:
        told |= questions_right(vectors)
    return told


def run(args, what: str, folder: Path, words: int) -> dict:
    command = [sys.executable, __file__, str(folder), "--run", what, "--words", str(words)]
    command += ["--dimensions", str(args.dimensions), "--residual", str(args.residual)]
    command += ["--glove", str(args.glove)] if args.glove else []
    command += [] if args.questions else ["--no-questions"]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    wall, processor = (sum(stage[k] for stage in told["stages"].values()) for k in (0, 1))
    print(f"\n{what}, V = {words:,}: {wall:.2f} s, at most {told['memory']:.2f} GB")
    for name, (seconds, own) in told["stages"].items():
        print(f"    {name:40} {seconds:7.2f} s   processor {own:7.2f} s")
    if "asked" in told:
        print(
            f"    questions: {told['right']:.3f} right of {told['covered']:,} covered, of {told['asked']:,} in all"
        )
    sys.stdout.flush()
    return told | {"wall": wall, "processor": processor}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--words", type=int, nargs="+", default=[10_000])
    parser.add_argument("--dimensions", type=int, default=200)
    parser.add_argument("--residual", type=float, default=1e-3)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--glove", type=Path, help="the folder of vocab_count and cooccur")
    parser.add_argument("--gensim", action="store_true")
    parser.add_argument("--no-questions", dest="questions", action="store_false")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        print(json.dumps(contender(args)))
        return
    with tempfile.TemporaryDirectory() as place:
        folder, words = Path(place) / "corpus", args.words[0]
        folder.mkdir()
        lay_out(args.folder, args.repeat, folder)
        alone = run(args, "unpack", folder, words)
        found = [run(args, "ours", folder, size) for size in args.words]
        counted = sum(stage[0] for stage in list(found[0]["stages"].values())[:3])
        print(f"\nto counts: {counted:.2f} s, {counted / alone['wall']:.2f} × unpacking alone")
        for size, told in zip(args.words[1:], found[1:]):
            print(f"V = {size:,} takes {told['wall'] / found[0]['wall']:.2f} × the time of V = {words:,}")
        if args.glove or args.gensim:
            cut(w2vlib.Corpus(folder).files, folder / "cut")
        if args.glove:
            theirs = run(args, "glove", folder, words)["wall"]
            cut_too = run(args, "ours, cut", folder, words)["wall"]
            print(
                f"GloVe's counts, of text that is cut already, take {theirs / counted:.1f} × the time of ours "
                f"from packed text, and {theirs / cut_too:.1f} × from the same text"
            )
        if args.gensim:
            theirs = run(args, "gensim", folder, words)["wall"]
            print(f"gensim's epoch takes {theirs / found[0]['wall']:.1f} × the time of ours")


if __name__ == "__main__":
    main()
