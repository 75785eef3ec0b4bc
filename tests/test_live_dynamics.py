"""The live figures of the dynamics: their formulas, their words, their answers to every hand."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, numbers, opened, put
from scipy import special
from test_widgets import MODES, SCALE, SIZE, VALUES, D, run

from w2vlib.course.widgets import dynamics_table, forecast_explorer, mode_explorer, staircase_explorer
from w2vlib.dynamics import (
    aligned_half_rises,
    effective_start,
    forecast_half_rises,
    loss_of_strengths,
    mode_strengths,
    typical_start,
    visible_steps,
)

TABLE = dynamics_table(MODES, [(SCALE, run(), 0)], count=25)
STARTS = [np.random.default_rng(seed).normal(0, SCALE / D**0.5, (SIZE, D)) for seed in (0, 1)]
RUNS = [(SCALE, run(seed=seed), seed, start) for seed, start in enumerate(STARTS)]
FIGURES = {
    "mode": mode_explorer(TABLE),
    "mode of d": mode_explorer(TABLE, d=D),
    "staircase": staircase_explorer(TABLE),
    "staircase of runs": staircase_explorer(
        dynamics_table(MODES, [*RUNS, (0.1, run(scale=0.1), 0, STARTS[0] * 0.1 / SCALE)], count=25), time=0.0
    ),
    "forecast": forecast_explorer(TABLE),
}
each = pytest.mark.parametrize("name", FIGURES)


@pytest.fixture(scope="module")
def tab(browser):
    tab = opened(browser, FIGURES["mode"])
    yield tab
    tab.context.close()


def computed(tab, name: str, *arguments):
    """What a function of the scripts returns."""
    plain = [a.tolist() if isinstance(a, np.ndarray) else a for a in arguments]
    return tab.evaluate(
        "([name, given]) => { const made = w2v.mathematics[name](...given);"
        "const safe = v => Array.isArray(v) ? v.map(safe) : v && typeof v === 'object' ?"
        "Object.fromEntries(Object.entries(v).map(([k, w]) => [k, safe(w)])) : Number.isNaN(v) ? null : v;"
        "return safe(made); }",
        [name, plain],
    )


def as_array(made) -> np.ndarray:
    return np.array(made, dtype=float)


SIGNS = np.array([500.0, 3.0, 0.5, 0.0, -0.7, -40.0])


@pytest.mark.parametrize("step_size", [0.0, 0.0007])
def test_strengths_of_every_sign_are_the_library_s(tab, step_size):
    for start in (1e-12, 1e-3, 0.4, 30.0):
        for t in (0.0, 1e-4, 0.03, 2.0, 50.0):
            starts = np.full(len(SIGNS), start)
            expected = mode_strengths(SIGNS, starts, np.array([t]), step_size)[0]
            found = as_array(computed(tab, "strengths", SIGNS, starts, t, step_size))
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("step_size", [0.0, 0.0007])
def test_half_rises_loss_and_steps_are_the_library_s(tab, step_size):
    start = typical_start(D, D, SCALE)
    found = as_array(computed(tab, "typicalStart", D, D, SCALE))
    np.testing.assert_allclose(found, start, rtol=1e-10)
    rises = aligned_half_rises(VALUES[:D], start, step_size)
    np.testing.assert_allclose(
        as_array(computed(tab, "halfRises", VALUES[:D], start, step_size)), rises, rtol=1e-9
    )
    assert computed(tab, "visibleSteps", VALUES[:D], rises) == visible_steps(VALUES[:D], rises)
    strengths = mode_strengths(VALUES[:D], start, np.array([0.05]), step_size)[0]
    assert computed(tab, "loss", VALUES[:D], strengths) == pytest.approx(
        loss_of_strengths(VALUES[:D], strengths), rel=1e-12
    )
    never = as_array(computed(tab, "halfRises", SIGNS, np.full(len(SIGNS), 1e-6), step_size))
    np.testing.assert_allclose(never, aligned_half_rises(SIGNS, 1e-6, step_size), rtol=1e-9)


@pytest.mark.parametrize("step_size", [0.0, 0.0007])
@pytest.mark.parametrize("d", [1, 2, 7, 100])
def test_forecast_and_expected_rank_are_the_library_s(tab, d, step_size):
    values = 500 / np.arange(1, d + 1) ** 0.9
    expected = forecast_half_rises(values, d, SCALE, step_size)
    found = computed(tab, "forecast", values, d, SCALE, step_size)
    for name in ("mean", "sd", "low", "high"):
        np.testing.assert_allclose(as_array(found[name]), getattr(expected, name), rtol=1e-7, err_msg=name)
    for t in expected.mean[0] * np.array([0.5, 1.0, 1.7, 9.0]):
        assert computed(tab, "expectedRank", values, d, SCALE, t, step_size) == pytest.approx(
            expected.rank(t), rel=1e-7, abs=1e-9
        )


def test_special_functions_are_scipy_s(tab):
    for x in (0.5, 1.0, 1.5, 7.9, 8.0, 50.0):
        assert computed(tab, "digamma", x) == pytest.approx(special.digamma(x), rel=1e-11, abs=1e-11)
        assert computed(tab, "trigamma", x) == pytest.approx(special.polygamma(1, x), rel=1e-9)
        assert computed(tab, "logGamma", x) == pytest.approx(special.gammaln(x), rel=1e-10, abs=1e-10)
        for y in (1e-8, 0.3, 1.0, 4.0, 60.0, 1e4):
            found = as_array(computed(tab, "gammaShares", x, y))
            np.testing.assert_allclose(
                found, [special.gammainc(x, y), special.gammaincc(x, y)], rtol=1e-9, atol=1e-12
            )


@each
def test_figure_says_what_the_package_says(browser, name):
    tab = opened(browser, FIGURES[name])
    agrees(tab, FIGURES[name])
    tab.context.close()


@each
def test_figure_answers_to_every_hand(browser, name):
    answers(browser, FIGURES[name])


@pytest.mark.parametrize("still", [True, False])
def test_play_runs_to_the_end_in_steps_if_motion_is_unwanted(browser, still):
    tab = opened(browser, FIGURES["staircase"], still=still)
    tab.evaluate("document.querySelector('.w2v-play').dataset.seconds = 1.5")
    tab.evaluate("""() => { const figure = document.querySelector('.w2v-live').w2v, draw = figure.draw.bind(figure);
        window.drawn = 0; figure.draw = () => { window.drawn++; draw(); }; }""")
    tab.locator(".w2v-play").click()
    assert tab.locator(".w2v-play").get_attribute("aria-pressed") == "true"
    tab.wait_for_function(
        "document.querySelector('.w2v-play').getAttribute('aria-pressed') === 'false'", timeout=9000
    )
    assert (
        tab.evaluate("document.querySelector('.w2v-live').w2v.state.time")
        == FIGURES["staircase"].sliders[2].high
    )
    assert (tab.evaluate("window.drawn") <= 6) == still
    tab.context.close()


def test_training_climbs_onto_the_forecast(browser):
    """At time 0 there is no dot, at the end there are all; each of two seeds is told from its own start."""
    tab = opened(browser, FIGURES["staircase of runs"])
    dots = "document.querySelectorAll('.w2v-live circle').length"
    few = tab.evaluate(dots)
    assert few <= 2, "only the records of time 0"
    put(tab, {"time": 99.0})
    assert tab.evaluate(dots) > 200
    put(tab, {"runs": "1"})
    start = effective_start(MODES, STARTS[1])
    expected = aligned_half_rises(TABLE["values"][:D], start, RUNS[1][1].step_size)
    np.testing.assert_allclose(as_array(numbers(tab)["rises"]), expected, rtol=1e-5)
    tab.context.close()


def test_two_figures_on_a_page_keep_apart(browser):
    one, two = FIGURES["staircase"], FIGURES["forecast"]
    tab = opened(browser, one, two)
    agrees(tab, one, [{"log_scale": -2.0, "d": 5, "time": 1.0}], at=0)
    agrees(tab, two, [{"log_scale": -5.0, "d": 9, "time": 3.0}], at=1)
    tab.context.close()


def test_the_formulas_take_their_sizes_from_the_table():
    assert TABLE["size"] == SIZE and "shown" not in TABLE, "the caller's table is changed"
