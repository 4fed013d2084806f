"""Which known mistake shows what the student's function shows: the same numbers, or shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking.alike import alike, nearer
from autograder.checking.compare import Finding
from autograder.checking.exercise import Mistake
from autograder.checking.messages import translate as _
from autograder.checking.runner import Run
from autograder.checking.sheet import Failure, Sheet, differences
from autograder.checking.values import as_array, leaves

# What holds for ordinary inputs; the other clauses ask for more than the formula.
ORDINARY = ("values", "linear in dout")
# What is left of a number whose digits are lost differs from code to code.
DIGITS = ("extreme values", "accuracy")


def known(sheet: Sheet, failure: Failure) -> Mistake | None:
    """The mistake that agrees best with what was seen, None where none does."""
    mistakes, probes = sheet.drawing.exercise.mistakes, sheet.drawing.probes
    tried = [i for i, r in enumerate(sheet.runs) if i not in sheet.skipped and not timed_out(r)]
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
            agrees = bool(where) and all(
                _agrees(sheet, mistake, i, output, is_asked=probes[i] is failure.probe)
                for i in where
            )
            agrees = agrees and _warns_too(sheet, failure, mistake)
            agrees = agrees and (bool(output) or _is_evidence(sheet, mistake, where))
            if agrees and not any(_denies(sheet, mistake, i) for i in rest):
                return mistake
    return None


def _denies(sheet: Sheet, mistake: Mistake, i: int) -> bool:
    """Whether a mistake breaks a promise on probe i that the student's function keeps."""
    mine = {finding.name for finding in sheet.findings(i)}
    broken = [f for f in _findings_of(sheet, mistake, i) if f.want is True]
    return not sheet.runs[i].problem and any(f.name not in mine for f in broken)


def _warns_too(sheet: Sheet, failure: Failure, mistake: Mistake) -> bool:
    """Whether a mistake warns where nothing but a warning is wrong; True where it is more."""
    run = sheet.run_of(failure)
    if failure.finding is not None or run.problem or not (failure.probe.quiet and run.warnings):
        return True
    place = next(i for i, p in enumerate(sheet.drawing.probes) if p is failure.probe)
    return bool(sheet.drawing.mistaken(mistake, place).warnings)


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


def of_that_shape(sheet: Sheet, failure: Failure) -> Mistake | None:
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


def _agrees(sheet: Sheet, mistake: Mistake, i: int, output: str, is_asked: bool) -> bool:
    """Whether a mistake shows on probe i what the student's function shows, in an output or all.

    is_asked: it is the probe that is explained.
    """
    drawing = sheet.drawing
    mine, theirs = seen(sheet.runs[i]), seen(drawing.mistaken(mistake, i))
    if output:
        mine, theirs = (
            (kind, {k: v for k, v in outputs.items() if k == output}, (), random)
            for kind, outputs, _changed, random in (mine, theirs)
        )
        if mine[0] or not mine[1]:
            return False
    special = drawing.probes[i].clause in DIGITS
    if not alike(drawing.exercise, mine, theirs, special):
        return False
    return _explains(sheet, mistake, i, output, by_size=is_asked or not special)


def _explains(sheet: Sheet, mistake: Mistake, i: int, output: str, by_size: bool) -> bool:
    """Whether a mistake accounts for what is wrong on probe i, and changes no other input.

    by_size: two small errors look alike beside the numbers themselves, so the student's result has
    to be nearer to the mistake than to the right answer.
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
        arrays = [a for a in map(as_array, (ours.got, known.got, ours.want)) if a is not None]
        if by_size and ours.kind == "values" and len(arrays) == 3 and not nearer(*arrays):
            return False
    return True


def _findings_of(sheet: Sheet, mistake: Mistake, i: int) -> list[Finding]:
    """What is wrong with a mistake's results on probe i."""
    drawing, run = sheet.drawing, sheet.drawing.mistaken(mistake, i)
    return differences(drawing.exercise, drawing.probes[i], run, drawing.expected[i])


def _wrong(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def timed_out(run: Run) -> bool:
    """Whether a run did not end in its time."""
    return run.error_type == "timeout"


def seen(run: Run) -> tuple[str, dict[str, Any], tuple[str, ...], bool]:
    """What two functions are compared by: how a run ended, its outputs, what it changed."""
    kind = (
        run.error_type
        if run.problem and run.problem[0] == "raised"
        else run.problem[0]
        if run.problem
        else ""
    )
    return kind, run.outputs, run.changed, run.global_random
