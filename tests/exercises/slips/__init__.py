"""Frequent mistakes as a student writes them: each is rejected, and the report leads to it.

They are written from the description of the mistake alone, not from the references or the changes
beside their lines: so they measure how far the named mistakes reach.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, eq=False)
class Slip:
    """One wrong function; leads: what the report's cause or hint says (a pattern), "" for none."""

    exercise: str
    leads: str
    functions: dict[str, Callable]

    @property
    def name(self) -> str:
        """Exercise and slip in one word."""
        return f"{self.exercise}-{self.functions[self.exercise].__name__}"


def slip(exercise: str, leads: str = "", **others: Callable) -> Callable[[Any], Slip]:
    """Decorator: the function is a wrong `exercise`; others: functions that are checked with it."""
    return lambda function: Slip(exercise, leads, {exercise: function, **others})


def within(package: str, path: Iterable[str]) -> tuple[Slip, ...]:
    """Return the slips in the modules of a package, in the order of their names."""
    found: list[Slip] = []
    for info in sorted(pkgutil.iter_modules(path), key=lambda i: i.name):
        module = importlib.import_module(f"{package}.{info.name}")
        found += [value for value in vars(module).values() if isinstance(value, Slip)]
    return tuple(found)


@cache
def everything() -> tuple[Slip, ...]:
    """Return all slips, found by walking the package."""
    return within(__name__, __path__)
