"""Open the run edition in JupyterLab: `make lab`.

A learner works in ``notebooks/``, a folder that no build and no ``make clean`` touches.
Each notebook is handed out there once.  When the book has been built anew, a notebook that
the learner has not changed is replaced.  One that was changed stays as it is, and the new
edition is laid beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from build_book import BUILD
from chapters import ROOT

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
    """
    work.mkdir(exist_ok=True)
    record = work / RECORD
    known = read_record(record)
    for new in sorted(made.glob("*.ipynb")):
        own, before = work / new.name, known.get(new.name, {})
        now = {"file": hash_of(new.read_bytes()), "cells": said_in(new)}
        if own.exists() and before.get("file") == now["file"]:
            continue
        if own.exists() and own.read_bytes() != new.read_bytes() and said_in(own) != before.get("cells"):
            beside = work / f"{new.stem}.new.ipynb"
            if before.get("beside") != now["file"] or not beside.exists():
                replace(beside, new.read_bytes())
                yield f"You have changed {new.name}, so it stays; the new edition is {beside.name}"
            known[new.name] = {**before, "beside": now["file"]}
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


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def said_in(notebook: Path) -> str:
    """Return a hash of what the cells of a notebook say, without outputs; "" if it cannot be read."""
    try:
        cells = nbformat.read(notebook, as_version=4).cells
    except (ValueError, OSError):  # half saved, or no notebook any more
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
