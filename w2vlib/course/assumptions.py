r"""Training with an assumption of the theory broken on purpose, and how far the theory is off (needs torch).

The theory knows one matrix and the start, and nothing else.  Whatever is
trained, it is asked about tied vectors, the quadratic loss, even weights, full
batches and the flow,

.. math:: \dot W = (M^\star - W W^\top)\, W .

The module reads in the order of the work: assumptions, the weights of pairs and
the matrix that the theory is told, the start, the run, the residuals.  Below
stands the table behind the switches of chapter *assumptions*.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .. import dynamics, targets, training
from .._common.arguments import check_fields, checked
from .._common.threads import limited_threads
from .._common.validate import one_of, positive_number, real_array, whole_number
from ..spectra import spectrum
from ..statistics import CorpusStatistics
from .tables import span

__all__ = [
    "SWITCHES",
    "Assumptions",
    "Errors",
    "Residuals",
    "band",
    "cost_table",
    "deviation_table",
    "residuals",
]

_TINY = 1e-9  # of the largest eigenvalue in modulus: what is below is rounding
_SAFE = 0.6  # of the step size from which on training cannot settle
_LIMITING = 20  # words that may limit the step, looked at one by one
_MOST = 300_000  # steps of a run
_RECORDS = 80  # of a run
_KEPT = 20  # of them in the table
_SEEDS = 0, 10**6  # of words and of contexts


@dataclass(frozen=True)
class Assumptions:
    r"""What the theory assumes of training; the defaults are the theory's own.

    Attributes
    ----------
    tied : bool
        False: each word has a second, independent vector as a context, and the
        scores are :math:`WZ^\top`.
    loss : {"quadratic", "logistic"}
        The expansion near the origin, or word2vec's own loss.
    weights : {"even", "counts", "word2vec", "products"}
        How much pairs matter: all alike; as often as they are drawn
        (:func:`~w2vlib.targets.skipgram_pair_weights`, with the target of "even");
        as in word2vec, with negatives from flattened frequencies
        (:func:`~w2vlib.targets.word2vec_pair_weights`); or with the target of
        "word2vec", the products :math:`a_i a_j` nearest to its weights.  There
        is one negative sample for each pair.
    subsample : float or None
        The threshold of subsampling, for "word2vec" and "products".
    word_rates : bool
        Whether word i learns at the rate :math:`1/a_i`
        (:func:`~w2vlib.targets.rank_one_pair_weights`).  The theory is then that of
        :math:`D^{1/2} M^\star D^{1/2}` for :math:`D^{1/2} W`, which is exact if
        weights are products.
    start : float or "word2vec"
        σ of the initial weights; or word2vec's own start: entries uniform
        within :math:`\pm 1/2d`, and contexts 0.
    step : float
        :math:`\eta\lambda_1`, with :math:`\lambda_1` of the matrix that the
        theory is told.  Made smaller where training could not survive it.
    batch : float or None
        None for full batches; or a noise number: batches are of as many
        labelled pairs as give it to the last of the modes at steps of the theory's own length.
        For even weights and the quadratic loss only.

    Raises
    ------
    ValueError
        On creation, if a value is out of range or two do not go together.

    Notes
    -----
    Introduced in chapter *assumptions*.

    Examples
    --------
    >>> Assumptions(loss="logistic", step=0.5).tied
    True
    >>> Assumptions(weights="odd")
    Traceback (most recent call last):
    ValueError: weights must be 'even', 'counts', 'word2vec' or 'products', not 'odd'
    """

    tied: bool = True
    loss: str = "quadratic"
    weights: str = "even"
    subsample: float | None = None
    word_rates: bool = False
    start: float | str = 0.01
    step: float = 0.05
    batch: float | None = None

    def __post_init__(self):
        check_fields(self)
        if self.subsample is not None:
            positive_number("subsample", self.subsample, "; None means that no word is left out")
        one_of("loss", self.loss, ("quadratic", "logistic"))
        one_of("weights", self.weights, ("even", "counts", "word2vec", "products"))
        if self.start != "word2vec":
            positive_number("start", self.start, "; or 'word2vec'")
        positive_number("step", self.step)
        if self.subsample is not None and self.weights not in ("word2vec", "products"):
            raise ValueError(
                f"subsampling is a part of word2vec's weights; with weights={self.weights!r} leave subsample=None"
            )
        if self.word_rates and self.weights == "even":
            raise ValueError(
                "even weights need no rates; pass weights='word2vec' or 'products' to see what they mend"
            )
        if self.batch is not None:
            positive_number("batch", self.batch, "; it is a noise number, and None means full batches")
            if (self.loss, self.weights) != ("quadratic", "even"):
                raise ValueError(
                    "small batches go with the quadratic loss and even weights only, not with "
                    f"loss={self.loss!r}, weights={self.weights!r}; leave batch=None"
                )


class Errors(NamedTuple):
    r"""How far a theory was from a run; infinite where training diverged.

    Attributes
    ----------
    half_rise, worst_half_rise : float
        The median and the largest share by which half-rises differ from their
        predictions after the clock, one factor for all, is taken out.  Where
        :math:`\lambda_k/2` was reached at the start, the share is of
        :math:`1/\lambda_k`; it is infinite where a mode ends at 0.
    strength : float
        The largest difference of a strength, at the same time and with no
        clock taken out, as a share of its :math:`\lambda_k`.
    loss : float
        The largest difference of the loss, at the same time and with no clock
        taken out, as a share of its whole drop.
    clock : float
        The median of the ratios of half-rises to their predictions.

    Examples
    --------
    >>> Errors(0.01, 0.02, 0.1, 0.05, 1.1).worst_half_rise
    0.02
    """

    half_rise: float
    worst_half_rise: float
    strength: float
    loss: float
    clock: float


@dataclass(frozen=True, eq=False)
class Residuals:
    r"""What training did, and how far the theory was off.

    Attributes
    ----------
    values : ndarray of shape (modes,)
        :math:`\lambda_k` of the matrix that the theory was told.
    times : ndarray of shape (n,)
        Flow times of the records.
    strengths : ndarray of shape (n, modes)
        :math:`s_k^2` as measured.
    half_rises : ndarray of shape (modes,)
        When each mode reached half of its own final strength; 0 where it began
        above that, not a number where it ends at 0.
    exact, aligned : Errors
        Of the exact solution from this start; and of the paper's formula, in
        which aligned modes rise one by one from one strength, the mean
        :math:`\lVert W_0^\top u_k\rVert^2`.
    overlap : float
        How much of the first five :math:`u_k` lies in the five strongest
        directions of the scores at the end, those of the words.
    opposed : int
        How many of the directions learned at the end push their words apart,
        :math:`u^\top W Z^\top u < 0`, as tied vectors never do.
    step_size : float
        η, flow time per step.
    batch_size : int or None
        Pairs of a batch; None for all.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> residuals(stats, 1, Assumptions(start=0.1, step=0.02))
    Residuals(clock 1.01, half-rises off by 0.0%, strengths by 1.4%, loss by 1.6%)
    """

    values: np.ndarray
    times: np.ndarray
    strengths: np.ndarray
    half_rises: np.ndarray
    exact: Errors
    aligned: Errors
    overlap: float
    opposed: int
    step_size: float
    batch_size: int | None

    @property
    def diverged(self) -> bool:
        """Whether training ran away; it ends there then, and all errors are infinite."""
        return bool(np.isinf(self.exact.strength))

    def __repr__(self) -> str:
        if self.diverged:
            return "Residuals(training diverged)"
        half_rise, _, strength, loss, clock = self.exact
        return (
            f"Residuals(clock {clock:.2f}, half-rises off by {half_rise:.1%}, "
            f"strengths by {strength:.1%}, loss by {loss:.1%})"
        )


@checked
def residuals(
    stats: CorpusStatistics,
    d: int,
    assumptions: Assumptions = Assumptions(),
    *,
    modes: int = 10,
    pulling: bool = False,
) -> Residuals:
    r"""Return how training goes under some assumptions, and how far the theory is off.

    Parameters
    ----------
    stats : CorpusStatistics
        V words, a few hundred.
    d : int
        Dimensions, V at most.
    assumptions : Assumptions
        The theory's own by default.
    modes : int
        How many modes the residuals are taken over; no more than d and the
        positive eigenvalues.
    pulling : bool
        Of untied vectors, measure only the directions that pull words
        together, the positive eigenvalues of :math:`(WZ^\top + ZW^\top)/2`,
        instead of all singular values of :math:`WZ^\top`: tied vectors can
        learn no others.  Untied ones are trained twice for it.

    Returns
    -------
    Residuals
        The same for the same input.

    Raises
    ------
    ValueError
        If a number is out of range, directions that pull are asked for in small
        batches, nothing would ever be learned, or training would take more
        than 300,000 steps.

    Notes
    -----
    Training lasts three times as long as the theory needs for the last of the
    modes, and at least until :math:`3/\lambda_k` after its half-rise.  All modes are
    timed as chapter *assumptions* times them: at half of their own final
    strength, and with one clock for all.  The matrix that the theory is told is :math:`M^\star = 2(A-B)/(A+B)` of the
    weights at hand, so that what is left is due to the broken assumption and
    not to another target.  Of untied vectors it is told the start
    :math:`(W_0 + Z_0)/2`, the part that grows along positive eigenvalues, and
    :math:`M^\star` of the weights' mean with their transposes.

    Our own.  Introduced in chapter *assumptions*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> coarse, fine = (residuals(stats, 1, Assumptions(step=step)) for step in (0.1, 0.01))
    >>> fine.exact.strength < 0.2 * coarse.exact.strength
    True
    """
    if pulling and assumptions.batch is not None:
        raise ValueError("directions that pull cannot be told apart in small batches; leave batch=None")
    with limited_threads(len(stats)):
        return _measured(stats, _told(stats, d, assumptions, modes), assumptions, _RECORDS, pulling)


class _Problem(NamedTuple):
    """What is trained, and the matrix that the theory is told."""

    A: np.ndarray
    B: np.ndarray
    factors: np.ndarray  # (V, 1): word i learns at the rate 1/a_i
    target: np.ndarray
    W: np.ndarray
    Z: np.ndarray | None  # where vectors are tied

    def scaled(self, vectors: np.ndarray) -> np.ndarray:
        """Word vectors as the theory sees them, D^½ W."""
        return np.sqrt(self.factors) * vectors

    def mirrored(self) -> _Problem:
        """The same with words and contexts in each other's place."""
        return self._replace(A=self.A.T, B=self.B.T, W=self.Z, Z=self.W)


def _weighted(stats: CorpusStatistics, assumptions: Assumptions) -> tuple[np.ndarray, ...]:
    """How much each pair matters, A and B; how fast each word learns; and what the theory is told of it."""
    if assumptions.weights in ("even", "counts"):
        A, B = targets.skipgram_pair_weights(stats)
    else:
        A, B = targets.word2vec_pair_weights(stats, 1, assumptions.subsample, symmetric=False)
    mean = (A + A.T) / 2, (B + B.T) / 2
    target = targets.least_squares_target(*mean)
    if assumptions.tied:
        A, B = mean
    if assumptions.weights == "even":
        A, B = targets.even_pair_weights(*mean)
    elif assumptions.weights == "products":
        nearest = targets.rank_one_pair_weights(*mean).factors
        products, share = np.multiply.outer(nearest, nearest), targets.least_squares_target(A, B) / 4
        A, B = products * (0.5 + share), products * (0.5 - share)
    factors = np.ones((len(stats), 1))
    if assumptions.word_rates:
        factors = targets.rank_one_pair_weights(*mean).factors[:, None] / np.sqrt((A + B).mean())
    return A, B, factors, np.asarray(target * np.sqrt(factors * factors.T))


def _started(size: int, d: int, assumptions: Assumptions) -> tuple[np.ndarray, np.ndarray | None]:
    """W and Z at the start; Z is None where vectors are tied."""
    if assumptions.start == "word2vec":
        W = training.word2vec_start(size, d, _SEEDS[0])
        Z = np.zeros_like(W)
    else:
        W, Z = (training.initial_weights(size, d, assumptions.start, seed) for seed in _SEEDS)
    return W, None if assumptions.tied else Z


@dataclass(frozen=True, eq=False)
class _Theory:
    """A problem, and what the theory says of it before training begins."""

    problem: _Problem
    flow: dynamics.Dynamics  # the exact solution
    half_rises: np.ndarray  # of the modes that are compared

    @property
    def values(self) -> np.ndarray:
        """Eigenvalues of these modes."""
        return self.flow.values[: len(self.half_rises)]

    @property
    def time(self) -> float:
        """How long training lasts: until the last of the modes should be at its end."""
        last = self.half_rises.max()
        return float(max(3 * last, last + 3 / self.values[-1]))


def _told(stats: CorpusStatistics, d: int, assumptions: Assumptions, modes: int) -> _Theory:
    """The theory of what is trained; raises where there is nothing to learn."""
    whole_number("d", d, most=len(stats), because=f"; there are {len(stats)} words")
    whole_number("modes", modes)
    W, Z = _started(len(stats), d, assumptions)
    problem = _Problem(*_weighted(stats, assumptions), W, Z)
    eigen = spectrum(problem.target, len(stats))
    positive = eigen.values[:d] > _TINY * np.abs(eigen.values).max()
    if not positive.any():
        raise ValueError(
            f"no eigenvalue is positive, so by the theory nothing is ever learned: λ₁ = {eigen.values[0]:g}"
        )
    flow = dynamics.Dynamics(eigen, problem.scaled(W if Z is None else (W + Z) / 2))
    return _Theory(problem, flow, flow.half_rises()[: min(modes, positive.sum())])


def _largest_step(theory: _Theory) -> float:
    r"""A step size that training should survive.

    It is 0.6 of what is stable near the origin, where vectors grow as the
    linear target says, and of what is stable where the theory expects them to
    end, where row i is pulled back by :math:`\sum_j G_{ij} w_j w_j^\top`.
    """
    A, B, factors, *_ = theory.problem
    weight, pull, rates = A + B, targets.linear_target(A, B), 1 / factors[:, 0]
    weight, pull = (weight + weight.T) / (2 * weight.mean()), (pull + pull.T) / 2
    largest, lowest = dynamics.extreme_eigenvalues(pull * np.sqrt(np.multiply.outer(rates, rates)))
    values, vectors = theory.flow.values, theory.flow.modes.vectors[:, : len(theory.flow.values)]
    goal = vectors * np.sqrt(np.maximum(values, 0) * rates[:, None])
    strongest = np.argsort(rates * (weight @ (goal**2).sum(axis=1)))[-_LIMITING:]
    curvature = max(rates[i] * np.linalg.norm((goal * weight[i][:, None]).T @ goal, 2) for i in strongest)
    opposed = 0.0 if theory.problem.Z is None else -lowest
    return _SAFE * dynamics.stability_bound(max(largest, float(curvature), opposed), lowest)


def _batch_size(stats: CorpusStatistics, theory: _Theory, noise: float | None) -> int | None:
    """How many labelled pairs give the last mode this noise number, at steps of the theory's own length."""
    if noise is None:
        return None
    radius = dynamics.noise_radius(dynamics.sampling_noise(stats, "label", theory.problem.target))
    return max(1, int(np.ceil(Assumptions.step / theory.values[0] * radius / theory.values[-1] / noise)))


class _Pace(NamedTuple):
    """How a run goes on."""

    step_size: float
    kept: np.ndarray  # the steps that are recorded and whose weights are kept, 0 and the last among them
    batch_size: int | None


def _paced(stats: CorpusStatistics, theory: _Theory, assumptions: Assumptions, records: int) -> _Pace:
    """As long and as many steps as it takes; raises where that is too many."""
    largest, last, count = theory.values[0], theory.values[-1], len(theory.values)
    step_size = min(assumptions.step / largest, _largest_step(theory))
    if theory.time > _MOST * step_size:
        raise ValueError(
            f"training would take {theory.time / step_size:,.0f} steps, more than {_MOST:,}: λ₁ = {largest:.3g} "
            f"and λ{count} = {last:.3g} are too far apart, or weights too uneven; "
            f"take fewer modes than {count}, a longer step, or subsample"
        )
    steps = max(2, int(np.ceil(theory.time / step_size - 1e-9)))
    kept = np.unique(np.linspace(0, steps, records).round().astype(int))
    return _Pace(step_size, kept, _batch_size(stats, theory, assumptions.batch))


def _trained(
    stats: CorpusStatistics, problem: _Problem, assumptions: Assumptions, pace: _Pace
) -> training.Trajectory:
    W, Z = problem.W, problem.Z
    step_size, steps = pace.step_size, int(pace.kept[-1])
    how = {"tied": Z is None, "context": Z, "record": pace.kept, "snapshots": pace.kept, "dtype": "float32"}
    if pace.batch_size is not None:
        how |= {"sampler": "label", "check_step": False}
        run = training.train_qwem_sampled(stats, W, step_size, steps, pace.batch_size, **how)
    elif (assumptions.loss, assumptions.weights) == ("quadratic", "even"):
        run = training.train_qwem(problem.target, W, step_size, steps, check_step=False, **how)
    else:
        how |= {"loss": assumptions.loss, "word_rates": 1 / problem.factors[:, 0]}
        run = training.train_word2vec(problem.A, problem.B, W, step_size, steps, **how)
    if run.interrupted:  # half a run cannot be compared
        raise KeyboardInterrupt
    return run


def _learned(
    stats: CorpusStatistics,
    problem: _Problem,
    assumptions: Assumptions,
    pace: _Pace,
    run: training.Trajectory,
    pulling: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Strengths at each record, (n, d), and directions at the end, (V, d), as the theory sees them."""
    if not (pulling or assumptions.word_rates):
        return run.strengths, _of_words(run.weights, run.context)
    other = run  # a run keeps its words only; contexts are the words of its mirror image
    if problem.Z is not None:
        other = _trained(stats, problem.mirrored(), assumptions, pace)
    words, contexts = (problem.scaled(np.stack([r.snapshots[n] for n in pace.kept])) for r in (run, other))
    if not pulling:
        return _singular_values(words, contexts), _of_words(words[-1], contexts[-1])
    values, vectors = zip(*map(_symmetric_part, words, contexts))
    strengths = np.maximum(values, 0)[:, : words.shape[2]]
    return strengths, vectors[-1][:, : words.shape[2]] * np.sqrt(strengths[-1])


def _singular_values(W: np.ndarray, Z: np.ndarray) -> np.ndarray:
    """Of WZᵀ, falling, for W and Z of shape (n, V, d)."""
    left, right = (np.linalg.qr(side, mode="r") for side in (W, Z))
    return np.linalg.svd(left @ right.swapaxes(1, 2), compute_uv=False)


def _of_words(W: np.ndarray, Z: np.ndarray | None) -> np.ndarray:
    """Left singular vectors of WZᵀ, times their singular values; W itself where vectors are tied."""
    if Z is None:
        return W
    left, right = (np.linalg.qr(np.asarray(side, float)) for side in (W, Z))
    vectors, strengths, _ = np.linalg.svd(left[1] @ right[1].T)
    return left[0] @ vectors * strengths


def _symmetric_part(W: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues, falling, and eigenvectors of (WZᵀ + ZWᵀ)/2."""
    basis = np.linalg.qr(np.hstack([W, Z]).astype(float))[0]
    scores = (basis.T @ W) @ (Z.T @ basis)
    values, vectors = np.linalg.eigh((scores + scores.T) / 2)
    return values[::-1], basis @ vectors[:, ::-1]


class _Course(NamedTuple):
    """How training goes, as measured or as predicted."""

    strengths: np.ndarray  # (n, modes)
    loss: np.ndarray  # (n,)
    half_rises: np.ndarray  # (modes,)


def _exact(theory: _Theory, times: np.ndarray) -> _Course:
    loss, strengths = theory.flow.curves(times)
    return _Course(strengths[:, : len(theory.values)], loss, theory.half_rises)


def _aligned(theory: _Theory, times: np.ndarray) -> _Course:
    values, count = theory.flow.values, len(theory.values)
    initial = theory.flow.initial
    start = np.full(len(values), (initial**2).sum() / len(initial))
    paths = dynamics.mode_strengths(values, start, times)
    half_rises = np.where(start >= values / 2, 0.0, dynamics.aligned_half_rises(values, start))
    falling = -np.sort(-paths, axis=1)[:, :count]
    return _Course(falling, dynamics.loss_of_strengths(values, paths), np.sort(half_rises[:count]))


def _clock(said: _Course, seen: _Course) -> float:
    """The median ratio of half-rises, over the modes that rise in both."""
    rise = (said.half_rises > 0) & (seen.half_rises > 0)
    return float(np.median(seen.half_rises[rise] / said.half_rises[rise])) if rise.any() else 1.0


def _errors(theory: _Theory, said: _Course, seen: _Course) -> Errors:
    due, clock = said.half_rises, _clock(said, seen)
    late = np.abs(seen.half_rises / clock - due) / np.where(due > 0, due, 1 / theory.values)
    late = np.where(np.isnan(late), np.inf, late)
    drop = (np.maximum(theory.flow.values, 0) ** 2).sum() / 4
    return Errors(
        half_rise=float(np.median(late)),
        worst_half_rise=float(late.max()),
        strength=float((np.abs(seen.strengths - said.strengths) / theory.values).max()),
        loss=float(np.abs(seen.loss - said.loss).max() / drop),
        clock=clock,
    )


def _measured(
    stats: CorpusStatistics, theory: _Theory, assumptions: Assumptions, records: int, pulling: bool = False
) -> Residuals:
    """A run beside its theory."""
    problem, values = theory.problem, theory.values
    pace, diverged = _paced(stats, theory, assumptions, records), False
    try:
        run = _trained(stats, problem, assumptions, pace)
        strengths, vectors = _learned(stats, problem, assumptions, pace, run, pulling)
    except training.TrainingDivergedError as error:
        run, diverged = error.trajectory, True
        strengths, vectors = run.strengths, run.weights
    strengths = strengths[:, : len(values)]
    exact = aligned = Errors(*[np.inf] * 5)
    half_rises = np.full(len(values), np.nan)
    if not diverged:
        own = strengths[-1]
        half_rises = dynamics.measured_half_rises(run.times, strengths, own)
        half_rises[(strengths[0] >= own / 2) & (own > 0)] = 0.0
        seen = _Course(strengths, run.loss, half_rises)
        exact, aligned = (_errors(theory, said(theory, run.times), seen) for said in (_exact, _aligned))
    return Residuals(
        values=values,
        times=run.times,
        strengths=strengths,
        half_rises=half_rises,
        exact=exact,
        aligned=aligned,
        overlap=_overlap(theory, vectors),
        opposed=_opposed(run),
        step_size=pace.step_size,
        batch_size=pace.batch_size,
    )


def _overlap(theory: _Theory, vectors: np.ndarray) -> float:
    """How much of the first five modes lies in as many directions of the vectors."""
    k = min(5, int((theory.flow.values > 0).sum()))
    strongest = np.linalg.svd(np.asarray(vectors, float), full_matrices=False)[0]
    return dynamics.subspace_overlap(strongest[:, :k], theory.flow.modes.vectors[:, :k])


def _opposed(run: training.Trajectory) -> int:
    """How many directions of (WZᵀ + ZWᵀ)/2 push their words apart at the end, small ones aside."""
    if run.context is None:
        return 0
    values = _symmetric_part(run.weights, run.context)[0]
    return int((values < -0.01 * np.abs(values).max()).sum())


# What the page on assumptions shows: all combinations of broken assumptions.

_SUBSAMPLE = 1e-5
_THINNED = {"weights": "word2vec", "subsample": _SUBSAMPLE}
_RATED = {**_THINNED, "word_rates": True}
_LARGE, _LONG, _SMALL = {"start": 0.5}, {"step": 0.5}, {"batch": 1.0}


#: The switches of :func:`deviation_table`: the positions of each, first the theory's own, and what they change.
SWITCHES = {
    "vectors": {"tied": {}, "untied": {"tied": False}},
    "loss": {"quadratic": {}, "logistic": {"loss": "logistic"}},
    "weights": {"even": {}, "word2vec": _THINNED, "word2vec, rates 1/a": _RATED},
    "start": {"small": {}, "large": _LARGE},
    "step": {"short": {}, "long": _LONG},
    "batch": {"full": {}, "small": _SMALL},
}


@checked
def deviation_table(stats: CorpusStatistics, d: int, *, modes: int = 6) -> dict:
    r"""Return measurement and prediction for every combination of broken assumptions, as plain data.

    Parameters
    ----------
    stats : CorpusStatistics
        V words; a few hundred at most, as 56 runs are trained.
    d : int
        Dimensions.
    modes : int
        How many modes are kept.

    Returns
    -------
    dict
        For :func:`~w2vlib.course.widgets.assumption_explorer`; about 17 kB as
        JSON for each mode.  ``"switches"``: the positions of :data:`SWITCHES`.
        ``"size"``, ``"d"``, ``"modes"``, ``"subsample"`` and ``"scales"`` (σ of
        each start): what was trained.  ``"theories"``, by positions of vectors,
        weights and start: ``"values"`` (:math:`\lambda_k`), ``"t"``,
        ``"strengths"`` of the exact solution.  ``"runs"``, by positions of all
        switches, joined by ``"; "``: ``"t"``, ``"strengths"`` as measured;
        ``"clock"`` of the exact solution; ``"exact"`` and ``"aligned"``, the
        other four :class:`Errors` (None where infinite); ``"overlap"``, ``"opposed"``, ``"diverged"``, ``"step"``
        (:math:`\eta\lambda_1`), ``"batch"`` (pairs).  Small batches go with the
        quadratic loss and even weights only.

    Raises
    ------
    ValueError
        As :func:`residuals`.

    Notes
    -----
    Our own.  Introduced in chapter *assumptions*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> table = deviation_table(stats, 1)
    >>> len(table["theories"]), len(table["runs"])
    (12, 56)
    """
    theories, runs = {}, {}
    with limited_threads(len(stats)):
        for positions in itertools.product(*SWITCHES.values()):
            state, changes = dict(zip(SWITCHES, positions)), {}
            if state["batch"] == "small" and (state["loss"], state["weights"]) != ("quadratic", "even"):
                continue
            for switch, position in state.items():
                changes |= SWITCHES[switch][position]
            assumptions = Assumptions(**changes)
            key = "; ".join([state["vectors"], state["weights"], state["start"]])
            if key not in theories:
                theories[key] = _told(stats, d, assumptions, modes)
            found = _measured(stats, theories[key], assumptions, 4 * _KEPT - 3)
            runs["; ".join(positions)] = _run_data(found)
        told = {key: _theory_data(theory) for key, theory in theories.items()}
    return {
        "size": len(stats),
        "d": d,
        "modes": modes,
        "subsample": _SUBSAMPLE,
        "scales": {"small": Assumptions.start, "large": _LARGE["start"]},
        "switches": {name: list(positions) for name, positions in SWITCHES.items()},
        "theories": told,
        "runs": runs,
    }


def _theory_data(theory: _Theory) -> dict:
    t = np.linspace(0, theory.time, 5 * _KEPT)
    return {
        "values": _plain(theory.values),
        "t": _plain(t),
        "strengths": _plain(theory.flow.strengths(t)[:, : len(theory.values)], 3),
    }


def _run_data(found: Residuals) -> dict:
    return {
        "t": _plain(found.times[::4]),  # half-rises are measured with four times as many
        "strengths": _plain(found.strengths[::4], 3),
        "clock": _plain(found.exact.clock, 3),
        "exact": _plain(found.exact[:4], 3),
        "aligned": _plain(found.aligned[:4], 3),
        "overlap": _plain(found.overlap),
        "opposed": found.opposed,
        "diverged": found.diverged,
        "step": _plain(found.step_size * found.values[0], 2),
        "batch": found.batch_size,
    }


def _plain(numbers: Sequence | float, digits: int = 4):
    """Numbers of few digits in nested lists; None for what is not finite."""
    if np.ndim(numbers):
        return [_plain(number, digits) for number in numbers]
    return float(f"{numbers:.{digits}g}") if np.isfinite(numbers) else None


# How the page's own table is set.

_COLUMNS = (
    ("clock", 1, 2),
    ("half-rise error, %", 100, 1),
    ("by aligned modes, %", 100, 0),
    ("first 5", 1, 2),
    ("all directions", 1, 2),
    ("strength", 1, 2),
    ("quality", 1, 2),
)


@checked
def band(values: np.ndarray, digits: int = 2) -> str:
    """Return the lowest and the highest of some numbers as text, one of them where they round to the same.

    Parameters
    ----------
    values : array of shape (n,)
    digits : int
        After the point, 15 at most.

    Returns
    -------
    str

    Notes
    -----
    Introduced in chapter *assumptions*.

    Examples
    --------
    >>> band([0.911, 0.93, 0.92]), band([0.981, 0.982])
    ('0.91–0.93', '0.98')
    """
    digits = whole_number("digits", digits, 0, 15)
    values = real_array("values", values, None)
    return span(values, f".{digits}f", "–")


@checked
def cost_table(found: dict, chapters: dict) -> str:
    """Return the table of what each assumption costs, in Markdown, with a band over seeds in each cell.

    Parameters
    ----------
    found : dict of str to ndarray of shape (seeds, 7)
        For each assumption dropped: clock, half-rise error, the same for
        aligned modes, overlap of five and of all directions, strength, quality.
    chapters : dict of str to str
        The chapters that show it.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a row has not seven finite numbers for each seed, or no chapter.

    Notes
    -----
    Introduced in chapter *assumptions*.

    Examples
    --------
    >>> row = [[1.01, 0.003, 0.04, 1, 0.95, 1, 0.77], [1.02, 0.003, 0.03, 1, 0.92, 1, 0.76]]
    >>> print(cost_table({"nothing": np.array(row)}, {"nothing": "12"}).splitlines()[-1])
    | nothing | 1.01–1.02 | 0.3 | 3–4 | 1.00 | 0.92–0.95 | 1.00 | 0.76–0.77 | 12 |
    """
    head = ["dropped", *(name for name, _, _ in _COLUMNS), "chapter"]
    lines = [head, ["---"] * len(head)]
    for name, rows in found.items():
        if name not in chapters:
            raise ValueError(f"chapters lacks {name!r}")
        rows = real_array(f"found[{name!r}]", rows, None, len(_COLUMNS))
        cells = [band(scale * column, digits) for column, (_, scale, digits) in zip(rows.T, _COLUMNS)]
        lines.append([str(name), *cells, str(chapters[name])])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
