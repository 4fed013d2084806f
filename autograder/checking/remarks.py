"""What a case, or the calls before, say of a failure that no known mistake explains."""

from __future__ import annotations

from autograder.checking.messages import translate as _
from autograder.checking.sheet import Failure, Sheet


def lead(failure: Failure) -> str:
    """What the case that failed says, where it speaks of the output that is wrong."""
    case, finding = failure.probe.case, failure.finding
    here = finding is None or finding.name.split("[")[0] == case.about or not case.about
    return _(case.lead) if case.lead and here else ""


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
