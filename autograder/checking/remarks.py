"""What a case, a default or the calls before say of a failure that no known mistake explains."""

from __future__ import annotations

import inspect

from autograder.checking.messages import translate as _
from autograder.checking.remote import remote_of
from autograder.checking.sheet import Failure, Sheet


def lead(failure: Failure) -> str:
    """What the case that failed says, where it speaks of the output that is wrong."""
    case, finding = failure.probe.case, failure.finding
    here = finding is None or finding.name.split("[")[0] == case.about or not case.about
    return _(case.lead) if case.lead and here else ""


def default(sheet: Sheet, failure: Failure) -> str:
    """A sentence on another default of an option that the call left out, "" where all are alike."""
    reference, case = sheet.drawing.exercise.reference, failure.probe.case
    if not callable(sheet.function) or remote_of(sheet.function) is not None:
        return ""
    try:
        mine = inspect.signature(sheet.function).parameters
        right = inspect.signature(reference).parameters
    except (TypeError, ValueError):
        return ""
    given = {*case.inputs, *case.given.get("named", ())}
    for name, promised in right.items():
        if name in given or name not in mine or promised.default is promised.empty:
            continue
        if isinstance(mine[name].default, int | float) and mine[name].default != promised.default:
            text = _("{name} is left out here, and its default is {mine}; the task has {right}.")
            return text.format(name=name, mine=mine[name].default, right=promised.default)
    return ""


def remembers(sheet: Sheet, failure: Failure) -> str:
    """What a function does whose numbers depend on the calls before, or are changed by the next."""
    if failure.probe.clause != "repeatable" or sheet.drawing.exercise.is_class:
        return ""
    if failure.finding is None or failure.finding.kind != "values":
        return ""
    return _(
        "it depends on other calls: something is kept outside its arguments (a global variable, a "
        "default that is filled, an array that is used again)."
    )
