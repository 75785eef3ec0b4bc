"""The book in a browser: which chapters can run there, what the site serves, and that it opens."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import subprocess
import sys
import threading
import tomllib
import zipfile
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import build_book
import make_lite
import nbformat
import pytest
from jupyterlite_pyodide_kernel import constants
from needs import Package
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from pages import Quiet

ROOT = Path(__file__).resolve().parents[1]

# What a chapter needs.  The small package has one function for each way to import.

FILES = {
    "__init__.py": "from .rooms import *\nfrom .plain import add\n",
    "plain.py": "import heavy_at_top\nimport math\n\ndef add(a, b):\n    return a + b\n",
    "_hidden.py": "class Kept:\n    def loss(self):\n        import in_hidden_method\n",
    "rooms/__init__.py": "from .doors import *\nfrom . import walls\n",
    "rooms/walls.py": "def paint(colour=None):\n    from . import doors\n    return doors.open_it(colour)\n",
    "rooms/doors.py": """
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import only_for_types

try:
    import only_if_there
except ImportError:
    only_if_there = None

__all__ = ["always", "refuses", "perhaps", "open_it", "late", "opens", "locked", "Made", "shut"]

def always():
    import in_a_function

def refuses():
    try:
        import wanted
    except ImportError:
        raise ImportError("wanted is wanted") from None

def perhaps():
    try:
        import not_wanted
    except ImportError:
        pass

def late(n):
    if n:
        return 1
    import after_a_return

def open_it(key=None, *, other="key"):
    if key is None:
        return 0
    import with_a_key

def opens(key=None):
    for _ in range(3):
        open_it(key)

def shut(key="iron"):
    return always() if key is None else open_it(key)

def locked(key="iron"):
    open_it(key)

class Made:
    def __init__(self):
        always()

    def exported(self):
        import in_a_method

    def quiet(self):
        return always if self else None
""",
}
ALWAYS = {"heavy_at_top"}


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Package:
    root = tmp_path_factory.mktemp("small")
    for name, code in FILES.items():
        path = root / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
    return Package(root, "house")


@pytest.mark.parametrize(
    ("code", "needed"),
    {
        "": set(),
        "import json, os.path": set(),
        "import numpy.linalg as la": {"numpy"},
        "if False:\n    from torch import nn": {"torch"},
        "await thing()": set(),
        "import house": ALWAYS,
        "from house.rooms import walls": ALWAYS,
        "import house\nhouse.always()": ALWAYS | {"in_a_function"},
        "from house import always\nf = always": ALWAYS | {"in_a_function"},
        "import house.rooms.doors as d\nd.always()": ALWAYS | {"in_a_function"},
        "import house\nhouse.refuses()": ALWAYS | {"wanted"},
        "import house\nhouse.perhaps()": ALWAYS,
        "import house\nhouse.late(0)": ALWAYS,
        "import house\nhouse.open_it()": ALWAYS,
        "import house\nhouse.open_it(None)": ALWAYS,
        "import house\nhouse.open_it(**options)": ALWAYS,
        "import house\nhouse.open_it('brass')": ALWAYS | {"with_a_key"},
        "import house\nhouse.opens()": ALWAYS,
        "import house\nhouse.opens(key='brass')": ALWAYS | {"with_a_key"},
        "import house\nhouse.locked()": ALWAYS | {"with_a_key"},
        "import house\nhouse.locked(**options)": ALWAYS | {"with_a_key"},
        "import house\nhouse.locked(None)": ALWAYS,
        "import house\nhouse.shut()": ALWAYS,
        "from house.rooms import walls\nwalls.paint()": ALWAYS,
        "from house.rooms import walls\nwalls.paint('red')": ALWAYS | {"with_a_key"},
        "import house\nhouse.Made()": ALWAYS | {"in_a_function"},
        "import house\nthing.exported()": ALWAYS | {"in_a_method"},
        "run.loss": set(),
    }.items(),
)
def test_what_some_code_needs_is_read_from_it(small, code, needed):
    assert small.needed(code) == needed


def test_a_chapter_that_imports_what_pyodide_lacks_is_not_offered():
    every = build_book.notebooks()
    offered = make_lite.runs_in_a_browser(every)
    absent = "import torch", "import numba", "import gensim"
    for path in every:
        code = "".join(
            cell.source + "\n" for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"
        )
        if any(line.startswith(absent) for line in code.splitlines()):
            assert path not in offered, path.name
    assert {path.name for path in offered} >= {"01-words-as-vectors.ipynb", "03-target.ipynb"}


def test_training_on_sampled_pairs_is_not_offered():
    package = Package(ROOT, "w2vlib")
    for name in ("train_qwem_sampled", "train_word2vec_sampled"):
        assert "torch" in package.needed(f"from w2vlib import training\ntraining.{name}(**options)")
    assert "torch" in package.needed("import w2vlib\nw2vlib.train_qwem(M, W, 0.1, 9, device='cpu')")
    assert package.needed("import w2vlib\nw2vlib.m_star(stats)") == {"numpy", "scipy"}


# What is known of Pyodide.


def test_the_kernel_loads_the_pyodide_that_is_known_here(monkeypatch, tmp_path):
    assert constants.PYODIDE_VERSION == make_lite.PYODIDE
    assert make_lite.PYODIDE_PYTHON.startswith(f"{constants.PYODIDE_PYTHON_VERSION}.")
    monkeypatch.setattr(make_lite, "PYODIDE_VERSION", "999.0.0")
    with pytest.raises(SystemExit, match="loads Pyodide 999.0.0"):
        make_lite.chosen_notebooks(tmp_path, None)


def test_what_the_package_wants_is_in_pyodide():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert SpecifierSet(project["requires-python"]).contains(make_lite.PYODIDE_PYTHON)
    for wanted in map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["plots"]]):
        assert wanted.specifier.contains(make_lite.IN_PYODIDE[wanted.name]), str(wanted)


def pyodide_of(folder: Path, **changed: str) -> Path:
    """A folder that looks like Pyodide, in which some versions may be changed."""
    versions = make_lite.IN_PYODIDE | changed
    packages = {name.lower(): {"imports": [name], "version": version} for name, version in versions.items()}
    for name in (
        "pyodide.mjs",
        "pyodide.asm.mjs",
        "pyodide.asm.wasm",
        "python_stdlib.zip",
        "pyodide.mjs.map",
    ):
        (folder / name).write_text(name)
    lock = {"info": {"python": make_lite.PYODIDE_PYTHON}, "packages": packages}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    return folder


def test_another_pyodide_is_refused(tmp_path):
    make_lite.check_pyodide(pyodide_of(tmp_path))
    with pytest.raises(SystemExit, match="is not Pyodide .*numpy 1.26.4"):
        make_lite.check_pyodide(pyodide_of(tmp_path, numpy="1.26.4"))
    (tmp_path / "pyodide.asm.wasm").unlink()
    with pytest.raises(SystemExit, match="holds no pyodide.asm.wasm"):
        make_lite.check_pyodide(tmp_path)


@pytest.mark.skipif("PYODIDE" not in os.environ, reason="PYODIDE names no folder with a copy of Pyodide")
def test_the_pyodide_at_hand_is_as_it_is_known_here():
    make_lite.check_pyodide(Path(os.environ["PYODIDE"]))


def test_without_notebooks_nothing_is_made(tmp_path):
    with pytest.raises(SystemExit, match="make notebooks first"):
        make_lite.main(["--notebooks", str(tmp_path), "--site", str(tmp_path / "site")])
    write(tmp_path / "a.ipynb", "import torch")
    with pytest.raises(SystemExit, match="None of the 1 notebooks"):
        make_lite.main(["--notebooks", str(tmp_path), "--site", str(tmp_path / "site")])
    assert not (tmp_path / "site").exists()


def test_a_folder_that_is_something_else_is_not_replaced(tmp_path):
    write(tmp_path / "a.ipynb", "1 + 1")
    with pytest.raises(SystemExit, match="is there already and no such site"):
        make_lite.main(["--notebooks", str(tmp_path), "--site", str(tmp_path)])
    assert (tmp_path / "a.ipynb").exists()


# A small site.

TEXT = """# A small chapter

The target is $M^\\star_{ij}$; see [chapter 6](06-torch.ipynb#loss) and [the words](words.ipynb).

$$
M^\\star = U S U^\\top
$$
"""


def write(path: Path, code: str, text: str = TEXT) -> None:
    cells = [nbformat.v4.new_markdown_cell(text, id="text")]
    cells += [nbformat.v4.new_code_cell(code, id="code")] if code else []
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("lite")
    notebooks = folder / "notebooks"
    (notebooks / "classroom").mkdir(parents=True)
    write(notebooks / "01-small.ipynb", "import numpy as np\nimport w2vlib\nnp.ones(3)")
    write(notebooks / "06-torch.ipynb", "import torch")
    write(notebooks / "words.ipynb", "")
    write(notebooks / "classroom" / "01-small.ipynb", "import numpy as np")
    assert make_lite.main(["--notebooks", str(notebooks), "--site", str(folder / "site")]) == 0
    return folder / "site"


def read_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_site_holds_the_chapters_that_can_run(site):
    listed = read_json(site / "api" / "contents" / "all.json")["content"]
    assert sorted(entry["path"] for entry in listed) == ["01-small.ipynb", "words.ipynb"]
    assert sorted(path.name for path in (site / "files").iterdir()) == ["01-small.ipynb", "words.ipynb"]
    assert (site / "lab" / "index.html").is_file()


def test_links_to_chapters_that_are_not_there_lead_to_pages_or_nowhere(site):
    text = nbformat.read(site / "files" / "01-small.ipynb", 4).cells[0].source
    assert "see chapter 6 and [the words](words.ipynb)" in text
    page = make_lite.linked("[as [6] says](06-torch.ipynb#loss)", {"a.ipynb"}, "https://example.org/b/")
    assert page == "[as [6] says](https://example.org/b/book/06-torch.html#loss)"
    kept = "[a](https://example.org/c.ipynb) [b](x.md) ![c](a.ipynb) [d](a.ipynb)"
    assert make_lite.linked(kept, {"a.ipynb"}, "") == kept


def test_the_wheels_are_listed_and_whole(site):
    index = read_json(site / "pypi" / "all.json")
    assert set(index) == {"w2vlib", *make_lite.SERVED}
    for name, found in index.items():
        [(version, [release])] = found["releases"].items()
        wheel = site / "pypi" / release["url"]
        assert wheel.parent == site / "pypi" and wheel.name.startswith(f"{name}-{version}-py3-none-any")
        assert hashlib.sha256(wheel.read_bytes()).hexdigest() == release["digests"]["sha256"]
        with zipfile.ZipFile(wheel) as packed:
            told = next(path for path in packed.namelist() if path.endswith(".dist-info/RECORD"))
            rows = [line.rsplit(",", 2) for line in packed.read(told).decode().splitlines()]
            assert sorted(path for path, _, _ in rows) == sorted(packed.namelist())
            for path, digest, _ in rows:
                if path != told:
                    value = hashlib.sha256(packed.read(path)).digest()
                    assert digest == "sha256=" + base64.urlsafe_b64encode(value).decode().rstrip("="), path


def test_what_the_wheels_hold_runs(site, tmp_path):
    for wheel in (site / "pypi").glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "import comm, w2vlib, w2vlib.course.widgets, w2vlib.course.checks.target\n"
        "from w2vlib._common.files import DATA\n"
        "stats = w2vlib.load_wikipedia(50)\n"
        "print(w2vlib.__file__, comm.__file__, DATA, len(stats), len(w2vlib.load_wikipedia_parts()), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    *places, words, parts = done.stdout.split()
    assert all(Path(place).is_relative_to(tmp_path) for place in places)
    assert (words, parts) == ("50", "8")
    shipped = {path.name for path in (ROOT / "w2vlib" / "data").iterdir()}
    assert {path.name for path in (tmp_path / "w2vlib" / "data").iterdir()} == shipped


def test_wheels_are_the_same_each_time(site, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    before = os.umask(0o077)
    try:
        make_lite.make_wheel(tmp_path)
        make_lite.pack_again("comm", tmp_path)
    finally:
        os.umask(before)
    for wheel in (site / "pypi").glob("*.whl"):
        assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes(), wheel.name


def test_only_pure_python_is_packed_again(tmp_path):
    with pytest.raises(SystemExit, match="numpy .* is more than Python"):
        make_lite.pack_again("numpy", tmp_path)


def test_the_site_is_told_of_no_other_host(site):
    told = read_json(site / "jupyter-lite.json")["jupyter-config-data"]
    kernel = told["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    assert kernel["disablePyPIFallback"] is True and "pyodideUrl" not in kernel
    assert len(kernel["pipliteUrls"]) == 2
    for address in kernel["pipliteUrls"]:
        assert address.startswith("./") and (site / urlsplit(address).path).is_file()
    for path in (site / "jupyter-lite.json", site / "lab" / "jupyter-lite.json"):
        assert "://" not in path.read_text(encoding="utf-8")
    assert [extension["name"] for extension in told["federated_extensions"]] == [
        "@jupyterlite/pyodide-kernel-extension"
    ]


def test_nothing_is_served_that_no_reader_needs(site):
    files = [path for path in site.rglob("*") if path.is_file()]
    suffixes = {path.suffix for path in files}
    assert not suffixes & {".map", ".eot", ".ttf", ".db"}
    assert not (site / "tree").exists() and not (site / "repl").exists()
    wheels = sum(path.stat().st_size for path in (site / "pypi").iterdir())
    assert sum(path.stat().st_size for path in files) - wheels < 20e6


def test_a_copy_of_pyodide_is_served_where_one_is_given(tmp_path, monkeypatch):
    monkeypatch.setattr(make_lite, "make_wheel", lambda folder: None)
    write(tmp_path / "a.ipynb", "1 + 1")
    (tmp_path / "copy").mkdir()
    copy = pyodide_of(tmp_path / "copy")
    make_lite.stage(tmp_path / "source", [tmp_path / "a.ipynb"], copy, "")
    served = {path.name for path in (tmp_path / "source" / "static" / "pyodide").iterdir()}
    assert served == {path.name for path in copy.iterdir()} - {"pyodide.mjs.map"}


def test_a_chapter_opens_and_asks_no_other_host_than_pyodides(site, browser):
    """Below a folder, as beside the pages; Pyodide's host is not answered, and nothing else is asked."""
    handler = functools.partial(Quiet, directory=str(site.parent))
    pyodide = urlsplit(constants.PYODIDE_CDN_URL).netloc
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{server.server_port}"
        context = browser.new_context()
        asked, failed = [], []
        context.on("request", lambda request: asked.append(request.url))
        context.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
        context.route(lambda url: urlsplit(url).netloc not in ("", host), lambda route: route.abort())
        tab = context.new_page()
        with context.expect_event("request", lambda request: pyodide in request.url, timeout=60_000):
            tab.goto(f"http://{host}/site/lab/index.html?path=01-small.ipynb")
        tab.wait_for_selector(".jp-RenderedMarkdown mjx-container[display=true]", timeout=60_000)
        text = tab.inner_text(".jp-Notebook")
        context.close()
        server.shutdown()
    hosts = {urlsplit(url).netloc for url in asked if url.startswith("http")}
    assert hosts == {host, pyodide} and not failed, (hosts, failed)
    assert "A small chapter" in text and "import w2vlib" in text
    assert "$" not in text and "](" not in text
