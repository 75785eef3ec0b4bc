"""word2vec on pairs drawn from counts: every pair has its law, every step is a gradient, runs can be repeated."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as statistics

import w2vlib
from w2vlib.targets import keep_probabilities, noise_distribution, word2vec_pair_weights

torch = pytest.importorskip("torch")

from sampled_pairs import (  # noqa: E402
    BAD_NUMBERS,
    assert_divergence_is_named,
    assert_gradient_steps,
    assert_interrupts_leave_whole_strides,
    assert_negatives,
    assert_nothing_outside_is_touched,
    assert_recording_does_not_disturb,
    assert_repeatable,
    clumped_corpus,
    negatives_for,
    pairs_of,
    record_batches,
    table,
)

from w2vlib.training import initial_weights, train_word2vec_sampled, word2vec_loss  # noqa: E402
from w2vlib.training._blocks import PairsFromCounts, words_drawn  # noqa: E402

SHARED = [None, 8]


@pytest.fixture(scope="module")
def stats():
    return clumped_corpus()[0]


@pytest.fixture(scope="module")
def train(stats):
    """Training, as a function of its options."""
    options = {"n_pairs": 6000, "batch_size": 20, "subsample": 0.1}
    W = initial_weights(len(stats), 3, 0.3)
    return lambda **more: train_word2vec_sampled(stats, W, **{**options, **more})


# Draws


@pytest.mark.parametrize("law", [[1.0], [0.2, 0.5, 0.3], [1, 0, 0, 3], np.geomspace(1, 1e-4, 40)])
def test_words_are_drawn_by_their_law(law):
    law = np.array(law, float) / np.sum(law)
    drawn = words_drawn(law, np.random.default_rng(1)).rvs((200, 500))
    counts = np.bincount(drawn.ravel(), minlength=len(law))
    assert not counts[law == 0].any()
    if len(law) > 1:
        assert statistics.chisquare(counts[law > 0], 1e5 * law[law > 0]).pvalue > 1e-3


@pytest.mark.parametrize("subsample", [None, 0.05])
@pytest.mark.parametrize("batch_size", [1, 300, 10**6])
def test_pairs_from_counts_have_their_law(random_stats, subsample, batch_size):
    stats, n = random_stats(12, seed=3), 40_000
    kept = keep_probabilities(stats.occurrences / stats.occurrences.sum(), subsample)
    source = PairsFromCounts(
        stats, kept, negatives_for(12, 8), np.random.default_rng(0), n if batch_size > 1 else 4000, batch_size
    )
    met, _ = pairs_of(source)
    A, _ = word2vec_pair_weights(stats, subsample=subsample)
    counts = table(met, 12)
    assert counts.sum() == (n if batch_size > 1 else 4000)
    assert not counts[A == 0].any()
    assert statistics.chisquare(counts[A > 0], counts.sum() * A[A > 0]).pvalue > 1e-3


def test_large_batches_and_many_portions_draw_every_pair(random_stats):
    """More than two million pairs, which are not drawn at once."""
    stats, n = random_stats(12, seed=3), 2**21 + 1
    source = PairsFromCounts(stats, np.ones(12), negatives_for(12, 8), np.random.default_rng(0), n, 70_000)
    sizes = [batch.pairs for batch in source]
    assert len(sizes) == source.steps == 30
    assert (sum(sizes), set(sizes[:-1])) == (n, {70_000})


@pytest.mark.parametrize("shared", SHARED)
def test_negatives_have_their_law_and_number(stats, shared):
    size = len(stats)
    law = noise_distribution(np.arange(1, size + 1))
    source = PairsFromCounts(
        stats, np.ones(size), negatives_for(size, shared), np.random.default_rng(0), 9999, 64
    )
    assert_negatives(source, size, law, shared)


# The step


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("shared", SHARED)
def test_every_step_is_the_gradient_that_autograd_finds(stats, tied, shared, monkeypatch):
    size, d, rate, last = len(stats), 3, 0.01, 0.001
    W, Z = initial_weights(size, d, 1.5, rng=1), None if tied else initial_weights(size, d, 1.0, rng=2)
    batches = record_batches(monkeypatch, PairsFromCounts)
    run = train_word2vec_sampled(
        stats, W, 12, rate, final_learning_rate=last, subsample=0.3, batch_size=6, negatives=3,
        shared_negatives=shared, tied=tied, context=Z, dtype="float64", record=[0], snapshots=[1, 2],
    )  # fmt: skip
    assert len(batches) == run.last_step == 2
    assert_gradient_steps(run, batches, W, Z, [rate, (rate + last) / 2])


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("shared", SHARED)
def test_the_mean_step_is_that_of_the_population(random_stats, tied, shared):
    stats, seeds, pairs = random_stats(10, seed=4), 60, 1500
    W, Z = initial_weights(10, 3, 1.0, rng=1), None if tied else initial_weights(10, 3, 0.8, rng=2)
    options = dict(tied=tied, context=Z, dtype="float64", record=[0])
    moves = []
    for seed in range(seeds):
        run = train_word2vec_sampled(
            stats,
            W,
            pairs,
            1e-3,
            batch_size=pairs,
            rng=seed,
            subsample=0.05,
            shared_negatives=shared,
            **options,
        )
        moves.append(np.stack([run.weights - W] + ([] if tied else [run.context - Z])))
    A, B = word2vec_pair_weights(stats, negatives=5, subsample=0.05, symmetric=False)
    mean = w2vlib.train_word2vec(A, B, W, run.step_size, 1, **options)
    expected = np.stack([mean.weights - W] + ([] if tied else [mean.context - Z]))
    z = (np.mean(moves, axis=0) - expected) / (np.std(moves, axis=0) / np.sqrt(seeds))
    assert np.abs(z).max() < 5
    assert 0.4 < (z**2).mean() < 1.8
    assert np.linalg.norm(np.mean(moves, axis=0) - expected) < 0.1 * np.linalg.norm(expected)


def test_shared_negatives_have_the_mean_of_own_ones(random_stats):
    stats, W = random_stats(10, seed=4), initial_weights(10, 3, 1.0, rng=1)
    moves = {}
    for shared in (None, 2, 32):
        runs = [
            train_word2vec_sampled(
                stats, W, 1000, 1e-3, batch_size=1000, rng=n, shared_negatives=shared
            ).weights
            for n in range(60)
        ]
        moves[shared] = np.mean(runs, axis=0) - W, np.std(runs, axis=0) / np.sqrt(60)
    for shared in (2, 32):
        z = (moves[shared][0] - moves[None][0]) / np.hypot(moves[shared][1], moves[None][1])
        assert np.abs(z).max() < 5
    assert moves[2][1].mean() > moves[32][1].mean()  # what sharing costs is noise


# What is recorded


def test_the_same_input_and_seed_give_the_same_result(train):
    assert_repeatable(train)


def test_recording_does_not_disturb_training(train):
    assert_recording_does_not_disturb(train)


def test_nothing_outside_is_touched(train):
    assert_nothing_outside_is_touched(train)


@pytest.mark.parametrize("tied", [True, False])
def test_times_are_flow_times_and_the_rate_falls_linearly(random_stats, tied):
    stats, W = random_stats(10), initial_weights(10, 3, 0.1)
    run = train_word2vec_sampled(
        stats,
        W,
        1050,
        0.02,
        final_learning_rate=0.004,
        batch_size=100,
        negatives=4,
        record=range(12),
        tied=tied,
    )
    rate = 0.02 - 0.016 * np.arange(11) / 11
    pairs = np.array([100] * 10 + [50])
    expected = np.cumsum(rate * pairs) * (5 / 100) / (2 if tied else 4)
    np.testing.assert_allclose(run.times, np.append(0, expected), rtol=1e-12)
    assert run.step_size == pytest.approx(expected[-1] / 11)
    assert run.last_step == 11
    steady = train_word2vec_sampled(stats, W, 1050, 0.02, batch_size=2000, negatives=4, tied=tied)
    assert steady.times.tolist() == pytest.approx([0, 0.02 * 1050 * 0.05 / (2 if tied else 4)])


def test_the_loss_of_the_population_is_recorded(stats, train):
    A, B = word2vec_pair_weights(stats, negatives=5, subsample=0.1, symmetric=False)
    run = train(dtype="float64", record=[0, 300])
    W = initial_weights(len(stats), 3, 0.3)
    assert run.objective == "logistic" and run.words == stats.words
    assert run.loss[0] == pytest.approx(word2vec_loss(A, B, W, W), rel=1e-10)
    assert run.loss[1] == pytest.approx(word2vec_loss(A, B, run.weights, run.context), rel=1e-10)


def test_single_precision_is_close_to_double(train):
    single, double = train(dtype="float32"), train(dtype="float64")
    assert single.weights.dtype == np.float32
    np.testing.assert_allclose(single.weights, double.weights, atol=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_agrees_with_the_cpu(train):
    np.testing.assert_allclose(train(device="cuda").weights, train().weights, atol=1e-4)


# What goes wrong


def test_an_interrupt_at_any_line_leaves_whole_strides(train):
    assert_interrupts_leave_whole_strides(train, 701)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_divergence_is_named_and_the_last_good_state_kept(train, dtype):
    assert_divergence_is_named(train, dtype)


@pytest.mark.parametrize(
    "options, message", [*BAD_NUMBERS, ({"n_pairs": 0}, "n_pairs must be a whole number from 1")]
)
def test_bad_numbers(train, options, message):
    with pytest.raises((ValueError, TypeError), match=message):
        train(**options)


@pytest.mark.parametrize(
    "start, message",
    [
        (np.zeros((8, 3)), "initial is zero everywhere"),
        (np.full((8, 3), np.nan), "initial must be finite"),
        (np.ones(8), "initial must be a real matrix"),
        (3, "initial must be an array of real numbers"),
        (np.ones((9, 2)), "one row for each of the 8 words"),
    ],
)
def test_bad_starts(stats, start, message):
    with pytest.raises((ValueError, TypeError), match=message):
        train_word2vec_sampled(stats, start, 100)


def test_a_word_that_stands_alone():
    stats = w2vlib.count_corpus([["a", "b"], ["c"]], window=2)
    with pytest.raises(ValueError, match="1 word.s. never stand near another"):
        train_word2vec_sampled(stats, initial_weights(3, 2, 0.1), 100)
