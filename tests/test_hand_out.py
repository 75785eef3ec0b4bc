"""What a learner has written survives when the notebooks are made anew."""

from __future__ import annotations

import json

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


def test_a_notebook_that_cannot_be_read_is_kept(folders):
    made, work = folders
    (work / "01-first.ipynb").write_text("{ half sav")
    write(made / "01-first.ipynb", "one = 1.0")
    list(open_lab.hand_out(made, work))
    assert (work / "01-first.ipynb").read_text() == "{ half sav"
    assert json.loads((work / open_lab.RECORD).read_text())
