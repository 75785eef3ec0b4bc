"""What the tests share: quiet settings, and the shipped statistics loaded once."""

from __future__ import annotations

import dataclasses
import os
import signal

os.environ.setdefault("MPLBACKEND", "Agg")
if "PYTEST_XDIST_WORKER" in os.environ:  # beside others, each worker keeps to one thread
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")

# What is started in the background of a shell ignores Ctrl-C, which some tests raise.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

import numpy as np
import pytest
from hypothesis import settings
from pages import address, browser, built  # noqa: F401  fixtures: files of tests find them here
from scipy.sparse import csr_array

import w2vlib

# Derandomised: a test that passes here passes everywhere, and the suite's length does not vary.
settings.register_profile("w2vlib", deadline=None, max_examples=40, derandomize=True, database=None)
settings.load_profile("w2vlib")


@pytest.fixture(scope="session")
def wikipedia() -> w2vlib.CorpusStatistics:
    """The shipped statistics, whole.  Do not change them in place."""
    return w2vlib.load_wikipedia()


@pytest.fixture(scope="session")
def wikipedia_2000(wikipedia) -> w2vlib.CorpusStatistics:
    return wikipedia.first(2000)


@pytest.fixture(scope="session")
def wikipedia_modes(wikipedia_2000) -> w2vlib.Spectrum:
    """The first 100 directions of M* for 2,000 words."""
    return w2vlib.spectrum(w2vlib.m_star(wikipedia_2000), 100)


@pytest.fixture(scope="session")
def wikipedia_space(wikipedia_modes) -> w2vlib.Embedding:
    return wikipedia_modes.embedding()


@pytest.fixture(scope="session")
def wikipedia_parts() -> list[w2vlib.CorpusStatistics]:
    return w2vlib.load_wikipedia_parts()


@pytest.fixture
def small() -> w2vlib.CorpusStatistics:
    """Two short documents, counted by hand in test_statistics.py."""
    return w2vlib.count_corpus([["a", "b", "a"], ["b", "c"]], window=2)


@pytest.fixture
def random_stats():
    """A function that makes statistics of `size` words with random counts, some of them zero."""

    def make(size: int, seed: int = 0, zeros: float = 0.3) -> w2vlib.CorpusStatistics:
        rng = np.random.default_rng(seed)
        counts = rng.integers(1, 1000, (size, size)) * (rng.random((size, size)) > zeros)
        counts = np.triu(counts) + np.triu(counts, 1).T
        np.fill_diagonal(counts, counts.diagonal() + 2)
        words = tuple(f"w{i}" for i in range(size))
        return w2vlib.CorpusStatistics(words, counts, counts.sum(axis=1), window=5)

    return make


@pytest.fixture
def made_sparse():
    """A function that makes the same statistics with sparse counts."""

    def make(stats: w2vlib.CorpusStatistics) -> w2vlib.CorpusStatistics:
        return dataclasses.replace(stats, counts=csr_array(stats.counts))

    return make
