"""Task vectors: known limits, the spectrum of noise, and p-values that mean what they say."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import trapezoid

from w2vlib import Embedding, load_analogies, spectrum
from w2vlib.dynamics import inverse_participation_ratio
from w2vlib.evaluation import (
    NullTest,
    analogy_accuracy,
    effective_dimension,
    holm,
    marchenko_pastur_density,
    marchenko_pastur_edges,
    pairing_test,
    pairs_of_family,
    shared_direction,
    sign_flip_test,
    signal_to_noise,
    task_vectors,
)
from w2vlib.words import UnknownWordError, WordMatrix

# --- pairs and rows --------------------------------------------------------


def test_pairs_of_the_own_set_are_those_of_its_file():
    questions = load_analogies()
    assert pairs_of_family(questions["number"])[:2] == [("two", "second"), ("three", "third")]
    for name, asked in questions.items():
        pairs = pairs_of_family(asked)
        assert len(set(pairs)) == len(pairs), name
        assert len(pairs) * (len(pairs) - 1) == len(asked), name


def test_pairs_with_words_that_are_missing_or_used_before_are_left_out():
    cities = [("houston", "texas"), ("dallas", "texas"), ("miami", "florida"), ("boston", "massachusetts")]
    questions = [(*first, *second) for first in cities for second in cities if first != second]
    assert pairs_of_family(questions) == cities
    assert pairs_of_family(questions, distinct_words=True) == [cities[0], *cities[2:]]
    known = {word for pair in cities[1:] for word in pair}
    assert pairs_of_family(questions, known=known) == cities[1:]
    with pytest.raises(ValueError, match=r"only 2 of 4 pairs remain .*larger vocabulary"):
        pairs_of_family(questions, known=known - {"miami"})


@pytest.mark.parametrize("questions", [[("a", "b", "c")], ["abcd"], {"gender": []}])
def test_questions_that_are_none(questions):
    with pytest.raises(ValueError, match="a question holds four words, not"):
        pairs_of_family(questions)


def line(*places: float) -> Embedding:
    return Embedding(tuple("abcdefgh"[: len(places)]), np.array(places)[:, None])


def test_rows_are_second_minus_first():
    space = line(1.0, 3.0, -2.0, 10.0)
    pairs = [("a", "b"), ("c", "d"), ("b", "c")]
    assert task_vectors(space, pairs)[:, 0].tolist() == [2, 12, -5]
    assert task_vectors(space, pairs, normalise=True)[:, 0].tolist() == [0, 2, -2]


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("a", "b"), ("c", "d")], "2 pairs are too few"),
        ([("a", "b"), ("c", "d"), ("a", "b")], r"the pair \('a', 'b'\) stands twice"),
        ([("a", "b"), ("c", "d"), ("b", "a")], r"the pair \('b', 'a'\) stands twice"),
        ([("a", "b"), ("c", "c"), ("d", "a")], r"two different words, not \('c', 'c'\)"),
        (["ab", "cd", "ac"], "two different words, not 'ab'"),
    ],
)
def test_pairs_that_cannot_be_used(pairs, message):
    with pytest.raises(ValueError, match=message):
        task_vectors(line(1, 2, 3, 4), pairs)


def test_a_missing_word_is_named():
    with pytest.raises(UnknownWordError, match="'x' is not among the 4 words"):
        task_vectors(line(1, 2, 3, 4), [("a", "b"), ("c", "d"), ("a", "x")])


# --- signal to noise -------------------------------------------------------

SIZES = st.tuples(st.integers(3, 12), st.integers(1, 20))


@given(SIZES, st.integers(0, 999), st.floats(1e-150, 1e150))
def test_bounds_and_invariances_of_the_ratio(size, seed, scale):
    n, d = size
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal(size)
    ratio, shared = signal_to_noise(rows), shared_direction(rows)
    assert 1 - 1e-9 <= ratio <= min(n, d) + 1e-9
    assert 0 <= shared <= n + 1e-9
    if n <= d:
        assert shared <= ratio + 1e-9
    turn = np.linalg.qr(rng.standard_normal((d, d)))[0]
    for other in (scale * rows, rows @ turn, rows[rng.permutation(n)]):
        assert signal_to_noise(other) == pytest.approx(ratio)
        assert shared_direction(other) == pytest.approx(shared, abs=1e-12)
    flipped = rows * rng.choice([-1, 1], (n, 1)) * rng.choice([-1, 1], (1, d))
    assert signal_to_noise(flipped) == pytest.approx(ratio)


@pytest.mark.parametrize("n", [3, 5, 10])
def test_limits_of_the_ratio(n):
    equal = np.tile(np.arange(1.0, 13), (n, 1))
    assert signal_to_noise(equal) == pytest.approx(n)
    assert shared_direction(equal) == pytest.approx(n)
    orthogonal = 3 * np.eye(n, 12)
    assert signal_to_noise(orthogonal) == pytest.approx(1)
    assert shared_direction(orthogonal) == pytest.approx(1)
    opposed = equal * np.resize([1, -1], n)[:, None]
    assert signal_to_noise(opposed) == pytest.approx(n)
    assert shared_direction(opposed) == pytest.approx(1 / n if n % 2 else 0)


def test_the_ratio_of_planted_signal():
    """Rows s + noise of length 1 in many dimensions: one eigenvalue n s² + 1, the others 1."""
    n, d, s = 20, 200_000, 0.7
    rows = np.random.default_rng(0).standard_normal((n, d)) / np.sqrt(d)
    rows[:, 0] += s
    assert signal_to_noise(rows) == pytest.approx((n * s**2 + 1) / (s**2 + 1), rel=0.01)
    assert shared_direction(rows) == pytest.approx((n * s**2 + 1) / (s**2 + 1), rel=0.01)


@pytest.mark.parametrize("function", [signal_to_noise, shared_direction, effective_dimension, sign_flip_test])
@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.ones((2, 5)), "three rows or more, .* not of shape \\(2, 5\\)"),
        (np.ones(5), "not of shape \\(5,\\)"),
        (np.zeros((4, 5)), "all task vectors are 0"),
        ([[1, 2], [3, 4], [5, np.nan]], "row 2 of the task vectors is not finite"),
    ],
)
def test_rows_that_are_none(function, rows, message):
    with pytest.raises(ValueError, match=message):
        function(rows)


# --- the spectrum of noise -------------------------------------------------


@given(st.integers(1, 50), st.floats(1, 400), st.floats(0.01, 100))
def test_the_density_integrates_to_the_eigenvalues_that_are_not_0(n, d_eff, variance):
    low, high = marchenko_pastur_edges(n, d_eff, variance)
    angle = np.linspace(0, np.pi, 4001)  # x = middle − half width · cos: smooth at the edges
    x = (low + high) / 2 - (high - low) / 2 * np.cos(angle)
    weight = (high - low) / 2 * np.sin(angle)
    density = marchenko_pastur_density(x, n, d_eff, variance)
    gamma = n / d_eff
    if abs(gamma - 1) > 1e-2:
        assert trapezoid(density * weight, angle) == pytest.approx(min(1, 1 / gamma), rel=1e-4)
        assert trapezoid(x * density * weight, angle) == pytest.approx(variance, rel=1e-4)
    second = trapezoid(x**2 * density * weight, angle)
    assert second == pytest.approx(variance**2 * (1 + gamma), rel=1e-4)
    assert marchenko_pastur_density(np.array([low / 2, 1.01 * high]), n, d_eff, variance).tolist() == [0, 0]


@pytest.mark.parametrize(("n", "d"), [(300, 1200), (600, 200)])
def test_gaussian_rows_have_that_spectrum(n, d):
    rows = 1.5 * np.random.default_rng(0).standard_normal((n, d))
    values = np.linalg.eigvalsh(rows @ rows.T / d)
    values = values[values > 1e-9]
    assert len(values) == min(n, d)
    low, high = marchenko_pastur_edges(n, d, 1.5**2)
    assert values.min() == pytest.approx(low, rel=0.1)
    assert values.max() == pytest.approx(high, rel=0.03)
    x = np.linspace(low, high, 20_001)
    cumulative = np.cumsum(marchenko_pastur_density(x, n, d, 1.5**2)) * (x[1] - x[0])
    expected = np.interp(values, x, cumulative / cumulative[-1])
    assert np.abs(expected - (np.arange(len(values)) + 0.5) / len(values)).max() < 0.01


def test_coordinates_of_unequal_variance():
    """The effective dimension makes the spread of the eigenvalues right; d itself does not."""
    variances = 1 / np.arange(1, 201) ** 0.6
    rng = np.random.default_rng(0)
    d_eff = variances.sum() ** 2 / (variances**2).sum()
    rows = rng.standard_normal((20_000, 200)) * np.sqrt(variances)
    assert effective_dimension(rows) == pytest.approx(d_eff, rel=0.01)
    assert 60 < d_eff < 120
    assert effective_dimension(7e-200 * rows) == pytest.approx(d_eff, rel=0.01)
    spreads = []
    for begin in range(0, 20_000, 20):
        part = rows[begin : begin + 20]
        spreads.append(np.var(np.linalg.eigvalsh(part @ part.T / 200)))
    mean = variances.mean()
    # Rows differ in length by chance: for Gaussian entries that adds 1/n of it.
    assert np.mean(spreads) == pytest.approx(mean**2 * 20 / d_eff * (1 + 1 / 20), rel=0.02)
    assert abs(np.mean(spreads) / (mean**2 * 20 / 200) - 1) > 0.5


def test_few_rows_understate_the_effective_dimension():
    rng = np.random.default_rng(1)
    found = np.mean([effective_dimension(rng.standard_normal((10, 400))) for _ in range(50)])
    assert found == pytest.approx(400 / (1 + 2 / 9), rel=0.02)


def test_effective_dimension_limits():
    signs = np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    assert effective_dimension(signs) == pytest.approx(3)
    assert effective_dimension(signs * [1, 0, 0]) == pytest.approx(1)
    with pytest.raises(ValueError, match="all rows are equal"):
        effective_dimension(np.ones((4, 3)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 10), "n must be a positive, finite number, not 0"),
        ((5, -1.0), "d_eff must be a positive, finite number, not -1.0"),
        ((5, 10, np.inf), "variance must be a positive, finite number, not inf"),
    ],
)
def test_edges_of_nothing(arguments, message):
    with pytest.raises(ValueError, match=message):
        marchenko_pastur_edges(*arguments)


# --- significance ----------------------------------------------------------


def uniform(p_values) -> float:
    """Kolmogorov–Smirnov's p-value of being uniform."""
    from scipy.stats import kstest

    return kstest(p_values, "uniform").pvalue


def rare_enough(p_values, level=0.05) -> bool:
    """Whether no more p-values lie below the level than chance allows, one time in a thousand."""
    from scipy.stats import binom

    return (np.array(p_values) <= level).sum() <= binom.ppf(0.999, len(p_values), level)


def unequal_noise(rng, n=14, d=40):
    """Rows of unequal length, coordinates of unequal variance, heavy tails; no direction in common."""
    lengths = np.exp(rng.standard_normal((n, 1)))
    return lengths * rng.standard_t(4, (n, d)) / np.sqrt(np.arange(1, d + 1))


def correlated_noise(rng, n=14, d=40):
    """The same with coordinates that are correlated: pairs differ in three ways mostly, either way round."""
    return unequal_noise(rng, n, d) + 2 * rng.standard_normal((n, 3)) @ rng.standard_normal((3, d))


def test_an_older_scipy_that_counts_in_floating_point_says_nothing(monkeypatch):
    """Its count of all patterns of signs overflows to infinity, which is right: there are more than any draws."""
    real = scipy.stats.permutation_test

    def older(data, *args, **kwargs):
        assert np.float64(1e200) ** len(data[0]) == np.inf
        return real(data, *args, **kwargs)

    rows = np.random.default_rng(0).standard_normal((20, 30))
    expected = sign_flip_test(rows).p_value
    monkeypatch.setattr(scipy.stats, "permutation_test", older)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sign_flip_test(rows).p_value == expected


@pytest.mark.parametrize("flip", ["rows", "entries"])
def test_p_values_are_uniform_on_noise(flip):
    rng = np.random.default_rng(0)
    p_values = [sign_flip_test(unequal_noise(rng, 11, 9), flip, draws=99, rng=k).p_value for k in range(400)]
    assert uniform(p_values) > 0.01
    assert rare_enough(p_values)
    assert sum(np.array(p_values) <= 0.05) >= 8  # and no less often than they should


def test_turning_rows_allows_correlated_coordinates_and_turning_entries_does_not():
    rng = np.random.default_rng(0)
    noise = [correlated_noise(rng) for _ in range(300)]
    rows = [sign_flip_test(x, draws=99, rng=k).p_value for k, x in enumerate(noise)]
    assert uniform(rows) > 0.01
    entries = [sign_flip_test(x, "entries", draws=99, rng=k).p_value for k, x in enumerate(noise[:50])]
    assert np.mean(np.array(entries) <= 0.05) > 0.9  # no direction in common, and yet not without structure


def test_few_rows_cannot_be_significant_but_stay_honest():
    rng = np.random.default_rng(0)
    p_values = [sign_flip_test(rng.standard_normal((3, 20)) + 5, draws=199, rng=k).p_value for k in range(20)]
    assert min(p_values) > 0.15
    assert np.mean(p_values) == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("flip", ["rows", "entries"])
def test_power_on_planted_signal(flip):
    rng = np.random.default_rng(0)
    found = []
    for seed in range(30):
        signal = rng.standard_normal(40)
        rows = rng.standard_normal((14, 40)) + 0.7 * signal
        found.append(sign_flip_test(rows, flip, draws=99, rng=seed).p_value)
    assert np.mean(np.array(found) <= 0.05) > 0.95


def test_the_mean_of_the_null_is_one_for_rows():
    found = sign_flip_test(np.random.default_rng(0).standard_normal((20, 30)) + 1, draws=2000)
    assert found.null.mean() == pytest.approx(1, abs=0.06)
    assert found.statistic > 9
    assert isinstance(found, NullTest)
    assert repr(found).startswith("NullTest(")


def test_the_same_seed_gives_the_same_test():
    rows = np.random.default_rng(0).standard_normal((12, 5))
    first, again, other = (sign_flip_test(rows, rng=seed) for seed in (1, 1, 2))
    assert (first.null == again.null).all()
    assert (first.null != other.null).any()
    assert (first.null == sign_flip_test(rows, rng=np.random.default_rng(1)).null).all()


@pytest.mark.parametrize("seed", range(5))
def test_few_rows_are_turned_in_all_ways(seed):
    """Of n = 4 rows by hand: the share of all 16 patterns of signs that reach what is found."""
    rows = np.random.default_rng(seed).standard_normal((4, 6)) + 0.5
    lengths = [
        np.linalg.norm(sum(sign * row for sign, row in zip(signs, rows))) ** 2
        for signs in itertools.product([1, -1], repeat=4)
    ]
    reached = sum(length >= lengths[0] * (1 - 1e-9) for length in lengths)
    found = sign_flip_test(rows, draws=19, rng=seed)
    assert found.p_value == reached / 16
    assert reached >= 2  # turning all rows changes nothing
    assert np.sort(found.null) == pytest.approx(np.sort(lengths) / (rows**2).sum())
    assert found.null.mean() == pytest.approx(1)
    assert sign_flip_test(rows, draws=999, rng=seed + 1).p_value == found.p_value


def test_few_entries_are_turned_in_all_ways():
    """Of the 512 patterns of 9 signs, the 32 that turn whole rows and columns leave the ratio as it is."""
    rows = np.random.default_rng(2).standard_normal((3, 3))
    found = sign_flip_test(rows, "entries", draws=512)
    ratios = [
        signal_to_noise(rows * np.reshape(signs, (3, 3))) for signs in itertools.product([1, -1], repeat=9)
    ]
    assert found.p_value == np.mean(np.array(ratios) >= found.statistic * (1 - 1e-9)) >= 32 / 512
    assert np.sort(found.null) == pytest.approx(np.sort(ratios))


@pytest.mark.parametrize("n", [5, 7])
def test_the_exact_test_is_valid(n):
    """Under the hypothesis a p-value is a multiple of the smallest possible, and uniform among these."""
    rng = np.random.default_rng(n)
    p_values = np.array([sign_flip_test(unequal_noise(rng, n, 6)).p_value for _ in range(400)])
    smallest = 2.0 ** (1 - n)
    steps = p_values / smallest
    assert np.array_equal(steps, steps.round()) and steps.min() >= 1
    for level in (smallest, 0.125, 0.25, 0.5):
        assert rare_enough(p_values, level)
        assert rare_enough(1 + smallest - p_values, level)  # nor are they too large


@pytest.mark.parametrize("flip", ["rows", "entries"])
@pytest.mark.parametrize("n", [6, 14])
def test_p_values_are_those_of_signs_drawn_by_hand(flip, n):
    """Up to the noise of the draws; of 6 rows all patterns were tried."""
    rng = np.random.default_rng(0)
    statistic, draws = {"rows": shared_direction, "entries": signal_to_noise}[flip], 1999
    for shift in (0.0, 0.15, 0.3):
        rows = unequal_noise(rng, n, 8) + shift
        shape = (n, 1) if flip == "rows" else rows.shape
        null = np.array([statistic(rows * rng.choice([-1, 1], shape)) for _ in range(draws)])
        by_hand = (1 + (null >= statistic(rows) * (1 - 1e-10)).sum()) / (1 + draws)
        found = sign_flip_test(rows, flip, draws=draws)
        assert found.statistic == statistic(rows)
        error = np.sqrt(2 * max(by_hand, 1 / draws) * (1 - by_hand) / draws)
        assert abs(found.p_value - by_hand) < 4.5 * error


def test_own_statistics():
    rows = np.random.default_rng(0).standard_normal((8, 5)) + 2
    found = sign_flip_test(rows, statistic=lambda r: float(r[:, 0].sum()), draws=199)
    assert found.statistic == pytest.approx(rows[:, 0].sum())
    assert found.p_value == pytest.approx((1 + (found.null >= found.statistic).sum()) / 200)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"flip": "columns"}, "flip must be 'rows' or 'entries', not 'columns'"),
        (
            {"draws": 18},
            "draws must be a whole number from 19 on, not 18; with fewer no p-value could be 0.05",
        ),
        ({"draws": 99.5}, "draws must be a whole number"),
        ({"statistic": signal_to_noise}, "turning rows does not change their signal-to-noise ratio"),
    ],
)
def test_tests_that_cannot_be_made(arguments, message):
    with pytest.raises(ValueError, match=message):
        sign_flip_test(np.random.default_rng(0).standard_normal((5, 5)), **arguments)


def two_classes(rng, n=10, d=30, partners=0.0):
    """Words a and b of two classes with different means; `partners` is what a pair has in common."""
    a, b = rng.standard_normal((2, n, d))
    common = rng.standard_normal((n, d))
    a, b = a + partners * common, b + partners * common + 1.0
    words = [f"a{i}" for i in range(n)] + [f"b{i}" for i in range(n)]
    return Embedding(words, np.vstack([a, b])), [(f"a{i}", f"b{i}") for i in range(n)]


def test_two_classes_have_a_direction_but_no_partners():
    rng = np.random.default_rng(0)
    p_values = []
    for seed in range(200):
        space, pairs = two_classes(rng)
        p_values.append(pairing_test(space, pairs, draws=99, rng=seed).p_value)
        if seed < 10:
            assert sign_flip_test(task_vectors(space, pairs), draws=199).p_value <= 0.05
    assert uniform(p_values) > 0.01
    assert rare_enough(p_values)


def test_partners_are_noticed():
    rng = np.random.default_rng(0)
    for seed in range(10):
        space, pairs = two_classes(rng, partners=1.5)
        assert pairing_test(space, pairs, draws=99, rng=seed).p_value <= 0.02
        assert pairing_test(space, pairs, normalise=True, draws=99, rng=seed).p_value <= 0.05
    with pytest.raises(ValueError, match="too few"):
        pairing_test(space, pairs[:2])
    with pytest.raises(ValueError, match="draws"):
        pairing_test(space, pairs, draws=3)


def test_families_on_the_shipped_statistics(wikipedia_space):
    """Which have a common direction, and in which each word has its own partner."""
    questions = load_analogies()
    found = {}
    for name in ("nationality", "adverb", "opposite"):
        pairs = pairs_of_family(questions[name], known=wikipedia_space, distinct_words=True)
        rows = task_vectors(wikipedia_space, pairs)
        found[name] = sign_flip_test(rows, draws=199), pairing_test(wikipedia_space, pairs, draws=199)
    direction, partners = found["nationality"]
    assert direction.p_value <= 0.01 and partners.p_value <= 0.01
    direction, partners = found["opposite"]
    assert partners.p_value > 0.2
    assert analogy_accuracy(wikipedia_space, {"nationality": questions["nationality"]}).accuracy > 0.8


# --- localisation ----------------------------------------------------------


@given(st.integers(1, 60), st.floats(1e-150, 1e150))
def test_one_word_and_all_words(size, scale):
    one = np.zeros(size)
    one[size // 2] = -scale
    assert inverse_participation_ratio(one) == pytest.approx(1)
    signs = scale * np.resize([1.0, -1.0], size)
    assert inverse_participation_ratio(signs) == pytest.approx(1 / size)
    both = inverse_participation_ratio(np.column_stack([one, signs]))
    assert both == pytest.approx([1, 1 / size])


def test_random_directions_are_about_a_third_of_the_words():
    vectors = np.random.default_rng(0).standard_normal((4000, 20))
    assert inverse_participation_ratio(vectors) == pytest.approx(3 / 4000, rel=0.15)


def test_directions_that_are_none():
    with pytest.raises(ValueError, match="direction 1 is 0 or not finite"):
        inverse_participation_ratio(np.array([[1.0, 0.0], [2.0, 0.0]]))
    with pytest.raises(ValueError, match="direction 0 is 0 or not finite"):
        inverse_participation_ratio(np.array([np.nan, 1.0]))
    with pytest.raises(ValueError, match="not of shape"):
        inverse_participation_ratio(np.ones((2, 2, 2)))


def test_the_eigenvectors_of_one_block_are_about_its_words():
    """Two topics of 5 and of 50 words: each direction is about as many words as its topic has."""
    target = np.zeros((60, 60))
    target[:5, :5], target[5:55, 5:55] = 3.0, 0.2
    modes = spectrum(WordMatrix(target, [f"w{i}" for i in range(60)]), 2)
    assert 1 / inverse_participation_ratio(modes.vectors) == pytest.approx([5, 50])
    assert modes.embedding().vectors.shape == (60, 2)


def test_holm_is_the_stepwise_rule_of_its_definition():
    """Reject the smallest p-values as long as each is at most the level over the number of those left."""
    rng = np.random.default_rng(3)
    for n in (1, 2, 5, 40):
        p = rng.uniform(0, 3 / n, n).clip(0, 1)
        rejected = np.zeros(n, bool)
        for left, k in zip(range(n, 0, -1), np.argsort(p)):
            if p[k] > 0.05 / left:
                break
            rejected[k] = True
        assert np.array_equal(holm(p) <= 0.05, rejected)


def test_holm_knows_its_limits():
    assert np.array_equal(holm([0.3]), [0.3]) and np.array_equal(holm([0.5, 0.5, 1]), [1, 1, 1])
    for wrong in ([1.2], [-0.1], [np.nan]):
        with pytest.raises(ValueError, match="p_values"):
            holm(wrong)
