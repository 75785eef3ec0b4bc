"""The source of a problem set: a notebook with solutions, marked as nbgrader wants it.

A problem is what stands under a heading ``## Problem 3: …``.  Its cells are named
after it: ``3-…`` is an answer, which nbgrader empties between ``### BEGIN SOLUTION`` and
``### END SOLUTION``, or whole if it is text; cells with points and no answer are tests, and
text with points is marked by people, by the list that follows ``**Marks**``.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat

#: The cell of a student's copy that installs what is missing; no source has it.
SETUP = "setup"
SOURCES = Path(__file__).resolve().parents[2] / "assignments"
_HEADING = re.compile(r"^## Problem (\d+): (.+)$", re.MULTILINE)


def problem_sets() -> list[Path]:
    """The sources of all sets, in their order."""
    return sorted(SOURCES.glob("set-*.ipynb"))


@dataclass(frozen=True)
class Cell:
    """A cell that nbgrader knows: its name, text, points, and whether it is answer, test, both or neither."""

    name: str
    text: str
    code: bool
    points: float
    answer: bool
    graded: bool

    @property
    def test(self) -> bool:
        """Whether it is a test, which is run."""
        return self.graded and not self.answer

    @property
    def written(self) -> bool:
        """Whether it is an answer that people mark."""
        return self.graded and self.answer

    @property
    def problem(self) -> int:
        """The number of its problem; 0 before the first."""
        number, _, rest = self.name.partition("-")
        return int(number) if rest and number.isdecimal() else 0

    @property
    def marks(self) -> str:
        """How people mark it: the list after ``**Marks**``."""
        return self.text.partition("**Marks**")[2].strip()

    @cached_property
    def names(self) -> set[str]:
        """The names that its code uses."""
        return {node.id for node in ast.walk(ast.parse(self.text)) if isinstance(node, ast.Name)}


@dataclass(frozen=True)
class ProblemSet:
    """A problem set as its author wrote it.

    Attributes
    ----------
    name : str
        ``set-1``.
    title : str
    cells : tuple of Cell
    titles : dict of int to str
        What each problem is called.
    """

    name: str
    title: str
    cells: tuple[Cell, ...]
    titles: dict[int, str]

    @classmethod
    def read(cls, path: Path) -> ProblemSet:
        """Read a source; ValueError where a cell is not as this module says."""
        notebook = nbformat.read(path, as_version=4)
        cells, titles = [], {}
        for cell in notebook.cells:
            known = cell.metadata.get("nbgrader")
            for number, title in _HEADING.findall(cell.source) if cell.cell_type == "markdown" else ():
                titles[int(number)] = re.sub(r"\s*\([^()]*\)$", "", title)
            if known:
                cells.append(
                    Cell(
                        known["grade_id"],
                        cell.source,
                        cell.cell_type == "code",
                        float(known.get("points") or 0),
                        known["solution"],
                        known["grade"],
                    )
                )
        found = cls(
            path.stem, notebook.cells[0].source.splitlines()[0].removeprefix("# "), tuple(cells), titles
        )
        for cell in cells:
            if cell.problem not in titles and (cell.graded or cell.answer):
                raise ValueError(
                    f"{path.name}: the cell {cell.name!r} belongs to none of the problems {sorted(titles)}"
                )
            if cell.written and not cell.marks:
                raise ValueError(
                    f"{path.name}: the answer {cell.name!r} does not say after **Marks** how it is marked"
                )
        return found

    @classmethod
    def of(cls, name: str) -> ProblemSet:
        """Read the set of a name; ValueError where there is none."""
        path = SOURCES / f"{name}.ipynb"
        if not path.exists():
            sets = ", ".join(path.stem for path in problem_sets())
            raise ValueError(f"there is no set {name!r} in {SOURCES.name}/, only {sets}")
        return cls.read(path)

    @property
    def setup(self) -> list[Cell]:
        """The cells before the first problem: what is imported, and the student's data."""
        return [cell for cell in self.cells if cell.problem == 0 and cell.code]

    @property
    def tests(self) -> list[Cell]:
        """All tests, in order."""
        return [cell for cell in self.cells if cell.test]

    @property
    def written(self) -> list[Cell]:
        """All answers that people mark, in order."""
        return [cell for cell in self.cells if cell.written]

    def answers(self, problem: int) -> list[Cell]:
        """The cells of code that answer a problem."""
        return [cell for cell in self.cells if cell.problem == problem and cell.answer and cell.code]
