"""The quadratic word embedding model, trained on sampled pairs of words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from ..statistics import CorpusStatistics
from ..targets import m_star
from .inputs import LeastSquaresSetup, prepared, whole_number
from .loop import LeastSquares, run
from .pairs import PairSampler
from .trajectory import Trajectory

if TYPE_CHECKING:
    import torch

    from .loop import State

__all__ = ["train_qwem_sampled"]


def train_qwem_sampled(
    stats: CorpusStatistics,
    initial: np.ndarray,
    step_size: float,
    steps: int,
    batch_size: int,
    *,
    sampler: str = "soft",
    seed: int = 0,
    tied: bool = True,
    context: np.ndarray | None = None,
    record: int | Iterable[int] = 200,
    snapshots: Iterable[int] = (),
    device: str | torch.device = "cpu",
    dtype: str | torch.dtype = "float64",
    progress: bool = False,
    check_step: bool = True,
) -> Trajectory:
    r"""Return what stochastic gradient descent on sampled pairs does to word vectors.

    .. math::
        \text{tied:}\quad & W \leftarrow W + \frac{\eta}{B} \sum_{b=1}^B
            c_b\,(e_i w_j^\top + e_j w_i^\top) \\
        \text{untied:}\quad & W \leftarrow W + \frac{\eta}{B} \sum_{b=1}^B 2 c_b\, e_i z_j^\top, \quad
            Z \leftarrow Z + \frac{\eta}{B} \sum_{b=1}^B 2 c_b\, e_j w_i^\top

    with pairs (i, j) and coefficients c as :class:`PairSampler` draws them.  The
    mean step is that of :func:`train_qwem` on :math:`M^\star`.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    initial, step_size, steps, tied, context, record, snapshots, device, dtype, progress, check_step
        As in :func:`train_qwem`.
    batch_size : int
        B, samples for each step.
    sampler : {"soft", "label", "corpus"}
        See :class:`PairSampler`.
    seed : int
        Of the draws, which are the same on every device.

    Returns
    -------
    Trajectory
        Its loss is that of the whole population, with :math:`M^\star` of
        `stats`, not the batch's.  The same input and seed give the same result,
        bit for bit, on a CPU.  For keyboard interrupts see :func:`train_qwem`.

    Raises
    ------
    ValueError
        As :func:`train_qwem` and :class:`PairSampler`, or if `batch_size` is
        not a positive whole number.
    UnstableStepError, TrainingDivergedError
        As :func:`train_qwem`.  Sampling noise can also make training diverge:
        take larger batches.

    Notes
    -----
    Our own.  Introduced in chapter 10, *Step size and noise can be predicted too*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> from w2vlib.training import initial_weights
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> run = train_qwem_sampled(stats, initial_weights(3, 1, 0.1), 0.02, 500, batch_size=100, record=3)
    >>> largest = np.linalg.eigvalsh(m_star(stats))[-1]
    >>> bool(abs(run.strengths[-1, 0] / largest - 1) < 0.1)
    True
    """
    target = m_star(stats)
    batch_size = whole_number("batch_size", batch_size)
    setup = prepared(
        target, initial, context, tied, step_size, steps, record, snapshots, device, dtype, check_step
    )
    pairs = PairSampler(stats, sampler, seed, target)
    advice = f"take a smaller step_size, a batch_size above {batch_size}, or a smaller start"
    return run(_Sampled(setup, pairs, batch_size), setup, progress, advice)


class _Sampled(LeastSquares):
    def __init__(self, setup: LeastSquaresSetup, pairs: PairSampler, batch_size: int):
        self.matrix = setup.matrix
        self._pairs, self._batch_size, self._rate = pairs, batch_size, setup.step_size / batch_size

    def advance(self, state: State, out: State, done: int, count: int, measured: bool) -> None:
        import torch

        pairs = self._pairs.draw(self._batch_size)
        W, Z = state[0], state[-1]
        first, second = (torch.from_numpy(words).to(W.device) for words in (pairs.first, pairs.second))
        scores = torch.linalg.vecdot(W.index_select(0, first), Z.index_select(0, second))
        pull, drag = (torch.from_numpy(x).to(W) for x in (pairs.pull, pairs.drag))
        c = self._rate * (pull - drag * scores)
        if len(state) == 1:
            rows = np.concatenate([pairs.first, pairs.second])
            torch.add(W, summed_by_row(rows, torch.cat([second, first]), torch.cat([c, c]), W), out=out[0])
        else:
            torch.add(W, summed_by_row(pairs.first, second, c, Z), alpha=2, out=out[0])
            torch.add(Z, summed_by_row(pairs.second, first, c, W), alpha=2, out=out[1])


def summed_by_row(rows: np.ndarray, columns: torch.Tensor, c: torch.Tensor, W: torch.Tensor) -> torch.Tensor:
    """Σ c e_row w_columnᵀ, always added up in the same order (index_add_ is forty times slower on a CPU)."""
    import torch

    size = len(W)
    by_row = rows.astype(np.uint16) if size <= 2**16 else rows  # NumPy sorts short integers fastest
    order = torch.from_numpy(np.argsort(by_row, kind="stable")).to(W.device)
    begins = np.zeros(size, np.int64)
    np.cumsum(np.bincount(rows, minlength=size)[:-1], out=begins[1:])
    return torch.nn.functional.embedding_bag(
        columns[order], W, torch.from_numpy(begins).to(W.device), mode="sum", per_sample_weights=c[order]
    )
