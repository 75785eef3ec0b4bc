"""Runs on sampled pairs beside their lines: misses, samples and overlaps are the chapter's, one byte moves no dot far."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from live import agrees, answers, mouse, numbers, opened, put

import w2vlib
from w2vlib import dynamics, training
from w2vlib.course.widgets import noise_explorer
from w2vlib.course.widgets.book import unpacked

SAMPLERS, NUMBERS, SEEDS, D, SIZE = ("label", "soft"), (0.1, 1, 3), range(2), 3, 60
STATS = w2vlib.load_wikipedia(SIZE)
MODES = w2vlib.spectrum(w2vlib.m_star(STATS), SIZE)
STEP = 0.1 / MODES.values[0]
STARTS = [training.initial_weights(SIZE, D, scale=0.1, rng=seed) for seed in SEEDS]
THEORIES = [w2vlib.Dynamics(MODES, start, step_size=STEP) for start in STARTS]
RADIUS = {s: dynamics.noise_radius(dynamics.sampling_noise(STATS, s)) for s in SAMPLERS}


def run(sampler, batch, seed):
    steps = round(1.2 * THEORIES[seed].half_rises()[-1] / STEP)
    how = {"sampler": sampler, "rng": seed, "record": 80}
    try:
        return training.train_qwem_sampled(STATS, STARTS[seed], STEP, steps, batch, **how)
    except training.TrainingDivergedError as error:
        return error.trajectory


def batch(sampler, number):
    return round(STEP * RADIUS[sampler] / (number * MODES.values[D - 1]))


RUNS = {
    (s, n): (batch(s, n), [run(s, batch(s, n), seed) for seed in SEEDS]) for s in SAMPLERS for n in NUMBERS
}
FIGURE = noise_explorer(RUNS, THEORIES)


@pytest.fixture(scope="module")
def tab(browser):
    tab = opened(browser, FIGURE)
    yield tab
    tab.context.close()


def miss(sampler, number, seed):
    """As the chapter computes it."""
    ran = RUNS[sampler, number][1][seed].half_rises(MODES.values[:D])
    return np.median(np.nan_to_num(np.abs(ran / THEORIES[seed].half_rises() - 1), nan=1.0))


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("number", NUMBERS)
def test_misses_samples_and_overlaps_are_those_of_the_chapter(tab, sampler, number):
    for seed in SEEDS:
        put(tab, {"sampler": sampler, "number": f"{number:g}", "seed": str(seed + 1)})
        found, size = numbers(tab), RUNS[sampler, number][0]
        assert found["missed"] == pytest.approx([miss(sampler, number, k) for k in SEEDS], abs=1e-5)
        theta = dynamics.noise_number(RADIUS[sampler], MODES.values[D - 1], STEP, size)
        tau = THEORIES[seed].half_rises()[-1]
        assert found["needed"] == pytest.approx(
            RADIUS[sampler] * tau / (theta * MODES.values[D - 1]), rel=1e-5
        )
        assert theta == pytest.approx(number, rel=0.1), "the batch is rounded"
        ended = RUNS[sampler, number][1][seed]
        expected = dynamics.subspace_overlap(ended.weights, MODES.vectors[:, :D])
        assert found["overlap"] == pytest.approx(expected, abs=1e-4)


def test_one_byte_moves_a_dot_by_half_a_percent_of_the_largest_eigenvalue_at_most(tab):
    for (sampler, number), (_, found) in RUNS.items():
        place = NUMBERS.index(number)
        for seed, one in enumerate(found):
            put(tab, {"sampler": sampler, "number": f"{number:g}", "seed": str(seed + 1)})
            kept = FIGURE.table["runs"][sampler][place]["runs"][seed]
            dots, rows = unpacked(kept["dots"]), np.searchsorted(one.steps, kept["steps"])
            np.testing.assert_allclose(numbers(tab)["dots"], dots, rtol=1e-12)
            true, top = one.strengths[rows], FIGURE.table["top"]
            seen = true <= top
            assert np.abs(dots - true)[seen].max() <= 0.005 * MODES.values[0]
            assert (dots[~seen] > 0.99 * top).all() and one.steps[rows].tolist() == kept["steps"]


def test_noise_takes_the_dots_off_their_lines(tab):
    for sampler in SAMPLERS:
        off = []
        for number in ("0.1", "1", "3"):
            put(tab, {"sampler": sampler, "number": number})
            off.append(np.mean(numbers(tab)["missed"]))
        assert off[0] < 0.15 and off[0] < off[1] / 2 and off[1] < off[2]


def test_a_run_that_diverged_is_said_to_have(tab):
    planned = [max(found[k].last_step for _, found in RUNS.values()) for k in SEEDS]
    seen = set()
    for (sampler, number), (_, found) in RUNS.items():
        for seed, one in enumerate(found):
            put(tab, {"sampler": sampler, "number": f"{number:g}", "seed": str(seed + 1)})
            title = tab.locator(".w2v-says strong").inner_text()
            diverged = one.last_step < planned[seed]
            assert (f"diverges after {one.last_step} steps" in title) == diverged
            seen.add(diverged)
    assert seen == {True, False}


def test_pointing_at_a_recorded_run_chooses_it(tab):
    put(tab, {"sampler": "label", "number": "0.1", "seed": "1"})
    box = tab.locator(".w2v-pad").nth(1).bounding_box()
    x = np.log((3 / 0.1) * 1.3) / np.log((3 * 2.1 / 0.1) * 1.3)
    at = box["x"] + x * box["width"], box["y"] + 0.95 * box["height"]
    mouse(tab, at, at)
    state = tab.evaluate("document.querySelector('.w2v-live').w2v.state")
    assert (state["sampler"], state["number"]) == ("soft", "3")


def test_buttons_compare_samplers_at_nearly_one_batch():
    chosen = [RUNS[state["sampler"], float(state["number"])][0] for _, state in FIGURE.live.presets]
    assert [state["sampler"] for _, state in FIGURE.live.presets] == list(SAMPLERS)
    assert max(chosen) < 2 * min(chosen)


def test_it_says_what_the_package_says(tab):
    agrees(tab, FIGURE)


def test_it_answers_to_every_hand(browser):
    answers(browser, FIGURE)


def test_impossible_runs_are_refused():
    with pytest.raises(ValueError, match="there is none"):
        noise_explorer({}, THEORIES)
    one = RUNS["soft", 1]
    with pytest.raises(ValueError, match=r"\('label', 0.1\) is missing"):
        noise_explorer({("soft", 0.1): one, ("label", 1): one, ("soft", 1): one}, THEORIES)
    with pytest.raises(ValueError, match="has 2 for 1"):
        noise_explorer({("soft", 1): one}, THEORIES[:1])
    with pytest.raises(ValueError, match="another shape"):
        whole = one[1][0]
        small = dataclasses.replace(whole, weights=whole.weights[:, :2], strengths=whole.strengths[:, :2])
        noise_explorer({("soft", 1): (one[0], [small])}, THEORIES[:1])
    with pytest.raises(ValueError, match="number must be one of|number must be '1'"):
        noise_explorer({("soft", 1): one}, THEORIES, number=2)
