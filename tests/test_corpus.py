"""Text as documents, words and numbers: every kind of file, alphabet and damage; which words are kept."""

from __future__ import annotations

import bz2
import gzip
import itertools
import lzma
import os
import random
import re
import socket
import tempfile
import tracemalloc
import unicodedata
from collections import Counter, deque
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib import count_corpus
from w2vlib.corpus import (
    Corpus,
    EncodedText,
    Vocabulary,
    build_vocabulary,
    encode,
    encode_in_chunks,
    tokenize,
)

PACKERS = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
TEXT = "The cat sat.\n\nA dog — un été — ran!\n"
DOCUMENTS = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=8), max_size=6)
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("සත්\u200dය", ["සත්ය"]),
        ("स्\u200dथान", ["स्थान"]),
        ("می\u200cرود کتاب\u200cها", ["میرود", "کتابها"]),
        ("ന്\u200d", ["ന്"]),
        ("של\u200eום \u200fעולם\u200f", ["שלום", "עולם"]),
        ("م\u061cن", ["من"]),
        ("recom\u00admended", ["recommended"]),
        ("caf\u00ade\u0301", ["café"]),
        ("cafe\u200d\u0301 e\u034f\u0301", ["café", "é"]),
        ("one\u2060two \ufeffthree fo\ufeffur", ["onetwo", "three", "four"]),
        ("葛\U000e0100城 ᠠ\u180bᠨ", ["葛城", "ᠠᠨ"]),
        ("\u202bone\u202c two\u2069", ["one", "two"]),
        ("one\u3164", ["one"]),
        ("\u3164 \u200d \u00ad \ufeff", []),
        ("one\u200btwo", ["one", "two"]),
        ("👩\u200d👩\u200d👧 a❤\ufe0fb 🏴\U000e0067\U000e0062\U000e007f", ["a", "b"]),
    ],
)
def test_what_cannot_be_seen_leaves_words_whole(text, words):
    """Joiners, soft hyphens, marks of direction, variation selectors: a word is one with and without them."""
    assert tokenize(text) == words
    assert tokenize(text.upper()) == words or text.upper() == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\u1112\u1161\u11ab\u1100\u1173\u11af 한글", ["한글", "한글"]),  # jamo compose
        ("ภาษาไทย ที่นี่", ["ภาษาไทย", "ที่นี่"]),
        ("İstanbul", ["i\u0307stanbul"]),  # as Unicode lowers it where the language is not known
        ("STRASSE straße", ["strasse", "straße"]),
        ("\u212aelvin", ["kelvin"]),
        ("ｃａｔ ﬁne ﷲ", ["ｃａｔ", "ﬁne", "ﷲ"]),  # compatible forms stay as they are
        ("كتـاب", ["كتـاب"]),
        ("ǅ", ["ǆ"]),
        ("l'été o’clock", ["l", "été", "o", "clock"]),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f", list("abcdef")),
        ("\u0301a \u0903b", ["a", "b"]),
        ("\u0958", ["\u0915\u093c"]),
    ],
)
def test_other_forms_of_letters(text, words):
    assert tokenize(text) == words


@given(st.lists(st.sampled_from(["a", "é", "ن", "क्", "\u200d", "\u00ad", "\u200f", " ", "2", "\u0301"])))
def test_invisible_characters_never_matter(parts):
    """Wherever they stand; the marks that follow belong to the letter before."""
    seen = [part for part in parts if part not in "\u200d\u00ad\u200f"]
    assert tokenize("".join(parts)) == tokenize("".join(seen))


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
    with pytest.raises(ValueError, match=r"broken\.txt.*, line 3, byte 3: 0xef is not valid UTF-8"):
        list(Corpus(path, documents=documents))


@pytest.mark.parametrize("cut", [1, 10, 4000])
def test_truncated_archives_are_noticed(packed, cut):
    if packed.suffix == "":
        pytest.skip("a plain file cannot be seen to be truncated")
    path = packed(random.Random(0).randbytes(20_000).hex(), stem="short.txt")
    whole = path.read_bytes()
    assert len(whole) > 2 * cut
    path.write_bytes(whole[:-cut])
    with pytest.raises(ValueError, match=r"short\.txt.* cannot be unpacked .*truncated or damaged"):
        list(Corpus(path))


def test_a_file_that_is_not_what_its_suffix_says(tmp_path):
    for suffix in (".gz", ".bz2", ".xz"):
        path = tmp_path / f"fake{suffix}"
        path.write_bytes(b"plain text, not packed at all\n" * 9)
        with pytest.raises(ValueError, match="after 0 bytes .*truncated or damaged, or no "):
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


@contextmanager
def without_privileges():
    """As a user whom a file's mode can stop."""
    if not hasattr(os, "geteuid"):
        pytest.skip("modes stop nobody here")
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def three_folders():
    """Folders a, b and c with a file in each, in a folder that every user can enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for letter in "abc":
            (folder / letter).mkdir()
            (folder / letter / "x.txt").write_text("word text\n")
        yield folder
        for path in (folder, folder / "b", folder / "b/x.txt"):
            path.chmod(0o755)


@pytest.mark.parametrize("shut", ["b", "b/x.txt", "."])
@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111])
def test_what_cannot_be_read_is_an_error_before_anything_is_counted(three_folders, shut, mode):
    if shut == "b/x.txt" and mode == 0o444:
        pytest.skip("a file needs no more than to be read")
    (three_folders / shut).chmod(mode)
    read = []
    with without_privileges(), pytest.raises(PermissionError, match=str(three_folders / shut)):
        count_corpus(Corpus(three_folders, tokenizer=lambda text: read.append(text) or ["a"]), window=1)
    assert read == []


def test_linked_files_and_folders_are_read(three_folders, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b").symlink_to(three_folders / "a")
    (tmp_path / "in" / "c.txt").symlink_to(three_folders / "c" / "x.txt")
    (tmp_path / "in" / "a.txt").write_text("first")
    (tmp_path / "linked").symlink_to(tmp_path / "in")
    assert list(Corpus(tmp_path / "linked")) == [["first"], ["word", "text"], ["word", "text"]]


@pytest.mark.parametrize("target", [".", "..", "../c", "../a"])
def test_a_folder_that_would_be_read_again_by_a_link(three_folders, target):
    (three_folders / "a" / "link").symlink_to(target)
    with pytest.raises(ValueError, match=r"the folder .* once more, by a link"):
        Corpus(three_folders)


def test_a_file_that_would_be_read_twice(three_folders):
    file = three_folders / "a" / "x.txt"
    (three_folders / "c" / "link.txt").symlink_to(file)
    for paths in (
        [file, file],
        [three_folders / "a", str(file)],
        [file, three_folders / "a" / ".." / "a" / "x.txt"],
        three_folders,
    ):
        with pytest.raises(ValueError, match=r" would be read twice, as it is .*x\.txt"):
            Corpus(paths)


def test_two_names_of_one_file_are_two_files(three_folders):
    os.link(three_folders / "a" / "x.txt", three_folders / "a" / "y.txt")
    assert len(list(Corpus(three_folders))) == 4


def test_what_is_neither_file_nor_folder(three_folders):
    place = three_folders / "b" / "odd"
    place.symlink_to("nowhere")
    for paths in (three_folders, place):
        with pytest.raises(FileNotFoundError, match=r"no file or folder .*odd; .*odd is a broken link"):
            Corpus(paths)
    place.unlink()
    place.symlink_to(place)
    with pytest.raises(OSError, match="odd"):
        Corpus(three_folders)
    place.unlink()
    os.mkfifo(place)
    for paths in (three_folders, place, "/dev/null"):
        with pytest.raises(ValueError, match="a pipe, a socket or a device; write its text to a file"):
            Corpus(paths)
    place.unlink()
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(str(place))
        with pytest.raises(ValueError, match="odd is no file .* a pipe, a socket or a device"):
            Corpus(three_folders)


def test_a_folder_with_nothing_but_hidden_files(tmp_path):
    (tmp_path / ".a.txt").write_text("no")
    (tmp_path / ".git").mkdir()
    with pytest.raises(ValueError, match="holds no file to read but 2 whose names begin with a dot"):
        Corpus(tmp_path)


def test_files_of_a_hidden_folder_are_read_when_it_is_named(tmp_path):
    (tmp_path / ".texts").mkdir()
    (tmp_path / ".texts" / "a").write_text("one")
    assert list(Corpus(tmp_path / ".texts")) == list(Corpus(tmp_path / ".texts" / "a")) == [["one"]]


@pytest.mark.parametrize("text", [None, b"a b", ["a b"], Path("a b"), 5])
def test_what_is_no_text_to_split(text):
    with pytest.raises(ValueError, match="text must be a string, the text of one document, not "):
        tokenize(text)


@pytest.mark.parametrize(
    "paths", ["", [""], b"a.txt", [b"a.txt"], [3], [None], [["a"]], [Path("."), 2], 5, None, "a\0b"]
)
def test_what_is_no_path(paths):
    with pytest.raises(ValueError, match="paths must be those of files and folders"):
        Corpus(paths)


def test_text_given_for_a_path():
    for text in ("the cat sat on the mat", "the cat " * 2000):
        with pytest.raises(FileNotFoundError, match="there is no file or folder the cat"):
            count_corpus(text, window=1)


def test_files_that_go_or_change_between_two_readings(tmp_path):
    class Meddled(Corpus):
        def __iter__(self):
            yield from super().__iter__()
            self.meddle()

    (tmp_path / "a").write_text("a b\n")
    (tmp_path / "b").write_text("b c\n")
    corpus = Meddled(tmp_path)
    corpus.meddle = lambda: (tmp_path / "b").write_text("b d\n")
    with pytest.raises(ValueError, match="read twice, and held 'c' 1 times, then 0 times"):
        count_corpus(corpus, window=1)
    corpus.meddle = lambda: (tmp_path / "b").unlink()
    with pytest.raises(FileNotFoundError, match=str(tmp_path / "b")):
        count_corpus(corpus, window=1)


# --- what a tokeniser returns ----------------------------------------------


@pytest.mark.parametrize("make", [list, tuple, iter, deque, np.array, lambda words: (w for w in words)])
def test_any_run_of_words_will_do(packed, make):
    corpus = Corpus(packed("a b\n\nc a\n"), tokenizer=lambda text: make(text.split()))
    assert [list(words) for words in corpus] == [["a", "b"], ["c", "a"]]
    stats = count_corpus(corpus, window=1, backend="numpy")
    assert (stats.words, stats.count("a", "b"), stats.n_documents) == (("a", "b", "c"), 1, 2)


@pytest.mark.parametrize(
    ("tokenizer", "found"),
    [
        (str.lower, "not a string, found 'one two"),
        (str.encode, "not a string, found b'one two"),
        (lambda text: None, "not of type NoneType, found None"),
        (len, "not of type int, found 8"),
        (lambda text: Counter(text.split()), r"not a mapping, found Counter\("),
        (lambda text: set(text.split()), "not a set, found {"),
        (lambda text: np.array([text.split()]), "not of type ndarray"),
        (Path, "not a path, found "),
    ],
)
def test_tokenisers_that_return_no_words(packed, tokenizer, found):
    path = packed("One two\n")
    with pytest.raises(
        ValueError, match="what the tokenizer makes of document 1: .*" + found.replace("one", "[Oo]ne")
    ):
        list(Corpus(path, tokenizer=tokenizer))


def test_a_tokeniser_that_is_no_function(packed):
    with pytest.raises(ValueError, match="tokenizer must be a function .*, not 'split'"):
        Corpus(packed("a"), tokenizer="split")


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


# --- vocabularies and encoding ---------------------------------------------


def test_falling_frequency_then_spelling():
    vocabulary = build_vocabulary([["d", "c", "b"], ["c", "b", "a"], []])
    assert vocabulary.words == ("b", "c", "a", "d")
    assert vocabulary.occurrences.tolist() == [2, 2, 1, 1]
    assert vocabulary.occurrences.dtype == np.int64
    assert (len(vocabulary), vocabulary.n_tokens, vocabulary.n_documents) == (4, 6, 3)


def test_ties_at_the_cut_are_decided_by_spelling():
    assert build_vocabulary([["z", "y", "x"]], size=2).words == ("x", "y")
    assert build_vocabulary([["é", "f", "e"]], size=2).words == ("e", "f")


@given(DOCUMENTS.filter(any), st.randoms(use_true_random=False))
def test_order_of_documents_is_irrelevant(documents, random):
    shuffled = [random.sample(document, len(document)) for document in documents]
    random.shuffle(shuffled)
    one, other = build_vocabulary(documents), build_vocabulary(shuffled)
    assert one.words == other.words
    assert one.occurrences.tolist() == other.occurrences.tolist()
    tokens = [word for document in documents for word in document]
    assert dict(zip(one.words, one.occurrences.tolist())) == {w: tokens.count(w) for w in set(tokens)}


def test_size_and_min_count():
    text = [["a"] * 3 + ["b"] * 2 + ["c"]]
    assert build_vocabulary(text, size=2).words == ("a", "b")
    assert build_vocabulary(text, min_count=2).words == ("a", "b")
    assert build_vocabulary(text, size=1, min_count=2).words == ("a",)
    assert build_vocabulary(text, size=2).n_tokens == 6


def test_documents_are_read_once_and_may_be_a_generator():
    assert build_vocabulary(iter([["a"], ["b", "b"]])).words == ("b", "a")


def test_larger_than_the_corpus_has():
    with pytest.raises(ValueError, match="4 words was asked for, but only 3 .* at least 1 time"):
        build_vocabulary([["a", "b", "c"]], size=4)
    with pytest.raises(ValueError, match="2 words was asked for, but only 1 .* at least 2 time"):
        build_vocabulary([["a", "a", "c"]], size=2, min_count=2)


def test_min_count_that_leaves_nothing():
    with pytest.raises(ValueError, match="at least 5"):
        build_vocabulary([["a", "a", "b"]], min_count=5)


@pytest.mark.parametrize("documents", [[], [[]], [[], []], iter([])])
def test_empty_corpus(documents):
    with pytest.raises(ValueError, match="corpus is empty"):
        build_vocabulary(documents)


@pytest.mark.parametrize("size", [0, -3])
def test_size_below_one(size):
    with pytest.raises(ValueError, match=f"whole number from 1 on, not {size}"):
        build_vocabulary([["a"]], size=size)


def test_outside_words_are_dropped_or_leave_gaps():
    text = [["x", "a", "x", "b"], [], ["x"], ["b"]]
    dropped = encode(text, ["a", "b"])
    assert dropped.ids.tolist() == [0, 1, 1]
    assert dropped.offsets.tolist() == [0, 2, 2, 2, 3]
    gaps = encode(text, ["a", "b"], oov="gap")
    assert gaps.ids.tolist() == [2, 0, 2, 1, 2, 1]
    assert gaps.offsets.tolist() == [0, 4, 4, 5, 6]
    assert (gaps.ids.dtype, gaps.offsets.dtype) == (np.int32, np.int64)


def test_encoding_nothing():
    nothing = encode([], ["a"])
    assert nothing.ids.tolist() == []
    assert nothing.offsets.tolist() == [0]


@given(DOCUMENTS, st.sampled_from(["drop", "gap"]), st.integers(1, 9))
def test_chunks_put_together_are_the_whole(documents, oov, chunk_tokens):
    words = ["c", "a", "e"]
    whole = encode(documents, words, oov)
    chunks = list(encode_in_chunks(documents, words, oov, chunk_tokens))
    ids = [i for chunk in chunks for i in chunk.ids.tolist()]
    lengths = [n for chunk in chunks for n in np.diff(chunk.offsets).tolist()]
    assert ids == whole.ids.tolist()
    assert lengths == np.diff(whole.offsets).tolist()
    assert all(chunk.offsets[0] == 0 and chunk.offsets[-1] == len(chunk.ids) for chunk in chunks)
    assert all(len(chunk.ids) >= chunk_tokens for chunk in chunks[:-1])


@given(DOCUMENTS)
def test_encoding_can_be_read_back(documents):
    words = ["a", "b", "c", "d", "e", "f", "g"]
    text = encode(documents, words)
    back = [[words[i] for i in text.ids[a:b]] for a, b in zip(text.offsets, text.offsets[1:])]
    assert back == documents


def test_chunks_do_not_read_ahead():
    read = []

    def documents():
        for k in range(100):
            read.append(k)
            yield ["a", "b"]

    chunks = encode_in_chunks(documents(), ["a", "b"], chunk_tokens=6)
    assert len(next(chunks).ids) == 6
    assert len(read) == 3
    next(chunks)
    assert len(read) == 6


@pytest.mark.parametrize("document", ["the cat sat", b"the cat sat", "", "a" * 500])
@pytest.mark.parametrize(
    "function",
    [build_vocabulary, lambda d: encode(d, ["a"]), lambda d: encode(d, ["a"], oov="gap")],
    ids=["vocabulary", "encode", "encode with gaps"],
)
def test_a_string_is_no_document(function, document):
    """Its letters would be taken for words; the message shows its beginning."""
    found = re.escape(f"not a string, found {document[:40]!r}; split it")
    for documents in ([document], [["a"], document]):
        with pytest.raises(ValueError, match=found):
            function(documents)


EVERY_READER = pytest.mark.parametrize(
    "function",
    [
        build_vocabulary,
        lambda d: encode(d, ["a"]),
        lambda d: list(encode_in_chunks(d, ["a"], oov="gap", chunk_tokens=1)),
        lambda d: count_corpus(d, window=1, backend="numpy"),
    ],
    ids=["vocabulary", "encode", "chunks", "count"],
)


@EVERY_READER
@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"a": 3, "b": 1}, "not a mapping, found {'a': 3, 'b': 1}; windows need each word at its place"),
        (Counter("ab"), "not a mapping"),
        ({"a"}, "not a set, found {'a'}"),
        (frozenset("a"), "not a set"),
        ({"a": 1}.keys(), "not a set"),
        (Path("a.txt"), r"not a path, found .*; read files with w2vlib.Corpus\(paths\)"),
        (StringIO("a b\n"), r"not an open file, .*; read files with w2vlib.Corpus\(paths\)"),
        (None, "not of type NoneType"),
        (5, "not of type int, found 5"),
        (float("nan"), "not of type float, found nan"),
        (np.array("a"), "not of type ndarray"),
        (np.array([["a"], ["b"]]), "not of type ndarray"),
    ],
)
def test_what_is_no_document(function, document, found):
    with pytest.raises(ValueError, match=f"document 2: a document is a list of words, {found}"):
        function([["a", "b"], document])


@EVERY_READER
@pytest.mark.parametrize(
    "word", [1, 1.5, True, None, float("nan"), b"a", ("a", "N"), ["a"], {"a": 1}, np.int64(3)]
)
def test_what_is_no_word_is_named_with_its_document(function, word):
    with pytest.raises(ValueError, match="document 2: .*" + re.escape(repr(word))):
        function([["a", "b"], ["b", "a", word]])


@pytest.mark.parametrize("function", [build_vocabulary, lambda d: count_corpus(d, window=1)])
@pytest.mark.parametrize("word", ["", "caf\udce9", "\ud800"])
def test_words_that_no_file_can_hold(function, word):
    with pytest.raises(ValueError, match=f"document 2: .*{re.escape(repr(word))}"):
        function([["a"], ["a", word, "b"]])


@EVERY_READER
@pytest.mark.parametrize(
    ("documents", "found"),
    [
        ({"first": ["a", "b"]}, r"not dict; pass its values: documents.values\(\)"),
        (encode([["a"]], ["a"]), "not EncodedText; "),
        (None, "not NoneType; "),
        (7, "not int; "),
        (b"a b", "not bytes; "),
        (np.array("a"), "not ndarray; "),
    ],
)
def test_what_is_no_corpus(function, documents, found):
    with pytest.raises(ValueError, match=f"documents must be lists of words, {found}"):
        function(documents)


@pytest.mark.parametrize("function", [build_vocabulary, lambda d: encode(d, ["a"])])
@pytest.mark.parametrize("documents", ["a.txt", Path("a.txt")])
def test_a_path_is_no_corpus_until_it_is_read(function, documents):
    with pytest.raises(ValueError, match=r"lists of words, not .*; read files with w2vlib.Corpus\(path\)"):
        function(documents)


@EVERY_READER
def test_a_flat_list_of_words_is_no_corpus(function):
    for flat in (["a", "cat"], np.array(["a", "cat"]), (w for w in ["a", "cat"])):
        with pytest.raises(ValueError, match=r"document 1: .* not a string, found .*'a'"):
            function(flat)


def test_documents_of_many_types():
    want = count_corpus([["a", "b"], ["b", "c"]], window=1, backend="numpy")
    for documents in (
        np.array([["a", "b"], ["b", "c"]]),
        np.array([["a", "b"], ["b", "c"]], object),
        [np.array(["a", "b"]), ("b", "c")],
        [deque(["a", "b"]), {"x": "b", "y": "c"}.values()],
        {("a", "b"), ("b", "c")},
        (iter(words) for words in (["a", "b"], ["b", "c"])),
        {1: ["a", "b"], 2: ["b", "c"]}.values(),
    ):
        stats = count_corpus(documents, window=1, backend="numpy")
        assert stats.words == want.words
        assert {type(word) for word in stats.words} == {str}
        assert stats.counts.tolist() == want.counts.tolist()
        assert stats.n_documents == 2


class Changing:
    """Documents that are others when read again."""

    def __init__(self, *readings):
        self.readings = iter(readings)

    def __iter__(self):
        return iter(next(self.readings))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([["a", "b"]], [], "1 documents, then 0"),
        ([["a", "b"]], [["a", "b"], []], "1 documents, then 2"),
        ([["a", "b"], ["c"]], [["a", "b", "c"]], "2 documents, then 1"),
        ([["a", "b", "a"]], [["a", "b"]], "'a' 2 times, then 1 times"),
        ([["a", "b"]], [["a", "c"]], "'b' 1 times, then 0 times"),
        ([["a", "b"]], [["a", "b", "b"]], "'b' 1 times, then 2 times"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"oov": "gap"}, {"words": ["b", "a"]}])
def test_a_corpus_that_is_another_one_when_read_again(before, after, said, options):
    with pytest.raises(ValueError, match=f"read twice, and held {said}; pass lists"):
        count_corpus(Changing(before, after), window=1, backend="numpy", **options)


def test_generators_in_a_list_are_not_there_the_second_time():
    with pytest.raises(ValueError, match="'a' 1 times, then 0 times; pass lists instead of generators"):
        count_corpus([iter(["a", "b"])], window=1)
    assert build_vocabulary([iter(["a", "b"])]).words == ("a", "b")
    assert encode([iter(["a", "b"])], ["a", "b"]).ids.tolist() == [0, 1]


def test_nothing_is_read_before_the_arguments_are_checked():
    def never():
        raise AssertionError("read")
        yield

    for call in (
        lambda: count_corpus(never(), oov="skip"),
        lambda: count_corpus(never(), backend="cuda"),
        lambda: count_corpus(never(), words="ab"),
        lambda: count_corpus(never(), words=["a", "a"]),
        lambda: count_corpus(never(), words=["a", 1]),
        lambda: encode_in_chunks(never(), ["a"], chunk_tokens=0),
        lambda: encode_in_chunks(never(), ["a"], oov="skip"),
        lambda: encode_in_chunks(never(), {"a", "b"}),
        lambda: encode_in_chunks(never(), None),
        lambda: count_corpus(never(), words=[]),
    ):
        with pytest.raises(
            ValueError, match="oov|backend|a vocabulary is|more than once|a word must be|chunk_tokens"
        ):
            call()


def test_a_vocabulary_may_be_a_generator():
    assert encode([["a", "b"]], (word for word in "ba")).ids.tolist() == [1, 0]
    assert count_corpus([["a", "b"]], words=iter(["b", "a"]), window=1).words == ("b", "a")


@pytest.mark.parametrize(
    ("ids", "offsets", "message"),
    [
        ([0, 1], [0, 3], "offsets must rise from 0 to the number of words, 2"),
        ([0, 1], [1, 2], "offsets must rise"),
        ([0, 1], [0, 2, 1, 2], "offsets must rise"),
        ([0, 1], [], "offsets must rise"),
        ([-1, 1], [0, 2], "ids must not be negative, found -1 in row 0"),
        ([0, 2**31], [0, 2], "ids must be at most 2147483647, found 2147483648 in row 1"),
        ([0.0, 1.5], [0, 2], "ids must be whole numbers, found 1.5 in row 1"),
        ([True, False], [0, 2], "ids must have an integer type of at most 64 bits, not bool"),
        (["a", "b"], [0, 2], "ids must have an integer type"),
        ([[0, 1]], [0, 2], r"ids must have 1 axis, not the shape \(1, 2\)"),
        ([0, 1], [0.0, np.nan], "offsets must be whole numbers, found nan in row 1"),
        ([0, 1], [0, -1, 2], "offsets must not be negative"),
    ],
)
def test_what_is_no_encoded_text(ids, offsets, message):
    with pytest.raises(ValueError, match=message):
        EncodedText(np.array(ids), np.array(offsets))


def test_encoded_text_has_the_types_it_promises():
    for ids in ([3, 0], [3.0, 0.0]):
        text = EncodedText(ids, np.array([0, 0, 2], np.uint8))
        assert (text.ids.dtype, text.offsets.dtype) == (np.int32, np.int64)
        assert (text.ids.tolist(), text.offsets.tolist()) == ([3, 0], [0, 0, 2])


@pytest.mark.parametrize(
    ("words", "occurrences", "message"),
    [
        (["a", "a"], [1, 2], "'a' more than once"),
        ("ab", [1, 2], "a vocabulary is a list of words"),
        (["a", "b"], [1], "one number for each of the 2 words, not 1"),
        (["a", "b"], [1, -2], "occurrences must not be negative"),
        (["a", "b"], [1.0, 2.5], "occurrences must be whole numbers, found 2.5"),
    ],
)
def test_what_is_no_vocabulary(words, occurrences, message):
    with pytest.raises(ValueError, match=message):
        Vocabulary(words, np.array(occurrences), 3, 1)


def test_vocabularies_and_texts_can_be_compared():
    """As objects: two that hold the same are two, and asking is no error."""
    for make in (lambda: build_vocabulary([["a", "b"]]), lambda: encode([["a", "b"]], ["a", "b"])):
        one, other = make(), make()
        assert one == one and one != other
        assert len({one, other, one}) == 2


def test_a_word_twice_in_the_vocabulary():
    with pytest.raises(ValueError, match="'b' more than once"):
        encode([["a"]], ["a", "b", "c", "b"])


def test_unknown_treatment_of_outside_words():
    with pytest.raises(ValueError, match="'drop' or 'gap', not 'skip'"):
        encode([["a"]], ["a"], oov="skip")
