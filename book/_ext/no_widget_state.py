"""Leave the state of live widgets out of the pages: no page has a kernel or a script to bring it to life.

It is large, and its names are drawn anew in every build, so that two builds would differ.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

STATE = "application/vnd.jupyter.widget-state+json"


def drop_state(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Take the state from the scripts of a page, where MyST-NB has put it."""
    scripts = context.get("script_files", [])
    scripts[:] = [script for script in scripts if getattr(script, "attributes", {}).get("type") != STATE]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", drop_state, priority=900)  # after MyST-NB
    return {"parallel_read_safe": True, "parallel_write_safe": True}
