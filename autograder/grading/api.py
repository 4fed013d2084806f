"""Grading one submission from a program: a web service, a plagiarism tool, a test."""

from __future__ import annotations

from pathlib import Path

from autograder.coursefolder.course import Course
from autograder.coursefolder.material import Material
from autograder.grading.classroom.jobs import Job, grade_job
from autograder.grading.judging.results import Result
from autograder.grading.sandbox.limits import Limits


def grade_submission(
    assignment: str | Material,
    path: str | Path,
    *,
    course: str | Path = "course",
    student: str = "",
    jail: str = "namespaces",
    limits: Limits | None = None,
) -> Result:
    """Grade the submission at `path` (a folder, or one notebook) and return what it earned.

    assignment: its name in the course's gradebook ("03_feedforward"), or its Material from
    `Course.open(folder).material(name)`, which saves reading it again for every call.
    Nothing is written, neither to the gradebook nor into the course folder.

    The Result has `score` and `max_score` (automatic points), `scores` (by exercise), `cells` (each
    with its check's report and a sentence why points were lost), `reasons` (what kept a notebook or
    cell from being graded), `evidence` (of tampering), `seconds`, and `to_dict()` for JSON.

    Raises NoCourse or UnknownAssignment when there is nothing to grade against, FileNotFoundError
    when `path` is not there, JailError where student code cannot be locked in and jail is not
    "none". A jail is kept for the next call; calls must come from one thread at a time.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"no submission at {path}")
    hide: tuple[str, ...] = ()
    if isinstance(assignment, str):
        opened = Course.open(Path(course))
        assignment = opened.material(opened.resolve(assignment))
        hide = (str(opened.root),)
    job = Job(student or path.stem, str(path), assignment, jail, limits or Limits(), hide)
    return grade_job(job)
