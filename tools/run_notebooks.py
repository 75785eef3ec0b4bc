"""Run every notebook of the book as a test: each cell must run, each assertion hold.

    make test

A notebook that passed is run again only when it, the package, its data or the
pinned versions have changed.  Notebooks run one at a time, as each uses all
cores; the time and the peak memory of each are printed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from build_book import ENVIRONMENT, ROOT, digest, record, recorded

#: Peak memory allowed to a notebook, in bytes: half of what Binder gives.
MEMORY = 1_000_000_000
NBVAL = "--nbval-lax --nbval-current-env --nbval-cell-timeout=120 --quiet -p no:cacheprovider".split()


def main() -> int:
    environment = digest(ENVIRONMENT, sys.version)
    failed = []
    for notebook in sorted((ROOT / "book").rglob("*.ipynb")):
        if ".ipynb_checkpoints" in notebook.parts:
            continue
        name = notebook.relative_to(ROOT).as_posix()
        state = digest([name], environment)
        if recorded(f"passed/{notebook.stem}") == state:
            print(f"{name}: unchanged since it passed")
            continue
        code, seconds, memory = run(notebook)
        print(f"{name}: {seconds:.1f} s, {memory / 1e6:.0f} MB", flush=True)
        if memory > MEMORY:
            print(f"{name}: needs more than {MEMORY / 1e6:.0f} MB", file=sys.stderr)
        if code or memory > MEMORY:
            failed.append(name)
        else:
            record(f"passed/{notebook.stem}", state)
    print("Failed: " + ", ".join(failed) if failed else "Every notebook runs.")
    return bool(failed)


def run(notebook: Path) -> tuple[int, float, int]:
    """Run one notebook; return its exit code, seconds and peak memory in bytes."""
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "pytest", *NBVAL, str(notebook)], cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    return os.waitstatus_to_exitcode(status), time.monotonic() - start, usage.ru_maxrss * unit


if __name__ == "__main__":
    sys.exit(main())
