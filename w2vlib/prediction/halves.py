"""How many directions a text knows of: what one half of it has learned, asked of the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .._common.arguments import checked
from .._common.validate import finite_number, whole_number
from ..dynamics import (
    counting_variance,
    mode_strengths,
    supported_modes,
    typical_start,
    underlying_eigenvalues,
)
from ..spectra import Spectrum, spectrum
from ..statistics import CorpusStatistics, count_like
from ..targets import m_star

__all__ = ["HeldOut", "count_half", "held_out"]

_STRETCHES = 20  # into which a text is cut, and every other one is taken


@dataclass(frozen=True, eq=False)
class HeldOut:
    r"""What the directions of one half of a text are worth in the other half.

    With the directions :math:`u_k` and eigenvalues :math:`\lambda_k` of one half, strengths
    :math:`s_k^2` change the loss on the :math:`M_2` of the other by

    .. math:: \sum_k \tfrac14 s_k^4 - \tfrac12 s_k^2\, q_k, \qquad q_k = u_k^\top M_2\, u_k .

    A direction learned to the end, :math:`s_k^2 = \lambda_k`, helps there if :math:`q_k > \lambda_k/2`.

    Attributes
    ----------
    values, found : ndarray of shape (n,)
        :math:`\lambda_k` and :math:`q_k`, the mean of both ways round.
    law : int or None
        How many directions stand out if the errors of all pairs were independent
        (:func:`~w2vlib.dynamics.supported_modes`): too hopeful, as words come in documents.  None for sparse counts.
    words : int
        How many words have neighbours in both halves; the others are left out.

    Notes
    -----
    No errors are assumed to be independent.  What both halves have for another reason than
    language counts as known: a pair that neither has seen is −2 in both.  Our own.  Introduced in
    chapter *your-corpus*.

    Examples
    --------
    >>> found = HeldOut(np.array([4.0, 2.0, 1.0]), np.array([3.9, 1.5, 0.1]), 3, 9)
    >>> found.dimensions, found.losses(np.array([0.0, 99.0]), 2, 0.01).round(2)
    (2, array([-0. , -4.3]))
    """

    values: np.ndarray
    found: np.ndarray
    law: int | None
    words: int

    @property
    def gains(self) -> np.ndarray:
        """By how much each direction, learned to the end, lowers the loss on the other half."""
        return np.maximum(self.values, 0) * (self.found / 2 - self.values / 4)

    @property
    def dimensions(self) -> int:
        """The number of leading directions with which the loss on the other half is lowest."""
        return int(np.argmax(np.concatenate([[0.0], np.cumsum(self.gains)])))

    @checked
    def losses(self, times: np.ndarray, d: int, scale: float) -> np.ndarray:
        """Return the loss on the other half while vectors of d dimensions are trained, directions one by one.

        Parameters
        ----------
        times : ndarray of shape (n,)
            Flow times.
        d : int
            Dimensions, no more than the directions at hand.
        scale : float
            σ of the start.

        Returns
        -------
        ndarray of shape (n,)
        """
        d = whole_number("d", d, most=len(self.values), because="; so many directions are at hand")
        scale = finite_number("scale", scale, 0)
        strengths = mode_strengths(self.values[:d], typical_start(d, d, scale), times)
        return (strengths**2 / 4 - strengths * self.found[:d] / 2).sum(axis=1)


class _EveryOther:
    """Every other stretch of a text: documents that stand together are often of one subject."""

    def __init__(self, documents: Iterable[Sequence[str]], number: int):
        self._documents, self._length = documents, max(1, number // _STRETCHES)

    def __iter__(self) -> Iterator[Sequence[str]]:
        return (document for n, document in enumerate(self._documents) if n // self._length % 2 == 0)


@checked
def count_half(documents: Iterable[Sequence[str]], stats: CorpusStatistics) -> CorpusStatistics | None:
    """Count half of a text, with the words of the whole.

    The documents are cut into twenty stretches, and every other one is taken, so that what
    stands together stays together.

    Parameters
    ----------
    documents : iterable of sequences of str
        The text, which can be gone through several times, as a :class:`~w2vlib.corpus.Corpus` can.
    stats : CorpusStatistics
        Of the whole text.

    Returns
    -------
    CorpusStatistics or None
        None where the text is a single document.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> text = [["a", "b", "a"], ["b", "c"], ["a", "c"], ["c", "b"]]
    >>> count_half(text, count_corpus(text, window=1)).n_documents
    2
    """
    if stats.n_documents < 2:
        return None
    return count_like(_EveryOther(documents, stats.n_documents), stats)


@checked
def held_out(first: CorpusStatistics, second: CorpusStatistics, directions: int) -> HeldOut:
    """Return what the leading directions of each half of a text are worth in the other.

    Parameters
    ----------
    first, second : CorpusStatistics
        Of the same words, from documents that they do not share.
    directions : int
        How many to ask; fewer, where fewer words have neighbours in both halves.

    Returns
    -------
    HeldOut

    Raises
    ------
    ValueError
        If the words differ, or fewer than three have neighbours in both halves.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> from w2vlib import load_wikipedia_parts
    >>> one, other = (part.first(60) for part in load_wikipedia_parts()[-2:])
    >>> held_out(one, other, 20).dimensions
    20
    """
    if first.words != second.words:
        raise ValueError("both halves must have the same words; count them with words=stats.words")
    directions = whole_number("directions", directions)
    first, second = _both(first, second)
    directions = min(directions, len(first))
    targets = m_star(first, dtype="float32"), m_star(second, dtype="float32")
    modes = [spectrum(target, directions) for target in targets]
    found = [_asked(one, other) for one, other in zip(modes, targets[::-1])]
    values = np.mean([half.values for half in modes], axis=0)
    law = None
    if not first.sparse:
        variance = counting_variance(*targets)
        whole = spectrum((np.asarray(targets[0]) + np.asarray(targets[1])) / 2, directions).values
        true = underlying_eigenvalues(whole, variance, len(first))
        law = supported_modes(true, variance, len(first)).count if len(true) else 0
    return HeldOut(values, np.mean(found, axis=0), law, len(first))


def _both(first: CorpusStatistics, second: CorpusStatistics) -> tuple[CorpusStatistics, CorpusStatistics]:
    """The halves, with the words only that have neighbours in both."""
    while True:
        kept = np.flatnonzero((first.p > 0) & (second.p > 0)) if first.total and second.total else []
        if len(kept) < 3:
            raise ValueError("fewer than three words have neighbours in both halves; take more text")
        if len(kept) == len(first):
            return first, second
        words = tuple(first.words[i] for i in kept)
        first, second = (
            replace(half, words=words, counts=half.counts[kept][:, kept], occurrences=half.occurrences[kept])
            for half in (first, second)
        )


def _asked(modes: Spectrum, target) -> np.ndarray:
    """What each direction is in a target."""
    return np.einsum("ik,ik->k", modes.vectors, target @ modes.vectors)
