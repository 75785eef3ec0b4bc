"""word2vec as people run it: what the theory says of it, its clock in pairs and epochs, and a trial on few words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._common.plain import plain
from .._common.threads import in_threads
from ..counting import window_weights
from ..dynamics import forecast_half_rises, measured_half_rises
from ..spectra import Spectrum, spectrum
from ..statistics import CorpusStatistics, check_dense
from ..targets import checked_marginal, keep_probabilities, noise_distribution, word_frequencies
from ..training._rules import weighted_counts
from ..words import WordMatrix
from ._least_squares import LEAST, RESOLVED, check_rising
from ._rises import Paths, reduced_flow
from .settings import Settings

__all__ = ["Word2vecTheory", "pairs_per_epoch", "word2vec_target"]

LENGTH = 3.0  # of training, in half-rises of the last direction
_ROWS = 256


def word2vec_target(stats: CorpusStatistics, settings: Settings) -> WordMatrix:
    r"""Return the target :math:`M^\star = 2(A - B)/(A + B)` of word2vec's own weights, both means with their transposes.

    Parameters
    ----------
    stats : CorpusStatistics
        V words, all pairs.
    settings : Settings
        Of word2vec.

    Returns
    -------
    WordMatrix of float32, shape (V, V)
        A block of rows at a time: :func:`~w2vlib.targets.word2vec_pair_weights` needs
        five times the memory.

    Examples
    --------
    >>> from w2vlib import count_corpus, least_squares_target, word2vec_pair_weights
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> target = word2vec_target(stats, Settings("word2vec", d=2, subsample=0.1))
    >>> np.allclose(target, least_squares_target(*word2vec_pair_weights(stats, 5, 0.1)), atol=1e-6)
    True
    """
    check_dense("word2vec", stats)
    checked_marginal(stats, settings.negatives)
    frequencies = word_frequencies(stats)
    kept, reach, total = _kept(stats, settings)
    words = kept * reach / total
    noise = settings.negatives * noise_distribution(frequencies, settings.noise_exponent)
    target = np.empty(stats.counts.shape, np.float32)

    def fill(begin: int) -> None:
        rows = slice(begin, begin + _ROWS)
        attraction = stats.counts[rows] * (kept / total) * kept[rows, None]
        repulsion = np.multiply.outer(words[rows], noise) / 2 + np.multiply.outer(noise[rows], words) / 2
        target[rows] = 2 * (attraction - repulsion) / (attraction + repulsion)

    in_threads(fill, range(0, len(stats), _ROWS))
    target[:] = (target + target.T) / 2  # to the last bit
    return WordMatrix(target, stats.words)


def pairs_per_epoch(stats: CorpusStatistics, settings: Settings) -> float:
    """Return how many pairs of a word and a neighbour one passage through the text gives, on average.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=1)
    >>> pairs_per_epoch(stats, Settings("word2vec", d=2, subsample=0))
    6.0
    """
    weights, _ = window_weights(stats.window, stats.weighting)
    return float(_kept(stats, settings)[2] / weights.max())


def _kept(stats: CorpusStatistics, settings: Settings) -> tuple[np.ndarray, np.ndarray, float]:
    """The chance to keep each word, how many kept neighbours it has, and how many pairs are kept in all."""
    kept = keep_probabilities(word_frequencies(stats), settings.subsample or None)
    reach = weighted_counts(stats.counts, kept)
    return kept, reach, float(kept @ reach)


@dataclass(frozen=True, eq=False)
class Word2vecTheory:
    r"""What the theory says of word2vec's two vectors for each word.

    Stack words and contexts, :math:`F = (W; Z)/\sqrt2`.  For even weights and the quadratic loss,
    and while :math:`W^\top W = Z^\top Z`, the stack obeys the equation of tied vectors with the matrix
    :math:`\begin{pmatrix} 0 & M \\ M & 0 \end{pmatrix}`.  Each :math:`\lambda_k` of M gives it the
    eigenvalue :math:`|\lambda_k|`: where :math:`\lambda_k < 0`, words and contexts are opposed.

    Attributes
    ----------
    values : ndarray of shape (m,)
        :math:`|\lambda_k|`, falling.
    vectors : ndarray of shape (V, m)
    opposed : ndarray of bool, shape (m,)
    modes : Spectrum
        Of positive eigenvalue.
    settings : Settings
    count : int
        Directions that are predicted.
    pairs : int
        Drawn in training.
    per_epoch : float
        Pairs of one passage through the text.

    Examples
    --------
    >>> from w2vlib import load_wikipedia
    >>> theory = Word2vecTheory.of(load_wikipedia(60), Settings("word2vec", d=10))
    >>> theory.opposed[:3], bool((np.diff(theory.values) <= 0).all())
    (array([ True, False, False]), True)
    """

    values: np.ndarray
    vectors: np.ndarray
    opposed: np.ndarray
    modes: Spectrum
    settings: Settings
    count: int
    pairs: int
    per_epoch: float

    @classmethod
    def of(cls, stats: CorpusStatistics, settings: Settings, length: float = LENGTH) -> Word2vecTheory:
        """Return the theory of a text, or raise ValueError where nothing is ever learned."""
        target = word2vec_target(stats, settings)
        size, d = len(stats), settings.d
        wide = min(size, max(2 * d, LEAST))
        modes, below = spectrum(target, wide), spectrum(-target, wide)
        largest = max(modes.values[0], below.values[0])
        least = RESOLVED * largest
        if wide < size:  # below it, directions may be missing
            least = max(least, modes.values[-1], below.values[-1])
        values = np.concatenate([modes.values, below.values])
        vectors = np.concatenate([modes.vectors, below.vectors], axis=1)
        order = np.argsort(-values, kind="stable")
        order = order[values[order] >= least]
        check_rising(int((modes.values > RESOLVED * largest).sum()), modes.values[0])
        values, vectors = values[order], vectors[:, order]
        count = min(settings.directions, len(values), d)
        per_epoch = pairs_per_epoch(stats, settings)
        if settings.epochs is None:
            last = forecast_half_rises(values, d, cls.scale_of(d)).mean[:count].max()
            pairs = round(length * last / (cls.flow_per_pair(size, settings) * _mean_rate(settings)))
        else:
            pairs = round(settings.epochs * per_epoch)
        return cls(values, vectors, order >= len(modes), modes, settings, count, max(pairs, 1), per_epoch)

    unit = "epochs"  # in which moments are told, beside flow time
    has_loss = False  # word2vec's loss is another one
    step_size = 0.0

    @property
    def scale(self) -> float:
        """σ of the start, as the stack feels it."""
        return self.scale_of(self.settings.d)

    @property
    def first_rise(self) -> float:
        """The batch at which the first direction should have risen by half."""
        mean = forecast_half_rises(self.values[:1], self.settings.d, self.scale).mean
        pairs = self.pairs_at(np.minimum(mean, self.times(self.steps)))
        return float(pairs[0] / self.settings.batch_size)

    @property
    def last_rise(self) -> float:
        """The flow time by which the last direction should have risen by half."""
        return float(forecast_half_rises(self.values, self.settings.d, self.scale).mean[: self.count].max())

    @property
    def described(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Eigenvalues in modulus and eigenvectors, and which of them oppose words and contexts."""
        return self.values, self.vectors, self.opposed

    def told(self) -> dict:
        """How training is done, as plain data."""
        epochs = self.pairs / self.per_epoch
        return {
            "pairs": self.pairs,
            "epochs": plain(epochs),
            "steps": self.steps,
            "pairs_per_epoch": plain(self.per_epoch),
        }

    def in_units(self, time: float) -> float:
        """How often the text has been gone through by a flow time; not a number after the end of training."""
        return float(self.pairs_at(time)) / self.per_epoch

    def start(self, size: int) -> np.ndarray:
        """Half of the word vectors from the first seed: the part of words and contexts that agrees."""
        return self.settings.start(size, self.settings.seeds[0]) / 2

    @staticmethod
    def scale_of(d: int) -> float:
        """σ of the part of word2vec's start that the stack feels: half of that of its words."""
        return 0.5 / np.sqrt(12 * d)

    @staticmethod
    def flow_per_pair(size: int, settings: Settings) -> float:
        """Flow time of a pair, for a learning rate of 1."""
        return (1 + settings.negatives) / (4 * size**2)

    @property
    def steps(self) -> int:
        """Batches."""
        return -(-self.pairs // self.settings.batch_size)

    def times(self, steps: np.ndarray) -> np.ndarray:
        """Flow time after so many batches; the learning rate falls from one to the next."""
        first, fall = self._rates()
        done = np.minimum(np.asarray(steps, float) * self.settings.batch_size, self.pairs)
        return self.flow_per_pair(len(self.vectors), self.settings) * (first * done - fall * done**2)

    def pairs_at(self, times: np.ndarray) -> np.ndarray:
        """How many pairs have been drawn by a flow time; not a number after the end."""
        first, fall = self._rates()
        wanted = np.asarray(times, float) / self.flow_per_pair(len(self.vectors), self.settings)
        with np.errstate(invalid="ignore"):
            return 2 * wanted / (first + np.sqrt(first**2 - 4 * fall * wanted))

    def _rates(self) -> tuple[float, float]:
        """a and b: after n pairs the sum of all learning rates is a n − b n²."""
        first, last = self.settings.learning_rate, self.settings.final_learning_rate
        fall = (first - last) / (2 * self.pairs)
        return first + fall * self.settings.batch_size, fall

    @property
    def rising(self) -> int:
        """How many modes rise while training lasts; twice as many and more have to be followed."""
        mean = forecast_half_rises(self.values, self.settings.d, self.scale_of(self.settings.d)).mean
        rise = int((mean < self.times(self.steps)).sum())
        return max(self.count, rise)

    def named(self, size: int, times: np.ndarray) -> Paths:
        """Follow training from the seeds of the settings."""
        m = max(LEAST, 3 * self.rising)
        U = self.vectors[:, :m]
        starts = (U.T @ self.settings.start(size, seed) / 2 for seed in self.settings.seeds)
        return Paths.of((reduced_flow(self.values[: len(rows)], rows) for rows in starts), times, self.count)

    def any(self, times: np.ndarray) -> Paths:
        """Follow training from starts that are not named."""
        d, m = self.settings.d, 2 * self.rising
        return Paths.random(self.values[:m], d, self.scale_of(d), times, self.count)


def own_half_rises(run, count: int) -> np.ndarray:
    """When each direction of word2vec had half of the strength that it ends with.

    Examples
    --------
    >>> from w2vlib.training import Trajectory
    >>> run = Trajectory(np.arange(3), np.zeros(3), np.array([[0.0], [1.0], [2.0]]), np.ones((2, 1)), 0.5, 2)
    >>> own_half_rises(run, 1)
    array([0.5])
    """
    return measured_half_rises(run.times, run.strengths, run.strengths[-1])[:count]


def _mean_rate(settings: Settings) -> float:
    return (settings.learning_rate + settings.final_learning_rate) / 2
