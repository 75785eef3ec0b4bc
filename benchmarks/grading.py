"""How long a class of 200 takes to be graded, whether everybody has the right mark, and what a killed run loses.

    python benchmarks/grading.py [set-3]

The class has a student of each kind that ``tests/classes.py`` knows (who hang, crash, cheat, lose
cells), and else ordinary ones: right, as right, partly right, wrong.  It is graded in one go, and
then anew, in a run that is killed three times.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GRADE = ROOT / "tools" / "grade.py"
sys.path[:0] = [str(ROOT), str(ROOT / "tools"), str(ROOT / "tests")]
SIZE, KILLED_AT = 200, (30, 90, 150)


def main(name: str = "set-3") -> int:
    from classes import Class, compared, records

    wrong = []
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        made = Class(name, Path(folder) / "class")
        made.everybody(seed=1)
        made.fill(SIZE, seed=1)
        for out, moments in ((Path(folder) / "at-once", ()), (Path(folder) / "killed", KILLED_AT)):
            command = [sys.executable, GRADE, "--out", out, name, made.folder]
            start, kept = time.monotonic(), {}
            for moment in moments:
                run = subprocess.Popen(command, stderr=subprocess.DEVNULL)
                while len(finished(out)) < moment and run.poll() is None:
                    time.sleep(0.05)
                run.kill()
                run.wait()
                time.sleep(2)  # the others notice
                if not finished(out).items() >= kept.items():
                    wrong.append(f"killed at {moment}: something was lost, or graded twice")
                kept = finished(out)
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            if not finished(out).items() >= kept.items():
                wrong.append("something was graded twice")
            print(
                f"{len(made.expected)} submissions of {name}, {out.name}: {time.monotonic() - start:.0f} s",
                flush=True,
            )
            wrong += compared(records(out), made.expected)
    print("\n".join(wrong) or "Everybody has the right mark, and nothing was lost.")
    return bool(wrong)


def finished(out: Path) -> dict[str, int]:
    """When each submission was graded."""
    return {path.name: path.stat().st_mtime_ns for path in (out / "records").glob("*.json")}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
