"""`w2v predict`: what training will do, written down before it begins."""

from __future__ import annotations

import click

from ..corpus import Corpus
from ..evaluation import load_analogies
from ..prediction import Settings, count_half, predict
from . import _counts, _text
from ._frame import Shown, command

DIMENSIONS = Settings.d

_OPTIONS = (
    click.option(
        "-m", "--model", type=click.Choice(["least-squares", "word2vec"]), default="least-squares", show_default=True,
        help="What will be trained: the model of the theory, or word2vec as people run it.",
    ),
    click.option(
        "-d", "--dimensions", "d", type=int, metavar="N",
        help=f"Of the word vectors.  [default: {DIMENSIONS}, or all where there are fewer words]",
    ),
    click.option(
        "--seed", "seeds", type=int, multiple=True, metavar="N",
        help="A start that will be trained from; may be repeated.  [default: 0, 1 and 2]",
    ),
    click.option("--directions", type=int, metavar="N", help="How many to predict and to wait for.  [default: 20; word2vec: 10]"),
    click.option("--scale", type=float, help="Least squares: size of the start.  [default: 0.01]"),
    click.option("--step", type=float, help="Least squares: step, times the first eigenvalue.  [default: 0.1]"),
    click.option("--steps", type=int, metavar="N", help="Least squares: how many.  [default: until the directions have risen]"),
    click.option("--negatives", type=int, metavar="N", help="word2vec: for each pair.  [default: 5]"),
    click.option("--subsample", type=float, help="word2vec: threshold of subsampling, 0 for none.  [default: 0.001]"),
    click.option("--noise-exponent", type=float, help="word2vec: power of the frequency that negatives are drawn by.  [default: 0.75]"),
    click.option("--learning-rate", type=float, help="word2vec: at the beginning.  [default: 0.025]"),
    click.option("--final-learning-rate", type=float, help="word2vec: at the end.  [default: 0.0001]"),
    click.option("--batch-size", type=int, metavar="N", help="word2vec: pairs whose moves are summed.  [default: 512]"),
    click.option("--epochs", type=float, help="word2vec: how often to go through the text.  [default: until the directions have risen]"),
)  # fmt: skip


def _settings_options(function):
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@command
@_text.text_argument
@click.option(
    "-o", "--output", required=True, type=click.Path(readable=False), help="A file that ends in .json."
)
@_settings_options
@click.option(
    "--half", type=click.Path(readable=False), metavar="COUNTS",
    help="Counts of half of the documents, made with w2v count --like; from text they are made along the way.",
)  # fmt: skip
@click.option(
    "--questions", type=click.Path(readable=False), help="A file of analogies of your own, or google."
)
@_text.counting_options
def command(
    shown: Shown,
    text: tuple[str, ...],
    output: str,
    model: str,
    d: int | None,
    seeds: tuple[int, ...],
    half: str | None,
    questions: str | None,
    **given,
) -> None:
    """Predict what training will do, before it begins.

    Written is a file that a person can read: when each direction will be half learned, with bars, and the
    words at its ends; the loss; the accuracy on analogies; how many directions the text supports; and for
    word2vec, how far off all that will be. w2v train does what was predicted, and w2v report holds the two
    against each other. What can be said, and what cannot, is printed as well.

    TEXT is one file of counts, as w2v count writes them (.w2v), or text as w2v count reads it.

    \b
    Examples:
      w2v predict counts.w2v -o prediction.json --dimensions 20 --directions 5
      w2v predict mytext -o prediction.json -d 20 --directions 5 --words 100

    \b
    In Python:
      from w2vlib.prediction import Settings, predict
      stats = w2vlib.CorpusStatistics.load("counts.w2v")
      predict(stats, Settings(d=20, directions=5)).save("prediction.json")
    """
    told = {name: given.pop(name) for name in [*given] if name in Settings.__dataclass_fields__}
    told = {name: value for name, value in told.items() if value is not None}
    told |= {"model": model} | ({"seeds": seeds} if seeds else {})
    _text.check_text(text)
    if not output.endswith(".json"):
        raise ValueError(f"a prediction is kept in a file that ends in .json, not in {output}")
    counted = _counts.is_counted(text)
    _text.check_output(output, () if counted else text)
    Settings(**told, d=DIMENSIONS if d is None else d)  # refused before anything is counted
    asked = load_analogies(questions) if questions else None
    stats = _counts.statistics(shown, text, counted, **given)
    settings = Settings(**told, d=min(DIMENSIONS, len(stats)) if d is None else d)
    if half is not None:
        part = _text.counted(half)
        part = part if given["words"] is None else part.first(given["words"])
        _text.check_alike(text[0], stats, half, part)
    else:
        part = (
            None if counted else count_half(Corpus(text, given["documents"], progress=shown.progress), stats)
        )
    prediction = predict(stats, settings, half=part, questions=asked, progress=shown.progress)
    prediction.save(output)
    if not shown.as_json:
        shown.result(None, prediction.sentences())
    shown.written(
        output,
        f"{len(prediction.content['directions'])} directions of {prediction.content['corpus']['words']:,} words, SHA-256 {prediction.digest[:12]}…",
        sha256=prediction.digest,
        statistics=prediction.content["corpus"]["sha256"],
        said=prediction.sentences(),
    )
