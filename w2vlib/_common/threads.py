"""How many threads to work with: no more than there are processors to run them, one for small matrices.

Threads that wait for each other do so by trying again and again.  Where fewer
processors are free than threads were started, those that wait use up the time
that those that work would need.
"""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath

__all__ = ["in_threads", "limit_threads", "limited_threads", "processors", "threads_at_work"]

_SMALL = 1000  # words up to which threads wait for each other longer than they work

_PROC = Path("/proc/self")  # where Linux tells a process about itself
_OWN_SETTINGS = (
    "OPENBLAS_NUM_THREADS",
    "GOTO_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def processors() -> int:
    """Return how many processors this process may really use.

    Returns
    -------
    int
        The least of three numbers, and at least 1: the processors that the
        process may run on (its affinity), those that a quota leaves it (of its
        control group and all above, on Linux), and what the user has set.

    Notes
    -----
    A quota is rounded down: threads share what they are granted, and while one
    waits for another at half a processor, both spend it.  A quota of 1.5 gives 1.

    A setting is read as BLAS reads it: ``OPENBLAS_NUM_THREADS``,
    ``MKL_NUM_THREADS`` and the like go before ``OMP_NUM_THREADS``, and what is
    not a positive number is passed over.

    Affinity and settings are looked at in every call, the quota once.  Where
    the system does not tell, there is no limit; nothing is raised.

    Examples
    --------
    >>> processors() >= 1
    True
    """
    return max(1, math.floor(min(_allowed(), _quota(_PROC), _setting())))


def in_threads(work: Callable, *items: Iterable, threads: int | None = None) -> list:
    """Return what `map` would, made by several threads, as many as :func:`processors` by default.

    With one there is no other thread than this: a browser has none.

    Examples
    --------
    >>> in_threads(max, [1, 5], [3, 2])
    [3, 5]
    """
    number = processors() if threads is None else threads
    if number == 1:
        return list(map(work, *items))
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(work, *items))


@contextmanager
def limited_threads(size: int | None = None) -> Iterator[None]:
    """Let BLAS, PyTorch and numba use no more threads than help, and as many as before afterwards.

    Parameters
    ----------
    size : int, optional
        How many words the matrices have.  Up to 1,000, and by default, one
        thread; above, as many as :func:`processors`.  A number that is already
        lower stays.

    Notes
    -----
    BLAS is reached through threadpoolctl, where that is installed.  PyTorch and
    numba are limited if they are loaded, and numba if it has started its
    threads, as asking for their number would start them.  Neither is imported.

    To enter and leave takes some 20 microseconds.  It also works as a
    decorator.  Within a generator leave it before the next ``yield``, or the
    limit holds for the caller too.

    Examples
    --------
    >>> with limited_threads(100):
    ...     np.eye(2) @ np.eye(2)
    array([[1., 0.],
           [0., 1.]])
    """
    lowered = []
    try:
        _lower(1 if size is None or size <= _SMALL else processors(), lowered)
        yield
    finally:
        for change, before in reversed(lowered):
            change(before)


@contextmanager
def threads_at_work() -> Iterator[Callable[[Callable, Iterable], list]]:
    """Yield a `map` that shares its calls among threads, in each of which BLAS uses one thread only.

    There are as many threads as :func:`processors`, or as BLAS may use if that is fewer.  Threads of
    BLAS wait for each other after every step, and all wait where one has lost its processor to another
    program.  These only take the next call.  Without threadpoolctl the calls are made in turn, and
    each is left to the threads of BLAS.

    Examples
    --------
    >>> with threads_at_work() as each:
    ...     each(lambda i: i**2, range(4))
    [0, 1, 4, 9]
    """
    blas = [library.get_num_threads() or 1 for library in _blas(len(sys.modules))]
    number = min(processors(), max(blas, default=1))
    if number == 1:
        yield lambda work, items: [work(item) for item in items]
        return

    def each(work: Callable, items: Iterable) -> list:
        with limited_threads():
            return list(pool.map(work, items))

    with ThreadPoolExecutor(number) as pool:
        yield each


def limit_threads() -> None:
    """Let BLAS, PyTorch and numba use no more threads than :func:`processors` from now on.

    For a whole notebook whose own calls of NumPy do not pass through this package.

    Examples
    --------
    >>> limit_threads()
    >>> processors() >= 1
    True
    """
    _lower(processors(), [])


def _lower(most: int, lowered: list) -> None:
    """Lower each number of threads to `most`, and add to a list how to go back."""
    for number, change in _pools():
        before = number() or 1
        if before > most:
            lowered.append((change, before))
            change(most)


def _pools() -> Iterator[tuple[Callable[[], int], Callable[[int], object]]]:
    """Yield of each pool of threads what tells their number and what changes it."""
    for library in _blas(len(sys.modules)):
        yield library.get_num_threads, library.set_num_threads
    torch, numba = sys.modules.get("torch"), sys.modules.get("numba")
    if hasattr(torch, "set_num_threads"):
        yield torch.get_num_threads, torch.set_num_threads
    if hasattr(numba, "set_num_threads"):
        with suppress(ValueError):  # it has no threads yet
            numba.threading_layer()
            yield numba.get_num_threads, numba.set_num_threads


@lru_cache(maxsize=1)
def _blas(modules: int) -> list:
    """BLAS libraries; looked for again (2 ms) only if the number of modules says that one may have come."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return []
    return ThreadpoolController().select(user_api="blas").lib_controllers


def _allowed() -> int:
    """Processors that the process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # not on macOS and Windows
        return os.cpu_count() or 1


def _setting() -> float:
    """What the user has set for BLAS."""
    own = (_number_in(name) for name in _OWN_SETTINGS)
    return min((number for number in own if number), default=_number_in("OMP_NUM_THREADS") or math.inf)


def _number_in(variable: str) -> int:
    """The number that a variable of the environment begins with, as C reads it: 4 of "4,2"; 0 if there is none."""
    found = re.match(r"\s*\+?(\d{1,9})", os.environ.get(variable, ""))
    return int(found[1]) if found else 0


@lru_cache
def _quota(proc: Path) -> float:
    """Processors that the control groups of a process leave it, of both versions."""
    try:
        groups = [line.split(":", 2)[1:] for line in (proc / "cgroup").read_text().splitlines()]
        mounts = [line.split(" - ") for line in (proc / "mountinfo").read_text().splitlines()]
        least = math.inf
        for where, what in mounts:
            (root, top), (kind, _, options) = where.split(" ")[3:5], what.split(" ")[:3]
            controller = {"cgroup2": "", "cgroup": "cpu"}.get(kind)
            if controller is None or (controller and controller not in options.split(",")):
                continue
            for controllers, group in groups:
                if controller in controllers.split(","):
                    least = min(least, _least_granted(Path(top), group, root))
        return least
    except (OSError, ValueError):
        return math.inf


def _least_granted(top: Path, group: str, root: str) -> float:
    """The least quota on the way from a group up to `top`, where the groups below `root` are to be found."""
    inside = PurePosixPath(group)
    folder = top / inside.relative_to(root) if inside.is_relative_to(root) else top
    return min(_granted(place) for place in (folder, *folder.parents) if place.is_relative_to(top))


def _granted(folder: Path) -> float:
    """Processors that one control group grants."""
    for names in (["cpu.max"], ["cpu.cfs_quota_us", "cpu.cfs_period_us"]):
        with suppress(OSError, ValueError):  # the latter also where it says "max"
            quota, period = " ".join((folder / name).read_text() for name in names).split()
            if int(quota) > 0 and int(period) > 0:
                return int(quota) / int(period)
    return math.inf
