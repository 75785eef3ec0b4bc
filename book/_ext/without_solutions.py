"""Leave the solutions of exercises out of the pages, for a class: ``make book-student``.

sphinx-exercise can hide a solution that is one directive, but not one between
``solution-start`` and ``solution-end``.  So they are taken out here, when it has gathered them.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx_exercise.nodes import solution_node
from sphinx_exercise.transforms import MergeGatedSolutions


class TakeSolutionsOut(SphinxTransform):
    """Remove every solution of a page, with what it has computed."""

    default_priority = MergeGatedSolutions.default_priority + 1

    def apply(self, **_) -> None:
        for node in list(self.document.findall(solution_node)):
            node.parent.remove(node)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(TakeSolutionsOut)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
