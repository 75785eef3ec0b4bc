"""How far off the prediction will be, said beforehand: word2vec tried on a few of the text's own words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .._common.plain import plain
from ..statistics import CorpusStatistics
from ..training import train_word2vec_sampled
from ._word2vec import Word2vecTheory, own_half_rises
from .settings import training_arguments

__all__ = ["clock_and_error", "word2vec_error"]

WORDS, FEWEST_WORDS = 200, 150  # of the trial; of fewer words margins that hold for more do not hold
PROMISED = 0.03  # of least squares: the median error of half-rises
#: What a trial does not see, fixed on sixteen settings: twelve of parts of Wikipedia (400 to 1,000 words, d = 20 to
#: 100, thresholds of 1e-3 to 1e-5), this book's own text of 10,000 and of 104,000 words, a manual in German and one
#: in English.  With all words the median error was 0.043 larger at most, and MARGIN is twice that; the clock was 0.70
#: to 1.12 of that of the trial, and the ends are twice as far away, in the logarithm.
MARGIN, EARLIEST, LATEST = 0.09, 0.5, 1.3


def clock_and_error(found: np.ndarray, told: np.ndarray) -> tuple[float, float]:
    r"""Return the clock, the median ratio of half-rises to predictions, and the median error once it is taken out.

    Parameters
    ----------
    found, told : ndarray of shape (k,)
        Half-rises; what is not a number has not risen and is left out.

    Returns
    -------
    clock, error : float
        Not a number if nothing has risen.

    Examples
    --------
    >>> clock_and_error(np.array([2.0, 4.0, 6.6]), np.array([1.0, 2.0, 3.0]))
    (2.0, 0.0)
    """
    ratio = found / told
    ratio = ratio[np.isfinite(ratio)]
    if not len(ratio):
        return float("nan"), float("nan")
    clock = float(np.median(ratio))
    return clock, float(np.median(np.abs(ratio / clock - 1)))


def word2vec_error(stats: CorpusStatistics, theory, progress: bool = False) -> dict:
    """Say how far off the half-rises will be, as plain data.

    For word2vec, some words of the text, evenly spread over its ranks, are trained as all of them will
    be, and compared with the theory.  To what is found there, margins are added that were fixed on other texts.

    Examples
    --------
    >>> from w2vlib import load_wikipedia
    >>> from w2vlib.prediction.settings import Settings
    >>> stats = load_wikipedia(80)
    >>> word2vec_error(stats, Word2vecTheory.of(stats, Settings("word2vec", d=5)))["said"]
    False
    """
    settings = theory.settings
    if settings.model == "least-squares":
        return {"said": True, "median": PROMISED}
    if len(stats) < 2 * FEWEST_WORDS:
        why = f"it takes a trial on {FEWEST_WORDS} of the words or more, half of the vocabulary at most"
        return {"said": False, "why": why}
    few, share = some_words(stats, min(WORDS, len(stats) // 2))
    d, seed = min(settings.d, len(few) // 3), settings.seeds[0]
    # Of fewer words each is a larger share, and should be kept as often as among all.
    subsample = settings.subsample / share
    tried = replace(settings, d=d, epochs=None, seeds=(seed,), subsample=subsample)
    length = max(1.0, theory.times(theory.steps) / theory.last_rise)
    small = Word2vecTheory.of(few, tried, length)
    times = small.times(np.unique(np.linspace(0, small.steps, 200).round().astype(int)))
    told = small.named(len(few), times).half_rises[0]
    how = training_arguments(tried, len(few), seed, small.pairs)
    run = train_word2vec_sampled(few, **how, record=settings.records, progress=progress)
    clock, error = clock_and_error(own_half_rises(run, small.count), told[: small.count])
    if not np.isfinite(clock):
        return {
            "said": False,
            "why": "in a trial on some of the words no direction rose while they were trained",
        }
    return {
        "said": True,
        "median": plain(error + MARGIN, 3),
        "clock": {"low": plain(clock * EARLIEST, 3), "middle": plain(clock, 3), "high": plain(clock * LATEST, 3)},
        "trial": {"words": len(few), "d": d, "pairs": small.pairs, "clock": plain(clock, 3), "median": plain(error, 3)},
    }  # fmt: skip


def some_words(stats: CorpusStatistics, number: int) -> tuple[CorpusStatistics, float]:
    """Return the statistics of so many words, evenly spread over the ranks, and what share of the text they are.

    Of a random part of the words, a matrix has the spectrum of the whole in small, and weights of pairs are
    spread alike; the most frequent words alone would be another text.

    Examples
    --------
    >>> from w2vlib import load_wikipedia
    >>> some_words(load_wikipedia(60), 3)[0].words
    ('as', 'or', 'into')
    """
    rows = ((np.arange(number) + 0.5) * len(stats) / number).astype(int)
    part = replace(
        stats,
        words=tuple(stats.words[row] for row in rows),
        counts=stats.counts[rows][:, rows],
        occurrences=stats.occurrences[rows],
    )
    return part.seen(), float(part.occurrences.sum() / stats.occurrences.sum())
