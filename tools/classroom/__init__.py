"""Problem sets: made for students, and handed-in ones graded, many at a time and one apart from another.

``source`` reads the source of a set, of which nbgrader makes the student's copy
(``make_assignments.py``).
"""
