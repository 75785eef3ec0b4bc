"""Tables of words and numbers, as the chapters print them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Integral, Real

import numpy as np

from .._common.arguments import checked
from .._common.validate import real_array, shortened

__all__ = ["print_table", "span"]


@checked
def print_table(columns: dict[str, Sequence], form: str | dict[str, str] = ".2f") -> None:
    """Print columns side by side under their names, words to the left and numbers to the right.

    Parameters
    ----------
    columns : dict of sequences
        The words and numbers of each column, all of one length.  What is NaN is left blank.
    form : str, or dict of str by column
        How numbers are written that are not whole, as in :func:`format`; where a dict
        says nothing, with two decimals.

    Raises
    ------
    ValueError
        If columns have different lengths, or `form` is no format of a number.

    Examples
    --------
    >>> print_table({"family": ["gender", "plural"], "pairs": [14, 1200], "gain": [0.25, np.nan]}, "+.1%")
    family  pairs    gain
    gender     14  +25.0%
    plural  1,200
    """
    forms = form if isinstance(form, Mapping) else dict.fromkeys(columns, form)
    written = []
    for name, column in columns.items():
        cells = [_written(value, forms.get(name, ".2f"), name) for value in _listed(name, column)]
        width = max(map(len, [str(name), *cells]))
        left = any(isinstance(value, str) for value in column)
        written.append([f"{cell:{'<' if left else '>'}{width}}" for cell in [str(name), *cells]])
    if len({len(column) for column in written}) > 1:
        lengths = {name: len(column) for name, column in columns.items()}
        raise ValueError(f"columns must be of one length, not {shortened(lengths)}")
    for row in zip(*written):
        print("  ".join(row).rstrip())


@checked
def span(numbers: Sequence | np.ndarray, form: str = ".2f", between: str = " to ") -> str:
    """Return the lowest and the highest of some numbers as text, one of them where both read the same.

    Parameters
    ----------
    numbers : array of any shape, not empty
    form : str
        How a number is written, as in :func:`format`.
    between : str
        What stands between the two.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is no number, one is not finite, or `form` is no format of a number.

    Examples
    --------
    >>> span([0.911, 0.93, 0.92]), span([0.981, 0.982]), span([1200, 3], ",", "–")
    ('0.91 to 0.93', '0.98', '3–1,200')
    """
    if not real_array("numbers", numbers).size:
        raise ValueError("numbers must hold at least one")
    ends = np.asarray(numbers)  # whole numbers stay whole
    try:
        low, high = (format(end, form) for end in (ends.min(), ends.max()))
    except (TypeError, ValueError):
        raise ValueError(f"form must be a format of numbers such as '.2f', not {shortened(form)}") from None
    return low if low == high else f"{low}{between}{high}"


def _listed(name: object, column: object) -> list:
    listed = isinstance(column, np.ndarray) and column.ndim == 1 or isinstance(column, Sequence)
    if isinstance(column, str) or not listed:
        raise TypeError(f"columns must hold lists, not {shortened(column)} in {name!r}")
    return list(column)


def _written(value: object, form: object, name: object) -> str:
    """A word as it is, a number for a reader."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Real):
        raise TypeError(f"columns must hold words and numbers, not {shortened(value)} in {name!r}")
    if isinstance(value, Integral):
        return f"{int(value):,}"
    try:
        return "" if math.isnan(value) else format(float(value), form)
    except (TypeError, ValueError):
        raise ValueError(f"form must be a format of numbers such as '.2f', not {shortened(form)}") from None
