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

    Of each student the latest attempt counts; a group's files go to all its members in groups.csv.
    What lay there before and differs is moved to replaced/. Who is late, who is not in the roster
    and what is not taken is listed. Nothing is graded yet.
    """
    from autograder.coursefolder.course import Course
    from autograder.platforms.collecting import collect as sort_download
    from autograder.platforms.roster import remember

    out = console()
    opened = Course.open(course)
    if roster is not None:
        kept = remember(opened.root, roster)
        out.print(f"Roster of {len(kept.rows)} members, as {kept.platform} names them.")
    name = opened.released(assignment)
    found = sort_download(opened, download, name, platform or "")
    files = sum(map(len, found.students.values()))
    out.print(f"{name}, from {found.platform}: {len(found.students)} hand-ins with {files} files "
              f"put into {opened.folder('submitted', '.', '.')}, "
              f"{len(found.unchanged)} unchanged.")  # fmt: skip
    say(out, found.replaced, "had other files before, now in replaced/")
    say(
        out,
        found.untimed,
        "had a timestamp.txt, now in replaced/ too: without one the new files count as on time",
    )
    say(
        out,
        [f"{student} ({', '.join(missing)})" for student, missing in found.fewer.items()],
        "have handed in fewer notebooks than before; what is missing now is in replaced/",
    )
    say(
        out,
        found.late,
        f"marked late by {found.platform}, which gives no time: without a timestamp.txt they "
        "count as on time",
    )
    say(
        out,
        [f"{name} (to {student})" for name, student in found.renamed.items()],
        "under another name than the roster's: a group that groups.csv lacks? Given to one member",
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

    STUDENT is a name in submitted/, a group of groups.csv (all its members), or what the roster
    calls somebody: name, number, e-mail address. Extensions do not add up: the last one counts.
    They are kept in extensions.csv of the course folder.
    """
    from autograder.coursefolder.course import Course
    from autograder.coursefolder.extensions import ExtensionError
    from autograder.coursefolder.extensions import extend as keep
    from autograder.grading.classroom.gradebook import refresh_penalties

    total = days * 24 + hours
    if remove == bool(total):
        raise ExtensionError("say how much more time, --days 3 or --hours 12, or --remove")
    opened = Course.open(course)
    name = opened.released(assignment)
    members = members_meant(opened, name, student)
    before = {one: keep(opened.root, name, one, total, why) for one in members}
    refresh_penalties(opened, name)
    out = console()
    for one, former in before.items():
        was = f" (before: {former.hours:g} h)" if former else ""
        text = f"{total:g} h more for {name}{was}, due {due(opened, name, total)}"
        out.print(f"{one}: {f'no extension for {name}{was}' if remove else text}", markup=False)


def due(course: Course, assignment: str, hours: float) -> str:
    """Return when a student's work is due, in words."""
    with course.gradebook() as gradebook:
        when = gradebook.find_assignment(assignment).duedate
    if when is None:
        return "any time: the chapter has no due date yet (formgrader, Manage Assignments)"
    return f"{when + timedelta(hours=hours):%Y-%m-%d %H:%M} UTC"


def members_meant(course: Course, assignment: str, text: str) -> list[str]:
    """Return the student that `text` means, or all of a group; ExtensionError where it is nobody.

    text: a name of the course, a group's, or a name, number or address of the roster.
    """
    from autograder.coursefolder.extensions import ExtensionError
    from autograder.coursefolder.groups import load_groups
    from autograder.platforms.roster import called, load

    rosters = [r for r in (load(course.root, p) for p in ("canvas", "moodle")) if r]
    with course.gradebook() as gradebook:
        known = {student.id for student in gradebook.students}
    known |= set(course.submissions(assignment)).union(*(roster.rows for roster in rosters))
    groups = load_groups(course.root)
    if text in known:
        return [text]
    if text in groups:
        return groups[text]
    found = sorted({student for roster in rosters for student in roster.meant(text)})
    if len(found) > 1:
        raise ExtensionError(
            f"{shown(text)} may be {' or '.join(map(shown, found))}: name one of them"
        )
    if found:
        return found
    names = {one: one for one in (*known, *groups)}
    for roster in rosters:
        names |= {called(row): f"{called(row)} ({who})" for who, row in roster.rows.items()}
    near = difflib.get_close_matches(text, names, 3)
    hint = f"; did you mean {', '.join(shown(names[one]) for one in near)}?" if near else ""
    raise ExtensionError(f"nobody called {shown(text)} has handed in or is on a roster{hint}")


def say(out: Console, students: list[str], what: str) -> None:
    """Print a list of students and what is the matter with them."""
    if students:
        more = f" and {len(students) - FOLD} more" if len(students) > FOLD else ""
        out.print(
            f"{len(students)} {what}: {', '.join(map(shown, students[:FOLD]))}{more}", markup=False
        )


COMMANDS: list[click.Command] = [collect, extend]
