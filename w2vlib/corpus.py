"""Text as documents, documents as words, words as numbers: Corpus, vocabularies, encoding.

A corpus, here, is anything that can be iterated more than once and yields one
document at a time as a list of words.  :class:`Corpus` makes one from files;
a plain list of lists of strings is one too.
"""

from __future__ import annotations

import errno
import io
import itertools
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ._common.arguments import check_kind, in_turn
from ._common.progress import progress_bar
from ._common.text import decoded_lines
from ._common.validate import one_of, whole_array, whole_number
from ._one_pass import NumberedText, one_pass_available
from ._tokenizing import words_of
from .words import check_words, ready_words

__all__ = [
    "Corpus",
    "EncodedText",
    "Vocabulary",
    "build_vocabulary",
    "encode",
    "encode_in_chunks",
    "tokenize",
]

CHUNK_TOKENS = 8_000_000  # words that are encoded at a time, unless all are


def tokenize(text: str) -> list[str]:
    """Return the words of a text: lower-cased runs of letters.

    Everything that is not a letter separates words, as in the paper, so digits
    and punctuation disappear and *don't* becomes *don*, *t*.  Unlike the
    paper's ``[a-z]+``, letters of every alphabet count, together with the
    combining marks that follow them, after Unicode normalisation (NFC).

    Characters that show nothing by themselves (joiners, soft hyphens, marks of
    direction, variation selectors) are left out, so that a word is whole and
    is the same word with and without them; a zero-width space separates.

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
    Introduced in chapter *counting*.

    Examples
    --------
    >>> tokenize("The café's 2nd door: don't open it!")
    ['the', 'café', 's', 'nd', 'door', 'don', 't', 'open', 'it']
    """
    if not isinstance(text, str):
        raise ValueError(f"text must be a string, the text of one document, not {text!r:.60}")
    return words_of(text)


class Corpus:
    """Documents read from files, one at a time, as lists of words.

    Memory does not grow with the corpus: one document is held at a time.
    Iterating again reads the files again, in the same order.

    Parameters
    ----------
    paths : str, Path or iterable of these
        Files, or folders whose files are read in the order of their names, with
        the folders in them, links included.  Files and folders in a folder
        whose names begin with a dot are hidden, and left out.
        Files ending in ``.gz``, ``.bz2`` and ``.xz`` are unpacked on the way.
    documents : {"lines", "files"}
        Whether each non-empty line, which a line feed ends, or each file is a
        document.
    tokenizer : callable
        Takes the text of a document, returns its words.
    progress : bool
        Show a progress bar (needs ``tqdm``).

    Raises
    ------
    OSError
        On creation, if a file or folder does not exist or cannot be read.
    ValueError
        On creation, if a folder holds no file, if what it holds is neither file
        nor folder, or if a file would be read twice.  On reading, if a
        compressed file is damaged, or a file is not text in UTF-8; the message
        names the file, the line and the byte.

    Notes
    -----
    Introduced in chapter *counting*.

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
        if not callable(tokenizer):
            raise ValueError(f"tokenizer must be a function from a text to its words, not {tokenizer!r}")
        check_kind("progress", progress, "bool")
        self.files = _list_files([paths] if isinstance(paths, (str, bytes, os.PathLike)) else paths)
        self.documents = documents
        self.tokenizer = tokenizer
        self.progress = progress

    def __iter__(self) -> Iterator[list[str]]:
        for number, text in enumerate(self.texts(), start=1):
            words = _document(self.tokenizer(text), number, "what the tokenizer makes of ")
            if len(words):
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
                    lines = decoded_lines(raw, path)
                    if self.documents == "files":
                        yield "".join(lines)
                    else:
                        for number, line in enumerate(lines):
                            yield line
                            if number % 256 == 0:
                                bar.update(done + raw.tell() - bar.n)
                bar.update(done + path.stat().st_size - bar.n)


def _list_files(paths: Iterable[str | Path]) -> list[Path]:
    """The files to be read, each of which is there and can be opened, and none twice."""
    files: list[Path] = []
    for given in paths if in_turn(paths) else [paths]:
        if not isinstance(given, (str, os.PathLike)) or not str(given) or "\0" in str(given):
            raise ValueError(f"paths must be those of files and folders, as str or Path, not {given!r:.60}")
        path = Path(given)
        files += _files_in(path) if stat.S_ISDIR(_look_at(path).st_mode) else [path]
    if not files:
        raise ValueError("no path was given: pass at least one file or folder")
    seen: dict[tuple[int, int], Path] = {}
    for path in files:
        found = _look_at(path)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError(
                f"{path} is no file that can be read again and again, but a pipe, a socket or a device; "
                "write its text to a file"
            )
        with open(path, "rb"):
            pass  # what cannot be read is an error now, and not in the midst of counting
        other = seen.setdefault((found.st_dev, found.st_ino), path)
        if other is not path and other.resolve() == path.resolve():
            raise ValueError(f"{path} would be read twice, as it is {other}, too; leave one of them out")
    return files


def _look_at(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENAMETOOLONG):
            raise
        broken = f"; {path} is a broken link: mend or remove it" if os.path.islink(path) else ""
        raise FileNotFoundError(f"there is no file or folder {str(path)[:200]}{broken}") from None


def _files_in(folder: Path) -> list[Path]:
    """All that is in a folder and the folders in it but folders and what is hidden, in the order of names."""
    files, hidden, waiting = [], 0, [folder]
    entered: dict[Path, Path] = {}
    while waiting:
        place = waiting.pop()
        other = entered.setdefault(place.resolve(), place)
        if other is not place:
            raise ValueError(
                f"the folder {place} is {other} once more, by a link, and would be read again; remove the link"
            )
        for path in place.iterdir():
            if path.name.startswith("."):
                hidden += 1
            elif path.is_dir():
                waiting.append(path)
            else:
                files.append(path)
    if not files:
        but = f" but {hidden} whose names begin with a dot, which are left out" if hidden else ""
        raise ValueError(f"the folder {folder} holds no file to read{but}")
    return sorted(files)


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

    Notes
    -----
    Introduced in chapter *counting*.

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

    def __post_init__(self):
        object.__setattr__(self, "words", ready_words(self.words))
        object.__setattr__(self, "occurrences", _whole_list("occurrences", self.occurrences, np.int64))
        for name in ("n_tokens", "n_documents"):
            object.__setattr__(self, name, whole_number(name, getattr(self, name), 0))
        if len(self.occurrences) != len(self.words):
            raise ValueError(
                f"occurrences must hold one number for each of the {len(self.words)} words, "
                f"not {len(self.occurrences)}"
            )

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

    Raises
    ------
    ValueError
        On creation, if one of them is no list of whole numbers from 0 on, or
        the offsets do not rise from 0 to the number of words.

    Notes
    -----
    Introduced in chapter *counting*.

    Examples
    --------
    >>> text = encode([["a", "b"], ["b"]], ["a", "b"])
    >>> text.ids[text.offsets[0]:text.offsets[1]].tolist()
    [0, 1]
    """

    ids: np.ndarray
    offsets: np.ndarray

    def __post_init__(self):
        object.__setattr__(self, "ids", _whole_list("ids", self.ids, np.int32))
        object.__setattr__(self, "offsets", _whole_list("offsets", self.offsets, np.int64))
        ends = self.offsets[[0, -1]].tolist() if self.offsets.size else None
        if ends != [0, self.ids.size] or (np.diff(self.offsets) < 0).any():
            raise ValueError(
                f"offsets must rise from 0 to the number of words, {self.ids.size} in ids, "
                f"not be {self.offsets[:5].tolist()} … {self.offsets[-1:].tolist()}"
            )


def _whole_list(name: str, given: np.ndarray, dtype: type) -> np.ndarray:
    return whole_array(name, given, 1, np.iinfo(dtype).max).astype(dtype, copy=False)


def _documents(documents: Iterable[Sequence[str]]) -> Iterable[Sequence[str]]:
    """Documents, unless what is given is one text, or does not yield documents when iterated."""
    remedy = "read files with w2vlib.Corpus(path), and pass text as a list of lists of words"
    if isinstance(documents, Mapping):
        remedy = "pass its values: documents.values()"
    elif not isinstance(documents, (str, bytes, os.PathLike)) and _rank(documents) in (1, 2):
        return documents
    raise ValueError(f"documents must be lists of words, not {type(documents).__name__}; {remedy}")


#: What is taken for a document by mistake, and what is to be done.
_NO_DOCUMENT = (
    ((str, bytes), "a string", "split it: w2vlib.corpus.tokenize(text), or read a file: w2vlib.Corpus(path)"),
    (os.PathLike, "a path", "read files with w2vlib.Corpus(paths)"),
    (io.IOBase, "an open file", "read files with w2vlib.Corpus(paths)"),
    (Mapping, "a mapping", "windows need each word at its place: pass the words in the order of the text"),
    (Set, "a set", "windows need each word at its place: pass the words in the order of the text"),
)


def _document(words: Sequence[str], number: int, what: str = "") -> Sequence[str]:
    """A document as something that can be iterated again, unless it is no list of words."""
    if isinstance(words, (list, tuple)):
        return words
    for kinds, name, remedy in _NO_DOCUMENT:
        if isinstance(words, kinds):
            break
    else:
        if _rank(words) == 1:
            return words if isinstance(words, (Sequence, np.ndarray)) else list(words)
        name, remedy = f"of type {type(words).__name__}", "pass its words one after another"
    found = repr(words[:40]) if isinstance(words, (str, bytes)) else f"{words!r:.60}"
    raise ValueError(
        f"{what}document {number}: a document is a list of words, not {name}, found {found}; {remedy}"
    )


def _rank(given: object) -> int:
    """How many dimensions an object has that can be iterated: 1 unless it says another number; 0 if it cannot."""
    return getattr(given, "ndim", 1) if hasattr(given, "__iter__") or hasattr(given, "__getitem__") else 0


def _check_words(words: Iterable[str], number: int) -> None:
    """Raise ValueError if one of the words of a document is none, or cannot be written to a file."""
    words = list(words)
    try:
        check_words(words)
    except ValueError as error:
        raise ValueError(f"document {number}: {error}") from None
    if "" in words:
        raise ValueError(f"document {number}: it holds an empty word, ''; leave it out")


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
        If the corpus is empty, has fewer words than `size` asks for, or holds
        what is no document or no word; the message says in which document.

    Notes
    -----
    Introduced in chapter *counting*.

    Examples
    --------
    >>> build_vocabulary([["b", "a", "b"], ["c", "a"]]).words
    ('a', 'b', 'c')
    """
    size, min_count = checked_size(size, min_count)
    if read_at_once(documents):
        with NumberedText(documents) as text:
            return most_frequent_words(text, size, min_count)
    counter: Counter[str] = Counter()
    n_documents = 0
    for n_documents, document in enumerate(_documents(documents), start=1):
        words, known = _document(document, n_documents), len(counter)
        try:
            counter.update(words)
        except TypeError:  # lists, and whatever else no dictionary can hold
            _check_words(words, n_documents)
            raise
        _check_words(itertools.islice(reversed(counter), len(counter) - known), n_documents)
    ranked = sorted(
        ((word, count) for word, count in counter.items() if count >= min_count),
        key=lambda item: (-item[1], item[0]),
    )
    return _vocabulary(ranked, len(ranked), size, min_count, counter.total(), n_documents)


def checked_size(size: int | None, min_count: int) -> tuple[int | None, int]:
    """Return how many words a vocabulary is to have, and how often each must occur, as whole numbers.

    Examples
    --------
    >>> checked_size(None, np.int8(2))
    (None, 2)
    """
    return None if size is None else whole_number("size", size), whole_number("min_count", min_count)


def read_at_once(documents: object) -> bool:
    """Whether these are files that the fast path can read: with the package's own rules for what a word is.

    Examples
    --------
    >>> read_at_once([["a", "list"]])
    False
    """
    return type(documents) is Corpus and documents.tokenizer is tokenize and one_pass_available()


def most_frequent_words(text: NumberedText, size: int | None, min_count: int) -> Vocabulary:
    """Return the vocabulary of a text that has been read, as :func:`build_vocabulary` does of documents.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = path.write_text("b a b")
    >>> with NumberedText(Corpus(path)) as text:
    ...     most_frequent_words(text, None, 1).words
    ('b', 'a')
    """
    ranked, n_words = text.most_frequent(size, min_count)
    return _vocabulary(ranked, n_words, size, min_count, text.n_tokens, text.n_documents)


def _vocabulary(ranked, n_words: int, size: int | None, min_count: int, n_tokens: int, n_documents: int):
    """A vocabulary of words and their occurrences, the most frequent of `n_words` that occur often enough."""
    if not n_tokens:
        raise ValueError("the corpus is empty: documents hold no word at all")
    if not ranked:
        raise ValueError(f"no word occurs at least {min_count} times; lower min_count or add text")
    if size is not None and size > n_words:
        raise FewWordsError(
            f"a vocabulary of {size} words was asked for, but only {n_words} different words "
            f"occur at least {min_count} time(s); ask for {n_words} or fewer, or add text"
        )
    ranked = ranked[:size]
    return Vocabulary(
        words=tuple(str(word) for word, _ in ranked),
        occurrences=np.array([count for _, count in ranked], dtype=np.int64),
        n_tokens=n_tokens,
        n_documents=n_documents,
    )


class FewWordsError(ValueError):
    """A corpus has fewer words than a vocabulary was to have."""


def check_same_text(
    words: Sequence[str], n_documents: int, occurrences: np.ndarray, n_found: int, found: np.ndarray
) -> None:
    """Raise ValueError if a corpus that is read for the second time does not hold what it held before.

    Examples
    --------
    >>> check_same_text(("a",), 2, np.array([3]), 2, np.array([4]))
    Traceback (most recent call last):
    ...
    ValueError: the corpus is read twice, and held 'a' 3 times, then 4 times; pass lists instead of generators, ...
    """
    said = ""
    if n_found != n_documents:
        said = f"{n_documents:,} documents, then {n_found:,}"
    elif (found != occurrences).any():
        row = int((found != occurrences).argmax())
        said = f"{words[row]!r} {occurrences[row]:,} times, then {found[row]:,} times"
    if said:
        raise ValueError(
            f"the corpus is read twice, and held {said}; pass lists instead of generators, "
            "and let files be until they are counted"
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

    Notes
    -----
    Introduced in chapter *counting*.

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
    chunk_tokens: int | None = CHUNK_TOKENS,
) -> Iterator[EncodedText]:
    """Return an iterator over :class:`EncodedText` of whole documents, about `chunk_tokens` at a time.

    The parameters are those of :func:`encode`.  A document is never split.

    Notes
    -----
    Introduced in chapter *counting*.

    Examples
    --------
    >>> chunks = encode_in_chunks([["a", "b"], ["b"], ["a"]], ["a", "b"], chunk_tokens=2)
    >>> [chunk.ids.tolist() for chunk in chunks]
    [[0, 1], [1, 0]]
    """
    one_of("oov", oov, ("drop", "gap"))
    words = ready_words(words)
    if chunk_tokens is not None:
        chunk_tokens = whole_number("chunk_tokens", chunk_tokens)
    if read_at_once(documents):
        return _encoded_at_once(documents, words, oov, chunk_tokens)
    return _encoded(_documents(documents), words, oov, chunk_tokens)


def _encoded_at_once(
    corpus, words: tuple[str, ...], oov: str, chunk_tokens: int | None
) -> Iterator[EncodedText]:
    with NumberedText(corpus) as text:
        for ids, offsets in text.encoded(words, oov, chunk_tokens):
            yield EncodedText(ids, offsets)


def _encoded(documents, words: tuple[str, ...], oov: str, chunk_tokens: int | None) -> Iterator[EncodedText]:
    number = {word: i for i, word in enumerate(words)}
    outside = len(words)
    ids: list[int] = []
    offsets = [0]
    for k, given in enumerate(documents, start=1):
        document = _document(given, k)
        if not {str}.issuperset(map(type, document)):
            _check_words(document, k)
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
