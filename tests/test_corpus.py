"""Text as documents, words and numbers: every kind of file, alphabet and damage; which words are kept."""

from __future__ import annotations

import bz2
import gzip
import itertools
import lzma
import random
import re
import tracemalloc
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib.corpus import Corpus, build_vocabulary, encode, encode_in_chunks, tokenize

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
