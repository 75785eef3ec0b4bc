"""Sliders of the dynamics: plain tables, true numbers, one picture for one state, live and still."""

from __future__ import annotations

import gc
import itertools
import json
import subprocess
import sys
import urllib.parse
import warnings
import weakref
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import yaml

from w2vlib import Spectrum
from w2vlib.course.widgets import (
    dynamics_table,
    forecast_explorer,
    mode_explorer,
    staircase_explorer,
)
from w2vlib.course.widgets.setting import setting
from w2vlib.dynamics import (
    aligned_half_rises,
    forecast_half_rises,
    loss_of_strengths,
    mode_strengths,
    visible_steps,
)
from w2vlib.training import Trajectory

VIEW = "application/vnd.jupyter.widget-view+json"
SIZE, D, SCALE = 60, 20, 1e-3
VALUES = 500 / np.arange(1, SIZE + 1) ** 0.7 - 40  # the last are negative
WORDS = tuple(f"word{k}" for k in range(SIZE))
MODES = Spectrum(
    VALUES, np.linalg.qr(np.random.default_rng(0).standard_normal((SIZE, SIZE)))[0], residual=0.0, words=WORDS
)


def run(
    scale=SCALE, d=D, steps=6000, records=900, step_size=0.05 / VALUES[0], size=SIZE, seed=0
) -> Trajectory:
    """What training would leave behind: aligned modes from random starts."""
    n = np.unique(np.linspace(0, steps, records).astype(int))
    start = scale**2 / d * np.random.default_rng(seed).chisquare(d - np.arange(d))
    strengths = mode_strengths(VALUES[:d], start, n * step_size, step_size)
    return Trajectory(
        n,
        loss_of_strengths(VALUES[:d], strengths),
        strengths,
        np.zeros((size, d)),
        step_size,
        last_step=steps,
    )


@pytest.fixture(scope="module")
def table() -> dict:
    return dynamics_table(MODES, [(SCALE, run(), 0)], count=25)


def explorers(table) -> dict:
    return {
        "mode": mode_explorer(table),
        "mode of d": mode_explorer(table, d=D),
        "staircase": staircase_explorer(table),
        "forecast": forecast_explorer(table),
    }


each = pytest.mark.parametrize("name", ["mode of d", "staircase", "forecast"])


def dots(figure) -> int:
    """How many measured points are drawn; the dot of the cursor is none of them."""
    lines = [line for axes in figure.axes for line in axes.lines]
    return sum(
        len(line.get_xdata()) for line in lines if line.get_marker() == "o" and line.get_label() != "_now"
    )


# The table.


def leaves(thing):
    if isinstance(thing, (dict, list)):
        for inner in thing.values() if isinstance(thing, dict) else thing:
            yield from leaves(inner)
    else:
        yield thing


def test_the_table_is_plain_and_survives_json(table):
    assert {type(leaf) for leaf in leaves(table)} <= {float, int, str, type(None)}
    assert json.loads(json.dumps(table)) == table
    assert table["size"] == SIZE and len(table["values"]) == len(table["ends"]) == 25
    np.testing.assert_allclose(table["values"], VALUES[:25], rtol=1e-5)
    assert all(float(f"{leaf:.6g}") == leaf for leaf in leaves(table) if isinstance(leaf, float))


def test_the_words_are_those_at_the_ends(table):
    order = np.argsort(MODES.vectors[:, 4])
    assert table["ends"][4] == [[WORDS[i] for i in order[::-1][:3]], [WORDS[i] for i in order[:3]]]


def test_a_run_is_thinned_and_its_half_rises_are_kept(table):
    (kept,), full = table["measured"], run()
    assert (kept["scale"], kept["d"], kept["seed"]) == (SCALE, D, 0)
    assert 30 <= len(kept["t"]) == len(kept["strengths"]) == len(kept["loss"]) <= 40
    assert {len(row) for row in kept["strengths"]} == {12}
    rows = np.searchsorted(full.times, np.array(kept["t"]) * (1 - 1e-5))
    np.testing.assert_allclose(kept["strengths"], full.strengths[rows, :12], rtol=1e-5)
    np.testing.assert_allclose(kept["loss"], full.loss[rows], rtol=1e-5)
    np.testing.assert_allclose(kept["half_rises"], full.half_rises(VALUES[:D]), rtol=1e-4)


def test_what_was_never_learned_is_none():
    kept = dynamics_table(MODES, [(SCALE, run(steps=500))])["measured"][0]
    assert kept["half_rises"][0] is not None and kept["half_rises"][-1] is None
    json.dumps(kept, allow_nan=False)


def test_modes_that_cannot_be_learned_are_left_out_and_those_of_a_run_are_not():
    positive = int((VALUES > 0).sum())
    assert positive < SIZE
    assert len(dynamics_table(MODES, count=SIZE)["values"]) == positive
    many = dynamics_table(MODES, [(SCALE, run())], count=5)
    assert len(many["values"]) == D and len(many["ends"]) == 5
    assert "its words are not in the table" in staircase_explorer(many, time=5).describe()


def test_the_table_of_twenty_runs_is_small():
    columns = np.linalg.qr(np.random.default_rng(1).standard_normal((5000, 100)))[0]
    words = [f"a long word {k}" for k in range(5000)]
    big = Spectrum(1400 / np.arange(1, 101) ** 0.6, columns, 0.0, words)
    runs = [(SCALE, run(d=50, step_size=1e-5, size=5000, seed=seed), seed) for seed in range(20)]
    assert len(json.dumps(dynamics_table(big, runs, ends=3, count=50))) < 100_000


@pytest.mark.parametrize(
    "change, message",
    [
        ({"modes": replace(MODES, words=None)}, "the words of these rows are not known"),
        ({"ends": 0}, "ends must be a whole number from 1 on, not 0"),
        ({"count": 2.5}, "count must be a whole number from 1 on, not 2.5"),
        ({"modes": Spectrum(VALUES[:3] - 1000, MODES.vectors[:, :3], 0.0, WORDS)}, "no eigenvalue is positive"),
        ({"modes": MODES.leading(8)}, r"has 20 dimensions, but there are 8 directions: call spectrum\(M, 20\)"),
        ({"measured": [run()]}, r"measured\[0\] must be \(scale, trajectory\)"),
        ({"measured": [(0.0, run())]}, "the scale of initial weights must be a positive, finite number, not 0.0"),
        ({"measured": [(run(), SCALE)]}, "scale of initial weights"),
        ({"measured": [(SCALE, run(size=50))]}, "trained on 50 words, but there are 60"),
        ({"measured": [(SCALE, replace(run(), words=WORDS[::-1]))]}, r"measured\[0\] was trained on other words"),
        ({"measured": [(SCALE, replace(run(), step_size=-1.0))]}, "its step size must be a positive, finite number"),
        ({"measured": [(SCALE, run(steps=0))]}, "it has 1 records"),
        ({"measured": [(SCALE, run(step_size=0.9 / VALUES[0])), (SCALE, run())], "modes": Spectrum(2 * VALUES, MODES.vectors, 0.0, WORDS)}, r"must be below 1/λ₁"),
        ({"modes": replace(MODES, words=["x" * 900 + word for word in WORDS])}, "more than 100,000; give fewer"),
    ],
)  # fmt: skip
def test_bad_input_is_named(change, message):
    arguments = {"modes": MODES, "measured": [(SCALE, run())]} | change
    with pytest.raises(ValueError, match=message):
        dynamics_table(**arguments)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda table: table.pop("ends"), "lacks 'ends'; make it with dynamics_table"),
        (lambda table: table.update(values=[]), "positive eigenvalues"),
        (lambda table: table.update(values=[1.0, -1.0]), "positive eigenvalues"),
        (lambda table: table.update(values=[1.0, 2.0]), "must fall"),
        (lambda table: table.update(values=[1e-13]), "too small"),
    ],
)
@pytest.mark.parametrize("make", [mode_explorer, staircase_explorer, forecast_explorer])
def test_what_is_no_table_is_refused(table, make, change, message):
    change(spoiled := dict(table))
    with pytest.raises(ValueError, match=message):
        make(spoiled)
    with pytest.raises(ValueError, match="must be a dictionary, not list"):
        make([])


# The figures.


@each
def test_every_corner_can_be_drawn(table, name, capfd):
    explorer = explorers(table)[name]
    corners = itertools.product(*[(slider.low, slider.high) for slider in explorer.sliders])
    names = [slider.name for slider in explorer.sliders]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for corner in corners:
            state = dict(zip(names, corner))
            svg, text = explorer._picture(state, letters="none")
            assert "nan" not in text and "nan" not in "".join(ET.fromstring(svg).itertext())
    assert capfd.readouterr() == ("", "")


@each
def test_letters_are_large_enough_and_inside_the_figure(table, name):
    explorer = explorers(table)[name]
    figure = explorer.figure(log_scale=-5.7)
    assert figure.get_figwidth() == pytest.approx(6.4)
    figure.draw_without_rendering()
    width, height = figure.get_size_inches() * figure.dpi
    ticks = {text for axes in figure.axes for text in axes.get_xticklabels() + axes.get_yticklabels()}
    for text in figure.findobj(plt.Text):
        assert text.get_fontsize() >= 9
        if text in ticks or not text.get_text():  # some lie beyond the axes and are not drawn
            continue
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, text.get_text()
    for axes in figure.axes:
        boxes = [text.get_window_extent() for text in axes.texts]
        assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_words_of_any_kind_stay_inside_and_silent(capfd):
    kinds = ["$x^", "a_b", "incomprehensibilities" * 4, "世界", "<&>", '"']
    strange = [kind + str(n) for n in range(10) for kind in kinds]
    explorer = mode_explorer(dynamics_table(replace(MODES, words=strange), ends=6, count=12))
    for k in (1, 5, 12):
        ET.fromstring(explorer.svg(mode=k))
    explorer.controls["mode"].value = 5
    figure = explorer.figure(mode=5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure.draw_without_rendering()
    assert max(text.get_window_extent().x1 for text in figure.texts) <= figure.get_figwidth() * figure.dpi
    assert capfd.readouterr() == ("", "")


def test_one_mode_says_what_the_logistic_says(table):
    lines = mode_explorer(table).describe(log_scale=-3, mode=4, time=30)
    values, unit = np.array(table["values"]), 1 / table["values"][0]
    strength = mode_strengths(values[3:4], 1e-6, 30 * unit)[0]
    half = aligned_half_rises(values[3:4], 1e-6)[0] / unit
    assert f"Mode 4 has reached {100 * strength / values[3]:.0f} %" in lines
    assert f"half of it at {half:.1f}/λ₁" in lines and "σ = 10⁻³" in lines
    assert ", ".join(table["ends"][3][0]) in lines and ", ".join(table["ends"][3][1]) in lines


def test_dimensions_change_where_a_mode_sets_out(table):
    values = np.array(table["values"])
    found = setting(table, -4, 7)
    forecast = forecast_half_rises(values[:7], 7, 1e-4)
    np.testing.assert_allclose(found.half_rises, forecast.mean, rtol=1e-12)
    np.testing.assert_allclose(found.forecast.low, forecast.low, rtol=1e-12)
    np.testing.assert_allclose(setting(table, -4, None).start, 1e-8)


def test_the_staircase_says_which_modes_are_learned(table):
    explorer = staircase_explorer(table)
    found = setting(table, -6, 10)
    time = 0.05 * round(np.mean(found.half_rises[[3, 4]]) / found.half_rises[0] / 0.05)
    text = explorer.describe(log_scale=-6, d=10, time=time)
    assert "4 of 10 modes learned" in text and "Last (4): " + ", ".join(table["ends"][3][0]) in text
    assert "Next (5): " + ", ".join(table["ends"][4][0]) in text
    assert f"{visible_steps(found.values, found.half_rises)} steps in the loss" in text
    assert "0 of 10 modes learned" in explorer.describe(d=10, time=0)
    loss = explorer.figure(log_scale=-6, d=10).axes[1].lines[0].get_ydata()
    assert loss[0] == pytest.approx(0, abs=1e-6)
    assert loss[-1] == pytest.approx(-np.sum(found.values**2) / found.values[0] ** 2, rel=0.01)


def test_the_forecast_says_the_expected_rank(table):
    explorer = forecast_explorer(table)
    forecast = forecast_half_rises(np.array(table["values"][:15]), 15, 1e-4)
    (rank,) = forecast.rank(3.0 * forecast.mean[0])
    text = explorer.describe(log_scale=-4, d=15, time=3.0)
    assert f"{rank:.1f} modes expected at 3 τ₁" in text
    assert f"{(forecast.high <= 3 * forecast.mean[0]).sum()} of 15 bars passed" in text


def test_dots_are_drawn_where_they_were_measured_and_nowhere_else(table):
    for name, explorer in explorers(table).items():
        has_d = any(slider.name == "d" for slider in explorer.sliders)
        here = {"log_scale": -3} | ({"d": D} if has_d else {})
        if name == "staircase":  # dots climb as far as the time
            assert dots(explorer.figure(**here, time=0.5)) < dots(explorer.figure(**here, time=1.5))
            here["time"] = explorer.sliders[2].high
        if name == "mode":  # from σ², which is not where training set out
            assert dots(explorer.figure(**here)) == 0
            continue
        assert dots(explorer.figure(**here)) > 15
        said = "all runs" if name == "staircase" else "1 training run with steps of ηλ₁ = 0.05"
        assert said in explorer.describe(**here)
        assert dots(explorer.figure(**here | {"log_scale": -3.1})) == 0
        text = explorer.describe(**here | {"log_scale": -3.1})
        assert "here, but at σ = 10⁻³" in text and f"d = {D}" in text
        if has_d:
            assert dots(explorer.figure(**here | {"d": D - 1})) == 0
    bare = dynamics_table(MODES)
    assert "Dots" not in staircase_explorer(bare).describe()


def test_where_it_was_measured_the_lines_are_for_its_scale_and_step_size():
    scale = 2.2e-3
    table = dynamics_table(MODES, [(scale, run(scale)), (scale, run(scale, seed=1)), (scale, run(d=9))])
    explorer = forecast_explorer(table)
    assert explorer.state["log_scale"] == pytest.approx(-2.7) and explorer.state["d"] == D
    found = setting(table, -2.7, D)
    assert (found.scale, found.step_size) == (scale, table["measured"][0]["step_size"])
    assert dots(explorer.figure()) == 2 * D and "2 training runs" in explorer.describe()
    rises, forecast = np.array([run["half_rises"] for run in found.runs]), found.forecast
    assert ((rises >= forecast.low) & (rises <= forecast.high)).mean() > 0.85


# States and sliders.


def test_sliders_reach_what_they_should(table):
    explorer = staircase_explorer(table)
    log_scale, d, time = explorer.controls.values()
    assert (log_scale.min, log_scale.max, d.min, d.max, time.min) == (-12, 0, 1, 25, 0)
    assert all(control.description for control in explorer.controls.values())
    assert list(mode_explorer(table, d=5).controls) == ["log_scale", "mode", "time"]
    assert mode_explorer(table, d=5).controls["mode"].max == 5
    faint = dynamics_table(Spectrum(VALUES / 1e4, MODES.vectors, 0.0, WORDS))
    assert staircase_explorer(faint).controls["log_scale"].max == pytest.approx(-1)  # σ² ≤ λ₁/4
    single = dynamics_table(MODES.leading(1))
    assert mode_explorer(single).controls["mode"].disabled


@each
def test_moving_a_slider_moves_the_picture(table, name):
    explorer = explorers(table)[name]
    picture = explorer.widget.children[-1]
    seen = [picture.value]
    for slider, value in {"log_scale": -4.5, "mode": 2, "d": 11, "time": 3.0}.items():
        if slider in explorer.controls:
            explorer.controls[slider].value = value
            assert picture.value not in seen
            assert explorer.state[slider] == value
            assert explorer.describe().split(".")[0] in picture.value  # its alt text
            seen.append(picture.value)
    same = picture.value
    explorer.controls["time"].value = explorer.controls["time"].value
    assert picture.value == same


@pytest.mark.parametrize(
    "state, message",
    [
        ({"sigma": 1}, "there is no slider 'sigma'; there are log_scale, d, time"),
        ({"log_scale": 1}, "log_scale must lie between -12 and 0, not 1"),
        ({"d": 0}, "d must be a whole number between 1 and 25, not 0"),
        ({"d": 2.5}, "d must be a whole number between 1 and 25, not 2.5"),
        ({"time": float("nan")}, "time must lie between 0 and .*, not nan"),
        ({"time": "now"}, "time must lie between 0 and .*, not 'now'"),
    ],
)
def test_a_state_out_of_reach_is_refused(table, state, message):
    with pytest.raises(ValueError, match=message):
        staircase_explorer(table).figure(**state)
    if "sigma" not in state:
        with pytest.raises(ValueError, match=message):
            staircase_explorer(table, **state)


# One picture for one state, live and still.


@each
def test_the_same_state_is_the_same_picture(table, name):
    explorer = explorers(table)[name]
    first = explorer.svg()
    with plt.rc_context(
        {"font.size": 20, "axes.facecolor": "red", "svg.hashsalt": "other", "axes.grid": False}
    ):
        before = dict(plt.rcParams)
        assert explorer.svg() == first
        assert dict(plt.rcParams) == before
    explorer.figure(time=2.0)
    again = explorers(json.loads(json.dumps(table)))[name]
    assert again.svg() == first == again.svg(**explorer.state)
    assert "<dc:date>" not in first


@each
def test_a_cell_shows_a_figure_that_moves_and_a_picture_where_nothing_can(table, name):
    explorer = explorers(table)[name]
    bundle = explorer._repr_mimebundle_()
    assert bundle.keys() == {"text/html", "image/svg+xml", "image/png", "text/plain"}
    assert bundle["image/png"] == explorer.png()
    assert bundle["image/svg+xml"] == explorer.svg()
    again = explorers(table)[name]._repr_mimebundle_()
    assert again == bundle, "two builds differ"
    assert bundle["text/plain"] == repr(explorer) and bundle["text/plain"].startswith("Explorer(log_scale=")


def test_figures_leave_nothing_behind(table):
    explorer = staircase_explorer(table)
    open_before = plt.get_fignums()
    figure = explorer.figure()
    reference = weakref.ref(figure)
    explorer.svg(), explorer.widget
    del figure
    gc.collect()
    assert reference() is None
    assert plt.get_fignums() == open_before


def test_import_is_light():
    heavy = ["torch", "matplotlib", "ipywidgets", "IPython", "scipy.stats", "tqdm"]
    code = f"import sys, w2vlib.course.widgets; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert (found.stdout.strip(), found.stderr) == ("[]", "")


def test_in_a_kernel_it_is_live_and_silent(table):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    cells = [
        "import json\nfrom w2vlib.course.widgets import mode_explorer\n"
        f"explorer = mode_explorer(json.loads({json.dumps(json.dumps(table))}))\nexplorer",
        "before = explorer.widget.children[-1].value\nexplorer.controls['time'].value = 33.0\n"
        "assert explorer.widget.children[-1].value != before\nexplorer.widget",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    assert [output.output_type for output in outputs] == ["execute_result", "execute_result"]
    first, second = (output.data for output in outputs)
    assert {"text/html", "image/svg+xml", "text/plain"} <= first.keys()
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert second[VIEW]["model_id"] in state


def test_the_book_shows_the_picture_and_asks_no_other_host():
    root = Path(__file__).resolve().parents[1]
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    assert ["*", VIEW, None] in config["nb_mime_priority_overrides"]
    assert config["nb_ipywidgets_js"] == {}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("<unk>", "<unk>"), ("a&b", "a&b"), ("$x$", "$x$"), ("$", "$"), ("$\\frac$", "$\\frac$"), ("%s", "%s"),
        ("{x}", "{x}"), ("a\nb", "a‹U+000A›b"), ("a\0b", "a‹U+0000›b"), ("a\u202eb", "a‹U+202E›b"),
        ("", "‹empty›"), ("x" * 10_000, "x" * 25), ("\u0301", "◌\u0301"), ("]]>", "]]>"), ("日本", "日本"),
        ("</script><img src=x onerror=1>", "</script><img src=x onerror=1>"), ("__proto__", "__proto__"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("explorer", [mode_explorer, staircase_explorer, forecast_explorer])
def test_words_of_the_explorers_are_text_whatever_they_hold(explorer, word, shown):
    modes = Spectrum(np.array([3.0, 2.0]), np.eye(3)[:, :2], residual=0.0, words=[word, "dog", "cow"])
    table = json.loads(json.dumps(dynamics_table(modes, ends=1)))
    state = {"time": 0.0} if explorer is not mode_explorer else {"mode": 1, "time": 0.0}
    made = explorer(table, **state)
    assert shown in made.describe()
    ET.fromstring(made.svg())
    tag = made.widget.children[-1].value
    (image,) = Images(tag).found
    assert shown in image["alt"]
    live = ET.fromstring(urllib.parse.unquote(image["src"].partition(",")[2]))
    assert shown in "".join(live.itertext())


class Images(HTMLParser):
    """The attributes of every image, and that there is nothing else."""

    def __init__(self, text: str):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        assert tag == "img"
        self.found.append(dict(attributes))
