"""What commands share: options, where they print, and errors as sentences."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

COURSE_OPTION = click.option(
    "--course",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("course"),
    show_default=True,
    help="The course folder.",
)
STUDENT_OPTION = click.option(
    "--student", "students", multiple=True, help="Only this student; repeat for more."
)
JAIL_OPTION = click.option(
    "--jail",
    type=click.Choice(["namespaces", "none"]),
    default="namespaces",
    show_default=True,
    help="'none' runs student code without protection, where the system has no namespaces.",
)
WORKERS_OPTION = click.option(
    "--workers", type=click.IntRange(0), default=0, help="Processes; 0: one a processor."
)


def console() -> Console:
    """Return where tables and sentences go."""
    wide = Console(soft_wrap=False, highlight=False)
    return wide if wide.is_terminal else Console(width=150, highlight=False)


def complain(function: Callable) -> Callable:
    """Say what went wrong as a sentence, in place of a traceback."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except KeyboardInterrupt:
            click.echo("\nStopped. What was finished is kept; run again to go on.", err=True)
            sys.exit(130)
        except Exception as error:
            words = in_words(error)
            if not words:
                raise
            raise click.ClickException(words) from None

    return wrapped


def in_words(error: Exception) -> str:
    """Return what a person needs to know of an error; empty where only a traceback says it."""
    # Imported when something went wrong: together they take longer than many a command.
    from autograder.building.problems import BuildError
    from autograder.coursefolder.course import NoCourse
    from autograder.coursefolder.material import UnknownAssignment
    from autograder.coursefolder.release import ReleaseError
    from autograder.coursefolder.trouble import CourseTrouble, trouble
    from autograder.grading.reports.feedback import FeedbackError
    from autograder.grading.sandbox.machine import JailError

    ours = (JailError, NoCourse, UnknownAssignment, ReleaseError, FeedbackError, CourseTrouble)
    if isinstance(error, (*ours, ValueError)):
        return str(error)
    if isinstance(error, BuildError):
        return "\n".join(str(problem) for problem in error.problems)
    words = trouble(error)
    if not words and isinstance(error, OSError):
        words = f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
    return words
