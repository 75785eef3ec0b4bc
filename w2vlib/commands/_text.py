"""What commands that read text share: how it is counted, and where results may be put."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from .._common.files import check_writable
from ..corpus import Corpus
from ..counting import WEIGHTINGS
from ..statistics import CorpusStatistics, count_at_most, count_corpus, count_like
from ._frame import Shown

#: How many words are kept unless a number is given.
MOST = 10_000

text_argument = click.argument("text", nargs=-1, required=True, type=click.Path(readable=False))

_OPTIONS = (
    click.option(
        "-V", "--words", type=int, metavar="N",
        help=f"Keep the N most frequent words.  [default: {MOST:,}, or all where there are fewer]",
    ),
    click.option("-w", "--window", type=int, default=16, show_default=True, help="Reach of the window, in words."),
    click.option(
        "--weighting", type=click.Choice(WEIGHTINGS), default="linear", show_default=True,
        help="How the weight falls with distance.",
    ),
    click.option(
        "--oov", type=click.Choice(["drop", "gap"]), default="drop", show_default=True,
        help="What becomes of other words: they make room, or leave a gap.",
    ),
    click.option(
        "--documents", type=click.Choice(["lines", "files"]), default="lines", show_default=True,
        help="What is a document, which no window reaches beyond.",
    ),
    click.option(
        "--min-count", type=int, default=1, show_default=True, metavar="N",
        help="Leave out words that are seen less often.",
    ),
    click.option("--source", default="", help="Where the text came from; kept with the counts."),
)  # fmt: skip


def counting_options(function: Callable) -> Callable:
    """Add the options of counting a text to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def count(
    shown: Shown, text: Sequence[str], words: int | None, documents: str, **how: object
) -> CorpusStatistics:
    """Count text: the words that are asked for, or all that are worth it."""
    corpus = Corpus(text, documents, progress=shown.progress)
    if words is None:
        return count_at_most(corpus, MOST, **how)
    return count_corpus(corpus, words, **how)


def documents_option() -> Callable:
    """The option of what a document is, for commands that count as others did before."""
    return click.option(
        "--documents", type=click.Choice(["lines", "files"]), default="lines", show_default=True,
        help="What is a document, which no window reaches beyond.",
    )  # fmt: skip


def counted(path: str) -> CorpusStatistics:
    """Read a file of counts, or say how one is made."""
    if not path.endswith(".w2v"):
        raise ValueError(
            f"{path} is no file of counts, whose name ends in .w2v; make one of a text: w2v count {path} -o counts.w2v"
        )
    return CorpusStatistics.load(path)


def counted_like(
    shown: Shown, paths: Sequence[str], stats: CorpusStatistics, documents: str
) -> CorpusStatistics:
    """Counts of files that hold them, added up, or of text, which is counted as others were."""
    if not any(path.endswith(".w2v") for path in paths):
        return count_like(Corpus(paths, documents, progress=shown.progress), stats)
    total, *others = map(counted, paths)
    for other in others:
        total = total + other
    return total


def check_counts_or_text(paths: Sequence[str]) -> None:
    """Refuse files of counts beside text."""
    check_text(paths)
    if len({path.endswith(".w2v") for path in paths}) > 1:
        raise ValueError(
            "files of counts (.w2v) are taken, or text, and not both; count the text first: w2v count"
        )


def check_counts_output(output: str, text: Sequence[str] = ()) -> None:
    """Refuse a file that counts cannot be written to."""
    if not output.endswith(".w2v"):
        raise ValueError(
            f"counts are kept in a file that ends in .w2v, not in {output}; name one: -o counts.w2v"
        )
    check_output(output, text)


def check_alike(first: str, stats: CorpusStatistics, path: str, other: CorpusStatistics) -> None:
    """Refuse counts that were made in another way than the first ones."""
    for name, option in (("words", "vocabulary"), ("window",) * 2, ("weighting",) * 2, ("oov",) * 2):
        if getattr(stats, name) != getattr(other, name):
            how = "" if name == "words" else f" ({getattr(other, name)} and {getattr(stats, name)})"
            raise ValueError(
                f"{path} was not counted as {first} was: its {option} is another one{how}; count its text anew: "
                f"w2v count TEXT --like {first} -o {path}"
            )


def check_text(text: Sequence[str]) -> None:
    """Refuse, with a remedy, what is no name of a file or folder."""
    if "" in text:
        raise ValueError("the name of a file or folder of text must not be empty; . is the folder you are in")
    if "-" in text:
        raise ValueError(
            "text is read from files, and not from standard input: write it to a file first; "
            "a file that is called - is ./-"
        )


def check_output(output: str, text: Sequence[str] = ()) -> None:
    """Refuse, before work begins, a file that could not be written, or would be read as text the next time."""
    if output.endswith(("/", os.sep)):
        raise ValueError(f"could not write {output}: it is the name of a folder, not of a file")
    check_writable(output)
    check_outside(output, text)


def check_outside(output: str, text: Sequence[str]) -> None:
    """Refuse a place that is the text itself, or in a folder of it, where it would be read as text the next time."""
    place = Path(os.path.realpath(output))
    for given in text:
        other = Path(os.path.realpath(given))
        if place == other:
            raise ValueError(f"could not write {output}: it is the text itself; choose another name")
        if place.is_relative_to(other) and not _hidden(place.relative_to(other)):
            raise ValueError(
                f"could not write {output}: it lies in the folder {given} and would be read as text the next "
                "time; choose a place outside"
            )


def _hidden(path: Path) -> bool:
    """Whether a folder's text is read without it."""
    return any(part.startswith(".") for part in path.parts)
