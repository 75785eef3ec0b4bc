"""A figure with sliders: live where a kernel runs, a picture where none does."""

from __future__ import annotations

import contextlib
import html
import io
import re
import urllib.parse
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..._common.arguments import check_kind, checked
from ..plots import STYLE
from .live import Live, page
from .sliders import Slider, Switch, Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Explorer"]


class Explorer:
    """A figure with sliders or switches, drawn from a table of plain data.

    As the last expression of a cell it shows its sliders and the figure, which
    follows them, in a notebook and on a page of the book alike: scripts compute
    what it shows, and no kernel is asked.  ``widget`` is the same as an ipywidget,
    to be used from Python.

    Attributes
    ----------
    table : dict
        The plain data.
    sliders : tuple
        Name, label and range of each slider, or positions of each switch.
    live : Live or None
        How it is drawn where no kernel runs; without it the page shows the first state only.
    name : str
        Under which an address keeps its state; by default the kind of figure.

    Notes
    -----
    Made by :func:`mode_explorer`, :func:`staircase_explorer`,
    :func:`forecast_explorer` and :func:`assumption_explorer`.  The sliders need ipywidgets, the figure
    matplotlib only.  Introduced in chapter *one-mode*.

    Examples
    --------
    >>> from w2vlib.course.widgets.sliders import Slider
    >>> def draw(figure, height):
    ...     figure.add_axes([0.1, 0.1, 0.8, 0.8]).plot([0, 1], [0, height])
    ...     return f"A line that rises to {height}."
    >>> explorer = Explorer({}, [Slider("height", "height in metres", 0, 9, 1, start=3)], draw)
    >>> explorer
    Explorer(height=3)
    >>> explorer.controls["height"].value = 5
    >>> explorer.state, explorer.describe()
    ({'height': 5}, 'A line that rises to 5.')
    >>> explorer.figure(height=2).axes[0].lines[0].get_ydata().tolist()
    [0, 2]
    """

    @checked
    def __init__(
        self,
        table: dict,
        sliders: Sequence[Slider | Switch | Words],
        draw: Callable[..., str],
        live: Live | None = None,
        name: str = "",
    ):
        self.table = table
        self.live = live
        self.name = name or (live.kind if live else "")
        if name and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name):
            raise ValueError(
                f"name must be letters, digits and hyphens, as it stands in addresses, not {name!r:.80}"
            )
        self.sliders = tuple(sliders)
        for slider in self.sliders:
            check_kind("each of the sliders", slider, "Slider | Switch | Words")
        self._draw = draw
        self._shown: dict | None = None  # the state that the live picture shows
        self._live: dict = {}

    def __repr__(self) -> str:
        said = (
            f"{name}={value!r}" if isinstance(value, str) else f"{name}={value:g}"
            for name, value in self.state.items()
        )
        return f"Explorer({', '.join(said)})"

    @property
    def state(self) -> dict:
        """The values of the sliders, by name."""
        controls = self._live.get("controls")
        return {s.name: s.checked(controls[s.name].value) if controls else s.start for s in self.sliders}

    @property
    def controls(self) -> dict:
        """The sliders themselves, ipywidgets by name."""
        return self._widgets()["controls"]

    @property
    def widget(self):
        """Sliders and picture as one ipywidget."""
        return self._widgets()["box"]

    def figure(self, **state) -> Figure:
        """Return the figure in a state; sliders that are not named are left where they are.

        Raises
        ------
        ValueError
            If there is no such slider, or it does not reach that value.
        """
        return self._drawn(state)[0]

    def describe(self, **state) -> str:
        """Return what the figure shows in a state, in words; arguments as for :meth:`figure`."""
        return self._drawn(state)[1]

    def svg(self, **state) -> str:
        """Return the figure in a state as SVG, the same text for the same state."""
        return self._picture(state)[0]

    def _drawn(self, state: dict, letters: str = "path") -> tuple[Figure, str]:
        from matplotlib.figure import Figure

        named = {slider.name: slider for slider in self.sliders}
        for name in state:
            if name not in named:
                raise ValueError(f"there is no slider {name!r}; there are {', '.join(named)}")
        state = {name: slider.checked(state.get(name, self.state[name])) for name, slider in named.items()}
        with _book_style({"svg.fonttype": letters}):
            figure = Figure(layout="none")
            return figure, self._draw(figure, **state)

    def _picture(self, state: dict, letters: str = "path") -> tuple[str, str]:
        """The figure as SVG, letters drawn as paths or ("none") left to the reader's fonts; and in words."""
        figure, text = self._drawn(state, letters)
        file = io.StringIO()
        with _book_style({"svg.fonttype": letters}), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from")  # words of any script
            figure.savefig(file, format="svg", metadata=dict.fromkeys(["Date", "Creator", "Format", "Type"]))
        return file.getvalue(), text

    def _widgets(self) -> dict:
        if not self._live:
            import ipywidgets

            controls = {slider.name: slider.widget() for slider in self.sliders}
            picture = ipywidgets.HTML(layout=ipywidgets.Layout(width="100%"))
            box = ipywidgets.VBox([*controls.values(), picture])
            self._live.update(controls=controls, picture=picture, box=box)
            for control in controls.values():
                control.observe(lambda _: self._redraw(), names="value")
            self._redraw()
        return self._live

    def _redraw(self) -> None:
        """Bring the live picture up to the sliders."""
        if self.state == self._shown:
            return
        self._shown = self.state
        svg, text = self._picture(self._shown, letters="none")  # smaller and drawn sooner
        data = urllib.parse.quote(svg, safe=" \n/:=;,()'!?")
        self._live["picture"].value = (
            f'<img src="data:image/svg+xml,{data}" alt="{html.escape(text)}" '
            'style="width:100%;max-width:44em;height:auto;background:#fff">'
        )

    def png(self, **state) -> bytes:
        """Return the figure in a state as PNG, for places that show neither scripts nor SVG."""
        file = io.BytesIO()
        with _book_style(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from")  # words of any script
            self._drawn(state)[0].savefig(file, format="png", dpi=2 * STYLE["figure.dpi"])
        return file.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        still = {"text/plain": repr(self), "image/svg+xml": self.svg(), "image/png": self.png()}
        return ({"text/html": page(self)} if self.live else self.widget._repr_mimebundle_()) | still


@contextlib.contextmanager
def _book_style(more: Mapping = MappingProxyType({})):
    """The look of the book, whatever is set outside."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        matplotlib.rcParams.update({"font.sans-serif": ["DejaVu Sans", "Verdana"], **more})
        yield
