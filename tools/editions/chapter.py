"""One chapter as a notebook: text rewritten, plumbing folded, exercises with a place to solve them."""

from __future__ import annotations

import ast
import copy
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from w2vlib.course import told

from .markdown import Translator, anchor, folded, options_of
from .pictures import smaller
from .sentences import placed, sentences, texts_of
from .source import PICTURE, TEXT, Computed, Labels

#: What becomes of solutions.
FOLDED, CELLS, LEFT_OUT = "folded", "cells", "left out"

_START = re.compile(r"```\{(exercise|solution)-start\}[ \t]*(.*)\n((?::.*\n)*)```\n?")
_END = re.compile(r"```\{(?:exercise|solution)-end\}\n```\n?")
_STUB = re.compile(r"```python\n(.*?)```\n?", re.S)
_CHECK = re.compile(r"^(check_\w+\(.*\))$", re.M)
_PICTURE = re.compile(r"```\{glue:(?:figure)?\}[ \t]*(\S+)\n(.*?)```\n?", re.S)
_GLUE = re.compile(r"^from myst_nb import glue(?:\n|\Z)", re.M)
#: Code that is folded: by JupyterLab, and by Colab.
HIDDEN = {"jupyter": {"source_hidden": True}, "cellView": "form"}
#: Of the ways to show an output, those that are stored.
STORED = (TEXT, "text/markdown", PICTURE)
PLACE = "# @title The picture of this chapter; the cell that draws it stands further down"
#: Said below a picture of a figure that moves.
STILL = "*A still, until the cell that makes the figure has run: then it moves here.*"
#: What an alternative text has no use for.
_MARKUP = re.compile(r"[$*`\[\]]")
RETELL = "# @title Sentences whose numbers your run changes"
NOTE = """\
> This is {what} as a notebook. The numbers in its sentences are those of the book's run. Where your run
> finds others, the sentence is told anew, below the cell that computed them. Folded cells do what is not
> worth reading; open one by a click.{where}"""


@dataclass
class Editor:
    """Makes the notebooks of one chapter.

    Parameters
    ----------
    source
        The chapter as it is written.
    computed
        What it has computed for its page.
    translator
        Of its text.
    labels
        What the pages number and cite.
    setup
        Code of the first cell, which installs what is missing.
    about
        What is said about the notebook below its title.
    """

    source: NotebookNode
    computed: Computed
    translator: Translator
    labels: Labels
    setup: str
    about: str
    _has_told: bool = field(default=False, init=False)

    def notebook(self, solutions: str = FOLDED) -> NotebookNode:
        """Return the chapter; what becomes of its solutions is FOLDED, CELLS or LEFT_OUT."""
        retold = placed(sentences(texts_of(self.source), self.translator), self.computed.glued)
        cells: list[NotebookNode] = []
        self._has_told = False
        exercise = solution = False
        places = itertools.count()
        for cell in self.source.cells:
            if cell.cell_type == "markdown":
                start = _START.search(cell.source)
                exercise = exercise or bool(start and start[1] == "exercise")
                solution = solution or bool(start and start[1] == "solution")
                made = self._solved(cell, solutions) if solution else self._told(cell, exercise)
                over = bool(_END.search(cell.source))
                exercise, solution = exercise and not over, solution and not over
            else:
                place = next(places)
                made = self._code(place, cell, retold.get(place, []))
                made = self._in_solution(cell, made, solutions) if solution else made
            cells += made
        cells[1:1] = [
            self._text("about", self.about),
            new_code_cell(self.setup, id="setup", metadata=copy.deepcopy(HIDDEN)),
        ]
        count = 0
        for cell in (cell for cell in cells if cell.cell_type == "code"):
            count += 1
            cell.execution_count = count
        return notebook_of(_joined(cells))

    # Text.

    @staticmethod
    def _text(name: str, text: str) -> NotebookNode:
        return new_markdown_cell(text.strip("\n"), id=name)

    def _told(self, cell: NotebookNode, exercise: bool) -> list[NotebookNode]:
        """A cell of text; in an exercise its code becomes a cell to write into."""
        start = _START.search(cell.source)
        before, text = "", cell.source
        if start:
            before = self.translator.text(text[: start.start()]) + self._head(start)
            text = text[start.end() :]
        text = _END.sub("", text)
        parts = _STUB.split(text) if exercise else _PICTURE.split(text, maxsplit=1)
        first = (before + self.translator.text(parts[0].strip("\n"))).strip("\n")
        cells = [self._text(cell.id, first)] if first else []
        if exercise:
            for n, part in enumerate(parts[1:], 1):
                cells += self._stub(f"{cell.id}-{n}", part) if n % 2 else self._more(f"{cell.id}-{n}", part)
        elif len(parts) > 1:
            cells += self._picture(cell.id, *parts[1:])
        return cells

    def _more(self, name: str, text: str) -> list[NotebookNode]:
        return [self._text(name, self.translator.text(text.strip("\n")))] if text.strip() else []

    def _stub(self, name: str, code: str) -> list[NotebookNode]:
        stub = _CHECK.sub(r"# \1  # take away the first # when your function is written", code.rstrip())
        return [new_code_cell(stub, id=name, metadata={"tags": ["exercise"]})]

    def _picture(self, name: str, picture: str, content: str, after: str) -> list[NotebookNode]:
        """A picture before the cell that draws it: a cell that shows it, from then on as that cell draws it."""
        options, caption = options_of(content)
        alternative = options.get("alt") or " ".join(caption.split()) or "The live figure, as it begins"
        shown = {PICTURE: smaller(self.computed.pictures[picture]), TEXT: told.PLACE}
        output = nbformat.v4.new_output(
            "display_data",
            shown,
            metadata={PICTURE: {"alt": _MARKUP.sub("", self.translator.inline(alternative))}},
        )
        code = f"{PLACE}\nfrom w2vlib.course.told import Told\n\nglue = Told()\nglue.place({picture!r})"
        self._has_told = True
        label = options.get("name", "")
        below = (
            [f"{anchor(label)}**{self.labels.named(label)}** {self.translator.text(caption)}"]
            if label
            else []
        )
        below += [STILL] if picture in self.computed.live else []
        below += [self.translator.text(after.strip("\n"))] if after.strip() else []
        cells = [new_code_cell(code, id=f"{name}-p", metadata=copy.deepcopy(HIDDEN), outputs=[output])]
        return cells + ([self._text(f"{name}-q", "\n\n".join(below))] if below else [])

    def _head(self, start: re.Match) -> str:
        label = re.search(r":label:\s*(\S+)", start[3])[1]
        title = self.translator.inline(start[2].strip())
        return f"{anchor(label)}### {self.labels.named(label)}: {title}\n\n"

    # Solutions.

    def _solved(self, cell: NotebookNode, solutions: str) -> list[NotebookNode]:
        start = _START.search(cell.source)
        text = self.translator.text(_END.sub("", _START.sub("", cell.source)).strip("\n"))
        if start:
            title = f"Solution to {self.labels.named(start[2].strip()).lower()}"
            text = f"**{title}**\n\n{text}"
        return self._part(cell.id, text, solutions)

    def _in_solution(
        self, cell: NotebookNode, made: list[NotebookNode], solutions: str
    ) -> list[NotebookNode]:
        """Code of a solution: cells, or the text of what it is and prints."""
        if solutions == CELLS:
            return made
        if "remove-cell" in cell.metadata.get("tags", []):
            return []
        text = f"```python\n{_without_glue(cell.source)}\n```"
        printed = "".join(output.get("text", "") for output in made[0].outputs).rstrip()
        return self._part(
            cell.id, text + (f"\n\nIt prints\n\n```text\n{printed}\n```" if printed else ""), solutions
        )

    def _part(self, name: str, text: str, solutions: str) -> list[NotebookNode]:
        if solutions == LEFT_OUT or not text.strip():
            return []
        cell = self._text(f"{name}-s", text)
        if solutions == FOLDED:
            cell.metadata["solution"] = True
        return [cell]

    # Code.

    def _code(self, place: int, cell: NotebookNode, retold: list) -> list[NotebookNode]:
        tags, about = cell.metadata.get("tags", []), cell.metadata.get("mystnb", {})
        plumbing = "remove-cell" in tags
        hidden = plumbing or "hide-input" in tags or cell.metadata.get("jupyter", {}).get("source_hidden")
        outputs = list(filter(None, (_stored(output, about) for output in self.computed.outputs[place])))
        metadata = copy.deepcopy(HIDDEN) if hidden else {}
        if "hide-output" in tags or (plumbing and outputs):
            metadata.setdefault("jupyter", {})["outputs_hidden"] = True
        retell = _retell(retold)
        source = self._with_told(cell.source)
        if plumbing and retell:
            source = f"{RETELL}\n{source}\n\n{retell}"
        made = [new_code_cell(source, id=cell.id, metadata=metadata, outputs=outputs)]
        if figure := about.get("figure"):
            made.append(self._caption(f"{cell.id}-c", figure, "hide-output" in tags))
        if retell and not plumbing:
            made.append(
                new_code_cell(f"{RETELL}\n{retell}", id=f"{cell.id}-t", metadata=copy.deepcopy(HIDDEN))
            )
        return made

    def _with_told(self, code: str) -> str:
        """Code that takes ``glue`` from the package, and not from MyST-NB."""
        if not _GLUE.search(code):
            return code
        lines = _GLUE.sub("", code).rstrip("\n").split("\n")
        if self._has_told:
            return "\n".join(lines)
        imports = [
            part for part in ast.parse("\n".join(lines)).body if isinstance(part, ast.Import | ast.ImportFrom)
        ]
        own = max(part.end_lineno for part in imports) - 1
        of_course = [part for part in imports if getattr(part, "module", "").startswith("w2vlib.course")]
        at = max((part.end_lineno for part in of_course), default=own + 1)
        lines.insert(at, "from w2vlib.course.told import Told")
        own = max(at, own + 1)
        lines[own + 1 : own + 1] = ["", "glue = Told()"]
        return "\n".join(lines)

    def _caption(self, name: str, figure: dict, veiled: bool) -> NotebookNode:
        label, caption = figure["name"], self.translator.text(figure["caption"])
        named = self.labels.named(label)
        below = folded(f"{named}: what it shows", caption) if veiled else f"**{named}** {caption}"
        return self._text(name, anchor(label) + below)


def _without_glue(code: str) -> str:
    """Code as it is shown: without the lines that keep numbers for sentences."""
    calls = [
        node
        for node in ast.parse(code).body
        if isinstance(node, ast.Expr) and getattr(getattr(node.value, "func", None), "id", "") == "glue"
    ]
    gone = {line for node in calls for line in range(node.lineno, node.end_lineno + 1)}
    return "\n".join(line for n, line in enumerate(code.split("\n"), 1) if n not in gone).strip("\n")


def _stored(output: NotebookNode, about: dict) -> NotebookNode | None:
    """An output as it is stored: its picture as PNG with the alternative text, no script and no count."""
    if output.output_type == "stream":
        return nbformat.v4.new_output("stream", name=output.name, text=output.text)
    data = {kind: output.data[kind] for kind in STORED if kind in output.data}
    metadata = {}
    if PICTURE in data:
        data[PICTURE] = smaller(data[PICTURE])
        metadata[PICTURE] = dict(output.metadata.get(PICTURE, {}))
        if alt := about.get("image", {}).get("alt"):
            metadata[PICTURE]["alt"] = alt
    return nbformat.v4.new_output(output.output_type, data, metadata=metadata) if data else None


def _retell(retold: list) -> str:
    if not retold:
        return ""
    lines = "".join(f"    {sentence.text!r},\n" for sentence in retold)
    return f"glue.retell([\n{lines}])"


def _joined(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield the cells, those of one solution as a single folded one where they are all text."""
    parts: list[NotebookNode] = []

    def solution() -> Iterator[NotebookNode]:
        if parts:
            title, _, rest = parts[0].source.partition("\n\n")
            text = "\n\n".join(filter(None, [rest, *(part.source for part in parts[1:])]))
            yield new_markdown_cell(folded(title.strip("*"), text), id=parts[0].id)
            parts.clear()

    for cell in cells:
        starts = cell.cell_type == "markdown" and cell.source.startswith("**Solution to ")
        part = cell.metadata.pop("solution", False)
        if starts or not part:
            yield from solution()
        if part:
            parts.append(cell)
        else:
            yield cell
    yield from solution()


def page(source: NotebookNode, translator: Translator) -> NotebookNode:
    """Return a page without code as a notebook."""
    texts = [(cell.id, translator.text(cell.source).strip("\n")) for cell in source.cells]
    return notebook_of(new_markdown_cell(text, id=name) for name, text in texts)


def notebook_of(cells) -> NotebookNode:
    """Return a notebook of cells, for any place that runs Python."""
    notebook = new_notebook(
        cells=list(cells),
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "colab": {"provenance": [], "toc_visible": True},
        },
    )
    nbformat.validate(notebook)
    return notebook
