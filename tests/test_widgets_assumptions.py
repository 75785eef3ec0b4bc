"""Switches for the theory's assumptions: every state can be drawn, says what was measured, and is read alike."""

from __future__ import annotations

import copy
import itertools
import json
import warnings
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import pytest

from w2vlib.course.widgets import assumption_explorer

pytest.importorskip("torch")
from w2vlib.course.assumptions import SWITCHES, deviation_table

VIEW = "application/vnd.jupyter.widget-view+json"
PLAIN = {name: next(iter(positions)) for name, positions in SWITCHES.items()}


@pytest.fixture(scope="module")
def table(wikipedia) -> dict:
    return json.loads(json.dumps(deviation_table(wikipedia.first(80), 6)))


@pytest.fixture(scope="module")
def explorer(table):
    return assumption_explorer(table)


def test_every_state_can_be_drawn_inside_the_figure_and_in_letters_large_enough(explorer, capfd):
    names = list(SWITCHES)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for positions in itertools.product(*SWITCHES.values()):
            state = dict(zip(names, positions))
            if len({state["start"] == "small", state["step"] == "short", state["batch"] == "full"}) > 1:
                continue  # these three move together here: a quarter of all states
            figure, words = explorer._drawn(state)
            figure.draw_without_rendering()
            width, height = figure.get_size_inches() * figure.dpi
            assert figure.get_figwidth() == pytest.approx(6.4)
            assert "nan" not in words and "inf" not in words
            for text in [*figure.texts, *(t for axes in figure.axes for t in [axes.title, *axes.texts])]:
                box = text.get_window_extent()
                assert text.get_fontsize() >= 9
                assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, text.get_text()
    assert capfd.readouterr() == ("", "")


def test_the_first_state_is_broken_and_says_by_what(explorer, table):
    assert explorer.state == PLAIN | {"loss": "logistic", "weights": "word2vec"}
    run = table["runs"]["tied; logistic; word2vec; small; short; full"]
    words = explorer.describe()
    assert words.startswith("2 assumptions broken: half-rises off by")
    assert f"Clock: {run['clock']:.2f} times the exact solution's" in words
    assert "Broken: logistic loss, word2vec's weights." in words
    assert f"loss {100 * run['exact'][3]:.0f} %" in words
    assert f"{100 * run['overlap']:.0f} % of the theory's first 5 directions" in words
    assert "80 words, d = 6, σ = 0.01, ηλ₁ = 0.05" in words


def test_with_nothing_broken_dots_lie_on_lines(explorer, table):
    words = explorer.describe(**PLAIN)
    assert words.startswith("Nothing broken: half-rises off by") and "Broken: nothing." in words
    above, below = explorer.figure(**PLAIN).axes
    run = table["runs"]["; ".join(PLAIN.values())]
    lines = [line for line in above.lines if line.get_marker() != "o"]
    dots = [line for line in above.lines if line.get_marker() == "o"]
    assert len(lines) == len(dots) == 6
    largest = table["theories"]["tied; even; small"]["values"][0]
    for line, measured in zip(lines, dots):
        assert abs(line.get_ydata()[-1] - measured.get_ydata()[-1]) < 0.05 * largest
    marks = {line.get_marker(): line.get_xdata() for line in below.lines}
    assert list(marks["o"][:4]) == run["exact"] and list(marks["D"]) == run["aligned"]


def test_a_large_start_breaks_aligned_modes_only(table, explorer):
    usual, large = (
        table["runs"][f"tied; quadratic; even; {start}; short; full"] for start in ("small", "large")
    )
    assert large["exact"][3] < usual["exact"][3] and large["aligned"][3] > 2 * usual["aligned"][3]
    assert "1 assumption broken" in explorer.describe(**PLAIN | {"start": "large"})


def test_small_batches_are_shown_where_they_were_measured_and_nowhere_else(explorer, table):
    small = explorer.describe(**PLAIN | {"batch": "small"})
    pairs = table["runs"]["; ".join((PLAIN | {"batch": "small"}).values())]["batch"]
    assert f"{pairs} pairs a step" in small and "Broken: small batches" in small
    elsewhere = explorer.describe(batch="small")
    assert "full batches only" in elsewhere and "small batches" not in elsewhere
    buttons = dict(explorer.sliders[-1].positions)
    assert "quadratic" in buttons["small"] and "even" in buttons["small"]


def test_long_steps_that_had_to_be_cut_are_said_to_be(explorer):
    assert "ηλ₁ ≤" in explorer.describe(step="long")
    assert "ηλ₁ = 0.5" in explorer.describe(**PLAIN | {"step": "long"})


def test_modes_that_never_rise_and_runs_that_diverge_are_said_in_words(table):
    spoiled = copy.deepcopy(table)
    run = spoiled["runs"]["; ".join(PLAIN.values())]
    run["exact"] = [None, None, 0.5, 0.5]
    words = assumption_explorer(spoiled, **PLAIN).describe()
    assert words.startswith("Nothing broken: half of the modes end at 0") and "worst never" in words
    run.update(exact=[None] * 4, aligned=[None] * 4, diverged=True)
    words = assumption_explorer(spoiled, **PLAIN).describe()
    assert "training diverges" in words and "no error has an end" in words and "Clock: none" in words


def test_a_switch_moves_the_picture(table):
    explorer = assumption_explorer(table)
    picture = explorer.widget.children[-1]
    assert [type(control).__name__ for control in explorer.controls.values()] == ["ToggleButtons"] * 6
    assert all(control.description for control in explorer.controls.values())
    seen = [picture.value]
    for name, value in {"vectors": "untied", "loss": "quadratic", "start": "large"}.items():
        explorer.controls[name].value = value
        assert explorer.state[name] == value and picture.value not in seen
        assert explorer.describe().split(":")[0] in picture.value  # its alt text
        seen.append(picture.value)


def test_a_cell_shows_switches_or_a_picture_of_the_same_state(explorer, table):
    bundle = explorer._repr_mimebundle_()
    assert bundle.keys() == {"text/html", "image/svg+xml", "image/png", "text/plain"}
    assert bundle["image/svg+xml"] == explorer.svg() == assumption_explorer(table).svg()
    assert bundle["text/plain"].startswith("Explorer(vectors='tied', loss='logistic', weights='word2vec'")
    ET.fromstring(bundle["image/svg+xml"])


def test_colours_differ_for_the_two_theories_in_shape_as_well(explorer):
    below = explorer.figure().axes[1]
    assert len({line.get_marker() for line in below.lines}) == 2
    assert len(plt.get_fignums()) == 0


@pytest.mark.parametrize(
    "state, message",
    [
        ({"loss": "cubic"}, "loss must be 'quadratic' or 'logistic', not 'cubic'"),
        ({"vectors": 1}, "vectors must be 'tied' or 'untied', not 1"),
    ],
)
def test_a_position_that_is_not_there_is_refused(table, explorer, state, message):
    with pytest.raises(ValueError, match=message):
        explorer.figure(**state)
    with pytest.raises(ValueError, match=message):
        assumption_explorer(table, **state)


def test_what_is_no_table_is_refused(table):
    with pytest.raises(ValueError, match="must be a dictionary, not list; make it with deviation_table"):
        assumption_explorer([])
    with pytest.raises(ValueError, match="lacks 'runs'; make it with deviation_table"):
        assumption_explorer({name: value for name, value in table.items() if name != "runs"})
    with pytest.raises(ValueError, match="switches must be vectors, loss, weights, start, step, batch"):
        assumption_explorer(table | {"switches": {"loss": ["quadratic"]}})
