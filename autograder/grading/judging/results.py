"""What grading a submission yields: plain values that workers return and files keep."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class CellResult:
    """One graded cell.

    score: points given automatically, None where a person has to read.  report: the check's report
    as plain data (autograder.checking.Report.to_dict), None where no check was reached.  why: one
    sentence for points not given.  answer: a mark of the student's text it stands for.
    """

    notebook: str
    grade_id: str
    exercise: str
    points: float
    score: float | None
    report: dict[str, Any] | None = None
    why: str = ""
    answer: str = ""

    @property
    def passed(self) -> bool:
        """Whether all points were given."""
        return self.score is not None and self.score >= self.points

    @property
    def mistake(self) -> str:
        """The named mistake's sentence, or nothing."""
        return (self.report or {}).get("cause") or ""


@dataclass(frozen=True)
class NotebookResult:
    """One notebook.

    reason: why it could not be graded, else empty.  text: the executed notebook as JSON.
    comments: grade_id of a solution cell -> nbgrader's automatic comment.  seconds: wall time of
    all, student_seconds: inside the student's own cells.  fault: the traceback of an error of the
    grader's own, for the instructor only; cells it kept from being judged have no score.
    """

    name: str
    cells: tuple[CellResult, ...]
    reason: str = ""
    reasons: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    tampering: tuple[str, ...] = ()
    comments: dict[str, str | None] = field(default_factory=dict)
    seconds: float = 0.0
    student_seconds: float = 0.0
    test_seconds: float = 0.0
    missing: bool = False
    fault: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Result:
    """A graded submission.

    jail: "namespaces" or "none".  error: why no notebook could be graded at all.  fault: the
    traceback of an error of the grader's own outside any notebook.
    """

    assignment: str
    student: str
    jail: str
    notebooks: tuple[NotebookResult, ...] = ()
    repairs: tuple[str, ...] = ()
    tampering: tuple[str, ...] = ()
    error: str = ""
    fault: str = ""
    seconds: float = 0.0
    fingerprint: str = ""
    files: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def cells(self) -> list[CellResult]:
        """All graded cells in order."""
        return [cell for notebook in self.notebooks for cell in notebook.cells]

    @property
    def scores(self) -> dict[str, float]:
        """Points by exercise, of the automatic cells; cells of one exercise add up."""
        found: dict[str, float] = {}
        for cell in self.cells:
            if cell.score is not None:
                found[cell.exercise] = found.get(cell.exercise, 0.0) + cell.score
        return found

    @property
    def score(self) -> float:
        """All automatic points together."""
        return sum(cell.score or 0.0 for cell in self.cells)

    @property
    def max_score(self) -> float:
        """What the automatic cells are worth."""
        return sum(cell.points for cell in self.cells if not is_manual(cell))

    @property
    def reasons(self) -> list[str]:
        """Everything that kept points away but was no wrong answer, by notebook."""
        found = [self.error] if self.error else []
        for notebook in self.notebooks:
            for reason in [notebook.reason, *notebook.reasons]:
                if reason:
                    found.append(f"{notebook.name}: {reason}")
        return found

    @property
    def faults(self) -> list[str]:
        """Tracebacks of errors of the grader's own: what they concern was not graded."""
        return [text for text in (self.fault, *(nb.fault for nb in self.notebooks)) if text]

    @property
    def evidence(self) -> list[str]:
        """What looks like an attempt on the grade."""
        found = list(self.tampering)
        for notebook in self.notebooks:
            found += [f"{notebook.name}: {text}" for text in notebook.tampering]
        return found

    @property
    def repaired(self) -> list[str]:
        """What was put right before grading, and cost nothing."""
        found = list(self.repairs)
        for notebook in self.notebooks:
            found += [f"{notebook.name}: {text}" for text in notebook.repairs]
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, without the executed notebooks and other files."""
        plain = fields_of(self, leave_out="files")
        plain["notebooks"] = [fields_of(notebook, leave_out="text") for notebook in self.notebooks]
        for notebook in plain["notebooks"]:
            notebook["cells"] = [fields_of(cell) for cell in notebook["cells"]]
            for cell in notebook["cells"]:
                report = cell["report"]
                if report:
                    cell["report"] = {key: report.get(key) for key in KEPT}
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Result:
        """Make again what `to_dict` made plain; raises TypeError or KeyError for other data."""
        notebooks = tuple(
            NotebookResult(
                **{
                    **notebook,
                    "cells": tuple(CellResult(**cell) for cell in notebook["cells"]),
                    **{k: tuple(notebook[k]) for k in ("reasons", "repairs", "tampering")},
                }
            )
            for notebook in plain["notebooks"]
        )
        rest = {k: tuple(plain[k]) for k in ("repairs", "tampering")}
        return cls(**{**plain, **rest, "notebooks": notebooks})


# What the class report uses of a check's report; the whole one is in the autograded notebook.
KEPT = ("exercise", "passed", "mistake", "cause", "found", "next_step")


def is_manual(cell: CellResult) -> bool:
    """Return whether a person gives this cell's points."""
    return cell.exercise == ""


def fields_of(one: Any, leave_out: str = "") -> dict[str, Any]:
    """Return a dataclass's fields by name.

    Not dataclasses.asdict: that copies every value below, too.
    """
    return {f.name: getattr(one, f.name) for f in dataclasses.fields(one) if f.name != leave_out}
