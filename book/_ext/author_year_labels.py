"""Labels of the bibliography that are unique and readable: the key levy2014b becomes Levy 2014b.

The styles that come with pybtex number or abbreviate, and then two papers can
end up with the same label on different pages.
"""

import re

from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style as UnsortedStyle
from pybtex.style.labels import BaseLabelStyle


class AuthorYearLabels(BaseLabelStyle):
    def format_labels(self, sorted_entries):
        for entry in sorted_entries:
            name, year = re.fullmatch(r"([a-z]+)(.*)", entry.key).groups()
            yield f"{name.capitalize()} {year}".strip()


class AuthorYearStyle(UnsortedStyle):
    default_sorting_style = "author_year_title"
    default_label_style = "author_year_labels"


def setup(app):
    register_plugin("pybtex.style.labels", "author_year_labels", AuthorYearLabels)
    register_plugin("pybtex.style.formatting", "author_year", AuthorYearStyle)
    return {"parallel_read_safe": True}
