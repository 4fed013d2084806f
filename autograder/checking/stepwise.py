"""Trials that can be run beside each other, so that many of their calls go in one message.

The parts of such a trial are a generator: it yields the name of a function and the arguments, is
sent what the call gave (or is thrown what it raised), and returns the results by name. Run by
itself it makes one call after the other: `Stepwise` is a Trial as any other. at_once.py takes the
same step of many together.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from autograder.checking.exercise import Case

# Yields (a function's name, its arguments), returns what a Trial returns.
Steps = Generator[tuple[str, tuple], Any, dict[str, Any]]


class Stepwise:
    """The trial of a generator function `parts(case)`."""

    def __init__(self, parts: Callable[[Case], Steps]) -> None:
        self.parts = parts

    def __call__(self, functions: Any, case: Case) -> dict[str, Any]:
        """Make one call after the other and return the results by name."""
        steps = self.parts(case)
        name, arguments = next(steps)
        while True:
            try:
                value, raised = getattr(functions, name)(*arguments), None
            except Exception as error:
                value, raised = None, error
            try:
                name, arguments = steps.send(value) if raised is None else steps.throw(raised)
            except StopIteration as end:
                results: dict[str, Any] = end.value
                return results
