"""Run commands side by side, two at most, each on one thread if nothing else is said.

Two programs of one thread each finish sooner than the same two, one after the
other, on two threads: most of what a chapter does cannot be shared out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parents[1]
#: Each of these libraries would take all processors.
LIBRARIES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
#: A thread that waits for another sleeps, and does not take the processor from the other program.
SLEEPING = {"OPENBLAS_THREAD_TIMEOUT": "4", "OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}


@dataclass(frozen=True)
class Finished:
    """A command that has ended: its name, exit code, seconds, peak memory in bytes, and what it said."""

    name: str
    code: int
    seconds: float
    memory: int
    output: str


def run(
    commands: Mapping[str, Sequence[str | Path]],
    workers: int | None = None,
    threads: int = 1,
    modules: Sequence[Path] = (),
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Finished]:
    """Run named commands in their order, and yield each as it ends.

    What a command writes is collected, so that two do not talk at once.  Where
    the loop over this is left early, by Ctrl-C or an error, nothing goes on running.

    Parameters
    ----------
    commands
        Name to command; each runs in the project's folder.
    workers
        How many run at once: by default two, or one where there is one processor.
    threads
        How many each may use.
    modules
        Folders that Python looks into for more modules.
    settings
        What else each finds in its environment.

    Examples
    --------
    >>> [done] = run({"hello": [sys.executable, "-c", "print('hello')"]})
    >>> done.name, done.code, done.output
    ('hello', 0, 'hello\\n')
    """
    if workers is None:
        from w2vlib._common.threads import processors

        workers = min(2, processors())
    environment = os.environ | SLEEPING | dict.fromkeys(LIBRARIES, str(threads)) | settings
    if modules:
        before = os.environ.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([*map(str, modules), *([before] if before else [])])
    waiting = list(commands.items())
    running: dict[int, tuple] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                name, command = waiting.pop(0)
                log = tempfile.TemporaryFile()
                process = subprocess.Popen(
                    command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
                )
                running[process.pid] = (name, process, log, time.monotonic())
            pid, status, usage = os.wait4(-1, 0)
            if pid not in running:
                continue
            name, process, log, start = running.pop(pid)
            process.returncode = os.waitstatus_to_exitcode(status)
            log.seek(0)
            with log:
                output = log.read().decode("utf-8", errors="replace")
            unit = 1 if sys.platform == "darwin" else 1024
            seconds = time.monotonic() - start
            yield Finished(name, process.returncode, seconds, usage.ru_maxrss * unit, output)
    finally:
        for _, process, log, _ in running.values():
            process.terminate()
        for _, process, log, _ in running.values():
            process.wait()
            log.close()
