"""The file format: what goes in comes out, and no damage goes unnoticed."""

from __future__ import annotations

import bz2
import dataclasses
import errno
import gzip
import hashlib
import json
import lzma
import os
import pickle
import shutil
import zlib
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from w2vlib import _statistics_file
from w2vlib.counting import COUNTS
from w2vlib.statistics import CorpusStatistics, count_corpus

WORD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


def same(one: CorpusStatistics, other: CorpusStatistics) -> bool:
    described = ("words", "window", "weighting", "oov", "n_tokens", "n_documents", "source")
    return (
        all(getattr(one, name) == getattr(other, name) for name in described)
        and one.sparse == other.sparse
        and np.array_equal(one.dense().counts, other.dense().counts)
        and np.array_equal(one.occurrences, other.occurrences)
    )


@st.composite
def statistics(draw):
    size = draw(st.integers(1, 9))
    largest = draw(st.sampled_from([0, 1, 255, 256, 2**24 + 1, 2**31 - 1, 2**31, 2**40, 2**62]))
    triangle = draw(hnp.arrays(np.int64, (size, size), elements=st.integers(0, largest)))
    counts = np.tril(triangle) + np.tril(triangle, -1).T
    return CorpusStatistics(
        words=tuple(draw(st.lists(WORD, min_size=size, max_size=size, unique=True))),
        counts=scipy.sparse.csr_array(counts) if draw(st.booleans()) else counts,
        occurrences=draw(hnp.arrays(np.int64, size, elements=st.integers(0, largest))),
        window=draw(st.integers(1, 22)),
        weighting=draw(st.sampled_from(["linear", "harmonic", "flat"])),
        oov=draw(st.sampled_from(["drop", "gap"])),
        n_tokens=draw(st.integers(0, 2**60)),
        n_documents=draw(st.integers(0, 2**60)),
        source=draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
    )


@settings(max_examples=80)
@given(statistics())
def test_what_is_saved_is_loaded(tmp_path_factory, stats):
    path = tmp_path_factory.mktemp("round") / "a.w2v"
    stats.save(path)
    assert same(CorpusStatistics.load(path), stats)
    once = path.read_bytes()
    CorpusStatistics.load(path).save(path)
    assert path.read_bytes() == once


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_sizes_around_the_bands_in_which_the_matrix_is_mirrored(tmp_path, random_stats, size):
    stats = random_stats(size)
    stats.save(tmp_path / "a.w2v")
    assert same(CorpusStatistics.load(tmp_path / "a.w2v"), stats)


def test_numbers_are_loaded_in_32_bits_where_they_fit(tmp_path):
    for largest, dtype in [(2**31 - 1, COUNTS), (2**31, np.int64), (2**32 + 1, np.int64)]:
        CorpusStatistics(("a",), np.array([[largest]]), [1], window=1).save(tmp_path / "a.w2v")
        loaded = CorpusStatistics.load(tmp_path / "a.w2v")
        assert loaded.counts.dtype == dtype
        assert loaded.counts.item() == largest


def test_words_of_other_alphabets_and_numpy_numbers(tmp_path):
    words = ("ἀρχή", "мир", "हिन्दी", "日本", "cafe\u0301", "two words", 'quote"\\', "line\nbreak")
    stats = CorpusStatistics(
        words, np.eye(8, dtype=np.uint16), np.ones(8), window=np.int64(3), n_tokens=np.int64(9), source="Ω"
    )
    stats.save(tmp_path / "a.w2v")
    assert same(CorpusStatistics.load(str(tmp_path / "a.w2v")), stats)


def test_the_same_statistics_give_the_same_bytes(tmp_path, small):
    small.save(tmp_path / "a.w2v")
    small.save(tmp_path / "b.w2v")
    wide = CorpusStatistics(
        small.words, small.counts.astype(np.int64), small.occurrences, 2, n_tokens=5, n_documents=2
    )
    wide.save(tmp_path / "c.w2v")
    assert len({(tmp_path / name).read_bytes() for name in ("a.w2v", "b.w2v", "c.w2v")}) == 1


def test_the_head_of_a_file_can_be_read_by_people(tmp_path, small):
    small.save(tmp_path / "a.w2v")
    magic, header, _ = (tmp_path / "a.w2v").read_bytes().split(b"\n", 2)
    assert magic == b"w2vlib statistics 1"
    assert header.startswith(b'{"words":["a","b","c"],"window":2,"weighting":"linear"')


# --- damage ----------------------------------------------------------------


@pytest.fixture
def saved(tmp_path, small):
    path = tmp_path / "a.w2v"
    small.save(path)
    return path, path.read_bytes()


@pytest.fixture(params=["all pairs", "those that met"])
def either(request, tmp_path, small):
    """A file of each version."""
    stats = small if request.param == "all pairs" else sparse(small)
    path = tmp_path / "a.w2v"
    stats.save(path)
    return path, path.read_bytes()


def sparse(stats: CorpusStatistics) -> CorpusStatistics:
    return dataclasses.replace(stats, counts=scipy.sparse.csr_array(stats.counts))


@pytest.mark.parametrize("flip", [0x01, 0x02, 0x80, 0xFF])
def test_any_changed_byte_is_noticed(either, flip):
    path, whole = either
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
        with pytest.raises(ValueError, match="a.w2v"):
            CorpusStatistics.load(path)


def test_any_truncation_is_noticed(either):
    path, whole = either
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="a.w2v"):
            CorpusStatistics.load(path)


def test_added_missing_and_swapped_bytes_are_noticed(either):
    path, whole = either
    for damaged in (
        whole + b"\0",
        whole + whole,
        whole[1:],
        whole[:60] + whole[61:],
        whole[:-2] + whole[:-3:-1],
    ):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="a.w2v"):
            CorpusStatistics.load(path)
    path.write_bytes(whole)
    assert CorpusStatistics.load(path).words == ("a", "b", "c")


def test_the_words_alone_are_read_with_the_same_care(either):
    path, whole = either
    assert _statistics_file.read_words(path) == ("a", "b", "c")
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ValueError, match="a.w2v"):
            _statistics_file.read_words(path)


def test_damage_of_a_shipped_file_is_noticed(tmp_path):
    source = resources.files("w2vlib") / "data" / "wikipedia-part-0.w2v"
    whole = bytearray(source.read_bytes())
    path = tmp_path / "part.w2v"
    rng = np.random.default_rng(0)
    for place in [0, 18, 19, 20, len(whole) - 1, *rng.integers(0, len(whole), 300).tolist()]:
        kept = whole[place]
        whole[place] ^= int(rng.integers(1, 256))
        path.write_bytes(whole)
        with pytest.raises(ValueError, match="part.w2v"):
            CorpusStatistics.load(path)
        whole[place] = kept
    path.write_bytes(whole)
    assert len(CorpusStatistics.load(path)) == 1000


def renewed(body: bytes) -> bytes:
    return body + hashlib.sha256(body).digest()


@pytest.mark.parametrize("seal", [renewed, lambda body: body + b"another kind of seal"])
def test_a_newer_format_is_named_as_such(saved, seal):
    path, whole = saved
    path.write_bytes(seal(whole[:-32].replace(b"statistics 1\n", b"statistics 3\n", 1)))
    with pytest.raises(
        ValueError, match="format version 3, this w2vlib reads versions up to 2; update w2vlib"
    ):
        CorpusStatistics.load(path)


@pytest.mark.parametrize("content", [b"", b"\n", b"\x80\x04K\x01.", b"PK\x03\x04", b"w2vlib statistics \n{}"])
def test_other_files(tmp_path, content):
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(ValueError, match="is not a file of w2vlib statistics"):
        CorpusStatistics.load(tmp_path / "other")


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        CorpusStatistics.load(tmp_path / "none.w2v")


# --- failures while saving -------------------------------------------------


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failure_while_saving_keeps_the_old_file_and_leaves_no_other(saved, monkeypatch, step):
    path, whole = saved

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(
        OSError, match=r"could not write .*a\.w2v .*No space left.*nothing was left behind"
    ) as error:
        count_corpus([["x", "y"]]).save(path)
    assert error.value.errno == errno.ENOSPC
    monkeypatch.undo()
    assert os.listdir(path.parent) == ["a.w2v"]
    assert path.read_bytes() == whole


def test_a_disk_that_fills_up_in_the_middle(tmp_path, monkeypatch, small):
    """The first bytes reach the disk, the others do not."""
    fdopen = os.fdopen

    class Filling:
        def __init__(self, *args):
            self.file = fdopen(*args)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, content):
            self.file.write(content[:10])
            self.file.flush()
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdopen", Filling)
    with pytest.raises(OSError, match="No space left"):
        small.save(tmp_path / "a.w2v")
    assert os.listdir(tmp_path) == []


def test_an_interruption_leaves_nothing(saved, monkeypatch):
    path, whole = saved

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        count_corpus([["x", "y"]]).save(path)
    assert os.listdir(path.parent) == ["a.w2v"]
    assert path.read_bytes() == whole


def test_a_folder_that_does_not_exist(tmp_path, small):
    with pytest.raises(FileNotFoundError, match="could not write .*a.w2v"):
        small.save(tmp_path / "none" / "a.w2v")


def test_saving_over_an_existing_file(either):
    path, _ = either
    count_corpus([["x", "y"]]).save(path)
    assert CorpusStatistics.load(path).words == ("x", "y")
    shutil.rmtree(path.parent)


def test_loading_takes_the_counts_as_they_are_read(saved):
    """A second copy of the largest vocabularies would not fit beside the first."""
    arrays = _statistics_file.read(saved[0])
    assert CorpusStatistics(**arrays).counts is arrays["counts"]


# --- files that would run programs -------------------------------------------


class Payload:
    """What is done as soon as it is unpickled: an empty file appears."""

    def __init__(self, trace: Path):
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


@pytest.mark.parametrize("place", ["whole", "description", "numbers", "packed numbers", "words"])
def test_nothing_is_ever_unpickled(saved, tmp_path, place):
    """Wherever a pickle stands in a file, sealed as a real one is, it is refused and not carried out."""
    path, whole = saved
    trace = tmp_path / "trace"
    evil = pickle.dumps(Payload(trace), protocol=2)
    pickle.loads(evil)
    assert trace.exists(), "the payload works"
    trace.unlink()

    magic, header, numbers = whole[:-32].split(b"\n", 2)
    words = json.dumps({**json.loads(header), "words": evil.decode("latin-1")}).encode()
    body = {
        "whole": evil,
        "description": b"\n".join([magic, evil, numbers]),
        "words": b"\n".join([magic, words, numbers]),
        "numbers": b"\n".join([magic, header, evil]),
        "packed numbers": b"\n".join([magic, header, lzma.compress(evil)]),
    }[place]
    for content in (body, renewed(body)):
        path.write_bytes(content)
        with pytest.raises(ValueError):
            CorpusStatistics.load(path)
        try:
            _statistics_file.read_words(path)  # without a look at the numbers
        except ValueError:
            pass
        assert not trace.exists()


# --- files whose checksum is right, and whose content is not ------------------------


def forged(whole: bytes, numbers: bytes | None = None, **changed) -> bytes:
    """A file sealed anew after some of its description, or its numbers, were changed."""
    magic, header, packed = whole[:-32].split(b"\n", 2)
    header = {name: value for name, value in {**json.loads(header), **changed}.items() if value != "nothing"}
    packed = packed if numbers is None else numbers
    return renewed(b"\n".join([magic, json.dumps(header).encode(), packed]))


@pytest.mark.parametrize(
    "changed",
    [
        dict(words="abc"), dict(words=["a", "b", 3]), dict(words=["a", "b", None]), dict(words=["a", "b", ["c"]]),
        dict(words={"a": 0, "b": 1, "c": 2}), dict(words=None), dict(words=[]), dict(words=["a", "b"]),
        dict(words=["a", "b", "c", "d"]), dict(words=["a", "b", "b"]), dict(words=["a", "b", "\ud800"]),
        dict(words="nothing"), dict(words=[*map(str, range(100_000))]),
        dict(bytes_per_count=0), dict(bytes_per_count=-1), dict(bytes_per_count=9), dict(bytes_per_count=10**30),
        dict(bytes_per_count="1"), dict(bytes_per_count=1.0), dict(bytes_per_count=True),
        dict(bytes_per_count=None), dict(bytes_per_count="nothing"), dict(bytes_per_occurrence=0),
        dict(bytes_per_occurrence=2), dict(bytes_per_occurrence=[1]),
        dict(window=0), dict(window=-3), dict(window=2.5), dict(window="2"), dict(window=10**40),
        dict(window=True), dict(window=float("nan")), dict(window="nothing"), dict(weighting="gaussian"),
        dict(weighting=[]), dict(oov="keep"), dict(oov=None), dict(n_tokens=-1), dict(n_tokens="5"),
        dict(n_documents=0.5), dict(source=5), dict(source=None), dict(source="\udce9"), dict(source="nothing"),
    ],
    ids=str,
)  # fmt: skip
def test_a_description_that_is_wrong_is_refused(saved, changed):
    path, whole = saved
    path.write_bytes(forged(whole))
    assert CorpusStatistics.load(path).words == ("a", "b", "c")
    path.write_bytes(forged(whole, **changed))
    with pytest.raises(ValueError, match=r"a\.w2v holds no statistics: "):
        CorpusStatistics.load(path)


@pytest.mark.parametrize(
    "header", [b"", b"[]", b"5", b"null", b'{"words":', b"[" * 100_000, b"\xff", b"9" * 10_000]
)
def test_a_description_that_is_none_is_refused(saved, header):
    path, whole = saved
    magic, _, numbers = whole[:-32].split(b"\n", 2)
    path.write_bytes(renewed(b"\n".join([magic, header, numbers])))
    for read in (CorpusStatistics.load, _statistics_file.read_words):
        with pytest.raises(ValueError, match=r"a\.w2v holds no statistics: its description is wrong"):
            read(path)


GOOD = bytes([2, 4, 0, 0, 2, 0, 2, 2, 1])  # six counts and three occurrences of one byte each


def asking_for_memory(packed: bytes) -> bytes:
    """The same stream, with a first block that asks for a dictionary of 2 GiB, and the right sum over that."""
    length = 4 * packed[12] + 4
    block = bytearray(packed[12 : 12 + length - 4])
    assert block[2:4] == b"\x21\x01"  # LZMA2, with one byte that says how large
    block[4] = 38
    return packed[:12] + block + zlib.crc32(block).to_bytes(4, "little") + packed[12 + length :]


@pytest.mark.parametrize(
    "numbers",
    [
        b"", b"no packing", GOOD, lzma.compress(GOOD[:-1]), lzma.compress(GOOD + b"\0"), lzma.compress(b""),
        lzma.compress(GOOD)[:-1], lzma.compress(GOOD)[:-12], lzma.compress(GOOD) + b"more",
        lzma.compress(GOOD) + lzma.compress(b""), lzma.compress(GOOD[:4]) + lzma.compress(GOOD[4:]),
        lzma.compress(GOOD, lzma.FORMAT_ALONE), lzma.compress(bytes(2**26)),
        asking_for_memory(lzma.compress(GOOD)),
    ],
    ids=range(14),
)  # fmt: skip
def test_numbers_that_do_not_fit_are_refused(saved, numbers):
    path, whole = saved
    path.write_bytes(forged(whole, lzma.compress(GOOD)))
    assert CorpusStatistics.load(path).counts.tolist() == [[2, 4, 0], [4, 0, 2], [0, 2, 0]]
    path.write_bytes(forged(whole, numbers))
    with pytest.raises(ValueError, match=r"a\.w2v holds no statistics: its numbers"):
        CorpusStatistics.load(path)


def test_occurrences_beyond_64_bits_are_refused(saved):
    path, whole = saved
    numbers = lzma.compress(GOOD[:6] + b"\xff" * 24)
    path.write_bytes(forged(whole, numbers, bytes_per_occurrence=8))
    with pytest.raises(ValueError, match=r"a\.w2v holds no statistics: occurrences must be at most"):
        CorpusStatistics.load(path)


# --- the second version ------------------------------------------------------------


MET = bytes(
    [1, 1, 1, 0, 0, 1, 2, 4, 2, 2, 2, 1]
)  # entries of three rows, columns passed over, counts; occurrences


@pytest.fixture
def saved_sparse(tmp_path, small):
    path = tmp_path / "a.w2v"
    sparse(small).save(path)
    return path, path.read_bytes()


def test_it_is_what_the_head_says(saved_sparse):
    path, whole = saved_sparse
    magic, header, numbers = whole[:-32].split(b"\n", 2)
    assert magic == b"w2vlib statistics 2"
    assert json.loads(header) | {"streams": 0} == json.loads(header) | {
        "sparse": True, "entries": 3, "bytes": [1, 1, 1, 1], "streams": 0,
    }  # fmt: skip
    assert lzma.decompress(numbers) == MET


@pytest.mark.parametrize(
    "changed",
    [
        dict(words=["a", "b"]), dict(words=["a", "b", "c", "d"]), dict(words="nothing"), dict(window=0),
        dict(sparse=1), dict(sparse=None), dict(sparse="nothing"), dict(entries=2), dict(entries=4),
        dict(entries=-1), dict(entries=7), dict(entries=3.0), dict(entries="nothing"), dict(bytes=[1, 1, 1]),
        dict(bytes=[1, 1, 1, 0]), dict(bytes=[1, 1, 1, 9]), dict(bytes=[1, 1, 2, 1]), dict(bytes=1),
        dict(bytes="nothing"), dict(streams=[]), dict(streams=[1]), dict(streams=5), dict(streams=[0]),
        dict(streams=["5"]), dict(streams="nothing"),
    ],
    ids=str,
)  # fmt: skip
def test_a_description_of_it_that_is_wrong_is_refused(saved_sparse, changed):
    path, whole = saved_sparse
    path.write_bytes(forged(whole))
    assert CorpusStatistics.load(path).sparse
    path.write_bytes(forged(whole, **changed))
    with pytest.raises(ValueError, match=r"a\.w2v holds no statistics: "):
        CorpusStatistics.load(path)


def changed_at(place: int, value: int) -> bytes:
    return MET[:place] + bytes([value]) + MET[place + 1 :]


@pytest.mark.parametrize(
    "content, why",
    [
        (changed_at(0, 2), "rows do not have the counts"), (changed_at(2, 0), "rows do not have the counts"),
        (b"\2\1\0" + MET[3:], "rows do not have the counts"),  # the first row has room for one
        (changed_at(3, 1), "lies outside the triangle"), (changed_at(4, 2), "lies outside the triangle"),
        (changed_at(5, 9), "lies outside the triangle"), (changed_at(7, 0), "rows do not have the counts"),
    ],
)  # fmt: skip
def test_places_that_cannot_be_are_refused(saved_sparse, content, why):
    path, whole = saved_sparse
    packed = lzma.compress(content)
    path.write_bytes(forged(whole, lzma.compress(MET), streams=[len(lzma.compress(MET))]))
    assert CorpusStatistics.load(path).dense().counts.tolist() == [[2, 4, 0], [4, 0, 2], [0, 2, 0]]
    path.write_bytes(forged(whole, packed, streams=[len(packed)]))
    with pytest.raises(ValueError, match=r"a\.w2v holds no statistics: .*" + why):
        CorpusStatistics.load(path)


@pytest.mark.parametrize("piece", [1, 7, 100, 1 << 22])
def test_numbers_in_many_streams(tmp_path, random_stats, monkeypatch, piece):
    monkeypatch.setattr(_statistics_file, "_PIECE", piece)
    whole = random_stats(30)
    stats = sparse(dataclasses.replace(whole, counts=whole.counts * (whole.counts % 3 == 0)))
    stats.save(tmp_path / "a.w2v")
    assert same(CorpusStatistics.load(tmp_path / "a.w2v"), stats)


def test_many_words_of_which_all_pairs_are_kept(tmp_path, random_stats, monkeypatch):
    stats = random_stats(40)
    stats.save(tmp_path / "first.w2v")
    monkeypatch.setattr(_statistics_file, "_FIRST_VERSION", 39)
    stats.save(tmp_path / "second.w2v")
    found = CorpusStatistics.load(tmp_path / "second.w2v")
    assert same(found, stats) and same(CorpusStatistics.load(tmp_path / "first.w2v"), stats)
    assert found.counts is dataclasses.replace(found).counts  # without a copy
    assert _statistics_file.read_words(tmp_path / "second.w2v") == stats.words


# --- packed once more -----------------------------------------------------------------


@pytest.mark.parametrize("name, unpack", [("s.w2v.gz", gzip.decompress), ("s.XZ", lzma.decompress),
                                          ("s.w2v.bz2", bz2.decompress)])  # fmt: skip
def test_the_name_says_how_statistics_are_packed(saved, small, name, unpack):
    path, whole = saved
    packed = path.with_name(name)
    small.save(packed)
    assert unpack(packed.read_bytes()) == whole
    assert same(CorpusStatistics.load(packed), small)
    content = packed.read_bytes()
    for damaged in (content[:-9], content[: len(content) // 2], whole, content + b"more"):
        packed.write_bytes(damaged)
        with pytest.raises(ValueError, match=name):
            CorpusStatistics.load(packed)


def test_what_unpacks_without_end_is_refused(tmp_path):
    path = tmp_path / "bomb.xz"
    path.write_bytes(lzma.compress(b"w2vlib statistics 1\n" + bytes(2**27)))
    with pytest.raises(ValueError, match=r"bomb\.xz unpacks to more than"):
        CorpusStatistics.load(path)


def test_through_a_link_and_over_a_private_file(saved):
    path, _ = saved
    path.chmod(0o600)
    link = path.with_name("link.w2v")
    link.symlink_to(path)
    count_corpus([["x", "y"]]).save(link)
    assert link.is_symlink()
    assert CorpusStatistics.load(path).words == ("x", "y")
    assert path.stat().st_mode & 0o777 == 0o600
