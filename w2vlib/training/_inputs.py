"""What the trainers share before they start: their input checked and put where they are to work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._common.threads import limited_threads
from .._common.validate import positive_number, whole_number, word_rows
from .._symmetric import checked_symmetric
from ..dynamics.steps import UnstableStepError, extreme_eigenvalues, stability_bound
from ..words import words_of
from ._arrays import place, put

if TYPE_CHECKING:
    from ._arrays import Array, State


@dataclass
class Setup:
    """A training run about to begin."""

    norm: float
    tied: bool
    step_size: float
    steps: int
    record: np.ndarray
    snapshots: np.ndarray
    state: State
    words: tuple[str, ...] | None
    objective: str

    def pace(self) -> str:
        """How fast training goes, in words, and how fast it may where that is known."""
        return f"step_size is {self.step_size:g}"


@dataclass
class LeastSquaresSetup(Setup):
    """A training run towards a target."""

    target: np.ndarray
    matrix: Array

    def pace(self) -> str:
        return f"{super().pace()} and the stability bound {self.bound():.6g}"

    def bound(self) -> float:
        """The step size from which on full-batch training cannot settle."""
        largest, lowest = extreme_eigenvalues(self.target)
        if self.tied:
            return stability_bound(largest, lowest)
        modulus = max(largest, -lowest)
        return 1 / modulus if modulus > 0 else np.inf


def prepared(
    target, initial, context, tied, step_size, steps, record, snapshots, device, dtype, check_step
) -> LeastSquaresSetup:
    """Check everything that a trainer is given, and put it on its device."""
    words, target = words_of(target), checked_symmetric(target)
    start = starting_point(initial, context, len(target), tied)
    step_size, steps = positive_number("step_size", step_size), whole_number("steps", steps)
    record, snapshots = record_steps(record, steps), step_numbers("snapshots", snapshots, steps)
    here = place(device, dtype)
    state, matrix = put_start(start, here), put(target, here)
    with limited_threads(len(target)):
        norm = float(np.linalg.norm(target))
    setup = LeastSquaresSetup(
        norm, tied, step_size, steps, record, snapshots, state, words, "least squares", target, matrix
    )
    # No eigenvalue is larger in modulus than the Frobenius norm, and no two differ by more than √2 of it:
    # most steps are seen to be safe without any eigenvalue.
    if check_step and step_size * norm >= 1 and step_size >= (bound := setup.bound()):
        raise UnstableStepError(
            f"step_size {step_size:g} is not below the stability bound {bound:.6g} of this target, "
            "so training would not settle; take a smaller one, or pass check_step=False to watch"
        )
    return setup


def step_numbers(name: str, wanted: Iterable[int], steps: int) -> np.ndarray:
    """Step numbers, sorted, each once."""
    try:
        given = np.asarray(wanted if isinstance(wanted, np.ndarray) else list(wanted))
    except (TypeError, ValueError):  # ragged lists
        given = np.asarray([None])
    if given.size == 0:
        return np.zeros(0, np.int64)
    if given.ndim != 1 or given.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be a list of step numbers, not {wanted!r}")
    bad = ~((given >= 0) & (given <= steps) & (given == np.floor(given)))
    if bad.any():
        raise ValueError(
            f"{name} must hold whole step numbers from 0 to the last step, {steps}; found {given[bad][0]}"
        )
    return np.unique(given.astype(np.int64))


def record_steps(record: int | Iterable[int], steps: int) -> np.ndarray:
    """The steps to record: as listed, or so many of them from 0 to the last."""
    if isinstance(record, Iterable) and not isinstance(record, (str, bytes)):
        listed = step_numbers("record", record, steps)
        if len(listed) == 0:
            raise ValueError("record lists no step; list at least one, or pass the number of steps to record")
        return listed
    return np.unique(np.linspace(0, steps, whole_number("record", record, 2)).round().astype(np.int64))


def starting_point(
    initial: np.ndarray, context: np.ndarray | None, size: int, tied: bool
) -> tuple[np.ndarray, ...]:
    """W, or W and Z, as float64."""
    if tied and context is not None:
        raise ValueError("context is the start of an untied model's second matrix; pass tied=False with it")
    start = [word_rows("initial", initial, size)]
    if not tied:
        start.append(start[0] if context is None else word_rows("context", context, size))
        if start[1].shape != start[0].shape:
            raise ValueError(f"context must have initial's shape {start[0].shape}, not {start[1].shape}")
    if not any(side.any() for side in start):
        raise ValueError("initial is zero everywhere, and training never leaves zero; see initial_weights")
    return tuple(start)


def put_start(start: Iterable[np.ndarray], beside: Array) -> State:
    """Where training starts, on its device, sharing memory with nothing, so that it can be trained on."""
    return tuple(put(side.copy(), beside) for side in start)
