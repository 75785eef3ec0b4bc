"""Give pages their live figures: one script and one style for the book, large tables in files of their own.

A cell's output is complete: it carries scripts and table with it, so that it is
live in a notebook.  On a page the scripts come from `_static/live.js`, once for all
pages, and a table of more than a few kilobytes is fetched when its figure comes
into view.  It is a script, too, so that a page works without a server.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from w2vlib.course._plain import json_in_html
from w2vlib.course.widgets import live

LARGE = 40_000  # bytes of a table that a page does not carry itself
TABLE, END = '<script type="application/json" class="w2v-table">', "</script>"
SCRIPT, STYLE, TABLES = "live.js", "live.css", "tables"


def take_apart(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Leave out what is there for notebooks only, and put large tables into files."""
    for node in doctree.findall(nodes.raw):
        if live.BEGIN_NOTEBOOK not in node.rawsource and live.BEGIN_NOTEBOOK not in node.astext():
            continue
        text = node.astext()
        while live.BEGIN_NOTEBOOK in text:
            before, _, rest = text.partition(live.BEGIN_NOTEBOOK)
            text = before + rest.partition(live.END_NOTEBOOK)[2]
        text = _with_tables_apart(app, text, page)
        node.children = [nodes.Text(text)]
        node.rawsource = text
        app.env.live_pages.add(page)


def _with_tables_apart(app: Sphinx, text: str, page: str) -> str:
    before, found, rest = text.partition(TABLE)
    if not found:
        return text
    data, _, after = rest.partition(END)
    after = _with_tables_apart(app, after, page)
    if len(data.encode()) <= LARGE:
        return before + TABLE + data + END + after
    known = json.loads(data)
    table = json_in_html({"table": known.pop("table")}, separators=(",", ":"))
    name = hashlib.sha256(table.encode()).hexdigest()[:16]
    folder = Path(app.outdir) / "_static" / TABLES
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.js").write_text(f'w2v.data("{name}",{table});\n', encoding="utf-8")
    address = posixpath.relpath(f"_static/{TABLES}/{name}.js", posixpath.dirname(page) or ".")
    opening = TABLE.replace(">", f' data-name="{name}" data-src="{address}">')
    return before + opening + json_in_html(known, separators=(",", ":")) + END + after


def add_assets(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page with live figures their style and their script."""
    if page in app.env.live_pages:
        app.add_css_file(STYLE)
        app.add_js_file(SCRIPT, loading_method="defer")


def begin(app: Sphinx) -> None:
    app.env.live_pages = set()


def smaller(code: str) -> str:
    """Return scripts without indentation, and without the lines that only explain.

    Examples
    --------
    >>> smaller("  // why\\n  const a = 1;\\n")
    'const a = 1;'
    """
    lines = (line.strip() for line in code.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def write_assets(app: Sphinx, env) -> None:
    """Write script and style where Sphinx looks for static files, before it copies and hashes them."""
    folder = Path(app.doctreedir) / "live"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SCRIPT).write_text(smaller(live.runtime()), encoding="utf-8")
    (folder / STYLE).write_text(live.look(), encoding="utf-8")
    app.config.html_static_path += [str(folder / SCRIPT), str(folder / STYLE)]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", begin)
    app.connect("env-before-read-docs", lambda app, env, names: write_assets(app, env))
    app.connect("doctree-resolved", take_apart, priority=900)
    app.connect("html-page-context", add_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
