"""w2vlib: what word2vec learns, computed from word counts in closed form.

From a corpus to its statistics, the target matrix, its spectrum, word vectors, the
dynamics of training, training itself, and what the vectors are good for: each is a
room of this package, in that order, and the names below are the way through.

>>> import w2vlib
>>> stats = w2vlib.load_wikipedia(2000)
>>> modes = w2vlib.spectrum(w2vlib.m_star(stats), 100)
>>> modes.embedding().analogy("man", "king", "woman")[0][0]
'queen'
"""

from ._common import version as _version
from .compression import compress
from .corpus import Corpus
from .datasets import load_wikipedia, load_wikipedia_parts, load_wikipedia_sgns
from .dynamics import Dynamics
from .embeddings import Embedding
from .evaluation import analogy_accuracy, load_analogies
from .spectra import Spectrum, spectrum
from .statistics import CorpusStatistics, count_corpus
from .targets import (
    least_squares_target,
    m_star,
    pmi,
    ppmi,
    skipgram_pair_weights,
    word2vec_pair_weights,
)
from .training import initial_weights, train_qwem, train_word2vec, train_word2vec_sampled
from .vectors import word_vectors
from .words import WordMatrix

__version__ = _version.VERSION

__all__ = [
    "Corpus",
    "CorpusStatistics",
    "Dynamics",
    "Embedding",
    "Spectrum",
    "WordMatrix",
    "analogy_accuracy",
    "compress",
    "count_corpus",
    "initial_weights",
    "least_squares_target",
    "load_analogies",
    "load_wikipedia",
    "load_wikipedia_parts",
    "load_wikipedia_sgns",
    "m_star",
    "pmi",
    "ppmi",
    "skipgram_pair_weights",
    "spectrum",
    "train_qwem",
    "train_word2vec",
    "train_word2vec_sampled",
    "word2vec_pair_weights",
    "word_vectors",
]
