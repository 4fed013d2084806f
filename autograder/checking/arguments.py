"""A function whose arguments differ from the promised ones: in their order, or in a default."""

from __future__ import annotations

import inspect
from typing import Any

from autograder.checking.exercise import Case
from autograder.checking.messages import translate as _
from autograder.checking.remote import remote_of
from autograder.checking.sheet import Failure, Sheet


def in_words(sheet: Sheet, failure: Failure) -> str:
    """A sentence on the first difference that explains a failure, "" where there is none.

    A default does where the failing case leaves that argument out and all that give it are right.
    """
    mine, right = _parameters(sheet.function), _parameters(sheet.drawing.exercise.reference)
    if mine is None or right is None or mine.keys() != right.keys():
        return ""
    if list(mine) != list(right):
        return _("The arguments come in the order ({got}); promised is ({want}).").format(
            got=", ".join(mine), want=", ".join(right)
        )
    for name, parameter in right.items():
        given = _gives(failure.probe.case, name) or parameter.default is parameter.empty
        if given or mine[name].default is inspect.Parameter.empty:
            continue
        got, want = mine[name].default, parameter.default
        if repr(got) != repr(want) and got != want and _right_where_given(sheet, name):
            text = _("{name} is left out here, and its default is {mine}; the task has {right}.")
            return text.format(name=name, mine=repr(got)[:40], right=want)
    return ""


def _gives(case: Case, name: str) -> bool:
    """Whether a case passes an argument on."""
    return name in case.inputs or name in case.given.get("named", ())


def _right_where_given(sheet: Sheet, name: str) -> bool:
    """Whether no ordinary case that gives an argument comes out wrong."""
    probes = enumerate(sheet.drawing.probes)
    given = [i for i, p in probes if p.clause == "values" and _gives(p.case, name)]
    return not any(sheet.runs[i].problem or sheet.findings(i) for i in given)


def _parameters(function: Any) -> dict[str, inspect.Parameter] | None:
    """The arguments by name; None where they cannot be told, or are not all named."""
    if remote_of(function) is not None or not inspect.isfunction(function):
        return None
    found = dict(inspect.signature(function).parameters)
    plain = (inspect.Parameter.POSITIONAL_OR_KEYWORD,)
    return found if all(p.kind in plain for p in found.values()) else None
