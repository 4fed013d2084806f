"""How a class goes on when workers die: an executor that answers by a script."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.grading.classroom import workers
from autograder.grading.classroom.workers import AHEAD, MAX_BREAKS, WorkersDied, run_jobs


class Scripted(Executor):
    """Answers each student's job with the next of his answers: a result or an exception."""

    def __init__(self, script: dict[str, list[Any]], log: list[str]) -> None:
        self.script, self.log = script, log

    def submit(self, fn: Any, job: Any, /, *_args: Any, **_kwargs: Any) -> Future:  # type: ignore[override]
        self.log.append(job.student)
        future: Future = Future()
        answer = self.script[job.student].pop(0)
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        assert not wait
        assert cancel_futures
        self.log.append("shut")


def run(script: dict[str, list[Any]], count: int = 1) -> tuple[dict, list]:
    """(result of each student, what was submitted and shut in order)."""
    log: list[str] = []
    jobs = [SimpleNamespace(student=name) for name in script]
    done: dict[str, Any] = {}
    for finished in run_jobs(
        jobs,  # type: ignore[arg-type]
        count,
        lambda _: Scripted(script, log),
    ):
        for job, result in finished:
            assert job.student not in done
            done[job.student] = result
    return done, log


@pytest.fixture(autouse=True)
def plain_results(monkeypatch):
    monkeypatch.setattr(workers, "gave_up", lambda job, times: f"gave up after {times}")


def test_results_come_one_for_each_job_and_the_pool_is_shut_once():
    done, log = run({"a": [1], "b": [2], "c": [3]})
    assert done == {"a": 1, "b": 2, "c": 3}
    assert log == ["a", "b", "c", "shut"]


def test_no_more_jobs_are_under_way_than_the_workers_need():
    started: list[str] = []

    class Slow(Executor):
        def submit(self, fn: Any, job: Any, /, *_args: Any, **_kwargs: Any) -> Future:  # type: ignore[override]
            future: Future = Future()
            started.append(job.student)
            waiting.append(future)
            if len(waiting) == 3 * AHEAD:
                for one in waiting:
                    one.set_result(0)
                waiting.clear()
            return future

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            pass

    waiting: list[Future] = []
    jobs = [SimpleNamespace(student=str(i)) for i in range(3 * AHEAD)]
    first = next(iter(run_jobs(jobs, 3, lambda _: Slow())))  # type: ignore[arg-type]
    assert len(first) == 3 * AHEAD == len(started)


def test_a_job_that_breaks_the_pool_alone_ends_with_a_reason_after_its_turns():
    breaks = [BrokenProcessPool() for _ in range(MAX_BREAKS + 1)]
    done, log = run({"a": [1], "bad": [*breaks], "c": [3]})
    assert done == {"a": 1, "bad": f"gave up after {MAX_BREAKS + 1}", "c": 3}
    assert log.count("bad") == MAX_BREAKS + 1
    assert log.count("shut") == MAX_BREAKS + 2


def test_a_job_that_breaks_the_pool_less_often_is_graded():
    done, _ = run({"bad": [*(BrokenProcessPool() for _ in range(MAX_BREAKS)), 7], "c": [3]})
    assert done == {"bad": 7, "c": 3}


def test_a_job_whose_cluster_worker_died_runs_once_more_and_then_ends_with_a_reason():
    done, log = run({"bad": [WorkersDied(3), WorkersDied(3)], "c": [3]})
    assert done == {"bad": "gave up after 6", "c": 3}
    assert log.count("bad") == 2
    assert run({"bad": [WorkersDied(3), 7], "c": [3]})[0] == {"bad": 7, "c": 3}


def test_an_exception_of_a_job_is_raised_after_what_was_done_beside_it():
    script: dict[str, list[Any]] = {"a": [1], "b": [ValueError("no jail to be had")], "c": [3]}
    jobs = [SimpleNamespace(student=name) for name in script]
    log: list[str] = []
    found = run_jobs(jobs, 3, lambda _: Scripted(script, log))  # type: ignore[arg-type]
    assert sorted(job.student for job, _ in next(found)) == ["a", "c"]
    with pytest.raises(ValueError, match="no jail to be had"):
        next(found)
    assert log[-1] == "shut"


def test_a_pool_that_is_broken_before_a_job_is_given_to_it_is_made_again():
    pools: list[Any] = []

    class Broken(Scripted):
        def submit(self, fn: Any, job: Any, /, *args: Any, **kwargs: Any) -> Future:  # type: ignore[override]
            if len(pools) == 1:
                raise BrokenProcessPool
            return super().submit(fn, job, *args, **kwargs)

    script: dict[str, list[Any]] = {"a": [1], "b": [2]}
    log: list[str] = []
    jobs = [SimpleNamespace(student=name) for name in script]

    def make(count: int) -> Executor:
        assert count == 1
        pools.append(Broken(script, log))
        return pools[-1]

    done = [job.student for some in run_jobs(jobs, 1, make) for job, _ in some]  # type: ignore[arg-type]
    assert sorted(done) == ["a", "b"]
    assert len(pools) == 2
