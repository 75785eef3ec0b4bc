"""Draw the picture that stands beside links to the book: six directions, learned one after another.

    .venv/bin/python tools/make_preview.py

It writes ``book/_static/preview.png``.  The curves are the logistics of the six strongest
directions of Wikipedia's target matrix, from a start of 1e-6: nothing is trained.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np

import w2vlib

PICTURE = Path(__file__).resolve().parents[1] / "book" / "_static" / "preview.png"
#: Links are shown with pictures of this size.
WIDTH, HEIGHT, DOTS = 1200, 630, 100
INK, PAPER = "#222832", "#fdfcf8"
START, MODES = 1e-6, 6


def main() -> None:
    stats = w2vlib.load_wikipedia()
    draw(w2vlib.spectrum(w2vlib.m_star(stats), MODES).values)


def strengths(values: np.ndarray, times: np.ndarray, start: float = START) -> np.ndarray:
    """Return how strong each direction is at each time: its logistic, from the same start.

    Examples
    --------
    >>> strengths(np.array([2.0]), np.array([0.0, 100.0]), start=0.01).round(4).tolist()
    [[0.0001, 2.0]]
    """
    ratio = values[:, None] / start**2 - 1
    return values[:, None] / (1 + ratio * np.exp(-2 * np.outer(values, times)))


def draw(values: np.ndarray) -> None:
    """Draw the title, and the curves below it."""
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    end = 1.25 * np.log(values[-1] / START**2) / (2 * values[-1])
    times = np.linspace(0.3 * end, end, 600)
    colors = matplotlib.colormaps["viridis"](np.linspace(0, 0.85, len(values)))
    figure = plt.figure(figsize=(WIDTH / DOTS, HEIGHT / DOTS), dpi=DOTS, facecolor=PAPER)
    axes = figure.add_axes([0.05, 0.07, 0.9, 0.56], facecolor=PAPER)
    for curve, color in zip(strengths(values, times), colors):
        axes.plot(times, curve, color=color, lw=5, solid_capstyle="round")
    axes.margins(x=0.01)
    axes.set_axis_off()
    figure.text(0.05, 0.83, "What word2vec learns", color=INK, fontsize=44, weight="bold")
    figure.text(0.05, 0.73, "in which order, and when: computed before training", color=INK, fontsize=24)
    figure.savefig(PICTURE, dpi=DOTS, metadata={"Software": None})
    print(PICTURE)


if __name__ == "__main__":
    main()
