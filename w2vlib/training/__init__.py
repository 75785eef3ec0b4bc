"""Training, to set beside the prediction: QWEM and word2vec, in full batches, and by sampled pairs (with PyTorch)."""

from .pairs import *
from .qwem import *
from .sampled import *
from .start import *
from .trajectory import *
from .word2vec import *
