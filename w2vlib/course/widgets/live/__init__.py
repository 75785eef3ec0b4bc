"""Figures as the pages show them: HTML with a first picture, controls, and scripts that compute what they draw.

The scripts lie beside this module.  Each kind of figure is drawn twice, by
matplotlib for its first picture and by a script for all others, from one table;
tests compare what both say.
"""

from __future__ import annotations

import functools
import json
import urllib.parse
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ..._plain import json_in_html

if TYPE_CHECKING:
    from ..explorer import Explorer

HERE = Path(__file__).resolve().parent
#: What the others need comes first; kinds of figures follow by name.
_FIRST = ("mathematics.js", "text.js", "drawing.js", "core.js", "vocabulary.js")
#: Between these stands what only a notebook needs: a page of the book has it in files of its own.
BEGIN_NOTEBOOK, END_NOTEBOOK = "<!--w2v: in a notebook-->", "<!--w2v: everywhere-->"


@dataclass(frozen=True)
class Live:
    """How a figure looks on a page.

    Attributes
    ----------
    kind : str
        Which script draws it.
    wide, narrow : int
        Height of the picture in pixels, on a screen and on a phone.
    lines : int
        Lines of text below it, for which room is kept.
    play : str
        A slider that a button moves to its end; "" for no button.
    seconds : float
        How long that takes.
    words : str
        What the button says.
    presets : tuple of (str, dict)
        Buttons, each of which puts some controls somewhere.
    """

    kind: str
    wide: int = 380
    narrow: int = 380
    lines: int = 6
    play: str = ""
    seconds: float = 6.0
    words: str = "Play"
    presets: tuple = ()


@functools.cache
def runtime() -> str:
    """Return all scripts as one, in the order in which they need each other."""
    kinds = sorted(path.name for path in HERE.glob("*.js") if path.name not in _FIRST)
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in (*_FIRST, *kinds))


@functools.cache
def look() -> str:
    """Return the style of the figures."""
    return (HERE / "live.css").read_text(encoding="utf-8")


def page(explorer: Explorer) -> str:
    """Return a figure as HTML that is live in a notebook; a page takes out what stands between the two marks.

    Examples
    --------
    >>> from w2vlib.course.widgets import staircase_explorer
    >>> table = {"size": 3, "values": [4.0, 2.0], "ends": [[["cat"], ["dog"]], [["a"], ["b"]]],
    ...          "measured": []}
    >>> html = page(staircase_explorer(table))
    >>> html.partition(BEGIN_NOTEBOOK)[0].count('type="range"'), html.count(BEGIN_NOTEBOOK)
    (3, 1)
    """
    live, text = explorer.live, explorer.describe()
    start = {slider.name: slider.start for slider in explorer.sliders}
    data = {
        "controls": [slider.plain() for slider in explorer.sliders],
        "start": start,
        "table": explorer.table,
    }
    controls = "".join(slider.html(explorer.name) for slider in explorer.sliders)
    return f"""<div class="w2v-live tex2jax_ignore mathjax_ignore" id="live-{explorer.name}" data-kind="{live.kind}" data-name="{explorer.name}"
 role="group" aria-label="A figure one can move: {escape(live.kind)}" style="--w2v-wide:{live.wide};--w2v-narrow:{live.narrow};--w2v-lines:{live.lines}">
<script type="application/json" class="w2v-table">{json_in_html(data, separators=(",", ":"))}</script>
<div class="w2v-picture"><img class="w2v-still no-invert" alt="{escape(text)}" src="data:image/svg+xml,{_quoted(explorer)}"></div>
<div class="w2v-controls"><div class="w2v-buttons">{_buttons(live, explorer)}</div>{controls}</div>
<div class="w2v-says"></div><span class="w2v-spoken" role="status"></span>
</div>{BEGIN_NOTEBOOK}<style>{look()}</style><script>{_in_script(runtime())}
w2v.mount();</script>{END_NOTEBOOK}"""


def _quoted(explorer: Explorer) -> str:
    svg, _ = explorer._picture(explorer.state, letters="none")
    return escape(urllib.parse.quote(svg, safe=" \n/:=;,()!?"))


def _in_script(code: str) -> str:
    if "</script" in code or "<!--" in code:
        raise ValueError("a script of a figure would end too soon: it holds </script or <!--")
    return code


def _buttons(live: Live, explorer: Explorer) -> str:
    made = []
    if live.play:
        made.append(
            f'<button type="button" class="w2v-play" aria-pressed="false" data-plays="{live.play}" '
            f'data-seconds="{live.seconds:g}">{escape(live.words)}</button>'
        )
    for words, state in live.presets:
        for name, value in state.items():  # an impossible one is found here, not by a reader
            next(slider for slider in explorer.sliders if slider.name == name).checked(value)
        made.append(
            f'<button type="button" data-set="{escape(json.dumps(state, ensure_ascii=False))}">{escape(words)}</button>'
        )
    made.append('<button type="button" class="w2v-again">Back to the start</button>')
    made.append('<button type="button" class="w2v-link">Copy link</button>')
    return "".join(made)
