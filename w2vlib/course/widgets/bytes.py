"""Bytes a word, moved: how bits are shared out among directions, what is lost, and a word's neighbours then."""

from __future__ import annotations

import base64
from functools import partial

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import whole_number
from ...compression import rate_distortion
from ...embeddings import Embedding
from .._plain import percent, plain, visible
from ..plots import COLORS
from .book import unpacked
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Words

__all__ = ["byte_explorer"]

_BEST, _STEPS = 6, 127  # neighbours; steps of one byte to either side


@checked
def byte_explorer(embedding: Embedding, word: str = "king", most: int = 40, size: int = 16) -> Explorer:
    r"""Return a figure in which one moves the bytes of a word and sees what is left of its neighbours.

    Bars: bits of each direction, :math:`b_k`, from rounding with one common step.
    Curve: the share of the squared length that is lost, foretold by
    :func:`~w2vlib.compression.rate_distortion`; the dot is measured, on the vectors that the
    figure rounds itself.

    Parameters
    ----------
    embedding : Embedding
        A few hundred words; they are scaled to length 1 and turned to their
        principal axes, and kept in one byte a number.
    word : str
        Whose neighbours are shown at first.
    most : int
        Where the slider ends, in bytes a word.
    size : int
        Where it stands at first.

    Returns
    -------
    Explorer
        With a slider ``size`` and a box ``word``.

    Raises
    ------
    ValueError
        If a number is out of range or the word is not there.

    Notes
    -----
    Bytes are those of the code alone, at its entropy.  Introduced in chapter *compression*.

    Examples
    --------
    >>> vectors = Embedding(("a", "b", "c", "d"), np.array([[2.0, 1], [2, -1], [-2, 0.5], [-2, -0.5]]))
    >>> print(byte_explorer(vectors, "a", most=2, size=1).describe().split(".")[0])
    1 byte a word: less than 1 % of the squared length is lost
    """
    most = whole_number("most", most)
    unit = embedding.unit
    axes = np.linalg.eigh(unit.T @ unit)[1][:, ::-1]
    rows = unit @ axes
    scale = np.abs(rows).max() / _STEPS
    kept = np.rint(rows / scale).astype(np.int8)
    mean = plain((kept * scale).mean(axis=0))
    values = ((kept * scale - mean) ** 2).mean(axis=0)
    kept, mean, values = kept[:, values > 0], np.array(mean)[values > 0], values[values > 0]
    laws = [rate_distortion(values, 8.0 * n) for n in range(1, most + 1)]
    table = {
        "words": list(embedding.words),
        "mean": plain(mean),
        "vectors": {
            "base64": base64.b64encode(kept.tobytes()).decode(),
            "shape": list(kept.shape),
            "scale": plain(scale, 9),
        },
        "steps": [plain(law.step, 9) for law in laws],
        "lost": [plain(law.share, 4) for law in laws],
        "bits": [[round(float(b), 2) for b in law.bits] for law in laws],
    }
    sliders = [
        Slider("size", "bytes a word", 1, most, 1, size),
        Words("word", "neighbours of", tuple(embedding.words), word),
    ]
    live = Live("bytes", wide=400, narrow=420, lines=6, play="size", seconds=8.0, words="Add bytes")
    return Explorer(table, sliders, partial(_draw, _Rounded(table)), live)


class _Rounded:
    """The vectors of a table, rounded to the multiples of a step."""

    def __init__(self, table: dict):
        self.table = table
        self.mean = np.array(table["mean"])
        self.rows = unpacked(table["vectors"]) - self.mean
        self.index = {word: row for row, word in enumerate(table["words"])}

    def at(self, step: float) -> tuple[np.ndarray, float]:
        """Rounded vectors, shrunk so that they are nearest, and the share of the squares that is lost."""
        numbers = np.floor(self.rows / step + 0.5)
        square = (numbers**2).sum(axis=0)
        shrunk = np.divide(
            (self.rows * numbers).sum(axis=0), square, where=square > 0, out=np.zeros_like(square)
        )
        found = numbers * shrunk
        return found + self.mean, float(((self.rows - found) ** 2).sum() / (self.rows**2).sum())

    def nearest(self, vectors: np.ndarray, word: str) -> list[tuple[str, float]]:
        """The words with the largest cosines to one."""
        lengths = np.sqrt((vectors**2).sum(axis=1))
        row = self.index[word]
        cosines = vectors @ vectors[row] / np.maximum(lengths * lengths[row], 1e-12)
        cosines[row] = -2
        order = np.argsort(-np.round(cosines, 9), kind="stable")[: min(_BEST, len(cosines) - 1)]
        return [(self.table["words"][i], float(cosines[i])) for i in order]


def _told(found: list[tuple[str, float]]) -> str:
    return ", ".join(visible(word) for word, _ in found)


def _draw(model: _Rounded, figure, size: int, word: str) -> str:
    table, now = model.table, size - 1
    vectors, lost = model.at(table["steps"][now])
    before, after = model.nearest(model.rows + model.mean, word), model.nearest(vectors, word)
    bits = table["bits"][now]
    above, below = panels(figure, [1.5, 1.5], lines=5, common=False)
    above.bar(range(1, len(bits) + 1), bits, color=COLORS["M*"], width=0.8)
    above.set(
        xlabel="direction k", ylabel="bits", xlim=(0, len(bits) + 1), ylim=(0, max(table["bits"][-1]) * 1.05)
    )
    places = range(1, len(table["lost"]) + 1)
    below.plot(places, table["lost"], color=COLORS["M*"])
    below.plot([size], [lost], "o", color=COLORS["word2vec"], markersize=8, clip_on=False)
    below.set(xlabel="bytes a word", ylabel="share lost", xlim=(1, max(2, len(places))), ylim=(0, 1))
    few = sum(b < 0.5 for b in bits)
    kept = len({w for w, _ in before} & {w for w, _ in after})
    title = f"{size} byte{'s' if size > 1 else ''} a word: {percent(lost)} of the squared length is lost"
    return notes(
        figure,
        title,
        [
            ("foretold", f"{percent(table['lost'][now])}, from the strengths alone", False),
            (
                "bits",
                f"{bits[0]:.1f} for the first direction, {bits[-1]:.1f} for the last; {few} of {len(bits)} have less than half a bit",
                False,
            ),
            ("neighbours", _told(after), True),
            ("before", _told(before), True),
            ("the same", f"{kept} of {len(before)}", False),
        ],
    )
