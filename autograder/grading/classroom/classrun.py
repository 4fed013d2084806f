"""Grades a class: what changed since the last run, on all workers, into one gradebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from autograder import exercises
from autograder.checking import messages
from autograder.coursefolder.course import Course
from autograder.coursefolder.extensions import load_extensions
from autograder.coursefolder.shown import shown
from autograder.coursefolder.timestamps import submitted_at
from autograder.grading.classroom import forkserver
from autograder.grading.classroom.fingerprints import circumstances, fingerprint
from autograder.grading.classroom.gradebook import GradebookWriter
from autograder.grading.classroom.jobs import Job
from autograder.grading.classroom.keeping import keep, load
from autograder.grading.classroom.rows import Entry
from autograder.grading.classroom.workers import available_processors, process_executor, run_jobs
from autograder.grading.judging.results import Result
from autograder.grading.sandbox.limits import Limits


@dataclass
class ClassRun:
    """What a run did: students graded now, kept from before, and without any score.

    passed_over: what lies in submitted/ and is nobody's submission, with the reason.
    faults: student -> what an error of the grader's own kept from being graded.  tracebacks: of
    those.
    """

    assignment: str
    graded: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    unscored: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, list[str]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    tracebacks: dict[str, str] = field(default_factory=dict)
    passed_over: dict[str, str] = field(default_factory=dict)


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
    Raises UnknownAssignment, ValueError for a student without a submission or an unknown language
    of the messages, JailError without a jail.
    """
    forkserver.start()
    # Exercises that cannot be loaded are the instructor's trouble: no student is graded with them.
    messages.language()
    exercises.everything()
    material = course.material(assignment)
    discovery = course.discover(assignment)
    submissions = discovery.submissions
    unknown = [student for student in students if student not in submissions]
    if unknown:
        why = [f"{s}: {discovery.passed_over[s]}" for s in unknown if s in discovery.passed_over]
        said = "; ".join([f"no submission of {assignment} by {', '.join(unknown)}", *why])
        raise ValueError(shown(said, 600))
    chosen = {s: folder for s, folder in submissions.items() if not students or s in students}
    limits = limits or Limits()
    parts = circumstances(material, limits, jail)
    run = ClassRun(assignment, passed_over={} if students else discovery.passed_over)
    with course.gradebook() as gradebook:
        extensions = load_extensions(course.root, [])
        writer = GradebookWriter(gradebook, assignment, course.config, extensions)
        known = writer.graded_students()
        before: dict[str, Result | None] = {}

        def jobs() -> Iterator[Job]:
            for student, folder in chosen.items():
                mark = fingerprint(folder, parts)
                before[student] = load(course, assignment, student)
                old = None if regrade or student not in known else before[student]
                if old is not None and mark and old.fingerprint == mark:
                    del before[student]
                    run.kept.append(student)
                    note(run, old)
                    progress(len(run.kept) + len(run.graded), len(chosen), None)
                    continue
                yield Job(student, str(folder), material, jail, limits, (str(course.root),), mark)

        workers = workers or available_processors()
        for finished in run_jobs(jobs(), workers, make_executor):
            entries = []
            for _, result in finished:
                when = submitted_at(chosen[result.student]).text
                entries.append(Entry(result, when, before.pop(result.student, None)))
            for result in keep(course, writer, entries):
                run.graded.append(result.student)
                note(run, result)
                progress(len(run.kept) + len(run.graded), len(chosen), result)
        writer.refresh_penalties()
    return run


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
