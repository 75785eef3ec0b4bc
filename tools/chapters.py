"""What the results of each chapter depend on, and the execution of those that are stale.

MyST-NB takes a chapter's outputs from the cache of executed notebooks, which knows
a chapter by its code cells only.  Here each record carries a hash of everything
else as well: the library, its data, the pinned versions, Python, and those modules
of the course that the chapter imports.  A record whose hash has changed is removed,
and its chapter executed again, before MyST-NB looks for it.

The checks of learners' answers are left out: they say something only when an
answer is wrong, and no page shows a wrong one.  They are tested by ``make test``.

    python tools/chapters.py book/NAME.ipynb HASH       (by build_book.py, for each stale chapter)
"""

from __future__ import annotations

import ast
import functools
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
import yaml
from IPython.core.inputtransformer2 import TransformerManager
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution

from w2vlib.course._plain import digest as digest_of_files

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "w2vlib"
COURSE = f"{PACKAGE}.course"
CHECKS = f"{COURSE}.checks"
#: The library, its data and the pinned versions: every chapter depends on them.
LIBRARY = (PACKAGE, "requirements.txt")


# What a chapter depends on.


def states_of_pages(chapters: Iterable[Path]) -> dict[Path, str]:
    """Return, for each chapter, a hash of all that its page's outputs depend on, apart from its code."""
    return _states(chapters, checks=False)


def states_of_tests(chapters: Iterable[Path]) -> dict[Path, str]:
    """Return the same for a run as a test, which depends on the checks as well."""
    return _states(chapters, checks=True)


def _states(chapters: Iterable[Path], checks: bool) -> dict[Path, str]:
    library = digest(LIBRARY, sys.version, without=[COURSE])
    states = {}
    for chapter in chapters:
        files = {file for name in course_modules(chapter, checks) for file in files_of(name)}
        states[chapter] = digest(sorted(file.relative_to(ROOT).as_posix() for file in files), library)
    return states


def course_modules(chapter: Path, checks: bool = False) -> set[str]:
    """Return the modules of the course that a chapter imports, directly or through others.

    Parameters
    ----------
    chapter
        A notebook.
    checks
        Whether the checks of learners' answers count.
    """
    cells = [cell for cell in nbformat.read(chapter, as_version=4).cells if cell.cell_type == "code"]
    plain = TransformerManager().transform_cell  # without what IPython adds to Python
    found: set[str] = set()
    new = {name for cell in cells for name in imports(plain(cell.source))}
    while new:
        name = new.pop()
        if name in found or not is_inside(name, COURSE) or (is_inside(name, CHECKS) and not checks):
            continue
        found.add(name)
        source = source_of(name)
        package = name if source.name == "__init__.py" else name.rpartition(".")[0]
        new |= imports(source.read_text(encoding="utf-8"), package)
    return found


def imports(code: str, package: str = "") -> set[str]:
    """Return the modules of the project that some code imports, with the packages around them.

    Parameters
    ----------
    code
        Python.
    package
        The package in which it stands, from which ``from . import name`` counts.
    """
    names = set()
    for node in _import_statements(code):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            around = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*around, *filter(None, [node.module])])
            names |= {origin} | {f"{origin}.{alias.name}" for alias in node.names}
            if any(alias.name == "*" for alias in node.names):
                names |= {f"{origin}.{path.stem}" for path in folder_of(origin).glob("[!_]*")}
    parts = (name.split(".") for name in names)
    every = {".".join(name[:end]) for name in parts for end in range(1, len(name) + 1)}
    return {name for name in every if is_inside(name, PACKAGE) and source_of(name)}


@functools.cache
def _import_statements(code: str) -> list[ast.stmt]:
    """Found once for all chapters, which import much the same modules."""
    return [node for node in ast.walk(ast.parse(code)) if isinstance(node, (ast.Import, ast.ImportFrom))]


def is_inside(name: str, package: str) -> bool:
    """Whether a module is a package or belongs to it."""
    return f"{name}.".startswith(f"{package}.")


def folder_of(name: str) -> Path:
    return ROOT.joinpath(*name.split("."))


def source_of(name: str) -> Path | None:
    """Return the file of a module of the project, None if there is no such module."""
    for path in (folder_of(name) / "__init__.py", folder_of(name).with_suffix(".py")):
        if path.is_file():
            return path
    return None


def files_of(name: str) -> list[Path]:
    """Return a module's file; a package's data count as its own, but for scripts and styles: pages bring their own."""
    source = source_of(name)
    beside = source.parent.iterdir() if source.name == "__init__.py" else []
    return [
        source,
        *(path for path in beside if path.is_file() and path.suffix not in {".py", ".pyc", ".js", ".css"}),
    ]


def digest(paths: Iterable[str], *more: str, without: Iterable[str] = ()) -> str:
    """Return a hash of files and folders of the project, without some packages, and of further texts."""
    return digest_of_files(
        [ROOT / path for path in paths], *more, apart=[folder_of(name) for name in without]
    )


# The cache.


def the_cache():
    """Return the cache of executed notebooks that MyST-NB reads."""
    return get_cache(ROOT / "_build" / ".jupyter_cache")


def is_executed(cache, chapter: Path, state: str) -> bool:
    """Whether the outputs of a chapter are in the cache, whole, and made in this state."""
    try:
        record = cache.match_cache_notebook(nbformat.read(chapter, as_version=4))
        cache.get_cache_bundle(record.pk)
    except (KeyError, ValueError):  # there is none, or its file was not finished
        return False
    return (record.data or {}).get("state") == state


def forget(cache, chapter: Path) -> float | None:
    """Remove the outputs of a chapter from the cache; return the seconds that they took, if known."""
    _, key = cache.create_hashed_notebook(nbformat.read(chapter, as_version=4))
    seconds = None
    for record in cache.list_cache_records():
        if record.hashkey == key or record.uri == str(chapter):
            seconds = (record.data or {}).get("execution_seconds", seconds)
            whole = cache.path / "executed" / record.hashkey / "base.ipynb"
            whole.parent.mkdir(parents=True, exist_ok=True)
            whole.touch()  # without this file the cache would not remove the record
            cache.remove_cache(record.pk)
    return seconds


def stale_chapters(chapters: Iterable[Path]) -> dict[Path, str]:
    """Return the chapters to be executed with their states, the longest first, and forget their outputs.

    A chapter that was never executed counts as long, and a later one as longer
    than an earlier one.
    """
    cache = the_cache()
    states = states_of_pages(chapters)
    stale = [chapter for chapter, state in states.items() if not is_executed(cache, chapter, state)]
    seconds = {chapter: forget(cache, chapter) for chapter in stale}
    unknown = float("inf")
    stale.sort(key=lambda chapter: (seconds[chapter] or unknown, chapter.name), reverse=True)
    return {chapter: states[chapter] for chapter in stale}


# Execution.


def commands(stale: dict[Path, str]) -> dict[str, list[str | Path]]:
    """Return what `two_at_a_time` runs to execute chapters."""
    return {
        chapter.relative_to(ROOT).as_posix(): [sys.executable, Path(__file__), chapter, state]
        for chapter, state in stale.items()
    }


def execute(chapter: Path, state: str, timeout: int) -> list[str]:
    """Execute a chapter in its own folder and put its outputs into the cache.

    Returns what is wrong; then nothing is kept.  Anything on stderr is wrong.
    """
    notebook = nbformat.read(chapter, as_version=4)
    at = 0

    def started(cell, cell_index):
        nonlocal at
        at = cell_index

    result = single_nb_execution(
        notebook, cwd=str(chapter.parent), timeout=timeout, allow_errors=False, on_cell_start=started
    )
    if result.err:
        return [f"{place(notebook, at)}: {result.err}"]
    wrong = [
        f"{place(notebook, index)} writes to stderr: {output.text}"
        for index, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", [])
        if output.get("name") == "stderr"
    ]
    if wrong:
        return wrong
    data = {"execution_seconds": result.time, "state": state}
    bundle = CacheBundleIn(notebook, str(chapter), data=data)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})  # no half of a record
    the_cache().cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    return []


def place(notebook, index: int) -> str:
    """Return the words by which a cell can be found."""
    first = next(iter(notebook.cells[index].source.splitlines()), "")
    return f"cell {index + 1} of {len(notebook.cells)}, which begins with {first!r}"


def main(chapter: str, state: str) -> int:
    timeout = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["execute"]["timeout"]
    wrong = execute(Path(chapter), state, timeout)
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
