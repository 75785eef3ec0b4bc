"""Building the book: its public address, which chapters are executed again, and two at a time."""

from __future__ import annotations

import ast
import json
import logging
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

import addresses
import build_book
import chapters
import nbformat
import pytest
import run_notebooks
import two_at_a_time
from IPython.core.inputtransformer2 import TransformerManager
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.config import NbParserConfig
from myst_nb.core.execute.cache import NotebookClientCache

# The public address.


def test_without_an_address_there_are_no_buttons():
    config = build_book.configuration({})
    assert config["repository"]["url"] == ""
    assert not any(key.startswith("use_") and value for key, value in config["html"].items())
    assert config["html"]["baseurl"] == ""


@pytest.mark.parametrize(
    ("ending", "website"),
    [(ending, website) for ending in ("", "/", ".git") for website in ("", "https://example.org/book/")],
)
def test_with_an_address_there_are_all_buttons(ending, website):
    address = "https://github.com/someone/word2vec-book"
    config = build_book.configuration(
        {"BOOK_REPOSITORY": address + ending, "BOOK_BRANCH": "next", "BOOK_URL": website}
    )
    assert config["repository"] == {"url": address, "branch": "next", "path_to_book": ""}
    assert "launch_buttons" not in config, "the theme's own would lead to the source, not to the run edition"
    buttons = ("use_repository_button", "use_edit_page_button", "use_issues_button")
    assert all(config["html"][button] is True for button in buttons)
    assert config["html"]["baseurl"] == website


def test_an_address_that_cannot_be_used_is_refused():
    with pytest.raises(SystemExit, match="BOOK_REPOSITORY must read"):
        build_book.configuration({"BOOK_REPOSITORY": "someone/word2vec-book"})


@pytest.mark.parametrize(
    "odd", ["example.org", "javascript:alert(1)", "https://a b", "https://a.org/)x", "https://a.org?q"]
)
def test_an_address_of_the_pages_that_leads_nowhere_is_refused(odd):
    with pytest.raises(
        SystemExit, match=f"BOOK_URL must read https://host/folder, not {re.escape(repr(odd))}"
    ):
        addresses.public_address({"BOOK_URL": odd})
    for fine in ("", "https://a.org", "http://127.0.0.1:8000/", "https://a.github.io/name/"):
        assert addresses.public_address({"BOOK_URL": fine}) == addresses.Address("", fine)


# A small project: what its chapters are called says what they import.

FILES = {
    "_config.yml": "execute: {timeout: 60}\n",
    "_toc.yml": "root: book/plain\n",
    "requirements.txt": "numpy==2.0\n",
    "book/_ext/layout.py": "",
    "book/_static/book.css": "",
    "tools/build_book.py": "",
    "w2vlib/__init__.py": "from .counting import count\n",
    "w2vlib/counting.py": "",
    "w2vlib/data/wikipedia.w2v": "",
    "w2vlib/course/__init__.py": "",
    "w2vlib/course/plots.py": "import w2vlib\n",
    "w2vlib/course/assumptions.py": "from . import plots\n",
    "w2vlib/course/atlas/__init__.py": "",
    "w2vlib/course/atlas/page.py": "from ..plots import axes\n",
    "w2vlib/course/checks/__init__.py": "",
    "w2vlib/course/checks/angles.py": "from w2vlib.course.checks._messages import wrong\n",
    "w2vlib/course/checks/_messages.py": "",
    "w2vlib/course/widgets/__init__.py": "",
    "w2vlib/course/widgets/slider.js": "",
    "w2vlib/course/widgets/_frame.py": "",
    "w2vlib/course/widgets/curves.py": "def curves():\n    from ._frame import frame\n",
}
CHAPTERS = {
    "plain": "import w2vlib\nimport os.path",
    "plots": "import w2vlib\nfrom w2vlib.course import plots",
    "assumptions": "from w2vlib.course.assumptions import table",
    "curves": "%config InlineBackend.figure_format = 'svg'\nimport w2vlib.course.widgets.curves as moving",
    "angles": "from w2vlib.course.checks.angles import check_angles\nfrom w2vlib.course import plots",
}
ALL = frozenset(CHAPTERS)


def notebook(*sources: str):
    """A notebook of code cells, with one of prose before them."""
    cells = [nbformat.v4.new_markdown_cell("# A title"), *map(nbformat.v4.new_code_cell, sources)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for name, code in CHAPTERS.items():
        nbformat.write(notebook(code), tmp_path / "book" / f"{name}.ipynb")
    monkeypatch.setattr(chapters, "ROOT", tmp_path)
    return tmp_path


def chapter_paths(project):
    return {name: project / "book" / f"{name}.ipynb" for name in CHAPTERS}


def pages(project) -> dict:
    return chapters.states_of_pages(chapter_paths(project).values())


def runs(project) -> dict:
    return chapters.states_of_tests(chapter_paths(project).values())


def changed(before: dict, after: dict) -> set:
    return {path.stem for path in before if before[path] != after[path]}


@pytest.mark.parametrize(
    "file, executed, tested",
    [
        ("requirements.txt", ALL, ALL),
        ("w2vlib/__init__.py", ALL, ALL),
        ("w2vlib/counting.py", ALL, ALL),
        ("w2vlib/data/wikipedia.w2v", ALL, ALL),
        ("w2vlib/data/new.npy", ALL, ALL),
        ("w2vlib/course/__init__.py", ALL - {"plain"}, ALL - {"plain"}),
        ("w2vlib/course/plots.py", {"plots", "assumptions", "angles"}, {"plots", "assumptions", "angles"}),
        ("w2vlib/course/assumptions.py", {"assumptions"}, {"assumptions"}),
        ("w2vlib/course/widgets/__init__.py", {"curves"}, {"curves"}),
        ("w2vlib/course/widgets/curves.py", {"curves"}, {"curves"}),
        ("w2vlib/course/widgets/_frame.py", {"curves"}, {"curves"}),
        ("w2vlib/course/widgets/slider.js", set(), set()),  # pages bring their own scripts
        ("w2vlib/course/checks/__init__.py", set(), {"angles"}),
        ("w2vlib/course/checks/angles.py", set(), {"angles"}),
        ("w2vlib/course/checks/_messages.py", set(), {"angles"}),
        ("w2vlib/course/atlas/page.py", set(), set()),
        ("w2vlib/__pycache__/counting.pyc", set(), set()),
        ("book/_static/book.css", set(), set()),
        ("book/_ext/layout.py", set(), set()),
        ("_config.yml", set(), set()),
        ("_toc.yml", set(), set()),
        ("tools/build_book.py", set(), set()),
    ],
)
def test_an_edit_reaches_the_chapters_that_depend_on_it(project, file, executed, tested):
    before = pages(project), runs(project)
    (project / file).parent.mkdir(exist_ok=True)
    with (project / file).open("a") as text:
        text.write("# edited\n")
    assert changed(before[0], pages(project)) == executed
    assert changed(before[1], runs(project)) == tested


def test_another_python_reaches_every_chapter(project, monkeypatch):
    before = pages(project), runs(project)
    monkeypatch.setattr(sys, "version", "4.0")
    assert changed(before[0], pages(project)) == changed(before[1], runs(project)) == ALL


@pytest.mark.parametrize(
    "file, changes",
    [
        ("book/_static/book.css", True),
        ("book/plain.ipynb", True),
        ("_toc.yml", True),
        ("w2vlib/counting.py", True),
        ("w2vlib/course/plots.py", True),
        ("w2vlib/course/atlas/page.py", True),
        ("w2vlib/course/checks/angles.py", False),
    ],
)
def test_an_edit_builds_the_pages_anew_unless_it_is_not_seen_there(project, file, changes):
    before = build_book.state_of_pages({})
    with (project / file).open("a") as text:
        text.write("\n")
    assert (build_book.state_of_pages({}) != before) == changes


@pytest.mark.parametrize(
    "code, package, expected",
    [
        ("import w2vlib.course.plots", "", "course course.plots"),
        ("from w2vlib.course import plots as p, widgets", "", "course course.plots course.widgets"),
        ("from w2vlib.course.plots import axes", "", "course course.plots"),
        ("if True:\n    from w2vlib.course import plots", "", "course course.plots"),
        ("from . import plots", "w2vlib.course", "course course.plots"),
        ("from .. import plots", "w2vlib.course.widgets", "course course.plots"),
        ("from ..widgets._frame import frame", "w2vlib.course.atlas", "course course.widgets course.widgets._frame"),
        ("from w2vlib.course.atlas import *", "", "course course.atlas course.atlas.page"),
        ("from w2vlib import counting", "", "counting"),
        ("import numpy, w2vlibrary", "", None),
        ("text = 'import w2vlib.course.plots'", "", None),
    ],
)  # fmt: skip
def test_imports_are_found_however_they_are_written(project, code, package, expected):
    wanted = {"w2vlib", *(f"w2vlib.{name}" for name in expected.split())} if expected else set()
    assert chapters.imports(code, package) == wanted


def test_a_notebook_is_run_again_for_its_code_and_its_outputs_but_not_for_its_text(project):
    path = chapter_paths(project)["plots"]
    before, book = run_notebooks.what_is_compared(path), nbformat.read(path, as_version=4)
    book.cells[0].source = "# Another title"
    nbformat.write(book, path)
    assert run_notebooks.what_is_compared(path) == before
    book.cells[1].outputs = [nbformat.v4.new_output("stream", text="other")]
    nbformat.write(book, path)
    assert run_notebooks.what_is_compared(path) != before


LOADED = """
import json, sys
for name, code in json.load(sys.stdin).items():
    for module in [module for module in sys.modules if module.startswith("w2vlib.course")]:
        del sys.modules[module]
    exec(code, {})
    print(json.dumps([name, [module for module in sys.modules if module.startswith("w2vlib.course")]]))
"""


def test_the_chapters_of_the_book_load_nothing_of_the_course_that_was_not_found():
    """Whatever a chapter's import statements really load was found by reading them."""
    found, statements = {}, {}
    for path in build_book.notebooks():
        found[path.stem] = chapters.course_modules(path, checks=True)
        cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        nodes = [
            node for cell in cells for node in ast.walk(ast.parse(TransformerManager().transform_cell(cell)))
        ]
        imports = [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
        statements[path.stem] = "\n".join(imports)
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        input=json.dumps(statements),
        cwd=build_book.ROOT,
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    loaded = dict(map(json.loads, done.stdout.splitlines()))
    assert loaded.keys() == found.keys() and any(loaded.values())
    for name, modules in loaded.items():
        assert set(modules) <= found[name], name


# The cache.


def keep(path) -> None:
    """Put a chapter into the cache as if it had been executed."""
    data = {"execution_seconds": float(len(path.stem)), "state": chapters.states_of_pages([path])[path]}
    bundle = CacheBundleIn(nbformat.read(path, as_version=4), str(path), data=data)
    chapters.the_cache().cache_notebook_bundle(bundle, check_validity=False)


@pytest.fixture
def executed(project):
    """The small project, with every chapter executed."""
    for path in chapter_paths(project).values():
        keep(path)
    return project


def stale(project) -> list[str]:
    return [path.stem for path in chapters.stale_chapters(chapter_paths(project).values())]


def kept(project) -> set[str]:
    return {
        record.uri.split("/")[-1].removesuffix(".ipynb")
        for record in chapters.the_cache().list_cache_records()
    }


def test_what_was_executed_is_kept_and_only_what_is_stale_is_forgotten(executed):
    assert stale(executed) == []
    (executed / "w2vlib/course/plots.py").write_text("# edited")
    assert stale(executed) == ["assumptions", "angles", "plots"], "the longest first"
    assert kept(executed) == {"plain", "curves"}
    assert set(stale(executed)) == {"assumptions", "angles", "plots"}, (
        "they stay stale until they are executed"
    )


def test_prose_is_no_reason_to_execute(executed):
    path = chapter_paths(executed)["plots"]
    edited = nbformat.read(path, as_version=4)
    edited.cells[0].source = "# Another title"
    nbformat.write(edited, path)
    assert stale(executed) == []


def test_code_is_a_reason_to_execute_and_so_is_going_back(executed):
    path = chapter_paths(executed)["plots"]
    first = path.read_text()
    nbformat.write(notebook(CHAPTERS["plots"] + "\n1 + 1"), path)
    assert stale(executed) == ["plots"]
    assert kept(executed) == ALL - {"plots"}
    keep(path)
    (executed / "w2vlib/counting.py").write_text("# edited")
    path.write_text(first)
    assert set(stale(executed)) == ALL


@pytest.mark.parametrize("half", [None, '{"cells": ['])
def test_half_a_record_counts_as_none(executed, half):
    cache, path = chapters.the_cache(), chapter_paths(executed)["plots"]
    record = cache.match_cache_notebook(nbformat.read(path, as_version=4))
    file = cache.path / "executed" / record.hashkey / "base.ipynb"
    file.unlink() if half is None else file.write_text(half)
    assert stale(executed) == ["plots"]
    keep(path)
    assert stale(executed) == []


def test_a_chapter_that_never_ran_comes_before_the_others(executed):
    path = chapter_paths(executed)["plain"]
    chapters.forget(chapters.the_cache(), path)
    (executed / "w2vlib/course/plots.py").write_text("# edited")
    assert stale(executed) == ["plain", "assumptions", "angles", "plots"]


# Execution.

CODE = (
    "import os, warnings\nprint('one'); print('two')",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nos.path.basename(os.getcwd())",
    "import ipywidgets\nipywidgets.IntSlider(3)",
)


def myst_nb(path, cache, execute: bool):
    """What MyST-NB makes of a notebook, with a cache in which it must be unless it may execute."""
    config = NbParserConfig(execution_mode="cache", execution_cache_path=str(cache), execution_timeout=60)
    logger = logging.getLogger("myst_nb")
    client = NotebookClientCache(nbformat.read(path, as_version=4), path if execute else None, config, logger)
    client.start_client()
    return client


def test_myst_nb_finds_what_it_would_have_made(project, tmp_path_factory, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    path = project / "book" / "plain.ipynb"
    nbformat.write(notebook(*CODE), path)
    assert chapters.execute(path, chapters.states_of_pages([path])[path], timeout=60) == []
    assert "plain" not in stale(project)
    found = myst_nb(path, chapters.the_cache().path, execute=False)
    made = myst_nb(path, tmp_path_factory.mktemp("cache"), execute=True)
    assert found.exec_metadata["runtime"] > 0 and found.exec_metadata["succeeded"]
    for key in ("kernelspec", "language_info"):
        assert found.notebook.metadata[key] == made.notebook.metadata[key]
    [_, text, picture, slider], expected = found.notebook.cells, made.notebook.cells
    assert text.outputs == expected[1].outputs
    assert [output.output_type for output in picture.outputs] == ["execute_result", "display_data"]
    assert picture.outputs[0].data["text/plain"] == "'book'", "a chapter runs in its own folder"
    assert picture.outputs == expected[2].outputs
    assert slider.outputs[0].data.keys() == expected[3].outputs[0].data.keys()
    assert found.notebook.metadata.widgets.keys() == made.notebook.metadata.widgets.keys()


@pytest.mark.parametrize(
    "code, said",
    [
        ("first = 1\n1 / 0", "ZeroDivisionError"),
        ("import warnings\nwarnings.warn('careful')", "writes to stderr: .*careful"),
        ("import time\ntime.sleep(60)", "timed out"),
    ],
)
def test_what_goes_wrong_names_its_cell_and_is_not_kept(project, code, said):
    path = project / "book" / "plain.ipynb"
    nbformat.write(notebook("print('well')", code), path)
    [wrong] = chapters.execute(path, "", timeout=3)
    assert wrong.startswith(f"cell 3 of 3, which begins with {code.splitlines()[0]!r}")
    assert re.search(said, wrong, flags=re.DOTALL)
    assert kept(project) == set()


# Two at a time.


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_two_run_at_once_and_a_third_waits(tmp_path):
    meet = "import pathlib, time; mine, other = map(pathlib.Path, {}); mine.touch()\nwhile not other.exists(): time.sleep(0.01)"
    files = [str(tmp_path / "a"), str(tmp_path / "b")]
    third = f"import pathlib; assert all(pathlib.Path(name).exists() for name in {files})"
    commands = {"a": python(meet.format(files)), "b": python(meet.format(files[::-1])), "c": python(third)}
    done = list(two_at_a_time.run(commands, workers=2))
    assert [result.code for result in done] == [0, 0, 0]
    assert done[-1].name == "c"


def test_one_worker_keeps_the_order():
    commands = {name: python("import time; print(time.monotonic()); time.sleep(0.1)") for name in "cab"}
    done = list(two_at_a_time.run(commands, workers=1))
    starts = [float(result.output) for result in done]
    assert [result.name for result in done] == list("cab")
    assert min(later - earlier for earlier, later in zip(starts, starts[1:])) >= 0.1


def test_each_has_one_thread_and_its_output_and_exit_code_are_kept():
    code = "import os, sys; print(os.environ[{!r}]); print('done', file=sys.stderr); sys.exit(3)"
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    for done in two_at_a_time.run({name: python(code.format(name)) for name in names}):
        assert done.code == 3
        assert sorted(done.output.split()) == ["1", "done"]


def test_more_threads_folders_of_modules_and_settings_are_passed_on():
    code = "import os, sys; print(*map(os.environ.get, ['OMP_NUM_THREADS', 'A']), 'somewhere' in ' '.join(sys.path))"
    [done] = two_at_a_time.run(
        {"a": python(code)}, threads=2, modules=[Path("/somewhere")], settings={"A": "b"}
    )
    assert done.output.split() == ["2", "b", "True"]


def test_the_notebooks_are_run_with_other_sums_than_the_pages():
    """Where this is an x86 processor, NumPy's BLAS takes the kernel that is asked for."""
    code = "import threadpoolctl, numpy; print(*[pool.get('architecture') for pool in threadpoolctl.threadpool_info()])"
    [done] = two_at_a_time.run({"a": python(code)}, settings=run_notebooks.SIMPLER)
    assert done.code == 0
    assert platform.machine() not in ("x86_64", "AMD64") or done.output.split() == ["Haswell"]


def test_time_and_peak_memory_are_measured():
    # From a small process, as a child is never smaller than the one that it was forked from.
    script = """
import sys, two_at_a_time
codes = {"light": "pass", "heavy": "import time; x = bytearray(10**6) * 200; time.sleep(0.5)"}
done = two_at_a_time.run({name: [sys.executable, "-c", code] for name, code in codes.items()})
print(*(value for _, _, seconds, memory in sorted((d.name, d.code, d.seconds, d.memory) for d in done)
        for value in (seconds, memory)))
"""
    said = subprocess.run(
        python(script), env=os.environ | {"PYTHONPATH": str(Path(two_at_a_time.__file__).parent)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    heavy_seconds, heavy, light_seconds, light = map(float, said.stdout.split())
    assert light < 150e6 and 200e6 < heavy < 300e6
    assert 0.5 < heavy_seconds < 60 and 0 < light_seconds


def test_nothing_goes_on_running_when_the_loop_is_left(tmp_path):
    file = tmp_path / "pid"
    long = (
        f"import os, pathlib, time; pathlib.Path({str(file)!r}).write_text(str(os.getpid())); time.sleep(600)"
    )
    quick = f"import pathlib, time\nwhile not pathlib.Path({str(file)!r}).exists(): time.sleep(0.01)"
    start = time.monotonic()
    for done in two_at_a_time.run({"long": python(long), "quick": python(quick)}, workers=2):
        assert done.name == "quick"
        break
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text()), 0)
    assert time.monotonic() - start < 60
