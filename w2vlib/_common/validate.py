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
        raise ValueError(f"{name} must be a whole number {bounds}, not {shortened(value)}{because}")
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
    number = _as_float(value)
    if not 0 < number < np.inf:
        raise ValueError(f"{name} must be a positive, finite number, not {shortened(value)}{because}")
    return number


def finite_number(name: str, value: float, least: float = -np.inf, most: float = np.inf) -> float:
    """Return a finite number within its bounds, as a float.

    Examples
    --------
    >>> finite_number("share", np.float32(0.5), 0, 1)
    0.5
    >>> finite_number("share", "half", 0, 1)
    Traceback (most recent call last):
    ...
    ValueError: share must be a number between 0 and 1, not 'half'
    """
    number = _as_float(value)
    if not (np.isfinite(number) and least <= number <= most):
        bounds = "" if most == np.inf else f" between {least} and {most}"
        if least == 0 and not bounds:
            raise ValueError(f"{name} must be 0 or more and finite, not {shortened(value)}")
        raise ValueError(
            f"{name} must be a {'' if bounds else 'finite '}number{bounds}, not {shortened(value)}"
        )
    return number


def _as_float(value: float) -> float:
    """A single real number as a float; NaN for anything else."""
    try:
        plain = np.ndim(value) == 0 and np.asarray(value).dtype.kind in "iufO"
        return float(value) if plain and not isinstance(value, np.ma.MaskedArray) else np.nan
    except (TypeError, ValueError, OverflowError):
        return np.nan


def real_array(name: str, given: np.ndarray, *shape: int | None, finite: bool = True) -> np.ndarray:
    """Return an array of real numbers as float64, without a copy where it is one.

    Parameters
    ----------
    name : str
        What the argument is called.
    given : array
    *shape : int or None
        The length of each axis, None for any from 1 on.  Without, any shape will do.
    finite : bool
        Refuse NaN and infinities.

    Examples
    --------
    >>> real_array("values", [3, 2], None)
    array([3., 2.])
    >>> real_array("values", [3, np.nan], None)
    Traceback (most recent call last):
    ...
    ValueError: values must be finite, but holds nan at place 1
    >>> real_array("scores", ["x"], None)
    Traceback (most recent call last):
    ...
    ValueError: scores must hold real numbers, not ['x']
    >>> real_array("scores", np.eye(2), None)
    Traceback (most recent call last):
    ...
    ValueError: scores must have 1 axis, not the shape (2, 2)
    """
    array = _as_array(given)
    if array.dtype.kind not in "biuf" or isinstance(given, np.ma.MaskedArray):
        raise ValueError(f"{name} must hold real numbers, not {shortened(given)}")
    if shape and array.ndim != len(shape):
        raise ValueError(f"{name} must have {_axes(len(shape))}, not the shape {array.shape}")
    if any(have != want if want is not None else have == 0 for have, want in zip(array.shape, shape)):
        wanted = ", ".join("any" if n is None else str(n) for n in shape)
        raise ValueError(
            f"{name} must have the shape ({wanted}) and not be empty, not the shape {array.shape}"
        )
    with np.errstate(over="ignore"):
        array = array.astype(np.float64, copy=False)
    if finite and not np.isfinite(array).all():
        place = [int(i) for i in np.argwhere(~np.isfinite(array))[0]]
        where = f" at place {', '.join(map(str, place))}" if place else ""
        raise ValueError(f"{name} must be finite, but holds {array[tuple(place)]}{where}")
    return array


def _as_array(given: object) -> np.ndarray:
    """What NumPy makes of a value; of lists of unequal lengths, one object, which is no number."""
    try:
        return np.asarray(given)
    except (TypeError, ValueError):
        return np.asarray(None)


def whole_array(name: str, given: np.ndarray, axes: int | None = None, most: int = 2**63 - 1) -> np.ndarray:
    """Return an array of whole numbers from 0 on, in a type of integers or of floating point.

    It has so many axes, or any number of them; an empty one may be of any type.

    Examples
    --------
    >>> whole_array("ids", [3, 1], 1)
    array([3, 1])
    >>> whole_array("ids", [3, -1], 1)
    Traceback (most recent call last):
    ...
    ValueError: ids must not be negative, found -1 in row 1
    >>> whole_array("counts", [[3, 0.5]], 2)
    Traceback (most recent call last):
    ...
    ValueError: counts must be whole numbers, found 0.5 in row 0, column 1
    """
    array = _as_array(given)
    masked = isinstance(given, np.ma.MaskedArray)
    if array.size and (array.dtype.kind not in "iuf" or masked):
        found = "a masked array" if masked else array.dtype
        raise ValueError(f"{name} must have an integer type of at most 64 bits, not {found}")
    if axes not in (None, array.ndim):
        raise ValueError(f"{name} must have {_axes(axes)}, not the shape {array.shape}")
    if not array.size:
        return array
    if array.dtype.kind == "f":
        bad = ~(np.isfinite(array) & (array == np.floor(array)))
        if bad.any():
            raise ValueError(f"{name} must be whole numbers, found {_first(array, bad)}")
    if array.min() < 0:
        raise ValueError(f"{name} must not be negative, found {_first(array, array < 0)}")
    if int(array.max()) > most:
        raise ValueError(f"{name} must be at most {most}, found {_first(array, array == array.max())}")
    return array


def _axes(number: int) -> str:
    return f"{number} ax{'i' if number == 1 else 'e'}s"


def _first(numbers: np.ndarray, bad: np.ndarray) -> str:
    """The first of some numbers, and its place."""
    place = tuple(map(int, np.argwhere(bad)[0]))
    where = ", ".join(f"{n} {k}" for n, k in zip(("row", "column"), place))
    return f"{numbers[place]}{' in ' * bool(where)}{where}"


def shortened(value: object) -> str:
    """What was given, in at most some eighty letters."""
    said = " ".join(repr(value).split())
    return said if len(said) <= 80 else f"{said[:77]}..."


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
            f"{name} must be {', '.join(others) + ' or ' if others else ''}{last}, not {shortened(value)}"
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
        return np.random.default_rng(whole_number("rng", rng, 0, 2**1024))
    except ValueError:
        raise ValueError(
            f"rng must be a whole number from 0 on, or a numpy.random.Generator, not {shortened(rng)}"
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
    rows = _as_array(given)
    if isinstance(given, np.ma.MaskedArray):
        raise ValueError(f"{name} must be a plain matrix, not a masked one; fill in what is masked")
    if rows.ndim != 2 or len(rows) != size or rows.shape[1] == 0 or rows.dtype.kind not in "iuf":
        raise ValueError(
            f"{name} must be a real matrix, one row for each of the {size} words, not of shape {rows.shape}"
        )
    rows = rows.astype(np.float64, copy=False)
    if not np.isfinite(rows).all():
        i, a = map(int, np.argwhere(~np.isfinite(rows))[0])
        raise ValueError(f"{name} must be finite, but holds {rows[i, a]} in row {i}, column {a}")
    return rows
