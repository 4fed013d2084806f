"""All probes of one check with what is right and what came back, and the failures among them."""

from __future__ import annotations

from dataclasses import dataclass, field
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

    def put(clause: str, failure: Failure) -> None:
        found.setdefault(clause, failure)

    for i, (probe, run) in enumerate(zip(sheet.drawing.probes, sheet.runs, strict=True)):
        if i in sheet.skipped:
            continue
        ordinary = probe.clause == "values"
        special = "" if ordinary else probe.clause
        if run.problem:
            kind, text = run.problem
            clause = special or ("structure" if kind == "structure" else "runs")
            put(clause, Failure(probe, problem_text(exercise, probe, run.error_type, kind, text)))
            continue
        for finding in sheet.findings(i):
            clause = special or (
                finding.name.split("[")[0].split(" (")[0]
                if finding.kind == "values"
                else finding.kind
            )
            put(clause, Failure(probe, finding_text(finding, special), finding))
        kept = [c for c in run.changed if c not in exercise.may_change]
        if kept:
            put(
                "inputs unchanged",
                Failure(
                    probe,
                    _("It changed {names} in place; the caller still needs the old values.").format(
                        names=", ".join(kept)
                    ),
                ),
            )
        if probe.quiet and run.warnings:
            put(
                special or "runs",
                Failure(probe, _("It warned: {text}.").format(text=run.warnings[0])),
            )
        if run.global_random:
            put(
                "randomness",
                Failure(
                    probe,
                    _("It used NumPy's global random state; draw from the rng that is passed in."),
                ),
            )
        if run.delegated:
            put(
                "own work",
                Failure(
                    probe,
                    _("It calls {name}; this exercise is about writing that yourself.").format(
                        name=", ".join(libraries(run.delegated))
                    ),
                ),
            )
    return found
