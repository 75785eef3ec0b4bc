"""Files of vectors: what other programs write is read as they mean it, or refused with its line."""

from __future__ import annotations

import gzip
import lzma
import os
import resource
import struct
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib.embeddings import Embedding

TEXT = b"2 2\na 1 2\nb 3 4\n"
AB = (("a", "b"), [[1, 2], [3, 4]])


def load(tmp_path, content, name="v.txt", **options):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    E = Embedding.load_word2vec_text(tmp_path / name, **options)
    return E.words, E.vectors.tolist()


def binary(*words, end=b"\n", head=None, d=2):
    head = head or f"{len(words)} {d}\n".encode()
    return head + b"".join(
        word + b" " + struct.pack(f"<{d}f", *range(d * k + 1, d * k + d + 1)) + end
        for k, word in enumerate(words)
    )


def load_binary(tmp_path, content, name="v.bin"):
    (tmp_path / name).write_bytes(content)
    E = Embedding.load_word2vec_binary(tmp_path / name)
    return E.words, E.vectors.tolist()


# --- text: what is taken ---------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        TEXT.rstrip(),
        b"\xef\xbb\xbf" + TEXT,
        TEXT.replace(b"\n", b"\r\n"),
        TEXT.replace(b" ", b"\t"),
        b"2\t2\na\t1 2\nb \t3  4 \t\n",
        b" 2 2 \r\na 1 2 \nb 3 4 \n",
        TEXT + b"\n \n\r\n",
        b"2 2\na 1e0 +2.\nb .3e1 4E0\n",
    ],
)
def test_what_other_programs_write(tmp_path, content):
    assert load(tmp_path, content) == AB


@pytest.mark.parametrize("name", ["v.vec.gz", "v.txt.GZ", "v.txt.bz2", "v.txt.xz"])
def test_packed_files_by_name(tmp_path, name):
    E = Embedding(*AB)
    E.save_word2vec_text(tmp_path / name)
    assert not (tmp_path / name).read_bytes().startswith(b"2 2")
    assert Embedding.load_word2vec_text(tmp_path / name).vectors.tolist() == AB[1]
    E.save_word2vec_binary(tmp_path / name)
    assert Embedding.load_word2vec_binary(tmp_path / name).words == AB[0]


def test_packed_files_are_those_of_gzip_and_xz(tmp_path):
    assert load(tmp_path, gzip.compress(TEXT[:7], mtime=0) + gzip.compress(TEXT[7:], mtime=0), "v.gz") == AB
    assert load(tmp_path, lzma.compress(TEXT), "v.xz") == AB
    Embedding(*AB).save_word2vec_text(tmp_path / "w.gz")
    assert gzip.decompress((tmp_path / "w.gz").read_bytes()) == TEXT
    (tmp_path / "w.gz").write_bytes(gzip.compress(TEXT, mtime=0)[:-9])
    with pytest.raises(ValueError, match="w.gz cannot be unpacked"):
        Embedding.load_word2vec_text(tmp_path / "w.gz")


def test_without_a_first_line_as_glove_writes(tmp_path):
    assert load(tmp_path, TEXT[4:], header=False) == AB
    assert load(tmp_path, "5 2\n6 3\n", header=False) == (("5", "6"), [[2], [3]])
    with pytest.raises(ValueError, match=r"line 1: expected 'words dimensions', .*'a 1 2'.* header=False"):
        load(tmp_path, TEXT[4:])
    with pytest.raises(ValueError, match="line 2: expected 1 numbers .* header=True"):
        load(tmp_path, TEXT, header=False)
    with pytest.raises(ValueError, match="line 2: expected 2 numbers for each word, found 1"):
        load(tmp_path, "a 1 2\nb 3\n", header=False)
    for empty in ("", "\n", "word\n"):
        with pytest.raises(ValueError, match="v.txt"):
            load(tmp_path, empty, header=False)
    Embedding(*AB).save_word2vec_text(tmp_path / "g.txt", header=False)
    assert (tmp_path / "g.txt").read_bytes() == TEXT[4:]
    with pytest.raises(TypeError, match="header must be True or False, not 'no'"):
        load(tmp_path, TEXT, header="no")


# --- text: what is refused -------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"2 2\na 1 2\ncaf\xe9 3 4\n", r"v\.txt, line 3, byte 4: 0xe9 is not valid UTF-8"),
        (b"2 2\nab\xd0 1 2\nb 3 4\n", r"v\.txt, line 2, byte 3: 0xd0"),
        (TEXT.decode().encode("utf-16"), r"v\.txt, line 1, byte .* UTF-16: iconv"),
        (TEXT.decode().encode("utf-16-le"), r"v\.txt, line 1, byte .* UTF-16LE: iconv"),
        (b"2 2\na\0b 1 2\nb 3 4\n", r"v\.txt, line 2, byte 2: a NUL"),
        (gzip.compress(TEXT, mtime=0), r"line 1, byte .*a name that ends in \.gz"),
        (b"99999999999 300\na 1 2\n", "line 2: expected 300 numbers .* found 2"),
        (b"999999999999999999999 2\na 1 2\n", r"v\.txt ends after 1 of 999999999999999999999 words"),
        (b"9" * 5000 + b" 2\na 1 2\n", "line 1: expected 'words dimensions'"),
        (b"1 1000000000000\na 1 2\n", "line 1: expected 'words dimensions'"),
        (b"1 999999999999\na 1 2\n", "line 2: expected 999999999999 numbers"),
        ("\u00b2 2\na 1 2\n", "line 1: expected 'words dimensions'"),
        ("\uff12 2\na 1 2\nb 3 4\n", "line 1: expected 'words dimensions'"),
        (b"2 0\na\nb\n", "line 1: expected 'words dimensions'"),
        (b"2 2\na 1 2\n\nb 3 4\n", "line 3: it is empty, but not the end"),
        (b"2 2\na 1 2\nb nan 4\n", "line 3: the vector of 'b' holds NaN or infinity"),
        (b"2 2\na 1 2\nb 3 -Inf\n", "line 3: the vector of 'b' holds NaN or infinity"),
        (b"2 2\na 1e999 2\nb 3 4\n", "line 2: the vector of 'a' holds NaN or infinity"),
        (b"2 2\na 1 2\n. . . 3 4\n", r"line 3: expected 2 numbers .* found 4 .*join its parts with '_'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        load(tmp_path, content)


@pytest.mark.parametrize(
    "number", ["1_0", "0x10", "\uff11", "1,5", "1\u00a0", "\u0661", "1\x0c", "--1", "1e", "one"]
)
def test_what_is_no_number(tmp_path, number):
    with pytest.raises(ValueError, match="line 2: could not convert to a number: "):
        load(tmp_path, f"1 2\na {number} 2\n")


PROMISES = [b"99999999999 2\na 1 2\n", b"2 99999999999\na 1 2\n", b"99999999999 99999999999\na " + b"\1" * 99]


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's")
@pytest.mark.parametrize("content", PROMISES)
@pytest.mark.parametrize("kind", ["text", "binary"])
def test_a_promise_takes_no_memory(tmp_path, content, kind):
    (tmp_path / "v").write_bytes(content)
    code = (
        f"import w2vlib, resource\n"
        f"now = int(open('/proc/self/statm').read().split()[0]) * {resource.getpagesize()}\n"
        f"resource.setrlimit(resource.RLIMIT_AS, (now + 2**28, now + 2**28))\n"
        f"try: w2vlib.Embedding.load_word2vec_{kind}({str(tmp_path / 'v')!r})\n"
        f"except ValueError as error: print('refused', error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.startswith("refused"), done.stderr


# --- binary ----------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n", b""])
def test_the_binary_format_with_and_without_line_ends(tmp_path, end):
    assert load_binary(tmp_path, binary(b"a", b"b", end=end)) == AB
    assert load_binary(tmp_path, gzip.compress(binary(b"a", b"b", end=end), mtime=0), "v.bin.gz") == AB


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: expected 'words dimensions'"),
        (b"\x80\x04\x95", "line 1: expected 'words dimensions'"),
        (binary(b"a", b"b")[: -1 - 4], "ends after 1 of 2 words; it is truncated"),
        (binary(b"a", b"b", head=b"3 2\n"), "ends after 2 of 3 words; it is truncated"),
        (binary(b"a", b"b", head=b"99999999999 2\n"), "ends after 2 of 99999999999 words"),
        (binary(b"a", b"b", head=b"1 2\n"), "goes on after the 1 words"),
        (binary(b"a", b"a"), "word number 2: the word 'a' stands on word number 1"),
        (binary(b"a", b"caf\xe9"), "word number 2: .* is not valid UTF-8"),
        (binary(b"a", b"b\nc"), r"word number 2: 'b\\nc' has a line feed in it"),
        (binary(b"aaaa", b"bbbb", head=b"2 1\n"), "word number 2: .* line feed in it"),
        (b"1 1\na \x01\x00\x80\x7f", "word number 1: the vector of 'a' holds NaN"),  # one that signals
        (b"1 1\na " + struct.pack("<f", np.nan), "word number 1: the vector of 'a' holds NaN"),
    ],
)
def test_damaged_binary_files(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        load_binary(tmp_path, content)


def test_every_truncation_of_a_binary_file_is_noticed(tmp_path):
    whole = binary(b"king", b"b", end=b"")
    for length in range(len(whole)):
        with pytest.raises(ValueError, match=r"v\.bin"):
            load_binary(tmp_path, whole[:length])


@pytest.mark.parametrize("end", [b"\n", b""])
def test_one_format_is_not_taken_for_the_other(tmp_path, end):
    with pytest.raises(ValueError, match="binary format: Embedding.load_word2vec_binary reads it"):
        load(tmp_path, binary(b"a", b"b", end=end))
    with pytest.raises(ValueError, match="text format: Embedding.load_word2vec_text reads it"):
        load_binary(tmp_path, TEXT)


def test_binary_numbers_have_32_bits(tmp_path):
    Embedding(("a",), [[1 / 3]]).save_word2vec_binary(tmp_path / "v.bin")
    assert Embedding.load_word2vec_binary(tmp_path / "v.bin")["a"] == np.float32(1 / 3)
    with pytest.raises(ValueError, match="'b' holds 1e\\+200, too large .* save it as text"):
        Embedding(("a", "b"), [[1.0], [-1e200]]).save_word2vec_binary(tmp_path / "w.bin")
    assert os.listdir(tmp_path) == ["v.bin"]


# --- NumPy -----------------------------------------------------------------


def test_numpy_reads_what_we_write_without_unpickling(tmp_path):
    E = Embedding(("a", "новое слово", "", "a\0b"), [[1 / 3, 2], [3, 4], [5, 5e-324], [7, 1e300]])
    E.save_npz(tmp_path / "v.npz")
    with np.load(tmp_path / "v.npz", allow_pickle=False) as stored:
        assert sorted(stored.files) == ["vectors", "words"]
        assert stored["words"].tolist() == list(E.words) and np.array_equal(stored["vectors"], E.vectors)
    first = (tmp_path / "v.npz").read_bytes()
    back = Embedding.load_npz(tmp_path / "v.npz")
    assert back.words == E.words and np.array_equal(back.vectors, E.vectors)
    back.save_npz(tmp_path / "v.npz")
    assert (tmp_path / "v.npz").read_bytes() == first


def test_a_word_that_numpy_would_cut_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'a\\x00', which ends in a NUL"):
        Embedding(("b", "a\0"), [[1.0], [2.0]]).save_npz(tmp_path / "v.npz")
    assert os.listdir(tmp_path) == []


class Runs:
    def __reduce__(self):
        return os.mkdir, ("ran",)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (dict(vectors=np.ones((2, 2))), "it has no 'words'"),
        (dict(words=np.array(["a", "b"])), "it has no 'vectors'"),
        (dict(words=np.array(["a", "b"]), vectors=np.ones((3, 2))), "one row for each of the 2 words"),
        (dict(words=np.array(["a", "b"]), vectors=np.array([[1], [np.nan]])), "'b' holds NaN"),
        (dict(words=np.array(["a", "a"]), vectors=np.ones((2, 1))), "'a' more than once"),
        (dict(words=np.array([1, 2]), vectors=np.ones((2, 1))), "words must be a list of text, not int"),
        (dict(words=np.array("a"), vectors=np.ones((1, 1))), "words must be a list of text"),
        (dict(words=np.array(["a"]), vectors=np.array([["1"]])), "vectors must be real numbers"),
        (dict(words=np.array([Runs()], object), vectors=np.ones((1, 1))), "allow_pickle=False"),
    ],
)
def test_arrays_that_are_no_vectors(tmp_path, monkeypatch, arrays, message):
    monkeypatch.chdir(tmp_path)
    np.savez("v.npz", **arrays)
    with pytest.raises(ValueError, match=f"v.npz.*{message}"):
        Embedding.load_npz("v.npz")
    assert os.listdir(tmp_path) == ["v.npz"]


# --- words: reader and writer agree ----------------------------------------

WHITE = [
    "\u00a0",
    ".\u00a0.",
    "...\u2009king",
    "\u2028",
    "\x85",
    "a\x0cb",
    "",
    "a\rb",
    "\r",
    "\ufeffa",
    "#",
    '"',
    "$<b>",
]


@pytest.mark.parametrize("word", WHITE)
def test_any_word_but_for_separators(tmp_path, word):
    E = Embedding(("b", word), [[1, 2.0], [3, 4]])
    E.save_word2vec_text(tmp_path / "v.txt")
    E.save_word2vec_binary(tmp_path / "v.bin")
    for back in (
        Embedding.load_word2vec_text(tmp_path / "v.txt"),
        Embedding.load_word2vec_binary(tmp_path / "v.bin"),
    ):
        assert (back.words, back.vectors.tolist()) == (("b", word), [[1, 2], [3, 4]])


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=4, unique=True
    )
)
def test_words_are_written_and_read_again_or_refused(tmp_path_factory, words):
    folder = tmp_path_factory.mktemp("words")
    E = Embedding(words, np.arange(1.0, len(words) + 1)[:, None])
    for kind, marks in (("text", " \t\n\0"), ("binary", " \n")):
        path = folder / kind
        if any(mark in word for word in words for mark in marks):
            with pytest.raises(ValueError, match="join its parts with '_'"):
                getattr(E, f"save_word2vec_{kind}")(path)
            assert not path.exists()
        else:
            getattr(E, f"save_word2vec_{kind}")(path)
            back = getattr(Embedding, f"load_word2vec_{kind}")(path)
            assert (back.words, back.vectors.tolist()) == (E.words, E.vectors.tolist())


@pytest.mark.parametrize("digits", [0, -1, 18, 2.5, True, "6"])
def test_digits_that_cannot_be(tmp_path, digits):
    with pytest.raises(ValueError, match="digits must be a whole number between 1 and 17"):
        Embedding(*AB).save_word2vec_text(tmp_path / "v.txt", digits=digits)


def test_numbers_are_not_rounded_to_infinity(tmp_path):
    E = Embedding(("a",), [[np.finfo(float).max]])
    with pytest.raises(ValueError, match="use digits=17"):
        E.save_word2vec_text(tmp_path / "v.txt", digits=2)
    E.save_word2vec_text(tmp_path / "v.txt", digits=17)
    assert Embedding.load_word2vec_text(tmp_path / "v.txt")["a"] == np.finfo(float).max


def test_vectors_of_no_dimension_are_not_written(tmp_path):
    for save in ("save_word2vec_text", "save_word2vec_binary"):
        with pytest.raises(ValueError, match="no dimension"):
            getattr(Embedding(("a",), np.empty((1, 0))), save)(tmp_path / "v")


# --- gensim ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["v.txt", "v.txt.gz"])
@pytest.mark.parametrize("kind", ["text", "binary"])
def test_gensim_and_we_read_each_other(tmp_path, name, kind):
    models = pytest.importorskip("gensim.models")
    words, vectors = ["a", "b\u00a0c", "", "d\x0ce"], np.arange(8, dtype=np.float32).reshape(4, 2) / 3
    path = str(tmp_path / name)
    ours = Embedding(words, vectors)
    ours.save_word2vec_text(path, digits=9) if kind == "text" else ours.save_word2vec_binary(path)
    theirs = models.KeyedVectors.load_word2vec_format(path, binary=kind == "binary")
    assert (theirs.index_to_key, theirs.vectors.tolist()) == (words, vectors.tolist())
    theirs.save_word2vec_format(path, binary=kind == "binary")
    back = getattr(Embedding, f"load_word2vec_{kind}")(path)
    assert back.words == tuple(words)
    assert back.vectors.astype(np.float32).tolist() == vectors.tolist()
