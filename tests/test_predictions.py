"""What the boxes that ask say about themselves, and what becomes of it."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import nbformat
import predictions
import pytest

BOOK = Path(__file__).resolve().parents[1] / "book"
GLUE = {
    "share": {"data": {"text/plain": "41.618"}},
    "percent": {"data": {"text/plain": "'59 %'"}},
    "range": {"data": {"text/plain": "'2.0 to 2.4'"}},
    "name": {"data": {"text/plain": "'adverb'"}},
    "minus": {"data": {"text/plain": "'−3,019'"}},
    "curve": {"data": {"text/plain": "[[0, 1], [2, 3]]"}},
}


def asked(text: str, options: str = "") -> dict:
    return predictions.asked(predictions.settings(text), options.split("|") if options else [], GLUE)


# What is asked.


def test_a_choice_with_an_answer():
    assert asked("kind: choice\nanswer: 2\nhint: Why: because.", "a|b|c") == {
        "kind": "choice", "right": [2], "hint": "Why: because.",
    }  # fmt: skip
    assert asked("kind: choice\nanswer: 1, 3", "a|b|c")["right"] == [1, 3]


def test_a_choice_from_a_computed_number_has_the_nearest_option_right():
    made = asked("kind: choice\nfrom: share:.1f\nunit: %", "about 10 %|about 50 %|100 %")
    assert made == {"kind": "choice", "right": [2], "text": "41.6 %"}
    assert asked("kind: choice\nfrom: range", "4|2|1")["right"] == [2]


@pytest.mark.parametrize(
    ("options", "value", "right"),
    [
        (["10", "100"], 31, 1),  # by ratio: 3.1 and 3.2
        (["10", "100"], 32, 2),
        (["0 %", "10 %", "50 %"], 28, 2),  # by difference, as one of them is 0
        (["near 2", "near 0", "near −2"], -1.2, 3),
        (["1,000 times", "30 times"], 600, 1),
        (["a factor of 1e28", "2"], 1e20, 1),
    ],
)
def test_the_nearest_option(options, value, right):
    assert predictions.nearest_option(options, value) == right


def test_a_number_from_a_key_or_a_literal():
    made = asked("kind: number\nfrom: percent\nwithin: difference 10\nunit: %")
    assert made == {"kind": "number", "value": 59, "text": "59 %", "unit": "%", "within": {"difference": 10}}
    made = asked("kind: number\nanswer: 0.5\nwithin: factor 1.5")
    assert (made["value"], made["text"], made["within"]) == (0.5, "0.5", {"factor": 1.5})
    assert asked("kind: number\nfrom: minus\nwithin: factor 2")["value"] == -3019


def test_a_range_counts_as_its_middle():
    assert predictions.number_of("range", GLUE) == (2.2, "2.0 to 2.4")


def test_words_are_not_marked():
    assert asked("kind: words") == {"kind": "words"}


def test_a_curve_from_numbers_keys_or_a_list():
    made = asked("kind: curve\nx: 4 1024 dimensions log\ny: 0 60 signal to noise\npoints: 4 0.5, 16 share")
    assert made["points"] == [[4, 0.5], [16, 41.618]]
    assert made["x"] == {"low": 4, "high": 1024, "name": "dimensions", "log": True}
    assert made["y"]["name"] == "signal to noise" and made["within"] == 0.15
    assert asked("kind: curve\nx: 0 2 time\ny: 0 3 score\nfrom: curve")["points"] == [[0, 1], [2, 3]]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("kind: guess", "", "the kind of a question"),
        ("answer: 2", "a|b", "the kind of a question"),
        ("kind choice", "", "lines such as"),
        ("kind: choice\nkind: words", "", "lines such as"),
        ("kind: words\nanswer: 3", "", "has no answer"),
        ("kind: choice", "a|b", "either by"),
        ("kind: choice\nanswer: 1\nfrom: share", "a|b", "either by"),
        ("kind: choice\nanswer: 3", "a|b", "no option"),
        ("kind: choice\nanswer: 0", "a|b", "no option"),
        ("kind: choice\nanswer: 1", "a", "needs a list"),
        ("kind: choice\nfrom: none", "1|2", "nothing is glued"),
        ("kind: choice\nfrom: name", "1|2", "is no number"),
        ("kind: choice\nfrom: share", "few|many", "begins with a number"),
        ("kind: choice\nfrom: share", "5|5", "equally near"),
        ("kind: number\nfrom: share", "", "needs 'within'"),
        ("kind: number\nfrom: share\nwithin: 10", "", "what counts as a hit"),
        ("kind: number\nfrom: share\nwithin: factor 1", "", "what counts as a hit"),
        ("kind: curve\nx: 0 1 time\npoints: 0 1, 1 2", "", "needs its axes"),
        ("kind: curve\nx: 0 1 time\ny: 0 1 score", "", "either by 'points'"),
        ("kind: curve\nx: 1 0 time\ny: 0 1 score\npoints: 0 1, 1 2", "", "an axis is"),
        ("kind: curve\nx: 0 1 time log\ny: 0 1 score\npoints: 0 1, 1 2", "", "an axis is"),
        ("kind: curve\nx: 0 1 time\ny: 0 1 score\npoints: 1 1, 0 2", "", "from left to right"),
    ],
)
def test_mistakes_are_said(text, options, message):
    with pytest.raises(ValueError, match=message):
        asked(text, options)


def test_what_the_script_reads_is_quoted():
    made = predictions.asked({"kind": "choice", "answer": "1", "hint": '<b>"&'}, ["a", "b"], {})
    html = predictions.form(1, made)
    assert "<b>" not in html and json.dumps('<b>"&')[1:-1] not in html
    assert "&lt;b&gt;" in html


# The boxes of the book.


def boxes():
    for path in sorted([*BOOK.glob("*.ipynb"), *BOOK.glob("quiz-*.md")]):
        cells = nbformat.read(path, as_version=4).cells if path.suffix == ".ipynb" else []
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"] or [path.read_text("utf-8")]
        for text in texts:
            for _, _, body in re.findall(
                r"^(`{3,})\{admonition\} [^\n]*\n:class: (?:tip )?(predict|quiz)\n(.*?)^\1$",
                text,
                flags=re.M | re.S,
            ):
                yield path.stem, body


@pytest.mark.parametrize(("page", "body"), list(boxes()))
def test_the_right_answer_is_not_given_away(page, body):
    """A wrong guess gets a reason, and the question does not contain the answer's reason."""
    hint = re.search(r"^% hint: (.*)$", body, re.M)
    assert not hint or hint[1] not in body.split("% kind")[0]
    if "% kind: choice" in body:
        assert hint, "a wrong choice deserves a word"
        assert len(re.findall(r"^- ", body, re.M)) >= 2


def test_the_curve_of_two_words_is_that_of_chapter_12s_formula():
    texts = [body for page, body in boxes() if page == "12-any-start" and "% kind: curve" in body]
    said = predictions.settings(
        "\n".join(line[2:] for line in texts[0].splitlines() if line.startswith("% "))
    )
    for t, score in predictions.points(said, {}):
        grown = 1 + math.expm1(4 * t) / 2e4 + math.expm1(2 * t) / 1e2
        assert score == pytest.approx(math.exp(2 * t) / 100 / grown, abs=1e-4)
