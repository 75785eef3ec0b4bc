"""word2vec along a text: what makes the shipped vectors, and what gensim is compared with.

The library trains from counts, which is the same on average and needs no text.
Whoever wants to train from a text of their own is better served by gensim.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from text_streams import PairsFromText, Text

from w2vlib._common.arguments import checked
from w2vlib._common.validate import generator, whole_number
from w2vlib.corpus import EncodedText
from w2vlib.counting import window_weights
from w2vlib.statistics import CorpusStatistics
from w2vlib.targets import keep_probabilities, noise_distribution
from w2vlib.training import Trajectory
from w2vlib.training._blocks import BlockSteps
from w2vlib.training._inputs import starting_point
from w2vlib.training._loop import run
from w2vlib.training._rules import PopulationLoss
from w2vlib.training.sampled import advice, negatives_drawn, prepared_sampled

if TYPE_CHECKING:
    import torch

    from w2vlib.training._blocks import Batch
    from w2vlib.training._loop import State
    from w2vlib.training.sampled import SampledSetup

__all__ = ["train_on_text"]


@checked
def train_on_text(
    text: EncodedText | Iterable[EncodedText],
    initial: np.ndarray,
    learning_rate: float = 0.025,
    *,
    final_learning_rate: float | None = None,
    epochs: int = 1,
    window: int = 16,
    weighting: str = "linear",
    batch_size: int = 32,
    negatives: float = 5,
    subsample: float | None = 1e-3,
    subsample_first: bool = True,
    noise_exponent: float = 0.75,
    shared_negatives: int | None = 64,
    rng: int | np.random.Generator = 0,
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
        As :func:`~w2vlib.corpus.encode` returns it.  A text larger than
        memory is given as something that yields it chunk by chunk each time it
        is iterated; it is counted first, and then read once an epoch.  Windows end
        at the borders of documents; gaps take a place and are never paired.
    initial : ndarray of shape (V, d)
        W at the start.  A word that the text does not hold stays where it is.
    learning_rate, final_learning_rate
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
    rng : int or Generator
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

    Source: Mikolov et al. (2013b).  Introduced in chapter *word2vec*.

    Examples
    --------
    >>> from w2vlib.corpus import encode
    >>> from w2vlib.training import initial_weights
    >>> text = encode([["a", "b", "a"], ["b", "c", "b"]] * 200, ["a", "b", "c"])
    >>> run = train_on_text(text, initial_weights(3, 2, 0.1), window=2, subsample=None)
    >>> run.weights.shape, run.context.shape, bool(run.loss[-1] < run.loss[0])
    ((3, 2), (3, 2), True)
    """
    start = starting_point(initial, context, np.shape(initial)[0] if np.ndim(initial) else 0, tied)
    size = len(start[0])
    epochs, batch_size = whole_number("epochs", epochs), whole_number("batch_size", batch_size)
    window_weights(window, weighting)
    if stats is not None and len(stats) != size:
        raise ValueError(f"stats holds {len(stats)} words, and initial has {size} rows")
    rng, others = generator(rng).spawn(2)
    text = Text(text, size)
    met = text.occurrences > 0
    kept, noise = np.ones(size), np.zeros(size)
    kept[met] = keep_probabilities(text.occurrences[met] / text.occurrences.sum(), subsample)
    noise[met] = noise_distribution(text.occurrences[met], noise_exponent)
    drawn = negatives_drawn(noise, others, negatives, shared_negatives)
    source = PairsFromText(
        text, window, weighting, kept, bool(subsample_first), drawn, rng, epochs, batch_size
    )
    words = None if stats is None else stats.words
    setup = prepared_sampled(
        start, learning_rate, final_learning_rate, source.steps, record, snapshots, device, dtype, words
    )
    if stats is None:
        rule = MeasuredSteps(setup, source, negatives)
    else:
        loss = PopulationLoss(stats, subsample, noise_exponent, negatives)
        rule = BlockSteps(setup, setup.learning_rates, source, negatives, loss)
    trajectory = run(rule, setup, progress, advice(batch_size))
    if not (trajectory.step_size or trajectory.interrupted):
        raise ValueError(
            f"no pair was met: subsampling and windows of random reach (up to {window}) left no two words in sight "
            "of each other; take more text or epochs, or a larger subsample"
        )
    return trajectory


class MeasuredSteps(BlockSteps):
    """Steps whose loss is the mean of the batches since the last record, each measured before its step."""

    def __init__(self, setup: SampledSetup, batches: PairsFromText, negatives: float):
        super().__init__(setup, setup.learning_rates, batches, negatives, self._mean_loss)
        self._per_pair = 2 * len(setup.state[0]) ** 2 / (1 + negatives)  # in the unit of word2vec_loss
        self._until = int(setup.record.max(initial=0))
        self._sum, self._pairs = 0.0, 0

    def advance(self, state: State, out: State, done: int, count: int, measured: bool) -> None:
        self._wanted = done < self._until  # nothing is measured after the last record
        super().advance(state, out, done, count, measured)

    def _learn(self, joined: torch.Tensor, batch: Batch, rate: float) -> None:
        if self._wanted:
            self._measure(joined, batch)
        super()._learn(joined, batch, rate)

    def _measure(self, joined: torch.Tensor, batch: Batch) -> None:
        import torch

        _, _, x, weight, label = self._scored(joined, batch)
        loss = torch.nn.functional.softplus(x).sub_(x * label).sub_(np.log(2)).mul_(weight)
        self._sum += loss.sum(dtype=torch.float64).item()
        self._pairs += batch.pairs

    def _mean_loss(self, state: State) -> float:
        if not self._flow.any():  # at the start, the batch that comes next is measured
            self._measure_ahead(state)
        mean = self._sum / self._pairs if self._pairs else np.nan
        self._sum, self._pairs = 0.0, 0
        return mean * self._per_pair

    def _measure_ahead(self, state: State) -> None:
        import torch

        ahead = []
        for batch in self._batches:
            ahead.append(batch)
            if batch.pairs:
                self._measure(torch.cat(state), batch)
                break
        self._batches = chain(ahead, self._batches)
