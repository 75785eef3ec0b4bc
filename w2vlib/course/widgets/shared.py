"""How much of some vectors' directions lies in those of a matrix, direction by direction, and which words are at their ends."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..._common.arguments import check_kind, checked
from ..._common.validate import whole_number
from ...dynamics import overlap_matrix
from ...embeddings import Embedding
from ...evaluation import chance_overlap
from ...spectra import Spectrum
from .._plain import percent
from ..plots import COLORS
from .drawing import cursor, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch
from .wording import phrase

__all__ = ["shared_explorer"]

_ENDS = 6  # words at an end


@checked
def shared_explorer(
    vectors: dict[str, Spectrum],
    matrices: dict[str, Spectrum],
    *,
    count: int = 50,
    directions: int = 10,
    space: int | None = None,
    name: str = "shared",
) -> Explorer:
    r"""Return a figure of how much of some vectors lies in the leading space of a matrix, and of which directions.

    Above, the share :math:`\lVert U_d^\top g_j\rVert^2` of each direction
    :math:`g_j` of the vectors in the first d of the matrix.  Below, the overlap
    :math:`\frac1k\lVert U_d^\top G_k\rVert_F^2` of the first k as d grows, with
    the mean that chance gives, d/V.

    Parameters
    ----------
    vectors : mapping of str to Spectrum
        By name, what :func:`~w2vlib.evaluation.principal_directions` returns.
    matrices : mapping of str to Spectrum
        By name, leading directions of matrices that hold all words of the
        vectors.  Where they hold more, the rows that are common are taken, and
        made orthonormal from the first direction on.
    count : int
        How many directions of each can be chosen.
    directions, space : int
        k and d at first; d is `count` by default.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With switches ``vectors`` and ``matrix`` and sliders ``k`` and ``d``.

    Raises
    ------
    ValueError
        If there are none, they do not know their words or have too few
        directions, or a matrix lacks a word.

    Notes
    -----
    Shares are kept in thousandths, rounded once.  Introduced in chapter
    *other-vectors*.

    Examples
    --------
    >>> basis = np.eye(40)
    >>> one = Spectrum(np.array([3.0, 2.0]), basis[:, :2], residual=0.0, words=[f"w{i}" for i in range(40)])
    >>> explorer = shared_explorer({"ours": one}, {"M*": one}, count=2, directions=2, space=1)
    >>> print(explorer.describe().split(". ")[0])
    50 % of the first 2 directions of ours lie in the first 1 of M*
    """
    count = whole_number("count", count)
    for side, given in (("vectors", vectors), ("matrices", matrices)):
        if not given:
            raise ValueError(f"{side} must hold at least one spectrum by its name, not {given!r}")
        for named, modes in given.items():
            check_kind(f"{side}: each name", named, "str")
            check_kind(f"{side}: {named}", modes, "Spectrum")
            if modes.words is None or len(modes) < count:
                raise ValueError(f"{side}: {named} must know its words and hold {count} directions or more")
    table = {
        "vectors": [{"name": named, "size": len(G.words), "ends": _ends(G, count)} for named, G in vectors.items()],
        "matrices": [{"name": named, "ends": _ends(U, count)} for named, U in matrices.items()],
        "grown": [[_grown(G, _common(U, G, named, count)) for named, U in matrices.items()] for G in vectors.values()],
    }  # fmt: skip
    controls = [
        Switch("vectors", "vectors", {str(n): named for n, named in enumerate(vectors)}, "0"),
        Switch("matrix", "matrix", {str(n): named for n, named in enumerate(matrices)}, "0"),
        Slider("k", "directions k of the vectors", 1, count, 1, directions),
        Slider("d", "directions d of the matrix", 1, count, 1, count if space is None else space),
    ]
    return Explorer(
        table, controls, partial(_draw, table), Live("shared", wide=460, narrow=440, lines=5), name
    )


def _ends(modes: Spectrum, count: int) -> list:
    n = min(_ENDS, len(modes.words) // 2)
    return [[list(map(str, side)) for side in modes.ends(k, n, rule="fair")] for k in range(count)]


def _common(U: Spectrum, G: Spectrum, named: str, count: int) -> np.ndarray:
    """Directions of a matrix on the words of the vectors, orthonormal from the first on."""
    known = Embedding(U.words, U.vectors[:, :count])
    if missing := next((word for word in G.words if word not in known), None):
        raise ValueError(f"matrices: {named} lacks the word {missing!r} of the vectors")
    return np.linalg.qr(known.vectors[known.index.rows(G.words)])[0]


def _grown(G: Spectrum, U: np.ndarray) -> list[list[int]]:
    """By how many thousandths the share of each direction grows with each one of the matrix."""
    shares = np.cumsum(overlap_matrix(G.vectors[:, : U.shape[1]], U), axis=1)
    return np.diff(np.rint(1000 * shares).astype(int), axis=1, prepend=0).tolist()


def _draw(table: dict, figure, vectors: str, matrix: str, k: int, d: int) -> str:
    of, inside = table["vectors"][int(vectors)], table["matrices"][int(matrix)]
    grown = np.array(table["grown"][int(vectors)][int(matrix)])
    sums, count, size = np.cumsum(grown, axis=1), len(grown), of["size"]
    shares, overlap, numbers = sums / 1000, sums[:k].sum(axis=0) / (1000 * k), np.arange(1, count + 1)
    above, below = panels(figure, [1.7, 1.5], lines=5, common=False)
    blue, red = COLORS["M*"], COLORS["word2vec"]
    above.vlines(numbers, 0, shares[:, d - 1], color=["#b0b0b0"] * count, linewidth=1)
    above.plot(numbers[:k], shares[:k, d - 1], "o", color=blue, markersize=4)
    above.plot(numbers[k:], shares[k:, d - 1], "o", color="#999999", markersize=3)
    above.axhline(d / size, color="#777777", linewidth=1)
    cursor([above], k, shares[k - 1, d - 1], red)
    above.set(xlim=(0, count + 1), ylim=(0, 1.05), xlabel="direction of the vectors", ylabel="share")
    below.plot(numbers, overlap, color=blue)
    below.plot(numbers, numbers / size, color="#777777", linewidth=1)
    cursor([below], d, overlap[d - 1], red)
    below.set(xlim=(0, count + 1), ylim=(0, 1.05), xlabel="directions d of the matrix", ylabel="overlap")
    mean, deviation = chance_overlap(size, k, d)
    best = int(grown[k - 1].argmax())
    rows = [
        (
            "chance",
            f"{percent(mean, 2)} ± {percent(deviation, 2)}, for a random space of {size:,} words",
            False,
        ),
        ("share", f"{shares[k - 1, d - 1]:.2f} of direction {k} lies there", False),
        ("its words", " – ".join(phrase(end, 34) for end in of["ends"][k - 1]), True),
        (
            "nearest",
            f"direction {best + 1} of {inside['name']}, squared cosine {grown[k - 1, best] / 1000:.2f}",
            False,
        ),
        ("words", " – ".join(phrase(end, 34) for end in inside["ends"][best]), True),
    ]
    many = "direction" if k == 1 else f"{k} directions"
    title = f"{percent(overlap[d - 1])} of the first {many} of {of['name']} lie in the first {d} of {inside['name']}"
    return notes(figure, title.replace("lie", "lies") if k == 1 else title, rows)
