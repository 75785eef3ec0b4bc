"""Small books that tests build with Sphinx, each from Sphinx's own settings."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TextIO

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import docutils_namespace

#: An application changes lists and dicts among these, with which all later ones of its process would begin.
DEFAULTS = copy.deepcopy(Config.config_values)


def build(source: Path, warning: TextIO | None = None, **settings) -> Path:
    """Build the pages of a folder and return where they are."""
    out = source / "_build"
    Config.config_values = copy.deepcopy(DEFAULTS)
    with docutils_namespace():
        folders = (str(source), None, str(out), str(source / "doctrees"))
        Sphinx(*folders, "html", confoverrides=settings, status=None, warning=warning).build()
    return out
