"""Training, to set beside the prediction: QWEM in full batches and by sampled pairs (needs torch)."""

from .initial import initial_weights
from .pairs import PairDraw, PairSampler
from .qwem import train_qwem
from .sampling import train_qwem_sampled
from .trajectory import TrainingDivergedError, Trajectory

__all__ = [
    "PairDraw",
    "PairSampler",
    "TrainingDivergedError",
    "Trajectory",
    "initial_weights",
    "train_qwem",
    "train_qwem_sampled",
]
