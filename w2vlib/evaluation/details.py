"""How near each analogy question came to being answered: ranks, margins and rivals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..embeddings import Embedding
from .analogies import allowed_scores, covered_rows, load_analogies

__all__ = ["AnalogyDetails", "analogy_details"]


@dataclass(frozen=True, eq=False)
class AnalogyDetails:
    """How near each covered question of a family came to being answered.

    Attributes
    ----------
    questions : list of (a, b, c, answer), length n
        The covered questions.
    ranks : ndarray of int, shape (n,)
        Place of the answer among the allowed words, all but a, b and c; 1 is right.
    answer_scores : ndarray of shape (n,)
        Cosine between the answer and the aim b − a + c; not a number where the
        answer is a word of the question itself, which can never be given.
    margins : ndarray of shape (n,)
        That cosine less the best rival's: positive where the answer is right, or
        0 where the two are equal.
    rivals : list of str, length n
        The best allowed word other than the answer.
    missing : tuple of str
        Words of the family that the embedding does not hold; their questions
        are left out.

    Examples
    --------
    >>> found = AnalogyDetails([("a", "b", "c", "d")], np.array([2]), np.array([0.5]), np.array([-0.1]),
    ...                        ["e"], missing=())
    >>> found.accuracy, len(found)
    (0.0, 1)
    """

    questions: list[tuple[str, str, str, str]]
    ranks: np.ndarray
    answer_scores: np.ndarray
    margins: np.ndarray
    rivals: list[str]
    missing: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.questions)

    def __repr__(self) -> str:
        if not len(self):
            return f"AnalogyDetails(no question covered; missing: {', '.join(self.missing)})"
        return (
            f"AnalogyDetails({len(self):,} questions, {self.accuracy:.0%} right, median rank "
            f"{np.median(self.ranks):.0f}, {len(self.missing)} words missing)"
        )

    @property
    def accuracy(self) -> float:
        """The share of questions whose answer has rank 1; NaN if none is covered."""
        return float((self.ranks == 1).mean()) if len(self) else float("nan")


def analogy_details(
    embedding: Embedding, questions: dict[str, list[tuple[str, str, str, str]]] | None = None
) -> dict[str, AnalogyDetails]:
    r"""Return rank, margin and best rival of every analogy question's answer.

    The score of a word v is its cosine with the aim,

    .. math:: \cos(\hat w_v,\; \hat w_b - \hat w_a + \hat w_c), \qquad v \notin \{a, b, c\},

    and the rank of the answer is one more than the number of allowed words
    that score higher.  Rank 1 is what :func:`analogy_accuracy` counts as right.

    Parameters
    ----------
    embedding : Embedding
        Of five words or more.
    questions : dict, optional
        As :func:`load_analogies` returns them, which is the default.

    Returns
    -------
    dict of str to AnalogyDetails
        By family, in the order of `questions`; a family that is not covered has
        no rows and says which words are missing.

    Raises
    ------
    ValueError
        If no question is covered, or there are fewer than five words, so that
        an answer may have no rival.

    Notes
    -----
    Source: Karkada et al. (2025), appendix, who follow the answer's cosine and
    its rivals' against the rank.  Introduced in chapter 13, *Analogies switch
    on with rank, and what words avoid is what solves them*.

    Examples
    --------
    >>> plane = Embedding(("man", "woman", "king", "queen", "tree"),
    ...                   np.array([[1., 0.], [0., 1.], [2., 1.], [1., 2.], [-1., 1.]]))
    >>> found = analogy_details(plane, {"gender": [("man", "king", "woman", "queen")]})["gender"]
    >>> found.ranks, found.margins.round(2), found.rivals
    (array([1]), array([0.1]), ['tree'])
    """
    if len(embedding) < 5:
        raise ValueError(
            f"with {len(embedding)} words an answer has no rival: three words belong to the question; "
            "use an embedding of five words or more"
        )
    questions = load_analogies() if questions is None else questions
    found = {name: _family(embedding, asked) for name, asked in questions.items()}
    if not any(map(len, found.values())):
        raise ValueError(
            f"none of the {sum(map(len, questions.values()))} questions has all its words among the "
            f"{len(embedding)} words of the embedding; use a larger vocabulary or other questions"
        )
    return found


def _family(embedding: Embedding, asked: list[tuple[str, str, str, str]]) -> AnalogyDetails:
    rows = covered_rows(embedding, asked)
    n = len(rows)
    ranks, answers, margins = np.empty(n, np.int64), np.empty(n), np.empty(n)
    rivals = np.empty(n, np.int64)
    for part, scores in allowed_scores(embedding.unit, rows):
        a, b, c, answer = rows[part].T
        length = np.linalg.norm(embedding.unit[b] - embedding.unit[a] + embedding.unit[c], axis=1)
        each = np.arange(len(answer))
        own = scores[each, answer].copy()
        earlier = np.arange(scores.shape[1]) < answer[:, None]  # of equal scores the first word is given
        ranks[part] = 1 + ((scores > own[:, None]) | ((scores == own[:, None]) & earlier)).sum(axis=1)
        never = np.isneginf(own)
        ranks[part][never] = 1 + np.isfinite(scores[never]).sum(axis=1)
        scores[each, answer] = -np.inf
        rivals[part] = scores.argmax(axis=1)
        length = np.where(length > 0, length, 1)
        answers[part] = np.where(never, np.nan, own) / length
        margins[part] = answers[part] - scores[each, rivals[part]] / length
    words = embedding.words
    missing = dict.fromkeys(word for question in asked for word in question if word not in embedding)
    covered = [tuple(words[i] for i in row) for row in rows]
    return AnalogyDetails(covered, ranks, answers, margins, [words[i] for i in rivals], tuple(missing))
