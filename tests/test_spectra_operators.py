"""Spectra of operators and of single precision: as those of the array, on any number of threads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.linalg import LinearOperator, aslinearoperator
from test_spectra import NEGATIVE, check, check_lowest, random_symmetric, reflected, with_eigenvalues

from w2vlib import _symmetric, spectra
from w2vlib._block_lanczos import slabs_at_work
from w2vlib._common import threads
from w2vlib.spectra import spectrum


@pytest.fixture(autouse=True, scope="module")
def krylov_from_401_words_on():
    """So that matrices small enough for numpy.linalg.eigh go both ways."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spectra, "_SMALL", 400)
        yield


class Product(LinearOperator):
    """A matrix behind an operator, which keeps a record of what it is asked."""

    def __init__(self, M, dtype=np.float32, words=None):
        super().__init__(dtype, M.shape)
        self.M, self.asked = M, []
        if words is not None:
            self.words = words

    def _matmat(self, X):
        self.asked.append((X.dtype, X.shape, X.flags.c_contiguous))
        return (self.M.astype(X.dtype) @ X).astype(X.dtype)

    def _matvec(self, x):
        return self._matmat(x.reshape(-1, 1)).ravel()


CASES = {
    "clustered": (reflected(np.r_[np.linspace(9, 8.99, 30), np.linspace(5, -1, 570)]), 20),
    "negative": (with_eigenvalues(NEGATIVE), 20),
    "random": (random_symmetric(450), 20),
    "many": (random_symmetric(450, 1), 100),
    "nearly all": (random_symmetric(420, 2), 400),
    "all": (random_symmetric(410, 2), 410),
    "all, small": (random_symmetric(33), 33),
    "one word": (np.array([[-3.0]]), 1),
    "two words": (random_symmetric(2), 1),
    "zero": (np.zeros((500, 500)), 20),
    "identity": (np.eye(500), 20),
    "low rank": (with_eigenvalues(np.r_[9.0, 5.0, -20.0, np.zeros(497)]), 2),
    "tiny": (1e-30 * random_symmetric(420, 5), 10),
    "huge": (1e30 * random_symmetric(420, 6), 10),
}


@pytest.mark.parametrize("residual", [1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("case", CASES)
def test_an_operator_as_its_array(case, residual):
    M, d = CASES[case]
    found = spectrum(Product(M, np.float64), d, residual)
    check(M, found, d, residual)
    array = spectrum(M, d, residual)
    np.testing.assert_allclose(found.values, array.values, rtol=residual, atol=1e-13 * np.linalg.norm(M))


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(401, 500), st.booleans(), st.integers(0, 2**32 - 1), st.data())
def test_any_operator(small, large, is_small, seed, data):
    size = small if is_small else large
    d = data.draw(st.integers(1, min(size, 130)))
    M = random_symmetric(size, seed)
    check(M, spectrum(aslinearoperator(M), d), d, 1e-6)


@pytest.mark.parametrize("residual", [1e-3, 1e-9])
def test_what_an_operator_is_asked(residual):
    """Blocks that lie row by row, never as many as there are words, and double precision for the truth."""
    operator = Product(random_symmetric(900))
    spectrum(operator, 20, residual)
    assert {kind for kind, _, _ in operator.asked} == {np.dtype("f4"), np.dtype("f8")}
    assert all(contiguous for _, _, contiguous in operator.asked)
    assert all(shape[0] == 900 and shape[1] <= 50 for _, shape, _ in operator.asked)


def test_words_of_an_operator_go_along():
    words = tuple(f"w{i}" for i in range(420))
    assert spectrum(Product(random_symmetric(420), words=words), 3).words == words
    assert spectrum(Product(random_symmetric(20), words=words[:20]), 3).words == words[:20]
    assert spectrum(Product(random_symmetric(20)), 3).words is None


def test_of_many_equal_eigenvalues_of_an_operator_none_is_overlooked():
    values = np.r_[np.full(300, 10.0), 5 * np.random.default_rng(1).random(900)]
    for size, d in ((1200, 70), (500, 100)):
        M = reflected(values[:size])
        for residual in (1e-3, 1e-6):
            found = spectrum(Product(M, np.float64), d, residual)
            np.testing.assert_allclose(found.values, 10.0, rtol=residual)


# --- what is refused ---------------------------------------------------------


class Bad(Product):
    """An operator whose answers are changed."""

    def __init__(self, size, change):
        super().__init__(random_symmetric(size))
        self.change = change

    def _matmat(self, X):
        return self.change(super()._matmat(X))


def spoiled(value):
    def change(Y):
        Y[2, 0] = value
        return Y

    return change


@pytest.mark.parametrize("size", [9, 500])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (spoiled(np.nan), "must give finite numbers, but answered nan in row 2"),
        (spoiled(np.inf), "must give finite numbers, but answered inf in row 2"),
        (lambda Y: Y[:-1], "must answer float64 of shape .* with as many numbers"),
        (lambda Y: Y[:, 0], "must answer float64 of shape"),
        (lambda Y: Y.astype(int), "not int64 of shape"),
        (lambda Y: Y + 0j, "not complex128 of shape"),
        (lambda Y: Y.tolist(), "must answer float64 of shape"),
    ],
    ids=["nan", "inf", "too short", "one axis", "integers", "complex", "list"],
)
def test_bad_answers(size, change, message):
    with pytest.raises(ValueError, match=message):
        spectrum(Bad(size, change), 2)


@pytest.mark.parametrize("size", [9, 500])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_operators_that_are_not_symmetric(size, dtype):
    M = random_symmetric(size)
    M[3, 5] += 0.5
    with pytest.raises(ValueError, match="must be symmetric.* use an SVD"):
        spectrum(Product(M, dtype), 2)


def test_single_precision_of_an_operator_is_not_asymmetry():
    M = random_symmetric(500)
    M *= 1 + 1e-8 * np.random.default_rng(0).standard_normal(M.shape)
    assert len(spectrum(Product(M, np.float32), 3, 1e-4)) == 3
    with pytest.raises(ValueError, match="must be symmetric"):
        spectrum(Product(M, np.float64), 3, 1e-4)


def test_operators_of_other_kinds():
    with pytest.raises(ValueError, match=r"operator must be square, not of shape \(3, 4\)"):
        spectrum(aslinearoperator(np.ones((3, 4))), 1)
    with pytest.raises(ValueError, match="real numbers, not of complex128"):
        spectrum(aslinearoperator(np.eye(3) * 1j), 1)
    with pytest.raises(ValueError, match="between 1 and 500, not 501"):
        spectrum(aslinearoperator(np.eye(500)), 501)


def test_whole_numbers_in_an_operator_are_numbers():
    M = np.round(random_symmetric(450) * 10).astype(int)
    check(M, spectrum(aslinearoperator(M), 4), 4, 1e-6)


def test_an_error_of_an_operator_is_passed_on():
    class Mine(Exception):
        pass

    class Fails(Product):
        def _matmat(self, X):
            if len(self.asked) > 4:
                raise Mine("no more")
            return super()._matmat(X)

    with pytest.raises(Mine, match="no more"):
        spectrum(Fails(random_symmetric(500)), 20)


def test_an_operator_may_answer_with_what_it_was_given_or_keeps():
    class Same(Product):
        def _matmat(self, X):
            return X

    class Kept(Product):
        kept: dict = {}

        def _matmat(self, X):
            Y = super()._matmat(X)
            Y.flags.writeable = False
            return Y

    np.testing.assert_allclose(spectrum(Same(np.eye(500)), 20).values, 1)
    M = random_symmetric(500)
    check(M, spectrum(Kept(M), 5), 5, 1e-6)


# --- threads -----------------------------------------------------------------


def on_threads(number, monkeypatch, *arguments):
    monkeypatch.setattr(threads, "processors", lambda: number)
    return spectrum(*arguments)


@pytest.mark.parametrize("residual", [1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("kind", ["float32", "float64", "operator"])
@pytest.mark.parametrize("numba", [True, False])
def test_to_the_last_bit_alike_on_any_number_of_threads(monkeypatch, kind, residual, numba):
    pytest.importorskip("threadpoolctl")
    monkeypatch.setattr(_symmetric, "_LARGE", 0)
    if not numba:
        monkeypatch.setattr(_symmetric.importlib.util, "find_spec", lambda name: None)
    M = random_symmetric(1301, 4)
    M = Product(M, np.float64) if kind == "operator" else M.astype(kind)
    one = on_threads(1, monkeypatch, M, 30, residual)
    for number in (2, 5):
        other = on_threads(number, monkeypatch, M, 30, residual)
        assert (one.values == other.values).all()
        assert (one.vectors == other.vectors).all()
        assert (one.residual, one.lowest) == (other.residual, other.lowest)


def test_without_what_is_optional(monkeypatch):
    M = with_eigenvalues(NEGATIVE)
    monkeypatch.setattr(_symmetric.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(threads, "_blas", lambda modules: [])
    for residual in (1e-3, 1e-6, 1e-9):
        check(M, spectrum(M, 20, residual), 20, residual)


# --- single precision --------------------------------------------------------


@pytest.mark.parametrize("residual", [1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("order", ["C", "F", "strided"])
def test_a_matrix_of_single_precision_is_taken_as_it_is(monkeypatch, residual, order):
    M = with_eigenvalues(NEGATIVE).astype(np.float32)
    M = (M + M.T) / 2
    exact = M.astype(np.float64)
    given = (
        np.repeat(np.repeat(M, 2, 0), 2, 1)[::2, ::2] if order == "strided" else np.asarray(M, order=order)
    )
    before = given.copy()
    found = spectrum(given, 20, residual)
    check(exact, found, 20, residual)
    assert (given == before).all()
    np.testing.assert_allclose(found.values, spectrum(exact, 20, residual).values, rtol=residual)


def test_lowest_eigenvalues_that_lie_close():
    values = np.r_[np.linspace(9, 5, 60), np.linspace(4, -7, 500), -8, -8, -8 - 1e-7, -8 - 1e-6]
    for residual in (1e-2, 1e-6):
        M = reflected(values)
        check_lowest(M, spectrum(M, 20, residual))
        check_lowest(M, spectrum(aslinearoperator(M), 20, residual))


# --- the fast product ----------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size, columns", [(1301, 16), (1301, 32), (600, 4), (517, 12)])
def test_the_fast_product_is_the_product(monkeypatch, dtype, size, columns):
    pytest.importorskip("numba")
    monkeypatch.setattr(_symmetric, "_LARGE", 0)
    M = random_symmetric(size, 4).astype(dtype)
    X = np.random.default_rng(0).standard_normal((size, columns)).astype(dtype)
    with slabs_at_work(size) as slabs:
        matrix = _symmetric.DenseMatrix(M, slabs)
        assert matrix._multiply_rows is not None
        found = matrix.times(X)
    exact = M.astype(np.float64) @ X.astype(np.float64)
    assert found.dtype == dtype and found.shape == X.shape
    assert np.abs(found - exact).max() <= 100 * np.finfo(dtype).eps * np.abs(M).max() * size**0.5 * 4
