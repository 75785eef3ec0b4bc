"""`w2v train`: do for real what was predicted."""

from __future__ import annotations

import warnings
from pathlib import Path

import click

from ..prediction import Prediction, train_as_predicted
from ..prediction.run import predicted_seeds
from . import _text
from ._frame import Shown, command


@command
@click.argument("prediction", type=click.Path(readable=False))
@click.argument("counts", type=click.Path(readable=False))
@click.option(
    "-o", "--output", required=True, type=click.Path(readable=False),
    help="A file that ends in .npz; with several seeds one for each, as run-0.npz.",
)  # fmt: skip
@click.option(
    "--seed", "seeds", type=int, multiple=True, metavar="N",
    help="A seed of the prediction, several times for several.  [default: all of them]",
)  # fmt: skip
@click.option(
    "--checkpoint-every", type=float, default=60, show_default=True, metavar="SECONDS",
    help="How often training is laid down, to go on from there.",
)  # fmt: skip
def command(
    shown: Shown, prediction: str, counts: str, output: str, seeds: tuple[int, ...], checkpoint_every: float
) -> None:
    """Train as was predicted.

    PREDICTION is what w2v predict wrote, COUNTS the file that it was made from (.w2v). From each seed
    the model of the prediction is trained, and written with its records: what the theory said can then
    be held against it.

    A run that is interrupted, or killed at any moment, goes on with the same command, and ends with the
    same bits. What it goes on from stands beside the output, in a file that ends in .checkpoint, until
    all runs are written.

    \b
    Examples:
      w2v train prediction.json counts.w2v -o run.npz
      w2v train prediction.json counts.w2v -o run.npz --seed 0 --json

    \b
    In Python:
      prediction = w2vlib.prediction.Prediction.load("prediction.json")
      stats = w2vlib.CorpusStatistics.load("counts.w2v")
      run = w2vlib.prediction.train_as_predicted(prediction, stats, 0, checkpoint="run.npz.checkpoint")
      run.save("run.npz")
    """
    if not output.endswith(".npz"):
        raise ValueError(f"runs are kept in files that end in .npz, not in {output}; name one: -o run.npz")
    said = Prediction.load(prediction)
    seeds = predicted_seeds(said, seeds)
    places = [output if len(seeds) == 1 else f"{output.removesuffix('.npz')}-{seed}.npz" for seed in seeds]
    kept = [f"{place}.checkpoint" for place in places]
    for place in places + kept:
        _text.check_output(place, (prediction, counts))
    stats = _text.counted(counts)
    said.check(stats)
    for number, (seed, place, checkpoint) in enumerate(zip(seeds, places, kept)):
        if not shown.as_json:
            shown.note(f"Training from seed {seed}, {number + 1} of {len(seeds)}")
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "training was interrupted")
            run = train_as_predicted(
                said, stats, seed,
                checkpoint=checkpoint, checkpoint_every=checkpoint_every, progress=shown.progress,
            )  # fmt: skip
        if run.interrupted:
            shown.note(
                f"Training stopped at step {run.last_step:,}; the same command goes on from {checkpoint}"
            )
            raise KeyboardInterrupt
        run.save(place)
    for checkpoint in kept:
        Path(checkpoint).unlink(missing_ok=True)
    if shown.as_json:
        shown.result({"written": places, "seeds": list(seeds), "steps": run.last_step}, ())
    else:
        for place in places:
            shown.written(place, f"{run.last_step:,} steps, {len(run.steps):,} of them recorded")
