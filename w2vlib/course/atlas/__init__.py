"""The concept atlas: what each direction of M* is about, when it is learned, and what it is good for.

``concepts`` computes it, ``page`` writes it as HTML, and ``python -m w2vlib.course.atlas``
makes both of a corpus; ``little_corpus`` writes a text of which everything is known.
"""

from .concepts import concept_atlas

__all__ = ["concept_atlas"]
