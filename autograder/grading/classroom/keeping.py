"""What stays of a graded submission: executed notebooks, the gradebook's rows, the kept result.

Written in this order, the result last: whoever is interrupted is graded again. Submissions that are
done at the same time share one commit.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from autograder.building.layout import write_atomic
from autograder.coursefolder.course import Course
from autograder.coursefolder.trouble import CourseTrouble, trouble
from autograder.grading.classroom.gradebook import GradebookWriter
from autograder.grading.classroom.lock import one_writer
from autograder.grading.classroom.rows import Entry
from autograder.grading.judging.results import Result
from autograder.grading.submission import in_short

# More in one commit saves nothing, and another program waits for the gradebook meanwhile.
TOGETHER = 32


def keep(course: Course, writer: GradebookWriter, entries: Sequence[Entry]) -> list[Result]:
    """Keep submissions; return their results, with a fault where one could not be kept.

    Raises CourseTrouble when the disk or the database is what fails.
    """
    kept = []
    for start in range(0, len(entries), TOGETHER):
        kept += _keep_together(course, writer, entries[start : start + TOGETHER])
    return kept


def _keep_together(
    course: Course, writer: GradebookWriter, entries: Sequence[Entry]
) -> list[Result]:
    try:
        with one_writer(course.root):
            for entry in entries:
                write_autograded(course, entry.result, entry.timestamp)
            writer.save(entries)
            for entry in entries:
                keep_result(course, entry.result)
    except Exception as error:
        writer.db.rollback()
        if words := trouble(error):  # the disk or the database, not a submission
            raise CourseTrouble(words) from error
        if len(entries) > 1:
            return [r for entry in entries for r in _keep_together(course, writer, [entry])]
        (entry,) = entries
        faulty = dataclasses.replace(
            entry.result, error=in_short(error), fault=traceback.format_exc(), fingerprint=""
        )
        with contextlib.suppress(OSError, ValueError):
            keep_result(course, faulty)
        return [faulty]
    return [entry.result for entry in entries]


def keep_result(course: Course, result: Result) -> None:
    """Write what the report and the next run need to know."""
    path = course.result_path(result.assignment, result.student)
    write_atomic(path, json.dumps(result.to_dict(), ensure_ascii=False))


def load(course: Course, assignment: str, student: str) -> Result | None:
    """Return the kept result; None where there is none or it cannot be read."""
    try:
        text = course.result_path(assignment, student).read_text(encoding="utf-8")
        return Result.from_dict(json.loads(text))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_autograded(course: Course, result: Result, timestamp: str | None) -> None:
    """Put the executed notebooks where nbgrader's formgrader and feedback look for them."""
    target = course.folder("autograded", result.student, result.assignment)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        for relative, data in result.files.items():
            path = fresh / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for notebook in result.notebooks:
            if notebook.text:
                path = fresh / f"{notebook.name}.ipynb"
                path.write_text(notebook.text, encoding="utf-8", newline="\n")
        if timestamp:
            (fresh / "timestamp.txt").write_text(timestamp, encoding="utf-8")
        fresh.chmod(0o755)
        if target.is_symlink():
            target.unlink()
        elif target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    finally:
        if fresh.exists():
            shutil.rmtree(fresh, ignore_errors=True)
