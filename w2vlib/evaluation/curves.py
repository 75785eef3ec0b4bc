"""Analogy accuracy against the number of directions, against time, and against training steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from numbers import Real

import numpy as np

from .._common.arguments import check_kind, checked
from .._common.progress import progress_bar
from .._common.validate import shortened, whole_number
from ..dynamics.exact import Dynamics
from ..embeddings import Embedding
from ..spectra import Spectrum
from ..training import Trajectory
from .analogies import Questions, analogy_accuracy, four_words, load_analogies

__all__ = ["AnalogyCurve", "accuracy_by_rank", "accuracy_by_time", "accuracy_of_snapshots", "family_rise"]


@dataclass(frozen=True, eq=False)
class AnalogyCurve:
    """Analogy accuracy at a series of places: numbers of directions, times or steps.

    Attributes
    ----------
    at : ndarray of shape (n,)
        The places, rising.
    overall : ndarray of shape (n,)
        Accuracy over all covered questions.
    families : dict of str to ndarray of shape (n,)
        Accuracy of each family that has covered questions.
    covered : dict of str to int
        Covered questions of every family, 0 included.
    unit : {"directions", "flow time", "steps"}
        What `at` counts.

    Notes
    -----
    Introduced in chapter *analogies*.

    Examples
    --------
    >>> curve = AnalogyCurve(np.array([1, 2]), np.array([0.0, 0.5]), {"f": np.array([0.0, 0.5])},
    ...                      {"f": 6}, unit="steps")
    >>> curve
    AnalogyCurve(2 places, steps 1 … 2, accuracy 0.000 … 0.500 over 6 questions)
    """

    at: np.ndarray
    overall: np.ndarray
    families: dict[str, np.ndarray]
    covered: dict[str, int]
    unit: str

    def __len__(self) -> int:
        return len(self.at)

    def __repr__(self) -> str:
        return (
            f"AnalogyCurve({len(self)} places, {self.unit} {self.at[0]:.4g} … {self.at[-1]:.4g}, accuracy "
            f"{self.overall[0]:.3f} … {self.overall[-1]:.3f} over {sum(self.covered.values()):,} questions)"
        )


@checked
def accuracy_by_rank(
    modes: Spectrum, ranks: Iterable[int], questions: Questions | None = None
) -> AnalogyCurve:
    r"""Return analogy accuracy with the first d directions, for several d.

    The vectors are :math:`W = U_d \Lambda_d^{1/2}`, as
    :meth:`~w2vlib.Spectrum.embedding` makes them from the first d directions.

    Parameters
    ----------
    modes : Spectrum
        At least as many directions as the largest rank.
    ranks : iterable of int
        Numbers d of directions, rising.
    questions : dict, optional
        As :func:`load_analogies` returns them, which is the default.

    Returns
    -------
    AnalogyCurve
        ``at`` holds the ranks.

    Raises
    ------
    ValueError
        If a rank is not a whole number between 1 and the number of `modes`, the
        ranks do not rise, or no question is covered.

    Notes
    -----
    Directions with an eigenvalue of 0 or below are left out, as training never
    learns them.  Source: Karkada et al. (2025), figure 4.  Introduced in
    chapter *analogies*.

    Examples
    --------
    >>> U = np.linalg.qr(np.random.default_rng(0).standard_normal((5, 3)))[0]
    >>> curve = accuracy_by_rank(Spectrum(np.array([3.0, 2.0, 1.0]), U, 0.0, "abcde"), [1, 3],
    ...                          {"f": [("a", "b", "c", "d"), ("c", "d", "a", "b")]})
    >>> curve.at, curve.covered
    (array([1, 3]), {'f': 2})
    """
    advice = "; ask spectrum() for more directions"
    ranks = [whole_number("a rank", d, most=len(modes), because=advice) for d in ranks]
    whole = modes.embedding()
    known = whole.vectors.shape[1]
    return _curve(
        ((d, whole.leading(min(d, known))) for d in _rising("ranks", ranks)), questions, "directions"
    )


def accuracy_by_time(
    flow: Dynamics,
    times: Iterable[float],
    questions: Questions | None = None,
    progress: bool = False,
) -> AnalogyCurve:
    r"""Return analogy accuracy at moments of training, before any training is done.

    The vectors are the exact solution's, :meth:`~w2vlib.Dynamics.factor`, which differ
    from :math:`W(t)` by a rotation that no score notices.

    Parameters
    ----------
    flow : Dynamics
        Of modes that know their words.
    times : iterable of float
        Flow times, rising; steps times the step size, for comparison with training.
    questions : dict, optional
        As :func:`load_analogies` returns them, which is the default.
    progress : bool
        Whether to show a bar (needs tqdm).

    Returns
    -------
    AnalogyCurve
        ``at`` holds the flow times.

    Raises
    ------
    ValueError
        If a time is negative or not finite, times do not rise, or no question
        is covered.

    Notes
    -----
    Before :math:`\lambda_1 t \approx 8` the start is still visible, and with it
    the directions that a truncated `flow` leaves out: the accuracy then is that
    of the truncation.  Introduced in chapter *analogies*.

    Examples
    --------
    >>> modes = Spectrum(np.arange(5.0, 0.0, -1.0), np.eye(5), residual=0.0, words="abcde")
    >>> flow = Dynamics(modes, initial=np.random.default_rng(0).standard_normal((5, 2)) / 10)
    >>> accuracy_by_time(flow, [0.0, 2.0], {"f": [("a", "b", "c", "d")]}).unit
    'flow time'
    """
    if not isinstance(flow, Dynamics):
        raise TypeError(
            f"flow must be a Dynamics, not {type(flow).__name__}: w2vlib.Dynamics(modes, initial); "
            "for weights already trained use accuracy_of_snapshots"
        )
    check_kind("progress", progress, "bool")
    check_kind("times", times, "Iterable[float]")
    places = [*times]
    if not all(isinstance(t, Real) and np.isfinite(t) and t >= 0 for t in places):
        raise ValueError(f"times must be finite and 0 or more, not {places!r}")
    places = progress_bar(progress, _rising("times", places), desc="analogies", unit=" place")
    return _curve(((t, flow.embedding(t)) for t in places), questions, "flow time")


@checked
def accuracy_of_snapshots(
    run: Trajectory | Iterable[tuple[int, Embedding]], questions: Questions | None = None
) -> AnalogyCurve:
    """Return analogy accuracy of the weights that training recorded.

    Parameters
    ----------
    run : Trajectory, or iterable of (int, Embedding)
        A run with snapshots, trained on what knows its words; or steps and
        vectors, one after the other, so that they need not be held at once.
    questions : dict, optional
        As :func:`load_analogies` returns them, which is the default.

    Returns
    -------
    AnalogyCurve
        ``at`` holds the steps.

    Raises
    ------
    ValueError
        If there is no snapshot, the words are not known, or no question is covered.

    Notes
    -----
    Introduced in chapter *analogies*.

    Examples
    --------
    >>> W = np.array([[1., 0.], [0., 1.], [2., 1.], [1., 2.]])
    >>> run = Trajectory(np.array([0]), np.zeros(1), np.ones((1, 2)), W, step_size=0.1, last_step=10,
    ...                  snapshots={0: W[::-1], 10: W}, words=("man", "woman", "king", "queen"))
    >>> accuracy_of_snapshots(run, {"gender": [("man", "king", "woman", "queen")]}).overall
    array([1., 1.])
    """
    if not isinstance(run, Trajectory):
        points = _steps_and_vectors(run)
    elif run.snapshots:
        points = ((step, run.embedding(step)) for step in sorted(run.snapshots))
    else:
        raise ValueError("there is no snapshot; train with snapshots=[…] to keep the weights of those steps")
    return _curve(points, questions, "steps")


@checked
def family_rise(curve: AnalogyCurve, share: float = 0.5) -> dict[str, float]:
    """Return where each family first reaches a share of its final accuracy.

    Between two places the accuracy is interpolated by a straight line.

    Parameters
    ----------
    curve : AnalogyCurve
    share : float
        Of the accuracy at the last place; more than 0 and at most 1.

    Returns
    -------
    dict of str to float
        In the units of ``curve.at``; the first place if the share is reached
        there, not a number where the final accuracy is 0.

    Raises
    ------
    ValueError
        If `share` is out of range.

    Notes
    -----
    Introduced in chapter *analogies*.

    Examples
    --------
    >>> curve = AnalogyCurve(np.array([0, 10, 20]), np.array([0.0, 0.2, 0.8]),
    ...                      {"f": np.array([0.0, 0.2, 0.8])}, {"f": 6}, unit="steps")
    >>> round(family_rise(curve)["f"], 6)
    13.333333
    """
    if not 0 < share <= 1:
        raise ValueError(f"share must be more than 0 and at most 1, not {share!r}")
    rises = {}
    for name, accuracy in curve.families.items():
        goal = share * accuracy[-1]
        if not goal > 0:
            rises[name] = float("nan")
            continue
        n = int(np.argmax(accuracy >= goal))
        low = max(n - 1, 0)
        part = (goal - accuracy[low]) / (accuracy[n] - accuracy[low]) if n else 0.0
        rises[name] = float(curve.at[low] + part * (curve.at[n] - curve.at[low]))
    return rises


def _steps_and_vectors(run: Iterable[tuple[int, Embedding]]) -> Iterator[tuple[int, Embedding]]:
    for pair in run:
        if not (isinstance(pair, (tuple, list)) and len(pair) == 2 and isinstance(pair[1], Embedding)):
            raise TypeError(
                f"run must be a Trajectory, or steps with their embeddings (step, embedding), "
                f"not hold {shortened(pair)}"
            )
        yield whole_number("a step of run", pair[0], 0), pair[1]


def _rising(name: str, places: list) -> list:
    """Places that rise, found so before work starts."""
    if not places or any(b <= a for a, b in zip(places, places[1:])):
        raise ValueError(f"{name} must rise strictly, and there must be one or more, not {places!r}")
    return places


def _curve(points: Iterable[tuple[float, Embedding]], questions: Questions | None, unit: str) -> AnalogyCurve:
    questions = load_analogies() if questions is None else four_words(questions)
    scores = {place: analogy_accuracy(embedding, questions) for place, embedding in points}
    places = np.array(_rising("the steps of run" if unit == "steps" else "places", list(scores)))
    covered = {name: family.covered for name, family in next(iter(scores.values())).families.items()}
    families = {
        name: np.array([score.families[name].accuracy for score in scores.values()])
        for name, count in covered.items()
        if count
    }
    overall = np.array([score.accuracy for score in scores.values()])
    return AnalogyCurve(places, overall, families, covered, unit)
