"""The frame of all commands: finding them, their common options, errors in one line, exit codes."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import json
import os
import pkgutil
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import click

import w2vlib

from ..datasets import DatasetUnavailableError
from ..words import UnknownWordError

#: What options are called that have other names in the library.
_OPTIONS = {
    "size": "--words",
    "d": "--dimensions",
    "window": "--window",
    "core": "--core",
    "checkpoint_every": "--checkpoint-every",
    "min_count": "--min-count",
    "pseudo_count": "--pseudo-count",
    "WORDS (--vocabulary)": "--words",
    "WINDOW (--window)": "--window",
    "make atlas CORPUS=folder WINDOW=...": "w2v atlas mytext --window ...",
    "make atlas CORPUS=folder": "w2v atlas mytext",
    "leave out such words: stats.seen(); or use": "use",
}
_LONGEST = 1000  # letters of an error

#: What the library raises where its input is wrong, or cannot be read or written.
_REFUSED = (
    ArithmeticError,
    DatasetUnavailableError,
    MemoryError,
    ModuleNotFoundError,
    OSError,
    UnknownWordError,
    ValueError,
)
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_COMMON = [
    click.Option(["--json", "as_json"], is_flag=True, help="Print the result as JSON, and nothing else."),
    click.Option(["-q", "--quiet"], is_flag=True, help="Say nothing of what is done; results are printed."),
    click.Option(
        ["--progress/--no-progress"],
        default=None,
        help="Show progress bars, or none.  [default: in a terminal]",
    ),
]


@dataclass(frozen=True)
class Shown:
    """What a command shows: results on standard output, all else on standard error."""

    as_json: bool
    quiet: bool
    progress: bool

    def note(self, text: str) -> None:
        """Say what is done or was done."""
        if not self.quiet:
            click.echo(_line(text), err=True)

    def result(self, data: object, lines: Iterable[str]) -> None:
        """Print what was asked for, as JSON or as lines."""
        if self.as_json:
            click.echo(json.dumps(data, allow_nan=False))  # ASCII, which every terminal takes
            return
        for line in lines:
            click.echo(line)

    def written(self, path: str, what: str, **data: object) -> None:
        """Say what was written where; with --json that is the result."""
        if self.as_json:
            self.result({"written": path} | data, ())
        else:
            self.note(f"Wrote {path}: {what}")


def command(function: Callable) -> click.Command:
    """Make a command of a function, whose first argument is what it shows, and whose docstring is the help."""

    @functools.wraps(function)
    def run(as_json: bool, quiet: bool, progress: bool | None, **given):
        if progress is None:
            progress = not quiet and sys.stderr.isatty() and importlib.util.find_spec("tqdm") is not None
        function(Shown(as_json, quiet, progress), **given)

    made = click.command(context_settings=_SETTINGS)(run)
    made.params += _COMMON
    return made


class _Commands(click.Group):
    """The modules beside this one, each of which holds a ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        places = sys.modules[__package__].__path__
        return sorted(found.name for found in pkgutil.iter_modules(places) if not found.name.startswith("_"))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        return importlib.import_module(f"{__package__}.{name}").command

    def invoke(self, ctx: click.Context) -> None:
        with _plain_output(), _plain_errors(ctx), _plain_warnings():
            super().invoke(ctx)
            sys.stdout.flush()


@contextlib.contextmanager
def _plain_output() -> Iterator[None]:
    """Words and paths may hold what a terminal cannot show."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")
    yield


@contextlib.contextmanager
def _plain_errors(ctx: click.Context) -> Iterator[None]:
    """Leave with the exit codes that the help promises, and an error as one line."""
    try:
        yield
    except BrokenPipeError:
        _leave_output()
        ctx.exit(141)
    except KeyboardInterrupt:
        click.echo("Interrupted", err=True)
        ctx.exit(130)
    except _REFUSED as error:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        _leave_output()
        raise click.ClickException(_said(error)) from None


def _leave_output() -> None:
    """Let nothing more be written to standard output, which nobody reads or which is full."""
    with contextlib.suppress(AttributeError, OSError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


@contextlib.contextmanager
def _plain_warnings() -> Iterator[None]:
    """A warning is a line, too."""

    def show(message, *_, **__):
        click.echo(f"Warning: {_line(str(message))}", err=True)

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


def _said(error: BaseException) -> str:
    """An error in one line, without what only a program needs to know."""
    if isinstance(error, ModuleNotFoundError):
        return f"this needs {error.name}, which is not installed: pip install {error.name}"
    if isinstance(error, MemoryError):
        return _line(f"there is not enough memory ({error}); keep fewer words")
    if isinstance(error, OSError) and error.strerror:
        return _line(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    said = str(error)
    for name, option in _OPTIONS.items():
        if " " in name:
            said = said.replace(name, option)
        elif said.startswith(f"{name} must "):
            said = option + said[len(name) :]
    return _line(said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…")


def _line(text: str) -> str:
    """A text that is one line, whatever a path in it holds."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )


@click.group(cls=_Commands, context_settings=_SETTINGS)
@click.version_option(w2vlib.__version__, prog_name="w2v")
def w2v() -> None:
    """What word2vec learns, computed from word counts: from a text to counts, to word vectors, to answers.

    \b
    Examples:
      w2v count mytext -o counts.w2v        from a folder of text to counts
      w2v embed counts.w2v -o vectors.txt   from counts to word vectors
      w2v neighbours vectors.txt king       and what they are good for

    Results are printed on standard output, and what is done is said on standard error. A file is
    written whole or not at all.

    \b
    Exit codes:
      0    done
      1    what was given is wrong, or cannot be read or written: one line says why
      2    the command line is not understood
      130  interrupted; nothing half-written is left
      141  nobody reads the output any more

    \b
    To complete commands, options and files by the tab key:
      bash  eval "$(_W2V_COMPLETE=bash_source w2v)"       in ~/.bashrc
      zsh   eval "$(_W2V_COMPLETE=zsh_source w2v)"        in ~/.zshrc
      fish  _W2V_COMPLETE=fish_source w2v | source        in ~/.config/fish/completions/w2v.fish

    A file whose name begins with a dash is given behind --, as in: w2v count -o counts.w2v -- -text
    """
