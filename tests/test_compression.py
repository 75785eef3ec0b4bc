"""Compressed vectors: the coder loses nothing, the law foretells the error, the bound holds, bad files are refused."""

from __future__ import annotations

import hashlib
import itertools
import json

import numpy as np
import pytest
from fuzzing import bounded
from hypothesis import given
from hypothesis import strategies as st

import w2vlib
from w2vlib import Embedding, compress
from w2vlib._entropy_coding import PLACES, decoded, encoded, fitted_tightness, shares
from w2vlib._quantisers import ROUNDING, TRELLIS
from w2vlib._vector_files import kind_of
from w2vlib.compression import CompressedVectors, foretold, rate_distortion

GAP = np.log2(np.pi * np.e / 6) / 2  # bits that rounding costs more than the best code, for fine steps
FALLING = 1 / np.arange(1.0, 41)


def of_numbers(vectors, words=None) -> Embedding:
    return Embedding(words or tuple(f"w{i}" for i in range(len(vectors))), vectors)


def drawn(size=1500, values=FALLING, seed=0):
    """Words whose coordinates are bell curves of known strengths, turned to unknown axes."""
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.standard_normal((len(values),) * 2))[0]
    return of_numbers(rng.standard_normal((size, len(values))) * np.sqrt(values) @ axes)


# The coder.


@st.composite
def tables(draw):
    size, d = draw(st.integers(1, 400)), draw(st.integers(1, 4))
    trellis = draw(st.sampled_from([ROUNDING, TRELLIS]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    scale = 10.0 ** draw(st.floats(-2, 3))
    raw = rng.standard_t(2, (size, d)) * scale
    return trellis.numbers(np.clip(raw, -4000, 4000)), trellis, draw(st.floats(2.0**-24, 1 - 2.0**-11))


@given(tables())
def test_whatever_is_coded_is_decoded(given):
    numbers, trellis, tightness = given
    reach, tightness = np.abs(numbers).max(axis=0), np.full(numbers.shape[1], tightness)
    data = encoded(numbers, tightness, reach, trellis)
    assert np.array_equal(decoded(data, len(numbers), tightness, reach, trellis), numbers)
    for wrong in (data[:-4], data + b"\0\0\0\0", data[4:], b""):
        with pytest.raises(ValueError, match="the coded numbers"):
            decoded(wrong, len(numbers), tightness, reach, trellis)


@pytest.mark.parametrize("spread", [0.2, 0.7, 3.0, 40.0])
def test_bell_curves_are_coded_within_a_percent_of_their_entropy(spread):
    numbers = ROUNDING.numbers(np.random.default_rng(1).standard_normal((40_000, 2)) * spread)
    chances = [np.unique(column, return_counts=True)[1] / len(numbers) for column in numbers.T]
    entropy = -sum((p * np.log2(p)).sum() for p in chances)
    tightness, bits = fitted_tightness(numbers, ROUNDING)
    data = encoded(numbers, tightness, np.abs(numbers).max(axis=0), ROUNDING)
    assert bits.sum() == pytest.approx(entropy, rel=0.005)
    assert 8 * len(data) / len(numbers) == pytest.approx(
        entropy, rel=0.01, abs=0.45
    )  # a lane of 8 bytes for 160 words


@given(
    st.floats(1e-7, 0.9995),
    st.integers(0, 8000),
    st.sampled_from([(ROUNDING, 0), (TRELLIS, 0), (TRELLIS, 1)]),
)
def test_shares_fill_all_places_and_fall_to_both_sides(tightness, reach, half):
    trellis, kind = half
    numbers = trellis.allowed(kind, reach)
    found = shares(tightness, numbers)
    assert len(found) == len(numbers) and (len(numbers) == 0 or found.sum() == PLACES)
    assert (found >= 1).all() and (np.diff(found[numbers > 0]) <= 0).all()
    right, left = found[numbers > 0], found[numbers < 0][::-1]
    assert np.array_equal(right[1:], left[1:]), "but for what the middle takes of the rest"


# The trellis.


def paths(d):
    """Every row of small numbers that the trellis allows, by trying all of them."""
    for row in itertools.product(range(-3, 4), repeat=d):
        state = 0
        for number in row:
            if number % 2 != TRELLIS.kind[state]:
                break
            state = TRELLIS.following[state, number // 2 % 2]
        else:
            yield row


def test_the_trellis_finds_the_nearest_of_all_its_rows():
    allowed = np.array(list(paths(4)))
    assert 100 < len(allowed) < 7**4 / 4
    scaled = np.random.default_rng(0).uniform(-1.4, 1.4, (200, 4))
    best = ((scaled[:, None] - allowed) ** 2).sum(axis=2).min(axis=1)
    found = TRELLIS.numbers(scaled)
    assert set(map(tuple, found.tolist())) <= set(map(tuple, allowed.tolist()))
    np.testing.assert_allclose(((scaled - found) ** 2).sum(axis=1), best)


def test_the_trellis_never_misses_by_more_than_a_step_for_each_coordinate():
    scaled = np.random.default_rng(0).standard_normal((5000, 7)) * 5
    assert (((scaled - TRELLIS.numbers(scaled)) ** 2).sum(axis=1) <= 7).all()
    whole = TRELLIS.numbers(scaled)
    assert np.array_equal(TRELLIS.numbers(whole.astype(float)), whole), "a row of its own is kept"


# The law.


def test_the_ideal_fills_with_water():
    assert rate_distortion(np.full(8, 3.0), 16, "ideal").errors == pytest.approx(np.full(8, 3 / 16))
    found = rate_distortion(FALLING, 20, "ideal")
    assert found.bits.sum() == pytest.approx(20) and (found.bits == 0).any()
    wet = found.bits > 0
    assert np.allclose(found.errors[wet], found.step) and (FALLING[~wet] <= found.step).all()
    assert np.allclose(found.errors[~wet], FALLING[~wet])


@pytest.mark.parametrize("bits", [60.0, 200.0])
def test_no_code_is_better_than_the_ideal_and_the_trellis_lies_between(bits):
    ideal, trellis, rounding = (
        rate_distortion(FALLING, bits, quantiser) for quantiser in ("ideal", "trellis", "rounding")
    )
    assert ideal.distortion < trellis.distortion < rounding.distortion
    assert ideal.score_error < trellis.score_error < rounding.score_error < 1
    assert rounding.bits.sum() == pytest.approx(bits) and trellis.bits.sum() == pytest.approx(bits, rel=0.02)


def test_where_directions_have_less_than_a_bit_the_trellis_is_worse_than_rounding():
    """Half of its states do not allow 0, which costs a bit."""
    found = [rate_distortion(FALLING, 10, quantiser).distortion for quantiser in ("rounding", "trellis")]
    assert found[0] < found[1]


def test_for_fine_steps_rounding_costs_a_quarter_of_a_bit_and_the_trellis_gets_half_of_it_back():
    ideal, trellis, rounding = (
        rate_distortion(np.ones(40), 40 * 4, quantiser).distortion
        for quantiser in ("ideal", "trellis", "rounding")
    )
    assert np.log2(rounding / ideal) / 2 == pytest.approx(GAP, abs=0.005)
    assert 0.04 < np.log2(trellis / ideal) / 2 < GAP / 2


@pytest.mark.parametrize("step", [0.3, 1.0, 2.0, 5.0])
def test_rounding_is_foretold_as_it_is_measured(step):
    x = np.random.default_rng(2).standard_normal(400_000)
    number = np.rint(x / step)
    chance = np.unique(number, return_counts=True)[1] / len(x)
    bits = -(chance * np.log2(chance)).sum()
    error = 1 - (x @ number) ** 2 / (number @ number) / len(x)
    law = rate_distortion([1.0], float(bits))
    assert law.errors[0] == pytest.approx(error, rel=0.02, abs=0.002) and law.step == pytest.approx(
        step, rel=0.01
    )


@pytest.mark.parametrize("quantiser", ["rounding", "trellis"])
def test_the_law_foretells_the_error_of_bell_curves(quantiser):
    vectors = drawn(4000)
    for size in (5, 20):
        small = compress(vectors, size, 40, quantiser, unit=False)
        bits = 8 * (small.bytes_per_word - (330 + 40 * 10 + 25 * 8) / 4000)
        values = np.sort(np.linalg.eigvalsh(np.cov(vectors.vectors.T)))[::-1]
        law = rate_distortion(values, bits, quantiser)
        assert small.error**2 == pytest.approx(law.distortion, rel=0.03)


def test_what_is_foretold_is_as_far_off_as_what_is_compressed():
    vectors = drawn(4000)
    small, noisy = compress(vectors, 12), foretold(vectors, 12)
    assert noisy.vectors.shape == small.embedding().vectors.shape
    told, found = (
        ((one.vectors @ one.vectors.T - vectors.unit @ vectors.unit.T) ** 2).mean()
        for one in (noisy, small.embedding())
    )
    assert told == pytest.approx(found, rel=0.03)
    assert not np.array_equal(noisy.vectors, foretold(vectors, 12, rng=1).vectors)


def test_few_bytes_keep_few_directions():
    kept = [compress(drawn(), size).d for size in (2.5, 5, 20, 40)]
    assert kept == sorted(kept) and kept[0] < 12 < 36 < kept[-1]


# Files, and what is promised of them.


def sets():
    rng = np.random.default_rng(3)
    outlier = rng.standard_normal((700, 12))
    outlier[5] *= 1000
    return {
        "bell curves": drawn(),
        "long tails": of_numbers(rng.standard_t(1.5, (900, 20))),
        "one far out": of_numbers(outlier),
        "a mean far out": of_numbers(rng.standard_normal((600, 9)) + 50),
        "few values": of_numbers(rng.integers(-1, 2, (500, 30))),
        "one coordinate": of_numbers(rng.standard_normal((300, 1))),
        "equal coordinates": of_numbers(np.repeat(rng.standard_normal((300, 2)), 3, axis=1)),
        "word2vec's": w2vlib.load_wikipedia_sgns(500).leading(40),
    }


@pytest.mark.parametrize("quantiser", ["rounding", "trellis"])
@pytest.mark.parametrize("name", sets())
def test_bytes_and_bound_hold(name, quantiser, tmp_path):
    vectors = sets()[name]
    for size, unit, axes in ((9, True, False), (60, False, False), (1200, False, True)):
        small = compress(vectors, size, None, quantiser, unit, axes)
        small.save(tmp_path / "small.w2c")
        length = (tmp_path / "small.w2c").stat().st_size
        assert length - small.word_list_bytes == pytest.approx(small.bytes_per_word * len(vectors))
        assert small.bytes_per_word <= size
        original = vectors.unit if unit else vectors.vectors
        found = small.embedding().vectors
        if axes:
            errors = np.linalg.norm(found - original, axis=1)
            assert errors.max() <= small.largest_error
            assert np.sqrt((errors**2).mean()) == pytest.approx(small.error)
        else:  # turned, so what can be compared are lengths of differences
            i, j = np.arange(len(vectors) - 1), np.arange(1, len(vectors))
            kept = np.linalg.norm(found[i] - found[j], axis=1)
            true = np.linalg.norm(original[i] - original[j], axis=1)
            assert (np.abs(kept - true) <= 2 * small.largest_error + 1e-9 * true.max()).all()
        assert 0 <= small.error <= small.largest_error <= small.bound
        again = CompressedVectors.load(tmp_path / "small.w2c")
        assert again.words == vectors.words and (again.bound, again.error) == (small.bound, small.error)
        assert np.array_equal(again.embedding().vectors, found)


def test_nearly_all_bytes_are_used_and_more_bytes_are_better():
    errors = []
    for size in (6, 10, 20, 40):
        small = compress(drawn(4000), size)
        assert 0.97 * size <= small.bytes_per_word <= size
        errors.append(small.error)
    assert errors == sorted(errors, reverse=True) and errors[-1] < 0.03


def test_kept_axes_give_the_same_inner_products():
    vectors = w2vlib.load_wikipedia_sgns(600)
    turned, kept = (compress(vectors, size, 50, keep_axes=axes) for size, axes in ((30, False), (100, True)))
    assert kept.embedding().vectors.shape == (600, 200) and turned.embedding().vectors.shape == (600, 50)
    cosines = [one.embedding().unit[:50] @ one.embedding().unit[50:].T for one in (turned, kept)]
    assert np.abs(cosines[0] - cosines[1]).max() < 0.15
    assert kept.embedding()["king"] @ vectors["king"] > 0.5 * np.linalg.norm(vectors["king"])


def test_any_words_come_back(tmp_path):
    words = ("a b", "line\nfeed", "nul\0", "猫", "\u2028", '"', "", "\\")
    small = compress(of_numbers(np.random.default_rng(0).standard_normal((8, 2)), words), 100)
    small.save(tmp_path / "small.w2c")
    assert CompressedVectors.load(tmp_path / "small.w2c").words == words


def test_gensim_reads_what_is_exported(tmp_path):
    keyed = pytest.importorskip("gensim.models").KeyedVectors
    small = compress(w2vlib.load_wikipedia_sgns(800), 30)
    small.save(tmp_path / "small.w2c")
    vectors = CompressedVectors.load(tmp_path / "small.w2c").embedding()
    vectors.save_word2vec_binary(tmp_path / "small.bin")
    for theirs in (vectors.to_gensim(), keyed.load_word2vec_format(tmp_path / "small.bin", binary=True)):
        assert theirs.similarity("king", "son") == pytest.approx(vectors.similarity("king", "son"), abs=1e-5)
        assert [w for w, _ in theirs.most_similar("river", topn=5)] == [
            w for w, _ in vectors.neighbours("river", 5)
        ]


def test_what_cannot_be_compressed_is_refused():
    vectors = drawn(300)
    for what, match in (
        (dict(bytes_per_word=0.5), "bytes_per_word must be larger, not 0.5: with 300 words and d = 1"),
        (dict(bytes_per_word=1.5, d=40), "bytes_per_word must be larger, not 1.5: .* d = 40"),
        (dict(bytes_per_word=9, d=41), "d must be a whole number between 1 and 40, not 41"),
        (dict(bytes_per_word=9, quantiser="best"), "quantiser must be"),
        (dict(bytes_per_word=-1), "bytes_per_word must be a positive"),
    ):
        with pytest.raises(ValueError, match=match):
            compress(vectors, **what)
    for same in (np.ones((5, 3)), np.zeros((5, 3)), np.full((5, 3), 1e200)):
        with pytest.raises(ValueError, match="all the same"):
            compress(of_numbers(same), 200, unit=False)
    with pytest.raises(ValueError, match="values must be positive, but the smallest is 0"):
        rate_distortion([1.0, 0.0], 3)
    with pytest.raises(ValueError, match="bits must be 80 at most"):
        rate_distortion([1.0, 1.0], 81)


# Files that are wrong.


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "small.w2c"
    compress(drawn(60), 60, keep_axes=False).save(path)
    return path.read_bytes()


def refused(path, data: bytes, match: str = "small"):
    path.write_bytes(data)
    with bounded(len(data)), pytest.raises(ValueError, match=match) as found:
        CompressedVectors.load(path)
    assert str(path) in str(found.value)


def test_damage_of_any_byte_and_any_cut_is_noticed(data, tmp_path):
    path = tmp_path / "small.w2c"
    rng = np.random.default_rng(0)
    for place in (*range(30), *rng.integers(0, len(data), 120)):
        changed = bytearray(data)
        changed[place] ^= 1 << int(rng.integers(8))
        refused(path, bytes(changed), "damaged|is not a file|format version")
    for end in (0, 10, 30, *rng.integers(31, len(data), 30), len(data) - 1):
        refused(path, data[:end])
    refused(path, data + b"x", "damaged")
    refused(path, b"2 1\na 1\nb 2\n", "is not a file of compressed vectors")


def resigned(data: bytes, **changes) -> bytes:
    """The same file with other words in its description, and the checksum that belongs to them."""
    first, text, rest = data[:-32].split(b"\n", 2)
    body = b"\n".join([first, json.dumps(json.loads(text) | changes).encode(), rest])
    return body + hashlib.sha256(body).digest()


@pytest.mark.parametrize(
    "changes",
    [
        {"words": 0}, {"words": 61}, {"words": 59}, {"words": 2**40}, {"words": 10**9}, {"words": "60"}, {"words": None},
        {"d": 0}, {"d": 1}, {"d": 10**9}, {"d": 2.0}, {"dimensions": -1}, {"dimensions": 10**12},
        {"step": 0}, {"step": "x"}, {"step": float("nan")}, {"step": float("inf")}, {"error": -1}, {"largest_error": None},
        {"discarded": [1]}, {"quantiser": "best"}, {"quantiser": 1}, {"quantiser": "rounding"}, {"unit": 1},
        {"sections": []}, {"sections": [1, 2, 3, 4]}, {"sections": None}, {"sections": [-1, 1, 1, 1]},
    ],
    ids=str,
)  # fmt: skip
def test_a_description_that_does_not_fit_is_refused(data, tmp_path, changes):
    assert CompressedVectors.load(_put(tmp_path / "good.w2c", resigned(data))).words[0] == "w0"
    refused(tmp_path / "small.w2c", resigned(data, **changes), "holds no compressed vectors")


def _put(path, data):
    path.write_bytes(data)
    return path


def test_numbers_that_do_not_fit_are_refused(data, tmp_path):
    first, text, rest = data[:-32].split(b"\n", 2)
    lengths = json.loads(text)["sections"]
    begin = lengths[0]
    for place, value in (
        (4, b"\xff\xff"),
        (4, b"\0\0"),
        (0, b"\0\0\xc0\x7f"),
        (8, b"\xff\xff"),
        (-9, b"\x55"),
    ):
        changed = bytearray(rest)
        at = begin + place if place >= 0 else len(rest) + place
        changed[at : at + len(value)] = value
        body = b"\n".join([first, text, bytes(changed)])
        refused(tmp_path / "small.w2c", body + hashlib.sha256(body).digest(), "holds no compressed vectors")
    later = data.replace(b"vectors 1\n", b"vectors 2\n", 1)
    refused(tmp_path / "small.w2c", later, "format version 2, this w2vlib reads versions up to 1; update")


def test_a_compressed_file_is_known_by_its_first_bytes(data, tmp_path):
    assert kind_of(_put(tmp_path / "vectors", data)) == "compressed"
