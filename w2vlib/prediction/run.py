"""Train as was predicted, so that a run that is stopped goes on with the same call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .._common.arguments import checked
from ..statistics import CorpusStatistics
from ..training import Trajectory, train_qwem, train_word2vec_sampled
from .record import Prediction, check_seed

__all__ = ["train_as_predicted"]


def predicted_seeds(prediction: Prediction, seeds: Sequence[int]) -> tuple[int, ...]:
    """Return seeds, each once, all of them if none is given; ValueError if one was not predicted."""
    for seed in seeds:
        check_seed(prediction, seed)
    return tuple(dict.fromkeys(seeds)) or prediction.settings.seeds


@checked
def train_as_predicted(
    prediction: Prediction,
    stats: CorpusStatistics,
    rng: int,
    *,
    checkpoint: str | Path | None = None,
    checkpoint_every: float = 60,
    progress: bool = False,
) -> Trajectory:
    r"""Return the training that was predicted, done for real.

    The least-squares model is trained by :func:`~w2vlib.training.train_qwem` in single precision,
    word2vec by :func:`~w2vlib.training.train_word2vec_sampled`, with the settings of the prediction
    and records at the moments that it names.

    Parameters
    ----------
    prediction : Prediction
    stats : CorpusStatistics
        Those that the prediction was made from, V words.
    rng : int
        One of the settings' seeds.
    checkpoint, checkpoint_every, progress
        As in :func:`~w2vlib.training.train_qwem`.

    Returns
    -------
    Trajectory
        The same for the same input, bit for bit, on one machine, however often it was stopped
        and taken up again.

    Raises
    ------
    ValueError
        If the statistics are others, the seed was not predicted, or the checkpoint is damaged or that
        of another run.
    ModuleNotFoundError
        If word2vec is to be trained, and PyTorch is not there.
    TrainingDivergedError
        As the trainers.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> from w2vlib import load_wikipedia
    >>> from w2vlib.prediction import Settings, predict
    >>> stats = load_wikipedia(60)
    >>> said = predict(stats, Settings(d=10, directions=3))
    >>> run = train_as_predicted(said, stats, 0)
    >>> middle = [direction["half_rise"]["seeds"][0] for direction in said.content["directions"]]
    >>> bool(abs(run.half_rises([direction["value"] for direction in said.content["directions"]]) / middle - 1).max() < 0.01)
    True
    """
    given = prediction.training(stats, rng)
    train = train_qwem if prediction.settings.model == "least-squares" else train_word2vec_sampled
    return train(**given, checkpoint=checkpoint, checkpoint_every=checkpoint_every, progress=progress)
