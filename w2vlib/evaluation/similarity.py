"""Word similarity: do cosines rank pairs of words as people do?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .._common.arguments import checked
from .._common.text import text_lines
from .._common.validate import one_of
from ..datasets import dataset_path
from ..embeddings import Embedding

__all__ = ["SimilarityScore", "load_similarities", "similarity_correlation"]


@dataclass(frozen=True)
class SimilarityScore:
    """Agreement with people's judgements.

    Attributes
    ----------
    correlation : float
        Spearman's rank correlation over the covered pairs.
    covered, asked : int
        Pairs both of whose words are in the vocabulary; pairs in the set.

    Notes
    -----
    Introduced in chapter *analogies*.

    Examples
    --------
    >>> print(SimilarityScore(correlation=0.61, covered=240, asked=353))
    0.610 over 240 of 353 pairs
    """

    correlation: float
    covered: int
    asked: int

    def __str__(self) -> str:
        return f"{self.correlation:.3f} over {self.covered} of {self.asked} pairs"


def load_similarities(name: str) -> list[tuple[str, str, float]]:
    """Return pairs of words with people's judgement of their similarity.

    Parameters
    ----------
    name : {"wordsim353", "simlex999", "men3000"}
        WordSim-353 rates relatedness (*coffee*, *cup*), SimLex-999 similarity
        proper, MEN relatedness again, on 3,000 pairs.

    Returns
    -------
    list of (first, second, judgement)
        Lower-cased; larger is more similar.

    Raises
    ------
    ValueError
        If the name is not one of these, or a line is not two words and a number.
    DatasetUnavailableError
        If gensim is not installed and the download fails; never for MEN, which is
        shipped with the package.

    Notes
    -----
    MEN's judgements are wins of a pair over 50 others in relatedness, 0 to 50;
    those of the others lie between 0 and 10.  Introduced in chapter *analogies*.

    Examples
    --------
    >>> load_similarities("men3000")[0]
    ('sun', 'sunlight', 50.0)
    """
    one_of("name", name, ("wordsim353", "simlex999", "men3000"))
    path = dataset_path(name)
    pairs = []
    for number, line in enumerate(text_lines(path), start=1):
        parts = line.strip("\r\n").split("\t")
        if line.startswith("#") or not line.strip():
            continue
        try:
            first, second, judgement = parts
            pairs.append((first.lower(), second.lower(), _finite(judgement)))
        except ValueError:
            raise ValueError(
                f"{path}, line {number}: expected two words and a number between tabs, found {line.strip()!r}"
            ) from None
    return pairs


def _finite(given: float | str) -> float:
    """A judgement as a number; raises ValueError if it is none."""
    number = float(given)
    if not math.isfinite(number):
        raise ValueError(f"a judgement must be finite, not {given!r}")
    return number


@checked
def similarity_correlation(embedding: Embedding, pairs: list[tuple[str, str, float]]) -> SimilarityScore:
    """Return the rank correlation of an embedding's cosines with people's judgements.

    Parameters
    ----------
    embedding : Embedding
    pairs : list of (first, second, judgement)
        As :func:`load_similarities` returns them.

    Returns
    -------
    SimilarityScore

    Raises
    ------
    ValueError
        If fewer than three pairs are covered, a pair is not two words and a finite
        number, or all judgements or all cosines are equal, which ranks nothing.

    Notes
    -----
    Source: Finkelstein et al. (2002); Bruni et al. (2014); Hill et al. (2015).
    Introduced in chapter *analogies*.

    Examples
    --------
    >>> import numpy as np
    >>> line = Embedding(("a", "b", "c"), np.array([[1., 0.], [1., .1], [0., 1.]]))
    >>> print(similarity_correlation(line, [("a", "b", 9.), ("b", "c", 2.), ("a", "c", 1.)]))
    1.000 over 3 of 3 pairs
    """
    pairs = [*pairs]
    for pair in pairs:
        try:
            first, second, judgement = pair
            if not (isinstance(first, str) and isinstance(second, str)) or isinstance(judgement, (str, bool)):
                raise TypeError
            _finite(judgement)
        except (TypeError, ValueError):
            raise ValueError(
                f"a pair must be two words and a finite number (first, second, judgement), not {pair!r:.80}"
            ) from None
    covered = [pair for pair in pairs if pair[0] in embedding and pair[1] in embedding]
    if len(covered) < 3:
        raise ValueError(
            f"only {len(covered)} of {len(pairs)} pairs are in the vocabulary; at least 3 are needed"
        )
    from scipy.stats import spearmanr

    cosines = [embedding.similarity(first, second) for first, second, _ in covered]
    judged = [judgement for _, _, judgement in covered]
    for what, values in (("judgements", judged), ("cosines", cosines)):
        if len(set(values)) == 1:
            raise ValueError(f"all {what} are {values[0]}: pairs that are all equal have no order to compare")
    return SimilarityScore(float(spearmanr(cosines, judged).statistic), len(covered), len(pairs))
