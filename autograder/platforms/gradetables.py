"""Tables of grades as a platform takes them back: for Canvas, for Moodle, a plain CSV.

A grade that was never given is no zero: nobody handed in, a question is unread, or an error of the
grader's own kept it. Rows and columns of a platform's table are those of its own
export (`autograder.platforms.roster`); only grades are filled in, and where there is none, what the
platform had stays: Canvas would take an empty cell for the wish to delete a grade.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.coursefolder.course import Course
from autograder.grading.reports.collect import collect as class_data
from autograder.grading.reports.data import ClassData, Row
from autograder.grading.reports.write import is_number, safe
from autograder.platforms.roster import Roster, RosterError, load

# Canvas asks for these in front, and takes a table without the last three.
CANVAS = ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Section")
PLAIN = ("-", "Points Possible")  # a dash is Moodle's for "never"
BOM = "\ufeff"  # without it Excel reads UTF-8 as the system's old code page


@dataclass
class Table:
    """One table.

    text: the CSV.  without_row: graded students whom the roster lacks.  unread: whose grade is left
    open.  notes: sentences on what the platform should be told too.
    """

    text: str
    rows: int = 0
    without_row: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def grade_of(row: Row, data: ClassData) -> float | None:
    """Return all points of a student, penalties taken off; None while something is not graded."""
    if row.ungraded or (data.manual_points and row.manual is None):
        return None
    return max(0.0, row.total + (row.manual or 0.0) - row.penalty)


def most_of(data: ClassData) -> float:
    """Return what a chapter is worth, questions in words included."""
    return data.max_score + data.manual_points


def table_for(
    course: Course, platform: str, assignments: Sequence[str], *, anonymous: bool = False,
    columns: dict[str, str] | None = None,
) -> Table:  # fmt: skip
    """Make the table of some assignments for "canvas", "moodle" or "csv".

    columns: assignment -> the platform's own heading, "Chapter 3 (4711)" in Canvas.  anonymous:
    names replaced by marks that only the course's secret can tell (csv alone).
    RosterError where the platform's table was never given or takes one assignment only.
    """
    every = {name: class_data(course, name) for name in assignments}
    if platform == "csv":
        return plain(every, course.secret if anonymous else None)
    if anonymous:
        raise RosterError(
            f"--anonymous goes with --for csv: {platform} needs to know whose grade it is"
        )
    if platform == "moodle" and len(every) != 1:
        raise RosterError("Moodle takes one assignment a worksheet: name it with --assignment")
    roster = load(course.root, platform, next(iter(every), ""))
    if roster is None or not roster.own:
        of_moodle = "the assignment > Download grading worksheet"
        where = "Grades > Export" if platform == "canvas" else of_moodle
        once = "for each assignment, since its numbers differ" if platform == "moodle" else "once"
        raise RosterError(
            f"{platform}'s own table is needed {once}: export it there ({where}) and give it with "
            "--roster FILE"
        )
    if platform == "moodle":
        return for_moodle(roster, next(iter(every.values())))
    return for_canvas(roster, every, columns or {})


def fitting(course: Course, roster: Roster, assignments: Sequence[str]) -> None:
    """RosterError where assignments are several for Moodle, or a roster has none of the graded."""
    if roster.platform == "moodle" and len(assignments) != 1:
        raise RosterError("Moodle takes one assignment a worksheet: name it with --assignment")
    graded = {row.student for name in assignments for row in class_data(course, name).rows}
    if graded and not any(map(roster.row, graded)):
        raise RosterError(
            f"the roster has none of those who are graded ({min(graded)} and so on): is it another "
            "course's? It is not kept"
        )


def for_canvas(roster: Roster, every: dict[str, ClassData], columns: dict[str, str]) -> Table:
    """Fill Canvas's table: its five columns, one a chapter, a line of possible points first."""
    front = [name for name in CANVAS if name in roster.columns]
    heads = {name: columns.get(name) or existing(roster, name) for name in every}
    points = [f"{most_of(data):g}" for data in every.values()]
    possible = ["    Points Possible", *[""] * (len(front) - 1), *points]
    grades, table = graded(roster, every)
    lines = []
    for key, row in roster.rows.items():
        kept = (grades[name].get(key) or row.get(head, "") for name, head in heads.items())
        lines.append([*(row.get(name, "") for name in front), *kept])
    table.text, table.rows = written([[*front, *heads.values()], possible, *lines]), len(lines)
    for name, head in heads.items():
        there, here = roster.first.get(head, "").replace(",", "."), most_of(every[name])
        if head not in roster.columns:
            table.notes.append(
                f"Canvas's table has no column for {name}: the import makes a new assignment "
                f"{head!r}. Where there is one already, name it with --column"
            )
        elif is_number(there) and float(there) != here:
            table.notes.append(
                f"{head} is worth {float(there):g} points in Canvas and {here:g} here, with the "
                "questions in words: grades are written as they are, so change it in Canvas"
            )
    return table


def existing(roster: Roster, assignment: str) -> str:
    """Return Canvas's heading of a chapter, "03_feedforward (4711)"; else the chapter's name."""
    return next((c for c in roster.columns if c.split(" (")[0].strip() == assignment), assignment)


def for_moodle(roster: Roster, data: ClassData) -> Table:
    """Fill the column Grade of Moodle's worksheet, scaled to the worksheet's maximum.

    Feedback is left out: the import would write over Moodle's with what a safe cell makes of it,
    and keeps what it has where there is no such column.
    """
    if "Grade" not in roster.columns:
        raise RosterError(
            "the worksheet has no column Grade: download it from the assignment itself"
        )
    grades, table = graded(roster, {data.assignment: data})
    columns = [name for name in roster.columns if not name.startswith("Feedback")]
    lines = []
    for key, row in roster.rows.items():
        grade = grades[data.assignment].get(key, "")
        most = row.get("Maximum Grade") or row.get("Maximum grade") or ""
        if grade and is_number(most) and float(most) != most_of(data):
            grade = f"{float(grade) * float(most) / most_of(data):.5g}"
        lines.append(
            [grade if name == "Grade" and grade else row.get(name, "") for name in columns]
        )
    table.text, table.rows = written([columns, *lines]), len(lines)
    return table


def graded(roster: Roster, every: dict[str, ClassData]) -> tuple[dict[str, dict[str, str]], Table]:
    """Return the grades of each assignment by the roster's key, and who could not be placed."""
    table = Table("")
    keys = {id(row): key for key, row in roster.rows.items()}
    grades: dict[str, dict[str, str]] = {}
    for name, data in every.items():
        grades[name] = {}
        for student in data.rows:
            row, grade = roster.row(student.student), grade_of(student, data)
            if row is None:
                table.without_row.append(student.student)
            elif grade is None:
                table.unread.append(student.student)
            else:
                grades[name][keys[id(row)]] = f"{grade:g}"
    table.without_row = sorted(set(table.without_row))
    return grades, table


def plain(every: dict[str, ClassData], secret: bytes | None) -> Table:
    """One line a student: for each chapter the grade, what it is worth, and the penalty in it."""
    students = sorted({row.student for data in every.values() for row in data.rows}
                      | {name for data in every.values() for name in data.missing})  # fmt: skip
    shown = {name: mark(name, secret) if secret else name for name in students}
    table = Table("", len(students))
    lines = [["student", *(f"{name}{part}" for name in every for part in ("", " of", " penalty"))]]
    for student in sorted(students, key=lambda name: shown[name]):
        line = [shown[student]]
        for data in every.values():
            row = next((row for row in data.rows if row.student == student), None)
            grade = grade_of(row, data) if row else None
            if row and grade is None:
                table.unread.append(student)
            line += ["" if grade is None else f"{grade:g}", f"{most_of(data):g}",
                     f"{row.penalty:g}" if row and grade is not None else ""]  # fmt: skip
        lines.append(line)
    table.text = BOM + written(lines)
    return table


def mark(student: str, secret: bytes) -> str:
    """Return the mark that stands for a student; only the course's secret turns it back."""
    text = b"export " + student.encode("utf-8", "replace")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()[:12]


def written(lines: Iterable[Sequence[str]]) -> str:
    """Return lines as CSV in which no text is a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [cell if is_number(cell) or cell.strip() in PLAIN else safe(cell) for cell in line]
        for line in lines
    )
    return out.getvalue()


def write(path: Path, table: Table) -> None:
    """Write a table at once or not at all."""
    from autograder.building.layout import write_atomic

    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, table.text)
