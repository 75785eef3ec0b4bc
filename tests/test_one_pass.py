"""Reading once is the same as reading document by document: vocabulary, counts, numbers, ends, errors."""

import gzip
import lzma
import tempfile
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import w2vlib
from w2vlib import _one_pass
from w2vlib.corpus import Corpus, build_vocabulary, encode, encode_in_chunks

pytest.importorskip("numba")
from w2vlib import _scanning_numba  # noqa: E402
from w2vlib._one_pass import NumberedText  # noqa: E402

#: What text is made of that trips up programs: marks, final sigma, invisible characters, blanks that are none.
ODD = [
    *"ΑΣσςİIıKÅÅéé́̀̈’'·.ː:;½²Ⅷ一〇א֑ـπß ﬁ\u2028\u2029\u0085\u00a0\u1680\u3000\u200b\u200c\u200d\u00ad\ufeff😀‿_0159-–\t\r\x0b\x0c\x1c\x7f",
    *("\u0338", "=\u0338", "e\u0301", "ΟΔΟΣ", "ΑΣ'Α", "q\u0307\u0323", "각", "각", "ﬆ", "ǅ", "𝒳", "𐐀"),
]
ASCII = [*"abcdefghijklmnopqrstuvwxyzABCXYZ", *".,!?0189'\"()/"]
LENGTHS = (1, 2, 5, 8, 11, 12, 13, 24, 40)  # 12 letters are the longest that a key holds


def same(corpus, words=None, oov="drop", chunk_tokens=None, **options):
    documents = list(corpus)
    vocabulary = build_vocabulary(documents)
    expected = encode_in_chunks(documents, words or vocabulary.words, oov, chunk_tokens)
    with NumberedText(corpus, **options) as numbered:
        assert numbered.n_tokens == vocabulary.n_tokens and numbered.n_documents == vocabulary.n_documents
        ranked, n_words = numbered.most_frequent(None, 1)
        assert n_words == len(vocabulary)
        assert ranked == list(zip(vocabulary.words, vocabulary.occurrences.tolist()))
        chunks = list(numbered.encoded(words or vocabulary.words, oov, chunk_tokens))
    assert [(ids.tolist(), offsets.tolist()) for ids, offsets in chunks] == [
        (text.ids.tolist(), text.offsets.tolist()) for text in expected
    ]


@st.composite
def texts(draw):
    rng = draw(st.randoms(use_true_random=False))
    out = []
    for _ in range(rng.randrange(0, 60)):
        kind = rng.random()
        letters = ASCII[:32] if kind < 0.5 else ODD + ASCII[:26] if kind < 0.8 else ASCII
        length = rng.choice(LENGTHS) if kind < 0.5 else rng.randrange(1, 7)
        out.append("".join(rng.choices(letters, k=length)))
        out.append(rng.choice(["", " ", " ", " ", "  ", ". ", "\n", "\n\n", " \n", "\r\n"]))
    return rng.choice(["", "", "", "\ufeff"]) + "".join(out)


@settings(max_examples=100, deadline=None)
@given(
    files=st.lists(texts(), min_size=1, max_size=3),
    documents=st.sampled_from(["lines", "files"]),
    piece=st.sampled_from([5, 64, 1 << 22]),
    threads=st.integers(1, 3),
    in_memory=st.sampled_from([0, 50, 1 << 26]),
    oov=st.sampled_from(["drop", "gap"]),
    chunk_tokens=st.sampled_from([None, 1, 20]),
    part=st.integers(1, 5),
)
def test_any_text_is_read_as_document_by_document(
    files, documents, piece, threads, in_memory, oov, chunk_tokens, part
):
    with tempfile.TemporaryDirectory() as folder:
        for k, text in enumerate(files):
            (Path(folder) / f"{k}.txt").write_bytes(text.encode())
        corpus = Corpus(folder, documents)
        counter = Counter(word for document in corpus for word in document)
        if not counter:
            with pytest.raises(ValueError, match="the corpus is empty"):
                build_vocabulary(corpus)
            return
        words = sorted(counter)[::part] + ["not there", "Nor", "ß"][: part - 1]
        same(
            corpus,
            list(dict.fromkeys(words)),
            oov,
            chunk_tokens,
            piece=piece,
            threads=threads,
            in_memory=in_memory,
        )


@pytest.fixture
def corpus(tmp_path):
    rng = np.random.default_rng(0)
    letters = "".join(rng.choice(ASCII[:26], 200_000))
    words = [letters[k : k + k % 15 + 1] for k in rng.integers(0, 199_000, 20_000)]
    words += ["naïve", "Ἀθῆναι", "don’t", "e\u0301te\u0301", "x" * 300, "ab" * 7, "AB" * 7]
    pack = [lambda content: content, gzip.compress, lzma.compress]
    for k, ending in enumerate(("", ".gz", ".xz")):
        picked = rng.integers(0, len(words), 24_000)
        lines = (
            " ".join(words[i] for i in line)
            for line in np.split(picked, np.sort(rng.integers(0, 24_000, 800)))
        )
        (tmp_path / f"{k}.txt{ending}").write_bytes(pack[k]("\n".join(lines).encode()))
    return Corpus(tmp_path)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_tables_grow_and_threads_agree(corpus, threads):
    same(corpus, threads=threads, piece=10_000, in_memory=30_000)


def test_chunks_that_are_forgotten_are_cut_again(corpus, monkeypatch):
    monkeypatch.setattr(_scanning_numba, "_MOST_CHUNKS", 10)
    same(corpus, threads=2, piece=10_000)


def test_the_public_functions_take_this_path_and_agree(corpus, monkeypatch):
    vocabulary = build_vocabulary(list(corpus))
    text = encode(list(corpus), vocabulary.words, "gap")
    read = []
    scan = _scanning_numba.Scanner.scan
    monkeypatch.setattr(
        _scanning_numba.Scanner, "scan", lambda self, piece: read.append(len(piece)) or scan(self, piece)
    )
    assert build_vocabulary(corpus, 50).words == vocabulary.words[:50]
    once = len(read)
    assert build_vocabulary(corpus, min_count=3).words == build_vocabulary(list(corpus), min_count=3).words
    assert encode(corpus, vocabulary.words, "gap").ids.tolist() == text.ids.tolist()
    assert len(list(encode_in_chunks(corpus, vocabulary.words, chunk_tokens=1000))) > 5
    assert len(read) == 4 * once > 0
    stats = w2vlib.count_corpus(corpus, 100, window=3)
    assert len(read) == 5 * once  # one pass for words and counts
    other = w2vlib.count_corpus(list(corpus), 100, window=3)
    assert stats.words == other.words and np.array_equal(stats.counts, other.counts)
    assert (stats.n_tokens, stats.n_documents) == (other.n_tokens, other.n_documents)
    read.clear()
    corpus.tokenizer = str.split  # a tokenizer of one's own is asked for every document
    assert build_vocabulary(corpus).n_tokens and not read


@pytest.mark.parametrize(
    "bad, message",
    [
        (b"fine\n\nthis is \xe9 not\n", r"b\.txt, line 3, byte 9: 0xe9 is not valid UTF-8"),
        (b"one two\nthree \xc3", r"b\.txt, line 2, byte 7: 0xc3 is not valid UTF-8"),
        (b"one\xc3 two\n", r"b\.txt, line 1, byte 4: 0xc3"),
        (b"one \xed\xa0\x80 two\n", r"b\.txt, line 1, byte 5: 0xed"),
        (b"one\ntwo\0three\n", r"b\.txt, line 2, byte 4: a NUL byte"),
        (b"{\\rtf1 one two}", r"b\.txt, line 1, byte 1: the file seems to be rich text"),
        ("one two".encode("utf-16"), r"b\.txt, line 1, byte 4: .*UTF-16"),
    ],
)
@pytest.mark.parametrize("function", [build_vocabulary, w2vlib.count_corpus])
def test_what_is_no_text_is_named_as_reading_line_by_line_names_it(tmp_path, function, bad, message):
    (tmp_path / "a.txt").write_text("one two three\n" * 1000)
    (tmp_path / "b.txt").write_bytes(bad)
    (tmp_path / "c.txt").write_bytes(b"\xff of two bad files the first is named")
    with pytest.raises(ValueError, match=message):
        function(Corpus(tmp_path))
    with pytest.raises(ValueError, match=message):
        list(Corpus(tmp_path))


def test_a_text_is_not_blamed_for_the_one_before():
    scanner = _scanning_numba.Scanner(by_lines=True)
    with pytest.raises(UnicodeDecodeError):
        scanner.scan(b"one\xc3 two\n")
    types, ends = scanner.scan("cat café cat\n".encode())
    assert types[0] == types[2] != types[1] and ends.tolist() == [3]


def test_a_given_word_in_capitals_is_not_the_word_in_small_letters(tmp_path):
    (tmp_path / "a.txt").write_text("king queen King internationalisation\n")
    words = ["King", "queen", "Internationalisation", "internationalisation", "kin", "kings", "new york"]
    assert w2vlib.count_corpus(tmp_path, words=words).occurrences.tolist() == [0, 1, 0, 1, 0, 0, 0]


def test_a_document_goes_on_over_a_piece_without_words(tmp_path):
    (tmp_path / "a.txt").write_text("king 12345 6789 \nqueen\n")
    with NumberedText(Corpus(tmp_path), threads=1, piece=5) as text:
        assert text.n_documents == 2


def test_chunks_are_forgotten_when_they_are_many(monkeypatch):
    monkeypatch.setattr(_scanning_numba, "_MOST_CHUNKS", 10)
    scanner = _scanning_numba.Scanner(by_lines=True)
    for _ in range(2):
        types, _ = scanner.scan("Ἀθῆναι naïve \n".encode())
        assert types.tolist() == [0, 1] and len(scanner._chunks) == 0


def test_a_damaged_archive_is_named(tmp_path):
    content = lzma.compress(b"one two three\n" * 100_000)
    (tmp_path / "a.txt.xz").write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match=r"a\.txt\.xz cannot be unpacked after"):
        build_vocabulary(Corpus(tmp_path))


def test_after_an_interruption_no_thread_goes_on(corpus, monkeypatch):
    scan = _scanning_numba.Scanner.scan

    def interrupted(self, piece):
        if threading.active_count() > before:
            raise KeyboardInterrupt
        return scan(self, piece)

    before = threading.active_count()
    monkeypatch.setattr(_scanning_numba.Scanner, "scan", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_vocabulary(corpus)
    assert threading.active_count() == before


def test_numbers_that_find_no_room_on_disk_say_where(corpus, monkeypatch):
    monkeypatch.setattr(_one_pass.tempfile, "TemporaryFile", lambda **_: open("/dev/full", "wb"))
    with pytest.raises(OSError, match="temporary file in .* TMPDIR"):
        NumberedText(corpus, in_memory=0)


def test_progress_is_shown_up_to_the_end(corpus, capsys):
    pytest.importorskip("tqdm")
    corpus.progress = True
    build_vocabulary(corpus)
    assert "100%" in capsys.readouterr().err
