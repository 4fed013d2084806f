"""From a submitted notebook to grade, feedback and class report."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.grading.api import grade_submission
    from autograder.grading.judging.results import Result

_HOMES = {
    "grade_submission": "autograder.grading.api",
    "Result": "autograder.grading.judging.results",
}
__all__ = ["Result", "grade_submission"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'autograder.grading' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
