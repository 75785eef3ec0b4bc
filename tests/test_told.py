"""Sentences that are told anew where a run finds other numbers than the book."""

from __future__ import annotations

import pytest

from w2vlib.course.told import PLACE, Told, as_text


@pytest.fixture
def shown(monkeypatch):
    """What is displayed."""
    import IPython.display

    said = []
    monkeypatch.setattr(IPython.display, "display", said.append)
    return said


def test_a_run_that_agrees_says_nothing(shown):
    glue = Told()
    glue("steps", 12)
    glue("share", 0.1234)
    glue.retell(["After ⟦steps|12⟧ steps ⟦share:.0%|12%⟧ remain.", "No number here."])
    assert shown == []


def test_a_run_that_differs_tells_only_the_sentences_that_change(shown):
    glue = Told()
    glue("steps", 15)
    glue("share", 0.1234)
    glue.retell(
        ["After ⟦steps|12⟧ steps.", "A share of ⟦share:.2f|0.12⟧.", "All ⟦steps:d|12⟧ of ⟦share:.2f|0.12⟧."]
    )
    [told] = shown
    assert "> After **15** (the book: 12) steps." in told.data
    assert "> All **15** (the book: 12) of 0.12." in told.data
    assert "A share" not in told.data


def test_a_row_of_a_table_is_told_without_its_bars():
    glue = Told()
    glue("a", 2)
    assert glue.retold("| $0.1$ | ⟦a|1⟧ | x |") == "$0.1$ · **2** (the book: 1) · x"


def test_what_was_never_computed_and_what_is_empty_is_told_as_such(shown):
    glue = Told()
    glue("list", "")
    glue.retell(["After ⟦steps|12⟧ steps.", "It holds ⟦list|one, two⟧.", "And ⟦list|⟧."])
    [told] = shown
    assert "After **not computed** (the book: 12) steps." in told.data
    assert "It holds **nothing** (the book: one, two)." in told.data and "And" not in told.data


def test_a_picture_is_shown_in_its_place_once_it_is_made(monkeypatch):
    import IPython.display

    said = []
    for name in ("display", "update_display"):
        monkeypatch.setattr(
            IPython.display, name, lambda *what, name=name, **how: said.append((name, *what, how))
        )
    glue = Told()
    glue("elsewhere", "another", display=False)
    glue.place("here")
    glue("here", "a picture", display=False)
    glue.place("here")
    assert said == [
        ("display", {"text/plain": PLACE}, {"raw": True, "display_id": "here"}),
        ("update_display", "a picture", {"display_id": "here"}),
        ("display", "a picture", {"display_id": "here"}),
    ]


def test_what_is_kept_is_shown_only_if_asked(shown):
    glue = Told()
    glue("a", "seen", display=True)
    glue("b", "kept")
    assert shown == ["seen"]


@pytest.mark.parametrize("value", [0.1 + 0.2, 7, -3.0, "a few", "0.30", 12345.678, 1e-30, True])
@pytest.mark.parametrize("spec", ["", "s", ".2f", ".3g", ",.0f", "d"])
def test_numbers_are_told_as_on_the_pages(value, spec):
    """The pages' own rule, which begins from the text that IPython shows."""
    from myst_nb.core.variables import format_plain_text

    def told(rule, *arguments):
        try:
            return rule(*arguments)
        except (ValueError, OverflowError) as error:
            return type(error)

    expected = told(format_plain_text, repr(value), spec or "s")
    assert told(as_text, value, spec) == expected
