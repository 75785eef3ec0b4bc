"""A language whose statistics are known exactly: the data of a student, in the problem sets."""

from __future__ import annotations

import hashlib
import itertools
import unicodedata
from dataclasses import dataclass

import numpy as np

from .._common.arguments import check_fields, checked
from .._common.arrays import own
from .._common.validate import generator, real_array, shortened, whole_number
from ..counting import window_weights
from ..targets import least_squares_target
from ..words import WordMatrix, ready_words
from ._arguments import texts

__all__ = ["ATTRIBUTES", "AttributeLanguage", "student_language", "student_rng"]

#: What the words of the languages differ in.
ATTRIBUTES = ("royal", "female", "plural", "old", "far")
#: How strongly a student's attributes last, before each is moved by at most two per cent: far enough apart
#: that every student meets the same number of directions, with the same gaps between them.
_STRENGTHS = (0.80, 0.64, 0.50, 0.39, 0.30)
_MOVED = 0.02
#: How much more often one sign of an attribute is met than the other, where it is not even.
_BIASES = (0.5, -0.4, 0.3, -0.2, 0.1)
_SYLLABLES = "ba ce di fo gu ha ji ke lo mu na pe ri so tu va we xi yo zu".split()


@dataclass(frozen=True, eq=False)
class AttributeLanguage:
    r"""A language with a word for each combination of yes-or-no attributes, whose statistics are known exactly.

    A text is a walk: from one word to the next each attribute k is kept with the
    chance :math:`\rho_k`, and else drawn anew, +1 with the chance
    :math:`(1 + b_k)/2`.  So two words :math:`\ell` places apart have the joint
    probability

    .. math::
        P^{(\ell)}_{ij} = p_i\,p_j \prod_k \bigl(1 + \rho_k^\ell\, \varphi_k(i)\, \varphi_k(j)\bigr),
        \qquad
        \varphi_k(i) = \frac{\alpha_{ik} - b_k}{\sqrt{1 - b_k^2}},

    and a window mixes these with its weights.

    Attributes
    ----------
    names : tuple of str, length n
        What each attribute is called.
    words : tuple of str, length V
        The :math:`V = 2^n` words; a syllable for each attribute.
    signs : ndarray of int64, shape (V, n)
        :math:`\alpha_{ik}`, +1 or −1.
    strengths : ndarray, shape (n,)
        :math:`\rho_k`, between 0 and 1.
    biases : ndarray, shape (n,)
        :math:`b_k`, the mean of an attribute; 0 where both signs are met alike.

    Raises
    ------
    ValueError
        On creation, if the shapes disagree, a strength is not from 0 to 1, or a bias not between −1 and 1.

    Notes
    -----
    Serves the problem sets.  Even attributes make the model of Korchinski et al. (2025), whose PMI adds up
    over attributes; the walk, which makes text of it, and the biases are added here.

    Examples
    --------
    >>> language = AttributeLanguage(("far",), ("here", "there"), [[1], [-1]], [0.5], [0.0])
    >>> language.pair_probabilities().tolist()
    [[0.375, 0.125], [0.125, 0.375]]
    >>> language.text(5, np.random.default_rng(0))
    ['there', 'here', 'here', 'here', 'there']
    """

    names: tuple[str, ...]
    words: tuple[str, ...]
    signs: np.ndarray
    strengths: np.ndarray
    biases: np.ndarray

    def __post_init__(self):
        check_fields(self)
        names, words = tuple(texts("names", self.names)), ready_words(self.words)
        n, V = len(names), len(words)
        signs = real_array("signs", self.signs, V, n)
        if V != 2**n or not np.isin(signs, (-1, 1)).all() or len(np.unique(signs, axis=0)) != V:
            raise ValueError(
                f"{n} attributes make {2**n} words, each with other signs, +1 or -1; there are {V} words, "
                f"and signs is {shortened(self.signs)}"
            )
        strengths = real_array("strengths", self.strengths, n)
        biases = real_array("biases", self.biases, n)
        if not ((0 <= strengths) & (strengths <= 1)).all():
            raise ValueError(f"strengths must be from 0 to 1, not {shortened(self.strengths)}")
        if not (np.abs(biases) < 1).all():
            raise ValueError(f"biases must lie between -1 and 1, not {shortened(self.biases)}")
        checked_ones = dict(names=names, words=words, signs=own(signs, np.int64))
        checked_ones |= dict(strengths=own(strengths), biases=own(biases))
        for name, value in checked_ones.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def p(self) -> np.ndarray:
        r"""How often each word occurs, :math:`p_i = \prod_k (1 + \alpha_{ik} b_k)/2`, shape (V,)."""
        return np.prod((1 + self.signs * self.biases) / 2, axis=1)

    def pair_probabilities(self, window: int = 1, weighting: str = "linear") -> WordMatrix:
        r"""Return the exact joint probabilities :math:`P_{ij}` of words within a window.

        Parameters
        ----------
        window : int
            The reach L of the window, in words.
        weighting : {"linear", "harmonic", "flat"}
            How the weight falls with distance, as in :func:`w2vlib.counting.window_weights`.

        Returns
        -------
        WordMatrix, shape (V, V)
            Its entries add up to 1, its rows to ``p``.

        Examples
        --------
        >>> language = student_language("ada")
        >>> P = language.pair_probabilities(window=5)
        >>> np.allclose(P.sum(axis=1), language.p)
        True
        """
        weights, _ = window_weights(window, weighting)
        standard = (self.signs - self.biases) / np.sqrt(1 - self.biases**2)
        products = standard[:, None, :] * standard[None, :, :]
        ratio = sum(
            weight * np.prod(1 + self.strengths**lag * products, axis=2)
            for lag, weight in enumerate(weights, 1)
        )
        return WordMatrix(np.outer(self.p, self.p) * ratio / weights.sum(), self.words)

    def target(self, window: int = 1, weighting: str = "linear") -> WordMatrix:
        r"""Return the exact target :math:`M^\star_{ij} = 2 (P_{ij} - p_i p_j) / (P_{ij} + p_i p_j)`, shape (V, V).

        Examples
        --------
        >>> language = AttributeLanguage(("far",), ("here", "there"), [[1], [-1]], [0.5], [0.0])
        >>> language.target().round(3).tolist()
        [[0.4, -0.667], [-0.667, 0.4]]
        """
        P = self.pair_probabilities(window, weighting)
        return WordMatrix(least_squares_target(np.asarray(P), np.outer(self.p, self.p)), self.words)

    @checked
    def text(self, size: int, rng: np.random.Generator) -> list[str]:
        """Return a text of so many words.

        Parameters
        ----------
        size : int
            How many words, at least 1.
        rng : Generator or int

        Returns
        -------
        list of str
        """
        size, rng = whole_number("size", size, 1), generator(rng)
        drawn = np.where(rng.random((size, len(self.names))) < (1 + self.biases) / 2, 1, -1)
        anew = rng.random((size, len(self.names))) >= self.strengths
        anew[0] = True
        since = np.maximum.accumulate(np.where(anew, np.arange(size)[:, None], 0), axis=0)
        walked = np.take_along_axis(drawn, since, axis=0)
        place = {tuple(signs): word for signs, word in zip(self.signs.tolist(), self.words)}
        return [place[tuple(signs)] for signs in walked.tolist()]

    def questions(self) -> list[tuple[str, str, str, str]]:
        """Return the analogies: a is to b as c is to d, where b differs from a in one attribute, c in another.

        Examples
        --------
        >>> language = student_language("ada")
        >>> len(language.questions())
        640
        """
        place = {tuple(signs): word for signs, word in zip(self.signs.tolist(), self.words)}
        found = []
        for signs in self.signs:
            for k, m in itertools.permutations(range(len(self.names)), 2):
                turns = [
                    np.where(np.isin(np.arange(len(signs)), turned), -1, 1)
                    for turned in ((), (k,), (m,), (k, m))
                ]
                found.append(tuple(place[tuple((signs * turn).tolist())] for turn in turns))
        return found


@checked
def student_rng(student: str, task: str = "") -> np.random.Generator:
    """Return the random numbers of a student: the same whenever they are asked for, others for each task.

    Parameters
    ----------
    student : str
        Who it is, by name or number; capitals and spaces around make no difference.
    task : str
        What they are for.

    Returns
    -------
    Generator

    Raises
    ------
    TypeError, ValueError
        If no student is named.

    Notes
    -----
    Serves the problem sets.

    Examples
    --------
    >>> bool(student_rng("Ada ").random() == student_rng("ada").random() != student_rng("ada", "set 2").random())
    True
    """
    if not student.strip():
        raise ValueError(f"student must be your name or number, as in STUDENT = 'ada', not {student!r}")
    name = unicodedata.normalize("NFC", student).strip().casefold()
    seed = hashlib.sha256(f"{name}\0{task}".encode()).digest()
    return np.random.default_rng(list(seed))


@checked
def student_language(student: str, task: str = "", *, even: bool = True) -> AttributeLanguage:
    """Return the language of a student for a task: other words and numbers than anybody's, of the same difficulty.

    Parameters
    ----------
    student, task : str
        As for :func:`student_rng`.
    even : bool
        Whether both signs of each attribute are met alike, so that all words are equally frequent.

    Returns
    -------
    AttributeLanguage
        32 words and 5 attributes.  Which attribute lasts longest, the words and the strengths are the
        student's own.

    Notes
    -----
    Serves the problem sets.

    Examples
    --------
    >>> ada, bob = student_language("ada"), student_language("bob")
    >>> len(ada), ada.words == bob.words
    (32, False)
    """
    rng = student_rng(student, task)
    n = len(ATTRIBUTES)
    order = rng.permutation(n)
    syllables = rng.permutation(_SYLLABLES)[: 2 * n].reshape(n, 2)
    signs = np.array(list(itertools.product([1, -1], repeat=n)))[rng.permutation(2**n)]
    words = tuple("".join(syllables[k, int(sign < 0)] for k, sign in enumerate(row)) for row in signs)
    strengths = np.array(_STRENGTHS)[order] * rng.uniform(1 - _MOVED, 1 + _MOVED, n)
    biases = np.zeros(n) if even else np.array(_BIASES)[rng.permutation(n)] * rng.choice([-1, 1], n)
    return AttributeLanguage(ATTRIBUTES, words, signs, strengths, biases)
