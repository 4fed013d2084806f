"""The process that workers are forked from: everything is loaded in it, and no thread runs."""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

from autograder.exercises import CHAPTERS
from autograder.threads import default_to_one_thread

PRELOAD = [
    "autograder.startup",
    "autograder.grading.classroom.jobs",
    *(f"autograder.exercises.ch{n:02d}" for n in CHAPTERS),
    "autograder.grading.classroom.frozen",
]


def context() -> BaseContext:
    """Return how worker processes are made here."""
    default_to_one_thread()
    if not sys.platform.startswith("linux"):
        return multiprocessing.get_context("spawn")
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(PRELOAD)
    return made


def start() -> None:
    """Let it load while this process does something else."""
    if context().get_start_method() == "forkserver":
        forkserver.ensure_running()
