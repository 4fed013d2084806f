"""Right implementations in several styles: every check has to accept them all.

A variant is a function decorated with `right` that returns one or more functions under their
exercises' names. Functions returned together are checked together: a backward with its own
forward's cache.
"""

from __future__ import annotations

import importlib
import pkgutil
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
    """Return all variants, found by walking the chapters' packages."""
    found: list[Variant] = []
    for info in sorted(pkgutil.walk_packages(__path__, f"{__name__}."), key=lambda i: i.name):
        module = importlib.import_module(info.name)
        found += [value for value in vars(module).values() if isinstance(value, Variant)]
    return tuple(found)


def of(exercise: str) -> list[Variant]:
    """The variants that hold an exercise."""
    return [variant for variant in everything() if exercise in variant.functions]
