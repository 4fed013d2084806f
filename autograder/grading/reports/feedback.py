"""Feedback with nbgrader's generate_feedback: the check's report and hint, no hidden test."""

from __future__ import annotations

import contextlib
import copy
import html
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.checking.report import Clause, Report, as_html
from autograder.coursefolder import names
from autograder.coursefolder.course import Course


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
    """The Report that `to_dict` made plain."""
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

    Feedback newer than what it is made from is kept, unless `force`. One student's that cannot be
    written stops nobody else's: FeedbackError comes at the end.
    """
    from nbgrader.converters import GenerateFeedback

    from autograder.coursefolder.nbgrader import quiet_nbgrader

    todo = []
    graded = [s for s in course.submissions(assignment) if not students or s in students]
    graded = [s for s in graded if course.folder("autograded", s, assignment).is_dir()]
    for student in graded:
        if force or is_stale(course, assignment, student):
            todo.append(student)
    # One run for a whole class: what a run prepares is the most of a small one's time.
    runs = ["*"] if len(todo) > 1 and len(todo) == len(course.submissions(assignment)) else todo
    words: list[str] = []
    with quiet_nbgrader():
        for number, student in enumerate(runs):
            config: Any = copy.deepcopy(course.config)
            config.CourseDirectory.student_id = student
            config.CourseDirectory.assignment_id = assignment
            config.GenerateFeedback.force = True
            directory = type(course.directory)(config=config)
            converter = GenerateFeedback(coursedir=directory, config=config)
            with last_words(converter.log, words):
                try:
                    converter.start()
                except Exception as error:
                    words.append(str(error))
            progress(number + 1, len(runs))
    failed = [student for student in todo if not pages_of(course, assignment, student)]
    if failed or words:
        raise FeedbackError(
            f"The feedback of {len(failed)} students could not be written ({', '.join(failed[:10])}); "
            f"all others have theirs. nbgrader says: {' '.join(words)[:1000]}"
        )
    return len(graded)


@contextlib.contextmanager
def last_words(log: Any, words: list[str]) -> Iterator[None]:
    """Keep the last line of each error that nbgrader logs, and show none."""

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines = record.getMessage().strip().splitlines()
            if "Traceback" in lines[0]:
                words.append(lines[-1])

    handlers, level, propagate = log.handlers[:], log.level, log.propagate
    log.handlers, log.propagate = [Keep(logging.ERROR)], False
    log.setLevel("ERROR")
    try:
        yield
    finally:
        log.handlers, log.propagate = handlers, propagate
        log.setLevel(level)


def pages_of(course: Course, assignment: str, student: str) -> list[Path]:
    """A student's feedback, sorted."""
    made = course.folder("feedback", student, assignment)
    return sorted(made.glob("*.html")) if made.is_dir() else []


def is_stale(course: Course, assignment: str, student: str) -> bool:
    """Whether the submission was graded, or anything graded by hand, since its feedback was written."""
    pages = pages_of(course, assignment, student)
    if not pages:
        return True
    graded = course.folder("autograded", student, assignment)
    sources = [*graded.glob("*.ipynb"), course.root / names.GRADEBOOK]
    newest = max((path.stat().st_mtime for path in sources if path.exists()), default=0.0)
    return min(path.stat().st_mtime for path in pages) < newest
