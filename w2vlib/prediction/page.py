"""The report as one page: what was said as lines, what was measured as dots; it asks nobody for anything."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np

from .._common.arguments import checked
from .._common.plain import json_in_html, nice_ticks, percent, plain, three_digits, visible
from ..training import Trajectory
from .record import Prediction
from .score import Score, score

__all__ = ["report_page"]

HERE = Path(__file__).resolve().parent
SHOWN = 10  # directions in the picture of strengths
NAMED = 4  # words of an end that the slider names


@checked
def report_page(
    prediction: Prediction,
    runs: Sequence[Trajectory] = (),
    title: str = "",
    questions: Questions | None = None,  # noqa: F821
) -> str:
    """Return a page that holds a prediction against training, or shows it alone.

    Parameters
    ----------
    prediction : Prediction
    runs : list of Trajectory
        Trained as was predicted; none, where nothing has been trained yet.
    title : str
        Of the page.
    questions : dict, optional
        As in :func:`score`.

    Returns
    -------
    str
        HTML in one piece, with live figures and without an address of another host.

    Raises
    ------
    ValueError
        As :func:`score`.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> from w2vlib import load_wikipedia
    >>> from w2vlib.prediction import Settings, predict
    >>> page = report_page(predict(load_wikipedia(60), Settings(d=10, directions=3)), title="A <text>")
    >>> "<h1>Prediction: <bdi>A &lt;text&gt;</bdi></h1>" in page, "http:" in page, "https:" in page
    (True, False, False)
    """
    runs = [*runs]
    found = score(prediction, runs, questions) if runs else None
    content = prediction.content
    head = "Prediction and training" if runs else "Prediction"
    name = f": <bdi>{escape(visible_text(title))}</bdi>" if title else ""
    said = "\n".join(f"<li>{escape(sentence)}</li>" for sentence in prediction.sentences())
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{head}{": " + escape(visible_text(title)) if title else ""}</title>
<link rel="icon" href="data:,">
<style>
{(HERE / "report.css").read_text(encoding="utf-8")}</style>
</head>
<body>
<main>
<h1>{head}{name}</h1>
{_scores(prediction, found)}
<h2>What was said before training</h2>
<ul>
{said}
</ul>
<h2>Through time</h2>
<div class="moment" hidden>
<label for="moment">The moment that is looked at: move it, or point at a picture</label>
<input id="moment" type="range" min="0" value="0" step="1">
<output for="moment" aria-live="polite"></output>
</div>
{_loss(content, runs)}
{_strengths(content, runs)}
<h2>Which directions, and when</h2>
<p>On each rail the bar holds 95 % of all starts, the line is the prediction{" for the first seed" if _by_seed(content) else ""},
{"dots are training. Times are flow times." if runs else "and nothing has been trained yet. Times are flow times."}</p>
<ol class="directions">
{_directions(content, found)}
</ol>
<h2>How it was made</h2>
{_made(prediction)}
</main>
<script type="application/json" id="report-data">{json_in_html(_data(content, runs, found), separators=(",", ":"))}</script>
<script>
{(HERE / "report.js").read_text(encoding="utf-8")}</script>
</body>
</html>
"""


def visible_text(text: str) -> str:
    """A text whose invisible letters can be seen, and whose spaces stay.

    Examples
    --------
    >>> visible_text("my text"), visible_text("a\\u202eb")
    ('my text', 'a‹U+202E›b')
    """
    return " ".join(visible(part) for part in text.split())


def _by_seed(content: dict) -> bool:
    return content["settings"]["model"] == "least-squares"


def _scores(prediction: Prediction, found: Score | None) -> str:
    """How well it came true, as a table."""
    if found is None:
        return (
            "<p>Nothing has been trained yet: this is the prediction alone. When <code>w2v train</code> has done "
            "what was predicted, <code>w2v report</code> shows it here as dots.</p>"
        )
    number, count = found.half_rises.shape
    unrisen = int(np.isnan(found.half_rises).sum())
    inside = int(found.covered.sum())
    rows = [
        (
            "Runs",
            f"{number}" + (f", seeds {', '.join(map(str, found.seeds))}" if None not in found.seeds else ""),
        ),
        ("Half-rises compared", f"{number * count - unrisen} of {number * count}"),
        ("Their error, median", percent(found.median_error, 2)),
        ("Their error, largest", percent(found.largest_error, 2)),
    ]
    if prediction.settings.model == "least-squares":
        rows += [
            ("Inside the bars of 95 %", f"{inside} of {found.covered.size} ({percent(found.coverage)})"),
            ("Loss, largest difference", f"{percent(found.loss.max(), 2)} of its drop"),
            ("Strengths, largest difference", f"{percent(found.strengths.max(), 2)} of an eigenvalue"),
        ]
    else:
        clocks = ", ".join(f"{clock:.2f}" for clock in found.clock)
        rows.insert(2, ("Clock: all come later by this factor", clocks))
    if found.accuracy is not None:
        told = prediction.content["accuracy"]["share"][-1]
        rows.append(
            ("Analogies at the end", f"{percent(told, 1)} predicted, {_span(found.accuracy)} trained")
        )
    if found.holds is not None:
        holds = "It held" if found.holds.all() else f"It held for {int(found.holds.sum())} of {number}"
        rows.append(("The error that was stated beforehand", holds))
    body = "\n".join(f'<tr><th scope="row">{name}</th><td>{escape(value)}</td></tr>' for name, value in rows)
    clock = (
        ""
        if _by_seed(prediction.content)
        else " The errors of half-rises are those that are left after the clock."
    )
    return f'<table class="scores"><tbody>\n{body}\n</tbody></table>\n<p>{_verdict(found)}{clock}</p>'


def _span(shares: np.ndarray) -> str:
    low, high = (percent(share, 1) for share in (shares.min(), shares.max()))
    return low if low == high else f"{low} to {high}"


def _verdict(found: Score) -> str:
    if found.holds is None:
        return "Nothing was said beforehand of how large the errors would be."
    if found.holds.all():
        return "What was said beforehand of the errors came true."
    return "What was said beforehand of the errors did not come true; the table says by how much."


def _frame(name: str, drawing: str, end: float, caption: str, height: str) -> str:
    ticks = "".join(f'<span style="left:{100 * t / end:.2f}%">{t:g}</span>' for t in nice_ticks(end))
    return f"""<figure>
<p class="height" aria-hidden="true">{height}</p>
<div class="plot" role="img" aria-label="{escape(name)}">
<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">{drawing}</svg>
</div>
<div class="ticks" aria-hidden="true">{ticks}</div>
<p class="axis" aria-hidden="true">flow time <i>t</i></p>
<figcaption>{caption}</figcaption>
</figure>"""


def _line(x: np.ndarray, y: np.ndarray, kind: str) -> str:
    points = "L".join(f"{a:.2f} {b:.2f}" for a, b in zip(x, y))
    return f'<path class="{kind}" d="M{points}"/>'


def _dots(x: np.ndarray, y: np.ndarray, kind: str) -> str:
    """Each a line of no length, whose round ends are a dot however the picture is stretched."""
    points = "".join(f"M{a:.2f} {b:.2f}h0" for a, b in zip(x, y))
    return f'<path class="{kind}" d="{points}"/>' if points else ""


def _loss(content: dict, runs: list[Trajectory]) -> str:
    band, curves = content["band"], content["curves"]
    if curves["loss"] is None:
        return ""
    end, loss = curves["t"][-1], np.array(curves["loss"][0])
    low, high = min(map(min, curves["loss"])), max(0.0, loss.max())

    def height(values):
        return 100 * (high - np.clip(np.asarray(values, float), 1.05 * low, high)) / (high - 1.05 * low)

    t = 100 * np.array(band["t"]) / end
    around = [*zip(t, height(band["loss"]["high"])), *zip(t[::-1], height(band["loss"]["low"])[::-1])]
    drawing = f'<path class="band" d="M{"L".join(f"{a:.2f} {b:.2f}" for a, b in around)}Z"/>'
    drawing += _line(100 * np.array(curves["t"]) / end, height(loss), "said")
    for run in runs:
        kept = np.isin(run.steps, curves["steps"])
        drawing += _dots(100 * run.times[kept] / end, height(run.loss[kept]), "seen")
    seen = " Dots are training." if runs else ""
    return _frame(
        f"The loss falls from 0 to −{three_digits(-loss[-1])} in flow time {three_digits(end)}.", drawing, end,
        f"The loss, from 0 down to −{three_digits(-loss[-1])}. The line is the prediction for the first seed, the band "
        f"holds 95 % of all starts.{seen}", "loss",
    )  # fmt: skip


def _strengths(content: dict, runs: list[Trajectory]) -> str:
    curves = content["curves"]
    power, what = (1, "strength") if _by_seed(content) else (0.5, "root of the strength")
    strengths = np.array(curves["strengths"][0])[:, :SHOWN] ** power
    end, top = curves["t"][-1], strengths.max()
    seen = [run.strengths[:, :SHOWN] ** power for run in runs[:1]]
    top = 1.05 * max(top, *(array.max() for array in seen)) if seen else 1.05 * top
    x = 100 * np.array(curves["t"]) / end
    drawing = "".join(_line(x, 100 - 100 * row / top, "said thin") for row in strengths.T)
    for run, array in zip(runs, seen):
        kept = np.isin(run.steps, curves["steps"])
        for row in array[kept].T:
            drawing += _dots(100 * run.times[kept] / end, 100 - 100 * row / top, "seen small")
    count = strengths.shape[1]
    dots = " Dots are the first run." if runs else ""
    later = " Its dots run on its own clock." if runs and not _by_seed(content) else ""
    return _frame(
        f"The strengths of the first {count} directions rise one after the other, each to its eigenvalue.", drawing,
        end, f"Strengths of the first {count} directions. Lines are the prediction for the first seed.{dots}{later}",
        what,
    )  # fmt: skip


def _directions(content: dict, found: Score | None) -> str:
    end, items = content["curves"]["t"][-1], []
    unit = "steps" if _by_seed(content) else "epochs"
    for n, entry in enumerate(content["directions"]):
        bar, place = entry["half_rise"], entry["half_rise"]["seeds"][0]
        high = end if bar["high"] is None else min(bar["high"], end)
        drawing = ""
        if bar["low"] is not None and bar["low"] < end:
            drawing = f'<path class="bar" d="M{100 * bar["low"] / end:.2f} 50H{100 * high / end:.2f}"/>'
        if place is not None:
            drawing += f'<path class="said" d="M{100 * place / end:.2f} 5V95"/>'
        seen = [] if found is None else [t for t in found.half_rises[:, n] if np.isfinite(t)]
        drawing += _dots(100 * np.array(seen) / end, np.full(len(seen), 50.0), "seen")
        ends = [
            ", ".join(f"<i>{escape(visible(word))}</i>" for word in entry[side])
            for side in ("positive", "negative")
        ]
        opposed = "words against contexts: " if entry["opposed"] else ""
        items.append(
            f"<li><h3>{entry['k']}.</h3> {opposed}{ends[0]} <b>against</b> {ends[1]}\n"
            f'<div class="rail"><svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">{drawing}</svg></div>\n'
            f'<p class="when">{_when(entry, unit)}{_measured(found, n)}</p></li>'
        )
    return "\n".join(items)


def _when(entry: dict, unit: str) -> str:
    bar, told = entry["half_rise"], entry[unit]
    if bar["middle"] is None:
        return "Half learned after the end of training."
    low, middle = three_digits(bar["low"]), three_digits(bar["middle"])
    high = "the end" if bar["high"] is None else three_digits(bar["high"])
    after = "" if told["middle"] is None else f", after {three_digits(told['middle'])} {unit}"
    return f"Half learned at {middle} ({low} to {high}){after}."


def _measured(found: Score | None, n: int) -> str:
    if found is None:
        return ""
    times = [three_digits(t) if np.isfinite(t) else "not yet" for t in found.half_rises[:, n]]
    return f" Measured: {', '.join(times)}."


def _made(prediction: Prediction) -> str:
    content = prediction.content
    corpus = content["corpus"]
    about = {name.replace("_", " "): value for name, value in content["settings"].items()}
    about |= {"window": f"{corpus['window']}, {corpus['weighting']}", "source of the text": corpus["source"]}
    about |= {"SHA-256 of the counts": corpus["sha256"], "SHA-256 of the prediction": prediction.digest}
    about["w2vlib"] = content["w2vlib"]
    rows = "\n".join(
        f"<dt>{escape(name)}</dt><dd><bdi>{escape(visible_text(_told(value)))}</bdi></dd>"
        for name, value in about.items()
        if value != ""
    )
    return f'<dl class="settings">\n{rows}\n</dl>'


def _told(value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _data(content: dict, runs: list[Trajectory], found: Score | None) -> dict:
    """What the slider tells."""
    curves, by_seed = content["curves"], _by_seed(content)
    steps, training = np.array(curves["steps"]), content["training"]
    units = steps if by_seed else steps / steps[-1] * training["epochs"]
    data = {
        "t": curves["t"],
        "unit": "steps" if by_seed else "epochs",
        "units": plain(units, 5),
        "loss": plain(curves["loss"][0], 5) if curves["loss"] else None,
        "directions": [
            {
                "at": entry["half_rise"]["seeds"][0],
                **{
                    side: [visible(word) for word in entry[side][:NAMED]] for side in ("positive", "negative")
                },
            }
            for entry in content["directions"]
        ],
    }
    if found is not None:
        rises = found.half_rises[0]
        data["learned"] = [int((rises <= t).sum()) for t in curves["t"]]
        if data["loss"]:
            at = dict(zip(runs[0].steps.tolist(), runs[0].loss.tolist()))
            data["measured"] = [plain(at[step], 5) if step in at else None for step in curves["steps"]]
    return data
