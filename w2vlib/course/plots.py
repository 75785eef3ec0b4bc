"""Figures with one look: theory is a line, measurement is dots, words never overlap."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .._common.arguments import checked
from .._common.threads import limit_threads
from .._common.validate import finite_number, positive_number, real_array, shortened, whole_number
from ._arguments import texts
from ._plain import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COLORS", "label_lines", "matrix_of_words", "mode_colors", "scatter_words", "use_style"]

#: One colour for each model through the whole book (Okabe and Ito's palette,
#: distinguishable with every common form of colour blindness).
COLORS = {
    "M*": "#0072B2",
    "PPMI": "#E69F00",
    "PMI": "#CC79A7",
    "QWEM": "#009E73",
    "word2vec": "#D55E00",
    "counts": "#555555",
}

STYLE = {
    "figure.figsize": (6.4, 3.8),
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "legend.frameon": False,
    "svg.hashsalt": "w2vlib",
    "mathtext.fontset": "cm",
}


def use_style() -> None:
    """Give matplotlib, and Jupyter's figures, the look of the book.

    Figures become vector graphics (SVG) with reproducible contents, and pictures
    (PNG, twice as fine as shown) for places that show no SVG.  Outside Jupyter
    only matplotlib's settings change.  NumPy gets no more threads than there are
    processors to run them.

    Examples
    --------
    >>> import matplotlib
    >>> use_style()
    >>> matplotlib.rcParams["lines.linewidth"] == STYLE["lines.linewidth"]
    True
    """
    import matplotlib

    limit_threads()

    matplotlib.rcParams.update(STYLE)
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    if get_ipython() is not None:
        set_matplotlib_formats("svg", "retina", metadata={"Date": None, "Creator": None})


def drawable(word: str, style: str = "italic", most: int = 60) -> str:
    r"""Return a word as a figure can show it: numbers for what is invisible, or is in none of the figure's fonts.

    Of a word with more than `most` letters only the beginning is shown.

    Examples
    --------
    >>> drawable("queen"), drawable("a$b"), drawable("\u65e5")
    ('queen', 'a$b', '‹U+65E5›')
    """
    import matplotlib

    shown = visible(word if len(word) <= most else word[: most - 1] + "…")
    if shown.isascii() or matplotlib.rcParams["svg.fonttype"] == "none":  # then the reader's fonts show it
        return shown
    families = tuple(matplotlib.rcParams["font.family"])
    fonts = _fonts(families, tuple(matplotlib.rcParams["font.sans-serif"]), style)
    return "".join(
        letter if any(font.get_char_index(ord(letter)) for font in fonts) else f"‹U+{ord(letter):04X}›"
        for letter in shown
    )


@functools.lru_cache(maxsize=8)
def _fonts(families: tuple[str, ...], sans_serif: tuple[str, ...], style: str) -> list:
    """The fonts that matplotlib takes letters from, by its settings; other generic families as it resolves them."""
    from matplotlib import font_manager

    fonts = []
    for family in families:
        for name in sans_serif if family == "sans-serif" else (family,):
            try:
                properties = font_manager.FontProperties(family=name, style=style)
                path = font_manager.findfont(properties, fallback_to_default=False)
            except ValueError:
                continue  # not on this machine
            fonts.append(font_manager.get_font(path))
    return fonts or [font_manager.get_font(font_manager.findfont("DejaVu Sans"))]


def mode_colors(n: int) -> np.ndarray:
    """Return `n` colours for directions 1 … n, dark to light, shape (n, 4).

    The map is perceptually uniform and safe for the colour-blind; its palest
    end is left out, as it would vanish on white.

    Examples
    --------
    >>> mode_colors(3).shape
    (3, 4)
    """
    import matplotlib

    return matplotlib.colormaps["viridis"](np.linspace(0, 0.88, whole_number("n", n, 0, 10**6)))


@checked
def label_lines(ax: Axes, labels: Sequence[str] | None = None, gap: float = 0.02) -> None:
    """Write each line's label at its right end, in its colour, instead of a legend.

    Labels that would overlap are moved apart vertically.  Call it after the
    scales and limits of the axes are set.

    Parameters
    ----------
    ax : matplotlib Axes
        Its lines are labelled in the order they were drawn.
    labels : sequence of str, optional
        By default the lines' own labels; those starting with "_" are skipped.
        They may hold formulas, as ``"$s_k^2$"``; a label that is none is
        written as it stands.
    gap : float
        Distance from the line's end, as a share of the axes' width.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> _, ax = plt.subplots()
    >>> _ = ax.plot([0, 1], [0, 1], label="theory")
    >>> label_lines(ax)
    >>> ax.texts[0].get_text()
    'theory'
    """
    gap, labels = finite_number("gap", gap), None if labels is None else texts("labels", labels)
    lines = [line for line in ax.lines if labels is not None or not str(line.get_label()).startswith("_")]
    names = labels if labels is not None else [str(line.get_label()) for line in lines]
    ax.figure.draw_without_rendering()  # settles the limits and the layout
    to_axes = ax.transData + ax.transAxes.inverted()
    ends = [to_axes.transform((line.get_xdata()[-1], line.get_ydata()[-1])) for line in lines]
    heights = apart([y for _, y in ends], 1.35 * _font_height(ax))
    for (x, _), y, name, line in zip(ends, heights, names, lines):
        ax.text(
            x + gap, y, drawable(name, "normal"), color=line.get_color(), transform=ax.transAxes,
            va="center", ha="left", clip_on=False, parse_math=_is_formula(name),
        )  # fmt: skip


def _is_formula(text: str) -> bool:
    """Whether matplotlib can read a text with dollar signs as formulas."""
    from matplotlib.mathtext import MathTextParser

    try:
        MathTextParser("path").parse(text)
    except ValueError:
        return False
    return True


def apart(heights: Sequence[float], gap: float) -> np.ndarray:
    """Return heights, as shares of an axis, moved by the smallest squares so that all are `gap` apart.

    Their order stays, and they stay on the axis, as long as there is room for all.

    Examples
    --------
    >>> apart([0.5, 0.1, 0.5], 0.2).round(3)
    array([0.4, 0.1, 0.6])
    >>> apart([1.0, 1.0], 0.2)
    array([0.8, 1. ])
    """
    from scipy.optimize import isotonic_regression

    at = np.asarray(heights, float)
    if not len(at):
        return at
    order, steps = np.argsort(at, kind="stable"), gap * np.arange(len(at))
    moved = isotonic_regression(at[order] - steps).x  # the gaps taken off, what is left must rise
    spread = np.empty(len(at))
    spread[order] = np.clip(moved, 0, 1 - steps[-1]) + steps
    return spread


def _font_height(ax) -> float:
    """Height of a line of text, as a share of the axes' height."""
    import matplotlib

    points = matplotlib.rcParams["font.size"]
    box = ax.get_window_extent()
    return points / 72 * ax.figure.dpi / box.height


@checked
def matrix_of_words(
    ax: Axes,
    matrix: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str] | None = None,
    limit: float | None = None,
    digits: int = 1,
):
    """Draw a small matrix with its words and numbers.

    Red is positive, blue negative, white zero.

    Parameters
    ----------
    ax : matplotlib Axes
    matrix : ndarray of shape (len(rows), len(columns))
        For a few words of a large one, ``M.block(words)``.
        −∞ is drawn darkest and written as −∞.
    rows, columns : sequence of str
        The words; columns are by default those of the rows.
    limit : float, optional
        Value at which the colour is full; by default the largest in modulus.
    digits : int
        Decimals of the numbers written into the cells.

    Returns
    -------
    matplotlib AxesImage

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> _, ax = plt.subplots()
    >>> _ = matrix_of_words(ax, np.eye(2), ["a", "b"])
    >>> [t.get_text() for t in ax.texts]
    ['1.0', '0.0', '0.0', '1.0']
    """
    rows = texts("rows", rows)
    columns = rows if columns is None else texts("columns", columns)
    matrix = real_array("matrix", matrix, len(rows), len(columns), finite=False)
    limit, digits = limit and positive_number("limit", limit), whole_number("digits", digits, 0, 100)
    finite = matrix[np.isfinite(matrix)]
    limit = limit or float(np.abs(finite).max(initial=1e-12))
    image = ax.imshow(np.clip(matrix, -limit, limit), cmap="RdBu_r", vmin=-limit, vmax=limit)
    look = {"style": "italic", "parse_math": False}
    ax.set_xticks(
        range(len(columns)), map(drawable, columns), rotation=45, ha="right", rotation_mode="anchor", **look
    )
    ax.set_yticks(range(len(rows)), map(drawable, rows), **look)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    for (i, j), value in np.ndenumerate(matrix):
        rounded = round(float(value), digits) + 0.0  # no "−0.0"
        text = "−∞" if value == -np.inf else f"{rounded:,.{digits}f}".replace("-", "−")
        dark = abs(np.clip(value, -limit, limit)) > 0.6 * limit
        ax.text(j, i, text, ha="center", va="center", fontsize=9, color="white" if dark else "black")
    return image


@checked
def scatter_words(
    ax: Axes, x: np.ndarray, y: np.ndarray, words: Sequence[str], color="#333333", size: float = 10
) -> int:
    """Scatter words, and name as many as fit without overlapping.

    Words are named in the order given, so put the important ones first.

    Parameters
    ----------
    ax : matplotlib Axes
        Set its limits first if they should not follow from the data.
    x, y : ndarray of shape (n,)
    words : sequence of str, length n
    color : colour, or sequence of one for each word
    size : float
        Font size in points.

    Returns
    -------
    int
        How many words were named.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> _, ax = plt.subplots()
    >>> scatter_words(ax, np.array([0., 0., 1.]), np.array([0., 0., 1.]), ["a", "hidden", "b"])
    2
    """
    from matplotlib.colors import is_color_like

    words, size = texts("words", words), positive_number("size", size)
    x, y = (real_array(name, given, len(words)) for name, given in (("x", x), ("y", y)))
    listed = list(color) if isinstance(color, (list, tuple)) or getattr(color, "ndim", 0) else []
    each = len(listed) == len(words) and all(map(is_color_like, listed))
    colors = listed if each else [color] * len(words)
    if not all(map(is_color_like, colors)):
        raise ValueError(
            f"color must be a colour, or one for each of the {len(words)} words, not {shortened(color)}"
        )
    ax.scatter(x, y, s=14, c=colors, linewidths=0)
    ax.figure.canvas.draw()
    renderer = ax.figure.canvas.get_renderer()
    taken: list = []
    for x_word, y_word, word, shade in zip(x, y, words, colors):
        label = ax.annotate(
            drawable(word), (x_word, y_word), xytext=(3, 3), textcoords="offset points",
            fontsize=size, style="italic", color=shade, parse_math=False,
        )  # fmt: skip
        label.set_in_layout(False)  # or the layout would move the words after they were placed
        box = label.get_window_extent(renderer).padded(1)
        if any(box.overlaps(other) for other in taken):
            label.remove()
        else:
            taken.append(box)
    return len(taken)
