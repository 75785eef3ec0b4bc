"""Could task vectors be noise?  Tests that turn, or pair, the words anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from .._common.arguments import checked
from .._common.validate import generator, one_of, real_array, whole_number
from ..embeddings import Embedding
from .task_vectors import Pair, checked_rows, pairs_of_words, shared_direction, signal_to_noise, task_vectors

__all__ = ["NullTest", "holm", "pairing_test", "sign_flip_test"]

_FLIPS = {"rows": shared_direction, "entries": signal_to_noise}


@dataclass(frozen=True, eq=False)
class NullTest:
    r"""A statistic beside what it would be by chance.

    Attributes
    ----------
    statistic : float
        Of the data.
    null : ndarray
        Of the data made anew, as chance would have made it.
    p_value : float
        :math:`(1 + \#\{\text{null} \ge \text{statistic}\}) / (1 + \text{draws})`;
        where `null` holds every possibility, the data's own among them, the share
        of it that reaches the statistic.

    Notes
    -----
    Introduced in chapter *task-vectors*.

    Examples
    --------
    >>> NullTest(3.0, np.array([1.0, 2.0, 3.0]), p_value=0.5)
    NullTest(3 against 2 ± 0.816 by chance, p = 0.5)
    """

    statistic: float
    null: np.ndarray
    p_value: float

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.statistic:.3g} against {self.null.mean():.3g} ± {self.null.std():.3g} "
            f"by chance, p = {self.p_value:.3g})"
        )


@checked
def sign_flip_test(
    rows: np.ndarray,
    flip: str = "rows",
    statistic: Callable[[np.ndarray], float] | None = None,
    draws: int = 999,
    rng: int | np.random.Generator = 0,
) -> NullTest:
    r"""Return whether task vectors stand out from the same vectors with random signs.

    Parameters
    ----------
    rows : ndarray of shape (n, d)
        Task vectors :math:`r_i`, one for each pair of words.
    flip : {"rows", "entries"}
        What chance may turn.

        ``"rows"``
            :math:`r_i \to \epsilon_i r_i`: which word of a pair comes first is
            arbitrary.  The hypothesis is that **no direction is common to the
            pairs**.  Lengths of rows, and correlations of coordinates within a
            row, may be anything.
        ``"entries"``
            :math:`r_{ik} \to \epsilon_{ik} r_{ik}`.  The hypothesis is that
            **the table has no structure but the sizes of its entries**.  It
            fails also where the pairs have no common direction, but lie in a
            subspace, or where coordinates are correlated for another reason;
            and it depends on the coordinates: use those of the closed form.
    statistic : callable, optional
        From rows to a number that is large where the hypothesis fails; the
        default is :func:`shared_direction` for rows, :func:`signal_to_noise`
        for entries.
    draws : int
        How many times signs are drawn; all patterns of signs are tried instead
        where there are no more than that.
    rng : int or Generator

    Returns
    -------
    NullTest
        The p-value is uniform, up to its steps, wherever the hypothesis holds:
        a p-value of α or less then has a probability of at most α.

    Raises
    ------
    ValueError
        If `flip` is not known; if `draws` is less than 19, so that no p-value
        could be 0.05; or as :func:`signal_to_noise`, which for rows is refused
        as a statistic, since turning rows does not change it.

    Notes
    -----
    The signal-to-noise ratio is an eigenvalue of :math:`RR^\top`, and
    :math:`DRR^\top D` has the same eigenvalues for any diagonal matrix D of
    signs.  So it cannot be tested by turning rows, nor by turning columns; with
    entries turned one by one it can, but for another hypothesis.  n rows have
    :math:`2^{n-1}` different patterns of signs, so n = 3 gives no p-value below
    1/4, n = 6 none below 1/32.  Rows must be independent: pairs that share a word
    are not; see `distinct_words` of :func:`pairs_of_family`.  The method is
    Fisher's (1935).  Introduced in chapter *task-vectors*.

    Examples
    --------
    >>> noise = np.random.default_rng(1).standard_normal((20, 50))
    >>> sign_flip_test(noise).p_value > 0.05, sign_flip_test(noise + 0.5).p_value
    (True, 0.001)
    """
    rows = checked_rows(rows)
    default = _FLIPS[one_of("flip", flip, _FLIPS)]
    check_draws(draws)
    statistic = default if statistic is None else statistic
    if flip == "rows" and statistic is signal_to_noise:
        raise ValueError(
            "turning rows does not change their signal-to-noise ratio, so it cannot be tested this way; "
            "use flip='entries', or leave the statistic out"
        )
    from scipy.stats import permutation_test

    shape = (len(rows), 1) if flip == "rows" else rows.shape
    with np.errstate(over="ignore"):  # SciPy before 1.17 counts the patterns of signs in floating point
        found = permutation_test(
            (np.ones(shape).ravel(),),  # the signs, which are turned in place of the rows
            lambda signs: statistic(rows * signs.reshape(shape)),
            permutation_type="samples",
            vectorized=False,
            n_resamples=draws,
            alternative="greater",
            rng=generator(rng),
        )
    return NullTest(float(found.statistic), found.null_distribution, float(found.pvalue))


@checked
def pairing_test(
    embedding: Embedding,
    pairs: Iterable[Pair],
    statistic: Callable[[np.ndarray], float] = signal_to_noise,
    normalise: bool = False,
    draws: int = 999,
    rng: int | np.random.Generator = 0,
) -> NullTest:
    r"""Return whether the right pairs stand out from the same words paired at random.

    .. math:: r_i = w_{b_{\pi(i)}} - w_{a_i}

    with random orders π.  Two groups of words, all nouns and all adverbs, have a
    common direction however they are paired; an analogy says more: that each
    word has *its* partner.

    Parameters
    ----------
    embedding : Embedding
    pairs : iterable of (a, b)
    statistic : callable
        From rows to a number that is large where partners belong together.
    normalise : bool
        As for :func:`task_vectors`.
    draws : int
        How many orders are drawn.
    rng : int or Generator

    Returns
    -------
    NullTest
        Exact where any partner might have been any other.

    Raises
    ------
    ValueError, UnknownWordError
        As :func:`task_vectors`; or if `draws` is less than 19.

    Notes
    -----
    The sum of all rows is the same for any order, so that
    :func:`shared_direction` asks only whether partners are near; the default
    asks whether the strongest direction stands out more.  n pairs have n!
    orders, so that n = 3 gives no p-value below 1/6.  Introduced in chapter *task-vectors*.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a = rng.standard_normal((8, 40))
    >>> words = [f"a{i}" for i in range(8)] + [f"b{i}" for i in range(8)]
    >>> space = Embedding(words, np.vstack([a, a + 1]))
    >>> pairing_test(space, [(f"a{i}", f"b{i}") for i in range(8)], draws=99).p_value
    0.01
    """
    check_draws(draws)
    pairs = pairs_of_words(pairs)
    rows = task_vectors(embedding, pairs, normalise)
    vectors = embedding.unit if normalise else embedding.vectors
    first, second = (vectors[[embedding.index[word] for word in side]] for side in zip(*pairs))
    rng = generator(rng)
    null = [statistic(second[rng.permutation(len(pairs))] - first) for _ in range(draws)]
    return against(statistic(rows), null)


def against(statistic: float, null: list[float]) -> NullTest:
    null = np.array(null, float)
    reached = null >= statistic - 1e-10 * abs(statistic)  # equal but for rounding counts as reached
    return NullTest(float(statistic), null, float((1 + reached.sum()) / (1 + len(null))))


def check_draws(draws: int) -> None:
    whole_number("draws", draws, 19, because="; with fewer no p-value could be 0.05")


@checked
def holm(p_values: np.ndarray) -> np.ndarray:
    r"""Return p-values that are corrected for how many there are.

    .. math:: \tilde p_{(r)} = \max_{s \le r} \min\{1,\, (n - s + 1)\, p_{(s)}\},

    with the n p-values in rising order: the smallest is multiplied by n, the next
    by n − 1, and so on.  If those that come out at 0.05 or below are called
    significant, the probability that any of these is so by chance is 0.05 at most,
    whether or not the tests are independent.

    Parameters
    ----------
    p_values : array of shape (n,)
        Of all tests that were made, between 0 and 1, in any order.

    Returns
    -------
    ndarray of float64, shape (n,)
        Corrected, in the order given.

    Raises
    ------
    ValueError
        If a p-value is not between 0 and 1.

    Notes
    -----
    Source: Holm (1979).  Introduced in chapter *concepts*.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    p = real_array("p_values", p_values, None)
    if not ((0 <= p) & (p <= 1)).all():
        raise ValueError(f"p_values must be between 0 and 1, not {p[(p < 0) | (p > 1)][0]:g}")
    order = np.argsort(p, kind="stable")
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return corrected
