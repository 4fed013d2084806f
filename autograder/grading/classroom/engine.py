"""Where jobs are done: processes of this machine, or the workers of a Dask cluster.

To a cluster a submission travels by value and comes back as a Result: its workers need this package
and a system that allows the jail, no shared disk and no gradebook. The secret travels with each job
and is kept nowhere.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from functools import cache
from pathlib import Path
from typing import Any

from autograder.checking import messages
from autograder.coursefolder.trouble import CourseTrouble
from autograder.grading.classroom.fingerprints import code_digest
from autograder.grading.classroom.jobs import Job
from autograder.grading.classroom.parcel import Parcel, pack, unpacked
from autograder.grading.classroom.workers import WorkersDied, process_executor
from autograder.grading.judging.results import Result

SCHEMES = ("tcp://", "tls://", "ucx://", "ws://", "wss://")
PATIENCE = 20  # seconds to wait for a scheduler, and then for its first worker
# Jobs on their way at least: a cluster may grow while a class is graded.
ROOM = 32
KEPT = "What was finished is kept: run the command again to go on."


def parse_engine(text: str, workers: int = 0) -> tuple[int, Callable[[int], Executor]]:
    """Return (workers, how to make their executor) for "local", "local:4" or "tcp://host:8786".

    workers: what "local" means without a number.
    Raises ValueError for other texts, CourseTrouble where no cluster answers.
    """
    kind, _, number = text.partition(":")
    if kind == "local" and (number.isdecimal() or not number):
        return int(number or workers), process_executor
    if not text.startswith(SCHEMES):
        raise ValueError(
            f"--engine is {text!r}; expected local:4 (processes of this machine) or a Dask "
            "scheduler's address such as tcp://127.0.0.1:8786"
        )
    cluster = Cluster(text)
    return cluster.workers, lambda _workers: cluster


class Cluster(Executor):
    """The workers of a Dask scheduler, as an executor of jobs."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise CourseTrouble(
                "Grading on a cluster needs Dask: pip install 'nn-from-scratch[cluster]', here and "
                "on every worker."
            ) from None
        self.address = address
        try:
            self.client = Client(address, timeout=PATIENCE, set_as_default=False)
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, TimeoutError) as error:
            raise CourseTrouble(
                f"No Dask scheduler with a worker answers at {address} within {PATIENCE} s: start "
                "`dask scheduler` and `dask worker --nthreads 1`, or see docs/scaling.md."
            ) from error
        threads = self.client.nthreads()
        if many := sorted(name for name, count in threads.items() if count != 1):
            self.client.close()
            raise CourseTrouble(
                f"{len(many)} workers have several threads ({many[0]}): a jail serves one "
                "submission at a time. Start them with `dask worker --nthreads 1 --nworkers auto`."
            )
        self.workers = max(ROOM, len(threads))

    def submit(self, fn: Callable, /, *args: Any, **options: Any) -> Future:
        """Send a job; its exceptions are those of the local engine.

        fn: what grades a job (`watched_job`).
        """
        (job,) = args
        sent = dataclasses.replace(job, folder="", hide=())
        todo = self.client.submit(
            on_worker, fn, sent, pack(Path(job.folder)),
            messages.for_class(job.material.language), code_digest(), pure=False, **options,
        )  # fmt: skip
        outcome: Future = Future()
        outcome.set_running_or_notify_cancel()
        todo.add_done_callback(lambda done: self._hand_on(done, outcome))
        return outcome

    def _hand_on(self, done: Any, outcome: Future) -> None:
        from distributed.scheduler import KilledWorker

        try:
            outcome.set_result(done.result())
        except KilledWorker as error:
            outcome.set_exception(WorkersDied(error.allowed_failures + 1))
        except (CancelledError, OSError, TimeoutError):
            outcome.set_exception(
                CourseTrouble(f"The Dask scheduler at {self.address} went away. {KEPT}")
            )
        except Exception as error:
            outcome.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which goes on."""
        self.client.close()


def on_worker(
    work: Callable[[Job], Result], job: Job, parcel: Parcel, language: str, digest: str
) -> Result:
    """Do a job on a worker; CourseTrouble where the worker's package is another one."""
    from distributed import get_worker

    if own_digest() != digest:
        raise CourseTrouble(
            f"The worker {get_worker().address} has another version of this package: install the "
            f"same on every machine. {KEPT}"
        )
    messages.language(language)
    # Dask puts this folder on sys.path, and what does not fit into memory, other jobs, into it.
    hide = (str(get_worker().local_directory),)
    with unpacked(parcel) as folder:
        return work(dataclasses.replace(job, folder=str(folder), hide=hide, noticed=parcel.notes))


@cache
def own_digest() -> str:
    """Return this process's `code_digest`, read once."""
    return code_digest()
