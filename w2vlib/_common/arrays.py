"""Arrays that nobody can write to any more, and the signs of directions."""

from __future__ import annotations

import numpy as np


def own(given: np.ndarray, dtype: type | None = None) -> np.ndarray:
    """Return an array that nobody else can write to: the one given, if it is such, or a copy.

    Examples
    --------
    >>> theirs = np.zeros(2)
    >>> ours = own(theirs)
    >>> theirs[0] = 1
    >>> ours, own(ours) is ours
    (array([0., 0.]), True)
    """
    array = np.asarray(given, dtype)
    fresh = array.base is None and array is not given
    return frozen(array if fresh or _is_constant(array) else array.copy())


def frozen(array: np.ndarray) -> np.ndarray:
    """Return the same array, which cannot be written to from here on.

    Examples
    --------
    >>> frozen(np.zeros(2))[0] = 1
    Traceback (most recent call last):
    ...
    ValueError: assignment destination is read-only
    """
    array.flags.writeable = False
    return array


def _is_constant(array: np.ndarray) -> bool:
    """Whether neither the array nor what it is a view of can be written to."""
    while isinstance(array, np.ndarray) and not array.flags.writeable:
        if array.base is None:
            return True
        array = array.base
    return False


def signs_of_columns(columns: np.ndarray) -> np.ndarray:
    """Return 1 for each column, or -1 where its entry of largest modulus is negative.

    An eigenvector may be turned round; multiplied by these signs it is the same each time.

    Examples
    --------
    >>> signs_of_columns(np.array([[1.0, 0.1], [0.5, -3.0]]))
    array([ 1., -1.])
    """
    largest = np.abs(columns).argmax(axis=0)
    return np.where(columns[largest, np.arange(columns.shape[1])] < 0, -1.0, 1.0)
