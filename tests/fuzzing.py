"""What the fuzz tests try: texts, packed files, damage of every kind, objects; and slow, plain references."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import itertools
import lzma
import math
import re
import signal
import struct
import tracemalloc
import unicodedata
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from w2vlib import count_corpus
from w2vlib.corpus import tokenize

LINE_ENDS = ["\n", "\n", "\r\n", "\r", "\n\n", "\u2028", "\x0b", "\x0c", "\x1c", "\x85"]
PIECES = [
    "a",
    "b",
    "Ab",
    "cat",
    "Éa",
    "e\u0301",
    "ß",
    "да",
    "猫",
    "ا",
    "x2",
    "½",
    "_",
    "don't",
    "1",
    "\ufb01",
    "-",
]
RAW = [
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1f\x8b",
    b"\xc0\x80",
]
PACKERS = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
#: Any value that JSON, or a careless program, could put in the place of another.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


def tries(number: int) -> settings:
    """How many inputs the tests try; ``tools/fuzz.py`` puts others in this place."""
    return settings(max_examples=number)


def get_ready() -> None:
    """Compile the counters and make the tables of letters, whose memory is that of no file."""
    for backend in ("numpy", "numba"):
        count_corpus([tokenize("é½")], backend=backend)


@contextlib.contextmanager
def bounded(size: int, seconds: int = 20):
    """Fail if what is done takes long, or memory out of proportion to a file of `size` bytes."""

    def too_long(signum, frame):
        raise AssertionError(f"it took more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    tracemalloc.start()
    try:
        yield
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert peak <= 12 * 2**20 + 40 * size, f"{peak:,} bytes of memory for a file of {size:,}"


# Damage.


@st.composite
def damaged(draw, data: bytes, most: int = 3, extra: tuple[bytes, ...] = ()) -> bytes:
    """Bytes with up to `most` accidents: bits flipped, a cut, something put in, lines doubled or swapped."""
    for _ in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(["flip", "cut", "drop", "insert", "double", "swap", "set"]))
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        to = min(len(data), at + draw(st.integers(1, 40)))
        if kind == "flip" and data:
            data = data[:at] + bytes([data[at] ^ 1 << draw(st.integers(0, 7))]) + data[at + 1 :]
        elif kind == "set" and data:
            data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
        elif kind == "cut":
            data = data[:at]
        elif kind == "drop":
            data = data[:at] + data[to:]
        elif kind == "insert":
            data = data[:at] + draw(st.sampled_from(extra) if extra else st.binary(max_size=9)) + data[at:]
        elif kind == "double":
            data = data[:to] + data[at:]
        elif kind == "swap":
            lines = data.split(b"\n")
            one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
            lines[one], lines[other] = lines[other], lines[one]
            data = b"\n".join(lines)
    return data


# Texts and corpora.


@st.composite
def contents(draw) -> bytes:
    """What a text file may hold: mostly text, with line ends of every kind, now and then no text."""
    parts = draw(
        st.lists(
            st.sampled_from(PIECES) | st.sampled_from([" ", "  ", "."]) | st.sampled_from(LINE_ENDS),
            max_size=30,
        )
    )
    text = "".join(
        itertools.chain.from_iterable((part, " ") if part in PIECES else (part,) for part in parts)
    )
    coding = draw(st.sampled_from(["utf-8"] * 12 + ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"]))
    data = text.encode(coding)
    return draw(damaged(data, 1, tuple(RAW))) if draw(st.integers(0, 3)) == 0 else data


@st.composite
def corpus_files(draw) -> dict[str, bytes]:
    """Names and bytes of one to three files: plain or packed, in one stream or several, whole or damaged."""
    found = {}
    for name in draw(
        st.lists(st.sampled_from(["a", "b/c", "d.txt", "ö f"]), min_size=1, max_size=3, unique=True)
    ):
        ending = draw(st.sampled_from(["", "", ".gz", ".bz2", ".xz", ".GZ"]))
        data = draw(contents())
        if ending:
            cut = draw(st.integers(0, len(data)))
            streams = draw(st.sampled_from([[data], [data], [data[:cut], data[cut:]], [b"", data], []]))
            data = b"".join(map(PACKERS[ending.lower()], streams))
            data += b"\0" * draw(st.sampled_from([0, 0, 0, 1, 4, 19, 512]))
            if draw(st.integers(0, 2)) == 0:
                data = draw(damaged(data, 2))
        found[name + ending] = data
    return found


def plainly_unpacked(name: str, data: bytes) -> bytes | None:
    """What a file holds, every byte of it, or None: one stream after the other, and nothing else."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    new = {
        ".gz": lambda: zlib.decompressobj(wbits=31),
        ".bz2": bz2.BZ2Decompressor,
        ".xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ),
    }.get(ending)
    if new is None:
        return data
    whole = b""
    while True:
        stream = new()
        try:
            whole += stream.decompress(data)
        except (OSError, EOFError, zlib.error, lzma.LZMAError):
            return None
        if not stream.eof:
            return None
        data = stream.unused_data
        rest = data.lstrip(b"\0")
        if not rest and ending != ".bz2":
            return whole  # zeros behind the last stream are padding, if there are no more than there may be
        if ending == ".xz" and (len(data) - len(rest)) % 4 == 0:
            data = rest
        if not data:
            return whole


def plain_words(text: str) -> list[str]:
    """The words of a text by definition: a letter, and the letters and marks that follow it.

    What only joins or directs them, and shows nothing, is passed over.
    """
    words, inside = [], False
    seen = "".join(filter(is_seen, unicodedata.normalize("NFC", text.lower())))
    for letter in unicodedata.normalize("NFC", seen):
        kind = unicodedata.category(letter)[0]
        if kind == "L":
            words[len(words) - inside :] = ["".join(words[len(words) - inside :]) + letter]
            inside = True
        elif kind == "M" and inside:
            words[-1] += letter
        else:
            inside = False
    return words


def is_seen(letter: str) -> bool:
    """Whether a character shows, or separates: signs of Arabic numbers do, though they are called formats."""
    shown = unicodedata.bidirectional(letter) in ("AN", "AL") or letter == "\u200b"
    return shown or unicodedata.category(letter) != "Cf"


def plain_documents(name: str, data: bytes, whole_files: bool) -> list[list[str]] | None:
    """The documents of a file, or None where it is not text: UTF-8 without NUL, lines end with a line feed."""
    data = plainly_unpacked(name, data)
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except (AttributeError, UnicodeDecodeError):
        return None
    if "\0" in text:
        return None
    documents = map(plain_words, [text] if whole_files else text.split("\n"))
    return [words for words in documents if words]


def plain_counts(documents, words, window: int, weighting: str, oov: str) -> list[list[int]]:
    """The counts by definition, one pair of positions after the other."""
    number = {word: i for i, word in enumerate(words)}
    unit = math.lcm(*range(1, window + 1))
    counts = [[0] * len(words) for _ in words]
    for document in documents:
        row = [number.get(word) for word in document if oov == "gap" or word in number]
        for a, b in itertools.permutations(range(len(row)), 2):
            if abs(a - b) <= window and row[a] is not None and row[b] is not None:
                weight = {"linear": window + 1 - abs(a - b), "flat": 1, "harmonic": unit // abs(a - b)}
                counts[row[a]][row[b]] += weight[weighting]
    return counts


def plain_vocabulary(documents, size: int | None = None) -> list[str]:
    ranked = sorted(
        Counter(itertools.chain.from_iterable(documents)).items(), key=lambda item: (-item[1], item[0])
    )
    return [word for word, _ in ranked[:size]]


#: How a corpus is counted.
SETTINGS = st.fixed_dictionaries(
    {
        "window": st.integers(1, 6),
        "weighting": st.sampled_from(["linear", "harmonic", "flat"]),
        "oov": st.sampled_from(["drop", "gap"]),
        "backend": st.sampled_from(["numpy", "numba"]),
    }
)


# Objects.

WORD = st.sampled_from(["a", "b", "king", "é", "猫"])
ODD = st.sampled_from(
    [0, 1.5, None, True, "", "a b", b"a", "a\nb", "\ud800", (), float("nan"), frozenset("ab"), len, object()]
)
DOCUMENT = st.lists(WORD, max_size=6)
ANY_DOCUMENT = st.one_of(
    DOCUMENT,
    DOCUMENT.map(tuple),
    DOCUMENT.map(lambda words: np.array(words, object)),
    DOCUMENT.map(lambda words: np.array(words, "U4")),
    DOCUMENT.map(iter),
    DOCUMENT.map(set),
    DOCUMENT.map(Counter),
    DOCUMENT.map(" ".join),
    DOCUMENT.map(lambda words: " ".join(words).encode()),
    st.lists(st.one_of(WORD, ODD), max_size=4),
    st.lists(DOCUMENT, max_size=2),
    ODD,
)


def fresh(thing):
    """The same again, where it is an iterator that is used up once it was read."""
    return iter(list(thing)) if hasattr(thing, "__next__") else thing


# Files of vectors, of questions, and what they say by definition.

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
FILE_WORDS = st.sampled_from(
    ["the", "a", "é", "a\u00a0b", "\u2028", "12", "1.5", "<s>", "$x", "猫", "a\tb", "-", "\x85", "king"]
)
VECTOR_BITS = (
    b" ",
    b"\n",
    b"\r\n",
    b"\t",
    b"nan",
    b"1e999",
    b"1_0",
    b"-0",
    b"0x1",
    b"\0",
    b"99999999999 9\n",
    b"\xff",
    "٣".encode(),
)


def plain_vectors(data: bytes) -> tuple[list[str], list[list[float]]] | None:
    """The words and numbers of a file in word2vec's text format, or None where it is none."""
    if b"\0" in data:  # no text has it
        return None
    try:
        head, *lines = data.decode("utf-8").removeprefix("\ufeff").rstrip(" \t\r\n").split("\n")
    except UnicodeDecodeError:
        return None
    head = re.fullmatch("[ \t]*([0-9]+)[ \t]+([0-9]+)[ \t\r]*", head)
    rows = [re.split("[ \t]+", line.rstrip(" \t\r")) for line in lines]
    if not head or len(rows) != int(head[1]) or any(len(row) != int(head[2]) + 1 for row in rows):
        return None
    if not all(NUMBER.fullmatch(number) for row in rows for number in row[1:]):
        return None
    return [row[0] for row in rows], [[float(number) for number in row[1:]] for row in rows]


def plain_binary(data: bytes) -> tuple[list[str], list[list[float]]] | None:
    """The same of word2vec's binary format."""
    head, _, rest = data.partition(b"\n")
    head = re.fullmatch(b"[ \t]*([0-9]+)[ \t]+([0-9]+)[ \t\r]*", head)
    if not head:
        return None
    words, rows, d = [], [], int(head[2])
    for _ in range(min(int(head[1]), len(data))):
        word, space, rest = rest.lstrip(b"\n").partition(b" ")
        if b"\n" in word or not space or len(rest) < 4 * d:
            return None
        words.append(word)
        rows.append(list(struct.unpack(f"<{d}f", rest[: 4 * d])))
        rest = rest[4 * d :]
    try:
        return (
            ([word.decode() for word in words], rows)
            if len(words) == int(head[1]) and not rest.strip(b"\n")
            else None
        )
    except UnicodeDecodeError:
        return None


def plain_questions(text: str) -> dict[str, list[tuple[str, ...]]] | None:
    """The questions of a file by family, or None where a line is none."""
    families, pairs, name = {}, {}, None
    for line in text.split("\n"):
        words = re.split("[ \t]+", unicodedata.normalize("NFC", line.lower().strip(" \t\r")))
        if words == [""] or words[0].startswith("#"):
            continue
        if words[0].startswith(":"):
            name = " ".join([words[0][1:], *words[1:]]).strip()
            families.setdefault(name, [])
            pairs.setdefault(name, [])
        elif name is None or len(words) not in (2, 4):
            return None
        else:
            (families if len(words) == 4 else pairs)[name].append(tuple(words))
    for name, couples in pairs.items():
        families[name] += [(*one, *other) for one in couples for other in couples if one != other]
    return families


# Learners' answers.

SHAPED = st.sampled_from([(), (1,), (2,), (3,), (0,), (2, 2), (3, 3), (3, 2), (5, 5)])
ANSWERS = st.one_of(
    VALUES,
    ODD,
    DOCUMENT,
    st.tuples(SHAPED, st.sampled_from([0, 1, 0.5, -1, np.nan, np.inf, 1e308, 5e-324, 2**63, 1j])).map(
        lambda made: np.full(*made)
    ),
    st.tuples(
        SHAPED, st.sampled_from(["f2", "f4", "f8", "?", "i1", "u8", "c16", "O", "U3", "M8[s]", "m8[s]", "V4"])
    ).map(lambda made: np.zeros(*made)),
    st.tuples(SHAPED, SHAPED).map(lambda shapes: tuple(map(np.ones, shapes))),
    st.sampled_from(
        [
            10**400,
            1 << 70,
            [10**400],
            [[1, 2], [3]],
            [[1], None],
            [np.ones(2), np.ones(3)],
            (1, "a"),
            "3.5",
            "nan",
        ]
    ),
    st.sampled_from(
        [
            np.ma.masked,
            np.ma.ones(3),
            range(3),
            memoryview(b"ab"),
            ...,
            NotImplemented,
            int,
            Path("."),
        ]
    ),
    st.sampled_from(
        [
            ZeroDivisionError(),
            ValueError("no"),
            KeyError("a"),
            RecursionError(),
            MemoryError(),
            SystemExit(1),
            Exception(),
        ]
    ),
)


def answers_with(answer):
    """A learner's function that returns this, or raises it; what it was given it does not look at."""

    def function(*arguments, **named):
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return function
