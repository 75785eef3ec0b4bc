"""The judge: runs a student's work in a closed room, and the tests of the source outside of it.

A test calls the student's function through :class:`Remote`, which has it called in the room and brings
back what it returns.  So the same check serves a chapter, a student's notebook and the grading, and nothing that
a student's code does where it runs can change what is right.  When a cell or a call does not end,
ends Python or takes too much memory, the room is closed, and the rest is graded in a new one
without it.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import time
import warnings
from dataclasses import dataclass, field

import numpy as np

from w2vlib.course.checks import CheckFailed, NotDone, Told

from . import wire
from .room import Limits, Room, Stopped
from .source import Cell, ProblemSet
from .submissions import Work

#: What is told of a room that had to be closed, and what that kind of wrong is called in the summary.
STOPPED = {
    "time": (
        "was still running after {cell:.0f} seconds and was stopped; look for a loop that never ends",
        "did not end",
    ),
    "memory": ("took more than {gigabytes:.1f} GB of memory and was stopped", "took too much memory"),
    "processes": ("started more than {processes} processes and was stopped", "started too many processes"),
    "ended": ("ended Python; leave out exit(), os._exit() and the like", "ended Python"),
    "nonsense": ("sent more than an answer to what asked for it and was stopped", "sent nonsense"),
}
_NO_ROOM = (
    "this could not be checked, as no room for your notebook could be made; your teacher will look at it"
)
_OVER = "the notebook and its tests took more than {notebook:.0f} seconds together, so this was not tried"


@dataclass
class Mark:
    """What one test has given: its points, and what the student is told."""

    name: str
    problem: int
    points: float
    most: float
    says: str
    kind: str = ""
    look: bool = False


@dataclass
class Judged:
    """What all tests have given, and what the cells have raised, by problem."""

    marks: list[Mark] = field(default_factory=list)
    raised: list[tuple[int, str]] = field(default_factory=list)
    seconds: float = 0.0


def judge(work: Work, problems: ProblemSet, student: str, limits: Limits, walls: bool = True) -> Judged:
    """Run a student's work and all tests of a set.

    Parameters
    ----------
    work : Work
    problems : ProblemSet
    student : str
        Whose data the answers are about.
    limits : Limits
    walls : bool
        As for :class:`Room`.
    """
    start = time.monotonic()
    with contextlib.closing(_Desk(work, problems, student, limits, walls, start + limits.notebook)) as desk:
        marks = [desk.mark(test) for test in problems.tests]
        raised = [(number, says) for number, says in desk.raised.values()]
    return Judged(marks, raised, time.monotonic() - start)


class Remote:
    """A student's function in the room."""

    def __init__(self, desk: _Desk, name: str):
        self._desk, self._name = desk, name

    def __call__(self, *args, **keywords):
        said = self._desk.ask(
            do="call", name=self._name, args=wire.written(args), keywords=wire.written(keywords)
        )
        if said.get("not_done"):
            raise NotImplementedError
        if "explained" in said or "trouble" in said:
            raise Told(str(said.get("explained", said.get("trouble")))[:1000])
        first = wire.read(said.get("first"))
        if args and isinstance(args[0], np.ndarray) and np.shape(first) == args[0].shape:
            with contextlib.suppress(ValueError, TypeError):  # nothing can be written to it, or not that
                args[0][...] = first
        for text in said.get("warned", ()):
            warnings.warn(str(text)[:300], RuntimeWarning, stacklevel=2)
        return wire.read(said.get("answer"))


class _Desk:
    """Where the judge sits: a room with the student's work in it, made again whenever it has been closed."""

    def __init__(self, work, problems, student, limits, walls, deadline):
        self.work, self.problems, self.student = work, problems, student
        self.limits, self.walls, self.deadline = limits, walls, deadline
        self.names = {"STUDENT": student}
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in problems.setup:
                exec(cell.text, self.names)
        self.poison: dict[int, str] = {}  # cells that closed a room, and how
        self.raised: dict[int, tuple[int, str]] = {}  # what the others raised
        self.room: Room | None = None
        self.ended: Exception | None = None  # what ended the room during the test at hand

    def close(self) -> None:
        if self.room:
            self.room.close()
            self.room = None

    def mark(self, test: Cell) -> Mark:
        """Run a test."""
        self.ended, look = None, False
        try:
            says = self._tried(test)
            return Mark(test.name, test.problem, test.points, test.points, says)
        except CheckFailed as failed:
            says, kind = str(failed), failed.kind
        except (_Over, Stopped, _NoRoom) as ended:
            says, kind, self.ended = "", "", ended
        except Exception as trouble:  # noqa: BLE001 - a check that fails itself is no fault of the student's
            says = f"this could not be checked ({type(trouble).__name__}: {trouble}); your teacher will look at it"
            kind, look = "could not be checked", True
        if isinstance(self.ended, Stopped):
            told, kind = self._told(str(self.ended))
            says = f"your function {told}"
        elif isinstance(self.ended, _Over):
            says, kind = _OVER.format(**vars(self.limits)), "no time was left"
        elif self.ended:
            says, kind, look = _NO_ROOM, "could not be checked", True
        return Mark(test.name, test.problem, 0, test.points, _sentence(says[:1500]), kind[:200], look)

    def _tried(self, test: Cell) -> str:
        names = dict(self.names)
        asked = _bound(self.problems.answers(test.problem)) & test.names
        for name in sorted(asked):
            names[name] = self._answer(name, test)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(test.text, test.name, "exec"), names)
        return said.getvalue().strip()

    def _answer(self, name: str, test: Cell) -> object:
        """A name of the student's: a function, or a value."""
        said = self.ask(do="get", name=name) if self.work.code else {}
        if said.get("function"):
            return Remote(self, name)
        if "trouble" in said:
            raise CheckFailed(f"`{name}`: {said['trouble']}")
        if "value" in said:
            return wire.read(said["value"])
        for number, says in self.raised.values():
            if number == test.problem:
                raise CheckFailed(f"`{name}` is not there: its cell {says}")
        for place, why in self.poison.items():
            if self.work.code[place][0] == test.problem:
                raise CheckFailed(f"`{name}` is not there: its cell {self._told(why)[0]}")
        raise NotDone(f"`{name}`: not done yet")

    def ask(self, **request) -> dict:
        """Ask the worker; make a room first if there is none."""
        try:
            if self.room is None:
                self._furnish()
            return self._asked(**request)
        except (_Over, Stopped, _NoRoom) as ended:  # a check may catch it: it asks a function that has failed
            self.ended = ended
            raise

    def _asked(self, **request) -> dict:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise _Over
        try:
            return self.room.ask(min(self.limits.cell, left), **request)
        except Stopped:
            self.close()
            if time.monotonic() >= self.deadline:
                raise _Over from None
            raise

    def _furnish(self) -> None:
        """Make a room, and run the student's work in it, less the cells that closed one before."""
        while self.room is None:
            self.room = Room(self.limits, self.walls)
            place = None
            try:
                self._asked(do="cell", source=f"STUDENT = {self.student!r}")
                for cell in self.problems.setup:
                    self._asked(do="cell", source=cell.text)
                self.raised = {}
                waiting = [place for place in range(len(self.work.code)) if place not in self.poison]
                while waiting:
                    missing = []
                    for place in waiting:
                        said = self._asked(do="cell", source=self.work.code[place][1])
                        self.raised.pop(place, None)
                        if said.get("raised") == "MemoryError":  # what it has filled stays full
                            raise self.room.stopped("memory")
                        if "raised" in said:
                            self.raised[place] = (self.work.code[place][0], _raised(said))
                            missing += [place] if said["raised"] == "NameError" else []
                    # A name that a later cell gives: such cells are run once more, as long as that helps.
                    waiting = missing if len(missing) < len(waiting) else []
            except Stopped as stopped:
                self.close()
                if place is None:  # before any code of the student's
                    raise _NoRoom from None
                self.poison[place] = str(stopped)

    def _told(self, why: str) -> tuple[str, str]:
        says, kind = STOPPED[why]
        return says.format(gigabytes=self.limits.memory / 1e9, **vars(self.limits)), kind


class _Over(Exception):
    """The time of a notebook is over."""


class _NoRoom(Exception):
    """This machine could not make a room, which is no fault of the student's."""


def _raised(said: dict) -> str:
    says = f", “{said['says']}”" if said.get("says") else ""
    line = f", in {said['line']}" if said.get("line") else ""
    return f"stopped with {said['raised']}{says}{line}"[:600]


def _bound(cells: list[Cell]) -> set[str]:
    """The names that the cells of a solution give to something, at their top."""
    found: set[str] = set()
    for cell in cells:
        for statement in ast.parse(cell.text).body:
            if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                found.add(statement.name)
            elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.For, ast.With)):
                found |= {
                    node.id
                    for node in ast.walk(statement)
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                }
    return found - set(dir(builtins))


def _sentence(text: str) -> str:
    symbol = not text[1:2].isalpha() and not text.startswith("a ")  # d = 3 is not D = 3
    return (
        (text[:1] if symbol else text[:1].upper())
        + text[1:]
        + ("" if text.endswith((".", "!", "?")) else ".")
    )
