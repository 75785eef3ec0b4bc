"""The instructor's guide: its minutes are the chapters', its points the sets', and its commands are there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from classroom.source import ProblemSet, problem_sets

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "book" / "teaching.md").read_text(encoding="utf-8")
SYLLABI = {"Three": 3, "Six": 6, "Twelve": 12}


def minutes(name: str) -> int:
    """How long a chapter says that it takes."""
    cells = json.loads((ROOT / "book" / name).read_text(encoding="utf-8"))["cells"]
    return int(
        re.search(r"\*(\d+) minutes to read", "".join(line for cell in cells for line in cell["source"]))[1]
    )


@pytest.mark.parametrize(("title", "weeks"), SYLLABI.items())
def test_a_syllabus_adds_up(title, weeks):
    [part] = re.findall(rf"^### {title} weeks.*?(?=^##)", GUIDE, flags=re.S | re.M)
    rows = re.findall(r"^\| (\d+) \| (.+?) \| ([\d to]+) \|", part, flags=re.M)
    assert [int(week) for week, _, _ in rows] == list(range(1, weeks + 1))
    seen, all_minutes = [], 0
    for _, chapters, told in rows:
        names = re.findall(r"\]\(([\w-]+\.ipynb)\)", chapters)
        seen += names
        all_minutes += int(told.split()[-1])
        of_each = [minutes(name) for name in names]
        if " or " in chapters:
            assert told == f"{min(of_each)} to {max(of_each)}"
        else:
            assert int(told) == sum(of_each)
    assert len(seen) == len(set(seen)) and f"That is {all_minutes / 60:.0f} hours of reading" in part


def test_every_set_is_told_with_its_minutes_and_points():
    told = re.findall(r"^\| (\d) \| [\d to,and]+ \| (\d+) \| (\d+) \| (\d+) \|$", GUIDE, flags=re.M)
    found = []
    for path in problem_sets():
        problems = ProblemSet.read(path)
        head = next(cell.text for cell in problems.cells if cell.name == "intro")
        rows = re.findall(r"^\| (\d) .* \| (\d+) \| (\d+) \|$", head, flags=re.M)
        assert [int(number) for number, _, _ in rows] == list(problems.titles), path.stem
        assert sum(int(points) for _, points, _ in rows) == 20
        by_checks = sum(cell.points for cell in problems.tests)
        of_all = sum(int(time) for _, _, time in rows)
        found.append((path.stem[-1], str(of_all), f"{by_checks:g}", f"{20 - by_checks:g}"))
    assert found == told


def test_every_command_and_file_is_there():
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", GUIDE, flags=re.S))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    named = set(re.findall(r"\bmake ([a-z-]+)\b", code))
    assert {"assignments", "grade", "book-student"} <= named <= targets
    for path in re.findall(r"`((?:assignments|w2vlib)/[\w./-]+)`", GUIDE):
        assert (ROOT / path).exists(), path


def test_what_is_said_to_be_for_a_phone_fits_there():
    """Tables are narrow: five columns at most, and no cell of theirs is a paragraph."""
    for row in re.findall(r"^\|.*\|$", GUIDE, flags=re.M):
        assert row.count(" | ") <= 4
        plain = re.sub(r"\]\([^)]*\)", "]", row)
        assert all(len(cell) <= 120 for cell in plain.split(" | ")), row
