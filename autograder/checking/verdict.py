"""From the runs of a check to its report: the clauses in order, the cause of the first failure."""

from __future__ import annotations

import numpy as np

from autograder.checking import locate
from autograder.checking.as_floats import fails_as_floats
from autograder.checking.cause import find_cause
from autograder.checking.messages import translate as _
from autograder.checking.misfit import cache_remark
from autograder.checking.report import LATER, ORDER, Clause, Report, as_text
from autograder.checking.sheet import Failure, Sheet
from autograder.checking.wording import next_step, show_example, step_after

LOCAL = 0.5  # the largest share of wrong entries that is called a place


def write(sheet: Sheet, failures: dict[str, Failure], notes: list[str]) -> Report:
    """Turn runs into clauses, find the cause of the first failure, and write the report."""
    exercise = sheet.drawing.exercise
    outputs = [o.name for o in exercise.outputs]
    # An output of the wrong form has no values to judge.
    misshapen = {f.finding.output.name for n, f in failures.items() if n in ORDER and f.finding}
    clauses = []
    present = {p.clause for p in sheet.drawing.probes}
    tried = [run for i, run in enumerate(sheet.runs) if i not in sheet.skipped]
    blocked = "runs" in failures or all(run.problem for run in tried)
    # Wrong values fail everything that compares values; saying so five times helps nobody.
    unsettled = any(name in failures for name in (*ORDER, *outputs))
    # What a trial found besides the outputs, on ordinary inputs, is as much a wrong value.
    more = [
        name
        for name, failure in failures.items()
        if name not in (*ORDER, *outputs, *LATER) and failure.probe.clause == "values"
    ]
    unsettled = unsettled or bool(more)
    for name in (*ORDER, *outputs, *more, *LATER):
        shown = name in present or name in failures or name in ("inputs unchanged", "own work")
        if name in LATER and not shown and not (name == "randomness" and exercise.randomness):
            continue
        failure = failures.get(name)
        if (
            unsettled
            and name in LATER
            and name not in ("inputs unchanged", "randomness", "own work")
        ):
            clauses.append(Clause(name, None))
            continue
        open_yet = (blocked and name != "runs") or name in misshapen
        passed = False if failure else None if open_yet else True
        clauses.append(Clause(name, passed, failure.text if failure else ""))
    for name, failure in failures.items():
        if name not in (*LATER, *(c.name for c in clauses)):
            clauses.append(Clause(name, False, failure.text))
    passed = not failures
    printed = max((r.printed for r in sheet.runs), key=len, default="")
    if len(printed) > 200:
        notes = [*notes, _("It printed a lot of text, which was not kept.")]
    if passed:
        notes = [*notes, *cache_remark(sheet)]
        text = as_text(exercise.name, True, tuple(clauses), "", "", "", (), "", tuple(notes))
        return Report(exercise.name, True, None, text, tuple(clauses), notes=tuple(notes))
    first = most_telling([c for c in clauses if c.passed is False], failures)
    failure = failures[first.name]
    mistake, cause, hint = find_cause(sheet, failure)
    example, rows = show_example(failure.probe, failure.finding, exercise.beside)
    if not cause and rows:
        notes = [
            *notes,
            _("No known mistake gives these numbers; the example is the smallest that fails."),
        ]
    late = sheet.run_of(failure).error_type == "timeout"
    run = sheet.run_of(failure)
    fitting = step_after(first.name, failure.finding, run, fails_as_floats(sheet, failure))
    step = next_step("time" if late else fitting, exercise)
    message = as_text(
        exercise.name,
        False,
        tuple(clauses),
        failure.text,
        cause,
        example,
        rows,
        step,
        tuple(notes),
        hint,
    )
    return Report(
        exercise.name,
        False,
        mistake,
        message,
        tuple(clauses),
        cause,
        failure.text,
        example,
        rows,
        step,
        tuple(notes),
        hint,
    )


def most_telling(failed: list[Clause], failures: dict[str, Failure]) -> Clause:
    """The first clause that failed; of wrong outputs the one that is wrong in one place only.

    Where dx differs everywhere and db in block o, block o is the news.
    """
    first = failed[0]
    if first.name == "repeatable":  # a second call on other inputs fails where these inputs do
        first = next((c for c in failed if c.name in ("extreme values", "accuracy")), first)
    finding = failures[first.name].finding
    if finding is None or finding.kind != "values" or first.name != finding.name:
        return first
    shares = {}
    for clause in failed:
        other = failures[clause.name].finding
        if other is not None and other.kind == "values" and clause.name == other.name:
            wrong = locate.wrong_entries(other)
            shares[clause.name] = float(np.mean(wrong)) if wrong.size > 2 else 1.0
    if shares[first.name] < 1 or min(shares.values()) > LOCAL:
        return first
    return next(c for c in failed if shares.get(c.name) == min(shares.values()))


def first_failure(report: Report, failures: dict[str, Failure]) -> Failure:
    """The failure that a report opens."""
    return next(f for f in failures.values() if f.text == report.found)
