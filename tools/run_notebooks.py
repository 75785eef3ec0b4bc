"""Run every notebook of the book as a test: each cell must run, each assertion hold.

    make test

A notebook that passed is run again only when its code or its checks, or what else
they depend on, have changed (``tools/chapters.py``).  Two notebooks run at a time,
each on one thread; the time and the peak memory of each are printed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import chapters
import two_at_a_time
from build_book import notebooks, record, recorded
from chapters import ROOT

#: Peak memory allowed to a notebook, in bytes: half of what Binder gives.
MEMORY = 1_000_000_000
NBVAL = "--nbval-lax --nbval-current-env --nbval-cell-timeout=120 --quiet -p no:cacheprovider".split()


def main() -> int:
    later_first = reversed(notebooks())  # the first chapters are short
    states = {
        notebook.relative_to(ROOT).as_posix(): state
        for notebook, state in chapters.states_of_tests(later_first).items()
    }
    commands = {}
    for name, state in states.items():
        if recorded(f"passed/{Path(name).stem}") == state:
            print(f"{name}: unchanged since it passed")
        else:
            commands[name] = [sys.executable, "-m", "pytest", *NBVAL, name]
    failed = []
    for done in two_at_a_time.run(commands):
        print(f"{done.name}: {done.seconds:.1f} s, {done.memory / 1e6:.0f} MB", flush=True)
        if done.memory > MEMORY:
            print(f"{done.name}: needs more than {MEMORY / 1e6:.0f} MB", file=sys.stderr)
        if done.code:
            print(done.output, file=sys.stderr, flush=True)
        if done.code or done.memory > MEMORY:
            failed.append(done.name)
        else:
            record(f"passed/{Path(done.name).stem}", states[done.name])
    print("Failed: " + ", ".join(failed) if failed else "Every notebook runs.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
