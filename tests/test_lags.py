"""How attention begins: counts by lag are those of a loop, and the forecast is gradient descent on the second-order loss."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from w2vlib.corpus import EncodedText, encode
from w2vlib.counting import lag_counts
from w2vlib.dynamics import AttentionForecast, UnstableStepError, attention_drives, forecast_attention

V, L, D = 5, 3, 4


def documents(seed=0):
    rng = np.random.default_rng(seed)
    lengths = [0, 2, 3, 4, 40, 1, 25]
    ids = rng.integers(0, V, sum(lengths))
    return EncodedText(ids, np.cumsum([0, *lengths]))


def a_circle(seed=0, n=400):
    """Windows and next words of a text without ends, in which neighbours are alike."""
    rng = np.random.default_rng(seed)
    text = [0]
    for _ in range(n - 1):
        text.append(text[-1] if rng.random() < 0.4 else int(rng.integers(V)))
    text = np.array(text)
    before = np.stack([np.roll(text, lag) for lag in range(1, L + 1)], axis=1)
    counts = np.zeros((L, V, V))
    for lag in range(L):
        np.add.at(counts[lag], (before[:, lag], text), 1)
    return before, text, counts


def start(scale, seed=1):
    rng = np.random.default_rng(seed)
    return scale * rng.standard_normal((V, D)), scale * rng.standard_normal((V, D))


def scores(W, Z, logits, before):
    return torch.einsum("bld,l->bd", W[before], torch.softmax(logits, 0)) @ Z.T


def true_loss(W, Z, logits, before, following, p):
    f = scores(W, Z, logits, before)
    return torch.nn.functional.cross_entropy(f + torch.log(p), following)


def second_order(W, Z, logits, before, following, p):
    """The loss to second order in the scores, over windows and not over pairs."""
    f = scores(W, Z, logits, before)
    mean = f @ p
    spread = f**2 @ p - mean**2
    return (mean - f[torch.arange(len(f)), following] + spread / 2).mean()


def descended(loss, W, Z, step_size, steps, before, following):
    p = torch.tensor(np.bincount(following, minlength=V) / len(following))
    state = [torch.tensor(W), torch.tensor(Z), torch.zeros(L, dtype=torch.float64)]
    given = torch.tensor(before), torch.tensor(following), p
    for _ in range(steps):
        for part in state:
            part.requires_grad_()
        slopes = torch.autograd.grad(loss(*state, *given), state)
        state = [part.detach() - step_size * slope for part, slope in zip(state, slopes)]
    return [part.numpy() for part in state]


# Counts


def test_counts_are_those_of_a_loop():
    text = documents()
    expected = np.zeros((L, V, V), int)
    for begin, end in zip(text.offsets[:-1], text.offsets[1:]):
        for place in range(begin + L, end):
            for lag in range(1, L + 1):
                expected[lag - 1, text.ids[place - lag], text.ids[place]] += 1
    np.testing.assert_array_equal(lag_counts(text, V, L), expected)
    pieces = [EncodedText(text.ids[:9], text.offsets[:5]), EncodedText(text.ids[9:], text.offsets[4:] - 9)]
    np.testing.assert_array_equal(lag_counts(iter(pieces), V, L), expected)


def test_all_lags_are_counted_over_the_same_next_words(monkeypatch):
    monkeypatch.setattr("w2vlib.counting._AT_A_TIME", 7)
    counts = lag_counts(documents(), V, L)
    assert (counts.sum(axis=1) == counts[0].sum(axis=0)).all()
    assert counts[0].sum() == 0 + 0 + 0 + 1 + 37 + 0 + 22


def test_words_outside_may_be_one_more_word():
    text = encode([["a", "x", "b", "y", "a"]], ["a", "b"], oov="gap")
    assert lag_counts(text, 3, 1)[0].tolist() == [[0, 0, 1], [0, 0, 1], [1, 1, 0]]


@pytest.mark.parametrize(
    ("size", "reach", "message"),
    [
        (2, 1, "word numbers must lie between 0 and 1, found 0 … 4"),
        (V, 40, "texts hold no document of more than 40 words"),
        (0, 1, "size must be a whole number between 1 and 32768, not 0"),
        (V, 2.5, "reach must be a whole number between 1 and 32768, not 2.5"),
    ],
)
def test_counts_that_cannot_be_made_are_refused(size, reach, message):
    with pytest.raises(ValueError, match=message):
        lag_counts(documents(), size, reach)


# Drives


def test_drives_are_what_is_not_chance():
    _, following, counts = a_circle()
    drives, pairs, p = attention_drives(counts)
    np.testing.assert_allclose(p, np.bincount(following, minlength=V) / len(following))
    np.testing.assert_allclose(pairs.sum(axis=(1, 2)), 1)
    np.testing.assert_allclose(drives.sum(axis=1), 0, atol=1e-15)
    np.testing.assert_allclose(drives.sum(axis=2), 0, atol=1e-15)
    np.testing.assert_allclose(attention_drives(1e300 * counts)[0], drives, atol=1e-15)
    q = np.outer([0.2, 0.8], [0.2, 0.8])
    np.testing.assert_allclose(attention_drives([q])[0], 0, atol=1e-15)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (np.ones((2, 3, 2)), r"a square matrix for each lag, not the shape \(2, 3, 2\)"),
        (-np.ones((1, 2, 2)), "must not be negative, found -1"),
        (np.zeros((1, 2, 2)), "hold no pair of words"),
        (np.stack([np.eye(2), np.diag([1.0, 2.0])]), "of the same next words"),
        (np.stack([np.eye(2), np.zeros((2, 2))]), "of the same next words"),
        ([[[1.0, 0.0], [1.0, 0.0]]], "word 1 never does"),
        (np.full((1, 2, 2), np.nan), "counts must be finite"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_counts_that_are_none_are_named(counts, message):
    with pytest.raises(ValueError, match=message):
        attention_drives(counts)


# The forecast


@pytest.mark.parametrize("scale", [0.1, 1.0])
def test_the_forecast_is_descent_on_the_second_order_loss(scale):
    """To the last digits, since on a circle pairs are as frequent wherever they stand in a window."""
    before, following, counts = a_circle()
    W, Z = start(scale)
    forecast = forecast_attention(counts, W, Z, 0.3, 25)
    W_end, Z_end, logits = descended(second_order, W, Z, 0.3, 25, before, following)
    np.testing.assert_allclose(forecast.word, W_end, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(forecast.context, Z_end, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(forecast.logits[-1], logits - logits.mean(), rtol=1e-9, atol=1e-12)
    assert forecast.strengths[-1] == pytest.approx(np.linalg.norm(W_end @ Z_end.T))


def test_the_true_loss_is_left_in_third_order():
    """Scores go with the square of the scale, and relative errors of slopes with that of scores: half of it leaves a sixteenth."""
    before, following, counts = a_circle()
    missed = []
    for scale in (0.2, 0.1):
        W, Z = start(scale)
        forecast = forecast_attention(counts, W, Z, 0.5, 1)
        W_true, _, logits = descended(true_loss, W, Z, 0.5, 1, before, following)
        change = np.linalg.norm(W_true - W)
        missed.append(
            (
                np.linalg.norm(forecast.word - W_true) / change,
                np.linalg.norm(forecast.logits[-1] - logits) / np.linalg.norm(logits),
            )
        )
    coarse, fine = np.array(missed)
    assert (coarse > 1e-6).any() and (fine < 0.09 * coarse).all()


def test_without_curvature_and_with_even_attention_the_sides_grow_by_powers():
    _, _, counts = a_circle()
    W, Z = start(1e-6)
    mean = attention_drives(counts)[0].mean(axis=0)
    forecast = forecast_attention(counts, W, Z, 0.4, 20, curvature=False)
    step = np.block([[np.eye(V), 0.4 * mean], [0.4 * mean.T, np.eye(V)]])
    grown = np.linalg.matrix_power(step, 20) @ np.vstack([W, Z])
    np.testing.assert_allclose(np.vstack([forecast.word, forecast.context]), grown, rtol=1e-6)
    curved = forecast_attention(counts, W, Z, 0.4, 20)
    np.testing.assert_allclose(curved.word, forecast.word, rtol=1e-8)


def test_it_attends_where_the_information_is():
    """Three texts read in turn: only the word three places back says anything."""
    p = np.array([0.5, 0.3, 0.2])
    chance = np.outer(p, p)
    sticky = 0.5 * chance + 0.5 * np.diag(p)
    counts = np.stack([chance, chance, sticky, chance, chance])
    rng = np.random.default_rng(0)
    W, Z = 0.01 * rng.standard_normal((2, 3, 4))
    forecast = forecast_attention(counts, W, Z, 1.0, 200)
    assert forecast.logits[-1].argmax() == 2 and forecast.first_attention(0.1) > 10
    others = np.delete(forecast.logits[-1], 2)
    assert others.max() < 0 and np.ptp(others) < 0.2 * abs(others.mean())
    nothing = forecast_attention(np.stack([chance] * 3), W, Z, 1.0, 50)
    assert np.abs(nothing.logits).max() < 1e-6 and np.isnan(nothing.first_attention(0.1))


def test_names_and_axes_do_not_matter():
    _, _, counts = a_circle()
    W, Z = start(0.05)
    plain = forecast_attention(counts, W, Z, 0.5, 60)
    order, turned = np.random.default_rng(2).permutation(V), np.linalg.qr(start(1.0)[0][:D])[0]
    renamed = forecast_attention(
        17 * counts[:, order][:, :, order], W[order] @ turned, Z[order] @ turned, 0.5, 60
    )
    np.testing.assert_allclose(renamed.logits, plain.logits, atol=1e-12)
    np.testing.assert_allclose(renamed.word, plain.word[order] @ turned, atol=1e-12)
    assert plain.logits[0].tolist() == [0, 0, 0] and plain.logits.shape == (61, L)
    np.testing.assert_allclose(plain.logits.sum(axis=1), 0, atol=1e-14)


def test_the_first_attention_is_found_between_two_steps():
    logits = np.array([[0.0, 0.0], [-0.1, 0.1], [-0.3, 0.3], [0.0, 0.0]])
    course = AttentionForecast(logits, np.ones(4), None, None)
    assert course.first_attention(0.2) == pytest.approx(1.5)
    assert AttentionForecast(1 + logits, np.ones(4), None, None).first_attention(0.2) == 0
    with pytest.raises(ValueError, match="level must be a positive"):
        course.first_attention(0)


def test_what_cannot_be_forecast_is_refused():
    _, _, counts = a_circle()
    W, Z = start(0.1)
    with pytest.raises(ValueError, match="word must"):
        forecast_attention(counts, W[:-1], Z, 0.1, 3)
    with pytest.raises(ValueError, match=r"the same shape, not \(5, 4\) and \(5, 3\)"):
        forecast_attention(counts, W, Z[:, :3], 0.1, 3)
    with pytest.raises(ValueError, match="steps must"):
        forecast_attention(counts, W, Z, 0.1, -1)
    with pytest.raises(UnstableStepError, match="with a step size of 100 .* use a smaller one"):
        forecast_attention(counts, W, Z, 100, 50)
    assert len(forecast_attention(counts, W, Z, 0.1, 0).logits) == 1
