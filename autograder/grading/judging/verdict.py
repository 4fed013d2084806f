"""The verdict on a test cell, and the notebook outputs that are written from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

# What a student reads in place of an error that may quote what is hidden.
NOT_YOURS = "the grader failed, which is no fault of this work; your instructor sees why"
MAX_WHY = 300


@dataclass(frozen=True)
class Verdict:
    """What is known of a test cell once it was judged.

    score: the points given, None where an error of the grader's own left it without any.
    reports: those of its checks, as plain data.  printed: what the cell printed.  message: the
    reports' text.  credit: the value of its last line, where that gives part of the points.
    error: (name, text) of the exception that ended it, as a student may read it.
    fault: the traceback of an error of the grader's own.
    """

    score: float | None
    reports: tuple[dict[str, Any], ...] = ()
    printed: str = ""
    message: str = ""
    credit: int | float | None = None
    error: tuple[str, str] | None = None
    fault: str = ""

    @property
    def report(self) -> dict[str, Any] | None:
        """The last check's report, None where no check was reached."""
        return self.reports[-1] if self.reports else None

    @property
    def why(self) -> str:
        """Return a sentence on lost points: the named mistake, the finding, or the error."""
        if self.report and not self.report.get("passed"):
            for key in ("cause", "found"):
                if self.report.get(key):
                    return str(self.report[key])[:MAX_WHY]
        if self.error:
            name, text = self.error
            return (text.strip().splitlines() or [name])[0][:MAX_WHY]
        return ""


def refused(reason: str) -> Verdict:
    """Return the verdict on a cell that was not run: no points, for a named reason."""
    return Verdict(0.0, error=("NotGraded", reason))


def faulty(fault: str) -> Verdict:
    """Return the verdict on a cell that an error of the grader's own kept from being judged."""
    return Verdict(None, error=("GraderFault", NOT_YOURS), fault=fault)


def write_verdict(cell: NotebookNode, verdict: Verdict, number: int) -> None:
    """Give a test cell the outputs from which nbgrader reads the verdict.

    number: shown as In[number].
    """
    cell.execution_count = number
    cell.outputs = []
    if verdict.printed:
        cell.outputs.append(new_output("stream", name="stdout", text=verdict.printed))
    if verdict.error is not None:
        cell.outputs.append(error_output(*verdict.error))
    elif verdict.message:
        cell.outputs.append(new_output("stream", name="stdout", text=verdict.message + "\n"))
    if verdict.credit is not None:
        value = {"text/plain": repr(verdict.credit)}
        cell.outputs.append(new_output("execute_result", data=value, execution_count=number))
    if verdict.reports:  # for feedback, which nbgrader makes from the notebook alone
        reports = list(verdict.reports)
        cell.metadata["autograder"] = {"report": reports[-1], "reports": reports}


def error_output(name: str, text: str) -> NotebookNode:
    """Return the output of a cell that ended with an exception."""
    return new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])
