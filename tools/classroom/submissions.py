"""Submissions as a learning platform exports them: whose they are, and what is in them.

A submission is a folder of a student's or a file with their name: ``id/set-1.ipynb``; Moodle's
``Ada Lovelace_1234_assignsubmission_file_/set-1.ipynb``; Canvas' ``lovelaceada_LATE_1234_56789_set-1-2.ipynb``;
Blackboard's ``Set 1_ada_attempt_2026-03-01-12-00-00_set-1.ipynb``.
"""

from __future__ import annotations

import csv
import json
import os
import re
import tempfile
import time
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from .source import SETUP, ProblemSet

#: The largest notebook that is read, in bytes.
LARGEST = 50_000_000
#: What stands before and in the names of platforms: whose it is, by name and by number.
_PLATFORMS = (
    re.compile(r"^(.+?_\d+)_assignsubmission_"),  # Moodle
    re.compile(r"^([^_]+)_(?:LATE_)?(\d+)_\d+_."),  # Canvas
    re.compile(r"^(.+?)_attempt_\d{4}(?:-\d\d){5}"),  # Blackboard
)
_AGAIN = re.compile(r"[-_ ]?\(?(\d+)\)?$")
_STUDENT = re.compile(
    r"""^([ \t]*)STUDENT([ \t]*=(?!=)[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|(\d+))?)""", re.MULTILINE
)


class NotRead(Exception):
    """A file that is no notebook, and why."""


@dataclass(frozen=True)
class Submission:
    """What a student has handed in: how the platform calls them, the folder/ or file it made for them, the files."""

    owner: str
    entry: str
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
        yield _inside(path)
    elif path.is_file() and zipfile.is_zipfile(path):
        with tempfile.TemporaryDirectory(prefix="submissions-") as folder, zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > 20_000_000_000:
                raise ValueError(
                    f"{path.name} unpacks to {size / 1e9:.0f} GB; unpack it yourself, and name the folder"
                )
            try:
                for member in archive.infolist():
                    place = archive.extract(member, folder)
                    when = time.mktime(
                        (*member.date_time, 0, 0, -1)
                    )  # the last of several is the one that counts
                    os.utime(place, (when, when))
            except (
                RuntimeError,
                NotImplementedError,
                zipfile.BadZipFile,
                zlib.error,
                OverflowError,
            ) as trouble:
                raise ValueError(
                    f"{path.name} cannot be unpacked ({trouble}); unpack it yourself, and name the folder"
                ) from None
            yield _inside(Path(folder))
    else:
        raise ValueError(f"{path} is neither a folder nor a zip file; name what your platform exports")


def _inside(folder: Path) -> Path:
    """The folder, or the one in it if that alone holds the folders of students, as when it was packed whole."""
    there = [entry for entry in folder.iterdir() if not entry.name.startswith((".", "__MACOSX"))]
    if (
        len(there) == 1
        and not there[0].is_symlink()
        and there[0].is_dir()
        and sum(entry.is_dir() for entry in there[0].iterdir()) > 1
    ):
        return there[0]
    return folder


def found_in(folder: Path) -> list[Submission]:
    """Return the submissions in a folder, by owner; ValueError if there are none."""
    files: dict[str, list[Path]] = defaultdict(list)
    entries: dict[str, str] = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith((".", "__MACOSX")):
            continue
        name = os.fsencode(entry.name).decode("utf-8", "backslashreplace")
        named = next(filter(None, (platform.match(name) for platform in _PLATFORMS)), None)
        if entry.is_dir() and not entry.is_symlink():
            owner = "_".join(named.groups()) if named else name
            files[owner] += _files(entry)
            entries[owner] = f"{name}/"
        else:
            alone = re.sub(
                r"(?<=.)(?: ?\(\d+\))?\.\w+$", "", name
            )  # as browsers number what has the same name
            owner = "_".join(named.groups()) if named else alone
            files[owner].append(entry)
            entries[owner] = name
    if not files:
        raise ValueError(f"there is nothing in {folder}; name the folder that holds what students handed in")
    return [Submission(owner, entries[owner], tuple(sorted(mine))) for owner, mine in sorted(files.items())]


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
    if not path.exists():
        raise ValueError(f"there is no roster {path}")
    known: dict[str, str] = {}
    for number, row in enumerate(table(path), 2):
        if not {"folder", "student"} <= row.keys():
            raise ValueError(
                f"{path}, line 1: it must name the columns folder and student, but is {', '.join(row)}"
            )
        folder, student = _composed(row.get("folder", "")), row.get("student", "").strip()
        if not folder or not student:
            raise ValueError(f"{path}, line {number}: it must have a folder and a student, but is {row}")
        if known.setdefault(folder, student) != student:
            raise ValueError(f"{path}, line {number}: {folder!r} stands there twice, for two students")
    if not known:
        raise ValueError(f"{path} has no line; it needs the columns folder and student")
    return known


def table(path: Path) -> list[dict[str, str]]:
    """Return the lines of a table, by column, however a spreadsheet sets them apart; ValueError if they cannot be read."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            separator = max(",;\t", key=file.readline().count)
            file.seek(0)
            rows = list(csv.DictReader(file, delimiter=separator, restval=""))
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8; save it as CSV in UTF-8") from None
    except csv.Error as trouble:
        raise ValueError(f"{path} cannot be read as a table ({trouble}); save it as CSV in UTF-8") from None
    return [{name.strip().lower(): text for name, text in row.items() if name} for row in rows]


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def in_roster(known: dict[str, str], owner: str) -> str | None:
    """Return the student of an owner: by the whole name, or by the name or number in it."""
    owner = _composed(owner)
    name, _, number = owner.rpartition("_")
    keys = (owner, number, name) if number.isdecimal() else (owner,)
    return next((known[key] for key in keys if key in known), None)


def newest(files: tuple[Path, ...], problems: ProblemSet) -> tuple[Path, list[str]]:
    """Return the notebook that counts, with notes; NotRead if there is none."""
    links = [path for path in files if path.is_symlink()]
    notebooks = [
        path for path in files if path.suffix.lower() == ".ipynb" and path.is_file() and path not in links
    ]
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
            text = "".join(cell.get("source", "")).replace("\r\n", "\n")
            cell.source = text.encode("utf-8", "replace").decode()  # half of a letter is none
            known = (cell.get("metadata") or {}).get("nbgrader") or {}
            cell.grade_id, cell.cell_type = str(known.get("grade_id")), cell.get("cell_type")
    except Exception:  # noqa: BLE001 - whatever is wrong with a file that says it is a notebook
        raise NotRead(
            f"{path.name} is called a notebook, but cannot be read as one. Open it, save it, hand it in again."
        ) from None
    return found, notes


def work_in(found: nbformat.NotebookNode, problems: ProblemSet, released: dict[str, str]) -> Work:
    """Return what a student has done.

    Cells are known by the name that nbgrader gave them or by what stands in them, so that copied,
    deleted and reordered cells do no harm.  Tests and what stands before the problems come from the source
    of the set; what a student has written into them is run besides, where it changes no test.

    Parameters
    ----------
    found : NotebookNode
    problems : ProblemSet
    released : dict of str
        The student's copy as it was handed out: the text of each cell by name.
    """
    work = Work()
    cells = {cell.name: cell for cell in problems.cells}
    texts = {_bare(text): name for name, text in released.items()}
    here, seen, pictures, changed_tests, recognised = 0, set(), set(), False, False
    for cell in found.cells:
        text, known = cell.source, cells.get(cell.grade_id)
        as_given = texts.get(_bare(text))
        if cell.grade_id == SETUP and text.count("\n") == released[SETUP].count("\n"):
            continue  # what it installs from depends on where the copy was made
        if as_given in cells and not cells[as_given].answer:  # empty answers may all have the same text
            known, recognised = known or cells[as_given], True
        here = known.problem if known else here
        seen |= {known.name} if known else set()
        if as_given or not text.strip():
            continue
        if known.code if known else cell.cell_type == "code":
            changed_tests |= bool(known and not known.answer)
            text, typed = _without_student(text)
            work.typed = typed or work.typed
            if text:  # tests and what stands before the problems, too: somebody may have written into them
                work.code.append((here, text))
        elif known or cell.cell_type == "markdown":
            if known and not known.answer:  # an answer below the question, in the same cell
                text = text.replace(known.text, "").strip()
            answer = (
                known
                if known and known.answer
                else next((c for c in problems.written if c.problem == here), None)
            )
            if answer and text:
                earlier = work.written.get(answer.name)
                if earlier != text:
                    work.written[answer.name] = f"{earlier}\n\n{text}" if earlier else text
                if cell.get("attachments"):
                    pictures.add(answer.name)
    gone = sorted({cell.name for cell in problems.tests} - seen)
    if changed_tests:
        work.notes.append("Tests or cells before the problems were changed; the original ones were used.")
    if gone:
        work.notes.append(f"Tests were missing ({', '.join(gone)}); the original ones were used.")
    if pictures:
        work.notes.append(
            f"Pictures are in the notebook only ({', '.join(sorted(pictures))}); they are marked there."
        )
    if not recognised:
        work.notes = [f"Nothing of {problems.name} was recognised in this notebook; is it the right one?"]
    return work


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _without_student(source: str) -> tuple[str, str]:
    """A cell in which STUDENT stays as the judge has set it, "" if nothing else was in it; and what was given to STUDENT."""
    given = _STUDENT.search(source)
    if given is None:
        return source, ""
    typed = (given[3] or given[4] or given[5] or "").strip()[:100]
    more = re.sub(r"^[ \t]*(?:STUDENT[ \t]*=.*|#.*)$", "", source, flags=re.MULTILINE).strip()
    return _STUDENT.sub(r"\1student_typed\2", source) if more else "", typed
