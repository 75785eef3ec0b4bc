"""Circles, lines and waves: exact cases, chance, and the months of the shipped statistics."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib import Embedding, m_star, spectrum
from w2vlib.evaluation import (
    WORD_GROUPS,
    NullTest,
    WordGroup,
    circle_order,
    circulant_fit,
    double_centred,
    fourier_overlap,
    fourier_test,
    fourier_vectors,
    leading_plane,
    toeplitz_fit,
)
from w2vlib.words import UnknownWordError, WordMatrix


def circulant(generator) -> np.ndarray:
    n = len(generator)
    return np.array([[generator[(i - j) % n] for i in range(n)] for j in range(n)])


def symmetric_circulant(n: int, seed: int) -> np.ndarray:
    half = np.random.default_rng(seed).standard_normal(n // 2 + 1)
    return circulant([half[min(j, n - j)] for j in range(n)])


def circle(n: int) -> np.ndarray:
    angle = 2 * np.pi * np.arange(n) / n
    return np.cos(np.subtract.outer(angle, angle))


def fading_line(n: int, reach: float = 3.0) -> np.ndarray:
    return np.exp(-np.abs(np.subtract.outer(np.arange(n), np.arange(n))) / reach)


def noise(n: int, rng) -> np.ndarray:
    x = rng.standard_normal((n, n))
    return x + x.T


# --- waves -----------------------------------------------------------------


@given(st.integers(3, 40))
def test_waves_are_an_orthonormal_basis(n):
    waves = np.hstack([np.ones((n, 1)) / np.sqrt(n), *(fourier_vectors(n, k) for k in range(1, n // 2 + 1))])
    assert waves.shape == (n, n)
    assert waves.T @ waves == pytest.approx(np.eye(n), abs=1e-12)


@given(st.integers(3, 25), st.integers(0, 99))
def test_waves_are_the_eigenvectors_of_every_circulant(n, seed):
    block = symmetric_circulant(n, seed)
    fit = circulant_fit(block, draws=19)
    assert fit.statistic == pytest.approx(1)
    assert circulant(fit.generator) == pytest.approx(double_centred(block), abs=1e-12)
    assert fit.eigenvalues[0] == pytest.approx(0, abs=1e-12)
    for k in range(1, n // 2 + 1):
        waves = fourier_vectors(n, k)
        assert double_centred(block) @ waves == pytest.approx(fit.eigenvalues[k] * waves, abs=1e-10)


@pytest.mark.parametrize(("n", "harmonic"), [(2, 1), (8, 0), (8, 5), (7, 3.5), (8, True)])
def test_waves_that_do_not_exist(n, harmonic):
    with pytest.raises(ValueError, match="harmonic|three places"):
        fourier_vectors(n, harmonic)


# --- double centring -------------------------------------------------------


@given(st.integers(3, 12), st.integers(0, 99))
def test_centring_takes_the_mean_of_vectors_away(n, seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 5)) + 3
    centred = X - X.mean(axis=0)
    assert double_centred(X @ X.T) == pytest.approx(centred @ centred.T)
    own = rng.standard_normal(n)  # of each word, such as its frequency
    assert double_centred(X @ X.T + own + own[:, None]) == pytest.approx(centred @ centred.T)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (np.eye(2), "three words or more, not of shape \\(2, 2\\)"),
        (np.ones((3, 4)), "not of shape \\(3, 4\\)"),
        (np.triu(np.ones((4, 4))), "must be symmetric"),
        (np.diag([1.0, -np.inf, 1.0]), "row 1, column 1 of the block holds -inf; use m_star"),
    ],
)
@pytest.mark.parametrize(
    "function", [double_centred, circulant_fit, toeplitz_fit, fourier_overlap, circle_order]
)
def test_blocks_that_are_none(function, block, message):
    with pytest.raises(ValueError, match=message):
        function(block)


def test_words_that_are_all_alike_have_no_shape():
    own = np.arange(6.0)
    for block in (np.full((6, 6), 0.3), own + own[:, None]):
        for function in (circulant_fit, toeplitz_fit, fourier_overlap, leading_plane, fourier_test):
            with pytest.raises(ValueError, match="equally similar"):
                function(block)


@pytest.mark.parametrize("draws", [0, 18, 20.5])
def test_too_few_draws(draws):
    for function in (circulant_fit, toeplitz_fit, fourier_test):
        with pytest.raises(ValueError, match="draws must be a whole number from 19 on, not"):
            function(circle(9), draws=draws)


# --- circles ---------------------------------------------------------------


@pytest.mark.parametrize("n", [6, 7, 8, 12, 19])
def test_a_perfect_circle(n):
    fit = circulant_fit(circle(n))
    assert fit.statistic == pytest.approx(1)
    assert fit.verdict == "cyclic" and fit.is_cyclic
    # All orders were tried: of 7, steps of 2 and of 3 round the circle make circulant blocks as well.
    assert fit.p_value == pytest.approx({6: 12 / 720, 7: 42 / 5040}.get(n, 0.001))
    assert fourier_overlap(circle(n)) == pytest.approx(1)
    assert fit.closing == pytest.approx(1)
    assert fit.eigenvalues == pytest.approx([0, n / 2] + [0] * (n // 2 - 1), abs=1e-10)
    radius = np.linalg.norm(leading_plane(circle(n)), axis=1)
    assert radius == pytest.approx(1)


@given(st.integers(4, 15), st.integers(0, 99))
def test_the_order_round_a_circle_is_found(n, seed):
    order = np.random.default_rng(seed).permutation(n)
    block = circle(n)[np.ix_(order, order)]
    found = order[circle_order(block)]
    steps = np.diff(np.append(found, found[0])) % n
    assert found[0] == order[0]
    assert set(steps) in ({1}, {n - 1})
    places = list(circle_order(block))
    assert places.index(1) < places.index(n - 1)


def test_shuffled_circles_are_chance():
    rng = np.random.default_rng(0)
    p_values, overlaps = [], []
    for _ in range(60):
        order = rng.permutation(12)
        block = circle(12)[np.ix_(order, order)] + 0.1 * noise(12, rng)
        fit = circulant_fit(block, draws=99)
        p_values.append(fit.p_value)
        overlaps.append(fourier_overlap(block))
    assert np.mean(np.array(p_values) <= 0.05) < 0.15
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.12)
    assert np.mean(overlaps) == pytest.approx(2 / 11, abs=0.06)


@pytest.mark.parametrize("n", [5, 6, 7])
def test_the_chance_of_an_overlap_is_exactly_two_by_n_minus_one(n):
    block = noise(n, np.random.default_rng(n))
    found = fourier_test(block)
    assert len(found.null) == len(list(itertools.permutations(range(n))))
    assert found.null.mean() == pytest.approx(2 / (n - 1))
    assert found.statistic == pytest.approx(fourier_overlap(block))
    assert found.p_value == pytest.approx((found.null >= found.statistic - 1e-9).mean())


@pytest.mark.parametrize("test", [circulant_fit, toeplitz_fit, fourier_test])
@pytest.mark.parametrize("n", [6, 11])
def test_every_fit_is_a_test_against_shuffled_orders(test, n):
    """One kind of answer: the statistic, the same of other orders, and how often they reach it."""
    block = circle(n) + 0.3 * noise(n, np.random.default_rng(n))
    found = test(block, draws=99)
    assert isinstance(found, NullTest)
    if n == 6:
        orders = [list(order) for order in itertools.permutations(range(6))]
        assert found.p_value == pytest.approx((found.null >= found.statistic - 1e-9).mean())
    else:
        rng = np.random.default_rng(0)
        orders = [rng.permutation(11) for _ in range(99)]
        assert found.p_value == pytest.approx((1 + (found.null >= found.statistic - 1e-9).sum()) / 100)
    assert len(found.null) == len(orders)
    for k in (0, 17, 98):
        other = test(block[np.ix_(orders[k], orders[k])], draws=19)
        assert found.null[k] == pytest.approx(other.statistic)
    again = test(block, draws=99, rng=np.random.default_rng(0))
    assert np.array_equal(again.null, found.null)


def test_p_values_of_orders_are_uniform_on_noise():
    from scipy.stats import kstest

    rng = np.random.default_rng(0)
    blocks = [noise(9, rng) for _ in range(300)]
    for test in (
        lambda block: circulant_fit(block, draws=99).p_value,
        lambda block: toeplitz_fit(block, draws=99).p_value,
        lambda block: fourier_test(block, draws=99).p_value,
    ):
        assert kstest([test(block) for block in blocks], "uniform").pvalue > 0.01


def test_random_words_are_rarely_called_cyclic():
    rng = np.random.default_rng(1)
    called = [circulant_fit(noise(12, rng), draws=99).is_cyclic for _ in range(150)]
    assert np.mean(called) < 0.08


@pytest.mark.parametrize("n", [3, 4, 5])
def test_few_words_cannot_tell(n):
    fit = circulant_fit(circle(n))
    assert fit.statistic == pytest.approx(1)
    assert not fit.is_cyclic and (n > 4) == np.isfinite(fit.closing)
    assert fit.verdict == (
        f"cannot be told from {n} words, as they have only { {3: 1, 4: 3, 5: 12}[n] } circular orders"
    )


@pytest.mark.parametrize("n", [10, 12, 17])
def test_a_line_is_no_circle(n):
    fit = circulant_fit(fading_line(n))
    assert fit.p_value <= 0.05  # neighbours are alike, so a shuffled order does fit less well
    assert fit.line_share > fit.statistic
    assert not fit.is_cyclic
    assert fit.verdict == "not cyclic: a line with as many numbers fits as well" and "a line" in repr(fit)
    assert -0.5 < fit.closing < 0
    steady = circulant_fit(-np.abs(np.subtract.outer(np.arange(n), np.arange(n))))
    assert steady.closing == pytest.approx(-1)


def test_noise_is_no_circle():
    fit = circulant_fit(noise(12, np.random.default_rng(0)))
    assert fit.p_value > 0.05
    assert re.fullmatch(r"not shown to be cyclic: \d+% of shuffled orders fit as well", fit.verdict)


def test_cyclic_words_need_not_form_a_circle():
    """Alternation is a wave too: opposite ends of a compass may be alike."""
    generator = np.array([1.0, -0.2, 0.6, -0.5, 0.7, -0.5, 0.6, -0.2])
    fit = circulant_fit(circulant(generator))
    assert fit.is_cyclic
    assert fit.eigenvalues.argmax() == 4
    assert fourier_overlap(circulant(generator)) < 0.6


# --- lines -----------------------------------------------------------------


@pytest.mark.parametrize("n", [4, 8, 13])
def test_evenly_spaced_words_are_toeplitz(n):
    x = np.arange(n, dtype=float)
    for block in (np.outer(x, x), -np.abs(np.subtract.outer(x, x)), fading_line(n) + x + x[:, None]):
        fit = toeplitz_fit(block)
        assert fit.statistic == pytest.approx(1)
        rebuilt = fit.generator[np.abs(np.subtract.outer(np.arange(n), np.arange(n)))]
        assert double_centred(rebuilt) == pytest.approx(double_centred(block), abs=1e-9)
        assert fit.generator.mean() == pytest.approx(0, abs=1e-12)
        assert fit.p_value <= (0.1 if n == 4 else 0.001)


@given(st.integers(4, 12), st.integers(0, 99))
def test_a_line_fits_at_least_as_well_as_a_circle(n, seed):
    block = noise(n, np.random.default_rng(seed))
    line, round_ = toeplitz_fit(block, draws=19), circulant_fit(block, draws=19)
    assert 0 <= round_.statistic <= line.statistic + 1e-12 <= 1 + 1e-9
    assert 0 <= round_.line_share <= line.statistic + 1e-12


# --- groups of words -------------------------------------------------------


def test_groups_are_sane():
    for name, group in WORD_GROUPS.items():
        assert isinstance(group, WordGroup)
        assert len(set(group.words)) == len(group.words) >= 4, name
        assert all(word == word.lower() and word.isalpha() for word in group.words), name
    assert len(WORD_GROUPS["months"].words) == 12
    assert "may" in WORD_GROUPS["months"].words and "may" not in WORD_GROUPS["months without may"].words
    assert len(WORD_GROUPS["numbers"].words) == 20
    with pytest.raises(TypeError):
        WORD_GROUPS["mine"] = WordGroup(("a", "b", "c"), False)


def test_blocks_of_words():
    matrix = np.arange(16.0).reshape(4, 4)
    matrix += matrix.T
    matrix = WordMatrix(matrix, "abcd")
    assert matrix.block("ca").tolist() == [[20, 10], [10, 0]]
    vectors = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 0.0], [1.0, 1.0]])
    space = Embedding("abcd", vectors)
    assert space.block("abd") == pytest.approx((vectors @ vectors.T)[np.ix_([0, 1, 3], [0, 1, 3])])
    with pytest.raises(UnknownWordError, match="'x' is not among the 4 words"):
        matrix.block("ax")
    with pytest.raises(ValueError, match="'a' stands twice in the group"):
        matrix.block("aba")
    with pytest.raises(
        ValueError, match="words of this matrix are not known any more; take the block of the whole"
    ):
        matrix[:3, :3].block("ab")


def test_the_months_of_the_shipped_statistics(wikipedia_2000):
    M = m_star(wikipedia_2000)
    shares, overlaps = {}, {}
    for name in ("months", "months without may"):
        block = M.block(WORD_GROUPS[name].words)
        fit = circulant_fit(block)
        waves = fourier_test(block)
        shares[name], overlaps[name] = fit.statistic, waves.statistic
        assert fit.is_cyclic and fit.p_value == waves.p_value == 0.001 and fit.closing > 1
        assert fit.eigenvalues[1:].argmax() == 0  # one turn is the strongest wave
        assert waves.null.max() < 0.75
        values = np.linalg.eigvalsh(double_centred(block))[::-1]
        expected = {"months": 0.55, "months without may": 0.58}[name]
        assert values[:2].sum() / values.sum() == pytest.approx(expected, abs=0.01)
        order = circle_order(block)
        steps = np.diff(np.append(order, order[0])) % len(order)
        assert (steps == 1).sum() >= len(order) - 3
    assert shares == pytest.approx({"months": 0.918, "months without may": 0.940}, abs=0.005)
    assert overlaps == pytest.approx({"months": 0.927, "months without may": 0.965}, abs=0.005)


def test_uncentred_months_are_less_cyclic(wikipedia_2000):
    """Words that are similar to all others spoil a fit of the block itself, "may" most."""
    block = m_star(wikipedia_2000).block(WORD_GROUPS["months"].words)
    n = len(block)
    lags = np.subtract.outer(np.arange(n), np.arange(n)) % n
    generator = np.array([block[lags == lag].mean() for lag in range(n)])
    rest = ((block - generator[lags]) ** 2).sum() / ((block - block.mean()) ** 2).sum()
    assert 1 - rest == pytest.approx(0.62, abs=0.01)


def test_controls_on_the_shipped_statistics(wikipedia_2000):
    M, words = m_star(wikipedia_2000), wikipedia_2000.words
    rng = np.random.default_rng(0)
    blocks = [M[np.ix_(rows, rows)] for rows in (rng.choice(2000, 12, replace=False) for _ in range(40))]
    assert np.mean([fourier_overlap(block) for block in blocks]) == pytest.approx(2 / 11, abs=0.06)
    assert np.mean([circulant_fit(block, draws=99).is_cyclic for block in blocks]) < 0.15
    numbers = WORD_GROUPS["numbers"].known(set(words))
    fit = circulant_fit(M.block(numbers))
    assert len(numbers) >= 8 and "line" in fit.verdict and fit.closing < 0
    ordinals = WORD_GROUPS["ordinals"].known(set(words))
    assert toeplitz_fit(M.block(ordinals)).statistic > 0.9


def test_months_in_learned_vectors(wikipedia_2000):
    """Learned vectors are cyclic early on; which waves are strongest settles only with many directions."""
    E = spectrum(m_star(wikipedia_2000), 500).embedding()
    words = WORD_GROUPS["months without may"].words
    blocks = {d: E.leading(d).block(words) for d in (50, 200, 500)}
    fits = {d: circulant_fit(block) for d, block in blocks.items()}
    assert fits[200].is_cyclic and fits[500].is_cyclic
    assert all(fit.p_value == 0.001 and fit.closing > 0.5 for fit in fits.values())
    assert fits[50].statistic < fits[200].statistic < fits[500].statistic
    assert fits[500].statistic == pytest.approx(0.95, abs=0.01)
    assert 0.4 < fourier_overlap(blocks[50]) < fourier_overlap(blocks[500]) < 0.8
    with_may = circulant_fit(E.leading(50).block(WORD_GROUPS["months"].words))
    assert with_may.statistic < 0.3  # the verb "may" lies far from all months
