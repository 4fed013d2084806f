"""The numbers of the class report: scores from the gradebook, reasons from the kept results."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass, field

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

from autograder import exercises
from autograder.coursefolder.course import Course
from autograder.coursefolder.extensions import Extension, load_extensions
from autograder.coursefolder.material import Material
from autograder.grading.classroom.classrun import load
from autograder.grading.judging.outcome import exercise_of
from autograder.grading.judging.results import Result


def group_of(exercise: str) -> str:
    """Return an exercise's heading in tables that fit a page: "quiz", "other" for no exercise."""
    if exercise.startswith("quiz"):
        return "quiz"
    known = exercises.find(exercise)
    return known.group if known else "other"


@dataclass
class Row:
    """One student.

    scores: automatic points by exercise.  manual: points given by a person, None while something is
    unread.  late: hours after the due date, extension included.  extension: hours more, and why.
    penalty: points taken for being late.
    """

    student: str
    scores: dict[str, float] = field(default_factory=dict)
    manual: float | None = None
    late: float = 0.0
    penalty: float = 0.0
    extension: Extension | None = None
    result: Result | None = None

    @property
    def total(self) -> float:
        """Automatic points, before penalties and without what a person gives."""
        return sum(self.scores.values())

    @property
    def ungraded(self) -> bool:
        """Whether an error of the grader's own kept something of it from being graded."""
        return self.result is not None and bool(self.result.faults)

    @property
    def why(self) -> str:
        """The most telling sentence on lost points; empty when none were lost."""
        if self.result is None:
            return ""
        lost = [c for c in self.result.cells if c.exercise and not c.passed]
        if self.ungraded:
            return next((r for r in self.result.reasons if "internal error" in r), "internal error")
        if self.result.evidence:
            return f"{len(self.result.evidence)} signs of tampering: {self.result.evidence[0]}"
        if self.result.reasons:
            return self.result.reasons[0]
        if not lost:
            return self.result.repaired[0] if self.result.repaired else ""
        first = max(lost, key=lambda cell: (bool(cell.mistake), cell.points))
        more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
        return f"{first.exercise}: {first.why}{more}"


@dataclass(frozen=True)
class ExerciseStatistics:
    """How a class did in one exercise.

    difficulty: share of the points that were earned.  discrimination: correlation of this
    exercise's points with the sum of all others, None where everybody has the same.
    """

    name: str
    group: str
    points: float
    difficulty: float
    discrimination: float | None
    full: int


@dataclass(frozen=True)
class Mistake:
    """A named mistake and who made it."""

    exercise: str
    text: str
    students: tuple[str, ...]


@dataclass
class ClassData:
    """Everything the report shows."""

    assignment: str
    exercises: dict[str, float]
    manual_points: float
    rows: list[Row]
    missing: list[str]
    duedate: str
    jails: set[str]
    passed_over: dict[str, str] = field(default_factory=dict)

    @property
    def max_score(self) -> float:
        """What the automatic cells are worth."""
        return sum(self.exercises.values())

    @property
    def judged(self) -> list[Row]:
        """The rows whose points say something: without those that the grader failed."""
        return [row for row in self.rows if not row.ungraded]

    @property
    def groups(self) -> dict[str, float]:
        """Groups of exercises with their points, in the order of the notebooks; the quiz last."""
        found: dict[str, float] = {}
        for name, points in self.exercises.items():
            group = group_of(name)
            found[group] = found.get(group, 0.0) + points
        for last in ("other", "quiz"):
            if last in found:
                found[last] = found.pop(last)
        return found

    def group_scores(self, row: Row) -> dict[str, float]:
        """A student's points by group."""
        found = dict.fromkeys(self.groups, 0.0)
        for name, score in row.scores.items():
            found[group_of(name)] += score
        return found

    def statistics(self) -> list[ExerciseStatistics]:
        """Difficulty and discrimination of each exercise."""
        found = []
        for name, points in self.exercises.items():
            own = [row.scores.get(name, 0.0) for row in self.judged]
            rest = [row.total - score for row, score in zip(self.judged, own, strict=True)]
            share = statistics.fmean(own) / points if own and points else 0.0
            full = sum(score >= points for score in own)
            found.append(
                ExerciseStatistics(
                    name, group_of(name), points, share, correlation(own, rest), full
                )
            )
        return found

    def mistakes(self) -> list[Mistake]:
        """Named mistakes, the most frequent first."""
        who: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in self.rows:
            for cell in row.result.cells if row.result else ():
                name = (cell.report or {}).get("mistake")
                if name and not cell.passed:
                    who[cell.exercise, name].append(row.student)
        found = [
            Mistake(exercise, in_words(exercise, name), tuple(students))
            for (exercise, name), students in who.items()
        ]
        return sorted(found, key=lambda m: (-len(m.students), m.exercise))


def in_words(exercise: str, mistake: str) -> str:
    """A known mistake's name, and the hint the students got."""
    known = exercises.everything().get(exercise)
    hints = [m.hint for m in known.mistakes if m.name == mistake] if known else []
    return ". ".join([mistake.replace("_", " "), *hints])


def correlation(x: list[float], y: list[float]) -> float | None:
    """Pearson's correlation; None where one side does not vary."""
    if len(x) < 3 or len(set(x)) < 2 or len(set(y)) < 2:
        return None
    value = statistics.correlation(x, y)
    return value if math.isfinite(value) else None


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
    extensions = load_extensions(course.root)
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
    students = set(db.scalars(select(Student.id)))
    order = sorted(rows.values(), key=lambda row: (-row.total, row.student))
    jails = {row.result.jail for row in order if row.result}
    return ClassData(assignment, exercises, manual_points, order, sorted(students - rows.keys()),
                     f"{due:%Y-%m-%d %H:%M} UTC" if due else "", jails,
                     course.discover(assignment).passed_over)  # fmt: skip
