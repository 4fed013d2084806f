"""The commands `collect` and `extend` of `autograder`, and the platforms' half of `export`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from autograder.command_line import COURSE_OPTION, complain, console
from autograder.coursefolder.names import roster_path
from autograder.coursefolder.shown import shown

if TYPE_CHECKING:
    from autograder.coursefolder.course import Course
    from autograder.platforms.collected import Collected

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
    and what is not taken is listed. A roster that does not fit is not kept. Nothing is graded yet.
    """
    from autograder.coursefolder.course import Course
    from autograder.platforms.collecting import collect as sort_download
    from autograder.platforms.roster import given

    out = console()
    opened = Course.open(course)
    name = opened.released(assignment)
    table = given(roster) if roster is not None else None
    found = sort_download(opened, download, name, platform or "", table)
    if table is not None:
        out.print(f"Roster of {len(table.rows)} members, as {table.platform} names them.")
    files = sum(map(len, found.students.values()))
    out.print(f"{name}, from {found.platform}: {len(found.students)} hand-ins with {files} files "
              f"put into {opened.folder('submitted', '.', '.')}, "
              f"{len(found.unchanged)} unchanged.")  # fmt: skip
    report(out, found)
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
    elif found.platform == "moodle" and not roster_path(opened.root, "moodle", name).exists():
        out.print(
            "Whom Moodle marks late is in its grading worksheet of this assignment: give it with "
            "--roster."
        )


def report(out: Console, found: Collected) -> None:
    """Say who has what, and what the instructor should look at."""
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
        [f"{student} ({much})" if much else student for student, much in found.late.items()],
        f"marked late by {found.platform}: without a timestamp.txt they count as on time",
    )
    say(
        out,
        [f"{name} (to {student})" for name, student in found.renamed.items()],
        "under another name than the roster's: a group that groups.csv lacks? Given to one member",
    )
    say(
        out,
        [f"{group} ({student})" for group, student in found.outside.items()],
        "handed in by somebody whom groups.csv has not in the group, and who got nothing",
    )
    say(
        out,
        found.by_name,
        "found by their names, since the roster has other numbers: it is another assignment's?",
    )
    say(out, found.unknown, "not in the roster, under names made of the download's or groups.csv's")
    say(out, found.absent, "have handed in, says the worksheet, but nothing of it is here")
    say(out, found.doubtful, "names can be read in two ways")


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
    from autograder.platforms.meant import members_meant

    total = days * 24 + hours
    if remove == bool(total):
        raise ExtensionError("say how much more time, --days 3 or --hours 12, or --remove")
    opened = Course.open(course)
    name = opened.released(assignment)
    members = members_meant(opened, name, student, given=remove)
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


def say(out: Console, students: list[str], what: str) -> None:
    """Print a list of students and what is the matter with them."""
    if students:
        more = f" and {len(students) - FOLD} more" if len(students) > FOLD else ""
        out.print(
            f"{len(students)} {what}: {', '.join(map(shown, students[:FOLD]))}{more}", markup=False
        )


COMMANDS: list[click.Command] = [collect, extend]
