"""What training leaves behind: loss, strengths and weights at the steps that were recorded."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..statistics_file import replace_file

__all__ = ["TrainingDivergedError", "Trajectory"]

_FORMAT = 1


class TrainingDivergedError(ArithmeticError):
    """Weights that grew beyond all bounds; ``trajectory`` holds what came before.

    Attributes
    ----------
    trajectory : Trajectory
        What was recorded; its weights are those of the last step before.
    """

    def __init__(self, message: str, trajectory: Trajectory | None = None):
        super().__init__(message)
        self.trajectory = trajectory


@dataclass(frozen=True, eq=False)
class Trajectory:
    r"""A training run, as recorded.

    Attributes
    ----------
    steps : ndarray of int64, shape (n,)
        The steps that were recorded, rising; 0 is the start.
    loss : ndarray of float64, shape (n,)
        :math:`\tfrac14(\lVert WW^\top - M \rVert_F^2 - \lVert M \rVert_F^2)`,
        or the same with :math:`WZ^\top`; 0 at :math:`W = 0`.
    strengths : ndarray of float64, shape (n, d)
        :math:`s_k^2`, falling with k: the eigenvalues of :math:`WW^\top`, or
        the singular values of :math:`WZ^\top`.
    weights : ndarray, shape (V, d)
        W after `last_step` steps, in the dtype of training.
    step_size : float
        η, flow time per step.
    last_step : int
        How many steps were done.
    snapshots : dict of int to ndarray of shape (V, d)
        W at the steps asked for.
    context : ndarray of shape (V, d), or None
        Z after `last_step` steps; None where it is W.
    interrupted : bool
        Whether training was stopped by the keyboard.

    Raises
    ------
    ValueError
        On creation, if the shapes do not fit each other.

    Notes
    -----
    Introduced in chapter 7, *One direction grows as a logistic*.

    Examples
    --------
    >>> run = Trajectory(steps=np.array([0, 10, 20]), loss=np.array([0.0, -1.0, -2.0]),
    ...                  strengths=np.array([[0.1], [1.0], [1.9]]), weights=np.ones((3, 1)),
    ...                  step_size=0.2, last_step=20)
    >>> run
    Trajectory(3 records of 20 steps to t = 4, 3 × 1 weights, loss 0 … -2)
    >>> run.times
    array([0., 2., 4.])
    >>> run.half_rise([2.0])
    array([2.])
    """

    steps: np.ndarray
    loss: np.ndarray
    strengths: np.ndarray
    weights: np.ndarray
    step_size: float
    last_step: int
    snapshots: dict[int, np.ndarray] = field(default_factory=dict)
    context: np.ndarray | None = None
    interrupted: bool = False

    def __post_init__(self):
        n, d = len(self.steps), self.weights.shape[1] if self.weights.ndim == 2 else -1
        found = self.steps.shape, self.loss.shape, self.strengths.shape
        if found != ((n,), (n,), (n, d)):
            raise ValueError(
                f"steps, loss and strengths must have the shapes (n,), (n,) and (n, d), with weights (V, d), "
                f"not {', '.join(map(str, found))} with weights {self.weights.shape}"
            )
        others = [*self.snapshots.values()] + ([] if self.context is None else [self.context])
        for array in others:
            if array.shape != self.weights.shape:
                raise ValueError(
                    f"snapshots and context must have the weights' shape {self.weights.shape}, not {array.shape}"
                )

    def __repr__(self) -> str:
        size, d = self.weights.shape
        parts = [
            f"{len(self.steps):,} records of {self.last_step:,} steps to t = {self.last_step * self.step_size:.4g}",
            f"{size:,} × {d} {'weights' if self.context is None else 'weights and context'}",
        ]
        if len(self.loss):
            parts.append(f"loss {self.loss[0]:.4g} … {self.loss[-1]:.4g}")
        if self.snapshots:
            parts.append(f"{len(self.snapshots)} snapshot{'s' if len(self.snapshots) > 1 else ''}")
        if self.interrupted:
            parts.append("interrupted")
        return f"Trajectory({', '.join(parts)})"

    @property
    def times(self) -> np.ndarray:
        """Flow time of the records, :math:`t = n\\eta`, shape (n,)."""
        return self.steps * self.step_size

    @property
    def singular_values(self) -> np.ndarray:
        """:math:`s_k`, shape (n, d): the singular values of W, falling."""
        return np.sqrt(self.strengths)

    def half_rise(self, values: np.ndarray) -> np.ndarray:
        r"""Return when each strength first rose through half of its final value.

        Between two records, :math:`\ln\frac{s^2}{\lambda - s^2}` is taken to
        be a straight line in t, which for a logistic it is.  (Where the later
        record lies above λ, :math:`s^2` itself is.)

        Parameters
        ----------
        values : array of shape (K,)
            The final values :math:`\lambda_k`, falling: the leading eigenvalues
            of the target.  More than d of them are cut to d.

        Returns
        -------
        ndarray of float64, shape (min(K, d),)
            Flow times; nan where :math:`\lambda_k \le 0`, or where no record
            below :math:`\lambda_k/2` is followed by one above.

        Raises
        ------
        ValueError
            If `values` is not a list of finite numbers.
        """
        values = np.asarray(values, np.float64)
        if values.ndim != 1 or not np.isfinite(values).all():
            raise ValueError(
                f"values must be a list of finite numbers, the eigenvalues of the target, not {values!r}"
            )
        times, t = np.full(min(len(values), self.strengths.shape[1]), np.nan), self.times
        for k, value in enumerate(values[: len(times)]):
            below = self.strengths[:, k] < value / 2
            rises = np.flatnonzero(below[:-1] & ~below[1:])
            if value <= 0 or len(rises) == 0:
                continue
            n = int(rises[0])
            pair = self.strengths[n : n + 2, k]
            logistic = pair[0] > 0 and pair[1] < value
            start, end = np.log(pair / (value - pair)) if logistic else pair - value / 2
            times[k] = t[n] + (t[n + 1] - t[n]) * start / (start - end)
        return times

    def save(self, path: str | Path) -> None:
        """Write to an ``.npz`` file that :meth:`load`, or ``numpy.load``, reads.

        The file is written under another name and then renamed, so a failure
        leaves nothing half-written.

        Raises
        ------
        OSError
            If the file cannot be written; the message names it.
        """
        arrays = {name: getattr(self, name) for name in ("steps", "loss", "strengths", "weights")}
        arrays |= {name: np.array(getattr(self, name)) for name in ("step_size", "last_step", "interrupted")}
        arrays |= {f"snapshot_{step}": array for step, array in self.snapshots.items()}
        if self.context is not None:
            arrays["context"] = self.context
        buffer = io.BytesIO()
        np.savez(buffer, trajectory_format=np.array(_FORMAT), **arrays)
        replace_file(path, buffer.getbuffer())

    @classmethod
    def load(cls, path: str | Path) -> Trajectory:
        """Read a file written by :meth:`save`.  Nothing in it is ever unpickled.

        Raises
        ------
        ValueError
            If the file is not a trajectory, is damaged or truncated, or was
            written in a newer format.
        """
        try:
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            version = int(arrays.pop("trajectory_format"))
            if version <= _FORMAT:
                steps = [name for name in arrays if name.startswith("snapshot_")]
                return cls(
                    snapshots={int(name.removeprefix("snapshot_")): arrays.pop(name) for name in steps},
                    step_size=float(arrays.pop("step_size")),
                    last_step=int(arrays.pop("last_step")),
                    interrupted=bool(arrays.pop("interrupted")),
                    **arrays,
                )
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
        ) as error:
            raise ValueError(
                f"{path} is not a trajectory, or is damaged or incomplete ({error}); train or copy it again"
            ) from None
        raise ValueError(
            f"{path} has format version {version}, this w2vlib reads version {_FORMAT}; update w2vlib"
        )
