"""When an attention head begins to attend, from how often words follow words at each distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._common.arguments import check_kind, checked
from .._common.threads import limited_threads
from .._common.validate import positive_number, real_array, whole_number, word_rows
from .steps import UnstableStepError

__all__ = ["AttentionForecast", "attention_drives", "first_attention", "forecast_attention"]


@dataclass(frozen=True, eq=False)
class AttentionForecast:
    r"""The course of an attention head's early training, computed before it begins.

    Attributes
    ----------
    logits : ndarray of shape (steps + 1, L)
        Position logits :math:`\vartheta_\delta` at each step, less their mean; column 0
        is lag 1, the word before the next one.
    strengths : ndarray of shape (steps + 1,)
        Frobenius norm of the scores :math:`WZ^\top` at each step.
    word, context : ndarray of shape (V, d)
        W and Z after the last step.

    Notes
    -----
    Introduced in chapter *next-word*.

    Examples
    --------
    >>> forecast = AttentionForecast(np.array([[0.0, 0.0], [0.1, -0.1], [0.3, -0.3]]), np.ones(3), None, None)
    >>> forecast.first_attention(0.2), forecast.first_attention(0.5)
    (1.5, nan)
    """

    logits: np.ndarray
    strengths: np.ndarray
    word: np.ndarray
    context: np.ndarray

    def first_attention(self, level: float = 0.1) -> float:
        """Return the step at which a logit first passes a level, between two steps by a straight line.

        Not a number if none does.
        """
        return first_attention(self.logits, level)


@checked
def first_attention(logits: np.ndarray, level: float = 0.1) -> float:
    r"""Return the step at which a position logit first passes a level, between two steps by a straight line.

    Parameters
    ----------
    logits : ndarray of shape (steps + 1, L)
        Position logits, less their mean, of a forecast or of training.
    level : float

    Returns
    -------
    float
        0 if a logit begins above the level, not a number if none passes it.

    Raises
    ------
    ValueError
        If there are no logits, or the level is not positive.

    Notes
    -----
    Introduced in chapter *next-word*.

    Examples
    --------
    >>> first_attention(np.array([[0.0, 0.0], [0.1, -0.1], [0.3, -0.3]]), 0.2)
    1.5
    """
    level = positive_number("level", level)
    highest = real_array("logits", logits, None, None).max(axis=1)
    passed = np.flatnonzero(highest > level)
    if not passed.size:
        return float("nan")
    step = int(passed[0])
    if step == 0:
        return 0.0
    before, after = highest[step - 1 : step + 1]
    return float(step - 1 + (level - before) / (after - before))


@checked
def attention_drives(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return what pulls a head at each lag, the chance of pairs at each lag, and that of next words.

    .. math::
        \Phi_\delta = P^{(\delta)} - \omega^{(\delta)} p^\top, \qquad
        P^{(\delta)} = N^{(\delta)} / \textstyle\sum N^{(\delta)}, \qquad
        \omega^{(\delta)} = P^{(\delta)} \mathbf 1, \quad p = P^{(\delta)\top} \mathbf 1

    Parameters
    ----------
    counts : ndarray of shape (L, V, V)
        :math:`N^{(\delta)}`, as :func:`~w2vlib.counting.lag_counts` returns them: rows
        earlier words, columns next ones; or their chances.

    Returns
    -------
    drives, pairs : ndarray of shape (L, V, V)
        :math:`\Phi_\delta` and :math:`P^{(\delta)}`.
    p : ndarray of shape (V,)
        The chance of each next word.

    Raises
    ------
    ValueError
        If the counts are no stack of square matrices, are negative, or lags
        differ in their next words, or a word is never one.

    Notes
    -----
    Introduced in chapter *next-word*.

    Examples
    --------
    >>> drives, pairs, p = attention_drives(np.array([[[4.0, 1.0], [1.0, 4.0]]]))
    >>> p.tolist(), drives[0].round(2).tolist()
    ([0.5, 0.5], [[0.15, -0.15], [-0.15, 0.15]])
    """
    counts = real_array("counts", counts, None, None, None)
    if counts.shape[1] != counts.shape[2]:
        raise ValueError(f"counts must be a square matrix for each lag, not the shape {counts.shape}")
    if counts.min() < 0:
        raise ValueError(f"counts must not be negative, found {counts.min()}")
    largest = counts.max()
    if not largest > 0:
        raise ValueError("counts hold no pair of words; count a longer text")
    counts = counts / largest  # so that no sum overflows
    pairs = counts / counts.sum(axis=(1, 2), keepdims=True)
    following = pairs.sum(axis=1)
    p = following.mean(axis=0)
    if not np.isfinite(following).all() or np.abs(following - p).max() > 1e-6:
        raise ValueError(
            "counts of all lags must be of the same next words, so that their columns have the same sums; "
            "count with w2vlib.counting.lag_counts"
        )
    if not p.min() > 0:
        raise ValueError(
            f"every word must come next somewhere, but word {int(p.argmin())} never does; leave it out"
        )
    return pairs - pairs.sum(axis=2, keepdims=True) * p, pairs, p


@limited_threads()
@checked
def forecast_attention(
    counts: np.ndarray,
    word: np.ndarray,
    context: np.ndarray,
    step_size: float,
    steps: int,
    curvature: bool = True,
) -> AttentionForecast:
    r"""Return how an attention head over positions trains at first, from pair counts and its start.

    The head predicts the next word from the L words before it,

    .. math::
        q(j) \propto p_j\, e^{x_j}, \qquad
        x_j = \sum_\delta \varphi_\delta\, w_{i(\delta)} \cdot z_j, \qquad
        \varphi = \mathrm{softmax}(\vartheta),

    and :math:`i(\delta)` is the word :math:`\delta` places before.  To second order in
    :math:`x` its mean cross-entropy is

    .. math::
        \mathcal H(p) - \sum_\delta \varphi_\delta \langle \Phi_\delta, X\rangle
        + \tfrac12 \sum_{\delta\epsilon} \varphi_\delta \varphi_\epsilon
          \langle P^{(|\delta - \epsilon|)}, X (D - pp^\top) X^\top\rangle,
        \qquad X = WZ^\top,

    with the drives of :func:`attention_drives`, :math:`D = \mathrm{diag}\,p` and
    :math:`P^{(0)} = D`.  Gradient descent on that is what is returned; it needs
    no text, only pairs of words at each lag.

    Parameters
    ----------
    counts : ndarray of shape (L, V, V)
        See :func:`attention_drives`.
    word, context : ndarray of shape (V, d)
        :math:`W_0` and :math:`Z_0`; the logits start at 0.
    step_size : float
        :math:`\eta`, of plain gradient descent on the mean cross-entropy in nats.
    steps : int
    curvature : bool
        Whether to keep the last term.

    Returns
    -------
    AttentionForecast

    Raises
    ------
    ValueError
        If shapes do not fit.
    UnstableStepError
        If the steps grow without bound.

    Notes
    -----
    Takes :math:`O(L V^2 d)` a step.  The second-order loss is exact in the
    logits; it assumes that a pair of words in the window is as frequent wherever
    it stands in it, and is good as long as the scores of the model are small.  Our own.
    Introduced in chapter *next-word*.

    Examples
    --------
    >>> counts = np.array([[[5.0, 5.0], [5.0, 5.0]], [[9.0, 1.0], [1.0, 9.0]]])
    >>> start = np.array([[0.1], [-0.1]])
    >>> forecast = forecast_attention(counts, start, start, 0.5, 40)
    >>> [int(forecast.logits[-1].argmax()) + 1, round(forecast.first_attention(0.1))]
    [2, 17]
    """
    drives, pairs, p = attention_drives(counts)
    L, V = drives.shape[:2]
    W, Z = word_rows("word", word, V), word_rows("context", context, V)
    if Z.shape != W.shape:
        raise ValueError(f"word and context must have the same shape, not {W.shape} and {Z.shape}")
    step_size = positive_number("step_size", step_size)
    steps = whole_number("steps", steps, 0)
    check_kind("curvature", curvature, "bool")
    pairs = np.concatenate([np.diag(p)[None], pairs[:-1]])  # at distances 0 … L − 1 within the window
    distance = np.abs(np.subtract.outer(np.arange(L), np.arange(L)))
    logits, recorded, strengths = np.zeros(L), np.empty((steps + 1, L)), np.empty(steps + 1)
    for step in range(steps + 1):
        recorded[step] = logits - logits.mean()
        strengths[step] = np.sqrt(np.sum((W.T @ W) * (Z.T @ Z)))
        if step == steps:
            break
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        FZ = drives @ Z
        pull = np.einsum("id,lid->l", W, FZ)
        to_word = np.tensordot(shares, FZ, 1)
        to_context = np.tensordot(shares, drives, 1).T @ W
        if curvature:
            spread = p[:, None] * Z - np.outer(p, p @ Z)  # (D − ppᵀ) Z
            S = Z.T @ spread
            met = pairs @ W
            pull -= np.einsum("lid,id->l", met, W @ S)[distance] @ shares
            twice = [shares[: L - m] @ shares[m:] for m in range(L)]
            mean = np.tensordot(twice, met, 1)
            mean += np.tensordot(twice[1:], pairs[1:], 1).T @ W
            to_word = to_word - mean @ S
            to_context = to_context - spread @ (W.T @ mean)
        W, Z = W + step_size * to_word, Z + step_size * to_context
        logits = logits + step_size * shares * (pull - shares @ pull)
        if not (np.abs(W).max(initial=0) < 1e6 and np.abs(logits).max() < 1e6):
            raise UnstableStepError(
                f"with a step size of {step_size:g} the forecast grows without bound at step {step + 1}; "
                "use a smaller one, or fewer steps"
            )
    return AttentionForecast(recorded, strengths, W, Z)
