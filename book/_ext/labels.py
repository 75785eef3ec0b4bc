"""Write down what the pages number and cite, for the notebooks that are made from the same source.

``labels.json``, beside the built pages, holds for each label its kind, its number and its page,
and for each page the sources that it lists, as they are named there.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from pybtex.database import Entry
from pybtex.plugin import find_plugin
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

FILE = "labels.json"
#: Sphinx's name of a numbered thing where it is not the book's.
KINDS = {"displaymath": "equation"}
EQUATION = "equation-"


def labels(env: BuildEnvironment) -> dict[str, dict[str, str]]:
    """Return kind, number and page of each label; Sphinx has lowered the letters of some."""
    return {
        label.removeprefix(EQUATION): {
            "kind": KINDS.get(kind, kind),
            "number": ".".join(map(str, number)),
            "page": PurePosixPath(page).name,
        }
        for page, kinds in env.toc_fignumbers.items()
        for kind, numbers in kinds.items()
        for label, number in numbers.items()
    }


def sources(env: BuildEnvironment) -> dict[str, dict[str, dict[str, str]]]:
    """Return, for each page, the names, the address and the entry in Markdown of each source in its list."""
    markdown = find_plugin("pybtex.backends", "markdown")()
    listed: dict[str, dict[str, dict[str, str]]] = {}
    for citation in env.domaindata["cite"]["citations"]:
        page = PurePosixPath(citation.bibliography_key.docname).name
        listed.setdefault(page, {})[citation.key] = {
            "names": citation.formatted_entry.label,
            "address": address(citation.entry),
            "entry": " ".join(citation.formatted_entry.text.render(markdown).split()),
        }
    return listed


def address(entry: Entry) -> str:
    """Return where a source can be read, "" if its entry does not say.

    Examples
    --------
    >>> address(Entry("article", {"doi": "10.1000/182"}))
    'https://doi.org/10.1000/182'
    """
    doi = entry.fields.get("doi")
    return f"https://doi.org/{doi}" if doi else entry.fields.get("url", "")


def write_labels(app: Sphinx, error: Exception | None) -> None:
    """Write the file, if the pages were built."""
    if error is None and app.builder.format == "html":
        found = {"labels": labels(app.env), "sources": sources(app.env)}
        text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
        (Path(app.outdir).parent / FILE).write_text(text + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", write_labels)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
