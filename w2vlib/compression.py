"""Few bytes a word: what a spectrum says they will cost, vectors compressed to them, and files of such vectors.

A file of compressed vectors is these parts in a row, with nothing between them::

    w2vlib compressed vectors 1\\n   the kind of file and its format version
    {"axes": …, "words": …}\\n       one line of JSON: sizes, step and error
    …                               the words, as JSON, compressed with xz
    …                               for each coordinate its mean, tightness, shrinkage and reach
    …                               the axes, where they are kept
    …                               the whole numbers, coded by ``_entropy_coding``
    32 bytes                        SHA-256 of all that stands before them

Nothing is ever unpickled, a change of any byte is noticed, and memory is bounded by the file's size.
"""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ._common.arguments import checked
from ._common.arrays import frozen, signs_of_columns
from ._common.files import most_unpacked, replace_file, whole_content
from ._common.sealed import sealed, unsealed
from ._common.threads import limited_threads
from ._common.validate import finite_number, generator, one_of, positive_number, real_array, whole_number
from ._entropy_coding import MOST, decoded, encoded, fitted_tightness, lanes_for
from ._quantisers import ROUNDING, TRELLIS
from .embeddings import Embedding
from .words import ready_words

__all__ = ["CompressedVectors", "RateDistortion", "compress", "foretold", "rate_distortion"]

_KIND, _VERSION = "compressed vectors", 1
_QUANTISERS = {"rounding": ROUNDING, "trellis": TRELLIS}
_SAMPLE = 4096  # words that the step is sought with
_SIMULATED = 2000  # words of bell curves, of which a trellis is foretold
_MOST_BITS = 40  # of a direction, more than any number has
_PART = np.dtype([("mean", "<f4"), ("tightness", "<f2"), ("shrinkage", "<f2"), ("reach", "<u2")])


# What it will cost.


@dataclass(frozen=True, eq=False)
class RateDistortion:
    r"""How many bits each direction gets, and what error it keeps.

    Attributes
    ----------
    values : ndarray of shape (d,)
        Strengths :math:`v_k` of the directions.
    bits : ndarray of shape (d,)
        Bits that a word spends on each.
    errors : ndarray of shape (d,)
        Mean squared error :math:`D_k` of each.
    step : float
        The common step, or for ``"ideal"`` the level of the water.

    Notes
    -----
    Introduced in chapter *compression*.

    Examples
    --------
    >>> found = rate_distortion([4.0, 1.0, 0.25], 2.0, "ideal")
    >>> found.bits.round(3), found.errors.round(3)
    (array([1.5, 0.5, 0. ]), array([0.5 , 0.5 , 0.25]))
    >>> round(found.distortion, 3), round(found.share, 3), round(found.score_error, 3)
    (1.25, 0.238, 0.267)
    """

    values: np.ndarray
    bits: np.ndarray
    errors: np.ndarray
    step: float

    @property
    def distortion(self) -> float:
        """Mean squared error of a whole vector."""
        return float(self.errors.sum())

    @property
    def share(self) -> float:
        """The same as a share of the vectors' mean square."""
        return self.distortion / float(self.values.sum())

    @property
    def score_error(self) -> float:
        r"""Mean squared error of inner products, as a share of their mean square.

        .. math:: 1 - \frac{\sum_k (v_k - D_k)^2}{\sum_k v_k^2}
        """
        return 1 - float(((self.values - self.errors) ** 2).sum() / (self.values**2).sum())


@checked
def rate_distortion(values: np.ndarray, bits: float, quantiser: str = "rounding") -> RateDistortion:
    r"""Return which error so many bits a word leave, foretold from the strengths of the directions alone.

    Coordinate k is taken to be a bell curve of variance :math:`v_k`.  No code for it has
    less error at its number of bits than

    .. math:: D_k = \min(\theta, v_k), \qquad b_k = \tfrac12 \log_2 (v_k / D_k),

    with a common level :math:`\theta` (reverse water-filling).  Coordinates rounded to multiples of a
    common step :math:`\Delta`, and coded with as many bits as their entropy, come near:
    :math:`\theta = \Delta^2/12` costs :math:`\tfrac12 \log_2(\pi \mathrm e/6) = 0.25` bits more for each
    direction far above it.

    Parameters
    ----------
    values : ndarray of shape (d,)
        Strengths, above 0, in any order: the mean square of each coordinate about its mean.
    bits : float
        Bits a word, for all directions together.
    quantiser : {"rounding", "trellis", "ideal"}
        Rounding is computed exactly.  The trellis is run on bell curves with
        these strengths, drawn at random; the result is good to a percent.

    Returns
    -------
    RateDistortion

    Raises
    ------
    ValueError
        If a value is not positive, or the bits are.

    Notes
    -----
    A rounded number w is read back as :math:`\gamma_k \Delta w`, where :math:`\gamma_k` makes the error
    least.  Sources: Shannon (1959); Gish and Pierce (1968); Cover and Thomas, *Elements of
    information theory*, section 10.3.  Introduced in chapter *compression*.

    Examples
    --------
    >>> values = 1 / np.arange(1, 101)
    >>> for quantiser in ("ideal", "trellis", "rounding"):
    ...     print(quantiser, round(rate_distortion(values, 200, quantiser).share, 2))
    ideal 0.03
    trellis 0.04
    rounding 0.05
    """
    values = real_array("values", values, None)
    if values.min() <= 0:
        raise ValueError(
            f"values must be positive, but the smallest is {values.min():g}; leave out directions without strength"
        )
    bits = positive_number("bits", bits)
    if bits > _MOST_BITS * len(values):
        raise ValueError(
            f"bits must be {_MOST_BITS * len(values)} at most, {_MOST_BITS} for each direction, not {bits:g}"
        )
    one_of("quantiser", quantiser, ("rounding", "trellis", "ideal"))
    law = {"ideal": _ideal, "rounding": _rounded, "trellis": _simulated}[quantiser](values)
    # From a step so coarse that nothing is spent down to one that spends more than enough.
    low = np.log(values.min()) / 2 - (bits / len(values) + 6) * np.log(2)
    high = np.log(values.max()) / 2 + np.log(40)
    for _ in range(45 if quantiser != "trellis" else 14):
        middle = (low + high) / 2
        low, high = (middle, high) if law(np.exp(middle))[0].sum() > bits else (low, middle)
    step = float(np.exp(high))
    spent, errors = law(step)
    return RateDistortion(values, frozen(spent), frozen(errors), step**2 if quantiser == "ideal" else step)


def _ideal(values: np.ndarray):
    def law(root):
        errors = np.minimum(root * root, values)
        return np.log2(values / errors) / 2, errors

    return law


def _rounded(values: np.ndarray):
    """Bits and errors of bell curves rounded to multiples of a step, and read back shrunk."""
    from scipy.special import ndtr  # whose import changes how Python warns

    deviation = np.sqrt(values)

    def law(step):
        t = step / deviation
        fine = t < 0.5  # where sums over multiples are integrals, to 17 digits
        bits, errors = np.empty_like(t), np.empty_like(t)
        bits[fine] = np.log2(2 * np.pi * np.e) / 2 - np.log2(t[fine])
        errors[fine] = t[fine] ** 2 / (12 + t[fine] ** 2)
        t = t[~fine, None]
        number = np.arange(0, 20)
        above, below = (number - 0.5) * t, (number + 0.5) * t
        chance = ndtr(-above) - ndtr(-below)
        chance[:, 0] = ndtr(t[:, 0] / 2) - ndtr(-t[:, 0] / 2)
        twice = np.where(number > 0, 2, 1)
        bits[~fine] = -(twice * chance * np.log2(np.maximum(chance, 1e-300))).sum(axis=1)
        square = 2 * (number**2 * chance).sum(axis=1)
        mixed = 2 * (number * (_bell(above) - _bell(below))).sum(axis=1)
        errors[~fine] = 1 - np.divide(mixed**2, square, out=np.zeros_like(square), where=square > 1e-200)
        return bits, values * errors

    return law


def _bell(x: np.ndarray) -> np.ndarray:
    return np.exp(-x * x / 2) / np.sqrt(2 * np.pi)


def _simulated(values: np.ndarray):
    """Bits and errors of the trellis on bell curves, drawn once."""
    drawn = np.random.default_rng(0).standard_normal((_SIMULATED, len(values)))
    drawn *= np.sqrt(values / (drawn**2).mean(axis=0))

    def law(step):
        numbers = TRELLIS.numbers(drawn / step)
        _, bits = fitted_tightness(numbers, TRELLIS)
        return bits, ((drawn - step * numbers * _shrinkage(drawn / step, numbers)) ** 2).mean(axis=0)

    return law


def _shrinkage(scaled: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """By which factor each column of whole numbers comes nearest to what was rounded."""
    squares = np.einsum("ik,ik->k", numbers, numbers).astype(float)
    return np.einsum("ik,ik->k", scaled, numbers) / np.maximum(squares, 1)


# Compressing.


class _Inside(NamedTuple):
    """What a file holds: a row a coordinate, the axes if they are kept, its bytes, and how long two sections are."""

    parts: np.ndarray
    axes: np.ndarray | None
    content: bytes
    word_list: int
    coded: int


@dataclass(frozen=True, eq=False)
class CompressedVectors:
    r"""Word vectors in few bytes; :func:`compress` makes them, :meth:`load` reads them.

    Attributes
    ----------
    words : tuple of str, length V
    numbers : ndarray of int, shape (V, d)
        Multiples of the step, coordinate by coordinate.
    step : float
        The step :math:`\Delta`.
    unit : bool
        Whether vectors were scaled to length 1 first.
    quantiser : str
        ``"rounding"`` or ``"trellis"``.
    error : float
        Root mean square, over the words, of the length of the error.
    largest_error : float
        Of the word that came off worst, measured.
    discarded : float
        Length of the longest part that was left out with the weakest directions.

    Notes
    -----
    Introduced in chapter *compression*.

    Examples
    --------
    >>> import tempfile
    >>> from w2vlib import load_wikipedia_sgns
    >>> small = compress(load_wikipedia_sgns(1000), bytes_per_word=25)
    >>> small
    CompressedVectors(1,000 words, ...)
    >>> bool(small.largest_error <= small.bound), small.bytes_per_word <= 25
    (True, True)
    >>> path = Path(tempfile.mkdtemp()) / "vectors.w2c"
    >>> small.save(path)
    >>> CompressedVectors.load(path).embedding().neighbours("king", 1)[0][0]
    'prince'
    """

    words: tuple[str, ...]
    numbers: np.ndarray
    step: float
    unit: bool
    quantiser: str
    error: float
    largest_error: float
    discarded: float
    _inside: _Inside

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return (
            f"CompressedVectors({len(self):,} words, {self.d} dimensions, {self.bytes_per_word:.2f} bytes a word, "
            f"error {self.error:.3f}, at most {self.largest_error:.3f})"
        )

    @property
    def d(self) -> int:
        """How many directions are kept."""
        return self.numbers.shape[1]

    @property
    def bytes_per_word(self) -> float:
        """Bytes of the file for each word, all counted but the list of words."""
        return (len(self._inside.content) - self._inside.word_list) / len(self)

    @property
    def word_list_bytes(self) -> int:
        """Bytes of the list of words, compressed."""
        return self._inside.word_list

    @property
    def bits(self) -> float:
        """Bits that a word's numbers take, coded: all but the head of the file and the tables in it."""
        return 8 * self._inside.coded / len(self)

    @property
    def bound(self) -> float:
        r"""What no word's error exceeds, known without a look at any vector.

        .. math:: \sqrt{\Delta^2\Bigl(h\sqrt d + \sqrt{\textstyle\sum_k (1-\gamma_k)^2 r_k^2}\Bigr)^2 + c^2},

        with the largest number :math:`r_k` of coordinate k, the longest part left out :math:`c`, and
        :math:`h = \frac12` for rounding, 1 for the trellis.
        """
        half = 0.5 if self.quantiser == "rounding" else 1.0
        pulled = np.linalg.norm(
            (1 - self._inside.parts["shrinkage"].astype(float)) * self._inside.parts["reach"]
        )
        return float(np.hypot(self.step * (half * np.sqrt(self.d) + pulled), self.discarded)) * (1 + 1e-6)

    def embedding(self) -> Embedding:
        """The vectors read back: along their own principal axes, or along those they had if these were kept."""
        return Embedding(
            self.words, frozen(_read_back(self.numbers, self.step, self._inside.parts, self._inside.axes))
        )

    @checked
    def save(self, path: str | Path) -> None:
        """Write the file whole or not at all."""
        replace_file(path, self._inside.content)

    @classmethod
    @checked
    def load(cls, path: str | Path) -> CompressedVectors:
        """Read a file that :meth:`save` wrote.  Every byte of it is checked, and nothing is ever unpickled.

        Raises
        ------
        ValueError
            If it is no such file, is damaged or cut off, or promises more than it holds.
        """
        return _loaded(path)


def _read_back(numbers, step, parts, axes) -> np.ndarray:
    found = numbers * (step * parts["shrinkage"].astype(float)) + (0 if axes is not None else parts["mean"])
    if axes is None:
        return found
    with limited_threads(len(found)):
        return (found + parts["mean"]) @ axes.T.astype(float)


@checked
def compress(
    embedding: Embedding,
    bytes_per_word: float,
    d: int | None = None,
    quantiser: str = "trellis",
    unit: bool = True,
    keep_axes: bool = False,
) -> CompressedVectors:
    r"""Return word vectors in so many bytes a word, with the error that this costs.

    Vectors are turned to their principal axes, the weakest of which are left out.
    What is left is rounded to multiples of one common step, and coded with few bits
    where few numbers are likely: so each direction gets the bits that reverse
    water-filling gives it (:func:`rate_distortion`).

    Parameters
    ----------
    embedding : Embedding
        Any vectors.
    bytes_per_word : float
        What a word may take at most: all of the file but the list of words, divided by
        the number of words.
    d : int, optional
        How many directions to keep.  By default as many as keep the inner
        products of the words best, foretold from the strengths of the directions.
    quantiser : {"trellis", "rounding"}
        The trellis rounds all coordinates of a word together, which saves about
        a seventh of a bit for each; a word is then off by up to twice as many half steps.
    unit : bool
        Scale vectors to length 1 first, as cosines want it.  Else lengths are kept.
    keep_axes : bool
        Keep the axes that the vectors had, which costs 4·d bytes for each of them.
        Without, vectors are read back along their principal axes: turned, with the
        same inner products.

    Returns
    -------
    CompressedVectors

    Raises
    ------
    ValueError
        If a number is out of range, the vectors are all the same, or the head of
        the file alone takes more bytes.

    Notes
    -----
    A trellis for vectors: Marcellin and Fischer (1990); coded by entropy: Fischer and Wang (1992).
    Introduced in chapter *compression*.

    Examples
    --------
    >>> from w2vlib import load_wikipedia_sgns
    >>> vectors = load_wikipedia_sgns(2000)
    >>> for size in (16, 32):
    ...     small = compress(vectors, size)
    ...     print(small.d, round(small.error, 2), small.embedding().analogy("man", "king", "woman")[0][0])
    52 0.6 marriage
    97 0.45 queen
    """
    whole_number("words", len(embedding), 2)
    bytes_per_word = positive_number("bytes_per_word", bytes_per_word)
    trellis = _QUANTISERS[one_of("quantiser", quantiser, _QUANTISERS)]
    turned = _Turned(embedding, unit)
    size, axes_bytes = len(embedding), 4 * embedding.vectors.shape[1] if keep_axes else 0
    d = _kept(turned, d, size, bytes_per_word, quantiser, axes_bytes)
    coordinates, mean = turned.coordinates[:, :d], turned.mean[:d]
    bits = _bits(bytes_per_word, size, d, axes_bytes)
    finest = float(np.abs(coordinates).max()) / (MOST // 2 - 4)  # of steps that the format can express
    step = max(_step(coordinates[:: -(-size // _SAMPLE)], bits, quantiser), finest)
    word_list = lzma.compress(json.dumps(embedding.words, ensure_ascii=False).encode(), lzma.FORMAT_XZ)
    outside = turned.left_out(d)
    axes = turned.axes[:, :d].astype("<f4") if keep_axes else None
    for _ in range(20):
        numbers = trellis.numbers(coordinates / step)
        tightness, spent = fitted_tightness(numbers, trellis)
        excess = spent.sum() - bits
        if excess <= 0.02:
            parts = np.zeros(d, _PART)
            parts["mean"], parts["tightness"] = mean, tightness
            parts["shrinkage"] = _shrinkage(coordinates / step, numbers)
            parts["reach"] = np.abs(numbers).max(axis=0)
            found = _read_back(numbers, step, parts, axes)
            if axes is None:
                errors = np.hypot(np.linalg.norm(found - mean - coordinates, axis=1), outside)
            else:
                errors = np.linalg.norm(found - turned.vectors, axis=1)
            turned_by = (
                0.0 if axes is None else 1e-6 * np.linalg.norm(found, axis=1).max()
            )  # by axes of 32 bits
            description = {
                "words": size, "d": d, "dimensions": len(turned.axes), "quantiser": quantiser, "unit": bool(unit),
                "step": step, "discarded": float(outside.max() + turned_by), "error": float(np.sqrt((errors**2).mean())),
                "largest_error": float(errors.max() * (1 + 1e-9)),
            }  # fmt: skip
            sections = [word_list, parts.tobytes(), b"" if axes is None else axes.tobytes()]
            sections.append(encoded(numbers, parts["tightness"], parts["reach"], trellis))
            content = _written(description, sections)
            excess = 8 * ((len(content) - len(word_list)) / size - bytes_per_word)
            if excess <= 0:
                return _made(embedding.words, description, numbers, parts, axes, content, sections)
        step *= 2 ** ((excess + 0.02) / max(1, np.count_nonzero(numbers.any(axis=0))))
    raise _too_few(bytes_per_word, _head(size, d, axes_bytes) / size, d, size)


def _too_few(bytes_per_word: float, least: float, d: int, size: int) -> ValueError:
    return ValueError(
        f"bytes_per_word must be larger, not {bytes_per_word:g}: with {size:,} words and d = {d} "
        f"the head of the file alone takes {least:.3g}"
    )


class _Turned:
    """Vectors along their principal axes, less their mean."""

    def __init__(self, embedding: Embedding, unit: bool):
        vectors = embedding.unit if unit else embedding.vectors
        largest = float(np.abs(vectors).max(initial=0))
        if not 1e-100 < largest < 1e100:
            raise ValueError(
                f"the vectors are all the same, or too large or too small to be squared: their largest number is {largest:g}; "
                "scale them, or compress them with unit=True"
            )
        with limited_threads(len(vectors)):
            _, axes = np.linalg.eigh(vectors.T @ vectors)
            axes = axes[:, ::-1]
            axes = axes * signs_of_columns(axes)
            whole = vectors @ axes
        if whole.var(axis=0).max() < 1e-14 * (whole**2).mean(axis=0).max():
            raise ValueError("the vectors are all the same; give vectors that tell words apart")
        mean = whole.mean(axis=0).astype("<f4").astype(float)
        values = ((whole - mean) ** 2).mean(axis=0)
        kept = max(1, int(np.flatnonzero(values > 1e-12 * values.max())[-1]) + 1)
        self.vectors, self.axes, self.mean, self.whole = vectors, axes[:, :kept], mean[:kept], whole
        self.coordinates = whole[:, :kept] - self.mean
        self.values = np.maximum(values[:kept], 1e-12 * values.max())

    def left_out(self, d: int) -> np.ndarray:
        """Length of each word's part outside the first d axes."""
        return np.linalg.norm(self.whole[:, d:], axis=1)


def _head(size: int, d: int, axes_bytes: int) -> float:
    """Bytes of a file beside words and coded numbers; a guess at the length of the description."""
    return 330 + d * (_PART.itemsize + axes_bytes) + 8 * lanes_for(size)


def _bits(bytes_per_word: float, size: int, d: int, axes_bytes: int) -> float:
    """How many bits a word has for its numbers; more than are of use are not promised."""
    return min(8 * (bytes_per_word - _head(size, d, axes_bytes) / size), 20.0 * d)


def _kept(
    turned: _Turned, d: int | None, size: int, bytes_per_word: float, quantiser: str, axes_bytes: int
) -> int:
    """How many directions are kept: so many as are asked for, or as keep inner products best."""
    values = turned.values
    if d is not None:
        d = whole_number("d", d, most=len(values), because=f"; these vectors have {len(values)} directions")
    tried = np.unique(np.geomspace(1, len(values), 60).astype(int)) if d is None else [d]
    law, best, most = "ideal" if quantiser == "trellis" else quantiser, 0, -1.0
    for number in map(int, tried):
        bits = _bits(bytes_per_word, size, number, axes_bytes)
        if bits <= 0:
            break
        found = rate_distortion(values[:number], bits, law)
        products = float(((found.values - found.errors) ** 2).sum())
        if products > most:
            best, most = number, products
    if not best:
        least = d or 1
        raise _too_few(bytes_per_word, _head(size, least, axes_bytes) / size, least, size)
    return best


def _step(coordinates: np.ndarray, bits: float, quantiser: str) -> float:
    """The step with which words take about so many bits, found by secants from the one foretold."""
    trellis, values = _QUANTISERS[quantiser], coordinates.var(axis=0)
    start = rate_distortion(np.maximum(values, 1e-12 * values.max()), bits, "rounding").step
    place, slope, before = np.log2(start / trellis.spacing), -float(len(values)), None
    for _ in range(12):
        numbers = trellis.numbers(coordinates / 2.0**place)
        if np.abs(numbers).max() >= MOST:
            break
        spent = float(fitted_tightness(numbers, trellis)[1].sum())
        if abs(spent - bits) < 0.03:
            break
        if before and before[0] != place:
            slope = min((spent - before[1]) / (place - before[0]), -0.01)
        before = place, spent
        place += float(np.clip((bits - spent) / slope, -2, 2))
    return float(2.0**place)


# The file.


def _written(description: dict, sections: list[bytes]) -> bytes:
    description = description | {"sections": [len(section) for section in sections]}
    return sealed(_KIND, _VERSION, description, b"".join(sections))


def _made(
    words, description: dict, numbers, parts, axes, content: bytes, sections: list[bytes]
) -> CompressedVectors:
    told = {
        name: description[name]
        for name in ("step", "unit", "quantiser", "error", "largest_error", "discarded")
    }
    return CompressedVectors(
        tuple(words), frozen(numbers.astype(np.int16)), **told,
        _inside=_Inside(frozen(parts), axes, content, len(sections[0]), len(sections[-1])),
    )  # fmt: skip


def _loaded(path: str | Path) -> CompressedVectors:
    data = whole_content(path)
    _, text, rest = unsealed(path, data, _KIND, _VERSION)
    try:
        return _understood(text, rest, data)
    except (
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
        lzma.LZMAError,
        EOFError,
        OverflowError,
    ) as error:
        raise ValueError(f"{path} holds no compressed vectors: its description is wrong ({error})") from None


def _understood(text: bytes, rest: bytes, data: bytes) -> CompressedVectors:
    """What a file says, whose bytes are all as they were written: by a program that may mean ill."""
    description = json.loads(text)
    size, d = (whole_number(name, description[name], most=2**31) for name in ("words", "d"))
    dimensions = whole_number("dimensions", description["dimensions"], 1, 2**31)
    most = most_unpacked(len(data))
    if 8 * size * max(d, dimensions) > most:
        raise ValueError(f"{size:,} words of {max(d, dimensions):,} dimensions are more than it can hold")
    for name in ("step", "error", "largest_error", "discarded"):
        finite_number(name, description[name], 0)
    positive_number("step", description["step"])
    one_of("quantiser", description["quantiser"], _QUANTISERS)
    if not isinstance(description["unit"], bool):
        raise ValueError(f"unit must be true or false, not {description['unit']!r:.80}")
    lengths = [whole_number("bytes of a section", length, 0) for length in description["sections"]]
    if len(lengths) != 4 or sum(lengths) != len(rest):
        raise ValueError("its sections are not those that it lists")
    if lengths[1] != d * _PART.itemsize or lengths[2] not in (0, 4 * d * dimensions):
        raise ValueError(f"its coordinates or axes are not those of {d} directions")
    ends = np.cumsum([0, *lengths]).tolist()
    word_list, parts, axes, coded = (rest[begin:end] for begin, end in zip(ends, ends[1:]))
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=2**28)
    listed = unpacker.decompress(word_list, most)
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("its list of words does not unpack")
    words = json.loads(listed)
    if not isinstance(words, list):
        raise ValueError("it has no list of words")
    words = ready_words(words)
    if len(words) != size:
        raise ValueError(f"it lists {len(words):,} words and promises {size:,}")
    parts = np.frombuffer(parts, _PART)
    for name in ("mean", "tightness", "shrinkage"):
        if not np.isfinite(parts[name]).all():
            raise ValueError(f"the {name} of a coordinate is not finite")
    tightness, reach = parts["tightness"].astype(float), parts["reach"].astype(int)
    if not ((tightness > 0) & (tightness < 1)).all() or reach.max() >= MOST // 2:
        raise ValueError("a coordinate has no bell curve")
    numbers = decoded(coded, size, tightness, reach, _QUANTISERS[description["quantiser"]])
    axes = np.frombuffer(axes, "<f4").reshape(dimensions, d) if axes else None
    if axes is not None and not np.isfinite(axes).all():
        raise ValueError("its axes are not finite")
    return _made(words, description, numbers, parts, axes, data, [word_list, coded])


# What it will be worth.


@checked
def foretold(
    embedding: Embedding,
    bytes_per_word: float,
    d: int | None = None,
    quantiser: str = "trellis",
    unit: bool = True,
    rng: int | np.random.Generator = 0,
) -> Embedding:
    r"""Return vectors as good as :func:`compress` would leave them, without compressing any.

    Each kept coordinate, less its mean, becomes

    .. math:: \Bigl(1 - \frac{D_k}{v_k}\Bigr) x_k + \sqrt{D_k\Bigl(1 - \frac{D_k}{v_k}\Bigr)}\;\varepsilon,
        \qquad \varepsilon \sim \mathcal N(0, 1),

    with the errors :math:`D_k` that :func:`rate_distortion` foretells from the strengths
    :math:`v_k`.  What these vectors are good for, compressed ones should be.

    Parameters
    ----------
    embedding, bytes_per_word, d, quantiser, unit
        As for :func:`compress`.
    rng : int or numpy.random.Generator
        For the noise.

    Returns
    -------
    Embedding
        Along the principal axes.

    Raises
    ------
    ValueError
        As :func:`compress`.

    Notes
    -----
    Introduced in chapter *compression*.

    Examples
    --------
    >>> from w2vlib import load_wikipedia_sgns
    >>> vectors = load_wikipedia_sgns(2000)
    >>> noisy, small = foretold(vectors, 25), compress(vectors, 25)
    >>> [round(one.similarity("king", "queen"), 1) for one in (noisy, small.embedding())]
    [0.7, 0.7]
    """
    quantiser, rng = one_of("quantiser", quantiser, _QUANTISERS), generator(rng)
    bytes_per_word, size = positive_number("bytes_per_word", bytes_per_word), len(embedding)
    turned = _Turned(embedding, unit)
    d = _kept(turned, d, size, bytes_per_word, quantiser, 0)
    law = rate_distortion(turned.values[:d], _bits(bytes_per_word, size, d, 0), quantiser)
    share = 1 - law.errors / law.values
    noise = rng.standard_normal((size, d)) * np.sqrt(law.errors * share)
    return Embedding(embedding.words, frozen(turned.coordinates[:, :d] * share + noise + turned.mean[:d]))
