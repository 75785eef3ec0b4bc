"""word2vec as it is used: skip-gram with negative sampling, from counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._common.arguments import checked
from .._common.validate import generator, positive_number, whole_number
from ..statistics import CorpusStatistics
from ..targets import checked_marginal, keep_probabilities, noise_distribution, word_frequencies
from ._arrays import place
from ._blocks import BlockSteps, Negatives, PairsFromCounts, words_drawn
from ._checkpoint import checkpoint_of, memory_of
from ._inputs import Setup, put_start, record_steps, starting_point, step_numbers
from ._loop import run
from ._rules import PopulationLoss
from .trajectory import Trajectory

if TYPE_CHECKING:
    import torch

__all__ = ["train_word2vec_sampled"]


@checked
def train_word2vec_sampled(
    stats: CorpusStatistics,
    initial: np.ndarray,
    n_pairs: int,
    learning_rate: float = 0.025,
    *,
    final_learning_rate: float | None = None,
    batch_size: int = 512,
    negatives: float = 5,
    subsample: float | None = 1e-3,
    noise_exponent: float = 0.75,
    shared_negatives: int | None = 16,
    rng: int | np.random.Generator = 0,
    tied: bool = False,
    context: np.ndarray | None = None,
    record: int | Iterable[int] = 10,
    snapshots: Iterable[int] = (),
    device: str | torch.device = "cpu",
    dtype: str | torch.dtype = "float32",
    progress: bool = False,
    checkpoint: str | Path | None = None,
    checkpoint_every: float = 60,
) -> Trajectory:
    r"""Return the word vectors that word2vec learns from pairs drawn from counts.

    A neighbour j is drawn with each word i, and k negatives :math:`n`, all
    independently:

    .. math:: \Pr(i, j) = A_{ij} = \frac{\kappa_i \kappa_j C_{ij}}{\sum_{ij} \kappa_i \kappa_j C_{ij}},
              \qquad \Pr(n) = \nu_n \propto f_n^{\,3/4},

    and the moves of the pairs of a batch are summed,

    .. math::
        w_i \mathrel{+}= \eta_0 \Bigl[ (1 - \operatorname{sigm}(w_i \cdot z_j))\,z_j
            - \sum_n \operatorname{sigm}(w_i \cdot z_n)\,z_n \Bigr], \quad
        z_j \mathrel{+}= \eta_0\,(1 - \operatorname{sigm}(w_i \cdot z_j))\,w_i, \quad
        z_n \mathrel{-}= \eta_0\,\operatorname{sigm}(w_i \cdot z_n)\,w_i ,

    so that a pair is worth the flow time :math:`\tfrac14 \eta_0 \bar G` on
    average, and :math:`\tfrac12 \eta_0 \bar G` for tied vectors, where
    :math:`\bar G = (1 + k)/V^2`: :func:`train_word2vec` with the weights of
    :func:`~w2vlib.targets.word2vec_pair_weights` is the mean of what happens here.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    initial : ndarray of shape (V, d)
        W at the start, not zero; see :func:`initial_weights`.
    n_pairs : int
        How many pairs (i, j) to draw in all.
    learning_rate : float
        :math:`\eta_0` at the start, per pair, as word2vec and gensim count it.
    final_learning_rate : float, optional
        :math:`\eta_0` at the end; it falls linearly with the steps.  By default
        it does not fall.  word2vec's own is 0.0001, from 0.025.
    batch_size : int
        Pairs of a batch, which is a step; the last may be smaller.
    negatives : float
        k; whole, where negatives are not shared.
    subsample : float or None
        The threshold :math:`f_0` of :func:`~w2vlib.targets.keep_probabilities`.
    noise_exponent : float
        The power of the frequency that negatives are drawn by.
    shared_negatives : int or None
        So many negatives S are drawn for 16 pairs together and weigh k/S each,
        which leaves the mean as it is and is faster.  None draws k for each pair.
    rng : int or Generator
        Of the draws, which are the same on every device.
    tied : bool
        Whether one matrix serves words and contexts; word2vec has two.
    context : ndarray of shape (V, d), optional
        Z at the start, of untied vectors; the same values as `initial` by
        default.  word2vec itself starts it at zero.
    record, snapshots, progress, checkpoint, checkpoint_every
        As in :func:`train_qwem`.
    device : str or torch.device
        Where PyTorch trains, which is needed.
    dtype : {"float32", "float64"} or the torch dtype
        Of the weights.

    Returns
    -------
    Trajectory
        Its loss is :func:`word2vec_loss` of the whole population, 0 at
        :math:`W = 0`; `flow` holds the flow times, `step_size` their mean.  The
        same input and `rng` give the same result, bit for bit, on a CPU.  For
        keyboard interrupts see :func:`train_qwem`; steps are looked at, and
        kept, 256 at a time.

    Raises
    ------
    ValueError
        If a word was never seen near another or how often is not known, the
        start is zero, not finite or of another shape, a number is out of
        range, or the device is not there.
    TrainingDivergedError
        If the vectors grow beyond ten times what scores of 2 explain.  Its
        ``trajectory`` holds the last good state.

    Notes
    -----
    One by one, the pairs of a batch would each see what the ones before have
    changed; summed, they do not, and overshoot where a word has too many of
    them.  At the rate 0.025 and five negatives 512 pairs are safe where frequent
    words are subsampled; the safe number is inversely proportional to the rate.

    Pairs are drawn word first, then neighbour, from the counts as they are: no
    further matrix is kept.

    Source: Mikolov et al. (2013b); Ji et al. (2016) for shared negatives.
    Introduced in chapter *pair-weights*.

    Examples
    --------
    >>> from w2vlib import count_corpus, word2vec_pair_weights
    >>> from w2vlib.training import initial_weights, train_word2vec
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> W = initial_weights(3, 2, 0.1)
    >>> run = train_word2vec_sampled(stats, W, 20_000, 0.01, batch_size=10, subsample=None)
    >>> A, B = word2vec_pair_weights(stats, subsample=None, symmetric=False)
    >>> mean = train_word2vec(A, B, W, run.times[-1] / 1000, 1000, tied=False)
    >>> bool(abs(run.loss[-1] / mean.loss[-1] - 1) < 0.02)
    True
    """
    checked_marginal(stats, positive_number("negatives", negatives))
    frequencies = word_frequencies(stats)
    kept, noise = keep_probabilities(frequencies, subsample), noise_distribution(frequencies, noise_exponent)
    n_pairs, batch_size = whole_number("n_pairs", n_pairs), whole_number("batch_size", batch_size)
    rng, others = generator(rng).spawn(2)
    drawn = negatives_drawn(noise, others, negatives, shared_negatives)
    start = starting_point(initial, context, len(stats), tied)
    source = PairsFromCounts(stats, kept, drawn, rng, n_pairs, batch_size)
    setup = prepared_sampled(
        start, learning_rate, final_learning_rate, source.steps, record, snapshots, device, dtype, stats.words
    )
    loss = PopulationLoss(stats, subsample, noise_exponent, negatives)
    rule = BlockSteps(setup, setup.learning_rates, source, negatives, loss)
    checkpoint = checkpoint_of(
        checkpoint, checkpoint_every, "train_word2vec_sampled", setup,
        stats=stats.counts, occurrences=stats.occurrences, n_pairs=n_pairs, batch_size=batch_size,
        final_learning_rate=final_learning_rate, negatives=negatives, subsample=subsample,
        noise_exponent=noise_exponent, shared_negatives=shared_negatives, rng=[*map(memory_of, (rng, others))],
    )  # fmt: skip
    return run(rule, setup, progress, advice(batch_size), checkpoint)


def negatives_drawn(
    noise: np.ndarray, rng: np.random.Generator, negatives: float, shared: int | None
) -> Negatives:
    words = words_drawn(noise, rng)
    if shared is not None:
        k = positive_number("negatives", negatives)
        return Negatives(words, k, whole_number("shared_negatives", shared), rng)
    try:
        return Negatives(words, whole_number("negatives", negatives), None, rng)
    except ValueError as error:
        raise ValueError(f"{error}, where negatives are not shared") from None


@dataclass
class SampledSetup(Setup):
    """A training run whose learning rate may fall from step to step."""

    learning_rates: np.ndarray

    def pace(self) -> str:
        return f"learning_rate is {self.learning_rates[0]:g}"


def prepared_sampled(
    start, learning_rate, final_learning_rate, steps, record, snapshots, device, dtype, words=None
) -> SampledSetup:
    """Check how long, how fast and where to train, and put the start on its device."""
    rate = positive_number("learning_rate", learning_rate)
    last = (
        rate if final_learning_rate is None else positive_number("final_learning_rate", final_learning_rate)
    )
    record, snapshots = record_steps(record, steps), step_numbers("snapshots", snapshots, steps)
    state = put_start(start, place(device, dtype))
    learning_rates = rate + (last - rate) * np.arange(steps) / steps
    # Scores of 2, the largest of M*, are explained by vectors whose squares have this sum at most.
    norm = 2.0 * len(start[0])
    return SampledSetup(
        norm, len(start) == 1, rate, steps, record, snapshots, state, words, "logistic", learning_rates
    )


def advice(batch_size: int) -> str:
    return f"take a smaller one, or a batch_size below {batch_size}, since the moves of a batch are summed"
