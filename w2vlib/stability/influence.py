"""What a document does to the directions of the target: how far each eigenvalue moves, and each direction turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .._common.arguments import checked
from .._common.threads import limited_threads
from .._common.validate import one_of, positive_number
from ..dynamics import aligned_half_rises
from ..spectra import Spectrum
from ..statistics import CorpusStatistics
from ..targets import checked_marginal
from ..words import check_same_words
from ._parts import Part, check_some, parts_of

__all__ = ["Influence", "influence"]

_ROWS = 256  # of the target that are made at a time
_TINY = 1e-100
_MIXED = 0.25  # of the distance of two eigenvalues: from such a change on, their directions mix


@dataclass(frozen=True, eq=False)
class Influence:
    r"""What documents do to the leading directions of M*, one row for each document.

    Attributes
    ----------
    values : ndarray of float64, shape (n, d)
        By how much each eigenvalue :math:`\lambda_k` moves.
    errors : ndarray of float64, shape (n, d)
        How far that may be off.
    derivatives : ndarray of float64, shape (n, d)
        The part of `values` that is of first order in the document's counts; it adds up over documents.
    turns : ndarray of float64, shape (n, d)
        The angle by which each direction :math:`u_k` turns, in radians.
    towards : ndarray of int, shape (n, d)
        The number of the direction that it turns to most, from 0 on; −1 if that is none of the d.
    mixed : ndarray of bool, shape (n, d)
        Whether the direction is so near to another of the d that the document mixes both: each alone
        says little then, and their plane much.
    shares : ndarray of float64, shape (n,)
        Which part of all counts the document holds.
    modes : Spectrum
        The directions as they are with the statistics given.

    Notes
    -----
    Introduced in chapter *scale*.

    Examples
    --------
    >>> from w2vlib import count_corpus, m_star, spectrum
    >>> text = [["a", "b", "a", "c"], ["b", "c", "a"], ["a", "b", "c", "b"]]
    >>> stats = count_corpus(text, window=2)
    >>> found = influence(stats, text, spectrum(m_star(stats), 2))
    >>> found.values.shape, found.half_rises(1e-4)[0].shape
    ((3, 2), (3, 2))
    """

    values: np.ndarray
    errors: np.ndarray
    derivatives: np.ndarray
    turns: np.ndarray
    towards: np.ndarray
    mixed: np.ndarray
    shares: np.ndarray
    modes: Spectrum

    def __len__(self) -> int:
        return len(self.values)

    def half_rises(self, start: np.ndarray | float, step_size: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        r"""Return by how much the half-rise times :math:`\tau_k` move, and how far that may be off.

        The starts are those of :func:`~w2vlib.dynamics.aligned_half_rises`, and stay what they are.

        Returns
        -------
        moves, errors : ndarray of float64, shape (n, d)
            In flow time; not a number where a mode never rises.
        """
        before = aligned_half_rises(self.modes.values, start, step_size)
        at = [
            np.array(
                [
                    aligned_half_rises(np.maximum(row, 0), start, step_size)
                    for row in self.modes.values + moved
                ]
            )
            for moved in (self.values, self.values - self.errors, self.values + self.errors)
        ]
        return at[0] - before, np.maximum(np.abs(at[1] - at[0]), np.abs(at[2] - at[0]))


@checked
def influence(
    stats: CorpusStatistics,
    documents: CorpusStatistics | str | Path | Iterable[Sequence[str]],
    modes: Spectrum,
    action: str = "remove",
    negatives: float = 1,
) -> Influence:
    r"""Return what taking each document out, or adding it, does to the leading directions of M*.

    No document needs the spectrum anew.  Let :math:`D` be its counts, with row sums :math:`\delta_i` and sum
    :math:`s`; :math:`r_i` are the row sums of all counts and :math:`S` their sum.  It changes its own pairs, through
    the marginals all pairs of its words, and through the total all others:

    .. math::
        \Delta M_{ij} = \begin{cases}
            M^\star_{ij}(C - D) - M^\star_{ij}(C) & \text{if it holds } i \text{ or } j, \\
            H_{ij} \ln(1 - s/S), \quad H = 1 - \tfrac14 M^{\star 2} & \text{otherwise.}
        \end{cases}

    The first is a difference and no derivative, as a count that falls from 2 to 0 is nothing that a derivative
    could tell.  Then, with :math:`U` the d directions given,

    .. math::
        \lambda_k' \approx \theta_k + \frac{\varrho_k^2}{\lambda_k - \bar\lambda}, \qquad
        \theta_k = k\text{-th eigenvalue of } \Lambda + U^\top \Delta M\, U, \qquad
        \varrho_k = \lVert (1 - UU^\top)\,\Delta M\, u_k \rVert,

    where :math:`\bar\lambda` is the mean of the eigenvalues beyond the d.

    Parameters
    ----------
    stats : CorpusStatistics
        The corpus: with the documents, if they are removed; without, if they are added.
    documents : iterable of lists of words, Corpus, str, Path, or CorpusStatistics
        Documents, counted here as the statistics were; or statistics of the same vocabulary, one or a list.
    modes : Spectrum
        The leading directions of ``m_star(stats, negatives)``.  The last ones are told less surely, as
        those beyond them are not known: give twice as many as are wanted.
    action : {"remove", "add"}
    negatives : float
        Negative samples K.

    Returns
    -------
    Influence

    Raises
    ------
    ValueError
        If a document is not in the statistics that it is to be removed from, if the directions are not
        those of these statistics, or there is no document.

    Notes
    -----
    The Ritz values :math:`\theta_k` never lie above :math:`\lambda_k'`.  As no direction beyond the d has an
    eigenvalue above :math:`\lambda_d`, but for what the document does to it, they lie at most
    :math:`\varrho_k^2/(\lambda_k - \lambda_d)` below; that is the error.  Near-degenerate directions are
    told together by :math:`U^\top \Delta M U`, so their values stay right where a derivative of each fails.
    A word that occurs in no other document loses its row, as
    :meth:`~w2vlib.CorpusStatistics.seen` leaves it out.

    The work is :math:`V n d` for a document of n words, and :math:`V^2 d` once.

    Our own; the derivative is the infinitesimal jackknife (Jaeckel, 1972) of an eigenvalue.
    Introduced in chapter *scale*.

    Examples
    --------
    >>> from w2vlib import count_corpus, m_star, spectrum
    >>> text = [["a", "b", "a", "c"], ["b", "c", "a"], ["a", "b", "c", "b"]] * 20
    >>> stats = count_corpus(text, window=2)
    >>> found = influence(stats, text[:1], spectrum(m_star(stats), 2))
    >>> rest = stats - count_corpus(text[:1], words=stats.words, window=2)
    >>> moved = spectrum(m_star(rest), 2).values - spectrum(m_star(stats), 2).values
    >>> bool(np.abs(found.values[0] - moved).max() < 1e-3)
    True
    """
    one_of("action", action, ("remove", "add"))
    positive_number("negatives", negatives)
    target = _Target(stats, negatives)
    if modes.words is not None:
        check_same_words("modes", modes.words, stats.words)
    elif len(modes.vectors) != len(stats):
        raise ValueError(f"modes of {len(modes.vectors)} words do not fit statistics of {len(stats)}")
    with limited_threads(len(stats)):
        around = _Around(target, modes)
        found = [
            around.effects(part, -1 if action == "remove" else 1)
            for part in check_some(parts_of(stats, documents))
        ]
    return Influence(*(np.array(column) for column in zip(*found)), modes=modes)


class _Target:
    """M* and how it answers to changes, a few rows at a time; nothing as large as it is kept."""

    def __init__(self, stats: CorpusStatistics, negatives: float):
        checked_marginal(stats, negatives)
        self.stats, self.negatives = stats, negatives
        self.total = float(stats.total)
        self.sums = np.rint(stats.p * self.total)  # whole, as long as doubles are exact

    def rows(self, rows: np.ndarray | slice) -> np.ndarray:
        """M* of some words with all, shape (n, V)."""
        return _star(self.counts_of(rows), self.chance(self.sums[rows], self.sums, self.total))

    def counts_of(self, rows: np.ndarray | slice) -> np.ndarray:
        """Counts of some words with all, shape (n, V)."""
        counts = self.stats.counts[rows]
        return (counts.toarray() if self.stats.sparse else counts).astype(np.float64)

    def chance(self, one: np.ndarray, other: np.ndarray, total: float) -> np.ndarray:
        """What chance alone would count."""
        return np.multiply.outer(one, other * (self.negatives / total))


class _Around:
    """Statistics and their directions, near which documents are looked at."""

    def __init__(self, target: _Target, modes: Spectrum):
        self.target, self.values, self.U = target, modes.values, modes.vectors
        size, d = self.U.shape
        self.HU = np.empty((size, d))
        trace = off = 0.0
        for begin in range(0, size, _ROWS):
            rows = slice(begin, begin + _ROWS)
            M = target.rows(rows)
            off = max(off, float(np.abs(M @ self.U - self.U[rows] * self.values).max()))
            trace += float(np.trace(M[:, rows]))
            self.HU[rows] = (1 - M**2 / 4) @ self.U
        if off > max(10 * modes.residual, 1e-6) * np.abs(self.values).max():
            raise ValueError(
                f"modes are not directions of these statistics, as M* u − λ u is as large as {off:.2g}; take them from "
                "spectrum(m_star(stats, negatives), d)"
            )
        self.beyond = (trace - self.values.sum()) / max(size - d, 1)
        self.UHU = np.einsum("ik,ik->k", self.U, self.HU)

    def effects(self, part: Part, sign: int) -> tuple:
        """What adding or removing a part does: values, errors, derivatives, turns, towards, mixed, share."""
        target, U, w = self.target, self.U, part.rows
        sums, own = target.sums[w], part.counts.sum(axis=1)
        share = own.sum() / target.total
        reached, left = target.counts_of(w), sums + sign * own
        before = reached[:, w]
        after = before + sign * part.counts
        _check_in(target.stats, part, after, left)
        total = target.total + sign * own.sum()
        rest = np.log(total / target.total)
        rows = target.rows(w)
        reached[:, w] = after
        sums_after = target.sums.copy()
        sums_after[w] = np.where(left > 0, left, 1.0)
        moved = _star(reached, target.chance(sums_after[w], sums_after, total))
        gone = w[left == 0]
        moved[left == 0] = moved[:, gone] = 0
        moved -= rows + rest * (1 - rows**2 / 4)  # beside what all pairs feel
        change = rest * self.HU
        change[w] += moved @ U
        moved[:, w] = 0
        change += moved.T @ U[w]
        chance = target.chance(sums, sums, target.total)
        slope = 4 * chance / (before + chance) ** 2 * part.counts
        derivatives = sign * (
            np.einsum("ik,ik->k", U[w], slope @ U[w])
            - 2 * np.einsum("i,ik,ik->k", own / sums, U[w], self.HU[w])
            + share * self.UHU
        )
        values, errors, *turned = self._perturbed(change)
        return values, errors, derivatives, *turned, share

    def _perturbed(self, change: np.ndarray) -> tuple:
        """What a change of the target, given by its products with the directions, does to them."""
        inside = self.U.T @ change
        beyond = change.T @ change - inside.T @ inside  # of what leads out of their span
        inside = (inside + inside.T) / 2
        ritz, turn = np.linalg.eigh(np.diag(self.values) + inside)
        ritz, turn = ritz[::-1], turn[:, ::-1]
        squares = np.maximum(np.einsum("kl,kl->l", turn, beyond @ turn), 0)
        if len(self.U) == len(turn):
            squares[:] = 0  # there is nothing beyond, but rounding
        here, length = np.abs(np.diag(turn)), np.sqrt(squares)
        distance = np.maximum(self.values - self.beyond, np.maximum(length, _TINY))
        push = squares / distance
        most = squares / np.maximum(ritz - ritz[-1], _TINY)
        errors = np.minimum(length, np.maximum(push, most - push))
        outside = squares / distance**2
        turns = np.arctan2(np.sqrt(np.maximum(1 - here**2, 0) + outside), here)
        others = np.abs(turn) ** 2
        np.fill_diagonal(others, 0)
        towards = np.where(others.max(axis=0) >= outside, others.argmax(axis=0), -1)
        gaps = np.abs(np.subtract.outer(self.values, self.values))
        np.fill_diagonal(gaps, np.inf)
        mixed = (np.abs(inside) > _MIXED * gaps).any(axis=0)
        return ritz + push - self.values, errors, turns, towards, mixed


def _star(counts: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """M* of counts, and of what chance would count."""
    return 2 * (counts - chance) / (counts + chance)


def _check_in(stats: CorpusStatistics, part: Part, after: np.ndarray, left: np.ndarray) -> None:
    """Raise unless a part that is taken away is in the statistics."""
    for wrong in (after < 0, (left < 0)[:, None] & (part.counts > 0)):
        if wrong.any():
            i, j = (stats.words[part.rows[place]] for place in np.argwhere(wrong)[0])
            raise ValueError(
                f"document {part.number} is not in these statistics: {i!r} and {j!r} meet more often in it than in "
                "all of them; give the statistics that hold it, counted with the same documents, or add it (action='add')"
            )
    if not left.any() and len(part.rows) == len(stats):
        raise ValueError(
            f"document {part.number} is all that these statistics hold; nothing would be left without it"
        )
