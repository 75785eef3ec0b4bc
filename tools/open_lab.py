"""Open the run edition in JupyterLab: `make lab`.

A learner works in ``notebooks/``, a folder that no build and no ``make clean`` touches.
Each notebook is handed out there once.  When the book has been built anew, a notebook that
the learner has not changed is replaced.  One that was changed stays as it is, and the new
edition is laid beside it; if that is changed, too, it stays as well.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from build_book import BUILD
from chapters import ROOT
from nbformat import ValidationError

MADE, WORK = BUILD / "notebooks", ROOT / "notebooks"
#: What was handed out: for each notebook the hashes of its file and of what its cells say.
RECORD = ".handed-out.json"


def main() -> None:
    for line in hand_out(MADE, WORK):
        print(line)
    print("Your notebooks are in notebooks/; rebuilding the book keeps what you change there.", flush=True)
    arguments = [f"--ServerApp.root_dir={WORK}", "--LabApp.default_url=/lab/tree/start.ipynb", *sys.argv[1:]]
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *arguments])


def hand_out(made: Path, work: Path) -> Iterator[str]:
    """Bring a learner's folder up to the notebooks that were made, and say what was not replaced.

    Parameters
    ----------
    made
        Folder of the notebooks as they are now.
    work
        Folder of the learner.

    Yields
    ------
    str
        A sentence for each notebook that the learner has changed and of which there is a new edition.

    Raises
    ------
    SystemExit
        If no notebooks were made, or the learner's folder is no folder.
    """
    if not any(made.glob("*.ipynb")):
        sys.exit(f"There are no notebooks in {made}; make them first: make notebooks")
    if work.exists() and not work.is_dir():
        sys.exit(f"{work} is to be the folder of your notebooks, but it is a file; move it away")
    work.mkdir(exist_ok=True)
    record = work / RECORD
    known = read_record(record)
    for new in sorted(made.glob("*.ipynb")):
        own, before = work / new.name, known.get(new.name, {})
        now = {"file": hash_of(new.read_bytes()), "cells": said_in(new)}
        if own.exists() and before.get("file") == now["file"]:
            continue
        if own.exists() and own.read_bytes() != new.read_bytes() and said_in(own) != before.get("cells"):
            beside = work / before.get("beside_name", f"{new.stem}.new.ipynb")
            if before.get("beside") == now["file"] and beside.exists():
                continue
            if beside.exists() and said_in(beside) not in (before.get("beside_cells"), now["cells"]):
                beside = unused(work, new.stem)  # the learner works in it
            replace(beside, new.read_bytes())
            laid = {"beside": now["file"], "beside_cells": now["cells"], "beside_name": beside.name}
            known[new.name] = {**before, **laid}
            yield f"You have changed {new.name}, so it stays; the new edition is {beside.name}"
        else:
            replace(own, new.read_bytes())
            known[new.name] = now
        replace(record, json.dumps(known, indent=1, sort_keys=True).encode())


def read_record(path: Path) -> dict[str, dict[str, str]]:
    """Return what was handed out; nothing if that cannot be told, and then nothing is overwritten."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) and all(isinstance(x, dict) for x in known.values()) else {}


def unused(work: Path, name: str) -> Path:
    """Return the first place for a new edition at which nothing lies."""
    places = (work / f"{name}.new-{n}.ipynb" for n in itertools.count(2))
    return next(place for place in places if not place.exists())


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def said_in(notebook: Path) -> str:
    """Return a hash of what the cells of a notebook say, without outputs; "" if it cannot be read."""
    try:
        cells = nbformat.read(notebook, as_version=4).cells
    except (ValueError, OSError, AttributeError, ValidationError):  # half saved, or no notebook any more
        return ""
    return hash_of(json.dumps([[cell.cell_type, cell.source] for cell in cells]).encode())


def replace(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    half = path.with_name(f".{path.name}.part")
    half.write_bytes(content)
    half.replace(path)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except OSError as error:
        sys.exit(f"{error}; your notebooks cannot be brought up to date there: let {WORK} be written to")
