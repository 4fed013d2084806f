"""The command `move-gradebook` of `autograder`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.command_line import COURSE_OPTION, complain, console


@click.command("move-gradebook")
@click.argument("url")
@COURSE_OPTION
@complain
def move_gradebook(url: str, course: Path) -> None:
    """Copy the gradebook into the empty database at URL, say PostgreSQL.

    URL is what SQLAlchemy reads: postgresql+psycopg://user@host/gradebook. The present gradebook
    stays as it is; the last line says what to write into nbgrader_config.py.
    """
    from autograder.coursefolder.course import Course
    from autograder.coursefolder.moving import move_gradebook as move

    moved = move(Course.open(course), url)
    out = console()
    out.print(f"{sum(moved.values())} rows copied, {moved['submitted_assignment']} submissions.")
    out.print(
        f"Now write into {course / 'nbgrader_config.py'}:\nc.CourseDirectory.db_url = {url!r}",
        soft_wrap=True,
        markup=False,
    )


COMMANDS: list[click.Command] = [move_gradebook]
