"""Answers to the problem sets, wrong and right, one module a set.

``WRONG`` maps the name of a test cell to wrong answers: what stands in place of the solution, and a part of
what must be said of it.  ``RIGHT`` maps it to answers that are as right as the solution.  Where
a problem has several answer cells, an answer stands in place of all of them.
"""
