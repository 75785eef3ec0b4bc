r"""One run of training beside what the theory said of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..._common.threads import limited_threads
from ...dynamics import (
    Dynamics,
    aligned_half_rises,
    effective_start,
    loss_of_strengths,
    measured_half_rises,
    mode_strengths,
    noise_number,
    noise_radius,
    sampling_noise,
)
from ...statistics import CorpusStatistics
from .result import Comparison, Prediction
from .running import Plan, opposed_directions, overlaps, started, trained
from .setting import Setting, weighted

__all__ = ["compare"]


SMALL = 0.1  # initial scales and steps above this break an assumption
_TINY = 1e-9  # of the largest eigenvalue in modulus: what is below is rounding
_MOST = 300_000  # steps of a run


def compare(
    stats: CorpusStatistics,
    d: int,
    *,
    tied: bool = True,
    loss: str = "quadratic",
    weights: str = "even",
    negatives: float = 1,
    subsample: float | None = None,
    rates: bool | None = None,
    scale: float | str = 1e-2,
    step: float = 0.05,
    batch_size: int | None = None,
    sampler: str = "corpus",
    seed: int = 0,
    modes: int = 10,
    time: float | None = None,
    records: int = 80,
    initial: np.ndarray | None = None,
    context: np.ndarray | None = None,
    dtype: str = "float64",
    pulling: bool = False,
) -> Comparison:
    r"""Return how training goes, beside what the theory says of it, with some of its assumptions broken.

    The theory knows one matrix and the start, and nothing else: it is always
    that of tied vectors, the quadratic loss, even weights, full batches and
    the flow,

    .. math:: \dot W = (M^\star - W W^\top)\, W .

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    d : int
        Dimensions.
    tied : bool
        False: each word has a second, independent vector as a context, and the
        scores are :math:`WZ^\top`.
    loss : {"quadratic", "logistic"}
        The expansion near the origin, or word2vec's own loss.
    weights : {"even", "counts", "word2vec", "rank one"}
        How much pairs matter: all alike; as often as they are drawn
        (:func:`~w2vlib.targets.skipgram_pair_weights`, with the target of "even");
        as in word2vec, with negatives from flattened frequencies and
        subsampling (:func:`~w2vlib.targets.word2vec_pair_weights`); or with the
        target of "word2vec", the product :math:`a_i a_j` next to its weights.
    negatives : float
        k.
    subsample : float or None
        The threshold of subsampling, for "word2vec" and "rank one".
    rates : bool, optional
        Whether word i learns at the rate :math:`1/a_i`
        (:func:`~w2vlib.targets.rank_one_pair_weights`); the theory is then that of
        :math:`D^{1/2} M^\star D^{1/2}` for :math:`D^{1/2} W`, which is exact
        if weights are products.  By default with "rank one" only.
    scale : float or "word2vec"
        σ of the initial weights; or word2vec's own start: entries uniform
        within :math:`\pm 1/2d`, which is :math:`\sigma = 1/\sqrt{12 d}`, and
        contexts 0.
    step : float
        :math:`\eta\lambda_1`, with :math:`\lambda_1` of the matrix that the
        theory is given.  Made smaller where training could not survive it.
    batch_size : int, optional
        Pairs drawn for each step (:func:`~w2vlib.training.train_qwem_sampled`);
        for even weights, the quadratic loss and one negative only.
    sampler : str
        How they are drawn.
    seed : int
        Of the start and the pairs.
    modes : int
        K, how many modes the residuals are taken over; no more than d and the
        positive eigenvalues.
    time : float, optional
        Flow time to train for.  By default until :math:`3/\lambda_K` after the
        theory's last half-rise.
    records : int
        How many moments to compare.
    initial, context : ndarray of shape (V, d), optional
        A start of your own.
    dtype : {"float64", "float32"}
    pulling : bool
        Of untied vectors, measure only the directions that pull words
        together, the positive eigenvalues of :math:`(WZ^\top + ZW^\top)/2`,
        instead of all singular values of :math:`WZ^\top`: tied vectors can
        learn no others.  Trains twice.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If an argument is out of range, two of them do not go together, nothing
        would ever be learned, or training would take more than 300,000 steps.

    Notes
    -----
    The matrix that the theory is given is :math:`M^\star = 2(A-B)/(A+B)` of the
    setting, so that what is left is due to the broken assumption and not to
    another target.  Of untied vectors it is given the start
    :math:`(W_0 + Z_0)/2`, the part that grows along positive eigenvalues, and
    the mean of :math:`M^\star` and its transpose.  Directions that are learned
    are the left singular vectors of W.

    Our own.  Introduced in chapter 11, *word2vec climbs the same stairs, up to
    a point*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> compare(stats, 1, scale=0.1, loss="logistic", step=0.2).broken
    ('logistic loss', 'steps of ηλ₁ = 0.2')
    """
    if batch_size is not None and (loss, weights, negatives) != ("quadratic", "even", 1):
        raise ValueError(
            "small batches can be compared with the quadratic loss, even weights and one negative only, not with "
            f"loss={loss!r}, weights={weights!r}, negatives={negatives}; leave batch_size=None"
        )
    plan = Plan(loss, step, batch_size, sampler, seed, modes, time, records, dtype, pulling)
    setting = weighted(stats, weights, negatives, subsample, rates, symmetric=tied)
    W, Z = started(len(stats), d, tied, scale, seed, initial, context)
    about = _about(tied, loss, weights, negatives, subsample, setting.rates is not None, scale, initial)
    if pulling and not tied:
        about[0] += ", of which those that pull"
    return side_by_side(stats, told(setting, W, Z, modes), plan, about)


@dataclass(frozen=True, eq=False)
class Told:
    """What the theory is told before training begins, and what follows from it.

    Attributes
    ----------
    setting : Setting
    W, Z : ndarray of shape (V, d)
        The start; Z is None where vectors are tied.
    flow : Dynamics
        The exact solution from there.
    aligned : ndarray of shape (d,)
        The effective start of aligned modes.
    half_rises : ndarray of shape (K,)
        Of the exact solution.
    largest_step : float

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> told(weighted(stats), np.array([[0.1], [0.0], [0.0]]), None, modes=10).half_rises.shape
    (1,)
    """

    setting: Setting
    W: np.ndarray
    Z: np.ndarray | None
    flow: Dynamics
    aligned: np.ndarray
    half_rises: np.ndarray
    largest_step: float

    @property
    def values(self) -> np.ndarray:
        """Eigenvalues of the d leading modes."""
        return self.setting.modes.values[: self.W.shape[1]]

    @property
    def time(self) -> float:
        """When the last of the K modes has risen almost to its end."""
        return float(self.half_rises.max() + 3 / self.values[len(self.half_rises) - 1])


def told(setting: Setting, W: np.ndarray, Z: np.ndarray | None, modes: int) -> Told:
    """Return the theory of a setting from a start; raises where there is nothing to learn.

    Examples
    --------
    >>> empty = Setting(np.eye(2), np.ones((2, 2)), -np.eye(2))
    >>> told(empty, np.ones((2, 1)), None, modes=1)
    Traceback (most recent call last):
    ValueError: no eigenvalue is positive, so by the theory nothing is ever learned: λ₁ = -1
    """
    with limited_threads(len(W)):
        values = setting.modes.values[: W.shape[1]]
        least = _TINY * np.abs(setting.modes.values).max()
        count = int(min(modes, (values > least).sum()))
        if not count:
            raise ValueError(
                f"no eigenvalue is positive, so by the theory nothing is ever learned: λ₁ = {values[0]:g}"
            )
        origin = setting.seen(W if Z is None else (W + Z) / 2)
        flow = Dynamics(setting.modes, origin)
        aligned = effective_start(setting.modes, origin)
        longest = setting.largest_step(W.shape[1], tied=Z is None)
        return Told(setting, W, Z, flow, aligned, flow.half_rises()[:count], longest)


def side_by_side(stats: CorpusStatistics, theory: Told, plan: Plan, about: list[str]) -> Comparison:
    """Return the comparison of a run with a theory at hand; `about` says what is broken beside the step.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> theory = told(weighted(stats), np.array([[0.1], [0.0], [0.0]]), None, modes=10)
    >>> side_by_side(stats, theory, Plan(step=0.2, records=3), ["odd start"]).broken
    ('odd start', 'steps of ηλ₁ = 0.2')
    """
    with limited_threads(len(theory.W)):
        return _side_by_side(stats, theory, plan, about)


def _side_by_side(stats, theory, plan, about) -> Comparison:
    setting, values, flow = theory.setting, theory.values, theory.flow
    count, modes = len(theory.half_rises), setting.modes
    time = theory.time if plan.time is None else plan.time
    step_size = min(plan.step / values[0], theory.largest_step)
    if time > _MOST * step_size:
        raise ValueError(
            f"training would take {time / step_size:,.0f} steps, more than {_MOST:,}: λ₁ = {values[0]:.3g} and "
            f"λ{count} = {values[count - 1]:.3g} are too far apart, or weights too uneven; take fewer modes than "
            f"{count}, a shorter time than {time:.3g}, a longer step, or subsample"
        )
    run, strengths, frames, diverged = trained(stats, setting, theory.W, theory.Z, plan, step_size, time)
    times, noise = run.times, 0.0
    if plan.batch_size is not None:
        radius = noise_radius(sampling_noise(stats, plan.sampler, setting.target))
        noise = float(noise_number(radius, values[count - 1], step_size, plan.batch_size))
        about = [*about, f"batches of {plan.batch_size:,} pairs (noise number {noise:.2g})"]
    if step_size * values[0] > SMALL:
        about = [*about, f"steps of ηλ₁ = {step_size * values[0]:.2g}"]
    rises = measured_half_rises(times, strengths, values[:count])
    rises[strengths[0, :count] >= values[:count] / 2] = 0.0
    flow_loss, flow_strengths = flow.curves(times)
    paths = mode_strengths(values, theory.aligned, times)
    aligned_rises = aligned_half_rises(values, theory.aligned)
    aligned_rises = np.sort(np.where(theory.aligned >= values / 2, 0.0, aligned_rises)[:count])
    theories = {
        "exact": (flow_strengths, flow_loss, theory.half_rises),
        "aligned": (-np.sort(-paths, axis=1), loss_of_strengths(values, paths), aligned_rises),
    }
    learned = int((values > 0).sum())
    moments = {"middle": len(times) // 2, "end": len(times) - 1}
    return Comparison(
        broken=tuple(about),
        values=values,
        times=times,
        strengths=strengths,
        loss=run.loss,
        half_rises=rises,
        **{
            name: _prediction(*said, values, strengths, run.loss, rises, diverged)
            for name, said in theories.items()
        },
        overlaps={name: overlaps(frames[name], modes, learned) for name in moments},
        exact_overlaps={name: overlaps(flow.factor(times[n]), modes, learned) for name, n in moments.items()},
        step_size=step_size,
        noise=noise,
        opposed=0 if theory.Z is None else opposed_directions(run.weights, run.context),
        diverged=diverged,
        trajectory=run,
    )


def _prediction(strengths, loss, rises, values, seen, seen_loss, seen_rises, diverged) -> Prediction:
    """What a theory said beside what was seen."""
    count = len(rises)
    late = np.abs(seen_rises - rises) / np.maximum(rises, 1 / values[:count])
    off = np.abs(seen - strengths)[:, :count] / values[:count]
    drop = (np.maximum(values, 0) ** 2).sum() / 4
    return Prediction(
        strengths,
        loss,
        rises,
        half_rise_errors=np.where(np.isnan(late) | diverged, np.inf, late),
        strength_error=np.inf if diverged else float(off.max()),
        loss_error=np.inf if diverged else float(np.abs(seen_loss - loss).max() / drop),
    )


def _about(tied, loss, weights, negatives, subsample, rates, scale, initial) -> list[str]:
    """The broken assumptions in words, but for those of the step."""
    said = [] if tied else ["untied vectors"]
    if loss == "logistic":
        said.append("logistic loss")
    if weights != "even":
        name = {
            "counts": "pairs weighed as they are drawn",
            "word2vec": "word2vec's weights",
            "rank one": "weights that are products",
        }[weights]
        details = [f"k = {negatives:g}"] if negatives != 1 else []
        details += [f"subsampled at {subsample:g}"] if subsample is not None else []
        details += ["with rates 1/a"] if rates else []
        said.append(", ".join([name, *details]))
    if initial is not None:
        said.append("a start of its own")
    elif scale == "word2vec":
        said.append("word2vec's start")
    elif scale > SMALL:
        said.append(f"large start (σ = {scale:g})")
    return said
