"""Reading text as documents and splitting documents into words.

A corpus, here, is anything that can be iterated more than once and yields one
document at a time as a list of words.  :class:`Corpus` makes one from files;
a plain list of lists of strings is one too.
"""

from __future__ import annotations

import bz2
import functools
import gzip
import io
import lzma
import re
import sys
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .progress import progress_bar

__all__ = ["Corpus", "tokenize"]

_ASCII_WORD = re.compile(r"[a-z]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_OPENERS = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_DAMAGED = (EOFError, OSError, lzma.LZMAError, zlib.error)


@functools.cache
def _any_word() -> tuple[re.Pattern[str], frozenset[str]]:
    """Runs of letters of any script with the marks that belong to them, and what calls for that care.

    Python's ``\\d`` knows 2, but neither ² nor ½, and its ``\\w`` knows no marks.
    """
    kind = {chr(point): unicodedata.category(chr(point)) for point in range(sys.maxunicode + 1)}
    marks = "".join(letter for letter, category in kind.items() if category[0] == "M")
    numerals = "".join(letter for letter, category in kind.items() if category in ("Nl", "No"))
    word = re.compile(rf"[^\W\d_{numerals}](?:[^\W\d_{numerals}]|[{marks}])*")
    return word, frozenset(marks + numerals)


def tokenize(text: str) -> list[str]:
    """Return the words of a text: lower-cased runs of letters.

    Everything that is not a letter separates words, as in the paper, so digits
    and punctuation disappear and *don't* becomes *don*, *t*.  Unlike the
    paper's ``[a-z]+``, letters of every alphabet count, together with the
    combining marks that follow them, after Unicode normalisation (NFC).

    Parameters
    ----------
    text : str
        One document.

    Returns
    -------
    list of str
        Its words, in order.

    Notes
    -----
    Introduced in chapter 2, *A corpus, for word2vec, is a matrix of counts*.

    Examples
    --------
    >>> tokenize("The café's 2nd door: don't open it!")
    ['the', 'café', 's', 'nd', 'door', 'don', 't', 'open', 'it']
    """
    lowered = text.lower()
    if lowered.isascii():
        return _ASCII_WORD.findall(lowered)
    lowered = unicodedata.normalize("NFC", lowered)
    word, care = _any_word()
    return (_LETTERS if care.isdisjoint(lowered) else word).findall(lowered)


class Corpus:
    """Documents read from files, one at a time, as lists of words.

    Memory does not grow with the corpus: one document is held at a time.
    Iterating again reads the files again, in the same order.

    Parameters
    ----------
    paths : str, Path or iterable of these
        Files, or folders whose files are read in the order of their names.
        Files ending in ``.gz``, ``.bz2`` and ``.xz`` are unpacked on the way.
    documents : {"lines", "files"}
        Whether each non-empty line or each file is a document.
    tokenizer : callable
        Takes the text of a document, returns its words.
    progress : bool
        Show a progress bar (needs ``tqdm``).

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    ValueError
        If a folder holds no file, if a compressed file is damaged, or if a file
        is not valid UTF-8; the message names the file and the line.

    Notes
    -----
    Introduced in chapter 2, *A corpus, for word2vec, is a matrix of counts*.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("The cat sat.\\nA dog ran.\\n")
    >>> list(Corpus(folder))
    [['the', 'cat', 'sat'], ['a', 'dog', 'ran']]
    >>> list(Corpus(folder, documents="files"))
    [['the', 'cat', 'sat', 'a', 'dog', 'ran']]
    """

    def __init__(
        self,
        paths: str | Path | Iterable[str | Path],
        documents: str = "lines",
        tokenizer: Callable[[str], list[str]] = tokenize,
        progress: bool = False,
    ):
        if documents not in ("lines", "files"):
            raise ValueError(f"documents must be 'lines' or 'files', not {documents!r}")
        self.files = _list_files([paths] if isinstance(paths, (str, Path)) else paths)
        self.documents = documents
        self.tokenizer = tokenizer
        self.progress = progress

    def __iter__(self) -> Iterator[list[str]]:
        for text in self.texts():
            if words := self.tokenizer(text):
                yield words

    def texts(self) -> Iterator[str]:
        """Yield the raw text of one document after another."""
        total = sum(path.stat().st_size for path in self.files)
        with progress_bar(
            self.progress, total=total, unit="B", unit_scale=True, desc="reading", mininterval=1
        ) as bar:
            for path in self.files:
                done = bar.n
                with open(path, "rb") as raw:
                    lines = _decoded_lines(raw, path)
                    if self.documents == "files":
                        yield "".join(lines)
                    else:
                        for number, line in enumerate(lines):
                            yield line
                            if number % 256 == 0:
                                bar.update(done + raw.tell() - bar.n)
                bar.update(done + path.stat().st_size - bar.n)


def _list_files(paths: Iterable[str | Path]) -> list[Path]:
    files = []
    for path in map(Path, paths):
        if path.is_dir():
            found = sorted(
                p
                for p in path.rglob("*")
                if p.is_file() and not any(part.startswith(".") for part in p.relative_to(path).parts)
            )
            if not found:
                raise ValueError(f"the folder {path} holds no file to read")
            files += found
        elif path.exists():
            files.append(path)
        else:
            raise FileNotFoundError(f"there is no file or folder {path}")
    if not files:
        raise ValueError("no path was given: pass at least one file or folder")
    return files


def _decoded_lines(raw: io.BufferedReader, path: Path) -> Iterator[str]:
    """Decode line by line, so that an error can name its line."""
    opener = _OPENERS.get(path.suffix.lower())
    stream = opener(raw, "rb") if opener else raw
    number = 0
    try:
        for number, line in enumerate(stream, start=1):
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path}, line {number}: byte {error.object[error.start]:#04x} is not valid UTF-8; "
            "convert the file to UTF-8 (for example with iconv) and read it again"
        ) from None
    except _DAMAGED as error:
        if opener is None:
            raise
        raise ValueError(
            f"{path}: cannot be unpacked after line {number} ({error}); the file is truncated or damaged"
        ) from error
