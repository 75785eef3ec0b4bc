"""Sentences that tell numbers, to be told anew where another run finds other ones."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from .markdown import Translator

#: A number that this chapter computes; one of another chapter, ``page.ipynb::name``, no run of this one can change.
_TOLD = re.compile(r"\{glue:text\}`((?:(?!::)[^`])+)`")
#: Where a sentence ends within a line, and what is no part of it at its beginning.
_END = re.compile(r"(?<=[\w)%$`\]*\"][.?!])[ ]+(?=[A-Z*$\[\"{])")
_BEGIN = re.compile(r"^\s*(?:>\s*|[-*]\s+|\d+\.\s+|#+\s+)+")


@dataclass(frozen=True)
class Sentence:
    """A sentence as ``Told.retell`` takes it, and the names whose values it tells."""

    text: str
    names: frozenset[str]


def sentences(texts: Iterable[str], translator: Translator) -> Iterator[Sentence]:
    """Yield the sentences, each once, that tell numbers."""
    seen = set()
    for text in texts:
        lines = (_BEGIN.sub("", line) for line in text.split("\n"))
        for raw in itertools.chain.from_iterable(map(_END.split, lines)):
            keys = _TOLD.findall(raw)
            if not keys:
                continue
            marks = {f"\ufffd{place}\ufffd": key for place, key in enumerate(keys)}
            keep = iter(marks)
            new = translator.inline(_TOLD.sub(lambda _: next(keep), raw).strip())
            for mark, key in marks.items():
                new = new.replace(mark, f"⟦{key}|{translator.inline(f'{{glue:text}}`{key}`')}⟧")
            if new not in seen:
                seen.add(new)
                yield Sentence(new, frozenset(key.rpartition(":")[0] or key for key in keys))


def texts_of(notebook: NotebookNode) -> Iterator[str]:
    """Yield all text of a chapter: its Markdown, and the captions of its figures."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.source
        else:
            yield cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")


def placed(found: Iterable[Sentence], glued: Mapping[int, list[str]]) -> dict[int, list[Sentence]]:
    """Return, for each cell that glues, the sentences whose last number comes from it."""
    where = {name: place for place, names in sorted(glued.items(), reverse=True) for name in names}
    at: dict[int, list[Sentence]] = {}
    for sentence in found:
        at.setdefault(max(where[name] for name in sentence.names), []).append(sentence)
    return at
