"""Make the book that runs inside a browser: JupyterLite with the chapters that can run there.

    make lite                                            (after make notebooks)
    python tools/make_lite.py --pyodide FOLDER           with a copy of Pyodide, for machines without network

The site is ``_build/lite``; beside the pages, ``lite/lab/index.html?path=NAME.ipynb``
opens a chapter.  Python itself is Pyodide: the kernel loads it, and NumPy, SciPy and
matplotlib with it, from its public address, or from the site where ``--pyodide``
names a folder of it.  Everything else comes from the site, the package itself
included, and nothing is asked of the Python package index.

A chapter is offered if Pyodide has every module that it needs; ``tools/needs.py`` says
which these are.  Links to other chapters lead to the book's pages where ``BOOK_URL``
says where these are; where it does not, they are only words.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Collection, Iterable
from pathlib import Path

import nbformat
from addresses import public_address
from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION
from needs import Package, code_of

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "_build" / "notebooks"
SITE = ROOT / "_build" / "lite"
PACKAGE = "w2vlib"
TITLE = "What word2vec learns"

#: What a chapter's modules may come from in Pyodide, and in which version.  From its
#: ``pyodide-lock.json``; `--pyodide` compares the two.
PYODIDE = "314.0.6"
PYODIDE_PYTHON = "3.14.2"
IN_PYODIDE = {
    "numpy": "2.4.6",
    "scipy": "1.18.0",
    "matplotlib": "3.10.8",
    "IPython": "9.12.0",
    "threadpoolctl": "3.6.0",
    "tqdm": "4.67.3",
}
#: Where a chapter runs there, it finds these as well: what installs packages.
ALSO_THERE = {"micropip", "piplite"}
#: A source of a chapter imports this; its run edition does not.
ONLY_IN_SOURCES = {"myst_nb"}
#: Not in Pyodide, and what its kernel would otherwise ask the Python package index for.
SERVED = ["comm"]
#: Seconds since 1970 of everything made: the same files each time.  A wheel knows no earlier day.
EPOCH = 315532800  # 1 January 1980
#: What no browser asks for: fonts in the formats of old ones, and how JupyterLite itself was built.
NEEDLESS = ("build/fa-*.eot", "build/fa-*.svg", "build/fa-*.ttf", "rspack.config*.js")
#: Every file is as old as 1980, which says nothing to a learner.
LOOKS = {"@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False}}
#: The kernel's own name: a chapter that names it, and its language, opens without a question.
KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
PYODIDE_FILES = ("pyodide*.mjs", "*.wasm", "python_stdlib.zip", "pyodide-lock.json", "*.whl")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make the book that runs inside a browser.")
    parser.add_argument("--notebooks", type=Path, default=NOTEBOOKS, help="the run edition")
    parser.add_argument("--site", type=Path, default=SITE, help="where to write the site")
    parser.add_argument("--pyodide", type=Path, help="serve this copy of Pyodide, instead of its public one")
    given = parser.parse_args(arguments)
    if given.site.exists() and not (given.site / "jupyter-lite.json").exists():
        sys.exit(f"--site {given.site} is there already and no such site: name another place, or remove it")
    chosen = chosen_notebooks(given.notebooks, given.pyodide)
    with tempfile.TemporaryDirectory(prefix="w2v-lite-") as folder:
        made = build(Path(folder), chosen, given.pyodide, public_address(os.environ).website)
        shutil.rmtree(given.site, ignore_errors=True)
        given.site.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, given.site)
    size = sum(path.stat().st_size for path in given.site.rglob("*") if path.is_file())
    print(f"{len(chosen)} notebooks for a browser, {size / 1e6:.0f} MB: {given.site}")
    return 0


# Which chapters.


def runs_in_a_browser(notebooks: Iterable[Path], root: Path = ROOT) -> list[Path]:
    """Return those chapters that need nothing but what Pyodide has.

    Parameters
    ----------
    notebooks
        Chapters, as sources or in the run edition.
    root
        The folder in which the package lies.
    """
    package = Package(root, PACKAGE)
    there = IN_PYODIDE.keys() | ALSO_THERE | ONLY_IN_SOURCES
    return [notebook for notebook in notebooks if package.needed(code_of(notebook)) <= there]


def chosen_notebooks(folder: Path, pyodide: Path | None) -> list[Path]:
    """Return the chapters to be offered; stop if something is missing to make the site.

    Raises
    ------
    SystemExit
        If there are no notebooks, none of them can run in a browser, or the
        kernel's Pyodide, or the one given, is not the one known here.
    """
    if PYODIDE_VERSION != PYODIDE:
        sys.exit(
            f"The installed kernel loads Pyodide {PYODIDE_VERSION}, and {Path(__file__).name} knows what {PYODIDE} has: "
            "bring PYODIDE, PYODIDE_PYTHON and IN_PYODIDE up to the newer pyodide-lock.json"
        )
    if pyodide is not None:
        check_pyodide(pyodide)
    every = sorted(folder.glob("*.ipynb"))
    if not every:
        sys.exit(f"There are no notebooks in {folder}: make notebooks first")
    if not (chosen := runs_in_a_browser(every)):
        sys.exit(f"None of the {len(every)} notebooks in {folder} can run in a browser")
    return chosen


def check_pyodide(folder: Path) -> None:
    """Stop if a folder does not hold the Pyodide that is known here."""
    for name in (
        "pyodide.mjs",
        "pyodide.asm.mjs",
        "pyodide.asm.wasm",
        "python_stdlib.zip",
        "pyodide-lock.json",
    ):
        if not (folder / name).is_file():
            sys.exit(f"--pyodide {folder} holds no {name}: unpack Pyodide {PYODIDE} there")
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    found = versions_in(lock)
    wrong = {name: found.get(name) for name, version in IN_PYODIDE.items() if found.get(name) != version}
    if wrong or lock["info"]["python"] != PYODIDE_PYTHON:
        sys.exit(
            f"--pyodide {folder} is not Pyodide {PYODIDE}: it has Python {lock['info']['python']}"
            + "".join(f", {name} {version}" for name, version in wrong.items())
        )


def versions_in(lock: dict) -> dict[str, str]:
    """Return the versions of modules in a ``pyodide-lock.json``, by the names under which they are imported."""
    return {name: package["version"] for package in lock["packages"].values() for name in package["imports"]}


# The site.


def build(folder: Path, chosen: list[Path], pyodide: Path | None, book_url: str) -> Path:
    """Make the site inside an empty folder and return where it is."""
    source, site = folder / "source", folder / "site"
    stage(source, chosen, pyodide, book_url)
    write_json(source / "jupyter_lite_config.json", {"LiteBuildConfig": recipe(site, folder / "cache")})
    for path in source.rglob("*"):
        os.utime(path, (EPOCH, EPOCH))
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("JUPYTERLITE_", "JUPYTER_"))
    }
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    run(command, source, own | {"JUPYTER_NO_CONFIG": "1"})
    for path in [path for pattern in NEEDLESS for path in site.glob(pattern)]:
        path.unlink()
    return site


def stage(source: Path, chosen: list[Path], pyodide: Path | None, book_url: str) -> None:
    """Put what JupyterLite is to serve into a new folder."""
    files, wheels = source / "files", source / "pypi"
    for new in (files, wheels):
        new.mkdir(parents=True)
    offered = {path.name for path in chosen}
    for path in chosen:
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata |= {"kernelspec": KERNEL, "language_info": {"name": "python"}}
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = linked(cell.source, offered, book_url)
        nbformat.write(notebook, files / path.name)
    make_wheel(wheels)
    for name in SERVED:
        pack_again(name, wheels)
    if pyodide is not None:
        there = source / "static" / "pyodide"
        there.mkdir(parents=True)
        for path in (path for pattern in PYODIDE_FILES for path in sorted(pyodide.glob(pattern))):
            shutil.copy(path, there / path.name)
    write_json(source / "jupyter-lite.json", settings())
    write_json(source / "overrides.json", LOOKS)


def settings() -> dict:
    """Return what the site says of itself; packages come from the site and from Pyodide, or not at all."""
    kernel = {"disablePyPIFallback": True}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": TITLE,
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
        },
    }


def recipe(site: Path, cache: Path) -> dict:
    """Return how JupyterLite is to build: one application, one extension, nothing that is not used."""
    return {
        "apps": ["lab"],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "no_libarchive": True,
        "ignore_sys_prefix": ["federated_extensions"],
        "federated_extensions": [str(kernel_extension())],
        "contents": ["files"],
        "ignore_contents": [],
        "ignore_lite_config": [],
        "output_dir": str(site),
        "cache_dir": str(cache),
        "source_date_epoch": EPOCH,
    }


def kernel_extension() -> Path:
    """Return the folder of the kernel's part that runs in the browser."""
    files = importlib.metadata.files("jupyterlite-pyodide-kernel") or []
    return next(
        Path(file.locate()).resolve().parent
        for file in files
        if file.name == "package.json" and "labextensions" in file.parts
    )


def linked(source: str, offered: Collection[str], book_url: str) -> str:
    """Return Markdown whose links to chapters that are not offered lead to the book's pages, or nowhere.

    Examples
    --------
    >>> text = "See [chapter 6](06-least-squares.ipynb#loss) and [chapter 1](01-words.ipynb)."
    >>> linked(text, {"01-words.ipynb"}, "")
    'See chapter 6 and [chapter 1](01-words.ipynb).'
    >>> linked(text, {"01-words.ipynb"}, "https://example.org")
    'See [chapter 6](https://example.org/book/06-least-squares.html#loss) and [chapter 1](01-words.ipynb).'
    """

    def there(match: re.Match) -> str:
        text, name, place = match["text"], match["name"], match["place"] or ""
        if f"{name}.ipynb" in offered:
            return match[0]
        return f"[{text}]({book_url.rstrip('/')}/book/{name}.html{place})" if book_url else text

    link = r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<name>[\w.-]+)\.ipynb(?P<place>#[^)\s]*)?\)"
    return re.sub(link, there, source)


# Wheels.


def make_wheel(folder: Path) -> None:
    """Put the package into a folder as a wheel, the same bytes each time."""
    with tempfile.TemporaryDirectory(prefix="w2v-wheel-") as copy:
        source = Path(copy)
        shutil.copytree(ROOT / PACKAGE, source / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT", "LICENSE-DATA"):
            shutil.copy(ROOT / name, source / name)
        for path in source.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        command = "import sys, setuptools.build_meta as backend; backend.build_wheel(sys.argv[1])"
        run([sys.executable, "-c", command, folder], source, os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH)})


def pack_again(name: str, folder: Path) -> None:
    """Put an installed distribution of pure Python into a folder as a wheel, the same bytes each time."""
    distribution = importlib.metadata.distribution(name)
    left_out = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"}
    files = sorted(
        (file for file in distribution.files or [] if file.suffix != ".pyc" and file.name not in left_out),
        key=str,
    )
    if any(file.suffix in {".so", ".pyd"} or ".." in file.parts for file in files):
        sys.exit(f"{name} {distribution.version} cannot be served: it is more than Python")
    told = next(file.parent.as_posix() for file in files if file.name == "METADATA")
    record = []
    wheel = folder / f"{told.removesuffix('.dist-info')}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as packed:

        def add(path: str, content: bytes) -> None:
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, content)

        for file in files:
            content = file.read_binary()
            record.append(f"{file.as_posix()},sha256={url_hash(content)},{len(content)}")
            add(file.as_posix(), content)
        add(f"{told}/RECORD", "\n".join([*record, f"{told}/RECORD,,", ""]).encode())


def url_hash(content: bytes) -> str:
    """Return a hash as the record of a wheel writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


# Small things.


def run(command: list, folder: Path, environment: dict) -> None:
    """Run a command; stop with all that it said if it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        umask=0o022,  # which the modes of files in a wheel would show
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\n{command[1:3]} failed, with code {done.returncode}")


def write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
