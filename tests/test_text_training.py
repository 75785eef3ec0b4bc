"""word2vec along a text, and gensim beside it: every pair has its law, every step is a gradient."""

from __future__ import annotations

import doctest
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats as statistics

import w2vlib
from w2vlib.corpus import EncodedText, encode
from w2vlib.counting import cooccurrence_counts, window_weights
from w2vlib.targets import keep_probabilities, noise_distribution, word2vec_pair_weights

torch = pytest.importorskip("torch")

import gensim_reference  # noqa: E402
import text_streams  # noqa: E402
import text_training  # noqa: E402
from gensim_reference import train_gensim  # noqa: E402
from sampled_pairs import (  # noqa: E402
    BAD_NUMBERS,
    assert_divergence_is_named,
    assert_gradient_steps,
    assert_interrupts_leave_whole_strides,
    assert_negatives,
    assert_nothing_outside_is_touched,
    assert_recording_does_not_disturb,
    assert_repeatable,
    clumped,
    clumped_corpus,
    negatives_for,
    pairs_of,
    record_batches,
    table,
)
from text_streams import PairsFromText, Text  # noqa: E402
from text_training import train_on_text  # noqa: E402

from w2vlib.training import initial_weights, train_word2vec_sampled, word2vec_loss  # noqa: E402
from w2vlib.training._blocks import PairsFromCounts  # noqa: E402

SHARED = [None, 8]


@pytest.fixture(scope="module")
def corpus():
    """Statistics, and the same text encoded."""
    return clumped_corpus()


@pytest.fixture(scope="module", params=SHARED)
def train(corpus, request):
    """Training, as a function of its options."""
    stats, text = corpus
    W = initial_weights(len(stats), 3, 0.3)
    options = {
        "window": 4,
        "batch_size": 10,
        "subsample": 0.1,
        "epochs": 4,
        "shared_negatives": request.param,
    }
    return lambda **more: train_on_text(text, W, **{**options, **more})


@pytest.mark.parametrize("module", [text_training, gensim_reference])
def test_examples_in_docstrings_run(module):
    if module is gensim_reference:
        pytest.importorskip("gensim")
    result = doctest.testmod(
        module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS, extraglobs={"np": np}
    )
    assert result.failed == 0 and result.attempted > 0


def from_text(text, size, *, window=4, weighting="linear", kept=None, first=True, shared=8, seed=0, epochs=1,
              batch_size=16):  # fmt: skip
    kept = np.ones(size) if kept is None else kept
    drawn, rng = negatives_for(size, shared), np.random.default_rng(seed)
    return PairsFromText(Text(text, size), window, weighting, kept, first, drawn, rng, epochs, batch_size)


# Draws


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
    met, _ = pairs_of(from_text(text, size, kept=kept, first=False, epochs=400, batch_size=500))
    along = table(met[rng.random(len(met)) < 0.02], size)
    counts = PairsFromCounts(stats, kept, negatives_for(size, 8), np.random.default_rng(0), 20_000, 512)
    drawn = table(pairs_of(counts)[0], size)
    assert along.sum() > 10_000
    for seen in (along, drawn):
        assert statistics.chisquare(seen[A > 0], seen.sum() * A[A > 0]).pvalue > 1e-3
    assert statistics.chi2_contingency([along[A > 0], drawn[A > 0]]).pvalue > 1e-3
    unsampled, _ = word2vec_pair_weights(stats, subsample=None)
    assert statistics.chisquare(along[A > 0], along.sum() * unsampled[A > 0]).pvalue < 1e-9


@pytest.mark.parametrize("shared", SHARED)
def test_negatives_have_their_law_and_number(corpus, shared):
    stats, text = corpus
    law = noise_distribution(np.arange(1, len(stats) + 1))
    assert_negatives(from_text(text, len(stats), shared=shared, epochs=4), len(stats), law, shared)


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
    monkeypatch.setattr(text_streams, "_PIECE", 100)
    monkeypatch.setattr(text_streams, "_GROUP", 50)
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


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("shared", SHARED)
def test_every_step_is_the_gradient_that_autograd_finds(corpus, tied, shared, monkeypatch):
    stats, text = corpus
    size, d, rate, last = len(stats), 3, 0.01, 0.001
    W, Z = initial_weights(size, d, 1.5, rng=1), None if tied else initial_weights(size, d, 1.0, rng=2)
    batches = record_batches(monkeypatch, PairsFromText)
    short = EncodedText(text.ids[: text.offsets[2]], text.offsets[:3])
    run = train_on_text(
        short, W, rate, final_learning_rate=last, window=2, subsample=0.3, batch_size=6, negatives=3,
        shared_negatives=shared, tied=tied, context=Z, dtype="float64", record=[0], snapshots=[1, 2],
    )  # fmt: skip
    assert len(batches) == run.last_step
    assert_gradient_steps(run, batches, W, Z, rate + (last - rate) * np.arange(run.last_step) / run.last_step)


def test_curves_from_text_and_from_counts_agree_within_seed_noise(corpus):
    stats, text = corpus
    W = initial_weights(len(stats), 4, 0.3)
    options = dict(subsample=0.1, negatives=2, batch_size=16, record=5)
    along = [
        train_on_text(text, W, 0.01, epochs=6, window=4, subsample_first=False, rng=n, stats=stats, **options)
        for n in range(6)
    ]
    pairs = round(along[0].times[-1] / (0.01 * 3 / 4 / len(stats) ** 2))
    drawn = [
        train_word2vec_sampled(stats, W, pairs, 0.01, rng=n, **options | {"batch_size": 64}) for n in range(6)
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


def test_the_same_input_and_seed_give_the_same_result(train):
    assert_repeatable(train)


def test_recording_does_not_disturb_training(train):
    assert_recording_does_not_disturb(train)


def test_nothing_outside_is_touched(train):
    assert_nothing_outside_is_touched(train)


def test_the_loss_of_the_population_is_recorded(corpus):
    stats, text = corpus
    A, B = word2vec_pair_weights(stats, negatives=5, subsample=0.1, symmetric=False)
    W = initial_weights(len(stats), 3, 0.3)
    run = train_on_text(text, W, window=4, subsample=0.1, stats=stats, dtype="float64", record=2)
    assert run.objective == "logistic" and run.words == stats.words
    assert run.loss[0] == pytest.approx(word2vec_loss(A, B, W, W), rel=1e-10)
    assert run.loss[1] == pytest.approx(word2vec_loss(A, B, run.weights, run.context), rel=1e-10)


def test_the_loss_of_batches_is_in_the_same_unit(corpus):
    stats, text = corpus
    W = initial_weights(len(stats), 3, 0.8)
    options = dict(window=4, subsample=None, batch_size=30, epochs=25, record=[0, 1, 930], dtype="float64")
    own = train_on_text(text, W, 1e-9, **options)
    population = train_on_text(text, W, 1e-9, stats=stats, **options)
    assert np.array_equal(own.weights, population.weights)
    assert own.loss[0] == own.loss[1]  # the first batch, before its step
    assert own.loss[2] == pytest.approx(population.loss[2], rel=0.05)


def test_single_precision_is_close_to_double(train):
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


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_agrees_with_the_cpu(train):
    np.testing.assert_allclose(train(device="cuda").weights, train().weights, atol=1e-4)


# What goes wrong


def test_an_interrupt_at_any_line_leaves_whole_strides(train):
    assert_interrupts_leave_whole_strides(train, 1499, Path(text_training.__file__).parent)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_divergence_is_named_and_the_last_good_state_kept(train, dtype):
    assert_divergence_is_named(train, dtype)


@pytest.mark.parametrize("options, message", BAD_NUMBERS)
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
    ],
)
def test_bad_starts(corpus, start, message):
    with pytest.raises((ValueError, TypeError), match=message):
        train_on_text(corpus[1], start)


def test_bad_texts(corpus):
    stats, text = corpus
    W = initial_weights(len(stats), 3, 0.3)
    no_pair = encode([["w0"], ["w1"], [], ["w2"]], stats.words)
    apart = EncodedText(np.array([0, 8, 8, 1], np.int32), np.array([0, 4]))
    for bad, options, message in (
        (EncodedText(np.array([0, 9]), np.array([0, 2])), {}, "found 0 … 9: the text was encoded with another"),
        (EncodedText(np.array([8, 8]), np.array([0, 2])), {}, "it holds no word of the vocabulary"),
        ([], {}, "it holds no word of the vocabulary"),
        (iter([text]), {}, "it is read more than once"),
        (5, {}, r"text must be a EncodedText or an iterable, not 5 \(int\)"),
        ([["w0", "w1"]], {}, "text must yield EncodedText, as encode returns it, not list"),
        (no_pair, {}, "no two words of the text stand within 4 places of each other in one document"),
        (apart, {"window": 2}, "no two words of the text stand within 2 places"),
        (text, {"subsample": 1e-12}, "subsampling keeps .* words on average, so that no pair is left"),
        (text, {"window": 0}, "window must be a whole number from 1 on, not 0"),
        (text, {"weighting": "round"}, "weighting must be 'linear'"),
        (text, {"epochs": 0}, "epochs must be a whole number from 1 on, not 0"),
        (text, {"stats": stats.first(5)}, "stats holds 5 words, and initial has 8 rows"),
    ):  # fmt: skip
        with pytest.raises((ValueError, TypeError), match=message):
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


# gensim


def test_gensim_finds_the_same(corpus):
    pytest.importorskip("gensim")
    documents = clumped(16, documents=1500, longest=30)
    stats = w2vlib.count_corpus(documents, window=4)
    text = encode(documents, stats.words)
    W = initial_weights(16, 4, 0.2)
    options = dict(
        window=4, subsample=0.05, epochs=4, final_learning_rate=1e-4, stats=stats, context=np.zeros_like(W)
    )
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
    turned = replace(
        stats,
        words=stats.words[::-1],
        counts=stats.counts[::-1, ::-1],
        occurrences=stats.occurrences[::-1],
    )
    for options, message in (
        (
            {"weighting": "harmonic"},
            "weighting of gensim's windows must be 'linear' or 'flat', not 'harmonic'",
        ),
        ({"threads": 0}, "threads must be a whole number from 1 on, not 0"),
        ({"subsample": -1}, "threshold of subsampling"),
        ({"rng": 2**32 - 1}, "rng must be a whole number between 0 and 4294967294, not 4294967295"),
        ({"rng": -1}, "rng must be a whole number between 0"),
        ({"stats": turned}, "stats holds other words, or in another order: row 0"),
        ({"stats": stats.first(3)}, "stats holds other words, or in another order: 3 there and 8 here"),
    ):
        with pytest.raises(ValueError, match=message):
            train_gensim(text, stats.words, W, **options)
    with pytest.raises(ValueError, match="one row for each of the 7 words"):
        train_gensim(text, stats.words[:7], W)
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(ImportError, match="the reference needs gensim, which is not installed"):
        train_gensim(text, stats.words, W)
