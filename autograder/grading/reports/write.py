"""Writes the class report: one self-contained HTML file and a CSV file beside it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from autograder.building.layout import write_atomic
from autograder.coursefolder.course import Course
from autograder.grading.reports.data import ClassData, collect


def write_report(course: Course, assignment: str, page: Path) -> tuple[Path, Path]:
    """Write the report of an assignment; (HTML file, CSV file)."""
    from autograder.grading.reports.page import render

    data = collect(course, assignment)
    table = page.with_suffix(".csv")
    write_atomic(page, render(data))
    write_atomic(table, as_csv(data))
    return page, table


def as_csv(data: ClassData) -> str:
    """One line a student: points by exercise, totals, time, reasons."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["student", *data.exercises, "automatic", "in_words", "late_hours", "penalty",
                     "reasons", "repaired", "tampering", "jail"])  # fmt: skip
    for row in data.rows:
        result = row.result
        writer.writerow([
            safe(row.student), *(f"{row.scores.get(name, 0.0):g}" for name in data.exercises),
            "" if row.ungraded else f"{row.total:g}",
            "" if row.manual is None else f"{row.manual:g}", f"{row.late:.1f}", f"{row.penalty:g}",
            safe("; ".join(result.reasons) if result else ""), safe("; ".join(result.repaired) if result else ""),
            safe("; ".join(result.evidence) if result else ""), result.jail if result else "",
        ])  # fmt: skip
    return out.getvalue()


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
