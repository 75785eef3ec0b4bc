"""How long a class of 200 takes to be graded, and whether everybody has the right mark.

    python benchmarks/grading.py [set-3]

The class has a student of each kind that ``tests/classes.py`` knows (who hang, crash, cheat, lose
cells), and else ordinary ones: right, as right, partly right, wrong.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools"), str(ROOT / "tests")]


def main(name: str = "set-3", size: int = 200) -> int:
    import grade
    from classes import Class
    from test_grading import compared, records

    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        made = Class(name, Path(folder) / "class")
        made.everybody(seed=1)
        made.fill(size, seed=1)
        print(f"{len(made.expected)} submissions of {name}")
        start = time.monotonic()
        grade.main([name, str(made.folder)])
        print(f"{time.monotonic() - start:.0f} s in all")
        wrong = compared(records(made.folder.with_name("class-graded")), made.expected)
    print("\n".join(wrong) or "Everybody has the right mark.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
