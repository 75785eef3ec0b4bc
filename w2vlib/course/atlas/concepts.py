"""What each direction of M* is about, when it is learned, what it is good for, and which words it carries."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from ..._common.arguments import check_kind, checked
from ..._common.progress import progress_bar
from ..._common.validate import whole_number
from ...dynamics import forecast_half_rises, inverse_participation_ratio, overlap_matrix
from ...embeddings import Embedding
from ...evaluation import load_analogies
from ...evaluation.analogies import covered_rows, right_answers
from ...spectra import Spectrum, spectrum
from ...statistics import CorpusStatistics
from ...targets import SparseTarget, m_star
from .._arguments import four_words
from .._plain import plain

__all__ = ["concept_atlas"]

_short = partial(plain, digits=4)
LEAST_CHANGE = 0.02  # of a family's questions
LISTED = 0.01  # the largest p-value that is listed, not corrected for how many are tested
LEVEL = 0.05  # of all comparisons together, corrected by Holm's rule


@checked
def concept_atlas(
    stats: CorpusStatistics,
    directions: int = 100,
    *,
    dimensions: int = 200,
    scale: float = 0.01,
    questions: dict[str, list[tuple[str, str, str, str]]] | None = None,
    compare: dict[str, Spectrum | Embedding] | None = None,
    ends: int = 8,
    strongest: int = 8,
    progress: bool = False,
) -> dict:
    r"""Return a description of the leading directions of M*, and for every word the directions that carry it.

    Direction k has the share :math:`\lambda_k^2 / \lVert M^\star \rVert_F^2` of
    the target, and the share

    .. math:: \frac{\lambda_k u_{ik}^2}{\sum_j \lambda_j u_{ij}^2}

    of the squared length of word i, whose vector is row i of :math:`U \Lambda^{1/2}`;
    the sum is over all directions described.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    directions : int
        How many directions to describe.
    dimensions : int
        Dimensions d of the word vectors whose training is forecast, as many as `directions` or more.
    scale : float
        The scale :math:`\sigma` of their random start.
    questions : dict, optional
        Analogies, as :func:`load_analogies` returns them, which is the default.
    compare : dict of str to Spectrum or Embedding, optional
        Other models: the directions of their target, for the same words in the
        same order; or their word vectors, which must hold all these words, and
        whose principal directions are then taken.
    ends : int
        How many words to name at either end.
    strongest : int
        How many directions to keep for each word.
    progress : bool
        Show a bar while analogies are answered (needs tqdm).

    Returns
    -------
    dict
        Of numbers, texts, lists and dicts, ready for JSON; the same for every
        call.  ``corpus`` and ``settings`` say what it was made from;
        ``directions`` is a list, and the entry of direction k holds

        - ``k``, ``value`` :math:`\lambda_k`, ``share`` and ``cumulative``, the
          share of the directions up to it;
        - ``positive``, ``negative``: words at its ends, outermost first, by the
          frequency-fair rule of :meth:`~w2vlib.Spectrum.ends`;
        - ``time``: ``mean``, ``low``, ``high``, ``sd`` of the half-rise in flow
          time, by :func:`forecast_half_rises`, and ``of_last``, the mean as a
          share of the last direction's;
        - ``effective_words``, the inverse of :func:`inverse_participation_ratio`;
        - ``families``: analogies whose accuracy it may move (Notes), with the
          right answers ``before`` and ``after``, ``covered`` questions, the
          ``p_value``, and whether the change is ``sure`` after correction: to
          help if there are more right answers after, to harm if fewer;
        - ``nearest``: for each model compared, its ``direction`` with the
          largest squared cosine ``overlap``.

        ``analogies`` holds, by family, the covered questions and the right
        answers with 1, 2, … directions; ``tests`` the number of ``comparisons`` of a
        direction with a family, how many have a p-value ``below`` 0.01, how many
        would by ``chance`` at most, how many are ``sure``, and how many of these do ``harm``.
        ``words`` lists the vocabulary, and
        ``carried``, in the same order, k and the signed share in thousandths
        of the directions that carry the word, strongest first, in one flat list.

    Raises
    ------
    ValueError
        If `directions` exceeds `dimensions`, the vocabulary, or the number of positive
        eigenvalues; if the vocabulary is too small for the `ends`; or if a
        model compared does not have these words.

    Notes
    -----
    Direction k is listed with a family if, added to the directions before it, it
    changes the number of right answers by at least 2 % of the covered questions,
    with a p-value of at most 0.01.  Questions that ask for the same pair of words
    are answered rightly or wrongly together, so the pair is the unit of the test:
    the p-value is the share of all ways to turn the signs of the pairs' changes
    that make the total at least as large, in either direction.  A direction is
    sure to move a family if Holm's correction for all comparisons leaves the
    p-value at 0.05 or less.  Our own.  Introduced in chapter *concepts*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> text = [["tea", "cup", "tea"], ["cup", "tea", "cup"], ["sea", "boat", "sea"], ["boat", "sea"]]
    >>> atlas = concept_atlas(count_corpus(text, window=1), directions=1, ends=2)
    >>> sorted(atlas["directions"][0]["positive"]), sorted(atlas["directions"][0]["negative"])
    (['boat', 'sea'], ['cup', 'tea'])
    """
    for name, model in (compare or {}).items():
        check_kind(f"compare[{name!r}]", model, "Spectrum | Embedding")
    for name, asked in (questions or {}).items():
        four_words(f"questions[{name!r}]", asked)
    size = len(stats)
    directions, dimensions = whole_number("directions", directions), whole_number("dimensions", dimensions)
    ends, strongest = whole_number("ends", ends), whole_number("strongest", strongest)
    if directions > min(size, dimensions):
        raise ValueError(
            f"{directions} directions need as many words and dimensions, but there are {size} words and "
            f"{dimensions} dimensions; ask for fewer directions"
        )
    if size < max(3, 2 * ends):
        raise ValueError(
            f"a vocabulary of {size} words is too small for an atlas that names {ends} at both ends of a direction; "
            "use more text, a larger vocabulary, or fewer ends"
        )
    others = {name: _columns(name, model, stats.words) for name, model in (compare or {}).items()}
    M = m_star(stats)
    modes = spectrum(M, directions)
    rising = int((modes.values > 0).sum())
    if not rising:
        raise ValueError(
            f"no direction of these {size} words has a positive eigenvalue, so word2vec learns nothing from them; "
            "use more text or a larger vocabulary"
        )
    if rising < directions:
        raise ValueError(
            f"only {rising} directions of this corpus have a positive eigenvalue and are ever learned, "
            f"not {directions}; ask for {rising} or fewer"
        )
    shares = modes.values**2 / (M.norm() if isinstance(M, SparseTarget) else np.linalg.norm(M)) ** 2
    del M
    forecast = forecast_half_rises(modes.values, dimensions, scale)
    spread = 1 / inverse_participation_ratio(modes.vectors)
    nearest = {name: overlap_matrix(modes.vectors, columns) for name, columns in others.items()}
    answers, pairs = _right_answers(modes, load_analogies() if questions is None else questions, progress)
    p_values = {name: _p_values(right, pairs[name]) for name, right in answers.items()}
    every = np.concatenate([*p_values.values(), np.empty(0)])
    gains = np.concatenate([*map(_gains, answers.values()), np.empty(0)])
    sure_below = _holm_threshold(every, LEVEL)
    entries = []
    for k in range(directions):
        positive, negative = modes.ends(k, ends, rule="fair")
        times = {name: _short(getattr(forecast, name)[k]) for name in ("mean", "low", "high", "sd")}
        entries.append(
            {
                "k": k + 1,
                "value": _short(modes.values[k]),
                "share": _short(shares[k]),
                "cumulative": _short(shares[: k + 1].sum()),
                "positive": positive,
                "negative": negative,
                "time": times | {"of_last": _short(forecast.mean[k] / forecast.mean[-1])},
                "effective_words": _short(spread[k]),
                "families": _moved(answers, p_values, sure_below, k),
                "nearest": {
                    name: {"direction": int(row[k].argmax()) + 1, "overlap": _short(row[k].max())}
                    for name, row in nearest.items()
                },
            }
        )
    return {
        "corpus": {
            "source": stats.source,
            "words": size,
            "tokens": stats.n_tokens,
            "documents": stats.n_documents,
            "window": stats.window,
        },
        "settings": {"dimensions": dimensions, "scale": float(scale), "coverage": forecast.coverage},
        "directions": entries,
        "analogies": {
            name: {"covered": right.shape[1], "correct": right.sum(axis=1).tolist()}
            for name, right in answers.items()
        },
        "tests": {
            "comparisons": len(every),
            "below": int((every <= LISTED).sum()),
            "chance": _short(LISTED * len(every)),
            "sure": int((every <= sure_below).sum()),
            "harm": int(((every <= sure_below) & (gains < 0)).sum()),
        },
        "words": list(stats.words),
        "carried": _carried(modes, min(strongest, directions)),
    }


def _columns(name: str, model: Spectrum | Embedding, words: tuple[str, ...]) -> np.ndarray:
    """The directions of a model: those of its target, or the principal ones of its vectors."""
    if isinstance(model, Spectrum) and model.words == words:
        return model.vectors
    if not isinstance(model, Embedding):
        raise ValueError(
            f"{name} must be a Spectrum of the {len(words)} words of the statistics, in their order, "
            f"or an Embedding that holds them, not {model!r:.80}"
        )
    missing = [word for word in words if word not in model]
    if missing:
        raise ValueError(
            f"{name} lacks {len(missing)} of the {len(words)} words, such as {missing[0]!r}; "
            "train on the same corpus, or take a smaller vocabulary"
        )
    left, values, _ = np.linalg.svd(model.vectors[model.index.rows(words)], full_matrices=False)
    return left[:, values > 1e-9 * values[0]]


def _right_answers(modes, questions, progress: bool) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """For each family with covered questions: which of them the leading 1, 2, … directions answer, shape (directions, n).

    Then the number of the pair of words that each question asks for.
    """
    space = modes.embedding()
    known = {name: covered_rows(space, family) for name, family in questions.items()}
    known = {name: rows for name, rows in known.items() if len(rows)}
    if not known:
        return {}, {}
    pairs = {
        name: np.unique(family[:, 2:], axis=0, return_inverse=True)[1].ravel()
        for name, family in known.items()
    }
    rows = np.concatenate(list(known.values()))
    right = np.empty((len(modes), len(rows)), bool)
    for k in progress_bar(progress, range(len(modes)), desc="analogies", unit=" direction"):
        right[k] = right_answers(space.leading(k + 1).unit, rows)
    edges = np.cumsum([len(family) for family in known.values()])[:-1]
    return dict(zip(known, np.split(right, edges, axis=1))), pairs


def _gains(right: np.ndarray) -> np.ndarray:
    """For each direction how many more questions are answered with it than with those before it."""
    return np.diff(right.sum(axis=1), prepend=0)


def _p_values(right: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """For each direction the chance of a change as large as its own, if each pair's were as likely the reverse."""
    changes = np.diff(right.astype(int), axis=0, prepend=0)
    return np.array([_flip_p([int(s) for s in np.bincount(pairs, row)]) for row in changes])


def _flip_p(sums: list[int]) -> float:
    """The share of all signs with which the total of some whole numbers is at least as far from 0, exactly.

    Examples
    --------
    >>> _flip_p([1, 1, 1]), _flip_p([2, -1]), _flip_p([0, 0])
    (0.25, 1.0, 1.0)
    """
    chances = np.ones(1)  # of the totals -n, -n + 2, ..., n
    for size in filter(None, map(abs, sums)):
        grown = np.zeros(len(chances) + size)
        grown[: len(chances)] += chances / 2
        grown[size:] += chances / 2
        chances = grown
    most = len(chances) - 1
    far = np.abs(2 * np.arange(most + 1) - most) >= abs(sum(sums))
    return float(min(1.0, chances[far].sum()))


def _holm_threshold(p_values: np.ndarray, level: float) -> float:
    """The largest p-value that Holm's correction for their number lets pass; -1 if none passes.

    Examples
    --------
    >>> _holm_threshold(np.array([0.01, 0.04, 0.02]), 0.05)
    0.04
    >>> _holm_threshold(np.array([0.02, 0.04, 0.02]), 0.05)
    -1.0
    """
    ordered = np.sort(p_values)
    fails = np.flatnonzero(ordered * np.arange(len(ordered), 0, -1) > level)
    passing = fails[0] if len(fails) else len(ordered)
    return float(ordered[passing - 1]) if passing else -1.0


def _moved(
    answers: Mapping[str, np.ndarray], p_values: Mapping[str, np.ndarray], sure_below: float, k: int
) -> list[dict]:
    """The families whose accuracy direction k + 1 may move, most first."""
    moved = []
    for name, right in answers.items():
        before, after = right[k - 1] if k else np.zeros_like(right[0]), right[k]
        change, p_value = int(after.sum()) - int(before.sum()), p_values[name][k]
        if abs(change) >= LEAST_CHANGE * len(after) and p_value <= LISTED:
            moved.append(
                {
                    "name": name,
                    "before": int(before.sum()),
                    "after": int(after.sum()),
                    "covered": len(after),
                    "p_value": _short(p_value),
                    "sure": bool(p_value <= sure_below),
                }
            )
    return sorted(moved, key=lambda family: -abs(family["after"] - family["before"]) / family["covered"])


def _carried(modes: Spectrum, strongest: int) -> list[list[int]]:
    """For each word k and the signed share in thousandths of its strongest directions, flat."""
    parts = modes.values * modes.vectors**2
    parts /= np.maximum(parts.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    order = np.argsort(-parts, axis=1, kind="stable")[:, :strongest]
    signs = np.where(np.take_along_axis(modes.vectors, order, axis=1) < 0, -1, 1)
    thousandths = np.rint(1000 * np.take_along_axis(parts, order, axis=1)).astype(int) * signs
    return np.stack([order + 1, thousandths], axis=2).reshape(len(parts), -1).tolist()
