"""Check the ledger of claims against what the chapters computed last, without building a page.

    python tools/check_claims.py [P16 P17 ...]

Prints each row with its numbers filled in and their bands, then all that is wrong.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping

import nbformat
from build_book import notebooks
from chapters import ROOT, the_cache
from editions.source import Computed

sys.path.insert(0, str(ROOT / "book" / "_ext"))

import claims  # noqa: E402
import reading_mode  # noqa: E402

REMOVED = {"remove-cell", "remove_cell", "remove-input", "remove_input"}
LABEL = re.compile(r"\((fig-[\w-]+)\)=|^:?name: *(fig-[\w-]+)", re.M)
Notebooks = Mapping[str, nbformat.NotebookNode]


def computed(chapters: Notebooks) -> dict[str, str]:
    """Return what the chapters glued when they were last executed as they are now."""
    cache, values = the_cache(), {}
    for name, chapter in chapters.items():
        try:
            executed = cache.get_cache_bundle(cache.match_cache_notebook(chapter).pk).nb
        except (KeyError, ValueError):
            print(f"{name} has not been executed as it is now: its numbers count as missing")
        else:
            values |= Computed.of(executed).values
    return values


def places(rows: Iterable[claims.Row], chapters: Notebooks) -> Iterator[str]:
    """Yield what is wrong with the figures, cells and pages that rows name."""
    labels = {label for chapter in chapters.values() for label in figures(chapter)}
    for row in rows:
        for figure in set(row.figure) - labels:
            yield f"{row.id}: no chapter has the figure {figure}"
        for place in row.cells:
            name, _, cell = place.partition("#")
            fault = cell_fault(chapters[name], cell) if name in chapters else "stands on no page"
            if fault:
                yield f"{row.id}: the cell {place} {fault}"
        for place in row.see:
            name = place.partition("#")[0]
            if name not in chapters and not (ROOT / "book" / f"{name}.md").exists():
                yield f"{row.id}: there is no page {name}"


def figures(chapter: nbformat.NotebookNode) -> Iterator[str]:
    for cell in chapter.cells:
        yield cell.metadata.get("mystnb", {}).get("figure", {}).get("name", "")
        yield from filter(None, (name for found in LABEL.findall(cell.source) for name in found))


def cell_fault(chapter: nbformat.NotebookNode, name: str) -> str:
    """Return why a cell cannot carry a claim, "" if it can: it is in sight and asserts or shows something."""
    inside = False
    for cell in chapter.cells:
        inside = (inside or "{solution-start}" in cell.source) and "{solution-end}" not in cell.source
        if cell.id != name:
            continue
        if cell.cell_type != "code":
            return "is text; name its page by see"
        if inside or REMOVED & set(cell.metadata.get("tags", [])):
            return "is not in sight on its page"
        body = reading_mode.parsed(cell.source)
        if not any(map(reading_mode.checks_in, body)) and not shows(cell.source):
            return "neither asserts nor shows anything"
        return ""
    return "does not exist"


def shows(source: str) -> bool:
    """Whether a cell prints or draws, or ends with a value."""
    last = source.rstrip().rpartition("\n")[2]
    return bool(re.search(r"\b(print|display|show)\(", source)) or not re.match(
        r"\s|[\w., ]+ = |from |import |#", last
    )


def main(*wanted: str) -> int:
    chapters = {path.stem: nbformat.read(path, as_version=4) for path in notebooks()}
    values, wrong, rows = computed(chapters), [], []
    for path in claims.files():
        try:
            rows += claims.read(path)
        except ValueError as error:
            wrong.append(str(error))
    wrong += [f"{name}: several rows have this id" for name in claims.twice(rows)]
    rows = [row for row in rows if not wanted or row.id in wanted]
    for row in rows:
        found = list(claims.faults(row, values))
        told = row.ours if any("no single number" in fault for fault in found) else claims.filled(row, values)
        print(f"{row.id} {row.verdict}: {' '.join(told.split())}")
        wrong += found
    wrong += places(rows, chapters)
    print(*["", *wrong] if wrong else [f"{len(rows)} rows, every number within its band"], sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
