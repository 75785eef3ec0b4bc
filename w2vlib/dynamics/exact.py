"""The exact solution of the flow, from any initial weights."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from .._common.arguments import checked
from .._common.threads import limited_threads
from .._common.validate import whole_number, word_rows
from ..embeddings import Embedding
from ..spectra import Spectrum
from ..words import known_words
from ._riccati import RiccatiSolution, RiccatiState
from .aligned import (
    aligned_half_rises,
    check_overshoot,
    checked_times,
    mode_strengths,
)
from .measures import measured_half_rises
from .steps import UnstableStepError, stability_bound

__all__ = ["Dynamics"]


class Dynamics:
    r"""Where training will be at every moment, from any initial weights.

    The flow :math:`\dot W = (M - WW^\top) W` has the solution

    .. math::
        W(t)W(t)^\top = e^{Mt} W_0\, Q(t)^{-1}\, W_0^\top e^{Mt}, \qquad
        Q(t) = I_d + W_0^\top\, \frac{e^{2Mt} - I}{M}\, W_0 ,

    evaluated in a form without growing exponentials, so that no time is too
    large.  One time point costs :math:`d^2` operations for each mode, times a constant.

    Parameters
    ----------
    modes : Spectrum
        Eigenpairs of :math:`M`.  With all V of them, ``spectrum(M, V)``, the
        solution is exact.  With fewer, the leading ones, it is truncated: the
        rest of the spectrum is put at 0, where its total is exact.  Take 2d or
        more, or 4d for a scale of 0.1 and more; see Notes.
    initial : ndarray of shape (V, d)
        :math:`W_0`, of rank d.
    step_size : float
        Flow time per step, :math:`\eta`, to predict gradient descent at
        :math:`t = \eta n` and not the flow.  The lowest eigenvalue, which `modes`
        know, may limit it though that direction is never learned.

    Attributes
    ----------
    values : ndarray of shape (d,)
        The eigenvalue that each strength ends at, if positive.

    Raises
    ------
    UnstableStepError
        If the step is too large for training to settle; with the bound.
    ValueError
        If the shapes do not fit, :math:`W_0` is not finite or has a rank below d,
        or there is a step size and the modes do not know the lowest eigenvalue.

    Notes
    -----
    Let :math:`Y_0 = U^\top W_0`, and take the inverse of its first d rows.
    Every mode's exponential is divided by that of the leading mode it competes
    with, so that all exponents are 0 or negative.  Where leading rows depend on
    one another (a start that misses some directions altogether), the first d
    independent rows take their place.

    Against a Runge–Kutta solver of order 8 (relative tolerance 3e-14) the Gram
    matrix agrees to 1e-9 or better, relatively, from scale 1 to 1e-6 and
    up to times of :math:`40 \ln(1/\sigma + 3)/\lambda_1`.  The largest error of
    a truncated solution's strengths, as a share of :math:`\lambda_k`, was
    13 %, 0.6 % and 0.03 % with 1.2d, 2d and 4d modes, at d = 50 and scale 0.01.

    With `step_size`, :math:`e^{\lambda_k t}` is replaced as in
    :func:`mode_strengths`.  Where modes do not mix, the error is then of second
    order in the step; where they do, one of first order remains, ten to several
    hundred times smaller than that of the flow (the loss, at
    :math:`\eta\lambda_1 = 0.05` and d = 100: 0.005 % of its drop, not 2 %).

    Sources: the matrix Riccati equation (Reid, 1972), solved for such flows by
    Yan, Helmke and Moore (1994), Fukumizu (1998) and Braun et al. (2022); the
    truncation and the finite-step form are our own.
    Introduced in chapter *any-start*.

    Examples
    --------
    >>> modes = Spectrum(np.array([4.0, 1.0]), np.eye(2), residual=0.0)
    >>> flow = Dynamics(modes, initial=np.array([[0.1], [0.2]]))
    >>> flow.strengths([0.0, 1.0, 1e6]).round(3)[:, 0]
    array([0.05 , 3.458, 4.   ])
    >>> flow.gram(1e6).round(6)
    array([[4., 0.],
           [0., 0.]])
    >>> flow.half_rises().round(3), round(flow.loss(1e6), 3), round(flow.overlap(1e6, k=1), 3)
    (array([0.755]), -4.0, 1.0)
    >>> loss, strengths = flow.curves([0.0, 1.0])
    >>> bool(loss[1] == flow.loss(1.0)), bool((strengths == flow.strengths([0.0, 1.0])).all())
    (True, True)

    The word vectors themselves, with the coordinates of training and without:

    >>> flow.weights([0.0, 1e6]).round(3)[:, :, 0], np.abs(flow.factor(1e6)).round(3)[:, 0]
    (array([[0.1, 0.2],
           [2. , 0. ]]), array([2., 0.]))
    >>> named = Spectrum(modes.values, modes.vectors, residual=0.0, words=["tea", "cup"])
    >>> abs(Dynamics(named, flow.initial).embedding(1e6)["tea"]).round(3)
    array([2.])
    """

    @checked
    def __init__(
        self,
        modes: Spectrum,
        initial: np.ndarray,
        step_size: float = 0.0,
    ) -> None:
        if not isinstance(modes, Spectrum):
            raise TypeError(
                f"modes must be a Spectrum, as spectrum(M, d) returns it, not {type(modes).__name__}"
            )
        self.modes = modes
        self.initial = word_rows("initial", initial, len(modes.vectors))
        self.step_size = float(step_size)
        self._check_step()
        with limited_threads(len(self.initial)):
            self._solution = RiccatiSolution(modes, self.initial, self.step_size)
        self.values = self._solution.values

    def __repr__(self) -> str:
        whole = len(self.modes) == len(self.initial)
        kind = "exact" if whole else f"truncated to {len(self.modes)} modes"
        step = f", step size {self.step_size:.3g}" if self.step_size else ""
        return f"Dynamics(V = {len(self.initial)}, d = {self.initial.shape[1]}, {kind}{step})"

    @checked
    def strengths(self, t: np.ndarray | float) -> np.ndarray:
        r"""Return the squared singular values of W(t), falling.

        Parameters
        ----------
        t : float or ndarray of shape (n,)
            Flow times.

        Returns
        -------
        ndarray of shape (d,), or (n, d) where `t` is an array
            :math:`s_k^2(t)`, in units of :math:`\lambda_k`.

        Raises
        ------
        ValueError
            If a time is negative or not finite.
        """
        return self._at(t, self._strengths)

    @checked
    def singular_values(self, t: np.ndarray | float) -> np.ndarray:
        """Return the singular values of W(t), falling; shapes as :meth:`strengths`."""
        return np.sqrt(self.strengths(t))

    @checked
    def loss(self, t: np.ndarray | float) -> np.ndarray | float:
        r"""Return the loss :math:`\frac14\lVert WW^\top - M\rVert_F^2 - \frac14\lVert M\rVert_F^2`.

        Parameters
        ----------
        t : float or ndarray of shape (n,)
            Flow times.

        Returns
        -------
        float, or ndarray of shape (n,)
            0 at W = 0.

        Raises
        ------
        ValueError
            If a time is negative or not finite.
        """

        losses = self._at(t, self._loss)
        return losses if np.ndim(t) else float(losses)

    @checked
    def curves(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return :meth:`loss` and :meth:`strengths` at the cost of the latter alone.

        Parameters
        ----------
        t : ndarray of shape (n,)
            Flow times.

        Returns
        -------
        loss : ndarray of shape (n,)
        strengths : ndarray of shape (n, d)

        Raises
        ------
        ValueError
            If a time is negative or not finite.
        """
        if np.size(t) == 0:
            raise ValueError("t holds no time; give one or more")
        both = self._at(np.atleast_1d(t), lambda state: np.append(self._strengths(state), self._loss(state)))
        return both[:, -1], both[:, :-1]

    @checked
    def factor(self, t: np.ndarray | float) -> np.ndarray:
        r"""Return a matrix F with :math:`FF^\top = W(t)W(t)^\top`.

        It has the Gram matrix, and so all similarities, of the word vectors;
        it is W(t) up to an orthogonal matrix on the right.

        Parameters
        ----------
        t : float or ndarray of shape (n,)
            Flow times.

        Returns
        -------
        ndarray of shape (V, d), or (n, V, d) where `t` is an array

        Raises
        ------
        ValueError
            If a time is negative or not finite.
        """
        return self._at(t, RiccatiState.in_words)

    @checked
    def embedding(self, t: float) -> Embedding:
        """Return the word vectors at a time, as :meth:`factor` has them, with their words.

        Raises
        ------
        ValueError
            If the time is negative or not finite, or the modes do not know their words.
        """
        return Embedding(known_words(self.modes.words), self.factor(float(t)))

    @checked
    def gram(self, t: np.ndarray | float) -> np.ndarray:
        r"""Return :math:`W(t)W(t)^\top`, of shape (V, V), or (n, V, V) where `t` is an array.

        At V = 5,000 it takes 200 MB a time; most uses need only
        :meth:`factor`.
        """

        def gram(state):
            factor = state.in_words()
            return factor @ factor.T

        return self._at(t, gram)

    @checked
    def weights(self, t: np.ndarray | float, frames: int = 160) -> np.ndarray:
        r"""Return W(t) itself, with the coordinates that training gives it.

        The flow never turns the word vectors among themselves:
        :math:`W^\top \dot W` is symmetric.  So each frame of a film of
        :meth:`factor` is turned to lie as near as possible to the frame before
        it (Procrustes), beginning at :math:`W_0`.

        Parameters
        ----------
        t : float or ndarray of shape (n,)
            Flow times.
        frames : int
            How many intermediate times from 0 to the largest `t`: half of them
            at even distances, half where modes rise, as there the vectors turn.
            The error falls with the square of their number.

        Returns
        -------
        ndarray of shape (V, d), or (n, V, d) where `t` is an array

        Raises
        ------
        ValueError
            If a time is negative or not finite, or `frames` is below 1.

        Notes
        -----
        The relative error on a random problem of V = 60, d = 12, from scales of
        1 to 1e-6, was 2e-2, 8e-4 and 5e-5 at worst with 10, 40 and 160 frames.
        Of directions whose
        strength is below about 1e-14 of the largest, the coordinates are lost
        to rounding; the Gram matrix is not.
        """
        times = checked_times(t)
        frames = whole_number("frames", frames)
        film = np.union1d(times, self._film(times.max(initial=0.0), frames))
        found = np.empty((len(times), *self.initial.shape))
        with limited_threads():
            begun = self._solution.at(0.0)
            previous = begun.stacked() @ _nearest_rotation(begun.in_words(), self.initial)
            for time in film:
                state = self._solution.at(time)
                turn = _nearest_rotation(state.stacked(), previous)
                previous = state.stacked() @ turn
                for n in np.flatnonzero(times == time):
                    found[n] = state.in_words() @ turn
        return found if np.ndim(t) else found[0]

    def half_rises(self) -> np.ndarray:
        r"""Return when each strength of the exact solution crosses half of its final value.

        Returns
        -------
        ndarray of shape (d,)
            Flow time at which :math:`s_k^2 = \lambda_k / 2`; 0 where it begins
            above, not a number where :math:`\lambda_k \le 0`.

        Notes
        -----
        The k-th largest singular value is compared with the k-th eigenvalue.
        :func:`aligned_half_rises` of :func:`effective_start` gives the same to a
        percent, without solving anything, and is where this search begins.
        """
        guess = aligned_half_rises(self.values, self._solution.start, self.step_size)
        scan = np.unique(np.append(np.maximum(guess[np.isfinite(guess)], 0.0), 0.0))
        strengths = self.strengths(scan)
        tau = np.full(len(self.values), np.nan)
        tau[(self.values > 0) & (strengths[0] >= self.values / 2)] = 0.0
        first = measured_half_rises(scan, strengths, self.values)
        with limited_threads():
            for k in np.flatnonzero((self.values > 0) & np.isnan(tau)):
                above = np.flatnonzero(strengths[:, k] >= self.values[k] / 2)
                low = scan[above[0] - 1] if len(above) else scan[-1]
                high = scan[above[0]] if len(above) else np.inf
                tau[k] = self._crossing(k, low, high, first[k] if len(above) else low)
        return tau

    @checked
    def overlap(self, t: np.ndarray | float, k: int) -> np.ndarray | float:
        r"""Return how much of the first k goals lies in the first k directions of W(t).

        .. math:: \tfrac1k \lVert V_k(t)^\top U_k \rVert_F^2 \in [0, 1]

        Parameters
        ----------
        t : float or ndarray of shape (n,)
            Flow times.
        k : int
            Between 1 and d.

        Returns
        -------
        float, or ndarray of shape (n,)
            1 where the strongest k directions of W(t) span those of
            :math:`u_1, \dots, u_k`.

        Raises
        ------
        ValueError
            If `k` is out of range, or a time is negative or not finite.
        """
        d = self.initial.shape[1]
        k = whole_number("k", k, most=d, because=f"; the word vectors have {d} dimensions")

        def overlap(state):
            left = np.linalg.svd(state.stacked(), full_matrices=False)[0]
            return np.linalg.norm(left[:k, :k]) ** 2 / k

        overlaps = self._at(t, overlap)
        return overlaps if np.ndim(t) else float(overlaps)

    # -- how it is computed ------------------------------------------------------------------

    def _check_step(self) -> None:
        values, lowest = self.modes.values, self.modes.lowest
        check_overshoot(values, self.step_size)
        if not self.step_size:
            return
        if lowest is None:
            raise ValueError(
                "the lowest eigenvalue, which may limit the step, is not known: take the modes from spectrum(M, d), "
                "or give Spectrum(..., lowest=)"
            )
        bound = stability_bound(float(values[0]), lowest)
        if self.step_size >= bound:
            raise UnstableStepError(
                f"step_size {self.step_size:.4g} is not below the stability bound {bound:.4g} "
                f"(λ₁ = {values[0]:.4g}, λ_min = {lowest:.4g}): training would not settle"
            )

    def _strengths(self, state: RiccatiState) -> np.ndarray:
        return np.linalg.svd(state.triangle(), compute_uv=False) ** 2

    def _loss(self, state: RiccatiState) -> float:
        inner, Y = state.inner(), state.in_modes
        return np.vdot(inner, inner) / 4 - self.modes.values @ np.einsum("kd,kd->k", Y, Y) / 2

    def _at(self, t, function):
        times = checked_times(t)
        with limited_threads():
            results = [function(self._solution.at(time)) for time in times]
        return np.array(results) if np.ndim(t) else results[0]

    def _film(self, end: float, frames: int) -> np.ndarray:
        """Times from 0 to `end`: half of them evenly spread, half where modes rise, as there the vectors turn."""
        fine = np.linspace(0, end, 50 * frames + 1)
        strengths = mode_strengths(self.values, self._solution.start, fine, self.step_size)
        risen = (strengths / np.where(self.values > 0, self.values, np.inf)).mean(axis=1)
        progress = fine / max(end, np.finfo(float).tiny) + (risen - risen[0])
        return np.interp(np.linspace(0, progress[-1], frames + 1), progress, fine)

    def _crossing(self, k: int, low: float, high: float, tau: float) -> float:
        """Where the k-th strength crosses half of λ_k: Newton on its logit, kept between brackets."""
        value = self.values[k]
        for _ in range(100):
            inner = self._solution.at(tau).inner()
            strength = scipy.linalg.eigvalsh(inner, check_finite=False)[-1 - k]
            low, high = (low, min(high, tau)) if strength >= value / 2 else (max(low, tau), high)
            share = np.clip(strength / value, 1e-12, 1 - 1e-12)
            change = (np.log1p(-share) - np.log(share)) / (2 * value)
            tau += np.clip(change, -10 / value, 10 / value)
            if abs(change) <= 1e-5 * tau:  # the next change would be about the square of this
                break
            if not low < tau < high:
                tau = (low + high) / 2 if np.isfinite(high) else low + 2 / value
        return float(tau)


def _nearest_rotation(matrix: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """The orthogonal O for which matrix @ O is nearest to reference."""
    left, _, right = np.linalg.svd(matrix.T @ reference)
    return left @ right
