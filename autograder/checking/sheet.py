"""All probes of one check with what is right and what came back, and the failures among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from autograder.checking.compare import Finding, compare
from autograder.checking.drawing import Drawing
from autograder.checking.exercise import Exercise, Probe
from autograder.checking.messages import translate as _
from autograder.checking.own_text import FOREIGN
from autograder.checking.runner import Run
from autograder.checking.wording import finding_text, problem_text


@dataclass(frozen=True)
class Failure:
    """The first thing that went wrong under one clause."""

    probe: Probe
    text: str
    finding: Finding | None = None

    def with_error(self, error: float) -> str:
        """Return the text with the relative difference of another case that fails so."""
        special = "" if self.probe.clause == "values" else self.probe.clause
        if self.finding is None or self.text != finding_text(self.finding, special):
            return self.text
        return finding_text(replace(self.finding, error=error), special)


@dataclass
class Sheet:
    """The runs of one drawing. skipped: probes that are left out.  function: what was run."""

    drawing: Drawing
    runs: list[Run]
    skipped: set[int] = field(default_factory=set)
    function: Any = None

    def run_of(self, failure: Failure) -> Run:
        """The run in which something went wrong."""
        return self.runs[self._place(failure)]

    def expected_of(self, failure: Failure) -> Run:
        """What is right there."""
        return self.drawing.expected[self._place(failure)]

    def _place(self, failure: Failure) -> int:
        return next(i for i, p in enumerate(self.drawing.probes) if p is failure.probe)

    def findings(self, i: int) -> list[Finding]:
        """Differences of probe i."""
        return differences(
            self.drawing.exercise, self.drawing.probes[i], self.runs[i], self.drawing.expected[i]
        )


def differences(exercise: Exercise, probe: Probe, run: Run, right: Run) -> list[Finding]:
    """What differs between a run and the right one, by the standards of the probe's clause."""
    return compare(
        exercise,
        run.outputs,
        right.outputs,
        run.wants,
        elementwise=probe.clause == "extreme values",
        precise=probe.clause == "accuracy",
        # From whole numbers, whole-number results of the right value are right too
        # (a ReLU by np.maximum).
        any_dtype=probe.clause == "whole numbers",
    )


def libraries(called: tuple[str, ...]) -> list[str]:
    """Names of what was called: a foreign library by its own name, whatever it calls inside."""
    found = [name.split(".")[0] if name.split(".")[0] in FOREIGN else name for name in called]
    listed = list(dict.fromkeys(found))
    return listed if len(listed) <= 3 else [*listed[:3], "…"]


def collect_failures(sheet: Sheet) -> dict[str, Failure]:
    """The first failure under each clause."""
    found: dict[str, Failure] = {}
    exercise = sheet.drawing.exercise

    def put(clause: str, failure: Callable[[], Failure]) -> None:
        if clause not in found:  # wording takes longer than comparing: the first one only
            found[clause] = failure()

    for i, (probe, run) in enumerate(zip(sheet.drawing.probes, sheet.runs, strict=True)):
        if i in sheet.skipped:
            continue
        special = "" if probe.clause == "values" else probe.clause
        if run.problem:
            kind = run.problem[0]
            clause = special or ("structure" if kind == "structure" else "runs")
            put(clause, partial(_broken, exercise, probe, run))
            continue
        for finding in sheet.findings(i):
            clause = special or (
                finding.name.split("[")[0].split(" (")[0]
                if finding.kind == "values"
                else finding.kind
            )
            put(clause, partial(_differs, probe, finding, special))
        for clause, text in _misconduct(exercise, probe, run):
            put(clause, partial(Failure, probe, text))
    return found


def _broken(exercise: Exercise, probe: Probe, run: Run) -> Failure:
    assert run.problem is not None
    return Failure(probe, problem_text(exercise, probe, run.error_type, *run.problem))


def _differs(probe: Probe, finding: Finding, special: str) -> Failure:
    return Failure(probe, finding_text(finding, special), finding)


def _misconduct(exercise: Exercise, probe: Probe, run: Run) -> Iterator[tuple[str, str]]:
    """What a run did beside its results: clauses and texts."""
    kept = [c for c in run.changed if c not in exercise.may_change]
    if kept:
        text = _("It changed {names} in place; the caller still needs the old values.")
        yield "inputs unchanged", text.format(names=", ".join(kept))
    if probe.quiet and run.warnings:
        clause = "runs" if probe.clause == "values" else probe.clause
        yield clause, _("It warned: {text}.").format(text=run.warnings[0])
    if run.global_random:
        text = _("It used NumPy's global random state; draw from the rng that is passed in.")
        if "rng" not in exercise.signature:
            text = _("It drew from NumPy's global random state; nothing here is random.")
        yield "randomness", text
    if run.delegated:
        text = _("It calls {name}; this exercise is about writing that yourself.")
        yield "own work", text.format(name=", ".join(libraries(run.delegated)))
