"""From counts to word vectors in one call, and vectors of rarer words from the directions of a core."""

from __future__ import annotations

import numpy as np

from ._common.arguments import checked
from ._common.arrays import frozen
from ._common.threads import limited_threads
from ._common.validate import positive_number, whole_number
from .counting import window_weights
from .embeddings import Embedding
from .spectra import Spectrum, spectrum
from .statistics import CorpusStatistics
from .targets import SparseTarget, m_star
from .words import check_same_words, labelled

__all__ = ["fold_in", "word_vectors"]

_COLUMNS = 32  # directions that rarer words are folded into at a time


@checked
def fold_in(target: np.ndarray | SparseTarget, modes: Spectrum) -> Embedding:
    r"""Return the vectors of all words, those of rarer ones from the directions of a core.

    .. math:: w_i = \Lambda^{-1/2}\, U^\top M_{i,\,\mathrm{core}}

    Parameters
    ----------
    target : SparseTarget, or ndarray of shape (V, V)
        Symmetric.
    modes : Spectrum
        Leading directions of its leading n × n block, the core.

    Returns
    -------
    Embedding
        V words.  The first n have the vectors of ``modes.embedding()``.

    Raises
    ------
    ValueError
        If the words are not known, those of the core are not the first ones of
        the target, or no eigenvalue is positive.

    Notes
    -----
    Let :math:`W = U\Lambda^{1/2}` be the vectors of the core, over the directions
    with positive eigenvalue.  A rarer word i aims at :math:`w_i \cdot w_j = M_{ij}` with
    every word j of the core, which is held where it is.  The least-squares
    solution of :math:`\min_w \lVert W w - M_{\mathrm{core},\,i}\rVert^2` is

    .. math::
        w_i = (W^\top W)^{-1} W^\top M_{\mathrm{core},\,i}
            = \Lambda^{-1} \Lambda^{1/2} U^\top M_{\mathrm{core},\,i},

    as :math:`U^\top U = 1` makes :math:`W^\top W = \Lambda`.  For a word of the core
    :math:`U^\top M_{\mathrm{core},\,i} = \Lambda U^\top e_i` and its own vector comes
    back.  Rarer words neither move the core nor see each other, so that what little
    is known of them cannot bend the directions.

    This is the Nyström extension: Williams and Seeger (2001), *Using the Nyström
    method to speed up kernel machines*.

    Introduced in chapter *analogies*.

    Examples
    --------
    >>> from w2vlib import WordMatrix
    >>> W = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
    >>> target = WordMatrix(W @ W.T, ["tea", "cup", "teacup"])
    >>> core = spectrum(WordMatrix(target[:2, :2], ["tea", "cup"]), 2)
    >>> found = fold_in(target, core)
    >>> bool(np.allclose(found.vectors @ found.vectors.T, target))
    True
    """
    core = modes.embedding()
    positive = modes.values > 0
    directions = modes.vectors[:, positive] / np.sqrt(modes.values[positive])
    n = len(directions)
    sparse = isinstance(target, SparseTarget)
    shape = np.shape(target)
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] < n:
        raise ValueError(
            f"target must be square, with the core of {n} words as its leading block, not of shape {shape}"
        )
    size, words = shape[0], getattr(target, "words", None)
    if words is None:
        raise ValueError(
            "the words of target are not known: take it as m_star(stats) or WordMatrix(M, words) return it"
        )
    check_same_words("modes", core.words, words[:n])
    vectors = np.empty((size, directions.shape[1]))
    vectors[:n] = core.vectors
    if sparse:
        for begin in range(0, directions.shape[1], _COLUMNS):
            some = slice(begin, begin + _COLUMNS)
            vectors[n:, some] = target.rows_times(directions[:, some], n)
    else:
        with limited_threads(size):
            np.matmul(np.asarray(target)[n:, :n], directions, out=vectors[n:])
    return Embedding(words, frozen(vectors))


@checked
def word_vectors(
    stats: CorpusStatistics,
    d: int = 200,
    pseudo_count: float | None = None,
    core: int = 30_000,
    residual: float = 1e-3,
) -> Embedding:
    r"""Return the word vectors of a corpus, in closed form.

    The leading directions of M*, :math:`W = U \Lambda^{1/2}`.  Where there are
    more words than the core has, the directions are those of the core, and the
    vectors of rarer words follow from them, as :func:`fold_in` says.

    Parameters
    ----------
    stats : CorpusStatistics
        V words, the most frequent ones first; counts dense or sparse.
    d : int
        How many directions.
    pseudo_count : float, optional
        :math:`\kappa` of :func:`~w2vlib.targets.m_star`, in units of the counts.  By
        default what one meeting within the window counts on average:
        :math:`(L + 1)/2` with linear weights.
    core : int
        How many of the most frequent words set the directions.
    residual : float
        Required of the directions, as :func:`~w2vlib.spectra.spectrum` says.

    Returns
    -------
    Embedding
        V words and d dimensions, or fewer where fewer directions have a positive
        eigenvalue.

    Raises
    ------
    ValueError
        If `d` is not between 1 and the size of the core, a number is out of range, or
        a word was never seen near another.
    ArithmeticError
        If the residual is not reached.

    Notes
    -----
    The default was chosen by analogy questions that share no pair with Google's, and
    with vectors of half a corpus at a time (``benchmarks/pseudo_counts.py``).  The
    counts of the other half speak for :math:`\kappa = 0`, as a pseudo-count makes the
    vectors of rare words shorter and their scores too small.  Where the scale of the
    scores may depend on frequency, :math:`\kappa = 32` is as good as 0.  Neighbours
    and analogies do not depend on lengths.

    Introduced in chapter *analogies*.

    Examples
    --------
    >>> from w2vlib import load_wikipedia
    >>> vectors = word_vectors(load_wikipedia(3000), d=100, core=2000)
    >>> vectors
    Embedding(3,000 words, 100 dimensions)
    >>> vectors.analogy("man", "king", "woman")[0][0]
    'queen'
    """
    core = min(whole_number("core", core), len(stats))
    d = whole_number("d", d, most=core, because=f"; the core has {core} words")
    residual = positive_number("residual", residual)
    if pseudo_count is None:
        pseudo_count = _one_meeting(stats.window, stats.weighting)
    target = m_star(stats, pseudo_count=pseudo_count, dtype="float32")
    if core == len(stats):
        return spectrum(target, d, residual).embedding()
    sparse = isinstance(target, SparseTarget)
    leading = target.corner(core) if sparse else labelled(target[:core, :core], stats.words[:core])
    return fold_in(target, spectrum(leading, d, residual))


def _one_meeting(window: int, weighting: str) -> float:
    """The mean weight of the distances within a window, which may be too wide for a list of all."""
    if weighting == "linear":
        return (window + 1) / 2
    return 1.0 if weighting == "flat" else float(window_weights(window, weighting)[0].mean())
