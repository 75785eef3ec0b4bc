r"""Where training starts, how it runs, and in which directions it ends up, whatever is broken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..._common.validate import positive_number, whole_number
from ...dynamics import subspace_overlap
from ...spectra import Spectrum
from ...statistics import CorpusStatistics
from ...training import (
    TrainingDivergedError,
    Trajectory,
    initial_weights,
    train_qwem,
    train_qwem_sampled,
    train_word2vec,
    word2vec_start,
)
from ...training._loop import pair_strengths
from ...training.word2vec import LOSSES
from .setting import Setting


@dataclass(frozen=True)
class Plan:
    """How to train, and what to look at; the arguments of `compare` with these names.

    Examples
    --------
    >>> Plan(step=-1)
    Traceback (most recent call last):
    ValueError: step must be a positive, finite number, not -1
    """

    loss: str = "quadratic"
    step: float = 0.05
    batch_size: int | None = None
    sampler: str = "corpus"
    seed: int = 0
    modes: int = 10
    time: float | None = None
    records: int = 80
    dtype: str = "float64"
    pulling: bool = False

    def __post_init__(self):
        if self.pulling and self.batch_size is not None:
            raise ValueError(
                "directions that pull cannot be told apart in small batches; pass batch_size=None"
            )
        if self.loss not in LOSSES:
            raise ValueError(f"loss must be 'quadratic' or 'logistic', not {self.loss!r}")
        positive_number("step", self.step)
        whole_number("modes", self.modes)
        whole_number("records", self.records, 3)
        if self.time is not None:
            positive_number("time", self.time)


def started(
    size: int, d: int, tied: bool, scale: float | str, seed: int, initial=None, context=None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return W and Z at the start; Z is None where vectors are tied.

    Examples
    --------
    >>> W, Z = started(1000, 4, False, "word2vec", seed=0)
    >>> bool(abs(W).max() <= 1 / 8), Z.any()
    (True, np.False_)
    """
    whole_number("d", d)
    if tied and context is not None:
        raise ValueError("context is the start of the second vectors; pass tied=False with it")
    if initial is not None and np.shape(initial) != (size, d):
        raise ValueError(f"initial must have the shape ({size}, {d}), not {np.shape(initial)}")
    if isinstance(scale, str) and scale != "word2vec":
        raise ValueError(f"scale must be a positive number or 'word2vec', not {scale!r}")
    if initial is not None:
        W = np.array(initial, float)
    elif scale == "word2vec":
        W = word2vec_start(size, d, seed)
    else:
        W = initial_weights(size, d, scale, seed)
    if tied:
        return W, None
    if context is not None:
        return W, np.array(context, float)
    return W, np.zeros_like(W) if scale == "word2vec" else initial_weights(size, d, scale, seed + 10**6)


def trained(
    stats: CorpusStatistics,
    setting: Setting,
    W: np.ndarray,
    Z: np.ndarray | None,
    plan: Plan,
    step_size: float,
    time: float,
) -> tuple[Trajectory, np.ndarray, dict[str, np.ndarray], bool]:
    """Return the run, its strengths and vectors as the theory sees them, and whether it diverged.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> from w2vlib.course.comparison.setting import weighted
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> run, strengths, frames, diverged = trained(
    ...     stats, weighted(stats), np.ones((3, 1)), None, Plan(records=5), step_size=0.1, time=1.0)
    >>> run.steps, strengths.shape, sorted(frames), diverged
    (array([ 0,  2,  5,  8, 10]), (5, 1), ['end', 'middle'], False)
    """
    steps = max(2, int(np.ceil(time / step_size - 1e-9)))
    kept = np.unique(np.linspace(0, steps, plan.records).round().astype(int))
    middle = int(kept[len(kept) // 2])
    common = {"record": kept, "dtype": plan.dtype, "tied": Z is None}
    A, B = setting.attraction, setting.repulsion
    pulling = plan.pulling and Z is not None
    see_all = setting.rates is not None or pulling

    def run(first, second, A, B):
        more = common | {"context": second, "snapshots": kept if see_all else [middle]}
        if plan.batch_size is not None:
            more |= {"sampler": plan.sampler, "rng": plan.seed, "check_step": False}
            found = train_qwem_sampled(stats, first, step_size, steps, plan.batch_size, **more)
        elif setting.even and plan.loss == "quadratic":
            found = train_qwem(setting.target, first, step_size, steps, check_step=False, **more)
        else:
            more |= {"loss": plan.loss, "word_rates": setting.rates}
            found = train_word2vec(A, B, first, step_size, steps, **more)
        if found.interrupted:  # half a run cannot be compared
            raise KeyboardInterrupt
        return found

    diverged = False
    try:
        found = run(W, Z, A, B)
        others = run(Z, W, A.T, B.T).snapshots if see_all and Z is not None else found.snapshots
    except TrainingDivergedError as error:
        found, others, diverged = error.trajectory, error.trajectory.snapshots, True
    strengths, last = found.strengths, found.weights
    frames = {"middle": found.snapshots.get(middle, last), "end": last}
    frames = {name: setting.seen(frame) for name, frame in frames.items()}
    if see_all:
        pairs = [(setting.seen(found.snapshots[n]), setting.seen(others[n])) for n in found.steps.tolist()]
        if not pulling:
            import torch

            strengths = np.array(
                [pair_strengths([torch.from_numpy(side) for side in pair]) for pair in pairs]
            )
        else:
            pulls = [_pulling(*pair) for pair in pairs]
            strengths = np.array([(vectors**2).sum(axis=0) for vectors in pulls])
            frames = {"middle": pulls[len(kept) // 2] if not diverged else pulls[-1], "end": pulls[-1]}
    return found, strengths, frames, diverged


def _pulling(W: np.ndarray, Z: np.ndarray) -> np.ndarray:
    """Eigenvectors of (WZᵀ + ZWᵀ)/2, each as long as the root of its eigenvalue; 0 where that is negative."""
    values, vectors = _symmetric_part(W, Z)
    d = W.shape[1]
    return vectors[:, ::-1][:, :d] * np.sqrt(np.maximum(values[::-1][:d], 0))


def _symmetric_part(W: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenpairs of (WZᵀ + ZWᵀ)/2, rising."""
    basis = np.linalg.qr(np.hstack([W, Z]).astype(float))[0]
    scores = (basis.T @ W) @ (Z.T @ basis)
    values, vectors = np.linalg.eigh((scores + scores.T) / 2)
    return values, basis @ vectors


def overlaps(vectors: np.ndarray, modes: Spectrum, learned: int) -> tuple[float, float]:
    """Return how much of the leading 5, and of all learned, eigenvectors lies in as many directions of W.

    Examples
    --------
    >>> overlaps(np.array([[2.0], [0.0]]), Spectrum(np.array([2.0, 1.0]), np.eye(2), 0.0), 1)
    (1.0, 1.0)
    """
    strongest = np.linalg.svd(np.asarray(vectors, float), full_matrices=False)[0]
    counts = min(5, learned), learned
    return tuple(subspace_overlap(strongest[:, :k], modes.vectors[:, :k]) for k in counts)


def opposed_directions(W: np.ndarray, Z: np.ndarray) -> int:
    """Return how many directions of (WZᵀ + ZWᵀ)/2 push their words apart, small ones aside.

    Examples
    --------
    >>> opposed_directions(np.eye(3), np.diag([1.0, -1.0, 0.001]))
    1
    """
    values = _symmetric_part(W, Z)[0]
    return int((values < -0.01 * np.abs(values).max()).sum())
