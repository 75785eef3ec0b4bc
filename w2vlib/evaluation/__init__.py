"""How good word vectors are, and what is in them: analogies, similarity, task vectors, shapes."""

from .analogies import AnalogyDetails, AnalogyScore, analogy_accuracy, analogy_details, load_analogies
from .curves import AnalogyCurve, accuracy_by_rank, accuracy_by_time, accuracy_of_snapshots, family_rise
from .shapes import (
    CirculantFit,
    ToeplitzFit,
    circle_order,
    circulant_fit,
    double_centred,
    fourier_overlap,
    fourier_test,
    fourier_vectors,
    leading_plane,
    toeplitz_fit,
)
from .significance import NullTest, pairing_test, sign_flip_test
from .similarity import SimilarityScore, load_similarities, similarity_correlation
from .task_vectors import (
    effective_dimension,
    marchenko_pastur_density,
    marchenko_pastur_edges,
    pairs_of_family,
    shared_direction,
    signal_to_noise,
    task_vectors,
)
from .word_groups import WORD_GROUPS, WordGroup

__all__ = [
    "AnalogyCurve",
    "AnalogyDetails",
    "AnalogyScore",
    "CirculantFit",
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
    "circle_order",
    "circulant_fit",
    "double_centred",
    "effective_dimension",
    "family_rise",
    "fourier_overlap",
    "fourier_test",
    "fourier_vectors",
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
