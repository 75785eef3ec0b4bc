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


def _interrupted(train, at: int, places: tuple[str, ...]) -> tuple[Trajectory | None, bool]:
    lines = 0

    def trace(frame, event, _):
        nonlocal lines
        if not frame.f_code.co_filename.startswith(places):
            return None
        if event == "line":
            lines += 1
            if lines > at:
                raise KeyboardInterrupt
        return trace

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
    if run is not None and lines > at:
        assert run.interrupted and "interrupted" in repr(run)
        assert [warning.category for warning in caught] == [RuntimeWarning]
        assert f"interrupted after {run.last_step} of" in str(caught[0].message)
        assert f"with {len(run.steps)} records" in str(caught[0].message)
        assert Path(caught[0].filename).parent == Path(__file__).parent  # it points at the call
    return run, lines > at


def assert_whole_steps(run: Trajectory, whole: Trajectory) -> None:
    """A run that was stopped is the beginning of the same run that was not, which kept all its weights."""
    n = len(run.steps)
    assert np.array_equal(run.steps, whole.steps[:n])
    assert (run.steps <= run.last_step).all() and (whole.steps[n:] >= run.last_step).all()
    for name in ("loss", "strengths", "times"):
        assert np.array_equal(getattr(run, name), getattr(whole, name)[:n])
    assert np.array_equal(run.weights, whole.snapshots[run.last_step])
    assert run.strengths.shape == (n, run.weights.shape[1])
