"""Let the book's search put first the pages that say most about a word, and find the words of the atlases.

Sphinx's search knows which pages hold a word, not how often, so that eleven pages that name a
queen stand in the order of their titles.  Here the pages that use a word most, for their
length, are written down for each word; ``search.js`` puts them first.  It also offers the card
of a word in an atlas, and shows formulas as they are read rather than as TeX.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

DATA = "search-data.js"
#: Pages put first for a word.  Where fewer hold it, Sphinx's order does.
BEST = 4
#: What a page opens with is what it is about: words of its first paragraph count as often as this.
OPENING = 8
SILENT = (nodes.literal_block, nodes.math, nodes.math_block, nodes.raw, nodes.comment)


def best_pages(counts: Mapping[str, Mapping[str, int]]) -> dict[str, list[str]]:
    """Return for each word on two pages or more those that use it most for their length.

    Parameters
    ----------
    counts : mapping
        For each page how often it uses each word.

    Examples
    --------
    >>> pages = {"a": {"queen": 1, "of": 9}, "b": {"queen": 5, "of": 4}, "c": {"king": 1}}
    >>> best_pages(pages)["queen"]
    ['b', 'a']
    """
    places: dict[str, list[tuple[float, str]]] = {}
    for page, words in counts.items():
        length = sum(words.values()) ** 0.5
        for word, count in words.items():
            places.setdefault(word, []).append((-count / length, page))
    return {
        word: [page for _, page in sorted(found)[:BEST]]
        for word, found in sorted(places.items())
        if len(found) > 1
    }


def words_of(doctree: nodes.document) -> Iterable[tuple[str, int]]:
    """Yield the texts that a page says in words, with their weights."""
    opening = next(doctree.findall(nodes.paragraph), None)
    for text in doctree.findall(nodes.Text):
        around = [text.parent]
        while around[-1].parent is not None:
            around.append(around[-1].parent)
        if not any(isinstance(node, SILENT) for node in around):
            yield text.astext(), OPENING if opening in around else 1


def count_words(doctree: nodes.document, lang: SearchLanguage) -> Counter[str]:
    """Return how often a page uses each word, in the form in which the search knows it."""
    counts: Counter[str] = Counter()
    for text, weight in words_of(doctree):
        for word in lang.split(text):
            if lang.word_filter(word.lower()):
                counts[lang.stem(word.lower())] += weight
    return counts


def write_data(app: Sphinx, error: Exception | None) -> None:
    """Write down, beside the pages, what the search needs."""
    if error or app.builder.format != "html" or getattr(app.builder, "indexer", None) is None:
        return
    lang = app.builder.indexer.lang
    counts = {page: count_words(app.env.get_doctree(page), lang) for page in sorted(app.env.found_docs)}
    pages = list(counts)
    data = {
        "pages": pages,
        "best": {word: [pages.index(page) for page in found] for word, found in best_pages(counts).items()},
        "atlases": [
            {"page": page, "title": app.env.titles[page].astext(), "words": " ".join(words)}
            for page, words in atlas_words(app)
        ],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    Path(app.outdir, "_static", DATA).write_text(f"globalThis.bookSearch={text};\n", encoding="utf-8")


def atlas_words(app: Sphinx) -> Iterable[tuple[str, list[str]]]:
    """Yield each page that shows an atlas, with the words that its search knows; the largest atlas first."""
    found = []
    for page, metadata in app.env.metadata.items():
        if name := metadata.get("concept_atlas"):
            path = Path(app.srcdir) / "_build" / "atlas" / name / "atlas.json"
            found.append((page, json.loads(path.read_bytes())["words"]))
    return sorted(found, key=lambda pair: (-len(pair[1]), pair[0]))


def add_scripts(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give the page of results its scripts."""
    if page == "search":
        app.add_js_file(DATA, loading_method="defer")
        app.add_js_file("search.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", write_data)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
