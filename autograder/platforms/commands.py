"""The commands `collect` and `extend` of `autograder`, and the platforms' half of `export`."""

from __future__ import annotations

import difflib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from autograder.command_line import COURSE_OPTION, complain, console
from autograder.coursefolder.shown import shown

if TYPE_CHECKING:
    from autograder.coursefolder.course import Course

ROSTER_OPTION = click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The platform's table of members (Canvas: Grades > Export; Moodle: grading worksheet); "
    "kept in the course folder.",
)
FOLD = 12


@click.command()
@click.argument("download", type=click.Path(exists=True, path_type=Path))
@click.argument("assignment")
@COURSE_OPTION
@click.option("--from", "platform", type=click.Choice(["canvas", "moodle", "folder"]),
              help="Who named the files; found out where it is not given.")  # fmt: skip
@ROSTER_OPTION
@complain
def collect(
    download: Path, assignment: str, course: Path, platform: str | None, roster: Path | None
) -> None:
    """Sort DOWNLOAD, a platform's zip file or a folder, into submitted/ as hand-ins of ASSIGNMENT.

    What lay there before and differs is moved to replaced/. Nothing is graded yet.
    """
    from autograder.coursefolder.course import Course
    from autograder.platforms.collecting import collect as sort_download
    from autograder.platforms.roster import remember

    out = console()
    opened = Course.open(course)
    if roster is not None:
        kept = remember(opened.root, roster)
        out.print(f"Roster of {len(kept.rows)} members, as {kept.platform} names them.")
    name = known_assignment(opened, assignment)
    found = sort_download(opened, download, name, platform or "")
    files = sum(map(len, found.students.values()))
    out.print(f"{name}, from {found.platform}: {len(found.students)} hand-ins with {files} files "
              f"put into {opened.folder('submitted', '.', '.')}, "
              f"{len(found.unchanged)} unchanged.")  # fmt: skip
    say(out, found.replaced, "had other files before, now in replaced/")
    say(
        out,
        found.late,
        f"marked late by {found.platform}, which gives no time: without a timestamp.txt they "
        "count as on time",
    )
    say(out, found.unknown, "not in the roster, under names made of the download's")
    if found.left_out:
        out.print(f"{len(found.left_out)} not taken:")
        for path, why in sorted(found.left_out.items())[:FOLD]:
            out.print(f"  {path}: {why}", markup=False)
        if len(found.left_out) > FOLD:
            out.print(f"  and {len(found.left_out) - FOLD} more")
    if found.platform != "folder" and roster is None and not (opened.root / "roster").exists():
        out.print(
            "Students are called as in the download; give the platform's table with --roster to "
            "use its ids."
        )


@click.command()
@click.argument("assignment")
@click.argument("student")
@COURSE_OPTION
@click.option("--days", type=float, default=0.0, help="How many days more.")
@click.option("--hours", type=float, default=0.0, help="How many hours more.")
@click.option("--why", default="", help="The reason, for whoever asks later.")
@click.option("--remove", is_flag=True, help="Take the extension back.")
@complain
def extend(
    assignment: str, student: str, course: Path, days: float, hours: float, why: str, remove: bool
) -> None:
    """Give STUDENT more time for ASSIGNMENT; late penalties and the report obey it.

    Extensions do not add up: the last one counts. They are kept in extensions.csv of the course
    folder.
    """
    from autograder.coursefolder.course import Course
    from autograder.coursefolder.extensions import ExtensionError
    from autograder.coursefolder.extensions import extend as keep
    from autograder.grading.classroom.gradebook import refresh_penalties

    total = days * 24 + hours
    if remove == bool(total):
        raise ExtensionError("say how much more time, --days 3 or --hours 12, or --remove")
    opened = Course.open(course)
    name = known_assignment(opened, assignment)
    members = known_students(opened, name)
    if student not in members:
        near = difflib.get_close_matches(student, members, 3)
        hint = f"; did you mean {', '.join(map(shown, near))}?" if near else ""
        raise ExtensionError(
            f"nobody called {shown(student)} has handed in or is on a roster{hint}"
        )
    before = keep(opened.root, name, student, total, why)
    refresh_penalties(opened, name)
    out = console()
    was = f" (before: {before.hours:g} h)" if before else ""
    if remove:
        out.print(f"{student}: no extension for {name}{was}", markup=False)
        return
    out.print(
        f"{student}: {total:g} h more for {name}{was}, due {due(opened, name, total)}", markup=False
    )


def due(course: Course, assignment: str, hours: float) -> str:
    """Return when a student's work is due, in words."""
    with course.gradebook() as gradebook:
        when = gradebook.find_assignment(assignment).duedate
    if when is None:
        return "any time: the chapter has no due date yet (formgrader, Manage Assignments)"
    return f"{when + timedelta(hours=hours):%Y-%m-%d %H:%M} UTC"


def known_assignment(course: Course, name: str) -> str:
    """Return a released assignment's name; UnknownAssignment for any other."""
    from autograder.coursefolder.material import UnknownAssignment

    found = course.resolve(name)
    with course.gradebook() as gradebook:
        known = sorted(a.name for a in gradebook.assignments)
    if found not in known:
        raise UnknownAssignment(
            f"{name} was never released; there are {', '.join(known) or 'none'}"
        )
    return found


def known_students(course: Course, assignment: str) -> list[str]:
    """Return everybody whom the course has heard of."""
    from autograder.platforms.roster import load

    with course.gradebook() as gradebook:
        found = {student.id for student in gradebook.students}
    found |= set(course.submissions(assignment))
    for platform in ("canvas", "moodle"):
        if roster := load(course.root, platform):
            found |= set(roster.rows)
    return sorted(found)


def say(out: Console, students: list[str], what: str) -> None:
    """Print a list of students and what is the matter with them."""
    if students:
        more = f" and {len(students) - FOLD} more" if len(students) > FOLD else ""
        out.print(
            f"{len(students)} {what}: {', '.join(map(shown, students[:FOLD]))}{more}", markup=False
        )


COMMANDS: list[click.Command] = [collect, extend]
