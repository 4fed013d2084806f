"""The process that workers are forked from: everything is loaded in it, and no thread runs."""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

from autograder.exercises import CHAPTERS
from autograder.threads import default_to_one_thread

GRADING = [
    "autograder.startup",
    "autograder.grading.classroom.jobs",
    *(f"autograder.exercises.ch{n:02d}" for n in CHAPTERS),
    "autograder.grading.classroom.frozen",
]
FEEDBACK = [
    "autograder.startup",
    "nbgrader.converters",
    "autograder.grading.reports.feedback",
    "autograder.grading.reports.exporter",
    "autograder.grading.nbgrader_steps",
    "autograder.grading.reports.grades",
]


runs = False  # whether this process has started it


def context(preload: list[str] = GRADING) -> BaseContext:
    """Return how worker processes are made here.

    preload: what the process is to load that they are forked from, unless it runs already.
    """
    default_to_one_thread()
    if not sys.platform.startswith("linux"):
        return multiprocessing.get_context("spawn")
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(preload)
    return made


def start(preload: list[str] = GRADING) -> None:
    """Let it load while this process does something else; where it runs, it stays what it is."""
    global runs
    runs = True
    if context(preload).get_start_method() == "forkserver":
        forkserver.ensure_running()
