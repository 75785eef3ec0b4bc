"""Analogy questions: a is to b as c is to what?  How many are answered, and how near each came."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from .._common.arguments import check_kind, checked
from .._common.text import normalised, text_lines
from .._common.threads import limited_threads
from ..datasets import dataset_path
from ..embeddings import Embedding

__all__ = ["AnalogyDetails", "AnalogyScore", "analogy_accuracy", "analogy_details", "load_analogies"]

Questions = dict[str, list[tuple[str, str, str, str]]]

FEW = 8  # dimensions in which cosines can be too close for single precision


@dataclass(frozen=True)
class AnalogyScore:
    """How many analogy questions were answered correctly.

    Attributes
    ----------
    correct, covered, asked : int
        Right answers; questions all of whose words are in the vocabulary;
        questions in the set.
    families : dict of str to AnalogyScore
        The same for each family of questions; empty for a family itself.

    Notes
    -----
    Introduced in chapter *analogies*.

    Examples
    --------
    >>> score = AnalogyScore(correct=3, covered=4, asked=5, families={})
    >>> score.accuracy, score.coverage
    (0.75, 0.8)
    """

    correct: int
    covered: int
    asked: int
    families: dict[str, AnalogyScore]

    @property
    def accuracy(self) -> float:
        """Right answers as a share of covered questions; NaN if none is covered."""
        return self.correct / self.covered if self.covered else float("nan")

    @property
    def coverage(self) -> float:
        """Covered questions as a share of all."""
        return self.covered / self.asked if self.asked else float("nan")

    def __str__(self) -> str:
        return f"{self.accuracy:.1%} of {self.covered:,} covered questions (of {self.asked:,})"


@checked
def load_analogies(
    source: str | Path = "w2vlib", lower: bool = True
) -> dict[str, list[tuple[str, str, str, str]]]:
    """Return analogy questions by family.

    Parameters
    ----------
    source : {"w2vlib", "google"} or path
        The set of this package, Google's 19,544 questions, or a file of your
        own: a line ``: name`` opens a family, other lines hold two words (a
        pair, from which all questions of the family are formed) or four (a
        question), separated by spaces or tabs.  Lines starting with ``#`` are
        comments.
    lower : bool
        Whether to lower-case the words, as :func:`~w2vlib.corpus.tokenize` does; not for
        vectors of words with capitals.

    Returns
    -------
    dict of str to list of (a, b, c, answer)
        After Unicode normalisation (NFC).

    Raises
    ------
    ValueError
        If a line has another number of words, a family has no name or a single
        pair, a pair stands twice in a family, or the file is not in UTF-8; the
        message names the line.

    Notes
    -----
    Introduced in chapter *analogies*.

    Examples
    --------
    >>> questions = load_analogies()
    >>> questions["gender"][0]
    ('man', 'woman', 'boy', 'girl')
    """
    path = dataset_path(source) if source in ("w2vlib", "google") else source
    families: dict[str, list[tuple[str, str, str, str]]] = {}
    pairs: dict[str, dict[tuple[str, str], int]] = {}
    name = ""
    for number, line in enumerate(text_lines(path), start=1):
        line = line.strip(" \t\r\n")
        words = re.split("[ \t]+", normalised(line, lower))
        if not line or line.startswith("#"):
            continue
        if line.startswith(":"):
            name = " ".join(words)[1:].strip()
            families.setdefault(name, [])
        if not name:
            raise ValueError(f"{path}, line {number}: expected ': name' of a family first, found {line!r}")
        if line.startswith(":"):
            continue
        if len(words) == 4:
            families[name].append((words[0], words[1], words[2], words[3]))
        elif len(words) == 2:
            pair, known = (words[0], words[1]), pairs.setdefault(name, {})
            if known.setdefault(pair, number) != number:
                raise ValueError(
                    f"{path}, line {number}: the pair {line!r} stands on line {known[pair]} already; remove one"
                )
        else:
            raise ValueError(f"{path}, line {number}: expected two or four words, found {line!r}")
    for name, couples in pairs.items():
        if len(couples) == 1:
            (number,) = couples.values()
            raise ValueError(f"{path}, line {number}: one pair makes no question; give the family another")
        families[name] += [(a, b, c, d) for a, b in couples for c, d in couples if (a, b) != (c, d)]
    return families


@checked
def analogy_accuracy(embedding: Embedding, questions: Questions | None = None) -> AnalogyScore:
    r"""Return the share of analogy questions that an embedding answers correctly.

    The answer to "a is to b as c is to …" is

    .. math:: \arg\max_{v \notin \{a, b, c\}} \hat w_v \cdot (\hat w_b - \hat w_a + \hat w_c),

    with unit vectors.  Only questions whose four words are in the vocabulary
    are asked; the result says how many these are.

    Parameters
    ----------
    embedding : Embedding
    questions : dict, optional
        As :func:`load_analogies` returns them, which is the default.

    Returns
    -------
    AnalogyScore

    Raises
    ------
    ValueError
        If no question is covered, or one is not four words.

    Warns
    -----
    UserWarning
        If many more questions would be covered but for capitals or the spelling
        of letters with marks.

    Notes
    -----
    A question whose answer is one of its own three words is never answered
    correctly.  Source: Mikolov et al. (2013); the score is 3CosAdd (Levy and Goldberg
    2014).  Introduced in chapter *analogies*.

    Examples
    --------
    >>> plane = Embedding(("man", "woman", "king", "queen"),
    ...                   np.array([[1., 0.], [0., 1.], [2., 1.], [1., 2.]]))
    >>> print(analogy_accuracy(plane, {"gender": [("man", "king", "woman", "queen")]}))
    100.0% of 1 covered questions (of 1)
    """
    questions = load_analogies() if questions is None else four_words(questions)
    families, unit = {}, _in_scoring_precision(embedding.unit)
    for name, asked in questions.items():
        rows = covered_rows(embedding, asked)
        correct = int(right_answers(unit, rows).sum())
        families[name] = AnalogyScore(correct, len(rows), len(asked), {})
    total = AnalogyScore(
        sum(f.correct for f in families.values()),
        sum(f.covered for f in families.values()),
        sum(f.asked for f in families.values()),
        families,
    )
    _check_covered(total.covered, questions, embedding)
    return total


def right_answers(unit: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Whether each question (a, b, c, answer), given as rows of `unit`, is answered correctly."""
    right = np.empty(len(rows), bool)
    for part, scores in allowed_scores(unit, rows):
        right[part] = scores.argmax(axis=1) == rows[part, 3]
    excluded = (rows[:, :3] == rows[:, 3:]).any(axis=1)  # where all words are, argmax is no answer
    return right & ~excluded


def allowed_scores(unit: np.ndarray, rows: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield questions, some at a time, and their scores of every word, −∞ for the words of the question."""
    unit = _in_scoring_precision(unit)
    used, place = np.unique(rows[:, :3], return_inverse=True)
    place = place.reshape(len(rows), 3)
    with limited_threads(len(unit)):
        cosines = unit[used] @ unit.T  # of every word that questions ask with, with every word
    for begin in range(0, len(rows), 128):
        part = slice(begin, min(begin + 128, len(rows)))
        a, b, c = place[part].T
        scores = cosines[b]
        scores -= cosines[a]
        scores += cosines[c]
        np.put_along_axis(scores, rows[part, :3], -np.inf, axis=1)
        yield part, scores


def _in_scoring_precision(unit: np.ndarray) -> np.ndarray:
    """Single precision is twice as fast, where it can tell cosines apart."""
    return unit.astype(np.float32, copy=False) if unit.shape[1] > FEW else unit


def four_words(questions: Questions) -> Questions:
    """Return questions by family, each of which is found to be four words."""
    check_kind("questions", questions, "Questions")
    found = {}
    for name, asked in questions.items():
        if isinstance(asked, (str, Mapping)):
            raise ValueError(f"family {name!r} must be a list of questions, not {asked!r:.80}")
        found[name] = [*asked]
        if _plainly_four_words(found[name]):
            continue
        for question in found[name]:
            four = isinstance(question, (tuple, list)) and len(question) == 4
            if not four or not all(isinstance(word, str) for word in question):
                raise ValueError(
                    f"a question of family {name!r} must be four words (a, b, c, answer), not {question!r:.80}"
                )
    return found


def _plainly_four_words(asked: list) -> bool:
    """Whether all are tuples or lists of four strings, seen without a look at each by itself."""
    return (
        set(map(type, asked)) <= {tuple, list}
        and set(map(len, asked)) <= {4}
        and set(map(type, chain.from_iterable(asked))) <= {str}
    )


def _check_covered(covered: int, questions: dict[str, list], embedding: Embedding) -> None:
    """Raise ValueError if no question is covered; say so where another spelling of the words is why."""
    every = [question for asked in questions.values() for question in asked]
    if covered and 2 * covered >= len(every):
        return
    plain, words = set(map(normalised, embedding.words)), set(chain.from_iterable(every))
    known = {word for word in words if normalised(word) in plain}
    if covered and known <= set(embedding.words):
        return
    would = sum(known.issuperset(question) for question in every)
    spelling = (
        f"{would} of the {len(every)} questions would be covered but for capitals or the spelling of letters "
        "with marks; spell both alike: load_analogies(path, lower=False) keeps capitals, and lower-cased, "
        "NFC-normalised words are what tokenize() makes"
    )
    if not covered:
        remedy = f"but {spelling}" if would else "use a larger vocabulary or other questions"
        raise ValueError(
            f"none of the {len(every)} questions has all its words among the {len(embedding)} words of the "
            f"embedding; {remedy}"
        )
    if would >= 2 * covered:
        warnings.warn(f"only {covered} questions are covered; {spelling}", UserWarning, stacklevel=4)


def covered_rows(embedding: Embedding, questions: list[tuple[str, str, str, str]]) -> np.ndarray:
    """The rows of the words of the questions that the embedding covers, shape (n, 4)."""
    place = {word: row for row, word in enumerate(embedding.words)}
    rows = np.array([place.get(word, -1) for word in chain.from_iterable(questions)], np.int64).reshape(-1, 4)
    return rows[(rows >= 0).all(axis=1)]


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

    Notes
    -----
    Introduced in chapter *analogies*.

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


@checked
def analogy_details(embedding: Embedding, questions: Questions | None = None) -> dict[str, AnalogyDetails]:
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
        If no question is covered, one is not four words, or there are fewer than
        five words, so that an answer may have no rival.

    Notes
    -----
    Source: Karkada et al. (2025), appendix, who follow the answer's cosine and
    its rivals' against the rank.  Introduced in chapter *analogies*.

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
    questions = load_analogies() if questions is None else four_words(questions)
    found = {name: _family(embedding, asked) for name, asked in questions.items()}
    _check_covered(sum(map(len, found.values())), questions, embedding)
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
