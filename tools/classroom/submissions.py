"""Submissions as a learning platform exports them: whose they are, and what is in them.

A submission is a folder of a student's or a file with their name: ``id/set-1.ipynb``; Moodle's
``Ada Lovelace_1234_assignsubmission_file_/set-1.ipynb``; Canvas' ``lovelaceada_LATE_1234_56789_set-1-2.ipynb``.
"""

from __future__ import annotations

import ast
import csv
import json
import os
import re
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from .source import ProblemSet

#: The largest notebook that is read, in bytes.
LARGEST = 50_000_000
_MOODLE = re.compile(r"^(.+?)_(\d+)_assignsubmission_\w+?_?$")
_CANVAS = re.compile(r"^([^_]+)_(?:LATE_)?(\d+)_(\d+)_(.+)$")
_AGAIN = re.compile(r"[-_ ]?\(?(\d+)\)?$")
_STUDENT = re.compile(r"^\s*STUDENT\s*=", re.MULTILINE)


class NotRead(Exception):
    """A file that is no notebook, and why."""


@dataclass(frozen=True)
class Submission:
    """What a student has handed in: how the platform calls them, and their files."""

    owner: str
    files: tuple[Path, ...]


@dataclass
class Work:
    """What a student has done: the code to run, in order, each with the problem it belongs to; and what is written.

    Attributes
    ----------
    typed : str
        What stands as STUDENT in the notebook.
    code : list of (int, str)
    written : dict of str
        By the name of the answer.
    notes : list of str
        What was found that a student and a teacher should know.
    readable : bool
        Whether there was a notebook.
    """

    typed: str = ""
    code: list[tuple[int, str]] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    readable: bool = True


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give the folder of submissions, unpacked if it is a zip; ValueError for anything else."""
    if path.is_dir():
        yield path
    elif path.is_file() and zipfile.is_zipfile(path):
        with tempfile.TemporaryDirectory(prefix="submissions-") as folder, zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > 20_000_000_000:
                raise ValueError(
                    f"{path.name} unpacks to {size / 1e9:.0f} GB; unpack it yourself, and name the folder"
                )
            archive.extractall(folder)
            yield Path(folder)
    else:
        raise ValueError(f"{path} is neither a folder nor a zip file; name what your platform exports")


def found_in(folder: Path) -> list[Submission]:
    """Return the submissions in a folder, by owner; ValueError if there are none."""
    files: dict[str, list[Path]] = defaultdict(list)
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith((".", "__MACOSX")):
            continue
        if entry.is_dir() and not entry.is_symlink():
            named = _MOODLE.match(entry.name)
            owner = f"{named[1]}_{named[2]}" if named else entry.name
            files[owner] += _files(entry)
        else:
            named = _CANVAS.match(entry.name)
            files[f"{named[1]}_{named[2]}" if named else _AGAIN.sub("", entry.stem) or entry.stem].append(
                entry
            )
    if not files:
        raise ValueError(f"there is nothing in {folder}; name the folder that holds what students handed in")
    return [Submission(owner, tuple(sorted(mine))) for owner, mine in sorted(files.items())]


def _files(folder: Path) -> list[Path]:
    return [
        Path(place, name)
        for place, folders, names in os.walk(folder)
        for name in names
        if not name.startswith(".") and ".ipynb_checkpoints" not in place and "__MACOSX" not in place
    ]


def roster(path: Path | None) -> dict[str, str]:
    """Return what a student writes as STUDENT, by what the platform calls them; ValueError if it is not such a table."""
    if path is None:
        return {}
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8; save it as CSV in UTF-8") from None
    known: dict[str, str] = {}
    for number, row in enumerate(rows, 2):
        folder, student = (row.get("folder") or "").strip(), (row.get("student") or "").strip()
        if not folder or not student:
            raise ValueError(f"{path}, line {number}: it must have a folder and a student, but is {row}")
        if known.setdefault(folder, student) != student:
            raise ValueError(f"{path}, line {number}: {folder!r} stands there twice, for two students")
    if not known:
        raise ValueError(f"{path} has no line; it needs the columns folder and student")
    return known


def in_roster(known: dict[str, str], owner: str) -> str | None:
    """Return the student of an owner: by the whole name, or by the name or number in it."""
    name, _, number = owner.rpartition("_")
    return next((known[key] for key in (owner, name, number) if key in known), None)


def newest(files: tuple[Path, ...], problems: ProblemSet) -> tuple[Path, list[str]]:
    """Return the notebook that counts, with notes; NotRead if there is none."""
    links = [path for path in files if path.is_symlink()]
    notebooks = [path for path in files if path.suffix.lower() == ".ipynb" and path not in links]
    if not notebooks:
        names = ", ".join(path.name for path in files) or "nothing"
        raise NotRead(
            f"There is no notebook (.ipynb) in what was handed in, only: {names}. Hand in the notebook itself."
        )
    ours = [path for path in notebooks if problems.name in path.stem.lower()] or notebooks
    chosen = max(ours, key=lambda path: (_attempt(path, problems.name), path.stat().st_mtime_ns, path.name))
    notes = (
        [f"Of {len(notebooks)} notebooks the last was graded: {chosen.name}."] if len(notebooks) > 1 else []
    )
    return chosen, notes


def _attempt(path: Path, name: str) -> int:
    """The number that a platform appends to what is handed in again: set-1-2.ipynb, set-1 (2).ipynb."""
    after = path.stem.lower().rpartition(name)[2]
    again = _AGAIN.search(after)
    return int(again[1]) if again and len(again[1]) < 9 else 0


def notebook(path: Path) -> tuple[nbformat.NotebookNode, list[str]]:
    """Read a notebook, in whatever encoding; NotRead if it is none."""
    if path.stat().st_size > LARGEST:
        raise NotRead(
            f"{path.name} has {path.stat().st_size / 1e6:.0f} MB. Clear its outputs (Edit, Clear Outputs of All Cells), "
            "save, and hand it in again."
        )
    raw, notes = path.read_bytes(), []
    for encoding in ("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252", "latin-1"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            notes = ["The file is not in UTF-8; some letters may have suffered."]
    try:
        plain = json.loads(text)
        found = nbformat.from_dict(plain)
        if found.get("nbformat") != 4:
            found = nbformat.convert(found, 4)
        for cell in found.cells:
            cell.source = "".join(cell.source)
            cell.setdefault("metadata", nbformat.from_dict({}))
            _ = cell.cell_type, cell.metadata.get("nbgrader", {}).get("grade_id"), cell.metadata.get("tags")
    except Exception:  # noqa: BLE001 - whatever is wrong with a file that says it is a notebook
        raise NotRead(
            f"{path.name} is called a notebook, but cannot be read as one. Open it, save it, hand it in again."
        ) from None
    return found, notes


def work_in(found: nbformat.NotebookNode, problems: ProblemSet, released: dict[str, str]) -> Work:
    """Return what a student has done.

    Cells are known by the name that nbgrader gave them or by what stands in them, so that copied,
    deleted and reordered cells do no harm.  Tests and what stands before the problems come from the source
    of the set; whatever a student has made of them is left out.

    Parameters
    ----------
    found : NotebookNode
    problems : ProblemSet
    released : dict of str
        The student's copy as it was handed out: the text of each cell by name.
    """
    work = Work()
    cells = {cell.name: cell for cell in problems.cells}
    texts = {_bare(text): name for name, text in released.items() if name in cells and not cells[name].answer}
    here, seen, changed_tests = 0, set(), False
    for cell in found.cells:
        known = cells.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if known is None and _bare(cell.source) in texts:
            known = cells[texts[_bare(cell.source)]]
        here = known.problem if known else here
        if cell.cell_type == "code":
            if _STUDENT.search(cell.source) and not (known and known.answer):
                work.typed = _typed(cell.source) or work.typed
            elif known and not known.answer:
                seen.add(known.name)
                changed_tests |= _bare(cell.source) != _bare(known.text)
            elif known and _bare(cell.source) == _bare(released[known.name]):
                seen.add(known.name)
            elif cell.source.strip():
                seen.add(known.name if known else "")
                work.code.append((here, cell.source))
        elif cell.cell_type == "markdown":
            if known and not known.answer:
                continue
            answer = known or next((c for c in problems.written if c.problem == here), None)
            if answer and cell.source.strip() and _bare(cell.source) != _bare(released[answer.name]):
                earlier = work.written.get(answer.name)
                if earlier != cell.source:
                    work.written[answer.name] = f"{earlier}\n\n{cell.source}" if earlier else cell.source
    gone = sorted({cell.name for cell in problems.tests} - seen)
    if changed_tests:
        work.notes.append("Tests or cells before the problems were changed; the original ones were used.")
    if gone:
        work.notes.append(f"Tests were missing ({', '.join(gone)}); the original ones were used.")
    if not seen:
        work.notes.append(f"Nothing of {problems.name} was recognised in this notebook; is it the right one?")
    return work


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _typed(source: str) -> str:
    """What is given to STUDENT in a cell, if it is a text or a number that stands there."""
    try:
        for statement in ast.parse(source).body:
            if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "STUDENT":
                return str(ast.literal_eval(statement.value)).strip()
    except (SyntaxError, ValueError):
        pass
    return ""
