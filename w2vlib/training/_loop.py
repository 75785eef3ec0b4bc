"""The training loop: what is recorded, when it is given up, what survives an interruption.

The state of training is a tuple of matrices: (W,) where vectors are tied, (W, Z)
where they are not, so that ``state[-1]`` is always what W is multiplied with.
Each step is written into a second set of matrices and then takes the place of
the first in one assignment: an interruption finds either the old state or the
new one, never half a step.
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from typing import TYPE_CHECKING, Protocol

import numpy as np

from .._common.progress import progress_bar
from .._common.threads import limited_threads
from ._arrays import exact, namespace, on_host
from ._checkpoint import Stage
from ._inputs import put_start
from .trajectory import TrainingDivergedError, Trajectory

if TYPE_CHECKING:
    from ._arrays import State
    from ._checkpoint import Checkpoint, Memory
    from ._inputs import Setup

_TOO_FAR = 10  # times what start and target can explain


class Rule(Protocol):
    """One way of training."""

    stride: int  # how many steps may be taken at once, between two looks at the state

    def loss(self, state: State, out: State, strengths: np.ndarray) -> float:
        """Return the loss; `out` may be written to."""

    def advance(self, state: State, out: State, done: int, count: int, measured: bool) -> None:
        """Write the state `count` steps on into `out`, which still holds what `loss` left if `measured`."""

    def memory(self, done: int) -> Memory:
        """Return what is needed, beside the weights, to go on from a step: random states, what was drawn ahead."""

    def restore(self, memory: Memory) -> None:
        """Go on from there."""

    def times(self, steps: np.ndarray) -> np.ndarray | None:
        """Return the flow time of the steps, or None where every step is as long."""


def run(
    rule: Rule, setup: Setup, progress: bool, advice: str, checkpoint: Checkpoint | None = None
) -> Trajectory:
    """Train by `rule`; `advice` says what to do about divergence, and a checkpoint lets a stopped run go on."""
    state, steps = setup.state, setup.steps
    spare = tuple(namespace(side).empty_like(side) for side in state)
    due, kept = set(setup.record.tolist()), set(setup.snapshots.tolist())
    stops = sorted(due | kept | {steps})
    records, frames = [], {}
    done, interrupted, diverged = 0, False, False
    with limited_threads(len(state[0])), np.errstate(over="ignore", invalid="ignore"):
        limit = _TOO_FAR * max(_size(state), np.sqrt(state[0].shape[1]) * setup.norm)
    if (found := checkpoint and checkpoint.read()) is not None:
        done, records, frames = found.done, found.records, found.frames
        state = put_start(found.state, state[0])
        rule.restore(found.memory)
    memory = rule.memory(done) if checkpoint else {}
    bar = progress_bar(progress, total=steps, initial=done, unit="step", desc="training", mininterval=0.5)
    with limited_threads(len(state[0])), np.errstate(over="ignore", invalid="ignore"), bar:
        try:
            while True:
                size = _size(state)
                if not size <= limit < np.inf:
                    diverged = True
                    break
                if checkpoint and (done == steps or checkpoint.due()):
                    checkpoint.write(Stage(done, _on_host(state), memory, records, frames))
                if done in kept:
                    frames[done] = on_host(state[0]).copy()
                if recording := done in due:
                    strengths = pair_strengths(state)
                    records.append((done, rule.loss(state, spare, strengths), strengths))
                if done == steps:
                    break
                count = min(rule.stride, stops[bisect_right(stops, done)] - done)
                rule.advance(state, spare, done, count, recording)
                coming = rule.memory(done + count) if checkpoint else memory
                state, spare, done, before, memory = spare, state, done + count, done, coming
                bar.update(count)
        except KeyboardInterrupt:
            interrupted = True
            if checkpoint and _size(state) <= limit:
                checkpoint.write(Stage(done, _on_host(state), memory, records, frames))
    if diverged and checkpoint:
        checkpoint.remove()
    if diverged and done:
        state, done = spare, before
    weights = _on_host(state)
    recorded = np.array([n for n, _, _ in records], np.int64)
    flow, step_size = rule.times(np.append(recorded, done)), setup.step_size
    if flow is not None:
        flow, step_size = flow[:-1], float(flow[-1]) / max(1, done)
    trajectory = Trajectory(
        steps=recorded,
        loss=np.array([loss for _, loss, _ in records], np.float64),
        strengths=np.array([s for _, _, s in records], np.float64).reshape(
            len(records), -1 if records else weights[0].shape[1]
        ),
        weights=weights[0],
        step_size=step_size,
        last_step=done,
        snapshots=frames,
        context=weights[1] if len(weights) > 1 else None,
        interrupted=interrupted,
        flow=flow,
        words=setup.words,
        objective=setup.objective,
    )
    if diverged:
        raise TrainingDivergedError(
            f"training diverged after {done} of {steps} steps: what comes next makes the sum of strengths "
            f"{size:.3g}, where start and target explain {limit / _TOO_FAR:.3g} at most; {_pace(setup)}: {advice}",
            trajectory,
        )
    if interrupted:
        warnings.warn(
            f"training was interrupted after {done} of {steps} steps; the trajectory ends there, "
            f"with {len(records)} records"
            + (f"; the same call goes on from {checkpoint.path}" if checkpoint else ""),
            RuntimeWarning,
            stacklevel=4,  # at who called the trainer, whose arguments are checked around it
        )
    return trajectory


def _on_host(state: State) -> tuple[np.ndarray, ...]:
    return tuple(on_host(side) for side in state)


def _pace(setup: Setup) -> str:
    try:
        return setup.pace()
    except ArithmeticError:  # its eigenvalues cannot be had
        return f"step_size is {setup.step_size:g} and the stability bound unknown"


def _size(state: State) -> float:
    """Sum of squares of W, or its mean with that of Z; where they are balanced, the sum of strengths."""
    return sum(float(side.ravel() @ side.ravel()) for side in state) / len(state)


def pair_strengths(state: State) -> np.ndarray:
    """Singular values of W Zᵀ, falling, small ones too: the Gram matrix would lose those below 1e-8 of s₁."""
    triangles = [np.linalg.qr(exact(side), mode="r") for side in state]
    if len(state) == 1:
        strengths = np.linalg.svd(triangles[0], compute_uv=False) ** 2
    else:
        strengths = np.linalg.svd(triangles[0] @ triangles[1].T, compute_uv=False)
    return np.pad(strengths, (0, state[0].shape[1] - len(strengths)))
