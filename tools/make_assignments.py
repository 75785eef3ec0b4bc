"""Make the problem sets for students from their sources: `make assignments`.

nbgrader's own steps empty the answers, lock the tests and keep a checksum of each.  What
is written, into ``_build/assignments``, is a course as nbgrader has them, so that a class
with nbgrader can go on from there:

``release/set-1/set-1.ipynb``, the copy for students, which needs no grader, and on Colab
installs what it needs; ``make notebooks`` puts it beside the chapters, too;
``source/set-1/set-1.ipynb``, the same with solutions and marks, for the teacher alone.
"""

from __future__ import annotations

import copy
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
from addresses import public_address
from build_book import BUILD
from classroom.source import SETUP, ProblemSet, problem_sets
from editions import places
from editions.chapter import HIDDEN
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import IncludeHeaderFooter, SaveCells
from traitlets.config import Config

MADE = BUILD / "assignments"
#: What stands in a student's copy where the source has an answer.
CODE_STUB = 'raise NotImplementedError("not done yet")'
TEXT_STUB = "*Not done yet: write your answer here, in place of this line.*"
_CONFIG = f"""c = get_config()
c.CourseDirectory.course_id = "what-word2vec-learns"
c.ClearSolutions.code_stub = {{"python": {CODE_STUB!r}}}
c.ClearSolutions.text_stub = {TEXT_STUB!r}
"""


def main() -> int:
    made = make(MADE, problem_sets())
    print(f"{len(made)} problem sets for students: {MADE.relative_to(BUILD.parent)}/release")
    return 0


def make(course: Path, sources: Iterable[Path]) -> list[Path]:
    """Write a course of these sources, in place of an older one; return the students' copies.

    What else lies there, as what nbgrader has collected, stays.
    """
    for folder in ("source", "release"):
        shutil.rmtree(course / folder, ignore_errors=True)
    course.mkdir(parents=True, exist_ok=True)
    (course / "nbgrader_config.py").write_text(_CONFIG, encoding="utf-8")
    made = []
    for source in sources:
        ProblemSet.read(source)
        ours = course / "source" / source.stem
        theirs = course / "release" / source.stem
        for folder in (ours, theirs):
            folder.mkdir(parents=True)
        shutil.copy(source, ours)
        made.append(theirs / source.name)
        made[-1].write_text(for_students(source), encoding="utf-8")
    return made


def for_students(source: Path) -> str:
    """Return the student's copy of a source, as the text of its file."""
    config = Config()
    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.ClearSolutions.text_stub = TEXT_STUB
    config.Exporter.default_preprocessors = []
    exporter = NotebookExporter(config=config)
    for step in GenerateAssignment().preprocessors:
        if step not in (IncludeHeaderFooter, SaveCells):  # those need files and a gradebook of a course
            exporter.register_preprocessor(step, enabled=True)
    notebook = nbformat.read(source, as_version=4)
    setup = nbformat.v4.new_code_cell(places.setup(public_address(os.environ)), id="setup")
    known = dict(schema_version=3, grade_id=SETUP, grade=False, solution=False, locked=True, task=False)
    setup.metadata = nbformat.from_dict(copy.deepcopy(HIDDEN) | {"nbgrader": known | {"cell_type": "code"}})
    notebook.cells.insert(1, setup)
    for cell in notebook.cells:
        known = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and (known.get("grade") or known.get("solution")):
            # "Run all" goes on after what is not done or not right yet.
            cell.metadata["tags"] = [*cell.metadata.get("tags", ()), "raises-exception"]
    text, _ = exporter.from_notebook_node(notebook, {"unique_key": source.stem})
    return text + "\n"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ValueError, OSError) as error:
        sys.exit(f"{error}; nothing is made of it")
