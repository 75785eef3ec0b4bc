"""Try what is released: build it, and use the wheel alone, with each Python and the oldest and newest NumPy and SciPy.

`make try-wheel` runs this with `build`, `twine` and `uv` at hand; uv fetches a Python that is not there.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALONE = ROOT / "tools" / "try_alone.py"
DEPENDENCIES = {"oldest": "lowest", "newest": "highest"}


def run(*command, **options) -> str:
    """What a command prints; where it fails, what it said, and the end."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(map(str, command[:6]))} …: {(done.stderr or done.stdout).strip()[-2000:]}"
        )
    return done.stdout.strip()


def pythons(project: dict) -> list[str]:
    """The versions that the package is said to be tested with.

    >>> pythons({"classifiers": ["Programming Language :: Python :: 3.11", "Topic :: Education"]})
    ['3.11']
    """
    found = (
        re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in project["classifiers"]
    )
    return [match[1] for match in found if match]


def build(folder: Path) -> Path:
    """The wheel, made from the source distribution, both checked."""
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    run(sys.executable, "-m", "twine", "check", "--strict", *folder.iterdir())
    (wheel,) = folder.glob("*.whl")
    return wheel


def tried(wheel: Path, python: str, resolution: str, folder: Path) -> str:
    """What a user of the wheel and of nothing else finds, in one line."""
    environment = folder / f"{python}-{resolution}"
    run("uv", "venv", "--quiet", "--python", python, environment)
    chosen = ("--resolution", resolution, "--only-binary", ":all:")
    run("uv", "pip", "install", "--quiet", "--python", environment, *chosen, wheel)
    binaries = environment / ("Scripts" if sys.platform == "win32" else "bin")
    return run(binaries / "python", "-W", "error", ALONE, cwd=folder)


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="w2v-wheel-") as folder:
        wheel = build(Path(folder) / "dist")
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
        for python in pythons(project):
            for name, resolution in DEPENDENCIES.items():
                try:
                    said = tried(wheel, python, resolution, Path(folder))
                except RuntimeError as error:
                    said, failed = f"FAILED {error}", failed + 1
                print(f"Python {python}, {name}: {said}", flush=True)
    sys.exit(f"{failed} environments failed" if failed else 0)


if __name__ == "__main__":
    main()
