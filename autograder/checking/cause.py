"""The cause of a failure: the known mistake that gives the student's numbers, else a pattern."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking import diagnose, slips
from autograder.checking.alike import alike
from autograder.checking.compare import Finding, difference
from autograder.checking.exercise import Mistake
from autograder.checking.instead import instead
from autograder.checking.messages import output_name
from autograder.checking.messages import translate as _
from autograder.checking.runner import Run
from autograder.checking.sheet import Failure, Sheet, differences
from autograder.checking.swaps import like_names
from autograder.checking.values import as_array, close, leaves

# What holds for ordinary inputs; the other clauses ask for more than the formula.
ORDINARY = ("values", "linear in dout")
# What is left of a number whose digits are lost differs from code to code.
DIGITS = ("extreme values", "accuracy")


def find_cause(sheet: Sheet, failure: Failure) -> tuple[str | None, str, str]:
    """(identifier, cause in words, hint): of the known mistake that agrees best, else a pattern.

    Best in all that was seen; else, where ordinary inputs fail, in all outputs of these; else in
    the output that fails first, since later ones may differ for another reason.
    """
    run = sheet.run_of(failure)
    slow = run.problem is not None and run.problem[0] == "slow"
    if slow or all(_timed_out(r) for i, r in enumerate(sheet.runs) if i not in sheet.skipped):
        return None, slips.in_words(run, None, None), ""
    general = _pattern(sheet, failure)
    mistake = _known(sheet, failure)
    numbers = mistake is not None
    mistake = mistake or _of_that_shape(sheet, failure)
    if mistake is not None:
        text = _("your numbers are those of a known mistake, “{name}”.")
        raised = run.problem is not None and run.problem[0] == "raised"
        stated = failure.finding is None or type(failure.finding.want) is bool
        if (stated and numbers) or (raised and failure.probe.clause in ORDINARY):
            text = _("it fails where a known mistake fails, “{name}”.")
        elif not numbers:
            text = _("your shapes are those of a known mistake, “{name}”.")
        words = text.format(name=_(mistake.words))
        for more in [general, *([in_place(sheet)] if not _changes(sheet, mistake) else [])]:
            words = _("{sentence} {next}").format(sentence=words, next=more) if more else words
        return mistake.name, words, _(mistake.hint)
    swapped = like_names(sheet)
    slip = swapped or slips.in_words(run, failure.finding, sheet.function)
    found = slip or exchanged(sheet, failure) or general or instead(sheet, failure)
    if not found and failure.finding and failure.probe.clause in DIGITS:
        found = slips.clipped(sheet.function)
    found, lead = found or in_place(sheet), _(failure.probe.case.lead)
    if lead and found in ("", general):  # a pattern says what, and the case why
        found = _("{sentence} {next}").format(sentence=found, next=lead) if found else lead
    return None, found, ""


def _pattern(sheet: Sheet, failure: Failure) -> str:
    """What the wrong numbers have in common with the right ones.

    One number is soon the double of another: it has to be a multiple in every ordinary case.
    """
    finding, probes = failure.finding, sheet.drawing.probes
    tiny = failure.probe.clause == "accuracy"  # what is off by a last digit has no pattern
    sentence = diagnose.pattern(finding, failure.probe.case) if finding and not tiny else ""
    if finding is None or not sentence:
        return sentence
    named = diagnose.factors(finding, failure.probe.case)
    if named and sentence != diagnose.times(finding, named[0]):
        named = []
    for i, probe in enumerate(probes):
        if probe.clause != "values" or i in sheet.skipped or sheet.runs[i].problem:
            continue
        for other in (f for f in sheet.findings(i) if f.name == finding.name):
            if np.size(finding.want) == 1 and not diagnose.pattern(other, probe.case):
                return ""
            named = [n for n in named if n in diagnose.factors(other, probe.case)]
    # 4 is N where N is 4: the name that holds in every case.
    return diagnose.times(finding, named[0]) if named else sentence


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
    changed = [c for r in sheet.runs for c in r.changed if c != "cache"]
    if not changed:
        return ""
    text = _("{name} is changed in place, and every later line sees the new numbers.")
    return text.format(name=changed[0])


def _changes(sheet: Sheet, mistake: Mistake) -> bool:
    """Whether a mistake changes its inputs itself: that is said by its name."""
    tried = [i for i, run in enumerate(sheet.runs) if run.changed]
    return any(sheet.drawing.mistaken(mistake, i).changed for i in tried)


def _known(sheet: Sheet, failure: Failure) -> Mistake | None:
    mistakes, probes = sheet.drawing.exercise.mistakes, sheet.drawing.probes
    tried = [i for i, r in enumerate(sheet.runs) if i not in sheet.skipped and not _timed_out(r)]
    ordinary = [i for i in tried if probes[i].clause in ORDINARY]
    looks: list[tuple[list[int], str]] = [(tried, "")]
    if failure.probe.clause in ORDINARY:
        looks.append((ordinary, ""))
        if failure.finding and failure.finding.kind in ("values", "shapes"):
            looks.append((ordinary, failure.finding.name.split("[")[0]))
    elif failure.finding and failure.finding.kind in ("values", "finite"):
        like = [i for i in tried if probes[i].clause in (*ORDINARY, failure.probe.clause)]
        looks.append((like, failure.finding.name.split("[")[0]))
    for where, output in looks:
        rest = [i for i in tried if i not in where]
        for mistake in mistakes:
            agrees = bool(where) and all(_agrees(sheet, mistake, i, output) for i in where)
            agrees = agrees and (bool(output) or _is_evidence(sheet, mistake, where))
            if agrees and not any(_denies(sheet, mistake, i) for i in rest):
                return mistake
    return None


def _denies(sheet: Sheet, mistake: Mistake, i: int) -> bool:
    """Whether a mistake breaks a promise on probe i that the student's function keeps."""
    mine = {finding.name for finding in sheet.findings(i)}
    broken = [f for f in _findings_of(sheet, mistake, i) if f.want is True]
    return not sheet.runs[i].problem and any(f.name not in mine for f in broken)


def _is_evidence(sheet: Sheet, mistake: Mistake, where: list[int]) -> bool:
    """Whether more agrees than the type of an exception: wrong numbers, or its words."""
    raised = [i for i in where if sheet.runs[i].problem]
    if not raised or any(i not in raised and sheet.findings(i) for i in where):
        return True
    return all(
        _message(sheet.runs[i]) == _message(sheet.drawing.mistaken(mistake, i)) for i in raised
    )


def _message(run: Run) -> str:
    """What an exception says, without the place where it was raised."""
    place = _(" (line {n} of your cell: {code})").split("{n}")[0]
    return run.problem[1].split(place)[0] if run.problem else ""


def _of_that_shape(sheet: Sheet, failure: Failure) -> Mistake | None:
    """The mistake with the shapes of all outputs: wherever inputs are ordinary, and here."""
    tried = [(i, p) for i, p in enumerate(sheet.drawing.probes) if i not in sheet.skipped]
    asked = [i for i, p in tried if p.clause in ORDINARY or p is failure.probe]
    if failure.finding is None or failure.finding.kind != "shapes":
        return None

    def shapes(run: Run) -> Any:
        if run.problem:
            return None
        return [(path, np.shape(v)) for path, v in leaves(run.outputs)]

    mine = [shapes(sheet.runs[i]) for i in asked]
    if None in mine:
        return None
    for mistake in sheet.drawing.exercise.mistakes:
        if mine == [shapes(sheet.drawing.mistaken(mistake, i)) for i in asked]:
            return mistake
    return None


def _agrees(sheet: Sheet, mistake: Mistake, i: int, output: str) -> bool:
    """Whether a mistake shows on probe i what the student's function shows, in an output or all."""
    drawing = sheet.drawing
    mine, theirs = _seen(sheet.runs[i]), _seen(drawing.mistaken(mistake, i))
    if output:
        mine, theirs = (
            (kind, {k: v for k, v in outputs.items() if k == output}, (), random)
            for kind, outputs, _changed, random in (mine, theirs)
        )
        if mine[0] or not mine[1]:
            return False
    special = drawing.probes[i].clause in DIGITS
    return alike(drawing.exercise, mine, theirs, special) and _explains(sheet, mistake, i, output)


def _explains(sheet: Sheet, mistake: Mistake, i: int, output: str) -> bool:
    """Whether a mistake accounts for what is wrong on probe i, and changes no other input.

    Two small errors look alike beside the numbers themselves: the student's has to be far nearer to
    the mistake than to the right answer.
    """
    if sheet.runs[i].problem:
        return True
    mine, theirs = _wrong(sheet.findings(i)), _wrong(_findings_of(sheet, mistake, i))
    if not set(sheet.drawing.mistaken(mistake, i).changed) <= {*sheet.runs[i].changed, "cache"}:
        return False
    for path in {*mine, *theirs}:
        ours, known = mine.get(path), theirs.get(path)
        if output and path.split("[")[0] != output:  # which may differ for another reason
            continue
        if ours is None or known is None or ours.kind != known.kind:
            return False
        digits = sheet.drawing.probes[i].clause in DIGITS
        if ours.kind == "values" and not digits and not _far_nearer(ours, known):
            return False
    return True


def _findings_of(sheet: Sheet, mistake: Mistake, i: int) -> list[Finding]:
    """What is wrong with a mistake's results on probe i."""
    drawing, run = sheet.drawing, sheet.drawing.mistaken(mistake, i)
    return differences(drawing.exercise, drawing.probes[i], run, drawing.expected[i])


def _wrong(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def _far_nearer(mine: Finding, known: Finding) -> bool:
    """Whether a wrong value is that of a mistake rather than a small error of its own."""
    got, theirs = as_array(mine.got), as_array(known.got)
    if got is None or theirs is None or not mine.error < 0.01:
        return True
    return difference(mine.output, got, theirs)[0] <= 0.1 * mine.error


def _timed_out(run: Run) -> bool:
    return run.error_type == "timeout"


def _seen(run: Run) -> tuple[str, dict[str, Any], tuple[str, ...], bool]:
    kind = (
        run.error_type
        if run.problem and run.problem[0] == "raised"
        else run.problem[0]
        if run.problem
        else ""
    )
    return kind, run.outputs, run.changed, run.global_random
