"""A class is graded by one command: right marks whatever is handed in, nothing reaches another, nothing is lost."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import pytest
from answered import SETS
from classes import Class, Expected, compared, records
from classroom import submissions, wire
from classroom.room import Limits, Room, Stopped, missing_walls
from grade import Task, main
from grade import grade as grade_one

TOOLS = Path(__file__).parents[1] / "tools"
SET = "set-1"

if (why := missing_walls()) and "CI" not in os.environ:
    pytest.skip(why, allow_module_level=True)


def grade(folder, *more, set_name=SET):
    return main([set_name, str(folder), *map(str, more)])


def table(path: Path) -> list[dict]:
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def everybody(tmp_path_factory):
    """A class with one student of each kind, graded; with what reached a server on this machine."""
    reached = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    over = threading.Event()

    def listen():
        while not over.is_set():
            try:
                reached.append(server.accept()[1])
            except TimeoutError:
                pass

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    made = Class(SET, tmp_path_factory.mktemp("class") / "submissions", [server.getsockname()])
    made.everybody(seed=1)
    grade(made.folder, "--seconds", 10)
    over.set()
    listener.join()
    server.close()
    return made, made.folder.with_name("submissions-graded"), reached


def test_everybody_has_the_right_mark(everybody):
    made, out, _ = everybody
    assert compared(records(out), made.expected) == []


def test_nothing_of_one_reaches_another(everybody):
    made, out, reached = everybody
    assert reached == []
    for place in (made.folder, Path("/tmp"), Path("/dev/shm"), TOOLS.parent / "w2vlib"):
        assert not (place / "left-behind.txt").exists()
    for path in (out / "feedback").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        [owner] = [owner for owner, record in records(out).items() if record["file_name"] == path.stem]
        others = [other for other in made.expected if other != owner and other not in owner]
        assert "&lt;code" not in text
        assert owner in text and not [
            other for other in others if re.search(rf"\b{re.escape(other)}\b", text)
        ]


def test_the_class_has_a_table_and_a_summary(everybody):
    made, out, _ = everybody
    rows = {row["submission"]: row for row in table(out / "grades.csv")}
    assert rows.keys() == made.expected.keys()
    for owner, should in made.expected.items():
        assert float(rows[owner]["checked"]) == sum(should.points.values())
    summary = (out / "summary.html").read_text(encoding="utf-8")
    for test in SETS[SET].tests:
        right = sum(should.points.get(test.name) == test.points for should in made.expected.values())
        read = sum(bool(should.points) for should in made.expected.values())
        assert f"{right} of {read} are right" in summary
    assert "not done yet" in summary and "did not end" in summary


def test_what_was_graded_is_not_graded_again(everybody, capsys):
    made, out, _ = everybody
    before = {path: path.stat().st_mtime_ns for path in (out / "records").iterdir()}
    grade(made.folder, "--seconds", 10)
    assert {path: path.stat().st_mtime_ns for path in (out / "records").iterdir()} == before
    said = rf"^0 submissions graded in \d+ s, {len(made.expected)} as they were"
    assert re.search(said, capsys.readouterr().out, re.M)


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path):
    made = Class(SET, tmp_path / "class")
    made.fill(4, seed=2)
    out, seen = tmp_path / "class-graded", {}
    for done_before in (0, 2):
        run = subprocess.Popen(
            [sys.executable, TOOLS / "grade.py", SET, made.folder],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 120
        while len(list((out / "records").glob("*.json"))) < max(done_before, len(seen)):
            assert time.monotonic() < deadline and run.poll() is None
            time.sleep(0.02)
        os.kill(run.pid, signal.SIGKILL)  # the others notice by themselves
        run.wait()
        time.sleep(1)
        kept = {path.name: path.stat().st_mtime_ns for path in (out / "records").glob("*.json")}
        assert kept.items() >= seen.items()  # nothing was lost, or graded twice
        seen = kept
        for path in (out / "records").glob("*.json"):
            json.loads(path.read_text())
    assert 2 <= len(seen) <= 4
    grade(made.folder)
    assert {
        path.name: path.stat().st_mtime_ns for path in (out / "records").glob("*.json")
    }.items() >= seen.items()
    assert compared(records(out), made.expected) == []


def test_what_people_mark_is_kept_and_added(tmp_path):
    made = Class(SET, tmp_path / "class")
    rng = np.random.default_rng(3)
    made.all_right("ada", rng)
    [path] = (tmp_path / "class").rglob("*.ipynb")
    [owner] = made.expected
    written = [cell.name for cell in SETS[SET].written]

    def write(text):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == written[0]:
                cell.source = text
        nbformat.write(notebook, path)

    write("=1+1 is two, and <b>bold</b>")
    out = tmp_path / "class-graded"
    grade(made.folder)
    [row] = table(out / "written.csv")
    assert (row["submission"], row["answer"], row["points"]) == (owner, written[0], "")
    assert row["text"].startswith("'=1+1")  # no spreadsheet computes it
    assert table(out / "grades.csv")[0]["total"] == ""

    rows = table(out / "written.csv")

    def fill(points):
        rows[0] |= {"points": points, "comment": "well said"}
        with open(out / "written.csv", "w", newline="", encoding="utf-8") as file:
            sheet = csv.DictWriter(file, rows[0], delimiter=";")  # as some spreadsheets save it
            sheet.writeheader()
            sheet.writerows(rows)

    for nonsense in ("99", "-1", "two"):
        fill(nonsense)
        with pytest.raises(
            ValueError, match=f"{written[0]}: points must be a number from 0 to .*, not '{nonsense}'"
        ):
            grade(made.folder)
    fill("1,5")
    grade(made.folder)
    [row] = table(out / "grades.csv")
    assert float(row["total"]) == sum(made.full.values()) + 1.5
    [page] = (out / "feedback").glob("*.html")
    page = page.read_text(encoding="utf-8")
    assert "well said" in page and "&lt;b&gt;bold" in page and "<b>bold" not in page
    written_before = (out / "written.csv").read_text(encoding="utf-8-sig")
    rows = table(out / "written.csv")
    rows[0]["submission"] = "0" + owner
    fill("1.5")  # for somebody who is not here
    grade(made.folder)
    assert [(row["submission"], row["points"]) for row in table(out / "written.csv")] == [
        (owner, ""),
        ("0" + owner, "1.5"),
    ]
    assert f"for 0{owner}, which are no submissions here" in (out / "summary.html").read_text(
        encoding="utf-8"
    )
    (out / "written.csv").write_text(written_before, encoding="utf-8")
    write("another answer")
    grade(made.folder)
    [row] = table(out / "written.csv")
    assert row["points"] == "" and "has changed since it got 1.5 of" in row["comment"]


def test_the_roster_says_whose_data_an_answer_is_about(tmp_path):
    made = Class(SET, tmp_path / "class")
    answers = made.right()
    made.put("Ada Lovelace", made.notebook("bob", answers), Expected(made.full), form=1)
    made.put("charles", made.notebook("charles", answers), Expected(made.full), form=0)
    roster = tmp_path / "roster.csv"
    roster.write_text("folder,student\nAda Lovelace,ada\nKurt,kurt\n", encoding="utf-8")
    grade(made.folder, "--roster", roster)
    found = records(tmp_path / "class-graded")
    assert {record["student"] for record in found.values()} == {"ada", "charles"}
    assert compared(found, made.expected) == []
    notes = {record["student"]: " ".join(record["for_teacher"]) for record in found.values()}
    assert "same code" in notes["ada"]
    told = {record["student"]: " ".join(record["notes"]) for record in found.values()}
    assert "STUDENT was 'bob'; the data of 'ada' were used, as in the roster" in told["ada"]
    with zipfile.ZipFile(tmp_path / "class-graded" / "feedback.zip") as packed:  # as the platforms take it
        assert {name.partition("/")[0] for name in packed.namelist()} == {
            path.name for path in made.folder.iterdir()
        }
    assert "not in the roster" in notes["charles"]
    assert "nothing was handed in: kurt." in (tmp_path / "class-graded" / "summary.html").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("names", "owner", "chosen"),
    [
        (["ada/set-1.ipynb"], "ada", "set-1.ipynb"),
        (["Ada Lovelace_123_assignsubmission_file_/x.ipynb"], "Ada Lovelace_123", "x.ipynb"),
        (
            ["lovelaceada_LATE_123_456_set-1-2.ipynb"],
            "lovelaceada_123",
            "lovelaceada_LATE_123_456_set-1-2.ipynb",
        ),
        (["ada/set-1.ipynb", "ada/set-1 (2).ipynb", "ada/set-1 (10).ipynb"], "ada", "set-1 (10).ipynb"),
        (["ada/set-1-2.ipynb", "ada/draft.ipynb", "ada/notes.txt"], "ada", "set-1-2.ipynb"),
        (["ada.ipynb", "__MACOSX/ada.ipynb", ".hidden"], "ada", "ada.ipynb"),
        (["ada.ipynb", "ada (1).ipynb"], "ada", "ada (1).ipynb"),
        (
            ["Ada L_123_assignsubmission_file_set-1.ipynb"],
            "Ada L_123",
            "Ada L_123_assignsubmission_file_set-1.ipynb",
        ),
        (
            ["Set 1_ada_attempt_2026-03-01-12-00-00_a.ipynb", "Set 1_ada_attempt_2026-03-01-12-00-00.txt"],
            "Set 1_ada",
            "Set 1_ada_attempt_2026-03-01-12-00-00_a.ipynb",
        ),
    ],
)
def test_submissions_are_found_as_platforms_name_them(tmp_path, names, owner, chosen):
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    shutil.make_archive(str(tmp_path.with_suffix("")), "zip", tmp_path)
    with submissions.unpacked(Path(f"{tmp_path}.zip")) as folder:
        for place in (tmp_path, folder):
            [found] = submissions.found_in(place)
            assert found.owner == owner
            assert submissions.newest(found.files, SETS[SET])[0].name == chosen


def test_students_who_are_named_by_numbers_are_not_taken_for_one(tmp_path):
    names = ["k1.ipynb", "k2.ipynb", "12-1.ipynb", "12-2.ipynb", "12.ipynb"]
    for name in names:
        (tmp_path / name).write_text("{}")
    assert [found.owner for found in submissions.found_in(tmp_path)] == sorted(name[:-6] for name in names)


def test_a_folder_that_was_packed_whole_is_opened(tmp_path):
    whole = tmp_path / "class" / "hand-ins"
    for name, when in (("ada/old.ipynb", 1.7e9), ("ada/a new one.ipynb", 1.8e9), ("bob/set.ipynb", 1.7e9)):
        (whole / name).parent.mkdir(exist_ok=True, parents=True)
        (whole / name).write_text("{}")
        os.utime(whole / name, (when, when))
    shutil.make_archive(str(tmp_path / "class"), "zip", tmp_path / "class")
    for given in (tmp_path / "class", tmp_path / "class.zip"):
        with submissions.unpacked(given) as folder:
            ada, bob = submissions.found_in(folder)
            assert (ada.owner, bob.owner) == ("ada", "bob")
            assert submissions.newest(ada.files, SETS[SET])[0].name == "a new one.ipynb"


def test_a_roster_is_read_as_spreadsheets_save_it(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_bytes("\ufeffFolder;Student\r\nZo\u00eb;zoe\r\nb_7;bob\r\n12;ada\r\n".encode())
    known = submissions.roster(path)
    for owner, student in {
        "Zoe\u0308": "zoe",
        "b_7": "bob",
        "Ada_12": "ada",
        "Zo\u00eb_99": "zoe",
        "b_12_x": None,
    }.items():
        assert submissions.in_roster(known, owner) == student
    path.write_bytes("folder,student\nZo\u00eb,zoe\n".encode("cp1252"))
    with pytest.raises(ValueError, match="is not UTF-8; save it as CSV in UTF-8"):
        submissions.roster(path)


def test_one_run_at_a_time_writes_to_a_folder(tmp_path):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.txt").write_text("")
    (tmp_path / "class-graded" / "records").mkdir(parents=True)
    holder = os.open(tmp_path / "class-graded" / "records", os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    with pytest.raises(ValueError, match="another run is writing to .*; wait until it has ended"):
        grade(tmp_path / "class")
    os.close(holder)
    assert not list((tmp_path / "class-graded" / "records").iterdir())


def test_a_judge_who_fails_stops_no_other_and_is_asked_again(tmp_path, monkeypatch):
    task = Task("ada", "ada/", "ada", "ada", SET, submissions.Work(), (), "state", tmp_path / "ada.json")
    monkeypatch.setattr("grade.judge", lambda *_: 1 / 0)
    record = grade_one(task, Limits(), True)
    assert record["again"] and "could not be graded (ZeroDivisionError" in record["notes"][0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["set-9", "."], "there is no set 'set-9' in assignments/, only"),
        ([SET, "nowhere"], "nowhere is neither a folder nor a zip file"),
        ([SET, "empty"], "there is nothing in .*empty; name the folder"),
        (
            [SET, "full", "--roster", "bad.csv"],
            "bad.csv, line 1: it must name the columns folder and student",
        ),
        (
            [SET, "full", "--roster", "twice.csv"],
            "twice.csv, line 3: 'a' stands there twice, for two students",
        ),
        (
            [SET, "full", "--out", "bad.csv/out"],
            "Not a directory: .*; name another folder to write to: OUT=folder",
        ),
        ([SET, "full", "--out", "other"], "other holds the grades of set-2; name another folder for set-1"),
    ],
)
def test_a_wrong_command_is_told_before_work_begins(tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    for folder in ("empty", "full", "other"):
        (tmp_path / folder).mkdir()
    (tmp_path / "full" / "a.ipynb").write_text("{}")
    (tmp_path / "other" / "set.txt").write_text("set-2\n")
    (tmp_path / "bad.csv").write_text("name,number\na,1\n")
    (tmp_path / "twice.csv").write_text("folder,student\na,1\na,2\n")
    with pytest.raises(ValueError, match=says):
        main(arguments)
    assert not (tmp_path / "full-graded").exists()


def test_without_a_closed_room_nothing_runs_unless_all_are_trusted(tmp_path, monkeypatch):
    made = Class(SET, tmp_path / "class")
    made.all_right("ada", np.random.default_rng(0))
    monkeypatch.setattr("classroom.room.shutil.which", lambda name: None)
    with pytest.raises(ValueError, match="bubblewrap is not installed .* make grade ROOM=open"):
        grade(made.folder)
    assert not (tmp_path / "class-graded").exists()
    grade(made.folder, "--open")
    assert compared(records(tmp_path / "class-graded"), made.expected) == []


def test_what_goes_to_the_room_comes_back_as_it_was():
    rng = np.random.default_rng(5)
    things = [None, True, 3, -0.5, np.inf, "ö", ..., 1 + 2j, [1, (2, "a")], {"a": [1], (2, 3): None}, {}, ()]
    assert wire.read(json.loads(json.dumps(wire.written(things)))) == things
    for array in (rng.random((2, 3)), np.float32([1]), np.array([True]), np.zeros((0, 2)), np.int8(3)):
        back = wire.read(wire.written(array))
        assert back.dtype == array.dtype and np.array_equal(back, array)
    draws = wire.read(wire.written(np.random.default_rng(7)))
    assert draws.random() == np.random.default_rng(7).random()
    assert Counter(type(wire.read(wire.written(x))).__name__ for x in ({1}, len, Path())) == {
        "set": 1, "builtin_function_or_method": 1, "PosixPath": 1
    }  # fmt: skip


def test_a_room_is_closed_to_a_flood_of_nonsense():
    flood = "import os\nwhile True:\n    for handle in range(3, 30):\n        try:\n            os.write(handle, b'{}\\n')\n"
    with Room(Limits()) as room:
        room.ask(60, do="cell", source="1")
        with pytest.raises(Stopped, match="time"):
            room.ask(3, do="cell", source=flood + "        except OSError:\n            pass")
        with pytest.raises(Stopped):
            room.ask(3, do="cell", source="1")
