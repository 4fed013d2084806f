"""The cause of a failure: the known mistake that gives the student's numbers, else a pattern."""

from __future__ import annotations

import numpy as np

from autograder.checking import arguments, diagnose, remarks, slips, slips_in_text
from autograder.checking.exercise import Mistake
from autograder.checking.instead import instead
from autograder.checking.known import ORDINARY, known, of_that_shape, timed_out
from autograder.checking.messages import output_name
from autograder.checking.messages import translate as _
from autograder.checking.sheet import Failure, Sheet
from autograder.checking.swaps import like_names
from autograder.checking.values import as_array, close

# Where the numbers are unlike those of the other examples: larger, or with nearly equal ones.
UNLIKE = ("extreme values", "accuracy", "whole numbers")


def find_cause(sheet: Sheet, failure: Failure) -> tuple[str | None, str, str]:
    """(identifier, cause in words, hint): of the known mistake that agrees best, else a pattern.

    Best in all that was seen; else, where ordinary inputs fail, in all outputs of these; else in
    the output that fails first, since later ones may differ for another reason.
    """
    run = sheet.run_of(failure)
    slow = run.problem is not None and run.problem[0] == "slow"
    if slow or all(timed_out(r) for i, r in enumerate(sheet.runs) if i not in sheet.skipped):
        return None, remarks.lead(failure) or slips.in_words(run, None, None), ""
    general = _pattern(sheet, failure)
    mistake = known(sheet, failure)
    numbers = mistake is not None
    mistake = mistake or of_that_shape(sheet, failure)
    if mistake is not None:
        text = _("your numbers are those of a known mistake, “{name}”.")
        raised = run.problem is not None and run.problem[0] == "raised"
        stated = failure.finding is None or type(failure.finding.want) is bool
        if (stated and numbers) or (raised and failure.probe.clause in ORDINARY):
            text = _("it fails where a known mistake fails, “{name}”.")
        elif not numbers:
            text = _("your shapes are those of a known mistake, “{name}”.")
        words = text.format(name=_(mistake.words))
        if exchanged(sheet, failure):  # what shapes look like beside that is chance
            general = ""
        for more in [general, *([in_place(sheet)] if not _changes(sheet, mistake) else [])]:
            words = _("{sentence} {next}").format(sentence=words, next=more) if more else words
        return mistake.name, words, _(mistake.hint)
    case, clause = failure.probe.case, failure.probe.clause
    swapped = arguments.in_words(sheet, failure) or like_names(sheet)
    empty = [n for n, v in case.inputs.items() if v is None]
    whole = clause == "whole numbers"
    slip = remarks.lead(failure) if timed_out(run) else ""
    slip = slip or swapped or slips.in_words(run, failure.finding, sheet.function, empty, whole)
    slip = slip or remarks.remembers(sheet, failure)
    found = slip or exchanged(sheet, failure) or general or instead(sheet, failure)
    if not found and clause in UNLIKE and failure.finding and failure.finding.kind == "values":
        found = slips_in_text.clipped(sheet.function, clause)
    found, lead = found or in_place(sheet), remarks.lead(failure)
    if lead and found in ("", general):  # a pattern says what, and the case why
        found = _("{sentence} {next}").format(sentence=found, next=lead) if found else lead
    return None, found, ""


def _pattern(sheet: Sheet, failure: Failure) -> str:
    """What the wrong numbers have in common with the right ones.

    One number is soon the double of another: it has to be a multiple in every ordinary case.
    """
    finding, probes = failure.finding, sheet.drawing.probes
    if finding is not None and failure.probe.clause == "new arrays":
        # The check has written into the caller's array: how the numbers differ is its doing.
        text = _(
            "{name} is the caller's own array: what the caller writes into it after the call "
            "stands in the result too."
        )
        return text.format(name=output_name(finding.name))
    tiny = failure.probe.clause == "accuracy"  # what is off by a last digit has no pattern
    sentence = diagnose.pattern(finding, failure.probe.case) if finding and not tiny else ""
    if finding is None or not sentence:
        return sentence
    named = diagnose.factors(finding, failure.probe.case)
    if named and sentence != diagnose.times(finding, named):
        named = []
    for i, probe in enumerate(probes):
        if probe.clause != "values" or i in sheet.skipped or sheet.runs[i].problem:
            continue
        for other in (f for f in sheet.findings(i) if f.name == finding.name):
            if np.size(finding.want) == 1 and not diagnose.pattern(other, probe.case):
                return ""
            named = [n for n in named if n in diagnose.factors(other, probe.case)]
    # 4 is N where N is 4: the name that holds in every case.
    return diagnose.times(finding, named) if named else sentence


def exchanged(sheet: Sheet, failure: Failure) -> str:
    """Whether an output holds what another one should, "" where it does not."""
    finding = failure.finding
    if finding is None or finding.kind not in ("values", "shapes"):
        return ""
    got, want = sheet.run_of(failure).outputs, sheet.expected_of(failure).outputs
    mine = as_array(finding.got)
    for other, value in want.items():
        right = as_array(value)
        if other == finding.name or mine is None or right is None or right.size < 2:
            continue
        if not close(mine.astype(float), right.astype(float)):
            continue
        mine_there, right_here = as_array(got.get(other)), as_array(want.get(finding.name))
        names = {"one": output_name(finding.name), "other": output_name(other)}
        both = mine_there is not None and right_here is not None
        if both and close(mine_there, right_here):  # type: ignore[arg-type]
            return _("{one} and {other} are exchanged.").format(**names)
        return _("{one} holds what {other} should be.").format(**names)
    return ""


def in_place(sheet: Sheet) -> str:
    """What a change of an input may have done to the numbers."""
    every = [c for r in sheet.runs for c in r.changed]
    called = slips_in_text.changing_call(sheet.function, every) if every else ""
    changed = [c for c in every if c != "cache"]
    if called or not changed:
        return called
    text = _("{name} is changed in place, and every later line sees the new numbers.")
    return text.format(name=changed[0])


def _changes(sheet: Sheet, mistake: Mistake) -> bool:
    """Whether a mistake changes its inputs itself: that is said by its name."""
    tried = [i for i, run in enumerate(sheet.runs) if run.changed]
    return any(sheet.drawing.mistaken(mistake, i).changed for i in tried)
