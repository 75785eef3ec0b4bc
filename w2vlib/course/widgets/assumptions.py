"""Switches for the theory's assumptions: what each of them is worth."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..plots import COLORS, mode_colors
from .drawing import WIDTH, end_labels, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Switch
from .wording import number

__all__ = ["assumption_explorer"]

_LABELS = {
    "vectors": "vectors",
    "loss": "loss",
    "weights": "pairs weigh",
    "start": "start",
    "step": "steps",
    "batch": "batches",
}
_BUTTONS = {
    "even": "evenly",
    "word2vec": "as in word2vec",
    "word2vec, rates 1/a": "as in word2vec, rates 1/a",
}
_BROKEN = {
    ("vectors", "untied"): "untied vectors",
    ("loss", "logistic"): "logistic loss",
    ("weights", "word2vec"): "word2vec's weights",
    ("weights", "word2vec, rates 1/a"): "weights with rates",
    ("start", "large"): "large start",
    ("step", "long"): "long steps",
    ("batch", "small"): "small batches",
}
_PRESETS = (
    ("Nothing broken", {}),
    ("word2vec's loss", {"loss": "logistic"}),
    ("and its weights", {"loss": "logistic", "weights": "word2vec"}),
    ("and two vectors for a word", {"loss": "logistic", "weights": "word2vec", "vectors": "untied"}),
)
_ERRORS = ("half-rise, median", "half-rise, worst", "strengths, no clock", "loss, no clock")
_LOW, _HIGH, _MARGIN = 0.0009, 3.0, 1.55  # shares; inches left of the errors


def assumption_explorer(
    table: dict,
    *,
    vectors: str = "tied",
    loss: str = "logistic",
    weights: str = "word2vec",
    start: str = "small",
    step: str = "short",
    batch: str = "full",
) -> Explorer:
    r"""Return a figure with a switch for each assumption of the theory, prediction and measurement side by side.

    Above, the strengths :math:`s_k^2(t)`: lines are the exact solution of the
    theory's flow, dots are training.  Below, how far off the theory is, by a
    filled dot for the exact solution and an open one for aligned modes; a grey
    line marks the error with nothing broken.  Half-rises are compared after one
    clock has been taken out, strengths and loss as they stand.

    Parameters
    ----------
    table : dict
        What :func:`~w2vlib.course.assumptions.deviation_table` returned.
    vectors, loss, weights, start, step, batch : str
        Where the switches stand at first: positions of
        :data:`~w2vlib.course.assumptions.SWITCHES`.

    Returns
    -------
    Explorer
        With switches of these names.

    Raises
    ------
    ValueError
        If the table is not one, or there is no such position.

    Notes
    -----
    Small batches were measured with the quadratic loss and even weights; with
    others the figure shows full ones, and says so.  Where uneven weights leave
    no room for long steps, "≤" says how long they were.  Introduced in chapter *assumptions*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> from w2vlib.course.assumptions import deviation_table
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    >>> table = deviation_table(stats, 1)
    >>> assumption_explorer(table, loss="quadratic", weights="even").describe().split(":")[0]
    'Nothing broken'
    """
    _checked(table)
    first = {
        "vectors": vectors,
        "loss": loss,
        "weights": weights,
        "start": start,
        "step": step,
        "batch": batch,
    }
    switches = []
    for name, positions in table["switches"].items():
        words = {position: _BUTTONS.get(position, position) for position in positions}
        if "small" in words and name == "batch":
            words["small"] = "small (quadratic loss, even weights)"
        switches.append(Switch(name, _LABELS[name], words, first[name]))
    presets = tuple(
        (words, {name: p[0] for name, p in table["switches"].items()} | state) for words, state in _PRESETS
    )
    live = Live("assumptions", wide=470, narrow=500, lines=10, presets=presets)
    drawn = table | {"errors": [_LOW, _HIGH]}
    return Explorer(drawn, switches, partial(_draw_assumptions, table), live)


def _draw_assumptions(table, figure, **state) -> str:
    shown, key = dict(state), "; ".join(state.values())
    if key not in table["runs"]:
        shown["batch"] = "full"
        key = "; ".join(shown.values())
    run = table["runs"][key]
    theory = table["theories"]["; ".join(shown[name] for name in ("vectors", "weights", "start"))]
    reference = table["runs"]["; ".join(positions[0] for positions in table["switches"].values())]
    above, below = panels(figure, [2.25, 1.45], lines=7, common=False)
    _draw_strengths(above, theory, run)
    _draw_errors(below, run, reference)
    return _assumption_notes(figure, table, shown, state, run)


def _draw_strengths(axes, theory: dict, run: dict) -> None:
    values, lines, dots = (np.array(a) for a in (theory["values"], theory["strengths"], run["strengths"]))
    largest, colors = values[0], mode_colors(len(values))
    highest = float(np.clip(1.04 * dots.max(), 1.1 * largest, 2.2 * largest))
    for k, color in enumerate(colors):
        axes.plot(np.array(theory["t"]) * largest, lines[:, k], color=color)
        axes.plot(np.array(run["t"]) * largest, dots[:, k], "o", color=color, markersize=3.6)
    axes.set(xlim=(0, theory["t"][-1] * largest), ylim=(-0.03 * highest, highest))
    axes.set(xlabel="time t, in units of 1/λ₁", ylabel="strength s²")
    end_labels(axes, lines[-1], [str(k + 1) for k in range(len(values))], colors)


def _draw_errors(axes, run: dict, reference: dict) -> None:
    place = axes.get_position()
    axes.set_position([_MARGIN / WIDTH, place.y0, place.x1 - _MARGIN / WIDTH, place.height])
    names = [*_ERRORS, "first 5 directions"]
    rows = np.arange(len(names))[::-1]
    exact, usual = ([*r["exact"], None if r["diverged"] else 1 - r["overlap"]] for r in (run, reference))
    axes.hlines(rows, _LOW, _HIGH, color="#dddddd", linewidth=0.6)
    axes.vlines([_inside(e) for e in usual], rows - 0.36, rows + 0.36, color="#777777", linewidth=1.6)
    axes.plot(
        [_inside(e) for e in run["aligned"]], rows[:-1], "D", markersize=7, markerfacecolor="none",
        markeredgecolor=COLORS["word2vec"], markeredgewidth=1.5, clip_on=False,
    )  # fmt: skip
    axes.plot([_inside(e) for e in exact], rows, "o", color=COLORS["M*"], markersize=6, clip_on=False)
    axes.set_xscale("log")
    axes.set_xticks([0.001, 0.01, 0.1, 1.0], ["0.1 %", "1 %", "10 %", "100 %"])
    axes.set_xticks([], minor=True)
    axes.set_yticks(rows, names)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.set(xlim=(_LOW, _HIGH), ylim=(-0.6, len(names) - 0.4), xlabel="error of the theory")


def _inside(error: float | None) -> float:
    """An error where the axis has room for it: what has no end stands at the end."""
    return float(np.clip(_HIGH if error is None else error, _LOW, _HIGH))


def _assumption_notes(figure, table, shown, wanted, run) -> str:
    broken = [
        _BROKEN.get(pair, pair[1]) for pair in shown.items() if pair[1] != table["switches"][pair[0]][0]
    ]
    count = f"{len(broken)} assumption{'s' if len(broken) > 1 else ''} broken" if broken else "Nothing broken"
    first = run["exact"][0]
    if run["diverged"]:
        result = "training diverges"
    elif first is None:
        result = "half of the modes end at 0"
    else:
        result = f"half-rises off by {_error(first)}"
    learned = f"{100 * run['overlap']:.0f} % of the theory's first 5 directions at the end"
    if run["opposed"]:
        learned += f"; {run['opposed']} push words apart"
    key = "; ".join({**{name: p[0] for name, p in table["switches"].items()}, "step": shown["step"]}.values())
    cut = run["step"] < 0.95 * table["runs"][key]["step"]  # than with nothing else broken
    setting = [
        f"{table['size']} words",
        f"d = {table['d']}",
        f"σ = {number(table['scales'][shown['start']])}",
        f"ηλ₁ {'≤' if cut else '='} {run['step']:g}",
    ]
    if run["batch"]:
        setting.append(f"{run['batch']} pairs a step")
    elif wanted["batch"] != "full":
        setting.append("full batches only")
    return notes(
        figure,
        f"{count}: {result}",
        [
            ("broken", ", ".join(broken) or "nothing", False),
            ("clock", _clock_in_words(run), False),
            ("exact", f"● {_in_words(run, 'exact')}", False),
            ("aligned", f"◇ {_in_words(run, 'aligned')}", False),
            ("learned", learned, False),
            ("setting", ", ".join(setting), False),
            ("marks", "lines: theory, dots: training; below, grey: with nothing broken", False),
        ],
    )


def _clock_in_words(run: dict) -> str:
    if run["diverged"]:
        return "none, as training diverges"
    return f"{run['clock']:.2f} times the exact solution's; half-rises are compared after it"


def _in_words(run: dict, theory: str) -> str:
    if run["diverged"]:
        return "no error has an end"
    median, worst, strengths, loss = map(_error, run[theory])
    return f"half-rises {median} (worst {worst}), strengths {strengths}, loss {loss}"


def _error(share: float | None) -> str:
    if share is None:
        return "never"  # an infinite error of a half-rise, as that of a mode that does not rise
    return f"{100 * share:.1f} %" if share < 0.0995 else f"{100 * share:.0f} %"


def _checked(table) -> None:
    advice = "make it with deviation_table"
    if not isinstance(table, dict):
        raise ValueError(f"the table must be a dictionary, not {type(table).__name__}; {advice}")
    names = ("size", "d", "modes", "scales", "switches", "theories", "runs")
    missing = [name for name in names if name not in table]
    if missing:
        raise ValueError(f"the table lacks {', '.join(map(repr, missing))}; {advice}")
    if list(table["switches"]) != list(_LABELS):
        raise ValueError(
            f"the table's switches must be {', '.join(_LABELS)}, not {list(table['switches'])}; {advice}"
        )
