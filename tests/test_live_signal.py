"""A family as a signal in noise: eigenvalues, ratio and law of noise are the library's, in both languages."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib import Embedding, load_analogies, load_wikipedia, m_star, spectrum
from w2vlib.course.widgets import signal_explorer
from w2vlib.course.widgets.signal import found_in, noise_quantiles
from w2vlib.evaluation import (
    effective_dimension,
    marchenko_pastur_density,
    marchenko_pastur_edges,
    pairs_of_family,
    shared_direction,
    signal_to_noise,
    task_vectors,
)

MOST = 12


@pytest.fixture(scope="module")
def vectors():
    return spectrum(m_star(load_wikipedia(2500)), 64).embedding()


@pytest.fixture(scope="module")
def families(vectors):
    asked = load_analogies()
    found = {
        name: pairs_of_family(asked[name], vectors, distinct_words=True)
        for name in ("nationality", "plural", "opposite")
    }
    return {name: pairs for name, pairs in found.items() if len(pairs) >= 4}


@pytest.fixture(scope="module")
def figure(vectors, families):
    return signal_explorer(vectors, families, most=MOST)


@pytest.mark.parametrize("rank", [3, 4, 6])
@pytest.mark.parametrize("m", [3, 9])
def test_it_says_what_the_library_computes(browser, figure, families, vectors, rank, m):
    tab = opened(browser, figure)
    for family, pairs in families.items():
        put(tab, {"family": family, "rank": rank, "m": m})
        R = task_vectors(vectors.leading(2**rank), pairs[: min(m, MOST)])
        found, here = numbers(tab), found_in(figure.table, family, rank, m)
        noise = ((R - R.mean(axis=0)) ** 2).sum() / (len(R) - 1)
        expected = np.linalg.eigvalsh(R @ R.T)[::-1] / noise
        np.testing.assert_allclose(found["values"], expected, rtol=1e-3, atol=2e-3 * expected[0])
        np.testing.assert_allclose(found["values"], here.values, rtol=1e-9, atol=1e-9 * expected[0])
        assert found["ratio"] == pytest.approx(signal_to_noise(R), rel=1e-3)
        assert here.share == pytest.approx((shared_direction(R) - 1) / (len(R) - 1), abs=1e-3)
        fair = effective_dimension(vectors.vectors[:, : 2**rank])
        assert found["edge"] == pytest.approx(marchenko_pastur_edges(len(R), fair)[1], rel=1e-5)
    tab.context.close()


@pytest.mark.parametrize("m, fair", [(8, 57.0), (20, 30.0), (20, 7.5)])
def test_noise_follows_the_law_of_marchenko_and_pastur(m, fair):
    x = np.linspace(*marchenko_pastur_edges(m, fair), 200_001)[1:-1]
    mass = np.cumsum(marchenko_pastur_density(x, m, fair)) * (x[1] - x[0])
    zero = max(0.0, 1 - fair / m)
    wanted = (np.arange(m)[::-1] + 0.5) / m - zero
    expected = np.where(wanted > 0, np.interp(wanted, mass, x), 0)
    np.testing.assert_allclose(noise_quantiles(m, fair), expected, atol=5e-3)


def test_noise_alone_lies_on_its_line_and_a_signal_does_not(browser):
    rng = np.random.default_rng(1)
    words = [f"w{n}" for n in range(40)]
    noise = rng.standard_normal((40, 64))
    tab = None
    for strength, seen in ((0.0, False), (1.0, True)):
        made = noise.copy()
        made[20:] += strength
        figure = signal_explorer(
            Embedding(words, made), {"made up": list(zip(words[:20], words[20:]))}, rank=6
        )
        assert ("too little is shared" in figure.describe()) != seen
        tab = opened(browser, figure)
        found = numbers(tab)
        assert (found["values"][0] > 1.5 * found["edge"]) == seen
        np.testing.assert_allclose(found["values"][1:18], found["quantiles"][1:18], rtol=0.35)
        tab.context.close()


def test_says_the_same(browser, figure):
    says_the_same(browser, figure)


def test_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_bad_input_is_named(vectors, families):
    with pytest.raises(ValueError, match="families must hold one"):
        signal_explorer(vectors, {})
    with pytest.raises(ValueError, match="family must be"):
        signal_explorer(vectors, families, family="no such")
    with pytest.raises(ValueError, match="eight dimensions"):
        signal_explorer(vectors.leading(4), families)
    with pytest.raises(ValueError, match="one and the same difference"):
        signal_explorer(
            Embedding(list("abcdef"), np.arange(6.0)[:, None] * np.ones(8)),
            {"steps": [("a", "b"), ("c", "d"), ("e", "f")]},
        )
