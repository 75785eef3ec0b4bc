"""Training, to set beside the prediction: QWEM and word2vec, in full batches and by sampled pairs (needs torch)."""

from .gensim_reference import train_word2vec_gensim
from .initial import initial_weights, word2vec_start
from .pairs import PairDraw, PairSampler
from .qwem import train_qwem
from .sampling import train_qwem_sampled
from .sgns import train_word2vec_sampled, train_word2vec_text
from .trajectory import TrainingDivergedError, Trajectory
from .word2vec import train_word2vec, word2vec_loss

__all__ = [
    "PairDraw",
    "PairSampler",
    "TrainingDivergedError",
    "Trajectory",
    "initial_weights",
    "train_qwem",
    "train_qwem_sampled",
    "train_word2vec",
    "train_word2vec_gensim",
    "train_word2vec_sampled",
    "train_word2vec_text",
    "word2vec_loss",
    "word2vec_start",
]
