"""The x-ray in a notebook's report: a line more where no known mistake explains the failure."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from autograder.checking.drawing import Drawing
from autograder.checking.report import Report
from autograder.checking.runner import Runner
from autograder.checking.sheet import differences
from autograder.checking.xray.locate import locate


def with_line(report: Report, drawing: Drawing, functions: Mapping[str, Any]) -> Report:
    """The report, and in it where the mistake is, if that is sure; the verdict stays what it is.

    functions: what the student gave.  Where a grader's secret is at hand nothing is looked for.
    """
    if report.passed or report.mistake or not report.found or "NN_COURSE_SECRET" in os.environ:
        return report
    if any(c.name == "cache" for c in report.clauses):
        return report  # the function is right; its forward's cache is not
    state = random.getstate()
    try:
        place = _place(drawing, functions)
    except Exception:  # an aid must not cost anybody the report
        place = ""
    finally:
        random.setstate(state)
    if not place:
        return report
    found = f"{report.found}\n{place}"
    message = report.message.replace(report.found, found, 1)
    return replace(report, found=found, message=message)


def _place(drawing: Drawing, functions: Mapping[str, Any]) -> str:
    exercise, partner = drawing.exercise, drawing.partner
    space = {**exercise.companions, **functions}
    if partner is not None:
        space = {**exercise.companions, exercise.name: functions[exercise.name]}
        if partner.name in functions and _is_right(drawing, functions[partner.name]):
            space[partner.name] = functions[partner.name]
    runner = Runner(exercise.time_limit)
    for i, (probe, right) in enumerate(zip(drawing.probes, drawing.expected, strict=True)):
        if probe.clause != "values":
            continue
        run = runner.run(probe.trial or exercise.trial, SimpleNamespace(**space), probe.case)
        if run.problem:
            return ""
        if differences(exercise, probe, run, right):
            located = locate(drawing, i, space)
            return located.text if located else ""
    return ""


def _is_right(drawing: Drawing, forward: Any) -> bool:
    """Whether a student's forward is right on the ordinary cases, so that its cache was used."""
    partner = drawing.partner
    assert partner is not None
    space = SimpleNamespace(**{**partner.companions, partner.name: forward})
    runner = Runner(partner.time_limit)
    for probe, right in zip(drawing.probes, drawing.forward, strict=True):
        if probe.clause == "values":
            run = runner.run(partner.trial, space, probe.case)
            if run.problem or differences(partner, probe, run, right):
                return False
    return True
