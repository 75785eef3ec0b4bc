"""w2vlib: what word2vec learns, computed from word counts in closed form.

>>> import w2vlib
>>> stats = w2vlib.load_wikipedia(2000)
>>> modes = w2vlib.spectrum(w2vlib.m_star(stats), 100)
>>> w2vlib.closed_form(modes, stats.words).analogy("man", "king", "woman")[0][0]
'queen'
"""

from .atlas import concept_atlas, concepts_of
from .corpus import Corpus, tokenize
from .counting import cooccurrence_counts, window_weights
from .dynamics import Dynamics
from .embeddings import Embedding, closed_form, embed
from .evaluation import (
    AnalogyScore,
    DatasetUnavailableError,
    SimilarityScore,
    analogy_accuracy,
    load_analogies,
    load_similarities,
    similarity_correlation,
)
from .spectra import Spectrum, spectrum
from .statistics import CorpusStatistics, count_corpus, load_wikipedia, load_wikipedia_parts
from .targets import least_squares_target, linear_target, logistic_target, m_star, pmi, ppmi
from .training import (
    TrainingDivergedError,
    Trajectory,
    initial_weights,
    train_qwem,
    train_qwem_sampled,
    train_word2vec,
    train_word2vec_gensim,
    train_word2vec_sampled,
    train_word2vec_text,
    word2vec_loss,
)
from .vector_files import load_wikipedia_sgns, load_word2vec_text
from .vocabulary import EncodedText, Vocabulary, build_vocabulary, encode, encode_in_chunks
from .weights import even_weights, rank_one_weights, skipgram_weights, word2vec_weights
from .word_ends import frequency_fair, words_at_ends
from .words import UnknownWordError

__version__ = "0.1.0"

__all__ = [
    "AnalogyScore",
    "Corpus",
    "CorpusStatistics",
    "DatasetUnavailableError",
    "Dynamics",
    "EncodedText",
    "Embedding",
    "SimilarityScore",
    "Spectrum",
    "TrainingDivergedError",
    "Trajectory",
    "UnknownWordError",
    "Vocabulary",
    "analogy_accuracy",
    "build_vocabulary",
    "closed_form",
    "concept_atlas",
    "concepts_of",
    "cooccurrence_counts",
    "count_corpus",
    "embed",
    "encode",
    "encode_in_chunks",
    "even_weights",
    "frequency_fair",
    "initial_weights",
    "least_squares_target",
    "linear_target",
    "load_analogies",
    "load_similarities",
    "load_wikipedia",
    "load_wikipedia_parts",
    "load_wikipedia_sgns",
    "load_word2vec_text",
    "logistic_target",
    "m_star",
    "pmi",
    "ppmi",
    "rank_one_weights",
    "similarity_correlation",
    "skipgram_weights",
    "spectrum",
    "tokenize",
    "train_qwem",
    "train_qwem_sampled",
    "train_word2vec",
    "train_word2vec_gensim",
    "train_word2vec_sampled",
    "train_word2vec_text",
    "window_weights",
    "word2vec_loss",
    "word2vec_weights",
    "words_at_ends",
]
