"""Grades the attacked class in a program of its own (python -m tests.attacks.grading COURSE).

The class goes through `grade_class` as ever: workers, jails, one gradebook. What is put in is a
look at the worker before and after each submission; what a submission left there is its result's
error.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from autograder.coursefolder.course import Course
from autograder.grading.classroom.classrun import grade_class
from autograder.grading.classroom.jobs import Job
from autograder.grading.classroom.workers import process_executor
from autograder.grading.judging.results import Result
from autograder.grading.sandbox.jails import jail_for
from autograder.grading.sandbox.limits import Limits
from tests.attacks.course import ASSIGNMENT

MIB = 2**20
LIMITS = Limits(
    cell_seconds=0.8, submission_seconds=2.4, call_seconds=0.7, test_seconds=2.0, cpu_seconds=20,
    memory=320 * MIB, address_space=300 * MIB, disk=8 * MIB, file_size=4 * MIB, deaths=12,
)  # fmt: skip


class Watched(Executor):
    """The workers, with a look around before and after each submission."""

    def __init__(self, workers: int) -> None:
        self.inner = process_executor(workers)

    def submit(self, fn: Callable, /, *args: Any, **options: Any) -> Future:
        """As any executor."""
        return self.inner.submit(watched, fn, *args, **options)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor."""
        self.inner.shutdown(wait=wait, cancel_futures=cancel_futures)


def watched(work: Callable[[Job], Result], job: Job) -> Result:
    """The result; its error names what the submission left or changed in the trusted process."""
    jail = jail_for(job.jail, job.limits, job.hide)
    jail.start()
    before = surroundings()
    result = work(job)
    after = surroundings()
    changed = {k: [before[k], after[k]] for k in before if not same(k, before[k], after[k])}
    return dataclasses.replace(result, error=f"LEFT {changed}") if changed else result


def same(what: str, before: Any, after: Any) -> bool:
    """Whether nothing was added (a jail that was started anew has another number)."""
    return len(after) <= len(before) if what == "processes" else before == after


def surroundings() -> dict[str, Any]:
    """What a submission could change around it."""
    import numpy as np

    return {
        "processes": sorted(descendants(os.getpid())),
        "descriptors": len(os.listdir("/proc/self/fd")) * [0],
        "shared memory": shared_memory(),
        "temporary files": sorted(os.listdir(tempfile.gettempdir())),
        "directory": os.getcwd(),
        "environment": dict(os.environ),
        "random state": np.random.get_state()[1][:8].tolist(),  # type: ignore[index]
    }


def shared_memory() -> list[str]:
    """Segments with names; semaphores of other programs are none of ours."""
    return sorted(n for n in os.listdir("/dev/shm") if not n.startswith("sem.mp-"))


def descendants(pid: int) -> set[int]:
    """All processes that descend from one."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                text = Path(f"/proc/{one}/task/{task}/children").read_text()
                children = set(map(int, text.split()))
                waiting += children - found
                found |= children
        except OSError:
            continue
    return found


def main() -> None:
    """Grade, and print what `grade_class` says and how long it took as JSON."""
    started = time.perf_counter()
    run = grade_class(
        Course.open(Path(sys.argv[1])), ASSIGNMENT, workers=2, limits=LIMITS, make_executor=Watched
    )
    print(json.dumps({**dataclasses.asdict(run), "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main()
