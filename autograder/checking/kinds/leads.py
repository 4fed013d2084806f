"""The help in steps that an exercise's author writes above its reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")


def leads(idea: str, *lines: str) -> Callable[[R], R]:
    """Give a reference the steps of `check.hint`: the idea, then lines of the derivation in order.

    The shapes and the place in the solutions are added by hints.py; no line is the whole answer.
    """

    def keep(reference: R) -> R:
        reference.leads = (idea, *lines)  # type: ignore[attr-defined]
        return reference

    return keep
