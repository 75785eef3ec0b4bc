"""Line, plane, space: where words stand is what the library says, and the cloud can be turned by every hand."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib import load_wikipedia, m_star, spectrum
from w2vlib.course.widgets import word_cloud
from w2vlib.course.widgets.book import packed, unpacked
from w2vlib.dynamics import aligned_half_rises, mode_strengths, typical_start

SCALE, D = 1e-20, 30


@pytest.fixture(scope="module")
def modes():
    return spectrum(m_star(load_wikipedia(1000)), 8)


@pytest.fixture(scope="module")
def figure(modes):
    return word_cloud(modes, D, SCALE, ["season", "data", "song", "university"])


def test_a_byte_loses_half_of_a_127th_of_the_largest_entry(modes):
    kept = unpacked(packed(modes.vectors))
    most = np.abs(modes.vectors).max(axis=0)
    assert (np.abs(kept - modes.vectors) <= 1.001 * most / 254).all()
    assert np.abs(kept - modes.vectors).max() > 0  # something is lost, or the bound would say nothing


def test_a_word_stands_where_the_library_puts_it(browser, figure, modes):
    tab = opened(browser, figure)
    start = typical_start(8, D, SCALE)
    unit = aligned_half_rises(modes.values, start)[0]
    row = modes.words.index("song")
    for time in (0.5, 1.0, 1.3, 2.0):
        put(tab, {"word": "song", "time": time})
        s = np.sqrt(mode_strengths(modes.values, start, time * unit))[:3]
        allowed = s * np.abs(modes.vectors[:, :3]).max(axis=0) / 250
        found = np.array(numbers(tab)["place"])
        assert (np.abs(found - s * modes.vectors[row, :3]) <= allowed + 1e-6).all()
        told = [np.array(figure.table[name]) for name in ("values", "start")]
        s = np.sqrt(mode_strengths(*told, time * aligned_half_rises(*told)[0]))[:3]
        np.testing.assert_allclose(found, s * unpacked(figure.table["modes"])[row], rtol=1e-9)
    tab.context.close()


def test_turning_keeps_every_length(browser, figure):
    tab = opened(browser, figure)
    put(tab, {"time": 2.0})
    for turn, tilt in [(0, 0), (90, 0), (0, 90), (-33, 71)]:
        put(tab, {"turn": turn, "tilt": tilt})
        found = numbers(tab)
        assert np.linalg.norm(found["view"]) == pytest.approx(np.linalg.norm(found["place"]), rel=1e-12)
    put(tab, {"turn": 0, "tilt": 0})
    assert numbers(tab)["view"] == pytest.approx(numbers(tab)["place"])
    tab.context.close()


def test_each_preset_shows_the_shape_that_it_names(figure):
    shapes = [figure.describe(**state) for _, state in figure.live.presets]
    for shape, name in zip(shapes, ("a line", "a plane", "a plane", "a space")):
        assert f"fill {name}" in shape.split(".")[0]


def test_it_says_what_the_package_says(browser, figure):
    says_the_same(browser, figure)


def test_it_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_bad_input_is_named(modes):
    with pytest.raises(ValueError, match="names must be words of the modes"):
        word_cloud(modes, D, SCALE, ["nosuchword"])
    with pytest.raises(ValueError, match="four modes"):
        word_cloud(modes.leading(3), D, SCALE, ["song"])
    with pytest.raises(ValueError, match="word must be one of the 1,000 words"):
        word_cloud(modes, D, SCALE, ["song"], word="nosuchword")
