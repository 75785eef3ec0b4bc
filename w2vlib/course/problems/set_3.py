r"""Checks of the third problem set: the closed-form dynamics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from scipy.special import digamma

from ...training import initial_weights
from ..attributes import student_language, student_rng
from ..checks import CheckFailed, as_numbers, ask, compare, name_mistake, passed
from .experiments import check_experiment

__all__ = [
    "check_descent",
    "check_hundred_starts",
    "check_label_price",
    "check_plateaus",
    "check_swing",
    "check_swing_losses",
    "check_timetable",
]

TASK = "set 3"
WINDOW = 5
DIMENSIONS = 4
SCALE = 1e-3
STARTS = 100
#: The step of the experiment, and the one that is too long, in units of 1/λ₁.
SHORT, LONG = 0.1, 1.15


def check_descent(function: Callable[[np.ndarray, np.ndarray, float, int], np.ndarray]) -> None:
    r"""Check a function that trains the least-squares model in full batches.

    Parameters
    ----------
    function : callable
        Takes the start :math:`W_0`, shape (V, d), the target M, shape (V, V), the flow time
        :math:`\eta` of a step and a number of steps; returns the word vectors after so many steps
        :math:`W \leftarrow W + \eta\,(M - WW^\top)\,W`, shape (V, d).

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: a factor of the gradient, a turned sign,
        words that are moved one after another, …

    Notes
    -----
    Serves problem 1 of the third set.

    Examples
    --------
    >>> def mine(W0, M, step_size, steps):
    ...     W = W0
    ...     for _ in range(steps):
    ...         W = W + step_size * (M - W @ W.T) @ W
    ...     return W
    >>> check_descent(mine)
    Correct: training for 0, 1, 2 and 40 steps, with as many dimensions as words and with fewer.
    >>> check_descent(lambda W0, M, step_size, steps: mine(W0, M, -step_size, steps))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: three words after one step: this climbs; a step goes against the gradient
    """
    two = np.array([[1.0, -0.5], [-0.5, 2.0]])
    rng = np.random.default_rng(3)
    random = rng.standard_normal((6, 6))
    cases = [
        ("three words after one step", rng.standard_normal((3, 2)), np.diag([3.0, 1.0, -2.0]), 0.1, 1),
        ("three words after no step", rng.standard_normal((3, 2)), np.diag([3.0, 1.0, -2.0]), 0.1, 0),
        ("two words after two steps", np.array([[0.5, 0.1], [-0.2, 0.3]]), two, 0.2, 2),
        ("six words after 40 steps", 0.1 * rng.standard_normal((6, 3)), random + random.T, 0.03, 40),
        ("six words in one dimension", 0.1 * rng.standard_normal((6, 1)), random + random.T, 0.03, 40),
    ]
    for what, start, M, step_size, steps in cases:
        found = ask(function, "an array", what, start, M, step_size, steps, intact="the start")
        expected = _descent(start, M, step_size, steps)
        if found.shape == M.shape != start.shape:
            raise CheckFailed(f"{what}: these are the scores of all pairs; return the word vectors W")
        if not np.isfinite(found).all():
            raise CheckFailed(f"{what}: it holds NaN or infinity; the step is short enough for every mode")
        name_mistake(found, _wrong_descents(start, M, step_size, steps), what, expected=expected)
        compare(found, expected, what)
    passed("training for 0, 1, 2 and 40 steps, with as many dimensions as words and with fewer")


def _descent(start, M, step_size, steps, brake=1.0) -> np.ndarray:
    W = start
    with np.errstate(all="ignore"):  # a mistake may grow beyond all bounds
        for _ in range(steps):
            W = W + step_size * (M - brake * W @ W.T) @ W
    return W


def _wrong_descents(start, M, step_size, steps) -> dict[str, np.ndarray]:
    one_by_one, weights = start.copy(), start.copy()
    for _ in range(steps):
        for i in range(len(M)):
            one_by_one[i] += step_size * (M[i] - one_by_one @ one_by_one[i]) @ one_by_one
    for _ in range(steps):
        weights = step_size * (M - weights @ weights.T) @ weights
    wrong = {
        "this climbs; a step goes against the gradient": _descent(start, M, -step_size, steps),
        "words are moved one after another; compute the scores once, then move all words": one_by_one,
        "this step is twice too long; the factor ¼ of the loss makes the gradient (WWᵀ − M)W": (
            _descent(start, M, 2 * step_size, steps)
        ),
        "this step is four times too long; the factor ¼ of the loss makes the gradient (WWᵀ − M)W": (
            _descent(start, M, 4 * step_size, steps)
        ),
        "this step is half as long as it should be; each word is in a row and in a column of the scores": (
            _descent(start, M, step_size / 2, steps)
        ),
        "this grows without a brake; take the scores WWᵀ from M": _descent(start, M, step_size, steps, 0.0),
        "the brake has the wrong sign; take the scores WWᵀ from M": _descent(
            start, M, step_size, steps, -1.0
        ),
        "this is a step too many": _descent(start, M, step_size, steps + 1),
        "this is the last change of W; add it to W": weights,
        "nothing has been changed": start,
    }
    if steps > 1:
        wrong["only one step was taken; is the return inside the loop?"] = _descent(start, M, step_size, 1)
    if steps:
        wrong["this is a step too few"] = _descent(start, M, step_size, steps - 1)
    return wrong


class _Own:
    """A student's target, its eigenvalues from the largest, eigenvectors and start."""

    def __init__(self, student: str):
        language = student_language(student, TASK)
        self.V = len(language)
        self.M = np.asarray(language.target(WINDOW))
        values, vectors = np.linalg.eigh(self.M)
        self.values, self.vectors = values[::-1], vectors[:, ::-1]
        self.learned = self.values[:DIMENSIONS]
        by_modulus = self.values[np.argsort(-np.abs(self.values))]
        self.loudest = by_modulus[:DIMENSIONS]
        [self.negative] = self.loudest[self.loudest < 0][:1]

    @property
    def too_loud(self) -> str:
        return f"these are the largest in modulus: {self.negative:.2f} cannot be learned by tied vectors"

    def start(self, student: str) -> np.ndarray:
        return initial_weights(self.V, DIMENSIONS, SCALE, student_rng(student, f"{TASK}, start"))


def check_timetable(tau: Sequence[float], student: str) -> None:
    r"""Check when the directions of a student's own language will be half learned.

    Parameters
    ----------
    tau : array-like, shape (4,)
        The answer: :math:`\tau_k = \ln(\lambda_k/\mathcal R_{kk}^2)/2\lambda_k`, in flow time,
        :math:`W_0^\top U_4 = \mathcal Q\mathcal R`.
    student : str
        Whose language and start they are.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: a start that forgets the dimensions taken, an
        eigenvalue that cannot be learned, …

    Notes
    -----
    Serves problem 2 of the third set.  A difference of a millionth is allowed, so that
    :math:`\lambda_k/\mathcal R_{kk}^2 - 1` under the logarithm passes, too.

    Examples
    --------
    >>> check_timetable([0.4, 0.7], "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: your timetable: the shape should be (4,), but is (2,)
    """
    what = "your timetable"
    own, found = _Own(student), as_numbers(tau, "your timetable")
    start, values = own.start(student), own.learned
    seen = own.vectors[:, :DIMENSIONS].T @ start
    rows = np.sum(seen**2, axis=1)
    diagonal = np.abs(np.diag(np.linalg.qr(seen.T)[1]))

    def times(begin, values=values, rate=2.0):
        return np.log(values / begin) / (rate * values)

    expected = times(diagonal**2)
    lowest = own.values[::-1][:DIMENSIONS]
    largest = np.argsort(-np.abs(own.values))[:DIMENSIONS]
    other = np.diag(np.linalg.qr((own.vectors[:, largest].T @ start).T)[1]) ** 2
    name_mistake(
        found,
        {
            own.too_loud: times(other, np.abs(own.loudest)),
            "they come in ascending order; the largest eigenvalue is learned first": expected[::-1],
            "this is the scale σ² for every mode; you know the start, so use it": (
                times(np.full(DIMENSIONS, SCALE**2))
            ),
            "this is the variance of one entry, σ²/d; a mode has d of them at the beginning": (
                times(np.full(DIMENSIONS, SCALE**2 / DIMENSIONS))
            ),
            "these start from the whole rows ‖W₀ᵀuₖ‖²; modes before k hold k − 1 of the dimensions, so take ℛₖₖ²": (
                times(rows)
            ),
            "these start from the singular values of W₀, which contain modes that are never learned": (
                times(np.linalg.svd(start, compute_uv=False) ** 2)
            ),
            "the QR decomposition is of U₄ᵀW₀; take that of its transpose W₀ᵀU₄": (
                times(np.diag(np.linalg.qr(seen)[1]) ** 2)
            ),
            "ℛₖₖ is a singular value; the strength is its square": times(diagonal),
            "a 2 is missing; strengths grow like exp(2λt)": 2 * expected,
            "these are steps; give times": expected * own.values[0] / SHORT,
            "the logarithm is to base 10; take the natural one, np.log": expected / np.log(10),
            "the eigenvalue under the logarithm is missing; a mode is half learned at λ/2": (
                -np.log(diagonal**2) / (2 * values)
            ),
            "these are times in units of 1/λₖ; divide by λₖ": expected * values,
        },
        what,
        expected=expected,
        rtol=1e-6,
        atol=0,
    )
    if found.shape == expected.shape and not np.isfinite(found).all():
        raise CheckFailed(f"{what}: it holds NaN or infinity, as if λ = {lowest[0]:.2f} were to be learned")
    compare(found, expected, what, tolerance=1e-6, tell=False)
    passed("the timetable of your first four directions")


def check_plateaus(plateaus: Sequence[float], student: str) -> None:
    r"""Check where the loss of a student's own language waits.

    Parameters
    ----------
    plateaus : array-like, shape (5,)
        The answer: :math:`-\frac14\sum_{j \le k} \lambda_j^2` for k = 0, …, 4.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Serves problem 2 of the third set.

    Examples
    --------
    >>> check_plateaus([0, 1, 2, 3, 4], "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: your plateaus: entry (1,) is 1, which is not right
    """
    what = "your plateaus"
    own, found = _Own(student), as_numbers(plateaus, "your plateaus")

    def waits(values, power=2, share=4):
        return np.concatenate([[0.0], -np.cumsum(np.abs(values) ** power) / share])

    expected = waits(own.learned)
    if found.shape == (DIMENSIONS,) and np.isclose(found[0], expected[1], rtol=1e-6):
        raise CheckFailed(f"{what}: the first one is missing; before anything is learned the loss is 0")
    name_mistake(
        found,
        {
            own.too_loud: waits(own.loudest),
            "the quarter is missing; a mode takes ¼λ² off the loss": waits(own.learned, share=1),
            "this is ½λ² a mode; it takes ¼λ² off the loss": waits(own.learned, share=2),
            "a mode takes the square of its eigenvalue off, ¼λ²": waits(own.learned, power=1),
            "the sign is turned round; the loss falls from 0": -expected,
            "this is ¼‖WWᵀ − M‖²; count the loss from 0 at W = 0, so take ¼‖M‖² off": (
                expected + np.sum(own.values**2) / 4
            ),
            "these are the drops one by one; add them up": (np.concatenate([[0.0], -(own.learned**2) / 4])),
        },
        what,
        expected=expected,
    )
    compare(found, expected, what, tolerance=1e-7, tell=False)
    passed("the five values at which your loss waits")


def check_hundred_starts(prediction: Sequence[float], measured: float, held: bool, student: str) -> None:
    r"""Check how many of a hundred starts are earlier than the forecast, and what is said of the prediction.

    Parameters
    ----------
    prediction : pair of float
        The lowest and the highest share that the learner expects.
    measured : float
        The share of the student's hundred starts whose first direction is half learned, in gradient descent
        with :math:`\eta\lambda_1 = 0.1`, no later than :math:`\mathrm E\,\tau_1`.
    held : bool
        Whether the measured share lies within the prediction.
    student : str
        Whose language and starts they are.

    Raises
    ------
    CheckFailed
        If the measurement is not what the experiment gives, or what is said of the prediction is not so.

    Notes
    -----
    Serves problem 3 of the third set.  One start more or less is allowed.

    Examples
    --------
    >>> check_hundred_starts((0.4, 0.6), 0.95, False, "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the share of early starts, measured with the seed that is asked for, is 0.95, which is not right
    """
    what = "the share of early starts"
    if measured is not ...:
        later = 1 - _early_share(student)
        name_mistake(
            as_numbers(measured, what, "a number"),
            {
                "this is the share of starts that are late; count those that are early": later,
                "this is a number of starts; divide by a hundred": STARTS * _early_share(student),
            },
            what,
            expected=_early_share(student),
            rtol=0,
            atol=1e-9,
        )
    check_experiment(prediction, measured, held, _early_share(student), what, tolerance=1.5 / STARTS)


@lru_cache(maxsize=8)
def _early_share(student: str) -> float:
    """The share of starts whose first direction is half learned no later than the flow's mean forecast."""
    own, rng = _Own(student), student_rng(student, f"{TASK}, problem 3")
    W = np.array([initial_weights(own.V, DIMENSIONS, SCALE, rng) for _ in range(STARTS)])
    value, step_size = own.values[0], SHORT / own.values[0]
    forecast = (np.log(DIMENSIONS * value / (2 * SCALE**2)) - digamma(DIMENSIONS / 2)) / (2 * value)
    early = np.zeros(STARTS, dtype=bool)
    for _ in range(int(forecast / step_size) + 1):  # the steps at 0, 1, …, up to the forecast
        early |= np.sum((own.vectors[:, 0] @ W) ** 2, axis=1) >= value / 2
        W = W + step_size * (own.M @ W - W @ (W.transpose(0, 2, 1) @ W))
    return float(early.mean())


def check_swing(function: Callable[[float], tuple[float, float]]) -> None:
    r"""Check a function that says between which shares of its goal a mode swings if the step is too long.

    Parameters
    ----------
    function : callable
        Takes :math:`h = \eta\lambda`, :math:`1 < h < \sqrt5 - 1`; returns the lower and the higher of
        the two shares between which :math:`\varphi \leftarrow \varphi\,(1 + h(1 - \varphi))^2` goes
        to and fro.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: shares in the wrong order, roots, the goal that
        no longer attracts, …

    Notes
    -----
    They are :math:`1/ah` and :math:`a/h` with :math:`a + 1/a = 1 + h`.  A millionth is allowed, so that an
    iteration passes as well.  Serves problem 5 of the third set.

    Examples
    --------
    >>> def mine(h):
    ...     a = (1 + h + np.sqrt((1 + h) ** 2 - 4)) / 2
    ...     return 1 / (a * h), a / h
    >>> check_swing(mine)
    Correct: the swing of a mode for 5 steps that are too long.
    >>> check_swing(lambda h: mine(h)[::-1])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: h = 1.05: the higher share comes first; return the lower one first
    """
    cases = (1.05, 1.1, 1.15, 1.2, 1.02)
    for h in cases:
        what = f"h = {h:g}"
        found = ask(function, "two numbers", what, h)
        expected = _swing(h)
        rate = 2 * h  # what a step would do to the share if h² were left out
        loose = ((2 + rate) + np.array([-1, 1]) * np.sqrt(rate**2 - 4)) / (2 * rate)
        name_mistake(
            found,
            {
                "the higher share comes first; return the lower one first": expected[::-1],
                "these are the numbers w, as parts of their goal; the share is the square": np.sqrt(expected),
                "these are the squares of the shares; φ = w²/λ is a square already": expected**2,
                "this is what a step multiplies w by; the shares are these factors divided by h": h
                * expected,
                "this is the goal, which repels from h = 1 on; begin a little beside it": np.ones(2),
                "this is φ = 1 + 2/h, from where w jumps to −w; it does not attract": np.full(2, 1 + 2 / h),
                "this is the swing of φ ← φ (1 + 2h(1 − φ)); the step is taken by w, and φ is w², so square all of "
                "1 + h(1 − φ)": loose,
                "this is the mean of the two, twice; return both": np.full(2, expected.mean()),
                "these are the two distances from the goal; return the shares": np.abs(expected - 1),
            },
            what,
            expected=expected,
            rtol=1e-6,
        )
        after = found * (1 + h * (1 - found)) ** 2
        if np.allclose(np.sort(found), np.sort([found[0], after[0]]), atol=1e-3) or np.allclose(
            np.sort(found), np.sort([found[1], after[1]]), atol=1e-3
        ):
            if np.abs(found - expected).max() > 1e-6:
                raise CheckFailed(
                    f"{what}: {found[0]:.6g} and {found[1]:.6g} follow each other, but the step after leads "
                    "elsewhere; wait longer, or solve for the two"
                )
        compare(found, expected, what, tolerance=1e-6)
    passed(f"the swing of a mode for {len(cases)} steps that are too long")


def _swing(h: float) -> np.ndarray:
    factor = (1 + h + np.sqrt((1 + h) ** 2 - 4)) / 2
    return np.array([1 / factor, factor]) / h


def check_swing_losses(losses: Sequence[float], student: str) -> None:
    r"""Check between which two losses the training of a student's own language ends if the step is too long.

    Parameters
    ----------
    losses : pair of float
        The answer, the lower one first: the loss, 0 at W = 0, for d = 4 and
        :math:`\eta\lambda_1 = 1.15`.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one: the loss of a short step, only the first mode,
        …

    Notes
    -----
    Serves problem 5 of the third set.

    Examples
    --------
    >>> check_swing_losses([-120.0, -120.0], "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: your two losses: entry (0,) is -120, which is not right
    """
    what = "your two losses"
    own, found = _Own(student), as_numbers(losses, "your two losses")

    def ends(shares, rest=own.learned[1:]):
        return np.sort(own.values[0] ** 2 * ((shares - 1) ** 2 - 1) / 4) - np.sum(rest**2) / 4

    expected = ends(_swing(LONG))
    name_mistake(
        found,
        {
            "the higher loss comes first; return the lower one first": expected[::-1],
            "this is the least loss, which a shorter step reaches; is your step 1.15/λ₁?": ends(np.ones(2)),
            "this is the loss of the first mode alone; the other three are learned": ends(
                _swing(LONG), np.zeros(1)
            ),
            "this is ¼‖WWᵀ − M‖²; count the loss from 0 at W = 0, so take ¼‖M‖² off": (
                expected + np.sum(own.values**2) / 4
            ),
            "a factor ¼ is missing in the loss": 4 * expected,
            "these are the two shares of the first mode; return losses": _swing(LONG),
        },
        what,
        expected=expected,
        rtol=1e-5,
    )
    compare(found, expected, what, tolerance=1e-5, tell=False)
    passed("the two losses between which your training swings")


def check_label_price(ratio: float, student: str) -> None:
    r"""Check how many times as many samples one way of drawing needs as another, for a student's own language.

    Parameters
    ----------
    ratio : float
        The answer: samples that ``label`` needs over those that ``soft`` needs, at equal noise number,
        :math:`\rho(N^{\text{label}})/\rho(N^{\text{soft}})` at the beginning of training.
    student : str
        Whose language it is.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    As all rows of :math:`M \odot M` have the same sum, it is :math:`4V^2/\lVert M\rVert_F^2`.  Serves
    problem 6 of the third set.

    Examples
    --------
    >>> check_label_price(1.0, "ada")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the ratio: this says that both need as many, but a label is noisier than its probability
    """
    what = "the ratio"
    own, found = _Own(student), as_numbers(ratio, what, "a number")
    size, V = np.sum(own.M**2), own.V
    expected = 4 * V**2 / size
    positive = own.values[own.values > 0]
    language = student_language(student, TASK)
    q = np.outer(language.p, language.p)
    weighted = np.linalg.eigvalsh(1 / (np.asarray(language.pair_probabilities(WINDOW)) + q))[-1]
    name_mistake(
        found,
        {
            "this says that both need as many, but a label is noisier than its probability": 1.0,
            "this is upside down; label needs more": 1 / expected,
            "the quarter is missing; N of soft is ¼V² (M*)²": expected / 4,
            "this is its root; the noise radius is made of squares already": np.sqrt(expected),
            "negative eigenvalues were left out; noise comes from all pairs, learned or not": (
                4 * V**2 / np.sum(positive**2)
            ),
            "only the four directions that are learned were counted; noise comes from all pairs": (
                4 * V**2 / np.sum(own.learned**2)
            ),
            "the entries of M were not squared; N of soft is ¼V² (M*)²": 4 * V / own.values[0],
            "this compares soft with weighted; the question is about label": weighted
            / (V**2 * size / (4 * V)),
            "this compares label with weighted; the question is about soft": weighted / V**3,
            "this is a sum over all cells beside an eigenvalue; both radii are eigenvalues": expected / V,
            "the largest entries were compared; the noise radius is an eigenvalue": 4 / np.max(own.M**2),
        },
        what,
        expected=expected,
    )
    compare(found, expected, what, tolerance=1e-7, tell=False)
    passed(f"label needs {expected:.3g} times as many samples as soft")
