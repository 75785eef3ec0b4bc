"""Build the book, executing only what has changed.

    make book

Four things that Jupyter Book does not do by itself are done here.

*The public address.*  It is read from the environment: ``BOOK_REPOSITORY``
(https://github.com/owner/name), ``BOOK_BRANCH`` (main) and ``BOOK_URL`` (where
the pages are shown).  Without a repository no launch, edit or issue button is
made, as each of them would lead nowhere.

*What a cached run depends on.*  The cache of executed notebooks knows their code
cells only.  So it is dropped when the package, its data or the pinned versions
have changed, and kept otherwise.

*The concept atlases.*  They are computed first, unless they are there already,
by ``tools/make_atlas.py``; the pages take them from ``_build/atlas``.

*Doing nothing.*  If nothing at all has changed, nothing is built.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
HTML = BUILD / "html"
#: What a notebook's results depend on, apart from the notebook itself.
ENVIRONMENT = ("w2vlib", "requirements.txt")
#: What the pages depend on, apart from that.
SOURCES = ("book", "_config.yml", "_toc.yml", "tools")
ON_GITHUB = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")


def main() -> int:
    config = configuration(os.environ)
    environment = digest(ENVIRONMENT, sys.version)
    everything = digest(SOURCES, environment, repr(config))
    if (HTML / "index.html").exists() and recorded("built") == everything:
        print("The book is up to date: _build/html/index.html")
        return 0
    record("built", "")
    if recorded("executed") != environment:
        for folder in (".jupyter_cache", "jupyter_execute"):
            shutil.rmtree(BUILD / folder, ignore_errors=True)
        record("executed", environment)
    for folder in ("html", ".doctrees"):
        shutil.rmtree(BUILD / folder, ignore_errors=True)
    (BUILD / "config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    # matplotlib announces on stderr that it lists the fonts, once on each machine;
    # in a notebook that would count as an error.
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=True)
    if subprocess.run([sys.executable, ROOT / "tools" / "make_atlas.py"]).returncode:
        return 1
    program = Path(sys.executable).with_name("jupyter-book")
    command = [sys.executable, program, "build", "-W", "--keep-going", "--config", BUILD / "config.yml", ROOT]
    code = subprocess.run(command).returncode
    if code == 0:
        record("built", everything)
    return code


def configuration(environ: Mapping[str, str]) -> dict:
    """Return the book's configuration, with the public address if it is set.

    Raises
    ------
    SystemExit
        If ``BOOK_REPOSITORY`` is not the address of a GitHub repository.
    """
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    extensions = config["sphinx"]["local_extensions"]
    config["sphinx"]["local_extensions"] = {name: str(ROOT / path) for name, path in extensions.items()}
    html = config.setdefault("html", {})
    html["baseurl"] = environ.get("BOOK_URL", "").strip()
    repository = environ.get("BOOK_REPOSITORY", "").strip().rstrip("/").removesuffix(".git")
    if not repository:
        return config
    if not ON_GITHUB.fullmatch(repository):
        sys.exit(f"BOOK_REPOSITORY must read https://github.com/owner/name, not {repository!r}")
    branch = environ.get("BOOK_BRANCH", "").strip() or "main"
    config["repository"] = {"url": repository, "branch": branch, "path_to_book": ""}
    config["launch_buttons"] = {
        "notebook_interface": "jupyterlab",
        "binderhub_url": "https://mybinder.org",
        "colab_url": "https://colab.research.google.com",
    }
    html |= {"use_repository_button": True, "use_edit_page_button": True, "use_issues_button": True}
    return config


def digest(paths: Iterable[str], *more: str) -> str:
    """Return a hash of the contents of files and folders, and of further texts."""
    total = hashlib.sha256("\0".join(more).encode())
    for path in paths:
        for file in sorted(walk(ROOT / path)):
            total.update(f"\0{file.relative_to(ROOT).as_posix()}\0".encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def walk(path: Path) -> Iterable[Path]:
    """Yield the files below a path, without what programs leave there."""
    if path.is_file():
        yield path
    elif path.is_dir() and path.name != "__pycache__" and not path.name.startswith("."):
        for inner in path.iterdir():
            yield from walk(inner)


def recorded(name: str) -> str:
    """Return the hash written down by an earlier run, "" if there is none."""
    path = BUILD / f"{name}.sha256"
    return path.read_text() if path.exists() else ""


def record(name: str, value: str) -> None:
    """Write a hash down for a later run."""
    path = BUILD / f"{name}.sha256"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value)


if __name__ == "__main__":
    sys.exit(main())
