"""Make the statistics that ship with w2vlib, from a folder of Wikipedia text.

    make data CORPUS=folder

The folder holds ``enwiki-0.txt.xz`` … ``enwiki-7.txt.xz``: English Wikipedia of
about 2014, one article a line.  The result is the same byte for byte each time
(with the versions pinned in requirements.txt).  Takes about a minute and
1.5 GB of memory on two cores, most of it to pack the counts.
"""

from __future__ import annotations

import functools
import hashlib
import operator
import sys
from pathlib import Path

import numpy as np

import w2vlib
from w2vlib._common.files import DATA
from w2vlib._one_pass import NumberedText
from w2vlib._statistics_file import write
from w2vlib.corpus import EncodedText, most_frequent_words
from w2vlib.counting import cooccurrence_counts

SIZE, PARTS_SIZE, WINDOW = 5000, 1000, 16
SOURCE = (
    "English Wikipedia, about 2014; a random sample of articles of 100 words or more; "
    "text by Wikipedia's contributors under CC BY-SA"
)


def part_of(document: int) -> int:
    """Deal documents to parts of 1/128, 1/128, 1/64, 1/32, 1/16, 1/8, 1/4 and 1/2."""
    return (document % 128).bit_length()


def corpus_in(folder: str) -> w2vlib.Corpus:
    """The corpus of a folder, once every file of it is found there."""
    files = [Path(folder) / f"enwiki-{number}.txt.xz" for number in range(8)]
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        sys.exit(
            f"CORPUS must be a folder that holds enwiki-0.txt.xz … enwiki-7.txt.xz, but there is no "
            f"{missing[0]} in {folder!r}"
        )
    return w2vlib.Corpus(files, progress=True)


def main(folder: str) -> None:
    with NumberedText(corpus_in(folder)) as numbered:
        words = most_frequent_words(numbered, SIZE, 1).words
        [(ids, offsets)] = numbered.encoded(words, "gap")
    inside = ids < SIZE
    kept = np.concatenate(([0], np.cumsum(inside)))[offsets]
    text, tokens = EncodedText(ids[inside], kept), np.diff(offsets)
    part = np.array([part_of(number) for number in range(len(tokens))])
    parts = [count_part(words, text, tokens, part == k) for k in range(8)]
    for k, statistics in enumerate(parts):
        write(statistics.first(PARTS_SIZE), DATA / f"wikipedia-part-{k}.w2v", level=6)
    write(functools.reduce(operator.add, parts), DATA / "wikipedia.w2v", level=6)
    write_sums()


def write_sums() -> None:
    """List the SHA-256 of every file of numbers that is shipped, and of the test set that others made."""
    paths = sorted(
        path for kind in ("w2v", "npy", "npy.xz", "tsv", "json") for path in DATA.glob(f"*.{kind}")
    )
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (DATA / "SHA256SUMS").write_text("".join(sums))
    print("".join(sums), sum(path.stat().st_size for path in paths), "bytes in all")


def count_part(words, text, tokens, chosen) -> w2vlib.CorpusStatistics:
    """Statistics of the chosen documents, given as a mask."""
    lengths = np.diff(text.offsets)
    ids = text.ids[np.repeat(chosen, lengths)]
    offsets = np.concatenate(([0], np.cumsum(lengths[chosen])))
    return w2vlib.CorpusStatistics(
        words=words,
        counts=cooccurrence_counts(EncodedText(ids, offsets), len(words), WINDOW),
        occurrences=np.bincount(ids, minlength=len(words)),
        window=WINDOW,
        n_tokens=int(tokens[chosen].sum()),
        n_documents=int(chosen.sum()),
        source=SOURCE,
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
