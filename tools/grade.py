"""Grade a folder of submissions: `make grade SET=set-1 SUBMISSIONS=folder ROSTER=file.csv`.

Each notebook is run in a closed room of its own (``classroom/room.py``), two at a time, and its
tests outside of it (``classroom/judge.py``).  What was found is kept, a file for each submission, so
that a run that was stopped goes on where it was, and one submission that has changed is graded alone.

It writes ``FOLDER-graded/``: ``grades.csv``; ``written.csv``, where people fill in points for what
they mark, and run the same command again; ``feedback/``, a page for each student, and
``feedback.zip``, the same as a learning platform takes it; ``summary.html``.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import re
import resource
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import active_children, get_context
from pathlib import Path

import nbformat
from classroom import report, submissions
from classroom.judge import Judged, judge
from classroom.room import Limits, missing_walls
from classroom.source import SOURCES, ProblemSet
from classroom.submissions import NotRead, Submission, Work

from w2vlib._common.files import replace_file
from w2vlib._common.progress import progress_bar
from w2vlib._common.threads import processors
from w2vlib.course._plain import digest

ROOT = Path(__file__).resolve().parents[1]


@dataclasses.dataclass(frozen=True)
class Task:
    """One submission to grade: its work, whose data it is about, and where what is found is kept."""

    submission: str
    entry: str
    file_name: str
    student: str
    set_name: str
    work: Work
    for_teacher: tuple[str, ...]
    state: str
    place: Path


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Grade a folder of submissions.")
    parser.add_argument("set", help="the problem set: set-1")
    parser.add_argument(
        "submissions", type=Path, help="a folder or a zip file, as a learning platform exports it"
    )
    parser.add_argument("--roster", type=Path, help="a CSV file with the columns folder and student")
    parser.add_argument("--out", type=Path, help="where to write; by default beside the folder")
    parser.add_argument("--seconds", type=float, default=Limits.cell, help="how long a cell may run")
    parser.add_argument(
        "--notebook-seconds", type=float, default=Limits.notebook, help="how long a notebook may"
    )
    parser.add_argument("--memory", type=float, default=Limits.memory / 1e9, help="how many GB each may take")
    parser.add_argument("--open", action="store_true", help="without walls, for notebooks that you trust")
    given = parser.parse_args(arguments)
    limits = Limits(given.seconds, given.notebook_seconds, int(given.memory * 1e9))
    problems = ProblemSet.of(given.set)
    if not given.open and (why := missing_walls()):
        raise ValueError(
            f"{why}. Notebooks of others run in a closed room only; "
            "if you trust all of them, say so: make grade ROOM=open ..."
        )
    out = given.out or given.submissions.with_name(f"{given.submissions.stem}-graded")
    _of_one_set(out, given.set)
    known = submissions.roster(given.roster)
    with submissions.unpacked(given.submissions) as folder:
        tasks, records = planned(folder, problems, known, out, limits)
    todo = [task for task in tasks if task.place.name not in records]
    try:
        for folder in ("records", "feedback"):
            (out / folder).mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        raise ValueError(f"{trouble}; name another folder to write to: OUT=folder") from None
    with _alone(out):
        replace_file(out / "set.txt", f"{given.set}\n".encode())
        start = time.monotonic()
        records |= graded(todo, limits, not given.open)
        for old in (out / "records").glob("*.json"):
            if old.name not in records:  # of what is no longer in the folder
                old.unlink()
        absent = sorted({*known.values()} - {task.student for task in tasks})
        summary = report.write(out, problems, [records[task.place.name] for task in tasks], absent)
    kept = f", {len(tasks) - len(todo)} as they were" if len(todo) < len(tasks) else ""
    number = f"{len(todo)} submission{'s' * (len(todo) != 1)}"
    print(f"{number} graded in {time.monotonic() - start:.0f} s{kept}: {summary}")
    return 0


def planned(
    folder: Path, problems: ProblemSet, known: dict[str, str], out: Path, limits: Limits
) -> tuple[list[Task], dict[str, dict]]:
    """Return what there is to grade, and what is known of it already, by the name of its file."""
    released = released_cells(problems.name)
    ours = digest(
        [SOURCES / f"{problems.name}.ipynb", ROOT / "w2vlib", ROOT / "tools" / "classroom"], repr(limits)
    )
    read = {found: _read(found, problems, released) for found in submissions.found_in(folder)}
    students = {found: submissions.in_roster(known, found.owner) for found in read}
    about = Counter(
        (students[found] or work.typed).casefold()
        for found, work in read.items()
        if students[found] or work.typed
    )
    same = Counter(_code(work) for work in read.values() if work.code)
    tasks, records = [], {}
    for found, work in read.items():
        notes: list[str] = []
        student = students[found]
        if student is None:
            student = work.typed or found.owner
            if known:
                notes.append("This submission is not in the roster.")
            if not work.typed and work.code:
                work.notes.append(f"STUDENT was left empty; the data of {student!r} were used.")
        elif work.typed and work.typed.casefold() != student.casefold():
            work.notes.append(
                f"STUDENT was {work.typed!r}; the data of {student!r} were used, as in the roster."
            )
        if about[student.casefold()] > 1:
            notes.append(f"{about[student.casefold()]} submissions are about the data of {student!r}.")
        if work.code and same[_code(work)] > 1:
            notes.append(f"{same[_code(work)]} submissions have the same code.")
        plain = re.sub(r"[^\w.-]+", "-", found.owner)[:60]
        name = f"{plain}-{hashlib.sha256(found.owner.encode()).hexdigest()[:6]}"
        state = hashlib.sha256(
            json.dumps([ours, found.owner, student, dataclasses.asdict(work)]).encode()
        ).hexdigest()
        place = out / "records" / f"{name}.json"
        tasks.append(
            Task(found.owner, found.entry, name, student, problems.name, work, tuple(notes), state, place)
        )
        try:
            record = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if record.get("state") == state and not record.get("again"):
            records[place.name] = record | {"entry": found.entry, "for_teacher": notes}
    return tasks, records


def _read(found: Submission, problems: ProblemSet, released: dict[str, str]) -> Work:
    """What a student has done; a file that cannot be read is nothing, with a note."""
    try:
        path, notes = submissions.newest(found.files, problems)
        notebook, more = submissions.notebook(path)
        work = submissions.work_in(notebook, problems, released)
    except (NotRead, OSError) as trouble:
        return Work(notes=[str(trouble)], readable=False)
    work.notes = notes + more + work.notes
    return work


def _code(work: Work) -> str:
    return "\n".join(re.sub(r"\s+", "", text) for _, text in work.code)


@cache
def released_cells(name: str) -> dict[str, str]:
    """Return the text of each cell of the student's copy, by name."""
    from make_assignments import for_students

    made = nbformat.reads(for_students(SOURCES / f"{name}.ipynb"), as_version=4)
    return {
        cell.metadata.nbgrader.grade_id: cell.source for cell in made.cells if "nbgrader" in cell.metadata
    }


def graded(tasks: list[Task], limits: Limits, walls: bool) -> dict[str, dict]:
    """Grade submissions, as many at a time as there are processors; return what was found by the name of its file."""
    found: dict[str, dict] = {}
    if not tasks:
        return found
    with ProcessPoolExecutor(
        min(processors(), len(tasks)),
        mp_context=get_context("spawn"),
        initializer=_start,
        initargs=(2 * limits.memory,),
    ) as pool:
        waiting = {pool.submit(grade, task, limits, walls): task for task in tasks}
        try:
            done = progress_bar(
                True, as_completed(waiting), total=len(tasks), desc="graded", unit=" submissions"
            )
            for future in done:
                found[waiting[future].place.name] = future.result()
        except BaseException:
            for process in active_children():  # their rooms end with them
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def grade(task: Task, limits: Limits, walls: bool) -> dict:
    """Grade one submission, keep what was found, and return it."""
    problems = ProblemSet.of(task.set_name)
    judged, trouble = Judged(), []
    try:
        if task.work.readable:
            judged = judge(task.work, problems, task.student, limits, walls)
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are graded
        trouble = [
            f"This could not be graded ({type(error).__name__}: {error}); your teacher will look at it."
        ]
    record = {
        "submission": task.submission,
        "entry": task.entry,
        "file_name": task.file_name,
        "student": task.student,
        "state": task.state,
        "again": bool(trouble) or any(mark.look for mark in judged.marks),
        "notes": task.work.notes + trouble,
        "for_teacher": list(task.for_teacher),
        "marks": [dataclasses.asdict(mark) for mark in judged.marks],
        "raised": judged.raised,
        "code": task.work.code,
        "written": task.work.written,
        "seconds": round(judged.seconds, 2),
    }
    replace_file(task.place, json.dumps(record, ensure_ascii=True, indent=1).encode())
    return record


def _start(memory: int) -> None:
    """Let this process end when the one that started it is gone, however that was; and limit what answers can fill."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends the others
    with contextlib.suppress(ValueError):  # there is a lower limit already
        resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep a folder to this run; ValueError if another one has it."""
    place = os.open(out / "records", os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ValueError(f"another run is writing to {out}; wait until it has ended") from None
    finally:
        os.close(place)


def _of_one_set(out: Path, name: str) -> None:
    place = out / "set.txt"
    graded_before = place.read_text(encoding="utf-8").strip() if place.exists() else name
    if graded_before != name:
        raise ValueError(
            f"{out} holds the grades of {graded_before}; name another folder for {name}: OUT=folder"
        )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped. What was graded is kept; the same command goes on.")
    except BrokenProcessPool:
        sys.exit(
            "A process of the grading itself was ended. What was graded is kept; the same command goes on."
        )
    except (ValueError, OSError) as error:
        sys.exit(str(error))
