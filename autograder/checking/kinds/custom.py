"""Put an exercise together from its parts, and remember it under the file that describes it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from autograder.checking.exercise import Exercise

_DESCRIBED: dict[str, list[Exercise]] = {}


def described(module: str) -> tuple[Exercise, ...]:
    """Return the exercises that a module of `autograder.exercises` describes, in its order."""
    return tuple(_DESCRIBED.get(module, ()))


def custom(**fields: Any) -> Callable[[Any], Any]:
    """Describe a function by the fields of an Exercise: its own trial, outputs and probes.

    Returns a decorator that registers the exercise and gives the function back.
    """

    def describe(reference: Any) -> Any:
        register(reference, **fields)
        return reference

    return describe


def register(
    reference: Any, *, says: str, group: str, forbids: tuple[str, ...] = (), **fields: Any
) -> Exercise:
    """Make the Exercise of a reference: chapter from its module, name and signature from itself.

    group: its heading in tables that have no room for every exercise.
    forbids: implementations that are not the student's own work, beside nnkit's of that name.
    Raises ValueError where the reference stands outside a chapter's package.
    """
    name = reference.__name__
    found = re.search(r"\.ch(\d+)\.", reference.__module__)
    if found is None:
        raise ValueError(
            f"{name} is described in {reference.__module__}, which is no chapter's file"
        )
    stem = name.removesuffix("_forward").removesuffix("_backward")
    own = tuple(f"nnkit.functional.{stem}{end}" for end in ("", "_forward", "_backward"))
    fields.setdefault("signature", f"{name}{inspect.signature(reference)}")
    exercise = Exercise(
        name=name,
        chapter=int(found[1]),
        summary=says,
        group=group,
        reference=reference,
        forbids=(*own, f"autograder.exercises.{name}", *forbids),
        **fields,
    )
    _DESCRIBED.setdefault(reference.__module__, []).append(exercise)
    return exercise
