"""The table from which figures of words are drawn: directions of M* in one byte a number, one table for the whole book."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import whole_number
from ...evaluation import load_analogies
from ...evaluation.analogies import four_words
from .._plain import plain

if TYPE_CHECKING:
    from ...spectra import Spectrum
    from ...statistics import CorpusStatistics

__all__ = ["book_table"]

STEPS = 127  # of one byte, to either side


@checked
def book_table(
    stats: CorpusStatistics,
    modes: Spectrum,
    questions: dict[str, list[tuple[str, str, str, str]]] | None = None,
    count: int = 100,
) -> dict:
    r"""Return words, eigenvalues and one-byte directions as plain data, for figures of words.

    Direction k is kept as :math:`u_{ik} \approx \Delta_k b_{ik}` with whole numbers
    :math:`|b_{ik}| \le 127` and one step :math:`\Delta_k = \max_i |u_{ik}| / 127` for the direction.
    The same statistics, modes and questions give the same table, to the letter,
    so that chapters which make it share one file.

    Parameters
    ----------
    stats : CorpusStatistics
    modes : Spectrum
        Leading directions of a matrix of the words of `stats`.
    questions : dict, optional
        As :func:`~w2vlib.load_analogies` returns them, which is the default.
    count : int
        How many directions to keep; those with λ ≤ 0 are left out.

    Returns
    -------
    dict
        ``"words"``, ``"occurrences"`` (of each), ``"values"`` (λ, six digits),
        ``"modes"`` (``"base64"``: the bytes, a row a word; ``"shape"``; ``"scale"``:
        :math:`\Delta_k`) and ``"families"``: of each its ``"name"`` and its
        ``"pairs"`` of row numbers, all of whose ordered pairs are its questions,
        or, if they are not, its ``"questions"``.  Questions with words of which
        there is no vector are left out.

    Raises
    ------
    ValueError
        If the words of `modes` and `stats` are not the same, or no λ is positive.

    Notes
    -----
    What a byte costs: no entry moves by more than :math:`\Delta_k / 2`, so no
    vector of the first d directions by more than

    .. math:: \varepsilon_d = \tfrac12 \sqrt{\textstyle\sum_{k \le d} \lambda_k \Delta_k^2},

    and its direction by no more than
    :math:`\delta_i = 2 \varepsilon_d / (|w_i| + |\tilde w_i|)`.  With
    :math:`g = \hat w_b - \hat w_a + \hat w_c`, no answer v changes to r if its lead
    :math:`(\hat w_v - \hat w_r) \cdot g` is above
    :math:`(\delta_v + \delta_r)\, |g| + 2\, (\delta_a + \delta_b + \delta_c)`.  Of the 4,516 questions
    of the package, asked of 5,000 words in 100 dimensions, one byte changes the
    answer of 52.  Introduced in chapter *words-as-vectors*.

    Examples
    --------
    >>> from w2vlib import count_corpus, m_star, spectrum
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> table = book_table(stats, spectrum(m_star(stats), 3), {})
    >>> table["words"], table["modes"]["shape"], len(table["values"])
    (['a', 'b', 'c'], [3, 1], 1)
    """
    count = whole_number("count", count)
    if tuple(modes.words or ()) != tuple(stats.words):
        raise ValueError(
            "modes must be directions of a matrix of the words of stats: compute both from the same"
        )
    questions = load_analogies() if questions is None else four_words(questions)
    kept = min(count, int(np.sum(modes.values > 0)))
    if not kept:
        raise ValueError("modes must have a positive λ; no direction here has one")
    values, vectors = modes.values[:kept], modes.vectors[:, :kept]
    return {
        "words": list(stats.words),
        "occurrences": [int(number) for number in stats.occurrences],
        "values": plain(values),
        "modes": packed(vectors),
        "families": [_family(name, asked, stats.index) for name, asked in questions.items()],
    }


def _family(name: str, asked, index) -> dict:
    """Questions as pairs, where all ordered pairs of these are asked in order; row numbers."""
    rows = [tuple(index[word] for word in four) for four in asked if all(word in index for word in four)]
    pairs = list(dict.fromkeys(row[:2] for row in rows))
    if rows == [(*one, *other) for one in pairs for other in pairs if one != other]:
        return {"name": name, "pairs": [list(pair) for pair in pairs]}
    return {"name": name, "questions": [list(row) for row in rows]}


def packed(vectors: np.ndarray) -> dict:
    r"""Return directions with one byte a number, :math:`u_{ik} \approx \Delta_k b_{ik}`.

    Examples
    --------
    >>> packed(np.array([[1.0], [-0.5]]))
    {'base64': 'f8E=', 'shape': [2, 1], 'scale': [0.00787402]}
    """
    scale = np.array(plain(np.abs(vectors).max(axis=0) / STEPS))
    steps = np.clip(np.round(vectors / np.where(scale > 0, scale, 1.0)), -STEPS, STEPS).astype(np.int8)
    return {
        "base64": base64.b64encode(steps.tobytes()).decode("ascii"),
        "shape": list(steps.shape),
        "scale": scale.tolist(),
    }


def unpacked(modes: dict) -> np.ndarray:
    """Return the directions of a table as numbers.

    Examples
    --------
    >>> unpacked({"base64": "Af8=", "shape": [2, 1], "scale": [0.5]})
    array([[ 0.5],
           [-0.5]])
    """
    steps = np.frombuffer(base64.b64decode(modes["base64"]), np.int8)
    return steps.reshape(modes["shape"]) * np.array(modes["scale"])
