"""The closed room in which a student's notebook runs: no network, no other file, a limit to time and memory.

The walls are bubblewrap's (Linux).  In the room are Python, the course's packages and
``w2vlib``, to read; checks that know answers are not.  An empty folder can be written to, and is gone
afterwards.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
import select
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

import w2vlib

from .wire import LONGEST, line

HERE = Path(__file__).resolve().parent
LIBRARY = Path(w2vlib.__file__).resolve().parent
CHECKS, PROBLEMS = LIBRARY / "course" / "checks", LIBRARY / "course" / "problems"


@dataclass(frozen=True)
class Limits:
    """How long a cell or a call may take, and a notebook with all its tests, in seconds; bytes of memory."""

    cell: float = 60
    notebook: float = 600
    memory: int = 2_000_000_000
    processes: int = 64


class Stopped(Exception):
    """The room has been closed: "time", "memory", "processes", "ended" or "nonsense"."""


def missing_walls() -> str:
    """Return why no closed room can be made here, or nothing."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed (on Debian and Ubuntu: apt-get install bubblewrap)"
    tried = subprocess.run([*_walls(), sys.executable, "-c", ""], capture_output=True, text=True, env={})
    said = (tried.stderr.strip().splitlines() or ["it gives no reason"])[-1]
    return f"bubblewrap can close no room here: {said}" if tried.returncode else ""


class Room:
    """A room with a worker in it, from when it is entered until it is left or closed.

    Parameters
    ----------
    limits : Limits
    walls : bool
        Whether there are any: without, only time and memory are limited.
    """

    def __init__(self, limits: Limits, walls: bool = True):
        self.limits, self.closed_for = limits, ""
        self._folder = None if walls else Path(tempfile.mkdtemp(prefix="room-"))
        read, write = os.pipe()
        python = [sys.executable, "-P", "-m", "classroom.worker", str(limits.memory), str(write)]
        command = [*_walls(), *python] if walls else python
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(write,),
            cwd=self._folder,
            env=_environment(str(self._folder or "/room")),
            start_new_session=True,
        )
        os.close(write)
        self._replies, self._rest = read, bytearray()
        self._starting = self._until = 60.0  # seconds for Python and the first imports
        self._until += time.monotonic()
        self._watch = threading.Thread(target=self._watched, daemon=True)
        self._watch.start()

    def __enter__(self) -> Room:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def ask(self, seconds: float, **request) -> dict:
        """Return the worker's reply; Stopped if none comes in time, or the room had to be closed."""
        token = secrets.token_hex(8)
        deadline = time.monotonic() + seconds + self._starting
        self._until, self._starting = deadline, 0.0
        try:
            self._process.stdin.write(line(request | {"token": token}))
            self._process.stdin.flush()
        except (OSError, ValueError):  # closed, or too long a message for any room
            raise self.stopped("ended") from None
        while time.monotonic() < deadline:
            with contextlib.suppress(ValueError, RecursionError):
                found = json.loads(self._line(deadline))
                if isinstance(found, dict) and found.pop("token", "") == token:
                    self._until = math.inf  # the judge may think as long as it likes
                    return found
        raise self.stopped("time")

    def _line(self, deadline: float) -> bytes:
        seen = 0
        while (end := self._rest.find(b"\n", seen)) < 0:
            seen = len(self._rest)
            ready, _, _ = select.select([self._replies], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise self.stopped("time")
            more = os.read(self._replies, 1 << 20)
            if not more:
                raise self.stopped("ended")
            self._rest += more
            if len(self._rest) > LONGEST:
                raise self.stopped("nonsense")
        text = bytes(self._rest[:end])
        del self._rest[: end + 1]
        return text

    def stopped(self, why: str) -> Stopped:
        """Close the room; return what is to be raised."""
        why = self.closed_for or why
        self.close()
        return Stopped(why)

    def _watched(self) -> None:
        """Close the room when all that runs in it takes too much, together, or what is asked is not even read."""
        while self._process.poll() is None and not self.closed_for:
            used, number = 0, 0
            with contextlib.suppress(psutil.Error):
                for process in psutil.Process(self._process.pid).children(recursive=True):
                    with contextlib.suppress(psutil.Error):
                        used += process.memory_info().rss
                        number += 1
            if used > 1.2 * self.limits.memory or number > self.limits.processes:
                self.closed_for = "memory" if number <= self.limits.processes else "processes"
                self._kill()
            elif time.monotonic() > self._until + 5:
                self.closed_for = "time"
                self._kill()
            time.sleep(0.1)

    def _kill(self) -> None:
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            for process in psutil.Process(self._process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    process.kill()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End what runs in the room, and remove its folder."""
        if self._replies < 0:
            return
        self._kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        os.close(self._replies)
        self._replies = -1
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def _environment(home: str) -> dict[str, str]:
    one = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
    )
    return one | {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(map(str, (HERE.parent, LIBRARY.parent))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "HOME": home,
        "USER": "student",
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "NUMBA_CACHE_DIR": f"{home}/.numba",
        "MPLBACKEND": "agg",
        "LANG": "C.UTF-8",
    }


@cache
def _walls() -> tuple[str, ...]:
    """The command that makes the room around another command."""
    wall = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if "--disable-userns" in subprocess.run(["bwrap", "--help"], capture_output=True, text=True).stdout:
        wall += ["--unshare-user", "--disable-userns"]  # no room in the room, with more space on its disks
    wall += ["--uid", "1000", "--gid", "1000", "--hostname", "room"]
    wall += ["--proc", "/proc", "--dev", "/dev"]
    for place in ("/tmp", "/room", "/dev/shm"):  # before the others, which may lie in /tmp
        wall += ["--size", "200000000", "--tmpfs", place]
    seen: list[str] = []
    for place in ("/usr", "/lib", "/lib64", "/bin", "/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts"):
        if os.path.islink(place):
            wall += ["--symlink", os.readlink(place), place]
        elif os.path.exists(place):
            wall += ["--ro-bind", place, place]
            seen.append(place)
    pythons = dict.fromkeys((sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix))
    for place in pythons:
        if not _within(place, seen):
            wall += ["--ro-bind", place, place]
            seen.append(place)
    # Where the book, or another copy of the package, lies among what was brought in, it is covered.
    copies = [Path(place, "w2vlib") for place in {*sys.path, *site.getsitepackages()} if place]
    covered = [place for place in (HERE.parents[1], *copies) if _within(place, seen) and place.is_dir()]
    for place in covered:
        wall += ["--tmpfs", str(place)]
    for place in pythons:
        if _within(place, covered):
            wall += ["--ro-bind", place, place]
    wall += ["--ro-bind", str(LIBRARY), str(LIBRARY)]
    for hidden in (CHECKS, PROBLEMS):
        wall += ["--tmpfs", str(hidden)]
    wall += ["--ro-bind", str(CHECKS / "__init__.py"), str(CHECKS / "__init__.py")]
    for name in ("__init__.py", "wire.py", "worker.py"):
        wall += ["--ro-bind", str(HERE / name), str(HERE / name)]
    for place in (CHECKS, PROBLEMS, *covered, "/dev", "/"):  # all that is left to write to is small
        wall += ["--remount-ro", str(place)]
    return (*wall, "--chdir", "/room", "--")


def _within(place: str | Path, others: list) -> bool:
    return any(Path(place).is_relative_to(other) for other in others)
