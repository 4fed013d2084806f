"""The cause of a failure: the known mistake whose numbers are the student's, else a pattern in the
error.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking import diagnose
from autograder.checking.exercise import Exercise, Mistake
from autograder.checking.messages import translate as _
from autograder.checking.runner import Run
from autograder.checking.sheet import Failure, Sheet
from autograder.checking.values import as_array, leaves


def find_cause(sheet: Sheet, failure: Failure) -> tuple[str | None, str, str]:
    """(identifier, cause in words, hint): of the known mistake that agrees in everything seen, else
    a pattern.
    """
    if all(_timed_out(r) for i, r in enumerate(sheet.runs) if i not in sheet.skipped):
        return None, "", ""
    general = diagnose.pattern(failure.finding, failure.probe.case) if failure.finding else ""
    for mistake in sheet.drawing.exercise.mistakes:
        if agrees(sheet, mistake):
            words = _("{sentence}.").format(sentence=_(mistake.words))
            if general:
                words = _("{sentence} {next}").format(sentence=words, next=general)
            return mistake.name, words, _(mistake.hint)
    return None, general, ""


def agrees(sheet: Sheet, mistake: Mistake) -> bool:
    """Whether a mistake's numbers are the student's on every probe that ended (stops at a
    difference).
    """
    drawing = sheet.drawing
    return all(
        alike(
            drawing.exercise,
            _seen(run),
            _seen(drawing.mistaken(mistake, i)),
            drawing.probes[i].clause == "extreme values",
        )
        for i, run in enumerate(sheet.runs)
        if i not in sheet.skipped and not _timed_out(run)
    )


def _timed_out(run: Run) -> bool:
    return run.problem is not None and run.problem[0] == "timeout"


def _seen(run: Run) -> tuple[str, dict[str, Any], tuple[str, ...], bool]:
    kind = (
        run.error_type
        if run.problem and run.problem[0] == "raised"
        else run.problem[0]
        if run.problem
        else ""
    )
    return kind, run.outputs, run.changed, run.global_random


def _near(x: np.ndarray, y: np.ndarray, atol: float, elementwise: bool) -> bool:
    """Equal up to rounding; infinities and NaN only to their like."""
    finite = np.isfinite(x) & np.isfinite(y)
    if not np.array_equal(x[~finite], y[~finite], equal_nan=x.dtype.kind == "f"):
        return False
    u, v = x[finite].astype(complex), y[finite].astype(complex)
    size = np.abs(v)
    scale = 0.0 if elementwise or not size.size else float(np.sqrt(np.mean(size**2)))
    return bool(np.all(np.abs(u - v) <= 2 * atol + 1e-6 * (size + scale)))


def alike(exercise: Exercise, a: Any, b: Any, elementwise: bool = False) -> bool:
    """Two observations of one probe are the same up to rounding."""
    if (a[0] == "") != (b[0] == ""):
        return False
    if a[0]:
        return a[0] == b[0]
    if set(a[2]) - {"cache"} != set(b[2]) - {"cache"} or a[3] != b[3] or a[1].keys() != b[1].keys():
        return False
    for name, value in a[1].items():
        mine, theirs = dict(leaves(value, name)), dict(leaves(b[1][name], name))
        if mine.keys() != theirs.keys():
            return False
        output = exercise.output(name.split(" (")[0])
        for path, u in mine.items():
            x, y = as_array(u), as_array(theirs[path])
            if x is None or y is None:
                if type(u) is not type(theirs[path]) or u != theirs[path]:
                    return False
            elif (
                x.shape != y.shape
                or (x.dtype.kind != y.dtype.kind and x.ndim)
                or not _near(x, y, output.atol, elementwise)
            ):
                return False
    return True
