"""Everything word2vec hears of a corpus: words, counts, and what follows from them."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse

from ._cluster import TextOnCluster
from ._common.arguments import check_kind, checked
from ._common.arrays import frozen, own
from ._common.sparse import in_rows, is_constant, row_sums
from ._common.threads import in_threads
from ._common.validate import one_of, whole_array, whole_number
from ._one_pass import NumberedText
from ._statistics_file import read, write
from ._statistics_sums import (
    added,
    added_counts,
    holding,
    kept,
    subtracted,
    subtracted_counts,
    subtracted_number,
)
from .corpus import (
    CHUNK_TOKENS,
    Corpus,
    EncodedText,
    FewWordsError,
    Vocabulary,
    build_vocabulary,
    check_same_text,
    checked_size,
    encode_in_chunks,
    most_frequent_words,
    read_at_once,
)
from .counting import BACKENDS, checked_window, cooccurrence_counts
from .words import WordIndex, check_words, ready_words

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["CorpusStatistics", "count_corpus", "count_like"]

_TILE = 256  # rows and columns compared at a time, for symmetry
_DENSE = 10_000  # words up to which all pairs are kept, unless it is said otherwise


@dataclass(frozen=True, eq=False)
class CorpusStatistics:
    r"""Co-occurrence counts of a corpus and what is known of their making.

    Attributes
    ----------
    words : tuple of str, length V
        The vocabulary, most frequent first.
    counts : ndarray of integers, or scipy.sparse.csr_array, shape (V, V)
        Symmetric, distance-weighted counts :math:`C`.  A copy of what was given,
        which cannot be written to; small types are widened to at least 32 bits.
        A sparse matrix holds the pairs that met, rows and columns alike, in order.
    occurrences : ndarray of int64, shape (V,)
        How often each word occurs in the corpus; a copy, too.
    window : int
        The reach L of the window, in words.
    weighting : {"linear", "harmonic", "flat"}
        How the weight falls with distance.
    oov : {"drop", "gap"}
        What became of words outside the vocabulary.
    n_tokens, n_documents : int
        Size of the corpus, words outside the vocabulary included.
    source : str
        Where the text came from, in words.

    Raises
    ------
    ValueError
        On creation, if the shapes disagree, or the counts are not whole,
        negative, NaN or asymmetric (the message names the cell), if a word is
        no string, or a number no whole number.

    Notes
    -----
    Introduced in chapter *counting*.

    Examples
    --------
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=1)
    >>> stats.words
    ('a', 'b', 'c')
    >>> stats.count("a", "b")
    2
    >>> float(stats.P.sum())
    1.0
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "small.w2v"
    >>> stats.save(path)
    >>> CorpusStatistics.load(path)
    CorpusStatistics(3 words, window 1 linear, 5 tokens in 2 documents)
    """

    words: tuple[str, ...]
    counts: np.ndarray | scipy.sparse.csr_array
    occurrences: np.ndarray
    window: int
    weighting: str = "linear"
    oov: str = "drop"
    n_tokens: int = 0
    n_documents: int = 0
    source: str = ""
    index: WordIndex = field(init=False, repr=False)

    def __post_init__(self):
        check_kind("words", self.words, "tuple")
        object.__setattr__(self, "words", tuple(self.words))
        object.__setattr__(self, "index", WordIndex(self.words))
        object.__setattr__(self, "window", checked_window(self.window, self.weighting))
        one_of("oov", self.oov, ("drop", "gap"))
        for name in ("n_tokens", "n_documents"):
            object.__setattr__(self, name, whole_number(name, getattr(self, name), 0))
        object.__setattr__(self, "source", _text(self.source))
        object.__setattr__(self, "counts", _own_counts(self.counts, len(self.words)))
        occurrences = whole_array("occurrences", self.occurrences)
        if occurrences.shape != (len(self.words),):
            raise ValueError(
                f"occurrences must hold one number for each of the {len(self.words)} words, "
                f"not have the shape {occurrences.shape}"
            )
        object.__setattr__(self, "occurrences", own(self.occurrences, np.int64))

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return (
            f"CorpusStatistics({len(self.words):,} words, window {self.window} {self.weighting}, "
            f"{self.n_tokens:,} tokens in {self.n_documents:,} documents)"
        )

    @property
    def sparse(self) -> bool:
        """Whether only the counts of pairs that met are kept."""
        return scipy.sparse.issparse(self.counts)

    @functools.cached_property
    def total(self) -> int:
        """The sum of all counts, as an exact integer."""
        return sum(_row_sums(self.counts))

    @property
    def P(self) -> np.ndarray:
        r"""Joint distribution :math:`P_{ij} = C_{ij} / \sum C`, shape (V, V); computed anew each time."""
        check_dense("P", self)
        return self.counts / float(self.total)

    @functools.cached_property
    def p(self) -> np.ndarray:
        r"""Marginal :math:`p_i = \sum_j P_{ij}`, shape (V,); close to the word's frequency, not equal to it."""
        return frozen(np.array(_row_sums(self.counts), np.float64) / float(self.total))

    def count(self, first: str, second: str) -> int:
        """The count of a pair of words, in units of the weight (see :func:`~w2vlib.counting.window_weights`)."""
        return int(self.counts[self.index[first], self.index[second]])

    def first(self, size: int) -> CorpusStatistics:
        """Return the statistics restricted to the `size` most frequent words.

        This keeps a corner of the matrix.  Counting again with the smaller
        vocabulary gives slightly larger counts where `oov` is ``"drop"``: words
        that leave the vocabulary then make room in the windows, and pairs
        farther apart than `window` move into reach.  With ``"gap"`` both agree.

        Raises
        ------
        ValueError
            If `size` is less than 1 or more than there are words.

        Examples
        --------
        >>> count_corpus([["a", "b", "a"], ["b", "c"]], window=1).first(2).words
        ('a', 'b')
        """
        size = whole_number("size", size, most=len(self), because=", as the vocabulary has no more words")
        corner = self.counts[:size, :size]
        return replace(
            self,
            words=self.words[:size],
            counts=kept(corner if self.sparse else corner.copy()),  # the whole need not be kept
            occurrences=frozen(self.occurrences[:size].copy()),
        )

    def seen(self) -> CorpusStatistics:
        """Return the statistics restricted to the words that stand near another, which a target needs of each.

        A corpus that others were taken from may hold words no more.  As with
        :meth:`first`, this keeps a part of the matrix.

        Raises
        ------
        ValueError
            If there is no such word.

        Examples
        --------
        >>> count_corpus([["a", "b"]], words=["a", "b", "c"]).seen().words
        ('a', 'b')
        """
        rows = np.flatnonzero(_row_sums(self.counts))
        if len(rows) == len(self):
            return self
        if not len(rows):
            raise ValueError("no word stands near another in these statistics; count more text")
        part = self.counts[rows][:, rows]
        return replace(
            self,
            words=tuple(self.words[row] for row in rows),
            counts=kept(in_rows(part) if self.sparse else part),
            occurrences=frozen(self.occurrences[rows]),
        )

    def dense(self) -> CorpusStatistics:
        """Return the same statistics with counts of all pairs, those that never met included.

        Examples
        --------
        >>> count_corpus([["a", "b"]], window=1, sparse=True).dense().counts
        array([[0, 1],
               [1, 0]], dtype=int32)
        """
        return replace(self, counts=frozen(self.counts.toarray())) if self.sparse else self

    def __add__(self, other: CorpusStatistics) -> CorpusStatistics:
        """Statistics of two corpora together, counted with the same vocabulary and window.

        They are dense or sparse as the first is.

        Raises
        ------
        ValueError
            If vocabulary, window, weighting or `oov` differ.
        OverflowError
            If a number would need more than 64 bits.
        """
        if not isinstance(other, CorpusStatistics):
            return NotImplemented
        self._check_alike("added", other)
        return replace(
            self,
            counts=added_counts(self.counts, other.counts),
            occurrences=added("occurrences", self.occurrences, other.occurrences, np.int64),
            n_tokens=self.n_tokens + other.n_tokens,
            n_documents=self.n_documents + other.n_documents,
        )

    def __sub__(self, other: CorpusStatistics) -> CorpusStatistics:
        """Statistics without a part of the corpus: what counting the rest with the same vocabulary gives, to the bit.

        They are dense or sparse as the first is, so ``a + b - b`` is ``a`` again,
        the same numbers of the same type, and the same file.  A word that is left
        without neighbours keeps its row of zeros; `seen` leaves such words out.

        Raises
        ------
        ValueError
            If vocabulary, window, weighting or `oov` differ, or if a count, a
            word's occurrences, or the number of tokens or documents would fall
            below 0: what was not added cannot be taken away.

        Examples
        --------
        >>> text = [["a", "b", "a"], ["b", "c"]]
        >>> stats = count_corpus(text, window=1)
        >>> rest = stats - count_corpus(text[1:], words=stats.words, window=1)
        >>> rest.counts.tolist() == count_corpus(text[:1], words=stats.words, window=1).counts.tolist()
        True
        >>> rest.seen().words
        ('a', 'b')
        """
        if not isinstance(other, CorpusStatistics):
            return NotImplemented
        self._check_alike("taken away", other)
        return replace(
            self,
            n_documents=subtracted_number("documents", self.n_documents, other.n_documents),
            n_tokens=subtracted_number("tokens", self.n_tokens, other.n_tokens),
            occurrences=subtracted("occurs", self.occurrences, other.occurrences, self.words),
            counts=subtracted_counts(self.counts, other.counts, self.words),
        )

    def _check_alike(self, done: str, other: CorpusStatistics) -> None:
        """Raise unless both were counted in the same way."""
        for name in ("words", "window", "weighting", "oov"):
            if getattr(self, name) != getattr(other, name):
                raise ValueError(
                    f"statistics can be {done} only if their {name} agree; count both with the same {name}"
                )

    @checked
    def save(self, path: str | Path) -> None:
        """Write to a file that :meth:`load` reads; the same statistics give the same bytes.

        The file is written under another name and then renamed, so a failure
        (a full disk, an interruption) leaves nothing half-written.

        Raises
        ------
        OSError
            If the file cannot be written; the message names it.
        """
        write(self, path)

    @classmethod
    @checked
    def load(cls, path: str | Path) -> CorpusStatistics:
        """Read a file written by :meth:`save`, checking every byte of it.

        Raises
        ------
        ValueError
            If the file is not one of statistics, is damaged or truncated, or
            was written in a newer format.
        """
        stored = read(path)
        try:
            return cls(**stored)
        except ValueError as error:
            raise ValueError(f"{path} holds no statistics: {error}") from None


def _own_counts(given: np.ndarray | scipy.sparse.sparray, size: int) -> np.ndarray | scipy.sparse.csr_array:
    """Counts that nobody else can write to, found to be whole, symmetric and of the right shape."""
    if is_constant(given):
        _check_shape(given, size)
        return given
    if not scipy.sparse.issparse(given):
        counts = whole_array("counts", given, most=np.iinfo(np.uint64).max)
        _check_counts(counts, size)
        return own(given, holding(int(counts.max(initial=0))))
    _check_shape(given, size)
    given = given.tocoo()
    whole_array("counts", given.data, most=np.iinfo(np.int64).max)
    _check_type(given)
    counts = in_rows(given)
    odd = (counts != counts.T).tocoo()
    if odd.nnz:
        i, j = int(odd.coords[0][0]), int(odd.coords[1][0])
        raise _not_symmetric(i, j, counts[i, j], counts[j, i])
    return kept(counts)


def _row_sums(counts: np.ndarray | scipy.sparse.csr_array) -> list[int]:
    """The sum of each row, exactly."""
    sparse = scipy.sparse.issparse(counts)
    largest = int((counts.data if sparse else counts).max(initial=0))
    if largest * counts.shape[0] <= np.iinfo(np.int64).max:
        return (row_sums(counts) if sparse else counts.sum(axis=1, dtype=np.int64)).tolist()
    return [sum((counts[[i]].data if sparse else counts[i]).tolist()) for i in range(counts.shape[0])]


def _text(source: str | os.PathLike) -> str:
    """Where a text came from, as text."""
    source = os.fspath(source) if isinstance(source, os.PathLike) else source
    try:
        check_words([source])
    except ValueError:
        raise ValueError(f"source must be text that can be written as UTF-8, not {source!r}") from None
    return source


def check_dense(what: str, stats: CorpusStatistics) -> None:
    """Raise ValueError if statistics are sparse, where something needs every pair.

    Examples
    --------
    >>> check_dense("P", count_corpus([["a", "b"]], sparse=True))
    Traceback (most recent call last):
    ...
    ValueError: P needs dense counts, as it has 2 × 2 entries, and these are sparse; take fewer words, and ...
    """
    if stats.sparse:
        raise ValueError(
            f"{what} needs dense counts, as it has {len(stats):,} × {len(stats):,} entries, and these are sparse; "
            "take fewer words, and all their pairs: stats.first(5000).dense(); or use m_star, whose target of sparse "
            "counts is sparse, too"
        )


def _check_shape(counts: np.ndarray, size: int) -> None:
    if counts.shape != (size, size):
        raise ValueError(f"counts must be {size} × {size}, one row a word, not of shape {counts.shape}")
    if size == 0:
        raise ValueError("the vocabulary is empty")


def _check_type(counts: np.ndarray) -> None:
    if counts.dtype.kind == "f":
        raise ValueError(
            f"counts must have an integer type, not {counts.dtype}; convert with astype('int64')"
        )


def _not_symmetric(i: int, j: int, one: int, other: int) -> ValueError:
    return ValueError(
        f"counts must be symmetric, but row {i}, column {j} holds {one} "
        f"and its mirror {other}; add the matrix to its transpose"
    )


def _check_counts(counts: np.ndarray, size: int) -> None:
    _check_shape(counts, size)
    _check_type(counts)
    starts = range(0, size, _TILE)

    def compare(first: int) -> None:
        for second in range(0, first + 1, _TILE):
            rows, columns = slice(first, first + _TILE), slice(second, second + _TILE)
            if not np.array_equal(counts[rows, columns], counts[columns, rows].T):
                i, j = map(int, np.argwhere(counts[rows, columns] != counts[columns, rows].T)[0])
                i, j = sorted((i + first, j + second))
                raise _not_symmetric(i, j, counts[i, j], counts[j, i])

    in_threads(compare, starts)


def count_corpus(
    documents: str | Path | Iterable[Sequence[str]],
    size: int | None = None,
    window: int = 16,
    weighting: str = "linear",
    oov: str = "drop",
    words: Sequence[str] | None = None,
    min_count: int = 1,
    source: str = "",
    backend: str = "auto",
    sparse: bool | None = None,
    client: Client | None = None,
) -> CorpusStatistics:
    """Count a corpus: first its words, then which of them stand near which.

    Parameters
    ----------
    documents : str, Path or iterable of sequences of str
        A path (read as :class:`~w2vlib.corpus.Corpus` reads it), a ``Corpus``,
        or documents as lists of words.  Files are read once where numba is installed;
        all else is gone through twice, for the words and then for the counts.
    size : int, optional
        How many of the most frequent words to keep; all by default.
    window, weighting
        See :func:`~w2vlib.counting.window_weights`.
    oov : {"drop", "gap"}
        What becomes of other words: see :func:`~w2vlib.corpus.encode`.
    words : sequence of str, optional
        A ready vocabulary, in place of the corpus's own; with it `size` and
        `min_count`, which choose one, are not given.
    min_count : int
        Words seen less often are left out.
    source : str
        Where the text came from; kept with the statistics.
    backend : {"auto", "numba", "numpy"}
        The counting kernel.
    sparse : bool, optional
        Whether to keep only the counts of pairs that met; by default beyond 10,000
        words.
    client : distributed.Client, optional
        Count with the workers of a Dask cluster, on one machine or on many, which gives the
        same numbers.  They must see the files by the same names, which ``documents`` then
        has to be.  Each worker holds the counts of a shard of some 32 MB of text, of the
        pairs that meet in it, and a worker that dies costs time and nothing else.

    Returns
    -------
    CorpusStatistics

    Raises
    ------
    MemoryError
        If workers die again and again over the same shard.
    ValueError
        For an empty corpus, a window below 1, a vocabulary larger than the
        corpus has, a document that is no list of words (a string, a set, …), a
        word that is no string; or if the corpus is another one when it is read
        again.

    Notes
    -----
    Introduced in chapter *counting*.

    Examples
    --------
    >>> count_corpus([["a", "b", "a"], ["b", "c"]], window=2).counts
    array([[2, 4, 0],
           [4, 0, 2],
           [0, 2, 0]], dtype=int32)
    """
    window = checked_window(window, weighting)
    source = _text(source)
    if words is not None and (size is not None or min_count != 1):
        raise ValueError("words is a vocabulary, and size and min_count choose one: pass either, not both")
    size, min_count = checked_size(size, min_count)
    one_of("oov", oov, ("drop", "gap"))
    one_of("backend", backend, BACKENDS)
    check_kind("sparse", sparse, "bool | None")
    check_kind("client", client, "Client | None")
    if words is not None:
        words = ready_words(words)
    if isinstance(documents, (str, os.PathLike)):
        documents = Corpus(documents)
    elif isinstance(documents, Iterator):
        documents = [list(words) if isinstance(words, Iterator) else words for words in documents]
    how = {"window": window, "weighting": weighting, "backend": backend}
    with ExitStack() as open_text:
        texts = None
        if client is not None or read_at_once(documents):
            text = NumberedText(documents) if client is None else TextOnCluster(documents, client)
            open_text.enter_context(text)
            found = most_frequent_words(text, size if words is None else 1, min_count)
            words = found.words if words is None else words
            occurrences = text.occurrences(words)
            if client is None:
                texts = (EncodedText(*chunk) for chunk in text.encoded(words, oov, CHUNK_TOKENS))
        else:
            found = build_vocabulary(documents, size, min_count)
            words = found.words if words is None else words
            often = dict(zip(found.words, found.occurrences.tolist()))
            occurrences = np.array([often.get(word, 0) for word in words], np.int64)
            texts = _read_again(encode_in_chunks(documents, words, oov), words, occurrences, found)
        sparse = len(words) > _DENSE if sparse is None else sparse
        if texts is None:
            counts = text.counts(words, occurrences, oov, sparse, **how)
        else:
            counts = cooccurrence_counts(texts, len(words), sparse=sparse, **how)
    return CorpusStatistics(
        words=tuple(words),
        counts=kept(counts),
        occurrences=occurrences,
        window=window,
        weighting=weighting,
        oov=oov,
        n_tokens=found.n_tokens,
        n_documents=found.n_documents,
        source=source,
    )


def count_like(
    documents: str | Path | Iterable[Sequence[str]],
    stats: CorpusStatistics,
    source: str = "",
    client: Client | None = None,
) -> CorpusStatistics:
    """Count a corpus as other statistics were counted, so that it can be added to them or taken away.

    Vocabulary, window, weighting, `oov` and whether they are sparse are those of the statistics given.

    Parameters
    ----------
    documents : str, Path or iterable of sequences of str
        As :func:`count_corpus` takes them.
    stats : CorpusStatistics
    source : str
        Where the text came from.
    client : distributed.Client, optional
        As :func:`count_corpus` takes it.

    Returns
    -------
    CorpusStatistics

    Raises
    ------
    ValueError
        As :func:`count_corpus`; also where no word of the vocabulary occurs.

    Notes
    -----
    Introduced in chapter *scale*.

    Examples
    --------
    >>> stats = count_corpus([["a", "b", "a"], ["b", "c"]], window=1)
    >>> (stats + count_like([["c", "a", "d"]], stats)).count("a", "c")
    1
    """
    check_kind("stats", stats, "CorpusStatistics")
    return count_corpus(
        documents,
        window=stats.window,
        weighting=stats.weighting,
        oov=stats.oov,
        words=stats.words,
        source=source,
        sparse=stats.sparse,
        client=client,
    )


def count_at_most(documents: Corpus, most: int, **options: object) -> CorpusStatistics:
    """Count a corpus with its `most` most frequent words, or with all where there are fewer.

    The options are those of :func:`count_corpus`.

    Examples
    --------
    >>> documents = [["a", "b", "a"], ["b", "c"]]
    >>> len(count_at_most(documents, 2)), len(count_at_most(documents, 9))
    (2, 3)
    """
    try:
        return count_corpus(documents, most, **options)
    except FewWordsError:
        return count_corpus(documents, **options)


def _read_again(
    texts: Iterable[EncodedText], words: Sequence[str], occurrences: np.ndarray, before: Vocabulary
) -> Iterator[EncodedText]:
    """Yield encoded texts, and raise ValueError at their end if they do not hold what was counted before."""
    found = np.zeros(len(words) + 1, np.int64)
    n_documents = 0
    for text in texts:
        found += np.bincount(text.ids, minlength=len(found))
        n_documents += len(text.offsets) - 1
        yield text
    check_same_text(words, before.n_documents, occurrences, n_documents, found[:-1])
