"""Grokking: a clock for linear models that is set before training, and training for modular addition, which has none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._common.arguments import check_fields, checked
from .._common.validate import finite_number, generator, positive_number, real_array, whole_number

__all__ = ["RidgeClock", "marchenko_pastur", "train_modular_addition"]

_MOST = 1e6  # the largest ratio of dimensions to examples, and scale of a start


@checked
def marchenko_pastur(ratio: float, points: int = 400) -> tuple[np.ndarray, np.ndarray]:
    r"""Return eigenvalues and their shares for the covariance of many examples in many dimensions.

    .. math::

       d\Gamma(\lambda) = \frac{\sqrt{(\lambda_+ - \lambda)(\lambda - \lambda_-)}}{2\pi\gamma\lambda}\,d\lambda,
       \qquad \lambda_\pm = (1 \pm \sqrt\gamma)^2,

    and a share :math:`1 - 1/\gamma` of zeros where :math:`\gamma = d/J` exceeds 1.

    Parameters
    ----------
    ratio : float
        :math:`\gamma`, dimensions over examples.
    points : int
        How many eigenvalues stand for the continuous part; a zero comes last.

    Returns
    -------
    values, shares : ndarray of shape (points + 1,)
        Means over the law are ``shares @ f(values)``; the shares add up to 1.

    Raises
    ------
    ValueError
        If the ratio is not between 0 and a million.

    Notes
    -----
    The points are even in the angle of :math:`\lambda = 1 + \gamma - 2\sqrt\gamma\cos\vartheta`,
    where the midpoint rule converges fast.  Introduced in chapter *grokking*.

    Examples
    --------
    >>> values, shares = marchenko_pastur(2.0)
    >>> [round(float(shares @ values**power), 6) for power in (0, 1, 2)]  # 1, 1, 1 + γ
    [1.0, 1.0, 3.0]
    >>> float(shares[values == 0].round(6)[0])
    0.5
    """
    ratio = positive_number("ratio", ratio)
    if not 1 / _MOST <= ratio <= _MOST:
        raise ValueError(f"ratio must lie between {1 / _MOST:g} and {_MOST:g}, not {ratio:g}")
    points = whole_number("points", points, least=2, most=100_000)
    angles = (np.arange(points) + 0.5) * np.pi / points
    values = (1 - ratio**0.5) ** 2 + 2 * ratio**0.5 * (1 - np.cos(angles))
    shares = np.sin(angles) ** 2 / values
    shares *= min(1, 1 / ratio) / shares.sum()
    return np.append(values, 0.0), np.append(shares, max(0.0, 1 - 1 / ratio))


@dataclass(frozen=True)
class RidgeClock:
    r"""What gradient descent on a linear model will do, from its settings alone.

    Examples are normal with covariance 1, and so are the rule
    (:math:`\mathrm E\lVert w^\star\rVert^2 = 1`), the start
    (:math:`\mathrm E\lVert w_0\rVert^2 = \sigma^2`) and the noise of the answers.  A direction of
    eigenvalue :math:`\lambda` keeps :math:`\phi = (1 - \eta(\lambda + \omega))^n` of its start
    after n steps.

    Attributes
    ----------
    step_size : float
        :math:`\eta`; below 1 over the largest eigenvalue and the decay, so that nothing overshoots.
    decay : float
        :math:`\omega`, weight decay; 0 for none.
    d, examples : int
        Dimensions, and examples to train on.
    scale : float
        :math:`\sigma`, root mean square length of the start.
    noise : float
        Standard deviation of the noise in the answers.

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    Introduced in chapter *grokking*.

    Examples
    --------
    >>> clock = RidgeClock(step_size=0.15, decay=0.005, d=200, examples=100, scale=8.0)
    >>> training, test = clock.losses([0, 500])
    >>> test.round(2).tolist()  # at first σ² + 1
    [65.0, 15.61]
    >>> moment, spread = clock.moment(1.0)
    >>> f"step {moment:.0f}, give or take {spread:.0f}"
    'step 2772, give or take 188'
    """

    step_size: float
    decay: float
    d: int
    examples: int
    scale: float
    noise: float = 0.0

    def __post_init__(self):
        check_fields(self)
        positive_number("step_size", self.step_size)
        finite_number("decay", self.decay, 0, 1e3)
        whole_number("d", self.d, most=10**9)
        whole_number("examples", self.examples, most=10**9)
        finite_number("scale", self.scale, 0, _MOST)
        finite_number("noise", self.noise, 0, _MOST)
        largest = (1 + self.ratio**0.5) ** 2 + self.decay
        if self.step_size * largest > 1:
            raise ValueError(
                f"step_size must be {1 / largest:.3g} at most for {self.d} dimensions, {self.examples} examples and "
                f"decay {self.decay:g}, not {self.step_size:g}: larger steps overshoot"
            )

    @property
    def ratio(self) -> float:
        """Dimensions over examples, γ."""
        return self.d / self.examples

    def _directions(self, steps: np.ndarray) -> tuple:
        """Of each eigenvalue: shares, what is expected of signal and of noise at some steps, and how both change."""
        values, shares = marchenko_pastur(self.ratio)
        rate = (values + self.decay)[:, None]
        kept = (1 - self.step_size * rate) ** steps
        change = kept * np.log1p(-np.minimum(self.step_size * rate, 1 - 1e-16))
        reached = np.divide(values[:, None], rate, out=np.zeros_like(rate), where=rate > 0)
        missing = 1 - reached * (1 - kept)
        signal = self.scale**2 * kept**2 + missing**2
        unit = self.noise**2 * self.ratio
        amplified = np.divide(values[:, None], rate**2, out=np.zeros_like(rate), where=rate > 0) * unit
        slope = 2 * change * (self.scale**2 * kept + missing * reached - amplified * (1 - kept))
        return values, shares, signal, amplified * (1 - kept) ** 2, missing, slope

    def losses(self, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        r"""Return mean squared errors that are expected after some steps.

        Parameters
        ----------
        steps : array of shape (n,)
            Numbers of steps, whole or not, from 0 on.

        Returns
        -------
        training, test : ndarray of shape (n,)
            On the examples, with their noise; on new ones, against the rule itself.
        """
        steps = self._steps(steps)
        values, shares, signal, noise, missing, _ = self._directions(steps)
        there = shares * (values > 0)  # of the examples' noise, these directions can be fitted
        unit = self.noise**2
        left = unit * (self.ratio * there @ missing**2 + max(0.0, 1 - self.ratio))
        return (there * values) @ signal + left, shares @ (signal + noise)

    def moment(self, level: float, longest: float = 1e6) -> tuple[float, float]:
        r"""Return the step at which the test loss passes below a level, and how single runs will scatter about it.

        With :math:`v(\lambda)` for what is expected of the test loss in a direction, that is
        :math:`\sqrt{\frac2d\int v^2\,d\Gamma}` over the slope of the test loss.

        Parameters
        ----------
        level : float
            Of the mean squared error on new examples.
        longest : float
            Steps after which one gives up.

        Returns
        -------
        step, spread : float
            Both NaN if the expected loss never passes the level; 0 if it begins below it.
        """
        level, longest = positive_number("level", level), positive_number("longest", longest)
        if longest > 1e9:
            raise ValueError(f"longest must be a billion steps at most, not {longest:g}")
        grid = np.append(0.0, np.geomspace(min(1.0, longest), longest, 400))
        below = self.losses(grid)[1] <= level
        if not below.any():
            return np.nan, np.nan
        first = int(below.argmax())
        if first == 0:
            return 0.0, 0.0
        low, high = grid[first - 1], grid[first]
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if self.losses([middle])[1][0] <= level else (middle, high)
        _, shares, signal, noise, _, slope = self._directions(np.array([high]))
        scatter = np.sqrt(2 / self.d * (shares @ (signal + noise) ** 2)[0])
        return float(high), float(scatter / -(shares @ slope)[0])

    @staticmethod
    def _steps(steps: np.ndarray) -> np.ndarray:
        steps = real_array("steps", steps, None)
        if (steps < 0).any() or (steps > 1e9).any():
            raise ValueError("steps must lie between 0 and a billion")
        return steps


@checked
def train_modular_addition(
    rng: int | np.random.Generator,
    *,
    step_size: float = 0.005,
    decay: float = 1.0,
    share: float = 0.5,
    order: int = 23,
    hidden: int = 100,
    steps: int = 3000,
    every: int = 20,
) -> np.ndarray:
    r"""Train a network of one hidden layer of squares to add, and return what it knows on the way.

    .. math:: f(a, b) = \sum_h w_h\,(u_{ha} + v_{hb})^2

    is to be 1 at :math:`a + b \bmod m` and 0 elsewhere; full batches of a share of all pairs, squared
    error, AdamW.

    Parameters
    ----------
    rng : int or Generator
        Draws the weights and which pairs are seen.
    step_size, decay : float
        Those of AdamW.
    share : float
        Of the pairs that is trained on.
    order : int
        m, an odd number.
    hidden : int
        Neurons.
    steps, every : int
        How long, and after how many steps to look.

    Returns
    -------
    ndarray of shape (steps // every + 1, 4)
        Step; share of right answers among pairs seen and not seen; concentration: the share of a
        neuron's power that lies in its strongest frequency, on average over neurons.

    Raises
    ------
    ValueError
        If a number is out of range, or training diverges.

    Notes
    -----
    Introduced in chapter *grokking*.

    Examples
    --------
    >>> told = train_modular_addition(0, order=7, hidden=20, steps=200, every=100)
    >>> told.shape, told[-1, :2].tolist()
    ((3, 4), [200.0, 1.0])
    """
    rng = generator(rng)
    step_size, decay = positive_number("step_size", step_size), finite_number("decay", decay, 0, 1e3)
    share, order = finite_number("share", share, 0.05, 0.95), whole_number("order", order, least=5, most=199)
    if order % 2 == 0:
        raise ValueError(f"order must be odd, so that every frequency has a sine and a cosine, not {order}")
    hidden, steps = whole_number("hidden", hidden, most=10_000), whole_number("steps", steps, most=10**7)
    every = whole_number("every", every, most=steps)
    a, b = np.divmod(np.arange(order**2), order)
    eye = np.eye(order)
    asked, answers, right = np.hstack([eye[a], eye[b]]), eye[(a + b) % order], (a + b) % order
    mixed = rng.permutation(order**2)
    seen, unseen = np.split(mixed, [round(share * order**2)])
    weights = [rng.standard_normal((2 * order, hidden)) * 0.5 / order**0.5,
               rng.standard_normal((hidden, order)) * 0.5 / hidden**0.5]  # fmt: skip
    means, squares = ([np.zeros_like(weight) for weight in weights] for _ in range(2))
    waves = np.exp(-2j * np.pi * np.outer(np.arange(1, order // 2 + 1), np.arange(order)) / order)
    told = []
    for n in range(steps + 1):
        inner, outer = weights
        if n % every == 0:
            correct = (((asked @ inner) ** 2) @ outer).argmax(axis=1) == right
            power = np.abs(waves @ inner[:order]) ** 2 + np.abs(waves @ inner[order:]) ** 2
            sharp = (power.max(axis=0) / power.sum(axis=0)).mean()
            told.append([n, correct[seen].mean(), correct[unseen].mean(), sharp])
        entered = asked[seen] @ inner
        error = (entered**2 @ outer - answers[seen]) * (2 / len(seen))
        slopes = [asked[seen].T @ (2 * entered * (error @ outer.T)), (entered**2).T @ error]
        for weight, slope, mean, square in zip(weights, slopes, means, squares):
            mean += 0.1 * (slope - mean)
            square += 0.02 * (slope**2 - square)
            move = (mean / (1 - 0.9 ** (n + 1))) / (np.sqrt(square / (1 - 0.98 ** (n + 1))) + 1e-8)
            weight *= 1 - step_size * decay
            weight -= step_size * move
            if not np.abs(weight).max() < _MOST:
                raise ValueError(f"step_size {step_size:g} is too large: training diverges at step {n}")
    return np.array(told)
