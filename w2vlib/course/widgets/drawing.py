"""What the figures with sliders have in common: panels, a cursor, lines of text below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..plots import apart, drawable

WIDTH, SIZE = 6.4, 9.5  # inches; points
_LETTERS = 60  # of a title, at its full size
_LINE, _LEFT, _RIGHT, _TITLE, _LABELS = 0.19, 0.72, 0.42, 0.34, 0.52  # inches


def panels(figure, heights: Sequence[float], lines: int, common: bool = True) -> list:
    """Return axes one above the other, with room for lines of text below, and a common axis of time or not.

    Their places do not depend on what is drawn, so that nothing jumps when a
    slider moves.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(panels(Figure(), [2.0, 1.0], lines=3))
    2
    """
    gap = 0.16 if common else _LABELS + 0.12
    below = lines * _LINE + 0.1 + _LABELS
    total = below + sum(heights) + gap * (len(heights) - 1) + _TITLE
    figure.set_size_inches(WIDTH, total)
    made, top = [], total - _TITLE
    for height in heights:
        place = [_LEFT / WIDTH, (top - height) / total, (WIDTH - _LEFT - _RIGHT) / WIDTH, height / total]
        made.append(figure.add_axes(place, sharex=made[0] if made and common else None))
        top -= height + gap
    for axes in made[:-1] if common else []:
        axes.tick_params(labelbottom=False)
    for axes in made:
        axes.tick_params(labelsize=9)
    return made


def placed(figure, height: float, lines: int, *boxes: tuple[float, float, float, float]) -> list:
    """Return axes side by side as one says, in inches from the lower left, with room for lines of text below.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(placed(Figure(), 3.0, 4, (0.5, 0.5, 2.0, 2.0), (3.5, 0.5, 2.0, 2.0)))
    2
    """
    below = lines * _LINE + 0.1
    total = below + height + _TITLE
    figure.set_size_inches(WIDTH, total)
    made = []
    for left, bottom, width, tall in boxes:
        made.append(figure.add_axes([left / WIDTH, (below + bottom) / total, width / WIDTH, tall / total]))
        made[-1].tick_params(labelsize=9)
    return made


def notes(figure, title: str, rows: Sequence[tuple[str, str, bool]]) -> str:
    """Write a title above and rows of (name, text, whether it is words) below; return all as one text.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> _ = panels(figure, [2.0], lines=1)
    >>> notes(figure, "Two cats", [("first", "black, small", True)])
    'Two cats. First: black, small.'
    """
    shown = figure.axes[0].set_title(title, y=1.03, parse_math=False)
    shown.set_fontsize(shown.get_fontsize() * min(1, _LETTERS / len(title)))
    height = figure.get_figheight()
    for line, (name, text, are_words) in enumerate(reversed(list(rows))):
        y = (0.1 + line * _LINE) / height
        figure.text(0.02, y, name, size=SIZE, color="#555555", va="bottom")
        style = "italic" if are_words else "normal"
        figure.text(
            _LEFT / WIDTH + 0.03,
            y,
            drawable(text, style, 100) if are_words else text,
            size=SIZE,
            style=style,
            va="bottom",
            parse_math=False,
        )
    return ". ".join([title, *(f"{name.capitalize()}: {text}" for name, text, _ in rows)]) + "."


def cursor(axes: Sequence, time: float, dot: float | None = None, color=None) -> None:
    """Draw a line at the time through all axes, with a dot on a curve of the first.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> cursor([axes], 2.0, 0.5)
    >>> len(axes.lines)
    2
    """
    for panel in axes:
        panel.axvline(time, color="#777777", linewidth=1, linestyle=(0, (4, 3)), label="_cursor")
    if dot is not None:
        axes[0].plot([time], [dot], "o", color=color, markersize=7, clip_on=False, zorder=5, label="_now")


def end_labels(
    axes, heights: Sequence[float], names: Sequence[str], colors: Sequence, move: bool = True
) -> None:
    """Write names at the right end of curves that end at these heights, lowest first or highest first.

    Where they would overlap they move apart, by as little as possible, or with
    ``move=False`` those that overlap an earlier one are left out.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot(ylim=(0, 1))
    >>> end_labels(axes, [0.5, 0.5], ["1", "2"], ["k", "k"])
    >>> sorted(text.get_text() for text in axes.texts)
    ['1', '2']
    >>> end_labels(axes, [0.2, 0.2], ["3", "4"], ["k", "k"], move=False)
    >>> axes.texts[-1].get_text()
    '3'
    """
    from matplotlib.colors import to_rgb

    inches = axes.get_position().height * axes.figure.get_figheight()
    low, high = axes.get_ylim()
    share = (np.asarray(heights, float) - low) / (high - low)
    gap = 1.12 * SIZE / 72 / inches
    if move:
        share = apart(share, gap)
    taken: list[float] = []
    for y, name, color in zip(share, names, colors):
        if move or all(abs(y - other) >= gap for other in taken):
            taken.append(y)
            shade = np.append(0.75 * np.array(to_rgb(color)), 1)  # pale letters are hard to read
            axes.text(1.012, y, name, color=shade, size=SIZE, va="center", transform=axes.transAxes)
