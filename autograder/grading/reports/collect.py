"""Reads what the class report shows: scores from the gradebook, reasons from the kept results."""

from __future__ import annotations

from collections.abc import Iterable

from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from autograder.coursefolder.course import Course
from autograder.coursefolder.extensions import load_extensions
from autograder.coursefolder.material import Material
from autograder.grading.classroom.classrun import load
from autograder.grading.judging.outcome import exercise_of
from autograder.grading.reports.data import ClassData, Row
from autograder.platforms.roster import known_groups
from autograder.platforms.roster import load as load_roster


def collect(course: Course, assignment: str) -> ClassData:
    """Read the gradebook and the kept results; UnknownAssignment when it was never released."""
    material = course.material(assignment)
    with course.gradebook() as gradebook:
        return _collect(course, gradebook, material)


def _collect(course: Course, gradebook: Gradebook, material: Material) -> ClassData:
    db, assignment = gradebook.db, material.assignment
    exercise = {(nb.name, c.name): exercise_of(c) for nb in material.notebooks for c in nb.cells}
    exercises: dict[str, float] = {}
    manual_points = 0.0
    for notebook in material.notebooks:
        for cell in notebook.cells:
            if cell.is_test:
                name = exercise[notebook.name, cell.name]
                exercises[name] = exercises.get(name, 0.0) + (cell.points or 0.0)
            elif cell.is_manual:
                manual_points += cell.points or 0.0
    due = db.scalar(select(Assignment.duedate).where(Assignment.name == assignment))
    rows: dict[str, Row] = {}
    ids = {}
    extensions = load_extensions(course.root, [])
    query = (
        select(
            SubmittedAssignment.id, SubmittedAssignment.student_id, SubmittedAssignment.timestamp
        )
        .join(Assignment)
        .where(Assignment.name == assignment)
    )
    for identity, student, when in db.execute(query):
        more = extensions.get((assignment, student))
        late = (
            (when - due).total_seconds() / 3600 - (more.hours if more else 0) if when and due else 0
        )
        ids[identity] = rows[student] = Row(
            student,
            late=max(0.0, late),
            extension=more,
            result=load(course, assignment, student),
        )
    query = (
        select(SubmittedNotebook.assignment_id, Notebook.name, GradeCell.name, Grade.auto_score,
               Grade.manual_score, Grade.extra_credit)
        .select_from(Grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(GradeCell, Grade.cell_id == GradeCell.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(Assignment.name == assignment)
    )  # fmt: skip
    unread: set[str] = set()
    for identity, notebook, cell, auto, manual, extra in db.execute(query):
        row = ids[identity]
        given = manual if manual is not None else auto
        name = exercise.get((notebook, cell), "")
        if name:
            row.scores[name] = row.scores.get(name, 0.0) + (given or 0.0) + (extra or 0.0)
        elif given is None:
            unread.add(row.student)
        else:
            row.manual = (row.manual or 0.0) + given + (extra or 0.0)
    for student in unread:
        rows[student].manual = None
    query = select(SubmittedNotebook.assignment_id, SubmittedNotebook.late_submission_penalty)
    for identity, penalty in db.execute(query.where(SubmittedNotebook.late_submission_penalty > 0)):
        if identity in ids:
            ids[identity].penalty += penalty
    students = set(db.scalars(select(Student.id))).union(on_rosters(course, rows))
    order = sorted(rows.values(), key=lambda row: (-row.total, row.student))
    jails = {row.result.jail for row in order if row.result}
    more_time = {who: one for (of, who), one in sorted(extensions.items()) if of == assignment}
    return ClassData(
        assignment, exercises, manual_points, order, sorted(students - rows.keys()),
        f"{due:%Y-%m-%d %H:%M} UTC" if due else "", jails,
        course.discover(assignment).passed_over, more_time, known_groups(course.root),
    )  # fmt: skip


def on_rosters(course: Course, handed_in: Iterable[str]) -> set[str]:
    """Return the members of the rosters, but for those who handed in under another of their ids."""
    found: set[str] = set()
    for roster in filter(None, (load_roster(course.root, p) for p in ("canvas", "moodle"))):
        found |= roster.rows.keys() - {one for who in handed_in for one in roster.meant(who)}
    return found
