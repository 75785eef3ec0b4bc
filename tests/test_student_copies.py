"""A student's copy runs with what the course needs, without a grader, and says of each cell that it is not done yet."""

from __future__ import annotations

import os
from pathlib import Path

import nbclient
import nbformat
import pytest
from classroom.source import ProblemSet, problem_sets
from make_assignments import for_students

ROOT = Path(__file__).parents[1]
#: What builds, grades and tests the book, and what a copy can do without.
NOT_THERE = (
    "torch",
    "gensim",
    "nbgrader",
    "otter",
    "sqlalchemy",
    "jupyter_book",
    "sphinx",
    "pytest",
    "nbclient",
    "hypothesis",
    "click",
)
BLOCK = f"""
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {NOT_THERE!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}")

sys.meta_path.insert(0, Blocked())
"""


@pytest.mark.parametrize("source", problem_sets(), ids=lambda path: path.stem)
def test_a_copy_runs_through_and_says_what_is_not_done(source, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(BLOCK)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    notebook = nbformat.reads(for_students(source), as_version=4)
    for cell in notebook.cells:
        if "student" in cell.metadata.get("tags", ()):
            cell.source = "STUDENT = 'ada'"
    kinds = {cell.name: cell for cell in ProblemSet.read(source).cells}
    done = nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    for cell in done.cells:
        if cell.cell_type != "code":
            continue
        known = kinds.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        raised = [output for output in cell.outputs if output.output_type == "error"]
        if known and (known.test or known.answer):
            assert [output.ename for output in raised] in (["NotDone"], ["NotImplementedError"], []), (
                known.name
            )
            assert not known.test or "not done yet" in raised[0].evalue, known.name
        else:
            assert not raised, cell.source
