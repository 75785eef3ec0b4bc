"""Say what training will do, before it begins."""

from __future__ import annotations

import numpy as np

from .._common.arguments import checked
from .._common.plain import plain
from .._common.scripts import unspaced
from .._common.threads import limited_threads
from .._common.version import VERSION
from ..dynamics import Dynamics
from ..embeddings import Embedding
from ..evaluation import analogy_accuracy, load_analogies
from ..evaluation.analogies import covered_rows, four_words
from ..statistics import CorpusStatistics
from ._least_squares import LeastSquaresTheory
from ._questions import covered_questions
from ._rises import COVERAGE, Paths, banded
from ._trial import word2vec_error
from ._word2vec import Word2vecTheory
from .halves import held_out
from .record import Prediction, statistics_sha256
from .settings import Settings

__all__ = ["predict"]

MOMENTS = 40  # at which any start is followed; of training, twice as many
ENDS = 8  # words at either end of a direction
FEWEST_QUESTIONS, FEWEST_PAIRS = 100, 20
ASKED = 2  # directions of the halves, for each dimension


@checked
def predict(
    stats: CorpusStatistics,
    settings: Settings = Settings(),
    *,
    half: CorpusStatistics | None = None,
    questions: Questions | None = None,  # noqa: F821
    progress: bool = False,
) -> Prediction:
    r"""Return what training will do, before it begins.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    settings : Settings
        How training will be done.
    half : CorpusStatistics, optional
        Of half of the documents, counted with the same words.  Only with it can be said which
        directions are the language's, and which this text's.
    questions : dict, optional
        Analogies, as :func:`~w2vlib.evaluation.load_analogies` returns them, which is the default.
    progress : bool
        Show a bar while word2vec is tried on few words (needs tqdm).

    Returns
    -------
    Prediction
        The same for the same input.  Its content holds

        - ``settings``, ``corpus`` with the SHA-256 of the statistics, ``w2vlib``, the version;
        - ``training``: step size and steps, or pairs and epochs; which steps are recorded;
        - ``directions``: for each its eigenvalue, the words at its ends, and the ``half_rise`` in flow time
          and in steps or epochs: ``low``, ``middle``, ``high`` for a start that is not yet drawn, and
          ``seeds``, from the very starts of the seeds named;
        - ``band``: the loss at some times for any start; ``curves``: loss and strengths from the seeds named;
        - ``accuracy``, ``noise``, ``error``: each with ``said``, whether it can be said, and else ``why`` not.

    Raises
    ------
    ValueError
        If nothing is ever learned, there are more dimensions than words, or the half has other words.

    Notes
    -----
    Words that stand near no other are left out.  Bars come from 79 starts, each followed by the exact solution; two are left out at either end,
    so that the next start lies within with probability 76/80 = 95 %, however the directions mix.  They
    are bars for training on this text.  They say nothing of another text of the same language.

    Our own.  Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> from w2vlib import load_wikipedia
    >>> said = predict(load_wikipedia(60), Settings(d=10, directions=3))
    >>> said
    Prediction(least-squares, d = 10, 3 directions of 60 words)
    >>> first = said.content["directions"][0]["half_rise"]
    >>> first["low"] < first["middle"] < first["high"]
    True
    """
    questions = load_analogies() if questions is None else four_words(questions)
    if example := unspaced(zip(stats.words, stats.occurrences.tolist())):
        raise ValueError(
            f"the text is written without spaces between its words, so that {example[:20]!r} was taken for one; put "
            "spaces between them with a program for that language, and count the result"
        )
    if half is not None and half.words != stats.words:
        raise ValueError("half must have the words of stats, in their order; count it with words=stats.words")
    given, stats = stats, stats.seen() if stats.total else stats
    if settings.d > len(stats):
        raise ValueError(f"d must be at most the number of words, {len(stats)}, not {settings.d}")
    kind = LeastSquaresTheory if settings.model == "least-squares" else Word2vecTheory
    with limited_threads(len(stats)):
        theory = kind.of(stats, settings)
        recorded = _moments(theory, settings.records)
        some, more = _moments(theory, MOMENTS), _moments(theory, 2 * MOMENTS, recorded)
        named = theory.named(len(stats), theory.times(more))
        any_start = theory.any(theory.times(some))
        content = {
            "w2vlib": VERSION,
            "settings": settings.told(),
            "corpus": _corpus(stats, given),
            "training": theory.told() | {"recorded": recorded.tolist()},
            "directions": _directions(theory, named, any_start),
            "band": _band(theory, some, any_start),
            "curves": _curves(theory, more, named),
            "accuracy": _accuracy(theory, stats, questions),
            "noise": _noise(theory, given, half),
            "error": word2vec_error(stats, theory, progress),
        }
    return Prediction(content)


def _moments(theory, count: int, among: np.ndarray | None = None) -> np.ndarray:
    """Steps from 0 to the last: half of them evenly spread, half more densely where the first directions rise."""
    steps, first = theory.steps, max(1.0, theory.first_rise / 3)
    even = np.linspace(0, steps, count // 2)
    found = np.concatenate([even, np.geomspace(min(first, steps), steps, count - count // 2)])
    found = np.unique(np.clip(found.round().astype(int), 0, steps))
    if among is not None:
        places = np.searchsorted(among, found)
        found = np.unique(among[np.minimum(places, len(among) - 1)])
    return found


def _corpus(stats: CorpusStatistics, given: CorpusStatistics) -> dict:
    return {
        "sha256": statistics_sha256(given),
        "words": len(stats),
        "alone": len(given) - len(stats),
        "tokens": stats.n_tokens,
        "documents": stats.n_documents,
        "window": stats.window,
        "weighting": stats.weighting,
        "oov": stats.oov,
        "source": stats.source,
    }


def _directions(theory, named: Paths, any_start: Paths) -> list[dict]:
    values, vectors, opposed = theory.described
    space = Embedding(theory.modes.words, vectors)
    ends = max(1, min(ENDS, len(vectors) // 4))
    bars, rises = any_start.bars(), named.half_rises
    found = []
    for k in range(theory.count):
        positive, negative = space.ends(k, ends, rule="fair") if len(vectors) > 2 else space.ends(k, 1)
        half_rise = {name: plain(bar) for name, bar in zip(("low", "middle", "high"), bars[:, k])}
        entry = {"k": k + 1, "value": plain(values[k]), "opposed": bool(opposed[k])}
        entry |= {"positive": positive, "negative": negative}
        entry["half_rise"] = half_rise | {"seeds": plain(rises[:, k])}
        entry[theory.unit] = {name: plain(theory.in_units(bar)) for name, bar in zip(half_rise, bars[:, k])}
        found.append(entry)
    return found


def _band(theory, steps: np.ndarray, any_start: Paths) -> dict:
    low, middle, high = banded(any_start.loss)
    loss = {"low": plain(low), "middle": plain(middle), "high": plain(high)}
    return {
        "starts": len(any_start.loss),
        "coverage": COVERAGE,
        "t": plain(theory.times(steps)),
        "loss": loss if theory.has_loss else None,
    }


def _curves(theory, steps: np.ndarray, named: Paths) -> dict:
    return {
        "steps": steps.tolist(),
        "t": plain(theory.times(steps)),
        "loss": plain(named.loss) if theory.has_loss else None,
        "strengths": plain(named.strengths, 5),
    }


def _accuracy(theory, stats: CorpusStatistics, questions: dict) -> dict:
    """The analogies that are right at some moments of training, by the exact solution."""
    space = Embedding(stats.words, np.zeros((len(stats), 1)))
    rows = [covered_rows(space, asked) for asked in questions.values()]
    rows = np.concatenate([row for row in rows if len(row)] or [np.zeros((0, 4), int)])
    pairs = len(np.unique(rows[:, 2:], axis=0))
    asked = {"questions": len(rows), "pairs": pairs}
    if len(rows) < FEWEST_QUESTIONS or pairs < FEWEST_PAIRS:
        why = (
            f"the vocabulary covers {len(rows):,} questions about {pairs} pairs of words, and it takes "
            f"{FEWEST_QUESTIONS} about {FEWEST_PAIRS} for an accuracy"
        )
        return {"said": False, "why": why} | asked
    moments = np.unique(np.linspace(0, theory.steps, 9).round().astype(int))[1:]
    t, right = theory.times(moments), []
    flow = Dynamics(theory.modes, theory.start(len(stats)), theory.step_size)
    known = covered_questions(questions, stats.words)
    for time in t:
        right.append(analogy_accuracy(Embedding(stats.words, flow.factor(float(time))), known).accuracy)
    spread = 1.96 * np.sqrt(right[-1] * (1 - right[-1]) / pairs)
    return {"said": True} | asked | {
        "steps": moments.tolist(), "t": plain(t), "share": plain(right, 4), "uncertainty": plain(spread, 2)
    }  # fmt: skip


def _noise(theory, stats: CorpusStatistics, half: CorpusStatistics | None) -> dict:
    """How many directions are found again in the other half, which d is best for it, and when to stop."""
    if half is None:
        return {"said": False, "why": "it takes the counts of half of the text to tell language from chance"}
    try:
        d = theory.settings.d
        found = held_out(half, stats - half, min(len(stats), max(ASKED * d, 50)))
    except ValueError as error:
        return {"said": False, "why": str(error)}
    asked, dims = len(found.values), found.dimensions
    result = {"said": True, "asked": asked, "words": found.words, "dimensions": dims, "law": found.law}
    result["share"] = plain(found.found[:50] / np.where(found.values[:50] > 0, found.values[:50], np.nan), 3)
    times = theory.times(np.unique(np.linspace(0, theory.steps, 400).round().astype(int)))
    losses = found.losses(times, min(d, asked), theory.scale)
    best = int(losses.argmin())
    result["stop"] = None if best == len(times) - 1 or dims == 0 else plain(times[best], 4)
    return result
