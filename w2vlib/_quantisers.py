"""Rounding to multiples of a step, and the trellis that rounds a whole row at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_ROWS = 4096  # of which paths are held at a time


@dataclass(frozen=True, eq=False)
class Trellis:
    """Which multiples of the step a coordinate may take, after those that were taken before it.

    Attributes
    ----------
    kind : ndarray of int, shape (S,)
        For each state: whether the even multiples are allowed (0), or the odd ones (1).
    following : ndarray of int, shape (S, 2)
        The next state, after a multiple whose quotient by the spacing, rounded down, is even or odd.
    spacing : int
        1: every multiple is allowed, and rows are rounded.  2: the halves as above.

    Examples
    --------
    >>> TRELLIS.kinds(np.array([[2, 2, 1]])), TRELLIS.allowed(1, 3)
    (array([[0, 0, 1]]), array([-3, -1,  1,  3]))
    """

    kind: np.ndarray
    following: np.ndarray
    spacing: int

    @property
    def halves(self) -> range:
        """The kinds that there are."""
        return range(self.spacing)

    def allowed(self, kind: int, reach: int) -> np.ndarray:
        """The numbers of a kind, from −reach to reach."""
        numbers = np.arange(-reach, reach + 1)
        return numbers[numbers % self.spacing == kind]

    def after(self, state: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """The states that follow, once each row has taken a number."""
        return self.following[state, numbers // self.spacing % 2]

    def kinds(self, numbers: np.ndarray) -> np.ndarray:
        """Which multiples each coordinate of each row could choose among, shape (V, d)."""
        found = np.zeros(numbers.shape, np.int64)
        if self.spacing > 1:
            state = np.zeros(len(numbers), np.int64)
            for k in range(numbers.shape[1]):
                found[:, k] = self.kind[state]
                state = self.after(state, numbers[:, k])
        return found

    def numbers(self, scaled: np.ndarray) -> np.ndarray:
        """The whole numbers that together are nearest to each row, shape (V, d).

        With the spacing 1 each is rounded.  Else the nearest path is found by the
        algorithm of Viterbi: for each state, the best way to it.
        """
        if self.spacing == 1:
            return np.rint(scaled).astype(np.int64)
        found = np.empty(scaled.shape, np.int64)
        for begin in range(0, len(scaled), _ROWS):
            some = slice(begin, begin + _ROWS)
            found[some] = self._nearest(scaled[some])
        return found

    def _nearest(self, scaled: np.ndarray) -> np.ndarray:
        (size, d), count = scaled.shape, len(self.kind)
        before = np.array([np.argwhere(self.following == state) for state in range(count)])  # (S, 2, 2)
        came = before[..., 0]  # from which two states a state is reached
        rest = self.kind[came] + 2 * before[..., 1]  # what the numbers leave on division by 4
        cost = np.full((size, count), np.inf)
        cost[:, 0] = 0
        second = np.empty((d, size, count), bool)
        for k in range(d):
            missed = (scaled[:, k, None] - _nearest_of_each(scaled[:, k, None], np.arange(4))) ** 2
            one = cost[:, came[:, 0]] + missed[:, rest[:, 0]]
            other = cost[:, came[:, 1]] + missed[:, rest[:, 1]]
            second[k] = other < one
            cost = np.minimum(one, other)
        state, rows = cost.argmin(axis=1), np.arange(size)
        found = np.empty((size, d), np.int64)
        for k in reversed(range(d)):
            choice = second[k, rows, state].astype(int)
            found[:, k] = _nearest_of_each(scaled[:, k], rest[state, choice])
            state = came[state, choice]
        return found


def _nearest_of_each(x: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """The nearest to x of the numbers that leave so much on division by 4."""
    return 4 * np.rint((x - rest) / 4) + rest


#: Each coordinate by itself.
ROUNDING = Trellis(np.array([0]), np.array([[0, 0]]), 1)
#: Eight states; half of the multiples are allowed in each, and a path chooses between halves.
TRELLIS = Trellis(
    np.array([0, 1, 0, 1, 0, 1, 0, 1]),
    np.array([[0, 2], [5, 7], [1, 3], [6, 4], [2, 0], [4, 6], [3, 1], [7, 5]]),
    2,
)
