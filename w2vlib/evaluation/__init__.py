"""How good word vectors are, and what is in them: analogies, similarity, task vectors, shapes."""

from .analogies import AnalogyScore, analogy_accuracy, load_analogies
from .circulant import CirculantFit, ToeplitzFit, circulant_fit, toeplitz_fit
from .curves import AnalogyCurve, accuracy_by_rank, accuracy_by_time, accuracy_of_snapshots, family_rise
from .datasets import DatasetUnavailableError, dataset_path
from .details import AnalogyDetails, analogy_details
from .geometry import (
    circle_order,
    double_centred,
    fourier_overlap,
    fourier_test,
    fourier_vectors,
    leading_plane,
)
from .localisation import inverse_participation_ratio
from .noise_spectrum import effective_dimension, marchenko_pastur_density, marchenko_pastur_edges
from .significance import NullTest, pairing_test, sign_flip_test
from .similarity import SimilarityScore, load_similarities, similarity_correlation
from .task_vectors import (
    pairs_of_family,
    shared_direction,
    signal_to_noise,
    task_vectors,
)
from .word_groups import WORD_GROUPS, WordGroup, block_of_words

__all__ = [
    "AnalogyCurve",
    "AnalogyDetails",
    "AnalogyScore",
    "CirculantFit",
    "DatasetUnavailableError",
    "NullTest",
    "SimilarityScore",
    "ToeplitzFit",
    "WORD_GROUPS",
    "WordGroup",
    "accuracy_by_rank",
    "accuracy_by_time",
    "accuracy_of_snapshots",
    "analogy_accuracy",
    "analogy_details",
    "block_of_words",
    "circle_order",
    "circulant_fit",
    "dataset_path",
    "double_centred",
    "effective_dimension",
    "family_rise",
    "fourier_overlap",
    "fourier_test",
    "fourier_vectors",
    "inverse_participation_ratio",
    "leading_plane",
    "load_analogies",
    "load_similarities",
    "marchenko_pastur_density",
    "marchenko_pastur_edges",
    "pairing_test",
    "pairs_of_family",
    "shared_direction",
    "sign_flip_test",
    "signal_to_noise",
    "similarity_correlation",
    "task_vectors",
    "toeplitz_fit",
]
