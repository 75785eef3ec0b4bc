"""How far the result depends on the text: what a document does to it, and how sure a cosine is."""

from .influence import *
