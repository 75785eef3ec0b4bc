"""Checks of the problem sets, one module a set: of functions, and of numbers that a student's own data give.

Where a problem is an exercise of a chapter as well, its check is the chapter's, in
:mod:`w2vlib.course.checks`.
"""
