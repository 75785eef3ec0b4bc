"""Broken assumptions: the theory is right where nothing is broken, off where something is, and by how much."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from w2vlib import (
    Dynamics,
    count_corpus,
    initial_weights,
    least_squares_target,
    m_star,
    skipgram_pair_weights,
    spectrum,
    train_qwem,
    word2vec_pair_weights,
)
from w2vlib.course.assumptions import (
    SWITCHES,
    Assumptions,
    band,
    cost_table,
    deviation_table,
    residuals,
)
from w2vlib.dynamics import (
    aligned_half_rises,
    loss_of_strengths,
    measured_half_rises,
    mode_strengths,
    noise_number,
    noise_radius,
    sampling_noise,
    stability_bound,
)
from w2vlib.targets import rank_one_pair_weights

pytest.importorskip("torch")
D = 6
OWN = Assumptions()
THINNED = Assumptions(weights="word2vec", subsample=1e-5)
PRODUCTS = Assumptions(weights="products", subsample=1e-5)


@pytest.fixture(scope="module")
def stats(wikipedia):
    return wikipedia.first(150)


@pytest.fixture(scope="module")
def baseline(stats):
    return residuals(stats, D)


@pytest.fixture(scope="module")
def theory(stats):
    return Dynamics(spectrum(m_star(stats), len(stats)), initial_weights(len(stats), D, 0.01))


# Nothing broken.


def test_with_nothing_broken_what_is_left_is_due_to_the_step(stats, baseline):
    assert (
        baseline.exact.worst_half_rise < 0.03 and baseline.exact.strength < 0.1 and baseline.exact.loss < 0.05
    )
    assert not baseline.diverged and baseline.opposed == 0 and baseline.batch_size is None
    assert baseline.step_size * baseline.values[0] == pytest.approx(0.05)
    fine = residuals(stats, D, Assumptions(step=0.0125))
    assert 0.2 < (fine.exact.clock - 1) / (baseline.exact.clock - 1) < 0.32  # in proportion to it
    for name in ("half_rise", "strength", "loss"):
        assert 0.2 < getattr(fine.exact, name) / getattr(baseline.exact, name) < 0.32
    assert baseline.overlap > 0.99


def test_the_exact_solution_is_that_of_m_star_and_the_start_alone(stats, baseline, theory):
    np.testing.assert_allclose(baseline.values, theory.values)
    assert baseline.times[-1] >= theory.half_rises()[-1] + 3 / theory.values[-1]
    own = measured_half_rises(baseline.times, baseline.strengths, baseline.strengths[-1])
    np.testing.assert_array_equal(baseline.half_rises, own)
    assert baseline.exact.clock == pytest.approx(np.median(own / theory.half_rises()))
    late = np.abs(own / theory.half_rises() / baseline.exact.clock - 1)
    off = np.abs(baseline.strengths - theory.strengths(baseline.times)) / theory.values
    assert baseline.exact.half_rise == pytest.approx(np.median(late))
    assert baseline.exact.worst_half_rise == pytest.approx(late.max())
    assert baseline.exact.strength == pytest.approx(off.max())


def test_the_loss_is_off_by_a_share_of_its_drop(stats, baseline, theory):
    steps = (baseline.times / baseline.step_size).round().astype(int)
    run = train_qwem(
        m_star(stats), theory.initial, baseline.step_size, steps[-1], record=steps, dtype="float32"
    )
    drop = -loss_of_strengths(theory.values, theory.values)
    assert baseline.exact.loss == pytest.approx(np.abs(run.loss - theory.loss(run.times)).max() / drop)
    start = np.full(D, (theory.initial**2).sum() / len(stats))
    aligned = loss_of_strengths(theory.values, mode_strengths(theory.values, start, run.times))
    assert baseline.aligned.loss == pytest.approx(np.abs(run.loss - aligned).max() / drop)


@pytest.mark.parametrize("start", [0.01, 4.0])  # from the large one some modes begin above half
def test_aligned_modes_all_begin_at_the_mean_strength_of_the_start(stats, theory, start):
    found, values = residuals(stats, D, Assumptions(start=start), modes=4), theory.values
    begin = np.full(D, (initial_weights(len(stats), D, start) ** 2).sum() / len(stats))
    rises = np.sort(np.where(begin < values / 2, aligned_half_rises(values, begin), 0.0)[:4])
    assert (rises == 0).any() == (start == 4.0)
    rise = (rises > 0) & (found.half_rises > 0)
    clock = np.median(found.half_rises[rise] / rises[rise]) if rise.any() else 1.0
    late = np.abs(found.half_rises / clock - rises) / np.where(rises > 0, rises, 1 / values[:4])
    paths = np.sort(mode_strengths(values, begin, found.times))[:, ::-1]
    off = np.abs(found.strengths - paths[:, :4]) / values[:4]
    assert found.aligned.half_rise == pytest.approx(np.median(late))
    assert found.aligned.worst_half_rise == pytest.approx(late.max())
    assert found.aligned.strength == pytest.approx(off.max())


def test_the_first_modes_alone_can_be_asked_for(stats, baseline):
    few = residuals(stats, D, modes=2)
    assert few.values.shape == few.half_rises.shape == (2,) and few.strengths.shape[1] == 2
    np.testing.assert_allclose(few.values, baseline.values[:2])
    np.testing.assert_allclose(few.half_rises, baseline.half_rises[:2], rtol=0.01)
    assert few.times[-1] < baseline.times[-1]


def test_modes_that_are_not_learned_do_not_count(small):
    values = np.linalg.eigvalsh(m_star(small))[::-1]
    found = residuals(small, 3)
    np.testing.assert_allclose(found.values, values[values > 0])
    assert 0 < len(found.values) < 3


def test_of_tied_vectors_all_directions_pull(stats, baseline):
    pulling = residuals(stats, D, pulling=True)
    np.testing.assert_allclose(pulling.strengths, baseline.strengths, rtol=1e-5)
    assert pulling.overlap == pytest.approx(baseline.overlap, abs=1e-6)


# What is trained, done again by hand.


def by_hand(stats, d, assumptions, step_size, steps):
    """W, Z and D^½ after some steps, from the formulas of chapter *real-word2vec*."""
    if assumptions.weights in ("even", "counts"):
        A, B = skipgram_pair_weights(stats)
    else:
        A, B = word2vec_pair_weights(stats, 1, assumptions.subsample, symmetric=assumptions.tied)
    M, G = least_squares_target(A, B), np.asarray(A + B)
    a = rank_one_pair_weights((A + A.T) / 2, (B + B.T) / 2).factors
    if assumptions.weights == "even":
        G = np.ones_like(G)
    if assumptions.weights == "products":
        G = np.outer(a, a)
    a = a / np.sqrt(G.mean()) if assumptions.word_rates else np.ones(len(a))
    G = G / G.mean()
    W = initial_weights(len(stats), d, assumptions.start, 0)
    Z = W if assumptions.tied else initial_weights(len(stats), d, assumptions.start, 10**6)
    for _ in range(steps):
        X = W @ Z.T
        E = G * (M - (2 * np.tanh(X / 2) if assumptions.loss == "logistic" else X))
        new = W + step_size / a[:, None] * (E @ Z)
        Z = new if assumptions.tied else Z + step_size / a[:, None] * (E.T @ W)
        W = new
    return W, Z, np.sqrt(a)[:, None]


@pytest.mark.parametrize(
    "assumptions",
    [
        OWN,
        Assumptions(tied=False, start=0.3),
        Assumptions(loss="logistic", step=0.1),
        Assumptions(weights="counts"),
        THINNED,
        replace(THINNED, tied=False, loss="logistic"),
        replace(THINNED, word_rates=True),
        replace(THINNED, tied=False, word_rates=True),
        PRODUCTS,
        replace(PRODUCTS, tied=False, word_rates=True),
    ],
    ids=str,
)
def test_training_does_what_its_assumptions_say(wikipedia, assumptions):
    stats, d = wikipedia.first(40), 3
    found = residuals(stats, d, assumptions)
    steps = round(found.times[-1] / found.step_size)
    W, Z, root = by_hand(stats, d, assumptions, found.step_size, steps)
    expected = np.linalg.svd((root * W) @ (root * Z).T, compute_uv=False)
    np.testing.assert_allclose(found.strengths[-1], expected[: len(found.values)], rtol=1e-3)


def test_directions_that_pull_are_positive_eigenvalues_of_the_symmetric_part(wikipedia):
    stats, d, untied = wikipedia.first(40), 3, Assumptions(tied=False)
    found = residuals(stats, d, untied, pulling=True)
    W, Z, _ = by_hand(stats, d, untied, found.step_size, round(found.times[-1] / found.step_size))
    values = np.linalg.eigvalsh(W @ Z.T + Z @ W.T)[::-1] / 2
    expected = np.maximum(values[: len(found.values)], 0)
    np.testing.assert_allclose(found.strengths[-1], expected, rtol=1e-3, atol=1e-4)
    assert found.opposed == (values < -0.01 * np.abs(values).max()).sum()


def test_with_rates_the_theory_is_told_the_matrix_between(stats):
    A, B = word2vec_pair_weights(stats, 1, 1e-5)
    G = A + B
    root = np.sqrt(rank_one_pair_weights(A, B).factors / np.sqrt(G.mean()))
    told = np.linalg.eigvalsh(np.outer(root, root) * least_squares_target(A, B))[::-1]
    np.testing.assert_allclose(residuals(stats, D, replace(THINNED, word_rates=True)).values, told[:D])
    plain = np.linalg.eigvalsh(least_squares_target(A, B))[::-1]
    np.testing.assert_allclose(residuals(stats, D, THINNED).values, plain[:D])


def test_untied_vectors_of_word2vec_start_from_contexts_of_zero(stats):
    found = residuals(stats, D, Assumptions(tied=False, start="word2vec"))
    np.testing.assert_allclose(found.strengths[0], 0, atol=1e-12)
    W = np.random.default_rng(0).uniform(-0.5 / D, 0.5 / D, (len(stats), D))
    flow = Dynamics(spectrum(m_star(stats), len(stats)), W / 2)  # the part that pulls
    off = np.abs(found.strengths - flow.strengths(found.times)) / flow.values
    assert found.exact.strength == pytest.approx(off.max())


# Something broken.


@pytest.mark.parametrize(
    "assumptions, moved",
    [
        (Assumptions(tied=False), ("half_rise", "worst_half_rise", "strength", "loss")),
        (Assumptions(loss="logistic"), ("strength",)),
        (Assumptions(weights="counts"), ("half_rise", "worst_half_rise", "strength", "loss")),
        (Assumptions(weights="word2vec"), ("half_rise", "worst_half_rise", "strength", "loss")),
        (THINNED, ("half_rise", "worst_half_rise", "strength", "loss")),
        (Assumptions(step=0.5), ("half_rise", "worst_half_rise", "strength", "loss")),
        (Assumptions(batch=1.0), ("half_rise", "worst_half_rise", "strength", "loss")),
    ],
    ids=str,
)
def test_a_broken_assumption_costs_more_than_none(stats, baseline, assumptions, moved):
    found = residuals(stats, D, assumptions)
    for name in moved:
        assert getattr(found.exact, name) > 1.3 * getattr(baseline.exact, name)


def test_the_logistic_loss_leaves_half_rises_where_they_were(stats, baseline):
    logistic = residuals(stats, D, Assumptions(loss="logistic"))
    assert logistic.exact.half_rise < 0.01 and logistic.exact.clock < 1.02 * baseline.exact.clock
    assert logistic.strengths[-1, 0] > 1.02 * logistic.values[0]  # tanh is flat: scores end higher


def test_the_exact_solution_stands_any_start_and_aligned_modes_do_not(stats, baseline):
    large = residuals(stats, D, Assumptions(start=0.5))
    for name in ("half_rise", "strength", "loss"):
        assert getattr(large.exact, name) < getattr(baseline.exact, name)
        assert getattr(large.aligned, name) > 5 * getattr(large.exact, name)
    huge = residuals(stats, D, Assumptions(start=2.0))
    assert (huge.half_rises[:2] == 0).all()  # they begin above half
    assert huge.exact.worst_half_rise < 0.03


def test_untied_vectors_learn_what_pushes_apart_and_the_rest_on_time(stats):
    lowest = -np.linalg.eigvalsh(m_star(stats))[0]
    untied = residuals(stats, D, Assumptions(tied=False))
    assert untied.opposed >= 1 and np.abs(untied.strengths[-1] - lowest).min() < 0.01 * lowest
    pulling = residuals(stats, D, Assumptions(tied=False), modes=4, pulling=True)  # others take dimensions
    assert pulling.exact.worst_half_rise < 0.06 < untied.exact.worst_half_rise
    np.testing.assert_allclose(pulling.strengths[-1, :3], pulling.values[:3], rtol=0.01)
    assert pulling.overlap > untied.overlap + 0.1 and pulling.opposed == untied.opposed


def test_rates_bring_weights_that_are_products_back_under_the_theory(stats, baseline):
    mended = residuals(stats, D, replace(PRODUCTS, word_rates=True))
    assert max(np.divide(mended.exact, baseline.exact)) < 1.5
    fine = residuals(stats, D, replace(PRODUCTS, word_rates=True, step=0.0125))
    assert max(np.divide(fine.exact, mended.exact)[:4]) < 0.35
    assert residuals(stats, D, PRODUCTS).exact.half_rise > 5 * mended.exact.half_rise


def test_rates_find_the_directions_of_words_as_they_are_weighed(stats):
    plain, mended = (
        residuals(stats, D, Assumptions(weights="word2vec", word_rates=rates)) for rates in (False, True)
    )
    assert mended.overlap > plain.overlap + 0.1


@pytest.mark.parametrize("noise", [1.0, 0.2])
def test_batches_are_as_small_as_their_noise_number_says(stats, noise):
    found = residuals(stats, D, Assumptions(batch=noise))
    radius = noise_radius(sampling_noise(stats, "label"))
    assert noise_number(radius, found.values[-1], found.step_size, found.batch_size) <= noise
    assert noise_number(radius, found.values[-1], found.step_size, found.batch_size - 1) > noise


def test_the_less_noise_the_nearer_to_full_batches(stats, baseline):
    noisy, calm = (
        np.abs(residuals(stats, D, Assumptions(batch=noise)).strengths - baseline.strengths).max()
        for noise in (1.0, 0.04)
    )
    assert noisy > 3 * calm  # by the root of the noise number, about 5


def test_batches_are_no_larger_for_longer_steps_which_then_diverge(stats):
    short, long = (residuals(stats, D, Assumptions(step=step, batch=1.0)) for step in (0.05, 0.5))
    assert long.batch_size == short.batch_size and not short.diverged
    assert long.diverged and set(long.exact) == set(long.aligned) == {np.inf}
    assert long.times[-1] < short.times[-1] and repr(long) == "Residuals(training diverged)"


def test_a_mode_is_timed_at_its_own_half_wherever_it_ends(stats):
    found = residuals(stats, D, Assumptions(weights="counts"))
    low = found.strengths[-1] < 0.95 * found.values
    assert low.any() and found.exact.clock > 1.5
    at_half = [
        np.interp(t, found.times, strength) for t, strength in zip(found.half_rises, found.strengths.T)
    ]
    np.testing.assert_allclose(at_half, found.strengths[-1] / 2, rtol=0.05)  # between two records


def test_steps_are_cut_to_what_training_survives(stats):
    long, longer = (residuals(stats, D, Assumptions(weights="word2vec", step=step)) for step in (0.3, 0.5))
    assert long.step_size == longer.step_size < 0.1 / long.values[0] and not long.diverged


@pytest.mark.parametrize("assumptions", [Assumptions(weights="counts"), THINNED, PRODUCTS], ids=str)
def test_steps_as_long_as_training_survives_lead_to_the_same_end(stats, assumptions):
    usual, longest = residuals(stats, D, assumptions), residuals(stats, D, replace(assumptions, step=5.0))
    assert longest.step_size * longest.values[0] < 0.1
    np.testing.assert_allclose(longest.strengths[-1], usual.strengths[-1], rtol=0.02)


@pytest.mark.parametrize("tied", [True, False])
def test_even_weights_survive_what_the_eigenvalues_of_m_star_allow(wikipedia, tied):
    stats = wikipedia.first(400)
    values = np.linalg.eigvalsh(m_star(stats))
    assert -values[0] > values[-1]
    found = residuals(stats, 3, Assumptions(tied=tied, step=5.0))
    assert found.step_size == pytest.approx(
        0.6 * stability_bound(values[-1] if tied else -values[0], values[0])
    )
    assert residuals(stats, 3, Assumptions(tied=tied, step=0.3)).step_size * values[-1] == pytest.approx(0.3)


# Bad input.


@pytest.mark.parametrize(
    "values, message",
    [
        ({"weights": "odd"}, "weights must be 'even', 'counts', 'word2vec' or 'products', not 'odd'"),
        ({"loss": "cubic"}, "loss must be 'quadratic' or 'logistic', not 'cubic'"),
        ({"subsample": 1e-5}, "subsampling is a part of word2vec's weights; with weights='even'"),
        ({"subsample": 1e-5, "weights": "counts"}, "with weights='counts' leave subsample=None"),
        ({"word_rates": True}, "even weights need no rates"),
        ({"batch": 1.0, "loss": "logistic"}, "small batches go with the quadratic loss and even weights"),
        ({"batch": 1.0, "weights": "counts"}, "not with .*weights='counts'; leave batch=None"),
        ({"batch": 0}, "batch must be a positive, finite number, not 0; it is a noise number"),
        ({"start": 0}, "start must be a positive, finite number, not 0; or 'word2vec'"),
        ({"start": "usual"}, "start must be a positive, finite number, not 'usual'; or 'word2vec'"),
        ({"step": -1}, "step must be a positive, finite number, not -1"),
    ],
)
def test_assumptions_that_cannot_be_are_named(values, message):
    with pytest.raises(ValueError, match=message):
        Assumptions(**values)


@pytest.mark.parametrize(
    "d, assumptions, more, message",
    [
        (0, OWN, {}, "d must be a whole number between 1 and 3, not 0; there are 3 words"),
        (4, OWN, {}, "d must be a whole number between 1 and 3, not 4; there are 3 words"),
        (1, OWN, {"modes": 0}, "modes must be a whole number from 1 on, not 0"),
        (1, Assumptions(tied=False, batch=1.0), {"pulling": True}, "cannot be told apart in small batches"),
        (1, Assumptions(step=1e-6), {}, "training would take .* steps, more than 300,000"),
    ],
)
def test_bad_input_is_named(small, d, assumptions, more, message):
    with pytest.raises(ValueError, match=message):
        residuals(small, d, assumptions, **more)


def test_where_nothing_is_ever_learned_nothing_is_trained():
    # two words that always alternate: M* = 2/3 between them and -2 on the diagonal
    with pytest.raises(
        ValueError, match="no eigenvalue is positive, .* nothing is ever learned: λ₁ = -1.33333"
    ):
        residuals(count_corpus([["a", "b"]], window=1), 1)


def test_an_interruption_is_passed_on(small, monkeypatch):
    def interrupted(*arguments, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr("w2vlib.training._rules.FullBatch.advance", interrupted)
    with pytest.warns(RuntimeWarning, match="interrupted"), pytest.raises(KeyboardInterrupt):
        residuals(small, 1)


# The table.


@pytest.fixture(scope="module")
def table(wikipedia):
    return deviation_table(wikipedia.first(80), D)


def test_the_table_holds_every_combination(table):
    text = json.dumps(table, allow_nan=False, ensure_ascii=False)
    assert len(text.encode()) < 150_000 and json.loads(text) == table
    keys = {
        "; ".join(state)
        for state in itertools.product(*SWITCHES.values())
        if state[-1] == "full" or (state[1], state[2]) == ("quadratic", "even")
    }
    assert set(table["runs"]) == keys
    assert all(len(run["t"]) == len(run["strengths"]) <= 20 for run in table["runs"].values())
    assert all((run["batch"] is not None) == key.endswith("small") for key, run in table["runs"].items())
    assert table["scales"] == {"small": 0.01, "large": 0.5}


@pytest.mark.parametrize(
    "key, assumptions",
    [
        ("tied; quadratic; even; small; short; full", OWN),
        (
            "untied; logistic; word2vec; large; short; full",
            replace(THINNED, tied=False, loss="logistic", start=0.5),
        ),
        (
            "tied; quadratic; word2vec, rates 1/a; small; long; full",
            replace(THINNED, word_rates=True, step=0.5),
        ),
    ],
)
def test_the_table_says_what_was_measured(wikipedia, table, key, assumptions):
    run, found = table["runs"][key], residuals(wikipedia.first(80), D, assumptions)
    assert run["clock"] == pytest.approx(found.exact.clock, rel=0.01)
    np.testing.assert_allclose(
        run["exact"], found.exact[:4], rtol=0.1, atol=2e-3
    )  # records are at other times
    np.testing.assert_allclose(run["aligned"], found.aligned[:4], rtol=0.1)
    np.testing.assert_allclose(run["strengths"][-1], found.strengths[-1], rtol=0.01)
    assert run["overlap"] == pytest.approx(found.overlap, rel=1e-3) and run["opposed"] == found.opposed
    assert run["step"] == pytest.approx(found.step_size * found.values[0], rel=0.02)


def test_the_table_says_what_the_theory_says(wikipedia, table):
    stats, said = wikipedia.first(80), table["theories"]["tied; even; large"]
    flow = Dynamics(spectrum(m_star(stats), 80), initial_weights(80, D, 0.5))
    np.testing.assert_allclose(said["values"], flow.values, rtol=1e-3)
    np.testing.assert_allclose(said["strengths"], flow.strengths(said["t"]), rtol=0.02)


# The page's own table.


def test_a_band_is_one_number_where_it_is_narrow():
    assert band([0.125, 0.5, 0.25], 1) == "0.1–0.5" and band((2, 2.004)) == "2.00" and band([7], 0) == "7"
    with pytest.raises(ValueError, match="values"):
        band([])


def test_the_table_of_costs_has_a_row_for_each_assumption_and_percent_where_it_says_so():
    rows = np.array([[1.5, 0.05, 0.1, 0.9, 0.8, 0.7, 0.6], [1.4, 0.02, 0.1, 0.9, 0.8, 0.7, 0.6]])
    lines = cost_table({"weights": rows, "loss": rows[:1]}, {"weights": "5, 8", "loss": "6"}).splitlines()
    assert len(lines) == 4 and len({line.count("|") for line in lines}) == 1
    assert lines[2] == "| weights | 1.40–1.50 | 2.0–5.0 | 10 | 0.90 | 0.80 | 0.70 | 0.60 | 5, 8 |"
    assert lines[3].endswith("| 6 |")


@pytest.mark.parametrize(
    "rows, chapters, message",
    [
        (np.ones((3, 6)), {"loss": "6"}, "found\\['loss'\\] must have .*7"),
        (np.ones(7), {"loss": "6"}, "found\\['loss'\\] must have 2 axes"),
        (np.ones((3, 7)), {}, "chapters lacks 'loss'"),
    ],
)
def test_a_row_of_costs_that_is_incomplete_is_named(rows, chapters, message):
    with pytest.raises(ValueError, match=message):
        cost_table({"loss": rows}, chapters)
