"""Which words lie at the ends of a direction, whatever their frequency."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["frequency_fair", "words_at_ends"]


def frequency_fair(vectors: np.ndarray, neighbours: int = 200) -> np.ndarray:
    r"""Return how far out each word lies, compared with the words that are about as frequent.

    .. math:: z_{ik} = \frac{x_{ik} - \operatorname{med}_{j \in N(i)} x_{jk}}
                           {1.483 \operatorname{med}_{j \in N(i)} |x_{jk} - \operatorname{med}|}

    with the words N(i) whose rows are nearest to row i.

    Parameters
    ----------
    vectors : ndarray of shape (V, d), or (V,)
        Rows in the order of the words' frequency, as everything in this package
        has them.
    neighbours : int
        How many words to compare with, the word itself included: 3 or more; all
        where there are fewer.

    Returns
    -------
    ndarray of the shape of `vectors`
        In units of the neighbours' spread, which for a bell curve is its
        standard deviation.

    Raises
    ------
    ValueError
        If `neighbours` is below 3, or an entry is not finite.

    Notes
    -----
    Of windows that differ by less than a twentieth of their words one is
    computed.  Introduced in chapter 12, *Each direction is a concept*.

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal(300) * np.geomspace(1, 20, 300)  # rare words lie far out
    >>> x[50] = 9.0
    >>> bool(np.abs(x).argmax() >= 150), int(np.abs(frequency_fair(x, neighbours=100)).argmax())
    (True, 50)
    """
    vectors = np.asarray(vectors, float)
    if isinstance(neighbours, bool) or not isinstance(neighbours, (int, np.integer)) or neighbours < 3:
        raise ValueError(f"neighbours must be a whole number of 3 or more, not {neighbours!r}")
    if vectors.ndim not in (1, 2) or not len(vectors) or not np.isfinite(vectors).all():
        raise ValueError(f"vectors must be finite, one row a word, not an array of shape {vectors.shape}")
    size = len(vectors)
    width = min(int(neighbours), size)
    step = max(1, width // 20)  # windows that nearly coincide are computed once
    first = np.clip(np.arange(size) - width // 2, 0, size - width)  # of the words that row i is compared with
    window = np.minimum((first + step // 2) // step, (size - width) // step)
    columns = vectors.reshape(size, -1)
    fair = np.empty_like(columns)
    for k, x in enumerate(columns.T):
        windows = np.lib.stride_tricks.sliding_window_view(x, width)[::step]
        median = np.median(windows, axis=1)
        spread = 1.483 * np.median(np.abs(windows - median[:, None]), axis=1)
        smallest = 1e-9 * max(np.abs(x).max(), 1e-300)  # where more than half of the neighbours are equal
        fair[:, k] = (x - median[window]) / np.maximum(spread, smallest)[window]
    return fair.reshape(vectors.shape)


def words_at_ends(
    vectors: np.ndarray,
    words: Sequence[str],
    direction: int,
    n: int = 8,
    rule: str = "coordinate",
    neighbours: int = 200,
) -> tuple[list[str], list[str]]:
    """Return the words that lie farthest out along a direction, at either end.

    Parameters
    ----------
    vectors : ndarray of shape (V, d)
    words : sequence of str, length V
    direction : int
        Column of `vectors`, counted from 0.
    n : int
        How many words at each end.
    rule : {"coordinate", "fair"}
        Farthest out by the coordinate itself, or by comparison with the words
        that are about as frequent, :func:`frequency_fair`, so that rare words
        do not fill every end.
    neighbours : int
        How many words the fair rule compares with.

    Returns
    -------
    positive, negative : list of str
        Outermost first.

    Raises
    ------
    ValueError
        If there is no such direction or rule, or as :func:`frequency_fair`.

    Notes
    -----
    Introduced in chapter 1, *Three lines of linear algebra solve king − man +
    woman*; the fair rule in chapter 12, *Each direction is a concept*.

    Examples
    --------
    >>> words_at_ends(np.array([[0.1], [-3.0], [2.0]]), ["a", "b", "c"], 0, n=1)
    (['c'], ['b'])
    """
    if not 0 <= direction < vectors.shape[1]:
        raise ValueError(f"direction must lie between 0 and {vectors.shape[1] - 1}, not {direction}")
    if rule not in ("coordinate", "fair"):
        raise ValueError(f"rule must be 'coordinate' or 'fair', not {rule!r}")
    places = vectors[:, direction]
    if rule == "fair":
        places = frequency_fair(places, neighbours)
    order = np.argsort(-places, kind="stable")
    return [words[i] for i in order[:n]], [words[i] for i in order[::-1][:n]]
