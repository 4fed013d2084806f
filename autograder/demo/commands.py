"""The command `demo` of `autograder`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.command_line import COURSE_OPTION, JAIL_OPTION, WORKERS_OPTION, complain, console


@click.command()
@COURSE_OPTION
@click.option(
    "--students", type=click.IntRange(0), default=0, help="Size of the class; 0: each story once."
)
@WORKERS_OPTION
@JAIL_OPTION
@complain
def demo(course: Path, students: int, workers: int, jail: str) -> None:
    """Grade a made-up class, from release to report.

    Chapter 3 first, then a few submissions of every other chapter.
    """
    from autograder.demo.run import run_demo

    run_demo(console(), course, students, workers, jail)


COMMANDS: list[click.Command] = [demo]
