"""Which known mistake shows what the student's function shows: the same numbers, or shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking.alike import alike
from autograder.checking.exercise import Mistake
from autograder.checking.messages import translate as _
from autograder.checking.runner import Run
from autograder.checking.sheet import Failure, Sheet, differences
from autograder.checking.values import leaves

# What holds for ordinary inputs; the other clauses ask for more than the formula.
ORDINARY = ("values", "linear in dout")
NEARLY = 1e-4  # a relative difference that is small beside what `alike` lets pass


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
        for mistake in mistakes:
            agrees = where and all(_agrees(sheet, mistake, i, output) for i in where)
            agrees = agrees and _fails_there(sheet, failure, mistake)
            if agrees and (output or _is_evidence(sheet, mistake, where)):
                return mistake
    return None


def _fails_there(sheet: Sheet, failure: Failure, mistake: Mistake) -> bool:
    """Whether a mistake is wrong where the function is, and, where it is nearly right, by as much.

    Two functions that are off by a few last digits are like each other, and like the right one.
    """
    if failure.finding is None:
        return True
    drawing = sheet.drawing
    i = next(i for i, probe in enumerate(drawing.probes) if probe is failure.probe)
    run = drawing.mistaken(mistake, i)
    if run.problem:
        return True
    found = differences(drawing.exercise, failure.probe, run, drawing.expected[i])
    same = [f for f in found if f.name == failure.finding.name]
    if not same or not failure.finding.error < NEARLY:
        return bool(same)
    gaps = [np.asarray(f.got, float) - f.want for f in (failure.finding, same[0])]
    return gaps[0].shape == gaps[1].shape and bool(
        np.linalg.norm(gaps[0] - gaps[1]) <= 0.1 * np.linalg.norm(gaps[0])
    )


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
    mine, theirs = seen(sheet.runs[i]), seen(drawing.mistaken(mistake, i))
    if output:
        mine, theirs = (
            (kind, {k: v for k, v in outputs.items() if k == output}, (), random)
            for kind, outputs, _changed, random in (mine, theirs)
        )
        if mine[0] or not mine[1]:
            return False
    special = drawing.probes[i].clause in ("extreme values", "accuracy")
    return alike(drawing.exercise, mine, theirs, special)


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
