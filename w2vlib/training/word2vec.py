"""word2vec itself, trained in full batches: the gradient of its loss over all pairs of words at once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._common.arguments import checked
from .._common.threads import limited_threads
from .._common.validate import one_of, positive_number, real_array, whole_number
from ..targets import (
    checked_pair_weights,
    linear_target,
)
from ..words import words_of
from ._arrays import place
from ._checkpoint import checkpoint_of
from ._inputs import Setup, put_start, record_steps, starting_point, step_numbers
from ._loop import run
from ._rules import Population, loss_over_pairs
from .trajectory import Trajectory

if TYPE_CHECKING:
    import torch


__all__ = ["train_word2vec", "word2vec_loss"]

LOSSES = ("logistic", "quadratic")


@checked
def train_word2vec(
    attraction: np.ndarray,
    repulsion: np.ndarray,
    initial: np.ndarray,
    step_size: float,
    steps: int,
    *,
    loss: str = "logistic",
    word_rates: np.ndarray | None = None,
    tied: bool = True,
    context: np.ndarray | None = None,
    record: int | Iterable[int] = 200,
    snapshots: Iterable[int] = (),
    device: str | torch.device | None = None,
    dtype: str | torch.dtype = "float64",
    progress: bool = False,
    checkpoint: str | Path | None = None,
    checkpoint_every: float = 60,
) -> Trajectory:
    r"""Return what gradient descent on word2vec's loss, over all pairs at once, does to word vectors.

    .. math::
        \text{tied:}\quad & W \leftarrow W + \eta\, \operatorname{diag}(\zeta)\, E(WW^\top)\, W \\
        \text{untied:}\quad & W \leftarrow W + \eta\, \operatorname{diag}(\zeta)\, E(WZ^\top)\, Z, \quad
                              Z \leftarrow Z + \eta\, \operatorname{diag}(\zeta)\, E(WZ^\top)^\top W

    .. math::
        E(X) = \frac{G}{\bar G} \odot \bigl(M^\star - \operatorname{sat}(X)\bigr), \qquad
        \operatorname{sat}(x) = \begin{cases} 2\tanh(x/2) & \text{logistic: word2vec's own loss} \\
                             x & \text{quadratic: its expansion} \end{cases}

    with :math:`G = A + B`, its mean :math:`\bar G`, :math:`M^\star = 2(A - B)/G`
    and :math:`\zeta_i` the words' rates.  With word2vec's loss

    .. math:: L = \sum_{ij} A_{ij} \ln(1 + e^{-x_{ij}}) + B_{ij} \ln(1 + e^{x_{ij}})

    this is gradient descent: :math:`\nabla_X L = -\tfrac14 \bar G\, E(X)`.

    Parameters
    ----------
    attraction, repulsion : ndarray of shape (V, V)
        A and B, in any unit; see :func:`~w2vlib.targets.word2vec_pair_weights` and
        :func:`~w2vlib.targets.even_pair_weights`.  Tied vectors feel
        :math:`(A + A^\top)/2` and :math:`(B + B^\top)/2`.
    initial : ndarray of shape (V, d)
        W at the start, not zero; see :func:`initial_weights`.
    step_size : float
        η, the flow time that passes in a step: the unit of time is such that
        training begins with :math:`\dot W = (G/\bar G \odot M^\star)\,W`.
    steps : int
        How many steps to take.
    loss : {"logistic", "quadratic"}
        word2vec's, or its quadratic expansion in the scores.
    word_rates : array of shape (V,), optional
        :math:`\zeta_i`, how fast word i learns; all alike by default.
    tied, context, record, snapshots, device, dtype, progress, checkpoint, checkpoint_every
        As in :func:`train_qwem`.

    Returns
    -------
    Trajectory
        Its loss is :func:`word2vec_loss`, 0 at :math:`W = 0`.  For keyboard
        interrupts see :func:`train_qwem`.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, a pair has none, nothing
        attracts, the start is zero, not finite or of another shape, a number
        is out of range, or the device is not there.
    TrainingDivergedError
        If the vectors grow as in :func:`train_qwem`, or the loss stops being a
        number.  Its ``trajectory`` holds what was recorded.

    Notes
    -----
    In learning rates: :math:`\eta = \tfrac12 \eta_0 \bar G` for tied and
    :math:`\tfrac14 \eta_0 \bar G` for untied vectors.  A step takes
    :math:`4V^2d` operations and :math:`V^2` hyperbolic tangents, and two
    matrices of :math:`V^2` numbers are kept.

    With even weights and the quadratic loss this is :func:`train_qwem`, which
    is faster.

    Nothing checks the step.  With uneven weights it has to be far shorter than
    :func:`~w2vlib.dynamics.stability_bound` allows, since frequent words are
    pulled harder than others; chapter *assumptions* derives a safe one.

    Source: Mikolov et al. (2013b) for the loss, Karkada et al. (2025) for its
    expansion.  Introduced in chapter *real-word2vec*.

    Examples
    --------
    >>> from w2vlib import count_corpus, word2vec_pair_weights
    >>> from w2vlib.training import initial_weights
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> A, B = word2vec_pair_weights(stats, negatives=1, subsample=None)
    >>> run = train_word2vec(A, B, initial_weights(3, 1, 0.1), 0.1, 200, record=3)
    >>> run
    Trajectory(3 records of 200 steps to t = 20, 3 × 1 weights, loss 0.001991 … -0.1091)
    """
    one_of("loss", loss, LOSSES)
    weight = checked_pair_weights(attraction, repulsion)
    size = len(weight)
    if weight.shape != (size, size):
        raise ValueError(f"attraction and repulsion must be square, a row for each word, not {weight.shape}")
    if not np.any(attraction):
        raise ValueError("attraction is zero everywhere: there is no positive pair to learn from")
    start = starting_point(initial, context, size, tied)
    step_size, steps = positive_number("step_size", step_size), whole_number("steps", steps)
    record, snapshots = record_steps(record, steps), step_numbers("snapshots", snapshots, steps)
    word_rates = _checked_word_rates(word_rates, size)
    here = place(device, dtype)
    weight /= weight.mean()
    pull = linear_target(attraction, repulsion)
    if tied:
        weight, pull = (weight + weight.T) / 2, (pull + pull.T) / 2
    with limited_threads(size):
        norm = float(np.linalg.norm(pull / weight))  # ‖M*‖
    state, words = put_start(start, here), words_of(attraction, repulsion)
    setup = Setup(norm, tied, step_size, steps, record, snapshots, state, words, loss)
    rule = Population(setup, weight, pull, loss, word_rates)
    kept = checkpoint_of(
        checkpoint, checkpoint_every, "train_word2vec", setup,
        attraction=np.asarray(attraction), repulsion=np.asarray(repulsion), word_rates=word_rates,
    )  # fmt: skip
    return run(rule, setup, progress, "take a smaller step_size, or a smaller start", kept)


def _checked_word_rates(word_rates: np.ndarray | None, size: int) -> np.ndarray | None:
    if word_rates is None:
        return None
    word_rates = np.asarray(word_rates)
    if word_rates.shape != (size,) or word_rates.dtype.kind not in "iuf":
        raise ValueError(
            f"word_rates must hold one number for each of the {size} words, not {word_rates.shape}"
        )
    if not ((word_rates > 0) & (word_rates < np.inf)).all():
        word = int(np.flatnonzero(~((word_rates > 0) & (word_rates < np.inf)))[0])
        raise ValueError(f"word_rates must be positive and finite, but word {word} has {word_rates[word]}")
    return word_rates


@checked
def word2vec_loss(
    attraction: np.ndarray,
    repulsion: np.ndarray,
    weights: np.ndarray,
    context: np.ndarray | None = None,
    loss: str = "logistic",
) -> float:
    r"""Return word2vec's loss over all pairs, in the units in which the theory's is given.

    .. math::
        \text{logistic:}\quad & \frac{2}{\bar G} \sum_{ij} \Bigl[ A_{ij} \ln\frac{1 + e^{-x_{ij}}}{2}
            + B_{ij} \ln\frac{1 + e^{x_{ij}}}{2} \Bigr] \\
        \text{quadratic:}\quad & \frac14 \sum_{ij} \frac{G_{ij}}{\bar G}
            \bigl[ (x_{ij} - M^\star_{ij})^2 - M^{\star 2}_{ij} \bigr]

    Both are 0 at :math:`x = 0`, and agree there up to the third order.  With
    even weights the second is the loss of :func:`train_qwem`.

    Parameters
    ----------
    attraction, repulsion : ndarray of shape (V, V)
        A and B.
    weights : ndarray of shape (V, d)
        W.
    context : ndarray of shape (V, d), optional
        Z, W by default; :math:`x_{ij} = w_i \cdot z_j`.
    loss : {"logistic", "quadratic"}

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a shape does not fit, a weight is negative or not finite, or a pair has none.

    Notes
    -----
    Introduced in chapter *real-word2vec*.

    Examples
    --------
    >>> A, B = np.array([[0.6]]), np.array([[0.4]])
    >>> round(word2vec_loss(A, B, np.array([[0.1]])), 6), round(word2vec_loss(A, B, np.zeros((1, 1))), 6)
    (-0.001975, 0.0)
    """
    one_of("loss", loss, LOSSES)
    weight = checked_pair_weights(attraction, repulsion)
    weights = real_array("weights", weights, None, None)
    context = weights if context is None else real_array("context", context, None, None)
    if weights.shape[1] != context.shape[1]:
        raise ValueError(
            f"context must have the {weights.shape[1]} columns of weights, not {context.shape[1]}"
        )
    if weights.ndim != 2 or context.ndim != 2 or (len(weights), len(context)) != weight.shape:
        raise ValueError(
            f"weights and context must have the {weight.shape[0]} and {weight.shape[1]} rows of attraction, "
            f"not the shapes {weights.shape} and {context.shape}"
        )
    pull = np.asarray(linear_target(attraction, repulsion))
    with limited_threads(len(weights)):
        return loss_over_pairs((weights, context), weight / weight.mean(), pull, loss == "logistic")
