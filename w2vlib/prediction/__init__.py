"""What training will do to a text's word vectors, said and written down before it begins, and how it then came."""

from .halves import *
from .page import *
from .predict import *
from .record import *
from .run import *
from .score import *
from .settings import *
