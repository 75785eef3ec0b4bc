"""The shape of a group of words: its leading plane, and how far that is a circle."""

from __future__ import annotations

import itertools

import numpy as np

from .significance import check_draws

__all__ = [
    "circle_order",
    "double_centred",
    "fourier_overlap",
    "fourier_test",
    "fourier_vectors",
    "leading_plane",
]


def double_centred(block: np.ndarray) -> np.ndarray:
    r"""Return a block with the means of its rows and columns taken away.

    .. math:: HBH, \qquad H = I - \tfrac1n \mathbf 1 \mathbf 1^\top

    Parameters
    ----------
    block : ndarray of shape (n, n)
        Similarities of n words; Gram matrix of vectors, for one.

    Returns
    -------
    ndarray of shape (n, n)
        Gram matrix of the same vectors seen from their mean.

    Raises
    ------
    ValueError
        If the block is not square, symmetric and finite, or holds fewer than
        three words.

    Notes
    -----
    Introduced in chapter 15, *Symmetry makes shape*.

    Examples
    --------
    >>> double_centred(np.diag([3.0, 3.0, 3.0]))
    array([[ 2., -1., -1.],
           [-1.,  2., -1.],
           [-1., -1.,  2.]])
    """
    block = np.asarray(block, float)
    if block.ndim != 2 or block.shape[0] != block.shape[1] or len(block) < 3:
        raise ValueError(
            f"a block of similarities is square and holds three words or more, not of shape {block.shape}"
        )
    if not np.isfinite(block).all():
        i, j = map(int, np.argwhere(~np.isfinite(block))[0])
        raise ValueError(f"row {i}, column {j} of the block holds {block[i, j]}; use m_star or a Gram matrix")
    if np.abs(block - block.T).max() > 1e-6 * max(np.abs(block).max(), 1e-300):
        raise ValueError(
            "the block of similarities must be symmetric; take the same words as rows and columns"
        )
    block = (block + block.T) / 2
    return block - block.mean(axis=0) - block.mean(axis=1)[:, None] + block.mean()


def fourier_vectors(n: int, harmonic: int = 1) -> np.ndarray:
    r"""Return an orthonormal basis of the waves with `harmonic` periods round a circle of n places.

    .. math:: \cos(2\pi k j/n),\; \sin(2\pi k j/n), \qquad j = 0, \dots, n - 1

    Parameters
    ----------
    n : int
        Three or more.
    harmonic : int
        Periods k, between 1 and n/2.

    Returns
    -------
    ndarray of shape (n, 2), or (n, 1) for k = n/2
        There the sine is 0 everywhere.

    Raises
    ------
    ValueError
        If n or the harmonic is out of range.

    Notes
    -----
    Introduced in chapter 15, *Symmetry makes shape*.

    Examples
    --------
    >>> fourier_vectors(4).round(3) + 0.0
    array([[ 0.707,  0.   ],
           [ 0.   ,  0.707],
           [-0.707,  0.   ],
           [ 0.   , -0.707]])
    """
    if n < 3:
        raise ValueError(f"a circle needs three places or more, not {n}")
    if isinstance(harmonic, bool) or harmonic != int(harmonic) or not 1 <= harmonic <= n / 2:
        raise ValueError(
            f"the harmonic must be a whole number between 1 and n/2 = {n / 2:g}, not {harmonic!r}"
        )
    angle = 2 * np.pi * harmonic * np.arange(n) / n
    waves = np.cos(angle)[:, None] if 2 * harmonic == n else np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return waves / np.linalg.norm(waves, axis=0)


def fourier_overlap(block: np.ndarray, harmonic: int = 1) -> float:
    r"""Return how much of the two strongest directions of a block are waves round a circle.

    .. math:: \tfrac12 \lVert V_2^\top F_k \rVert_F^2 \in [0, 1]

    with the two leading eigenvectors :math:`V_2` of the double-centred block and
    the waves :math:`F_k` of :func:`fourier_vectors`; divided by 1, not 2, where
    there is one wave only.

    Parameters
    ----------
    block : ndarray of shape (n, n)
        Similarities of words in their order.
    harmonic : int
        1 for one turn of the circle.

    Returns
    -------
    float
        1 for a circle; 2/(n − 1) on average over all orders of the words.

    Raises
    ------
    ValueError
        As :func:`double_centred` and :func:`fourier_vectors`; or if all
        similarities are equal.

    Notes
    -----
    Source: Karkada et al. (2026).  Introduced in chapter 15, *Symmetry makes
    shape*.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(12) / 12
    >>> similar = np.cos(np.subtract.outer(angle, angle))
    >>> round(fourier_overlap(similar), 6), round(fourier_overlap(similar, harmonic=2), 6)
    (1.0, 0.0)
    """
    plane = _leading(checked_block(block))[1]
    waves = fourier_vectors(len(plane), harmonic)
    return float(np.linalg.norm(plane.T @ waves) ** 2 / waves.shape[1])


def fourier_test(
    block: np.ndarray, harmonic: int = 1, draws: int = 999, seed: int = 0
) -> tuple[float, np.ndarray, float]:
    """Return :func:`fourier_overlap`, the same of shuffled orders, and the p-value.

    Parameters
    ----------
    block : ndarray of shape (n, n)
        Similarities of words in their order.
    harmonic : int
    draws : int
        Shuffled orders to compare with, where n > 7; all orders are, up to 7.
    seed : int

    Returns
    -------
    overlap : float
    null : ndarray
        Of mean 2/(n − 1).
    p_value : float

    Raises
    ------
    ValueError
        As :func:`fourier_overlap`.

    Notes
    -----
    Introduced in chapter 15, *Symmetry makes shape*.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(12) / 12
    >>> overlap, null, p = fourier_test(np.cos(np.subtract.outer(angle, angle)))
    >>> round(overlap, 3), round(float(null.mean()), 2), p
    (1.0, 0.18, 0.001)
    """
    plane = _leading(checked_block(block))[1]
    waves = fourier_vectors(len(plane), harmonic)
    overlaps = np.linalg.norm(
        np.swapaxes(plane[orders_of(len(plane), draws, seed)], 1, 2) @ waves, axis=(1, 2)
    )
    return judged(overlaps**2 / waves.shape[1], len(plane))


def leading_plane(block: np.ndarray) -> np.ndarray:
    r"""Return the words' places in the plane of the two strongest directions of their block.

    Parameters
    ----------
    block : ndarray of shape (n, n)
        Similarities of words.

    Returns
    -------
    ndarray of shape (n, 2)
        Leading eigenvectors of the double-centred block times
        :math:`\sqrt{\lambda}`; for a Gram matrix, the words' principal components.

    Raises
    ------
    ValueError
        As :func:`double_centred`; or if all similarities are equal.

    Notes
    -----
    Introduced in chapter 15, *Symmetry makes shape*.

    Examples
    --------
    >>> square = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    >>> places = leading_plane(square @ square.T)
    >>> bool(np.allclose(places @ places.T, square @ square.T))
    True
    """
    values, plane = _leading(checked_block(block))
    return plane * np.sqrt(np.maximum(values, 0.0))


def circle_order(block: np.ndarray) -> np.ndarray:
    """Return the order of words round the circle that they form in their leading plane.

    Parameters
    ----------
    block : ndarray of shape (n, n)
        Similarities of words.

    Returns
    -------
    ndarray of int, shape (n,)
        Places of the words, from word 0 on, in the direction in which word 1
        comes before word n − 1.

    Raises
    ------
    ValueError
        As :func:`leading_plane`.

    Notes
    -----
    Introduced in chapter 15, *Symmetry makes shape*.

    Examples
    --------
    >>> angle = 2 * np.pi * np.array([0, 1, 3, 2, 4]) / 5
    >>> circle_order(np.cos(np.subtract.outer(angle, angle)))
    array([0, 1, 3, 2, 4])
    """
    x, y = leading_plane(block).T
    angle = np.arctan2(y, x)
    forward = (angle - angle[0]) % (2 * np.pi)
    if forward[1] > forward[-1]:
        forward = -forward % (2 * np.pi)
    forward[0] = 0.0
    return np.argsort(forward, kind="stable")


# -- how it is computed ----------------------------------------------------------------------


def checked_block(block: np.ndarray) -> np.ndarray:
    """Return the double-centred block, or say that there is nothing in it."""
    D = double_centred(block)
    if np.abs(D).max() <= 1e-12 * max(np.abs(np.asarray(block, float)).max(), 1e-300):
        raise ValueError("all words are equally similar to each other, so they have no shape to speak of")
    return D


def _leading(D: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eigh(D)
    return values[:-3:-1], vectors[:, :-3:-1]


def orders_of(n: int, draws: int, seed: int) -> np.ndarray:
    """The order as given, then all orders where n ≤ 7, else shuffled ones."""
    check_draws(draws)
    if n <= 7:
        return np.array([range(n), *itertools.permutations(range(n))])
    rng = np.random.default_rng(seed)
    return np.array([range(n), *(rng.permutation(n) for _ in range(draws))])


def judged(found: np.ndarray, n: int) -> tuple[float, np.ndarray, float]:
    """Split what was found into the order as given and the rest; all orders include it, drawn ones do not."""
    value, null = float(found[0]), found[1:]
    reached = int((null >= value - 1e-9).sum())
    p_value = reached / len(null) if n <= 7 else (1 + reached) / (1 + len(null))
    return value, null, float(p_value)
