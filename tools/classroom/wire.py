"""How the judge and the room talk: one JSON text a line, in which numbers keep their kind; nothing is ever unpickled.

What can be sent: None, numbers, texts, arrays, random generators, and lists, tuples and dicts of these.  Of
anything else only the name of its type arrives.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator

import numpy as np

from w2vlib.course.checks import unwrapped

#: The longest message, in bytes: an array of 5,000 by 1,000 numbers.
LONGEST = 64_000_000


class Foreign:
    """What has come of a thing that cannot be sent; its class has the name of that thing's."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class ForeignFunction(Foreign):
    """What has come of a function or a class."""

    def __call__(self, *_, **__):
        raise TypeError("only its name is here")


class ForeignIterator(Foreign):
    """What has come of a generator, or of another thing whose members are still to be made."""

    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration


def line(message: dict) -> bytes:
    """Return a message as a line; ValueError if it is too long."""
    text = json.dumps(message).encode() + b"\n"
    if len(text) > LONGEST:
        raise ValueError(f"it holds {len(text) / 1e6:.0f} MB, and {LONGEST / 1e6:.0f} MB are allowed")
    return text


def written(value: object, depth: int = 20) -> object:
    """Return a value as what JSON can say.

    What torch, pandas and SciPy wrap around numbers is taken off.

    Examples
    --------
    >>> written((1, 2.5)), written(np.float32(0.5))["kind"]
    ({'kind': 'tuple', 'of': [1, 2.5]}, 'array')
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    if value is ...:
        return {"kind": "ellipsis"}
    if type(value) is complex:
        return {"kind": "complex", "of": [value.real, value.imag]}
    if depth and isinstance(value, (list, tuple)):
        of = [written(part, depth - 1) for part in value]
        return of if isinstance(value, list) else {"kind": "tuple", "of": of}
    if depth and isinstance(value, dict):
        return {
            "kind": "dict",
            "of": [[written(k, depth - 1), written(v, depth - 1)] for k, v in value.items()],
        }
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
        data = io.BytesIO()
        np.save(data, np.asarray(value), allow_pickle=False)
        return {"kind": "array", "of": base64.b64encode(data.getvalue()).decode()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "U":
        return written(value.tolist(), depth)
    if isinstance(value, np.random.Generator):
        state = value.bit_generator.state
        return {"kind": "generator", "of": written(state, depth)}
    try:
        array = np.asarray(unwrapped(value))
    except Exception:  # noqa: BLE001 - whatever a foreign type does when it is asked for its numbers
        array = np.asarray(None)
    if array.dtype.kind in "biufc" and not callable(value):
        return written(array, depth)
    like = "function" if callable(value) else "iterator" if isinstance(value, Iterator) else "thing"
    return {"kind": "foreign", "of": type(value).__name__, "like": like}


def read(said: object) -> object:
    """Return the value that :func:`written` was given.

    Examples
    --------
    >>> read(written({"a": (1, None), "b": np.arange(2)}))
    {'a': (1, None), 'b': array([0, 1])}
    >>> read(written({1, 2}))
    <set>
    """
    if isinstance(said, list):
        return [read(part) for part in said]
    if not isinstance(said, dict):
        return said
    kind, of = said["kind"], said.get("of")
    if kind == "ellipsis":
        return ...
    if kind == "complex":
        return complex(*of)
    if kind == "tuple":
        return tuple(map(read, of))
    if kind == "dict":
        return {read(k): read(v) for k, v in of}
    if kind == "array":
        array = np.load(io.BytesIO(base64.b64decode(of)), allow_pickle=False)
        return array if array.ndim else array[()]
    if kind == "generator":
        state = read(of)
        bits = np.random.PCG64()
        bits.state = state  # ValueError for any other kind
        return np.random.Generator(bits)
    like = {"function": ForeignFunction, "iterator": ForeignIterator}.get(said.get("like"), Foreign)
    return type(str(of)[:60], (like,), {})()
