"""The words at the ends of a direction, by two rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vlib.word_ends import frequency_fair, words_at_ends


def test_words_at_ends_by_hand():
    vectors = np.array([[0.0, 5], [3.0, 4], [-2.0, 3], [1.0, 2]])
    assert words_at_ends(vectors, "abcd", 0, 2) == (["b", "d"], ["c", "a"])
    assert words_at_ends(vectors, "abcd", 1, 1) == (["a"], ["d"])
    assert words_at_ends(vectors, "abcd", 1, 9) == (list("abcd"), list("dcba"))
    for direction in (-1, 2):
        with pytest.raises(ValueError, match=f"between 0 and 1, not {direction}"):
            words_at_ends(vectors, "abcd", direction)


def test_the_fair_rule_by_hand():
    x = np.array([1.0, 2.0, 3.0, 4.0, 10.0, -5.0, 0.0])
    # Five neighbours: rows 0–4 for rows 0–2, 1–5 for row 3, 2–6 for rows 4–6.
    expected = np.array([1 - 3, 2 - 3, 3 - 3, 4 - 3, 10 - 3, -5 - 3, 0 - 3], float)
    spread = 1.483 * np.array([1, 1, 1, 1, 3, 3, 3.0])
    assert frequency_fair(x, neighbours=5) == pytest.approx(expected / spread)
    both = frequency_fair(np.column_stack([x, -2 * x + 7]), neighbours=5)
    assert both == pytest.approx(np.column_stack([expected, -expected]) / spread[:, None])


@given(st.integers(5, 40), st.integers(3, 50), st.integers(0, 99))
def test_the_fair_rule_ignores_place_and_size_of_the_coordinate(size, neighbours, seed):
    x = np.random.default_rng(seed).standard_normal(size)
    fair = frequency_fair(x, neighbours)
    assert frequency_fair(3e5 * x + 1e5, neighbours) == pytest.approx(fair, rel=1e-6, abs=1e-6)
    assert frequency_fair(-x, neighbours) == pytest.approx(-fair)
    if neighbours >= size:
        assert (np.argsort(fair) == np.argsort(x)).all()


def test_the_fair_rule_finds_frequent_words_beside_scattered_rare_ones():
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((1000, 1)) * np.geomspace(1, 30, 1000)[:, None]
    vectors[[20, 60]] = [[9.0], [-9.0]]  # far out for words so frequent
    words = [f"w{i}" for i in range(1000)]
    by_coordinate = words_at_ends(vectors, words, 0, 5)
    assert min(int(word[1:]) for end in by_coordinate for word in end) > 300
    assert words_at_ends(vectors, words, 0, 1, rule="fair") == (["w20"], ["w60"])


def test_neighbours_that_are_all_alike_do_not_divide_by_zero():
    x = np.zeros(50)
    assert (frequency_fair(x, 5) == 0).all()
    x[30] = 1.0
    assert frequency_fair(x, 5).argmax() == 30 and np.isfinite(frequency_fair(x, 5)).all()


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda: frequency_fair(np.ones(5), 2), "neighbours must be a whole number of 3 or more, not 2"),
        (lambda: frequency_fair(np.ones(5), 7.5), "neighbours must be a whole number"),
        (lambda: frequency_fair(np.array([1.0, np.nan])), "finite, one row a word"),
        (lambda: frequency_fair(np.ones((0, 3))), "one row a word, not an array of shape \\(0, 3\\)"),
        (
            lambda: words_at_ends(np.eye(3), "abc", 0, rule="rare"),
            "must be 'coordinate' or 'fair', not 'rare'",
        ),
    ],
)
def test_fair_rules_that_cannot_be(function, message):
    with pytest.raises(ValueError, match=message):
        function()


def test_fair_ends_on_the_shipped_statistics(wikipedia_space):
    """Direction by direction, the fair rule takes words of all frequencies; the coordinate, some more than others."""
    ranks = {"coordinate": [], "fair": []}
    for rule, found in ranks.items():
        for k in range(20):
            ends = words_at_ends(wikipedia_space.vectors, wikipedia_space.words, k, 10, rule)
            found += [wikipedia_space.index[word] for end in ends for word in end]
    frequent = {rule: np.mean(np.array(found) < 500) for rule, found in ranks.items()}
    assert abs(frequent["fair"] - 0.25) < abs(frequent["coordinate"] - 0.25)
