"""Problem sets: made for students, and handed-in ones graded, many at a time and one apart from another.

``source`` reads the source of a set, of which nbgrader makes the student's copy
(``make_assignments.py``).  For grading (``grade.py``) ``submissions`` finds what was handed in and
what in it is a student's work; ``judge`` runs the tests; ``room`` is the closed room in which the
work itself runs, by ``worker``, and ``wire`` what the two say to each other; ``report`` writes tables
and pages (``pages/``) for people.
"""
