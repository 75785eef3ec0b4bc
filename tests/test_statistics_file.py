"""The file format: what goes in comes out, and no damage goes unnoticed."""

from __future__ import annotations

import errno
import hashlib
import json
import lzma
import os
import pickle
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from w2vlib import _statistics_file
from w2vlib.statistics import CorpusStatistics, count_corpus

WORD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


def same(one: CorpusStatistics, other: CorpusStatistics) -> bool:
    described = ("words", "window", "weighting", "oov", "n_tokens", "n_documents", "source")
    return (
        all(getattr(one, name) == getattr(other, name) for name in described)
        and np.array_equal(one.counts, other.counts)
        and np.array_equal(one.occurrences, other.occurrences)
    )


@st.composite
def statistics(draw):
    size = draw(st.integers(1, 9))
    largest = draw(st.sampled_from([0, 1, 255, 256, 2**24 + 1, 2**31 - 1, 2**31, 2**40, 2**62]))
    triangle = draw(hnp.arrays(np.int64, (size, size), elements=st.integers(0, largest)))
    return CorpusStatistics(
        words=tuple(draw(st.lists(WORD, min_size=size, max_size=size, unique=True))),
        counts=np.tril(triangle) + np.tril(triangle, -1).T,
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
    for largest, dtype in [(2**31 - 1, np.int32), (2**31, np.int64), (2**32 + 1, np.int64)]:
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


@pytest.mark.parametrize("flip", [0x01, 0x02, 0x80, 0xFF])
def test_any_changed_byte_is_noticed(saved, flip):
    path, whole = saved
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
        with pytest.raises(ValueError, match="a.w2v"):
            CorpusStatistics.load(path)


def test_any_truncation_is_noticed(saved):
    path, whole = saved
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="a.w2v"):
            CorpusStatistics.load(path)


def test_added_missing_and_swapped_bytes_are_noticed(saved):
    path, whole = saved
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


def test_the_words_alone_are_read_with_the_same_care(saved):
    path, whole = saved
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
    path.write_bytes(seal(whole[:-32].replace(b"statistics 1\n", b"statistics 2\n", 1)))
    with pytest.raises(ValueError, match="format version 2, this w2vlib reads version 1; update w2vlib"):
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


def test_saving_over_an_existing_file(saved):
    path, _ = saved
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
        with pytest.raises((ValueError, lzma.LZMAError)):
            CorpusStatistics.load(path)
        try:
            _statistics_file.read_words(path)  # without a look at the numbers
        except ValueError:
            pass
        assert not trace.exists()
