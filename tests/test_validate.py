"""Arguments that are checked in one place: what passes, what is refused, and in which words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from w2vlib._common.validate import generator, one_of, positive_number, whole_number


@pytest.mark.parametrize("value", [1, 7, np.int8(7), np.uint64(2**63), np.array(3), 10**30])
def test_whole_numbers_of_every_kind_pass_as_int(value):
    found = whole_number("d", value)
    assert type(found) is int and found == value


@pytest.mark.parametrize(
    "value", [0, -3, 2.0, 2.5, np.float64(2), True, np.True_, "2", None, np.nan, [2], np.array([1, 2])]
)
def test_what_is_no_whole_number_is_named(value):
    with pytest.raises(ValueError) as error:
        whole_number("steps", value, because="; take more")
    assert str(error.value) == f"steps must be a whole number from 1 on, not {value!r}; take more"


def test_bounds_of_whole_numbers_belong_to_them():
    assert [whole_number("k", k, 0, 2) for k in (0, 1, 2)] == [0, 1, 2]
    assert whole_number("k", -5, least=-5) == -5
    for k in (-1, 3):
        with pytest.raises(ValueError, match=f"^k must be a whole number between 0 and 2, not {k}$"):
            whole_number("k", k, 0, 2)


@pytest.mark.parametrize(
    "value", [1, 0.5, np.float32(0.5), np.int64(3), 1e-300, Fraction(1, 3), Decimal("0.5")]
)
def test_positive_numbers_of_every_kind_pass_as_float(value):
    found = positive_number("rate", value)
    assert type(found) is float and found == float(value)


@pytest.mark.parametrize(
    "value", [0, -0.0, -1, np.nan, np.inf, -np.inf, True, np.False_, "1", None, [1.0], 1j]
)
def test_what_is_no_positive_number_is_named(value):
    with pytest.raises(ValueError) as error:
        positive_number("rate", value, "; lower it")
    assert str(error.value) == f"rate must be a positive, finite number, not {value!r}; lower it"


def test_one_of_some_values():
    assert one_of("rule", "fair", ("fair", "plain")) == "fair"
    for value in ("Fair", "", None, 1, ["fair"]):
        with pytest.raises(ValueError) as error:
            one_of("rule", value, ("fair", "plain", "none"))
        assert str(error.value) == f"rule must be 'fair', 'plain' or 'none', not {value!r}"
    with pytest.raises(ValueError, match="^rule must be 'fair', not 'other'$"):
        one_of("rule", "other", ("fair",))


def test_generators_go_on_and_seeds_begin_anew():
    given = np.random.default_rng(3)
    assert generator(given) is given
    one, other = generator(3), generator(np.int64(3))
    assert one is not other and one.random() == other.random() == np.random.default_rng(3).random()


@pytest.mark.parametrize("value", [None, -1, 1.0, True, "3", [1, 2], np.random.RandomState(0)])
def test_what_is_no_source_of_chance_is_named(value):
    with pytest.raises(ValueError) as error:
        generator(value)
    assert str(error.value) == (
        f"rng must be a whole number from 0 on, or a numpy.random.Generator, not {value!r}"
    )


def test_the_global_state_of_numpy_is_left_alone():
    np.random.seed(5)
    generator(0).random(10)
    found = np.random.rand()
    np.random.seed(5)
    assert np.random.rand() == found
