"""What runs in the room, beside a student's code: it runs cells, calls functions, hands out values.

It knows no tests and no answers, and nothing that a student's code does to it can change what is right.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import os
import resource
import sys
import types
import warnings
from collections.abc import Callable

HIDDEN = ("w2vlib.course.checks.", "w2vlib.course.problems")


class Hidden(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Checks that say nothing, in place of those which know the answers: the judge has them."""

    def find_spec(self, name, path=None, target=None):
        if name.startswith(HIDDEN):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return types.ModuleType(spec.name)

    def exec_module(self, module):
        module.__getattr__ = nothing


def nothing(name: str) -> Callable:
    if name.startswith("__"):
        raise AttributeError(name)
    return lambda *arguments, **keywords: None


def main(memory: int, output: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000_000, 100_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(output, "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    sys.meta_path.insert(0, Hidden())
    from IPython.core.interactiveshell import InteractiveShell

    from classroom import wire

    class Shell(InteractiveShell):
        def enable_gui(self, gui=None):
            """Figures are drawn by no window, and %matplotlib does nothing more."""

        def ask_exit(self):
            """A cell with exit() between the others takes nothing from them."""

    shell = Shell.instance(history_load_length=0)
    shell.history_manager.enabled = False
    does = {"cell": run_cell, "call": call, "get": get}
    for request in requests:
        said = json.loads(request)
        token = said.pop("token")  # a student's code may write into this line, too; what it writes has none
        try:
            reply = does[said.pop("do")](shell, **said)
        except BaseException as trouble:  # noqa: BLE001 - a value that cannot be told, or memory that has run out
            reply = {"trouble": f"it cannot be handed over: {type(trouble).__name__}"}
        try:
            text = wire.line(reply | {"token": token})
        except ValueError as too_long:
            text = wire.line({"trouble": f"the answer is too large: {too_long}", "token": token})
        replies.write(text)
        replies.flush()


def run_cell(shell, source: str) -> dict:
    """Run a cell; say what it raised, and where."""
    sys.stdout = sys.stderr = open(os.devnull, "w")  # whatever a cell before has made of them
    result = shell.run_cell(source, silent=True)
    trouble = result.error_before_exec or result.error_in_exec
    if trouble is None:
        return {}
    return {"raised": type(trouble).__name__, "says": shown(trouble), "line": line_of(trouble, source)}


def line_of(trouble: BaseException, source: str) -> str:
    """The line of a cell in which something was raised, with its number."""
    number = getattr(trouble, "lineno", None) if isinstance(trouble, SyntaxError) else None
    step = trouble.__traceback__
    while step is not None and not isinstance(trouble, SyntaxError):
        if (
            step.tb_frame.f_code.co_name == "<module>"
            and "ipython" in step.tb_frame.f_code.co_filename.lower()
        ):
            number = step.tb_lineno
        step = step.tb_next
    lines = source.splitlines()
    return f"line {number}: {lines[number - 1].strip():.100}" if number and number <= len(lines) else ""


def shown(trouble: BaseException) -> str:
    try:
        return f"{getattr(trouble, 'msg', None) or trouble}"[:300]
    except Exception:  # noqa: BLE001 - a student's own exception may fail to describe itself
        return ""


def call(shell, name: str, args: object, keywords: object) -> dict:
    """Call a function; hand over what it returns, its first argument afterwards, and what it warned of."""
    from classroom import wire
    from w2vlib.course.checks import explained

    args, keywords = wire.read(args), wire.read(keywords)
    function = shell.user_ns[name]
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", RuntimeWarning)
            answer = function(*args, **keywords)
    except NotImplementedError:
        return {"not_done": True}
    except BaseException as trouble:  # noqa: BLE001 - whatever a student's function raises is told
        return {"explained": explained(trouble, function, len(args) + len(keywords))}
    return {
        "answer": wire.written(answer),
        "first": wire.written(args[0] if args else None),
        "warned": [str(warning.message)[:300] for warning in warned][:3],
    }


def get(shell, name: str) -> dict:
    """Hand over a value, or say that it is a function, or that there is none."""
    from classroom import wire

    if name not in shell.user_ns:
        return {"missing": True}
    value = shell.user_ns[name]
    if callable(value) and not hasattr(value, "__array__"):
        return {"function": True}
    return {"value": wire.written(value)}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
