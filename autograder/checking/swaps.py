"""NumPy functions of like names: whether the other one, in its place, makes every result right.

The student's own text is compiled with one name exchanged and run on the ordinary cases: a sentence
is said on evidence. In a notebook only; a grader has no text at hand.
What fails elsewhere only, for extreme numbers or by a change of the inputs, has to come right too:
a softmax is right for ordinary scores whatever is subtracted from all of them.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from autograder.checking.messages import translate as _
from autograder.checking.runner import Runner
from autograder.checking.sheet import Sheet, differences
from autograder.checking.xray.source import NotReadable, Source

Name = str
MOST = 8  # calls that are tried, each by itself


def extremum() -> str:
    """Say what tells np.max and np.maximum apart."""
    return _(
        "np.max and np.min take an axis as second argument; np.maximum and np.minimum compare two "
        "arrays."
    )


def _place() -> str:
    return _(
        "max and min give a value, argmax and argmin the place where it stands: with the other one "
        "every result is right."
    )


def _order() -> str:
    return _(
        "np.sort gives the values in order, np.argsort the places where they stand: with the other "
        "one every result is right."
    )


FAMILIES: tuple[tuple[dict[Name, Name], Callable[[], str]], ...] = (
    ({"max": "maximum", "min": "minimum", "amax": "maximum", "amin": "minimum"}, extremum),
    ({"max": "argmax", "min": "argmin"}, _place),
    ({"argmax": "max", "argmin": "min"}, _place),
    ({"sort": "argsort"}, _order),
    ({"argsort": "sort"}, _order),
)


def like_names(sheet: Sheet) -> str:
    """The sentence of the family whose other function was meant, "" where none is."""
    if sheet.function is None or sheet.drawing.exercise.is_class:
        return ""
    with Runner(sheet.drawing.exercise.time_limit) as runner:  # one budget for all that is tried
        for family, words in FAMILIES:
            with contextlib.suppress(NotReadable, SyntaxError, ValueError, TypeError):
                changed = _changed(sheet.function, family)
                if any(_is_right(sheet, function, runner) for function in changed):
                    return words()
    return ""


def _changed(function: Any, family: dict[Name, Name]) -> Iterator[Any]:
    """The function with all names of a family exchanged, then with one of them."""
    source = Source(function)
    calls: list[Any] = [n for n in ast.walk(source.tree) if _is_of(n, family)]
    for chosen in [calls, *([c] for c in calls[:MOST] if len(calls) > 1)] if calls else []:
        before = [c.func.attr for c in chosen]
        for call in chosen:
            call.func.attr = family[call.func.attr]
        yield source.compiled(None)
        for call, name in zip(chosen, before, strict=True):
            call.func.attr = name


def _is_of(node: Any, family: dict[Name, Name]) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    other = family.get(node.func.attr, "")
    return bool(other) and (len(node.args) == 2 or other not in ("maximum", "minimum"))


def _is_right(sheet: Sheet, function: Any, runner: Runner) -> bool:
    """Whether a function gives what is right in every ordinary case and wherever one was wrong."""
    exercise, drawing = sheet.drawing.exercise, sheet.drawing
    space = SimpleNamespace(**{**exercise.companions, exercise.name: function})
    for i, (probe, right) in enumerate(zip(drawing.probes, drawing.expected, strict=True)):
        before = sheet.runs[i]
        wrong = bool(before.problem or sheet.findings(i))
        if i not in sheet.skipped and (probe.clause == "values" or wrong or before.changed):
            run = runner.run(probe.trial or exercise.trial, space, probe.case)
            kept = set(run.changed) <= set(exercise.may_change)
            if run.problem or not kept or differences(exercise, probe, run, right):
                return False
    return True
