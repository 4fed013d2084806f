"""Checks, grades and builds the course.

The names below are loaded when they are first used: importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.checking import CheckFailed, check, run_check
    from autograder.grading import grade_submission

_HOMES = {
    "CheckFailed": "autograder.checking",
    "check": "autograder.checking",
    "run_check": "autograder.checking",
    "grade_submission": "autograder.grading",
}

__all__ = ["CheckFailed", "check", "grade_submission", "run_check"]


def __getattr__(name: str) -> Any:
    """The public names, from the module that defines them; AttributeError for any other."""
    if name not in _HOMES:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
