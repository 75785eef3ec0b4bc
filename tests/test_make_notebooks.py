"""Making and running the notebooks: what is named if it cannot be done, and when nothing is done."""

from __future__ import annotations

import os

import build_book
import make_notebooks
import nbformat
import pytest
import run_notebooks
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from two_at_a_time import Finished

# Making.


@pytest.fixture
def built(monkeypatch, tmp_path):
    """A built book whose one chapter, ``01-one``, was computed."""
    monkeypatch.setattr(build_book, "BUILD", tmp_path)
    for name in ("BOOK_REPOSITORY", "BOOK_URL"):
        monkeypatch.delenv(name, raising=False)
    source = tmp_path / "01-one.ipynb"
    nbformat.write(
        new_notebook(cells=[new_markdown_cell("# One [map](atlas.md)"), new_code_cell("1 + 1")]), source
    )
    folders = {
        "BUILD": "",
        "HTML": "html",
        "MADE": "notebooks",
        "CHECKED": "checked",
        "LABELS": "labels.json",
    }
    for name, folder in folders.items():
        monkeypatch.setattr(make_notebooks, name, tmp_path / folder)
    monkeypatch.setattr(make_notebooks, "notebooks", lambda: [source])
    monkeypatch.setattr(make_notebooks.places, "BESIDE", ())
    monkeypatch.setattr(make_notebooks.places, "AROUND", ())
    monkeypatch.setattr(make_notebooks, "problem_sets", list)
    monkeypatch.setattr(make_notebooks.chapters, "the_cache", lambda: Cache())
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "index.html").touch()
    (tmp_path / "labels.json").write_text('{"labels": {}, "sources": {}}')
    build_book.record("built", "so")
    return tmp_path


class Cache:
    """What was executed."""

    def match_cache_notebook(self, notebook):
        if notebook.cells[1].source != "1 + 1":
            raise KeyError("Cache record not found")
        self.nb, self.pk = notebook, 1
        return self

    def get_cache_bundle(self, key):
        return self


def test_all_editions_are_made_once(built, capsys):
    assert make_notebooks.main() == 0
    made = {path.relative_to(built).as_posix() for path in built.rglob("*.ipynb")}
    assert made == {
        "01-one.ipynb", "notebooks/01-one.ipynb", "notebooks/start.ipynb", "notebooks/classroom/01-one.ipynb",
        "checked/01-one.ipynb",
    }  # fmt: skip
    kept = (built / "notebooks" / "start.ipynb").stat().st_mtime_ns
    assert make_notebooks.main() == 0 and "up to date" in capsys.readouterr().out
    assert (built / "notebooks" / "start.ipynb").stat().st_mtime_ns == kept


def test_another_address_or_another_book_makes_them_anew(built, monkeypatch):
    make_notebooks.main()
    assert "git+" not in (built / "notebooks" / "01-one.ipynb").read_text()
    monkeypatch.setenv("BOOK_REPOSITORY", "https://github.com/owner/name")
    monkeypatch.setenv("BOOK_URL", "https://a.org/b/")
    make_notebooks.main()
    assert "git+https://github.com/owner/name@notebooks" in (built / "notebooks" / "01-one.ipynb").read_text()
    assert "[map](https://a.org/b/book/atlas.html)" in (built / "notebooks" / "01-one.ipynb").read_text()
    (built / "notebooks" / "gone.ipynb").touch()
    build_book.record("built", "otherwise")
    make_notebooks.main()
    assert not (built / "notebooks" / "gone.ipynb").exists()


def test_those_that_were_not_finished_are_made_anew(built, monkeypatch):
    make_notebooks.main()
    build_book.record("built", "otherwise")
    with monkeypatch.context() as stopped, pytest.raises(KeyboardInterrupt):
        stopped.setattr(make_notebooks.places, "surround", interrupt)
        make_notebooks.main()
    build_book.record("built", "so")  # back to what was finished once
    (built / "notebooks" / "README.md").unlink(missing_ok=True)
    make_notebooks.main()
    assert (built / "notebooks" / "README.md").exists()


def interrupt(folder) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("gone", ["built.sha256", "html/index.html"])
def test_without_a_built_book_it_is_said_how_to_build_it(built, gone):
    (built / gone).unlink()
    with pytest.raises(SystemExit, match="build it first: make book"):
        make_notebooks.main()


def test_without_the_numbers_of_the_pages_their_file_is_named(built):
    (built / "labels.json").unlink()
    with pytest.raises(SystemExit, match=r"labels\.json is missing.*: make clean book"):
        make_notebooks.main()


def test_a_chapter_that_was_changed_since_is_named(built):
    nbformat.write(
        new_notebook(cells=[new_markdown_cell("# One"), new_code_cell("1 + 2")]), built / "01-one.ipynb"
    )
    with pytest.raises(SystemExit, match="without the chapter 01-one as it is now; build it anew: make book"):
        make_notebooks.main()


def test_an_older_edition_that_cannot_be_removed_is_an_error(built, monkeypatch):
    """Not passed over: what is left of it would be published with the new one."""
    make_notebooks.main()
    build_book.record("built", "otherwise")

    def refused(path, **how):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "rmdir", refused)
    with pytest.raises(PermissionError):
        make_notebooks.main()


# Running.


@pytest.fixture
def checked(built, monkeypatch):
    """The notebooks to be run; what is run is written down, and ends as ``ends`` says."""
    make_notebooks.main()
    ran, ends = [], {"code": 0, "memory": 5}

    def run(commands, threads, modules, settings):
        for name, command in commands.items():
            ran.append((name, command[-1], threads))
            yield Finished(name, ends["code"], 1.0, ends["memory"], "It said this.")

    monkeypatch.setattr(run_notebooks, "CHECKED", built / "checked")
    monkeypatch.setattr(run_notebooks, "notebooks", make_notebooks.notebooks)
    monkeypatch.setattr(run_notebooks.two_at_a_time, "run", run)
    monkeypatch.setattr(
        run_notebooks.chapters, "states_of_tests", lambda found: {path: "state" for path in found}
    )
    return built, ran, ends


def test_the_checked_edition_is_run_once_for_each_number_of_threads(checked):
    built, ran, _ = checked
    notebook = built / "checked" / "01-one.ipynb"
    assert [run_notebooks.main(), run_notebooks.main(), run_notebooks.main(2)] == [0, 0, 0]
    assert ran == [("01-one", notebook, 1), ("01-one", notebook, 2)]


@pytest.mark.parametrize("end", [{"code": 1}, {"memory": run_notebooks.MEMORY + 1}])
def test_what_failed_or_was_too_large_is_named_and_run_again(checked, capsys, end):
    _, ran, ends = checked
    fine = dict(ends)
    ends.update(end)
    assert run_notebooks.main() == 1
    said = capsys.readouterr()
    assert "Failed: 01-one" in said.out and ("It said this." in said.err) == ("code" in end)
    ends.update(fine)
    assert run_notebooks.main() == 0 and len(ran) == 2


def test_another_state_of_the_package_is_a_reason_to_run(checked, monkeypatch):
    _, ran, _ = checked
    run_notebooks.main()
    monkeypatch.setattr(
        run_notebooks.chapters, "states_of_tests", lambda found: {path: "other" for path in found}
    )
    run_notebooks.main()
    assert len(ran) == 2
