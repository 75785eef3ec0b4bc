"""Training that goes on where it was stopped: the same bits, whatever stopped it, and no other run's."""

from __future__ import annotations

import shutil
from pathlib import Path

import dying
import numpy as np
import pytest
from interrupting import interrupted_everywhere

import w2vlib
from w2vlib.training import (
    TrainingDivergedError,
    Trajectory,
    _blocks,
    _checkpoint,
    initial_weights,
    train_qwem,
    train_qwem_sampled,
    train_word2vec,
    train_word2vec_sampled,
)
from w2vlib.training._checkpoint import Checkpoint

STATS = dying.statistics()
M, START = w2vlib.m_star(STATS), initial_weights(40, 3, 0.1)
PULL, PUSH = w2vlib.word2vec_pair_weights(STATS)
KEPT = dict(record=30, snapshots=[0, 20, 50])
#: One run of each kind; the random ones are given a generator that was used before, and whose end is looked at.
RUNS = {
    "least squares": lambda rng, **how: train_qwem(M, START, 0.01, 60, **KEPT, **how),
    "untied, by PyTorch": lambda rng, **how: train_qwem(
        M, START, 0.01, 60, tied=False, device="cpu", dtype="float32", **KEPT, **how
    ),
    "sampled": lambda rng, **how: train_qwem_sampled(STATS, START, 0.005, 60, 50, rng=rng, **KEPT, **how),
    "sampled as counted": lambda rng, **how: train_qwem_sampled(
        STATS, START, 0.0005, 60, 50, sampler="weighted", tied=False, rng=rng, **KEPT, **how
    ),
    "word2vec": lambda rng, **how: train_word2vec(PULL, PUSH, START, 0.005, 60, tied=False, **KEPT, **how),
    "word2vec on pairs": lambda rng, **how: train_word2vec_sampled(
        STATS, START, 6_010, 0.01, batch_size=20, final_learning_rate=0.001, rng=rng, **KEPT, **how
    ),
    "word2vec, each pair's own negatives": lambda rng, **how: train_word2vec_sampled(
        STATS, START, 6_010, 0.01, batch_size=20, shared_negatives=None, tied=True, rng=rng, **KEPT, **how
    ),
}
RANDOM = [name for name in RUNS if "sampled" in name or "pairs" in name or "negatives" in name]


class Stopped(Exception):
    """The process would have died here."""


def generator(kind: type = np.random.PCG64) -> np.random.Generator:
    rng = np.random.Generator(kind(7))
    rng.integers(0, 9, 5, dtype=np.uint32)  # half of the last draw waits for the next
    return rng


def assert_same(one: Trajectory, other: Trajectory) -> None:
    for name in ("steps", "loss", "strengths", "weights", "context", "flow"):
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None) == (b is None)
        assert a is None or (a.dtype == b.dtype and np.array_equal(a, b)), name
    for name in ("step_size", "last_step", "words", "objective", "interrupted"):
        assert getattr(one, name) == getattr(other, name)
    assert one.snapshots.keys() == other.snapshots.keys()
    assert all(np.array_equal(one.snapshots[step], other.snapshots[step]) for step in one.snapshots)


@pytest.fixture
def dies_after(monkeypatch):
    """Let training die when it has written so many checkpoints that are new."""
    write = Checkpoint.write
    left = [0]

    def written(self, stage):
        left[0] -= stage.done != self._at
        write(self, stage)
        if left[0] == 0:
            raise Stopped

    monkeypatch.setattr(Checkpoint, "write", written)
    return lambda n: left.__setitem__(0, n)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_that_dies_at_every_stage_ends_with_the_same_bits(tmp_path, monkeypatch, dies_after, name):
    monkeypatch.setattr(_blocks, "_AT_ONCE", 700)  # pairs are drawn ahead, some forty times
    rng, end = generator(), []
    whole = RUNS[name](rng)
    deaths = 0
    while not end:
        dies_after(1 + deaths % 2)
        again = generator()
        try:
            end.append(RUNS[name](again, checkpoint=tmp_path / "run", checkpoint_every=0))
        except Stopped:
            deaths += 1
    assert deaths >= 5
    assert_same(whole, end[0])
    # A run that is done is had again at once, by the same call.
    monkeypatch.setattr(_checkpoint, "replace_file", lambda *_: pytest.fail("nothing is left to lay down"))
    once = generator()
    assert_same(whole, RUNS[name](once, checkpoint=tmp_path / "run"))
    if name in RANDOM and "word2vec" not in name:  # which draws from children of the generator
        assert rng.random() == again.random() == once.random()


@pytest.mark.parametrize("kind", ["MT19937", "Philox", "SFC64", "PCG64DXSM"])
def test_any_of_numpys_generators_is_taken_up_again(tmp_path, dies_after, kind):
    kind = getattr(np.random, kind)
    whole = RUNS["sampled"](generator(kind))
    dies_after(31)
    with pytest.raises(Stopped):
        RUNS["sampled"](generator(kind), checkpoint=tmp_path / "run", checkpoint_every=0)
    assert_same(whole, RUNS["sampled"](generator(kind), checkpoint=tmp_path / "run"))


@pytest.mark.parametrize("name", ["least squares", "sampled", "word2vec on pairs"])
@pytest.mark.parametrize("every", [0, 1000])
def test_a_run_that_the_keyboard_stops_anywhere_goes_on(tmp_path, name, every):
    path = tmp_path / "run"
    whole, stopped = RUNS[name](generator()), 0

    def train():
        path.unlink(missing_ok=True)
        return RUNS[name](generator(), checkpoint=path, checkpoint_every=every)

    for run in interrupted_everywhere(train, every=997):
        if run.interrupted and run.last_step:
            assert Checkpoint(path, 0, {})  # its folder can be written to
            stopped += 1
        assert_same(whole, RUNS[name](generator(), checkpoint=path))
    assert stopped


def test_the_warning_says_how_to_go_on(tmp_path, monkeypatch):
    path = tmp_path / "run"

    def interrupt(self, stage, write=Checkpoint.write):
        new = stage.done != self._at
        write(self, stage)
        if stage.done == 7 and new:
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "write", interrupt)
    with pytest.warns(RuntimeWarning, match=f"with 4 records; the same call goes on from {path}$"):
        run = RUNS["least squares"](0, checkpoint=path, checkpoint_every=0)
    assert run.interrupted and run.last_step == 7


OTHERS = {
    "step_size (0.01 there, 0.02 here) differs": dict(step_size=0.02),
    "steps (60 there, 61 here) differ": dict(steps=61),
    "target differs": dict(target=M * 1.5),
    "initial differs": dict(initial=START / 2),
    "record and snapshots differ": dict(record=3, snapshots=[1]),
    "words differ": dict(target=np.asarray(M)),
    "dtype ('float64' there, 'float32' here) and initial differ": dict(dtype="float32"),
    "device (None there, 'cpu' here) differs": dict(device="cpu"),
    "context and tied differ": dict(tied=False),
}


@pytest.mark.parametrize("said", OTHERS)
def test_the_checkpoint_of_another_run_is_refused_by_what_differs(tmp_path, said):
    path = tmp_path / "run"
    given = dict(target=M, initial=START, step_size=0.01, steps=60, **KEPT)
    train_qwem(**given, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(ValueError) as refused:
        train_qwem(**given | OTHERS[said], checkpoint=path)
    for part in (str(path), "is the checkpoint of another run", "delete this one"):
        assert part in str(refused.value)
    names = [
        part.split(" (")[0] for part in said.removesuffix(" differ").removesuffix(" differs").split(" and ")
    ]
    assert all(name in str(refused.value) for name in names)
    if "(" in said:
        assert said.partition(")")[0] in str(refused.value)
    assert path.read_bytes() == before


def test_the_checkpoint_of_another_way_to_train_or_other_draws_is_refused(tmp_path):
    path = tmp_path / "run"
    RUNS["sampled"](3, checkpoint=path)
    with pytest.raises(ValueError, match="another run: rng differs"):
        RUNS["sampled"](4, checkpoint=path)
    with pytest.raises(ValueError, match=r"trainer \('train_qwem_sampled' there, 'train_qwem' here\)"):
        RUNS["least squares"](3, checkpoint=path)


def test_no_byte_can_change_unseen(tmp_path):
    path = tmp_path / "run"
    RUNS["word2vec on pairs"](generator(), checkpoint=path)
    whole = path.read_bytes()
    places = np.random.default_rng(0).choice(len(whole), 60, replace=False)
    for content in (
        *(whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :] for n in places.tolist()),
        *(whole[:n] for n in (0, 1, 30, len(whole) // 2, len(whole) - 1)),
        whole + b"0",
        b"something else",
    ):
        path.write_bytes(content)
        with pytest.raises(
            ValueError, match=r"run (is|has|is not) .*; name another file, or delete this one"
        ):
            RUNS["word2vec on pairs"](generator(), checkpoint=path)
        assert path.read_bytes() == content


def test_places_that_take_no_checkpoint_are_refused_before_training(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    for path, error in (
        (tmp_path / "folder", IsADirectoryError),
        (tmp_path / "none" / "run", FileNotFoundError),
        ("", ValueError),
        ("/dev/null", ValueError),
    ):
        with pytest.raises(error):
            RUNS["least squares"](0, checkpoint=path, progress=False)


def test_a_full_disk_is_warned_of_and_training_goes_on(tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(28, f"could not write {path} (No space left on device); nothing was left behind")

    whole = RUNS["least squares"](0)
    monkeypatch.setattr(_checkpoint, "replace_file", full)
    with pytest.warns(RuntimeWarning, match="No space left.*training goes on") as caught:
        run = RUNS["least squares"](0, checkpoint=tmp_path / "run")
    assert_same(whole, run)
    assert Path(caught[0].filename) == Path(__file__)


def test_a_run_that_diverges_leaves_nothing_to_go_on_with(tmp_path):
    path = tmp_path / "run"
    given = dict(step_size=1.0, steps=60, check_step=False, checkpoint=path, checkpoint_every=0)
    for _ in range(2):
        with pytest.raises(TrainingDivergedError) as diverged:
            train_qwem(M, START, **given)
        assert not path.exists()
    whole = pytest.raises(TrainingDivergedError, train_qwem, M, START, 1.0, 60, check_step=False)
    assert_same(whole.value.trajectory, diverged.value.trajectory)
    with pytest.raises(TrainingDivergedError, match="after"):  # what it comes to is no stage to go on from
        train_qwem(M, START, **given)


def test_writing_takes_its_share_of_the_time_at_most(tmp_path, monkeypatch):
    """Where a checkpoint takes a second, and training none, one of fifty seconds goes into writing."""
    now, written = [0.0], []
    monkeypatch.setattr(_checkpoint.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(
        _checkpoint, "replace_file", lambda *_: (written.append(now[0]), now.__setitem__(0, now[0] + 1))
    )
    kept = Checkpoint(tmp_path / "run", 10, {})
    for done in range(1, 501):
        now[0] += 1
        if kept.due():
            kept.write(_checkpoint.Stage(done, (START,), {}, [], {}))
    assert written[0] == 10 and (np.diff(written) == 51).all() and len(written) == 10


# Processes that are killed.


@pytest.fixture(scope="module")
def children():
    started = dying.Children()
    yield started
    started.close()


@pytest.fixture(scope="module", params=["least squares", "word2vec"])
def whole(request, children, tmp_path_factory):
    """A work that is resumable, what it writes in the end, its last checkpoint, and the seconds that it takes."""
    work = f"{request.param}, resumable"
    folder = tmp_path_factory.mktemp("whole")
    how, message, _ = children.run("whole", 0, work, folder)
    assert how == "done", message
    (folder / "run.checkpoint").unlink()
    seconds = children.run("whole", 0, work, folder)[2]
    assert_same(dying.train_on(None, request.param), Trajectory.load(folder / "new.npz"))
    return work, (folder / "new.npz").read_bytes(), (folder / "run.checkpoint").read_bytes(), seconds


def resumed(children, work: str, folder: Path) -> bytes:
    how, message, _ = children.run("whole", 0, f"{work}, seldom", folder)
    assert how == "done", message
    return (folder / "new.npz").read_bytes()


def test_killed_at_twenty_random_moments_it_goes_on_to_the_same_bits(children, whole, tmp_path):
    work, new, _, seconds = whole
    rng, died = np.random.default_rng(3), 0
    for moment in rng.uniform(0, seconds, 20):
        folder = tmp_path / "place"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        died += children.run("time", moment, work, folder)[0] == "died"
        assert resumed(children, work, folder) == new
    assert died >= 5


def test_killed_again_and_again_it_still_comes_to_the_same_end(children, whole, tmp_path):
    work, new, _, seconds = whole
    rng, kills = np.random.default_rng(4), 0
    # A part of the time passes before training goes on; so each is given a little more than the last.
    while children.run("time", rng.uniform(0.05, 0.25) * seconds * 1.2**kills, work, tmp_path)[0] == "died":
        kills += 1
    assert kills
    assert (tmp_path / "new.npz").read_bytes() == new


@pytest.mark.parametrize("kind", ["line", "byte"])
def test_killed_while_a_checkpoint_is_written_the_one_before_is_whole(children, whole, tmp_path, kind):
    work, new, checkpoint, _ = whole
    size = len(checkpoint)
    rng, died = np.random.default_rng(5), 0
    # The files grow with what was recorded: a limit of bytes strikes early or late in the run.
    moments = rng.integers(0, size, 8).tolist() + [0, 1, size - 1] if kind == "byte" else [*range(0, 900, 61)]
    for moment in moments:
        folder = tmp_path / "place"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        died += children.run(kind, moment, work, folder)[0] == "died"
        assert resumed(children, work, folder) == new
    assert died >= 8
