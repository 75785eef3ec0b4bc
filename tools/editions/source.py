"""What the pages number, cite and have computed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from myst_nb.core.variables import format_plain_text
from nbformat import NotebookNode

#: How MyST-NB marks what is glued.
GLUED = "application/papermill.record/"
TEXT, PICTURE = "text/plain", "image/png"


@dataclass(frozen=True)
class Labels:
    """Numbers and sources as on the pages, from what ``book/_ext/labels.py`` wrote down."""

    labels: Mapping[str, Mapping[str, str]]
    sources: Mapping[str, Mapping[str, Mapping[str, str]]]

    @classmethod
    def read(cls, path: Path) -> Labels:
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls({label.lower(): about for label, about in found["labels"].items()}, found["sources"])

    def number(self, label: str) -> str:
        """Return the number of a label, "" for what has none."""
        return self.labels.get(label.lower(), {}).get("number", "")

    def named(self, label: str) -> str:
        """Return what a reference says, as "Theorem 14"."""
        kind = {"figure": "Fig."}.get(self._about(label)["kind"], self._about(label)["kind"].capitalize())
        return f"{kind} {self.number(label)}"

    def page(self, label: str) -> str:
        return self._about(label)["page"]

    def _about(self, label: str) -> Mapping[str, str]:
        try:
            return self.labels[label.lower()]
        except KeyError:
            raise KeyError(
                f"the pages have no label {label!r}; is the book built from this source?"
            ) from None


@dataclass
class Computed:
    """What a chapter has computed for its page.

    Attributes
    ----------
    outputs
        Those of each code cell, by its place among them, without what is glued.
    glued
        The names that each code cell glues, by its place.
    values
        What is glued under each name, as text.
    pictures
        Pictures among it, as PNG in base 64.
    live
        Names of those that move where scripts run.
    others
        What other chapters have computed, by their names; sentences tell it by ``page.ipynb::name:format``.
    """

    outputs: dict[int, list[NotebookNode]] = field(default_factory=dict)
    glued: dict[int, list[str]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    others: Mapping[str, Computed] = field(default_factory=dict)

    @classmethod
    def of(cls, executed: NotebookNode) -> Computed:
        found = cls()
        code = (cell for cell in executed.cells if cell.cell_type == "code")
        for place, cell in enumerate(code):
            seen = (found._seen(place, output) for output in cell.outputs)
            found.outputs[place] = list(filter(None, seen))
        return found

    def _seen(self, place: int, output: NotebookNode) -> NotebookNode | None:
        """Note what an output glues, or return it."""
        name = output.get("metadata", {}).get("scrapbook", {}).get("name")
        if name is None:
            return output
        self.glued.setdefault(place, []).append(name)
        self.values[name] = output.data.get(GLUED + TEXT, "")
        if GLUED + PICTURE in output.data:
            self.pictures[name] = output.data[GLUED + PICTURE]
        if GLUED + "text/html" in output.data:
            self.live.add(name)
        return None

    def text(self, key: str) -> str:
        """Return what a sentence tells, by ``name`` or ``name:format``, as the page does."""
        page, elsewhere, key = key.rpartition("::")
        if elsewhere:
            return self.others[page.removesuffix(".ipynb")].text(key)
        name, colon, spec = key.rpartition(":") if ":" in key else (key, "", "")
        return format_plain_text(self.values[name], spec if colon else "s")
