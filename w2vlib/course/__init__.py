"""What serves the book and not the theory: learners' checks, moving figures, figure style, the atlas, broken assumptions.

It imports the library, and the library never imports it.
"""
