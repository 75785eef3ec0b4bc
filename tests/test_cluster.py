"""Counting on a cluster: the numbers of one machine, to the last bit, whatever becomes of the workers."""

from __future__ import annotations

import functools
import logging
import lzma
import os
import random
import re
import signal
import time

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from w2vlib import Corpus, __version__, count_corpus
from w2vlib._cluster import _dense, _sparse
from w2vlib._shards import (
    Reading,
    Shard,
    added_bands,
    added_totals,
    added_words,
    counts_of_shard,
    shards_of,
    words_of_shard,
)
from w2vlib.commands._frame import w2v
from w2vlib.corpus import tokenize
from w2vlib.counting import counts_type

distributed = pytest.importorskip("distributed")

LETTERS = "aàbcdefghσςİ"


def text(seed: int, lines: int) -> str:
    """Lines of words, some of them empty, some words with letters that are no ASCII."""
    rng = random.Random(seed)
    return "\n".join(
        " ".join("".join(rng.choices(LETTERS, k=rng.randint(1, 2))) for _ in range(rng.randint(0, 25)))
        for _ in range(lines)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files of several kinds, two of which are in an inner folder."""
    place = tmp_path_factory.mktemp("text")
    (place / "inner").mkdir()
    for k, name in enumerate(["a.txt", "inner/b.txt", "inner/c.txt"]):
        (place / name).write_text(text(k, 120), encoding="utf-8")
    (place / "d.txt.xz").write_bytes(lzma.compress(text(3, 120).encode()))
    (place / "empty.txt").write_text("\n\n123\n")
    return place


@pytest.fixture(scope="module")
def client():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.CRITICAL + 1
    ) as cluster:
        with distributed.Client(cluster) as client:
            yield client


@pytest.fixture(autouse=True)
def short_shards(monkeypatch):
    """Shards as short as these texts, or there would be one of all."""
    monkeypatch.setattr("w2vlib._cluster.shards_of", functools.partial(shards_of, long=1500))


def written(stats, path) -> bytes:
    stats.save(path)
    return path.read_bytes()


def same(one, other, tmp_path) -> bool:
    """Whether statistics are the same in memory and on disk."""
    assert one.counts.dtype == other.counts.dtype
    assert one.occurrences.dtype == other.occurrences.dtype
    if one.sparse:
        assert other.sparse
        for name in ("data", "indices", "indptr"):
            assert getattr(one.counts, name).dtype == getattr(other.counts, name).dtype
            np.testing.assert_array_equal(getattr(one.counts, name), getattr(other.counts, name))
    else:
        np.testing.assert_array_equal(one.counts, other.counts)
    return written(one, tmp_path / "one.w2v") == written(other, tmp_path / "other.w2v")


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"sparse": True, "window": 3},
        {"weighting": "harmonic", "oov": "gap", "size": 20},
        {"min_count": 30, "weighting": "flat", "sparse": True, "oov": "gap"},
        {"words": ["b", "nowhere", "a"], "source": "a test"},
        {"window": 2**40, "size": 5},  # whose counts take 64 bits
    ],
    ids=lambda how: "-".join(map(str, how)) or "defaults",
)
def test_two_workers_give_the_numbers_of_one_machine(folder, client, how, tmp_path):
    assert len(shards_of(Corpus(folder), 1500)) > 8  # more than are added at a time
    assert same(count_corpus(folder, **how), count_corpus(folder, **how, client=client), tmp_path)


def test_files_can_be_documents_and_the_tokenizer_ones_own(folder, client, tmp_path):
    corpus = Corpus(folder, documents="files", tokenizer=lambda text: text.split())
    assert same(count_corpus(corpus, 30), count_corpus(corpus, 30, client=client), tmp_path)


READING = Reading("lines", tokenize, __version__, 50)
HOW = {"window": 4, "weighting": "linear", "backend": "auto"}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(alphabet="ab \n\r\ufeffσ", max_size=40), min_size=1, max_size=3),
    st.integers(1, 30),
    st.integers(1, 20),
    st.randoms(use_true_random=False),
)
def test_however_a_corpus_is_cut_the_sums_are_the_same(tmp_path_factory, texts, long, chunk, rng):
    """Stretches of any length, chunks of any length, added in any order."""
    place = tmp_path_factory.mktemp("cut")
    for k, content in enumerate(texts):
        (place / f"{k}.txt").write_bytes(content.encode())
    try:
        whole = count_corpus(place, window=4)
    except ValueError:
        return  # which holds no word
    shards = shards_of(Corpus(place), long)
    rng.shuffle(shards)
    found = [words_of_shard(shard, READING, 3) for shard in shards]
    words = {}
    for part in zip(*(made[:-1] for made in found)):
        words |= {word.decode(): often for word, often in added_words(list(part)).apart()}
    assert words == dict(zip(whole.words, whole.occurrences.tolist()))
    made = [counts_of_shard(shard, READING, whole.words, "drop", HOW, chunk) for shard in shards]
    *bands, totals = map(list, zip(*made))
    totals = added_totals(totals)
    kind = counts_type(totals.occurrences, 4, "linear", totals.longest)
    bands = [added_bands(band, len(whole)) for band in bands]
    np.testing.assert_array_equal(_dense(bands, [0, len(whole)], kind), whole.counts)
    np.testing.assert_array_equal(_sparse(bands, [0, len(whole)], kind).toarray(), whole.counts)


def test_bands_are_put_together_in_their_places(folder, monkeypatch):
    monkeypatch.setattr("w2vlib._shards._CELLS", 20)
    whole = count_corpus(folder, window=4)
    from w2vlib._shards import band_edges

    edges = band_edges(len(whole))
    assert len(edges) > 4
    (shard,) = shards_of(Corpus([path for path in Corpus(folder).files]), 10**9)
    *bands, _ = counts_of_shard(shard, READING, whole.words, "drop", HOW, 50)
    np.testing.assert_array_equal(_dense(bands, edges, whole.counts.dtype), whole.counts)
    np.testing.assert_array_equal(_sparse(bands, edges, whole.counts.dtype).toarray(), whole.counts)


def killing(flag: str, reading: int):
    """A tokenizer that kills the process it is in, once, when a certain text is read for the so-manyth time."""

    def tokens(text: str) -> list[str]:
        if text.startswith("DIE"):
            times = 1
            while True:
                try:
                    os.close(os.open(f"{flag}-{times}", os.O_CREAT | os.O_EXCL))
                    break
                except FileExistsError:
                    times += 1
            if times == reading:
                os.kill(os.getpid(), signal.SIGKILL)
        return text.lower().split()

    return tokens


@pytest.mark.parametrize("reading", [1, 2], ids=["words", "counts"])
def test_a_worker_that_is_killed_takes_nothing_along(folder, client, reading, tmp_path):
    (tmp_path / "last.txt").write_text("one two\nDIE of nothing\n" + text(9, 100), encoding="utf-8")
    paths = [folder, tmp_path / "last.txt"]
    whole = count_corpus(Corpus(paths, tokenizer=lambda text: text.lower().split()))
    before = set(client.run(os.getpid).values())
    flag = str(tmp_path / "flag")
    counted = count_corpus(Corpus(paths, tokenizer=killing(flag, reading)), client=client)
    assert os.path.exists(f"{flag}-{reading + 1}")  # read once more than before it died
    client.wait_for_workers(2)
    assert before - set(client.run(os.getpid).values())
    assert same(whole, counted, tmp_path)


def test_an_interruption_leaves_nothing_to_be_done(folder, client, tmp_path):
    here = os.getpid()

    def tokens(text: str) -> list[str]:
        os.kill(here, signal.SIGINT)
        time.sleep(0.2)
        return text.split()

    (tmp_path / "a.txt").write_text("one\n" * 5)
    with pytest.raises(KeyboardInterrupt):
        try:
            count_corpus(Corpus(tmp_path / "a.txt", tokenizer=tokens), client=client)
        finally:
            handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # of calls that come on
    try:
        tasks, end = 1, time.monotonic() + 20
        while tasks and time.monotonic() < end:
            tasks = client.run_on_scheduler(
                lambda dask_scheduler: sum("of_shard" in str(key) for key in dask_scheduler.tasks)
            )
            time.sleep(0.05)
        assert tasks == 0
        time.sleep(1)  # until the tokenizer, which nobody asks any more, is done
    finally:
        signal.signal(signal.SIGINT, handler)
    assert len(count_corpus(folder, 10, client=client)) == 10  # and the cluster goes on


def test_the_first_wrong_line_is_named_as_on_one_machine(folder, client, tmp_path):
    for k in range(4):
        wrong = b"caf\xe9 au lait\n" if k in (1, 3) else b""
        (tmp_path / f"{k}.txt").write_bytes(text(k, 150).encode() + b"\n" + wrong + text(9, 100).encode())
    with pytest.raises(ValueError) as here:
        count_corpus(tmp_path)
    with pytest.raises(ValueError) as there:
        count_corpus(tmp_path, client=client)
    assert str(there.value) == str(here.value)
    assert "1.txt, line 151, byte 4: 0xe9 is not valid UTF-8" in str(here.value)


@pytest.mark.parametrize(
    "how", [{"size": 10**6}, {"min_count": 10**6}, {"words": ["nowhere"]}, {"window": 2**62}], ids=str
)
def test_errors_are_those_of_one_machine(folder, client, how):
    with pytest.raises((ValueError, OverflowError)) as here:
        count_corpus(folder, **how)
    with pytest.raises(type(here.value)) as there:
        count_corpus(folder, **how, client=client)
    assert re.sub(r"\d+", "", str(there.value)) == re.sub(
        r"\d+", "", str(here.value)
    )  # of a shard, or of all


def test_a_worker_that_sees_other_files_says_so(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one")
    for shard, said in (
        (Shard((str(path),), (4,)), "sees another .*a.txt, of 3 bytes and not 4"),
        (Shard((str(tmp_path / "b.txt"),), (4,)), "cannot see .*b.txt .*in a shared folder"),
    ):
        with pytest.raises(ValueError, match=said):
            words_of_shard(shard, READING, 1)
    with pytest.raises(ValueError, match="the worker .* has w2vlib .*, and here it is 9.9"):
        words_of_shard(Shard((str(path),), (3,)), READING._replace(version="9.9"), 1)


def test_text_that_changes_between_the_readings_is_noticed(client, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one two")

    def tokens(text: str) -> list[str]:
        if os.path.exists(f"{path}-read"):
            return ["two", "two"]
        open(f"{path}-read", "w").close()
        return ["one", "two"]

    with pytest.raises(ValueError, match="read twice, and held 'one' 1 times, then 0 times"):
        count_corpus(Corpus(path, tokenizer=tokens), client=client)


def test_documents_that_workers_could_not_read_are_refused(client):
    with pytest.raises(ValueError, match="with a client, documents must be files.*not list"):
        count_corpus([["a", "b"]], client=client)


def test_a_client_without_a_worker_or_a_scheduler_says_what_is_to_be_done(folder, monkeypatch):
    monkeypatch.setattr("w2vlib._cluster._PATIENCE", 0.1)
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as cluster:
        with distributed.Client(cluster) as idle:
            with pytest.raises(ValueError, match="client has no worker: .*start some, with: dask worker"):
                count_corpus(folder, client=idle)
    with pytest.raises(ValueError, match="client must be connected to a scheduler, and it is closed"):
        count_corpus(folder, client=idle)


def test_the_command_counts_on_a_cluster(folder, client, tmp_path):
    address = client.scheduler.address
    one, other = tmp_path / "one.w2v", tmp_path / "other.w2v"
    for output, options in ((one, []), (other, ["--scheduler", address])):
        result = CliRunner().invoke(w2v, ["count", str(folder), "-o", str(output), "-V", "9", *options])
        assert result.exit_code == 0, result.output
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    "options, said",
    [
        (["--scheduler", "tcp://127.0.0.1:9"], "no Dask scheduler answers at tcp://127.0.0.1:9"),
        (["--scheduler", "nonsense"], "no Dask scheduler answers at nonsense"),
        (["--workers", "0"], "--workers must be"),
        (["--workers", "2", "--scheduler", "tcp://127.0.0.1:9"], "give one of them"),
    ],
)
def test_the_command_says_what_is_wrong_with_a_cluster(folder, options, said, tmp_path, monkeypatch):
    monkeypatch.setattr("w2vlib.commands._cluster._PATIENCE", 0.3)
    result = CliRunner().invoke(w2v, ["count", str(folder), "-o", str(tmp_path / "x.w2v"), *options])
    assert result.exit_code == 1
    assert said in result.output
    assert not (tmp_path / "x.w2v").exists()
