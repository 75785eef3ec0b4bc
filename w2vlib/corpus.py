"""Text as documents, documents as words, words as numbers: Corpus, vocabularies, encoding.

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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ._common.progress import progress_bar
from ._common.validate import one_of, whole_number
from .words import check_distinct

__all__ = [
    "Corpus",
    "EncodedText",
    "Vocabulary",
    "build_vocabulary",
    "encode",
    "encode_in_chunks",
    "tokenize",
]

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
        one_of("documents", documents, ("lines", "files"))
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


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words that are counted, most frequent first.

    Attributes
    ----------
    words : tuple of str, length V
        Sorted by falling frequency; words of equal frequency by spelling.
    occurrences : ndarray of int64, shape (V,)
        How often each occurs in the corpus.
    n_tokens, n_documents : int
        Size of the whole corpus, words outside the vocabulary included.

    Examples
    --------
    >>> vocabulary = build_vocabulary([["b", "a", "b"], ["c", "a"]], size=2)
    >>> vocabulary.words, vocabulary.occurrences.tolist(), vocabulary.n_tokens
    (('a', 'b'), [2, 2], 5)
    """

    words: tuple[str, ...]
    occurrences: np.ndarray
    n_tokens: int
    n_documents: int

    def __len__(self) -> int:
        return len(self.words)


@dataclass(frozen=True, eq=False)
class EncodedText:
    """Documents as one array of word numbers.

    Attributes
    ----------
    ids : ndarray of int32, shape (n,)
        Word numbers ``0 … V-1``; ``V`` stands for a word outside the
        vocabulary where these are left as gaps.
    offsets : ndarray of int64, shape (n_documents + 1,)
        Document ``k`` is ``ids[offsets[k]:offsets[k + 1]]``.

    Examples
    --------
    >>> text = encode([["a", "b"], ["b"]], ["a", "b"])
    >>> text.ids[text.offsets[0]:text.offsets[1]].tolist()
    [0, 1]
    """

    ids: np.ndarray
    offsets: np.ndarray


def _document(words: Sequence[str]) -> Sequence[str]:
    """A document, unless it is a string, whose letters would be taken for words."""
    if isinstance(words, (str, bytes)):
        raise ValueError(
            f"a document is a list of words, not a string, found {words[:40]!r}; "
            "split it: w2vlib.corpus.tokenize(text)"
        )
    return words


def build_vocabulary(
    documents: Iterable[Sequence[str]], size: int | None = None, min_count: int = 1
) -> Vocabulary:
    """Return the most frequent words of a corpus.

    Parameters
    ----------
    documents : iterable of sequences of str
        The corpus; read once.
    size : int, optional
        How many words to keep; all of them by default.
    min_count : int
        Words seen less often are left out.

    Returns
    -------
    Vocabulary
        Sorted by falling frequency, ties by spelling, so that the same corpus
        gives the same vocabulary whatever the order of its documents.

    Raises
    ------
    ValueError
        If the corpus is empty, or has fewer words than `size` asks for.

    Notes
    -----
    Introduced in chapter 2, *A corpus, for word2vec, is a matrix of counts*.

    Examples
    --------
    >>> build_vocabulary([["b", "a", "b"], ["c", "a"]]).words
    ('a', 'b', 'c')
    """
    if size is not None:
        size = whole_number("size", size)
    min_count = whole_number("min_count", min_count)
    counter: Counter[str] = Counter()
    n_documents = 0
    for words in documents:
        counter.update(_document(words))
        n_documents += 1
    if not counter:
        raise ValueError("the corpus is empty: it holds no word at all")
    ranked = sorted(
        ((word, count) for word, count in counter.items() if count >= min_count),
        key=lambda item: (-item[1], item[0]),
    )
    if not ranked:
        raise ValueError(f"no word occurs at least {min_count} times; lower min_count or add text")
    if size is not None and size > len(ranked):
        raise ValueError(
            f"a vocabulary of {size} words was asked for, but only {len(ranked)} different words "
            f"occur at least {min_count} time(s); ask for {len(ranked)} or fewer, or add text"
        )
    ranked = ranked[:size]
    return Vocabulary(
        words=tuple(word for word, _ in ranked),
        occurrences=np.array([count for _, count in ranked], dtype=np.int64),
        n_tokens=counter.total(),
        n_documents=n_documents,
    )


def encode(documents: Iterable[Sequence[str]], words: Sequence[str], oov: str = "drop") -> EncodedText:
    """Return documents as word numbers.

    Parameters
    ----------
    documents : iterable of sequences of str
        The corpus.
    words : sequence of str, length V
        The vocabulary; a word's number is its place in it.
    oov : {"drop", "gap"}
        What becomes of words outside the vocabulary.  ``"drop"`` removes them
        before windows are laid, so that their neighbours move together;
        ``"gap"`` leaves an empty place.

    Returns
    -------
    EncodedText

    Examples
    --------
    >>> text = [["the", "old", "king"], ["the", "queen"]]
    >>> encode(text, ["the", "king", "queen"]).ids.tolist()
    [0, 1, 0, 2]
    >>> encode(text, ["the", "king", "queen"], oov="gap").ids.tolist()
    [0, 3, 1, 0, 2]
    """
    chunks = list(encode_in_chunks(documents, words, oov, chunk_tokens=None))
    return chunks[0] if chunks else EncodedText(np.empty(0, np.int32), np.zeros(1, np.int64))


def encode_in_chunks(
    documents: Iterable[Sequence[str]],
    words: Sequence[str],
    oov: str = "drop",
    chunk_tokens: int | None = 8_000_000,
) -> Iterator[EncodedText]:
    """Yield :class:`EncodedText` of whole documents, about `chunk_tokens` at a time.

    The parameters are those of :func:`encode`.  A document is never split.

    Examples
    --------
    >>> chunks = encode_in_chunks([["a", "b"], ["b"], ["a"]], ["a", "b"], chunk_tokens=2)
    >>> [chunk.ids.tolist() for chunk in chunks]
    [[0, 1], [1, 0]]
    """
    one_of("oov", oov, ("drop", "gap"))
    check_distinct(words)
    number = {word: i for i, word in enumerate(words)}
    outside = len(words)
    ids: list[int] = []
    offsets = [0]
    for document in map(_document, documents):
        if oov == "drop":
            ids.extend([number[word] for word in document if word in number])
        else:
            ids.extend([number.get(word, outside) for word in document])
        offsets.append(len(ids))
        if chunk_tokens is not None and len(ids) >= chunk_tokens:
            yield EncodedText(np.array(ids, np.int32), np.array(offsets, np.int64))
            ids, offsets = [], [0]
    if len(offsets) > 1:
        yield EncodedText(np.array(ids, np.int32), np.array(offsets, np.int64))
