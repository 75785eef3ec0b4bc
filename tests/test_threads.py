"""Threads: how many processors there really are, and that nothing uses more."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import w2vlib
from w2vlib._common import threads
from w2vlib._common.threads import limit_threads, limited_threads, processors

SETTINGS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "GOTO_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
SHOWN = 16  # processors that the machine of these tests shows

V2 = "30 23 0:26 / {top} rw,nosuid,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate"
V1 = "32 31 0:29 / {top} rw,relatime - cgroup cgroup rw,cpu,cpuacct"


def run(code: str, **environment: str) -> str:
    """What a Python of its own prints, started with no setting but these."""
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=clean | environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A machine that shows 16 processors and knows no control groups; a function gives it some."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(SHOWN)), raising=False)
    monkeypatch.setattr(threads, "_PROC", tmp_path / "proc")
    made = 0

    def give(mount: str, groups: str, files: dict[str, str]) -> None:
        nonlocal made
        made += 1  # another folder each time: what was read once is not read again
        proc, top = tmp_path / f"proc{made}", tmp_path / f"cgroup{made}"
        proc.mkdir()
        other = "23 1 0:21 / /proc rw,nosuid - proc proc rw"
        (proc / "mountinfo").write_text(f"{other}\n{mount.format(top=top)}\n")
        (proc / "cgroup").write_text(groups)
        for name, text in files.items():
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(text)
        monkeypatch.setattr(threads, "_PROC", proc)

    return give


# How many processors: the quota.


@pytest.mark.parametrize(
    "granted, expected",
    [
        ("200000 100000\n", 2),
        ("max 100000\n", SHOWN),
        ("50000 50000\n", 1),
        ("150000 100000\n", 1),  # half a processor is not enough for a thread
        ("399999 100000\n", 3),
        ("20000 100000\n", 1),
        ("6400000 100000\n", SHOWN),
    ],
)
def test_quota_of_version_2(machine, granted, expected):
    machine(V2, "0::/job\n", {"job/cpu.max": granted})
    assert processors() == expected


@pytest.mark.parametrize(
    "own, parent, expected",
    [
        ("max 100000", "300000 100000", 3),
        ("200000 100000", "300000 100000", 2),
        ("700000 100000", "max 1", 7),
    ],
)
def test_the_least_of_nested_groups_counts(machine, own, parent, expected):
    machine(V2, "0::/pod/box/job\n", {"pod/cpu.max": parent, "pod/box/job/cpu.max": own, "pod/box/x": ""})
    assert processors() == expected


def test_groups_beside_the_own_one_do_not_count(machine):
    files = {"mine/cpu.max": "500000 100000", "mine/below/cpu.max": "100000 100000", "other/cpu.max": "1 9"}
    machine(V2, "0::/mine\n", files)
    assert processors() == 5


def test_a_container_sees_its_group_at_the_top(machine):
    """By a namespace, whose paths begin at the container, or by a mount of the part that is the container's."""
    machine(V2, "0::/\n", {"cpu.max": "300000 100000"})
    assert processors() == 3
    within = V2.replace(" / ", " /docker/4a7 ")
    machine(within, "0::/docker/4a7\n", {"cpu.max": "200000 100000"})
    assert processors() == 2
    machine(within, "0::/docker/4a7/job\n", {"cpu.max": "max 100000", "job/cpu.max": "400000 100000"})
    assert processors() == 4
    machine(within, "0::/docker/4a7b\n", {"cpu.max": "500000 100000", "b/cpu.max": "100000 100000"})
    assert processors() == 5
    machine(V2, "0::/../outside\n", {"cpu.max": "600000 100000"})
    assert processors() == 6


@pytest.mark.parametrize(
    "quota, period, expected",
    [("250000", "100000", 2), ("-1", "100000", SHOWN), ("50000", "100000", 1), ("300000", "50000", 6)],
)
def test_quota_of_version_1(machine, quota, period, expected):
    groups = "9:memory:/elsewhere\n4:cpu,cpuacct:/job\n1:name=systemd:/\n"
    files = {"job/cpu.cfs_quota_us": quota + "\n", "job/cpu.cfs_period_us": period + "\n"}
    machine(V1, groups, files)
    assert processors() == expected


def test_quota_of_version_1_above_the_own_group(machine):
    files = {"cpu.cfs_quota_us": "-1", "cpu.cfs_period_us": "100000"}
    files |= {"pod/cpu.cfs_quota_us": "400000", "pod/cpu.cfs_period_us": "100000"}
    files |= {"pod/job/cpu.cfs_quota_us": "-1", "pod/job/cpu.cfs_period_us": "100000"}
    machine(V1, "4:cpu,cpuacct:/pod/job\n", files)
    assert processors() == 4


def test_only_the_controller_of_processors_is_asked(machine):
    files = {"cpu.cfs_quota_us": "100000", "cpu.cfs_period_us": "100000"}
    for options in ("rw,memory", "rw,cpuset", "rw,cpuacct"):
        machine(V1.replace("rw,cpu,cpuacct", options), "4:cpu:/\n", files)
        assert processors() == SHOWN
    machine(V1.replace("rw,cpu,cpuacct", "rw,cpu"), "4:cpu:/\n", files)
    assert processors() == 1


def test_both_versions_side_by_side(machine, tmp_path):
    first, second = tmp_path / "cpu", tmp_path / "unified"
    for folder, name, text in (
        (first, "cpu.cfs_quota_us", "300000"),
        (first, "cpu.cfs_period_us", "100000"),
        (second, "cpu.max", "200000 100000"),
    ):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    both = V1.format(top=first) + "\n" + V2.format(top=second)
    machine(both, "1:cpu:/\n", {})
    assert processors() == 3
    machine(both, "1:cpu:/\n0::/\n", {})
    assert processors() == 2
    (second / "cpu.max").write_text("400000 100000")
    machine(both, "1:cpu:/\n0::/\n", {})
    assert processors() == 3


@pytest.mark.parametrize(
    "text", ["", "max", "100000", "many 100000", "100000 few", "-5 100000", "100000 0", "0 100000", "1 2 3"]
)
def test_a_quota_that_cannot_be_read_is_none(machine, text):
    machine(V2, "0::/job\n", {"job/cpu.max": text})
    assert processors() == SHOWN
    machine(V2, "0::/job\n", {"job/cpu.max": text, "cpu.max": "200000 100000"})
    assert processors() == 2


@pytest.mark.parametrize("name", ["cgroup", "mountinfo"])
@pytest.mark.parametrize(
    "content", [b"", b"no such thing", b"\n\n", b"1:2", b"a - b", b"\xff\xfe:\xff - \xff", None]
)
def test_a_system_that_tells_nothing_sets_no_limit(machine, name, content):
    machine(V2, "0::/\n", {"cpu.max": "200000 100000"})
    place = threads._PROC / name
    if content is None:
        place.unlink()
    else:
        place.write_bytes(content)
    assert processors() == SHOWN


# How many processors: affinity and settings.


def test_affinity(machine, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 5, 11})
    assert processors() == 3
    machine(V2, "0::/\n", {"cpu.max": "800000 100000"})
    assert processors() == 3
    machine(V2, "0::/\n", {"cpu.max": "200000 100000"})
    assert processors() == 2


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_affinity_of_a_real_process():
    one = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    assert run(one + "from w2vlib._common.threads import processors; print(processors())") == "1"


@pytest.mark.parametrize("count, expected", [(6, 6), (None, 1)])
def test_systems_without_affinity_and_control_groups(monkeypatch, count, expected):
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    assert processors() == expected


def test_affinity_that_cannot_be_had(monkeypatch):
    def refuse(_):
        raise OSError("not here")

    monkeypatch.setattr(os, "sched_getaffinity", refuse)
    monkeypatch.setattr(os, "cpu_count", lambda: 5)
    assert processors() == 5


@pytest.mark.parametrize(
    "setting, expected",
    [
        ({"OMP_NUM_THREADS": "3"}, 3),
        ({"OMP_NUM_THREADS": "64"}, SHOWN),
        ({"OMP_NUM_THREADS": "4,2"}, 4),
        ({"OMP_NUM_THREADS": " +2 "}, 2),
        ({"OMP_NUM_THREADS": "0"}, SHOWN),
        ({"OMP_NUM_THREADS": "-2"}, SHOWN),
        ({"OMP_NUM_THREADS": ""}, SHOWN),
        ({"OMP_NUM_THREADS": "all"}, SHOWN),
        ({"OMP_NUM_THREADS": "9" * 5000}, SHOWN),
        ({"OPENBLAS_NUM_THREADS": "5"}, 5),
        ({"GOTO_NUM_THREADS": "5"}, 5),
        ({"MKL_NUM_THREADS": "5"}, 5),
        ({"BLIS_NUM_THREADS": "5"}, 5),
        ({"VECLIB_MAXIMUM_THREADS": "5"}, 5),
        ({"OPENBLAS_NUM_THREADS": "6", "OMP_NUM_THREADS": "2"}, 6),
        ({"OPENBLAS_NUM_THREADS": "0", "OMP_NUM_THREADS": "2"}, 2),
        ({"OPENBLAS_NUM_THREADS": "6", "MKL_NUM_THREADS": "4"}, 4),
    ],
)
def test_what_the_user_has_set(monkeypatch, setting, expected):
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    assert processors() == expected


def test_settings_and_affinity_are_looked_at_again(monkeypatch):
    assert processors() == SHOWN
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert processors() == 2
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    assert processors() == 3


# Limits.


class Pools:
    """The numbers of threads of BLAS and PyTorch, as those libraries tell and set them themselves."""

    def __init__(self):
        self._torch = pytest.importorskip("torch")
        self._threadpoolctl = pytest.importorskip("threadpoolctl")

    @property
    def now(self) -> set[int]:
        found = self._threadpoolctl.threadpool_info()
        blas = {library["num_threads"] for library in found if library["user_api"] == "blas"}
        assert blas, "no BLAS is seen"
        return blas | {self._torch.get_num_threads()}

    def set(self, number: int) -> None:
        self._threadpoolctl.threadpool_limits(number, user_api="blas")
        self._torch.set_num_threads(number)


@pytest.fixture
def pools():
    """Four threads in each pool, whatever the machine; afterwards as many as before."""
    found = Pools()
    with found._threadpoolctl.threadpool_limits(user_api="blas"):
        before = found._torch.get_num_threads()
        found.set(4)
        assert found.now == {4}
        yield found
        found._torch.set_num_threads(before)


@pytest.mark.parametrize("size, expected", [(None, 1), (1, 1), (1000, 1), (1001, 3), (50_000, 3)])
def test_few_threads_for_small_matrices_and_no_more_than_processors(monkeypatch, pools, size, expected):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    with limited_threads(size):
        assert pools.now == {expected}
    assert pools.now == {4}


def test_a_lower_number_is_not_raised(pools):
    pools.set(2)
    with limited_threads(5000):
        assert pools.now == {2}
    assert pools.now == {2}
    limit_threads()
    assert pools.now == {2}


def test_everything_comes_back_after_an_error(pools):
    with pytest.raises(ZeroDivisionError), limited_threads():
        assert pools.now == {1}
        1 / 0  # noqa: B018
    assert pools.now == {4}


def test_each_pool_comes_back_to_its_own_number(pools):
    pools._torch.set_num_threads(3)
    with limited_threads():
        assert pools.now == {1}
    assert pools._torch.get_num_threads() == 3 and pools.now == {3, 4}


def test_limits_within_limits(monkeypatch, pools):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    with limited_threads(5000):
        with pytest.raises(KeyError), limited_threads(10):
            with limited_threads(5000):
                assert pools.now == {1}
            assert pools.now == {1}
            raise KeyError
        assert pools.now == {3}
    assert pools.now == {4}


def test_as_a_decorator(pools):
    @limited_threads()
    def seen(deeper: int = 0) -> list[set[int]]:
        return [pools.now, *(seen(deeper - 1) if deeper else [])]

    assert seen() == [{1}] and seen(2) == [{1}] * 3
    assert pools.now == {4}


def test_a_limit_that_stays(monkeypatch, pools):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    limit_threads()
    assert pools.now == {3}
    with limited_threads():
        assert pools.now == {1}
    assert pools.now == {3}


def test_numbers_are_the_same_under_a_limit(pools):
    A = np.random.default_rng(0).standard_normal((60, 60))
    with limited_threads():
        np.testing.assert_allclose(A @ np.linalg.inv(A), np.eye(60), atol=1e-9)


def test_it_is_cheap(pools):
    with limited_threads():
        pass
    begun = time.process_time()
    for _ in range(500):
        with limited_threads():
            pass
    assert (time.process_time() - begun) / 500 < 5e-4  # seconds; to look for BLAS takes several times as long


# What is loaded, and what is not.

BOTH = "from w2vlib._common.threads import limited_threads, processors; import sys\n"


def test_nothing_optional_is_imported():
    code = "processors()\nprint('threadpoolctl' in sys.modules)\nwith limited_threads(): pass\n"
    code += "print(*({'torch', 'numba'} & set(sys.modules)))"
    assert run(BOTH + code) == "False"


def test_without_threadpoolctl_and_with_torch_loaded_later():
    pytest.importorskip("torch")
    code = (
        "sys.modules['threadpoolctl'] = None\nwith limited_threads(): pass\n"
        "import torch; torch.set_num_threads(4)\n"
        "with limited_threads(): print(torch.get_num_threads())\nprint(torch.get_num_threads())"
    )
    assert run(BOTH + code).split() == ["1", "4"]


def test_a_blas_loaded_later_is_limited_too(monkeypatch, pools):
    class Library:
        threads = 4

        def get_num_threads(self):
            return self.threads

        def set_num_threads(self, number):
            self.threads = number

    class Controller:
        lib_controllers = [new := Library()]

        def select(self, user_api):
            return self

    with limited_threads():
        pass
    monkeypatch.setattr("threadpoolctl.ThreadpoolController", Controller)
    monkeypatch.setitem(sys.modules, "a_module_with_a_blas_of_its_own", threads)
    with limited_threads():
        assert Controller.new.threads == 1
    assert Controller.new.threads == 4


def test_numba_is_limited_once_it_has_threads_and_given_none():
    pytest.importorskip("numba")
    code = (
        "import numba\nwith limited_threads(): pass\n"
        "try: print(numba.threading_layer())\nexcept ValueError: print('none')\n"
        "numba.set_num_threads(3)\n"
        "with limited_threads():\n    print(numba.get_num_threads())\n"
        "    with limited_threads(5000): print(numba.get_num_threads())\n"
        "print(numba.get_num_threads())\n"
        "try:\n    with limited_threads(): raise KeyError\nexcept KeyError: print(numba.get_num_threads())"
    )
    assert run(BOTH + code, NUMBA_NUM_THREADS="4").split() == ["none", "1", "1", "3", "3"]


def test_where_no_thread_can_be_started_the_numbers_are_the_same(monkeypatch, tmp_path, random_stats):
    """As in a browser, which lends one processor."""
    from scipy.sparse import csr_array

    from w2vlib.statistics import CorpusStatistics, count_corpus

    def refuse(*_, **__):
        raise RuntimeError("can't start new thread")

    def results():
        counted = count_corpus([list("abacdbe"), list("bcdea")], window=3, backend="numpy")
        sparse = dataclasses.replace(whole, counts=csr_array(whole.counts))
        sparse.save(tmp_path / "a.w2v")
        read = CorpusStatistics.load(tmp_path / "a.w2v")
        M = w2vlib.m_star(whole, dtype="float32")
        modes = w2vlib.spectrum(M, 3, 1e-3)
        return [
            counted.counts,
            read.dense().counts,
            M,
            w2vlib.m_star(read) @ np.ones(len(whole)),
            modes.vectors,
        ]

    whole = random_stats(2100, zeros=0.99)
    before = results()
    monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    monkeypatch.setattr(threads, "_setting", lambda: 1)
    for one, other in zip(before, results(), strict=True):
        assert np.array_equal(one, other)
