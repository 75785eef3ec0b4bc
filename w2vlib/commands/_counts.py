"""What commands share that take a file of counts, or text, which is counted first."""

from __future__ import annotations

from collections.abc import Sequence

import click
from click.core import ParameterSource

from ..statistics import CorpusStatistics
from . import _text
from ._frame import Shown


def is_counted(text: Sequence[str]) -> bool:
    """Whether a file of counts is given; refuse what does not go with one."""
    if not any(path.endswith(".w2v") for path in text):
        return False
    if len(text) > 1:
        raise click.UsageError(
            "One file of counts is taken (.w2v), or text, and not both; merge counts first."
        )
    ctx = click.get_current_context()
    for name in ("window", "weighting", "oov", "documents", "min_count", "source"):
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(
                f"{text[0]} was counted before, and --{name.replace('_', '-')} says how to count; leave it out, or "
                "name the text."
            )
    return True


def statistics(shown: Shown, text: Sequence[str], counted: bool, **how: object) -> CorpusStatistics:
    """Counts from their file, or of text."""
    if not counted:
        return _text.count(shown, text, **how)
    stats = CorpusStatistics.load(text[0])
    return stats if how["words"] is None else stats.first(how["words"])
