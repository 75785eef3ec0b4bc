"""Read or Run: on the pages, set-up and checks are folded into one line each, and the thought stays.

A cell's code is split between its statements, by Python's own parser.  What only
imports, loads or settles becomes "Set-up"; assertions, and what is computed for
them alone, become "✓ 5 checks passed".  They did pass, since the book is not built
otherwise.  Both lines open (``<details>``), and need no script for that.  Lines
keep their order, and the copy button still gives the whole cell.

The switch below a chapter's title opens everything, hidden cells too.
"""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docutils import nodes
from IPython.core.inputtransformer2 import TransformerManager
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

SETUP = "Set-up"
#: Calls that load data or settle something, by the last part of their names.
_SETTLING = ("default_rng", "use_style", "set_printoptions", "filterwarnings", "manual_seed")
#: Code in which an error is wanted is shown as it is.
_APART = {"tag_raises-exception", "tag_hide-input", "tag_hide-cell"}

SWITCH = """<div class="reading-switch" role="group" aria-label="How much code is shown">
<button type="button" data-mode="read" aria-pressed="true">Read</button>
<button type="button" data-mode="run" aria-pressed="false">Run</button>
<span class="reading-said" role="status">Set-up and checks are folded.</span></div>"""

#: Before anything is painted: the mode, and which predictions have been answered on this device.
#: Without scripts none of this happens, and nothing is veiled.
EARLY = """(function (page) {
  var html = document.documentElement, mode = /[?&]mode=(run|read)\\b/.exec(location.search);
  html.classList.add("w2v-scripted");
  html.dataset.w2vPage = page;
  try {
    html.dataset.w2vMode = mode ? mode[1] : localStorage.getItem("w2v-mode") === "run" ? "run" : "read";
    for (var n = 1; n < 10; n++)
      if (localStorage.getItem("w2v-predict-" + page + "-" + n)) html.classList.add("w2v-told-" + n);
  } catch (blocked) { html.dataset.w2vMode = mode ? mode[1] : "read"; }
})(%s);"""


@dataclass(frozen=True)
class Part:
    """Some lines of a cell: what stays in sight has no label."""

    code: str
    label: str = ""


class parted_code(nodes.General, nodes.Element):
    """A cell's code in parts, each of them a literal block; the folded ones have a label."""


# The splitting of code.


def split_cell(code: str, used: Iterable[str] = ()) -> list[Part]:
    """Split a cell into what stays in sight and what is folded.

    Parameters
    ----------
    code
        The cell.
    used
        The names that the rest of the page reads outside its checks.

    Returns
    -------
    list of Part
        In the order of the lines.  One part without a label if there is nothing to fold.
    """
    statements = parsed(code)
    if not statements:
        return [Part(code)]
    labels = _labels(statements, Counter(used))
    lines = code.split("\n")
    firsts = [_first_line(statement) for statement in statements]
    # Comments and decorators above a statement belong to it; what follows the last belongs to the last.
    starts = [0]
    for before, first in zip(statements, firsts[1:]):
        start = before.end_lineno
        while start < first - 1 and not lines[start].strip():
            start += 1
        if start >= first:  # two statements on one line
            return [Part(code)]
        starts.append(start)
    groups: list[list] = []
    for label, start in zip(labels, starts):
        if not groups or groups[-1][0] != label:
            groups.append([label, start, 0])
    for statement, label, start in zip(statements, labels, starts):
        group = next(g for g in reversed(groups) if g[1] <= start)
        group[2] += checks_in(statement)
    ends = [start for _, start, _ in groups[1:]] + [len(lines)]
    return [
        Part("\n".join(lines[start:end]).rstrip("\n"), _said(label, count))
        for (label, start, count), end in zip(groups, ends)
    ]


def parsed(code: str) -> list[ast.stmt]:
    """Return the statements of a cell; none if it cannot be parsed line by line."""
    plain = TransformerManager().transform_cell(code)
    try:
        tree = ast.parse(plain)
    except SyntaxError:
        return []
    return tree.body if plain.rstrip("\n").count("\n") == code.rstrip("\n").count("\n") else []


def checks_in(node: ast.AST) -> int:
    """Count the assertions in some code, as it is written: ``assert`` and calls of check helpers."""
    return sum(isinstance(part, ast.Assert) or _is_check_call(part) for part in ast.walk(node))


def names_read(statements: Iterable[ast.AST]) -> Counter[str]:
    """Count in how many statements each name is read."""
    found: Counter[str] = Counter()
    for statement in statements:
        found.update(
            {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        )
    return found


def is_check(statement: ast.stmt) -> bool:
    """Whether a statement only checks: an assertion, or a loop of assertions and what they need."""
    if isinstance(statement, ast.Assert):
        return True
    if isinstance(statement, ast.Expr):
        return _is_check_call(statement.value)
    if isinstance(statement, ast.For | ast.With | ast.If):
        inner = [part for part in statement.body + getattr(statement, "orelse", [])]
        return checks_in(statement) > 0 and all(
            is_check(part) or (isinstance(part, ast.Assign) and _plain_names(part)) for part in inner
        )
    return False


def _labels(statements: list[ast.stmt], used: Counter[str]) -> list[str]:
    """ "setup", "checks" or "" for each statement; what is computed for checks alone goes with them."""
    labels = ["checks" if is_check(statement) else "" for statement in statements]
    read = used + names_read(s for s, label in zip(statements, labels) if not label)
    for at in range(len(statements) - 2, -1, -1):
        names = _plain_names(statements[at])
        if labels[at + 1] == "checks" and not labels[at] and names and not names & set(read):
            labels[at] = "checks"
            read -= names_read([statements[at]])
    leading = 0
    while leading < len(statements) and not labels[leading] and _is_setup(statements[leading]):
        leading += 1
    if leading > 1 or leading == len(statements):
        labels[:leading] = ["setup"] * leading
    return labels


def _is_setup(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return True
    if isinstance(statement, ast.Assign):
        return _is_constant(statement) or _settles(statement.value)
    return isinstance(statement, ast.Expr) and _settles(statement.value)


def _is_constant(statement: ast.Assign) -> bool:
    """Whether something like ``SEEDS = range(3)`` is said; M and W are matrices."""
    names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
    named = len(names) == len(statement.targets) and all(len(n) > 1 and n.isupper() for n in names)
    parts = [part for part in ast.walk(statement.value) if isinstance(part, ast.Call)]
    return named and all(_name(part) == "range" for part in parts)


def _settles(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and _name(value).startswith((*_SETTLING, "load_"))


def _is_check_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _name(node).startswith(("assert_", "check_"))


def _name(call: ast.Call) -> str:
    function = call.func
    return getattr(function, "attr", getattr(function, "id", ""))


def _plain_names(statement: ast.stmt) -> set[str]:
    """The names that an assignment gives to nothing but new values; none if it changes a part of something."""
    if not isinstance(statement, ast.Assign):
        return set()
    targets = [
        element
        for target in statement.targets
        for element in (target.elts if isinstance(target, ast.Tuple) else [target])
    ]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return set(names) if len(names) == len(targets) else set()


def _first_line(statement: ast.stmt) -> int:
    return min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])


def _said(label: str, count: int) -> str:
    if label == "checks":
        return f"✓ {count} check{'' if count == 1 else 's'} passed"
    return SETUP if label == "setup" else ""


# The pages.


class FoldCode(SphinxPostTransform):
    """Replace the code of each cell in sight by its parts, and put the switch below the title."""

    default_priority = 210  # after MyST-NB has hidden what is to be hidden
    formats = ("html",)

    def run(self, **kwargs) -> None:
        every = [block for cell in _cells(self.document) for block in _code(cell)]
        if not every:
            return
        self.env.metadata[self.env.docname]["code_cells"] = True
        bodies = [parsed(block.astext()) for block in every]
        reads = [names_read(s for s in body if not is_check(s)) for body in bodies]
        total = sum(reads, Counter())
        for cell in _cells(self.document):
            if _APART & set(cell["classes"]):
                continue
            for block in _code(cell):
                own = reads[every.index(block)]
                parts = split_cell(block.astext(), total - own)
                if any(part.label for part in parts):
                    block.replace_self(_parted(block, parts))
        title = next(self.document.findall(nodes.title), None)
        if title is not None:
            at = title.parent.index(title) + 1
            title.parent.insert(at, nodes.raw("", SWITCH, format="html"))


def _cells(document: nodes.document) -> Iterator[nodes.container]:
    for node in list(document.findall(nodes.container)):
        if node.get("nb_element") == "cell_code":
            yield node


def _code(cell: nodes.container) -> Iterator[nodes.literal_block]:
    for source in list(cell.findall(nodes.container)):
        if source.get("nb_element") == "cell_code_source":
            yield from source.findall(nodes.literal_block)


def _parted(block: nodes.literal_block, parts: list[Part]) -> parted_code:
    whole = parted_code(language=block.get("language", "ipython3"))
    for part in parts:
        whole += nodes.literal_block(part.code, part.code, fold=part.label)
    return whole


def visit_parted_code(self: HTML5Translator, node: parted_code) -> None:
    """Write the parts with nothing between them: what is copied is the text of the whole."""
    language = node["language"]
    self.body.append('<div class="code-parts">')
    for part in node.children:
        html = self.highlighter.highlight_block(part.rawsource, language, location=part).strip("\n")
        html = f'<div class="highlight-{language} notranslate">{html}</div>'
        if part["fold"]:
            kind = "setup" if part["fold"] == SETUP else "checks"
            summary = f"<summary>{self.encode(part['fold'])}</summary>"
            html = f'<details class="code-fold {kind}">{summary}{html}</details>'
        self.body.append(html)
    self.body.append("</div>\n")
    raise nodes.SkipNode


def add_assets(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page with code or questions its scripts; the first runs before anything is painted."""
    about = app.env.metadata.get(page, {})
    if about.get("code_cells") or about.get("questions"):
        app.add_js_file(None, body=EARLY % json.dumps(page.rpartition("/")[2]), priority=100)
        app.add_js_file("reading.js", loading_method="defer")


def copy_whole_cells(app: Sphinx, config) -> None:
    """One copy button for a cell in parts; the lines that name the folds are not code."""
    config.copybutton_selector = "div.code-parts, div.highlight pre:not(div.code-parts pre)"
    config.copybutton_exclude = ".linenos, summary"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(parted_code, html=(visit_parted_code, None))
    app.add_post_transform(FoldCode)
    app.connect("config-inited", copy_whole_cells, priority=100)  # before sphinx-copybutton reads it
    app.connect("html-page-context", add_assets)
    app.add_css_file("reading.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
