"""Leave the state of live widgets out of the pages: no page has a kernel or a script to bring it to life.

It is large, and its names are drawn anew in every build, so that two builds would differ.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

STATE = re.compile(
    r"""<script[^>]*type=["']?application/vnd\.jupyter\.widget-state\+json["']?[^>]*>.*?</script>\s*""", re.S
)


def drop_state(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Cut the state out of the body of a page."""
    if "widget-state" in context.get("body", ""):
        context["body"] = STATE.sub("", context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", drop_state)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
