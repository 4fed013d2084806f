"""Repairs a submission before it is judged: which file is which notebook, whose cells are whose."""

from autograder.grading.sanitize.find import Found, Submission, find
from autograder.grading.sanitize.notes import Note
from autograder.grading.sanitize.read import Unreadable, read_notebook
from autograder.grading.sanitize.repair import blank, repair

__all__ = [
    "Found",
    "Note",
    "Submission",
    "Unreadable",
    "blank",
    "find",
    "read_notebook",
    "repair",
]
