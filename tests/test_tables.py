"""The chapters' tables."""

from __future__ import annotations

import numpy as np
import pytest

from w2vlib.course.tables import print_table, span


def test_words_stand_left_and_numbers_right(capsys):
    print_table({"": ["M*", "PPMI"], "α": np.array([0.61, 10.0]), "words": [2000, 5]})
    assert capsys.readouterr().out == "          α  words\nM*     0.61  2,000\nPPMI  10.00      5\n"


def test_each_column_may_have_its_format_and_nan_is_blank(capsys):
    print_table({"share": [0.5, np.nan], "p": [0.01, 0.5]}, {"share": ".0%"})
    assert capsys.readouterr().out == "share     p\n  50%  0.01\n       0.50\n"


def test_a_table_without_rows_is_its_names(capsys):
    print_table({"a": [], "b": []})
    assert capsys.readouterr().out == "a  b\n"


def test_a_span_is_one_number_where_both_ends_read_the_same():
    assert span(np.array([[0.5, 2.0], [1.0, 0.25]]), ".1f") == "0.2 to 2.0"
    assert span([0.501, 0.499]) == "0.50" and span([7], ".0f") == "7"
    assert span(np.array([1200, 3]), ",") == "3 to 1,200"  # whole numbers stay whole
    for numbers, form, said in (
        ([], ".2f", "at least one"),
        ([np.nan], ".2f", "finite"),
        ([1.0], "two", "form"),
    ):
        with pytest.raises(ValueError, match=said):
            span(numbers, form)


@pytest.mark.parametrize(
    "columns, form, said",
    [
        ({"a": [1], "b": [1, 2]}, ".2f", "one length"),
        ({"a": "words"}, ".2f", "lists"),
        ({"a": [None]}, ".2f", "words and numbers"),
        ({"a": [0.5]}, "two digits", "form must be"),
        ({"a": [0.5]}, {"a": 2}, "form must be"),
    ],
)
def test_what_is_no_table_is_refused(columns, form, said):
    with pytest.raises((TypeError, ValueError), match=said):
        print_table(columns, form)
