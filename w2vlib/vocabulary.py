"""Which words are counted, and documents turned into word numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .words import check_distinct

__all__ = ["EncodedText", "Vocabulary", "build_vocabulary", "encode", "encode_in_chunks"]


@dataclass(frozen=True)
class Vocabulary:
    """The words that are counted, most frequent first.

    Attributes
    ----------
    words : tuple of str, length V
        Sorted by falling frequency; words of equal frequency by spelling.
    occurrences : ndarray of int64, shape (V,)
        How often each occurs in the corpus.
    n_tokens, n_documents : int
        Size of the whole corpus, words outside the vocabulary included.

    Examples
    --------
    >>> vocabulary = build_vocabulary([["b", "a", "b"], ["c", "a"]], size=2)
    >>> vocabulary.words, vocabulary.occurrences.tolist(), vocabulary.n_tokens
    (('a', 'b'), [2, 2], 5)
    """

    words: tuple[str, ...]
    occurrences: np.ndarray
    n_tokens: int
    n_documents: int

    def __len__(self) -> int:
        return len(self.words)


@dataclass(frozen=True)
class EncodedText:
    """Documents as one array of word numbers.

    Attributes
    ----------
    ids : ndarray of int32, shape (n,)
        Word numbers ``0 … V-1``; ``V`` stands for a word outside the
        vocabulary where these are left as gaps.
    offsets : ndarray of int64, shape (n_documents + 1,)
        Document ``k`` is ``ids[offsets[k]:offsets[k + 1]]``.

    Examples
    --------
    >>> text = encode([["a", "b"], ["b"]], ["a", "b"])
    >>> text.ids[text.offsets[0]:text.offsets[1]].tolist()
    [0, 1]
    """

    ids: np.ndarray
    offsets: np.ndarray


def build_vocabulary(
    documents: Iterable[Sequence[str]], size: int | None = None, min_count: int = 1
) -> Vocabulary:
    """Return the most frequent words of a corpus.

    Parameters
    ----------
    documents : iterable of sequences of str
        The corpus; read once.
    size : int, optional
        How many words to keep; all of them by default.
    min_count : int
        Words seen less often are left out.

    Returns
    -------
    Vocabulary
        Sorted by falling frequency, ties by spelling, so that the same corpus
        gives the same vocabulary whatever the order of its documents.

    Raises
    ------
    ValueError
        If the corpus is empty, or has fewer words than `size` asks for.

    Notes
    -----
    Introduced in chapter 2, *A corpus, for word2vec, is a matrix of counts*.

    Examples
    --------
    >>> build_vocabulary([["b", "a", "b"], ["c", "a"]]).words
    ('a', 'b', 'c')
    """
    if size is not None and size < 1:
        raise ValueError(f"size must be at least 1, not {size}")
    counter: Counter[str] = Counter()
    n_documents = 0
    for words in documents:
        counter.update(words)
        n_documents += 1
    if not counter:
        raise ValueError("the corpus is empty: it holds no word at all")
    ranked = sorted(
        ((word, count) for word, count in counter.items() if count >= min_count),
        key=lambda item: (-item[1], item[0]),
    )
    if not ranked:
        raise ValueError(f"no word occurs at least {min_count} times; lower min_count or add text")
    if size is not None and size > len(ranked):
        raise ValueError(
            f"a vocabulary of {size} words was asked for, but only {len(ranked)} different words "
            f"occur at least {min_count} time(s); ask for {len(ranked)} or fewer, or add text"
        )
    ranked = ranked[:size]
    return Vocabulary(
        words=tuple(word for word, _ in ranked),
        occurrences=np.array([count for _, count in ranked], dtype=np.int64),
        n_tokens=counter.total(),
        n_documents=n_documents,
    )


def encode(documents: Iterable[Sequence[str]], words: Sequence[str], oov: str = "drop") -> EncodedText:
    """Return documents as word numbers.

    Parameters
    ----------
    documents : iterable of sequences of str
        The corpus.
    words : sequence of str, length V
        The vocabulary; a word's number is its place in it.
    oov : {"drop", "gap"}
        What becomes of words outside the vocabulary.  ``"drop"`` removes them
        before windows are laid, so that their neighbours move together;
        ``"gap"`` leaves an empty place.

    Returns
    -------
    EncodedText

    Examples
    --------
    >>> text = [["the", "old", "king"], ["the", "queen"]]
    >>> encode(text, ["the", "king", "queen"]).ids.tolist()
    [0, 1, 0, 2]
    >>> encode(text, ["the", "king", "queen"], oov="gap").ids.tolist()
    [0, 3, 1, 0, 2]
    """
    chunks = list(encode_in_chunks(documents, words, oov, chunk_tokens=None))
    return chunks[0] if chunks else EncodedText(np.empty(0, np.int32), np.zeros(1, np.int64))


def encode_in_chunks(
    documents: Iterable[Sequence[str]],
    words: Sequence[str],
    oov: str = "drop",
    chunk_tokens: int | None = 8_000_000,
) -> Iterator[EncodedText]:
    """Yield :class:`EncodedText` of whole documents, about `chunk_tokens` at a time.

    The parameters are those of :func:`encode`.  A document is never split.

    Examples
    --------
    >>> chunks = encode_in_chunks([["a", "b"], ["b"], ["a"]], ["a", "b"], chunk_tokens=2)
    >>> [chunk.ids.tolist() for chunk in chunks]
    [[0, 1], [1, 0]]
    """
    if oov not in ("drop", "gap"):
        raise ValueError(f"oov must be 'drop' or 'gap', not {oov!r}")
    check_distinct(words)
    number = {word: i for i, word in enumerate(words)}
    outside = len(words)
    ids: list[int] = []
    offsets = [0]
    for document in documents:
        if oov == "drop":
            ids.extend([number[word] for word in document if word in number])
        else:
            ids.extend([number.get(word, outside) for word in document])
        offsets.append(len(ids))
        if chunk_tokens is not None and len(ids) >= chunk_tokens:
            yield EncodedText(np.array(ids, np.int32), np.array(offsets, np.int64))
            ids, offsets = [], [0]
    if len(offsets) > 1:
        yield EncodedText(np.array(ids, np.int32), np.array(offsets, np.int64))
