"""gensim's word2vec, called as ours is: the reference from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from text_streams import Text

from w2vlib._common.validate import one_of, positive_number, whole_number
from w2vlib.corpus import EncodedText
from w2vlib.counting import window_weights
from w2vlib.statistics import CorpusStatistics
from w2vlib.targets import keep_probabilities, noise_distribution
from w2vlib.training import Trajectory
from w2vlib.training._inputs import starting_point
from w2vlib.training._rules import PopulationLoss
from w2vlib.words import check_distinct, check_same_words

__all__ = ["train_gensim"]

_LAST_SEED = 2**32 - 2  # gensim's own seed is one more, and has 32 bits
_LONGEST = 10_000  # words of a document that gensim takes at once; it drops the rest


def train_gensim(
    text: EncodedText | Iterable[EncodedText],
    words: Sequence[str],
    initial: np.ndarray,
    learning_rate: float = 0.025,
    *,
    final_learning_rate: float | None = None,
    epochs: int = 1,
    window: int = 16,
    weighting: str = "linear",
    negatives: int = 5,
    subsample: float | None = 1e-3,
    noise_exponent: float = 0.75,
    rng: int = 0,
    context: np.ndarray | None = None,
    stats: CorpusStatistics | None = None,
    threads: int = 1,
) -> Trajectory:
    r"""Return the word vectors that gensim's skip-gram with negative sampling learns from a text.

    The arguments are those of :func:`train_on_text`, as far as gensim has
    them, and `initial` is where it starts too.

    Parameters
    ----------
    text : EncodedText, or list of them
        As in :func:`train_on_text`.
    words : sequence of str, length V
        The vocabulary that the text was encoded with; its order is that of the
        vectors, in and out.
    initial : ndarray of shape (V, d)
        W at the start.
    learning_rate, final_learning_rate, epochs, window
        As in :func:`train_on_text`.
    weighting : {"linear", "flat"}
        gensim's windows are of random reach, or all of full reach.
    negatives : int
        k.
    subsample, noise_exponent
        As in :func:`train_on_text`.
    rng : int
        A seed up to 2³² − 2, of gensim's own random numbers.
    context : ndarray of shape (V, d), optional
        Z at the start; the same values as `initial` by default.  gensim itself
        starts it at zero.
    stats : CorpusStatistics, optional
        The statistics to measure the loss by; without them it is nan.
    threads : int
        gensim's workers.  With more than one, no two runs are the same.

    Returns
    -------
    Trajectory
        With a record of the start and one of the end; its steps are epochs, and
        its flow time is what the pairs expected of the text are worth, with
        subsampling's chance taken at its mean in each document.

    Raises
    ------
    ImportError
        If gensim is not installed.
    ValueError
        As :func:`train_on_text`, or for harmonic weights.

    Notes
    -----
    What gensim does otherwise: its vectors are never tied; it subsamples before
    the window is laid; negatives are drawn for each pair, and one that happens
    to be the neighbour itself is passed over; the first word of a pair is the
    neighbour and the second the centre, which changes nothing on average; gaps
    in the text are closed; each pair moves the vectors at once, where ours move
    once a batch; and the sigmoid comes from a table that ends at ±6, beyond
    which a pair is not learned.  It cuts documents after 10,000 words, and so
    they are split here.

    Source: Řehůřek and Sojka (2010).  Introduced in chapter *word2vec*.

    Examples
    --------
    >>> from w2vlib.corpus import encode
    >>> from w2vlib.training import initial_weights
    >>> text = encode([["a", "b", "a"], ["b", "c", "b"]] * 20, ["a", "b", "c"])
    >>> run = train_gensim(text, ["a", "b", "c"], initial_weights(3, 2, 0.1), subsample=None)
    >>> run.weights.shape, run.last_step
    ((3, 2), 1)
    """
    check_distinct(words)
    start = starting_point(initial, context, len(words), tied=False)
    window_weights(window, weighting)
    one_of("weighting of gensim's windows", weighting, ("linear", "flat"))
    epochs, threads = whole_number("epochs", epochs), whole_number("threads", threads)
    negatives, rng = whole_number("negatives", negatives), whole_number("rng", rng, 0, _LAST_SEED)
    rate = positive_number("learning_rate", learning_rate)
    last = (
        rate if final_learning_rate is None else positive_number("final_learning_rate", final_learning_rate)
    )
    if stats is not None:
        check_same_words("stats", stats.words, words)
    text = Text(text, len(words))
    met = text.occurrences > 0
    frequencies = text.occurrences[met] / text.occurrences.sum()
    kept = np.zeros(len(words) + 1)
    kept[:-1][met] = keep_probabilities(frequencies, subsample)
    noise_distribution(frequencies, noise_exponent)
    try:
        from gensim.models import Word2Vec
    except ImportError:
        raise ImportError(
            'the reference needs gensim, which is not installed: pip install "w2vlib[words]"'
        ) from None

    model = Word2Vec(
        vector_size=start[0].shape[1],
        window=int(window),
        sg=1,
        negative=negatives,
        sample=subsample or 0,
        ns_exponent=noise_exponent,
        alpha=rate,
        min_alpha=last,
        min_count=1,
        shrink_windows=weighting == "linear",
        seed=rng + 1,
        workers=threads,
    )
    model.build_vocab_from_freq(
        {word: int(count) for word, count in zip(words, text.occurrences) if count}, corpus_count=1
    )
    here = np.flatnonzero(met)
    there = np.array([model.wv.key_to_index[words[i]] for i in here])
    model.wv.vectors[there], model.syn1neg[there] = start[0][here], start[1][here]
    model.train(
        _Sentences(text, words),
        total_words=int(text.occurrences.sum()),
        epochs=epochs,
        start_alpha=rate,
        end_alpha=last,
    )
    trained = [side.astype(np.float32) for side in start]
    trained[0][here], trained[1][here] = model.wv.vectors[there], model.syn1neg[there]
    pairs = _expected_pairs(text, kept, int(window), weighting)
    flow = np.array([0.0, epochs * pairs * (rate + last) / 2 * (1 + negatives) / (4 * len(words) ** 2)])
    loss = PopulationLoss(stats, subsample, noise_exponent, negatives) if stats is not None else None
    return _trajectory(start, trained, words, epochs, flow, loss)


class _Sentences:
    """The documents of a text in words, none too long for gensim."""

    def __init__(self, text: Text, words: Sequence[str]):
        self._text, self._words = text, np.array([*words, None], object)

    def __iter__(self) -> Iterator[list[str]]:
        for piece in self._text:
            for begin, end in zip(piece.offsets[:-1].tolist(), piece.offsets[1:].tolist()):
                ids = piece.ids[begin:end]
                ids = ids[ids < len(self._words) - 1]
                for first in range(0, len(ids), _LONGEST):
                    yield self._words[ids[first : first + _LONGEST]].tolist()


def _expected_pairs(text: Text, kept: np.ndarray, window: int, weighting: str) -> float:
    """Pairs that subsampled documents hold, each with as many words as it keeps on average."""
    weights, _ = window_weights(window, weighting)
    total = 0.0
    for piece in text:
        up_to = np.append(0, np.cumsum(kept[piece.ids]))
        length = np.diff(up_to[piece.offsets])
        for distance, share in enumerate(weights / weights[0], start=1):
            total += 2 * share * np.maximum(length - distance, 0).sum()
    return total


def _trajectory(start, trained, words, epochs, flow, loss) -> Trajectory:
    import torch

    from w2vlib.training._loop import pair_strengths

    states = [
        tuple(torch.from_numpy(np.ascontiguousarray(side)) for side in pair) for pair in (start, trained)
    ]
    return Trajectory(
        steps=np.array([0, epochs]),
        loss=np.array([np.nan if loss is None else loss(state) for state in states]),
        strengths=np.array([pair_strengths(state) for state in states]),
        weights=trained[0],
        step_size=float(flow[1]) / epochs,
        last_step=epochs,
        context=trained[1],
        flow=flow,
        words=tuple(words),
        objective="logistic",
    )
