"""What training leaves behind: loss, strengths and weights at the steps that were recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .._common.arguments import check_fields, check_kind, checked
from .._common.npz import read_arrays, write_arrays
from .._common.validate import finite_number, one_of, whole_array, whole_number
from ..dynamics.measures import measured_half_rises
from ..embeddings import Embedding
from ..spectra import Spectrum
from ..words import check_distinct, check_words, known_words

__all__ = ["TrainingDivergedError", "Trajectory"]

_FORMAT = 1
_UNFIT = (
    AttributeError,
    KeyError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)  # what no trajectory is made of


class TrainingDivergedError(ArithmeticError):
    """Weights that grew beyond all bounds; ``trajectory`` holds what came before.

    Attributes
    ----------
    trajectory : Trajectory
        What was recorded; its weights are those of the last step before.

    Notes
    -----
    Introduced in chapter *step-size*.
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
        0 at :math:`W = 0`.  Of least squares
        :math:`\tfrac14(\lVert WW^\top - M \rVert_F^2 - \lVert M \rVert_F^2)`, or the
        same with :math:`WZ^\top`; of word2vec :func:`~w2vlib.training.word2vec_loss`,
        in the same unit.
    strengths : ndarray of float64, shape (n, d)
        :math:`s_k^2`, falling with k: the eigenvalues of :math:`WW^\top`, or
        the singular values of :math:`WZ^\top`.
    weights : ndarray, shape (V, d)
        W after `last_step` steps, in the dtype of training.
    step_size : float
        η, flow time per step; the mean, where it changes.
    last_step : int
        How many steps were done.
    snapshots : dict of int to ndarray of shape (V, d)
        W at the steps asked for.
    context : ndarray of shape (V, d), or None
        Z after `last_step` steps; None where it is W.
    interrupted : bool
        Whether training was stopped by the keyboard.
    flow : ndarray of float64, shape (n,), or None
        Flow time of the records, where steps are not all of one length.
    words : tuple of str, length V, or None
        The words of the rows, where what was trained on knew them.
    objective : {"least squares", "logistic", "quadratic"}
        Whose loss it is: that of :func:`~w2vlib.training.train_qwem`, word2vec's
        own, or its quadratic expansion.

    Raises
    ------
    ValueError
        On creation, if the shapes do not fit each other, a word stands twice, or
        there is no such objective.

    Notes
    -----
    Introduced in chapter *one-mode*.

    Examples
    --------
    >>> run = Trajectory(steps=np.array([0, 10, 20]), loss=np.array([0.0, -1.0, -2.0]),
    ...                  strengths=np.array([[0.1], [1.0], [1.9]]), weights=np.ones((3, 1)),
    ...                  step_size=0.2, last_step=20)
    >>> run
    Trajectory(3 records of 20 steps to t = 4, 3 × 1 weights, loss 0 … -2)
    >>> run.times
    array([0., 2., 4.])
    >>> run.half_rises([2.0])
    array([2.])
    >>> import dataclasses, tempfile
    >>> path = Path(tempfile.mkdtemp()) / "run.npz"
    >>> dataclasses.replace(run, words=("the", "king", "queen")).save(path)
    >>> Trajectory.load(path).embedding()["king"]
    array([1.])
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
    flow: np.ndarray | None = None
    words: tuple[str, ...] | None = None
    objective: str = "least squares"

    def __post_init__(self):
        check_fields(self)
        for name in ("loss", "strengths", "weights", "context", "flow"):
            if (given := getattr(self, name)) is not None:
                array = np.asarray(given)
                object.__setattr__(self, name, array if array.dtype.kind == "f" else array.astype(float))
        object.__setattr__(self, "steps", whole_array("steps", self.steps, 1).astype(np.int64, copy=False))
        for step, array in self.snapshots.items():
            whole_number("a step of snapshots", step, 0)
            check_kind(f"the snapshot of step {step}", array, "np.ndarray")
        whole_number("last_step", self.last_step, 0)
        finite_number("step_size", self.step_size)
        n, d = len(self.steps), self.weights.shape[1] if self.weights.ndim == 2 else -1
        found = self.steps.shape, self.loss.shape, self.strengths.shape
        if found != ((n,), (n,), (n, d)):
            raise ValueError(
                f"steps, loss and strengths must have the shapes (n,), (n,) and (n, d), with weights (V, d), "
                f"not {', '.join(map(str, found))} with weights {self.weights.shape}"
            )
        if self.flow is not None and self.flow.shape != (n,):
            raise ValueError(f"flow must hold one time for each of the {n} records, not {self.flow.shape}")
        one_of("objective", self.objective, ("least squares", "logistic", "quadratic"))
        if self.words is not None:
            object.__setattr__(self, "words", tuple(self.words))
            check_words(self.words)
            check_distinct(self.words)
            if len(self.words) != len(self.weights):
                raise ValueError(f"{len(self.words)} words do not fit {len(self.weights)} rows of weights")
        others = [*self.snapshots.values()] + ([] if self.context is None else [self.context])
        for array in others:
            if np.shape(array) != self.weights.shape:
                raise ValueError(
                    f"snapshots and context must have the weights' shape {self.weights.shape}, "
                    f"not {np.shape(array)}"
                )

    def __repr__(self) -> str:
        (size, d), t = self.weights.shape, self.last_step * self.step_size
        parts = [
            f"{len(self.steps):,} records of {self.last_step:,} steps to t = {t:.4g}",
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
        """Flow time of the records, shape (n,): :math:`t = n\\eta`, unless the step changed."""
        return self.steps * self.step_size if self.flow is None else self.flow

    @property
    def singular_values(self) -> np.ndarray:
        """:math:`s_k`, shape (n, d): the singular values of W, falling."""
        return np.sqrt(self.strengths)

    @checked
    def half_rises(self, modes: Spectrum | np.ndarray) -> np.ndarray:
        r"""Return when each strength first rose through half of its final value.

        See :func:`~w2vlib.dynamics.measured_half_rises`.

        Parameters
        ----------
        modes : Spectrum, or array of shape (n_modes,)
            The target's leading modes, or the final values :math:`\lambda_k`
            alone, falling.  More than d of them are cut to d.

        Returns
        -------
        ndarray of float64, shape (min(n_modes, d),)
            Flow times; nan where :math:`\lambda_k \le 0`, or where no record
            below :math:`\lambda_k/2` is followed by one above.

        Raises
        ------
        ValueError
            If `modes` are those of other words, or not a list of finite numbers.
        """
        if isinstance(modes, Spectrum):
            if len(modes.vectors) != len(self.weights):
                raise ValueError(
                    f"modes of {len(modes.vectors)} words do not fit a run of {len(self.weights)}; "
                    "take those of the matrix that it was trained on"
                )
            if None not in (modes.words, self.words) and modes.words != self.words:
                raise ValueError(
                    "the modes belong to other words than this run; take those of the matrix that it was trained on"
                )
            modes = modes.values
        return measured_half_rises(self.times, self.strengths, modes)

    @checked
    def embedding(self, step: int | None = None) -> Embedding:
        """Return the word vectors at the end, or at a step that was kept, with their words.

        Parameters
        ----------
        step : int, optional
            One of `snapshots`; by default the last step.

        Raises
        ------
        ValueError
            If that step was not kept, or the words are not known.
        """
        words = known_words(self.words)
        if step is not None:
            step = whole_number("step", step, 0)
        if step is not None and step not in self.snapshots:
            raise ValueError(
                f"the weights of step {step} were not kept, only those of {sorted(self.snapshots)}; "
                "train with snapshots=[…]"
            )
        return Embedding(words, self.weights if step is None else self.snapshots[step])

    @checked
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
        arrays |= {
            name: np.array(getattr(self, name))
            for name in ("step_size", "last_step", "interrupted", "objective")
        }
        if self.words is not None:
            arrays["words"] = np.frombuffer(json.dumps(self.words).encode(), np.uint8)
        arrays |= {f"snapshot_{step}": array for step, array in self.snapshots.items()}
        arrays |= {name: array for name in ("context", "flow") if (array := getattr(self, name)) is not None}
        write_arrays(path, {"trajectory_format": np.array([_FORMAT, len(arrays)]), **arrays})

    @classmethod
    @checked
    def load(cls, path: str | Path) -> Trajectory:
        """Read a file written by :meth:`save`.  Nothing in it is ever unpickled.

        Raises
        ------
        ValueError
            If the file is not a trajectory, is damaged or truncated, or was
            written in a newer format.
        """
        try:
            arrays = read_arrays(path)
            version, number = map(int, arrays.pop("trajectory_format"))
            if version <= _FORMAT:
                if len(arrays) != number:
                    raise ValueError(f"it holds {len(arrays)} of {number} arrays")
                steps = [name for name in arrays if name.startswith("snapshot_")]
                if "words" in arrays:
                    words = json.loads(arrays["words"].tobytes())
                    if not isinstance(words, list):
                        raise ValueError("its words are no list")
                    arrays["words"] = tuple(words)
                return cls(
                    snapshots={int(name.removeprefix("snapshot_")): arrays.pop(name) for name in steps},
                    step_size=float(arrays.pop("step_size")),
                    last_step=int(arrays.pop("last_step")),
                    interrupted=bool(arrays.pop("interrupted")),
                    objective=str(arrays.pop("objective")),
                    **arrays,
                )
        except _UNFIT as error:
            reason = f"it has no {error}" if isinstance(error, KeyError) else error
            raise ValueError(
                f"{path} is not a trajectory, or is damaged or incomplete ({reason}); train or copy it again"
            ) from None
        raise ValueError(
            f"{path} has format version {version}, this w2vlib reads version {_FORMAT}; update w2vlib"
        )
