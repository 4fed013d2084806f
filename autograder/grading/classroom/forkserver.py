"""The process that workers are forks of: it has loaded everything, and no thread is copied with it."""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

from autograder.exercises import CHAPTERS

PRELOAD = [
    "autograder.startup",
    "autograder.grading.pipeline",
    *(f"autograder.exercises.ch{n:02d}" for n in CHAPTERS),
]


def context() -> BaseContext:
    """How worker processes are made here."""
    # Before numpy is loaded: threads would multiply with the workers.
    for name in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{name}_NUM_THREADS", "1")
    if not sys.platform.startswith("linux"):
        return multiprocessing.get_context("spawn")
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(PRELOAD)
    return made


def start() -> None:
    """Let it load while this process does something else."""
    if context().get_start_method() == "forkserver":
        forkserver.ensure_running()
