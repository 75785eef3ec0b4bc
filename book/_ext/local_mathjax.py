"""Serve MathJax from the book itself, so that its pages ask no other host for anything.

The files come from the package ``sphinx-mathjax-offline``, without what the pages
cannot use: other input and output formats, and speech in other languages.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.fileutil import copy_asset

UNUSED = re.compile(r"svg|full|node-main|adaptors|asciimath|mml-|mathmaps/(?!base|en\b|nemeth)")


def copy_mathjax(app: Sphinx, error: Exception | None) -> None:
    """Copy MathJax next to the pages, once they are built."""
    if error is None and app.builder.format == "html":
        package = importlib.util.find_spec("sphinx-mathjax-offline")
        source = Path(package.origin).parent / "static" / "mathjax"
        copy_asset(source, Path(app.outdir) / "_static" / "mathjax", excluded=UNUSED.search)


def setup(app: Sphinx) -> dict[str, bool]:
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
