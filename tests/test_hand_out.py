"""What a learner has written survives when the notebooks are made anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import open_lab
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output


def write(path, code: str, printed: str = "") -> None:
    outputs = [new_output("stream", name="stdout", text=printed)] if printed else []
    path.parent.mkdir(exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell(code, id="a", outputs=outputs)]), path)


def code_in(path) -> str:
    return nbformat.read(path, as_version=4).cells[0].source


@pytest.fixture
def folders(tmp_path):
    made, work = tmp_path / "made", tmp_path / "work"
    write(made / "01-first.ipynb", "one = 1")
    write(made / "02-second.ipynb", "two = 2")
    assert list(open_lab.hand_out(made, work)) == []
    return made, work


def test_all_notebooks_are_handed_out(folders):
    made, work = folders
    for path in made.iterdir():
        assert (work / path.name).read_bytes() == path.read_bytes()


def test_what_nobody_changed_is_replaced(folders):
    made, work = folders
    write(made / "01-first.ipynb", "one = 1.0")
    assert list(open_lab.hand_out(made, work)) == []
    assert code_in(work / "01-first.ipynb") == "one = 1.0"


def test_what_was_only_run_counts_as_unchanged(folders):
    made, work = folders
    write(work / "01-first.ipynb", "one = 1", printed="it ran")
    ran = (work / "01-first.ipynb").read_bytes()
    assert list(open_lab.hand_out(made, work)) == []
    assert (work / "01-first.ipynb").read_bytes() == ran, "there is nothing new to hand out"
    write(made / "01-first.ipynb", "one = 1.0")
    assert list(open_lab.hand_out(made, work)) == []
    assert code_in(work / "01-first.ipynb") == "one = 1.0"


def test_what_a_learner_changed_stays_and_the_new_one_lies_beside_it(folders):
    made, work = folders
    write(work / "02-second.ipynb", "two = 'mine'")
    assert list(open_lab.hand_out(made, work)) == []
    assert not (work / "02-second.new.ipynb").exists(), "there is no new edition yet"
    write(made / "02-second.ipynb", "two = 2.0")
    [said] = open_lab.hand_out(made, work)
    assert "You have changed 02-second.ipynb, so it stays" in said and "02-second.new.ipynb" in said
    assert code_in(work / "02-second.ipynb") == "two = 'mine'"
    assert code_in(work / "02-second.new.ipynb") == "two = 2.0"
    assert list(open_lab.hand_out(made, work)) == [], "it is said once"
    write(made / "02-second.ipynb", "two = 2.5")
    assert len(list(open_lab.hand_out(made, work))) == 1
    assert code_in(work / "02-second.ipynb") == "two = 'mine'"
    assert code_in(work / "02-second.new.ipynb") == "two = 2.5"


def test_a_learners_own_notebooks_are_left_alone(folders):
    made, work = folders
    write(work / "my-own.ipynb", "three = 3")
    (work / "notes.txt").write_text("mine")
    list(open_lab.hand_out(made, work))
    assert code_in(work / "my-own.ipynb") == "three = 3" and (work / "notes.txt").read_text() == "mine"


def test_a_deleted_notebook_is_handed_out_again(folders):
    made, work = folders
    (work / "01-first.ipynb").unlink()
    list(open_lab.hand_out(made, work))
    assert code_in(work / "01-first.ipynb") == "one = 1"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"01-first.ipynb": 3}'])
def test_without_a_readable_record_nothing_is_overwritten(folders, content):
    made, work = folders
    (work / open_lab.RECORD).write_text(content)
    write(work / "01-first.ipynb", "one = 'mine'")
    write(made / "01-first.ipynb", "one = 1.0")
    list(open_lab.hand_out(made, work))
    assert code_in(work / "01-first.ipynb") == "one = 'mine'"


@pytest.mark.parametrize("content", ["{ half", "", "{}", "[]", '{"nbformat": 4, "nbformat_minor": 5}'])
def test_a_notebook_that_cannot_be_read_is_kept(folders, content):
    made, work = folders
    (work / "01-first.ipynb").write_text(content)
    write(made / "01-first.ipynb", "one = 1.0")
    list(open_lab.hand_out(made, work))
    assert (work / "01-first.ipynb").read_text() == content
    assert json.loads((work / open_lab.RECORD).read_text())


def test_a_new_edition_in_which_the_learner_works_stays_too(folders):
    made, work = folders
    write(work / "02-second.ipynb", "two = 'mine'")
    write(made / "02-second.ipynb", "two = 2.0")
    list(open_lab.hand_out(made, work))
    write(work / "02-second.new.ipynb", "two = 'mine, too'")
    write(made / "02-second.ipynb", "two = 2.5")
    [said] = open_lab.hand_out(made, work)
    assert "02-second.new-2.ipynb" in said
    assert code_in(work / "02-second.new.ipynb") == "two = 'mine, too'"
    assert code_in(work / "02-second.new-2.ipynb") == "two = 2.5"
    write(made / "02-second.ipynb", "two = 3.0")
    assert len(list(open_lab.hand_out(made, work))) == 1
    assert code_in(work / "02-second.new-2.ipynb") == "two = 3.0", "nobody has changed it"
    assert not (work / "02-second.new-3.ipynb").exists()


def test_a_new_edition_that_was_deleted_is_laid_there_again(folders):
    made, work = folders
    write(work / "02-second.ipynb", "two = 'mine'")
    write(made / "02-second.ipynb", "two = 2.0")
    list(open_lab.hand_out(made, work))
    (work / "02-second.new.ipynb").unlink()
    assert len(list(open_lab.hand_out(made, work))) == 1
    assert code_in(work / "02-second.new.ipynb") == "two = 2.0"


def test_code_that_was_made_text_counts_as_changed(folders):
    made, work = folders
    own = nbformat.read(work / "01-first.ipynb", as_version=4)
    own.cells[0] = nbformat.v4.new_markdown_cell(own.cells[0].source)
    nbformat.write(own, work / "01-first.ipynb")
    write(made / "01-first.ipynb", "one = 1.0")
    assert len(list(open_lab.hand_out(made, work))) == 1
    assert nbformat.read(work / "01-first.ipynb", as_version=4).cells[0].cell_type == "markdown"


@pytest.mark.parametrize("name", ["01-first.ipynb", "02-second.new.ipynb", open_lab.RECORD])
def test_an_interrupted_write_leaves_what_was_there_and_is_made_good(folders, monkeypatch, name):
    """Interrupted half way through a file; what is on the disk is old and whole, and the next time all is well."""
    made, work = folders
    write(work / "02-second.ipynb", "two = 'mine'")
    write(made / "01-first.ipynb", "one = 1.0")
    write(made / "02-second.ipynb", "two = 2.0")
    before, whole = {path.name: path.read_bytes() for path in work.iterdir()}, Path.write_bytes

    def half(path, content):
        if name not in path.name:
            return whole(path, content)
        whole(path, content[: len(content) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(KeyboardInterrupt):
        list(open_lab.hand_out(made, work))
    assert (work / name).read_bytes() == before[name] if name in before else not (work / name).exists()
    monkeypatch.undo()
    list(open_lab.hand_out(made, work))
    assert code_in(work / "01-first.ipynb") == "one = 1.0"
    assert code_in(work / "02-second.ipynb") == "two = 'mine'"
    assert code_in(work / "02-second.new.ipynb") == "two = 2.0"
    assert {path.name for path in work.glob("*.ipynb")} == {
        "01-first.ipynb", "02-second.ipynb", "02-second.new.ipynb",
    }  # fmt: skip


def test_what_was_handed_out_is_written_down_at_once(folders, monkeypatch):
    """Stopped at the second notebook, the first one still counts as handed out."""
    made, work = folders
    write(made / "01-first.ipynb", "one = 1.0")
    write(made / "02-second.ipynb", "two = 2.0")
    replace = open_lab.replace

    def stopped(path, content):
        if path.name == "02-second.ipynb":
            raise KeyboardInterrupt
        replace(path, content)

    monkeypatch.setattr(open_lab, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        list(open_lab.hand_out(made, work))
    monkeypatch.undo()
    write(made / "01-first.ipynb", "one = 1.5")
    assert list(open_lab.hand_out(made, work)) == []
    assert code_in(work / "01-first.ipynb") == "one = 1.5"


def test_without_notebooks_it_says_how_they_are_made(tmp_path):
    with pytest.raises(SystemExit, match="no notebooks in .*made; make them first: make notebooks"):
        list(open_lab.hand_out(tmp_path / "made", tmp_path / "work"))
    assert not (tmp_path / "work").exists()


def test_a_file_in_the_place_of_the_folder_is_named(folders, tmp_path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(SystemExit, match="taken is to be the folder .* a file; move it away"):
        list(open_lab.hand_out(folders[0], tmp_path / "taken"))
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_folder_that_cannot_be_written_to_is_named():
    """The program itself, with a folder in the place of the file that it is to write."""
    code = (
        "import pathlib, runpy, sys, tempfile, chapters, build_book\n"
        "root = pathlib.Path(tempfile.mkdtemp())\n"
        "made = root / 'made' / 'notebooks'\n"
        "made.mkdir(parents=True)\n"
        "(made / '01.ipynb').write_text('{}')\n"
        "(root / 'notebooks' / '.01.ipynb.part').mkdir(parents=True)\n"
        "chapters.ROOT, build_book.BUILD = root, root / 'made'\n"
        f"runpy.run_path({open_lab.__file__!r}, run_name='__main__')"
    )
    folder = str(Path(open_lab.__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert ".01.ipynb.part" in done.stderr and "/notebooks be written to" in done.stderr


def test_a_new_edition_that_was_laid_but_not_written_down_is_no_second_one(folders):
    made, work = folders
    write(work / "02-second.ipynb", "two = 'mine'")
    write(made / "02-second.ipynb", "two = 2.0")
    before = (work / open_lab.RECORD).read_bytes()
    list(open_lab.hand_out(made, work))
    (work / open_lab.RECORD).write_bytes(before)  # as if it had been stopped in between
    list(open_lab.hand_out(made, work))
    assert [path.name for path in work.glob("*.new*")] == ["02-second.new.ipynb"]
