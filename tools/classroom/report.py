"""What a grading run writes for people: a table of grades, a table for what people mark, feedback, a summary."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from w2vlib._common.files import replace_file

from . import submissions
from .source import ProblemSet

_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
_PAGES.filters["points"] = lambda number: f"{number:g}"
_PAGES.filters["code"] = lambda text: Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))
#: The part of a problem that a cell is about, as in 3-test-a.
_PAGES.filters["part"] = lambda name: f" for {name[-1]}" if re.search("-[a-z]$", name) else ""
_COLUMNS = ("submission", "answer", "points", "most", "comment", "state", "text")


@dataclass
class ByHand:
    """What people have given for one written answer: points, or None where nobody has yet."""

    points: float | None
    comment: str


def write(out: Path, problems: ProblemSet, records: list[dict], absent: list[str]) -> Path:
    """Write all pages and tables of a grading run; return the summary.

    Those in the roster who have handed in nothing are named as absent.

    Points that people have filled into ``written.csv`` are read first, and stand there afterwards.
    """
    by_hand, nobodys = write_written(out / "written.csv", problems, records)
    rows = []
    for record in records:
        mine = {cell.name: by_hand.get((record["submission"], cell.name)) for cell in problems.written}
        rows.append(row := _row(problems, record, mine))
        page = _PAGES.get_template("feedback.html").render(
            problems=problems, record=record, row=row, by_hand=mine, numbers=sorted(problems.titles)
        )
        replace_file(out / "feedback" / f"{record['file_name']}.html", page.encode(errors="replace"))
    replace_file(out / "feedback.zip", _packed(out / "feedback", records))
    replace_file(out / "grades.csv", _table(_grades(problems, rows, absent)))
    page = _PAGES.get_template("summary.html").render(
        problems=problems, rows=rows, nobodys=nobodys, absent=absent, **_summary(problems, records)
    )
    replace_file(out / "summary.html", page.encode(errors="replace"))
    return out / "summary.html"


def _row(problems: ProblemSet, record: dict, by_hand: dict[str, ByHand | None]) -> dict:
    """A student's points: of each test and answer, of all tests, of people, in all."""
    checked = sum((mark["points"] for mark in record["marks"]), 0.0)
    hand = {cell.name: by_hand[cell.name].points if by_hand[cell.name] else 0.0 for cell in problems.written}
    people = None if None in hand.values() else sum(hand.values())
    most_checked = sum(cell.points for cell in problems.tests)
    return {
        "submission": record["submission"],
        "student": record["student"],
        "file_name": record["file_name"],
        "by_test": {mark["name"]: mark["points"] for mark in record["marks"]},
        "by_hand": hand,
        "checked": checked,
        "most_checked": most_checked,
        "people": people,
        "most_people": sum(cell.points for cell in problems.written),
        "total": None if people is None else checked + people,
        "most": most_checked + sum(cell.points for cell in problems.written),
        "notes": record["notes"] + record["for_teacher"],
    }


def _packed(feedback: Path, records: list[dict]) -> bytes:
    """All pages in the folders, or by the names, that the platform has given to the submissions, for its upload."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for record in records:
            entry = record["entry"]
            name = f"{entry}feedback.html" if entry.endswith("/") else f"{Path(entry).stem}.html"
            member = zipfile.ZipInfo(name)  # of no date: the same pages are the same file
            archive.writestr(member, (feedback / f"{record['file_name']}.html").read_bytes())
    return packed.getvalue()


def _grades(problems: ProblemSet, rows: list[dict], absent: list[str]) -> list[list]:
    tests = [cell.name for cell in problems.tests]
    written = [cell.name for cell in problems.written]
    head = ["submission", "student", *tests, *written, "checked", "written", "total", "most", "notes"]
    table = [head]
    for row in rows:
        points = [row["by_test"].get(name, 0.0) for name in tests] + [
            row["by_hand"][name] for name in written
        ]
        sums = [row["checked"], row["people"], row["total"], row["most"]]
        shown = ["" if number is None else f"{number:g}" for number in points + sums]
        table.append([row["submission"], row["student"], *shown, " ".join(row["notes"])])
    most = f"{sum(cell.points for cell in problems.cells):g}"
    nothing = ["0"] * (len(tests) + len(written) + 3)
    table += [
        ["", student, *nothing, most, "In the roster, but nothing was handed in."] for student in absent
    ]
    return table


def write_written(
    path: Path, problems: ProblemSet, records: list[dict]
) -> tuple[dict[tuple[str, str], ByHand], list[str]]:
    """Write the table that people fill in; return what they have, and whose points belong to no submission.

    Those are kept in the table.  ValueError if a number in it is none.
    """
    filled = {(row["submission"], row["answer"]): row for row in _filled(path)}
    table, found = [list(_COLUMNS)], {}
    for record in records:
        for cell in problems.written:
            text = record["written"].get(cell.name)
            if text is None:
                continue  # nothing was written: no points, and nothing to mark
            place = (_harmless(record["submission"]), cell.name)
            # With a letter first, which no spreadsheet takes for a number.
            state, old = (
                "s" + hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12],
                filled.pop(place, {}),
            )
            points, comment = _points(path, old, cell.points), old.get("comment", "")
            if old and old["state"] != state and points is not None:
                comment = f"The answer has changed since it got {points:g} of {cell.points:g} points. {comment}".strip()
                points = None
            found[record["submission"], cell.name] = ByHand(points, comment)
            shown = "" if points is None else f"{points:g}"
            table.append(
                [record["submission"], cell.name, shown, f"{cell.points:g}", comment, state, text[:30_000]]
            )
    left = [row for row in filled.values() if row["points"].strip() or row["comment"].strip()]
    table += [[row.get(name, "") for name in _COLUMNS] for row in left]
    replace_file(path, _table(table))
    return found, sorted({row["submission"] for row in left})


def _filled(path: Path) -> list[dict]:
    rows = submissions.table(path) if path.exists() else []
    missing = [name for name in _COLUMNS[:-1] if rows and name not in rows[0]]
    if missing:
        raise ValueError(
            f"{path} has lost the column {missing[0]!r}; points are read from {', '.join(_COLUMNS[:3])}"
        )
    return rows


def _points(path: Path, row: dict, most: float) -> float | None:
    """The points filled into a line."""
    given = row.get("points", "").strip().replace(",", ".")
    if not given:
        return None
    try:
        points = float(given)
    except ValueError:
        points = -1.0
    if not 0 <= points <= most:
        raise ValueError(
            f"{path}: {row['submission']}, {row['answer']}: points must be a number from 0 to {most:g}, not {given!r}"
        )
    return points


def _table(rows: list[list]) -> bytes:
    """A table as CSV that a spreadsheet opens as text in UTF-8, and whose cells it does not compute."""
    text = io.StringIO()
    csv.writer(text).writerows([[_harmless(str(entry)) for entry in row] for row in rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", errors="replace")


def _harmless(entry: str) -> str:
    return f"'{entry}" if entry[:1] in ("=", "+", "-", "@", "\t", "\r") else entry


def _summary(problems: ProblemSet, records: list[dict]) -> dict:
    """What the class failed, and how: for each test the share that passed, and the kinds of wrong, most frequent first."""
    tests = []
    for cell in problems.tests:
        marks = [mark for record in records for mark in record["marks"] if mark["name"] == cell.name]
        wrong = Counter(mark["kind"] for mark in marks if mark["points"] < mark["most"])
        tests.append(
            {
                "name": cell.name,
                "problem": cell.problem,
                "title": problems.titles[cell.problem],
                "most": cell.points,
                "right": sum(mark["points"] == mark["most"] for mark in marks),
                "of": len(marks),
                "kinds": wrong.most_common(8),
            }
        )
    unread = [record for record in records if not record["marks"]]
    to_look_at = [record for record in records if any(mark["look"] for mark in record["marks"])]
    return {"tests": tests, "unread": unread, "to_look_at": to_look_at, "number": len(records)}
