"""Draw the picture on the front page: countries and their capitals, in a plane.

    .venv/bin/python tools/make_picture.py [FILE]

It writes ``book/_static/capitals.svg``, or the file that is named.  The vectors are the closed form, of 200
dimensions, from the statistics that ship with w2vlib: nothing is trained.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import numpy as np

import w2vlib
from w2vlib.course.plots import COLORS, use_style

PAIRS = (
    "germany berlin, spain madrid, russia moscow, sweden stockholm, "
    "ireland dublin, canada ottawa, india delhi, scotland edinburgh"
)
PICTURE = Path(__file__).resolve().parents[1] / "book" / "_static" / "capitals.svg"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=PICTURE, help="where the picture goes")
    picture = parser.parse_args().file
    stats = w2vlib.load_wikipedia()
    embedding = w2vlib.spectrum(w2vlib.m_star(stats), 200).embedding()
    pairs = [pair.split() for pair in PAIRS.split(", ")]
    vectors = np.array([[embedding.unit[embedding.index[word]] for word in pair] for pair in pairs])
    draw(pairs, plane(vectors), picture)


def plane(vectors: np.ndarray) -> np.ndarray:
    """Coordinates of pairs of vectors: along their mean difference, and across it.

    The second axis is the direction, at right angles to the first, in which the
    pairs' midpoints vary most.
    """
    along = (vectors[:, 1] - vectors[:, 0]).mean(axis=0)
    along /= np.linalg.norm(along)
    middles = vectors.mean(axis=1)
    middles = middles - middles.mean(axis=0)
    middles -= np.outer(middles @ along, along)
    across = np.linalg.svd(middles, full_matrices=False)[2][0]
    return np.stack([vectors @ along, vectors @ across], axis=-1)


def draw(pairs: list[list[str]], points: np.ndarray, picture: Path) -> None:
    """Draw an arrow from each country to its capital, into a file."""
    use_style()
    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7.2, 4.6))
    for (country, capital), (start, end) in zip(pairs, points):
        arrow = {"arrowstyle": "-|>", "color": COLORS["M*"], "lw": 1.3, "shrinkA": 3, "shrinkB": 3}
        axes.annotate("", end, start, arrowprops=arrow)
        for word, (x, y), side in ((country, start, "right"), (capital, end, "left")):
            axes.plot(x, y, ".", color=COLORS["counts"])
            shift = -6 if side == "right" else 6
            axes.annotate(
                word, (x, y), (shift, 0), textcoords="offset points", ha=side, va="center", style="italic"
            )
    axes.set(
        title="From country to capital is nearly the same step",
        xlabel="along the mean of the differences (cosine)",
        ylabel="across it (cosine)",
    )
    axes.margins(x=0.18, y=0.08)
    figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})
    print(picture)


if __name__ == "__main__":
    main()
