"""Arguments checked before work starts, with errors that name the argument, the value and the remedy."""

from __future__ import annotations

import operator
from collections.abc import Collection

import numpy as np


def whole_number(name: str, value: int, least: int = 1, most: int | None = None, because: str = "") -> int:
    """Return a whole number within its bounds, as an int.

    Examples
    --------
    >>> whole_number("d", np.int64(3))
    3
    >>> whole_number("d", 2.5)
    Traceback (most recent call last):
    ...
    ValueError: d must be a whole number from 1 on, not 2.5
    >>> whole_number("d", 9, most=4, because="; the matrix has 4 rows")
    Traceback (most recent call last):
    ...
    ValueError: d must be a whole number between 1 and 4, not 9; the matrix has 4 rows
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if isinstance(value, (bool, np.bool_)) or number < least or (most is not None and number > most):
        bounds = f"from {least} on" if most is None else f"between {least} and {most}"
        raise ValueError(f"{name} must be a whole number {bounds}, not {value!r}{because}")
    return number


def positive_number(name: str, value: float, because: str = "") -> float:
    """Return a positive, finite number, as a float.

    Examples
    --------
    >>> positive_number("scale", 0, "; weights of zero would never leave it")
    Traceback (most recent call last):
    ...
    ValueError: scale must be a positive, finite number, not 0; weights of zero would never leave it
    """
    try:
        number = np.nan if isinstance(value, (bool, np.bool_, str)) else float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not 0 < number < np.inf:
        raise ValueError(f"{name} must be a positive, finite number, not {value!r}{because}")
    return number


def one_of(name: str, value: str, known: Collection[str]) -> str:
    """Return a value that is one of those known.

    Examples
    --------
    >>> one_of("oov", "keep", ("drop", "gap"))
    Traceback (most recent call last):
    ...
    ValueError: oov must be 'drop' or 'gap', not 'keep'
    """
    if not isinstance(value, str) or value not in known:
        *others, last = map(repr, known)
        raise ValueError(
            f"{name} must be {', '.join(others) + ' or ' if others else ''}{last}, not {value!r}"
        )
    return value


def generator(rng: int | np.random.Generator) -> np.random.Generator:
    """Return NumPy's generator for a seed, or the one that is given.

    Examples
    --------
    >>> generator(7).random() == generator(np.random.default_rng(7)).random()
    True
    >>> generator(None)
    Traceback (most recent call last):
    ...
    ValueError: rng must be a whole number from 0 on, or a numpy.random.Generator, not None
    """
    if isinstance(rng, np.random.Generator):
        return rng
    try:
        return np.random.default_rng(whole_number("rng", rng, 0))
    except ValueError:
        raise ValueError(
            f"rng must be a whole number from 0 on, or a numpy.random.Generator, not {rng!r}"
        ) from None


def word_rows(name: str, given: np.ndarray, size: int) -> np.ndarray:
    """Return word vectors, one finite row for each of `size` words, as float64.

    Examples
    --------
    >>> word_rows("initial", np.ones((3, 2)), 4)
    Traceback (most recent call last):
    ...
    ValueError: initial must be a real matrix, one row for each of the 4 words, not of shape (3, 2)
    """
    rows = np.asarray(given)
    if rows.ndim != 2 or len(rows) != size or rows.shape[1] == 0 or rows.dtype.kind not in "iuf":
        raise ValueError(
            f"{name} must be a real matrix, one row for each of the {size} words, not of shape {rows.shape}"
        )
    rows = rows.astype(np.float64, copy=False)
    if not np.isfinite(rows).all():
        i, a = map(int, np.argwhere(~np.isfinite(rows))[0])
        raise ValueError(f"{name} must be finite, but holds {rows[i, a]} in row {i}, column {a}")
    return rows
