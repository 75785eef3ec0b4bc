"""Leading eigenpairs against numpy.linalg.eigh, found in two ways; the words and vectors they carry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import w2vlib
from w2vlib import spectra
from w2vlib.dynamics import Dynamics, UnstableStepError, stability_bound
from w2vlib.spectra import Spectrum, spectrum
from w2vlib.targets import m_star, ppmi
from w2vlib.words import WordMatrix


@pytest.fixture(autouse=True, scope="module")
def krylov_from_401_words_on():
    """So that matrices small enough for numpy.linalg.eigh go both ways."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spectra, "_SMALL", 400)
        yield


def with_eigenvalues(values, seed=0):
    """A symmetric matrix with these eigenvalues in random directions."""
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
    M = (Q * values) @ Q.T
    return (M + M.T) / 2


def random_symmetric(size, seed=0):
    A = np.random.default_rng(seed).standard_normal((size, size))
    return A + A.T


def reflected(values, seed=0):
    """A symmetric matrix with these eigenvalues, made without a decomposition: a diagonal, reflected."""
    v = np.random.default_rng(seed).standard_normal(len(values))
    v *= np.sqrt(2) / np.linalg.norm(v)
    M = np.diag(values) - np.outer(v, v * values) - np.outer(v * values, v)
    return M + np.outer(v, v) * (v**2 @ values)


def check(M, found: Spectrum, d: int, residual: float):
    """Everything a spectrum promises, from the matrix alone."""
    values = np.linalg.eigvalsh(M)[::-1][:d]
    norm = np.linalg.norm(M)
    assert found.values.shape == (d,)
    assert found.vectors.shape == (len(M), d)
    assert len(found) == d
    assert (np.diff(found.values) <= 0).all()
    np.testing.assert_allclose(
        found.values, values, atol=residual * max(np.abs(values).max(), 1e-6 * norm) + 1e-13 * norm
    )
    np.testing.assert_allclose(found.vectors.T @ found.vectors, np.eye(d), atol=1e-10)
    errors = np.linalg.norm(M @ found.vectors - found.vectors * found.values, axis=0)
    scale = np.maximum(np.abs(found.values), max(1e-6 * norm, 1e-30))
    assert (errors / scale).max() <= residual
    assert found.residual == pytest.approx(
        (errors / scale).max(), rel=0.05, abs=1e-14
    )  # products are rounded
    largest = np.abs(found.vectors).argmax(axis=0)
    assert (found.vectors[largest, range(d)] > 0).all()
    check_lowest(M, found)


def check_lowest(M, found: Spectrum):
    """The lowest eigenvalue is known to nine digits of itself, or of a millionth of the matrix."""
    lowest = np.linalg.eigvalsh(M)[0]
    assert found.lowest <= found.values[-1]
    assert found.lowest == pytest.approx(lowest, rel=1e-8, abs=1e-8 * max(1e-6 * np.linalg.norm(M), 1e-30))


def aligned(found, M, d):
    """Cosines between the vectors found and numpy's."""
    return np.abs((found.vectors * np.linalg.eigh(M)[1][:, ::-1][:, :d]).sum(axis=0))


NEGATIVE = np.r_[-3393.0, -339.0, -200.0, 140 * 0.97 ** np.arange(200), -50 * np.linspace(0, 1, 277) ** 2]

CASES = {
    "small, random": (random_symmetric(60), 7),
    "small, largest in modulus negative": (
        with_eigenvalues(np.r_[-90.0, -80.0, 5.0, 4.0, np.linspace(-1, 1, 40)]),
        3,
    ),
    "small, all of it": (random_symmetric(33), 33),
    "one word": (np.array([[-3.0]]), 1),
    "just LAPACK": (random_symmetric(400), 20),
    "just Krylov": (random_symmetric(401), 20),
    "Krylov, largest in modulus negative": (with_eigenvalues(NEGATIVE), 20),
    "Krylov, one pair": (random_symmetric(450, 3), 1),
    "Krylov, as many as it takes": (with_eigenvalues(NEGATIVE), len(NEGATIVE) // 16),
    "large share of V": (random_symmetric(450, 1), 200),
    "low rank": (with_eigenvalues(np.r_[9.0, 5.0, -20.0, np.zeros(497)]), 12),
    "all negative": (with_eigenvalues(-np.linspace(1, 5, 420)), 5),
    "few distinct": (with_eigenvalues(np.r_[np.full(25, 5.0), np.linspace(0, 1, 475)]), 25),
    "close pairs": (with_eigenvalues(np.repeat(np.linspace(-1, 10, 215), 2) + 1e-9 * np.arange(430)), 20),
    "identity": (np.eye(500), 20),
    "zero": (np.zeros((500, 500)), 20),
    "zero, small": (np.zeros((5, 5)), 3),
    "zero, middle": (np.zeros((150, 150)), 3),
    "no negative direction": (with_eigenvalues(np.r_[9.0, 5.0, 2.0, np.zeros(497)]), 3),
    "tiny": (1e-12 * random_symmetric(420, 5), 10),
    "huge": (1e12 * random_symmetric(420, 6), 10),
}


@pytest.mark.parametrize("residual", [1e-2, 1e-4, 1e-6, 1e-10])
@pytest.mark.parametrize("case", CASES)
def test_against_numpy(case, residual):
    M, d = CASES[case]
    if case == "low rank":  # of a direction that is all rounding, 1e-10 is less than rounding allows
        residual = max(residual, 1e-8)
    check(M, spectrum(M, d, residual=residual), d, residual)


def test_vectors_are_those_of_numpy():
    M = with_eigenvalues(NEGATIVE)
    assert (aligned(spectrum(M, 10, residual=1e-10), M, 10) > 1 - 1e-12).all()
    M = M[:300, :300]
    assert (aligned(spectrum(M, 10), M, 10) > 1 - 1e-9).all()


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1), st.data())
def test_any_small_matrix(size, seed, data):
    d = data.draw(st.integers(1, size))
    M = random_symmetric(size, seed)
    check(M, spectrum(M, d), d, 1e-6)


@pytest.mark.parametrize("size", [100, 420])
def test_the_same_twice_and_whatever_the_global_seed(size):
    M = random_symmetric(size)
    np.random.seed(1)
    one = spectrum(M, 6)
    np.random.seed(2)
    other = spectrum(M.copy(), 6)
    assert (one.values == other.values).all()
    assert (one.vectors == other.vectors).all()
    assert one.residual == other.residual


@pytest.mark.parametrize("size", [50, 420])
def test_integers_and_single_precision_are_matrices_too(size):
    M = np.round(random_symmetric(size) * 10).astype(int)
    np.testing.assert_allclose(spectrum(M, 4).values, np.linalg.eigvalsh(M)[::-1][:4], rtol=1e-6)
    np.testing.assert_allclose(
        spectrum(M.astype(np.float32), 4).values, np.linalg.eigvalsh(M)[::-1][:4], rtol=1e-6
    )


def test_the_matrix_is_left_as_it_was():
    for size in (50, 500):
        M = random_symmetric(size)
        before = M.copy()
        spectrum(M, 3)
        assert (M == before).all()


def test_leading():
    found = spectrum(random_symmetric(30), 9)
    few = found.leading(4)
    assert (few.values == found.values[:4]).all()
    assert (few.vectors == found.vectors[:, :4]).all()
    assert (few.residual, few.lowest) == (found.residual, found.lowest)
    for d in (0, 10, -1):
        with pytest.raises(ValueError, match=f"d must be a whole number between 1 and 9, not {d}"):
            found.leading(d)
    assert "9 of 30 directions" in repr(found)


# --- what a spectrum is given -----------------------------------------------

PAIR = np.array([3.0, 1.0]), np.eye(4)[:, :2]


def test_rising_values_are_refused():
    """numpy.linalg.eigh gives them so; half-rises of such a spectrum were all NaN."""
    with pytest.raises(ValueError, match="must fall, but -4 is followed by 1; turn values and vectors round"):
        Spectrum(*np.linalg.eigh(np.diag([1.0, -4.0])), 0.0)
    assert len(Spectrum([2.0, 2.0, -1.0], np.eye(3), 0.0)) == 3  # equal ones do not rise


@pytest.mark.parametrize(
    "vectors",
    [2 * np.eye(4)[:, :2], np.eye(4)[:, [0, 0]], np.eye(4)[:, :2] + 1e-7, np.zeros((4, 2))],
    ids=["long", "twice the same", "a little askew", "zero"],
)
def test_vectors_that_are_not_orthonormal_are_refused(vectors):
    with pytest.raises(ValueError, match=r"must be orthonormal columns, but .* off by \d"):
        Spectrum(PAIR[0], vectors, 0.0)


def test_vectors_may_be_as_far_from_orthonormal_as_their_residual():
    askew = PAIR[1] + 1e-5 * np.eye(4)[:, [1, 2]]
    assert len(Spectrum(PAIR[0], askew, 1e-4)) == 2
    with pytest.raises(ValueError, match="off by 1.0e-05"):
        Spectrum(PAIR[0], askew, 1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_spectrum_must_be_finite(value):
    values, vectors = (array.copy() for array in PAIR)
    values[0] = value
    with pytest.raises(ValueError, match="must be finite"):
        Spectrum(values, PAIR[1], 0.0)
    vectors[3, 1] = value
    with pytest.raises(ValueError, match="must be finite"):
        Spectrum(PAIR[0], vectors, 0.0)
    with pytest.raises(ValueError, match="must be finite"):
        Spectrum(*PAIR, value)
    with pytest.raises(ValueError, match="lowest eigenvalue must be finite"):
        Spectrum(*PAIR, 0.0, lowest=value)


def test_a_negative_residual_is_refused():
    with pytest.raises(ValueError, match="the residual is not, or is negative"):
        Spectrum(*PAIR, -1e-9)


@pytest.mark.parametrize(
    ("values", "vectors"),
    [
        ([3.0], np.eye(4)[:, :2]),
        ([3.0, 2.0, 1.0], np.eye(4)[:, :2]),
        ([[3.0, 1.0]], np.eye(4)[:, :2]),
        ([3.0], np.array([1.0, 0.0])),
        ([], np.zeros((4, 0))),
        ([3.0, 1.0, 0.0], np.ones((2, 3))),
    ],
)
def test_one_column_for_each_value(values, vectors):
    with pytest.raises(ValueError, match="one column for each eigenvalue, not values of shape"):
        Spectrum(values, vectors, 0.0)


def test_a_lowest_eigenvalue_above_the_last_is_refused():
    with pytest.raises(ValueError, match="cannot lie above 1, but is 1.5"):
        Spectrum(*PAIR, 0.0, lowest=1.5)
    assert Spectrum(*PAIR, 0.0, lowest=1.0).lowest == 1
    assert Spectrum(*PAIR, 0.0, lowest=-9).lowest == -9
    assert Spectrum(*PAIR, 0.0).lowest is None


def test_of_all_directions_the_lowest_is_the_last():
    assert Spectrum([3.0, -2.0], np.eye(2), 0.0).lowest == -2
    assert Spectrum([3.0, -2.0], np.eye(2), 0.0).leading(1).lowest == -2
    with pytest.raises(ValueError, match="all 2 directions, so the lowest eigenvalue is -2, not -5"):
        Spectrum([3.0, -2.0], np.eye(2), 0.0, lowest=-5.0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("abc", "3 words do not fit directions of 4: one word for each row"),
        ("abcde", "5 words do not fit"),
        ("abca", "'a' more than once"),
    ],
)
def test_wrong_words_are_refused(words, message):
    with pytest.raises(ValueError, match=message):
        Spectrum(*PAIR, 0.0, words=words)


# --- words that travel with their directions -----------------------------------


@pytest.mark.parametrize("target", [m_star, ppmi])
def test_words_come_with_the_matrix_and_go_to_the_vectors(small, target):
    modes = spectrum(target(small), 2)
    assert modes.words == modes.leading(1).words == modes.embedding().words == ("a", "b", "c")
    assert spectrum(np.asarray(target(small)), 2).words is None


def test_words_cannot_be_paired_with_rows_that_are_not_theirs(random_stats):
    """Of rows that were sorted, nothing says any more which word each belongs to."""
    M = m_star(random_stats(30))
    order = np.argsort(M.words)[::-1]
    for lost in (M[order][:, order], M[::-1, ::-1], M[:20, :20], M.copy(), M + np.eye(30), M / 2, M @ M):
        modes = spectrum(lost, 3)
        with pytest.raises(ValueError, match=r"words of these rows are not known.*WordMatrix\(M, words\)"):
            modes.ends(0)
        with pytest.raises(ValueError, match="words of these rows are not known"):
            modes.embedding()
    again = WordMatrix(M[order][:, order], [M.words[i] for i in order])
    sets = [set(spectrum(matrix, 3).ends(1, 4)[0]) for matrix in (M, again)]
    assert sets[0] == sets[1] != set(M.words[:4])


def test_ends_of_a_direction_are_those_of_its_vectors():
    vectors = np.linalg.qr(np.array([[0.0, 5], [3.0, 4], [-2.0, 3], [1.0, 2]]))[0]
    modes = Spectrum([2.0, -1.0], vectors, 0.0, words="abcd")
    order = np.argsort(-vectors, axis=0)
    for k in (0, 1):
        expected = ["abcd"[i] for i in order[:, k]]
        assert modes.ends(k, 2) == (expected[:2], expected[::-1][:2])
        assert modes.ends(k, 9) == (expected, expected[::-1])
    fair = w2vlib.Embedding("abcd", vectors).ends(1, 1, "fair", neighbours=3)
    assert modes.ends(1, 1, "fair", neighbours=3) == fair
    for direction in (-1, 2, 0.5):
        with pytest.raises(
            ValueError, match=f"direction must be a whole number between 0 and 1, not {direction}"
        ):
            modes.ends(direction)


# --- the closed form ---------------------------------------------------------


def named(M):
    """The matrix with words w0, w1, …"""
    return WordMatrix(M, [f"w{i}" for i in range(len(M))])


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_the_product_is_the_positive_part_of_the_target(size, seed):
    M = random_symmetric(size, seed) / 2 + 3 * np.eye(size)
    values, vectors = np.linalg.eigh(M)
    if values.max() <= 0:
        return
    E = spectrum(named(M), size).embedding()
    assert E.vectors.shape == (size, (values > 0).sum())
    np.testing.assert_allclose(E.block(E.words), (vectors * np.maximum(values, 0)) @ vectors.T, atol=1e-10)


def test_the_best_product_of_rank_d():
    """No other matrix comes closer; here: none of those a small step away."""
    M = random_symmetric(9, 1)
    W = spectrum(named(M), 2).embedding().vectors
    best = np.linalg.norm(M - W @ W.T)
    rng = np.random.default_rng(0)
    for _ in range(200):
        other = W + 0.05 * rng.standard_normal(W.shape)
        assert np.linalg.norm(M - other @ other.T) > best


def test_negative_directions_are_dropped_and_powers_applied():
    modes = Spectrum(np.array([4.0, 1.0, 0.0, -9.0]), np.eye(5)[:, :4], 0.0, words="abcde")
    for power, scales in [(0.5, [2, 1]), (0, [1, 1]), (1, [4, 1])]:
        assert modes.embedding(power).vectors.tolist() == (np.eye(5)[:, :2] * scales).tolist()
    assert (modes.embedding().vectors == modes.embedding(0.5).vectors).all()


def test_nothing_positive_to_learn():
    with pytest.raises(ValueError, match="no direction has a positive eigenvalue .the largest is -1"):
        spectrum(named(-np.eye(3)), 2).embedding()


# --- what is refused ---------------------------------------------------------


@pytest.mark.parametrize("size", [9, 500])
def test_d_must_fit(size):
    for d in (0, -1, size + 1, True, 2.5, 3.0, None):
        with pytest.raises(ValueError, match=f"between 1 and {size}, not {d}; the matrix has {size} rows"):
            spectrum(np.eye(size), d)
    assert len(spectrum(np.eye(size), np.int64(2))) == 2


@pytest.mark.parametrize("size", [9, 500])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_cells_that_are_not_numbers(size, value):
    M = np.eye(size)
    M[3, 5] = M[5, 3] = value
    with pytest.raises(ValueError, match=f"holds {value} in row 3, column 5"):
        spectrum(M, 2)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_infinities_that_cancel():
    M = np.diag([np.inf, -np.inf, 1.0])
    with pytest.raises(ValueError, match="holds inf in row 0, column 0"):
        spectrum(M, 1)


@pytest.mark.parametrize("size", [9, 500])
def test_asymmetric(size):
    M = np.eye(size)
    M[size - 1, 2] = 0.5
    one = rf"row 2, column {size - 1} holds 0\.0 and its mirror 0\.5"
    other = rf"row {size - 1}, column 2 holds 0\.5 and its mirror 0\.0"
    with pytest.raises(ValueError, match=f"{one}|{other}"):
        spectrum(M, 2)


def test_rounding_is_not_asymmetry():
    M = random_symmetric(50)
    M[3, 4] *= 1 + 1e-14
    assert len(spectrum(M, 2)) == 2


@pytest.mark.parametrize("M", [np.ones((3, 4)), np.ones(5), np.ones((2, 2, 2)), np.zeros((0, 0))])
def test_not_square(M):
    with pytest.raises(ValueError, match="must be square"):
        spectrum(M, 1)


def test_complex_is_refused():
    for none in (np.eye(3) * 1j, 1.0):
        with pytest.raises(TypeError, match="M must be an array of real numbers"):
            spectrum(none, 1)


@pytest.mark.parametrize("residual", [0, -1e-6, np.nan])
def test_residual_must_be_positive(residual):
    with pytest.raises(ValueError, match="residual must be a positive, finite number"):
        spectrum(np.eye(3), 1, residual=residual)


def test_the_case_of_400_words_takes_lapack_and_that_of_401_krylov(monkeypatch):
    def refused(*_, **__):
        raise RuntimeError("Krylov")

    monkeypatch.setattr(spectra, "block_lanczos", refused)
    spectrum(random_symmetric(400), 20)
    spectrum(random_symmetric(401), 401 // 16 + 1)
    with pytest.raises(RuntimeError, match="Krylov"):
        spectrum(random_symmetric(401), 20)


def test_too_few_products():
    with pytest.raises(ArithmeticError, match=r"after 3 block products .*the residual is .*, not 1\.0e-06"):
        spectrum(random_symmetric(700), 20, max_products=3)


@pytest.mark.parametrize("M", [np.zeros((500, 500)), np.eye(500)], ids=["zero", "identity"])
def test_never_fewer_directions_than_asked_for(M):
    """One block of 16 vectors satisfies the residual at once, but cannot hold 20 directions."""
    try:
        assert len(spectrum(M, 20, max_products=1)) == 20
    except ArithmeticError:
        pass


def test_a_residual_that_cannot_be_reached_is_an_error():
    for size in (50, 420):
        with pytest.raises(ArithmeticError, match=r"not 1\.0e-25"):
            spectrum(random_symmetric(size), 5, residual=1e-25, max_products=40)


def test_the_lowest_eigenvalue_of_a_matrix_for_which_lapack_is_too_slow():
    values = np.r_[np.linspace(9, 1, 50), np.linspace(1, -3, 2151)]
    found = spectrum(reflected(values), 10)
    assert found.lowest == pytest.approx(-3, rel=1e-9)
    assert found.leading(4).lowest == found.lowest
    np.testing.assert_allclose(found.values, values[:10], rtol=1e-9)


def test_an_unstable_step_is_refused_with_few_directions_as_with_all(wikipedia_parts):
    """The lowest eigenvalue limits the step, though its direction is never learned."""
    M = m_star(wikipedia_parts[3].first(300))
    bound = stability_bound(*np.linalg.eigvalsh(M)[[-1, 0]])
    W = w2vlib.initial_weights(300, 5, scale=0.01, rng=0)
    for modes in (spectrum(M, 300), spectrum(M, 30), spectrum(M, 30).leading(5)):
        assert np.isfinite(Dynamics(modes, W, step_size=0.99 * bound).loss(1.0))
        with pytest.raises(UnstableStepError):
            Dynamics(modes, W, step_size=1.01 * bound)


def test_shipped_statistics(wikipedia):
    M = m_star(wikipedia.first(1000))
    found = spectrum(M, 50)
    values = np.linalg.eigvalsh(M)
    assert found.words == wikipedia.words[:1000]
    assert found.lowest == found.leading(3).lowest == pytest.approx(values[0], rel=1e-9)
    np.testing.assert_allclose(found.values, values[::-1][:50], rtol=1e-6)
    assert found.residual <= 1e-6
    assert -values[0] > values[-1]  # the trap: the largest in modulus is negative


@pytest.mark.parametrize("scale", [1e-300, 1e-45, 1e-40, 1e-36, 1e200, 1e300])
@pytest.mark.parametrize("size", [5, 450])
def test_tiny_and_huge_matrices(size, scale):
    M = random_symmetric(size)
    found, right = spectrum(M * scale, 3), np.linalg.eigvalsh(M)
    np.testing.assert_allclose(found.values / scale, right[::-1][:3], rtol=1e-9)
    assert found.lowest / scale == pytest.approx(right[0])
    assert 0 <= found.residual <= 1e-6


def test_eigenvalues_that_floats_cannot_hold():
    with pytest.raises(ArithmeticError, match="too large for floats"):
        spectrum(np.full((5, 5), 1e308), 1)
    with pytest.raises(ArithmeticError, match="too small for floats"):
        spectrum(random_symmetric(5) * 1e-322, 2)


#: Products that are enough here; and where single precision does not get there, it gives up after so many.
FEW = 100


@pytest.mark.parametrize("residual", [1e-3, 1e-6])
@pytest.mark.parametrize(("size", "d"), [(1200, 70), (800, 20)])
def test_of_many_equal_eigenvalues_none_is_overlooked(size, d, residual):
    """More of them than a block has vectors, and more than fit into the space it spans."""
    values = np.r_[np.full(300, 10.0), 5 * np.random.default_rng(1).random(size - 300)]
    found = spectrum(reflected(values), d, residual, max_products=FEW)
    np.testing.assert_allclose(found.values, 10.0, rtol=residual)


@pytest.mark.parametrize("decay", [0.9, 0.99, 0.999])
@pytest.mark.parametrize("residual", [1e-1, 1e-2, 1e-4])
def test_a_coarse_residual_is_held_by_many_directions_too(decay, residual):
    """Wide blocks, made orthogonal once; and beside large eigenvalues of either sign such as are lost in rounding."""
    values = np.r_[1000.0, 900 * decay ** np.arange(700), -np.linspace(0, 50, 498), -3000.0]
    M = reflected(values)
    check(M, spectrum(M, 80, residual=residual, max_products=FEW), 80, residual)


def test_a_coarse_residual_of_a_large_share_is_had_in_single_precision(monkeypatch):
    M, found = with_eigenvalues(NEGATIVE), []
    in_single = spectra._by_lapack_in_single
    monkeypatch.setattr(
        spectra, "_by_lapack_in_single", lambda M, d: found.append(in_single(M, d)) or found[-1]
    )
    for d in (len(M) // 8 + 1, 300):  # the last of these eigenvalues are close to 0
        check(M, spectrum(M, d, residual=1e-3), d, 1e-3)
    assert found[0].residual <= 1e-3


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_rounding_in_the_precision_of_the_matrix_is_not_asymmetry(dtype):
    C = np.random.default_rng(0).standard_normal((300, 40)).astype(np.float32)
    M = ((C * np.arange(40, dtype=np.float32)) @ C.T).astype(dtype)
    M[0, 1] = np.nextafter(M[0, 1], dtype(np.inf))
    assert (M != M.T).any()
    exact = M.astype(np.float64)
    np.testing.assert_allclose(spectrum(M, 2).values, np.linalg.eigvalsh((exact + exact.T) / 2)[:-3:-1])


def test_asymmetry_of_single_precision_beyond_rounding():
    M = random_symmetric(5).astype(np.float32)
    M[0, 1] += 0.01
    with pytest.raises(ValueError, match="must be symmetric"):
        spectrum(M, 2)


@pytest.mark.parametrize("value", [0, -1, 2.5, True, None, "x"])
def test_products_must_be_a_whole_number(value):
    with pytest.raises(ValueError, match="max_products must be a whole number"):
        spectrum(np.eye(3), 1, max_products=value)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64])
def test_small_types_of_whole_numbers_for_d(kind):
    assert len(spectrum(random_symmetric(1650), kind(100), residual=1e-4)) == 100
