"""How good word vectors are, and what is in them: analogies, similarity, task vectors, shapes, subspaces."""

from .analogies import *
from .curves import *
from .shapes import *
from .significance import *
from .similarity import *
from .subspaces import *
from .task_vectors import *
from .word_groups import *
