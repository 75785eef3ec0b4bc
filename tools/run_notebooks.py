"""Run every chapter as a learner would, and compare what it says with the book.

    make test

The notebooks are those of the checked edition (``tools/make_notebooks.py``): the run
edition, with its solutions as cells.  Each cell must run, each assertion hold, and whatever
a cell prints must be, to the last letter, what it printed for the pages.  The cells that
keep the numbers of sentences print something if one of them differs, so that every number
in the book is found by two runs: that of the pages, and this, in which the libraries add up
as they do on a simpler processor.

A notebook that passed is run again only when it, or what else it depends on, has changed
(``tools/chapters.py``).  The time and the peak memory of each are printed.  Another number
of threads is an argument::

    python tools/run_notebooks.py 2
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import chapters
import nbformat
import two_at_a_time
from build_book import notebooks, record, recorded
from make_notebooks import CHECKED

#: Peak memory allowed to a notebook, in bytes: half of what Binder gives.
MEMORY = 1_000_000_000
THREADS = 1
#: What NumPy's BLAS and PyTorch take on a processor without AVX-512: they add up in another order there.
#: Processors of another family do not know these names and leave them.
SIMPLER = {"OPENBLAS_CORETYPE": "Haswell", "ATEN_CPU_CAPABILITY": "avx2"}
NBVAL = (
    "--nbval --nbval-current-env --nbval-cell-timeout=600 --quiet -p no:cacheprovider -p text_only".split()
)


def command(notebook: Path) -> list[str | Path]:
    """Return the command that runs a notebook and compares."""
    return [sys.executable, "-m", "pytest", *NBVAL, notebook]


def what_is_compared(notebook: Path) -> str:
    """Return the code of a notebook and its outputs; its text is no reason to run it again."""
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    return json.dumps([[cell.source, cell.outputs] for cell in cells], sort_keys=True)


def main(threads: int = THREADS) -> int:
    later_first = reversed(notebooks())  # the first chapters are short
    commands, states = {}, {}
    for chapter, state in chapters.states_of_tests(later_first).items():
        checked = CHECKED / chapter.name
        name = chapter.stem
        states[name] = chapters.digest([], state, str(threads), what_is_compared(checked))
        if recorded(f"passed/{name}-{threads}") == states[name]:
            print(f"{name}: unchanged since it passed")
        else:
            commands[name] = command(checked)
    failed = []
    modules = [Path(__file__).parent]
    for done in two_at_a_time.run(commands, threads=threads, modules=modules, settings=SIMPLER):
        print(f"{done.name}: {done.seconds:.1f} s, {done.memory / 1e6:.0f} MB", flush=True)
        if done.memory > MEMORY:
            print(f"{done.name}: needs more than {MEMORY / 1e6:.0f} MB", file=sys.stderr)
        if done.code:
            print(done.output, file=sys.stderr, flush=True)
        if done.code or done.memory > MEMORY:
            failed.append(done.name)
        else:
            record(f"passed/{done.name}-{threads}", states[done.name])
    said = f"Every chapter runs, on {threads} thread{'s' * (threads > 1)}, and says what the book says."
    print("Failed: " + ", ".join(failed) if failed else said)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
