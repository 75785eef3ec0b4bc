"""Work that is killed at any moment, or whose disk is full: nothing wrong is ever read back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import dying
import numpy as np
import pytest
from dying import WORK, WRITERS, files

import w2vlib

OTHER = "a cat saw the young king\nthe old queen saw a queen and the king saw a cat\n" * 11
#: A file that is written has no name yet, but for one moment between two lines.
LEAVES_NOTHING = hasattr(os, "O_TMPFILE")
KEY, MADE = "small/made.sha256", ("small/atlas.json", "small/index.html", "small/made.sha256")


@pytest.fixture(scope="module")
def children():
    started = dying.Children()
    yield started
    started.close()


def begin(folder, old: bytes | None, work: str):
    """A folder with a text, and an old file where the new one will be written."""
    shutil.rmtree(folder, ignore_errors=True)
    dying.text_of(folder)
    if old is not None:
        (folder / WORK[work][0]).write_bytes(old)
    return folder / WORK[work][0]


@pytest.fixture(scope="module")
def wholes(children, tmp_path_factory):
    """The file that each work writes, and the seconds that it takes."""
    made = {}
    for work in WRITERS:
        folder = tmp_path_factory.mktemp("whole")
        path = begin(folder, None, work)
        how, message, _ = children.run("whole", 0, work, folder)
        assert how == "done", message
        seconds = children.run("whole", 0, work, folder)[2]
        made[work] = path.read_bytes(), seconds
    return made


def moments(kind: str, whole: bytes, seconds: float) -> list[float]:
    """Lines: the first, and then fewer and fewer.  Bytes: the ends, and some between.  Times: any."""
    rng = np.random.default_rng(0)
    if kind == "line":
        return [*range(0, 20, 2), *range(20, 100, 5), *range(100, 10_000, 499)]
    if kind == "byte":
        return sorted({0, 1, len(whole) - 33, len(whole) - 1, *rng.integers(0, len(whole), 8).tolist()})
    return rng.uniform(0, seconds, 6).tolist()


@pytest.mark.parametrize("kind", ["line", "byte", "time"])
@pytest.mark.parametrize("work", WRITERS)
def test_a_killed_writer_leaves_the_old_file_or_the_new_one(children, wholes, tmp_path, kind, work):
    new, seconds = wholes[work]
    died = 0
    for number, moment in enumerate(moments(kind, new, seconds)):
        old = None if number % 3 == 2 else b"old" * 100
        path = begin(tmp_path / "place", old, work)
        how, message, _ = children.run(kind, moment, work, path.parent)
        assert how in ("died", "done"), message
        died += how == "died"
        found = path.read_bytes() if path.exists() else None
        assert found == new or (how == "died" and found == old)
        left = sorted(file.name for file in w2vlib.Corpus(path.parent).files)
        assert left == (
            ["a.txt"] if found is None else ["a.txt", path.name]
        )  # what is half-written is not read
        if kind != "line" and LEAVES_NOTHING:
            assert not [*path.parent.glob(".*")]
        if kind == "line" and how == "done":
            break
    assert died >= (0 if kind == "time" else 10)  # what time it takes is not ours to say
    assert children.run("whole", 0, work, path.parent)[0] == "done"
    assert path.read_bytes() == new


@pytest.mark.parametrize("work", WRITERS)
def test_a_disk_that_is_full_at_any_byte_leaves_the_old_file_and_nothing_else(
    children, wholes, tmp_path, work
):
    new, _ = wholes[work]
    for number, n in enumerate(moments("byte", new, 0)):
        old = None if number % 3 == 2 else b"old" * 100
        path = begin(tmp_path / "place", old, work)
        before = files(path.parent)
        how, message, _ = children.run("full", n, work, path.parent)
        assert how == "OSError" and str(path) in message
        assert files(path.parent) == before


@pytest.fixture(scope="module")
def changed(children, tmp_path_factory):
    """A folder with the atlas of a text that has changed since; its files, and those of the new atlas."""
    place = tmp_path_factory.mktemp("atlas") / "place"  # an atlas knows where its text is
    text = dying.text_of(place) / "a.txt"
    assert children.run("whole", 0, "written atlas", place)[0] == "done"
    old = files(place / "out")
    text.write_text(OTHER)
    folder = shutil.copytree(place, place.with_name("changed"))
    assert children.run("whole", 0, "written atlas", place)[0] == "done"
    new = files(place / "out")
    assert old.keys() == new.keys() and all(old[name] != new[name] for name in MADE)
    return folder, old, new


# Processes of their own.


def started(folder, name: str, window: int, output: str = "out") -> subprocess.Popen:
    """`w2v count` or `w2v embed` of the text of a folder, begun."""
    ending = {"count": "w2v", "embed": "npz"}[name]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    # Loading numba would take most of the time; without it the same is counted.
    (folder / ".without").mkdir(exist_ok=True)
    (folder / ".without" / "sitecustomize.py").write_text("import sys; sys.modules['numba'] = None\n")
    home = {"PYTHONPATH": os.pathsep.join([str(folder / ".without"), str(Path(w2vlib.__file__).parents[1])])}
    given = ["text", "--output", f"{output}.{ending}", "--window", str(window)]
    command = [sys.executable, "-m", "w2vlib", name, *given]
    return subprocess.Popen(command, cwd=folder, env=os.environ | threads | home, stderr=subprocess.PIPE)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """For each command a folder, what it writes there with one window and another, and the seconds that it takes."""
    made = {}
    for name, read in (("count", w2vlib.CorpusStatistics.load), ("embed", w2vlib.Embedding.load_npz)):
        folder = tmp_path_factory.mktemp(name)
        dying.text_of(folder)
        whole = []
        for window in (3, 4):
            begin = time.monotonic()
            assert started(folder, name, window).wait() == 0
            seconds = time.monotonic() - begin
            (path,) = folder.glob("out.*")
            stats = w2vlib.count_corpus(folder / "text", window=window)
            expected = stats if name == "count" else w2vlib.word_vectors(stats, len(stats))
            for field in ("words", "counts" if name == "count" else "vectors"):
                assert (
                    np.allclose(getattr(read(path), field), getattr(expected, field))
                    if field != "words"
                    else (read(path).words == expected.words)
                )
            whole.append(path.read_bytes())
        path.unlink()
        made[name] = folder, path, whole, seconds
    return made


@pytest.mark.parametrize("name", ["count", "embed"])
def test_a_command_that_is_killed_at_any_moment_leaves_its_whole_output_or_none(outputs, name):
    folder, path, (old, new), seconds = outputs[name]
    rng = np.random.default_rng(5)
    ends = []
    for number in range(20):
        if number % 2:
            path.write_bytes(old)
        else:
            path.unlink(missing_ok=True)
        process = started(folder, name, 4)
        time.sleep(moment := rng.uniform(0.4, 1.05) * seconds)
        process.kill()
        process.communicate()
        ends.append(process.returncode)
        if not process.returncode:  # it takes less time than when it was measured
            seconds = min(seconds, moment)
        found = path.read_bytes() if path.exists() else None
        assert found == new or (process.returncode and found == (old if number % 2 else None))
        assert sorted(file.name for file in w2vlib.Corpus(folder / "text").files) == ["a.txt"]
        if number % 7 == 6:
            assert started(folder, name, 4).wait() == 0
            assert path.read_bytes() == new
    assert ends.count(-9) >= 5


@pytest.mark.parametrize("name", ["count", "embed"])
def test_two_commands_that_write_one_output_at_once_leave_that_of_one(outputs, name):
    folder, path, whole, _ = outputs[name]
    for _ in range(2):
        path.unlink(missing_ok=True)
        both = [started(folder, name, window) for window in (3, 4)]
        for process in both:
            assert process.wait() == 0
        assert path.read_bytes() in whole
        assert {file.name for file in folder.iterdir()} == {".without", "text", path.name}


def atlas_moments(kind: str, largest: int) -> list[float]:
    if kind == "line":
        return [*range(0, 60, 9), *range(60, 1000, 29)]
    if kind == "time":
        return np.random.default_rng(1).uniform(0, 0.5, 4).tolist()
    return [0, 63, 64, 1000, largest // 2, largest - 1]


@pytest.mark.parametrize("kind", ["line", "byte", "time", "full"])
def test_after_a_kill_or_a_full_disk_the_next_command_makes_the_right_atlas(children, changed, kind):
    folder, old, new = changed
    work = "atlas" if kind == "time" else "written atlas"
    place, seen = folder.with_name("place"), []
    for moment in atlas_moments(kind, max(map(len, new.values()))):
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(folder, place)
        how, message, _ = children.run(kind, moment, work, place)
        seen.append(how)
        found = files(place / "out")
        if how == "OSError":
            assert kind == "full" and str(place / "out") in message
            assert found.keys() <= old.keys()
        else:
            assert how in ("died", "done"), message
        whole = {name: content for name, content in found.items() if not Path(name).name.startswith(".")}
        assert all(content in (old[name], new[name]) for name, content in whole.items())
        assert found.get(KEY) != new[KEY] or whole == new  # the key is written last
        assert found.get(KEY) != old[KEY] or whole == old
        assert children.run("whole", 0, "written atlas", place)[0] == "done"
        assert files(place / "out").items() >= new.items()
        if kind == "line" and how == "done":
            break
    assert kind == "time" or len([how for how in seen if how != "done"]) >= 5
