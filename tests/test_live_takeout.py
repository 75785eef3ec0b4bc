"""A text taken out: the figure says what the library computes of the rest."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, numbers, opened, put, said

from w2vlib import count_corpus, m_star, spectrum
from w2vlib.course.widgets import takeout_explorer
from w2vlib.dynamics import aligned_half_rises, typical_start
from w2vlib.stability import influence
from w2vlib.statistics import count_like

COUNT, SCALE, D = 5, 1e-2, 30


@pytest.fixture(scope="module")
def texts() -> dict:
    """Three texts about something of their own."""
    rng = np.random.default_rng(0)
    words = np.array([f"w{n}" for n in range(40)])
    taste = rng.dirichlet(np.full(40, 0.3), 5) + 0.01
    taste /= taste.sum(axis=1, keepdims=True)
    return {
        name: [rng.choice(words, 30, p=taste[n] * 0.6 + taste[3 + n % 2] * 0.4).tolist() for _ in range(size)]
        for n, (name, size) in enumerate({"one": 60, "<b>two</b>": 30, "three": 10}.items())
    }


@pytest.fixture(scope="module")
def counted(texts):
    stats = count_corpus([doc for text in texts.values() for doc in text], window=4)
    return stats, {name: count_like(text, stats) for name, text in texts.items()}


@pytest.fixture(scope="module")
def figure(counted):
    return takeout_explorer(*counted, count=COUNT, d=D, scale=SCALE)


def test_it_says_what_the_package_says_and_answers_to_every_hand(browser, figure):
    tab = opened(browser, figure)
    agrees(tab, figure)
    put(tab, {"part": 2, "mode": 1, "what": "λ"})
    assert said(tab).startswith("Without <b>two</b>, ") and tab.locator(".w2v-live b").count() == 0
    tab.context.close()
    answers(browser, figure)


def test_what_it_shows_is_what_the_library_computes(browser, figure, counted):
    stats, parts = counted
    modes = spectrum(m_star(stats), 25)
    before, start = modes.values[:COUNT], typical_start(COUNT, D, SCALE)
    rises = aligned_half_rises(before, start)
    tab = opened(browser, figure)
    for n, part in enumerate(parts.values()):
        after = spectrum(m_star(stats - part), COUNT).values
        told = influence(stats, part, modes)
        for k in range(COUNT):
            put(tab, {"part": n + 1, "mode": k + 1, "what": "λ"})
            found = numbers(tab)
            assert found["exact"] == pytest.approx(100 * (after[k] / before[k] - 1), rel=1e-4, abs=1e-5)
            assert found["told"] == pytest.approx(100 * told.values[0, k] / before[k], rel=1e-4, abs=1e-5)
            assert found["error"] == pytest.approx(100 * told.errors[0, k] / before[k], rel=1e-4, abs=1e-5)
            assert found["derivative"] == pytest.approx(
                100 * told.derivatives[0, k] / before[k], rel=1e-4, abs=1e-5
            )
            assert found["turn"] == pytest.approx(np.degrees(told.turns[0, k]), rel=1e-3)
            put(tab, {"part": n + 1, "mode": k + 1, "what": "τ"})
            later = aligned_half_rises(after, start)[k] / rises[k] - 1
            assert numbers(tab)["exact"] == pytest.approx(100 * later, rel=1e-4, abs=1e-5)
    tab.context.close()


def test_what_cannot_be_shown_is_said(counted):
    stats, parts = counted
    with pytest.raises(ValueError, match="parts must hold at least one text"):
        takeout_explorer(stats, {})
    with pytest.raises(ValueError, match="count must be a whole number between 1 and 40"):
        takeout_explorer(stats, parts, count=41)
    with pytest.raises(ValueError, match="only .* directions can be learned, not 39"):
        takeout_explorer(stats, parts, count=39)
    with pytest.raises(ValueError, match="document 1 is all that these statistics hold"):
        takeout_explorer(stats, {"all": stats}, count=3)
