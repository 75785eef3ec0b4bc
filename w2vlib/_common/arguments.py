"""Arguments that are not even of the kind that a signature names, refused before work starts."""

from __future__ import annotations

import functools
import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping, Set
from typing import TypeVar

import numpy as np

from .validate import shortened

Function = TypeVar("Function", bound=Callable)

_LARGEST = 2**62  # beyond, NumPy cannot count


def checked(function: Function) -> Function:
    """Let a function refuse, by name, each argument that its annotation excludes.

    What is of the right kind, the function checks itself: shapes, bounds and NaN in arrays.

    Examples
    --------
    >>> @checked
    ... def doubled(rows: "np.ndarray | float") -> "np.ndarray":
    ...     return 2 * rows
    >>> doubled("two")
    Traceback (most recent call last):
    ...
    TypeError: rows must be an array of real numbers or a number, not 'two' (str)
    """
    parameters = inspect.signature(function).parameters
    kinds = {
        name: parameter.annotation.strip("'\"")
        for name, parameter in parameters.items()
        if isinstance(parameter.annotation, str)  # as postponed annotations are
    }

    @functools.wraps(function)
    def guarded(*args, **kwargs):
        for name, value in (*zip(parameters, args), *kwargs.items()):
            if name in kinds:
                check_kind(name, value, kinds[name])
        return function(*args, **kwargs)

    return guarded


def check_fields(made: object) -> None:
    """Check the fields of a dataclass by their annotations, as :func:`checked` does a function's arguments."""
    for name, kind in vars(type(made))["__annotations__"].items():
        if name in vars(made):
            check_kind(name, getattr(made, name), kind)


def check_kind(name: str, value: object, kind: str) -> None:
    """Raise TypeError if a value is none of the kinds in an annotation.

    Examples
    --------
    >>> check_kind("flag", 2, "bool")
    Traceback (most recent call last):
    ...
    TypeError: flag must be True or False, not 2 (int)
    """
    kinds = _kinds(kind)
    if any(_is(value, one) for one in kinds):
        return
    wanted = " or ".join(dict.fromkeys(_SAID.get(_bare(one), f"a {_bare(one)}") for one in kinds))
    raise TypeError(f"{name} must be {wanted}, not {shortened(value)} ({type(value).__name__})")


@functools.cache
def _kinds(annotation: str) -> tuple[str, ...]:
    """The kinds that an annotation allows, split at the bars between them."""
    return tuple(one for one in re.split(r" \| (?![^\[]*\])", annotation) if one != "optional")


def _bare(kind: str) -> str:
    return kind.partition("[")[0]


def _real(value: object) -> bool:
    """Whether NumPy can make real numbers of a value, all of them said."""
    try:
        kind = np.asarray(value).dtype.kind
    except (TypeError, ValueError):  # ragged lists
        return False
    return kind in "biuf" and not isinstance(value, np.ma.MaskedArray)


def _number(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iuf"
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool) and abs(value) <= _LARGEST
    return whole or isinstance(value, (float, np.floating))


def _several(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, (bytes, bytearray, np.ma.MaskedArray))


def in_turn(value: object) -> bool:
    """Whether a value can be gone through, which arrays of no axis cannot."""
    return _several(value, Iterable) and not (isinstance(value, np.ndarray) and value.ndim == 0)


def _is(value: object, kind: str) -> bool:
    check = _CHECKS.get(_bare(kind))
    return check(value) if check else kind in {base.__name__ for base in type(value).__mro__}


_CHECKS = {
    "None": lambda value: value is None,
    "bool": lambda value: isinstance(value, (bool, np.bool_)),
    "int": lambda value: not (isinstance(value, int) and abs(value) > _LARGEST),  # else whole_number says it
    "float": _number,
    "np.ndarray": lambda value: _real(value) and np.ndim(value) > 0,
    "str": lambda value: isinstance(value, str),
    "Path": lambda value: isinstance(value, os.PathLike),
    "Callable": callable,
    "Iterable": in_turn,
    "Sequence": lambda value: (
        in_turn(value) and hasattr(value, "__getitem__") and not isinstance(value, Mapping)
    ),
    "tuple": lambda value: in_turn(value) and not isinstance(value, Set),
    "list": lambda value: in_turn(value) and not isinstance(value, str),
    "dict": lambda value: isinstance(value, Mapping),
    "Container": lambda value: (
        hasattr(value, "__contains__") and not isinstance(value, (str, bytes, bytearray))
    ),
    "object": lambda value: True,
    "np.random.Generator": lambda value: isinstance(
        value, (np.random.Generator, int)
    ),  # or a seed of any size
    "torch.device": lambda value: type(value).__name__ == "device",
    "torch.dtype": lambda value: type(value).__name__ == "dtype",
    "Questions": lambda value: isinstance(value, Mapping),
}
_SAID = {
    "None": "None",
    "bool": "True or False",
    "int": f"a whole number up to {_LARGEST:.0e}",
    "float": "a number",
    "np.ndarray": "an array of real numbers",
    "str": "text",
    "Path": "a path",
    "Callable": "a function",
    "tuple": "a list or a tuple",
    "Questions": "a dict of lists by family, as load_analogies returns it",
    "Iterable": "an iterable",
    "Sequence": "a sequence",
    "np.random.Generator": "a numpy.random.Generator",
    "Axes": "matplotlib's Axes",
    "Spectrum": "a Spectrum, as spectrum(M, d) returns it",
    "Client": "a distributed.Client",
    "CorpusStatistics": "CorpusStatistics, as count_corpus returns them",
}
