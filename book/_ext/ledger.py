"""The ledger of claims on a page, with the numbers of this build.

``{claims} paper-1 paper-2`` lays the rows of these files (see ``claims.py``) one below another, and
``{claims-summary}`` counts the verdicts of all.  Numbers are read when all chapters have been: a number that is
missing or out of its band is a warning, and so fails the build; so is a figure, a cell or a page that is not there.

Every cell of a chapter has an anchor, ``#cell-`` and its id, for links that lead to the very cell.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import claims
from docutils import nodes
from docutils.statemachine import StringList
from edges import chapter_number
from labels import labels
from myst_nb.ext.glue.crossref import read_glue_cache
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

logger = logging.getLogger(__name__)

#: How the reasons are called, by the verdict.
REASONS = {claims.LIMITS: "Limits", claims.CONTRADICTED: "How", claims.NOT_TESTED: "Why not"}
FILTER = """<form class="claims-filter" id="claims-filter" role="search" aria-label="Claims" hidden>
<label>Verdict <select name="verdict"><option value="">all</option>{verdicts}</select></label>
<label>Made by <select name="by"><option value="">all</option>{sources}</select></label>
<label>With the words <input type="search" name="find" autocomplete="off"></label>
<button type="reset">Show all</button> <output role="status">{total} of {total} shown</output></form>
<script>document.getElementById("claims-filter").hidden = false</script>"""


class claim_number(nodes.Inline, nodes.Element):
    """A number that is filled in when all chapters have been read: its name, format and unit."""


class claim_place(nodes.Inline, nodes.Element):
    """A link that is made when all chapters have been read: the kind of place, and its name."""


# Reading the page.


def class_of(verdict: str) -> str:
    return verdict.replace(" ", "-")


class ClaimNumber(SphinxRole):
    """What stands for a number in the text of a row."""

    def run(self):
        name, spec, unit = self.text.split("|")
        return [claim_number(name=name, spec=spec, unit=unit)], []


class Claims(SphinxDirective):
    """Lay the rows of some files below one another."""

    required_arguments, final_argument_whitespace = 1, True

    def run(self) -> list[nodes.Node]:
        rows = nodes.bullet_list(classes=["claims"])
        for name in self.arguments[0].split():
            path = claims.FOLDER / f"{name}.yml"
            self.env.note_dependency(str(path))
            for row in read(path, self.get_location()):
                rows += self.laid(row)
                label = f"claim-{row.id.lower()}"  # for other pages: {ref}`P16 <claim-p16>`
                self.env.get_domain("std").note_hyperlink_target(
                    label, self.env.docname, row.id.lower(), row.id
                )
        self.env.metadata[self.env.docname]["claims"] = True
        return [rows]

    def laid(self, row: claims.Row) -> nodes.list_item:
        item = nodes.list_item(
            ids=[row.id.lower()], classes=["claim", class_of(row.verdict), f"by-{row.id[0]}"], row=row
        )
        head = nodes.paragraph(classes=["claim-head"])
        head += nodes.reference("", row.id, refid=row.id.lower(), classes=["claim-id"])
        head += nodes.inline("", row.verdict, classes=["claim-verdict"])
        if row.source:
            head += nodes.inline("", row.source, classes=["claim-source"])
        item += [head, *self.parsed(row.claim)]
        facts = nodes.definition_list(classes=["claim-facts"])
        ours = claims.NUMBER.sub(_as_role, row.ours)
        theirs = "" if row.theirs == "—" else row.theirs
        for term, text in (("Theirs", theirs), ("Here", ours), (REASONS.get(row.verdict, ""), row.why)):
            if text:
                facts += _fact(term, self.parsed(text))
        places = [(kind, place) for kind in ("figure", "cells", "see") for place in getattr(row, kind)]
        if places:
            line = nodes.paragraph()
            for n, (kind, place) in enumerate(places):
                line += [nodes.Text(" · ")] * bool(n) + [claim_place(kind=kind, place=place)]
            facts += _fact("Shown", [line])
        item += facts
        return item

    def parsed(self, text: str) -> list[nodes.Node]:
        source, line = self.get_source_info()
        around = nodes.container()
        self.state.nested_parse(StringList(text.splitlines(), source), self.content_offset, around)
        return around.children


def _as_role(found: re.Match) -> str:
    if not found["name"]:
        return found[0]
    return f"{{claim-number}}`{found['name']}|{found['spec']}|{found['unit'] or ''}`"


def _fact(term: str, told: list[nodes.Node]) -> nodes.definition_list_item:
    return nodes.definition_list_item("", nodes.term("", term), nodes.definition("", *told))


class Summary(SphinxDirective):
    """Count the verdicts by who makes the claims, and offer to choose among them."""

    def run(self) -> list[nodes.Node]:
        rows = []
        for path in claims.files():
            self.env.note_dependency(str(path))
            rows += read(path, self.get_location())
        for name in claims.twice(rows):
            logger.warning("%s: several claims have this id", name, location=self.get_location())
        counts = Counter((row.verdict, row.by) for row in rows)
        sources = list(claims.SOURCES.values())
        lines = [["verdict", *sources]]
        lines += [[verdict, *(str(counts[verdict, by]) for by in sources)] for verdict in claims.VERDICTS]
        lines += [["together", *(str(sum(row.by == by for row in rows)) for by in sources)]]
        verdicts = "".join(
            f'<option value="{class_of(verdict)}">{verdict}</option>' for verdict in claims.VERDICTS
        )
        makers = "".join(f'<option value="{key}">{by}</option>' for key, by in claims.SOURCES.items())
        form = FILTER.format(verdicts=verdicts, sources=makers, total=len(rows))
        return [_table(lines), nodes.raw("", form, format="html")]


def read(path: Path, location: str) -> list[claims.Row]:
    """Return the rows of a file; what is wrong with it is a warning."""
    try:
        return claims.read(path)
    except (OSError, ValueError) as error:
        logger.warning("%s", error, location=location)
        return []


def _table(lines: list[list[str]]) -> nodes.table:
    table, group = nodes.table(classes=["claims-summary"]), nodes.tgroup(cols=len(lines[0]))
    table += group
    group += [nodes.colspec(colwidth=1, stub=not n) for n in range(len(lines[0]))]
    rows = [nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in line)) for line in lines]
    group += [nodes.thead("", rows[0]), nodes.tbody("", *rows[1:])]
    return table


# Cells have anchors.


class NameCells(SphinxTransform):
    """Give each cell that stands on its page an anchor, and note which do."""

    default_priority = 820  # after solutions have been taken out, where they are

    def apply(self, **_) -> None:
        cells = [
            node for node in self.document.findall(nodes.container) if node.get("nb_element") == "cell_code"
        ]
        if not cells:
            return
        names = [
            cell["id"] for cell in json.loads(Path(self.env.doc2path(self.env.docname)).read_bytes())["cells"]
        ]
        for cell in cells:
            cell["ids"].append(f"cell-{names[cell['cell_index']]}")
        self.env.metadata[self.env.docname]["cells"] = [names[cell["cell_index"]] for cell in cells]


# When all has been read.


def glued(env: BuildEnvironment) -> dict[str, str]:
    """Return what all chapters glue, as text, by name."""
    folder = env.mystnb_config.output_folder
    read_glue_cache.cache_clear()  # it remembers an earlier build
    return {
        name: about["data"]["text/plain"]
        for page in sorted(env.found_docs)
        for name, about in read_glue_cache(folder, page).items()
        if "text/plain" in about["data"]
    }


class FillNumbers(SphinxPostTransform):
    """Fill in numbers and links; warn of all that does not hold."""

    default_priority = 5
    formats = ("html",)

    def run(self, **_) -> None:
        rows = [node for node in self.document.findall(nodes.list_item) if "row" in node]
        if not rows:
            return
        values = glued(self.env)
        for item in rows:
            row = item["row"]
            for fault in claims.faults(row, values):
                self.warn(fault)
            for node in list(item.findall(claim_number)):
                node.replace_self(list(number_shown(row, node, values)))
            self.link(row, list(item.findall(claim_place)))

    def link(self, row: claims.Row, found: list[claim_place]) -> None:
        numbered = labels(self.env)
        texts: Counter[str] = Counter()
        for node in found:
            try:
                page, anchor, text = getattr(self, node["kind"])(node["place"], numbered)
            except LookupError as error:
                self.warn(f"{row.id}: {error.args[0]}")
                text, page, anchor = node["place"], self.env.docname, ""
            texts[text] += 1
            again = f" ({texts[text]})" if texts[text] > 1 else ""
            uri = self.app.builder.get_relative_uri(self.env.docname, page) + f"#{anchor}" * bool(anchor)
            node.replace_self(nodes.reference("", text + again, refuri=uri, internal=True))

    def figure(self, label: str, numbered: Mapping) -> tuple[str, str, str]:
        page, anchor = self.env.get_domain("std").anonlabels.get(label, ("", ""))
        if numbered.get(anchor, {}).get("kind") != "figure":
            raise LookupError(f"no page has the figure {label}")
        return page, anchor, f"Fig. {numbered[anchor]['number']}"

    def cells(self, place: str, numbered: Mapping) -> tuple[str, str, str]:
        name, _, cell = place.partition("#")
        page = self.page(name)
        if cell not in self.env.metadata[page].get("cells", ()):
            raise LookupError(
                f"no cell {cell} stands on the page {name}; it may be hidden, in a solution, or renamed"
            )
        return page, f"cell-{cell}", f"code in {self.called(page)}"

    def see(self, place: str, numbered: Mapping) -> tuple[str, str, str]:
        name, _, anchor = place.partition("#")
        page = self.page(name)
        if not anchor:
            return page, "", self.called(page)
        slugs = self.env.metadata[page].get("myst_slugs", {})
        if anchor in slugs:
            _, anchor, title = slugs[anchor]
            return page, anchor, f"{title}, {self.called(page)}"
        where, target = self.env.get_domain("std").anonlabels.get(anchor, ("", ""))
        if where != page:
            raise LookupError(f"the page {name} has no {anchor}")
        about = numbered.get(target)
        return page, target, f"{about['kind'].capitalize()} {about['number']}" if about else self.called(page)

    def page(self, name: str) -> str:
        found = [page for page in self.env.found_docs if PurePosixPath(page).name == name]
        if not found:
            raise LookupError(f"there is no page {name}")
        return found[0]

    def called(self, page: str) -> str:
        number = chapter_number(page)
        return f"chapter {number}" if number is not None else PurePosixPath(page).name.replace("-", " ")

    def warn(self, text: str) -> None:
        logger.warning("%s", text, location=self.env.docname, type="claims")


def number_shown(row: claims.Row, node: claim_number, values: Mapping[str, str]) -> Iterator[nodes.Node]:
    """Yield a number with its unit, and its band; what is wrong has been said."""
    name, spec = node["name"], node["spec"]
    try:
        text = claims.shown(values[name], spec) + node["unit"]
    except (LookupError, SyntaxError, ValueError):
        text = "?"
    yield nodes.inline("", text, classes=["claim-number"])
    yield nodes.inline("", f" ({claims.band_told(row.bands[name], spec)})", classes=["claim-band"])


def write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """A ledger is written anew with every build: any chapter may have changed its numbers."""
    return [page for page in env.found_docs if "claims" in env.metadata[page]]


def add_assets(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    if "claims" in app.env.metadata.get(page, {}):
        app.add_css_file("claims.css")
        app.add_js_file("claims.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("claims", Claims)
    app.add_directive("claims-summary", Summary)
    app.add_role("claim-number", ClaimNumber())
    app.add_transform(NameCells)
    app.add_post_transform(FillNumbers)
    app.connect("env-updated", write_again)
    app.connect("html-page-context", add_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
