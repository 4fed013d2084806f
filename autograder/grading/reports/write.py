"""Writes the class report: one self-contained HTML file and a CSV file beside it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from autograder.building.layout import write_atomic
from autograder.checking import messages
from autograder.coursefolder.course import Course
from autograder.coursefolder.shown import shown
from autograder.grading.reports.collect import collect
from autograder.grading.reports.data import ClassData

# Of one submission, however much it gives rise to.
MAX_LINES = 20
MAX_CELL = 2000


def write_report(course: Course, assignment: str, page: Path) -> tuple[Path, Path]:
    """Write the report of an assignment and return its HTML and CSV file.

    Late penalties are taken as they stand.
    """
    from autograder.grading.reports.page import render

    data = collect(course, assignment)
    table = page.with_suffix(".csv")
    with messages.speaking(messages.for_class(course.language)):
        write_atomic(page, render(data))
    write_atomic(table, as_csv(data))
    return page, table


def as_csv(data: ClassData) -> str:
    """Return one line a student: points by exercise, totals, time, reasons."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["student", *data.exercises, "automatic", "in_words", "late_hours",
                     "extension_hours", "penalty",
                     "reasons", "repaired", "tampering", "jail"])  # fmt: skip
    for row in data.rows:
        result = row.result
        writer.writerow([
            safe(row.student), *(f"{row.scores.get(name, 0.0):g}" for name in data.exercises),
            "" if row.ungraded else f"{row.total:g}",
            "" if row.manual is None else f"{row.manual:g}", f"{row.late:.1f}",
            f"{row.extension.hours:g}" if row.extension else "", f"{row.penalty:g}",
            *(safe("; ".join(map(shown, lines[:MAX_LINES])).replace("<", "\u2039")) for lines in
              ((result.reasons, result.repaired, result.evidence) if result else ([], [], []))),
            result.jail if result else "",
        ])  # fmt: skip
    return out.getvalue()


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, and no terminal for a command."""
    text = shown(text, MAX_CELL)
    return (
        f"'{text}"
        if text.lstrip()[:1] in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
        else text
    )


def without_formulas(table: Path) -> str:
    """Return a CSV file with its texts made safe; numbers stay numbers."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([cell if is_number(cell) else safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def is_number(text: str) -> bool:
    """Return whether a cell holds a number and nothing else."""
    return re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text) is not None
