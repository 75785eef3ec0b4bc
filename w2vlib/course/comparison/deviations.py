r"""What every broken assumption costs: one at a time as rows, all combinations as a table for switches."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from ...dynamics import noise_radius, sampling_noise
from ...statistics import CorpusStatistics
from .compare import Told, compare, side_by_side, told
from .result import Comparison, Prediction
from .running import Plan, started
from .setting import Setting, weighted

__all__ = ["SWITCHES", "deviation_residuals", "deviation_table"]

NOISE = 1.0  # the noise number of small batches
SUBSAMPLE = 1e-5
_LARGEST = 150_000  # bytes of JSON
_BYTES = 14_800  # of JSON for a mode
_RECORDS = 20  # kept of a run

#: The switches of :func:`deviation_table`: for each the positions, first the theory's own.
SWITCHES = {
    "vectors": ("tied", "untied"),
    "loss": ("quadratic", "logistic"),
    "weights": ("even", "word2vec", "word2vec, rates 1/a"),
    "start": ("small", "large"),
    "step": ("short", "long"),
    "batch": ("full", "small"),
}

_TIED = {"tied": True, "untied": False}
_WEIGHTS = {
    "even": {},
    "word2vec": {"weights": "word2vec", "subsample": SUBSAMPLE},
    "word2vec, rates 1/a": {"weights": "word2vec", "subsample": SUBSAMPLE, "rates": True},
}
_SCALES = {"small": 1e-2, "large": 0.5}
_STEPS = {"short": 0.05, "long": 0.5}

_DEVIATIONS = (
    ("nothing", "", {}),
    ("vectors", "untied, independent", {"tied": False}),
    ("vectors", "untied, pulling directions", {"tied": False, "pulling": True}),
    ("loss", "logistic", {"loss": "logistic"}),
    ("weights", "as pairs are drawn", {"weights": "counts"}),
    ("weights", "word2vec's", {"weights": "word2vec"}),
    ("weights", "word2vec's, subsampled", {"weights": "word2vec", "subsample": SUBSAMPLE}),
    (
        "weights",
        "the same, rates 1/a",
        {"weights": "word2vec", "subsample": SUBSAMPLE, "rates": True},
    ),
    ("weights", "products, rates 1/a", {"weights": "rank one", "subsample": SUBSAMPLE}),
    ("start", "word2vec's", {"scale": "word2vec"}),
    ("start", "large, σ = 0.5", {"scale": _SCALES["large"]}),
    ("step", "long, ηλ₁ = 0.5", {"step": _STEPS["long"]}),
    ("batch", "small", {"batch_size": NOISE}),
    (
        "all but step and batch",
        "word2vec itself",
        {
            "tied": False,
            "loss": "logistic",
            "weights": "word2vec",
            "subsample": SUBSAMPLE,
            "scale": "word2vec",
        },
    ),
)


def deviation_residuals(
    stats: CorpusStatistics, d: int, *, modes: int = 10, seed: int = 0, dtype: str = "float32", **more
) -> list[dict]:
    r"""Return what each assumption of the theory is worth: one broken at a time, and how far the theory is off.

    Parameters
    ----------
    stats : CorpusStatistics
        V words.
    d : int
        Dimensions.
    modes : int
        K, how many modes residuals are taken over.
    seed, dtype
        As in :func:`compare`.
    **more
        Other arguments of :func:`compare`, for all rows.

    Returns
    -------
    list of dict
        A row for each deviation, the first with none: ``"assumption"`` and
        ``"instead"`` (words), the errors of the exact solution of the theory
        ``"half_rise"`` (median), ``"worst_half_rise"``, ``"strength"`` and
        ``"loss"`` (shares; infinite where a mode never rose or training
        diverged), ``"aligned_half_rise"`` (the median for aligned modes), the
        overlaps at the end ``"top_5"`` and ``"top_d"``, ``"opposed"`` and
        ``"noise"`` as in :class:`Comparison`, and ``"comparison"`` itself.

    Raises
    ------
    ValueError
        As :func:`compare`.

    Notes
    -----
    Untied vectors learn negative eigenvalues too, so that their k-th strength
    is not always that of mode k; with "pulling directions" those are set aside.
    Small batches are of labelled pairs, as many as make the noise number of
    mode K one.  Subsampling is at 1e-5, as k = 1 everywhere.  Our own.
    Introduced in chapter 11, *word2vec climbs the same stairs, up to a point*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> rows = deviation_residuals(stats, 1, scale=0.1, step=0.1, records=5)
    >>> [(row["assumption"], row["instead"]) for row in rows][:3]
    [('nothing', ''), ('vectors', 'untied, independent'), ('vectors', 'untied, pulling directions')]
    """
    rows = []
    for assumption, instead, change in _DEVIATIONS:
        change = {"modes": modes, "seed": seed, "dtype": dtype, **more, **change}
        if "batch_size" in change:
            plan = Plan(step=change.get("step", Plan.step), modes=modes)
            change |= {"batch_size": _small_batch(stats, weighted(stats), d, plan), "sampler": "label"}
        found = compare(stats, d, **change)
        rows.append(
            {
                "assumption": assumption,
                "instead": instead,
                "half_rise": found.exact.half_rise_error,
                "worst_half_rise": found.exact.worst_half_rise_error,
                "strength": found.exact.strength_error,
                "loss": found.exact.loss_error,
                "aligned_half_rise": found.aligned.half_rise_error,
                "top_5": found.overlaps["end"][0],
                "top_d": found.overlaps["end"][1],
                "opposed": found.opposed,
                "noise": found.noise,
                "comparison": found,
            }
        )
    return rows


def _small_batch(stats: CorpusStatistics, setting: Setting, d: int, plan: Plan) -> int:
    """How many labelled pairs a batch has whose noise number is NOISE."""
    values = setting.modes.values[:d]
    last = values[min(plan.modes, int((values > 0).sum())) - 1]
    radius = noise_radius(sampling_noise(stats, "label", setting.target))
    step_size = min(plan.step / values[0], setting.largest_step(d))
    return max(1, int(np.ceil(step_size * radius / last / NOISE)))


def deviation_table(
    stats: CorpusStatistics,
    d: int,
    *,
    modes: int = 6,
    seed: int = 0,
    dtype: str = "float32",
    switches: Mapping[str, Sequence[str]] | None = None,
) -> dict:
    r"""Return measurement and prediction for every combination of broken assumptions, as plain data.

    Parameters
    ----------
    stats : CorpusStatistics
        V words; a few hundred, as many runs are trained.
    d : int
        Dimensions.
    modes : int
        K, how many modes are kept.
    seed, dtype
        As in :func:`compare`.
    switches : dict, optional
        For some of the switches the positions to measure, the theory's own
        first; by default all of :data:`SWITCHES`.

    Returns
    -------
    dict
        For :func:`~w2vlib.course.widgets.assumption_explorer`; less than 150 kB as
        JSON.  ``"switches"``: their positions.  ``"size"``, ``"d"``,
        ``"modes"``, ``"subsample"`` and ``"scales"`` (σ of each start): what
        was trained.  ``"theories"``, by positions of vectors, weights and
        start: ``"values"`` (:math:`\lambda_k`), ``"t"``, ``"strengths"`` of the
        exact solution.  ``"runs"``, by positions of all switches, joined by
        ``"; "``: ``"t"``, ``"strengths"`` as measured; ``"exact"`` and
        ``"aligned"``, the four errors of :class:`Prediction` (None where
        infinite); ``"overlap"`` (of the first five directions, at the end);
        ``"opposed"``, ``"diverged"``, ``"step"`` (:math:`\eta\lambda_1`),
        ``"batch"``.  Small batches go with the quadratic loss and even weights
        only.

    Raises
    ------
    ValueError
        As :func:`compare`, if there is no such switch or position, or if the
        table would be too large.

    Notes
    -----
    Our own.  Introduced in chapter 11.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> few = {name: positions[:1] for name, positions in SWITCHES.items() if name != "loss"}
    >>> list(deviation_table(stats, 1, switches=few)["runs"])
    ['tied; quadratic; even; small; short; full', 'tied; logistic; even; small; short; full']
    """
    switches = _checked_switches(switches or {})
    count = min(modes, d)
    if (length := _BYTES * (count + 1)) >= _LARGEST:
        raise ValueError(
            f"the table would have about {length:,} bytes, more than {_LARGEST:,}; keep fewer modes than {count}"
        )
    settings = {
        (vectors, weights): weighted(stats, **change, symmetric=_TIED[vectors])
        for vectors in switches["vectors"]
        for weights, change in _WEIGHTS.items()
        if weights in switches["weights"]
    }
    batch = _small_batch(stats, settings["tied", "even"], d, Plan(modes=modes))
    table = {
        "size": len(stats),
        "d": d,
        "modes": modes,
        "subsample": SUBSAMPLE,
        "scales": dict(_SCALES),
        "switches": {name: list(positions) for name, positions in switches.items()},
        "theories": {},
        "runs": {},
    }
    for vectors, weights, start in itertools.product(*(switches[s] for s in ("vectors", "weights", "start"))):
        W, Z = started(len(stats), d, _TIED[vectors], _SCALES[start], seed)
        theory = told(settings[vectors, weights], W, Z, modes)
        table["theories"]["; ".join([vectors, weights, start])] = _theory(theory)
        for loss, step, size in itertools.product(switches["loss"], switches["step"], switches["batch"]):
            if size == "small" and (loss, weights) != ("quadratic", "even"):
                continue
            plan = Plan(
                loss=loss,
                step=_STEPS[step],
                batch_size=batch if size == "small" else None,
                sampler="label",
                seed=seed,
                modes=modes,
                records=2 * _RECORDS - 1,  # every second one is kept
                dtype=dtype,
            )
            found = side_by_side(stats, theory, plan, [])
            table["runs"]["; ".join([vectors, loss, weights, start, step, size])] = _run(found, size, batch)
    return table


def _checked_switches(wanted: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    for name, positions in wanted.items():
        if name not in SWITCHES:
            raise ValueError(f"there is no switch {name!r}; there are {', '.join(SWITCHES)}")
        own = SWITCHES[name]
        if isinstance(positions, str) or list(positions[:1]) != [own[0]] or not set(positions) <= set(own):
            raise ValueError(
                f"{name} must be a list of {', '.join(map(repr, own))}, beginning with {own[0]!r}, not {positions!r}"
            )
    return {**SWITCHES, **wanted}


def _theory(theory: Told) -> dict:
    t = np.linspace(0, theory.time, 3 * _RECORDS)
    count = len(theory.half_rises)
    return {
        "values": _plain(theory.values[:count]),
        "t": _plain(t),
        "strengths": _plain(theory.flow.strengths(t)[:, :count], 3),
    }


def _run(found: Comparison, size: str, batch: int) -> dict:
    return {
        "t": _plain(found.times[::2]),
        "strengths": _plain(found.strengths[::2, : len(found.half_rises)], 3),
        "exact": _errors(found.exact),
        "aligned": _errors(found.aligned),
        "overlap": _plain(found.overlaps["end"][0]),
        "opposed": found.opposed,
        "diverged": found.diverged,
        "step": _plain(found.step_size * found.values[0], 2),
        "batch": batch if size == "small" else None,
    }


def _errors(theory: Prediction) -> list:
    return _plain(
        [theory.half_rise_error, theory.worst_half_rise_error, theory.strength_error, theory.loss_error], 3
    )


def _plain(numbers: Sequence | float, digits: int = 4):
    """Numbers of few digits in nested lists; None for what is not finite."""
    if np.ndim(numbers):
        return [_plain(number, digits) for number in numbers]
    return float(f"{numbers:.{digits}g}") if np.isfinite(numbers) else None
