"""List sources under the names they are cited by: [Levy and Goldberg, 2014a].

The usual labels, such as [LG14], are made for each list anew, so that two sources
can get the same one in the lists of two chapters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx


class AuthorYearLabels(BaseLabelStyle):
    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        for entry in sorted_entries:
            names = [" ".join(person.last_names) for person in entry.persons["author"]]
            names = [name.replace("{", "").replace("}", "") for name in names]
            authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
            yield f"{authors}, {entry.fields['year']}"


class AuthorYearStyle(PlainStyle):
    default_label_style = AuthorYearLabels


def setup(app: Sphinx) -> dict[str, bool]:
    register_plugin("pybtex.style.formatting", "author_year", AuthorYearStyle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
