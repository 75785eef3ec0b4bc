"""`w2v report`: a prediction held against training, as one page."""

from __future__ import annotations

from pathlib import Path

import click

from .._common.files import replace_file
from ..evaluation import load_analogies
from ..prediction import Prediction, report_page, score
from ..training import Trajectory
from . import _text
from ._frame import Shown, command


@command
@click.argument("prediction", type=click.Path(readable=False))
@click.argument("runs", nargs=-1, type=click.Path(readable=False))
@click.option(
    "-o", "--output", required=True, type=click.Path(readable=False), help="A file that ends in .html."
)
@click.option("--title", help="Of the page.  [default: the name of the prediction's file]")
@click.option(
    "--questions", type=click.Path(readable=False), help="The analogies that the prediction was made with."
)
def command(
    shown: Shown,
    prediction: str,
    runs: tuple[str, ...],
    output: str,
    title: str | None,
    questions: str | None,
) -> None:
    """Hold a prediction against training, as a page.

    PREDICTION is a file as w2v predict writes it, and RUNS are files as w2v train writes them; without
    any, the page shows the prediction alone. It is one file to open or send: predictions are lines,
    training is dots. A prediction that was changed, or a run of something else, is refused.

    \b
    Examples:
      w2v report prediction.json -o report.html
      w2v report prediction.json run-0.npz run-1.npz -o report.html --title "My text" --json

    \b
    In Python:
      from pathlib import Path
      from w2vlib.prediction import Prediction, report_page
      page = report_page(Prediction.load("prediction.json"), title="prediction")
      Path("report.html").write_text(page, encoding="utf-8")
    """
    if not output.lower().endswith((".html", ".htm")):
        raise ValueError(f"a report is a page, in a file that ends in .html, not in {output}")
    _text.check_output(output, [prediction, *runs])
    said = Prediction.load(prediction)
    trained = [Trajectory.load(path) for path in runs]
    asked = load_analogies(questions) if questions else None
    page = report_page(said, trained, Path(prediction).stem if title is None else title, asked)
    replace_file(output, page.encode())
    found = score(said, trained, asked) if trained else None
    what = "the prediction alone, nothing has been trained yet"
    numbers = {}
    if found is not None:
        what = (
            f"{len(trained)} {'run' if len(trained) == 1 else 'runs'}, half-rises off by {found.median_error:.2%} in "
            f"the median, {found.largest_error:.2%} at most"
        )
        numbers = {"median_error": found.median_error, "largest_error": found.largest_error}
        if said.settings.model == "least-squares":  # the bars of word2vec are those of the theory's clock
            numbers["inside_the_bars"] = found.coverage
        numbers["holds"] = None if found.holds is None else bool(found.holds.all())
    shown.written(output, what, runs=len(trained), **numbers)
