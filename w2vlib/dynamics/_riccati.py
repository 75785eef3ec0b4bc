"""The matrix Riccati equation, solved in a form in which no exponential grows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from ..spectra import Spectrum
from .aligned import growth_exponents

__all__ = ["RiccatiSolution", "RiccatiState"]


class RiccatiSolution:
    r"""Solution of :math:`\dot S = MS + SM - 2S^2` from :math:`S(0) = W_0W_0^\top`.

    With :math:`A = U^\top W_0`, its first d rows :math:`A_1` and
    :math:`C = A_1^{-1}`, write the rows of :math:`AC` as 1 … d: the identity,
    and :math:`j > d`: :math:`B_j`.  Let :math:`c_k = \max(\lambda_k, 0)` for
    :math:`k \le d`, :math:`e_k = e^{-c_k t}` and :math:`Z_{jk} = B_{jk}\,
    e^{(\lambda_j - c_k)t}`.  Then

    .. math::
        N = \mathrm{diag}(e)\, C^\top C\, \mathrm{diag}(e) + \mathrm{diag}(\phi)
            + \sum_{\lambda_j > 0} \frac{1 - e^{-2\lambda_j t}}{\lambda_j} Z_j^\top Z_j
            + \sum_{\lambda_j \le 0} \frac{e^{2\lambda_j t} - 1}{\lambda_j} (e \circ B_j)^\top (e \circ B_j)

    with :math:`\phi_k` the same fraction for :math:`k \le d`, and for any
    factor :math:`N = RR^\top`

    .. math::
        S = U Y Y^\top U^\top, \qquad
        Y = \begin{pmatrix} \mathrm{diag}(e^{(\lambda - c)t}) \\ Z \end{pmatrix} R^{-\top} .

    Every exponent is 0 or negative.

    Parameters
    ----------
    modes : Spectrum
        All V pairs, or the leading ones; the others are then put at 0.
    initial : ndarray of shape (V, d)
        :math:`W_0`, finite.
    step_size : float
        Flow time per step of gradient descent, or 0 for the flow.

    Attributes
    ----------
    values, start : ndarray of shape (d,)
        Eigenvalues of the leading modes, and the strengths they set out from.

    Raises
    ------
    ValueError
        If there are fewer modes than dimensions, or the rank is below d.

    Notes
    -----
    What :class:`Dynamics` computes with.  Introduced in chapter *any-start*.

    Examples
    --------
    >>> modes = Spectrum(np.array([4.0, 1.0]), np.eye(2), residual=0.0)
    >>> RiccatiSolution(modes, np.array([[0.1], [0.2]])).at(1e6).in_words().round(6) ** 2
    array([[4.],
           [0.]])
    """

    def __init__(self, modes: Spectrum, initial: np.ndarray, step_size: float = 0.0) -> None:
        d = initial.shape[1]
        if len(modes) < min(d, len(initial)):
            raise ValueError(
                f"{d} dimensions need at least {d} modes, and 2 × {d} to be accurate, not {len(modes)}"
            )
        A = modes.vectors.T @ initial
        leading = _leading_rows(A, len(initial))
        rest = np.delete(np.arange(len(modes)), leading)
        coordinates = np.linalg.inv(A[leading])
        self.values = modes.values[leading]
        self.start = np.diag(np.linalg.qr(A[leading].T, mode="r")) ** 2
        self._modes, self._step_size = modes, step_size
        self._leading, self._rest = leading, rest
        self._followers = modes.values[rest]
        self._B = A[rest] @ coordinates
        self._B[rest[:, None] < leading] = 0.0  # a row left out depends on the leading ones before it only
        self._K = coordinates.T @ coordinates
        self._outside = None
        if len(modes) < len(initial):
            outside = initial - modes.vectors @ A
            self._outside = outside @ coordinates
            self._bulk = np.linalg.qr(outside, mode="r") @ coordinates

    def at(self, t: float) -> RiccatiState:
        """Return the solution at one time, 0 or later."""
        exponent = growth_exponents(self.values, self.start, t, self._step_size)
        followers = growth_exponents(self._followers, np.zeros(1), t, self._step_size)
        c = np.maximum(exponent, 0.0)
        e = np.exp(-c)
        Z = self._B * _decay(followers, c)
        weighed = np.where((self._followers > 0)[:, None], Z, self._B * e)
        weighed *= np.sqrt(gained(self._followers, followers, t))[:, None]
        N = e[:, None] * self._K * e + weighed.T @ weighed
        N[np.diag_indices_from(N)] += gained(self.values, exponent, t)
        if self._outside is not None:
            spread = self._bulk * e
            N += 2 * t * spread.T @ spread
        scale = 1 / np.sqrt(np.diag(N))
        # R is upper triangular, so that column k of Y holds modes k and after, and is as small as they are.
        turned = (scale[:, None] * N * scale)[::-1, ::-1]
        R = scipy.linalg.cholesky(turned, lower=True, check_finite=False)[::-1, ::-1]
        Y = np.empty((len(self._modes), len(c)))
        Y[self._leading] = np.diag(np.exp(exponent - c) * scale)
        Y[self._rest] = Z * scale
        Y = scipy.linalg.solve_triangular(R, Y.T, overwrite_b=True, check_finite=False).T
        if self._outside is None:
            return RiccatiState(Y, np.empty((0, len(c))), self._modes.vectors)
        T = scipy.linalg.solve_triangular(R, np.diag(e * scale), check_finite=False).T
        return RiccatiState(Y, self._bulk @ T, self._modes.vectors, self._outside, T)


@dataclass(frozen=True, eq=False)
class RiccatiState:
    """A factor of the Gram matrix at one time.

    Attributes
    ----------
    in_modes : ndarray of shape (n_modes, d)
        Y: its coordinates along the modes.
    bulk : ndarray of shape (d or 0, d)
        A matrix with the Gram matrix of what lies outside them.
    vectors : ndarray of shape (V, n_modes)
        The modes.
    outside, turn : ndarray of shape (V, d) and (d, d), optional
        Two factors of what lies outside them.

    Examples
    --------
    >>> RiccatiState(np.array([[2.0]]), np.empty((0, 1)), np.array([[0.6], [0.8]])).in_words()
    array([[1.2],
           [1.6]])
    """

    in_modes: np.ndarray
    bulk: np.ndarray
    vectors: np.ndarray
    outside: np.ndarray | None = None
    turn: np.ndarray | None = None

    def in_words(self) -> np.ndarray:
        """Return the factor itself, shape (V, d)."""
        factor = self.vectors @ self.in_modes
        return factor if self.outside is None else factor + self.outside @ self.turn

    def stacked(self) -> np.ndarray:
        """Return a smaller matrix with the same inner products of columns: modes above, bulk below."""
        return np.vstack([self.in_modes, self.bulk])

    def inner(self) -> np.ndarray:
        """Return the inner products of the factor's columns, shape (d, d)."""
        return self.in_modes.T @ self.in_modes + self.bulk.T @ self.bulk

    def triangle(self) -> np.ndarray:
        """Return a triangular C with CᵀC = inner(), its small columns relatively as accurate as the large."""
        inner = self.inner()
        size = np.sqrt(np.diag(inner))
        inner /= np.where(size > 0, size, 1.0)
        inner /= np.where(size > 0, size, 1.0)[:, None]
        inner[np.diag_indices_from(inner)] = 1.0
        try:
            return scipy.linalg.cholesky(inner, check_finite=False) * size
        except np.linalg.LinAlgError:  # columns that rounding cannot tell apart
            return np.linalg.qr(self.stacked(), mode="r")


def _leading_rows(A: np.ndarray, size: int) -> np.ndarray:
    """The first d rows of A that do not depend on those before them."""
    d = A.shape[1]
    length = np.linalg.norm(A, axis=1)
    negligible = length <= 1e-13 * np.linalg.norm(length)
    if len(A) >= d:
        diagonal = np.abs(np.diag(np.linalg.qr(A[:d].T, mode="r")))
        if np.all((diagonal > 1e-9 * length[:d]) & ~negligible[:d]):
            return np.arange(d)
    basis, chosen = np.zeros((d, 0)), []
    for k, row in enumerate(A):
        if negligible[k] or len(chosen) == d:
            continue
        new = row - basis @ (basis.T @ row)
        new -= basis @ (basis.T @ new)
        if np.linalg.norm(new) > 1e-9 * length[k]:
            chosen.append(k)
            basis = np.column_stack([basis, new / np.linalg.norm(new)])
    if len(chosen) < d:
        seen = "" if len(A) == size else f" in the {len(A)} modes at hand"
        raise ValueError(
            f"the initial weights have {d} columns but rank {len(chosen)}{seen}: a dimension that is missing at "
            "the start never appears. Start from random weights, or pass their left singular vectors times the "
            "singular values that are not 0: they have the same Gram matrix"
        )
    return np.array(chosen)


def gained(values: np.ndarray, exponents: np.ndarray, t: float) -> np.ndarray:
    """(1 − e^(−2x)) / λ for λ > 0, (e^(2x) − 1) / λ for λ < 0, 2t for 0."""
    safe = np.where(values == 0, 1.0, np.abs(values))
    return np.where(values == 0, 2 * t, -np.expm1(-2 * np.abs(exponents)) / safe)


def _decay(followers: np.ndarray, leaders: np.ndarray) -> np.ndarray:
    """exp(followers − leaders), where it is at most 1; one exponential for each, not for each pair."""
    if not len(followers):
        return np.empty((0, len(leaders)))
    middle = leaders.min()
    if followers.max() <= middle:
        return np.multiply.outer(np.exp(followers - middle), np.exp(middle - leaders))
    return np.exp(np.minimum(followers[:, None] - leaders, 0.0))
