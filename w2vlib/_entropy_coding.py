"""Whole numbers as few bits: asymmetric numeral systems, many lanes at a time, and the bell curves they code with.

A coder of the kind rANS keeps a whole number x for each lane.  To code a symbol that has f of 65,536
places, the first of them c, it becomes ``(x // f) · 65536 + x % f + c``, which is longer by as many bits
as the symbol is worth, :math:`-\\log_2(f/65536)`.  When x is too long, its lower 32 bits are moved to the
stream.  Decoding does the same steps backwards.  Lanes are words, some at a time, so that NumPy does the
work.

The shares of symbols come from one number for each column, its tightness: :math:`r^{w^2}` with
:math:`r = 1 - \\text{tightness}` is a bell curve on whole numbers.  It is multiplied out, never exponentiated, since
only sums, products and quotients are the same to the last bit on every machine, and a decoder has to
find the very table of its encoder.

Source: Duda (2013), *Asymmetric numeral systems*.
"""

from __future__ import annotations

import numpy as np

from ._quantisers import Trellis

PLACES = 1 << 16  # that the symbols of a table share
MOST = 1 << 14  # symbols of a table
_LOW = np.uint64(1 << 31)  # numbers of the lanes stay between this and 2^63
_16, _32, _47 = np.uint64(16), np.uint64(32), np.uint64(47)
_LOW_16, _LOW_32 = np.uint64(0xFFFF), np.uint64(0xFFFFFFFF)


def shares(tightness: float, numbers: np.ndarray) -> np.ndarray:
    """Return how many of 65,536 places each of some whole numbers has, in proportion to ``(1 - tightness)**(w*w)``.

    Each has one at least.

    Examples
    --------
    >>> shares(0.5, np.array([-1, 0, 1]))
    array([16384, 32768, 16384])
    """
    if not len(numbers):
        return np.zeros(0, np.int64)
    ratio = 1 - float(tightness)
    furthest = int(np.abs(numbers).max())
    # r^(w²) for w = 0, 1, …: from one to the next the factor is r^(2w + 1), itself multiplied by r².
    factors = np.full(furthest, ratio)
    factors[1:] = ratio * ratio
    bell = np.cumprod(np.concatenate([[1.0], np.cumprod(factors)]))[np.abs(numbers)]
    found = 1 + np.floor(bell * ((PLACES - len(numbers)) / np.cumsum(bell)[-1])).astype(np.int64)
    found[np.abs(numbers).argmin()] += PLACES - found.sum()
    return found


class _Column:
    """The tables of one column: a symbol's share, its first place, and which symbol stands at a place."""

    def __init__(self, tightness: float, reach: int, trellis: Trellis):
        self.numbers, self.reach = [trellis.allowed(kind, reach) for kind in trellis.halves], reach
        self.share = np.zeros((trellis.spacing, 2 * reach + 1), np.uint64)
        self.first = np.zeros_like(self.share)
        for kind, numbers in enumerate(self.numbers):
            share = shares(tightness, numbers)
            self.share[kind, numbers + reach] = share
            self.first[kind, numbers + reach] = np.cumsum(share) - share

    def at_places(self) -> np.ndarray:
        """The symbol at each of the 65,536 places, for each kind; 0 throughout where a kind has none."""
        found = np.zeros((len(self.numbers), PLACES), np.int64)
        for kind, numbers in enumerate(self.numbers):
            if len(numbers):
                found[kind] = np.repeat(numbers, self.share[kind, numbers + self.reach].astype(np.int64))
        return found


def lanes_for(size: int) -> int:
    """Return how many lanes `size` words are coded in: each costs 8 bytes, and saves time.

    Examples
    --------
    >>> lanes_for(6), lanes_for(5000)
    (1, 32)
    """
    return -(-size // 160)


def encoded(numbers: np.ndarray, tightness: np.ndarray, reach: np.ndarray, trellis: Trellis) -> bytes:
    """Return whole numbers, shape (V, d), as bytes.

    Examples
    --------
    >>> from ._quantisers import ROUNDING
    >>> numbers = np.random.default_rng(0).binomial(2, 0.5, (10_000, 3)) - 1  # 1.5 bits each
    >>> packed = encoded(numbers, np.full(3, 0.5), np.ones(3, int), ROUNDING)
    >>> len(packed), round(10_000 * 3 * 1.5 / 8)
    (6004, 5625)
    >>> bool((decoded(packed, 10_000, np.full(3, 0.5), np.ones(3, int), ROUNDING) == numbers).all())
    True
    """
    size, d = numbers.shape
    lanes = lanes_for(size)
    state, stream = np.full(lanes, _LOW), []
    kinds = trellis.kinds(numbers)
    for k in reversed(range(d)):
        column = _Column(tightness[k], int(reach[k]), trellis)
        at = kinds[:, k], numbers[:, k] + column.reach
        share, first = column.share[at], column.first[at]
        for begin in reversed(range(0, size, lanes)):
            some = slice(begin, begin + lanes)
            f = share[some]
            x = state[: len(f)]
            over = x >= f << _47
            if over.any():
                stream.append((x[over] & _LOW_32).astype("<u4"))
                x[over] >>= _32
            whole = x // f
            x += whole * (np.uint64(PLACES) - f) + first[some]
    return state.astype("<u8").tobytes() + b"".join(piece.tobytes() for piece in reversed(stream))


def decoded(data: bytes, size: int, tightness: np.ndarray, reach: np.ndarray, trellis: Trellis) -> np.ndarray:
    """Return the whole numbers that :func:`encoded` made bytes of, shape (V, d); ValueError where there are none.

    Examples
    --------
    >>> from ._quantisers import ROUNDING
    >>> decoded(b"too few", 6, np.ones(3), np.ones(3, int), ROUNDING)
    Traceback (most recent call last):
    ...
    ValueError: the coded numbers end too early
    """
    d, lanes = len(reach), lanes_for(size)
    if len(data) < 8 * lanes or len(data) % 4:
        raise ValueError("the coded numbers end too early")
    state = np.frombuffer(data, "<u8", lanes).astype(np.uint64)
    stream = np.frombuffer(data, "<u4", offset=8 * lanes).astype(np.uint64)
    numbers, used = np.zeros((size, d), np.int64), 0
    node = np.zeros(size, np.int64)
    for k in range(d):
        column = _Column(tightness[k], int(reach[k]), trellis)
        places, kinds = column.at_places(), trellis.kind[node]
        for begin in range(0, size, lanes):
            some = slice(begin, begin + lanes)
            kind = kinds[some]
            x = state[: len(kind)]
            place = x & _LOW_16
            number = places[kind, place]
            numbers[some, k] = number
            at = kind, number + column.reach
            x[:] = column.share[at] * (x >> _16) + place - column.first[at]
            under = x < _LOW
            if under.any():
                count = int(under.sum())
                if used + count > len(stream):
                    raise ValueError("the coded numbers end too early")
                x[under] = x[under] << _32 | stream[used : used + count]
                used += count
        node = trellis.after(node, numbers[:, k])
    if used != len(stream) or (state != _LOW).any():
        raise ValueError("the coded numbers do not end where they should")
    return numbers


def fitted_tightness(numbers: np.ndarray, trellis: Trellis) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the tightness with which each column takes the fewest bits, and how many bits each takes then.

    Of all bell curves :math:`r^{w^2}` the one with the mean square of the column is best.

    Examples
    --------
    >>> from ._quantisers import ROUNDING
    >>> numbers = np.repeat([-1, 0, 1], [100, 200, 100])[:, None]
    >>> tightness, bits = fitted_tightness(numbers, ROUNDING)
    >>> tightness.round(2), bits.round(3)
    (array([0.5]), array([1.5]))
    """
    kinds, size = trellis.kinds(numbers), len(numbers)
    reach = np.abs(numbers).max(axis=0, initial=0)
    squares = (numbers.astype(float) ** 2).mean(axis=0)
    part = [(kinds == kind).sum(axis=0) / size for kind in trellis.halves]
    furthest = max(int(reach.max(initial=0)), trellis.spacing - 1)
    tables = [trellis.allowed(kind, furthest) for kind in trellis.halves]
    tables = [
        (table**2.0, np.abs(table) <= np.maximum(reach, kind)[:, None]) for kind, table in enumerate(tables)
    ]

    def sums(decay):
        """Of each kind: the logarithm of the sum of the bell, and the mean square under it."""
        for square, there in tables:
            least = square.min()  # taken out, so that nothing vanishes
            bell = np.exp(-decay[:, None] * (square - least)) * there
            whole = bell.sum(axis=1)
            yield np.log(whole) - decay * least, bell @ square / whole

    low, high = np.full(len(squares), -16.0), np.full(len(squares), 4.0)  # of the decay's logarithm
    for _ in range(40):
        middle = (low + high) / 2
        mean = sum(p * found[1] for p, found in zip(part, sums(np.exp(middle))))
        wide = mean > squares
        low, high = np.where(wide, middle, low), np.where(wide, high, middle)
    tightness = -np.expm1(-np.exp(high)).astype(np.float16).astype(float)
    tightness = np.clip(tightness, 2.0**-24, 1 - 2.0**-11)
    decay = -np.log1p(-tightness)
    bits = sum(p * found[0] for p, found in zip(part, sums(decay))) + decay * squares
    return tightness, bits / np.log(2)
