r"""Checks for chapter *real-word2vec*."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import CheckFailed, ask, compare, name_mistake, passed

__all__ = ["check_first_direction", "check_untied_gradients", "check_what_to_tell"]


def check_untied_gradients(function: Callable[..., tuple[np.ndarray, np.ndarray]]) -> None:
    r"""Check a function that returns the gradients of word2vec's loss for untied vectors.

    Parameters
    ----------
    function : callable
        Takes W and Z, shape (V, d), and the weights A and B, shape (V, V), and
        returns the gradients of :math:`\sum_{ij} A_{ij} \ln(1 + e^{-x_{ij}}) +
        B_{ij} \ln(1 + e^{x_{ij}})`, :math:`x_{ij} = w_i \cdot z_j`, for W and
        for Z.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *real-word2vec*; the loss is that of Mikolov et al. (2013b).

    Examples
    --------
    >>> def mine(W, Z, A, B):
    ...     F = ((A + B) * np.tanh(W @ Z.T / 2) - (A - B)) / 2
    ...     return F @ Z, F.T @ W
    >>> check_untied_gradients(mine)
    Correct: both gradients, for 3 random cases, a pair without weight and large scores.
    >>> check_untied_gradients(lambda *arguments: [2 * gradient for gradient in mine(*arguments)])
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the gradient of W for 3 words: it is twice too large; an untied vector has half of what a tied one has
    """
    rng = np.random.default_rng(11)
    cases = {}
    for size, d in ((3, 1), (5, 2), (8, 3)):
        W, Z = rng.standard_normal((2, size, d))
        cases[f"for {size} words"] = (W, Z, *rng.uniform(0.1, 2, (2, size, size)))
    W, Z, A, B = (array.copy() for array in cases["for 5 words"])
    A[1, 3] = B[1, 3] = 0
    cases["where a pair has no weight"] = (W, Z, A, B)
    cases["where scores are large"] = (60 * W, 60 * Z, *cases["for 5 words"][2:])
    for what, (W, Z, A, B) in cases.items():
        remedy = "write the slope as ((A + B) tanh(x/2) − (A − B)) / 2, which neither divides nor overflows"
        found = ask(function, "two arrays", f"the gradients {what}", W, Z, A, B, remedy=remedy)
        right, wrong = _untied(W, Z, A, B), _wrong_gradients(W, Z, A, B)
        _compare_both(found, right, wrong, ("gradient of W", "gradient of Z"), what, 1e-9)
    passed("both gradients, for 3 random cases, a pair without weight and large scores")


def _compare_both(found, right, wrong, names: tuple[str, str], what: str, atol: float) -> None:
    """Compare two arrays that are returned together; of a wrong pair either may be None."""
    for n, name in enumerate(names):
        mine, title = found[n], f"the {name} {what}"
        looks_like = {message: pair[n] for message, pair in wrong.items() if pair[n] is not None}
        name_mistake(mine, looks_like, title, expected=right[n], rtol=1e-7, atol=atol)
        compare(mine, right[n], title)


def _untied(W, Z, A, B):
    F = ((A + B) * np.tanh(W @ Z.T / 2) - (A - B)) / 2
    return F @ Z, F.T @ W


def _wrong_gradients(W, Z, A, B) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    right, X = _untied(W, Z, A, B), W @ Z.T
    F = ((A + B) * np.tanh(X / 2) - (A - B)) / 2
    parabola = ((A + B) * X / 2 - (A - B)) / 2
    whole = ((A + B) * np.tanh(X) - (A - B)) / 2
    return {
        "it is twice too large; an untied vector has half of what a tied one has": tuple(2 * g for g in right),
        "it is half of the gradient; the slope is ((A + B) tanh(x/2) − (A − B)) / 2": tuple(g / 2 for g in right),
        "it points downhill; the gradient points uphill": tuple(-g for g in right),
        "the two gradients are in the wrong order": right[::-1],
        "it is that of the quadratic loss; the logistic has 2 tanh(x/2) in the place of x": (
            parabola @ Z, parabola.T @ W,
        ),
        "tanh is taken of x; it is tanh(x/2)": (whole @ Z, whole.T @ W),
        "A and B are exchanged; A pulls the score up": _untied(W, Z, B, A),
        "the slopes have to be transposed for Z: column j of them belongs to context j": (F @ Z, F @ W),
        "each side has to be multiplied with the other: W's slopes with Z, Z's with W": (F @ W, F.T @ Z),
        "it is divided by the number of pairs; take the sum": tuple(g / A.size for g in right),
    }  # fmt: skip


def check_first_direction(function: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]) -> None:
    r"""Check a function that returns the direction in which word vectors grow first.

    Parameters
    ----------
    function : callable
        Takes symmetric A and B, shape (V, V), and the rates ζ, shape (V,), and
        returns the vector of length 1, shape (V,), along which the columns of W
        grow under :math:`\dot W = \operatorname{diag}(\zeta)\,(A - B)\,W`; its sign does not matter.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *real-word2vec*.

    Examples
    --------
    >>> def mine(A, B, rates):
    ...     half = np.sqrt(rates)[:, None]
    ...     v = half[:, 0] * np.linalg.eigh(half * (A - B) * half.T)[1][:, -1]
    ...     return v / np.linalg.norm(v)
    >>> check_first_direction(mine)
    Correct: the first direction of 6, 9 and 12 words with rates of their own, and of the two words.
    >>> check_first_direction(lambda A, B, rates: mine(A, B, np.ones(len(A))))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the first direction of 6 words: the rates are left out; W grows by diag(ζ) (A − B) W
    """
    cases, rng = {}, np.random.default_rng(3)
    for size in (6, 9, 12):
        A, B = rng.uniform(0.1, 1, (2, size, size))
        B += 0.5  # the eigenvalue largest in modulus is negative, as in a corpus
        cases[f"of {size} words"] = A + A.T, B + B.T, rng.uniform(0.2, 3, size)
    two = np.array([[3, 1], [1, 7 / 8]]), np.array([[1, 1], [1, 1 / 8]]), np.ones(2)
    cases["of the two words"] = two  # last: several mistakes agree here
    for name, (A, B, rates) in cases.items():
        what, expected = f"the first direction {name}", _grown(A - B, rates)
        found = ask(function, "an array", what, A, B, rates)
        if found.shape == expected.shape:
            if not np.isfinite(found).all() or not np.abs(found).max() > 1e-150:
                raise CheckFailed(f"{what}: it must be finite and not zero, but is {found}")
            length = np.linalg.norm(found)
            unit = _signed(found / length)
            name_mistake(unit, _wrong_directions(A, B, rates), what, expected=expected, rtol=1e-6, atol=1e-8)
            if np.allclose(unit, expected, rtol=0, atol=1e-8) and not np.isclose(length, 1):
                raise CheckFailed(f"{what}: the length should be 1, but is {length:.6g}")
            found = _signed(found)
        compare(found, expected, what)
    passed("the first direction of 6, 9 and 12 words with rates of their own, and of the two words")


def _signed(u: np.ndarray) -> np.ndarray:
    return u * np.sign(u[np.abs(u).argmax()])


def _grown(matrix: np.ndarray, rates: np.ndarray, power: float = 0.5, modulus: bool = False) -> np.ndarray:
    half = np.sqrt(rates)[:, None]
    values, vectors = np.linalg.eigh(half * matrix * half.T)
    v = rates**power * vectors[:, np.abs(values).argmax() if modulus else -1]
    return _signed(v / np.linalg.norm(v))


def _wrong_directions(A: np.ndarray, B: np.ndarray, rates: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "the rates are left out; W grows by diag(ζ) (A − B) W": _grown(A - B, np.ones_like(rates)),
        "this is the direction of diag(ζ)^(−1/2) W; multiply by diag(ζ)^(1/2)": _grown(A - B, rates, 0),
        "this is of (A − B) diag(ζ), or diag(ζ)^(−1/2) times the eigenvector; the rates multiply rows": (
            _grown(A - B, rates, -0.5)
        ),
        "this is the largest in modulus, or of B − A; the largest of A − B with its sign grows": _grown(
            A - B, rates, modulus=True
        ),
        "this is of M*; what is felt first is A − B": _grown(2 * (A - B) / (A + B), rates),
        "this is of the attraction alone; the repulsion has to be subtracted": _grown(A, rates),
        "this is of A + B; it is their difference that pulls": _grown(A + B, rates),
    }


def check_what_to_tell(function: Callable[..., tuple[np.ndarray, np.ndarray]]) -> None:
    r"""Check a function that returns the target and the start that the theory has to be told.

    Parameters
    ----------
    function : callable
        Takes A and B, shape (V, V), whose sum is a product, :math:`G_{ij} =
        \bar G a_i a_j`, and :math:`W_0`, shape (V, d), and returns
        :math:`\tilde M = D^{1/2} M^\star D^{1/2}` and :math:`D^{1/2} W_0`.

    Raises
    ------
    CheckFailed
        The message names the mistake where it is a known one.

    Notes
    -----
    Introduced in chapter *real-word2vec*.

    Examples
    --------
    >>> def mine(A, B, W):
    ...     root = np.sqrt(np.sqrt(np.diag(A + B) / (A + B).mean()))[:, None]
    ...     return root * (2 * (A - B) / (A + B)) * root.T, root * W
    >>> check_what_to_tell(mine)
    Correct: the target and the start, for the two words and 3 random cases.
    >>> check_what_to_tell(lambda A, B, W: (mine(A, B, W)[0], W))
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the start for the two words: it is not weighed; the theory sees D^(1/2) W
    """
    rng = np.random.default_rng(4)
    A, B = np.array([[3, 1], [1, 7 / 8]]), np.array([[1, 1], [1, 1 / 8]])
    cases = {"for the two words": (A, B, np.array([[0.1], [0.2]]))}
    for size in (4, 7, 10):
        a, M = 10 ** rng.uniform(-1, 1, size), rng.uniform(-1.8, 1.8, (size, size))
        M = (M + M.T) / 2
        G = np.outer(a, a) * 10 ** rng.uniform(-6, 1)
        cases[f"for {size} words"] = G * (0.5 + M / 4), G * (0.5 - M / 4), rng.standard_normal((size, 2))
    for what, (A, B, W) in cases.items():
        G, found = A + B, ask(function, "two arrays", f"what the theory is told {what}", A, B, W)
        a = np.sqrt(np.diag(G) / G.mean())
        right, wrong = _told(A, B, W, np.sqrt(a)), _wrong_tellings(A, B, W, a)
        _compare_both(found, right, wrong, ("target", "start"), what, 1e-12)
    passed("the target and the start, for the two words and 3 random cases")


def _told(A, B, W, root) -> tuple[np.ndarray, np.ndarray]:
    return root[:, None] * (2 * (A - B) / (A + B)) * root, root[:, None] * W


def _wrong_tellings(A, B, W, a) -> dict[str, tuple[np.ndarray, np.ndarray | None]]:
    unscaled = np.sqrt(np.diag(A + B))
    return {
        "the factors are those of G; take them of G divided by its mean, which is the unit of time": (
            _told(A, B, W, np.sqrt(unscaled))
        ),
        "this is D M* D, the matrix of the first phase without rates; take the square root of a": (
            _told(A, B, W, a)
        ),
        "it is divided where it should be multiplied": _told(A, B, W, 1 / np.sqrt(a)),
        "it is not weighed; the theory sees D^(1/2) W": (2 * (A - B) / (A + B), W),
        "only the rows are weighed; multiply from both sides": (a[:, None] * 2 * (A - B) / (A + B), None),
        "this is 2(A − B); divide it by A + B": (2 * (A - B), None),
    }
