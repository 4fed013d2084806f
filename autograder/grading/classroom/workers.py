"""Runs jobs on a concurrent.futures executor and hands back results as they come.

Any executor will do whose workers can import this package: processes here, or an engine on other
machines. A job and a result are plain values. A worker that dies takes nothing finished with it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import os
import random
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from autograder.grading.classroom.forkserver import context
from autograder.grading.classroom.jobs import Job, faulty, grade_job
from autograder.grading.judging.executor import USUAL
from autograder.grading.judging.results import Result
from autograder.grading.sandbox.jails import jail_for
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sandbox.usage import allowance_of_memory

AHEAD = 2
MAX_BREAKS = 2


class WorkersDied(Exception):
    """A job has ended its workers as often as it may. times: how often."""

    def __init__(self, times: int) -> None:
        super().__init__(times)
        self.times = times


def process_executor(workers: int) -> ProcessPoolExecutor:
    """Processes that end with this one and leave Ctrl-C to it."""
    made = context()
    started = made.Value("i", 0)
    return ProcessPoolExecutor(
        workers, mp_context=made, initializer=begin_worker, initargs=(started,)
    )


def early(workers: int, kind: str, hide: tuple[str, ...]) -> Callable[[int], Executor]:
    """Return a process_executor of whose first pool the jails get ready while the caller goes on.

    kind, hide: of the jobs, as a Job has them; their limits are the usual ones.
    """
    if kind != "namespaces" or not sys.platform.startswith("linux"):
        return process_executor
    first = process_executor(workers)
    pools = [first]

    def begin() -> None:
        # It waits for the process that workers are forked from. What goes wrong here goes wrong
        # again with the first job, which says so.
        with contextlib.suppress(BrokenProcessPool, RuntimeError, OSError):
            for _ in range(min(workers, available_processors())):
                first.submit(prepare, kind, hide)

    threading.Thread(target=begin, daemon=True).start()
    return lambda number: pools.pop() if pools else process_executor(number)


def prepare(kind: str, hide: tuple[str, ...]) -> None:
    """Start this worker's jail, with the libraries that chapters use."""
    jail = jail_for(kind, Limits(), hide)
    jail.also_load(USUAL)
    jail.start()


def begin_worker(started: Any) -> None:
    """Set a worker process up. started: how many were set up before, a shared number."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with started.get_lock():
        number = started.value
        started.value += 1
    stay_on_one_processor(number)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    from autograder import exercises

    exercises.everything()


def stay_on_one_processor(number: int) -> None:
    """Keep this process, and the jail it will start, on one processor, another one for each worker.

    A worker and its jail take turns: on one processor a message from one to the other costs a
    quarter of what it costs between two, which have to wake each other. Two runs at once begin at
    processors of their own choice: else each one's first worker would sit on the same.
    """
    if hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        first = random.Random(os.getppid()).randrange(len(processors))
        os.sched_setaffinity(0, {processors[(first + number) % len(processors)]})


def available_processors() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def watched_job(job: Job) -> Result:
    """Run `grade_job` in a process that ends when our own code hangs, with bounded memory.

    Every wait for a student has its own limit.
    """
    seconds = job.limits.longest * max(1, len(job.material.notebooks))
    faulthandler.dump_traceback_later(seconds, exit=True, file=2)
    try:
        with allowance_of_memory(job.limits.worker):
            return grade_job(job)
    finally:
        faulthandler.cancel_dump_traceback_later()


def run_jobs(
    jobs: Iterable[Job],
    workers: int,
    make_executor: Callable[[int], Executor] = process_executor,
    work: Callable[[Job], Result] = watched_job,
) -> Iterator[list[tuple[Job, Result]]]:
    """Results in the order in which they are done, a bounded number of jobs at a time.

    Yields those that are done by now together: they can be kept together. A broken pool is made
    again and its unfinished jobs are repeated, one at a time; a job that breaks it again ends with
    a named reason. Exceptions of a job (no jail to be had) are raised.
    """
    waiting = deque[Job]()
    source = iter(jobs)
    suspects = deque[Job]()
    breaks: Counter[str] = Counter()
    executor = make_executor(workers)
    running: dict[Future, Job] = {}
    try:
        while True:
            limit = 1 if suspects else workers * AHEAD
            while len(running) < limit:
                job = suspects.popleft() if suspects else next_job(waiting, source)
                if job is None:
                    break
                try:
                    running[executor.submit(work, job)] = job
                except BrokenProcessPool:
                    waiting.appendleft(job)
                    executor.shutdown(wait=False, cancel_futures=True)
                    executor = make_executor(workers)
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            finished: list[tuple[Job, Result]] = []
            failure: Exception | None = None
            broken = False
            for future in done:
                job = running.pop(future)
                try:
                    finished.append((job, future.result()))
                except BrokenProcessPool:
                    broken = True
                    suspects.append(job)
                except WorkersDied as error:
                    # Who shared a worker with it is blamed too: once more, alone.
                    breaks[job.student] += 1
                    if breaks[job.student] == 1:
                        suspects.append(job)
                    else:
                        finished.append((job, gave_up(job, 2 * error.times)))
                except Exception as error:
                    failure = failure or error
            if broken:
                suspects.extend(running.values())
                running.clear()
                executor.shutdown(wait=False, cancel_futures=True)
                executor = make_executor(workers)
                alone = len(suspects) == 1
                for job in list(suspects):
                    breaks[job.student] += 1
                    if alone and breaks[job.student] > MAX_BREAKS:
                        suspects.remove(job)
                        finished.append((job, gave_up(job, MAX_BREAKS + 1)))
            if finished:
                yield finished
            if failure is not None:
                raise failure
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def next_job(waiting: deque[Job], source: Iterator[Job]) -> Job | None:
    """Return the next job, or None at the end."""
    return waiting.popleft() if waiting else next(source, None)


def gave_up(job: Job, times: int) -> Result:
    """Return the result of a submission that ended its worker again and again."""
    text = f"the grader's own process ended {times} times while grading this submission"
    return faulty(job, f"not graded: internal error: {text}", text)
