"""Figures: settings change only when asked, and no word covers another."""

from __future__ import annotations

import itertools
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from w2vlib.course import plots


@pytest.fixture(params=[False, True], ids=["plain", "styled"])
def ax(request):
    with plt.rc_context():
        if request.param:
            plots.use_style()
        figure, axes = plt.subplots()
        yield axes
        plt.close(figure)


def boxes(ax):
    ax.figure.canvas.draw()
    renderer = ax.figure.canvas.get_renderer()
    return [text.get_window_extent(renderer) for text in ax.texts]


def overlaps(ax):
    return [
        (one.get_text(), other.get_text())
        for (one, a), (other, b) in itertools.combinations(zip(ax.texts, boxes(ax)), 2)
        if a.overlaps(b)
    ]


def test_import_changes_no_setting():
    code = (
        "import matplotlib; before = dict(matplotlib.rcParams); import w2vlib.course.plots; "
        "assert dict(matplotlib.rcParams) == before"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_use_style_changes_what_it_lists():
    with plt.rc_context():
        plots.use_style()
        assert plt.rcParams["axes.spines.top"] is False
        assert plt.rcParams["font.size"] >= 9
        assert plt.rcParams["svg.hashsalt"] == "w2vlib"


def test_colors_are_distinct():
    assert len(set(plots.COLORS.values())) == len(plots.COLORS)
    assert {"M*", "PPMI", "QWEM", "word2vec"} <= set(plots.COLORS)


def test_mode_colors_run_from_dark_to_light():
    colors = plots.mode_colors(9)
    assert colors.shape == (9, 4)
    assert (np.diff(colors[:, :3] @ [0.2126, 0.7152, 0.0722]) > 0).all()
    assert colors[:, :3].min(axis=1).max() < 0.6  # none vanishes on white


def test_labels_stand_at_the_ends_of_their_lines(ax):
    ax.plot([0, 10], [0, 100], label="up", color="red")
    ax.plot([0, 10], [100, 20], label="down")
    ax.plot([0, 10], [50, 50], label="_hidden")
    plots.label_lines(ax)
    assert {text.get_text() for text in ax.texts} == {"up", "down"}
    ax.figure.canvas.draw()
    place = (ax.transData + ax.transAxes.inverted()).transform
    for text in ax.texts:
        x, y = text.get_position()
        end = place((10, 100 if text.get_text() == "up" else 20))
        assert x == pytest.approx(end[0] + 0.02, abs=0.01)
        assert y == pytest.approx(end[1], abs=0.01)
    assert [text.get_color() for text in ax.texts if text.get_text() == "up"] == ["red"]


def test_labels_on_logarithmic_axes(ax):
    ax.loglog([1, 1000], [1, 1000], label="power")
    plots.label_lines(ax)
    ax.figure.canvas.draw()
    end = (ax.transData + ax.transAxes.inverted()).transform((1000, 1000))
    assert ax.texts[0].get_position() == pytest.approx((end[0] + 0.02, end[1]), abs=0.01)


@pytest.mark.parametrize("height", [2.4, 3.8])
def test_labels_of_lines_that_end_together_do_not_overlap(ax, height):
    ax.figure.set_figheight(height)
    for k in range(6):
        ax.plot([0, 1], [k, 5 + k / 100], label=f"line {k}")
    plots.label_lines(ax)
    assert len(ax.texts) == 6
    assert overlaps(ax) == []


def test_labels_of_ones_own(ax):
    ax.plot([0, 1], [0, 1])
    ax.plot([0, 1], [0, 2])
    plots.label_lines(ax, ["one", "two"])
    assert sorted(text.get_text() for text in ax.texts) == ["one", "two"]


def test_named_words_do_not_overlap_and_the_first_is_named(ax):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 300))
    words = [f"word{k}" for k in range(300)]
    named = plots.scatter_words(ax, x, y, words)
    assert len(ax.texts) == named
    assert 10 < named < 300
    assert ax.texts[0].get_text() == "word0"
    assert overlaps(ax) == []
    assert len(ax.collections[0].get_offsets()) == 300


def test_words_far_apart_are_all_named(ax):
    words = ["north", "south", "west"]
    assert (
        plots.scatter_words(ax, np.array([0.0, 0, -1]), np.array([1.0, -1, 0]), words, color=["r", "g", "b"])
        == 3
    )
    assert [text.get_text() for text in ax.texts] == words
    assert [text.get_color() for text in ax.texts] == ["r", "g", "b"]
    assert {text.get_style() for text in ax.texts} == {"italic"}


def test_a_matrix_shows_its_words_and_numbers(ax):
    image = plots.matrix_of_words(ax, np.array([[1.5, -np.inf], [-2000, 0]]), ["a", "b"], ["c", "d"], limit=2)
    assert [text.get_text() for text in ax.texts] == ["1.5", "−∞", "−2,000.0", "0.0"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["c", "d"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["a", "b"]
    assert image.get_clim() == (-2, 2)
    red, *_, blue = image.cmap([1.0, 0.5, 0.0])
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    # Text can be read on its cell: white on the dark ones.
    assert [text.get_color() for text in ax.texts] == ["white", "white", "white", "black"]


def test_the_words_of_a_square_matrix_are_given_once(ax):
    plots.matrix_of_words(ax, np.eye(2), ["tea", "cup"])
    names = [[tick.get_text() for tick in axis.get_ticklabels()] for axis in (ax.xaxis, ax.yaxis)]
    assert names == [["tea", "cup"], ["tea", "cup"]]


def test_labels_stay_on_the_axes_and_move_no_farther_than_they_must(ax):
    ax.set_ylim(0, 1)
    for end in (0.0, 0.5, 1.0, 1.0):
        ax.plot([0, 1], [0.5, end], label=f"{end}")
    plots.label_lines(ax)
    heights = [text.get_position()[1] for text in ax.texts]
    assert heights[:2] == pytest.approx([0, 0.5]) and max(heights) == pytest.approx(1)
    assert 0.5 < heights[2] < heights[3] and overlaps(ax) == []


# Words that are hard to draw.

HARD = (
    "<unk>", "a&b", "$x$", "$", "a$b", "$\\frac$", r"\alpha", "a_b^c", "%s", "{x}", "a\nb", "a\tb", "a\0b", "a\u202eb",
    "", " ", "x" * 10_000, "\u0301", "日本", "\U0001f469", "שלום", "สวัสดี", "a\u2028b", "2", "don't",
)  # fmt: skip
SHOWN = {
    "a\nb": "a‹U+000A›b",
    "a\0b": "a‹U+0000›b",
    "a\u202eb": "a‹U+202E›b",
    "": "‹empty›",
    "日本": "‹U+65E5›‹U+672C›",
}


@pytest.mark.filterwarnings("error")
def test_words_are_drawn_as_they_are_or_by_number(ax, tmp_path):
    ax.figure.set_size_inches(30, 30)
    plots.matrix_of_words(ax, np.eye(len(HARD)), HARD)
    ax.figure.savefig(tmp_path / "matrix.svg")
    for labels in (ax.get_xticklabels(), ax.get_yticklabels()):
        shown = dict(zip(HARD, [label.get_text() for label in labels]))
        assert all(shown[word] == text for word, text in SHOWN.items())
        assert all(
            shown[word] == word
            for word in HARD
            if word.isascii() and word.isprintable() and 0 < len(word.strip()) < 99
        )
        assert len(shown["x" * 10_000]) == 60
        assert not any(label.get_parse_math() for label in labels)


@pytest.mark.filterwarnings("error")
def test_scattered_words_are_drawn_as_they_are_or_by_number(ax, tmp_path):
    ax.set(xlim=(0, 1), ylim=(-1, len(HARD)))
    ax.figure.set_size_inches(10, 30)
    assert plots.scatter_words(ax, np.zeros(len(HARD)), np.arange(len(HARD)), HARD) == len(HARD)
    assert [text.get_text() for text in ax.texts] == [plots.drawable(word) for word in HARD]
    ax.figure.savefig(tmp_path / "words.png")


@pytest.mark.filterwarnings("error")
def test_labels_may_be_formulas_and_are_text_where_they_are_none(ax):
    labels = ["$s_k^2$", "$\\frac$", "100 $", "a_b", "日"]
    for height, label in enumerate(labels):
        ax.plot([0, 1], [height, height], label=label)
    plots.label_lines(ax)
    ax.figure.canvas.draw()
    assert [text.get_text() for text in ax.texts] == [*labels[:4], "‹U+65E5›"]
    assert ax.texts[0].get_parse_math() and not ax.texts[1].get_parse_math()


def test_letters_of_another_font_are_drawn():
    with plt.rc_context({"font.family": ["DejaVu Serif", "DejaVu Sans Mono"]}):
        assert plots.drawable("naïve Ж") == "naïve Ж" and plots.drawable("日") == "‹U+65E5›"
