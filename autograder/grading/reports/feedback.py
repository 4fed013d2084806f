"""Feedback with nbgrader's generate_feedback: the check's report and hint, no hidden test."""

from __future__ import annotations

import errno
import hashlib
import html
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import MissingEntry

from autograder.building.layout import write_atomic
from autograder.checking.report import Clause, Report, as_html
from autograder.coursefolder import names
from autograder.coursefolder.course import Course
from autograder.coursefolder.shown import shown
from autograder.coursefolder.trouble import FULL
from autograder.grading.reports.conversion import convert

SHARE = 4  # students; what a process has rendered once serves its next share


def show_report(cell: NotebookNode) -> None:
    """Put the reports kept in a test cell's metadata in place of its error output."""
    kept = cell.metadata.get("autograder", {})
    reports = kept.get("reports") or ([kept["report"]] if kept.get("report") else [])
    if cell.cell_type != "code" or not reports:
        return
    shown = [new_output("display_data", data=_bundle(report)) for report in reports]
    # A message that no report explains (an exception of the test itself) stays.
    rest = [o for o in cell.outputs if o.output_type == "error" and o.ename != "CheckFailed"]
    cell.outputs = [*shown, *rest]


def _bundle(plain: dict[str, Any]) -> dict[str, str]:
    report = report_from(plain)
    try:
        page = as_html(report)
    except (TypeError, ValueError):
        page = f"<pre>{html.escape(report.message)}</pre>"
    return {"text/plain": report.message, "text/html": page}


def report_from(plain: dict[str, Any]) -> Report:
    """Return the Report that `to_dict` made plain."""
    known = {key: plain[key] for key in Report.__dataclass_fields__ if key in plain}
    known["clauses"] = tuple(Clause(**clause) for clause in known.get("clauses", ()))
    known["rows"] = tuple(tuple(row) for row in known.get("rows", ()))
    known["notes"] = tuple(known.get("notes", ()))
    return Report(**known)


class FeedbackError(Exception):
    """nbgrader could not write somebody's feedback; the message says whose, and its last words."""


def write_feedback(
    course: Course,
    assignment: str,
    students: Sequence[str] = (),
    *,
    force: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write feedback/<student>/<assignment>/*.html for all graded submissions; how many there are.

    Feedback made from the same notebooks and grades is kept, unless `force`; no clock is asked. One
    student's that cannot be written stops nobody else's: FeedbackError comes at the end.
    """
    made = made_from(course, assignment)
    kept = load_made(course, assignment)
    todo = []
    graded = [s for s in course.submissions(assignment) if not students or s in students]
    graded = [s for s in graded if course.folder("autograded", s, assignment).is_dir()]
    if nobody := [student for student in students if student not in graded]:
        raise FeedbackError(
            f"no graded submission of {assignment} by {', '.join(map(shown, nobody[:10]))}"
        )
    for student in graded:
        if (
            force
            or kept.get(student) != made.get(student)
            or not pages_of(course, assignment, student)
        ):
            todo.append(student)
    words = []
    for number, said in enumerate(_convert_all(course, assignment, todo), 1):
        words += said
        progress(min(len(graded) - len(todo) + number * SHARE, len(graded)), len(graded))
    progress(len(graded), len(graded))
    done = [s for s in todo if pages_of(course, assignment, s)] if not words else []
    kept.update({student: made.get(student, "") for student in done})
    write_atomic(made_path(course, assignment), json.dumps(kept, indent=1, sort_keys=True))
    failed = [student for student in todo if not pages_of(course, assignment, student)]
    if any(f"[Errno {number}]" in said for said in words for number in FULL):
        folder = str(course.root / "feedback")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), folder)
    if failed or words:
        raise FeedbackError(
            f"The feedback of {len(failed)} students could not be written "
            f"({', '.join(map(shown, failed[:10]))}); "
            f"all others have theirs. nbgrader says: {shown(' '.join(words), 1000)}"
        )
    return len(graded)


def _convert_all(course: Course, assignment: str, students: list[str]) -> Iterator[list[str]]:
    """Convert shares of a few students, on all processors where there is more than one share."""
    shares = [students[i : i + SHARE] for i in range(0, len(students), SHARE)]
    if len(shares) < 2:
        yield from (convert(course.root, assignment, share) for share in shares)
        return
    from autograder.grading.classroom import forkserver
    from autograder.grading.classroom.workers import available_processors

    # One that this call started would be there for graders after it, without what they share.
    context = forkserver.context() if forkserver.runs else get_context("spawn")
    with ProcessPoolExecutor(available_processors(), context) as pool:
        done = [pool.submit(convert, course.root, assignment, share) for share in shares]
        for share in done:
            try:
                yield share.result()
            except BrokenExecutor as error:  # a process ended: its students have no pages
                yield [str(error)]


def pages_of(course: Course, assignment: str, student: str) -> list[Path]:
    """Return a student's feedback, sorted."""
    made = course.folder("feedback", student, assignment)
    return sorted(made.glob("*.html")) if made.is_dir() else []


def made_path(course: Course, assignment: str) -> Path:
    """Return the file that keeps what feedback was made from."""
    return course.root / names.RESULTS / f"{assignment}.feedback.json"


def load_made(course: Course, assignment: str) -> dict[str, str]:
    """Return what the feedback that is there was made from, by student."""
    try:
        kept = json.loads(made_path(course, assignment).read_text(encoding="utf-8"))
        return kept if isinstance(kept, dict) else {}
    except (OSError, ValueError):
        return {}


def made_from(course: Course, assignment: str) -> dict[str, str]:
    """Return a mark, by student, of all that feedback shows.

    That is notebooks, points, comments and penalties.
    """
    marks: dict[str, str] = {}
    with course.gradebook() as gradebook:
        try:
            submissions = gradebook.assignment_submissions(assignment)
        except MissingEntry:
            return {}
        for submission in submissions:
            plain: list[Any] = []
            for notebook in submission.notebooks:
                plain.append([notebook.name, notebook.late_submission_penalty])
                plain += [[g.name, g.score, g.max_score, g.extra_credit] for g in notebook.grades]
                plain += [[c.name, c.comment] for c in notebook.comments]
            digest = hashlib.sha256(json.dumps(sorted(plain, key=repr)).encode())
            student = submission.student_id
            folder = course.folder("autograded", student, assignment)
            for path in sorted(folder.glob("*.ipynb")) if folder.is_dir() else ():
                digest.update(path.name.encode() + path.read_bytes())
            marks[student] = digest.hexdigest()
    return marks
