"""A prediction held against the training that it was made for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .._common.arguments import check_kind, checked
from ..embeddings import Embedding
from ..evaluation import analogy_accuracy, load_analogies
from ..evaluation.analogies import four_words
from ..training import Trajectory
from ._questions import covered_questions
from ._trial import clock_and_error
from ._word2vec import own_half_rises
from .record import Prediction

__all__ = ["Score", "score"]

SAME = 1e-5  # relative difference of two starts that are one


@dataclass(frozen=True, eq=False)
class Score:
    r"""How training came, beside what was said.

    Attributes
    ----------
    seeds : tuple of int or None, one for each run
        None where a run does not tell from which start it came, as word2vec's does not.
    half_rises : ndarray of shape (runs, k)
        As measured, in flow time; not a number where a direction had not risen by the end.
        Of least squares, half of :math:`\lambda_k`; of word2vec, half of what a direction ends with.
    errors : ndarray of shape (runs, k)
        By which share they differ from the prediction for their seed; for word2vec, after the clock.
    covered : ndarray of bool, shape (runs, k)
        Whether they lie within the bars for any start; for word2vec, whose clock is another than the theory's,
        few do.
    clock : ndarray of shape (runs,)
        The median ratio of half-rises to their predictions.
    loss : ndarray of shape (runs,), or None
        The largest difference of the loss, as a share of its drop; None for word2vec.
    strengths : ndarray of shape (runs,), or None
        The largest difference of a strength, as a share of its :math:`\lambda_k`; None for word2vec.
    accuracy : ndarray of shape (runs,), or None
        Of analogies, at the end; None where none was predicted or the words are not known.
    holds : ndarray of bool, shape (runs,), or None
        Whether what was said of the error came true; None if nothing was said.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> Score((0,), np.ones((1, 2)), np.array([[0.01, -0.03]]), np.ones((1, 2), bool), np.ones(1),
    ...       None, None, None, None).median_error
    0.02
    """

    seeds: tuple
    half_rises: np.ndarray
    errors: np.ndarray
    covered: np.ndarray
    clock: np.ndarray
    loss: np.ndarray | None
    strengths: np.ndarray | None
    accuracy: np.ndarray | None
    holds: np.ndarray | None

    @property
    def median_error(self) -> float:
        """The median of all half-rises' errors in modulus; not a number if none rose."""
        return float(np.nanmedian(np.abs(self.errors))) if np.isfinite(self.errors).any() else float("nan")

    @property
    def largest_error(self) -> float:
        """The largest of them."""
        return float(np.nanmax(np.abs(self.errors))) if np.isfinite(self.errors).any() else float("nan")

    @property
    def coverage(self) -> float:
        """The share of half-rises that lie within their bars."""
        return float(self.covered.mean())


@checked
def score(
    prediction: Prediction,
    runs: Sequence[Trajectory],
    questions: Questions | None = None,  # noqa: F821
) -> Score:
    """Return how training came, beside what was said of it.

    Parameters
    ----------
    prediction : Prediction
    runs : list of Trajectory
        Trained with the arguments of :meth:`Prediction.training`.
    questions : dict, optional
        The analogies of the prediction; by default those of :func:`~w2vlib.evaluation.load_analogies`.

    Returns
    -------
    Score

    Raises
    ------
    ValueError
        If there is no run, or one was trained otherwise than was predicted; the message says how.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> from w2vlib import load_wikipedia, train_qwem
    >>> from w2vlib.prediction import Settings, predict
    >>> stats = load_wikipedia(60)
    >>> said = predict(stats, Settings(d=10, directions=3))
    >>> found = score(said, [train_qwem(**said.training(stats, seed)) for seed in said.settings.seeds])
    >>> found.seeds, found.median_error < 0.03, bool(found.loss.max() < 0.03)
    ((0, 1, 2), True, True)
    """
    runs = [*runs]
    if not runs:
        raise ValueError("there is no run to hold the prediction against; train one: w2v train")
    for number, run in enumerate(runs, start=1):
        check_kind(f"run {number}", run, "Trajectory")
        check_run(prediction, run, f"run {number}")
    directions = prediction.content["directions"]
    bars = np.array([[entry["half_rise"][end] or np.inf for end in ("low", "high")] for entry in directions])
    of_seeds = np.array([entry["half_rise"]["seeds"] for entry in directions], float).T
    middle = np.array([entry["half_rise"]["middle"] or np.nan for entry in directions], float)
    accuracy = _accuracy(prediction, runs, questions)
    if prediction.settings.model == "word2vec":
        return _word2vec(prediction, runs, bars, middle, accuracy)
    seeds = [seed_of(prediction, run) for run in runs]
    told = np.array([of_seeds[prediction.settings.seeds.index(seed)] for seed in seeds])
    values = np.array([entry["value"] for entry in directions])
    half_rises = np.array([_known_half_rises(run, values) for run in runs])
    errors = half_rises / told - 1
    loss, strengths = np.transpose([_curves(prediction, run, seed) for run, seed in zip(runs, seeds)])
    promised = prediction.content["error"]["median"]
    holds = np.array([np.nanmedian(np.abs(row)) <= promised for row in errors])
    return Score(
        tuple(seeds), half_rises, errors, _covered(half_rises, bars), _clocks(half_rises, told), loss, strengths,
        accuracy, holds,
    )  # fmt: skip


def _word2vec(prediction, runs, bars, middle, accuracy) -> Score:
    """Of word2vec, whose runs do not tell their seeds."""
    half_rises = np.array([own_half_rises(run, len(middle)) for run in runs])
    clocks = _clocks(half_rises, np.tile(middle, (len(runs), 1)))
    errors = half_rises / middle / clocks[:, None] - 1
    said, holds = prediction.content["error"], None
    if said["said"]:
        found = [clock_and_error(row, middle) for row in half_rises]
        holds = np.array(
            [
                said["clock"]["low"] <= clock <= said["clock"]["high"] and error <= said["median"]
                for clock, error in found
            ]
        )
    return Score(
        (None,) * len(runs),
        half_rises,
        errors,
        _covered(half_rises, bars),
        clocks,
        None,
        None,
        accuracy,
        holds,
    )


def check_run(prediction: Prediction, run: Trajectory, name: str) -> None:
    """Raise ValueError unless a run was trained as was predicted."""
    settings, content = prediction.settings, prediction.content
    planned, size = content["training"], content["corpus"]["words"]
    if run.weights.shape != (size, settings.d):
        raise ValueError(
            f"{name} has {run.weights.shape[0]:,} words and {run.weights.shape[1]} dimensions, and {size:,} and "
            f"{settings.d} were predicted; it is a run of something else"
        )
    objective = "logistic" if settings.model == "word2vec" else "least squares"
    if run.objective != objective:
        raise ValueError(f"{name} is no run of {settings.model}: its objective is {run.objective}")
    step = planned.get("step_size", run.step_size)
    if abs(run.step_size / step - 1) > SAME:
        raise ValueError(f"{name} has steps of {run.step_size:g}, and {step:g} was predicted; train it again")
    if not set(run.steps.tolist()) <= set(planned["recorded"]) or len(run.steps) < 2:
        raise ValueError(f"{name} was recorded at other steps than was predicted; train it with w2v train")


def seed_of(prediction: Prediction, run: Trajectory) -> int:
    """Return the seed that a run of least squares set out from, by the length of its first weights."""
    lengths = np.array(prediction.content["training"]["starts"])
    off = np.abs(run.strengths[0].sum() / lengths - 1)
    if run.steps[0] != 0 or off.min() > SAME:
        raise ValueError("a run began from another start than was predicted; train it with w2v train")
    return prediction.settings.seeds[int(off.argmin())]


def _known_half_rises(run: Trajectory, values: np.ndarray) -> np.ndarray:
    found = run.half_rises(values)
    found[run.strengths[0, : len(values)] >= values / 2] = 0.0
    return found


def _covered(half_rises: np.ndarray, bars: np.ndarray) -> np.ndarray:
    return (half_rises >= bars[:, 0]) & (half_rises <= bars[:, 1])


def _clocks(half_rises: np.ndarray, told: np.ndarray) -> np.ndarray:
    return np.array([clock_and_error(*pair)[0] for pair in zip(half_rises, told)])


def _curves(prediction: Prediction, run: Trajectory, seed: int) -> tuple[float, float]:
    """How far loss and strengths are from their curves, at the worst moment."""
    curves, place = prediction.content["curves"], prediction.settings.seeds.index(seed)
    both, told, seen = np.intersect1d(curves["steps"], run.steps, return_indices=True)
    loss = np.array(curves["loss"][place])[told]
    strengths = np.array(curves["strengths"][place])[told]
    values = np.array([entry["value"] for entry in prediction.content["directions"]])
    off = np.abs(run.strengths[seen, : len(values)] - strengths) / values
    return float(np.abs(run.loss[seen] - loss).max() / np.ptp(curves["loss"][place])), float(off.max())


def _accuracy(prediction: Prediction, runs: list[Trajectory], questions) -> np.ndarray | None:
    if not prediction.content["accuracy"]["said"] or any(run.words is None for run in runs):
        return None
    questions = load_analogies() if questions is None else four_words(questions)
    questions = covered_questions(questions, runs[0].words)
    if not questions:
        return None
    return np.array([analogy_accuracy(Embedding(run.words, run.weights), questions).accuracy for run in runs])
