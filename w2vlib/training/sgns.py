"""word2vec as it is used: skip-gram with negative sampling, from counts or along a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..counting import window_weights
from ..statistics import CorpusStatistics, checked_marginal
from ..vocabulary import EncodedText
from ..weights import keep_probabilities, noise_distribution, word_frequencies
from .block_steps import BlockSteps
from .blocks import Negatives, PairsFromCounts, words_drawn
from .inputs import (
    Setup,
    as_tensor,
    place,
    positive_number,
    record_steps,
    seed_number,
    starting_point,
    step_numbers,
    whole_number,
)
from .loop import run
from .population import PopulationLoss
from .streams import PairsFromText, Text
from .trajectory import Trajectory

if TYPE_CHECKING:
    import torch

__all__ = ["train_word2vec_sampled", "train_word2vec_text"]


def train_word2vec_sampled(
    stats: CorpusStatistics,
    initial: np.ndarray,
    pairs: int,
    learning_rate: float = 0.025,
    *,
    final_rate: float | None = None,
    batch_size: int = 512,
    negatives: float = 5,
    subsample: float | None = 1e-3,
    noise_exponent: float = 0.75,
    shared_negatives: int | None = 16,
    seed: int = 0,
    tied: bool = False,
    context: np.ndarray | None = None,
    record: int | Iterable[int] = 10,
    snapshots: Iterable[int] = (),
    device: str | torch.device = "cpu",
    dtype: str | torch.dtype = "float32",
    progress: bool = False,
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
    :func:`~w2vlib.weights.word2vec_weights` is the mean of what happens here.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    initial : ndarray of shape (V, d)
        W at the start, not zero; see :func:`initial_weights`.
    pairs : int
        How many pairs (i, j) to draw in all.
    learning_rate : float
        :math:`\eta_0` at the start, per pair, as word2vec and gensim count it.
    final_rate : float, optional
        :math:`\eta_0` at the end; it falls linearly with the steps.  By default
        it does not fall.  word2vec's own is 0.0001, from 0.025.
    batch_size : int
        Pairs of a batch, which is a step; the last may be smaller.
    negatives : float
        k; whole, where negatives are not shared.
    subsample : float or None
        The threshold :math:`f_0` of :func:`~w2vlib.weights.keep_probabilities`.
    noise_exponent : float
        The power of the frequency that negatives are drawn by.
    shared_negatives : int or None
        So many negatives S are drawn for 16 pairs together and weigh k/S each,
        which leaves the mean as it is and is faster.  None draws k for each pair.
    seed : int
        Of the draws, which are the same on every device.
    tied : bool
        Whether one matrix serves words and contexts; word2vec has two.
    context : ndarray of shape (V, d), optional
        Z at the start, of untied vectors; the same values as `initial` by
        default.  word2vec itself starts it at zero.
    record, snapshots, device, progress
        As in :func:`train_qwem`.
    dtype : {"float32", "float64"} or the torch dtype
        Of the weights.

    Returns
    -------
    Trajectory
        Its loss is :func:`word2vec_loss` of the whole population, 0 at
        :math:`W = 0`; `flow` holds the flow times, `step_size` their mean.  The
        same input and seed give the same result, bit for bit, on a CPU.  For
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
    Introduced in chapter 4, *word2vec fits in forty lines*.

    Examples
    --------
    >>> from w2vlib import count_corpus, word2vec_weights
    >>> from w2vlib.training import initial_weights, train_word2vec
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> W = initial_weights(3, 2, 0.1)
    >>> run = train_word2vec_sampled(stats, W, 20_000, 0.01, batch_size=10, subsample=None)
    >>> A, B = word2vec_weights(stats, subsample=None, symmetric=False)
    >>> mean = train_word2vec(A, B, W, run.times[-1] / 1000, 1000, tied=False)
    >>> bool(abs(run.loss[-1] / mean.loss[-1] - 1) < 0.02)
    True
    """
    checked_marginal(stats, positive_number("negatives", negatives))
    frequencies = word_frequencies(stats)
    kept, noise = keep_probabilities(frequencies, subsample), noise_distribution(frequencies, noise_exponent)
    pairs, batch_size = whole_number("pairs", pairs), whole_number("batch_size", batch_size)
    rng, others = np.random.default_rng(seed_number(seed)).spawn(2)
    drawn = _negatives(noise, others, negatives, shared_negatives)
    start = starting_point(initial, context, len(stats), tied)
    source = PairsFromCounts(stats, kept, drawn, rng, pairs, batch_size)
    setup = _setup(start, learning_rate, final_rate, source.steps, record, snapshots, device, dtype)
    loss = PopulationLoss(stats, kept, noise, negatives)
    rule = BlockSteps(setup, setup.rates, source, negatives, loss)
    return run(rule, setup, progress, _advice(batch_size))


def train_word2vec_text(
    text: EncodedText | Iterable[EncodedText],
    initial: np.ndarray,
    learning_rate: float = 0.025,
    *,
    final_rate: float | None = None,
    epochs: int = 1,
    window: int = 16,
    weighting: str = "linear",
    batch_size: int = 32,
    negatives: float = 5,
    subsample: float | None = 1e-3,
    subsample_first: bool = True,
    noise_exponent: float = 0.75,
    shared_negatives: int | None = 64,
    seed: int = 0,
    tied: bool = False,
    context: np.ndarray | None = None,
    stats: CorpusStatistics | None = None,
    record: int | Iterable[int] = 10,
    snapshots: Iterable[int] = (),
    device: str | torch.device = "cpu",
    dtype: str | torch.dtype = "float32",
    progress: bool = False,
) -> Trajectory:
    r"""Return the word vectors that word2vec learns along a text.

    The moves are those of :func:`train_word2vec_sampled`; the pairs are met in
    the order of the text.  Each word that is kept looks at its neighbours as
    far as a reach drawn for it, which is at least δ with the chance
    :math:`w_\delta / w_1` that :func:`~w2vlib.counting.window_weights` gives to
    the distance δ: where weights are linear, the reach is uniform from 1 to L.

    Parameters
    ----------
    text : EncodedText, or iterable of them
        As :func:`~w2vlib.vocabulary.encode` returns it.  A text larger than
        memory is given as something that yields it chunk by chunk each time it
        is iterated; it is counted first, and then read once an epoch.  Windows end
        at the borders of documents; gaps take a place and are never paired.
    initial : ndarray of shape (V, d)
        W at the start.  A word that the text does not hold stays where it is.
    learning_rate, final_rate
        As in :func:`train_word2vec_sampled`.
    epochs : int
        How often to go through the text.
    window, weighting
        See :func:`~w2vlib.counting.window_weights`.
    batch_size : int
        Words whose windows make a batch, which is a step, on average: as many
        places of the text as hold so many after subsampling.
    negatives, noise_exponent, tied, context, dtype
        As in :func:`train_word2vec_sampled`.
    subsample : float or None
        The threshold :math:`f_0`, with the frequencies of this text.
    subsample_first : bool
        Whether words are dropped before windows are laid, which then reach
        farther: so do word2vec and gensim.  False drops them afterwards, which
        is the law of :func:`train_word2vec_sampled`.
    shared_negatives : int or None
        So many negatives S are drawn for the windows of 8 words to one side
        together, and weigh k/S for each of their pairs (68, at a window of 16).
        Fewer are faster and noisier.  None draws k for each pair.
    seed : int
        Of the draws, which are the same on every device.
    stats : CorpusStatistics, optional
        The statistics whose :func:`word2vec_loss` is recorded.  Without them
        the loss is the mean of the batches since the last record, in the same
        unit, each measured before its step; at the start that of the first.
    record, snapshots, device, progress
        As in :func:`train_qwem`.

    Returns
    -------
    Trajectory
        As :func:`train_word2vec_sampled`.

    Raises
    ------
    ValueError
        As :func:`train_word2vec_sampled`, or if the text is empty, holds word
        numbers out of range, changes between two readings, or no two words of
        it stand within a window, before or after subsampling.
    TrainingDivergedError
        As :func:`train_word2vec_sampled`.

    Notes
    -----
    How large a batch may be: at the rate 0.025, with five negatives and a window
    of 16, 32 words (about 540 pairs) were safe for every vocabulary and
    threshold tried; 64 diverged for 1,000 words without subsampling, 128 for
    5,000 so; with subsampling even 128 were safe.  The safe number is inversely
    proportional to the rate.

    A batch is put together from places far apart, 8 words and one side of their
    windows at a time: words come in bursts, and where all of a batch came from
    one place, 64 words were too many even with subsampling.  So the text is read
    at several places at once, each from its beginning to that of the next.
    8 words are compared with the 8 + L words they may see in one matrix
    product, so that a vector is fetched once for many pairs.

    Source: Mikolov et al. (2013b).  Introduced in chapter 4.

    Examples
    --------
    >>> from w2vlib import encode
    >>> from w2vlib.training import initial_weights
    >>> text = encode([["a", "b", "a"], ["b", "c", "b"]] * 200, ["a", "b", "c"])
    >>> run = train_word2vec_text(text, initial_weights(3, 2, 0.1), window=2, subsample=None)
    >>> run.weights.shape, run.context.shape, bool(run.loss[-1] < run.loss[0])
    ((3, 2), (3, 2), True)
    """
    start = starting_point(initial, context, np.shape(initial)[0] if np.ndim(initial) else 0, tied)
    size = len(start[0])
    epochs, batch_size = whole_number("epochs", epochs), whole_number("batch_size", batch_size)
    window_weights(window, weighting)
    if stats is not None and len(stats) != size:
        raise ValueError(f"stats holds {len(stats)} words, and initial has {size} rows")
    rng, others = np.random.default_rng(seed_number(seed)).spawn(2)
    text = Text(text, size)
    met = text.occurrences > 0
    kept, noise = np.ones(size), np.zeros(size)
    kept[met] = keep_probabilities(text.occurrences[met] / text.occurrences.sum(), subsample)
    noise[met] = noise_distribution(text.occurrences[met], noise_exponent)
    drawn = _negatives(noise, others, negatives, shared_negatives)
    source = PairsFromText(
        text, window, weighting, kept, bool(subsample_first), drawn, rng, epochs, batch_size
    )
    setup = _setup(start, learning_rate, final_rate, source.steps, record, snapshots, device, dtype)
    loss = None if stats is None else PopulationLoss.of(stats, subsample, noise_exponent, negatives)
    rule = BlockSteps(setup, setup.rates, source, negatives, loss)
    trajectory = run(rule, setup, progress, _advice(batch_size))
    if not (trajectory.step_size or trajectory.interrupted):
        raise ValueError(
            f"no pair was met: subsampling and windows of random reach (up to {window}) left no two words in sight "
            "of each other; take more text or epochs, or a larger subsample"
        )
    return trajectory


def _negatives(
    noise: np.ndarray, rng: np.random.Generator, negatives: float, shared: int | None
) -> Negatives:
    words = words_drawn(noise, rng)
    if shared is not None:
        k = positive_number("negatives", negatives)
        return Negatives(words, k, whole_number("shared_negatives", shared))
    try:
        return Negatives(words, whole_number("negatives", negatives), None)
    except ValueError as error:
        raise ValueError(f"{error}, where negatives are not shared") from None


@dataclass
class _Setup(Setup):
    rates: np.ndarray

    def pace(self) -> str:
        return f"learning_rate is {self.rates[0]:g}"


def _setup(start, learning_rate, final_rate, steps, record, snapshots, device, dtype) -> _Setup:
    rate = positive_number("learning_rate", learning_rate)
    last = rate if final_rate is None else positive_number("final_rate", final_rate)
    record, snapshots = record_steps(record, steps), step_numbers("snapshots", snapshots, steps)
    device, dtype = place(device, dtype)
    state = tuple(as_tensor(side, device, dtype).clone() for side in start)
    rates = rate + (last - rate) * np.arange(steps) / steps
    # Scores of 2, the largest of M*, are explained by vectors whose squares have this sum at most.
    norm = 2.0 * len(start[0])
    return _Setup(norm, len(start) == 1, rate, steps, record, snapshots, state, rates)


def _advice(batch_size: int) -> str:
    return f"take a smaller one, or a batch_size below {batch_size}, since the moves of a batch are summed"
