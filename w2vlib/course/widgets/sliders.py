"""What can be moved, how far, and where it stands at first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

from ..._common.validate import one_of, whole_number
from .setting import LOG_STEP, WEAKEST, setting, weakest_and_strongest

SHOWN, POINTS = 12, 151  # modes that are drawn as curves, and points of a curve


@dataclass(frozen=True)
class Slider:
    """One number that can be moved, in steps; whole if they are.  It starts at the step next to `start`.

    Examples
    --------
    >>> Slider("mode", "number of the mode", low=1, high=5, step=1, start=4).start
    4
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    start: float

    def __post_init__(self):
        steps = round((self.checked(self.start) - self.low) / self.step)
        object.__setattr__(self, "start", self._typed(min(self.low + steps * self.step, self.high)))

    @property
    def whole(self) -> bool:
        """Whether only whole numbers can be chosen."""
        return isinstance(self.step, int)

    def checked(self, value) -> float:
        """Return the value, or say why it cannot be one."""
        if self.whole:
            return whole_number(self.name, value, self.low, self.high)
        real = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
        if not real or not self.low <= value <= self.high:
            raise ValueError(f"{self.name} must lie between {self.low:g} and {self.high:g}, not {value!r}")
        return self._typed(value)

    def _typed(self, value: float) -> float:
        return int(value) if self.whole else round(float(value), 9)

    def plain(self) -> dict:
        """Return what a script needs to know of the slider."""
        return {"name": self.name, "low": self.low, "high": self.high, "step": self.step}

    def html(self, figure: str) -> str:
        """Return the slider as HTML; its value stands outside the label, which would name it otherwise."""
        return (
            f'<div class="w2v-control" data-control="{self.name}"><label for="w2v-{figure}-{self.name}">{escape(self.label)}</label>'
            f'<span class="w2v-value" aria-hidden="true"></span><input id="w2v-{figure}-{self.name}" type="range" '
            f'data-lm-suppress-shortcuts="true" min="{self.low:g}" max="{self.high:g}" step="{self.step:g}" value="{self.start:g}"></div>'
        )

    def widget(self):
        """Return the slider as an ipywidget."""
        import ipywidgets

        fixed = self.low == self.high  # a slider needs room, even if it does not move
        common = dict(
            value=self.start, min=self.low, max=self.high + self.step * fixed, step=self.step, disabled=fixed,
            description=self.label, tooltip=self.label,
            style={"description_width": "13em"}, layout=ipywidgets.Layout(width="100%", max_width="36em"),
        )  # fmt: skip
        if self.whole:
            return ipywidgets.IntSlider(**common)
        digits = len(f"{self.step:g}".partition(".")[2])
        return ipywidgets.FloatSlider(**common, readout_format=f".{digits}f")


@dataclass(frozen=True)
class Switch:
    """One choice among a few positions, each with the words on its button.

    Examples
    --------
    >>> Switch("loss", "loss", {"quadratic": "quadratic", "logistic": "word2vec's"}, start="tanh")
    Traceback (most recent call last):
    ValueError: loss must be 'quadratic' or 'logistic', not 'tanh'
    """

    name: str
    label: str
    positions: Mapping[str, str]
    start: str

    def __post_init__(self):
        self.checked(self.start)

    def checked(self, value) -> str:
        """Return the position, or say why it is none."""
        return one_of(self.name, value, self.positions)

    def plain(self) -> dict:
        """Return what a script needs to know of the switch."""
        return {"name": self.name, "positions": dict(self.positions)}

    def html(self, figure: str) -> str:
        """Return the switch as HTML: a group of radio buttons."""
        options = "".join(
            f'<label><input type="radio" name="w2v-{figure}-{self.name}" value="{escape(position)}" '
            f'data-lm-suppress-shortcuts="true"{" checked" if position == self.start else ""}>{escape(words)}</label>'
            for position, words in self.positions.items()
        )
        return (
            f'<fieldset class="w2v-control w2v-switch" data-control="{self.name}"><legend>{escape(self.label)}</legend>'
            f"{options}</fieldset>"
        )

    def widget(self):
        """Return the switch as an ipywidget: a row of buttons, one of which is pressed."""
        import ipywidgets

        return ipywidgets.ToggleButtons(
            options=[(words, value) for value, words in self.positions.items()],
            value=self.start, description=self.label, tooltips=list(self.positions.values()),
            style={"description_width": "8em", "button_width": "auto"},
            layout=ipywidgets.Layout(width="100%"),
        )  # fmt: skip


@dataclass(frozen=True)
class Words:
    """One word to be typed, among those a figure knows.

    Examples
    --------
    >>> Words("a", "first word", ("king", "queen"), start="king").checked("quen")
    Traceback (most recent call last):
    ValueError: a must be one of the 2 words of this figure, not 'quen'
    """

    name: str
    label: str
    known: tuple[str, ...]
    start: str

    def __post_init__(self):
        self.checked(self.start)

    def checked(self, value) -> str:
        """Return the word, or say that the figure does not know it."""
        if not isinstance(value, str) or value not in self.known:
            raise ValueError(
                f"{self.name} must be one of the {len(self.known):,} words of this figure, not {value!r:.80}"
            )
        return value

    def plain(self) -> dict:
        """Return what a script needs to know: the words themselves are in the table."""
        return {"name": self.name, "words": True}

    def html(self, figure: str) -> str:
        """Return a box to type in."""
        return (
            f'<div class="w2v-control" data-control="{self.name}"><label for="w2v-{figure}-{self.name}">{escape(self.label)}</label>'
            f'<input id="w2v-{figure}-{self.name}" type="search" autocomplete="off" autocapitalize="off" spellcheck="false" '
            f'data-lm-suppress-shortcuts="true" value="{escape(self.start)}"></div>'
        )

    def widget(self):
        """Return the box as an ipywidget, which offers the words."""
        import ipywidgets

        return ipywidgets.Combobox(
            value=self.start,
            options=self.known,
            ensure_option=True,
            description=self.label,
            continuous_update=False,
        )


def checked_d(table: dict, d: int | None) -> int | None:
    """Return d, or say why vectors cannot have so many dimensions here."""
    return None if d is None else d_slider(table, 1).checked(d)


def first_state(
    table: dict, log_scale: float | None, d: int | None, weakest: float = WEAKEST
) -> tuple[float, int]:
    """Where σ and d stand at first: where it is said, or at the first run, or at σ = 0.01 and all modes."""
    run = table["measured"][0] if table["measured"] else {"scale": 0.01, "d": len(table["values"])}
    if log_scale is None:
        log_scale = float(np.clip(np.log10(run["scale"]), *weakest_and_strongest(table, weakest)))
    return log_scale, run["d"] if d is None else checked_d(table, d)


def scale_slider(table: dict, log_scale: float, weakest: float = WEAKEST) -> Slider:
    """The slider of log10 σ."""
    ends = weakest_and_strongest(table, weakest)
    return Slider("log_scale", "log₁₀ of initial scale σ", *ends, LOG_STEP, log_scale)


def d_slider(table: dict, d: int) -> Slider:
    """The slider of the number of dimensions: up to the modes in the table, or those of a measured run."""
    most = max([len(table["values"]), *(run["d"] for run in table["measured"])])
    return Slider("d", "dimensions d", 1, most, 1, d)


def time_slider(end: float, step: float, time: float) -> Slider:
    """The slider of time in units of τ₁."""
    return Slider("time", "time, in units of τ₁", 0.0, end, step, time)


def common_end(table: dict, shown: int, step: float, weakest: float = WEAKEST) -> float:
    """Where the axis of time ends, in units of τ₁, so that the modes shown have risen at every scale."""
    count, ends = len(table["values"]), []
    for log_scale in weakest_and_strongest(table, weakest):
        rises = setting(table, log_scale, count).half_rises
        ends.append(np.nanmax(rises[:shown]) / rises[0])
    return rounded_up(1.12 * max(ends), step)


def rounded_up(value: float, step: float) -> float:
    """Return the next multiple of a step."""
    return float(np.ceil(value / step) * step)
