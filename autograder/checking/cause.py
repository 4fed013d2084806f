"""The cause of a failure: the known mistake that gives the student's numbers, else a pattern."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking import diagnose, remarks, slips
from autograder.checking.alike import alike, nearer
from autograder.checking.exercise import Mistake
from autograder.checking.instead import instead
from autograder.checking.messages import output_name
from autograder.checking.messages import translate as _
from autograder.checking.runner import Run
from autograder.checking.sheet import Failure, Sheet
from autograder.checking.swaps import like_names
from autograder.checking.values import as_array, close, leaves

# What holds for ordinary inputs; the other clauses ask for more than the formula.
ORDINARY = ("values", "linear in dout")


def find_cause(sheet: Sheet, failure: Failure) -> tuple[str | None, str, str]:
    """(identifier, cause in words, hint): of the known mistake that agrees best, else a pattern.

    Best in all that was seen; else, where ordinary inputs fail, in all outputs of these; else in
    the output that fails first, since later ones may differ for another reason.
    """
    run = sheet.run_of(failure)
    slow = run.problem is not None and run.problem[0] == "slow"
    if slow or all(_timed_out(r) for i, r in enumerate(sheet.runs) if i not in sheet.skipped):
        return None, remarks.lead(failure) or slips.in_words(run, None, None), ""
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
    whole = failure.probe.clause == "whole numbers"
    slip = remarks.lead(failure) if _timed_out(run) else ""
    slip = slip or swapped or slips.in_words(run, failure.finding, sheet.function, whole)
    slip = slip or remarks.default(sheet, failure) or remarks.remembers(sheet, failure)
    found = slip or exchanged(sheet, failure) or general or instead(sheet, failure)
    far = failure.probe.clause in ("extreme values", "accuracy", "whole numbers")
    if not found and far and failure.finding and failure.finding.kind == "values":
        found = slips.clipped(sheet.function, failure.probe.clause)
    return None, found or in_place(sheet) or remarks.lead(failure), ""


def _pattern(sheet: Sheet, failure: Failure) -> str:
    """What the wrong numbers have in common with the right ones.

    One number is soon the double of another: it has to be a multiple in every ordinary case.
    """
    finding, probes = failure.finding, sheet.drawing.probes
    tiny = failure.probe.clause == "accuracy"  # what is off by a last digit has no pattern
    sentence = diagnose.pattern(finding, failure.probe.case) if finding and not tiny else ""
    if finding is None or not sentence or np.size(finding.want) != 1:
        return sentence
    for i, probe in enumerate(probes):
        if probe.clause != "values" or i in sheet.skipped or sheet.runs[i].problem:
            continue
        others = [f for f in sheet.findings(i) if f.name == finding.name]
        if not all(diagnose.pattern(f, probe.case) for f in others):
            return ""
    return sentence


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
    place = next(i for i, p in enumerate(probes) if p is failure.probe)
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
        for mistake in mistakes:
            if not where or not all(_agrees(sheet, mistake, i, output) for i in where):
                continue
            told = output or _is_evidence(sheet, mistake, where)
            if told and _shows(sheet, failure, sheet.drawing.mistaken(mistake, place)):
                return mistake
    return None


def _shows(sheet: Sheet, failure: Failure, theirs: Run) -> bool:
    """Whether what failed is so in the run of a mistake, too: it may be right there.

    What is wrong in its last digits only, or in its type, is like anything that is right.
    """
    finding, run = failure.finding, sheet.run_of(failure)
    if finding is None and failure.probe.quiet and run.warnings and not run.problem:
        return bool(theirs.warnings)
    if finding is None or finding.kind not in ("values", "dtype"):
        return True
    head = finding.name.split("[")[0]
    leaf = dict(leaves(theirs.outputs.get(head), head)).get(finding.name)
    there, got, want = (as_array(v) for v in (leaf, finding.got, finding.want))
    if there is None or got is None or want is None or there.shape != got.shape:
        return True
    if finding.kind == "dtype":
        return there.dtype == got.dtype
    return got.shape != want.shape or nearer(got, there, want)


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
    """The mistake with the shapes of the output: wherever inputs are ordinary, and here."""
    tried = [(i, p) for i, p in enumerate(sheet.drawing.probes) if i not in sheet.skipped]
    asked = [i for i, p in tried if p.clause in ORDINARY or p is failure.probe]
    if failure.finding is None or failure.finding.kind != "shapes":
        return None
    name = failure.finding.name.split("[")[0]

    def shapes(run: Run) -> Any:
        if run.problem:
            return None
        return [np.shape(v) for _path, v in leaves(run.outputs.get(name), name)]

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
    special = drawing.probes[i].clause in ("extreme values", "accuracy")
    return alike(drawing.exercise, mine, theirs, special)


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
