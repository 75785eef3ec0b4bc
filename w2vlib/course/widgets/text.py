"""How much text a direction needs: eigenvalues against the noise that a text of finite length leaves."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..._common.arguments import checked
from ..._common.validate import positive_number, real_array
from ...dynamics import underlying_eigenvalues
from ...spectra import Spectrum
from .._plain import number, percent, plain
from ..plots import COLORS
from .drawing import notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider
from .wording import phrase

__all__ = ["text_explorer"]

_LOW, _HIGH, _STEP = 5.0, 9.0, 0.05  # of the logarithm of the number of words
_NEAR = _STEP / 2 + 1e-9
_RIGHT, _ENDS, _RANKS = 0.9, 3, (5, 20, 50)


@checked
def text_explorer(
    modes: Spectrum,
    variance: float,
    tokens: float,
    texts: np.ndarray,
    overlaps: np.ndarray,
    *,
    words: float | None = None,
) -> Explorer:
    r"""Return a figure in which the length of the text is moved, and directions come out of the noise.

    It draws the eigenvalues :math:`\lambda_k` of endless text, as far as they
    are known, and the noise :math:`\sqrt{Vv}` of a text of n words, v in
    proportion to 1/n.  By the law a direction stands out if
    :math:`\lambda_k > \sqrt{Vv}` and then has the squared cosine
    :math:`1 - Vv/\lambda_k^2` with the truth.  Below stands how much of the span
    of their first d directions two such texts share: by the law the mean of
    :math:`(1 - Vv/\lambda_k^2)^2`, and as dots where it was measured.

    Parameters
    ----------
    modes : Spectrum
        Directions of the target from the whole text.
    variance : float
        Variance v of an entry of the noise in the whole text.
    tokens : float
        How many words the whole text has.
    texts : ndarray, length n
        How many words each of two texts has, for n measured pairs.
    overlaps : ndarray, shape (n, d)
        For each pair, which share of the span of the first 1, 2, … d directions they have in common.
    words : float, optional
        The number of words shown first; by default that of the longest measured texts.

    Returns
    -------
    Explorer
        With a slider named ``log_words``, :math:`\log_{10}` of the number of words.

    Raises
    ------
    ValueError
        If no direction stands out in the whole text, shapes disagree, or a number is out of its bounds.

    Notes
    -----
    Below the shortest text and above the whole one the law is extrapolated, and
    the figure says so.  Source of the law: Benaych-Georges and Nadakuditi (2011).
    Introduced in chapter *finite-text*.

    Examples
    --------
    >>> modes = Spectrum(np.array([30.0, 9.0, 5.0]), np.eye(4)[:, :3], 0.0, words=("tea", "law", "war", "sea"))
    >>> figure = text_explorer(modes, 1.0, 4e6, np.array([2e6]), np.array([[0.9, 0.8, 0.7]]))
    >>> print(figure.describe())
    By the law, 2.0 million words show 3 directions, 1 right to 0.9.
    Noise: √(Vv) = 2.8, for 4 words; right to 0.9 from 8.9 on. Last right: direction 1, λ = 29.9: tea, law, war – sea, war, law.
    First lost: none of the 3 that are known. Two texts: by the law they share 98.2 % of the span of 1.
    Measured: 90.0 %, one pair without a common article.
    """
    variance, tokens = positive_number("variance", variance), positive_number("tokens", tokens)
    texts = real_array("texts", texts, None)
    overlaps = real_array("overlaps", overlaps, len(texts), None)
    if not (texts > 0).all() or not (np.diff(texts) > 0).all():
        raise ValueError("texts must be rising numbers of words, above 0")
    if not ((overlaps >= 0) & (overlaps <= 1 + 1e-9)).all():
        raise ValueError("overlaps must lie between 0 and 1")
    size = len(modes.vectors)
    values = underlying_eigenvalues(modes.values, variance, size)
    if not len(values):
        raise ValueError("no direction stands out from the noise of the whole text")
    if modes.words is None:
        raise ValueError("modes must know their words: take the spectrum of a target made from statistics")
    depth = min(overlaps.shape[1], len(values))
    table = {
        "size": size,
        "values": plain(values),
        "ends": [[list(map(str, end)) for end in modes.ends(k, _ENDS)] for k in range(len(values))],
        "noise": plain(size * variance * tokens),
        "tokens": float(tokens),
        "texts": texts.tolist(),
        "overlaps": plain(overlaps[:, :depth], 5),
    }
    first = np.log10(positive_number("words", texts[-1] if words is None else words))
    slider = Slider(
        "log_words",
        "length of the text: log₁₀ of its words",
        _LOW,
        _HIGH,
        _STEP,
        float(np.clip(first, _LOW, _HIGH)),
    )
    presets = tuple(
        (_million(n), {"log_words": slider._typed(_LOW + _STEP * round((np.log10(n) - _LOW) / _STEP))})
        for n in texts
        if _LOW <= np.log10(n) <= _HIGH
    )
    live = Live("text", wide=430, narrow=470, lines=7, play="log_words", words="More text", presets=presets)
    return Explorer(table, [slider], partial(_draw_text, table), live)


def _million(words: float) -> str:
    count = words / 1e6
    return f"{count:.{0 if count >= 10 else 1 if count >= 1 else 2}f} million"


def _length(table: dict, log_words: float) -> tuple[float, int | None]:
    """The number of words, and which measured pair of texts has it."""
    near = [k for k, n in enumerate(table["texts"]) if abs(np.log10(n) - log_words) <= _NEAR]
    return (table["texts"][near[0]], near[0]) if near else (10**log_words, None)


def _law(table: dict, words: float) -> tuple[float, np.ndarray, np.ndarray]:
    """Noise √(Vv), what each direction keeps, and which share of the span of the first d two texts have in common."""
    values = np.array(table["values"])
    edge = np.sqrt(table["noise"] / words)
    kept = 1 - np.clip((edge / values) ** 2, 0, 1)
    return float(edge), kept, np.cumsum(kept**2) / np.arange(1, len(values) + 1)


def _draw_text(table, figure, log_words) -> str:
    words, pair = _length(table, log_words)
    edge, kept, shared = _law(table, words)
    values, depth = np.array(table["values"]), len(table["overlaps"][0])
    above, below = panels(figure, [2.3, 1.5], lines=6, common=False)
    k = np.arange(1, len(values) + 1)
    for chosen, color, name in (
        (kept >= _RIGHT, COLORS["QWEM"], "right to 0.9"),
        ((kept > 0) & (kept < _RIGHT), COLORS["M*"], "stands out"),
        (kept <= 0, "#bbbbbb", "lost"),
    ):
        above.plot(k[chosen], values[chosen], "o", color=color, markersize=3.5, label=name)
    above.axhline(edge, color=COLORS["word2vec"], linewidth=1.5)
    above.text(1, edge, "noise", color=COLORS["word2vec"], fontsize=9, va="bottom", clip_on=True)
    above.axhspan(1e-9, values[-1], color="#999999", alpha=0.12, linewidth=0)
    above.set(xscale="log", yscale="log", ylim=_heights(table), xlabel="direction k", ylabel="eigenvalue λ")
    above.legend(loc="upper right", fontsize=8)
    below.plot(k[:depth], shared[:depth], color=COLORS["M*"])
    if pair is not None:
        below.plot(k[:depth], table["overlaps"][pair], "o", color="#222222", markersize=3)
    below.set(xlim=(0, depth + 1), ylim=(0, 1.03), xlabel="first d directions", ylabel="two texts share")
    return notes(figure, *_text_in_words(table, words, pair, edge, kept, shared))


def _heights(table: dict) -> tuple[float, float]:
    return 0.6 * table["values"][-1], 1.4 * table["values"][0]


def _text_in_words(table, words, pair, edge, kept, shared):
    values, known = table["values"], len(table["values"])
    stand_out, right = int((kept > 0).sum()), int((kept >= _RIGHT).sum())
    beyond = words > table["tokens"] * 1.001 or words < table["texts"][0] * 0.999
    title = (
        f"By the law{', extrapolated' if beyond else ''}, {_million(words)} words show {'all ' if stand_out == known and words > table['tokens'] else ''}"
        f"{stand_out} direction{'' if stand_out == 1 else 's'}, {right} right to 0.9"
    )
    ranks = [d for d in _RANKS if d <= len(table["overlaps"][0])] or [1]

    def of_ranks(shares):
        return ", ".join(percent(shares[d - 1], 1) for d in ranks)

    def ends(k):
        return f"direction {k + 1}, λ = {number(values[k], 3)}: " + " – ".join(
            phrase(end, 28) for end in table["ends"][k]
        )

    spans = ", ".join(map(str, ranks))
    if pair is not None:
        measured = f"{of_ranks(table['overlaps'][pair])}, one pair without a common article"
    elif words > table["texts"][-1]:
        measured = f"none: the longest pair of texts has {_million(table['texts'][-1])} words each"
    else:
        measured = f"none of this length, but of {phrase([_million(n) for n in table['texts']], 120)}"
    return title, [
        ("noise", f"√(Vv) = {number(edge, 2)}, for {table['size']:,} words; right to 0.9 from {number(edge / np.sqrt(1 - _RIGHT), 2)} on", False),
        ("last right", ends(right - 1), True) if right else ("last right", "none", False),
        ("first lost", ends(stand_out), True)
        if stand_out < known else ("first lost", f"none of the {known} that are known", False),
        ("two texts", f"by the law they share {of_ranks(shared)} of the span of {spans}", False),
        ("measured", measured, False),
    ]  # fmt: skip
