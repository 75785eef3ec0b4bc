"""Files of word vectors: text, as word2vec, gensim, fastText and GloVe write it, word2vec's binary format, NumPy's.

A file begins with the line "words dimensions"; GloVe's have no such line.  In the text format a line
holds a word and its numbers, separated by spaces or tabs; in the binary format a word, a space and its
numbers as float32, little-endian, with or without a line feed behind them.  A word is any text in UTF-8
without the separators: other white space belongs to it.  NumPy's ``.npz`` holds the arrays ``words``
and ``vectors``, and nothing that would have to be unpickled.  Memory is bounded by what the file holds,
whatever its first line promises.
"""

from __future__ import annotations

import codecs
import itertools
import math
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NoReturn

import numpy as np

from ._common.archives import unpacked
from ._common.arrays import frozen
from ._common.files import opened, replace_file
from ._common.npz import read_arrays, write_arrays
from ._common.text import text_lines
from ._common.validate import whole_number

_HEADER = re.compile(r"[ \t]*([0-9]{1,1000})[ \t]+(0*[1-9][0-9]{0,11})[ \t\r\n]*", re.ASCII)
_SEPARATOR = re.compile("[ \t]+")
_PLAIN_NUMBERS = re.compile(r"[-+.0-9eE \t]*", re.ASCII)
_NO_TEXT = {*map(chr, range(32))} - {*"\t\n\v\f\r"}
_PIECE = 1 << 20  # bytes
#: How files begin that are no text: archives of NumPy, statistics, and all pickles since 2003.
_MARKS = (
    (b"PK\x03\x04", "npz"),
    (b"w2vlib compressed", "compressed"),
    (b"w2vlib statistics", "counts"),
    (b"\x80", "pickle"),
)


class _Rows:
    """Words and rows of numbers, grown as they are read."""

    def __init__(self, path: str | Path, place: str):
        self._path, self._place = path, place
        self._found: dict[str, int] = {}
        self._rows = np.empty((0, 0))

    def __len__(self) -> int:
        return len(self._found)

    def add(self, word: str, row: Sequence[float] | np.ndarray, number: int) -> None:
        """Add the vector of a word, found on line `number`."""
        n = len(self)
        if (first := self._found.setdefault(word, number)) != number:
            self._fail(
                number, f"the word {word!r} stands on {self._place} {first} already; keep one of the two"
            )
        row = np.asarray(row)
        if not np.isfinite(row).all():
            self._fail(
                number, f"the vector of {word!r} holds NaN or infinity; remove the word or mend its vector"
            )
        if n == len(self._rows):
            self._rows.resize((n + n // 2 + 1, len(row)), refcheck=False)
        self._rows[n] = row

    def _fail(self, number: int, what: str) -> NoReturn:
        raise ValueError(f"{self._path}, {self._place} {number}: {what}")

    def whole(self, d: int) -> tuple[tuple[str, ...], np.ndarray]:
        """The words and their vectors, which nobody can write to."""
        self._rows.resize((len(self), d), refcheck=False)
        return tuple(self._found), frozen(self._rows)


def read_text(path: str | Path, header: bool = True) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the words and vectors of a text file; see :meth:`~w2vlib.Embedding.load_word2vec_text`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "glove.txt"
    >>> _ = path.write_text("a 1 2\\nb 3 0.5\\n")
    >>> read_text(path, header=False)[0]
    ('a', 'b')
    >>> read_text(path)
    Traceback (most recent call last):
    ...
    ValueError: ...glove.txt, line 1: expected 'words dimensions', found 'a 1 2'; if the file has no such line, as ...
    """
    try:
        return _read_text(path, header)
    except ValueError as error:
        if _begins_in_binary(path):
            raise ValueError(
                f"{path} is in word2vec's binary format: Embedding.load_word2vec_binary reads it"
            ) from error
        raise


def _read_text(path: str | Path, header: bool) -> tuple[tuple[str, ...], np.ndarray]:
    lines = text_lines(path)
    first = next(lines, "")
    promised = _HEADER.fullmatch(first)
    if header and not promised:
        found = first.rstrip("\r\n \t")
        hint = "; if the file has no such line, as GloVe's, read it with header=False"
        more = hint if len(_SEPARATOR.split(found)) > 1 else ""
        raise ValueError(f"{path}, line 1: expected 'words dimensions', found {found[:60]!r}{more}")
    size, d = (int(promised[1]), int(promised[2])) if header else (None, None)
    found, blank = _Rows(path, "line"), 0
    for number, line in _numbered(lines, first, header):
        line = line.rstrip(" \t\r\n")
        if not line:
            blank = blank or number
            continue
        if blank:
            raise ValueError(f"{path}, line {blank}: it is empty, but not the end of the file; remove it")
        word, *rest = _SEPARATOR.split(line, maxsplit=1)
        fields = _SEPARATOR.split(rest[0]) if rest else []
        if d is None:
            d = len(fields)
            if not d:
                raise ValueError(f"{path}, line 1: expected a word and its numbers, found {line[:60]!r}")
        if len(fields) != d or len(found) == size:
            raise ValueError(
                f"{path}, line {number}: " + _misfit(fields, size, d, len(found), promised, header)
            )
        found.add(word, _numbers(fields, rest[0], f"{path}, line {number}: "), number)
    if header and len(found) < size:
        raise ValueError(f"{path} ends after {len(found)} of {promised[1][:30]} words; it is truncated")
    if d is None:
        raise ValueError(f"{path} holds no vectors")
    return found.whole(d)


def _numbered(lines: Iterator[str], first: str, header: bool) -> Iterator[tuple[int, str]]:
    """The lines that hold vectors, with their numbers in the file."""
    if not header and first:
        yield 1, first
    yield from enumerate(lines, start=2)


def _numbers(fields: list[str], text: str, place: str) -> list[float]:
    """The numbers of a line."""
    try:
        return list(map(float if _PLAIN_NUMBERS.fullmatch(text) else _number, fields))
    except ValueError:
        wrong = next(field for field in fields if not _is_number(field))
        raise ValueError(f"{place}could not convert to a number: {wrong[:60]!r}") from None


def _number(field: str) -> float:
    """A number, unless it is spelled as only Python spells it: 1_0, or with digits of other scripts."""
    if "_" in field or not field.isascii() or field != field.strip():
        raise ValueError
    return float(field)


def _is_number(field: str) -> bool:
    try:
        _number(field)
    except ValueError:
        return False
    return True


def _misfit(fields, size, d, before, promised, header) -> str:
    """What is wrong with a line that has another number of fields, or is one too many."""
    words = "each word" if size is None else f"each of {size} words"
    text = f"expected {d} numbers for {words}, found {len(fields)} for word number {before + 1}"
    odd = next((field for field in fields[: len(fields) - d] if not _is_number(field)), None)
    if len(fields) > d and odd is not None:
        text += "; a word cannot have a space in it: join its parts with '_'"
    if not header and promised and before == 1:
        text += "; line 1 reads as 'words dimensions': read the file with header=True"
    return text


def _begins_in_binary(path: str | Path) -> bool:
    """Whether a header is followed by a word, a space and bytes that are no number in text."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as raw:
            start = unpacked(raw, path).read(1 << 16)
    except (OSError, ValueError):
        return False
    first, _, rest = start.partition(b"\n")
    header = _HEADER.fullmatch(first.decode("latin-1"))
    numbers = rest.lstrip(b"\n").partition(b" ")[2]
    if not header or set(numbers[:3]) <= set(b"+-.0123456789eE \t\r\n"):
        return False
    numbers = numbers[: 4 * int(header[2])]
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(numbers)
    except UnicodeDecodeError:
        return True
    return not _NO_TEXT.isdisjoint(text)


def kind_of(path: str | Path) -> str:
    """Return what a file seems to be: vectors as ``"text"``, ``"binary"``, ``"npz"``, ``"compressed"`` or ``"glove"``, or none.

    Those that hold no vectors, or none that are safe to read, are ``"counts"`` and ``"pickle"``.  What
    seems to be nothing of all this is ``"glove"``, text without a first line.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "vectors"
    >>> kinds = []
    >>> for write in (write_text, write_binary, write_npz):
    ...     write(path, ("a", "b"), np.array([[1.0], [0.5]]))
    ...     kinds.append(kind_of(path))
    >>> kinds
    ['text', 'binary', 'npz']
    """
    with opened(path) as raw:
        start = unpacked(raw, path).read(2000)
    for mark, kind in _MARKS:
        if start.startswith(mark):
            return kind
    first = start.removeprefix(codecs.BOM_UTF8).partition(b"\n")[0]
    if not _HEADER.fullmatch(first.decode("latin-1")):
        return "glove"
    return "binary" if _begins_in_binary(path) else "text"


def read_binary(path: str | Path) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the words and vectors of a file in word2vec's binary format.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "vectors.bin"
    >>> write_binary(path, ("a", "b"), np.array([[1.0], [0.5]]))
    >>> path.read_bytes()
    b'2 1\\na \\x00\\x00\\x80?\\nb \\x00\\x00\\x00?\\n'
    >>> read_binary(path)
    (('a', 'b'), array([[1. ],
           [0.5]]))
    """
    try:
        with opened(path) as raw:
            return _read_binary(unpacked(raw, path), path)
    except ValueError as error:
        if _begins_in_text(path):
            raise ValueError(
                f"{path} is in word2vec's text format: Embedding.load_word2vec_text reads it"
            ) from error
        raise


def _read_binary(stream: BinaryIO, path: str | Path) -> tuple[tuple[str, ...], np.ndarray]:
    first = stream.readline(2000)
    header = _HEADER.fullmatch(first.decode("latin-1"))
    if not header or not first.endswith(b"\n"):
        raise ValueError(
            f"{path}, line 1: expected 'words dimensions', found {first[:60]!r}; "
            "it is not in word2vec's binary format"
        )
    size, d = int(header[1]), int(header[2])
    found = _Rows(path, "word number")
    while len(found) < size:
        number = len(found) + 1
        word = _word(stream)
        vector = _exactly(stream, 4 * d)
        if not word.endswith(b" ") or len(vector) < 4 * d:
            raise ValueError(f"{path} ends after {len(found)} of {header[1][:30]} words; it is truncated")
        try:
            text = word[:-1].decode()
        except UnicodeDecodeError:
            raise ValueError(
                f"{path}, word number {number}: {word[:60]!r} is not valid UTF-8; "
                "write the vectors again from words in UTF-8"
            ) from None
        if "\n" in text:
            raise ValueError(
                f"{path}, word number {number}: {text[:60]!r} has a line feed in it, which no word has; "
                f"the file is damaged, or its vectors do not have {d} numbers"
            )
        found.add(text, np.frombuffer(vector, "<f4"), number)
    if (rest := stream.read(_PIECE).lstrip(b"\n")) or stream.read(1):
        raise ValueError(
            f"{path} goes on after the {size} words of {d} numbers that its first line promises, "
            f"with {rest[:20]!r}; that line is wrong, or the file damaged"
        )
    return found.whole(d)


def _word(stream: BinaryIO) -> bytes:
    """The next word with the space behind it, without the line feed before it."""
    word = bytearray()
    while byte := stream.read(1):
        if byte != b"\n" or word:
            word += byte
        if byte == b" ":
            break
    return bytes(word)


def _exactly(stream: BinaryIO, n: int) -> bytes:
    """The next `n` bytes, or what there is, asked for in pieces: `n` may be larger than any file."""
    if n <= _PIECE:
        return stream.read(n)
    data = bytearray()
    while len(data) < n and (piece := stream.read(min(_PIECE, n - len(data)))):
        data += piece
    return bytes(data)


def _begins_in_text(path: str | Path) -> bool:
    """Whether the first two lines are those of vectors in the text format."""
    if not os.path.isfile(path):
        return False
    try:
        lines = text_lines(path)
        second = next(itertools.islice(lines, 1, None), "")
    except (OSError, ValueError):
        return False
    fields = _SEPARATOR.split(second.rstrip(" \t\r\n"))[1:]
    return bool(fields) and all(map(_is_number, fields))


def write_text(
    path: str | Path, words: Sequence[str], vectors: np.ndarray, digits: int = 6, header: bool = True
) -> None:
    """Write word2vec's text format; see :meth:`~w2vlib.Embedding.save_word2vec_text`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "vectors.txt"
    >>> write_text(path, ("a", "b"), np.array([[1.0], [1 / 3]]), digits=3)
    >>> path.read_text()
    '2 1\\na 1\\nb 0.333\\n'
    """
    digits = whole_number("digits", digits, 1, 17, because=": 17 keep every bit of a number")
    _check_writable(words, vectors, " \t\n\0", "text")
    if vectors.size and not math.isfinite(float(f"{np.abs(vectors).max():.{digits}g}")):
        raise ValueError(
            f"the largest number would be rounded to infinity with {digits} digits; use digits=17"
        )
    form = " ".join(["%s", *[f"%.{digits}g"] * vectors.shape[1]])
    lines = [f"{len(words)} {vectors.shape[1]}"] if header else []
    lines += [form % (word, *row.tolist()) for word, row in zip(words, vectors)]
    replace_file(path, ("\n".join(lines) + "\n").encode())


def write_binary(path: str | Path, words: Sequence[str], vectors: np.ndarray) -> None:
    """Write word2vec's binary format; see :meth:`~w2vlib.Embedding.save_word2vec_binary`.

    Examples
    --------
    >>> write_binary("vectors.bin", ["new york"], np.ones((1, 2)))
    Traceback (most recent call last):
    ...
    ValueError: word2vec's binary format cannot hold the word 'new york', which has ' ' in it; join its parts with '_'
    """
    _check_writable(words, vectors, " \n", "binary")
    largest = np.abs(vectors).max(axis=1, initial=0)
    if (large := largest > np.finfo(np.float32).max).any():
        row = int(large.argmax())
        raise ValueError(
            f"the vector of {words[row]!r} holds {largest[row]:.3g}, too large for the 32 bits of the binary "
            "format; save it as text, or scale the vectors"
        )
    pieces = [f"{len(words)} {vectors.shape[1]}\n".encode()]
    for word, row in zip(words, vectors):
        pieces += [word.encode(), b" ", row.astype("<f4").tobytes(), b"\n"]
    replace_file(path, b"".join(pieces))


def write_npz(path: str | Path, words: Sequence[str], vectors: np.ndarray) -> None:
    """Write words and vectors as two arrays of NumPy; see :meth:`~w2vlib.Embedding.save_npz`.

    Examples
    --------
    >>> write_npz("vectors.npz", ["a\\0"], np.ones((1, 2)))
    Traceback (most recent call last):
    ...
    ValueError: NumPy's .npz cannot hold the word 'a\\x00', which ends in a NUL character; name it otherwise
    """
    if odd := next((word for word in words if word.endswith("\0")), None):
        raise ValueError(
            f"NumPy's .npz cannot hold the word {odd!r}, which ends in a NUL character; name it otherwise"
        )
    write_arrays(path, {"words": np.array(words, np.str_), "vectors": vectors})


def read_npz(path: str | Path) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the words and vectors of a file of NumPy; see :meth:`~w2vlib.Embedding.load_npz`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "vectors.npz"
    >>> write_npz(path, ("a", "b"), np.array([[1.0], [0.5]]))
    >>> read_npz(path)
    (('a', 'b'), array([[1. ],
           [0.5]]))
    """
    try:
        arrays = read_arrays(path)
        words, vectors = arrays["words"], arrays["vectors"]
    except (KeyError, ValueError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else error
        raise ValueError(
            f"{path} does not hold the arrays 'words' and 'vectors', as Embedding.save_npz writes them, "
            f"or is damaged ({reason})"
        ) from None
    if words.ndim != 1 or words.dtype.kind != "U":
        raise ValueError(f"{path}: words must be a list of text, not {words.dtype} of shape {words.shape}")
    return tuple(words.tolist()), vectors


def _check_writable(words: Sequence[str], vectors: np.ndarray, separators: str, kind: str) -> None:
    """Raise ValueError for what the format cannot express, before a byte is written."""
    if not vectors.shape[1]:
        raise ValueError(f"word2vec's {kind} format cannot hold vectors of no dimension")
    for word in words:
        if not word.isalnum() and (odd := next((mark for mark in word if mark in separators), None)):
            raise ValueError(
                f"word2vec's {kind} format cannot hold the word {word!r}, which has {odd!r} in it; "
                "join its parts with '_'"
            )
