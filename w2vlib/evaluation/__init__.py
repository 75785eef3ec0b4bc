"""How good word vectors are: analogies and similarity."""

from .analogies import AnalogyScore, analogy_accuracy, load_analogies
from .datasets import DatasetUnavailableError, dataset_path
from .similarity import SimilarityScore, load_similarities, similarity_correlation

__all__ = [
    "AnalogyScore",
    "DatasetUnavailableError",
    "SimilarityScore",
    "analogy_accuracy",
    "dataset_path",
    "load_analogies",
    "load_similarities",
    "similarity_correlation",
]
