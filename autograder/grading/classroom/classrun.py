"""Grades a class: what changed since the last run, on all workers, into one gradebook."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.utils import parse_utc
from sqlalchemy.exc import OperationalError

from autograder import exercises
from autograder.building.layout import write_atomic
from autograder.checking import messages
from autograder.coursefolder.course import Course
from autograder.grading.classroom import forkserver
from autograder.grading.classroom.fingerprints import circumstances, fingerprint
from autograder.grading.classroom.gradebook import GradebookWriter
from autograder.grading.classroom.jobs import Job
from autograder.grading.classroom.workers import process_executor, run_jobs
from autograder.grading.judging.results import Result
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sanitize.find import read_bytes
from autograder.grading.submission import in_short


@dataclass
class ClassRun:
    """What a run did: students graded now, kept from before, and those without any score, with reasons.

    faults: student -> what an error of the grader's own kept from being graded.  tracebacks: of those.
    """

    assignment: str
    graded: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    unscored: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, list[str]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    tracebacks: dict[str, str] = field(default_factory=dict)


def grade_class(
    course: Course,
    assignment: str,
    *,
    students: Sequence[str] = (),
    workers: int = 0,
    regrade: bool = False,
    jail: str = "namespaces",
    limits: Limits | None = None,
    progress: Callable[[int, int, Result | None], None] = lambda done, total, result: None,
    make_executor: Callable[[int], Executor] = process_executor,
) -> ClassRun:
    """Grade the submissions of `assignment`; what is graded already and unchanged is kept.

    workers: 0 for one a processor.  progress(done, total, result) is called after each submission.
    Raises UnknownAssignment, ValueError for a student without a submission or an unknown language of
    the messages, JailError without a jail.
    """
    forkserver.start()
    # Exercises that cannot be loaded are the instructor's trouble: no student is graded with them.
    messages.language()
    exercises.everything()
    material = course.material(assignment)
    submissions = course.submissions(assignment)
    unknown = [student for student in students if student not in submissions]
    if unknown:
        raise ValueError(f"no submission of {assignment} by {', '.join(unknown)}")
    chosen = {s: folder for s, folder in submissions.items() if not students or s in students}
    limits = limits or Limits()
    parts = circumstances(material, limits, jail)
    run = ClassRun(assignment)
    with course.gradebook() as gradebook:
        writer = GradebookWriter(gradebook, assignment, course.config)
        known = writer.graded_students()

        def jobs() -> Iterator[Job]:
            for student, folder in chosen.items():
                mark = fingerprint(folder, parts)
                old = None if regrade or student not in known else load(course, assignment, student)
                if old is not None and old.fingerprint == mark:
                    run.kept.append(student)
                    note(run, old)
                    progress(len(run.kept) + len(run.graded), len(chosen), None)
                    continue
                yield Job(student, str(folder), material, jail, limits, (str(course.root),), mark)

        workers = workers or available_processors()
        for _, result in run_jobs(jobs(), workers, make_executor):
            try:
                keep(course, writer, result, chosen[result.student])
            except (OSError, OperationalError):
                raise  # the disk or the database, not this submission
            except Exception as error:
                gradebook.db.rollback()
                result = dataclasses.replace(
                    result, error=in_short(error), fault=traceback.format_exc(), fingerprint=""
                )
                keep_result(course, result)
            run.graded.append(result.student)
            note(run, result)
            progress(len(run.kept) + len(run.graded), len(chosen), result)
    return run


def keep(course: Course, writer: GradebookWriter, result: Result, folder: Path) -> None:
    """Autograded notebooks, then the gradebook, last the result: who is interrupted begins again."""
    write_autograded(course, result, folder)
    writer.save(result, timestamp(folder))
    keep_result(course, result)


def keep_result(course: Course, result: Result) -> None:
    """Write what the report and the next run need to know."""
    path = course.result_path(result.assignment, result.student)
    write_atomic(path, json.dumps(result.to_dict(), ensure_ascii=False))


def write_autograded(course: Course, result: Result, folder: Path) -> None:
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
        when = timestamp(folder)
        if when:
            (fresh / "timestamp.txt").write_text(when, encoding="utf-8")
        fresh.chmod(0o755)
        if target.is_symlink():
            target.unlink()
        elif target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    finally:
        if fresh.exists():
            shutil.rmtree(fresh, ignore_errors=True)


def timestamp(folder: Path) -> str | None:
    """The time of submission as nbgrader keeps it, None where there is none that can be read."""
    try:
        text = read_bytes(folder / "timestamp.txt")[:200].decode("utf-8").strip()
        return text if text and parse_utc(text) else None
    except (OSError, ValueError, OverflowError):
        return None


def load(course: Course, assignment: str, student: str) -> Result | None:
    """The kept result; None where there is none or it cannot be read."""
    try:
        text = course.result_path(assignment, student).read_text(encoding="utf-8")
        return Result.from_dict(json.loads(text))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def note(run: ClassRun, result: Result) -> None:
    """Count a result among the scores or the reasons."""
    if result.reasons:
        run.reasons[result.student] = result.reasons
    if result.evidence:
        run.evidence[result.student] = result.evidence
    if result.faults:
        run.faults[result.student] = next(
            (text for text in result.reasons if "internal error" in text), result.error
        )
        run.tracebacks[result.student] = "\n".join(result.faults)
    if result.error or all(notebook.reason for notebook in result.notebooks):
        run.unscored[result.student] = result.reasons[0] if result.reasons else "no notebook"


def available_processors() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
