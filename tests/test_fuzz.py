"""Any bytes, any object, any damage: the right answer, or an error that says what is wrong.

``make fuzz`` tries the same for longer, with other seeds.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import io
import json
import lzma
import pkgutil
import tempfile
import warnings
import zipfile
import zlib
from pathlib import Path

import fuzzing
import numpy as np
import pytest
from fuzzing import bounded, damaged, tries
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from w2vlib import Corpus, CorpusStatistics, Embedding, compress, count_corpus, load_analogies
from w2vlib.compression import CompressedVectors
from w2vlib.course import checks
from w2vlib.training import Trajectory

REFUSED = (ValueError, OSError)
DESCRIBED = ("words", "window", "weighting", "oov", "n_tokens", "n_documents", "source")


def read(load, data: bytes, name: str = "a.bin", **options):
    """What `load` makes of a file of these bytes, or None where it refuses, naming the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            with bounded(len(data)):
                return load(path, **options)
        except REFUSED as error:
            assert str(path) in str(error)
            return None


def again(thing, save: str, load, name: str = "a.bin"):
    """The same, written and read again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        getattr(thing, save)(path)
        return load(path)


# Corpora.


@pytest.fixture(scope="module", autouse=True)
def ready():
    fuzzing.get_ready()


@tries(300)
@given(fuzzing.corpus_files(), fuzzing.SETTINGS, st.booleans())
def test_a_corpus_is_counted_to_the_last_pair_or_its_file_is_named(files, how, whole_files):
    read = {name: fuzzing.plain_documents(name, data, whole_files) for name, data in files.items()}
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        try:
            with bounded(sum(map(len, files.values())) + 2**18):
                stats = count_corpus(Corpus(folder, "files" if whole_files else "lines"), **how)
        except REFUSED as error:
            padded = any(data.endswith(b"\0") for data in files.values())
            named = [name for name in files if str(Path(folder) / name) in str(error)]
            if named:
                assert padded or any(read[name] is None for name in named)
            else:
                assert "empty" in str(error) and not any(read.values())
            return
    documents = []
    for name in sorted(files, key=lambda name: Path(name)):
        assert read[name] is not None, f"{name} is no text, and was read"
        documents += read[name]
    check_counted(stats, documents, how)


def check_counted(stats, documents, how) -> None:
    words = fuzzing.plain_vocabulary(documents)
    counts = {name: value for name, value in how.items() if name != "backend"}
    assert stats.words == tuple(words)
    assert stats.counts.tolist() == fuzzing.plain_counts(documents, words, **counts)
    assert stats.occurrences.tolist() == [sum(row.count(word) for row in documents) for word in words]
    assert stats.n_tokens == sum(map(len, documents)) and stats.n_documents == len(documents)


@tries(80)
@given(st.lists(fuzzing.DOCUMENT, min_size=1, max_size=5), fuzzing.SETTINGS, st.integers(1, 5))
def test_a_part_of_the_vocabulary_is_counted_to_the_last_pair(documents, how, size):
    words = fuzzing.plain_vocabulary(documents)
    if size <= len(words):
        stats = count_corpus(documents, size=size, **how)
        counts = {name: value for name, value in how.items() if name != "backend"}
        assert stats.words == tuple(words[:size])
        assert stats.counts.tolist() == fuzzing.plain_counts(documents, words[:size], **counts)
    else:
        with pytest.raises(ValueError, match=f"ask for {len(words)} or fewer|empty"):
            count_corpus(documents, size=size, **how)


@tries(300)
@given(
    st.lists(fuzzing.ANY_DOCUMENT, max_size=3) | fuzzing.VALUES | fuzzing.ODD,
    st.sampled_from([list, tuple, iter]),
    fuzzing.SETTINGS,
)
def test_documents_of_any_type_are_counted_or_refused(things, kind, how):
    given_list = isinstance(things, list)
    seen = [list(thing) if hasattr(thing, "__next__") else thing for thing in things] if given_list else []
    plain = given_list and all(
        isinstance(thing, (list, tuple, np.ndarray))
        and all(isinstance(word, str) and word.isalpha() for word in thing)
        for thing in things
    )
    passed = (
        [iter(s) if hasattr(t, "__next__") else t for t, s in zip(things, seen)] if given_list else things
    )
    try:
        stats = count_corpus(kind(passed) if given_list else passed, **how)
    except (ValueError, TypeError, OSError) as error:
        assert len(str(error)) > 10
        assert not plain or not any(map(len, seen))
        return
    assert given_list
    for thing in seen:  # nothing but lists of words was taken for a document
        assert isinstance(thing, (list, tuple, np.ndarray))
        assert all(isinstance(word, str) and word for word in thing)
    documents = [[str(word) for word in thing] for thing in seen]
    check_counted(stats, documents, how)
    assert same(again(stats, "save", CorpusStatistics.load), stats)


# Vectors.


@st.composite
def vector_texts(draw) -> bytes:
    words = draw(st.lists(fuzzing.FILE_WORDS, min_size=1, max_size=4))
    d = draw(st.integers(1, 3))
    number = st.integers(-9, 9).map(str) | st.floats(-9, 9).map(repr)
    rows = [" ".join([word, *draw(st.lists(number, min_size=d, max_size=d))]) for word in words]
    header = draw(
        st.sampled_from(
            [f"{len(words)} {d}"] * 6
            + [f"{len(words) + 1} {d}", f"{len(words)} {10**12}", f"{10**12} {d}", "² 2", "1 ٣"]
        )
    )
    data = "\n".join([header, *rows, ""]).encode()
    return draw(damaged(data, 3, fuzzing.VECTOR_BITS)) if draw(st.booleans()) else data


@tries(250)
@given(vector_texts())
def test_a_file_of_vectors_is_what_it_says_or_is_refused(data):
    found = read(Embedding.load_word2vec_text, data, "a.txt")
    check_vectors(found, fuzzing.plain_vectors(data))
    if found is not None:
        once = again(found, "save_word2vec_text", Embedding.load_word2vec_text, "b.txt")
        twice = again(once, "save_word2vec_text", Embedding.load_word2vec_text, "b.txt.gz")
        assert once.words == found.words == twice.words
        assert np.allclose(once.vectors, found.vectors, rtol=1e-5, atol=0)
        assert np.array_equal(once.vectors, twice.vectors)


@tries(150)
@given(vector_texts())
def test_a_file_of_vectors_without_a_first_line_is_what_it_says_or_is_refused(data):
    data = data.partition(b"\n")[2]
    found = read(Embedding.load_word2vec_text, data, "a.txt", header=False)
    if found is not None:
        check_vectors(found, fuzzing.plain_vectors(b"%d %d\n%b" % (*found.vectors.shape, data)))


def check_vectors(found: Embedding | None, plain: tuple[list, list] | None) -> None:
    if found is None:  # what is right is not refused
        assert (
            plain is None
            or not plain[0]
            or "" in plain[0]
            or len(set(plain[0])) < len(plain[0])
            or not np.isfinite(plain[1]).all()
        )
    else:
        assert plain is not None
        assert [*found.words] == plain[0]
        assert found.vectors.tolist() == plain[1]


@st.composite
def vector_binaries(draw) -> bytes:
    words = draw(st.lists(fuzzing.FILE_WORDS, min_size=1, max_size=4))
    d = draw(st.integers(1, 3))
    rows = draw(hnp.arrays("<f4", (len(words), d), elements=st.floats(-9, 9, width=32)))
    header = draw(
        st.sampled_from([(len(words), d)] * 6 + [(len(words) + 1, d), (len(words), 10**12), (10**12, d)])
    )
    end = draw(st.sampled_from([b"\n", b""]))
    data = b"%d %d\n" % header + b"".join(
        word.encode() + b" " + row.tobytes() + end for word, row in zip(words, rows)
    )
    return draw(damaged(data, 3, fuzzing.VECTOR_BITS)) if draw(st.booleans()) else data


@tries(250)
@given(vector_binaries())
def test_a_binary_file_of_vectors_is_what_it_says_or_is_refused(data):
    found = read(Embedding.load_word2vec_binary, data)
    check_vectors(found, fuzzing.plain_binary(data))
    if found is not None:
        once = again(found, "save_word2vec_binary", Embedding.load_word2vec_binary, "b.bin.xz")
        assert once.words == found.words and np.array_equal(once.vectors, found.vectors)


def saved_vectors() -> tuple[Embedding, bytes]:
    embedding = Embedding(("a", "é", ""), [[1.0, -0.5], [1 / 3, 2e300], [0.0, 5e-324]])
    return embedding, again(embedding, "save_npz", Path.read_bytes)


@tries(200)
@given(st.data())
def test_arrays_of_vectors_that_are_damaged_are_refused_or_are_vectors(data):
    embedding, whole = saved_vectors()
    changed = data.draw(damaged(whole, 2))
    found = read(Embedding.load_npz, changed)
    if changed == whole:
        assert found.words == embedding.words and np.array_equal(found.vectors, embedding.vectors)
    elif found is not None:  # what zip's checksums do not cover
        assert np.isfinite(found.vectors).all() and len(found.vectors) == len(set(found.words))


# Compressed vectors.


@functools.cache
def saved_compressed() -> tuple[CompressedVectors, bytes]:
    rng = np.random.default_rng(0)
    vectors = Embedding([f"w{i}" for i in range(40)], rng.standard_normal((40, 5)) * [4, 3, 2, 1, 0.1])
    small = compress(vectors, 40, 4, keep_axes=True)
    return small, again(small, "save", Path.read_bytes)


@tries(150)
@given(st.data())
def test_compressed_vectors_that_are_damaged_are_refused(data):
    small, whole = saved_compressed()
    changed = data.draw(damaged(whole, 2))
    found = read(CompressedVectors.load, changed)
    assert (found is not None) == (changed == whole)
    assert found is None or np.array_equal(found.numbers, small.numbers)


@st.composite
def forged_compressed(draw) -> bytes:
    """A file whose checksum is right, and whose content need not be."""
    _, whole = saved_compressed()
    first, header, content = whole[:-32].split(b"\n", 2)
    described = json.loads(header)
    ends = np.cumsum([0, *described["sections"]]).tolist()
    sections = [content[begin:end] for begin, end in zip(ends, ends[1:])]
    kind = draw(st.sampled_from(["value", "value", "drop", "text", "section", "section", "words", "bomb"]))
    if kind == "value":
        described[draw(st.sampled_from([*described, "new"]))] = draw(
            fuzzing.VALUES
            | st.sampled_from([0, 1, 39, 41, 10**9, 2**31, 2**63])
            | st.lists(st.integers(0, 400), max_size=5)
        )
    elif kind == "drop":
        described.pop(draw(st.sampled_from([*described])))
    elif kind == "section":
        at = draw(st.integers(1, 3))
        sections[at] = draw(damaged(sections[at], 2))
    elif kind == "words":
        words = draw(
            st.lists(st.text(max_size=3) | fuzzing.VALUES, min_size=39, max_size=41) | fuzzing.VALUES
        )
        sections[0] = lzma.compress(json.dumps(words).encode("utf-8", "surrogatepass"))
    elif kind == "bomb":
        sections[0] = draw(st.sampled_from([bomb(2**10), bomb(2**26)]))
    if kind in ("section", "words", "bomb"):
        described["sections"] = [len(section) for section in sections]
    header = json.dumps(described).encode()
    if kind == "text":
        header = draw(damaged(header, 2, (b"NaN", b"1e999", b"[" * 3000, b"9" * 5000)))
    body = b"\n".join([first, header, b"".join(sections)])
    return body + hashlib.sha256(body).digest()


@tries(250)
@given(forged_compressed())
def test_compressed_vectors_that_were_forged_are_vectors_or_are_refused(data):
    found = read(CompressedVectors.load, data)
    if found is not None:
        vectors = found.embedding()
        assert all(isinstance(word, str) for word in found.words)
        assert len(found.words) == len(set(found.words)) == len(found.numbers) == len(vectors)
        assert np.isfinite(vectors.vectors).all() and np.isfinite(found.bound)
        assert np.array_equal(again(found, "save", CompressedVectors.load).numbers, found.numbers)


# Statistics.


def same(one: CorpusStatistics, other: CorpusStatistics) -> bool:
    return (
        all(getattr(one, name) == getattr(other, name) for name in DESCRIBED)
        and np.array_equal(one.counts, other.counts)
        and np.array_equal(one.occurrences, other.occurrences)
    )


@functools.cache
def saved_statistics() -> tuple[CorpusStatistics, bytes]:
    stats = count_corpus([["a", "b", "a", "é"], ["b", "c"] * 200], window=4, source="two texts")
    return stats, again(stats, "save", Path.read_bytes)


@tries(150)
@given(st.data())
def test_statistics_that_are_damaged_are_refused(data):
    stats, whole = saved_statistics()
    changed = data.draw(damaged(whole, 2))
    found = read(CorpusStatistics.load, changed)
    assert (found is not None) == (changed == whole)
    assert found is None or same(found, stats)


@st.composite
def forged_statistics(draw) -> bytes:
    """A file whose checksum is right, and whose content need not be."""
    _, whole = saved_statistics()
    first, header, payload = whole[:-32].split(b"\n", 2)
    described = json.loads(header)
    kind = draw(
        st.sampled_from(
            ["value", "value", "value", "drop", "text", "numbers", "numbers", "packed", "first", "bomb"]
        )
    )
    if kind == "value":
        name = draw(st.sampled_from([*described, "new"]))
        described[name] = draw(
            fuzzing.VALUES
            | st.sampled_from([10**9, 2**31, 2**40, 2**63, 2**64])
            | st.just(described.get(name, 0))
            | st.lists(st.text(max_size=3), min_size=4, max_size=4)
        )
    elif kind == "drop":
        described.pop(draw(st.sampled_from([*described])))
    header = json.dumps(described, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    if kind == "text":
        header = draw(damaged(header, 2, (b"NaN", b"1e999", b'"words":["a"],', b"[" * 3000, b"9" * 5000)))
    if kind == "numbers":
        payload = lzma.compress(draw(damaged(lzma.decompress(payload), 2)))
    elif kind == "packed":
        payload = draw(damaged(payload, 2, (payload, b"\0" * 4)))
    elif kind == "bomb":
        payload = draw(st.sampled_from([bomb(2**10), bomb(2**26), small_with(2**29), small_with(2**31)]))
    elif kind == "first":
        first = draw(damaged(first, 1, (b"1", b" ", "²".encode(), b"9" * 5000)))
    body = b"\n".join([first, header, payload])
    return body + hashlib.sha256(body).digest()


@functools.cache
def bomb(size: int) -> bytes:
    """Zeros, packed small."""
    return lzma.compress(bytes(size), preset=0)


def small_with(dictionary: int) -> bytes:
    """The numbers, packed so that unpacking asks for a dictionary of this size: a power of 2.

    The header of the only block is 12 bytes on, and ends with its own checksum.
    """
    _, whole = saved_statistics()
    packed = bytearray(lzma.compress(lzma.decompress(whole[:-32].split(b"\n", 2)[2]), preset=0))
    length = (packed[12] + 1) * 4
    packed[12 + 4] = 2 * (dictionary.bit_length() - 13)
    packed[12 + length - 4 : 12 + length] = zlib.crc32(packed[12 : 12 + length - 4]).to_bytes(4, "little")
    return bytes(packed)


@tries(300)
@given(forged_statistics())
def test_statistics_that_were_forged_are_statistics_or_are_refused(data):
    found = read(CorpusStatistics.load, data)
    if found is not None:
        assert all(isinstance(word, str) for word in found.words)
        assert found.counts.shape == (len(found.words),) * 2 and (found.counts >= 0).all()
        assert np.array_equal(found.counts, found.counts.T)
        assert all(isinstance(getattr(found, name), int) for name in ("window", "n_tokens", "n_documents"))
        assert isinstance(found.source, str) and found.oov in ("drop", "gap")
        assert same(again(found, "save", CorpusStatistics.load), found)


def sealed(described, payload: bytes | None = None, first: bytes = b"w2vlib statistics 1") -> bytes:
    """A file of statistics with a right checksum, from a description or its text."""
    text = described if isinstance(described, bytes) else json.dumps(described).encode()
    body = b"\n".join(
        [first, text, saved_statistics()[1][:-32].split(b"\n", 2)[2] if payload is None else payload]
    )
    return body + hashlib.sha256(body).digest()


def description(**changed) -> dict:
    return json.loads(saved_statistics()[1].split(b"\n", 2)[1]) | changed


@pytest.mark.parametrize(
    "content",
    [
        lambda: sealed(b"["),
        lambda: sealed(b"[" * 3000),
        lambda: sealed([]),
        lambda: sealed(b"\xff{}"),
        lambda: sealed({"words": ["a"]}),
        lambda: sealed(description(words="bcaé")),
        lambda: sealed(description(words=["", "", "", ""])),
        lambda: sealed(description(words=[["a"], "b", "c", "d"])),
        lambda: sealed(description(words=["a", "b", "c", "\ud800"])),
        lambda: sealed(description(words=[])),
        lambda: sealed(description(oov=None)),
        lambda: sealed(description(n_tokens="")),
        lambda: sealed(description(source=None)),
        lambda: sealed(description(weighting=None)),
        lambda: sealed(description(bytes_per_count=9)),
        lambda: sealed(description(bytes_per_count=None)),
        lambda: sealed(description(), b"not packed"),
        lambda: sealed(description(), lzma.compress(b"")),
        lambda: sealed(description(), bomb(2**26)),
        lambda: sealed(description(), small_with(2**29)),
        lambda: sealed(description(), first=b"w2vlib statistics " + b"9" * 5000),
    ],
)  # fmt: skip
def test_statistics_that_were_found_to_be_read_wrong(content):
    assert read(CorpusStatistics.load, content()) is None


# Trajectories.


def same_run(one: Trajectory, other: Trajectory) -> bool:
    if one.snapshots.keys() != other.snapshots.keys():
        return False
    pairs = [(one.snapshots[step], other.snapshots[step]) for step in one.snapshots]
    pairs += [
        (getattr(one, name), getattr(other, name))
        for name in ("steps", "loss", "strengths", "weights", "context", "flow")
    ]
    plain = ("words", "objective", "step_size", "last_step", "interrupted")
    return all(
        (a is None and b is None)
        or (a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))
        for a, b in pairs
    ) and all(getattr(one, name) == getattr(other, name) for name in plain)


@functools.cache
def saved_run() -> tuple[Trajectory, bytes]:
    run = Trajectory(
        steps=np.array([0, 10, 20]), loss=np.array([0.0, -1.0, -2.0]), strengths=np.ones((3, 2)),
        weights=np.arange(4.0).reshape(2, 2), step_size=0.2, last_step=20, snapshots={10: np.ones((2, 2))},
        words=("é", "b"),
    )  # fmt: skip
    return run, again(run, "save", Path.read_bytes)


@tries(150)
@given(st.data())
def test_a_run_that_is_damaged_is_itself_or_refused(data):
    run, whole = saved_run()
    found = read(Trajectory.load, data.draw(damaged(whole, 2)))
    assert found is None or same_run(found, run)


@st.composite
def forged_runs(draw) -> bytes:
    """An archive whose members are changed, and their checksums with them."""
    _, whole = saved_run()
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as old,
        zipfile.ZipFile(made, "w", draw(st.sampled_from([0, 8]))) as new,
    ):
        names = old.namelist()
        target = draw(st.sampled_from(names))
        for name in names:
            content = old.read(name)
            if name == target:
                kind = draw(st.sampled_from(["bytes", "array", "shape", "name", "drop", "twice"]))
                if kind == "drop":
                    continue
                if kind == "bytes":
                    content = draw(damaged(content, 2))
                elif kind == "array":
                    array = io.BytesIO()
                    np.save(array, draw(ARRAYS))
                    content = array.getvalue()
                elif kind == "shape":
                    array = io.BytesIO()
                    shape = draw(st.sampled_from([(10**12,), (2**40, 2**10), (0,), (2**62, 4), (3,), (-1,)]))
                    np.lib.format.write_array_header_1_0(
                        array,
                        {
                            "descr": draw(st.sampled_from(["<f8", "|u1", "<U9", "|O"])),
                            "fortran_order": False,
                            "shape": shape,
                        },
                    )
                    content = array.getvalue() + content[128:]
                elif kind == "name":
                    name = draw(
                        st.sampled_from(
                            [
                                "snapshot_x.npy",
                                "snapshot_10.npy",
                                "snapshot_1_0.npy",
                                "new.npy",
                                "words.npy",
                                "a.txt",
                            ]
                        )
                    )
                elif kind == "twice" and name != "trajectory_format.npy":
                    new.writestr("snapshot_7.npy", content)
            new.writestr(name, content)
    return made.getvalue()


ARRAYS = st.sampled_from(
    [np.zeros(()), np.zeros(3), np.zeros((3, 2)), np.zeros((2, 2), complex), np.array(["a", "b"]), np.array(None, object),
     np.full((2, 2), np.nan), np.array([0, 2**63], np.uint64), np.zeros((2, 2), "M8[s]"), np.array(b"[1]"), np.array(-5),
     np.zeros((0, 0)), np.array([20, 10, 0]), np.array(np.inf), np.array("x" * 9), np.frombuffer(b'["a", 1]', np.uint8),
     np.frombuffer(b'{"a": 1, "b": 2}', np.uint8), np.frombuffer(b'"ab"', np.uint8), np.frombuffer(b"[" * 5000, np.uint8)]
)  # fmt: skip


@tries(250)
@given(forged_runs())
def test_a_run_that_was_forged_is_a_run_or_is_refused(data):
    found = read(Trajectory.load, data)
    if found is not None:
        assert found.words is None or all(isinstance(word, str) for word in found.words)
        assert found.steps.dtype.kind in "iu"
        assert all(array.dtype.kind == "f" for array in (found.loss, found.strengths, found.weights))
        assert same_run(again(found, "save", Trajectory.load), found)
        assert repr(found) and found.times.shape == found.steps.shape == found.loss.shape


def with_array(name: str, content: bytes | np.ndarray) -> bytes:
    """The archive of a run with another array in one place."""
    made = io.BytesIO()
    if isinstance(content, np.ndarray):
        array = io.BytesIO()
        np.save(array, content)
        content = array.getvalue()
    with zipfile.ZipFile(io.BytesIO(saved_run()[1])) as old, zipfile.ZipFile(made, "w") as new:
        for member in old.namelist():
            new.writestr(member, content if member == f"{name}.npy" else old.read(member))
    return made.getvalue()


def promising(shape: tuple[int, ...]) -> bytes:
    array = io.BytesIO()
    np.lib.format.write_array_header_1_0(array, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return array.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("loss", promising((10**12,))),
        ("weights", promising((2**40, 2**10))),
        ("loss", np.array(["a", "b", "c"])),
        ("steps", np.array(["0", "1", "2"])),
        ("weights", np.zeros((2, 2), complex)),
        ("words", np.frombuffer(b'"ab"', np.uint8)),
        ("words", np.frombuffer(b'{"a": 1, "b": 2}', np.uint8)),
        ("words", np.frombuffer(b'["a", 1]', np.uint8)),
        ("words", np.frombuffer(b"[" * 5000, np.uint8)),
        ("last_step", np.array(np.inf)),
        ("snapshot_10", b""),
    ],
)
def test_runs_that_were_found_to_be_read_wrong(name, content):
    assert read(Trajectory.load, with_array(name, content)) is None


# Questions.

QUESTION = st.sampled_from(
    [
        ": family",
        ":family",
        ":",
        "# a note",
        "",
        "  ",
        "king queen",
        "a b c d",
        "É e\u0301",
        "a b",
        "a b c",
        "a\tb",
        "b c\r",
        "A B C D",
        "x\u2028y z",
    ]
)


@tries(150)
@given(st.lists(QUESTION, max_size=7), st.data())
def test_a_file_of_questions_is_what_it_says_or_is_refused(lines, data):
    content = "\n".join(lines).encode()
    if data.draw(st.booleans()):
        content = data.draw(damaged(content, 2, (b"\n", b" ", b"\xff", b"\0", b":", b"#")))
    found = read(load_analogies, content, "a.txt")
    if found is not None:
        plain = fuzzing.plain_questions(content.decode("utf-8"))
        assert plain is not None
        assert {name: [*map(tuple, rows)] for name, rows in found.items()} == plain


# Learners' answers.


def all_checks() -> list:
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.iter_modules(checks.__path__, f"{checks.__name__}.")
    ]
    return [
        check
        for module in modules
        for name, check in vars(module).items()
        if name.startswith("check_") and check.__module__ == module.__name__
    ]


CHECKS = all_checks()


@tries(400)
@given(st.sampled_from(CHECKS), fuzzing.ANSWERS)
def test_an_answer_of_any_type_is_told_what_is_wrong(check, answer):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(checks.CheckFailed) as failed:
            check(fuzzing.answers_with(answer))
    assert len(str(failed.value)) > 15 and not said.getvalue()


@tries(60)
@given(st.sampled_from(CHECKS), fuzzing.VALUES | fuzzing.ODD.filter(lambda odd: odd is not len))
def test_what_is_no_function_is_told_so(check, thing):
    with pytest.raises(checks.CheckFailed, match="function"):
        check(thing)


def test_the_checks_are_found():
    assert len(CHECKS) > 40
