"""Reading text: every kind of file, every alphabet, every kind of damage; never more than is asked for."""

from __future__ import annotations

import bz2
import gzip
import itertools
import lzma
import random
import tracemalloc
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib.corpus import Corpus, tokenize

PACKERS = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
TEXT = "The cat sat.\n\nA dog — un été — ran!\n"
LINES = [["the", "cat", "sat"], ["a", "dog", "un", "été", "ran"]]


@pytest.fixture(params=PACKERS, ids=lambda suffix: suffix or "plain")
def packed(request, tmp_path):
    """A function that writes text (or bytes) to a file of each kind in turn."""

    def write(text, stem="a.txt"):
        raw = text if isinstance(text, bytes) else text.encode()
        path = tmp_path / (stem + request.param)
        path.write_bytes(PACKERS[request.param](raw))
        return path

    write.suffix = request.param
    return write


# --- words -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  12, 3.5 -- !", []),
        ("Don't STOP_me42now", ["don", "t", "stop", "me", "now"]),
        ("Ἡ Ὁδός τῆς ΟΔΟΣ", ["ἡ", "ὁδός", "τῆς", "οδο\N{GREEK SMALL LETTER FINAL SIGMA}"]),
        ("Съешь ЕЩЁ этих", ["съешь", "ещё", "этих"]),
        ("हिन्दी में किताब।", ["हिन्दी", "में", "किताब"]),
        ("தமிழ் மொழி", ["தமிழ்", "மொழி"]),
        ("שָׁלוֹם עולם", [unicodedata.normalize("NFC", "שָׁלוֹם"), "עולם"]),
        ("日本語、文字", ["日本語", "文字"]),
        ("naïve Straße", ["naïve", "straße"]),
    ],
)
def test_words_are_lowered_runs_of_letters_of_any_alphabet(text, words):
    assert tokenize(text) == words


def test_composed_and_decomposed_letters_are_the_same_word():
    assert tokenize("cafe\u0301 Cafe\u0301s") == tokenize("café cafés") == ["café", "cafés"]
    assert len(tokenize("cafe\u0301")[0]) == 4


def test_digits_of_every_kind_separate_words():
    assert tokenize("5 km² and ½ cup, chapter Ⅷ, step ①b") == ["km", "and", "cup", "chapter", "step", "b"]
    assert tokenize("अध्याय १२ अंत") == ["अध्याय", "अंत"]


@given(st.text(max_size=60))
def test_words_hold_letters_and_marks_only_and_survive_a_second_pass(text):
    for word in tokenize(text):
        kinds = [unicodedata.category(character)[0] for character in word]
        assert kinds[0] == "L"
        assert set(kinds) <= {"L", "M"}
        assert unicodedata.is_normalized("NFC", word)


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_ascii_text_is_split_as_the_paper_does(text):
    letters = "".join(c if c.isalpha() else " " for c in text.lower())
    assert tokenize(text) == letters.split()


# --- files -----------------------------------------------------------------


def test_each_line_is_a_document_and_empty_ones_are_skipped(packed):
    assert list(Corpus(packed(TEXT))) == LINES


def test_a_file_is_a_document_when_asked(packed):
    assert list(Corpus(packed(TEXT), documents="files")) == [LINES[0] + LINES[1]]


def test_last_line_without_newline_windows_newlines_and_byte_order_mark(packed):
    path = packed(b"\xef\xbb\xbfone two\r\nthree")
    assert list(Corpus(path, tokenizer=str.split)) == [["one", "two"], ["three"]]


def test_iterating_again_reads_again(packed):
    corpus = Corpus(packed(TEXT))
    assert list(corpus) == list(corpus) == LINES


def test_two_iterations_at_once_do_not_disturb_each_other(packed):
    corpus = Corpus(packed(TEXT))
    assert list(zip(corpus, corpus, strict=True)) == [(line, line) for line in LINES]


def test_suffix_is_recognised_in_capitals(tmp_path):
    (tmp_path / "a.txt.GZ").write_bytes(gzip.compress(b"one two"))
    assert list(Corpus(tmp_path)) == [["one", "two"]]


def test_a_folder_is_read_in_the_order_of_names_without_hidden_files(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / ".cache").mkdir()
    (tmp_path / "b.txt").write_text("two")
    (tmp_path / "sub" / "c.txt.xz").write_bytes(lzma.compress(b"three"))
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"one"))
    (tmp_path / ".hidden").write_text("no")
    (tmp_path / ".cache" / "d.txt").write_text("no")
    assert list(Corpus(tmp_path)) == [["one"], ["two"], ["three"]]
    assert list(Corpus(str(tmp_path), documents="files")) == [["one"], ["two"], ["three"]]


def test_several_paths_keep_the_order_given(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text(name)
    assert list(Corpus([tmp_path / "b", str(tmp_path / "a")])) == [["b"], ["a"]]
    assert list(Corpus(tmp_path / name for name in "ba")) == [["b"], ["a"]]


def test_own_tokeniser_sees_the_raw_text(packed):
    seen = []
    list(Corpus(packed("A b\nC\n"), tokenizer=lambda text: seen.append(text) or []))
    assert seen == ["A b\n", "C\n"]
    assert list(Corpus(packed("A-b C\n"), tokenizer=str.split)) == [["A-b", "C"]]


def test_progress_bar_ends_at_the_size_of_the_files_and_changes_nothing(packed, capsys):
    path = packed("word\n" * 1000)
    assert list(Corpus(path, progress=True)) == [["word"]] * 1000
    assert "100%" in capsys.readouterr().err
    list(Corpus(path))
    assert capsys.readouterr().err == ""


# --- what goes wrong -------------------------------------------------------


@pytest.mark.parametrize("documents", ["lines", "files"])
def test_invalid_utf8_names_the_file_the_line_and_the_byte(packed, documents):
    path = packed(b"fine\nalso fine\nna\xefve\n", stem="broken.txt")
    with pytest.raises(ValueError, match=r"broken\.txt.*, line 3: byte 0xef is not valid UTF-8"):
        list(Corpus(path, documents=documents))


@pytest.mark.parametrize("cut", [1, 10, 4000])
def test_truncated_archives_are_noticed(packed, cut):
    if packed.suffix == "":
        pytest.skip("a plain file cannot be seen to be truncated")
    path = packed(random.Random(0).randbytes(20_000).hex(), stem="short.txt")
    whole = path.read_bytes()
    assert len(whole) > 2 * cut
    path.write_bytes(whole[:-cut])
    with pytest.raises(ValueError, match=r"short\.txt.*truncated or damaged"):
        list(Corpus(path))


def test_a_file_that_is_not_what_its_suffix_says(tmp_path):
    for suffix in (".gz", ".bz2", ".xz"):
        path = tmp_path / f"fake{suffix}"
        path.write_bytes(b"plain text, not packed at all\n" * 9)
        with pytest.raises(ValueError, match="after line 0 .*truncated or damaged"):
            list(Corpus(path))


def test_missing_path(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        Corpus(tmp_path / "nowhere")


def test_empty_folder_and_no_paths(tmp_path):
    with pytest.raises(ValueError, match="holds no file"):
        Corpus(tmp_path)
    with pytest.raises(ValueError, match="no path was given"):
        Corpus([])


def test_unknown_kind_of_documents(tmp_path):
    with pytest.raises(ValueError, match="'lines' or 'files', not 'pages'"):
        Corpus(tmp_path, documents="pages")


# --- streaming -------------------------------------------------------------


def test_nothing_is_read_ahead_of_need(packed):
    asked = []
    corpus = Corpus(packed("a\nb\nc\nd\n"), tokenizer=lambda text: asked.append(text) or [text])
    documents = iter(corpus)
    assert asked == []
    next(documents)
    next(documents)
    assert asked == ["a\n", "b\n"]


def test_a_second_file_is_opened_only_when_the_first_is_done(tmp_path):
    (tmp_path / "a").write_text("one\n")
    (tmp_path / "b").write_text("two\n")
    documents = iter(Corpus(tmp_path))
    assert next(documents) == ["one"]
    (tmp_path / "b").write_text("changed\n")
    assert next(documents) == ["changed"]


def test_memory_does_not_grow_with_the_corpus(packed):
    line = "a few words that are said again and again\n"
    path = packed(line * 40_000)  # 1.7 MB

    def peak(n: int) -> int:
        tracemalloc.start()
        for _ in itertools.islice(Corpus(path, tokenizer=lambda text: [text]), n):
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(10)
    assert peak(40_000) < peak(1000) + 300_000
