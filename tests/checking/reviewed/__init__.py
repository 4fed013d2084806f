"""The reviewers' frequent mistakes: each as a student writes it, and what a report must say.

`says` is written from what the mistake means, in any of the words a teacher might take for it, not
read off our reports. A module a chapter, in the order of the list; `anywhere` has what the list
names for every chapter, tried in several exercises each.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong function for an exercise; says: a pattern, in small letters, that names it."""

    exercise: str
    says: str
    functions: dict[str, Callable]

    @property
    def name(self) -> str:
        """Exercise and mistake in one word."""
        return f"{self.exercise}-{self.functions[self.exercise].__name__}"


def mistake(exercise: str, says: str, **others: Callable) -> Callable[[Any], Mistake]:
    """Decorator: the function is a wrong `exercise`; others: functions that are checked with it."""
    return lambda function: Mistake(exercise, says, {exercise: function, **others})


@cache
def everything() -> tuple[Mistake, ...]:
    """Return all mistakes, found by walking the package."""
    found: list[Mistake] = []
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda i: i.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found += [value for value in vars(module).values() if isinstance(value, Mistake)]
    return tuple(found)
