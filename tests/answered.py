"""The problem sets, answers to them, and what their tests say of answers in this process."""

from __future__ import annotations

import contextlib
import importlib
import io

from classroom.source import ProblemSet, problem_sets

from w2vlib.course.checks import CheckFailed

SETS = {path.stem: ProblemSet.read(path) for path in problem_sets()}
TESTS = [(name, test.name) for name, problems in SETS.items() for test in problems.tests]
ANSWERS = {name: importlib.import_module(f"answers.{name.replace('-', '_')}") for name in SETS}
STARTED: dict = {}


def started(name: str, student: str) -> dict:
    """The names that a student's notebook has before the first problem."""
    if (name, student) not in STARTED:
        names = {"STUDENT": student}
        for cell in SETS[name].setup:
            exec(cell.text, names)
        STARTED[name, student] = names
    return dict(STARTED[name, student])


def outcome(name: str, test: str, *answers: str, student: str = "ada") -> str:
    """What a test says of answers: the message of CheckFailed, or what it prints."""
    names, said = started(name, student), io.StringIO()
    [cell] = [cell for cell in SETS[name].tests if cell.name == test]
    with contextlib.redirect_stdout(said):
        for answer in answers:
            with contextlib.suppress(NotImplementedError):
                exec(answer, names)
        said.truncate(0)
        said.seek(0)
        try:
            exec(cell.text, names)
        except CheckFailed as failed:
            return f"{type(failed).__name__} {failed}"
    return said.getvalue()


def solutions(name: str, test: str) -> list[str]:
    [problem] = [cell.problem for cell in SETS[name].tests if cell.name == test]
    return [cell.text for cell in SETS[name].answers(problem)]
