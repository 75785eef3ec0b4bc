"""A family of analogies as a signal in noise: eigenvalues of its task vectors, and what noise alone would give."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import whole_number
from ...embeddings import Embedding
from ...evaluation import effective_dimension, marchenko_pastur_edges, task_vectors
from .._plain import plain, visible
from ..plots import COLORS
from .drawing import cursor, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch
from .wording import phrase

__all__ = ["signal_explorer"]

_LEAST = 3  # pairs, and log₂ of the fewest dimensions
_ABSENT = 1e-9  # a share this small is none
_POINTS = 2000  # of the law of noise


@checked
def signal_explorer(
    embedding: Embedding,
    families: dict,
    *,
    family: str | None = None,
    rank: int | None = None,
    m: int | None = None,
    most: int = 20,
    name: str = "signal",
) -> Explorer:
    r"""Return a figure of the eigenvalues of :math:`RR^\top` of a family, against those of noise alone.

    Above, dots are the eigenvalues in units of the noise of one pair,
    :math:`\operatorname{tr}\Sigma`, the line is the Marchenko–Pastur law of as
    many rows in :math:`d_{\mathrm{eff}}` dimensions, and the cross is where the
    common share puts the largest: :math:`(1 + \psi)(1 + \frac{m}{d_{\mathrm{eff}}\psi})`.
    Below, the signal-to-noise ratio at every number of dimensions: measured
    (dots), foretold from the common share (line), and of noise alone (broken line).

    Parameters
    ----------
    embedding : Embedding
        In coordinates of the closed form, the strongest first.
    families : dict of str to list of pairs
        Families with three pairs of words or more.
    family, rank, m : optional
        What is shown at first: a family, by default the first; :math:`\log_2 d`, by
        default 7 or the largest; and the number of pairs, by default as many as there are.
    most : int
        How many pairs of a family are used, at most; those that come first.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With a switch ``family`` and sliders ``rank`` and ``m``.

    Raises
    ------
    ValueError
        If there is no family, a family has too few pairs or they do not differ, the
        vectors have fewer than eight dimensions, or there is no such state.

    Notes
    -----
    The table holds inner products of task vectors to four digits.  Source:
    Karkada et al. (2025), section 5 and figure 4.  Introduced in chapter *task-vectors*.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> rows = rng.standard_normal((20, 16))
    >>> rows[10:] = rows[:10] + 2 + 0.5 * rng.standard_normal((10, 16))
    >>> made = Embedding(list("abcdefghijklmnopqrst"), rows)
    >>> explorer = signal_explorer(made, {"ten": list(zip("abcdefghij", "klmnopqrst"))})
    >>> print(explorer.describe(m=8).split(". ")[0])
    ten: 141.3 times the noise; the law of noise ends at 3.0
    """
    most = whole_number("most", most, _LEAST)
    largest = int(np.log2(embedding.vectors.shape[1]))
    if largest < _LEAST:
        raise ValueError(f"the vectors need eight dimensions or more, not {embedding.vectors.shape[1]}")
    if not families:
        raise ValueError("families must hold one family at least")
    exponents = range(_LEAST, largest + 1)
    kept = {str(named): _grams(embedding, named, pairs, most, exponents) for named, pairs in families.items()}
    table = {
        "families": kept,
        "effective": plain([effective_dimension(embedding.vectors[:, : 2**e]) for e in exponents]),
    }
    sizes = [len(entry["pairs"]) for entry in kept.values()]
    found = [found_in(table, named, e, n) for named in kept for e in exponents for n in {*sizes, _LEAST}]
    table["top"] = plain(max(each.values[0] for each in found), 3)
    table["peak"] = plain(max(each.ratio for each in found), 3)
    controls = [
        Switch("family", "family", {named: named for named in kept}, next(iter(kept)) if family is None else family),
        Slider("rank", "dimensions d, a power of two", _LEAST, largest, 1, min(7, largest) if rank is None else rank),
        Slider("m", "pairs m", _LEAST, max(sizes), 1, max(sizes) if m is None else m),
    ]  # fmt: skip
    live = Live("signal", wide=500, narrow=490, lines=5)
    return Explorer(table, controls, partial(_draw_signal, table), live, name)


def _grams(embedding, named, pairs, most, exponents) -> dict:
    """Pairs of a family, and at each number of dimensions their inner products: the lower triangle, row after row."""
    pairs = [tuple(map(str, pair)) for pair in pairs][:most]
    R = task_vectors(embedding, pairs)
    first = R[:_LEAST, : 2**_LEAST]
    if ((first - first.mean(axis=0)) ** 2).sum() <= 1e-9 * (first**2).sum():
        raise ValueError(f"the first pairs of {named!r} have one and the same difference: there is no noise")
    corner = np.tril_indices(len(R))
    return {
        "pairs": [list(pair) for pair in pairs],
        "grams": [plain((R[:, : 2**e] @ R[:, : 2**e].T)[corner], 4) for e in exponents],
    }


def found_in(table: dict, family: str, rank: int, m: int) -> SimpleNamespace:
    """What the first m pairs of a family have at 2**rank dimensions, and what theory says of it."""
    entry, fair = table["families"][family], table["effective"][rank - _LEAST]
    m, d = min(m, len(entry["pairs"])), 2**rank
    gram = np.zeros((m, m))
    gram[np.tril_indices(m)] = entry["grams"][rank - _LEAST][: m * (m + 1) // 2]
    gram += np.tril(gram, -1).T
    total, together = np.trace(gram), gram.sum()
    noise, share = (total - together / m) / (m - 1), (together / total - 1) / (m - 1)
    psi, barrier = m * max(share, _ABSENT) / (1 - max(share, _ABSENT)), np.sqrt(m / fair)
    edge = marchenko_pastur_edges(m, fair)[1]
    seen = psi > barrier
    spike = (1 + psi) * (1 + m / (fair * psi)) if seen else edge
    values = np.linalg.eigvalsh(gram)[::-1] / noise
    return SimpleNamespace(
        m=m, d=d, fair=fair, share=share, psi=psi, barrier=barrier, edge=edge, seen=seen, spike=spike, values=values,
        ratio=values[0] / (total / noise / min(m, d)), foretold=spike / (1 + psi / m) * min(m, d) / m,
        alone=edge * min(m, d) / m,
    )  # fmt: skip


def noise_quantiles(m: int, fair: float) -> np.ndarray:
    """The m eigenvalues of noise by the Marchenko–Pastur law, the largest first; 0 for those that must be.

    Examples
    --------
    >>> noise_quantiles(4, 1e9).round(3), noise_quantiles(4, 2.0).round(2)
    (array([1., 1., 1., 1.]), array([2.97, 0.8 , 0.  , 0.  ]))
    """
    aspect, angle = m / fair, (np.arange(_POINTS) + 0.5) * np.pi / _POINTS
    x = 1 + aspect - 2 * np.sqrt(aspect) * np.cos(angle)
    mass = np.cumsum(2 * np.sin(angle) ** 2 / x) / _POINTS
    wanted = (np.arange(m)[::-1] + 0.5) / m - max(0.0, 1 - 1 / aspect)
    return np.where(wanted > 0, np.interp(wanted, mass, x), 0.0)


def _draw_signal(table, figure, family, rank, m) -> str:
    found = found_in(table, family, rank, m)
    above, below = panels(figure, [2.2, 1.7], lines=5, common=False)
    place, blue, red = np.arange(1, found.m + 1), COLORS["M*"], COLORS["word2vec"]
    shown = np.where(found.values > 1e-6, found.values, np.nan)
    quantiles = noise_quantiles(found.m, found.fair)
    above.plot(place, np.where(quantiles > 0, quantiles, np.nan), color="#555555", linewidth=1.3)
    above.axhline(found.edge, color="#777777", linewidth=1, linestyle=":")
    above.plot(place, shown, "o", color=blue, markersize=4.5)
    if found.seen:
        above.plot(1, found.spike, "x", color=red, markersize=10)
    above.set(yscale="log", ylim=(0.02, 1.6 * table["top"]), xlim=(0.3, found.m + 0.7))
    above.set(xlabel="number of the eigenvalue", ylabel="eigenvalue / noise")
    above.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    above.minorticks_off()
    ranks = np.arange(_LEAST, _LEAST + len(table["effective"]))
    all_ranks = [found_in(table, family, r, m) for r in ranks]
    below.plot(ranks, [each.foretold for each in all_ranks], color=blue, linewidth=1.4)
    below.plot(ranks, [each.alone for each in all_ranks], color="#555555", linewidth=1.3, linestyle="--")
    below.plot(ranks, [each.ratio for each in all_ranks], "o", color=blue, markersize=4.5)
    cursor([below], rank)
    below.set(xlabel="dimensions d", ylabel="SNR", ylim=(0, 1.1 * table["peak"]))
    below.set_xticks(ranks, [str(2**r) for r in ranks])
    return notes(figure, *_said(table, family, found))


def _said(table, family, found) -> tuple[str, list]:
    share = f"{found.share:.2f}".replace("-", "−")
    pairs = [f"{a} – {b}" for a, b in table["families"][family]["pairs"]]
    theory = "theory, from what the pairs share" if found.seen else "theory, the edge of noise"
    return (
        f"{visible(family)}: {found.values[0]:.1f} times the noise; the law of noise ends at {found.edge:.1f}"
        if found.seen
        else f"{visible(family)}: too little is shared to be seen in noise up to {found.edge:.1f}",
        [
            ("strongest", f"{found.values[0]:.1f} times the noise; {theory}: {found.spike:.1f}", False),
            ("ratio", f"SNR = {found.ratio:.2f}; foretold {found.foretold:.2f}, noise alone {found.alone:.2f}", False),
            ("shared", f"ς = {share}, so ψ = {found.psi:.2f}; seen above √(m/d_eff) = {found.barrier:.2f}", False),
            ("noise", f"{found.d} dimensions are worth {found.fair:.0f}; m = {found.m} pairs", False),
            ("pairs", phrase(pairs, 60), True),
        ],
    )  # fmt: skip
