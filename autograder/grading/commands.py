"""The commands `grade`, `feedback`, `report` and `export` of `autograder`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from autograder.command_line import (
    COURSE_OPTION,
    JAIL_OPTION,
    STUDENT_OPTION,
    WORKERS_OPTION,
    complain,
    console,
)

if TYPE_CHECKING:
    from autograder.grading.classroom.classrun import ClassRun

ENGINE_OPTION = click.option(
    "--engine",
    default="local",
    show_default=True,
    metavar="local:N|tcp://HOST:PORT",
    help="Where: N processes of this machine, or the workers of a Dask scheduler.",
)


@click.command()
@click.argument("assignment")
@COURSE_OPTION
@STUDENT_OPTION
@WORKERS_OPTION
@ENGINE_OPTION
@click.option("--regrade", is_flag=True, help="Grade again what did not change.")
@JAIL_OPTION
@complain
def grade(
    assignment: str, course: Path, students: tuple[str, ...], workers: int, engine: str,
    regrade: bool, jail: str,
) -> None:  # fmt: skip
    """Grade the submissions of ASSIGNMENT (a chapter's name or number).

    What was graded before and has not changed is kept. Ends with exit status 0 when every
    submission has a score or a named reason, with 1 when an error of the grader's own kept
    something from being graded: nobody loses points for it, and the next run tries again.
    """
    run = run_grade(console(), course, assignment, students, workers, regrade, jail, engine)
    if run.faults:
        sys.exit(1)


def run_grade(out: Console, course: Path, assignment: str, students: tuple[str, ...] = (),
workers: int = 0,
              regrade: bool = False, jail: str = "namespaces",
              engine: str = "local") -> ClassRun:  # fmt: skip
    """Grade with a progress bar and print what came of it."""
    from autograder.grading.classroom import forkserver

    forkserver.start()  # loads what the next lines load too, beside them
    from autograder.coursefolder.course import Course
    from autograder.coursefolder.shown import shown
    from autograder.grading.classroom.classrun import grade_class
    from autograder.grading.classroom.engine import parse_engine

    opened = Course.open(course)
    name = opened.resolve(assignment)
    workers, make_executor = parse_engine(engine, workers)
    if jail == "none":
        out.print("[bold red]Student code runs without protection (--jail none).[/]")
    started = time.perf_counter()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
    TextColumn("{task.fields[rate]}"),
               TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task(name, total=None, rate="")

        def progress(done: int, total: int, result: object) -> None:
            minutes = (time.perf_counter() - started) / 60
            bar.update(task, completed=done, total=total, rate=f"{done / minutes:.0f}/min")

        run = grade_class(opened, name, students=students, workers=workers, regrade=regrade,
        jail=jail, make_executor=make_executor,
                          progress=progress)  # fmt: skip
    total = len(run.graded) + len(run.kept)
    out.print(f"{name}: {total} submissions: {len(run.graded)} graded, {len(run.kept)} unchanged, "
              f"in {time.perf_counter() - started:.1f} s.")  # fmt: skip
    out.print(
        f"{total - len(run.unscored)} with a score, {len(run.unscored)} with a named reason "
        "instead; "
        f"{len(run.reasons)} with remarks, {len(run.evidence)} with signs of tampering."
    )
    for student, reason in sorted(run.unscored.items()):
        if student not in run.faults:
            out.print(f"  {student}: {shown(reason, 300)}", markup=False)
    if run.passed_over:
        out.print(f"{len(run.passed_over)} in submitted/ not graded:")
    for name, reason in sorted(run.passed_over.items()):
        out.print(f"  {name}: {reason}", markup=False)
    say_faults(out, run)
    return run


def say_faults(out: Console, run: ClassRun) -> None:
    """Say whom the grader itself failed, with the traceback of each different error."""
    if not run.faults:
        return
    out.print(f"[bold red]{len(run.faults)} not graded by an error of the grader's own, which is "
              "no student's fault. "
              "The next run tries them again:[/]")  # fmt: skip
    for student, reason in sorted(run.faults.items()):
        out.print(f"  {student}: {reason}", markup=False)
    for text in sorted(set(run.tracebacks.values()))[:3]:
        out.print(text, markup=False, style="dim", soft_wrap=True)


@click.command()
@click.argument("assignment")
@COURSE_OPTION
@STUDENT_OPTION
@click.option("--force", is_flag=True, help="Write again what is newer than its grades.")
@complain
def feedback(assignment: str, course: Path, students: tuple[str, ...], force: bool) -> None:
    """Write each student's feedback for ASSIGNMENT, as HTML."""
    from autograder.coursefolder.course import Course
    from autograder.grading.reports.feedback import write_feedback

    out = console()
    from autograder.grading.classroom.gradebook import refresh_penalties

    opened = Course.open(course)
    name = opened.released(assignment)
    refresh_penalties(opened, name)
    with Progress(console=out, transient=True) as bar:
        task = bar.add_task("feedback", total=None)
        count = write_feedback(opened, name, students, force=force,
                               progress=lambda done, total: bar.update(task, completed=done,
                               total=total))  # fmt: skip
    out.print(f"Feedback for {count} students of {name}, in {course / 'feedback'}.")


@click.command()
@click.argument("assignment")
@COURSE_OPTION
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), help="The HTML file to write."
)
@complain
def report(assignment: str, course: Path, to: Path | None) -> None:
    """Write the class report of ASSIGNMENT: one HTML file, and the same table as CSV."""
    page, table = run_report(course, assignment, to)
    console().print(f"Class report: {page}\nThe same as a table: {table}", soft_wrap=True)


def run_report(course: Path, assignment: str, to: Path | None = None) -> tuple[Path, Path]:
    """Write the report; (HTML, CSV)."""
    from autograder.coursefolder.course import Course
    from autograder.coursefolder.names import report_path
    from autograder.grading.classroom.gradebook import refresh_penalties
    from autograder.grading.reports.write import write_report

    opened = Course.open(course)
    name = opened.resolve(assignment)
    refresh_penalties(opened, name)
    page = to or report_path(course, name)
    return write_report(opened, name, page)


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
    plugin.to, plugin.assignment, plugin.student = str(to), names, list(students)
    to.parent.mkdir(parents=True, exist_ok=True)
    with opened.gradebook() as gradebook:
        plugin.export(gradebook)
    without_formulas(to)
    return to


COMMANDS: list[click.Command] = [grade, feedback, report, export]
