r"""The check of a prediction and its experiment: it asks whether they are honest, not whether the prediction was right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..checks import CheckFailed, NotDone, compare, passed

__all__ = ["check_experiment", "check_prediction"]


def check_prediction(prediction: Sequence[float], possible: tuple[float, float], what: str) -> None:
    r"""Check that a prediction is one: two ends of a range that could turn out to be wrong.

    Parameters
    ----------
    prediction : pair of float
        The lowest and the highest value that the learner expects.
    possible : pair of float
        Between what the quantity lies, whatever happens.  A prediction that covers more than three quarters
        of it says too little.
    what : str
        What is predicted, as the subject of a sentence: "the share of right answers".

    Raises
    ------
    CheckFailed
        If it is no pair of numbers, the ends are swapped or the same, it reaches beyond what is
        possible, or covers nearly all of it.

    Notes
    -----
    Serves the problem sets.

    Examples
    --------
    >>> check_prediction((0.2, 0.5), (0, 1), "the share of right answers")
    Correct: the share of right answers is predicted, from 0.2 to 0.5.
    >>> check_prediction((0, 1), (0, 1), "the share of right answers")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the share of right answers: from 0 to 1 covers most of what is possible, ...
    """
    low, high = _ends(prediction, what)
    least, most = possible
    if low < least or high > most:
        raise CheckFailed(
            f"{what}: from {low:g} to {high:g} reaches beyond what is possible, {least:g} to {most:g}"
        )
    if high - low > 0.75 * (most - least):
        raise CheckFailed(
            f"{what}: from {low:g} to {high:g} covers most of what is possible, so that it cannot fail; give a narrower range"
        )
    passed(f"{what} is predicted, from {low:g} to {high:g}")


def check_experiment(
    prediction: Sequence[float],
    measured: float,
    held: bool,
    again: float,
    what: str,
    tolerance: float = 1e-6,
) -> None:
    r"""Check that an experiment was done as asked, and that what is said of the prediction is so.

    Full marks do not need a prediction that held.

    Parameters
    ----------
    prediction : pair of float
        As for :func:`check_prediction`.
    measured : float
        What the learner measured.
    held : bool
        What the learner says: whether the measured value lies within the prediction, ends included.
    again : float
        The same, measured again with the same seed.
    what : str
        What is measured, as the subject of a sentence.
    tolerance : float
        How far apart two measurements may be, relative to the larger of `again` and 1.

    Raises
    ------
    CheckFailed
        The message says whether the measurement is not what the experiment gives, or not what was
        measured is said of the prediction.

    Notes
    -----
    Serves the problem sets.

    Examples
    --------
    >>> check_experiment((0.2, 0.5), 0.6, False, 0.6, "the share of right answers")
    Correct: the share of right answers is 0.6, and that the prediction failed is said as it is.
    >>> check_experiment((0.2, 0.5), 0.6, True, 0.6, "the share of right answers")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the share of right answers: 0.6 lies outside what was predicted, from 0.2 to 0.5: it did not hold, ...
    """
    if measured is ... or held is ...:
        raise NotDone(f"{what}: not done yet")
    low, high = _ends(prediction, what)
    middle = (low + high) / 2
    if (
        np.ndim(measured) == 0
        and measured == middle
        and not np.isclose(middle, again, rtol=0, atol=tolerance)
    ):
        raise CheckFailed(
            f"{what}: {middle:g} is the middle of the prediction; run the experiment and write what it gives"
        )
    compare(measured, again, f"{what}, measured with the seed that is asked for,", tolerance, tell=False)
    if not isinstance(held, (bool, np.bool_)):
        raise CheckFailed(
            f"{what}: say of the prediction whether it held by True or False, not by {held!r:.60}"
        )
    inside = low <= measured <= high
    if bool(held) != inside:
        where, does = ("within", "held") if inside else ("outside", "did not hold")
        raise CheckFailed(
            f"{what}: {float(measured):g} lies {where} what was predicted, from {low:g} to {high:g}: it {does}, and a "
            "prediction that fails costs no marks"
        )
    said = "held" if inside else "failed"
    passed(f"{what} is {float(measured):g}, and that the prediction {said} is said as it is")


def _ends(prediction, what: str) -> tuple[float, float]:
    """The two ends of a prediction."""
    if prediction is ... or isinstance(prediction, (list, tuple)) and any(end is ... for end in prediction):
        raise NotDone(f"{what}: not done yet; predict before you measure")
    try:
        low, high = (float(end) for end in prediction)
    except (TypeError, ValueError):
        raise CheckFailed(
            f"{what}: a prediction is two numbers, the lowest and the highest value you expect, not {prediction!r:.60}"
        ) from None
    if not np.isfinite([low, high]).all():
        raise CheckFailed(
            f"{what}: a prediction from {low:g} to {high:g} cannot fail; say two finite numbers"
        )
    if low > high:
        raise CheckFailed(f"{what}: the ends are swapped: {low:g} is above {high:g}")
    if low == high:
        raise CheckFailed(f"{what}: {low:g} is a single number, which no measurement meets; say a range")
    return low, high
