"""Children that die, or run out of disk, at a chosen moment of their work.

A process of its own, which has started no threads, forks a child for each moment; so a
moment costs milliseconds.  Moments are of five kinds:

* ``line`` n: killed before the n-th line that the library runs,
* ``byte`` n: killed by the system when a file would grow beyond n bytes,
* ``time`` t: killed after t seconds,
* ``full`` n: no file can grow beyond n bytes, as on a disk that is full,
* ``whole``: nothing happens.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from interrupting import BeforeLines

import w2vlib
from w2vlib import commands
from w2vlib.course.atlas import __main__ as atlas
from w2vlib.training import Trajectory, initial_weights, train_qwem, train_word2vec_sampled

LIBRARY = str(Path(w2vlib.__file__).parent)
#: Where lines are counted: the code that writes files, and all that stands above it.
WRITING = tuple(
    os.path.join(LIBRARY, *parts)
    for parts in (
        ("_common", "files.py"),
        ("_common", "archives.py"),
        ("_statistics_file.py",),
        ("_vector_files.py",),
        ("embeddings.py",),
        ("training", "trajectory.py"),
        ("training", "_checkpoint.py"),
        ("training", "_loop.py"),
        ("course", "atlas", "__main__.py"),
        ("commands",),
    )
)
TEXT = "the old king saw a young queen\nthe queen saw a cat and the old cat saw a king\n" * 9
WORDS = [f"word{i}" for i in range(40)]


def text_of(folder: Path) -> Path:
    """A folder with one small text."""
    text = folder / "text"
    text.mkdir(parents=True, exist_ok=True)
    (text / "a.txt").write_text(TEXT)
    return text


def counted(folder: Path) -> w2vlib.CorpusStatistics:
    return w2vlib.count_corpus(folder / "text", window=4, backend="numpy")


def vectors() -> w2vlib.Embedding:
    return w2vlib.Embedding(WORDS, np.random.default_rng(2).standard_normal((40, 25)).round(3))


def statistics() -> w2vlib.CorpusStatistics:
    counts = np.random.default_rng(1).integers(0, 10**6, (40, 40))
    return w2vlib.CorpusStatistics(WORDS, counts + counts.T, counts.sum(axis=1), window=3)


def trained() -> Trajectory:
    return train_qwem(np.diag([3.0, 2.0, 1.0]), np.eye(3, 2) / 9, 0.02, 200, snapshots=[50, 100])


def train_on(folder: Path | None, model: str, every: float = 0) -> Trajectory:
    """A run that goes on from what it laid down in a folder, at every look or seldom; None for one that cannot."""
    stats = statistics()
    start, how = initial_weights(len(stats), 3, 0.1), dict(record=20, snapshots=[8, 20])
    if folder is not None:
        how |= dict(checkpoint=folder / "run.checkpoint", checkpoint_every=every)
    if model == "least squares":
        return train_qwem(w2vlib.m_star(stats), start, 0.01, 40, **how)
    return train_word2vec_sampled(stats, start, 3_000, 0.01, batch_size=20, **how)


def resumable(model: str, every: float) -> Callable[[Path], None]:
    return lambda folder: train_on(folder, model, every).save(folder / "new.npz")


def make_atlas(folder: Path) -> None:
    given = [
        folder / "text",
        "--name",
        "small",
        "--window",
        "4",
        "--dimensions",
        "4",
        "--out",
        folder / "out",
    ]
    with contextlib.redirect_stderr(io.StringIO()) as said:
        if atlas.main([*map(str, given)]):
            raise OSError(said.getvalue())


def write_atlas(folder: Path) -> None:
    """The same, where what is computed of a text is computed once: writing is what can go wrong."""
    computed, compute = folder.parent / f"{(folder / 'text' / 'a.txt').stat().st_size}.json", atlas.compute

    def remembered(options):
        if not computed.exists():
            computed.write_text(json.dumps(compute(options)))
        return json.loads(computed.read_text())

    atlas.compute = remembered
    make_atlas(folder)


def w2v(*given: str | Path) -> None:
    """The command, as the shell runs it."""
    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            commands.main([*map(str, given)])
        except SystemExit as left:
            if left.code:
                raise OSError(said.getvalue()) from None


#: What a child does in its folder, and the file that it writes there.
WORK = {
    "counting": ("new.w2v", lambda folder: counted(folder).save(folder / "new.w2v")),
    "statistics": ("new.w2v", lambda folder: statistics().save(folder / "new.w2v")),
    "vectors": ("new.txt", lambda folder: vectors().save_word2vec_text(folder / "new.txt")),
    "packed vectors": ("new.txt.gz", lambda folder: vectors().save_word2vec_text(folder / "new.txt.gz")),
    "binary vectors": ("new.bin", lambda folder: vectors().save_word2vec_binary(folder / "new.bin")),
    "training": ("new.npz", lambda folder: trained().save(folder / "new.npz")),
    **{
        f"{model}, resumable{how}": ("new.npz", resumable(model, every))
        for model in ("least squares", "word2vec")
        for how, every in (("", 0), (", seldom", 1000))
    },
    "w2v count": ("new.w2v", lambda folder: w2v("count", folder / "text", "-o", folder / "new.w2v")),
    "w2v embed": (
        "new.bin",
        lambda folder: w2v("embed", folder / "text", "-o", folder / "new.bin", "-d", "4"),
    ),
    "atlas": ("out/small/index.html", make_atlas),
    "written atlas": ("out/small/index.html", write_atlas),
}
WRITERS = [name for name in WORK if "atlas" not in name and "resumable" not in name]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def no_file_beyond(n: int, action) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (n, n))
    signal.signal(signal.SIGXFSZ, action)


def child(kind: str, moment: float, work: str, folder: Path, answer: int) -> None:
    try:
        if kind == "line":
            sys.settrace(BeforeLines(int(moment), WRITING, die))
        elif kind in ("byte", "full"):
            no_file_beyond(int(moment), signal.SIG_DFL if kind == "byte" else signal.SIG_IGN)
        WORK[work][1](folder)
        said = ["done", ""]
    except BaseException as error:
        kind = OSError if isinstance(error, OSError) else type(error)
        said = [kind.__name__, str(error)]
    sys.settrace(None)
    os.write(answer, json.dumps(said).encode())


def serve() -> None:
    import torch  # noqa: F401  before a child needs it, and the same for what numba compiled

    for name in ("_counting_numba", "commands.count", "commands.embed"):
        importlib.import_module(f"w2vlib.{name}")
    w2vlib.count_corpus([["a", "b"]], window=1)
    warm = None
    for line in sys.stdin:
        kind, moment, work, folder = json.loads(line)
        if work.startswith("word2vec") and kind == "whole" and not warm:
            warm = train_on(None, "word2vec")  # PyTorch takes a second to begin, once
        reading, writing = os.pipe()
        begin = time.monotonic()
        pid = os.fork()
        if pid == 0:
            os.dup2(2, 1)  # what the work prints is no answer
            child(kind, moment, work, Path(folder), writing)
            os._exit(0)
        os.close(writing)
        if kind == "time":
            time.sleep(moment)
            os.kill(pid, signal.SIGKILL)
        said = os.fdopen(reading).read()
        _, status = os.waitpid(pid, 0)
        died = os.waitstatus_to_exitcode(status) in (-signal.SIGKILL, -signal.SIGXFSZ)
        print(
            json.dumps(["died", ""] if died else json.loads(said)),
            time.monotonic() - begin,
            sep="\n",
            flush=True,
        )


class Children:
    """The process that forks them."""

    def __init__(self):
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
        self.server = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | threads | {"PYTHONPATH": str(Path(LIBRARY).parent)},  # the same library as here
        )

    def run(self, kind: str, moment: float, work: str, folder: Path) -> tuple[str, str, float]:
        """How a child's work ended: "died", "done" or the kind of its error; the message; the seconds."""
        print(json.dumps([kind, moment, work, str(folder)]), file=self.server.stdin, flush=True)
        how, message = json.loads(self.server.stdout.readline())
        return how, message, float(self.server.stdout.readline())

    def close(self) -> None:
        self.server.stdin.close()
        self.server.wait(20)


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, and what they hold."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


if __name__ == "__main__":
    serve()
