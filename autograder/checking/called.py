"""Which exercise a call of `check` means, and which other exercises its function calls."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from executing import Source

from autograder import exercises
from autograder.checking.delegation import is_ours
from autograder.checking.exercise import Exercise
from autograder.checking.messages import translate as _


def name_in_call(frame: FrameType) -> str | None:
    """Return the exercise that the running call of `check` names, None where none can be told."""
    try:
        call = Source.executing(frame).node
    except Exception:  # the source may be gone or changed: the function's own name is left
        return None
    if not isinstance(call, ast.Call) or not call.args:
        return None
    first = call.args[0]
    name = first.id if isinstance(first, ast.Name) else None
    return name if name is not None and exercises.find(name) else None


def name_of(function: Any) -> str | None:
    """Return the function's own name, None where it has none that is a text."""
    if callable(function):
        try:
            name = function.__name__
        except Exception:
            return None
        return name if isinstance(name, str) else None
    return None


def wrong_helpers(
    exercise: Exercise, functions: Mapping[str, Any], passes: Callable[[str, Any], bool]
) -> list[str]:
    """A note for each exercise that a failing function calls and that is wrong itself."""
    function = functions.get(exercise.name)
    code = getattr(function, "__code__", None)
    scope = getattr(function, "__globals__", {})
    notes = []
    for name in getattr(code, "co_names", ()):
        helper = scope.get(name)
        known = exercises.find(name) if callable(helper) else None
        if known is None or known.partner or name in (exercise.name, exercise.partner):
            continue
        if helper is not function and not is_ours(helper) and not passes(name, helper):
            text = _("{name}, which it calls, is not right yet: check that one first.")
            notes.append(text.format(name=name))
    return notes
