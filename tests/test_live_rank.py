"""The dot on the curve of accuracy against rank."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, said, says_the_same

from w2vlib import Embedding, analogy_accuracy, load_analogies
from w2vlib.course.widgets import rank_explorer

SHOWN = [("paris", "france", "berlin", "germany"), ("large", "larger", "small", "smaller")]


@pytest.fixture(scope="module")
def figure(wikipedia_space):
    ranks, questions = [2, *range(4, 100, 4), 100], load_analogies()
    curve = [analogy_accuracy(wikipedia_space.leading(d), questions).accuracy for d in ranks]
    return rank_explorer(wikipedia_space, ranks, curve, SHOWN)


def test_it_says_what_the_package_says_and_answers_to_every_hand(browser, figure):
    says_the_same(browser, figure)
    answers(browser, figure)


def test_it_begins_at_two_dimensions_and_the_dot_can_be_dragged_to_the_end(browser, figure):
    tab = opened(browser, figure)
    assert said(tab).startswith("2 dimensions answer less than 1 % of all questions")
    box = tab.locator(".w2v-grab").bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(990, 200, steps=5)
    tab.mouse.up()
    assert numbers(tab)["rank"] == 100
    assert "Right: paris is to france as berlin is to germany" in said(tab)
    tab.context.close()


@pytest.mark.parametrize("width", [1000, 390])
def test_the_slider_stands_below_its_axis(browser, figure, width):
    tab = opened(browser, figure, width=width)
    last = len(figure.table["ranks"])
    for step in (1, last):
        put(tab, {"step": step})
        dot = tab.locator(".w2v-grab").bounding_box()
        slider = tab.locator('[data-control="step"] input').bounding_box()
        thumb = slider["x"] + 8 + (step - 1) / (last - 1) * (slider["width"] - 16)
        assert abs(thumb - (dot["x"] + dot["width"] / 2)) < 1.5
    tab.context.close()


PLAIN = ("man", "woman", "king", "queen", "end")


def of_words(words, **options):
    """A figure of one question that is answered by its fourth word with 2 dimensions, not with 1."""
    space = Embedding(tuple(words), np.array([[1.0, 0.0], [-0.5, 1.0], [2.0, 1.0], [1.0, 2.0], [-1.0, 0.1]]))
    return rank_explorer(space, [1, 2], [0.25, 0.5], [(words[0], words[2], words[1], words[3])], **options)


def test_the_rank_decides_what_is_answered():
    figure = of_words(PLAIN, start=2)
    assert figure.describe() == (
        "2 dimensions answer 50 % of all questions. Right: man is to king as woman is to queen. Here: 1 of these 1."
    )
    assert figure.describe(step=1).startswith(
        "1 dimension answers 25 % of all questions. Wrong: man is to king"
    )
    assert figure.table["answers"][1] == ["queen"]
    with pytest.raises(ValueError, match="start must be one of the ranks"):
        of_words(PLAIN, start=3)
    with pytest.raises(ValueError, match="must rise"):
        rank_explorer(Embedding(PLAIN, np.eye(5)), [2, 1], [0.1, 0.2], [])


@pytest.mark.parametrize(
    "words",
    [
        ("<unk>", "</s>", "a&b", "&lt;", "<b>"),
        ("</script><img src=x>", "<script>alert(1)</script>", "<!--", "</table>", '"'),
    ],
)
def test_words_are_text_whatever_they_hold(browser, words):
    figure = of_words(words, start=2)
    tab = opened(browser, figure)
    assert said(tab) == figure.describe()
    assert (
        f"{words[0]} is to {words[2]} as {words[1]} is to {words[3]}"
        in tab.locator(".w2v-says").text_content()
    )
    assert tab.locator(".w2v-live :is(img[src='x'], b, table)").count() == 0 and not tab.complaints
    tab.context.close()
