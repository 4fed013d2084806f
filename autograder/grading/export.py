"""The command `export` of `autograder`: all grades as a table, as a platform takes it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from autograder.command_line import COURSE_OPTION, STUDENT_OPTION, complain, console


@click.command()
@COURSE_OPTION
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), help="The CSV file to write."
)
@click.option(
    "--assignment", "assignments", multiple=True, help="Only this assignment; repeat for more."
)
@STUDENT_OPTION
@click.option(
    "--for",
    "platform",
    type=click.Choice(["canvas", "moodle", "csv", "nbgrader"]),
    default="nbgrader",
    show_default=True,
    help="canvas, moodle: the platform's own table, filled in. csv: a line a student, for Excel.",
)
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The platform's table of members; kept in the course folder.",
)
@click.option("--column", "columns", multiple=True, metavar="ASSIGNMENT=HEADING",
              help="How Canvas calls a chapter, 03_feedforward='Chapter 3 (4711)'.")  # fmt: skip
@click.option("--anonymous", is_flag=True, help="Marks in place of names (with --for csv).")
@complain
def export(
    course: Path, to: Path | None, assignments: tuple[str, ...], students: tuple[str, ...],
    platform: str, roster: Path | None, columns: tuple[str, ...], anonymous: bool,
) -> None:  # fmt: skip
    """Write all grades as CSV, as a platform takes them or with nbgrader's exporter.

    A grade that was never given, since nobody handed in or a question is unread, is left as the
    platform has it, in a table of our own empty. Late penalties are taken off.
    """
    out = console()
    if platform == "nbgrader":
        if anonymous or roster or columns:
            raise ValueError(
                "--anonymous, --roster and --column go with --for canvas, moodle or csv"
            )
        target = run_export(course, to or course / "grades.csv", assignments, students)
        out.print(f"Grades: {target}", soft_wrap=True)
        return
    if students:
        raise ValueError(
            "--student goes with nbgrader's exporter only: platforms take whole tables"
        )
    from autograder.coursefolder.course import Course
    from autograder.grading.classroom.gradebook import refresh_penalties
    from autograder.platforms import gradetables
    from autograder.platforms.roster import given, keep

    opened = Course.open(course)
    names = [opened.released(name) for name in assignments] or sorted(opened.with_submissions())
    if roster is not None:
        table_given = given(roster)
        if (of := table_given.platform) != platform:
            raise ValueError(f"{roster} is {of.capitalize()}'s table, for --for {of}")
        gradetables.fitting(opened, table_given, names)
        keep(opened.root, table_given, names)
    for name in names:
        refresh_penalties(opened, name)
    heads = dict(column.partition("=")[::2] for column in columns)
    if not all(heads.values()):
        raise ValueError("--column is written ASSIGNMENT=HEADING, 3='Chapter 3 (4711)'")
    named = {opened.released(name): head for name, head in heads.items()}
    table = gradetables.table_for(opened, platform, names, anonymous=anonymous, columns=named)
    target = to or course / f"grades-{platform}.csv"
    gradetables.write(target, table)
    out.print(f"Grades for {platform}: {target}, {table.rows} rows", soft_wrap=True)
    if table.without_row:
        out.print(f"{len(table.without_row)} graded, but not in {platform}'s table: "
                  f"{', '.join(table.without_row[:20])}", markup=False)  # fmt: skip
    if table.unread:
        out.print(f"{len(set(table.unread))} without a grade yet "
                  "(questions to read, or not graded): "
                  f"{', '.join(sorted(set(table.unread))[:20])}", markup=False)  # fmt: skip
    for note in table.notes:
        out.print(f"{note}.", markup=False)


def run_export(
    course: Path, to: Path, assignments: tuple[str, ...] = (), students: tuple[str, ...] = ()
) -> Path:
    """Export; the file."""
    from nbgrader.plugins import CsvExportPlugin

    from autograder.building.layout import write_atomic
    from autograder.coursefolder.course import Course
    from autograder.grading.classroom.gradebook import refresh_penalties
    from autograder.grading.reports.write import without_formulas

    opened = Course.open(course)
    names = [opened.released(name) for name in assignments]
    with opened.gradebook() as gradebook:
        every = names or [one.name for one in gradebook.assignments]
    for name in every:
        refresh_penalties(opened, name)
    plugin = CsvExportPlugin(config=opened.config)
    to.parent.mkdir(parents=True, exist_ok=True)
    # nbgrader writes line by line: a table that is cut off is worse than none.
    with tempfile.TemporaryDirectory(prefix="autograder-export-") as folder:
        table = Path(folder, "grades.csv")
        plugin.to, plugin.assignment, plugin.student = str(table), names, list(students)
        with opened.gradebook() as gradebook:
            plugin.export(gradebook)
        write_atomic(to, without_formulas(table))
    return to


COMMANDS: list[click.Command] = [export]
