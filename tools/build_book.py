"""Build the book, executing only what has changed.

    make book
    make book-student    the same without solutions, for a class

Six things that Jupyter Book does not do by itself are done here.

*The public address.*  It is read from the environment: ``BOOK_REPOSITORY``
(https://github.com/owner/name), ``BOOK_BRANCH`` (main) and ``BOOK_URL`` (where
the pages are shown).  Without a repository no edit or issue button is made, and
neither Binder nor Colab is offered, as each of them would lead nowhere.

*What a chapter's results depend on.*  ``tools/chapters.py`` says which chapters
are stale; the results of the others are kept.

*Two at a time.*  The stale chapters are executed before the pages are made, side
by side and each on one thread.

*The concept atlases.*  They are computed beside the chapters, unless they are
there already; the pages take them from ``_build/atlas``.

*What it took.*  Seconds and memory of what is executed are written down for the
page of runtimes.

*Doing nothing.*  If nothing at all has changed, nothing is built.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import chapters
import runtimes
import two_at_a_time
import yaml
from addresses import public_address
from chapters import ROOT, digest
from make_lite import runs_in_a_browser

BUILD = ROOT / "_build"
HTML = BUILD / "html"
HTML_STUDENT = BUILD / "html-student"
SOURCES = ("book", "_config.yml", "_toc.yml", "tools", *chapters.LIBRARY)
MAKE_ATLAS = [sys.executable, "-m", "w2vlib.course.atlas"]


def main() -> int:
    return for_students() if sys.argv[1:] == ["--student"] else book()


def book() -> int:
    """Build the book."""
    config = configuration(os.environ)
    everything = state_of_pages(config)
    if (HTML / "index.html").exists() and recorded("built") == everything:
        print("The book is up to date: _build/html/index.html")
        return 0
    record("built", "")
    for folder in ("html", ".doctrees", "jupyter_execute"):
        shutil.rmtree(BUILD / folder, ignore_errors=True)
    if not compute():
        return 1
    code = make_pages(config, "config.yml")
    if code == 0:
        record("built", everything)
    return code


def for_students() -> int:
    """Build the pages without solutions, and without a way from them to those."""
    config = without_solutions(configuration({}))
    if not compute():
        return 1
    apart = BUILD / "student"  # where Jupyter Book makes its own _build
    shutil.rmtree(apart, ignore_errors=True)
    code = make_pages(config, "config-student.yml", "--path-output", apart)
    if code == 0:
        shutil.rmtree(HTML_STUDENT, ignore_errors=True)
        (apart / "_build" / "html").rename(HTML_STUDENT)
        print("The book without solutions: _build/html-student/index.html")
    shutil.rmtree(apart, ignore_errors=True)
    return code


def without_solutions(config: dict) -> dict:
    """Return a configuration that leaves solutions out of pages, search and sources."""
    sphinx = config["sphinx"]
    sphinx["local_extensions"]["without_solutions"] = str(ROOT / "book" / "_ext")
    sphinx["config"] |= {
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "nb_execution_cache_path": str(BUILD / ".jupyter_cache"),
    }
    return config


def matplotlib_lists_fonts() -> None:
    """Let matplotlib list the fonts, once on each machine: it says so on stderr, an error in a notebook."""
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=True)


def make_pages(config: dict, name: str, *more: str | Path) -> int:
    """Let Jupyter Book make the pages of a configuration; return its exit code."""
    BUILD.mkdir(exist_ok=True)
    (BUILD / name).write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    program = Path(sys.executable).with_name("jupyter-book")
    command = [sys.executable, program, "build", "-W", "--keep-going", "--config", BUILD / name, *more, ROOT]
    return subprocess.run(command).returncode


def state_of_pages(config: Mapping) -> str:
    """Return a hash of all that the pages depend on; the checks of learners' answers are not seen there."""
    return digest(SOURCES, sys.version, repr(config), without=[chapters.CHECKS])


def compute() -> bool:
    """Make the atlases and execute the stale chapters; return whether all went well."""
    matplotlib_lists_fonts()
    stale = chapters.stale_chapters(notebooks())
    of_chapters = chapters.commands(stale)
    commands = {"the concept atlases": MAKE_ATLAS} | of_chapters
    print(f"To execute: {len(stale)} of {len(notebooks())} chapters", flush=True)
    failed, well, begin = [], [], time.monotonic()
    for done in two_at_a_time.run(commands):
        print(f"{done.name}: {done.seconds:.1f} s, {done.memory / 1e6:.0f} MB", flush=True)
        if done.code:
            print(f"{done.output}{done.name} failed, with code {done.code}.", file=sys.stderr, flush=True)
            failed.append(done.name)
        elif done.name in of_chapters:
            well.append(done)
    whole = time.monotonic() - begin if len(well) == len(notebooks()) else None
    runtimes.keep(BUILD, well, whole)
    if failed:
        print("The book is not built.  Failed: " + ", ".join(failed), file=sys.stderr)
    return not failed


def notebooks() -> list[Path]:
    """Return the chapters, in the order of the table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = [toc["root"], *(page["file"] for part in toc["parts"] for page in part["chapters"])]
    return [path for name in listed if (path := ROOT / f"{name}.ipynb").exists()]


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
    pages = [path.relative_to(ROOT).as_posix() for path in notebooks()]
    config["sphinx"]["config"]["runtimes_of"] = pages
    html = config.setdefault("html", {})
    address = public_address(environ)
    repository, html["baseurl"] = address.repository, address.website
    if html["baseurl"]:  # the chapters that run inside a browser are a site beside the pages
        config["sphinx"]["config"]["launch_lite"] = [path.stem for path in runs_in_a_browser(notebooks())]
    if not repository:
        return config
    branch = environ.get("BOOK_BRANCH", "").strip() or "main"
    config["repository"] = {"url": repository, "branch": branch, "path_to_book": ""}
    html |= {"use_repository_button": True, "use_edit_page_button": True, "use_issues_button": True}
    return config


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
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.  The chapters that were finished are kept.")
