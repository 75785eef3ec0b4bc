"""Training, to set beside the prediction: QWEM and word2vec, in full batches and by sampled pairs (needs torch)."""

from .pairs import PairDraw, PairSampler
from .qwem import train_qwem, train_qwem_sampled
from .sampled import train_word2vec_sampled
from .start import initial_weights, word2vec_start
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
    "train_word2vec_sampled",
    "word2vec_loss",
    "word2vec_start",
]
