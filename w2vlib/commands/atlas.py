"""`w2v atlas`: what word2vec learns from a text and when, as one page."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import click

from ..course.atlas import __main__ as atlas
from . import _text
from ._frame import Shown, command

OUT = "atlas"
#: What the other commands call the size of the vocabulary and the window.
_ALSO = {"vocabulary": ["-V", "--words"], "window": ["-w"]}


def _options(function: Callable) -> Callable:
    """Add the options of the atlas, as argparse knows them, to a command."""
    for name, given in reversed(atlas.OPTIONS.items()):
        told = {key: value for key, value in given.items() if key in ("default", "metavar")}
        names = [name, f"--{name}", *_ALSO.get(name, [])]
        said = given["help"][0].upper() + given["help"][1:] + "."
        function = click.option(*names, type=str, multiple="action" in given, help=said, **told)(function)
    return function


@command
@_text.text_argument
@click.option(
    "-o", "--out", type=click.Path(readable=False), default=OUT, show_default=True,
    help="The folder in which the atlas gets a folder of its own.",
)  # fmt: skip
@_options
def command(shown: Shown, text: tuple[str, ...], out: str, **options) -> None:
    """Make a page of what is learned from a text, and when.

    This is the concept atlas: each direction of the target, the words at its ends, and when word2vec
    learns it, in one file to open or send. Nothing is trained.

    TEXT is text as w2v count reads it, or a file of counts (.w2v). Words that are seen less than five
    times are left out. The page is computed only if text, settings or package have changed; its path
    is printed.

    \b
    Examples:
      w2v atlas counts.w2v --directions 5
      w2v atlas mytext --out pages --words 40 --window 5 --title "My text" --directions 5

    \b
    In Python:
      from w2vlib.course.atlas.__main__ import main
      main(["counts.w2v", "--directions", "5", "--out", "atlas"])
    """
    _text.check_text(text)
    _text.check_outside(out, text)
    options = {name: [*value] if isinstance(value, tuple) else value for name, value in options.items()}
    made = atlas.make(argparse.Namespace(corpus=[*text], out=Path(out), progress=shown.progress, **options))
    shown.result({"written": str(made)}, [str(made)])
