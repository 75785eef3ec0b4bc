"""Text files: every byte of a packed file, and bytes that are no text, with file, line and byte."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import tarfile
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib import Corpus, count_corpus
from w2vlib._common.archives import packed, unpacked
from w2vlib._common.text import text_lines

PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
ENDINGS = pytest.mark.parametrize("ending", PACKERS)


def content(data, ending):
    """What is in a packed file, as our reader has it."""
    return unpacked(io.BytesIO(data), "a" + ending).read()


@pytest.fixture
def made(tmp_path):
    """A function that writes bytes to a file of some name, and says where it is."""

    def write(name, data):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


# --- packed files ----------------------------------------------------------


@ENDINGS
@given(pieces=st.lists(st.binary(max_size=40), min_size=1, max_size=4))
def test_every_stream_is_read(ending, pieces):
    assert content(b"".join(map(PACKERS[ending], pieces)), ending) == b"".join(pieces)
    assert content(packed("a" + ending, pieces[0]), ending) == pieces[0]


@ENDINGS
def test_long_streams_are_read_to_the_end(ending):
    """Longer than one piece, both packed and unpacked; and far longer unpacked than packed."""
    hard, easy = random.Random(0).randbytes(700_000), bytes(3_000_000)
    data = PACKERS[ending](hard) + PACKERS[ending](easy) + PACKERS[ending](b"end")
    assert content(data, ending) == hard + easy + b"end"


@ENDINGS
def test_any_cut_is_noticed(ending):
    one, two = PACKERS[ending](b"one two\n"), PACKERS[ending](b"three four\n")
    for cut in range(len(one) + len(two)):
        if cut != len(one):
            with pytest.raises(ValueError, match="cannot be unpacked"):
                content((one + two)[:cut], ending)


@ENDINGS
def test_a_flipped_bit_gives_what_was_packed_or_an_error(ending):
    """Some bits say nothing of the content, as the time in a header does."""
    whole = PACKERS[ending](b"one two\n") + PACKERS[ending](b"three four\n")
    noticed = 0
    for k in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[k // 8] ^= 1 << k % 8
        try:
            assert content(bytes(damaged), ending) == b"one two\nthree four\n"
        except ValueError as error:
            assert "cannot be unpacked" in str(error)
            noticed += 1
    assert noticed > 4 * len(whole)


@ENDINGS
def test_a_later_stream_is_never_taken_for_rubbish(ending):
    one, two = PACKERS[ending](b"one\n"), PACKERS[ending](b"two\n")
    for later in (bytes([two[0] ^ 1]) + two[1:], bytes(len(two)), bytes(len(two)) + two, b"rubbish", b"\n"):
        with pytest.raises(ValueError, match=rf"a{ending} cannot be unpacked after 4 bytes"):
            content(one + later, ending)


def test_padding_that_a_format_allows():
    one, two = lzma.compress(b"one "), lzma.compress(b"two")
    assert content(one + bytes(4) + two + bytes(8), ".xz") == b"one two"
    with pytest.raises(ValueError, match="3 zero bytes stand where a stream should begin"):
        content(one + bytes(3) + two, ".xz")
    assert content(gzip.compress(b"one", mtime=0) + bytes(7), ".gz") == b"one"
    with pytest.raises(ValueError, match="7 zero bytes stand where a stream should begin"):
        content(gzip.compress(b"one", mtime=0) + bytes(7) + gzip.compress(b"two", mtime=0), ".gz")


@pytest.mark.parametrize("name", ["a.gz", "a.txt.GZ", "a.BZ2", "a.tar.xz", "a.xz"])
def test_names_of_packed_files_hold_packed_files_only(made, name):
    for data in (b"", b"plain text\n"):
        with pytest.raises(ValueError, match=rf"{name} cannot be unpacked after 0 bytes"):
            list(Corpus(made(name, data)))


@ENDINGS
def test_damage_after_many_lines_is_an_error_when_counted(made, ending):
    data = PACKERS[ending](b"one two\n" * 1000)
    with pytest.raises(ValueError, match=f"a{ending} cannot be unpacked after 8,000 bytes"):
        count_corpus(made("a" + ending, data + b"PK"), window=1)


# --- bytes that are no text ------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["one two\nthree\n", "дом кот\n", "дом\nкот\n", "語 文\n"])
def test_other_encodings_without_a_mark_are_refused(made, encoding, text):
    with pytest.raises(ValueError, match=r"a\.txt, line [12], byte \d+: "):
        list(Corpus(made("a.txt", text.encode(encoding))))


@pytest.mark.parametrize("encoding", ["UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"])
def test_the_remedy_names_the_encoding(made, encoding):
    for text in ("one two\n", "one", "дом кот и\n" if encoding.startswith("UTF-16") else "дом\n"):
        with pytest.raises(ValueError, match=f"line 1, .*iconv -f {encoding} -t UTF-8"):
            list(text_lines(made("a.txt", text.encode(encoding))))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_encodings_with_a_mark_are_refused(made, encoding):
    with pytest.raises(ValueError, match=rf"line 1, byte \d: .*iconv -f {encoding.upper()} -t UTF-8"):
        list(text_lines(made("a.txt", "one two\n".encode(encoding))))
    with pytest.raises(
        ValueError, match=f"iconv -f {encoding.upper()} -t UTF-8"
    ):  # a mark, and no other sign
        list(text_lines(made("a.txt", "дом".encode(encoding))))


def test_utf8_with_a_mark_is_read_and_the_mark_left_out(made):
    assert list(text_lines(made("a.txt", "one\r\ntwo".encode("utf-8-sig")))) == ["one\r\n", "two"]


def _tar():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        info = tarfile.TarInfo("novel/readme.txt")
        info.size = 8
        tar.addfile(info, io.BytesIO(b"one two\n"))
    return buffer.getvalue()


def _zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("word/document.xml", "one two")
    return buffer.getvalue()


def _array():
    buffer = io.BytesIO()
    np.save(buffer, np.arange(3))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "remedy"),
    [
        ("a.tar", _tar(), "tar archive: unpack it"),
        ("a.tar.gz", gzip.compress(_tar(), mtime=0), "tar archive: unpack it"),
        ("a.tgz", gzip.compress(_tar(), mtime=0), "packed with gzip: give it a name that ends in .gz"),
        ("a.gz.gz", gzip.compress(gzip.compress(b"one\n", mtime=0), mtime=0), "packed with gzip"),
        ("a.txt", bz2.compress(b"one two\n"), "packed with bzip2: give it a name that ends in .bz2"),
        ("a.txt", lzma.compress(b"one two\n"), "packed with xz: give it a name that ends in .xz"),
        ("a.docx", _zip(), "a zip archive, as office files are"),
        ("a.txt.gz", gzip.compress(_zip(), mtime=0), "a zip archive, as office files are"),
        ("a.rtf", rb"{\rtf1\ansi one two}", "rich text"),
        ("a.pdf", b"%PDF-1.5\n%\xd0\xd4\xc5\xd8\n", "a PDF"),
        ("a.npy", _array(), "numpy.load reads it"),
        ("~$a.docx", b"\x0bMy Name\0\0", "it is not text, or not in UTF-8"),
        ("a.txt", b"one\ntwo\0\n", "a NUL byte; it is not text"),
        ("a.txt", b"one\0two three\n", "a NUL byte; it is not text"),
        ("a.txt", "дом\nкот\n".encode("utf-16-le"), "iconv -f UTF-16LE -t UTF-8"),
        ("a.txt", b"caf\xe9\n", "convert the file to UTF-8"),
        ("a.txt", b"\xed\xa0\x80\n", "convert the file to UTF-8"),
    ],
    ids=lambda given: "data" if isinstance(given, bytes) else given,  # some bytes hold the time
)
@pytest.mark.parametrize("documents", ["lines", "files"])
def test_what_is_no_text_is_refused_with_a_remedy(made, name, data, remedy, documents):
    path = made(name, data)
    with pytest.raises(ValueError, match=rf", line \d, byte \d+: .*({remedy})") as caught:
        list(Corpus(path, documents=documents))
    assert str(caught.value).startswith(str(path))


def test_statistics_are_no_corpus(tmp_path):
    count_corpus([["a", "b"]], window=1).save(tmp_path / "a.w2v")
    with pytest.raises(ValueError, match=r"a\.w2v, line \d, .*CorpusStatistics.load reads it"):
        count_corpus(tmp_path / "a.w2v", window=1)


def test_line_and_byte_are_those_of_the_fault(made):
    with pytest.raises(ValueError, match="line 3, byte 6: a NUL byte"):
        list(text_lines(made("a.txt", b"one\ntwo\nthree\0four\n")))
    with pytest.raises(ValueError, match="line 2, byte 5: 0xff is not valid UTF-8"):
        list(text_lines(made("a.txt.xz", lzma.compress("one\ncaf".encode() + b"e\xff\n"))))


def test_only_a_line_feed_ends_a_line(made):
    """Every other separator is within a line, and between words."""
    text = "a\rb\vc\fd\x1ce\x85f\u2028g\u2029h\n"
    path = made("a.txt", text.encode())
    assert list(text_lines(path)) == [text]
    assert list(Corpus(path)) == [list("abcdefgh")]


@pytest.mark.skipif(
    not os.path.exists("/proc/self/mem"), reason="needs a file that cannot be read from its start"
)
def test_errors_of_the_disk_name_the_file():
    with pytest.raises(OSError, match=r"/proc/self/mem"):
        list(text_lines("/proc/self/mem"))
