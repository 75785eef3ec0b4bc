"""The quadratic word embedding model, trained in full batches and on sampled pairs of words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._common.arguments import checked
from .._common.validate import whole_number
from ..statistics import CorpusStatistics
from ..targets import m_star
from ._checkpoint import checkpoint_of, memory_of
from ._inputs import prepared
from ._loop import run
from ._rules import FullBatch, SampledPairs
from .pairs import PairSampler
from .trajectory import Trajectory

if TYPE_CHECKING:
    import torch


__all__ = ["train_qwem", "train_qwem_sampled"]


@checked
def train_qwem(
    target: np.ndarray,
    initial: np.ndarray,
    step_size: float,
    steps: int,
    *,
    tied: bool = True,
    context: np.ndarray | None = None,
    record: int | Iterable[int] = 200,
    snapshots: Iterable[int] = (),
    device: str | torch.device | None = None,
    dtype: str | torch.dtype = "float64",
    progress: bool = False,
    checkpoint: str | Path | None = None,
    checkpoint_every: float = 60,
    check_step: bool = True,
) -> Trajectory:
    r"""Return what full-batch gradient descent does to word vectors, step by step.

    .. math::
        \text{tied:}\quad & W \leftarrow W + \eta\,(M - WW^\top)\,W \\
        \text{untied:}\quad & W \leftarrow W + \eta\,(M - WZ^\top)\,Z, \quad
                              Z \leftarrow Z + \eta\,(M - WZ^\top)^\top W

    which is gradient descent on :math:`L = \tfrac14\lVert WW^\top - M\rVert_F^2`,
    and on twice that for untied vectors.  The gradient is written out; nothing
    of the size of the target is formed beside it.

    Parameters
    ----------
    target : ndarray of shape (V, V)
        M, symmetric; :func:`~w2vlib.targets.m_star` for word2vec.
    initial : ndarray of shape (V, d)
        W at the start, not zero; see :func:`initial_weights`.
    step_size : float
        η, the flow time that passes in a step, for tied and untied vectors
        alike.  See the Notes for what it is in learning rates.
    steps : int
        How many steps to take.
    tied : bool
        Whether one matrix serves words and contexts.
    context : ndarray of shape (V, d), optional
        Z at the start, of untied vectors.  By default the same values as
        `initial`; both then go the way of the tied W, and stay equal.
    record : int or list of int
        How many steps to record, evenly spaced from 0 to the last, or which.
    snapshots : list of int
        Steps at which W is kept.
    device : str or torch.device, optional
        By default NumPy trains, on the CPU, without PyTorch.  Where a device is
        named, such as ``"cpu"`` or ``"cuda"``, PyTorch trains there; the
        results agree to rounding.
    dtype : {"float64", "float32"} or the torch dtype
        Of the weights.  Loss and strengths are measured in double precision.
    progress : bool
        Show a progress bar (needs ``tqdm``).
    checkpoint : str or Path, optional
        A file where training is laid down from time to time, and when it is
        interrupted: weights, records, snapshots and the states of random
        generators.  The same call goes on from there, and ends with the same
        bits as a run that was never stopped.  The file of a run that is done
        stays, and gives its result at once, until you delete it.
    checkpoint_every : float
        Seconds between two checkpoints; more where writing would take more than
        one fiftieth of the time.  With 0 they are written as often as can be.
    check_step : bool
        Refuse a step size that cannot settle.  Computes extreme eigenvalues
        only where the norm of M leaves a doubt.

    Returns
    -------
    Trajectory
        The same for the same input, bit for bit, on a CPU.  A keyboard
        interrupt ends training with a warning; the trajectory then holds what
        was recorded so far and the weights of the last whole step.

    Raises
    ------
    ValueError
        If the target is not square, symmetric and finite, the start is zero,
        not finite or of another shape, a number is out of range, the device is
        not there, or `checkpoint` is damaged or that of another run, when the
        message says what differs.
    OSError
        If the checkpoint cannot be written to its place, before training.
    UnstableStepError
        If `step_size` is not below the stability bound, which the message says:
        :math:`\min\{1/\lambda_1, 2/(\lambda_1-\lambda_{\min})\}` for tied
        vectors, :math:`1/\max|\lambda|` for untied ones.
    TrainingDivergedError
        If :math:`\lVert W\rVert_F^2` (for untied vectors, its mean with
        :math:`\lVert Z\rVert_F^2`) exceeds ten times the larger of its value at
        the start and :math:`\sqrt d\,\lVert M\rVert_F`, which no balanced minimum does.
        Its ``trajectory`` holds what was recorded.

    Notes
    -----
    What a step is in flow time, by the rule that takes it, where :math:`g` is
    the constant weight :math:`\Psi(P + pp^\top)` of a pair in the loss:

    =====================================  ================================
    gradient descent, learning rate η₀     `step_size`
    =====================================  ================================
    tied, QWEM loss                        :math:`\eta_0\, g`
    untied, QWEM loss                      :math:`\eta_0\, g / 2`
    tied, logistic loss, near the origin   :math:`\eta_0\, g / 2`
    untied, logistic, near the origin      :math:`\eta_0\, g / 4`
    loss divided by its minimum            :math:`\eta_0\, g / |\min L|`
    =====================================  ================================

    So at one learning rate untied vectors move half as far as tied ones, since
    each of the two matrices receives half of the gradient.  Unless they start
    with Z = W, untied vectors also learn directions of negative eigenvalue and
    end at the leading singular values; :math:`W^\top W - Z^\top Z` stays what
    it was, up to an error that falls with η.

    A step is one product of the target with W, 2V²d operations (two products
    for untied vectors), and a record O(Vd²) more.

    Source: Karkada et al. (2025), section 3.  Introduced in chapter *one-mode*.

    Examples
    --------
    >>> from w2vlib.training import initial_weights
    >>> run = train_qwem(np.diag([2.0, 1.0, -1.0]), initial_weights(3, 2, 0.01), 0.02, 1000, record=3)
    >>> run
    Trajectory(3 records of 1,000 steps to t = 20, 3 × 2 weights, loss ... … -1.25)
    >>> run.strengths[-1].round(6)
    array([2., 1.])
    >>> train_qwem(np.diag([2.0, 1.0, -1.0]), initial_weights(3, 2, 0.01), 0.7, 1000)
    Traceback (most recent call last):
    ...
    w2vlib.dynamics.steps.UnstableStepError: step_size 0.7 is not below the stability bound 0.5 ...
    """
    setup = prepared(
        target, initial, context, tied, step_size, steps, record, snapshots, device, dtype, check_step
    )
    kept = checkpoint_of(checkpoint, checkpoint_every, "train_qwem", setup, target=setup.target)
    return run(FullBatch(setup), setup, progress, "take a smaller step_size, or a smaller start", kept)


@checked
def train_qwem_sampled(
    stats: CorpusStatistics,
    initial: np.ndarray,
    step_size: float,
    steps: int,
    batch_size: int,
    *,
    sampler: str = "soft",
    rng: int | np.random.Generator = 0,
    tied: bool = True,
    context: np.ndarray | None = None,
    record: int | Iterable[int] = 200,
    snapshots: Iterable[int] = (),
    device: str | torch.device = "cpu",
    dtype: str | torch.dtype = "float64",
    progress: bool = False,
    checkpoint: str | Path | None = None,
    checkpoint_every: float = 60,
    check_step: bool = True,
) -> Trajectory:
    r"""Return what stochastic gradient descent on sampled pairs does to word vectors.

    .. math::
        \text{tied:}\quad & W \leftarrow W + \frac{\eta}{b} \sum
            c\,(e_i w_j^\top + e_j w_i^\top) \\
        \text{untied:}\quad & W \leftarrow W + \frac{\eta}{b} \sum 2 c\, e_i z_j^\top, \quad
            Z \leftarrow Z + \frac{\eta}{b} \sum 2 c\, e_j w_i^\top

    with pairs (i, j) and coefficients c as :class:`PairSampler` draws them.  The
    mean step is that of :func:`train_qwem` on :math:`M^\star`.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    initial, step_size, steps, tied, context, record, snapshots, dtype, progress
        As in :func:`train_qwem`.
    checkpoint, checkpoint_every, check_step
        As in :func:`train_qwem`.
    device : str or torch.device
        Where PyTorch trains, which is needed.
    batch_size : int
        b, samples for each step.
    sampler : {"soft", "label", "weighted"}
        See :class:`PairSampler`.
    rng : int or Generator
        Of the draws, which are the same on every device.

    Returns
    -------
    Trajectory
        Its loss is that of the whole population, with :math:`M^\star` of
        `stats`, not the batch's.  The same input and `rng` give the same result,
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
    Introduced in chapter *sampled-gradients*.

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
    pairs = PairSampler(stats, sampler, rng, target)
    advice = f"take a smaller step_size, a batch_size above {batch_size}, or a smaller start"
    kept = checkpoint_of(
        checkpoint, checkpoint_every, "train_qwem_sampled", setup,
        stats=stats.counts, batch_size=batch_size, sampler=sampler, rng=memory_of(pairs.rng),
    )  # fmt: skip
    return run(SampledPairs(setup, pairs, batch_size), setup, progress, advice, kept)
