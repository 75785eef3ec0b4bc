"""What each chapter took when it was executed: kept from build to build in ``_build/runtimes.json``.

The page of runtimes shows it (``book/_ext/runtime_table.py``).
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path

from two_at_a_time import Finished

FILE = "runtimes.json"


def keep(folder: Path, done: Iterable[Finished], whole: float | None = None) -> None:
    """Write down what was measured, and leave what was measured before where nothing is new.

    Parameters
    ----------
    folder
        Where the file is, or will be.
    done
        The chapters that were executed without an error.
    whole
        The seconds for all of it, if every chapter was among it.
    """
    path, new = folder / FILE, list(done)
    if not new:
        return
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"chapters": {}}
    known["chapters"] |= {one.name: {"seconds": one.seconds, "memory": one.memory} for one in new}
    known["machine"] = machine()
    if whole is not None:
        known["whole"] = whole
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known, indent=1), encoding="utf-8")


def machine() -> dict[str, str | int]:
    """Return what says most about how long it takes."""
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "system": f"{platform.system()} on {platform.machine()}",
        "python": platform.python_version(),
        "numpy": importlib.metadata.version("numpy"),
    }


def processor() -> str:
    """Return the name of the processor, "" if the system does not tell it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    try:
        asked = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(asked, capture_output=True, check=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return platform.processor()
