"""How far off the prediction will be, said beforehand: word2vec tried on a few of the text's own words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .._common.plain import plain
from .._common.progress import progress_bar
from ..statistics import CorpusStatistics
from ..training import train_word2vec_sampled
from .settings import training_arguments
from .word2vec import Word2vecTheory, own_half_rises

__all__ = ["clock_and_error", "word2vec_error"]

WORDS, FEWEST_WORDS = 200, 60  # of the trial
SEEDS = 1
PROMISED = 0.03  # of least squares: the median error of half-rises
#: What a trial on few words does not see, fixed on twelve settings of eight parts of Wikipedia (300 to 1,000
#: words): the median error grew by 0.045 at most, and MARGIN is twice that.  The clock went with the number of
#: words to the power of -0.05 to -0.24; it is given -1/8, the ends 0 and -1/4, and 15 % on either side.
MARGIN, CLOCK = 0.09, 1.15
POWER, LOWEST_POWER = -1 / 8, -1 / 4


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

    For word2vec, the first words of the text are trained as all of them will be, and compared with the
    theory.  To what is found there, margins are added that were fixed on other texts.

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
    size = min(WORDS, len(stats) // 2)
    if size < FEWEST_WORDS:
        why = f"it takes a trial on {FEWEST_WORDS} of the words or more, half of the vocabulary at most"
        return {"said": False, "why": why}
    few = stats.first(size)
    d = min(settings.d, size // 3)
    length = theory.times(theory.steps) / theory.last_rise
    tried = replace(settings, d=d, epochs=None, seeds=settings.seeds[:SEEDS])
    small = Word2vecTheory.of(few, tried, max(1.0, length))
    times = small.times(np.unique(np.linspace(0, small.steps, 120).round().astype(int)))
    told = small.named(size, times).half_rises
    runs = []
    for seed, expected in zip(progress_bar(progress, tried.seeds, desc="trial", unit=" run"), told):
        run = train_word2vec_sampled(
            few, **training_arguments(tried, size, seed, small.pairs), record=settings.records
        )
        runs.append(clock_and_error(own_half_rises(run, small.count), expected[: small.count]))
    clocks, errors = np.transpose(runs)
    if not np.isfinite(clocks).all():
        return {
            "said": False,
            "why": "on the first words of the text no direction rose while they were trained",
        }
    clock, more = float(np.mean(clocks)), len(stats) / size
    low, middle, high = clock * more**LOWEST_POWER / CLOCK, clock * more**POWER, clock * CLOCK
    return {
        "said": True,
        "median": plain(errors.max() + MARGIN, 3),
"clock": {"low": plain(low, 3), "middle": plain(middle, 3), "high": plain(high, 3)},
        "trial": {"words": size, "d": d, "pairs": small.pairs, "clock": plain(clocks, 3), "median": plain(errors, 3)},
    }  # fmt: skip
