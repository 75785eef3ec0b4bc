"""Make the concept atlas of a corpus: what word2vec learns from it, and when.

    make atlas                          the two of the book
    make atlas CORPUS=folder            of a folder of text, or of one file
    make atlas CORPUS=statistics.w2v    of statistics counted before

``WORDS=``, ``WINDOW=`` and ``NAME=`` are the options ``--vocabulary``,
``--window`` and ``--name`` below.

Nothing is trained.  The atlas is written to ``_build/atlas/NAME``: ``index.html``,
one file that can be opened, moved and sent; ``atlas.json``, the same as data; and
the parts from which the book makes its page.  It is computed only if the corpus,
the settings or the package have changed since the last time.  Paths are counted
from the folder in which the command is run.  An atlas is named after its corpus;
where that name is taken by another corpus, after the folders above it, too.
A name that was given is never taken from another corpus: the command says so and stops.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import itertools
import json
import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import w2vlib

from ..._common.files import DATA, replace_file
from ..._common.scripts import unspaced
from ..._common.text import normalised
from ..._common.threads import limited_threads
from ..._common.validate import whole_number, word_rows
from ...corpus import build_vocabulary, tokenize
from ...statistics import count_at_most
from .._plain import digest
from . import concept_atlas, little_corpus, page

OUT = Path("_build") / "atlas"
#: What an atlas is made by: the library, this room, and what it takes from the course.
LIBRARY = DATA.parent
COURSE = LIBRARY / "course"
MAKER = (COURSE / "atlas", COURSE / "_arguments.py", COURSE / "_plain.py")
WORDS, WINDOW, DIRECTIONS = 5000, 16, 100
LONGEST_WINDOW = 10_000
SEEN = 5  # words of a text that are seen less often are left out, as word2vec does
#: The atlases of the book: the shipped statistics, and a text of which everything is known.
LITTLE = Path("_build") / "corpora" / "little"
TRAINED = DATA / "wikipedia-sgns.npy"
BOOK = (
    ["--title", "English Wikipedia", f"--vectors=SGNS={TRAINED}", *(f"--example={words}" for words in ("queen", "king queen", "france guitar", "ten"))],
    [
        str(LITTLE / "text"), "--title", "twelve places of work",
        "--questions", str(LITTLE / "analogies.txt"), "--directions", "20", "--dimensions", "50",
        *(f"--example={words}" for words in ("sailors", "cook cooks", "healed")),
    ],
)  # fmt: skip
OF_BOOK = ("wikipedia", "little")  # their names
SMALL = 1000  # words: a larger vocabulary has more directions that rise
#: The options of the command, for argparse.
OPTIONS = {
    "name": dict(help="of the atlas, made of lower-case letters and digits; default: the corpus's"),
    "title": dict(help="of its page; by default the name"),
    "vocabulary": dict(help=f"how many words to keep, the most frequent; default {WORDS:,}, or all"),
    "window": dict(help=f"reach of the window, in words of text; default {WINDOW}"),
    "directions": dict(help=f"how many to describe; default {DIRECTIONS}, or all that rise"),
    "dimensions": dict(default=200, help="of the vectors forecast; default 200"),
    "questions": dict(help="a file of analogies of your own, as load_analogies reads it"),
    "vectors": dict(
        action="append", default=[], metavar="NAME=FILE",
        help="word vectors to compare with, in word2vec's text format or its binary one (.bin), or one row a word (.npy); may be repeated",
    ),
    "example": dict(
        action="append", default=[], metavar="WORDS",
        help="a word to try, or several to compare; may be repeated, and the first is shown",
    ),
}  # fmt: skip
#: The options that are whole numbers, by what make calls them where it knows them.
NUMBERS = {
    "vocabulary": "WORDS (--vocabulary)", "window": "WINDOW (--window)", "directions": "--directions",
    "dimensions": "--dimensions",
}  # fmt: skip


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):  # paths may hold what a terminal cannot show
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")
    try:
        if arguments:
            made = [make(parser().parse_args(arguments))]
        else:
            little_corpus.main(LITTLE)
            made = [make(parser().parse_args(given), name) for name, given in zip(OF_BOOK, BOOK)]
    except (ValueError, OSError) as error:
        print(f"No atlas was made: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; no atlas was made", file=sys.stderr)
        return 130
    for path in made:
        print(f"The atlas: {path}")
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument(
        "corpus",
        nargs="*",
        help="folders and files of text, or a file of statistics (.w2v); default: those shipped",
    )
    for name, given in OPTIONS.items():
        made.add_argument(f"--{name}", **given)
    made.add_argument("--out", type=Path, default=OUT, help="where the atlas is put; default _build/atlas")
    made.set_defaults(progress=sys.stderr.isatty())
    return made


def make(options: argparse.Namespace, of_book: str | None = None) -> Path:
    """Make an atlas, unless there is one already; return its page."""
    check(options)
    key, source = inputs(options), "\n".join(str(Path(path).resolve()) for path in options.corpus)
    with in_out(options.out):
        name = of_book or free_name(options, source)
    title = options.title or name
    folder = options.out / name
    missing = [place for place in (folder, *folder.parents) if not os.path.exists(place)]
    stored, made = folder / "atlas.json", folder / "made.sha256"
    atlas = kept(stored) if kept(made) == key else None
    if atlas is not None:
        check_examples(options.example, atlas["words"])
    try:
        with in_out(options.out):
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if atlas is None:
            # Two threads are hardly faster, and several times slower where the machine is busy.
            with limited_threads():
                atlas = compute(options)
            made.unlink(missing_ok=True)  # until all is written
        write(folder / "source.json", json.dumps(source) + "\n")
        write(stored, json.dumps(atlas, ensure_ascii=False, separators=(",", ":")) + "\n")
        for part, text in page.parts(atlas, options.example).items():
            write(folder / f"{part}.html", text + "\n")
        write(folder / "index.html", page.whole_page(atlas, title, options.example))
        write(made, json.dumps(key))
    finally:
        with contextlib.suppress(OSError):
            for place in missing:
                place.rmdir()  # if nothing was written
    return folder / "index.html"


@contextlib.contextmanager
def in_out(out: Path):
    """Say of an error of the file system that --out is where it arose."""
    try:
        yield
    except OSError as error:
        raise OSError(f"--out: nothing can be written to {str(out)!r}: {error.strerror or error}") from None


def check(options: argparse.Namespace) -> None:
    """Turn numbers into numbers, and refuse what could not be written on a page or would be passed over."""
    for option, called in NUMBERS.items():
        if (given := getattr(options, option)) is not None:
            with contextlib.suppress(ValueError):
                given = int(given)
            most = LONGEST_WINDOW if option == "window" else None
            setattr(options, option, whole_number(called, given, most=most))
    for option in ("name", "title", "questions", "example"):
        given = getattr(options, option)
        if given == "" or (option == "example" and "" in given):
            raise ValueError(f"--{option} must not be empty; leave it out, or say what it is")
    names = [given.partition("=")[0] for given in options.vectors]
    for text in (options.name, options.title, *options.example, *names):
        if text and not text.isprintable():
            raise ValueError(f"{text!r} holds what cannot be shown on a page; write it otherwise")
    twice = next((name for i, name in enumerate(names) if name in ("PPMI", *names[:i])), None)
    if twice:
        raise ValueError(f"--vectors: {twice!r} is the name of other vectors already; choose another")
    for option, path in (
        *(("--vectors", given.partition("=")[2]) for given in options.vectors),
        ("--questions", options.questions),
    ):
        if path:
            check_readable(option, path)
    if counted_before(options.corpus) and options.window is not None:
        raise ValueError(
            "statistics that were counted before keep their window; leave WINDOW (--window) out, "
            "or name the text: make atlas CORPUS=folder WINDOW=..."
        )


def check_readable(option: str, path: str) -> None:
    """Refuse, before anything is counted, a file that is none or cannot be read."""
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise OSError(0, "it is not a file")
        with open(path, "rb"):
            pass
    except OSError as error:
        raise OSError(f"{option}: {path!r} cannot be read: {error.strerror}") from None


def free_name(options: argparse.Namespace, source: str) -> str:
    """The name that was given, or one that no other corpus has: its own, or with the folders above it.

    The names of the book's atlases are kept for them.
    """
    if options.name:
        name = slug(options.name)
        if not name:
            raise ValueError(
                f"the atlas needs a name of letters or digits, not {options.name!r}: NAME=... (--name)"
            )
        if name in OF_BOOK:
            raise ValueError(f"{name!r} is an atlas of the book; choose another name: NAME=... (--name)")
        if kept(options.out / name / "source.json") not in (None, source):
            raise ValueError(
                f"NAME (--name): {name!r} is the atlas of another corpus already; choose another name, "
                f"or remove {options.out / name}"
            )
        return name
    if not options.corpus:
        return f"wikipedia-{options.vocabulary or WORDS}"
    if len(options.corpus) > 1:
        raise ValueError(
            "an atlas of several texts is not named after one of them: choose a name, NAME=... (--name)"
        )
    path = Path(source)
    names = [path.name if path.is_dir() else re.sub(r"(?<=.)(\.\w+)?(\.(gz|bz2|xz)|\.\w+)$", "", path.name)]
    names += [folder.name for folder in path.parents]
    for count in range(1, len(names) + 1):
        name = slug("-".join(reversed(names[:count])))
        if name and name not in OF_BOOK and kept(options.out / name / "source.json") in (None, source):
            return name
    raise ValueError(
        f"no name for the atlas can be made of the path {source!r}: choose one, NAME=... (--name)"
    )


def slug(name: str, most: int = 60) -> str:
    """Letters and digits of any script, in lower case, with hyphens for all else; no longer than a file's name."""
    kinds = (
        (letter, unicodedata.category(letter)[0]) for letter in unicodedata.normalize("NFC", name).lower()
    )
    letters = "".join(letter if kind in "LMN" else "-" for letter, kind in kinds)
    return re.sub("-+", "-", letters).strip("-")[-most:].strip("-")


def kept(path: Path):
    """What an earlier run wrote into a file; None if there is no such file, or another program wrote it."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def compute(options: argparse.Namespace) -> dict:
    """Count the corpus and describe its directions."""
    stats = statistics(options)
    check_examples(options.example, stats.words)
    questions = w2vlib.load_analogies(options.questions) if options.questions else None
    if questions is not None and not any(questions.values()):
        raise ValueError(f"--questions: {options.questions!r} holds no question")
    count = options.directions or min(DIRECTIONS, options.dimensions, len(stats))
    if options.directions is None and len(stats) <= SMALL:
        count = max(1, int((w2vlib.spectrum(w2vlib.m_star(stats), count).values > 0).sum()))
    compare = {}
    if not stats.sparse:  # PPMI of many words has an entry for each pair
        compare["PPMI"] = w2vlib.spectrum(w2vlib.ppmi(stats), min(count, len(stats)))
    for given in options.vectors:
        compare |= vectors(given, stats)
    return concept_atlas(
        stats,
        count,
        dimensions=options.dimensions,
        questions=questions,
        compare=compare,
        ends=max(1, min(8, len(stats) // 2)),
        progress=options.progress,
    )


def statistics(options: argparse.Namespace) -> w2vlib.CorpusStatistics:
    """Statistics of the corpus, from wherever they come."""
    size = options.vocabulary
    if not options.corpus:
        return w2vlib.load_wikipedia(WORDS if size is None else size)
    if counted_before(options.corpus):
        stats = w2vlib.CorpusStatistics.load(options.corpus[0])
        return stats if size is None else stats.first(size)
    corpus = w2vlib.Corpus(options.corpus, progress=options.progress)
    check_spaces(corpus)
    window = WINDOW if options.window is None else options.window
    if size is None:
        return count_at_most(corpus, WORDS, window=window, min_count=SEEN)
    try:
        return w2vlib.count_corpus(corpus, size=size, window=window, min_count=SEEN)
    except ValueError:
        there = len(build_vocabulary(corpus, min_count=SEEN))
        if there >= size:
            raise
    raise ValueError(
        f"a vocabulary of {size} words was asked for, WORDS (--vocabulary), but only {there} different "
        f"words are seen at least {SEEN} times; ask for {there} or fewer, or add text"
    )


def check_examples(examples: Sequence[str], words: Sequence[str]) -> None:
    """Refuse a word that the page would not find, by any of the spellings that it tries; a word may hold spaces."""
    known = {piece for word in words for piece in word.split()}
    for part in " ".join(examples).split():
        spelled = {part, normalised(part, lower=False), normalised(part)}
        if known.isdisjoint(spelled) and not known.issuperset(tokenize(part) or spelled):
            raise ValueError(
                f"--example: {part[:60]!r} is not one of the {len(words):,} words; name another, or keep more words"
            )


def check_spaces(corpus: w2vlib.Corpus, documents: int = 1000) -> None:
    """Refuse text without spaces between words, in which whole sentences would be taken for words."""
    words = (word for document in itertools.islice(corpus, documents) for word in document)
    if example := unspaced((word, 1) for word in words):
        raise ValueError(
            f"{corpus.files[0]} is written without spaces between its words, so that {example[:20]!r} would be "
            "taken for one; put spaces between them with a program for that language, and make the atlas of "
            "the result: make atlas CORPUS=folder"
        )


def vectors(given: str, stats: w2vlib.CorpusStatistics) -> dict[str, w2vlib.Embedding]:
    """The vectors of a file; one that holds numbers only has a row for each word of the statistics."""
    name, mark, path = given.partition("=")
    if not (name and mark and path):
        raise ValueError(f"--vectors takes NAME=FILE, not {given!r}")
    if path.endswith(".npy"):
        try:
            rows = np.lib.format.open_memmap(path, mode="r")  # never what pickle would run
        except ValueError as error:
            raise ValueError(
                f"{path} is not a file of numbers as numpy.save writes it, or a damaged one: {error}"
            ) from None
        return {name: w2vlib.Embedding(stats.words, word_rows(path, rows, len(stats)))}
    binary = path.endswith(".bin")
    load = w2vlib.Embedding.load_word2vec_binary if binary else w2vlib.Embedding.load_word2vec_text
    return {name: load(path)}


def inputs(options: argparse.Namespace) -> str:
    """A hash of everything that the atlas depends on, and of nothing else."""
    apart = ("out", "name", "title", "example", "progress")
    asked = {name: value for name, value in sorted(vars(options).items()) if name not in apart}
    places = [*texts(options.corpus), *filter(None, [options.questions])]
    places += [given.partition("=")[2] for given in options.vectors]
    return digest([LIBRARY, *MAKER, *places], repr(asked), apart=[COURSE])


def counted_before(corpus: Sequence[str]) -> bool:
    """Whether a corpus is one of statistics: those shipped, or a file of them."""
    return not corpus or Path(corpus[0]).suffix == ".w2v"


def texts(corpus: Sequence[str]) -> list[Path]:
    """The files of a corpus that are read, none if it is the one shipped."""
    for given in corpus:
        path = Path(given)
        if path.is_symlink() and not path.exists():
            raise FileNotFoundError(f"{given} is a link to {path.readlink()}, which does not exist")
        if not path.is_file() and not path.is_dir():
            what = (
                f"{given} is neither a folder nor a file" if path.exists() else f"there is no corpus {given}"
            )
            raise FileNotFoundError(f"{what}; name a folder of text, a file of text, or statistics (.w2v)")
        if path.suffix == ".w2v" and len(corpus) > 1:
            raise ValueError(
                f"{given} holds statistics, of which one file is taken; name it alone, or the text"
            )
    if counted_before(corpus):
        return [Path(path) for path in corpus]
    return w2vlib.Corpus(corpus).files


def write(path: Path, text: str) -> None:
    """Write a file, unless it holds that text already."""
    content = text.encode()
    if not path.exists() or path.read_bytes() != content:
        replace_file(path, content)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
