"""Words and their vectors: neighbours, analogies, the words at the ends of a direction, files of vectors."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ._common.arguments import check_kind, checked
from ._common.arrays import frozen, own
from ._common.threads import limited_threads
from ._common.validate import one_of, real_array, whole_number
from ._vector_files import read_binary, read_npz, read_text, write_binary, write_npz, write_text
from .words import WordIndex

__all__ = ["Embedding", "frequency_fair"]


@dataclass(frozen=True, eq=False)
class Embedding:
    """Words and their vectors.

    Attributes
    ----------
    words : tuple of str, length V
    vectors : ndarray of float64, shape (V, d)
        One row a word; its own, which cannot be written to.

    Raises
    ------
    ValueError
        On creation, if there is not one finite row for each word, a word is no
        string, or stands twice.

    Notes
    -----
    Introduced in chapter *words-as-vectors*.

    Examples
    --------
    >>> plane = Embedding(("man", "woman", "king", "queen"),
    ...                   np.array([[1., 0.], [0., 1.], [2., 1.], [1., 2.]]))
    >>> plane.analogy("man", "king", "woman")
    [('queen', 0.859...)]
    >>> plane.block(["king", "queen"])
    array([[5., 4.],
           [4., 5.]])
    """

    words: tuple[str, ...]
    vectors: np.ndarray
    index: WordIndex = field(init=False, repr=False)

    def __post_init__(self):
        check_kind("words", self.words, "tuple")
        object.__setattr__(self, "words", tuple(self.words))
        object.__setattr__(self, "index", WordIndex(self.words))
        object.__setattr__(self, "vectors", _rows(self.vectors, len(self.words)))
        if not np.isfinite(self.vectors).all():
            row = int(np.flatnonzero(~np.isfinite(self.vectors).all(axis=1))[0])
            raise ValueError(f"the vector of {self.words[row]!r} holds NaN or infinity")

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return f"Embedding({len(self):,} words, {self.vectors.shape[1]} dimensions)"

    def __contains__(self, word: str) -> bool:
        return word in self.index

    def __getitem__(self, word: str) -> np.ndarray:
        """The vector of a word."""
        return self.vectors[self.index[word]]

    @functools.cached_property
    def unit(self) -> np.ndarray:
        """The vectors scaled to length 1, shape (V, d); zero vectors stay zero."""
        largest = np.maximum(
            self.vectors.max(axis=1, keepdims=True, initial=0),
            -self.vectors.min(axis=1, keepdims=True, initial=0),
        )
        scaled = np.ldexp(self.vectors, -np.frexp(largest)[1])  # exact; squares neither overflow nor vanish
        lengths = np.linalg.norm(scaled, axis=1, keepdims=True)
        return frozen(np.divide(scaled, np.where(lengths > 0, lengths, 1), out=scaled))

    def similarity(self, first: str, second: str) -> float:
        """The cosine between two words' vectors; 0 if one of them is zero."""
        one, other = self.unit[self.index[first]], self.unit[self.index[second]]
        if np.array_equal(one, other):
            return float(one.any())  # 1 without rounding
        return max(-1.0, min(1.0, float(one @ other)))

    @limited_threads()
    def neighbours(self, word: str, n: int = 10) -> list[tuple[str, float]]:
        """The `n` words whose vectors have the largest cosine with that of `word`."""
        n = whole_number("n", n, 0)
        row = self.index[word]
        return self._best(self.unit @ self.unit[row], [row], n)

    @limited_threads()
    def analogy(self, a: str, b: str, c: str, n: int = 1) -> list[tuple[str, float]]:
        r"""Answer "`a` is to `b` as `c` is to …" with the `n` best words.

        .. math:: \arg\max_{v \notin \{a, b, c\}} \hat w_v \cdot (\hat w_b - \hat w_a + \hat w_c)

        over unit vectors; the scores are divided by the length of the sum, so
        they are cosines.
        """
        n = whole_number("n", n, 0)
        rows = [self.index[word] for word in (a, b, c)]
        aim = self.unit[rows[1]] - self.unit[rows[0]] + self.unit[rows[2]]
        return self._best(self.unit @ (aim / max(np.linalg.norm(aim), 1e-300)), rows, n)

    def _best(self, scores: np.ndarray, excluded: Sequence[int], n: int) -> list[tuple[str, float]]:
        scores[list(excluded)] = -np.inf
        order = np.argsort(-scores, kind="stable")[: min(n, len(scores) - len(set(excluded)))]
        return [(self.words[i], max(-1.0, min(1.0, float(scores[i])))) for i in order]

    def leading(self, d: int) -> Embedding:
        """Return the same words with the first `d` coordinates only."""
        d = whole_number("d", d, most=self.vectors.shape[1])
        return Embedding(self.words, self.vectors[:, :d])

    def ends(
        self, direction: int, n: int = 8, rule: str = "coordinate", neighbours: int = 200
    ) -> tuple[list[str], list[str]]:
        """Return the words that lie farthest out along a coordinate, at either end.

        Parameters
        ----------
        direction : int
            Which coordinate, counted from 0.
        n : int
            How many words at each end.
        rule : {"coordinate", "fair"}
            Farthest out by the coordinate itself, or by comparison with the words
            that are about as frequent, :func:`frequency_fair`, so that rare words
            do not fill every end.
        neighbours : int
            How many words the fair rule compares with.

        Returns
        -------
        positive, negative : list of str
            Outermost first.

        Raises
        ------
        ValueError
            If there is no such direction or rule, or as :func:`frequency_fair`.

        Notes
        -----
        Introduced in chapter *words-as-vectors*; the fair rule in chapter *concepts*.

        Examples
        --------
        >>> Embedding(["a", "b", "c"], np.array([[0.1], [-3.0], [2.0]])).ends(0, n=1)
        (['c'], ['b'])
        """
        direction = whole_number("direction", direction, 0, self.vectors.shape[1] - 1)
        n, neighbours = whole_number("n", n, 0), whole_number("neighbours", neighbours, 3)
        places = self.vectors[:, direction]
        if one_of("rule", rule, ("coordinate", "fair")) == "fair":
            places = frequency_fair(places, neighbours)
        order = np.argsort(-places, kind="stable")
        return [self.words[i] for i in order[:n]], [self.words[i] for i in order[::-1][:n]]

    @limited_threads()
    def block(self, words: Iterable[str]) -> np.ndarray:
        """Return the inner products of some words' vectors, in their order, as an array of shape (n, n).

        Raises
        ------
        UnknownWordError
            If a word is missing.
        ValueError
            If a word stands twice.
        """
        rows = self.vectors[self.index.rows(words)]
        return rows @ rows.T

    @checked
    def save_word2vec_text(self, path: str | Path, digits: int = 6, header: bool = True) -> None:
        """Write in word2vec's text format, which gensim, fastText's tools and spaCy read.

        Parameters
        ----------
        path : str or Path
            A name that ends in ``.gz``, ``.bz2`` or ``.xz`` is that of a packed file.
        digits : int
            Significant digits of each number, from 1 to 17; 17 keep every bit.
        header : bool
            Whether the first line is "words dimensions".  Programs for files of
            GloVe expect no such line: False.

        Raises
        ------
        ValueError
            If a word holds a space, a tab, a line feed or a NUL character, which
            the format cannot express; nothing is written then.
        """
        write_text(path, self.words, self.vectors, digits, header)

    @classmethod
    @checked
    def load_word2vec_text(cls, path: str | Path, header: bool = True) -> Embedding:
        """Read a file in word2vec's text format, as :meth:`save_word2vec_text` and other programs write it.

        A word is what stands before the first space or tab of a line; other
        white space belongs to it.  Blanks at the ends of lines and empty lines
        at the end of the file are passed over.

        Parameters
        ----------
        path : str or Path
            Unpacked on the way if the name ends in ``.gz``, ``.bz2`` or ``.xz``.
        header : bool
            Whether the first line is "words dimensions".  Files of GloVe have no
            such line: False.

        Raises
        ------
        ValueError
            If the first line is not "words dimensions", or a line does not fit it,
            is not in UTF-8, repeats a word or holds what is no finite number; the
            message names file and line.

        Examples
        --------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "vectors.txt.gz"
        >>> Embedding(("a", "b"), np.array([[1.0, 2.0], [3.0, 0.5]])).save_word2vec_text(path)
        >>> Embedding.load_word2vec_text(path)["b"]
        array([3. , 0.5])
        """
        return cls(*read_text(path, header))

    @checked
    def save_word2vec_binary(self, path: str | Path) -> None:
        """Write in word2vec's binary format, numbers rounded to 32 bits, as word2vec itself does.

        Raises
        ------
        ValueError
            If a word holds a space or a line feed, which the format cannot
            express, or a number is too large for 32 bits; nothing is written then.
        """
        write_binary(path, self.words, self.vectors)

    @classmethod
    @checked
    def load_word2vec_binary(cls, path: str | Path) -> Embedding:
        """Read a file in word2vec's binary format, as :meth:`save_word2vec_binary`, word2vec and gensim write it.

        The file is unpacked on the way if its name ends in ``.gz``, ``.bz2`` or ``.xz``.

        Raises
        ------
        ValueError
            If the file holds more or fewer words than its first line promises, or
            a word twice, one that is not in UTF-8, or one whose vector is not finite.

        Examples
        --------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "vectors.bin"
        >>> Embedding(("a", "b"), np.array([[1.0, 2.0], [3.0, 0.5]])).save_word2vec_binary(path)
        >>> Embedding.load_word2vec_binary(path)["b"]
        array([3. , 0.5])
        """
        return cls(*read_binary(path))

    @checked
    def save_npz(self, path: str | Path) -> None:
        """Write the arrays ``words`` (text) and ``vectors`` (every bit) to a file that ``numpy.load`` reads.

        Nothing in it has to be unpickled.

        Raises
        ------
        ValueError
            If a word ends in a NUL character, which NumPy would drop; nothing is
            written then.
        """
        write_npz(path, self.words, self.vectors)

    @classmethod
    @checked
    def load_npz(cls, path: str | Path) -> Embedding:
        """Read a file of the arrays ``words`` and ``vectors``.  Nothing in it is ever unpickled.

        Raises
        ------
        ValueError
            If the file does not hold both, or is damaged, or there is not one
            finite row for each word.

        Examples
        --------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "vectors.npz"
        >>> Embedding(("a", "b"), np.array([[1.0, 2.0], [3.0, 0.5]])).save_npz(path)
        >>> Embedding.load_npz(path)["b"]
        array([3. , 0.5])
        """
        words, vectors = read_npz(path)
        try:
            return cls(words, vectors)
        except ValueError as error:
            raise ValueError(f"{path} holds no word vectors: {error}") from None

    def to_gensim(self):
        """Return the same vectors as gensim's ``KeyedVectors`` (needs gensim)."""
        try:
            from gensim.models import KeyedVectors
        except ImportError:
            raise ModuleNotFoundError(
                "KeyedVectors come from gensim, which is not installed: pip install gensim, or write a file "
                "that it reads, with save_word2vec_text or save_word2vec_binary",
                name="gensim",
            ) from None
        vectors = KeyedVectors(self.vectors.shape[1])
        vectors.add_vectors(list(self.words), self.vectors.astype(np.float32))
        return vectors


def _rows(given: np.ndarray, size: int) -> np.ndarray:
    """Vectors of `size` words, as an array that nobody can write to."""
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError("vectors must be a matrix; these are rows of different lengths") from None
    if array.dtype.kind not in "biuf" and array.size:
        raise ValueError(f"vectors must be real numbers, not of type {array.dtype}")
    if array.ndim != 2 or len(array) != size:
        raise ValueError(
            f"vectors must have one row for each of the {size} words, not the shape {array.shape}"
        )
    return own(given, np.float64)


@checked
def frequency_fair(vectors: np.ndarray, neighbours: int = 200) -> np.ndarray:
    r"""Return how far out each word lies, compared with the words that are about as frequent.

    .. math:: z_{ik} = \frac{x_{ik} - \operatorname{med}_{j \in N(i)} x_{jk}}
                           {1.483 \operatorname{med}_{j \in N(i)} |x_{jk} - \operatorname{med}|}

    with the words N(i) whose rows are nearest to row i.

    Parameters
    ----------
    vectors : ndarray of shape (V, d), or (V,)
        Rows in the order of the words' frequency, as everything in this package
        has them.
    neighbours : int
        How many words to compare with, the word itself included: 3 or more; all
        where there are fewer.

    Returns
    -------
    ndarray of the shape of `vectors`
        In units of the neighbours' spread, which for a bell curve is its
        standard deviation.

    Raises
    ------
    ValueError
        If `neighbours` is below 3, or an entry is not finite.

    Notes
    -----
    Of windows that differ by less than a twentieth of their words one is
    computed.  Introduced in chapter *concepts*.

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal(300) * np.geomspace(1, 20, 300)  # rare words lie far out
    >>> x[50] = 9.0
    >>> bool(np.abs(x).argmax() >= 150), int(np.abs(frequency_fair(x, neighbours=100)).argmax())
    (True, 50)
    """
    vectors = real_array("vectors", vectors)
    neighbours = whole_number("neighbours", neighbours, 3)
    if vectors.ndim not in (1, 2) or not len(vectors):
        raise ValueError(f"vectors must be finite, one row a word, not an array of shape {vectors.shape}")
    size = len(vectors)
    width = min(neighbours, size)
    step = max(1, width // 20)  # windows that nearly coincide are computed once
    first = np.clip(np.arange(size) - width // 2, 0, size - width)  # of the words that row i is compared with
    window = np.minimum((first + step // 2) // step, (size - width) // step)
    columns = vectors.reshape(size, -1)
    fair = np.empty_like(columns)
    for k, x in enumerate(columns.T):
        windows = np.lib.stride_tricks.sliding_window_view(x, width)[::step]
        median = np.median(windows, axis=1)
        spread = 1.483 * np.median(np.abs(windows - median[:, None]), axis=1)
        smallest = 1e-9 * max(np.abs(x).max(), 1e-300)  # where more than half of the neighbours are equal
        fair[:, k] = (x - median[window]) / np.maximum(spread, smallest)[window]
    return fair.reshape(vectors.shape)
