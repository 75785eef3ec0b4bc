"""Make the concept atlas of a corpus: what word2vec learns from it, and when.

    make atlas                          the two of the book
    make atlas CORPUS=folder            of a folder of text, or of one file
    make atlas CORPUS=statistics.w2v    of statistics counted before

Nothing is trained.  The atlas is written to ``_build/atlas/NAME``: ``index.html``,
one file that can be opened, moved and sent; ``atlas.json``, the same as data; and
the parts from which the book makes its page.  It is computed only if the corpus,
the settings or the package have changed since the last time.  Paths are counted
from the folder in which the command is run.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

import numpy as np

import w2vlib

from ..._common.files import DATA, replace_file
from ..._common.threads import limited_threads
from ..._common.validate import whole_number
from .._plain import digest
from . import concept_atlas, little_corpus, page

OUT = Path("_build") / "atlas"
#: What an atlas is made by: the library, this room, and what it takes from the course.
LIBRARY = DATA.parent
COURSE = LIBRARY / "course"
MAKER = (COURSE / "atlas", COURSE / "_plain.py")
WORDS, DIRECTIONS = 5000, 100
SEEN = 5  # words of a text that are seen less often are left out, as word2vec does
#: The atlases of the book: the shipped statistics, and a text of which everything is known.
LITTLE = Path("_build") / "corpora" / "little"
TRAINED = DATA / "wikipedia-sgns.npy"
BOOK = (
    ["--title", "English Wikipedia", f"--vectors=SGNS={TRAINED}", *(f"--example={words}" for words in ("queen", "king queen", "france guitar", "ten"))],
    [
        str(LITTLE / "text"), "--name", "little", "--title", "twelve places of work",
        "--questions", str(LITTLE / "analogies.txt"), "--directions", "20", "--dimensions", "50",
        *(f"--example={words}" for words in ("sailors", "cook cooks", "healed")),
    ],
)  # fmt: skip
SMALL = 1000  # words: a larger vocabulary has more directions that rise


def main(arguments: list[str]) -> int:
    try:
        if arguments:
            made = [make(parser().parse_args(arguments))]
        else:
            little_corpus.main(LITTLE)
            made = [make(parser().parse_args(given)) for given in BOOK]
    except (ValueError, OSError) as error:
        print(f"No atlas was made: {error}", file=sys.stderr)
        return 1
    for path in made:
        print(f"The atlas: {path}")
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument(
        "corpus",
        nargs="?",
        help="a folder of text, a file of text, or statistics (.w2v); default: those shipped",
    )
    made.add_argument("--name", help="of the atlas, in lower case; by default that of the corpus")
    made.add_argument("--title", help="of its page; by default the name")
    made.add_argument(
        "--vocabulary", type=int, help=f"words to keep, the most frequent; default {WORDS:,}, or all"
    )
    made.add_argument("--window", type=int, default=16, help="reach of the window, in words; default 16")
    made.add_argument(
        "--directions", type=int, help=f"how many to describe; default {DIRECTIONS}, or all that rise"
    )
    made.add_argument("--dimensions", type=int, default=200, help="of the vectors forecast; default 200")
    made.add_argument("--questions", help="a file of analogies of your own, as load_analogies reads it")
    made.add_argument(
        "--vectors", action="append", default=[], metavar="NAME=FILE",
        help="word vectors to compare with, in word2vec's text format, or one row a word (.npy); may be repeated",
    )  # fmt: skip
    made.add_argument(
        "--example", action="append", default=[], metavar="WORDS",
        help="a word to try, or several to compare; may be repeated, and the first is shown",
    )  # fmt: skip
    made.add_argument("--out", type=Path, default=OUT, help="where the atlas is put; default _build/atlas")
    return made


def make(options: argparse.Namespace) -> Path:
    """Make an atlas, unless there is one already; return its page."""
    name = options.name or (Path(options.corpus).stem if options.corpus else "wikipedia")
    name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not name:
        raise ValueError("the atlas needs a name of letters or digits: --name NAME")
    title = options.title or name
    folder = options.out / name
    stored, made, key = folder / "atlas.json", folder / "made.sha256", inputs(options)
    if stored.exists() and made.exists() and made.read_text() == key:
        atlas = json.loads(stored.read_text(encoding="utf-8"))
    else:
        with limited_threads():  # two are hardly faster, and several times slower where the machine is busy
            atlas = compute(options)
        made.unlink(missing_ok=True)  # until all is written
    folder.mkdir(parents=True, exist_ok=True)
    write(stored, json.dumps(atlas, ensure_ascii=False, separators=(",", ":")) + "\n")
    for part, text in page.parts(atlas, options.example).items():
        write(folder / f"{part}.html", text + "\n")
    write(folder / "index.html", page.whole_page(atlas, title, options.example))
    write(made, key)
    return folder / "index.html"


def compute(options: argparse.Namespace) -> dict:
    """Count the corpus and describe its directions."""
    stats = statistics(options)
    questions = w2vlib.load_analogies(options.questions) if options.questions else None
    count = options.directions or min(DIRECTIONS, options.dimensions, len(stats))
    if options.directions is None and len(stats) <= SMALL:
        count = max(1, int((w2vlib.spectrum(w2vlib.m_star(stats), count).values > 0).sum()))
    compare = {"PPMI": w2vlib.spectrum(w2vlib.ppmi(stats), min(count, len(stats)))}
    for given in options.vectors:
        compare |= vectors(given, stats)
    return concept_atlas(
        stats,
        count,
        dimensions=options.dimensions,
        questions=questions,
        compare=compare,
        ends=max(1, min(8, len(stats) // 2)),
        progress=sys.stderr.isatty(),
    )


def statistics(options: argparse.Namespace) -> w2vlib.CorpusStatistics:
    """Statistics of the corpus, from wherever they come."""
    size = options.vocabulary
    if options.corpus is None:
        return w2vlib.load_wikipedia(size or WORDS)
    path = Path(options.corpus)
    if not path.exists():
        raise FileNotFoundError(
            f"there is no corpus {path}; name a folder of text, a file of text, or statistics (.w2v)"
        )
    if path.suffix == ".w2v":
        stats = w2vlib.CorpusStatistics.load(path)
        return stats if size is None else stats.first(size)
    whole_number("--window", options.window)
    corpus = w2vlib.Corpus(path, progress=sys.stderr.isatty())
    try:
        return w2vlib.count_corpus(corpus, size=size or WORDS, window=options.window, min_count=SEEN)
    except ValueError:
        if size is not None:
            raise
    return w2vlib.count_corpus(corpus, window=options.window, min_count=SEEN)  # it has fewer words


def vectors(given: str, stats: w2vlib.CorpusStatistics) -> dict[str, w2vlib.Embedding]:
    """The vectors of a file; one that holds numbers only has a row for each word of the statistics."""
    name, mark, path = given.partition("=")
    if not (name and mark and path):
        raise ValueError(f"--vectors takes NAME=FILE, not {given!r}")
    if path.endswith(".npy"):
        return {name: w2vlib.Embedding(stats.words, np.load(path))}
    return {name: w2vlib.Embedding.load_word2vec_text(path)}


def inputs(options: argparse.Namespace) -> str:
    """A hash of everything that the atlas depends on, and of nothing else."""
    apart = ("out", "name", "title", "example")
    asked = {name: value for name, value in sorted(vars(options).items()) if name not in apart}
    places = [*filter(None, (options.corpus, options.questions))]
    places += [given.partition("=")[2] for given in options.vectors]
    return digest([LIBRARY, *MAKER, *places], repr(asked), apart=[COURSE])


def write(path: Path, text: str) -> None:
    """Write a file, unless it holds that text already."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        replace_file(path, text.encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
