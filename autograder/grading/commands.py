"""The commands `grade`, `feedback` and `report` of `autograder`."""

from __future__ import annotations

import multiprocessing
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
    from autograder.coursefolder.names import missing_from
    from autograder.grading.classroom.engine import parse_engine
    from autograder.grading.classroom.workers import available_processors, early, process_executor

    workers, make_executor = parse_engine(engine, workers)
    if make_executor is process_executor and not missing_from(course):
        workers = workers or available_processors()
        make_executor = early(workers, jail, (str(course.resolve()),))
    from autograder.coursefolder.course import Course
    from autograder.coursefolder.shown import shown
    from autograder.grading.classroom.classrun import grade_class
    from autograder.platforms.meant import doubtful_extensions

    opened = Course.open(course)
    name = opened.resolve(assignment)
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
    if not run.graded:  # nobody waits for workers that only got ready
        for worker in multiprocessing.active_children():
            worker.terminate()
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
    for doubt in doubtful_extensions(opened, name):
        out.print(f"no more time: {doubt}", markup=False)
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
    from autograder.grading.classroom import forkserver

    forkserver.start(forkserver.FEEDBACK)  # loads what the next lines load too, beside them
    from autograder.coursefolder.course import Course
    from autograder.grading.classroom.gradebook import refresh_penalties
    from autograder.grading.reports.feedback import write_feedback

    out = console()
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


COMMANDS: list[click.Command] = [grade, feedback, report]
