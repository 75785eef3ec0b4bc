"""Put a concept atlas on a page, from what ``python -m w2vlib.course.atlas`` has made.

    ```{concept-atlas} wikipedia
    :part: search
    ```

The parts are search, times, analogies and directions.  Each direction can be
referred to from every page, as ``atlas-direction-17`` if the page's name is
``atlas``.  Only pages with an atlas get its style and its script.
"""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from w2vlib.course.atlas import page as atlas_page

PARTS = ("search", "times", "analogies", "directions")


class ConceptAtlas(SphinxDirective):
    required_arguments = 1
    option_spec = {"part": lambda value: directives.choice(value, PARTS)}

    def run(self) -> list[nodes.Node]:
        name, part = self.arguments[0], self.options.get("part", "directions")
        path = Path(self.env.srcdir) / "_build" / "atlas" / name / f"{part}.html"
        if not path.exists():
            raise self.error(
                f"there is no atlas {name!r}; make atlas makes those of the book, make atlas CORPUS=folder NAME={name} another"
            )
        self.env.note_dependency(str(path))
        self.env.metadata[self.env.docname]["concept_atlas"] = name
        text = path.read_text(encoding="utf-8")
        labels = self.env.get_domain("std")
        page = self.env.docname.rpartition("/")[2]
        for anchor in re.findall(r'<li class="atlas-card" id="(direction-\d+)">', text):
            label = f"{page}-{anchor}"
            labels.anonlabels[label] = self.env.docname, anchor
            labels.labels[label] = self.env.docname, anchor, anchor.replace("-", " ")
        return [nodes.raw("", text, format="html")]


def add_assets(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page with an atlas its style and its script."""
    if app.env.metadata.get(page, {}).get("concept_atlas"):
        app.add_css_file("atlas.css")
        app.add_js_file("atlas.js", loading_method="defer")


def share_assets(app: Sphinx) -> None:
    """The style and the script lie beside their maker, which puts them into pages of its own, too."""
    app.config.html_static_path += [str(atlas_page.HERE / name) for name in ("atlas.css", "atlas.js")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", share_assets)
    app.add_directive("concept-atlas", ConceptAtlas)
    app.connect("html-page-context", add_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
