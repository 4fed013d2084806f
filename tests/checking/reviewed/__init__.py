"""The reviewers' frequent mistakes: each as a student writes it, and what a report must say.

`leads` is written from what the mistake means, in any of the words a teacher might take for it, not
read off our reports. A module a chapter, in the order of the list; `anywhere` has what the list
names for every chapter, tried in several exercises each.
"""

from __future__ import annotations

from functools import cache

from tests.exercises.slips import Slip, within
from tests.exercises.slips import slip as mistake

__all__ = ["Slip", "everything", "mistake"]


@cache
def everything() -> tuple[Slip, ...]:
    """Return all mistakes, found by walking the package."""
    return within(__name__, __path__)
