"""Right implementations in several styles: every check has to accept them all.

A variant is a function decorated with `right` that returns one or more functions under their
exercises' names. Functions returned together are checked together: a backward with its own
forward's cache.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Variant:
    """One style: functions by exercise name."""

    style: str
    functions: dict[str, Callable]


def right(make: Callable[[], Any]) -> Variant:
    """Decorator: `make()` returns a function or a tuple of functions; the style is make's name."""
    made = make()
    listed = made if isinstance(made, tuple) else (made,)
    return Variant(make.__name__, {f.__name__: f for f in listed})


@cache
def everything() -> tuple[Variant, ...]:
    """All variants of all chapters."""
    found: list[Variant] = []
    for number in range(1, 6):
        name = f"{__name__}.ch{number:02d}"
        if importlib.util.find_spec(name) is None:
            continue
        package = importlib.import_module(name)
        modules = [package]
        for info in getattr(package, "MODULES", ()):
            modules.append(importlib.import_module(f"{name}.{info}"))
        for module in modules:
            found += [value for value in vars(module).values() if isinstance(value, Variant)]
    return tuple(found)


def of(exercise: str) -> list[Variant]:
    """The variants that hold an exercise."""
    return [variant for variant in everything() if exercise in variant.functions]
