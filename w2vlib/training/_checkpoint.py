"""Training that is laid down from time to time, so that a run that is stopped or killed can go on.

A checkpoint is one sealed file: what the run depends on, how far it came, the state of
its random generators in a line of JSON, and weights, records and snapshots as arrays.
It is written whole or not at all, and a change of any byte is noticed.  Nothing in it is unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._common.files import check_writable, replace_file, whole_content
from .._common.npz import arrays_in, packed_arrays
from .._common.sealed import sealed, unsealed
from .._common.validate import finite_number, shortened
from ._arrays import on_host

if TYPE_CHECKING:
    from ._inputs import Setup

_KIND, _VERSION = "checkpoint", 1
_SHARE = 50  # of the time, at most one part in so many goes into writing

Memory = Mapping[str, object]  # what a rule needs beside the weights: arrays, and what JSON can say
Record = tuple[int, float, np.ndarray]


class Stage(NamedTuple):
    """How far a run had come."""

    done: int
    state: tuple[np.ndarray, ...]
    memory: Memory
    records: list[Record]
    frames: dict[int, np.ndarray]


class Checkpoint:
    """The file of one run, which is known by all that it depends on."""

    def __init__(self, path: str | Path, every: float, depends: Mapping[str, object]):
        check_writable(path)
        self.path, self._every = path, every
        self._depends = {name: _known(value) for name, value in depends.items()}
        self._due = time.monotonic() + self._every
        self._at: int | None = None

    def due(self) -> bool:
        """Whether it is time to write."""
        return time.monotonic() >= self._due

    def read(self) -> Stage | None:
        """Return how far the run had come; None if it has not begun.

        Raises
        ------
        ValueError
            If the file is none of this kind, is damaged, or that of another run.
        """
        if not os.path.exists(self.path):
            return None
        if not os.path.isfile(self.path):
            raise ValueError(f"a checkpoint is a file, and {self.path} is none; name another")
        anew = "name another file, or delete this one to train from the beginning"
        try:
            _, line, payload = unsealed(
                self.path, whole_content(self.path), _KIND, _VERSION, "a checkpoint of training"
            )
        except ValueError as error:
            raise ValueError(f"{error}; {anew}") from None
        told, arrays = json.loads(line), arrays_in(payload)
        if other := _differences(told["depends"], self._depends):
            raise ValueError(
                f"{self.path} is the checkpoint of another run: {other}; give what that run was given, or {anew}"
            )
        self._at = told["done"]
        split = {
            int(name.removeprefix("frame_")): a for name, a in arrays.items() if name.startswith("frame_")
        }
        kept = {name.removeprefix("rule_"): a for name, a in arrays.items() if name.startswith("rule_")}
        return Stage(
            told["done"],
            tuple(arrays[name] for name in ("W", "Z") if name in arrays),
            told["memory"] | kept,
            [*zip(arrays["steps"].tolist(), arrays["loss"].tolist(), arrays["strengths"])],
            split,
        )

    def remove(self) -> None:
        """Leave nothing to go on with."""
        Path(self.path).unlink(missing_ok=True)

    def write(self, stage: Stage) -> None:
        """Put a stage in the place of the last; a disk that is full is warned of, and training goes on."""
        if stage.done == self._at:
            return
        begin = time.monotonic()
        # What is recorded and kept at this very step will be so again.
        records = [record for record in stage.records if record[0] < stage.done]
        steps, loss, strengths = zip(*records) if records else ((), (), ())
        arrays = dict(zip(("W", "Z"), stage.state))
        arrays |= {"steps": np.array(steps, np.int64), "loss": np.array(loss, np.float64)}
        arrays |= {"strengths": np.array(strengths, np.float64)}
        arrays |= {f"frame_{step}": kept for step, kept in stage.frames.items() if step < stage.done}
        arrays |= {f"rule_{name}": a for name, a in stage.memory.items() if isinstance(a, np.ndarray)}
        plain = {name: said for name, said in stage.memory.items() if not isinstance(said, np.ndarray)}
        told = {"done": stage.done, "depends": self._depends, "memory": plain}
        try:
            replace_file(self.path, sealed(_KIND, _VERSION, told, packed_arrays(arrays)))
            self._at = stage.done
        except OSError as error:
            warnings.warn(
                f"{error.strerror or error}; training goes on, but could not be taken up again from step {stage.done}",
                RuntimeWarning,
                stacklevel=5,  # at who called the trainer
            )
        now = time.monotonic()
        self._due = now + (max(self._every, _SHARE * (now - begin)) if self._every else 0)


def checkpoint_of(
    path: str | Path | None, every: float, trainer: str, setup: Setup, **depends: object
) -> Checkpoint | None:
    """Return the checkpoint of a run, known by what it depends on; None where none is wanted."""
    every = finite_number("checkpoint_every", every, 0)
    if path is None:
        return None
    start = setup.state[0]
    depends |= {
        "trainer": trainer,
        "device": None if isinstance(start, np.ndarray) else str(start.device),
        "dtype": str(start.dtype).removeprefix("torch."),
        "context": None if setup.tied else on_host(setup.state[1]),
        "initial": on_host(start),
    }
    for name in ("objective", "record", "snapshots", "step_size", "steps", "tied", "words"):
        depends[name] = getattr(setup, name)
    return Checkpoint(path, every, depends)


def _known(value: object) -> object:
    """A value as JSON can say it, or the digest of an array."""
    if isinstance(value, np.ndarray):
        digest = hashlib.sha256(f"{value.dtype.str} {value.shape}".encode())
        digest.update(np.ascontiguousarray(value).data)
        return {"sha256": digest.hexdigest()}
    if isinstance(value, tuple) and value and isinstance(value[0], str):  # words
        return {"sha256": hashlib.sha256("\n".join(value).encode(errors="surrogatepass")).hexdigest()}
    return json.loads(json.dumps(value, default=lambda number: number.item()))


def _differences(there: Mapping[str, object], here: Mapping[str, object]) -> str:
    """What two runs do not share, with the values where they are short."""
    said = []
    for name in sorted(there.keys() | here.keys()):
        one, other = there.get(name), here.get(name)
        if one != other:
            plain = not any(isinstance(value, (dict, list)) for value in (one, other))
            said.append(f"{name} ({shortened(one)} there, {shortened(other)} here)" if plain else name)
    if not said:
        return ""
    *others, last = said
    return f"{', '.join(others)}{' and ' if others else ''}{last} differ{'' if others else 's'}"


def memory_of(rng: np.random.Generator) -> dict:
    """The state of a random generator, as JSON can say it."""
    return _plain(rng.bit_generator.state)


def restore(rng: np.random.Generator, state: Mapping[str, object]) -> None:
    """Put a random generator into a state."""
    rng.bit_generator.state = dict(state)


def _plain(state: Mapping[str, object]) -> dict:
    return {
        name: _plain(said)
        if isinstance(said, Mapping)
        else said.tolist()
        if isinstance(said, np.ndarray)
        else said
        for name, said in state.items()
    }
