"""Training that is interrupted from outside: before any line that it runs."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import w2vlib.training
from w2vlib.training import Trajectory

TRAINING = Path(w2vlib.training.__file__).parent


def interrupted_everywhere(
    train: Callable[[], Trajectory], every: int = 1, places: tuple[Path, ...] = (TRAINING,)
) -> Iterator[Trajectory]:
    """What training leaves behind when the keyboard stops it before one of its lines, for every n-th line.

    Before the first step and after the last an interrupt goes through, and nowhere else.
    """
    at, caught, over = 0, 0, False
    while True:
        run, fired = _interrupted(train, at, tuple(map(str, places)))
        if not fired:
            break
        if run is None:
            over = caught > 0
        else:
            assert not over, "an interrupt between two steps was not caught"
            caught += 1
            yield run
        at += every
    assert caught


class BeforeLines:
    """A trace, for `sys.settrace`, that lets `n` lines of some files go by and acts before each that follows."""

    def __init__(self, n: int, places: str | tuple[str, ...], act: Callable[[], None]):
        self.n, self.places, self.act, self.lines = n, places, act, 0

    def __call__(self, frame, event, _) -> BeforeLines | None:
        if not frame.f_code.co_filename.startswith(self.places):
            return None
        if event == "line":
            self.lines += 1
            if self.lines > self.n:
                self.act()
        return self


def _interrupt() -> None:
    raise KeyboardInterrupt


def _interrupted(train, at: int, places: tuple[str, ...]) -> tuple[Trajectory | None, bool]:
    trace = BeforeLines(at, places, _interrupt)
    before = sys.gettrace()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sys.settrace(trace)
        try:
            run = train()
        except KeyboardInterrupt:
            run = None
        finally:
            sys.settrace(before)
    if run is not None and trace.lines > at:
        assert run.interrupted and "interrupted" in repr(run)
        assert [warning.category for warning in caught] == [RuntimeWarning]
        assert f"interrupted after {run.last_step} of" in str(caught[0].message)
        assert f"with {len(run.steps)} records" in str(caught[0].message)
        assert Path(caught[0].filename).parent == Path(__file__).parent  # it points at the call
    return run, trace.lines > at


def assert_whole_steps(run: Trajectory, whole: Trajectory) -> None:
    """A run that was stopped is the beginning of the same run that was not, which kept all its weights."""
    n = len(run.steps)
    assert np.array_equal(run.steps, whole.steps[:n])
    assert (run.steps <= run.last_step).all() and (whole.steps[n:] >= run.last_step).all()
    for name in ("loss", "strengths", "times"):
        assert np.array_equal(getattr(run, name), getattr(whole, name)[:n])
    assert np.array_equal(run.weights, whole.snapshots[run.last_step])
    assert run.strengths.shape == (n, run.weights.shape[1])
