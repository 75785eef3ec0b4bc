"""A class that hands in a problem set: right and wrong answers, and all that a grading run has to survive."""

from __future__ import annotations

import contextlib
import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import numpy as np
from answered import ANSWERS, SETS, outcome, solutions
from classroom.source import SOURCES
from make_assignments import for_students

#: Runs the first problem's answer for ever, ends Python, and so on, where the function should be.
CLOSERS = {
    "hangs": ("while True:\n    pass", "still running"),
    "hangs and listens to nobody": (
        "import signal, time\nfor number in range(1, 32):\n    if number not in (9, 19):\n"
        "        signal.signal(number, signal.SIG_IGN)\ntime.sleep(1000)",
        "still running",
    ),
    "ends Python": ("import os\nos._exit(0)", "ended Python"),
    "crashes": ("import ctypes\nctypes.string_at(0)", "ended Python"),
    "exits": ("raise SystemExit", "stopped with SystemExit"),
    "takes all memory": ("rows = []\nwhile True:\n    rows.append(bytearray(10**8))", "emory"),
    "takes it by others": (
        "import os, time\nfor _ in range(9):\n    if os.fork() == 0:\n        row = bytearray(5 * 10**8)\n"
        "        row[::4096] = bytes(len(row[::4096]))\n        time.sleep(60)\ntime.sleep(60)",
        "memory",
    ),
    "forks": ("import os\nwhile True:\n    os.fork()", "processes|memory|running"),
}
#: Code before the answers, which are right but for the first; it is no nearer to its points for all this.
TRICKS = {
    "changes the checks": "import w2vlib.course.checks as checks\nfor name in checks.__all__:\n"
    "    setattr(checks, name, lambda *a, **k: None)\n",
    "changes NumPy and Python": "import builtins\nimport numpy\n"
    "numpy.allclose = numpy.isclose = numpy.array_equal = lambda *a, **k: True\nbuiltins.AssertionError = int\n",
    "talks to the judge": "import os\nfor handle in range(3, 30):\n    try:\n"
    '        os.write(handle, b\'{"function": true}\\n{"answer": 1}\\nnonsense\\n\')\n    except OSError:\n        pass\n',
    "looks for the key": "import w2vlib\nfrom pathlib import Path\n"
    "for place in (Path(w2vlib.__file__).parents[1], Path.cwd(), Path('/tmp'), Path('/home'), Path('/root')):\n"
    "    for path in place.glob('**/set-*.ipynb'):\n        KEY = path.read_text()\n"
    "import w2vlib.course.problems.set_1 as key\n",
    "calls the network": "import socket\nfor place in PLACES:\n    try:\n"
    "        socket.create_connection(place, timeout=1).send(b'GET / HTTP/1.0\\r\\n\\r\\n')\n    except OSError:\n        pass\n",
    "fills the disks": "import os\nspace = 0\nfor number in range(20):\n    for place in ('/', '/dev', '/dev/shm', '/tmp'):\n        try:\n"
    "            with open(f'{place}/{number}', 'wb') as file:\n                space += file.write(bytes(90_000_000))\n        except OSError:\n            pass\n"
    "if space > 1_000_000_000:\n    KEY = space\n",
    "reads another": "KEY = open(OTHER).read()\n",
    "leaves something": "from pathlib import Path\nimport w2vlib\n"
    "for place in ('/tmp', '/room', '/dev/shm', Path(w2vlib.__file__).parent, FOLDER):\n    try:\n"
    "        Path(place, 'left-behind.txt').write_text('the key')\n    except OSError:\n        pass\n",
    "finds what was left": "from pathlib import Path\nimport w2vlib\n"
    "for place in ('/tmp', '/room', '/dev/shm', Path(w2vlib.__file__).parent, FOLDER):\n"
    "    for path in Path(place).glob('left-behind.txt'):\n        KEY = path.read_text()\n",
}


@dataclass
class Expected:
    """What a submission must come to: points by test, a part of what must be said of one, and of the notes."""

    points: dict[str, float]
    says: tuple[str, str] = ("", "")
    note: str = ""


@dataclass
class Class:
    """A class and its folder.

    Attributes
    ----------
    name : str
        The set.
    folder : Path
    places : list of (str, int)
        Where the network would be reached.
    """

    name: str
    folder: Path
    places: list[tuple[str, int]] = field(default_factory=list)
    expected: dict[str, Expected] = field(default_factory=dict)

    def __post_init__(self):
        self.folder.mkdir(parents=True)
        self.problems = SETS[self.name]
        self.empty = nbformat.reads(for_students(SOURCES / f"{self.name}.ipynb"), as_version=4)
        self.full = {test.name: test.points for test in self.problems.tests}
        self.numbers = sorted({test.problem for test in self.problems.tests})

    def notebook(self, student: str, answers: dict[int, str]) -> nbformat.NotebookNode:
        """The notebook of a student who answers some problems: all of an answer in the first cell of its problem."""
        made = copy.deepcopy(self.empty)
        left = {number: [cell.name for cell in self.problems.answers(number)] for number in answers}
        for cell in made.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if "student" in cell.metadata.get("tags", ()):
                cell.source = f"STUDENT = {student!r}"
            for number, names in left.items():
                if name in names:
                    cell.source = answers[number] if name == names[0] else "# above"
        return made

    def right(self) -> dict[int, str]:
        """The solutions, by problem."""
        found = {}
        for number in self.numbers:
            test = next(test.name for test in self.problems.tests if test.problem == number)
            text = "\n".join(solutions(self.name, test))
            found[number] = re.sub(r"^\s*### (BEGIN|END) SOLUTION\n?", "", text, flags=re.MULTILINE)
        return found

    def points(self, student: str, answers: dict[int, str]) -> dict[str, float]:
        """What answers come to when nothing odd is done, from a run in this process."""
        found = {}
        for test in self.problems.tests:
            answer = answers.get(test.problem)
            said = ""
            with contextlib.suppress(NameError):  # an answer to one part of a problem only
                said = outcome(self.name, test.name, answer, student=student) if answer else ""
            found[test.name] = test.points if said.startswith("Correct: ") else 0.0
        return found

    def put(self, owner: str, made: nbformat.NotebookNode, expected: Expected, form: int = 0) -> Path:
        """Hand in a notebook, as one of three platforms exports it."""
        number = 1000 + len(self.expected)
        if form % 3 == 0:
            path = self.folder / owner / f"{self.name}.ipynb"
        elif form % 3 == 1:
            path = self.folder / f"{owner}_{number}_assignsubmission_file_" / f"{self.name}.ipynb"
            owner = f"{owner}_{number}"
        else:
            path = self.folder / f"{owner.replace(' ', '')}_{number}_77{number}_{self.name}-1.ipynb"
            owner = f"{owner.replace(' ', '')}_{number}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
        self.expected[owner] = expected
        return path

    # One method a kind of student.  Each is given a name and random numbers.

    def all_right(self, student: str, rng) -> None:
        self.put(student, self.notebook(student, self.right()), Expected(self.full), int(rng.integers(3)))

    def as_right(self, student: str, rng) -> None:
        answers = self.right()
        right = ANSWERS[self.name].RIGHT
        test = str(rng.choice(sorted(right)))
        number = next(cell.problem for cell in self.problems.tests if cell.name == test)
        answers[number] = right[test][rng.integers(len(right[test]))]
        expected = Expected(self.points(student, answers))
        assert expected.points[test] == self.full[test]
        self.put(student, self.notebook(student, answers), expected, int(rng.integers(3)))

    def partly_right(self, student: str, rng) -> None:
        answers = {number: text for number, text in self.right().items() if rng.random() < 0.6}
        expected = Expected({t.name: t.points * (t.problem in answers) for t in self.problems.tests})
        self.put(student, self.notebook(student, answers), expected, int(rng.integers(3)))

    def wrong(self, student: str, rng) -> None:
        answers, wrong = self.right(), ANSWERS[self.name].WRONG
        test = str(rng.choice(sorted(wrong)))
        number = next(cell.problem for cell in self.problems.tests if cell.name == test)
        answers[number], says = wrong[test][rng.integers(len(wrong[test]))]
        points = self.points(student, answers)
        says = (
            (test, says) if "ada" == student else ("", "")
        )  # the words are promised for one student's numbers
        self.put(student, self.notebook(student, answers), Expected(points, says), int(rng.integers(3)))

    def untouched(self, student: str, rng) -> None:
        points = dict.fromkeys(self.full, 0.0)
        self.put(student, copy.deepcopy(self.empty), Expected(points, (next(iter(points)), "not done yet")))

    def all_but_first(self, student: str, answer: str, says: str = "", before: str = "") -> None:
        first = self.numbers[0]
        answers = self.right() | {first: answer}
        points = {t.name: t.points * (t.problem != first) for t in self.problems.tests}
        made = self.notebook(student, answers)
        if before:
            made.cells.insert(1, nbformat.v4.new_code_cell(before))
        test = next(t.name for t in self.problems.tests if t.problem == first)
        self.put(student, made, Expected(points, (test, says)))

    def cell_closes(self, student: str, kind: str) -> None:
        source, says = CLOSERS[kind]
        self.all_but_first(student, source, says)

    def call_closes(self, student: str, kind: str) -> None:
        source, says = CLOSERS[kind]
        body = "\n".join(f"    {line}" for line in source.splitlines())
        name = _first_function(self.right()[self.numbers[0]])
        says = "ends Python" if kind == "exits" else says
        self.all_but_first(student, f"def {name}(*arguments, **keywords):\n{body}\n", says)

    def trick(self, student: str, kind: str) -> None:
        other = str(self.folder / "all right 0" / f"{self.name}.ipynb")
        source = TRICKS[kind].replace("PLACES", repr(self.places)).replace("OTHER", repr(other))
        source = source.replace("FOLDER", repr(str(self.folder)))
        name = _first_function(self.right()[self.numbers[0]])
        # With a key it would be right; without, it never gives an answer.
        answer = (
            f"{self.right()[self.numbers[0]]}\nif 'KEY' not in globals():\n    {name} = lambda *a, **k: 0.25"
        )
        self.all_but_first(student, answer, before=source)

    def tests_replaced(self, student: str, rng) -> None:
        first = self.numbers[0]
        answers = {number: text for number, text in self.right().items() if number != first}
        made = self.notebook(student, answers)
        for cell in made.cells:
            known = cell.metadata.get("nbgrader", {})
            if known.get("grade") and not known.get("solution"):
                cell.source, known["points"] = "assert True", 100
        points = {t.name: t.points * (t.problem != first) for t in self.problems.tests}
        self.put(student, made, Expected(points, note="the original ones were used"))

    def tests_deleted(self, student: str, rng) -> None:
        made = self.notebook(student, self.right())
        made.cells = [c for c in made.cells if c.cell_type == "code" and not _is_test(c)]
        self.put(student, made, Expected(self.full, note="Tests were missing"))

    def cells_doubled(self, student: str, rng) -> None:
        made = self.notebook(student, self.right())
        doubled = [copy.deepcopy(cell) for cell in made.cells]
        for cell in self.empty.cells:  # and the empty ones after them, as they were handed out
            doubled.append(copy.deepcopy(cell))
        made.cells = [cell for cell in made.cells for _ in range(2)] + doubled
        self.put(student, made, Expected(self.full))

    def cells_turned_round(self, student: str, rng) -> None:
        made = self.notebook(student, self.right())
        made.cells.reverse()
        self.put(student, made, Expected(self.full))

    def metadata_lost(self, student: str, rng) -> None:
        made = self.notebook(student, self.right())
        stubs = [cell for cell in self.empty.cells if cell.cell_type == "code"]
        made.cells += copy.deepcopy(stubs)  # left below the answers
        for cell in made.cells:
            cell.metadata.clear()
        self.put(student, made, Expected(self.full))

    def cells_merged(self, student: str, rng) -> None:
        made = self.notebook(student, self.right())
        for cell, before in list(zip(made.cells, [None, *made.cells], strict=False))[::-1]:
            if before and cell.cell_type == before.cell_type == "code":
                before.source += f"\n{cell.source}"
                made.cells.remove(cell)
        self.put(student, made, Expected(self.full, note="the original ones were used"))

    def one_cell(self, student: str, rng) -> None:
        made = self.notebook(student, self.right())
        made.cells.insert(0, nbformat.v4.new_code_cell("exit()\nimport sys\nsys.stdout = None"))
        text = "\r\n\r\n".join(cell.source for cell in made.cells if cell.cell_type == "code")
        made.cells = [made.cells[0], nbformat.v4.new_code_cell("%%time\r\n" + text.replace("\n", "\r\n"))]
        self.put(student, made, Expected(self.full))

    def imports_added(self, student: str, rng) -> None:
        first = self.numbers[0]
        answers = self.right()
        answers[first] = f"STUDENT = 'somebody'\nmathematics.pi\n{answers[first]}"
        made = self.notebook(student, answers)
        imports = next(cell for cell in made.cells if cell.cell_type == "code")
        imports.source += "\nimport math as mathematics"
        self.put(student, made, Expected(self.full))

    def code_turned_to_text(self, student: str, rng) -> None:
        made = self.notebook(student, self.right())
        for cell in made.cells:
            if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
                cell.cell_type = "markdown"
        self.put(student, made, Expected(self.full))

    def odd_json(self, student: str, rng) -> None:
        made = self.notebook(student, self.right())
        made.cells.append(nbformat.v4.new_code_cell("raise ValueError('\ud800')  # half a letter"))
        made.cells.append(nbformat.v4.new_markdown_cell("\udc00 <b>" + "\n" * 100_000))
        path = self.put(student, self.empty, Expected(self.full))
        plain = json.loads(json.dumps(made)) | {"nbformat_minor": 99}
        for cell in plain["cells"]:
            cell.pop("id")
        plain["cells"] += [
            {},
            {"cell_type": "code"},
            {"cell_type": "code", "metadata": None, "source": ["1", "\n2"]},
        ]
        plain["cells"] += [
            {"cell_type": "markdown", "metadata": {"nbgrader": {"grade_id": []}}, "source": ""}
        ]
        path.write_text(json.dumps(plain))

    def another_set(self, student: str, rng) -> None:
        other = next(name for name in SETS if name != self.name)
        made = nbformat.reads(for_students(SOURCES / f"{other}.ipynb"), as_version=4)
        self.put(student, made, Expected(dict.fromkeys(self.full, 0.0), note="is it the right one?"))

    def helper_below(self, student: str, rng) -> None:
        first = self.numbers[0]
        answers = self.right()
        answers[first] = f"helped()\n{answers[first]}"
        made = self.notebook(student, answers)
        made.cells.append(nbformat.v4.new_code_cell("def helped():\n    return 1"))
        self.put(student, made, Expected(self.full))

    def an_error_between(self, student: str, rng) -> None:
        made = self.notebook(student, self.right())
        for place in range(len(made.cells), 3, -1):
            made.cells.insert(place, nbformat.v4.new_code_cell("1 / 0\n" if place % 2 else "def broken(:"))
        self.put(student, made, Expected(self.full))

    def no_notebook(self, student: str, rng) -> None:
        folder = self.folder / student
        folder.mkdir()
        (folder / "answers.docx").write_bytes(b"PK\x03\x04 none")
        self.expected[student] = Expected({}, note="There is no notebook")

    def broken_notebook(self, student: str, rng) -> None:
        path = self.put(
            student, self.notebook(student, self.right()), Expected({}, note="cannot be read as one")
        )
        path.write_text(path.read_text(encoding="utf-8")[:1000], encoding="utf-8")

    def other_encoding(self, student: str, rng) -> None:
        made = self.notebook(student, self.right())
        made.cells.append(nbformat.v4.new_markdown_cell("Ça va, naïve Zoë?"))
        encoding = ("utf-16", "latin-1", "utf-8-sig")[rng.integers(3)]
        text = json.dumps(made, ensure_ascii=False)
        path = self.put(student, made, Expected(self.full))
        path.write_bytes(text.encode(encoding, errors="replace"))

    def two_files(self, student: str, rng) -> None:
        path = self.put(student, self.empty, Expected(self.full, note="the last was graded"))
        made = json.dumps(self.notebook(student, self.right()))
        path.with_name(f"{self.name}-2.ipynb").write_text(made, encoding="utf-8")

    def link(self, student: str, rng) -> None:
        folder = self.folder / student
        folder.mkdir()
        (folder / f"{self.name}.ipynb").symlink_to(SOURCES / f"{self.name}.ipynb")
        self.expected[student] = Expected({}, note="There is no notebook")

    ORDINARY = (all_right, as_right, partly_right, wrong)
    ODD = (
        untouched, tests_replaced, tests_deleted, cells_doubled, cells_turned_round, metadata_lost, cells_merged,
        one_cell, imports_added, code_turned_to_text, odd_json, another_set, helper_below, an_error_between, no_notebook, broken_notebook, other_encoding, two_files, link,
    )  # fmt: skip

    def everybody(self, seed: int) -> None:
        """One student of each kind."""
        rng = np.random.default_rng(seed)
        self.all_right("all right 0", rng)
        for number, kind in enumerate((*self.ORDINARY[1:], *self.ODD)):
            kind(self, f"{kind.__name__.replace('_', ' ')} {number}", rng)
        for kind in CLOSERS:
            self.cell_closes(f"cell {kind}", kind)
        for kind in ("hangs", "ends Python", "takes all memory"):
            self.call_closes(f"call {kind}", kind)
        for kind in TRICKS:
            self.trick(f"trick {kind}", kind)

    def fill(self, size: int, seed: int) -> None:
        """Ordinary students, until there are so many."""
        rng = np.random.default_rng(seed)
        for number in range(size - len(self.expected)):
            kind: Callable = self.ORDINARY[number % len(self.ORDINARY)]
            kind(self, f"Student {number}", rng)


def records(out: Path) -> dict[str, dict]:
    found = [json.loads(path.read_text()) for path in (out / "records").glob("*.json")]
    return {record["submission"]: record for record in found}


def compared(graded: dict[str, dict], expected: dict[str, Expected]) -> list[str]:
    """What differs between what was graded and what should have been."""
    wrong = [f"{owner}: not graded" for owner in expected.keys() - graded.keys()]
    wrong += [f"{owner}: nobody's" for owner in graded.keys() - expected.keys()]
    for owner in expected.keys() & graded.keys():
        record, should = graded[owner], expected[owner]
        points = {mark["name"]: mark["points"] for mark in record["marks"]}
        says = {mark["name"]: mark["says"] for mark in record["marks"]}
        if points != should.points:
            wrong.append(f"{owner}: {points}, not {should.points}; {says}")
        test, part = should.says
        if part and not re.search(part if "|" in part else re.escape(part), says.get(test, "")):
            wrong.append(f"{owner}: {test} says {says.get(test)!r}, not {part!r}")
        if should.note not in " ".join(record["notes"]):
            wrong.append(f"{owner}: {record['notes']}, not {should.note!r}")
    return wrong


def _first_function(text: str) -> str:
    return re.search(r"^(?:def )?(\w+)(?:\(| =)", text, re.MULTILINE)[1]


def _is_test(cell) -> bool:
    known = cell.metadata.get("nbgrader", {})
    return bool(known.get("grade")) and not known.get("solution")
