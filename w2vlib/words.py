"""Words and their rows: looking them up, and matrices that know which words they belong to."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence, Set

import numpy as np

from ._common.arguments import checked, in_turn

__all__ = ["UnknownWordError", "WordIndex", "WordMatrix", "check_distinct", "check_words"]


class UnknownWordError(KeyError):
    """A word that is not in the vocabulary; the message offers near spellings.

    Introduced in chapter *words-as-vectors*.
    """

    def __str__(self) -> str:
        return str(self.args[0])


@checked
def check_distinct(words: Sequence[str]) -> None:
    """Raise ValueError if a word occurs twice in a vocabulary.

    Notes
    -----
    Introduced in chapter *counting*.

    Examples
    --------
    >>> check_distinct(["a", "b", "a"])
    Traceback (most recent call last):
    ...
    ValueError: the vocabulary holds 'a' more than once; each word needs one place
    """
    try:
        distinct = set(words)
    except TypeError:  # lists, as rows of a matrix are
        check_words(words)
        raise
    if len(distinct) != len(words):
        seen: set[str] = set()
        twice = next(word for word in words if word in seen or seen.add(word))
        raise ValueError(f"the vocabulary holds {twice!r} more than once; each word needs one place")


@checked
def check_words(words: Sequence[str]) -> None:
    """Raise ValueError if a word is not a string, or one that no file can hold.

    Notes
    -----
    Introduced in chapter *counting*.

    Examples
    --------
    >>> check_words(["tea", b"cup"])
    Traceback (most recent call last):
    ...
    ValueError: a word must be a string, not b'cup' (bytes); decode or convert it, as with str(word)
    >>> check_words(["caf\\udce9"])
    Traceback (most recent call last):
    ...
    ValueError: the word 'caf\\udce9' cannot be written as UTF-8: '\\udce9' is half a character; decode ...
    """
    try:
        "".join(words).encode()  # all at once, as vocabularies are long
    except TypeError:
        odd = next(word for word in words if not isinstance(word, str))
        missing = odd is None or isinstance(odd, float) and odd != odd
        remedy = "leave it out" if missing else "decode or convert it, as with str(word)"
        raise ValueError(f"a word must be a string, not {odd!r} ({type(odd).__name__}); {remedy}") from None
    except UnicodeEncodeError as error:
        odd = next(word for word in words if error.object[error.start] in word)
        raise ValueError(
            f"the word {odd!r} cannot be written as UTF-8: {error.object[error.start]!r} is half a character; "
            "decode its text anew, as what it is"
        ) from None


def ready_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return a vocabulary as a tuple of distinct words, unless it has no order or is one text.

    Examples
    --------
    >>> ready_words(["tea", "cup"])
    ('tea', 'cup')
    >>> ready_words("tea cup")
    Traceback (most recent call last):
    ...
    ValueError: a vocabulary is a list of words, not a str: 'tea cup'
    """
    if isinstance(words, (str, bytes, Set)) or not in_turn(words):
        raise ValueError(f"a vocabulary is a list of words, not a {type(words).__name__}: {words!r:.60}")
    words = tuple(words)
    if not words:
        raise ValueError("a vocabulary is a list of words, and this one is empty")
    check_words(words)
    check_distinct(words)
    return words


class WordIndex:
    """From a word to its row.

    Parameters
    ----------
    words : sequence of str
        Distinct words; the row of each is its place.

    Notes
    -----
    Introduced in chapter *words-as-vectors*.

    Examples
    --------
    >>> WordIndex(["the", "king", "queen"])["king"]
    1
    >>> WordIndex(["the", "king", "queen"]).rows(["queen", "the"])
    [2, 0]
    >>> WordIndex(["the", "king", "queen"])["kings"]
    Traceback (most recent call last):
    ...
    w2vlib.words.UnknownWordError: 'kings' is not among the 3 words of the vocabulary; did you mean 'king'?
    """

    @checked
    def __init__(self, words: Sequence[str]):
        check_words(words)
        check_distinct(words)
        self._row = {word: i for i, word in enumerate(words)}

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word in self._row

    def __getitem__(self, word: str) -> int:
        try:
            return self._row[word]
        except (KeyError, TypeError):
            near = difflib.get_close_matches(str(word).lower(), self._row, n=3, cutoff=0.6)
            hint = f"; did you mean {', '.join(map(repr, near))}?" if near else ""
            raise UnknownWordError(
                f"{word!r} is not among the {len(self._row)} words of the vocabulary{hint}"
            ) from None

    @checked
    def rows(self, words: Iterable[str]) -> list[int]:
        """Return the rows of some words, each of which may stand once.

        Raises
        ------
        UnknownWordError
            If a word is missing.
        ValueError
            If a word stands twice.
        """
        words = [*words]
        found = [self[word] for word in words]
        if len(set(found)) < len(found):
            twice = next(word for i, word in enumerate(words) if word in words[:i])
            raise ValueError(f"{twice!r} stands twice in the group; each word needs one place")
        return found


class WordMatrix(np.ndarray):
    """A matrix with a row and a column for each word, which knows the words.

    It is an array like any other.  What is computed from it, its slices and
    ``M.copy()`` are plain arrays or have no words, so that words never stay with
    rows that are no longer theirs.  Saved with :mod:`pickle` or copied with
    :mod:`copy` it keeps them, and so it does where its cells are written to: who
    moves rows in place moves them away from their words.  What :func:`~w2vlib.spectra.spectrum` and training
    make of it keeps them.

    Parameters
    ----------
    matrix : array of shape (V, V)
        Not copied if it is an array.
    words : sequence of str, length V

    Attributes
    ----------
    words : tuple of str, or None
        None where the words are not known any more.

    Raises
    ------
    ValueError
        If there is not one row and one column for each word, or a word stands twice.

    Notes
    -----
    Introduced in chapter *target*.

    Examples
    --------
    >>> M = WordMatrix([[0.0, 1.0], [1.0, 0.0]], ["tea", "cup"])
    >>> M.words, type(2 * M), M[::-1].words, float(M.max())
    (('tea', 'cup'), <class 'numpy.ndarray'>, None, 1.0)
    >>> M.block(["cup"])
    array([[0.]])
    """

    words: tuple[str, ...] | None = None

    @checked
    def __new__(cls, matrix: np.ndarray, words: Sequence[str]) -> WordMatrix:
        made = np.asarray(matrix).view(cls)
        made.words = tuple(words)
        check_distinct(made.words)
        if made.shape != (len(made.words),) * 2:
            raise ValueError(
                f"the matrix must have a row and a column for each of the {len(made.words)} words, "
                f"not the shape {made.shape}"
            )
        return made

    def __array_wrap__(self, array, context=None, return_scalar=False):
        return np.asarray(array)[()]

    def __reduce_ex__(self, protocol):
        return labelled, (np.asarray(self), self.words)

    def __copy__(self):
        return labelled(np.array(self), self.words)

    def __deepcopy__(self, memo):
        return self.__copy__()

    @checked
    def block(self, words: Iterable[str]) -> np.ndarray:
        """Return the rows and columns of some words, in their order, as an array of shape (n, n).

        Raises
        ------
        UnknownWordError
            If a word is missing.
        ValueError
            If a word stands twice, or the matrix has lost its words.
        """
        if self.words is None:
            raise ValueError(
                "the words of this matrix are not known any more; take the block of the whole one"
            )
        rows = WordIndex(self.words).rows(words)
        return np.asarray(self)[np.ix_(rows, rows)]


def known_words(words: Sequence[str] | None) -> tuple[str, ...]:
    """Return words, or say how they would have been known.

    Examples
    --------
    >>> known_words(None)
    Traceback (most recent call last):
    ...
    ValueError: the words of these rows are not known: begin with a matrix that knows them, as m_star(stats) or ...
    """
    if words is None:
        raise ValueError(
            "the words of these rows are not known: begin with a matrix that knows them, as m_star(stats) or "
            "WordMatrix(M, words) do"
        )
    return tuple(words)


def words_of(*matrices: np.ndarray) -> tuple[str, ...] | None:
    """Return the words that matrices have in common: None if one knows none.

    Examples
    --------
    >>> words_of(WordMatrix(np.eye(2), "ab"), np.eye(2)), words_of(WordMatrix(np.eye(2), "ab"))
    (None, ('a', 'b'))
    >>> words_of(WordMatrix(np.eye(2), "ab"), WordMatrix(np.eye(2), "ba"))
    Traceback (most recent call last):
    ...
    ValueError: the matrices belong to different words: row 0 is 'a' in one and 'b' in another
    """
    found = [getattr(matrix, "words", None) for matrix in matrices]
    if not all(found):
        return None
    for other in found[1:]:
        if other != found[0]:
            row = next((i for i, pair in enumerate(zip(found[0], other)) if pair[0] != pair[1]), None)
            said = (
                f"{len(found[0])} and {len(other)} of them"
                if row is None
                else f"row {row} is {found[0][row]!r} in one and {other[row]!r} in another"
            )
            raise ValueError(f"the matrices belong to different words: {said}")
    return found[0]


def check_same_words(name: str, found: Sequence[str], words: Sequence[str]) -> None:
    """Raise ValueError if something belongs to other words, or to the same ones in another order.

    Examples
    --------
    >>> check_same_words("stats", ["a", "b"], ["b", "a"])
    Traceback (most recent call last):
    ...
    ValueError: stats holds other words, or in another order: row 0 is 'a' there and 'b' here
    """
    if tuple(found) == tuple(words):
        return
    row = next((i for i, pair in enumerate(zip(found, words)) if pair[0] != pair[1]), None)
    said = (
        f"{len(found)} there and {len(words)} here"
        if row is None
        else f"row {row} is {found[row]!r} there and {words[row]!r} here"
    )
    raise ValueError(f"{name} holds other words, or in another order: {said}")


def labelled(matrix: np.ndarray, words: Sequence[str] | None) -> np.ndarray:
    """Return a matrix with its words, where they are known.

    Examples
    --------
    >>> labelled(np.eye(2), ["a", "b"]).words, type(labelled(np.eye(2), None))
    (('a', 'b'), <class 'numpy.ndarray'>)
    """
    return np.asarray(matrix) if words is None else WordMatrix(matrix, words)
