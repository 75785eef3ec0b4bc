"""Training beside the theory: right where nothing is broken, off where something is, and by how much."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from w2vlib.course.comparison import SWITCHES, compare, deviation_residuals, deviation_table
from w2vlib.course.comparison.setting import weighted
from w2vlib.training.threads import few_threads

from w2vlib import count_corpus, initial_weights, m_star, spectrum
from w2vlib.dynamics import (
    Dynamics,
    aligned_half_rises,
    effective_start,
    noise_number,
    noise_radius,
    sampling_noise,
)

torch = pytest.importorskip("torch")
D, K = 6, 6


@pytest.fixture(scope="module")
def stats(wikipedia):
    return wikipedia.first(150)


@pytest.fixture(scope="module")
def baseline(stats):
    return compare(stats, D)


def errors(prediction) -> list[float]:
    return [
        prediction.half_rise_error,
        prediction.worst_half_rise_error,
        prediction.strength_error,
        prediction.loss_error,
    ]


# Nothing broken.


def test_with_nothing_broken_the_theory_is_right_but_for_the_step(stats, baseline):
    assert baseline.broken == () and not baseline.diverged and baseline.opposed == 0 and baseline.noise == 0
    assert baseline.exact.worst_half_rise_error < 0.03
    assert baseline.exact.strength_error < 0.1 and baseline.exact.loss_error < 0.05
    fine = compare(stats, D, step=0.0125)
    for coarse, small in zip(errors(baseline.exact), errors(fine.exact)):
        assert 0.2 < small / coarse < 0.32  # in proportion to the step
    assert baseline.overlaps["end"] == pytest.approx(baseline.exact_overlaps["end"], abs=0.01)


def test_the_predictions_are_those_of_the_theory_given_the_start_alone(stats, baseline):
    modes, W = spectrum(m_star(stats), len(stats)), initial_weights(len(stats), D, 1e-2)
    flow, start = Dynamics(modes, W), effective_start(modes, W)
    np.testing.assert_allclose(baseline.values, modes.values[:D])
    np.testing.assert_allclose(baseline.exact.strengths, flow.strengths(baseline.times), rtol=1e-7)
    np.testing.assert_allclose(baseline.exact.loss, flow.loss(baseline.times), rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(baseline.exact.half_rises, flow.half_rises())
    np.testing.assert_allclose(
        baseline.aligned.half_rises, np.sort(aligned_half_rises(modes.values[:D], start))
    )
    ends = -(modes.values[:D] ** 2).sum() / 4
    assert baseline.aligned.loss[-1] == pytest.approx(ends, rel=0.01)


def test_the_errors_are_what_they_are_said_to_be(baseline):
    late = np.abs(baseline.half_rises / baseline.exact.half_rises - 1)
    np.testing.assert_allclose(baseline.exact.half_rise_errors, late)
    assert baseline.exact.half_rise_error == pytest.approx(np.median(late))
    assert baseline.exact.worst_half_rise_error == pytest.approx(late.max())
    off = np.abs(baseline.strengths - baseline.exact.strengths)[:, :K] / baseline.values[:K]
    assert baseline.exact.strength_error == off.max()
    drop = (baseline.values**2).sum() / 4
    assert baseline.exact.loss_error == np.abs(baseline.loss - baseline.exact.loss).max() / drop


def test_untied_vectors_that_start_equal_go_the_way_of_tied_ones(stats, baseline):
    W = initial_weights(len(stats), D, 1e-2)
    untied = compare(stats, D, tied=False, initial=W, context=W)
    np.testing.assert_allclose(untied.strengths, baseline.strengths, rtol=1e-6)
    np.testing.assert_allclose(errors(untied.exact), errors(baseline.exact), rtol=1e-6)
    assert untied.opposed == 0


def test_the_same_seed_is_the_same_comparison(stats):
    first, second = (compare(stats, D, seed=3, batch_size=500, sampler="label", time=0.05) for _ in range(2))
    np.testing.assert_array_equal(first.strengths, second.strengths)
    assert (first.strengths != compare(stats, D, batch_size=500, sampler="label", time=0.05).strengths).any()


# Something broken.


@pytest.mark.parametrize(
    "change, words, measures",
    [
        ({"tied": False}, "untied vectors", [0, 1, 2, 3]),
        ({"loss": "logistic"}, "logistic loss", [2]),
        ({"weights": "counts"}, "pairs weighed as they are drawn", [0, 1, 2, 3]),
        ({"weights": "word2vec"}, "word2vec's weights", [0, 1, 2, 3]),
        ({"weights": "word2vec", "subsample": 1e-5}, "word2vec's weights, subsampled at 1e-05", [0, 1, 2, 3]),
        (
            {"weights": "word2vec", "negatives": 5, "subsample": 1e-5},
            "word2vec's weights, k = 5, subsampled at 1e-05",
            [0, 1, 2, 3],
        ),
        ({"step": 0.5}, "steps of ηλ₁ = 0.5", [0, 1, 2, 3]),
        ({"batch_size": 400, "sampler": "label"}, "batches of 400 pairs (noise number", [0, 1, 2, 3]),
    ],
)
def test_a_broken_assumption_costs_more_than_none(stats, baseline, change, words, measures):
    found = compare(stats, D, **change)
    assert len(found.broken) == 1 and found.broken[0].startswith(words)
    for n in measures:
        assert errors(found.exact)[n] > 1.3 * errors(baseline.exact)[n]


def test_the_exact_solution_stands_any_start_and_aligned_modes_do_not(stats, baseline):
    large = compare(stats, D, scale=0.5)
    assert large.broken == ("large start (σ = 0.5)",)
    assert errors(large.exact) <= errors(baseline.exact)
    assert large.aligned.strength_error > 5 * large.exact.strength_error
    huge = compare(stats, D, scale=2.0)
    assert (huge.half_rises[:2] == 0).all()  # they begin above half
    assert huge.exact.worst_half_rise_error < 0.03


def test_words_starts_are_as_in_word2vec(stats):
    found = compare(stats, D, scale="word2vec", tied=False, time=1e-3, records=3)
    W = np.random.default_rng(0).uniform(-0.5 / D, 0.5 / D, (len(stats), D))
    flow = Dynamics(spectrum(m_star(stats), len(stats)), W / 2)  # contexts start at 0
    np.testing.assert_allclose(found.exact.strengths[0], flow.strengths(0.0), rtol=1e-9)
    np.testing.assert_allclose(found.strengths[0], 0, atol=1e-12)
    assert found.broken == ("untied vectors", "word2vec's start")


def test_untied_vectors_learn_what_pushes_apart_and_the_rest_on_time(stats, baseline):
    lowest = spectrum(-m_star(stats), 1).values[0]
    untied = compare(stats, D, tied=False)
    assert untied.opposed >= 1
    assert np.abs(untied.strengths[-1] - lowest).min() < 0.01 * lowest
    pulling = compare(stats, D, tied=False, pulling=True, modes=4)  # they take dimensions, too
    assert pulling.exact.worst_half_rise_error < 0.06 < untied.exact.worst_half_rise_error
    np.testing.assert_allclose(pulling.strengths[-1, :3], pulling.values[:3], rtol=0.01)
    assert pulling.broken == ("untied vectors, of which those that pull",)
    assert pulling.overlaps["end"][0] > untied.overlaps["end"][0] + 0.1


def test_rates_bring_weights_that_are_products_back_under_the_theory(stats, baseline):
    mended = compare(stats, D, weights="rank one", subsample=1e-5)
    assert mended.broken == ("weights that are products, subsampled at 1e-05, with rates 1/a",)
    assert max(np.array(errors(mended.exact)) / errors(baseline.exact)) < 1.5
    fine = compare(stats, D, weights="rank one", subsample=1e-5, step=0.0125)
    assert max(np.array(errors(fine.exact)) / errors(mended.exact)) < 0.35
    plain = compare(stats, D, weights="rank one", subsample=1e-5, rates=False)
    assert plain.exact.half_rise_error > 5 * mended.exact.half_rise_error


def test_with_rates_strengths_are_those_of_the_scaled_vectors(stats):
    for tied in (True, False):
        found = compare(stats, D, tied=tied, weights="word2vec", subsample=1e-5, rates=True)
        root = 1 / np.sqrt(weighted(stats, "word2vec", 1, 1e-5, True, symmetric=tied).rates)[:, None]
        W = found.trajectory.weights
        Z = W if tied else found.trajectory.context
        expected = np.linalg.svd((root * W) @ (root * Z).T, compute_uv=False)[:D]
        np.testing.assert_allclose(found.strengths[-1], expected, rtol=1e-6)


def test_rates_find_the_directions_of_words_as_they_are_weighed(stats):
    plain, mended = (compare(stats, D, weights="word2vec", rates=rates) for rates in (False, True))
    assert mended.overlaps["end"][0] > plain.overlaps["end"][0] + 0.1


def test_the_weights_are_what_they_are_called(stats):
    even, counts = weighted(stats, "even"), weighted(stats, "counts")
    np.testing.assert_allclose(even.target, m_star(stats), atol=1e-12)
    np.testing.assert_allclose(counts.target, even.target)
    np.testing.assert_allclose(counts.attraction, stats.P)
    product = weighted(stats, "rank one", subsample=1e-5)
    total = product.attraction + product.repulsion
    assert np.linalg.matrix_rank(total, tol=1e-10 * total.max()) == 1
    np.testing.assert_allclose(product.rates**-2, np.diag(total) / total.mean())
    own = weighted(stats, "word2vec", subsample=1e-5)
    np.testing.assert_allclose(2 * (product.attraction - product.repulsion) / total, own.target, atol=1e-9)
    lopsided = weighted(stats, "word2vec", subsample=1e-5, symmetric=False)
    np.testing.assert_allclose(lopsided.target, own.target)
    assert np.abs(lopsided.repulsion - lopsided.repulsion.T).max() > 0


def test_the_noise_number_is_that_of_the_last_mode(stats):
    found = compare(stats, D, batch_size=5000, sampler="soft")
    radius = noise_radius(sampling_noise(stats, "soft"))
    assert found.noise == pytest.approx(noise_number(radius, found.values[-1], found.step_size, 5000))
    assert f"noise number {found.noise:.2g}" in found.broken[0]


def test_what_diverges_is_said_to(stats):
    found = compare(stats, D, batch_size=20, sampler="label")
    assert found.diverged and errors(found.exact) == errors(found.aligned) == [np.inf] * 4
    assert repr(found).endswith("training diverged)")
    assert found.times[-1] < compare(stats, D).times[-1]


def test_a_mode_that_never_rises_has_no_finite_error(stats, baseline):
    short = compare(stats, D, time=0.8 * baseline.half_rises[-1])
    assert np.isnan(short.half_rises[-1]) and short.exact.worst_half_rise_error == np.inf
    assert "never" not in repr(short) and short.exact.half_rise_error < 0.03


def test_steps_are_cut_to_what_training_survives(stats):
    found = compare(stats, D, weights="word2vec", step=0.5)
    assert found.step_size * found.values[0] < 0.1 and not found.diverged
    assert found.step_size == weighted(stats, "word2vec").largest_step(D)


def test_single_precision_tells_the_same(stats, baseline):
    single = compare(stats, D, dtype="float32")
    np.testing.assert_allclose(errors(single.exact), errors(baseline.exact), rtol=0.01)


def test_threads_are_as_many_as_before():
    before = torch.get_num_threads()
    with pytest.raises(ZeroDivisionError), few_threads(10):
        assert torch.get_num_threads() == 1
        1 / 0  # noqa: B018
    assert torch.get_num_threads() == before


# Bad input.


@pytest.mark.parametrize(
    "change, message",
    [
        ({"weights": "odd"}, "weights must be one of 'even', 'counts', 'word2vec', 'rank one', not 'odd'"),
        ({"loss": "cubic"}, "loss must be 'quadratic' or 'logistic', not 'cubic'"),
        ({"subsample": 1e-5}, "subsampling is a part of word2vec's weights"),
        ({"rates": True}, "even weights need no rates"),
        ({"batch_size": 100, "loss": "logistic"}, "small batches can be compared with the quadratic loss"),
        ({"batch_size": 100, "weights": "counts"}, "not with .*weights='counts'"),
        ({"batch_size": 100, "negatives": 5}, "leave batch_size=None"),
        ({"batch_size": 100, "tied": False, "pulling": True}, "cannot be told apart in small batches"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 on, not 0"),
        ({"scale": 0}, "must be a positive, finite number, not 0"),
        ({"scale": "usual"}, "scale must be a positive number or 'word2vec', not 'usual'"),
        ({"step": -1}, "step must be a positive, finite number, not -1"),
        ({"time": 0}, "time must be a positive, finite number, not 0"),
        ({"modes": 0}, "modes must be a whole number from 1 on, not 0"),
        ({"records": 2}, "records must be a whole number from 3 on, not 2"),
        ({"context": np.ones((3, 1))}, "pass tied=False with it"),
        ({"initial": np.ones((3, 2))}, r"initial must have the shape \(3, 1\), not \(3, 2\)"),
        ({"negatives": 1e12}, "no eigenvalue is positive, so by the theory nothing is ever learned"),
        ({"time": 1e6}, "training would take .* steps, more than 300,000"),
    ],
)  # fmt: skip
def test_bad_input_is_named(change, message):
    small = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
    with pytest.raises(ValueError, match=message):
        compare(small, 1, **change)


def test_an_interruption_is_passed_on(stats, monkeypatch):
    def interrupted(*arguments, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr("w2vlib.training.qwem._FullBatch.advance", interrupted)
    with pytest.warns(RuntimeWarning, match="interrupted"), pytest.raises(KeyboardInterrupt):
        compare(stats, D)


# Rows and the table.


def test_every_deviation_has_its_row(stats):
    rows = deviation_residuals(stats, D, modes=K)
    assert [row["assumption"] for row in rows] == [
        "nothing", *["vectors"] * 2, "loss", *["weights"] * 5, *["start"] * 2, "step", "batch", "all but step and batch",
    ]  # fmt: skip
    first = rows[0]
    for row in rows:
        found = row["comparison"]
        assert row["loss"] == found.exact.loss_error and row["top_5"] == found.overlaps["end"][0]
        assert row["aligned_half_rise"] == found.aligned.half_rise_error
        if row["assumption"] in ("vectors", "loss", "step", "batch", "all but step and batch"):
            assert row["strength"] > 1.3 * first["strength"]
    (batch,) = [row for row in rows if row["assumption"] == "batch"]
    assert batch["noise"] == pytest.approx(1, rel=0.01)
    assert len(rows[-1]["comparison"].broken) == 4


def test_the_table_holds_every_combination(wikipedia):
    stats = wikipedia.first(80)
    baseline, table = compare(stats, D), deviation_table(stats, D, modes=K, dtype="float64")
    text = json.dumps(table, allow_nan=False, ensure_ascii=False)
    assert len(text.encode()) < 150_000 and json.loads(text) == table
    keys = {
        "; ".join(state)
        for state in itertools.product(*SWITCHES.values())
        if state[-1] == "full" or (state[1], state[2]) == ("quadratic", "even")
    }
    assert set(table["runs"]) == keys
    run, theory = (
        table["runs"]["tied; quadratic; even; small; short; full"],
        table["theories"]["tied; even; small"],
    )
    np.testing.assert_allclose(theory["values"], baseline.values, rtol=1e-3)
    np.testing.assert_allclose(run["exact"], errors(baseline.exact), rtol=0.1)
    np.testing.assert_allclose(run["strengths"][-1], baseline.strengths[-1], rtol=0.01)
    assert all(len(r["t"]) == len(r["strengths"]) <= 20 for r in table["runs"].values())
    assert all((r["batch"] is not None) == key.endswith("small") for key, r in table["runs"].items())
    assert run["step"] == 0.05 and run["overlap"] > 0.99


def test_a_table_of_too_many_modes_is_refused_before_training(wikipedia):
    with pytest.raises(ValueError, match="about .* bytes, more than 150,000; keep fewer modes than 25"):
        deviation_table(wikipedia.first(60), 25, modes=40)


@pytest.mark.parametrize(
    "switches, message",
    [
        ({"optimiser": ["adam"]}, "there is no switch 'optimiser'; there are vectors, loss"),
        (
            {"loss": ["logistic"]},
            "loss must be a list of 'quadratic', 'logistic', beginning with 'quadratic'",
        ),
        ({"loss": ["quadratic", "cubic"]}, "not .'quadratic', 'cubic'."),
        ({"loss": "quadratic"}, "loss must be a list"),
    ],
)
def test_switches_that_are_not_there_are_refused(small, switches, message):
    with pytest.raises(ValueError, match=message):
        deviation_table(small, 1, switches=switches)
