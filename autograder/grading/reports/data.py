"""The numbers of the class report: rows, difficulty, discrimination, frequent mistakes."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass, field

from autograder import exercises
from autograder.coursefolder.extensions import Extension
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
    """Everything the report shows.

    missing: who is in the gradebook or on a roster and has not handed in.  extensions: by student,
    also of who has not.  teams: who hands in together.
    """

    assignment: str
    exercises: dict[str, float]
    manual_points: float
    rows: list[Row]
    missing: list[str]
    duedate: str
    jails: set[str]
    passed_over: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, Extension] = field(default_factory=dict)
    teams: dict[str, list[str]] = field(default_factory=dict)

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
