"""The command `w2v`: each module here whose name does not begin with `_` is one of its commands."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> None:
    """Run a command, as the shell does, and leave Python with its exit code."""
    try:
        from ._frame import w2v
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit("Error: the command w2v needs click: pip install click, or w2vlib with its extra [cli]")
    w2v(arguments, prog_name="w2v")
