r"""What a comparison of training with the theory found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...training import Trajectory

__all__ = ["Comparison", "Prediction"]


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a theory said, and how far the measurement was from it.

    Attributes
    ----------
    strengths : ndarray of shape (n, d)
        :math:`s_k^2` at the times of the records, falling along a row.
    loss : ndarray of shape (n,)
    half_rises : ndarray of shape (K,)
        When each of the first K modes reaches half of :math:`\\lambda_k`.
    half_rise_errors : ndarray of shape (K,)
        By which share of the prediction (or of :math:`1/\\lambda_k`, if that is
        longer) the measured half-rises differ; infinite where a mode that
        should have risen by half did not.
    half_rise_error, worst_half_rise_error : float
        Their median and their largest.
    strength_error : float
        The largest difference of a strength, at any time and for any of the
        first K modes, as a share of its :math:`\\lambda_k`.
    loss_error : float
        The largest difference of the loss, as a share of its whole drop.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> from w2vlib.course.comparison import compare
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> compare(stats, 1, scale=0.1).aligned.strengths.shape
    (80, 1)
    """

    strengths: np.ndarray
    loss: np.ndarray
    half_rises: np.ndarray
    half_rise_errors: np.ndarray
    strength_error: float
    loss_error: float

    def __repr__(self) -> str:
        return (
            f"Prediction(half-rises off by {_percent(self.half_rise_error)}, "
            f"strengths by {_percent(self.strength_error)}, loss by {_percent(self.loss_error)})"
        )

    @property
    def half_rise_error(self) -> float:
        """The median of the errors of half-rise times."""
        return float(np.median(self.half_rise_errors))

    @property
    def worst_half_rise_error(self) -> float:
        """The largest error of a half-rise time."""
        return float(self.half_rise_errors.max())


@dataclass(frozen=True, eq=False)
class Comparison:
    r"""Training and the theory, side by side.

    Attributes
    ----------
    broken : tuple of str
        The assumptions of the theory that were broken, in words.
    values : ndarray of shape (d,)
        :math:`\lambda_k` of the matrix that the theory was given.
    times : ndarray of shape (n,)
        Flow times of the records.
    strengths, loss : ndarray of shape (n, d) and (n,)
        As measured.
    half_rises : ndarray of shape (K,)
        As measured; 0 where a mode began above half, not a number where it
        never reached it.
    exact, aligned : Prediction
        The exact solution of the flow from this start, and the paper's theory:
        aligned modes that rise one by one.
    overlaps : dict
        Of the learned directions with the leading :math:`u_k`:
        ``{"middle": (top 5, top d), "end": (top 5, top d)}``.
    exact_overlaps : dict
        The same of the exact solution.
    step_size : float
        η, flow time per step.
    noise : float
        Noise number of mode K; 0 in full batches.
    opposed : int
        How many of the directions learned at the end push their words apart,
        :math:`u^\top W Z^\top u < 0`, as tied vectors never do.
    diverged : bool
        Whether training ran away; it ends there then, and all errors are infinite.
    trajectory : Trajectory

    Notes
    -----
    Introduced in chapter 11, *word2vec climbs the same stairs, up to a point*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> from w2vlib.course.comparison import compare
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> compare(stats, 1, scale=0.1, step=0.02)
    Comparison(nothing broken; half-rises off by 0.72 %, strengths by 1.4 %, loss by 1.6 %)
    """

    broken: tuple[str, ...]
    values: np.ndarray
    times: np.ndarray
    strengths: np.ndarray
    loss: np.ndarray
    half_rises: np.ndarray
    exact: Prediction
    aligned: Prediction
    overlaps: dict[str, tuple[float, float]]
    exact_overlaps: dict[str, tuple[float, float]]
    step_size: float
    noise: float
    opposed: int
    diverged: bool
    trajectory: Trajectory

    def __repr__(self) -> str:
        names = ", ".join(self.broken) or "nothing broken"
        if self.diverged:
            return f"Comparison({names}; training diverged)"
        return f"Comparison({names}; {str(self.exact).removeprefix('Prediction(')}"


def _percent(share: float) -> str:
    return (
        f"{100 * share:.2g} %"
        if share < 0.1
        else f"{100 * share:.0f} %"
        if share < np.inf
        else "more than can be said"
    )
