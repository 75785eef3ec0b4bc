"""All that training will do, said before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from .._common.arguments import check_fields
from .._common.validate import finite_number, one_of, positive_number, whole_number
from ..training import initial_weights, word2vec_start

__all__ = ["Settings"]

#: What one model knows and the other does not, with its usual value.
_OWN = {
    "least-squares": {"scale": 0.01, "step": 0.1},
    "word2vec": {
        "negatives": 5,
        "subsample": 1e-3,
        "noise_exponent": 0.75,
        "learning_rate": 0.025,
        "final_learning_rate": 1e-4,
        "batch_size": 512,
    },
}
_LENGTH = {"least-squares": "steps", "word2vec": "epochs"}
_DIRECTIONS = {"least-squares": 20, "word2vec": 10}
_MOST_SEEDS = 100


@dataclass(frozen=True)
class Settings:
    r"""How training will be done.

    What is left out, or None, gets the usual value of the model.

    Attributes
    ----------
    model : {"least-squares", "word2vec"}
        The least-squares model in full batches, for which the theory is exact; or
        word2vec as people run it: two vectors for each word, sampled pairs,
        negatives, and a learning rate that falls.
    d : int
        Dimensions.
    seeds : tuple of int
        A run starts from each.
    directions : int
        How many directions are predicted and waited for; 20, or 10 for word2vec.
    records : int
        How many moments of training are recorded.
    scale : float
        Least squares: σ of the start, see :func:`~w2vlib.training.initial_weights`; 0.01.
        word2vec has its own start, :func:`~w2vlib.training.word2vec_start`.
    step : float
        Least squares: :math:`\eta\lambda_1`, the step as a share of the stable one; 0.1.
    steps : int, optional
        Least squares: how many steps.  By default as many as the directions need by the prediction.
    negatives : int
        word2vec: for each pair; 5.
    subsample : float
        word2vec: the threshold of subsampling, 0 for none; 0.001.
    noise_exponent : float
        word2vec: the power of the frequency by which negatives are drawn; 0.75.
    learning_rate, final_learning_rate : float
        word2vec: at the beginning and at the end; 0.025 and 0.0001.
    batch_size : int
        word2vec: pairs whose moves are summed; 512.
    epochs : float, optional
        word2vec: how often the text is gone through.  By default as often as the directions
        need by the prediction.

    Raises
    ------
    ValueError
        On creation, if a value is out of range, or belongs to the other model.

    Notes
    -----
    Our own.  Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> Settings(d=50).scale
    0.01
    >>> Settings("word2vec").negatives
    5
    >>> Settings(negatives=5)
    Traceback (most recent call last):
    ...
    ValueError: negatives is of word2vec and not of least-squares; leave it out, or take model='word2vec'
    """

    model: str = "least-squares"
    d: int = 100
    seeds: Sequence[int] = (0, 1, 2)
    directions: int | None = None
    records: int = 200
    scale: float | None = None
    step: float | None = None
    steps: int | None = None
    negatives: int | None = None
    subsample: float | None = None
    noise_exponent: float | None = None
    learning_rate: float | None = None
    final_learning_rate: float | None = None
    batch_size: int | None = None
    epochs: float | None = None

    def __post_init__(self):
        check_fields(self)
        one_of("model", self.model, tuple(_OWN))
        other = next(model for model in _OWN if model != self.model)
        for name in (*_OWN[other], _LENGTH[other]):
            if getattr(self, name) is not None:
                raise ValueError(
                    f"{name} is of {other} and not of {self.model}; leave it out, or take model={other!r}"
                )
        usual = _OWN[self.model] | {"directions": _DIRECTIONS[self.model]}
        for name, value in usual.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        for name in ("d", "directions", "negatives", "batch_size", "steps"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, whole_number(name, value))
        whole_number("records", self.records, 20, because="; a curve needs 20 or more")
        seeds = tuple(whole_number("a seed", seed, 0, 2**32 - 1) for seed in self.seeds)
        if not 0 < len(seeds) <= _MOST_SEEDS or len(set(seeds)) < len(seeds):
            raise ValueError(f"seeds must be 1 to {_MOST_SEEDS} different numbers, not {self.seeds!r}")
        object.__setattr__(self, "seeds", seeds)
        for name in ("scale", "learning_rate", "final_learning_rate", "epochs"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, positive_number(name, value))
        if self.model == "word2vec":
            finite_number("subsample", self.subsample, 0)
            finite_number("noise_exponent", self.noise_exponent)
        elif not 0 < self.step < 1:
            raise ValueError(
                f"step must be more than 0 and less than 1, not {self.step!r}: it is ηλ₁, and from 1 on "
                "training cannot settle"
            )

    def told(self) -> dict:
        """Return the settings of this model as plain data, from which ``Settings(**…)`` makes them again.

        Examples
        --------
        >>> sorted(Settings(d=50).told())
        ['d', 'directions', 'model', 'records', 'scale', 'seeds', 'step']
        """
        found = {name: value for name, value in asdict(self).items() if value is not None}
        return found | {"seeds": list(self.seeds)}

    def start(self, size: int, rng: int) -> np.ndarray:
        """Return the word vectors that training starts from; word2vec's contexts start at 0.

        Parameters
        ----------
        size : int
            V.
        rng : int
            The seed.

        Returns
        -------
        ndarray of shape (V, d)

        Examples
        --------
        >>> Settings(d=2).start(3, 0).shape
        (3, 2)
        """
        if self.model == "word2vec":
            return word2vec_start(size, self.d, rng)
        return initial_weights(size, self.d, self.scale, rng)


def training_arguments(settings: Settings, size: int, rng: int, pairs: int) -> dict:
    """Arguments of :func:`~w2vlib.training.train_word2vec_sampled`, all but the statistics and what is recorded.

    Examples
    --------
    >>> training_arguments(Settings("word2vec", d=2), 3, 0, 100)["negatives"]
    5
    """
    initial = settings.start(size, rng)
    return {
        "initial": initial,
        "n_pairs": pairs,
        "learning_rate": settings.learning_rate,
        "final_learning_rate": settings.final_learning_rate,
        "batch_size": settings.batch_size,
        "negatives": settings.negatives,
        "subsample": settings.subsample or None,
        "noise_exponent": settings.noise_exponent,
        "context": np.zeros_like(initial),
        "rng": rng,
    }
