"""Sampled word2vec: every pair has its law, every step is a gradient, every run can be repeated."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest
from scipy import stats as statistics

import w2vlib
from w2vlib.training import (
    TrainingDivergedError,
    block_steps,
    initial_weights,
    streams,
    train_gensim,
    train_word2vec_sampled,
    train_on_text,
)
from w2vlib.training.blocks import Negatives, PairsFromCounts, words_drawn
from w2vlib.training.streams import PairsFromText, Text
from w2vlib.vocabulary import EncodedText
from w2vlib.targets import keep_probabilities, noise_distribution, word2vec_pair_weights

torch = pytest.importorskip("torch")

SHARED = [None, 8]


def clumped(size=8, documents=60, longest=40, seed=0):
    """Documents in which words of one half of the vocabulary keep together."""
    rng = np.random.default_rng(seed)
    chance = np.geomspace(6, 1, size)
    texts = []
    for _ in range(documents):
        law = chance * np.where(np.arange(size) % 2 == rng.integers(2), 4, 1)
        texts.append([f"w{i}" for i in rng.choice(size, rng.integers(1, longest), p=law / law.sum())])
    return texts


@pytest.fixture(scope="module")
def corpus():
    """Statistics, and the same text encoded."""
    documents = clumped()
    stats = w2vlib.count_corpus(documents, window=4)
    return stats, encode(documents, stats.words)


def negatives_for(size, shared, k=3, seed=5):
    law = noise_distribution(np.arange(1, size + 1))
    return Negatives(words_drawn(law, np.random.default_rng(seed)), k, shared)


def pairs_of(source):
    """All pairs (word, neighbour) of a source, and its negatives with their weights."""
    met, pushed = [], []
    for batch in source:
        assert batch.weight.shape == (*batch.rows.shape, batch.columns.shape[1])
        block, row, column = np.nonzero(batch.weight)
        pair = np.stack([batch.rows[block, row], batch.columns[block, column]], axis=1)
        weight, positive = batch.weight[block, row, column], column < batch.positives
        assert np.array_equal(weight[positive], np.ones(batch.pairs))
        met.append(pair[positive])
        pushed.append(np.column_stack([pair[~positive], weight[~positive]]))
    return np.concatenate(met), np.concatenate(pushed)


def table(pairs, size):
    return np.bincount(pairs[:, 0] * size + pairs[:, 1], minlength=size**2).reshape(size, size)


def from_text(text, size, *, window=4, weighting="linear", kept=None, first=True, shared=8, seed=0, epochs=1,
              batch_size=16):  # fmt: skip
    kept = np.ones(size) if kept is None else kept
    drawn, rng = negatives_for(size, shared), np.random.default_rng(seed)
    return PairsFromText(Text(text, size), window, weighting, kept, first, drawn, rng, epochs, batch_size)


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


def test_drawing_in_portions_draws_them_all(random_stats, monkeypatch):
    monkeypatch.setattr("w2vlib.training.blocks._AT_ONCE", 1000)
    stats = random_stats(12, seed=3)
    source = PairsFromCounts(stats, np.ones(12), negatives_for(12, 8), np.random.default_rng(0), 30_001, 70)
    sizes = [batch.pairs for batch in source]
    assert len(sizes) == source.steps == 429
    assert (sum(sizes), set(sizes[:-1])) == (30_001, {70})


@pytest.mark.parametrize("shared", SHARED)
def test_negatives_have_their_law_and_number(corpus, shared):
    stats, text = corpus
    size = len(stats)
    law = noise_distribution(np.arange(1, size + 1))
    counts = PairsFromCounts(
        stats, np.ones(size), negatives_for(size, shared), np.random.default_rng(0), 9999, 64
    )
    for source in (counts, from_text(text, size, shared=shared, epochs=4)):
        met, pushed = pairs_of(source)
        # Each word is pushed with k for each of its pairs, whatever the neighbours are.
        assert pushed[:, 2].sum() == pytest.approx(3 * len(met))
        np.testing.assert_allclose(
            np.bincount(pushed[:, 0].astype(int), pushed[:, 2], size),
            3 * np.bincount(met[:, 0], minlength=size),
        )
        share = np.bincount(pushed[:, 1].astype(int), pushed[:, 2], size) / pushed[:, 2].sum()
        np.testing.assert_allclose(share, law, atol=0.03 if shared else 0.008)


@pytest.mark.parametrize("weighting", ["linear", "harmonic", "flat"])
@pytest.mark.parametrize("gaps", [False, True])
def test_pairs_from_text_are_those_that_are_counted(weighting, gaps):
    """On average over many readings, cell by cell."""
    documents = clumped(documents=20)
    words = [f"w{i}" for i in range(6 if gaps else 8)]
    text = encode(documents, words, oov="gap")
    size, readings = len(words), 300
    weights, unit = window_weights(4, weighting)
    kept = np.linspace(0.3, 0.95, size)
    expected = cooccurrence_counts(text, size, 4, weighting) / weights[0] * np.outer(kept, kept)
    seen = np.array(
        [
            table(
                pairs_of(from_text(text, size, weighting=weighting, kept=kept, first=False, seed=n))[0], size
            )
            for n in range(readings)
        ]
    )
    z = (seen.mean(axis=0) - expected) / (seen.std(axis=0) / np.sqrt(readings))
    assert np.abs(z).max() < 4.5
    assert 0.5 < (z**2).mean() < 1.6


def test_pair_frequencies_of_text_and_counts_pass_a_chi_squared_test(corpus):
    """Pairs of a text are thinned to one in fifty, so that they are nearly independent."""
    stats, text = corpus
    size, rng = len(stats), np.random.default_rng(2)
    kept = keep_probabilities(stats.occurrences / stats.occurrences.sum(), 0.05)
    A, _ = word2vec_pair_weights(stats, subsample=0.05)
    met, _ = pairs_of(from_text(text, size, kept=kept, first=False, epochs=400))
    along = table(met[rng.random(len(met)) < 0.02], size)
    counts = PairsFromCounts(stats, kept, negatives_for(size, 8), np.random.default_rng(0), 20_000, 512)
    drawn = table(pairs_of(counts)[0], size)
    assert along.sum() > 10_000
    for seen in (along, drawn):
        assert statistics.chisquare(seen[A > 0], seen.sum() * A[A > 0]).pvalue > 1e-3
    assert statistics.chi2_contingency([along[A > 0], drawn[A > 0]]).pvalue > 1e-3
    unsampled, _ = word2vec_pair_weights(stats, subsample=None)
    assert statistics.chisquare(along[A > 0], along.sum() * unsampled[A > 0]).pvalue < 1e-9


def test_words_are_dropped_before_or_after_the_window_is_laid(corpus):
    stats, text = corpus
    kept = np.ones(len(stats))
    kept[[0, 3]] = 0  # these never stay
    gone = np.isin(text.ids, [0, 3])
    offsets = np.concatenate(([0], np.cumsum(~gone)))[text.offsets]
    closed = EncodedText(text.ids[~gone], offsets)
    for first, left in ((True, closed), (False, text)):
        expected = cooccurrence_counts(left, len(stats), 4, "flat")
        if not first:
            expected = expected * np.outer(kept, kept)
        met, _ = pairs_of(from_text(text, len(stats), weighting="flat", kept=kept, first=first))
        assert np.array_equal(table(met, len(stats)), expected)


@pytest.mark.parametrize("batch_size", [1, 2, 7, 64, 10**5])
@pytest.mark.parametrize("shared", SHARED)
def test_no_batch_size_loses_a_pair(corpus, batch_size, shared):
    stats, text = corpus
    expected = cooccurrence_counts(text, len(stats), 4, "flat")
    source = from_text(text, len(stats), weighting="flat", batch_size=batch_size, shared=shared, epochs=2)
    batches = list(source)
    assert len(batches) == source.steps == 2 * max(1, round(len(text.ids) / batch_size))
    assert np.array_equal(table(pairs_of(batches)[0], len(stats)), 2 * expected)


def test_chunks_and_pieces_lose_no_pair(corpus, monkeypatch):
    stats, text = corpus
    expected = cooccurrence_counts(text, len(stats), 4, "flat")
    cut = text.offsets[25]
    chunks = [
        EncodedText(text.ids[:cut], text.offsets[:26]),
        EncodedText(np.empty(0, np.int32), np.zeros(1, np.int64)),
        EncodedText(text.ids[cut:], text.offsets[25:] - cut),
    ]
    monkeypatch.setattr(streams, "_PIECE", 100)
    monkeypatch.setattr(streams, "_GROUP", 50)
    for whole in (text, chunks):
        source = from_text(whole, len(stats), weighting="flat")
        batches = list(source)
        assert len(batches) == source.steps
        assert np.array_equal(table(pairs_of(batches)[0], len(stats)), expected)


def test_a_batch_comes_from_many_places():
    """Of a text that tells one word after the other, each batch holds most of the words."""
    text = EncodedText(np.repeat(np.arange(10), 200).astype(np.int32), np.array([0, 2000]))
    assert min(len(np.unique(batch.rows)) for batch in from_text(text, 10, batch_size=64)) > 6


# The step


def loss_of_pairs(W, Z, batch):
    """As the formula says, pair by pair."""
    total = 0.0
    for block in range(len(batch.rows)):
        for i, w in zip(batch.rows[block], batch.weight[block]):
            for c, (j, weight) in enumerate(zip(batch.columns[block], w)):
                x = W[i] @ Z[j]
                sign = 1 if c < batch.positives else -1
                total = total + float(weight) * torch.nn.functional.softplus(-sign * x)
    return total


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("shared", SHARED)
@pytest.mark.parametrize("kind", ["counts", "text"])
def test_every_step_is_the_gradient_that_autograd_finds(corpus, tied, shared, kind, monkeypatch):
    stats, text = corpus
    size, d, rate = len(stats), 3, 0.01
    W, Z = initial_weights(size, d, 1.5, rng=1), initial_weights(size, d, 1.0, rng=2)
    batches = []
    monkeypatch.setattr(
        block_steps,
        "iter",
        lambda source: (batches.append(batch) or batch for batch in source),
        raising=False,
    )
    options = dict(
        batch_size=6, negatives=3, shared_negatives=shared, tied=tied, context=None if tied else Z,
        dtype="float64", record=[0], snapshots=[1, 2],
    )  # fmt: skip
    if kind == "counts":
        run = train_word2vec_sampled(stats, W, 12, rate, final_learning_rate=0.001, subsample=0.3, **options)
    else:
        short = EncodedText(text.ids[: text.offsets[2]], text.offsets[:3])
        run = train_on_text(short, W, rate, final_learning_rate=0.001, window=2, subsample=0.3, **options)
    steps = run.last_step
    W, Z = torch.tensor(W, requires_grad=True), torch.tensor(W if tied else Z, requires_grad=True)
    for n, batch in enumerate(batches[:steps]):
        if n in run.snapshots:
            np.testing.assert_allclose(run.snapshots[n], W.detach(), rtol=1e-10, atol=1e-13)
        at_rate = rate + (0.001 - rate) * n / steps
        loss = loss_of_pairs(W, W if tied else Z, batch)
        sides = [W] if tied else [W, Z]
        if isinstance(loss, torch.Tensor):
            gradients = torch.autograd.grad(loss, sides)
            sides = [(side - at_rate * g).detach().requires_grad_() for side, g in zip(sides, gradients)]
        W, Z = sides[0], sides[-1]
    assert sum(batch.pairs for batch in batches[:steps]) > 5
    np.testing.assert_allclose(run.weights, W.detach(), rtol=1e-10, atol=1e-13)
    if not tied:
        np.testing.assert_allclose(run.context, Z.detach(), rtol=1e-10, atol=1e-13)


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


def test_curves_from_text_and_from_counts_agree_within_seed_noise(corpus):
    stats, text = corpus
    W = initial_weights(len(stats), 4, 0.3)
    options = dict(subsample=0.1, negatives=2, batch_size=16, record=5)
    along = [
        train_on_text(
            text, W, 0.01, epochs=6, window=4, subsample_first=False, rng=n, stats=stats, **options
        )
        for n in range(6)
    ]
    pairs = round(along[0].times[-1] / (0.01 * 3 / 4 / len(stats) ** 2))
    drawn = [
        train_word2vec_sampled(stats, W, pairs, 0.01, rng=n, **options | {"batch_size": 64})
        for n in range(6)
    ]
    A, B = word2vec_pair_weights(stats, negatives=2, subsample=0.1, symmetric=False)
    end = np.mean([run.times[-1] for run in along])
    mean = w2vlib.train_word2vec(A, B, W, end / 400, 400, tied=False, record=5)
    for name in ("loss", "strengths"):
        a, b = (np.array([getattr(run, name) for run in runs]) for runs in (along, drawn))
        spread = np.sqrt(a.var(axis=0) + b.var(axis=0))[1:]
        difference = np.abs(a.mean(axis=0) - b.mean(axis=0))[1:]
        large = np.abs(getattr(mean, name)[1:]) > 0.5
        assert (difference < np.maximum(3 * spread, 0.02 * np.abs(b.mean(axis=0)[1:])))[large].all()
        np.testing.assert_allclose(b.mean(axis=0)[1:][large], getattr(mean, name)[1:][large], rtol=0.1)
    np.testing.assert_allclose(along[0].times, drawn[0].times, rtol=0.05, atol=1e-9)


# What is recorded


def fields(run):
    return [run.steps, run.loss, run.strengths, run.weights, run.context, run.flow, *run.snapshots.values()]


def trainers(corpus, **options):
    stats, text = corpus
    W = initial_weights(len(stats), 3, 0.3)
    yield lambda **more: train_word2vec_sampled(
        stats, W, **{"n_pairs": 3000, "batch_size": 20, "subsample": 0.1, **options, **more}
    )
    for shared in SHARED:
        yield lambda shared=shared, **more: train_on_text(
            text,
            W,
            **{
                "window": 4,
                "batch_size": 10,
                "subsample": 0.1,
                "shared_negatives": shared,
                **options,
                **more,
            },
        )


def test_the_same_input_and_seed_give_the_same_result(corpus):
    for train in trainers(corpus):
        one, same, other = train(rng=3), train(rng=3), train(rng=4)
        for a, b in zip(fields(one), fields(same), strict=True):
            assert np.array_equal(a, b)
        assert not np.array_equal(one.weights, other.weights)


def test_recording_does_not_disturb_training(corpus, monkeypatch):
    for train in trainers(corpus):
        few, many = train(record=2), train(record=range(0, 100), snapshots=[17, 40])
        assert np.array_equal(few.weights, many.weights)
        assert np.array_equal(few.context, many.context)
        monkeypatch.setattr(block_steps.BlockSteps, "stride", 5)
        again = train(record=[0, 17], snapshots=[17])
        monkeypatch.undo()
        assert np.array_equal(again.snapshots[17], many.snapshots[17])
        assert np.array_equal(again.weights, many.weights)
        assert np.array_equal(again.strengths[1], many.strengths[17])


def test_nothing_outside_is_touched(corpus):
    threads, state = torch.get_num_threads(), np.random.get_state()[1].copy()
    generator = torch.get_rng_state().clone()
    for train in trainers(corpus):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            train()
    assert torch.get_num_threads() == threads
    assert np.array_equal(np.random.get_state()[1], state)
    assert torch.equal(torch.get_rng_state(), generator)


@pytest.mark.parametrize("tied", [True, False])
def test_times_are_flow_times_and_the_rate_falls_linearly(random_stats, tied):
    stats, W = random_stats(10), initial_weights(10, 3, 0.1)
    run = train_word2vec_sampled(
        stats, W, 1050, 0.02, final_learning_rate=0.004, batch_size=100, negatives=4, record=range(12), tied=tied
    )
    rate = 0.02 - 0.016 * np.arange(11) / 11
    pairs = np.array([100] * 10 + [50])
    expected = np.cumsum(rate * pairs) * (5 / 100) / (2 if tied else 4)
    np.testing.assert_allclose(run.times, np.append(0, expected), rtol=1e-12)
    assert run.step_size == pytest.approx(expected[-1] / 11)
    assert run.last_step == 11
    steady = train_word2vec_sampled(stats, W, 1050, 0.02, batch_size=2000, negatives=4, tied=tied)
    assert steady.times.tolist() == pytest.approx([0, 0.02 * 1050 * 0.05 / (2 if tied else 4)])


def test_the_loss_of_the_population_is_recorded(corpus):
    stats, text = corpus
    A, B = word2vec_pair_weights(stats, negatives=5, subsample=0.1, symmetric=False)
    runs = list(train() for train in trainers(corpus, dtype="float64", record=[0, 40], snapshots=[0, 40]))
    W = initial_weights(len(stats), 3, 0.3)
    given = train_on_text(text, W, window=4, subsample=0.1, stats=stats, dtype="float64", record=2)
    assert runs[0].loss[0] == pytest.approx(word2vec_loss(A, B, W, W), rel=1e-10)
    assert given.loss[0] == pytest.approx(runs[0].loss[0], rel=1e-10)
    assert given.loss[1] == pytest.approx(word2vec_loss(A, B, given.weights, given.context), rel=1e-10)


def test_the_loss_of_batches_is_in_the_same_unit(corpus):
    stats, text = corpus
    W = initial_weights(len(stats), 3, 0.8)
    options = dict(window=4, subsample=None, batch_size=10, epochs=25, record=[0, 1, 2800], dtype="float64")
    own = train_on_text(text, W, 1e-9, **options)
    population = train_on_text(text, W, 1e-9, stats=stats, **options)
    assert np.array_equal(own.weights, population.weights)
    assert own.loss[0] == own.loss[1]  # the first batch, before its step
    assert own.loss[2] == pytest.approx(population.loss[2], rel=0.05)


def test_single_precision_is_close_to_double(corpus):
    for train in trainers(corpus):
        single, double = train(dtype="float32"), train(dtype="float64")
        assert single.weights.dtype == np.float32
        np.testing.assert_allclose(single.weights, double.weights, atol=1e-4)


def test_words_that_the_text_does_not_hold_stay_where_they_are(corpus):
    stats, text = corpus
    W = initial_weights(len(stats) + 2, 3, 0.3)
    run = train_on_text(text, W, window=4, subsample=0.1)
    assert np.array_equal(run.weights[-2:], W[-2:].astype(np.float32))
    assert np.array_equal(run.context[-2:], W[-2:].astype(np.float32))
    assert not np.isclose(run.weights[:-2], W[:-2]).any()


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_other_devices_agree_with_the_cpu(corpus, device):
    if not getattr(torch, device if device == "cuda" else "backends.mps", torch.cuda).is_available():
        pytest.skip(f"no {device} here")
    for train in trainers(corpus):
        np.testing.assert_allclose(train(device=device).weights, train().weights, atol=1e-4)


# What goes wrong


def test_interruption_keeps_the_last_whole_stride(corpus, monkeypatch):
    monkeypatch.setattr(block_steps.BlockSteps, "stride", 10)
    learn = block_steps.BlockSteps._learn
    for train in trainers(corpus, record=[0, 20, 90]):
        calls = []

        def stopped(*given, **named):
            calls.append(1)
            if len(calls) == 37:
                raise KeyboardInterrupt
            learn(*given, **named)

        monkeypatch.setattr(block_steps.BlockSteps, "_learn", stopped)
        with pytest.warns(RuntimeWarning, match="interrupted after 30 of") as caught:
            run = train()
        monkeypatch.setattr(block_steps.BlockSteps, "_learn", learn)
        assert caught[0].filename == __file__
        assert run.interrupted
        assert (run.last_step, run.steps.tolist()) == (30, [0, 20])
        whole = train(snapshots=[30], record=[0, 20, 30])
        assert np.array_equal(run.weights, whole.snapshots[30])
        assert run.step_size == pytest.approx(whole.times[2] / 30)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_divergence_is_named_and_the_last_good_state_kept(corpus, dtype):
    for train in trainers(corpus, learning_rate=20.0, dtype=dtype, record=range(50)):
        with pytest.raises(
            TrainingDivergedError, match="learning_rate is 20: take a smaller one, or a batch_size"
        ) as e:
            train()
        run = e.value.trajectory
        assert np.isfinite(run.weights).all()
        assert np.isfinite(run.context).all()
        assert run.steps[-1] == run.last_step
        assert len(run.flow) == len(run.steps)


def test_bad_numbers(corpus):
    for train in trainers(corpus):
        for options, message in (
            ({"learning_rate": 0}, "learning_rate must be a positive, finite number, not 0"),
            ({"learning_rate": "fast"}, "learning_rate must be a positive, finite number, not 'fast'"),
            ({"final_learning_rate": -1}, "final_learning_rate must be a positive, finite number, not -1"),
            ({"batch_size": 0}, "batch_size must be a whole number from 1 on, not 0"),
            ({"batch_size": 2.5}, "batch_size must be a whole number from 1 on, not 2.5"),
            ({"negatives": 0}, "negatives must be a"),
            (
                {"negatives": 1.5, "shared_negatives": None},
                "negatives must be a whole number .*are not shared",
            ),
            ({"shared_negatives": 0}, "shared_negatives must be a whole number from 1 on, not 0"),
            ({"subsample": -1}, "threshold of subsampling must be a positive number or None, not -1"),
            ({"noise_exponent": np.nan}, "exponent of the noise must be a finite number"),
            ({"rng": -1}, "seed must be a whole number from 0 on, not -1"),
            ({"record": [10**9]}, "record must hold whole step numbers"),
            ({"snapshots": [-1]}, "snapshots must hold whole step numbers"),
            ({"context": np.ones((2, 2))}, "context must have initial's shape"),
            ({"tied": True, "context": np.ones((8, 3))}, "pass tied=False with it"),
            ({"device": "nowhere"}, "device 'nowhere' cannot be used with float32 here"),
            ({"dtype": "int8"}, "dtype must be 'float32' or 'float64', not 'int8'"),
        ):
            with pytest.raises(ValueError, match=message):
                train(**options)


def test_bad_starts(corpus):
    stats, text = corpus
    for W, message in (
        (np.zeros((8, 3)), "initial is zero everywhere"),
        (np.full((8, 3), np.nan), "initial must be finite"),
        (np.ones(8), "initial must be a real matrix"),
        (3, "initial must be a real matrix"),
    ):
        with pytest.raises(ValueError, match=message):
            train_on_text(text, W)
        with pytest.raises(ValueError, match=message):
            train_word2vec_sampled(stats, W, 100)
    with pytest.raises(ValueError, match="one row for each of the target's 8 words"):
        train_word2vec_sampled(stats, np.ones((9, 2)), 100)
    with pytest.raises(ValueError, match="pairs must be a whole number from 1 on, not 0"):
        train_word2vec_sampled(stats, np.ones((8, 2)), 0)


def test_bad_texts(corpus):
    stats, text = corpus
    W = initial_weights(len(stats), 3, 0.3)
    no_pair = encode([["w0"], ["w1"], [], ["w2"]], stats.words)
    apart = EncodedText(np.array([0, 8, 8, 1], np.int32), np.array([0, 4]))
    for bad, options, message in (
        (EncodedText(np.array([0, 9]), np.array([0, 2])), {}, "found 0 … 9: the text was encoded with another"),
        (EncodedText(np.array([-1, 2]), np.array([0, 2])), {}, "word numbers must lie between 0 and 8"),
        (EncodedText(np.array([0.0, 2]), np.array([0, 2])), {}, "two lists of whole numbers"),
        (EncodedText(np.array([0, 2]), np.array([0, 3])), {}, "offsets must rise from 0 to the number of words, 2"),
        (EncodedText(np.array([8, 8]), np.array([0, 2])), {}, "it holds no word of the vocabulary"),
        ([], {}, "it holds no word of the vocabulary"),
        (iter([text]), {}, "it is read more than once"),
        (5, {}, "text must be an EncodedText, or something that yields them .*not int"),
        ([["w0", "w1"]], {}, "text must yield EncodedText, as encode returns it, not list"),
        (no_pair, {}, "no two words of the text stand within 4 places of each other in one document"),
        (apart, {"window": 2}, "no two words of the text stand within 2 places"),
        (text, {"subsample": 1e-12}, "subsampling keeps .* words on average, so that no pair is left"),
        (text, {"window": 0}, "window must be a whole number of at least 1, not 0"),
        (text, {"weighting": "round"}, "weighting must be one of"),
        (text, {"epochs": 0}, "epochs must be a whole number from 1 on, not 0"),
        (text, {"stats": stats.first(5)}, "stats holds 5 words, and initial has 8 rows"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            train_on_text(bad, W, **{"window": 4, **options})
    run = train_on_text(apart, W, window=3, subsample=None, batch_size=100, epochs=50)
    assert run.last_step == 50


def test_a_text_whose_pairs_are_all_subsampled_away():
    """Two words are left on average, but hardly ever in one document."""
    text = encode([["a", "b"]] * 5000, ["a", "b"])
    with pytest.raises(ValueError, match="no pair was met: subsampling and windows"):
        train_on_text(text, initial_weights(2, 2, 0.1), window=4, subsample=5e-8)


def test_a_text_that_changes_between_readings(corpus):
    stats, text = corpus
    shorter = EncodedText(text.ids[: text.offsets[9]], text.offsets[:10])

    class Changing:
        readings = 0

        def __iter__(self):
            self.readings += 1
            return iter([text] if self.readings < 3 else [shorter])

    with pytest.raises(ValueError, match="it must not change"):
        train_on_text(Changing(), initial_weights(len(stats), 3, 0.3), window=4)


def test_a_word_that_stands_alone():
    stats = w2vlib.count_corpus([["a", "b"], ["c"]], window=2)
    with pytest.raises(ValueError, match="1 word.s. never stand near another"):
        train_word2vec_sampled(stats, initial_weights(3, 2, 0.1), 100)


# gensim


def test_gensim_finds_the_same(corpus):
    pytest.importorskip("gensim")
    documents = clumped(16, documents=1500, longest=30)
    stats = w2vlib.count_corpus(documents, window=4)
    text = encode(documents, stats.words)
    W = initial_weights(16, 4, 0.2)
    options = dict(window=4, subsample=0.05, epochs=4, final_learning_rate=1e-4, stats=stats, context=np.zeros_like(W))
    theirs = train_gensim(text, stats.words, W, **options)
    ours = train_on_text(text, W, **options)
    assert theirs.steps.tolist() == [0, 4]
    assert theirs.loss[0] == pytest.approx(ours.loss[0], abs=1e-9)
    assert theirs.times[-1] == pytest.approx(ours.times[-1], rel=0.02)
    assert theirs.loss[-1] == pytest.approx(ours.loss[-1], rel=0.03)
    np.testing.assert_allclose(theirs.strengths[-1, :2], ours.strengths[-1, :2], rtol=0.15)
    groups = [np.array([int(word[1:]) % 2 for word in stats.words])] * 2
    for run in (theirs, ours):  # both tell the halves of the vocabulary apart
        X = run.weights @ run.context.T
        same = groups[0][:, None] == groups[1]
        assert X[same].mean() - X[~same].mean() > 0.5
    again = train_gensim(text, stats.words, W, **options)
    assert np.array_equal(theirs.weights, again.weights)


def test_gensim_keeps_the_order_of_the_words_and_what_is_not_there(corpus):
    pytest.importorskip("gensim")
    stats, text = corpus
    order = np.random.default_rng(0).permutation(len(stats))
    words = [stats.words[i] for i in order] + ["never"]
    moved = EncodedText(np.argsort(order)[text.ids].astype(np.int32), text.offsets)
    W = initial_weights(len(words), 3, 0.3)
    run = train_gensim([moved], words, W, 1e-7, window=4, subsample=None)
    np.testing.assert_allclose(run.weights, W, atol=1e-3)
    np.testing.assert_allclose(run.context, W, atol=1e-3)
    assert np.array_equal(run.weights[-1], W[-1].astype(np.float32))
    assert not np.array_equal(run.weights[:-1], W[:-1].astype(np.float32))
    assert np.isnan(run.loss).all()


def test_gensim_refuses(corpus, monkeypatch):
    stats, text = corpus
    W = initial_weights(len(stats), 3, 0.3)
    for options, message in (
        ({"weighting": "harmonic"}, "gensim's windows are 'linear' or 'flat', not 'harmonic'"),
        ({"threads": 0}, "threads must be a whole number from 1 on, not 0"),
        ({"subsample": -1}, "threshold of subsampling"),
        ({"stats": stats.first(3)}, "stats holds 3 words, and there are 8"),
    ):
        with pytest.raises(ValueError, match=message):
            train_gensim(text, stats.words, W, **options)
    with pytest.raises(ValueError, match="one row for each of the target's 7 words"):
        train_gensim(text, stats.words[:7], W)
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(ImportError, match="the reference needs gensim, which is not installed"):
        train_gensim(text, stats.words, W)
